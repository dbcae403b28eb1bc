// SPDX-License-Identifier: Apache-2.0
/* The different values of a column, by a hash table.
 *
 * Here:      finding and ordering them.
 * Not here:  writing them.
 */
#include "protocol/picks.h"

#include <stdlib.h>
#include <string.h>

static uint64_t hash_of(struct value value)
{
    uint64_t hash = 14695981039346656037U ^ (uint64_t)value.kind;

    if (value.kind == VALUE_INTEGER)
        return (hash ^ (uint64_t)value.integer) * 11400714819323198485U;
    for (const char *at = value.kind == VALUE_TEXT ? value.text : ""; *at != '\0'; at++)
        hash = (hash ^ (unsigned char)*at) * 1099511628211U;
    return hash * 11400714819323198485U;
}

struct ranked {
    const struct value *value;
    size_t times, index;
};

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *left = a, *right = b;

    if (left->value->kind != right->value->kind)
        return left->value->kind < right->value->kind ? -1 : 1;
    if (left->value->kind == VALUE_TEXT)
        return strcmp(left->value->text, right->value->text);
    return (left->value->integer > right->value->integer) - (left->value->integer < right->value->integer);
}

/* The most frequent first, so that all but a few are 0; the others in an order that does not hang on chance, so that the same
 * words make the same text, day after day. */
static bool picks_rank(struct column_writer *writer, struct picks *picks, size_t count)
{
    struct ranked *ranked = column_take(writer, picks->count, sizeof *ranked);
    int64_t *place = column_take(writer, picks->count, sizeof *place);
    size_t most = 0;

    if (ranked == NULL || place == NULL)
        return false;
    for (size_t i = 0; i < picks->count; i++) {
        ranked[i] = (struct ranked){picks->values[i], picks->times[i], i};
        if (picks->times[i] > picks->times[most])
            most = i;
    }
    if (most > 0) {
        struct ranked swap = ranked[0];

        ranked[0] = ranked[most];
        ranked[most] = swap;
    }
    if (picks->count > 2)
        qsort(ranked + 1, picks->count - 1, sizeof *ranked, compare_ranked);
    for (size_t i = 0; i < picks->count; i++) {
        picks->values[i] = ranked[i].value;
        picks->times[i] = ranked[i].times;
        place[ranked[i].index] = (int64_t)i;
    }
    for (size_t i = 0; i < count; i++)
        picks->index[i] = place[picks->index[i]];
    return true;
}

bool picks_of(struct column_writer *writer, const struct value *values, size_t count, struct picks *ret)
{
    size_t room = 16;
    uint32_t *slots;

    while (room < 2 * count)
        room *= 2;
    slots = column_take(writer, room, sizeof *slots);
    ret->values = column_take(writer, count, sizeof *ret->values);
    ret->times = column_take(writer, count, sizeof *ret->times);
    ret->index = column_take(writer, count, sizeof *ret->index);
    ret->count = 0;
    if (slots == NULL || ret->values == NULL || ret->times == NULL || ret->index == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        size_t slot = (size_t)(hash_of(values[i]) >> 20) & (room - 1);

        while (slots[slot] != 0 && !value_equal(*ret->values[slots[slot] - 1], values[i]))
            slot = (slot + 1) & (room - 1);
        if (slots[slot] == 0) {
            ret->values[ret->count++] = &values[i];
            slots[slot] = (uint32_t)ret->count;
        }
        ret->index[i] = slots[slot] - 1;
        ret->times[slots[slot] - 1]++;
    }
    return picks_rank(writer, ret, count);
}
