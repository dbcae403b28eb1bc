// SPDX-License-Identifier: Apache-2.0
/* Byte strings: a growing one to write into, a bounded one to read from.
 *
 * Here:      append, read, varints, little-endian integers, hex, Crockford base32.
 * Not here:  what the bytes mean.
 * Promise:   a reader never reads past its end: it becomes `failed` and gives zeros from then on.
 *            A writer that found no memory becomes `failed` and ignores what follows; check once at the end.
 */
#ifndef PROTOCOL_BYTES_H
#define PROTOCOL_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes { uint8_t *data; size_t size; size_t room; bool failed; };   /* {0} is an empty one */
struct span { const uint8_t *data; size_t size; };                        /* borrowed */
struct reader { const uint8_t *at; const uint8_t *end; bool failed; };

void bytes_clear(struct bytes *bytes);                       /* frees; {0} again */
void bytes_reset(struct bytes *bytes);                       /* size 0, memory kept */
bool bytes_append(struct bytes *bytes, const void *data, size_t size);   /* data must not lie in bytes itself */
uint8_t *bytes_extend(struct bytes *bytes, size_t size);     /* grows by size bytes for the caller to fill; NULL: no memory */
bool bytes_append_u8(struct bytes *bytes, uint8_t value);
bool bytes_append_u32(struct bytes *bytes, uint32_t value);  /* little-endian */
bool bytes_append_u64(struct bytes *bytes, uint64_t value);  /* little-endian */
bool bytes_append_varint(struct bytes *bytes, uint64_t value);        /* LEB128, at most 10 bytes */
bool bytes_append_text(struct bytes *bytes, const char *text);        /* varint length, then the bytes; NULL as "" */
struct span bytes_span(const struct bytes *bytes);

struct reader reader_of(const void *data, size_t size);
size_t reader_left(const struct reader *reader);
uint8_t reader_u8(struct reader *reader);
uint32_t reader_u32(struct reader *reader);
uint64_t reader_u64(struct reader *reader);
uint64_t reader_varint(struct reader *reader);               /* refuses over-long and over-large forms */
struct span reader_span(struct reader *reader, size_t size);
struct span reader_text(struct reader *reader);              /* what bytes_append_text wrote; not NUL-terminated */

/* ret needs 2 * size + 1 bytes. */
void hex_write(const void *data, size_t size, char *ret);
bool hex_read(const char *text, void *ret, size_t size);     /* exactly 2 * size digits */
/* Crockford base32, upper case, no padding. ret needs (size * 8 + 4) / 5 + 1 bytes. */
void base32_write(const void *data, size_t size, char *ret);
/* Takes lower case, I L as 1, O as 0, skips '-' and ' '. Exactly `size` bytes, else false. */
bool base32_read(const char *text, void *ret, size_t size);
char base32_digit(unsigned value);                           /* of the lowest five bits */
int base32_value(char digit);                                /* 0..31, as base32_read takes it; -1 for none */

#endif
