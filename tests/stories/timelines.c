// SPDX-License-Identifier: Apache-2.0
/* Two pasts of one log: cloned tablets, restored tablets, a restored server.
 *
 * Here:      nothing that was recorded is lost, and everybody agrees in the end.
 * Not here:  renaming by itself (tests/unit/protocol_rename.c).
 */
#include "tests/stories/story.h"

static struct sim_device *tablet(struct world *world)
{
    struct sim_device *north = world_add_device(world, "north", "RS-BUJ", "RS-BUJ");
    world_syncs_until_quiet(world);
    return north;
}

/* Somebody copies a tablet's storage to a second one, and both go to work. Odd runs: nothing about the machine gives it away. */
START_TEST(a_cloned_tablet_and_its_original_both_keep_every_mark)
{
    struct world *world = world_create(10 + (uint64_t)_i);
    struct sim_device *north = tablet(world);
    ck_assert(device_notes(north, "TT-BUJ-1", "amina"));
    if (_i >= 2)
        ck_assert(device_syncs(north).complete);
    struct sim_device *twin = device_is_cloned(north, "twin", _i % 2 == 1);
    ck_assert(device_notes(north, "TT-BUJ-1", "boban"));
    ck_assert(device_notes(twin, "TT-BUJ-1", "ceca"));
    ck_assert(device_notes(twin, "TT-BUJ-1", "amina"));
    world_syncs_until_quiet(world);
    ck_assert(device_admits(north, "TT-BUJ", "TT-BUJ-2", NULL));
    ck_assert(device_admits(twin, "TT-BUJ", "TT-BUJ-2", NULL));
    world_syncs_until_quiet(world);
    ck_assert(device_identity(north).log != device_identity(twin).log);
    world_ends(world);
}
END_TEST

/* The twins take turns in going online, and neither ever loses a mark to the other. */
START_TEST(twins_that_sync_by_turns_settle_down)
{
    struct world *world = world_create(20 + (uint64_t)_i);
    struct sim_device *north = tablet(world);
    struct sim_device *twin = device_is_cloned(north, "twin", true);
    for (int day = 0; day < 6; day++) {
        struct sim_device *one = (day + _i) % 2 == 0 ? north : twin;
        ck_assert(device_notes(one, "TT-BUJ-1", "amina"));
        ck_assert(device_admits(one, "TT-BUJ", "TT-BUJ-1", "RS-BUJ"));
        device_syncs(one);
        world_passes(world, DAYS(1));
    }
    world_syncs_until_quiet(world);
    ck_assert_uint_le(device_identity(north).forks + device_identity(twin).forks, 1);
    world_ends(world);
}
END_TEST

/* A tablet is set back to last week's copy of its storage. What it had delivered since comes back from the server. */
START_TEST(a_restored_tablet_gets_back_what_it_had_delivered)
{
    struct world *world = world_create(30 + (uint64_t)_i);
    struct sim_device *north = tablet(world);
    ck_assert(device_notes(north, "TT-BUJ-1", "amina"));
    if (_i % 2 == 0)
        ck_assert(device_syncs(north).complete);
    device_is_backed_up(north);
    ck_assert(device_notes(north, "TT-BUJ-1", "boban"));
    ck_assert(device_notes(north, "TT-BUJ-1", "amina"));
    ck_assert(device_syncs(north).complete);
    device_is_restored(north);
    ck_assert(device_notes(north, "TT-BUJ-1", "ceca"));
    world_syncs_until_quiet(world);
    ck_assert(strcmp(device_reads(north, "TT-BUJ-1", "boban"), "") != 0);
    world_ends(world);
}
END_TEST

START_TEST(a_restored_tablet_that_records_nothing_is_as_before)
{
    struct world *world = world_create(40);
    struct sim_device *north = tablet(world);
    device_is_backed_up(north);
    ck_assert(device_notes(north, "TT-BUJ-1", "boban"));
    ck_assert(device_syncs(north).complete);
    device_is_restored(north);
    ck_assert(device_syncs(north).verified);
    ck_assert(strcmp(device_reads(north, "TT-BUJ-1", "boban"), "") != 0);
    world_ends(world);
}
END_TEST

/* The server's disk dies; last night's backup is brought back. The tablets hold what came since. */
START_TEST(a_restored_server_is_refilled_by_the_tablets)
{
    struct world *world = world_create(50 + (uint64_t)_i);
    struct sim_device *north = tablet(world);
    struct sim_device *south = world_add_device(world, "south", "RS-BOS", "RS-BOS");
    world_syncs_until_quiet(world);
    ck_assert(device_notes(north, "TT-BUJ-1", "amina"));
    world_syncs_until_quiet(world);
    world_backs_up_server(world);
    ck_assert(device_notes(north, "TT-BUJ-1", "boban"));
    ck_assert(device_admits(south, "TT-BOS", "TT-BOS-1", "RS-BOS"));
    if (_i > 0)
        world_syncs_until_quiet(world);
    else
        device_syncs(north);
    ck_assert(device_notes(north, "TT-BUJ-1", "boban"));
    device_syncs(north);
    world_restores_server(world);
    if (_i == 2)
        ck_assert(device_notes(south, "TT-BOS-1", "dule"));
    world_syncs_until_quiet(world);
    world_ends(world);
}
END_TEST

START_TEST(a_server_restored_twice_is_refilled_twice)
{
    struct world *world = world_create(60);
    struct sim_device *north = tablet(world);
    world_backs_up_server(world);
    for (int turn = 0; turn < 3; turn++) {
        ck_assert(device_notes(north, "TT-BUJ-1", "amina"));
        world_syncs_until_quiet(world);
        world_restores_server(world);
    }
    world_syncs_until_quiet(world);
    world_ends(world);
}
END_TEST

START_TEST(after_a_backup_the_tablets_may_forget_and_a_restore_still_loses_nothing)
{
    struct world *world = world_create(70);
    struct sim_device *north = tablet(world);
    for (int turn = 0; turn < 4; turn++) {
        ck_assert(device_notes(north, "TT-BUJ-1", "amina"));
        ck_assert(device_notes(north, "TT-BUJ-2", "boban"));
        world_syncs_until_quiet(world);
        world_backs_up_server(world);
        world_syncs_until_quiet(world);
    }
    ck_assert_uint_eq(device_counts(north).safe, device_counts(north).receipted);
    world_restores_server(world);
    world_syncs_until_quiet(world);
    world_ends(world);
}
END_TEST

/* Everything goes wrong in one week: the clone writes, the server is set back, the original comes home last. */
START_TEST(a_clone_and_a_restored_server_together_lose_nothing)
{
    struct world *world = world_create(80 + (uint64_t)_i);
    struct sim_device *north = tablet(world);
    world_backs_up_server(world);
    ck_assert(device_notes(north, "TT-BUJ-1", "amina"));
    ck_assert(device_syncs(north).complete);
    struct sim_device *twin = device_is_cloned(north, "twin", _i % 2 == 1);
    ck_assert(device_notes(twin, "TT-BUJ-1", "boban"));
    ck_assert(device_notes(north, "TT-BUJ-1", "ceca"));
    world_restores_server(world);
    if (_i < 2)
        device_syncs(twin);
    else
        device_syncs(north);
    world_syncs_until_quiet(world);
    world_ends(world);
}
END_TEST

/* A tablet from the year 9999 is cloned while a mark waits; then both say that mark, and the original corrects it first. The server knows
 * all of it by its own clock. What the twin says again may not reach further than what both had seen: it never saw the correction.
 * Run 1: nothing about the machine gives the twin away, and the server tells it. Run 2: the last answer was lost, so the server alone
 * knows by which time it took what both had sent. */
START_TEST(a_twin_from_the_future_does_not_replace_what_it_never_saw)
{
    struct world *world = world_create(90 + (uint64_t)_i);
    const struct sim_weather fine = {{0}}, deaf = {.percent = {[SIM_LOST_ANSWER] = 100}};
    struct sim_device *north = tablet(world);
    sim_clock_set(device_clock(north), INT64_C(253402214400000));
    ck_assert(device_notes(north, "TT-BUJ-1", "amina"));
    world_sets_weather(world, _i == 2 ? &deaf : &fine);
    ck_assert(device_syncs(north).complete == (_i < 2));
    world_sets_weather(world, &fine);
    ck_assert(device_notes(north, "TT-BUJ-1", "amina"));
    struct sim_device *twin = device_is_cloned(north, "twin", _i > 0);
    ck_assert(device_notes(north, "TT-BUJ-1", "amina"));
    world_passes(world, MINUTES(5));
    ck_assert(device_syncs(north).complete);
    world_passes(world, MINUTES(5));
    const struct session_outcome outcome = device_syncs(twin);
    ck_assert(outcome.complete);
    ck_assert_uint_eq(device_identity(twin).forks, 1);
    world_ends(world);
}
END_TEST

/* The server is set back after it had clamped a mark from the year 9999, which was corrected elsewhere. It clamps the mark anew: both are
 * there, and say so; neither is lost. */
START_TEST(a_restored_server_that_clamps_anew_shows_both)
{
    struct world *world = world_create(100);
    struct sim_device *north = tablet(world);
    world_backs_up_server(world);
    sim_clock_set(device_clock(north), INT64_C(253402214400000));
    ck_assert(device_notes(north, "TT-BUJ-1", "amina"));
    world_syncs_until_quiet(world);
    world_passes(world, MINUTES(5));
    ck_assert(device_notes(world_office(world), "TT-BUJ-1", "amina"));
    world_syncs_until_quiet(world);
    ck_assert_uint_eq(device_conflicts(north), 0);
    world_restores_server(world);
    world_syncs_until_quiet(world);
    ck_assert_uint_gt(device_conflicts(north), 0);
    ck_assert(device_notes(north, "TT-BUJ-1", "amina"));
    world_syncs_until_quiet(world);
    ck_assert_uint_eq(device_conflicts(north), 0);
    world_ends(world);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("two pasts of one log");
    TCase *timelines = tcase_create("timelines");
    tcase_add_loop_test(timelines, a_cloned_tablet_and_its_original_both_keep_every_mark, 0, 4);
    tcase_add_loop_test(timelines, twins_that_sync_by_turns_settle_down, 0, 2);
    tcase_add_loop_test(timelines, a_restored_tablet_gets_back_what_it_had_delivered, 0, 2);
    tcase_add_test(timelines, a_restored_tablet_that_records_nothing_is_as_before);
    tcase_add_loop_test(timelines, a_restored_server_is_refilled_by_the_tablets, 0, 3);
    tcase_add_test(timelines, a_server_restored_twice_is_refilled_twice);
    tcase_add_test(timelines, after_a_backup_the_tablets_may_forget_and_a_restore_still_loses_nothing);
    tcase_add_loop_test(timelines, a_clone_and_a_restored_server_together_lose_nothing, 0, 4);
    tcase_add_loop_test(timelines, a_twin_from_the_future_does_not_replace_what_it_never_saw, 0, 3);
    tcase_add_test(timelines, a_restored_server_that_clamps_anew_shows_both);
    suite_add_tcase(suite, timelines);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
