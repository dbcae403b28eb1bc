// SPDX-License-Identifier: Apache-2.0
/* Files, read whole and written whole.
 *
 * Not here:  the database and what lies beside it (agent/store, through SQLite's VFS).
 */
#define _GNU_SOURCE
#include "agent/system/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "protocol/catalogue.h"

enum { READ_STEP_BYTES = 64 * 1024 };

/* Why the system did not do it. What people meet often is said in their language, the rest as the C library says it. */
static const char *why_not(int why)
{
    static const struct {
        int number;
        const char *says;
    } rows[] = {
        {ENOENT, N_("No such file or directory")}, {ENOTDIR, N_("Not a directory")},         {EISDIR, N_("Is a directory")},
        {EACCES, N_("Permission denied")},         {EPERM, N_("Operation not permitted")},   {EROFS, N_("Read-only file system")},
        {ENOSPC, N_("No space left on device")},   {EDQUOT, N_("Disk quota exceeded")},      {EIO, N_("Input/output error")},
        {EMFILE, N_("Too many open files")},       {ENAMETOOLONG, N_("File name too long")},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].number == why)
            return rows[i].says;
    return strerror(why);
}

static enum error_kind kind_of(int why)
{
    return why == ENOENT || why == ENOTDIR ? ERROR_NOT_FOUND : ERROR_STORAGE;
}

static const char *remedy_of(int why)
{
    if (kind_of(why) == ERROR_NOT_FOUND)
        return N_("Check the path.");
    if (why == ENOSPC || why == EDQUOT)
        return N_("Free some space, then try again.");
    return N_("Check that the folder is there and is yours.");
}

bool files_read(const char *path, size_t size_max, struct bytes *ret, struct error *err)
{
    bool done = false;
    struct bytes content = {0};
    static const size_t step = READ_STEP_BYTES;
    uint8_t *buffer = malloc(step);
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (buffer == NULL) {
        error_set(err, ERROR_MEMORY, "Close other programs.", "no memory to read %s", path);
        goto out;
    }
    if (file < 0) {
        error_set(err, kind_of(errno), remedy_of(errno), "cannot open %s: %s", path, why_not(errno));
        goto out;
    }
    for (;;) {
        ssize_t got = read(file, buffer, step);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            error_set(err, kind_of(errno), remedy_of(errno), "cannot read %s: %s", path, why_not(errno));
            goto out;
        }
        if (got == 0)
            break;
        if (content.size + (size_t)got > size_max) {
            error_set(err, ERROR_LIMIT, "Part it into smaller files.", "%s is larger than %zu bytes", path, size_max);
            goto out;
        }
        if (!bytes_append(&content, buffer, (size_t)got)) {
            error_set(err, ERROR_MEMORY, "Close other programs.", "no memory to read %s", path);
            goto out;
        }
    }
    *ret = content;
    content = (struct bytes){0};
    done = true;
out:
    if (file >= 0)
        close(file);
    free(buffer);
    bytes_clear(&content);
    return done;
}

static bool write_all(int file, struct span content)
{
    while (content.size > 0) {
        ssize_t put = write(file, content.data, content.size);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        content.data += put;
        content.size -= (size_t)put;
    }
    return true;
}

/* Without this a power cut after the rename could bring the old name back, or none. */
static bool folder_fsync(const char *path, struct error *err)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    int file;
    bool done;

    if (slash == NULL)
        snprintf(folder, sizeof folder, ".");
    else
        snprintf(folder, sizeof folder, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return error_set(err, kind_of(errno), remedy_of(errno), "cannot open %s: %s", folder, why_not(errno));
    done = fsync(file) == 0 || errno == EINVAL ||
           error_set(err, kind_of(errno), remedy_of(errno), "cannot flush %s: %s", folder, why_not(errno));
    close(file);
    return done;
}

bool files_write(const char *path, struct span content, struct error *err)
{
    bool done = false;
    char beside[PATH_MAX];
    int file = -1;
    int length = snprintf(beside, sizeof beside, "%s.part-%ld", path, (long)getpid());

    if (length < 0 || (size_t)length >= sizeof beside)
        return error_set(err, ERROR_LIMIT, "Choose a shorter path.", "the path is longer than %d bytes", PATH_MAX);
    unlink(beside);
    file = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return error_set(err, kind_of(errno), remedy_of(errno), "cannot write %s: %s", path, why_not(errno));
    /* The bytes must be down before the name is: else a power cut leaves a whole name over half a file. */
    if (!write_all(file, content) || fsync(file) != 0 || rename(beside, path) != 0) {
        error_set(err, kind_of(errno), remedy_of(errno), "cannot write %s: %s", path, why_not(errno));
        goto out;
    }
    done = folder_fsync(path, err);
out:
    close(file);
    if (!done)
        unlink(beside);
    return done;
}

bool files_make_folder(const char *path, struct error *err)
{
    char part[PATH_MAX];
    size_t length = strlen(path);

    if (length == 0 || length >= sizeof part)
        return error_set(err, ERROR_LIMIT, "Choose a shorter path.", "the path of the folder has %zu bytes", length);
    memcpy(part, path, length + 1);
    for (size_t at = 1; at <= length; at++) {
        if (part[at] != '/' && part[at] != '\0')
            continue;
        part[at] = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST)
            return error_set(err, kind_of(errno), remedy_of(errno), "cannot make the folder %s: %s", part, why_not(errno));
        part[at] = path[at];
    }
    if (!files_is_folder(path))
        return error_set(err, ERROR_STORAGE, "Choose another path.", "%s is not a folder", path);
    return true;
}

bool files_exists(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0;
}

bool files_is_folder(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool files_list(struct arena *arena, const char *path, const char *const **ret, struct error *err)
{
    enum { NAMES_MAX = 4096 };
    bool done = false;
    size_t count = 0;
    const char **names = arena_take_many(arena, NAMES_MAX + 1, sizeof *names);
    DIR *folder = opendir(path);
    const struct dirent *one;

    if (folder == NULL) {
        error_set(err, kind_of(errno), remedy_of(errno), "cannot read the folder %s: %s", path, why_not(errno));
        goto out;
    }
    while (names != NULL && (one = readdir(folder)) != NULL) {
        if (strcmp(one->d_name, ".") == 0 || strcmp(one->d_name, "..") == 0)
            continue;
        if (count == NAMES_MAX) {
            error_set(err, ERROR_LIMIT, "Name the files one by one.", "%s holds more than %d files", path, NAMES_MAX);
            goto out;
        }
        names[count] = arena_text(arena, one->d_name);
        if (names[count++] == NULL)
            names = NULL;
    }
    if (names == NULL) {
        error_set(err, ERROR_MEMORY, "Close other programs.", "no memory to read the folder %s", path);
        goto out;
    }
    qsort(names, count, sizeof *names, compare_names);
    *ret = names;
    done = true;
out:
    if (folder != NULL)
        closedir(folder);
    return done;
}

const char *files_join(struct arena *arena, const char *folder, const char *path)
{
    if (path[0] == '/' || folder == NULL || folder[0] == '\0')
        return arena_text(arena, path);
    return arena_format(arena, "%s/%s", folder, path);
}

bool files_free_bytes(const char *path, unsigned long long *ret)
{
    struct statvfs about;

    if (statvfs(path, &about) != 0)
        return false;
    *ret = (unsigned long long)about.f_bavail * about.f_frsize;
    return true;
}
