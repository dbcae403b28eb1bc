// SPDX-License-Identifier: Apache-2.0
/* The roster of one session.
 *
 * Not here:  SQL (agent/store/roster.c).
 */
#include "agent/app/roster.h"

#include <stdlib.h>
#include <string.h>

#include "agent/app/names.h"
#include "protocol/text.h"

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the roster");
}

/* --- what was said otherwise ------------------------------------------------------------------------------------------------------ */

static bool said_before(const struct reg *reg, size_t index)
{
    for (size_t i = index + 1; i < reg->live_count; i++)
        if (value_equal(reg->live[i].value, reg->live[index].value))
            return true;
    return false;
}

/* By name: who asks wants to go and talk to them. */
static bool author_name(struct store *store, struct arena *arena, const char *id, const char **ret, struct error *err)
{
    const struct row *person = NULL;

    *ret = "";
    if (id[0] == '\0')
        return true;
    if (!store_row(store, arena, "person", id, &person, err))
        return false;
    *ret = person == NULL || row_text(person, "full_name") == NULL ? "" : row_text(person, "full_name");
    return true;
}

static bool said_fill(struct store *store, struct arena *arena, const struct row *row, const struct entry *entry, struct said_value *ret,
                      struct error *err)
{
    char device[CODE_BYTES_MAX + 1];
    char author[AUTHOR_BYTES_MAX + 1];

    if (!store_device_name(store, entry->stamp.log, device, err) ||
        !store_author_of(store, row->entity, row->id, entry->stamp, author, err) || !author_name(store, arena, author, &ret->author, err))
        return false;
    ret->device = arena_text(arena, device);
    ret->at_ms = stamp_ms(entry->stamp.time);
    ret->value = entry->value.kind == VALUE_INTEGER ? arena_format(arena, "%lld", (long long)entry->value.integer)
                 : entry->value.kind == VALUE_TEXT  ? arena_text(arena, entry->value.text)
                                                    : "";
    return (ret->device != NULL && ret->value != NULL) || no_memory(err);
}

static bool said_of_field(struct store *store, struct arena *arena, const struct row *row, const struct reg *reg, struct said *ret,
                          struct error *err)
{
    ret->entity = arena_text(arena, row->entity);
    ret->row = arena_text(arena, row->id);
    ret->field = arena_text(arena, reg->field);
    ret->values = arena_take_many(arena, reg->live_count, sizeof *ret->values);
    if (ret->entity == NULL || ret->row == NULL || ret->field == NULL || ret->values == NULL)
        return no_memory(err);
    for (size_t i = reg->live_count; i > 0; i--) {
        if (said_before(reg, i - 1))
            continue;
        ret->values[ret->count].stands = i == reg->live_count;
        if (!said_fill(store, arena, row, &reg->live[i - 1], &ret->values[ret->count++], err))
            return false;
    }
    return true;
}

bool said_read(struct store *store, struct arena *arena, const struct row *row, struct said **ret, size_t *ret_count, struct error *err)
{
    size_t count = row_conflict_count(row);

    *ret = NULL;
    *ret_count = 0;
    if (count == 0)
        return true;
    *ret = arena_take_many(arena, count, sizeof **ret);
    if (*ret == NULL)
        return no_memory(err);
    for (size_t i = 0; i < row->reg_count && *ret_count < count; i++)
        if (reg_is_in_conflict(row->entity, &row->regs[i]) &&
            !said_of_field(store, arena, row, &row->regs[i], &(*ret)[(*ret_count)++], err))
            return false;
    return true;
}

/* --- the roster ------------------------------------------------------------------------------------------------------------------- */

struct roster_list {
    struct store *store;
    struct arena *arena;
    struct roster *out;
    size_t room;
    struct error *err;
    bool done;
};

/* The moment told, else the one at which it was recorded. */
static int64_t moment_of(const struct row *mark)
{
    const char *at = row_text(mark, "at");
    int64_t ms;

    return at != NULL && moment_parse(at, &ms) ? ms : stamp_ms(row_stamp(mark, "status").time);
}

static bool fill_mark(struct roster_list *list, const struct row *mark, struct roster_person *person)
{
    const char *note = row_text(mark, "note");
    const char *status = row_text(mark, "status");

    person->status = arena_text(list->arena, status == NULL ? "" : status);
    person->note = arena_text(list->arena, note == NULL ? "" : note);
    person->minutes = row_integer(mark, "minutes", -1);
    person->at_ms = moment_of(mark);
    person->is_signed = row_text(mark, "signature") != NULL;
    if (person->status == NULL || person->note == NULL)
        return no_memory(list->err);
    return said_read(list->store, list->arena, mark, &person->conflicts, &person->conflict_count, list->err);
}

static bool fill_person(struct roster_list *list, const struct store_roster_entry *entry, struct roster_person *person)
{
    const char *const from[] = {
        entry->person, entry->ref, entry->name, entry->organisation, entry->position, entry->municipality, entry->municipality_cyrillic,
        entry->sex,    entry->role};
    const char **const to[] = {&person->id,
                               &person->ref,
                               &person->name,
                               &person->organisation,
                               &person->position,
                               &person->municipality,
                               &person->municipality_cyrillic,
                               &person->sex,
                               &person->role};

    *person = (struct roster_person){.status = "", .note = "", .minutes = -1, .enrolled = entry->role[0] != '\0'};
    for (size_t i = 0; i < sizeof from / sizeof from[0]; i++) {
        *to[i] = from[i][0] == '\0' ? "" : arena_text(list->arena, from[i]);
        if (*to[i] == NULL)
            return no_memory(list->err);
    }
    person->folded = text_fold(list->arena, person->name);
    if (person->folded == NULL)
        return no_memory(list->err);
    return entry->mark == NULL || fill_mark(list, entry->mark, person);
}

static bool take_entry(void *context, const struct store_roster_entry *entry)
{
    struct roster_list *list = context;
    struct roster *out = list->out;

    if (out->count == list->room) {
        list->room = list->room == 0 ? 64 : 2 * list->room;
        out->people = arena_grow(list->arena, out->people, out->count, list->room, sizeof *out->people);
    }
    list->done = out->people == NULL ? no_memory(list->err) : fill_person(list, entry, &out->people[out->count]);
    out->count += list->done;
    return list->done;
}

static int by_name(const void *a, const void *b)
{
    const struct roster_person *one = a, *other = b;
    int order = strcmp(one->folded, other->folded);

    return order != 0 ? order : strcmp(one->id, other->id);
}

static bool read_entries(struct store *store, struct arena *arena, const char *session, const char *activity, const char *person,
                         struct roster *ret, struct error *err)
{
    struct roster_list list = {.store = store, .arena = arena, .out = ret, .err = err, .done = true};

    *ret = (struct roster){0};
    return store_roster(store, session, activity, person, take_entry, &list, err) && list.done;
}

bool roster_read(struct store *store, struct arena *arena, const char *session, const char *activity, struct roster *ret, struct error *err)
{
    if (!read_entries(store, arena, session, activity, NULL, ret, err))
        return false;
    if (ret->count > 1)
        qsort(ret->people, ret->count, sizeof *ret->people, by_name);
    return true;
}

bool roster_read_person(struct store *store, struct arena *arena, const char *session, const char *activity, const char *person,
                        struct roster_person *ret, struct error *err)
{
    struct roster roster;

    if (!read_entries(store, arena, session, activity, person, &roster, err))
        return false;
    if (roster.count == 0)
        return error_set(err, ERROR_NOT_FOUND, "Add them as a walk-in.", "this person is not on the roster");
    *ret = roster.people[0];
    return true;
}
