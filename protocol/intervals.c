// SPDX-License-Identifier: Apache-2.0
/* Stretches of time: how long they cover a window together.
 *
 * Not here:  where they come from.
 */
#include "protocol/intervals.h"

#include <stdlib.h>

static int by_beginning(const void *one, const void *other)
{
    const struct interval *a = one, *b = other;

    return a->from_ms < b->from_ms ? -1 : a->from_ms > b->from_ms;
}

int64_t intervals_seconds(struct interval *items, size_t count, struct interval window)
{
    int64_t covered_ms = 0, done_ms = window.from_ms; /* what lies before is counted, or outside */

    if (count > 1)
        qsort(items, count, sizeof items[0], by_beginning);
    for (size_t i = 0; i < count; i++) {
        const int64_t from_ms = items[i].from_ms > done_ms ? items[i].from_ms : done_ms;
        const int64_t to_ms = items[i].to_ms < window.to_ms ? items[i].to_ms : window.to_ms;

        if (to_ms > from_ms) {
            covered_ms += to_ms - from_ms;
            done_ms = to_ms;
        }
    }
    return covered_ms / 1000;
}
