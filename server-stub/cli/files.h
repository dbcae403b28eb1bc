// SPDX-License-Identifier: Apache-2.0
/* The data folder, and files read and written whole.
 *
 * Here:      where the data is, making the folder, one `serve` at a time, atomic writing, copying.
 * Not here:  what is in the ledger.
 * Twice     The agent has its own such file: the two programs share nothing above protocol/, and protocol/ touches no file.
 */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include <stddef.h>

#include "protocol/bytes.h"
#include "protocol/error.h"

/* `given`, else $TEREN_SERVER_DATA, else /var/lib/teren-server for root and ~/.local/share/teren-server for others.
 * Both results have CLI_PATH_SIZE bytes. */
bool folder_find(const char *given, char *ret_folder, char *ret_ledger, struct error *err);
/* Makes the folder and what is missing above it, mode 0700. */
bool folder_make(const char *folder, struct error *err);
/* Run by root on a folder of the service's user, a command becomes that user: a file of root's in there would stop the service. */
bool folder_act_as_owner(const char *folder, struct error *err);
/* A descriptor that keeps other servers off this folder until it is closed; -1 with ERROR_BUSY, ERROR_NOT_FOUND, ERROR_STORAGE. */
int folder_hold(const char *folder, struct error *err);

/* ERROR_NOT_FOUND, ERROR_LIMIT, ERROR_STORAGE, ERROR_MEMORY. *ret is the caller's. */
bool file_read(const char *path, size_t size_max, struct bytes *ret, struct error *err);
/* Whole or not at all: beside the file, fsync, rename, fsync of the folder. Mode 0600. */
bool file_write(const char *path, struct span content, struct error *err);
/* The same for a copy of any size. */
bool file_copy(const char *from, const char *to, struct error *err);
bool file_exists(const char *path);

#endif
