// SPDX-License-Identifier: Apache-2.0
/* Exchanges with the server, as devices live through them.
 *
 * Here:      custody, quarantine, clamps, echoes, lost answers, revoked devices.
 * Not here:  scopes and storms (server_app_scope.c), codes and users (server_app_fleet.c), verify and backups (server_app_upkeep.c), the
 * database (server_ledger_sqlite.c).
 */
#define _GNU_SOURCE
#include "server-stub/app/custody.h"
#include "server-stub/app/server_internal.h"
#include "server_records.h"
#include "suite.h"

static const char *const everything[] = {"*", NULL};
static const char *const bujanovac[] = {"*/RS-BUJ", NULL};

START_TEST(what_one_device_records_another_holds)
{
    struct field_world *world = field_create(1);
    struct field_device *north = device_enrolled(world, "north", "RS-BUJ", bujanovac);
    struct field_device *office = device_enrolled(world, "office", "", everything);
    const char *session = records_session(north, records_activity(north, "TT-RS-BUJ", "RS-BUJ"), "TT-RS-BUJ-1");
    const char *person = records_person(north, "Amina", "RS-BUJ");
    const char *mark = marks(north, session, person, "present");

    device_syncs(north);
    device_syncs(office);
    ck_assert_str_eq(device_reads(office, "attendance", mark, "status"), "present");
    device_destroy(north);
    device_destroy(office);
    field_destroy(world);
}
END_TEST

START_TEST(what_a_device_pushed_does_not_come_back_to_it)
{
    struct field_world *world = field_create(2);
    struct field_device *north = device_enrolled(world, "north", "RS-BUJ", bujanovac);

    device_syncs(north);
    records_activity(north, "TT-RS-BUJ", "RS-BUJ");
    for (int i = 0; i < 40; i++)
        records_person(north, "Somebody", "RS-BUJ");
    device_syncs(north);
    ck_assert_uint_eq(north->told_rows, 0);
    ck_assert_uint_eq(north->told_keys, 0);
    device_destroy(north);
    field_destroy(world);
}
END_TEST

START_TEST(what_two_wrote_comes_back_to_both)
{
    struct field_world *world = field_create(3);
    struct field_device *north = device_enrolled(world, "north", "RS-BUJ", bujanovac);
    struct field_device *south = device_enrolled(world, "south", "RS-BUJ", bujanovac);
    const char *session = records_session(north, records_activity(north, "TT", "RS-BUJ"), "TT-1");
    const char *person = records_person(north, "Amina", NULL);

    device_syncs(north);
    device_syncs(south);
    const char *mark = marks(north, session, person, "absent");
    world->now_ms += 1000;
    marks(south, session, person, "present");
    device_syncs(north);
    device_syncs(south);
    ck_assert_uint_eq(south->told_rows, 1);
    device_syncs(north);
    ck_assert_str_eq(device_reads(north, "attendance", mark, "status"), "present");
    ck_assert_uint_eq(row_conflict_count(&device_row(north, "attendance", mark)->row), 1);
    struct server_counters counters;
    server_counters(world->server, &counters);
    ck_assert_uint_eq(counters.conflicts, 1);
    device_destroy(north);
    device_destroy(south);
    field_destroy(world);
}
END_TEST

START_TEST(a_lost_answer_is_asked_for_again_and_changes_nothing)
{
    struct field_world *world = field_create(4);
    struct field_device *north = device_enrolled(world, "north", "RS-BUJ", bujanovac);
    struct server_counters before, after;

    records_person(north, "Amina", "RS-BUJ");
    device_records(north, "device", "0000000000001", (struct words[]){{"name", "forged", 0}, {NULL, NULL, 0}});
    device_exchanges(north, true);
    server_counters(world->server, &before);
    device_exchanges(north, true);
    device_exchanges(north, false);
    server_counters(world->server, &after);
    ck_assert_uint_eq(before.changes, after.changes);
    ck_assert_uint_eq(before.position, after.position);
    ck_assert_uint_eq(north->receipt.seq, 2);
    ck_assert_uint_eq(north->receipt.verdict_count, 1);
    ck_assert_uint_eq(north->receipt.verdicts[0].seq, 2);
    device_destroy(north);
    field_destroy(world);
}
END_TEST

START_TEST(a_quarantined_change_holds_up_nothing)
{
    struct field_world *world = field_create(5);
    struct field_device *north = device_enrolled(world, "north", "RS-BUJ", bujanovac);
    struct field_device *office = device_enrolled(world, "office", "", everything);
    const char *session = records_session(north, records_activity(north, "TT", "RS-BUJ"), "TT-1");
    const char *person = records_person(north, "Amina", "RS-BUJ");
    const char *mark = marks(north, session, person, "sleeping");

    marks(north, session, person, "late");
    device_records(north, "device", "0000000000001", (struct words[]){{"name", "forged", 0}, {NULL, NULL, 0}});
    records_person(north, "Bojan", "RS-BUJ");
    device_syncs(north);
    ck_assert_uint_eq(north->receipt.seq, 7);
    ck_assert_uint_eq(north->receipt.verdict_count, 2);
    ck_assert_uint_eq(north->receipt.verdicts[0].seq, 4);
    ck_assert_int_eq(north->receipt.verdicts[0].kind, VERDICT_QUARANTINED);
    ck_assert_uint_eq(north->receipt.verdicts[1].seq, 6);
    device_syncs(office);
    ck_assert_str_eq(device_reads(office, "attendance", mark, "status"), "late");
    ck_assert_ptr_null(device_row(office, "device", "0000000000001"));
    device_destroy(north);
    device_destroy(office);
    field_destroy(world);
}
END_TEST

START_TEST(an_entity_of_tomorrow_is_kept_and_shown_to_those_who_see_all)
{
    struct field_world *world = field_create(6);
    struct field_device *north = device_enrolled(world, "north", "RS-BUJ", bujanovac);
    struct field_device *south = device_enrolled(world, "south", "RS-PRE", (const char *const[]){"*/RS-PRE", NULL});
    struct field_device *office = device_enrolled(world, "office", "", everything);
    const char *row =
        device_records(north, "vehicle", NULL, (struct words[]){{"plate", "BU-001", 0}, {"wheels", NULL, 4}, {NULL, NULL, 0}});

    device_syncs(north);
    device_syncs(south);
    device_syncs(office);
    ck_assert_str_eq(device_reads(office, "vehicle", row, "plate"), "BU-001");
    ck_assert_ptr_null(device_row(south, "vehicle", row));
    device_destroy(north);
    device_destroy(south);
    device_destroy(office);
    field_destroy(world);
}
END_TEST

START_TEST(a_clock_in_9999_is_clamped_and_its_order_kept)
{
    struct field_world *world = field_create(7);
    struct field_device *north = device_enrolled(world, "north", "RS-BUJ", bujanovac);
    struct field_device *south = device_enrolled(world, "south", "RS-BUJ", bujanovac);
    const char *person = records_person(north, "Amina", "RS-BUJ");

    device_syncs(north);
    device_syncs(south);
    north->clock_ms = 253370764800000 - world->now_ms;
    device_records(north, "person", person, (struct words[]){{"phone", "1", 0}, {NULL, NULL, 0}});
    device_records(north, "person", person, (struct words[]){{"phone", "2", 0}, {NULL, NULL, 0}});
    device_syncs(north);
    ck_assert(north->reply.clamped);
    ck_assert_str_eq(device_reads(north, "person", person, "phone"), "2");
    ck_assert_int_le(stamp_ms(row_stamp(&device_row(north, "person", person)->row, "phone").time), world->now_ms + STAMP_AHEAD_MS_MAX);
    /* Two minutes later anybody may correct it. */
    world->now_ms += 2 * STAMP_AHEAD_MS_MAX;
    device_syncs(south);
    device_records(south, "person", person, (struct words[]){{"phone", "3", 0}, {NULL, NULL, 0}});
    device_syncs(south);
    north->clock_ms = 0;
    device_syncs(north);
    ck_assert_str_eq(device_reads(north, "person", person, "phone"), "3");
    device_destroy(north);
    device_destroy(south);
    field_destroy(world);
}
END_TEST

/* A device that forks is told by which time the server took what both its pasts share. */
START_TEST(the_time_of_a_clamped_change_is_still_known_later)
{
    enum { PUSHES = 3 };
    struct field_world *world = field_create(14);
    struct field_device *north = device_enrolled(world, "north", "RS-BUJ", bujanovac);
    const char *person = records_person(north, "Amina", "RS-BUJ");
    uint64_t ends[PUSHES], times[PUSHES];
    struct arena arena = {0};
    struct log_standing standing;
    struct ledger_log record;
    struct ledger_work *work = NULL;
    struct error err = {0};

    device_syncs(north);
    north->clock_ms = 253370764800000 - world->now_ms;
    for (size_t i = 0; i < PUSHES; i++) {
        device_records(north, "person", person, (struct words[]){{"phone", "1", 0}, {NULL, NULL, 0}});
        device_records(north, "person", person, (struct words[]){{"phone", "2", 0}, {NULL, NULL, 0}});
        device_syncs(north);
        ck_assert(north->reply.clamped);
        ends[i] = north->reply.last_seq;
        times[i] = row_stamp(&device_row(north, "person", person)->row, "phone").time;
        world->now_ms += i == 0 ? 1000 : 0; /* two came in one moment: the second hangs on the first */
    }
    field_must(world->server->ledger->begin(world->server->ledger, LEDGER_READ, &work, &err), &err);
    field_must(fleet_standing(world->server, work, &arena, north->log, &standing, &record, &err), &err);
    for (size_t i = 0; i < PUSHES; i++) {
        uint64_t time = 0;
        field_must(custody_time_at(world->server->ledger, work, &record, ends[i], &time, &err), &err);
        ck_assert_uint_eq(time, times[i]);
    }
    world->server->ledger->rollback(work);
    arena_clear(&arena);
    device_destroy(north);
    field_destroy(world);
}
END_TEST

START_TEST(a_revoked_device_is_heard_but_shown_nothing)
{
    struct field_world *world = field_create(13);
    struct field_device *north = device_enrolled(world, "north", "RS-BUJ", bujanovac);
    struct server_counters before, after;
    struct error err = {0};

    device_syncs(north);
    server_counters(world->server, &before);
    field_must(server_device_revoke(world->server, "north", true, &err), &err);
    records_person(north, "Amina", "RS-BUJ");
    device_exchanges(north, false);
    ck_assert_int_eq(north->reply.kind, REPLY_REFUSED);
    ck_assert_uint_eq(north->page.row_count, 0);
    server_counters(world->server, &after);
    ck_assert_uint_eq(after.changes, before.changes + 1);
    field_must(server_device_revoke(world->server, "north", false, &err), &err);
    device_syncs(north);
    device_destroy(north);
    field_destroy(world);
}
END_TEST

SUITE("server_app_exchange", what_one_device_records_another_holds, what_a_device_pushed_does_not_come_back_to_it,
      what_two_wrote_comes_back_to_both, a_lost_answer_is_asked_for_again_and_changes_nothing, a_quarantined_change_holds_up_nothing,
      an_entity_of_tomorrow_is_kept_and_shown_to_those_who_see_all, a_clock_in_9999_is_clamped_and_its_order_kept,
      the_time_of_a_clamped_change_is_still_known_later, a_revoked_device_is_heard_but_shown_nothing)
