// SPDX-License-Identifier: Apache-2.0
/* Routes: a webinar's report: preview, record.
 *
 * Not here:  what they do (agent/app/webinar.h).
 * Rule       Both are stateless: the file travels with each, so nothing of a report is kept that nobody recorded.
 */
#include <string.h>

#include "agent/app/webinar.h"
#include "agent/page/put.h"
#include "protocol/base64.h"

/* Base64 is four bytes for three; decisions are some 60 bytes each. */
enum { WEBINAR_BODY_BYTES_MAX = WEBINAR_FILE_BYTES_MAX / 3 * 4 + 4 + WEBINAR_PEOPLE_MAX * 100 + 4096 };

static bool read_ask(struct page_call *call, struct webinar_ask *ask, struct error *err)
{
    const char *file, *order;
    int64_t shift;

    if (!page_text_needed(call, "session", &ask->session, err) || !page_text_needed(call, "file", &file, err) ||
        !page_text(call, "order", &order, err) ||
        !page_integer(call, "shift_minutes", -WEBINAR_SHIFT_MINUTES_MAX, WEBINAR_SHIFT_MINUTES_MAX, INT64_MIN, &shift, err))
        return false;
    ask->has_shift = shift != INT64_MIN;
    ask->shift_minutes = ask->has_shift ? shift : 0;
    return webinar_order_parse(order == NULL ? "" : order, &ask->order, err) &&
           (base64_read(call->arena, file, &ask->file) ||
            error_set(err, ERROR_INVALID, "Load the page again.", "the file did not arrive as base64"));
}

static bool preview(struct page_call *call, struct webinar_preview *ret, struct error *err)
{
    struct webinar_ask ask = {0};

    return read_ask(call, &ask, err) && webinar_preview(call->world->store, call->arena, &ask, ret, err);
}

static bool run_preview(struct page_call *call, struct error *err)
{
    struct webinar_preview told;

    if (!preview(call, &told, err))
        return false;
    json_open(&call->out, NULL, '{');
    page_put_session(call, "session", &told.session);
    webinar_put(&call->out, call->words, &told);
    json_shut(&call->out, '}');
    return true;
}

/* {"key", "person"} or {"key", "fresh": true} or {"key", "leave": true} */
static bool read_decision(const json_t *json, struct webinar_decision *ret, struct error *err)
{
    const json_t *key = json_object_get(json, "key"), *person = json_object_get(json, "person");
    const bool fresh = json_is_true(json_object_get(json, "fresh")), leave = json_is_true(json_object_get(json, "leave"));

    if (!json_is_integer(key) || json_integer_value(key) < 1 || fresh + leave + json_is_string(person) != 1)
        return error_set(err, ERROR_INVALID, "Load the page again.", "a decision was neither a person, nor fresh, nor leave");
    *ret = (struct webinar_decision){
        .key = (size_t)json_integer_value(key),
        .verdict = fresh   ? WEBINAR_FRESH
                   : leave ? WEBINAR_LEAVE
                           : WEBINAR_IS,
        .person = json_string_value(person),
    };
    return true;
}

static bool read_decisions(struct page_call *call, struct webinar_decision **ret, size_t *ret_count, struct error *err)
{
    const json_t *list = json_object_get(call->json, "decisions");
    const size_t count = json_array_size(list);

    if (list != NULL && (!json_is_array(list) || count > WEBINAR_PEOPLE_MAX))
        return error_set(err, ERROR_INVALID, "Load the page again.", "decisions is no list, or longer than %d", WEBINAR_PEOPLE_MAX);
    *ret = arena_take_many(call->arena, count + 1, sizeof **ret);
    if (*ret == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the decisions");
    for (*ret_count = 0; *ret_count < count; (*ret_count)++) {
        if (!read_decision(json_array_get(list, *ret_count), &(*ret)[*ret_count], err))
            return false;
    }
    return true;
}

static bool run_record(struct page_call *call, struct error *err)
{
    const struct clock_port *clock = &call->world->clock;
    struct webinar_decision *decisions = NULL;
    struct webinar_preview told;
    struct webinar_done done;
    size_t count = 0;

    if (!read_decisions(call, &decisions, &count, err) || !preview(call, &told, err) ||
        !webinar_record(call->world->store, call->arena, &told, decisions, count, call->author, clock->wall_ms(clock->self), &done, err))
        return false;
    json_open(&call->out, NULL, '{');
    webinar_put_done(&call->out, &done);
    json_shut(&call->out, '}');
    return true;
}

/* --- the table ------------------------------------------------------------------------------------------------------------- */

#define ASK_MEMBERS                                                                                                                        \
    {"session", "text", "id or code"}, {"file", "text", "the report as it is, in base64"}, {"name", "text?", "the file's name"},           \
        {"order", "text?", "dmy, mdy; missing or empty: find out"},                                                                        \
    {                                                                                                                                      \
        "shift_minutes", "integer?", "added to the report's clock; missing: 0, and Central European time for a report in UTC"              \
    }
#define MATCH_MEMBERS(at)                                                                                                                  \
    {at "id", "text", "row id of the person"}, {at "ref", "text", "reference"}, {at "name", "text", "full name"},                          \
        {at "organisation", "text", "where the person works"}, {at "score", "integer", "0 to 100"}, {at "reasons", "list", "sentences"},   \
        {at "enrolled", "boolean", "is enrolled in the activity"},                                                                         \
    {                                                                                                                                      \
        at "sure", "boolean", "may be taken without asking"                                                                                \
    }
static const struct page_member preview_request[] = {ASK_MEMBERS, {NULL, NULL, NULL}};
static const struct page_member preview_answer[] = {
    {"session", "object", "the session"},
    PAGE_SESSION_MEMBERS("session."),
    {"format", "text", "teams, teams-2021, teams-list, teams-live, zoom, zoom-unique, zoom-details, zoom-webinar or meet"},
    {"format_label", "text", "what people call it"},
    {"encoding", "text", "character set of the file"},
    {"topic", "text", "the meeting's title; empty when not told"},
    {"began", "text", "when the meeting began by the session's clock, YYYY-MM-DDTHH:MM:SS without a zone"},
    {"ended", "text", "when it ended, likewise"},
    {"order", "text", "dmy or mdy; empty where no date leaves it open"},
    {"ask_order", "boolean", "nothing tells the order: a person must say it before anything is recorded"},
    {"is_utc", "boolean", "the report says that its clock is UTC"},
    {"shift_minutes", "integer", "what was added to the report's clock"},
    {"fingerprint", "text", "SHA-256 of the file, in hex"},
    {"people", "list", "who was there during the session"},
    {"people[].key", "integer", "number of the entry, for decisions"},
    {"people[].name", "text", "as the report has it"},
    {"people[].email", "text", "e-mail address; empty when not told"},
    {"people[].role", "text", "role in the meeting, in the report's words"},
    {"people[].minutes", "integer", "whole minutes inside the session"},
    {"people[].seconds", "integer", "seconds beyond them"},
    {"people[].first", "text", "first joined, by the session's clock"},
    {"people[].last", "text", "last left, likewise"},
    {"people[].joins", "integer", "how often joined"},
    {"people[].match", "object?", "who it is most likely; null: nobody here is alike"},
    MATCH_MEMBERS("people[].match."),
    {"people[].candidates", "list", "up to three who are alike, the best first"},
    MATCH_MEMBERS("people[].candidates[]."),
    {"people[].enrolled", "boolean", "surely somebody who is enrolled"},
    {"people[].recorded", "text", "same: is recorded so already; other: is marked otherwise; else empty"},
    {"left_out", "list", "who is not counted"},
    {"left_out[].name", "text", "as the report has it"},
    {"left_out[].why", "text", "bot, waiting_room or outside"},
    {"left_out[].says", "text", "the same as a sentence"},
    {"warnings", "list", "sentences: what a person should know before recording"},
    {NULL, NULL, NULL}};
static const struct page_member record_request[] = {ASK_MEMBERS,
                                                    {"decisions", "list?", "entries without one: the sure are taken, the others left"},
                                                    {"decisions[].key", "integer", "number of the entry"},
                                                    {"decisions[].person", "text?", "they are this person: id or reference"},
                                                    {"decisions[].fresh", "boolean?", "they are somebody new"},
                                                    {"decisions[].leave", "boolean?", "they are left out"},
                                                    {NULL, NULL, NULL}};
static const struct page_member record_answer[] = {{"recorded", "integer", "people who were marked by this"},
                                                   {"same", "integer", "people who were marked so already"},
                                                   {"fresh", "integer", "new people among the recorded"},
                                                   {"left", "integer", "entries that were left out"},
                                                   {"changes", "integer", "changes made"},
                                                   {NULL, NULL, NULL}};

const struct page_route page_routes_webinar[] = {
    {"POST", "/api/webinar", PAGE_UNLOCKED, WEBINAR_BODY_BYTES_MAX, "application/json", run_preview,
     "what a meeting's report says about a session; nothing is recorded", NULL, preview_request, preview_answer},
    {"POST", "/api/webinar/record", PAGE_UNLOCKED | PAGE_WRITES, WEBINAR_BODY_BYTES_MAX, "application/json", run_record,
     "records who was there, as one step", NULL, record_request, record_answer},
    {NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL},
};
