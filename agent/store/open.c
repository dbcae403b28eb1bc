// SPDX-License-Identifier: Apache-2.0
/* Opening and closing the store.
 *
 * Here:      the order of the steps, and what is undone when one fails.
 * Not here:  the steps: recipe.c, migrations.c, incarnation.c.
 */
#include "agent/store/store_internal.h"

#include <stdlib.h>
#include <string.h>

static char *copy_of(const char *text)
{
    const size_t size = strlen(text) + 1;
    char *copy = malloc(size);

    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

static bool make(struct store *store, struct error *err)
{
    bool ok = transaction_begin(store, err);

    if (!ok)
        return false;
    ok = migrations_create(store, err) && standing_read(store, err);
    store->now.checked_ms = (uint64_t)store->ports.clock.wall_ms(store->ports.clock.self);
    ok = ok && log_start(store, 0, 0, err);
    if (!transaction_end(store, ok, err))
        return false;
    /* Durable, so that a power cut does not make the file look lost. */
    incarnation_write(store, true);
    return true;
}

static bool take_up(struct store *store, struct error *err)
{
    return standing_read(store, err) && recipe_check(store, err) && server_read(store, err) && migrations_follow_entities(store, err);
}

struct store *store_new(const char *path, const struct store_ports *ports, struct error *err)
{
    struct store *store = calloc(1, sizeof *store);

    if (store == NULL || (store->path = copy_of(path)) == NULL || (ports->vfs != NULL && (store->vfs = copy_of(ports->vfs)) == NULL) ||
        (store->by_entity = calloc(entity_count + 1, sizeof *store->by_entity)) == NULL ||
        (store->revisions = calloc(entity_count + 1, sizeof *store->revisions)) == NULL) {
        store_no_memory(err);
        store_close(store);
        return NULL;
    }
    store->ports = *ports;
    store->revision = (uint64_t)ports->clock.wall_ms(ports->clock.self) * REVISIONS_PER_MS;
    for (size_t i = 0; i <= entity_count; i++)
        store->revisions[i] = store->revision;
    return store;
}

bool store_open(const char *path, enum store_mode mode, const struct store_ports *ports, struct store **ret, struct error *err)
{
    struct store *store = store_new(path, ports, err);
    bool done = false;

    if (store == NULL || !recipe_open(store, mode, err))
        goto out;
    if (!(mode == STORE_CREATE ? make(store, err) : take_up(store, err)) || !incarnation_check(store, err))
        goto out;
    *ret = store;
    store = NULL;
    done = true;
out:
    store_close(store);
    return done;
}

static void disconnect(struct store *store)
{
    statements_finalize(store);
    sqlite3_close(store->db);
    guard_destroy(store->guard);
    store->db = NULL;
    store->guard = NULL;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    if ((store->touched || store->checked) && !store->broken)
        recipe_close(store);
    disconnect(store);
    waiting_forget(store);
    bytes_clear(&store->introduction);
    bytes_clear(&store->scratch);
    free(store->by_entity);
    free(store->revisions);
    free(store->path);
    free(store->vfs);
    free(store);
}

bool store_is_broken(const struct store *store)
{
    return store->broken;
}

bool store_reopen(struct store *store, struct error *err)
{
    struct store_ports ports = store->ports;
    struct store *fresh = NULL;
    struct store broken;

    ports.vfs = store->vfs;
    store->broken = true;
    disconnect(store); /* first: it holds the file alone */
    if (!store_open(store->path, STORE_MUST_EXIST, &ports, &fresh, err))
        return false;
    /* The WAL may be whole in the system's memory and torn on the disk, where it would cut off what is written behind it. */
    if (!recipe_checkpoint(fresh, err)) {
        store_close(fresh);
        return false;
    }
    if (fresh->revision <= store->revision)
        fresh->revision = store->revision + 1;
    for (size_t i = 0; i <= entity_count; i++)
        if (fresh->revisions[i] <= store->revisions[i])
            fresh->revisions[i] = store->revisions[i] + 1;
    broken = *store;
    *store = *fresh;
    *fresh = broken;
    store_close(fresh);
    return true;
}
