// SPDX-License-Identifier: Apache-2.0
/* Routes: conflicts, settling one, finding people.
 *
 * Not here:  what they do (agent/app).
 */
#include <string.h>

#include "agent/app/conflicts.h"
#include "agent/page/kept.h"
#include "agent/page/put.h"
#include "protocol/labels.h"

/* --- conflicts ------------------------------------------------------------------------------------------------------------------------ */

/* What people call a row: its title, else its code, else its id. */
static const char *title_of(struct page_call *call, const char *entity_name, const char *id)
{
    const struct entity *entity = entity_find(entity_name);
    const struct field *title = entity == NULL ? NULL : entity_title_field(entity);
    const struct row *row = NULL;
    struct error ignored = {0}; /* a row that cannot be read is called by its id */
    const char *name;

    if (title != NULL && store_row(call->world->store, call->arena, entity_name, id, &row, &ignored) && row != NULL &&
        row_text(row, title->name) != NULL)
        return row_text(row, title->name);
    name = names_of_row(call->world->store, call->arena, entity_name, id);
    return name == NULL ? id : name;
}

/* "Mirjana Petrović at Module 2", "Person: Mirjana Petrović". */
static const char *sentence_for(struct page_call *call, const struct said *said)
{
    const struct entity *entity = entity_find(said->entity);
    char scratch[ROW_ID_SIZE];
    const char *parts[2];

    if (strcmp(said->entity, "attendance") == 0 && row_id_parts(said->row, scratch, parts, 2) == 2)
        return arena_format(call->arena, say(call->words, "%s at %s"), title_of(call, "person", parts[1]),
                            title_of(call, "session", parts[0]));
    return arena_format(call->arena, "%s: %s", entity == NULL ? said->entity : say(call->words, entity->label),
                        title_of(call, said->entity, said->row));
}

static const char *label_of_value(struct page_call *call, const void *of, const char *value)
{
    const struct field *field = of;

    if (field == NULL || value[0] == '\0')
        return value;
    if (field->type == FIELD_CHOICE)
        return say(call->words, label_of_choice(value));
    return field->type == FIELD_ROW ? title_of(call, field->choices, value) : value;
}

static bool run_conflicts(struct page_call *call, struct error *err)
{
    struct said *all;
    size_t count;

    if (!conflicts_read(call->world->store, call->arena, &all, &count, err))
        return false;
    json_open(&call->out, NULL, '{');
    json_open(&call->out, "conflicts", '[');
    for (size_t i = 0; i < count; i++) {
        const struct field *field = entity_field(entity_find(all[i].entity), all[i].field);

        json_open(&call->out, NULL, '{');
        json_put_text(&call->out, "entity", all[i].entity);
        json_put_text(&call->out, "row", all[i].row);
        json_put_text(&call->out, "field", all[i].field);
        json_put_text(&call->out, "label", field == NULL ? all[i].field : say(call->words, field->label));
        json_put_text(&call->out, "what", sentence_for(call, &all[i]));
        page_put_said(call, "values", &all[i], label_of_value, field);
        json_shut(&call->out, '}');
    }
    json_shut(&call->out, ']');
    json_shut(&call->out, '}');
    return true;
}

static bool how_of(struct page_call *call, enum settle_how *ret, const char **value, struct error *err)
{
    static const struct {
        const char *word;
        enum settle_how how;
    } words[] = {{"keep", SETTLE_KEEP}, {"other", SETTLE_OTHER}, {"value", SETTLE_VALUE}};
    const char *how;

    if (!page_text_needed(call, "how", &how, err) || !page_text(call, "value", value, err))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].word, how) != 0)
            continue;
        *ret = words[i].how;
        return *ret != SETTLE_VALUE || *value != NULL || error_set(err, ERROR_INVALID, "Load the page again.", "%s was not told", "value");
    }
    return error_set(err, ERROR_INVALID, "Load the page again.", "how to settle was neither keep, other nor value");
}

static bool run_settle(struct page_call *call, struct error *err)
{
    struct store *store = call->world->store;
    const char *entity_name, *id, *field, *value;
    const struct entity *entity;
    enum settle_how how;

    if (!page_text_needed(call, "entity", &entity_name, err) || !page_text_needed(call, "row", &id, err) ||
        !page_text_needed(call, "field", &field, err) || !how_of(call, &how, &value, err))
        return false;
    entity = entity_find(entity_name);
    if (entity == NULL)
        return error_set(err, ERROR_INVALID, "Load the page again.", "%.60s is no kind of row", entity_name);
    if (!conflict_settle(store, entity, id, field, how, value, call->author, err))
        return false;
    json_open(&call->out, NULL, '{');
    json_put_integer(&call->out, "conflicts", (int64_t)store_conflict_count(store));
    json_shut(&call->out, '}');
    return true;
}

/* --- people --------------------------------------------------------------------------------------------------------------------------- */

static bool run_find(struct page_call *call, struct error *err)
{
    const struct found_person *people;
    const char *text;
    size_t count;

    if (!page_text_needed(call, "text", &text, err) ||
        !find_people(call->world->store, kept_names(), call->arena, text, &people, &count, err))
        return false;
    json_open(&call->out, NULL, '{');
    json_open(&call->out, "people", '[');
    for (size_t i = 0; i < count; i++) {
        json_open(&call->out, NULL, '{');
        json_put_text(&call->out, "id", people[i].id);
        json_put_text(&call->out, "ref", people[i].ref);
        json_put_text(&call->out, "name", people[i].name);
        json_put_text(&call->out, "organisation", people[i].organisation);
        json_put_text(&call->out, "municipality", label_in_script(call->words, people[i].municipality, people[i].municipality_cyrillic));
        json_shut(&call->out, '}');
    }
    json_shut(&call->out, ']');
    json_shut(&call->out, '}');
    return true;
}

/* --- the table ------------------------------------------------------------------------------------------------------------------------ */

static const struct page_member conflicts_answer[] = {
    {"conflicts", "list", "fields that were said differently and not settled"},
    {"conflicts[].entity", "text", "kind of row"},
    {"conflicts[].row", "text", "its id"},
    {"conflicts[].field", "text", "name of the field"},
    {"conflicts[].label", "text", "what people call the field"},
    {"conflicts[].what", "text", "what the row is about"},
    {"conflicts[].values", "list", "what stands first, then the latest"},
    {"conflicts[].values[].value", "text", "as recorded"},
    {"conflicts[].values[].label", "text", "what people call it"},
    {"conflicts[].values[].device", "text", "which device said it"},
    {"conflicts[].values[].author", "text", "who held it; empty when that is not known here"},
    {"conflicts[].values[].at", "text?", "when, RFC 3339"},
    {"conflicts[].values[].stands", "boolean", "counts until it is settled"},
    {NULL, NULL, NULL}};
static const struct page_member settle_request[] = {{"entity", "text", "kind of row"},
                                                    {"row", "text", "its id"},
                                                    {"field", "text", "name of the field"},
                                                    {"how", "text", "keep what stands, other for the latest other one, or value"},
                                                    {"value", "text?", "with value: what it shall be"},
                                                    {NULL, NULL, NULL}};
static const struct page_member settle_answer[] = {{"conflicts", "integer", "how many are left"}, {NULL, NULL, NULL}};
static const struct page_member find_request[] = {{"text", "text", "letters of name, reference or organisation"}, {NULL, NULL, NULL}};
static const struct page_member find_answer[] = {{"people", "list", "at most 20, the best first"},
                                                 {"people[].id", "text", "row id of the person"},
                                                 {"people[].ref", "text", "reference"},
                                                 {"people[].name", "text", "full name"},
                                                 {"people[].organisation", "text", "where the person works"},
                                                 {"people[].municipality", "text", "name of the home municipality"},
                                                 {NULL, NULL, NULL}};

#define JSON PAGE_JSON_BYTES_MAX, "application/json"

const struct page_route page_routes_conflicts[] = {
    {"GET", "/api/conflicts", PAGE_UNLOCKED, 0, NULL, run_conflicts, "what two people said differently", NULL, NULL, conflicts_answer},
    {"POST", "/api/conflicts/settle", PAGE_UNLOCKED | PAGE_WRITES, JSON, run_settle, "settles one field", NULL, settle_request,
     settle_answer},
    {"POST", "/api/people/find", PAGE_UNLOCKED, JSON, run_find, "people by a few letters, whatever the script", NULL, find_request,
     find_answer},
    {NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL},
};
