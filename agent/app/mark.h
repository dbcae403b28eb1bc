// SPDX-License-Identifier: Apache-2.0
/* Marking attendance: the one thing that must always work.
 *
 * Here:      one mark, as one undoable step.
 * Not here:  counting marks (report.h).
 */
#ifndef AGENT_APP_MARK_H
#define AGENT_APP_MARK_H

#include "agent/app/names.h"

struct mark {
    const char *session, *person;           /* codes or ids */
    const char *status;                     /* present late absent excused */
    const char *minutes, *at, *mode, *note; /* as typed; NULL: not told */
    const char *author;
};
/* A mark is a whole statement: what was said before about status and minutes no longer holds, and it counts as an assertion even when
 * it says what stood already ("I, too, say so"). */
bool mark_write(struct store *store, const struct mark *mark, const struct clock_port *clock, struct error *err);

#endif
