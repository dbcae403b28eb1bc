// SPDX-License-Identifier: Apache-2.0
/* Who this device is, where it stands with the server, and what `status` shows of it.
 *
 * Here:      identity, enrolment, the standing of a session, facts about syncing, counts.
 * Not here:  how the standing is kept (standing.c), what changes it (apply.c, fork.c).
 */
#include "agent/store/store_internal.h"

#include <stdio.h>
#include <string.h>

bool server_read(struct store *store, struct error *err)
{
    bool has_public, has_key;

    if (!meta_read_blob(store, "server_public", store->server_public, SIGN_PUBLIC_SIZE, &has_public, err) ||
        !meta_read_blob(store, "digest_key", store->digest_key, DIGEST_KEY_SIZE, &has_key, err))
        return false;
    store->enrolled = has_public && has_key;
    return true;
}

bool store_identity(struct store *store, struct store_identity *ret, struct error *err)
{
    *ret = (struct store_identity){.log = store->now.log, .enrolled = store->enrolled, .forks = store->now.forks};
    memcpy(ret->server_public, store->server_public, SIGN_PUBLIC_SIZE);
    return log_public(store, store->now.log, ret->public_key, err) &&
           meta_read_text(store, "device", ret->device, sizeof ret->device, err) &&
           meta_read_text(store, "server_url", ret->server_url, sizeof ret->server_url, err);
}

/* --- enrolment ---------------------------------------------------------------------------------------------------------------- */

static bool add_anew(void *context, struct arena *arena, const struct held *held, struct error *err)
{
    (void)arena;
    (void)err;
    digest_add_row(context, held->digest, held->many);
    return true;
}

/* Rows made before enrolment were summed without the server's key. */
static bool digest_anew(struct store *store, struct error *err)
{
    const struct held_visitor visitor = {add_anew, store};

    store->now.digest_low = store->now.digest_high = 0;
    return held_each(store, &visitor, err);
}

/* Its feed is followed from the beginning, and what another server receipted is news to this one. */
static void begin_with_new_server(struct standing *now)
{
    now->epoch = now->position = now->scope = now->fill = 0;
    now->receipted = now->base;
    memset(now->receipted_head, 0, HASH_SIZE);
    now->receipted_time = 0;
    if (now->safe > now->base)
        now->safe = now->base;
    now->counter = 0;
}

bool store_enrolled(struct store *store, const char *url, const struct enrol_reply *reply, struct error *err)
{
    struct store_identity fits;
    uint8_t digest_key[DIGEST_KEY_SIZE];
    bool ok;

    if (strlen(url) >= sizeof fits.server_url || strlen(reply->device) >= sizeof fits.device)
        return error_set(err, ERROR_LIMIT, "Ask for a shorter address or name.", "the server's address or the device's name was too long");
    if (!transaction_begin(store, err))
        return false;
    memcpy(digest_key, store->digest_key, DIGEST_KEY_SIZE);
    memcpy(store->digest_key, reply->digest_key, DIGEST_KEY_SIZE);
    ok = meta_save_text(store, "server_url", url, err) && meta_save_text(store, "device", reply->device, err) &&
         meta_save_blob(store, "server_public", reply->server_public, SIGN_PUBLIC_SIZE, err) &&
         meta_save_blob(store, "digest_key", reply->digest_key, DIGEST_KEY_SIZE, err) && digest_anew(store, err);
    /* The code was asked with this log: the server knows it, whoever came before. */
    store->now.introducer = 0;
    if (memcmp(store->server_public, reply->server_public, SIGN_PUBLIC_SIZE) != 0)
        begin_with_new_server(&store->now);
    if (!transaction_end(store, ok, err)) {
        memcpy(store->digest_key, digest_key, DIGEST_KEY_SIZE);
        return false;
    }
    return server_read(store, err);
}

/* --- a session's standing ------------------------------------------------------------------------------------------------------- */

bool store_secret(struct store *store, uint8_t ret[SIGN_SECRET_SIZE], struct error *err)
{
    return log_secret(store, store->now.log, ret, err);
}

/* Signed anew whenever it is asked for: Ed25519 gives the same bytes. */
static bool introduce(struct store *store, struct error *err)
{
    struct introduction introduction = {.old = store->now.introducer, .fresh = store->now.log};
    uint8_t secret[SIGN_SECRET_SIZE];
    bool done;

    bytes_reset(&store->introduction);
    if (store->now.introducer == 0)
        return true;
    done = log_secret(store, introduction.old, secret, err) && log_public(store, introduction.fresh, introduction.fresh_public, err) &&
           introduction_sign(&store->introduction, &introduction, secret, err);
    memset(secret, 0, sizeof secret);
    return done;
}

bool store_standing_seen(struct store *store, const char *agent, struct device_standing *ret, struct error *err)
{
    const struct standing *now = &store->now;
    struct store_sync_state sync;

    if (!introduce(store, err) || !store_sync_state(store, &sync, err))
        return false;
    *ret = (struct device_standing){
        .log = now->log,
        .counter = now->counter,
        .cursor = {.epoch = now->epoch, .position = now->position, .scope = now->scope, .fill = now->fill},
        .last_seq = now->receipted - now->base,
        .safe_seq = now->safe > now->base ? now->safe - now->base : 0,
        .waiting = now->last - now->receipted,
        .rows = now->rows,
        .digest = {.low = now->digest_low, .high = now->digest_high},
        .now_ms = store->ports.clock.wall_ms(store->ports.clock.self),
        .batch_bytes = sync.batch_bytes,
        .agent = agent,
        .introduction = bytes_span(&store->introduction),
    };
    memcpy(ret->server_public, store->server_public, SIGN_PUBLIC_SIZE);
    memcpy(ret->digest_key, store->digest_key, DIGEST_KEY_SIZE);
    memcpy(ret->last_head, now->receipted_head, HASH_SIZE);
    return log_secret(store, now->log, ret->secret, err);
}

bool store_standing(struct store *store, const char *agent, struct device_standing *ret, struct error *err)
{
    bool ok = transaction_begin(store, err);

    if (ok) {
        store->now.counter++;
        ok = transaction_end(store, true, err);
    }
    return ok && store_standing_seen(store, agent, ret, err);
}

/* --- facts about syncing ---------------------------------------------------------------------------------------------------------- */

static void copy_text(sqlite3_stmt *stmt, int column, char *ret, size_t size)
{
    const char *text = (const char *)sqlite3_column_text(stmt, column);

    snprintf(ret, size, "%s", text == NULL ? "" : text);
}

bool store_sync_state(struct store *store, struct store_sync_state *ret, struct error *err)
{
    sqlite3_stmt *stmt = statement(store, STATEMENT_SYNC_READ, err);
    bool done = false;

    if (stmt == NULL)
        return false;
    if (statement_step(store, stmt, "read the state of syncing", err) == STEP_ROW) {
        *ret = (struct store_sync_state){
            .last_attempt_ms = sqlite3_column_int64(stmt, 0),
            .last_success_ms = sqlite3_column_int64(stmt, 1),
            .last_verified_ms = sqlite3_column_int64(stmt, 2),
            .next_attempt_ms = sqlite3_column_int64(stmt, 3),
            .failures = (uint32_t)statement_number(stmt, 4),
            .batch_bytes = (uint32_t)statement_number(stmt, 5),
            .spread_ms = (uint32_t)statement_number(stmt, 6),
            .clock_error_ms = sqlite3_column_int64(stmt, 10),
        };
        const uint64_t kind = statement_number(stmt, 7);
        ret->last_error_kind = kind < ERROR_KINDS ? (enum error_kind)kind : ERROR_CORRUPT;
        copy_text(stmt, 8, ret->last_error, sizeof ret->last_error);
        copy_text(stmt, 9, ret->last_remedy, sizeof ret->last_remedy);
        done = true;
    }
    statement_reset(stmt);
    return done || error_set(err, ERROR_CORRUPT, REMEDY_CORRUPT, "the state of syncing was not in the store");
}

bool store_set_sync_state(struct store *store, const struct store_sync_state *state, struct error *err)
{
    sqlite3_stmt *stmt = statement(store, STATEMENT_SYNC_SAVE, err);
    bool ok;

    if (stmt == NULL || !transaction_begin(store, err))
        return false;
    statement_bind_number(stmt, ":last_attempt_ms", (uint64_t)state->last_attempt_ms);
    statement_bind_number(stmt, ":last_success_ms", (uint64_t)state->last_success_ms);
    statement_bind_number(stmt, ":last_verified_ms", (uint64_t)state->last_verified_ms);
    statement_bind_number(stmt, ":next_attempt_ms", (uint64_t)state->next_attempt_ms);
    statement_bind_number(stmt, ":failures", state->failures);
    statement_bind_number(stmt, ":batch_bytes", state->batch_bytes);
    statement_bind_number(stmt, ":spread_ms", state->spread_ms);
    statement_bind_number(stmt, ":error_kind", (uint64_t)state->last_error_kind);
    statement_bind_text(stmt, ":error_cause", state->last_error);
    statement_bind_text(stmt, ":error_remedy", state->last_remedy);
    statement_bind_number(stmt, ":clock_error_ms", (uint64_t)state->clock_error_ms);
    ok = statement_run(store, stmt, "write the state of syncing", err);
    return transaction_end(store, ok, err);
}

bool store_counts(struct store *store, struct store_counts *ret, struct error *err)
{
    const struct standing *now = &store->now;
    sqlite3_stmt *stmt = statement(store, STATEMENT_INCIDENT_COUNT, err);
    const bool done = stmt != NULL && statement_step(store, stmt, "count incidents", err) == STEP_ROW;

    if (done)
        *ret = (struct store_counts){.waiting = now->last - now->receipted,
                                     .receipted = now->receipted,
                                     .safe = now->safe,
                                     .rows = now->rows,
                                     .conflicts = now->conflicts,
                                     .quarantined = now->quarantined,
                                     .incidents = statement_number(stmt, 0)};
    statement_reset(stmt);
    return done;
}
