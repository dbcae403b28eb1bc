// SPDX-License-Identifier: Apache-2.0
/* A disk in memory, behind an SQLite VFS: what was synced stays, the rest is at the mercy of a power cut.
 *
 * Here:      files, what of them is durable, power cuts, full and failing disks, copies of a whole disk.
 * Not here:  what is stored; when the power goes (the world says so).
 *
 * Model   A file is what the node sees, and beside it what the platter holds. A write joins a list until xSync carries the list to the
 *         platter. At a power cut each waiting write reaches the platter whole, not at all, or in some of its sectors of 512 bytes;
 *         in this the disk may also choose for a file: nothing, everything, a beginning, or a mix. A file that was never synced
 *         may be gone, and one that was deleted may come back until something is synced (file systems with a journal keep the order of
 *         names; SQLite relies on it when it turns to a WAL). A sector is written whole or not at all, and its neighbours are left alone
 * (powersafe overwrite).
 */
#ifndef TESTS_WORLD_SIM_DISK_H
#define TESTS_WORLD_SIM_DISK_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/world/sim_chance.h"

struct sim_disk;

enum sim_disk_fault {
    SIM_DISK_WELL,
    SIM_DISK_CUT,  /* the power goes: nothing works from then on, until sim_disk_power_cut */
    SIM_DISK_FULL, /* writes that need more room fail (ENOSPC) */
    SIM_DISK_EIO,  /* writes and syncs fail */
};

/* A disk with a VFS of its own. NULL: no memory. */
struct sim_disk *sim_disk_create(struct sim_chance chance);
void sim_disk_destroy(struct sim_disk *disk); /* every file must be closed */
const char *sim_disk_vfs(const struct sim_disk *disk);

/* Operations (writes, truncations, syncs, deletions) so far: the steps at which a fault can be put. */
uint64_t sim_disk_operations(const struct sim_disk *disk);
/* From the operation with this number on (0: from now on), for so many operations (0: until it is taken back). */
void sim_disk_fails(struct sim_disk *disk, enum sim_disk_fault fault, uint64_t at, uint64_t count);
/* The power goes now: nothing more reaches the disk. */
void sim_disk_cut(struct sim_disk *disk);
bool sim_disk_is_cut(const struct sim_disk *disk);
bool sim_disk_is_failing(const struct sim_disk *disk); /* it is full, or fails, for the next operation */
/* The power goes and comes back: what is left is all that the node will see. Files must be closed. */
void sim_disk_power_cut(struct sim_disk *disk);
/* Everything that waits reaches the platter: an orderly end of the machine. */
void sim_disk_settle(struct sim_disk *disk);

/* `to` becomes a copy of `from`, as the node sees it; both without open files on `to`. */
bool sim_disk_copy(struct sim_disk *to, const struct sim_disk *from);
/* One file copied over another of the same disk; what belongs to the old one beside it (-wal, -journal) goes. */
bool sim_disk_copy_file(struct sim_disk *disk, const char *from, const char *to);
void sim_disk_remove(struct sim_disk *disk, const char *name);
/* Flips bits of a file at rest; false when there is no such byte. */
bool sim_disk_flip(struct sim_disk *disk, const char *name, size_t at, uint8_t bits);
size_t sim_disk_file_size(const struct sim_disk *disk, const char *name);

#endif
