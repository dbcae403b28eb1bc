// SPDX-License-Identifier: Apache-2.0
/* Both halves of a session against each other, in memory: a device, a server, and the weather between them.
 *
 * Here:      driving one session; what may happen to an answer on its way.
 * Not here:  the simulated world of whole programs (tests/world).
 */
#ifndef TESTS_UNIT_TOY_WORLD_H
#define TESTS_UNIT_TOY_WORLD_H

#include "tests/unit/toy_ledger.h"

enum weather { FINE, LOST, PORTAL, STALE, FLIPPED, CUT };
enum { TOY_EXCHANGES = 64 };

struct toy_world {
    struct toy_ledger ledger;
    enum weather weather[TOY_EXCHANGES];   /* of the exchanges to come, by number */
    unsigned exchanges;
    struct bytes last_request, last_reply;
    void (*between)(struct toy_world *world); /* what others do after each exchange; may be NULL */
    struct toy_device *other;
};

static inline struct session_event toy_carry(struct toy_world *world, struct span request, struct bytes *reply)
{
    static const char portal[] = "<html>Please accept our terms</html>";
    enum weather weather = world->exchanges < TOY_EXCHANGES ? world->weather[world->exchanges] : FINE;
    struct session_event event = {.kind = EVENT_REPLY};
    struct bytes stale = world->last_reply;

    world->exchanges++;
    bytes_reset(reply);
    ck_assert(toy_exchange(&world->ledger, request, reply));
    world->last_reply = (struct bytes){0};
    bytes_reset(&world->last_request);
    bytes_append(&world->last_request, request.data, request.size);
    bytes_append(&world->last_reply, reply->data, reply->size);
    event.reply = bytes_span(reply);
    switch (weather) {
    case FINE:
        break;
    case LOST:
        event = (struct session_event){.kind = EVENT_FAILED, .retry_after_ms = 5};
        error_set(&event.error, ERROR_OFFLINE, "", "the answer was lost");
        break;
    case PORTAL:
        event.reply = (struct span){(const uint8_t *)portal, sizeof portal - 1};
        break;
    case STALE:
        bytes_reset(reply);
        bytes_append(reply, stale.data, stale.size);
        event.reply = bytes_span(reply);
        break;
    case FLIPPED:
        reply->data[reply->size / 2] ^= 1;
        break;
    case CUT:
        event.reply.size /= 2;
        break;
    }
    bytes_clear(&stale);
    if (world->between != NULL)
        world->between(world);
    return event;
}

/* One session, from start to end. */
static inline struct session_outcome toy_sync(struct toy_world *world, struct toy_device *device)
{
    struct device_session *session = device_session_create();
    struct device_standing standing = toy_standing(device);
    struct session_action action = device_session_start(session, &standing);
    struct session_outcome outcome;
    struct bytes reply = {0};
    struct digest buckets[BUCKETS];

    for (unsigned steps = 0; action.kind != SESSION_FINISH; steps++) {
        struct session_event event = {0};
        ck_assert_uint_lt(steps, 1000);
        switch (action.kind) {
        case SESSION_READ:
            event.kind = EVENT_READ;
            event.segment_count = toy_segments(device, action.after_seq, action.bytes_max, &event.segments);
            break;
        case SESSION_SEND:
            event = toy_carry(world, action.request, &reply);
            break;
        case SESSION_APPLY:
            event.kind = EVENT_APPLIED;
            toy_apply(device, &action);
            break;
        case SESSION_FORK:
            event.kind = EVENT_FORKED;
            toy_fork(device, action.reply);
            break;
        case SESSION_BUCKETS:
            event.kind = EVENT_BUCKETS;
            toy_buckets(device, buckets);
            event.buckets = buckets;
            break;
        case SESSION_FINISH:
            break;
        }
        event.standing = toy_standing(device);
        action = device_session_next(session, &event);
    }
    outcome = *device_session_outcome(session);
    device->standing.batch_bytes = outcome.batch_bytes;
    bytes_clear(&reply);
    device_session_destroy(session);
    return outcome;
}

static inline void toy_device_joins(struct toy_world *world, struct toy_device *device, uint64_t log)
{
    uint8_t public_key[SIGN_PUBLIC_SIZE], secret[SIGN_SECRET_SIZE];

    toy_device_init(device, log, world->ledger.public_key);
    toy_keys(log, public_key, secret);
    toy_enrol(&world->ledger, log, public_key);
}

static inline void toy_world_clear(struct toy_world *world)
{
    bytes_clear(&world->last_request);
    bytes_clear(&world->last_reply);
    arena_clear(&toy_arena);
}

/* --- the usual cast ---------------------------------------------------------------------------------------------------- */

static struct toy_world world;
static struct toy_device north, south;

static inline void two_devices(void)
{
    world = (struct toy_world){0};
    toy_ledger_init(&world.ledger);
    toy_device_joins(&world, &north, 11);
    toy_device_joins(&world, &south, 22);
}

static inline void ck_delivered(struct session_outcome outcome)
{
    ck_assert_msg(outcome.complete && outcome.verified, "%s %s", error_kind_name(outcome.error.kind), outcome.error.cause);
}

static inline void ck_syncs(struct toy_device *device)
{
    ck_delivered(toy_sync(&world, device));
}

static inline void ck_same_rows(void)
{
    ck_syncs(&north);
    ck_syncs(&south);
    ck_syncs(&north);
    ck_assert_uint_eq(north.row_count, south.row_count);
    ck_assert(digest_equal(toy_standing(&north).digest, toy_standing(&south).digest));
}

#endif
