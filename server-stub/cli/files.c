// SPDX-License-Identifier: Apache-2.0
/* Folders and files of the server's commands.
 *
 * Here:      POSIX calls with words for what may go wrong.
 * Not here:  SQLite's files (the ledger's own).
 * Order      data, fsync, rename, fsync of the folder: a power cut between any two leaves the old file or the new one, never half of one.
 */
#define _GNU_SOURCE
#include "server-stub/cli/files.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server-stub/cli/cli.h"

enum { COPY_BYTES = 64 * 1024 };

static bool storage_failed(const char *what, const char *path, struct error *err)
{
    return error_set(err, errno == ENOENT ? ERROR_NOT_FOUND : ERROR_STORAGE,
                     errno == ENOSPC || errno == EDQUOT ? "Free some space, then try again." : "Check the path and who may write there.",
                     "%s could not be %s: %s", path, what, strerror(errno));
}

static bool join(char *ret, size_t size, const char *folder, const char *name, struct error *err)
{
    int written = snprintf(ret, size, "%s%s", folder, name);
    if (written >= 0 && (size_t)written < size)
        return true;
    return error_set(err, ERROR_LIMIT, "Choose a shorter path.", "the path %.80s... was too long", folder);
}

bool folder_find(const char *given, char *ret_folder, char *ret_ledger, struct error *err)
{
    const char *set = getenv("TEREN_SERVER_DATA");
    const char *home = getenv("HOME");
    bool done;

    if (given != NULL && given[0] == '\0')
        return error_set(err, ERROR_USAGE, "Give a folder.", "--data was given an empty path");
    if (given != NULL)
        done = join(ret_folder, CLI_PATH_SIZE, given, "", err);
    else if (set != NULL && set[0] != '\0')
        done = join(ret_folder, CLI_PATH_SIZE, set, "", err);
    else if (geteuid() == 0 || home == NULL || home[0] == '\0')
        done = join(ret_folder, CLI_PATH_SIZE, "/var/lib/teren-server", "", err);
    else
        done = join(ret_folder, CLI_PATH_SIZE, home, "/.local/share/teren-server", err);
    return done && join(ret_ledger, CLI_PATH_SIZE, ret_folder, "/ledger.db", err);
}

bool folder_make(const char *folder, struct error *err)
{
    char path[CLI_PATH_SIZE];
    if (!join(path, sizeof path, folder, "", err))
        return false;
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0755) != 0 && errno != EEXIST)
            return storage_failed("made", path, err);
        *slash = '/';
    }
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return storage_failed("made", path, err);
    return true;
}

bool folder_act_as_owner(const char *folder, struct error *err)
{
    struct stat info;
    if (geteuid() != 0 || stat(folder, &info) != 0 || info.st_uid == 0)
        return true;
    if (setgroups(0, NULL) == 0 && setgid(info.st_gid) == 0 && setuid(info.st_uid) == 0)
        return true;
    return error_set(err, ERROR_STORAGE, "Run the command as the user that owns the data folder.",
                     "the owner of %s could not be acted as: %s", folder, strerror(errno));
}

int folder_hold(const char *folder, struct error *err)
{
    char path[CLI_PATH_SIZE];
    int fd;
    if (!join(path, sizeof path, folder, "/serve.lock", err))
        return -1;
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        if (errno == ENOENT)
            error_set(err, ERROR_NOT_FOUND, "Make one with `teren-server init`, or name another with --data.", "there is no data folder %s",
                      folder);
        else
            storage_failed("opened", path, err);
        return -1;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        error_set(err, ERROR_BUSY, "Stop the other one first.", "another teren-server is running on %s", folder);
        close(fd);
        return -1;
    }
    return fd;
}

bool file_exists(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0;
}

bool file_read(const char *path, size_t size_max, struct bytes *ret, struct error *err)
{
    FILE *file = fopen(path, "re");
    struct bytes content = {0};
    uint8_t *piece = malloc(COPY_BYTES);
    bool done = false;
    size_t got;

    if (file == NULL) {
        storage_failed("read", path, err);
        goto out;
    }
    if (piece == NULL)
        content.failed = true;
    while (!content.failed && (got = fread(piece, 1, COPY_BYTES, file)) > 0) {
        if (content.size + got > size_max) {
            error_set(err, ERROR_LIMIT, "Check that it is the right file.", "%s was larger than %zu bytes", path, size_max);
            goto out;
        }
        bytes_append(&content, piece, got);
    }
    if (content.failed) {
        error_set(err, ERROR_MEMORY, "Close other programs.", "no memory was left to read %s", path);
        goto out;
    }
    if (ferror(file)) {
        storage_failed("read", path, err);
        goto out;
    }
    *ret = content;
    content = (struct bytes){0}; /* given away */
    done = true;
out:
    if (file != NULL)
        fclose(file);
    free(piece);
    bytes_clear(&content);
    return done;
}

static bool write_all(int fd, const void *data, size_t size)
{
    const uint8_t *at = data;
    while (size > 0) {
        ssize_t written = write(fd, at, size);
        if (written < 0 && errno != EINTR)
            return false;
        at += written > 0 ? written : 0;
        size -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

/* Makes a rename last: the folder's entry is what a power cut would take back. */
static bool sync_folder_of(const char *path)
{
    char folder[CLI_PATH_SIZE];
    char *slash;
    int fd;
    bool done;
    snprintf(folder, sizeof folder, "%s", path);
    slash = strrchr(folder, '/');
    if (slash == NULL)
        strcpy(folder, ".");
    else
        slash[slash == folder] = '\0';
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    done = fsync(fd) == 0;
    close(fd);
    return done;
}

/* Opens "<path>.part" for writing; ends with finish_file or abandon_file. */
static int start_file(const char *path, char part[CLI_PATH_SIZE], struct error *err)
{
    int fd;
    if (!join(part, CLI_PATH_SIZE, path, ".part", err))
        return -1;
    fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        storage_failed("written", part, err);
    return fd;
}

static bool finish_file(int fd, const char *part, const char *path, struct error *err)
{
    bool done = fsync(fd) == 0;
    done = close(fd) == 0 && done;
    if (done && rename(part, path) == 0 && sync_folder_of(path))
        return true;
    storage_failed("written", path, err);
    unlink(part);
    return false;
}

static bool abandon_file(int fd, const char *part, const char *path, struct error *err)
{
    storage_failed("written", path, err);
    close(fd);
    unlink(part);
    return false;
}

bool file_write(const char *path, struct span content, struct error *err)
{
    char part[CLI_PATH_SIZE];
    int fd = start_file(path, part, err);
    if (fd < 0)
        return false;
    if (!write_all(fd, content.data, content.size))
        return abandon_file(fd, part, path, err);
    return finish_file(fd, part, path, err);
}

bool file_copy(const char *from, const char *to, struct error *err)
{
    char part[CLI_PATH_SIZE];
    uint8_t *piece = malloc(COPY_BYTES);
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = -1;
    ssize_t got = 0;
    bool done = false;

    if (piece == NULL) {
        error_set(err, ERROR_MEMORY, "Close other programs.", "no memory was left to copy %s", from);
        goto out;
    }
    if (in < 0) {
        storage_failed("read", from, err);
        goto out;
    }
    out = start_file(to, part, err);
    if (out < 0)
        goto out;
    while ((got = read(in, piece, COPY_BYTES)) > 0)
        if (!write_all(out, piece, (size_t)got)) {
            abandon_file(out, part, to, err);
            goto out;
        }
    done = got == 0 ? finish_file(out, part, to, err) : abandon_file(out, part, to, err);
out:
    free(piece);
    if (in >= 0)
        close(in);
    return done;
}
