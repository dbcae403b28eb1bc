// SPDX-License-Identifier: Apache-2.0
/* A page opens to the rows and keys that were packed, is small, and nothing that makes no sense opens.
 *
 * Here:      round trips, conflicts, drops, sizes, bounds, refusals.
 * Not here:  which rows go into one (the ledger).
 */
#include "protocol/page.h"

#include "protocol/deflate.h"
#include "tests/unit/suite.h"
#include "tests/unit/training_day.h"

static struct arena arena;
static struct bytes packed;

static void fresh(void)
{
    arena_clear(&arena);
    bytes_clear(&packed);
}

static struct row row_of(const struct change *changes, size_t count)
{
    struct row row = {.entity = changes[0].entity, .id = changes[0].row};
    struct error err = {0};
    bool moved;

    for (size_t i = 0; i < count; i++)
        ck_assert_msg(row_apply(&arena, &row, &changes[i], changes[i].time, &moved, &err), "%s", err.cause);
    return row;
}

static void packs(const struct page *page)
{
    struct error err = {0};

    bytes_reset(&packed);
    ck_assert_msg(page_pack(&packed, page, &err), "%s", err.cause);
}

static struct page opens(void)
{
    struct page page = {0};
    struct error err = {0};

    ck_assert_msg(page_open(&arena, bytes_span(&packed), &page, &err), "%s", err.cause);
    return page;
}

/* Live values alone travel: that is row_write without `seen`. */
static void same_page(const struct page *a, const struct page *b)
{
    struct bytes left = {0}, right = {0};

    ck_assert_uint_eq(a->row_count, b->row_count);
    ck_assert_uint_eq(a->key_count, b->key_count);
    for (size_t i = 0; i < a->row_count; i++) {
        bytes_reset(&left);
        bytes_reset(&right);
        ck_assert(row_write(&left, &a->rows[i].row, false) && row_write(&right, &b->rows[i].row, false));
        ck_assert_str_eq(a->rows[i].row.entity, b->rows[i].row.entity);
        ck_assert_str_eq(a->rows[i].row.id, b->rows[i].row.id);
        ck_assert_uint_eq(a->rows[i].many, b->rows[i].many);
        ck_assert(left.size == right.size && memcmp(left.data, right.data, left.size) == 0);
    }
    for (size_t i = 0; i < a->key_count; i++) {
        ck_assert_str_eq(a->keys[i].entity, b->keys[i].entity);
        ck_assert_str_eq(a->keys[i].id, b->keys[i].id);
        ck_assert_uint_eq(a->keys[i].many, b->keys[i].many);
    }
    bytes_clear(&left);
    bytes_clear(&right);
}

/* The rows of a day, as one page; rows edited by another log every now and then, some of them in conflict. */
static struct page day_page(struct day *day)
{
    struct page_row *rows = arena_take_many(&arena, day->count, sizeof *rows);
    struct change *two = arena_take_many(&arena, 2, sizeof *two);

    for (size_t i = 0; i < day->count; i++) {
        struct change_field *field = arena_take(&arena, sizeof *field);
        struct stamp *base = arena_take(&arena, sizeof *base);

        two[0] = day->changes[i];
        two[1] = two[0];
        *field = two[0].fields[two[0].field_count - 1];
        field->value = value_text(i % 2 == 0 ? "late" : "other");
        *base = (struct stamp){two[0].time, two[0].log};
        field->bases = i % 3 == 0 ? base : NULL;
        field->base_count = i % 3 == 0 ? 1 : 0;
        two[1].log = 7 + i % 2;
        two[1].time += 1 + i % 4;
        two[1].fields = field;
        two[1].field_count = 1;
        rows[i] = (struct page_row){row_of(two, i % 5 == 0 ? 2 : 1), 1 + (i % 11 == 0)};
    }
    return (struct page){.rows = rows, .row_count = day->count};
}

START_TEST(rows_come_back_as_they_stand_conflicts_too)
{
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct day day;
        struct page page, opened;

        day_make(&day, seed);
        page = day_page(&day);
        packs(&page);
        opened = opens();
        same_page(&page, &opened);
        day_end(&day);
        fresh();
    }
}
END_TEST

START_TEST(keys_and_drops_come_back)
{
    static const struct page_key keys[] = {
        {"person", "0000000000001-5", 0}, {"person", "0000000000001-6", 2}, {"attendance", "0000000000001-1:0000000000001-6", 0}};
    struct day day;
    struct page page, opened;

    day_make(&day, 1);
    page = day_page(&day);
    page.keys = keys;
    page.key_count = 3;
    packs(&page);
    opened = opens();
    same_page(&page, &opened);
    page.row_count = 0;
    packs(&page);
    opened = opens();
    same_page(&page, &opened);
    page.key_count = 0;
    packs(&page);
    opened = opens();
    same_page(&page, &opened);
    ck_assert_uint_le(packed.size, 40);
    day_end(&day);
    fresh();
}
END_TEST

/* A device that comes first pulls everything: what that costs is told, and bounded. */
START_TEST(a_row_of_a_first_sync_costs_at_most_seven_bytes)
{
    struct day day;
    const char *people[DAY_PEOPLE], *sessions[DAY_SESSIONS];
    struct page_row *rows;
    struct page page, opened;

    day_begin(&day, 5);
    while (day.count + DAY_CHANGES <= PAGE_ROWS_MAX) {
        const char *activity = day_activity(&day);

        for (int i = 0; i < DAY_SESSIONS; i++)
            sessions[i] = day_session(&day, activity, i);
        for (int i = 0; i < DAY_PEOPLE; i++)
            people[i] = day_person(&day, (int)(day.count % 9000));
        day_marks(&day, sessions, DAY_SESSIONS, people, DAY_PEOPLE);
    }
    rows = arena_take_many(&arena, day.count, sizeof *rows);
    for (size_t i = 0; i < day.count; i++)
        rows[i] = (struct page_row){row_of(&day.changes[i], 1), 1};
    page = (struct page){.rows = rows, .row_count = day.count};
    packs(&page);
    printf("first sync: %zu rows in a page of %zu bytes, %.2f bytes a row, %.2f MB for 100,000 rows\n", day.count, packed.size,
           (double)packed.size / (double)day.count, (double)packed.size / (double)day.count / 10);
    ck_assert_uint_le(packed.size, 7 * day.count);
    opened = opens();
    same_page(&page, &opened);
    day_end(&day);
    fresh();
}
END_TEST

START_TEST(rows_and_keys_are_bounded)
{
    struct page_key *keys = calloc(PAGE_ROWS_MAX + 1, sizeof *keys);
    struct page_row *rows = calloc(PAGE_ROWS_MAX + 1, sizeof *rows);
    struct entry live = {{5, 6}, {VALUE_INTEGER, 1, NULL}};
    struct reg reg = {.field = "removed", .live = &live, .live_count = 1};
    struct page page = {.rows = rows, .row_count = PAGE_ROWS_MAX, .keys = keys, .key_count = PAGE_ROWS_MAX};
    struct error err = {0};

    for (size_t i = 0; i < PAGE_ROWS_MAX + 1; i++) {
        char id[32];

        snprintf(id, sizeof id, "0000000000001-%d", (int)i + 1);
        keys[i] = (struct page_key){"person", arena_text(&arena, id), 0};
        rows[i] = (struct page_row){{.entity = "person", .id = keys[i].id, .regs = &reg, .reg_count = 1}, 1};
    }
    packs(&page);
    ck_assert_uint_eq(opens().row_count, PAGE_ROWS_MAX);
    page.row_count++;
    ck_assert(!page_pack(&packed, &page, &err) && err.kind == ERROR_LIMIT);
    page.row_count = 0;
    page.key_count++;
    error_clear(&err);
    ck_assert(!page_pack(&packed, &page, &err) && err.kind == ERROR_LIMIT);
    free(keys);
    free(rows);
    fresh();
}
END_TEST

START_TEST(a_row_in_no_place_is_not_packed)
{
    struct page_row row = {{.entity = "person", .id = "0000000000001-1"}, 0};
    struct page page = {.rows = &row, .row_count = 1};
    struct error err = {0};

    ck_assert(!page_pack(&packed, &page, &err));
    ck_assert_int_eq(err.kind, ERROR_INVALID);
    ck_assert_uint_eq(packed.size, 0);
}
END_TEST

START_TEST(as_many_values_and_fields_as_a_row_may_have_fit)
{
    struct reg *regs = calloc(ROW_FIELDS_MAX + 1, sizeof *regs);
    struct entry *lives = calloc(ROW_VALUES_MAX + 1, sizeof *lives);
    struct page_row row = {{.entity = "x", .id = "a", .regs = regs, .reg_count = ROW_FIELDS_MAX}, 1};
    struct page page = {.rows = &row, .row_count = 1}, opened;
    struct error err = {0};

    for (size_t i = 0; i < ROW_VALUES_MAX + 1; i++)
        lives[i] = (struct entry){{100 + i / 2, 5 + i % 2}, {VALUE_INTEGER, (int64_t)i, NULL}};
    for (size_t i = 0; i < ROW_FIELDS_MAX + 1; i++)
        regs[i] = (struct reg){.field = arena_format(&arena, "f%03d", (int)i), .live = lives, .live_count = 2 + i % 60};
    regs[0].live_count = ROW_VALUES_MAX;
    packs(&page);
    opened = opens();
    same_page(&page, &opened);
    row.row.reg_count = 1;
    regs[0].live_count++;
    packs(&page);
    ck_assert(!page_open(&arena, bytes_span(&packed), &opened, &err) && err.kind == ERROR_LIMIT);
    regs[0].live_count = 1;
    row.row.reg_count = ROW_FIELDS_MAX + 1;
    packs(&page);
    error_clear(&err);
    ck_assert(!page_open(&arena, bytes_span(&packed), &opened, &err) && err.kind == ERROR_LIMIT);
    free(regs);
    free(lives);
    fresh();
}
END_TEST

/* A page has no sum of its own: the reply's signature is over it. It must only never do harm. */
START_TEST(whatever_is_flipped_or_cut_opens_to_nothing_or_to_rows)
{
    struct day day;
    struct page page, opened;

    day_make(&day, 3);
    day.count = 12;
    page = day_page(&day);
    packs(&page);
    for (size_t i = 0; i < 8 * packed.size; i++) {
        struct error err = {0};
        struct arena own = {0};

        packed.data[i / 8] ^= (uint8_t)(1U << i % 8);
        ck_assert(page_open(&own, bytes_span(&packed), &opened, &err) == (err.kind == ERROR_NONE));
        packed.data[i / 8] ^= (uint8_t)(1U << i % 8);
        arena_clear(&own);
    }
    for (size_t size = 0; size < packed.size; size++) {
        struct error err = {0};

        ck_assert(!page_open(&arena, (struct span){packed.data, size}, &opened, &err));
        ck_assert(err.kind == ERROR_CORRUPT || err.kind == ERROR_LIMIT); /* so few bytes cannot open to so many */
    }
    day_end(&day);
    fresh();
}
END_TEST

/* ---- hostile ---- */

static enum error_kind kind_of(const char *json)
{
    struct page page;
    struct error err = {0};
    bool done;

    bytes_reset(&packed);
    bytes_append_varint(&packed, strlen(json));
    ck_assert(deflate_pack((struct span){(const uint8_t *)json, strlen(json)}, DICTIONARY_PAGE, &packed, &err));
    done = page_open(&arena, bytes_span(&packed), &page, &err);
    ck_assert(done == (err.kind == ERROR_NONE));
    fresh();
    return err.kind;
}

#define PAGE_JSON(n, ms, log, many, kind)                                                                                                  \
    "{\"n\":" n ",\"ms\":" ms ",\"log\":" log ",\"many\":" many ",\"kinds\":[" kind "],\"logs\":[\"0000000000001\"]}"
#define A_ROW "{\"of\":\"x\",\"row\":\"a\",\"cols\":{\"f\":1}}"

START_TEST(what_makes_no_sense_is_refused)
{
    static const char *const bad[] = {
        PAGE_JSON("1", "5", "1", "0", A_ROW),                                                              /* in no place */
        PAGE_JSON("2", "[5,6]", "1", "[1,2]", A_ROW),                                                      /* in two minds */
        "{\"n\":2,\"ms\":5,\"tick\":[0,-1],\"log\":1,\"kinds\":[" A_ROW "],\"logs\":[\"0000000000001\"]}", /* two values of one stamp */
        PAGE_JSON("1", "5", "0", "1", A_ROW),                                                              /* nobody's stamp */
        PAGE_JSON("1", "5", "0", "1", "{\"of\":\"x\",\"row\":\"a\"}"),                                     /* a key with a time */
        PAGE_JSON("1", "0", "1", "1", "{\"of\":\"x\",\"row\":\"a\"}"),                                     /* a key with a log */
        PAGE_JSON("1", "5", "1", "1", "{\"of\":\"X\",\"row\":\"a\",\"cols\":{\"f\":1}}"),                  /* no entity */
        PAGE_JSON("1", "5", "1", "1", "{\"of\":\"x\",\"row\":\"a b\",\"cols\":{\"f\":1}}"),                /* no id */
        PAGE_JSON("1", "5", "1", "1", "{\"of\":\"x\",\"cols\":{\"f\":1}}"),                                /* no id at all */
        PAGE_JSON("1", "5", "1", "1", "{\"of\":\"x\",\"row\":{\"seq\":0},\"cols\":{\"f\":1}}"),            /* no change to be named by */
        PAGE_JSON("1", "5", "1", "1", "{\"of\":\"x\",\"row\":\"a\",\"cols\":{\"F\":1}}"),                  /* no field */
        PAGE_JSON("1", "5", "1", "-1", A_ROW),
        "{\"n\":1,\"ms\":5,\"log\":1,\"author\":\"me\",\"kinds\":[" A_ROW "],\"logs\":[\"0000000000001\"]}",
        "{\"n\":1,\"ms\":5,\"log\":1,\"kinds\":[{\"of\":\"x\",\"row\":\"a\",\"cols\":{\"f\":1},\"bases\":{\"f\":{\"n\":1,\"ms\":1,\"tick\":"
        "0,"
        "\"log\":1}}}],\"logs\":[\"0000000000001\"]}",
        "{\"n\":2,\"kind\":[0,1],\"ms\":[0,5],\"log\":[0,1],\"kinds\":[{\"of\":\"y\",\"row\":\"a\"}," A_ROW
        "],\"logs\":[\"0000000000001\"]}",
    };

    ck_assert_int_eq(kind_of(PAGE_JSON("1", "5", "1", "1", A_ROW)), ERROR_NONE);
    ck_assert_int_eq(kind_of(PAGE_JSON("2", "[5,6]", "1", "1", A_ROW)), ERROR_NONE);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(kind_of(bad[i]) == ERROR_CORRUPT, "%s", bad[i]);
}
END_TEST

START_TEST(a_page_of_too_many_raw_bytes_is_refused_before_it_opens)
{
    struct page page;
    struct error err = {0};

    bytes_append_varint(&packed, PAGE_RAW_BYTES_MAX + 1);
    bytes_append(&packed, "xxxx", 4);
    ck_assert(!page_open(&arena, bytes_span(&packed), &page, &err));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    error_clear(&err);
    bytes_reset(&packed);
    bytes_append_varint(&packed, PAGE_RAW_BYTES_MAX); /* a bomb, were it to open */
    bytes_append(&packed, "xxxx", 4);
    ck_assert(!page_open(&arena, bytes_span(&packed), &page, &err));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    fresh();
}
END_TEST

SUITE("page", rows_come_back_as_they_stand_conflicts_too, keys_and_drops_come_back, a_row_of_a_first_sync_costs_at_most_seven_bytes,
      rows_and_keys_are_bounded, a_row_in_no_place_is_not_packed, as_many_values_and_fields_as_a_row_may_have_fit,
      whatever_is_flipped_or_cut_opens_to_nothing_or_to_rows, what_makes_no_sense_is_refused,
      a_page_of_too_many_raw_bytes_is_refused_before_it_opens)
