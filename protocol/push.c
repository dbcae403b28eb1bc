// SPDX-License-Identifier: Apache-2.0
/* How far our log has got.
 *
 * Here:      choosing segments, the server's word, the size of a batch.
 * Not here:  reading segments, sending.
 */
#include "protocol/push.h"

#include <string.h>

enum {
    ROOM_PER_BATCH = 4, /* a page may be so many times as large as a batch: mostly it comes down faster than it goes up */
    SEGMENTS_BYTES_MAX = MESSAGE_BYTES_MAX - MESSAGE_HEAD_RAW_BYTES_MAX - 4096, /* in one request */
};

void push_stand(struct push *push, const struct device_standing *standing)
{
    push->held_seq = standing->last_seq;
    memcpy(push->held_head, standing->last_head, HASH_SIZE);
    push->was_behind = false;
    push->sent_seq = 0;
}

void push_set_batch(struct push *push, uint32_t learnt_bytes)
{
    push->batch_bytes = learnt_bytes == 0 ? BATCH_BYTES_FIRST : learnt_bytes;
    if (push->batch_bytes < BATCH_BYTES_MIN)
        push->batch_bytes = BATCH_BYTES_MIN;
    if (push->batch_bytes > BATCH_BYTES_MAX)
        push->batch_bytes = BATCH_BYTES_MAX;
}

void push_batch_halves(struct push *push)
{
    if (push->sent_seq > 0)
        push_set_batch(push, push->batch_bytes / 2);
}

void push_batch_doubles(struct push *push)
{
    if (push->sent_seq > 0)
        push_set_batch(push, push->batch_bytes * 2);
}

uint32_t push_room(const struct push *push)
{
    uint32_t room = push->batch_bytes * ROOM_PER_BATCH;

    if (room > PAGE_BODY_BYTES_MAX)
        room = PAGE_BODY_BYTES_MAX;
    return room == ROOM_BYTES_DEFAULT ? 0 : room;
}

static uint64_t waiting_after(const struct device_standing *standing, uint64_t seq)
{
    uint64_t end = standing->last_seq + standing->waiting;

    return end > seq ? end - seq : 0;
}

uint64_t push_waiting(const struct push *push, const struct device_standing *standing)
{
    return waiting_after(standing, push->held_seq);
}

uint64_t push_left(const struct push *push, const struct device_standing *standing)
{
    return waiting_after(standing, push->sent_seq > 0 ? push->sent_seq : push->held_seq);
}

bool push_gather(struct push *push, const struct span *segments, size_t count, uint64_t log, size_t *ret_count, struct error *err)
{
    size_t size = 0;
    size_t taken = 0;
    uint64_t last = push->held_seq;
    struct segment segment;

    push->sent_seq = 0;
    for (; taken < count && taken < MESSAGE_SEGMENTS_MAX; taken++) {
        size_t used = 0;

        size += segments[taken].size;
        if (size > SEGMENTS_BYTES_MAX && taken > 0)
            break;
        if (!segment_peek(segments[taken], &segment, &used, err))
            return false;
        if (segment.first_seq != last + 1 || segment.log != log || segment.count == 0)
            return error_set(err, ERROR_CORRUPT, "Run `teren verify`.",
                             "the change log gave a segment that begins with change %llu where %llu comes next",
                             (unsigned long long)segment.first_seq, (unsigned long long)last + 1);
        last = segment.first_seq + segment.count - 1;
        push->sent_seq = last;
        memcpy(push->sent_head, segment.head, HASH_SIZE);
    }
    *ret_count = taken;
    return true;
}

uint64_t push_hear(struct push *push, const struct reply *reply)
{
    uint64_t moved = reply->last_seq > push->held_seq ? reply->last_seq - push->held_seq : 0;

    push->held_seq = reply->last_seq;
    memcpy(push->held_head, reply->last_head, HASH_SIZE);
    return moved;
}

bool push_hear_behind(struct push *push, const struct reply *reply)
{
    bool again = push->was_behind && reply->last_seq <= push->behind_seq;

    push->was_behind = true;
    push->behind_seq = reply->last_seq;
    push_hear(push, reply);
    return !again;
}
