// SPDX-License-Identifier: Apache-2.0
/* Places, their sums, and the feed of each, in SQLite.
 *
 * Here:      places, shapes, reading the feed of several places in one order.
 * Not here:  writing the feed (it moves with its rows: sqlite_rows.c).
 */
#include <stdlib.h>
#include <string.h>

#include "server-stub/ledger/sqlite_internal.h"

static bool places_after(struct ledger_work *work, struct arena *arena, uint64_t after_id, struct ledger_place **ret, size_t *ret_count,
                         struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_PLACES_AFTER];
    struct ledger_place *places = NULL;
    size_t count = 0, room = 0;
    bool row = true, done = true;

    bind_u64(statement, 1, after_id);
    for (;;) {
        done = step_row(work, statement, &row, "read the places", err);
        if (!done || !row)
            break;
        if (count == room) {
            places = arena_grow(arena, places, count, room = room * 2 + 16, sizeof *places);
            if (places == NULL) {
                done = no_memory(err);
                break;
            }
        }
        struct ledger_place *place = &places[count++];
        place->id = column_u64(statement, 0);
        place->programme = arena_text(arena, column_text(statement, 1));
        place->municipality = arena_text(arena, column_text(statement, 2));
        place->digest.low = column_u64(statement, 3);
        place->digest.high = column_u64(statement, 4);
        place->rows = column_u64(statement, 5);
        if (place->programme == NULL || place->municipality == NULL) {
            done = no_memory(err);
            break;
        }
    }
    sqlite3_reset(statement);
    *ret = places;
    *ret_count = count;
    return done;
}

static bool places_sums(struct ledger_work *work, struct ledger_place *places, size_t count, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_PLACE_SUMS];
    bool row, done = true;

    for (size_t i = 0; done && i < count; i++) {
        places[i].digest = (struct digest){0};
        places[i].rows = 0;
        bind_u64(statement, 1, places[i].id);
        done = step_row(work, statement, &row, "read a place's sum", err);
        if (done && row) {
            places[i].digest.low = column_u64(statement, 0);
            places[i].digest.high = column_u64(statement, 1);
            places[i].rows = column_u64(statement, 2);
        }
        sqlite3_reset(statement);
    }
    return done;
}

static bool places_put(struct ledger_work *work, const struct ledger_place *places, size_t count, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_PLACE_PUT];

    for (size_t i = 0; i < count; i++) {
        if (places[i].id >= FEED_PLACES_MAX)
            return error_set(err, ERROR_LIMIT, "Look for devices that make up programmes or municipalities.", "%d places are too many",
                             FEED_PLACES_MAX);
        bind_u64(statement, 1, places[i].id);
        bind_text(statement, 2, places[i].programme);
        bind_text(statement, 3, places[i].municipality);
        bind_u64(statement, 4, places[i].digest.low);
        bind_u64(statement, 5, places[i].digest.high);
        bind_u64(statement, 6, places[i].rows);
        if (!step_done(work, statement, "write a place's sum", err))
            return false;
    }
    return true;
}

static bool shapes_add(struct ledger_work *work, const struct ledger_shape *shapes, const int64_t *more, size_t count, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_SHAPE_ADD], *empty = work->statements[STATEMENT_SHAPE_EMPTY];

    for (size_t i = 0; i < count; i++) {
        bytes_reset(&work->scratch);
        for (size_t k = 0; k < shapes[i].place_count; k++)
            bytes_append_varint(&work->scratch, shapes[i].places[k]);
        if (work->scratch.failed)
            return no_memory(err);
        bind_blob(statement, 1, work->scratch.data, work->scratch.size);
        sqlite3_bind_int64(statement, 2, more[i]);
        if (!step_done(work, statement, "count rows by their places", err))
            return false;
        if (more[i] >= 0)
            continue;
        bind_blob(empty, 1, work->scratch.data, work->scratch.size);
        if (!step_done(work, empty, "count rows by their places", err))
            return false;
    }
    return true;
}

static bool shapes_each(struct ledger_work *work, bool (*each)(void *context, const struct ledger_shape *shape), void *context,
                        struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_SHAPES_EACH];
    struct arena arena = {0};
    bool row = true, done = true;

    while (done && row) {
        struct ledger_shape shape = {0};
        done = step_row(work, statement, &row, "read the counts of rows", err);
        if (!done || !row)
            break;
        struct span in = column_blob(statement, 0);
        struct reader reader = reader_of(in.data, in.size);
        uint64_t *places = arena_take_many(&arena, in.size + 1, sizeof *places);
        if (places == NULL) {
            done = no_memory(err);
            break;
        }
        while (reader_left(&reader) > 0 && !reader.failed)
            places[shape.place_count++] = reader_varint(&reader);
        shape.places = places;
        shape.rows = column_u64(statement, 1);
        row = each(context, &shape);
        arena_clear(&arena);
    }
    sqlite3_reset(statement);
    arena_clear(&arena);
    return done;
}

/* --- feed -------------------------------------------------------------------------------------------------------------- */

struct feed_list {
    struct ledger_feed_entry *entries;
    size_t count, room;
};

static bool entry_of_columns(struct arena *arena, sqlite3_stmt *statement, uint64_t place, struct ledger_feed_entry *ret)
{
    int64_t entity = sqlite3_column_int64(statement, 1);
    char *id = arena_text(arena, column_text(statement, 3));

    if (id == NULL)
        return false;
    ret->place = place;
    ret->position = column_u64(statement, 0) & FEED_POSITION_MAX;
    ret->gone = sqlite3_column_int(statement, 2) != 0;
    if (entity >= 1 && (size_t)entity <= entity_count) {
        ret->entity = entities[entity - 1].name;
        ret->id = id;
        return true;
    }
    char *slash = strchr(id, '/');
    ret->entity = id;
    ret->id = slash != NULL ? slash + 1 : id + strlen(id);
    if (slash != NULL)
        *slash = '\0';
    return true;
}

/* One place's part, at most `limit` entries; *through falls to the last one when there may be more. */
static bool feed_of_place(struct ledger_work *work, struct arena *arena, uint64_t place, uint64_t from, size_t limit, uint64_t *through,
                          struct feed_list *list, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_FEED_READ];
    size_t count = 0;
    bool row = true, done = true;

    bind_u64(statement, 1, feed_key(place, from));
    bind_u64(statement, 2, feed_key(place, *through));
    sqlite3_bind_int64(statement, 3, (int64_t)limit);
    while (count < limit) {
        done = step_row(work, statement, &row, "read the feed", err);
        if (!done || !row)
            break;
        if (list->count == list->room) {
            list->entries = arena_grow(arena, list->entries, list->count, list->room * 2 + 64, sizeof *list->entries);
            list->room = list->room * 2 + 64;
        }
        if (list->entries == NULL || !entry_of_columns(arena, statement, place, &list->entries[list->count])) {
            done = no_memory(err);
            break;
        }
        list->count++;
        count++;
    }
    sqlite3_reset(statement);
    if (done && count == limit && count > 0)
        *through = list->entries[list->count - 1].position;
    return done;
}

static int entry_order(const void *a, const void *b)
{
    const struct ledger_feed_entry *x = a, *y = b;

    if (x->position != y->position)
        return x->position < y->position ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static bool feed_read(struct ledger_work *work, struct arena *arena, const uint64_t *places, size_t place_count, uint64_t from, uint64_t to,
                      size_t limit, struct ledger_feed_entry **ret, size_t *ret_count, uint64_t *ret_through, struct error *err)
{
    struct feed_list list = {0};
    uint64_t through = to > FEED_POSITION_MAX ? FEED_POSITION_MAX : to;

    if (limit == 0)
        limit = 1;
    for (size_t i = 0; i < place_count; i++)
        if (!feed_of_place(work, arena, places[i], from, limit, &through, &list, err))
            return false;
    if (list.count > 1 && place_count > 1)
        qsort(list.entries, list.count, sizeof *list.entries, entry_order);
    while (list.count > 0 && list.entries[list.count - 1].position > through)
        list.count--;
    *ret = list.entries;
    *ret_count = list.count;
    *ret_through = through;
    return true;
}

void sqlite_places_fill(struct ledger *port)
{
    port->places_after = places_after;
    port->places_sums = places_sums;
    port->places_put = places_put;
    port->shapes_add = shapes_add;
    port->shapes_each = shapes_each;
    port->feed_read = feed_read;
}
