// SPDX-License-Identifier: Apache-2.0
/* Who on this device could be somebody: a walk-in about to be recorded, a name in a report, a row that was written twice.
 *
 * Here:      an index of the people who are here, kept for as long as the store says nothing new; candidates, pairs, reasons in words.
 * Not here:  how alike two people are (protocol/match.h), deciding: people do, and `teren person_link add` remembers it.
 * Rules      Removed people are nobody's likeness. Rows that are linked as "same" are one candidate. A pair that was judged, same or
 *            different, is not proposed again.
 * Costs      2,000 people (release build): 17 ms when somebody of them changed since the last question, else 0.1 ms. Memory: 0.7 KB a
 *            person.
 */
#ifndef AGENT_APP_SIMILAR_H
#define AGENT_APP_SIMILAR_H

#include "agent/store/store.h"
#include "protocol/match.h"

enum {
    SIMILAR_FOUND_MAX = 5,     /* candidates for one person */
    SIMILAR_SHOWN = MATCH_CONTACT, /* the least score a person is shown while recording somebody: nearly the same name is enough, and so
                                      is a phone or an e-mail */
    SIMILAR_PAIRS_MAX = 10000, /* proposed at once */
    SIMILAR_REASONS_MAX = 8,   /* of one match */
};

/* People as they stood at one revision of the store. */
struct similar;
/* Makes *kept, or makes it anew when the store has changed; NULL at first. The caller's: similar_destroy(). ERROR_LIMIT beyond
 * MATCH_PEOPLE_MAX people. */
bool similar_refresh(struct store *store, struct similar **kept, struct error *err);
void similar_destroy(struct similar *similar); /* NULL is fine */

struct similar_person {
    const char *id, *ref, *name, *organisation, *municipality, *municipality_cyrillic; /* "" not told; the municipality's name */
    int64_t birth_year;                                                                /* 0 not told */
    unsigned score, reasons;
    bool on_roster;
};
/* The best first. person: id "" for somebody new, else they and who is linked to them are left out; municipality: its row id.
 * session (id or code, NULL: none): whoever is on its roster is told, and of linked rows the one on it is named. In the arena. */
bool similar_find(struct store *store, const struct similar *similar, struct arena *arena, const struct match_person *person,
                  const char *session, unsigned least, struct similar_person ret[SIMILAR_FOUND_MAX], size_t *ret_count, struct error *err);

struct similar_pair {
    struct similar_person person, also; /* the one with the smaller reference first */
    unsigned score, reasons;
};
struct similar_pairs {
    struct similar_pair *items; /* the best first */
    size_t count;
    bool cut; /* there are more */
};
bool similar_pairs(struct store *store, const struct similar *similar, struct arena *arena, unsigned least, struct similar_pairs *ret,
                   struct error *err);

/* Why, in English, to be said in another language with say(); what speaks for it first. Gives how many. */
size_t similar_reasons(unsigned reasons, const char *ret[SIMILAR_REASONS_MAX]);

#endif
