// SPDX-License-Identifier: Apache-2.0
/* How this device stands: what waits, what is delivered, and why not more.
 *
 * Here:      the facts in one struct, and the moments of it in words.
 * Not here:  printing (agent/cli).
 */
#ifndef AGENT_APP_STATUS_H
#define AGENT_APP_STATUS_H

#include "agent/store/store.h"
#include "protocol/catalogue.h"

struct status {
    struct store_identity identity;
    struct store_counts counts;
    struct store_sync_state sync;
    int64_t now_ms;
    bool running; /* `teren run` serves this home */
};
bool status_read(struct store *store, const struct clock_port *clock, bool running, struct status *ret, struct error *err);
/* Everything recorded here is at the server, and both sides' sums were equal after the last change. */
bool status_is_verified(const struct status *status);

enum { AGO_TEXT_SIZE = 120 };
/* "just now", "5 minutes ago", "in 40 seconds", "on 2026-08-14 09:00 UTC", "never" for 0. */
void status_moment_words(const struct catalogue *words, int64_t moment_ms, int64_t now_ms, char ret[AGO_TEXT_SIZE]);

#endif
