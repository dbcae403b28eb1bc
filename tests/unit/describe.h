// SPDX-License-Identifier: Apache-2.0
/* A second reader of everything that travels, straight from protocol/README.md: bytes in, JSON for people out.
 *
 * Here:      requests, replies, segments, receipts, pages, enrolments, field by field.
 * Not here:  protocol's own readers: what both sides of a comparison share proves nothing. Deflate and columns alone are shared.
 */
#ifndef TESTS_UNIT_DESCRIBE_H
#define TESTS_UNIT_DESCRIBE_H

#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/deflate.h"
#include "protocol/id.h"
#include "protocol/limits.h"

static inline json_t *described_hex(struct reader *in, size_t size)
{
    char text[2 * 64 + 1];
    struct span bytes = reader_span(in, size);

    ck_assert(!in->failed && size <= 64);
    hex_write(bytes.data, size, text);
    return json_string(text);
}

static inline json_t *described_text(struct reader *in)
{
    struct span text = reader_text(in);

    ck_assert(!in->failed);
    return json_stringn((const char *)text.data, text.size);
}

static inline json_t *described_log(struct reader *in)
{
    char text[LOG_TEXT_SIZE];

    log_text(reader_u64(in), text);
    return json_string(text);
}

static inline void describe_put(json_t *into, const char *key, json_t *value)
{
    ck_assert_int_eq(json_object_set_new(into, key, value), 0);
}

static inline json_t *described_number(uint64_t number)
{
    return json_integer((json_int_t)number);
}

static inline json_t *described_u64(struct reader *in)
{
    char text[17];

    snprintf(text, sizeof text, "%016llx", (unsigned long long)reader_u64(in));
    return json_string(text);
}

static inline void describe_begin(struct reader *in, json_t *into)
{
    struct span magic = reader_span(in, 3);

    ck_assert(!in->failed);
    describe_put(into, "magic", json_stringn((const char *)magic.data, magic.size));
    describe_put(into, "version", described_number(reader_u8(in)));
}

/* raw size | size | deflated JSON; a page has no size of its own: it goes to the end. */
static inline json_t *described_json(struct reader *in, enum deflate_dictionary dictionary, bool sized)
{
    uint64_t raw_size = reader_varint(in);
    uint64_t size = sized ? reader_varint(in) : reader_left(in);
    struct bytes raw = {0};
    struct error err = {0};
    json_t *json;

    ck_assert_msg(deflate_open(reader_span(in, (size_t)size), dictionary, (size_t)raw_size, 8 * 1024 * 1024, &raw, &err), "%s", err.cause);
    json = json_loadb((const char *)raw.data, raw.size, 0, NULL);
    ck_assert_ptr_nonnull(json);
    bytes_clear(&raw);
    return json;
}

static inline json_t *described_segment(struct span part)
{
    json_t *segment = json_object();
    struct reader in = reader_of(part.data, part.size);
    uint64_t raw_size;
    struct bytes raw = {0};
    struct error err = {0};
    struct span body;

    describe_begin(&in, segment);
    describe_put(segment, "dictionary", described_number(reader_u8(&in)));
    describe_put(segment, "log", described_log(&in));
    describe_put(segment, "first_seq", described_number(reader_varint(&in)));
    describe_put(segment, "count", described_number(reader_varint(&in)));
    raw_size = reader_varint(&in);
    describe_put(segment, "raw_size", described_number(raw_size));
    describe_put(segment, "previous", described_hex(&in, 32));
    describe_put(segment, "head", described_hex(&in, 32));
    describe_put(segment, "seed", described_hex(&in, 16));
    describe_put(segment, "sum", described_hex(&in, 4));
    body = reader_text(&in);
    describe_put(segment, "body_size", described_number(body.size));
    ck_assert_msg(deflate_open(body, DICTIONARY_SEGMENT, (size_t)raw_size, 1024 * 1024, &raw, &err), "%s", err.cause);
    describe_put(segment, "body", json_loadb((const char *)raw.data, raw.size, 0, NULL));
    describe_put(segment, "signature", described_hex(&in, 64));
    ck_assert_uint_eq(reader_left(&in), 0);
    bytes_clear(&raw);
    return segment;
}

static inline json_t *described_receipt(struct span part)
{
    json_t *receipt = json_object();
    json_t *verdicts = json_array();
    struct reader in = reader_of(part.data, part.size);
    uint64_t count;

    describe_begin(&in, receipt);
    describe_put(receipt, "log", described_log(&in));
    describe_put(receipt, "seq", described_number(reader_varint(&in)));
    describe_put(receipt, "head", described_hex(&in, 32));
    describe_put(receipt, "safe_seq", described_number(reader_varint(&in)));
    count = reader_varint(&in);
    for (uint64_t i = 0; i < count && !in.failed; i++) {
        json_t *verdict = json_object();
        describe_put(verdict, "seq", described_number(reader_varint(&in)));
        describe_put(verdict, "kind", described_number(reader_u8(&in)));
        ck_assert_int_eq(json_array_append_new(verdicts, verdict), 0);
    }
    describe_put(receipt, "verdicts", verdicts);
    describe_put(receipt, "signature", described_hex(&in, 64));
    ck_assert_uint_eq(reader_left(&in), 0);
    return receipt;
}

static inline json_t *described_introduction(struct span in)
{
    json_t *introduction = json_object();
    struct reader reader = reader_of(in.data, in.size);
    struct span magic = reader_span(&reader, 3);

    describe_put(introduction, "magic", json_stringn((const char *)magic.data, magic.size));
    describe_put(introduction, "old", described_log(&reader));
    describe_put(introduction, "fresh", described_log(&reader));
    describe_put(introduction, "fresh_public", described_hex(&reader, 32));
    describe_put(introduction, "signature", described_hex(&reader, 64));
    ck_assert_uint_eq(reader_left(&reader), 0);
    return introduction;
}

static inline json_t *described_request(struct span bytes)
{
    json_t *request = json_object();
    json_t *segments = json_array();
    struct reader in = reader_of(bytes.data, bytes.size);
    uint64_t count;
    uint8_t size;

    describe_begin(&in, request);
    describe_put(request, "kind", described_number(reader_u8(&in)));
    describe_put(request, "log", described_log(&in));
    describe_put(request, "epoch", described_u64(&in));
    describe_put(request, "last_head", described_hex(&in, 32));
    size = reader_u8(&in);
    if (size > 0)
        describe_put(request, "introduction", described_introduction(reader_span(&in, size)));
    describe_put(request, "head", described_json(&in, DICTIONARY_HEAD, true));
    count = reader_varint(&in);
    for (uint64_t i = 0; i < count && !in.failed; i++)
        ck_assert_int_eq(json_array_append_new(segments, described_segment(reader_text(&in))), 0);
    describe_put(request, "segments", segments);
    describe_put(request, "signature", described_hex(&in, 64));
    ck_assert_uint_eq(reader_left(&in), 0);
    return request;
}

static inline void describe_reply_parts(struct reader *in, json_t *reply)
{
    static const char *const names[] = {"receipt", "page", "buckets"};
    uint64_t count = reader_varint(in);

    ck_assert_uint_le(count, 3);
    for (uint64_t i = 0; i < count; i++) {
        struct span part = reader_text(in);
        struct reader page = reader_of(part.data, part.size);
        if (part.size == 0)
            continue;
        if (i == 0)
            describe_put(reply, names[i], described_receipt(part));
        else if (i == 1)
            describe_put(reply, names[i], described_json(&page, DICTIONARY_PAGE, false));
        else
            describe_put(reply, names[i], described_number(part.size));
    }
}

static inline json_t *described_reply(struct span bytes)
{
    json_t *reply = json_object();
    struct reader in = reader_of(bytes.data, bytes.size);
    uint8_t marks;

    describe_begin(&in, reply);
    describe_put(reply, "kind", described_number(reader_u8(&in)));
    marks = reader_u8(&in);
    describe_put(reply, "marks", described_number(marks));
    if (marks & 1)
        describe_put(reply, "last_head", described_hex(&in, 32));
    if (marks & 2)
        describe_put(reply, "digest", described_hex(&in, 16));
    if (marks & 4)
        describe_put(reply, "epoch", described_u64(&in));
    describe_put(reply, "head", described_json(&in, DICTIONARY_HEAD, true));
    describe_reply_parts(&in, reply);
    describe_put(reply, "signature", described_hex(&in, 64));
    ck_assert_uint_eq(reader_left(&in), 0);
    return reply;
}

static inline json_t *described_enrol_request(struct span bytes)
{
    json_t *request = json_object();
    struct reader in = reader_of(bytes.data, bytes.size);

    describe_begin(&in, request);
    describe_put(request, "log", described_log(&in));
    describe_put(request, "public_key", described_hex(&in, 32));
    describe_put(request, "secret", described_text(&in));
    describe_put(request, "agent", described_text(&in));
    describe_put(request, "device_kind", described_text(&in));
    describe_put(request, "signature", described_hex(&in, 64));
    ck_assert_uint_eq(reader_left(&in), 0);
    return request;
}

static inline json_t *described_enrol_reply(struct span bytes)
{
    json_t *reply = json_object();
    struct reader in = reader_of(bytes.data, bytes.size);

    describe_begin(&in, reply);
    describe_put(reply, "kind", described_number(reader_u8(&in)));
    describe_put(reply, "server_public", described_hex(&in, 32));
    describe_put(reply, "device", described_text(&in));
    describe_put(reply, "digest_key", described_hex(&in, 16));
    describe_put(reply, "epoch", described_u64(&in));
    describe_put(reply, "now_ms", described_number(reader_u64(&in)));
    describe_put(reply, "reason", described_text(&in));
    describe_put(reply, "signature", described_hex(&in, 64));
    ck_assert_uint_eq(reader_left(&in), 0);
    return reply;
}

#endif
