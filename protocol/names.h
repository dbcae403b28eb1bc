// SPDX-License-Identifier: Apache-2.0
/* Names to numbers: the first name is 0, the next 1, and so on.
 *
 * Here:      a hash table that only grows, for work over many rows that refer to each other by id.
 * Not here:  what the names are of; anything that is kept.
 */
#ifndef PROTOCOL_NAMES_H
#define PROTOCOL_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/arena.h"

#define NAMES_NONE UINT32_MAX

struct names {
    const char **texts;   /* by number */
    uint32_t count, room;
    uint32_t *slots, slot_count;
};   /* {0} is an empty one */

void names_clear(struct names *names);
uint32_t names_find(const struct names *names, const char *text);   /* NAMES_NONE when not here, and for NULL */
/* The number of the name, new or not; the text is copied to the arena. NAMES_NONE: no memory. */
uint32_t names_add(struct names *names, struct arena *arena, const char *text);

#endif
