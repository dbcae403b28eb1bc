// SPDX-License-Identifier: Apache-2.0
/* Memory that is given out piece by piece and taken back at once: the blocks.
 *
 * Here:      finding room, growing, giving back.
 * Not here:  what is kept in it, and for how long (the caller's scope says).
 *
 * Blocks are not zeroed when they are made but when they are given out, so that a short-lived arena costs what it uses.
 */
#include "protocol/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES_MIN = 64 * 1024, BLOCK_BYTES_MAX = 1024 * 1024 };

struct arena_block {
    struct arena_block *next;
    size_t room, used;
    alignas(max_align_t) unsigned char bytes[];
};

/* A block with room for `size` bytes at its start. One that the request alone fills goes behind the current block, whose rest
 * stays usable. */
static struct arena_block *block_add(struct arena *arena, size_t size)
{
    size_t room = arena->block == NULL ? BLOCK_BYTES_MIN : 2 * arena->block->room;
    struct arena_block *block;
    bool alone;

    if (room > BLOCK_BYTES_MAX)
        room = BLOCK_BYTES_MAX;
    alone = size > room / 2;
    if (alone)
        room = size;
    if (room > SIZE_MAX - sizeof *block)
        return NULL;
    block = malloc(sizeof *block + room);
    if (block == NULL)
        return NULL;
    *block = (struct arena_block){.room = room};
    if (alone && arena->block != NULL) {
        block->next = arena->block->next;
        arena->block->next = block;
    } else {
        block->next = arena->block;
        arena->block = block;
    }
    return block;
}

static void *take_raw(struct arena *arena, size_t size, size_t alignment)
{
    struct arena_block *block = arena->block;
    size_t start = block == NULL ? 0 : (block->used + alignment - 1) / alignment * alignment;

    if (size == 0)
        size = 1; /* two pieces are never at one address */
    if (block == NULL || start > block->room || size > block->room - start) {
        block = block_add(arena, size);
        if (block == NULL)
            return NULL;
        start = 0;
    }
    block->used = start + size;
    arena->used_bytes += size;
    return block->bytes + start;
}

void *arena_take(struct arena *arena, size_t size)
{
    void *taken = take_raw(arena, size, alignof(max_align_t));

    if (taken != NULL)
        memset(taken, 0, size);
    return taken;
}

void *arena_take_many(struct arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    return arena_take(arena, count * size);
}

char *arena_text_n(struct arena *arena, const char *text, size_t size)
{
    char *copy;

    if (text == NULL && size > 0)
        return NULL;
    copy = size < SIZE_MAX ? take_raw(arena, size + 1, 1) : NULL;
    if (copy == NULL)
        return NULL;
    if (size > 0)
        memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

char *arena_text(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_text_n(arena, text, strlen(text));
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    char *text = NULL;
    int length;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length >= 0)
        text = take_raw(arena, (size_t)length + 1, 1);
    if (text == NULL)
        return NULL;
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

void *arena_grow(struct arena *arena, const void *items, size_t count, size_t room, size_t size)
{
    void *larger = arena_take_many(arena, room, size);

    if (larger != NULL && items != NULL && count > 0)
        memcpy(larger, items, (count < room ? count : room) * size);
    return larger;
}

void arena_clear(struct arena *arena)
{
    struct arena_block *block = arena->block;

    while (block != NULL) {
        struct arena_block *next = block->next;

        free(block);
        block = next;
    }
    *arena = (struct arena){0};
}
