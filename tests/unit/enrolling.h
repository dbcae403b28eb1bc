// SPDX-License-Identifier: Apache-2.0
/* Somebody at a desk with a code from a server, which knows nothing but enrolling.
 *
 * Here:      the server's keys, its answer to the code.
 * Not here:  any promise (agent_sync_*.c).
 */
#ifndef TESTS_UNIT_ENROLLING_H
#define TESTS_UNIT_ENROLLING_H

#include "tests/unit/desk.h"

struct enrolling {
    struct desk desk; /* first: the desk's exchange is given it */
    uint8_t server_public[SIGN_PUBLIC_SIZE], server_secret[SIGN_SECRET_SIZE];
    enum reply_kind kind;
    char code[CODE_TEXT_SIZE];
};

static inline bool enrolling_exchange(void *self, const char *url, const char *path, struct span request, struct bytes *ret_reply,
                               int64_t *ret_retry_after_ms, struct error *err)
{
    struct enrolling *enrolling = self;
    struct enrol_request asked;
    struct enrol_reply reply = {
        .kind = enrolling->kind, .device = "tablet-1", .epoch = 7, .now_ms = DEVICE_NOW_MS, .reason = "used already"};
    struct arena arena = {0};
    bool done;

    ck_assert_str_eq(url, "https://teren.example.org");
    ck_assert_str_eq(path, "/v1/enrol");
    *ret_retry_after_ms = 0;
    memcpy(reply.server_public, enrolling->server_public, sizeof reply.server_public);
    ck_assert_msg(enrol_request_open(&arena, request, &asked, err), "%s", err->cause);
    ck_assert_str_eq(asked.device_kind, "tablet");
    done = enrol_reply_pack(ret_reply, &reply, request, enrolling->server_secret, err);
    arena_clear(&arena);
    return done;
}

static inline void enrolling_starts(struct enrolling *enrolling, uint64_t seed)
{
    uint8_t key_seed[KEY_SEED_SIZE];
    uint8_t code_secret[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

    desk_starts(&enrolling->desk, seed);
    enrolling->desk.exchange = enrolling_exchange;
    enrolling->kind = REPLY_OK;
    memset(key_seed, (int)seed, sizeof key_seed);
    keys_of_seed(key_seed, enrolling->server_public, enrolling->server_secret);
    code_write(code_secret, enrolling->server_public, enrolling->code);
    desk_does(&enrolling->desk, "init");
}

#endif
