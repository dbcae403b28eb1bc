// SPDX-License-Identifier: Apache-2.0
/* A person taken apart for matching: the parts of the name, as written, without marks, and as it sounds; contacts in one form.
 *
 * Here:      splitting, titles, sounds, telephone numbers, organisations, marks.
 * Not here:  comparing (match_weigh.c), finding (match_index.c).
 * Sounds     One person is written Đorđe, Djordje and Dorde, Hoxha and Хоџа, Bytyqi and Битићи, Stjepan and Stijepan: letters that stand
 * for one sound in the region's spellings become one. What is left still reads like the name.
 */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "protocol/match_internal.h"
#include "protocol/text.h"

/* FNV-1a, then mixed so that sums of marks are marks of a bag. */
uint64_t match_mark(const char *text, size_t size)
{
    uint64_t mark = UINT64_C(0xCBF29CE484222325);

    for (size_t i = 0; i < size; i++)
        mark = (mark ^ (uint8_t)text[i]) * UINT64_C(0x100000001B3);
    return size == 0 ? 0 : match_mix(mark, size, 0);
}

uint64_t match_mix(uint64_t a, uint64_t b, char tag)
{
    uint64_t z = a + b * UINT64_C(0x9E3779B97F4A7C15) + (uint8_t)tag * UINT64_C(0xD1B54A32D192ED03);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (z ^ z >> 31) | 1;
}

static bool is_vowel(char letter)
{
    return letter != '\0' && strchr("aeiou", letter) != NULL;
}

/* Spellings of one sound; the first that fits counts, so the longer stand first. */
static const struct {
    const char *written, *sound;
} spellings[] = {
    {"ije", "e"},               /* Stijepan, Stjepan, Stepan; Danijel */
    {"ie", "e"},                /* Daniel */
    {"ija", "ia"},              /* Marija, Maria */
    {"xh", "dz"},               /* Albanian Xh, Serbian Dž, Џ */
    {"x", "ks"},                /* Alexandra */
    {"gj", "d"},                /* Albanian Gj, Macedonian Ѓ, for Đ */
    {"kj", "c"},                /* Macedonian Ќ in Latin, for Ć */
    {"q", "c"},                 /* Albanian Q, for Ć */
    {"sh", "s"},   {"zh", "z"}, /* Albanian Sh, Zh, and passports */
    {"ch", "c"},                /* passports: Markovich */
    {"th", "t"},   {"dh", "d"}, /* Albanian; Serbian has neither sound and writes t, d */
    {"lj", "l"},   {"nj", "n"}, /* Ljiljana is also written Liljana */
    {"y", "i"},    {"w", "v"},
};

/* What `at` stands for; *ret_step: how many letters of it. NULL: for itself. */
static const char *spelling_at(const char *at, size_t *ret_step)
{
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        size_t size;

        if (at[0] != spellings[i].written[0])
            continue;
        size = strlen(spellings[i].written);
        if (strncmp(at, spellings[i].written, size) == 0) {
            *ret_step = size;
            return spellings[i].sound;
        }
    }
    *ret_step = 1;
    return NULL;
}

/* How a folded part sounds. ret has PART_BYTES_MAX + 2 bytes: "x" makes two of one, at the end too. */
static void sound_of(const char *plain, char ret[PART_BYTES_MAX + 2])
{
    size_t size = 0, step;

    for (const char *at = plain; *at != '\0' && size < PART_BYTES_MAX; at += step) {
        const char *sound = spelling_at(at, &step);
        char own[2] = {*at, '\0'};

        if (sound == NULL && at != plain && at[0] == 'j' && at[1] == 'e' && !is_vowel(at[-1]))
            continue; /* djevojka, devojka: one word on two sides of a river */
        for (const char *letter = sound == NULL ? own : sound; *letter != '\0'; letter++)
            if (size == 0 || ret[size - 1] != *letter) /* Jovana, Jovanna; Llapi, Lapi */
                ret[size++] = *letter;
    }
    ret[size] = '\0';
}

/* "Đ" folds to "dj", and many write a plain "d" for it: both become "d". Cut to PART_BYTES_MAX. */
static void bare(const char *folded, char ret[PART_BYTES_MAX + 1])
{
    size_t size = 0;

    for (const char *at = folded; *at != '\0' && size < PART_BYTES_MAX; at++)
        if (*at != '\'' && !(*at == 'j' && at > folded && at[-1] == 'd'))
            ret[size++] = *at;
    ret[size] = '\0';
}

static bool is_title(const char *bare_part)
{
    static const char *const titles[] = {"dr",  "mr", "mag", "prof", "spec", "ing",  "inz",      "dipl", "doc",     "msc",  "phd",
                                         "bsc", "ml", "st",  "mlad", "gosp", "gdin", "gospodin", "gda",  "gospoda", "zoti", "znj"};

    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
        if (strcmp(bare_part, titles[i]) == 0)
            return true;
    return false;
}

/* Letters of any script, their marks, digits, and the apostrophe within a name. */
static bool is_of_a_word(utf8proc_int32_t point)
{
    utf8proc_category_t category = utf8proc_category(point);

    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO) || point == '\'' || point == 0x2019;
}

/* The next word of a text; NULL: there is none. *at moves behind it. */
static const char *word_next(const char **at, const char *end, size_t *ret_size, bool *ret_cyrillic)
{
    const char *start = NULL;

    while (*at < end) {
        utf8proc_int32_t point;
        utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)*at, end - *at, &point);

        if (step <= 0)
            break;
        if (is_of_a_word(point)) {
            start = start == NULL ? *at : start;
            *ret_cyrillic |= point >= 0x0400 && point <= 0x052F;
        } else if (start != NULL) {
            break;
        }
        *at += step;
    }
    *ret_size = start == NULL ? 0 : (size_t)(*at - start);
    return start;
}

static bool is_ascii(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return true;
}

/* The same as the two below for ASCII, where they are slow: most of what is compared is. NULL: no memory. */
static const char *lower(struct arena *arena, const char *text, size_t size)
{
    char *copy = arena_text_n(arena, text, size);

    for (char *at = copy; at != NULL && *at != '\0'; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    return copy;
}

/* One form for both cases and both ways to write a mark; "": no UTF-8. NULL: no memory. */
static const char *caseless(struct arena *arena, const char *text)
{
    utf8proc_uint8_t *out = NULL;
    utf8proc_ssize_t size;
    const char *kept;

    if (is_ascii(text, strlen(text)))
        return lower(arena, text, strlen(text));
    size = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)strlen(text), &out,
                        UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
    if (size < 0)
        return size == UTF8PROC_ERROR_NOMEM ? NULL : "";
    kept = arena_text_n(arena, (const char *)out, (size_t)size);
    free(out);
    return kept;
}

/* text_fold(). A blank or two of difference do not matter: words are taken out of it. */
static const char *fold(struct arena *arena, const char *text)
{
    return is_ascii(text, strlen(text)) ? lower(arena, text, strlen(text)) : text_fold(arena, text);
}

static bool add_part(struct arena *arena, struct arena *scratch, const char *word, size_t size, struct match_name *ret)
{
    const char *cased = arena_text_n(scratch, word, size);
    const char *folded = cased == NULL ? NULL : fold(scratch, cased);
    char plain[PART_BYTES_MAX + 1], sound[PART_BYTES_MAX + 2];

    if (folded == NULL)
        return false;
    bare(folded, plain);
    if (plain[0] == '\0' || is_title(plain))
        return true;
    sound_of(plain, sound);
    ret->plain[ret->count] = arena_text(arena, plain);
    ret->sound[ret->count] = strcmp(plain, sound) == 0 ? ret->plain[ret->count] : arena_text(arena, sound);
    if (ret->plain[ret->count] == NULL || ret->sound[ret->count] == NULL)
        return false;
    ret->plain_bag += match_mark(plain, strlen(plain));
    ret->cased_bag += match_mark(word, size);
    ret->sound_bag += match_mark(sound, strlen(sound));
    ret->count++;
    return true;
}

static bool take_name(struct arena *arena, struct arena *scratch, const char *name, struct match_name *ret)
{
    const char *cased = caseless(scratch, name), *at = cased, *end = cased == NULL ? NULL : cased + strlen(cased), *word;
    bool kept = cased != NULL;
    size_t size;

    while (kept && ret->count < MATCH_PARTS_MAX && (word = word_next(&at, end, &size, &ret->cyrillic)) != NULL)
        kept = add_part(arena, scratch, word, size, ret);
    return kept;
}

/* "OŠ" and "Osnovna škola" are one word on a list. Two folded words, and the one they are also written as. */
static const struct {
    const char *first, *second, *shorter;
} schools[] = {{"osnovna", "skola", "os"}, {"srednja", "skola", "ss"}, {"shkolla", "fillore", "shf"}, {"osnovno", "uciliste", "ou"}};

/* The words of an organisation, folded: quotes, dots and commas off, a blank between. */
static const char *take_organisation(struct arena *arena, struct arena *scratch, const char *organisation)
{
    const char *folded = fold(scratch, organisation);
    const char *end = folded == NULL ? NULL : folded + strlen(folded), *at = folded, *word;
    char words[WORDS_BYTES_MAX + 1];
    size_t size = 0, word_size, last = 0;
    bool ignored = false;

    while (folded != NULL && (word = word_next(&at, end, &word_size, &ignored)) != NULL) {
        if (size + word_size + 1 > WORDS_BYTES_MAX)
            break;
        if (size > 0)
            words[size++] = ' ';
        for (size_t i = 0; i < sizeof schools / sizeof schools[0] && size > 0; i++)
            if (word_size == strlen(schools[i].second) && strncmp(word, schools[i].second, word_size) == 0 &&
                size - 1 - last == strlen(schools[i].first) && strncmp(words + last, schools[i].first, size - 1 - last) == 0) {
                word = schools[i].shorter;
                word_size = strlen(word);
                size = last;
            }
        last = size;
        memcpy(words + size, word, word_size);
        size += word_size;
    }
    return arena_text_n(arena, words, size);
}

/* Country calling codes of the region: a number may be written with or without them. */
static const char *const countries[] = {"381", "382", "383", "385", "386", "387", "389", "355"};

static size_t country_at(const char *digits, int16_t *ret)
{
    for (size_t i = 0; i < sizeof countries / sizeof countries[0]; i++)
        if (strncmp(digits, countries[i], 3) == 0) {
            *ret = (int16_t)(i + 1);
            return 3;
        }
    return 0;
}

/* The national number: +381 63 111, 00381 63 111, 063/111 and +381 (0) 63 111 are one. Of several in one cell, the first. */
static void take_phone(const char *phone, struct match_brief *ret)
{
    char digits[PHONE_DIGITS_MAX + 6];
    size_t size = 0, skip = 0;
    bool abroad = phone[strspn(phone, " ")] == '+';

    for (; *phone != '\0' && *phone != ',' && *phone != ';' && size + 1 < sizeof digits; phone++)
        if (*phone >= '0' && *phone <= '9')
            digits[size++] = *phone;
    digits[size] = '\0';
    if (!abroad && digits[0] == '0' && digits[1] == '0') {
        abroad = true;
        skip = 2;
    }
    if (abroad || size > 10) /* nobody writes so many without a country's code */
        skip += country_at(digits + skip, &ret->country);
    if (digits[skip] == '0')
        skip++;
    if (size < skip + PHONE_DIGITS_MIN || size - skip > PHONE_DIGITS_MAX)
        return;
    for (ret->phone = 1; skip < size; skip++)
        ret->phone = ret->phone * 10 + (uint64_t)(digits[skip] - '0');
}

static uint64_t email_mark(struct arena *scratch, const char *email)
{
    const char *cased = strchr(email, '@') == NULL ? NULL : caseless(scratch, email);

    if (cased == NULL)
        return 0;
    cased += strspn(cased, " \t\n");
    return match_mark(cased, strcspn(cased, " \t\n"));
}

bool match_known_of(struct arena *arena, const struct match_person *person, struct match_known *ret)
{
    struct arena scratch = {0};
    const char *municipality = person->municipality == NULL ? "" : fold(&scratch, person->municipality);
    bool kept;

    *ret = (struct match_known){.organisation_words = ""};
    kept = take_name(arena, &scratch, person->name == NULL ? "" : person->name, &ret->name);
    ret->organisation_words = take_organisation(arena, &scratch, person->organisation == NULL ? "" : person->organisation);
    ret->brief.name = ret->name.sound_bag;
    if (ret->organisation_words != NULL)
        ret->brief.organisation = match_mark(ret->organisation_words, strlen(ret->organisation_words));
    ret->brief.municipality = municipality == NULL ? 0 : match_mark(municipality, strlen(municipality));
    ret->brief.email = email_mark(&scratch, person->email == NULL ? "" : person->email);
    take_phone(person->phone == NULL ? "" : person->phone, &ret->brief);
    if (person->birth_year > 0 && person->birth_year <= INT16_MAX)
        ret->brief.year = (int16_t)person->birth_year;
    arena_clear(&scratch);
    return kept && ret->organisation_words != NULL;
}
