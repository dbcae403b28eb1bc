// SPDX-License-Identifier: Apache-2.0
/* Settling a conflict: a new change that has seen both values.
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
        error_set(err, ERROR_NOT_FOUND, "List them with `teren conflicts`.", "%s of this %s is in no conflict", field_name, entity->name);
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
