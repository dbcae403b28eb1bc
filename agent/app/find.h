// SPDX-License-Identifier: Apache-2.0
/* Finding people by a few letters of what they are called.
 *
 * Here:      folded search over name, reference and organisation.
 * Not here:  is this the same person (similar.h, protocol/match.h).
 * Cost       the names are kept folded, until somebody of them changes: at 60,000 people the first question takes a second or so on a
 *            tablet, each further one a few milliseconds. Memory: 0.15 KB a person.
 */
#ifndef AGENT_APP_FIND_H
#define AGENT_APP_FIND_H

#include "agent/store/store.h"

enum {
    FOUND_PEOPLE_MAX = 20,
    FIND_WORDS_MAX = 8,
    FIND_BYTES_MAX = 200,
    FIND_KEPT_PEOPLE_MAX = 250 * 1000, /* usual people_max; beyond it each question reads them all */
};

struct found_person {
    const char *id, *ref, *name, *organisation, *municipality, *municipality_cyrillic;
};
/* People's names as they stood when asked for the last time, kept between questions; of more than people_max none. */
struct find_names;
struct find_names *find_names_create(size_t people_max); /* NULL: no memory */
void find_names_destroy(struct find_names *names);       /* NULL is fine */
/* Those in whom every word of the text occurs, whatever script and marks it was typed with: first those whose name's words begin with them,
 * then the others, by name. A text without words finds nobody. names NULL: there was no memory
 * for them. In the arena. */
bool find_people(struct store *store, struct find_names *names, struct arena *arena, const char *text, const struct found_person **ret,
                 size_t *ret_count, struct error *err);

#endif
