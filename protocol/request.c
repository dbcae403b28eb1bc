// SPDX-License-Identifier: Apache-2.0
/* What a device says in a session: packs and opens requests.
 *
 * Here:      magic, fixed fields, the head's keys, the log's signature.
 * Not here:  what to say when (device_session.c); how heads and parts are written (envelope.c); replies (reply.c).
 * Promise:   nothing of a request is handed out before its signature verified, but the log that request_peek looks up.
 */
#include "protocol/message.h"

#include <sodium.h>
#include <string.h>

#include "protocol/envelope.h"

static json_t *request_head(const struct request *request)
{
    json_t *head = json_object();
    bool good = head != NULL && head_put(head, "c", request->counter) && head_put(head, "q", request->last_seq) &&
                head_put(head, "z", request->safe_seq) && head_put(head, "p", request->cursor.position) &&
                head_put(head, "s", request->cursor.scope) && head_put(head, "f", request->cursor.fill) &&
                head_put(head, "n", (uint64_t)request->now_ms) && head_put(head, "w", request->waiting) &&
                head_put(head, "r", request->room) && head_put_text(head, "a", request->agent) && head_put(head, "x", request->repair);

    if (good && request->repair_bucket_count > 0) {
        json_t *buckets = json_array();
        good = buckets != NULL && json_object_set_new(head, "b", buckets) == 0;
        for (size_t i = 0; good && i < request->repair_bucket_count; i++)
            good = json_array_append_new(buckets, json_integer(request->repair_buckets[i])) == 0;
    }
    if (!good) {
        json_decref(head);
        head = NULL;
    }
    return head;
}

bool request_pack(struct bytes *out, const struct request *request, const uint8_t secret[SIGN_SECRET_SIZE], struct error *err)
{
    bool done = false;
    uint8_t signature[SIGN_SIZE];
    struct bytes packed = {0};
    json_t *head = request_head(request);

    if (head == NULL) {
        envelope_no_memory(err);
        goto out;
    }
    if (request->segment_count > MESSAGE_SEGMENTS_MAX) {
        error_set(err, ERROR_LIMIT, "", "a request of %zu segments is more than %d", request->segment_count, MESSAGE_SEGMENTS_MAX);
        goto out;
    }
    if (request->introduction.size != 0 && request->introduction.size != INTRODUCTION_SIZE) {
        error_set(err, ERROR_INVALID, "", "an introduction of %zu bytes is none", request->introduction.size);
        goto out;
    }
    bytes_append(&packed, REQUEST_MAGIC, REQUEST_MAGIC_SIZE);
    bytes_append_u8(&packed, PROTOCOL_VERSION);
    bytes_append_u8(&packed, (uint8_t)request->kind);
    bytes_append_u64(&packed, request->log);
    bytes_append_u64(&packed, request->cursor.epoch);
    bytes_append(&packed, request->last_head, HASH_SIZE);
    bytes_append_u8(&packed, (uint8_t)request->introduction.size);
    bytes_append(&packed, request->introduction.data, request->introduction.size);
    if (!head_write(&packed, head, err))
        goto out;
    parts_write(&packed, request->segments, request->segment_count);
    if (packed.failed) {
        envelope_no_memory(err);
        goto out;
    }
    if (!envelope_is_within_bounds(packed.size + SIGN_SIZE, err))
        goto out;
    crypto_sign_detached(signature, NULL, packed.data, packed.size, secret);
    bytes_append(out, packed.data, packed.size);
    if (!bytes_append(out, signature, sizeof signature)) {
        envelope_no_memory(err);
        goto out;
    }
    done = true;
out:
    json_decref(head);
    bytes_clear(&packed);
    return done;
}

bool request_peek(struct span in, uint64_t *ret_log, enum message_kind *ret_kind, struct error *err)
{
    struct reader reader = reader_of(in.data, in.size);
    struct span begin = reader_span(&reader, REQUEST_MAGIC_SIZE);
    uint8_t version = reader_u8(&reader);
    uint8_t kind = reader_u8(&reader);
    uint64_t log = reader_u64(&reader);

    if (reader.failed || memcmp(begin.data, REQUEST_MAGIC, REQUEST_MAGIC_SIZE) != 0 || log == 0)
        return error_set(err, ERROR_CORRUPT, "", "the %zu bytes that came are not a request", in.size);
    if (!envelope_is_within_bounds(in.size, err))
        return false;
    *ret_log = log;
    *ret_kind = (enum message_kind)kind;
    if (version != PROTOCOL_VERSION)
        return error_set(err, ERROR_NEWER, "Upgrade the older side.", "the request was of version %d, this server speaks %d", version,
                         PROTOCOL_VERSION);
    if (kind != MESSAGE_SYNC && kind != MESSAGE_BUNDLE)
        return error_set(err, ERROR_CORRUPT, "", "the request was of unknown kind %d", kind);
    return true;
}

static bool read_introduction(struct reader *in, struct span *ret, struct error *err)
{
    uint8_t size = reader_u8(in);

    if (size != 0 && size != INTRODUCTION_SIZE)
        return envelope_is_broken(err, "its introduction is none");
    *ret = reader_span(in, size);
    return !in->failed || envelope_is_broken(err, "it ended early");
}

bool request_peek_introduction(struct span in, struct span *ret, struct error *err)
{
    struct reader reader;
    uint64_t log;
    enum message_kind kind;

    if (!request_peek(in, &log, &kind, err))
        return false;
    if (in.size < REQUEST_FIXED_SIZE + SIGN_SIZE)
        return envelope_is_broken(err, "it ended early");
    reader = reader_of(in.data + REQUEST_INTRODUCTION_AT, in.size - REQUEST_INTRODUCTION_AT - SIGN_SIZE);
    return read_introduction(&reader, ret, err);
}

static bool request_read_buckets(struct arena *arena, const json_t *head, struct request *ret)
{
    const json_t *list = json_object_get(head, "b");
    size_t count = json_array_size(list);
    uint8_t *buckets;
    json_int_t previous = -1;

    if (list == NULL)
        return true;
    if (!json_is_array(list) || count > BUCKETS)
        return false;
    buckets = arena_take_many(arena, count + 1, 1);
    if (buckets == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(list, i);
        json_int_t bucket = json_integer_value(item);
        if (!json_is_integer(item) || bucket <= previous || bucket >= BUCKETS)
            return false;
        previous = bucket;
        buckets[i] = (uint8_t)bucket;
    }
    ret->repair_buckets = buckets;
    ret->repair_bucket_count = count;
    return true;
}

static bool request_read_head(struct arena *arena, const json_t *head, struct request *ret)
{
    uint64_t repair;
    bool good = head_get(head, "c", UINT64_MAX, &ret->counter) && head_get(head, "q", UINT64_MAX, &ret->last_seq) &&
                head_get(head, "z", UINT64_MAX, &ret->safe_seq) && head_get(head, "p", UINT64_MAX, &ret->cursor.position) &&
                head_get(head, "s", UINT64_MAX, &ret->cursor.scope) && head_get(head, "f", UINT64_MAX, &ret->cursor.fill) &&
                head_get_moment(head, "n", &ret->now_ms) && head_get(head, "w", UINT64_MAX, &ret->waiting) &&
                head_get_u32(head, "r", &ret->room) && head_get_text(arena, head, "a", AGENT_BYTES_MAX, &ret->agent) &&
                head_get(head, "x", 2, &repair) && request_read_buckets(arena, head, ret);

    ret->repair = good ? (unsigned)repair : 0;
    return good;
}

bool request_open(struct arena *arena, struct span in, const uint8_t public_key[SIGN_PUBLIC_SIZE], struct request *ret, struct error *err)
{
    bool done = false;
    json_t *head = NULL;
    struct request opened = {.bytes = in};
    struct span *segments = arena_take_many(arena, MESSAGE_SEGMENTS_MAX, sizeof *segments);
    struct reader reader;

    if (segments == NULL) {
        envelope_no_memory(err);
        goto out;
    }
    if (!request_peek(in, &opened.log, &opened.kind, err))
        goto out;
    if (in.size < REQUEST_FIXED_SIZE + SIGN_SIZE) {
        envelope_is_broken(err, "it ended early");
        goto out;
    }
    if (crypto_sign_verify_detached(in.data + in.size - SIGN_SIZE, in.data, in.size - SIGN_SIZE, public_key) != 0) {
        envelope_is_broken(err, "the signature is not of this log's key");
        goto out;
    }
    reader = reader_of(in.data + REQUEST_EPOCH_AT, in.size - REQUEST_EPOCH_AT - SIGN_SIZE);
    opened.cursor.epoch = reader_u64(&reader);
    memcpy(opened.last_head, reader_span(&reader, HASH_SIZE).data, HASH_SIZE);
    if (!read_introduction(&reader, &opened.introduction, err))
        goto out;
    head = head_read(&reader, err);
    if (head == NULL)
        goto out;
    if (!request_read_head(arena, head, &opened)) {
        envelope_is_broken(err, "a key of the request's head is out of its bounds");
        goto out;
    }
    if (!parts_read(&reader, segments, MESSAGE_SEGMENTS_MAX, &opened.segment_count, err))
        goto out;
    opened.segments = segments;
    *ret = opened;
    done = true;
out:
    json_decref(head);
    return done;
}
