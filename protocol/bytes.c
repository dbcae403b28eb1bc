// SPDX-License-Identifier: Apache-2.0
/* Byte strings: the growing writer, the bounded reader, hex and base32.
 *
 * Here:      how bytes are laid out and taken apart.
 * Not here:  what the bytes mean.
 */
#include "protocol/bytes.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_MIN = 256, VARINT_BYTES_MAX = 10 };

void bytes_clear(struct bytes *bytes)
{
    free(bytes->data);
    *bytes = (struct bytes){0};
}

void bytes_reset(struct bytes *bytes)
{
    bytes->size = 0;
    bytes->failed = false;
}

uint8_t *bytes_extend(struct bytes *bytes, size_t size)
{
    uint8_t *start;

    if (bytes->failed)
        return NULL;
    if (bytes->data == NULL || size > bytes->room - bytes->size) {
        size_t needed = bytes->size + size;
        size_t room = bytes->room > SIZE_MAX / 2 ? needed : 2 * bytes->room;
        uint8_t *data;

        if (room < needed)
            room = needed;
        if (room < ROOM_MIN)
            room = ROOM_MIN;
        data = needed < size ? NULL : realloc(bytes->data, room);
        if (data == NULL) {
            bytes->failed = true;
            return NULL;
        }
        bytes->data = data;
        bytes->room = room;
    }
    start = bytes->data + bytes->size;
    bytes->size += size;
    return start;
}

bool bytes_append(struct bytes *bytes, const void *data, size_t size)
{
    uint8_t *to = bytes_extend(bytes, size);

    if (to == NULL)
        return false;
    if (size > 0)
        memcpy(to, data, size);
    return true;
}

bool bytes_append_u8(struct bytes *bytes, uint8_t value)
{
    return bytes_append(bytes, &value, 1);
}

bool bytes_append_u32(struct bytes *bytes, uint32_t value)
{
    uint8_t raw[4];

    for (unsigned i = 0; i < sizeof raw; i++)
        raw[i] = (uint8_t)(value >> (8 * i));
    return bytes_append(bytes, raw, sizeof raw);
}

bool bytes_append_u64(struct bytes *bytes, uint64_t value)
{
    uint8_t raw[8];

    for (unsigned i = 0; i < sizeof raw; i++)
        raw[i] = (uint8_t)(value >> (8 * i));
    return bytes_append(bytes, raw, sizeof raw);
}

bool bytes_append_varint(struct bytes *bytes, uint64_t value)
{
    uint8_t raw[VARINT_BYTES_MAX];
    size_t size = 0;

    while (value >= 0x80) {
        raw[size++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    raw[size++] = (uint8_t)value;
    return bytes_append(bytes, raw, size);
}

bool bytes_append_text(struct bytes *bytes, const char *text)
{
    size_t size = text == NULL ? 0 : strlen(text);

    return bytes_append_varint(bytes, size) && bytes_append(bytes, text, size);
}

struct span bytes_span(const struct bytes *bytes)
{
    return (struct span){bytes->data, bytes->size};
}

struct reader reader_of(const void *data, size_t size)
{
    static const uint8_t nothing[1] = {0};
    const uint8_t *start = data == NULL ? nothing : data;

    return (struct reader){.at = start, .end = data == NULL ? start : start + size};
}

size_t reader_left(const struct reader *reader)
{
    return reader->failed ? 0 : (size_t)(reader->end - reader->at);
}

struct span reader_span(struct reader *reader, size_t size)
{
    struct span span = {reader->at, size};

    if (size > reader_left(reader))
        reader->failed = true;
    if (reader->failed)
        return (struct span){reader->end, 0};
    reader->at += size;
    return span;
}

uint8_t reader_u8(struct reader *reader)
{
    struct span span = reader_span(reader, 1);

    return span.size == 1 ? span.data[0] : 0;
}

static uint64_t reader_little_endian(struct reader *reader, size_t size)
{
    struct span span = reader_span(reader, size);
    uint64_t value = 0;

    for (size_t i = span.size; i > 0; i--)
        value = value << 8 | span.data[i - 1];
    return value;
}

uint32_t reader_u32(struct reader *reader)
{
    return (uint32_t)reader_little_endian(reader, 4);
}

uint64_t reader_u64(struct reader *reader)
{
    return reader_little_endian(reader, 8);
}

uint64_t reader_varint(struct reader *reader)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < VARINT_BYTES_MAX; i++) {
        uint8_t byte = reader_u8(reader);

        if (reader->failed)
            return 0;
        if (i == VARINT_BYTES_MAX - 1 && byte > 1)
            break; /* over 64 bits */
        value |= (uint64_t)(byte & 0x7F) << (7 * i);
        if (byte < 0x80) {
            if (byte == 0 && i > 0)
                break; /* a longer form of a smaller one: one number, one form */
            return value;
        }
    }
    reader->failed = true;
    return 0;
}

struct span reader_text(struct reader *reader)
{
    uint64_t size = reader_varint(reader);

    if (size > reader_left(reader))
        reader->failed = true;
    return reader_span(reader, reader->failed ? 0 : (size_t)size);
}

void hex_write(const void *data, size_t size, char *ret)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *raw = data;

    for (size_t i = 0; i < size; i++) {
        ret[2 * i] = digits[raw[i] >> 4];
        ret[2 * i + 1] = digits[raw[i] & 15];
    }
    ret[2 * size] = '\0';
}

static int hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

bool hex_read(const char *text, void *ret, size_t size)
{
    uint8_t *raw = ret;

    for (size_t i = 0; i < size; i++) {
        int high = hex_digit(text[2 * i]);
        int low = high < 0 ? -1 : hex_digit(text[2 * i + 1]);

        if (low < 0)
            return false;
        raw[i] = (uint8_t)(high << 4 | low);
    }
    return text[2 * size] == '\0';
}

char base32_digit(unsigned value)
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    return digits[value & 31];
}

int base32_value(char digit)
{
    /* '0' to 'z'; I and L are read as 1, O as 0, U is no digit: what people mishear and mistype */
    static const int8_t values[] = {
        0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  -1, -1, -1, -1, -1, -1, /* 0-9 : ; < = > ? */
        -1, 10, 11, 12, 13, 14, 15, 16, 17, 1,  18, 19, 1,  20, 21, 0,  /* @ A-O */
        22, 23, 24, 25, 26, -1, 27, 28, 29, 30, 31, -1, -1, -1, -1, -1, /* P-Z [ \ ] ^ _ */
        -1, 10, 11, 12, 13, 14, 15, 16, 17, 1,  18, 19, 1,  20, 21, 0,  /* ` a-o */
        22, 23, 24, 25, 26, -1, 27, 28, 29, 30, 31,                     /* p-z */
    };

    return digit < '0' || digit > 'z' ? -1 : values[digit - '0'];
}

void base32_write(const void *data, size_t size, char *ret)
{
    const uint8_t *raw = data;
    unsigned pending = 0, bits = 0;

    for (size_t i = 0; i < size; i++) {
        pending = (pending << 8 | raw[i]) & 0xFFFF;
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            *ret++ = base32_digit(pending >> bits);
        }
    }
    if (bits > 0)
        *ret++ = base32_digit(pending << (5 - bits));
    *ret = '\0';
}

bool base32_read(const char *text, void *ret, size_t size)
{
    uint8_t *raw = ret;
    size_t count = 0, digits = 0;
    unsigned pending = 0, bits = 0;

    for (; *text != '\0'; text++) {
        int value;

        if (*text == '-' || *text == ' ')
            continue;
        value = base32_value(*text);
        if (value < 0 || ++digits > (size * 8 + 4) / 5)
            return false;
        pending = (pending << 5 | (unsigned)value) & 0xFFFF;
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            raw[count++] = (uint8_t)(pending >> bits);
        }
    }
    /* what is left over must be the writer's zero bits */
    return count == size && bits < 5 && (pending & ((1U << bits) - 1)) == 0;
}
