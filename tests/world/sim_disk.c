// SPDX-License-Identifier: Apache-2.0
/* The files of a simulated disk, and what a power cut leaves of them.
 *
 * Here:      seen and durable contents, waiting writes, faults, copies.
 * Not here:  SQLite's calls (sim_vfs.c).
 */
#include "tests/world/sim_disk_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool resize(struct bytes *bytes, size_t size)
{
    static const uint8_t zeros[4096] = {0};
    while (bytes->size < size) {
        const size_t more = size - bytes->size < sizeof zeros ? size - bytes->size : sizeof zeros;
        if (!bytes_append(bytes, zeros, more))
            return false;
    }
    bytes->size = size;
    return true;
}

static bool put(struct bytes *bytes, size_t offset, const uint8_t *data, size_t size)
{
    if (bytes->size < offset + size && !resize(bytes, offset + size))
        return false;
    if (size > 0)
        memcpy(bytes->data + offset, data, size);
    return true;
}

static void forget_writes(struct sim_file *file)
{
    for (size_t i = 0; i < file->write_count; i++)
        free(file->writes[i].data);
    file->write_count = 0;
}

static void file_clear(struct sim_file *file)
{
    forget_writes(file);
    free(file->writes);
    bytes_clear(&file->seen);
    bytes_clear(&file->platter);
    *file = (struct sim_file){0};
}

struct sim_file *sim_file_find(struct sim_disk *disk, const char *name)
{
    for (size_t i = 0; i < SIM_FILES_MAX; i++) {
        if (disk->files[i].is_used && strcmp(disk->files[i].name, name) == 0)
            return &disk->files[i];
    }
    return NULL;
}

struct sim_file *sim_file_make(struct sim_disk *disk, const char *name)
{
    struct sim_file *file = sim_file_find(disk, name);
    for (size_t i = 0; file == NULL && i < SIM_FILES_MAX; i++) {
        if (!disk->files[i].is_used)
            file = &disk->files[i];
    }
    if (file == NULL || strlen(name) >= SIM_NAME_SIZE)
        return NULL;
    file->is_used = file->exists = true;
    snprintf(file->name, sizeof file->name, "%s", name);
    return file;
}

static bool wait_for_sync(struct sim_file *file, struct sim_write write)
{
    if (file->write_count == file->write_room) {
        const size_t room = file->write_room == 0 ? 16 : 2 * file->write_room;
        struct sim_write *writes = realloc(file->writes, room * sizeof *writes);
        if (writes == NULL)
            return false;
        file->writes = writes;
        file->write_room = room;
    }
    file->writes[file->write_count++] = write;
    return true;
}

bool sim_file_write(struct sim_file *file, size_t offset, const void *data, size_t size)
{
    struct sim_write write = {.offset = offset, .size = size, .data = malloc(size + 1)};
    if (write.data == NULL)
        return false;
    memcpy(write.data, data, size);
    if (wait_for_sync(file, write))
        return put(&file->seen, offset, data, size);
    free(write.data);
    return false;
}

bool sim_file_truncate(struct sim_file *file, size_t size)
{
    return wait_for_sync(file, (struct sim_write){.is_truncation = true, .offset = size}) && resize(&file->seen, size);
}

static bool reach(struct sim_file *file, const struct sim_write *write)
{
    return write->is_truncation ? resize(&file->platter, write->offset) : put(&file->platter, write->offset, write->data, write->size);
}

bool sim_file_sync(struct sim_file *file)
{
    for (size_t i = 0; i < file->write_count; i++) {
        if (!reach(file, &file->writes[i]))
            return false;
    }
    forget_writes(file);
    file->is_durable = true;
    return true;
}

/* A name that is only gone for the node may come back with a power cut. */
void sim_file_delete(struct sim_file *file, bool is_durable)
{
    file->exists = false;
    bytes_reset(&file->seen);
    forget_writes(file);
    if (is_durable || !file->is_durable)
        file_clear(file);
}

void sim_disk_forget_deleted(struct sim_disk *disk)
{
    for (size_t i = 0; i < SIM_FILES_MAX; i++) {
        if (disk->files[i].is_used && !disk->files[i].exists && disk->files[i].opened == 0)
            file_clear(&disk->files[i]);
    }
}

/* --- faults --------------------------------------------------------------------------------------------------------------- */

uint64_t sim_disk_operations(const struct sim_disk *disk)
{
    return disk->operations;
}

void sim_disk_fails(struct sim_disk *disk, enum sim_disk_fault fault, uint64_t at, uint64_t count)
{
    disk->fault = fault;
    disk->fault_from = at == 0 ? disk->operations + 1 : at;
    disk->fault_to = count == 0 ? UINT64_MAX : disk->fault_from + count;
}

void sim_disk_cut(struct sim_disk *disk)
{
    disk->is_cut = true;
}

bool sim_disk_is_cut(const struct sim_disk *disk)
{
    return disk->is_cut;
}

bool sim_disk_is_failing(const struct sim_disk *disk)
{
    const uint64_t next = disk->operations + 1;
    return disk->fault != SIM_DISK_WELL && next >= disk->fault_from && next < disk->fault_to;
}

int sim_disk_step(struct sim_disk *disk, bool grows, int eio)
{
    disk->operations++;
    const bool now = disk->fault != SIM_DISK_WELL && disk->operations >= disk->fault_from && disk->operations < disk->fault_to;
    if (disk->is_cut || (now && disk->fault == SIM_DISK_CUT)) {
        disk->is_cut = true;
        return eio;
    }
    if (now && disk->fault == SIM_DISK_EIO)
        return eio;
    return now && disk->fault == SIM_DISK_FULL && grows ? SQLITE_FULL : SQLITE_OK;
}

/* The sectors of one write that made it, by chance. */
static void tear(struct sim_disk *disk, struct sim_file *file, const struct sim_write *write)
{
    size_t at = 0;
    while (at < write->size) {
        size_t size = SIM_SECTOR_SIZE - (write->offset + at) % SIM_SECTOR_SIZE;
        if (size > write->size - at)
            size = write->size - at;
        if (sim_chance_percent(&disk->chance, 50))
            put(&file->platter, write->offset + at, write->data + at, size);
        at += size;
    }
}

enum { LEAVES_NOTHING, LEAVES_ALL, LEAVES_A_BEGINNING, LEAVES_A_MIX, LEAVES_KINDS };

static void cut_file(struct sim_disk *disk, struct sim_file *file)
{
    const uint64_t kind = sim_chance_below(&disk->chance, LEAVES_KINDS);
    const size_t beginning = (size_t)sim_chance_below(&disk->chance, file->write_count + 1);
    for (size_t i = 0; i < file->write_count; i++) {
        const struct sim_write *write = &file->writes[i];
        if (kind == LEAVES_NOTHING || (kind == LEAVES_A_BEGINNING && i > beginning))
            break;
        if (kind == LEAVES_ALL || (kind == LEAVES_A_BEGINNING && i < beginning) || write->is_truncation)
            reach(file, write);
        else
            tear(disk, file, write);
    }
    forget_writes(file);
    if (!file->is_durable && sim_chance_percent(&disk->chance, 50)) {
        file_clear(file);
        return;
    }
    file->exists = file->is_durable = true;
    bytes_reset(&file->seen);
    put(&file->seen, 0, file->platter.data, file->platter.size);
    file->seen.size = file->platter.size;
}

void sim_disk_power_cut(struct sim_disk *disk)
{
    for (size_t i = 0; i < SIM_FILES_MAX; i++) {
        struct sim_file *file = &disk->files[i];
        file->shared = 0;
        file->reserved = file->pending = file->exclusive = false;
        if (file->is_used)
            cut_file(disk, file);
    }
    disk->is_cut = false;
    disk->fault = SIM_DISK_WELL;
}

void sim_disk_settle(struct sim_disk *disk)
{
    for (size_t i = 0; i < SIM_FILES_MAX; i++) {
        if (disk->files[i].is_used && disk->files[i].exists)
            sim_file_sync(&disk->files[i]);
        else
            file_clear(&disk->files[i]);
    }
}

/* --- whole disks ---------------------------------------------------------------------------------------------------------- */

struct sim_disk *sim_disk_create(struct sim_chance chance)
{
    struct sim_disk *disk = calloc(1, sizeof *disk);
    if (disk == NULL)
        return NULL;
    disk->chance = chance;
    if (sim_vfs_register(disk) != SQLITE_OK) {
        free(disk);
        return NULL;
    }
    return disk;
}

void sim_disk_destroy(struct sim_disk *disk)
{
    if (disk == NULL)
        return;
    sqlite3_vfs_unregister(&disk->vfs);
    for (size_t i = 0; i < SIM_FILES_MAX; i++)
        file_clear(&disk->files[i]);
    free(disk);
}

const char *sim_disk_vfs(const struct sim_disk *disk)
{
    return disk->vfs_name;
}

static bool copy_contents(struct sim_disk *disk, const char *name, const struct bytes *seen)
{
    struct sim_file *file = sim_file_make(disk, name);
    if (file == NULL)
        return false;
    forget_writes(file);
    bytes_reset(&file->seen);
    bytes_reset(&file->platter);
    file->is_durable = true;
    return put(&file->seen, 0, seen->data, seen->size) && put(&file->platter, 0, seen->data, seen->size);
}

bool sim_disk_copy(struct sim_disk *to, const struct sim_disk *from)
{
    bool done = true;
    for (size_t i = 0; i < SIM_FILES_MAX; i++)
        file_clear(&to->files[i]);
    for (size_t i = 0; i < SIM_FILES_MAX; i++) {
        const struct sim_file *file = &from->files[i];
        if (file->is_used && file->exists)
            done = copy_contents(to, file->name, &file->seen) && done;
    }
    return done;
}

void sim_disk_remove(struct sim_disk *disk, const char *name)
{
    struct sim_file *file = sim_file_find(disk, name);
    if (file != NULL)
        file_clear(file);
}

bool sim_disk_copy_file(struct sim_disk *disk, const char *from, const char *to)
{
    static const char *const beside[] = {"-wal", "-journal", "-shm"};
    const struct sim_file *file = sim_file_find(disk, from);
    char name[SIM_NAME_SIZE + 16];
    if (file == NULL || !file->exists)
        return false;
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        snprintf(name, sizeof name, "%s%s", to, beside[i]);
        sim_disk_remove(disk, name);
    }
    return copy_contents(disk, to, &file->seen);
}

bool sim_disk_flip(struct sim_disk *disk, const char *name, size_t at, uint8_t bits)
{
    struct sim_file *file = sim_file_find(disk, name);
    if (file == NULL || at >= file->seen.size || at >= file->platter.size)
        return false;
    file->seen.data[at] ^= bits;
    file->platter.data[at] ^= bits;
    return true;
}

size_t sim_disk_file_size(const struct sim_disk *disk, const char *name)
{
    for (size_t i = 0; i < SIM_FILES_MAX; i++) {
        if (disk->files[i].is_used && disk->files[i].exists && strcmp(disk->files[i].name, name) == 0)
            return disk->files[i].seen.size;
    }
    return 0;
}
