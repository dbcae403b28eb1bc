// SPDX-License-Identifier: Apache-2.0
/* What goes into columns comes out of them, whatever it is; and columns that do not fit together are refused.
 *
 * Here:      round trips of ordinary and of weird changes, forms of columns, hostile tables.
 * Not here:  sealing (protocol_segment.c).
 */
#include "protocol/columns.h"
#include "protocol/echo.h"
#include "tests/unit/suite.h"
#include "tests/unit/training_day.h"

static struct day day;

/* Writes, reads and compares by canonical bytes. Returns the JSON, in the day's arena. */
static const char *round_trip(const struct change *changes, size_t count, uint64_t seed)
{
    struct columns in = {.log = changes[0].log, .first_seq = changes[0].seq, .changes = changes, .count = count};
    struct columns out = {.log = in.log, .first_seq = in.first_seq, .count = count};
    struct bytes json = {0}, before = {0}, after = {0};
    struct error err = {0};
    const char *text;
    size_t digits;

    ck_assert_msg(columns_write(&json, &in, &digits, &err), "seed %d: %s", (int)seed, err.cause);
    ck_assert_msg(columns_read(&day.arena, bytes_span(&json), json.size, 8 * 1024 * 1024, &out, &err), "seed %d: %s in %.*s", (int)seed,
                  err.cause, (int)json.size, (const char *)json.data);
    for (size_t i = 0; i < count; i++) {
        bytes_reset(&before);
        bytes_reset(&after);
        ck_assert(change_is_well_formed(&changes[i], &err) && change_is_well_formed(&out.changes[i], &err));
        ck_assert(change_write(&before, &changes[i]) && change_write(&after, &out.changes[i]));
        ck_assert(out.changes[i].log == changes[i].log && out.changes[i].seq == changes[i].seq);
        ck_assert_msg(before.size == after.size && memcmp(before.data, after.data, before.size) == 0, "seed %d: change %d differs in %.*s",
                      (int)seed, (int)i, (int)json.size, (const char *)json.data);
    }
    text = arena_text_n(&day.arena, (const char *)json.data, json.size);
    bytes_clear(&json);
    bytes_clear(&before);
    bytes_clear(&after);
    return text;
}

START_TEST(a_training_day_comes_back_as_it_was)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        day_make(&day, seed);
        ck_assert_uint_eq(day.count, DAY_CHANGES);
        round_trip(day.changes, day.count, seed);
        day_end(&day);
    }
}
END_TEST

START_TEST(a_person_can_read_what_is_sent)
{
    const char *json;

    day_make(&day, 1);
    json = round_trip(day.changes, day.count, 1);
    ck_assert_ptr_nonnull(strstr(json, "\"title\":\"Obuka nastavnika"));
    ck_assert_ptr_nonnull(strstr(json, "\"status\":{\"from\":\"|present|"));
    ck_assert_ptr_nonnull(strstr(json, "\"of\":\"attendance\",\"row\":{\"parts\":[{\"seq\":"));
    ck_assert_ptr_nonnull(strstr(json, "\"email\":{\"like\":\"full_name\""));
    day_end(&day);
}
END_TEST

/* ---- weird changes ---- */

static const char *const odd_texts[] = {
    "",
    "|",
    "||;~^`",
    "$",
    "$1",
    "a$2b",
    "\"quoted\"",
    "back\\slash",
    "tab\tand\nline",
    "7",
    "007",
    "P0001",
    "P0002",
    "P10",
    "x9y",
    "x10y",
    "x011y",
    "Ђорђе",
    "Đorđe Šarić",
    "djordje.saric@x",
    "0",
    "18446744073709551616",
    "999999999999999999",
    "-5",
    "null",
    "{\"w\":1}",
    "000",
    "P",
    "Vesna Marković",
    "vesna.markovic@gmail.com",
    "zz",
    "\xF0\x9F\x98\x80",
    "a:b",
};

static const char *odd_id(uint64_t log)
{
    char id[ROW_ID_SIZE];

    switch (day_random(&day, 8)) {
    case 0:
        return "RS-BUJ";
    case 1:
        return "a:b:c";
    case 2:
        return "0000000000001-0";
    case 3:
        return "0000000000001-18446744073709551615";
    case 4:
        return "0000000000001-9223372036854775808:x";
    case 5:
        row_id_of_change(log, day.seq, id);
        return arena_text(&day.arena, id);
    case 6:
        row_id_of_change(1 + day_random(&day, 3), 1 + day_random(&day, 100), id);
        return arena_format(&day.arena, "%s:%s", id, id);
    default:
        row_id_of_change(day_random(&day, 2) == 0 ? log : 1 + day_random(&day, 3), 1 + day_random(&day, 100), id);
        return arena_text(&day.arena, id);
    }
}

static struct value odd_value(unsigned taste)
{
    static const int64_t integers[] = {0, 1, -1, 90, INT64_MAX, INT64_MIN, INT64_MAX - 1, 35, 36, 1295, 1296};

    switch (taste == 0 ? day_random(&day, 5) : taste) {
    case 1:
        return value_none();
    case 2:
        return value_integer(integers[day_random(&day, sizeof integers / sizeof integers[0])]);
    case 3:
        return value_text(odd_id(day.log));
    default:
        return value_text(odd_texts[day_random(&day, sizeof odd_texts / sizeof odd_texts[0])]);
    }
}

static void odd_bases(struct change_field *field)
{
    size_t count = day_random(&day, 4);
    struct stamp *bases = arena_take_many(&day.arena, count, sizeof *bases);

    for (size_t i = 0; i < count; i++)
        bases[i] = (struct stamp){(i + 1) * 1000000 + day_random(&day, 1000000), 1 + day_random(&day, 3)};
    field->bases = bases;
    field->base_count = count;
}

static void odd_change(unsigned tastes)
{
    static const char *const things[] = {"attendance", "x", "a_thing_of_a_newer_peer", "person"};
    static const char *const names[] = {"a", "b", "full_name", "x0", "x1", "z_z"};
    struct change_field fields[6] = {0};
    size_t count = 0, kinds = 1 + tastes % 4;

    for (size_t i = 0; i < 6; i++) {
        if (day_random(&day, 4) == 0)
            continue;
        fields[count] = (struct change_field){.name = names[i], .value = odd_value(i % 2 == 0 ? tastes % 5 : 0)};
        if (day_random(&day, 5) == 0)
            odd_bases(&fields[count]);
        count++;
    }
    day_add(&day, things[day_random(&day, kinds)], day_random(&day, 3) == 0 ? NULL : odd_id(day.log), fields, count);
    day.changes[day.count - 1].time = day_random(&day, 2) == 0 ? day_random(&day, 4) : day_random(&day, UINT64_C(1) << 46) * 131071;
    if (tastes % 3 == 0 && day_random(&day, 2) == 0)
        day.changes[day.count - 1].author = odd_id(day.log);
}

/* Entities and fields that nobody knows, values of mixed kinds, clocks that jump, ids that look like others. */
START_TEST(weird_changes_come_back_as_they_were)
{
    for (uint64_t seed = 1; seed <= 1500; seed++) {
        size_t count;

        day_begin(&day, seed);
        day.seq = seed % 7 == 0 ? UINT64_MAX - 100 : 1 + day_random(&day, 50);
        count = 1 + day_random(&day, seed % 10 == 0 ? 90 : 12);
        for (size_t i = 0; i < count; i++)
            odd_change((unsigned)seed);
        round_trip(day.changes, day.count, seed);
        day_end(&day);
    }
}
END_TEST

START_TEST(texts_that_hold_every_separator_come_back)
{
    struct change_field field = {.name = "note"};

    day_begin(&day, 1);
    for (int i = 0; i < 9; i++) {
        field.value = value_text(arena_format(&day.arena, "%c|;~^`\"\\", 'a' + i));
        day_add(&day, "x", NULL, &field, 1);
    }
    ck_assert_ptr_nonnull(strstr(round_trip(day.changes, day.count, 1), "\"note\":[\"a|"));
    day_end(&day);
}
END_TEST

START_TEST(a_field_that_few_have_is_written_by_where)
{
    struct change_field field = {.name = "note", .value = {VALUE_TEXT, 0, "ill"}};
    const char *json;

    day_begin(&day, 1);
    for (int i = 0; i < 40; i++)
        day_add(&day, "x", NULL, &field, i == 7 || i == 30);
    json = round_trip(day.changes, day.count, 1);
    ck_assert_ptr_nonnull(strstr(json, "\"note\":{\"only\":{\"w\":1},\"n\":2,\"then\":\"ill\"}"));
    ck_assert_ptr_nonnull(strstr(json, "7m\"}")); /* 7 rows before the first, 22 between */
    day_end(&day);
}
END_TEST

START_TEST(keys_that_are_told_again_cost_nothing)
{
    const char *json;

    day_begin(&day, 1);
    for (int i = 0; i < 9; i++) {
        const char *session = arena_format(&day.arena, "S%d", i % 3), *person = arena_format(&day.arena, "P%d", i * i);
        const struct change_field fields[] = {DAY_TEXT("person", person), DAY_TEXT("session", session)};

        day_add(&day, "attendance", arena_format(&day.arena, "%s:%s", session, person), fields, 2);
    }
    json = round_trip(day.changes, day.count, 1);
    ck_assert_ptr_nonnull(strstr(json, "\"cols\":{\"person\":{\"part\":1},\"session\":{\"part\":0}}"));
    day_end(&day);
}
END_TEST

START_TEST(moments_are_seconds)
{
    static const char *const ends[] = {"+01:00", "Z", ".250-03:00", ""};

    for (size_t end = 0; end < sizeof ends / sizeof ends[0]; end++) {
        const char *json;

        day_begin(&day, 1);
        for (int i = 0; i < 30; i++) {
            char moment[MOMENT_TEXT_SIZE];
            struct change_field field = {.name = "at", .value = {VALUE_TEXT, 0, NULL}};

            moment_text((int64_t)(i % 2 == 0 ? 0 : 253402300700) * 1000 + i * 1000, moment);
            field.value.text = arena_format(&day.arena, "%.19s%s", moment, ends[end]);
            day_add(&day, "x", NULL, &field, 1);
        }
        json = round_trip(day.changes, day.count, 1);
        ck_assert_ptr_nonnull(strstr(json, "\"at\":{\"moment\":"));
        day_end(&day);
    }
}
END_TEST

START_TEST(few_numbers_far_apart_stand_in_a_table)
{
    static const int64_t minutes[] = {5, 4000, -700000, 90000000, 17};

    day_begin(&day, 1);
    for (int i = 0; i < 200; i++) {
        struct change_field field = DAY_INTEGER("minutes", minutes[day_random(&day, 5)]);

        day_add(&day, "x", NULL, &field, 1);
    }
    ck_assert_ptr_nonnull(strstr(round_trip(day.changes, day.count, 1), "\"minutes\":{\"int\":{\"n\":5,\"of\":["));
    day_end(&day);
}
END_TEST

START_TEST(values_that_are_none_stand_in_the_mask)
{
    struct change_field field = {.name = "note"};
    const char *json;

    day_begin(&day, 1);
    for (int i = 0; i < 6; i++) {
        field.value = i == 2 ? value_none() : value_text("ill");
        day_add(&day, "x", NULL, &field, i != 4);
    }
    json = round_trip(day.changes, day.count, 1);
    ck_assert_ptr_nonnull(strstr(json, "\"note\":{\"skip\":{\"w\":1},\"then\":\"ill\"}"));
    ck_assert_ptr_nonnull(strstr(json, "002010\"}"));
    day_end(&day);
}
END_TEST

START_TEST(words_echo_across_scripts)
{
    struct echo_words words;
    struct arena arena = {0};
    const char *made;
    char filled[64] = {0};

    echo_words_of("Ђорђе Џунић-Šarić 3.", &words);
    ck_assert_uint_eq(words.count, 4);
    made = echo_template(&arena, "djordje.saric3@x.rs", &words);
    ck_assert_str_eq(made, "$1.$33@x.rs");
    ck_assert_uint_eq(echo_size(made, &words), strlen("djordje.saric3@x.rs"));
    echo_fill(made, &words, filled);
    ck_assert_str_eq(filled, "djordje.saric3@x.rs");
    ck_assert_uint_eq(echo_size("$5", &words), SIZE_MAX);
    ck_assert_uint_eq(echo_size("$", &words), SIZE_MAX);
    echo_words_of(NULL, &words);
    ck_assert_uint_eq(words.count, 0);
    arena_clear(&arena);
}
END_TEST

/* ---- hostile tables ---- */

struct hostile {
    const char *json;
    size_t count;
    enum error_kind kind;
};

static const struct hostile hostile[] = {
    {"", 1, ERROR_CORRUPT},
    {"[]", 1, ERROR_CORRUPT},
    {"{}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[]}", 1, ERROR_CORRUPT},
    {"{\"kinds\":[{\"of\":\"x\"}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":-1,\"kinds\":[{\"of\":\"x\"}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":281474976710656,\"kinds\":[{\"of\":\"x\"}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"tick\":65536,\"kinds\":[{\"of\":\"x\"}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"tick\":-1,\"kinds\":[{\"of\":\"x\"}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\"},{\"of\":\"y\"}]}", 2, ERROR_CORRUPT},
    {"{\"ms\":1,\"kind\":0,\"kinds\":[{\"of\":\"x\"},{\"of\":\"y\"}]}", 2, ERROR_CORRUPT},
    {"{\"ms\":1,\"kind\":[0,2],\"kinds\":[{\"of\":\"x\"},{\"of\":\"y\"}]}", 2, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":5}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"row\":5}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"row\":{\"parts\":[\"a\"]}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"row\":{\"seq\":1,\"log\":1}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"row\":{\"seq\":-1}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":[]}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"b\":1,\"a\":1}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":{\"list\":\"|a|b\"}}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":[1,2]}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":[true]}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":{\"what\":1}}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":{\"part\":0}}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":{\"from\":\"\",\"pick\":0}}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":{\"from\":\"|a|b\",\"pick\":2}}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":{\"text\":\"P\",\"wide\":19,\"num\":1}}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":{\"text\":\"P\",\"num\":-1}}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":{\"like\":\"a\",\"as\":\"$1\"}}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":{\"like\":\"b\",\"as\":\"$1\"},\"b\":5}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":{\"like\":\"b\",\"as\":\"$2\"},\"b\":\"one\"}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":{\"skip\":3,\"then\":1}}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":{\"only\":1,\"n\":1,\"then\":1}}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":{\"only\":0,\"n\":2,\"then\":1}}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":1},\"bases\":{\"b\":{\"n\":0,\"ms\":0,\"tick\":0,\"log\":0}}}]}", 1,
     ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":1},\"bases\":{\"a\":{\"n\":65,\"ms\":0,\"tick\":0,\"log\":0}}}]}", 1,
     ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":1},\"bases\":{\"a\":{\"n\":1,\"ms\":0,\"tick\":0,\"log\":1}}}]}", 1,
     ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\"}],\"logs\":[\"0\"]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\"}],\"logs\":5}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\"}],\"digits\":\"0\"}", 1, ERROR_CORRUPT},
    {"{\"ms\":{\"w\":1},\"kinds\":[{\"of\":\"x\"}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":{\"w\":0},\"kinds\":[{\"of\":\"x\"}],\"digits\":\"0\"}", 1, ERROR_CORRUPT},
    {"{\"ms\":{\"w\":13},\"kinds\":[{\"of\":\"x\"}],\"digits\":\"0000000000000\"}", 1, ERROR_CORRUPT},
    {"{\"ms\":{\"w\":1},\"kinds\":[{\"of\":\"x\"}],\"digits\":\"A\"}", 1, ERROR_CORRUPT},
    {"{\"ms\":{\"w\":1},\"kinds\":[{\"of\":\"x\"}],\"digits\":\"z\"}", 1, ERROR_CORRUPT},
    {"{\"ms\":{\"w\":1,\"x\":[1]},\"kinds\":[{\"of\":\"x\"}],\"digits\":\"1\"}", 1, ERROR_CORRUPT},
    {"{\"ms\":{\"w\":1,\"x\":2},\"kinds\":[{\"of\":\"x\"}],\"digits\":\"z1\"}", 1, ERROR_CORRUPT},
    {"{\"ms\":{\"w\":1,\"b\":9223372036854775807},\"kinds\":[{\"of\":\"x\"}],\"digits\":\"1\"}", 1, ERROR_CORRUPT},
    {"{\"ms\":{\"s\":9223372036854775807,\"d\":1},\"kinds\":[{\"of\":\"x\"}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":{\"n\":2,\"of\":[1,2],\"pick\":0},\"kinds\":[{\"of\":\"x\"}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":{\"n\":1,\"of\":[1],\"pick\":1},\"kinds\":[{\"of\":\"x\"}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":{\"n\":0,\"of\":[],\"pick\":0},\"kinds\":[{\"of\":\"x\"}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":{\"moment\":1}}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":{\"moment\":-1,\"end\":\"Z\"}}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{\"a\":{\"moment\":253402300800,\"end\":\"Z\"}}}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":{\"m\":0,\"n\":2,\"at\":0,\"is\":1},\"kinds\":[{\"of\":\"x\"}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":{\"m\":0,\"n\":1,\"at\":1,\"is\":1},\"kinds\":[{\"of\":\"x\"}]}", 1, ERROR_CORRUPT},
    {"{\"ms\":{\"d\":{\"d\":{\"d\":{\"d\":{\"d\":{\"d\":{\"d\":{\"d\":{\"d\":{\"d\":{\"d\":{\"d\":{\"d\":{\"d\":{\"d\":{\"d\":1}}}}}}}}}}}}"
     "}}}}"
     ",\"kinds\":[{\"of\":\"x\"}]}",
     1, ERROR_LIMIT},
};

static enum error_kind reads(const char *json, size_t count, uint64_t first_seq, size_t text_max)
{
    struct columns columns = {.log = first_seq == 0 ? 0 : 1, .first_seq = first_seq, .count = count};
    struct error err = {0};
    struct arena arena = {0};
    bool done = columns_read(&arena, (struct span){(const uint8_t *)json, strlen(json)}, 1024 * 1024, text_max, &columns, &err);

    arena_clear(&arena);
    ck_assert(done == (err.kind == ERROR_NONE));
    return err.kind;
}

START_TEST(tables_that_do_not_fit_together_are_refused)
{
    ck_assert_int_eq(reads("{\"ms\":1,\"kinds\":[{\"of\":\"x\"}]}", 1, 1, 100), ERROR_NONE);
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++)
        ck_assert_msg(reads(hostile[i].json, hostile[i].count, 1, 100) == hostile[i].kind, "%s", hostile[i].json);
}
END_TEST

START_TEST(text_unfolds_to_its_bound_and_no_further)
{
    const char *json = "{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"row\":{\"parts\":[\"abcdefg\",\"h\"]}}]}"; /* 8 bytes and 2 */

    ck_assert_int_eq(reads(json, 3, 1, 10), ERROR_NONE);
    ck_assert_int_eq(reads(json, 3, 1, 9), ERROR_LIMIT);
}
END_TEST

START_TEST(a_page_says_how_many_and_not_too_many)
{
    char json[128];

    snprintf(json, sizeof json, "{\"n\":%d,\"ms\":0,\"log\":0,\"kinds\":[{\"of\":\"x\",\"row\":\"a\"}]}", COLUMNS_COUNT_MAX);
    ck_assert_int_eq(reads(json, 0, 0, 100), ERROR_NONE);
    snprintf(json, sizeof json, "{\"n\":%d,\"ms\":0,\"log\":0,\"kinds\":[{\"of\":\"x\",\"row\":\"a\"}]}", COLUMNS_COUNT_MAX + 1);
    ck_assert_int_eq(reads(json, 0, 0, 100), ERROR_CORRUPT);
    ck_assert_int_eq(reads("{\"n\":1,\"ms\":0,\"log\":0,\"kinds\":[{\"of\":\"x\"}]}", 0, 0, 100), ERROR_CORRUPT);
}
END_TEST

/* Sixty-four thousand columns of a few bytes each would be rows times columns of memory. */
START_TEST(many_short_columns_unfold_to_a_bound)
{
    struct bytes json = {0};
    char piece[32];

    bytes_append(&json, "{\"ms\":1,\"kinds\":[{\"of\":\"x\",\"cols\":{", 35);
    for (int i = 0; i < CHANGE_FIELDS_MAX; i++) {
        int size = snprintf(piece, sizeof piece, "%s\"c%02d\":1", i == 0 ? "" : ",", i);
        bytes_append(&json, piece, (size_t)size);
    }
    bytes_append(&json, "}}]}", 5);
    ck_assert_int_eq(reads((const char *)json.data, 64, 1, 100), ERROR_NONE);
    ck_assert_int_eq(reads((const char *)json.data, 8192, 1, 100), ERROR_LIMIT);
    bytes_clear(&json);
}
END_TEST

/* Three bytes each on the wire, two hundred in memory. */
START_TEST(objects_are_counted_before_they_are_made)
{
    struct bytes json = {0};
    enum error_kind kinds[2];

    for (int over = 0; over < 2; over++) {
        bytes_reset(&json);
        bytes_append(&json, "{\"ms\":1,\"kinds\":[{\"of\":\"{x\\\"{\"}],\"more\":[{}", 43);
        for (int i = 0; i < COLUMNS_OBJECTS_MAX - 3 + over; i++)
            bytes_append(&json, ",{}", 3);
        bytes_append(&json, "]}", 3);
        kinds[over] = reads((const char *)json.data, 1, 1, 100);
    }
    ck_assert_int_eq(kinds[0], ERROR_NONE);
    ck_assert_int_eq(kinds[1], ERROR_LIMIT);
    bytes_clear(&json);
}
END_TEST

SUITE("columns", keys_that_are_told_again_cost_nothing, moments_are_seconds, few_numbers_far_apart_stand_in_a_table,
      objects_are_counted_before_they_are_made, a_training_day_comes_back_as_it_was, a_person_can_read_what_is_sent,
      weird_changes_come_back_as_they_were, texts_that_hold_every_separator_come_back, a_field_that_few_have_is_written_by_where,
      values_that_are_none_stand_in_the_mask, words_echo_across_scripts, tables_that_do_not_fit_together_are_refused,
      text_unfolds_to_its_bound_and_no_further, a_page_says_how_many_and_not_too_many, many_short_columns_unfold_to_a_bound)
