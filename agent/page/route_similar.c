// SPDX-License-Identifier: Apache-2.0
/* Routes: who is like somebody about to be recorded.
 *
 * Not here:  who is (agent/app/similar.h), recording them (route_attendance.c).
 */
#include "agent/page/call.h"
#include "agent/page/kept.h"
#include "protocol/labels.h"

static void put_candidate(struct page_call *call, const struct similar_person *person)
{
    const char *reasons[SIMILAR_REASONS_MAX];
    size_t count = similar_reasons(person->reasons, reasons);
    struct json_text *out = &call->out;

    json_open(out, NULL, '{');
    json_put_text(out, "id", person->id);
    json_put_text(out, "ref", person->ref);
    json_put_text(out, "name", person->name);
    json_put_text(out, "organisation", person->organisation);
    json_put_text(out, "municipality", label_in_script(call->words, person->municipality, person->municipality_cyrillic));
    if (person->birth_year == 0)
        json_put_text(out, "birth_year", NULL);
    else
        json_put_integer(out, "birth_year", person->birth_year);
    json_put_integer(out, "score", (int64_t)person->score);
    json_open(out, "reasons", '[');
    for (size_t i = 0; i < count; i++)
        json_put_text(out, NULL, say(call->words, reasons[i]));
    json_shut(out, ']');
    json_put_bool(out, "on_roster", person->on_roster);
    json_shut(out, '}');
}

static bool run_similar(struct page_call *call, struct error *err)
{
    struct similar_person found[SIMILAR_FOUND_MAX];
    struct match_person person = {.id = ""};
    const char *session;
    size_t count;

    if (!page_text_needed(call, "full_name", &person.name, err) || !page_text(call, "phone", &person.phone, err) ||
        !page_text(call, "email", &person.email, err) || !page_text(call, "organisation", &person.organisation, err) ||
        !page_text(call, "municipality", &person.municipality, err) || !page_text(call, "session", &session, err) ||
        !page_integer(call, "birth_year", 0, 9999, 0, &person.birth_year, err))
        return false;
    if (!similar_refresh(call->world->store, kept_similar(), err) ||
        !similar_find(call->world->store, *kept_similar(), call->arena, &person, session, SIMILAR_SHOWN, found, &count, err))
        return false;
    json_open(&call->out, NULL, '{');
    json_open(&call->out, "candidates", '[');
    for (size_t i = 0; i < count; i++)
        put_candidate(call, &found[i]);
    json_shut(&call->out, ']');
    json_shut(&call->out, '}');
    return true;
}

static const struct page_member similar_request[] = {{"full_name", "text", "as it was typed"},
                                                     {"phone", "text?", "telephone number"},
                                                     {"email", "text?", "e-mail address"},
                                                     {"organisation", "text?", "where the person works"},
                                                     {"birth_year", "integer?", "year of birth"},
                                                     {"municipality", "text?", "row id of the home municipality"},
                                                     {"session", "text?", "id or code: whoever is on its roster is told"},
                                                     {NULL, NULL, NULL}};
static const struct page_member similar_answer[] = {
    {"candidates", "list", "at most 5, the likeliest first; rows known to be one person are one"},
    {"candidates[].id", "text", "row id of the person: of several rows the one on the roster"},
    {"candidates[].ref", "text", "reference"},
    {"candidates[].name", "text", "full name"},
    {"candidates[].organisation", "text", "where the person works"},
    {"candidates[].municipality", "text", "name of the home municipality"},
    {"candidates[].birth_year", "integer?", "year of birth"},
    {"candidates[].score", "integer", "0 to 100; from 60 it is likely one person, from 90 nearly sure"},
    {"candidates[].reasons", "list", "sentences: what speaks for it, then what speaks against it"},
    {"candidates[].on_roster", "boolean", "is enrolled in the session's activity, or marked at the session"},
    {NULL, NULL, NULL}};

const struct page_route page_routes_similar[] = {
    {"POST", "/api/people/similar", PAGE_UNLOCKED, PAGE_JSON_BYTES_MAX, "application/json", run_similar,
     "people on this device who may be somebody about to be recorded", NULL, similar_request, similar_answer},
    {NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL},
};
