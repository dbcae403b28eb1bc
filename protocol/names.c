// SPDX-License-Identifier: Apache-2.0
/* Names to numbers: open addressing, at most half full, so that looking up ends.
 *
 * Here:      the table.
 * Not here:  removing: what works with it throws the whole table away.
 */
#include "protocol/names.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 128 };

void names_clear(struct names *names)
{
    free(names->texts);
    free(names->slots);
    *names = (struct names){0};
}

static uint32_t hash(const char *text)
{
    uint32_t sum = 2166136261U; /* FNV-1a */
    for (; *text != '\0'; text++)
        sum = (sum ^ (uint8_t)*text) * 16777619U;
    return sum;
}

/* The slot where the name is, or where it would go. */
static uint32_t slot_of(const struct names *names, const char *text)
{
    uint32_t slot = hash(text) & (names->slot_count - 1);
    while (names->slots[slot] != NAMES_NONE && strcmp(names->texts[names->slots[slot]], text) != 0)
        slot = (slot + 1) & (names->slot_count - 1);
    return slot;
}

uint32_t names_find(const struct names *names, const char *text)
{
    return names->count == 0 || text == NULL ? NAMES_NONE : names->slots[slot_of(names, text)];
}

static bool grow(struct names *names)
{
    const uint32_t slot_count = names->slot_count == 0 ? SLOTS_FIRST : 2 * names->slot_count;
    if (slot_count <= names->slot_count)
        return false;
    const char **texts = realloc(names->texts, (size_t)(slot_count / 2) * sizeof *texts);
    if (texts == NULL)
        return false;
    names->texts = texts;
    names->room = slot_count / 2;
    uint32_t *slots = malloc((size_t)slot_count * sizeof *slots);
    if (slots == NULL)
        return false;
    memset(slots, 0xff, (size_t)slot_count * sizeof *slots); /* NAMES_NONE everywhere */
    free(names->slots);
    names->slots = slots;
    names->slot_count = slot_count;
    for (uint32_t i = 0; i < names->count; i++)
        names->slots[slot_of(names, names->texts[i])] = i;
    return true;
}

uint32_t names_add(struct names *names, struct arena *arena, const char *text)
{
    const uint32_t found = names_find(names, text);
    if (found != NAMES_NONE)
        return found;
    if (names->count >= names->slot_count / 2 && !grow(names))
        return NAMES_NONE;
    const char *copy = arena_text(arena, text);
    if (copy == NULL)
        return NAMES_NONE;
    names->texts[names->count] = copy;
    names->slots[slot_of(names, copy)] = names->count;
    return names->count++;
}
