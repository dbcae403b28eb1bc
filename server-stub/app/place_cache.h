// SPDX-License-Identifier: Apache-2.0
/* The ids of places, kept in memory: they only ever grow, in order, and never change.
 *
 * Here:      id for programme x municipality, new ones when asked for; which places grants cover.
 * Not here:  sums (they are read in each work).
 * Threads    used only inside a writing work, of which there is one at a time.
 */
#ifndef SERVER_APP_PLACE_CACHE_H
#define SERVER_APP_PLACE_CACHE_H

#include "protocol/names.h"
#include "server-stub/ledger/ledger.h"

struct place_cache {
    struct arena arena;
    struct names names;         /* "programme/municipality", number = id - 1 */
    struct ledger_place *places; /* by id - 1; digest and rows are not kept */
    size_t count, room;
    bool unsure; /* some were added in a work that may not have been committed: the ledger is asked again */
};

void place_cache_clear(struct place_cache *cache);
/* Learns what others added. */
bool place_cache_refresh(struct place_cache *cache, struct ledger *ledger, struct ledger_work *work, struct error *err);
bool place_cache_id(struct place_cache *cache, struct place place, uint64_t *ret, struct error *err);
/* Ids of all places that the grants cover, ascending; {PLACE_EVERYTHING} alone when they are everything. */
bool place_cache_granted(const struct place_cache *cache, struct arena *arena, const struct grant *grants, size_t grant_count,
                         const uint64_t **ret, size_t *ret_count, struct error *err);

#endif
