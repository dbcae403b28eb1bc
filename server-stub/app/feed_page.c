// SPDX-License-Identifier: Apache-2.0
/* A page in the making.
 *
 * Here:      counting places, adding rows and keys, estimating size.
 * Not here:  which rows go in (feed.c, feed_buckets.c).
 */
#include "server-stub/app/feed_page.h"

#include <string.h>

/* JSON deflates to less than a quarter in practice; but a page of noise must still pack: so never more raw than fits deflated. */
enum { RAW_BYTES_MAX = PAGE_BODY_BYTES_MAX - PAGE_BODY_BYTES_MAX / 8, RATIO = 4, ENTRY_BYTES = 24 };

bool page_maker_init(struct page_maker *maker, struct custody *custody, const struct feed_asked *asked, struct error *err)
{
    memset(maker, 0, sizeof *maker);
    maker->custody = custody;
    maker->pushed = asked->pushed;
    maker->raw_max = (size_t)asked->room * RATIO;
    if (maker->raw_max > RAW_BYTES_MAX)
        maker->raw_max = RAW_BYTES_MAX;
    return place_cache_granted(custody->places, custody->arena, asked->standing->grants, asked->standing->grant_count, &maker->places,
                               &maker->place_count, err);
}

struct page page_maker_page(const struct page_maker *maker)
{
    return (struct page){maker->rows, maker->row_count, maker->keys, maker->key_count};
}

bool page_maker_is_full(const struct page_maker *maker)
{
    return maker->raw_bytes >= maker->raw_max || maker->row_count + maker->key_count >= PAGE_ROWS_MAX;
}

bool page_maker_load(struct page_maker *maker, const struct ledger_feed_entry *entries, size_t count, struct error *err)
{
    struct workset *set = &maker->custody->set;

    for (size_t i = 0; i < count; i++)
        if (workset_row(set, entries[i].entity, entries[i].id) == NULL)
            return custody_no_memory(err);
    return workset_load(set, err);
}

struct work_row *page_maker_row(struct page_maker *maker, const struct ledger_feed_entry *entry)
{
    return workset_row(&maker->custody->set, entry->entity, entry->id);
}

bool page_maker_grants(const uint64_t *places, size_t place_count, uint64_t place)
{
    size_t low = 0, high = place_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (places[middle] == place)
            return true;
        if (places[middle] < place)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

uint64_t members_among(const struct ledger_member *members, size_t count, const uint64_t *places, size_t place_count)
{
    uint64_t many = 0;

    if (place_count == 1 && places[0] == PLACE_EVERYTHING)
        return 1;
    for (size_t i = 0; i < count; i++)
        many += !members[i].gone && page_maker_grants(places, place_count, members[i].place) ? 1 : 0;
    return many;
}

uint64_t page_maker_many(const struct page_maker *maker, const struct work_row *row)
{
    if (!work_row_exists(row))
        return 0;
    return members_among(row->members, row->member_count, maker->places, maker->place_count);
}

uint64_t page_maker_many_before(const struct page_maker *maker, const struct work_row *row)
{
    if (!row->stored.found)
        return 0;
    return members_among(row->stored.members, row->stored.member_count, maker->places, maker->place_count);
}

static size_t json_bytes(const struct row *row)
{
    size_t size = ENTRY_BYTES + strlen(row->entity) + strlen(row->id);

    for (size_t i = 0; i < row->reg_count; i++) {
        const struct reg *reg = &row->regs[i];
        for (size_t k = 0; k < reg->live_count; k++) {
            size += ENTRY_BYTES + strlen(reg->field);
            if (reg->live[k].value.kind == VALUE_TEXT)
                size += strlen(reg->live[k].value.text);
        }
    }
    return size;
}

bool page_maker_key(struct page_maker *maker, const struct work_row *row, uint64_t many, struct error *err)
{
    if (maker->key_count == maker->key_room) {
        maker->key_room = maker->key_room * 2 + 64;
        maker->keys = arena_grow(maker->custody->arena, maker->keys, maker->key_count, maker->key_room, sizeof *maker->keys);
        if (maker->keys == NULL)
            return custody_no_memory(err);
    }
    maker->keys[maker->key_count++] = (struct page_key){row->row.entity, row->row.id, many};
    maker->raw_bytes += ENTRY_BYTES + strlen(row->row.entity) + strlen(row->row.id);
    return true;
}

bool page_maker_drop(struct page_maker *maker, struct work_row *row, struct error *err)
{
    row->told = true;
    return page_maker_key(maker, row, 0, err);
}

bool page_maker_tell(struct page_maker *maker, struct work_row *row, struct error *err)
{
    uint64_t many = page_maker_many(maker, row);

    if (many == 0)
        return page_maker_drop(maker, row, err);
    if (maker->row_count == maker->row_room) {
        maker->row_room = maker->row_room * 2 + 64;
        maker->rows = arena_grow(maker->custody->arena, maker->rows, maker->row_count, maker->row_room, sizeof *maker->rows);
        if (maker->rows == NULL)
            return custody_no_memory(err);
    }
    row->told = true;
    maker->rows[maker->row_count++] = (struct page_row){row->row, many};
    maker->raw_bytes += json_bytes(&row->row);
    return true;
}
