// SPDX-License-Identifier: Apache-2.0
/* Counting people: once each, by exact integers, and as the programme's independent count says.
 *
 * Here:      the rules one by one; the whole programme of tests/programme against expected/.
 * Not here:  how the marks came to stand (the end-to-end tests play the field log).
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/attendance.h"
#include "protocol/csv.h"

static struct count *count;

static void setup(void)
{
    count = count_create();
    ck_assert_ptr_nonnull(count);
    /* 200 minutes in two sessions, 80 per cent asked. */
    ck_assert(count_activity(count, "tt", 80, 30, 2022));
    ck_assert(count_session(count, "tt-1", "tt", 120));
    ck_assert(count_session(count, "tt-2", "tt", 80));
    ck_assert(count_person(count, "ana", "F", 1990, "RS-BUJ"));
    ck_assert(count_person(count, "bo", "M", 2000, "RS-BOS"));
}

static void teardown(void)
{
    count_destroy(count);
}

static struct tally tally(const char *role)
{
    struct tally ret = {0};
    ck_assert(count_tally_activity(count, "tt", role, &ret));
    ck_assert(!count_failed(count));
    return ret;
}

START_TEST(present_and_late_attend)
{
    ck_assert(status_attends("present"));
    ck_assert(status_attends("late"));
    ck_assert(!status_attends("absent"));
    ck_assert(!status_attends("excused"));
    ck_assert(!status_attends("present late"));
    ck_assert(!status_attends(""));
    ck_assert(!status_attends(NULL));
}
END_TEST

START_TEST(age_groups_meet_at_25_and_54)
{
    ck_assert_int_eq(age_group_of(1998, 2022), AGE_UNDER_25);
    ck_assert_int_eq(age_group_of(1997, 2022), AGE_25_TO_54);
    ck_assert_int_eq(age_group_of(1968, 2022), AGE_25_TO_54);
    ck_assert_int_eq(age_group_of(1967, 2022), AGE_OVER_54);
    ck_assert_int_eq(age_group_of(0, 2022), AGE_UNKNOWN);
    ck_assert_int_eq(age_group_of(2023, 2022), AGE_UNKNOWN);
    ck_assert_int_eq(sex_group_of("F"), SEX_FEMALE);
    ck_assert_int_eq(sex_group_of("undisclosed"), SEX_UNKNOWN);
    ck_assert_int_eq(sex_group_of(NULL), SEX_UNKNOWN);
}
END_TEST

START_TEST(completed_is_at_least_the_share_and_not_a_minute_less)
{
    count_enrolment(count, "tt", "ana", "participant");
    count_enrolment(count, "tt", "bo", "participant");
    count_mark(count, "tt-1", "ana", "present", -1);
    count_mark(count, "tt-2", "ana", "late", 40); /* 160 of 200: 80 per cent */
    count_mark(count, "tt-1", "bo", "present", -1);
    count_mark(count, "tt-2", "bo", "late", 39);
    const struct tally got = tally("participant");
    ck_assert_uint_eq(got.planned, 30);
    ck_assert_uint_eq(got.enrolled, 2);
    ck_assert_uint_eq(got.reached, 2);
    ck_assert_uint_eq(got.completed, 1);
    ck_assert_uint_eq(got.dropped_out, 1);
    ck_assert_uint_eq(got.participations, 4);
    ck_assert_uint_eq(got.person_minutes, 319);
    ck_assert_uint_eq(got.not_enrolled, 0);
    ck_assert_uint_eq(got.reached_by[SEX_FEMALE][AGE_25_TO_54], 1);
    ck_assert_uint_eq(got.reached_by[SEX_MALE][AGE_UNDER_25], 1);
    ck_assert_uint_eq(got.completed_by[SEX_FEMALE][AGE_25_TO_54], 1);
    ck_assert_uint_eq(got.completed_by[SEX_MALE][AGE_UNDER_25], 0);
}
END_TEST

START_TEST(seconds_that_a_report_counted_decide_exactly)
{
    count_enrolment(count, "tt", "ana", "participant");
    count_enrolment(count, "tt", "bo", "participant");
    count_mark_exactly(count, "tt-1", "ana", "present", 119, 59);
    count_mark_exactly(count, "tt-2", "ana", "present", 40, 1); /* 160 minutes of 200 to the second */
    count_mark_exactly(count, "tt-1", "bo", "present", 119, 59);
    count_mark_exactly(count, "tt-2", "bo", "present", 40, 0);
    const struct tally got = tally("participant");
    ck_assert_uint_eq(got.completed, 1);
    ck_assert_uint_eq(got.person_minutes, 319); /* 319 and 59 seconds */
}
END_TEST

START_TEST(seconds_without_minutes_say_nothing_and_are_bounded)
{
    count_mark_exactly(count, "tt-1", "ana", "present", -1, 30);
    count_mark_exactly(count, "tt-2", "ana", "present", 0, 600);
    ck_assert_uint_eq(tally(NULL).person_minutes, 120);
}
END_TEST

START_TEST(nobody_completes_an_activity_without_minutes)
{
    count_activity(count, "empty", 0, 5, 2022);
    count_session(count, "empty-1", "empty", 0);
    count_mark(count, "empty-1", "ana", "present", -1);
    struct tally got = {0};
    ck_assert(count_tally_activity(count, "empty", NULL, &got));
    ck_assert_uint_eq(got.reached, 1);
    ck_assert_uint_eq(got.completed, 0);
}
END_TEST

START_TEST(absent_and_excused_are_enrolled_and_not_reached)
{
    count_enrolment(count, "tt", "ana", "participant");
    count_mark(count, "tt-1", "ana", "absent", -1);
    count_mark(count, "tt-2", "ana", "excused", 80);
    const struct tally got = tally("participant");
    ck_assert_uint_eq(got.enrolled, 1);
    ck_assert_uint_eq(got.reached, 0);
    ck_assert_uint_eq(got.dropped_out, 0);
}
END_TEST

START_TEST(only_the_role_that_was_asked_for_counts)
{
    count_enrolment(count, "tt", "ana", "trainer");
    count_enrolment(count, "tt", "bo", "participant");
    count_mark(count, "tt-1", "ana", "present", -1);
    count_mark(count, "tt-1", "bo", "present", -1);
    ck_assert_uint_eq(tally("participant").reached, 1);
    ck_assert_uint_eq(tally("trainer").reached, 1);
    ck_assert_uint_eq(tally("speaker").reached, 0);
    ck_assert_uint_eq(tally(NULL).reached, 2);
    ck_assert_uint_eq(tally(NULL).enrolled, 2);
}
END_TEST

START_TEST(who_is_in_two_roles_counts_in_each_and_once_in_all)
{
    count_enrolment(count, "tt", "ana", "trainer");
    count_enrolment(count, "tt", "ana", "participant");
    count_mark(count, "tt-1", "ana", "present", -1);
    ck_assert_uint_eq(tally("participant").reached, 1);
    ck_assert_uint_eq(tally("trainer").reached, 1);
    ck_assert_uint_eq(tally(NULL).reached, 1);
    ck_assert_uint_eq(tally(NULL).enrolled, 1);
}
END_TEST

START_TEST(a_walk_in_counts_as_a_participant_and_is_told_of)
{
    count_mark(count, "tt-1", "ana", "present", -1);
    count_mark(count, "tt-1", "somebody", "present", -1); /* whose row is not here */
    const struct tally got = tally("participant");
    ck_assert_uint_eq(got.reached, 2);
    ck_assert_uint_eq(got.not_enrolled, 2);
    ck_assert_uint_eq(got.enrolled, 0);
    ck_assert_uint_eq(got.reached_by[SEX_UNKNOWN][AGE_UNKNOWN], 1);
    ck_assert_uint_eq(tally("trainer").reached, 0);
}
END_TEST

START_TEST(two_rows_of_one_person_are_one_person_whatever_order_they_came_in)
{
    static const char *const order[2][3] = {{"cy", "ana", "zoe"}, {"zoe", "ana", "cy"}};
    for (int turn = 0; turn < 2; turn++) {
        teardown();
        setup();
        count_person(count, "cy", NULL, 0, NULL);
        count_person(count, "zoe", "other", 1950, "XK-MIT");
        count_link(count, order[turn][0], order[turn][1]);
        count_link(count, order[turn][1], order[turn][2]);
        count_enrolment(count, "tt", "cy", "participant");
        count_enrolment(count, "tt", "zoe", "participant");
        count_mark(count, "tt-1", "cy", "present", 60);
        count_mark(count, "tt-1", "zoe", "present", 90); /* the same session: once, the longer */
        count_mark(count, "tt-2", "ana", "present", 70);
        const struct tally got = tally("participant");
        ck_assert_uint_eq(got.enrolled, 1);
        ck_assert_uint_eq(got.reached, 1);
        ck_assert_uint_eq(got.participations, 2);
        ck_assert_uint_eq(got.person_minutes, 160);
        ck_assert_uint_eq(got.completed, 1);
        ck_assert_uint_eq(got.not_enrolled, 0);
        ck_assert_uint_eq(got.reached_by[SEX_FEMALE][AGE_25_TO_54], 1); /* ana's word: the smallest id that says it */
    }
}
END_TEST

START_TEST(a_set_counts_each_person_once_and_completed_if_in_one_of_them)
{
    const char *const both[] = {"tt", "lc", "tt"};
    struct tally got = {0};
    count_activity(count, "lc", 50, 12, 2016);
    count_session(count, "lc-1", "lc", 60);
    count_enrolment(count, "tt", "ana", "participant");
    count_enrolment(count, "lc", "ana", "participant");
    count_mark(count, "tt-1", "ana", "present", 30);
    count_mark(count, "lc-1", "ana", "present", 60);
    count_mark(count, "lc-1", "bo", "present", 10);
    ck_assert(count_tally_set(count, both, 3, "participant", &got));
    ck_assert_uint_eq(got.planned, 42);
    ck_assert_uint_eq(got.enrolled, 1);
    ck_assert_uint_eq(got.reached, 2);
    ck_assert_uint_eq(got.completed, 1);
    ck_assert_uint_eq(got.dropped_out, 1);
    ck_assert_uint_eq(got.participations, 3);
    ck_assert_uint_eq(got.not_enrolled, 1);
    ck_assert_uint_eq(got.reached_by[SEX_MALE][AGE_UNDER_25], 1);
    ck_assert_uint_eq(got.reached_by[SEX_FEMALE][AGE_25_TO_54], 1);
    ck_assert(count_tally_home(count, both, 3, "participant", "RS-BOS", &got));
    ck_assert_uint_eq(got.reached, 1);
    ck_assert_uint_eq(got.reached_by[SEX_MALE][AGE_UNDER_25], 1);
    ck_assert(count_tally_set(count, NULL, 0, NULL, &got));
    ck_assert_uint_eq(got.reached, 0);
}
END_TEST

START_TEST(what_hangs_on_nothing_does_not_count_and_an_unknown_activity_is_told)
{
    struct tally got = {0};
    ck_assert(count_session(count, "x-1", "x", 60));
    ck_assert(count_mark(count, "x-1", "ana", "present", -1));
    ck_assert(count_enrolment(count, "x", "ana", "participant"));
    ck_assert_uint_eq(tally(NULL).reached, 0);
    ck_assert(!count_tally_activity(count, "x", NULL, &got));
}
END_TEST

START_TEST(absurd_minutes_are_bounded_and_never_wrap)
{
    count_mark(count, "tt-1", "ana", "present", INT64_MAX);
    count_mark(count, "tt-2", "ana", "present", INT64_MAX);
    const struct tally got = tally(NULL);
    ck_assert_uint_eq(got.completed, 1);
    ck_assert_uint_eq(got.person_minutes, 2u * (uint64_t)(INT32_MAX / 60));
}
END_TEST

START_TEST(a_count_of_many_people_is_made_in_one_go)
{
    char id[24];
    count_activity(count, "big", 50, 100, 2022);
    count_session(count, "big-1", "big", 60);
    for (int i = 0; i < 20000; i++) {
        snprintf(id, sizeof id, "p%d", i);
        ck_assert(count_person(count, id, i % 2 == 0 ? "F" : "M", 1980, "RS-BUJ"));
        if (i % 4 == 3) {
            char other[24];
            snprintf(other, sizeof other, "p%d", i - 1);
            ck_assert(count_link(count, id, other));
        }
    }
    for (int i = 0; i < 20000; i++) {
        snprintf(id, sizeof id, "p%d", i);
        ck_assert(count_enrolment(count, "big", id, "participant"));
        ck_assert(count_mark(count, "big-1", id, "present", -1));
    }
    struct tally got = {0};
    ck_assert(count_tally_activity(count, "big", "participant", &got));
    ck_assert_uint_eq(got.reached, 15000);
    ck_assert_uint_eq(got.participations, 15000);
}
END_TEST

/* --- the whole programme ------------------------------------------------------------------------------------------------- */

struct table {
    struct arena arena;
    struct csv_record header, records[4096];
    size_t count;
};

static void table_read(struct table *table, const char *name)
{
    char path[512];
    struct bytes bytes = {0};
    struct error err = {0};
    struct csv_record record;
    uint8_t chunk[65536];
    size_t size = 0;

    memset(table, 0, sizeof *table);
    snprintf(path, sizeof path, SOURCE_FOLDER "/tests/programme/%s", name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    while ((size = fread(chunk, 1, sizeof chunk, file)) > 0)
        ck_assert(bytes_append(&bytes, chunk, size));
    fclose(file);
    const char *text = arena_text_n(&table->arena, (const char *)bytes.data, bytes.size);
    struct csv_reader reader = csv_reader_of((struct span){(const uint8_t *)text, bytes.size});
    ck_assert(csv_read(&table->arena, &reader, &table->header, &err));
    while (csv_read(&table->arena, &reader, &record, &err)) {
        ck_assert_uint_lt(table->count, sizeof table->records / sizeof *table->records);
        table->records[table->count++] = record;
    }
    ck_assert_msg(err.kind == ERROR_NONE, "%s", err.cause);
    bytes_clear(&bytes);
}

static const char *cell(const struct table *table, size_t row, const char *column)
{
    for (size_t i = 0; i < table->header.count; i++) {
        if (strcmp(table->header.cells[i], column) == 0)
            return i < table->records[row].count ? table->records[row].cells[i] : "";
    }
    ck_abort_msg("no column %s", column);
    return "";
}

static int64_t number(const struct table *table, size_t row, const char *column, int64_t otherwise)
{
    const char *text = cell(table, row, column);
    return text[0] == '\0' ? otherwise : strtoll(text, NULL, 10);
}

static struct table activities, sessions, people, enrolments, marks, duplicates, expected;

static void hand_in_the_programme(void)
{
    for (size_t i = 0; i < activities.count; i++)
        ck_assert(count_activity(count, cell(&activities, i, "code"), number(&activities, i, "min_minutes_pct", 0),
                                 number(&activities, i, "planned_participants", 0), strtoll(cell(&activities, i, "starts_on"), NULL, 10)));
    for (size_t i = 0; i < sessions.count; i++)
        ck_assert(count_session(count, cell(&sessions, i, "code"), cell(&sessions, i, "activity"), number(&sessions, i, "minutes", 0)));
    for (size_t i = 0; i < people.count; i++)
        ck_assert(count_person(count, cell(&people, i, "ref"), cell(&people, i, "sex"), number(&people, i, "birth_year", 0),
                               cell(&people, i, "municipality")));
    for (size_t i = 0; i < duplicates.count; i++)
        ck_assert(count_link(count, cell(&duplicates, i, "person"), cell(&duplicates, i, "also")));
    for (size_t i = 0; i < enrolments.count; i++)
        ck_assert(count_enrolment(count, cell(&enrolments, i, "activity"), cell(&enrolments, i, "person"), cell(&enrolments, i, "role")));
    for (size_t i = 0; i < marks.count; i++)
        ck_assert(count_mark(count, cell(&marks, i, "session"), cell(&marks, i, "person"), cell(&marks, i, "status"), -1));
}

START_TEST(the_programme_counts_as_an_independent_count_says)
{
    size_t compared = 0;
    table_read(&activities, "activities.csv");
    table_read(&sessions, "sessions.csv");
    table_read(&people, "people.csv");
    table_read(&enrolments, "enrolments.csv");
    table_read(&marks, "expected/marks.csv");
    table_read(&duplicates, "expected/duplicates.csv");
    table_read(&expected, "expected/activities.csv");
    hand_in_the_programme();
    for (size_t i = 0; i < expected.count; i++) {
        const char *code = cell(&expected, i, "activity");
        struct tally got = {0};
        uint64_t female = 0, male = 0;
        if (strcmp(code, "WB-AR") == 0) /* its minutes come from the webinar's report */
            continue;
        ck_assert_msg(count_tally_activity(count, code, "participant", &got), "%s", code);
        for (int age = 0; age < AGE_GROUPS; age++) {
            female += got.reached_by[SEX_FEMALE][age];
            male += got.reached_by[SEX_MALE][age];
        }
        const struct {
            const char *column;
            uint64_t is;
        } columns[] = {{"planned", got.planned},    {"enrolled", got.enrolled}, {"reached", got.reached},
                       {"reached_f", female},       {"reached_m", male},        {"participations", got.participations},
                       {"completed", got.completed}};
        for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
            ck_assert_msg(columns[k].is == (uint64_t)number(&expected, i, columns[k].column, -1), "%s %s: %llu is not %s", code,
                          columns[k].column, (unsigned long long)columns[k].is, cell(&expected, i, columns[k].column));
        compared++;
    }
    ck_assert_uint_eq(compared, 39);
    struct table *const all[] = {&activities, &sessions, &people, &enrolments, &marks, &duplicates, &expected};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        arena_clear(&all[i]->arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("attendance");
    TCase *rules = tcase_create("rules");
    tcase_add_checked_fixture(rules, setup, teardown);
    tcase_add_test(rules, present_and_late_attend);
    tcase_add_test(rules, age_groups_meet_at_25_and_54);
    tcase_add_test(rules, completed_is_at_least_the_share_and_not_a_minute_less);
    tcase_add_test(rules, seconds_that_a_report_counted_decide_exactly);
    tcase_add_test(rules, seconds_without_minutes_say_nothing_and_are_bounded);
    tcase_add_test(rules, nobody_completes_an_activity_without_minutes);
    tcase_add_test(rules, absent_and_excused_are_enrolled_and_not_reached);
    tcase_add_test(rules, only_the_role_that_was_asked_for_counts);
    tcase_add_test(rules, who_is_in_two_roles_counts_in_each_and_once_in_all);
    tcase_add_test(rules, a_walk_in_counts_as_a_participant_and_is_told_of);
    tcase_add_test(rules, two_rows_of_one_person_are_one_person_whatever_order_they_came_in);
    tcase_add_test(rules, a_set_counts_each_person_once_and_completed_if_in_one_of_them);
    tcase_add_test(rules, what_hangs_on_nothing_does_not_count_and_an_unknown_activity_is_told);
    tcase_add_test(rules, absurd_minutes_are_bounded_and_never_wrap);
    tcase_add_test(rules, a_count_of_many_people_is_made_in_one_go);
    tcase_add_test(rules, the_programme_counts_as_an_independent_count_says);
    suite_add_tcase(suite, rules);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
