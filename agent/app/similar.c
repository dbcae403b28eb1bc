// SPDX-License-Identifier: Apache-2.0
/* Who could be somebody: people out of the store, an index over them, and what to call what it finds.
 *
 * Here:      the kept index, links, one person's candidates.
 * Not here:  all pairs (similar_pairs.c), likeness (protocol/match_*.c).
 */
#include "agent/app/similar.h"

#include <stdlib.h>
#include <string.h>

#include "agent/app/day.h"
#include "agent/app/similar_internal.h"
#include "protocol/catalogue.h"

bool similar_no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory to compare people");
}

/* --- the people ----------------------------------------------------------------------------------------------------------------------- */

static const char *text_or_empty(const struct row *row, const char *field)
{
    const char *text = row_text(row, field);

    return text == NULL ? "" : text;
}

static bool take_person(void *context, const struct row *row)
{
    struct similar *similar = context;
    const struct match_person person = {.id = row->id,
                                        .name = text_or_empty(row, "full_name"),
                                        .organisation = text_or_empty(row, "organisation"),
                                        .phone = text_or_empty(row, "phone"),
                                        .email = text_or_empty(row, "email"),
                                        .municipality = text_or_empty(row, "municipality"),
                                        .birth_year = row_integer(row, "birth_year", 0)};

    if (similar->count == similar->room) {
        size_t room = similar->room == 0 ? 256 : similar->room * 2;
        struct kept_person *people = realloc(similar->people, room * sizeof *people);

        if (people == NULL)
            return !(similar->failed = true);
        similar->people = people;
        similar->room = room;
    }
    similar->people[similar->count] = (struct kept_person){arena_text(&similar->arena, row->id), similar->count};
    similar->failed = similar->people[similar->count].id == NULL || !match_index_add(similar->index, &person);
    similar->count += !similar->failed;
    return !similar->failed;
}

static int compare_people(const void *a, const void *b)
{
    return strcmp(((const struct kept_person *)a)->id, ((const struct kept_person *)b)->id);
}

size_t similar_index_of(const struct similar *similar, const char *id)
{
    const struct kept_person key = {id, 0};
    const struct kept_person *found =
        similar->count == 0 ? NULL : bsearch(&key, similar->people, similar->count, sizeof key, compare_people);

    return found == NULL ? SIMILAR_NOBODY : (size_t)(found - similar->people);
}

size_t similar_one_of(const struct similar *similar, size_t index)
{
    return similar->people[index].same_as;
}

/* The row that stands for this one while links are still read; the way there gets shorter each time. */
static size_t way_to_one(struct similar *similar, size_t index)
{
    struct kept_person *people = similar->people;

    while (people[index].same_as != index)
        index = people[index].same_as = people[people[index].same_as].same_as;
    return index;
}

/* The rows that a link names; false: one of them is not here. */
static bool link_ends(const struct similar *similar, const char *id, size_t *ret_person, size_t *ret_also)
{
    char scratch[ROW_ID_SIZE];
    const char *parts[2];

    if (row_id_parts(id, scratch, parts, 2) != 2)
        return false;
    *ret_person = similar_index_of(similar, parts[0]);
    *ret_also = similar_index_of(similar, parts[1]);
    return *ret_person != SIMILAR_NOBODY && *ret_also != SIMILAR_NOBODY && *ret_person != *ret_also;
}

static bool note_different(struct similar *similar, size_t person, size_t also)
{
    if (similar->different_count == similar->different_room) {
        size_t room = similar->different_room == 0 ? 16 : similar->different_room * 2;
        struct judged *different = realloc(similar->different, room * sizeof *different);

        if (different == NULL)
            return false;
        similar->different = different;
        similar->different_room = room;
    }
    similar->different[similar->different_count++] = (struct judged){person, also};
    return true;
}

static bool take_link(void *context, const struct row *row)
{
    struct similar *similar = context;
    size_t person, also;

    if (!link_ends(similar, row->id, &person, &also))
        return true;
    if (strcmp(text_or_empty(row, "verdict"), "same") != 0)
        return note_different(similar, person, also) || !(similar->failed = true);
    person = way_to_one(similar, person);
    similar->people[way_to_one(similar, also)].same_as = person;
    return true;
}

void similar_destroy(struct similar *similar)
{
    if (similar == NULL)
        return;
    match_index_destroy(similar->index);
    arena_clear(&similar->arena);
    free(similar->people);
    free(similar->different);
    free(similar);
}

/* Too many for the index, or truly no memory? */
static bool refuse(const struct similar *similar, struct error *err)
{
    if (similar->count < MATCH_PEOPLE_MAX)
        return similar_no_memory(err);
    return error_set(err, ERROR_LIMIT, "Look for the person by name instead.", "this device has more than %d people to compare with",
                     MATCH_PEOPLE_MAX);
}

static const struct store_query everybody = {.entity = "person"}, links = {.entity = "person_link"};

static bool read_people(struct store *store, struct similar *fresh, struct error *err)
{
    if ((fresh->index = match_index_create()) == NULL)
        return similar_no_memory(err);
    if (!store_each(store, &everybody, take_person, fresh, err) || (!fresh->failed && !store_each(store, &links, take_link, fresh, err)))
        return false;
    if (fresh->failed)
        return refuse(fresh, err);
    for (size_t i = 0; i < fresh->count; i++)
        fresh->people[i].same_as = way_to_one(fresh, i);
    return true;
}

bool similar_refresh(struct store *store, struct similar **kept, struct error *err)
{
    /* A mark or an enrolment moves neither. */
    uint64_t people = store_revision_of(store, everybody.entity), judged = store_revision_of(store, links.entity);
    struct similar *fresh = *kept;

    if (fresh != NULL && fresh->store == store && fresh->people_revision == people && fresh->links_revision == judged)
        return true;
    similar_destroy(*kept);
    *kept = NULL;
    fresh = calloc(1, sizeof *fresh);
    if (fresh == NULL)
        return similar_no_memory(err);
    fresh->store = store;
    fresh->people_revision = people;
    fresh->links_revision = judged;
    if (!read_people(store, fresh, err)) {
        similar_destroy(fresh);
        return false;
    }
    *kept = fresh;
    return true;
}

/* --- one person's candidates ------------------------------------------------------------------------------------------------------------
 */

bool similar_describe(struct store *store, struct arena *arena, const char *id, struct similar_person *ret, struct error *err)
{
    const struct row *row = NULL, *place = NULL;

    *ret = (struct similar_person){.id = id, .ref = "", .name = "", .organisation = "", .municipality = "", .municipality_cyrillic = ""};
    if (!store_row(store, arena, "person", id, &row, err))
        return false;
    if (row == NULL)
        return true;
    ret->ref = text_or_empty(row, "ref");
    ret->name = text_or_empty(row, "full_name");
    ret->organisation = text_or_empty(row, "organisation");
    ret->municipality = text_or_empty(row, "municipality");
    ret->birth_year = row_integer(row, "birth_year", 0);
    if (ret->municipality[0] == '\0')
        return true;
    if (!store_row(store, arena, "municipality", ret->municipality, &place, err))
        return false;
    if (place != NULL && row_text(place, "name") != NULL) {
        ret->municipality = row_text(place, "name");
        ret->municipality_cyrillic = text_or_empty(place, "name_cyrillic");
    }
    return true;
}

/* Whoever is enrolled in the session's activity, or marked at it. */
struct on_roster {
    const struct similar *similar;
    uint8_t *is_there; /* one for each of similar's people; NULL: no session, so nobody */
};

static bool take_roster_row(void *context, const struct row *row)
{
    const struct on_roster *roster = context;
    char scratch[ROW_ID_SIZE];
    const char *parts[3]; /* of an enrolment: activity, person, role; of a mark: session, person */
    size_t index = SIMILAR_NOBODY;

    if (row_id_parts(row->id, scratch, parts, 3) >= 2)
        index = similar_index_of(roster->similar, parts[1]);
    if (index != SIMILAR_NOBODY)
        roster->is_there[index] = 1;
    return true;
}

static bool read_roster(struct store *store, struct arena *arena, const char *session_typed, struct on_roster *roster, struct error *err)
{
    struct day_session session;
    struct store_filter filters[2];
    struct store_query enrolments = {.entity = "enrolment", .filters = &filters[0], .filter_count = 1};
    struct store_query marks = {.entity = "attendance", .filters = &filters[1], .filter_count = 1};

    if (session_typed == NULL)
        return true;
    roster->is_there = arena_take(arena, roster->similar->count + 1);
    if (roster->is_there == NULL)
        return similar_no_memory(err);
    if (!day_session(store, arena, session_typed, &session, err))
        return false;
    filters[0] = (struct store_filter){"activity", value_text(session.activity.id)};
    filters[1] = (struct store_filter){"session", value_text(session.id)};
    return store_each(store, &enrolments, take_roster_row, roster, err) && store_each(store, &marks, take_roster_row, roster, err);
}

static bool is_on(const struct on_roster *roster, size_t person)
{
    return roster->is_there != NULL && roster->is_there[person] != 0;
}

/* Of rows that are one person: the one on the roster, else the one that the others are linked to. */
static size_t row_to_name(const struct similar *similar, const struct on_roster *roster, size_t found)
{
    size_t one = similar_one_of(similar, found);

    if (is_on(roster, found))
        return found;
    for (size_t i = 0; roster->is_there != NULL && i < similar->count; i++)
        if (roster->is_there[i] != 0 && similar_one_of(similar, i) == one)
            return i;
    return one;
}

bool similar_find(struct store *store, const struct similar *similar, struct arena *arena, const struct match_person *person,
                  const char *session, unsigned least, struct similar_person ret[SIMILAR_FOUND_MAX], size_t *ret_count, struct error *err)
{
    struct match found[SIMILAR_FOUND_MAX * 8]; /* rows of one person are one candidate: there may be many */
    size_t people[SIMILAR_FOUND_MAX], self = similar_index_of(similar, person->id == NULL ? "" : person->id);
    size_t count = match_find(similar->index, person, least, found, sizeof found / sizeof found[0]);
    struct on_roster roster = {.similar = similar};

    *ret_count = 0;
    if (!read_roster(store, arena, session, &roster, err))
        return false;
    for (size_t i = 0; i < count && *ret_count < SIMILAR_FOUND_MAX; i++) {
        size_t one = similar_one_of(similar, found[i].index), named;
        bool again = self != SIMILAR_NOBODY && similar_one_of(similar, self) == one;

        for (size_t k = 0; k < *ret_count && !again; k++)
            again = people[k] == one;
        if (again)
            continue;
        named = row_to_name(similar, &roster, found[i].index);
        if (!similar_describe(store, arena, arena_text(arena, similar->people[named].id), &ret[*ret_count], err))
            return false;
        ret[*ret_count].score = found[i].score;
        ret[*ret_count].reasons = found[i].reasons;
        ret[*ret_count].on_roster = is_on(&roster, named);
        people[(*ret_count)++] = one;
    }
    return true;
}

size_t similar_reasons(unsigned reasons, const char *ret[SIMILAR_REASONS_MAX])
{
    static const struct {
        unsigned reason;
        const char *says;
    } words[] = {
        {MATCH_SAME_NAME, N_("the same name")},
        {MATCH_OTHER_SCRIPT, N_("the same name in the other script")},
        {MATCH_NO_DIACRITICS, N_("the same name without its marks")},
        {MATCH_NEAR_NAME, N_("nearly the same name")},
        {MATCH_OTHER_ORDER, N_("first and family name in the other order")},
        {MATCH_SAME_PHONE, N_("the same phone number")},
        {MATCH_SAME_EMAIL, N_("the same e-mail address")},
        {MATCH_SAME_YEAR, N_("born in the same year")},
        {MATCH_SAME_ORGANISATION, N_("the same organisation")},
        {MATCH_SAME_MUNICIPALITY, N_("the same municipality")},
        {MATCH_OTHER_YEAR, N_("but born in another year")},
        {MATCH_OTHER_PHONE, N_("but another phone number")},
        {MATCH_OTHER_EMAIL, N_("but another e-mail address")},
        {MATCH_OTHER_ORGANISATION, N_("but another organisation")},
    };
    size_t count = 0;

    for (size_t i = 0; i < sizeof words / sizeof words[0] && count < SIMILAR_REASONS_MAX; i++)
        if ((reasons & words[i].reason) != 0)
            ret[count++] = words[i].says;
    return count;
}
