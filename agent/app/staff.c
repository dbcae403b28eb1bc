// SPDX-License-Identifier: Apache-2.0
/* The people who may be holding the tablet, to choose from.
 *
 * Not here:  holding it (holder.c).
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/app/holder.h"
#include "protocol/text.h"

struct staff_entry {
    struct staff_person person;
    const char *folded;
    size_t rank; /* of the role: where it stands among the choices */
};
struct staff_list {
    struct store *store;
    struct arena *arena;
    struct staff_entry *items;
    size_t count, room;
    bool failed;
};

static bool add(struct staff_list *list, const char *id, const char *role, const char *ref, const char *name)
{
    struct staff_entry entry = {.person = {.id = arena_text(list->arena, id), .role = arena_text(list->arena, role)}};
    const char *place = strstr(entity_field(entity_find("enrolment"), "role")->choices, role);

    if (list->count == list->room) {
        list->room = list->room == 0 ? 32 : 2 * list->room;
        list->items = arena_grow(list->arena, list->items, list->count, list->room, sizeof *list->items);
    }
    entry.rank = place == NULL ? SIZE_MAX : (size_t)(place - entity_field(entity_find("enrolment"), "role")->choices);
    entry.person.ref = arena_text(list->arena, ref);
    entry.person.name = name[0] == '\0' ? entry.person.ref : arena_text(list->arena, name);
    entry.folded = entry.person.name == NULL ? NULL : text_fold(list->arena, entry.person.name);
    list->failed = list->items == NULL || entry.person.id == NULL || entry.person.role == NULL || entry.folded == NULL;
    if (!list->failed)
        list->items[list->count++] = entry;
    return !list->failed;
}

static bool take_role(void *context, const struct store_role *role)
{
    return add(context, role->person, role->role, role->ref, role->name);
}

static bool take_person(void *context, const struct row *row)
{
    const char *ref = row_text(row, "ref"), *name = row_text(row, "full_name");

    return add(context, row->id, "", ref == NULL ? "" : ref, name == NULL ? "" : name);
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct staff_entry *)a)->person.id, ((const struct staff_entry *)b)->person.id);
}

static int by_name(const void *a, const void *b)
{
    int order = strcmp(((const struct staff_entry *)a)->folded, ((const struct staff_entry *)b)->folded);

    return order != 0 ? order : by_id(a, b);
}

static int by_id_and_role(const void *a, const void *b)
{
    const struct staff_entry *one = a, *other = b;
    int order = by_id(a, b);

    return order != 0 ? order : (one->rank > other->rank) - (one->rank < other->rank);
}

/* Who has a PIN may be the only one who can open the tablet: they are not cut off. */
static int by_pin_and_name(const void *a, const void *b)
{
    const struct staff_entry *one = a, *other = b;

    return one->person.pin != other->person.pin ? other->person.pin - one->person.pin : by_name(a, b);
}

static void sort(struct staff_list *list, int (*order)(const void *a, const void *b))
{
    if (list->count > 1)
        qsort(list->items, list->count, sizeof *list->items, order);
}

/* Once each; of several roles the first of the choices. */
static void drop_twins(struct staff_list *list)
{
    size_t kept = 0;

    sort(list, by_id_and_role);
    for (size_t i = 0; i < list->count; i++)
        if (kept == 0 || by_id(&list->items[kept - 1], &list->items[i]) != 0)
            list->items[kept++] = list->items[i];
    list->count = kept;
}

static bool read_list(struct staff_list *list, bool or_everybody, struct error *err)
{
    /* One more than are told, so that it can be said that there are more. */
    const struct store_query everybody = {.entity = "person", .order_by = "full_name", .limit = STAFF_MAX + 1};

    if (!store_roles(list->store, take_role, list, err) || list->failed)
        return false;
    drop_twins(list);
    if (list->count == 0 && or_everybody && (!store_each(list->store, &everybody, take_person, list, err) || list->failed))
        return false;
    for (size_t i = 0; i < list->count; i++)
        if (!holder_has_pin(list->store, list->items[i].person.id, &list->items[i].person.pin, err))
            return false;
    return true;
}

bool holder_staff(struct store *store, struct arena *arena, bool or_everybody, struct staff *ret, struct error *err)
{
    struct staff_list list = {.store = store, .arena = arena};
    struct staff_person *people = NULL;

    *ret = (struct staff){0};
    if (read_list(&list, or_everybody, err)) {
        ret->more = list.count > STAFF_MAX;
        if (ret->more) {
            sort(&list, by_pin_and_name);
            list.count = STAFF_MAX;
        }
        sort(&list, by_name);
        people = arena_take_many(arena, list.count + 1, sizeof *people);
    }
    for (size_t i = 0; people != NULL && i < list.count; i++)
        people[i] = list.items[i].person;
    ret->people = people;
    ret->count = people == NULL ? 0 : list.count;
    return people != NULL || error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the list of names");
}
