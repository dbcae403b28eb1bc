// SPDX-License-Identifier: Apache-2.0
/* What enrolling needs of the fleet.
 *
 * Here:      grants as the ledger keeps them.
 * Not here:  everything that more files need (server_internal.h).
 */
#ifndef SERVER_APP_FLEET_H
#define SERVER_APP_FLEET_H

#include "server-stub/app/server_internal.h"

/* One grant a line; NULL with err. */
const char *grants_write(struct arena *arena, const struct grant *grants, size_t count, struct error *err);
/* Gives the device these grants: a new version, unless it has exactly them. The caller seals and puts the device. */
bool fleet_set_grants(struct server *server, struct ledger_work *work, struct arena *arena, struct ledger_device *device,
                      const char *grants, struct error *err);

#endif
