// SPDX-License-Identifier: Apache-2.0
/* Requests and replies.
 *
 * Here:      what message.h promises: round trips, what a signature covers, versions.
 * Not here:  bounds (protocol_message_limits.c), what is said when (protocol_session.c), byte-exact examples (protocol_examples.c).
 */
#include "tests/unit/idle_messages.h"
#include "tests/unit/suite.h"

START_TEST(a_request_says_all_that_was_packed)
{
    const uint8_t buckets[] = {0, 7, 255};
    const uint8_t introduction[INTRODUCTION_SIZE] = {'T', 'S', 'I', 9};
    const struct span segments[] = {{(const uint8_t *)"first", 5}, {(const uint8_t *)"second", 6}};
    struct request said = idle_request();
    struct request heard;
    uint64_t log;
    enum message_kind kind;
    struct error err = {0};

    said.kind = MESSAGE_BUNDLE;
    said.cursor.fill = UINT64_MAX; /* all 64 bits travel */
    said.waiting = 77;
    said.room = 12345;
    said.agent = "teren 0.1.0";
    said.repair = 2;
    said.repair_buckets = buckets;
    said.repair_bucket_count = 3;
    said.introduction = (struct span){introduction, sizeof introduction};
    said.segments = segments;
    said.segment_count = 2;
    said.now_ms = -5; /* a clock before 1970 is a clock too */
    pack_request(&said);

    ck_assert(request_peek(bytes_span(&request_bytes), &log, &kind, &err));
    ck_assert_uint_eq(log, LOG);
    ck_assert_int_eq(kind, MESSAGE_BUNDLE);
    ck_assert_int_eq(open_request(bytes_span(&request_bytes), &heard), ERROR_NONE);
    ck_assert_uint_eq(heard.log, said.log);
    ck_assert_uint_eq(heard.counter, said.counter);
    ck_assert_uint_eq(heard.cursor.epoch, said.cursor.epoch);
    ck_assert_uint_eq(heard.cursor.position, said.cursor.position);
    ck_assert_uint_eq(heard.cursor.scope, said.cursor.scope);
    ck_assert_uint_eq(heard.cursor.fill, said.cursor.fill);
    ck_assert_uint_eq(heard.last_seq, said.last_seq);
    ck_assert_mem_eq(heard.last_head, said.last_head, HASH_SIZE);
    ck_assert_uint_eq(heard.safe_seq, said.safe_seq);
    ck_assert_uint_eq(heard.waiting, 77);
    ck_assert_int_eq(heard.now_ms, -5);
    ck_assert_uint_eq(heard.room, 12345);
    ck_assert_str_eq(heard.agent, "teren 0.1.0");
    ck_assert_uint_eq(heard.repair, 2);
    ck_assert_uint_eq(heard.repair_bucket_count, 3);
    ck_assert_mem_eq(heard.repair_buckets, buckets, 3);
    ck_assert_uint_eq(heard.introduction.size, INTRODUCTION_SIZE);
    ck_assert_mem_eq(heard.introduction.data, introduction, INTRODUCTION_SIZE);
    ck_assert_uint_eq(heard.segment_count, 2);
    ck_assert_uint_eq(heard.segments[1].size, 6);
    ck_assert_mem_eq(heard.segments[1].data, "second", 6);
    ck_assert_uint_eq(heard.bytes.size, request_bytes.size);
    tear_down();
}
END_TEST

START_TEST(a_reply_says_all_that_was_packed)
{
    const struct grant grants[] = {{"LNOB", "RS-BUJ"}, {"*", "*"}};
    struct digest buckets[BUCKETS] = {{0}};
    struct request request = idle_request();
    struct reply said = idle_reply(&request);
    struct reply heard;

    pack_request(&request);
    buckets[255] = (struct digest){1, UINT64_MAX};
    said.kind = REPLY_BEHIND;
    said.cursor = (struct cursor){.epoch = 9, .position = 8, .scope = 7, .fill = 6};
    said.last_seq = 5;
    memset(said.last_head, 4, sizeof said.last_head);
    said.clamped = true;
    said.last_time = 0; /* was clamped, though the time is none */
    said.more = true;
    said.has_digest = false;
    said.retry_ms = 3;
    said.reason = "because";
    said.grants = grants;
    said.grant_count = 2;
    said.buckets = buckets;
    said.bucket_count = BUCKETS;
    said.receipt = (struct span){(const uint8_t *)"receipt", 7};
    said.page = (struct span){(const uint8_t *)"page", 4};
    pack_reply(&said);

    ck_assert_int_eq(open_reply(bytes_span(&reply_bytes), &heard), ERROR_NONE);
    ck_assert_int_eq(heard.kind, REPLY_BEHIND);
    ck_assert_int_eq(heard.now_ms, said.now_ms);
    ck_assert_uint_eq(heard.cursor.epoch, 9);
    ck_assert_uint_eq(heard.cursor.position, 8);
    ck_assert_uint_eq(heard.cursor.scope, 7);
    ck_assert_uint_eq(heard.cursor.fill, 6);
    ck_assert_uint_eq(heard.last_seq, 5);
    ck_assert_mem_eq(heard.last_head, said.last_head, HASH_SIZE);
    ck_assert(heard.clamped && heard.more && !heard.has_digest);
    ck_assert_uint_eq(heard.last_time, 0);
    ck_assert_uint_eq(heard.rows, said.rows);
    ck_assert_uint_eq(heard.retry_ms, 3);
    ck_assert_uint_eq(heard.spread_ms, 30000);
    ck_assert_str_eq(heard.reason, "because");
    ck_assert_uint_eq(heard.grant_count, 2);
    ck_assert_str_eq(heard.grants[0].programme, "LNOB");
    ck_assert_str_eq(heard.grants[0].municipality, "RS-BUJ");
    ck_assert(grant_is_everything(heard.grants[1]));
    ck_assert(digest_equal(heard.buckets[255], buckets[255]));
    ck_assert_uint_eq(heard.bucket_count, BUCKETS);
    ck_assert_mem_eq(heard.receipt.data, "receipt", 7);
    ck_assert_mem_eq(heard.page.data, "page", 4);
    tear_down();
}
END_TEST

START_TEST(what_a_reply_leaves_out_is_as_in_the_request)
{
    struct request request = idle_request();
    struct reply said = idle_reply(&request);
    struct reply heard;

    pack_request(&request);
    pack_reply(&said);
    ck_assert_int_eq(open_reply(bytes_span(&reply_bytes), &heard), ERROR_NONE);
    ck_assert_uint_eq(heard.cursor.epoch, request.cursor.epoch);
    ck_assert_mem_eq(heard.last_head, request.last_head, HASH_SIZE);
    ck_assert(heard.has_digest && digest_equal(heard.digest, said.digest));
    ck_assert(!heard.clamped && !heard.more && heard.buckets == NULL && heard.grant_count == 0);
    ck_assert_uint_eq(heard.receipt.size + heard.page.size, 0);
    ck_assert_str_eq(heard.reason, "");
    tear_down();
}
END_TEST

START_TEST(one_flipped_bit_anywhere_is_noticed)
{
    struct request request = idle_request();
    struct request heard;
    struct reply reply = idle_reply(&request);
    struct reply answered;

    pack_request(&request);
    for (size_t i = 0; i < request_bytes.size; i++) {
        request_bytes.data[i] ^= 0x10;
        ck_assert_msg(open_request(bytes_span(&request_bytes), &heard) != ERROR_NONE, "byte %zu of a request", i);
        request_bytes.data[i] ^= 0x10;
    }
    pack_reply(&reply);
    for (size_t i = 0; i < reply_bytes.size; i++) {
        reply_bytes.data[i] ^= 0x10;
        ck_assert_msg(open_reply(bytes_span(&reply_bytes), &answered) != ERROR_NONE, "byte %zu of a reply", i);
        reply_bytes.data[i] ^= 0x10;
    }
    ck_assert_int_eq(open_reply(bytes_span(&reply_bytes), &answered), ERROR_NONE);
    tear_down();
}
END_TEST

START_TEST(a_message_cut_at_any_byte_is_none)
{
    struct request request = idle_request();
    struct request heard;
    struct reply reply = idle_reply(&request);
    struct reply answered;

    pack_request(&request);
    pack_reply(&reply);
    for (size_t size = 0; size < request_bytes.size; size++)
        ck_assert_int_ne(open_request((struct span){request_bytes.data, size}, &heard), ERROR_NONE);
    for (size_t size = 0; size < reply_bytes.size; size++)
        ck_assert_int_ne(open_reply((struct span){reply_bytes.data, size}, &answered), ERROR_NONE);
    tear_down();
}
END_TEST

/* Cut or changed by somebody who can sign: the parser behind the signature stands on its own. */
START_TEST(a_well_signed_request_that_is_broken_is_refused)
{
    struct request request = idle_request();
    struct request heard;
    struct bytes broken = {0};
    size_t refused = 0;

    request.agent = "teren 0.1.0";
    request.segments = &(struct span){(const uint8_t *)"segment", 7};
    request.segment_count = 1;
    pack_request(&request);
    for (size_t size = SIGN_SIZE; size < request_bytes.size; size++) {
        bytes_reset(&broken);
        bytes_append(&broken, request_bytes.data, size);
        sign_again(&broken);
        ck_assert_msg(open_request(bytes_span(&broken), &heard) != ERROR_NONE, "cut to %zu bytes", size);
    }
    for (size_t i = 13; i < request_bytes.size - SIGN_SIZE; i++) {
        bytes_reset(&broken);
        bytes_append(&broken, request_bytes.data, request_bytes.size);
        broken.data[i] ^= 0xFF;
        sign_again(&broken);
        refused += open_request(bytes_span(&broken), &heard) != ERROR_NONE;
    }
    ck_assert_uint_gt(refused, 0); /* epoch, last head and the segment's own bytes may say anything here */
    bytes_clear(&broken);
    tear_down();
}
END_TEST

START_TEST(a_reply_to_another_request_is_a_stale_one)
{
    struct request request = idle_request();
    struct reply reply = idle_reply(&request);
    struct reply heard;

    pack_request(&request);
    pack_reply(&reply);
    request.counter++;
    pack_request(&request);
    ck_assert_int_eq(open_reply(bytes_span(&reply_bytes), &heard), ERROR_CORRUPT);
    tear_down();
}
END_TEST

START_TEST(somebody_else_s_signature_is_refused)
{
    struct request request = idle_request();
    struct request heard;
    struct reply reply = idle_reply(&request);
    struct reply answered;
    struct error err = {0};

    pack_request(&request);
    pack_reply(&reply);
    ck_assert(!request_open(&arena, bytes_span(&request_bytes), server_public, &heard, &err));
    ck_assert_int_eq(err.kind, ERROR_CORRUPT);
    error_clear(&err);
    ck_assert(!reply_open(&arena, bytes_span(&reply_bytes), bytes_span(&request_bytes), device_public, &answered, &err));
    ck_assert_int_eq(err.kind, ERROR_CORRUPT);
    tear_down();
}
END_TEST

START_TEST(a_portal_s_page_is_offline_and_not_an_error_of_ours)
{
    static const char page[] = "<html><body>Welcome to our free WiFi</body></html>";
    struct request request = idle_request();
    struct reply heard;

    pack_request(&request);
    ck_assert_int_eq(open_reply((struct span){(const uint8_t *)page, sizeof page - 1}, &heard), ERROR_OFFLINE);
    ck_assert_int_eq(open_reply((struct span){NULL, 0}, &heard), ERROR_OFFLINE);
    tear_down();
}
END_TEST

START_TEST(the_versions_of_a_server_can_be_read_by_every_version)
{
    struct request request = idle_request();
    struct reply said = {.kind = REPLY_UPGRADE, .oldest = 3, .newest = 9};
    struct reply heard;
    uint64_t log = 0;
    enum message_kind kind;
    struct error err = {0};
    struct bytes bound = {0};
    uint8_t hash[HASH_SIZE];

    pack_request(&request);
    request_bytes.data[3] = 200; /* a request of a far future: its first 13 bytes are as ever */
    ck_assert(!request_peek(bytes_span(&request_bytes), &log, &kind, &err));
    ck_assert_int_eq(err.kind, ERROR_NEWER);
    ck_assert_uint_eq(log, LOG);

    pack_reply(&said);
    ck_assert_uint_eq(reply_bytes.size, 7 + SIGN_SIZE);
    reply_bytes.data[3] = 77; /* whatever version wrote it */
    crypto_hash_sha256(hash, request_bytes.data, request_bytes.size);
    bytes_append(&bound, hash, sizeof hash);
    bytes_append(&bound, reply_bytes.data, 7);
    crypto_sign_detached(reply_bytes.data + 7, NULL, bound.data, bound.size, server_secret);
    ck_assert_int_eq(open_reply(bytes_span(&reply_bytes), &heard), ERROR_NONE);
    ck_assert_int_eq(heard.kind, REPLY_UPGRADE);
    ck_assert_uint_eq(heard.oldest, 3);
    ck_assert_uint_eq(heard.newest, 9);

    reply_bytes.data[4] = REPLY_OK; /* any other kind of that version is not */
    ck_assert_int_eq(open_reply(bytes_span(&reply_bytes), &heard), ERROR_NEWER);
    bytes_clear(&bound);
    tear_down();
}
END_TEST

START_TEST(an_old_log_introduces_the_fresh_one)
{
    struct introduction said = {.old = 5, .fresh = LOG};
    struct introduction heard;
    struct bytes packed = {0};
    struct error err = {0};
    struct request request = idle_request();
    struct span peeked;

    memcpy(said.fresh_public, device_public, SIGN_PUBLIC_SIZE);
    ck_assert(introduction_sign(&packed, &said, server_secret, &err));
    ck_assert_uint_eq(packed.size, INTRODUCTION_SIZE);
    request.introduction = bytes_span(&packed);
    pack_request(&request);

    ck_assert(request_peek_introduction(bytes_span(&request_bytes), &peeked, &err));
    ck_assert(introduction_open(peeked, NULL, &heard, &err));
    ck_assert_uint_eq(heard.old, 5);
    ck_assert_uint_eq(heard.fresh, LOG);
    ck_assert(introduction_open(peeked, server_public, &heard, &err));
    ck_assert_mem_eq(heard.fresh_public, device_public, SIGN_PUBLIC_SIZE);
    ck_assert(!introduction_open(peeked, device_public, &heard, &err)); /* the fresh one cannot vouch for itself */

    error_clear(&err);
    request.introduction.size--;
    ck_assert(!request_pack(&packed, &request, device_secret, &err));
    request.introduction = (struct span){0};
    pack_request(&request);
    ck_assert(request_peek_introduction(bytes_span(&request_bytes), &peeked, &err));
    ck_assert_uint_eq(peeked.size, 0);
    bytes_clear(&packed);
    tear_down();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_request_says_all_that_was_packed,
        a_reply_says_all_that_was_packed,
        what_a_reply_leaves_out_is_as_in_the_request,
        one_flipped_bit_anywhere_is_noticed,
        a_message_cut_at_any_byte_is_none,
        a_well_signed_request_that_is_broken_is_refused,
        a_reply_to_another_request_is_a_stale_one,
        somebody_else_s_signature_is_refused,
        a_portal_s_page_is_offline_and_not_an_error_of_ours,
        the_versions_of_a_server_can_be_read_by_every_version,
        an_old_log_introduces_the_fresh_one,
    };

    set_up();
    return suite_run("message", tests, sizeof tests / sizeof tests[0]);
}
