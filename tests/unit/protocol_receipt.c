// SPDX-License-Identifier: Apache-2.0
/* A receipt says what the server signed, and nothing that was touched is one.
 *
 * Here:      round trips, bounds, refusals.
 * Not here:  what a device forgets because of one.
 */
#include "protocol/receipt.h"

#include <sodium.h>
#include <string.h>

#include "protocol/keys.h"
#include "tests/unit/suite.h"

static struct arena arena;
static uint8_t public_key[SIGN_PUBLIC_SIZE], secret_key[SIGN_SECRET_SIZE];

static void make_keys(uint8_t first)
{
    uint8_t seed[KEY_SEED_SIZE] = {first};

    keys_of_seed(seed, public_key, secret_key);
}

static struct receipt ordinary(const struct verdict *verdicts, size_t count)
{
    struct receipt receipt = {.log = 5, .seq = 2000, .safe_seq = 1900, .verdicts = verdicts, .verdict_count = count};

    memset(receipt.head, 7, HASH_SIZE);
    return receipt;
}

static enum error_kind opens(struct span in, struct receipt *ret)
{
    struct error err = {0};

    ck_assert(receipt_open(&arena, in, public_key, ret, &err) == (err.kind == ERROR_NONE));
    return err.kind;
}

START_TEST(a_receipt_opens_to_what_was_signed)
{
    static const struct verdict verdicts[] = {{3, VERDICT_QUARANTINED}, {3, VERDICT_CLAMPED}, {2000, VERDICT_CLAMPED}};
    struct receipt receipt = ordinary(verdicts, 3), opened;
    struct bytes out = {0};
    struct error err = {0};

    make_keys(1);
    ck_assert(receipt_sign(&out, &receipt, secret_key, &err));
    ck_assert_int_eq(opens(bytes_span(&out), &opened), ERROR_NONE);
    ck_assert_uint_eq(opened.log, 5);
    ck_assert_uint_eq(opened.seq, 2000);
    ck_assert_uint_eq(opened.safe_seq, 1900);
    ck_assert_mem_eq(opened.head, receipt.head, HASH_SIZE);
    ck_assert_uint_eq(opened.verdict_count, 3);
    for (size_t i = 0; i < 3; i++)
        ck_assert(opened.verdicts[i].seq == verdicts[i].seq && opened.verdicts[i].kind == verdicts[i].kind);
    bytes_clear(&out);
    arena_clear(&arena);
}
END_TEST

START_TEST(an_ordinary_receipt_is_at_most_120_bytes)
{
    struct receipt receipt = ordinary(NULL, 0);
    struct bytes out = {0};
    struct error err = {0};

    make_keys(1);
    ck_assert(receipt_sign(&out, &receipt, secret_key, &err));
    ck_assert_uint_le(out.size, 120);
    bytes_clear(&out);
}
END_TEST

START_TEST(whatever_is_touched_or_cut_or_added_is_refused)
{
    static const struct verdict verdicts[] = {{3, VERDICT_QUARANTINED}};
    struct receipt receipt = ordinary(verdicts, 1), opened;
    struct bytes out = {0};
    struct error err = {0};

    make_keys(1);
    ck_assert(receipt_sign(&out, &receipt, secret_key, &err));
    for (size_t i = 0; i < out.size; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            out.data[i] ^= (uint8_t)(1U << bit);
            ck_assert_int_ne(opens(bytes_span(&out), &opened), ERROR_NONE);
            out.data[i] ^= (uint8_t)(1U << bit);
        }
        ck_assert_int_eq(opens((struct span){out.data, i}, &opened), ERROR_CORRUPT);
    }
    ck_assert_int_eq(opens(bytes_span(&out), &opened), ERROR_NONE);
    bytes_append_u8(&out, 0);
    ck_assert_int_eq(opens(bytes_span(&out), &opened), ERROR_CORRUPT);
    out.size--;
    make_keys(2);
    ck_assert_int_eq(opens(bytes_span(&out), &opened), ERROR_CORRUPT);
    bytes_clear(&out);
    arena_clear(&arena);
}
END_TEST

START_TEST(verdicts_are_bounded)
{
    static struct verdict verdicts[VERDICTS_MAX + 1];
    struct receipt receipt = ordinary(verdicts, VERDICTS_MAX), opened;
    struct bytes out = {0};
    struct error err = {0};

    make_keys(1);
    for (size_t i = 0; i < VERDICTS_MAX + 1; i++)
        verdicts[i] = (struct verdict){i + 1, VERDICT_QUARANTINED};
    ck_assert(receipt_sign(&out, &receipt, secret_key, &err));
    ck_assert_int_eq(opens(bytes_span(&out), &opened), ERROR_NONE);
    ck_assert_uint_eq(opened.verdict_count, VERDICTS_MAX);
    receipt.verdict_count++;
    ck_assert(!receipt_sign(&out, &receipt, secret_key, &err));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    bytes_clear(&out);
    arena_clear(&arena);
}
END_TEST

/* Signed by the right key, and still not what a receipt may say. */
static enum error_kind forged(uint8_t version, uint64_t log, uint64_t count, const struct verdict *verdicts, size_t written,
                              const char *more)
{
    struct bytes out = {0};
    struct receipt opened;
    uint8_t signature[SIGN_SIZE], head[HASH_SIZE] = {0};
    enum error_kind kind;

    make_keys(1);
    bytes_append(&out, "TSR", 3);
    bytes_append_u8(&out, version);
    bytes_append_u64(&out, log);
    bytes_append_varint(&out, 10);
    bytes_append(&out, head, HASH_SIZE);
    bytes_append_varint(&out, 0);
    bytes_append_varint(&out, count);
    for (size_t i = 0; i < written; i++) {
        bytes_append_varint(&out, verdicts[i].seq);
        bytes_append_u8(&out, (uint8_t)verdicts[i].kind);
    }
    bytes_append(&out, more, strlen(more));
    crypto_sign_detached(signature, NULL, out.data, out.size, secret_key);
    bytes_append(&out, signature, SIGN_SIZE);
    kind = opens(bytes_span(&out), &opened);
    bytes_clear(&out);
    arena_clear(&arena);
    return kind;
}

START_TEST(what_is_signed_but_makes_no_sense_is_refused)
{
    static const struct verdict two[] = {{3, VERDICT_QUARANTINED}, {4, VERDICT_CLAMPED}};
    static const struct verdict back[] = {{4, VERDICT_QUARANTINED}, {3, VERDICT_CLAMPED}};
    static const struct verdict twice[] = {{4, VERDICT_CLAMPED}, {4, VERDICT_CLAMPED}};
    static const struct verdict zero[] = {{0, VERDICT_CLAMPED}};
    static const struct verdict later[] = {{11, VERDICT_CLAMPED}};
    static const struct verdict unknown[] = {{4, (enum verdict_kind)3}};

    ck_assert_int_eq(forged(PROTOCOL_VERSION, 1, 2, two, 2, ""), ERROR_NONE);
    ck_assert_int_eq(forged(PROTOCOL_VERSION + 1, 1, 2, two, 2, ""), ERROR_NEWER);
    ck_assert_int_eq(forged(0, 1, 2, two, 2, ""), ERROR_CORRUPT);
    ck_assert_int_eq(forged(PROTOCOL_VERSION, 0, 2, two, 2, ""), ERROR_CORRUPT);
    ck_assert_int_eq(forged(PROTOCOL_VERSION, 1, 3, two, 2, ""), ERROR_CORRUPT);
    ck_assert_int_eq(forged(PROTOCOL_VERSION, 1, 1, two, 2, ""), ERROR_CORRUPT);
    ck_assert_int_eq(forged(PROTOCOL_VERSION, 1, 2, two, 2, "x"), ERROR_CORRUPT);
    ck_assert_int_eq(forged(PROTOCOL_VERSION, 1, VERDICTS_MAX + 1, two, 2, ""), ERROR_LIMIT);
    ck_assert_int_eq(forged(PROTOCOL_VERSION, 1, 2, back, 2, ""), ERROR_CORRUPT);
    ck_assert_int_eq(forged(PROTOCOL_VERSION, 1, 2, twice, 2, ""), ERROR_CORRUPT);
    ck_assert_int_eq(forged(PROTOCOL_VERSION, 1, 1, zero, 1, ""), ERROR_CORRUPT);
    ck_assert_int_eq(forged(PROTOCOL_VERSION, 1, 1, later, 1, ""), ERROR_CORRUPT);
    ck_assert_int_eq(forged(PROTOCOL_VERSION, 1, 1, unknown, 1, ""), ERROR_CORRUPT);
}
END_TEST

SUITE("receipt", a_receipt_opens_to_what_was_signed, an_ordinary_receipt_is_at_most_120_bytes,
      whatever_is_touched_or_cut_or_added_is_refused, verdicts_are_bounded, what_is_signed_but_makes_no_sense_is_refused)
