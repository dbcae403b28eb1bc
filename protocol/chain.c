// SPDX-License-Identifier: Apache-2.0
/* The hash chain over a log's changes: salts, commitments, links, by SHA-256 of libsodium.
 *
 * Here:      how one change moves the head on.
 * Not here:  what a change's canonical bytes are (change.c), who signs the head (segment.c).
 */
#include "protocol/chain.h"

#include <sodium.h>
#include <string.h>

_Static_assert(HASH_SIZE == crypto_hash_sha256_BYTES, "a head is a SHA-256");

static const char salt_label[] = "teren salt 1";

void chain_salt(const uint8_t seed[SEED_SIZE], uint64_t seq, uint8_t ret[SALT_SIZE])
{
    enum { LABEL_SIZE = sizeof salt_label - 1, SEQ_SIZE = 8 };
    uint8_t in[LABEL_SIZE + SEED_SIZE + SEQ_SIZE];
    uint8_t hash[HASH_SIZE];

    memcpy(in, salt_label, LABEL_SIZE);
    memcpy(in + LABEL_SIZE, seed, SEED_SIZE);
    for (unsigned i = 0; i < SEQ_SIZE; i++)
        in[LABEL_SIZE + SEED_SIZE + i] = (uint8_t)(seq >> (8 * i));
    crypto_hash_sha256(hash, in, sizeof in);
    memcpy(ret, hash, SALT_SIZE);
}

void chain_commit(const uint8_t salt[SALT_SIZE], struct span canonical, uint8_t ret[HASH_SIZE])
{
    crypto_hash_sha256_state state;

    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, salt, SALT_SIZE);
    if (canonical.size > 0)
        crypto_hash_sha256_update(&state, canonical.data, canonical.size);
    crypto_hash_sha256_final(&state, ret);
}

void chain_link(uint8_t head[HASH_SIZE], const uint8_t commitment[HASH_SIZE])
{
    uint8_t in[2 * HASH_SIZE];

    memcpy(in, head, HASH_SIZE);
    memcpy(in + HASH_SIZE, commitment, HASH_SIZE);
    crypto_hash_sha256(head, in, sizeof in);
}

bool chain_add(uint8_t head[HASH_SIZE], const uint8_t seed[SEED_SIZE], const struct change *change, struct bytes *scratch)
{
    uint8_t salt[SALT_SIZE], commitment[HASH_SIZE];

    bytes_reset(scratch);
    if (!change_write(scratch, change))
        return false;
    chain_salt(seed, change->seq, salt);
    chain_commit(salt, bytes_span(scratch), commitment);
    chain_link(head, commitment);
    return true;
}
