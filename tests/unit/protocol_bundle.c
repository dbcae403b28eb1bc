// SPDX-License-Identifier: Apache-2.0
/* Bundles.
 *
 * Here:      who can read one, what is noticed, that libsodium's own function reads it.
 * Not here:  what is in one (protocol_message.c).
 */
#include <sodium.h>
#include <string.h>

#include "protocol/keys.h"
#include "protocol/message.h"
#include "tests/unit/suite.h"

enum { MESSAGE_SIZE = 1000 };

static uint8_t reader_public[SIGN_PUBLIC_SIZE], reader_secret[SIGN_SECRET_SIZE];
static uint8_t other_public[SIGN_PUBLIC_SIZE], other_secret[SIGN_SECRET_SIZE];
static uint8_t message[MESSAGE_BYTES_MAX + 1];
static struct bytes bundle, opened;

static void set_up(void)
{
    const uint8_t reader_seed[KEY_SEED_SIZE] = {1};
    const uint8_t other_seed[KEY_SEED_SIZE] = {2};

    keys_of_seed(reader_seed, reader_public, reader_secret);
    keys_of_seed(other_seed, other_public, other_secret);
    for (size_t i = 0; i < sizeof message; i++)
        message[i] = (uint8_t)(i * 31);
}

static void tear_down(void)
{
    bytes_clear(&bundle);
    bytes_clear(&opened);
}

static void seal(size_t size)
{
    struct error err = {0};

    bytes_reset(&bundle);
    ck_assert_msg(bundle_seal(&bundle, (struct span){message, size}, reader_public, &err), "%s", err.cause);
}

START_TEST(the_reader_reads_what_was_sealed)
{
    struct error err = {0};

    seal(MESSAGE_SIZE);
    ck_assert(bundle_open(&opened, bytes_span(&bundle), reader_secret, &err));
    ck_assert_uint_eq(opened.size, MESSAGE_SIZE);
    ck_assert_mem_eq(opened.data, message, MESSAGE_SIZE);
    tear_down();
}
END_TEST

START_TEST(nobody_else_does)
{
    struct error err = {0};

    seal(MESSAGE_SIZE);
    ck_assert(!bundle_open(&opened, bytes_span(&bundle), other_secret, &err));
    ck_assert_int_eq(err.kind, ERROR_CORRUPT);
    ck_assert_uint_eq(opened.size, 0);
    tear_down();
}
END_TEST

START_TEST(it_is_a_sealed_box_like_any_other)
{
    uint8_t key[crypto_box_PUBLICKEYBYTES], secret[crypto_box_SECRETKEYBYTES], read[MESSAGE_SIZE];

    seal(MESSAGE_SIZE);
    ck_assert_uint_eq(bundle.size, 4 + MESSAGE_SIZE + crypto_box_SEALBYTES);
    ck_assert_int_eq(crypto_sign_ed25519_pk_to_curve25519(key, reader_public), 0);
    ck_assert_int_eq(crypto_sign_ed25519_sk_to_curve25519(secret, reader_secret), 0);
    ck_assert_int_eq(crypto_box_seal_open(read, bundle.data + 4, bundle.size - 4, key, secret), 0);
    ck_assert_mem_eq(read, message, MESSAGE_SIZE);
    tear_down();
}
END_TEST

START_TEST(the_same_message_gives_the_same_file_and_another_shares_nothing)
{
    struct bytes again = {0};
    struct error err = {0};

    seal(MESSAGE_SIZE);
    ck_assert(bundle_seal(&again, (struct span){message, MESSAGE_SIZE}, reader_public, &err));
    ck_assert_uint_eq(again.size, bundle.size);
    ck_assert_mem_eq(again.data, bundle.data, bundle.size);
    bytes_reset(&again);
    ck_assert(bundle_seal(&again, (struct span){message + 1, MESSAGE_SIZE}, reader_public, &err));
    ck_assert_mem_ne(again.data + 4, bundle.data + 4, crypto_box_PUBLICKEYBYTES); /* another key pair, so another key stream */
    bytes_clear(&again);
    tear_down();
}
END_TEST

START_TEST(one_flipped_bit_or_a_cut_is_noticed)
{
    seal(SIGN_SIZE);
    for (size_t i = 0; i < bundle.size; i++) {
        struct error err = {0};
        bundle.data[i] ^= 4;
        ck_assert_msg(!bundle_open(&opened, bytes_span(&bundle), reader_secret, &err), "byte %zu", i);
        bundle.data[i] ^= 4;
        ck_assert_msg(!bundle_open(&opened, (struct span){bundle.data, i}, reader_secret, &err), "cut at %zu", i);
    }
    tear_down();
}
END_TEST

START_TEST(a_bundle_holds_one_whole_message_and_not_a_byte_more)
{
    struct error err = {0};

    seal(MESSAGE_BYTES_MAX);
    ck_assert(bundle_open(&opened, bytes_span(&bundle), reader_secret, &err));
    ck_assert_uint_eq(opened.size, MESSAGE_BYTES_MAX);
    ck_assert(!bundle_seal(&bundle, (struct span){message, MESSAGE_BYTES_MAX + 1}, reader_public, &err));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    tear_down();
}
END_TEST

START_TEST(a_bundle_of_a_newer_version_says_so)
{
    struct error err = {0};

    seal(MESSAGE_SIZE);
    bundle.data[3] = 2;
    ck_assert(!bundle_open(&opened, bytes_span(&bundle), reader_secret, &err));
    ck_assert_int_eq(err.kind, ERROR_NEWER);
    tear_down();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_reader_reads_what_was_sealed,    nobody_else_does,
        it_is_a_sealed_box_like_any_other,   the_same_message_gives_the_same_file_and_another_shares_nothing,
        one_flipped_bit_or_a_cut_is_noticed, a_bundle_holds_one_whole_message_and_not_a_byte_more,
        a_bundle_of_a_newer_version_says_so,
    };

    set_up();
    return suite_run("bundle", tests, sizeof tests / sizeof tests[0]);
}
