// SPDX-License-Identifier: Apache-2.0
/* When the digests differ: where, and making it equal.
 *
 * Here:      the digest of each bucket; dropping what a bucket's whole content does not name.
 * Not here:  deciding to look (device_session), the rows that come (apply.c).
 */
#include "agent/store/store_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sums {
    struct store *store;
    struct digest *buckets;
};

static bool add_to_bucket(void *context, struct arena *arena, const struct held *held, struct error *err)
{
    const struct sums *sums = context;

    (void)arena;
    (void)err;
    digest_add_times(&sums->buckets[digest_bucket(held->row.entity, held->row.id, sums->store->digest_key)], held->digest, held->many);
    return true;
}

bool store_buckets(struct store *store, struct digest ret[BUCKETS], struct error *err)
{
    struct sums sums = {store, ret};
    const struct held_visitor visitor = {add_to_bucket, &sums};

    memset(ret, 0, BUCKETS * sizeof *ret);
    return held_each(store, &visitor, err);
}

/* --- replacing ---------------------------------------------------------------------------------------------------------------- */

struct name {
    const char *entity, *id;
};
struct names {
    struct store *store;
    struct arena arena;
    const struct name *named; /* in the page, sorted */
    size_t named_count;
    const uint8_t *is_asked; /* per bucket */
    struct name *strangers;  /* held here, in such a bucket, and not named */
    size_t count, room;
};

static int compare_names(const void *a, const void *b)
{
    const struct name *left = a, *right = b;
    const int order = strcmp(left->entity, right->entity);

    return order != 0 ? order : strcmp(left->id, right->id);
}

static bool note_stranger(void *context, struct arena *arena, const struct held *held, struct error *err)
{
    struct names *names = context;
    const struct name name = {held->row.entity, held->row.id};

    (void)arena;
    if (!names->is_asked[digest_bucket(name.entity, name.id, names->store->digest_key)] ||
        bsearch(&name, names->named, names->named_count, sizeof name, compare_names) != NULL)
        return true;
    if (names->count == names->room) {
        const size_t room = names->room == 0 ? 64 : 2 * names->room;
        struct name *grown = arena_grow(&names->arena, names->strangers, names->count, room, sizeof *grown);

        if (grown == NULL)
            return store_no_memory(err);
        names->strangers = grown;
        names->room = room;
    }
    struct name *kept = &names->strangers[names->count++];
    kept->entity = arena_text(&names->arena, name.entity);
    kept->id = arena_text(&names->arena, name.id);
    return (kept->entity != NULL && kept->id != NULL) || store_no_memory(err);
}

static bool stranger_drop(struct store *store, const struct name *name, uint64_t known, struct error *err)
{
    struct arena arena = {0};
    struct held held;
    bool waits = false;
    bool done = row_is_waiting(store, name->entity, name->id, known, &waits, err) &&
                (waits || (held_read(store, &arena, name->entity, name->id, &held, err) && held_drop(store, &held, err)));

    arena_clear(&arena);
    return done;
}

bool repair_buckets(struct store *store, const struct session_action *action, uint64_t known, struct error *err)
{
    uint8_t is_asked[BUCKETS] = {0};
    struct names names = {.store = store, .is_asked = is_asked};
    const struct held_visitor visitor = {note_stranger, &names};
    const size_t row_count = action->page == NULL ? 0 : action->page->row_count;
    const size_t key_count = action->page == NULL ? 0 : action->page->key_count;
    struct name *named = arena_take_many(&names.arena, row_count + key_count + 1, sizeof *named);
    char detail[120];
    bool done = named != NULL || store_no_memory(err);

    for (size_t i = 0; done && i < row_count; i++)
        named[i] = (struct name){action->page->rows[i].row.entity, action->page->rows[i].row.id};
    for (size_t i = 0; done && i < key_count; i++)
        named[row_count + i] = (struct name){action->page->keys[i].entity, action->page->keys[i].id};
    for (size_t i = 0; i < action->bucket_count; i++)
        is_asked[action->buckets[i]] = 1;
    if (done) {
        qsort(named, row_count + key_count, sizeof *named, compare_names);
        names.named = named;
        names.named_count = row_count + key_count;
        done = held_each(store, &visitor, err);
    }
    for (size_t i = 0; done && i < names.count; i++)
        done = stranger_drop(store, &names.strangers[i], known, err);
    if (done) {
        snprintf(detail, sizeof detail, "%zu buckets differed: %zu rows came, %zu rows went", action->bucket_count, row_count, names.count);
        done = incident_add(store, "digest", detail, err);
    }
    arena_clear(&names.arena);
    return done;
}
