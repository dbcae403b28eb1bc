// SPDX-License-Identifier: Apache-2.0
/* Routes: the plan, one activity; and the table of all that route_plan*.c answer.
 *
 * Not here:  what they do (agent/app); rows, lists, imports, bundles: route_plan_*.c.
 */
#include "agent/page/route_plan.h"

#include "agent/app/bundles.h"
#include "agent/app/plan.h"
#include "agent/page/put.h"
#include "protocol/labels.h"

#define END                                                                                                                                \
    {                                                                                                                                      \
        NULL, NULL, NULL                                                                                                                   \
    }

bool route_activity_of(struct page_call *call, const char *name, char ret[ROW_ID_SIZE], struct error *err)
{
    const char *typed = page_query(call, name);

    if (typed == NULL || typed[0] == '\0')
        return error_set(err, ERROR_USAGE, "Load the page again.", "%s was not told", name);
    return names_find_row(call->world->store, "activity", typed, ret, err);
}

static void put_named(struct json_text *out, const char *key, const char *id, const char *name)
{
    json_open(out, key, '{');
    json_put_text(out, "id", id);
    json_put_text(out, "name", name);
    json_shut(out, '}');
}

static bool run_plan(struct page_call *call, struct error *err)
{
    struct json_text *out = &call->out;
    const struct plan_activity *all = NULL;
    size_t count = 0;

    if (!plan_read(call->world->store, call->arena, &all, &count, err))
        return false;
    json_open(out, NULL, '{');
    json_open(out, "activities", '[');
    for (const struct plan_activity *one = all; one < all + count; one++) {
        json_open(out, NULL, '{');
        json_put_text(out, "id", one->id);
        json_put_text(out, "code", one->code);
        json_put_text(out, "title", one->title);
        json_put_text(out, "kind", one->kind);
        json_put_text(out, "kind_label", label_of_kind(call->arena, call->words, one->kind));
        put_named(out, "programme", one->programme, one->programme_name);
        put_named(out, "municipality", one->municipality, label_in_script(call->words, one->municipality_name, one->municipality_cyrillic));
        json_put_text(out, "starts_on", one->starts_on);
        json_put_text(out, "ends_on", one->ends_on);
        json_put_text(out, "mode", one->mode);
        json_put_value(out, "planned_participants", one->planned < 0 ? value_none() : value_integer(one->planned));
        json_put_integer(out, "sessions", (int64_t)one->sessions);
        json_put_integer(out, "enrolled", (int64_t)one->enrolled);
        json_put_integer(out, "reached", (int64_t)one->reached);
        json_shut(out, '}');
    }
    json_shut(out, ']');
    json_shut(out, '}');
    return true;
}

static const struct page_member plan_answer[] = {
    {"activities", "list", "by first day"},
    {"activities[].id", "text", "id of the row"},
    {"activities[].code", "text", "code, such as TT-RS-BUJ"},
    {"activities[].title", "text", "as lists show it"},
    {"activities[].kind", "text", "one word, such as teacher_training"},
    {"activities[].kind_label", "text", "the kind in the page's language"},
    {"activities[].programme", "object", "who pays"},
    {"activities[].programme.id", "text", "id of its row"},
    {"activities[].programme.name", "text", "its name, or its code"},
    {"activities[].municipality", "object", "whom it is for"},
    {"activities[].municipality.id", "text", "id of its row"},
    {"activities[].municipality.name", "text", "its name, in the script of the page's language"},
    {"activities[].starts_on", "text", "first day, YYYY-MM-DD; empty: not told"},
    {"activities[].ends_on", "text", "last day"},
    {"activities[].mode", "text", "in_person, online, hybrid; empty: not told"},
    {"activities[].planned_participants", "integer?", "how many were planned"},
    {"activities[].sessions", "integer", "how many sessions it has"},
    {"activities[].enrolled", "integer", "participants enrolled, each person once"},
    {"activities[].reached", "integer", "participants who attended at least once, each person once"},
    END,
};

/* The row's values as they are shown: rows by their code, with names beside. */
static void put_activity(struct page_call *call, const struct row *row)
{
    const struct entity *entity = entity_find("activity");
    struct json_text *out = &call->out;

    json_open(out, "activity", '{');
    json_put_text(out, "id", row->id);
    for (size_t i = 0; i < entity->field_count; i++) {
        struct value value = names_field(call->arena, entity, row, &entity->fields[i]);

        if (value.kind == VALUE_TEXT)
            value = value_text(names_of_value(call->world->store, call->arena, &entity->fields[i], value));
        json_put_value(out, entity->fields[i].name, value);
    }
    json_put_text(out, "kind_label", label_of_kind(call->arena, call->words, row_text(row, "kind")));
}

/* The name of the row that a field refers to; "" when not told or not here. */
static bool name_of(struct page_call *call, const struct row *row, const char *field, const char **ret, struct error *err)
{
    const struct row *referred = NULL;
    const char *id = row_text(row, field);

    if (id != NULL && !store_row(call->world->store, call->arena, field, id, &referred, err))
        return false;
    *ret = referred == NULL ? "" : label_in_script(call->words, row_text(referred, "name"), row_text(referred, "name_cyrillic"));
    return true;
}

static bool run_activity(struct page_call *call, struct error *err)
{
    struct store *store = call->world->store;
    struct json_text *out = &call->out;
    const struct row *row = NULL;
    const struct plan_person *people = NULL;
    struct day_sessions sessions = {0};
    const char *programme, *municipality;
    char id[ROW_ID_SIZE];
    size_t count = 0;

    if (!route_activity_of(call, "id", id, err) || !store_row(store, call->arena, "activity", id, &row, err))
        return false;
    if (row == NULL || row_is_removed(row))
        return error_set(err, ERROR_NOT_FOUND, "Go back to the plan.", "this activity is not here any more");
    if (!day_of_activity(store, call->arena, id, &sessions, err) || !plan_people(store, call->arena, id, &people, &count, err) ||
        !name_of(call, row, "programme", &programme, err) || !name_of(call, row, "municipality", &municipality, err))
        return false;
    json_open(out, NULL, '{');
    put_activity(call, row);
    json_put_text(out, "programme_name", programme);
    json_put_text(out, "municipality_name", municipality);
    json_shut(out, '}');
    json_open(out, "sessions", '[');
    for (size_t i = 0; i < sessions.count; i++)
        page_put_session(call, NULL, &sessions.items[i]);
    json_shut(out, ']');
    json_open(out, "people", '[');
    for (const struct plan_person *one = people; one < people + count; one++) {
        json_open(out, NULL, '{');
        json_put_text(out, "id", one->id);
        json_put_text(out, "ref", one->ref);
        json_put_text(out, "name", one->name);
        json_put_text(out, "organisation", one->organisation);
        json_open(out, "roles", '[');
        for (size_t i = 0; i < one->role_count; i++)
            json_put_text(out, NULL, one->roles[i]);
        json_shut(out, ']');
        json_shut(out, '}');
    }
    json_shut(out, ']');
    json_shut(out, '}');
    return true;
}

static const struct page_member activity_query[] = {{"id", "text", "id or code of the activity"}, END};
static const struct page_member activity_answer[] = {
    {"activity", "object", "a member per field of the activity"},
    {"activity.id", "text", "id of the row"},
    {"activity.code", "text?", "code"},
    {"activity.programme", "text?", "code of the programme"},
    {"activity.kind", "text?", "one word, such as teacher_training"},
    {"activity.title", "text?", "as lists show it"},
    {"activity.municipality", "text?", "code of the municipality"},
    {"activity.starts_on", "text?", "first day"},
    {"activity.ends_on", "text?", "last day"},
    {"activity.mode", "text?", "in_person, online, hybrid"},
    {"activity.min_minutes_pct", "integer?", "per cent of the minutes one must attend to have completed it"},
    {"activity.planned_participants", "integer?", "how many were planned"},
    {"activity.kind_label", "text", "the kind in the page's language"},
    {"activity.programme_name", "text", "name of the programme; empty: not known here"},
    {"activity.municipality_name", "text", "name of the municipality, in the script of the page's language"},
    {"sessions", "list", "its sessions by time"},
    PAGE_SESSION_MEMBERS("sessions[]."),
    {"people", "list", "who is enrolled, by name"},
    {"people[].id", "text", "id of the person"},
    {"people[].ref", "text", "reference, such as P0042"},
    {"people[].name", "text", "full name"},
    {"people[].organisation", "text", "where the person works"},
    {"people[].roles", "list", "words such as participant"},
    END,
};

/* base64, and JSON around it. */
enum { BUNDLE_REQUEST_BYTES_MAX = (BUNDLE_BYTES_MAX + 2) / 3 * 4 + 4096 };
#define JSON "application/json"

const struct page_route page_routes_plan[] = {
    {"GET", "/api/schema", PAGE_UNLOCKED, 0, NULL, route_schema, "what is recorded, field by field", NULL, NULL, schema_answer},
    {"GET", "/api/plan", PAGE_UNLOCKED, 0, NULL, run_plan, "every activity with what came of it so far", NULL, NULL, plan_answer},
    {"GET", "/api/activity", PAGE_UNLOCKED, 0, NULL, run_activity, "one activity, its sessions and people", activity_query, NULL,
     activity_answer},
    {"GET", "/api/list", PAGE_UNLOCKED, 0, NULL, route_list, "the attendance list of an activity, by day", list_query, NULL, list_answer},
    {"GET", "/api/row", PAGE_UNLOCKED, 0, NULL, route_row, "one row, its values as people type them", row_query, NULL, row_answer},
    {"GET", "/api/rows", PAGE_UNLOCKED, 0, NULL, route_rows, "rows to choose from", rows_query, NULL, rows_answer},
    {"POST", "/api/row/add", PAGE_UNLOCKED | PAGE_WRITES, PAGE_JSON_BYTES_MAX, JSON, route_row_add, "record a new row", NULL,
     row_add_request, row_add_answer},
    {"POST", "/api/row/change", PAGE_UNLOCKED | PAGE_WRITES, PAGE_JSON_BYTES_MAX, JSON, route_row_change, "change a row", NULL,
     row_change_request, row_changes_answer},
    {"POST", "/api/row/remove", PAGE_UNLOCKED | PAGE_WRITES, PAGE_JSON_BYTES_MAX, JSON, route_row_remove, "remove a row", NULL,
     row_remove_request, row_changes_answer},
    {"POST", "/api/import", PAGE_UNLOCKED | PAGE_WRITES, IMPORT_REQUEST_BYTES_MAX, JSON, route_import, "take in a list, all or nothing",
     NULL, import_request, import_answer},
    {"POST", "/api/bundle/make", PAGE_UNLOCKED, PAGE_JSON_BYTES_MAX, JSON, route_bundle_make, "what waits, sealed into a file", NULL, NULL,
     bundle_make_answer},
    {"POST", "/api/bundle/take", PAGE_UNLOCKED, BUNDLE_REQUEST_BYTES_MAX, JSON, route_bundle_take, "take in the server's answer", NULL,
     bundle_take_request, bundle_take_answer},
    {NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL},
};
