// SPDX-License-Identifier: Apache-2.0
/* Verify, second half: does what stands follow from what was received?
 *
 * Here:      rows, columns, memberships, feed, sums and standings, compared with those of the replay.
 * Not here:  the replay (verify.c).
 *
 * Places are compared by name: their ids are each ledger's own. Positions are compared with the feed: each row once in the order of
 * everything, and in the feed of each of its places.
 */
#include <stdlib.h>
#include <string.h>

#include "server-stub/app/verify.h"

struct state_walk {
    struct verify *verify;
    struct arena arena; /* of one row */
    struct ledger_place *places, *scratch_places;
    size_t place_count, scratch_place_count;
    uint64_t rows, entries;
    struct error *err;
    bool failed;
};

static const struct ledger_place *place_at(const struct ledger_place *places, size_t count, uint64_t id)
{
    return id >= 1 && id <= count && places[id - 1].id == id ? &places[id - 1] : NULL;
}

static bool same_place(const struct ledger_place *a, const struct ledger_place *b)
{
    return a != NULL && b != NULL && strcmp(a->programme, b->programme) == 0 && strcmp(a->municipality, b->municipality) == 0;
}

static bool same_members(const struct state_walk *walk, const struct ledger_row *stored, const struct ledger_row *made)
{
    if (stored->member_count != made->member_count)
        return false;
    for (size_t i = 0; i < stored->member_count; i++) {
        const struct ledger_place *place = place_at(walk->places, walk->place_count, stored->members[i].place);
        bool found = false;
        for (size_t k = 0; k < made->member_count && !found; k++)
            found = same_place(place, place_at(walk->scratch_places, walk->scratch_place_count, made->members[k].place)) &&
                    stored->members[i].gone == made->members[k].gone;
        if (!found)
            return false;
    }
    return true;
}

/* The one entry that the feed of a place must have for this row. */
static void entry_check(struct state_walk *walk, const struct ledger_row *stored, uint64_t place, uint64_t position, bool gone)
{
    struct verify *verify = walk->verify;
    struct ledger *ledger = verify->ledger;
    struct ledger_feed_entry *entries = NULL;
    size_t count = 0;
    uint64_t through = 0;

    walk->entries++;
    if (position == 0 || position > verify->stored_totals.position) {
        verify_finding(verify, "%s %s: its position %llu was never given out", stored->entity, stored->id, (unsigned long long)position);
        return;
    }
    walk->failed =
        !ledger->feed_read(verify->work, &walk->arena, &place, 1, position - 1, position, 2, &entries, &count, &through, walk->err);
    if (walk->failed)
        return;
    if (count != 1 || strcmp(entries[0].entity, stored->entity) != 0 || strcmp(entries[0].id, stored->id) != 0 || entries[0].gone != gone)
        verify_finding(verify, "%s %s: the feed of place %llu does not have it at %llu", stored->entity, stored->id,
                       (unsigned long long)place, (unsigned long long)position);
}

static bool row_check(void *context, const struct ledger_row *stored)
{
    struct state_walk *walk = context;
    struct verify *verify = walk->verify;
    struct ledger_row made = {.entity = stored->entity, .id = stored->id};
    struct ledger_row shown = *stored;
    struct row row;
    struct error err = {0};
    const char *column = NULL;

    walk->rows++;
    arena_clear(&walk->arena);
    walk->failed = !verify->scratch->rows_load(verify->scratch_work, &walk->arena, &made, 1, walk->err);
    if (walk->failed)
        return false;
    if (!made.found) {
        verify_finding(verify, "%s %s: no segment speaks of it", stored->entity, stored->id);
        return true;
    }
    if (made.state.size != stored->state.size || memcmp(made.state.data, stored->state.data, made.state.size) != 0)
        verify_finding(verify, "%s %s: its state does not follow from the segments", stored->entity, stored->id);
    if (!same_members(walk, stored, &made))
        verify_finding(verify, "%s %s: its places do not follow from the segments", stored->entity, stored->id);
    if (row_read(&walk->arena, stored->state, stored->entity, stored->id, &row, &err)) {
        shown.row = &row;
        walk->failed = !verify->ledger->row_columns_check(verify->work, &walk->arena, &shown, &column, walk->err);
        if (!walk->failed && column != NULL)
            verify_finding(verify, "%s %s: its column %s does not show its state", stored->entity, stored->id, column);
    }
    entry_check(walk, stored, PLACE_EVERYTHING, stored->position, false);
    for (size_t i = 0; i < stored->member_count && !walk->failed; i++)
        entry_check(walk, stored, stored->members[i].place, stored->members[i].gone ? stored->members[i].position : stored->position,
                    stored->members[i].gone);
    return !walk->failed;
}

static bool rows_check(struct state_walk *walk, struct error *err)
{
    struct verify *verify = walk->verify;

    for (size_t i = 0; i <= entity_count && !walk->failed; i++) {
        if (i < entity_count && (entities[i].flags & ENTITY_DERIVED) != 0)
            continue;
        if (!verify->ledger->rows_each(verify->work, i < entity_count ? entities[i].name : NULL, row_check, walk, err))
            return false;
    }
    return !walk->failed;
}

/* Entries that no row speaks of. */
static bool feed_check(struct state_walk *walk, struct error *err)
{
    struct verify *verify = walk->verify;
    uint64_t counted = 0;

    for (uint64_t place = 0; place <= walk->place_count; place++) {
        uint64_t position = 0;
        while (position < LEDGER_POSITION_MAX) {
            struct ledger_feed_entry *entries = NULL;
            size_t count = 0;
            arena_clear(&walk->arena);
            if (!verify->ledger->feed_read(verify->work, &walk->arena, &place, 1, position, LEDGER_POSITION_MAX, 4096, &entries,
                                                   &count, &position, err))
                return false;
            counted += count;
        }
    }
    if (counted != walk->entries)
        verify_finding(verify, "the feed has %llu entries, the rows have %llu", (unsigned long long)counted,
                       (unsigned long long)walk->entries);
    return true;
}

static void sum_check(struct state_walk *walk, const struct ledger_place *stored, const struct ledger_place *made)
{
    struct verify *verify = walk->verify;

    if (made == NULL)
        verify_finding(verify, "place %llu: no segment speaks of it", (unsigned long long)stored->id);
    else if (!digest_equal(stored->digest, made->digest) || stored->rows != made->rows)
        verify_finding(verify, "place %llu: its sum or its count of rows does not fit", (unsigned long long)stored->id);
}

static bool sums_check(struct state_walk *walk, struct error *err)
{
    struct verify *verify = walk->verify;
    struct ledger_place stored = {.id = PLACE_EVERYTHING}, made = {.id = PLACE_EVERYTHING};

    if (!verify->ledger->places_sums(verify->work, &stored, 1, err) ||
        !verify->scratch->places_sums(verify->scratch_work, &made, 1, err))
        return false;
    sum_check(walk, &stored, &made);
    for (size_t i = 0; i < walk->place_count; i++) {
        const struct ledger_place *same = NULL;
        for (size_t k = 0; k < walk->scratch_place_count && same == NULL; k++)
            if (same_place(&walk->places[i], &walk->scratch_places[k]))
                same = &walk->scratch_places[k];
        if (walk->places[i].id != i + 1)
            verify_finding(verify, "place %llu: place %zu was due", (unsigned long long)walk->places[i].id, i + 1);
        sum_check(walk, &walk->places[i], same);
    }
    if (walk->place_count != walk->scratch_place_count)
        verify_finding(verify, "%zu places are there, %zu follow from the segments", walk->place_count, walk->scratch_place_count);
    return true;
}

/* --- shapes: how many rows are in the same two or more places ---------------------------------------------------------- */

struct shape_sum {
    const struct ledger_place *places;
    size_t place_count;
    struct digest sum; /* over all shapes: of their places' names and their rows */
    uint64_t unknown;
};

static int name_order(const void *a, const void *b)
{
    const struct ledger_place *const *x = a, *const *y = b;

    return place_compare((struct place){(*x)->programme, (*x)->municipality}, (struct place){(*y)->programme, (*y)->municipality});
}

static bool shape_add(void *context, const struct ledger_shape *shape)
{
    static const uint8_t no_key[SECRET_KEY_SIZE];
    struct shape_sum *sum = context;
    const struct ledger_place **named = calloc(shape->place_count + 1, sizeof(struct ledger_place *));
    struct bytes text = {0};
    uint8_t hash[SECRET_SUM_SIZE] = {0};
    struct digest digest;

    for (size_t i = 0; named != NULL && i < shape->place_count; i++) {
        named[i] = place_at(sum->places, sum->place_count, shape->places[i]);
        if (named[i] == NULL) {
            sum->unknown++;
            free(named);
            return true;
        }
    }
    if (named == NULL)
        return false;
    qsort(named, shape->place_count, sizeof(struct ledger_place *), name_order);
    for (size_t i = 0; i < shape->place_count; i++) {
        bytes_append_text(&text, named[i]->programme);
        bytes_append_text(&text, named[i]->municipality);
    }
    bytes_append_u64(&text, shape->rows);
    secret_sum(no_key, bytes_span(&text), hash);
    memcpy(&digest.low, hash, sizeof digest.low);
    memcpy(&digest.high, hash + sizeof digest.low, sizeof digest.high);
    digest_add(&sum->sum, digest);
    bytes_clear(&text);
    free(named);
    return true;
}

static bool shapes_check(struct state_walk *walk, struct error *err)
{
    struct verify *verify = walk->verify;
    struct shape_sum stored = {.places = walk->places, .place_count = walk->place_count};
    struct shape_sum made = {.places = walk->scratch_places, .place_count = walk->scratch_place_count};

    if (!verify->ledger->shapes_each(verify->work, shape_add, &stored, err) ||
        !verify->scratch->shapes_each(verify->scratch_work, shape_add, &made, err))
        return false;
    if (stored.unknown > 0 || !digest_equal(stored.sum, made.sum))
        verify_finding(verify, "the counts of rows in several places do not fit");
    return true;
}

/* --- standings --------------------------------------------------------------------------------------------------------- */

static bool standing_check(void *context, const struct ledger_log *stored)
{
    struct state_walk *walk = context;
    struct verify *verify = walk->verify;
    struct ledger_log made = {0};
    char text[LOG_TEXT_SIZE];
    bool found = false;

    arena_clear(&walk->arena);
    walk->failed = !verify->scratch->log_get(verify->scratch_work, &walk->arena, stored->log, &made, &found, walk->err);
    if (walk->failed)
        return false;
    log_text(stored->log, text);
    if (stored->last_seq != made.last_seq || stored->last_time != made.last_time || stored->quarantined != made.quarantined ||
        memcmp(stored->last_head, made.last_head, HASH_SIZE) != 0 || stored->safe_seq > stored->last_seq)
        verify_finding(verify, "log %s: its standing does not follow from its segments", text);
    return true;
}

static void totals_check(struct verify *verify)
{
    const struct ledger_totals *stored = &verify->stored_totals, *made = &verify->totals;

    if (stored->changes != made->changes || stored->quarantined != made->quarantined || stored->conflicts != made->conflicts ||
        stored->position != made->position)
        verify_finding(verify, "the totals do not follow from the segments");
}

static bool missing_check(struct state_walk *walk, struct error *err)
{
    struct ledger_place everything = {.id = PLACE_EVERYTHING};

    if (!walk->verify->scratch->places_sums(walk->verify->scratch_work, &everything, 1, err))
        return false;
    if (everything.rows != walk->rows)
        verify_finding(walk->verify, "%llu rows are there, %llu follow from the segments", (unsigned long long)walk->rows,
                       (unsigned long long)everything.rows);
    return true;
}

bool verify_state(struct verify *verify, struct error *err)
{
    struct state_walk walk = {.verify = verify, .err = err};
    bool done;

    done = verify->ledger->places_after(verify->work, &verify->arena, 0, &walk.places, &walk.place_count, err) &&
           verify->scratch->places_after(verify->scratch_work, &verify->arena, 0, &walk.scratch_places, &walk.scratch_place_count, err) &&
           rows_check(&walk, err) && missing_check(&walk, err) && feed_check(&walk, err) && sums_check(&walk, err) &&
           shapes_check(&walk, err) && verify->ledger->logs_each(verify->work, NULL, standing_check, &walk, err) && !walk.failed;
    if (done)
        totals_check(verify);
    arena_clear(&walk.arena);
    return done;
}
