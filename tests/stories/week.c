// SPDX-License-Identifier: Apache-2.0
/* An ordinary week: tablets record where there is no network, and meet the server when there is one.
 *
 * Here:      what works when nothing is wrong but the road.
 * Not here:  broken clocks, disks and timelines.
 */
#include "tests/stories/story.h"

/* Five days in a school without a network; on Friday evening the tablets lie in the town hall. */
START_TEST(a_week_offline_is_delivered_whole_on_friday)
{
    struct world *world = world_create(/* seed= */ 1);
    struct sim_device *north = world_add_device(world, "north", "RS-BUJ", "RS-BUJ");
    struct sim_device *south = world_add_device(world, "south", "RS-BOS", "RS-BOS");
    world_syncs_until_quiet(world);

    world_cuts_network(world);
    for (int day = 0; day < 5; day++) {
        ck_assert(device_marks(north, "TT-BUJ-1", "amina", day % 2 == 0 ? "present" : "late"));
        ck_assert(device_notes(north, "TT-BUJ-2", "boban"));
        ck_assert(device_notes(south, "TT-BOS-1", "dule"));
        ck_assert(device_admits(north, "TT-BUJ", "TT-BUJ-1", "RS-BUJ"));
        ck_assert(!device_syncs(north).complete);
        world_passes(world, DAYS(1));
    }
    ck_assert_uint_eq(device_counts(north).waiting, 5 * (1 + 1 + 3));
    world_heals_network(world);
    ck_assert(device_syncs(north).verified);
    ck_assert(device_syncs(south).verified);

    ck_assert_uint_eq(device_counts(north).waiting, 0);
    ck_assert(device_syncs(world_office(world)).verified);
    ck_assert_str_eq(device_reads(world_office(world), "TT-BUJ-1", "amina"), "present");
    ck_assert_uint_eq(device_conflicts(world_office(world)), 0);
    world_ends(world);
}
END_TEST

START_TEST(a_device_sees_its_municipality_and_nothing_of_another)
{
    struct world *world = world_create(2);
    struct sim_device *north = world_add_device(world, "north", "RS-BUJ", "RS-BUJ");
    struct sim_device *link = world_add_device(world, "link", "RS-BOS", "link/RS-BOS");
    world_syncs_until_quiet(world);
    ck_assert(device_has(north, "person", "amina"));
    ck_assert(!device_has(north, "person", "dule"));
    ck_assert(device_has(north, "activity", "TT-BUJ"));
    ck_assert(!device_has(north, "activity", "TT-BOS"));
    ck_assert(device_has(link, "activity", "LC-BOS"));
    ck_assert(!device_has(link, "activity", "TT-BOS"));
    ck_assert(device_has(link, "person", "dule")); /* who lives there */
    world_ends(world);
}
END_TEST

/* A guest from elsewhere is marked, and so the tablet that marked comes to know the guest's name. */
START_TEST(a_person_is_known_wherever_it_is_marked)
{
    struct world *world = world_create(3);
    struct sim_device *north = world_add_device(world, "north", "RS-BUJ", "RS-BUJ");
    world_syncs_until_quiet(world);
    ck_assert(device_marks(world_office(world), "TT-BUJ-1", "dule", "present"));
    world_syncs_until_quiet(world);
    ck_assert(device_has(north, "person", "dule"));
    ck_assert_str_eq(device_reads(north, "TT-BUJ-1", "dule"), "present");
    world_ends(world);
}
END_TEST

START_TEST(a_walk_in_without_a_municipality_stays_on_the_tablet_that_wrote_it_down)
{
    struct world *world = world_create(4);
    struct sim_device *north = world_add_device(world, "north", "RS-BUJ", "RS-BUJ");
    struct error err = {0};
    char id[1][ROW_ID_SIZE];
    const struct draft_field name = {"full_name", value_text("Nobody Knows")};
    const struct draft draft = {.entity = "person", .fields = &name, .field_count = 1};
    struct arena arena = {0};
    const struct row *row = NULL;
    world_syncs_until_quiet(world);
    ck_assert(store_write(device_store(north), &draft, 1, "", "a walk-in", id, NULL, &err));
    world_syncs_until_quiet(world);
    ck_assert(store_row(device_store(north), &arena, "person", id[0], &row, &err));
    ck_assert_ptr_nonnull(row);
    arena_clear(&arena);
    world_ends(world);
}
END_TEST

START_TEST(syncing_again_changes_nothing_and_costs_one_round)
{
    struct world *world = world_create(5);
    struct sim_device *north = world_add_device(world, "north", "RS-BUJ", "RS-BUJ");
    ck_assert(device_notes(north, "TT-BUJ-1", "amina"));
    world_syncs_until_quiet(world);
    const struct session_outcome again = device_syncs(north);
    ck_assert(again.verified);
    ck_assert_uint_eq(again.rounds, 1);
    ck_assert_uint_eq(again.sent_changes + again.received_rows, 0);
    world_ends(world);
}
END_TEST

START_TEST(a_portal_is_offline_and_changes_nothing)
{
    struct world *world = world_create(6);
    struct sim_device *north = world_add_device(world, "north", "RS-BUJ", "RS-BUJ");
    ck_assert(device_notes(north, "TT-BUJ-1", "amina"));
    device_road(north)->next = SIM_PORTAL;
    const struct session_outcome outcome = device_syncs(north);
    ck_assert(!outcome.complete);
    ck_assert_int_eq(outcome.error.kind, ERROR_OFFLINE);
    ck_assert_uint_gt(device_counts(north).waiting, 0);
    world_ends(world);
}
END_TEST

START_TEST(a_server_that_loses_power_has_what_it_receipted)
{
    struct world *world = world_create(7);
    struct sim_device *north = world_add_device(world, "north", "RS-BUJ", "RS-BUJ");
    for (int turn = 0; turn < 10; turn++) {
        ck_assert(device_notes(north, "TT-BUJ-1", turn % 2 == 0 ? "amina" : "boban"));
        ck_assert(device_syncs(north).complete);
        world_server_loses_power(world);
    }
    ck_assert_uint_eq(device_counts(north).waiting, 0);
    world_ends(world);
}
END_TEST

SUITE("an ordinary week", a_week_offline_is_delivered_whole_on_friday, a_device_sees_its_municipality_and_nothing_of_another,
      a_person_is_known_wherever_it_is_marked, a_walk_in_without_a_municipality_stays_on_the_tablet_that_wrote_it_down,
      syncing_again_changes_nothing_and_costs_one_round, a_portal_is_offline_and_changes_nothing,
      a_server_that_loses_power_has_what_it_receipted)
