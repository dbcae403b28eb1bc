// SPDX-License-Identifier: Apache-2.0
/* Sealed segments: made once, kept until a verified backup of the server holds them, given out as often as asked.
 *
 * Here:      sealing what waits, giving segments in order, the chain's head where a segment ends.
 * Not here:  the format (protocol/segment.c), when to send (agent/sync).
 *
 * The chain is made here and not when a change is written: its salts come from the segment's seed, and a mark should cost one commit.
 * Sealed bytes are on the disk before anybody sees them: a power cut must not lead to other bytes for a range that somebody was sent.
 */
#include "agent/store/store_internal.h"

#include <string.h>

enum {
    SEAL_BYTES_MIN = 4 * 1024, /* no segment is cut smaller for want of room in a batch */
    SEAL_RATIO = 64,           /* canonical bytes loaded for one byte of deflated body: honest segments reach 27:1 */
};

bool head_after(struct store *store, uint64_t number, uint8_t ret[HASH_SIZE], bool *ret_found, struct error *err)
{
    const struct standing *now = &store->now;
    sqlite3_stmt *stmt;
    enum step step;

    *ret_found = true;
    if (number == now->base)
        memset(ret, 0, HASH_SIZE);
    else if (number == now->receipted)
        memcpy(ret, now->receipted_head, HASH_SIZE);
    else if (number == now->sealed)
        memcpy(ret, now->sealed_head, HASH_SIZE);
    else
        *ret_found = false;
    if (*ret_found)
        return true;
    stmt = statement(store, STATEMENT_SEGMENT_ENDING, err);
    if (stmt == NULL)
        return false;
    statement_bind_number(stmt, ":last", number);
    step = statement_step(store, stmt, "read a segment", err);
    if (step == STEP_ROW) {
        const struct span head = statement_span(stmt, 0);

        *ret_found = head.size == HASH_SIZE;
        if (*ret_found)
            memcpy(ret, head.data, HASH_SIZE);
    }
    statement_reset(stmt);
    return step != STEP_FAILED;
}

/* The next changes to seal, no more than can fit, into the arena. */
static bool load(struct store *store, struct arena *arena, size_t bytes_max, struct change **ret, size_t *ret_count, struct error *err)
{
    sqlite3_stmt *stmt = statement(store, STATEMENT_CHANGES_AFTER, err);
    const uint64_t after = store->now.sealed, base = store->now.base;
    uint64_t waiting = store->now.last - after;
    struct change *changes = NULL;
    size_t size = 0, count = 0;
    enum step step = STEP_DONE;
    struct error why = {0};

    *ret_count = 0;
    if (stmt == NULL)
        return false;
    if (waiting > SEGMENT_CHANGES_MAX)
        waiting = SEGMENT_CHANGES_MAX;
    changes = arena_take_many(arena, (size_t)waiting, sizeof *changes);
    if (changes == NULL)
        return store_no_memory(err);
    statement_bind_number(stmt, ":after", after);
    statement_bind_number(stmt, ":count", waiting);
    while (count < waiting && size < bytes_max && (step = statement_step(store, stmt, "read what waits", &why)) == STEP_ROW) {
        const struct span body = statement_span(stmt, 1);
        struct reader in = reader_of(body.data, body.size);

        if (statement_number(stmt, 0) != after + count + 1 ||
            !change_read(arena, &in, store->now.log, after + count + 1 - base, &changes[count], &why)) {
            error_set(&why, ERROR_CORRUPT, REMEDY_CORRUPT, "it is not what was written");
            step = STEP_FAILED;
            break;
        }
        size += body.size;
        count++;
    }
    statement_reset(stmt);
    *ret = changes;
    *ret_count = count;
    if (step == STEP_FAILED && why.kind != ERROR_CORRUPT)
        return error_set(err, why.kind, why.remedy, "%s", why.cause);
    /* What stands before a damaged change goes all the same; the next time it stands first, and is told. */
    return count > 0 ||
           error_set(err, ERROR_CORRUPT, REMEDY_CORRUPT, "change %llu of this device is damaged: it and what follows it wait (%s)",
                     (unsigned long long)(after + 1 - base), why.kind == ERROR_NONE ? "it is missing" : why.cause);
}

static bool keep(struct store *store, const struct bytes *sealed, size_t count, const uint8_t head[HASH_SIZE], struct error *err)
{
    struct standing *now = &store->now;
    sqlite3_stmt *stmt = statement(store, STATEMENT_SEGMENT_ADD, err);

    if (stmt == NULL)
        return false;
    statement_bind_number(stmt, ":first", now->sealed + 1);
    statement_bind_number(stmt, ":last", now->sealed + count);
    statement_bind_blob(stmt, ":head", head, HASH_SIZE);
    statement_bind_blob(stmt, ":sealed", sealed->data, sealed->size);
    if (!statement_run(store, stmt, "write a segment", err))
        return false;
    now->sealed += count;
    memcpy(now->sealed_head, head, HASH_SIZE);
    return true;
}

/* One more segment after the last sealed one; its size in *ret_size. */
static bool seal_next(struct store *store, size_t body_bytes, size_t *ret_size, struct error *err)
{
    const struct chance_port *chance = &store->ports.chance;
    struct arena arena = {0};
    struct bytes sealed = {0};
    struct change *changes = NULL;
    uint8_t seed[SEED_SIZE], secret[SIGN_SECRET_SIZE], head[HASH_SIZE];
    size_t count = 0;
    bool done = log_secret(store, store->now.log, secret, err) && load(store, &arena, SEAL_RATIO * body_bytes, &changes, &count, err);

    if (done) {
        chance->fill(chance->self, seed, sizeof seed);
        done = segment_seal(changes, count, body_bytes, store->now.sealed_head, seed, secret, &sealed, &count, head, err) &&
               keep(store, &sealed, count, head, err);
    }
    memset(secret, 0, sizeof secret);
    *ret_size = sealed.size;
    bytes_clear(&sealed);
    arena_clear(&arena);
    return done;
}

struct batch {
    struct arena *arena;
    struct span *spans;
    size_t count, bytes;
    uint32_t bytes_max;
    uint64_t next; /* number that the next segment must begin at or before */
};

static bool batch_is_full(const struct batch *batch, size_t more)
{
    return batch->count == MESSAGE_SEGMENTS_MAX || (batch->count > 0 && batch->bytes + more > batch->bytes_max);
}

static bool gather(struct store *store, struct batch *batch, struct error *err)
{
    sqlite3_stmt *stmt = statement(store, STATEMENT_SEGMENTS_AFTER, err);
    enum step step = STEP_DONE;
    bool done = true;

    if (stmt == NULL)
        return false;
    statement_bind_number(stmt, ":after", batch->next - 1);
    statement_bind_number(stmt, ":base", store->now.base);
    while (done && (step = statement_step(store, stmt, "read a segment", err)) == STEP_ROW) {
        const struct span sealed = statement_span(stmt, 2);

        /* A gap: what a restored server asks for is not kept any more. The session takes nothing, or what does not follow on, as that. */
        if (statement_number(stmt, 0) > batch->next || batch_is_full(batch, sealed.size))
            break;
        uint8_t *copy = arena_take(batch->arena, sealed.size);
        if (copy == NULL) {
            done = store_no_memory(err);
            break;
        }
        memcpy(copy, sealed.data, sealed.size);
        batch->spans[batch->count++] = (struct span){.data = copy, .size = sealed.size};
        batch->bytes += sealed.size;
        batch->next = statement_number(stmt, 1) + 1;
    }
    statement_reset(stmt);
    return done && step != STEP_FAILED;
}

/* Seals as much as still has room in the batch, in one transaction, then gathers it. */
static bool seal_more(struct store *store, struct batch *batch, struct error *err)
{
    size_t bytes = batch->bytes, count = batch->count;
    bool ok;

    if (store->now.sealed == store->now.last || count == MESSAGE_SEGMENTS_MAX || (count > 0 && bytes + SEAL_BYTES_MIN > batch->bytes_max))
        return true;
    ok = transaction_begin(store, err);
    if (!ok)
        return false;
    while (ok && store->now.sealed < store->now.last && count < MESSAGE_SEGMENTS_MAX) {
        size_t room = batch->bytes_max > bytes ? batch->bytes_max - bytes : 0, size = 0;

        if (count > 0 && room < SEAL_BYTES_MIN)
            break;
        room = room < SEAL_BYTES_MIN ? SEAL_BYTES_MIN : room > SEGMENT_BODY_BYTES_MAX ? SEGMENT_BODY_BYTES_MAX : room;
        struct error why = {0};
        ok = seal_next(store, room, &size, &why);
        if (!ok && why.kind == ERROR_CORRUPT && count > 0) {
            ok = true;
            break;
        }
        if (!ok)
            error_set(err, why.kind, why.remedy, "%s", why.cause);
        bytes += size;
        count++;
    }
    return transaction_end(store, ok, err) && gather(store, batch, err);
}

bool store_segments(struct store *store, struct arena *arena, uint64_t after_seq, uint32_t bytes_max, const struct span **ret,
                    size_t *ret_count, struct error *err)
{
    struct batch batch = {.arena = arena, .bytes_max = bytes_max, .next = store->now.base + after_seq + 1};

    batch.spans = arena_take_many(arena, MESSAGE_SEGMENTS_MAX, sizeof *batch.spans);
    if (batch.spans == NULL)
        return store_no_memory(err);
    if (!gather(store, &batch, err))
        return false;
    if (batch.next > store->now.sealed && !seal_more(store, &batch, err))
        return false;
    *ret = batch.spans;
    *ret_count = batch.count;
    return true;
}
