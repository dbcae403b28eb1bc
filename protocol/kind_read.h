// SPDX-License-Identifier: Apache-2.0
/* Between columns_read.c and kind_read.c: the columns of one kind.
 *
 * Here:      what both need.
 * Not here:  anything that others call (columns.h).
 */
#ifndef PROTOCOL_KIND_READ_H
#define PROTOCOL_KIND_READ_H

#include "protocol/change.h"
#include "protocol/column.h"

enum { STAMP_TICK_MAX = 0xFFFF, STAMP_TICK_BITS = 16 };
#define STAMP_MS_MAX (((int64_t)1 << 48) - 1)

/* One field of one kind, as it came. */
struct cells {
    const char *name, *like;
    uint32_t *at;            /* rows that have the field */
    struct value *values;
    const struct stamp **bases;
    size_t *base_counts;     /* NULL: none */
    size_t count;
};

struct kind_reader {
    struct column_reader *reader;
    const json_t *json;
    const char *entity;
    uint32_t *members;       /* places in the changes */
    size_t count;
    struct column_rows rows;
    struct cells *cells;     /* ascending by name */
    size_t cell_count;
};

/* In scratch; NULL on failure. */
void *column_reader_take(struct column_reader *reader, size_t count, size_t size);
/* A column that all of `count` rows have, as texts. */
const char **texts_read(struct column_reader *reader, const json_t *json, size_t count, const struct column_rows *rows);
/* Fills entity, row and fields of the kind's changes; their log, seq and time are there. */
bool kind_read(struct kind_reader *kind, struct change *changes, bool is_page);

#endif
