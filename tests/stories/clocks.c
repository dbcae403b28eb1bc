// SPDX-License-Identifier: Apache-2.0
/* Wrong clocks: no clock makes anybody refuse data, and none wins for ever.
 *
 * Here:      years ahead, years behind, jumps.
 * Not here:  stamps by themselves (tests/unit/protocol_stamp.c).
 */
#include "tests/stories/story.h"

static const int64_t year_9999_ms = INT64_C(253402214400000), year_1970_ms = 0;

struct two {
    struct world *world;
    struct sim_device *north, *south;
};

static struct two two_tablets(uint64_t seed)
{
    struct two two = {.world = world_create(seed)};
    two.north = world_add_device(two.world, "north", "RS-BUJ", "RS-BUJ");
    two.south = world_add_device(two.world, "south", "RS-BUJ", "RS-BUJ");
    world_syncs_until_quiet(two.world);
    return two;
}

START_TEST(a_mark_from_the_year_9999_is_taken_and_can_be_corrected_today)
{
    struct two two = two_tablets(1);
    sim_clock_set(device_clock(two.north), year_9999_ms);
    ck_assert(device_marks(two.north, "TT-BUJ-1", "amina", "absent"));
    ck_assert(device_notes(two.north, "TT-BUJ-2", "boban"));
    world_syncs_until_quiet(two.world);
    ck_assert_str_eq(device_reads(two.south, "TT-BUJ-1", "amina"), "absent");
    world_passes(two.world, MINUTES(5));
    ck_assert(device_marks(two.south, "TT-BUJ-1", "amina", "present"));
    world_syncs_until_quiet(two.world);
    ck_assert_str_eq(device_reads(two.north, "TT-BUJ-1", "amina"), "present");
    ck_assert_uint_eq(device_conflicts(two.north), 0);
    world_ends(two.world);
}
END_TEST

/* Its clock stays wrong. It goes on marking, and goes on being heard in the order in which things were said. */
START_TEST(a_tablet_in_the_year_9999_keeps_working_for_weeks)
{
    struct two two = two_tablets(2);
    sim_clock_set(device_clock(two.north), year_9999_ms);
    for (int day = 0; day < 14; day++) {
        ck_assert(device_notes(two.north, "TT-BUJ-1", "amina"));
        world_syncs_until_quiet(two.world);
        world_passes(two.world, DAYS(1));
        ck_assert(device_notes(two.south, "TT-BUJ-1", "amina"));
        world_syncs_until_quiet(two.world);
    }
    ck_assert_uint_eq(device_conflicts(two.south), 0);
    world_ends(two.world);
}
END_TEST

START_TEST(a_tablet_that_wakes_in_1970_still_sorts_after_what_it_saw)
{
    struct two two = two_tablets(3);
    ck_assert(device_marks(two.south, "TT-BUJ-1", "amina", "absent"));
    world_syncs_until_quiet(two.world);
    sim_clock_set(device_clock(two.north), year_1970_ms);
    ck_assert(device_marks(two.north, "TT-BUJ-1", "amina", "present"));
    ck_assert(device_notes(two.north, "TT-BUJ-2", "ceca"));
    world_syncs_until_quiet(two.world);
    ck_assert_str_eq(device_reads(two.south, "TT-BUJ-1", "amina"), "present");
    ck_assert_uint_eq(device_conflicts(two.south), 0);
    world_ends(two.world);
}
END_TEST

START_TEST(a_clock_that_jumps_to_and_fro_loses_nothing)
{
    struct two two = two_tablets(4);
    static const int64_t jumps_ms[] = {DAYS(400), -DAYS(4000), DAYS(40000), -DAYS(17), SECONDS(59), -SECONDS(61)};
    for (size_t i = 0; i < sizeof jumps_ms / sizeof *jumps_ms; i++) {
        device_clock(two.north)->offset_ms += jumps_ms[i];
        ck_assert(device_notes(two.north, "TT-BUJ-1", "amina"));
        ck_assert(device_admits(two.north, "TT-BUJ", "TT-BUJ-1", NULL));
        if (i % 2 == 0)
            world_syncs_until_quiet(two.world);
        ck_assert(device_notes(two.south, "TT-BUJ-1", "amina"));
    }
    world_ends(two.world);
}
END_TEST

START_TEST(a_server_whose_clock_was_wrong_for_a_day_holds_the_same_as_everybody)
{
    struct two two = two_tablets(5);
    ck_assert(device_notes(two.north, "TT-BUJ-1", "amina"));
    world_server_clock(two.world)->offset_ms = -DAYS(3650);
    world_syncs_until_quiet(two.world);
    ck_assert(device_notes(two.south, "TT-BUJ-1", "amina"));
    world_syncs_until_quiet(two.world);
    world_server_clock(two.world)->offset_ms = 0;
    ck_assert(device_notes(two.north, "TT-BUJ-1", "amina"));
    world_syncs_until_quiet(two.world);
    ck_assert_uint_eq(device_conflicts(two.north), 0);
    world_ends(two.world);
}
END_TEST

SUITE("wrong clocks", a_mark_from_the_year_9999_is_taken_and_can_be_corrected_today, a_tablet_in_the_year_9999_keeps_working_for_weeks,
      a_tablet_that_wakes_in_1970_still_sorts_after_what_it_saw, a_clock_that_jumps_to_and_fro_loses_nothing,
      a_server_whose_clock_was_wrong_for_a_day_holds_the_same_as_everybody)
