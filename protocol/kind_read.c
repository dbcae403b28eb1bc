// SPDX-License-Identifier: Apache-2.0
/* The columns of one kind, read: row ids, fields, bases.
 *
 * Here:      which rows have a field, echoes, handing fields out to their changes.
 * Not here:  stamps and what else all kinds share (columns_read.c), the form of a column (numbers.c, column_read.c).
 */
#include "protocol/kind_read.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/echo.h"
#include "protocol/id.h"

enum { PARTS_MAX = 8 };

void *column_reader_take(struct column_reader *reader, size_t count, size_t size)
{
    void *taken = arena_take_many(reader->scratch, count, size);

    if (taken == NULL)
        column_no_memory(reader);
    return taken;
}

/* A column that all of `count` rows have, as texts. */
const char **texts_read(struct column_reader *reader, const json_t *json, size_t count, const struct column_rows *rows)
{
    uint32_t *at = column_reader_take(reader, count, sizeof *at);
    struct value *values = at == NULL ? NULL : column_reader_take(reader, count, sizeof *values);
    const char **texts = values == NULL ? NULL : column_reader_take(reader, count, sizeof *texts);
    const char *like;

    if (texts == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++)
        at[i] = (uint32_t)i;
    if (!values_read(reader, json, at, count, rows, values, &like))
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (values[i].kind != VALUE_TEXT || like != NULL) {
            column_refuse(reader, "a text that is none");
            return NULL;
        }
        texts[i] = values[i].text;
    }
    return texts;
}

/* ---- the rows of a kind ---- */

static bool read_parts(struct kind_reader *kind, const json_t *parts, const struct column_rows *whole)
{
    size_t part_count = json_array_size(parts);

    if (part_count < 2 || part_count > PARTS_MAX)
        return column_refuse(kind->reader, "the parts of row ids");
    for (size_t part = 0; part < part_count; part++) {
        kind->rows.parts[part] = texts_read(kind->reader, json_array_get(parts, part), kind->count, whole);
        if (kind->rows.parts[part] == NULL)
            return false;
    }
    kind->rows.part_count = part_count;
    return true;
}

static bool join_parts(struct kind_reader *kind, size_t row, const char **ret)
{
    char id[ROW_ID_SIZE];
    size_t size = 0;

    for (size_t part = 0; part < kind->rows.part_count; part++) {
        const char *text = kind->rows.parts[part][row];
        size_t part_size = strlen(text);

        if (part_size + 1 >= sizeof id - size)
            return column_refuse(kind->reader, "a row id that is too long");
        if (part > 0)
            id[size++] = ':';
        memcpy(id + size, text, part_size);
        size += part_size;
    }
    *ret = arena_text_n(kind->reader->arena, id, size);
    return *ret != NULL || column_no_memory(kind->reader);
}

static bool read_rows(struct kind_reader *kind, struct change *changes)
{
    const json_t *json = json_object_get(kind->json, "row");
    const json_t *parts = json_object_get(json, "parts");
    struct column_rows whole = {.count = kind->count, .seqs = kind->rows.seqs};
    const char **ids = NULL;

    if (json == NULL && whole.seqs == NULL)
        return column_refuse(kind->reader, "row ids that are missing");
    if (parts != NULL && !read_parts(kind, parts, &whole))
        return false;
    if (json != NULL && parts == NULL) {
        ids = texts_read(kind->reader, json, kind->count, &whole);
        if (ids == NULL)
            return false;
    }
    for (size_t i = 0; i < kind->count; i++) {
        struct change *change = &changes[kind->members[i]];
        char own[ROW_ID_SIZE];

        change->entity = kind->entity;
        if (ids != NULL) {
            change->row = ids[i];
        } else if (parts != NULL) {
            if (!join_parts(kind, i, &change->row))
                return false;
        } else {
            row_id_of_change(change->log, change->seq, own);
            change->row = arena_text(kind->reader->arena, own);
            if (change->row == NULL)
                return column_no_memory(kind->reader);
        }
    }
    return true;
}

/* ---- fields ---- */

/* Which rows have the field: a mask of all. *ret_none: per row that has it, whether it is none. */
static bool read_mask(struct kind_reader *kind, const json_t *json, struct cells *cells, bool **ret_none)
{
    int64_t *mask = numbers_take(kind->reader, json, kind->count, 2);
    bool *none = mask == NULL ? NULL : column_reader_take(kind->reader, kind->count, sizeof *none);

    cells->at = none == NULL ? NULL : column_reader_take(kind->reader, kind->count, sizeof *cells->at);
    if (cells->at == NULL)
        return false;
    for (size_t i = 0; i < kind->count; i++) {
        if (mask[i] == 1)
            continue;
        none[cells->count] = mask[i] == 2;
        cells->at[cells->count++] = (uint32_t)i;
    }
    *ret_none = none;
    return true;
}

static bool read_only(struct kind_reader *kind, const json_t *json, struct cells *cells)
{
    const json_t *n = json_object_get(json, "n");
    json_int_t count = json_integer_value(n);
    int64_t *gaps;
    size_t row = 0;

    if (!json_is_integer(n) || count < 1 || (size_t)count > kind->count)
        return column_refuse(kind->reader, "how many rows have a field");
    gaps = numbers_take(kind->reader, json_object_get(json, "only"), (size_t)count, (int64_t)kind->count);
    cells->at = gaps == NULL ? NULL : column_reader_take(kind->reader, (size_t)count, sizeof *cells->at);
    if (cells->at == NULL)
        return false;
    for (json_int_t i = 0; i < count; i++) {
        row += (size_t)gaps[i];
        if (row >= kind->count)
            return column_refuse(kind->reader, "which rows have a field");
        cells->at[cells->count++] = (uint32_t)row++;
    }
    return true;
}

static bool read_all(struct kind_reader *kind, struct cells *cells)
{
    if (kind->count > kind->reader->numbers_left)
        return error_set(kind->reader->err, ERROR_LIMIT, "", "columns unfolded to more fields than is allowed");
    cells->at = column_reader_take(kind->reader, kind->count, sizeof *cells->at);
    if (cells->at == NULL)
        return false;
    for (size_t i = 0; i < kind->count; i++)
        cells->at[i] = (uint32_t)i;
    cells->count = kind->count;
    return true;
}

/* Values of those that are not none; then spread over all that have the field. */
static bool read_masked(struct kind_reader *kind, const json_t *json, struct cells *cells, const bool *none)
{
    uint32_t *at = column_reader_take(kind->reader, cells->count, sizeof *at);
    struct value *values = at == NULL ? NULL : column_reader_take(kind->reader, cells->count, sizeof *values);
    size_t count = 0;

    if (values == NULL)
        return false;
    for (size_t i = 0; i < cells->count; i++) {
        if (!none[i])
            at[count++] = cells->at[i];
    }
    if (!values_read(kind->reader, json, at, count, &kind->rows, values, &cells->like))
        return false;
    count = 0;
    for (size_t i = 0; i < cells->count; i++)
        cells->values[i] = none[i] ? value_none() : values[count++];
    return true;
}

/* A field that all rows have costs a stranger a few bytes, and us memory for every row. */
static bool spend_cells(struct column_reader *reader, size_t count)
{
    enum { CELL_COST = 4 };

    if (count > reader->numbers_left / CELL_COST)
        return error_set(reader->err, ERROR_LIMIT, "", "columns unfolded to more fields than is allowed");
    reader->numbers_left -= count * CELL_COST;
    return true;
}

static bool read_cells(struct kind_reader *kind, const char *name, const json_t *json, struct cells *cells)
{
    const json_t *skip = json_object_get(json, "skip"), *then = json_object_get(json, "then");
    bool *none = NULL;
    bool good;

    cells->name = arena_text(kind->reader->arena, name);
    if (cells->name == NULL)
        return column_no_memory(kind->reader);
    if (skip != NULL)
        good = read_mask(kind, skip, cells, &none);
    else if (then != NULL)
        good = read_only(kind, json, cells);
    else
        good = read_all(kind, cells);
    if (!good || !spend_cells(kind->reader, cells->count))
        return false;
    cells->values = column_reader_take(kind->reader, cells->count, sizeof *cells->values);
    if (cells->values == NULL)
        return false;
    if (none != NULL)
        return read_masked(kind, then, cells, none);
    return values_read(kind->reader, then != NULL ? then : json, cells->at, cells->count, &kind->rows, cells->values, &cells->like);
}

static int compare_name(const void *name, const void *cells)
{
    return strcmp(name, ((const struct cells *)cells)->name);
}

static struct cells *find_cells(struct kind_reader *kind, const char *name)
{
    return kind->cell_count == 0 ? NULL : bsearch(name, kind->cells, kind->cell_count, sizeof *kind->cells, compare_name);
}

/* Puts the words of the source into the templates. */
static bool resolve_echo(struct kind_reader *kind, struct cells *cells)
{
    const struct cells *source = find_cells(kind, cells->like);
    struct echo_words words;
    size_t j = 0;

    if (source == NULL || source->like != NULL)
        return column_refuse(kind->reader, "an echo of nothing");
    for (size_t i = 0; i < cells->count; i++) {
        bool beside;
        size_t size;
        char *text;

        if (cells->values[i].kind != VALUE_TEXT)
            continue; /* none, by the mask */
        while (j < source->count && source->at[j] < cells->at[i])
            j++;
        beside = j < source->count && source->at[j] == cells->at[i] && source->values[j].kind == VALUE_TEXT;
        echo_words_of(beside ? source->values[j].text : NULL, &words);
        size = echo_size(cells->values[i].text, &words);
        if (size > TEXT_BYTES_MAX || size + 1 > kind->reader->text_bytes_left)
            return column_refuse(kind->reader, "an echo of words that are not there, or of too many");
        kind->reader->text_bytes_left -= size + 1;
        text = arena_take(kind->reader->arena, size + 1);
        if (text == NULL)
            return column_no_memory(kind->reader);
        echo_fill(cells->values[i].text, &words, text);
        cells->values[i] = value_text(text);
    }
    return true;
}

static bool read_fields(struct kind_reader *kind)
{
    const json_t *cols = json_object_get(kind->json, "cols");
    const char *name;
    json_t *column;

    if (cols != NULL && !json_is_object(cols))
        return column_refuse(kind->reader, "its columns");
    kind->cells = column_reader_take(kind->reader, json_object_size(cols), sizeof *kind->cells);
    if (kind->cells == NULL)
        return false;
    json_object_foreach((json_t *)(uintptr_t)cols, name, column)
    {
        struct cells *cells = &kind->cells[kind->cell_count];

        if (kind->cell_count > 0 && strcmp(cells[-1].name, name) >= 0)
            return column_refuse(kind->reader, "columns out of order");
        if (!read_cells(kind, name, column, cells))
            return false;
        kind->cell_count++;
    }
    for (size_t i = 0; i < kind->cell_count; i++) {
        if (kind->cells[i].like != NULL && !resolve_echo(kind, &kind->cells[i]))
            return false;
    }
    return true;
}

/* ---- bases ---- */

static bool read_stamps(struct column_reader *reader, const json_t *json, struct stamp *stamps, size_t count)
{
    int64_t *ms = numbers_take(reader, json_object_get(json, "ms"), count, STAMP_MS_MAX);
    int64_t *tick = ms == NULL ? NULL : numbers_take(reader, json_object_get(json, "tick"), count, STAMP_TICK_MAX);
    int64_t *log = tick == NULL ? NULL : numbers_take(reader, json_object_get(json, "log"), count, (int64_t)reader->log_count - 1);

    for (size_t i = 0; log != NULL && i < count; i++)
        stamps[i] = (struct stamp){(uint64_t)ms[i] << STAMP_TICK_BITS | (uint64_t)tick[i], reader->log_ids[log[i]]};
    return log != NULL;
}

static bool read_bases_of(struct kind_reader *kind, const char *name, const json_t *json)
{
    struct cells *cells = find_cells(kind, name);
    struct stamp *stamps;
    int64_t *each;
    size_t count = 0;

    if (cells == NULL || cells->base_counts != NULL)
        return column_refuse(kind->reader, "bases of a field that is not there");
    each = numbers_take(kind->reader, json_object_get(json, "n"), cells->count, CHANGE_BASES_MAX);
    for (size_t i = 0; each != NULL && i < cells->count; i++)
        count += (size_t)each[i];
    if (each == NULL)
        return false;
    if (count > kind->reader->numbers_left)
        return error_set(kind->reader->err, ERROR_LIMIT, "", "columns had more bases than is allowed");
    stamps = arena_take_many(kind->reader->arena, count, sizeof *stamps);
    if (stamps == NULL)
        return column_no_memory(kind->reader);
    cells->bases = column_reader_take(kind->reader, cells->count, sizeof *cells->bases);
    cells->base_counts = column_reader_take(kind->reader, cells->count, sizeof *cells->base_counts);
    if (cells->bases == NULL || cells->base_counts == NULL || !read_stamps(kind->reader, json, stamps, count))
        return false;
    for (size_t i = 0; i < cells->count; i++) {
        cells->bases[i] = each[i] == 0 ? NULL : stamps;
        cells->base_counts[i] = (size_t)each[i];
        stamps += each[i];
    }
    return true;
}

static bool read_bases(struct kind_reader *kind)
{
    json_t *bases = json_object_get(kind->json, "bases");
    const char *name;
    json_t *json;

    json_object_foreach(bases, name, json)
    {
        if (!read_bases_of(kind, name, json))
            return false;
    }
    return true;
}

/* ---- together ---- */

static bool hand_out(struct kind_reader *kind, struct change *changes)
{
    struct change_field **fields = column_reader_take(kind->reader, kind->count, sizeof(struct change_field *));

    if (fields == NULL)
        return false;
    for (size_t i = 0; i < kind->cell_count; i++) {
        for (size_t j = 0; j < kind->cells[i].count; j++) {
            if (++changes[kind->members[kind->cells[i].at[j]]].field_count > CHANGE_FIELDS_MAX)
                return column_refuse(kind->reader, "a change of too many fields");
        }
    }
    for (size_t i = 0; i < kind->count; i++) {
        struct change *change = &changes[kind->members[i]];

        fields[i] = change->field_count == 0 ? NULL : arena_take_many(kind->reader->arena, change->field_count, sizeof **fields);
        if (fields[i] == NULL && change->field_count > 0)
            return column_no_memory(kind->reader);
        change->fields = fields[i];
    }
    for (size_t i = 0; i < kind->cell_count; i++) {
        const struct cells *cells = &kind->cells[i];

        for (size_t j = 0; j < cells->count; j++) {
            struct change_field *field = fields[cells->at[j]]++;

            *field = (struct change_field){.name = cells->name, .value = cells->values[j]};
            if (cells->base_counts != NULL) {
                field->bases = cells->bases[j];
                field->base_count = cells->base_counts[j];
            }
        }
    }
    return true;
}

bool kind_read(struct kind_reader *kind, struct change *changes, bool is_page)
{
    const json_t *of = json_object_get(kind->json, "of");
    uint64_t *seqs = is_page ? NULL : column_reader_take(kind->reader, kind->count, sizeof *seqs);

    if (!is_page && seqs == NULL)
        return false;
    for (size_t i = 0; i < kind->count && !is_page; i++)
        seqs[i] = changes[kind->members[i]].seq;
    kind->rows = (struct column_rows){.count = kind->count, .seqs = seqs};
    if (!json_is_string(of))
        return column_refuse(kind->reader, "a kind without a name");
    kind->entity = arena_text(kind->reader->arena, json_string_value(of));
    if (kind->entity == NULL)
        return column_no_memory(kind->reader);
    return read_rows(kind, changes) && read_fields(kind) && read_bases(kind) && hand_out(kind, changes);
}
