// SPDX-License-Identifier: Apache-2.0
/* The schema: made once, followed afterwards.
 *
 * Here:      the tables of version 1; entity tables from protocol/sql.c; columns for fields that the entity table has learnt since.
 * Not here:  statements (statements.c, held.c), pragmas (recipe.c).
 *
 * Fields are not counted by the schema's version: the entity table of the program that opens says what is missing, and a fingerprint
 * spares the looking. A store of a newer program is refused before anything is read (recipe.c), so nothing is ever taken away here.
 */
#include "agent/store/store_internal.h"

#include <stdio.h>
#include <string.h>

static const char schema[] =
    /* log: every log this device ever wrote. The secret of one that is not current goes when nobody needs its signature. */
    "CREATE TABLE log (place INTEGER PRIMARY KEY, log INTEGER NOT NULL UNIQUE, base INTEGER NOT NULL, public_key BLOB NOT NULL, "
    "secret_key BLOB, started_ms INTEGER NOT NULL) STRICT;"
    /* change: the ledger of this device, by number. Short columns first: what is searched is read without touching the long ones. */
    "CREATE TABLE change (number INTEGER PRIMARY KEY, step INTEGER NOT NULL, row_key INTEGER NOT NULL, undoes INTEGER NOT NULL, name TEXT, "
    "body BLOB NOT NULL, before BLOB) STRICT;"
    "CREATE TABLE segment (last INTEGER PRIMARY KEY, first INTEGER NOT NULL, head BLOB NOT NULL, sealed BLOB NOT NULL) STRICT;"
    "CREATE TABLE verdict (number INTEGER NOT NULL, kind INTEGER NOT NULL, PRIMARY KEY (number, kind)) STRICT, WITHOUT ROWID;"
    /* in_conflict: which rows to read when somebody asks for conflicts. */
    "CREATE TABLE in_conflict (entity TEXT NOT NULL, id TEXT NOT NULL, fields INTEGER NOT NULL, PRIMARY KEY (entity, id)) STRICT, WITHOUT "
    "ROWID;"
    "CREATE TABLE incident (place INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL) STRICT;"
    "CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE sync (id INTEGER PRIMARY KEY CHECK (id = 1), last_attempt_ms INTEGER NOT NULL DEFAULT 0, last_success_ms INTEGER NOT "
    "NULL "
    "DEFAULT 0, last_verified_ms INTEGER NOT NULL DEFAULT 0, next_attempt_ms INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT "
    "0, "
    "batch_bytes INTEGER NOT NULL DEFAULT 65536, spread_ms INTEGER NOT NULL DEFAULT 0, error_kind INTEGER NOT NULL DEFAULT 0, "
    "error_cause TEXT NOT NULL DEFAULT '', error_remedy TEXT NOT NULL DEFAULT '', clock_error_ms INTEGER NOT NULL DEFAULT 0) STRICT;"
    "INSERT INTO sync (id) VALUES (1);";

static bool exec_made(struct store *store, struct bytes *sql, bool made, struct error *err)
{
    bool done = made && bytes_append_u8(sql, 0) ? store_exec(store, (const char *)sql->data, "make a table", err) : store_no_memory(err);

    bytes_clear(sql);
    return done;
}

static bool table_create(struct store *store, const struct entity *entity, struct error *err)
{
    struct bytes sql = {0};
    const bool made = sql_create(&sql, SQL_SQLITE, entity, held_columns);

    return exec_made(store, &sql, made, err);
}

/* One number for the entity table of this program: its entities and fields. */
static uint64_t entities_fingerprint(void)
{
    uint64_t print = STORE_SCHEMA_VERSION;

    for (size_t i = 0; i < entity_count; i++) {
        for (size_t j = 0; j < entities[i].field_count; j++)
            print = print * 31 + row_key(entities[i].name, entities[i].fields[j].name);
    }
    return print;
}

static bool save_fingerprint(struct store *store, struct error *err)
{
    const uint64_t print = entities_fingerprint();

    return meta_save_blob(store, "entities", &print, sizeof print, err);
}

bool migrations_create(struct store *store, struct error *err)
{
    char version[120];

    snprintf(version, sizeof version, "PRAGMA user_version = %d; PRAGMA application_id = %d;", STORE_SCHEMA_VERSION, STORE_APPLICATION_ID);
    if (!store_exec(store, schema, "make the store", err) || !standing_create(store, err) || !table_create(store, NULL, err))
        return false;
    for (size_t i = 0; i < entity_count; i++) {
        if (table_entity(entities[i].name) != NULL && !table_create(store, &entities[i], err))
            return false;
    }
    return save_fingerprint(store, err) && store_exec(store, version, "make the store", err);
}

/* --- fields and entities learnt since ------------------------------------------------------------------------------------------ */

static bool column_exists(struct store *store, const char *table, const char *column, bool *ret, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum step step;

    *ret = false;
    if (!statement_prepare(store, "SELECT 1 FROM pragma_table_info(:table) WHERE name = :column", false, &stmt, err))
        return false;
    statement_bind_text(stmt, ":table", table);
    statement_bind_text(stmt, ":column", column);
    step = statement_step(store, stmt, "read the schema", err);
    *ret = step == STEP_ROW;
    sqlite3_finalize(stmt);
    return step != STEP_FAILED;
}

/* Columns first, then what sql_create adds: its indexes stand on them. */
static bool add_missing_columns(struct store *store, const struct entity *entity, bool *ret_added, struct error *err)
{
    bool there;

    if (!column_exists(store, sql_table(entity), "id", &there, err))
        return false;
    for (size_t i = 0; there && i < entity->field_count; i++) {
        struct bytes sql = {0};
        bool exists;

        if (!column_exists(store, sql_table(entity), entity->fields[i].name, &exists, err))
            return false;
        if (exists)
            continue;
        *ret_added = true;
        const bool made = sql_add_field(&sql, SQL_SQLITE, entity, &entity->fields[i]);
        if (!exec_made(store, &sql, made, err))
            return false;
    }
    *ret_added = *ret_added || !there;
    return table_create(store, entity, err);
}

struct ids {
    struct arena *arena;
    struct {
        const char *entity, *id;
    } * items;
    size_t count, room;
};

static bool note_id(void *context, struct arena *arena, const struct held *held, struct error *err)
{
    struct ids *ids = context;

    (void)arena;
    if (ids->count == ids->room) {
        const size_t room = ids->room == 0 ? 256 : 2 * ids->room;
        void *grown = arena_grow(ids->arena, ids->items, ids->count, room, sizeof *ids->items);

        if (grown == NULL)
            return store_no_memory(err);
        ids->items = grown;
        ids->room = room;
    }
    ids->items[ids->count].entity = arena_text(ids->arena, held->row.entity);
    ids->items[ids->count].id = arena_text(ids->arena, held->row.id);
    ids->count++;
    return (ids->items[ids->count - 1].entity != NULL && ids->items[ids->count - 1].id != NULL) || store_no_memory(err);
}

/* A row of "other" whose entity this program knows moves to its table. Read from there by hand: held_read looks in the new place. */
static bool move_from_other(struct store *store, const char *entity, const char *id, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool done = false;
    struct arena arena = {0};
    struct held held = {.row = {.entity = entity, .id = id}, .many = 1};

    if (!statement_prepare(store, "SELECT state, many FROM other WHERE entity = :entity AND id = :id", false, &stmt, err))
        goto out;
    statement_bind_text(stmt, ":entity", entity);
    statement_bind_text(stmt, ":id", id);
    if (statement_step(store, stmt, "read a row", err) != STEP_ROW ||
        !row_read(&arena, statement_span(stmt, 0), entity, id, &held.row, err))
        goto out;
    held.many = statement_number(stmt, 1);
    sqlite3_reset(stmt);
    /* It is counted already: as if it had been read from its new place. */
    held.exists = true;
    held.conflicts = row_conflict_count(&held.row);
    if (!digest_of_row(&held.row, store->digest_key, &held.digest)) {
        store_no_memory(err);
        goto out;
    }
    if (!held_write(store, &arena, &held, &held.row, held.many, err))
        goto out;
    sqlite3_finalize(stmt);
    if (!statement_prepare(store, "DELETE FROM other WHERE entity = :entity AND id = :id", false, &stmt, err))
        goto out;
    statement_bind_text(stmt, ":entity", entity);
    statement_bind_text(stmt, ":id", id);
    done = statement_run(store, stmt, "move a row", err);
out:
    sqlite3_finalize(stmt);
    arena_clear(&arena);
    return done;
}

/* Every row anew, so that its columns say what its state says. In "other", held.row.entity is known now: it moves. */
static bool project_anew(struct store *store, struct error *err)
{
    struct arena names = {0};
    struct ids ids = {.arena = &names};
    const struct held_visitor visitor = {note_id, &ids};
    bool done = held_each(store, &visitor, err);

    for (size_t i = 0; done && i < ids.count; i++) {
        struct arena arena = {0};
        struct held held;

        done = held_read(store, &arena, ids.items[i].entity, ids.items[i].id, &held, err);
        if (done && held.exists)
            done = held_write(store, &arena, &held, &held.row, held.many, err);
        else if (done)
            done = move_from_other(store, ids.items[i].entity, ids.items[i].id, err);
        arena_clear(&arena);
    }
    arena_clear(&names);
    return done;
}

bool migrations_follow_entities(struct store *store, struct error *err)
{
    uint64_t print = 0;
    bool found, added = false, ok = true;

    if (!meta_read_blob(store, "entities", &print, sizeof print, &found, err))
        return false;
    if (found && print == entities_fingerprint())
        return true;
    if (!transaction_begin(store, err))
        return false;
    for (size_t i = 0; ok && i < entity_count; i++) {
        if (table_entity(entities[i].name) != NULL)
            ok = add_missing_columns(store, &entities[i], &added, err);
    }
    ok = ok && (!added || project_anew(store, err)) && save_fingerprint(store, err);
    return transaction_end(store, ok, err);
}
