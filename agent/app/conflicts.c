// SPDX-License-Identifier: Apache-2.0
/* Conflicts: listed, and settled by a new change that has seen both values.
 *
 * Not here:  choosing. A person does.
 */
#include "agent/app/conflicts.h"

#include <string.h>

/* The latest live value that differs from what stands. */
static bool other_value(const struct reg *reg, struct value *ret)
{
    struct value stands = reg->live[reg->live_count - 1].value;

    for (size_t i = reg->live_count; i > 0; i--)
        if (!value_equal(reg->live[i - 1].value, stands)) {
            *ret = reg->live[i - 1].value;
            return true;
        }
    return false;
}

bool conflict_settle(struct store *store, const struct entity *entity, const char *id, const char *field_name, enum settle_how how,
                     const char *typed, const char *author, struct error *err)
{
    bool done = false;
    struct arena arena = {0};
    const struct row *row = NULL;
    const struct reg *reg = NULL;
    const struct field *field = entity_field(entity, field_name);
    const char *name;
    char step[STEP_NAME_SIZE];
    struct draft_field told = {.name = field_name};
    struct draft draft = {.entity = entity->name, .row = id, .fields = &told, .field_count = 1, .assert_all = true};

    if (!store_row(store, &arena, entity->name, id, &row, err))
        goto out;
    reg = row == NULL ? NULL : row_reg(row, field_name);
    if (reg == NULL || !reg_is_in_conflict(entity->name, reg)) {
        error_set(err, ERROR_NOT_FOUND, "Somebody may have settled it: look at the list again.", "%s of this %s is in no conflict",
                  field_name, entity->name);
        goto out;
    }
    if (how == SETTLE_VALUE) {
        if (field == NULL) {
            error_set(err, ERROR_INVALID, "Use --keep or --other.", "%s is a field of a newer version", field_name);
            goto out;
        }
        if (!names_parse(store, &arena, entity, field, typed, &told.value, err))
            goto out;
    } else if (how == SETTLE_KEEP || !other_value(reg, &told.value)) {
        told.value = reg->live[reg->live_count - 1].value;
    }
    name = names_of_row(store, &arena, entity->name, id);
    names_step(step, "settle %s of %s", field_name, name == NULL ? id : name);
    done = store_write(store, &draft, 1, author, step, NULL, NULL, err);
out:
    arena_clear(&arena);
    return done;
}

struct conflict_list {
    struct store *store;
    struct arena *arena;
    struct said *items;
    size_t count, room;
    const char *entity, *row; /* told last: one row tells all its fields at once */
    struct error *err;
    bool failed;
};

static bool add_row(struct conflict_list *list, const struct row *row)
{
    struct said *said;
    size_t count;

    if (!said_read(list->store, list->arena, row, &said, &count, list->err))
        return false;
    if (list->count + count > list->room) {
        list->room = 2 * (list->count + count);
        list->items = arena_grow(list->arena, list->items, list->count, list->room, sizeof *list->items);
    }
    for (size_t i = 0; list->items != NULL && i < count; i++)
        list->items[list->count++] = said[i];
    return count == 0 || list->items != NULL || error_set(list->err, ERROR_MEMORY, "Close other programs.", "no memory for the conflicts");
}

static bool take_conflict(void *context, const struct store_conflict *conflict)
{
    struct conflict_list *list = context;
    struct arena scratch = {0};
    const struct row *row = NULL;

    if (list->row != NULL && strcmp(list->row, conflict->row) == 0 && strcmp(list->entity, conflict->entity) == 0)
        return true;
    list->entity = arena_text(list->arena, conflict->entity);
    list->row = arena_text(list->arena, conflict->row);
    list->failed = !store_row(list->store, &scratch, conflict->entity, conflict->row, &row, list->err) ||
                   (row != NULL && !add_row(list, row)) || list->entity == NULL || list->row == NULL;
    arena_clear(&scratch);
    return !list->failed;
}

bool conflicts_read(struct store *store, struct arena *arena, struct said **ret, size_t *ret_count, struct error *err)
{
    struct conflict_list list = {.store = store, .arena = arena, .err = err};
    bool done = store_conflicts(store, take_conflict, &list, err) && !list.failed;

    *ret = list.items;
    *ret_count = list.count;
    return done || error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the conflicts");
}
