// SPDX-License-Identifier: Apache-2.0
/* The world: its beginning and its end, time, weather, and rounds of syncing.
 *
 * Here:      what concerns all nodes; the trace.
 * Not here:  single nodes (node_*.c), what must hold (check.c).
 */
#include "tests/world/world.h"

#include <check.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/world/world_internal.h"

static const int64_t beginning_ms = INT64_C(1714550400000); /* 2024-05-01 08:00 UTC */

void world_fails(const struct world *world, const char *format, ...)
{
    char text[900];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    ck_abort_msg("seed %llu: %s", (unsigned long long)world->seed, text);
    abort(); /* not reached: ck_abort_msg ends the test */
}

static uint64_t mix(uint64_t sum, const void *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        sum = (sum ^ ((const uint8_t *)data)[i]) * UINT64_C(1099511628211); /* FNV-1a */
    return sum;
}

void world_notes(struct world *world, const char *event, const char *who, uint64_t number)
{
    world->trace = mix(world->trace, event, strlen(event));
    world->trace = mix(world->trace, who, strlen(who));
    world->trace = mix(world->trace, &number, sizeof number);
    world->trace = mix(world->trace, &world->time.now_ms, sizeof world->time.now_ms);
    if (getenv("TEREN_TRACE") != NULL)
        fprintf(stderr, "%lld %s: %s %llu\n", (long long)(world->time.now_ms - beginning_ms), who, event, (unsigned long long)number);
}

uint64_t world_trace(const struct world *world)
{
    return world->trace;
}

struct sim_chance *world_chance(struct world *world)
{
    return &world->chance;
}

struct world *world_create(uint64_t seed)
{
    struct world *world = calloc(1, sizeof *world);
    if (world == NULL)
        return NULL;
    json_object_seed(1); /* one order of keys in every run */
    world->seed = seed;
    world->trace = UINT64_C(14695981039346656037);
    world->time.now_ms = beginning_ms;
    world->chance = sim_chance_of(seed, 0);
    world->server_chance = sim_chance_of(seed, 1);
    world->server_clock = sim_clock_of(&world->time);
    world->server_disk = sim_disk_create(sim_chance_of(seed, 2));
    if (world->server_disk == NULL)
        world_fails(world, "no disk for the server");
    server_node_make(world);
    struct sim_device *office = world_add_device(world, "office", "", "*");
    programme_record(world, office);
    const struct session_outcome outcome = device_syncs(office);
    if (!outcome.complete)
        world_fails(world, "the programme was not sent: %s", outcome.error.cause);
    return world;
}

void world_destroy(struct world *world)
{
    if (world == NULL)
        return;
    for (size_t i = 0; i < world->device_count; i++)
        device_destroy(world->devices[i]);
    server_close(world->server);
    sim_disk_destroy(world->server_disk);
    free(world);
}

void world_passes(struct world *world, int64_t ms)
{
    world->time.now_ms += ms;
}

int64_t world_now_ms(const struct world *world)
{
    return world->time.now_ms;
}

static void set_cut(struct world *world, bool is_cut)
{
    world->is_cut = is_cut;
    for (size_t i = 0; i < world->device_count; i++)
        world->devices[i]->road.is_cut = is_cut;
}

void world_cuts_network(struct world *world)
{
    set_cut(world, true);
}

void world_heals_network(struct world *world)
{
    set_cut(world, false);
}

void world_sets_weather(struct world *world, const struct sim_weather *weather)
{
    world->weather = *weather;
    for (size_t i = 0; i < world->device_count; i++)
        world->devices[i]->road.weather = *weather;
}

struct sim_device *world_office(struct world *world)
{
    return world->devices[0];
}

size_t world_device_count(const struct world *world)
{
    return world->device_count;
}

struct sim_device *world_device(struct world *world, size_t index)
{
    return world->devices[index];
}

const char *world_id(const struct world *world, const char *code)
{
    for (size_t i = 0; i < world->code_count; i++) {
        if (strcmp(world->codes[i].code, code) == 0)
            return world->codes[i].id;
    }
    return code;
}

/* One round; whether nobody had anything new, and all is verified. */
static bool round_is_quiet(struct world *world, struct error *ret_why, const char **ret_who)
{
    bool quiet = true;
    *ret_who = "";
    for (size_t i = 0; i < world->device_count; i++) {
        struct sim_device *device = world->devices[i];
        if (device->is_away)
            continue;
        const struct session_outcome outcome = device_syncs(device);
        const uint64_t moved = outcome.sent_changes + outcome.received_rows + outcome.dropped_rows + outcome.forks + outcome.repairs;
        if (!outcome.complete || !outcome.verified) {
            *ret_why = outcome.error;
            *ret_who = device->name;
        }
        quiet = quiet && outcome.complete && outcome.verified && moved == 0;
    }
    return quiet;
}

unsigned world_syncs_within(struct world *world, unsigned rounds_max)
{
    struct error why = {0};
    const char *who = "";
    for (unsigned round = 1; round <= rounds_max; round++) {
        if (round_is_quiet(world, &why, &who))
            return round;
        world_passes(world, MINUTES(1));
    }
    world_fails(world, "it was not quiet after %u rounds; %s: %s", rounds_max, who, why.cause);
}

unsigned world_syncs_until_quiet(struct world *world)
{
    return world_syncs_within(world, ROUNDS_MAX);
}

/* Everybody heard of everything in the first three rounds (I4); the fourth is quiet. */
enum { ROUNDS_TO_AGREE = 3 };

uint64_t world_ends(struct world *world)
{
    const struct sim_weather fine = {{0}};
    world_sets_weather(world, &fine);
    world_heals_network(world);
    sim_disk_fails(world->server_disk, SIM_DISK_WELL, 0, 0);
    for (size_t i = 0; i < world->device_count; i++)
        sim_disk_fails(world->devices[i]->disk, SIM_DISK_WELL, 0, 0);
    world_syncs_within(world, ROUNDS_TO_AGREE + 1);
    check_all(world);
    const uint64_t trace = world->trace;
    world_destroy(world);
    return trace;
}
