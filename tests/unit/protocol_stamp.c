// SPDX-License-Identifier: Apache-2.0
/* Stamps and moments.
 *
 * Here:      what stamp.h promises.
 * Not here:  whose clock it was.
 */
#include "protocol/stamp.h"

#include <stdio.h>
#include <string.h>

#include "protocol/limits.h"
#include "tests/unit/suite.h"

static const int64_t year_9999_ms = INT64_C(253402300799999);

START_TEST(a_stamp_has_one_place_in_the_order)
{
    struct stamp a = {5, 1}, b = {5, 2}, c = {6, 1};

    ck_assert_int_eq(stamp_compare(a, a), 0);
    ck_assert_int_lt(stamp_compare(a, b), 0);
    ck_assert_int_gt(stamp_compare(c, b), 0);
    ck_assert(stamp_is_later(c, a));
    ck_assert(!stamp_is_later(a, a));
    ck_assert(stamp_is_none((struct stamp){0, 0}));
    ck_assert(!stamp_is_none((struct stamp){0, 1}));
    ck_assert(!stamp_is_none((struct stamp){1, 0}));
}
END_TEST

START_TEST(milliseconds_are_bounded_and_never_wrapped)
{
    const int64_t most = (INT64_C(1) << 48) - 1;

    ck_assert_uint_eq(stamp_time_of_ms(0), 0);
    ck_assert_uint_eq(stamp_time_of_ms(-1), 0);
    ck_assert_uint_eq(stamp_time_of_ms(INT64_MIN), 0);
    ck_assert_int_eq(stamp_ms(stamp_time_of_ms(most)), most);
    ck_assert_int_eq(stamp_ms(stamp_time_of_ms(most + 1)), most);
    ck_assert_int_eq(stamp_ms(stamp_time_of_ms(INT64_MAX)), most);
    ck_assert_int_eq(stamp_ms(stamp_time_of_ms(year_9999_ms)), year_9999_ms);
}
END_TEST

START_TEST(stamps_grow_whatever_the_clock_does)
{
    static const int64_t walls[] = {1000, 1000, 5000, -7, 0, 4000, year_9999_ms, 1000, INT64_MAX, INT64_MIN};
    uint64_t last = 0;

    for (size_t i = 0; i < sizeof walls / sizeof walls[0]; i++) {
        uint64_t next = stamp_tick(last, walls[i]);

        ck_assert_uint_gt(next, last);
        last = next;
    }
    ck_assert_uint_eq(stamp_tick(stamp_time_of_ms(10), 5000), stamp_time_of_ms(5000));
    ck_assert_uint_eq(stamp_tick(stamp_time_of_ms(5000), 5000), stamp_time_of_ms(5000) + 1);
    ck_assert_uint_eq(stamp_tick(UINT64_MAX, 5000), UINT64_MAX); /* the end of time, and no way back to its start */
}
END_TEST

START_TEST(a_stamp_from_the_future_is_clamped_into_the_present)
{
    const int64_t now = 1000000;
    uint64_t edge = stamp_time_of_ms(now + STAMP_AHEAD_MS_MAX);

    ck_assert_uint_eq(stamp_effective(edge, 0, now), edge);
    ck_assert_uint_eq(stamp_effective(edge + 1, 0, now), edge);
    ck_assert_uint_eq(stamp_effective(stamp_time_of_ms(year_9999_ms), 0, now), edge);
    ck_assert_uint_eq(stamp_effective(stamp_time_of_ms(5), 0, now), stamp_time_of_ms(5));
    ck_assert_uint_eq(stamp_effective(5, 0, INT64_MAX), 5);
    ck_assert_uint_eq(stamp_effective(UINT64_MAX, 0, -STAMP_AHEAD_MS_MAX), 1);
}
END_TEST

START_TEST(the_order_within_a_log_survives_the_clamp)
{
    uint64_t previous = 0, raw = stamp_time_of_ms(year_9999_ms);

    for (int i = 0; i < 1000; i++) {
        uint64_t effective = stamp_effective(raw + (uint64_t)i, previous, 1000000);

        ck_assert_uint_gt(effective, previous);
        previous = effective;
    }
    ck_assert_uint_eq(stamp_effective(3, 10, 1000000), 11); /* behind the log's own past */
}
END_TEST

START_TEST(moments_of_every_year_go_both_ways)
{
    int64_t ms = 0, back = -1;
    char text[MOMENT_TEXT_SIZE];

    for (ms = 0; ms <= year_9999_ms; ms += INT64_C(12345678901)) {
        moment_text(ms, text);
        ck_assert_msg(moment_parse(text, &back), "%s", text);
        ck_assert_int_eq(back, ms);
    }
    moment_text(year_9999_ms, text);
    ck_assert_str_eq(text, "9999-12-31T23:59:59.999Z");
    moment_text(year_9999_ms + 1, text);
    ck_assert_str_eq(text, "9999-12-31T23:59:59.999Z");
    moment_text(-1, text);
    ck_assert_str_eq(text, "1970-01-01T00:00:00.000Z");
    moment_text(INT64_C(951827696789), text);
    ck_assert_str_eq(text, "2000-02-29T12:34:56.789Z");
}
END_TEST

START_TEST(every_day_follows_the_one_before)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t expected = 0, ms;
    char text[64];

    for (int year = 1970; year <= 2110; year++) {
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

        for (int month = 1; month <= 12; month++) {
            int days = lengths[month - 1] + (month == 2 && leap);

            for (int day = 1; day <= days + 1; day++) {
                snprintf(text, sizeof text, "%04d-%02d-%02dT00:00:00Z", year, month, day);
                ck_assert_int_eq(moment_parse(text, &ms), day <= days);
                text[10] = '\0';
                ck_assert_int_eq(date_is_valid(text), day <= days);
                if (day <= days) {
                    ck_assert_int_eq(ms, expected);
                    expected += INT64_C(86400000);
                }
            }
        }
    }
}
END_TEST

START_TEST(rfc_3339_is_read_in_all_its_forms)
{
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01t00:00z", 0},
        {"1970-01-01 01:00+01:00", 0},
        {"1969-12-31T23:59:59.999Z", -1},
        {"2009-03-02T09:01:14+01:00", INT64_C(1235980874000)},
        {"2009-03-02T03:01:14.5-05:00", INT64_C(1235980874500)},
        {"2009-03-02T08:01:14.123999999Z", INT64_C(1235980874123)},
        {"2016-12-31T23:59:60Z", INT64_C(1483228800000)},
        {"2017-01-01T00:59:60+01:00", INT64_C(1483228800000)},
        {"0001-01-01T00:00:00Z", INT64_C(-62135596800000)},
        {"9999-12-31T23:59:59.999Z", INT64_C(253402300799999)},
    };
    int64_t ms;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_msg(moment_parse(cases[i].text, &ms), "%s", cases[i].text);
        ck_assert_msg(ms == cases[i].ms, "%s: %lld", cases[i].text, (long long)ms);
    }
}
END_TEST

START_TEST(what_is_no_moment_is_refused)
{
    static const char *const texts[] = {
        "",
        "2009-03-02",
        "2009-03-02T09:01:14",
        "2009-03-02T09:01:14+1:00",
        "2009-03-02T09:01:14+01",
        "2009-03-02T09:01:14+0100",
        "2009-03-02T09:01:14+24:00",
        "2009-03-02T09:01:14+01:60",
        "2009-03-02T24:00:00Z",
        "2009-03-02T09:60:00Z",
        "2009-03-02T09:01:60Z",
        "2009-03-02T09:01:61Z",
        "2009-03-02T09:01:14.Z",
        "2009-03-02T09:01:14.1234567890Z",
        "2009-13-02T09:01:14Z",
        "2009-00-02T09:01:14Z",
        "2009-02-29T09:01:14Z",
        "1900-02-29T09:01:14Z",
        "2009-03-00T09:01:14Z",
        "0000-03-01T09:01:14Z",
        "09-03-02T09:01:14Z",
        "2009-03-02T09:01:14Zx",
        "2009-03-02X09:01:14Z",
        " 2009-03-02T09:01:14Z",
        "2009-03-02T09:01:14,5Z",
        "+009-03-02T09:01:14Z",
    };
    int64_t ms = 7;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        ck_assert_msg(!moment_parse(texts[i], &ms), "%s", texts[i]);
    ck_assert(!moment_parse(NULL, &ms));
    ck_assert_int_eq(ms, 7);
}
END_TEST

START_TEST(dates_and_times_are_exact)
{
    ck_assert(date_is_valid("2024-02-29"));
    ck_assert(!date_is_valid("2023-02-29"));
    ck_assert(!date_is_valid("2024-2-9"));
    ck_assert(!date_is_valid("2024-02-29T"));
    ck_assert(!date_is_valid("29.02.2024"));
    ck_assert(!date_is_valid(NULL));
    ck_assert(time_is_valid("00:00"));
    ck_assert(time_is_valid("23:59"));
    ck_assert(!time_is_valid("24:00"));
    ck_assert(!time_is_valid("23:60"));
    ck_assert(!time_is_valid("9:00"));
    ck_assert(!time_is_valid("09:00:00"));
    ck_assert(!time_is_valid(NULL));
}
END_TEST

SUITE("stamp", a_stamp_has_one_place_in_the_order, milliseconds_are_bounded_and_never_wrapped, stamps_grow_whatever_the_clock_does,
      a_stamp_from_the_future_is_clamped_into_the_present, the_order_within_a_log_survives_the_clamp, moments_of_every_year_go_both_ways,
      every_day_follows_the_one_before, rfc_3339_is_read_in_all_its_forms, what_is_no_moment_is_refused, dates_and_times_are_exact)
