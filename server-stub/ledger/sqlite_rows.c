// SPDX-License-Identifier: Apache-2.0
/* Rows as they stand, and their entries in the feed, in SQLite.
 *
 * Here:      load, store, walk, who refers to whom; moving a row's entries in the feed.
 * Not here:  which places a row is in, what its state is (server-stub/app); reading the feed (sqlite_places.c).
 */
#include <stdio.h>
#include <string.h>

#include "server-stub/ledger/sqlite_internal.h"

static struct entity_statements *statements_of(struct ledger_work *work, const char *entity)
{
    const struct entity *known;

    if (work->latest != NULL && strcmp(work->latest->entity->name, entity) == 0)
        return work->latest;
    known = entity_find(entity);
    if (known != NULL && (known->flags & ENTITY_DERIVED) != 0)
        known = NULL; /* nobody writes one; should it come all the same, it is kept among the unknown */
    if (known != NULL)
        work->latest = &work->entities[entity_index(known)];
    return &work->entities[entity_index(known)];
}

static bool span_copy(struct arena *arena, struct span in, struct span *ret)
{
    char *copy = arena_text_n(arena, in.size > 0 ? (const char *)in.data : "", in.size);

    *ret = (struct span){(const uint8_t *)copy, in.size};
    return copy != NULL;
}

static bool row_load(struct ledger_work *work, struct arena *arena, struct ledger_row *row, struct error *err)
{
    struct entity_statements *all = statements_of(work, row->entity);
    int index = 1;
    bool done;

    if (all->entity == NULL)
        bind_text(all->select, index++, row->entity);
    bind_text(all->select, index, row->id);
    done = step_row(work, all->select, &row->found, "read a row", err);
    if (done && row->found) {
        row->position = column_u64(all->select, 1);
        if (!span_copy(arena, column_blob(all->select, 0), &row->state))
            done = no_memory(err);
        else if (!members_read(arena, column_blob(all->select, 2), row->position, &row->members, &row->member_count))
            done = error_set(err, ERROR_CORRUPT, "Run: teren-server verify", "the places of %s %s could not be read", row->entity, row->id);
    }
    sqlite3_reset(all->select);
    return done;
}

static bool rows_load(struct ledger_work *work, struct arena *arena, struct ledger_row *rows, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++)
        if (!row_load(work, arena, &rows[i], err))
            return false;
    return true;
}

/* --- store ------------------------------------------------------------------------------------------------------------- */

static bool feed_put(struct ledger_work *work, const struct ledger_row *row, struct ledger_member member, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_FEED_PUT];
    const struct entity_statements *all = statements_of(work, row->entity);
    char other[NAME_BYTES_MAX + ROW_ID_SIZE + 2];

    bind_u64(statement, 1, feed_key(member.place, member.position));
    sqlite3_bind_int64(statement, 3, member.gone ? 1 : 0);
    if (all->entity != NULL) {
        sqlite3_bind_int64(statement, 2, (int64_t)entity_index(all->entity) + 1);
        bind_text(statement, 4, row->id);
    } else {
        snprintf(other, sizeof other, "%s/%s", row->entity, row->id); /* neither may contain a '/' */
        sqlite3_bind_int64(statement, 2, 0);
        bind_text(statement, 4, other);
    }
    return step_done(work, statement, "write the feed", err);
}

static bool feed_delete(struct ledger_work *work, uint64_t place, uint64_t position, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_FEED_DELETE];

    bind_u64(statement, 1, feed_key(place, position));
    return step_done(work, statement, "write the feed", err);
}

static bool member_same(struct ledger_member a, struct ledger_member b)
{
    return a.place == b.place && a.position == b.position && a.gone == b.gone;
}

/* Both lists ascend by place: what differs is taken out and put in again. */
static bool feed_move(struct ledger_work *work, const struct ledger_row *row, struct error *err)
{
    const struct ledger_row *before = row->before;
    struct ledger_member everything = {PLACE_EVERYTHING, row->position, false};
    bool done = true;

    if (before == NULL || before->position != row->position) {
        done = before == NULL || feed_delete(work, PLACE_EVERYTHING, before->position, err);
        done = done && feed_put(work, row, everything, err);
    }
    for (size_t i = 0; done && before != NULL && i < before->member_count; i++) {
        bool stays = false;
        for (size_t k = 0; k < row->member_count && !stays; k++)
            stays = member_same(before->members[i], row->members[k]);
        if (!stays)
            done = feed_delete(work, before->members[i].place, before->members[i].position, err);
    }
    for (size_t k = 0; done && k < row->member_count; k++) {
        bool stood = false;
        for (size_t i = 0; before != NULL && i < before->member_count && !stood; i++)
            stood = member_same(before->members[i], row->members[k]);
        if (!stood)
            done = feed_put(work, row, row->members[k], err);
    }
    return done;
}

static void bind_value(sqlite3_stmt *statement, int index, struct value value)
{
    if (value.kind == VALUE_INTEGER)
        sqlite3_bind_int64(statement, index, value.integer);
    else if (value.kind == VALUE_TEXT)
        bind_text(statement, index, value.text);
    else
        sqlite3_bind_null(statement, index);
}

static bool row_store(struct ledger_work *work, const struct ledger_row *row, struct error *err)
{
    struct entity_statements *all = statements_of(work, row->entity);
    int index = 1;

    bytes_reset(&work->scratch);
    if (!members_write(&work->scratch, row->position, row->members, row->member_count))
        return no_memory(err);
    if (all->entity == NULL)
        bind_text(all->upsert, index++, row->entity);
    bind_text(all->upsert, index++, row->id);
    for (size_t i = 0; all->entity != NULL && i < all->entity->field_count; i++)
        bind_value(all->upsert, index++, sql_column_value(&work->arena, row->row, all->entity, &all->entity->fields[i]));
    sqlite3_bind_int64(all->upsert, index++, row_is_removed(row->row) ? 1 : 0);
    bind_blob(all->upsert, index++, row->state.data, row->state.size);
    bind_u64(all->upsert, index++, row->position);
    bind_blob(all->upsert, index, work->scratch.data, work->scratch.size);
    return step_done(work, all->upsert, "write a row", err);
}

static bool rows_store(struct ledger_work *work, const struct ledger_row *rows, size_t count, struct error *err)
{
    bool done = true;

    for (size_t i = 0; done && i < count; i++)
        done = row_store(work, &rows[i], err);
    for (size_t i = 0; done && i < count; i++)
        done = feed_move(work, &rows[i], err);
    arena_clear(&work->arena);
    return done;
}

/* --- walk -------------------------------------------------------------------------------------------------------------- */

static bool rows_each(struct ledger_work *work, const char *entity, bool (*each)(void *context, const struct ledger_row *row),
                      void *context, struct error *err)
{
    struct entity_statements *all = entity != NULL ? statements_of(work, entity) : &work->entities[entity_count];
    struct arena arena = {0};
    bool row = true, done = true;

    if (entity != NULL && all->entity == NULL)
        return true;
    while (done && row) {
        struct ledger_row found = {.found = true};
        done = step_row(work, all->each, &row, "read the rows", err);
        if (!done || !row)
            break;
        found.id = column_text(all->each, 0);
        found.entity = all->entity != NULL ? all->entity->name : column_text(all->each, 4);
        found.state = column_blob(all->each, 1);
        found.position = column_u64(all->each, 2);
        if (!members_read(&arena, column_blob(all->each, 3), found.position, &found.members, &found.member_count))
            done =
                error_set(err, ERROR_CORRUPT, "Run: teren-server verify", "the places of %s %s could not be read", found.entity, found.id);
        row = done && each(context, &found);
        arena_clear(&arena);
    }
    sqlite3_reset(all->each);
    return done;
}

static bool cell_is(sqlite3_stmt *statement, int index, struct value value)
{
    int type = sqlite3_column_type(statement, index);

    if (value.kind == VALUE_INTEGER)
        return type == SQLITE_INTEGER && sqlite3_column_int64(statement, index) == value.integer;
    if (value.kind == VALUE_TEXT)
        return type == SQLITE_TEXT && strcmp(column_text(statement, index), value.text) == 0;
    return type == SQLITE_NULL;
}

static bool row_columns_check(struct ledger_work *work, struct arena *arena, const struct ledger_row *row, const char **ret,
                              struct error *err)
{
    struct entity_statements *all = statements_of(work, row->entity);
    bool found = false, done;

    *ret = NULL;
    bind_text(all->columns, 1, row->id);
    if (all->entity == NULL)
        bind_text(all->columns, 2, row->entity);
    done = step_row(work, all->columns, &found, "read a row's columns", err);
    if (done && found && sqlite3_column_int64(all->columns, 0) != (row_is_removed(row->row) ? 1 : 0))
        *ret = "removed";
    for (size_t i = 0; done && found && *ret == NULL && all->entity != NULL && i < all->entity->field_count; i++)
        if (!cell_is(all->columns, (int)i + 1, sql_column_value(arena, row->row, all->entity, &all->entity->fields[i])))
            *ret = all->entity->fields[i].name;
    sqlite3_reset(all->columns);
    return done;
}

static bool uses_walk(struct ledger_work *work, enum statement which, const char *person, const char *entity,
                      bool (*each)(void *context, const char *entity, const char *id, const char *row), void *context, bool *go_on,
                      struct error *err)
{
    sqlite3_stmt *statement = work->statements[which];
    bool row = true, done = true;

    bind_text(statement, 1, person);
    while (done && row && *go_on) {
        done = step_row(work, statement, &row, "read the uses of a person", err);
        if (done && row)
            *go_on = each(context, entity, column_text(statement, 0), column_text(statement, 1));
    }
    sqlite3_reset(statement);
    return done;
}

static bool uses_of_person(struct ledger_work *work, const char *person,
                           bool (*each)(void *context, const char *entity, const char *id, const char *row), void *context,
                           struct error *err)
{
    bool go_on = true;

    return uses_walk(work, STATEMENT_ENROLMENTS_OF_PERSON, person, "activity", each, context, &go_on, err) &&
           uses_walk(work, STATEMENT_MARKS_OF_PERSON, person, "session", each, context, &go_on, err);
}

static bool rows_referring(struct ledger_work *work, const char *entity, const char *field, const char *id,
                           bool (*each)(void *context, const char *row), void *context, struct error *err)
{
    struct entity_statements *all = statements_of(work, entity);
    sqlite3_stmt *statement = NULL;
    bool row = true, done = true;

    for (size_t i = 0; all->entity != NULL && i < all->entity->field_count; i++)
        if (strcmp(all->entity->fields[i].name, field) == 0)
            statement = all->referring[i];
    if (statement == NULL)
        return error_set(err, ERROR_INVALID, "This is a fault of teren-server; please report it.",
                         "%s has no field %s that refers to a row", entity, field);
    bind_text(statement, 1, id);
    while (done && row) {
        done = step_row(work, statement, &row, "read what refers to a row", err);
        row = done && row && each(context, column_text(statement, 0));
    }
    sqlite3_reset(statement);
    return done;
}

void sqlite_rows_fill(struct ledger *port)
{
    port->rows_load = rows_load;
    port->rows_store = rows_store;
    port->rows_each = rows_each;
    port->row_columns_check = row_columns_check;
    port->uses_of_person = uses_of_person;
    port->rows_referring = rows_referring;
}
