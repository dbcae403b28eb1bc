// SPDX-License-Identifier: Apache-2.0
/* A moment or a duration as a meeting program writes it into a cell.
 *
 * Here:      taking one cell apart, and the evidence on whether the day or the month comes first.
 * Not here:  which cells are moments (readers), time zones.
 */
#ifndef PROTOCOL_WEBINAR_MOMENT_H
#define PROTOCOL_WEBINAR_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/error.h"
#include "protocol/webinar.h"

struct webinar_moment {
    bool has_date;
    bool is_sure;              /* the order is plain: first is the month, second the day */
    bool is_shouted;           /* "AM", "PM" in capitals: an American habit */
    int16_t year;
    uint8_t first, second;     /* of the two numbers that may be day and month */
    int32_t ms_of_day;
};

/* The whole cell is a date with a time, or a time alone. */
bool webinar_moment_parse(const char *text, struct webinar_moment *ret);
/* "1h 2m 3s", "1 hr 2 min", "01:02:03", "62" (minutes); units in the languages that were seen. */
bool webinar_duration_parse(const char *text, int64_t *ret_ms);
/* Milliseconds as if UTC; false: no such day, or no date and none in `day` (YYYY-MM-DD, may be NULL). */
bool webinar_moment_ms(const struct webinar_moment *moment, enum webinar_order order, const char *day, int64_t *ret_ms);

/* What many moments together say about the order. */
struct webinar_dates {
    bool day_first, month_first;      /* a number over 12 said so */
    bool is_open;                     /* some date reads differently in the two orders */
    bool is_shouted;
    bool has_any;
    struct webinar_moment any;        /* the first one with a date */
};
void webinar_dates_note(struct webinar_dates *dates, const struct webinar_moment *moment);

#endif
