// SPDX-License-Identifier: Apache-2.0
/* A request and a reply with nothing to say, the keys that sign them, and a way to pack and open them: to change one thing and try.
 *
 * Here:      what the tests of messages share.
 * Not here:  any test.
 */
#ifndef TESTS_UNIT_IDLE_MESSAGES_H
#define TESTS_UNIT_IDLE_MESSAGES_H

#include <check.h>
#include <sodium.h>
#include <string.h>

#include "protocol/keys.h"
#include "protocol/message.h"

enum { LOG = 0x1234, IDLE_BYTES_MAX = 330 };

static uint8_t device_public[SIGN_PUBLIC_SIZE], device_secret[SIGN_SECRET_SIZE];
static uint8_t server_public[SIGN_PUBLIC_SIZE], server_secret[SIGN_SECRET_SIZE];
static struct arena arena;
static struct bytes request_bytes, reply_bytes;

static inline void set_up(void)
{
    const uint8_t device_seed[KEY_SEED_SIZE] = {1};
    const uint8_t server_seed[KEY_SEED_SIZE] = {2};

    keys_of_seed(device_seed, device_public, device_secret);
    keys_of_seed(server_seed, server_public, server_secret);
}

static inline void tear_down(void)
{
    arena_clear(&arena);
    bytes_clear(&request_bytes);
    bytes_clear(&reply_bytes);
}

static inline struct request idle_request(void)
{
    struct request request = {
        .kind = MESSAGE_SYNC,
        .log = LOG,
        .counter = 1234,
        .cursor = {.epoch = UINT64_C(0x1122334455667788), .position = 56789, .scope = 3},
        .last_seq = 1240,
        .safe_seq = 1116,
        .now_ms = INT64_C(1795000012345),
        .agent = "",
    };

    memset(request.last_head, 0xA5, sizeof request.last_head);
    return request;
}

static inline struct reply idle_reply(const struct request *request)
{
    struct reply reply = {
        .kind = REPLY_OK,
        .now_ms = INT64_C(1795000012567),
        .cursor = request->cursor,
        .last_seq = request->last_seq,
        .has_digest = true,
        .digest = {UINT64_C(0x0123456789abcdef), UINT64_C(0xfedcba9876543210)},
        .rows = 1512,
        .spread_ms = 30000,
        .reason = "",
    };

    memcpy(reply.last_head, request->last_head, sizeof reply.last_head);
    return reply;
}

static inline void pack_request(const struct request *request)
{
    struct error err = {0};

    bytes_reset(&request_bytes);
    ck_assert_msg(request_pack(&request_bytes, request, device_secret, &err), "%s", err.cause);
}

static inline void pack_reply(const struct reply *reply)
{
    struct error err = {0};

    bytes_reset(&reply_bytes);
    ck_assert_msg(reply_pack(&reply_bytes, reply, bytes_span(&request_bytes), server_secret, &err), "%s", err.cause);
}

static inline enum error_kind open_request(struct span in, struct request *ret)
{
    struct error err = {0};

    return request_open(&arena, in, device_public, ret, &err) ? ERROR_NONE : err.kind;
}

static inline enum error_kind open_reply(struct span in, struct reply *ret)
{
    struct error err = {0};

    return reply_open(&arena, in, bytes_span(&request_bytes), server_public, ret, &err) ? ERROR_NONE : err.kind;
}

/* What a device that has a key, and bad intentions, could send: any bytes, well signed. */
static inline void sign_again(struct bytes *message)
{
    crypto_sign_detached(message->data + message->size - SIGN_SIZE, NULL, message->data, message->size - SIGN_SIZE, device_secret);
}

#endif
