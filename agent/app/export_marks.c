// SPDX-License-Identifier: Apache-2.0
/* The marks as they stand, the marks that disagree, and the minutes that reports counted, by session and person.
 *
 * Not here:  other tables (export.c).
 */
#include <stdlib.h>
#include <string.h>

#include "agent/app/export_table.h"
#include "agent/app/names.h"
#include "protocol/attendance.h"

enum { LOGS_MAX = 64 };

struct mark_line {
    const char *session, *person, *third, *device, *at; /* third: the status, or the minutes */
};
/* Lines gathered before they are sorted by what people call things. */
struct gathered {
    struct export_table *table;
    struct arena arena;
    struct mark_line *lines;
    size_t count, room;
    struct {
        uint64_t log;
        const char *name;
    } devices[LOGS_MAX]; /* few devices make all the marks: their names are asked for once */
    size_t device_count;
    bool failed;
    struct error *err;
};

static struct mark_line *line_add(struct gathered *all)
{
    if (all->count == all->room) {
        size_t room = all->room == 0 ? 1024 : all->room * 2;
        struct mark_line *more = realloc(all->lines, room * sizeof *more);

        if (more == NULL)
            return NULL;
        all->lines = more;
        all->room = room;
    }
    return &all->lines[all->count++];
}

static const char *device_name(struct gathered *all, uint64_t log)
{
    char name[CODE_BYTES_MAX + 1];
    const char *kept;

    for (size_t i = 0; i < all->device_count; i++)
        if (all->devices[i].log == log)
            return all->devices[i].name;
    if (!store_device_name(all->table->store, log, name, all->err))
        return NULL;
    kept = arena_text(&all->arena, name);
    if (all->device_count < LOGS_MAX && kept != NULL) {
        all->devices[all->device_count].log = log;
        all->devices[all->device_count++].name = kept;
    }
    return kept;
}

static bool key_names(struct gathered *all, const char *id, struct mark_line *line)
{
    char scratch[ROW_ID_SIZE];
    const char *parts[2];

    if (row_id_parts(id, scratch, parts, 2) != 2)
        return false;
    line->session = names_of_row(all->table->store, &all->arena, "session", parts[0]);
    line->person = names_of_row(all->table->store, &all->arena, "person", parts[1]);
    return line->session != NULL && line->person != NULL;
}

static bool take_mark(void *context, const struct row *row)
{
    struct gathered *all = context;
    struct mark_line *line = line_add(all);
    struct stamp stamp = row_stamp(row, "status");
    const char *at = row_text(row, "at");
    char moment[MOMENT_TEXT_SIZE];

    if (line == NULL || row_text(row, "status") == NULL) {
        all->failed = line == NULL;
        all->count -= line != NULL; /* a mark without a status is none */
        return !all->failed;
    }
    moment_text(stamp_ms(stamp.time), moment);
    line->third = arena_text(&all->arena, row_text(row, "status"));
    line->at = arena_text(&all->arena, at == NULL ? moment : at);
    line->device = device_name(all, stamp.log);
    all->failed = !key_names(all, row->id, line) || line->third == NULL || line->at == NULL || line->device == NULL;
    return !all->failed;
}

static bool take_conflict(void *context, const struct store_conflict *conflict)
{
    struct gathered *all = context;
    struct mark_line *line;

    if (strcmp(conflict->entity, "attendance") != 0 || strcmp(conflict->field, "status") != 0)
        return true;
    line = line_add(all);
    all->failed = line == NULL || !key_names(all, conflict->row, line);
    return !all->failed;
}

/* Minutes that a report counted, with one decimal: the seconds through 60, as printf rounds them (the nearest double, halves to even). A
 * mark that tells no seconds was not counted by a report. */
static bool take_minutes(void *context, const struct row *row)
{
    struct gathered *all = context;
    struct mark_line *line;

    if (row_value(row, "seconds").kind != VALUE_INTEGER || row_value(row, "minutes").kind != VALUE_INTEGER ||
        !status_attends(row_text(row, "status")))
        return true;
    line = line_add(all);
    if (line != NULL)
        line->third =
            arena_format(&all->arena, "%.1f", (double)(row_integer(row, "minutes", 0) * 60 + row_integer(row, "seconds", 0)) / 60.0);
    all->failed = line == NULL || line->third == NULL || !key_names(all, row->id, line);
    return !all->failed;
}

static int compare_lines(const void *a, const void *b)
{
    const struct mark_line *left = a;
    const struct mark_line *right = b;
    int order = strcmp(left->session, right->session);

    return order != 0 ? order : strcmp(left->person, right->person);
}

static bool write_lines(struct gathered *all, const char *const *columns, size_t count)
{
    bool done = export_begin(all->table, columns, count);

    if (all->count > 1)
        qsort(all->lines, all->count, sizeof *all->lines, compare_lines);
    for (size_t i = 0; done && i < all->count; i++) {
        const struct mark_line *line = &all->lines[i];
        const char *cells[] = {line->session, line->person, line->third, line->device, line->at};

        done = export_cells(all->table, cells, count);
    }
    return done;
}

static bool gathered_end(struct gathered *all, bool done, struct error *err)
{
    free(all->lines);
    arena_clear(&all->arena);
    return done || error_set(err, ERROR_MEMORY, "Close other programs.", "no memory to export the marks");
}

bool export_fill_marks(struct export_table *table, struct error *err)
{
    static const char *const columns[] = {"session", "person", "status", "device", "at"};
    struct gathered all = {.table = table, .err = err};
    struct store_query query = {.entity = "attendance"};
    bool done = store_each(table->store, &query, take_mark, &all, err) && !all.failed && write_lines(&all, columns, 5);

    return gathered_end(&all, done, err);
}

bool export_fill_minutes(struct export_table *table, struct error *err)
{
    static const char *const columns[] = {"session", "person", "minutes"};
    struct gathered all = {.table = table, .err = err};
    struct store_query query = {.entity = "attendance"};
    bool done = store_each(table->store, &query, take_minutes, &all, err) && !all.failed && write_lines(&all, columns, 3);

    return gathered_end(&all, done, err);
}

bool export_fill_conflicts(struct export_table *table, struct error *err)
{
    static const char *const columns[] = {"session", "person"};
    struct gathered all = {.table = table, .err = err};
    bool done = store_conflicts(table->store, take_conflict, &all, err) && !all.failed && write_lines(&all, columns, 2);

    return gathered_end(&all, done, err);
}
