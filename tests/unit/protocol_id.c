// SPDX-License-Identifier: Apache-2.0
/* Names of logs and rows.
 *
 * Here:      what id.h promises.
 * Not here:  looking rows up.
 */
#include "protocol/id.h"

#include <string.h>

#include "tests/unit/suite.h"

START_TEST(a_log_has_one_text_form)
{
    static const struct {
        uint64_t log;
        const char *text;
    } cases[] = {
        {1, "0000000000001"},          {31, "000000000000Z"}, {32, "0000000000010"}, {UINT64_C(0x0123456789ABCDEF), "028T5CY4TQKFF"},
        {UINT64_MAX, "FZZZZZZZZZZZZ"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[LOG_TEXT_SIZE];
        uint64_t log = 0;

        log_text(cases[i].log, text);
        ck_assert_str_eq(text, cases[i].text);
        ck_assert(log_from_text(text, &log));
        ck_assert_uint_eq(log, cases[i].log);
    }
}
END_TEST

START_TEST(what_is_no_log_is_refused)
{
    static const char *const texts[] = {
        "",
        "0000000000000",  /* no log is 0 */
        "000000000001",   /* too short */
        "00000000000001", /* too long */
        "G000000000000",  /* over 64 bits */
        "00000000000I1",  /* read as 1 from people, not from machines */
        "00000000000U1",  /* no digit */
        "0000000 00001",
        "000000000-001",
        "000000000000\xC3",
    };
    uint64_t log = 7;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        ck_assert_msg(!log_from_text(texts[i], &log), "%s", texts[i]);
    ck_assert(!log_from_text(NULL, &log));
    ck_assert_uint_eq(log, 7);
    ck_assert(log_from_text("fzzzzzzzzzzzz", &log));
    ck_assert_uint_eq(log, UINT64_MAX);
}
END_TEST

START_TEST(a_row_is_named_by_the_change_that_made_it)
{
    char id[ROW_ID_SIZE];
    uint64_t log = 0, seq = 0;

    row_id_of_change(1, 17, id);
    ck_assert_str_eq(id, "0000000000001-17");
    ck_assert(row_id_parse(id, &log, &seq));
    ck_assert_uint_eq(log, 1);
    ck_assert_uint_eq(seq, 17);
    row_id_of_change(UINT64_MAX, UINT64_MAX, id);
    ck_assert_str_eq(id, "FZZZZZZZZZZZZ-18446744073709551615");
    ck_assert(row_id_parse(id, &log, &seq));
    ck_assert_uint_eq(seq, UINT64_MAX);
    ck_assert(row_id_is_valid(id));
}
END_TEST

START_TEST(other_forms_of_such_a_name_are_refused)
{
    static const char *const ids[] = {
        "",
        "0000000000001",
        "0000000000001-",
        "0000000000001-0",
        "0000000000001-01",
        "0000000000001-1x",
        "0000000000001-1:2",
        "0000000000001-18446744073709551616",
        "0000000000001-99999999999999999999999",
        "000000000000a-1",
        "0000000000000-1",
        "0000000000001_1",
        "-1",
    };
    uint64_t log, seq;

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        ck_assert_msg(!row_id_parse(ids[i], &log, &seq), "%s", ids[i]);
    ck_assert(!row_id_parse(NULL, &log, &seq));
}
END_TEST

START_TEST(a_key_is_its_parts_and_back)
{
    const char *parts[] = {"0000000000001-1", "RS-BUJ", "participant"};
    const char *back[3];
    char id[ROW_ID_SIZE], scratch[ROW_ID_SIZE];

    ck_assert(row_id_of_key(parts, 3, id));
    ck_assert_str_eq(id, "0000000000001-1:RS-BUJ:participant");
    ck_assert_uint_eq(row_id_parts(id, scratch, back, 3), 3);
    for (size_t i = 0; i < 3; i++)
        ck_assert_str_eq(back[i], parts[i]);
    ck_assert_uint_eq(row_id_parts(id, scratch, back, 2), 0);
    ck_assert_uint_eq(row_id_parts("RS-BUJ", scratch, back, 3), 1);
    ck_assert_str_eq(back[0], "RS-BUJ");
    ck_assert_uint_eq(row_id_parts("a::b", scratch, back, 3), 0);
}
END_TEST

START_TEST(parts_that_would_not_come_back_are_refused)
{
    static const char *const bad[] = {"", "a:b", "a b", "a/b", "é", "a\n", "%", NULL};
    char id[ROW_ID_SIZE];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const char *parts[] = {"fine", bad[i]};

        ck_assert(!row_id_of_key(parts, 2, id));
    }
    ck_assert(!row_id_of_key(NULL, 0, id));
}
END_TEST

START_TEST(an_id_has_at_most_so_many_bytes)
{
    char text[ROW_ID_BYTES_MAX + 2], id[ROW_ID_SIZE];
    const char *one[] = {text}, *two[] = {text, "b"};

    memset(text, 'a', sizeof text);
    text[ROW_ID_BYTES_MAX] = '\0';
    ck_assert(row_id_of_key(one, 1, id));
    ck_assert(row_id_is_valid(text));
    ck_assert(!row_id_of_key(two, 2, id));
    text[ROW_ID_BYTES_MAX - 1] = '\0';
    ck_assert(!row_id_of_key(two, 2, id));
    text[ROW_ID_BYTES_MAX - 2] = '\0';
    ck_assert(row_id_of_key(two, 2, id));
    ck_assert_uint_eq(strlen(id), ROW_ID_BYTES_MAX);
    memset(text, 'a', sizeof text);
    text[ROW_ID_BYTES_MAX + 1] = '\0';
    ck_assert(!row_id_of_key(one, 1, id));
    ck_assert(!row_id_is_valid(text));
}
END_TEST

START_TEST(only_plain_bytes_make_an_id)
{
    static const char *const valid[] = {"a", "TT-RS-BUJ-1", "a:b:c", "P_0.4", "0"};
    static const char *const invalid[] = {"", ":", "a:", ":a", "a::b", "a b", "é", "a\"", "a'", "a;b", "a\x7f"};

    for (size_t i = 0; i < sizeof valid / sizeof valid[0]; i++)
        ck_assert_msg(row_id_is_valid(valid[i]), "%s", valid[i]);
    for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++)
        ck_assert_msg(!row_id_is_valid(invalid[i]), "%s", invalid[i]);
    ck_assert(!row_id_is_valid(NULL));
}
END_TEST

SUITE("id", a_log_has_one_text_form, what_is_no_log_is_refused, a_row_is_named_by_the_change_that_made_it,
      other_forms_of_such_a_name_are_refused, a_key_is_its_parts_and_back, parts_that_would_not_come_back_are_refused,
      an_id_has_at_most_so_many_bytes, only_plain_bytes_make_an_id)
