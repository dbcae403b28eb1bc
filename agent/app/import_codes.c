// SPDX-License-Identifier: Apache-2.0
/* Codes met in one import, by entity: a hash table, so that 100,000 lines stay linear.
 *
 * Here:      codes of rows that the store has, too.
 * Not here:  what a line says (import.c).
 */
#include <stdlib.h>
#include <string.h>

#include "agent/app/import_plan.h"

enum { ROOM_MIN = 256 };

static size_t hash_of(const char *entity, const char *code)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a: the codes are the importer's own, nobody floods us here */

    for (const char *at = entity; *at != '\0'; at++)
        hash = (hash ^ (unsigned char)*at) * 1099511628211u;
    for (const char *at = code; *at != '\0'; at++)
        hash = (hash ^ (unsigned char)*at) * 1099511628211u;
    return (size_t)(hash ^ hash >> 32);
}

static struct import_code *slot_of(struct import_code *slots, size_t room, const char *entity, const char *code)
{
    size_t at = hash_of(entity, code) & (room - 1);

    while (slots[at].code != NULL && (strcmp(slots[at].code, code) != 0 || strcmp(slots[at].entity, entity) != 0))
        at = (at + 1) & (room - 1);
    return &slots[at];
}

struct import_code *import_codes_find(const struct import_codes *codes, const char *entity, const char *code)
{
    struct import_code *slot = codes->room == 0 ? NULL : slot_of(codes->slots, codes->room, entity, code);

    return slot == NULL || slot->code == NULL ? NULL : slot;
}

static bool grow(struct import_codes *codes)
{
    size_t room = codes->room == 0 ? ROOM_MIN : codes->room * 2;
    struct import_code *slots = calloc(room, sizeof *slots);

    if (slots == NULL)
        return false;
    for (size_t i = 0; i < codes->room; i++)
        if (codes->slots[i].code != NULL)
            *slot_of(slots, room, codes->slots[i].entity, codes->slots[i].code) = codes->slots[i];
    free(codes->slots);
    codes->slots = slots;
    codes->room = room;
    return true;
}

bool import_codes_add(struct import_codes *codes, struct import_code code)
{
    if ((codes->count + 1) * 2 > codes->room && !grow(codes))
        return false;
    *slot_of(codes->slots, codes->room, code.entity, code.code) = code;
    codes->count++;
    return true;
}

void import_codes_clear(struct import_codes *codes)
{
    free(codes->slots);
    *codes = (struct import_codes){0};
}

struct row_wanted {
    size_t count;
    char id[ROW_ID_SIZE];
};

static bool take_id(void *context, const struct row *row)
{
    struct row_wanted *wanted = context;

    if (wanted->count++ == 0)
        memcpy(wanted->id, row->id, strlen(row->id) + 1);
    return true;
}

bool import_stored_id(struct store *store, const struct entity *entity, const char *code, char ret[ROW_ID_SIZE], struct error *err)
{
    struct row_wanted wanted = {0};
    const struct row *row = NULL;
    struct arena scratch = {0};
    struct store_filter filter;
    struct store_query query = {.entity = entity->name, .filters = &filter, .filter_count = 1, .limit = 2};
    bool done;

    ret[0] = '\0';
    if (entity->naming == NAMED_BY_KEY) {
        done = !row_id_is_valid(code) || store_row(store, &scratch, entity->name, code, &row, err);
        if (done && row != NULL)
            memcpy(ret, code, strlen(code) + 1);
        arena_clear(&scratch);
        return done;
    }
    filter = (struct store_filter){.field = entity_code_field(entity)->name, .equals = value_text(code)};
    if (!store_each(store, &query, take_id, &wanted, err))
        return false;
    if (wanted.count > 1)
        return error_set(err, ERROR_INVALID, "Give one of them another code first.", "two rows of %s bear the code %.64s", entity->name,
                         code);
    memcpy(ret, wanted.id, sizeof wanted.id);
    return true;
}
