// SPDX-License-Identifier: Apache-2.0
/* Changes parted by kind and by field.
 *
 * Here:      the parting, in order where rows have the same fields, by sorting where not.
 * Not here:  what becomes of the parts.
 */
#include "protocol/kinds.h"

#include <stdlib.h>
#include <string.h>

static size_t kind_index(struct kinds *kinds, const char *entity, size_t hint)
{
    if (hint < kinds->count && strcmp(kinds->kinds[hint].entity, entity) == 0)
        return hint;
    for (size_t i = 0; i < kinds->count; i++) {
        if (strcmp(kinds->kinds[i].entity, entity) == 0)
            return i;
    }
    kinds->kinds[kinds->count].entity = entity;
    return kinds->count++;
}

static bool part_by_kind(struct arena *arena, const struct change *changes, size_t count, struct kinds *kinds)
{
    size_t at = 0;

    kinds->kind_of = arena_take_many(arena, count, sizeof *kinds->kind_of);
    kinds->kinds = arena_take_many(arena, count, sizeof *kinds->kinds);
    if (kinds->kind_of == NULL || kinds->kinds == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        at = kind_index(kinds, changes[i].entity, at);
        kinds->kind_of[i] = (int64_t)at;
        kinds->kinds[at].count++;
    }
    for (size_t i = 0; i < kinds->count; i++) {
        struct kind *kind = &kinds->kinds[i];

        kind->members = arena_take_many(arena, kind->count, sizeof *kind->members);
        if (kind->members == NULL)
            return false;
        kind->count = 0;
    }
    for (size_t i = 0; i < count; i++) {
        struct kind *kind = &kinds->kinds[kinds->kind_of[i]];

        kind->members[kind->count++] = (uint32_t)i;
    }
    return true;
}

struct cell {
    const char *name;
    uint32_t at, field;
};

static int compare_cells(const void *a, const void *b)
{
    const struct cell *left = a, *right = b;
    int order = left->name == right->name ? 0 : strcmp(left->name, right->name);

    return order != 0 ? order : (left->at > right->at) - (left->at < right->at);
}

/* True when all rows have the same fields, as they mostly do: then the cells need no sorting. */
static bool is_even(const struct change *changes, const struct kind *kind)
{
    const struct change *first = &changes[kind->members[0]];

    for (size_t i = 1; i < kind->count; i++) {
        const struct change *change = &changes[kind->members[i]];

        if (change->field_count != first->field_count)
            return false;
        for (size_t j = 0; j < first->field_count; j++) {
            if (strcmp(change->fields[j].name, first->fields[j].name) != 0)
                return false;
        }
    }
    return true;
}

/* Every field of every row of the kind, by name, then by row. */
static struct cell *cells_of(struct arena *arena, const struct change *changes, const struct kind *kind, size_t *ret_count)
{
    bool even = is_even(changes, kind);
    struct cell *cells;
    size_t count = 0;

    for (size_t i = 0; i < kind->count; i++)
        count += changes[kind->members[i]].field_count;
    *ret_count = count;
    cells = arena_take_many(arena, count, sizeof *cells);
    if (cells == NULL)
        return NULL;
    count = 0;
    for (size_t i = 0; i < kind->count; i++) {
        const struct change *change = &changes[kind->members[i]];

        for (size_t j = 0; j < change->field_count; j++) {
            size_t to = even ? j * kind->count + i : count++;

            cells[to] = (struct cell){change->fields[j].name, (uint32_t)i, (uint32_t)j};
        }
    }
    if (!even)
        qsort(cells, count, sizeof *cells, compare_cells);
    return cells;
}

static bool take_field(struct arena *arena, const struct change *changes, const struct kind *kind, const struct cell *cells, size_t count,
                       struct field_cells *ret)
{
    ret->name = cells[0].name;
    ret->count = count;
    ret->fields = arena_take_many(arena, count, sizeof *ret->fields);
    ret->at = arena_take_many(arena, count, sizeof *ret->at);
    if (ret->fields == NULL || ret->at == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct change_field *field = &changes[kind->members[cells[i].at]].fields[cells[i].field];

        ret->at[i] = cells[i].at;
        ret->fields[i] = field;
        ret->none_count += field->value.kind == VALUE_NONE;
    }
    return true;
}

static bool part_by_field(struct arena *arena, const struct change *changes, struct kind *kind)
{
    size_t count = 0, names = 0;
    struct cell *cells = cells_of(arena, changes, kind, &count);

    for (size_t i = 0; cells != NULL && i < count; i++)
        names += i == 0 || strcmp(cells[i].name, cells[i - 1].name) != 0;
    kind->fields = arena_take_many(arena, names, sizeof *kind->fields);
    if (cells == NULL || kind->fields == NULL)
        return false;
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && strcmp(cells[to].name, cells[from].name) == 0;)
            to++;
        if (!take_field(arena, changes, kind, cells + from, to - from, &kind->fields[kind->field_count++]))
            return false;
    }
    return true;
}

bool kinds_of(struct arena *arena, const struct change *changes, size_t count, struct kinds *ret)
{
    *ret = (struct kinds){0};
    if (!part_by_kind(arena, changes, count, ret))
        return false;
    for (size_t i = 0; i < ret->count; i++) {
        if (!part_by_field(arena, changes, &ret->kinds[i]))
            return false;
    }
    return true;
}
