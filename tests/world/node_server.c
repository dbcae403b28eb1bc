// SPDX-License-Identifier: Apache-2.0
/* The server of a world: the real one, on a simulated disk.
 *
 * Here:      start, stop, power cuts, backup and restore, answering the road.
 * Not here:  what the server does (server-stub/app).
 */
#define _POSIX_C_SOURCE 200809L /* strtok_r */
#include <stdio.h>
#include <string.h>

#include "server-stub/ledger/ledger.h"
#include "server-stub/ledger/sqlite.h"
#include "tests/world/world_internal.h"

enum { RECOVERIES_MAX = 16, GRANTS_TEXT_SIZE = 256 };

struct server_ports server_node_ports(struct world *world)
{
    return (struct server_ports){.clock = sim_clock_port(&world->server_clock), .chance = sim_chance_port(&world->server_chance)};
}

static struct ledger *ledger_open(struct world *world, enum ledger_open_mode mode, struct error *err)
{
    const struct ledger_sqlite_options options = {.vfs = sim_disk_vfs(world->server_disk), .readers = 0};
    struct ledger *ledger = NULL;
    return ledger_sqlite_open(LEDGER_PATH, mode, &options, &ledger, err) ? ledger : NULL;
}

static bool try_start(struct world *world, struct error *err)
{
    const struct server_ports ports = server_node_ports(world);
    struct ledger *ledger = ledger_open(world, LEDGER_MUST_EXIST, err);
    if (ledger == NULL)
        return false;
    if (server_open(ledger, &ports, &world->server, err))
        return true;
    world->server = NULL;
    return false;
}

void server_node_make(struct world *world)
{
    const struct server_ports ports = server_node_ports(world);
    struct error err = {0};
    struct ledger *ledger = ledger_open(world, LEDGER_CREATE, &err);
    if (ledger == NULL || !server_init(ledger, &ports, "the association", &err) || !server_open(ledger, &ports, &world->server, &err))
        world_fails(world, "no server was made: %s", err.cause);
}

/* Up again after whatever happened; the power may go once more while it gets up. */
void server_node_start(struct world *world)
{
    bool was_failing = sim_disk_is_failing(world->server_disk);
    for (int turn = 0; turn < RECOVERIES_MAX; turn++) {
        struct error err = {0};
        if (try_start(world, &err))
            return;
        was_failing = was_failing || sim_disk_is_failing(world->server_disk);
        if (sim_disk_is_cut(world->server_disk))
            sim_disk_power_cut(world->server_disk);
        else if (!was_failing)
            world_fails(world, "the server did not come up: %s", err.cause);
        was_failing = sim_disk_is_failing(world->server_disk);
    }
    world_fails(world, "the server did not come up in %d attempts", RECOVERIES_MAX);
}

void server_node_stop(struct world *world)
{
    server_close(world->server);
    world->server = NULL;
}

static void recover(struct world *world)
{
    server_node_stop(world);
    sim_disk_power_cut(world->server_disk);
    world_notes(world, "the server lost power", "server", sim_disk_operations(world->server_disk));
    server_node_start(world);
}

void world_server_loses_power(struct world *world)
{
    sim_disk_cut(world->server_disk);
    recover(world);
}

void world_server_restarts(struct world *world)
{
    server_node_stop(world);
    server_node_start(world);
    world_notes(world, "restarted", "server", 0);
}

/* After a failed command: the power comes back, or somebody starts the server again. */
static void gets_well(struct world *world)
{
    if (sim_disk_is_cut(world->server_disk))
        recover(world);
    else
        world_server_restarts(world);
}

static bool answer(void *self, const char *path, struct span request, struct bytes *ret_reply, struct error *err)
{
    struct world *world = self;
    struct error why = {0};
    const size_t before = ret_reply->size;
    const bool done = strcmp(path, SYNC_PATH) == 0 ? server_exchange(world->server, request, ret_reply, &why)
                                                   : server_enrol(world->server, request, "198.51.100.7", ret_reply, &why);
    world_notes(world, done ? "answered" : "not answered", path, ret_reply->size - before);
    if (sim_disk_is_cut(world->server_disk))
        recover(world);
    if (done)
        return true;
    ret_reply->size = before;
    /* HTTP would say 400 or 5xx: nothing that a device may conclude anything from. */
    return error_set(err, ERROR_RETRY, "", "the server gave no answer");
}

bool server_node_bundle(struct world *world, struct span bundle, struct bytes *ret_reply, struct error *err)
{
    const bool done = server_bundle(world->server, bundle, ret_reply, err);
    if (sim_disk_is_cut(world->server_disk))
        recover(world);
    return done;
}

struct sim_far_end server_node_far_end(struct world *world)
{
    return (struct sim_far_end){.answer = answer, .self = world};
}

/* --- the words of stories ----------------------------------------------------------------------------------------------- */

struct server *world_server(struct world *world)
{
    return world->server;
}

struct sim_disk *world_server_disk(struct world *world)
{
    return world->server_disk;
}

struct sim_clock *world_server_clock(struct world *world)
{
    return &world->server_clock;
}

void world_backs_up_server(struct world *world)
{
    struct error err = {0};
    sim_disk_remove(world->server_disk, BACKUP_PATH);
    for (int turn = 0; !server_backup(world->server, BACKUP_PATH, NULL, NULL, &err); turn++) {
        if (turn == RECOVERIES_MAX)
            world_fails(world, "no backup was made: %s", err.cause);
        gets_well(world);
        error_clear(&err); /* the first failure would stay */
        sim_disk_remove(world->server_disk, BACKUP_PATH);
    }
    world_notes(world, "backup", "server", 0);
}

static bool try_restore(struct world *world, struct error *err)
{
    const struct server_ports ports = server_node_ports(world);
    if (!sim_disk_copy_file(world->server_disk, BACKUP_PATH, LEDGER_PATH))
        world_fails(world, "there was no backup to restore");
    struct ledger *ledger = ledger_open(world, LEDGER_MUST_EXIST, err);
    if (ledger == NULL)
        return false;
    if (server_restored(ledger, &ports, err))
        return server_open(ledger, &ports, &world->server, err);
    ledger->close(ledger);
    return false;
}

void world_restores_server(struct world *world)
{
    struct error err = {0};
    server_node_stop(world);
    for (int turn = 0; !try_restore(world, &err); turn++) {
        world->server = NULL;
        if (turn == RECOVERIES_MAX || !sim_disk_is_cut(world->server_disk))
            world_fails(world, "the backup was not restored: %s", err.cause);
        sim_disk_power_cut(world->server_disk);
        error_clear(&err);
    }
    world->server_was_restored = true;
    model_server_restored(world);
    world_notes(world, "restored", "server", 0);
}

void world_revokes(struct world *world, const char *device, bool revoked)
{
    struct error err = {0};
    if (!server_device_revoke(world->server, device, revoked, &err))
        world_fails(world, "%s was not revoked: %s", device, err.cause);
    world_notes(world, "revoked", device, revoked);
}

size_t grants_of_text(struct world *world, struct arena *arena, const char *text, struct grant *ret)
{
    char copy[GRANTS_TEXT_SIZE];
    size_t count = 0;
    struct error err = {0};
    snprintf(copy, sizeof copy, "%s", text);
    for (char *rest = copy, *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        if (count == WORLD_GRANTS_MAX || !grant_parse(arena, word, &ret[count++], &err))
            world_fails(world, "grants \"%s\": %s", text, err.cause);
    }
    return count;
}

void world_grants(struct world *world, const char *device, const char *grants)
{
    struct arena arena = {0};
    struct grant list[WORLD_GRANTS_MAX];
    struct error err = {0};
    const size_t count = grants_of_text(world, &arena, grants, list);
    for (int turn = 0; !server_device_scope(world->server, device, list, count, &err); turn++) {
        if (turn == RECOVERIES_MAX)
            world_fails(world, "%s was not granted \"%s\": %s", device, grants, err.cause);
        gets_well(world);
        error_clear(&err);
    }
    arena_clear(&arena);
    world_notes(world, grants, device, count);
}
