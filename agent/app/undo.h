// SPDX-License-Identifier: Apache-2.0
/* Taking the last step back: which one may be, where, and which asks first.
 *
 * Here:      what a step was about, the rule of the door, the rule of many changes.
 * Not here:  taking it back (store_undo).
 * Why        Whoever taps "undo" at a door takes back marks. An import behind the first mark, yesterday's work and what another person
 *            recorded on this tablet are not theirs to lose by one tap too many.
 */
#ifndef AGENT_APP_UNDO_H
#define AGENT_APP_UNDO_H

#include "agent/app/names.h"

enum {
    UNDO_ASKS_CHANGES = 20,     /* a step of more changes is taken back only by somebody who is sure */
    UNDO_AT_DOOR_HOURS = 12,    /* what was recorded longer ago is not taken back at the door */
};

struct undo_step {
    struct store_step step;
    char session[ROW_ID_SIZE];  /* a mark, a walk-in or a signature: of this session; "" anything else */
    bool asks;                  /* many changes, or an import */
};
/* What would be taken back; *ret_found false: nothing, or a step that settled a conflict. */
bool undo_look(struct store *store, struct undo_step *ret, bool *ret_found, struct error *err);

struct undo {
    const char *session;        /* code or id: only what was recorded at its door, lately, by this author or by nobody; NULL: anything */
    const char *author;
    bool sure;                  /* also what asks first */
    uint64_t step;              /* the one that was seen (store_step's first): no other is taken back; 0: whichever is the last */
};
struct undone {
    char name[64];
    uint64_t changes, kept;     /* made by it; fields left alone: somebody else changed them since */
};
/* ERROR_NOT_FOUND: there is nothing to take back (here). ERROR_INVALID: it asks first. ERROR_BUSY: it is another step by now. */
bool undo_write(struct store *store, const struct undo *undo, const struct clock_port *clock, struct undone *ret, struct error *err);

#endif
