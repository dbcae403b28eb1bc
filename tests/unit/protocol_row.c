// SPDX-License-Identifier: Apache-2.0
/* A row's getters and its bytes: one form for one state, and nothing else is read.
 *
 * Here:      what stands, bases, round trips, refusals by mutation.
 * Not here:  the merge (protocol_merge.c).
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "protocol/row.h"

static struct arena arena;

static void teardown(void)
{
    arena_clear(&arena);
}

static void writes(struct row *row, uint64_t log, uint64_t time, const char *name, struct value value, bool has_seen)
{
    bool moved = false;
    struct error err = {0};
    struct change_field field = {.name = name, .value = value};
    struct change change = {.log = log, .seq = 1, .time = time, .entity = row->entity, .row = row->id, .author = "", .fields = &field};
    change.field_count = 1;
    if (has_seen)
        ck_assert(row_bases(&arena, row, name, log, &field.bases, &field.base_count));
    ck_assert_msg(row_apply(&arena, row, &change, time, &moved, &err), "%s", err.cause);
}

/* A mark that three tablets wrote, one of them over another. */
static struct row sample(void)
{
    struct row row = {.entity = "attendance", .id = "0000000000001-1:0000000000001-2"};
    writes(&row, 7, 1000, "status", value_text("present"), false);
    writes(&row, 7, 1000, "minutes", value_integer(90), false);
    writes(&row, 8, 1001, "status", value_text("absent"), true);
    writes(&row, 9, 1002, "status", value_text("late"), false);
    writes(&row, 9, 1002, "note", value_none(), false);
    return row;
}

START_TEST(what_stands_is_the_latest_of_what_is_live)
{
    const struct row row = sample();
    ck_assert_str_eq(row_text(&row, "status"), "late");
    ck_assert_uint_eq(row_stamp(&row, "status").time, 1002);
    ck_assert_uint_eq(row_stamp(&row, "status").log, 9);
    ck_assert_int_eq(row_integer(&row, "minutes", -1), 90);
    ck_assert_int_eq(row_integer(&row, "status", -1), -1);
    ck_assert_ptr_null(row_text(&row, "minutes"));
    ck_assert_ptr_null(row_text(&row, "nothing"));
    ck_assert_int_eq(row_value(&row, "note").kind, VALUE_NONE);
    ck_assert_ptr_null(row_reg(&row, "nothing"));
    ck_assert(stamp_is_none(row_stamp(&row, "nothing")));
    ck_assert_uint_eq(row_latest_stamp(&row).time, 1002);
    ck_assert_uint_eq(row_conflict_count(&row), 1);
}
END_TEST

START_TEST(removed_is_a_field_that_can_be_taken_back)
{
    struct row row = sample();
    ck_assert(!row_is_removed(&row));
    writes(&row, 7, 2000, FIELD_REMOVED, value_integer(1), false);
    ck_assert(row_is_removed(&row));
    writes(&row, 8, 2001, FIELD_REMOVED, value_integer(0), true);
    ck_assert(!row_is_removed(&row));
}
END_TEST

START_TEST(bases_are_the_live_stamps_of_others_in_order)
{
    const struct row row = sample();
    const struct stamp *bases = NULL;
    size_t count = 9;
    ck_assert(row_bases(&arena, &row, "status", 8, &bases, &count));
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(bases[0].log, 9);
    ck_assert(row_bases(&arena, &row, "status", 1, &bases, &count));
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(bases[0].time, 1001);
    ck_assert_uint_eq(bases[1].time, 1002);
    ck_assert(row_bases(&arena, &row, "nothing", 1, &bases, &count));
    ck_assert_uint_eq(count, 0);
    ck_assert_ptr_null(bases);
}
END_TEST

static void expect_same(struct span a, const struct row *row, bool with_seen)
{
    struct bytes again = {0};
    ck_assert(row_write(&again, row, with_seen));
    ck_assert_uint_eq(again.size, a.size);
    ck_assert_mem_eq(again.data, a.data, a.size);
    bytes_clear(&again);
}

START_TEST(bytes_read_back_to_the_same_row)
{
    for (int with_seen = 0; with_seen < 2; with_seen++) {
        const struct row row = sample();
        struct row read = {0};
        struct bytes bytes = {0};
        struct error err = {0};
        ck_assert(row_write(&bytes, &row, with_seen != 0));
        ck_assert_msg(row_read(&arena, bytes_span(&bytes), row.entity, row.id, &read, &err), "%s", err.cause);
        expect_same(bytes_span(&bytes), &read, true);
        ck_assert_uint_eq(row_reg(&read, "status")->seen_count, with_seen != 0 ? 1 : 0);
        ck_assert_uint_eq(row_reg(&read, "status")->live_count, 2);
        ck_assert_str_eq(row_text(&read, "status"), "late");
        bytes_clear(&bytes);
    }
}
END_TEST

START_TEST(an_empty_row_has_bytes_too)
{
    const struct row row = {.entity = "person", .id = "x"};
    struct row read = {0};
    struct bytes bytes = {0};
    struct error err = {0};
    ck_assert(row_write(&bytes, &row, true));
    ck_assert(row_read(&arena, bytes_span(&bytes), "person", "x", &read, &err));
    ck_assert_uint_eq(read.reg_count, 0);
    bytes_clear(&bytes);
}
END_TEST

START_TEST(a_mark_takes_at_most_80_bytes_in_a_store)
{
    struct row row = {.entity = "attendance", .id = "a:b"};
    const uint64_t time = stamp_time_of_ms(1700000000000);
    struct bytes bytes = {0};
    writes(&row, UINT64_MAX, time, "status", value_text("present"), false);
    writes(&row, UINT64_MAX, time, "at", value_text("2024-05-02T09:00:00+01:00"), false);
    ck_assert(row_write(&bytes, &row, true));
    ck_assert_uint_le(bytes.size, 80);
    bytes_clear(&bytes);
}
END_TEST

START_TEST(many_stamps_and_logs_fit)
{
    struct row row = {.entity = "attendance", .id = "a:b"}, read = {0};
    struct bytes bytes = {0};
    struct error err = {0};
    char name[24];
    for (uint64_t i = 1; i <= 200; i++) {
        snprintf(name, sizeof name, "field_%llu", (unsigned long long)(i % 20));
        writes(&row, i, 1000 + i, name, value_integer((int64_t)i), i % 3 == 0);
    }
    ck_assert(row_write(&bytes, &row, true));
    ck_assert(row_read(&arena, bytes_span(&bytes), "attendance", "a:b", &read, &err));
    expect_same(bytes_span(&bytes), &read, true);
    bytes_clear(&bytes);
}
END_TEST

START_TEST(every_cut_and_every_addition_is_refused)
{
    const struct row row = sample();
    struct row read = {0};
    struct bytes bytes = {0};
    ck_assert(row_write(&bytes, &row, true));
    for (size_t size = 0; size < bytes.size; size++) {
        struct error err = {0};
        const struct span cut = {bytes.data, size};
        ck_assert_msg(!row_read(&arena, cut, row.entity, row.id, &read, &err), "cut at %zu was read", size);
        ck_assert_int_eq(err.kind, ERROR_CORRUPT);
    }
    struct error err = {0};
    bytes_append_u8(&bytes, 0);
    ck_assert(!row_read(&arena, bytes_span(&bytes), row.entity, row.id, &read, &err));
    ck_assert_int_eq(err.kind, ERROR_CORRUPT);
    bytes_clear(&bytes);
}
END_TEST

START_TEST(whatever_byte_is_altered_it_is_refused_or_another_row_in_its_one_form)
{
    const struct row row = sample();
    struct bytes bytes = {0};
    size_t read_count = 0;
    ck_assert(row_write(&bytes, &row, true));
    for (size_t at = 0; at < bytes.size; at++) {
        const uint8_t was = bytes.data[at];
        for (unsigned value = 0; value < 256; value++) {
            struct row read = {0};
            struct error err = {0};
            bytes.data[at] = (uint8_t)value;
            if (row_read(&arena, bytes_span(&bytes), row.entity, row.id, &read, &err)) {
                expect_same(bytes_span(&bytes), &read, true);
                read_count++;
            } else {
                ck_assert_int_eq(err.kind, ERROR_CORRUPT);
            }
        }
        bytes.data[at] = was;
        arena_clear(&arena);
    }
    ck_assert_uint_gt(read_count, bytes.size); /* the row itself at least, each time */
    bytes_clear(&bytes);
}
END_TEST

/* Bytes made by hand: flags, one log (7), stamps at 5 and 6 of it, then what `put` says. */
static bool reads(void (*put)(struct bytes *out))
{
    struct row read = {0};
    struct bytes bytes = {0};
    struct error err = {0};
    put(&bytes);
    ck_assert(!bytes.failed);
    const bool done = row_read(&arena, bytes_span(&bytes), "attendance", "a:b", &read, &err);
    bytes_clear(&bytes);
    return done;
}

static void put_head(struct bytes *out, uint8_t flags, uint64_t stamp_count)
{
    bytes_append_u8(out, flags);
    bytes_append_varint(out, 1);
    bytes_append_u64(out, 7);
    bytes_append_varint(out, stamp_count);
    for (uint64_t i = 0; i < stamp_count; i++) {
        bytes_append_varint(out, i == 0 ? 5 : 1);
        bytes_append_varint(out, 0);
    }
}

static void put_field(struct bytes *out, const char *name, uint64_t stamp)
{
    bytes_append_text(out, name);
    bytes_append_varint(out, 1);
    bytes_append_varint(out, stamp);
    value_write(out, value_integer(1));
}

static void put_good(struct bytes *out)
{
    put_head(out, 0, 1);
    bytes_append_varint(out, 2);
    put_field(out, "a", 0);
    put_field(out, "b", 0);
}
static void put_fields_out_of_order(struct bytes *out)
{
    put_head(out, 0, 1);
    bytes_append_varint(out, 2);
    put_field(out, "b", 0);
    put_field(out, "a", 0);
}
static void put_a_field_twice(struct bytes *out)
{
    put_head(out, 0, 1);
    bytes_append_varint(out, 2);
    put_field(out, "a", 0);
    put_field(out, "a", 0);
}
static void put_a_bad_name(struct bytes *out)
{
    put_head(out, 0, 1);
    bytes_append_varint(out, 1);
    put_field(out, "A b", 0);
}
static void put_a_stamp_nobody_uses(struct bytes *out)
{
    put_head(out, 0, 2);
    bytes_append_varint(out, 1);
    put_field(out, "a", 0);
}
static void put_two_live_values_of_one_log(struct bytes *out)
{
    put_head(out, 0, 2);
    bytes_append_varint(out, 1);
    bytes_append_text(out, "a");
    bytes_append_varint(out, 2);
    for (uint64_t i = 0; i < 2; i++) {
        bytes_append_varint(out, i);
        value_write(out, value_integer(1));
    }
}
static void put_seen_of_a_live_log(struct bytes *out)
{
    put_head(out, 1, 2);
    bytes_append_varint(out, 1);
    put_field(out, "a", 1);
    bytes_append_varint(out, 1);
    bytes_append_varint(out, 0);
}
static void put_a_flag_for_nothing(struct bytes *out)
{
    put_head(out, 1, 1);
    bytes_append_varint(out, 1);
    put_field(out, "a", 0);
    bytes_append_varint(out, 0);
}
static void put_an_unknown_flag(struct bytes *out)
{
    put_head(out, 2, 1);
    bytes_append_varint(out, 1);
    put_field(out, "a", 0);
}
static void put_a_count_without_bytes(struct bytes *out)
{
    bytes_append_u8(out, 0);
    bytes_append_varint(out, UINT32_MAX);
}

START_TEST(a_second_form_of_the_same_state_is_refused)
{
    static void (*const others[])(struct bytes * out) = {
        put_fields_out_of_order, put_a_field_twice,      put_a_bad_name,      put_a_stamp_nobody_uses,  put_two_live_values_of_one_log,
        put_seen_of_a_live_log,  put_a_flag_for_nothing, put_an_unknown_flag, put_a_count_without_bytes};
    ck_assert(reads(put_good));
    ck_assert(!reads(others[_i]));
}
END_TEST

static void put_name_of(struct bytes *out, size_t size)
{
    char name[NAME_BYTES_MAX + 2];
    memset(name, 'a', sizeof name);
    name[size] = '\0';
    put_head(out, 0, 1);
    bytes_append_varint(out, 1);
    put_field(out, name, 0);
}
static void put_longest_name(struct bytes *out)
{
    put_name_of(out, NAME_BYTES_MAX);
}
static void put_name_too_long(struct bytes *out)
{
    put_name_of(out, NAME_BYTES_MAX + 1);
}

static void put_live(struct bytes *out, uint64_t count)
{
    bytes_append_u8(out, 0);
    bytes_append_varint(out, count);
    for (uint64_t i = 1; i <= count; i++)
        bytes_append_u64(out, i);
    bytes_append_varint(out, count);
    for (uint64_t i = 0; i < count; i++) {
        bytes_append_varint(out, 1);
        bytes_append_varint(out, i);
    }
    bytes_append_varint(out, 1);
    bytes_append_text(out, "a");
    bytes_append_varint(out, count);
    for (uint64_t i = 0; i < count; i++) {
        bytes_append_varint(out, i);
        value_write(out, value_integer(1));
    }
}
static void put_most_live(struct bytes *out)
{
    put_live(out, ROW_VALUES_MAX);
}
static void put_live_over(struct bytes *out)
{
    put_live(out, ROW_VALUES_MAX + 1);
}

static void put_fields(struct bytes *out, int count)
{
    char name[16];
    put_head(out, 0, 1);
    bytes_append_varint(out, (uint64_t)count);
    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, "f%03d", i);
        put_field(out, name, 0);
    }
}
static void put_most_fields(struct bytes *out)
{
    put_fields(out, ROW_FIELDS_MAX);
}
static void put_fields_over(struct bytes *out)
{
    put_fields(out, ROW_FIELDS_MAX + 1);
}

START_TEST(bounds_of_names_values_and_fields_hold_in_bytes_too)
{
    ck_assert(reads(put_longest_name));
    ck_assert(!reads(put_name_too_long));
    ck_assert(reads(put_most_live));
    ck_assert(!reads(put_live_over));
    ck_assert(reads(put_most_fields));
    ck_assert(!reads(put_fields_over));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("row");
    TCase *asking = tcase_create("asking"), *bytes = tcase_create("bytes");
    tcase_add_checked_fixture(asking, NULL, teardown);
    tcase_add_checked_fixture(bytes, NULL, teardown);
    tcase_add_test(asking, what_stands_is_the_latest_of_what_is_live);
    tcase_add_test(asking, removed_is_a_field_that_can_be_taken_back);
    tcase_add_test(asking, bases_are_the_live_stamps_of_others_in_order);
    tcase_add_test(bytes, bytes_read_back_to_the_same_row);
    tcase_add_test(bytes, an_empty_row_has_bytes_too);
    tcase_add_test(bytes, a_mark_takes_at_most_80_bytes_in_a_store);
    tcase_add_test(bytes, many_stamps_and_logs_fit);
    tcase_add_test(bytes, every_cut_and_every_addition_is_refused);
    tcase_add_test(bytes, whatever_byte_is_altered_it_is_refused_or_another_row_in_its_one_form);
    tcase_add_loop_test(bytes, a_second_form_of_the_same_state_is_refused, 0, 9);
    tcase_add_test(bytes, bounds_of_names_values_and_fields_hold_in_bytes_too);
    suite_add_tcase(suite, asking);
    suite_add_tcase(suite, bytes);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
