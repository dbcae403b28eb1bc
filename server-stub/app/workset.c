// SPDX-License-Identifier: Apache-2.0
/* The working set of one exchange.
 *
 * Here:      the hash table, loading in batches.
 * Not here:  what is done to rows (custody.c, placing.c, feed.c).
 */
#include "server-stub/app/workset.h"

#include <string.h>

enum { SLOTS_AT_FIRST = 256 };

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs, or give the machine more memory.", "no memory was left for an exchange");
}

/* Multiply and fold, seeded: nobody outside can choose keys that fall together. */
static uint64_t hash_text(uint64_t hash, const char *text)
{
    size_t size = strlen(text);

    while (size >= sizeof hash) {
        uint64_t word;
        memcpy(&word, text, sizeof word);
        hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 29;
        text += sizeof word;
        size -= sizeof word;
    }
    uint64_t tail = size;
    for (size_t i = 0; i < size; i++)
        tail = tail << 8 | (unsigned char)text[i];
    hash = (hash ^ tail) * 0xD6E8FEB86659FD93u;
    return hash ^ hash >> 32;
}

bool workset_init(struct workset *set, struct arena *arena, struct ledger *ledger, struct ledger_work *work, uint64_t seed,
                  struct error *err)
{
    memset(set, 0, sizeof *set);
    set->arena = arena;
    set->ledger = ledger;
    set->work = work;
    set->seed = seed;
    set->slot_count = SLOTS_AT_FIRST;
    set->slots = arena_take_many(arena, set->slot_count, sizeof(struct work_row *));
    return set->slots != NULL || no_memory(err);
}

static struct work_row **slot_of(struct work_row **slots, size_t slot_count, uint64_t hash, const char *entity, const char *id)
{
    size_t at = (size_t)hash & (slot_count - 1);

    while (slots[at] != NULL &&
           (slots[at]->hash != hash || strcmp(slots[at]->row.id, id) != 0 || strcmp(slots[at]->row.entity, entity) != 0))
        at = (at + 1) & (slot_count - 1);
    return &slots[at];
}

static bool grow(struct workset *set)
{
    if (set->count == set->room) {
        size_t room = set->room * 2 + SLOTS_AT_FIRST;
        struct work_row **rows = arena_grow(set->arena, set->rows, set->count, room, sizeof(struct work_row *));
        if (rows == NULL)
            return false;
        set->rows = rows;
        set->room = room;
    }
    if (set->count * 2 < set->slot_count)
        return true;
    size_t slot_count = set->slot_count * 4;
    struct work_row **slots = arena_take_many(set->arena, slot_count, sizeof(struct work_row *));
    if (slots == NULL)
        return false;
    for (size_t i = 0; i < set->count; i++)
        *slot_of(slots, slot_count, set->rows[i]->hash, set->rows[i]->row.entity, set->rows[i]->row.id) = set->rows[i];
    set->slots = slots;
    set->slot_count = slot_count;
    return true;
}

static uint64_t hash_of(const struct workset *set, const char *entity, const char *id)
{
    return hash_text(hash_text(set->seed, entity), id);
}

struct work_row *workset_find(const struct workset *set, const char *entity, const char *id)
{
    return *slot_of(set->slots, set->slot_count, hash_of(set, entity, id), entity, id);
}

struct work_row *workset_row(struct workset *set, const char *entity, const char *id)
{
    uint64_t hash = hash_of(set, entity, id);
    struct work_row **slot, *row;

    if (!grow(set))
        return NULL;
    slot = slot_of(set->slots, set->slot_count, hash, entity, id);
    if (*slot != NULL)
        return *slot;
    row = arena_take(set->arena, sizeof *row);
    if (row == NULL)
        return NULL;
    row->hash = hash;
    row->entity = entity_find(entity);
    row->stored.entity = row->before.entity = row->row.entity = entity;
    row->stored.id = row->before.id = row->row.id = id;
    *slot = row;
    set->rows[set->count++] = row;
    return row;
}

static bool open_row(struct workset *set, struct work_row *row, struct error *err)
{
    const char *entity = row->row.entity, *id = row->row.id;

    row->loaded = true;
    if (!row->stored.found)
        return true;
    if (!row_read(set->arena, row->stored.state, entity, id, &row->before, err))
        return error_set(err, ERROR_CORRUPT, "Run: teren-server verify", "the state of %s %s could not be read", entity, id);
    row->row = row->before;
    row->position = row->stored.position;
    row->members = row->stored.members;
    row->member_count = row->stored.member_count;
    row->state_bytes = row->stored.state.size;
    return true;
}

bool workset_load(struct workset *set, struct error *err)
{
    size_t count = set->count - set->loaded_count;
    struct ledger_row *asked;

    if (count == 0)
        return true;
    asked = arena_take_many(set->arena, count, sizeof *asked);
    if (asked == NULL)
        return no_memory(err);
    for (size_t i = 0; i < count; i++)
        asked[i] = set->rows[set->loaded_count + i]->stored;
    if (!set->ledger->rows_load(set->work, set->arena, asked, count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct work_row *row = set->rows[set->loaded_count + i];
        row->stored = asked[i];
        if (!open_row(set, row, err))
            return false;
    }
    set->loaded_count += count;
    return true;
}

bool work_row_exists(const struct work_row *row)
{
    return row->row.reg_count > 0;
}

static const char *key_part(const struct work_row *row, const struct field *field, size_t *ret_size)
{
    const char *at = row->row.id;

    for (const struct field *before = row->entity->fields; before != field; before++) {
        if ((before->flags & FIELD_KEY) == 0)
            continue;
        at = strchr(at, ':');
        if (at == NULL)
            return NULL;
        at++;
    }
    *ret_size = strcspn(at, ":");
    return at;
}

bool work_row_reference(const struct work_row *row, const struct field *field, char ret[ROW_ID_SIZE])
{
    bool by_key = row->entity->naming == NAMED_BY_KEY && (field->flags & FIELD_KEY) != 0;
    const char *text;
    size_t size = 0;

    text = by_key ? key_part(row, field, &size) : row_text(&row->row, field->name);
    if (text == NULL)
        return false;
    if (!by_key)
        size = strlen(text);
    if (size == 0 || size >= ROW_ID_SIZE)
        return false;
    memcpy(ret, text, size);
    ret[size] = '\0';
    return true;
}
