// SPDX-License-Identifier: Apache-2.0
/* A row as it now stands, each field with its stamp, and the merge: the one rule by which all sides agree.
 *
 * Here:      registers, apply a change, join two states, what stands, what is in conflict, the row's bytes in a store.
 * Not here:  storing it, scopes, digests.
 *
 * A field is a multi-value register. `live` holds the values nobody has replaced; usually one. `seen` says, per log, up to
 * which stamp time this log's writes of this field have been replaced (a version vector: one log's writes of one field replace
 * each other in order, so one number per log is exact). Joining takes the union of the live values, less those the other side
 * has seen replaced, and the maximum of `seen`: commutative, associative, idempotent by construction.
 * The latest live stamp stands. Live values that differ are a *conflict*, open until a later change has seen both: that change
 * names both as bases and so replaces both. Equal values never conflict; FIELD_QUIET fields never do.
 * Source  Preguiça et al., Dotted Version Vectors (2010); protocol/README.md, "Merge".
 * Owner   everything lives in the arena that was handed in.
 */
#ifndef PROTOCOL_ROW_H
#define PROTOCOL_ROW_H

#include "protocol/change.h"

enum { ROW_SEEN_MAX = 1024 };   /* logs that `seen` of one field names: so many devices ever wrote it, or somebody makes them up */

struct entry { struct stamp stamp; struct value value; };   /* effective stamp */
struct seen { uint64_t log, time; };                        /* writes of `log` with stamp time <= time are replaced */

struct reg {                       /* one field */
    const char *field;
    struct entry *live;            /* ascending by stamp: the last one stands */
    size_t live_count;
    struct seen *seen;             /* ascending by log; none that is live: a live value at t says t - 1 of its log by itself */
    size_t seen_count;
};

struct row {
    const char *entity, *id;
    struct reg *regs;              /* ascending by field name */
    size_t reg_count;
};

/* Applies a change with its effective stamp. Other logs' bases are taken as they are, but none counts beyond the effective time: a base
 * from the future would replace what is yet to be written. The author's own earlier writes count as replaced. *ret_moved: something live
 * is different now. False only ERROR_MEMORY or ERROR_LIMIT (ROW_FIELDS_MAX, ROW_VALUES_MAX,
 * ROW_SEEN_MAX), and then the row is as it was. row->entity and ->id must be set and equal the change's.
 * A server stores the row whenever row->regs has changed, even if nothing moved: `seen` may have grown, and forgetting that would make
 * a conflict of what was settled when a restored server is refilled out of order.
 * Nothing is changed in place: a `struct row` copied before keeps the old state. Texts are copied to the arena. */
bool row_apply(struct arena *arena, struct row *row, const struct change *change, uint64_t effective_time, bool *ret_moved,
               struct error *err);

/* into := join(into, other). Same failures. */
bool row_join(struct arena *arena, struct row *into, const struct row *other, bool *ret_moved, struct error *err);

const struct reg *row_reg(const struct row *row, const char *field);      /* NULL when never written */
struct value row_value(const struct row *row, const char *field);         /* what stands; none when never written */
struct stamp row_stamp(const struct row *row, const char *field);         /* of what stands */
int64_t row_integer(const struct row *row, const char *field, int64_t otherwise);
const char *row_text(const struct row *row, const char *field);           /* NULL when not text */
bool row_is_removed(const struct row *row);
struct stamp row_latest_stamp(const struct row *row);                     /* of all live entries */

/* True when the live values of this register differ and the field is not FIELD_QUIET. */
bool reg_is_in_conflict(const char *entity, const struct reg *reg);
size_t row_conflict_count(const struct row *row);                         /* registers in conflict */

/* The bases a new change by `log` must name to replace what is live here: other logs' live stamps, ascending. */
bool row_bases(struct arena *arena, const struct row *row, const char *field, uint64_t log, const struct stamp **ret, size_t *ret_count);

/* Bytes for a store. One form for one state. with_seen = false leaves `seen` out (what a device gets, and keeps). */
bool row_write(struct bytes *out, const struct row *row, bool with_seen);
bool row_read(struct arena *arena, struct span in, const char *entity, const char *id, struct row *ret, struct error *err);

/* Renames for a log that forks: every id "old-seq" with seq > after becomes row_id_of_change(fresh, seq - after), alone, as a key part or
 * as a value; every live stamp of `old` later than after_time becomes one of `fresh`, same time. *ret_touched tells whether anything
 * changed. The result is in the arena, sharing what did not change. */
struct rename { uint64_t old, fresh, after, after_time; };
bool row_rename(struct arena *arena, struct row *row, const struct rename *rename, bool *ret_touched, struct error *err);
bool change_rename(struct arena *arena, struct change *change, const struct rename *rename, struct error *err);

#endif
