// SPDX-License-Identifier: Apache-2.0
/* Secrets at rest: the hash of a code, the keyed sum over a record, the hash of a password.
 *
 * Here:      SHA-256, a keyed 128-bit sum (BLAKE2b), Argon2id with the salt handed in.
 * Not here:  signatures (segment.h, receipt.h, message.h), sums over rows (digest.h), storing any of it.
 * Source     RFC 7693 (BLAKE2), RFC 9106 (Argon2); all by libsodium.
 */
#ifndef PROTOCOL_SECRET_H
#define PROTOCOL_SECRET_H

#include "protocol/bytes.h"
#include "protocol/chain.h"
#include "protocol/error.h"

enum { SECRET_KEY_SIZE = 32, SECRET_SUM_SIZE = 16, PASSWORD_SALT_SIZE = 16, PASSWORD_HASH_SIZE = 128 };

void secret_hash(struct span in, uint8_t ret[HASH_SIZE]);                                                        /* SHA-256 */
void secret_sum(const uint8_t key[SECRET_KEY_SIZE], struct span in, uint8_t ret[SECRET_SUM_SIZE]);               /* BLAKE2b, keyed */
bool secret_sum_is(const uint8_t key[SECRET_KEY_SIZE], struct span in, const uint8_t expected[SECRET_SUM_SIZE]); /* in constant time */
bool secret_is_same(struct span shown, const uint8_t *kept); /* shown.size bytes of both, in constant time */
/* A key for one purpose out of a secret; `purpose` tells keys apart. */
void secret_derive(struct span secret, const char *purpose, uint8_t ret[SECRET_KEY_SIZE]);

/* Argon2id, interactive limits (64 MiB, 2 passes), as the usual "$argon2id$..." text. The salt comes from the chance port.
 * A password is long here, so this guards against reuse elsewhere, not against a four-digit PIN. False only without memory. */
bool password_hash(const char *password, const uint8_t salt[PASSWORD_SALT_SIZE], char ret[PASSWORD_HASH_SIZE], struct error *err);
/* Is it the password that password_hash made this text of? A text of another making is nobody's. False only without memory. */
bool password_matches(const char *password, const char *hash, bool *ret, struct error *err);

#endif
