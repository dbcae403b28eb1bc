// SPDX-License-Identifier: Apache-2.0
/* Digests: two sides that hold the same have the same sum, whatever way they came to it.
 *
 * Here:      arithmetic mod 2^128, the shape of what is hashed, what a digest sees and what not.
 * Not here:  keeping and comparing them.
 */
#include <check.h>
#include <sodium.h>
#include <string.h>

#include "protocol/digest.h"

static const uint8_t key[DIGEST_KEY_SIZE] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
static const struct digest biggest = {UINT64_MAX, UINT64_MAX};

START_TEST(sums_carry_and_wrap)
{
    struct digest sum = {UINT64_MAX, 3};
    digest_add(&sum, (struct digest){1, 0});
    ck_assert(digest_equal(sum, (struct digest){0, 4}));
    digest_subtract(&sum, (struct digest){1, 0});
    ck_assert(digest_equal(sum, (struct digest){UINT64_MAX, 3}));
    sum = biggest;
    digest_add(&sum, (struct digest){1, 0});
    ck_assert(digest_equal(sum, (struct digest){0, 0}));
    digest_subtract(&sum, (struct digest){1, 0});
    ck_assert(digest_equal(sum, biggest));
}
END_TEST

START_TEST(adding_times_is_adding_again_and_again)
{
    const struct digest one = {0xfedcba9876543210u, 0x123456789abcdef0u};
    struct digest slow = {0, 0};
    for (uint64_t times = 0; times < 40; times++) {
        struct digest fast = {0, 0};
        digest_add_times(&fast, one, times);
        ck_assert(digest_equal(fast, slow));
        digest_add(&slow, one);
    }
}
END_TEST

START_TEST(text_reads_back_and_only_32_digits_are_text)
{
    char text[DIGEST_TEXT_SIZE];
    struct digest read = {0, 0};
    const struct digest digest = {0x1122334455667788u, 0x00aabbccddeeff01u};
    digest_text(digest, text);
    ck_assert_str_eq(text, "00aabbccddeeff011122334455667788");
    ck_assert(digest_parse(text, &read));
    ck_assert(digest_equal(read, digest));
    ck_assert(!digest_parse("00aabbccddeeff01112233445566778", &read));
    ck_assert(!digest_parse("00aabbccddeeff0111223344556677880", &read));
    ck_assert(!digest_parse("00aabbccddeeff01112233445566778x", &read));
}
END_TEST

static struct entry status = {.stamp = {.time = 5, .log = 7}, .value = {.kind = VALUE_TEXT, .text = "late"}};
static struct seen seen = {.log = 9, .time = 4};
static struct reg reg = {.field = "status", .live = &status, .live_count = 1};
static const struct row row = {.entity = "attendance", .id = "a:b", .regs = &reg, .reg_count = 1};

START_TEST(a_row_is_hashed_as_the_specification_says)
{
    struct bytes bytes = {0};
    uint8_t hash[crypto_shorthash_siphashx24_BYTES], bucket[crypto_shorthash_siphash24_BYTES];
    struct digest digest = {0, 0}, expected = {0, 0};
    bytes_append_text(&bytes, "attendance");
    bytes_append_text(&bytes, "a:b");
    crypto_shorthash_siphash24(bucket, bytes.data, bytes.size, key);
    bytes_append_text(&bytes, "status");
    bytes_append_u64(&bytes, 5);
    bytes_append_u64(&bytes, 7);
    crypto_shorthash_siphashx24(hash, bytes.data, bytes.size, key);
    for (int i = 7; i >= 0; i--) {
        expected.low = expected.low << 8 | hash[i];
        expected.high = expected.high << 8 | hash[8 + i];
    }
    ck_assert(digest_of_row(&row, key, &digest));
    ck_assert(digest_equal(digest, expected));
    ck_assert_uint_eq(digest_bucket("attendance", "a:b", key), bucket[0]);
    bytes_clear(&bytes);
}
END_TEST

START_TEST(siphash_is_the_published_one)
{
    /* SipHash-2-4-128 of the empty text and of 00, with the key 00..0f: vectors_sip128 of the reference implementation. */
    static const uint8_t empty[16] = {0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6, 0x6d, 0xf6, 0x72, 0x14, 0xc7, 0x55, 0x02, 0x93};
    uint8_t hash[crypto_shorthash_siphashx24_BYTES];
    crypto_shorthash_siphashx24(hash, (const uint8_t *)"", 0, key);
    ck_assert_mem_eq(hash, empty, sizeof empty);
}
END_TEST

START_TEST(a_digest_sees_stamps_and_not_what_was_replaced)
{
    struct digest before = {0, 0}, after = {0, 0};
    ck_assert(digest_of_row(&row, key, &before));
    reg.seen = &seen;
    reg.seen_count = 1;
    ck_assert(digest_of_row(&row, key, &after));
    ck_assert(digest_equal(before, after));
    status.stamp.time = 6;
    ck_assert(digest_of_row(&row, key, &after));
    ck_assert(!digest_equal(before, after));
}
END_TEST

START_TEST(another_key_another_digest)
{
    uint8_t other[DIGEST_KEY_SIZE];
    struct digest one = {0, 0}, two = {0, 0};
    memcpy(other, key, sizeof other);
    other[3] ^= 1;
    ck_assert(digest_of_row(&row, key, &one));
    ck_assert(digest_of_row(&row, other, &two));
    ck_assert(!digest_equal(one, two));
}
END_TEST

START_TEST(names_at_their_bounds_are_hashed)
{
    char name[NAME_BYTES_MAX + 1], id[ROW_ID_BYTES_MAX + 1];
    struct digest digest = {0, 0};
    memset(name, 'n', sizeof name - 1);
    memset(id, 'i', sizeof id - 1);
    name[NAME_BYTES_MAX] = id[ROW_ID_BYTES_MAX] = '\0';
    struct reg long_reg = {.field = name, .live = &status, .live_count = 1};
    const struct row long_row = {.entity = name, .id = id, .regs = &long_reg, .reg_count = 1};
    ck_assert(digest_of_row(&long_row, key, &digest));
    ck_assert(!digest_equal(digest, (struct digest){0, 0}));
}
END_TEST

START_TEST(buckets_are_spread_over_all_of_them)
{
    bool hit[BUCKETS] = {false};
    unsigned count = 0;
    char id[ROW_ID_SIZE];
    for (uint64_t i = 1; i <= 4096; i++) {
        row_id_of_change(77, i, id);
        const unsigned bucket = digest_bucket("person", id, key);
        ck_assert_uint_lt(bucket, BUCKETS);
        count += !hit[bucket];
        hit[bucket] = true;
    }
    ck_assert_uint_gt(count, BUCKETS * 9 / 10);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("digest");
    TCase *all = tcase_create("all");
    tcase_add_test(all, sums_carry_and_wrap);
    tcase_add_test(all, adding_times_is_adding_again_and_again);
    tcase_add_test(all, text_reads_back_and_only_32_digits_are_text);
    tcase_add_test(all, a_row_is_hashed_as_the_specification_says);
    tcase_add_test(all, siphash_is_the_published_one);
    tcase_add_test(all, a_digest_sees_stamps_and_not_what_was_replaced);
    tcase_add_test(all, another_key_another_digest);
    tcase_add_test(all, names_at_their_bounds_are_hashed);
    tcase_add_test(all, buckets_are_spread_over_all_of_them);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
