// SPDX-License-Identifier: Apache-2.0
/* Delivering where no network comes: what waits in a sealed file, the server's answer in another.
 *
 * Here:      make a file and keep what its answer is bound to; look into an answer; take it in. For commands and page alike.
 * Not here:  what is in the files (agent/sync/bundle.h), where a person puts them.
 */
#ifndef AGENT_APP_BUNDLES_H
#define AGENT_APP_BUNDLES_H

#include "agent/sync/bundle.h"
#include "protocol/catalogue.h"

/* A message and its seal. */
enum { BUNDLE_BYTES_MAX = MESSAGE_BYTES_MAX + 4096 };

struct bundles {
    struct store *store;
    const char *home;                   /* the home folder keeps the request of the last bundle: the answer is bound to it */
    const struct sync_options *options;
};
/* *ret_bundle is the caller's. */
bool bundles_make(const struct bundles *bundles, struct bytes *ret_bundle, struct bundle_told *ret, struct error *err);

struct bundle_taken {
    uint64_t receipted, rows, dropped;  /* as in struct bundle_look */
    bool fork, late;
    bool complete, verified;            /* not in a preview */
};
/* With preview it only looks. ERROR_NOT_FOUND when no bundle of this device waits for an answer. */
bool bundles_take(const struct bundles *bundles, struct span answer, bool preview, struct bundle_taken *ret, struct error *err);
/* What it does, or did, in a sentence or two. NULL: no memory. */
const char *bundles_say(struct arena *arena, const struct catalogue *words, const struct bundle_taken *taken, bool preview);

#endif
