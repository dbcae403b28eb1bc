// SPDX-License-Identifier: Apache-2.0
/* A change: one edit of one row, as its author made it. The unit of the log, of custody and of evidence.
 *
 * Here:      the struct, its canonical bytes, its validity.
 * Not here:  packing many (columns.h, segment.h), what stands after it (row.h).
 *
 * A change carries the changed fields only, and for each the *bases*: the stamps of the live values it replaces that were
 * written by OTHER logs. A log always replaces its own earlier values, so those are not said.
 * Owner   everything points into an arena or to the caller's memory.
 */
#ifndef PROTOCOL_CHANGE_H
#define PROTOCOL_CHANGE_H

#include "protocol/entities.h"
#include "protocol/stamp.h"
#include "protocol/value.h"

struct change_field {
    const char *name;
    struct value value;
    const struct stamp *bases;   /* base_count of them, ascending, none twice; effective stamps as the server gave them */
    size_t base_count;
};

struct change {
    uint64_t log, seq;           /* seq dense from 1 */
    uint64_t time;               /* raw stamp time, as the device made it; the stamp is {time, log} */
    const char *entity;
    const char *row;             /* row id; equals row_id_of_change(log, seq) when this change makes the row */
    const char *author;          /* who held the device: a person's row id or "" */
    const struct change_field *fields;
    size_t field_count;          /* ascending by name, none twice */
};

/* True when well-formed: what every side keeps. Lengths, names [a-z0-9_], ids, allowed text, order, bounds.
 * A change that is not well-formed spoils its segment (ERROR_CORRUPT): no honest peer makes one. */
bool change_is_well_formed(const struct change *change, struct error *err);

/* True when the rules of the entity table allow it. False = *quarantine*: kept as evidence, receipted with a verdict, not applied.
 * Unknown entities and fields pass. `by_server`: made by the server's own log (ENTITY_SERVER rows). */
bool change_is_applicable(const struct change *change, bool by_server, struct error *err);

/* Canonical bytes, hashed by the chain: one form for one change (log and seq are not in it: the chain has them).
 * Shape   entity text | row text | author text | time varint | field count varint |
 *         per field: name text | value | base count varint | per base: time varint, log u64. */
bool change_write(struct bytes *out, const struct change *change);
/* Reads what change_write wrote (log and seq handed in); strings are copied to the arena. */
bool change_read(struct arena *arena, struct reader *in, uint64_t log, uint64_t seq, struct change *ret, struct error *err);

#endif
