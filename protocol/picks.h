// SPDX-License-Identifier: Apache-2.0
/* The different values of a column.
 *
 * Here:      finding them, and an order in which they stand in a table.
 * Not here:  whether a table pays (column_write.c).
 */
#ifndef PROTOCOL_PICKS_H
#define PROTOCOL_PICKS_H

#include "protocol/column.h"

/* The most frequent value first, the others ascending; and for each value of the column which of them it is. */
struct picks {
    const struct value **values;
    size_t *times;
    int64_t *index;
    size_t count;
};

/* In the writer's scratch. False: no memory. */
bool picks_of(struct column_writer *writer, const struct value *values, size_t count, struct picks *ret);

#endif
