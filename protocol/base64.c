// SPDX-License-Identifier: Apache-2.0
/* Bytes in base64.
 *
 * Not here:  what the bytes are.
 */
#include "protocol/base64.h"

#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *base64_text(struct arena *arena, struct span bytes)
{
    char *text = arena_take(arena, (bytes.size + 2) / 3 * 4 + 1);
    char *to = text;

    for (size_t i = 0; text != NULL && i < bytes.size; i += 3) {
        size_t left = bytes.size - i;
        uint32_t group = (uint32_t)bytes.data[i] << 16;

        group |= left > 1 ? (uint32_t)bytes.data[i + 1] << 8 : 0;
        group |= left > 2 ? (uint32_t)bytes.data[i + 2] : 0;
        *to++ = digits[group >> 18];
        *to++ = digits[group >> 12 & 63];
        *to++ = left > 1 ? digits[group >> 6 & 63] : '=';
        *to++ = left > 2 ? digits[group & 63] : '=';
    }
    return text;
}

/* 0..63; -1 for none. By range: a file of 4 MiB has 5.6 million of them. */
static int digit_value(char digit)
{
    if (digit >= 'A' && digit <= 'Z')
        return digit - 'A';
    if (digit >= 'a' && digit <= 'z')
        return digit - 'a' + 26;
    if (digit >= '0' && digit <= '9')
        return digit - '0' + 52;
    return digit == '+' ? 62 : digit == '/' ? 63 : -1;
}

bool base64_read(struct arena *arena, const char *text, struct span *ret)
{
    size_t size = strlen(text), padding = 0, count = 0;
    uint8_t *bytes = arena_take(arena, size / 4 * 3 + 1);

    if (bytes == NULL || size % 4 != 0)
        return false;
    if (size > 0)
        padding = text[size - 2] == '=' && text[size - 1] == '=' ? 2 : text[size - 1] == '=' ? 1 : 0;
    for (size_t i = 0; i < size; i += 4) {
        size_t missing = i + 4 == size ? padding : 0;
        uint32_t group = 0;

        for (size_t k = 0; k < 4; k++) {
            int value = k < 4 - missing ? digit_value(text[i + k]) : 0;

            if (value < 0)
                return false;
            group = group << 6 | (uint32_t)value;
        }
        if ((group & ((1u << 8 * missing) - 1)) != 0)
            return false; /* bits that no byte has: another spelling of the same */
        for (size_t k = 0; k < 3 - missing; k++)
            bytes[count++] = (uint8_t)(group >> (16 - 8 * k));
    }
    *ret = (struct span){bytes, count};
    return true;
}
