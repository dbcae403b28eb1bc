// SPDX-License-Identifier: Apache-2.0
/* JSON answers, written as they come.
 *
 * Here:      objects, lists, text, numbers; commas and escapes.
 * Not here:  reading JSON (protocol/json.h): answers are only written. Printing them: programs do.
 */
#ifndef PROTOCOL_JSON_TEXT_H
#define PROTOCOL_JSON_TEXT_H

#include "protocol/bytes.h"
#include "protocol/value.h"

enum { JSON_TEXT_DEPTH_MAX = 16 };
struct json_text {
    struct bytes out;
    unsigned depth;
    bool filled[JSON_TEXT_DEPTH_MAX + 1];
}; /* {0} is an empty one */

/* key NULL: inside a list, or the outermost. bracket: '{' or '['. */
void json_open(struct json_text *json, const char *key, char bracket);
void json_shut(struct json_text *json, char bracket);                          /* '}' or ']' */
void json_put_text(struct json_text *json, const char *key, const char *text); /* NULL text: null */
void json_put_integer(struct json_text *json, const char *key, int64_t integer);
void json_put_bool(struct json_text *json, const char *key, bool truth);
void json_put_moment(struct json_text *json, const char *key, int64_t ms); /* RFC 3339; null for 0 */
void json_put_value(struct json_text *json, const char *key, struct value value);

#endif
