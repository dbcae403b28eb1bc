// SPDX-License-Identifier: Apache-2.0
/* Small words around SQLite's calls: binding, reading, and telling a failure so that a person can act on it.
 *
 * Here:      no statement, no rule.
 * Not here:  SQL text (sqlite_schema.c).
 */
#include <stdio.h>
#include <string.h>

#include "server-stub/ledger/sqlite_internal.h"

bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs, or give the machine more memory.", "no memory was left for the ledger");
}

static enum error_kind kind_of(int code, const char **ret_remedy)
{
    switch (code & 0xff) {
    case SQLITE_FULL:
        *ret_remedy = "Free some space on the server's disk; nothing that was receipted is lost.";
        return ERROR_STORAGE;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        *ret_remedy = "Let the server's user write to the ledger and its folder.";
        return ERROR_STORAGE;
    case SQLITE_CANTOPEN:
        *ret_remedy = "Check that the folder exists and belongs to the server's user.";
        return ERROR_STORAGE;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        *ret_remedy = "Restore the latest backup; devices refill what it lacks.";
        return ERROR_CORRUPT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        *ret_remedy = "Another program writes to the ledger; try again when it has ended.";
        return ERROR_BUSY;
    case SQLITE_NOMEM:
        *ret_remedy = "Close other programs, or give the machine more memory.";
        return ERROR_MEMORY;
    default:
        *ret_remedy = "Check the server's disk and its messages, then start the server again.";
        return ERROR_STORAGE;
    }
}

bool sqlite_failed_code(sqlite3 *db, int code, const char *what, struct error *err)
{
    const char *remedy = "";
    enum error_kind kind = kind_of(code, &remedy);

    /* errstr, not errmsg: a constraint's message could quote a value. */
    return error_set(err, kind, remedy, "could not %s: %s (%d)", what, sqlite3_errstr(code & 0xff),
                     db != NULL ? sqlite3_extended_errcode(db) : code);
}

bool sqlite_failed(struct ledger_work *work, const char *what, struct error *err)
{
    int code = sqlite3_extended_errcode(work->db);

    if (work->writes && ((code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CORRUPT)) {
        struct sqlite_ledger *ledger = work->ledger;
        pthread_mutex_lock(&ledger->mutex);
        ledger->broken = true;
        sqlite_failed_code(work->db, code, what, &ledger->why);
        pthread_mutex_unlock(&ledger->mutex);
    }
    return sqlite_failed_code(work->db, code, what, err);
}

void bind_u64(sqlite3_stmt *statement, int index, uint64_t value)
{
    sqlite3_bind_int64(statement, index, (int64_t)value);
}

void bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    sqlite3_bind_text(statement, index, text != NULL ? text : "", -1, SQLITE_STATIC);
}

void bind_blob(sqlite3_stmt *statement, int index, const void *data, size_t size)
{
    sqlite3_bind_blob64(statement, index, size > 0 ? data : "", size, SQLITE_STATIC);
}

uint64_t column_u64(sqlite3_stmt *statement, int index)
{
    return (uint64_t)sqlite3_column_int64(statement, index);
}

const char *column_text(sqlite3_stmt *statement, int index)
{
    const char *text = (const char *)sqlite3_column_text(statement, index);

    return text != NULL ? text : "";
}

struct span column_blob(sqlite3_stmt *statement, int index)
{
    struct span span = {0};

    span.data = sqlite3_column_blob(statement, index);
    span.size = (size_t)sqlite3_column_bytes(statement, index);
    return span;
}

bool column_copy(sqlite3_stmt *statement, int index, void *ret, size_t size)
{
    struct span span = column_blob(statement, index);

    if (span.size != size || span.data == NULL) {
        memset(ret, 0, size);
        return false;
    }
    memcpy(ret, span.data, size);
    return true;
}

bool step_done(struct ledger_work *work, sqlite3_stmt *statement, const char *what, struct error *err)
{
    int code = sqlite3_step(statement);
    bool done = code == SQLITE_DONE || code == SQLITE_ROW;

    if (!done)
        sqlite_failed(work, what, err);
    sqlite3_reset(statement);
    return done;
}

bool step_row(struct ledger_work *work, sqlite3_stmt *statement, bool *ret_row, const char *what, struct error *err)
{
    int code = sqlite3_step(statement);

    *ret_row = code == SQLITE_ROW;
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        return true;
    return sqlite_failed(work, what, err);
}

bool sqlite_run(struct ledger_work *work, const char *sql, struct error *err)
{
    return sqlite3_exec(work->db, sql, NULL, NULL, NULL) == SQLITE_OK || sqlite_failed(work, "open the ledger", err);
}
