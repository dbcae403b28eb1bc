// SPDX-License-Identifier: Apache-2.0
/* The ledger in one SQLite file: opening, works, closing.
 *
 * Here:      the recipe of sqlite.h, who may use which connection when.
 * Not here:  statements (sqlite_schema.c), what they do (the other sqlite_*.c).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server-stub/ledger/sqlite_internal.h"

enum { BUSY_WAIT_MS = 20000, CHECKPOINT_PAGES = 4000 };

/* synchronous=FULL: with NORMAL an acknowledged commit is lost at a power cut. mmap_size=0: an I/O error must come as an error. */
static const char recipe[] = "PRAGMA synchronous = FULL; PRAGMA mmap_size = 0; PRAGMA trusted_schema = OFF; "
                             "PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF; PRAGMA cell_size_check = ON;";

static void connection_close(struct ledger_work *work)
{
    schema_finish(work);
    sqlite3_close(work->db);
    bytes_clear(&work->scratch);
    arena_clear(&work->arena);
    memset(work, 0, sizeof *work);
}

static bool connection_open(struct sqlite_ledger *ledger, struct ledger_work *work, bool writes, struct error *err)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;

    flags |= writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    work->ledger = ledger;
    work->writes = writes;
    if (sqlite3_open_v2(ledger->path, &work->db, flags, ledger->vfs) != SQLITE_OK) {
        int code = work->db != NULL ? sqlite3_extended_errcode(work->db) : SQLITE_NOMEM;
        char what[256];
        snprintf(what, sizeof what, "open the ledger %.200s", ledger->path);
        return sqlite_failed_code(work->db, code, what, err);
    }
    sqlite3_busy_timeout(work->db, BUSY_WAIT_MS);
    sqlite3_db_config(work->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(work->db, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
    sqlite3_db_config(work->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    /* Before anything is read: a WAL whose index is to lie in our own memory is not even looked at otherwise. */
    if (writes && ledger->reader_count == 0 && !sqlite_run(work, "PRAGMA locking_mode = EXCLUSIVE", err))
        return false;
    return sqlite_run(work, recipe, err) && sqlite_run(work, writes ? "PRAGMA cache_size = -32768" : "PRAGMA cache_size = -4096", err);
}

static bool version_check(struct ledger_work *work, struct error *err)
{
    int version = 0;

    if (!schema_version_read(work, &version, err))
        return false;
    if (version > LEDGER_SCHEMA_VERSION)
        return error_set(err, ERROR_NEWER, "Install the newer teren-server on this machine.",
                         "the ledger has schema %d, this version knows %d", version, LEDGER_SCHEMA_VERSION);
    return true;
}

static bool writer_open(struct sqlite_ledger *ledger, struct error *err)
{
    struct ledger_work *writer = &ledger->writer;

    if (!connection_open(ledger, writer, true, err) || !version_check(writer, err))
        return false;
    if (ledger->scratch)
        return sqlite_run(writer, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", err) && schema_make(writer, err) &&
               schema_prepare(writer, err);
    if (!sqlite_run(writer, "PRAGMA journal_mode = WAL", err))
        return false;
    sqlite3_wal_autocheckpoint(writer->db, CHECKPOINT_PAGES);
    return schema_make(writer, err) && schema_prepare(writer, err);
}

static bool connections_open(struct sqlite_ledger *ledger, struct error *err)
{
    if (!ledger->read_only && !writer_open(ledger, err))
        return false;
    for (unsigned i = 0; i < ledger->reader_count; i++)
        if (!connection_open(ledger, &ledger->readers[i], false, err) || !version_check(&ledger->readers[i], err) ||
            !schema_prepare(&ledger->readers[i], err))
            return false;
    return true;
}

/* Writing works of other processes (a command beside the server) wait for this: see the recipe in sqlite.h. The folder is locked, not the
 * database: closing a second descriptor of that would drop SQLite's own locks (POSIX), and a file of our own would be left behind. */
static bool lock_open(struct sqlite_ledger *ledger, struct error *err)
{
    char *path = strdup(ledger->path);
    const char *folder;
    bool done = false;

    if (path == NULL)
        return no_memory(err);
    folder = dirname(path);
    ledger->lock_file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (ledger->lock_file < 0)
        error_set(err, ERROR_STORAGE, "Check that the folder exists and belongs to the server's user.",
                  "could not open the folder %.200s: %s", folder, strerror(errno));
    else
        done = true;
    free(path);
    return done;
}

static void lock_take(struct sqlite_ledger *ledger)
{
    while (ledger->lock_file >= 0 && flock(ledger->lock_file, LOCK_EX) != 0 && errno == EINTR)
        ;
}

static void lock_give(struct sqlite_ledger *ledger)
{
    if (ledger->lock_file >= 0)
        flock(ledger->lock_file, LOCK_UN);
}

/* --- works ------------------------------------------------------------------------------------------------------------- */

static struct ledger_work *free_connection(struct sqlite_ledger *ledger, enum ledger_mode mode)
{
    if (mode == LEDGER_WRITE || ledger->reader_count == 0)
        return ledger->writer.taken ? NULL : &ledger->writer;
    for (unsigned i = 0; i < ledger->reader_count; i++)
        if (!ledger->readers[i].taken)
            return &ledger->readers[i];
    return NULL;
}

static void connection_give(struct ledger_work *work)
{
    struct sqlite_ledger *ledger = work->ledger;

    pthread_mutex_lock(&ledger->mutex);
    work->taken = false;
    pthread_cond_broadcast(&ledger->freed);
    pthread_mutex_unlock(&ledger->mutex);
}

static bool work_begin(struct ledger *port, enum ledger_mode mode, struct ledger_work **ret, struct error *err)
{
    struct sqlite_ledger *ledger = (struct sqlite_ledger *)port;
    struct ledger_work *work;
    bool broken;

    if (mode == LEDGER_WRITE && ledger->read_only)
        return error_set(err, ERROR_STORAGE, "Open the ledger itself, not a copy.", "this copy of the ledger is for reading");
    pthread_mutex_lock(&ledger->mutex);
    while ((work = free_connection(ledger, mode)) == NULL)
        pthread_cond_wait(&ledger->freed, &ledger->mutex);
    work->taken = true;
    broken = ledger->broken;
    pthread_mutex_unlock(&ledger->mutex);

    if (mode == LEDGER_WRITE && broken) {
        error_set(err, ledger->why.kind, "Check the disk, then start the server again: it looks at the ledger first.",
                  "the ledger is closed: %s", ledger->why.cause);
        connection_give(work);
        return false;
    }
    if (mode == LEDGER_WRITE)
        lock_take(ledger);
    if (!step_done(work, work->statements[mode == LEDGER_WRITE ? STATEMENT_BEGIN_WRITE : STATEMENT_BEGIN_READ], "begin a work", err)) {
        if (mode == LEDGER_WRITE)
            lock_give(ledger);
        connection_give(work);
        return false;
    }
    *ret = work;
    return true;
}

static void work_end(struct ledger_work *work)
{
    /* The writer may have been lent to a reading work: giving a lock back that was not taken does nothing. */
    if (work->writes)
        lock_give(work->ledger);
    connection_give(work);
}

static void work_rollback(struct ledger_work *work)
{
    if (work == NULL)
        return;
    if (sqlite3_get_autocommit(work->db) == 0) {
        sqlite3_step(work->statements[STATEMENT_ROLLBACK]);
        sqlite3_reset(work->statements[STATEMENT_ROLLBACK]);
    }
    work_end(work);
}

static bool work_commit(struct ledger_work *work, struct error *err)
{
    if (!step_done(work, work->statements[STATEMENT_COMMIT], "make a work durable", err)) {
        work_rollback(work);
        return false;
    }
    work_end(work);
    return true;
}

/* --- open and close ---------------------------------------------------------------------------------------------------- */

static void ledger_close(struct ledger *port)
{
    struct sqlite_ledger *ledger = (struct sqlite_ledger *)port;

    if (ledger == NULL)
        return;
    for (unsigned i = 0; i < LEDGER_READERS_MAX; i++)
        connection_close(&ledger->readers[i]);
    /* The last connection checkpoints when it closes. */
    lock_take(ledger);
    connection_close(&ledger->writer);
    lock_give(ledger);
    if (ledger->lock_file >= 0)
        close(ledger->lock_file);
    pthread_cond_destroy(&ledger->freed);
    pthread_mutex_destroy(&ledger->mutex);
    free(ledger->path);
    free(ledger->vfs);
    free(ledger);
}

static uint64_t ledger_size(struct ledger *port)
{
    struct sqlite_ledger *ledger = (struct sqlite_ledger *)port;
    struct stat about;

    return ledger->vfs == NULL && stat(ledger->path, &about) == 0 ? (uint64_t)about.st_size : 0;
}

static struct sqlite_ledger *ledger_create(const char *path, const struct ledger_sqlite_options *options)
{
    struct sqlite_ledger *ledger = calloc(1, sizeof *ledger);

    if (ledger == NULL)
        return NULL;
    ledger->lock_file = -1;
    pthread_mutex_init(&ledger->mutex, NULL);
    pthread_cond_init(&ledger->freed, NULL);
    ledger->path = strdup(path);
    ledger->vfs = options != NULL && options->vfs != NULL ? strdup(options->vfs) : NULL;
    ledger->reader_count = options != NULL ? options->readers : LEDGER_READERS;
    if (ledger->reader_count > LEDGER_READERS_MAX)
        ledger->reader_count = LEDGER_READERS_MAX;
    ledger->port.close = ledger_close;
    ledger->port.begin = work_begin;
    ledger->port.commit = work_commit;
    ledger->port.rollback = work_rollback;
    ledger->port.size_bytes = ledger_size;
    sqlite_records_fill(&ledger->port);
    sqlite_rows_fill(&ledger->port);
    sqlite_places_fill(&ledger->port);
    sqlite_fleet_fill(&ledger->port);
    sqlite_backup_fill(&ledger->port);
    if (ledger->path == NULL || (options != NULL && options->vfs != NULL && ledger->vfs == NULL)) {
        ledger_close(&ledger->port);
        return NULL;
    }
    return ledger;
}

static bool is_there(const char *path, const char *vfs_name)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(vfs_name);
    int there = 0;

    return vfs != NULL && vfs->xAccess(vfs, path, SQLITE_ACCESS_EXISTS, &there) == SQLITE_OK && there != 0;
}

/* Made here, so that nobody else may read it from its first byte on; SQLite gives its WAL the same rights. */
static bool file_make(const char *path, struct error *err)
{
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (file < 0)
        return error_set(err, ERROR_STORAGE, "Check that the folder exists and that the server's user may write to it.",
                         "could not make %.200s: %s", path, strerror(errno));
    close(file);
    return true;
}

bool ledger_sqlite_open(const char *path, enum ledger_open_mode mode, const struct ledger_sqlite_options *options, struct ledger **ret,
                        struct error *err)
{
    bool done = false, there, made = false;
    struct sqlite_ledger *ledger;

    /* SQLite would count its memory under one lock for all threads: 5 % of a push. Refused, and no matter, once SQLite is in use. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    ledger = ledger_create(path, options);
    if (ledger == NULL)
        return no_memory(err);
    ledger->scratch = path[0] == '\0';
    there = !ledger->scratch && is_there(path, ledger->vfs);
    if (mode == LEDGER_CREATE && there) {
        error_set(err, ERROR_INVALID, "Choose another folder, or use the ledger that is there.", "there is already a ledger at %.200s",
                  path);
        goto out;
    }
    if (mode != LEDGER_CREATE && !there && !ledger->scratch) {
        error_set(err, ERROR_NOT_FOUND, "Make one with: teren-server init", "there is no ledger at %.200s", path);
        goto out;
    }
    if (mode == LEDGER_READ_ONLY) {
        ledger->read_only = true;
        ledger->reader_count = ledger->reader_count > 0 ? ledger->reader_count : 1;
    }
    if (ledger->scratch)
        ledger->reader_count = 0;
    if (mode == LEDGER_CREATE && ledger->vfs == NULL && !ledger->scratch && !file_make(path, err))
        goto out;
    made = mode == LEDGER_CREATE && ledger->vfs == NULL && !ledger->scratch;
    if (!ledger->scratch && !ledger->read_only && ledger->vfs == NULL && !lock_open(ledger, err))
        goto out;
    lock_take(ledger);
    done = connections_open(ledger, err);
    lock_give(ledger);
    if (!done)
        goto out;
    *ret = &ledger->port;
    ledger = NULL;
out:
    if (ledger != NULL)
        ledger_close(&ledger->port);
    if (!done && made)
        unlink(path);
    return done;
}
