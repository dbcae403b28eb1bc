// SPDX-License-Identifier: Apache-2.0
/* What all messages share: a small JSON head, deflated, and a list of parts.
 *
 * Here:      writing and reading heads, their keys, the parts.
 * Not here:  which keys there are, signatures (message.c).
 *
 * Shape   head   raw size varint | size varint | raw deflate (dictionary HEAD) of a JSON object
 *         parts  count varint, then per part: size varint, bytes; nothing after them
 *         64-bit numbers are written as JSON's signed ones, bit for bit. What is 0 or "" is left out, and read so when it is missing.
 * Errors  ERROR_CORRUPT, ERROR_LIMIT, ERROR_MEMORY.
 */
#ifndef PROTOCOL_ENVELOPE_H
#define PROTOCOL_ENVELOPE_H

#include "protocol/json.h"
#include "protocol/limits.h"

/* Where a request's fixed fields lie; a reply leans on them. */
enum { REQUEST_MAGIC_SIZE = 3, REQUEST_EPOCH_AT = 13, REQUEST_HEAD_AT = 21, REQUEST_INTRODUCTION_AT = 53, REQUEST_FIXED_SIZE = 54 };
#define REQUEST_MAGIC "TSQ"

bool head_put(json_t *head, const char *key, uint64_t number);              /* these two: false only without memory */
bool head_put_text(json_t *head, const char *key, const char *text);
/* These: false when the key is of another type or over its bound (or, for text, without memory); 0 or "" when it is not there. */
bool head_get(const json_t *head, const char *key, uint64_t max, uint64_t *ret);
bool head_get_u32(const json_t *head, const char *key, uint32_t *ret);
bool head_get_moment(const json_t *head, const char *key, int64_t *ret);
bool head_get_text(struct arena *arena, const json_t *head, const char *key, size_t size_max, const char **ret);

bool head_write(struct bytes *out, const json_t *head, struct error *err);  /* appends */
json_t *head_read(struct reader *in, struct error *err);                    /* a new reference, NULL on failure */

/* Appends; empty parts at the end are left out. out->failed tells of no memory. */
void parts_write(struct bytes *out, const struct span *parts, size_t count);
/* At most `room` parts, borrowed from `in`, which must end with them. */
bool parts_read(struct reader *in, struct span *parts, size_t room, size_t *ret_count, struct error *err);

/* The errors that all messages share; false, always (the last: when it is too large). */
bool envelope_no_memory(struct error *err);
bool envelope_is_broken(struct error *err, const char *what);
bool envelope_is_within_bounds(size_t size, struct error *err);
/* Of a reply: ERROR_NEWER unless it is of our version; one that says `upgrade` is of every version. */
bool envelope_version_meets(uint8_t version, bool says_upgrade, struct error *err);

#endif
