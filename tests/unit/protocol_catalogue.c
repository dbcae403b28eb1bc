// SPDX-License-Identifier: Apache-2.0
/* What people read, in their language.
 *
 * Here:      what catalogue.h and mo.h promise: texts, plurals, sentences and errors said again, whatever the bytes of a catalogue are.
 * Not here:  whether the translations are whole (tests/tidy/texts.sh).
 */
#include "protocol/catalogue.h"

#include <stdio.h>
#include <string.h>

#include "protocol/arena.h"
#include "protocol/json.h"
#include "protocol/mo.h"
#include "tests/unit/suite.h"

struct text {
    const char *original, *translation; /* as in a .mo: "context\4text", "one\0many"; sizes count the NULs within */
    size_t original_size, translation_size;
};
#define TEXT(original, translation)                                                                                                        \
    {                                                                                                                                      \
        original, translation, sizeof(original) - 1, sizeof(translation) - 1                                                               \
    }

/* A .mo of these texts, which are in order. */
static struct bytes mo_of(const struct text *texts, uint32_t count)
{
    struct bytes mo = {0};
    uint32_t at = 28 + count * 16;

    for (size_t i = 0; i < 7; i++)
        bytes_append_u32(&mo, (const uint32_t[]){0x950412de, 0, count, 28, 28 + count * 8, 0, 0}[i]);
    for (uint32_t i = 0; i < count; i++) {
        bytes_append_u32(&mo, (uint32_t)texts[i].original_size);
        bytes_append_u32(&mo, at);
        at += (uint32_t)texts[i].original_size + 1;
    }
    for (uint32_t i = 0; i < count; i++) {
        bytes_append_u32(&mo, (uint32_t)texts[i].translation_size);
        bytes_append_u32(&mo, at);
        at += (uint32_t)texts[i].translation_size + 1;
    }
    for (uint32_t i = 0; i < count; i++)
        bytes_append(&mo, texts[i].original, texts[i].original_size + 1);
    for (uint32_t i = 0; i < count; i++)
        bytes_append(&mo, texts[i].translation, texts[i].translation_size + 1);
    ck_assert(!mo.failed);
    return mo;
}

static const struct text some[] = {
    TEXT("", "Language: sr\n"),
    TEXT("%llu change waits\0%llu changes wait", "čeka %llu izmena\0čekaju %llu izmene\0čeka %llu izmena svega"),
    TEXT("%s is no %s", "%2$s ne postoji pod imenom %1$s"),
    TEXT("%s, %d%% full", "%s, puno %d%%"),
    TEXT("Full name", "Ime i prezime"),
    TEXT("Open", "Otvori"),
    TEXT("bytes are not what they claim to be", "bajtovi nisu ono što tvrde"),
    TEXT("cannot open %.200s: %s", "%2$s: zato se ne otvara %1$s"),
    TEXT("empty", ""),
    TEXT("no column \"%.60s\" in %s", "u %2$s nema kolone „%1$s“"),
    TEXT("page %.*s of %u ended", "stranica %2$.*1$s od %3$u se završila"),
    TEXT("state\4Open", "Otvoreno"),
    TEXT("the disk is full", "disk je pun"),
    TEXT("too %d", "previše %s %d"),
};
static const struct text page_texts[] = {
    TEXT("", "Language: sr\n"),
    TEXT("Open", "Otvori"),
    TEXT("state\4Open", "Otvoreno \"sad\""),
    TEXT("{n} person\0{n} people", "{n} osoba\0{n} osobe\0{n} osoba"),
};

static struct catalogue catalogue_made(struct bytes *mo, struct bytes *page)
{
    *mo = mo_of(some, sizeof some / sizeof some[0]);
    *page = mo_of(page_texts, sizeof page_texts / sizeof page_texts[0]);
    return (struct catalogue){.language = "sr-Latn", .mo = bytes_span(mo), .page = bytes_span(page), .form = catalogue_of("sr-Latn")->form};
}

#define WITH_CATALOGUE(words)                                                                                                              \
    struct bytes mo, page;                                                                                                                 \
    struct catalogue made = catalogue_made(&mo, &page);                                                                                    \
    const struct catalogue *words = &made
#define WITHOUT_CATALOGUE                                                                                                                  \
    bytes_clear(&mo);                                                                                                                      \
    bytes_clear(&page)

START_TEST(a_text_is_said_in_the_language_or_as_it_is)
{
    WITH_CATALOGUE(words);

    ck_assert_str_eq(say(words, "Open"), "Otvori");
    ck_assert_str_eq(say_in(words, "state", "Open"), "Otvoreno");
    ck_assert_str_eq(say_in(words, "door", "Open"), "Open");
    ck_assert_str_eq(say(words, "never seen"), "never seen");
    ck_assert_str_eq(say(words, "empty"), "empty"); /* not translated yet */
    ck_assert_str_eq(say(words, ""), "");           /* not the translators' notes */
    ck_assert_str_eq(say(NULL, "Open"), "Open");
    ck_assert_str_eq(say(catalogue_of("en"), "Open"), "Open");
    WITHOUT_CATALOGUE;
}
END_TEST

START_TEST(a_number_gets_the_form_that_goes_with_it)
{
    static const struct {
        uint64_t n;
        const char *form;
    } rows[] = {{1, "čeka %llu izmena"},         {2, "čekaju %llu izmene"},   {5, "čeka %llu izmena svega"}, {11, "čeka %llu izmena svega"},
                {12, "čeka %llu izmena svega"},  {21, "čeka %llu izmena"},    {22, "čekaju %llu izmene"},    {0, "čeka %llu izmena svega"},
                {111, "čeka %llu izmena svega"}, {1002, "čekaju %llu izmene"}};
    WITH_CATALOGUE(words);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_str_eq(say_many(words, "%llu change waits", "%llu changes wait", rows[i].n), rows[i].form);
    ck_assert_str_eq(say_many(words, "one", "many", 1), "one");
    ck_assert_str_eq(say_many(words, "one", "many", 21), "many");
    ck_assert_str_eq(say_many(NULL, "one", "many", 0), "many");
    WITHOUT_CATALOGUE;
}
END_TEST

static void says(const struct catalogue *words, const char *sentence, const char *expected)
{
    char text[SAID_BYTES];

    ck_assert_str_eq(say_sentence(words, sentence, text, sizeof text), expected);
}

START_TEST(a_finished_sentence_is_found_again_and_said)
{
    WITH_CATALOGUE(words);

    says(words, "the disk is full", "disk je pun");
    says(words, "dance is no command", "command ne postoji pod imenom dance");
    says(words, "/home, 93% full", "/home, puno 93%");
    says(words, "/home, many% full", "/home, many% full"); /* no number: not this text */
    says(words, "1 change waits", "čeka 1 izmena");
    says(words, "3 changes wait", "čekaju 3 izmene");
    says(words, "page abc of 7 ended", "stranica abc od 7 se završila");
    says(words, "nobody has said this before", "nobody has said this before");
    says(words, "", "");
    says(NULL, "the disk is full", "the disk is full");
    says(words, "too 3", "too 3"); /* the translation asks for more than the sentence has */
    WITHOUT_CATALOGUE;
}
END_TEST

START_TEST(what_was_put_in_is_said_too_unless_it_was_typed)
{
    WITH_CATALOGUE(words);

    says(words, "cannot open /a/b: the disk is full", "disk je pun: zato se ne otvara /a/b");
    says(words, "cannot open /a/b: dance is no step", "step ne postoji pod imenom dance: zato se ne otvara /a/b");
    says(words, "Full name is no date", "date ne postoji pod imenom Ime i prezime");
    says(words, "no column \"Full name\" in people", "u people nema kolone „Full name“");
    says(words, "the disk is full: Open", "disk je pun: Otvori");
    says(words, "cannot open /a/b: Full name, Open", "Ime i prezime, Otvori: zato se ne otvara /a/b"); /* a list of what is known */
    says(words, "cannot open /a/b: Full name, Bora", "Full name, Bora: zato se ne otvara /a/b");
    says(words, "Full name: as it is written: in Latin", "Ime i prezime: as it is written: in Latin");
    says(words, "as it is: the disk is full", "as it is: the disk is full");
    WITHOUT_CATALOGUE;
}
END_TEST

/* In every language: a tablet that was revoked says so to people who read no English. */
START_TEST(why_a_server_says_no_is_said_in_every_language)
{
    static const char *const reasons[] = {"this device was revoked",
                                          "this log is not known here",
                                          "too many wrong codes; wait a minute",
                                          "this log is known already, with another key: start a new one",
                                          "this code is not valid, was used by another device, or is too old: ask for a new one",
                                          "the segment that should begin with change 7 did not verify"};

    for (size_t i = 0; i < catalogue_count; i++)
        for (size_t k = 0; k < sizeof reasons / sizeof reasons[0]; k++) {
            char sentence[ERROR_CAUSE_BYTES], said[SAID_BYTES];

            snprintf(sentence, sizeof sentence, "the server refused this device: %s", reasons[k]);
            say_sentence(&catalogues[i], sentence, said, sizeof said);
            if (strcmp(catalogues[i].language, "en") == 0)
                ck_assert_str_eq(said, sentence);
            else
                ck_assert_msg(strstr(said, "device") == NULL && strstr(said, reasons[k]) == NULL && strstr(said, "verify") == NULL,
                              "%s: %s", catalogues[i].language, said);
        }
}
END_TEST

START_TEST(an_error_is_said_with_what_one_can_do)
{
    char cause[SAID_BYTES], remedy[SAID_BYTES];
    struct error err = {0};
    WITH_CATALOGUE(words);

    error_set(&err, ERROR_STORAGE, "Open", "cannot open %.200s: %s", "x.db", "the disk is full");
    say_error(words, &err, cause, remedy);
    ck_assert_str_eq(cause, "disk je pun: zato se ne otvara x.db");
    ck_assert_str_eq(remedy, "Otvori");
    ck_assert_str_eq(err.cause, "cannot open x.db: the disk is full"); /* the error itself stays as it is */
    say_error(NULL, &err, cause, remedy);
    ck_assert_str_eq(cause, err.cause);
    WITHOUT_CATALOGUE;
}
END_TEST

START_TEST(a_cause_for_those_who_mend_programs_is_said_behind_what_its_kind_means)
{
    char cause[SAID_BYTES];
    WITH_CATALOGUE(words);

    ck_assert_str_eq(say_cause(words, ERROR_CORRUPT, "column 7 had 3 rows", cause), "bajtovi nisu ono što tvrde (column 7 had 3 rows)");
    ck_assert_str_eq(say_cause(words, ERROR_CORRUPT, "the disk is full", cause), "disk je pun");
    ck_assert_str_eq(say_cause(words, ERROR_OFFLINE, "no road", cause), "no road"); /* the meaning is not translated either */
    ck_assert_str_eq(say_cause(NULL, ERROR_CORRUPT, "column 7 had 3 rows", cause), "column 7 had 3 rows");
    WITHOUT_CATALOGUE;
}
END_TEST

START_TEST(a_sentence_that_does_not_fit_is_cut_between_letters)
{
    char text[16];
    WITH_CATALOGUE(words);

    say_sentence(words, "3 changes wait", text, 2);
    ck_assert_str_eq(text, ""); /* "č" has two bytes, and the NUL needs one */
    say_sentence(words, "3 changes wait", text, 3);
    ck_assert_str_eq(text, "č");
    say_sentence(words, "the disk is full", text, sizeof "disk je pun");
    ck_assert_str_eq(text, "disk je pun");
    say_sentence(words, "the disk is full", text, sizeof "disk je pun" - 1);
    ck_assert_str_eq(text, "disk je pu");
    say_sentence(words, "the disk is full", text, 1);
    ck_assert_str_eq(text, "");
    WITHOUT_CATALOGUE;
}
END_TEST

/* Every look that there is, into bytes that may be anything. */
static void look_everywhere(struct span mo)
{
    struct catalogue words = {.language = "xx", .mo = mo, .page = mo};
    struct bytes json = {0};
    char text[SAID_BYTES];

    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++) {
        ck_assert_ptr_nonnull(say(&words, some[i].original));
        ck_assert_ptr_nonnull(say_in(&words, "state", some[i].original));
        ck_assert_ptr_nonnull(say_many(&words, some[i].original, "many", i));
    }
    say_sentence(&words, "cannot open /a/b: dance is no step", text, sizeof text);
    ck_assert_uint_lt(strlen(text), sizeof text);
    ck_assert(catalogue_page_json(&words, &json));
    bytes_clear(&json);
}

START_TEST(a_catalogue_cut_anywhere_is_read_within_its_bounds)
{
    struct bytes whole = mo_of(some, sizeof some / sizeof some[0]);

    for (size_t size = 0; size <= whole.size; size++) {
        uint8_t *exact = malloc(size == 0 ? 1 : size); /* so that a sanitizer sees the first byte too far */

        ck_assert_ptr_nonnull(exact);
        memcpy(exact, whole.data, size);
        look_everywhere((struct span){exact, size});
        free(exact);
    }
    bytes_clear(&whole);
}
END_TEST

START_TEST(a_catalogue_of_wrong_bytes_is_read_within_its_bounds)
{
    static const uint8_t wrong[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    struct bytes whole = mo_of(some, sizeof some / sizeof some[0]);

    for (size_t at = 0; at < 28 + 16 * sizeof some / sizeof some[0]; at++)
        for (size_t i = 0; i < sizeof wrong; i++) {
            uint8_t kept = whole.data[at];

            whole.data[at] = wrong[i];
            look_everywhere(bytes_span(&whole));
            whole.data[at] = kept;
        }
    bytes_clear(&whole);
}
END_TEST

START_TEST(a_table_may_end_with_the_file_but_not_after_it)
{
    struct bytes mo = {0};
    struct mo read;

    for (size_t i = 0; i < 7; i++)
        bytes_append_u32(&mo, (const uint32_t[]){0x950412de, 0, 1, 28, 28, 0, 0}[i]);
    bytes_append_u32(&mo, 0);
    bytes_append_u32(&mo, 0);
    ck_assert(mo_read(bytes_span(&mo), &read));
    mo.data[8] = 2;
    ck_assert(!mo_read(bytes_span(&mo), &read));
    ck_assert_uint_eq(read.count, 0);
    mo.data[8] = 1;
    mo.data[4 + 2] = 1; /* a later major revision */
    ck_assert(!mo_read(bytes_span(&mo), &read));
    bytes_clear(&mo);
}
END_TEST

START_TEST(the_page_gets_its_texts_as_json)
{
    struct arena arena = {0};
    struct error err = {0};
    struct bytes json = {0};
    json_t *read, *texts;
    WITH_CATALOGUE(words);

    ck_assert(catalogue_page_json(words, &json));
    read = json_loadb((const char *)json.data, json.size, 0, NULL);
    ck_assert_ptr_nonnull(read);
    ck_assert_str_eq(json_string_value(json_object_get(read, "language")), "sr-Latn");
    texts = json_object_get(read, "texts");
    ck_assert_uint_eq(json_object_size(texts), 3); /* without the header */
    ck_assert_str_eq(json_string_value(json_object_get(texts, "Open")), "Otvori");
    ck_assert_str_eq(json_string_value(json_object_get(texts, "state\4Open")), "Otvoreno \"sad\"");
    ck_assert_uint_eq(json_array_size(json_object_get(texts, "{n} person")), 3);
    ck_assert_str_eq(json_string_value(json_array_get(json_object_get(texts, "{n} person"), 1)), "{n} osobe");
    json_decref(read);
    bytes_clear(&json);
    ck_assert(catalogue_page_json(catalogue_of("en"), &json));
    ck_assert_str_eq(arena_text_n(&arena, (const char *)json.data, json.size), "{\"language\":\"en\",\"texts\":{}}");
    bytes_clear(&json);
    arena_clear(&arena);
    ck_assert_int_eq(err.kind, ERROR_NONE);
    WITHOUT_CATALOGUE;
}
END_TEST

START_TEST(a_language_is_found_by_its_tag)
{
    static const char *const tags[] = {"en", "sr-Cyrl", "sr-Latn", "bs", "sq", "mk"};

    ck_assert_uint_eq(catalogue_count, sizeof tags / sizeof tags[0]);
    for (size_t i = 0; i < catalogue_count; i++) {
        struct mo mo;

        ck_assert_str_eq(catalogues[i].language, tags[i]);
        ck_assert_ptr_eq(catalogue_of(tags[i]), &catalogues[i]);
        ck_assert(i == 0 || mo_read(catalogues[i].mo, &mo));
        ck_assert(i == 0 || mo_read(catalogues[i].page, &mo));
    }
    ck_assert_ptr_eq(catalogue_of("SR-latn"), &catalogues[2]);
    ck_assert_ptr_null(catalogue_of("de"));
    ck_assert_ptr_null(catalogue_of(""));
    ck_assert_ptr_null(catalogue_of("sr"));
}
END_TEST

START_TEST(a_language_is_found_by_the_locale_that_people_set)
{
    static const struct {
        const char *locale, *language;
    } rows[] = {
        {"sr_RS.UTF-8", "sr-Cyrl"},
        {"sr_RS.UTF-8@latin", "sr-Latn"},
        {"sr_RS@latin", "sr-Latn"},
        {"sr@latin", "sr-Latn"},
        {"sr@cyrillic", "sr-Cyrl"},
        {"sr-Latn", "sr-Latn"},
        {"bs_BA", "bs"},
        {"sq_AL.UTF-8", "sq"},
        {"sq", "sq"},
        {"mk_MK.UTF-8", "mk"},
        {"en_GB.UTF-8", "en"},
        {"C", "en"},
        {"C.UTF-8", "en"},
        {"POSIX", "en"},
        {"", "en"},
        {"de_DE.UTF-8", "en"},
        {"de:sq:sr", "sq"},
        {"sh", "sr-Latn"},
        {"mk_MK@euro", "mk"},
        {"srx", "en"},
        {":", "en"},
        {"de:", "en"},
        {"@latin", "en"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(strcmp(catalogue_of_locale(rows[i].locale)->language, rows[i].language) == 0, "%s gave %s", rows[i].locale,
                      catalogue_of_locale(rows[i].locale)->language);
}
END_TEST

SUITE("catalogue", a_text_is_said_in_the_language_or_as_it_is, a_number_gets_the_form_that_goes_with_it,
      a_finished_sentence_is_found_again_and_said, what_was_put_in_is_said_too_unless_it_was_typed, an_error_is_said_with_what_one_can_do,
      a_cause_for_those_who_mend_programs_is_said_behind_what_its_kind_means, a_sentence_that_does_not_fit_is_cut_between_letters,
      a_catalogue_cut_anywhere_is_read_within_its_bounds, a_catalogue_of_wrong_bytes_is_read_within_its_bounds,
      a_table_may_end_with_the_file_but_not_after_it, the_page_gets_its_texts_as_json, a_language_is_found_by_its_tag,
      a_language_is_found_by_the_locale_that_people_set, why_a_server_says_no_is_said_in_every_language)
