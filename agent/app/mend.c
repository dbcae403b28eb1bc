// SPDX-License-Identifier: Apache-2.0
/* Mending a damaged store: what can be read is written beside it, whole; then the files change places.
 *
 * Not here:  what can be read (agent/store/mend.c).
 *
 * Killed in between, the folder holds the damaged store under its new name and the mended one under its own or under "-mended": a second
 * call goes on from there.
 */
#define _POSIX_C_SOURCE 200809L /* unlink */
#include "agent/app/mend.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/system/files.h"

enum { PATH_SIZE = 512 + 40, KEPT_MAX = 1000 };
static const char *const parts[] = {"", "-wal", "-journal", "-incarnation"};
enum { PARTS = sizeof parts / sizeof parts[0] };

/* Every part that is there. The database goes first: what is left behind alone is of no use to it, and harms nobody. */
static bool move(const char *from, const char *to, struct error *err)
{
    for (size_t i = 0; i < PARTS; i++) {
        char old[PATH_SIZE], fresh[PATH_SIZE];

        snprintf(old, sizeof old, "%s%s", from, parts[i]);
        snprintf(fresh, sizeof fresh, "%s%s", to, parts[i]);
        if (rename(old, fresh) != 0 && errno != ENOENT)
            return error_set(err, ERROR_STORAGE, "Check that the folder is yours and can be written, then try again.",
                             "could not rename %s: %s", old, strerror(errno));
    }
    return true;
}

static void drop(const char *path)
{
    for (size_t i = 0; i < PARTS; i++) {
        char name[PATH_SIZE];

        snprintf(name, sizeof name, "%s%s", path, parts[i]);
        unlink(name);
    }
}

static bool free_name(const char *path, char ret[512], struct error *err)
{
    for (int i = 1; i <= KEPT_MAX; i++) {
        if (snprintf(ret, 512, "%s-damaged-%d", path, i) >= 512)
            return error_set(err, ERROR_LIMIT, "Use a folder with a shorter name.", "the path %.80s... was too long", path);
        if (!files_exists(ret))
            return true;
    }
    return error_set(err, ERROR_LIMIT, "Move some of them away.", "there were %d damaged stores beside %s already", KEPT_MAX, path);
}

static bool is_damaged(const char *path, const struct store_ports *ports, struct error *err)
{
    struct store *store = NULL;
    struct error why = {0};
    uint64_t findings = 0;
    const bool whole = store_open(path, STORE_MUST_EXIST, ports, &store, &why) && store_verify(store, NULL, NULL, &findings, &why);

    store_close(store);
    if (whole && findings == 0)
        return error_set(err, ERROR_INVALID, "Use it as it is.", "nothing was wrong with the store %s", path);
    return whole || why.kind == ERROR_CORRUPT || error_set(err, why.kind, why.remedy, "%s", why.cause);
}

bool mend_store(const char *path, const struct store_ports *ports, struct mended *ret, struct error *err)
{
    char mended[PATH_SIZE];

    *ret = (struct mended){.kept = ""};
    if (!free_name(path, ret->kept, err))
        return false;
    snprintf(mended, sizeof mended, "%s-mended", path);
    /* Killed while the files changed places: the damaged one is kept already. */
    if (!files_exists(path) && files_exists(mended))
        return move(mended, path, err);
    if (!is_damaged(path, ports, err))
        return false;
    drop(mended);
    if (!store_mend(path, mended, ports, &ret->store, err)) {
        drop(mended);
        return false;
    }
    if (!move(path, ret->kept, err)) {
        struct error first = *err;

        move(ret->kept, path, &first);
        drop(mended);
        return false;
    }
    return move(mended, path, err);
}

void mended_words(const struct catalogue *words, const struct mended *mended, char ret[MENDED_WORDS_SIZE])
{
    const struct store_mended *store = &mended->store;
    size_t size = (size_t)snprintf(ret, MENDED_WORDS_SIZE, say(words, "Saved: %llu rows and %llu changes that wait for delivery.\n"),
                                   (unsigned long long)store->rows, (unsigned long long)store->changes);

    if (store->changes_from_rows > 0)
        size += (size_t)snprintf(ret + size, MENDED_WORDS_SIZE - size,
                                 say(words, "From %llu more rows what they say was saved, not who said it.\n"),
                                 (unsigned long long)store->changes_from_rows);
    if (store->changes_lost > 0)
        size += (size_t)snprintf(ret + size, MENDED_WORDS_SIZE - size, say(words, "Not readable: %llu changes that waited.\n"),
                                 (unsigned long long)store->changes_lost);
    if (store->rows_lost > 0)
        size += (size_t)snprintf(ret + size, MENDED_WORDS_SIZE - size,
                                 say(words, "Missing: %llu rows; the next sync fetches those the server has.\n"),
                                 (unsigned long long)store->rows_lost);
    size += (size_t)snprintf(ret + size, MENDED_WORDS_SIZE - size, say(words, "The damaged file is kept as %s.\n"), mended->kept);
    snprintf(ret + size, MENDED_WORDS_SIZE - size, "%s",
             store->enrolled ? say(words, "Run `teren sync`.\n")
             : store->was_enrolled
                 ? say(words, "Whom it belongs to was not readable: ask your coordinator for a fresh code, then `teren enrol URL CODE`.\n")
                 : "");
}
