// SPDX-License-Identifier: Apache-2.0
/* Secrets at rest, by libsodium.
 *
 * Here:      hashes, sums and passwords.
 * Not here:  where they are kept.
 */
#include "protocol/secret.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

_Static_assert((int)HASH_SIZE == crypto_hash_sha256_BYTES, "a hash is SHA-256");
_Static_assert((int)PASSWORD_SALT_SIZE == crypto_pwhash_argon2id_SALTBYTES, "a salt is Argon2's");
_Static_assert((int)PASSWORD_HASH_SIZE >= crypto_pwhash_argon2id_STRBYTES, "an Argon2id text fits");

void secret_hash(struct span in, uint8_t ret[HASH_SIZE])
{
    crypto_hash_sha256(ret, in.data, in.size);
}

void secret_sum(const uint8_t key[SECRET_KEY_SIZE], struct span in, uint8_t ret[SECRET_SUM_SIZE])
{
    crypto_generichash(ret, SECRET_SUM_SIZE, in.data, in.size, key, SECRET_KEY_SIZE);
}

bool secret_sum_is(const uint8_t key[SECRET_KEY_SIZE], struct span in, const uint8_t expected[SECRET_SUM_SIZE])
{
    uint8_t sum[SECRET_SUM_SIZE];

    secret_sum(key, in, sum);
    return sodium_memcmp(sum, expected, SECRET_SUM_SIZE) == 0;
}

bool secret_is_same(struct span shown, const uint8_t *kept)
{
    return sodium_memcmp(shown.data, kept, shown.size) == 0;
}

void secret_derive(struct span secret, const char *purpose, uint8_t ret[SECRET_KEY_SIZE])
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, SECRET_KEY_SIZE);
    crypto_generichash_update(&state, (const unsigned char *)purpose, strlen(purpose) + 1);
    crypto_generichash_update(&state, secret.data, secret.size);
    crypto_generichash_final(&state, ret, SECRET_KEY_SIZE);
    sodium_memzero(&state, sizeof state);
}

bool password_hash(const char *password, const uint8_t salt[PASSWORD_SALT_SIZE], char ret[PASSWORD_HASH_SIZE], struct error *err)
{
    enum { SUM_SIZE = 32, TEXT_ROOM = 48 };
    uint8_t sum[SUM_SIZE];
    char salt_text[TEXT_ROOM], sum_text[TEXT_ROOM];
    size_t memory = crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE;
    unsigned passes = crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE;

    if (crypto_pwhash(sum, sizeof sum, password, strlen(password), salt, passes, memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return error_set(err, ERROR_MEMORY, "Close other programs, then try again.", "no memory was left to hash a password");
    sodium_bin2base64(salt_text, sizeof salt_text, salt, PASSWORD_SALT_SIZE, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    sodium_bin2base64(sum_text, sizeof sum_text, sum, sizeof sum, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    memset(ret, 0, PASSWORD_HASH_SIZE);
    snprintf(ret, PASSWORD_HASH_SIZE, "$argon2id$v=19$m=%zu,t=%u,p=1$%.22s$%.43s", memory / 1024, passes, salt_text, sum_text);
    sodium_memzero(sum, sizeof sum);
    return true;
}

bool password_matches(const char *password, const char *hash, bool *ret, struct error *err)
{
    enum { SALT_TEXT_SIZE = 22 };
    char again[PASSWORD_HASH_SIZE];
    uint8_t salt[PASSWORD_SALT_SIZE];
    const char *at = strstr(hash, ",p=1$");
    size_t size = 0;

    *ret = false;
    if (at == NULL || strlen(at += strlen(",p=1$")) < SALT_TEXT_SIZE ||
        sodium_base642bin(salt, sizeof salt, at, SALT_TEXT_SIZE, NULL, &size, NULL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING) != 0 ||
        size != sizeof salt)
        return true;
    /* Not crypto_pwhash_str_verify: it says of no memory what it says of a wrong password. */
    if (!password_hash(password, salt, again, err))
        return false;
    *ret = strlen(again) == strlen(hash) && sodium_memcmp(again, hash, strlen(again)) == 0;
    return true;
}
