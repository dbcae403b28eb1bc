// SPDX-License-Identifier: Apache-2.0
/* The working set of one exchange: every row it touches or asks about, loaded once, merged in memory, written once.
 *
 * Here:      finding rows by key, loading those that are new to the set in one batch.
 * Not here:  merging (custody.c), placing (placing.c), what is told to the device (feed.c).
 * Owner      everything lives in the arena handed in; a work_row never moves.
 */
#ifndef SERVER_APP_WORKSET_H
#define SERVER_APP_WORKSET_H

#include "server-stub/ledger/ledger.h"

struct work_row {
    struct ledger_row stored;    /* as it was loaded */
    struct row before;           /* stored, opened; no regs when it was not there */
    struct row row;              /* as it stands now */
    const struct ledger_member *members; /* as they stand now, ascending by place */
    size_t member_count;
    uint64_t position;           /* as it stands now */
    size_t state_bytes;          /* at most so many, with what was merged in */
    const struct entity *entity; /* NULL: unknown */
    struct work_row *next_use;   /* among the rows of this set that use the same person */
    struct work_row *uses;       /* of a person: enrolments and marks that this exchange touched */
    uint64_t hash;
    bool loaded;
    bool touched;  /* a change of this exchange is about it */
    bool moved;    /* something live is different now */
    bool matters;  /* a field moved that places hang on */
    bool spoiled;  /* a change about it was clamped or put into quarantine: the device cannot tell what stands */
    bool queued, placed, placed_anew; /* anew: it came to other places */
    bool told;     /* feed.c: in this page already */
};

struct workset {
    struct arena *arena;
    struct ledger *ledger;
    struct ledger_work *work;
    uint64_t seed; /* of the hash: keys come from strangers */
    struct work_row **slots;
    size_t slot_count;
    struct work_row **rows; /* in the order they came */
    size_t count, room;
    size_t loaded_count; /* rows before this are loaded */
};

bool workset_init(struct workset *set, struct arena *arena, struct ledger *ledger, struct ledger_work *work, uint64_t seed,
                  struct error *err);
/* Finds the row or adds it, not yet loaded. The texts are borrowed. NULL: no memory. */
struct work_row *workset_row(struct workset *set, const char *entity, const char *id);
struct work_row *workset_find(const struct workset *set, const char *entity, const char *id); /* NULL: not in the set */
/* Loads all that were added since. */
bool workset_load(struct workset *set, struct error *err);
/* The id that a field refers to: the part of the id for a key field, else its text. What scope_reference answers, without checking an id
 * that was checked when it came. False: none. */
bool work_row_reference(const struct work_row *row, const struct field *field, char ret[ROW_ID_SIZE]);
bool work_row_exists(const struct work_row *row); /* something was ever written to it */

#endif
