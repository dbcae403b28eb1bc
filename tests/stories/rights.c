// SPDX-License-Identifier: Apache-2.0
/* Rights: what a device may hold changes while it is away; what it captured is taken all the same.
 *
 * Here:      revoked devices, scopes lost and won, sticks.
 * Not here:  which places a row is in (tests/unit/protocol_scope.c).
 */
#include "tests/stories/story.h"

START_TEST(a_revoked_tablet_keeps_recording_and_delivers_when_it_is_let_in_again)
{
    struct world *world = world_create(1);
    struct sim_device *north = world_add_device(world, "north", "RS-BUJ", "RS-BUJ");
    world_syncs_until_quiet(world);
    world_revokes(world, "north", true);
    ck_assert(device_notes(north, "TT-BUJ-1", "amina"));
    const struct session_outcome refused = device_syncs(north);
    ck_assert(!refused.complete);
    ck_assert_int_eq(refused.error.kind, ERROR_REFUSED);
    ck_assert(device_notes(north, "TT-BUJ-1", "boban"));
    ck_assert(strcmp(device_reads(north, "TT-BUJ-1", "amina"), "") != 0);
    ck_assert(!device_syncs(north).complete);
    world_revokes(world, "north", false);
    ck_assert(device_syncs(north).verified);
    world_ends(world);
}
END_TEST

/* It is never let in again; a colleague carries its marks on a stick. */
START_TEST(a_revoked_tablet_offers_a_bundle_and_the_server_takes_it_into_custody)
{
    struct world *world = world_create(2);
    struct sim_device *north = world_add_device(world, "north", "RS-BUJ", "RS-BUJ");
    struct session_outcome outcome = {0};
    world_syncs_until_quiet(world);
    world_revokes(world, "north", true);
    ck_assert(device_notes(north, "TT-BUJ-1", "amina"));
    device_sends_bundle(north, &outcome);
    ck_assert(!outcome.complete);
    ck_assert(device_syncs(world_office(world)).verified);
    ck_assert(strcmp(device_reads(world_office(world), "TT-BUJ-1", "amina"), "") != 0);
    device_is_locked_away(north, true);
    world_ends(world);
}
END_TEST

START_TEST(a_bundle_brings_marks_there_and_rows_back_without_a_network)
{
    struct world *world = world_create(3);
    struct sim_device *north = world_add_device(world, "north", "RS-BUJ", "RS-BUJ");
    struct session_outcome outcome = {0};
    world_cuts_network(world);
    ck_assert(device_sends_bundle(north, &outcome)); /* the first one brings the programme */
    ck_assert(device_has(north, "person", "amina"));
    ck_assert(device_notes(north, "TT-BUJ-1", "amina"));
    ck_assert(device_admits(north, "TT-BUJ", "TT-BUJ-1", "RS-BUJ"));
    ck_assert(device_sends_bundle(north, &outcome));
    ck_assert_uint_eq(device_counts(north).waiting, 0);
    world_heals_network(world);
    world_ends(world);
}
END_TEST

START_TEST(a_bundle_and_the_network_may_carry_the_same_marks)
{
    struct world *world = world_create(4);
    struct sim_device *north = world_add_device(world, "north", "RS-BUJ", "RS-BUJ");
    struct session_outcome outcome = {0};
    world_syncs_until_quiet(world);
    for (int turn = 0; turn < 3; turn++) {
        ck_assert(device_notes(north, "TT-BUJ-1", "amina"));
        device_road(north)->next = SIM_LOST_ANSWER;
        device_syncs(north);
        ck_assert(device_sends_bundle(north, &outcome));
        ck_assert(device_syncs(north).verified);
    }
    ck_assert_uint_eq(device_identity(north).forks, 0);
    world_ends(world);
}
END_TEST

START_TEST(rows_of_a_lost_scope_go_and_what_waited_in_it_is_delivered)
{
    struct world *world = world_create(5);
    struct sim_device *north = world_add_device(world, "north", "RS-BUJ", "RS-BUJ RS-BOS");
    world_syncs_until_quiet(world);
    ck_assert(device_has(north, "person", "dule"));
    ck_assert(device_notes(north, "TT-BOS-1", "dule"));
    ck_assert(device_admits(north, "TT-BOS", "TT-BOS-1", "RS-BOS"));
    world_grants(world, "north", "RS-BUJ");
    world_syncs_until_quiet(world);
    ck_assert(!device_has(north, "person", "dule"));
    ck_assert(!device_has(north, "activity", "TT-BOS"));
    ck_assert(device_has(north, "person", "amina"));
    ck_assert_str_eq(device_reads(north, "TT-BOS-1", "dule"), "");
    ck_assert(strcmp(device_reads(world_office(world), "TT-BOS-1", "dule"), "") != 0);
    world_ends(world);
}
END_TEST

START_TEST(rows_of_a_won_scope_come_and_scopes_may_change_any_number_of_times)
{
    static const char *const grants[] = {"RS-BOS", "lnob/RS-BUJ", "RS-BUJ RS-BOS", "link/*", "*", "lnob/*", "RS-BUJ"};
    struct world *world = world_create(6);
    struct sim_device *north = world_add_device(world, "north", "RS-BUJ", "RS-BUJ");
    world_syncs_until_quiet(world);
    for (size_t i = 0; i < sizeof grants / sizeof *grants; i++) {
        ck_assert(device_notes(north, i % 2 == 0 ? "TT-BUJ-1" : "LC-BOS-1", i % 3 == 0 ? "amina" : "dule"));
        world_grants(world, "north", grants[i]);
        if (i % 3 != 1)
            world_syncs_until_quiet(world);
    }
    ck_assert(device_has(north, "person", "amina"));
    ck_assert(!device_has(north, "activity", "LC-BOS"));
    world_ends(world);
}
END_TEST

START_TEST(an_activity_that_moves_takes_its_marks_and_people_along)
{
    struct world *world = world_create(7);
    struct sim_device *north = world_add_device(world, "north", "RS-BUJ", "RS-BUJ");
    struct sim_device *south = world_add_device(world, "south", "RS-BOS", "RS-BOS");
    struct error err = {0};
    const struct draft_field field = {"municipality", value_text("RS-BOS")};
    const struct draft move = {.entity = "activity", .row = world_id(world, "TT-BUJ"), .fields = &field, .field_count = 1};
    world_syncs_until_quiet(world);
    ck_assert(device_notes(north, "TT-BUJ-1", "amina"));
    world_syncs_until_quiet(world);
    ck_assert(!device_has(south, "person", "amina"));
    ck_assert(store_write(device_store(world_office(world)), &move, 1, "", "move", NULL, NULL, &err));
    world_syncs_until_quiet(world);
    ck_assert(device_has(south, "person", "amina"));
    ck_assert(strcmp(device_reads(south, "TT-BUJ-1", "amina"), "") != 0);
    ck_assert(!device_has(north, "session", "TT-BUJ-1"));
    ck_assert(device_has(north, "person", "amina")); /* who lives there */
    world_ends(world);
}
END_TEST

START_TEST(a_person_whose_last_enrolment_goes_leaves_the_tablet)
{
    struct world *world = world_create(8);
    struct sim_device *south = world_add_device(world, "south", "RS-BOS", "RS-BOS");
    struct store *office = device_store(world_office(world));
    struct error err = {0};
    char id[ROW_ID_SIZE];
    const char *const key[] = {world_id(world, "TT-BOS"), world_id(world, "amina"), "participant"};
    const struct draft_field gone = {FIELD_REMOVED, value_integer(1)};
    ck_assert(row_id_of_key(key, 3, id));
    const struct draft come = {.entity = "enrolment", .row = id},
                       go = {.entity = "enrolment", .row = id, .fields = &gone, .field_count = 1};
    ck_assert(store_write(office, &come, 1, "", "enrol", NULL, NULL, &err));
    world_syncs_until_quiet(world);
    ck_assert(device_has(south, "person", "amina"));
    ck_assert(store_write(office, &go, 1, "", "remove", NULL, NULL, &err));
    world_syncs_until_quiet(world);
    ck_assert(!device_has(south, "person", "amina"));
    world_ends(world);
}
END_TEST

SUITE("rights", a_revoked_tablet_keeps_recording_and_delivers_when_it_is_let_in_again,
      a_revoked_tablet_offers_a_bundle_and_the_server_takes_it_into_custody, a_bundle_brings_marks_there_and_rows_back_without_a_network,
      a_bundle_and_the_network_may_carry_the_same_marks, rows_of_a_lost_scope_go_and_what_waited_in_it_is_delivered,
      rows_of_a_won_scope_come_and_scopes_may_change_any_number_of_times, an_activity_that_moves_takes_its_marks_and_people_along,
      a_person_whose_last_enrolment_goes_leaves_the_tablet)
