// SPDX-License-Identifier: Apache-2.0
/* What a server answers in a session: packs and opens replies.
 *
 * Here:      magic, marks, fixed fields, the head's keys, the server's signature, bound to the request.
 * Not here:  what to answer when (server_session.c); how heads and parts are written (envelope.c); requests (request.c).
 * Promise:   nothing of a reply is handed out before its signature verified against the very request that was sent.
 */
#include "protocol/message.h"

#include <sodium.h>
#include <string.h>

#include "protocol/envelope.h"

enum {
    MAGIC_SIZE = 3,
    UPGRADE_SIZE = 7, /* magic, version, kind, oldest, newest */
    MARK_LAST_HEAD = 1,
    MARK_DIGEST = 2,
    MARK_EPOCH = 4,
    MARKS_ALL = 7,
    PARTS_MAX = 3,
};

static const char magic[] = "TSA";

/* A reply is bound to its request: what is signed is the request's hash, then the reply. */
static bool bound_bytes(struct bytes *bound, struct span request, struct span reply)
{
    uint8_t hash[HASH_SIZE];

    crypto_hash_sha256(hash, request.data, request.size);
    bytes_append(bound, hash, sizeof hash);
    return bytes_append(bound, reply.data, reply.size);
}

static bool reply_sign(struct bytes *reply, struct span request, const uint8_t secret[SIGN_SECRET_SIZE], struct error *err)
{
    uint8_t signature[SIGN_SIZE];
    struct bytes bound = {0};
    bool done =
        !reply->failed && bound_bytes(&bound, request, bytes_span(reply)) && envelope_is_within_bounds(reply->size + SIGN_SIZE, err);

    if (done) {
        crypto_sign_detached(signature, NULL, bound.data, bound.size, secret);
        done = bytes_append(reply, signature, sizeof signature);
    }
    bytes_clear(&bound);
    return done || envelope_no_memory(err);
}

static bool reply_verify(struct span in, struct span request, const uint8_t server_public[SIGN_PUBLIC_SIZE], struct error *err)
{
    struct bytes bound = {0};
    struct span signed_part = {in.data, in.size - SIGN_SIZE};
    bool done = true;

    if (!bound_bytes(&bound, request, signed_part))
        done = envelope_no_memory(err);
    else if (crypto_sign_verify_detached(in.data + signed_part.size, bound.data, bound.size, server_public) != 0)
        done = envelope_is_broken(err, "the server's signature does not fit this request and this reply");
    bytes_clear(&bound);
    return done;
}

static json_t *grants_to_json(const struct grant *grants, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; list != NULL && i < count; i++) {
        json_t *pair = json_pack("[s,s]", grants[i].programme, grants[i].municipality);
        if (pair == NULL || json_array_append_new(list, pair) != 0) {
            json_decref(list);
            list = NULL;
        }
    }
    return list;
}

static json_t *reply_head(const struct reply *reply)
{
    json_t *head = json_object();
    bool good = head != NULL && head_put(head, "q", reply->last_seq) && head_put(head, "p", reply->cursor.position) &&
                head_put(head, "s", reply->cursor.scope) && head_put(head, "f", reply->cursor.fill) &&
                head_put(head, "n", (uint64_t)reply->now_ms) && head_put(head, "m", reply->more) && head_put(head, "o", reply->rows) &&
                head_put(head, "y", reply->retry_ms) && head_put(head, "v", reply->spread_ms) && head_put(head, "b", reply->bucket_count) &&
                head_put_text(head, "e", reply->reason);

    /* Its presence says that there was a clamp, so it is there even when 0. */
    if (good && reply->clamped)
        good = json_object_set_new(head, "t", json_integer((json_int_t)reply->last_time)) == 0;
    if (good && reply->grant_count > 0)
        good = json_object_set_new(head, "g", grants_to_json(reply->grants, reply->grant_count)) == 0;
    if (!good) {
        json_decref(head);
        head = NULL;
    }
    return head;
}

/* What the request said of epoch and last head; a request that is too short (of another version) said nothing. */
struct said {
    bool complete;
    uint64_t epoch;
    uint8_t last_head[HASH_SIZE];
};
static struct said request_said(struct span request)
{
    struct said said = {0};

    if (request.size >= REQUEST_FIXED_SIZE && memcmp(request.data, REQUEST_MAGIC, REQUEST_MAGIC_SIZE) == 0 &&
        request.data[REQUEST_MAGIC_SIZE] == PROTOCOL_VERSION) {
        struct reader reader = reader_of(request.data + REQUEST_EPOCH_AT, sizeof(uint64_t));
        said.complete = true;
        said.epoch = reader_u64(&reader);
        memcpy(said.last_head, request.data + REQUEST_HEAD_AT, HASH_SIZE);
    }
    return said;
}

static void reply_write_fixed(struct bytes *out, const struct reply *reply, struct span request)
{
    struct said said = request_said(request);
    bool same_head = said.complete && memcmp(said.last_head, reply->last_head, HASH_SIZE) == 0;
    bool same_epoch = said.complete && said.epoch == reply->cursor.epoch;
    unsigned marks = (same_head ? 0U : MARK_LAST_HEAD) | (reply->has_digest ? MARK_DIGEST : 0U) | (same_epoch ? 0U : MARK_EPOCH);

    bytes_append_u8(out, (uint8_t)marks);
    if (!same_head)
        bytes_append(out, reply->last_head, HASH_SIZE);
    if (reply->has_digest) {
        bytes_append_u64(out, reply->digest.low);
        bytes_append_u64(out, reply->digest.high);
    }
    if (!same_epoch)
        bytes_append_u64(out, reply->cursor.epoch);
}

static bool reply_write_body(struct bytes *out, const struct reply *reply, struct span request, struct error *err)
{
    bool done = false;
    struct bytes buckets = {0};
    json_t *head = reply_head(reply);

    if (head == NULL) {
        envelope_no_memory(err);
        goto out;
    }
    for (size_t i = 0; reply->buckets != NULL && i < BUCKETS; i++) {
        bytes_append_u64(&buckets, reply->buckets[i].low);
        bytes_append_u64(&buckets, reply->buckets[i].high);
    }
    reply_write_fixed(out, reply, request);
    if (!head_write(out, head, err))
        goto out;
    const struct span parts[PARTS_MAX] = {reply->receipt, reply->page, bytes_span(&buckets)};
    parts_write(out, parts, PARTS_MAX);
    if (buckets.failed || out->failed) {
        envelope_no_memory(err);
        goto out;
    }
    done = true;
out:
    json_decref(head);
    bytes_clear(&buckets);
    return done;
}

bool reply_pack(struct bytes *out, const struct reply *reply, struct span request, const uint8_t secret[SIGN_SECRET_SIZE],
                struct error *err)
{
    bool done = false;
    struct bytes packed = {0};

    if (reply->grant_count > GRANTS_MAX) {
        error_set(err, ERROR_LIMIT, "", "a reply of %zu grants is more than %d", reply->grant_count, GRANTS_MAX);
        goto out;
    }
    bytes_append(&packed, magic, MAGIC_SIZE);
    bytes_append_u8(&packed, PROTOCOL_VERSION);
    bytes_append_u8(&packed, (uint8_t)reply->kind);
    if (reply->kind == REPLY_UPGRADE) {
        bytes_append_u8(&packed, reply->oldest);
        bytes_append_u8(&packed, reply->newest);
    } else if (!reply_write_body(&packed, reply, request, err)) {
        goto out;
    }
    if (!reply_sign(&packed, request, secret, err))
        goto out;
    if (!bytes_append(out, packed.data, packed.size)) {
        envelope_no_memory(err);
        goto out;
    }
    done = true;
out:
    bytes_clear(&packed);
    return done;
}

static bool reply_read_grants(struct arena *arena, const json_t *head, struct reply *ret)
{
    const json_t *list = json_object_get(head, "g");
    size_t count = json_array_size(list);
    struct grant *grants;

    if (list == NULL)
        return true;
    if (!json_is_array(list) || count > GRANTS_MAX)
        return false;
    grants = arena_take_many(arena, count + 1, sizeof *grants);
    if (grants == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        const json_t *pair = json_array_get(list, i);
        const char *programme = json_string_value(json_array_get(pair, 0));
        const char *municipality = json_string_value(json_array_get(pair, 1));
        if (json_array_size(pair) != 2 || programme == NULL || municipality == NULL)
            return false;
        grants[i].programme = arena_text(arena, programme);
        grants[i].municipality = arena_text(arena, municipality);
        if (grants[i].programme == NULL || grants[i].municipality == NULL)
            return false;
    }
    ret->grants = grants;
    ret->grant_count = count;
    return true;
}

static bool reply_read_head(struct arena *arena, const json_t *head, struct reply *ret)
{
    uint64_t more;
    bool good = head_get(head, "q", UINT64_MAX, &ret->last_seq) && head_get(head, "p", UINT64_MAX, &ret->cursor.position) &&
                head_get(head, "s", UINT64_MAX, &ret->cursor.scope) && head_get(head, "f", UINT64_MAX, &ret->cursor.fill) &&
                head_get_moment(head, "n", &ret->now_ms) && head_get(head, "m", 1, &more) && head_get(head, "o", UINT64_MAX, &ret->rows) &&
                head_get_u32(head, "y", &ret->retry_ms) && head_get_u32(head, "v", &ret->spread_ms) &&
                head_get_u32(head, "b", &ret->bucket_count) && head_get(head, "t", UINT64_MAX, &ret->last_time) &&
                head_get_text(arena, head, "e", REASON_BYTES_MAX, &ret->reason) && reply_read_grants(arena, head, ret);

    ret->more = good && more == 1;
    ret->clamped = json_object_get(head, "t") != NULL;
    return good && ret->bucket_count <= BUCKETS;
}

static bool reply_read_buckets(struct arena *arena, struct span part, struct reply *ret, struct error *err)
{
    struct digest *buckets;
    struct reader reader = reader_of(part.data, part.size);

    if (part.size == 0)
        return true;
    if (part.size != BUCKETS * 2 * sizeof(uint64_t))
        return envelope_is_broken(err, "its buckets are not as many as they must be");
    buckets = arena_take_many(arena, BUCKETS, sizeof *buckets);
    if (buckets == NULL)
        return envelope_no_memory(err);
    for (size_t i = 0; i < BUCKETS; i++) {
        buckets[i].low = reader_u64(&reader);
        buckets[i].high = reader_u64(&reader);
    }
    ret->buckets = buckets;
    return true;
}

static bool reply_read_fixed(struct reader *reader, struct span request, struct reply *ret, struct error *err)
{
    struct said said = request_said(request);
    unsigned marks = reader_u8(reader);

    memcpy(ret->last_head, said.last_head, HASH_SIZE);
    ret->cursor.epoch = said.epoch;
    ret->has_digest = (marks & MARK_DIGEST) != 0;
    if ((marks & MARK_LAST_HEAD) != 0) {
        struct span last_head = reader_span(reader, HASH_SIZE);
        if (!reader->failed)
            memcpy(ret->last_head, last_head.data, HASH_SIZE);
    }
    if (ret->has_digest) {
        ret->digest.low = reader_u64(reader);
        ret->digest.high = reader_u64(reader);
    }
    if ((marks & MARK_EPOCH) != 0)
        ret->cursor.epoch = reader_u64(reader);
    if (reader->failed || marks > MARKS_ALL)
        return envelope_is_broken(err, "its fixed fields are not as they must be");
    return true;
}

static bool reply_read_body(struct arena *arena, struct reader *reader, struct span request, struct reply *ret, struct error *err)
{
    bool done = false;
    struct span parts[PARTS_MAX] = {{0}};
    size_t part_count;
    json_t *head = NULL;

    if (!reply_read_fixed(reader, request, ret, err))
        goto out;
    head = head_read(reader, err);
    if (head == NULL)
        goto out;
    if (!reply_read_head(arena, head, ret)) {
        envelope_is_broken(err, "a key of the reply's head is out of its bounds");
        goto out;
    }
    if (!parts_read(reader, parts, PARTS_MAX, &part_count, err) || !reply_read_buckets(arena, parts[2], ret, err))
        goto out;
    ret->receipt = parts[0];
    ret->page = parts[1];
    done = true;
out:
    json_decref(head);
    return done;
}

bool reply_open(struct arena *arena, struct span in, struct span request, const uint8_t server_public[SIGN_PUBLIC_SIZE], struct reply *ret,
                struct error *err)
{
    struct reply opened = {.bytes = in, .reason = ""};
    struct reader reader;
    uint8_t version, kind;

    if (in.size < MAGIC_SIZE || memcmp(in.data, magic, MAGIC_SIZE) != 0)
        return error_set(err, ERROR_OFFLINE, "", "the answer was not from a Teren server (%zu bytes of something else)", in.size);
    if (!envelope_is_within_bounds(in.size, err))
        return false;
    if (in.size < UPGRADE_SIZE + SIGN_SIZE)
        return envelope_is_broken(err, "it ended early");
    version = in.data[MAGIC_SIZE];
    kind = in.data[MAGIC_SIZE + 1];
    if (!envelope_version_meets(version, kind == REPLY_UPGRADE, err))
        return false;
    if (kind > REPLY_BEHIND)
        return envelope_is_broken(err, "its kind is not known");
    if (!reply_verify(in, request, server_public, err))
        return false;
    opened.kind = (enum reply_kind)kind;
    reader = reader_of(in.data + MAGIC_SIZE + 2, in.size - MAGIC_SIZE - 2 - SIGN_SIZE);
    if (opened.kind == REPLY_UPGRADE) {
        opened.oldest = reader_u8(&reader);
        opened.newest = reader_u8(&reader);
    } else if (!reply_read_body(arena, &reader, request, &opened, err)) {
        return false;
    }
    *ret = opened;
    return true;
}
