// SPDX-License-Identifier: Apache-2.0
/* Writing: drafts become changes, changes become rows, in one transaction with one fsync.
 *
 * Here:      what of a draft is a change; bases, stamps, the values that stood before; references between drafts.
 * Not here:  what people typed (agent/app), taking steps back (undo.c).
 *
 * A change is cut down to what it says anew: fields that already stand are left out (unless everything is to be asserted), and key
 * fields, which the row's id says already.
 */
#include "agent/store/store_internal.h"

#include <stdlib.h>
#include <string.h>

/* The time of the next change of this row: after all that this log gave out or saw, and after all that it replaces here. The second
 * matters after the clock fell back, while the row still shows the stamps from ahead of time. */
static uint64_t next_time(struct store *store, const struct row *row)
{
    const uint64_t here = row_latest_stamp(row).time, clock = store->now.clock;

    return stamp_tick(here > clock ? here : clock, store->ports.clock.wall_ms(store->ports.clock.self));
}

static bool stood_before(struct arena *arena, const struct row *row, const struct change *change, struct change *ret, struct error *err)
{
    struct change_field *fields = arena_take_many(arena, change->field_count, sizeof *fields);

    if (fields == NULL)
        return store_no_memory(err);
    for (size_t i = 0; i < change->field_count; i++)
        fields[i] = (struct change_field){.name = change->fields[i].name, .value = row_value(row, change->fields[i].name)};
    *ret = *change;
    ret->author = "";
    ret->fields = fields;
    return true;
}

bool change_make(struct store *store, struct arena *arena, const struct step_frame *frame, struct held *held, struct change_field *fields,
                 size_t count, struct error *err)
{
    struct standing *now = &store->now;
    const uint64_t number = now->last + 1;
    struct row row = held->row;
    struct kept_change kept = {.number = number, .step = frame->first, .name = "", .has_before = held->exists};
    bool moved;

    if (number == frame->first) {
        kept.name = frame->name;
        kept.undoes = frame->undoes;
    }
    for (size_t i = 0; i < count; i++) {
        if (!row_bases(arena, &row, fields[i].name, now->log, &fields[i].bases, &fields[i].base_count))
            return store_no_memory(err);
    }
    kept.change = (struct change){.log = now->log,
                                  .seq = number - now->base,
                                  .time = next_time(store, &row),
                                  .entity = row.entity,
                                  .row = row.id,
                                  .author = frame->author,
                                  .fields = fields,
                                  .field_count = count};
    if (!change_is_well_formed(&kept.change, err) || !change_is_applicable(&kept.change, false, err))
        return false;
    if ((held->exists && !stood_before(arena, &row, &kept.change, &kept.before, err)) ||
        !row_apply(arena, &row, &kept.change, kept.change.time, &moved, err) || !change_append(store, &kept, err) ||
        !held_write(store, arena, held, &row, held->many, err))
        return false;
    now->last = number;
    now->clock = kept.change.time;
    return true;
}

/* --- drafts ------------------------------------------------------------------------------------------------------------------ */

struct writing {
    struct store *store;
    const struct draft *drafts;
    char (*ids)[ROW_ID_SIZE];
    size_t at; /* the draft we are at */
    struct step_frame frame;
};

static bool bad_draft(const struct writing *writing, const char *rule, struct error *err)
{
    return error_set(err, ERROR_INVALID, REMEDY_BUG, "draft %zu of %.48s %s", writing->at, writing->drafts[writing->at].entity, rule);
}

/* "@K" becomes the id that draft K got; anything else stays. */
static bool resolve_part(const struct writing *writing, const char *part, const char **ret, struct error *err)
{
    char *end = NULL;

    *ret = part;
    if (part == NULL || part[0] != '@')
        return true;
    const unsigned long long index = part[1] >= '0' && part[1] <= '9' ? strtoull(part + 1, &end, 10) : 0;
    if (end == NULL || *end != '\0' || index >= writing->at)
        return bad_draft(writing, "refers to a draft that does not stand before it", err);
    *ret = writing->ids[index];
    return true;
}

/* The id of a row with references in its parts. */
static bool resolve_row(const struct writing *writing, const char *row, char ret[ROW_ID_SIZE], struct error *err)
{
    enum { PARTS_MAX = 8 };
    char scratch[2 * ROW_ID_SIZE];
    const char *parts[PARTS_MAX];
    size_t count = 0;

    if (strlen(row) >= sizeof scratch)
        return bad_draft(writing, "names a row by too long an id", err);
    memcpy(scratch, row, strlen(row) + 1);
    for (char *at = scratch; at != NULL && count < PARTS_MAX; count++) {
        char *colon = strchr(at, ':');

        if (colon != NULL)
            *colon = '\0';
        if (!resolve_part(writing, at, &parts[count], err))
            return false;
        at = colon == NULL ? NULL : colon + 1;
    }
    return row_id_of_key(parts, count, ret) || bad_draft(writing, "names a row by what is no id", err);
}

/* Without an id: the key's fields say it, or it is new and named by the change to come. */
static bool id_of_draft(const struct writing *writing, struct arena *arena, const struct draft *draft, char ret[ROW_ID_SIZE],
                        struct error *err)
{
    const struct entity *entity = entity_find(draft->entity);
    struct value *values;

    if (draft->row != NULL)
        return resolve_row(writing, draft->row, ret, err);
    if (entity == NULL || entity->naming == NAMED_BY_CHANGE) {
        row_id_of_change(writing->store->now.log, writing->store->now.last + 1 - writing->store->now.base, ret);
        return true;
    }
    values = arena_take_many(arena, entity->field_count, sizeof *values);
    if (values == NULL)
        return store_no_memory(err);
    for (size_t i = 0; i < entity->field_count; i++) {
        for (size_t j = 0; j < draft->field_count; j++) {
            if (strcmp(entity->fields[i].name, draft->fields[j].name) == 0)
                values[i] = draft->fields[j].value;
        }
        if (values[i].kind == VALUE_TEXT && !resolve_part(writing, values[i].text, &values[i].text, err))
            return false;
    }
    return entity_key_id(entity, values, ret, err);
}

static int compare_fields(const void *a, const void *b)
{
    return strcmp(((const struct change_field *)a)->name, ((const struct change_field *)b)->name);
}

static bool stands_already(const struct row *row, const char *name, struct value value)
{
    const struct reg *reg = row_reg(row, name);

    if (reg == NULL || reg->live_count == 0)
        return value.kind == VALUE_NONE;
    return value_equal(row_value(row, name), value) && !reg_is_in_conflict(row->entity, reg);
}

/* What the draft says anew, ascending by name. */
static bool fields_of_draft(const struct writing *writing, struct arena *arena, const struct draft *draft, const struct held *held,
                            struct change_field **ret, size_t *ret_count, struct error *err)
{
    const struct entity *entity = entity_find(draft->entity);
    struct change_field *fields = arena_take_many(arena, draft->field_count + 1, sizeof *fields);
    const bool by_key = entity != NULL && entity->naming == NAMED_BY_KEY;
    bool says_removed = false;
    size_t count = 0;

    if (fields == NULL)
        return store_no_memory(err);
    for (size_t i = 0; i < draft->field_count; i++) {
        const struct field *field = entity_field(entity, draft->fields[i].name);
        struct value value = draft->fields[i].value;

        if (field != NULL && field->type == FIELD_ROW && value.kind == VALUE_TEXT && !resolve_part(writing, value.text, &value.text, err))
            return false;
        says_removed = says_removed || strcmp(draft->fields[i].name, FIELD_REMOVED) == 0;
        if (by_key && field != NULL && (field->flags & FIELD_KEY) != 0)
            continue;
        if (draft->assert_all || !stands_already(&held->row, draft->fields[i].name, value))
            fields[count++] = (struct change_field){.name = draft->fields[i].name, .value = value};
    }
    /* A row named by its key that is written again after it was removed is meant to be there: a mark, an enrolment. So is one that has
     * nothing but its key: without one value that stands nobody would hear of it. */
    if (by_key && !says_removed && (row_is_removed(&held->row) || (!held->exists && count == 0)))
        fields[count++] = (struct change_field){.name = FIELD_REMOVED, .value = value_integer(0)};
    qsort(fields, count, sizeof *fields, compare_fields);
    for (size_t i = 1; i < count; i++) {
        if (strcmp(fields[i - 1].name, fields[i].name) == 0)
            return bad_draft(writing, "says one field twice", err);
    }
    *ret = fields;
    *ret_count = count;
    return true;
}

static bool write_draft(struct writing *writing, struct arena *arena, struct error *err)
{
    const struct draft *draft = &writing->drafts[writing->at];
    char *id = writing->ids[writing->at];
    struct change_field *fields = NULL;
    struct held held;
    size_t count = 0;

    if (!id_of_draft(writing, arena, draft, id, err) || !held_read(writing->store, arena, draft->entity, id, &held, err) ||
        !fields_of_draft(writing, arena, draft, &held, &fields, &count, err))
        return false;
    if (count == 0)
        return held.exists || bad_draft(writing, "makes a row without a value", err);
    return change_make(writing->store, arena, &writing->frame, &held, fields, count, err);
}

bool store_write(struct store *store, const struct draft *drafts, size_t draft_count, const char *author, const char *step_name,
                 char (*ret_ids)[ROW_ID_SIZE], uint64_t *ret_changes, struct error *err)
{
    const uint64_t before = store->now.last;
    struct writing writing = {.store = store, .drafts = drafts, .frame = {before + 1, author == NULL ? "" : author, step_name, 0}};
    bool ok = true;

    if (ret_changes != NULL)
        *ret_changes = 0;
    writing.ids = ret_ids != NULL ? ret_ids : calloc(draft_count == 0 ? 1 : draft_count, sizeof *writing.ids);
    if (writing.ids == NULL)
        return store_no_memory(err);
    if (step_name == NULL)
        writing.frame.name = "";
    ok = transaction_begin(store, err);
    if (ok) {
        for (; ok && writing.at < draft_count; writing.at++) {
            struct arena arena = {0};

            ok = write_draft(&writing, &arena, err);
            arena_clear(&arena);
        }
        /* Nothing to say costs no fsync. */
        ok = ok && store->now.last == before ? transaction_leave(store) : transaction_end(store, ok, err);
    }
    if (ok && ret_changes != NULL)
        *ret_changes = store->now.last - before;
    if (writing.ids != ret_ids)
        free(writing.ids);
    return ok;
}
