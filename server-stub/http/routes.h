// SPDX-License-Identifier: Apache-2.0
/* The routes: one table, and what each of them does with a request that has passed the gate.
 *
 * Here:      POST /v1/sync, POST /v1/enrol, GET /healthz, GET /metrics.
 * Not here:  libmicrohttpd (http.c), what a request must be to get here (protocol/gate.h), the domain (server-stub/app).
 */
#ifndef HTTP_ROUTES_H
#define HTTP_ROUTES_H

#include "protocol/gate.h"
#include "server-stub/app/server.h"
#include "server-stub/http/http.h"

enum { HTTP_ROUTE_COUNT = 4 };
extern const struct gate_route http_routes[HTTP_ROUTE_COUNT];

struct http_call {
    struct server *server;
    struct span body;
    const char *peer; /* what rate limits count by */
    bool from_loopback;
    struct http_counters counters;
};
struct http_answer {
    unsigned status;
    const char *media_type;
    const char *allow;      /* methods, with 405; else NULL */
    unsigned retry_after_s; /* 0: not told */
    struct bytes body;      /* bytes_clear() ends it */
};

/* route: an index into http_routes. The answer is always filled; a failure's body is one line of text/plain. */
void http_route_run(size_t route, const struct http_call *call, struct http_answer *ret);
/* A refusal: one line of text/plain. `target` finds the methods for a 405; NULL elsewhere. */
void http_refusal(unsigned status, const char *reason, const char *target, struct http_answer *ret);
/* Prometheus text format. No label but the answers' status class: nothing that names a device or a person. */
bool http_metrics(struct bytes *out, struct server *server, const struct http_counters *http);

#endif
