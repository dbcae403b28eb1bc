// SPDX-License-Identifier: Apache-2.0
/* A page of the feed: rows as they now stand, on their way to a device.
 *
 * Here:      rows, drops and corrections of `many` as deflated JSON, and back.
 * Not here:  which rows (the ledger), what the device does with them (the store).
 *
 * A row on the wire is the set of its live values, grouped by stamp: [entity, id, many, stamp, {field: value, ...}, stamp, {...}].
 * `seen` does not travel: a device builds on live values only.
 */
#ifndef PROTOCOL_PAGE_H
#define PROTOCOL_PAGE_H

#include "protocol/row.h"

struct page_row { struct row row; uint64_t many; };                          /* many >= 1: granted places the row is in */
struct page_key { const char *entity, *id; uint64_t many; };                 /* many = 0: not (or no longer) yours to hold: drop */
struct page {
    const struct page_row *rows; size_t row_count;       /* replace what you hold, then put your unsent changes on top */
    const struct page_key *keys; size_t key_count;       /* rows you hold as they are, only `many` differs from 1; 0 = drop */
};

bool page_pack(struct bytes *out, const struct page *page, struct error *err);              /* appends: raw size varint, deflated JSON */
bool page_open(struct arena *arena, struct span in, struct page *ret, struct error *err);   /* ERROR_CORRUPT, ERROR_LIMIT, ERROR_MEMORY */

#endif
