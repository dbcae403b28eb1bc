// SPDX-License-Identifier: Apache-2.0
/* One value of one field: nothing, a whole number, or text.
 *
 * Here:      making, comparing, copying values, and their canonical bytes.
 * Not here:  which values a field allows (entities.c).
 */
#include "protocol/value.h"

#include <string.h>

#include "protocol/limits.h"
#include "protocol/text.h"

struct value value_none(void)
{
    return (struct value){0};
}

struct value value_integer(int64_t integer)
{
    return (struct value){.kind = VALUE_INTEGER, .integer = integer};
}

struct value value_text(const char *text)
{
    return text == NULL ? value_none() : (struct value){.kind = VALUE_TEXT, .text = text};
}

bool value_equal(struct value a, struct value b)
{
    if (a.kind != b.kind)
        return false;
    if (a.kind == VALUE_INTEGER)
        return a.integer == b.integer;
    return a.kind != VALUE_TEXT || a.text == b.text || strcmp(a.text, b.text) == 0;
}

struct value value_copy(struct arena *arena, struct value value)
{
    return value.kind == VALUE_TEXT ? value_text(arena_text(arena, value.text)) : value;
}

bool value_write(struct bytes *out, struct value value)
{
    bytes_append_u8(out, (uint8_t)value.kind);
    if (value.kind == VALUE_INTEGER) /* zigzag: small numbers of either sign are short */
        bytes_append_varint(out, (uint64_t)value.integer << 1 ^ (value.integer < 0 ? UINT64_MAX : 0));
    else if (value.kind == VALUE_TEXT)
        bytes_append_text(out, value.text);
    return !out->failed;
}

static bool value_read_text(struct arena *arena, struct reader *in, struct value *ret)
{
    struct span span = reader_text(in);
    const char *text;

    if (in->failed || !text_is_allowed((const char *)span.data, span.size))
        return false;
    text = arena_text_n(arena, (const char *)span.data, span.size);
    if (text == NULL)
        return false;
    *ret = value_text(text);
    return true;
}

bool value_read(struct arena *arena, struct reader *in, struct value *ret)
{
    uint8_t kind = reader_u8(in);
    uint64_t zigzag;

    if (in->failed)
        return false;
    switch (kind) {
    case VALUE_NONE:
        *ret = value_none();
        return true;
    case VALUE_INTEGER:
        zigzag = reader_varint(in);
        if (in->failed)
            return false;
        *ret = value_integer((int64_t)(zigzag >> 1 ^ ((zigzag & 1) != 0 ? UINT64_MAX : 0)));
        return true;
    case VALUE_TEXT:
        return value_read_text(arena, in, ret);
    default:
        return false;
    }
}
