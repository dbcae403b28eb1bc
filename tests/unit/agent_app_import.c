// SPDX-License-Identifier: Apache-2.0
/* Importing lists: all or nothing, every wrong line told, twice changes nothing.
 *
 * Not here:  CSV itself (protocol_csv.c).
 */
#define _GNU_SOURCE
#include "agent/app/import.h"
#include "tests/unit/desk.h"
#include "tests/unit/suite.h"

#define MUNICIPALITIES "code,name,name_cyrillic,country,tablets\nRS-BUJ,Bujanovac,Бујановац,RS,46\n"
#define ACTIVITIES                                                                                                                         \
    "code,programme,kind,title,municipality,starts_on,ends_on,mode,min_minutes_pct,planned_participants\n"                                 \
    "TT-1,lnob,training,Obuka,RS-BUJ,2022-03-20,2022-03-21,in_person,80,30\n"
#define SESSIONS      "code,activity,title,date,starts_at,minutes,mode\nTT-1-1,TT-1,Modul 1,2022-03-20,09:00,90,in_person\n"
#define PEOPLE_HEADER "ref,full_name,sex,birth_year,organisation,position,municipality,phone,email\n"
#define PEOPLE        PEOPLE_HEADER "P1,Ana Anić,F,1980,OŠ,nastavnik,RS-BUJ,,\nP2,\"Borić, Bora\",M,1970,,,RS-BUJ,+381,b@x.example\n"
#define ENROLMENTS    "activity,person,role\nTT-1,P1,participant\nTT-1,P2,trainer\n"

static void desk_has_lists(struct desk *desk)
{
    desk_does(desk, "init");
    desk_file(desk, "municipalities.csv", MUNICIPALITIES);
    desk_file(desk, "activities.csv", ACTIVITIES);
    desk_file(desk, "sessions.csv", SESSIONS);
    desk_file(desk, "people.csv", PEOPLE);
    desk_file(desk, "enrolments.csv", ENROLMENTS);
}

/* The order in which files are named does not matter: what is referred to goes in first. */
START_TEST(lists_go_in_whatever_their_order)
{
    struct desk desk;

    desk_starts(&desk, 1);
    desk_has_lists(&desk);
    const char *line =
        arena_format(&desk.arena, "import %s/enrolments.csv %s/sessions.csv %s/people.csv %s/activities.csv %s/municipalities.csv",
                     desk.home, desk.home, desk.home, desk.home, desk.home);
    desk_does(&desk, line);
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "enrolment show TT-1 P2 trainer"), "trainer"));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "person show P2"), "Borić, Bora"));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "session show TT-1-1 --json"), "\"activity\":\"TT-1\""));
    /* nobody described the programme: it was made, since an activity names it */
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "programme show lnob --json"), "\"removed\":false"));
    desk_ends(&desk);
}
END_TEST

START_TEST(a_folder_of_lists_goes_in_and_again_changes_nothing)
{
    struct desk desk;

    desk_starts(&desk, 2);
    desk_has_lists(&desk);
    desk_file(&desk, "devices.csv", "device,municipality\ntablet-1,RS-BUJ\n"); /* no list of ours: not looked at */
    const char *line = arena_format(&desk.arena, "import %s", desk.home);
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, line), "8 changes recorded."));
    uint64_t waiting = desk_counts(&desk).waiting;
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, line), "0 changes recorded."));
    ck_assert_uint_eq(desk_counts(&desk).waiting, waiting);
    desk_ends(&desk);
}
END_TEST

START_TEST(a_preview_counts_and_changes_nothing)
{
    struct desk desk;

    desk_starts(&desk, 3);
    desk_has_lists(&desk);
    const char *preview = arena_format(&desk.arena, "import %s --preview --json", desk.home);
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, preview), "{\"list\":\"people\",\"new\":2,\"changed\":0,\"same\":0}"));
    ck_assert_uint_eq(desk_counts(&desk).waiting, 0);
    desk_does(&desk, arena_format(&desk.arena, "import %s", desk.home));
    desk_file(&desk, "people.csv", PEOPLE_HEADER "P1,Ana Anić,F,1981,OŠ,nastavnik,RS-BUJ,,\nP2,\"Borić, Bora\",M,1970,,,RS-BUJ,,\n");
    /* one year differs; the empty cells of P2 say nothing */
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, preview), "{\"list\":\"people\",\"new\":0,\"changed\":1,\"same\":1}"));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "person show P1 --json"), "\"birth_year\":1980"));
    desk_does(&desk, arena_format(&desk.arena, "import %s/people.csv", desk.home));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "person show P1 --json"), "\"birth_year\":1981"));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "person show P2 --json"), "\"phone\":\"+381\""));
    desk_ends(&desk);
}
END_TEST

/* As people have them in their own spreadsheets: headers in their language, TAB between the cells. */
START_TEST(a_list_may_be_pasted_with_headers_and_words_of_any_language)
{
    struct desk desk;

    desk_starts(&desk, 41);
    desk_does(&desk, "init");
    desk_does(&desk, "municipality add RS-BUJ --name Bujanovac");
    desk_file(&desk, "english.csv", "Reference\tFull name\tSex\tYear of birth\tMunicipality\nP1\tAna Marić\tfemale\t1980\tRS-BUJ\n");
    desk_does(&desk, arena_format(&desk.arena, "import %s/english.csv", desk.home));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "person list --json"), "\"full_name\":\"Ana Marić\",\"sex\":\"F\",\"birth_year\":1980"));
    for (size_t i = 0; i < catalogue_count; i++) {
        const struct catalogue *words = &catalogues[i];
        const char *list = arena_format(&desk.arena, "%s;%s;%s\nP2;Бора;%s\n", say(words, "Reference"), say(words, "Full name"),
                                        say(words, "Sex"), say(words, "Male"));

        desk_file(&desk, "list.csv", list);
        ck_assert_msg(desk_types(&desk, arena_format(&desk.arena, "import %s/list.csv --preview", desk.home)) == 0, "%s: %s%s",
                      words->language, list, desk.err);
    }
    desk_file(&desk, "twice.csv", "ref,Reference,full_name\nP1,P2,Ana\n");
    desk_is_refused(&desk, arena_format(&desk.arena, "import %s/twice.csv", desk.home), ERROR_INVALID, "nothing was imported");
    desk_ends(&desk);
}
END_TEST

/* What can be wrong with a line, where it is told, and in which words. */
static const struct {
    const char *name, *content, *place, *says;
} wrong[] = {
    {"people.csv", PEOPLE_HEADER "P1,Ana,F,1980,,,RS-BUJ,,\nP2,\"Bora,M,1970,,,RS-BUJ,,\n", "people.csv:3:", "quote"},
    {"people.csv", PEOPLE_HEADER "P1,Ana,F,1980,,,RS-B", "people.csv:2:", "7 cells, the header has 9"},
    {"people.csv", PEOPLE_HEADER "P1,Ana,F,1980,,,RS-BUJ,,\nP2,Bora,man,1970,,,RS-BUJ,,\n",
     "people.csv:3:", "Sex: must be one of Female, Male"},
    {"people.csv", PEOPLE_HEADER "P1,Ana,F,1980,,,RS-NIX,,\n", "people.csv:2:", "no municipality \"RS-NIX\""},
    {"people.csv", PEOPLE_HEADER "P1,Ana,F,1980,,,RS-BUJ,,\nP1,Bora,M,1970,,,RS-BUJ,,\n", "people.csv:3:", "stands on line 2 of"},
    {"people.csv", PEOPLE_HEADER "P1,A\xff\xfe,F,1980,,,RS-BUJ,,\n", "people.csv:2:", "UTF-8"},
    {"people.csv", PEOPLE_HEADER ",Ana,F,1980,,,RS-BUJ,,\n", "people.csv:2:", "Reference: is empty"},
    {"people.csv", PEOPLE_HEADER "P1,,F,1980,,,RS-BUJ,,\n", "people.csv:2:", "Full name: is empty"},
    {"people.csv", PEOPLE_HEADER "P1,Ana,F,MCMLXXX,,,RS-BUJ,,\n", "people.csv:2:", "Year of birth"},
    {"sessions.csv", "code,activity,title,date,starts_at,minutes,mode\nTT-1-1,TT-1,M,2022-02-30,09:00,90,in_person\n",
     "sessions.csv:2:", "Day: must be a date"},
    {"sessions.csv", "code,activity,title,date,starts_at,minutes,mode\nTT-1-1,TT-9,M,2022-03-20,09:00,90,in_person\n",
     "sessions.csv:2:", "no activity \"TT-9\""},
    {"enrolments.csv", "activity,person,role\nTT-1,P1,boss\n", "enrolments.csv:2:", "Role: must be one of"},
    {"people.csv", "ref,full_name,favourite\nP1,Ana,blue\n", "people.csv:1:", "the list \"People\" has no column \"favourite\""},
    {"list.csv", "ref,full_name,sex,birth_jear\nP1,Ana,F,1980\n", "list.csv:1:", "the list \"People\" has no column \"birth_jear\""},
    {"people.csv", "ref,sex\nP1,F\n", "people.csv:1:", "the column \"Full name\" is missing from the list \"People\""},
    {"list.csv", "code,name\nX,Y\n", "list.csv:1:", "the header fits several lists"},
    {"people.csv", "at,device,action\n1,2,3\n", "people.csv:1:", "the header fits no list"},
    {"people.csv", "ref,full_name,ref\n1,2,3\n", "people.csv:1:", "ref stands there twice"},
    {"people.csv", "", "people.csv:1:", "the file is empty"},
    {"people.csv", "%PDF-1.4\n", "people.csv:1:", "the file is no text but a PDF"},
    {"people.csv", "PK\x03\x04....", "people.csv:1:", "the file is no text but a workbook"},
    {"people.csv", "\x89PNG\r\n", "people.csv:1:", "the file is no text but a picture"},
    {"people.csv", PEOPLE_HEADER "P1,,F,198,,,RS-BUJ,,\n", "people.csv:2:", "Full name: is empty"}, /* all that is wrong with a line */
    {"people.csv", PEOPLE_HEADER "P1,,F,198,,,RS-BUJ,,\n", "people.csv:2:", "Year of birth: must be 1900 to 2100"},
};

START_TEST(a_wrong_line_is_told_and_nothing_goes_in)
{
    struct desk desk;

    desk_starts(&desk, 4);
    desk_has_lists(&desk);
    desk_file(&desk, wrong[_i].name, wrong[_i].content);
    desk_is_refused(&desk,
                    strcmp(wrong[_i].name, "list.csv") == 0 ? arena_format(&desk.arena, "import %s/list.csv", desk.home)
                                                            : arena_format(&desk.arena, "import %s", desk.home),
                    ERROR_INVALID, "nothing was imported");
    ck_assert_msg(strstr(desk.err, wrong[_i].place) != NULL, "%s", desk.err);
    ck_assert_msg(strstr(desk.err, wrong[_i].says) != NULL, "%s", desk.err);
    ck_assert_ptr_null(strstr(desk.err, "Bora")); /* names stay out of errors */
    ck_assert_uint_eq(desk_counts(&desk).rows, 0);
    ck_assert_uint_eq(desk_counts(&desk).waiting, 0);
    desk_ends(&desk);
}
END_TEST

/* For programs the wrong lines are told as well, each with its place. */
START_TEST(wrong_lines_are_told_in_json_too)
{
    struct desk desk;

    desk_starts(&desk, 10);
    desk_has_lists(&desk);
    desk_file(&desk, "people.csv", PEOPLE_HEADER "P1,Ana,X,1980,,,RS-BUJ,,\nP2,Bora,M,1970,,,RS-NIX,,\n");
    ck_assert_int_eq(desk_types(&desk, arena_format(&desk.arena, "import %s --json", desk.home)), error_exit_code(ERROR_INVALID));
    ck_assert_str_eq(desk.err, "");
    ck_assert_ptr_nonnull(strstr(desk.out, "\"lines\":[{\"file\":\""));
    ck_assert_ptr_nonnull(strstr(desk.out, "/people.csv\",\"line\":2,\"cause\":\"Sex: must be one of"));
    ck_assert_ptr_nonnull(strstr(desk.out, "/people.csv\",\"line\":3,\"cause\":\"there was no municipality"));
    ck_assert_ptr_null(strstr(desk.out, "Bora"));
    desk_ends(&desk);
}
END_TEST

/* An old list would overwrite what tablets corrected: the preview says which rows and what of them. */
START_TEST(a_preview_names_the_rows_that_would_change)
{
    struct desk desk;

    desk_starts(&desk, 11);
    desk_has_lists(&desk);
    desk_does(&desk, arena_format(&desk.arena, "import %s", desk.home));
    desk_file(&desk, "people.csv", PEOPLE_HEADER "P1,Ana Nova,F,1981,OŠ,nastavnik,RS-BUJ,,\nP2,\"Borić, Bora\",M,1970,,,RS-BUJ,,\n");
    desk_does(&desk, arena_format(&desk.arena, "import %s --preview", desk.home));
    ck_assert_ptr_nonnull(strstr(desk.out, "person  P1   full_name, birth_year\n"));
    ck_assert_ptr_null(strstr(desk.out, "P2"));
    ck_assert_ptr_null(strstr(desk.out, "Nova")); /* codes and fields, no values */
    desk_does(&desk, arena_format(&desk.arena, "import %s --preview --json", desk.home));
    ck_assert_ptr_nonnull(strstr(desk.out, "\"would_change\":[{\"list\":\"person\",\"row\":\"P1\",\"fields\":\"full_name, birth_year\"}]"));
    desk_ends(&desk);
}
END_TEST

START_TEST(changed_rows_are_named_up_to_a_bound)
{
    for (int people = IMPORT_CHANGED_TOLD_MAX; people <= IMPORT_CHANGED_TOLD_MAX + 1; people++) {
        struct desk desk;
        const char *before = "ref,full_name\n";
        const char *after = before;
        size_t lines = 0;

        desk_starts(&desk, 12);
        desk_does(&desk, "init");
        for (int i = 0; i < people; i++) {
            before = arena_format(&desk.arena, "%sP%02d,Before\n", before, i);
            after = arena_format(&desk.arena, "%sP%02d,After\n", after, i);
        }
        desk_file(&desk, "people.csv", before);
        desk_does(&desk, arena_format(&desk.arena, "import %s/people.csv", desk.home));
        desk_file(&desk, "people.csv", after);
        desk_does(&desk, arena_format(&desk.arena, "import %s/people.csv --preview", desk.home));
        for (const char *at = desk.out; (at = strstr(at, "person  P")) != NULL; at++)
            lines++;
        ck_assert_uint_eq(lines, IMPORT_CHANGED_TOLD_MAX);
        ck_assert_int_eq(strstr(desk.out, "... and 1 more.") != NULL, people > IMPORT_CHANGED_TOLD_MAX);
        desk_ends(&desk);
    }
}
END_TEST

/* What was exported for a spreadsheet, corrected there and saved goes in as it was meant: also a row without a code, also a code that was
 * corrected, also what looked like a formula. */
/* No command does that any more. */
static void desk_takes_code_away(struct desk *desk, const char *ref)
{
    char id[ROW_ID_SIZE];
    struct draft_field field = {"ref", value_none()};
    struct draft draft = {.entity = "person", .row = id, .fields = &field, .field_count = 1};
    struct error err = {0};

    ck_assert(agent_open(&desk->agent, &err) && store_resolve(desk->agent.store, "person", ref, id, &err));
    ck_assert(store_write(desk->agent.store, &draft, 1, "", "an older device", NULL, NULL, &err));
    agent_close(&desk->agent);
}

START_TEST(an_exported_list_comes_back_corrected)
{
    struct desk desk;
    struct bytes mended = {0};
    const char *people, *rest;

    desk_starts(&desk, 13);
    desk_has_lists(&desk);
    desk_does(&desk, arena_format(&desk.arena, "import %s", desk.home));
    desk_does(&desk, "person edit P1 --phone +38163 --organisation '=1+1' --position \"'n sjajan\"");
    desk_takes_code_away(&desk, "P2"); /* as older devices left those who walked in */
    desk_does(&desk, arena_format(&desk.arena, "export %s/out", desk.home));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, arena_format(&desk.arena, "import %s/out/rows", desk.home)), "0 changes recorded."));

    people = desk_reads_file(&desk, "out/rows/people.csv");
    rest = strstr(people, "\r\nP1,Ana Anić,");
    ck_assert_ptr_nonnull(rest);
    bytes_append(&mended, people, (size_t)(rest - people));
    bytes_append(&mended, "\r\nP0001,Ana Nova,", 17);
    rest += strlen("\r\nP1,Ana Anić,");
    bytes_append(&mended, rest, strlen(rest) + 1);
    desk_file(&desk, "out/rows/people.csv", (const char *)mended.data);
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, arena_format(&desk.arena, "import %s/out/rows", desk.home)), "1 change recorded."));
    desk_does(&desk, "person show P0001 --json"); /* the same row under its new code */
    ck_assert_ptr_nonnull(strstr(desk.out, "\"full_name\":\"Ana Nova\""));
    ck_assert_ptr_nonnull(strstr(desk.out, "\"phone\":\"+38163\""));
    ck_assert_ptr_nonnull(strstr(desk.out, "\"organisation\":\"=1+1\""));
    ck_assert_ptr_nonnull(strstr(desk.out, "\"position\":\"'n sjajan\"")); /* an apostrophe of one's own stays */
    desk_is_refused(&desk, "person show P1", ERROR_NOT_FOUND, "P1");
    bytes_clear(&mended);
    desk_ends(&desk);
}
END_TEST

START_TEST(an_id_and_a_code_of_two_rows_are_told)
{
    struct desk desk;
    const char *id;

    desk_starts(&desk, 14);
    desk_has_lists(&desk);
    desk_does(&desk, arena_format(&desk.arena, "import %s", desk.home));
    id = strstr(desk_does(&desk, "person show P1 --json"), "\"id\":\"") + 6;
    id = arena_text_n(&desk.arena, id, strcspn(id, "\""));
    desk_file(&desk, "people.csv", arena_format(&desk.arena, "ref,full_name,id\nP2,Ana,%s\n", id));
    desk_is_refused(&desk, arena_format(&desk.arena, "import %s/people.csv", desk.home), ERROR_INVALID, "two different rows");
    desk_file(&desk, "people.csv", arena_format(&desk.arena, "ref,full_name,id\nP1,Ana,%s\nP8,Ana,%s\n", id, id));
    desk_is_refused(&desk, arena_format(&desk.arena, "import %s/people.csv", desk.home), ERROR_INVALID, "stands on line 2");
    /* an id of another association says nothing: the code counts, and without one the line cannot be taken */
    desk_file(&desk, "people.csv", "ref,full_name,id\nP1,Ana Anić,0000000000001-5\n");
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, arena_format(&desk.arena, "import %s/people.csv", desk.home)), "0 changes recorded."));
    desk_file(&desk, "people.csv", "ref,full_name,id\n,Ana Anić,0000000000001-5\n");
    desk_is_refused(&desk, arena_format(&desk.arena, "import %s/people.csv", desk.home), ERROR_INVALID, "");
    ck_assert_ptr_nonnull(strstr(desk.err, "people.csv:2: Reference: is empty"));
    desk_ends(&desk);
}
END_TEST

START_TEST(every_wrong_line_is_told_at_once)
{
    struct desk desk;

    desk_starts(&desk, 5);
    desk_has_lists(&desk);
    desk_file(&desk, "people.csv", PEOPLE_HEADER "P1,Ana,X,1980,,,RS-BUJ,,\nP2,Bora,M,1970,,,RS-BUJ,,\nP3,Ceca,F,1,,,RS-BUJ,,\n");
    desk_is_refused(&desk, arena_format(&desk.arena, "import %s/municipalities.csv %s/people.csv", desk.home, desk.home), ERROR_INVALID,
                    "2 lines could not be taken");
    ck_assert_ptr_nonnull(strstr(desk.err, "people.csv:2:"));
    ck_assert_ptr_nonnull(strstr(desk.err, "people.csv:4:"));
    desk_ends(&desk);
}
END_TEST

static void count_told(void *context, const char *file, uint64_t line, const struct error *why)
{
    (void)file, (void)line, (void)why;
    ++*(uint64_t *)context;
}

/* A list of the wrong sort does not flood the screen; the count stays true. */
START_TEST(errors_are_told_up_to_a_bound)
{
    for (uint64_t lines = IMPORT_ERRORS_TOLD_MAX; lines <= IMPORT_ERRORS_TOLD_MAX + 1; lines++) {
        struct device device;
        struct bytes content = {0};
        uint64_t told = 0;
        struct import_options options = {.author = "", .each_error = count_told, .context = &told};
        struct import_report report;

        device_starts(&device, 6);
        bytes_append(&content, "activity,person,role\n", 21);
        for (uint64_t i = 0; i < lines; i++)
            bytes_append(&content, "A,B,boss\n", 9);
        const struct import_file file = {.name = "enrolments.csv", .content = bytes_span(&content)};
        ck_assert(!import_files(device.store, &file, 1, &options, &report, &device.err));
        ck_assert_uint_eq(report.errors, lines);
        ck_assert_uint_eq(told, IMPORT_ERRORS_TOLD_MAX);
        bytes_clear(&content);
        device_ends(&device);
    }
}
END_TEST

START_TEST(files_are_taken_up_to_a_bound)
{
    static const char header[] = "activity,person,role\n";
    struct import_file files[IMPORT_FILES_MAX + 1];
    struct import_options options = {.author = ""};
    struct import_report report;
    struct device device;

    device_starts(&device, 7);
    for (size_t i = 0; i <= IMPORT_FILES_MAX; i++)
        files[i] = (struct import_file){.name = "enrolments.csv", .content = {(const uint8_t *)header, sizeof header - 1}};
    ck_assert(import_files(device.store, files, IMPORT_FILES_MAX, &options, &report, &device.err));
    ck_assert(!import_files(device.store, files, IMPORT_FILES_MAX + 1, &options, &report, &device.err));
    ck_assert_int_eq(device.err.kind, ERROR_LIMIT);
    device_ends(&device);
}
END_TEST

START_TEST(lines_are_taken_up_to_a_bound)
{
    struct import_options options = {.author = ""};
    struct import_report report;
    struct device device;
    struct bytes content = {0};

    device_starts(&device, 8);
    bytes_append(&content, "activity,person,role\n", 21);
    for (int i = 0; i < IMPORT_LINES_MAX; i++)
        bytes_append(&content, "x\n", 2);
    struct import_file file = {.name = "enrolments.csv", .content = bytes_span(&content)};
    ck_assert(!import_files(device.store, &file, 1, &options, &report, &device.err));
    ck_assert_int_eq(device.err.kind, ERROR_INVALID); /* each line is wrong, but none is too many */
    ck_assert_uint_eq(report.errors, IMPORT_LINES_MAX);
    error_clear(&device.err);
    bytes_append(&content, "x\n", 2);
    file.content = bytes_span(&content);
    ck_assert(!import_files(device.store, &file, 1, &options, &report, &device.err));
    ck_assert_int_eq(device.err.kind, ERROR_LIMIT);
    bytes_clear(&content);
    device_ends(&device);
}
END_TEST

/* Two rows may come to bear one code on two devices; a list that means one of them must not guess. */
START_TEST(a_code_that_two_rows_bear_is_not_guessed)
{
    struct device device;
    struct import_options options = {.author = ""};
    struct import_report report;
    static const char people[] = "ref,full_name\nP1,Ana\n";
    const struct import_file file = {.name = "people.csv", .content = {(const uint8_t *)people, sizeof people - 1}};
    const struct draft twice[] = {DRAFT("person", NULL, TEXT("ref", "P1"), TEXT("full_name", "A")),
                                  DRAFT("person", NULL, TEXT("ref", "P1"), TEXT("full_name", "B"))};

    device_starts(&device, 9);
    device_writes(&device, twice, 2, NULL);
    ck_assert(!import_files(device.store, &file, 1, &options, &report, &device.err));
    ck_assert_uint_eq(report.errors, 1);
    device_ends(&device);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("import");
    TCase *all = tcase_create("import");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(all, lists_go_in_whatever_their_order);
    tcase_add_test(all, a_folder_of_lists_goes_in_and_again_changes_nothing);
    tcase_add_test(all, a_preview_counts_and_changes_nothing);
    tcase_add_test(all, a_list_may_be_pasted_with_headers_and_words_of_any_language);
    tcase_add_loop_test(all, a_wrong_line_is_told_and_nothing_goes_in, 0, sizeof wrong / sizeof wrong[0]);
    tcase_add_test(all, wrong_lines_are_told_in_json_too);
    tcase_add_test(all, a_preview_names_the_rows_that_would_change);
    tcase_add_test(all, changed_rows_are_named_up_to_a_bound);
    tcase_add_test(all, an_exported_list_comes_back_corrected);
    tcase_add_test(all, an_id_and_a_code_of_two_rows_are_told);
    tcase_add_test(all, every_wrong_line_is_told_at_once);
    tcase_add_test(all, errors_are_told_up_to_a_bound);
    tcase_add_test(all, files_are_taken_up_to_a_bound);
    tcase_add_test(all, lines_are_taken_up_to_a_bound);
    tcase_add_test(all, a_code_that_two_rows_bear_is_not_guessed);
    suite_add_tcase(suite, all);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
