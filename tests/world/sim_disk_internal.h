// SPDX-License-Identifier: Apache-2.0
/* What the two halves of the disk share: its files (sim_disk.c) and the VFS before them (sim_vfs.c).
 *
 * Here:      the structs.
 * Not here:  anything that a test may touch.
 */
#ifndef TESTS_WORLD_SIM_DISK_INTERNAL_H
#define TESTS_WORLD_SIM_DISK_INTERNAL_H

#include <sqlite3.h>

#include "protocol/bytes.h"
#include "tests/world/sim_disk.h"

enum { SIM_FILES_MAX = 16, SIM_NAME_SIZE = 64, SIM_SECTOR_SIZE = 512 };

/* One thing that the platter does not have yet. */
struct sim_write {
    bool is_truncation;
    size_t offset, size;
    uint8_t *data; /* NULL for a truncation, which is to `offset` */
};
struct sim_file {
    bool is_used, exists; /* exists: for the node */
    bool is_durable;      /* the platter knows the name */
    char name[SIM_NAME_SIZE];
    struct bytes seen, platter;
    struct sim_write *writes;
    size_t write_count, write_room;
    unsigned opened;
    unsigned shared; /* locks of connections */
    bool reserved, pending, exclusive;
};
struct sim_disk {
    struct sim_file files[SIM_FILES_MAX];
    struct sim_chance chance;
    char vfs_name[32];
    sqlite3_vfs vfs;
    uint64_t operations;
    enum sim_disk_fault fault;
    uint64_t fault_from, fault_to; /* operations, the last one not included */
    bool is_cut;
};

struct sim_file *sim_file_find(struct sim_disk *disk, const char *name);
struct sim_file *sim_file_make(struct sim_disk *disk, const char *name); /* NULL: too many */
bool sim_file_write(struct sim_file *file, size_t offset, const void *data, size_t size);
bool sim_file_truncate(struct sim_file *file, size_t size);
bool sim_file_sync(struct sim_file *file);
void sim_disk_forget_deleted(struct sim_disk *disk); /* deleted names cannot come back any more */
void sim_file_delete(struct sim_file *file, bool is_durable);
/* Counts an operation; what SQLite is to be told instead of doing it, or SQLITE_OK. */
int sim_disk_step(struct sim_disk *disk, bool grows, int eio);
int sim_vfs_register(struct sim_disk *disk);

#endif
