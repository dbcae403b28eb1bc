// SPDX-License-Identifier: Apache-2.0
/* How far our log has got: what the server holds of it, what is on its way, how much to send at once.
 *
 * Here:      choosing the segments of one request, the server's word on how far it is, the size of a batch.
 * Not here:  reading segments (the store), sending (device_session.c).
 */
#ifndef PROTOCOL_PUSH_H
#define PROTOCOL_PUSH_H

#include "protocol/device_session.h"

enum { BATCH_BYTES_FIRST = 64 * 1024, BATCH_BYTES_MIN = 4 * 1024, BATCH_BYTES_MAX = 1024 * 1024 };

struct push {
    uint64_t held_seq;                  /* what the server holds of our log, by its last word */
    uint8_t held_head[HASH_SIZE];
    bool was_behind;                    /* the server lost some of it: we go on from behind_seq */
    uint64_t behind_seq;
    uint64_t sent_seq;                  /* the last one in the request in hand; 0: it has none */
    uint8_t sent_head[HASH_SIZE];
    uint32_t batch_bytes;
};

/* A log as the store knows it: from the start of a session, or after a fork. The batch stays. */
void push_stand(struct push *push, const struct device_standing *standing);
void push_set_batch(struct push *push, uint32_t learnt_bytes);   /* 0: nothing learnt yet */
void push_batch_halves(struct push *push);
void push_batch_doubles(struct push *push);
uint32_t push_room(const struct push *push);                     /* of a page, as a request says it */
uint64_t push_waiting(const struct push *push, const struct device_standing *standing);   /* not held by the server */
uint64_t push_left(const struct push *push, const struct device_standing *standing);      /* neither held nor in the request */

/* Takes as many of the segments as one request may carry. False with ERROR_CORRUPT: they do not follow on from held_seq. */
bool push_gather(struct push *push, const struct span *segments, size_t count, uint64_t log, size_t *ret_count, struct error *err);
/* The server's word; returns by how many changes it moved on. */
uint64_t push_hear(struct push *push, const struct reply *reply);
/* The server lost some. False: it lost the same again, so what it asks for cannot be given. */
bool push_hear_behind(struct push *push, const struct reply *reply);

#endif
