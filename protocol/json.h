// SPDX-License-Identifier: Apache-2.0
/* JSON from strangers, made safe before it is believed.
 *
 * Here:      the pre-scan (depth, NUL, reals), loading with jansson, compact writing in one form, typed getters.
 * Not here:  what the JSON means.
 * Bounds     JSON_DEPTH_MAX is checked before parsing; duplicates, reals, NUL and control characters are refused.
 */
#ifndef PROTOCOL_JSON_H
#define PROTOCOL_JSON_H

#include <jansson.h>

#include "protocol/bytes.h"
#include "protocol/error.h"
#include "protocol/value.h"

/* A new reference, or NULL with ERROR_CORRUPT / ERROR_LIMIT. `what` names the thing in the error. */
json_t *json_read(struct span text, size_t size_max, const char *what, struct error *err);
/* Compact, keys in the order they were set. Appends. */
bool json_write(struct bytes *out, const json_t *json);
/* value <-> JSON: null, integer, string. */
json_t *json_of_value(struct value value);
bool json_to_value(struct arena *arena, const json_t *json, struct value *ret);

#endif
