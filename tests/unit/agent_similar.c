// SPDX-License-Identifier: Apache-2.0
/* Who on a device could be somebody: candidates before recording, pairs to judge, by the page and by commands.
 *
 * Here:      links, removed people, rosters, what changes between two questions; reasons as people read them.
 * Not here:  how alike two people are (protocol_match*.c).
 */
#define _GNU_SOURCE
#include "agent/app/similar.h"

#include "tests/unit/page_fixture.h"

static struct window page;
static struct similar *kept;

static void training(void)
{
    static const char *const lines[] = {
        "municipality add RS-BOS --name Bosilegrad --name-cyrillic Босилеград",
        "programme add lnob --name Nobody",
        "activity add TT --programme lnob --kind teacher_training --title Obuka --municipality RS-BOS",
        "session add TT-1 --activity TT --title 'Modul 1' --date 2026-08-14",
        "session add TT-2 --activity TT --title 'Modul 2' --date 2026-08-15",
        ("person add P1 --full-name 'Vesna Marković' --phone +381631574702 --birth-year 1986 --organisation 'Gimnazija „Bosilegrad“' "
         "--municipality RS-BOS"),
        "person add P2 --full-name 'МАРКОВИЋ ВЕСНА' --organisation 'Gimnazija Bosilegrad' --municipality RS-BOS",
        "person add P3 --full-name 'Vesna Marković' --birth-year 1961 --phone +381641112222 --organisation 'Dom zdravlja'",
        "person add P4 --full-name 'Arben Hoxha' --email arben@skola.example",
        "enrolment add TT P2 participant",
    };

    page_starts(&page, 7);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        desk_does(&page.desk, lines[i]);
}

static void training_ends(void)
{
    similar_destroy(kept);
    kept = NULL;
    page_ends(&page);
}

/* "P1 P2": the references that are found, the best first. */
static const char *found(const struct match_person *person, const char *session)
{
    struct similar_person people[SIMILAR_FOUND_MAX];
    const char *all = "";
    struct error err = {0};
    size_t count = 0;

    ck_assert_msg(similar_refresh(page.world.store, &kept, &err), "%s", err.cause);
    ck_assert_msg(similar_find(page.world.store, kept, &page.desk.arena, person, session, SIMILAR_SHOWN, people, &count, &err), "%s",
                  err.cause);
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_ge(people[i].score, SIMILAR_SHOWN);
        ck_assert(i == 0 || people[i].score <= people[i - 1].score);
        all = arena_format(&page.desk.arena, "%s%s%s%s", all, i == 0 ? "" : " ", people[i].ref, people[i].on_roster ? "!" : "");
    }
    return all;
}

static const char *like(const char *name, const char *phone)
{
    const struct match_person person = {.id = "", .name = name, .phone = phone, .municipality = "RS-BOS"};

    return found(&person, NULL);
}

START_TEST(whoever_is_here_already_is_found_however_the_name_is_typed)
{
    training();
    ck_assert_str_eq(like("vesna markovic", "063 157 4702"), "P1 P2 P3"); /* a person sees that the last has another number */
    ck_assert_str_eq(like("Веснa Маркoвић", ""), "P1 P2 P3");             /* with two Latin letters among them */
    ck_assert_str_eq(like("Hodža Arben", NULL), "P4");
    ck_assert_str_eq(like("Slavica Ilić", "063 157 4703"), "");
    ck_assert_str_eq(like("", ""), "");
    training_ends();
}
END_TEST

/* A new surname, or a name that the list does not know: the number is what they have in common. */
START_TEST(the_same_phone_is_asked_about_whatever_the_name)
{
    const struct match_person person = {.id = "", .name = "Milica Nova", .phone = "063 1574702"};
    struct similar_person people[SIMILAR_FOUND_MAX];
    const char *reasons[SIMILAR_REASONS_MAX];
    struct error err = {0};
    size_t count;

    training();
    ck_assert(similar_refresh(page.world.store, &kept, &err));
    ck_assert(similar_find(page.world.store, kept, &page.desk.arena, &person, NULL, SIMILAR_SHOWN, people, &count, &err));
    ck_assert_uint_ge(count, 1);
    ck_assert_str_eq(people[0].ref, "P1");
    ck_assert_uint_lt(people[0].score, MATCH_LIKELY);
    ck_assert_uint_eq(similar_reasons(people[0].reasons, reasons), 1);
    ck_assert_str_eq(reasons[0], "the same phone number");
    training_ends();
}
END_TEST

START_TEST(who_was_removed_is_nobodys_likeness_until_brought_back)
{
    training();
    ck_assert_str_eq(like("Arben Hoxha", ""), "P4");
    desk_does(&page.desk, "person remove P4");
    ck_assert_str_eq(like("Arben Hoxha", ""), "");
    desk_does(&page.desk, "undo");
    ck_assert_str_eq(like("Arben Hoxha", ""), "P4");
    training_ends();
}
END_TEST

START_TEST(what_was_recorded_since_the_last_question_counts)
{
    training();
    ck_assert_str_eq(like("Teuta Gashi", ""), "");
    desk_does(&page.desk, "person add P5 --full-name 'Teuta Gaši'");
    ck_assert_str_eq(like("Teuta Gashi", ""), "P5");
    desk_does(&page.desk, "person edit P5 --full-name 'Drita Shala'");
    ck_assert_str_eq(like("Teuta Gashi", ""), "");
    training_ends();
}
END_TEST

START_TEST(an_index_is_kept_while_people_stay_as_they_are)
{
    struct error err = {0};
    const struct similar *first;

    training();
    ck_assert(similar_refresh(page.world.store, &kept, &err));
    first = kept;
    ck_assert(similar_refresh(page.world.store, &kept, &err));
    ck_assert_ptr_eq(kept, first);
    desk_does(&page.desk, "mark TT-1 P2 present"); /* nobody is another person by it */
    ck_assert(similar_refresh(page.world.store, &kept, &err));
    ck_assert_ptr_eq(kept, first);
    training_ends();
}
END_TEST

START_TEST(rows_of_one_person_are_one_candidate_and_the_one_on_the_roster_is_named)
{
    const struct match_person vesna = {.id = "", .name = "Vesna Marković", .phone = "+381631574702", .birth_year = 1986};

    training();
    ck_assert_str_eq(found(&vesna, "TT-1"), "P1 P2!");
    desk_does(&page.desk, "person_link add P1 P2 --verdict same");
    ck_assert_str_eq(found(&vesna, NULL), "P1");
    ck_assert_str_eq(found(&vesna, "TT-1"), "P2!");
    desk_does(&page.desk, "undo");
    desk_does(&page.desk, "person_link add P2 P1 --verdict different");
    ck_assert_str_eq(found(&vesna, NULL), "P1 P2");
    training_ends();
}
END_TEST

START_TEST(who_was_marked_without_being_enrolled_is_on_that_sessions_roster)
{
    const struct match_person arben = {.id = "", .name = "Arben Hoxha"};

    training();
    desk_does(&page.desk, "mark TT-1 P4 present");
    ck_assert_str_eq(found(&arben, "TT-1"), "P4!");
    ck_assert_str_eq(found(&arben, "TT-2"), "P4");
    training_ends();
}
END_TEST

START_TEST(somebody_known_is_not_like_themselves)
{
    struct match_person self = {.name = "Vesna Marković", .phone = "+381631574702", .birth_year = 1986};
    char id[ROW_ID_SIZE];
    struct error err = {0};

    training();
    ck_assert(store_resolve(page.world.store, "person", "P1", id, &err));
    self.id = id;
    ck_assert_str_eq(found(&self, NULL), "P2");
    desk_does(&page.desk, "person_link add P1 P2 --verdict same");
    ck_assert_str_eq(found(&self, NULL), "");
    training_ends();
}
END_TEST

START_TEST(at_most_five_are_shown)
{
    training();
    for (int i = 0; i < SIMILAR_FOUND_MAX; i++)
        desk_does(&page.desk, arena_format(&page.desk.arena, "person add Q%d --full-name 'Teuta Gashi'", i));
    ck_assert_uint_eq(strlen(like("Teuta Gashi", "")), strlen("Q0 Q1 Q2 Q3 Q4"));
    desk_does(&page.desk, "person add Q9 --full-name 'Teuta Gashi'");
    ck_assert_uint_eq(strlen(like("Teuta Gashi", "")), strlen("Q0 Q1 Q2 Q3 Q4"));
    training_ends();
}
END_TEST

START_TEST(the_page_is_told_with_reasons_in_its_language)
{
    const char *body = "{\"full_name\":\"vesna markovic\",\"phone\":\"0631574702\",\"session\":\"TT-1\",\"birth_year\":null,\"sex\":\"F\"}";
    json_t *answer, *first;

    training();
    answer = page_posts(&page, "/api/people/similar", body);
    ck_assert_uint_eq(json_array_size(json_object_get(answer, "candidates")), 3);
    first = json_array_get(json_object_get(answer, "candidates"), 0);
    ck_assert_str_eq(json_string_value(json_object_get(first, "ref")), "P1");
    ck_assert_str_eq(json_string_value(json_object_get(first, "municipality")), "Bosilegrad");
    ck_assert_int_eq(json_integer_value(json_object_get(first, "birth_year")), 1986);
    ck_assert(json_is_false(json_object_get(first, "on_roster")));
    ck_assert_str_eq(json_string_value(json_array_get(json_object_get(first, "reasons"), 0)), "the same name without its marks");
    ck_assert_str_eq(json_string_value(json_array_get(json_object_get(first, "reasons"), 1)), "the same phone number");
    ck_assert(json_is_null(json_object_get(json_array_get(json_object_get(answer, "candidates"), 1), "birth_year")));
    ck_assert(json_is_true(json_object_get(json_array_get(json_object_get(answer, "candidates"), 1), "on_roster")));
    json_decref(answer);
    training_ends();
}
END_TEST

START_TEST(the_page_is_refused_what_is_no_question_and_no_name_is_repeated)
{
    training();
    page_is_refused(&page, "POST", "/api/people/similar", "{}", 422, "full_name was not told");
    page_is_refused(&page, "POST", "/api/people/similar", "{\"full_name\":7}", 422, "full_name was no text");
    page_is_refused(&page, "POST", "/api/people/similar", "{\"full_name\":\"Vesna\",\"birth_year\":10000}", 422, "birth_year was 10000");
    page_is_refused(&page, "POST", "/api/people/similar", "{\"full_name\":\"Vesna\",\"session\":\"XX\"}", 404, "XX");
    training_ends();
}
END_TEST

START_TEST(duplicates_are_proposed_until_they_are_judged)
{
    const char *out;

    training();
    out = desk_does(&page.desk, "duplicates --csv");
    ck_assert_str_eq(out, "person,also,score,reason\r\n"
                          "P1,P2,74,\"the same name in the other script, first and family name in the other order, the same organisation, "
                          "the same municipality\"\r\n");
    ck_assert_ptr_nonnull(strstr(desk_does(&page.desk, "duplicates"), "person_link add PERSON ALSO --verdict same"));
    desk_does(&page.desk, "person_link add P2 P1 --verdict different");
    ck_assert_str_eq(desk_does(&page.desk, "duplicates --csv"), "person,also,score,reason\r\n");
    desk_does(&page.desk, "person_link edit P2 P1 --verdict same");
    ck_assert_str_eq(desk_does(&page.desk, "duplicates"), "Nobody here seems to be written down twice.\n");
    desk_does(&page.desk, "person_link remove P2 P1");
    ck_assert_ptr_nonnull(strstr(desk_does(&page.desk, "duplicates --json"), "\"also\":\"P2\""));
    training_ends();
}
END_TEST

START_TEST(who_is_one_with_one_of_a_pair_is_one_with_the_other)
{
    training();
    desk_does(&page.desk, "person add P6 --full-name 'Vesna Marković' --phone 063/157-4702 --organisation 'Gimnazija „Bosilegrad“'");
    desk_does(&page.desk, "person_link add P1 P6 --verdict same");
    desk_does(&page.desk, "person_link add P6 P2 --verdict same");
    ck_assert_str_eq(desk_does(&page.desk, "duplicates --csv"), "person,also,score,reason\r\n");
    training_ends();
}
END_TEST

START_TEST(the_least_likeness_is_from_1_to_100)
{
    training();
    desk_does(&page.desk, "duplicates --least 1");
    ck_assert_ptr_nonnull(strstr(desk_does(&page.desk, "duplicates --least 100"), "Nobody"));
    desk_is_refused(&page.desk, "duplicates --least 0", ERROR_USAGE, "0");
    desk_is_refused(&page.desk, "duplicates --least 101", ERROR_USAGE, "101");
    training_ends();
}
END_TEST

START_TEST(a_command_tells_who_could_be_somebody)
{
    training();
    ck_assert_ptr_nonnull(strstr(desk_does(&page.desk, "person similar --full-name 'Hodža Arben' --email ARBEN@skola.example"), "P4"));
    ck_assert_ptr_nonnull(strstr(desk_does(&page.desk, "person similar --full-name 'vesna markovic' --birth-year 1986 --json"), "\"P1\""));
    ck_assert_str_eq(desk_does(&page.desk, "person similar --full-name 'Drita Shala' --municipality RS-BOS"),
                     "Nobody here is like that.\n");
    desk_is_refused(&page.desk, "person similar", ERROR_USAGE, "no name was given");
    desk_is_refused(&page.desk, "person similar --full-name X --municipality NOWHERE", ERROR_NOT_FOUND, "NOWHERE");
    training_ends();
}
END_TEST

START_TEST(the_programmes_forty_duplicates_are_proposed_and_no_namesake)
{
    const char *out;
    size_t lines = 0;

    page_starts(&page, 8);
    desk_does(&page.desk, "import " SOURCE_FOLDER "/tests/programme");
    out = desk_does(&page.desk, "duplicates --csv");
    for (const char *at = out; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    ck_assert_uint_ge(lines - 1, 38);
    ck_assert_uint_le(lines - 1, 41);
    for (int namesake = 242; namesake <= 253; namesake++)
        ck_assert_msg(strstr(out, arena_format(&page.desk.arena, "P%04d", namesake)) == NULL, "P%04d", namesake);
    training_ends();
}
END_TEST

/* A webinar's report asks for thousands, among thousands. */
START_TEST(a_question_about_no_session_takes_no_memory_for_whom_it_does_not_find)
{
    const struct match_person stranger = {
        .id = "", .name = "Qazim Thaçi", .phone = "", .email = "", .organisation = "", .municipality = ""};
    size_t before;

    training();
    ck_assert_str_eq(found(&stranger, NULL), "");
    before = page.desk.arena.used_bytes;
    for (int i = 0; i < 100; i++)
        ck_assert_str_eq(found(&stranger, NULL), "");
    ck_assert_uint_eq(page.desk.arena.used_bytes, before);
    training_ends();
}
END_TEST

SUITE("similar", whoever_is_here_already_is_found_however_the_name_is_typed,
      the_same_phone_is_asked_about_whatever_the_name, who_was_removed_is_nobodys_likeness_until_brought_back,
      what_was_recorded_since_the_last_question_counts, an_index_is_kept_while_people_stay_as_they_are,
      rows_of_one_person_are_one_candidate_and_the_one_on_the_roster_is_named,
      who_was_marked_without_being_enrolled_is_on_that_sessions_roster, somebody_known_is_not_like_themselves, at_most_five_are_shown,
      a_question_about_no_session_takes_no_memory_for_whom_it_does_not_find, the_page_is_told_with_reasons_in_its_language,
      the_page_is_refused_what_is_no_question_and_no_name_is_repeated, duplicates_are_proposed_until_they_are_judged,
      who_is_one_with_one_of_a_pair_is_one_with_the_other, the_least_likeness_is_from_1_to_100, a_command_tells_who_could_be_somebody,
      the_programmes_forty_duplicates_are_proposed_and_no_namesake)
