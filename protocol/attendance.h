// SPDX-License-Identifier: Apache-2.0
/* Counting people: reached, completed, unique, disaggregated. One rule for tablet, laptop and server.
 *
 * Here:      what attends, how many minutes, who completed, who is one person; the counters of a report.
 * Not here:  reading rows (stores hand them in), showing numbers.
 *
 * Rules   present and late attend. Minutes: those of the mark with its seconds, else the session's length. Completed = attended at least
 *         min_minutes_pct per cent of the activity's minutes (exact integers, no rounding). A person is counted once, however often listed:
 *         people joined by person_link "same" are one. Only role participant counts, unless asked otherwise.
 *         Removed rows do not count. A mark of somebody not enrolled is a participation without a role: counted as participant,
 *         and told of.
 *         Rows of one person who is written down twice: the smallest id that says anything (sex, year, home) is believed; two marks of
 *         them in one session are one participation, with the longer of the minutes. What refers to an activity or session
 *         that was not handed in does not count.
 * Cost    linear in what is handed in; a tally, in what belongs to its activities.
 */
#ifndef PROTOCOL_ATTENDANCE_H
#define PROTOCOL_ATTENDANCE_H

#include <stdint.h>

#include "protocol/arena.h"
#include "protocol/error.h"

bool status_attends(const char *status);

enum age_group { AGE_UNKNOWN, AGE_UNDER_25, AGE_25_TO_54, AGE_OVER_54, AGE_GROUPS };
enum sex_group { SEX_UNKNOWN, SEX_FEMALE, SEX_MALE, SEX_OTHER, SEX_GROUPS };   /* undisclosed counts as unknown */
enum age_group age_group_of(int64_t birth_year, int64_t year);   /* birth_year 0: unknown */
enum sex_group sex_group_of(const char *sex);

/* Hand the rows in, in this order: activities, sessions, people, links, enrolments, marks. Ids are copied. */
struct count;
struct count *count_create(void);
void count_destroy(struct count *count);
bool count_activity(struct count *count, const char *id, int64_t min_minutes_pct, int64_t planned, int64_t year);
bool count_session(struct count *count, const char *id, const char *activity, int64_t minutes);
bool count_person(struct count *count, const char *id, const char *sex, int64_t birth_year, const char *municipality);
bool count_link(struct count *count, const char *person, const char *also);       /* "same" only */
bool count_enrolment(struct count *count, const char *activity, const char *person, const char *role);
/* minutes < 0: not told */
bool count_mark(struct count *count, const char *session, const char *person, const char *status, int64_t minutes);
/* The same for a mark that may tell seconds beyond its minutes; they count for nothing where no minutes are told. */
bool count_mark_exactly(struct count *count, const char *session, const char *person, const char *status, int64_t minutes, int64_t seconds);

struct tally {
    uint64_t planned, enrolled, reached, completed, dropped_out, participations;
    uint64_t person_minutes;   /* whole ones of the sum */
    uint64_t reached_by[SEX_GROUPS][AGE_GROUPS], completed_by[SEX_GROUPS][AGE_GROUPS];
    uint64_t not_enrolled;     /* reached without an enrolment */
};
/* role: "participant", another role, or NULL for all. False: unknown activity. A tally notes things inside the count while it runs: one at
 * a time. `enrolled` counts people with the role, `not_enrolled` those who attended an activity in which they have no role at all. */
bool count_tally_activity(struct count *count, const char *activity, const char *role, struct tally *ret);
/* The same over a set of activities, each person once (completed: completed at least one of them; age in the year of the first reached). */
bool count_tally_set(struct count *count, const char *const *activities, size_t n, const char *role, struct tally *ret);
/* The same, of people whose home municipality is this one; NULL: all. */
bool count_tally_home(struct count *count, const char *const *activities, size_t n, const char *role, const char *municipality,
                      struct tally *ret);
bool count_failed(const struct count *count);   /* no memory on the way: no number may be shown */

#endif
