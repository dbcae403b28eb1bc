// SPDX-License-Identifier: Apache-2.0
/* The feed: pages of rows for one device.
 *
 * Here:      the cursor's rules, the walk through the places that are granted, own pushes, changes of grants, sums.
 * Not here:  repair by buckets (feed_buckets.c).
 */
#include "server-stub/app/feed.h"

#include <string.h>

#include "server-stub/app/feed_page.h"

/* Where the device stands, by what we know now. What an epoch gave out after the next one began is not believed. */
static void cursor_resolve(const struct feed_asked *asked, const struct custody *custody, struct cursor *cursor)
{
    const struct facts *facts = asked->facts;
    size_t after = 0; /* epochs from here on began after the cursor's */

    for (size_t i = 0; i < facts->epoch_count; i++)
        if (facts->epochs[i].epoch == cursor->epoch)
            after = i + 1;
    if (cursor->epoch == 0)
        cursor->position = 0;
    for (size_t i = after; i < facts->epoch_count && cursor->epoch != 0; i++)
        if (cursor->position > facts->epochs[i].began)
            cursor->position = facts->epochs[i].began;
    if (cursor->position > custody->totals.position)
        cursor->position = custody->totals.position;
    cursor->epoch = facts->epochs[facts->epoch_count - 1].epoch;
    if (cursor->position == 0) { /* nothing is held yet: nothing to fill */
        cursor->scope = asked->standing->scope;
        cursor->fill = 0;
    }
}

/* --- what moved -------------------------------------------------------------------------------------------------------- */

/* Rows of the feed up to where this exchange began, or to all there is when it moved nothing. */
static bool tell_stored(struct page_maker *maker, uint64_t to, uint64_t *position, bool *full, struct error *err)
{
    bool skip_gone = *position == 0; /* who holds nothing need not be told what left */

    *full = false;
    while (*position < to && !*full) {
        struct ledger_feed_entry *entries = NULL;
        size_t count = 0;
        uint64_t through = to;
        struct custody *custody = maker->custody;
        if (!custody->ledger->feed_read(custody->work, custody->arena, maker->places, maker->place_count, *position, to, FEED_BATCH,
                                        &entries, &count, &through, err) ||
            !page_maker_load(maker, entries, count, err))
            return false;
        for (size_t i = 0; i < count && !*full; i++) {
            struct work_row *row = page_maker_row(maker, &entries[i]);
            if (row == NULL)
                return custody_no_memory(err);
            if (!row->told && !(skip_gone && entries[i].gone) && row->position <= entries[i].position) {
                if (page_maker_is_full(maker)) {
                    *full = true;
                    break;
                }
                if (!page_maker_tell(maker, row, err))
                    return false;
            } else if (!row->told && entries[i].gone && !skip_gone && page_maker_many(maker, row) == 0 &&
                       !page_maker_drop(maker, row, err)) {
                return false;
            }
            *position = entries[i].position;
        }
        if (!*full)
            *position = through;
    }
    return true;
}

/* Can the device tell by itself what this row is now? */
static bool knows_by_itself(const struct page_maker *maker, const struct work_row *row, uint64_t held_up_to)
{
    if (!row->touched || row->spoiled || !maker->pushed)
        return false;
    return !row->stored.found || (row->stored.position <= held_up_to && page_maker_many_before(maker, row) > 0);
}

/* A row that this exchange moved. */
static bool tell_moved(struct page_maker *maker, struct work_row *row, uint64_t held_up_to, struct error *err)
{
    uint64_t now = page_maker_many(maker, row), before = page_maker_many_before(maker, row);

    row->told = true;
    if (knows_by_itself(maker, row, held_up_to)) {
        bool as_expected = now == 1 && (!row->stored.found || before == 1);
        return as_expected || page_maker_key(maker, row, now, err);
    }
    if (now == 0)
        return (before == 0 && !row->touched) || page_maker_key(maker, row, 0, err);
    if (!row->moved && row->stored.found && before > 0 && row->stored.position <= held_up_to)
        return now == before || page_maker_key(maker, row, now, err);
    row->told = false;
    return page_maker_tell(maker, row, err);
}

static bool tell_own(struct page_maker *maker, uint64_t held_up_to, uint64_t *position, bool *full, struct error *err)
{
    struct custody *custody = maker->custody;

    for (size_t i = 0; i < custody->moved_count; i++) {
        struct work_row *row = custody->moved[i];
        if (row->position <= *position)
            continue;
        if (page_maker_is_full(maker)) {
            *full = true;
            return true;
        }
        if (!tell_moved(maker, row, held_up_to, err))
            return false;
        *position = row->position;
    }
    *position = custody->totals.position;
    return true;
}

/* What the device pushed and the ledger could not take up: the device holds it otherwise. What no longer fits is left to the sums. */
static bool tell_spoiled(struct page_maker *maker, struct error *err)
{
    struct custody *custody = maker->custody;

    for (size_t i = 0; i < custody->set.count && maker->pushed && !page_maker_is_full(maker); i++) {
        struct work_row *row = custody->set.rows[i];
        if (!row->touched || row->told || !row->spoiled || row->position > custody->position_before)
            continue;
        if (!(work_row_exists(row) ? page_maker_tell(maker, row, err) : page_maker_key(maker, row, 0, err)))
            return false;
    }
    return true;
}

/* --- a change of grants ------------------------------------------------------------------------------------------------ */

enum { FILL_VERSIONS = 256 };

/* Rows of places that are granted now and were not, and the other way round. */
static bool fill_places(struct page_maker *maker, const uint64_t *old, size_t old_count, const uint64_t **ret, size_t *ret_count,
                        struct error *err)
{
    uint64_t *places = arena_take_many(maker->custody->arena, old_count + maker->place_count + 1, sizeof *places);
    size_t count = 0;

    if (places == NULL)
        return custody_no_memory(err);
    for (size_t i = 0; i < old_count; i++)
        if (!page_maker_grants(maker->places, maker->place_count, old[i]))
            places[count++] = old[i];
    for (size_t i = 0; i < maker->place_count; i++)
        if (!page_maker_grants(old, old_count, maker->places[i]))
            places[count++] = maker->places[i];
    *ret = places;
    *ret_count = count;
    return true;
}

static bool fill_row(struct page_maker *maker, struct work_row *row, const uint64_t *old, size_t old_count, uint64_t held_up_to,
                     struct error *err)
{
    uint64_t now = page_maker_many(maker, row);
    uint64_t then = members_among(row->stored.members, row->stored.member_count, old, old_count);

    if (now == 0)
        return page_maker_drop(maker, row, err);
    if (row->stored.position > held_up_to)
        return true; /* it comes by itself */
    if (then == 0)
        return page_maker_tell(maker, row, err);
    row->told = true;
    return now == then || page_maker_key(maker, row, now, err);
}

static bool fill_walk(struct page_maker *maker, struct cursor *cursor, const uint64_t *old, size_t old_count, uint64_t *at, bool *full,
                      struct error *err)
{
    struct custody *custody = maker->custody;
    const uint64_t *places = NULL;
    size_t place_count = 0;
    uint64_t to = custody->totals.position;

    *full = false;
    if (!fill_places(maker, old, old_count, &places, &place_count, err))
        return false;
    while (*at < to && !*full) {
        struct ledger_feed_entry *entries = NULL;
        size_t count = 0;
        uint64_t through = to;
        if (!custody->ledger->feed_read(custody->work, custody->arena, places, place_count, *at, to, FEED_BATCH, &entries, &count, &through,
                                        err) ||
            !page_maker_load(maker, entries, count, err))
            return false;
        for (size_t i = 0; i < count && !*full; i++) {
            struct work_row *row = page_maker_row(maker, &entries[i]);
            if (row == NULL)
                return custody_no_memory(err);
            if (page_maker_is_full(maker)) {
                *full = true;
                break;
            }
            if (!row->told && !fill_row(maker, row, old, old_count, cursor->position, err))
                return false;
            *at = entries[i].position;
        }
        if (!*full)
            *at = through;
    }
    return true;
}

/* *ret_full: the page is full and the filling goes on next time. */
static bool fill(struct page_maker *maker, const struct feed_asked *asked, struct cursor *cursor, bool *ret_full, struct error *err)
{
    struct custody *custody = maker->custody;
    const struct grant *grants = NULL;
    const uint64_t *old = NULL;
    size_t grant_count = 0, old_count = 0;
    struct ledger_scope scope;
    bool found = false;
    uint64_t target = asked->standing->scope, at = cursor->fill > 0 ? cursor->fill / FILL_VERSIONS - 1 : 0;

    *ret_full = false;
    if (cursor->fill > 0 && cursor->fill % FILL_VERSIONS != target % FILL_VERSIONS)
        goto anew;
    if (!custody->ledger->scope_get(custody->work, custody->arena, asked->device, cursor->scope, &scope, &found, err))
        return false;
    if (!found)
        goto anew;
    if (!grants_read(custody->arena, scope.grants, &grants, &grant_count, err) ||
        !place_cache_granted(custody->places, custody->arena, grants, grant_count, &old, &old_count, err) ||
        !fill_walk(maker, cursor, old, old_count, &at, ret_full, err))
        return false;
    if (*ret_full) {
        cursor->fill = (at + 1) * FILL_VERSIONS + target % FILL_VERSIONS;
        return true;
    }
    cursor->scope = target;
    cursor->fill = 0;
    return true;
anew: /* what it was granted then is not known any more: all is sent again, the sums tell what is too much */
    cursor->position = 0;
    cursor->scope = target;
    cursor->fill = 0;
    return true;
}

/* --- sums -------------------------------------------------------------------------------------------------------------- */

struct overlap {
    const struct page_maker *maker;
    uint64_t too_many;
};

static bool overlap_add(void *context, const struct ledger_shape *shape)
{
    struct overlap *overlap = context;
    uint64_t among = 0;

    for (size_t i = 0; i < shape->place_count; i++)
        among += page_maker_grants(overlap->maker->places, overlap->maker->place_count, shape->places[i]) ? 1 : 0;
    if (among > 1)
        overlap->too_many += (among - 1) * shape->rows;
    return true;
}

static bool sums_read(struct page_maker *maker, struct server_event *ret, struct error *err)
{
    struct custody *custody = maker->custody;
    struct ledger_place *places = arena_take_many(custody->arena, maker->place_count + 1, sizeof *places);
    struct overlap overlap = {maker, 0};

    if (places == NULL)
        return custody_no_memory(err);
    for (size_t i = 0; i < maker->place_count; i++)
        places[i].id = maker->places[i];
    if (!custody->ledger->places_sums(custody->work, places, maker->place_count, err))
        return false;
    if (maker->place_count > 1 && !custody->ledger->shapes_each(custody->work, overlap_add, &overlap, err))
        return false;
    for (size_t i = 0; i < maker->place_count; i++) {
        digest_add(&ret->digest, places[i].digest);
        ret->rows += places[i].rows;
    }
    ret->rows -= overlap.too_many;
    ret->has_digest = true;
    return true;
}

bool feed_page(struct custody *custody, const struct feed_asked *asked, struct server_event *ret, struct error *err)
{
    struct page_maker maker;
    struct cursor cursor = asked->cursor;
    bool full = false;

    memset(ret, 0, sizeof *ret);
    ret->kind = SERVER_EVENT_FED;
    if (!page_maker_init(&maker, custody, asked, err))
        return false;
    cursor_resolve(asked, custody, &cursor);
    if (cursor.scope != asked->standing->scope && !fill(&maker, asked, &cursor, &full, err))
        return false;
    uint64_t held_up_to = cursor.position;
    if (!full && !tell_stored(&maker, custody->position_before, &cursor.position, &full, err))
        return false;
    if (!full && cursor.position >= custody->position_before && !tell_own(&maker, held_up_to, &cursor.position, &full, err))
        return false;
    if (!full && !tell_spoiled(&maker, err))
        return false;
    ret->page = page_maker_page(&maker);
    ret->cursor = cursor;
    ret->more = full;
    return full || sums_read(&maker, ret, err);
}
