// SPDX-License-Identifier: Apache-2.0
/* HTTP in front of the app: libmicrohttpd, kept on a short lead.
 *
 * Here:      start, look after, stop; limits of connections, memory and time.
 * Not here:  the domain (server-stub/app), signals and the life of the process (server-stub/cli/serve.c).
 * Promise:   no route sees a request that protocol/gate.h did not pass. A stop lets running requests finish, up to a deadline.
 * Source     protocol/gate.h tells what the library lets through; its time-out is idle time only, so deadlines are ours (connections.h).
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/error.h"
#include "protocol/port.h"

struct server;
struct http_server;

enum {
    HTTP_CONNECTIONS_MAX = 1024,
    HTTP_CONNECTIONS_PER_PEER_MAX = 256,      /* a municipality's tablets may share one address */
    HTTP_CONNECTION_BYTES = 16 * 1024,        /* what the library may take for one request's head */
    HTTP_BODIES_BYTES_MAX = 64 * 1024 * 1024, /* of all bodies being received at one time; over it: 503 */
    HTTP_STACK_BYTES = 2 * 1024 * 1024,
    HTTP_IDLE_S = 30,                     /* between two bytes, or two requests */
    HTTP_HEAD_MS_MAX = 20 * 1000,         /* from the connection's first moment to the end of the head */
    HTTP_BODY_MS_MAX = 30 * 1000,         /* for a body, and again for its answer, plus ... */
    HTTP_BODY_BYTES_PER_S_MIN = 2 * 1024, /* ... a second for each of these: half of a 40 kbit/s line */
    HTTP_RETRY_AFTER_S = 30,
    HTTP_RETRY_AFTER_BUSY_S = 5,
};

struct http_options {
    const char *listen;                           /* "127.0.0.1:8470" */
    const char *tls_cert, *tls_key;               /* PEM files; both or neither */
    bool behind_proxy;                            /* plain HTTP on an address that others can reach is meant */
    const char *const *hosts;                     /* Host values to answer to, as gate.h has them, ended by NULL; NULL: loopback's names
                                                   * where it listens in clear with no proxy in front, else any single well-formed one */
    bool verbose;                                 /* a line for every request; else for refusals and failures only */
    void (*log)(void *context, const char *line); /* from any thread; no bodies, names, addresses, codes */
    void *log_context;
    struct clock_port clock;
};
struct http_counters {
    uint64_t connections, active, answers[6]; /* by status / 100 */
};

/* The server must outlive it. On success *ret is the caller's: http_server_stop() ends it. */
bool http_server_start(struct server *server, const struct http_options *options, struct http_server **ret, struct error *err);
/* "http://127.0.0.1:8470", with the port that 0 became. */
const char *http_server_url(const struct http_server *http);
/* Cuts connections that are past their deadline; call it about once a second. */
void http_server_tick(struct http_server *http);
/* Stops listening, lets running requests finish for at most `wait_ms`, closes, frees. NULL is fine. */
void http_server_stop(struct http_server *http, int64_t wait_ms);

#endif
