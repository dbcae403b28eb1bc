// SPDX-License-Identifier: Apache-2.0
/* Export: what stands, as CSV files.
 *
 * Not here:  the marks' own table (export_marks.c).
 */
#include "agent/app/export.h"

#include <stdio.h>
#include <string.h>

#include "agent/app/export_table.h"
#include "agent/app/import.h"
#include "agent/app/names.h"
#include "agent/app/report.h"
#include "agent/system/files.h"

bool export_cells(struct export_table *table, const char *const *cells, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!csv_cell(&table->out, cells[i], !table->options->plain, i == 0))
            return false;
    table->rows++;
    return table->options->plain ? bytes_append_u8(&table->out, '\n') : csv_end(&table->out);
}

bool export_begin(struct export_table *table, const char *const *columns, size_t count)
{
    bool done = (table->options->plain || csv_bom(&table->out)) && export_cells(table, columns, count);

    table->rows = 0;
    return done;
}

static bool export_finish(struct export_table *table, const char *name, struct error *err)
{
    struct arena arena = {0};
    const char *path = files_join(&arena, table->options->folder, name);
    bool done = false;

    if (path == NULL || table->out.failed)
        error_set(err, ERROR_MEMORY, "Close other programs.", "no memory to export %s", name);
    else
        done = files_write(path, bytes_span(&table->out), err);
    if (done && table->options->each_file != NULL)
        table->options->each_file(table->options->context, path, table->rows);
    arena_clear(&arena);
    return done;
}

static bool fill_activities(struct export_table *table, struct error *err)
{
    static const char *const columns[] = {"activity",  "planned",   "enrolled",       "reached",
                                          "reached_f", "reached_m", "participations", "completed"};
    struct report *report = NULL;
    bool done = export_begin(table, columns, 8);

    if (!report_create(table->store, &report, err))
        return false;
    for (size_t i = 0; done && i < report_activity_count(report); i++) {
        struct tally tally = {0};
        uint64_t figures[7];
        char digits[7][24];
        const char *cells[8] = {report_activity(report, i)->code};

        done = report_tally(report, i, NULL, &tally);
        figures[0] = tally.planned;
        figures[1] = tally.enrolled;
        figures[2] = tally.reached;
        figures[3] = tally_reached_of_sex(&tally, SEX_FEMALE);
        figures[4] = tally_reached_of_sex(&tally, SEX_MALE);
        figures[5] = tally.participations;
        figures[6] = tally.completed;
        for (size_t k = 0; k < 7; k++) {
            snprintf(digits[k], sizeof digits[k], "%llu", (unsigned long long)figures[k]);
            cells[k + 1] = digits[k];
        }
        done = done && export_cells(table, cells, 8);
    }
    report_destroy(report);
    return done || error_set(err, ERROR_MEMORY, "Close other programs.", "no memory to export the figures");
}

/* One entity's rows, in its own columns: what `teren import` reads. Rows named by a change have their id at the end, so that a row without
 * a code, or with a code that somebody corrects in the file, is found again. */
struct entity_rows {
    struct export_table *table;
    const struct entity *entity;
    size_t column_count;
    struct arena arena;
    bool failed;
};

static bool take_row(void *context, const struct row *row)
{
    struct entity_rows *rows = context;
    const char *cells[CHANGE_FIELDS_MAX + 1];

    for (size_t i = 0; i < rows->entity->field_count; i++) {
        const struct field *field = &rows->entity->fields[i];

        cells[i] = names_of_value(rows->table->store, &rows->arena, field, names_field(&rows->arena, rows->entity, row, field));
        rows->failed |= cells[i] == NULL;
    }
    cells[rows->entity->field_count] = row->id;
    rows->failed = rows->failed || !export_cells(rows->table, cells, rows->column_count);
    arena_clear(&rows->arena);
    return !rows->failed;
}

static bool fill_entity(struct export_table *table, const struct entity *entity, struct error *err)
{
    const char *columns[CHANGE_FIELDS_MAX + 1];
    const struct field *code = entity_code_field(entity);
    struct entity_rows rows = {.table = table, .entity = entity};
    struct store_query query = {.entity = entity->name, .order_by = code == NULL ? NULL : code->name};

    for (size_t i = 0; i < entity->field_count; i++)
        columns[i] = entity->fields[i].name;
    columns[entity->field_count] = IMPORT_ID_COLUMN;
    rows.column_count = entity->field_count + (entity->naming == NAMED_BY_CHANGE);
    rows.failed = !export_begin(table, columns, rows.column_count);
    if (!store_each(table->store, &query, take_row, &rows, err))
        return false;
    return !rows.failed || error_set(err, ERROR_MEMORY, "Close other programs.", "no memory to export %s", entity->plural);
}

static bool export_entities(struct store *store, const struct export_options *options, struct error *err)
{
    for (size_t i = 0; i < entity_count; i++) {
        struct export_table table = {.store = store, .options = options};
        char name[NAME_BYTES_MAX + 16];
        bool done;

        if ((entities[i].flags & ENTITY_DERIVED) != 0)
            continue;
        snprintf(name, sizeof name, "rows/%s.csv", entities[i].plural);
        done = fill_entity(&table, &entities[i], err) && export_finish(&table, name, err);
        bytes_clear(&table.out);
        if (!done)
            return false;
    }
    return true;
}

bool export_write(struct store *store, const struct export_options *options, struct error *err)
{
    static const struct {
        const char *name;
        bool (*fill)(struct export_table *table, struct error *err);
    } tables[] = {{"marks.csv", export_fill_marks},
                  {"conflicts.csv", export_fill_conflicts},
                  {"webinar-minutes.csv", export_fill_minutes},
                  {"activities.csv", fill_activities}};
    struct arena arena = {0};
    const char *rows_folder = files_join(&arena, options->folder, "rows");
    bool done = rows_folder != NULL && files_make_folder(rows_folder, err);

    for (size_t i = 0; done && i < sizeof tables / sizeof tables[0]; i++) {
        struct export_table table = {.store = store, .options = options};

        done = tables[i].fill(&table, err) && export_finish(&table, tables[i].name, err);
        bytes_clear(&table.out);
    }
    done = done && export_entities(store, options, err);
    arena_clear(&arena);
    return done;
}
