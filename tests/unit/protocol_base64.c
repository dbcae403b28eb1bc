// SPDX-License-Identifier: Apache-2.0
/* Promises of protocol/base64.h.
 *
 * Here:      the examples of RFC 4648, every length, other spellings.
 * Not here:  files.
 */
#include "protocol/base64.h"

#include <string.h>

#include "tests/unit/suite.h"

static struct arena arena;

/* RFC 4648, section 10. */
static const struct {
    const char *plain, *coded;
} examples[] = {
    {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};

START_TEST(the_examples_of_the_standard_hold)
{
    struct span span;

    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        const struct span plain = {(const uint8_t *)examples[i].plain, strlen(examples[i].plain)};

        ck_assert_str_eq(base64_text(&arena, plain), examples[i].coded);
        ck_assert(base64_read(&arena, examples[i].coded, &span));
        ck_assert_uint_eq(span.size, plain.size);
        ck_assert_mem_eq(span.data, plain.data, plain.size);
    }
    arena_clear(&arena);
}
END_TEST

START_TEST(every_byte_at_every_length_comes_back)
{
    uint8_t bytes[300];
    struct span span;

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7 + 3);
    for (size_t size = 0; size <= sizeof bytes; size++) {
        ck_assert(base64_read(&arena, base64_text(&arena, (struct span){bytes, size}), &span));
        ck_assert_uint_eq(span.size, size);
        ck_assert_mem_eq(span.data, bytes, size);
    }
    arena_clear(&arena);
}
END_TEST

START_TEST(what_no_writer_would_have_written_is_refused)
{
    static const char *const wrong[] = {"Z",    "Zg",     "Zg=",  "Zh==", "Zm9=",   "====", "Z===", "Zg==Zg==",
                                        "Zm9 ", "Zm9v\n", "Zm-v", "Zm_v", "Zm9vZg", "=g==", "Zm=v", "Zm9vYmFy\xc5\x91"};
    struct span span;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        ck_assert_msg(!base64_read(&arena, wrong[i], &span), "%s", wrong[i]);
    arena_clear(&arena);
}
END_TEST

SUITE("base64", the_examples_of_the_standard_hold, every_byte_at_every_length_comes_back, what_no_writer_would_have_written_is_refused)
