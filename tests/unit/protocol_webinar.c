// SPDX-License-Identifier: Apache-2.0
/* Promises about webinar reports: whoever wrote one, and in whatever letters and language, the same people were there for as long.
 *
 * Here:      every format by its fixtures (tests/webinar), the programme's three files against what is expected, bounds.
 * Not here:  who the people are (agent_webinar.c).
 */
#include <stdio.h>
#include <string.h>

#include "protocol/stamp.h"
#include "protocol/webinar.h"
#include "tests/unit/suite.h"

static struct arena arena;
static struct webinar_report report;
static struct error err;
static enum webinar_order asked_order;
static const char *asked_day;

static struct span file_read(const char *path)
{
    static uint8_t data[WEBINAR_FILE_BYTES_MAX + 1];
    char name[512];
    FILE *file;
    size_t size;

    snprintf(name, sizeof name, SOURCE_FOLDER "/tests/%s", path);
    file = fopen(name, "rb");
    ck_assert_msg(file != NULL, "%s", name);
    size = fread(data, 1, sizeof data, file);
    fclose(file);
    return (struct span){data, size};
}

static bool reads(struct span file)
{
    const struct webinar_asked asked = {asked_order, asked_day};

    arena_clear(&arena);
    error_clear(&err);
    memset(&report, 0, sizeof report);
    return webinar_read(&arena, file, &asked, &report, &err);
}

static void read_file(const char *path)
{
    ck_assert_msg(reads(file_read(path)), "%s: %s", path, err.cause);
}

static void refuses(const char *path, enum error_kind kind, const char *words)
{
    ck_assert_msg(!reads(file_read(path)), "%s was read", path);
    ck_assert_int_eq(err.kind, kind);
    ck_assert_msg(strstr(err.cause, words) != NULL || strstr(err.remedy, words) != NULL, "%s / %s", err.cause, err.remedy);
}

static const struct webinar_person *person(const char *clean)
{
    for (size_t i = 0; i < report.people_count; i++) {
        if (strcmp(report.people[i].clean, clean) == 0)
            return &report.people[i];
    }
    ck_abort_msg("nobody is called so: %s", clean);
    return NULL;
}

/* Seconds between two moments of the report's clock, overlaps once. */
static int64_t seconds(const char *clean, const char *from, const char *to)
{
    const struct webinar_person *who = person(clean);
    struct interval window;

    ck_assert(moment_parse(from, &window.from_ms) && moment_parse(to, &window.to_ms));
    return intervals_seconds(who->joins, who->join_count, window);
}

static int64_t all_seconds(const char *clean)
{
    return seconds(clean, "1990-01-01T00:00:00Z", "2100-01-01T00:00:00Z");
}

static const char *began(void)
{
    static char text[MOMENT_TEXT_SIZE];

    moment_text(report.began_ms, text);
    return text;
}

static void is_format(enum webinar_format format, size_t people)
{
    ck_assert_str_eq(webinar_format_name(report.format), webinar_format_name(format));
    ck_assert_uint_eq(report.people_count, people);
}

START_TEST(teams_reports_are_alike_in_every_encoding)
{
    static const struct {
        const char *path;
        enum charset charset;
    } files[] = {{"webinar/teams/american-utf16le.csv", CHARSET_UTF16LE},
                 {"webinar/teams/american-utf16be.csv", CHARSET_UTF16BE},
                 {"webinar/teams/american-utf16le-without-mark.csv", CHARSET_UTF16LE},
                 {"webinar/teams/american-utf8.csv", CHARSET_UTF8}};

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        read_file(files[i].path);
        is_format(WEBINAR_TEAMS, 3);
        ck_assert_int_eq(report.charset, files[i].charset);
        ck_assert_str_eq(report.topic, "Nasilje u školi");
        ck_assert_str_eq(began(), "2025-11-26T15:55:54.000Z");
        ck_assert_int_eq(report.order, WEBINAR_MONTH_FIRST);
        ck_assert(!report.ask_order && !report.is_utc && !report.only_durations);
        ck_assert_int_eq(all_seconds("Milena Tošić"), 2 * 3600 + 9 * 60 + 16);
        /* section 3 knows of the gap that section 2 hides */
        ck_assert_int_eq(all_seconds("Besa Krasniqi"), 80 * 60);
        ck_assert_str_eq(person("Besa Krasniqi")->name, "Besa Krasniqi (Guest)");
        ck_assert_str_eq(person("Besa Krasniqi")->role, "Presenter");
        /* section 2 knows the address that section 3 leaves out */
        ck_assert_str_eq(person("Горан Младеновић")->email, "goran@udruzenje.example");
        ck_assert_uint_eq(report.left_out_count, 1);
        ck_assert_int_eq(report.left_out[0].why, WEBINAR_BOT);
    }
}
END_TEST

START_TEST(teams_reports_are_read_in_any_language)
{
    read_file("webinar/teams/british.csv");
    is_format(WEBINAR_TEAMS, 2);
    ck_assert_int_eq(report.order, WEBINAR_DAY_FIRST);
    ck_assert_int_eq(all_seconds("Ilić, Jovan"), 3600);
    read_file("webinar/teams/serbian.csv");
    is_format(WEBINAR_TEAMS, 2);
    ck_assert_str_eq(began(), "2021-10-21T08:53:19.000Z");
    ck_assert_str_eq(report.topic, "Рад са родитељима");
    ck_assert_int_eq(all_seconds("Љиљана Његован"), 3630);
    ck_assert_str_eq(person("Ђорђе Чолић")->role, "Организатор");
    read_file("webinar/teams/serbian-windows-1251.csv"); /* opened and saved by a spreadsheet: semicolons, another code page */
    is_format(WEBINAR_TEAMS, 2);
    ck_assert_int_eq(report.charset, CHARSET_CP1251);
    ck_assert_int_eq(all_seconds("Љиљана Његован"), 3630);
}
END_TEST

START_TEST(without_joins_a_duration_counts_from_the_first_join)
{
    read_file("webinar/teams/without-joins.csv");
    is_format(WEBINAR_TEAMS, 1);
    ck_assert(report.only_durations);
    ck_assert_int_eq(seconds("Ana Petrov", "2022-11-13T09:00:00Z", "2022-11-13T09:20:30Z"), 1230);
    ck_assert_int_eq(all_seconds("Ana Petrov"), 1230);
}
END_TEST

START_TEST(a_teams_webinar_has_registrations_that_are_no_joins)
{
    read_file("webinar/teams-webinar/registration.csv");
    is_format(WEBINAR_TEAMS, 2);
    ck_assert_str_eq(report.topic, "Vebinar o inkluziji");
    ck_assert_str_eq(person("One, Person")->email, "person.one@opstina.example");
    ck_assert_int_eq(all_seconds("One, Person"), 90 * 60);
    ck_assert_int_eq(all_seconds("Arta Berisha"), 3600);
}
END_TEST

START_TEST(teams_of_2021_has_one_row_for_each_join)
{
    read_file("webinar/teams-2021/report.csv");
    is_format(WEBINAR_TEAMS_2021, 2);
    ck_assert_str_eq(report.topic, "Obuka za nastavnike");
    ck_assert_str_eq(began(), "2021-05-04T09:58:05.000Z"); /* capitals AM and PM: the month stands first */
    ck_assert_int_eq(all_seconds("Nikola Đokić"), 3600);
    ck_assert_str_eq(person("Nikola Đokić")->email, "nikola@skola.example");
}
END_TEST

START_TEST(a_teams_list_tells_no_end_and_says_so)
{
    static const char *const files[] = {"webinar/teams-list/meetingAttendanceList.csv", "webinar/teams-list/without-mark.csv",
                                        "webinar/teams-list/other-words.csv"};

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        read_file(files[i]);
        is_format(WEBINAR_TEAMS_LIST, 3);
        ck_assert_uint_eq(report.stayed_count, 2);
        ck_assert(person("Snežana Babić")->stayed && !person("Mirsad Delić")->stayed);
        ck_assert_int_eq(all_seconds("Mirsad Delić"), 39 * 60);
        ck_assert_int_eq(all_seconds("Nikola Đokić"), (30 + 40) * 60); /* until the last moment that the report tells */
    }
}
END_TEST

START_TEST(a_live_event_is_told_in_utc)
{
    static const char *const files[] = {"webinar/teams-live/event.csv", "webinar/teams-live/american.csv"};

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        read_file(files[i]);
        is_format(WEBINAR_TEAMS_LIVE, 2); /* who has no name cannot be counted */
        ck_assert(report.is_utc);
        ck_assert_int_eq(all_seconds("Snežana Babić"), 3600);
        ck_assert_int_eq(seconds("Nikola Đokić", "2020-05-13T12:00:00Z", "2020-05-13T12:30:00Z"), 20 * 60);
    }
}
END_TEST

START_TEST(who_only_left_was_not_there)
{
    static const char text[] = "Full Name\tUser Action\tTimestamp\nAna Petrov\tLeft\t10/13/2020, 9:32:00 AM\n";

    ck_assert_msg(reads((struct span){(const uint8_t *)text, sizeof text - 1}), "%s", err.cause);
    is_format(WEBINAR_TEAMS_LIST, 0);
    ck_assert_str_eq(began(), "2020-10-13T09:32:00.000Z");
}
END_TEST

START_TEST(zoom_participants_wait_rename_and_overlap)
{
    read_file("webinar/zoom/participants.csv");
    is_format(WEBINAR_ZOOM, 3);
    ck_assert_str_eq(report.topic, "Inkluzija, drugi deo");
    ck_assert_int_eq(all_seconds("Jelena Savić"), 125 * 60); /* not the five minutes at the door */
    ck_assert_str_eq(person("Jelena")->other, "iPhone Jelene");
    /* one person on a phone and a computer, her name in two orders */
    ck_assert_uint_eq(report.merged, 1);
    ck_assert_int_eq(all_seconds("Merima Begić"), 90 * 60);
    ck_assert_str_eq(person("Merima Begić")->email, "merima@skola.example");
    ck_assert_uint_eq(report.left_out_count, 2);
    ck_assert_int_eq(report.left_out[0].why, WEBINAR_WAITING_ROOM);
    ck_assert_int_eq(report.left_out[1].why, WEBINAR_BOT);
}
END_TEST

START_TEST(zoom_has_written_participants_in_several_ways)
{
    static const char *const files[] = {"webinar/zoom/lower-case.csv", "webinar/zoom/without-meeting.csv",
                                        "webinar/zoom/saved-by-a-spreadsheet-windows-1250.csv"};

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        read_file(files[i]);
        is_format(WEBINAR_ZOOM, 1);
        ck_assert_int_eq(seconds("Jelena Savić", "2026-10-15T16:00:00Z", "2026-10-15T20:00:00Z"), 125 * 60);
    }
}
END_TEST

START_TEST(zoom_unique_users_tell_durations_alone)
{
    static const char *const files[] = {"webinar/zoom-unique/participants.csv", "webinar/zoom-unique/lower-case.csv"};

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        read_file(files[i]);
        is_format(WEBINAR_ZOOM_UNIQUE, 2);
        ck_assert(report.only_durations && report.has_span);
        ck_assert_int_eq(seconds("Osman Kurti", "2026-10-15T16:45:00Z", "2026-10-15T17:00:00Z"), 15 * 60);
        ck_assert_int_eq(all_seconds("Osman Kurti"), 40 * 60);
    }
}
END_TEST

START_TEST(zoom_details_have_the_meeting_on_every_line)
{
    read_file("webinar/zoom-details/meetinglistdetails.csv");
    is_format(WEBINAR_ZOOM_DETAILS, 2);
    ck_assert_str_eq(began(), "2026-10-15T16:45:00.000Z");
    ck_assert_str_eq(person("Jelena Savić")->email, "jelena.savic@skola.example");
    ck_assert_int_eq(all_seconds("Osman Kurti"), 40 * 60); /* the person's minutes, not the meeting's */
}
END_TEST

START_TEST(zoom_webinars_have_sections_and_people_who_did_not_come)
{
    read_file("webinar/zoom-webinar/attendee.csv");
    is_format(WEBINAR_ZOOM_WEBINAR, 3);
    ck_assert_str_eq(report.topic, "Pravo na obrazovanje, otvoreno predavanje");
    ck_assert_str_eq(began(), "2026-08-12T10:00:00.000Z");
    ck_assert_int_eq(all_seconds("Hana Mujić"), 90 * 60);
    ck_assert_str_eq(person("Valon Morina")->other, "V. Morina");
    ck_assert_str_eq(person("Valon Morina")->role, "Panelist Details");
}
END_TEST

START_TEST(meet_may_tell_hours_without_a_day)
{
    asked_day = "2026-08-12";
    read_file("webinar/meet/attendance.csv");
    is_format(WEBINAR_MEET, 2);
    ck_assert_int_eq(seconds("Hana Mujić", "2026-08-12T17:00:00Z", "2026-08-12T18:00:00Z"), 59 * 60);
    asked_day = NULL;
    refuses("webinar/meet/attendance.csv", ERROR_INVALID, "no day");
    read_file("webinar/meet/with-days.csv");
    ck_assert_int_eq(seconds("Osman", "2026-08-12T17:00:00Z", "2026-08-12T18:00:00Z"), 55 * 60);
}
END_TEST

START_TEST(an_open_order_is_asked_for_unless_the_day_tells)
{
    read_file("webinar/order/open.csv");
    ck_assert(report.ask_order);
    asked_day = "2026-06-05";
    read_file("webinar/order/open.csv");
    ck_assert(!report.ask_order);
    ck_assert_int_eq(report.order, WEBINAR_DAY_FIRST);
    asked_day = "2026-05-06";
    read_file("webinar/order/open.csv");
    ck_assert_int_eq(report.order, WEBINAR_MONTH_FIRST);
    asked_day = NULL;
    asked_order = WEBINAR_DAY_FIRST;
    read_file("webinar/order/open.csv");
    ck_assert(!report.ask_order);
    ck_assert_str_eq(began(), "2026-06-05T16:55:00.000Z");
    refuses("webinar/teams/american-utf8.csv", ERROR_INVALID, "order");
    asked_order = WEBINAR_ORDER_UNKNOWN;
    refuses("webinar/order/both.csv", ERROR_INVALID, "day first");
    read_file("webinar/teams/portuguese.csv"); /* 04/03/24, no AM or PM, one meeting either way */
    ck_assert(report.ask_order);
}
END_TEST

START_TEST(what_is_no_report_is_refused_in_plain_words)
{
    refuses("webinar/none/people.csv", ERROR_INVALID, "no webinar report");
    refuses("webinar/none/empty.csv", ERROR_INVALID, "no webinar report");
    refuses("webinar/none/workbook.xlsx", ERROR_INVALID, "save it as CSV");
    refuses("webinar/none/torn.csv", ERROR_INVALID, "line 2");
    ck_assert_ptr_null(strstr(err.cause, "Ana"));
}
END_TEST

/* The minutes in expected/webinar-minutes.csv are the seconds through 60, printed with one decimal. */
START_TEST(the_programme_s_three_reports_agree_with_what_is_expected)
{
    static const char *const files[] = {"programme/webinar/teams-report-utf16le.csv", "programme/webinar/teams-report-utf16be.csv",
                                        "programme/webinar/zoom-participants.csv"};
    uint64_t tenths[3] = {0}, expected = 0, lines = 0;
    struct interval window;
    static char text[16 * 1024];

    ck_assert(moment_parse("2021-10-21T09:00:00Z", &window.from_ms) && moment_parse("2021-10-21T11:00:00Z", &window.to_ms));
    struct span told = file_read("programme/expected/webinar-minutes.csv");
    ck_assert_uint_lt(told.size, sizeof text);
    memcpy(text, told.data, told.size);
    for (char *line = strchr(text, '\n'); line != NULL && line[1] != '\0'; line = strchr(line + 1, '\n'), lines++) {
        unsigned long whole = 0, tenth = 0;

        ck_assert_int_eq(sscanf(line + 1, "WB-AR-1,P%*4[0-9],%lu.%lu", &whole, &tenth), 2);
        expected += whole * 10 + tenth;
    }
    for (size_t i = 0; i < 3; i++) {
        read_file(files[i]);
        ck_assert_uint_eq(report.people_count, lines);
        for (size_t k = 0; k < report.people_count; k++) {
            unsigned long whole = 0, tenth = 0;
            char minutes[32];

            snprintf(minutes, sizeof minutes, "%.1f",
                     (double)intervals_seconds(report.people[k].joins, report.people[k].join_count, window) / 60.0);
            ck_assert_int_eq(sscanf(minutes, "%lu.%lu", &whole, &tenth), 2);
            tenths[i] += whole * 10 + tenth;
        }
        ck_assert_uint_eq(tenths[i], expected);
    }
}
END_TEST

/* --- bounds ------------------------------------------------------------------------------------------------------------- */

static struct bytes made;

/* A Zoom report with so many people, so many joins each. */
static struct span make(size_t people, size_t joins)
{
    char line[128];

    bytes_reset(&made);
    bytes_append(&made, "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n", 78);
    for (size_t i = 0; i < people * joins; i++) {
        const int size = snprintf(line, sizeof line, "Osoba%zu,,1/13/26 9:00 AM,1/13/26 9:30 AM,30\n", i % people);

        bytes_append(&made, line, (size_t)size);
    }
    ck_assert(!made.failed && made.size <= WEBINAR_FILE_BYTES_MAX);
    return bytes_span(&made);
}

START_TEST(people_have_a_bound)
{
    ck_assert(reads(make(WEBINAR_PEOPLE_MAX, 1)));
    ck_assert_uint_eq(report.people_count, WEBINAR_PEOPLE_MAX);
    ck_assert(!reads(make(WEBINAR_PEOPLE_MAX + 1, 1)));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
}
END_TEST

START_TEST(joins_have_a_bound)
{
    ck_assert(reads(make(1000, WEBINAR_JOINS_MAX / 1000)));
    ck_assert_int_eq(all_seconds("Osoba999"), 30 * 60);
    make(1000, WEBINAR_JOINS_MAX / 1000);
    bytes_append(&made, "Osoba1,,1/13/26 9:00 AM,1/13/26 9:30 AM,30\n", 43);
    ck_assert(!reads(bytes_span(&made)));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.cause, "line 50002"));
}
END_TEST

START_TEST(lines_and_bytes_have_a_bound)
{
    make(1, 1);
    for (size_t i = 2; i < WEBINAR_LINES_MAX; i++)
        bytes_append(&made, "-\n", 2);
    ck_assert(reads(bytes_span(&made)));
    bytes_append(&made, "-\n", 2);
    ck_assert(!reads(bytes_span(&made)));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    make(1, 1);
    while (made.size < WEBINAR_FILE_BYTES_MAX)
        bytes_append_u8(&made, '\n');
    ck_assert(reads(bytes_span(&made)));
    bytes_append_u8(&made, '\n');
    ck_assert(!reads(bytes_span(&made)));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    bytes_clear(&made);
    arena_clear(&arena);
}
END_TEST

SUITE("webinar", teams_reports_are_alike_in_every_encoding, teams_reports_are_read_in_any_language,
      without_joins_a_duration_counts_from_the_first_join, a_teams_webinar_has_registrations_that_are_no_joins,
      teams_of_2021_has_one_row_for_each_join, a_teams_list_tells_no_end_and_says_so, a_live_event_is_told_in_utc,
      who_only_left_was_not_there, zoom_participants_wait_rename_and_overlap, zoom_has_written_participants_in_several_ways,
      zoom_unique_users_tell_durations_alone, zoom_details_have_the_meeting_on_every_line,
      zoom_webinars_have_sections_and_people_who_did_not_come, meet_may_tell_hours_without_a_day,
      an_open_order_is_asked_for_unless_the_day_tells, what_is_no_report_is_refused_in_plain_words,
      the_programme_s_three_reports_agree_with_what_is_expected, people_have_a_bound, joins_have_a_bound, lines_and_bytes_have_a_bound)
