// SPDX-License-Identifier: Apache-2.0
/* add, list, show, edit, remove: one set of commands for every entity, out of the entity table.
 *
 * Not here:  anything about one entity.
 */
#include <string.h>

#include "agent/app/edit.h"
#include "agent/cli/call.h"
#include "agent/cli/sheet.h"
#include "protocol/json_text.h"
#include "protocol/text.h"

enum { LIST_COLUMNS_MAX = 7 }; /* what fits beside each other; --json has all */

static const char *option_of_field(struct call *call, const struct field *field)
{
    char name[NAME_BYTES_MAX + 1];
    size_t size = strlen(field->name);

    for (size_t i = 0; i <= size && i < sizeof name; i++)
        name[i] = (char)(field->name[i] == '_' ? '-' : field->name[i]);
    return options_value(&call->options, name);
}

/* What heads a field's column: in English the word that is typed for it, elsewhere what people call it. */
static const char *field_heading(const struct call *call, const struct field *field)
{
    const char *label = say(call->words, field->label);

    return label == field->label ? field->name : label;
}

/* Words first (key parts, or the code), then options. */
static size_t typed_values(struct call *call, struct edit_value *values, bool with_words)
{
    const struct entity *entity = call->command->entity;
    const struct field *code = entity_code_field(entity);
    size_t word = 0;
    size_t count = 0;

    for (size_t i = 0; i < entity->field_count; i++) {
        const struct field *field = &entity->fields[i];
        bool named = entity->naming == NAMED_BY_KEY ? (field->flags & FIELD_KEY) != 0 : field == code;
        const char *typed = option_of_field(call, field);

        if (typed == NULL && with_words && named && word < call->options.word_count)
            typed = call->options.words[word++];
        if (typed != NULL)
            values[count++] = (struct edit_value){field->name, typed};
    }
    return count;
}

enum did { DID_ADD, DID_CHANGE, DID_REMOVE };

static bool tell_row(struct call *call, enum did did, const char *id, uint64_t changes)
{
    struct json_text json = {0};
    char words[NAME_BYTES_MAX + 1];
    const char *name = names_of_row(call->agent->store, call->arena, call->command->entity->name, id);
    const char *kind = say(call->words, names_in_words(call->command->entity->name, words));

    if (!call->json) {
        if (changes == 0)
            fprintf(call->out, say(call->words, "Nothing changed: %s %s says so already.\n"), kind, name);
        else
            fprintf(call->out,
                    did == DID_ADD      ? say(call->words, "Added %s %s.\n")
                    : did == DID_CHANGE ? say(call->words, "Changed %s %s.\n")
                                        : say(call->words, "Removed %s %s.\n"),
                    kind, name);
        return true;
    }
    json_open(&json, NULL, '{');
    json_put_text(&json, "entity", call->command->entity->name);
    json_put_text(&json, "id", id);
    json_put_text(&json, "name", name);
    json_put_integer(&json, "changes", (int64_t)changes);
    json_shut(&json, '}');
    return json_print(&json, call->out);
}

bool command_add(struct call *call, struct error *err)
{
    struct edit_value values[CHANGE_FIELDS_MAX];
    struct edit edit = {.entity = call->command->entity, .values = values, .author = call->author};
    char id[ROW_ID_SIZE];

    edit.value_count = typed_values(call, values, true);
    return edit_add(call->agent->store, &edit, id, err) && tell_row(call, DID_ADD, id, 1);
}

bool command_edit(struct call *call, struct error *err)
{
    struct edit_value values[CHANGE_FIELDS_MAX];
    struct edit edit = {.entity = call->command->entity, .values = values, .author = call->author};
    char id[ROW_ID_SIZE];
    uint64_t changes = 0;

    edit.value_count = typed_values(call, values, false);
    return names_resolve(call->agent->store, edit.entity, call->options.words, call->options.word_count, true, id, err) &&
           edit_change(call->agent->store, &edit, id, &changes, err) && tell_row(call, DID_CHANGE, id, changes);
}

bool command_remove(struct call *call, struct error *err)
{
    struct edit edit = {.entity = call->command->entity, .author = call->author};
    char id[ROW_ID_SIZE];
    uint64_t changes = 0;

    return names_resolve(call->agent->store, edit.entity, call->options.words, call->options.word_count, true, id, err) &&
           edit_remove(call->agent->store, &edit, id, &changes, err) && tell_row(call, DID_REMOVE, id, changes);
}

struct listing {
    struct call *call;
    struct sheet sheet;    /* to be printed when all widths are known */
    struct json_text json; /* with --json: written row by row, so that 50,000 rows are not kept twice */
    uint64_t count;
    const char *search; /* folded; NULL: all */
    uint64_t limit;
    struct arena scratch;
};

static bool row_is_found(struct listing *listing, const struct row *row)
{
    const struct entity *entity = listing->call->command->entity;

    for (size_t i = 0; listing->search != NULL && i < entity->field_count; i++) {
        struct value value = names_field(&listing->scratch, entity, row, &entity->fields[i]);
        const char *text = names_of_value(listing->call->agent->store, &listing->scratch, &entity->fields[i], value);
        const char *folded = text == NULL ? NULL : text_fold(&listing->scratch, text);

        if (folded != NULL && strstr(folded, listing->search) != NULL)
            return true;
    }
    return listing->search == NULL;
}

static bool take_row(void *context, const struct row *row)
{
    struct listing *listing = context;
    struct call *call = listing->call;
    const struct entity *entity = call->command->entity;
    struct value cells[CHANGE_FIELDS_MAX + 1];

    if (row_is_found(listing, row)) {
        size_t fields = call->json ? entity->field_count : listing->sheet.column_count;

        if (call->json)
            json_open(&listing->json, NULL, '{');
        for (size_t i = 0; i < fields; i++) {
            struct value value = names_field(&listing->scratch, entity, row, &entity->fields[i]);

            if (value.kind == VALUE_TEXT)
                value = value_text(names_of_value(call->agent->store, &listing->scratch, &entity->fields[i], value));
            cells[i] = value;
            if (call->json)
                json_put_value(&listing->json, entity->fields[i].name, value);
        }
        if (call->json) {
            json_put_text(&listing->json, "id", row->id);
            json_shut(&listing->json, '}');
        } else {
            sheet_add(&listing->sheet, cells);
        }
        listing->count++;
    }
    arena_clear(&listing->scratch);
    return !listing->sheet.failed && !listing->json.out.failed && (listing->limit == 0 || listing->count < listing->limit);
}

static bool filters_read(struct call *call, struct store_filter *filters, size_t *count, struct error *err)
{
    const struct entity *entity = call->command->entity;

    for (size_t i = 0; i < entity->field_count; i++) {
        const char *typed = option_of_field(call, &entity->fields[i]);

        if (typed == NULL)
            continue;
        if (!names_parse(call->agent->store, call->arena, entity, &entity->fields[i], typed, &filters[*count].equals, err))
            return false;
        filters[(*count)++].field = entity->fields[i].name;
    }
    return true;
}

bool command_list(struct call *call, struct error *err)
{
    const struct entity *entity = call->command->entity;
    const struct field *code = entity_code_field(entity);
    const char *columns[CHANGE_FIELDS_MAX];
    struct store_filter filters[CHANGE_FIELDS_MAX];
    struct store_query query = {.entity = entity->name, .filters = filters, .order_by = code == NULL ? NULL : code->name};
    struct listing listing = {.call = call};
    const char *search = options_value(&call->options, "search");
    size_t count = entity->field_count < LIST_COLUMNS_MAX ? entity->field_count : LIST_COLUMNS_MAX;
    long long limit = 0;
    bool done;

    for (size_t i = 0; i < count; i++)
        columns[i] = field_heading(call, &entity->fields[i]);
    listing.sheet = sheet_of(call->arena, columns, count);
    if (!options_integer(&call->options, "limit", 1, 1000000000, 0, &limit, err) || !filters_read(call, filters, &query.filter_count, err))
        return false;
    query.with_removed = options_has(&call->options, "removed");
    listing.limit = (uint64_t)limit;
    listing.search = search == NULL ? NULL : text_fold(call->arena, search);
    json_open(&listing.json, NULL, '{');
    json_open(&listing.json, entity->plural, '[');
    done = store_each(call->agent->store, &query, take_row, &listing, err);
    arena_clear(&listing.scratch);
    json_shut(&listing.json, ']');
    json_shut(&listing.json, '}');
    done = done && (call->json ? json_print(&listing.json, call->out) : sheet_print(&listing.sheet, call->out));
    bytes_clear(&listing.json.out);
    return done;
}

static bool show_text(struct call *call, const struct row *row, struct error *err)
{
    static const char *const columns[] = {N_("field"), N_("value"), N_("written"), N_("by")};
    const struct entity *entity = call->command->entity;
    struct sheet sheet = sheet_of(call->arena, columns, 4);
    char words[NAME_BYTES_MAX + 1];

    sheet.words = call->words;
    for (size_t i = 0; i < entity->field_count; i++) {
        const struct field *field = &entity->fields[i];
        struct stamp stamp = row_stamp(row, field->name);
        const struct reg *reg = row_reg(row, field->name);
        char device[CODE_BYTES_MAX + 1] = "";
        char moment[MOMENT_TEXT_SIZE] = "";
        struct value value = names_field(call->arena, entity, row, field);

        if (value.kind == VALUE_NONE && reg == NULL)
            continue;
        if (!stamp_is_none(stamp)) {
            moment_text(stamp_ms(stamp.time), moment);
            if (!store_device_name(call->agent->store, stamp.log, device, err))
                return false;
        }
        struct value cells[] = {value_text(field_heading(call, field)),
                                value_text(names_of_value(call->agent->store, call->arena, field, value)), value_text(moment),
                                value_text(device)};
        sheet_add(&sheet, cells);
        if (reg != NULL && reg_is_in_conflict(entity->name, reg))
            sheet_add(&sheet, (struct value[]){value_text(""), value_text(say(call->words, "(in conflict: see `teren conflicts`)")),
                                               value_none(), value_none()});
    }
    if (row_is_removed(row))
        fprintf(call->out, say(call->words, "This %s was removed.\n"), say(call->words, names_in_words(entity->name, words)));
    return sheet_print(&sheet, call->out);
}

static bool show_json(struct call *call, const struct row *row)
{
    const struct entity *entity = call->command->entity;
    struct json_text json = {0};

    json_open(&json, NULL, '{');
    json_put_text(&json, "entity", entity->name);
    json_put_text(&json, "id", row->id);
    json_put_bool(&json, "removed", row_is_removed(row));
    json_put_integer(&json, "conflicts", (int64_t)row_conflict_count(row));
    json_open(&json, "fields", '{');
    for (size_t i = 0; i < entity->field_count; i++) {
        const struct field *field = &entity->fields[i];
        struct value value = names_field(call->arena, entity, row, field);

        if (value.kind == VALUE_TEXT)
            value = value_text(names_of_value(call->agent->store, call->arena, field, value));
        json_put_value(&json, field->name, value);
    }
    for (size_t i = 0; i < row->reg_count; i++) /* of newer peers: kept, and shown as they are */
        if (entity_field(entity, row->regs[i].field) == NULL)
            json_put_value(&json, row->regs[i].field, row_value(row, row->regs[i].field));
    json_shut(&json, '}');
    json_shut(&json, '}');
    return json_print(&json, call->out);
}

bool command_show(struct call *call, struct error *err)
{
    const struct entity *entity = call->command->entity;
    const struct row *row = NULL;
    char id[ROW_ID_SIZE];

    if (!names_resolve(call->agent->store, entity, call->options.words, call->options.word_count, true, id, err) ||
        !store_row(call->agent->store, call->arena, entity->name, id, &row, err))
        return false;
    if (row == NULL)
        return error_set(err, ERROR_NOT_FOUND, "List what is there.", "no %s is called %s", entity->name, call->options.words[0]);
    return call->json ? show_json(call, row) : show_text(call, row, err);
}
