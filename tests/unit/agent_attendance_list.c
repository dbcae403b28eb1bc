// SPDX-License-Identifier: Apache-2.0
/* Promises of agent/app/attendance_list.h.
 *
 * Here:      the lists of two activities against what the programme's files say; who is on a list; days; signatures; JSON.
 * Not here:  how it is printed (tests/browser).
 */
#define _GNU_SOURCE
#include "agent/app/attendance_list.h"

#include "protocol/signature.h"
#include "tests/unit/desk.h"
#include "tests/unit/programme.h"
#include "tests/unit/suite.h"

static struct attendance_list list_of(struct desk *desk, const char *activity, const char *day)
{
    struct attendance_list list;
    struct error err = {0};
    char id[ROW_ID_SIZE];

    ck_assert_msg(store_resolve(desk->agent.store, "activity", activity, id, &err), "%s", err.cause);
    ck_assert_msg(attendance_list_read(desk->agent.store, &desk->arena, id, day, &list, &err), "%s", err.cause);
    return list;
}

static const struct list_person *person_on(const struct list_day *day, const char *ref)
{
    for (size_t i = 0; i < day->person_count; i++)
        if (strcmp(day->people[i].ref, ref) == 0)
            return &day->people[i];
    return NULL;
}

/* --- the programme ------------------------------------------------------------------------------------------------------- */

struct files {
    struct programme_table people, enrolments, sessions, marks, pairs;
};

/* The mark that stands, by the programme's own answer; NULL: none. */
static const char *standing_mark(const struct files *files, const char *session, const char *person)
{
    for (size_t i = 0; i < files->marks.count; i++)
        if (strcmp(programme_cell(&files->marks, i, "session"), session) == 0 &&
            strcmp(programme_cell(&files->marks, i, "person"), person) == 0)
            return programme_cell(&files->marks, i, "status");
    return NULL;
}

static const char *first_of_pair(const struct files *files, const char *person)
{
    size_t row = programme_row(&files->pairs, "also", person);

    return row == files->pairs.count ? person : programme_cell(&files->pairs, row, "person");
}

static bool is_enrolled(const struct files *files, const char *activity, const char *person, const char *role)
{
    for (size_t i = 0; i < files->enrolments.count; i++)
        if (strcmp(programme_cell(&files->enrolments, i, "activity"), activity) == 0 &&
            strcmp(programme_cell(&files->enrolments, i, "person"), person) == 0 &&
            (role == NULL || strcmp(programme_cell(&files->enrolments, i, "role"), role) == 0))
            return true;
    return false;
}

/* One person of the files: what must stand on this day's sheet. */
static void expect_person(const struct files *files, const char *activity, const struct list_day *day, size_t row, long counts[3])
{
    const char *ref = programme_cell(&files->people, row, "ref");
    const struct list_person *person = person_on(day, ref);
    bool enrolled = is_enrolled(files, activity, ref, NULL), marked = false, attends = false;
    long minutes = 0;

    for (size_t s = 0; s < day->session_count; s++) {
        const char *status = standing_mark(files, day->sessions[s].code, ref);
        size_t session = programme_row(&files->sessions, "code", day->sessions[s].code);

        marked = marked || status != NULL;
        if (status != NULL && (strcmp(status, "present") == 0 || strcmp(status, "late") == 0)) {
            attends = true;
            minutes += programme_number(&files->sessions, session, "minutes");
        }
        if (status != NULL)
            ck_assert_str_eq(person->statuses[s], status);
    }
    ck_assert_msg((person != NULL) == (enrolled || marked), "%s on %s", ref, day->date);
    if (person == NULL)
        return;
    ck_assert_str_eq(person->name, programme_cell(&files->people, row, "full_name"));
    ck_assert_str_eq(person->organisation, programme_cell(&files->people, row, "organisation"));
    ck_assert_str_eq(person->sex, programme_cell(&files->people, row, "sex"));
    ck_assert_int_eq(person->minutes, minutes);
    ck_assert_str_eq(person->role, is_enrolled(files, activity, ref, "participant") || !enrolled ? "participant" : "trainer");
    /* A pair that attended is one person: the first row of the two is counted, where it attended itself. */
    counts[0]++;
    if (attends && strcmp(person->role, "participant") == 0 && strcmp(first_of_pair(files, ref), ref) == 0)
        counts[person->sex[0] == 'F' ? 1 : 2]++;
}

static void expect_activity(struct desk *desk, const struct files *files, const char *activity, size_t days)
{
    struct attendance_list list = list_of(desk, activity, NULL);

    ck_assert_uint_eq(list.day_count, days);
    for (size_t d = 0; d < list.day_count; d++) {
        const struct list_day *day = &list.days[d];
        long counts[3] = {0};
        size_t sessions = 0;

        for (size_t i = 0; i < files->sessions.count; i++)
            sessions += strcmp(programme_cell(&files->sessions, i, "activity"), activity) == 0 &&
                        strcmp(programme_cell(&files->sessions, i, "date"), day->date) == 0;
        ck_assert_uint_eq(day->session_count, sessions);
        for (size_t i = 0; i < files->people.count; i++)
            expect_person(files, activity, day, i, counts);
        ck_assert_uint_eq(day->person_count, (uint64_t)counts[0]);
        ck_assert_uint_eq(day->totals[SEX_FEMALE], (uint64_t)counts[1]);
        ck_assert_uint_eq(day->totals[SEX_MALE], (uint64_t)counts[2]);
        ck_assert_uint_eq(day->total, day->totals[SEX_FEMALE] + day->totals[SEX_MALE]);
        ck_assert_uint_gt(day->total, 10);
    }
}

START_TEST(the_lists_of_the_programme_say_what_its_files_say)
{
    struct desk desk;
    struct files files = {
        .people = programme_table("people.csv"),
        .enrolments = programme_table("enrolments.csv"),
        .sessions = programme_table("sessions.csv"),
        .marks = programme_table("expected/marks.csv"),
        .pairs = programme_table("expected/duplicates.csv"),
    };

    desk_starts(&desk, 1);
    desk_plays_programme(&desk);
    expect_activity(&desk, &files, "TT-RS-BUJ", 2); /* in person, with a trainer among those enrolled */
    expect_activity(&desk, &files, "TT-RS-TRG", 2); /* online */
    ck_assert(!list_of(&desk, "TT-RS-BUJ", NULL).online);
    ck_assert(list_of(&desk, "TT-RS-TRG", NULL).online);
    programme_table_clear(&files.people);
    programme_table_clear(&files.enrolments);
    programme_table_clear(&files.sessions);
    programme_table_clear(&files.marks);
    programme_table_clear(&files.pairs);
    desk_ends(&desk);
}
END_TEST

/* --- a small one, by hand ------------------------------------------------------------------------------------------------ */

static void desk_has_training(struct desk *desk, uint64_t seed)
{
    static const char *const lines[] = {
        "init",
        "programme add lnob --name 'Leave no one behind' --donor GIZ --contract-no 81.2",
        "municipality add RS-BUJ --name Bujanovac --name-cyrillic Бујановац",
        "activity add TT --programme lnob --title Obuka --kind teacher_training --municipality RS-BUJ --mode in_person",
        "session add TT-2 --activity TT --date 2022-03-20 --starts-at 11:00 --minutes 90",
        "session add TT-1 --activity TT --date 2022-03-20 --starts-at 09:00 --minutes 60",
        "session add TT-3 --activity TT --date 2022-03-21 --minutes 45 --mode online",
        "person add P1 --full-name Ana --sex F --municipality RS-BUJ --phone +381631 --email ana@skola.example",
        "person add P2 --full-name Бора --sex M --email bora@skola.example",
        "person add P3 --full-name Vesna --sex F",
        "person add P4 --full-name Dragan",
        "person add P5 --full-name Trajko --sex M",
        "enrolment add TT P1 participant",
        "enrolment add TT P2 participant",
        "enrolment add TT P5 trainer",
        "enrolment add TT P4 organiser",
    };

    desk_starts(desk, seed);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        desk_does(desk, lines[i]);
}

START_TEST(everybody_enrolled_and_everybody_marked_that_day_is_on_the_sheet)
{
    struct desk desk;
    struct attendance_list list;
    const struct list_person *person;

    desk_has_training(&desk, 2);
    desk_does(&desk, "mark TT-1 P1 present");
    desk_does(&desk, "mark TT-2 P1 late --minutes 30");
    desk_does(&desk, "mark TT-1 P2 absent");
    desk_does(&desk, "mark TT-1 P5 present"); /* the trainer */
    desk_does(&desk, "mark TT-3 P3 present"); /* walks in on the second day */
    list = list_of(&desk, "TT", NULL);
    ck_assert_str_eq(list.programme, "Leave no one behind");
    ck_assert_str_eq(list.donor, "GIZ");
    ck_assert_str_eq(list.contract_no, "81.2");
    ck_assert_str_eq(list.municipality, "Bujanovac");
    ck_assert_uint_eq(list.trainer_count, 1);
    ck_assert_str_eq(list.trainers[0], "Trajko");
    ck_assert_uint_eq(list.organiser_count, 1);
    ck_assert_str_eq(list.organisers[0], "Dragan");
    ck_assert_uint_eq(list.day_count, 2);
    ck_assert_str_eq(list.days[0].sessions[0].code, "TT-1"); /* by their start */
    ck_assert_uint_eq(list.days[0].person_count, 4);
    ck_assert_str_eq(list.days[0].people[0].name, "Ana");
    ck_assert_str_eq(list.days[0].people[1].name, "Бора"); /* among the Latin ones */
    ck_assert_ptr_null(person_on(&list.days[0], "P3"));
    person = person_on(&list.days[0], "P1");
    ck_assert_str_eq(person->statuses[0], "present");
    ck_assert_str_eq(person->statuses[1], "late");
    ck_assert_int_eq(person->minutes, 60 + 30);
    ck_assert_str_eq(person->contact, "+381631");
    ck_assert_str_eq(person->municipality_cyrillic, "Бујановац");
    person = person_on(&list.days[0], "P2");
    ck_assert_str_eq(person->statuses[1], "");
    ck_assert_int_eq(person->minutes, 0);
    ck_assert_str_eq(person->contact, "bora@skola.example");
    /* The trainer stands on it and is no participant. */
    ck_assert_str_eq(person_on(&list.days[0], "P5")->role, "trainer");
    ck_assert_uint_eq(list.days[0].total, 1);
    ck_assert_uint_eq(list.days[0].totals[SEX_FEMALE], 1);
    ck_assert_uint_eq(list.days[1].person_count, 5);
    ck_assert_str_eq(person_on(&list.days[1], "P3")->role, "participant");
    ck_assert_uint_eq(list.days[1].total, 1);
    ck_assert(!list.days[0].online && list.days[1].online && !list.online);
    desk_ends(&desk);
}
END_TEST

START_TEST(what_was_removed_is_not_on_the_sheet)
{
    struct desk desk;
    struct attendance_list list;

    desk_has_training(&desk, 3);
    desk_does(&desk, "mark TT-1 P1 present");
    desk_does(&desk, "mark TT-1 P2 present");
    desk_does(&desk, "mark TT-1 P3 present");
    desk_does(&desk, "person remove P2");
    desk_does(&desk, "session remove TT-2");
    desk_does(&desk, "enrolment remove TT P4 organiser");
    desk_does(&desk, "mark TT-1 P4 present");
    desk_does(&desk, "undo");
    list = list_of(&desk, "TT", "2022-03-20");
    ck_assert_uint_eq(list.day_count, 1);
    ck_assert_uint_eq(list.days[0].session_count, 1);
    ck_assert_ptr_null(person_on(&list.days[0], "P2"));
    ck_assert_ptr_null(person_on(&list.days[0], "P4"));
    ck_assert_ptr_nonnull(person_on(&list.days[0], "P3"));
    ck_assert_uint_eq(list.organiser_count, 0);
    ck_assert_uint_eq(list.days[0].total, 2);
    desk_is_refused(&desk, "attendance-list TT --day 2022-03-22", ERROR_NOT_FOUND, "no session on 2022-03-22");
    desk_is_refused(&desk, "attendance-list TX", ERROR_NOT_FOUND, "TX");
    desk_does(&desk, "activity remove TT");
    ck_assert_int_ne(desk_types(&desk, "attendance-list TT"), 0);
    desk_ends(&desk);
}
END_TEST

START_TEST(who_is_written_down_twice_counts_once)
{
    struct desk desk;
    struct attendance_list list;

    desk_has_training(&desk, 4);
    desk_does(&desk, "mark TT-1 P1 present");
    desk_does(&desk, "mark TT-2 P3 present");
    ck_assert_uint_eq(list_of(&desk, "TT", "2022-03-20").days[0].total, 2);
    desk_does(&desk, "person_link add P1 P3 --verdict same");
    list = list_of(&desk, "TT", "2022-03-20");
    ck_assert_uint_eq(list.days[0].total, 1);
    ck_assert_uint_eq(list.days[0].totals[SEX_FEMALE], 1);
    desk_ends(&desk);
}
END_TEST

START_TEST(the_first_signature_of_the_day_is_drawn)
{
    struct desk desk;
    struct signature_point points[] = {{10, 10}, {200, 90}};
    struct signature_stroke stroke = {points, 2};
    struct signature signature = {300, 100, &stroke, 1};
    struct attendance_list list;
    struct error err = {0};
    char session[ROW_ID_SIZE], person[ROW_ID_SIZE], id[2 * ROW_ID_SIZE];
    struct draft_field field = {.name = "signature"};
    struct draft draft = {.entity = "attendance", .row = id, .fields = &field, .field_count = 1};
    const char *text;

    desk_has_training(&desk, 5);
    desk_does(&desk, "mark TT-1 P1 present");
    desk_does(&desk, "mark TT-2 P1 present");
    ck_assert(signature_text(&desk.arena, &signature, &text, &err));
    ck_assert(store_resolve(desk.agent.store, "session", "TT-2", session, &err));
    ck_assert(store_resolve(desk.agent.store, "person", "P1", person, &err));
    snprintf(id, sizeof id, "%s:%s", session, person);
    field.value = value_text(text);
    ck_assert_msg(store_write(desk.agent.store, &draft, 1, "", "sign", NULL, NULL, &err), "%s", err.cause);
    list = list_of(&desk, "TT", NULL);
    ck_assert_int_eq(person_on(&list.days[0], "P1")->signature.width, 300);
    ck_assert_str_eq(person_on(&list.days[0], "P1")->signature.path, signature_path(&desk.arena, &signature));
    ck_assert_ptr_null(person_on(&list.days[1], "P1")->signature.path);
    ck_assert_ptr_null(person_on(&list.days[0], "P2")->signature.path);

    /* Who was found to be absent after all has not signed for having been there. */
    desk_does(&desk, "mark TT-2 P1 absent");
    list = list_of(&desk, "TT", NULL);
    ck_assert_ptr_null(person_on(&list.days[0], "P1")->signature.path);
    desk_does(&desk, "mark TT-2 P1 present");
    list = list_of(&desk, "TT", NULL);
    ck_assert_ptr_nonnull(person_on(&list.days[0], "P1")->signature.path);

    /* One that cannot be read is none; the mark stands. */
    field.value = value_text("S1?");
    ck_assert(store_write(desk.agent.store, &draft, 1, "", "sign", NULL, NULL, &err));
    list = list_of(&desk, "TT", NULL);
    ck_assert_ptr_null(person_on(&list.days[0], "P1")->signature.path);
    ck_assert_str_eq(person_on(&list.days[0], "P1")->statuses[1], "present");
    desk_ends(&desk);
}
END_TEST

/* As the report counts them: to the second, rounded down once. */
START_TEST(seconds_of_a_day_add_up_to_minutes)
{
    struct desk desk;
    struct attendance_list list;
    struct error err = {0};
    char session[ROW_ID_SIZE], person[ROW_ID_SIZE], id[2 * ROW_ID_SIZE];
    struct draft_field field = {.name = "seconds", .value = value_integer(40)};
    struct draft draft = {.entity = "attendance", .row = id, .fields = &field, .field_count = 1};
    static const char *const sessions[] = {"TT-1", "TT-2"};

    desk_has_training(&desk, 7);
    for (size_t i = 0; i < 2; i++) {
        desk_does(&desk, arena_format(&desk.arena, "mark %s P1 present --minutes 30", sessions[i]));
        ck_assert(store_resolve(desk.agent.store, "session", sessions[i], session, &err));
        ck_assert(store_resolve(desk.agent.store, "person", "P1", person, &err));
        snprintf(id, sizeof id, "%s:%s", session, person);
        ck_assert_msg(store_write(desk.agent.store, &draft, 1, "", "count", NULL, NULL, &err), "%s", err.cause);
    }
    list = list_of(&desk, "TT", NULL);
    ck_assert_int_eq(person_on(&list.days[0], "P1")->minutes, 61); /* 30:40 and 30:40 */
    ck_assert_int_eq(person_on(&list.days[0], "P2")->minutes, 0);
    desk_ends(&desk);
}
END_TEST

START_TEST(the_command_tells_it_in_words_and_in_json)
{
    struct desk desk;

    desk_has_training(&desk, 6);
    desk_does(&desk, "mark TT-1 P1 present");
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "attendance-list TT --day 2022-03-20"), "2022-03-20  TT-1 09:00  TT-2 11:00\n"));
    ck_assert_ptr_nonnull(strstr(desk.out, "Present, -"));
    ck_assert_ptr_nonnull(strstr(desk.out, "Participants who attended: 1; women 1, men 0."));
    ck_assert_ptr_null(strstr(desk.out, "2022-03-21"));
    desk_does(&desk, "attendance-list tt --json");
    ck_assert_ptr_nonnull(strstr(desk.out, "\"programme\":{\"name\":\"Leave no one behind\",\"donor\":\"GIZ\",\"contract_no\":\"81.2\"}"));
    ck_assert_ptr_nonnull(strstr(desk.out, "\"kind\":\"teacher_training\",\"kind_label\":\"Teacher training\""));
    ck_assert_ptr_nonnull(strstr(desk.out, "\"statuses\":[\"present\",\"\"],\"minutes\":60,\"signature\":null"));
    ck_assert_ptr_nonnull(strstr(desk.out, "\"totals\":{\"F\":1,\"M\":0,\"other\":0,\"unknown\":0,\"total\":1}"));
    desk_ends(&desk);
}
END_TEST

SUITE("attendance_list", the_lists_of_the_programme_say_what_its_files_say,
      everybody_enrolled_and_everybody_marked_that_day_is_on_the_sheet, what_was_removed_is_not_on_the_sheet,
      who_is_written_down_twice_counts_once, the_first_signature_of_the_day_is_drawn, seconds_of_a_day_add_up_to_minutes,
      the_command_tells_it_in_words_and_in_json)
