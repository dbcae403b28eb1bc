// SPDX-License-Identifier: Apache-2.0
/* Digests: a keyed hash per live entry, added up.
 *
 * Here:      128-bit sums and their text, the hash of a row, its bucket.
 * Not here:  keeping sums, comparing two sides.
 * Why keyed: who can choose row ids must not be able to choose their hashes, or two different states could be made to look alike.
 */
#include "protocol/digest.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* Names and ids are bounded (NAME_BYTES_MAX, ROW_ID_BYTES_MAX), so the bytes of one entry always fit. */
enum { HASHED_SMALL = 512 };

static uint64_t little_endian(const uint8_t bytes[8])
{
    uint64_t number = 0;
    for (int i = 7; i >= 0; i--)
        number = number << 8 | bytes[i];
    return number;
}

void digest_add(struct digest *sum, struct digest other)
{
    sum->low += other.low;
    sum->high += other.high + (sum->low < other.low);
}

void digest_subtract(struct digest *sum, struct digest other)
{
    sum->high -= other.high + (sum->low < other.low);
    sum->low -= other.low;
}

void digest_add_times(struct digest *sum, struct digest other, uint64_t times)
{
    for (; times > 0; times >>= 1) {
        if (times & 1)
            digest_add(sum, other);
        digest_add(&other, other);
    }
}

bool digest_equal(struct digest a, struct digest b)
{
    return a.low == b.low && a.high == b.high;
}

void digest_text(struct digest digest, char ret[DIGEST_TEXT_SIZE])
{
    snprintf(ret, DIGEST_TEXT_SIZE, "%016llx%016llx", (unsigned long long)digest.high, (unsigned long long)digest.low);
}

bool digest_parse(const char *text, struct digest *ret)
{
    uint8_t bytes[16];
    struct digest digest = {0, 0};
    if (strlen(text) != DIGEST_TEXT_SIZE - 1 || !hex_read(text, bytes, sizeof bytes))
        return false;
    for (size_t i = 0; i < 8; i++) {
        digest.high = digest.high << 8 | bytes[i];
        digest.low = digest.low << 8 | bytes[8 + i];
    }
    *ret = digest;
    return true;
}

/* A bounded writer on the stack: the same bytes as bytes_append_text and bytes_append_u64 give. */
struct hashed {
    uint8_t data[HASHED_SMALL];
    size_t size;
    bool full;
};

static void put(struct hashed *hashed, const void *data, size_t size)
{
    if (hashed->full || size > sizeof hashed->data - hashed->size) {
        hashed->full = true;
        return;
    }
    memcpy(hashed->data + hashed->size, data, size);
    hashed->size += size;
}

static void put_text(struct hashed *hashed, const char *text)
{
    const size_t size = strlen(text);
    size_t left = size;
    do {
        const uint8_t byte = (uint8_t)((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
        put(hashed, &byte, 1);
        left >>= 7;
    } while (left > 0);
    put(hashed, text, size);
}

static void put_u64(struct hashed *hashed, uint64_t number)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    put(hashed, bytes, sizeof bytes);
}

static bool hash_entry(struct hashed *hashed, struct stamp stamp, const uint8_t key[DIGEST_KEY_SIZE], struct digest *sum)
{
    uint8_t hash[crypto_shorthash_siphashx24_BYTES];
    put_u64(hashed, stamp.time);
    put_u64(hashed, stamp.log);
    if (hashed->full)
        return false;
    crypto_shorthash_siphashx24(hash, hashed->data, hashed->size, key);
    digest_add(sum, (struct digest){.low = little_endian(hash), .high = little_endian(hash + 8)});
    return true;
}

bool digest_of_row(const struct row *row, const uint8_t key[DIGEST_KEY_SIZE], struct digest *ret)
{
    struct hashed hashed = {.size = 0};
    struct digest sum = {0, 0};

    put_text(&hashed, row->entity);
    put_text(&hashed, row->id);
    const size_t row_size = hashed.size;
    for (size_t i = 0; i < row->reg_count; i++) {
        const struct reg *reg = &row->regs[i];
        hashed.size = row_size;
        put_text(&hashed, reg->field);
        const size_t field_size = hashed.size;
        for (size_t k = 0; k < reg->live_count; k++) {
            hashed.size = field_size;
            if (!hash_entry(&hashed, reg->live[k].stamp, key, &sum))
                return false;
        }
    }
    *ret = sum;
    return true;
}

unsigned digest_bucket(const char *entity, const char *row, const uint8_t key[DIGEST_KEY_SIZE])
{
    uint8_t hash[crypto_shorthash_siphash24_BYTES];
    struct hashed hashed = {.size = 0};
    put_text(&hashed, entity);
    put_text(&hashed, row);
    crypto_shorthash_siphash24(hash, hashed.data, hashed.size, key);
    return hash[0];
}
