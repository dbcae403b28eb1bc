// SPDX-License-Identifier: Apache-2.0
/* Recording: marks, corrections, undo, conflicts, figures, exports, as somebody at the device sees them.
 *
 * Not here:  the merge (protocol_merge.c), the store (agent_store_*.c).
 */
#define _GNU_SOURCE
#include "tests/unit/desk.h"
#include "tests/unit/suite.h"

START_TEST(a_mark_stands_until_it_is_corrected)
{
    struct desk desk;

    desk_starts(&desk, 1);
    desk_has_programme(&desk);
    desk_does(&desk, "mark TT-1-1 P1 late --minutes 40 --at 2022-03-20T09:20:00+01:00");
    desk_does(&desk, arena_format(&desk.arena, "export %s/out --plain", desk.home));
    ck_assert_ptr_nonnull(strstr(desk_reads_file(&desk, "out/marks.csv"), "TT-1-1,P1,late,"));
    ck_assert_ptr_nonnull(strstr(desk_reads_file(&desk, "out/marks.csv"), ",2022-03-20T09:20:00+01:00\n"));

    /* A correction is a whole statement: the minutes and the moment of the first one no longer hold. */
    desk_does(&desk, "mark TT-1-1 P1 present");
    desk_does(&desk, arena_format(&desk.arena, "export %s/out --plain", desk.home));
    ck_assert_ptr_nonnull(strstr(desk_reads_file(&desk, "out/marks.csv"), "TT-1-1,P1,present,"));
    ck_assert_ptr_null(strstr(desk_reads_file(&desk, "out/marks.csv"), "09:20:00"));
    ck_assert_ptr_nonnull(strstr(desk_reads_file(&desk, "out/rows/attendance.csv"), "TT-1-1,P1,present,,,"));
    desk_ends(&desk);
}
END_TEST

START_TEST(what_cannot_be_marked_is_told_in_one_line)
{
    struct desk desk;

    desk_starts(&desk, 2);
    desk_has_programme(&desk);
    desk_is_refused(&desk, "mark TT-1-1 P1 asleep", ERROR_INVALID, "\"asleep\"");
    desk_is_refused(&desk, "mark TT-1-1 P1 ''", ERROR_INVALID, "status");
    desk_is_refused(&desk, "mark TT-9-1 P1 present", ERROR_NOT_FOUND, "TT-9-1");
    desk_is_refused(&desk, "mark TT-1-1 P9 present", ERROR_NOT_FOUND, "P9");
    desk_is_refused(&desk, "mark TT-1-1 P1 present --minutes 1441", ERROR_INVALID, "1441");
    desk_is_refused(&desk, "mark TT-1-1 P1 present --at yesterday", ERROR_INVALID, "yesterday");
    desk_is_refused(&desk, "mark TT-1-1 P1", ERROR_USAGE, "SESSION PERSON STATUS");
    desk_is_refused(&desk, "mark TT-1-1 P1 present --author P9", ERROR_NOT_FOUND, "P9");
    ck_assert_ptr_nonnull(strchr(desk.err, '\n'));
    ck_assert_str_eq(strchr(desk.err, '\n'), "\n");
    desk_ends(&desk);
}
END_TEST

START_TEST(undo_takes_back_the_last_step_and_no_more)
{
    struct desk desk;

    desk_starts(&desk, 3);
    desk_has_programme(&desk);
    desk_does(&desk, "mark TT-1-1 P1 present");
    desk_does(&desk, "mark TT-1-1 P1 absent");
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "undo"), "mark absent"));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "report TT-1 --json"), "\"reached\":1,"));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "undo --json"), "\"undone\":\"mark present\""));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "report TT-1 --json"), "\"reached\":0,"));
    desk_ends(&desk);
}
END_TEST

START_TEST(there_is_nothing_to_undo_on_a_fresh_device)
{
    struct desk desk;

    desk_starts(&desk, 4);
    desk_does(&desk, "init");
    ck_assert_int_eq(desk_types(&desk, "undo"), error_exit_code(ERROR_NOT_FOUND));
    desk_ends(&desk);
}
END_TEST

/* The figures of a small programme, by hand: P1 attends all 180 minutes, P2 comes to one of two sessions and is late, P3 walks in. */
START_TEST(figures_count_each_person_once)
{
    struct desk desk;

    desk_starts(&desk, 5);
    desk_has_programme(&desk);
    desk_does(&desk, "mark TT-1-1 P1 present");
    desk_does(&desk, "mark TT-1-2 P1 present");
    desk_does(&desk, "mark TT-1-1 P2 late --minutes 60");
    desk_does(&desk, "mark TT-1-2 P2 excused");
    desk_does(&desk, "mark TT-1-1 P3 present");
    desk_does(&desk, "report --json");
    ck_assert_ptr_nonnull(strstr(desk.out,
                                 "{\"activity\":\"TT-1\",\"planned\":3,\"enrolled\":2,\"reached\":3,\"reached_f\":2,\"reached_m\":1,"
                                 "\"participations\":4,\"completed\":1,"));
    ck_assert_ptr_nonnull(strstr(desk.out, "\"not_enrolled\":1"));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "report --by programme --json"), "{\"activity\":\"lnob\",\"planned\":3"));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "report --suppress"), "<5"));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "report"), "it has not synced yet"));
    desk_is_refused(&desk, "report --by sex", ERROR_USAGE, "sex");
    desk_is_refused(&desk, "report --role boss", ERROR_USAGE, "boss");
    desk_is_refused(&desk, "report TT-9", ERROR_NOT_FOUND, "TT-9");

    /* Two rows, one person: joined, they count once. */
    desk_does(&desk, "person_link add P2 P3 --verdict same");
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "report --json"), "\"reached\":2,"));
    desk_ends(&desk);
}
END_TEST

START_TEST(an_export_is_for_spreadsheets_unless_it_is_plain)
{
    struct desk desk;
    const char *people;

    desk_starts(&desk, 6);
    desk_has_programme(&desk);
    desk_does(&desk, arena_format(&desk.arena, "export %s/out", desk.home));
    people = desk_reads_file(&desk, "out/rows/people.csv");
    ck_assert_int_eq(strncmp(people, "\xef\xbb\xbfref,full_name,", 17), 0);
    ck_assert_ptr_nonnull(strstr(people, "P3,'=Vesna,")); /* no cell runs as a formula */
    ck_assert_ptr_nonnull(strstr(people, ",'+38163,\r\n"));
    desk_does(&desk, arena_format(&desk.arena, "export %s/plain --plain", desk.home));
    people = desk_reads_file(&desk, "plain/rows/people.csv");
    ck_assert_int_eq(strncmp(people, "ref,full_name,", 14), 0);
    ck_assert_ptr_nonnull(strstr(people, "P3,=Vesna,"));
    ck_assert_ptr_null(strchr(people, '\r'));

    /* What was exported plainly goes in again and changes nothing. */
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, arena_format(&desk.arena, "import %s/plain/rows", desk.home)), "0 changes recorded."));
    ck_assert_str_eq(desk_reads_file(&desk, "plain/activities.csv"),
                     "activity,planned,enrolled,reached,reached_f,reached_m,participations,completed\nTT-1,3,2,0,0,0,0,0\n");
    ck_assert_str_eq(desk_reads_file(&desk, "plain/marks.csv"), "session,person,status,device,at\n");
    ck_assert_str_eq(desk_reads_file(&desk, "plain/conflicts.csv"), "session,person\n");
    desk_ends(&desk);
}
END_TEST

START_TEST(an_export_into_a_folder_that_cannot_be_written_is_told)
{
    struct desk desk;

    desk_starts(&desk, 7);
    desk_has_programme(&desk);
    desk_file(&desk, "file", "x");
    ck_assert_int_ne(desk_types(&desk, arena_format(&desk.arena, "export %s/file", desk.home)), 0);
    ck_assert_ptr_nonnull(strstr(desk.err, "file"));
    desk_ends(&desk);
}
END_TEST

/* What the server would bring: another device's mark of the same person, made without seeing ours. */
static void another_device_marked(struct desk *desk, const char *row_id, const char *status)
{
    struct error err = {0};
    struct entry live = {{stamp_time_of_ms(DEVICE_NOW_MS + 500), 77}, value_text(status)};
    struct reg reg = {.field = "status", .live = &live, .live_count = 1};
    struct page_row row = {{"attendance", row_id, &reg, 1}, 1};
    struct page page = {.rows = &row, .row_count = 1};
    struct reply reply = {.kind = REPLY_OK, .now_ms = DEVICE_NOW_MS, .cursor = {7, 1, 1, 0}, .reason = ""};
    struct session_action action = {.kind = SESSION_APPLY, .reply = &reply, .page = &page};

    ck_assert_msg(store_apply(desk->agent.store, &action, &err), "%s", err.cause);
}

static const char *mark_id(struct desk *desk)
{
    static const char *const words[] = {"TT-1-1", "P1"};
    char *id = arena_take(&desk->arena, ROW_ID_SIZE);
    struct error err = {0};
    char session[ROW_ID_SIZE], person[ROW_ID_SIZE];

    ck_assert(store_resolve(desk->agent.store, "session", words[0], session, &err));
    ck_assert(store_resolve(desk->agent.store, "person", words[1], person, &err));
    snprintf(id, ROW_ID_SIZE, "%.70s:%.70s", session, person);
    return id;
}

START_TEST(two_marks_that_disagree_are_listed_and_settled)
{
    struct desk desk;
    const char *id;

    desk_starts(&desk, 8);
    desk_has_programme(&desk);
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "conflicts"), "no conflicts"));
    desk_does(&desk, "mark TT-1-1 P1 present");
    id = mark_id(&desk);
    another_device_marked(&desk, id, "absent");
    desk_does(&desk, "conflicts --json");
    ck_assert_ptr_nonnull(strstr(desk.out, "\"entity\":\"attendance\",\"row\":\"TT-1-1:P1\",\"field\":\"status\""));
    ck_assert_ptr_nonnull(strstr(desk.out, "\"absent\""));
    ck_assert_ptr_nonnull(strstr(desk.out, "\"present\""));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "status"), "Conflicts:  1"));
    desk_does(&desk, arena_format(&desk.arena, "export %s/out --plain", desk.home));
    ck_assert_str_eq(desk_reads_file(&desk, "out/conflicts.csv"), "session,person\nTT-1-1,P1\n");
    desk_is_refused(&desk, "conflicts settle attendance TT-1-1:P1 status", ERROR_USAGE, "how to settle");
    desk_is_refused(&desk, "conflicts settle attendance TT-1-1:P1 status late --keep", ERROR_USAGE, "how to settle");
    desk_is_refused(&desk, "conflicts settle attendance TT-1-1:P1 minutes --keep", ERROR_NOT_FOUND, "in no conflict");
    desk_is_refused(&desk, "conflicts settle attendance TT-1-1:P1 status asleep", ERROR_INVALID, "asleep");
    desk_is_refused(&desk, "conflicts settle attendances TT-1-1:P1 status --keep", ERROR_USAGE, "no kind of row");
    desk_does(&desk, "conflicts settle attendance TT-1-1:P1 status late");
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "conflicts"), "no conflicts"));
    desk_does(&desk, arena_format(&desk.arena, "export %s/out --plain", desk.home));
    ck_assert_ptr_nonnull(strstr(desk_reads_file(&desk, "out/marks.csv"), "TT-1-1,P1,late,"));
    desk_ends(&desk);
}
END_TEST

START_TEST(a_conflict_is_settled_by_keeping_or_by_the_other_value)
{
    static const char *const how[] = {"--keep", "--other"};
    struct desk desk;
    char before[16], *stands;

    desk_starts(&desk, 9);
    desk_has_programme(&desk);
    desk_does(&desk, "mark TT-1-1 P1 present");
    another_device_marked(&desk, mark_id(&desk), "absent");
    desk_does(&desk, "conflicts --json");
    stands = strstr(desk.out, "\"stands\":\"");
    ck_assert_ptr_nonnull(stands);
    snprintf(before, sizeof before, "%.*s", (int)strcspn(stands + 10, "\""), stands + 10);
    desk_does(&desk, arena_format(&desk.arena, "conflicts settle attendance TT-1-1:P1 status %s", how[_i]));
    desk_does(&desk, arena_format(&desk.arena, "export %s/out --plain", desk.home));
    ck_assert_int_eq(strstr(desk_reads_file(&desk, "out/marks.csv"), before) != NULL, _i == 0);
    ck_assert_uint_eq(desk_counts(&desk).conflicts, 0);
    desk_ends(&desk);
}
END_TEST

/* A later mark by somebody who has seen both settles it as well: that is what recording on means. */
START_TEST(marking_again_settles_a_conflict)
{
    struct desk desk;

    desk_starts(&desk, 10);
    desk_has_programme(&desk);
    desk_does(&desk, "mark TT-1-1 P1 present");
    another_device_marked(&desk, mark_id(&desk), "absent");
    ck_assert_uint_eq(desk_counts(&desk).conflicts, 1);
    desk_does(&desk, "mark TT-1-1 P1 present");
    ck_assert_uint_eq(desk_counts(&desk).conflicts, 0);
    desk_ends(&desk);
}
END_TEST

START_TEST(rows_are_added_changed_removed_and_brought_back)
{
    struct desk desk;

    desk_starts(&desk, 11);
    desk_has_programme(&desk);
    desk_is_refused(&desk, "person add P1 --full-name Again", ERROR_INVALID, "P1 is there already");
    desk_is_refused(&desk, "person add P7", ERROR_USAGE, "needs full_name");
    desk_is_refused(&desk, "enrolment add TT-1 P1 participant", ERROR_INVALID, "there already");
    desk_is_refused(&desk, "municipality edit RS-BUJ --code RS-XXX", ERROR_INVALID, "never changes");
    desk_is_refused(&desk, "person edit P1", ERROR_USAGE, "nothing was said");
    desk_is_refused(&desk, "person edit P1 --full-name ''", ERROR_INVALID, "cannot be empty");
    desk_is_refused(&desk, "person show P9", ERROR_NOT_FOUND, "P9");
    desk_does(&desk, "person edit P1 --position direktor --phone ''");
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "person edit P1 --position direktor"), "Nothing changed"));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "person list --position direktor"), "P1"));
    desk_does(&desk, "enrolment remove TT-1 P1 participant");
    ck_assert_ptr_null(strstr(desk_does(&desk, "enrolment list"), "P1"));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "enrolment list --removed"), "P1"));
    desk_does(&desk, "enrolment add TT-1 P1 participant"); /* she comes back */
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "enrolment list"), "P1"));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "person list --search bora"), "P2")); /* in any script */
    ck_assert_ptr_null(strstr(desk_does(&desk, "person list --search bora"), "P1"));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "person list --limit 1 --json"), "\"ref\":\"P1\""));
    desk_is_refused(&desk, "person list --limit 0", ERROR_USAGE, "0");
    desk_ends(&desk);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("record");
    TCase *all = tcase_create("record");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(all, a_mark_stands_until_it_is_corrected);
    tcase_add_test(all, what_cannot_be_marked_is_told_in_one_line);
    tcase_add_test(all, undo_takes_back_the_last_step_and_no_more);
    tcase_add_test(all, there_is_nothing_to_undo_on_a_fresh_device);
    tcase_add_test(all, figures_count_each_person_once);
    tcase_add_test(all, an_export_is_for_spreadsheets_unless_it_is_plain);
    tcase_add_test(all, an_export_into_a_folder_that_cannot_be_written_is_told);
    tcase_add_test(all, two_marks_that_disagree_are_listed_and_settled);
    tcase_add_loop_test(all, a_conflict_is_settled_by_keeping_or_by_the_other_value, 0, 2);
    tcase_add_test(all, marking_again_settles_a_conflict);
    tcase_add_test(all, rows_are_added_changed_removed_and_brought_back);
    suite_add_tcase(suite, all);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
