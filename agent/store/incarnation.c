// SPDX-License-Identifier: Apache-2.0
/* Is this the store that we left, on the machine that we left it on?
 *
 * Here:      the incarnation file beside the database, the machine's hash, what happens when they do not agree.
 * Not here:  the fork itself (fork.c); what the server notices (it catches what this cannot: a folder restored as a whole).
 *
 * A counter stands in the store and in the file "<path>-incarnation". It moves on in the first transaction of every process that writes:
 * in the store within the transaction, in the file after its commit. So the file is never ahead of a store that lived on, and
 *     file ahead of the store, or file missing   the store came back from a backup, or was copied without its file
 *     file behind the store                      a power cut before the file was on the disk: of no interest
 *     another machine                            the folder was copied: its twin may be alive and writing
 * The first and the last start a fresh log before anything is written. A fork that was not needed costs a row of `device` and nothing else;
 * one that was missed is what the chain is for.
 *
 * The machine's hash stands in the store and not in the file, so that it travels with the changes it is about.
 *
 * Shape  "TSN" | version u8 | counter u64 | machine 32 | first 4 bytes of SHA-256 over all before: 48 bytes, so within one sector
 */
#include "agent/store/store_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INCARNATION_VERSION = 1, INCARNATION_SIZE = 48, SUM_SIZE = 4 };

/* SHA-256, by way of the chain's commitment: the store has no hash of its own. */
static void hash_of(const void *data, size_t size, uint8_t ret[HASH_SIZE])
{
    static const uint8_t salt[SALT_SIZE] = {0};

    chain_commit(salt, (struct span){.data = data, .size = size}, ret);
}

/* The file, open, through the store's VFS: the simulator owns all of the disk. *ret_file is the caller's to close and free. */
static int file_open(const struct store *store, bool create, sqlite3_file **ret_file, const char **ret_name)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(store->vfs);
    char path[4096];
    int code = SQLITE_NOMEM, flags = 0;

    *ret_file = NULL;
    *ret_name = NULL;
    if (vfs == NULL || snprintf(path, sizeof path, "%s-incarnation", store->path) >= (int)sizeof path)
        return SQLITE_CANTOPEN;
    char *full = calloc(1, (size_t)vfs->mxPathname + 1);
    /* SQLITE_OK_SYMLINK is as good: the folder may be reached by a link. */
    if (full != NULL && (vfs->xFullPathname(vfs, path, vfs->mxPathname, full) & 0xff) == SQLITE_OK) {
        *ret_name = sqlite3_create_filename(full, "", "", 0, NULL);
        *ret_file = calloc(1, (size_t)vfs->szOsFile);
    }
    if (*ret_name != NULL && *ret_file != NULL)
        code = vfs->xOpen(vfs, *ret_name, *ret_file, SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0) | SQLITE_OPEN_MAIN_JOURNAL,
                          &flags);
    free(full);
    return code;
}

static void file_close(sqlite3_file *file, const char *name)
{
    if (file != NULL && file->pMethods != NULL)
        file->pMethods->xClose(file);
    free(file);
    sqlite3_free_filename(name);
}

bool incarnation_read(struct store *store, uint64_t *ret_counter, bool *ret_missing, struct error *err)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(store->vfs);
    sqlite3_file *file = NULL;
    const char *name = NULL;
    char path[4096];
    uint8_t bytes[INCARNATION_SIZE], sum[HASH_SIZE];
    int there = 0, code;

    *ret_counter = 0;
    *ret_missing = false;
    if (vfs == NULL || snprintf(path, sizeof path, "%s-incarnation", store->path) >= (int)sizeof path ||
        vfs->xAccess(vfs, path, SQLITE_ACCESS_EXISTS, &there) != SQLITE_OK)
        return error_set(err, ERROR_STORAGE, REMEDY_STORAGE, "could not look for %s-incarnation", store->path);
    /* Opened even when it is not there: an empty file counts as none for SQLite, and as torn for us. */
    code = file_open(store, false, &file, &name);
    *ret_missing = code != SQLITE_OK && code != SQLITE_NOMEM && !there;
    if (code == SQLITE_OK && file->pMethods->xRead(file, bytes, sizeof bytes, 0) == SQLITE_OK) {
        struct reader in = reader_of(bytes + 4, sizeof bytes - 4);

        hash_of(bytes, sizeof bytes - SUM_SIZE, sum);
        /* Torn by a power cut: as good as old. */
        if (memcmp(bytes, "TSN", 3) == 0 && bytes[3] == INCARNATION_VERSION && memcmp(sum, bytes + sizeof bytes - SUM_SIZE, SUM_SIZE) == 0)
            *ret_counter = reader_u64(&in);
    }
    file_close(file, name);
    if (code == SQLITE_NOMEM)
        return store_no_memory(err);
    return code == SQLITE_OK || *ret_missing ||
           error_set(err, ERROR_STORAGE, REMEDY_STORAGE, "could not open %s: %s", path, sqlite3_errstr(code));
}

void incarnation_write(struct store *store, bool durable)
{
    sqlite3_file *file = NULL;
    const char *name = NULL;
    struct bytes out = {0};
    uint8_t sum[HASH_SIZE];

    bytes_append(&out, "TSN", 3);
    bytes_append_u8(&out, INCARNATION_VERSION);
    bytes_append_u64(&out, store->now.incarnation);
    bytes_append(&out, store->now.machine, MACHINE_SIZE);
    hash_of(out.data, out.size, sum);
    bytes_append(&out, sum, SUM_SIZE);
    if (!out.failed && file_open(store, true, &file, &name) == SQLITE_OK &&
        file->pMethods->xWrite(file, out.data, (int)out.size, 0) == SQLITE_OK && durable)
        file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
    file_close(file, name);
    bytes_clear(&out);
}

/* A log that nobody knows and that holds nothing may simply be replaced; any other is forked. */
static bool start_afresh(struct store *store, const char *why, struct error *err)
{
    struct standing *now = &store->now;

    if (!store->enrolled && now->last == 0)
        return log_start(store, 0, 0, err);
    return fork_at(store, now->receipted, NULL, why, err);
}

bool incarnation_check(struct store *store, struct error *err)
{
    static const uint8_t unknown[MACHINE_SIZE] = {0};
    const char *why = NULL;
    uint8_t machine[MACHINE_SIZE] = {0};
    uint64_t counter;
    bool missing, ok;

    if (!incarnation_read(store, &counter, &missing, err))
        return false;
    if (store->ports.machine != NULL && *store->ports.machine != '\0')
        hash_of(store->ports.machine, strlen(store->ports.machine), machine);
    const bool told = memcmp(machine, unknown, MACHINE_SIZE) != 0, known = memcmp(store->now.machine, unknown, MACHINE_SIZE) != 0;
    if (told && known && memcmp(machine, store->now.machine, MACHINE_SIZE) != 0)
        why = "the store was moved or copied to another machine";
    else if (missing)
        why = "the incarnation file was missing";
    else if (counter > store->now.incarnation)
        why = "the store was older than its incarnation file";
    if (why == NULL && !(told && !known))
        return true;

    if (!transaction_begin(store, err))
        return false;
    if (counter > store->now.incarnation)
        store->now.incarnation = counter;
    if (told)
        memcpy(store->now.machine, machine, MACHINE_SIZE);
    ok = why == NULL || start_afresh(store, why, err);
    ok = transaction_end(store, ok, err);
    if (ok)
        incarnation_write(store, true);
    return ok;
}
