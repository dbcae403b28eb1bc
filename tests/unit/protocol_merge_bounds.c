// SPDX-License-Identifier: Apache-2.0
/* The bounds of a row, at n and at n + 1: what is over one is refused, and the row stays as it was.
 *
 * Here:      fields, live values, logs seen, fields of a change.
 * Not here:  what a merge means (protocol_merge.c).
 */
#include <stdio.h>

#include "protocol/row.h"
#include "tests/unit/merge_words.h"
#include "tests/unit/suite.h"

START_TEST(a_row_has_room_for_256_fields_and_not_for_257)
{
    struct arena arena = {0};
    struct row row = fresh_row();
    struct error err = {0};
    bool moved = false;
    char name[NAME_BYTES_MAX];
    for (int i = 0; i < ROW_FIELDS_MAX; i++) {
        snprintf(name, sizeof name, "field_%d", i);
        writes(&arena, &row, 1, (uint64_t)i + 1, name, "x", false);
    }
    ck_assert_uint_eq(row.reg_count, ROW_FIELDS_MAX);
    struct change_field field = {0};
    const struct change over = mark(1, 1000, &field, "one_more", value_text("x"));
    const struct reg *before = row.regs;
    ck_assert(!row_apply(&arena, &row, &over, 1000, &moved, &err));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    ck_assert_ptr_eq(row.regs, before);
    writes(&arena, &row, 1, 1001, "field_0", "y", false); /* those that are here go on */
    ck_assert_str_eq(row_text(&row, "field_0"), "y");
    arena_clear(&arena);
}
END_TEST

START_TEST(a_field_has_room_for_64_live_values_and_not_for_65)
{
    struct arena arena = {0};
    struct row row = fresh_row();
    struct error err = {0};
    bool moved = false;
    for (uint64_t log = 1; log <= ROW_VALUES_MAX; log++)
        writes(&arena, &row, log, 10, "status", "present", false);
    ck_assert_uint_eq(row_reg(&row, "status")->live_count, ROW_VALUES_MAX);
    struct change_field field = {0};
    const struct change over = mark(ROW_VALUES_MAX + 1, 10, &field, "status", value_text("late"));
    ck_assert(!row_apply(&arena, &row, &over, 10, &moved, &err));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    ck_assert_uint_eq(row_reg(&row, "status")->live_count, ROW_VALUES_MAX);
    writes(&arena, &row, 1000, 11, "status", "late", true); /* and somebody who saw all 64 settles it */
    ck_assert_uint_eq(row_reg(&row, "status")->live_count, 1);
    arena_clear(&arena);
}
END_TEST

START_TEST(a_field_remembers_1024_logs_and_not_1025)
{
    struct arena arena = {0};
    struct row row = fresh_row();
    struct error err = {0};
    bool moved = false;
    for (uint64_t log = 1; log <= ROW_SEEN_MAX + 1; log++)
        writes(&arena, &row, log, log, "status", "present", true); /* each replaces the one before */
    ck_assert_uint_eq(row_reg(&row, "status")->seen_count, ROW_SEEN_MAX);
    struct change_field field = {0};
    ck_assert(row_bases(&arena, &row, "status", 5000, &field.bases, &field.base_count));
    const struct change over = mark(5000, 5000, &field, "status", value_text("late"));
    ck_assert(!row_apply(&arena, &row, &over, 5000, &moved, &err));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    ck_assert_str_eq(row_text(&row, "status"), "present");
    arena_clear(&arena);
}
END_TEST

START_TEST(a_change_may_write_64_fields_and_not_65)
{
    static char names[CHANGE_FIELDS_MAX + 1][NAME_BYTES_MAX];
    static struct change_field fields[CHANGE_FIELDS_MAX + 1];
    struct arena arena = {0};
    struct row row = fresh_row();
    struct error err = {0};
    bool moved = false;
    for (int i = 0; i <= CHANGE_FIELDS_MAX; i++) {
        snprintf(names[i], sizeof names[i], "field_%02d", i);
        fields[i] = (struct change_field){.name = names[i], .value = value_integer(i)};
    }
    struct change change = {.log = 1, .seq = 1, .time = 1, .entity = "attendance", .row = "s:p", .author = "", .fields = fields};
    change.field_count = CHANGE_FIELDS_MAX + 1;
    ck_assert(!row_apply(&arena, &row, &change, 1, &moved, &err));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    ck_assert_uint_eq(row.reg_count, 0);
    change.field_count = CHANGE_FIELDS_MAX;
    apply(&arena, &row, &change);
    ck_assert_uint_eq(row.reg_count, CHANGE_FIELDS_MAX);
    arena_clear(&arena);
}
END_TEST

SUITE("bounds of a row", a_row_has_room_for_256_fields_and_not_for_257, a_field_has_room_for_64_live_values_and_not_for_65,
      a_field_remembers_1024_logs_and_not_1025, a_change_may_write_64_fields_and_not_65)
