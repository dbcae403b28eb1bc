// SPDX-License-Identifier: Apache-2.0
/* What a device with a known key signs is refused all the same when it is not what a segment may be.
 *
 * Here:      headers out of bounds, newer versions, bombs, changes that are none, each under a valid signature.
 * Not here:  what is damaged on the way (protocol_segment.c).
 */
#include "protocol/segment.h"

#include <sodium.h>
#include <string.h>

#include "protocol/deflate.h"
#include "protocol/keys.h"
#include "tests/unit/suite.h"

static struct bytes sealed;
static const uint8_t seed[SEED_SIZE] = {5, 4, 3, 2, 1};
static const uint8_t start[HASH_SIZE];

static void get_keys(uint8_t ret_public[SIGN_PUBLIC_SIZE], uint8_t ret_secret[SIGN_SECRET_SIZE])
{
    static const uint8_t key_seed[KEY_SEED_SIZE] = {7};

    keys_of_seed(key_seed, ret_public, ret_secret);
}

/* Opens what was forged, which must fail; the error stays the caller's to look at. */
static void opens_not(struct error *err)
{
    uint8_t public_key[SIGN_PUBLIC_SIZE], secret_key[SIGN_SECRET_SIZE];
    struct segment segment;
    struct arena arena = {0};
    bool opened;

    get_keys(public_key, secret_key);
    opened = segment_open(&arena, bytes_span(&sealed), public_key, &segment, err);
    arena_clear(&arena);
    bytes_clear(&sealed);
    ck_assert(!opened && err->kind != ERROR_NONE);
}

static enum error_kind refuses(void)
{
    struct error err = {0};

    opens_not(&err);
    return err.kind;
}

struct forgery {
    const char *json;
    uint64_t first_seq, count, raw_size; /* 0: as it is */
    uint64_t body_size;
    uint8_t version, dictionary;
    uint64_t log;
};

/* Everything but what the forgery says is in order: signature, sum, sizes. The head is not. */
static void forges(struct forgery forgery)
{
    struct bytes body = {0};
    struct error err = {0};
    struct span json = {(const uint8_t *)forgery.json, strlen(forgery.json)};
    uint8_t sum[HASH_SIZE], signature[SIGN_SIZE], public_key[SIGN_PUBLIC_SIZE], secret_key[SIGN_SECRET_SIZE];
    crypto_hash_sha256_state state;

    get_keys(public_key, secret_key);
    ck_assert(deflate_pack(json, DICTIONARY_SEGMENT, &body, &err));
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const uint8_t *)"teren body 1", 12);
    crypto_hash_sha256_update(&state, seed, SEED_SIZE);
    crypto_hash_sha256_update(&state, body.data, body.size);
    crypto_hash_sha256_final(&state, sum);
    bytes_reset(&sealed);
    bytes_append(&sealed, "TSG", 3);
    bytes_append_u8(&sealed, forgery.version);
    bytes_append_u8(&sealed, forgery.dictionary);
    bytes_append_u64(&sealed, forgery.log);
    bytes_append_varint(&sealed, forgery.first_seq);
    bytes_append_varint(&sealed, forgery.count);
    bytes_append_varint(&sealed, forgery.raw_size == 0 ? json.size : forgery.raw_size);
    bytes_append(&sealed, start, HASH_SIZE);
    bytes_append(&sealed, start, HASH_SIZE);
    bytes_append(&sealed, seed, SEED_SIZE);
    bytes_append(&sealed, sum, BODY_SUM_SIZE);
    crypto_sign_detached(signature, NULL, sealed.data, sealed.size, secret_key);
    bytes_append_varint(&sealed, forgery.body_size == 0 ? body.size : forgery.body_size);
    bytes_append(&sealed, body.data, body.size);
    bytes_append(&sealed, signature, SIGN_SIZE);
    bytes_clear(&body);
}

#define ORDINARY "{\"ms\":1,\"kinds\":[{\"of\":\"x\"}]}"

static const struct forgery ordinary = {ORDINARY, 1, 1, 0, 0, PROTOCOL_VERSION, DICTIONARY_VERSION, 1};

static enum error_kind forgery_kind(struct forgery forgery)
{
    forges(forgery);
    return refuses();
}

static enum error_kind json_kind(const char *json, uint64_t count)
{
    struct forgery forgery = ordinary;

    forgery.json = json;
    forgery.count = count;
    return forgery_kind(forgery);
}

/* What the header says and how it is refused; the rest is in order. */
static const struct {
    struct forgery forgery;
    enum error_kind kind;
} forgeries[] = {
    /* first, count, raw, body, version, dictionary, log */
    {{ORDINARY, 1, 1, 0, 0, PROTOCOL_VERSION + 1, DICTIONARY_VERSION, 1}, ERROR_NEWER},
    {{ORDINARY, 1, 1, 0, 0, PROTOCOL_VERSION, DICTIONARY_VERSION + 1, 1}, ERROR_NEWER},
    {{ORDINARY, 1, 1, 0, 0, 0, DICTIONARY_VERSION, 1}, ERROR_CORRUPT},
    {{ORDINARY, 1, 1, 0, 0, PROTOCOL_VERSION, 0, 1}, ERROR_CORRUPT},
    {{ORDINARY, 1, 1, 0, 0, PROTOCOL_VERSION, DICTIONARY_VERSION, 0}, ERROR_CORRUPT},
    {{ORDINARY, 0, 1, 0, 0, PROTOCOL_VERSION, DICTIONARY_VERSION, 1}, ERROR_CORRUPT},
    {{ORDINARY, 1, 0, 0, 0, PROTOCOL_VERSION, DICTIONARY_VERSION, 1}, ERROR_CORRUPT},
    {{ORDINARY, 1, SEGMENT_CHANGES_MAX + 1, 0, 0, PROTOCOL_VERSION, DICTIONARY_VERSION, 1}, ERROR_LIMIT},
    {{ORDINARY, 1, UINT64_MAX, 0, 0, PROTOCOL_VERSION, DICTIONARY_VERSION, 1}, ERROR_LIMIT},
    {{ORDINARY, UINT64_MAX, 2, 0, 0, PROTOCOL_VERSION, DICTIONARY_VERSION, 1}, ERROR_CORRUPT},
    {{ORDINARY, 1, 1, SEGMENT_RAW_BYTES_MAX + 1, 0, PROTOCOL_VERSION, DICTIONARY_VERSION, 1}, ERROR_LIMIT},
    {{ORDINARY, 1, 1, sizeof ORDINARY, 0, PROTOCOL_VERSION, DICTIONARY_VERSION, 1}, ERROR_CORRUPT},
    {{ORDINARY, 1, 1, 0, SEGMENT_BODY_BYTES_MAX + 1, PROTOCOL_VERSION, DICTIONARY_VERSION, 1}, ERROR_LIMIT},
    {{ORDINARY, 1, 1, 0, SEGMENT_BODY_BYTES_MAX, PROTOCOL_VERSION, DICTIONARY_VERSION, 1}, ERROR_CORRUPT},
};

START_TEST(a_header_out_of_bounds_or_of_a_newer_peer_is_refused)
{
    for (size_t i = 0; i < sizeof forgeries / sizeof forgeries[0]; i++)
        ck_assert_msg(forgery_kind(forgeries[i].forgery) == forgeries[i].kind, "forgery %d", (int)i);
}
END_TEST

START_TEST(a_header_at_its_bounds_passes)
{
    struct forgery forgery = {ORDINARY,
                              UINT64_MAX - SEGMENT_CHANGES_MAX + 1,
                              SEGMENT_CHANGES_MAX,
                              SEGMENT_RAW_BYTES_MAX,
                              SEGMENT_BODY_BYTES_MAX,
                              PROTOCOL_VERSION,
                              DICTIONARY_VERSION,
                              1};
    static const uint8_t room[SEGMENT_BODY_BYTES_MAX];
    struct segment segment;
    struct error err = {0};
    size_t used;

    forges(forgery);
    bytes_append(&sealed, room, sizeof room);
    ck_assert_msg(segment_peek(bytes_span(&sealed), &segment, &used, &err), "%s", err.cause);
    ck_assert_uint_eq(segment.count, SEGMENT_CHANGES_MAX);
    ck_assert_uint_eq(segment.raw_size, SEGMENT_RAW_BYTES_MAX);
    ck_assert_uint_eq(segment.body_size, SEGMENT_BODY_BYTES_MAX);
    bytes_clear(&sealed);
}
END_TEST

/* A mebibyte of nothing is a thousand bytes deflated. */
START_TEST(a_bomb_is_refused_before_it_opens)
{
    char *json = malloc(SEGMENT_RAW_BYTES_MAX + 1);

    memset(json, ' ', SEGMENT_RAW_BYTES_MAX);
    json[SEGMENT_RAW_BYTES_MAX] = '\0';
    ck_assert_int_eq(json_kind(json, 1), ERROR_LIMIT);
    free(json);
}
END_TEST

START_TEST(changes_that_do_not_lead_to_the_head_are_refused)
{
    ck_assert_int_eq(forgery_kind(ordinary), ERROR_CORRUPT);
}
END_TEST

START_TEST(changes_that_are_not_well_formed_are_refused)
{
    static const char *const bad[] = {
        "{\"ms\":1,\"kinds\":[{\"of\":\"X\"}]}",
        "{\"ms\":1,\"kinds\":[{\"of\":\"\"}]}",
        "{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"row\":\"a b\"}]}",
        "{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"A\":1}}]}",
        "{\"ms\":1,\"author\":\"a b\",\"kinds\":[{\"of\":\"x\"}]}",
        "{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":1},\"bases\":{\"a\":{\"n\":2,\"ms\":5,\"tick\":0,\"log\":0}}}]}",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct error err = {0};

        struct forgery forgery = ordinary;

        forgery.json = bad[i];
        forges(forgery);
        opens_not(&err);
        ck_assert_msg(err.kind == ERROR_CORRUPT && strstr(err.cause, "well-formed") != NULL, "%s: %s", bad[i], err.cause);
    }
}
END_TEST

/* Eight thousand changes that all have one long text: 300 bytes to send, 33 MB to hash. */
START_TEST(changes_that_unfold_over_the_bound_are_refused)
{
    struct bytes json = {0};

    bytes_append(&json, "{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":\"", 40);
    for (int i = 0; i < 4000; i++)
        bytes_append_u8(&json, (uint8_t)('a' + i * i % 26));
    bytes_append(&json, "\"}}]}", 6);
    ck_assert_int_eq(json_kind((const char *)json.data, SEGMENT_CHANGES_MAX), ERROR_LIMIT);
    bytes_clear(&json);
}
END_TEST

SUITE("segment_forged", a_header_at_its_bounds_passes, a_header_out_of_bounds_or_of_a_newer_peer_is_refused,
      a_bomb_is_refused_before_it_opens, changes_that_do_not_lead_to_the_head_are_refused, changes_that_are_not_well_formed_are_refused,
      changes_that_unfold_over_the_bound_are_refused)
