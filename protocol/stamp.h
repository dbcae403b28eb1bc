// SPDX-License-Identifier: Apache-2.0
/* When a change was made, in an order that every side agrees on: a hybrid logical clock.
 *
 * Here:      comparing, ticking, learning, clamping.
 * Not here:  reading a clock (it is handed in, in ms since 1970-01-01 UTC).
 *
 * Shape   time = 48 bits of ms, then 16 bits of counter; ties are broken by the log's id.
 * Promise a log's stamps grow, whatever its wall clock does; a clock never makes anybody refuse data:
 *         the server works with the *effective* stamp, clamped into the present, order within the log kept.
 * Source  Kulkarni et al., Logical Physical Clocks (2014); protocol/README.md, "Stamps".
 */
#ifndef PROTOCOL_STAMP_H
#define PROTOCOL_STAMP_H

#include <stdbool.h>
#include <stdint.h>

struct stamp { uint64_t time; uint64_t log; };   /* {0,0}: none */

uint64_t stamp_time_of_ms(int64_t ms);       /* negative and over-large ms are bounded, never wrapped */
int64_t stamp_ms(uint64_t time);
int stamp_compare(struct stamp a, struct stamp b);   /* <0, 0, >0: time, then log */
bool stamp_is_later(struct stamp a, struct stamp b); /* a after b */
bool stamp_is_none(struct stamp a);

/* The next stamp time of a log whose last (given out or seen) was `last`. Never <= last. */
uint64_t stamp_tick(uint64_t last, int64_t wall_ms);
/* The effective time of a change: min(raw, now + STAMP_AHEAD_MS_MAX), but later than the log's previous effective one. */
uint64_t stamp_effective(uint64_t raw, uint64_t previous_effective, int64_t now_ms);

/* "2026-11-21T20:15:00.123Z" */
enum { MOMENT_TEXT_SIZE = 32 };
void moment_text(int64_t ms, char ret[MOMENT_TEXT_SIZE]);
/* RFC 3339 with an offset or Z, seconds and fraction optional; false when it is not one. */
bool moment_parse(const char *text, int64_t *ret_ms);
bool date_is_valid(const char *text);   /* YYYY-MM-DD, a day that exists */
bool time_is_valid(const char *text);   /* HH:MM, 00:00 to 23:59 */

#endif
