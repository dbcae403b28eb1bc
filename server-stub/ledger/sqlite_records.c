// SPDX-License-Identifier: Apache-2.0
/* Facts, logs, segments and quarantine in SQLite.
 *
 * Here:      the part of the port about what was received and from whom.
 * Not here:  rows (sqlite_rows.c), devices and people who run them (sqlite_fleet.c).
 */
#include <string.h>

#include "server-stub/ledger/sqlite_internal.h"

static bool meta_get(struct ledger_work *work, struct arena *arena, const char *name, struct span *ret, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_META_GET];
    bool row = false, done;

    *ret = (struct span){0};
    bind_text(statement, 1, name);
    done = step_row(work, statement, &row, "read a fact of the ledger", err);
    if (done && row) {
        struct span value = column_blob(statement, 0);
        char *copy = arena_text_n(arena, value.size > 0 ? (const char *)value.data : "", value.size);
        *ret = (struct span){(const uint8_t *)copy, value.size};
        done = copy != NULL || no_memory(err);
    }
    sqlite3_reset(statement);
    return done;
}

static bool meta_put(struct ledger_work *work, const char *name, struct span value, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_META_PUT];

    bind_text(statement, 1, name);
    bind_blob(statement, 2, value.data, value.size);
    return step_done(work, statement, "write a fact of the ledger", err);
}

static bool totals_get(struct ledger_work *work, struct ledger_totals *ret, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_TOTALS_GET];
    bool row = false, done = step_row(work, statement, &row, "read the totals", err);

    memset(ret, 0, sizeof *ret);
    if (done && row) {
        ret->position = column_u64(statement, 0);
        ret->changes = column_u64(statement, 1);
        ret->segments = column_u64(statement, 2);
        ret->quarantined = column_u64(statement, 3);
        ret->conflicts = column_u64(statement, 4);
        column_copy(statement, 5, ret->link, sizeof ret->link);
    }
    sqlite3_reset(statement);
    return done;
}

static bool totals_put(struct ledger_work *work, const struct ledger_totals *totals, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_TOTALS_PUT];

    bind_u64(statement, 1, totals->position);
    bind_u64(statement, 2, totals->changes);
    bind_u64(statement, 3, totals->segments);
    bind_u64(statement, 4, totals->quarantined);
    bind_u64(statement, 5, totals->conflicts);
    bind_blob(statement, 6, totals->link, sizeof totals->link);
    return step_done(work, statement, "write the totals", err);
}

/* --- logs -------------------------------------------------------------------------------------------------------------- */

static void log_of_columns(sqlite3_stmt *statement, struct ledger_log *ret)
{
    memset(ret, 0, sizeof *ret);
    ret->log = column_u64(statement, 0);
    ret->device = column_text(statement, 1);
    column_copy(statement, 2, ret->public_key, sizeof ret->public_key);
    ret->counter = column_u64(statement, 3);
    ret->last_seq = column_u64(statement, 4);
    ret->last_time = column_u64(statement, 5);
    column_copy(statement, 6, ret->last_head, sizeof ret->last_head);
    ret->safe_seq = column_u64(statement, 7);
    ret->waiting = column_u64(statement, 8);
    ret->quarantined = column_u64(statement, 9);
    ret->agent = column_text(statement, 10);
    ret->known_since_ms = sqlite3_column_int64(statement, 11);
    ret->last_contact_ms = sqlite3_column_int64(statement, 12);
    ret->clock_error_ms = sqlite3_column_int64(statement, 13);
    ret->introduced_by = column_u64(statement, 14);
    column_copy(statement, 15, ret->seal, sizeof ret->seal);
}

static bool log_get(struct ledger_work *work, struct arena *arena, uint64_t log, struct ledger_log *ret, bool *ret_found, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_LOG_GET];
    bool done;

    bind_u64(statement, 1, log);
    done = step_row(work, statement, ret_found, "read a log's standing", err);
    if (done && *ret_found) {
        log_of_columns(statement, ret);
        ret->device = arena_text(arena, ret->device);
        ret->agent = arena_text(arena, ret->agent);
        done = (ret->device != NULL && ret->agent != NULL) || no_memory(err);
    }
    sqlite3_reset(statement);
    return done;
}

static bool log_put(struct ledger_work *work, const struct ledger_log *log, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_LOG_PUT];

    bind_u64(statement, 1, log->log);
    bind_text(statement, 2, log->device);
    bind_blob(statement, 3, log->public_key, sizeof log->public_key);
    bind_u64(statement, 4, log->counter);
    bind_u64(statement, 5, log->last_seq);
    bind_u64(statement, 6, log->last_time);
    bind_blob(statement, 7, log->last_head, sizeof log->last_head);
    bind_u64(statement, 8, log->safe_seq);
    bind_u64(statement, 9, log->waiting);
    bind_u64(statement, 10, log->quarantined);
    bind_text(statement, 11, log->agent);
    sqlite3_bind_int64(statement, 12, log->known_since_ms);
    sqlite3_bind_int64(statement, 13, log->last_contact_ms);
    sqlite3_bind_int64(statement, 14, log->clock_error_ms);
    bind_u64(statement, 15, log->introduced_by);
    bind_blob(statement, 16, log->seal, sizeof log->seal);
    return step_done(work, statement, "write a log's standing", err);
}

static bool logs_each(struct ledger_work *work, const char *device, bool (*each)(void *context, const struct ledger_log *log),
                      void *context, struct error *err)
{
    sqlite3_stmt *statement = work->statements[device != NULL ? STATEMENT_LOGS_OF_DEVICE : STATEMENT_LOGS_EACH];
    struct ledger_log log;
    bool row = true, done = true;

    if (device != NULL)
        bind_text(statement, 1, device);
    while (done && row) {
        done = step_row(work, statement, &row, "read the logs", err);
        if (!done || !row)
            break;
        log_of_columns(statement, &log);
        row = each(context, &log);
    }
    sqlite3_reset(statement);
    return done;
}

/* --- segments ---------------------------------------------------------------------------------------------------------- */

static bool segments_put(struct ledger_work *work, const struct ledger_segment *segments, size_t count, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_SEGMENT_PUT];

    for (size_t i = 0; i < count; i++) {
        const struct ledger_segment *segment = &segments[i];
        bind_u64(statement, 1, segment->number);
        bind_u64(statement, 2, segment->log);
        bind_u64(statement, 3, segment->first_seq);
        bind_u64(statement, 4, segment->last_seq);
        bind_u64(statement, 5, segment->batch);
        sqlite3_bind_int64(statement, 6, segment->received_ms);
        bind_blob(statement, 7, segment->head, sizeof segment->head);
        bind_blob(statement, 8, segment->link, sizeof segment->link);
        bind_blob(statement, 9, segment->sealed.data, segment->sealed.size);
        bind_u64(statement, 10, segment->clamped);
        if (!step_done(work, statement, "store a segment", err))
            return false;
    }
    return true;
}

static bool head_at(struct ledger_work *work, uint64_t log, uint64_t seq, uint8_t ret_head[HASH_SIZE], bool *ret_found, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_HEAD_AT];
    bool done;

    bind_u64(statement, 1, log);
    bind_u64(statement, 2, seq);
    done = step_row(work, statement, ret_found, "read a chain's head", err);
    if (done && *ret_found)
        column_copy(statement, 0, ret_head, HASH_SIZE);
    sqlite3_reset(statement);
    return done;
}

static bool segments_walk(struct ledger_work *work, sqlite3_stmt *statement,
                          bool (*each)(void *context, const struct ledger_segment *segment), void *context, struct error *err)
{
    bool row = true, done = true;

    while (done && row) {
        struct ledger_segment segment = {0};
        done = step_row(work, statement, &row, "read the segments", err);
        if (!done || !row)
            break;
        segment.number = column_u64(statement, 0);
        segment.log = column_u64(statement, 1);
        segment.first_seq = column_u64(statement, 2);
        segment.last_seq = column_u64(statement, 3);
        segment.batch = column_u64(statement, 4);
        segment.received_ms = sqlite3_column_int64(statement, 5);
        column_copy(statement, 6, segment.head, sizeof segment.head);
        column_copy(statement, 7, segment.link, sizeof segment.link);
        segment.sealed = column_blob(statement, 8);
        segment.clamped = column_u64(statement, 9);
        row = each(context, &segment);
    }
    sqlite3_reset(statement);
    return done;
}

static bool segments_each(struct ledger_work *work, uint64_t after_number,
                          bool (*each)(void *context, const struct ledger_segment *segment), void *context, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_SEGMENTS_EACH];

    bind_u64(statement, 1, after_number);
    return segments_walk(work, statement, each, context, err);
}

static bool segments_of_log(struct ledger_work *work, uint64_t log, uint64_t after_seq,
                            bool (*each)(void *context, const struct ledger_segment *segment), void *context, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_SEGMENTS_OF_LOG];

    bind_u64(statement, 1, log);
    bind_u64(statement, 2, after_seq);
    return segments_walk(work, statement, each, context, err);
}

static bool quarantine_put(struct ledger_work *work, const struct ledger_quarantine *quarantined, size_t count, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_QUARANTINE_PUT];

    for (size_t i = 0; i < count; i++) {
        bind_u64(statement, 1, quarantined[i].log);
        bind_u64(statement, 2, quarantined[i].seq);
        bind_text(statement, 3, quarantined[i].reason);
        if (!step_done(work, statement, "note a change in quarantine", err))
            return false;
    }
    return true;
}

static bool clamped_after(struct ledger_work *work, uint64_t log, uint64_t seq, bool *ret, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_CLAMPED_AFTER];
    bool row = false, done;

    bind_u64(statement, 1, log);
    bind_u64(statement, 2, seq);
    done = step_row(work, statement, &row, "read which stamps were ahead", err);
    *ret = done && row && sqlite3_column_int(statement, 0) != 0;
    sqlite3_reset(statement);
    return done;
}

static bool quarantine_after(struct ledger_work *work, struct arena *arena, uint64_t log, uint64_t seq, struct ledger_quarantine **ret,
                             size_t *ret_count, bool *ret_clamped, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_QUARANTINE_AFTER];
    struct ledger_quarantine *all = NULL;
    size_t count = 0, room = 0;
    bool row = true, done = true;

    bind_u64(statement, 1, log);
    bind_u64(statement, 2, seq);
    for (;;) {
        done = step_row(work, statement, &row, "read the quarantine", err);
        if (!done || !row)
            break;
        if (count == room)
            all = arena_grow(arena, all, count, room = room * 2 + 16, sizeof *all);
        const char *reason = all != NULL ? arena_text(arena, column_text(statement, 1)) : NULL;
        if (reason == NULL) {
            done = no_memory(err);
            break;
        }
        all[count++] = (struct ledger_quarantine){.log = log, .seq = column_u64(statement, 0), .reason = reason};
    }
    sqlite3_reset(statement);
    *ret = all;
    *ret_count = count;
    return done && clamped_after(work, log, seq, ret_clamped, err);
}

static bool quarantine_each(struct ledger_work *work, bool (*each)(void *context, const struct ledger_quarantine *quarantined),
                            void *context, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_QUARANTINE_EACH];
    bool row = true, done = true;

    while (done && row) {
        struct ledger_quarantine quarantined;
        done = step_row(work, statement, &row, "read the quarantine", err);
        if (!done || !row)
            break;
        quarantined.log = column_u64(statement, 0);
        quarantined.seq = column_u64(statement, 1);
        quarantined.reason = column_text(statement, 2);
        row = each(context, &quarantined);
    }
    sqlite3_reset(statement);
    return done;
}

void sqlite_records_fill(struct ledger *port)
{
    port->meta_get = meta_get;
    port->meta_put = meta_put;
    port->totals_get = totals_get;
    port->totals_put = totals_put;
    port->log_get = log_get;
    port->log_put = log_put;
    port->logs_each = logs_each;
    port->segments_put = segments_put;
    port->head_at = head_at;
    port->segments_each = segments_each;
    port->segments_of_log = segments_of_log;
    port->quarantine_put = quarantine_put;
    port->quarantine_after = quarantine_after;
    port->quarantine_each = quarantine_each;
}
