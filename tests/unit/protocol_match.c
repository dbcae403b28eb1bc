// SPDX-License-Identifier: Apache-2.0
/* Matching people: what is one name, what tells namesakes apart, and whether an index finds all of it.
 *
 * Here:      the rules one by one; bounds; an index against plain comparing.
 * Not here:  whole programmes (protocol_match_programme.c), the sentences people read (agent/app/similar.h).
 */
#include "protocol/match.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/suite.h"

#define NAMED(text) ((struct match_person){.id = "", .name = text})

static struct match between(const char *one, const char *other)
{
    struct match_person a = NAMED(one), b = NAMED(other);

    return match_two(&a, &b);
}

/* The names alone: exactly these reasons, and a score from `least` to `most`. */
static void expect(const char *one, const char *other, unsigned reasons, unsigned least, unsigned most)
{
    struct match match = between(one, other), back = between(other, one);

    ck_assert_msg(match.reasons == reasons, "%s, %s: reasons %u", one, other, match.reasons);
    ck_assert_msg(match.score >= least && match.score <= most, "%s, %s: score %u", one, other, match.score);
    ck_assert_uint_eq(back.reasons, match.reasons);
    ck_assert_uint_eq(back.score, match.score);
}

START_TEST(one_name_is_one_name_however_it_is_written)
{
    expect("Vesna Marković", "Vesna Marković", MATCH_SAME_NAME, 60, 60);
    expect("Vesna Marković", "VESNA  MARKOVIĆ", MATCH_SAME_NAME, 60, 60);
    expect("Агрон Морина", "Agron Morina", MATCH_OTHER_SCRIPT, 60, 60);
    expect("Ђорђе Џунић", "ĐORĐE DŽUNIĆ", MATCH_OTHER_SCRIPT, 60, 60);
    expect("Никола Симић", "NIKOLA SIMIC", MATCH_OTHER_SCRIPT, 60, 60);
    expect("Дритон Бyтyqи", "Driton Bytyqi", MATCH_OTHER_SCRIPT, 60, 60);
    expect("Agron Çela", "AGRON CELA", MATCH_NO_DIACRITICS, 60, 60);
    expect("Gëzim Gashi", "Gezim Gashi", MATCH_NO_DIACRITICS, 60, 60);
    expect("Vesna Đorđević", "Vesna Djordjevic", MATCH_NO_DIACRITICS, 60, 60);
    expect("Vesna Đorđević", "Vesna Dordevic", MATCH_NO_DIACRITICS, 60, 60);
    expect("Dejan Veličković", "Veličković Dejan", MATCH_OTHER_ORDER, 60, 60);
    expect("Марија Величковић", "Veličković Marija", MATCH_OTHER_ORDER | MATCH_OTHER_SCRIPT, 60, 60);
    expect("Jasmina Ilić-Simić", "Jasmina Ilić Simić", MATCH_SAME_NAME, 60, 60);
    expect("Marić, Ana", "Ana Marić", MATCH_OTHER_ORDER, 60, 60);
    expect("Ana O'Neil", "Ana O’Neil", MATCH_NO_DIACRITICS, 60, 60);
    expect("Ђорѓи Ќосев", "Đorđi Ćosev", MATCH_OTHER_SCRIPT, 60, 60);
}
END_TEST

START_TEST(a_mark_written_in_two_ways_is_one_letter)
{
    expect("Mari\xC4\x87 Ana", "Maric\xCC\x81 Ana", MATCH_SAME_NAME, 60, 60);
}
END_TEST

START_TEST(titles_are_no_part_of_a_name)
{
    expect("dr Ana Marić", "Ana Marić", MATCH_SAME_NAME, 60, 60);
    expect("Prof. dr Ana Marić, spec.", "Ana Marić", MATCH_SAME_NAME, 60, 60);
    expect("mr Ана Марић", "Ana Marić", MATCH_OTHER_SCRIPT, 60, 60);
    expect("Marko Marić, ml.", "Marko Marić", MATCH_SAME_NAME, 60, 60);
    expect("Drago Marić", "Ago Marić", MATCH_NEAR_NAME, 0, 20); /* not dr Ago */
}
END_TEST

START_TEST(the_neighbours_spelling_of_a_sound_is_nearly_the_name)
{
    static const char *const pairs[][2] = {
        {"Arben Hoxha", "Arben Hodža"},        {"Xhevahire Ahmeti", "Dževahire Ahmeti"},
        {"Gjon Bytyqi", "Đon Bitići"},         {"Shpresa Thaçi", "Špresa Tači"},
        {"Adnan Hadžiq", "Adnan Hadžić"},      {"Marko Đukić", "Marko Gjukiq"},
        {"Stjepan Marić", "Stijepan Marić"},   {"Marija Ilić", "Maria Ilić"},
        {"Danijel Ilić", "Daniel Ilić"},       {"Milena Petkova", "Millena Petkova"},
        {"Vesna Markovich", "Vesna Marković"}, {"Aleksandra Ilić", "Alexandra Ilić"},
    };

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        expect(pairs[i][0], pairs[i][1], MATCH_NEAR_NAME, 50, 59);
    expect("Гјон Битићи", "Bytyqi Gjon", MATCH_NEAR_NAME | MATCH_OTHER_SCRIPT | MATCH_OTHER_ORDER, 50, 59);
}
END_TEST

START_TEST(a_name_that_is_nearly_the_same_needs_something_else_to_be_likely)
{
    expect("Dragana Petrović", "Dragaan Petrović", MATCH_NEAR_NAME, 40, 59);
    expect("Dragana Petrović", "Dargana Petrović", MATCH_NEAR_NAME, 40, 59);
    expect("Arben Rexhepi", "Arben Rehepi", MATCH_NEAR_NAME, 40, 59);
    expect("Ljubica Zdravković", "Ljubica Zdrakovic", MATCH_NEAR_NAME, 30, 59);
    expect("Ana Petrović Ilić", "Ana Petrović", MATCH_NEAR_NAME, 40, 59);
    expect("Ana Marija Petrović", "Petrović Ana", MATCH_NEAR_NAME, 40, 59);
    expect("A. Petrović", "Ana Petrović", MATCH_NEAR_NAME, 20, 59);
    expect("Marko Petrović", "Mirko Petrović", MATCH_NEAR_NAME, 40, 59);
}
END_TEST

START_TEST(names_that_share_too_little_are_far_from_likely)
{
    expect("Jovan Petrović", "Jovana Petrović", MATCH_NEAR_NAME, 0, 30);
    expect("Ana Petrović", "Ina Petrović", MATCH_NEAR_NAME, 0, 30);
    expect("Ana Petrović", "Ana Jović", MATCH_NEAR_NAME, 0, 10);
    expect("Ana", "Ana Petrović", MATCH_NEAR_NAME, 0, 40);
    expect("Ana", "Ana", MATCH_SAME_NAME, 0, 59);
    expect("A. P.", "A. P.", MATCH_SAME_NAME, 0, 40);
    expect("A.", "Ana", 0, 0, 0);
    expect("Ana Petrović", "Marko Jović", 0, 0, 0);
    expect("", "", 0, 0, 0);
    expect("", "Ana Petrović", 0, 0, 0);
    expect("...", "—", 0, 0, 0);
    expect("dr", "dr", 0, 0, 0);
}
END_TEST

START_TEST(bytes_that_are_no_text_are_no_name)
{
    struct match_person nothing = {0}, ana = NAMED("Ana Petrović");

    expect("\xFF\xFE", "\xFF\xFE", 0, 0, 0);
    expect("Ana \xC4", "Ana \xC4", 0, 0, 0);
    ck_assert_uint_eq(match_two(&nothing, &nothing).score, 0);
    ck_assert_uint_eq(match_two(&nothing, &ana).score, 0);
}
END_TEST

static struct match with_phones(const char *one, const char *other)
{
    struct match_person a = NAMED("Ana Petrović"), b = NAMED("Ana Petrović");

    a.phone = one;
    b.phone = other;
    return match_two(&a, &b);
}

START_TEST(a_telephone_number_is_one_however_it_is_dialled)
{
    static const char *const same[] = {"+381631574702", "00381631574702",     "063 157 4702",    "063/157-47-02",
                                       "631574702",     "+381 (0)63 1574702", "38163 157 47 02", "0631574702, 064 111 222"};

    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        for (size_t k = 0; k < sizeof same / sizeof same[0]; k++)
            ck_assert_msg(with_phones(same[i], same[k]).reasons == (MATCH_SAME_NAME | MATCH_SAME_PHONE), "%s %s", same[i], same[k]);
}
END_TEST

START_TEST(other_numbers_speak_against_and_what_is_no_number_says_nothing)
{
    ck_assert_uint_eq(with_phones("+381631574702", "+381631574703").reasons, MATCH_SAME_NAME | MATCH_OTHER_PHONE);
    ck_assert_uint_eq(with_phones("+381631574702", "+387631574702").reasons, MATCH_SAME_NAME | MATCH_OTHER_PHONE); /* another country */
    ck_assert_uint_eq(with_phones("+41791574702", "+381791574702").reasons, MATCH_SAME_NAME | MATCH_OTHER_PHONE);
    ck_assert_uint_eq(with_phones("nema", "+381631574702").reasons, MATCH_SAME_NAME);
    ck_assert_uint_eq(with_phones("", "").reasons, MATCH_SAME_NAME);
}
END_TEST

START_TEST(a_number_has_six_to_fifteen_digits)
{
    ck_assert_uint_eq(with_phones("12345", "12345").reasons, MATCH_SAME_NAME);
    ck_assert_uint_eq(with_phones("123456", "123456").reasons, MATCH_SAME_NAME | MATCH_SAME_PHONE);
    ck_assert_uint_eq(with_phones("123456789012345", "123456789012345").reasons, MATCH_SAME_NAME | MATCH_SAME_PHONE);
    ck_assert_uint_eq(with_phones("1234567890123456", "1234567890123456").reasons, MATCH_SAME_NAME);
}
END_TEST

static struct match_person full(void)
{
    return (struct match_person){"", "Vesna Marković", "Gimnazija „Bosilegrad“", "+381631574702", "vesna.m@skola.example", "RS-BOS", 1986};
}

/* Somebody of the same name of whom nothing else is known. */
static struct match_person bare(void)
{
    return NAMED("VESNA MARKOVIC");
}

START_TEST(what_is_known_of_both_counts_and_what_one_lacks_does_not)
{
    static const struct {
        const char *organisation, *phone, *email, *municipality;
        int64_t year;
        unsigned reason;
        bool speaks_for_it;
    } rows[] = {
        {"", "063 1574702", "", "", 0, MATCH_SAME_PHONE, true},
        {"", "063 1574709", "", "", 0, MATCH_OTHER_PHONE, false},
        {"", "", "Vesna.M@Skola.example ", "", 0, MATCH_SAME_EMAIL, true},
        {"", "", "v.markovic@skola.example", "", 0, MATCH_OTHER_EMAIL, false},
        {"", "", "", "", 1986, MATCH_SAME_YEAR, true},
        {"", "", "", "", 1987, MATCH_OTHER_YEAR, false},
        {"Gimnazija Bosilegrad", "", "", "", 0, MATCH_SAME_ORGANISATION, true},
        {"Гимназија „Босилеград“", "", "", "", 0, MATCH_SAME_ORGANISATION, true},
        {"GIMNAZIJA, \"BOSILEGRAD\"", "", "", "", 0, MATCH_SAME_ORGANISATION, true},
        {"OŠ „Georgi Dimitrov“", "", "", "", 0, MATCH_OTHER_ORGANISATION, false},
        {"", "", "", "rs-bos", 0, MATCH_SAME_MUNICIPALITY, true},
    };
    const struct match_person one = full(), same = bare();
    unsigned base = match_two(&one, &same).score;

    ck_assert_uint_eq(match_two(&one, &same).reasons, MATCH_NO_DIACRITICS);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct match_person other = bare();
        struct match match;

        other.organisation = rows[i].organisation;
        other.phone = rows[i].phone;
        other.email = rows[i].email;
        other.municipality = rows[i].municipality;
        other.birth_year = rows[i].year;
        match = match_two(&one, &other);
        ck_assert_msg(match.reasons == (MATCH_NO_DIACRITICS | rows[i].reason), "%zu: %u", i, match.reasons);
        ck_assert_msg(rows[i].speaks_for_it ? match.score > base : match.score < base, "%zu: %u", i, match.score);
    }
}
END_TEST

START_TEST(an_organisation_that_is_told_shortly_is_no_other_one)
{
    struct match_person one = full(), other = bare();

    other.organisation = "Gimnazija";
    ck_assert_uint_eq(match_two(&one, &other).reasons, MATCH_NO_DIACRITICS);
    one.organisation = "Osnovna škola „Vuk Karadžić“";
    other.organisation = "ОШ Вук Караџић";
    ck_assert_uint_eq(match_two(&one, &other).reasons, MATCH_NO_DIACRITICS | MATCH_SAME_ORGANISATION);
}
END_TEST

START_TEST(two_of_one_name_in_one_village_are_told_apart)
{
    struct match_person father = full(), son = full();

    son.birth_year = 1961;
    son.phone = "+381641112222";
    son.email = "";
    ck_assert_uint_lt(match_two(&father, &son).score, MATCH_LIKELY); /* even in one school */
    son.phone = "";
    ck_assert_uint_lt(match_two(&father, &son).score, MATCH_LIKELY);
    son = full();
    son.birth_year = 0;
    son.email = "";
    son.phone = "+381641112222";
    son.organisation = "Dom zdravlja";
    ck_assert_uint_lt(match_two(&father, &son).score, MATCH_LIKELY);
}
END_TEST

START_TEST(a_brother_and_a_sister_who_share_a_telephone_and_a_school_are_two)
{
    struct match_person brother = full(), sister = full();

    brother.name = "Jovan Marković";
    sister.name = "Jovana Marković";
    brother.birth_year = 1980;
    brother.email = "";
    ck_assert_uint_lt(match_two(&brother, &sister).score, MATCH_LIKELY);
    brother.name = "Petar Marković";
    brother.birth_year = 0;
    ck_assert_uint_lt(match_two(&brother, &sister).score, MATCH_LIKELY);
}
END_TEST

START_TEST(sure_asks_for_the_same_name_and_more_than_the_name)
{
    struct match_person one = full(), other = bare();

    ck_assert_uint_lt(match_two(&one, &other).score, MATCH_SURE);
    ck_assert_uint_ge(match_two(&one, &other).score, MATCH_LIKELY);
    other.email = "vesna.m@skola.example";
    ck_assert_uint_ge(match_two(&one, &other).score, MATCH_SURE);
    other = full();
    ck_assert_uint_eq(match_two(&one, &other).score, MATCH_SCORE_MAX);
    other.name = "Vesna Makrović"; /* whatever else is the same */
    ck_assert_uint_lt(match_two(&one, &other).score, MATCH_SURE);
    ck_assert_uint_ge(match_two(&one, &other).score, MATCH_LIKELY);
    other.name = "Slavica Ilić";
    ck_assert_uint_lt(match_two(&one, &other).score, MATCH_LIKELY);
}
END_TEST

START_TEST(a_new_surname_is_likely_only_when_nearly_all_else_is_the_same)
{
    struct match_person one = full(), other = full();

    other.name = "Vesna Ilić";
    ck_assert_uint_ge(match_two(&one, &other).score, MATCH_LIKELY);
    ck_assert_uint_lt(match_two(&one, &other).score, MATCH_SURE);
    other.birth_year = 1990;
    ck_assert_uint_lt(match_two(&one, &other).score, MATCH_LIKELY);
}
END_TEST

START_TEST(six_parts_of_a_name_are_looked_at)
{
    expect("ab cd ef gu ik ol", "ab cd ef gu ik ol", MATCH_SAME_NAME, 60, 60);
    expect("ab cd ef gu ik ol", "ol ik gu ef cd ab", MATCH_OTHER_ORDER, 60, 60);
    expect("ab cd ef gu ik ol pe", "ab cd ef gu ik ol ru", MATCH_SAME_NAME, 60, 60); /* the seventh is not */
}
END_TEST

START_TEST(forty_letters_of_a_part_are_looked_at)
{
    char one[64] = "Ana ", other[64] = "Ana ";

    for (size_t i = 0; i < 41; i++)
        one[4 + i] = other[4 + i] = "bc"[i % 2];
    other[4 + 40] = 'z';
    expect(one, other, MATCH_NO_DIACRITICS, 60, 60); /* the 41st differs and is not looked at */
    other[4 + 39] = 'z';
    ck_assert_uint_lt(between(one, other).score, 60);
}
END_TEST

/* --- an index ------------------------------------------------------------------------------------------------------------- */

static struct match_index *index_of(const struct match_person *people, size_t count)
{
    struct match_index *index = match_index_create();

    ck_assert_ptr_nonnull(index);
    for (size_t i = 0; i < count; i++)
        ck_assert(match_index_add(index, &people[i]));
    return index;
}

static const struct match_person village[] = {
    {"a", "Petar Petrović", "OŠ „Vuk“", "063111222", "", "RS-BOS", 1970},
    {"b", "Петар Петровић", "OŠ Vuk", "", "", "RS-BOS", 1970},
    {"c", "Petar Petrović", "OŠ „Vuk“", "063999888", "", "RS-BOS", 1951},
    {"d", "Pera Petrović", "", "063111222", "", "", 0},
    {"e", "Hoxha Arben", "Gimnazija", "", "arben@skola.example", "", 0},
    {"f", "Arben Hodža", "", "", "arben@skola.example", "", 0},
    {"g", "Ana Marija Ilić", "Gimnazija", "", "", "RS-BUJ", 1990},
    {"h", "Ana Ilić", "Gimnazija", "", "", "RS-BUJ", 1990},
    {"i", "Dragana Simić", "Gimnazija", "", "", "RS-BUJ", 1991},
    {"j", "Dargana Simić", "Gimnazija", "", "", "RS-BUJ", 1991},
    {"k", "Š. Kelmendi", "", "", "", "", 0},
    {"l", "Shpresa Kelmendi", "", "", "", "", 0},
};
enum { VILLAGE = sizeof village / sizeof village[0] };

START_TEST(an_index_finds_the_best_first_and_no_more_than_there_is_room_for)
{
    struct match_index *index = index_of(village, VILLAGE);
    struct match_person asked = {"", "PETROVIC PETAR", "", "+381 63 111 222", "", "RS-BOS", 1970};
    struct match found[VILLAGE], first[1];
    size_t count = match_find(index, &asked, MATCH_LIKELY, found, VILLAGE);

    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(village[found[0].index].id, "a");
    ck_assert_uint_ge(found[0].score, found[1].score);
    ck_assert_uint_eq(found[0].reasons,
                      MATCH_NO_DIACRITICS | MATCH_OTHER_ORDER | MATCH_SAME_PHONE | MATCH_SAME_YEAR | MATCH_SAME_MUNICIPALITY);
    ck_assert_uint_eq(match_find(index, &asked, MATCH_LIKELY, first, 1), 1);
    ck_assert_uint_eq(first[0].index, found[0].index);
    ck_assert_uint_eq(match_find(index, &asked, MATCH_LIKELY, first, 0), 0);
    ck_assert_uint_gt(match_find(index, &asked, 1, found, VILLAGE), 2);
    match_index_destroy(index);
}
END_TEST

struct seen_pairs {
    unsigned scores[VILLAGE][VILLAGE];
    size_t count, stop_at;
};

static bool note_pair(void *context, size_t a, size_t b, unsigned score, unsigned reasons)
{
    struct seen_pairs *seen = context;

    ck_assert_uint_lt(a, b);
    ck_assert_uint_eq(seen->scores[a][b], 0); /* each once */
    ck_assert_uint_ne(reasons, 0);
    seen->scores[a][b] = score;
    return ++seen->count != seen->stop_at;
}

START_TEST(an_index_tells_each_pair_once_and_as_two_alone_compare)
{
    struct match_index *index = index_of(village, VILLAGE);
    struct seen_pairs seen = {0};

    ck_assert(match_pairs(index, 20, note_pair, &seen));
    for (size_t a = 0; a < VILLAGE; a++)
        for (size_t b = a + 1; b < VILLAGE; b++) {
            unsigned score = match_two(&village[a], &village[b]).score;

            ck_assert_msg(seen.scores[a][b] == (score >= 20 ? score : 0), "%s %s: %u, %u", village[a].id, village[b].id, seen.scores[a][b],
                          score);
        }
    match_index_destroy(index);
}
END_TEST

START_TEST(who_asks_for_pairs_may_stop)
{
    struct match_index *index = index_of(village, VILLAGE);
    struct seen_pairs seen = {.stop_at = 2};

    ck_assert(match_pairs(index, MATCH_LIKELY, note_pair, &seen));
    ck_assert_uint_eq(seen.count, 2);
    match_index_destroy(index);
}
END_TEST

START_TEST(nobody_is_found_in_an_empty_index)
{
    struct match_index *index = index_of(NULL, 0);
    struct seen_pairs seen = {0};
    struct match found[1];

    ck_assert_uint_eq(match_find(index, &village[0], 0, found, 1), 0);
    ck_assert(match_pairs(index, 0, note_pair, &seen));
    ck_assert_uint_eq(seen.count, 0);
    match_index_destroy(index);
    match_index_destroy(NULL);
}
END_TEST

START_TEST(what_was_added_is_copied)
{
    struct match_index *index = match_index_create();
    struct match found[1];
    char name[] = "Ana Petrović", organisation[] = "Gimnazija";
    struct match_person one = {.id = "", .name = name, .organisation = organisation};

    ck_assert(match_index_add(index, &one));
    memset(name, 'x', sizeof name - 1);
    memset(organisation, 'x', sizeof organisation - 1);
    one = (struct match_person){.id = "", .name = "Ana Petrović", .organisation = "Gimnazija"};
    ck_assert_uint_eq(match_find(index, &one, MATCH_LIKELY, found, 1), 1);
    ck_assert_uint_eq(found[0].reasons, MATCH_SAME_NAME | MATCH_SAME_ORGANISATION);
    match_index_destroy(index);
}
END_TEST

START_TEST(an_index_holds_so_many_people)
{
    struct match_index *index = match_index_create();
    struct match_person nobody = NAMED("");

    for (size_t i = 0; i < MATCH_PEOPLE_MAX; i++)
        ck_assert(match_index_add(index, &nobody));
    ck_assert(!match_index_add(index, &nobody));
    match_index_destroy(index);
}
END_TEST

/* Whether the first of so many of one name is still looked at: it alone lives where the asking one lives. */
static size_t best_of(size_t count)
{
    struct match_index *index = match_index_create();
    struct match_person person = {.id = "", .name = "Ana Petrović", .municipality = "RS-BUJ"};
    struct match found[1] = {0};

    for (size_t i = 0; i < count; i++) {
        person.municipality = i == 0 ? "RS-BUJ" : "RS-BOS";
        ck_assert(match_index_add(index, &person));
    }
    person.municipality = "RS-BUJ";
    ck_assert_uint_eq(match_find(index, &person, 1, found, 1), 1);
    match_index_destroy(index);
    return found[0].index;
}

START_TEST(of_very_many_who_share_a_name_the_last_so_many_are_looked_at)
{
    ck_assert_uint_eq(best_of(MATCH_BLOCK_MAX), 0);
    ck_assert_uint_ne(best_of(MATCH_BLOCK_MAX + 1), 0);
}
END_TEST

SUITE("match", one_name_is_one_name_however_it_is_written, a_mark_written_in_two_ways_is_one_letter, titles_are_no_part_of_a_name,
      the_neighbours_spelling_of_a_sound_is_nearly_the_name, a_name_that_is_nearly_the_same_needs_something_else_to_be_likely,
      names_that_share_too_little_are_far_from_likely, bytes_that_are_no_text_are_no_name, a_telephone_number_is_one_however_it_is_dialled,
      other_numbers_speak_against_and_what_is_no_number_says_nothing, a_number_has_six_to_fifteen_digits,
      what_is_known_of_both_counts_and_what_one_lacks_does_not, an_organisation_that_is_told_shortly_is_no_other_one,
      two_of_one_name_in_one_village_are_told_apart, a_brother_and_a_sister_who_share_a_telephone_and_a_school_are_two,
      sure_asks_for_the_same_name_and_more_than_the_name, a_new_surname_is_likely_only_when_nearly_all_else_is_the_same,
      six_parts_of_a_name_are_looked_at, forty_letters_of_a_part_are_looked_at,
      an_index_finds_the_best_first_and_no_more_than_there_is_room_for, an_index_tells_each_pair_once_and_as_two_alone_compare,
      who_asks_for_pairs_may_stop, nobody_is_found_in_an_empty_index, what_was_added_is_copied, an_index_holds_so_many_people,
      of_very_many_who_share_a_name_the_last_so_many_are_looked_at)
