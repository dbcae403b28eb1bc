// SPDX-License-Identifier: Apache-2.0
/* The entity table, and which values its fields allow.
 *
 * Here:      what entities.h promises; the table against the programme's own files.
 * Not here:  storing, counting.
 */
#include "protocol/entities.h"
#include "protocol/labels.h"

#include <stdio.h>
#include <string.h>

#include "protocol/csv.h"
#include "tests/unit/suite.h"

static struct arena arena;

START_TEST(entities_stand_in_the_order_of_the_wire)
{
    static const char *const names[] = {"programme", "municipality", "organisation", "device",   "activity",    "session",
                                        "person",    "enrolment",    "attendance",   "conflict", "person_link", "field_definition"};

    ck_assert_uint_ge(entity_count, sizeof names / sizeof names[0]);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        ck_assert_str_eq(entities[i].name, names[i]);
        ck_assert_ptr_eq(entity_find(names[i]), &entities[i]);
        ck_assert_ptr_eq(entity_find_plural(entities[i].plural), &entities[i]);
    }
    ck_assert_ptr_null(entity_find("people"));
    ck_assert_ptr_null(entity_find_plural("person"));
    ck_assert_ptr_null(entity_find(NULL));
    ck_assert_ptr_null(entity_find_plural(NULL));
}
END_TEST

static bool is_name(const char *text)
{
    return strlen(text) <= NAME_BYTES_MAX && *text >= 'a' && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(text);
}

START_TEST(what_is_referred_to_stands_before_what_refers_to_it)
{
    for (const struct entity *entity = entities; entity < entities + entity_count; entity++) {
        ck_assert(is_name(entity->name));
        for (const struct field *field = entity->fields; field < entity->fields + entity->field_count; field++) {
            ck_assert_msg(is_name(field->name), "%s", field->name);
            ck_assert_ptr_eq(entity_field(entity, field->name), field); /* none twice */
            ck_assert_uint_gt(strlen(field->help), 3);
            ck_assert_int_le(field->min, field->max);
            ck_assert_int_eq(field->choices != NULL, field->type == FIELD_ROW || field->type == FIELD_CHOICE);
            if (field->type == FIELD_ROW) {
                ck_assert_ptr_nonnull(entity_find(field->choices));
                ck_assert(entity_find(field->choices) < entity);
            }
        }
    }
}
END_TEST

START_TEST(a_row_has_a_key_or_a_maker)
{
    for (const struct entity *entity = entities; entity < entities + entity_count; entity++) {
        size_t keys = 0;

        for (size_t i = 0; i < entity->field_count; i++)
            keys += (entity->fields[i].flags & FIELD_KEY) != 0;
        ck_assert_int_eq(keys > 0, entity->naming == NAMED_BY_KEY);
    }
}
END_TEST

START_TEST(every_entity_can_be_removed)
{
    for (size_t i = 0; i < entity_count; i++) {
        ck_assert_ptr_nonnull(entity_field(&entities[i], FIELD_REMOVED));
        ck_assert_int_eq(entity_field(&entities[i], FIELD_REMOVED)->type, FIELD_FLAG);
    }
    ck_assert_ptr_null(entity_field(&entities[0], "unknown"));
    ck_assert_ptr_null(entity_field(NULL, "code"));
    ck_assert_ptr_null(entity_field(&entities[0], NULL));
}
END_TEST

START_TEST(codes_and_titles_are_found)
{
    ck_assert_str_eq(entity_code_field(entity_find("person"))->name, "ref");
    ck_assert_str_eq(entity_code_field(entity_find("activity"))->name, "code");
    ck_assert_ptr_null(entity_code_field(entity_find("attendance")));
    ck_assert_ptr_null(entity_code_field(NULL));
    ck_assert_str_eq(entity_title_field(entity_find("person"))->name, "full_name");
    ck_assert_str_eq(entity_title_field(entity_find("municipality"))->name, "name");
    ck_assert_ptr_null(entity_title_field(entity_find("enrolment")));
}
END_TEST

START_TEST(all_of_a_person_but_the_reference_is_personal)
{
    const struct entity *person = entity_find("person"), *attendance = entity_find("attendance");

    for (size_t i = 0; i < person->field_count; i++)
        ck_assert_int_eq((person->fields[i].flags & FIELD_PERSONAL) != 0, strcmp(person->fields[i].name, "ref") != 0);
    ck_assert(entity_field(attendance, "signature")->flags & FIELD_PERSONAL);
    ck_assert(entity_field(attendance, "note")->flags & FIELD_PERSONAL);
    ck_assert(!(entity_field(attendance, "status")->flags & FIELD_PERSONAL));
}
END_TEST

START_TEST(only_what_is_observed_is_quiet)
{
    for (const struct entity *entity = entities; entity < entities + entity_count; entity++) {
        for (size_t i = 0; i < entity->field_count; i++) {
            bool observed = (strcmp(entity->name, "attendance") == 0 && word_is_among(entity->fields[i].name, "at signature seconds")) ||
                            (strcmp(entity->name, "session") == 0 && strcmp(entity->fields[i].name, "evidence") == 0);

            ck_assert_int_eq((entity->fields[i].flags & FIELD_QUIET) != 0, observed);
        }
    }
}
END_TEST

/* The columns of a file are the first fields of its entity, in order (later ones came after these lists), and each cell is a value of its
 * field (codes stand for ids there). */
static void check_file(const char *name, const char *entity_name)
{
    const struct entity *entity = entity_find(entity_name);
    struct bytes text = {0};
    struct csv_reader reader;
    struct csv_record head, record;
    struct error err = {0};
    size_t size, rows = 0;
    char path[512];
    FILE *file;

    snprintf(path, sizeof path, "%s/tests/programme/%s", SOURCE_FOLDER, name);
    file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    do {
        uint8_t part[4096];

        size = fread(part, 1, sizeof part, file);
        bytes_append(&text, part, size);
    } while (size > 0);
    fclose(file);

    reader = csv_reader_of(bytes_span(&text));
    ck_assert(csv_read(&arena, &reader, &head, &err));
    ck_assert_uint_le(head.count, entity->field_count);
    for (size_t i = 0; i < head.count; i++)
        ck_assert_str_eq(head.cells[i], entity->fields[i].name);
    while (csv_read(&arena, &reader, &record, &err)) {
        ck_assert_uint_eq(record.count, head.count);
        for (size_t i = 0; i < record.count; i++) {
            struct value value;

            ck_assert_msg(field_parse(&arena, entity, &entity->fields[i], record.cells[i], &value, &err), "%s", err.cause);
        }
        rows++;
    }
    ck_assert_int_eq(err.kind, ERROR_NONE);
    ck_assert_uint_gt(rows, 20);
    bytes_clear(&text);
    arena_clear(&arena);
}

START_TEST(the_programme_fits_the_table)
{
    check_file("municipalities.csv", "municipality");
    check_file("activities.csv", "activity");
    check_file("sessions.csv", "session");
    check_file("people.csv", "person");
    check_file("enrolments.csv", "enrolment");
}
END_TEST

static bool parses(const char *entity_name, const char *field_name, const char *text, struct error *err)
{
    const struct entity *entity = entity_find(entity_name);
    struct value value;

    error_clear(err);
    return field_parse(&arena, entity, entity_field(entity, field_name), text, &value, err);
}

START_TEST(fields_take_what_they_are_for)
{
    static const struct {
        const char *entity, *field, *text;
        bool allowed;
    } cases[] = {
        {"attendance", "status", "present", true},
        {"attendance", "status", " late ", true},
        {"attendance", "status", "", true},
        {"attendance", "status", "Present", false},
        {"attendance", "status", "presen", false},
        {"attendance", "status", "present late", false},
        {"attendance", "minutes", "0", true},
        {"attendance", "minutes", "1440", true},
        {"attendance", "minutes", "1441", false},
        {"attendance", "minutes", "-1", false},
        {"attendance", "minutes", "+5", false},
        {"attendance", "minutes", "5.0", false},
        {"attendance", "minutes", "90 min", false},
        {"attendance", "minutes", "-", false},
        {"attendance", "minutes", "99999999999999999999", false},
        {"attendance", "at", "2009-03-02T09:01:14+01:00", true},
        {"attendance", "at", "2009-03-02T09:01:14", false},
        {"attendance", "session", "0000000000001-1", true},
        {"attendance", "session", "a b", false},
        {"attendance", "removed", "0", true},
        {"attendance", "removed", "1", true},
        {"attendance", "removed", "2", false},
        {"attendance", "removed", "-1", false},
        {"attendance", "removed", "yes", false},
        {"activity", "min_minutes_pct", "0", true},
        {"activity", "min_minutes_pct", "100", true},
        {"activity", "min_minutes_pct", "101", false},
        {"activity", "planned_participants", "1000000", true},
        {"activity", "planned_participants", "1000001", false},
        {"activity", "starts_on", "2024-02-29", true},
        {"activity", "starts_on", "2023-02-29", false},
        {"activity", "code", "TT-RS-BUJ-1", true},
        {"activity", "code", "обука-1", true},
        {"activity", "code", "two words", false},
        {"session", "starts_at", "23:59", true},
        {"session", "starts_at", "24:00", false},
        {"municipality", "code", "RS-BUJ", true},
        {"municipality", "code", "", false},
        {"municipality", "code", "RS:BUJ", false},
        {"municipality", "code", "Бујановац", false},
        {"person", "birth_year", "1900", true},
        {"person", "birth_year", "2100", true},
        {"person", "birth_year", "1899", false},
        {"person", "birth_year", "2101", false},
        {"person", "sex", "undisclosed", true},
        {"person", "sex", "f", false},
        {"enrolment", "role", "interpreter", true},
        {"enrolment", "role", "", false},
        {"person_link", "verdict", "same", true},
        {"person_link", "verdict", "maybe", false},
    };
    struct error err = {0};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_msg(parses(cases[i].entity, cases[i].field, cases[i].text, &err) == cases[i].allowed, "%s.%s %s", cases[i].entity,
                      cases[i].field, cases[i].text);
        ck_assert_int_eq(err.kind, cases[i].allowed ? ERROR_NONE : ERROR_INVALID);
    }
    arena_clear(&arena);
}
END_TEST

START_TEST(a_code_has_at_most_so_many_bytes)
{
    char text[CODE_BYTES_MAX + 2];
    struct error err = {0};

    for (size_t size = CODE_BYTES_MAX; size <= CODE_BYTES_MAX + 1; size++) {
        memset(text, 'a', size);
        text[size] = '\0';
        ck_assert_int_eq(parses("activity", "code", text, &err), size == CODE_BYTES_MAX);
        ck_assert_int_eq(parses("programme", "code", text, &err), size == CODE_BYTES_MAX);
    }
    arena_clear(&arena);
}
END_TEST

/* No screen and no list shows an identifier. */
START_TEST(all_that_people_read_has_words_for_them)
{
    for (size_t e = 0; e < entity_count; e++) {
        ck_assert_uint_gt(strlen(entities[e].label), 2);
        ck_assert_uint_gt(strlen(entities[e].labels), 2);
        for (size_t f = 0; f < entities[e].field_count; f++) {
            const struct field *field = &entities[e].fields[f];

            ck_assert_msg(field->label[0] >= 'A' && field->label[0] <= 'Z', "%s.%s", entities[e].name, field->name);
            for (const char *at = field->type == FIELD_CHOICE ? field->choices : ""; *at != '\0';
                 at += strcspn(at, " "), at += *at == ' ') {
                const char *word = arena_text_n(&arena, at, strcspn(at, " "));

                ck_assert_msg(label_of_choice(word) != word, "%s.%s: %s", entities[e].name, field->name, word);
            }
        }
    }
    ck_assert_str_eq(label_of_choice("in_person"), "In person");
    ck_assert_str_eq(label_of_choice("of_a_newer_peer"), "of_a_newer_peer");
    ck_assert_str_eq(label_of_kind(&arena, &catalogues[0], "learning_cluster"), "Learning cluster");
    ck_assert_str_eq(label_of_kind(&arena, &catalogues[0], "summer_camp"), "summer camp");
    ck_assert_str_eq(label_of_kind(&arena, &catalogues[0], NULL), "");
    arena_clear(&arena);
}
END_TEST

START_TEST(a_refusal_names_the_value_unless_it_is_personal)
{
    struct error err = {0};

    parses("attendance", "status", "presnt", &err);
    ck_assert_str_eq(err.cause, "Status: must be one of present late absent excused, but was \"presnt\"");
    parses("attendance", "minutes", "1441", &err);
    ck_assert_str_eq(err.cause, "Minutes: must be 0 to 1440, but was 1441");
    parses("attendance", "minutes", "x", &err);
    ck_assert_str_eq(err.cause, "Minutes: must be a whole number, but was \"x\"");
    parses("person", "sex", "female", &err);
    ck_assert_ptr_null(strstr(err.cause, "female"));
    parses("person", "birth_year", "1850", &err);
    ck_assert_ptr_null(strstr(err.cause, "1850"));
    parses("person", "full_name", "Vesna\x01", &err);
    ck_assert_ptr_null(strstr(err.cause, "Vesna"));
    ck_assert_ptr_nonnull(strstr(err.cause, "Full name"));
    arena_clear(&arena);
}
END_TEST

START_TEST(values_of_the_wrong_kind_are_refused)
{
    const struct entity *attendance = entity_find("attendance"), *person = entity_find("person");
    static char long_text[TEXT_BYTES_MAX + 2];
    struct error err = {0};

    ck_assert(!field_allows(attendance, entity_field(attendance, "status"), value_integer(1), &err));
    ck_assert(!field_allows(attendance, entity_field(attendance, "minutes"), value_text("5"), &err));
    ck_assert(!field_allows(attendance, entity_field(attendance, "removed"), value_text("1"), &err));
    ck_assert(!field_allows(person, entity_field(person, "full_name"), value_integer(1), &err));
    ck_assert(!field_allows(person, entity_field(person, "full_name"), value_text("a\x1B"), &err));
    memset(long_text, 'a', TEXT_BYTES_MAX);
    ck_assert(field_allows(person, entity_field(person, "full_name"), value_text(long_text), NULL));
    long_text[TEXT_BYTES_MAX] = 'a';
    ck_assert(!field_allows(person, entity_field(person, "full_name"), value_text(long_text), NULL));
}
END_TEST

START_TEST(what_a_newer_peer_knows_passes)
{
    ck_assert(field_allows(NULL, NULL, value_text("anything"), NULL));
    ck_assert(field_allows(entity_find("person"), NULL, value_integer(-7), NULL));
}
END_TEST

START_TEST(a_field_can_be_emptied_unless_it_is_a_key)
{
    for (const struct entity *entity = entities; entity < entities + entity_count; entity++) {
        for (size_t i = 0; i < entity->field_count; i++)
            ck_assert_int_eq(field_allows(entity, &entity->fields[i], value_none(), NULL), (entity->fields[i].flags & FIELD_KEY) == 0);
    }
}
END_TEST

START_TEST(what_is_typed_is_cleaned_first)
{
    const struct entity *person = entity_find("person"), *session = entity_find("session");
    struct error err = {0};
    struct value value;

    ck_assert(field_parse(&arena, person, entity_field(person, "full_name"), " Markovic\xCC\x81 ", &value, &err));
    ck_assert_str_eq(value.text, "Marković");
    ck_assert(field_parse(&arena, session, entity_field(session, "minutes"), " 090 ", &value, &err));
    ck_assert(value_equal(value, value_integer(90)));
    ck_assert(field_parse(&arena, session, entity_field(session, "title"), "  ", &value, &err));
    ck_assert_int_eq(value.kind, VALUE_NONE);
    arena_clear(&arena);
}
END_TEST

START_TEST(words_are_whole)
{
    ck_assert(word_is_among("late", "present late absent"));
    ck_assert(word_is_among("present", "present late absent"));
    ck_assert(word_is_among("absent", "present late absent"));
    ck_assert(!word_is_among("lat", "present late absent"));
    ck_assert(!word_is_among("ate", "present late absent"));
    ck_assert(!word_is_among("late absent", "present late absent"));
    ck_assert(!word_is_among("", "present late"));
    ck_assert(!word_is_among("x", ""));
    ck_assert(!word_is_among(NULL, "x"));
    ck_assert(!word_is_among("x", NULL));
    ck_assert(word_is_among("sent", "absent sent"));
}
END_TEST

START_TEST(a_key_gives_the_id)
{
    const struct entity *enrolment = entity_find("enrolment"), *municipality = entity_find("municipality");
    struct value values[] = {value_text("0000000000001-1"), value_text("0000000000001-2"), value_text("participant")};
    struct value code[] = {value_text("RS-BUJ"), value_none(), value_none(), value_none(), value_none()};
    struct error err = {0};
    char id[ROW_ID_SIZE];

    ck_assert(entity_key_id(enrolment, values, id, &err));
    ck_assert_str_eq(id, "0000000000001-1:0000000000001-2:participant");
    ck_assert(entity_key_id(municipality, code, id, &err));
    ck_assert_str_eq(id, "RS-BUJ");
    values[1] = value_none();
    ck_assert(!entity_key_id(enrolment, values, id, &err));
    ck_assert_int_eq(err.kind, ERROR_INVALID);
    error_clear(&err);
    values[1] = value_text("a:b"); /* would be read as two parts */
    ck_assert(!entity_key_id(enrolment, values, id, &err));
    error_clear(&err);
    values[1] = value_text("b");
    values[2] = value_text("guest");
    ck_assert(!entity_key_id(enrolment, values, id, &err));
    ck_assert_ptr_nonnull(strstr(err.cause, "Role"));
    error_clear(&err);
    ck_assert(!entity_key_id(entity_find("person"), values, id, &err)); /* has none */
}
END_TEST

SUITE("entities", entities_stand_in_the_order_of_the_wire, what_is_referred_to_stands_before_what_refers_to_it, a_row_has_a_key_or_a_maker,
      every_entity_can_be_removed, codes_and_titles_are_found, all_of_a_person_but_the_reference_is_personal,
      only_what_is_observed_is_quiet, the_programme_fits_the_table, fields_take_what_they_are_for, a_code_has_at_most_so_many_bytes,
      all_that_people_read_has_words_for_them, a_refusal_names_the_value_unless_it_is_personal, values_of_the_wrong_kind_are_refused,
      what_a_newer_peer_knows_passes, a_field_can_be_emptied_unless_it_is_a_key, what_is_typed_is_cleaned_first, words_are_whole,
      a_key_gives_the_id)
