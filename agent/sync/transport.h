// SPDX-License-Identifier: Apache-2.0
/* The transport port: one request, one answer, by whatever road.
 *
 * Here:      the shape. Adapters: agent/system/http.c (libcurl), tests/world (simulated network).
 * Not here:  what is sent.
 */
#ifndef AGENT_SYNC_TRANSPORT_H
#define AGENT_SYNC_TRANSPORT_H

#include "protocol/bytes.h"
#include "protocol/error.h"

struct transport {
    /* Sends `request` to `path` ("/v1/sync", "/v1/enrol") and waits for the whole answer, which is then the caller's.
     * True only for a complete answer that may be ours (HTTP 200 with our media type); whether it verifies is asked later.
     * ERROR_OFFLINE, ERROR_RETRY (*ret_retry_after_ms), ERROR_REFUSED, ERROR_LIMIT, ERROR_INTERRUPTED. */
    bool (*exchange)(void *self, const char *url, const char *path, struct span request, struct bytes *ret_reply,
                     int64_t *ret_retry_after_ms, struct error *err);
    void *self;
};

#endif
