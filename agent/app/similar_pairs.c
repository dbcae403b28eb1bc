// SPDX-License-Identifier: Apache-2.0
/* People who may have been written down twice on this device.
 *
 * Here:      the pairs that nobody has judged yet, the best first.
 * Not here:  the index and one person's candidates (similar.c).
 */
#include <stdlib.h>
#include <string.h>

#include "agent/app/similar_internal.h"

struct found_pair {
    size_t a, b;
    unsigned score, reasons;
};
struct pairing {
    const struct similar *similar;
    struct arena arena;
    struct found_pair *pairs;
    size_t count, room;
    bool cut, failed;
};

static bool is_judged(const struct similar *similar, size_t a, size_t b)
{
    size_t one = similar_one_of(similar, a), other = similar_one_of(similar, b);

    for (size_t i = 0; i < similar->different_count && one != other; i++) {
        size_t person = similar_one_of(similar, similar->different[i].person), also = similar_one_of(similar, similar->different[i].also);

        if ((person == one && also == other) || (person == other && also == one))
            return true;
    }
    return one == other;
}

static bool take_pair(void *context, size_t a, size_t b, unsigned score, unsigned reasons)
{
    struct pairing *pairing = context;

    if (is_judged(pairing->similar, a, b))
        return true;
    if (pairing->count == SIMILAR_PAIRS_MAX)
        return !(pairing->cut = true);
    if (pairing->count == pairing->room) {
        size_t room = pairing->room == 0 ? 64 : pairing->room * 2;
        struct found_pair *pairs = arena_grow(&pairing->arena, pairing->pairs, pairing->count, room, sizeof *pairs);

        if (pairs == NULL)
            return !(pairing->failed = true);
        pairing->pairs = pairs;
        pairing->room = room;
    }
    pairing->pairs[pairing->count++] = (struct found_pair){a, b, score, reasons};
    return true;
}

static int compare_pairs(const void *a, const void *b)
{
    const struct similar_pair *left = a, *right = b;
    int order = left->score != right->score ? (left->score > right->score ? -1 : 1) : strcmp(left->person.ref, right->person.ref);

    if (order == 0)
        order = strcmp(left->also.ref, right->also.ref);
    if (order == 0)
        order = strcmp(left->person.id, right->person.id);
    return order != 0 ? order : strcmp(left->also.id, right->also.id);
}

static bool describe(struct store *store, struct arena *arena, const struct similar *similar, const struct found_pair *found,
                     struct similar_pair *ret, struct error *err)
{
    struct similar_person swap;

    if (!similar_describe(store, arena, arena_text(arena, similar->people[found->a].id), &ret->person, err) ||
        !similar_describe(store, arena, arena_text(arena, similar->people[found->b].id), &ret->also, err))
        return false;
    ret->score = found->score;
    ret->reasons = found->reasons;
    if (strcmp(ret->person.ref, ret->also.ref) > 0) {
        swap = ret->person;
        ret->person = ret->also;
        ret->also = swap;
    }
    return true;
}

bool similar_pairs(struct store *store, const struct similar *similar, struct arena *arena, unsigned least, struct similar_pairs *ret,
                   struct error *err)
{
    struct pairing pairing = {.similar = similar};
    bool done = false;

    *ret = (struct similar_pairs){NULL, 0, false};
    if (!match_pairs(similar->index, least, take_pair, &pairing) || pairing.failed) {
        similar_no_memory(err);
        goto out;
    }
    ret->items = arena_take_many(arena, pairing.count + 1, sizeof *ret->items);
    if (ret->items == NULL) {
        similar_no_memory(err);
        goto out;
    }
    ret->cut = pairing.cut;
    for (; ret->count < pairing.count; ret->count++)
        if (!describe(store, arena, similar, &pairing.pairs[ret->count], &ret->items[ret->count], err))
            goto out;
    if (ret->count > 1)
        qsort(ret->items, ret->count, sizeof *ret->items, compare_pairs);
    done = true;
out:
    arena_clear(&pairing.arena);
    return done;
}
