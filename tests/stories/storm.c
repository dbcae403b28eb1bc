// SPDX-License-Identifier: Apache-2.0
/* A storm: up to 20 devices, every fault at once, all from one seed; then the faults stop, and every invariant is asked.
 *
 * Here:      what may happen, how often, by a table; seeds from TEREN_SEED_FIRST (1) on, TEREN_SEEDS of them.
 * Not here:  the faults themselves (tests/world).
 *
 * A seed that fails names itself. TEREN_TRACE=1 TEREN_SEED_FIRST=n TEREN_SEEDS=1 tells what happened in it.
 */
#include "tests/stories/story.h"

enum { SEEDS = 40, TABLETS_MAX = 19, DEVICES_ALL_MAX = 26, EVENTS_MIN = 60, EVENTS_SPREAD = 240 };

struct storm {
    struct world *world;
    struct sim_chance *chance;
    bool server_has_backup;
    bool backed_up[64];
};

static const char *const grants_of[] = {"RS-BUJ", "RS-BOS", "lnob/RS-BUJ", "RS-BUJ RS-BOS", "lnob/*", "link/RS-BOS", "*"};
static const char *const sessions[] = {"TT-BUJ-1", "TT-BUJ-2", "TT-BOS-1", "LC-BOS-1"};
static const char *const activities[] = {"TT-BUJ", "TT-BUJ", "TT-BOS", "LC-BOS"};
static const char *const people[] = {"amina", "boban", "ceca", "dule", "edina"};
static const char *const homes[] = {NULL, "RS-BUJ", "RS-BOS"};
#define ANY_OF(storm, list) ((list)[sim_chance_below((storm)->chance, sizeof(list) / sizeof *(list))])

static size_t any_device(struct storm *storm)
{
    return (size_t)sim_chance_below(storm->chance, world_device_count(storm->world));
}

static struct sim_device *somebody(struct storm *storm)
{
    return world_device(storm->world, any_device(storm));
}

static void marks(struct storm *storm)
{
    device_notes(somebody(storm), ANY_OF(storm, sessions), ANY_OF(storm, people));
}

static void admits(struct storm *storm)
{
    const size_t at = (size_t)sim_chance_below(storm->chance, sizeof sessions / sizeof *sessions);
    device_admits(somebody(storm), activities[at], sessions[at], ANY_OF(storm, homes));
}

static void syncs(struct storm *storm)
{
    device_syncs(somebody(storm));
}

static void restarts(struct storm *storm)
{
    device_restarts(somebody(storm));
}

static void loses_power(struct storm *storm)
{
    device_loses_power(somebody(storm));
}

static void will_lose_power(struct storm *storm)
{
    struct sim_disk *disk = device_disk(somebody(storm));
    sim_disk_fails(disk, SIM_DISK_CUT, sim_disk_operations(disk) + 1 + sim_chance_below(storm->chance, 40), 0);
}

static void disk_fails(struct storm *storm)
{
    struct sim_disk *disk = device_disk(somebody(storm));
    const enum sim_disk_fault fault = sim_chance_percent(storm->chance, 50) ? SIM_DISK_FULL : SIM_DISK_EIO;
    sim_disk_fails(disk, fault, sim_disk_operations(disk) + 1 + sim_chance_below(storm->chance, 20),
                   1 + sim_chance_below(storm->chance, 6));
}

static void server_will_lose_power(struct storm *storm)
{
    struct sim_disk *disk = world_server_disk(storm->world);
    sim_disk_fails(disk, SIM_DISK_CUT, sim_disk_operations(disk) + 1 + sim_chance_below(storm->chance, 60), 0);
}

static void server_restarts(struct storm *storm)
{
    world_server_restarts(storm->world);
}

static void clock_jumps(struct storm *storm)
{
    static const int64_t jumps_ms[] = {DAYS(2914000), -DAYS(40000), DAYS(365), -DAYS(3650), SECONDS(-70), SECONDS(70), HOURS(1)};
    device_clock(somebody(storm))->offset_ms += ANY_OF(storm, jumps_ms);
}

static void clock_is_set(struct storm *storm)
{
    sim_clock_set(device_clock(somebody(storm)), world_now_ms(storm->world));
}

static void clones(struct storm *storm)
{
    char name[32];
    struct sim_device *original = somebody(storm);
    if (world_device_count(storm->world) >= DEVICES_ALL_MAX || original == world_office(storm->world))
        return;
    snprintf(name, sizeof name, "twin-%zu", world_device_count(storm->world));
    device_is_cloned(original, name, sim_chance_percent(storm->chance, 50));
}

static void backs_up(struct storm *storm)
{
    const size_t index = any_device(storm);
    device_is_backed_up(world_device(storm->world, index));
    storm->backed_up[index] = true;
}

static void restores(struct storm *storm)
{
    const size_t index = any_device(storm);
    if (storm->backed_up[index])
        device_is_restored(world_device(storm->world, index));
}

static void server_backs_up(struct storm *storm)
{
    world_backs_up_server(storm->world);
    storm->server_has_backup = true;
}

static void server_is_restored(struct storm *storm)
{
    if (storm->server_has_backup)
        world_restores_server(storm->world);
}

static void scope_changes(struct storm *storm)
{
    struct sim_device *device = somebody(storm);
    if (device != world_office(storm->world))
        world_grants(storm->world, device_identity(device).device, ANY_OF(storm, grants_of));
}

static void stick_travels(struct storm *storm)
{
    struct session_outcome outcome = {0};
    device_sends_bundle(somebody(storm), &outcome);
}

static void days_pass(struct storm *storm)
{
    world_passes(storm->world, HOURS(1) * (int64_t)(1 + sim_chance_below(storm->chance, 100)));
}

/* What happens, and how often among all. The rare ones are drawn for a seed or not at all, so that seeds differ in kind. */
static const struct {
    void (*happens)(struct storm *storm);
    unsigned weight;
    bool is_rare;
} events[] = {
    {marks, 90, false},         {admits, 14, false},        {syncs, 60, false},
    {days_pass, 8, false},      {restarts, 4, false},       {loses_power, 4, true},
    {will_lose_power, 6, true}, {disk_fails, 5, true},      {clock_jumps, 5, true},
    {clock_is_set, 2, false},   {clones, 3, true},          {backs_up, 3, true},
    {restores, 3, true},        {server_backs_up, 2, true}, {server_is_restored, 2, true},
    {scope_changes, 4, true},   {stick_travels, 3, true},   {server_will_lose_power, 5, true},
    {server_restarts, 2, true},
};
enum { EVENTS = sizeof events / sizeof *events };

static void draw_weather(struct storm *storm)
{
    struct sim_weather weather = {{0}};
    for (int fault = 1; fault < SIM_FAULTS; fault++) {
        if (sim_chance_percent(storm->chance, 60))
            weather.percent[fault] = (unsigned)sim_chance_below(storm->chance, 9);
    }
    world_sets_weather(storm->world, &weather);
}

static void rage(struct storm *storm)
{
    unsigned weights[EVENTS], sum = 0;
    for (size_t i = 0; i < EVENTS; i++) {
        weights[i] = events[i].is_rare && sim_chance_percent(storm->chance, 50) ? 0 : events[i].weight;
        sum += weights[i];
    }
    const uint64_t count = EVENTS_MIN + sim_chance_below(storm->chance, EVENTS_SPREAD);
    for (uint64_t n = 0; n < count; n++) {
        uint64_t point = sim_chance_below(storm->chance, sum);
        size_t i = 0;
        for (; point >= weights[i]; i++)
            point -= weights[i];
        events[i].happens(storm);
        world_passes(storm->world, (int64_t)sim_chance_below(storm->chance, 600000));
    }
}

static void end_of_faults(struct storm *storm)
{
    for (size_t i = 0; i < world_device_count(storm->world); i++) {
        struct sim_device *device = world_device(storm->world, i);
        sim_disk_fails(device_disk(device), SIM_DISK_WELL, 0, 0);
        device_restarts(device);
    }
    sim_disk_fails(world_server_disk(storm->world), SIM_DISK_WELL, 0, 0);
    world_server_restarts(storm->world);
}

static uint64_t storm_of(uint64_t seed)
{
    struct storm storm = {.world = world_create(seed)};
    storm.chance = world_chance(storm.world);
    const uint64_t tablets = 2 + sim_chance_below(storm.chance, TABLETS_MAX - 1);
    for (uint64_t i = 0; i < tablets; i++) {
        char name[32];
        snprintf(name, sizeof name, "tablet-%llu", (unsigned long long)i);
        world_add_device(storm.world, name, sim_chance_percent(storm.chance, 50) ? "RS-BUJ" : "RS-BOS", ANY_OF(&storm, grants_of));
    }
    draw_weather(&storm);
    rage(&storm);
    end_of_faults(&storm);
    return world_ends(storm.world);
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text == NULL || text[0] == '\0' ? otherwise : strtoull(text, NULL, 10);
}

START_TEST(nothing_is_lost_doubled_or_hidden_in_a_storm)
{
    storm_of(number_of("TEREN_SEED_FIRST", 1) + (uint64_t)_i);
}
END_TEST

START_TEST(the_same_seed_is_the_same_storm)
{
    const uint64_t seed = number_of("TEREN_SEED_FIRST", 1);
    ck_assert_uint_eq(storm_of(seed), storm_of(seed));
    ck_assert_uint_ne(storm_of(seed), storm_of(seed + 1));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("a storm");
    TCase *storms = tcase_create("storms");
    tcase_set_timeout(storms, 800);
    tcase_add_test(storms, the_same_seed_is_the_same_storm);
    tcase_add_loop_test(storms, nothing_is_lost_doubled_or_hidden_in_a_storm, 0, (int)number_of("TEREN_SEEDS", SEEDS));
    suite_add_tcase(suite, storms);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
