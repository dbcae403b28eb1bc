// SPDX-License-Identifier: Apache-2.0
/* The hash chain over a log's changes: idempotency, fork detection and evidence at once.
 *
 * Here:      salts, commitments, links.
 * Not here:  signatures (segment.h, receipt.h).
 *
 * Shape   salt       = first 16 bytes of SHA-256("teren salt 1" || seed || seq u64)
 *         commitment = SHA-256(salt || canonical change)
 *         head       = SHA-256(previous head || commitment); before seq 1 the head is 32 zero bytes.
 * Why     erasing a person drops payload and salt and keeps the commitment: the chain still verifies, and the hash that is
 *         left cannot be guessed.
 */
#ifndef PROTOCOL_CHAIN_H
#define PROTOCOL_CHAIN_H

#include "protocol/change.h"

enum { HASH_SIZE = 32, SEED_SIZE = 16, SALT_SIZE = 16 };

void chain_salt(const uint8_t seed[SEED_SIZE], uint64_t seq, uint8_t ret[SALT_SIZE]);
void chain_commit(const uint8_t salt[SALT_SIZE], struct span canonical, uint8_t ret[HASH_SIZE]);
void chain_link(uint8_t head[HASH_SIZE], const uint8_t commitment[HASH_SIZE]);   /* head moves on */
/* salt, commit and link of one change; `scratch` is used for its canonical bytes. False only without memory. */
bool chain_add(uint8_t head[HASH_SIZE], const uint8_t seed[SEED_SIZE], const struct change *change, struct bytes *scratch);

#endif
