// SPDX-License-Identifier: Apache-2.0
/* The SQLite ledger's tables and every statement that is prepared for them.
 *
 * Here:      the tables that are the ledger's own, all SQL text, migrations. Entity tables come from protocol/sql.h.
 * Not here:  running statements (sqlite_rows.c, sqlite_records.c, sqlite_fleet.c, sqlite_places.c).
 *
 * Numbers of 64 bits without sign are kept as SQLite's signed ones, bit for bit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server-stub/ledger/sqlite_internal.h"

/* A person has a field called "position": the ledger's own columns bear names that no field will. */
const struct sql_column sqlite_own_columns[] = {
    {"feed_position", "INTEGER NOT NULL", "BIGINT NOT NULL"},
    {"feed_places", "BLOB NOT NULL", "BYTEA NOT NULL"},
    {NULL, NULL, NULL},
};

static const char own_tables[] =
    "CREATE TABLE IF NOT EXISTS ledger_meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS ledger_totals (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL, changes INTEGER NOT "
    "NULL,"
    " segments INTEGER NOT NULL, quarantined INTEGER NOT NULL, conflicts INTEGER NOT NULL, link BLOB NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS ledger_log (log INTEGER PRIMARY KEY, device TEXT NOT NULL, public_key BLOB NOT NULL, counter INTEGER NOT "
    "NULL,"
    " last_seq INTEGER NOT NULL, last_time INTEGER NOT NULL, last_head BLOB NOT NULL, safe_seq INTEGER NOT NULL, waiting INTEGER NOT NULL,"
    " quarantined INTEGER NOT NULL, agent TEXT NOT NULL, known_since_ms INTEGER NOT NULL, last_contact_ms INTEGER NOT NULL,"
    " clock_error_ms INTEGER NOT NULL, introduced_by INTEGER NOT NULL, seal BLOB NOT NULL) STRICT;"
    "CREATE INDEX IF NOT EXISTS ledger_log_device ON ledger_log (device);"
    "CREATE TABLE IF NOT EXISTS ledger_segment (number INTEGER PRIMARY KEY, log INTEGER NOT NULL, first_seq INTEGER NOT NULL,"
    " last_seq INTEGER NOT NULL, clamped INTEGER NOT NULL, batch INTEGER NOT NULL, received_ms INTEGER NOT NULL, head BLOB NOT NULL, link "
    "BLOB NOT NULL,"
    " sealed BLOB NOT NULL) STRICT;"
    /* The key that makes a second arrival of the same changes impossible, whatever road they came by. */
    "CREATE UNIQUE INDEX IF NOT EXISTS ledger_segment_last ON ledger_segment (log, last_seq);"
    "CREATE TABLE IF NOT EXISTS ledger_quarantine (log INTEGER NOT NULL, seq INTEGER NOT NULL, reason TEXT NOT NULL,"
    " PRIMARY KEY (log, seq)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS ledger_place (id INTEGER PRIMARY KEY, programme TEXT NOT NULL, municipality TEXT NOT NULL,"
    " digest_low INTEGER NOT NULL, digest_high INTEGER NOT NULL, rows INTEGER NOT NULL, UNIQUE (programme, municipality),"
    " CHECK (id > 0 OR (programme = '*' AND municipality = '*'))) STRICT;"
    "CREATE TABLE IF NOT EXISTS ledger_shape (places BLOB PRIMARY KEY, rows INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    /* place << FEED_POSITION_BITS | position as one number: half the work of a key of two columns, and place 0 is only ever appended to. */
    "CREATE TABLE IF NOT EXISTS ledger_feed (place_position INTEGER PRIMARY KEY, entity INTEGER NOT NULL,"
    " gone INTEGER NOT NULL CHECK (gone IN (0, 1)), id TEXT NOT NULL) STRICT;"
    "CREATE VIEW IF NOT EXISTS ledger_feed_shown AS SELECT place_position >> 40 AS place, place_position & ((1 << 40) - 1) AS position,"
    " entity, gone, id FROM ledger_feed;"
    "CREATE TABLE IF NOT EXISTS ledger_device (name TEXT PRIMARY KEY, municipality TEXT NOT NULL, kind TEXT NOT NULL,"
    " revoked INTEGER NOT NULL CHECK (revoked IN (0, 1)), scope_version INTEGER NOT NULL, seal BLOB NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS ledger_scope (device TEXT NOT NULL, version INTEGER NOT NULL, grants TEXT NOT NULL, seal BLOB NOT NULL,"
    " PRIMARY KEY (device, version)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS ledger_code (hash BLOB PRIMARY KEY, device TEXT NOT NULL, made_ms INTEGER NOT NULL, expires_ms INTEGER NOT "
    "NULL,"
    " used_ms INTEGER NOT NULL, used_by INTEGER NOT NULL, seal BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS ledger_user (name TEXT PRIMARY KEY, role TEXT NOT NULL, password TEXT NOT NULL, seal BLOB NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS ledger_throttle (name TEXT PRIMARY KEY, tokens_milli INTEGER NOT NULL, at_ms INTEGER NOT NULL) STRICT,"
    " WITHOUT ROWID;";

#define LOG_COLUMNS                                                                                                                        \
    "log, device, public_key, counter, last_seq, last_time, last_head, safe_seq, waiting, quarantined, agent, known_since_ms,"             \
    " last_contact_ms, clock_error_ms, introduced_by, seal"

#define SEGMENT_COLUMNS "number, log, first_seq, last_seq, batch, received_ms, head, link, sealed, clamped"

static const char *const statement_text[STATEMENT_COUNT] = {
    [STATEMENT_BEGIN_READ] = "BEGIN DEFERRED",
    [STATEMENT_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [STATEMENT_COMMIT] = "COMMIT",
    [STATEMENT_ROLLBACK] = "ROLLBACK",
    [STATEMENT_META_GET] = "SELECT value FROM ledger_meta WHERE name = ?1",
    [STATEMENT_META_PUT] = "INSERT INTO ledger_meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    [STATEMENT_TOTALS_GET] = "SELECT position, changes, segments, quarantined, conflicts, link FROM ledger_totals WHERE one = 1",
    [STATEMENT_TOTALS_PUT] = "INSERT INTO ledger_totals (one, position, changes, segments, quarantined, conflicts, link)"
                             " VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (one) DO UPDATE SET position = excluded.position,"
                             " changes = excluded.changes, segments = excluded.segments, quarantined = excluded.quarantined,"
                             " conflicts = excluded.conflicts, link = excluded.link",
    [STATEMENT_LOG_GET] = "SELECT " LOG_COLUMNS " FROM ledger_log WHERE log = ?1",
    [STATEMENT_LOG_PUT] = "INSERT OR REPLACE INTO ledger_log (" LOG_COLUMNS ")"
                          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
    [STATEMENT_LOGS_EACH] = "SELECT " LOG_COLUMNS " FROM ledger_log ORDER BY log",
    [STATEMENT_LOGS_OF_DEVICE] = "SELECT " LOG_COLUMNS " FROM ledger_log WHERE device = ?1 ORDER BY log",
    [STATEMENT_SEGMENT_PUT] = "INSERT INTO ledger_segment (number, log, first_seq, last_seq, batch, received_ms, head, link, sealed,"
                              " clamped) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [STATEMENT_HEAD_AT] = "SELECT head FROM ledger_segment WHERE log = ?1 AND last_seq = ?2",
    [STATEMENT_SEGMENTS_EACH] = "SELECT " SEGMENT_COLUMNS " FROM ledger_segment"
                                " WHERE number > ?1 ORDER BY number",
    [STATEMENT_SEGMENTS_OF_LOG] = "SELECT " SEGMENT_COLUMNS " FROM ledger_segment WHERE log = ?1 AND last_seq > ?2 ORDER BY last_seq",
    [STATEMENT_QUARANTINE_PUT] = "INSERT INTO ledger_quarantine (log, seq, reason) VALUES (?1, ?2, ?3)",
    [STATEMENT_QUARANTINE_AFTER] = "SELECT seq, reason FROM ledger_quarantine WHERE log = ?1 AND seq > ?2 ORDER BY seq",
    [STATEMENT_CLAMPED_AFTER] = "SELECT EXISTS (SELECT 1 FROM ledger_segment WHERE log = ?1 AND last_seq > ?2 AND clamped > 0)",
    [STATEMENT_QUARANTINE_EACH] = "SELECT log, seq, reason FROM ledger_quarantine ORDER BY log, seq",
    [STATEMENT_ENROLMENTS_OF_PERSON] = "SELECT activity, id FROM enrolment WHERE person = ?1 AND removed IS NOT 1",
    [STATEMENT_MARKS_OF_PERSON] = "SELECT session, id FROM attendance WHERE person = ?1 AND removed IS NOT 1",
    [STATEMENT_PLACES_AFTER] =
        "SELECT id, programme, municipality, digest_low, digest_high, rows FROM ledger_place WHERE id > ?1 ORDER BY id",
    [STATEMENT_PLACE_SUMS] = "SELECT digest_low, digest_high, rows FROM ledger_place WHERE id = ?1",
    [STATEMENT_PLACE_PUT] = "INSERT INTO ledger_place (id, programme, municipality, digest_low, digest_high, rows)"
                            " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET digest_low = excluded.digest_low,"
                            " digest_high = excluded.digest_high, rows = excluded.rows",
    [STATEMENT_SHAPE_ADD] =
        "INSERT INTO ledger_shape (places, rows) VALUES (?1, ?2) ON CONFLICT (places) DO UPDATE SET rows = rows + excluded.rows",
    [STATEMENT_SHAPE_EMPTY] = "DELETE FROM ledger_shape WHERE places = ?1 AND rows = 0",
    [STATEMENT_SHAPES_EACH] = "SELECT places, rows FROM ledger_shape",
    [STATEMENT_FEED_PUT] = "INSERT INTO ledger_feed (place_position, entity, gone, id) VALUES (?1, ?2, ?3, ?4)",
    [STATEMENT_FEED_DELETE] = "DELETE FROM ledger_feed WHERE place_position = ?1",
    [STATEMENT_FEED_READ] = "SELECT place_position, entity, gone, id FROM ledger_feed WHERE place_position > ?1 AND place_position <= ?2"
                            " ORDER BY place_position LIMIT ?3",
    [STATEMENT_DEVICE_GET] = "SELECT name, municipality, kind, revoked, scope_version, seal FROM ledger_device WHERE name = ?1",
    [STATEMENT_DEVICE_PUT] = "INSERT OR REPLACE INTO ledger_device (name, municipality, kind, revoked, scope_version, seal)"
                             " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [STATEMENT_DEVICES_EACH] = "SELECT name, municipality, kind, revoked, scope_version, seal FROM ledger_device ORDER BY name",
    [STATEMENT_SCOPE_GET] = "SELECT device, version, grants, seal FROM ledger_scope WHERE device = ?1 AND version = ?2",
    [STATEMENT_SCOPE_PUT] = "INSERT OR REPLACE INTO ledger_scope (device, version, grants, seal) VALUES (?1, ?2, ?3, ?4)",
    [STATEMENT_SCOPES_EACH] = "SELECT device, version, grants, seal FROM ledger_scope ORDER BY device, version",
    [STATEMENT_CODE_GET] = "SELECT hash, device, made_ms, expires_ms, used_ms, used_by, seal FROM ledger_code WHERE hash = ?1",
    [STATEMENT_CODE_PUT] = "INSERT OR REPLACE INTO ledger_code (hash, device, made_ms, expires_ms, used_ms, used_by, seal)"
                           " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [STATEMENT_CODES_EACH] = "SELECT hash, device, made_ms, expires_ms, used_ms, used_by, seal FROM ledger_code",
    [STATEMENT_USER_PUT] = "INSERT OR REPLACE INTO ledger_user (name, role, password, seal) VALUES (?1, ?2, ?3, ?4)",
    [STATEMENT_USERS_EACH] = "SELECT name, role, password, seal FROM ledger_user ORDER BY name",
    [STATEMENT_THROTTLE_GET] = "SELECT tokens_milli, at_ms FROM ledger_throttle WHERE name = ?1",
    [STATEMENT_THROTTLE_PUT] = "INSERT OR REPLACE INTO ledger_throttle (name, tokens_milli, at_ms) VALUES (?1, ?2, ?3)",
    [STATEMENT_THROTTLES_FORGET] = "DELETE FROM ledger_throttle WHERE at_ms < ?1",
};

size_t entity_index(const struct entity *entity)
{
    return entity != NULL ? (size_t)(entity - entities) : entity_count;
}

/* A conflict is made from the state by whoever shows it: it is never stored. */
static bool is_stored(const struct entity *entity)
{
    return entity == NULL || (entity->flags & ENTITY_DERIVED) == 0;
}

static const struct entity *entity_at(size_t index)
{
    return index < entity_count ? &entities[index] : NULL;
}

bool schema_version_read(struct ledger_work *work, int *ret, struct error *err)
{
    sqlite3_stmt *statement = NULL;
    bool done = false, row = false;

    if (sqlite3_prepare_v2(work->db, "PRAGMA user_version", -1, &statement, NULL) != SQLITE_OK) {
        sqlite_failed(work, "read the ledger's version", err);
        goto out;
    }
    if (!step_row(work, statement, &row, "read the ledger's version", err))
        goto out;
    *ret = row ? sqlite3_column_int(statement, 0) : 0;
    done = true;
out:
    sqlite3_finalize(statement);
    return done;
}

static bool text_run(struct ledger_work *work, struct bytes *text, struct error *err)
{
    if (!bytes_append_u8(text, 0))
        return no_memory(err);
    return sqlite_run(work, (const char *)text->data, err);
}

static bool column_is_there(struct ledger_work *work, const char *table, const char *column)
{
    return sqlite3_table_column_metadata(work->db, NULL, table, column, NULL, NULL, NULL, NULL, NULL) == SQLITE_OK;
}

/* Makes the table of an entity, and adds the columns that a newer entity table has. */
static bool entity_table_make(struct ledger_work *work, const struct entity *entity, struct error *err)
{
    struct bytes text = {0};
    bool done = sql_create(&text, SQL_SQLITE, entity, sqlite_own_columns) && text_run(work, &text, err);

    for (size_t i = 0; done && entity != NULL && i < entity->field_count; i++) {
        if (column_is_there(work, sql_table(entity), entity->fields[i].name))
            continue;
        bytes_reset(&text);
        done = sql_add_field(&text, SQL_SQLITE, entity, &entity->fields[i]) && text_run(work, &text, err);
    }
    if (!done)
        no_memory(err);
    bytes_clear(&text);
    return done;
}

bool schema_make(struct ledger_work *work, struct error *err)
{
    char version[64];

    snprintf(version, sizeof version, "PRAGMA user_version = %d", LEDGER_SCHEMA_VERSION);
    if (!sqlite_run(work, "BEGIN IMMEDIATE", err))
        return false;
    bool done = sqlite_run(work, own_tables, err);
    for (size_t i = 0; done && i <= entity_count; i++)
        if (is_stored(entity_at(i)))
            done = entity_table_make(work, entity_at(i), err);
    done = done && sqlite_run(work, version, err) && sqlite_run(work, "COMMIT", err);
    if (!done && sqlite3_get_autocommit(work->db) == 0)
        sqlite3_exec(work->db, "ROLLBACK", NULL, NULL, NULL);
    return done;
}

static bool prepare(struct ledger_work *work, const char *text, sqlite3_stmt **ret, struct error *err)
{
    if (sqlite3_prepare_v3(work->db, text, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL) == SQLITE_OK)
        return true;
    return error_set(err, ERROR_CORRUPT, "Restore the latest backup, or install the version that made this ledger.",
                     "could not prepare \"%.80s\": %s", text, sqlite3_errmsg(work->db));
}

static bool prepare_bytes(struct ledger_work *work, struct bytes *text, sqlite3_stmt **ret, struct error *err)
{
    bool done = bytes_append_u8(text, 0) ? prepare(work, (const char *)text->data, ret, err) : no_memory(err);

    bytes_reset(text);
    return done;
}

static void add(struct bytes *out, const char *text)
{
    bytes_append(out, text, strlen(text));
}

/* Rows that say `id` in a field. The first part of a key has no index of its own: the ids begin with it. */
static void referring_text(struct bytes *out, const struct entity *entity, size_t field)
{
    bool leads = field == 0 && entity->naming == NAMED_BY_KEY;

    add(out, "SELECT id FROM \"");
    add(out, sql_table(entity));
    if (leads) {
        add(out, "\" WHERE id >= ?1 || ':' AND id < ?1 || ';'"); /* ';' follows ':' */
        return;
    }
    add(out, "\" WHERE \"");
    add(out, entity->fields[field].name);
    add(out, "\" = ?1");
}

static bool entity_prepare(struct ledger_work *work, struct entity_statements *all, const struct entity *entity, struct error *err)
{
    struct bytes text = {0};
    bool done;

    all->entity = entity;
    done = sql_upsert(&text, SQL_SQLITE, entity, sqlite_own_columns) && prepare_bytes(work, &text, &all->upsert, err) &&
           sql_select(&text, SQL_SQLITE, entity, sqlite_own_columns) && prepare_bytes(work, &text, &all->select, err);
    add(&text, entity != NULL ? "SELECT id, state, feed_position, feed_places FROM \""
                              : "SELECT id, state, feed_position, feed_places, entity FROM \"");
    add(&text, sql_table(entity));
    add(&text, entity != NULL ? "\" ORDER BY id" : "\" ORDER BY entity, id");
    done = done && prepare_bytes(work, &text, &all->each, err);
    add(&text, "SELECT removed");
    for (size_t i = 0; entity != NULL && i < entity->field_count; i++) {
        add(&text, ", \"");
        add(&text, entity->fields[i].name);
        add(&text, "\"");
    }
    add(&text, " FROM \"");
    add(&text, sql_table(entity));
    add(&text, entity != NULL ? "\" WHERE id = ?1" : "\" WHERE id = ?1 AND entity = ?2");
    done = done && prepare_bytes(work, &text, &all->columns, err);
    if (entity != NULL && done) {
        all->referring_count = entity->field_count;
        all->referring = calloc(entity->field_count, sizeof(sqlite3_stmt *));
        done = done && all->referring != NULL;
        for (size_t i = 0; done && i < entity->field_count; i++) {
            if (entity->fields[i].type != FIELD_ROW)
                continue;
            referring_text(&text, entity, i);
            done = prepare_bytes(work, &text, &all->referring[i], err);
        }
    }
    if (!done)
        no_memory(err);
    bytes_clear(&text);
    return done;
}

bool schema_prepare(struct ledger_work *work, struct error *err)
{
    for (int i = 0; i < STATEMENT_COUNT; i++)
        if (!prepare(work, statement_text[i], &work->statements[i], err))
            return false;
    work->entities = calloc(entity_count + 1, sizeof *work->entities);
    if (work->entities == NULL)
        return no_memory(err);
    for (size_t i = 0; i <= entity_count; i++)
        if (is_stored(entity_at(i)) && !entity_prepare(work, &work->entities[i], entity_at(i), err))
            return false;
    return true;
}

void schema_finish(struct ledger_work *work)
{
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(work->statements[i]);
    for (size_t i = 0; work->entities != NULL && i <= entity_count; i++) {
        struct entity_statements *all = &work->entities[i];
        sqlite3_finalize(all->upsert);
        sqlite3_finalize(all->select);
        sqlite3_finalize(all->each);
        sqlite3_finalize(all->columns);
        for (size_t f = 0; all->referring != NULL && f < all->referring_count; f++)
            sqlite3_finalize(all->referring[f]);
        free(all->referring);
    }
    free(work->entities);
    work->entities = NULL;
    memset(work->statements, 0, sizeof work->statements);
}
