// SPDX-License-Identifier: Apache-2.0
/* Memory that is given out piece by piece and taken back at once.
 *
 * Here:      a bump allocator for everything that lives as long as one request, one command or one page.
 * Not here:  anything that outlives it: such things are copied out.
 * Promise:   zeroed memory, aligned for any type; NULL only when the system has none.
 */
#ifndef PROTOCOL_ARENA_H
#define PROTOCOL_ARENA_H

#include <stddef.h>

struct arena_block;
struct arena { struct arena_block *block; size_t used_bytes; };   /* {0} is an empty one */

void *arena_take(struct arena *arena, size_t size);                     /* zeroed; NULL: no memory */
void *arena_take_many(struct arena *arena, size_t count, size_t size);  /* checks count * size */
char *arena_text(struct arena *arena, const char *text);                /* a copy; NULL in, NULL out */
char *arena_text_n(struct arena *arena, const char *text, size_t size); /* copies size bytes, adds NUL */
char *arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A larger copy of an array of `count` items with room for `room`; the old one stays (until the arena goes). */
void *arena_grow(struct arena *arena, const void *items, size_t count, size_t room, size_t size);
void arena_clear(struct arena *arena);   /* gives everything back; the arena is empty and usable again */

#endif
