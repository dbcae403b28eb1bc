// SPDX-License-Identifier: Apache-2.0
/* Changes parted by kind (their entity) and by field: what columns are cut from.
 *
 * Here:      the parting.
 * Not here:  writing columns (columns.c).
 */
#ifndef PROTOCOL_KINDS_H
#define PROTOCOL_KINDS_H

#include "protocol/columns.h"

/* One field of one kind: the rows that have it. */
struct field_cells {
    const char *name;
    const struct change_field **fields;
    uint32_t *at;                  /* ascending: which of the kind's rows */
    size_t count;
    size_t none_count;             /* values that are none */
};

struct kind {
    const char *entity;
    uint32_t *members;             /* places in the changes, ascending */
    size_t count;
    struct field_cells *fields;    /* ascending by name */
    size_t field_count;
};

struct kinds {
    struct kind *kinds;            /* in the order they are met */
    size_t count;
    int64_t *kind_of;              /* of each change */
};

/* All in the arena, pointing into the changes. False: no memory. */
bool kinds_of(struct arena *arena, const struct change *changes, size_t count, struct kinds *ret);

#endif
