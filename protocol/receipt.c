// SPDX-License-Identifier: Apache-2.0
/* A receipt: signing, verifying, reading. The signature is Ed25519 by libsodium.
 *
 * Here:      the bytes of a receipt.
 * Not here:  when one is given, what the device does with it.
 */
#include "protocol/receipt.h"

#include <sodium.h>
#include <string.h>

static const uint8_t magic[3] = {'T', 'S', 'R'};

bool receipt_sign(struct bytes *out, const struct receipt *receipt, const uint8_t secret[SIGN_SECRET_SIZE], struct error *err)
{
    size_t start = out->size;
    uint8_t signature[SIGN_SIZE];

    if (receipt->verdict_count > VERDICTS_MAX)
        return error_set(err, ERROR_LIMIT, "", "a receipt of %zu verdicts is more than %d", receipt->verdict_count, VERDICTS_MAX);
    bytes_append(out, magic, sizeof magic);
    bytes_append_u8(out, PROTOCOL_VERSION);
    bytes_append_u64(out, receipt->log);
    bytes_append_varint(out, receipt->seq);
    bytes_append(out, receipt->head, HASH_SIZE);
    bytes_append_varint(out, receipt->safe_seq);
    bytes_append_varint(out, receipt->verdict_count);
    for (size_t i = 0; i < receipt->verdict_count; i++) {
        bytes_append_varint(out, receipt->verdicts[i].seq);
        bytes_append_u8(out, (uint8_t)receipt->verdicts[i].kind);
    }
    if (!out->failed)
        crypto_sign_detached(signature, NULL, out->data + start, out->size - start, secret);
    if (bytes_append(out, signature, sizeof signature))
        return true;
    return error_set(err, ERROR_MEMORY, "Close other programs.", "there was no memory for a receipt");
}

static bool refuse(const char *why, struct error *err)
{
    return error_set(err, ERROR_CORRUPT, "", "a receipt was refused: %s", why);
}

static bool read_verdicts(struct arena *arena, struct reader *in, struct receipt *receipt, struct error *err)
{
    uint64_t count = reader_varint(in);
    struct verdict *verdicts;

    if (count > VERDICTS_MAX)
        return error_set(err, ERROR_LIMIT, "", "a receipt of %llu verdicts is more than %d", (unsigned long long)count, VERDICTS_MAX);
    verdicts = arena_take_many(arena, (size_t)count, sizeof *verdicts);
    if (verdicts == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "there was no memory for a receipt");
    for (size_t i = 0; i < count; i++) {
        uint64_t seq = reader_varint(in);
        uint8_t kind = reader_u8(in);

        if (in->failed || (kind != VERDICT_QUARANTINED && kind != VERDICT_CLAMPED))
            return refuse("a verdict was of no known kind", err);
        if (seq == 0 || seq > receipt->seq || (i > 0 && seq < verdicts[i - 1].seq) ||
            (i > 0 && seq == verdicts[i - 1].seq && kind <= verdicts[i - 1].kind))
            return refuse("its verdicts were out of order", err);
        verdicts[i] = (struct verdict){seq, kind == VERDICT_CLAMPED ? VERDICT_CLAMPED : VERDICT_QUARANTINED};
    }
    receipt->verdicts = count == 0 ? NULL : verdicts;
    receipt->verdict_count = (size_t)count;
    return true;
}

bool receipt_open(struct arena *arena, struct span in, const uint8_t server_public[SIGN_PUBLIC_SIZE], struct receipt *ret,
                  struct error *err)
{
    struct reader reader = reader_of(in.data, in.size);
    struct span start = reader_span(&reader, sizeof magic);
    struct receipt receipt = {0};
    struct span head;
    uint8_t version;

    if (reader.failed || memcmp(start.data, magic, sizeof magic) != 0)
        return refuse("it did not begin as one", err);
    version = reader_u8(&reader);
    if (!reader.failed && version > PROTOCOL_VERSION)
        return error_set(err, ERROR_NEWER, "Upgrade this program.", "a receipt was of version %u", version);
    if (version != PROTOCOL_VERSION || reader_left(&reader) < SIGN_SIZE)
        return refuse("it was cut or of no known version", err);
    reader.end -= SIGN_SIZE;
    if (crypto_sign_verify_detached(reader.end, in.data, in.size - SIGN_SIZE, server_public) != 0)
        return refuse("its signature was not the server's", err);
    receipt.log = reader_u64(&reader);
    receipt.seq = reader_varint(&reader);
    head = reader_span(&reader, HASH_SIZE);
    receipt.safe_seq = reader_varint(&reader);
    if (reader.failed || receipt.log == 0)
        return refuse("it was cut or named no log", err);
    memcpy(receipt.head, head.data, HASH_SIZE);
    if (!read_verdicts(arena, &reader, &receipt, err))
        return false;
    if (reader.failed || reader_left(&reader) != 0)
        return refuse("bytes were missing or left over", err);
    *ret = receipt;
    return true;
}
