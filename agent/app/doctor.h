// SPDX-License-Identifier: Apache-2.0
/* A look over this device: is anything in the way of recording or of delivering?
 *
 * Here:      one check after the other, each with what a person can do.
 * Not here:  each thing that is wrong in the store (`teren verify` names them).
 */
#ifndef AGENT_APP_DOCTOR_H
#define AGENT_APP_DOCTOR_H

#include "agent/app/status.h"

enum doctor_verdict { DOCTOR_GOOD, DOCTOR_NOTE, DOCTOR_BAD };
struct doctor_finding {
    const char *check; /* "disk", "clock", ... */
    enum doctor_verdict verdict;
    enum error_kind kind; /* of a bad one: what the program ends with */
    char says[ERROR_CAUSE_BYTES];
    char remedy[ERROR_REMEDY_BYTES];
};
/* Returns the kind of the first bad finding; ERROR_NONE when there is none. */
enum error_kind doctor_look(struct store *store, const struct status *status, const char *home,
                            void (*each)(void *context, const struct doctor_finding *finding), void *context);

#endif
