// SPDX-License-Identifier: Apache-2.0
/* The people who may be holding the tablet, to choose from.
 *
 * Not here:  holding it (holder.c).
 */
#include <stdlib.h>
#include <string.h>

#include "agent/app/holder.h"
#include "protocol/text.h"

struct staff_entry {
    struct staff_person person;
    const char *folded;
    size_t found; /* as the how manieth */
};
struct staff_list {
    struct store *store;
    struct arena *arena;
    struct staff_entry *items;
    size_t count, room;
    const char *role;
    bool failed;
};

static bool add(struct staff_list *list, const char *id)
{
    if (list->count == list->room) {
        list->room = list->room == 0 ? 32 : 2 * list->room;
        list->items = arena_grow(list->arena, list->items, list->count, list->room, sizeof *list->items);
    }
    id = arena_text(list->arena, id);
    list->failed = list->items == NULL || id == NULL;
    if (!list->failed) {
        list->items[list->count] = (struct staff_entry){.person = {.id = id, .role = list->role}, .folded = "", .found = list->count};
        list->count++;
    }
    return !list->failed;
}

/* Enrolments are named by activity, person and role. */
static bool take_enrolment(void *context, const struct row *row)
{
    char scratch[ROW_ID_SIZE];
    const char *parts[KEY_PARTS_MAX];

    return row_id_parts(row->id, scratch, parts, KEY_PARTS_MAX) < 3 || add(context, parts[1]);
}

static bool take_person(void *context, const struct row *row)
{
    return add(context, row->id);
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

    return order != 0 ? order : (one->found > other->found) - (one->found < other->found);
}

/* Once each; of several roles the one found first. */
static void drop_twins(struct staff_list *list)
{
    size_t kept = 0;

    if (list->count > 1)
        qsort(list->items, list->count, sizeof *list->items, by_id_and_role);
    for (size_t i = 0; i < list->count; i++)
        if (kept == 0 || by_id(&list->items[kept - 1], &list->items[i]) != 0)
            list->items[kept++] = list->items[i];
    list->count = kept;
}

static bool roles_read(struct staff_list *list, struct error *err)
{
    const struct field *role = entity_field(entity_find("enrolment"), "role");
    const char *word = role->choices;

    while (word != NULL && *word != '\0') {
        const char *end = strchr(word, ' ');
        size_t size = end == NULL ? strlen(word) : (size_t)(end - word);
        struct store_filter filter = {.field = "role"};
        const struct store_query query = {.entity = "enrolment", .filters = &filter, .filter_count = 1};

        list->role = arena_text_n(list->arena, word, size);
        filter.equals = value_text(list->role);
        if (list->role == NULL)
            return false;
        if (strcmp(list->role, "participant") != 0 && (!store_each(list->store, &query, take_enrolment, list, err) || list->failed))
            return false;
        word = end == NULL ? NULL : end + 1;
    }
    return true;
}

/* Names and PINs. Whoever was removed, or is not on this device, cannot be chosen. */
static bool fill(struct staff_list *list, struct error *err)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++) {
        struct staff_entry *entry = &list->items[i];
        const struct row *row = NULL;
        const char *ref, *name;

        if (!store_row(list->store, list->arena, "person", entry->person.id, &row, err) ||
            !holder_has_pin(list->store, entry->person.id, &entry->person.pin, err))
            return false;
        if (row == NULL || row_is_removed(row))
            continue;
        ref = row_text(row, "ref");
        name = row_text(row, "full_name");
        entry->person.ref = ref == NULL ? "" : ref;
        entry->person.name = name == NULL ? entry->person.ref : name;
        entry->folded = text_fold(list->arena, entry->person.name);
        if (entry->folded == NULL)
            return false;
        list->items[kept++] = *entry;
    }
    list->count = kept;
    return true;
}

bool holder_staff(struct store *store, struct arena *arena, bool or_everybody, const struct staff_person **ret, size_t *ret_count,
                  struct error *err)
{
    struct staff_list list = {.store = store, .arena = arena, .role = ""};
    const struct store_query everybody = {.entity = "person"};
    struct staff_person *people = NULL;
    bool done = roles_read(&list, err);

    drop_twins(&list);
    done = done && fill(&list, err);
    if (done && list.count == 0 && or_everybody) {
        list.role = "";
        done = store_each(store, &everybody, take_person, &list, err) && !list.failed && fill(&list, err);
    }
    if (done && list.count > 1)
        qsort(list.items, list.count, sizeof *list.items, by_name);
    people = done ? arena_take_many(arena, list.count + 1, sizeof *people) : NULL;
    for (size_t i = 0; people != NULL && i < list.count; i++)
        people[i] = list.items[i].person;
    *ret = people;
    *ret_count = people == NULL ? 0 : list.count;
    return people != NULL || error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the list of names");
}
