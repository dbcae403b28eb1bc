// SPDX-License-Identifier: Apache-2.0
/* Bytes in base64 (RFC 4648, section 4), as a page sends and gets files.
 *
 * Here:      bytes -> text, text -> bytes.
 * Not here:  hex and base32 (bytes.h), tokens.
 */
#ifndef PROTOCOL_BASE64_H
#define PROTOCOL_BASE64_H

#include "protocol/arena.h"
#include "protocol/bytes.h"

/* With padding. NULL: no memory. */
char *base64_text(struct arena *arena, struct span bytes);
/* In the arena; refuses anything but the one text that base64_text would have made. False for no memory, too. */
bool base64_read(struct arena *arena, const char *text, struct span *ret);

#endif
