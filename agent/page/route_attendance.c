// SPDX-License-Identifier: Apache-2.0
/* Routes: today, roster, mark, unmark, walk-in, undo.
 *
 * Not here:  what they do (agent/app), signatures (route_sign.c), who holds the tablet (route_holder.c), conflicts (route_conflicts.c).
 */
#include "agent/app/mark.h"
#include "agent/app/undo.h"
#include "agent/app/walk_in.h"
#include "agent/page/put.h"

/* --- the sessions of a day -------------------------------------------------------------------------------------------------------- */

static void put_sessions(struct page_call *call, const char *key, const struct day_sessions *sessions)
{
    json_open(&call->out, key, '[');
    for (size_t i = 0; i < sessions->count; i++)
        page_put_session(call, NULL, &sessions->items[i]);
    json_shut(&call->out, ']');
}

static bool run_today(struct page_call *call, struct error *err)
{
    const struct clock_port *clock = &call->world->clock;
    const char *date = page_query(call, "day");
    char now[MOMENT_TEXT_SIZE];
    struct day day;

    if (date == NULL) { /* the page says what day it is where it stands; a program that does not gets that of Greenwich */
        moment_text(clock->wall_ms(clock->self), now);
        now[sizeof "YYYY-MM-DD" - 1] = '\0';
        date = now;
    }
    if (!day_read(call->world->store, call->arena, date, &day, err))
        return false;
    json_open(&call->out, NULL, '{');
    json_put_text(&call->out, "day", date);
    put_sessions(call, "today", &day.today);
    put_sessions(call, "coming", &day.coming);
    put_sessions(call, "past", &day.past);
    json_put_integer(&call->out, "activities", (int64_t)day.activities);
    json_shut(&call->out, '}');
    return true;
}

/* --- one session -------------------------------------------------------------------------------------------------------------------- */

static bool run_roster(struct page_call *call, struct error *err)
{
    const char *typed;
    struct day_session session;
    struct roster roster;

    if (!page_query_needed(call, "session", &typed, err) || !day_session(call->world->store, call->arena, typed, &session, err) ||
        !roster_read(call->world->store, call->arena, session.id, session.activity.id, &roster, err))
        return false;
    json_open(&call->out, NULL, '{');
    page_put_session(call, "session", &session);
    page_put_counts(call, "counts", &session.counts);
    json_open(&call->out, "people", '[');
    for (size_t i = 0; i < roster.count; i++)
        page_put_roster_person(call, NULL, &roster.people[i]);
    json_shut(&call->out, ']');
    json_shut(&call->out, '}');
    return true;
}

static bool run_mark(struct page_call *call, struct error *err)
{
    struct mark mark = {.author = call->author};
    struct mark_told told;
    int64_t minutes;

    if (!page_text_needed(call, "session", &mark.session, err) || !page_text_needed(call, "person", &mark.person, err) ||
        !page_text_needed(call, "status", &mark.status, err) || !page_text(call, "note", &mark.note, err) ||
        !page_integer(call, "minutes", INT64_MIN, INT64_MAX, INT64_MIN, &minutes, err))
        return false;
    if (minutes != INT64_MIN && (mark.minutes = arena_format(call->arena, "%lld", (long long)minutes)) == NULL)
        return false;
    return mark_write(call->world->store, &mark, &call->world->clock, &told, err) &&
           page_put_recorded(call, mark.session, mark.person, &told, err);
}

static bool run_unmark(struct page_call *call, struct error *err)
{
    const char *session, *person;
    struct day_session counted;
    struct mark_told told;

    if (!page_text_needed(call, "session", &session, err) || !page_text_needed(call, "person", &person, err) ||
        !mark_remove(call->world->store, session, person, call->author, &told, err) ||
        !day_session(call->world->store, call->arena, session, &counted, err))
        return false;
    json_open(&call->out, NULL, '{');
    page_put_counts(call, "counts", &counted.counts);
    json_shut(&call->out, '}');
    return true;
}

/* --- walk-ins ----------------------------------------------------------------------------------------------------------------------- */

enum { PERSON_FIELDS_MAX = 16 };

/* Everything that the request says of a person, field by field of the entity. */
static bool person_values(struct page_call *call, struct edit_value *values, size_t *count, struct error *err)
{
    const struct entity *entity = entity_find("person");

    for (size_t i = 0; i < entity->field_count && *count < PERSON_FIELDS_MAX; i++) {
        const struct field *field = &entity->fields[i];
        const char *text = NULL;
        int64_t number = 0;

        if (json_is_integer(json_object_get(call->json, field->name)) && field->type == FIELD_INTEGER) {
            if (!page_integer(call, field->name, INT64_MIN, INT64_MAX, 0, &number, err))
                return false;
            text = arena_format(call->arena, "%lld", (long long)number);
        } else if (!page_text(call, field->name, &text, err)) {
            return false;
        }
        if (text != NULL)
            values[(*count)++] = (struct edit_value){field->name, text};
    }
    return true;
}

static bool tell_wrong_field(struct page_call *call, const char *field, const struct error *err)
{
    if (field == NULL)
        return false;
    json_open(&call->out, NULL, '{');
    json_put_text(&call->out, "field", field);
    page_put_error(call, "error", err);
    json_shut(&call->out, '}');
    return false;
}

static bool run_walk_in(struct page_call *call, struct error *err)
{
    struct edit_value values[PERSON_FIELDS_MAX];
    const char *wrong = NULL;
    struct walk_in walk_in = {.values = values, .author = call->author, .ret_wrong = &wrong};
    struct mark_told told;
    char person[ROW_ID_SIZE];

    if (!page_text_needed(call, "session", &walk_in.session, err) || !page_text(call, "person", &walk_in.person, err) ||
        !page_text(call, "status", &walk_in.status, err) || !person_values(call, values, &walk_in.value_count, err))
        return false;
    if (walk_in.status == NULL)
        walk_in.status = "present";
    if (!walk_in_write(call->world->store, &walk_in, &call->world->clock, person, &told, err))
        return tell_wrong_field(call, wrong, err);
    return page_put_recorded(call, walk_in.session, person, &told, err);
}

/* --- taking back -------------------------------------------------------------------------------------------------------------------- */

static bool run_undo(struct page_call *call, struct error *err)
{
    struct undo undo = {.author = call->author};
    struct undone undone;
    int64_t step;
    char said[SAID_BYTES];

    if (!page_text(call, "session", &undo.session, err) || !page_bool(call, "sure", false, &undo.sure, err) ||
        !page_integer(call, "step", 0, INT64_MAX, 0, &step, err))
        return false;
    undo.step = (uint64_t)step;
    if (!undo_write(call->world->store, &undo, &call->world->clock, &undone, err))
        return false;
    json_open(&call->out, NULL, '{');
    json_put_text(&call->out, "name", say_sentence(call->words, undone.name, said, sizeof said));
    json_put_integer(&call->out, "changes", (int64_t)undone.changes);
    json_put_integer(&call->out, "kept", (int64_t)undone.kept);
    json_shut(&call->out, '}');
    return true;
}

/* --- the table ---------------------------------------------------------------------------------------------------------------------- */

static const struct page_member today_query[] = {{"day", "text?", "YYYY-MM-DD, where the page stands"}, {NULL, NULL, NULL}};
static const struct page_member today_answer[] = {{"day", "text", "the day that was asked for"},
                                                  {"today", "list", "sessions of that day, by time"},
                                                  PAGE_SESSION_MEMBERS("today[]."),
                                                  {"coming", "list", "later ones, at most 20; those without a date last"},
                                                  PAGE_SESSION_MEMBERS("coming[]."),
                                                  {"past", "list", "earlier ones, at most 20, the latest first"},
                                                  PAGE_SESSION_MEMBERS("past[]."),
                                                  {"activities", "integer", "activities on this device"},
                                                  {NULL, NULL, NULL}};
static const struct page_member roster_query[] = {{"session", "text", "id or code"}, {NULL, NULL, NULL}};
static const struct page_member roster_answer[] = {{"session", "object", "the session"},
                                                   PAGE_SESSION_MEMBERS("session."),
                                                   {"counts", "object", "how many are what"},
                                                   PAGE_COUNTS_MEMBERS("counts."),
                                                   {"people", "list", "enrolled or marked, by name"},
                                                   PAGE_ROSTER_PERSON_MEMBERS("people[]."),
                                                   {NULL, NULL, NULL}};
static const struct page_member mark_request[] = {{"session", "text", "id or code"},
                                                  {"person", "text", "id or reference"},
                                                  {"status", "text", "present, late, absent or excused"},
                                                  {"minutes", "integer?", "minutes attended"},
                                                  {"note", "text?", "a note"},
                                                  {NULL, NULL, NULL}};
static const struct page_member unmark_request[] = {
    {"session", "text", "id or code"}, {"person", "text", "id or reference"}, {NULL, NULL, NULL}};
static const struct page_member unmark_answer[] = {
    {"counts", "object", "how many are what"}, PAGE_COUNTS_MEMBERS("counts."), {NULL, NULL, NULL}};
static const struct page_member walk_in_request[] = {
    {"session", "text", "id or code"},
    {"person", "text?", "somebody known: id or reference; then nothing else of them is read"},
    {"full_name", "text?", "needed for somebody new"},
    {"ref", "text?", "reference; made up when missing"},
    {"sex", "text?", "F, M, other or undisclosed"},
    {"birth_year", "integer?", "year of birth"},
    {"organisation", "text?", "where the person works"},
    {"position", "text?", "what the person does there"},
    {"municipality", "text?", "id or code"},
    {"phone", "text?", "telephone number"},
    {"email", "text?", "e-mail address"},
    {"status", "text?", "present when missing"},
    {NULL, NULL, NULL}};
static const struct page_member undo_request[] = {
    {"session", "text?", "id or code: take back only what was recorded at its door, lately, by whoever holds the tablet"},
    {"sure", "boolean?", "also an import, and a step of more than 20 changes"},
    {"step", "integer?", "undo.step of the state that was shown: refused when it is not the last any more"},
    {NULL, NULL, NULL}};
static const struct page_member undo_answer[] = {{"name", "text", "what was taken back, in words of the caller's language"},
                                                 {"changes", "integer", "changes made by it"},
                                                 {"kept", "integer", "fields left alone: somebody else changed them since"},
                                                 {NULL, NULL, NULL}};

#define READS   PAGE_UNLOCKED
#define RECORDS (PAGE_UNLOCKED | PAGE_WRITES), PAGE_JSON_BYTES_MAX, "application/json"

const struct page_route page_routes_attendance[] = {
    {"GET", "/api/today", READS, 0, NULL, run_today, "the sessions of a day, what comes and what was", today_query, NULL, today_answer},
    {"GET", "/api/roster", READS, 0, NULL, run_roster, "who is expected at a session and who came", roster_query, NULL, roster_answer},
    {"POST", "/api/mark", RECORDS, run_mark, "says that somebody was present, late, absent or excused", NULL, mark_request,
     page_recorded_answer},
    {"POST", "/api/unmark", RECORDS, run_unmark, "takes a mark back: nothing was said of that person at that session", NULL, unmark_request,
     unmark_answer},
    {"POST", "/api/walk-in", RECORDS, run_walk_in, "somebody at the door who is not on the roster: person, enrolment and mark in one step",
     NULL, walk_in_request, page_recorded_answer},
    {"POST", "/api/undo", RECORDS, run_undo, "takes this device's last step back", NULL, undo_request, undo_answer},
    {NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL},
};
