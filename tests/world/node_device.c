// SPDX-License-Identifier: Apache-2.0
/* The devices of a world: the real store and the real driver, on a simulated machine.
 *
 * Here:      making, opening, power cuts, clones, backups; syncing; what stories ask of a device.
 * Not here:  recording (device_record.c), what must hold (check.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/sync/enrol.h"
#include "tests/world/world_internal.h"

enum { RECOVERIES_MAX = 16 };

struct store_ports device_ports(struct sim_device *device)
{
    return (struct store_ports){.clock = sim_clock_port(&device->clock),
                                .chance = sim_chance_port(&device->chance),
                                .vfs = sim_disk_vfs(device->disk),
                                .machine = device->machine};
}

struct sim_device *device_make(struct world *world, const char *name)
{
    struct sim_device *device = calloc(1, sizeof *device);
    if (device == NULL || world->device_count == DEVICES_MAX)
        world_fails(world, "no room for device %s", name);
    const uint64_t number = 2 + world->device_count;
    device->world = world;
    snprintf(device->name, sizeof device->name, "%s", name);
    snprintf(device->machine, sizeof device->machine, "machine-%llu", (unsigned long long)number);
    device->clock = sim_clock_of(&world->time);
    device->chance = sim_chance_of(world->seed, number * 3);
    device->disk = sim_disk_create(sim_chance_of(world->seed, number * 3 + 1));
    device->road = (struct sim_road){.far_end = server_node_far_end(world), .time = &world->time, .weather = world->weather};
    device->road.chance = sim_chance_of(world->seed, number * 3 + 2);
    device->road.is_cut = world->is_cut;
    if (device->disk == NULL)
        world_fails(world, "no disk for device %s", name);
    world->devices[world->device_count++] = device;
    return device;
}

void device_destroy(struct sim_device *device)
{
    if (device == NULL)
        return;
    store_close(device->store);
    sim_disk_destroy(device->disk);
    sim_disk_destroy(device->backup);
    sim_road_clear(&device->road);
    free(device);
}

/* Up again after whatever happened; the power may go once more while it gets up. */
void device_open(struct sim_device *device, enum store_mode mode)
{
    bool was_failing = sim_disk_is_failing(device->disk);
    for (int turn = 0; turn < RECOVERIES_MAX; turn++) {
        const struct store_ports ports = device_ports(device);
        struct error err = {0};
        if (store_open(STORE_PATH, mode, &ports, &device->store, &err))
            return;
        device->store = NULL;
        was_failing = was_failing || sim_disk_is_failing(device->disk);
        if (sim_disk_is_cut(device->disk))
            sim_disk_power_cut(device->disk);
        else if (!was_failing)
            world_fails(device->world, "the store of %s did not open: %s", device->name, err.cause);
        was_failing = sim_disk_is_failing(device->disk);
    }
    world_fails(device->world, "the store of %s did not open in %d attempts", device->name, RECOVERIES_MAX);
}

void device_recovers(struct sim_device *device)
{
    store_close(device->store);
    device->store = NULL;
    sim_disk_power_cut(device->disk);
    world_notes(device->world, "lost power", device->name, sim_disk_operations(device->disk));
    device->clock.since_ms = device->world->time.now_ms;
    device_open(device, STORE_MUST_EXIST);
}

static void enrol(struct sim_device *device, const char *municipality, const char *grants)
{
    struct world *world = device->world;
    const struct transport transport = sim_road_transport(&device->road);
    struct arena arena = {0};
    struct grant list[WORLD_GRANTS_MAX];
    struct error err = {0};
    char code[CODE_TEXT_SIZE], name[CODE_BYTES_MAX + 1];
    const size_t count = grants_of_text(world, &arena, grants, list);
    const struct sim_weather weather = device->road.weather;

    if (!server_device_code(world->server, device->name, municipality, list, count, DAYS(1), code, &err))
        world_fails(world, "no code for %s: %s", device->name, err.cause);
    const struct enrol_options options = {.url = SERVER_URL, .code = code, .agent = "teren simulated", .device_kind = "tablet"};
    device->road.weather = (struct sim_weather){{0}}; /* people enrol where there is a network */
    device->road.is_cut = false;
    if (!sync_enrol(device->store, &transport, &options, name, &err))
        world_fails(world, "%s was not enrolled: %s", device->name, err.cause);
    device->road.weather = weather;
    device->road.is_cut = world->is_cut;
    arena_clear(&arena);
}

struct sim_device *world_add_device(struct world *world, const char *name, const char *municipality, const char *grants)
{
    struct sim_device *device = device_make(world, name);
    device_open(device, STORE_CREATE);
    enrol(device, municipality, grants);
    world_notes(world, "enrolled", name, 0);
    return device;
}

/* --- syncing -------------------------------------------------------------------------------------------------------------- */

static void note_outcome(struct sim_device *device, const struct session_outcome *outcome)
{
    struct world *world = device->world;
    world_notes(world, outcome->complete ? "synced" : "did not sync", device->name,
                outcome->rounds * 1000003 + outcome->sent_changes * 10007 + outcome->received_rows * 101 + outcome->dropped_rows * 11 +
                    outcome->forks * 7 + (uint64_t)outcome->error.kind);
    if (outcome->forks > 0 && !device->may_fork)
        world_fails(world, "%s was forked without a reason: %s", device->name, outcome->error.cause);
    if (outcome->repairs > 0 && !device->may_repair && !world->server_was_restored)
        world_fails(world, "%s had to repair what had never been lost", device->name);
    if (outcome->complete)
        model_delivered(device);
}

struct session_outcome device_syncs(struct sim_device *device)
{
    const struct transport transport = sim_road_transport(&device->road);
    const struct sync_options options = {
        .clock = sim_clock_port(&device->clock), .chance = sim_chance_port(&device->chance), .agent = "teren simulated"};
    struct session_outcome outcome = {0};
    struct error err = {0};

    if (!sync_once(device->store, &transport, &options, &outcome, &err)) {
        outcome.complete = outcome.verified = false;
        outcome.error = err;
    }
    if (sim_disk_is_cut(device->disk)) {
        outcome.complete = false;
        device_recovers(device);
    }
    note_outcome(device, &outcome);
    return outcome;
}

/* The program ends and is started again, with its power if that went. */
static void gets_well(struct sim_device *device)
{
    if (sim_disk_is_cut(device->disk))
        device_recovers(device);
    else
        device_restarts(device);
}

bool device_sends_bundle(struct sim_device *device, struct session_outcome *ret)
{
    const struct sync_options options = {
        .clock = sim_clock_port(&device->clock), .chance = sim_chance_port(&device->chance), .agent = "teren simulated"};
    struct bytes bundle = {0}, request = {0}, reply = {0};
    struct bundle_told told = {0};
    struct error err = {0};
    bool done = sync_bundle_export(device->store, &options, &bundle, &request, &told, &err);
    world_passes(device->world, DAYS(2)); /* somebody drives it to town and back */
    done = done && server_node_bundle(device->world, bytes_span(&bundle), &reply, &err) &&
           sync_bundle_import(device->store, &options, bytes_span(&reply), bytes_span(&request), ret, &err);
    if (!done)
        ret->error = err;
    if (sim_disk_is_cut(device->disk) || err.kind == ERROR_STORAGE)
        gets_well(device);
    bytes_clear(&bundle);
    bytes_clear(&request);
    bytes_clear(&reply);
    world_notes(device->world, "bundle", device->name, told.changes);
    return done;
}

/* --- fate ----------------------------------------------------------------------------------------------------------------- */

void device_restarts(struct sim_device *device)
{
    store_close(device->store);
    device->store = NULL;
    device->clock.since_ms = device->world->time.now_ms;
    device_open(device, STORE_MUST_EXIST);
    world_notes(device->world, "restarted", device->name, 0);
}

void device_loses_power(struct sim_device *device)
{
    sim_disk_cut(device->disk);
    device_recovers(device);
}

void device_is_backed_up(struct sim_device *device)
{
    sim_disk_destroy(device->backup);
    device->backup = sim_disk_create(sim_chance_of(device->world->seed, 1));
    if (device->backup == NULL || !sim_disk_copy(device->backup, device->disk))
        world_fails(device->world, "%s was not backed up", device->name);
    device->facts_at_backup = device->world->fact_count;
    world_notes(device->world, "backed up", device->name, 0);
}

void device_is_restored(struct sim_device *device)
{
    store_close(device->store);
    device->store = NULL;
    if (device->backup == NULL || !sim_disk_copy(device->disk, device->backup))
        world_fails(device->world, "%s had no backup", device->name);
    device->may_fork = device->may_repair = true;
    model_restored(device);
    device_open(device, STORE_MUST_EXIST);
    world_notes(device->world, "restored", device->name, 0);
}

struct sim_device *device_is_cloned(struct sim_device *device, const char *name, bool on_same_machine)
{
    struct sim_device *clone = device_make(device->world, name);
    if (!sim_disk_copy(clone->disk, device->disk))
        world_fails(device->world, "%s was not cloned", device->name);
    if (on_same_machine)
        memcpy(clone->machine, device->machine, sizeof clone->machine);
    device->may_fork = clone->may_fork = device->may_repair = clone->may_repair = true;
    clone->original = device;
    clone->facts_at_clone = device->world->fact_count;
    model_cloned(device);
    device_open(clone, STORE_MUST_EXIST);
    world_notes(device->world, "cloned", device->name, on_same_machine);
    return clone;
}

void device_is_locked_away(struct sim_device *device, bool away)
{
    device->is_away = away;
}

/* A store whose disk failed must be opened again: what the program does, or whoever starts it. */
const struct row *device_row(struct sim_device *device, struct arena *arena, const char *entity, const char *id)
{
    const struct row *row = NULL;
    struct error err = {0}, again = {0};
    if (store_row(device->store, arena, entity, id, &row, &err))
        return row;
    device_restarts(device);
    if (!store_row(device->store, arena, entity, id, &row, &again))
        world_fails(device->world, "%s could not read: %s; %s", device->name, err.cause, again.cause);
    return row;
}

/* --- asking --------------------------------------------------------------------------------------------------------------- */

struct store *device_store(struct sim_device *device)
{
    return device->store;
}

struct sim_road *device_road(struct sim_device *device)
{
    return &device->road;
}

struct sim_disk *device_disk(struct sim_device *device)
{
    return device->disk;
}

struct sim_clock *device_clock(struct sim_device *device)
{
    return &device->clock;
}

const char *device_name(const struct sim_device *device)
{
    return device->name;
}

struct store_identity device_identity(struct sim_device *device)
{
    struct store_identity identity = {0};
    struct error err = {0};
    for (int turn = 0; !store_identity(device->store, &identity, &err); turn++) {
        if (turn > 0)
            world_fails(device->world, "%s does not know who it is: %s", device->name, err.cause);
        gets_well(device);
        error_clear(&err);
    }
    return identity;
}

struct store_counts device_counts(struct sim_device *device)
{
    struct store_counts counts = {0};
    struct error err = {0};
    for (int turn = 0; !store_counts(device->store, &counts, &err); turn++) {
        if (turn > 0)
            world_fails(device->world, "%s could not count: %s", device->name, err.cause);
        gets_well(device);
        error_clear(&err);
    }
    return counts;
}

uint64_t device_conflicts(struct sim_device *device)
{
    return store_conflict_count(device->store);
}
