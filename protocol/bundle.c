// SPDX-License-Identifier: Apache-2.0
/* A message in a file, for a USB stick or an e-mail: sealed, so that whoever carries it cannot read it.
 *
 * Here:      sealing and opening.
 * Not here:  the message itself (request.c, reply.c), files.
 * Promise:   the same message for the same reader gives the same bytes: there is no chance in it. libsodium's crypto_box_seal draws
 *            its own key pair; here the pair is made from a keyed hash of the message, which holds a signature that only its
 *            author could make and so cannot be guessed. The form is that of crypto_box_seal, and crypto_box_seal_open opens it.
 */
#include <sodium.h>
#include <string.h>

#include "protocol/catalogue.h"
#include "protocol/envelope.h"
#include "protocol/message.h"

enum { MAGIC_SIZE = 3, BOX_AT = 4 };

static const char magic[] = "TSB";
static const char seed_context[] = "teren bundle 1";

static bool is_bad(struct error *err, const char *what)
{
    return error_set(err, ERROR_CORRUPT, "Copy the file again from where it was made.", "bundle could not be opened: %s", what);
}

bool bundle_seal(struct bytes *out, struct span message, const uint8_t reader_public[SIGN_PUBLIC_SIZE], struct error *err)
{
    uint8_t reader_key[crypto_box_PUBLICKEYBYTES], own_key[crypto_box_PUBLICKEYBYTES], own_secret[crypto_box_SECRETKEYBYTES];
    uint8_t seed[crypto_box_SEEDBYTES], nonce[crypto_box_NONCEBYTES];
    crypto_generichash_state hash;
    uint8_t *box;

    if (message.size < SIGN_SIZE || message.size > MESSAGE_BYTES_MAX)
        return error_set(err, ERROR_LIMIT, "", "a message of %zu bytes cannot be in a bundle", message.size);
    if (crypto_sign_ed25519_pk_to_curve25519(reader_key, reader_public) != 0)
        return error_set(err, ERROR_INVALID, "", "the key of the bundle's reader is none");

    crypto_generichash_init(&hash, (const uint8_t *)seed_context, sizeof seed_context - 1, sizeof seed);
    crypto_generichash_update(&hash, reader_public, SIGN_PUBLIC_SIZE);
    crypto_generichash_update(&hash, message.data, message.size);
    crypto_generichash_final(&hash, seed, sizeof seed);
    crypto_box_seed_keypair(own_key, own_secret, seed);
    crypto_generichash_init(&hash, NULL, 0, sizeof nonce);
    crypto_generichash_update(&hash, own_key, sizeof own_key);
    crypto_generichash_update(&hash, reader_key, sizeof reader_key);
    crypto_generichash_final(&hash, nonce, sizeof nonce);

    bytes_append(out, magic, MAGIC_SIZE);
    bytes_append_u8(out, PROTOCOL_VERSION);
    bytes_append(out, own_key, sizeof own_key);
    box = bytes_extend(out, message.size + crypto_box_MACBYTES);
    if (box != NULL && crypto_box_easy(box, message.data, message.size, nonce, reader_key, own_secret) != 0)
        box = NULL;
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(own_secret, sizeof own_secret);
    return box != NULL || envelope_no_memory(err);
}

bool bundle_is_one(struct span in)
{
    return in.size >= BOX_AT && memcmp(in.data, magic, MAGIC_SIZE) == 0;
}

bool bundle_open(struct bytes *out, struct span in, const uint8_t reader_secret[SIGN_SECRET_SIZE], struct error *err)
{
    bool done = false;
    uint8_t key[crypto_box_PUBLICKEYBYTES], secret[crypto_box_SECRETKEYBYTES];
    struct bytes message = {0};
    uint8_t *opened;

    if (!bundle_is_one(in))
        return is_bad(err, N_("it is not a bundle"));
    if (in.data[MAGIC_SIZE] != PROTOCOL_VERSION)
        return error_set(err, ERROR_NEWER, "Upgrade the older side.", "the bundle was of version %d, this program reads %d",
                         in.data[MAGIC_SIZE], PROTOCOL_VERSION);
    if (in.size < BOX_AT + crypto_box_SEALBYTES)
        return is_bad(err, N_("it ended early"));
    if (in.size - BOX_AT - crypto_box_SEALBYTES > MESSAGE_BYTES_MAX)
        return error_set(err, ERROR_LIMIT, "", "a bundle of %zu bytes is larger than any can be", in.size);

    opened = bytes_extend(&message, in.size - BOX_AT - crypto_box_SEALBYTES);
    if (opened == NULL && in.size > BOX_AT + crypto_box_SEALBYTES) {
        envelope_no_memory(err);
        goto out;
    }
    /* The reader's public key is the second half of its signing key. */
    if (crypto_sign_ed25519_pk_to_curve25519(key, reader_secret + SIGN_SECRET_SIZE - SIGN_PUBLIC_SIZE) != 0 ||
        crypto_sign_ed25519_sk_to_curve25519(secret, reader_secret) != 0 ||
        crypto_box_seal_open(opened, in.data + BOX_AT, in.size - BOX_AT, key, secret) != 0) {
        is_bad(err, N_("it was changed on the way, or is for somebody else"));
        goto out;
    }
    done = bytes_append(out, message.data, message.size) || envelope_no_memory(err);
out:
    sodium_memzero(secret, sizeof secret);
    bytes_clear(&message);
    return done;
}
