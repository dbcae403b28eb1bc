// SPDX-License-Identifier: Apache-2.0
/* A page in the making: rows and keys for one device, until it is full.
 *
 * Here:      how many of its places a row is in, adding rows and keys, when a page is full.
 * Not here:  which rows (feed.c, feed_buckets.c).
 */
#ifndef SERVER_APP_FEED_PAGE_H
#define SERVER_APP_FEED_PAGE_H

#include "server-stub/app/feed.h"

enum { FEED_BATCH = 512 };

struct page_maker {
    struct custody *custody;
    const uint64_t *places; /* granted now, ascending; PLACE_EVERYTHING alone for everything */
    size_t place_count;
    bool pushed;
    size_t raw_max, raw_bytes; /* of the JSON, by a generous estimate */
    struct page_row *rows;
    struct page_key *keys;
    size_t row_count, row_room, key_count, key_room;
};

bool page_maker_init(struct page_maker *maker, struct custody *custody, const struct feed_asked *asked, struct error *err);
struct page page_maker_page(const struct page_maker *maker);
bool page_maker_is_full(const struct page_maker *maker);
/* Finds the rows of these entries, all loaded at once. */
bool page_maker_load(struct page_maker *maker, const struct ledger_feed_entry *entries, size_t count, struct error *err);
struct work_row *page_maker_row(struct page_maker *maker, const struct ledger_feed_entry *entry);

bool page_maker_grants(const uint64_t *places, size_t place_count, uint64_t place);
uint64_t members_among(const struct ledger_member *members, size_t count, const uint64_t *places, size_t place_count);
uint64_t page_maker_many(const struct page_maker *maker, const struct work_row *row);        /* now */
uint64_t page_maker_many_before(const struct page_maker *maker, const struct work_row *row); /* before this exchange */

/* The row as it stands, or a drop when it is not the device's to hold. */
bool page_maker_tell(struct page_maker *maker, struct work_row *row, struct error *err);
bool page_maker_drop(struct page_maker *maker, struct work_row *row, struct error *err);
bool page_maker_key(struct page_maker *maker, const struct work_row *row, uint64_t many, struct error *err);

#endif
