// SPDX-License-Identifier: Apache-2.0
/* One value of one field: nothing, a whole number, or text.
 *
 * Here:      the three kinds, equality, their place in canonical bytes.
 * Not here:  which values a field allows (entities.h).
 * Why three: lists and objects hide conflicts inside one field; a real number has no one form. Newer peers that need
 *            more put it into text.
 * Owner   `text` is borrowed: it lives in an arena or in the caller's hands.
 */
#ifndef PROTOCOL_VALUE_H
#define PROTOCOL_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/arena.h"
#include "protocol/bytes.h"

enum value_kind { VALUE_NONE = 0, VALUE_INTEGER = 1, VALUE_TEXT = 2 };
struct value { enum value_kind kind; int64_t integer; const char *text; };

struct value value_none(void);
struct value value_integer(int64_t integer);
struct value value_text(const char *text);   /* NULL gives none */
bool value_equal(struct value a, struct value b);
struct value value_copy(struct arena *arena, struct value value);
/* kind u8, then zigzag varint or text: one form for one value. */
bool value_write(struct bytes *out, struct value value);
bool value_read(struct arena *arena, struct reader *in, struct value *ret);   /* false on a bad kind, bad text, early end */

#endif
