// SPDX-License-Identifier: Apache-2.0
/* What similar.c and similar_pairs.c share: the people of one device, compared.
 *
 * Here:      the kept index and how its people are linked.
 * Not here:  anything for others: they include similar.h.
 */
#ifndef AGENT_APP_SIMILAR_INTERNAL_H
#define AGENT_APP_SIMILAR_INTERNAL_H

#include "agent/app/similar.h"

#define SIMILAR_NOBODY SIZE_MAX

struct kept_person {
    const char *id;
    size_t same_as; /* a row this one is linked to as the same person; itself: none */
};
struct judged {
    size_t person, also;
};
struct similar {
    const struct store *store;
    uint64_t people_revision, links_revision; /* of what it was made of */
    struct match_index *index;
    struct arena arena;
    struct kept_person *people; /* as in the index: ascending by id */
    size_t count, room;
    struct judged *different;
    size_t different_count, different_room;
    bool failed;
};

size_t similar_index_of(const struct similar *similar, const char *id); /* SIMILAR_NOBODY: not here */
/* The one row that stands for all that are linked as the same person. */
size_t similar_one_of(const struct similar *similar, size_t index);
bool similar_describe(struct store *store, struct arena *arena, const char *id, struct similar_person *ret, struct error *err);
bool similar_no_memory(struct error *err);

#endif
