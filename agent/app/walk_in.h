// SPDX-License-Identifier: Apache-2.0
/* Somebody at the door who is not on the roster.
 *
 * Here:      person, enrolment and mark as one undoable step.
 * Not here:  is it one of those who are known (similar.h)?
 */
#ifndef AGENT_APP_WALK_IN_H
#define AGENT_APP_WALK_IN_H

#include "agent/app/edit.h"
#include "agent/app/mark.h"

struct walk_in {
    const char *session;             /* code or id */
    const char *person;              /* somebody known: code or id; NULL: somebody new, as `values` say */
    const struct edit_value *values; /* fields of a person, as typed */
    size_t value_count;
    const char *status;
    const char *author;
    const char **ret_wrong;          /* may be NULL: the field that was refused, if it was one */
};
/* Enrols as a participant in the session's activity whoever is not enrolled in it in any role, and marks. ret_person: their id. */
bool walk_in_write(struct store *store, const struct walk_in *walk_in, const struct clock_port *clock, char ret_person[ROW_ID_SIZE],
                   struct mark_told *ret, struct error *err);

#endif
