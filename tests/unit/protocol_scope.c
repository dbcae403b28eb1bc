// SPDX-License-Identifier: Apache-2.0
/* Scope: a device holds what it is granted, what is recorded stays with whoever recorded it, and nothing leaks by an empty field.
 *
 * Here:      grants and their text, covering, the places of each kind of row, whose places move along.
 * Not here:  feeding (the ledger).
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "protocol/scope.h"

static struct arena arena;

static void teardown(void)
{
    arena_clear(&arena);
}

/* --- a small world of rows ----------------------------------------------------------------------------------------------- */

enum { ROWS_MAX = 32, USES_MAX = 16 };
struct world {
    struct row rows[ROWS_MAX];
    size_t row_count;
    struct {
        const char *person, *entity, *id;
    } uses[USES_MAX];
    size_t use_count;
    bool broken;
};
static struct world world;

static const struct row *world_row(void *self, const char *entity, const char *id)
{
    struct world *of = self;
    for (size_t i = 0; i < of->row_count; i++) {
        if (strcmp(of->rows[i].entity, entity) == 0 && strcmp(of->rows[i].id, id) == 0)
            return &of->rows[i];
    }
    return NULL;
}

static bool world_uses(void *self, const char *person, bool (*each)(void *context, const char *entity, const char *id), void *context)
{
    struct world *of = self;
    for (size_t i = 0; i < of->use_count; i++) {
        if (strcmp(of->uses[i].person, person) == 0 && !each(context, of->uses[i].entity, of->uses[i].id))
            return false;
    }
    return !of->broken;
}

static const struct scope_lookup lookup = {.row = world_row, .uses_of_person = world_uses, .self = &world};

/* add("person", "x", "municipality", "RS-BUJ", NULL) */
static const struct row *add(const char *entity, const char *id, const char *one, const char *value, const char *other, const char *second)
{
    struct row *row = &world.rows[world.row_count++];
    const char *const names[] = {one, other}, *const values[] = {value, second};
    *row = (struct row){.entity = entity, .id = id};
    for (size_t i = 0; i < 2; i++) {
        struct change_field field = {.name = names[i], .value = value_text(values[i])};
        const struct change change = {
            .log = 1, .seq = 1, .time = 1, .entity = entity, .row = id, .author = "", .fields = &field, .field_count = 1};
        bool moved = false;
        struct error err = {0};
        if (names[i] != NULL)
            ck_assert(row_apply(&arena, row, &change, 1, &moved, &err));
    }
    return row;
}

static void use(const char *person, const char *entity, const char *id)
{
    world.uses[world.use_count].person = person;
    world.uses[world.use_count].entity = entity;
    world.uses[world.use_count++].id = id;
}

/* "lnob/RS-BUJ /RS-BOS": programme, slash, municipality; one blank between. */
static const char *places_of(const struct row *row)
{
    static char text[400];
    const struct place *places = NULL;
    size_t count = 0, used = 0;
    struct error err = {0};
    ck_assert_msg(scope_places(&arena, row, &lookup, &places, &count, &err), "%s", err.cause);
    text[0] = '\0';
    for (size_t i = 0; i < count; i++)
        used +=
            (size_t)snprintf(text + used, sizeof text - used, "%s%s/%s", i == 0 ? "" : " ", places[i].programme, places[i].municipality);
    return text;
}

/* Two tablets (logs 1 and 2) and one activity each. */
static char north_made[ROW_ID_SIZE], south_made[ROW_ID_SIZE], stranger_made[ROW_ID_SIZE];
static void setup(void)
{
    static char north[LOG_TEXT_SIZE], south[LOG_TEXT_SIZE];
    memset(&world, 0, sizeof world);
    log_text(1, north);
    log_text(2, south);
    row_id_of_change(1, 9, north_made);
    row_id_of_change(2, 9, south_made);
    row_id_of_change(3, 9, stranger_made);
    add("device", north, "municipality", "RS-BUJ", NULL, NULL);
    add("device", south, "municipality", "RS-BOS", NULL, NULL);
    add("activity", "tt", "programme", "lnob", "municipality", "RS-BUJ");
    add("activity", "web", "programme", "lnob", NULL, NULL);
    add("activity", "ie", "programme", "link", "municipality", "RS-BOS");
    add("session", "tt-1", "activity", "tt", NULL, NULL);
    add("session", "ie-1", "activity", "ie", NULL, NULL);
}

START_TEST(reference_rows_are_everywhere)
{
    ck_assert_str_eq(places_of(add("programme", "lnob", "name", "x", NULL, NULL)), "/");
    ck_assert_str_eq(places_of(add("municipality", "RS-BUJ", NULL, NULL, NULL, NULL)), "/");
    ck_assert_str_eq(places_of(add("organisation", south_made, "municipality", "RS-BOS", NULL, NULL)), "/");
    ck_assert_str_eq(places_of(add("field_definition", "person:x", NULL, NULL, NULL, NULL)), "/");
}
END_TEST

START_TEST(an_activity_lies_in_its_programme_and_municipality_and_takes_along_what_hangs_on_it)
{
    ck_assert_str_eq(places_of(world_row(&world, "activity", "tt")), "lnob/RS-BUJ");
    ck_assert_str_eq(places_of(world_row(&world, "activity", "web")), "lnob/");
    ck_assert_str_eq(places_of(world_row(&world, "session", "tt-1")), "lnob/RS-BUJ");
    ck_assert_str_eq(places_of(add("enrolment", "tt:p:participant", NULL, NULL, NULL, NULL)), "lnob/RS-BUJ");
    ck_assert_str_eq(places_of(add("attendance", "ie-1:p", NULL, NULL, NULL, NULL)), "link/RS-BOS");
}
END_TEST

START_TEST(a_device_lies_in_its_municipality_and_an_office_everywhere)
{
    char log[LOG_TEXT_SIZE];
    log_text(1, log);
    ck_assert_str_eq(places_of(world_row(&world, "device", log)), "/RS-BUJ");
    ck_assert_str_eq(places_of(add("device", "office", NULL, NULL, NULL, NULL)), "/");
}
END_TEST

START_TEST(a_person_is_at_home_and_wherever_it_is_enrolled_or_marked)
{
    const struct row *person = add("person", "p", "municipality", "BA-MOS", NULL, NULL);
    ck_assert_str_eq(places_of(person), "/BA-MOS");
    use("p", "activity", "tt");
    ck_assert_str_eq(places_of(person), "/BA-MOS lnob/RS-BUJ");
    use("p", "session", "ie-1");
    use("p", "session", "ie-1");
    ck_assert_str_eq(places_of(person), "/BA-MOS link/RS-BOS lnob/RS-BUJ");
    use("p", "session", "not here yet");
    ck_assert_str_eq(places_of(person), "/BA-MOS link/RS-BOS lnob/RS-BUJ");
}
END_TEST

START_TEST(a_place_that_another_covers_is_left_out)
{
    const struct row *person = add("person", "p", "municipality", "RS-BUJ", NULL, NULL);
    use("p", "activity", "tt");
    ck_assert_str_eq(places_of(person), "/RS-BUJ");
    const struct row *other = add("person", "q", "municipality", "XK-MIT", NULL, NULL);
    use("q", "activity", "tt");
    use("q", "activity", "web");
    ck_assert_str_eq(places_of(other), "/XK-MIT lnob/");
}
END_TEST

START_TEST(a_link_is_where_both_people_are)
{
    add("person", "p", "municipality", "RS-BUJ", NULL, NULL);
    add("person", "q", "municipality", "RS-BOS", NULL, NULL);
    ck_assert_str_eq(places_of(add("person_link", "p:q", NULL, NULL, NULL, NULL)), "/RS-BOS /RS-BUJ");
    ck_assert_str_eq(places_of(add("person_link", "p:gone", NULL, NULL, NULL, NULL)), "/RS-BUJ");
}
END_TEST

START_TEST(what_nothing_places_stays_where_it_was_made)
{
    char id[ROW_ID_SIZE];
    ck_assert_str_eq(places_of(add("person", north_made, NULL, NULL, NULL, NULL)), "/RS-BUJ");
    ck_assert_str_eq(places_of(add("activity", north_made, NULL, NULL, NULL, NULL)), "/RS-BUJ");
    ck_assert_str_eq(places_of(add("session", south_made, "activity", north_made, NULL, NULL)), "/RS-BUJ");
    ck_assert_str_eq(places_of(add("session", south_made, "activity", "not here", NULL, NULL)), "/RS-BOS");
    ck_assert_str_eq(places_of(add("excursion", south_made, NULL, NULL, NULL, NULL)), "/RS-BOS");
    ck_assert(row_id_of_key((const char *const[]){stranger_made, north_made}, 2, id));
    ck_assert_str_eq(places_of(add("attendance", id, NULL, NULL, NULL, NULL)), "/RS-BUJ");
    ck_assert_str_eq(places_of(add("excursion", "somewhere", NULL, NULL, NULL, NULL)), "");
    ck_assert_str_eq(places_of(add("person", stranger_made, NULL, NULL, NULL, NULL)), "");
}
END_TEST

START_TEST(an_empty_text_is_nothing_told_and_never_everywhere)
{
    ck_assert_str_eq(places_of(add("person", north_made, "municipality", "", NULL, NULL)), "/RS-BUJ");
    ck_assert_str_eq(places_of(add("person", "x", "municipality", "", NULL, NULL)), "");
    ck_assert_str_eq(places_of(add("activity", "x", "programme", "", "municipality", "")), "");
}
END_TEST

START_TEST(the_key_in_the_id_is_believed_and_not_what_the_row_says_of_it)
{
    const struct row *mark = add("attendance", "tt-1:p", "session", "ie-1", NULL, NULL);
    char id[ROW_ID_SIZE];
    ck_assert_str_eq(places_of(mark), "lnob/RS-BUJ");
    ck_assert(scope_reference(mark, "person", id));
    ck_assert_str_eq(id, "p");
    ck_assert(scope_reference(world_row(&world, "session", "tt-1"), "activity", id));
    ck_assert_str_eq(id, "tt");
    ck_assert(!scope_reference(mark, "note", id));
}
END_TEST

START_TEST(a_lookup_that_fails_is_an_error_and_no_place)
{
    const struct place *places = NULL;
    size_t count = 0;
    struct error err = {0};
    world.broken = true;
    ck_assert(!scope_places(&arena, add("person", "p", NULL, NULL, NULL, NULL), &lookup, &places, &count, &err));
    ck_assert_int_ne(err.kind, ERROR_NONE);
}
END_TEST

/* --- grants -------------------------------------------------------------------------------------------------------------- */

START_TEST(a_grant_covers_its_places_and_those_of_all)
{
    static const struct {
        struct grant grant;
        struct place place;
        bool covers;
    } cases[] = {
        {{"lnob", "RS-BUJ"}, {"lnob", "RS-BUJ"}, true},  {{"lnob", "RS-BUJ"}, {"lnob", ""}, true},
        {{"lnob", "RS-BUJ"}, {"", "RS-BUJ"}, true},      {{"lnob", "RS-BUJ"}, {"", ""}, true},
        {{"lnob", "RS-BUJ"}, {"link", "RS-BUJ"}, false}, {{"lnob", "RS-BUJ"}, {"lnob", "RS-BOS"}, false},
        {{"*", "RS-BUJ"}, {"link", "RS-BUJ"}, true},     {{"*", "RS-BUJ"}, {"link", "RS-BOS"}, false},
        {{"lnob", "*"}, {"lnob", "RS-BOS"}, true},       {{"lnob", "*"}, {"link", "RS-BOS"}, false},
        {{"*", "*"}, {"link", "RS-BOS"}, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(grant_covers(cases[i].grant, cases[i].place) == cases[i].covers, "case %zu", i);
    const struct grant both[] = {{"lnob", "RS-BUJ"}, {"link", "RS-BOS"}};
    ck_assert(grants_cover(both, 2, (struct place){"link", "RS-BOS"}));
    ck_assert(!grants_cover(both, 2, (struct place){"link", "RS-BUJ"}));
    ck_assert(!grants_cover(both, 0, (struct place){"", ""}));
}
END_TEST

START_TEST(a_covered_place_is_never_needed)
{
    static const char *const programmes[] = {"", "lnob", "link"}, *const municipalities[] = {"", "RS-BUJ", "RS-BOS"};
    static const char *const granted[] = {"*", "lnob", "link"}, *const there[] = {"*", "RS-BUJ", "RS-BOS"};
    for (size_t a = 0; a < 9; a++) {
        for (size_t b = 0; b < 9; b++) {
            const struct place wide = {programmes[a / 3], municipalities[a % 3]}, narrow = {programmes[b / 3], municipalities[b % 3]};
            bool implied = true;
            for (size_t g = 0; g < 9; g++) {
                const struct grant grant = {granted[g / 3], there[g % 3]};
                implied = implied && (!grant_covers(grant, narrow) || grant_covers(grant, wide));
            }
            ck_assert_msg(place_covers(wide, narrow) == implied, "%s/%s and %s/%s", wide.programme, wide.municipality, narrow.programme,
                          narrow.municipality);
        }
    }
    const struct place have[] = {{"", "RS-BUJ"}, {"lnob", ""}}, more[] = {{"lnob", "RS-BOS"}, {"link", "RS-BUJ"}};
    ck_assert(places_cover(have, 2, more, 2));
    ck_assert(!places_cover(have, 1, more, 2));
    ck_assert(places_cover(have, 0, more, 0));
}
END_TEST

START_TEST(a_grant_reads_back_from_its_text)
{
    static const char *const texts[] = {"lnob/RS-BUJ", "*/RS-BUJ", "lnob/*", "*"};
    struct grant grant;
    struct error err = {0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ck_assert_msg(grant_parse(&arena, texts[i], &grant, &err), "%s", err.cause);
        ck_assert_str_eq(grant_text(&arena, grant), texts[i]);
    }
    ck_assert(grant_parse(&arena, "RS-BUJ", &grant, &err));
    ck_assert_str_eq(grant_text(&arena, grant), "*/RS-BUJ");
    ck_assert(grant_parse(&arena, "*/*", &grant, &err));
    ck_assert(grant_is_everything(grant));
}
END_TEST

START_TEST(a_grant_that_is_none_is_refused_with_its_text)
{
    static const char *const texts[] = {"", "/", "lnob/", "/RS-BUJ", "a/b/c", "a b", "a:b", "**"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct grant grant;
        struct error err = {0};
        ck_assert_msg(!grant_parse(&arena, texts[i], &grant, &err), "\"%s\" was taken", texts[i]);
        ck_assert_int_eq(err.kind, ERROR_INVALID);
        ck_assert_ptr_nonnull(strstr(err.cause, texts[i]));
    }
}
END_TEST

START_TEST(a_grants_words_are_at_most_64_bytes)
{
    char word[CODE_BYTES_MAX + 2];
    struct grant grant;
    struct error err = {0};
    memset(word, 'a', sizeof word);
    word[CODE_BYTES_MAX + 1] = '\0';
    ck_assert(!grant_parse(&arena, word, &grant, &err));
    word[CODE_BYTES_MAX] = '\0';
    ck_assert(grant_parse(&arena, word, &grant, &err));
}
END_TEST

/* --- following a move ---------------------------------------------------------------------------------------------------- */

static size_t longest_way(const char *entity)
{
    size_t longest = 0;
    for (const struct scope_dependent *d = scope_dependents(entity); d->entity != NULL; d++) {
        const size_t way = 1 + longest_way(d->entity);
        longest = way > longest ? way : longest;
    }
    return longest;
}

START_TEST(following_a_move_ends)
{
    ck_assert_uint_eq(longest_way("activity"), 4);
    ck_assert_uint_eq(longest_way("session"), 3);
    ck_assert_uint_eq(longest_way("enrolment"), 2);
    ck_assert_uint_eq(longest_way("person"), 1);
    ck_assert_uint_eq(longest_way("programme"), 0);
    ck_assert_uint_eq(longest_way("excursion"), 0);
}
END_TEST

START_TEST(every_dependent_is_a_field_of_the_entity_table)
{
    for (size_t i = 0; i < entity_count; i++) {
        for (const struct scope_dependent *d = scope_dependents(entities[i].name); d->entity != NULL; d++) {
            const struct entity *from = d->direction == SCOPE_REFERS_TO_IT ? entity_find(d->entity) : &entities[i];
            const char *to = d->direction == SCOPE_REFERS_TO_IT ? entities[i].name : d->entity;
            const struct field *field = entity_field(from, d->field);
            ck_assert_ptr_nonnull(field);
            ck_assert_str_eq(field->choices, to);
        }
    }
}
END_TEST

START_TEST(only_fields_that_place_a_row_matter)
{
    ck_assert(scope_field_matters("activity", "programme"));
    ck_assert(scope_field_matters("activity", "municipality"));
    ck_assert(!scope_field_matters("activity", "title"));
    ck_assert(scope_field_matters("attendance", "removed"));
    ck_assert(scope_field_matters("enrolment", "removed"));
    ck_assert(!scope_field_matters("attendance", "status"));
    ck_assert(scope_field_matters("person", "municipality"));
    ck_assert(!scope_field_matters("programme", "name"));
    ck_assert(!scope_field_matters("excursion", "anything"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("scope");
    TCase *places = tcase_create("places"), *grants = tcase_create("grants"), *moves = tcase_create("moves");
    tcase_add_checked_fixture(places, setup, teardown);
    tcase_add_checked_fixture(grants, NULL, teardown);
    tcase_add_test(places, reference_rows_are_everywhere);
    tcase_add_test(places, an_activity_lies_in_its_programme_and_municipality_and_takes_along_what_hangs_on_it);
    tcase_add_test(places, a_device_lies_in_its_municipality_and_an_office_everywhere);
    tcase_add_test(places, a_person_is_at_home_and_wherever_it_is_enrolled_or_marked);
    tcase_add_test(places, a_place_that_another_covers_is_left_out);
    tcase_add_test(places, a_link_is_where_both_people_are);
    tcase_add_test(places, what_nothing_places_stays_where_it_was_made);
    tcase_add_test(places, an_empty_text_is_nothing_told_and_never_everywhere);
    tcase_add_test(places, the_key_in_the_id_is_believed_and_not_what_the_row_says_of_it);
    tcase_add_test(places, a_lookup_that_fails_is_an_error_and_no_place);
    tcase_add_test(grants, a_grant_covers_its_places_and_those_of_all);
    tcase_add_test(grants, a_covered_place_is_never_needed);
    tcase_add_test(grants, a_grant_reads_back_from_its_text);
    tcase_add_test(grants, a_grant_that_is_none_is_refused_with_its_text);
    tcase_add_test(grants, a_grants_words_are_at_most_64_bytes);
    tcase_add_test(moves, following_a_move_ends);
    tcase_add_test(moves, every_dependent_is_a_field_of_the_entity_table);
    tcase_add_test(moves, only_fields_that_place_a_row_matter);
    suite_add_tcase(suite, places);
    suite_add_tcase(suite, grants);
    suite_add_tcase(suite, moves);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
