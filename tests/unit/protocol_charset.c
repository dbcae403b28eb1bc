// SPDX-License-Identifier: Apache-2.0
/* Promises about character sets: whatever a program saved a list as, its letters arrive.
 *
 * Not here:  what the lists say (protocol_webinar.c).
 */
#include <string.h>

#include "protocol/charset.h"
#include "protocol/text.h"
#include "tests/unit/suite.h"

static struct bytes out;

/* The text that comes of the bytes, and which set it was taken for. */
static const char *read_as(const char *data, size_t size, enum charset expected)
{
    enum charset charset = CHARSETS;
    struct error err = {0};

    bytes_reset(&out);
    ck_assert_msg(charset_to_utf8((struct span){(const uint8_t *)data, size}, &out, &charset, &err), "%s", err.cause);
    ck_assert_str_eq(charset_name(charset), charset_name(expected));
    ck_assert(text_is_utf8((const char *)out.data, out.size));
    ck_assert(bytes_append_u8(&out, '\0'));
    return (const char *)out.data;
}
#define READ_AS(text, charset) read_as(text, sizeof(text) - 1, charset)

START_TEST(a_mark_decides)
{
    ck_assert_str_eq(READ_AS("\xEF\xBB\xBF\xC5\xA0ta?", CHARSET_UTF8), "Šta?");
    ck_assert_str_eq(READ_AS("\xFF\xFE\x60\x01t\0a\0", CHARSET_UTF16LE), "Šta");
    ck_assert_str_eq(READ_AS("\xFE\xFF\x01\x60\0t\0a", CHARSET_UTF16BE), "Šta");
}
END_TEST

START_TEST(utf_16_without_a_mark_is_known_by_its_zeros)
{
    ck_assert_str_eq(READ_AS("1\0.\0 \0\x60\x01t\0a\0\t\0", CHARSET_UTF16LE), "1. Šta\t");
    ck_assert_str_eq(READ_AS("\0001\0.\0 \x01\x60\0t\0a\0\t", CHARSET_UTF16BE), "1. Šta\t");
    /* Cyrillic has zeros only in blanks, digits and ends of lines */
    ck_assert_str_eq(READ_AS("\x1A\x04\x30\x04\x3A\x04\x3E\x04\t\0\x22\x04\x3E\x04\n\0", CHARSET_UTF16LE), "Како\tТо\n");
}
END_TEST

START_TEST(the_old_code_pages_are_told_apart_by_how_letters_stand)
{
    /* Živko Đorđević, Časlav Šehić in cp1250 */
    ck_assert_str_eq(READ_AS("\x8Eivko \xD0or\xF0"
                             "evi\xE6, \xC8"
                             "aslav \x8A"
                             "ehi\xE6",
                             CHARSET_CP1250),
                     "Živko Đorđević, Časlav Šehić");
    /* Ђорђе Њежић in cp1251 */
    ck_assert_str_eq(READ_AS("\x80\xEE\xF0\x90\xE5 \x8C\xE5\xE6\xE8\x9E", CHARSET_CP1251), "Ђорђе Њежић");
    /* Latin and Cyrillic in one list: more of it is Cyrillic */
    ck_assert_str_eq(READ_AS("Ana; \xCC\xE8\xEB\xE8\xF6\xE0 \x8A\xF3\xE1\xE8\x9B\xE8\x9E", CHARSET_CP1251), "Ana; Милица Љуби›ић");
    ck_assert_str_eq(READ_AS("\xC7"
                             "ela Tha\xE7i",
                             CHARSET_CP1250),
                     "Çela Thaçi");
}
END_TEST

START_TEST(what_is_no_character_becomes_a_replacement)
{
    ck_assert_str_eq(READ_AS("\xFF\xFE"
                             "a\0\x00\xD8"
                             "b\0",
                             CHARSET_UTF16LE),
                     "a\xEF\xBF\xBD"
                     "b");                                                                      /* half a pair */
    ck_assert_str_eq(READ_AS("\xFF\xFE\x3D\xD8\x00\xDE", CHARSET_UTF16LE), "\xF0\x9F\x98\x80"); /* a whole one */
    ck_assert_str_eq(READ_AS("\xFF\xFE"
                             "a\0b",
                             CHARSET_UTF16LE),
                     "a\xEF\xBF\xBD"); /* half a unit */
    ck_assert_str_eq(READ_AS("\xEF\xBB\xBF"
                             "a\xE4z",
                             CHARSET_UTF8),
                     "a\xEF\xBF\xBDz");
    ck_assert_str_eq(READ_AS("", CHARSET_UTF8), "");
    ck_assert_str_eq(READ_AS("\xFF\xFE", CHARSET_UTF16LE), "");
}
END_TEST

START_TEST(a_file_has_a_bound)
{
    static uint8_t file[CHARSET_FILE_BYTES_MAX + 1];
    enum charset charset = CHARSETS;
    struct error err = {0};

    memset(file, 'a', sizeof file);
    bytes_reset(&out);
    ck_assert(charset_to_utf8((struct span){file, CHARSET_FILE_BYTES_MAX}, &out, &charset, &err));
    ck_assert_uint_eq(out.size, CHARSET_FILE_BYTES_MAX);
    bytes_reset(&out);
    ck_assert(!charset_to_utf8((struct span){file, CHARSET_FILE_BYTES_MAX + 1}, &out, &charset, &err));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    bytes_clear(&out);
}
END_TEST

SUITE("charset", a_mark_decides, utf_16_without_a_mark_is_known_by_its_zeros, the_old_code_pages_are_told_apart_by_how_letters_stand,
      what_is_no_character_becomes_a_replacement, a_file_has_a_bound)
