// SPDX-License-Identifier: Apache-2.0
/* How the one connection is opened, and why so.
 *
 * Here:      the connection, its pragmas, whether the file is a store of ours, the check after an unclean end.
 * Not here:  the schema (migrations.c), whether it is still the same store (incarnation.c).
 *
 * locking_mode=EXCLUSIVE  SQLite 3.40.1 has a bug where a checkpoint races a second connection's commit; one connection cannot race.
 *                         It also keeps the WAL's index in our memory: no -shm file, no mmap that a torn disk could fault on.
 * synchronous=FULL        NORMAL loses acknowledged commits in a power cut.
 * mmap_size=0             an I/O error must be an error, not a signal.
 * temp_store=MEMORY       sorting must not leave people's names in a temporary file.
 * secure_delete=FAST      what is erased is overwritten where that costs no extra write.
 * page_size               what the guard sums (guard.c), on every disk.
 * wal_autocheckpoint      bounds the WAL, and with it the time to open after a power cut.
 */
#define _POSIX_C_SOURCE 200809L /* umask */
#include "agent/store/store_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { CHECK_EVERY_MS = 7 * 24 * 3600 * 1000 };

static const char pragmas[] = "PRAGMA page_size = " GUARD_PAGE_TEXT ";"
                              "PRAGMA locking_mode = EXCLUSIVE;"
                              "PRAGMA mmap_size = 0;"
                              "PRAGMA trusted_schema = OFF;"
                              "PRAGMA cell_size_check = ON;"
                              "PRAGMA temp_store = MEMORY;"
                              "PRAGMA secure_delete = FAST;"
                              "PRAGMA cache_size = -1536;" /* KiB */
                              "PRAGMA cache_spill = 256;"
                              "PRAGMA synchronous = FULL;"
                              "PRAGMA wal_autocheckpoint = 500;" /* pages: 2 MB */
                              "PRAGMA journal_size_limit = 4194304;";

static bool pragma_number(struct store *store, const char *sql, int64_t *ret, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum step step = STEP_FAILED;

    *ret = 0;
    if (statement_prepare(store, sql, false, &stmt, err))
        step = statement_step(store, stmt, "open the store", err);
    if (step == STEP_ROW)
        *ret = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return step != STEP_FAILED;
}

/* Whose file it is, asked before anything is written to it. */
static bool is_ours(struct store *store, bool *ret_made, struct error *err)
{
    int64_t application, version, tables;

    if (!pragma_number(store, "PRAGMA user_version", &version, err) || !pragma_number(store, "PRAGMA application_id", &application, err) ||
        !pragma_number(store, "SELECT count(*) FROM sqlite_schema", &tables, err))
        return false;
    if (tables > 0 && application != STORE_APPLICATION_ID)
        return error_set(err, ERROR_INVALID, "Name another file.", "%s is a database of another program", store->path);
    if (version > STORE_SCHEMA_VERSION)
        return error_set(err, ERROR_NEWER, "Upgrade this program; nothing was changed.",
                         "the store %s was made by a newer program (schema %lld, this one knows %d)", store->path, (long long)version,
                         STORE_SCHEMA_VERSION);
    *ret_made = version > 0;
    return true;
}

static bool use_wal(struct store *store, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool done = false;

    if (statement_prepare(store, "PRAGMA journal_mode = WAL", false, &stmt, err) &&
        statement_step(store, stmt, "open the store", err) == STEP_ROW) {
        const char *mode = (const char *)sqlite3_column_text(stmt, 0);

        done = (mode != NULL && strcmp(mode, "wal") == 0) ||
               error_set(err, ERROR_STORAGE, REMEDY_STORAGE, "the store %s could not be opened for writing", store->path);
    }
    sqlite3_finalize(stmt);
    return done;
}

static bool connect(struct store *store, enum store_mode mode, struct error *err)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX | (mode == STORE_CREATE ? SQLITE_OPEN_CREATE : 0);
    int reserved = GUARD_SUM_SIZE;

    store->guard = guard_create(store->vfs);
    if (store->guard == NULL)
        return store_no_memory(err);
    const mode_t mask = umask(077); /* a store is its owner's alone; the WAL takes its mode from the database */
    const int code = sqlite3_open_v2(store->path, &store->db, flags, guard_name(store->guard));
    umask(mask);
    if (code != SQLITE_OK)
        return store_failed(store, mode == STORE_CREATE ? "make the store" : "open the store", err);
    sqlite3_extended_result_codes(store->db, 1); /* store_failed tells them apart, wherever they come from */
    sqlite3_busy_timeout(store->db, STORE_BUSY_WAIT_MS);
    /* For a file that is being made; any other has them or is not ours. */
    sqlite3_file_control(store->db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
    return true;
}

/* A file without tables is what an init leaves that was killed: to be made, not to be opened. But one whose incarnation file tells of
 * processes that wrote was a store. */
static bool unfinished(struct store *store, enum store_mode mode, struct error *err)
{
    uint64_t counter;
    bool missing;

    if (!incarnation_read(store, &counter, &missing, err))
        return false;
    if (counter > 0)
        return error_set(err, ERROR_CORRUPT, "Bring it back from a backup; or move the folder away, then `teren init` and enrol again.",
                         "the store %s is empty, though one was there", store->path);
    return mode == STORE_CREATE ||
           error_set(err, ERROR_NOT_FOUND, "Make it with `teren init`.", "the store at %s was never finished", store->path);
}

/* SQLite sees no file here. There may be an empty one, or one in a folder of somebody else's. True: it may be made. */
static bool not_there(struct store *store, enum store_mode mode, struct error *err)
{
    sqlite3 *db = NULL;
    const bool is_empty = sqlite3_open_v2(store->path, &db, SQLITE_OPEN_READWRITE, store->vfs) == SQLITE_OK;
    const bool is_closed = !is_empty && db != NULL && sqlite3_system_errno(db) == EACCES;

    sqlite3_close(db);
    if (is_closed)
        return error_set(err, ERROR_STORAGE, "Check who owns the folder, or be that user.",
                         "could not look for the store %s: the folder is not yours to read", store->path);
    if (is_empty)
        return unfinished(store, mode, err);
    return mode == STORE_CREATE || error_set(err, ERROR_NOT_FOUND, "Make one with `teren init`.", "there was no store at %s", store->path);
}

bool recipe_open(struct store *store, enum store_mode mode, struct error *err)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(store->vfs);
    bool made = false;
    int there = 0;

    if (vfs == NULL)
        return error_set(err, ERROR_STORAGE, REMEDY_BUG, "there was no disk port of the name %s", store->vfs);
    if (vfs->xAccess(vfs, store->path, SQLITE_ACCESS_EXISTS, &there) == SQLITE_OK && !there && !not_there(store, mode, err))
        return false;
    if (!connect(store, mode, err) || !store_exec(store, pragmas, "open the store", err) || !is_ours(store, &made, err))
        return false;
    if (made && mode == STORE_CREATE)
        return error_set(err, ERROR_INVALID, "Use the store that is there, or name another file.", "there was a store at %s already",
                         store->path);
    return (made || !there || unfinished(store, mode, err)) && use_wal(store, err);
}

/* As little as possible is asked of it. writable_schema: so that SQLite opens a file that is shorter than its header says. Nothing is
 * written, and what the WAL holds stays in the WAL. */
bool recipe_open_damaged(struct store *store, struct error *err)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(store->vfs);
    int there = 0;

    if (vfs == NULL)
        return error_set(err, ERROR_STORAGE, REMEDY_BUG, "there was no disk port of the name %s", store->vfs);
    if (vfs->xAccess(vfs, store->path, SQLITE_ACCESS_EXISTS, &there) == SQLITE_OK && !there && !not_there(store, STORE_MUST_EXIST, err))
        return false;
    if (!connect(store, STORE_MUST_EXIST, err))
        return false;
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 0, (int *)NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
    return store_exec(store,
                      "PRAGMA writable_schema = ON; PRAGMA locking_mode = EXCLUSIVE; PRAGMA mmap_size = 0; "
                      "PRAGMA temp_store = MEMORY",
                      "open the store", err);
}

/* Not at every start: it reads the whole file. After an end that was not in order, and weekly by a clock that may be wrong. */
bool recipe_check(struct store *store, struct error *err)
{
    const int64_t now_ms = store->ports.clock.wall_ms(store->ports.clock.self);
    const int64_t since_ms = now_ms - (int64_t)store->now.checked_ms;
    sqlite3_stmt *stmt = NULL;
    bool done = false;

    if (store->now.clean == 1 && since_ms >= 0 && since_ms < CHECK_EVERY_MS)
        return true;
    if (statement_prepare(store, "PRAGMA quick_check(1)", false, &stmt, err) &&
        statement_step(store, stmt, "check the store", err) == STEP_ROW) {
        const char *said = (const char *)sqlite3_column_text(stmt, 0);

        done = (said != NULL && strcmp(said, "ok") == 0) ||
               error_set(err, ERROR_CORRUPT, REMEDY_CORRUPT, "the store %s is damaged", store->path);
    }
    sqlite3_finalize(stmt);
    store->now.checked_ms = (uint64_t)now_ms;
    store->checked = done; /* so that closing says so, even when nothing was written */
    return done;
}

bool recipe_checkpoint(struct store *store, struct error *err)
{
    int64_t is_busy = 1;

    return pragma_number(store, "PRAGMA wal_checkpoint(TRUNCATE)", &is_busy, err) &&
           (is_busy == 0 || error_set(err, ERROR_STORAGE, REMEDY_STORAGE, "the store %s could not be opened for writing", store->path));
}

void recipe_close(struct store *store)
{
    char sql[160];

    /* Closing checkpoints and syncs anyway: this commit need not be durable by itself. */
    snprintf(sql, sizeof sql, "PRAGMA synchronous = NORMAL; UPDATE standing SET clean = 1, checked_ms = %lld WHERE id = 1;",
             (long long)store->now.checked_ms);
    sqlite3_exec(store->db, sql, NULL, NULL, NULL);
}
