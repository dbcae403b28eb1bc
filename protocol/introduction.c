// SPDX-License-Identifier: Apache-2.0
/* After a fork the old log introduces the fresh one, so that nobody has to type a new code.
 *
 * Here:      signing and opening an introduction.
 * Not here:  when one is made (the store, at a fork), whether it is taken (server_session.c).
 */
#include <sodium.h>
#include <string.h>

#include "protocol/envelope.h"
#include "protocol/message.h"

enum { MAGIC_SIZE = 3, SIGNED_SIZE = INTRODUCTION_SIZE - SIGN_SIZE };

static const char magic[] = "TSI";

bool introduction_sign(struct bytes *out, const struct introduction *introduction, const uint8_t old_secret[SIGN_SECRET_SIZE],
                       struct error *err)
{
    uint8_t signature[SIGN_SIZE];
    struct bytes packed = {0};
    bool done = false;

    bytes_append(&packed, magic, MAGIC_SIZE);
    bytes_append_u64(&packed, introduction->old);
    bytes_append_u64(&packed, introduction->fresh);
    if (bytes_append(&packed, introduction->fresh_public, SIGN_PUBLIC_SIZE)) {
        crypto_sign_detached(signature, NULL, packed.data, packed.size, old_secret);
        bytes_append(out, packed.data, packed.size);
        done = bytes_append(out, signature, sizeof signature);
    }
    bytes_clear(&packed);
    return done || envelope_no_memory(err);
}

bool introduction_open(struct span in, const uint8_t *old_public, struct introduction *ret, struct error *err)
{
    struct introduction opened;
    struct reader reader;

    if (in.size != INTRODUCTION_SIZE || memcmp(in.data, magic, MAGIC_SIZE) != 0)
        return error_set(err, ERROR_CORRUPT, "", "the %zu bytes are not an introduction", in.size);
    if (old_public != NULL && crypto_sign_verify_detached(in.data + SIGNED_SIZE, in.data, SIGNED_SIZE, old_public) != 0)
        return error_set(err, ERROR_CORRUPT, "", "the introduction was not signed by the log that introduces");
    reader = reader_of(in.data + MAGIC_SIZE, SIGNED_SIZE - MAGIC_SIZE);
    opened.old = reader_u64(&reader);
    opened.fresh = reader_u64(&reader);
    memcpy(opened.fresh_public, reader_span(&reader, SIGN_PUBLIC_SIZE).data, SIGN_PUBLIC_SIZE);
    if (opened.old == 0 || opened.fresh == 0 || opened.old == opened.fresh)
        return error_set(err, ERROR_CORRUPT, "", "the introduction does not name two logs");
    *ret = opened;
    return true;
}
