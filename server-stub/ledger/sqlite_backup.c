// SPDX-License-Identifier: Apache-2.0
/* Copies of the ledger, and a look at its pages.
 *
 * Here:      backup, scratch ledgers, the integrity check.
 * Not here:  whether a copy holds what it should (server-stub/app/backup.c is asked through `accept`).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server-stub/ledger/sqlite_internal.h"

enum { BACKUP_STEP_PAGES = 1024 };

static bool check(struct ledger_work *work, void (*each)(void *context, const char *finding), void *context, uint64_t *ret_findings,
                  struct error *err)
{
    sqlite3_stmt *statement = NULL;
    bool row = true, done = false;

    *ret_findings = 0;
    if (sqlite3_prepare_v2(work->db, "PRAGMA integrity_check(100)", -1, &statement, NULL) != SQLITE_OK) {
        sqlite_failed(work, "check the ledger's pages", err);
        goto out;
    }
    while (row) {
        done = step_row(work, statement, &row, "check the ledger's pages", err);
        if (!done)
            goto out;
        if (row && strcmp(column_text(statement, 0), "ok") != 0) {
            (*ret_findings)++;
            if (each != NULL)
                each(context, column_text(statement, 0));
        }
    }
out:
    sqlite3_finalize(statement);
    return done;
}

/* Copies what `from` sees in the reading work that is open on it: one moment, whoever writes meanwhile. */
static bool pages_copy(struct ledger_work *from, sqlite3 *to, void (*progress)(void *context, uint64_t done, uint64_t total), void *context,
                       struct error *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from->db, "main");
    int code;

    if (backup == NULL)
        return sqlite_failed_code(to, sqlite3_extended_errcode(to), "begin the backup", err);
    do {
        code = sqlite3_backup_step(backup, BACKUP_STEP_PAGES);
        int total = sqlite3_backup_pagecount(backup), left = sqlite3_backup_remaining(backup);
        if (progress != NULL && (code == SQLITE_OK || code == SQLITE_DONE))
            progress(context, (uint64_t)(total - left), (uint64_t)total);
    } while (code == SQLITE_OK);
    sqlite3_backup_finish(backup);
    if (code != SQLITE_DONE)
        return sqlite_failed_code(to, code, "copy the ledger", err);
    /* The copy is one file: no WAL beside it that could be left behind. */
    if (sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) != SQLITE_OK)
        return sqlite_failed_code(to, sqlite3_extended_errcode(to), "finish the copy", err);
    return true;
}

static bool copy_make(struct sqlite_ledger *ledger, const char *path, void (*progress)(void *context, uint64_t done, uint64_t total),
                      void *context, struct error *err)
{
    struct ledger_work *work = NULL;
    sqlite3 *to = NULL;
    bool done = false;

    if (!ledger->port.begin(&ledger->port, LEDGER_READ, &work, err))
        return false;
    if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, ledger->vfs) !=
        SQLITE_OK) {
        sqlite_failed_code(to, sqlite3_extended_errcode(to), "make the backup's file", err);
        goto out;
    }
    /* Ours alone, so that leaving the WAL needs no shared memory. */
    sqlite3_exec(to, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL", NULL, NULL, NULL);
    done = pages_copy(work, to, progress, context, err);
out:
    sqlite3_close(to);
    ledger->port.rollback(work);
    return done;
}

static bool path_sync(const char *path, int flags, struct error *err)
{
    int file = open(path, flags | O_CLOEXEC);
    bool done = file >= 0 && fsync(file) == 0;

    if (!done)
        error_set(err, ERROR_STORAGE, "Check the disk that the backup goes to.", "could not make %.200s durable: %s", path,
                  strerror(errno));
    if (file >= 0)
        close(file);
    return done;
}

/* Content first, then the name, then the folder that holds the name: a power cut leaves either no backup or a whole one. */
static bool name_give(const char *part, const char *path, struct error *err)
{
    char *folder = strdup(path);
    bool done = false;

    if (folder == NULL)
        return no_memory(err);
    if (!path_sync(part, O_RDONLY, err))
        goto out;
    if (link(part, path) != 0) { /* link, not rename: it does not replace an older backup */
        error_set(err, ERROR_STORAGE, "Choose a name that is not taken, in a folder that is there.", "could not name the backup %.200s: %s",
                  path, strerror(errno));
        goto out;
    }
    done = path_sync(dirname(folder), O_RDONLY | O_DIRECTORY, err);
out:
    free(folder);
    return done;
}

static bool file_reserve(const char *part, struct error *err)
{
    int file;

    unlink(part);
    file = open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return error_set(err, ERROR_STORAGE, "Choose a folder that is there and may be written to.", "could not make %.200s: %s", part,
                         strerror(errno));
    close(file);
    return true;
}

static bool backup(struct ledger *port, const char *path, bool (*accept)(void *context, struct ledger *copy, struct error *err),
                   void (*progress)(void *context, uint64_t done, uint64_t total), void *context, struct error *err)
{
    struct sqlite_ledger *ledger = (struct sqlite_ledger *)port;
    struct ledger_sqlite_options options = {.vfs = ledger->vfs, .readers = 1};
    struct ledger *copy = NULL;
    bool own_world = ledger->vfs != NULL, done = false;
    size_t size = strlen(path) + sizeof "-part";
    char *part = malloc(size);

    if (part == NULL)
        return no_memory(err);
    snprintf(part, size, own_world ? "%s" : "%s-part", path);
    if (!own_world && access(path, F_OK) == 0) {
        error_set(err, ERROR_INVALID, "Choose a name that is not taken.", "there is already a file %.200s", path);
        goto out;
    }
    if (!own_world && !file_reserve(part, err))
        goto out;
    if (!copy_make(ledger, part, progress, context, err))
        goto out;
    if (!ledger_sqlite_open(part, LEDGER_READ_ONLY, &options, &copy, err))
        goto out;
    done = accept == NULL || accept(context, copy, err);
    copy->close(copy);
    done = done && (own_world || name_give(part, path, err));
out:
    if (!own_world)
        unlink(part);
    free(part);
    return done;
}

static bool open_scratch(struct ledger *port, struct ledger **ret, struct error *err)
{
    (void)port;
    return ledger_sqlite_open("", LEDGER_CREATE, NULL, ret, err);
}

void sqlite_backup_fill(struct ledger *port)
{
    port->check = check;
    port->backup = backup;
    port->open_scratch = open_scratch;
}
