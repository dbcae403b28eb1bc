// SPDX-License-Identifier: Apache-2.0
/* The change log: every change made on this device, by number, and the logs that they belong to.
 *
 * Here:      append, read, find by row, forget; identities.
 * Not here:  making changes (write.c), sealing them (segments.c), renaming (fork.c).
 *
 * Which changes touch a row is only asked when a page comes while something waits. So there is no index of it on the disk, which every mark
 * would pay for: the waiting changes' row hashes are read once, 16 bytes each, and kept while they wait.
 */
#include "agent/store/store_internal.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/keys.h"

uint64_t row_key(const char *entity, const char *id)
{
    /* FNV-1a, 64 bits: for finding, not for trusting. A clash costs one read more. */
    uint64_t hash = 14695981039346656037u;

    for (const char *at = entity; *at != '\0'; at++)
        hash = (hash ^ (uint8_t)*at) * 1099511628211u;
    hash = hash * 1099511628211u;
    for (const char *at = id; *at != '\0'; at++)
        hash = (hash ^ (uint8_t)*at) * 1099511628211u;
    return hash;
}

/* --- identities -------------------------------------------------------------------------------------------------------------- */

bool log_of_number(struct store *store, uint64_t number, uint64_t *ret_log, uint64_t *ret_base, struct error *err)
{
    sqlite3_stmt *stmt;
    enum step step;

    if (number > store->now.base) {
        *ret_log = store->now.log;
        *ret_base = store->now.base;
        return true;
    }
    stmt = statement(store, STATEMENT_LOG_OF, err);
    if (stmt == NULL)
        return false;
    statement_bind_number(stmt, ":number", number);
    step = statement_step(store, stmt, "find a log", err);
    if (step == STEP_ROW) {
        *ret_log = statement_number(stmt, 0);
        *ret_base = statement_number(stmt, 1);
    }
    statement_reset(stmt);
    return step == STEP_ROW ||
           error_set(err, ERROR_CORRUPT, REMEDY_CORRUPT, "change number %llu belongs to no log", (unsigned long long)number);
}

static bool log_key(struct store *store, uint64_t log, int column, uint8_t *ret, size_t size, struct error *err)
{
    sqlite3_stmt *stmt = statement(store, STATEMENT_LOG_BY_ID, err);
    char text[LOG_TEXT_SIZE];
    bool done = false;

    if (stmt == NULL)
        return false;
    statement_bind_number(stmt, ":log", log);
    if (statement_step(store, stmt, "read a key", err) == STEP_ROW) {
        const struct span key = statement_span(stmt, column);

        done = key.size == size;
        if (done)
            memcpy(ret, key.data, size);
    }
    statement_reset(stmt);
    log_text(log, text);
    return done || error_set(err, ERROR_CORRUPT, REMEDY_CORRUPT, "the key of log %s was not in the store", text);
}

bool log_secret(struct store *store, uint64_t log, uint8_t ret[SIGN_SECRET_SIZE], struct error *err)
{
    return log_key(store, log, 1, ret, SIGN_SECRET_SIZE, err);
}

bool log_public(struct store *store, uint64_t log, uint8_t ret[SIGN_PUBLIC_SIZE], struct error *err)
{
    return log_key(store, log, 0, ret, SIGN_PUBLIC_SIZE, err);
}

bool log_forget_secret(struct store *store, uint64_t log, struct error *err)
{
    sqlite3_stmt *stmt = statement(store, STATEMENT_LOG_FORGET_SECRET, err);

    if (stmt == NULL)
        return false;
    statement_bind_number(stmt, ":log", log);
    return statement_run(store, stmt, "forget a key", err);
}

bool log_is_own(struct store *store, uint64_t log, bool *ret, struct error *err)
{
    sqlite3_stmt *stmt;
    enum step step;

    *ret = log == store->now.log;
    if (*ret)
        return true;
    stmt = statement(store, STATEMENT_LOG_IS_OWN, err);
    if (stmt == NULL)
        return false;
    statement_bind_number(stmt, ":log", log);
    step = statement_step(store, stmt, "find a log", err);
    *ret = step == STEP_ROW;
    statement_reset(stmt);
    return step != STEP_FAILED;
}

bool log_start(struct store *store, uint64_t log, uint64_t base, struct error *err)
{
    const struct chance_port *chance = &store->ports.chance;
    uint8_t seed[KEY_SEED_SIZE], public_key[SIGN_PUBLIC_SIZE], secret_key[SIGN_SECRET_SIZE];
    struct standing *now = &store->now;
    sqlite3_stmt *stmt = statement(store, STATEMENT_LOG_ADD, err);
    bool done;

    if (stmt == NULL)
        return false;
    now->log = log;
    while (now->log == 0)
        chance->fill(chance->self, &now->log, sizeof now->log);
    chance->fill(chance->self, seed, sizeof seed);
    keys_of_seed(seed, public_key, secret_key);
    now->base = now->sealed = now->receipted = base;
    memset(now->sealed_head, 0, HASH_SIZE);
    memset(now->receipted_head, 0, HASH_SIZE);
    now->receipted_time = 0;
    now->counter = 0;
    statement_bind_number(stmt, ":log", now->log);
    statement_bind_number(stmt, ":base", base);
    statement_bind_blob(stmt, ":public_key", public_key, sizeof public_key);
    statement_bind_blob(stmt, ":secret_key", secret_key, sizeof secret_key);
    statement_bind_number(stmt, ":started_ms", (uint64_t)store->ports.clock.wall_ms(store->ports.clock.self));
    done = statement_run(store, stmt, "start a log", err);
    memset(seed, 0, sizeof seed);
    memset(secret_key, 0, sizeof secret_key);
    return done;
}

/* --- changes ----------------------------------------------------------------------------------------------------------------- */

bool change_pack(struct store *store, const struct kept_change *kept, size_t *ret_body_size, struct error *err)
{
    struct bytes *out = &store->scratch;

    bytes_reset(out);
    change_write(out, &kept->change);
    *ret_body_size = out->size;
    if (kept->has_before)
        change_write(out, &kept->before);
    if (out->failed)
        return store_no_memory(err);
    return true;
}

bool change_append(struct store *store, const struct kept_change *kept, struct error *err)
{
    sqlite3_stmt *stmt = statement(store, STATEMENT_CHANGE_ADD, err);
    struct bytes *out = &store->scratch;
    size_t body_size;
    bool done;

    if (stmt == NULL)
        return false;
    if (!change_pack(store, kept, &body_size, err))
        return false;
    const uint64_t key = row_key(kept->change.entity, kept->change.row);
    statement_bind_number(stmt, ":number", kept->number);
    statement_bind_number(stmt, ":step", kept->step);
    statement_bind_number(stmt, ":row_key", key);
    statement_bind_number(stmt, ":undoes", kept->undoes);
    statement_bind_text(stmt, ":name", *kept->name == '\0' ? NULL : kept->name);
    statement_bind_blob(stmt, ":body", out->data, body_size);
    if (kept->has_before)
        statement_bind_blob(stmt, ":before", out->data + body_size, out->size - body_size);
    done = statement_run(store, stmt, "write a change", err);
    if (done && store->waiting_known) {
        if (store->waiting_count == store->waiting_room) {
            const size_t room = store->waiting_room == 0 ? 64 : 2 * store->waiting_room;
            struct waiting *grown = realloc(store->waiting, room * sizeof *grown);

            if (grown == NULL)
                return store_no_memory(err);
            store->waiting = grown;
            store->waiting_room = room;
        }
        store->waiting[store->waiting_count++] = (struct waiting){.key = key, .number = kept->number};
        store->waiting_sorted = false;
    }
    return done;
}

static bool change_open(struct arena *arena, struct span bytes, uint64_t log, uint64_t seq, struct change *ret, struct error *err)
{
    struct reader in = reader_of(bytes.data, bytes.size);

    return (change_read(arena, &in, log, seq, ret, err) && reader_left(&in) == 0) ||
           error_set(err, ERROR_CORRUPT, REMEDY_CORRUPT, "change %llu in the store was not readable", (unsigned long long)seq);
}

bool change_at(struct store *store, struct arena *arena, uint64_t number, struct kept_change *ret, bool *ret_found, struct error *err)
{
    sqlite3_stmt *stmt = statement(store, STATEMENT_CHANGE_READ, err);
    uint64_t log = 0, base = 0;
    bool done;

    *ret_found = false;
    if (stmt == NULL)
        return false;
    statement_bind_number(stmt, ":number", number);
    const enum step step = statement_step(store, stmt, "read a change", err);
    if (step != STEP_ROW) {
        statement_reset(stmt);
        return step == STEP_DONE;
    }
    *ret = (struct kept_change){.number = number, .step = statement_number(stmt, 0), .undoes = statement_number(stmt, 1)};
    const char *name = (const char *)sqlite3_column_text(stmt, 2);
    ret->name = arena_text(arena, name == NULL ? "" : name);
    ret->has_before = sqlite3_column_type(stmt, 4) != SQLITE_NULL;
    done = (ret->name != NULL || store_no_memory(err)) && log_of_number(store, number, &log, &base, err) &&
           change_open(arena, statement_span(stmt, 3), log, number - base, &ret->change, err) &&
           (!ret->has_before || change_open(arena, statement_span(stmt, 4), log, number - base, &ret->before, err));
    statement_reset(stmt);
    *ret_found = done;
    return done;
}

/* --- by row ------------------------------------------------------------------------------------------------------------------- */

void waiting_forget(struct store *store)
{
    free(store->waiting);
    store->waiting = NULL;
    store->waiting_count = store->waiting_room = 0;
    store->waiting_known = false;
}

static int compare_waiting(const void *a, const void *b)
{
    const struct waiting *left = a, *right = b;

    if (left->key != right->key)
        return left->key < right->key ? -1 : 1;
    return (left->number > right->number) - (left->number < right->number);
}

static bool waiting_read(struct store *store, uint64_t after, struct error *err)
{
    const size_t count = store->now.last > after ? (size_t)(store->now.last - after) : 0;
    sqlite3_stmt *stmt = statement(store, STATEMENT_CHANGE_KEYS_AFTER, err);
    enum step step = STEP_FAILED;

    waiting_forget(store);
    if (stmt == NULL)
        return false;
    store->waiting = malloc((count + 64) * sizeof *store->waiting);
    if (store->waiting == NULL)
        return store_no_memory(err);
    store->waiting_room = count + 64;
    statement_bind_number(stmt, ":after", after);
    while ((step = statement_step(store, stmt, "read what waits", err)) == STEP_ROW && store->waiting_count < store->waiting_room)
        store->waiting[store->waiting_count++] = (struct waiting){.key = statement_number(stmt, 1), .number = statement_number(stmt, 0)};
    statement_reset(stmt);
    store->waiting_known = step == STEP_DONE;
    store->waiting_sorted = false;
    store->waiting_after = after;
    return store->waiting_known || error_set(err, ERROR_CORRUPT, REMEDY_CORRUPT, "there were more changes in the store than were made");
}

/* The first entry of this key with number > after; NULL when there is none. *ret_end: behind the last one known. */
static bool waiting_find(struct store *store, uint64_t key, uint64_t after, const struct waiting **ret, const struct waiting **ret_end,
                         struct error *err)
{
    size_t low = 0, high;

    *ret = *ret_end = NULL;
    if (after >= store->now.last)
        return true;
    if ((!store->waiting_known || after < store->waiting_after) && !waiting_read(store, after, err))
        return false;
    if (!store->waiting_sorted)
        qsort(store->waiting, store->waiting_count, sizeof *store->waiting, compare_waiting);
    store->waiting_sorted = true;
    high = store->waiting_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct waiting *at = &store->waiting[middle];

        if (at->key < key || (at->key == key && at->number <= after))
            low = middle + 1;
        else
            high = middle;
    }
    *ret = &store->waiting[low];
    *ret_end = &store->waiting[store->waiting_count];
    return true;
}

bool changes_of_row(struct store *store, struct arena *arena, const char *entity, const char *id, uint64_t after,
                    bool (*each)(void *context, const struct kept_change *kept, struct error *err), void *context, struct error *err)
{
    const uint64_t key = row_key(entity, id);
    const struct waiting *at, *end;

    if (!waiting_find(store, key, after, &at, &end, err))
        return false;
    for (; at != end && at->key == key; at++) {
        struct kept_change kept;
        bool found;

        if (!change_at(store, arena, at->number, &kept, &found, err))
            return false;
        if (!found)
            return error_set(err, ERROR_CORRUPT, REMEDY_CORRUPT, "change number %llu was not in the store", (unsigned long long)at->number);
        if (strcmp(kept.change.entity, entity) == 0 && strcmp(kept.change.row, id) == 0 && !each(context, &kept, err))
            return false;
    }
    return true;
}

static bool note_one(void *context, const struct kept_change *kept, struct error *err)
{
    (void)kept;
    (void)err;
    *(bool *)context = true;
    return true;
}

bool row_is_waiting(struct store *store, const char *entity, const char *id, uint64_t after, bool *ret, struct error *err)
{
    struct arena arena = {0};
    bool done;

    *ret = false;
    done = changes_of_row(store, &arena, entity, id, after, note_one, ret, err);

    arena_clear(&arena);
    return done;
}

/* --- forgetting ---------------------------------------------------------------------------------------------------------------- */

/* Kept: what is not receipted; what no verified backup of the server holds, so that a restored one can be refilled, up to
 * STORE_KEEP_CHANGES_MAX; the latest, for undo. Bounded a time, so that a long-awaited backup does not make one long transaction. */
bool log_forget(struct store *store, struct error *err)
{
    struct standing *now = &store->now;
    sqlite3_stmt *changes = statement(store, STATEMENT_CHANGES_FORGET, err), *segments = statement(store, STATEMENT_SEGMENTS_FORGET, err);
    uint64_t upto = now->safe;

    if (changes == NULL || segments == NULL)
        return false;
    if (now->last > STORE_KEEP_CHANGES_MAX && upto < now->last - STORE_KEEP_CHANGES_MAX)
        upto = now->last - STORE_KEEP_CHANGES_MAX;
    if (upto > now->receipted)
        upto = now->receipted;
    if (now->last < STORE_UNDO_CHANGES_MIN + upto)
        upto = now->last > STORE_UNDO_CHANGES_MIN ? now->last - STORE_UNDO_CHANGES_MIN : 0;
    if (upto <= now->kept)
        return true;
    if (upto - now->kept > STORE_PRUNE_CHANGES_MAX)
        upto = now->kept + STORE_PRUNE_CHANGES_MAX;
    statement_bind_number(changes, ":after", now->kept);
    statement_bind_number(changes, ":upto", upto);
    statement_bind_number(segments, ":upto", upto);
    if (!statement_run(store, changes, "forget old changes", err) || !statement_run(store, segments, "forget old segments", err))
        return false;
    now->kept = upto;
    return true;
}
