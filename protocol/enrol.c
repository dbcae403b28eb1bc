// SPDX-License-Identifier: Apache-2.0
/* How a fresh log becomes a device's log: the code that a person types, and the one exchange it opens.
 *
 * Here:      writing and reading codes; packing and opening the enrolment's request and reply.
 * Not here:  making codes, counting tries, what a code is good for (the server's app).
 * Promise:   a reply is believed only from the server whose fingerprint stands in the code.
 */
#include <sodium.h>
#include <string.h>

#include "protocol/catalogue.h"
#include "protocol/envelope.h"
#include "protocol/message.h"

enum {
    MAGIC_SIZE = 3,
    CODE_CHARS = CODE_SECRET_CHARS + CODE_PRINT_CHARS,
    CODE_GROUP = 4,
    SECRET_BYTES = 9,      /* 72 bits, of which the first 70 are said */
    PRINT_BYTES = 4,       /* 32 bits, of which the first 30 are said */
    BASE32_OF_SECRET = 16, /* characters and NUL */
    BASE32_OF_PRINT = 8,
    REPLY_KEY_AT = 5,
};

static const char request_magic[] = "TSE";
static const char reply_magic[] = "TSF";

/* --- codes ------------------------------------------------------------------------------------------------------------- */

static void print_of_server(const uint8_t server_public[SIGN_PUBLIC_SIZE], char ret[BASE32_OF_PRINT])
{
    uint8_t hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, server_public, SIGN_PUBLIC_SIZE);
    base32_write(hash, PRINT_BYTES, ret);
    ret[CODE_PRINT_CHARS] = '\0';
}

void code_write(const uint8_t secret[9], const uint8_t server_public[SIGN_PUBLIC_SIZE], char ret[CODE_TEXT_SIZE])
{
    char text[BASE32_OF_SECRET];
    char print[BASE32_OF_PRINT];
    size_t at = 0;

    base32_write(secret, SECRET_BYTES, text);
    print_of_server(server_public, print);
    for (size_t i = 0; i < CODE_CHARS; i++) {
        if (i > 0 && i % CODE_GROUP == 0)
            ret[at++] = '-';
        ret[at++] = i < CODE_SECRET_CHARS ? text[i] : print[i - CODE_SECRET_CHARS];
    }
    ret[at] = '\0';
    sodium_memzero(text, sizeof text);
}

bool code_read(const char *typed, char ret_secret[CODE_SECRET_CHARS + 1], char ret_print[CODE_PRINT_CHARS + 1], struct error *err)
{
    static const char remedy[] = N_("Type the code as it was given out: five groups of four characters.");
    char clean[CODE_CHARS];
    size_t count = 0;

    for (const char *at = typed; *at != '\0'; at++) {
        int value = base32_value(*at);
        if (*at == '-' || *at == ' ')
            continue;
        if (value < 0)
            return error_set(err, ERROR_INVALID, remedy, "character %zu of the enrolment code is none that a code can have",
                             (size_t)(at - typed) + 1);
        if (count < CODE_CHARS)
            clean[count] = base32_digit((unsigned)value);
        count++;
    }
    if (count != CODE_CHARS)
        return error_set(err, ERROR_INVALID, remedy, "the enrolment code had %zu characters, not %d", count, CODE_CHARS);
    memcpy(ret_secret, clean, CODE_SECRET_CHARS);
    ret_secret[CODE_SECRET_CHARS] = '\0';
    memcpy(ret_print, clean + CODE_SECRET_CHARS, CODE_PRINT_CHARS);
    ret_print[CODE_PRINT_CHARS] = '\0';
    return true;
}

bool code_matches_server(const char print[CODE_PRINT_CHARS + 1], const uint8_t server_public[SIGN_PUBLIC_SIZE])
{
    char expected[BASE32_OF_PRINT];

    print_of_server(server_public, expected);
    return strcmp(expected, print) == 0;
}

/* --- shared ------------------------------------------------------------------------------------------------------------ */

/* Signs `context` (may be empty) followed by what was written, and appends all to out. */
static bool seal(struct bytes *out, struct bytes *packed, struct span context, const uint8_t secret[SIGN_SECRET_SIZE], struct error *err)
{
    uint8_t signature[SIGN_SIZE];
    struct bytes all = {0};
    bool done = false;

    bytes_append(&all, context.data, context.size);
    bytes_append(&all, packed->data, packed->size);
    if (!packed->failed && !all.failed) {
        crypto_sign_detached(signature, NULL, all.data, all.size, secret);
        bytes_append(out, packed->data, packed->size);
        done = bytes_append(out, signature, sizeof signature);
    }
    sodium_memzero(signature, sizeof signature);
    bytes_clear(&all);
    return done || envelope_no_memory(err);
}

static bool read_text(struct arena *arena, struct reader *in, size_t size_max, const char **ret)
{
    struct span text = reader_text(in);

    if (in->failed || text.size > size_max || (text.size > 0 && memchr(text.data, '\0', text.size) != NULL))
        return false;
    *ret = text.size == 0 ? "" : arena_text_n(arena, (const char *)text.data, text.size);
    return *ret != NULL;
}

/* --- request ----------------------------------------------------------------------------------------------------------- */

bool enrol_request_pack(struct bytes *out, const struct enrol_request *request, const uint8_t secret[SIGN_SECRET_SIZE], struct error *err)
{
    struct bytes packed = {0};
    bool done;

    bytes_append(&packed, request_magic, MAGIC_SIZE);
    bytes_append_u8(&packed, PROTOCOL_VERSION);
    bytes_append_u64(&packed, request->log);
    bytes_append(&packed, request->public_key, SIGN_PUBLIC_SIZE);
    bytes_append_text(&packed, request->secret);
    bytes_append_text(&packed, request->agent);
    bytes_append_text(&packed, request->device_kind);
    done = seal(out, &packed, (struct span){0}, secret, err);
    bytes_clear(&packed);
    return done;
}

bool enrol_request_open(struct arena *arena, struct span in, struct enrol_request *ret, struct error *err)
{
    struct enrol_request opened = {0};
    struct reader reader;
    struct span key;

    if (in.size < MAGIC_SIZE + 1 || memcmp(in.data, request_magic, MAGIC_SIZE) != 0)
        return error_set(err, ERROR_CORRUPT, "", "the %zu bytes that came are no enrolment", in.size);
    if (in.data[MAGIC_SIZE] != PROTOCOL_VERSION)
        return error_set(err, ERROR_NEWER, "Upgrade the older side.", "the enrolment was of version %d, this server speaks %d",
                         in.data[MAGIC_SIZE], PROTOCOL_VERSION);
    if (!envelope_is_within_bounds(in.size, err))
        return false;
    if (in.size < MAGIC_SIZE + 1 + sizeof(uint64_t) + SIGN_PUBLIC_SIZE + SIGN_SIZE)
        return envelope_is_broken(err, "it ended early");
    reader = reader_of(in.data + MAGIC_SIZE + 1, in.size - MAGIC_SIZE - 1 - SIGN_SIZE);
    opened.log = reader_u64(&reader);
    key = reader_span(&reader, SIGN_PUBLIC_SIZE);
    if (crypto_sign_verify_detached(in.data + in.size - SIGN_SIZE, in.data, in.size - SIGN_SIZE, key.data) != 0)
        return envelope_is_broken(err, "the signature is not of the key in it");
    memcpy(opened.public_key, key.data, SIGN_PUBLIC_SIZE);
    if (opened.log == 0 || !read_text(arena, &reader, CODE_SECRET_CHARS, &opened.secret) ||
        !read_text(arena, &reader, AGENT_BYTES_MAX, &opened.agent) || !read_text(arena, &reader, CODE_BYTES_MAX, &opened.device_kind) ||
        reader_left(&reader) != 0)
        return envelope_is_broken(err, "its fields are not as they must be");
    *ret = opened;
    return true;
}

/* --- reply ------------------------------------------------------------------------------------------------------------- */

static struct span hash_of(struct span request, uint8_t hash[HASH_SIZE])
{
    crypto_hash_sha256(hash, request.data, request.size);
    return (struct span){hash, HASH_SIZE};
}

bool enrol_reply_pack(struct bytes *out, const struct enrol_reply *reply, struct span request, const uint8_t secret[SIGN_SECRET_SIZE],
                      struct error *err)
{
    uint8_t hash[HASH_SIZE];
    struct bytes packed = {0};
    bool done;

    bytes_append(&packed, reply_magic, MAGIC_SIZE);
    bytes_append_u8(&packed, PROTOCOL_VERSION);
    bytes_append_u8(&packed, (uint8_t)reply->kind);
    bytes_append(&packed, reply->server_public, SIGN_PUBLIC_SIZE);
    if (reply->kind == REPLY_UPGRADE) {
        bytes_append_u8(&packed, reply->oldest);
        bytes_append_u8(&packed, reply->newest);
    } else {
        bytes_append_text(&packed, reply->device);
        bytes_append(&packed, reply->digest_key, DIGEST_KEY_SIZE);
        bytes_append_u64(&packed, reply->epoch);
        bytes_append_u64(&packed, (uint64_t)reply->now_ms);
        bytes_append_text(&packed, reply->reason);
    }
    done = seal(out, &packed, hash_of(request, hash), secret, err);
    bytes_clear(&packed);
    return done;
}

static bool enrol_reply_verify(struct span in, struct span request, const char *print, struct error *err)
{
    uint8_t hash[HASH_SIZE];
    struct bytes bound = {0};
    struct span context = hash_of(request, hash);
    const uint8_t *key = in.data + REPLY_KEY_AT;
    bool done = true;

    if (!code_matches_server(print, key))
        return error_set(err, ERROR_REFUSED, "Check the address and the code; if both are right, tell the coordinator.",
                         "the server that answered is not the one that made the code (it should end with %s)", print);
    bytes_append(&bound, context.data, context.size);
    if (!bytes_append(&bound, in.data, in.size - SIGN_SIZE))
        done = envelope_no_memory(err);
    else if (crypto_sign_verify_detached(in.data + in.size - SIGN_SIZE, bound.data, bound.size, key) != 0)
        done = envelope_is_broken(err, "the server's signature does not fit this enrolment and this reply");
    bytes_clear(&bound);
    return done;
}

static bool enrol_reply_read(struct arena *arena, struct reader *reader, struct enrol_reply *ret)
{
    struct span key;

    if (ret->kind == REPLY_UPGRADE) {
        ret->oldest = reader_u8(reader);
        ret->newest = reader_u8(reader);
        return !reader->failed;
    }
    if (!read_text(arena, reader, CODE_BYTES_MAX, &ret->device))
        return false;
    key = reader_span(reader, DIGEST_KEY_SIZE);
    if (reader->failed)
        return false;
    memcpy(ret->digest_key, key.data, DIGEST_KEY_SIZE);
    ret->epoch = reader_u64(reader);
    ret->now_ms = (int64_t)reader_u64(reader);
    return read_text(arena, reader, REASON_BYTES_MAX, &ret->reason) && reader_left(reader) == 0;
}

bool enrol_reply_open(struct arena *arena, struct span in, struct span request, const char print[CODE_PRINT_CHARS + 1],
                      struct enrol_reply *ret, struct error *err)
{
    struct enrol_reply opened = {.device = "", .reason = ""};
    struct reader reader;
    uint8_t version, kind;

    if (in.size < MAGIC_SIZE || memcmp(in.data, reply_magic, MAGIC_SIZE) != 0)
        return error_set(err, ERROR_OFFLINE, "Check the address.", "the answer was not from a Teren server (%zu bytes of something else)",
                         in.size);
    if (!envelope_is_within_bounds(in.size, err))
        return false;
    if (in.size < REPLY_KEY_AT + SIGN_PUBLIC_SIZE + SIGN_SIZE)
        return envelope_is_broken(err, "it ended early");
    version = in.data[MAGIC_SIZE];
    kind = in.data[MAGIC_SIZE + 1];
    if (!envelope_version_meets(version, kind == REPLY_UPGRADE, err))
        return false;
    if (!enrol_reply_verify(in, request, print, err))
        return false;
    opened.kind = (enum reply_kind)kind;
    memcpy(opened.server_public, in.data + REPLY_KEY_AT, SIGN_PUBLIC_SIZE);
    reader = reader_of(in.data + REPLY_KEY_AT + SIGN_PUBLIC_SIZE, in.size - REPLY_KEY_AT - SIGN_PUBLIC_SIZE - SIGN_SIZE);
    if ((opened.kind != REPLY_OK && opened.kind != REPLY_REFUSED && opened.kind != REPLY_RETRY && opened.kind != REPLY_UPGRADE) ||
        !enrol_reply_read(arena, &reader, &opened))
        return envelope_is_broken(err, "its fields are not as they must be");
    *ret = opened;
    return true;
}
