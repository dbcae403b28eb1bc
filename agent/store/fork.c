// SPDX-License-Identifier: Apache-2.0
/* A fork: this log's past is not the server's. A fresh log takes over what the server does not hold of ours.
 *
 * Here:      where the two pasts part; moving every change after that point into a fresh log; renaming the rows that they made.
 * Not here:  how a fork is noticed (the server; incarnation.c), what a rename does to a change or a row (protocol/rename.c).
 *
 * Which changes are kept under the old name? Those up to the *common point*, the last change that this store and the server share
 * for certain. The server looks for it (protocol/log_walk.c) and names it with its chain head:
 *
 * A twin that only asked and never wrote, or a backup of a tablet that lost nothing: the counter gave it away, the heads agree as far
 * as the server holds anything. Common is all that it holds.
 *
 * A cloned tablet's twin, or this tablet's own lost timeline after a restored backup, has written on. Common is the last receipt that
 * we remember, or the last of our sealed segments that the server holds too. For a clone that is exact: the twin's changes and ours
 * are different facts. After a restored backup, changes that waited unsealed in the backup and were sent later are said twice: marks
 * and enrolments meet in one row (they are named by their key); people and activities made in that window stand twice until somebody
 * links them. The alternative is to lose them when the guess is wrong.
 *
 * The server was restored itself, and a twin got in first: only what its verified backup holds is certain. The rest is said again.
 *
 * The server's word is taken where our chain has the same head. Where we have no head, what it receipted to us is common, as far as
 * it holds that much; else what it called safe.
 *
 * The cursor stays. Rows of our own that a lost timeline sent are pulled like anybody's: the server leaves nothing of "ours" out.
 *
 * The fresh log is a stranger to the server. The log that the server knows vouches for it (introduction), so its secret key is kept until
 * a verified backup of the server holds something of the fresh log; a second fork before that goes on with the same introducer.
 */
#include "agent/store/store_internal.h"

#include <stdio.h>
#include <string.h>

/* Reads a change's bytes again under its new name. */
static bool change_renew(struct store *store, struct arena *arena, struct kept_change *kept, const struct rename *rename, struct error *err)
{
    sqlite3_stmt *stmt = statement(store, STATEMENT_CHANGE_RENAME, err);
    struct bytes *out = &store->scratch;
    size_t body_size;

    if (stmt == NULL || !change_rename(arena, &kept->change, rename, err) ||
        (kept->has_before && !change_rename(arena, &kept->before, rename, err)))
        return false;
    /* What stood before has values and no bases: it is never sent. */
    struct change_field *fields = arena_take_many(arena, kept->before.field_count + 1, sizeof *fields);
    if (fields == NULL)
        return store_no_memory(err);
    for (size_t i = 0; kept->has_before && i < kept->before.field_count; i++)
        fields[i] = (struct change_field){.name = kept->before.fields[i].name, .value = kept->before.fields[i].value};
    kept->before.fields = fields;
    if (!change_pack(store, kept, &body_size, err))
        return false;
    statement_bind_number(stmt, ":number", kept->number);
    statement_bind_number(stmt, ":row_key", row_key(kept->change.entity, kept->change.row));
    statement_bind_blob(stmt, ":body", out->data, body_size);
    if (kept->has_before)
        statement_bind_blob(stmt, ":before", out->data + body_size, out->size - body_size);
    return statement_run(store, stmt, "rename a change", err);
}

/* The row that a change of the old name touched. A row is renamed once; after that nothing is found under its old id, or nothing is left
 * to rename. */
static bool row_renew(struct store *store, struct arena *arena, const char *entity, const char *id, const struct rename *rename,
                      struct error *err)
{
    struct held held;
    struct row row;
    bool touched, moves;

    if (!held_read(store, arena, entity, id, &held, err))
        return false;
    if (!held.exists)
        return true;
    row = held.row;
    if (!row_rename(arena, &row, rename, &touched, err))
        return false;
    if (!touched)
        return true;
    moves = strcmp(row.id, held.row.id) != 0;
    if (!moves)
        return held_write(store, arena, &held, &row, held.many, err);
    const struct held nothing = {.row = {.entity = row.entity, .id = row.id}, .many = held.many};
    return held_drop(store, &held, err) && held_write(store, arena, &nothing, &row, held.many, err);
}

/* One change, its row with it. Its old names must be read before either moves. */
static bool renew(struct store *store, uint64_t number, const struct rename *rename, struct error *err)
{
    struct arena arena = {0};
    struct kept_change kept;
    bool found, done = change_at(store, &arena, number, &kept, &found, err);

    if (done && found)
        done =
            row_renew(store, &arena, kept.change.entity, kept.change.row, rename, err) && change_renew(store, &arena, &kept, rename, err);
    arena_clear(&arena);
    return done;
}

/* Whether the server took this change by another time than ours. */
static bool was_clamped(struct store *store, uint64_t number, bool *ret, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum step step = STEP_FAILED;

    *ret = false;
    if (statement_prepare(store, "SELECT 1 FROM verdict WHERE number = :number AND kind = :kind", false, &stmt, err)) {
        statement_bind_number(stmt, ":number", number);
        statement_bind_number(stmt, ":kind", VERDICT_CLAMPED);
        step = statement_step(store, stmt, "find a verdict", err);
        *ret = step == STEP_ROW;
    }
    sqlite3_finalize(stmt);
    return step != STEP_FAILED;
}

/* The time of the common point: stamps of the old log up to it are of the past that is shared. By the server's clock, not ours: a clock
 * that ran ahead was clamped, and between the clamped time and ours a twin may have written, which we have not seen. A base that covers
 * that would replace it unseen. So when the time is not known, none is said: what we replaced then stands beside what we say again, for
 * a person to settle. The clock may have fallen back since; what moves must stay after it. */
static bool time_of_common(struct store *store, uint64_t common, const struct reply *told, uint64_t *ret, struct error *err)
{
    const struct standing *now = &store->now;
    struct arena arena = {0};
    struct kept_change last, next;
    bool found_last = false, found_next = false, clamped = false;
    bool done = change_at(store, &arena, common, &last, &found_last, err) &&
                change_at(store, &arena, common + 1, &next, &found_next, err) && was_clamped(store, common, &clamped, err);

    if (common == now->base)
        *ret = 0; /* it shares nothing under this name */
    else if (told != NULL && told->clamped && common == now->base + told->last_seq)
        *ret = told->last_time;
    else if (common == now->receipted && now->receipted_time > 0)
        *ret = now->receipted_time;
    else
        *ret = found_last && !clamped && common <= now->receipted ? last.change.time : 0;
    if (done && found_next && *ret >= next.change.time)
        *ret = next.change.time - 1;
    arena_clear(&arena);
    return done;
}

static bool drop_after(struct store *store, enum statement_id id, uint64_t common, struct error *err)
{
    sqlite3_stmt *stmt = statement(store, id, err);

    if (stmt == NULL)
        return false;
    statement_bind_number(stmt, ":after", common);
    return statement_run(store, stmt, "drop what was sealed for the old log", err);
}

/* What the old log's verdicts said of changes that move is not said of them any more. */
static bool quarantine_recount(struct store *store, struct error *err)
{
    sqlite3_stmt *stmt = statement(store, STATEMENT_VERDICT_COUNT, err);
    const bool done = stmt != NULL && statement_step(store, stmt, "count verdicts", err) == STEP_ROW;

    if (done)
        store->now.quarantined = statement_number(stmt, 0);
    statement_reset(stmt);
    return done;
}

bool fork_at(struct store *store, uint64_t common, const struct reply *told, const char *why, struct error *err)
{
    struct standing *now = &store->now;
    struct rename rename = {.old = now->log, .after = common - now->base};
    const uint64_t last = now->last;
    char detail[200];

    if (!time_of_common(store, common, told, &rename.after_time, err))
        return false;
    /* Changes and rows move while the log is still the old one: they are read by its name. */
    uint64_t fresh;
    do
        store->ports.chance.fill(store->ports.chance.self, &fresh, sizeof fresh);
    while (fresh == 0 || fresh == now->log);
    rename.fresh = fresh;
    for (uint64_t number = common + 1; number <= last; number++) {
        if (!renew(store, number, &rename, err))
            return false;
    }
    if (!drop_after(store, STATEMENT_SEGMENTS_DROP_AFTER, common, err) || !drop_after(store, STATEMENT_VERDICTS_DROP_AFTER, common, err) ||
        !quarantine_recount(store, err))
        return false;
    if (now->introducer == 0 && store->enrolled)
        now->introducer = now->log;
    if (now->introducer != now->log && !log_forget_secret(store, now->log, err))
        return false;
    now->forks++;
    waiting_forget(store);
    if (!log_start(store, fresh, common, err))
        return false;
    if (now->safe > common)
        now->safe = common;
    snprintf(detail, sizeof detail, "%s: a fresh log took over %llu changes", why, (unsigned long long)(last - common));
    return incident_add(store, "fork", detail, err);
}

static bool common_point(struct store *store, const struct reply *reply, uint64_t *ret, struct error *err)
{
    const struct standing *now = &store->now;
    const uint64_t holds = now->base + reply->last_seq;
    uint8_t head[HASH_SIZE];
    bool found = false;

    if (holds <= now->sealed && !head_after(store, holds, head, &found, err))
        return false;
    if (found && memcmp(head, reply->last_head, HASH_SIZE) == 0)
        *ret = holds;
    else if (holds >= now->receipted)
        *ret = now->receipted;
    else
        *ret = now->safe < holds ? now->safe : holds;
    /* What is not kept any more cannot be said again; what is an older log's is common by an earlier fork. */
    if (*ret < now->base)
        *ret = now->base;
    if (*ret < now->kept)
        *ret = now->kept;
    return true;
}

bool store_fork(struct store *store, const struct reply *reply, struct error *err)
{
    uint64_t common;
    bool ok;

    if (!common_point(store, reply, &common, err) || !transaction_begin(store, err))
        return false;
    ok = fork_at(store, common, reply, "the server holds another past of this log", err);
    ok = transaction_end(store, ok, err);
    if (ok)
        incarnation_write(store, true);
    return ok;
}
