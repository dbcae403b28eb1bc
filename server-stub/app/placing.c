// SPDX-License-Identifier: Apache-2.0
/* Placing: where each row that moved belongs now, at which position, and what that does to the sums of places.
 *
 * Here:      the walk over what hangs on what (protocol/scope.h), memberships, positions, sums, counts by shape.
 * Not here:  the rule of places (protocol/scope.c).
 *
 * A row is placed at most once in an exchange: places follow from rows' states alone, and those are all merged by now.
 */
#include <string.h>

#include "server-stub/app/custody.h"

bool placing_queue(struct custody *custody, struct work_row *row, struct error *err)
{
    if (row->queued)
        return true;
    if (custody->queue_count == custody->queue_room) {
        size_t room = custody->queue_room * 2 + 256;
        custody->queue = arena_grow(custody->arena, custody->queue, custody->queue_count, room, sizeof(struct work_row *));
        custody->queue_room = room;
        if (custody->queue == NULL)
            return custody_no_memory(err);
    }
    row->queued = true;
    custody->queue[custody->queue_count++] = row;
    return true;
}

/* --- what scope asks --------------------------------------------------------------------------------------------------- */

static struct work_row *row_here(struct custody *custody, const char *entity, const char *id, struct error *err)
{
    struct work_row *row = workset_find(&custody->set, entity, id);

    if (row == NULL) {
        char *copy = arena_text(custody->arena, id);
        row = copy != NULL ? workset_row(&custody->set, entity, copy) : NULL;
        if (row == NULL) {
            custody_no_memory(err);
            return NULL;
        }
    }
    return row->loaded || workset_load(&custody->set, err) ? row : NULL;
}

static const struct row *look_up(void *self, const char *entity, const char *id)
{
    struct custody *custody = self;
    const struct entity *known = entity_find(entity);
    struct work_row *row = row_here(custody, known != NULL ? known->name : entity, id, custody->err);

    return row != NULL && work_row_exists(row) ? &row->row : NULL;
}

struct use_walk {
    struct custody *custody;
    bool (*each)(void *context, const char *entity, const char *id);
    void *context;
    bool stopped;
};

/* The ledger's word, unless this exchange knows better. */
static bool each_stored_use(void *context, const char *entity, const char *id, const char *row)
{
    struct use_walk *walk = context;
    const char *user = strcmp(entity, "activity") == 0 ? "enrolment" : "attendance";
    const struct work_row *here = workset_find(&walk->custody->set, user, row);

    if (here != NULL && here->touched)
        return true;
    walk->stopped = !walk->each(walk->context, entity, id);
    return !walk->stopped;
}

static bool uses_of_person(void *self, const char *person, bool (*each)(void *context, const char *entity, const char *id), void *context)
{
    struct custody *custody = self;
    struct use_walk walk = {custody, each, context, false};
    const struct work_row *row = row_here(custody, "person", person, custody->err);

    if (row == NULL || !custody->ledger->uses_of_person(custody->work, person, each_stored_use, &walk, custody->err) || walk.stopped)
        return false;
    for (const struct work_row *use = row->uses; use != NULL; use = use->next_use) {
        const struct field *first = &use->entity->fields[0]; /* what a person is used in is the first part of the key */
        char id[ROW_ID_SIZE];
        if (!work_row_exists(use) || row_is_removed(&use->row) || !work_row_reference(use, first, id))
            continue;
        if (!each(context, first->choices, id))
            return false;
    }
    return true;
}

/* --- memberships ------------------------------------------------------------------------------------------------------- */

static size_t ids_find(const uint64_t *ids, size_t count, uint64_t id)
{
    size_t at = 0;

    while (at < count && ids[at] != id)
        at++;
    return at;
}

static size_t living(const struct ledger_member *members, size_t count)
{
    size_t alive = 0;

    for (size_t i = 0; i < count; i++)
        alive += members[i].gone ? 0 : 1;
    return alive;
}

static bool delta_of(struct custody *custody, uint64_t place, struct place_delta **ret, struct error *err)
{
    if (place >= custody->delta_count) {
        size_t count = (size_t)place + 64;
        struct place_delta *deltas = arena_take_many(custody->arena, count, sizeof *deltas);
        if (deltas == NULL)
            return custody_no_memory(err);
        if (custody->delta_count > 0)
            memcpy(deltas, custody->deltas, custody->delta_count * sizeof *deltas);
        custody->deltas = deltas;
        custody->delta_count = count;
    }
    *ret = &custody->deltas[place];
    (*ret)->touched = true;
    return true;
}

static bool sums_move(struct custody *custody, uint64_t place, const struct digest *out, const struct digest *in, struct error *err)
{
    struct place_delta *delta = NULL;

    if (!delta_of(custody, place, &delta, err))
        return false;
    if (out != NULL) {
        digest_subtract(&delta->digest, *out);
        delta->rows--;
    }
    if (in != NULL) {
        digest_add(&delta->digest, *in);
        delta->rows++;
    }
    return true;
}

static bool shape_count(struct custody *custody, const struct ledger_member *members, size_t count, int64_t more, struct error *err)
{
    struct ledger_shape shape = {0};
    uint64_t *places;

    if (living(members, count) < 2)
        return true;
    places = arena_take_many(custody->arena, count, sizeof *places);
    if (places == NULL)
        return custody_no_memory(err);
    for (size_t i = 0; i < count; i++)
        if (!members[i].gone)
            places[shape.place_count++] = members[i].place;
    shape.places = places;
    return custody->ledger->shapes_add(custody->work, &shape, &more, 1, err);
}

/* What leaves and what comes, in every place's sum and in the counts of rows. */
static bool count_row(struct custody *custody, const struct work_row *row, struct error *err)
{
    struct digest before = {0}, now = {0};
    bool was = row->stored.found;

    if ((was && !digest_of_row(&row->before, custody->digest_key, &before)) || !digest_of_row(&row->row, custody->digest_key, &now))
        return error_set(err, ERROR_CORRUPT, "Run: teren-server verify", "the sum of %s %s could not be made", row->row.entity,
                         row->row.id);
    custody->totals.conflicts += row_conflict_count(&row->row);
    custody->totals.conflicts -= row_conflict_count(&row->before);
    if (!sums_move(custody, PLACE_EVERYTHING, was ? &before : NULL, &now, err))
        return false;
    for (size_t i = 0; i < row->stored.member_count; i++)
        if (!row->stored.members[i].gone && !sums_move(custody, row->stored.members[i].place, &before, NULL, err))
            return false;
    for (size_t i = 0; i < row->member_count; i++)
        if (!row->members[i].gone && !sums_move(custody, row->members[i].place, NULL, &now, err))
            return false;
    if (!row->placed_anew)
        return true;
    return shape_count(custody, row->stored.members, row->stored.member_count, -1, err) &&
           shape_count(custody, row->members, row->member_count, 1, err);
}

/* The memberships that follow from being in exactly `ids` now (ascending), at the row's position. What was left stays as gone. */
static bool members_make(struct custody *custody, struct work_row *row, const uint64_t *ids, size_t count, struct error *err)
{
    const struct ledger_row *stored = &row->stored;
    struct ledger_member *members = arena_take_many(custody->arena, count + stored->member_count + 1, sizeof *members);
    size_t old = 0, fresh = 0, made = 0;

    if (members == NULL)
        return custody_no_memory(err);
    while (old < stored->member_count || fresh < count) {
        const struct ledger_member *was = old < stored->member_count ? &stored->members[old] : NULL;
        if (was != NULL && (fresh == count || was->place < ids[fresh])) {
            members[made] = *was;
            if (!was->gone)
                members[made] = (struct ledger_member){was->place, row->position, true};
            made++;
            old++;
            continue;
        }
        if (was != NULL && was->place == ids[fresh])
            old++;
        members[made++] = (struct ledger_member){ids[fresh++], row->position, false};
    }
    row->members = members;
    row->member_count = made;
    return true;
}

static bool same_places(const struct ledger_row *stored, const uint64_t *ids, size_t count)
{
    if (living(stored->members, stored->member_count) != count)
        return false;
    for (size_t i = 0; i < stored->member_count; i++)
        if (!stored->members[i].gone && ids_find(ids, count, stored->members[i].place) == count)
            return false;
    return true;
}

static void sort_ids(uint64_t *ids, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0 && ids[k - 1] > ids[k]; k--) {
            uint64_t swap = ids[k];
            ids[k] = ids[k - 1];
            ids[k - 1] = swap;
        }
}

/* The ids of the places that scope names; for a row that no field moved that matters: those it has. */
static bool ids_of_row(struct custody *custody, const struct work_row *row, uint64_t **ret, size_t *ret_count, struct error *err)
{
    const struct scope_lookup lookup = {look_up, uses_of_person, custody};
    const struct place *places = NULL;
    size_t count = 0;

    custody->err = err;
    if (!scope_places(custody->arena, &row->row, &lookup, &places, &count, err) || (err != NULL && err->kind != ERROR_NONE))
        return false;
    *ret = arena_take_many(custody->arena, count + 1, sizeof **ret);
    if (*ret == NULL)
        return custody_no_memory(err);
    for (size_t i = 0; i < count; i++)
        if (!place_cache_id(custody->places, places[i], &(*ret)[i], err))
            return false;
    sort_ids(*ret, count);
    *ret_count = count;
    return true;
}

static bool kept_ids(struct custody *custody, const struct work_row *row, uint64_t **ret, size_t *ret_count, struct error *err)
{
    *ret = arena_take_many(custody->arena, row->stored.member_count + 1, sizeof **ret);
    *ret_count = 0;
    if (*ret == NULL)
        return custody_no_memory(err);
    for (size_t i = 0; i < row->stored.member_count; i++)
        if (!row->stored.members[i].gone)
            (*ret)[(*ret_count)++] = row->stored.members[i].place;
    return true;
}

/* --- the walk ---------------------------------------------------------------------------------------------------------- */

static bool note_moved(struct custody *custody, struct work_row *row, struct error *err)
{
    if (custody->moved_count == custody->moved_room) {
        size_t room = custody->moved_room * 2 + 256;
        custody->moved = arena_grow(custody->arena, custody->moved, custody->moved_count, room, sizeof(struct work_row *));
        custody->moved_room = room;
        if (custody->moved == NULL)
            return custody_no_memory(err);
    }
    custody->moved[custody->moved_count++] = row;
    row->position = ++custody->totals.position;
    return true;
}

static bool place(struct custody *custody, struct work_row *row, bool ask_scope, struct error *err)
{
    uint64_t *ids = NULL;
    size_t count = 0;

    row->placed = true;
    if (!(ask_scope ? ids_of_row : kept_ids)(custody, row, &ids, &count, err))
        return false;
    row->placed_anew = !same_places(&row->stored, ids, count);
    if (!row->moved && row->stored.found && !row->placed_anew)
        return true;
    return note_moved(custody, row, err) && members_make(custody, row, ids, count, err) && count_row(custody, row, err);
}

struct referring_walk {
    struct custody *custody;
    const char *entity;
    struct error *err;
    bool failed;
};

static bool queue_referring(void *context, const char *id)
{
    struct referring_walk *walk = context;
    struct custody *custody = walk->custody;
    struct work_row *row = workset_find(&custody->set, walk->entity, id);

    if (row == NULL) {
        char *copy = arena_text(custody->arena, id);
        row = copy != NULL ? workset_row(&custody->set, walk->entity, copy) : NULL;
    }
    walk->failed = row == NULL ? !custody_no_memory(walk->err) : !placing_queue(custody, row, walk->err);
    return !walk->failed;
}

/* A use that comes to where the person already is moves nothing: the hot path of a training day. */
static bool use_changes_nothing(const struct work_row *use, const struct work_row *person, const struct place_cache *places)
{
    if (row_is_removed(&use->row) || (use->placed_anew && use->stored.found && living(use->stored.members, use->stored.member_count) > 0))
        return false;
    for (size_t i = 0; i < use->member_count; i++) {
        const struct ledger_place *needed = &places->places[use->members[i].place - 1];
        bool covered = false;
        for (size_t k = 0; k < person->member_count && !covered && !use->members[i].gone; k++) {
            const struct ledger_place *has = &places->places[person->members[k].place - 1];
            covered = !person->members[k].gone && (has == needed || place_covers((struct place){has->programme, has->municipality},
                                                                                 (struct place){needed->programme, needed->municipality}));
        }
        if (!covered && !use->members[i].gone)
            return false;
    }
    return true;
}

static bool follow(struct custody *custody, struct work_row *row, struct error *err)
{
    const struct scope_dependent *dependent = scope_dependents(row->row.entity);

    for (; dependent->entity != NULL; dependent++) {
        char id[ROW_ID_SIZE];
        struct work_row *used;
        if (dependent->direction == SCOPE_REFERS_TO_IT) {
            struct referring_walk walk = {custody, dependent->entity, err, false};
            if (!custody->ledger->rows_referring(custody->work, dependent->entity, dependent->field, row->row.id, queue_referring, &walk,
                                                 err) ||
                walk.failed)
                return false;
            continue;
        }
        if (!work_row_reference(row, entity_field(row->entity, dependent->field), id))
            continue;
        used = row_here(custody, dependent->entity, id, err);
        if (used == NULL)
            return false;
        if (!work_row_exists(used) || used->queued || use_changes_nothing(row, used, custody->places))
            continue;
        if (!placing_queue(custody, used, err))
            return false;
    }
    return workset_load(&custody->set, err);
}

static bool store_sums(struct custody *custody, size_t places_before, struct error *err)
{
    struct ledger_place *sums = arena_take_many(custody->arena, custody->delta_count + custody->places->count + 1, sizeof *sums);
    size_t count = 0;

    if (sums == NULL)
        return custody_no_memory(err);
    for (size_t id = 0; id <= custody->places->count; id++) {
        bool touched = id < custody->delta_count && custody->deltas[id].touched;
        if (!touched && id <= places_before)
            continue;
        sums[count] = (struct ledger_place){.id = id, .programme = "*", .municipality = "*"};
        if (id != PLACE_EVERYTHING) {
            sums[count].programme = custody->places->places[id - 1].programme;
            sums[count].municipality = custody->places->places[id - 1].municipality;
        }
        count++;
    }
    if (!custody->ledger->places_sums(custody->work, sums, count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (sums[i].id >= custody->delta_count)
            continue;
        digest_add(&sums[i].digest, custody->deltas[sums[i].id].digest);
        sums[i].rows += (uint64_t)custody->deltas[sums[i].id].rows;
    }
    return custody->ledger->places_put(custody->work, sums, count, err);
}

/* First all whose places may be others now, and what hangs on those; then what only moved where it is. */
bool placing_run(struct custody *custody, struct error *err)
{
    size_t places_before = custody->places->count;

    for (size_t i = 0; i < custody->queue_count; i++) {
        struct work_row *row = custody->queue[i];
        if (!row->loaded && !workset_load(&custody->set, err))
            return false;
        if (!work_row_exists(row))
            continue;
        if (!place(custody, row, true, err))
            return false;
        if ((row->placed_anew || !row->stored.found || row->matters) && !follow(custody, row, err))
            return false;
    }
    for (size_t i = 0; i < custody->set.count; i++) {
        struct work_row *row = custody->set.rows[i];
        if (row->touched && row->moved && !row->placed && !place(custody, row, false, err))
            return false;
    }
    return store_sums(custody, places_before, err);
}
