// SPDX-License-Identifier: Apache-2.0
/* Rows of one person in one report become one: a phone and a computer, a name in two orders, a join under an e-mail and one without.
 *
 * Here:      which rows are surely one person, and putting their joins together.
 * Not here:  who that is among the people known (match.h).
 * Rule       The same e-mail address is one person. The same name (in any script, case and order of its parts) is one person unless two
 *            addresses speak against it; where a name has two addresses, a row of that name without one stays by itself: it may be
 * either's.
 */
#include <stdlib.h>
#include <string.h>

#include "protocol/text.h"
#include "protocol/webinar_table.h"

enum { PARTS_MAX = 12 };

/* What is known of a key: the first person that bears it, and the one address that the people under it have. */
struct keyed {
    uint32_t person;
    const char *email;
    bool has_two;
};

struct merging {
    struct arena *arena;
    struct webinar_report *report;
    struct names keys;
    struct keyed *keyed;
    uint32_t *parents; /* whom a row was put to: itself where nobody */
};

static int by_text(const void *one, const void *other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

/* The name folded, its parts in order of letters, in front of a sign that no address has. NULL: no memory. */
static const char *name_key(struct arena *arena, const char *name)
{
    char *folded = arena_text(arena, text_fold(arena, name)), *key = folded == NULL ? NULL : arena_take(arena, strlen(folded) + 3);
    static const char between[] = " ,.-";
    char *parts[PARTS_MAX];
    size_t count = 0;

    if (key == NULL)
        return NULL;
    for (char *at = folded + strspn(folded, between); *at != '\0' && count < PARTS_MAX; at += strspn(at, between)) {
        parts[count++] = at;
        at += strcspn(at, between);
        if (*at != '\0')
            *at++ = '\0';
    }
    qsort(parts, count, sizeof parts[0], by_text);
    key[0] = '\n';
    for (size_t i = 0, at = 1; i < count; i++) {
        const size_t size = strlen(parts[i]);

        memcpy(key + at, parts[i], size);
        at += size;
        key[at++] = ' ';
    }
    return key;
}

static uint32_t root_of(const struct merging *merging, uint32_t person)
{
    while (merging->parents[person] != person)
        person = merging->parents[person];
    return person;
}

/* The earlier row takes the later one in. */
static void join_rows(struct merging *merging, uint32_t one, uint32_t other)
{
    const uint32_t a = root_of(merging, one), b = root_of(merging, other);

    if (a < b)
        merging->parents[b] = a;
    else
        merging->parents[a] = b;
}

static uint32_t key_number(struct merging *merging, const char *key, uint32_t person)
{
    uint32_t number = key == NULL ? NAMES_NONE : names_find(&merging->keys, key);

    if (number != NAMES_NONE || key == NULL)
        return number;
    number = names_add(&merging->keys, merging->arena, key);
    if (number != NAMES_NONE)
        merging->keyed[number] = (struct keyed){.person = person, .email = ""};
    return number;
}

static bool by_email(struct merging *merging)
{
    for (uint32_t i = 0; i < merging->report->people_count; i++) {
        const struct webinar_person *person = &merging->report->people[i];
        uint32_t number;

        if (*person->email == '\0')
            continue;
        number = key_number(merging, text_fold(merging->arena, person->email), i);
        if (number == NAMES_NONE)
            return false;
        join_rows(merging, merging->keyed[number].person, i);
    }
    return true;
}

/* Twice: first which addresses a name has, then who may be put together. */
static bool by_name(struct merging *merging)
{
    const size_t count = merging->report->people_count;
    uint32_t *numbers = arena_take_many(merging->arena, count + 1, sizeof *numbers);

    if (numbers == NULL)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const struct webinar_person *person = &merging->report->people[i];
        const char *email = text_fold(merging->arena, person->email);
        struct keyed *keyed;

        numbers[i] = key_number(merging, name_key(merging->arena, person->clean), i);
        if (numbers[i] == NAMES_NONE || email == NULL)
            return false;
        keyed = &merging->keyed[numbers[i]];
        if (*email != '\0' && *keyed->email != '\0' && strcmp(email, keyed->email) != 0)
            keyed->has_two = true;
        else if (*email != '\0')
            keyed->email = email;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct keyed *keyed = &merging->keyed[numbers[i]];

        if (!keyed->has_two)
            join_rows(merging, keyed->person, i);
    }
    return true;
}

/* Room for the joins of all rows of a person, with those of the first in it. */
static bool make_room(struct merging *merging)
{
    struct webinar_report *report = merging->report;
    size_t *totals = arena_take_many(merging->arena, report->people_count + 1, sizeof *totals);

    if (totals == NULL)
        return false;
    for (uint32_t i = 0; i < report->people_count; i++)
        totals[root_of(merging, i)] += report->people[i].join_count;
    for (uint32_t i = 0; i < report->people_count; i++) {
        struct webinar_person *person = &report->people[i];

        if (totals[i] <= person->join_count)
            continue;
        person->joins = arena_grow(merging->arena, person->joins, person->join_count, totals[i], sizeof *person->joins);
        if (person->joins == NULL)
            return false;
    }
    return true;
}

/* Puts the joins of all rows of a person behind each other, and what the first row does not tell from the others. */
static bool put_together(struct merging *merging)
{
    struct webinar_report *report = merging->report;
    size_t kept = 0;

    if (!make_room(merging))
        return false;
    for (uint32_t i = 0; i < report->people_count; i++) {
        struct webinar_person *into = &report->people[root_of(merging, i)], *from = &report->people[i];

        if (into == from)
            continue;
        memcpy(into->joins + into->join_count, from->joins, from->join_count * sizeof *from->joins);
        into->join_count += from->join_count;
        into->email = *into->email == '\0' ? from->email : into->email;
        into->other = *into->other == '\0' ? from->other : into->other;
        into->stayed = into->stayed || from->stayed;
        report->merged++;
    }
    for (uint32_t i = 0; i < report->people_count; i++) {
        if (merging->parents[i] == i)
            report->people[kept++] = report->people[i];
    }
    report->people_count = kept;
    return true;
}

bool webinar_merge(struct arena *arena, struct webinar_report *report)
{
    struct merging merging = {.arena = arena, .report = report};
    bool done;

    merging.keyed = arena_take_many(arena, 2 * report->people_count + 1, sizeof *merging.keyed);
    merging.parents = arena_take_many(arena, report->people_count + 1, sizeof *merging.parents);
    if (merging.keyed == NULL || merging.parents == NULL)
        return false;
    for (uint32_t i = 0; i < report->people_count; i++)
        merging.parents[i] = i;
    done = by_email(&merging) && by_name(&merging) && put_together(&merging);
    names_clear(&merging.keys);
    return done;
}
