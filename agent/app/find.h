// SPDX-License-Identifier: Apache-2.0
/* Finding people by a few letters of what they are called.
 *
 * Here:      folded search over name, reference and organisation.
 * Not here:  is this the same person (similar.h, protocol/match.h).
 * Cost       every person who is here is looked at: 844 take a few milliseconds, 10,000 a tenth of a second.
 */
#ifndef AGENT_APP_FIND_H
#define AGENT_APP_FIND_H

#include "agent/store/store.h"

enum { FOUND_PEOPLE_MAX = 20, FIND_WORDS_MAX = 8, FIND_BYTES_MAX = 200 };

struct found_person {
    const char *id, *ref, *name, *organisation, *municipality, *municipality_cyrillic;
};
/* Those in whom every word of the text occurs, whatever script and marks it was typed with: first those whose name's words begin with them,
 * then the others, by name. A text without words finds nobody. In the arena. */
bool find_people(struct store *store, struct arena *arena, const char *text, const struct found_person **ret, size_t *ret_count,
                 struct error *err);

#endif
