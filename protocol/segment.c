// SPDX-License-Identifier: Apache-2.0
/* A segment: sealing and opening.
 *
 * Here:      how many changes go in, the header, the signature (Ed25519 by libsodium), what is refused.
 * Not here:  columns (columns.c), deflating (squeeze.c, deflate.c), the chain (chain.c).
 */
#include "protocol/segment.h"

#include <sodium.h>
#include <string.h>

#include "protocol/columns.h"
#include "protocol/deflate.h"
#include "protocol/squeeze.h"

_Static_assert(SIGN_SIZE == crypto_sign_BYTES, "the size of an Ed25519 signature");

enum { TRIES_MAX = 10, FULL_PERCENT = 85 };
static const uint8_t magic[3] = {'T', 'S', 'G'};

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs.", "there was no memory for a segment");
}

static void body_sum(const uint8_t seed[SEED_SIZE], struct span body, uint8_t ret[BODY_SUM_SIZE])
{
    static const uint8_t label[] = "teren body 1";
    crypto_hash_sha256_state state;
    uint8_t hash[HASH_SIZE];

    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, label, sizeof label - 1);
    crypto_hash_sha256_update(&state, seed, SEED_SIZE);
    if (body.size > 0)
        crypto_hash_sha256_update(&state, body.data, body.size);
    crypto_hash_sha256_final(&state, hash);
    memcpy(ret, hash, BODY_SUM_SIZE);
}

/* The head after these changes; false also when their canonical bytes are more than a segment may unfold to. */
static bool move_head(uint8_t head[HASH_SIZE], const uint8_t seed[SEED_SIZE], const struct change *changes, size_t count, struct error *err)
{
    struct bytes scratch = {0};
    size_t size = 0;
    bool done = true;

    for (size_t i = 0; i < count && done; i++) {
        done = chain_add(head, seed, &changes[i], &scratch);
        size += scratch.size;
        if (!done)
            no_memory(err);
        else if (size > SEGMENT_CANONICAL_BYTES_MAX)
            done = error_set(err, ERROR_LIMIT, "", "a segment unfolded to more than %d bytes", SEGMENT_CANONICAL_BYTES_MAX);
    }
    bytes_clear(&scratch);
    return done;
}

/* ---- sealing ---- */

struct packing {
    const struct change *changes;
    struct bytes raw, body; /* of `count` changes that fit */
    size_t count;
    struct bytes next_raw, next_body;
};

static void packing_clear(struct packing *packing)
{
    bytes_clear(&packing->raw);
    bytes_clear(&packing->body);
    bytes_clear(&packing->next_raw);
    bytes_clear(&packing->next_body);
}

/* Packs so many. *ret_size: what the body would be, or an estimate above every bound when the raw text alone is too much. */
static bool pack(struct packing *packing, size_t count, size_t *ret_size, struct error *err)
{
    struct columns columns = {
        .log = packing->changes[0].log, .first_seq = packing->changes[0].seq, .changes = packing->changes, .count = count};
    size_t digits;

    bytes_reset(&packing->next_raw);
    bytes_reset(&packing->next_body);
    if (!columns_write(&packing->next_raw, &columns, &digits, err))
        return false;
    if (packing->next_raw.size > SEGMENT_RAW_BYTES_MAX) {
        *ret_size = 2 * (size_t)SEGMENT_BODY_BYTES_MAX;
        return true;
    }
    if (!squeeze(bytes_span(&packing->next_raw), digits, DICTIONARY_SEGMENT, &packing->next_body, err))
        return false;
    *ret_size = packing->next_body.size;
    return true;
}

static void keep(struct packing *packing, size_t count)
{
    struct bytes raw = packing->raw, body = packing->body;

    packing->raw = packing->next_raw;
    packing->body = packing->next_body;
    packing->next_raw = raw;
    packing->next_body = body;
    packing->count = count;
}

/* As many as fit, or nearly: sizes grow about evenly, so each try says where the next should be. */
static bool pack_most(struct packing *packing, size_t count, size_t body_bytes, struct error *err)
{
    size_t too_many = count + 1, guess = count;

    packing->count = 0;
    for (int tries = 0; packing->count + 1 < too_many && (tries < TRIES_MAX || packing->count == 0); tries++) {
        size_t size, next;

        if (!pack(packing, guess, &size, err))
            return false;
        if (size <= body_bytes || (guess == 1 && size <= SEGMENT_BODY_BYTES_MAX))
            keep(packing, guess);
        else
            too_many = guess;
        if (size <= body_bytes && size >= body_bytes / 100 * FULL_PERCENT)
            break;
        next = size == 0 ? guess : (size_t)((double)guess * (double)body_bytes / (double)size * 0.95);
        if (tries >= TRIES_MAX / 2) /* it does not grow evenly: halve what is left */
            next = packing->count + (too_many - packing->count) / 2;
        guess = next <= packing->count ? packing->count + 1 : next >= too_many ? too_many - 1 : next;
        if (guess == 0)
            return error_set(err, ERROR_LIMIT, "", "change %llu did not fit into a segment", (unsigned long long)packing->changes[0].seq);
    }
    return true;
}

/* What is sealed can be opened: nothing is sent that nobody can read. ERROR_LIMIT: fewer changes would do. */
static bool check(const struct packing *packing, const uint8_t previous[HASH_SIZE], const uint8_t seed[SEED_SIZE],
                  uint8_t ret_head[HASH_SIZE], struct error *err)
{
    struct arena arena = {0};
    struct columns columns = {.log = packing->changes[0].log, .first_seq = packing->changes[0].seq, .count = packing->count};
    uint8_t read_head[HASH_SIZE];
    bool done;

    memcpy(ret_head, previous, HASH_SIZE);
    memcpy(read_head, previous, HASH_SIZE);
    done = move_head(ret_head, seed, packing->changes, packing->count, err) &&
           columns_read(&arena, bytes_span(&packing->raw), SEGMENT_RAW_BYTES_MAX, SEGMENT_CANONICAL_BYTES_MAX, &columns, err) &&
           move_head(read_head, seed, columns.changes, columns.count, err);
    if (done && memcmp(read_head, ret_head, HASH_SIZE) != 0)
        done = error_set(err, ERROR_CORRUPT, "Report this as a bug.", "changes from %llu on could not be packed as they are",
                         (unsigned long long)packing->changes[0].seq);
    arena_clear(&arena);
    return done;
}

static bool write_sealed(struct bytes *out, const struct packing *packing, const uint8_t previous[HASH_SIZE], const uint8_t head[HASH_SIZE],
                         const uint8_t seed[SEED_SIZE], const uint8_t secret[SIGN_SECRET_SIZE], struct error *err)
{
    size_t start = out->size;
    uint8_t sum[BODY_SUM_SIZE], signature[SIGN_SIZE];

    body_sum(seed, bytes_span(&packing->body), sum);
    bytes_append(out, magic, sizeof magic);
    bytes_append_u8(out, PROTOCOL_VERSION);
    bytes_append_u8(out, DICTIONARY_VERSION);
    bytes_append_u64(out, packing->changes[0].log);
    bytes_append_varint(out, packing->changes[0].seq);
    bytes_append_varint(out, packing->count);
    bytes_append_varint(out, packing->raw.size);
    bytes_append(out, previous, HASH_SIZE);
    bytes_append(out, head, HASH_SIZE);
    bytes_append(out, seed, SEED_SIZE);
    if (!bytes_append(out, sum, sizeof sum))
        return no_memory(err);
    crypto_sign_detached(signature, NULL, out->data + start, out->size - start, secret);
    bytes_append_varint(out, packing->body.size);
    bytes_append(out, packing->body.data, packing->body.size);
    return bytes_append(out, signature, sizeof signature) || no_memory(err);
}

/* How many of them a segment may hold at all: one log, seq dense, within the bound on canonical bytes. */
static bool usable_count(const struct change *changes, size_t count, size_t *ret, struct error *err)
{
    struct bytes scratch = {0};
    size_t size = 0, usable = 0;
    bool done = true;

    if (count == 0)
        return error_set(err, ERROR_INVALID, "", "a segment of no changes was asked for");
    for (size_t i = 0; i < count && i < SEGMENT_CHANGES_MAX; i++) {
        if (changes[i].log != changes[0].log || changes[i].seq != changes[0].seq + i || changes[i].seq == 0 ||
            !change_is_well_formed(&changes[i], err)) {
            done = error_set(err, ERROR_INVALID, "", "change %llu did not follow on", (unsigned long long)changes[i].seq);
            break;
        }
        bytes_reset(&scratch);
        if (!change_write(&scratch, &changes[i])) {
            done = no_memory(err);
            break;
        }
        size += scratch.size;
        if (size > SEGMENT_CANONICAL_BYTES_MAX)
            break;
        usable++;
    }
    bytes_clear(&scratch);
    *ret = usable;
    return done;
}

bool segment_seal(const struct change *changes, size_t count, size_t body_bytes, const uint8_t previous[HASH_SIZE],
                  const uint8_t seed[SEED_SIZE], const uint8_t secret[SIGN_SECRET_SIZE], struct bytes *ret_sealed, size_t *ret_count,
                  uint8_t ret_head[HASH_SIZE], struct error *err)
{
    struct packing packing = {.changes = changes};
    uint8_t head[HASH_SIZE];
    size_t usable = 0;
    bool done = false;

    if (body_bytes > SEGMENT_BODY_BYTES_MAX)
        body_bytes = SEGMENT_BODY_BYTES_MAX;
    if (!usable_count(changes, count, &usable, err))
        return false;
    for (;;) {
        struct error problem = {0};

        if (!pack_most(&packing, usable, body_bytes, err))
            goto out;
        if (check(&packing, previous, seed, head, &problem))
            break;
        if (problem.kind != ERROR_LIMIT || packing.count == 1) {
            error_set(err, problem.kind, problem.remedy, "%s", problem.cause);
            goto out;
        }
        usable = packing.count / 2; /* it unfolds to more than a reader takes: fewer */
    }
    if (!write_sealed(ret_sealed, &packing, previous, head, seed, secret, err))
        goto out;
    memcpy(ret_head, head, HASH_SIZE);
    *ret_count = packing.count;
    done = true;
out:
    packing_clear(&packing);
    return done;
}

/* ---- opening ---- */

static bool refuse(const char *why, struct error *err)
{
    return error_set(err, ERROR_CORRUPT, "", "a segment was refused: %s", why);
}

static bool peek_versions(struct reader *reader, struct error *err)
{
    struct span start = reader_span(reader, sizeof magic);
    uint8_t version, dictionary;

    if (reader->failed || memcmp(start.data, magic, sizeof magic) != 0)
        return refuse("it did not begin as one", err);
    version = reader_u8(reader);
    dictionary = reader_u8(reader);
    if (reader->failed || version == 0 || dictionary == 0)
        return refuse("it was cut or of no known version", err);
    if (version > PROTOCOL_VERSION || dictionary > DICTIONARY_VERSION)
        return error_set(err, ERROR_NEWER, "Upgrade this program.", "a segment was of version %u with dictionary %u", version, dictionary);
    return true;
}

static bool over(const char *what, uint64_t value, uint64_t max, struct error *err)
{
    return error_set(err, ERROR_LIMIT, "", "a segment of %llu %s is more than %llu", (unsigned long long)value, what,
                     (unsigned long long)max);
}

bool segment_peek(struct span in, struct segment *ret, size_t *ret_used, struct error *err)
{
    struct reader reader = reader_of(in.data, in.size);
    struct segment segment = {0};
    struct span previous, head, seed;
    uint64_t raw_size, body_size;

    if (!peek_versions(&reader, err))
        return false;
    segment.log = reader_u64(&reader);
    segment.first_seq = reader_varint(&reader);
    segment.count = reader_varint(&reader);
    raw_size = reader_varint(&reader);
    previous = reader_span(&reader, HASH_SIZE);
    head = reader_span(&reader, HASH_SIZE);
    seed = reader_span(&reader, SEED_SIZE);
    reader_span(&reader, BODY_SUM_SIZE);
    segment.signed_size = in.size - reader_left(&reader);
    body_size = reader_varint(&reader);
    if (reader.failed)
        return refuse("its header was cut", err);
    if (segment.log == 0 || segment.first_seq == 0 || segment.count == 0 || segment.first_seq > UINT64_MAX - (segment.count - 1))
        return refuse("its log, seq or count", err);
    if (segment.count > SEGMENT_CHANGES_MAX)
        return over("changes", segment.count, SEGMENT_CHANGES_MAX, err);
    if (raw_size > SEGMENT_RAW_BYTES_MAX)
        return over("raw bytes", raw_size, SEGMENT_RAW_BYTES_MAX, err);
    if (body_size > SEGMENT_BODY_BYTES_MAX)
        return over("body bytes", body_size, SEGMENT_BODY_BYTES_MAX, err);
    segment.raw_size = (uint32_t)raw_size;
    segment.body_size = (uint32_t)body_size;
    segment.body = reader_span(&reader, segment.body_size);
    reader_span(&reader, SIGN_SIZE);
    if (reader.failed)
        return refuse("its body was cut", err);
    memcpy(segment.previous, previous.data, HASH_SIZE);
    memcpy(segment.head, head.data, HASH_SIZE);
    memcpy(segment.seed, seed.data, SEED_SIZE);
    *ret_used = in.size - reader_left(&reader);
    segment.sealed = (struct span){in.data, *ret_used};
    *ret = segment;
    return true;
}

static bool peek_whole(struct span in, struct segment *ret, struct error *err)
{
    size_t used;

    return segment_peek(in, ret, &used, err) && (used == in.size || refuse("bytes were left over", err));
}

static bool verify(const struct segment *segment, const uint8_t public_key[SIGN_PUBLIC_SIZE], struct error *err)
{
    const uint8_t *start = segment->sealed.data;
    uint8_t sum[BODY_SUM_SIZE];

    if (crypto_sign_verify_detached(start + segment->sealed.size - SIGN_SIZE, start, segment->signed_size, public_key) != 0)
        return refuse("its signature was not that of its log", err);
    body_sum(segment->seed, segment->body, sum);
    return memcmp(sum, start + segment->signed_size - BODY_SUM_SIZE, BODY_SUM_SIZE) == 0 || refuse("its body was damaged", err);
}

static bool open_body(struct arena *arena, struct segment *segment, struct error *err)
{
    struct bytes raw = {0};
    struct columns columns = {.log = segment->log, .first_seq = segment->first_seq, .count = (size_t)segment->count};
    uint8_t head[HASH_SIZE];
    bool done = false;

    if (!deflate_open(segment->body, DICTIONARY_SEGMENT, segment->raw_size, SEGMENT_RAW_BYTES_MAX, &raw, err) ||
        !columns_read(arena, bytes_span(&raw), SEGMENT_RAW_BYTES_MAX, SEGMENT_CANONICAL_BYTES_MAX, &columns, err))
        goto out;
    for (size_t i = 0; i < columns.count; i++) {
        if (!change_is_well_formed(&columns.changes[i], err))
            goto out;
    }
    memcpy(head, segment->previous, HASH_SIZE);
    if (!move_head(head, segment->seed, columns.changes, columns.count, err))
        goto out;
    if (memcmp(head, segment->head, HASH_SIZE) != 0) {
        refuse("its changes did not lead to its head", err);
        goto out;
    }
    segment->changes = columns.changes;
    done = true;
out:
    bytes_clear(&raw);
    return done;
}

bool segment_open(struct arena *arena, struct span in, const uint8_t public_key[SIGN_PUBLIC_SIZE], struct segment *ret, struct error *err)
{
    struct segment segment;

    if (!peek_whole(in, &segment, err) || !verify(&segment, public_key, err) || !open_body(arena, &segment, err))
        return false;
    *ret = segment;
    return true;
}

bool segment_json(struct arena *arena, struct span in, const char **ret_json, struct error *err)
{
    struct segment segment;
    struct bytes raw = {0};
    const char *json = NULL;

    if (peek_whole(in, &segment, err) &&
        deflate_open(segment.body, DICTIONARY_SEGMENT, segment.raw_size, SEGMENT_RAW_BYTES_MAX, &raw, err)) {
        json = arena_text_n(arena, (const char *)raw.data, raw.size);
        if (json == NULL)
            no_memory(err);
    }
    bytes_clear(&raw);
    if (json != NULL)
        *ret_json = json;
    return json != NULL;
}
