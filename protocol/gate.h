// SPDX-License-Identifier: Apache-2.0
/* The HTTP request gate: what a request must be before any route looks at it.
 *
 * Here:      exactly one allowed Host; at most one Content-Length and never with Transfer-Encoding; method and path from an allow-list of
 *            bytes; body length known and capped; the table of routes.
 * Not here:  the HTTP library; what a route does.
 * Source     libmicrohttpd 0.9.75, tried: even strict it accepts two Hosts, differing Content-Lengths, Content-Length with
 *            Transfer-Encoding, NUL in headers, and cuts "/a%00b" to "/a". RFC 9112, sections 3.2 and 6.3.
 */
#ifndef PROTOCOL_GATE_H
#define PROTOCOL_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GATE_HEADERS_MAX = 64, GATE_HEADER_BYTES_MAX = 16 * 1024, GATE_TARGET_BYTES_MAX = 2048 };

struct gate_header { const char *name; size_t name_size; const char *value; size_t value_size; };
struct gate_route { const char *method, *path; uint32_t body_bytes_max; const char *media_type; /* of the body, NULL: none asked */ };
struct gate_request {
    const char *method;
    const char *target; size_t target_size;            /* raw, as on the request line, before any decoding */
    const struct gate_header *headers; size_t header_count;
};
enum gate_verdict {
    GATE_PASS,
    GATE_BAD_REQUEST = 400,
    GATE_NOT_FOUND = 404,
    GATE_METHOD = 405,
    GATE_LENGTH_REQUIRED = 411,
    GATE_TOO_LARGE = 413,
    GATE_MEDIA_TYPE = 415,
    GATE_MISDIRECTED = 421,
    GATE_HEADERS_TOO_LARGE = 431,
};
/* The rules, in the order they are checked:
 *   headers    at most GATE_HEADERS_MAX and GATE_HEADER_BYTES_MAX in all (431); names are tokens, values have no control but TAB
 *   target     '/' first; path of 0-9 A-Z a-z / _ . - without empty, "." or ".." segments (one '/' may end it); no '%' in it;
 *              an optional query of 0-9 A-Z a-z _ . ~ = & + * - and %XX, where XX is no control character; at most GATE_TARGET_BYTES_MAX
 *   Host       exactly one (400), among `hosts` whatever its case (421)
 *   length     at most one Content-Length, even when two are equal: digits alone, no leading zero; no Transfer-Encoding beside it (400),
 *              nor without it (411)
 *   route      the path before '?', exactly (404); the method, exactly; HEAD stands where GET does (405)
 *   body       GET, HEAD and DELETE have none (400); others say its length (411), at most the route's (413), with one Content-Type that is
 *              the route's, parameters aside, and no Content-Encoding: proxies alter it (415) */
/* hosts: allowed Host values with port, "name:*" for any port or none, ended by NULL; NULL: any single well-formed Host (a public server
 * behind a name).
 * On GATE_PASS *ret_route is the index of the route and *ret_body_bytes the declared length.
 * *ret_reason says what was wrong, for the answer's body; "" on GATE_PASS. */
enum gate_verdict gate_check(const struct gate_request *request, const struct gate_route *routes, size_t route_count,
                             const char *const *hosts, size_t *ret_route, uint64_t *ret_body_bytes, const char **ret_reason);

#endif
