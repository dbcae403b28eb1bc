// SPDX-License-Identifier: Apache-2.0
/* What somebody chose for this device.
 *
 * Here:      its language.
 * Not here:  who holds it and its lock (holder.h), keeping it (agent/store).
 */
#ifndef AGENT_APP_SETTINGS_H
#define AGENT_APP_SETTINGS_H

#include "agent/store/store.h"
#include "protocol/catalogue.h"

/* *ret NULL: nobody chose one, or it is not spoken any more. */
bool settings_language(struct store *store, const struct catalogue **ret, struct error *err);
/* By its tag: "sr-Cyrl". ERROR_INVALID when it is not spoken. */
bool settings_set_language(struct store *store, const char *language, struct error *err);

#endif
