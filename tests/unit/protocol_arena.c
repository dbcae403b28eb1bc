// SPDX-License-Identifier: Apache-2.0
/* Memory that is given out piece by piece and taken back at once.
 *
 * Here:      what arena.h promises.
 * Not here:  what is kept in one.
 */
#include "protocol/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "tests/unit/suite.h"

static bool holds_only(const unsigned char *piece, size_t size, unsigned char byte)
{
    for (size_t i = 0; i < size; i++) {
        if (piece[i] != byte)
            return false;
    }
    return true;
}

START_TEST(pieces_are_zeroed_aligned_and_apart)
{
    struct arena arena = {0};
    unsigned char *pieces[200];

    for (size_t round = 0; round < 2; round++) { /* the second round meets memory that was dirty */
        for (size_t i = 0; i < 200; i++) {
            size_t size = i * i % 5000;

            arena_text(&arena, "x"); /* puts the next piece at an odd place */
            pieces[i] = arena_take(&arena, size);
            ck_assert_ptr_nonnull(pieces[i]);
            ck_assert_uint_eq((uintptr_t)pieces[i] % alignof(max_align_t), 0);
            ck_assert(holds_only(pieces[i], size, 0));
            memset(pieces[i], (int)i + 1, size);
        }
        for (size_t i = 0; i < 200; i++) {
            ck_assert(holds_only(pieces[i], i * i % 5000, (unsigned char)(i + 1)));
        }
        arena_clear(&arena);
        ck_assert_uint_eq(arena.used_bytes, 0);
    }
}
END_TEST

START_TEST(nothing_is_still_something)
{
    struct arena arena = {0};

    ck_assert_ptr_nonnull(arena_take(&arena, 0));
    ck_assert_ptr_ne(arena_take(&arena, 0), arena_take(&arena, 0));
    arena_clear(&arena);
    arena_clear(&arena);
}
END_TEST

START_TEST(a_large_piece_leaves_the_current_block_usable)
{
    struct arena arena = {0};
    char *small = arena_take(&arena, 16);
    char *large = arena_take(&arena, 10 * 1024 * 1024);
    char *next = arena_take(&arena, 16);

    ck_assert_ptr_nonnull(large);
    memset(large, 1, 10 * 1024 * 1024);
    ck_assert_ptr_eq(next, small + 16);
    arena_clear(&arena);
}
END_TEST

START_TEST(many_small_pieces_make_few_large_blocks)
{
    struct arena arena = {0};
    size_t apart = 0;
    char *last = arena_take(&arena, 1024);

    for (int i = 0; i < 8 * 1024; i++) { /* 8 MiB */
        char *next = arena_take(&arena, 1024);

        apart += next != last + 1024;
        last = next;
    }
    ck_assert_uint_ge(apart, 1);
    ck_assert_uint_lt(apart, 20);
    ck_assert_uint_eq(arena.used_bytes, (8 * 1024 + 1) * 1024);
    arena_clear(&arena);
}
END_TEST

START_TEST(sizes_that_cannot_be_give_nothing)
{
    struct arena arena = {0};

    ck_assert_ptr_null(arena_take(&arena, SIZE_MAX));
    ck_assert_ptr_null(arena_take_many(&arena, SIZE_MAX / 2 + 1, 2));
    ck_assert_ptr_null(arena_take_many(&arena, 2, SIZE_MAX / 2 + 1));
    ck_assert_ptr_null(arena_text_n(&arena, "x", SIZE_MAX));
    ck_assert_ptr_null(arena_text_n(&arena, NULL, 1));
    ck_assert_ptr_nonnull(arena_take_many(&arena, 0, SIZE_MAX));
    arena_clear(&arena);
}
END_TEST

START_TEST(texts_are_copied)
{
    struct arena arena = {0};
    char text[] = "Amina";
    char *copy = arena_text(&arena, text);

    text[0] = 'X';
    ck_assert_str_eq(copy, "Amina");
    ck_assert_ptr_null(arena_text(&arena, NULL));
    ck_assert_str_eq(arena_text_n(&arena, "Amina", 2), "Am");
    ck_assert_str_eq(arena_text_n(&arena, NULL, 0), "");
    ck_assert_str_eq(arena_format(&arena, "%s-%d", "a", 5), "a-5");
    arena_clear(&arena);
}
END_TEST

START_TEST(a_grown_array_keeps_its_items_and_has_zeroed_room)
{
    struct arena arena = {0};
    int items[3] = {1, 2, 3};
    int *larger = arena_grow(&arena, items, 3, 5, sizeof *items);

    ck_assert_int_eq(larger[2], 3);
    ck_assert_int_eq(larger[3], 0);
    ck_assert_int_eq(larger[4], 0);
    ck_assert_int_eq(((int *)arena_grow(&arena, items, 3, 2, sizeof *items))[1], 2);
    ck_assert_ptr_nonnull(arena_grow(&arena, NULL, 0, 4, sizeof *items));
    ck_assert_ptr_null(arena_grow(&arena, items, 3, SIZE_MAX, sizeof *items));
    arena_clear(&arena);
}
END_TEST

SUITE("arena", pieces_are_zeroed_aligned_and_apart, nothing_is_still_something, a_large_piece_leaves_the_current_block_usable,
      many_small_pieces_make_few_large_blocks, sizes_that_cannot_be_give_nothing, texts_are_copied,
      a_grown_array_keeps_its_items_and_has_zeroed_room)
