// SPDX-License-Identifier: Apache-2.0
/* Was a request's head cut short by a NUL on its way to us?
 *
 * Here:      looking at what stands between the pieces that the library gives out.
 * Not here:  everything that can be seen in the pieces themselves (protocol/gate.h).
 * Source     libmicrohttpd 0.9.75 gives out C strings: "GET /healthz<NUL>x" arrives as "/healthz", "Host: a<NUL>b" as "a". It parses the
 *            head in place, one buffer, and ends each piece by writing NUL over the byte that ended it. So nothing but NUL, white space and
 *            ':' may stand between one piece and the next; anything else was cut away. Pieces that do not follow each other in one buffer
 *            (another version of the library, a folded line) are not judged.
 */
#ifndef PROTOCOL_HEAD_H
#define PROTOCOL_HEAD_H

#include <stdbool.h>

#include "protocol/gate.h"

/* path: as handed to the route callback; target_size: of the raw target, which began there; buffer_bytes: what the library may take for one
 * head. */
bool head_was_cut(const char *path, size_t target_size, const char *version, const struct gate_header *headers, size_t header_count,
                  size_t buffer_bytes);

#endif
