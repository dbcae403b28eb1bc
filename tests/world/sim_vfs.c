// SPDX-License-Identifier: Apache-2.0
/* SQLite's door to a simulated disk: the VFS port.
 *
 * Here:      open, read, write, sync, lock, delete, in SQLite's words.
 * Not here:  what is kept (sim_disk.c). No shared memory: stores here hold their file alone (locking_mode=EXCLUSIVE).
 */
#include "tests/world/sim_disk_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct opened {
    sqlite3_file base;
    struct sim_disk *disk;
    struct sim_file *file;
    int lock;
    bool delete_on_close;
    char temporary[SIM_NAME_SIZE];
};

static struct opened *opened_of(sqlite3_file *base)
{
    return (struct opened *)(void *)base;
}

static void unlock_to(struct opened *opened, int level)
{
    struct sim_file *file = opened->file;
    if (opened->lock >= SQLITE_LOCK_EXCLUSIVE && level < SQLITE_LOCK_EXCLUSIVE)
        file->exclusive = false;
    if (opened->lock >= SQLITE_LOCK_PENDING && level < SQLITE_LOCK_PENDING)
        file->pending = false;
    if (opened->lock >= SQLITE_LOCK_RESERVED && level < SQLITE_LOCK_RESERVED)
        file->reserved = false;
    if (opened->lock >= SQLITE_LOCK_SHARED && level < SQLITE_LOCK_SHARED && file->shared > 0)
        file->shared--;
    opened->lock = level;
}

static int vfs_close(sqlite3_file *base)
{
    struct opened *opened = opened_of(base);
    unlock_to(opened, SQLITE_LOCK_NONE);
    opened->file->opened--;
    if (opened->delete_on_close)
        sim_file_delete(opened->file, /* is_durable= */ true);
    base->pMethods = NULL;
    return SQLITE_OK;
}

static int vfs_read(sqlite3_file *base, void *ret, int size, sqlite3_int64 offset)
{
    struct opened *opened = opened_of(base);
    const struct bytes *seen = &opened->file->seen;
    const size_t from = (size_t)offset, wanted = (size_t)size;
    if (opened->disk->is_cut)
        return SQLITE_IOERR_READ;
    const size_t there = from >= seen->size ? 0 : seen->size - from < wanted ? seen->size - from : wanted;
    if (there > 0)
        memcpy(ret, seen->data + from, there);
    memset((uint8_t *)ret + there, 0, wanted - there);
    return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int vfs_write(sqlite3_file *base, const void *data, int size, sqlite3_int64 offset)
{
    struct opened *opened = opened_of(base);
    const bool had_power = !opened->disk->is_cut;
    const bool grows = (size_t)offset + (size_t)size > opened->file->seen.size;
    const int code = sim_disk_step(opened->disk, grows, SQLITE_IOERR_WRITE);
    /* The write during which the power goes may still reach the platter, in part. */
    const bool is_last = had_power && opened->disk->is_cut;
    if (code != SQLITE_OK && !is_last)
        return code;
    return sim_file_write(opened->file, (size_t)offset, data, (size_t)size) ? code : SQLITE_IOERR_NOMEM;
}

static int vfs_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct opened *opened = opened_of(base);
    const int code = sim_disk_step(opened->disk, false, SQLITE_IOERR_TRUNCATE);
    if (code != SQLITE_OK)
        return code;
    return sim_file_truncate(opened->file, (size_t)size) ? SQLITE_OK : SQLITE_IOERR_NOMEM;
}

static int vfs_sync(sqlite3_file *base, int flags)
{
    struct opened *opened = opened_of(base);
    const int code = sim_disk_step(opened->disk, false, SQLITE_IOERR_FSYNC);
    (void)flags;
    if (code != SQLITE_OK)
        return code;
    sim_disk_forget_deleted(opened->disk);
    return sim_file_sync(opened->file) ? SQLITE_OK : SQLITE_IOERR_NOMEM;
}

static int vfs_file_size(sqlite3_file *base, sqlite3_int64 *ret)
{
    *ret = (sqlite3_int64)opened_of(base)->file->seen.size;
    return SQLITE_OK;
}

static int vfs_lock(sqlite3_file *base, int level)
{
    struct opened *opened = opened_of(base);
    struct sim_file *file = opened->file;
    if (opened->lock >= level)
        return SQLITE_OK;
    if (opened->lock == SQLITE_LOCK_NONE) {
        if (file->pending || file->exclusive)
            return SQLITE_BUSY;
        file->shared++;
        opened->lock = SQLITE_LOCK_SHARED;
    }
    if (level >= SQLITE_LOCK_RESERVED && opened->lock < SQLITE_LOCK_RESERVED) {
        if (file->reserved)
            return SQLITE_BUSY;
        file->reserved = true;
        opened->lock = SQLITE_LOCK_RESERVED;
    }
    if (level == SQLITE_LOCK_EXCLUSIVE) {
        file->pending = true;
        opened->lock = SQLITE_LOCK_PENDING;
        if (file->shared > 1)
            return SQLITE_BUSY;
        file->exclusive = true;
        opened->lock = SQLITE_LOCK_EXCLUSIVE;
    }
    return SQLITE_OK;
}

static int vfs_unlock(sqlite3_file *base, int level)
{
    struct opened *opened = opened_of(base);
    if (opened->lock > level)
        unlock_to(opened, level);
    return SQLITE_OK;
}

static int vfs_is_reserved(sqlite3_file *base, int *ret)
{
    *ret = opened_of(base)->file->reserved;
    return SQLITE_OK;
}

static int vfs_control(sqlite3_file *base, int operation, void *argument)
{
    (void)base;
    (void)operation;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int vfs_sector_size(sqlite3_file *base)
{
    (void)base;
    return SIM_SECTOR_SIZE;
}

static int vfs_characteristics(sqlite3_file *base)
{
    (void)base;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = vfs_close,
    .xRead = vfs_read,
    .xWrite = vfs_write,
    .xTruncate = vfs_truncate,
    .xSync = vfs_sync,
    .xFileSize = vfs_file_size,
    .xLock = vfs_lock,
    .xUnlock = vfs_unlock,
    .xCheckReservedLock = vfs_is_reserved,
    .xFileControl = vfs_control,
    .xSectorSize = vfs_sector_size,
    .xDeviceCharacteristics = vfs_characteristics,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *ret_flags)
{
    struct opened *opened = opened_of(base);
    struct sim_disk *disk = vfs->pAppData;
    memset(opened, 0, sizeof *opened);
    if (disk->is_cut)
        return SQLITE_IOERR;
    if (name == NULL) {
        snprintf(opened->temporary, sizeof opened->temporary, "/temporary-%llu", (unsigned long long)++disk->operations);
        name = opened->temporary;
        flags |= SQLITE_OPEN_CREATE | SQLITE_OPEN_DELETEONCLOSE;
    }
    struct sim_file *file = sim_file_find(disk, name);
    if ((file == NULL || !file->exists) && (flags & SQLITE_OPEN_CREATE) == 0)
        return SQLITE_CANTOPEN;
    if (file == NULL || !file->exists) {
        const int code = sim_disk_step(disk, true, SQLITE_IOERR);
        if (code != SQLITE_OK)
            return code == SQLITE_FULL ? SQLITE_CANTOPEN : code;
        file = sim_file_make(disk, name);
    }
    if (file == NULL)
        return SQLITE_CANTOPEN;
    file->opened++;
    opened->base.pMethods = &methods;
    opened->disk = disk;
    opened->file = file;
    opened->delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    if (ret_flags != NULL)
        *ret_flags = flags;
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    struct sim_disk *disk = vfs->pAppData;
    struct sim_file *file = sim_file_find(disk, name);
    const int code = sim_disk_step(disk, false, SQLITE_IOERR_DELETE);
    if (code != SQLITE_OK)
        return code;
    if (file == NULL || !file->exists)
        return SQLITE_IOERR_DELETE_NOENT;
    sim_file_delete(file, sync != 0);
    return SQLITE_OK;
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret)
{
    const struct sim_file *file = sim_file_find(vfs->pAppData, name);
    (void)flags;
    *ret = file != NULL && file->exists;
    return SQLITE_OK;
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *name, int size, char *ret)
{
    (void)vfs;
    return snprintf(ret, (size_t)size, "%s", name) < size ? SQLITE_OK : SQLITE_CANTOPEN;
}

/* SQLite draws from here for names of temporary files and salts of the WAL: from the seed, like everything. */
static int vfs_randomness(sqlite3_vfs *vfs, int size, char *ret)
{
    struct sim_disk *disk = vfs->pAppData;
    const struct chance_port port = sim_chance_port(&disk->chance);
    port.fill(port.self, ret, (size_t)size);
    return size;
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    return microseconds;
}

static int vfs_time(sqlite3_vfs *vfs, double *ret)
{
    (void)vfs;
    *ret = 2460000.5; /* nothing that SQLite does for us may hang on its date */
    return SQLITE_OK;
}

int sim_vfs_register(struct sim_disk *disk)
{
    static unsigned number; /* names must differ while worlds live side by side */
    snprintf(disk->vfs_name, sizeof disk->vfs_name, "sim-disk-%u", ++number);
    disk->vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = sizeof(struct opened),
        .mxPathname = SIM_NAME_SIZE,
        .zName = disk->vfs_name,
        .pAppData = disk,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_path,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
    };
    return sqlite3_vfs_register(&disk->vfs, /* make it the default= */ 0);
}
