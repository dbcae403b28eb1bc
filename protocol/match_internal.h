// SPDX-License-Identifier: Apache-2.0
/* What the parts of the matcher share: a person taken apart, and what two of them say about each other.
 *
 * Here:      the parts of a name, marks (numbers that stand for a text), points.
 * Not here:  anything for others: they include match.h.
 * Why marks  An index compares many people: equal texts have equal 64-bit marks, so comparing costs no look at the text. Two texts of one
 *            mark would at worst be proposed to a person, who decides.
 */
#ifndef PROTOCOL_MATCH_INTERNAL_H
#define PROTOCOL_MATCH_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/match.h"

enum {
    PART_BYTES_MAX = 40,   /* of one part of a name, folded: what follows is not looked at */
    PHONE_DIGITS_MIN = 6,  /* fewer are no number that tells people apart: "-", "nema", an extension */
    PHONE_DIGITS_MAX = 15, /* E.164 */
    WORDS_BYTES_MAX = 256, /* of an organisation, folded: what follows is not looked at */
    /* 2 contacts and a lone part; each two parts; each part with another's beginning, end and initial */
    KEYS_MAX = 3 + MATCH_PARTS_MAX * (MATCH_PARTS_MAX - 1) / 2 + 3 * MATCH_PARTS_MAX * (MATCH_PARTS_MAX - 1),
};

struct match_name {
    unsigned count;
    bool cyrillic;                       /* some letter of it is */
    const char *plain[MATCH_PARTS_MAX];  /* Latin, no marks on letters */
    const char *sound[MATCH_PARTS_MAX];  /* as it sounds, in a few Latin letters; the same text where both are */
    uint64_t cased_bag, plain_bag, sound_bag; /* of all parts in any order; cased: letters as written but for their case */
};
/* What is compared first, and of many: marks; 0 unknown. */
struct match_brief {
    uint64_t name; /* its sound_bag */
    uint64_t phone; /* national digits after a 1 */
    uint64_t email, organisation, municipality;
    int16_t country, year;
};
struct match_known {
    struct match_brief brief;
    struct match_name name;
    const char *organisation_words; /* folded, a blank between; "" unknown */
};

/* match_name.c. Texts go into the arena. False: no memory. */
bool match_known_of(struct arena *arena, const struct match_person *person, struct match_known *ret);
uint64_t match_mark(const char *text, size_t size);      /* never 0 for what is not empty */
uint64_t match_mix(uint64_t a, uint64_t b, char tag);    /* one mark of two, in this order */
/* match_weigh.c */
unsigned match_weigh(const struct match_known *a, const struct match_known *b, unsigned *ret_reasons);
/* match_weigh will give less than `least`: told without a look at any text. False may be told of some that will, too. */
bool match_is_hopeless(const struct match_brief *a, const struct match_brief *b, unsigned least);
/* match_index.c: what somebody is looked up by */
size_t match_keys(const struct match_known *known, uint64_t ret[KEYS_MAX]);

#endif
