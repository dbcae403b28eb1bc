// SPDX-License-Identifier: Apache-2.0
/* JSON answers, written as they come.
 *
 * Not here:  indenting: whoever wants to read it has tools.
 */
#include "protocol/json_text.h"

#include <stdio.h>
#include <string.h>

#include "protocol/stamp.h"

static void put(struct json_text *json, const char *text)
{
    bytes_append(&json->out, text, strlen(text));
}

static void put_quoted(struct json_text *json, const char *text)
{
    char escape[8];

    put(json, "\"");
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;

        if (byte == '"' || byte == '\\') {
            snprintf(escape, sizeof escape, "\\%c", byte);
            put(json, escape);
        } else if (byte < 0x20 || byte == 0x7f) {
            snprintf(escape, sizeof escape, "\\u%04x", byte);
            put(json, escape);
        } else {
            bytes_append_u8(&json->out, byte);
        }
    }
    put(json, "\"");
}

static void begin(struct json_text *json, const char *key)
{
    if (json->filled[json->depth])
        put(json, ",");
    json->filled[json->depth] = true;
    if (key != NULL) {
        put_quoted(json, key);
        put(json, ":");
    }
}

void json_open(struct json_text *json, const char *key, char bracket)
{
    begin(json, key);
    bytes_append_u8(&json->out, (uint8_t)bracket);
    if (json->depth < JSON_TEXT_DEPTH_MAX)
        json->depth++;
    json->filled[json->depth] = false;
}

void json_shut(struct json_text *json, char bracket)
{
    bytes_append_u8(&json->out, (uint8_t)bracket);
    if (json->depth > 0)
        json->depth--;
}

void json_put_text(struct json_text *json, const char *key, const char *text)
{
    begin(json, key);
    if (text == NULL)
        put(json, "null");
    else
        put_quoted(json, text);
}

void json_put_integer(struct json_text *json, const char *key, int64_t integer)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%lld", (long long)integer);
    begin(json, key);
    put(json, digits);
}

void json_put_bool(struct json_text *json, const char *key, bool truth)
{
    begin(json, key);
    put(json, truth ? "true" : "false");
}

void json_put_moment(struct json_text *json, const char *key, int64_t ms)
{
    char moment[MOMENT_TEXT_SIZE];

    moment_text(ms, moment);
    json_put_text(json, key, ms == 0 ? NULL : moment);
}

void json_put_value(struct json_text *json, const char *key, struct value value)
{
    if (value.kind == VALUE_INTEGER)
        json_put_integer(json, key, value.integer);
    else
        json_put_text(json, key, value.kind == VALUE_TEXT ? value.text : NULL);
}
