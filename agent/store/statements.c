// SPDX-License-Identifier: Apache-2.0
/* All SQL of the store that does not depend on the entity table, in one table, and small words for running it.
 *
 * Here:      the texts; preparing each once; binding by name; what SQLite says, as our error.
 * Not here:  the schema (migrations.c), the entity tables' statements (held.c, from protocol/sql.c), the queries that people's filters
 *            make (query.c).
 */
#include "agent/store/store_internal.h"

#include <string.h>

static const char *const texts[STATEMENT_COUNT] = {
    [STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
    [STATEMENT_COMMIT] = "COMMIT",
    [STATEMENT_ROLLBACK] = "ROLLBACK",
    /* STATEMENT_STANDING_*: made from the table of columns in standing.c; those of rosters stand in roster.c. */
    [STATEMENT_META_READ] = "SELECT value FROM meta WHERE key = :key",
    [STATEMENT_META_SAVE] = "INSERT INTO meta (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    [STATEMENT_META_FORGET] = "DELETE FROM meta WHERE key = :key",
    [STATEMENT_SETTINGS_BESIDE] = "SELECT count(*) FROM meta WHERE key >= 'setting:' AND key < 'setting;' AND key <> :key",

    [STATEMENT_LOG_ADD] = "INSERT INTO log (log, base, public_key, secret_key, started_ms) "
                          "VALUES (:log, :base, :public_key, :secret_key, :started_ms)",
    [STATEMENT_LOG_OF] = "SELECT log, base FROM log WHERE base < :number ORDER BY base DESC, place DESC LIMIT 1",
    [STATEMENT_LOG_BY_ID] = "SELECT public_key, secret_key FROM log WHERE log = :log",
    [STATEMENT_LOG_FORGET_SECRET] = "UPDATE log SET secret_key = NULL WHERE log = :log",
    [STATEMENT_LOG_IS_OWN] = "SELECT 1 FROM log WHERE log = :log",

    [STATEMENT_CHANGE_ADD] = "INSERT INTO change (number, step, row_key, undoes, name, body, before) "
                             "VALUES (:number, :step, :row_key, :undoes, :name, :body, :before)",
    [STATEMENT_CHANGE_READ] = "SELECT step, undoes, name, body, before FROM change WHERE number = :number",
    [STATEMENT_CHANGES_AFTER] = "SELECT number, body FROM change WHERE number > :after ORDER BY number LIMIT :count",
    [STATEMENT_CHANGE_RENAME] = "UPDATE change SET row_key = :row_key, body = :body, before = :before WHERE number = :number",
    [STATEMENT_CHANGE_MARK_UNDONE] = "UPDATE change SET undoes = number WHERE number = :number",
    [STATEMENT_CHANGE_KEYS_AFTER] = "SELECT number, row_key FROM change WHERE number > :after ORDER BY number",
    /* A quarantined change is kept: a person must still be able to see it. */
    [STATEMENT_CHANGES_FORGET] = "DELETE FROM change WHERE number > :after AND number <= :upto AND number NOT IN "
                                 "(SELECT number FROM verdict WHERE kind = 1 AND number > :after AND number <= :upto)",

    [STATEMENT_SEGMENT_ADD] = "INSERT INTO segment (first, last, head, sealed) VALUES (:first, :last, :head, :sealed)",
    [STATEMENT_SEGMENTS_AFTER] = "SELECT first, last, sealed FROM segment WHERE last > :after AND first > :base ORDER BY last",
    [STATEMENT_SEGMENT_ENDING] = "SELECT head FROM segment WHERE last = :last",
    [STATEMENT_SEGMENTS_DROP_AFTER] = "DELETE FROM segment WHERE last > :after",
    [STATEMENT_SEGMENTS_FORGET] = "DELETE FROM segment WHERE last <= :upto",
    [STATEMENT_SEGMENTS_ALL] = "SELECT first, last, head, sealed FROM segment ORDER BY last",

    [STATEMENT_VERDICT_ADD] = "INSERT INTO verdict (number, kind) VALUES (:number, :kind) ON CONFLICT (number, kind) DO NOTHING",
    [STATEMENT_VERDICT_COUNT] = "SELECT count(*) FROM verdict WHERE kind = 1",
    [STATEMENT_VERDICTS_DROP_AFTER] = "DELETE FROM verdict WHERE number > :after",

    [STATEMENT_CONFLICT_SET] = "INSERT INTO in_conflict (entity, id, fields) VALUES (:entity, :id, :fields) "
                               "ON CONFLICT (entity, id) DO UPDATE SET fields = excluded.fields",
    [STATEMENT_CONFLICT_CLEAR] = "DELETE FROM in_conflict WHERE entity = :entity AND id = :id",
    [STATEMENT_CONFLICTS] = "SELECT entity, id, fields FROM in_conflict ORDER BY entity, id",

    [STATEMENT_INCIDENT_ADD] = "INSERT INTO incident (at_ms, kind, detail) VALUES (:at_ms, :kind, :detail)",
    [STATEMENT_INCIDENTS_TRIM] = "DELETE FROM incident WHERE place <= (SELECT max(place) FROM incident) - :keep",
    [STATEMENT_INCIDENT_COUNT] = "SELECT count(*) FROM incident",

    [STATEMENT_SYNC_READ] = "SELECT last_attempt_ms, last_success_ms, last_verified_ms, next_attempt_ms, failures, batch_bytes, spread_ms, "
                            "error_kind, error_cause, error_remedy, clock_error_ms FROM sync WHERE id = 1",
    [STATEMENT_SYNC_SAVE] = "UPDATE sync SET last_attempt_ms = :last_attempt_ms, last_success_ms = :last_success_ms, "
                            "last_verified_ms = :last_verified_ms, next_attempt_ms = :next_attempt_ms, failures = :failures, "
                            "batch_bytes = :batch_bytes, spread_ms = :spread_ms, error_kind = :error_kind, error_cause = :error_cause, "
                            "error_remedy = :error_remedy, clock_error_ms = :clock_error_ms WHERE id = 1",
    [STATEMENT_SYNC_CLOCK_ERROR] = "UPDATE sync SET clock_error_ms = :clock_error_ms WHERE id = 1",
};

bool store_no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, REMEDY_MEMORY, "there was no memory for the store");
}

/* What SQLite's codes mean to a person. The text is errstr's, never errmsg's: that one may quote what was being written. */
bool store_failed(struct store *store, const char *doing, struct error *err)
{
    const int code = store->db == NULL ? SQLITE_NOMEM : sqlite3_extended_errcode(store->db);
    const char *said = sqlite3_errstr(code);

    if (code == SQLITE_IOERR_NOMEM)
        return store_no_memory(err);
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        return error_set(err, ERROR_MEMORY, REMEDY_MEMORY, "there was no memory to %s", doing);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error_set(err, ERROR_BUSY, "`teren run` or another command is at work: let it end, then try again.",
                         "could not %s: another program holds the store %s", doing, store->path);
    case SQLITE_FULL:
        return error_set(err, ERROR_STORAGE, "Free some space on the disk, then try again.", "could not %s: the disk is full (%s)", doing,
                         store->path);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
        return error_set(err, ERROR_STORAGE, "Check that the folder exists, is yours and can be written.", "could not %s in %s: %s", doing,
                         store->path, said);
    case SQLITE_CORRUPT: /* from the guard mostly: nothing of that page was believed, and the rest is as good as it was */
    case SQLITE_NOTADB:
        return error_set(err, ERROR_CORRUPT, REMEDY_CORRUPT, "could not %s: the store %s is damaged (%s)", doing, store->path, said);
    case SQLITE_IOERR:
        /* After a failed write or fsync nobody knows what is on the disk: reopening, which recovers from the log, is the way back. */
        store->broken = true;
        return error_set(err, ERROR_STORAGE, REMEDY_STORAGE, "could not %s in %s: %s", doing, store->path, said);
    default:
        return error_set(err, ERROR_STORAGE, REMEDY_BUG, "could not %s in %s: %s (%d)", doing, store->path, said, code);
    }
}

bool store_exec(struct store *store, const char *sql, const char *doing, struct error *err)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK || store_failed(store, doing, err);
}

bool statement_prepare(struct store *store, const char *sql, bool keep, sqlite3_stmt **ret, struct error *err)
{
    if (store->broken)
        return error_set(err, ERROR_STORAGE, REMEDY_STORAGE, "the store %s had an I/O error and must be opened again", store->path);
    return sqlite3_prepare_v3(store->db, sql, -1, keep ? SQLITE_PREPARE_PERSISTENT : 0, ret, NULL) == SQLITE_OK ||
           store_failed(store, "read the store", err);
}

sqlite3_stmt *statement(struct store *store, enum statement_id id, struct error *err)
{
    if (store->broken) {
        error_set(err, ERROR_STORAGE, REMEDY_STORAGE, "the store %s had an I/O error and must be opened again", store->path);
        return NULL;
    }
    if (store->prepared[id] == NULL && !statement_prepare(store, texts[id], true, &store->prepared[id], err))
        return NULL;
    return store->prepared[id];
}

void statements_finalize(struct store *store)
{
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        sqlite3_finalize(store->prepared[i]);
        store->prepared[i] = NULL;
    }
    for (size_t i = 0; store->by_entity != NULL && i <= entity_count; i++) {
        sqlite3_finalize(store->by_entity[i].select);
        sqlite3_finalize(store->by_entity[i].upsert);
        sqlite3_finalize(store->by_entity[i].remove);
        store->by_entity[i] = (struct entity_statements){0};
    }
}

enum step statement_step(struct store *store, sqlite3_stmt *stmt, const char *doing, struct error *err)
{
    const int code = sqlite3_step(stmt);

    if (code == SQLITE_ROW)
        return STEP_ROW;
    if (code == SQLITE_DONE)
        return STEP_DONE;
    store_failed(store, doing, err);
    return STEP_FAILED;
}

bool statement_run(struct store *store, sqlite3_stmt *stmt, const char *doing, struct error *err)
{
    if (stmt == NULL)
        return false;
    const enum step step = statement_step(store, stmt, doing, err);
    statement_reset(stmt);
    return step != STEP_FAILED;
}

/* Bindings go too: they borrow memory that is not ours to keep. */
void statement_reset(sqlite3_stmt *stmt)
{
    if (stmt == NULL)
        return;
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
}

void statement_bind_number(sqlite3_stmt *stmt, const char *name, uint64_t value)
{
    sqlite3_bind_int64(stmt, sqlite3_bind_parameter_index(stmt, name), (sqlite3_int64)value);
}

void statement_bind_text(sqlite3_stmt *stmt, const char *name, const char *text)
{
    sqlite3_bind_text(stmt, sqlite3_bind_parameter_index(stmt, name), text, -1, SQLITE_STATIC);
}

void statement_bind_blob(sqlite3_stmt *stmt, const char *name, const void *data, size_t size)
{
    sqlite3_bind_blob64(stmt, sqlite3_bind_parameter_index(stmt, name), data, size, SQLITE_STATIC);
}

void statement_bind_value(sqlite3_stmt *stmt, int position, struct value value)
{
    switch (value.kind) {
    case VALUE_INTEGER:
        sqlite3_bind_int64(stmt, position, value.integer);
        break;
    case VALUE_TEXT:
        sqlite3_bind_text(stmt, position, value.text, -1, SQLITE_STATIC);
        break;
    case VALUE_NONE:
        sqlite3_bind_null(stmt, position);
        break;
    }
}

uint64_t statement_number(sqlite3_stmt *stmt, int column)
{
    return (uint64_t)sqlite3_column_int64(stmt, column);
}

struct span statement_span(sqlite3_stmt *stmt, int column)
{
    const void *data = sqlite3_column_blob(stmt, column);

    return (struct span){.data = data, .size = data == NULL ? 0 : (size_t)sqlite3_column_bytes(stmt, column)};
}
