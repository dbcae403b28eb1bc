// SPDX-License-Identifier: Apache-2.0
/* Files, read whole and written whole.
 *
 * Here:      bounded reading, atomic writing, folders, joining paths.
 * Not here:  what is in them.
 * Promise:   a file that files_write() wrote is there whole or not at all, whatever happens, and only its owner may read it.
 */
#ifndef AGENT_SYSTEM_FILES_H
#define AGENT_SYSTEM_FILES_H

#include <stddef.h>

#include "protocol/arena.h"
#include "protocol/bytes.h"
#include "protocol/error.h"

/* The whole file; ERROR_NOT_FOUND, ERROR_LIMIT over size_max bytes, ERROR_STORAGE. *ret is the caller's. */
bool files_read(const char *path, size_t size_max, struct bytes *ret, struct error *err);
/* Beside the file, fsync, rename over it, fsync of the folder: mode 0600. */
bool files_write(const char *path, struct span content, struct error *err);
/* Makes the folder and what is missing above it, mode 0700. */
bool files_make_folder(const char *path, struct error *err);
bool files_exists(const char *path);
bool files_is_folder(const char *path);
/* Names in a folder, "." and ".." left out, sorted; NULL-ended, in the arena. */
bool files_list(struct arena *arena, const char *path, const char *const **ret, struct error *err);
/* `path` when absolute, else folder/path. NULL: no memory. */
const char *files_join(struct arena *arena, const char *folder, const char *path);
/* Bytes free on the disk that holds `path` for its owner; false when it cannot be told. */
bool files_free_bytes(const char *path, unsigned long long *ret);

#endif
