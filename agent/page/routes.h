// SPDX-License-Identifier: Apache-2.0
/* Everything that the page's address answers to, in one table.
 *
 * Here:      the API's tables, the files, the words and the API's description, as the gate wants them.
 * Not here:  sockets (serve.c), what a request must be (protocol/gate.h, guard.h).
 */
#ifndef AGENT_PAGE_ROUTES_H
#define AGENT_PAGE_ROUTES_H

#include "agent/page/call.h"
#include "protocol/gate.h"

enum { ROUTES_MAX = 256 };

struct served;
struct routes {
    struct gate_route *gates; /* for gate_check() */
    struct served *served;    /* beside them */
    size_t count;
};
/* In the arena. */
bool routes_make(struct arena *arena, struct routes *ret, struct error *err);
/* The API's route; NULL: something that needs no token. */
const struct page_route *routes_api(const struct routes *routes, size_t index);
/* The body of what is no API: *ret_borrowed lives on, or *ret_made is the caller's to clear. *ret_media_type of it. */
bool routes_shell(const struct routes *routes, size_t index, struct span *ret_borrowed, struct bytes *ret_made, const char **ret_media_type,
                  struct error *err);
/* The methods of a path, for the Allow of a 405; "" none. */
void routes_allow(const struct routes *routes, const char *target, char *ret, size_t size);

#endif
