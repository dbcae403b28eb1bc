// SPDX-License-Identifier: Apache-2.0
/* A segment opens to the changes that were sealed, is small, and nothing that was touched opens.
 *
 * Here:      sizes, cutting, refusals: flipped, cut, another key.
 * Not here:  the forms of columns (protocol_columns.c), what a hostile device signs (protocol_segment_forged.c).
 */
#include "protocol/segment.h"

#include "protocol/keys.h"
#include "tests/unit/suite.h"
#include "tests/unit/training_day.h"

static struct day day;
static struct arena arena;
static struct bytes sealed;
static uint8_t public_key[SIGN_PUBLIC_SIZE], secret_key[SIGN_SECRET_SIZE];
static const uint8_t seed[SEED_SIZE] = {5, 4, 3, 2, 1};
static const uint8_t start[HASH_SIZE];

static void setup(void)
{
    static const uint8_t key_seed[KEY_SEED_SIZE] = {7};

    keys_of_seed(key_seed, public_key, secret_key);
}

static void teardown(void)
{
    bytes_clear(&sealed);
    arena_clear(&arena);
    day_end(&day);
}

/* Seals, and returns how many went in. */
static size_t seals(const struct change *changes, size_t count, size_t body_bytes, const uint8_t previous[HASH_SIZE],
                    uint8_t ret_head[HASH_SIZE])
{
    struct error err = {0};
    size_t in = 0;

    bytes_reset(&sealed);
    ck_assert_msg(segment_seal(changes, count, body_bytes, previous, seed, secret_key, &sealed, &in, ret_head, &err), "%s", err.cause);
    return in;
}

static struct segment opens(struct span in)
{
    struct segment segment = {0};
    struct error err = {0};

    ck_assert_msg(segment_open(&arena, in, public_key, &segment, &err), "%s", err.cause);
    return segment;
}

static enum error_kind refuses(struct span in)
{
    struct segment segment = {0};
    struct error err = {0};
    struct arena own = {0};
    bool opened = segment_open(&own, in, public_key, &segment, &err);

    arena_clear(&own);
    ck_assert(!opened && err.kind != ERROR_NONE);
    return err.kind;
}

static void same_changes(const struct change *a, const struct change *b, size_t count)
{
    struct bytes left = {0}, right = {0};

    for (size_t i = 0; i < count; i++) {
        bytes_reset(&left);
        bytes_reset(&right);
        ck_assert(change_write(&left, &a[i]) && change_write(&right, &b[i]));
        ck_assert(a[i].log == b[i].log && a[i].seq == b[i].seq);
        ck_assert(left.size == right.size && memcmp(left.data, right.data, left.size) == 0);
    }
    bytes_clear(&left);
    bytes_clear(&right);
}

START_TEST(a_segment_opens_to_what_was_sealed)
{
    uint8_t head[HASH_SIZE];
    struct segment segment;
    struct bytes scratch = {0};
    uint8_t expected[HASH_SIZE] = {0};

    day_make(&day, 1);
    ck_assert_uint_eq(seals(day.changes, day.count, SEGMENT_BODY_BYTES_MAX, start, head), DAY_CHANGES);
    segment = opens(bytes_span(&sealed));
    ck_assert_uint_eq(segment.log, DAY_LOG);
    ck_assert_uint_eq(segment.first_seq, 1);
    ck_assert_uint_eq(segment.count, DAY_CHANGES);
    ck_assert_mem_eq(segment.previous, start, HASH_SIZE);
    ck_assert_mem_eq(segment.head, head, HASH_SIZE);
    ck_assert_mem_eq(segment.seed, seed, SEED_SIZE);
    ck_assert_uint_eq(segment.sealed.size, sealed.size);
    same_changes(day.changes, segment.changes, DAY_CHANGES);
    for (size_t i = 0; i < day.count; i++)
        ck_assert(chain_add(expected, seed, &day.changes[i], &scratch));
    ck_assert_mem_eq(head, expected, HASH_SIZE);
    bytes_clear(&scratch);
}
END_TEST

START_TEST(the_same_range_gives_the_same_bytes)
{
    uint8_t head[HASH_SIZE];
    struct bytes first = {0};

    day_make(&day, 2);
    seals(day.changes, day.count, SEGMENT_BODY_BYTES_MAX, start, head);
    bytes_append(&first, sealed.data, sealed.size);
    seals(day.changes, day.count, SEGMENT_BODY_BYTES_MAX, start, head);
    ck_assert_uint_eq(first.size, sealed.size);
    ck_assert_mem_eq(first.data, sealed.data, sealed.size);
    bytes_clear(&first);
}
END_TEST

START_TEST(a_mark_costs_at_most_four_bytes)
{
    size_t most = 0, all = 0;

    for (uint64_t i = 1; i <= 20; i++) {
        uint8_t head[HASH_SIZE];
        struct segment segment;

        day_make(&day, i);
        ck_assert_uint_eq(seals(day.changes + DAY_CHANGES - DAY_MARKS, DAY_MARKS, SEGMENT_BODY_BYTES_MAX, start, head), DAY_MARKS);
        segment = opens(bytes_span(&sealed));
        all += segment.body_size;
        most = segment.body_size > most ? segment.body_size : most;
        day_end(&day);
    }
    printf("90 marks: body %.2f bytes a mark, at most %.2f\n", (double)all / 20 / DAY_MARKS, (double)most / DAY_MARKS);
    ck_assert_uint_le(most, 4 * (size_t)DAY_MARKS);
}
END_TEST

START_TEST(a_training_day_fits_into_1500_bytes)
{
    size_t most = 0, all = 0;

    for (uint64_t i = 1; i <= 20; i++) {
        uint8_t head[HASH_SIZE];

        day_make(&day, i);
        seals(day.changes, day.count, SEGMENT_BODY_BYTES_MAX, start, head);
        all += sealed.size;
        most = sealed.size > most ? sealed.size : most;
        day_end(&day);
    }
    printf("training day: segment %.0f bytes, at most %zu, %.2f bytes a change\n", (double)all / 20, most, (double)all / 20 / DAY_CHANGES);
    ck_assert_uint_le(most, 1500);
}
END_TEST

/* ---- cutting ---- */

static void long_log(size_t people)
{
    day_begin(&day, 3);
    for (size_t i = 0; i < people; i++)
        day_person(&day, (int)(i % 9000));
}

START_TEST(a_long_log_is_cut_into_segments_that_follow_on)
{
    uint8_t head[HASH_SIZE] = {0};
    size_t at = 0, segments = 0, body_bytes = 2000;

    long_log(600);
    while (at < day.count) {
        uint8_t previous[HASH_SIZE];
        struct segment segment;
        size_t in;

        memcpy(previous, head, HASH_SIZE);
        in = seals(day.changes + at, day.count - at, body_bytes, previous, head);
        segment = opens(bytes_span(&sealed));
        ck_assert_uint_le(segment.body_size, body_bytes);
        ck_assert_uint_eq(segment.first_seq, at + 1);
        ck_assert_uint_eq(segment.count, in);
        ck_assert_mem_eq(segment.previous, previous, HASH_SIZE);
        same_changes(day.changes + at, segment.changes, in);
        if (at + in < day.count) /* nearly full */
            ck_assert_uint_ge(segment.body_size, body_bytes * 3 / 4);
        at += in;
        segments++;
    }
    ck_assert_uint_gt(segments, 3);
}
END_TEST

START_TEST(a_segment_takes_8192_changes_and_not_one_more)
{
    uint8_t head[HASH_SIZE];

    day_begin(&day, 4);
    for (size_t i = 0; i < SEGMENT_CHANGES_MAX + 1; i++)
        day_add(&day, "x", NULL, NULL, 0);
    ck_assert_uint_eq(seals(day.changes, SEGMENT_CHANGES_MAX + 1, SEGMENT_BODY_BYTES_MAX, start, head), SEGMENT_CHANGES_MAX);
    ck_assert_uint_eq(opens(bytes_span(&sealed)).count, SEGMENT_CHANGES_MAX);
}
END_TEST

START_TEST(one_change_is_sealed_however_little_room_is_asked_for)
{
    uint8_t head[HASH_SIZE];

    day_make(&day, 5);
    ck_assert_uint_eq(seals(day.changes, day.count, 1, start, head), 1);
    ck_assert_uint_eq(opens(bytes_span(&sealed)).count, 1);
}
END_TEST

/* Texts of chance bytes hardly deflate; as many as a change may have fit all the same. */
START_TEST(the_largest_change_fits)
{
    enum { FIELDS = 12, SIZE = 4085 };
    struct change_field fields[FIELDS] = {0};
    uint8_t head[HASH_SIZE];
    struct error err = {0};

    day_begin(&day, 6);
    for (int i = 0; i < FIELDS; i++) {
        char *text = arena_take(&day.arena, SIZE + 1);

        for (int j = 0; j < SIZE; j++)
            text[j] = (char)(32 + day_random(&day, 95));
        fields[i] = (struct change_field){.name = arena_format(&day.arena, "f%02d", i), .value = value_text(text)};
    }
    day_add(&day, "x", NULL, fields, FIELDS);
    ck_assert_msg(change_is_well_formed(&day.changes[0], &err), "%s", err.cause);
    ck_assert_uint_eq(seals(day.changes, 1, 100, start, head), 1);
    same_changes(day.changes, opens(bytes_span(&sealed)).changes, 1);
}
END_TEST

/* An honest text may repeat itself more than INFLATE_RATIO_MAX allows: it is deflated less well then. */
START_TEST(a_text_that_deflates_too_well_is_sealed_within_the_ratio)
{
    struct change_field fields[10] = {0};
    uint8_t head[HASH_SIZE];
    struct segment segment;

    day_begin(&day, 7);
    for (int i = 0; i < 10; i++) {
        char *text = arena_take(&day.arena, 4097);

        memset(text, 'a' + i, 4096);
        fields[i] = (struct change_field){.name = arena_format(&day.arena, "f%d", i), .value = value_text(text)};
    }
    day_add(&day, "x", NULL, fields, 10);
    seals(day.changes, 1, SEGMENT_BODY_BYTES_MAX, start, head);
    segment = opens(bytes_span(&sealed));
    ck_assert_uint_le(segment.raw_size, INFLATE_RATIO_MAX * segment.body_size + 1024);
    same_changes(day.changes, segment.changes, 1);
}
END_TEST

/* One long text in every change costs a few bytes on the wire and megabytes to hash: fewer go in. */
START_TEST(a_segment_unfolds_to_at_most_its_bound)
{
    char *text = malloc(TEXT_BYTES_MAX + 1);
    struct change_field field = {.name = "note", .value = {VALUE_TEXT, 0, text}};
    uint8_t head[HASH_SIZE];
    size_t in;

    memset(text, 'a', TEXT_BYTES_MAX);
    text[TEXT_BYTES_MAX] = '\0';
    day_begin(&day, 8);
    for (int i = 0; i < 3000; i++)
        day_add(&day, "x", NULL, &field, 1);
    in = seals(day.changes, day.count, SEGMENT_BODY_BYTES_MAX, start, head);
    ck_assert_uint_lt(in, SEGMENT_CANONICAL_BYTES_MAX / TEXT_BYTES_MAX);
    ck_assert_uint_gt(in, SEGMENT_CANONICAL_BYTES_MAX / TEXT_BYTES_MAX * 9 / 10);
    ck_assert_uint_eq(opens(bytes_span(&sealed)).count, in);
    free(text);
}
END_TEST

START_TEST(changes_that_do_not_follow_on_are_not_sealed)
{
    uint8_t head[HASH_SIZE];
    struct error err = {0};
    size_t in;

    day_make(&day, 9);
    ck_assert(!segment_seal(day.changes, 0, 1000, start, seed, secret_key, &sealed, &in, head, &err));
    ck_assert_int_eq(err.kind, ERROR_INVALID);
    day.changes[5].seq++;
    error_clear(&err);
    ck_assert(!segment_seal(day.changes, day.count, 1000, start, seed, secret_key, &sealed, &in, head, &err));
    day.changes[5].seq--;
    day.changes[5].log++;
    error_clear(&err);
    ck_assert(!segment_seal(day.changes, day.count, 1000, start, seed, secret_key, &sealed, &in, head, &err));
    ck_assert_int_eq(err.kind, ERROR_INVALID);
    ck_assert_uint_eq(sealed.size, 0);
}
END_TEST

/* ---- touched ---- */

START_TEST(a_flipped_bit_anywhere_is_refused)
{
    uint8_t head[HASH_SIZE];

    day_make(&day, 10);
    seals(day.changes, day.count, SEGMENT_BODY_BYTES_MAX, start, head);
    for (size_t i = 0; i < sealed.size; i++) {
        sealed.data[i] ^= (uint8_t)(1U << i % 8);
        refuses(bytes_span(&sealed));
        sealed.data[i] ^= (uint8_t)(1U << i % 8);
    }
    opens(bytes_span(&sealed));
    seals(day.changes, 2, SEGMENT_BODY_BYTES_MAX, start, head); /* and each bit of a small one */
    for (size_t i = 0; i < 8 * sealed.size; i++) {
        sealed.data[i / 8] ^= (uint8_t)(1U << i % 8);
        refuses(bytes_span(&sealed));
        sealed.data[i / 8] ^= (uint8_t)(1U << i % 8);
    }
    opens(bytes_span(&sealed));
}
END_TEST

START_TEST(a_cut_anywhere_is_refused_and_so_are_bytes_left_over)
{
    uint8_t head[HASH_SIZE];

    day_make(&day, 11);
    seals(day.changes, day.count, SEGMENT_BODY_BYTES_MAX, start, head);
    for (size_t size = 0; size < sealed.size; size++) {
        uint8_t *cut = malloc(size == 0 ? 1 : size); /* so that reading past its end is seen */

        memcpy(cut, sealed.data, size);
        ck_assert_int_eq(refuses((struct span){cut, size}), ERROR_CORRUPT);
        free(cut);
    }
    bytes_append_u8(&sealed, 0);
    ck_assert_int_eq(refuses(bytes_span(&sealed)), ERROR_CORRUPT);
}
END_TEST

START_TEST(a_peek_tells_how_much_is_the_segments)
{
    uint8_t head[HASH_SIZE];
    struct segment segment;
    struct error err = {0};
    size_t used = 0, size;

    day_make(&day, 12);
    seals(day.changes, day.count, SEGMENT_BODY_BYTES_MAX, start, head);
    size = sealed.size;
    bytes_append(&sealed, "more", 4);
    ck_assert(segment_peek(bytes_span(&sealed), &segment, &used, &err));
    ck_assert_uint_eq(used, size);
    ck_assert_uint_eq(segment.count, DAY_CHANGES);
    ck_assert_ptr_null(segment.changes);
    ck_assert_uint_eq(segment.sealed.size, size);
}
END_TEST

START_TEST(another_logs_key_and_a_forged_signature_are_refused)
{
    static const uint8_t other_seed[KEY_SEED_SIZE] = {8};
    uint8_t head[HASH_SIZE], other_public[SIGN_PUBLIC_SIZE], other_secret[SIGN_SECRET_SIZE];
    struct segment segment;
    struct error err = {0};

    keys_of_seed(other_seed, other_public, other_secret);
    day_make(&day, 13);
    seals(day.changes, day.count, SEGMENT_BODY_BYTES_MAX, start, head);
    ck_assert(!segment_open(&arena, bytes_span(&sealed), other_public, &segment, &err));
    ck_assert_int_eq(err.kind, ERROR_CORRUPT);
    memset(sealed.data + sealed.size - SIGN_SIZE, 0, SIGN_SIZE);
    ck_assert_int_eq(refuses(bytes_span(&sealed)), ERROR_CORRUPT);
}
END_TEST

START_TEST(its_json_can_be_shown)
{
    uint8_t head[HASH_SIZE];
    const char *json = NULL;
    struct error err = {0};

    day_make(&day, 14);
    seals(day.changes, day.count, SEGMENT_BODY_BYTES_MAX, start, head);
    ck_assert(segment_json(&arena, bytes_span(&sealed), &json, &err));
    ck_assert_ptr_nonnull(strstr(json, "\"of\":\"activity\""));
}
END_TEST

int main(void)
{
    static const TTest *tests[32];
    size_t count = 0;
    Suite *suite = suite_create("segment");
    TCase *all = tcase_create("segment");
    SRunner *runner;
    int failed;

    tests[count++] = a_segment_opens_to_what_was_sealed;
    tests[count++] = the_same_range_gives_the_same_bytes;
    tests[count++] = a_mark_costs_at_most_four_bytes;
    tests[count++] = a_training_day_fits_into_1500_bytes;
    tests[count++] = a_long_log_is_cut_into_segments_that_follow_on;
    tests[count++] = a_segment_takes_8192_changes_and_not_one_more;
    tests[count++] = one_change_is_sealed_however_little_room_is_asked_for;
    tests[count++] = the_largest_change_fits;
    tests[count++] = a_text_that_deflates_too_well_is_sealed_within_the_ratio;
    tests[count++] = a_segment_unfolds_to_at_most_its_bound;
    tests[count++] = changes_that_do_not_follow_on_are_not_sealed;
    tests[count++] = a_flipped_bit_anywhere_is_refused;
    tests[count++] = a_cut_anywhere_is_refused_and_so_are_bytes_left_over;
    tests[count++] = a_peek_tells_how_much_is_the_segments;
    tests[count++] = another_logs_key_and_a_forged_signature_are_refused;
    tests[count++] = its_json_can_be_shown;
    tcase_add_checked_fixture(all, setup, teardown);
    for (size_t i = 0; i < count; i++)
        tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
