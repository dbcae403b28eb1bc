// SPDX-License-Identifier: Apache-2.0
/* An index over many people: whoever could be one person with somebody shares a key with them.
 *
 * Here:      the keys, a table from keys to people, asking for one and for all pairs.
 * Not here:  how alike two are (match_weigh.c).
 * Why keys   Comparing all with all is 5,000,000,000 comparisons for 100,000 people. A key is a contact, two parts of the name, or one part
 *            with the beginning, the end or the initial of another: a slip in one part leaves its beginning or its end, and the other part.
 */
#include <stdlib.h>
#include <string.h>

#include "protocol/match_internal.h"

enum { FIRST_ROOM = 256, NOBODY = -1 };

struct link { /* one person under one key */
    uint64_t key;
    int32_t person, next; /* next of the same slot; NOBODY: the last */
};
struct match_index {
    struct arena arena;
    struct match_known *people;
    size_t count, room;
    struct link *links;
    size_t link_count, link_room;
    int32_t *slots; /* the newest link; a power of two of them */
    size_t slot_count;
};

static uint64_t ends(const char *sound, bool last)
{
    size_t size = strlen(sound);

    return size < 2 ? 0 : match_mark(last ? sound + size - 2 : sound, 2);
}

static size_t name_keys(const struct match_name *name, uint64_t *ret)
{
    uint64_t marks[MATCH_PARTS_MAX];
    size_t count = 0;

    for (unsigned i = 0; i < name->count; i++)
        marks[i] = match_mark(name->sound[i], strlen(name->sound[i]));
    if (name->count == 1)
        ret[count++] = match_mix(marks[0], 0, '1');
    for (unsigned i = 0; i < name->count; i++) {
        for (unsigned k = 0; k < name->count; k++) {
            uint64_t begins = ends(name->sound[k], false), closes = ends(name->sound[k], true);

            if (i == k)
                continue;
            if (i < k)
                ret[count++] = match_mix(marks[i] + marks[k], 0, '2');
            if (begins != 0)
                ret[count++] = match_mix(marks[i], begins, 'b');
            if (closes != 0)
                ret[count++] = match_mix(marks[i], closes, 'e');
            ret[count++] = match_mix(marks[i], (uint8_t)name->sound[k][0], 'i');
        }
    }
    return count;
}

size_t match_keys(const struct match_known *known, uint64_t ret[KEYS_MAX])
{
    size_t count = name_keys(&known->name, ret);

    if (known->brief.phone != 0)
        ret[count++] = match_mix(known->brief.phone, 0, 'p');
    if (known->brief.email != 0)
        ret[count++] = match_mix(known->brief.email, 0, '@');
    return count;
}

struct match_index *match_index_create(void)
{
    struct match_index *index = calloc(1, sizeof *index);

    if (index == NULL)
        return NULL;
    index->slot_count = FIRST_ROOM;
    index->slots = malloc(index->slot_count * sizeof *index->slots);
    if (index->slots == NULL) {
        free(index);
        return NULL;
    }
    memset(index->slots, 0xFF, index->slot_count * sizeof *index->slots); /* NOBODY everywhere */
    return index;
}

void match_index_destroy(struct match_index *index)
{
    if (index == NULL)
        return;
    arena_clear(&index->arena);
    free(index->people);
    free(index->links);
    free(index->slots);
    free(index);
}

static size_t slot_of(const struct match_index *index, uint64_t key)
{
    return (size_t)(key >> 1) & (index->slot_count - 1);
}

static void hang(struct match_index *index, size_t link)
{
    int32_t *slot = &index->slots[slot_of(index, index->links[link].key)];

    index->links[link].next = *slot;
    *slot = (int32_t)link;
}

/* Room for so many more keys, and slots for them. */
static bool make_room(struct match_index *index, size_t keys)
{
    size_t need = index->link_count + keys, room = index->link_room == 0 ? FIRST_ROOM : index->link_room, slots = index->slot_count;
    struct link *links;
    int32_t *more;

    while (room < need)
        room *= 2;
    if (room != index->link_room) {
        links = realloc(index->links, room * sizeof *links);
        if (links == NULL)
            return false;
        index->links = links;
        index->link_room = room;
    }
    while (slots < need)
        slots *= 2;
    if (slots == index->slot_count)
        return true;
    more = realloc(index->slots, slots * sizeof *more);
    if (more == NULL)
        return false;
    index->slots = more;
    index->slot_count = slots;
    memset(more, 0xFF, slots * sizeof *more);
    for (size_t i = 0; i < index->link_count; i++)
        hang(index, i);
    return true;
}

bool match_index_add(struct match_index *index, const struct match_person *person)
{
    uint64_t keys[KEYS_MAX];
    struct match_known known;
    size_t count;

    if (index->count == MATCH_PEOPLE_MAX)
        return false;
    if (index->count == index->room) {
        size_t room = index->room == 0 ? FIRST_ROOM : index->room * 2;
        struct match_known *people = realloc(index->people, room * sizeof *people);

        if (people == NULL)
            return false;
        index->people = people;
        index->room = room;
    }
    if (!match_known_of(&index->arena, person, &known))
        return false;
    count = match_keys(&known, keys);
    if (!make_room(index, count))
        return false;
    for (size_t i = 0; i < count; i++) {
        index->links[index->link_count] = (struct link){keys[i], (int32_t)index->count, NOBODY};
        hang(index, index->link_count++);
    }
    index->people[index->count++] = known;
    return true;
}

static bool is_better(const struct match *a, const struct match *b)
{
    return a->score != b->score ? a->score > b->score : a->index < b->index;
}

/* One question: whoever shares a key with somebody, each looked at once. */
struct search {
    const struct match_index *index;
    const struct match_known *known;
    unsigned least;
    uint8_t *looked; /* a bit a person: was looked at */
    struct match *ret;
    size_t room, count;
};

/* Keeps the best `room`, the best first. */
static void keep(struct search *search, struct match match)
{
    size_t at = search->count;

    if (at == search->room && !is_better(&match, &search->ret[at - 1]))
        return;
    if (at < search->room)
        search->count++;
    else
        at--;
    for (; at > 0 && is_better(&match, &search->ret[at - 1]); at--)
        search->ret[at] = search->ret[at - 1];
    search->ret[at] = match;
}

static void look_at(struct search *search, size_t person)
{
    const struct match_known *other = &search->index->people[person];
    struct match match = {.index = person};
    uint8_t bit = (uint8_t)(1U << person % 8);

    if ((search->looked[person / 8] & bit) != 0)
        return;
    search->looked[person / 8] |= bit;
    if (match_is_hopeless(&search->known->brief, &other->brief, search->least))
        return;
    match.score = match_weigh(search->known, other, &match.reasons);
    if (match.score >= search->least)
        keep(search, match);
}

static void search_run(struct search *search)
{
    const struct match_index *index = search->index;
    uint64_t keys[KEYS_MAX];
    size_t count = match_keys(search->known, keys);

    for (size_t i = 0; i < count; i++) {
        int32_t at = index->slots[slot_of(index, keys[i])];
        size_t met = 0;

        for (; at != NOBODY && met < MATCH_BLOCK_MAX; at = index->links[at].next)
            if (index->links[at].key == keys[i]) {
                met++;
                look_at(search, (size_t)index->links[at].person);
            }
    }
}

size_t match_find(const struct match_index *index, const struct match_person *person, unsigned least, struct match *ret, size_t room)
{
    struct arena arena = {0};
    struct match_known known;
    struct search search = {.index = index, .known = &known, .least = least, .ret = ret, .room = room};

    search.looked = calloc(index->count / 8 + 1, 1);
    if (search.looked != NULL && room > 0 && match_known_of(&arena, person, &known))
        search_run(&search);
    free(search.looked);
    arena_clear(&arena);
    return search.count;
}

/* All pairs: the links by key, so that people under one key lie side by side. */
struct pairing {
    const struct match_index *index;
    struct standing {
        uint64_t key;
        uint32_t person;
    } * entries; /* ascending by key, then by person */
    size_t count;
    struct match_brief *briefs; /* of one block */
    unsigned least;
    bool (*each)(void *context, size_t a, size_t b, unsigned score, unsigned reasons);
    void *context;
};

static int compare_entries(const void *a, const void *b)
{
    const struct standing *left = a, *right = b;

    if (left->key != right->key)
        return left->key < right->key ? -1 : 1;
    return left->person < right->person ? -1 : left->person > right->person;
}

/* How far two people stand from each other under one key; SIZE_MAX: one does not stand there. */
static size_t apart(const struct pairing *pairing, uint64_t key, uint32_t a, uint32_t b)
{
    struct standing left = {key, a}, right = {key, b};
    const struct standing *one = bsearch(&left, pairing->entries, pairing->count, sizeof left, compare_entries);
    const struct standing *other =
        one == NULL ? NULL : bsearch(&right, one, pairing->count - (size_t)(one - pairing->entries), sizeof right, compare_entries);

    return other == NULL ? SIZE_MAX : (size_t)(other - one);
}

/* Two people may share many keys: the least of them tells of the pair. */
static bool is_first_meeting(const struct pairing *pairing, uint64_t key, uint32_t a, uint32_t b)
{
    uint64_t keys[KEYS_MAX];
    size_t count = match_keys(&pairing->index->people[a], keys);

    for (size_t i = 0; i < count; i++)
        if (keys[i] < key && apart(pairing, keys[i], a, b) < MATCH_BLOCK_MAX)
            return false;
    return true;
}

static bool pair_block(struct pairing *pairing, const struct standing *block, size_t count)
{
    const struct match_known *people = pairing->index->people;

    for (size_t i = 0; i < count; i++)
        pairing->briefs[i] = people[block[i].person].brief;
    for (size_t i = 0; i < count; i++)
        for (size_t k = i + 1; k < count && k - i < MATCH_BLOCK_MAX; k++) {
            uint32_t a = block[i].person, b = block[k].person;
            unsigned score, reasons;

            if (match_is_hopeless(&pairing->briefs[i], &pairing->briefs[k], pairing->least))
                continue;
            score = match_weigh(&people[a], &people[b], &reasons);
            if (score >= pairing->least && is_first_meeting(pairing, block->key, a, b) &&
                !pairing->each(pairing->context, a, b, score, reasons))
                return false;
        }
    return true;
}

/* Sorts the links; a person stands under a key once, however often the parts of the name repeat. */
static void sort_entries(struct pairing *pairing)
{
    const struct match_index *index = pairing->index;
    size_t kept = 0;

    for (size_t i = 0; i < index->link_count; i++)
        pairing->entries[i] = (struct standing){index->links[i].key, (uint32_t)index->links[i].person};
    qsort(pairing->entries, index->link_count, sizeof *pairing->entries, compare_entries);
    for (size_t i = 0; i < index->link_count; i++)
        if (kept == 0 || compare_entries(&pairing->entries[kept - 1], &pairing->entries[i]) != 0)
            pairing->entries[kept++] = pairing->entries[i];
    pairing->count = kept;
}

bool match_pairs(const struct match_index *index, unsigned least,
                 bool (*each)(void *context, size_t a, size_t b, unsigned score, unsigned reasons), void *context)
{
    struct pairing pairing = {.index = index, .least = least, .each = each, .context = context};
    bool on = true, done = false;

    pairing.entries = malloc((index->link_count + 1) * sizeof *pairing.entries);
    pairing.briefs = malloc((index->count + 1) * sizeof *pairing.briefs);
    if (pairing.entries == NULL || pairing.briefs == NULL)
        goto out;
    sort_entries(&pairing);
    for (size_t from = 0, to = 0; on && from < pairing.count; from = to) {
        while (to < pairing.count && pairing.entries[to].key == pairing.entries[from].key)
            to++;
        on = pair_block(&pairing, pairing.entries + from, to - from);
    }
    done = true;
out:
    free(pairing.entries);
    free(pairing.briefs);
    return done;
}
