// SPDX-License-Identifier: Apache-2.0
/* Routes: the schema; one row, rows to choose from; add, change, remove.
 *
 * Not here:  the rules of editing (agent/app/edit.h, the same that the commands call).
 */
#include <string.h>

#include "agent/app/edit.h"
#include "agent/page/route_plan.h"
#include "protocol/labels.h"
#include "protocol/plausible.h"

#define END                                                                                                                                \
    {                                                                                                                                      \
        NULL, NULL, NULL                                                                                                                   \
    }

static const char *type_word(enum field_type type)
{
    static const char *const words[] = {
        [FIELD_TEXT] = "text", [FIELD_INTEGER] = "integer", [FIELD_CHOICE] = "choice", [FIELD_DATE] = "date",
        [FIELD_TIME] = "time", [FIELD_MOMENT] = "moment",   [FIELD_ROW] = "row",       [FIELD_FLAG] = "flag",
    };

    return words[type];
}

static void put_word(struct json_text *out, const char *word, const char *label)
{
    json_open(out, NULL, '{');
    json_put_text(out, "word", word);
    json_put_text(out, "label", label);
    json_shut(out, '}');
}

static void put_words(struct page_call *call, const struct entity *entity, const struct field *field)
{
    const char *words = field->type == FIELD_CHOICE ? field->choices : "";
    bool is_kind = strcmp(entity->name, "activity") == 0 && strcmp(field->name, "kind") == 0;

    json_open(&call->out, "choices", '[');
    while (*words != '\0') {
        const char *word = arena_text_n(call->arena, words, strcspn(words, " "));

        if (word != NULL)
            put_word(&call->out, word, say(call->words, label_of_choice(word)));
        words += strcspn(words, " ");
        words += *words == ' ';
    }
    json_shut(&call->out, ']');
    json_open(&call->out, "suggestions", '[');
    for (const struct word_label *kind = activity_kinds; is_kind && kind->word != NULL; kind++)
        put_word(&call->out, kind->word, say(call->words, kind->label));
    json_shut(&call->out, ']');
}

static void put_field(struct page_call *call, const struct entity *entity, const struct field *field)
{
    struct json_text *out = &call->out;
    bool bounded = field->type == FIELD_INTEGER;

    json_open(out, NULL, '{');
    json_put_text(out, "name", field->name);
    json_put_text(out, "label", say(call->words, field->label));
    json_put_text(out, "help", say(call->words, field->help));
    json_put_text(out, "type", type_word(field->type));
    json_put_bool(out, "required", (field->flags & FIELD_REQUIRED) != 0);
    json_put_bool(out, "key", (field->flags & FIELD_KEY) != 0);
    json_put_bool(out, "code", (field->flags & FIELD_CODE) != 0);
    json_put_bool(out, "quiet", (field->flags & FIELD_QUIET) != 0);
    put_words(call, entity, field);
    json_put_text(out, "refers", field->type == FIELD_ROW ? field->choices : NULL);
    json_put_value(out, "min", bounded ? value_integer(field->min) : value_none());
    json_put_value(out, "max", bounded ? value_integer(field->max) : value_none());
    json_shut(out, '}');
}

bool route_schema(struct page_call *call, struct error *err)
{
    struct json_text *out = &call->out;

    (void)err;
    json_open(out, NULL, '{');
    json_open(out, "entities", '[');
    for (size_t i = 0; i < entity_count; i++) {
        const struct entity *entity = &entities[i];

        json_open(out, NULL, '{');
        json_put_text(out, "name", entity->name);
        json_put_text(out, "plural", entity->plural);
        json_put_text(out, "label", say(call->words, entity->label));
        json_put_text(out, "labels", say(call->words, entity->labels));
        json_put_bool(out, "edited", (entity->flags & ENTITY_EDITED) != 0);
        json_open(out, "fields", '[');
        for (size_t k = 0; k < entity->field_count; k++)
            put_field(call, entity, &entity->fields[k]);
        json_shut(out, ']');
        json_shut(out, '}');
    }
    json_shut(out, ']');
    json_shut(out, '}');
    return true;
}

const struct page_member schema_answer[] = {
    {"entities", "list", "kinds of rows"},
    {"entities[].name", "text", "such as person"},
    {"entities[].plural", "text", "such as people: the name of its CSV file"},
    {"entities[].label", "text", "what people call one, in the page's language"},
    {"entities[].labels", "text", "what people call many"},
    {"entities[].edited", "boolean", "may be added, changed and removed by hand"},
    {"entities[].fields", "list", "its fields in order"},
    {"entities[].fields[].name", "text", "such as full_name"},
    {"entities[].fields[].label", "text", "what people read beside it"},
    {"entities[].fields[].help", "text", "a few words more"},
    {"entities[].fields[].type", "text", "text, integer, choice, date, time, moment, row or flag"},
    {"entities[].fields[].required", "boolean", "a new row cannot do without"},
    {"entities[].fields[].key", "boolean", "the row is named by it: it never changes"},
    {"entities[].fields[].code", "boolean", "the code that people use"},
    {"entities[].fields[].quiet", "boolean", "noted by the program, not typed by people"},
    {"entities[].fields[].choices", "list", "of a choice"},
    {"entities[].fields[].choices[].word", "text", "what is recorded"},
    {"entities[].fields[].choices[].label", "text", "what people read"},
    {"entities[].fields[].suggestions", "list", "words that are common in a free text"},
    {"entities[].fields[].suggestions[].word", "text", "what is recorded"},
    {"entities[].fields[].suggestions[].label", "text", "what people read"},
    {"entities[].fields[].refers", "text?", "the kind of row it names"},
    {"entities[].fields[].min", "integer?", "least number"},
    {"entities[].fields[].max", "integer?", "greatest number"},
    END,
};

/* --- reading ------------------------------------------------------------------------------------------------------------- */

static const struct entity *edited_entity(const char *name, struct error *err)
{
    const struct entity *entity = entity_find(name);

    if (entity != NULL && (entity->flags & ENTITY_EDITED) != 0)
        return entity;
    error_set(err, ERROR_USAGE, "Load the page again.", "there is no kind of row \"%.48s\" that people edit", name == NULL ? "" : name);
    return NULL;
}

/* The row of this kind that is typed: an id or a code, a key's parts joined by ':'. */
static bool find_row(struct page_call *call, const struct entity *entity, const char *typed, const struct row **ret, struct error *err)
{
    char id[ROW_ID_SIZE];

    if (typed == NULL || typed[0] == '\0')
        return error_set(err, ERROR_USAGE, "Load the page again.", "id was not told");
    if (!names_resolve(call->world->store, entity, &typed, 1, true, id, err) ||
        !store_row(call->world->store, call->arena, entity->name, id, ret, err))
        return false;
    return (*ret != NULL && !row_is_removed(*ret)) ||
           error_set(err, ERROR_NOT_FOUND, "Go back and choose another.", "this row is not here any more");
}

bool route_row(struct page_call *call, struct error *err)
{
    const struct entity *entity = edited_entity(page_query(call, "entity"), err);
    const struct row *row = NULL;

    if (entity == NULL || !find_row(call, entity, page_query(call, "id"), &row, err))
        return false;
    json_open(&call->out, NULL, '{');
    json_put_text(&call->out, "id", row->id);
    json_open(&call->out, "values", '{');
    for (size_t i = 0; i < entity->field_count; i++) {
        const struct field *field = &entity->fields[i];
        struct value value = names_field(call->arena, entity, row, field);

        json_put_text(&call->out, field->name, names_of_value(call->world->store, call->arena, field, value));
    }
    json_shut(&call->out, '}');
    json_shut(&call->out, '}');
    return true;
}

const struct page_member row_query[] = {
    {"entity", "text", "such as person"},
    {"id", "text", "id or code of the row"},
    END,
};
const struct page_member row_answer[] = {
    {"id", "text", "id of the row"},
    {"values", "object", "a text for each field, rows by their code; empty: not told"},
    END,
};

static bool put_choice(void *context, const struct row *row)
{
    struct page_call *call = context;
    const char *code = row_text(row, "code");
    const char *name = label_in_script(call->words, row_text(row, "name"), row_text(row, "name_cyrillic"));

    code = code == NULL ? row->id : code; /* a key row's code is its id */
    json_open(&call->out, NULL, '{');
    json_put_text(&call->out, "id", row->id);
    json_put_text(&call->out, "code", code);
    json_put_text(&call->out, "name", name[0] == '\0' ? code : name);
    json_shut(&call->out, '}');
    return !call->out.out.failed;
}

bool route_rows(struct page_call *call, struct error *err)
{
    const char *name = page_query(call, "entity");
    struct store_query query = {.entity = name, .order_by = "name"};
    bool done;

    if (name == NULL || !word_is_among(name, "programme municipality organisation"))
        return error_set(err, ERROR_USAGE, "Load the page again.", "rows are listed of programme, municipality and organisation only");
    json_open(&call->out, NULL, '{');
    json_open(&call->out, "rows", '[');
    done = store_each(call->world->store, &query, put_choice, call, err);
    json_shut(&call->out, ']');
    if (done)
        json_shut(&call->out, '}');
    return done;
}

const struct page_member rows_query[] = {{"entity", "text", "programme, municipality or organisation"}, END};
const struct page_member rows_answer[] = {
    {"rows", "list", "by name"},
    {"rows[].id", "text", "id of the row"},
    {"rows[].code", "text", "its code"},
    {"rows[].name", "text", "its name, in the script of the page's language; its code when it has none"},
    END,
};

/* --- writing ------------------------------------------------------------------------------------------------------------- */

/* The refusal with the field it is about, so that the page can tell it beside that field. */
static bool refuse(struct page_call *call, const char *field, const struct error *err)
{
    json_open(&call->out, NULL, '{');
    json_put_text(&call->out, "field", field);
    page_put_error(call, "error", err);
    json_shut(&call->out, '}');
    return false;
}

/* One value as typed; a number is as good as its digits. */
static const char *typed_text(struct page_call *call, const json_t *value)
{
    if (json_is_null(value))
        return "";
    if (json_is_integer(value))
        return arena_format(call->arena, "%lld", (long long)json_integer_value(value));
    return json_string_value(value);
}

static bool values_read(struct page_call *call, const struct entity *entity, struct edit_value *values, size_t *ret_count,
                        const char **ret_wrong, struct error *err)
{
    json_t *object = json_object_get(call->json, "values");
    json_t *value;
    const char *name;

    if (!json_is_object(object))
        return error_set(err, ERROR_INVALID, "Load the page again.", "values were not told");
    json_object_foreach(object, name, value)
    {
        const struct field *field = entity_field(entity, name);
        const char *text = typed_text(call, value);

        if (field == NULL || strcmp(name, FIELD_REMOVED) == 0 || *ret_count == CHANGE_FIELDS_MAX)
            return error_set(err, ERROR_INVALID, "Load the page again.", "there is no field \"%.48s\"", name);
        *ret_wrong = field->name;
        if (text == NULL)
            return error_set(err, ERROR_INVALID, "Load the page again.", "%s: was no text", field->label);
        values[(*ret_count)++] = (struct edit_value){field->name, text};
    }
    *ret_wrong = NULL;
    return true;
}

/* What is odd about them: they are taken all the same. */
static void put_oddities(struct page_call *call, const struct edit *edit)
{
    const struct clock_port *clock = &call->world->clock;
    const int64_t this_year = plausible_year(clock->wall_ms(clock->self));

    json_open(&call->out, "notes", '[');
    for (size_t i = 0; i < edit->value_count; i++) {
        const char *odd = plausible_oddity(edit->entity, edit->values[i].field, edit->values[i].text, this_year);

        if (odd != NULL)
            json_put_text(&call->out, NULL, say(call->words, odd));
    }
    json_shut(&call->out, ']');
}

static bool put_changes(struct page_call *call, const struct edit *edit, uint64_t changes)
{
    json_open(&call->out, NULL, '{');
    json_put_integer(&call->out, "changes", (int64_t)changes);
    put_oddities(call, edit);
    json_shut(&call->out, '}');
    return true;
}

bool route_row_add(struct page_call *call, struct error *err)
{
    struct store *store = call->world->store;
    const char *name, *wrong = NULL;
    struct edit_value values[CHANGE_FIELDS_MAX];
    struct edit edit = {.values = values, .author = call->author, .ret_wrong = &wrong};
    char id[ROW_ID_SIZE];

    if (!page_text_needed(call, "entity", &name, err) || (edit.entity = edited_entity(name, err)) == NULL)
        return false;
    if (!values_read(call, edit.entity, values, &edit.value_count, &wrong, err) || !edit_add(store, &edit, id, err))
        return refuse(call, wrong, err);
    json_open(&call->out, NULL, '{');
    json_put_text(&call->out, "id", id);
    json_put_text(&call->out, "code", names_of_row(store, call->arena, edit.entity->name, id));
    put_oddities(call, &edit);
    json_shut(&call->out, '}');
    return true;
}

bool route_row_change(struct page_call *call, struct error *err)
{
    const char *name, *typed, *wrong = NULL;
    const struct row *row = NULL;
    struct edit_value values[CHANGE_FIELDS_MAX];
    struct edit edit = {.values = values, .author = call->author, .ret_wrong = &wrong};
    uint64_t changes = 0;

    if (!page_text_needed(call, "entity", &name, err) || !page_text_needed(call, "id", &typed, err) ||
        (edit.entity = edited_entity(name, err)) == NULL || !find_row(call, edit.entity, typed, &row, err))
        return false;
    if (!values_read(call, edit.entity, values, &edit.value_count, &wrong, err) ||
        !edit_change(call->world->store, &edit, row->id, &changes, err))
        return refuse(call, wrong, err);
    return put_changes(call, &edit, changes);
}

bool route_row_remove(struct page_call *call, struct error *err)
{
    const char *name, *typed;
    const struct row *row = NULL;
    struct edit edit = {.author = call->author};
    uint64_t changes = 0;

    return page_text_needed(call, "entity", &name, err) && page_text_needed(call, "id", &typed, err) &&
           (edit.entity = edited_entity(name, err)) != NULL && find_row(call, edit.entity, typed, &row, err) &&
           edit_remove(call->world->store, &edit, row->id, &changes, err) && put_changes(call, &edit, changes);
}

const struct page_member row_add_request[] = {
    {"entity", "text", "such as person"},
    {"values", "object", "a text for each field that is told, rows by code or id"},
    END,
};
const struct page_member row_add_answer[] = {
    {"id", "text", "id of the new row"},
    {"code", "text", "its code, made here when none was told"},
    {"notes", "list", "sentences: what is odd about the values; they were taken all the same"},
    {"field", "text?", "beside an error: the field that was refused"},
    END,
};
const struct page_member row_change_request[] = {
    {"entity", "text", "such as person"},
    {"id", "text", "id or code of the row"},
    {"values", "object", "a text for each field that changes; empty: the field is emptied"},
    END,
};
const struct page_member row_remove_request[] = {
    {"entity", "text", "such as person"},
    {"id", "text", "id or code of the row"},
    END,
};
const struct page_member row_changes_answer[] = {
    {"changes", "integer", "recorded; 0: all of it stood there already"},
    {"notes", "list", "sentences: what is odd about the values; they were taken all the same"},
    {"field", "text?", "beside an error: the field that was refused"},
    END,
};
