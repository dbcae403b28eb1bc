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
};
/* A new row; the key's and all required fields must be told. ERROR_INVALID when the code is taken. ret_id: its id. */
bool edit_add(struct store *store, const struct edit *edit, char ret_id[ROW_ID_SIZE], struct error *err);
bool edit_change(struct store *store, const struct edit *edit, const char *id, uint64_t *ret_changes, struct error *err);
bool edit_remove(struct store *store, const struct edit *edit, const char *id, uint64_t *ret_changes, struct error *err);

#endif
