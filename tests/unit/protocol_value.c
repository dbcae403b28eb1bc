// SPDX-License-Identifier: Apache-2.0
/* One value of one field.
 *
 * Here:      what value.h promises.
 * Not here:  which values a field allows.
 */
#include "protocol/value.h"

#include <string.h>

#include "protocol/limits.h"
#include "tests/unit/suite.h"

static struct arena arena;

START_TEST(values_are_equal_by_kind_and_content)
{
    char copy[] = "late";
    struct value values[] = {value_none(), value_integer(0), value_integer(1), value_text(""), value_text("late"), value_text("1")};

    for (size_t a = 0; a < sizeof values / sizeof values[0]; a++) {
        for (size_t b = 0; b < sizeof values / sizeof values[0]; b++)
            ck_assert_int_eq(value_equal(values[a], values[b]), a == b);
    }
    ck_assert(value_equal(value_text(copy), value_text("late")));
    ck_assert_int_eq(value_text(NULL).kind, VALUE_NONE);
}
END_TEST

START_TEST(a_copy_lives_on)
{
    char text[] = "late";
    struct value copy = value_copy(&arena, value_text(text));

    text[0] = 'X';
    ck_assert_str_eq(copy.text, "late");
    ck_assert(value_equal(value_copy(&arena, value_integer(-5)), value_integer(-5)));
    ck_assert(value_equal(value_copy(&arena, value_none()), value_none()));
    arena_clear(&arena);
}
END_TEST

START_TEST(a_value_goes_into_bytes_and_back)
{
    static char longest[TEXT_BYTES_MAX + 1];
    struct value values[] = {value_none(),       value_integer(0),      value_integer(-1),        value_integer(63),
                             value_integer(-64), value_integer(64),     value_integer(INT64_MAX), value_integer(INT64_MIN),
                             value_text(""),     value_text("present"), value_text("Ђорђе"),      value_text(longest)};
    struct bytes out = {0};

    memset(longest, 'a', TEXT_BYTES_MAX);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct reader in;
        struct value back = value_integer(99);

        bytes_reset(&out);
        ck_assert(value_write(&out, values[i]));
        in = reader_of(out.data, out.size);
        ck_assert(value_read(&arena, &in, &back));
        ck_assert(value_equal(values[i], back));
        ck_assert_uint_eq(reader_left(&in), 0);
    }
    bytes_clear(&out);
    arena_clear(&arena);
}
END_TEST

START_TEST(small_numbers_of_either_sign_are_short)
{
    struct bytes out = {0};

    value_write(&out, value_integer(-64));
    value_write(&out, value_integer(63));
    value_write(&out, value_none());
    value_write(&out, value_text("a"));
    ck_assert_uint_eq(out.size, 8);
    ck_assert_mem_eq(out.data,
                     "\x01\x7F\x01\x7E\x00\x02\x01"
                     "a",
                     8);
    bytes_clear(&out);
}
END_TEST

START_TEST(bytes_that_are_no_value_are_refused)
{
    static char too_long[TEXT_BYTES_MAX + 4] = {2, (char)0x81, 0x20}; /* text of 4097 bytes */
    static const struct {
        const char *raw;
        size_t size;
    } cases[] = {
        {"", 0},     {"\x03", 1},      {"\xFF", 1},         {"\x01", 1},         {"\x01\x80", 2},     {"\x01\x80\x00", 3},
        {"\x02", 1}, {"\x02\x02x", 3}, {"\x02\x01\xFF", 3}, {"\x02\x01\x00", 3}, {"\x02\x01\x1B", 3}, {too_long, sizeof too_long},
    };

    memset(too_long + 3, 'a', sizeof too_long - 3);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reader in = reader_of(cases[i].raw, cases[i].size);
        struct value back = value_integer(99);

        ck_assert_msg(!value_read(&arena, &in, &back), "%zu", i);
        ck_assert(value_equal(back, value_integer(99)));
    }
    arena_clear(&arena);
}
END_TEST

SUITE("value", values_are_equal_by_kind_and_content, a_copy_lives_on, a_value_goes_into_bytes_and_back,
      small_numbers_of_either_sign_are_short, bytes_that_are_no_value_are_refused)
