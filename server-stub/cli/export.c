// SPDX-License-Identifier: Apache-2.0
/* `export`: one CSV file per entity, for people and other programs.
 *
 * Here:      columns from the entity table, references as human codes, conflicts beside them.
 * Not here:  CSV's rules (protocol/csv.h), which rows there are (server-stub/app).
 * Two walks  of what is referred to by code: the first collects codes, so that the second can write "TT-RS-BUJ-1" where a row holds an id.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/csv.h"
#include "protocol/entities.h"
#include "protocol/row.h"
#include "protocol/sql.h"
#include "server-stub/cli/cli.h"
#include "server-stub/cli/files.h"
#include "server-stub/cli/print.h"

struct code {
    const char *entity, *id, *code;
};
struct codes {
    struct code *items;
    size_t count, room;
    struct arena arena;
    bool failed;
};

struct export
{
    struct cli *cli;
    struct codes codes;
    const struct entity *entity;
    struct bytes rows, conflicts;
    struct arena arena; /* of one row */
    uint64_t count;
    bool with_removed;
};

static int code_compare(const void *a, const void *b)
{
    const struct code *one = a, *two = b;
    int order = strcmp(one->entity, two->entity);
    return order != 0 ? order : strcmp(one->id, two->id);
}

static bool collect_code(void *context, const struct row *row)
{
    struct export *export = context;
    struct codes *codes = &export->codes;
    const char *code = row_text(row, entity_code_field(export->entity)->name);
    if (code == NULL || code[0] == '\0')
        return true;
    if (codes->count == codes->room) {
        size_t room = codes->room == 0 ? 1024 : codes->room * 2;
        struct code *items = realloc(codes->items, room * sizeof *items);
        if (items == NULL)
            return !(codes->failed = true);
        codes->items = items;
        codes->room = room;
    }
    codes->items[codes->count++] = (struct code){export->entity->name, arena_text(&codes->arena, row->id), arena_text(&codes->arena, code)};
    codes->failed = codes->items[codes->count - 1].id == NULL || codes->items[codes->count - 1].code == NULL;
    return !codes->failed;
}

/* What people call the row that `id` names; the id itself where it has no code. */
static const char *code_of(const struct codes *codes, const char *entity, const char *id)
{
    struct code wanted = {entity, id, NULL};
    const struct code *found = codes->count > 0 ? bsearch(&wanted, codes->items, codes->count, sizeof *codes->items, code_compare) : NULL;
    return found != NULL ? found->code : id;
}

static void put_value(struct export *export, struct bytes *out, const struct field *field, struct value value, bool first)
{
    char number[32];
    if (value.kind == VALUE_INTEGER) {
        snprintf(number, sizeof number, "%" PRId64, value.integer);
        csv_cell(out, number, false, first);
    } else if (value.kind == VALUE_TEXT && field->type == FIELD_ROW) {
        csv_cell(out, code_of(&export->codes, field->choices, value.text), true, first);
    } else {
        csv_cell(out, value.kind == VALUE_TEXT ? value.text : "", true, first);
    }
}

/* The row's name in people's words: the codes of its key's parts, or its own code, or its id. */
static const char *name_of(struct export *export, const struct row *row)
{
    const struct entity *entity = export->entity;
    const char *name = NULL;

    if (entity->naming != NAMED_BY_KEY)
        return code_of(&export->codes, entity->name, row->id);
    for (size_t i = 0; i < entity->field_count; i++) {
        const struct field *field = &entity->fields[i];
        struct value value;
        if ((field->flags & FIELD_KEY) == 0)
            continue;
        value = sql_column_value(&export->arena, row, entity, field);
        if (value.kind != VALUE_TEXT)
            return row->id;
        if (field->type == FIELD_ROW)
            value.text = code_of(&export->codes, field->choices, value.text);
        name = name == NULL ? value.text : arena_format(&export->arena, "%s:%s", name, value.text);
    }
    return name != NULL ? name : row->id;
}

static void put_conflicts(struct export *export, const struct row *row)
{
    for (size_t i = 0; i < row->reg_count; i++) {
        const struct reg *reg = &row->regs[i];
        const struct field *field = entity_field(export->entity, reg->field);
        if (field == NULL || !reg_is_in_conflict(row->entity, reg))
            continue;
        for (size_t v = reg->live_count; v-- > 0;) {
            csv_cell(&export->conflicts, row->entity, true, true);
            csv_cell(&export->conflicts, name_of(export, row), true, false);
            csv_cell(&export->conflicts, reg->field, true, false);
            put_value(export, &export->conflicts, field, reg->live[v].value, false);
            csv_cell(&export->conflicts, v + 1 == reg->live_count ? "stands" : "kept", false, false);
            csv_end(&export->conflicts);
        }
    }
}

static bool export_row(void *context, const struct row *row)
{
    struct export *export = context;
    if (row_is_removed(row) && !export->with_removed)
        return true;
    for (size_t i = 0; i < export->entity->field_count; i++)
        put_value(export, &export->rows, &export->entity->fields[i],
                  sql_column_value(&export->arena, row, export->entity, &export->entity->fields[i]), i == 0);
    csv_cell(&export->rows, row->id, true, false);
    if (export->with_removed)
        csv_cell(&export->rows, row_is_removed(row) ? "1" : "", false, false);
    csv_end(&export->rows);
    put_conflicts(export, row);
    arena_clear(&export->arena);
    export->count++;
    return !export->rows.failed && !export->conflicts.failed;
}

static bool write_csv(const struct export *export, const char *name, const struct bytes *content, struct error *err)
{
    char path[CLI_PATH_SIZE];
    int size = snprintf(path, sizeof path, "%s/%s.csv", export->cli->options.words[0], name);
    if (size < 0 || (size_t)size >= sizeof path)
        return error_set(err, ERROR_LIMIT, "Choose a shorter path.", "the path to %s.csv was too long", name);
    if (content->failed)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory was left to export %s", name);
    return file_write(path, bytes_span(content), err);
}

static bool export_entity(struct export *export, struct error *err)
{
    const struct entity *entity = export->entity;
    bytes_reset(&export->rows);
    export->count = 0;
    csv_bom(&export->rows);
    for (size_t i = 0; i < entity->field_count; i++)
        csv_cell(&export->rows, entity->fields[i].name, false, i == 0);
    csv_cell(&export->rows, "id", false, false);
    if (export->with_removed)
        csv_cell(&export->rows, FIELD_REMOVED, false, false);
    csv_end(&export->rows);
    if (!server_each_row(export->cli->server, entity->name, export_row, export, err) ||
        !write_csv(export, entity->plural, &export->rows, err))
        return false;
    if (!export->cli->json)
        printf("%8" PRIu64 " %s\n", export->count, entity->plural);
    return true;
}

static bool collect_codes(struct export *export, struct error *err)
{
    for (size_t i = 0; i < entity_count; i++) {
        export->entity = &entities[i];
        /* A row named by its key is called by its id already. */
        if (entity_code_field(export->entity) == NULL || export->entity->naming == NAMED_BY_KEY ||
            (export->entity->flags & ENTITY_DERIVED) != 0)
            continue;
        if (!server_each_row(export->cli->server, entities[i].name, collect_code, export, err))
            return false;
    }
    if (export->codes.failed)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory was left for the codes");
    if (export->codes.count > 0)
        qsort(export->codes.items, export->codes.count, sizeof *export->codes.items, code_compare);
    return true;
}

bool command_export(struct cli *cli, struct error *err)
{
    struct export export = {.cli = cli, .with_removed = options_has(&cli->options, "with-removed")};
    static const char *const conflict_columns[] = {"entity", "row", "field", "value", "state"};
    bool done = false;

    if (!folder_make(cli->options.words[0], err) || !collect_codes(&export, err))
        goto out;
    csv_bom(&export.conflicts);
    for (size_t i = 0; i < sizeof conflict_columns / sizeof conflict_columns[0]; i++)
        csv_cell(&export.conflicts, conflict_columns[i], false, i == 0);
    csv_end(&export.conflicts);
    for (size_t i = 0; i < entity_count; i++) {
        export.entity = &entities[i];
        if ((entities[i].flags & ENTITY_DERIVED) == 0 && !export_entity(&export, err))
            goto out;
    }
    if (!write_csv(&export, "conflicts", &export.conflicts, err))
        goto out;
    if (cli->json) {
        fputs("{\"export\":", stdout);
        print_json_text(cli->options.words[0]);
        fputs("}\n", stdout);
    }
    done = true;
out:
    free(export.codes.items);
    arena_clear(&export.codes.arena);
    arena_clear(&export.arena);
    bytes_clear(&export.rows);
    bytes_clear(&export.conflicts);
    return done;
}
