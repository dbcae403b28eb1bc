// SPDX-License-Identifier: Apache-2.0
/* Finding people by a few letters.
 *
 * Not here:  folding (protocol/text.h).
 */
#include "agent/app/find.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/text.h"

enum { NO_HIT = -1 };

/* One person as letters are looked for. */
struct folded {
    const char *id;
    const char *all;   /* name, reference, organisation */
    const char *loose; /* the same, spelt loosely; often it is `all` itself */
    size_t name_size;  /* the name is what `all` begins with */
};
struct find_names {
    const struct store *store; /* NULL: nothing was read yet */
    uint64_t revision;         /* of the people */
    size_t people_max;
    struct arena arena;
    struct folded *items;
    size_t count, room;
    bool too_many; /* then nothing is kept, and each question reads them all */
};
struct hit {
    struct folded person;
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

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory to find people");
}

/* --- people, folded --------------------------------------------------------------------------------------------------------------------
 */

static const char *fold_field(struct arena *arena, const struct row *row, const char *field)
{
    const char *text = row_text(row, field);

    return text == NULL ? "" : text_fold(arena, text);
}

/* What is made on the way stays in scratch; what `ret` points to, in `arena`. */
static bool fold_person(struct arena *arena, struct arena *scratch, const struct row *row, struct folded *ret)
{
    const char *name = fold_field(scratch, row, "full_name"), *ref = fold_field(scratch, row, "ref"),
               *organisation = fold_field(scratch, row, "organisation");
    char *loose;

    if (name == NULL || ref == NULL || organisation == NULL)
        return false;
    *ret = (struct folded){
        .id = arena_text(arena, row->id), .all = arena_format(arena, "%s %s %s", name, ref, organisation), .name_size = strlen(name)};
    loose = ret->all == NULL ? NULL : arena_text(scratch, ret->all);
    if (loose == NULL)
        return false;
    text_loosen(loose);
    ret->loose = strcmp(loose, ret->all) == 0 ? ret->all : arena_text(arena, loose);
    return ret->id != NULL && ret->loose != NULL;
}

static bool keep_person(struct find_names *names, const struct row *row, bool *ret_failed)
{
    struct arena scratch = {0};

    names->too_many = names->count == names->people_max;
    if (names->too_many)
        return false;
    if (names->count == names->room) {
        size_t room = names->room == 0 ? 256 : names->room * 2;
        struct folded *items = realloc(names->items, room * sizeof *items);

        if (items == NULL)
            return !(*ret_failed = true);
        names->items = items;
        names->room = room;
    }
    *ret_failed = !fold_person(&names->arena, &scratch, row, &names->items[names->count]);
    names->count += !*ret_failed;
    arena_clear(&scratch);
    return !*ret_failed;
}

struct keeping {
    struct find_names *names;
    bool failed;
};

static bool take_to_keep(void *context, const struct row *row)
{
    struct keeping *keeping = context;

    return keep_person(keeping->names, row, &keeping->failed);
}

static void forget(struct find_names *names)
{
    arena_clear(&names->arena);
    free(names->items);
    names->items = NULL;
    names->count = names->room = 0;
    names->store = NULL;
}

struct find_names *find_names_create(size_t people_max)
{
    struct find_names *names = calloc(1, sizeof *names);

    if (names != NULL)
        names->people_max = people_max;
    return names;
}

void find_names_destroy(struct find_names *names)
{
    if (names == NULL)
        return;
    forget(names);
    free(names);
}

static const struct store_query everybody = {.entity = "person"};

static bool names_refresh(struct store *store, struct find_names *names, struct error *err)
{
    struct keeping keeping = {.names = names};
    uint64_t revision = store_revision_of(store, everybody.entity);

    if (names->store == store && names->revision == revision)
        return true;
    forget(names);
    names->too_many = false;
    if (!store_each(store, &everybody, take_to_keep, &keeping, err))
        return false;
    if (keeping.failed)
        return no_memory(err);
    if (names->too_many)
        forget(names);
    names->store = store;
    names->revision = revision;
    return true;
}

/* --- looking ---------------------------------------------------------------------------------------------------------------------------
 */

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
            return no_memory(err);
        text_loosen(search->loose[i]);
    }
    return true;
}

/* In the name; a word that is looked for has no blank, so it does not reach over the name's end. */
static bool a_word_begins_with(const struct folded *person, const char *word)
{
    const char *name = person->all, *end = name + person->name_size;

    for (const char *at = strstr(name, word); at != NULL && at < end; at = strstr(at + 1, word))
        if (at == name || at[-1] == ' ' || at[-1] == '-')
            return true;
    return false;
}

/* 0: the name's words begin so; 1: it occurs somewhere, or nearly so; NO_HIT: not all of it does. */
static int rank_of(const struct search *search, const struct folded *person)
{
    int rank = 0;

    for (size_t i = 0; i < search->word_count; i++) {
        if (strstr(person->all, search->words[i]) == NULL) {
            if (strstr(person->loose, search->loose[i]) == NULL)
                return NO_HIT;
            rank = 1;
            continue;
        }
        if (!a_word_begins_with(person, search->words[i]))
            rank = 1;
    }
    return rank;
}

static bool stands_before(const struct hit *one, const struct hit *other)
{
    int order = one->rank != other->rank ? one->rank - other->rank : strcmp(one->person.all, other->person.all);

    return order < 0 || (order == 0 && strcmp(one->person.id, other->person.id) < 0);
}

/* Is it among the best so far? Most are not, and cost nothing further. */
static bool is_worth_keeping(const struct search *search, const struct hit *hit)
{
    return hit->rank != NO_HIT && (search->count < FOUND_PEOPLE_MAX || stands_before(hit, &search->hits[FOUND_PEOPLE_MAX - 1]));
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

/* Of those who are not kept, in whom nothing outlives the next one. */
static bool take_person(void *context, const struct row *row)
{
    struct search *search = context;
    struct hit hit;

    search->failed = !fold_person(&search->scratch, &search->scratch, row, &hit.person);
    hit.rank = search->failed ? NO_HIT : rank_of(search, &hit.person);
    if (is_worth_keeping(search, &hit)) {
        hit.person.id = arena_text(search->arena, hit.person.id);
        hit.person.all = arena_text(search->arena, hit.person.all);
        search->failed = hit.person.id == NULL || hit.person.all == NULL;
        if (!search->failed)
            keep(search, &hit);
    }
    arena_clear(&search->scratch);
    return !search->failed;
}

static bool look(struct store *store, const struct find_names *names, struct search *search, struct error *err)
{
    for (size_t i = 0; i < names->count; i++) {
        struct hit hit = {.person = names->items[i], .rank = rank_of(search, &names->items[i])};

        if (is_worth_keeping(search, &hit))
            keep(search, &hit);
    }
    return !names->too_many || (store_each(store, &everybody, take_person, search, err) && (!search->failed || no_memory(err)));
}

/* --- telling ---------------------------------------------------------------------------------------------------------------------------
 */

static const char *text_of(const struct row *row, const char *field)
{
    const char *text = row == NULL ? NULL : row_text(row, field);

    return text == NULL ? "" : text;
}

static bool tell_person(struct store *store, struct arena *arena, const char *id, struct found_person *ret, struct error *err)
{
    const struct row *row = NULL, *place = NULL;

    if (!store_row(store, arena, "person", id, &row, err))
        return false;
    *ret = (struct found_person){.id = arena_text(arena, id),
                                 .ref = text_of(row, "ref"),
                                 .name = text_of(row, "full_name"),
                                 .organisation = text_of(row, "organisation"),
                                 .municipality = text_of(row, "municipality"),
                                 .municipality_cyrillic = ""};
    if (ret->id == NULL)
        return no_memory(err);
    if (ret->municipality[0] == '\0')
        return true;
    if (!store_row(store, arena, "municipality", ret->municipality, &place, err))
        return false;
    if (text_of(place, "name")[0] != '\0')
        ret->municipality = text_of(place, "name");
    ret->municipality_cyrillic = text_of(place, "name_cyrillic");
    return true;
}

bool find_people(struct store *store, struct find_names *names, struct arena *arena, const char *text, const struct found_person **ret,
                 size_t *ret_count, struct error *err)
{
    struct search search = {.arena = arena};
    struct found_person *people;

    *ret_count = 0;
    *ret = people = arena_take_many(arena, FOUND_PEOPLE_MAX, sizeof *people);
    if (people == NULL || names == NULL)
        return no_memory(err);
    if (!words_of(&search, text, err))
        return false;
    if (search.word_count == 0)
        return true;
    if (!names_refresh(store, names, err) || !look(store, names, &search, err))
        return false;
    for (size_t i = 0; i < search.count; i++)
        if (!tell_person(store, arena, search.hits[i].person.id, &people[i], err))
            return false;
    *ret_count = search.count;
    return true;
}
