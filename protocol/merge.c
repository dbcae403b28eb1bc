// SPDX-License-Identifier: Apache-2.0
/* The merge: one rule by which all sides come to the same row, whatever came first.
 *
 * Here:      joining registers; a change as a row of its own that is joined in.
 * Not here:  asking a row and its bytes (row.c); which stamp counts (the server clamps).
 *
 * Why it holds: a register is (W, V): all writes ever heard of, and per log up to which time its writes are replaced. Joining is union
 * of W and maximum of V, so order and repetition cannot matter; what is kept is only the part of W above V. A write of log L at t
 * carries V[L] = t - 1 (a log replaces its own earlier values) and V[b.log] = b.time for its bases, so a log has at most one live value
 * and V[L] of a live log need not be written down: it is t - 1. That is the normal form: `seen` never names a log that is live.
 * Nothing is changed in place: a copy of the struct row taken before stays what it was.
 */
#include "protocol/row.h"

#include <string.h>

/* Room for the registers that a join makes, cut from three arrays: three allocations however many fields. */
struct room {
    struct arena *arena;
    struct entry *entries;
    struct seen *seens;
    bool no_memory;
};

static int compare_values(struct value a, struct value b)
{
    if (a.kind != b.kind)
        return a.kind < b.kind ? -1 : 1;
    if (a.kind == VALUE_INTEGER)
        return (a.integer > b.integer) - (a.integer < b.integer);
    return a.kind == VALUE_TEXT ? strcmp(a.text, b.text) : 0;
}

/* Up to which time the writes of `log` are replaced, as this register knows. Fewer than a handful of each in practice. */
static bool replaced(const struct reg *reg, uint64_t log, uint64_t time)
{
    for (size_t i = 0; i < reg->live_count; i++) {
        if (reg->live[i].stamp.log == log)
            return time < reg->live[i].stamp.time;
    }
    for (size_t i = 0; i < reg->seen_count && reg->seen[i].log <= log; i++) {
        if (reg->seen[i].log == log)
            return time <= reg->seen[i].time;
    }
    return false;
}

static bool live_log(const struct reg *reg, uint64_t log)
{
    for (size_t i = 0; i < reg->live_count; i++) {
        if (reg->live[i].stamp.log == log)
            return true;
    }
    return false;
}

static void keep_live(struct room *room, struct reg *to, struct entry entry, bool is_ours)
{
    if (!is_ours && entry.value.kind == VALUE_TEXT) {
        entry.value.text = arena_text(room->arena, entry.value.text);
        room->no_memory = room->no_memory || entry.value.text == NULL;
    }
    to->live[to->live_count++] = entry;
}

/* The live values of both, ascending, less those that the other has seen replaced. Returns whether it differs from ours. */
static bool join_live(struct room *room, struct reg *to, const struct reg *ours, const struct reg *theirs)
{
    size_t i = 0, k = 0;
    bool moved = false;
    while (i < ours->live_count || k < theirs->live_count) {
        const struct entry *a = i < ours->live_count ? &ours->live[i] : NULL;
        const struct entry *b = k < theirs->live_count ? &theirs->live[k] : NULL;
        const int order = a == NULL ? 1 : b == NULL ? -1 : stamp_compare(a->stamp, b->stamp);
        i += order <= 0;
        k += order >= 0;
        if (order == 0) {
            /* One stamp with two values is no honest peer's; the greater one keeps the join an order. */
            const bool theirs_stands = compare_values(b->value, a->value) > 0;
            keep_live(room, to, theirs_stands ? *b : *a, !theirs_stands);
            moved = moved || theirs_stands;
        } else if (order < 0) {
            if (!replaced(theirs, a->stamp.log, a->stamp.time))
                keep_live(room, to, *a, true);
            else
                moved = true;
        } else if (!replaced(ours, b->stamp.log, b->stamp.time)) {
            keep_live(room, to, *b, false);
            moved = true;
        }
    }
    return moved;
}

/* The maximum of what both have seen, without the logs that are live. Returns whether it differs from ours. */
static bool join_seen(struct reg *to, const struct reg *ours, const struct reg *theirs)
{
    size_t i = 0, k = 0;
    bool moved = false;
    while (i < ours->seen_count || k < theirs->seen_count) {
        const struct seen *a = i < ours->seen_count ? &ours->seen[i] : NULL;
        const struct seen *b = k < theirs->seen_count ? &theirs->seen[k] : NULL;
        const int order = a == NULL ? 1 : b == NULL ? -1 : (a->log > b->log) - (a->log < b->log);
        const struct seen *most = order < 0 || (order == 0 && a->time >= b->time) ? a : b;
        i += order <= 0;
        k += order >= 0;
        if (live_log(to, most->log)) {
            moved = moved || a == most;
            continue;
        }
        to->seen[to->seen_count++] = *most;
        moved = moved || most != a;
    }
    return moved || to->seen_count != ours->seen_count;
}

static bool limit(struct error *err, const struct row *row, const char *field, const char *what, int max)
{
    return error_set(err, ERROR_LIMIT, "Keep the change; ask for help.", "row %.160s of %.48s was over %d %s at field %.48s", row->id,
                     row->entity, max, what, field);
}

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs, then try again.", "there was no memory to merge a row");
}

/* to := join(ours, theirs), in the room. ours may be NULL: the field is new. */
static bool join_reg(struct room *room, const struct row *row, struct reg *to, const struct reg *ours, const struct reg *theirs,
                     bool *moved, bool *differs, struct error *err)
{
    static const struct reg nothing = {0};
    const bool is_new = ours == NULL;
    if (is_new)
        ours = &nothing;
    *to = (struct reg){.live = room->entries, .seen = room->seens};
    to->field = is_new ? arena_text(room->arena, theirs->field) : ours->field;
    const bool live_moved = join_live(room, to, ours, theirs);
    const bool seen_moved = join_seen(to, ours, theirs);
    if (to->field == NULL || room->no_memory)
        return no_memory(err);
    if (to->live_count > ROW_VALUES_MAX)
        return limit(err, row, to->field, "live values", ROW_VALUES_MAX);
    if (to->seen_count > ROW_SEEN_MAX)
        return limit(err, row, to->field, "logs seen", ROW_SEEN_MAX);
    if (!live_moved && !seen_moved && !is_new) {
        *to = *ours;
        return true;
    }
    if (to->live_count > 0)
        room->entries += to->live_count;
    if (to->seen_count > 0) /* the room may be none at all, and NULL + 0 is not C */
        room->seens += to->seen_count;
    *moved = *moved || live_moved;
    *differs = true;
    return true;
}

struct sizes {
    size_t regs, entries, seens;
};

/* How much room a join takes at most, in one walk over both lists. */
static struct sizes join_sizes(const struct row *row, const struct reg *regs, size_t count)
{
    struct sizes sizes = {.regs = row->reg_count};
    size_t i = 0;
    for (size_t k = 0; k < count; k++) {
        int order = -1;
        while (i < row->reg_count && (order = strcmp(row->regs[i].field, regs[k].field)) < 0)
            i++;
        sizes.entries += regs[k].live_count;
        sizes.seens += regs[k].seen_count;
        if (i < row->reg_count && order == 0) {
            sizes.entries += row->regs[i].live_count;
            sizes.seens += row->regs[i].seen_count;
        } else {
            sizes.regs++;
        }
    }
    return sizes;
}

static bool join_regs(struct arena *arena, struct row *row, const struct reg *regs, size_t count, bool *ret_moved, struct error *err)
{
    const struct sizes sizes = join_sizes(row, regs, count);
    struct room room = {.arena = arena};
    bool moved = false, differs = false;
    size_t i = 0, k = 0, n = 0;

    *ret_moved = false;
    if (count == 0)
        return true;
    if (sizes.regs > ROW_FIELDS_MAX)
        return limit(err, row, regs[count - 1].field, "fields", ROW_FIELDS_MAX);
    struct reg *joined = arena_take_many(arena, sizes.regs, sizeof *joined);
    room.entries = sizes.entries == 0 ? NULL : arena_take_many(arena, sizes.entries, sizeof *room.entries);
    room.seens = sizes.seens == 0 ? NULL : arena_take_many(arena, sizes.seens, sizeof *room.seens);
    if (joined == NULL || (sizes.entries > 0 && room.entries == NULL) || (sizes.seens > 0 && room.seens == NULL))
        return no_memory(err);

    while (i < row->reg_count || k < count) {
        const int order = i == row->reg_count ? 1 : k == count ? -1 : strcmp(row->regs[i].field, regs[k].field);
        if (order < 0) {
            joined[n++] = row->regs[i++];
            continue;
        }
        const struct reg *ours = order == 0 ? &row->regs[i++] : NULL;
        if (!join_reg(&room, row, &joined[n++], ours, &regs[k++], &moved, &differs, err))
            return false;
    }
    if (differs) {
        row->regs = joined;
        row->reg_count = n;
    }
    *ret_moved = moved;
    return true;
}

bool row_join(struct arena *arena, struct row *into, const struct row *other, bool *ret_moved, struct error *err)
{
    return join_regs(arena, into, other->regs, other->reg_count, ret_moved, err);
}

/* Bases as a version vector: ascending by log, one time a log, the author's own left out (a change must not replace itself), and none
 * beyond the change's own time: nobody has seen what is yet to come, and a base that claims so would silence a log for good. */
static size_t bases_as_seen(const struct change_field *field, uint64_t author, uint64_t effective_time, struct seen *ret)
{
    size_t count = 0;
    for (size_t i = 0; i < field->base_count; i++) {
        const uint64_t log = field->bases[i].log;
        const uint64_t time = field->bases[i].time < effective_time ? field->bases[i].time : effective_time;
        size_t at = count;
        if (log == author)
            continue;
        while (at > 0 && ret[at - 1].log > log)
            at--;
        if (at > 0 && ret[at - 1].log == log) {
            if (ret[at - 1].time < time)
                ret[at - 1].time = time;
            continue;
        }
        memmove(&ret[at + 1], &ret[at], (count - at) * sizeof *ret);
        ret[at] = (struct seen){.log = log, .time = time};
        count++;
    }
    return count;
}

bool row_apply(struct arena *arena, struct row *row, const struct change *change, uint64_t effective_time, bool *ret_moved,
               struct error *err)
{
    struct reg regs[CHANGE_FIELDS_MAX];
    struct entry entries[CHANGE_FIELDS_MAX];
    struct seen *seens = NULL;
    size_t base_count = 0;

    *ret_moved = false;
    if (change->field_count > CHANGE_FIELDS_MAX)
        return limit(err, row, change->fields[CHANGE_FIELDS_MAX].name, "fields in a change", CHANGE_FIELDS_MAX);
    for (size_t i = 0; i < change->field_count; i++)
        base_count += change->fields[i].base_count;
    if (base_count > 0 && (seens = arena_take_many(arena, base_count, sizeof *seens)) == NULL)
        return no_memory(err);

    for (size_t i = 0; i < change->field_count; i++) {
        const struct change_field *field = &change->fields[i];
        entries[i] = (struct entry){.stamp = {.time = effective_time, .log = change->log}, .value = field->value};
        regs[i] = (struct reg){.field = field->name, .live = &entries[i], .live_count = 1, .seen = seens};
        regs[i].seen_count = bases_as_seen(field, change->log, effective_time, seens);
        if (seens != NULL)
            seens += regs[i].seen_count;
    }
    return join_regs(arena, row, regs, change->field_count, ret_moved, err);
}
