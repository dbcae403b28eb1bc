// SPDX-License-Identifier: Apache-2.0
/* Finding and mending what differs, bucket by bucket.
 *
 * Here:      comparing, paging, bounds.
 * Not here:  asking and applying.
 */
#include "protocol/repair.h"

#include "protocol/drop_fuse.h"

enum { ROWS_AT_ONCE = 2048 }; /* half of PAGE_ROWS_MAX: buckets are not equally full */

bool repair_begin(struct repair *repair, uint64_t rows_here, const struct reply *reply, struct error *err)
{
    bool empty = reply->digest.low == 0 && reply->digest.high == 0;
    bool rows_told = reply->rows > 0 || empty;

    if (repair->count >= SESSION_REPAIRS_MAX)
        return error_set(err, ERROR_RESYNC, "Tell the coordinator; what was recorded is delivered.",
                         "this device and the server still hold different rows after %u repairs", repair->count);
    if (rows_told && rows_here > reply->rows && drop_fuse_is_mass(rows_here - reply->rows, rows_here))
        return error_set(err, ERROR_RESYNC, "Nothing was dropped. Let the other devices sync first, then tell the coordinator.",
                         "the server holds %llu rows for this device, which holds %llu", (unsigned long long)reply->rows,
                         (unsigned long long)rows_here);
    repair->count++;
    return true;
}

void repair_compare(struct repair *repair, const struct digest theirs[BUCKETS])
{
    repair->differing_count = 0;
    repair->at = 0;
    repair->asked = 0;
    for (size_t i = 0; i < BUCKETS; i++)
        if (!digest_equal(theirs[i], repair->own[i]))
            repair->differing[repair->differing_count++] = (uint8_t)i;
}

bool repair_next(struct repair *repair, uint64_t rows)
{
    uint64_t rows_per_bucket = rows / BUCKETS + 1;
    size_t at_once = rows_per_bucket >= ROWS_AT_ONCE ? 1 : (size_t)(ROWS_AT_ONCE / rows_per_bucket);
    size_t left = repair->differing_count - repair->at;

    repair->asked = left < at_once ? left : at_once;
    return left > 0;
}

bool repair_advance(struct repair *repair, uint32_t count)
{
    if (count == 0 || count > repair->asked)
        return false;
    repair->at += count;
    return true;
}
