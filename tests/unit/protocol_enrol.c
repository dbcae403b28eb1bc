// SPDX-License-Identifier: Apache-2.0
/* Enrolment.
 *
 * Here:      codes as people type them, the one exchange, whom it believes.
 * Not here:  what a code is good for (the server's app).
 */
#include <sodium.h>
#include <string.h>

#include "protocol/keys.h"
#include "protocol/message.h"
#include "tests/unit/suite.h"

static const uint8_t code_secret[9] = {0xFF, 0x00, 0xAB, 0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC};
static uint8_t device_public[SIGN_PUBLIC_SIZE], device_secret[SIGN_SECRET_SIZE];
static uint8_t server_public[SIGN_PUBLIC_SIZE], server_secret[SIGN_SECRET_SIZE];
static struct arena arena;
static struct bytes request_bytes, reply_bytes;
static char secret[CODE_SECRET_CHARS + 1], print[CODE_PRINT_CHARS + 1];

static void set_up(void)
{
    const uint8_t device_seed[KEY_SEED_SIZE] = {1};
    const uint8_t server_seed[KEY_SEED_SIZE] = {2};
    char code[CODE_TEXT_SIZE];
    struct error err = {0};

    keys_of_seed(device_seed, device_public, device_secret);
    keys_of_seed(server_seed, server_public, server_secret);
    code_write(code_secret, server_public, code);
    if (!code_read(code, secret, print, &err))
        abort();
}

static void tear_down(void)
{
    arena_clear(&arena);
    bytes_clear(&request_bytes);
    bytes_clear(&reply_bytes);
}

static void pack_request(void)
{
    struct enrol_request request = {.log = 42, .secret = secret, .agent = "teren 0.1.0", .device_kind = "tablet"};
    struct error err = {0};

    memcpy(request.public_key, device_public, SIGN_PUBLIC_SIZE);
    bytes_reset(&request_bytes);
    ck_assert(enrol_request_pack(&request_bytes, &request, device_secret, &err));
}

static struct enrol_reply good_reply(void)
{
    struct enrol_reply reply = {.kind = REPLY_OK, .device = "TAB-RS-BUJ-01", .epoch = 7, .now_ms = INT64_C(1795000000000), .reason = ""};

    memcpy(reply.server_public, server_public, SIGN_PUBLIC_SIZE);
    memset(reply.digest_key, 9, DIGEST_KEY_SIZE);
    return reply;
}

static void pack_reply(const struct enrol_reply *reply)
{
    struct error err = {0};

    bytes_reset(&reply_bytes);
    ck_assert(enrol_reply_pack(&reply_bytes, reply, bytes_span(&request_bytes), server_secret, &err));
}

static enum error_kind open_reply(struct span in, struct enrol_reply *ret)
{
    struct error err = {0};

    return enrol_reply_open(&arena, in, bytes_span(&request_bytes), print, ret, &err) ? ERROR_NONE : err.kind;
}

START_TEST(a_code_is_five_groups_of_four)
{
    char code[CODE_TEXT_SIZE];

    code_write(code_secret, server_public, code);
    ck_assert_uint_eq(strlen(code), CODE_TEXT_SIZE - 1);
    for (size_t i = 4; i < CODE_TEXT_SIZE - 1; i += 5)
        ck_assert_int_eq(code[i], '-');
    ck_assert(strncmp(code, "ZW0A", 4) == 0); /* the first 20 bits of ff 00 ab, five by five */
}
END_TEST

START_TEST(a_code_may_be_typed_as_people_type)
{
    static const char *const typed[] = {
        "zw0a-p4hm-asw9-nf88-0000",
        "ZW0AP4HMASW9NF880000",
        " zwoa p4hm asw9 nf88 oooo ",
        "ZW0A-P4HM-ASW9-NF88-0O0o",
    };
    char read[CODE_SECRET_CHARS + 1], tail[CODE_PRINT_CHARS + 1];

    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
        struct error err = {0};
        ck_assert_msg(code_read(typed[i], read, tail, &err), "%s: %s", typed[i], err.cause);
        ck_assert_str_eq(read, "ZW0AP4HMASW9NF");
        ck_assert_str_eq(tail, "880000");
    }
}
END_TEST

START_TEST(what_is_no_code_is_told_without_telling_the_code)
{
    static const char *const typed[] = {
        "", "ZW0A", "ZW0A-P4HM-ASW9-NF88-000", "ZW0A-P4HM-ASW9-NF88-00000", "ZW0A-P4HM-ASW9-NF88-000U", "ZW0A.P4HM.ASW9.NF88.0000"};
    char read[CODE_SECRET_CHARS + 1], tail[CODE_PRINT_CHARS + 1];

    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
        struct error err = {0};
        ck_assert_msg(!code_read(typed[i], read, tail, &err), "%s", typed[i]);
        ck_assert_int_eq(err.kind, ERROR_INVALID);
        ck_assert_ptr_null(strstr(err.cause, "P4HM"));
    }
}
END_TEST

START_TEST(a_code_says_which_server_made_it)
{
    ck_assert(code_matches_server(print, server_public));
    ck_assert(!code_matches_server(print, device_public));
}
END_TEST

START_TEST(a_device_and_a_server_get_to_know_each_other)
{
    struct enrol_request asked;
    struct enrol_reply said = good_reply();
    struct enrol_reply heard;
    struct error err = {0};

    pack_request();
    ck_assert(enrol_request_open(&arena, bytes_span(&request_bytes), &asked, &err));
    ck_assert_uint_eq(asked.log, 42);
    ck_assert_mem_eq(asked.public_key, device_public, SIGN_PUBLIC_SIZE);
    ck_assert_str_eq(asked.secret, secret);
    ck_assert_str_eq(asked.agent, "teren 0.1.0");
    ck_assert_str_eq(asked.device_kind, "tablet");

    pack_reply(&said);
    ck_assert_int_eq(open_reply(bytes_span(&reply_bytes), &heard), ERROR_NONE);
    ck_assert_int_eq(heard.kind, REPLY_OK);
    ck_assert_mem_eq(heard.server_public, server_public, SIGN_PUBLIC_SIZE);
    ck_assert_str_eq(heard.device, "TAB-RS-BUJ-01");
    ck_assert_mem_eq(heard.digest_key, said.digest_key, DIGEST_KEY_SIZE);
    ck_assert_uint_eq(heard.epoch, 7);
    ck_assert_int_eq(heard.now_ms, said.now_ms);
    tear_down();
}
END_TEST

START_TEST(another_server_cannot_answer)
{
    struct enrol_reply said = good_reply();
    struct enrol_reply heard;
    struct error err = {0};

    pack_request();
    memcpy(said.server_public, device_public, SIGN_PUBLIC_SIZE); /* signs well, with a key of its own */
    bytes_reset(&reply_bytes);
    ck_assert(enrol_reply_pack(&reply_bytes, &said, bytes_span(&request_bytes), device_secret, &err));
    ck_assert_int_eq(open_reply(bytes_span(&reply_bytes), &heard), ERROR_REFUSED);
    tear_down();
}
END_TEST

START_TEST(one_flipped_bit_or_a_cut_is_noticed)
{
    struct enrol_request asked;
    struct enrol_reply said = good_reply();
    struct enrol_reply heard;

    pack_request();
    pack_reply(&said);
    for (size_t i = 0; i < reply_bytes.size; i++) {
        reply_bytes.data[i] ^= 1;
        ck_assert_int_ne(open_reply(bytes_span(&reply_bytes), &heard), ERROR_NONE);
        reply_bytes.data[i] ^= 1;
        ck_assert_int_ne(open_reply((struct span){reply_bytes.data, i}, &heard), ERROR_NONE);
    }
    for (size_t i = 0; i < request_bytes.size; i++) {
        struct error err = {0};
        request_bytes.data[i] ^= 1;
        ck_assert(!enrol_request_open(&arena, bytes_span(&request_bytes), &asked, &err));
        request_bytes.data[i] ^= 1;
        ck_assert(!enrol_request_open(&arena, (struct span){request_bytes.data, i}, &asked, &err));
    }
    tear_down();
}
END_TEST

START_TEST(a_portal_s_page_is_offline)
{
    struct enrol_reply heard;

    pack_request();
    ck_assert_int_eq(open_reply((struct span){(const uint8_t *)"<html>", 6}, &heard), ERROR_OFFLINE);
    tear_down();
}
END_TEST

START_TEST(versions_that_do_not_meet_say_so)
{
    struct enrol_reply said = good_reply();
    struct enrol_reply heard;
    struct enrol_request asked;
    struct error err = {0};

    pack_request();
    request_bytes.data[3] = 9;
    ck_assert(!enrol_request_open(&arena, bytes_span(&request_bytes), &asked, &err));
    ck_assert_int_eq(err.kind, ERROR_NEWER);
    said.kind = REPLY_UPGRADE;
    said.oldest = 1;
    said.newest = 2;
    pack_reply(&said);
    ck_assert_int_eq(open_reply(bytes_span(&reply_bytes), &heard), ERROR_NONE);
    ck_assert_int_eq(heard.kind, REPLY_UPGRADE);
    ck_assert_uint_eq(heard.newest, 2);
    tear_down();
}
END_TEST

START_TEST(a_refusal_carries_its_reason)
{
    struct enrol_reply said = good_reply();
    struct enrol_reply heard;

    pack_request();
    said.kind = REPLY_REFUSED;
    said.device = "";
    said.reason = "the code was used";
    pack_reply(&said);
    ck_assert_int_eq(open_reply(bytes_span(&reply_bytes), &heard), ERROR_NONE);
    ck_assert_int_eq(heard.kind, REPLY_REFUSED);
    ck_assert_str_eq(heard.reason, "the code was used");
    tear_down();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_code_is_five_groups_of_four,
        a_code_may_be_typed_as_people_type,
        what_is_no_code_is_told_without_telling_the_code,
        a_code_says_which_server_made_it,
        a_device_and_a_server_get_to_know_each_other,
        another_server_cannot_answer,
        one_flipped_bit_or_a_cut_is_noticed,
        a_portal_s_page_is_offline,
        versions_that_do_not_meet_say_so,
        a_refusal_carries_its_reason,
    };

    set_up();
    return suite_run("enrol", tests, sizeof tests / sizeof tests[0]);
}
