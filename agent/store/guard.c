// SPDX-License-Identifier: Apache-2.0
/* A sum on every page, made when it is written to the database and compared whenever it is read.
 *
 * Here:      a VFS on top of another one that looks after the database file alone.
 * Not here:  the WAL: SQLite sums its frames itself, and nothing in it outlives an end that was in order.
 *
 * Why pages and not rows: a bit can flip in an index, in a pointer between pages or in the count of a page's cells, and then rows that are
 * whole themselves are not found. A sum over the page sees all of that before SQLite believes any of it. The read fails with
 * GUARD_DAMAGED. Not with SQLITE_IOERR_DATA, which was made for this: it rolls back whatever transaction it is met in; nor with plain
 * SQLITE_CORRUPT, after which the transaction may write nothing more. What can be done without the page should be done.
 *
 * The sum lies in the page's last 8 bytes, which SQLite leaves to us (reserved bytes, byte 20 of the file's header). It covers the page's
 * number, so that a page in another's place is found too. Each step of it is reversible: damage within 8 bytes always shows, wider damage
 * but for one in 2^64. It is there for accidents; whoever can write the file can write the sum.
 *
 * A short read of a page is damage as well: SQLite would take the missing part for zeros.
 *
 * Another program's database is handed through as it is, so that it can be told from a damaged one: it has another application id and
 * other reserved bytes. One alone that is off is damage to ours.
 */
#include "agent/store/guard.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUMMED_SIZE = GUARD_PAGE_SIZE - GUARD_SUM_SIZE, SMALLEST_PAGE = 512, AT_RESERVED = 20, AT_APPLICATION_ID = 68, HEADER_SIZE = 100 };

struct guard {
    sqlite3_vfs vfs;
    sqlite3_vfs *under;
    char name[40];
};

struct guarded {
    sqlite3_file file;
    bool foreign;
    sqlite3_file *under; /* lies behind this struct */
};
enum { GUARDED_SIZE = (sizeof(struct guarded) + 15) / 16 * 16 };

/* --- the sum ------------------------------------------------------------------------------------------------------------------ */

static uint64_t word_at(const uint8_t *bytes)
{
    uint64_t word = 0;

    for (int i = 7; i >= 0; i--)
        word = word << 8 | bytes[i];
    return word;
}

static uint64_t sum_of(const uint8_t *page, uint64_t number)
{
    uint64_t sum = ~number;

    for (size_t at = 0; at < SUMMED_SIZE; at += 8) {
        sum = (sum ^ word_at(page + at)) * UINT64_C(0x9E3779B97F4A7C15);
        sum ^= sum >> 32;
    }
    return sum;
}

static uint64_t number_of(sqlite3_int64 offset)
{
    return (uint64_t)offset / GUARD_PAGE_SIZE + 1;
}

static bool header_is_foreign(const uint8_t *header)
{
    uint32_t application = 0;

    for (int i = 0; i < 4; i++)
        application = application << 8 | header[AT_APPLICATION_ID + i];
    return application != GUARD_APPLICATION_ID && header[AT_RESERVED] != GUARD_SUM_SIZE;
}

/* --- the file ----------------------------------------------------------------------------------------------------------------- */

static struct guarded *guarded_of(sqlite3_file *file)
{
    return (struct guarded *)(void *)file;
}

static sqlite3_file *under_of(sqlite3_file *file)
{
    return guarded_of(file)->under;
}

static int file_close(sqlite3_file *file)
{
    return under_of(file)->pMethods->xClose(under_of(file));
}

static int file_read(sqlite3_file *file, void *ret, int size, sqlite3_int64 offset)
{
    struct guarded *guarded = guarded_of(file);
    const int code = guarded->under->pMethods->xRead(guarded->under, ret, size, offset);

    if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ)
        return code;
    if (offset == 0 && size >= HEADER_SIZE)
        guarded->foreign = header_is_foreign(ret);
    if (guarded->foreign || size < SMALLEST_PAGE)
        return code;
    /* A page of another size: the header that says so is damaged. */
    if (code != SQLITE_OK || size != GUARD_PAGE_SIZE || offset % GUARD_PAGE_SIZE != 0)
        return GUARD_DAMAGED;
    return word_at((const uint8_t *)ret + SUMMED_SIZE) == sum_of(ret, number_of(offset)) ? SQLITE_OK : GUARD_DAMAGED;
}

static int file_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
    struct guarded *guarded = guarded_of(file);
    uint8_t page[GUARD_PAGE_SIZE];

    if (offset == 0 && size >= HEADER_SIZE)
        guarded->foreign = header_is_foreign(data);
    if (guarded->foreign || size != GUARD_PAGE_SIZE || offset % GUARD_PAGE_SIZE != 0)
        return guarded->under->pMethods->xWrite(guarded->under, data, size, offset);
    /* In a copy: the page is SQLite's, and may be summed for its journal too. */
    memcpy(page, data, SUMMED_SIZE);
    const uint64_t sum = sum_of(page, number_of(offset));
    for (size_t i = 0; i < GUARD_SUM_SIZE; i++)
        page[SUMMED_SIZE + i] = (uint8_t)(sum >> 8 * i);
    return guarded->under->pMethods->xWrite(guarded->under, page, size, offset);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return under_of(file)->pMethods->xTruncate(under_of(file), size);
}

static int file_sync(sqlite3_file *file, int flags)
{
    return under_of(file)->pMethods->xSync(under_of(file), flags);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    return under_of(file)->pMethods->xFileSize(under_of(file), ret);
}

static int file_lock(sqlite3_file *file, int level)
{
    return under_of(file)->pMethods->xLock(under_of(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
    return under_of(file)->pMethods->xUnlock(under_of(file), level);
}

static int file_is_reserved(sqlite3_file *file, int *ret)
{
    return under_of(file)->pMethods->xCheckReservedLock(under_of(file), ret);
}

static int file_control(sqlite3_file *file, int operation, void *argument)
{
    return under_of(file)->pMethods->xFileControl(under_of(file), operation, argument);
}

static int file_sector_size(sqlite3_file *file)
{
    return under_of(file)->pMethods->xSectorSize(under_of(file));
}

static int file_characteristics(sqlite3_file *file)
{
    return under_of(file)->pMethods->xDeviceCharacteristics(under_of(file));
}

/* Version 1: no shared memory, which an exclusive WAL does not ask for, and no mmap, which would go past the sums. */
static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_is_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
};

/* --- the VFS: all but opening goes through -------------------------------------------------------------------------------------- */

static sqlite3_vfs *base_of(sqlite3_vfs *vfs)
{
    return ((struct guard *)vfs->pAppData)->under;
}

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    struct guarded *guarded = guarded_of(file);
    int code;

    if ((flags & SQLITE_OPEN_MAIN_DB) == 0)
        return base_of(vfs)->xOpen(base_of(vfs), name, file, flags, ret_flags);
    *guarded = (struct guarded){.under = (sqlite3_file *)(void *)((char *)file + GUARDED_SIZE)};
    code = base_of(vfs)->xOpen(base_of(vfs), name, guarded->under, flags, ret_flags);
    if (guarded->under->pMethods != NULL)
        guarded->file.pMethods = &methods;
    return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    return base_of(vfs)->xDelete(base_of(vfs), name, sync_folder);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret)
{
    return base_of(vfs)->xAccess(base_of(vfs), name, flags, ret);
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *name, int size, char *ret)
{
    return base_of(vfs)->xFullPathname(base_of(vfs), name, size, ret);
}

static int vfs_randomness(sqlite3_vfs *vfs, int size, char *ret)
{
    return base_of(vfs)->xRandomness(base_of(vfs), size, ret);
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds)
{
    return base_of(vfs)->xSleep(base_of(vfs), microseconds);
}

static int vfs_time(sqlite3_vfs *vfs, double *ret)
{
    return base_of(vfs)->xCurrentTime(base_of(vfs), ret);
}

static int vfs_time_ms(sqlite3_vfs *vfs, sqlite3_int64 *ret)
{
    return base_of(vfs)->xCurrentTimeInt64(base_of(vfs), ret);
}

static int vfs_last_error(sqlite3_vfs *vfs, int size, char *ret)
{
    return base_of(vfs)->xGetLastError(base_of(vfs), size, ret);
}

struct guard *guard_create(const char *under)
{
    sqlite3_vfs *base = sqlite3_vfs_find(under);
    struct guard *guard = base == NULL ? NULL : calloc(1, sizeof *guard);

    if (guard == NULL)
        return NULL;
    snprintf(guard->name, sizeof guard->name, "guard-%p", (void *)guard);
    guard->under = base;
    guard->vfs = (sqlite3_vfs){
        .iVersion = base->iVersion >= 2 ? 2 : 1,
        .szOsFile = GUARDED_SIZE + base->szOsFile,
        .mxPathname = base->mxPathname,
        .zName = guard->name,
        .pAppData = guard,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_path,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
        .xGetLastError = base->xGetLastError == NULL ? NULL : vfs_last_error,
        .xCurrentTimeInt64 = base->iVersion >= 2 ? vfs_time_ms : NULL,
    };
    if (sqlite3_vfs_register(&guard->vfs, 0) != SQLITE_OK) {
        free(guard);
        return NULL;
    }
    return guard;
}

const char *guard_name(const struct guard *guard)
{
    return guard->name;
}

void guard_destroy(struct guard *guard)
{
    if (guard == NULL)
        return;
    sqlite3_vfs_unregister(&guard->vfs);
    free(guard);
}
