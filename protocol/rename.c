// SPDX-License-Identifier: Apache-2.0
/* Renaming for a log that forks: what the lost timeline collides with gets new names, and every edit is kept.
 *
 * Here:      ids and stamps of the old log, in rows and in changes not yet receipted.
 * Not here:  which changes are kept, storing them, the new log's keys (the store).
 *
 * A log that forks was its own past's author; as a fresh log it is somebody else. What it replaced by right of authorship (its own
 * earlier values) it must now name: a renamed change gets the base {old, after_time} in each field, which says exactly that.
 */
#include "protocol/row.h"

#include <stdlib.h>
#include <string.h>

/* "old-seq" with seq > after, else false. */
static bool renamed_part(const char *part, const struct rename *rename, char ret[ROW_ID_SIZE])
{
    uint64_t log = 0, seq = 0;
    if (!row_id_parse(part, &log, &seq) || log != rename->old || seq <= rename->after)
        return false;
    row_id_of_change(rename->fresh, seq - rename->after, ret);
    return true;
}

/* *text becomes a renamed copy when it is an id with a part to rename. Most texts are not: no ':' and no '-' where an id has one. */
static bool rename_text(struct arena *arena, const char **text, const struct rename *rename, bool *touched)
{
    enum { PARTS_MAX = 16 };
    char scratch[ROW_ID_SIZE], fresh[PARTS_MAX][ROW_ID_SIZE], id[ROW_ID_SIZE];
    const char *parts[PARTS_MAX];
    bool any = false;

    if (*text == NULL || strchr(*text, '-') == NULL || strlen(*text) > ROW_ID_BYTES_MAX || !row_id_is_valid(*text))
        return true;
    const size_t count = row_id_parts(*text, scratch, parts, PARTS_MAX);
    for (size_t i = 0; i < count; i++) {
        if (renamed_part(parts[i], rename, fresh[i])) {
            parts[i] = fresh[i];
            any = true;
        }
    }
    if (!any || !row_id_of_key(parts, count, id))
        return true;
    *touched = true;
    *text = arena_text(arena, id);
    return *text != NULL;
}

static int compare_entries(const void *a, const void *b)
{
    return stamp_compare(((const struct entry *)a)->stamp, ((const struct entry *)b)->stamp);
}

/* Notes that writes of `log` up to `time` are replaced, unless a live value of that log says more by itself. */
static void raise_seen(struct reg *reg, uint64_t log, uint64_t time)
{
    size_t at = 0;
    for (size_t i = 0; i < reg->live_count; i++) {
        if (reg->live[i].stamp.log == log)
            return;
    }
    while (at < reg->seen_count && reg->seen[at].log < log)
        at++;
    if (at < reg->seen_count && reg->seen[at].log == log) {
        if (reg->seen[at].time < time)
            reg->seen[at].time = time;
        return;
    }
    memmove(&reg->seen[at + 1], &reg->seen[at], (reg->seen_count - at) * sizeof *reg->seen);
    reg->seen[at] = (struct seen){.log = log, .time = time};
    reg->seen_count++;
}

/* The stamps of a register: in `live`, and in `seen`, where the old log's number falls apart into the past that both timelines share
 * and what is the fresh log's now. */
static void rename_stamps(struct reg *reg, const struct seen *seen, size_t seen_count, const struct rename *rename)
{
    bool lives_on = false;
    for (size_t i = 0; i < reg->live_count; i++) {
        struct stamp *stamp = &reg->live[i].stamp;
        if (stamp->log == rename->old && stamp->time > rename->after_time) {
            stamp->log = rename->fresh;
            lives_on = true;
        }
    }
    qsort(reg->live, reg->live_count, sizeof *reg->live, compare_entries);
    for (size_t i = 0; i < seen_count; i++) {
        const bool parts = seen[i].log == rename->old && seen[i].time > rename->after_time;
        if (!parts || rename->after_time > 0)
            raise_seen(reg, seen[i].log, parts ? rename->after_time : seen[i].time);
        if (parts)
            raise_seen(reg, rename->fresh, seen[i].time);
    }
    if (lives_on && rename->after_time > 0)
        raise_seen(reg, rename->old, rename->after_time);
}

static bool reg_needs_stamps(const struct reg *reg, const struct rename *rename)
{
    bool needs = false;
    for (size_t i = 0; i < reg->live_count; i++)
        needs = needs || (reg->live[i].stamp.log == rename->old && reg->live[i].stamp.time > rename->after_time);
    for (size_t i = 0; i < reg->seen_count; i++)
        needs = needs || (reg->seen[i].log == rename->old && reg->seen[i].time > rename->after_time);
    return needs;
}

static bool rename_reg(struct arena *arena, struct reg *reg, const struct rename *rename, bool *touched)
{
    struct reg fresh = {.field = reg->field, .live_count = reg->live_count};
    const bool stamps = reg_needs_stamps(reg, rename);
    bool values = false;

    fresh.live = arena_take_many(arena, reg->live_count + 1, sizeof *fresh.live);
    fresh.seen = stamps ? arena_take_many(arena, reg->seen_count + 2, sizeof *fresh.seen) : NULL;
    if (fresh.live == NULL || (stamps && fresh.seen == NULL))
        return false;
    for (size_t i = 0; i < reg->live_count; i++) {
        fresh.live[i] = reg->live[i];
        if (fresh.live[i].value.kind == VALUE_TEXT && !rename_text(arena, &fresh.live[i].value.text, rename, &values))
            return false;
    }
    if (!stamps && !values)
        return true;
    if (stamps) {
        rename_stamps(&fresh, reg->seen, reg->seen_count, rename);
    } else {
        fresh.seen = reg->seen;
        fresh.seen_count = reg->seen_count;
    }
    *reg = fresh;
    *touched = true;
    return true;
}

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs, then try again.", "there was no memory to rename after a fork");
}

bool row_rename(struct arena *arena, struct row *row, const struct rename *rename, bool *ret_touched, struct error *err)
{
    bool touched = false;
    struct row fresh = *row;
    struct reg *regs = arena_take_many(arena, row->reg_count + 1, sizeof *regs);

    if (regs == NULL || !rename_text(arena, &fresh.id, rename, &touched))
        return no_memory(err);
    for (size_t i = 0; i < row->reg_count; i++) {
        regs[i] = row->regs[i];
        if (!rename_reg(arena, &regs[i], rename, &touched))
            return no_memory(err);
    }
    if (touched) {
        fresh.regs = regs;
        *row = fresh;
    }
    *ret_touched = touched;
    return true;
}

static int compare_stamps(const void *a, const void *b)
{
    return stamp_compare(*(const struct stamp *)a, *(const struct stamp *)b);
}

/* Bases with the old log's later stamps renamed, and the shared past named. With CHANGE_BASES_MAX values of others live, none of the old
 * log's can have been (ROW_VALUES_MAX is the same number), so then there is nothing to name. */
static bool rename_bases(struct arena *arena, struct change_field *field, const struct rename *rename)
{
    size_t count = 0;
    struct stamp *bases = arena_take_many(arena, field->base_count + 1, sizeof *bases);
    if (bases == NULL)
        return false;
    bool past_is_named = rename->after_time == 0;
    for (size_t i = 0; i < field->base_count; i++) {
        struct stamp base = field->bases[i];
        if (base.log == rename->old && base.time > rename->after_time)
            base.log = rename->fresh;
        if (base.log == rename->fresh)
            continue; /* the author's own now */
        past_is_named = past_is_named || (base.log == rename->old && base.time == rename->after_time);
        bases[count++] = base;
    }
    if (!past_is_named && count < CHANGE_BASES_MAX)
        bases[count++] = (struct stamp){.time = rename->after_time, .log = rename->old};
    qsort(bases, count, sizeof *bases, compare_stamps);
    field->bases = count == 0 ? NULL : bases;
    field->base_count = count;
    return true;
}

bool change_rename(struct arena *arena, struct change *change, const struct rename *rename, struct error *err)
{
    bool touched = false;
    struct change fresh = *change;
    struct change_field *fields = arena_take_many(arena, change->field_count + 1, sizeof *fields);

    if (fields == NULL || !rename_text(arena, &fresh.row, rename, &touched) || !rename_text(arena, &fresh.author, rename, &touched))
        return no_memory(err);
    for (size_t i = 0; i < change->field_count; i++) {
        fields[i] = change->fields[i];
        if (fields[i].value.kind == VALUE_TEXT && !rename_text(arena, &fields[i].value.text, rename, &touched))
            return no_memory(err);
        if (change->log == rename->old && change->seq > rename->after && !rename_bases(arena, &fields[i], rename))
            return no_memory(err);
    }
    if (change->log == rename->old && change->seq > rename->after) {
        fresh.log = rename->fresh;
        fresh.seq = change->seq - rename->after;
    }
    fresh.fields = fields;
    *change = fresh;
    return true;
}
