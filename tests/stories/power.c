// SPDX-License-Identifier: Apache-2.0
/* Power cuts and failing disks at every step of a day: whatever was accepted is there afterwards, and all of a step or nothing.
 *
 * Here:      one day, told again with a fault at each operation of a disk.
 * Not here:  faults by chance (storm.c).
 */
#include "tests/stories/story.h"

enum { FAILS_FOR = 6 }; /* operations; begun at every third one, so that every step is hit */

struct day {
    struct world *world;
    struct sim_device *north, *south;
    uint64_t tablet_from, tablet_to, server_from, server_to; /* operations of the disks at its beginning and its end */
};

static struct day day_begins(uint64_t seed)
{
    struct day day = {.world = world_create(seed)};
    day.north = world_add_device(day.world, "north", "RS-BUJ", "RS-BUJ RS-BOS");
    day.south = world_add_device(day.world, "south", "RS-BUJ", "RS-BUJ");
    world_syncs_until_quiet(day.world);
    day.tablet_from = sim_disk_operations(device_disk(day.north));
    day.server_from = sim_disk_operations(world_server_disk(day.world));
    return day;
}

/* Marks, a walk-in, a sync that pushes and pulls, a lost scope, a restart. What a fault hits is done once more. */
static void day_passes(struct day *day)
{
    device_notes(day->north, "TT-BUJ-1", "amina");
    device_admits(day->north, "TT-BUJ", "TT-BUJ-1", "RS-BUJ");
    device_syncs(day->north);
    device_notes(day->south, "TT-BUJ-1", "boban");
    device_syncs(day->south);
    device_notes(day->north, "TT-BUJ-1", "boban");
    device_syncs(day->north);
    world_grants(day->world, "north", "RS-BUJ");
    device_restarts(day->north);
    device_notes(day->north, "TT-BUJ-1", "ceca");
    device_syncs(day->north);
    device_syncs(day->south);
    day->tablet_to = sim_disk_operations(device_disk(day->north));
    day->server_to = sim_disk_operations(world_server_disk(day->world));
}

static struct day straight(void)
{
    struct day day = day_begins(1);
    day_passes(&day);
    world_ends(day.world);
    ck_assert_uint_gt(day.tablet_to, day.tablet_from + 20);
    ck_assert_uint_gt(day.server_to, day.server_from + 10);
    return day;
}

START_TEST(a_tablet_may_lose_power_at_every_step)
{
    const struct day whole = straight();
    for (uint64_t at = whole.tablet_from + 1; at <= whole.tablet_to; at++) {
        struct day day = day_begins(at);
        sim_disk_fails(device_disk(day.north), SIM_DISK_CUT, at, 0);
        day_passes(&day);
        world_ends(day.world);
    }
}
END_TEST

START_TEST(the_server_may_lose_power_at_every_step)
{
    const struct day whole = straight();
    for (uint64_t at = whole.server_from + 1; at <= whole.server_to; at++) {
        struct day day = day_begins(at);
        sim_disk_fails(world_server_disk(day.world), SIM_DISK_CUT, at, 0);
        day_passes(&day);
        world_ends(day.world);
    }
}
END_TEST

START_TEST(a_tablets_disk_may_be_full_or_fail_for_a_while_at_any_time)
{
    const enum sim_disk_fault faults[] = {SIM_DISK_FULL, SIM_DISK_EIO};
    const struct day whole = straight();
    for (uint64_t at = whole.tablet_from + 1; at <= whole.tablet_to; at += FAILS_FOR / 2) {
        struct day day = day_begins(at);
        sim_disk_fails(device_disk(day.north), faults[_i], at, FAILS_FOR);
        day_passes(&day);
        sim_disk_fails(device_disk(day.north), SIM_DISK_WELL, 0, 0);
        device_restarts(day.north);
        world_ends(day.world);
    }
}
END_TEST

START_TEST(the_servers_disk_may_be_full_or_fail_for_a_while_at_any_time)
{
    const enum sim_disk_fault faults[] = {SIM_DISK_FULL, SIM_DISK_EIO};
    const struct day whole = straight();
    for (uint64_t at = whole.server_from + 1; at <= whole.server_to; at += FAILS_FOR / 2) {
        struct day day = day_begins(at);
        sim_disk_fails(world_server_disk(day.world), faults[_i], at, FAILS_FOR);
        day_passes(&day);
        sim_disk_fails(world_server_disk(day.world), SIM_DISK_WELL, 0, 0);
        world_server_restarts(day.world);
        world_ends(day.world);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("power and disks");
    TCase *power = tcase_create("power");
    tcase_set_timeout(power, 800);
    tcase_add_test(power, a_tablet_may_lose_power_at_every_step);
    tcase_add_test(power, the_server_may_lose_power_at_every_step);
    tcase_add_loop_test(power, a_tablets_disk_may_be_full_or_fail_for_a_while_at_any_time, 0, 2);
    tcase_add_loop_test(power, the_servers_disk_may_be_full_or_fail_for_a_while_at_any_time, 0, 2);
    suite_add_tcase(suite, power);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
