// SPDX-License-Identifier: Apache-2.0
/* Where we are: the one row that moves with every transaction, and transactions themselves.
 *
 * Here:      the row's columns in one table; begin, commit, roll back; rare facts (meta); incidents.
 * Not here:  what the facts mean to others (state.c).
 *
 * The row is held in memory while the store is open: nobody else can change it, the connection is exclusive. A transaction that fails
 * puts the copy back, so memory and disk never tell two stories.
 */
#include "agent/store/store_internal.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum column_kind { COLUMN_NUMBER, COLUMN_HASH };
static const struct {
    const char *name;
    size_t offset;
    enum column_kind kind;
} columns[] = {
#define NUMBER(field)                                                                                                                      \
    {                                                                                                                                      \
#field, offsetof(struct standing, field), COLUMN_NUMBER                                                                            \
    }
#define HASH(field)                                                                                                                        \
    {                                                                                                                                      \
#field, offsetof(struct standing, field), COLUMN_HASH                                                                              \
    }
    NUMBER(log),         NUMBER(introducer), NUMBER(forks),      NUMBER(base),           NUMBER(last),         NUMBER(sealed),
    NUMBER(receipted),   NUMBER(safe),       NUMBER(kept),       HASH(sealed_head),      HASH(receipted_head), NUMBER(clock),
    NUMBER(counter),     NUMBER(epoch),      NUMBER(position),   NUMBER(scope),          NUMBER(fill),         NUMBER(digest_low),
    NUMBER(digest_high), NUMBER(rows),       NUMBER(odd),        NUMBER(conflicts),      NUMBER(quarantined),  NUMBER(incarnation),
    HASH(machine),       NUMBER(clean),      NUMBER(checked_ms), NUMBER(receipted_time),
};
enum { COLUMNS = sizeof columns / sizeof columns[0], SQL_SIZE = 2048 };
_Static_assert((int)MACHINE_SIZE == (int)HASH_SIZE, "the machine's hash is a hash");

static uint64_t *number_of(struct standing *standing, int column)
{
    return (uint64_t *)(void *)((char *)standing + columns[column].offset);
}

static uint8_t *hash_of(struct standing *standing, int column)
{
    return (uint8_t *)standing + columns[column].offset;
}

/* `prefix`, then every column by `format` (twice its name), joined by ", ", then `suffix`. The names are ours: SQL_SIZE holds them all. */
enum clause { CLAUSE_DEFINE, CLAUSE_NAME, CLAUSE_SET };
static const char *sql_of(enum clause clause, const char *prefix, const char *suffix, char ret[SQL_SIZE])
{
    size_t size = (size_t)snprintf(ret, SQL_SIZE, "%s", prefix);

    for (int i = 0; i < COLUMNS && size < SQL_SIZE; i++) {
        const char *name = columns[i].name, *comma = i == 0 ? "" : ", ";
        const char *type = columns[i].kind == COLUMN_NUMBER ? "INTEGER NOT NULL DEFAULT 0" : "BLOB NOT NULL DEFAULT (zeroblob(32))";
        int more = 0;

        if (clause == CLAUSE_DEFINE)
            more = snprintf(ret + size, SQL_SIZE - size, "%s%s %s", comma, name, type);
        else if (clause == CLAUSE_NAME)
            more = snprintf(ret + size, SQL_SIZE - size, "%s%s", comma, name);
        else
            more = snprintf(ret + size, SQL_SIZE - size, "%s%s = ?%d", comma, name, i + 1);
        size += (size_t)more;
    }
    if (size < SQL_SIZE)
        snprintf(ret + size, SQL_SIZE - size, "%s", suffix);
    return ret;
}

bool standing_create(struct store *store, struct error *err)
{
    char sql[SQL_SIZE];

    return store_exec(store, sql_of(CLAUSE_DEFINE, "CREATE TABLE standing (id INTEGER PRIMARY KEY CHECK (id = 1), ", ") STRICT", sql),
                      "make the store", err) &&
           store_exec(store, "INSERT INTO standing (id) VALUES (1)", "make the store", err);
}

bool standing_read(struct store *store, struct error *err)
{
    char sql[SQL_SIZE];
    sqlite3_stmt *stmt = NULL;
    bool done = false;

    if (!statement_prepare(store, sql_of(CLAUSE_NAME, "SELECT ", " FROM standing WHERE id = 1", sql), false, &stmt, err))
        goto out;
    const enum step step = statement_step(store, stmt, "read where the store stands", err);
    if (step == STEP_DONE)
        error_set(err, ERROR_CORRUPT, REMEDY_CORRUPT, "the store %s did not say where it stands", store->path);
    if (step != STEP_ROW)
        goto out;
    for (int i = 0; i < COLUMNS; i++) {
        if (columns[i].kind == COLUMN_NUMBER) {
            *number_of(&store->now, i) = statement_number(stmt, i);
            continue;
        }
        const struct span hash = statement_span(stmt, i);
        if (hash.size != HASH_SIZE) {
            error_set(err, ERROR_CORRUPT, REMEDY_CORRUPT, "%s in the store %s was %zu bytes long", columns[i].name, store->path, hash.size);
            goto out;
        }
        memcpy(hash_of(&store->now, i), hash.data, HASH_SIZE);
    }
    done = true;
out:
    sqlite3_finalize(stmt);
    return done;
}

static bool standing_save(struct store *store, struct error *err)
{
    char sql[SQL_SIZE];
    sqlite3_stmt **stmt = &store->prepared[STATEMENT_STANDING_SAVE];

    if (*stmt == NULL && !statement_prepare(store, sql_of(CLAUSE_SET, "UPDATE standing SET ", " WHERE id = 1", sql), true, stmt, err))
        return false;
    for (int i = 0; i < COLUMNS; i++) {
        if (columns[i].kind == COLUMN_NUMBER)
            sqlite3_bind_int64(*stmt, i + 1, (sqlite3_int64)*number_of(&store->now, i));
        else
            sqlite3_bind_blob(*stmt, i + 1, hash_of(&store->now, i), HASH_SIZE, SQLITE_STATIC);
    }
    return statement_run(store, *stmt, "write where the store stands", err);
}

bool transaction_begin(struct store *store, struct error *err)
{
    if (!statement_run(store, statement(store, STATEMENT_BEGIN, err), "begin to write", err))
        return false;
    store->before = store->now;
    store->in_transaction = true;
    return true;
}

/* The digest moves with every row. */
static bool has_news(const struct standing *before, const struct standing *now)
{
    return now->last != before->last || now->receipted != before->receipted || now->log != before->log ||
           now->digest_low != before->digest_low || now->digest_high != before->digest_high || now->rows != before->rows ||
           now->conflicts != before->conflicts || now->quarantined != before->quarantined;
}

uint64_t store_revision(const struct store *store)
{
    return store->revision;
}

bool transaction_end(struct store *store, bool ok, struct error *err)
{
    const bool first = !store->touched;

    if (ok && first) {
        store->now.incarnation++;
        store->now.clean = 0;
    }
    ok = ok && standing_save(store, err) && statement_run(store, statement(store, STATEMENT_COMMIT, err), "write", err);
    if (!ok) {
        /* Some failures have rolled back already; then this one finds no transaction, which is as good. */
        if (!sqlite3_get_autocommit(store->db))
            sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
        store->now = store->before;
        waiting_forget(store);
    }
    store->in_transaction = false;
    if (ok && has_news(&store->before, &store->now))
        store->revision++;
    if (ok && first) {
        store->touched = true;
        /* After the commit: a file that runs ahead of its store would tell of a restore that never was. */
        incarnation_write(store, false);
    }
    return ok;
}

bool transaction_leave(struct store *store)
{
    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    store->now = store->before;
    store->in_transaction = false;
    return true;
}

/* --- rare facts ------------------------------------------------------------------------------------------------------------ */

bool meta_read_blob(struct store *store, const char *key, void *ret, size_t size, bool *ret_found, struct error *err)
{
    sqlite3_stmt *stmt = statement(store, STATEMENT_META_READ, err);
    bool done = false;

    *ret_found = false;
    if (stmt == NULL)
        return false;
    statement_bind_text(stmt, ":key", key);
    const enum step step = statement_step(store, stmt, "read a fact", err);
    if (step == STEP_ROW) {
        const struct span value = statement_span(stmt, 0);
        done = value.size == size || error_set(err, ERROR_CORRUPT, REMEDY_CORRUPT, "%s in the store was %zu bytes long", key, value.size);
        if (done && size > 0)
            memcpy(ret, value.data, size);
        *ret_found = done;
    } else {
        done = step == STEP_DONE;
    }
    statement_reset(stmt);
    return done;
}

bool meta_read_text(struct store *store, const char *key, char *ret, size_t size, struct error *err)
{
    sqlite3_stmt *stmt = statement(store, STATEMENT_META_READ, err);

    ret[0] = '\0';
    if (stmt == NULL)
        return false;
    statement_bind_text(stmt, ":key", key);
    const enum step step = statement_step(store, stmt, "read a fact", err);
    if (step == STEP_ROW) {
        const struct span value = statement_span(stmt, 0);
        if (value.size >= size) {
            statement_reset(stmt);
            return error_set(err, ERROR_CORRUPT, REMEDY_CORRUPT, "%s in the store was %zu bytes long", key, value.size);
        }
        if (value.size > 0)
            memcpy(ret, value.data, value.size);
        ret[value.size] = '\0';
    }
    statement_reset(stmt);
    return step != STEP_FAILED;
}

bool meta_save_blob(struct store *store, const char *key, const void *data, size_t size, struct error *err)
{
    sqlite3_stmt *stmt = statement(store, STATEMENT_META_SAVE, err);

    if (stmt == NULL)
        return false;
    statement_bind_text(stmt, ":key", key);
    statement_bind_blob(stmt, ":value", data, size);
    return statement_run(store, stmt, "write a fact", err);
}

bool meta_save_text(struct store *store, const char *key, const char *text, struct error *err)
{
    return meta_save_blob(store, key, text, strlen(text), err);
}

bool incident_add(struct store *store, const char *kind, const char *detail, struct error *err)
{
    sqlite3_stmt *add = statement(store, STATEMENT_INCIDENT_ADD, err), *trim = statement(store, STATEMENT_INCIDENTS_TRIM, err);

    if (add == NULL || trim == NULL)
        return false;
    statement_bind_number(add, ":at_ms", (uint64_t)store->ports.clock.wall_ms(store->ports.clock.self));
    statement_bind_text(add, ":kind", kind);
    statement_bind_text(add, ":detail", detail);
    if (!statement_run(store, add, "write an incident", err))
        return false;
    statement_bind_number(trim, ":keep", STORE_INCIDENTS_MAX);
    return statement_run(store, trim, "forget old incidents", err);
}

/* --- the digest ------------------------------------------------------------------------------------------------------------- */

void digest_add_row(struct store *store, struct digest digest, uint64_t times)
{
    struct digest sum = {.low = store->now.digest_low, .high = store->now.digest_high};

    digest_add_times(&sum, digest, times);
    store->now.digest_low = sum.low;
    store->now.digest_high = sum.high;
}

void digest_take_row(struct store *store, struct digest digest, uint64_t times)
{
    struct digest sum = {.low = store->now.digest_low, .high = store->now.digest_high}, product = {0, 0};

    digest_add_times(&product, digest, times);
    digest_subtract(&sum, product);
    store->now.digest_low = sum.low;
    store->now.digest_high = sum.high;
}
