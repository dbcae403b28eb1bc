// SPDX-License-Identifier: Apache-2.0
/* Promises about recording a webinar from its report: the right people, to the second, once, and nobody by guessing.
 *
 * Here:      the command and the page's routes on a device with a small programme, and the real programme's three reports.
 * Not here:  the formats (protocol_webinar.c).
 */
#define _GNU_SOURCE
#include <jansson.h>

#include "protocol/base64.h"
#include "protocol/webinar.h"
#include "tests/unit/page_fixture.h"

static const char zoom_head[] = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,In Waiting Room\n";
static const char zoom_people[] = "SAVIC JELENA,jelena@skola.example,10/15/2026 04:50:00 PM,10/15/2026 06:00:30 PM,71,No,No\n"
                                  "Jelena Savić,,10/15/2026 05:30:00 PM,10/15/2026 05:45:00 PM,15,Yes,No\n"
                                  "Đorđe Čolić,,10/15/2026 05:00:00 PM,10/15/2026 07:10:00 PM,130,No,No\n"
                                  "Ana Marić,,10/15/2026 05:00:00 PM,10/15/2026 06:00:00 PM,60,No,No\n"
                                  "Kurti Osman,osman@udruzenje.example,10/15/2026 05:00:00 PM,10/15/2026 05:40:00 PM,40,No,No\n"
                                  "Edin Hodžić,,10/15/2026 05:00:00 PM,10/15/2026 05:20:00 PM,20,No,No\n"
                                  "Nova Osoba,nova@skola.example,10/15/2026 05:00:00 PM,10/15/2026 05:10:00 PM,10,No,No\n"
                                  "Fathom Notetaker,,10/15/2026 05:00:00 PM,10/15/2026 07:00:00 PM,120,No,No\n"
                                  "Pred Vratima,,10/15/2026 05:00:00 PM,10/15/2026 07:00:00 PM,120,No,Yes\n"
                                  "Rani Gost,,10/15/2026 04:50:00 PM,10/15/2026 05:00:00 PM,10,No,No\n";

/* Two people of one name are enrolled; two who are not enrolled are known. */
static void has_people(struct desk *desk)
{
    desk_does(desk, "programme add lnob --name 'Leave no one behind'");
    desk_does(desk, "activity add W --programme lnob --min-minutes-pct 50 --kind webinar");
    desk_does(desk, "session add W-1 --activity W --date 2026-10-15 --starts-at 17:00 --minutes 120 --mode online");
    desk_does(desk, "person add P1 --full-name 'Jelena Savić' --sex F");
    desk_does(desk, "person add P2 --full-name 'Ђорђе Чолић' --sex M --email djordje@skola.example");
    desk_does(desk, "person add P3 --full-name 'Ana Marić' --sex F --organisation 'OŠ Prva'");
    desk_does(desk, "person add P4 --full-name 'Ana Marić' --sex F --organisation 'OŠ Druga'");
    desk_does(desk, "person add P5 --full-name 'Osman Kurti' --sex M --email osman@udruzenje.example");
    desk_does(desk, "person add P6 --full-name 'Edin Hodžić' --sex M");
    for (int i = 1; i <= 4; i++)
        desk_does(desk, arena_format(&desk->arena, "enrolment add W P%d participant", i));
}

static void starts(struct desk *desk, uint64_t seed)
{
    desk_starts(desk, seed);
    desk_does(desk, "init");
    has_people(desk);
    desk_file(desk, "report.csv", arena_format(&desk->arena, "%s%s", zoom_head, zoom_people));
}

static const char *words(struct desk *desk, const char *file, const char *options)
{
    return arena_format(&desk->arena, "import-webinar W-1 %s/%s %s", desk->home, file, options);
}

static json_t *does_json(struct desk *desk, const char *line)
{
    json_error_t ignored;
    json_t *json = json_loads(desk_does(desk, line), 0, &ignored);

    ck_assert_ptr_nonnull(json);
    return json;
}

static json_t *person_of(json_t *told, const char *name)
{
    json_t *one;
    size_t i;

    json_array_foreach(json_object_get(told, "people"), i, one)
    {
        if (strcmp(json_string_value(json_object_get(one, "name")), name) == 0)
            return one;
    }
    ck_abort_msg("the report has no %s", name);
    return NULL;
}

/* "P1 sure 60:30" */
static const char *told_of(struct desk *desk, json_t *told, const char *name)
{
    const json_t *one = person_of(told, name), *match = json_object_get(one, "match");

    return arena_format(&desk->arena, "%s %s %d:%02d", json_is_null(match) ? "nobody" : json_string_value(json_object_get(match, "ref")),
                        json_is_true(json_object_get(match, "sure")) ? "sure" : "unsure",
                        (int)json_integer_value(json_object_get(one, "minutes")), (int)json_integer_value(json_object_get(one, "seconds")));
}

static const char *exported(struct desk *desk, const char *file)
{
    desk_does(desk, arena_format(&desk->arena, "export %s/out --plain", desk->home));
    return desk_reads_file(desk, arena_format(&desk->arena, "out/%s", file));
}

static void holds(const char *text, const char *words_in_it)
{
    ck_assert_msg(strstr(text, words_in_it) != NULL, "\"%s\" is not in: %s", words_in_it, text);
}

START_TEST(a_preview_says_who_it_was_and_records_nothing)
{
    struct desk desk;
    json_t *told;

    starts(&desk, 1);
    const uint64_t before = desk_counts(&desk).waiting;
    told = does_json(&desk, words(&desk, "report.csv", "--preview --json"));
    ck_assert_str_eq(told_of(&desk, told, "SAVIC JELENA"), "P1 sure 60:30"); /* her telephone's quarter of an hour lies within */
    ck_assert_str_eq(told_of(&desk, told, "Đorđe Čolić"), "P2 sure 120:00"); /* not the ten minutes after the end */
    ck_assert_str_eq(told_of(&desk, told, "Kurti Osman"), "P5 sure 40:00");
    ck_assert_str_eq(told_of(&desk, told, "Edin Hodžić"), "P6 unsure 20:00"); /* a name alone, and not enrolled */
    ck_assert_str_eq(told_of(&desk, told, "Nova Osoba"), "nobody unsure 10:00");
    holds(told_of(&desk, told, "Ana Marić"), "unsure 60:00");
    ck_assert_uint_eq(json_array_size(json_object_get(person_of(told, "Ana Marić"), "candidates")), 2);
    ck_assert_uint_eq(json_array_size(json_object_get(told, "people")), 6);
    ck_assert_uint_eq(json_array_size(json_object_get(told, "left_out")), 3);
    json_decref(told);
    holds(desk_does(&desk, words(&desk, "report.csv", "--preview")), "the same name without its marks");
    holds(desk.out, "left out, takes notes and is nobody: Fathom Notetaker");
    holds(desk.out, "left out, was never let in from the waiting room: Pred Vratima");
    holds(desk.out, "left out, was there before or after the session only: Rani Gost");
    ck_assert_uint_eq(desk_counts(&desk).waiting, before);
    desk_ends(&desk);
}
END_TEST

START_TEST(nothing_is_recorded_while_somebody_is_not_sure)
{
    struct desk desk;

    starts(&desk, 2);
    const uint64_t before = desk_counts(&desk).waiting;
    desk_is_refused(&desk, words(&desk, "report.csv", ""), ERROR_INVALID, "not sure for 3");
    desk_is_refused(&desk, words(&desk, "report.csv", "--fresh-unmatched"), ERROR_INVALID, "not sure for 2");
    ck_assert_uint_eq(desk_counts(&desk).waiting, before);
    desk_does(&desk, words(&desk, "report.csv", "--leave-unmatched"));
    holds(desk.out, "Recorded at W-1: 3. As recorded before: 0. New people: 0. Left out: 3.");
    desk_ends(&desk);
}
END_TEST

START_TEST(decisions_are_recorded_as_one_step_and_the_same_again_changes_nothing)
{
    struct desk desk;
    json_t *told;

    starts(&desk, 3);
    const uint64_t before = desk_counts(&desk).waiting;
    told = does_json(&desk, words(&desk, "report.csv", "--preview --json"));
    const int ana = (int)json_integer_value(json_object_get(person_of(told, "Ana Marić"), "key"));
    const int edin = (int)json_integer_value(json_object_get(person_of(told, "Edin Hodžić"), "key"));
    json_decref(told);
    desk_file(&desk, "decisions.csv", arena_format(&desk.arena, "key,person\n%d,P4\n%d,leave\n", ana, edin));
    const char *line = words(&desk, "report.csv", arena_format(&desk.arena, "--decide %s/decisions.csv --fresh-unmatched", desk.home));

    holds(desk_does(&desk, line), "Recorded at W-1: 5. As recorded before: 0. New people: 1. Left out: 1.");
    holds(exported(&desk, "webinar-minutes.csv"), "session,person,minutes\nW-1,P1,60.5\nW-1,P2,120.0\nW-1,P4,60.0\nW-1,P5,40.0\nW-1,W");
    holds(exported(&desk, "rows/attendance.csv"), "W-1,P1,present,60,online,,,,30\n");
    holds(exported(&desk, "rows/enrolments.csv"), "W,P5,participant"); /* known, and not enrolled before */
    holds(exported(&desk, "rows/people.csv"), "Nova Osoba,,,,,,,nova@skola.example");
    ck_assert_ptr_null(strstr(exported(&desk, "marks.csv"), "absent")); /* nobody is absent for not being in a report */

    const uint64_t after = desk_counts(&desk).waiting;
    holds(desk_does(&desk, line), "Recorded at W-1: 0. As recorded before: 5. New people: 0.");
    ck_assert_uint_eq(desk_counts(&desk).waiting, after);
    holds(desk_does(&desk, "undo"), "webinar report at W-1");
    ck_assert_str_eq(exported(&desk, "marks.csv"), "session,person,status,device,at\n");
    ck_assert_uint_gt(desk_counts(&desk).waiting, before);
    desk_ends(&desk);
}
END_TEST

START_TEST(an_address_in_a_report_finds_the_person_in_the_next_one)
{
    struct desk desk;

    starts(&desk, 4);
    desk_does(&desk, words(&desk, "report.csv", "--leave-unmatched"));
    holds(exported(&desk, "rows/people.csv"), "P1,Jelena Savić,F,,,,,,jelena@skola.example");
    holds(exported(&desk, "rows/people.csv"), "P2,Ђорђе Чолић,M,,,,,,djordje@skola.example");
    desk_does(&desk, "session add W-2 --activity W --date 2026-10-16 --starts-at 17:00 --minutes 60");
    desk_file(
        &desk, "next.csv",
        arena_format(&desk.arena, "%sJeca S,jelena@skola.example,10/16/2026 05:00:00 PM,10/16/2026 05:30:00 PM,30,No,No\n", zoom_head));
    json_t *told = does_json(&desk, arena_format(&desk.arena, "import-webinar W-2 %s/next.csv --preview --json", desk.home));
    ck_assert_str_eq(told_of(&desk, told, "Jeca S"), "P1 sure 30:00");
    json_decref(told);
    desk_ends(&desk);
}
END_TEST

/* An office's address under a colleague's name: nobody is marked for another. */
START_TEST(an_address_and_a_name_of_two_people_are_not_sure)
{
    struct desk desk;
    json_t *told;

    starts(&desk, 30);
    desk_file(&desk, "mixed.csv",
              arena_format(&desk.arena,
                           "%sJelena Savić,djordje@skola.example,10/15/2026 05:00:00 PM,10/15/2026 05:30:00 PM,30,No,No\n"
                           "iPhone,osman@udruzenje.example,10/15/2026 05:00:00 PM,10/15/2026 05:30:00 PM,30,No,No\n",
                           zoom_head));
    told = does_json(&desk, words(&desk, "mixed.csv", "--preview --json"));
    holds(told_of(&desk, told, "Jelena Savić"), "unsure");
    ck_assert_str_eq(told_of(&desk, told, "iPhone"), "P5 unsure 30:00"); /* not enrolled: shown, and asked about */
    json_decref(told);
    desk_ends(&desk);
}
END_TEST

START_TEST(a_later_mark_ends_the_seconds_and_others_never_speak_of_them)
{
    struct desk desk;

    starts(&desk, 5);
    desk_does(&desk, words(&desk, "report.csv", "--leave-unmatched"));
    desk_does(&desk, "mark W-1 P1 late --minutes 40");
    holds(exported(&desk, "rows/attendance.csv"), "W-1,P1,late,40,online,,,,");
    ck_assert_ptr_null(strstr(exported(&desk, "webinar-minutes.csv"), "P1"));
    desk_does(&desk, "mark W-1 P3 present");
    ck_assert_ptr_null(strstr(desk_does(&desk, "mark W-1 P3 late --json"), "seconds"));
    holds(desk_does(&desk, words(&desk, "report.csv", "--leave-unmatched")),
          "Recorded at W-1: 1. As recorded before: 2."); /* says it again */
    holds(exported(&desk, "webinar-minutes.csv"), "W-1,P1,60.5");
    desk_ends(&desk);
}
END_TEST

START_TEST(two_entries_that_are_one_person_count_once)
{
    struct desk desk;
    json_t *told;

    starts(&desk, 6);
    desk_file(&desk, "two.csv",
              arena_format(&desk.arena,
                           "%sJelena Savić,a@x.example,10/15/2026 05:00:00 PM,10/15/2026 05:40:00 PM,40,No,No\n"
                           "Samsung A12,b@x.example,10/15/2026 05:30:00 PM,10/15/2026 06:00:00 PM,30,No,No\n",
                           zoom_head));
    told = does_json(&desk, words(&desk, "two.csv", "--preview --json"));
    json_decref(told);
    desk_file(&desk, "both.csv", "1,P1\n2,P1\n");
    holds(desk_does(&desk, words(&desk, "two.csv", arena_format(&desk.arena, "--decide %s/both.csv", desk.home))), "Recorded at W-1: 1.");
    holds(exported(&desk, "webinar-minutes.csv"), "W-1,P1,60.0\n");
    desk_ends(&desk);
}
END_TEST

START_TEST(another_clock_is_moved)
{
    struct desk desk;
    json_t *told;

    starts(&desk, 7);
    holds(desk_does(&desk, words(&desk, "report.csv", "--preview --shift 120")), "left out, was there before or after the session only");
    desk_does(&desk, words(&desk, "report.csv", "--preview --shift 600"));
    holds(desk.err, "nobody was there during the session: the meeting began at 16.10.2026 02:50, ");
    ck_assert_ptr_null(strstr(desk.err, "?."));
    desk_is_refused(&desk, words(&desk, "report.csv", "--shift 600 --leave-unmatched"), ERROR_INVALID, "nobody in the report was there");
    desk_is_refused(&desk, words(&desk, "report.csv", "--shift 1441"), ERROR_USAGE, "1441");
    /* a live event tells UTC: 15:00 is 17:00 in Central Europe while it is summer there */
    desk_file(&desk, "live.csv",
              "SessionId,ParticipantId,FullName,UserAgent,UtcEventTimestamp,Action,Role\n"
              "s1,p1,Jelena Savić,x,2026-10-15T15:10:00Z,Join,Attendee\n"
              "s1,p1,Jelena Savić,x,2026-10-15T15:50:00Z,Leave,Attendee\n");
    told = does_json(&desk, words(&desk, "live.csv", "--preview --json"));
    ck_assert_str_eq(told_of(&desk, told, "Jelena Savić"), "P1 sure 40:00");
    ck_assert_int_eq(json_integer_value(json_object_get(told, "shift_minutes")), 120);
    ck_assert_str_eq(json_string_value(json_object_get(person_of(told, "Jelena Savić"), "first")), "2026-10-15T17:10:00");
    json_decref(told);
    told = does_json(&desk, words(&desk, "live.csv", "--preview --json --shift 60"));
    ck_assert_uint_eq(json_array_size(json_object_get(told, "people")), 0);
    json_decref(told);
    desk_ends(&desk);
}
END_TEST

START_TEST(who_was_not_told_to_have_left_stayed_until_the_end)
{
    struct desk desk;

    starts(&desk, 8);
    desk_file(&desk, "list.csv",
              "Full Name\tUser Action\tTimestamp\n"
              "Jelena Savić\tJoined before\t10/15/2026, 4:58:00 PM\n"
              "Đorđe Čolić\tJoined\t10/15/2026, 5:30:00 PM\n"
              "Đorđe Čolić\tLeft\t10/15/2026, 6:00:00 PM\n");
    desk_does(&desk, words(&desk, "list.csv", ""));
    holds(desk.err, "tells no end for some");
    holds(exported(&desk, "webinar-minutes.csv"), "W-1,P1,120.0\nW-1,P2,30.0\n");
    desk_ends(&desk);
}
END_TEST

START_TEST(a_session_without_a_time_takes_all_of_the_meeting_and_one_without_a_day_none)
{
    struct desk desk;

    starts(&desk, 9);
    desk_does(&desk, "session edit W-1 --starts-at ''");
    desk_does(&desk, words(&desk, "report.csv", "--leave-unmatched"));
    holds(desk.err, "all of the meeting was counted");
    holds(exported(&desk, "webinar-minutes.csv"), "W-1,P2,130.0");
    desk_does(&desk, "session edit W-1 --date ''");
    desk_is_refused(&desk, words(&desk, "report.csv", "--preview"), ERROR_INVALID, "has no date");
    desk_ends(&desk);
}
END_TEST

START_TEST(an_order_that_nothing_tells_must_be_said)
{
    struct desk desk;

    starts(&desk, 10);
    desk_file(&desk, "open.csv",
              arena_format(&desk.arena, "%sJelena Savić,,03/04/2026 17:00:00,03/04/2026 18:00:00,60,No,No\n", zoom_head));
    desk_does(&desk, "session edit W-1 --date 2026-08-20");
    desk_is_refused(&desk, words(&desk, "open.csv", "--leave-unmatched"), ERROR_INVALID, "two ways");
    desk_is_refused(&desk, words(&desk, "open.csv", "--order ymd"), ERROR_INVALID, "ymd");
    desk_does(&desk, "session edit W-1 --date 2026-04-03");
    desk_does(&desk, words(&desk, "open.csv", "")); /* the session's day tells */
    holds(exported(&desk, "webinar-minutes.csv"), "W-1,P1,60.0");
    desk_is_refused(&desk, words(&desk, "report.csv", "--order dmy"), ERROR_INVALID, "order");
    desk_ends(&desk);
}
END_TEST

START_TEST(decisions_that_cannot_be_meant_are_refused_by_their_line)
{
    static const char *const wrong[] = {"0,P1\n", "99,P1\n", "1\n", "one,P1\n", "1,P1\n1,P2\n", "key,person\n-1,P1\n"};
    struct desk desk;

    starts(&desk, 11);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        desk_file(&desk, "wrong.csv", wrong[i]);
        desk_is_refused(&desk, words(&desk, "report.csv", arena_format(&desk.arena, "--leave-unmatched --decide %s/wrong.csv", desk.home)),
                        ERROR_INVALID, "of the decisions was off");
    }
    desk_file(&desk, "wrong.csv", "1,P99\n");
    desk_is_refused(&desk, words(&desk, "report.csv", arena_format(&desk.arena, "--leave-unmatched --decide %s/wrong.csv", desk.home)),
                    ERROR_NOT_FOUND, "P99");
    ck_assert_str_eq(exported(&desk, "webinar-minutes.csv"), "session,person,minutes\n");
    desk_ends(&desk);
}
END_TEST

static int by_line(const void *one, const void *other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

/* The lines of a text in order of letters, as one text. */
static const char *sorted(struct arena *arena, const char *text)
{
    const char *lines[512], *all = "";
    char *copy = arena_text(arena, text), *rest = NULL;
    size_t count = 0;

    for (char *line = strtok_r(copy, "\r\n", &rest); line != NULL && count < 512; line = strtok_r(NULL, "\r\n", &rest))
        lines[count++] = line;
    qsort(lines, count, sizeof lines[0], by_line);
    for (size_t i = 0; i < count; i++)
        all = arena_format(arena, "%s%s\n", all, lines[i]);
    return all;
}

START_TEST(the_programme_s_three_reports_are_right_to_the_row)
{
    static const char *const files[] = {"teams-report-utf16le.csv", "teams-report-utf16be.csv", "zoom-participants.csv"};

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct bytes expected = {0};
        struct error err = {0};
        struct desk desk;

        desk_starts(&desk, 12 + i);
        desk_does(&desk, "init");
        desk_does(&desk, "import " SOURCE_FOLDER "/tests/programme");
        desk_does(&desk, arena_format(&desk.arena, "import-webinar WB-AR-1 %s/tests/programme/webinar/%s", SOURCE_FOLDER, files[i]));
        ck_assert(files_read(SOURCE_FOLDER "/tests/programme/expected/webinar-minutes.csv", 1 << 20, &expected, &err));
        bytes_append_u8(&expected, '\0');
        ck_assert_str_eq(sorted(&desk.arena, exported(&desk, "webinar-minutes.csv")), sorted(&desk.arena, (const char *)expected.data));
        holds(exported(&desk, "activities.csv"), "WB-AR,115,115,115,52,63,115,106\n");
        bytes_clear(&expected);
        desk_ends(&desk);
    }
}
END_TEST

/* --- the page --------------------------------------------------------------------------------------------------------------- */

static const char *asked(struct window *page, const char *file, const char *more)
{
    const struct span bytes = {(const uint8_t *)file, strlen(file)};

    return arena_format(&page->desk.arena, "{\"session\":\"W-1\",\"name\":\"r.csv\",\"file\":\"%s\"%s}",
                        base64_text(&page->desk.arena, bytes), more);
}

START_TEST(the_page_looks_first_and_records_what_was_decided)
{
    struct window page;
    json_t *told;

    page_starts(&page, 20);
    has_people(&page.desk);
    const char *file = arena_format(&page.desk.arena, "%s%s", zoom_head, zoom_people);

    told = page_posts(&page, "/api/webinar", asked(&page, file, ",\"order\":\"\",\"shift_minutes\":0"));
    ck_assert_str_eq(told_of(&page.desk, told, "SAVIC JELENA"), "P1 sure 60:30");
    const int ana = (int)json_integer_value(json_object_get(person_of(told, "Ana Marić"), "key"));
    const int nova = (int)json_integer_value(json_object_get(person_of(told, "Nova Osoba"), "key"));
    json_decref(told);
    const char *decisions =
        arena_format(&page.desk.arena, ",\"decisions\":[{\"key\":%d,\"person\":\"P3\"},{\"key\":%d,\"fresh\":true}]", ana, nova);

    told = page_posts(&page, "/api/webinar/record", asked(&page, file, decisions));
    ck_assert_int_eq(json_integer_value(json_object_get(told, "recorded")), 5);
    ck_assert_int_eq(json_integer_value(json_object_get(told, "fresh")), 1);
    ck_assert_int_eq(json_integer_value(json_object_get(told, "left")), 1);
    json_decref(told);
    told = page_posts(&page, "/api/webinar", asked(&page, file, ""));
    ck_assert_str_eq(json_string_value(json_object_get(person_of(told, "SAVIC JELENA"), "recorded")), "same");
    ck_assert_str_eq(told_of(&page.desk, told, "Nova Osoba") + strlen(told_of(&page.desk, told, "Nova Osoba")) - 10, "sure 10:00");
    json_decref(told);
    page_ends(&page);
}
END_TEST

/* The bound of a report is the reader's: a request has room for one of that size and for one more byte, so that it can be told. */
START_TEST(the_page_takes_a_report_of_the_largest_size_and_no_larger)
{
    struct window page;

    page_starts(&page, 22);
    has_people(&page.desk);
    char *file = arena_take(&page.desk.arena, WEBINAR_FILE_BYTES_MAX + 2);

    ck_assert_ptr_nonnull(file);
    memset(file, '\n', WEBINAR_FILE_BYTES_MAX);
    memcpy(file, zoom_head, sizeof zoom_head - 1);
    memcpy(file + sizeof zoom_head - 1, zoom_people, sizeof zoom_people - 1);
    json_decref(page_posts(&page, "/api/webinar", asked(&page, file, "")));
    file[WEBINAR_FILE_BYTES_MAX] = '\n';
    page_is_refused(&page, "POST", "/api/webinar", asked(&page, file, ""), 422, "4194305");
    page_ends(&page);
}
END_TEST

START_TEST(the_page_s_mistakes_are_told_without_a_word_about_anybody)
{
    static const char *const wrong[] = {"[{\"key\":0,\"fresh\":true}]",
                                        "[{\"key\":1}]",
                                        "[{\"key\":1,\"fresh\":true,\"leave\":true}]",
                                        "[{\"key\":99,\"leave\":true}]",
                                        "{}",
                                        "[1]"};
    struct window page;

    page_starts(&page, 21);
    has_people(&page.desk);
    const char *file = arena_format(&page.desk.arena, "%s%s", zoom_head, zoom_people);

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        page_is_refused(&page, "POST", "/api/webinar/record",
                        asked(&page, file, arena_format(&page.desk.arena, ",\"decisions\":%s", wrong[i])), 422, "decision");
    page_is_refused(&page, "POST", "/api/webinar", "{\"session\":\"W-1\",\"file\":\"?\"}", 422, "base64");
    page_is_refused(&page, "POST", "/api/webinar", asked(&page, "ref,full_name\nP1,Ana Marić\n", ""), 422, "no webinar report");
    page_is_refused(&page, "POST", "/api/webinar", asked(&page, file, ",\"shift_minutes\":2000"), 422, "2000");
    ck_assert_uint_eq(desk_counts(&page.desk).conflicts, 0);
    page_ends(&page);
}
END_TEST

SUITE("webinar", a_preview_says_who_it_was_and_records_nothing, nothing_is_recorded_while_somebody_is_not_sure,
      decisions_are_recorded_as_one_step_and_the_same_again_changes_nothing, an_address_in_a_report_finds_the_person_in_the_next_one,
      an_address_and_a_name_of_two_people_are_not_sure, a_later_mark_ends_the_seconds_and_others_never_speak_of_them,
      two_entries_that_are_one_person_count_once, another_clock_is_moved, who_was_not_told_to_have_left_stayed_until_the_end,
      a_session_without_a_time_takes_all_of_the_meeting_and_one_without_a_day_none, an_order_that_nothing_tells_must_be_said,
      decisions_that_cannot_be_meant_are_refused_by_their_line, the_programme_s_three_reports_are_right_to_the_row,
      the_page_looks_first_and_records_what_was_decided, the_page_takes_a_report_of_the_largest_size_and_no_larger,
      the_page_s_mistakes_are_told_without_a_word_about_anybody)
