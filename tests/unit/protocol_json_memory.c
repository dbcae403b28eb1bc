// SPDX-License-Identifier: Apache-2.0
/* Where memory runs out while JSON is read, what comes out is whole or nothing, and the bytes are never called bad.
 *
 * Here:      each allocation of jansson failing in turn, once and from then on, under json_read, segments and pages.
 * Not here:  our own allocations: those are checked one by one where they are made.
 * Why        jansson leaves bytes out of a string where its buffer cannot grow, and goes on.
 */
#include <stdlib.h>

#include "protocol/json.h"
#include "protocol/keys.h"
#include "protocol/page.h"
#include "protocol/segment.h"
#include "tests/unit/suite.h"
#include "tests/unit/training_day.h"

static long allocations, fails_at;
static bool fails_ever_after;

static void *scarce_malloc(size_t size)
{
    long which = allocations++;

    return fails_at >= 0 && (which == fails_at || (fails_ever_after && which > fails_at)) ? NULL : malloc(size);
}

static void memory_is_plenty(void)
{
    fails_at = -1;
    allocations = 0;
}

/* Calls `attempt` with every allocation failing in turn; it says whether it came through, and then checks what came. */
static void with_each_failing(bool (*attempt)(struct error *err))
{
    struct error err = {0};
    long count;

    json_set_alloc_funcs(scarce_malloc, free);
    json_object_seed(1);
    memory_is_plenty();
    ck_assert_msg(attempt(&err), "%s", err.cause);
    count = allocations;
    ck_assert_int_gt(count, 10);
    for (long at = 0; at < 2 * count; at++) {
        memory_is_plenty();
        fails_ever_after = at >= count;
        fails_at = at % count;
        error_clear(&err);
        if (!attempt(&err))
            ck_assert_msg(err.kind == ERROR_MEMORY, "allocation %ld: %s", at, err.cause);
    }
    memory_is_plenty();
}

#define WORDS                                                                                                                              \
    "{\"a long key that does not fit into the first buffer\":[1,-2,123456789012345678,\"a long text with \\u0160, \\t, \\ud83d\\ude00 "    \
    "and "                                                                                                                                 \
    "\xC5\xA0 in it\"],\"b\":{\"c\":null,\"d\":true,\"e\":\"\",\"f\":-9223372036854775808}}"

static bool reads_json(struct error *err)
{
    json_t *json = json_read((struct span){(const uint8_t *)WORDS, sizeof WORDS - 1}, 1000, "it", err);
    json_t *again;

    if (json == NULL)
        return false;
    memory_is_plenty();
    again = json_loads(WORDS, 0, NULL);
    ck_assert(json_equal(json, again));
    json_decref(again);
    json_decref(json);
    return true;
}

START_TEST(json_is_whole_or_not_there)
{
    with_each_failing(reads_json);
}
END_TEST

static struct day day;
static struct bytes bytes;
static struct arena kept;
static struct page page;

static bool opens_segment(struct error *err)
{
    static const uint8_t key_seed[KEY_SEED_SIZE] = {1}, seed[SEED_SIZE] = {2}, start[HASH_SIZE] = {0};
    uint8_t public_key[SIGN_PUBLIC_SIZE], secret_key[SIGN_SECRET_SIZE], head[HASH_SIZE];
    struct arena arena = {0};
    struct segment segment;
    size_t in;
    bool opened;

    keys_of_seed(key_seed, public_key, secret_key);
    if (bytes.size == 0)
        ck_assert(segment_seal(day.changes, day.count, SEGMENT_BODY_BYTES_MAX, start, seed, secret_key, &bytes, &in, head, err));
    opened = segment_open(&arena, bytes_span(&bytes), public_key, &segment, err); /* the chain says that it is whole */
    arena_clear(&arena);
    return opened;
}

START_TEST(a_segment_opens_whole_or_not_at_all)
{
    day_make(&day, 1);
    with_each_failing(opens_segment);
    bytes_clear(&bytes);
    day_end(&day);
}
END_TEST

static bool opens_page(struct error *err)
{
    struct bytes before = {0}, after = {0};
    struct arena arena = {0};
    struct page opened;

    if (!page_open(&arena, bytes_span(&bytes), &opened, err)) {
        arena_clear(&arena);
        return false;
    }
    ck_assert_uint_eq(opened.row_count, page.row_count);
    for (size_t i = 0; i < page.row_count; i++) {
        bytes_reset(&before);
        bytes_reset(&after);
        ck_assert(row_write(&before, &page.rows[i].row, false) && row_write(&after, &opened.rows[i].row, false));
        ck_assert_str_eq(opened.rows[i].row.id, page.rows[i].row.id);
        ck_assert(before.size == after.size && memcmp(before.data, after.data, before.size) == 0);
    }
    bytes_clear(&before);
    bytes_clear(&after);
    arena_clear(&arena);
    return true;
}

START_TEST(a_page_opens_whole_or_not_at_all)
{
    struct page_row rows[DAY_CHANGES];
    struct error err = {0};

    day_make(&day, 1);
    for (size_t i = 0; i < day.count; i++) {
        bool moved;

        rows[i] = (struct page_row){{.entity = day.changes[i].entity, .id = day.changes[i].row}, 1};
        ck_assert(row_apply(&kept, &rows[i].row, &day.changes[i], day.changes[i].time, &moved, &err));
    }
    page = (struct page){.rows = rows, .row_count = day.count};
    ck_assert(page_pack(&bytes, &page, &err));
    with_each_failing(opens_page);
    bytes_clear(&bytes);
    arena_clear(&kept);
    day_end(&day);
}
END_TEST

START_TEST(a_number_has_one_form)
{
    struct error err = {0};

    ck_assert_ptr_null(json_read((struct span){(const uint8_t *)"[-0]", 4}, 10, "it", &err));
    ck_assert_int_eq(err.kind, ERROR_CORRUPT);
}
END_TEST

SUITE("json_memory", json_is_whole_or_not_there, a_segment_opens_whole_or_not_at_all, a_page_opens_whole_or_not_at_all,
      a_number_has_one_form)
