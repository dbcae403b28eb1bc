// SPDX-License-Identifier: Apache-2.0
/* Bundles with what is kept for them.
 *
 * Not here:  sealing and opening.
 */
#include "agent/app/bundles.h"

#include "agent/system/files.h"

static const char *kept_path(const struct bundles *bundles, struct arena *arena, struct error *err)
{
    const char *path = arena_format(arena, "%s/bundle-request", bundles->home);

    if (path == NULL)
        error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the bundle");
    return path;
}

bool bundles_make(const struct bundles *bundles, struct bytes *ret_bundle, struct bundle_told *ret, struct error *err)
{
    struct arena arena = {0};
    struct bytes bundle = {0}, request = {0};
    const char *kept = kept_path(bundles, &arena, err);
    /* The request is kept before anybody gets the file: a bundle whose answer cannot be read would be carried in vain. */
    bool done = kept != NULL && sync_bundle_export(bundles->store, bundles->options, &bundle, &request, ret, err) &&
                files_write(kept, bytes_span(&request), err);

    if (done) {
        *ret_bundle = bundle;
        bundle = (struct bytes){0};
    }
    bytes_clear(&bundle);
    bytes_clear(&request);
    arena_clear(&arena);
    return done;
}

static bool look(const struct bundles *bundles, struct span answer, struct span request, struct bundle_taken *ret, struct error *err)
{
    struct bundle_look seen = {0};
    bool done = sync_bundle_look(bundles->store, bundles->options, answer, request, &seen, err);

    *ret = (struct bundle_taken){
        .receipted = seen.receipted, .rows = seen.rows, .dropped = seen.dropped, .fork = seen.fork, .late = seen.late};
    return done;
}

bool bundles_take(const struct bundles *bundles, struct span answer, bool preview, struct bundle_taken *ret, struct error *err)
{
    struct arena arena = {0};
    struct bytes request = {0};
    struct session_outcome outcome = {0};
    struct error why = {0};
    const char *kept = kept_path(bundles, &arena, err);
    bool done = kept != NULL;

    if (done && !files_read(kept, MESSAGE_BYTES_MAX, &request, &why))
        done = why.kind == ERROR_NOT_FOUND
                   ? error_set(err, ERROR_NOT_FOUND, "Make a bundle first, and hand it in.", "no bundle of this device waits for an answer")
                   : error_set(err, why.kind, why.remedy, "%s", why.cause);
    /* Looked at first in any case: what is told is the same before and after. */
    done = done && look(bundles, answer, bytes_span(&request), ret, err);
    if (done && !preview) {
        done = sync_bundle_import(bundles->store, bundles->options, answer, bytes_span(&request), &outcome, err);
        ret->complete = outcome.complete;
        ret->verified = outcome.verified;
    }
    bytes_clear(&request);
    arena_clear(&arena);
    return done;
}

const char *bundles_say(struct arena *arena, const struct catalogue *words, const struct bundle_taken *taken, bool preview)
{
    const char *end = preview           ? ""
                      : taken->verified ? say(words, "Delivered and verified.")
                      : taken->complete ? say(words, "Nothing waits.")
                                        : say(words, "There is more: export the next bundle, or sync.");
    const char *receipt, *rows, *dropped;

    if (taken->fork)
        return say(words,
                   "The server knew another past of this device (a restored or cloned one): it goes on under a new log, with every edit.");
    receipt = arena_format(arena,
                           say_many(words, "The server holds %llu more change of this device.",
                                    "The server holds %llu more changes of this device.", taken->receipted),
                           (unsigned long long)taken->receipted);
    rows = taken->rows == 0 ? "" : arena_format(arena, say(words, "New or changed rows: %llu."), (unsigned long long)taken->rows);
    dropped = taken->dropped == 0
                  ? ""
                  : arena_format(arena, say(words, "Rows this device no longer keeps: %llu."), (unsigned long long)taken->dropped);
    if (receipt == NULL || rows == NULL || dropped == NULL)
        return NULL;
    if (taken->late)
        rows = say(words, "This device has synced since: nothing else in it is news.");
    return arena_format(arena, "%s%s%s%s%s%s%s", receipt, rows[0] == '\0' ? "" : " ", rows, dropped[0] == '\0' ? "" : " ", dropped,
                        end[0] == '\0' ? "" : " ", end);
}
