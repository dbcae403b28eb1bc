// SPDX-License-Identifier: Apache-2.0
/* A guard on the way to the disk: every page of the database carries a sum, and a page whose sum does not fit is never read.
 *
 * Here:      making the guard for one store.
 * Not here:  what a damaged page means (statements.c), saving what is left (mend.c).
 */
#ifndef AGENT_STORE_GUARD_H
#define AGENT_STORE_GUARD_H

#include <sqlite3.h>

#define GUARD_PAGE_TEXT "4096"
enum {
    GUARD_PAGE_SIZE = 4096,
    GUARD_SUM_SIZE = 8,                         /* at each page's end: reserve as many */
    GUARD_DAMAGED = SQLITE_CORRUPT | 0x54 << 8, /* what SQLite hears of a page whose sum is off */
    GUARD_APPLICATION_ID = 0x5465726E,          /* "Tern", in the file's header */
};

struct guard;
/* On top of the VFS of this name (NULL: the system's); registered with SQLite under guard_name(). NULL: no memory, or no such VFS. */
struct guard *guard_create(const char *under);
const char *guard_name(const struct guard *guard);
void guard_destroy(struct guard *guard); /* NULL is fine; its files are closed by then */

#endif
