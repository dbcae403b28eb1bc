// SPDX-License-Identifier: Apache-2.0
/* What the server said, made true here: receipt, rows, cursor, clock, in one transaction.
 *
 * Here:      the receipt and what it lets go; a page of rows with our own waiting changes on top; drops; the cursor; the clock.
 * Not here:  whether the reply may be believed (device_session verified it), looking for differences (repair.c).
 *
 * A row of a page replaces what we hold. On top of it go our changes that the server did not hold yet when it answered, in order: their
 * bases were true when they were made, and joining them is what the server will do with them too.
 */
#include "agent/store/store_internal.h"

#include <stdio.h>
#include <string.h>

/* --- the receipt ------------------------------------------------------------------------------------------------------------------ */

static bool verdicts_note(struct store *store, const struct receipt *receipt, struct error *err)
{
    sqlite3_stmt *stmt = statement(store, STATEMENT_VERDICT_ADD, err);

    if (stmt == NULL)
        return false;
    for (size_t i = 0; i < receipt->verdict_count; i++) {
        const struct verdict *verdict = &receipt->verdicts[i];

        if (verdict->seq == 0 || verdict->seq > receipt->seq)
            return error_set(err, ERROR_CORRUPT, "", "a receipt judged change %llu, which it does not cover",
                             (unsigned long long)verdict->seq);
        statement_bind_number(stmt, ":number", store->now.base + verdict->seq);
        statement_bind_number(stmt, ":kind", (uint64_t)verdict->kind);
        if (!statement_run(store, stmt, "write a verdict", err))
            return false;
        if (verdict->kind == VERDICT_QUARANTINED && sqlite3_changes(store->db) > 0)
            store->now.quarantined++;
    }
    return true;
}

/* The server was told of our rows by this push and says nothing more of them: they are in one place. It names those that are not. */
static bool rows_are_in_one_place(struct store *store, uint64_t after, uint64_t upto, struct error *err)
{
    for (uint64_t number = after + 1; number <= upto && store->now.odd > 0; number++) {
        struct arena arena = {0};
        struct kept_change kept;
        struct held held;
        bool found, ok = change_at(store, &arena, number, &kept, &found, err);

        if (ok && found)
            ok = held_read(store, &arena, kept.change.entity, kept.change.row, &held, err) &&
                 (!held.exists || held.many == 1 || held_write(store, &arena, &held, &held.row, 1, err));
        arena_clear(&arena);
        if (!ok)
            return false;
    }
    return true;
}

/* By which time the server knows the last change that it receipted. Its word, when it clamped; else it took our stamp as it was. A receipt
 * of nothing new (of a backup) says nothing of times. */
static bool receipted_time_take(struct store *store, const struct reply *reply, bool is_new, struct error *err)
{
    struct arena arena = {0};
    struct kept_change last;
    bool found = false, done = true;

    if (reply->clamped) {
        store->now.receipted_time = reply->last_time;
    } else if (is_new) {
        done = change_at(store, &arena, store->now.receipted, &last, &found, err);
        store->now.receipted_time = found ? last.change.time : 0;
    }
    arena_clear(&arena);
    return done;
}

static bool receipt_take(struct store *store, const struct reply *reply, const struct receipt *receipt, struct error *err)
{
    struct standing *now = &store->now;
    const uint64_t upto = now->base + receipt->seq, was = now->receipted;
    uint8_t head[HASH_SIZE];
    bool found;

    if (receipt->log != now->log)
        return error_set(err, ERROR_CORRUPT, "", "a receipt was for another log");
    if (upto < now->base || upto > now->sealed || receipt->safe_seq > receipt->seq)
        return error_set(err, ERROR_FORK, "", "a receipt was for change %llu, which was never sent", (unsigned long long)receipt->seq);
    if (!head_after(store, upto, head, &found, err))
        return false;
    if (found && memcmp(head, receipt->head, HASH_SIZE) != 0)
        return error_set(err, ERROR_FORK, "", "a receipt was for another past up to change %llu", (unsigned long long)receipt->seq);
    if (!verdicts_note(store, receipt, err))
        return false;
    if (upto > was) {
        now->receipted = upto;
        memcpy(now->receipted_head, receipt->head, HASH_SIZE);
        if (!rows_are_in_one_place(store, was, upto, err))
            return false;
        if (now->receipted == now->last)
            waiting_forget(store);
    }
    if (upto >= was && !receipted_time_take(store, reply, upto > was, err))
        return false;
    if (receipt->safe_seq > 0 && now->base + receipt->safe_seq > now->safe)
        now->safe = now->base + receipt->safe_seq;
    return log_forget(store, err);
}

/* Another epoch: the server was restored. What it does not hold any more waits again, whatever it once receipted. */
static bool epoch_take(struct store *store, const struct reply *reply, struct error *err)
{
    struct standing *now = &store->now;
    const uint64_t holds = now->base + reply->last_seq, receipted = now->receipted - now->base;
    uint8_t head[HASH_SIZE];
    char detail[160];
    bool found;

    if (now->epoch == 0 || reply->cursor.epoch == 0 || reply->cursor.epoch == now->epoch)
        return true;
    snprintf(detail, sizeof detail, "the server was restored: it holds changes up to %llu, and had receipted %llu",
             (unsigned long long)reply->last_seq, (unsigned long long)receipted);
    if (holds < now->receipted) {
        if (!head_after(store, holds, head, &found, err))
            return false;
        if (found && memcmp(head, reply->last_head, HASH_SIZE) != 0)
            return error_set(err, ERROR_FORK, "", "the server holds another past up to change %llu", (unsigned long long)reply->last_seq);
        now->receipted = holds;
        memcpy(now->receipted_head, reply->last_head, HASH_SIZE);
        now->receipted_time = 0;
        if (now->safe > holds)
            now->safe = holds;
    }
    return incident_add(store, "restored", detail, err);
}

/* --- the page ---------------------------------------------------------------------------------------------------------------------- */

struct on_top {
    struct arena *arena;
    struct row *row;
};

static bool put_on_top(void *context, const struct kept_change *kept, struct error *err)
{
    const struct on_top *top = context;
    bool moved;

    return row_apply(top->arena, top->row, &kept->change, kept->change.time, &moved, err);
}

static bool row_take(struct store *store, const struct page_row *incoming, uint64_t known, struct error *err)
{
    struct arena arena = {0};
    struct held held;
    struct row row = incoming->row;
    struct on_top top = {&arena, &row};
    const uint64_t seen = row_latest_stamp(&row).time;
    const bool done = held_read(store, &arena, row.entity, row.id, &held, err) &&
                      changes_of_row(store, &arena, row.entity, row.id, known, put_on_top, &top, err) &&
                      held_write(store, &arena, &held, &row, incoming->many, err);

    /* Effective stamps are at most a minute ahead of the server's clock: they may lead ours. */
    if (done && seen > store->now.clock)
        store->now.clock = seen;
    arena_clear(&arena);
    return done;
}

/* many 0: not ours to hold. Changes that still wait keep the row until they are receipted. */
static bool key_take(struct store *store, const struct page_key *key, uint64_t known, struct error *err)
{
    struct arena arena = {0};
    struct held held;
    bool waits = false, done = held_read(store, &arena, key->entity, key->id, &held, err);

    if (done && held.exists && key->many == 0)
        done = row_is_waiting(store, key->entity, key->id, known, &waits, err);
    if (done && held.exists) {
        if (key->many == 0 && !waits)
            done = held_drop(store, &held, err);
        else if (key->many != held.many)
            done = held_write(store, &arena, &held, &held.row, key->many, err);
    }
    arena_clear(&arena);
    return done;
}

static bool page_take(struct store *store, const struct page *page, uint64_t known, struct error *err)
{
    const uint64_t rows = store->now.rows;
    uint64_t drops = 0;
    char detail[120];

    for (size_t i = 0; i < page->row_count; i++) {
        if (!row_take(store, &page->rows[i], known, err))
            return false;
    }
    for (size_t i = 0; i < page->key_count; i++) {
        drops += page->keys[i].many == 0;
        if (!key_take(store, &page->keys[i], known, err))
            return false;
    }
    /* The session has checked it by then (the fuse); somebody may still want to know when it was. */
    if (drops <= DROP_FUSE_ROWS || drops * 100 <= rows * DROP_FUSE_PERCENT)
        return true;
    snprintf(detail, sizeof detail, "%llu of %llu rows left this device's scope", (unsigned long long)drops, (unsigned long long)rows);
    return incident_add(store, "dropped", detail, err);
}

/* --- all of it --------------------------------------------------------------------------------------------------------------------- */

/* A verified backup of the server holds something of this log: it need not be introduced any more, and the old log's key is of no use.
 * Not at the first answer: a server that is restored from an older backup must be told again. */
static bool introduced(struct store *store, struct error *err)
{
    const uint64_t introducer = store->now.introducer;

    if (introducer == 0 || store->now.safe <= store->now.base)
        return true;
    store->now.introducer = 0;
    return log_forget_secret(store, introducer, err);
}

static bool clocks_take(struct store *store, const struct session_action *action, struct error *err)
{
    const struct reply *reply = action->reply;
    struct standing *now = &store->now;
    sqlite3_stmt *stmt = statement(store, STATEMENT_SYNC_CLOCK_ERROR, err);

    if (stmt == NULL)
        return false;
    /* Only when nothing waits: changes that wait keep their stamps, and the next must be later than they are. */
    if (action->set_clock_back && now->receipted == now->last && reply->last_time < now->clock)
        now->clock = reply->last_time;
    sqlite3_bind_int64(stmt, 1, store->ports.clock.wall_ms(store->ports.clock.self) - reply->now_ms);
    return statement_run(store, stmt, "note the clock's error", err);
}

static void cursor_take(struct standing *now, const struct cursor *cursor)
{
    if (cursor->epoch == 0)
        return;
    now->epoch = cursor->epoch;
    now->position = cursor->position;
    now->scope = cursor->scope;
    now->fill = cursor->fill;
}

static bool apply(struct store *store, const struct session_action *action, struct error *err)
{
    const struct reply *reply = action->reply;
    const uint64_t known = store->now.base + reply->last_seq;

    if (known > store->now.sealed)
        return error_set(err, ERROR_FORK, "", "the server holds change %llu of this log, which was never sent",
                         (unsigned long long)reply->last_seq);
    if (!epoch_take(store, reply, err))
        return false;
    if (action->receipt != NULL && !receipt_take(store, reply, action->receipt, err))
        return false;
    /* The clock falls back before the page is read: what the page brings leads it again. */
    if (!introduced(store, err) || !clocks_take(store, action, err))
        return false;
    if (action->page != NULL && !page_take(store, action->page, known, err))
        return false;
    if (action->replace_buckets && !repair_buckets(store, action, known, err))
        return false;
    cursor_take(&store->now, &reply->cursor);
    return true;
}

bool store_apply(struct store *store, const struct session_action *action, struct error *err)
{
    bool ok;

    if (!transaction_begin(store, err))
        return false;
    ok = apply(store, action, err);
    return transaction_end(store, ok, err);
}
