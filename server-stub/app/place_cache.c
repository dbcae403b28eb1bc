// SPDX-License-Identifier: Apache-2.0
/* The ids of places, kept in memory.
 *
 * Here:      the cache.
 * Not here:  writing new places down (placing.c does, with their sums).
 */
#include "server-stub/app/place_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLACE_TEXT_SIZE = 2 * ROW_ID_SIZE + 2 };

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs, or give the machine more memory.", "no memory was left for the places");
}

void place_cache_clear(struct place_cache *cache)
{
    names_clear(&cache->names);
    arena_clear(&cache->arena);
    free(cache->places);
    memset(cache, 0, sizeof *cache);
}

static void place_text(struct place place, char ret[PLACE_TEXT_SIZE])
{
    snprintf(ret, PLACE_TEXT_SIZE, "%.*s/%.*s", ROW_ID_BYTES_MAX, place.programme, ROW_ID_BYTES_MAX, place.municipality);
}

static bool add(struct place_cache *cache, struct place place, uint64_t *ret, struct error *err)
{
    char text[PLACE_TEXT_SIZE];
    uint32_t number;

    place_text(place, text);
    number = names_find(&cache->names, text);
    if (number != NAMES_NONE) {
        *ret = (uint64_t)number + 1;
        return true;
    }
    if (cache->count == cache->room) {
        size_t room = cache->room * 2 + 64;
        struct ledger_place *places = realloc(cache->places, room * sizeof *places);
        if (places == NULL)
            return no_memory(err);
        cache->places = places;
        cache->room = room;
    }
    struct ledger_place *fresh = &cache->places[cache->count];
    *fresh = (struct ledger_place){.id = cache->count + 1};
    fresh->programme = arena_text(&cache->arena, place.programme);
    fresh->municipality = arena_text(&cache->arena, place.municipality);
    number = names_add(&cache->names, &cache->arena, text);
    if (fresh->programme == NULL || fresh->municipality == NULL || number == NAMES_NONE)
        return no_memory(err);
    cache->count++;
    *ret = fresh->id;
    return true;
}

bool place_cache_refresh(struct place_cache *cache, struct ledger *ledger, struct ledger_work *work, struct error *err)
{
    struct arena arena = {0};
    struct ledger_place *places = NULL;
    size_t count = 0;

    if (cache->unsure)
        place_cache_clear(cache);
    bool done = ledger->places_after(work, &arena, cache->count, &places, &count, err);

    for (size_t i = 0; done && i < count; i++) {
        uint64_t id = 0;
        done = add(cache, (struct place){places[i].programme, places[i].municipality}, &id, err);
        if (done && id != places[i].id)
            done = error_set(err, ERROR_CORRUPT, "Run: teren-server verify", "place %llu was found where %llu was due",
                             (unsigned long long)places[i].id, (unsigned long long)id);
    }
    arena_clear(&arena);
    return done;
}

bool place_cache_id(struct place_cache *cache, struct place place, uint64_t *ret, struct error *err)
{
    size_t before = cache->count;
    bool done = add(cache, place, ret, err);

    cache->unsure = cache->unsure || cache->count != before || !done;
    return done;
}

bool place_cache_granted(const struct place_cache *cache, struct arena *arena, const struct grant *grants, size_t grant_count,
                         const uint64_t **ret, size_t *ret_count, struct error *err)
{
    uint64_t *ids = arena_take_many(arena, cache->count + 1, sizeof *ids);
    size_t count = 0;

    if (ids == NULL)
        return no_memory(err);
    for (size_t i = 0; i < grant_count && count == 0; i++)
        if (grant_is_everything(grants[i]))
            ids[count++] = PLACE_EVERYTHING;
    for (size_t i = 0; i < cache->count && (count == 0 || ids[0] != PLACE_EVERYTHING); i++)
        if (grants_cover(grants, grant_count, (struct place){cache->places[i].programme, cache->places[i].municipality}))
            ids[count++] = cache->places[i].id;
    *ret = ids;
    *ret_count = count;
    return true;
}
