// SPDX-License-Identifier: Apache-2.0
/* Scripted requests to the server's half of a session: eight changes of one device in four segments, sent in any order.
 *
 * Here:      packing them, opening what was answered.
 * Not here:  the device's half of a session (toy_world.h drives it).
 */
#ifndef TESTS_UNIT_TOY_REQUESTS_H
#define TESTS_UNIT_TOY_REQUESTS_H

#include "tests/unit/toy_world.h"

static struct bytes request_bytes, reply_bytes;
static struct reply heard;

static inline void stage(void)
{
    two_devices();
    north.changes_per_segment = 2;
    for (int i = 0; i < 8; i++)
        toy_write(&north, NULL, "full_name", "Amina");
    toy_seal(&north); /* four segments of two */
}

static inline void leave(void)
{
    bytes_clear(&request_bytes);
    bytes_clear(&reply_bytes);
    toy_world_clear(&world);
}

/* A request of north that believes the server to hold `held` segments. */
static inline struct request request_after(size_t held)
{
    struct request request = {
        .kind = MESSAGE_SYNC,
        .log = north.standing.log,
        .counter = ++north.standing.counter,
        .cursor = north.standing.cursor,
        .waiting = 8 - 2 * held,
        .agent = "",
    };

    request.last_seq = 2 * held;
    if (held > 0)
        memcpy(request.last_head, north.segments[held - 1].head, HASH_SIZE);
    return request;
}

static inline enum reply_kind answered(const struct request *request)
{
    struct error err = {0};

    bytes_reset(&request_bytes);
    bytes_reset(&reply_bytes);
    ck_assert(request_pack(&request_bytes, request, north.standing.secret, &err));
    ck_assert(toy_exchange(&world.ledger, bytes_span(&request_bytes), &reply_bytes));
    ck_assert_msg(reply_open(&toy_arena, bytes_span(&reply_bytes), bytes_span(&request_bytes), world.ledger.public_key, &heard, &err), "%s",
                  err.cause);
    return heard.kind;
}

/* Sends the segments first..first + count (from 0), believing the server to hold `held`. */
static inline enum reply_kind pushed(size_t held, size_t first, size_t count)
{
    struct span segments[TOY_SEGMENTS];
    struct request request = request_after(held);

    for (size_t i = 0; i < count; i++)
        segments[i] = north.segments[first + i].sealed;
    request.segments = segments;
    request.segment_count = count;
    request.waiting = 2 * (4 - first - count);
    return answered(&request);
}

static inline uint64_t receipted(void)
{
    struct receipt receipt;
    struct error err = {0};

    if (heard.receipt.size == 0)
        return 0;
    ck_assert(receipt_open(&toy_arena, heard.receipt, world.ledger.public_key, &receipt, &err));
    return receipt.seq;
}

#endif
