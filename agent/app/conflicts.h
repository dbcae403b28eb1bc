// SPDX-License-Identifier: Apache-2.0
/* Conflicts: fields that two people wrote without having seen each other's value; both values are kept until somebody settles.
 *
 * Here:      list them with who said what, settle one.
 * Not here:  what a conflict is (protocol/row.h).
 */
#ifndef AGENT_APP_CONFLICTS_H
#define AGENT_APP_CONFLICTS_H

#include "agent/app/names.h"
#include "agent/app/roster.h"

enum settle_how {
    SETTLE_VALUE, /* as typed */
    SETTLE_KEEP,  /* what stands */
    SETTLE_OTHER, /* the latest of what does not stand */
};
/* ERROR_NOT_FOUND when this field is in no conflict. */
bool conflict_settle(struct store *store, const struct entity *entity, const char *id, const char *field, enum settle_how how,
                     const char *typed, const char *author, struct error *err);

/* Every field in conflict, as roster.h tells of one row. In the arena. */
bool conflicts_read(struct store *store, struct arena *arena, struct said **ret, size_t *ret_count, struct error *err);

#endif
