// SPDX-License-Identifier: Apache-2.0
/* The transport port over HTTP(S), by libcurl.
 *
 * Here:      one POST with our media type, its answer, what it cost in bytes.
 * Not here:  what is sent; when to try again.
 * Rules      HTTPS, or plain HTTP to loopback only; no redirects; only 200 with our media type may be ours, everything else is a portal:
 *            ERROR_OFFLINE; 408 425 429 5xx: ERROR_RETRY.
 * Why dlopen libcurl brings 30 more libraries: 7 MB and 9 ms at every start, measured. Most commands never talk to the network, so it is
 *            opened at the first exchange, and `teren run` does that in a child that goes again (courier.h).
 */
#ifndef AGENT_SYSTEM_HTTP_H
#define AGENT_SYSTEM_HTTP_H

#include "agent/sync/transport.h"

struct http;
/* ca_file: PEM of whom to trust instead of the system's list; NULL: the system's. Copied. NULL: no memory. */
struct http *http_create(const char *ca_file);
void http_destroy(struct http *http);
struct transport http_transport(struct http *http);

/* Bytes on the wire so far, HTTP headers counted, TLS and TCP not. */
struct http_traffic {
    uint64_t sent, received, exchanges;
};
struct http_traffic http_traffic(const struct http *http);

/* True for https://, and http:// to a loopback address; ERROR_USAGE with what to do. */
bool http_url_is_allowed(const char *url, struct error *err);

#endif
