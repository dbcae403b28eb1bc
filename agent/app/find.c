// SPDX-License-Identifier: Apache-2.0
/* Finding people by a few letters.
 *
 * Not here:  folding (protocol/text.h).
 */
#include "agent/app/find.h"

#include <string.h>

#include "protocol/text.h"

struct hit {
    struct found_person person;
    const char *municipality_id;
    const char *folded; /* the name */
    int rank;
};
struct search {
    struct arena *arena; /* of those who are found */
    struct arena scratch;
    char *words[FIND_WORDS_MAX], *loose[FIND_WORDS_MAX];
    size_t word_count;
    struct hit hits[FOUND_PEOPLE_MAX];
    size_t count;
    bool failed;
};

static bool words_of(struct search *search, const char *text, struct error *err)
{
    char *folded = strlen(text) > FIND_BYTES_MAX ? NULL : arena_text(search->arena, text_fold(search->arena, text));

    if (folded == NULL)
        return error_set(err, ERROR_INVALID, "Type a few letters of the name.",
                         "the words to look for were longer than %d bytes, or no text", FIND_BYTES_MAX);
    while (*(folded += strspn(folded, " \t\n")) != '\0' && search->word_count < FIND_WORDS_MAX) {
        search->words[search->word_count++] = folded;
        folded += strcspn(folded, " \t\n");
        if (*folded != '\0')
            *folded++ = '\0';
    }
    for (size_t i = 0; i < search->word_count; i++) {
        if ((search->loose[i] = arena_text(search->arena, search->words[i])) == NULL)
            return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory to find people");
        text_loosen(search->loose[i]);
    }
    return true;
}

static bool a_word_begins_with(const char *text, const char *word)
{
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word))
        if (at == text || at[-1] == ' ' || at[-1] == '-')
            return true;
    return false;
}

/* 0: the name's words begin so; 1: it occurs somewhere, or nearly so; -1: not all of it does. */
static int rank_of(const struct search *search, const char *name, const char *all, const char *loose)
{
    int rank = 0;

    for (size_t i = 0; i < search->word_count; i++) {
        if (strstr(all, search->words[i]) == NULL) {
            if (strstr(loose, search->loose[i]) == NULL)
                return -1;
            rank = 1;
            continue;
        }
        if (!a_word_begins_with(name, search->words[i]))
            rank = 1;
    }
    return rank;
}

static const char *text_of(struct arena *arena, const struct row *row, const char *field)
{
    const char *text = row_text(row, field);

    return text == NULL ? "" : arena_text(arena, text);
}

static bool stands_before(const struct hit *one, const struct hit *other)
{
    int order = one->rank != other->rank ? one->rank - other->rank : strcmp(one->folded, other->folded);

    return order < 0 || (order == 0 && strcmp(one->person.id, other->person.id) < 0);
}

/* Is it among the best so far? Most are not, and cost nothing further. */
static bool is_worth_keeping(const struct search *search, const struct hit *hit)
{
    return hit->rank >= 0 && (search->count < FOUND_PEOPLE_MAX || stands_before(hit, &search->hits[FOUND_PEOPLE_MAX - 1]));
}

/* Into its place among the best. */
static void keep(struct search *search, const struct hit *hit)
{
    size_t at = search->count;

    while (at > 0 && stands_before(hit, &search->hits[at - 1]))
        at--;
    if (search->count < FOUND_PEOPLE_MAX)
        search->count++;
    memmove(&search->hits[at + 1], &search->hits[at], (search->count - 1 - at) * sizeof search->hits[0]);
    search->hits[at] = *hit;
}

static bool take_person(void *context, const struct row *row)
{
    struct search *search = context;
    struct arena *scratch = &search->scratch;
    const char *name = row_text(row, "full_name"), *ref = row_text(row, "ref"), *organisation = row_text(row, "organisation");
    char *loose;
    struct hit hit = {.person.id = row->id, .folded = text_fold(scratch, name == NULL ? "" : name)};
    const char *all =
        arena_format(scratch, "%s %s %s", name == NULL ? "" : name, ref == NULL ? "" : ref, organisation == NULL ? "" : organisation);

    all = all == NULL ? NULL : text_fold(scratch, all);
    loose = all == NULL ? NULL : arena_text(scratch, all);
    search->failed = hit.folded == NULL || loose == NULL;
    if (!search->failed)
        text_loosen(loose);
    hit.rank = search->failed ? -1 : rank_of(search, hit.folded, all, loose);
    if (is_worth_keeping(search, &hit)) {
        hit.person = (struct found_person){.id = arena_text(search->arena, row->id),
                                           .ref = text_of(search->arena, row, "ref"),
                                           .name = text_of(search->arena, row, "full_name"),
                                           .organisation = text_of(search->arena, row, "organisation"),
                                           .municipality = "",
                                           .municipality_cyrillic = ""};
        hit.municipality_id = text_of(search->arena, row, "municipality");
        hit.folded = arena_text(search->arena, hit.folded);
        search->failed = hit.person.id == NULL || hit.person.ref == NULL || hit.person.name == NULL || hit.person.organisation == NULL ||
                         hit.municipality_id == NULL || hit.folded == NULL;
        if (!search->failed)
            keep(search, &hit);
    }
    arena_clear(scratch);
    return !search->failed;
}

static bool name_place(struct store *store, struct arena *arena, struct hit *hit, struct error *err)
{
    const struct row *place = NULL;

    if (hit->municipality_id[0] == '\0')
        return true;
    hit->person.municipality = hit->municipality_id;
    if (!store_row(store, arena, "municipality", hit->municipality_id, &place, err))
        return false;
    if (place != NULL && row_text(place, "name") != NULL)
        hit->person.municipality = row_text(place, "name");
    if (place != NULL && row_text(place, "name_cyrillic") != NULL)
        hit->person.municipality_cyrillic = row_text(place, "name_cyrillic");
    return true;
}

bool find_people(struct store *store, struct arena *arena, const char *text, const struct found_person **ret, size_t *ret_count,
                 struct error *err)
{
    struct search search = {.arena = arena};
    const struct store_query everybody = {.entity = "person"};
    struct found_person *people;

    *ret_count = 0;
    *ret = people = arena_take_many(arena, FOUND_PEOPLE_MAX, sizeof *people);
    if (people == NULL || !words_of(&search, text, err))
        return people != NULL ? false : error_set(err, ERROR_MEMORY, "Close other programs.", "no memory to find people");
    if (search.word_count == 0)
        return true;
    if (!store_each(store, &everybody, take_person, &search, err))
        return false;
    if (search.failed)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory to find people");
    for (size_t i = 0; i < search.count; i++) {
        if (!name_place(store, arena, &search.hits[i], err))
            return false;
        people[i] = search.hits[i].person;
    }
    *ret_count = search.count;
    return true;
}
