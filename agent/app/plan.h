// SPDX-License-Identifier: Apache-2.0
/* The plan: every activity with what came of it so far.
 *
 * Here:      activities by date with their counts; one activity's people.
 * Not here:  the rules of counting (protocol/attendance.h, by report.h), changing the plan (edit.h), one day (day.h).
 * Cost       plan_read counts everything once (report_create): linear in what the device holds. 0.3 s for a coordinator's 100,000 marks;
 *            10 ms for the 2,000 of a tablet, which holds its own municipality.
 */
#ifndef AGENT_APP_PLAN_H
#define AGENT_APP_PLAN_H

#include "agent/app/names.h"

struct plan_activity {
    const char *id, *code, *title, *kind, *mode; /* "" when not told, as all texts here */
    const char *programme, *programme_name;      /* id; its code stands in for a name it has not */
    const char *municipality, *municipality_name, *municipality_cyrillic;
    const char *starts_on, *ends_on;
    int64_t planned;                       /* -1: not told */
    uint64_t sessions, enrolled, reached;  /* role participant, each person once */
};
/* By first day, then code; those without a day come last. In the arena. */
bool plan_read(struct store *store, struct arena *arena, const struct plan_activity **ret, size_t *ret_count, struct error *err);

enum { PLAN_ROLES_MAX = 6 };
struct plan_person {
    const char *id, *ref, *name, *organisation;
    const char *roles[PLAN_ROLES_MAX]; /* by word */
    size_t role_count;
};
/* Who is enrolled in the activity (id), by name in any script; removed people and enrolments left out. In the arena. */
bool plan_people(struct store *store, struct arena *arena, const char *activity, const struct plan_person **ret, size_t *ret_count,
                 struct error *err);

#endif
