// SPDX-License-Identifier: Apache-2.0
/* The chain: any change, any order, any seed gives another head; an erased change leaves a hash that tells nothing.
 *
 * Here:      the formulas, written out a second time; erasing.
 * Not here:  signatures (protocol_segment.c).
 */
#include "protocol/chain.h"

#include <sodium.h>

#include "tests/unit/suite.h"
#include "tests/unit/training_day.h"

static const uint8_t seed[SEED_SIZE] = {1, 2, 3};

static void head_of(const struct change *changes, size_t count, const uint8_t from[SEED_SIZE], uint8_t ret[HASH_SIZE])
{
    struct bytes scratch = {0};

    memset(ret, 0, HASH_SIZE);
    for (size_t i = 0; i < count; i++)
        ck_assert(chain_add(ret, from, &changes[i], &scratch));
    bytes_clear(&scratch);
}

START_TEST(a_link_is_what_the_format_says)
{
    struct day day;
    uint8_t head[HASH_SIZE], expected[HASH_SIZE] = {0}, salt[HASH_SIZE], commitment[HASH_SIZE];
    struct bytes in = {0};

    day_make(&day, 1);
    bytes_append(&in, "teren salt 1", 12);
    bytes_append(&in, seed, SEED_SIZE);
    bytes_append_u64(&in, 1);
    crypto_hash_sha256(salt, in.data, in.size);
    bytes_reset(&in);
    bytes_append(&in, salt, SALT_SIZE);
    ck_assert(change_write(&in, &day.changes[0]));
    crypto_hash_sha256(commitment, in.data, in.size);
    bytes_reset(&in);
    bytes_append(&in, expected, HASH_SIZE);
    bytes_append(&in, commitment, HASH_SIZE);
    crypto_hash_sha256(expected, in.data, in.size);
    head_of(day.changes, 1, seed, head);
    ck_assert_mem_eq(head, expected, HASH_SIZE);
    bytes_clear(&in);
    day_end(&day);
}
END_TEST

START_TEST(whatever_differs_the_head_differs)
{
    struct day day;
    uint8_t head[HASH_SIZE], other[HASH_SIZE], other_seed[SEED_SIZE] = {9};
    struct change swap;

    day_make(&day, 1);
    head_of(day.changes, 5, seed, head);
    head_of(day.changes, 4, seed, other);
    ck_assert_mem_ne(head, other, HASH_SIZE);
    head_of(day.changes, 5, other_seed, other);
    ck_assert_mem_ne(head, other, HASH_SIZE);
    day.changes[4].time++;
    head_of(day.changes, 5, seed, other);
    ck_assert_mem_ne(head, other, HASH_SIZE);
    day.changes[4].time--;
    day.changes[4].seq++; /* the salt hangs on it */
    head_of(day.changes, 5, seed, other);
    ck_assert_mem_ne(head, other, HASH_SIZE);
    day.changes[4].seq--;
    swap = day.changes[0];
    day.changes[0] = day.changes[1];
    day.changes[1] = swap;
    head_of(day.changes, 5, seed, other);
    ck_assert_mem_ne(head, other, HASH_SIZE);
    day_end(&day);
}
END_TEST

/* Erasing keeps the commitment of what is erased, and of the others the salts: the seed can go, and the chain still verifies. */
START_TEST(the_chain_verifies_without_the_erased_change_and_the_seed)
{
    struct day day;
    uint8_t head[HASH_SIZE], rebuilt[HASH_SIZE] = {0}, kept[HASH_SIZE], salts[4][SALT_SIZE];
    struct bytes canonical = {0};

    day_make(&day, 1);
    head_of(day.changes, 4, seed, head);
    for (size_t i = 0; i < 4; i++)
        chain_salt(seed, day.changes[i].seq, salts[i]);
    ck_assert(change_write(&canonical, &day.changes[2]));
    chain_commit(salts[2], bytes_span(&canonical), kept);
    for (size_t i = 0; i < 4; i++) {
        uint8_t commitment[HASH_SIZE];

        bytes_reset(&canonical);
        ck_assert(change_write(&canonical, &day.changes[i]));
        chain_commit(salts[i], bytes_span(&canonical), commitment);
        chain_link(rebuilt, i == 2 ? kept : commitment);
    }
    ck_assert_mem_eq(rebuilt, head, HASH_SIZE);
    ck_assert_mem_ne(salts[0], salts[1], SALT_SIZE);
    bytes_clear(&canonical);
    day_end(&day);
}
END_TEST

SUITE("chain", a_link_is_what_the_format_says, whatever_differs_the_head_differs, the_chain_verifies_without_the_erased_change_and_the_seed)
