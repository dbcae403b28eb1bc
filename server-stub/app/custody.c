// SPDX-License-Identifier: Apache-2.0
/* Custody: what a log's segments do to the ledger.
 *
 * Here:      judging, merging, the ledger's own chain, writing.
 * Not here:  places and positions (placing.c).
 */
#include "server-stub/app/custody.h"

#include <string.h>

#include "protocol/secret.h"

bool custody_no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs, or give the machine more memory.", "no memory was left for an exchange");
}

bool custody_begin(struct custody *custody, struct error *err)
{
    if (!custody->ledger->totals_get(custody->work, &custody->totals, err) ||
        !place_cache_refresh(custody->places, custody->ledger, custody->work, err))
        return false;
    custody->position_before = custody->totals.position;
    return workset_init(&custody->set, custody->arena, custody->ledger, custody->work, custody->hash_seed, err);
}

/* --- judging ----------------------------------------------------------------------------------------------------------- */

static bool verdict_add(struct custody *custody, uint64_t seq, enum verdict_kind kind, struct error *err)
{
    if (custody->verdict_count == custody->verdict_room) {
        size_t room = custody->verdict_room * 2 + 64;
        custody->verdicts = arena_grow(custody->arena, custody->verdicts, custody->verdict_count, room, sizeof *custody->verdicts);
        custody->verdict_room = room;
        if (custody->verdicts == NULL)
            return custody_no_memory(err);
    }
    custody->verdicts[custody->verdict_count++] = (struct verdict){seq, kind};
    return true;
}

static bool quarantine(struct custody *custody, const struct change *change, const char *reason, struct error *err)
{
    if (custody->quarantined_count == custody->quarantined_room) {
        size_t room = custody->quarantined_room * 2 + 64;
        custody->quarantined =
            arena_grow(custody->arena, custody->quarantined, custody->quarantined_count, room, sizeof *custody->quarantined);
        custody->quarantined_room = room;
    }
    reason = arena_text(custody->arena, reason);
    if (custody->quarantined == NULL || reason == NULL)
        return custody_no_memory(err);
    custody->quarantined[custody->quarantined_count++] =
        (struct ledger_quarantine){.log = change->log, .seq = change->seq, .reason = reason};
    return verdict_add(custody, change->seq, VERDICT_QUARANTINED, err);
}

/* What was judged when the segment came stands, whatever the rules have become since. */
static const struct ledger_quarantine *judged_then(const struct custody *custody, const struct change *change)
{
    size_t low = 0, high = custody->recorded_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct ledger_quarantine *at = &custody->recorded[middle];
        if (at->log == change->log && at->seq == change->seq)
            return at;
        if (at->log < change->log || (at->log == change->log && at->seq < change->seq))
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static size_t change_bytes(const struct change *change)
{
    size_t size = 16;

    for (size_t i = 0; i < change->field_count; i++) {
        const struct change_field *field = &change->fields[i];
        size += strlen(field->name) + 40 + 24 * field->base_count;
        if (field->value.kind == VALUE_TEXT)
            size += strlen(field->value.text);
    }
    return size;
}

/* True when the change may be applied; else *ret_reason. */
static bool judge(const struct custody *custody, const struct work_row *row, const struct change *change, struct error *ret_reason)
{
    if (custody->replay) {
        const struct ledger_quarantine *then = judged_then(custody, change);
        return then == NULL || error_set(ret_reason, ERROR_INVALID, "", "%s", then->reason);
    }
    if (row->state_bytes + change_bytes(change) > ROW_STATE_BYTES_MAX)
        return error_set(ret_reason, ERROR_LIMIT, "", "change %llu would make its %s larger than %d bytes", (unsigned long long)change->seq,
                         change->entity, ROW_STATE_BYTES_MAX);
    return change_is_applicable(change, change->log == custody->own_log, ret_reason);
}

/* --- merging ----------------------------------------------------------------------------------------------------------- */

static void note_matters(struct work_row *row, const struct change *change)
{
    for (size_t i = 0; i < change->field_count && !row->matters; i++)
        row->matters = scope_field_matters(change->entity, change->fields[i].name);
}

static bool apply(struct custody *custody, struct ledger_log *log, const struct change *change, struct error *err)
{
    struct work_row *row = workset_find(&custody->set, change->entity, change->row);
    uint64_t effective = stamp_effective(change->time, log->last_time, custody->now_ms);
    struct error reason = {0};
    bool moved = false;

    log->last_time = effective;
    row->touched = true;
    if (effective != change->time) {
        custody->clamped++;
        row->spoiled = true;
        if (!verdict_add(custody, change->seq, VERDICT_CLAMPED, err))
            return false;
    }
    if (judge(custody, row, change, &reason) && row_apply(custody->arena, &row->row, change, effective, &moved, &reason)) {
        row->moved = row->moved || moved;
        row->state_bytes += change_bytes(change);
        if (moved)
            note_matters(row, change);
        return true;
    }
    if (reason.kind == ERROR_MEMORY)
        return custody_no_memory(err);
    row->spoiled = true;
    log->quarantined++;
    custody->totals.quarantined++;
    return quarantine(custody, change, reason.cause, err);
}

/* Rows that placing will ask for come along in the same few batches. */
static bool load_references(struct custody *custody, size_t from, struct error *err)
{
    size_t to = custody->set.count;

    for (size_t i = from; i < to; i++) {
        const struct work_row *row = custody->set.rows[i];
        for (size_t f = 0; row->entity != NULL && f < row->entity->field_count; f++) {
            const struct field *field = &row->entity->fields[f];
            char id[ROW_ID_SIZE];
            if (field->type != FIELD_ROW || scope_dependents(field->choices)->entity == NULL || !work_row_reference(row, field, id))
                continue;
            if (workset_find(&custody->set, field->choices, id) != NULL)
                continue;
            char *copy = arena_text(custody->arena, id);
            if (copy == NULL || workset_row(&custody->set, field->choices, copy) == NULL)
                return custody_no_memory(err);
        }
    }
    return workset_load(&custody->set, err);
}

/* A person's row knows which rows of this exchange use it: the ledger does not know them yet. */
static bool link_uses(struct custody *custody, struct error *err)
{
    size_t count = custody->set.count;

    for (size_t i = 0; i < count; i++) {
        struct work_row *row = custody->set.rows[i];
        const struct scope_dependent *dependent = scope_dependents(row->row.entity);
        for (; row->touched && dependent->entity != NULL; dependent++) {
            char id[ROW_ID_SIZE];
            if (dependent->direction != SCOPE_IT_REFERS_TO || !work_row_reference(row, entity_field(row->entity, dependent->field), id))
                continue;
            struct work_row *used = workset_find(&custody->set, dependent->entity, id);
            if (used == NULL) {
                char *copy = arena_text(custody->arena, id);
                used = copy != NULL ? workset_row(&custody->set, dependent->entity, copy) : NULL;
            }
            if (used == NULL)
                return custody_no_memory(err);
            row->next_use = used->uses;
            used->uses = row;
        }
    }
    return workset_load(&custody->set, err);
}

static bool load_all(struct custody *custody, const struct segment *segments, size_t count, struct error *err)
{
    size_t from = custody->set.count, second;

    for (size_t s = 0; s < count; s++)
        for (uint64_t i = 0; i < segments[s].count; i++)
            if (workset_row(&custody->set, segments[s].changes[i].entity, segments[s].changes[i].row) == NULL)
                return custody_no_memory(err);
    if (!workset_load(&custody->set, err))
        return false;
    second = custody->set.count;
    return load_references(custody, from, err) && load_references(custody, second, err);
}

/* --- writing ----------------------------------------------------------------------------------------------------------- */

void custody_link(const uint8_t previous[HASH_SIZE], const struct ledger_segment *segment, const struct ledger_quarantine *quarantined,
                  size_t quarantined_count, uint8_t ret[HASH_SIZE])
{
    struct bytes cells = {0};

    bytes_append(&cells, previous, HASH_SIZE);
    bytes_append_u64(&cells, segment->number);
    bytes_append_u64(&cells, segment->log);
    bytes_append_u64(&cells, segment->first_seq);
    bytes_append_u64(&cells, segment->last_seq);
    bytes_append_u64(&cells, segment->clamped);
    bytes_append_u64(&cells, segment->batch);
    bytes_append_u64(&cells, (uint64_t)segment->received_ms);
    bytes_append(&cells, segment->head, HASH_SIZE); /* the head stands for the changes; a body may be erased one day */
    for (size_t i = 0; i < quarantined_count; i++) {
        bytes_append_u64(&cells, quarantined[i].seq);
        bytes_append_text(&cells, quarantined[i].reason);
    }
    memset(ret, 0, HASH_SIZE);
    if (!cells.failed)
        secret_hash(bytes_span(&cells), ret);
    bytes_clear(&cells);
}

struct taken { /* what taking one segment added */
    size_t quarantined_from;
    uint64_t clamped_from;
};

static void keep_segment(struct custody *custody, const struct segment *segment, struct taken taken, uint64_t batch,
                         struct ledger_segment *ret)
{
    *ret = (struct ledger_segment){
        .number = ++custody->totals.segments,
        .log = segment->log,
        .first_seq = segment->first_seq,
        .last_seq = segment->first_seq + segment->count - 1,
        .clamped = custody->clamped - taken.clamped_from,
        .batch = batch,
        .received_ms = custody->now_ms,
        .sealed = segment->sealed,
    };
    memcpy(ret->head, segment->head, HASH_SIZE);
    custody_link(custody->totals.link, ret, custody->quarantined + taken.quarantined_from,
                 custody->quarantined_count - taken.quarantined_from, ret->link);
    memcpy(custody->totals.link, ret->link, HASH_SIZE);
    custody->totals.changes += segment->count;
}

/* Every row whose state is another now; a row that only `seen` changed in is written too, and does not move. */
static bool store_rows(struct custody *custody, struct error *err)
{
    struct ledger_row *rows = arena_take_many(custody->arena, custody->set.count + 1, sizeof *rows);
    struct bytes state = {0};
    size_t count = 0;
    bool done = false;

    if (rows == NULL)
        return custody_no_memory(err);
    for (size_t i = 0; i < custody->set.count; i++) {
        struct work_row *row = custody->set.rows[i];
        bool changed = row->row.regs != row->before.regs;
        if (!changed && row->position == row->stored.position)
            continue;
        rows[count] = (struct ledger_row){.entity = row->row.entity, .id = row->row.id, .position = row->position, .members = row->members};
        rows[count].member_count = row->member_count;
        rows[count].row = &row->row;
        rows[count].before = row->stored.found ? &row->stored : NULL;
        rows[count].state = row->stored.state;
        if (changed) {
            bytes_reset(&state);
            char *copy = NULL;
            if (row_write(&state, &row->row, true))
                copy = arena_text_n(custody->arena, (const char *)state.data, state.size);
            rows[count].state = (struct span){(const uint8_t *)copy, state.size};
        }
        if (rows[count++].state.data == NULL) {
            custody_no_memory(err);
            goto out;
        }
    }
    done = custody->ledger->rows_store(custody->work, rows, count, err);
out:
    bytes_clear(&state);
    return done;
}

/* Rows that are new, or in which a field moved that places hang on. */
static bool queue_touched(struct custody *custody, struct error *err)
{
    for (size_t i = 0; i < custody->set.count; i++) {
        struct work_row *row = custody->set.rows[i];
        if (row->touched && work_row_exists(row) && (row->matters || !row->stored.found) && !placing_queue(custody, row, err))
            return false;
    }
    return true;
}

bool custody_take(struct custody *custody, struct ledger_log *log, const struct segment *segments, size_t count, struct error *err)
{
    struct ledger_segment *kept = arena_take_many(custody->arena, count + 1, sizeof *kept);
    uint64_t batch = custody->totals.segments + 1;

    if (kept == NULL)
        return custody_no_memory(err);
    if (!load_all(custody, segments, count, err))
        return false;
    for (size_t s = 0; s < count; s++) {
        struct taken taken = {custody->quarantined_count, custody->clamped};
        for (uint64_t i = 0; i < segments[s].count; i++)
            if (!apply(custody, log, &segments[s].changes[i], err))
                return false;
        keep_segment(custody, &segments[s], taken, batch, &kept[s]);
        log->last_seq = kept[s].last_seq;
        memcpy(log->last_head, segments[s].head, HASH_SIZE);
    }
    return link_uses(custody, err) && queue_touched(custody, err) && placing_run(custody, err) && store_rows(custody, err) &&
           custody->ledger->segments_put(custody->work, kept, count, err) &&
           custody->ledger->quarantine_put(custody->work, custody->quarantined, custody->quarantined_count, err) &&
           custody->ledger->totals_put(custody->work, &custody->totals, err);
}

/* --- asked afterwards -------------------------------------------------------------------------------------------------- */

struct timing {
    const struct ledger_log *log;
    uint64_t seq, after; /* the segments to look at: after `after`, up to `seq` */
    int64_t received_ms;
    uint64_t time;
    struct error *err;
    bool failed;
};

/* The clamp looks back no further than to what came at the same moment. */
static bool find_moment(void *context, const struct ledger_segment *stored)
{
    struct timing *timing = context;

    if (stored->last_seq > timing->seq)
        return false;
    if (stored->received_ms != timing->received_ms)
        timing->after = stored->first_seq - 1;
    timing->received_ms = stored->received_ms;
    return true;
}

static bool clamp_again(void *context, const struct ledger_segment *stored)
{
    struct timing *timing = context;
    struct arena arena = {0};
    struct segment segment;

    if (stored->last_seq > timing->seq)
        return false;
    timing->failed = !segment_open(&arena, stored->sealed, timing->log->public_key, &segment, timing->err);
    for (uint64_t i = 0; !timing->failed && i < segment.count; i++)
        timing->time = stamp_effective(segment.changes[i].time, timing->time, stored->received_ms);
    arena_clear(&arena);
    return !timing->failed;
}

bool custody_time_at(const struct ledger *ledger, struct ledger_work *work, const struct ledger_log *log, uint64_t seq, uint64_t *ret,
                     struct error *err)
{
    struct timing timing = {.log = log, .seq = seq, .received_ms = INT64_MIN, .err = err};
    const bool done = ledger->segments_of_log(work, log->log, 0, find_moment, &timing, err) &&
                      ledger->segments_of_log(work, log->log, timing.after, clamp_again, &timing, err) && !timing.failed;

    *ret = timing.time;
    return done;
}
