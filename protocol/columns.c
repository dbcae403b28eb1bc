// SPDX-License-Identifier: Apache-2.0
/* Changes as columns, written.
 *
 * Here:      stamps, authors, row ids, fields, bases, each as a column; which rows have a field.
 * Not here:  parting changes (kinds.c), the form of a column (numbers.c, column_write.c), reading (columns_read.c).
 */
#include "protocol/columns.h"

#include <string.h>

#include "protocol/column.h"
#include "protocol/id.h"
#include "protocol/kinds.h"

enum { PARTS_MAX = 8, TICK_MASK = 0xFFFF, TICK_BITS = 16, SPARSE_FACTOR = 4 };

struct table {
    struct column_writer writer;
    const struct columns *columns;
    struct kinds kinds;
};

/* As long as the writer; column_take's is cleared after each column. */
static void *keep(struct column_writer *writer, size_t count, size_t size)
{
    void *taken = writer->failed ? NULL : arena_take_many(&writer->arena, count, size);

    if (taken == NULL)
        writer->failed = true;
    return taken;
}

static bool all_are(const int64_t *numbers, size_t count, int64_t number)
{
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] != number)
            return false;
    }
    return true;
}

static void put_numbers(struct column_writer *writer, const char *key, const int64_t *numbers, size_t count)
{
    column_put(writer, key);
    if (numbers != NULL)
        numbers_write(writer, numbers, count);
    arena_clear(&writer->scratch);
}

static void write_times(struct table *table)
{
    const struct columns *columns = table->columns;
    int64_t *ms = keep(&table->writer, columns->count, sizeof *ms), *tick = keep(&table->writer, columns->count, sizeof *tick);

    if (table->writer.failed)
        return;
    for (size_t i = 0; i < columns->count; i++) {
        const struct change *change = &columns->changes[i];
        int64_t expected = 0;

        ms[i] = (int64_t)(change->time >> TICK_BITS);
        if (i > 0 && ms[i] == ms[i - 1] && change->log == columns->changes[i - 1].log)
            expected = (int64_t)((columns->changes[i - 1].time + 1) & TICK_MASK);
        tick[i] = (int64_t)(change->time & TICK_MASK) - expected;
    }
    put_numbers(&table->writer, "\"ms\":", ms, columns->count);
    if (!all_are(tick, columns->count, 0))
        put_numbers(&table->writer, ",\"tick\":", tick, columns->count);
}

/* What only a page has: whose stamp each is, and how many places the row is in. */
static void write_page_columns(struct table *table)
{
    const struct columns *columns = table->columns;
    int64_t *log = keep(&table->writer, columns->count, sizeof *log), *many = keep(&table->writer, columns->count, sizeof *many);

    if (table->writer.failed)
        return;
    for (size_t i = 0; i < columns->count; i++) {
        log[i] = column_log_index(&table->writer, columns->changes[i].log);
        many[i] = (int64_t)columns->many[i];
    }
    put_numbers(&table->writer, ",\"log\":", log, columns->count);
    if (!all_are(many, columns->count, 1))
        put_numbers(&table->writer, ",\"many\":", many, columns->count);
}

/* A column that every row has and that is nobody's echo. */
static void write_texts(struct column_writer *writer, const char *const *texts, size_t count, const uint64_t *seqs)
{
    struct column_rows rows = {.count = count, .seqs = seqs};
    struct value *values = keep(writer, count, sizeof *values);
    uint32_t *at = keep(writer, count, sizeof *at);
    struct column column = {.name = "", .values = values, .at = at, .count = count};

    if (values == NULL || at == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        values[i] = value_text(texts[i]);
        at[i] = (uint32_t)i;
    }
    values_write(writer, &column, 1, 0, &rows);
}

static void write_authors(struct table *table)
{
    const struct columns *columns = table->columns;
    const char **authors = keep(&table->writer, columns->count, sizeof *authors);
    bool some = false;

    for (size_t i = 0; authors != NULL && i < columns->count; i++) {
        authors[i] = columns->changes[i].author;
        some = some || authors[i][0] != '\0';
    }
    if (!some)
        return;
    column_put(&table->writer, ",\"author\":");
    write_texts(&table->writer, authors, columns->count, NULL);
}

static size_t count_parts(const char *row)
{
    size_t count = 1;

    for (const char *at = strchr(row, ':'); at != NULL; at = strchr(at + 1, ':'))
        count++;
    return count;
}

/* Splits the ids at ':' when all have as many parts, more than one. */
static void split_rows(struct column_writer *writer, const char *const *ids, size_t count, struct column_rows *rows)
{
    size_t part_count = count_parts(ids[0]);
    const char **parts[PARTS_MAX];

    if (part_count == 1 || part_count > PARTS_MAX)
        return;
    for (size_t i = 1; i < count; i++) {
        if (count_parts(ids[i]) != part_count)
            return;
    }
    for (size_t part = 0; part < part_count; part++) {
        parts[part] = keep(writer, count, sizeof *parts[part]);
        rows->parts[part] = parts[part];
    }
    for (size_t i = 0; i < count && !writer->failed; i++) {
        char *id = arena_text(&writer->arena, ids[i]);

        writer->failed = writer->failed || id == NULL;
        for (size_t part = 0; part < part_count && id != NULL; part++) {
            parts[part][i] = id;
            id = strchr(id, ':');
            if (id != NULL)
                *id++ = '\0';
        }
    }
    rows->part_count = writer->failed ? 0 : part_count;
}

static void write_rows(struct table *table, const struct kind *kind, struct column_rows *rows)
{
    struct column_writer *writer = &table->writer;
    const char **ids = keep(writer, kind->count, sizeof *ids);
    bool all_own = rows->seqs != NULL;

    for (size_t i = 0; ids != NULL && i < kind->count; i++) {
        const struct change *change = &table->columns->changes[kind->members[i]];
        char own[ROW_ID_SIZE];

        ids[i] = change->row;
        if (all_own) {
            row_id_of_change(change->log, change->seq, own);
            all_own = strcmp(own, change->row) == 0;
        }
    }
    if (all_own || writer->failed)
        return;
    split_rows(writer, ids, kind->count, rows);
    column_put(writer, ",\"row\":");
    if (rows->part_count == 0) {
        write_texts(writer, ids, kind->count, rows->seqs);
        return;
    }
    for (size_t part = 0; part < rows->part_count; part++) {
        column_put(writer, part == 0 ? "{\"parts\":[" : ",");
        write_texts(writer, rows->parts[part], kind->count, rows->seqs);
    }
    column_put(writer, "]}");
}

/* True when enough rows have the field for a mask of all, and some of its values are none: then the mask says which. */
static bool nones_are_masked(const struct field_cells *field, size_t rows)
{
    return field->count * SPARSE_FACTOR >= rows && field->none_count > 0 && field->none_count < field->count;
}

/* Opens the object that says which rows have the field; false when all have it and nothing needs saying. */
static bool write_presence(struct column_writer *writer, const struct field_cells *field, size_t rows)
{
    bool masked = nones_are_masked(field, rows);
    size_t count = 0;
    int64_t *mask;

    if (field->count == rows && !masked)
        return false;
    if (field->count * SPARSE_FACTOR >= rows) {
        mask = column_take(writer, rows, sizeof *mask);
        for (size_t i = 0; mask != NULL && i < rows; i++) {
            bool here = count < field->count && field->at[count] == i;

            mask[i] = !here ? 1 : masked && field->fields[count]->value.kind == VALUE_NONE ? 2 : 0;
            count += here;
        }
        put_numbers(writer, "{\"skip\":", mask, rows);
    } else {
        mask = column_take(writer, field->count, sizeof *mask);
        for (size_t i = 0; mask != NULL && i < field->count; i++)
            mask[i] = (int64_t)field->at[i] - (i == 0 ? 0 : (int64_t)field->at[i - 1] + 1);
        put_numbers(writer, "{\"only\":", mask, field->count);
        column_put(writer, ",\"n\":");
        column_put_integer(writer, (int64_t)field->count);
    }
    column_put(writer, ",\"then\":");
    return true;
}

/* The column without the nones that the mask says. */
static void take_column(struct column_writer *writer, const struct field_cells *field, size_t rows, struct column *ret)
{
    bool masked = nones_are_masked(field, rows);
    struct value *values = keep(writer, field->count, sizeof *values);
    uint32_t *at = keep(writer, field->count, sizeof *at);
    size_t count = 0;

    for (size_t i = 0; i < field->count && !writer->failed; i++) {
        if (masked && field->fields[i]->value.kind == VALUE_NONE)
            continue;
        values[count] = field->fields[i]->value;
        at[count++] = field->at[i];
    }
    *ret = (struct column){.name = field->name, .values = values, .at = at, .count = count};
}

static void write_fields(struct column_writer *writer, const struct kind *kind, const struct column_rows *rows)
{
    struct column *columns = keep(writer, kind->field_count, sizeof *columns);

    for (size_t i = 0; i < kind->field_count && !writer->failed; i++)
        take_column(writer, &kind->fields[i], kind->count, &columns[i]);
    for (size_t i = 0; i < kind->field_count && !writer->failed; i++) {
        bool opened;

        column_put(writer, i == 0 ? ",\"cols\":{" : ",");
        column_put_text(writer, kind->fields[i].name);
        column_put(writer, ":");
        opened = write_presence(writer, &kind->fields[i], kind->count);
        values_write(writer, columns, kind->field_count, i, rows);
        if (opened)
            column_put(writer, "}");
    }
    if (kind->field_count > 0)
        column_put(writer, "}");
}

static size_t count_bases(const struct field_cells *field)
{
    size_t count = 0;

    for (size_t i = 0; i < field->count; i++)
        count += field->fields[i]->base_count;
    return count;
}

static void write_bases_of(struct column_writer *writer, const struct field_cells *field, size_t count)
{
    int64_t *each = keep(writer, field->count, sizeof *each);
    int64_t *ms = keep(writer, count, sizeof *ms), *tick = keep(writer, count, sizeof *tick), *log = keep(writer, count, sizeof *log);
    size_t at = 0;

    for (size_t i = 0; i < field->count && !writer->failed; i++) {
        each[i] = (int64_t)field->fields[i]->base_count;
        for (size_t j = 0; j < field->fields[i]->base_count; j++, at++) {
            struct stamp base = field->fields[i]->bases[j];

            ms[at] = (int64_t)(base.time >> TICK_BITS);
            tick[at] = (int64_t)(base.time & TICK_MASK);
            log[at] = column_log_index(writer, base.log);
        }
    }
    column_put_text(writer, field->name);
    put_numbers(writer, ":{\"n\":", each, field->count);
    put_numbers(writer, ",\"ms\":", ms, count);
    put_numbers(writer, ",\"tick\":", tick, count);
    put_numbers(writer, ",\"log\":", log, count);
    column_put(writer, "}");
}

static void write_bases(struct column_writer *writer, const struct kind *kind)
{
    const char *before = ",\"bases\":{";

    for (size_t i = 0; i < kind->field_count; i++) {
        size_t count = count_bases(&kind->fields[i]);

        if (count == 0)
            continue;
        column_put(writer, before);
        write_bases_of(writer, &kind->fields[i], count);
        before = ",";
    }
    if (before[1] == '\0')
        column_put(writer, "}");
}

static void write_kind(struct table *table, const struct kind *kind)
{
    struct column_writer *writer = &table->writer;
    struct column_rows rows = {.count = kind->count};

    if (table->columns->first_seq > 0) {
        uint64_t *seqs = keep(writer, kind->count, sizeof *seqs);

        for (size_t i = 0; seqs != NULL && i < kind->count; i++)
            seqs[i] = table->columns->changes[kind->members[i]].seq;
        rows.seqs = seqs;
    }
    column_put(writer, "{\"of\":");
    column_put_text(writer, kind->entity);
    write_rows(table, kind, &rows);
    write_fields(writer, kind, &rows);
    write_bases(writer, kind);
    column_put(writer, "}");
}

static void write_logs(struct column_writer *writer)
{
    for (size_t i = 0; i < writer->log_count; i++) {
        char text[LOG_TEXT_SIZE];

        log_text(writer->logs[i], text);
        column_put(writer, i == 0 ? ",\"logs\":[" : ",");
        column_put_text(writer, text);
    }
    if (writer->log_count > 0)
        column_put(writer, "]");
}

static void write_table(struct table *table)
{
    struct column_writer *writer = &table->writer;
    const struct columns *columns = table->columns;

    column_put(writer, "{");
    if (columns->many != NULL) {
        column_put(writer, "\"n\":");
        column_put_integer(writer, (int64_t)columns->count);
        column_put(writer, ",");
    }
    if (table->kinds.count > 1) {
        put_numbers(writer, "\"kind\":", table->kinds.kind_of, columns->count);
        column_put(writer, ",");
    }
    write_times(table);
    if (columns->many != NULL)
        write_page_columns(table);
    write_authors(table);
    for (size_t i = 0; i < table->kinds.count; i++) {
        column_put(writer, i == 0 ? ",\"kinds\":[" : ",");
        write_kind(table, &table->kinds.kinds[i]);
    }
    column_put(writer, table->kinds.count == 0 ? ",\"kinds\":[]" : "]");
    write_logs(writer);
}

bool columns_write(struct bytes *out, const struct columns *columns, size_t *ret_digits, struct error *err)
{
    struct table table = {.columns = columns, .writer.log = columns->log};
    struct column_writer *writer = &table.writer;
    bool done;

    if (kinds_of(&writer->arena, columns->changes, columns->count, &table.kinds))
        write_table(&table);
    else
        writer->failed = true;
    if (writer->digits.size > 0)
        column_put(writer, ",\"digits\":\"");
    *ret_digits = writer->text.size;
    bytes_append(&writer->text, writer->digits.data, writer->digits.size);
    column_put(writer, writer->digits.size > 0 ? "\"}" : "}");
    done = !writer->failed && !writer->text.failed && !writer->digits.failed && bytes_append(out, writer->text.data, writer->text.size);
    column_writer_clear(writer);
    return done || error_set(err, ERROR_MEMORY, "Close other programs.", "there was no memory to pack changes");
}
