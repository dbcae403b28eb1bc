// SPDX-License-Identifier: Apache-2.0
/* The ledger in one SQLite file.
 *
 * Here:      opening. Everything else goes through the port.
 * Not here:  the port (ledger.h).
 *
 * Recipe   WAL, synchronous=FULL, mmap_size=0, DEFENSIVE, trusted_schema off, STRICT tables, BEGIN IMMEDIATE. One writing connection, which
 *          also makes every checkpoint; readers are read-only. SQLite before 3.51.3 can lose a commit that races a checkpoint of another
 *          connection: so writing works, checkpoints included, are alone across processes too (a lock on the database's folder).
 * Errors   ERROR_NOT_FOUND (LEDGER_MUST_EXIST), ERROR_INVALID (LEDGER_CREATE and there is one), ERROR_NEWER (schema), ERROR_CORRUPT,
 *          ERROR_STORAGE (no such folder, read-only, full).
 */
#ifndef SERVER_LEDGER_SQLITE_H
#define SERVER_LEDGER_SQLITE_H

#include <stdbool.h>

#include "protocol/error.h"

struct ledger;

enum ledger_open_mode { LEDGER_MUST_EXIST, LEDGER_CREATE, LEDGER_READ_ONLY };
struct ledger_sqlite_options {
    const char *vfs;  /* SQLite VFS by name; NULL: the system's. With one of your own nothing is locked: its world has one process */
    unsigned readers; /* connections for reading works, at most LEDGER_READERS_MAX; 0: everything goes through the writer, which then
                         holds the file alone and needs no shared memory of the VFS */
};
enum { LEDGER_READERS_MAX = 8, LEDGER_READERS = 2 };

/* options NULL: the system's VFS, LEDGER_READERS readers. */
bool ledger_sqlite_open(const char *path, enum ledger_open_mode mode, const struct ledger_sqlite_options *options, struct ledger **ret,
                        struct error *err);

#endif
