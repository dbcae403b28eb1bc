// SPDX-License-Identifier: Apache-2.0
/* Who may talk to the page: this machine's person, through a browser that loaded it from us, or a program of theirs with the token.
 *
 * Here:      what a request's Origin, fetch metadata and token must be. Pure.
 * Not here:  the request's form and its Host (protocol/gate.h), who holds the tablet and the lock (agent/app).
 * Why        any page on the web may make this machine's browser ask 127.0.0.1. It cannot read the token, which travels in a header that
 *            only our own script sets; the rest stands behind that as a second wall.
 * Source     Fetch Metadata Request Headers (W3C), "Sec-Fetch-Site", "Sec-Fetch-Mode"; RFC 6454 (Origin).
 */
#ifndef AGENT_PAGE_GUARD_H
#define AGENT_PAGE_GUARD_H

#include "protocol/gate.h"

enum { GUARD_TOKEN_SIZE = 43 }; /* 256 bits in base64url, without padding */

/* The doors: what is behind them. */
enum guard_door {
    GUARD_SHELL, /* the page itself, with nobody's data: a person may come from a bookmark, a link or the launcher */
    GUARD_API,   /* everything else: the token */
};
enum guard_verdict { GUARD_PASS, GUARD_NO_TOKEN = 401, GUARD_FOREIGN = 403 };
/* The rules, in the order they are checked:
 *   Origin          at most one; where it is, exactly ours
 *   Sec-Fetch-Site  at most one; "same-origin", or none of it (programs); at the shell also "none" and any site when a document is opened
 *                   at the top (Sec-Fetch-Mode navigate, Sec-Fetch-Dest document)
 *   writing         any method but GET and HEAD: our Origin or "same-origin" must be there
 *   Teren-Token     at the API: exactly one, ours, compared in constant time
 * origin: "http://127.0.0.1:PORT"; token: GUARD_TOKEN_SIZE characters. *ret_reason: what was wrong, for the answer. */
enum guard_verdict guard_check(const struct gate_request *request, enum guard_door door, const char *origin, const char *token,
                               const char **ret_reason);
/* The one header of this name, whatever its case; NULL: none, or more than one. */
const struct gate_header *guard_header(const struct gate_request *request, const char *name);

#endif
