// SPDX-License-Identifier: Apache-2.0
/* Adding, editing and removing one row, whatever its entity.
 *
 * Here:      typed words in, one undoable step out.
 * Not here:  marks (mark.h), many rows at once (import.h).
 */
#ifndef AGENT_APP_EDIT_H
#define AGENT_APP_EDIT_H

#include "agent/app/names.h"

struct edit_value {
    const char *field, *text; /* as typed; "" empties the field */
};
struct edit {
    const struct entity *entity;
    const struct edit_value *values;
    size_t value_count;
    const char *author;
    const char **ret_wrong; /* may be NULL: gets the name of the field that was refused, if it was one field */
};
/* A new row; the key's and all required fields must be told. ERROR_INVALID when the code is taken. ret_id: its id. */
bool edit_add(struct store *store, const struct edit *edit, char ret_id[ROW_ID_SIZE], struct error *err);

/* A new row ready to be written, for steps that say more: a walk-in, a webinar. The same rules as edit_add. ahead: how many changes stand
 * before it in the step for sure (a made-up code counts by them). *ret must not move: its draft points into it. */
struct edit_drafted {
    char id[ROW_ID_SIZE]; /* of a row named by its key */
    struct draft draft;
    struct draft_field fields[CHANGE_FIELDS_MAX];
};
bool edit_draft(struct store *store, struct arena *arena, const struct edit *edit, uint64_t ahead, struct edit_drafted *ret,
                struct error *err);

bool edit_change(struct store *store, const struct edit *edit, const char *id, uint64_t *ret_changes, struct error *err);
bool edit_remove(struct store *store, const struct edit *edit, const char *id, uint64_t *ret_changes, struct error *err);

#endif
