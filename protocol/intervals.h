// SPDX-License-Identifier: Apache-2.0
/* Stretches of time: how long they cover a window together, what overlaps counted once.
 *
 * Here:      the union of intervals inside a window.
 * Not here:  where they come from, what clock they are told by: all are told by one.
 */
#ifndef PROTOCOL_INTERVALS_H
#define PROTOCOL_INTERVALS_H

#include <stddef.h>
#include <stdint.h>

struct interval { int64_t from_ms, to_ms; };   /* to_ms is not in it; one that ends before it begins is empty */

/* How much of the window the intervals cover, in whole seconds (what is left of a second is dropped). Puts the intervals into the order
 * in which they begin. Cost: n log n. */
int64_t intervals_seconds(struct interval *items, size_t count, struct interval window);

#endif
