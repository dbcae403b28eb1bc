// SPDX-License-Identifier: Apache-2.0
/* Bad roads: whatever happens to a request or its answer, nothing is lost and nothing is done twice.
 *
 * Here:      each fault of the road by itself, at each exchange of a sync; a whole month of bad weather.
 * Not here:  bad disks (power.c), all at once (storm.c).
 */
#include "tests/stories/story.h"

/* Each fault once, then the same sync again. */
START_TEST(after_any_fault_the_next_sync_delivers_everything_once)
{
    const enum sim_fault fault = (enum sim_fault)(_i % SIM_FAULTS);
    const int at = _i / SIM_FAULTS; /* the exchange that it hits */
    struct world *world = world_create(100 + (uint64_t)_i);
    struct sim_device *north = world_add_device(world, "north", "RS-BUJ", "RS-BUJ");
    struct sim_device *south = world_add_device(world, "south", "RS-BUJ", "RS-BUJ");
    world_syncs_until_quiet(world);
    ck_assert(device_notes(south, "TT-BUJ-1", "amina"));
    world_syncs_until_quiet(world);
    for (int turn = 0; turn <= at; turn++) {
        ck_assert(device_notes(north, "TT-BUJ-1", turn % 2 == 0 ? "amina" : "ceca"));
        ck_assert(device_admits(north, "TT-BUJ", "TT-BUJ-2", NULL));
        if (turn == at)
            device_road(north)->next = fault;
        device_syncs(north);
    }
    world_ends(world);
}
END_TEST

START_TEST(ten_lost_answers_in_a_row_are_ten_pushes_of_the_same_and_one_effect)
{
    struct world *world = world_create(200);
    struct sim_device *north = world_add_device(world, "north", "RS-BUJ", "RS-BUJ");
    world_syncs_until_quiet(world);
    for (int turn = 0; turn < 10; turn++) {
        ck_assert(device_notes(north, "TT-BUJ-1", "boban"));
        device_road(north)->next = SIM_LOST_ANSWER;
        ck_assert(!device_syncs(north).complete);
    }
    ck_assert_uint_eq(device_counts(north).waiting, 10);
    ck_assert(device_syncs(north).verified);
    ck_assert_uint_eq(device_counts(north).waiting, 0);
    ck_assert_uint_eq(device_identity(north).forks, 0);
    world_ends(world);
}
END_TEST

START_TEST(a_tablet_that_loses_power_after_a_lost_answer_is_no_clone)
{
    struct world *world = world_create(201);
    struct sim_device *north = world_add_device(world, "north", "RS-BUJ", "RS-BUJ");
    world_syncs_until_quiet(world);
    for (int turn = 0; turn < 6; turn++) {
        ck_assert(device_notes(north, "TT-BUJ-1", "boban"));
        device_road(north)->next = SIM_LOST_ANSWER;
        device_syncs(north);
        device_loses_power(north);
        ck_assert(device_notes(north, "TT-BUJ-1", "ceca"));
    }
    ck_assert(device_syncs(north).verified);
    ck_assert_uint_eq(device_identity(north).forks, 0);
    world_ends(world);
}
END_TEST

START_TEST(a_month_of_bad_weather_is_only_slow)
{
    static const struct sim_weather weather = {{0, 10, 12, 8, 8, 6, 6, 6, 4, 5, 5}};
    struct world *world = world_create(300 + (uint64_t)_i);
    struct sim_device *tablets[3];
    tablets[0] = world_add_device(world, "north", "RS-BUJ", "RS-BUJ");
    tablets[1] = world_add_device(world, "south", "RS-BUJ", "lnob/RS-BUJ");
    tablets[2] = world_add_device(world, "east", "RS-BOS", "RS-BOS");
    world_syncs_until_quiet(world);
    world_sets_weather(world, &weather);
    for (int day = 0; day < 30; day++) {
        struct sim_device *tablet = tablets[day % 3];
        const bool in_bos = day % 3 == 2;
        ck_assert(device_notes(tablet, in_bos ? "TT-BOS-1" : "TT-BUJ-1", in_bos ? "dule" : "amina"));
        device_syncs(tablet);
        device_syncs(tablets[(day + 1) % 3]);
        world_passes(world, DAYS(1));
    }
    world_ends(world);
}
END_TEST

int main(void)
{
    enum { EXCHANGES = 3 };
    Suite *suite = suite_create("bad roads");
    TCase *roads = tcase_create("roads");
    tcase_add_loop_test(roads, after_any_fault_the_next_sync_delivers_everything_once, 0, EXCHANGES * SIM_FAULTS);
    tcase_add_test(roads, ten_lost_answers_in_a_row_are_ten_pushes_of_the_same_and_one_effect);
    tcase_add_test(roads, a_tablet_that_loses_power_after_a_lost_answer_is_no_clone);
    tcase_add_loop_test(roads, a_month_of_bad_weather_is_only_slow, 0, 5);
    suite_add_tcase(suite, roads);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
