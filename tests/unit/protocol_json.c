// SPDX-License-Identifier: Apache-2.0
/* JSON from strangers.
 *
 * Here:      what json.h promises.
 * Not here:  what the JSON means.
 */
#include "protocol/json.h"

#include <stdio.h>
#include <string.h>

#include "protocol/limits.h"
#include "tests/unit/suite.h"

static enum error_kind reading_bytes(const char *text, size_t size)
{
    struct error err = {0};
    json_t *json = json_read((struct span){(const uint8_t *)text, size}, 4096, "it", &err);

    ck_assert((json != NULL) == (err.kind == ERROR_NONE));
    json_decref(json);
    return err.kind;
}

static enum error_kind reading(const char *text)
{
    return reading_bytes(text, strlen(text));
}

START_TEST(plain_json_is_taken)
{
    static const char *const texts[] = {
        "{}",
        "[]",
        " [ 1 , -2,\ttrue,\r\nfalse, null ] ",
        "{\"a\":\"1.5e3 E . true\",\"b\":[{\"c\":\"\\\"\\\\ \\n\\t\\/\"}]}",
        "[\"\\u0041\\u0009\\u000a\\uD83D\\uDE00\"]",
        "[9223372036854775807,-9223372036854775808]",
        "[\"Ђорђе\"]",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        ck_assert_msg(reading(texts[i]) == ERROR_NONE, "%s", texts[i]);
}
END_TEST

START_TEST(what_is_ambiguous_or_dangerous_is_refused)
{
    static const char *const texts[] = {
        "",
        " ",
        "1",
        "\"a\"",
        "[",
        "]",
        "[}",
        "[1,]",
        "[] []",
        "{\"a\":1,\"a\":2}",       /* two answers to one question */
        "{\"a\":1,\"\\u0061\":2}", /* the same, in disguise */
        "[1.5]",
        "[1.0]",
        "[1e5]",
        "[1E5]",
        "[-0.1]",
        "[9223372036854775808]",
        "[NaN]",
        "[01]",
        "[\"\\u0000\"]",
        "[\"\\u0001\"]",
        "[\"\\u001F\"]",
        "[\"\\u007f\"]",
        "[\"\\b\"]",
        "[\"\\f\"]",
        "[\"\\r\"]",
        "[\"\x01\"]",
        "[\"\n\"]",
        "[\"\x7F\"]",
        "[\x01]",
        "[\x7F]",
        "[\"\\u00",
        "[\"\\",
        "[\"",
        "[\"\\uD800\"]",
        "[\"\xFF\"]",
        "[\"\xC0\x80\"]",
        "<html>",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        ck_assert_msg(reading(texts[i]) == ERROR_CORRUPT, "%s", texts[i]);
    ck_assert_int_eq(reading_bytes("[\"a\0b\"]", 7), ERROR_CORRUPT);
    ck_assert_int_eq(reading_bytes("[]\0", 3), ERROR_CORRUPT);
    ck_assert_int_eq(reading_bytes(NULL, 0), ERROR_CORRUPT);
}
END_TEST

static enum error_kind reading_nested(unsigned depth, const char *open, const char *close)
{
    char text[400] = "";

    for (unsigned i = 0; i < depth; i++)
        strcat(text, i + 1 < depth || *open == '[' ? open : "{");
    for (unsigned i = 0; i < depth; i++)
        strcat(text, close);
    return reading(text);
}

START_TEST(depth_is_bounded)
{
    char text[200] = "[";

    ck_assert_int_eq(reading_nested(JSON_DEPTH_MAX, "[", "]"), ERROR_NONE);
    ck_assert_int_eq(reading_nested(JSON_DEPTH_MAX + 1, "[", "]"), ERROR_LIMIT);
    ck_assert_int_eq(reading_nested(JSON_DEPTH_MAX, "{\"a\":", "}"), ERROR_NONE);
    ck_assert_int_eq(reading_nested(JSON_DEPTH_MAX + 1, "{\"a\":", "}"), ERROR_LIMIT);
    for (int i = 0; i < JSON_DEPTH_MAX + 1; i++) /* side by side is not deep */
        strcat(text, i == 0 ? "[]" : ",[]");
    ck_assert_int_eq(reading(strcat(text, "]")), ERROR_NONE);
    ck_assert_int_eq(reading("[\"[[[[[[[[[[[[[[[[[[[[\"]"), ERROR_NONE);
}
END_TEST

START_TEST(size_is_bounded)
{
    struct error err = {0};
    json_t *json = json_read((struct span){(const uint8_t *)"[1]", 3}, 3, "the head", &err);

    ck_assert_ptr_nonnull(json);
    json_decref(json);
    ck_assert_ptr_null(json_read((struct span){(const uint8_t *)"[12]", 4}, 3, "the head", &err));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    ck_assert_str_eq(err.cause, "the head was 4 bytes of JSON; 3 are allowed");
}
END_TEST

START_TEST(an_error_tells_the_place_and_never_the_text)
{
    struct error err = {0};
    const char *text = "{\"full_name\":\"Vesna\" \"Markovic\"}";

    ck_assert_ptr_null(json_read((struct span){(const uint8_t *)text, strlen(text)}, 4096, "the head", &err));
    ck_assert_ptr_nonnull(strstr(err.cause, "line 1"));
    ck_assert_ptr_null(strstr(err.cause, "Vesna"));
    ck_assert_ptr_null(strstr(err.cause, "Markovic"));
}
END_TEST

START_TEST(json_is_written_in_one_form)
{
    json_t *json = json_pack("{s:i, s:[s, n, b], s:{}}", "z", 1, "a", "Ђ/\"\n", 1, "m");
    struct bytes out = {0};
    struct error err = {0};
    json_t *back;

    bytes_append_u8(&out, '>');
    ck_assert(json_write(&out, json));
    bytes_append_u8(&out, 0);
    ck_assert_str_eq((const char *)out.data, ">{\"z\":1,\"a\":[\"Ђ/\\\"\\n\",null,true],\"m\":{}}");
    back = json_read((struct span){out.data + 1, out.size - 2}, 4096, "it", &err);
    ck_assert(json_equal(json, back));
    json_decref(json);
    json_decref(back);
    bytes_clear(&out);
}
END_TEST

START_TEST(values_go_both_ways_and_others_are_refused)
{
    static const char *const refused[] = {"[true]", "[[]]", "[{}]"};
    struct value values[] = {value_none(), value_integer(INT64_MIN), value_text("Ђорђе\n\t"), value_text("")};
    struct arena arena = {0};
    struct value back = value_none();
    json_t *bad = json_stringn("a\0b", 3);

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        json_t *json = json_of_value(values[i]);

        ck_assert(json_to_value(&arena, json, &back));
        ck_assert(value_equal(values[i], back));
        json_decref(json);
    }
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        json_t *json = json_loads(refused[i], 0, NULL);

        ck_assert(!json_to_value(&arena, json_array_get(json, 0), &back));
        json_decref(json);
    }
    ck_assert(!json_to_value(&arena, bad, &back));
    ck_assert(!json_to_value(&arena, NULL, &back));
    json_decref(bad);
    arena_clear(&arena);
}
END_TEST

/* Gives out memory until `left` pieces are gone. */
static size_t left;

static void *scarce(size_t size)
{
    if (left == 0)
        return NULL;
    left--;
    return malloc(size);
}

START_TEST(without_memory_it_says_so)
{
    static const char text[] = "{\"a\":[1,\"two\",null,true,{\"b\":[]}],\"a name that is longer than most\":-5}";
    size_t pieces = 0;
    enum error_kind kind = ERROR_MEMORY;

    json_set_alloc_funcs(scarce, free);
    for (; kind == ERROR_MEMORY && pieces < 1000; pieces++) {
        left = pieces;
        kind = reading(text);
    }
    json_set_alloc_funcs(malloc, free);
    ck_assert_int_eq(kind, ERROR_NONE); /* no memory was never taken for bad bytes */
    ck_assert_uint_gt(pieces, 10);
}
END_TEST

SUITE("json", plain_json_is_taken, what_is_ambiguous_or_dangerous_is_refused, depth_is_bounded, size_is_bounded,
      an_error_tells_the_place_and_never_the_text, json_is_written_in_one_form, values_go_both_ways_and_others_are_refused,
      without_memory_it_says_so)
