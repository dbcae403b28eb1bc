// SPDX-License-Identifier: Apache-2.0
/* A row as it stands: asking it, and its bytes in a store.
 *
 * Here:      what stands, what is in conflict, bases for the next change, row_write and row_read.
 * Not here:  the merge (merge.c), renaming after a fork (rename.c).
 *
 * Shape   flags u8 (1: some register has `seen`) | log count varint, then u64 each, ascending |
 *         stamp count varint, then per stamp: time less the one before varint, log index varint; ascending |
 *         field count varint, then per field, ascending: name text | live count varint, then per value: stamp index varint, value |
 *         when flagged: seen count varint, then per log, ascending: stamp index varint.
 *         Logs and stamps of the row stand once, in tables, because most values of a row come from one change.
 */
#include "protocol/row.h"

#include <stdlib.h>
#include <string.h>

enum { ROW_FLAG_SEEN = 1 };

/* --- asking ------------------------------------------------------------------------------------------------------------- */

const struct reg *row_reg(const struct row *row, const char *field)
{
    size_t low = 0, high = row->reg_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(row->regs[middle].field, field);
        if (order == 0)
            return &row->regs[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static const struct entry *standing(const struct row *row, const char *field)
{
    const struct reg *reg = row_reg(row, field);
    return reg == NULL || reg->live_count == 0 ? NULL : &reg->live[reg->live_count - 1];
}

struct value row_value(const struct row *row, const char *field)
{
    const struct entry *entry = standing(row, field);
    return entry == NULL ? value_none() : entry->value;
}

struct stamp row_stamp(const struct row *row, const char *field)
{
    const struct entry *entry = standing(row, field);
    return entry == NULL ? (struct stamp){0, 0} : entry->stamp;
}

int64_t row_integer(const struct row *row, const char *field, int64_t otherwise)
{
    const struct value value = row_value(row, field);
    return value.kind == VALUE_INTEGER ? value.integer : otherwise;
}

const char *row_text(const struct row *row, const char *field)
{
    const struct value value = row_value(row, field);
    return value.kind == VALUE_TEXT ? value.text : NULL;
}

bool row_is_removed(const struct row *row)
{
    return row_integer(row, FIELD_REMOVED, 0) != 0;
}

struct stamp row_latest_stamp(const struct row *row)
{
    struct stamp latest = {0, 0};
    for (size_t i = 0; i < row->reg_count; i++) {
        const struct reg *reg = &row->regs[i];
        if (reg->live_count > 0 && stamp_is_later(reg->live[reg->live_count - 1].stamp, latest))
            latest = reg->live[reg->live_count - 1].stamp;
    }
    return latest;
}

bool reg_is_in_conflict(const char *entity, const struct reg *reg)
{
    bool differ = false;
    for (size_t i = 1; i < reg->live_count && !differ; i++)
        differ = !value_equal(reg->live[0].value, reg->live[i].value);
    if (!differ)
        return false;
    const struct entity *known = entity_find(entity);
    const struct field *field = known == NULL ? NULL : entity_field(known, reg->field);
    return field == NULL || (field->flags & FIELD_QUIET) == 0;
}

size_t row_conflict_count(const struct row *row)
{
    size_t count = 0;
    for (size_t i = 0; i < row->reg_count; i++)
        count += reg_is_in_conflict(row->entity, &row->regs[i]);
    return count;
}

bool row_bases(struct arena *arena, const struct row *row, const char *field, uint64_t log, const struct stamp **ret, size_t *ret_count)
{
    const struct reg *reg = row_reg(row, field);
    size_t count = 0;
    for (size_t i = 0; reg != NULL && i < reg->live_count; i++)
        count += reg->live[i].stamp.log != log;
    *ret = NULL;
    *ret_count = 0;
    if (count == 0)
        return true;

    struct stamp *bases = arena_take_many(arena, count, sizeof *bases);
    if (bases == NULL)
        return false;
    for (size_t i = 0; i < reg->live_count; i++) {
        if (reg->live[i].stamp.log != log)
            bases[(*ret_count)++] = reg->live[i].stamp;
    }
    *ret = bases;
    return true;
}

/* --- writing ------------------------------------------------------------------------------------------------------------ */

/* The distinct stamps and logs of a row. Rows of one change have one of each, so the common case stays on the stack. */
enum { TABLE_SMALL = 32 };
struct tables {
    struct stamp *stamps;
    size_t stamp_count;
    uint64_t *logs;
    size_t log_count;
    struct stamp small_stamps[TABLE_SMALL];
    uint64_t small_logs[TABLE_SMALL];
};

static int compare_stamps(const void *a, const void *b)
{
    return stamp_compare(*(const struct stamp *)a, *(const struct stamp *)b);
}

static int compare_logs(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void tables_clear(struct tables *tables)
{
    if (tables->stamps != tables->small_stamps)
        free(tables->stamps);
    if (tables->logs != tables->small_logs)
        free(tables->logs);
}

static bool tables_take(struct tables *tables, size_t room)
{
    tables->stamps = tables->small_stamps;
    tables->logs = tables->small_logs;
    tables->stamp_count = tables->log_count = 0;
    if (room <= TABLE_SMALL)
        return true;
    tables->stamps = calloc(room, sizeof *tables->stamps);
    tables->logs = calloc(room, sizeof *tables->logs);
    return tables->stamps != NULL && tables->logs != NULL;
}

static void tables_sort(struct tables *tables)
{
    size_t kept = 0;
    if (tables->stamp_count > 1)
        qsort(tables->stamps, tables->stamp_count, sizeof *tables->stamps, compare_stamps);
    for (size_t i = 0; i < tables->stamp_count; i++) {
        if (i == 0 || stamp_compare(tables->stamps[kept - 1], tables->stamps[i]) != 0)
            tables->stamps[kept++] = tables->stamps[i];
    }
    tables->stamp_count = kept;

    for (size_t i = 0; i < tables->stamp_count; i++)
        tables->logs[i] = tables->stamps[i].log;
    if (tables->stamp_count > 1)
        qsort(tables->logs, tables->stamp_count, sizeof *tables->logs, compare_logs);
    kept = 0;
    for (size_t i = 0; i < tables->stamp_count; i++) {
        if (i == 0 || tables->logs[kept - 1] != tables->logs[i])
            tables->logs[kept++] = tables->logs[i];
    }
    tables->log_count = kept;
}

/* Neighbours repeat each other, so the one just before is nearly always the answer. */
static void tables_add(struct tables *tables, struct stamp stamp)
{
    if (tables->stamp_count == 0 || stamp_compare(tables->stamps[tables->stamp_count - 1], stamp) != 0)
        tables->stamps[tables->stamp_count++] = stamp;
}

static uint64_t stamp_index(const struct tables *tables, struct stamp stamp)
{
    const struct stamp *found = bsearch(&stamp, tables->stamps, tables->stamp_count, sizeof stamp, compare_stamps);
    return (uint64_t)(found - tables->stamps); /* it is there: tables_add put it */
}

static uint64_t log_index(const struct tables *tables, uint64_t log)
{
    const uint64_t *found = bsearch(&log, tables->logs, tables->log_count, sizeof log, compare_logs);
    return (uint64_t)(found - tables->logs);
}

static struct stamp seen_stamp(const struct seen *seen)
{
    return (struct stamp){.time = seen->time, .log = seen->log};
}

static void write_tables(struct bytes *out, const struct tables *tables)
{
    uint64_t before = 0;
    bytes_append_varint(out, tables->log_count);
    for (size_t i = 0; i < tables->log_count; i++)
        bytes_append_u64(out, tables->logs[i]);
    bytes_append_varint(out, tables->stamp_count);
    for (size_t i = 0; i < tables->stamp_count; i++) {
        bytes_append_varint(out, tables->stamps[i].time - before);
        bytes_append_varint(out, log_index(tables, tables->stamps[i].log));
        before = tables->stamps[i].time;
    }
}

static void write_reg(struct bytes *out, const struct tables *tables, const struct reg *reg, bool with_seen)
{
    bytes_append_text(out, reg->field);
    bytes_append_varint(out, reg->live_count);
    for (size_t i = 0; i < reg->live_count; i++) {
        bytes_append_varint(out, stamp_index(tables, reg->live[i].stamp));
        value_write(out, reg->live[i].value);
    }
    if (!with_seen)
        return;
    bytes_append_varint(out, reg->seen_count);
    for (size_t i = 0; i < reg->seen_count; i++)
        bytes_append_varint(out, stamp_index(tables, seen_stamp(&reg->seen[i])));
}

bool row_write(struct bytes *out, const struct row *row, bool with_seen)
{
    struct tables tables;
    size_t room = 0, seen_count = 0, written = 0;
    bool done = false;

    for (size_t i = 0; i < row->reg_count; i++) {
        room += row->regs[i].live_count;
        seen_count += row->regs[i].seen_count;
        written += row->regs[i].live_count > 0 || with_seen;
    }
    with_seen = with_seen && seen_count > 0;
    if (!tables_take(&tables, room + (with_seen ? seen_count : 0))) {
        out->failed = true;
        goto out;
    }
    for (size_t i = 0; i < row->reg_count; i++) {
        const struct reg *reg = &row->regs[i];
        for (size_t k = 0; k < reg->live_count; k++)
            tables_add(&tables, reg->live[k].stamp);
        for (size_t k = 0; with_seen && k < reg->seen_count; k++)
            tables_add(&tables, seen_stamp(&reg->seen[k]));
    }
    tables_sort(&tables);

    bytes_append_u8(out, with_seen ? ROW_FLAG_SEEN : 0);
    write_tables(out, &tables);
    bytes_append_varint(out, written);
    for (size_t i = 0; i < row->reg_count; i++) {
        if (row->regs[i].live_count > 0 || with_seen)
            write_reg(out, &tables, &row->regs[i], with_seen);
    }
    done = !out->failed;
out:
    tables_clear(&tables);
    return done;
}

/* --- reading ------------------------------------------------------------------------------------------------------------ */

struct row_reader {
    struct arena *arena;
    struct reader in;
    struct stamp *stamps;
    bool *used; /* a stamp that nothing uses would give one state two forms */
    uint64_t stamp_count;
    bool with_seen, seen_found, no_memory;
};

/* A count that the bytes left could really hold, each item taking at least `item_bytes`: no bomb gets memory for less. */
static bool read_count(struct row_reader *reader, uint64_t max, size_t item_bytes, uint64_t *ret)
{
    *ret = reader_varint(&reader->in);
    return !reader->in.failed && *ret <= max && *ret <= reader_left(&reader->in) / item_bytes;
}

static void *take(struct row_reader *reader, uint64_t count, size_t size)
{
    void *taken = arena_take_many(reader->arena, count == 0 ? 1 : (size_t)count, size);
    if (taken == NULL)
        reader->no_memory = true;
    return taken;
}

static bool read_tables(struct row_reader *reader)
{
    uint64_t log_count = 0, time = 0;
    if (!read_count(reader, UINT32_MAX, 8, &log_count))
        return false;
    uint64_t *logs = take(reader, log_count, sizeof *logs);
    bool *log_used = take(reader, log_count, sizeof *log_used);
    if (logs == NULL || log_used == NULL)
        return false;
    for (uint64_t i = 0; i < log_count; i++) {
        logs[i] = reader_u64(&reader->in);
        if (logs[i] == 0 || (i > 0 && logs[i] <= logs[i - 1]))
            return false;
    }
    if (!read_count(reader, UINT32_MAX, 2, &reader->stamp_count))
        return false;
    reader->stamps = take(reader, reader->stamp_count, sizeof *reader->stamps);
    reader->used = take(reader, reader->stamp_count, sizeof *reader->used);
    if (reader->stamps == NULL || reader->used == NULL)
        return false;
    for (uint64_t i = 0; i < reader->stamp_count; i++) {
        const uint64_t step = reader_varint(&reader->in), log = reader_varint(&reader->in);
        if (reader->in.failed || log >= log_count || step > UINT64_MAX - time)
            return false;
        time += step;
        log_used[log] = true;
        reader->stamps[i] = (struct stamp){.time = time, .log = logs[log]};
        if (i > 0 && !stamp_is_later(reader->stamps[i], reader->stamps[i - 1]))
            return false;
    }
    for (uint64_t i = 0; i < log_count; i++) {
        if (!log_used[i])
            return false;
    }
    return true;
}

static bool read_stamp(struct row_reader *reader, struct stamp *ret)
{
    const uint64_t index = reader_varint(&reader->in);
    if (reader->in.failed || index >= reader->stamp_count)
        return false;
    reader->used[index] = true;
    *ret = reader->stamps[index];
    return true;
}

static bool field_name_is_valid(struct span name)
{
    if (name.size == 0 || name.size > NAME_BYTES_MAX)
        return false;
    for (size_t i = 0; i < name.size; i++) {
        const uint8_t c = name.data[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_')
            return false;
    }
    return true;
}

static bool live_has_log(const struct reg *reg, size_t count, uint64_t log)
{
    for (size_t i = 0; i < count; i++) {
        if (reg->live[i].stamp.log == log)
            return true;
    }
    return false;
}

static bool read_live(struct row_reader *reader, struct reg *reg)
{
    uint64_t count = 0;
    if (!read_count(reader, ROW_VALUES_MAX, 2, &count))
        return false;
    reg->live = count == 0 ? NULL : take(reader, count, sizeof *reg->live);
    if (count > 0 && reg->live == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        struct entry *entry = &reg->live[i];
        if (!read_stamp(reader, &entry->stamp) || !value_read(reader->arena, &reader->in, &entry->value))
            return false;
        if ((i > 0 && !stamp_is_later(entry->stamp, reg->live[i - 1].stamp)) || live_has_log(reg, i, entry->stamp.log))
            return false;
    }
    reg->live_count = (size_t)count;
    return true;
}

static bool read_seen(struct row_reader *reader, struct reg *reg)
{
    uint64_t count = 0;
    if (!read_count(reader, ROW_SEEN_MAX, 1, &count))
        return false;
    reg->seen = count == 0 ? NULL : take(reader, count, sizeof *reg->seen);
    if (count > 0 && reg->seen == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        struct stamp stamp;
        if (!read_stamp(reader, &stamp))
            return false;
        if ((i > 0 && stamp.log <= reg->seen[i - 1].log) || live_has_log(reg, reg->live_count, stamp.log))
            return false;
        reg->seen[i] = (struct seen){.log = stamp.log, .time = stamp.time};
    }
    reg->seen_count = (size_t)count;
    reader->seen_found = reader->seen_found || count > 0;
    return true;
}

static bool read_regs(struct row_reader *reader, struct row *row)
{
    uint64_t count = 0;
    if (!read_count(reader, ROW_FIELDS_MAX, 3, &count))
        return false;
    row->regs = count == 0 ? NULL : take(reader, count, sizeof *row->regs);
    if (count > 0 && row->regs == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        struct reg *reg = &row->regs[i];
        const struct span name = reader_text(&reader->in);
        if (reader->in.failed || !field_name_is_valid(name))
            return false;
        reg->field = arena_text_n(reader->arena, (const char *)name.data, name.size);
        if (reg->field == NULL) {
            reader->no_memory = true;
            return false;
        }
        if ((i > 0 && strcmp(row->regs[i - 1].field, reg->field) >= 0) || !read_live(reader, reg) ||
            (reader->with_seen && !read_seen(reader, reg)) || reg->live_count + reg->seen_count == 0)
            return false;
    }
    row->reg_count = (size_t)count;
    for (uint64_t i = 0; i < reader->stamp_count; i++) {
        if (!reader->used[i])
            return false;
    }
    return reader->with_seen == reader->seen_found && reader_left(&reader->in) == 0 && !reader->in.failed;
}

bool row_read(struct arena *arena, struct span in, const char *entity, const char *id, struct row *ret, struct error *err)
{
    struct row_reader reader = {.arena = arena, .in = reader_of(in.data, in.size)};
    struct row row = {.entity = arena_text(arena, entity), .id = arena_text(arena, id)};
    const uint8_t flags = reader_u8(&reader.in);

    reader.with_seen = (flags & ROW_FLAG_SEEN) != 0;
    if (row.entity == NULL || row.id == NULL)
        reader.no_memory = true;
    else if (!reader.in.failed && (flags & ~ROW_FLAG_SEEN) == 0 && read_tables(&reader) && read_regs(&reader, &row)) {
        *ret = row;
        return true;
    }
    if (reader.no_memory)
        return error_set(err, ERROR_MEMORY, "Close other programs, then try again.", "there was no memory to read a row");
    return error_set(err, ERROR_CORRUPT, "Run verify.", "row %.160s of %.48s was not readable: its %zu bytes are not what they claim", id,
                     entity, in.size);
}
