// SPDX-License-Identifier: Apache-2.0
/* The programme of tests/programme at a desk: its tables, and all of it played on one device.
 *
 * Here:      reading its CSV files, importing its lists, recording its marks in their order.
 * Not here:  any promise; what the figures must be (tests/programme/expected).
 */
#ifndef TESTS_UNIT_PROGRAMME_H
#define TESTS_UNIT_PROGRAMME_H

#include "protocol/csv.h"
#include "tests/unit/desk.h"

struct programme_table {
    struct arena arena;
    const char **header;
    const char ***rows;
    size_t columns, count;
};

static inline struct programme_table programme_table(const char *name)
{
    struct programme_table table = {.columns = 0};
    struct csv_record record = {0};
    struct csv_reader reader;
    struct bytes content = {0};
    struct error err = {0};
    size_t room = 0;

    ck_assert_msg(files_read(arena_format(&table.arena, "%s/tests/programme/%s", SOURCE_FOLDER, name), 1 << 24, &content, &err), "%s",
                  err.cause);
    reader = csv_reader_of(bytes_span(&content));
    ck_assert(csv_read(&table.arena, &reader, &record, &err));
    table.header = record.cells;
    table.columns = record.count;
    while (csv_read(&table.arena, &reader, &record, &err)) {
        if (table.count == room) {
            room = room == 0 ? 64 : room * 2;
            table.rows = arena_grow(&table.arena, table.rows, table.count, room, sizeof *table.rows);
        }
        ck_assert_uint_eq(record.count, table.columns);
        table.rows[table.count++] = record.cells;
    }
    ck_assert_msg(err.kind == ERROR_NONE, "%s: %s", name, err.cause);
    bytes_clear(&content);
    return table;
}

static inline void programme_table_clear(struct programme_table *table)
{
    arena_clear(&table->arena);
}

static inline const char *programme_cell(const struct programme_table *table, size_t row, const char *column)
{
    for (size_t i = 0; i < table->columns; i++)
        if (strcmp(table->header[i], column) == 0)
            return table->rows[row][i];
    ck_abort_msg("there is no column %s", column);
    return NULL;
}

static inline long programme_number(const struct programme_table *table, size_t row, const char *column)
{
    return strtol(programme_cell(table, row, column), NULL, 10);
}

/* The row whose column says so; the table's count when there is none. */
static inline size_t programme_row(const struct programme_table *table, const char *column, const char *says)
{
    size_t row = 0;

    while (row < table->count && strcmp(programme_cell(table, row, column), says) != 0)
        row++;
    return row;
}

/* Lists, marks in the order they were made, and the pairs that are one person. */
static inline void desk_plays_programme(struct desk *desk)
{
    struct programme_table log = programme_table("field-log.csv");
    struct programme_table pairs = programme_table("expected/duplicates.csv");

    desk_does(desk, "init");
    desk_does(desk, "import " SOURCE_FOLDER "/tests/programme");
    for (size_t i = 0; i < log.count; i++) {
        const char *minutes = programme_cell(&log, i, "minutes");

        if (strcmp(programme_cell(&log, i, "action"), "mark") != 0)
            continue;
        desk_does(desk, arena_format(&log.arena, "mark %s %s %s%s%s", programme_cell(&log, i, "session"), programme_cell(&log, i, "person"),
                                     programme_cell(&log, i, "status"), minutes[0] == '\0' ? "" : " --minutes ", minutes));
        arena_clear(&desk->arena);
    }
    for (size_t i = 0; i < pairs.count; i++)
        desk_does(desk, arena_format(&pairs.arena, "person_link add %s %s --verdict same", programme_cell(&pairs, i, "person"),
                                     programme_cell(&pairs, i, "also")));
    programme_table_clear(&log);
    programme_table_clear(&pairs);
}

#endif
