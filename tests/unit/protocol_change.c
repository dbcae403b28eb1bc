// SPDX-License-Identifier: Apache-2.0
/* One change has one form; what is not well-formed is refused; what the rules do not allow is set apart.
 *
 * Here:      canonical bytes, every bound at n and n + 1, quarantine.
 * Not here:  packing (protocol_columns.c, protocol_segment.c).
 */
#include "protocol/change.h"

#include "tests/unit/suite.h"
#include "tests/unit/training_day.h"

#define ID "0000000000001-1"

static struct change ordinary(const struct change_field *fields, size_t count)
{
    return (struct change){
        .log = 1, .seq = 9, .time = 77, .entity = "attendance", .row = ID ":" ID, .author = "", .fields = fields, .field_count = count};
}

static bool is_fine(const struct change *change)
{
    struct error err = {0};
    bool fine = change_is_well_formed(change, &err);

    ck_assert(fine ? err.kind == ERROR_NONE : err.kind == ERROR_CORRUPT);
    return fine;
}

START_TEST(a_change_has_the_bytes_that_the_format_says)
{
    static const struct stamp base = {5, 0x0102030405060708};
    static const struct change_field fields[] = {{"minutes", {VALUE_INTEGER, -1, NULL}, &base, 1},
                                                 {"status", {VALUE_TEXT, 0, "late"}, NULL, 0}};
    struct change change = {
        .log = 1, .seq = 9, .time = 300, .entity = "x", .row = "a:b", .author = "me", .fields = fields, .field_count = 2};
    static const uint8_t expected[] =
        "\x01x\x03"
        "a:b\x02me\xAC\x02\x02\x07minutes\x01\x01\x01\x05\x08\x07\x06\x05\x04\x03\x02\x01\x06status\x02\x04late";
    struct bytes out = {0};

    ck_assert(change_write(&out, &change));
    ck_assert_uint_eq(out.size, sizeof expected); /* the last 0 is: no bases */
    ck_assert_mem_eq(out.data, expected, sizeof expected);
    bytes_clear(&out);
}
END_TEST

START_TEST(what_was_written_is_read_and_nothing_shorter)
{
    struct day day;
    struct arena arena = {0};
    struct bytes out = {0}, again = {0};

    day_make(&day, 1);
    for (size_t i = 0; i < day.count; i += 7) {
        struct change change;
        struct error err = {0};
        struct reader reader;

        bytes_reset(&out);
        bytes_reset(&again);
        ck_assert(change_write(&out, &day.changes[i]));
        reader = reader_of(out.data, out.size);
        ck_assert_msg(change_read(&arena, &reader, day.log, day.changes[i].seq, &change, &err), "%s", err.cause);
        ck_assert_uint_eq(reader_left(&reader), 0);
        ck_assert(change_write(&again, &change));
        ck_assert(again.size == out.size && memcmp(again.data, out.data, out.size) == 0);
        for (size_t size = 0; size < out.size; size++) {
            error_clear(&err);
            reader = reader_of(out.data, size);
            ck_assert(!change_read(&arena, &reader, day.log, day.changes[i].seq, &change, &err));
            ck_assert_int_eq(err.kind, ERROR_CORRUPT);
        }
    }
    bytes_clear(&out);
    bytes_clear(&again);
    arena_clear(&arena);
    day_end(&day);
}
END_TEST

START_TEST(a_nul_inside_a_text_is_not_read)
{
    static const uint8_t raw[] = {3, 'x', 0, 'y', 1, 'a', 0, 0, 0};
    struct reader reader = reader_of(raw, sizeof raw);
    struct arena arena = {0};
    struct change change;
    struct error err = {0};

    ck_assert(!change_read(&arena, &reader, 1, 1, &change, &err));
    ck_assert_int_eq(err.kind, ERROR_CORRUPT);
    arena_clear(&arena);
}
END_TEST

static char *text_of(size_t size, char letter)
{
    static char text[TEXT_BYTES_MAX + 2];

    memset(text, letter, size);
    text[size] = '\0';
    return text;
}

START_TEST(names_ids_and_texts_are_bounded)
{
    struct change_field field = {.name = "note", .value = {VALUE_TEXT, 0, "x"}};
    struct change change = ordinary(&field, 1);

    ck_assert(is_fine(&change));
    change.entity = text_of(NAME_BYTES_MAX, 'a');
    ck_assert(is_fine(&change));
    change.entity = text_of(NAME_BYTES_MAX + 1, 'a');
    ck_assert(!is_fine(&change));
    change = ordinary(&field, 1);
    field.name = text_of(NAME_BYTES_MAX, 'a');
    ck_assert(is_fine(&change));
    field.name = text_of(NAME_BYTES_MAX + 1, 'a');
    ck_assert(!is_fine(&change));
    field.name = "note";
    change.row = text_of(ROW_ID_BYTES_MAX, 'a');
    ck_assert(is_fine(&change));
    change.row = text_of(ROW_ID_BYTES_MAX + 1, 'a');
    ck_assert(!is_fine(&change));
    change.row = ID;
    change.author = text_of(AUTHOR_BYTES_MAX, 'a');
    ck_assert(is_fine(&change));
    change.author = text_of(AUTHOR_BYTES_MAX + 1, 'a');
    ck_assert(!is_fine(&change));
    change.author = "";
    field.value.text = text_of(TEXT_BYTES_MAX, 'a');
    ck_assert(is_fine(&change));
    field.value.text = text_of(TEXT_BYTES_MAX + 1, 'a');
    ck_assert(!is_fine(&change));
}
END_TEST

START_TEST(what_no_honest_peer_makes_is_refused)
{
    struct change_field field = {.name = "note", .value = {VALUE_TEXT, 0, "x"}};
    struct change change;
    static const char *const names[] = {"", "Note", "a-b", "a b", "\xC4\x8D"};
    static const char *const rows[] = {"", "a b", ":", "a:", "a::b", "\xC4\x8D"};
    static const char *const texts[] = {"\x01", "\x7F", "\xC3", "a\rb"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        change = ordinary(&field, 1);
        change.entity = names[i];
        ck_assert(!is_fine(&change));
        change = ordinary(&field, 1);
        field.name = names[i];
        ck_assert(!is_fine(&change));
        field.name = "note";
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        change = ordinary(&field, 1);
        change.row = rows[i];
        ck_assert(!is_fine(&change));
        change.row = ID;
        change.author = rows[i];
        ck_assert(is_fine(&change) == (i == 0)); /* nobody said who holds the device */
    }
    change = ordinary(&field, 1);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        field.value.text = texts[i];
        ck_assert(!is_fine(&change));
    }
    field.value.text = NULL;
    ck_assert(!is_fine(&change));
    field.value = value_none();
    ck_assert(is_fine(&change));
    change.log = 0;
    ck_assert(!is_fine(&change));
    change = ordinary(&field, 1);
    change.seq = 0;
    ck_assert(!is_fine(&change));
}
END_TEST

START_TEST(fields_ascend_and_none_stands_twice)
{
    struct change_field fields[] = {{.name = "a"}, {.name = "b"}};
    struct change change = ordinary(fields, 2);

    ck_assert(is_fine(&change));
    fields[1].name = "a";
    ck_assert(!is_fine(&change));
    fields[0].name = "b";
    ck_assert(!is_fine(&change));
}
END_TEST

START_TEST(fields_and_bases_are_bounded)
{
    struct change_field fields[CHANGE_FIELDS_MAX + 1] = {0};
    struct stamp bases[CHANGE_BASES_MAX + 1];
    char names[CHANGE_FIELDS_MAX + 1][8];
    struct change change = ordinary(fields, CHANGE_FIELDS_MAX);

    for (int i = 0; i < CHANGE_FIELDS_MAX + 1; i++) {
        snprintf(names[i], sizeof names[i], "f%03d", i);
        fields[i].name = names[i];
    }
    for (size_t i = 0; i < CHANGE_BASES_MAX + 1; i++)
        bases[i] = (struct stamp){i, 3};
    ck_assert(is_fine(&change));
    change.field_count++;
    ck_assert(!is_fine(&change));
    change.field_count = 1;
    fields[0].bases = bases;
    fields[0].base_count = CHANGE_BASES_MAX;
    ck_assert(is_fine(&change));
    fields[0].base_count++;
    ck_assert(!is_fine(&change));
    fields[0].base_count = 2;
    bases[1] = bases[0];
    ck_assert(!is_fine(&change));
    bases[1] = (struct stamp){1, 0};
    ck_assert(!is_fine(&change));
}
END_TEST

START_TEST(a_change_is_at_most_48_kib)
{
    enum { FULL = 11 };
    struct change_field fields[FULL + 1] = {0};
    struct change change = ordinary(fields, FULL + 1);
    char names[FULL + 1][8], last[TEXT_BYTES_MAX + 1];
    struct bytes out = {0};
    size_t left;

    for (int i = 0; i < FULL + 1; i++) {
        snprintf(names[i], sizeof names[i], "f%02d", i);
        fields[i] = (struct change_field){.name = names[i], .value = {VALUE_TEXT, 0, i < FULL ? text_of(TEXT_BYTES_MAX, 'a') : ""}};
    }
    ck_assert(change_write(&out, &change));
    left = CHANGE_BYTES_MAX - out.size - 1; /* the length of the last text takes two bytes instead of one */
    ck_assert_uint_lt(left, TEXT_BYTES_MAX);
    memset(last, 'b', sizeof last);
    last[left] = '\0';
    fields[FULL].value.text = last;
    bytes_reset(&out);
    ck_assert(change_write(&out, &change));
    ck_assert_uint_eq(out.size, CHANGE_BYTES_MAX);
    ck_assert(is_fine(&change));
    last[left] = 'b';
    last[left + 1] = '\0';
    ck_assert(!is_fine(&change));
    bytes_clear(&out);
}
END_TEST

/* ---- quarantine ---- */

static bool applies(const char *entity, const char *row, const char *name, struct value value, bool by_server)
{
    struct change_field field = {.name = name, .value = value};
    struct change change = {.log = 1, .seq = 9, .entity = entity, .row = row, .author = "", .fields = &field, .field_count = 1};
    struct error err = {0};
    bool applicable;

    ck_assert(is_fine(&change));
    applicable = change_is_applicable(&change, by_server, &err);
    ck_assert(applicable ? err.kind == ERROR_NONE : err.kind == ERROR_INVALID);
    return applicable;
}

START_TEST(the_entity_table_says_what_applies)
{
    ck_assert(applies("attendance", ID ":" ID, "status", value_text("late"), false));
    ck_assert(!applies("attendance", ID ":" ID, "status", value_text("asleep"), false));
    ck_assert(applies("attendance", ID ":" ID, "minutes", value_integer(1440), false));
    ck_assert(!applies("attendance", ID ":" ID, "minutes", value_integer(1441), false));
    ck_assert(applies("attendance", ID ":" ID, "removed", value_integer(1), false));
    ck_assert(!applies("attendance", ID ":" ID, "removed", value_integer(2), false));
}
END_TEST

START_TEST(what_a_newer_peer_records_applies)
{
    ck_assert(applies("attendance", ID ":" ID, "mood", value_text("good"), false));
    ck_assert(applies("certificate", "whatever", "x", value_integer(-5), false));
}
END_TEST

START_TEST(a_row_is_named_as_its_entity_says)
{
    ck_assert(applies("person", "0000000000001-9", "sex", value_text("F"), false));
    ck_assert(applies("person", "0000000000001-8", "sex", value_text("F"), false));
    ck_assert(applies("person", "0000000000002-10", "sex", value_text("F"), false));
    ck_assert(!applies("person", "0000000000001-10", "sex", value_text("F"), false)); /* not made yet */
    ck_assert(!applies("person", "P0001", "sex", value_text("F"), false));
    ck_assert(!applies("attendance", ID, "status", value_text("late"), false));
    ck_assert(!applies("attendance", ID ":" ID ":" ID, "status", value_text("late"), false));
    ck_assert(!applies("enrolment", ID ":" ID ":boss", "removed", value_integer(1), false));
}
END_TEST

START_TEST(a_key_never_differs_from_the_rows_name)
{
    ck_assert(applies("municipality", "RS-BUJ", "code", value_text("RS-BUJ"), false));
    ck_assert(!applies("municipality", "RS-BUJ", "code", value_text("RS-PRE"), false));
    ck_assert(!applies("municipality", "RS-BUJ", "code", value_none(), false));
}
END_TEST

START_TEST(some_rows_only_the_server_or_nobody_records)
{
    ck_assert(!applies("device", "0000000000001", "name", value_text("t"), false));
    ck_assert(applies("device", "0000000000001", "name", value_text("t"), true));
    ck_assert(!applies("conflict", ID, "field", value_text("t"), true));
}
END_TEST

SUITE("change", a_change_has_the_bytes_that_the_format_says, what_was_written_is_read_and_nothing_shorter, a_nul_inside_a_text_is_not_read,
      names_ids_and_texts_are_bounded, what_no_honest_peer_makes_is_refused, fields_ascend_and_none_stands_twice,
      fields_and_bases_are_bounded, a_change_is_at_most_48_kib, the_entity_table_says_what_applies, what_a_newer_peer_records_applies,
      a_row_is_named_as_its_entity_says, a_key_never_differs_from_the_rows_name, some_rows_only_the_server_or_nobody_records)
