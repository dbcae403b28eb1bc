// SPDX-License-Identifier: Apache-2.0
/* Enrolment: a one-time code turns this device's log into one that the server knows.
 *
 * Here:      ask, verify, remember.
 * Not here:  making codes (the server), typing them (agent/cli).
 * Promise:   asking again with the same code after a lost answer gives the same enrolment. A server whose key does not fit the code's
 *            last six characters is refused before anything is remembered. A device that has a server is never handed to another one.
 */
#ifndef AGENT_SYNC_ENROL_H
#define AGENT_SYNC_ENROL_H

#include "agent/store/store.h"
#include "agent/sync/transport.h"

#define ENROL_PATH "/v1/enrol"

struct enrol_options {
    const char *url;         /* "https://..." without a path */
    const char *code;        /* as typed */
    const char *agent;       /* "teren 0.1.0" */
    const char *device_kind; /* "tablet", "laptop", "" */
};
/* ret_device: the name that the server gave. Errors: ERROR_INVALID (code), ERROR_REFUSED (used, too old, unknown), the transport's. */
bool sync_enrol(struct store *store, const struct transport *transport, const struct enrol_options *options,
                char ret_device[CODE_BYTES_MAX + 1], struct error *err);

#endif
