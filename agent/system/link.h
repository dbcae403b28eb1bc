// SPDX-License-Identifier: Apache-2.0
/* News from the kernel about links, addresses and routes (rtnetlink): a hint that a network may be there now.
 *
 * Here:      a descriptor to poll, and whether what came speaks of a way out.
 * Not here:  debouncing (protocol/schedule.h). The hint is never believed: a sync decides.
 */
#ifndef AGENT_SYSTEM_LINK_H
#define AGENT_SYSTEM_LINK_H

#include <stdbool.h>
#include <stddef.h>

/* A descriptor that becomes readable at news; -1 where the kernel does not tell (then only the timers wake us). close() it. */
int link_open(void);
/* Reads all the news there is. True when some of it may mean a new way out: a link up, an address or a route that came. */
bool link_read(int link);

/* The same for messages that were read already. */
bool link_news(const void *messages, size_t size);

#endif
