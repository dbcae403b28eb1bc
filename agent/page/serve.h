// SPDX-License-Identifier: Apache-2.0
/* The tablet's page, served on loopback from the loop of `teren run`.
 *
 * Here:      start, what to poll, going on, stop; limits of connections, memory and time.
 * Not here:  the loop (agent/cli/run.c), routes (route_*.c), who may come (guard.h), the library (library.h).
 * Promise:   no thread, no waiting: serve_go_on() does what there is to do and returns. No route sees a request that protocol/gate.h and
 *            guard.h did not pass.
 */
#ifndef AGENT_PAGE_SERVE_H
#define AGENT_PAGE_SERVE_H

#include "agent/page/call.h"

enum {
    SERVE_PORT = 47110,                /* by preference: a person may keep a bookmark */
    SERVE_PORT_PREFERRED = -1,         /* SERVE_PORT, else any free one */
    SERVE_CONNECTIONS_MAX = 32,        /* a browser opens six */
    SERVE_CONNECTIONS_KEPT = 24,       /* over it those that have idled longest are closed, so that the next one finds a place */
    SERVE_CONNECTION_BYTES = 32 * 1024, /* what the library may take for one request's head */
    SERVE_BODIES_BYTES_MAX = 32 * 1024 * 1024, /* of all bodies being received at one time; over it: 503 */
    SERVE_HEAD_MS_MAX = 10 * 1000,     /* from a request's first byte to the end of its head */
    SERVE_BODY_MS_MAX = 30 * 1000,     /* for a body, and again for its answer: nothing is far on loopback */
    SERVE_IDLE_MS_MAX = 60 * 1000,     /* between two requests of a connection */
    SERVE_TRIM_BYTES = 256 * 1024,     /* after a body or an answer over this, memory goes back to the system */
};

struct serve;
/* port: SERVE_PORT_PREFERRED, 0 any free one, or that one alone. token: GUARD_TOKEN_SIZE characters, copied. The world must outlive it.
 * ERROR_BUSY when the port is taken. */
bool serve_start(const struct page_world *world, int port, const char *token, struct serve **ret, struct error *err);
int serve_port(const struct serve *serve);
/* From now on only this one is taken. */
void serve_change_token(struct serve *serve, const char *token);
int serve_descriptor(const struct serve *serve); /* poll it for POLLIN; -1 for NULL */
/* How long poll may wait for the page's sake; -1: as long as nothing comes. NULL is fine. */
int serve_wait_ms(struct serve *serve);
/* Takes, reads, runs, answers, cuts what is past its deadline: as much as there is, without waiting. NULL is fine. */
void serve_go_on(struct serve *serve);
void serve_stop(struct serve *serve); /* NULL is fine */

#endif
