// SPDX-License-Identifier: Apache-2.0
/* What two people said differently, and nobody has settled.
 *
 * Here:      listing and counting.
 * Not here:  what a conflict is (protocol/row.h); keeping the list of rows that have one (held.c).
 */
#include "agent/store/store_internal.h"

#include <string.h>

/* The rows first, then each: so `each` may write (settle), which changes the list that is being read. */
struct rows {
    struct {
        char *entity, *id;
    } * items;
    size_t count;
};

static bool rows_read(struct store *store, struct arena *arena, struct rows *ret, struct error *err)
{
    sqlite3_stmt *stmt = statement(store, STATEMENT_CONFLICTS, err);
    size_t room = 0;
    enum step step = STEP_FAILED;

    *ret = (struct rows){NULL, 0};
    if (stmt == NULL)
        return false;
    while ((step = statement_step(store, stmt, "read the conflicts", err)) == STEP_ROW) {
        if (ret->count == room) {
            room = room == 0 ? 64 : 2 * room;
            ret->items = arena_grow(arena, ret->items, ret->count, room, sizeof *ret->items);
        }
        if (ret->items == NULL || (ret->items[ret->count].entity = arena_text(arena, (const char *)sqlite3_column_text(stmt, 0))) == NULL ||
            (ret->items[ret->count].id = arena_text(arena, (const char *)sqlite3_column_text(stmt, 1))) == NULL) {
            store_no_memory(err);
            step = STEP_FAILED;
            break;
        }
        ret->count++;
    }
    statement_reset(stmt);
    return step == STEP_DONE;
}

static bool row_tell(struct store *store, const char *entity, const char *id,
                     bool (*each)(void *context, const struct store_conflict *conflict), void *context, bool *more, struct error *err)
{
    struct arena arena = {0};
    struct row row;
    bool exists, done;
    uint64_t many;

    done = held_read_row(store, &arena, entity, id, &row, &exists, &many, err);
    for (size_t i = 0; done && *more && i < row.reg_count; i++) {
        const struct reg *reg = &row.regs[i];

        if (reg_is_in_conflict(row.entity, reg)) {
            const struct store_conflict conflict = {row.entity, row.id, reg->field, reg->live, reg->live_count};

            *more = each(context, &conflict);
        }
    }
    arena_clear(&arena);
    return done;
}

bool store_conflicts(struct store *store, bool (*each)(void *context, const struct store_conflict *conflict), void *context,
                     struct error *err)
{
    struct arena arena = {0};
    struct rows rows;
    bool more = true, done = rows_read(store, &arena, &rows, err);

    for (size_t i = 0; done && more && i < rows.count; i++)
        done = row_tell(store, rows.items[i].entity, rows.items[i].id, each, context, &more, err);
    arena_clear(&arena);
    return done;
}

uint64_t store_conflict_count(struct store *store)
{
    return store->now.conflicts;
}
