// SPDX-License-Identifier: Apache-2.0
/* What is kept of people between two questions of the page: letters are typed one by one, and each asks.
 *
 * Here:      one index of likeness and one of names, for the one store that this process serves; forgetting them.
 * Not here:  making them (agent/app/similar.h, agent/app/find.h): whoever asks brings them up to date.
 */
#ifndef AGENT_PAGE_KEPT_H
#define AGENT_PAGE_KEPT_H

#include "agent/app/find.h"
#include "agent/app/similar.h"

struct similar **kept_similar(void);
struct find_names *kept_names(void); /* NULL: no memory */
/* Tens of megabytes on a large device: not while the tablet is locked, and nobody asks. */
void kept_forget(void);

#endif
