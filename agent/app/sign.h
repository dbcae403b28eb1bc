// SPDX-License-Identifier: Apache-2.0
/* Signing for one's attendance.
 *
 * Here:      a drawing becomes part of the mark; taking it away; reading it.
 * Not here:  the drawing's form (protocol/signature.h), marking (mark.h).
 * Rule       Whoever signs was there: somebody unmarked is marked present in the same step. A mark that says otherwise is left alone, and a
 *            note tells of it.
 */
#ifndef AGENT_APP_SIGN_H
#define AGENT_APP_SIGN_H

#include "agent/app/mark.h"
#include "protocol/signature.h"

struct sign {
    const char *session, *person;       /* codes or ids */
    const struct signature *signature;  /* as drawn; without a stroke: takes the signature away */
    const char *author;
};
bool sign_write(struct store *store, const struct sign *sign, const struct clock_port *clock, struct mark_told *ret, struct error *err);
/* In the arena. ERROR_NOT_FOUND when this person has not signed. */
bool sign_read(struct store *store, struct arena *arena, const char *session, const char *person, struct signature *ret,
               struct error *err);

#endif
