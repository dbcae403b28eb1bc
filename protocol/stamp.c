// SPDX-License-Identifier: Apache-2.0
/* When a change was made: the hybrid logical clock, and moments as text.
 *
 * Here:      comparing, ticking, clamping; dates and moments to and from text (proleptic Gregorian calendar, UTC).
 * Not here:  reading a clock, time zones with names.
 */
#include "protocol/stamp.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "protocol/limits.h"

static const int64_t stamp_ms_max = (INT64_C(1) << 48) - 1;
static const int64_t moment_ms_max = INT64_C(253402300799999); /* 9999-12-31T23:59:59.999Z */
enum { DAY_SECONDS = 86400, COUNTER_BITS = 16, FRACTION_DIGITS_MAX = 9 };

uint64_t stamp_time_of_ms(int64_t ms)
{
    if (ms < 0)
        ms = 0;
    if (ms > stamp_ms_max)
        ms = stamp_ms_max;
    return (uint64_t)ms << COUNTER_BITS;
}

int64_t stamp_ms(uint64_t time)
{
    return (int64_t)(time >> COUNTER_BITS);
}

int stamp_compare(struct stamp a, struct stamp b)
{
    if (a.time != b.time)
        return a.time < b.time ? -1 : 1;
    return a.log == b.log ? 0 : a.log < b.log ? -1 : 1;
}

bool stamp_is_later(struct stamp a, struct stamp b)
{
    return stamp_compare(a, b) > 0;
}

bool stamp_is_none(struct stamp a)
{
    return a.time == 0 && a.log == 0;
}

/* The time after `time`. The very last one, in the year 10889, has none after it and stays. */
static uint64_t time_after(uint64_t time)
{
    return time < UINT64_MAX ? time + 1 : time;
}

uint64_t stamp_tick(uint64_t last, int64_t wall_ms)
{
    uint64_t now = stamp_time_of_ms(wall_ms);

    return now > last ? now : time_after(last);
}

uint64_t stamp_effective(uint64_t raw, uint64_t previous_effective, int64_t now_ms)
{
    int64_t latest_ms = now_ms < stamp_ms_max ? now_ms + STAMP_AHEAD_MS_MAX : stamp_ms_max;
    uint64_t latest = stamp_time_of_ms(latest_ms);
    uint64_t time = raw < latest ? raw : latest;

    return time > previous_effective ? time : time_after(previous_effective);
}

/* Days since 1970-01-01. Years are counted from March, so that the leap day is a year's last: H. Hinnant, chrono-Compatible
 * Low-Level Date Algorithms. Exact for every year from 0 on. */
static int64_t days_of_date(int year, int month, int day)
{
    int64_t y = month > 2 ? year : year - 1;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

/* Only for days >= 0, that is from 1970 on. */
static void date_of_days(int64_t days, int *ret_year, int *ret_month, int *ret_day)
{
    int64_t z = days + 719468;
    int64_t era = z / 146097, day_of_era = z % 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month = (int)((5 * day_of_year + 2) / 153);

    *ret_day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
    *ret_month = month < 10 ? month + 3 : month - 9;
    *ret_year = (int)(year_of_era + era * 400) + (*ret_month <= 2);
}

void moment_text(int64_t ms, char ret[MOMENT_TEXT_SIZE])
{
    int year, month, day;
    int64_t of_day;

    if (ms < 0)
        ms = 0;
    if (ms > moment_ms_max)
        ms = moment_ms_max;
    date_of_days(ms / 1000 / DAY_SECONDS, &year, &month, &day);
    of_day = ms % ((int64_t)DAY_SECONDS * 1000);
    snprintf(ret, MOMENT_TEXT_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", (unsigned)year % 10000, (unsigned)month % 100,
             (unsigned)day % 100, (unsigned)(of_day / 3600000) % 100, (unsigned)(of_day / 60000 % 60), (unsigned)(of_day / 1000 % 60),
             (unsigned)(of_day % 1000));
}

/* Exactly `count` digits at *at, moved past; -1 when there are other bytes. */
static int digits_read(const char **at, int count)
{
    int value = 0;

    for (int i = 0; i < count; i++, (*at)++) {
        if (**at < '0' || **at > '9')
            return -1;
        value = value * 10 + (**at - '0');
    }
    return value;
}

/* One byte of `among` at *at, moved past; false when another stands there. */
static bool byte_read(const char **at, const char *among)
{
    if (**at == '\0' || strchr(among, **at) == NULL)
        return false;
    (*at)++;
    return true;
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && is_leap);
}

static bool date_read(const char **at, int64_t *ret_days)
{
    int year, month, day;

    if ((year = digits_read(at, 4)) < 0 || !byte_read(at, "-") || (month = digits_read(at, 2)) < 0 || !byte_read(at, "-") ||
        (day = digits_read(at, 2)) < 0)
        return false;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month))
        return false;
    *ret_days = days_of_date(year, month, day);
    return true;
}

static bool time_read(const char **at, int *ret_minutes)
{
    int hours, minutes;

    if ((hours = digits_read(at, 2)) < 0 || !byte_read(at, ":") || (minutes = digits_read(at, 2)) < 0 || hours > 23 || minutes > 59)
        return false;
    *ret_minutes = hours * 60 + minutes;
    return true;
}

/* ":SS" and ".fraction" where they stand; what is finer than a millisecond is cut, never rounded into the next second. */
static bool seconds_read(const char **at, int *ret_seconds, int *ret_ms)
{
    int count = 0, ms = 0;

    *ret_seconds = 0;
    *ret_ms = 0;
    if (!byte_read(at, ":"))
        return true;
    if ((*ret_seconds = digits_read(at, 2)) < 0 || *ret_seconds > 60)
        return false;
    if (!byte_read(at, "."))
        return true;
    for (; **at >= '0' && **at <= '9'; (*at)++, count++) {
        if (count < 3)
            ms = ms * 10 + (**at - '0');
    }
    for (int i = count; i < 3; i++)
        ms *= 10;
    *ret_ms = ms;
    return count >= 1 && count <= FRACTION_DIGITS_MAX;
}

static bool offset_read(const char **at, int *ret_minutes)
{
    bool is_west;

    if (byte_read(at, "Zz")) {
        *ret_minutes = 0;
        return true;
    }
    is_west = **at == '-';
    if (!byte_read(at, "+-") || !time_read(at, ret_minutes))
        return false;
    if (is_west)
        *ret_minutes = -*ret_minutes;
    return true;
}

bool moment_parse(const char *text, int64_t *ret_ms)
{
    int64_t days, minutes;
    int of_day, seconds, ms, offset;

    if (text == NULL || !date_read(&text, &days) || !byte_read(&text, "Tt ") || !time_read(&text, &of_day) ||
        !seconds_read(&text, &seconds, &ms) || !offset_read(&text, &offset) || *text != '\0')
        return false;
    minutes = days * (DAY_SECONDS / 60) + of_day - offset;
    /* a leap second stands at the end of a UTC day only (RFC 3339, 5.7); it is the first moment of the next */
    if (seconds == 60 && (minutes + 1) % (DAY_SECONDS / 60) != 0)
        return false;
    *ret_ms = (minutes * 60 + seconds) * 1000 + ms;
    return true;
}

bool date_is_valid(const char *text)
{
    int64_t days;

    return text != NULL && date_read(&text, &days) && *text == '\0';
}

bool time_is_valid(const char *text)
{
    int minutes;

    return text != NULL && time_read(&text, &minutes) && *text == '\0';
}
