// SPDX-License-Identifier: Apache-2.0
/* Recording: marks, corrections, undo, conflicts, figures, exports, as somebody at the device sees them.
 *
 * Not here:  the merge (protocol_merge.c), the store (agent_store_*.c).
 */
#define _GNU_SOURCE
#include "protocol/text.h"
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

START_TEST(a_mark_made_by_mistake_is_taken_back)
{
    struct desk desk;

    desk_starts(&desk, 31);
    desk_has_programme(&desk);
    desk_is_refused(&desk, "unmark TT-1-1 P1", ERROR_NOT_FOUND, "no mark to take back");
    desk_is_refused(&desk, "unmark TT-1-1", ERROR_USAGE, "SESSION PERSON");
    desk_does(&desk, "mark TT-1-1 P1 late");
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "unmark TT-1-1 P1"), "The mark of P1 at TT-1-1 was taken back."));
    desk_does(&desk, arena_format(&desk.arena, "export %s/out --plain", desk.home));
    ck_assert_ptr_null(strstr(desk_reads_file(&desk, "out/marks.csv"), "TT-1-1,P1"));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "undo"), "Took back: take back the mark of P1 at TT-1-1."));
    desk_does(&desk, arena_format(&desk.arena, "export %s/out --plain", desk.home));
    ck_assert_ptr_nonnull(strstr(desk_reads_file(&desk, "out/marks.csv"), "TT-1-1,P1,late,"));
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
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "undo"), "Took back: mark P1 absent at TT-1-1."));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "report TT-1 --json"), "\"reached\":1,"));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "undo --json"), "\"undone\":\"mark P1 present at TT-1-1\""));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "report TT-1 --json"), "\"reached\":0,"));
    desk_ends(&desk);
}
END_TEST

/* What undo says it took back is what a person would call it, whatever the step was. */
START_TEST(undo_says_what_it_took_back)
{
    static const struct {
        const char *line, *says;
    } steps[] = {
        {"person add P7 --full-name 'Ime'", "Took back: add person P7."},
        {"person edit P1 --position direktor", "Took back: edit person P1."},
        {"enrolment remove TT-1 P1 participant", "Took back: remove enrolment TT-1:P1:participant."},
        {"enrolment add TT-1 P3 speaker", "Took back: add enrolment TT-1:P3:speaker."},
        {"person_link add P2 P3 --verdict same", "Took back: add person link P2:P3."},
        {"mark TT-1-1 P2 late", "Took back: mark P2 late at TT-1-1."},
    };
    struct desk desk;

    desk_starts(&desk, 12);
    desk_has_programme(&desk);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        desk_does(&desk, steps[i].line);
        ck_assert_msg(strstr(desk_does(&desk, "undo"), steps[i].says) != NULL, "%s", desk.out);
    }
    /* A name that is too long is cut between two characters. */
    desk_does(&desk, "session add Седница-у-сали-школе-Бујановац --activity TT-1");
    desk_does(&desk, "mark Седница-у-сали-школе-Бујановац P1 present");
    desk_does(&desk, "undo --json");
    ck_assert(text_is_utf8(desk.out, strlen(desk.out)));
    ck_assert_ptr_nonnull(strstr(desk.out, "\"undone\":\"mark P1 present at Седница"));
    desk_ends(&desk);
}
END_TEST

/* Codes as hands type them: in lower case, in the other script. Only when it means one row. */
START_TEST(a_code_may_be_typed_in_any_case_and_script)
{
    struct desk desk;

    desk_starts(&desk, 13);
    desk_has_programme(&desk);
    ck_assert_str_eq(desk_does(&desk, "mark tt-1-1 p1 present"), "P1 is present at TT-1-1.\n");
    ck_assert_str_eq(desk_does(&desk, "mark ТТ-1-1 п2 late"), "P2 is late at TT-1-1.\n");
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "municipality show rs-buj"), "Bujanovac"));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "person list --municipality rs-buj"), "P1"));
    desk_does(&desk, "person add p1 --full-name 'Another'");
    ck_assert_str_eq(desk_does(&desk, "mark TT-1-1 p1 present"), "p1 is present at TT-1-1.\n"); /* exact comes first */
    desk_does(&desk, "session add Tt-1-1 --activity TT-1");
    desk_is_refused(&desk, "mark tT-1-1 P1 present", ERROR_NOT_FOUND, "close to it"); /* two would fit: none is guessed */
    desk_ends(&desk);
}
END_TEST

/* A fact captured in the field is never refused; what is odd about it is said. */
static const struct {
    const char *line, *note;
} odd[] = {
    {"mark TT-1-1 P1 present --minutes 91", "91 minutes are more than the session's 90"},
    {"mark TT-1-1 P1 present --at 9999-01-01T00:00:00Z", "not on the session's day, 2022-03-20"},
    {"mark TT-1-1 P1 present --at 1970-01-01T00:00:00Z", "not on the session's day, 2022-03-20"},
    {"mark TT-1-9 P1 present --at 2999-01-01T00:00:00Z", "still to come"},
    {"mark TT-1-1 P3 present", "P3 was removed here"},
    {"mark TT-1-8 P1 present", "TT-1-8 was removed here"},
    {"mark TT-1-1 P1 present --minutes 90", NULL},
    {"mark TT-1-1 P1 present --at 2022-03-20T00:00:00+14:00", NULL},
    {"mark TT-1-1 P1 present --at 2022-03-20T23:59:59-12:00", NULL},
    {"mark TT-1-9 P1 present --minutes 1440 --at 1970-01-01T00:00:00Z", NULL}, /* nothing is known to hold it against */
    {"mark TT-1-1 P1 absent --minutes 0", NULL},
};

START_TEST(what_is_odd_about_a_mark_is_noted_and_kept)
{
    struct desk desk;

    desk_starts(&desk, 14);
    desk_has_programme(&desk);
    desk_does(&desk, "session add TT-1-9 --activity TT-1");
    desk_does(&desk, "session add TT-1-8 --activity TT-1");
    desk_does(&desk, "person remove P3");
    desk_does(&desk, "session remove TT-1-8");
    uint64_t waiting = desk_counts(&desk).waiting;
    desk_does(&desk, odd[_i].line);
    ck_assert_uint_eq(desk_counts(&desk).waiting, waiting + 1);
    if (odd[_i].note == NULL) {
        ck_assert_str_eq(desk.err, "");
    } else {
        ck_assert_int_eq(strncmp(desk.err, "teren: note: ", 13), 0);
        ck_assert_msg(strstr(desk.err, odd[_i].note) != NULL, "%s", desk.err);
        desk_does(&desk, arena_format(&desk.arena, "%s --json", odd[_i].line));
        ck_assert_str_eq(desk.err, "");
        ck_assert_ptr_nonnull(strstr(desk.out, odd[_i].note));
    }
    desk_ends(&desk);
}
END_TEST

START_TEST(words_that_contradict_each_other_are_refused)
{
    struct desk desk;

    desk_starts(&desk, 15);
    desk_has_programme(&desk);
    desk_is_refused(&desk, "mark TT-1-1 P1 absent --minutes 50", ERROR_USAGE, "absent and 50 minutes contradict each other");
    desk_is_refused(&desk, "mark TT-1-1 P1 excused --minutes 1", ERROR_USAGE, "contradict");
    desk_ends(&desk);
}
END_TEST

/* Somebody walks in: no reference, but a code that can be said across the hall, and the same on every list. */
START_TEST(who_walks_in_gets_a_short_code)
{
    struct desk desk;
    struct store_identity identity;
    struct error err = {0};
    char log[LOG_TEXT_SIZE];
    const char *code;
    const char *people;

    desk_starts(&desk, 16);
    desk_has_programme(&desk);
    ck_assert(store_identity(desk.agent.store, &identity, &err));
    log_text(identity.log, log);
    code = arena_format(&desk.arena, "W%s-%llu", log + 9, (unsigned long long)desk_counts(&desk).waiting + 1);
    ck_assert_str_eq(desk_does(&desk, "person add --full-name 'Ko ulazi'"), arena_format(&desk.arena, "Added person %s.\n", code));
    desk_does(&desk, arena_format(&desk.arena, "enrolment add TT-1 %s participant", code));
    desk_does(&desk, arena_format(&desk.arena, "mark TT-1-1 %s present", code));
    /* it is the tail of the row's own id */
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, arena_format(&desk.arena, "person show %s --json", code)),
                                 arena_format(&desk.arena, "\"id\":\"%.9s%s\"", log, code + 1)));
    desk_does(&desk, "person add --full-name 'Drugi' --ref ''");
    ck_assert_ptr_null(strstr(desk.out, code));
    desk_does(&desk, arena_format(&desk.arena, "export %s/out --plain", desk.home));
    ck_assert_ptr_nonnull(strstr(desk_reads_file(&desk, "out/marks.csv"), arena_format(&desk.arena, "TT-1-1,%s,present,", code)));
    ck_assert_ptr_nonnull(strstr(desk_reads_file(&desk, "out/rows/enrolments.csv"), arena_format(&desk.arena, "TT-1,%s,", code)));
    people = desk_reads_file(&desk, "out/rows/people.csv");
    ck_assert_ptr_nonnull(strstr(people, arena_format(&desk.arena, "\n%s,Ko ulazi,", code)));
    desk_ends(&desk);
}
END_TEST

START_TEST(an_export_needs_a_folder)
{
    struct desk desk;

    desk_starts(&desk, 17);
    desk_does(&desk, "init");
    desk_is_refused(&desk, "export ''", ERROR_USAGE, "no folder was named");
    desk_ends(&desk);
}
END_TEST

/* Somebody changes one byte of a kept row: the doctor says so, and its exit code, too. */
START_TEST(the_doctor_looks_at_the_store_and_ends_with_what_is_bad)
{
    struct desk desk;

    desk_starts(&desk, 18);
    desk_has_programme(&desk);
    ck_assert_int_eq(desk_types(&desk, "doctor --json"), 0);
    ck_assert_ptr_nonnull(strstr(desk.out, "{\"check\":\"store\",\"verdict\":\"good\""));
    desk_breaks_a_row(&desk, "Bujanovac", "Bujanovaz");
    ck_assert_int_eq(desk_types(&desk, "doctor --json"), error_exit_code(ERROR_CORRUPT));
    ck_assert_ptr_nonnull(strstr(desk.out, "{\"check\":\"store\",\"verdict\":\"bad\""));
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
    ck_assert_ptr_nonnull(strstr(people, ",'+38163,,"));
    ck_assert_ptr_nonnull(strstr(people, ",id\r\n")); /* so that a row without a code is found again */
    desk_does(&desk, arena_format(&desk.arena, "export %s/plain --plain", desk.home));
    people = desk_reads_file(&desk, "plain/rows/people.csv");
    ck_assert_int_eq(strncmp(people, "ref,full_name,", 14), 0);
    ck_assert_ptr_nonnull(strstr(people, "P3,=Vesna,"));
    ck_assert_ptr_null(strchr(people, '\r'));

    /* What was exported goes in again and changes nothing: plainly, or for spreadsheets. */
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, arena_format(&desk.arena, "import %s/plain/rows", desk.home)), "0 changes recorded."));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, arena_format(&desk.arena, "import %s/out/rows", desk.home)), "0 changes recorded."));
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
    desk_does(&desk, "conflicts");
    ck_assert_int_eq(strncmp(desk.out, "P1 at TT-1-1, status:\n  ", 24), 0);
    ck_assert_ptr_nonnull(strstr(desk.out, "absent"));
    ck_assert_ptr_nonnull(strstr(desk.out, "present"));
    ck_assert_ptr_nonnull(strstr(desk.out, "; stands until somebody settles it\n"));
    ck_assert_ptr_nonnull(strstr(desk.out, ", 2025-08-14 08:00 UTC"));
    ck_assert_ptr_nonnull(strstr(desk.out, "To settle: teren conflicts settle attendance TT-1-1:P1 status VALUE\n"));
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
    desk_is_refused(&desk, "person add P7", ERROR_USAGE, "Full name: was not told");
    desk_is_refused(&desk, "enrolment add TT-1 P1 participant", ERROR_INVALID, "there already");
    desk_is_refused(&desk, "municipality edit RS-BUJ --code RS-XXX", ERROR_INVALID, "never changes");
    desk_is_refused(&desk, "person edit P1", ERROR_USAGE, "nothing was said");
    desk_is_refused(&desk, "person edit P1 --full-name ''", ERROR_INVALID, "cannot be empty");
    desk_is_refused(&desk, "activity edit TT-1 --code ''", ERROR_INVALID, "Code: cannot be empty");
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
    tcase_add_test(all, a_mark_made_by_mistake_is_taken_back);
    tcase_add_test(all, what_cannot_be_marked_is_told_in_one_line);
    tcase_add_test(all, undo_takes_back_the_last_step_and_no_more);
    tcase_add_test(all, undo_says_what_it_took_back);
    tcase_add_test(all, a_code_may_be_typed_in_any_case_and_script);
    tcase_add_loop_test(all, what_is_odd_about_a_mark_is_noted_and_kept, 0, sizeof odd / sizeof odd[0]);
    tcase_add_test(all, words_that_contradict_each_other_are_refused);
    tcase_add_test(all, who_walks_in_gets_a_short_code);
    tcase_add_test(all, an_export_needs_a_folder);
    tcase_add_test(all, the_doctor_looks_at_the_store_and_ends_with_what_is_bad);
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
