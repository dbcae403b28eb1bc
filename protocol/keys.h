// SPDX-License-Identifier: Apache-2.0
/* Key pairs from a seed: chance is handed in, as everywhere in here.
 *
 * Here:      the Ed25519 pair of a log or of a server.
 * Not here:  signing (segment.h, receipt.h, message.h), storing secrets, drawing the seed.
 */
#ifndef PROTOCOL_KEYS_H
#define PROTOCOL_KEYS_H

#include "protocol/segment.h"

enum { KEY_SEED_SIZE = 32 };

/* The same seed gives the same pair. The seed must be 32 bytes from the chance port, used once. */
void keys_of_seed(const uint8_t seed[KEY_SEED_SIZE], uint8_t ret_public[SIGN_PUBLIC_SIZE], uint8_t ret_secret[SIGN_SECRET_SIZE]);

#endif
