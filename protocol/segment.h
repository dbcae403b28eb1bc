// SPDX-License-Identifier: Apache-2.0
/* A segment: a sealed, signed, compressed run of one log's changes. The same bytes for the same range, however often sent.
 *
 * Here:      seal and open. Header and body; columns.c packs the body's JSON, deflate.c squeezes it.
 * Not here:  which changes go together (the store cuts), whether the log is known, whether it follows on (the server asks).
 *
 * Shape   "TSG" | version u8 | dictionary u8 | log u64 | first seq varint | count varint | raw size varint |
 *         previous head 32 | head 32 | seed 16 | sum 4 | body size varint | body (raw deflate, preset dictionary) | Ed25519 signature 64
 *         sum        = first 4 bytes of SHA-256("teren body 1" || seed || body): a damaged body is refused before it is opened, even where
 *                      deflate has two ways to say the same; without the seed it tells nothing about an erased body.
 *         The signature covers everything before `body size` (not the body: the head commits to it, so that a body can be erased).
 *         The body opens to one JSON text, columns.h.
 * Bounds  SEGMENT_BODY_BYTES_MAX, SEGMENT_RAW_BYTES_MAX, SEGMENT_CHANGES_MAX, INFLATE_RATIO_MAX.
 * Errors  ERROR_CORRUPT (bad magic, sum, hash, signature, early end, anything left over), ERROR_LIMIT, ERROR_NEWER (version,
 *         dictionary), ERROR_MEMORY.
 */
#ifndef PROTOCOL_SEGMENT_H
#define PROTOCOL_SEGMENT_H

#include "protocol/chain.h"

enum { SIGN_PUBLIC_SIZE = 32, SIGN_SECRET_SIZE = 64, SIGN_SIZE = 64, DICTIONARY_VERSION = 1, BODY_SUM_SIZE = 4 };

struct segment {
    uint64_t log, first_seq, count;
    uint8_t previous[HASH_SIZE], head[HASH_SIZE], seed[SEED_SIZE];
    uint32_t raw_size, body_size;
    struct span sealed;             /* the whole segment, borrowed from the caller */
    struct span body;               /* deflated, in `sealed` */
    size_t signed_size;             /* bytes of `sealed` that the signature covers */
    const struct change *changes;   /* count of them, in the arena; NULL after segment_peek */
};

/* How many of these changes fit into one segment whose deflated body stays under body_bytes (at least 1; ERROR_LIMIT when not even
 * one does: cannot happen with well-formed changes). Seals exactly that many. `previous` is the head before changes[0].
 * *ret_count tells how many went in; *ret_head is the head after them. The seed must be random and unique to the segment. */
bool segment_seal(const struct change *changes, size_t count, size_t body_bytes, const uint8_t previous[HASH_SIZE],
                  const uint8_t seed[SEED_SIZE], const uint8_t secret[SIGN_SECRET_SIZE], struct bytes *ret_sealed,
                  size_t *ret_count, uint8_t ret_head[HASH_SIZE], struct error *err);

/* The header alone: bounds checked, nothing verified. *ret_used: bytes that belong to the segment. */
bool segment_peek(struct span in, struct segment *ret, size_t *ret_used, struct error *err);

/* Verifies signature (with the log's public key), body, chain; unpacks the changes into the arena.
 * The changes are well-formed; whether they are applicable is asked later, one by one. */
bool segment_open(struct arena *arena, struct span in, const uint8_t public_key[SIGN_PUBLIC_SIZE], struct segment *ret, struct error *err);

/* The body's JSON, for people and tests (`teren-server show`, the specification's examples). */
bool segment_json(struct arena *arena, struct span in, const char **ret_json, struct error *err);

#endif
