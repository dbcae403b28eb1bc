// SPDX-License-Identifier: Apache-2.0
/* Enrolling by being there: whoever comes to a session takes part in its activity.
 *
 * Here:      the one rule for it, as a draft for steps that say more: a walk-in, a webinar.
 * Not here:  enrolling by hand (edit.h), enrolling a device (agent/sync/enrol.h).
 */
#ifndef AGENT_APP_ENROLMENT_H
#define AGENT_APP_ENROLMENT_H

#include "agent/store/store.h"

/* As a participant, unless the person has a role in the activity already, whatever it is: then ret->entity is NULL, and there is nothing
 * to write. person: an id, or "@K" for somebody whom the same step makes. In the arena. */
bool enrolment_draft(struct store *store, struct arena *arena, const char *activity, const char *person, struct draft *ret,
                     struct error *err);

#endif
