// SPDX-License-Identifier: Apache-2.0
/* Key pairs from a seed, by libsodium.
 *
 * Here:      keys_of_seed.
 * Not here:  any use of the keys.
 */
#include "protocol/keys.h"

#include <sodium.h>

_Static_assert(KEY_SEED_SIZE == crypto_sign_SEEDBYTES && SIGN_PUBLIC_SIZE == crypto_sign_PUBLICKEYBYTES &&
                   SIGN_SECRET_SIZE == crypto_sign_SECRETKEYBYTES,
               "the sizes of segment.h are those of Ed25519 in libsodium");

void keys_of_seed(const uint8_t seed[KEY_SEED_SIZE], uint8_t ret_public[SIGN_PUBLIC_SIZE], uint8_t ret_secret[SIGN_SECRET_SIZE])
{
    crypto_sign_seed_keypair(ret_public, ret_secret, seed);
}
