// SPDX-License-Identifier: Apache-2.0
/* How alike two people are, and why.
 *
 * Here:      the weights, the likeness of two names, what else is known, the score.
 * Not here:  taking people apart (match_name.c), finding whom to compare (match_index.c).
 * Rule       Symmetric: two people have one score, whichever is asked first.
 */
#include <string.h>

#include "protocol/match_internal.h"

/* What a name is worth: 60 points when all its parts are the same, so that a same name with nothing known against it is just likely.
 * Every point taken off has its reason: */
enum {
    NAME_POINTS = 60,
    OFF_SOUND = 4,           /* a part sounds the same and is spelt otherwise: Hoxha, Hodža */
    OFF_LETTER = 16,         /* a letter differs in a part of 4 or more: a slip, or Marko and Mirko. One school is not enough to tell */
    OFF_TWO_LETTERS = 22,    /* two in a part of 8 or more */
    OFF_INITIAL = 27,        /* A. Petrović: a good half of a village may be meant */
    OFF_GENDER = 41,         /* Jovan and Jovana: rather a brother and a sister than a slip */
    OFF_MISSING = 16,        /* a part is missing: a middle name, one of two surnames, or a cousin */
    OFF_LEAST = 16,          /* of all that differ by more than their spelling */
    OFF_SINGLE = 20,         /* one of them has one part only: everybody's first name */
    OFF_INITIALS_ONLY = 30,  /* one of them is nothing but initials */
    OFF_NONE = 1000,         /* a part that fits nothing */
    POINTS_ALL_BUT_ONE = 20, /* three parts or more, one of which fits nothing: a new surname beside the old */
    POINTS_HALF = 6,         /* one of two fits: a married name, or a cousin */
};

/* What else is known. Both must know it; what one does not know says nothing. */
static const struct weight {
    unsigned same_reason, other_reason;
    int same, other;
} weights[] = {
    /* numbers outlive jobs and names, but a household and an office share one, and people have two */
    {MATCH_SAME_PHONE, MATCH_OTHER_PHONE, 25, -12},
    /* an address is one person's; another one is common: work and home */
    {MATCH_SAME_EMAIL, MATCH_OTHER_EMAIL, 30, -6},
    /* one in forty shares a year of birth by chance; two years are a slip at best, and what tells namesakes apart */
    {MATCH_SAME_YEAR, MATCH_OTHER_YEAR, 18, -30},
    /* colleagues share a school, and teachers change schools */
    {MATCH_SAME_ORGANISATION, MATCH_OTHER_ORGANISATION, 10, -10},
    /* half of a programme's people share a place; who lives elsewhere is rather somebody else */
    {MATCH_SAME_MUNICIPALITY, 0, 4, -8},
};
enum { BY_PHONE, BY_EMAIL, BY_YEAR, BY_ORGANISATION, BY_MUNICIPALITY, WEIGHTS };
enum {
    SCORE_NEAR_MAX = MATCH_SURE - 1, /* a name that is not the same is never chosen beforehand */
    SCORE_HALF_MAX = 75,             /* half a name: shown, whatever else is known */
    SCORE_NAMELESS_MAX = 40,         /* names that share nothing: a household's or an office's contacts */
};

/* 1 same, -1 another, 0 nothing to say. */
static int says_phone(const struct match_brief *a, const struct match_brief *b)
{
    if (a->phone == 0 || b->phone == 0)
        return 0;
    return a->phone == b->phone && (a->country == b->country || a->country == 0 || b->country == 0) ? 1 : -1;
}

static int says_mark(uint64_t a, uint64_t b)
{
    return a == 0 || b == 0 ? 0 : a == b ? 1 : -1;
}

static bool has_word(const char *words, const char *word, size_t size)
{
    for (const char *at = words; *at != '\0';) {
        size_t here = strcspn(at, " ");

        if (here == size && memcmp(at, word, size) == 0)
            return true;
        at += here + (at[here] == ' ');
    }
    return false;
}

static bool has_all_words(const char *words, const char *of)
{
    for (const char *at = of; *at != '\0';) {
        size_t size = strcspn(at, " ");

        if (!has_word(words, at, size))
            return false;
        at += size + (at[size] == ' ');
    }
    return true;
}

/* "Gimnazija" and "Gimnazija Bosilegrad" may be one or two: that says nothing. */
static int says_organisation(const struct match_known *a, const struct match_known *b)
{
    int says = says_mark(a->brief.organisation, b->brief.organisation);

    return says == -1 && (has_all_words(a->organisation_words, b->organisation_words) ||
                          has_all_words(b->organisation_words, a->organisation_words))
               ? 0
               : says;
}

static int evidence(const struct match_brief *a, const struct match_brief *b, int organisation, unsigned *reasons)
{
    int says[WEIGHTS] = {
        [BY_PHONE] = says_phone(a, b),
        [BY_EMAIL] = says_mark(a->email, b->email),
        [BY_YEAR] = says_mark((uint64_t)a->year, (uint64_t)b->year),
        [BY_ORGANISATION] = organisation,
        [BY_MUNICIPALITY] = says_mark(a->municipality, b->municipality),
    };
    int points = 0;

    for (int i = 0; i < WEIGHTS; i++) {
        points += says[i] > 0 ? weights[i].same : says[i] < 0 ? weights[i].other : 0;
        *reasons |= says[i] > 0 ? weights[i].same_reason : says[i] < 0 ? weights[i].other_reason : 0;
    }
    return points;
}

static unsigned least_of(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Letters put in, left out, exchanged or swapped with the next: optimal string alignment. */
static unsigned distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
    unsigned rows[3][PART_BYTES_MAX + 2];

    for (size_t k = 0; k <= b_size; k++)
        rows[0][k] = (unsigned)k;
    for (size_t i = 1; i <= a_size; i++) {
        unsigned *now = rows[i % 3], *before = rows[(i + 2) % 3], *earlier = rows[(i + 1) % 3];

        now[0] = (unsigned)i;
        for (size_t k = 1; k <= b_size; k++) {
            now[k] = least_of(least_of(before[k] + 1, now[k - 1] + 1), before[k - 1] + (a[i - 1] != b[k - 1]));
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
                now[k] = least_of(now[k], earlier[k - 2] + 1);
        }
    }
    return rows[a_size % 3][b_size];
}

/* The same for two spellings of two parts: what is off for the letters in which they differ. */
static unsigned off_for_letters(const char *a, const char *b)
{
    size_t a_size = strlen(a), b_size = strlen(b), shorter = a_size < b_size ? a_size : b_size, longer = a_size < b_size ? b_size : a_size;
    unsigned letters;

    if (shorter < 3 || longer - shorter > 2)
        return OFF_NONE;
    letters = distance(a, a_size, b, b_size);
    if (letters == 1 && longer > shorter && (a_size > b_size ? a : b)[longer - 1] == 'a' && strncmp(a, b, shorter) == 0)
        return OFF_GENDER;
    if (letters <= 1)
        return shorter >= 4 ? OFF_LETTER : OFF_GENDER; /* Ana, Ena, Ina: three letters are too few for a slip */
    return letters == 2 && shorter >= 8 ? OFF_TWO_LETTERS : OFF_NONE;
}

/* How many points are off for taking part i of one for part k of the other. A slip may fall into a spelling: Rexhepi, Rehepi. */
static unsigned off_for_parts(const struct match_name *a, size_t i, const struct match_name *b, size_t k)
{
    if (strcmp(a->plain[i], b->plain[k]) == 0)
        return 0;
    if (strcmp(a->sound[i], b->sound[k]) == 0)
        return OFF_SOUND;
    if (a->sound[i][1] == '\0' || b->sound[k][1] == '\0')
        return a->sound[i][0] == b->sound[k][0] ? OFF_INITIAL : OFF_NONE;
    return least_of(off_for_letters(a->sound[i], b->sound[k]), off_for_letters(a->plain[i], b->plain[k]));
}

static unsigned set_size(unsigned set)
{
    unsigned size = 0;

    for (; set != 0; set &= set - 1)
        size++;
    return size;
}

/* The pairing of parts with the fewest points off: each of the fewer with one of the more. best[set]: the first parts, paired with those.
 */
static unsigned off_for_names(const struct match_name *few, const struct match_name *more)
{
    unsigned best[1U << MATCH_PARTS_MAX], sets = 1U << more->count, off = OFF_NONE * (MATCH_PARTS_MAX + 1);

    for (unsigned set = 1; set < sets; set++)
        best[set] = OFF_NONE * (MATCH_PARTS_MAX + 1);
    best[0] = 0;
    for (unsigned set = 0; set < sets; set++) {
        unsigned paired = set_size(set);

        if (paired == few->count)
            off = least_of(off, best[set]);
        for (unsigned k = 0; paired < few->count && k < more->count; k++)
            if ((set & 1U << k) == 0)
                best[set | 1U << k] = least_of(best[set | 1U << k], best[set] + off_for_parts(few, paired, more, k));
    }
    return off;
}

static bool is_in_order(const struct match_name *a, const struct match_name *b)
{
    for (unsigned i = 0; i < a->count; i++)
        if (strcmp(a->sound[i], b->sound[i]) != 0)
            return false;
    return true;
}

static bool is_initials(const struct match_name *name)
{
    for (unsigned i = 0; i < name->count; i++)
        if (name->sound[i][1] != '\0')
            return false;
    return true;
}

static int name_points(const struct match_name *few, const struct match_name *more)
{
    unsigned off, fits_nothing;
    int points;

    if (few->count == 0)
        return 0;
    off = few->count == more->count && few->plain_bag == more->plain_bag ? 0 : off_for_names(few, more);
    fits_nothing = off / OFF_NONE;
    points = NAME_POINTS - (int)(off % OFF_NONE) - OFF_MISSING * (int)(more->count - few->count);
    if (fits_nothing > 1 || (fits_nothing == 1 && few->count < 2))
        return 0;
    if (fits_nothing == 1)
        points -= NAME_POINTS - (few->count > 2 ? POINTS_ALL_BUT_ONE : POINTS_HALF);
    if (few->count == 1)
        points -= OFF_SINGLE;
    if (is_initials(few) || is_initials(more))
        points -= OFF_INITIALS_ONLY;
    return points < 0 ? 0 : points;
}

/* Why the names are the same, or nearly. */
static unsigned name_reasons(const struct match_name *a, const struct match_name *b, int points)
{
    unsigned reasons = 0;

    if (points == 0)
        return 0;
    if (a->count != b->count || a->sound_bag != b->sound_bag)
        return MATCH_NEAR_NAME;
    if (!is_in_order(a, b))
        reasons |= MATCH_OTHER_ORDER;
    if (a->cased_bag == b->cased_bag)
        return reasons | (reasons == 0 ? MATCH_SAME_NAME : 0);
    if (a->cyrillic != b->cyrillic)
        reasons |= MATCH_OTHER_SCRIPT;
    else if (a->plain_bag == b->plain_bag)
        reasons |= MATCH_NO_DIACRITICS;
    return reasons | (a->plain_bag == b->plain_bag ? 0 : MATCH_NEAR_NAME);
}

static bool has_contact(unsigned reasons)
{
    return (reasons & (MATCH_SAME_PHONE | MATCH_SAME_EMAIL)) != 0;
}

unsigned match_weigh(const struct match_known *a, const struct match_known *b, unsigned *ret_reasons)
{
    bool fewer = a->name.count <= b->name.count;
    int points = name_points(fewer ? &a->name : &b->name, fewer ? &b->name : &a->name);
    bool same = a->brief.name == b->brief.name;
    int most = points == 0 ? SCORE_NAMELESS_MAX : points <= POINTS_ALL_BUT_ONE ? SCORE_HALF_MAX : same ? MATCH_SCORE_MAX : SCORE_NEAR_MAX;
    int score;

    *ret_reasons = name_reasons(&a->name, &b->name, points);
    score = points + evidence(&a->brief, &b->brief, says_organisation(a, b), ret_reasons);
    score = score < 0 ? 0 : score > most ? most : score;
    return has_contact(*ret_reasons) && score < MATCH_CONTACT ? MATCH_CONTACT : (unsigned)score;
}

bool match_is_hopeless(const struct match_brief *a, const struct match_brief *b, unsigned least)
{
    unsigned reasons = 0;
    int name = a->name == b->name ? NAME_POINTS : NAME_POINTS - OFF_LEAST;
    int organisation = a->organisation != 0 && a->organisation == b->organisation; /* another one may yet say nothing */

    int score = name + evidence(a, b, organisation, &reasons);

    return score < (int)least && !(has_contact(reasons) && least <= MATCH_CONTACT);
}

struct match match_two(const struct match_person *a, const struct match_person *b)
{
    struct arena arena = {0};
    struct match_known one, other;
    struct match match = {0};

    if (match_known_of(&arena, a, &one) && match_known_of(&arena, b, &other))
        match.score = match_weigh(&one, &other, &match.reasons);
    arena_clear(&arena);
    return match;
}
