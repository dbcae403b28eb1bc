// SPDX-License-Identifier: Apache-2.0
/* Does a device's log follow on from what the server holds of it?
 *
 * Here:      the walk over a request's segments, told head by head.
 * Not here:  what is answered (server_session.c); the rules in words (log_walk.h).
 * Promise:   a segment is given out only after signature, body and chain verified.
 */
#include "protocol/log_walk.h"

#include <string.h>

#include "protocol/catalogue.h"

static bool same(const uint8_t a[HASH_SIZE], const uint8_t b[HASH_SIZE])
{
    return memcmp(a, b, HASH_SIZE) == 0;
}

static enum walk_step ask(struct log_walk *walk, enum walk_asked asked, uint64_t seq)
{
    walk->asked = asked;
    walk->ask_seq = seq;
    return WALK_ASK;
}

static enum walk_step fork_here(struct log_walk *walk)
{
    walk->verdict = REPLY_FORK;
    walk->taken_count = 0;
    return WALK_DONE;
}

/* The device's receipt names another past than ours: this ledger was restored, and somebody else pushed on from there. What the
 * backup held is in both; nothing later is sure. */
static enum walk_step fork_at_backup(struct log_walk *walk)
{
    uint64_t safe = walk->standing->safe_seq;

    walk->common = 0;
    if (safe > 0 && safe <= walk->request->last_seq && safe <= walk->standing->last_seq) {
        walk->common = safe;
        return ask(walk, WALK_AT_BACKUP, safe);
    }
    return fork_here(walk);
}

static bool is_corrupt(struct log_walk *walk, const char *what)
{
    uint64_t first = walk->end + 1;

    walk->verdict = REPLY_CORRUPT;
    walk->reason = arena_format(walk->arena, N_("the segment that should begin with change %llu %s"), (unsigned long long)first, what);
    if (walk->reason == NULL)
        walk->reason = "";
    return false;
}

/* Looks at the header of the next segment. */
static bool peek_segment(struct log_walk *walk)
{
    struct span sealed = walk->request->segments[walk->at];
    size_t used = 0;
    struct error err = {0};
    struct segment *segment = &walk->segment;

    if (!segment_peek(sealed, segment, &used, &err))
        return is_corrupt(walk, N_("could not be read"));
    if (used != sealed.size || segment->count == 0 || segment->first_seq == 0 || segment->first_seq > UINT64_MAX - segment->count)
        return is_corrupt(walk, N_("is out of its bounds"));
    if (segment->log != walk->request->log)
        return is_corrupt(walk, N_("is of another log"));
    segment->sealed = sealed;
    return true;
}

static bool is_taken_already(const struct log_walk *walk)
{
    for (size_t i = 0; i < walk->taken_count; i++)
        if (walk->taken[i].first_seq == walk->segment.first_seq && walk->taken[i].count == walk->segment.count &&
            same(walk->taken[i].head, walk->segment.head))
            return true;
    return false;
}

/* Opens a segment that follows on. */
static bool take_segment(struct log_walk *walk, struct error *err)
{
    struct segment *segment = &walk->taken[walk->taken_count];
    struct error cause = {0};

    if (walk->segment.first_seq != walk->end + 1 || !same(walk->segment.previous, walk->end_head))
        return is_corrupt(walk, N_("does not hang on the one before"));
    if (!segment_open(walk->arena, walk->segment.sealed, walk->standing->public_key, segment, &cause)) {
        if (cause.kind == ERROR_MEMORY) {
            *err = cause;
            return false;
        }
        return is_corrupt(walk, N_("did not verify"));
    }
    walk->taken_count++;
    walk->end = segment->first_seq + segment->count - 1;
    memcpy(walk->end_head, segment->head, HASH_SIZE);
    return true;
}

/* A device that does not know of changes we hold lost its past, even if it has nothing to say. A bundle is old by nature. */
static bool device_lost_its_past(const struct log_walk *walk)
{
    uint64_t waiting = walk->request->waiting;
    uint64_t known = waiting < UINT64_MAX - walk->device_end ? walk->device_end + waiting : UINT64_MAX;

    return walk->request->kind == MESSAGE_SYNC && known < walk->standing->last_seq;
}

static enum walk_step finish(struct log_walk *walk)
{
    if (walk->forked || (walk->verdict == REPLY_OK && device_lost_its_past(walk)))
        return fork_here(walk);
    return WALK_DONE;
}

/* A few bytes may unfold to very much, and what is opened is merged in memory: what is left then comes with the next request. A bundle has
 * no next one. */
static bool has_opened_enough(const struct log_walk *walk)
{
    return walk->request->kind == MESSAGE_SYNC && walk->taken_count > 0 &&
           walk->arena->used_bytes - walk->opened_from >= EXCHANGE_OPENED_BYTES_MAX;
}

/* Goes through the segments from walk->at on, until a head must be asked for. */
static enum walk_step walk_on(struct log_walk *walk, struct error *err)
{
    const struct segment *segment = &walk->segment;

    for (; walk->at < walk->request->segment_count && peek_segment(walk); walk->at++) {
        uint64_t last = segment->first_seq + segment->count - 1;

        if (last > walk->device_end)
            walk->device_end = last;
        if (last <= walk->standing->last_seq)
            return ask(walk, WALK_AT_SEGMENT, last);
        if (is_taken_already(walk))
            continue;
        if (segment->first_seq > walk->end + 1) {
            walk->verdict = REPLY_BEHIND;
            break;
        }
        if (segment->first_seq <= walk->standing->last_seq || (walk->taken_count == 0 && !same(segment->previous, walk->end_head)))
            walk->forked = true;
        if (walk->forked || has_opened_enough(walk))
            break;
        if (!take_segment(walk, err)) {
            if (err->kind != ERROR_NONE)
                return WALK_FAILED;
            break;
        }
    }
    return finish(walk);
}

static enum walk_step device_is_right(struct log_walk *walk, struct error *err)
{
    walk->common = walk->request->last_seq;
    memcpy(walk->common_head, walk->request->last_head, HASH_SIZE);
    return walk_on(walk, err);
}

enum walk_step log_walk_start(struct log_walk *walk, struct arena *arena, const struct request *request,
                              const struct log_standing *standing, struct error *err)
{
    *walk = (struct log_walk){
        .verdict = REPLY_OK,
        .reason = "",
        .taken = arena_take_many(arena, MESSAGE_SEGMENTS_MAX, sizeof *walk->taken),
        .arena = arena,
        .request = request,
        .standing = standing,
        .forked = request->kind == MESSAGE_SYNC && request->counter < standing->counter,
        .end = standing->last_seq,
        .device_end = request->last_seq,
    };
    if (walk->taken == NULL) {
        error_set(err, ERROR_MEMORY, "", "no memory for segments");
        return WALK_FAILED;
    }
    walk->opened_from = arena->used_bytes;
    memcpy(walk->end_head, standing->last_head, HASH_SIZE);

    if (request->last_seq > standing->last_seq) {
        if (walk->forked)
            return fork_at_backup(walk);
        walk->verdict = REPLY_BEHIND;
        return WALK_DONE;
    }
    if (request->last_seq == 0)
        return walk_on(walk, err);
    if (request->last_seq < standing->last_seq)
        return ask(walk, WALK_AT_DEVICE, request->last_seq);
    return same(request->last_head, standing->last_head) ? device_is_right(walk, err) : fork_at_backup(walk);
}

enum walk_step log_walk_head(struct log_walk *walk, bool has_head, const uint8_t head[HASH_SIZE], struct error *err)
{
    switch (walk->asked) {
    case WALK_AT_BACKUP:
        if (has_head)
            memcpy(walk->common_head, head, HASH_SIZE);
        return fork_here(walk);
    case WALK_AT_DEVICE:
        return has_head && same(head, walk->request->last_head) ? device_is_right(walk, err) : fork_at_backup(walk);
    case WALK_AT_SEGMENT:
        if (!has_head || !same(head, walk->segment.head))
            return fork_here(walk);
        if (walk->ask_seq > walk->common) {
            walk->common = walk->ask_seq;
            memcpy(walk->common_head, head, HASH_SIZE);
        }
        walk->at++;
        return walk_on(walk, err);
    }
    return WALK_FAILED;
}
