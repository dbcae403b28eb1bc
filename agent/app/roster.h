// SPDX-License-Identifier: Apache-2.0
/* The roster of one session: everybody enrolled in its activity, and everybody marked without.
 *
 * Here:      one entry for each person, with the mark that stands and, where two said otherwise, what each said.
 * Not here:  marking (mark.h), signing (sign.h), showing.
 * Rules      Whoever has several roles is one entry. Removed people and enrolments do not show unless they were marked. A *walk-in* is who
 *            was marked and is not enrolled: one added at the door through walk_in.h is enrolled by that very step, and on the roster from
 *            then on like all the others.
 */
#ifndef AGENT_APP_ROSTER_H
#define AGENT_APP_ROSTER_H

#include "agent/store/store.h"

struct said_value {
    const char *value;  /* raw: a word, digits, a text */
    const char *device; /* its name */
    const char *author; /* a person's name; "" not known here */
    int64_t at_ms;
    bool stands;
};
struct said {
    const char *entity, *row, *field;
    struct said_value *values; /* what stands first, then the latest; equal ones once */
    size_t count;
};
/* Everything of one row that is in conflict, in the arena. */
bool said_read(struct store *store, struct arena *arena, const struct row *row, struct said **ret, size_t *ret_count, struct error *err);

struct roster_person {
    const char *id, *ref, *name, *organisation, *position, *municipality, *municipality_cyrillic, *sex; /* "" none */
    const char *role;          /* "" not enrolled */
    bool enrolled, is_signed;
    const char *status, *note; /* "" unmarked, none */
    int64_t minutes;           /* -1 not told */
    int64_t at_ms;             /* of the mark; 0 unmarked */
    struct said *conflicts;
    size_t conflict_count;
    const char *folded;        /* the name as it is sorted and searched by */
};
struct roster {
    struct roster_person *people; /* by folded name */
    size_t count;
};
/* session, activity: ids. In the arena. */
bool roster_read(struct store *store, struct arena *arena, const char *session, const char *activity, struct roster *ret,
                 struct error *err);
/* One person of it. ERROR_NOT_FOUND when neither enrolled nor marked. */
bool roster_read_person(struct store *store, struct arena *arena, const char *session, const char *activity, const char *person,
                        struct roster_person *ret, struct error *err);

#endif
