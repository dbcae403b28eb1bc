// SPDX-License-Identifier: Apache-2.0
/* Two tablets and one person: who disagrees is asked, nobody is overwritten in silence.
 *
 * Here:      conflicts, how they are shown and settled.
 * Not here:  the merge over random histories (tests/unit/protocol_merge.c).
 */
#include "tests/stories/story.h"

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

/* Two supervisors mark one teacher while neither has a network. The later mark stands; the earlier one is kept for a person to see. */
START_TEST(the_later_mark_stands_and_both_tablets_show_the_conflict)
{
    struct two two = two_tablets(1);
    world_cuts_network(two.world);
    ck_assert(device_marks(two.north, "TT-BUJ-1", "amina", "absent"));
    world_passes(two.world, MINUTES(5));
    ck_assert(device_marks(two.south, "TT-BUJ-1", "amina", "present"));
    world_heals_network(two.world);
    world_syncs_until_quiet(two.world);
    ck_assert_str_eq(device_reads(two.north, "TT-BUJ-1", "amina"), "present");
    ck_assert_str_eq(device_reads(two.south, "TT-BUJ-1", "amina"), "present");
    ck_assert_uint_eq(device_conflicts(two.north), 1);
    ck_assert_uint_eq(device_conflicts(two.south), 1);
    ck_assert_uint_eq(device_conflicts(world_office(two.world)), 1);
    world_ends(two.world);
}
END_TEST

START_TEST(a_tap_on_one_tablet_settles_it_on_both)
{
    struct two two = two_tablets(2);
    ck_assert(device_marks(two.north, "TT-BUJ-1", "amina", "absent"));
    ck_assert(device_marks(two.south, "TT-BUJ-1", "amina", "present"));
    world_syncs_until_quiet(two.world);
    ck_assert_uint_eq(device_conflicts(two.north), 1);
    ck_assert(device_marks(two.north, "TT-BUJ-1", "amina", "absent"));
    ck_assert_uint_eq(device_conflicts(two.north), 0);
    world_syncs_until_quiet(two.world);
    ck_assert_uint_eq(device_conflicts(two.south), 0);
    ck_assert_str_eq(device_reads(two.south, "TT-BUJ-1", "amina"), "absent");
    world_ends(two.world);
}
END_TEST

START_TEST(two_who_say_the_same_do_not_disagree)
{
    struct two two = two_tablets(3);
    ck_assert(device_marks(two.north, "TT-BUJ-1", "amina", "late"));
    world_passes(two.world, HOURS(2));
    ck_assert(device_marks(two.south, "TT-BUJ-1", "amina", "late"));
    world_syncs_until_quiet(two.world);
    ck_assert_uint_eq(device_conflicts(two.north), 0);
    world_ends(two.world);
}
END_TEST

START_TEST(who_has_seen_the_other_mark_corrects_it_without_a_conflict)
{
    struct two two = two_tablets(4);
    ck_assert(device_marks(two.north, "TT-BUJ-1", "amina", "absent"));
    world_syncs_until_quiet(two.world);
    ck_assert(device_marks(two.south, "TT-BUJ-1", "amina", "late"));
    world_syncs_until_quiet(two.world);
    ck_assert_uint_eq(device_conflicts(two.north) + device_conflicts(two.south), 0);
    ck_assert_str_eq(device_reads(two.north, "TT-BUJ-1", "amina"), "late");
    world_ends(two.world);
}
END_TEST

/* Both settle it, each in another way, before they hear of each other: that is a new conflict, not a coin toss. */
START_TEST(two_who_settle_it_in_two_ways_are_asked_again)
{
    struct two two = two_tablets(5);
    ck_assert(device_marks(two.north, "TT-BUJ-1", "amina", "absent"));
    ck_assert(device_marks(two.south, "TT-BUJ-1", "amina", "present"));
    world_syncs_until_quiet(two.world);
    ck_assert(device_marks(two.north, "TT-BUJ-1", "amina", "late"));
    ck_assert(device_marks(two.south, "TT-BUJ-1", "amina", "excused"));
    world_syncs_until_quiet(two.world);
    ck_assert_uint_eq(device_conflicts(two.north), 1);
    ck_assert_uint_eq(device_conflicts(two.south), 1);
    world_ends(two.world);
}
END_TEST

START_TEST(different_people_and_sessions_do_not_meet)
{
    struct two two = two_tablets(6);
    ck_assert(device_notes(two.north, "TT-BUJ-1", "amina"));
    ck_assert(device_notes(two.south, "TT-BUJ-1", "boban"));
    ck_assert(device_notes(two.south, "TT-BUJ-2", "amina"));
    world_syncs_until_quiet(two.world);
    ck_assert_uint_eq(device_conflicts(world_office(two.world)), 0);
    world_ends(two.world);
}
END_TEST

SUITE("two tablets, one person", the_later_mark_stands_and_both_tablets_show_the_conflict, a_tap_on_one_tablet_settles_it_on_both,
      two_who_say_the_same_do_not_disagree, who_has_seen_the_other_mark_corrects_it_without_a_conflict,
      two_who_settle_it_in_two_ways_are_asked_again, different_people_and_sessions_do_not_meet)
