// SPDX-License-Identifier: Apache-2.0
/* Any bytes as a request, a reply, an enrolment, a bundle: behind signatures that are made to fit, so that the parsers are reached.
 *
 * Here:      the target. The first byte says which; the rest is the message without its signature.
 * Not here:  the rules (protocol/request.c, reply.c, enrol.c, introduction.c, bundle.c).
 */
#include <sodium.h>
#include <string.h>

#include "protocol/keys.h"
#include "protocol/message.h"
#include "tests/fuzz/fuzz.h"

static uint8_t public_key[SIGN_PUBLIC_SIZE], secret[SIGN_SECRET_SIZE];
static const struct span no_request = {(const uint8_t *)"", 0};

static void sign(struct bytes *message, struct span context)
{
    uint8_t signature[SIGN_SIZE];
    struct bytes all = {0};

    bytes_append(&all, context.data, context.size);
    bytes_append(&all, message->data, message->size);
    crypto_sign_detached(signature, NULL, all.data == NULL ? (const uint8_t *)"" : all.data, all.size, secret);
    fuzz_require(bytes_append(message, signature, sizeof signature));
    bytes_clear(&all);
}

static void try_request(struct arena *arena, struct span in)
{
    struct request request;
    struct span introduction;
    struct introduction who;
    struct bytes again = {0};
    struct error err = {0};

    if (request_peek_introduction(in, &introduction, &err))
        introduction_open(introduction, NULL, &who, &err);
    error_clear(&err);
    if (!request_open(arena, in, public_key, &request, &err)) {
        fuzz_require(err.kind != ERROR_NONE);
        return;
    }
    fuzz_require(request_pack(&again, &request, secret, &err));
    fuzz_require(request_open(arena, bytes_span(&again), public_key, &request, &err));
    bytes_clear(&again);
}

static void try_reply(struct arena *arena, struct span in)
{
    struct reply reply;
    struct bytes again = {0};
    struct error err = {0};

    if (!reply_open(arena, in, no_request, public_key, &reply, &err)) {
        fuzz_require(err.kind != ERROR_NONE);
        return;
    }
    fuzz_require(reply_pack(&again, &reply, no_request, secret, &err));
    fuzz_require(reply_open(arena, bytes_span(&again), no_request, public_key, &reply, &err));
    bytes_clear(&again);
}

static void try_enrolment(struct arena *arena, struct span in)
{
    struct enrol_request request;
    struct enrol_reply reply;
    struct error err = {0};
    char code[CODE_TEXT_SIZE], code_secret[CODE_SECRET_CHARS + 1], print[CODE_PRINT_CHARS + 1];

    code_write(public_key, public_key, code);
    fuzz_require(code_read(code, code_secret, print, &err));
    enrol_request_open(arena, in, &request, &err);
    enrol_reply_open(arena, in, no_request, print, &reply, &err);
}

static void try_bundle(struct span in)
{
    struct bytes opened = {0};
    struct error err = {0};

    fuzz_require(bundle_open(&opened, in, secret, &err) || err.kind != ERROR_NONE);
    bytes_clear(&opened);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t seed[KEY_SEED_SIZE] = {1};
    uint8_t hash[HASH_SIZE];
    struct arena arena = {0};
    struct bytes message = {0};
    char typed[64] = {0};

    if (size == 0)
        return 0;
    keys_of_seed(seed, public_key, secret);
    crypto_hash_sha256(hash, no_request.data, 0);
    bytes_append(&message, data + 1, size - 1);
    switch (data[0] % 5) {
    case 0:
        sign(&message, (struct span){NULL, 0});
        try_request(&arena, bytes_span(&message));
        break;
    case 1:
        sign(&message, (struct span){hash, sizeof hash});
        try_reply(&arena, bytes_span(&message));
        break;
    case 2:
        sign(&message, (struct span){hash, sizeof hash});
        try_enrolment(&arena, bytes_span(&message));
        break;
    case 3:
        try_bundle(bytes_span(&message));
        break;
    case 4:
        memcpy(typed, data + 1, size - 1 < sizeof typed - 1 ? size - 1 : sizeof typed - 1);
        code_read(typed, (char[CODE_SECRET_CHARS + 1]){0}, (char[CODE_PRINT_CHARS + 1]){0}, NULL);
        break;
    }
    bytes_clear(&message);
    arena_clear(&arena);
    return 0;
}
