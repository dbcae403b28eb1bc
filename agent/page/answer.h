// SPDX-License-Identifier: Apache-2.0
/* The answer to one request of the page, from a route or instead of one.
 *
 * Here:      running a route into an answer, refusals, the status of an error.
 * Not here:  sockets and headers (serve.c), the routes.
 */
#ifndef AGENT_PAGE_ANSWER_H
#define AGENT_PAGE_ANSWER_H

#include "agent/page/call.h"

enum { ANSWER_LOCKED = 423 };

struct answer {
    unsigned status;
    const char *media_type;
    struct span borrowed; /* what lives on; used when body is empty */
    struct bytes body;    /* bytes_clear() ends it */
    bool has_changed;     /* something was recorded */
    bool is_idle_still;   /* the tablet was to lock and could not: it is no use of it */
};
struct question {
    const struct page_route *route;
    const struct catalogue *words;
    const char *query;    /* what follows '?' */
    struct span body;
    int64_t last_use_ms;  /* uptime, of the last question before this one */
};
/* Runs the route, unless the tablet is locked (423) or locks now, having lain there too long. What it wrote is the answer: with 200 when it
 * succeeded; with the error's status when it failed after it had written a whole object of its own (which then tells the error by
 * page_put_error). Else the error alone. */
void answer_run(const struct page_world *world, const struct question *question, struct answer *ret);
/* {"error": ...} in the caller's language. status 0: that of the error's kind. */
void answer_error(const struct catalogue *words, unsigned status, const struct error *err, struct answer *ret);
unsigned answer_status(enum error_kind kind);

#endif
