// SPDX-License-Identifier: Apache-2.0
/* A look over this device: is anything in the way of recording or of delivering?
 *
 * Here:      one check after the other, each with what a person can do.
 * Not here:  the store's own depth (store_verify, `teren verify`).
 */
#ifndef AGENT_APP_DOCTOR_H
#define AGENT_APP_DOCTOR_H

#include "agent/app/status.h"

enum doctor_verdict { DOCTOR_GOOD, DOCTOR_NOTE, DOCTOR_BAD };
struct doctor_finding {
    const char *check; /* "disk", "clock", ... */
    enum doctor_verdict verdict;
    char says[ERROR_CAUSE_BYTES];
    char remedy[ERROR_REMEDY_BYTES];
};
/* Returns how many findings are bad. */
unsigned doctor_look(const struct status *status, const char *home, void (*each)(void *context, const struct doctor_finding *finding),
                     void *context);

#endif
