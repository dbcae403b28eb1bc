// SPDX-License-Identifier: Apache-2.0
/* Rows as this device holds them, and everything that must move when one does.
 *
 * Here:      reading, writing and dropping one row; the digest, the counts and the conflict list that follow from it.
 * Not here:  what a row becomes (write.c, apply.c, fork.c), finding rows by what they say (query.c).
 *
 * The sums are never recomputed: what was read is taken off, what is written is put on. store_verify compares.
 */
#include "agent/store/store_internal.h"

#include <string.h>

const struct sql_column held_columns[] = {
    {"many", "INTEGER NOT NULL", "BIGINT NOT NULL"},
    {NULL, NULL, NULL},
};

const struct entity *table_entity(const char *name)
{
    const struct entity *entity = entity_find(name);

    return entity == NULL || (entity->flags & ENTITY_DERIVED) != 0 ? NULL : entity;
}

static struct entity_statements *statements_of(struct store *store, const struct entity *entity)
{
    return &store->by_entity[entity == NULL ? entity_count : (size_t)(entity - entities)];
}

/* Also when the transaction fails later on: this number is nothing to count by. */
static void note_move(struct store *store, const struct entity *entity)
{
    store->revisions[entity == NULL ? entity_count : (size_t)(entity - entities)]++;
}

uint64_t store_revision_of(const struct store *store, const char *entity)
{
    const struct entity *table = table_entity(entity);

    return store->revisions[table == NULL ? entity_count : (size_t)(table - entities)];
}

/* The statement that sql.c makes, prepared once. */
typedef bool make_sql(struct bytes *out, enum sql_dialect dialect, const struct entity *entity, const struct sql_column *own);
static sqlite3_stmt *made(struct store *store, make_sql *make, const struct entity *entity, sqlite3_stmt **stmt, struct error *err)
{
    struct bytes sql = {0};

    if (store->broken) {
        error_set(err, ERROR_STORAGE, REMEDY_STORAGE, "the store %s had an I/O error and must be opened again", store->path);
        return NULL;
    }
    if (*stmt != NULL)
        return *stmt;
    if (!make(&sql, SQL_SQLITE, entity, held_columns) || !bytes_append_u8(&sql, 0))
        store_no_memory(err);
    else if (!statement_prepare(store, (const char *)sql.data, true, stmt, err))
        *stmt = NULL;
    bytes_clear(&sql);
    return *stmt;
}

static bool make_remove(struct bytes *out, enum sql_dialect dialect, const struct entity *entity, const struct sql_column *own)
{
    const char *table = sql_table(entity), *where = entity == NULL ? " WHERE entity = ? AND id = ?" : " WHERE id = ?";

    (void)dialect;
    (void)own;
    return bytes_append(out, "DELETE FROM ", 12) && bytes_append(out, table, strlen(table)) && bytes_append(out, where, strlen(where));
}

/* Binds [entity if other,] id; gives the next position. */
static int bind_key(sqlite3_stmt *stmt, const struct entity *entity, const char *name, const char *id)
{
    int position = 1;

    if (entity == NULL)
        sqlite3_bind_text(stmt, position++, name, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, position++, id, -1, SQLITE_STATIC);
    return position;
}

bool held_read_row(struct store *store, struct arena *arena, const char *name, const char *id, struct row *ret, bool *ret_exists,
                   uint64_t *ret_many, struct error *err)
{
    const struct entity *entity = table_entity(name);
    sqlite3_stmt *stmt = made(store, sql_select, entity, &statements_of(store, entity)->select, err);
    bool done = false;

    *ret = (struct row){.entity = entity == NULL ? arena_text(arena, name) : entity->name, .id = arena_text(arena, id)};
    *ret_exists = false;
    *ret_many = 1;
    if (stmt == NULL)
        return false;
    if (ret->entity == NULL || ret->id == NULL)
        return store_no_memory(err);
    bind_key(stmt, entity, name, id);
    const enum step step = statement_step(store, stmt, "read a row", err);
    if (step == STEP_ROW) {
        *ret_exists = true;
        *ret_many = statement_number(stmt, 1);
        done = row_read(arena, statement_span(stmt, 0), ret->entity, ret->id, ret, err);
    } else {
        done = step == STEP_DONE;
    }
    statement_reset(stmt);
    return done;
}

bool held_read(struct store *store, struct arena *arena, const char *entity, const char *id, struct held *ret, struct error *err)
{
    *ret = (struct held){.many = 1};
    if (!held_read_row(store, arena, entity, id, &ret->row, &ret->exists, &ret->many, err))
        return false;
    if (!ret->exists)
        return true;
    ret->conflicts = row_conflict_count(&ret->row);
    return digest_of_row(&ret->row, store->digest_key, &ret->digest) || store_no_memory(err);
}

static bool conflict_note(struct store *store, const struct row *row, size_t was, size_t is, struct error *err)
{
    sqlite3_stmt *stmt;

    if (was == is)
        return true;
    store->now.conflicts += is;
    store->now.conflicts -= was;
    stmt = statement(store, is > 0 ? STATEMENT_CONFLICT_SET : STATEMENT_CONFLICT_CLEAR, err);
    if (stmt == NULL)
        return false;
    statement_bind_text(stmt, ":entity", row->entity);
    statement_bind_text(stmt, ":id", row->id);
    if (is > 0)
        statement_bind_number(stmt, ":fields", is);
    return statement_run(store, stmt, "note a conflict", err);
}

static void sums_take(struct store *store, const struct held *was)
{
    if (!was->exists)
        return;
    digest_take_row(store, was->digest, was->many);
    store->now.rows -= was->many > 0;
    store->now.odd -= was->many != 1;
}

bool held_write(struct store *store, struct arena *arena, const struct held *was, const struct row *row, uint64_t many, struct error *err)
{
    const struct entity *entity = table_entity(row->entity);
    sqlite3_stmt *stmt = made(store, sql_upsert, entity, &statements_of(store, entity)->upsert, err);
    struct digest digest;
    int position;

    if (stmt == NULL)
        return false;
    note_move(store, entity);
    bytes_reset(&store->scratch);
    /* Without `seen`: what is not live was replaced by what is, and the server keeps the whole history of who saw what. */
    if (!digest_of_row(row, store->digest_key, &digest) || !row_write(&store->scratch, row, false))
        return store_no_memory(err);
    position = bind_key(stmt, entity, row->entity, row->id);
    for (size_t i = 0; entity != NULL && i < entity->field_count; i++)
        statement_bind_value(stmt, position++, sql_column_value(arena, row, entity, &entity->fields[i]));
    sqlite3_bind_int(stmt, position++, row_is_removed(row));
    sqlite3_bind_blob64(stmt, position++, store->scratch.data, store->scratch.size, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, position, (sqlite3_int64)many);
    if (!statement_run(store, stmt, "write a row", err) ||
        !conflict_note(store, row, was->exists ? was->conflicts : 0, row_conflict_count(row), err))
        return false;
    sums_take(store, was);
    digest_add_row(store, digest, many);
    store->now.rows += many > 0;
    store->now.odd += many != 1;
    return true;
}

bool held_drop(struct store *store, const struct held *was, struct error *err)
{
    const struct entity *entity = table_entity(was->row.entity);
    sqlite3_stmt *stmt;

    if (!was->exists)
        return true;
    stmt = made(store, make_remove, entity, &statements_of(store, entity)->remove, err);
    if (stmt == NULL)
        return false;
    note_move(store, entity);
    bind_key(stmt, entity, was->row.entity, was->row.id);
    if (!statement_run(store, stmt, "drop a row", err) || !conflict_note(store, &was->row, was->conflicts, 0, err))
        return false;
    sums_take(store, was);
    return true;
}

/* --- all of them ------------------------------------------------------------------------------------------------------------ */

static bool table_each(struct store *store, const struct entity *entity, const struct held_visitor *visitor, struct error *err)
{
    char sql[200];
    sqlite3_stmt *stmt = NULL;
    struct arena arena = {0};
    enum step step = STEP_FAILED;

    sqlite3_snprintf(sizeof sql, sql, "SELECT %s, id, state, many FROM %s", entity == NULL ? "entity" : "NULL", sql_table(entity));
    if (statement_prepare(store, sql, false, &stmt, err)) {
        while ((step = statement_step(store, stmt, "read the rows", err)) == STEP_ROW) {
            struct held held = {.exists = true, .many = statement_number(stmt, 3)};
            const char *name = entity == NULL ? (const char *)sqlite3_column_text(stmt, 0) : entity->name;
            const char *id = (const char *)sqlite3_column_text(stmt, 1);

            if (name == NULL || id == NULL || !row_read(&arena, statement_span(stmt, 2), name, id, &held.row, err) ||
                !digest_of_row(&held.row, store->digest_key, &held.digest)) {
                store_no_memory(err);
                step = STEP_FAILED;
                break;
            }
            held.conflicts = row_conflict_count(&held.row);
            if (!visitor->each(visitor->context, &arena, &held, err)) {
                step = STEP_FAILED;
                break;
            }
            arena_clear(&arena);
        }
    }
    sqlite3_finalize(stmt);
    arena_clear(&arena);
    return step == STEP_DONE;
}

bool held_each(struct store *store, const struct held_visitor *visitor, struct error *err)
{
    bool done = table_each(store, NULL, visitor, err);

    for (size_t i = 0; done && i < entity_count; i++) {
        if (table_entity(entities[i].name) != NULL)
            done = table_each(store, &entities[i], visitor, err);
    }
    return done;
}
