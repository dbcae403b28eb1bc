// SPDX-License-Identifier: Apache-2.0
/* JSON from strangers, made safe before it is believed.
 *
 * Here:      the pre-scan, loading, writing, values.
 * Not here:  what the JSON means.
 * Why        jansson recurses: at its own depth limit it needs more stack than a small thread has, so depth is checked before it
 *            sees the text. Its messages quote the text near the failure, which may be a name: only the place is told on.
 */
#include "protocol/json.h"

#include <string.h>

#include "protocol/limits.h"
#include "protocol/text.h"

enum scan_result { SCAN_FINE, SCAN_DEEP, SCAN_REAL, SCAN_CONTROL };

/* Four hex digits of a \u escape; -1 when cut or none. */
static int escape_value(const uint8_t *at, const uint8_t *end)
{
    char digits[5] = {0};
    uint8_t raw[2];

    if (end - at < 4)
        return -1;
    memcpy(digits, at, 4);
    return hex_read(digits, raw, 2) ? raw[0] << 8 | raw[1] : -1;
}

static bool is_refused_control(int value)
{
    return (value >= 0 && value < 0x20 && value != '\t' && value != '\n') || value == 0x7F;
}

/* Bytes of UTF-8 that a \\u escape becomes; half of a surrogate pair is two of its four. */
static size_t escape_size(int value)
{
    return value < 0x80 ? 1 : value < 0x800 || (value >= 0xD800 && value < 0xE000) ? 2 : 3;
}

/* Walks over a string; *at stands behind the opening quote and ends behind the closing one. Malformed escapes are left to jansson.
 * Adds to *spelled the bytes that the string will have. */
static enum scan_result scan_string(const uint8_t **at, const uint8_t *end, size_t *spelled)
{
    while (*at < end && **at != '"') {
        uint8_t byte = *(*at)++;

        if (byte < 0x20 || byte == 0x7F)
            return SCAN_CONTROL;
        (*spelled)++;
        if (byte != '\\' || *at == end)
            continue;
        byte = *(*at)++;
        if (byte == 'b' || byte == 'f' || byte == 'r')
            return SCAN_CONTROL;
        if (byte == 'u') {
            int value = escape_value(*at, end);

            if (is_refused_control(value))
                return SCAN_CONTROL;
            *at += value < 0 ? 0 : 4;
            *spelled += escape_size(value) - 1;
        }
    }
    if (*at < end)
        (*at)++;
    return SCAN_FINE;
}

/* Outside of strings only a real number has '.', 'E', or an 'e' after a digit ("true" and "false" have theirs after a letter).
 * *ret_spelled: bytes of all strings and keys as they will be, and digits and signs of all numbers. */
static enum scan_result scan(struct span text, size_t *ret_spelled)
{
    const uint8_t *at = text.data, *end = text.data + text.size;
    enum scan_result result = SCAN_FINE;
    unsigned depth = 0;
    uint8_t before = 0;

    while (at < end && result == SCAN_FINE) {
        uint8_t byte = *at++;

        if (byte == '"') {
            result = scan_string(&at, end, ret_spelled);
        } else if (byte == '[' || byte == '{') {
            if (++depth > JSON_DEPTH_MAX)
                result = SCAN_DEEP;
        } else if (byte == ']' || byte == '}') {
            depth -= depth > 0;
        } else if (byte == '.' || byte == 'E' || (byte == 'e' && before >= '0' && before <= '9')) {
            result = SCAN_REAL;
        } else if (byte == 0x7F || (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r')) {
            result = SCAN_CONTROL;
        }
        *ret_spelled += (byte >= '0' && byte <= '9') || byte == '-';
        before = byte;
    }
    return result;
}

static size_t integer_size(json_int_t integer)
{
    size_t size = integer < 0 ? 2 : 1;

    for (; integer >= 10 || integer <= -10; integer /= 10)
        size++;
    return size;
}

/* What scan counted, of what was loaded. */
static size_t spelled_size(const json_t *json)
{
    size_t size = 0, index;
    const char *key;
    json_t *item;

    if (json_is_string(json))
        return json_string_length(json);
    if (json_is_integer(json))
        return integer_size(json_integer_value(json));
    json_array_foreach(json, index, item) size += spelled_size(item);
    json_object_foreach((json_t *)(uintptr_t)json, key, item) size += strlen(key) + spelled_size(item);
    return size;
}

/* Where jansson's buffer cannot grow inside a string or a number it leaves bytes out and goes on: so they are counted afterwards. */
static json_t *load(struct span text, size_t spelled, json_error_t *problem)
{
    json_t *json;

    *problem = (json_error_t){0};
    json = json_loadb(text.size == 0 ? "" : (const char *)text.data, text.size, JSON_REJECT_DUPLICATES, problem);
    if (json != NULL && spelled_size(json) != spelled) {
        json_decref(json);
        json = NULL;
        problem->text[0] = '?'; /* not yet believed to be a lack of memory: "-0" is another */
    }
    return json;
}

/* Where jansson finds no memory it often says nothing at all, and inside a string it says "invalid token". Good bytes must never be
 * called bad for that, so a refusal is believed only the second time: bad bytes fail twice, and where memory has run out the second
 * attempt fails at its first step, which says nothing. */
static bool is_out_of_memory(const json_error_t *problem)
{
    return problem->text[0] == '\0' || json_error_code(problem) == json_error_out_of_memory;
}

json_t *json_read(struct span text, size_t size_max, const char *what, struct error *err)
{
    json_error_t problem;
    size_t spelled = 0;
    json_t *json;

    if (text.size > size_max) {
        error_set(err, ERROR_LIMIT, "", "%s was %zu bytes of JSON; %zu are allowed", what, text.size, size_max);
        return NULL;
    }
    switch (text.size == 0 ? SCAN_FINE : scan(text, &spelled)) {
    case SCAN_DEEP:
        error_set(err, ERROR_LIMIT, "", "%s was nested deeper than %d", what, JSON_DEPTH_MAX);
        return NULL;
    case SCAN_REAL:
        error_set(err, ERROR_CORRUPT, "", "%s had a number that is not whole", what);
        return NULL;
    case SCAN_CONTROL:
        error_set(err, ERROR_CORRUPT, "", "%s had a control character", what);
        return NULL;
    case SCAN_FINE:
        break;
    }
    json = load(text, spelled, &problem);
    if (json == NULL && !is_out_of_memory(&problem))
        json = load(text, spelled, &problem); /* see is_out_of_memory */
    if (json == NULL && is_out_of_memory(&problem))
        error_set(err, ERROR_MEMORY, "", "there was no memory for the JSON of %s", what);
    else if (json == NULL)
        error_set(err, ERROR_CORRUPT, "", "%s was no JSON that we take: line %d, byte %d", what, problem.line, problem.position);
    return json;
}

static int append_piece(const char *piece, size_t size, void *context)
{
    return bytes_append(context, piece, size) ? 0 : -1;
}

bool json_write(struct bytes *out, const json_t *json)
{
    return json_dump_callback(json, append_piece, out, JSON_COMPACT | JSON_ENCODE_ANY) == 0;
}

json_t *json_of_value(struct value value)
{
    switch (value.kind) {
    case VALUE_INTEGER:
        return json_integer(value.integer);
    case VALUE_TEXT:
        return json_string(value.text);
    case VALUE_NONE:
        break;
    }
    return json_null();
}

bool json_to_value(struct arena *arena, const json_t *json, struct value *ret)
{
    const char *text;

    if (json_is_null(json)) {
        *ret = value_none();
    } else if (json_is_integer(json)) {
        *ret = value_integer(json_integer_value(json));
    } else if (json_is_string(json) && text_is_allowed(json_string_value(json), json_string_length(json))) {
        text = arena_text_n(arena, json_string_value(json), json_string_length(json));
        if (text == NULL)
            return false;
        *ret = value_text(text);
    } else {
        return false;
    }
    return true;
}
