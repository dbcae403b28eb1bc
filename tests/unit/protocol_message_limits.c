// SPDX-License-Identifier: Apache-2.0
/* How much a message may hold: each bound at n and at n + 1.
 *
 * Here:      counts, sizes, heads that a stranger wrote, the size of an idle exchange.
 * Not here:  what a message says (protocol_message.c).
 */
#include "protocol/envelope.h"
#include "tests/unit/idle_messages.h"
#include "tests/unit/suite.h"

START_TEST(an_idle_exchange_stays_small)
{
    struct request request = idle_request();
    struct reply reply = idle_reply(&request);

    pack_request(&request);
    pack_reply(&reply);
    ck_assert_uint_le(request_bytes.size + reply_bytes.size, IDLE_BYTES_MAX);
    tear_down();
}
END_TEST

START_TEST(a_request_carries_64_segments_and_not_65)
{
    struct span segments[MESSAGE_SEGMENTS_MAX + 1];
    struct request request = idle_request();
    struct request heard;
    struct error err = {0};

    for (size_t i = 0; i <= MESSAGE_SEGMENTS_MAX; i++)
        segments[i] = (struct span){(const uint8_t *)"s", 1};
    request.segments = segments;
    request.segment_count = MESSAGE_SEGMENTS_MAX;
    pack_request(&request);
    ck_assert_int_eq(open_request(bytes_span(&request_bytes), &heard), ERROR_NONE);
    ck_assert_uint_eq(heard.segment_count, MESSAGE_SEGMENTS_MAX);
    request.segment_count++;
    ck_assert(!request_pack(&request_bytes, &request, device_secret, &err));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    tear_down();
}
END_TEST

START_TEST(a_message_is_four_mebibytes_and_not_a_byte_more)
{
    static uint8_t filler[MESSAGE_BYTES_MAX];
    struct span segment = {filler, MESSAGE_BYTES_MAX - 1024};
    struct request request = idle_request();
    struct request heard;
    struct error err = {0};

    request.segments = &segment;
    request.segment_count = 1;
    pack_request(&request);
    segment.size += MESSAGE_BYTES_MAX - request_bytes.size;
    pack_request(&request);
    ck_assert_uint_eq(request_bytes.size, MESSAGE_BYTES_MAX);
    ck_assert_int_eq(open_request(bytes_span(&request_bytes), &heard), ERROR_NONE);
    segment.size++;
    bytes_reset(&request_bytes);
    ck_assert(!request_pack(&request_bytes, &request, device_secret, &err));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    ck_assert_int_eq(open_request((struct span){filler, MESSAGE_BYTES_MAX + 1}, &heard), ERROR_CORRUPT);
    memcpy(filler, "TSQ\1\1LOGLOGLO", 13);
    ck_assert_int_eq(open_request((struct span){filler, sizeof filler}, &heard), ERROR_CORRUPT);
    memcpy(filler, "TSA\1", 5);
    ck_assert_int_eq(open_reply((struct span){filler, sizeof filler}, &(struct reply){0}), ERROR_CORRUPT);
    tear_down();
}
END_TEST

START_TEST(an_agent_is_64_bytes_and_not_65)
{
    char agent[AGENT_BYTES_MAX + 2] = {0};
    struct request request = idle_request();
    struct request heard;

    memset(agent, 'a', AGENT_BYTES_MAX);
    request.agent = agent;
    pack_request(&request);
    ck_assert_int_eq(open_request(bytes_span(&request_bytes), &heard), ERROR_NONE);
    agent[AGENT_BYTES_MAX] = 'a';
    pack_request(&request);
    ck_assert_int_eq(open_request(bytes_span(&request_bytes), &heard), ERROR_CORRUPT);
    tear_down();
}
END_TEST

START_TEST(a_reason_is_240_bytes_and_not_241)
{
    char reason[REASON_BYTES_MAX + 2] = {0};
    struct request request = idle_request();
    struct reply reply = idle_reply(&request);
    struct reply heard;

    pack_request(&request);
    memset(reason, 'r', REASON_BYTES_MAX);
    reply.reason = reason;
    pack_reply(&reply);
    ck_assert_int_eq(open_reply(bytes_span(&reply_bytes), &heard), ERROR_NONE);
    reason[REASON_BYTES_MAX] = 'r';
    pack_reply(&reply);
    ck_assert_int_eq(open_reply(bytes_span(&reply_bytes), &heard), ERROR_CORRUPT);
    tear_down();
}
END_TEST

START_TEST(a_reply_names_256_grants_and_not_257)
{
    struct grant grants[GRANTS_MAX + 1];
    struct request request = idle_request();
    struct reply reply = idle_reply(&request);
    struct reply heard;
    struct error err = {0};

    for (size_t i = 0; i <= GRANTS_MAX; i++)
        grants[i] = (struct grant){"LNOB", "RS-BUJ"};
    pack_request(&request);
    reply.grants = grants;
    reply.grant_count = GRANTS_MAX;
    pack_reply(&reply);
    ck_assert_int_eq(open_reply(bytes_span(&reply_bytes), &heard), ERROR_NONE);
    ck_assert_uint_eq(heard.grant_count, GRANTS_MAX);
    reply.grant_count++;
    ck_assert(!reply_pack(&reply_bytes, &reply, bytes_span(&request_bytes), server_secret, &err));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    tear_down();
}
END_TEST

/* A head of n bytes: {"k":"xxx"} around n - 8 characters. */
static bool head_of(size_t size, struct bytes *ret, struct error *err)
{
    static char text[MESSAGE_HEAD_RAW_BYTES_MAX + 2];
    json_t *head = json_object();
    bool done;

    uint32_t dice = 1;
    for (size_t i = 0; i < size - 8; i++) { /* not so plain that the bound on the ratio comes first */
        dice = dice * 1664525U + 1013904223U;
        text[i] = (char)('a' + (dice >> 24) % 26);
    }
    text[size - 8] = '\0';
    json_object_set_new(head, "k", json_string(text));
    done = head_write(ret, head, err);
    json_decref(head);
    return done;
}

START_TEST(a_head_is_256_kibibytes_and_not_a_byte_more)
{
    struct bytes head = {0};
    struct reader in;
    json_t *read;
    struct error err = {0};

    ck_assert(head_of(MESSAGE_HEAD_RAW_BYTES_MAX, &head, &err));
    in = reader_of(head.data, head.size);
    read = head_read(&in, &err);
    ck_assert_msg(read != NULL, "%s", err.cause);
    json_decref(read);
    error_clear(&err);
    ck_assert(!head_of(MESSAGE_HEAD_RAW_BYTES_MAX + 1, &head, &err));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);

    bytes_reset(&head);
    error_clear(&err);
    bytes_append_varint(&head, MESSAGE_HEAD_RAW_BYTES_MAX + 1);
    bytes_append_varint(&head, 1);
    bytes_append_u8(&head, 0);
    in = reader_of(head.data, head.size);
    ck_assert_ptr_null(head_read(&in, &err));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    bytes_clear(&head);
}
END_TEST

START_TEST(buckets_are_ascending_and_below_256)
{
    static const struct {
        const char *json;
        bool good;
    } cases[] = {
        {"{\"b\":[0,255]}", true}, {"{\"b\":[0,256]}", false}, {"{\"b\":[5,5]}", false},     {"{\"b\":[6,5]}", false},
        {"{\"b\":[-1]}", false},   {"{\"b\":[\"1\"]}", false}, {"{\"b\":{}}", false},        {"{\"x\":2}", true},
        {"{\"x\":3}", false},      {"{\"x\":-1}", false},      {"{\"r\":4294967295}", true}, {"{\"r\":4294967296}", false},
        {"{\"c\":\"1\"}", false},  {"{\"a\":1}", false},       {"{\"unknown\":[1]}", true},  {"[]", false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bytes packed = {0};
        struct error err = {0};
        struct request heard;
        json_t *head = json_loads(cases[i].json, 0, NULL);

        bytes_append(&packed, "TSQ\1\1", 5);
        bytes_append_u64(&packed, LOG);
        bytes_append_u64(&packed, 0);
        for (size_t j = 0; j <= HASH_SIZE; j++) /* the head, and no introduction */
            bytes_append_u8(&packed, 0);
        ck_assert(head_write(&packed, head, &err));
        json_decref(head);
        bytes_append_varint(&packed, 0);
        for (size_t j = 0; j < SIGN_SIZE; j++)
            bytes_append_u8(&packed, 0);
        sign_again(&packed);
        ck_assert_msg((open_request(bytes_span(&packed), &heard) == ERROR_NONE) == cases[i].good, "%s", cases[i].json);
        bytes_clear(&packed);
    }
    tear_down();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        an_idle_exchange_stays_small,
        a_request_carries_64_segments_and_not_65,
        a_message_is_four_mebibytes_and_not_a_byte_more,
        an_agent_is_64_bytes_and_not_65,
        a_reason_is_240_bytes_and_not_241,
        a_reply_names_256_grants_and_not_257,
        a_head_is_256_kibibytes_and_not_a_byte_more,
        buckets_are_ascending_and_below_256,
    };

    set_up();
    return suite_run("message limits", tests, sizeof tests / sizeof tests[0]);
}
