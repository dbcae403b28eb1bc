// SPDX-License-Identifier: Apache-2.0
/* Are two rows one person? Names matched across scripts, diacritics, order and case, with what else is known as evidence.
 *
 * Here:      the parts of a name, how alike two people are, and why: a score and reasons.
 * Not here:  which rows to compare with which beyond the index below (stores hand rows in), deciding (people do), showing.
 * Rule       Reasons are codes; the edges say them in words. A namesake with a different birth year, phone and organisation is another
 *            person.
 *            No score is a verdict: what is proposed, a person decides.
 * Costs      100,000 people, one core (tests/bench/bench_match.c): 0.9 s to index, 70 MB; 0.1 ms to find, at worst 0.5; 0.8 s for all
 *            pairs. 2,000 people, a tablet: 0.02 s to index, 0.01 ms to find.
 * Source     names of the region: Serbian, Bosnian, Albanian, Macedonian; tests/programme (40 pairs, 12 namesakes).
 */
#ifndef PROTOCOL_MATCH_H
#define PROTOCOL_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/arena.h"

struct match_person {
    const char *id;                     /* "" for one who is not recorded yet */
    const char *name, *organisation, *phone, *email, *municipality;   /* "" unknown */
    int64_t birth_year;                 /* 0 unknown */
};
enum match_reason {
    MATCH_SAME_NAME = 1,          /* letter by letter, capitals aside */
    MATCH_OTHER_SCRIPT = 2,       /* the same name in Cyrillic or Latin */
    MATCH_NO_DIACRITICS = 4,      /* the same name without its marks: Celik, Çelik */
    MATCH_OTHER_ORDER = 8,        /* family name first */
    MATCH_NEAR_NAME = 16,         /* spelt otherwise, a letter or two differ, a part is missing or another */
    MATCH_SAME_PHONE = 32,
    MATCH_SAME_EMAIL = 64,
    MATCH_SAME_ORGANISATION = 128,
    MATCH_SAME_YEAR = 256,
    MATCH_OTHER_YEAR = 512,       /* speaks against it */
    MATCH_OTHER_PHONE = 1024,     /* speaks against it, a little */
    MATCH_OTHER_EMAIL = 2048,     /* likewise */
    MATCH_OTHER_ORGANISATION = 4096,
    MATCH_SAME_MUNICIPALITY = 8192,
};
enum { MATCH_SCORE_MAX = 100, MATCH_SURE = 90, MATCH_LIKELY = 60 };   /* sure: may be chosen for a person beforehand; likely: is shown */
/* A phone or an e-mail that both have is worth a question at the door, whatever the names: people marry, and are called by other names.
 * No score with it is less; by itself it is far from likely, because a household and a school share one. */
enum { MATCH_CONTACT = 45 };

struct match { size_t index; unsigned score, reasons; };              /* index: of match_index_add, from 0 */

enum {
    MATCH_PARTS_MAX = 6,        /* parts of a name that are looked at; titles are none */
    MATCH_PEOPLE_MAX = 250000,  /* in one index */
    MATCH_BLOCK_MAX = 4096,     /* people looked at who share one part of their likeness: beyond it only the last added */
};

/* An index over many people; asking costs what is alike, not all of them. */
struct match_index;
struct match_index *match_index_create(void);                         /* NULL: no memory */
void match_index_destroy(struct match_index *index);
bool match_index_add(struct match_index *index, const struct match_person *person);   /* copied; false: no memory, or too many */
/* The best first, score at least `least`, at most `room`; gives how many. */
size_t match_find(const struct match_index *index, const struct match_person *person, unsigned least, struct match *ret, size_t room);
/* Every pair in the index with at least `least`, each once, a < b, in one order for the same people; each returns false to stop.
 * False: no memory. */
bool match_pairs(const struct match_index *index, unsigned least,
                 bool (*each)(void *context, size_t a, size_t b, unsigned score, unsigned reasons), void *context);
/* Two people alone; score 0 also where there was no memory. */
struct match match_two(const struct match_person *a, const struct match_person *b);

#endif
