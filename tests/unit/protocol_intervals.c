// SPDX-License-Identifier: Apache-2.0
/* Promises about stretches of time: nobody is counted twice for one minute, and only the session's minutes count.
 *
 * Not here:  reports (protocol_webinar.c).
 */
#include "protocol/intervals.h"
#include "tests/unit/suite.h"

static const struct interval hour = {0, 3600000};

static int64_t seconds_of(struct interval *items, size_t count)
{
    return intervals_seconds(items, count, hour);
}

START_TEST(overlaps_count_once)
{
    struct interval phone_and_computer[] = {{600000, 1800000}, {0, 1200000}, {1700000, 1800000}};

    ck_assert_int_eq(seconds_of(phone_and_computer, 3), 1800);
}
END_TEST

START_TEST(gaps_do_not_count)
{
    struct interval dropped_out[] = {{3000000, 3600000}, {0, 600000}};

    ck_assert_int_eq(seconds_of(dropped_out, 2), 1200);
}
END_TEST

START_TEST(only_the_window_counts)
{
    struct interval all_day[] = {{-5000, 99000000}}, before[] = {{-5000, 0}}, after[] = {{3600000, 3700000}},
                    over_the_edge[] = {{3599000, 3700000}};

    ck_assert_int_eq(seconds_of(all_day, 1), 3600);
    ck_assert_int_eq(seconds_of(before, 1), 0);
    ck_assert_int_eq(seconds_of(after, 1), 0);
    ck_assert_int_eq(seconds_of(over_the_edge, 1), 1);
}
END_TEST

START_TEST(touching_ones_lose_nothing_and_parts_of_seconds_are_dropped_once)
{
    struct interval touching[] = {{0, 500}, {500, 1000}, {2000, 2999}};

    ck_assert_int_eq(seconds_of(touching, 3), 1);
    ck_assert_int_eq(seconds_of(touching, 2), 1);
}
END_TEST

START_TEST(nothing_and_what_ends_before_it_begins_count_nothing)
{
    struct interval turned[] = {{2000, 1000}, {0, 0}};

    ck_assert_int_eq(seconds_of(NULL, 0), 0);
    ck_assert_int_eq(seconds_of(turned, 2), 0);
}
END_TEST

SUITE("intervals", overlaps_count_once, gaps_do_not_count, only_the_window_counts,
      touching_ones_lose_nothing_and_parts_of_seconds_are_dropped_once, nothing_and_what_ends_before_it_begins_count_nothing)
