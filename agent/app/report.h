// SPDX-License-Identifier: Apache-2.0
/* Figures: planned against achieved, per activity and per programme.
 *
 * Here:      all that counts, handed from the store to the counter; the activities in the order they were made.
 * Not here:  the rules of counting (protocol/attendance.h), tables (agent/cli), files (export.h).
 */
#ifndef AGENT_APP_REPORT_H
#define AGENT_APP_REPORT_H

#include "agent/store/store.h"
#include "protocol/attendance.h"

struct report_activity {
    const char *id, *code, *title, *programme, *municipality; /* "" when not told */
    struct stamp made;
};
struct report;
/* Reads and counts everything. *ret is the caller's. */
bool report_create(struct store *store, struct report **ret, struct error *err);
void report_destroy(struct report *report); /* NULL is fine */
size_t report_activity_count(const struct report *report);
const struct report_activity *report_activity(const struct report *report, size_t index); /* in the order they were made */
/* role NULL: participant; "all": whoever came. */
bool report_tally(const struct report *report, size_t index, const char *role, struct tally *ret);
/* Over all activities of one programme (id), or of all (NULL): each person once. */
bool report_tally_programme(const struct report *report, const char *programme, const char *role, struct tally *ret, struct error *err);

uint64_t tally_reached_of_sex(const struct tally *tally, enum sex_group sex);
uint64_t tally_reached_of_age(const struct tally *tally, enum age_group age);

#endif
