// SPDX-License-Identifier: Apache-2.0
/* Text that people wrote.
 *
 * Here:      what text.h promises.
 * Not here:  matching people.
 */
#include "protocol/text.h"

#include <string.h>

#include "protocol/limits.h"
#include "tests/unit/suite.h"

static struct arena arena;

START_TEST(utf8_is_what_rfc_3629_says)
{
    static const char *const good[] = {
        "", "Vesna", "Ђорђе", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"};
    static const char *const bad[] = {
        "\x80",             /* begins in the middle */
        "\xC0\x80",         /* over-long */
        "\xC1\xBF",         /* over-long */
        "\xE0\x9F\xBF",     /* over-long */
        "\xF0\x8F\xBF\xBF", /* over-long */
        "\xED\xA0\x80",     /* surrogate */
        "\xF4\x90\x80\x80", /* over U+10FFFF */
        "\xF5\x80\x80\x80",
        "\xFF",
        "\xC3",         /* cut */
        "\xE2\x82",     /* cut */
        "\xF0\x9F\x98", /* cut */
        "\xC3(",
        "\xE2\x82(",
    };

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        ck_assert_msg(text_is_utf8(good[i], strlen(good[i])), "%zu", i);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!text_is_utf8(bad[i], strlen(bad[i])), "%zu", i);
    ck_assert(text_is_utf8("a\0b", 3));
    ck_assert(text_is_utf8(NULL, 0));
}
END_TEST

START_TEST(only_tab_and_line_feed_of_the_controls_may_travel)
{
    for (int byte = 0; byte < 0x80; byte++) {
        char text[] = {'a', (char)byte, 'b'};

        ck_assert_int_eq(text_is_allowed(text, 3), byte == '\t' || byte == '\n' || (byte >= 0x20 && byte != 0x7F));
    }
    ck_assert(!text_is_allowed("a\xFF", 2));
}
END_TEST

START_TEST(a_text_has_at_most_so_many_bytes)
{
    static char text[TEXT_BYTES_MAX + 1];
    struct error err = {0};
    const char *clean = NULL;

    memset(text, 'a', sizeof text);
    ck_assert(text_is_allowed(text, TEXT_BYTES_MAX));
    ck_assert(!text_is_allowed(text, TEXT_BYTES_MAX + 1));
    ck_assert(text_clean(&arena, "note", text, TEXT_BYTES_MAX, &clean, &err));
    ck_assert_uint_eq(strlen(clean), TEXT_BYTES_MAX);
    ck_assert(!text_clean(&arena, "note", text, TEXT_BYTES_MAX + 1, &clean, &err));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    ck_assert_str_eq(err.cause, "note was 4097 bytes long; 4096 are allowed");
    arena_clear(&arena);
}
END_TEST

START_TEST(what_only_the_ends_make_too_long_is_taken)
{
    static char text[4 * TEXT_BYTES_MAX + 1];
    struct error err = {0};
    const char *clean = NULL;

    memset(text, ' ', sizeof text);
    text[TEXT_BYTES_MAX] = 'x';
    ck_assert(text_clean(&arena, "note", text, 4 * TEXT_BYTES_MAX, &clean, &err));
    ck_assert_str_eq(clean, "x");
    ck_assert(!text_clean(&arena, "note", text, 4 * TEXT_BYTES_MAX + 1, &clean, &err));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    arena_clear(&arena);
}
END_TEST

static const char *cleaned(const char *text)
{
    struct error err = {0};
    const char *clean = NULL;

    ck_assert_msg(text_clean(&arena, "name", text, strlen(text), &clean, &err), "%s", err.cause);
    return clean;
}

START_TEST(one_text_is_kept_in_one_form)
{
    ck_assert_str_eq(cleaned("  Vesna Marković \n"), "Vesna Marković");
    ck_assert_str_eq(cleaned("\xC2\xA0\xE2\x80\x83Vesna\xEF\xBB\xBF\xE3\x80\x80"), "Vesna");
    ck_assert_str_eq(cleaned("Markovic\xCC\x81"), "Marković"); /* c and a mark: one letter */
    ck_assert_str_eq(cleaned("a\r\nb\rc\n"), "a\nb\nc");
    ck_assert_str_eq(cleaned("a  b"), "a  b"); /* what is inside stays */
    ck_assert_str_eq(cleaned(""), "");
    ck_assert_str_eq(cleaned(" \t "), "");
    ck_assert_str_eq(cleaned(cleaned("e\xCC\x88 Ђ ")), cleaned("ë Ђ"));
    arena_clear(&arena);
}
END_TEST

START_TEST(bad_text_is_refused_without_being_repeated)
{
    struct error err = {0};
    const char *clean = "untouched";

    ck_assert(!text_clean(&arena, "full_name", "Vesna\xFFx", 7, &clean, &err));
    ck_assert_int_eq(err.kind, ERROR_INVALID);
    ck_assert_str_eq(err.cause, "full_name was not UTF-8: byte 6 of 7 is 0xFF");
    error_clear(&err);
    ck_assert(!text_clean(&arena, "full_name", "Ve\x1Bsna", 6, &clean, &err));
    ck_assert_str_eq(err.cause, "full_name has a control character 0x1B");
    error_clear(&err);
    ck_assert(!text_clean(&arena, "full_name", "Ve\0sna", 6, &clean, &err));
    ck_assert_str_eq(err.cause, "full_name has a control character 0x00");
    ck_assert_str_eq(clean, "untouched");
    arena_clear(&arena);
}
END_TEST

START_TEST(search_is_blind_for_script_case_and_marks)
{
    static const struct {
        const char *text, *folded;
    } cases[] = {
        {"Ђорђе Петровић", "djordje petrovic"},
        {"Đorđe Petrović", "djordje petrovic"},
        {"djordje petrovic", "djordje petrovic"},
        {"DJORDJE  PETROVIĆ ", "djordje petrovic"},
        {"Ѓорѓи Милошевиќ", "djordji milosevic"},
        {"Đorđi Milošević", "djordji milosevic"},
        {"Љиљана Њежић Џамбас", "ljiljana njezic dzambas"},
        {"Ljiljana Nježić Džambas", "ljiljana njezic dzambas"},
        {"Ǉiljana Ǌežić ǅambas", "ljiljana njezic dzambas"},
        {"Ѕвезда Јан", "dzvezda jan"},
        {"Çorovodë, Gjirokastër", "corovode, gjirokaster"},
        {"Трговиште", "trgoviste"},
        {"Trgovište", "trgoviste"},
        {"TRGOVIS\xCC\x8CTE", "trgoviste"},
        {"Žćčš", "zccs"},
        {"Жћчш", "zccs"},
        {"Straße", "strasse"},
        {"Ѐ Ѝ й", "e i j"},
        {"O’Neill", "o'neill"},
        {"", ""},
        {"  ", ""},
        {"123", "123"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_str_eq(text_fold(&arena, cases[i].text), cases[i].folded);
    arena_clear(&arena);
}
END_TEST

START_TEST(a_looser_look_finds_a_bare_d_and_a_passport_s_gj)
{
    static const char *const alike[][2] = {{"Ђурђа", "durda"}, {"Đorđe", "dorde"}, {"Ѓорѓиева", "gjorgjieva"}, {"Џафа", "Xhafa"}};

    for (size_t i = 0; i < sizeof alike / sizeof alike[0]; i++) {
        char *one = arena_text(&arena, text_fold(&arena, alike[i][0])), *other = arena_text(&arena, text_fold(&arena, alike[i][1]));

        ck_assert_str_ne(one, other);
        text_loosen(one);
        text_loosen(other);
        ck_assert_str_eq(one, other);
    }
}
END_TEST

START_TEST(what_is_no_text_is_not_folded)
{
    ck_assert_ptr_null(text_fold(&arena, "Vesna\xFF"));
    arena_clear(&arena);
}
END_TEST

START_TEST(folding_twice_is_folding_once)
{
    for (int point = 0x80; point < 0x800; point++) {
        char text[3] = {(char)(0xC0 | point >> 6), (char)(0x80 | (point & 0x3F)), '\0'};
        const char *once = text_fold(&arena, text);

        ck_assert_str_eq(text_fold(&arena, once), once);
    }
    arena_clear(&arena);
}
END_TEST

SUITE("text", utf8_is_what_rfc_3629_says, only_tab_and_line_feed_of_the_controls_may_travel, a_text_has_at_most_so_many_bytes,
      what_only_the_ends_make_too_long_is_taken, one_text_is_kept_in_one_form, bad_text_is_refused_without_being_repeated,
      search_is_blind_for_script_case_and_marks, what_is_no_text_is_not_folded, folding_twice_is_folding_once,
      a_looser_look_finds_a_bare_d_and_a_passport_s_gj)
