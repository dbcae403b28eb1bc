// SPDX-License-Identifier: Apache-2.0
/* Changes as columns: many changes of few kinds as one short JSON text that a person can still read.
 *
 * Here:      the table's shape, writing it, reading it.
 * Not here:  the forms of one column (column.h), deflating, signing.
 * Promise:   what is read is what was written, to the byte of the canonical form, for every well-formed change.
 *
 * Shape   {"n":3,                          how many; only in a page: a segment says it in its header
 *          "kind":NUMBERS,                 which of `kinds` each change is of; left out when there is one
 *          "ms":NUMBERS, "tick":NUMBERS,   stamp times: ms, and what the counter is above the expected one (the one before plus 1 when ms
 *                                          and log are those of the change before, else 0); tick is left out when all are 0
 *          "log":NUMBERS,                  only in a page: 0 none, else counted in `logs` from 1
 *          "many":NUMBERS,                 only in a page; left out when all are 1
 *          "author":VALUES,                left out when all are ""
 *          "kinds":[{"of":"attendance",
 *                    "row":VALUES,         ids of the rows; left out when each was made by its change
 *                    "cols":{"status":VALUES, ...},      ascending by name; rows without the field are skipped:
 *                                          {"skip":NUMBERS,"then":VALUES}         per row: 0 a value, 1 no field, 2 the value none
 *                                          {"only":NUMBERS,"n":2,"then":VALUES}   how many rows lie before each of the n that have it
 *                    "bases":{"status":{"n":NUMBERS,"ms":NUMBERS,"tick":NUMBERS,"log":NUMBERS}, ...}}],
 *                                          n: bases per value that is there; then all bases, one after the other
 *          "logs":["0123456789ABC"],       left out when empty
 *          "digits":"..."}                 of the columns in the order above, kinds and columns in theirs; left out when empty
 */
#ifndef PROTOCOL_COLUMNS_H
#define PROTOCOL_COLUMNS_H

#include "protocol/change.h"

enum {
    COLUMNS_COUNT_MAX = 65536,     /* changes (stamps of rows) of a page */
    COLUMNS_OBJECTS_MAX = 65536,   /* JSON objects of a table: no honest one comes near */
};

struct columns {
    uint64_t log, first_seq;         /* of all changes, seq ascending by one; 0 and 0 in a page: each has its own log there, and no seq */
    const struct change *changes;
    const uint64_t *many;            /* page: one per change; else NULL */
    size_t count;
};

/* Appends. *ret_digits: where in what was appended the digits begin (its end, when there are none). ERROR_MEMORY alone. */
bool columns_write(struct bytes *out, const struct columns *columns, size_t *ret_digits, struct error *err);

/* log, first_seq and count (0 and 0 and anything for a page) are handed in; fills the rest. text_max: bytes that texts may unfold to.
 * ERROR_CORRUPT, ERROR_LIMIT, ERROR_MEMORY. Names, ids and texts are not checked here: change_is_well_formed does. */
bool columns_read(struct arena *arena, struct span json, size_t json_max, size_t text_max, struct columns *columns, struct error *err);

#endif
