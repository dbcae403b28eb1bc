// SPDX-License-Identifier: Apache-2.0
/* Repair: what a device is to hold, by buckets, when the sums do not meet.
 *
 * Here:      a sum per bucket, all rows of some buckets.
 * Not here:  the feed as it goes (feed.c).
 * Cost       a walk over all rows: repair is rare, and right matters more than fast.
 */
#include <string.h>

#include "server-stub/app/feed_page.h"

struct bucket_walk {
    struct page_maker maker;
    struct arena scratch; /* of one row */
    const uint8_t *digest_key;
    struct digest *sums; /* BUCKETS of them; NULL when rows are asked for */
    bool wanted[BUCKETS];
    uint64_t rows;
    struct error *err;
    bool failed;
};

static bool bucket_sum(struct bucket_walk *walk, const struct ledger_row *stored, unsigned bucket, uint64_t many)
{
    struct row row;
    struct digest digest;
    bool done = row_read(&walk->scratch, stored->state, stored->entity, stored->id, &row, walk->err) &&
                digest_of_row(&row, walk->digest_key, &digest);

    if (done)
        digest_add_times(&walk->sums[bucket], digest, many);
    arena_clear(&walk->scratch);
    return done;
}

static bool bucket_tell(struct bucket_walk *walk, const struct ledger_row *stored)
{
    struct arena *arena = walk->maker.custody->arena;
    struct work_row *told = arena_take(arena, sizeof *told);
    const char *entity = arena_text(arena, stored->entity), *id = arena_text(arena, stored->id);
    struct ledger_member *members = arena_take_many(arena, stored->member_count + 1, sizeof *members);

    if (told == NULL || entity == NULL || id == NULL || members == NULL)
        return custody_no_memory(walk->err);
    if (stored->member_count > 0)
        memcpy(members, stored->members, stored->member_count * sizeof *members);
    told->members = members;
    told->member_count = stored->member_count;
    return row_read(arena, stored->state, entity, id, &told->row, walk->err) && page_maker_tell(&walk->maker, told, walk->err);
}

static bool bucket_row(void *context, const struct ledger_row *stored)
{
    struct bucket_walk *walk = context;
    uint64_t many = members_among(stored->members, stored->member_count, walk->maker.places, walk->maker.place_count);
    unsigned bucket = digest_bucket(stored->entity, stored->id, walk->digest_key);

    if (many == 0 || (walk->sums == NULL && !walk->wanted[bucket]))
        return true;
    walk->rows++;
    walk->failed = walk->sums != NULL ? !bucket_sum(walk, stored, bucket, many) : !bucket_tell(walk, stored);
    return !walk->failed;
}

static bool walk_rows(struct custody *custody, struct bucket_walk *walk, struct error *err)
{
    for (size_t i = 0; i <= entity_count && !walk->failed; i++) {
        if (i < entity_count && (entities[i].flags & ENTITY_DERIVED) != 0)
            continue;
        if (!custody->ledger->rows_each(custody->work, i < entity_count ? entities[i].name : NULL, bucket_row, walk, err))
            return false;
    }
    return !walk->failed || error_set(err, ERROR_CORRUPT, "Run: teren-server verify", "a row's state could not be read");
}

bool feed_buckets(struct custody *custody, const struct feed_asked *asked, struct server_event *ret, struct error *err)
{
    struct bucket_walk walk = {.digest_key = asked->facts->digest_key, .err = err};

    memset(ret, 0, sizeof *ret);
    ret->kind = SERVER_EVENT_BUCKETS;
    walk.sums = arena_take_many(custody->arena, BUCKETS, sizeof *walk.sums);
    if (walk.sums == NULL)
        return custody_no_memory(err);
    if (!page_maker_init(&walk.maker, custody, asked, err) || !walk_rows(custody, &walk, err))
        return false;
    ret->buckets = walk.sums;
    ret->rows = walk.rows;
    return true;
}

bool feed_bucket_rows(struct custody *custody, const struct feed_asked *asked, const uint8_t *buckets, size_t bucket_count,
                      struct server_event *ret, struct error *err)
{
    struct bucket_walk walk = {.digest_key = asked->facts->digest_key, .err = err};

    memset(ret, 0, sizeof *ret);
    ret->kind = SERVER_EVENT_FED;
    for (size_t i = 0; i < bucket_count; i++)
        walk.wanted[buckets[i]] = true;
    if (!page_maker_init(&walk.maker, custody, asked, err) || !walk_rows(custody, &walk, err))
        return false;
    ret->page = page_maker_page(&walk.maker);
    ret->cursor = asked->cursor;
    return true;
}
