// SPDX-License-Identifier: Apache-2.0
/* Exchanges with the server, as devices live through them.
 *
 * Here:      custody, quarantine, clamps, echoes, scopes, lost answers, restored servers, revoked devices.
 * Not here:  codes and users (server_app_fleet.c), verify and backups (server_app_upkeep.c), the database (server_ledger_sqlite.c).
 */
#define _GNU_SOURCE
#include "server_field.h"
#include "suite.h"

static const char *const everything[] = {"*", NULL};
static const char *const bujanovac[] = {"*/RS-BUJ", NULL};
static const char *const both[] = {"*/RS-BUJ", "*/RS-PRE", NULL};

static const char *records_activity(struct field_device *device, const char *code, const char *municipality)
{
    return device_records(
        device, "activity", NULL,
        (struct words[]){{"code", code, 0}, {"municipality", municipality, 0}, {"programme", "lnob", 0}, {NULL, NULL, 0}});
}

static const char *records_session(struct field_device *device, const char *activity, const char *code)
{
    return device_records(device, "session", NULL,
                          (struct words[]){{"activity", activity, 0}, {"code", code, 0}, {"minutes", NULL, 90}, {NULL, NULL, 0}});
}

static const char *records_person(struct field_device *device, const char *name, const char *municipality)
{
    if (municipality == NULL)
        return device_records(device, "person", NULL, (struct words[]){{"full_name", name, 0}, {NULL, NULL, 0}});
    return device_records(device, "person", NULL,
                          (struct words[]){{"full_name", name, 0}, {"municipality", municipality, 0}, {NULL, NULL, 0}});
}

static const char *marks(struct field_device *device, const char *session, const char *person, const char *status)
{
    char id[ROW_ID_SIZE];

    ck_assert(row_id_of_key((const char *const[]){session, person}, 2, id));
    return device_records(device, "attendance", id, (struct words[]){{"status", status, 0}, {NULL, NULL, 0}});
}

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

START_TEST(a_person_comes_into_a_scope_by_use_and_leaves_when_the_use_ends)
{
    struct field_world *world = field_create(8);
    struct field_device *north = device_enrolled(world, "north", "RS-BUJ", bujanovac);
    struct field_device *south = device_enrolled(world, "south", "RS-PRE", (const char *const[]){"*/RS-PRE", NULL});
    struct field_device *office = device_enrolled(world, "office", "", everything);
    const char *person = records_person(north, "Amina", "RS-BUJ");
    const char *activity = records_activity(office, "TT-RS-PRE", "RS-PRE");
    char enrolment[ROW_ID_SIZE];

    device_syncs(north);
    device_syncs(office);
    device_syncs(south);
    ck_assert_ptr_null(device_row(south, "person", person));
    ck_assert(row_id_of_key((const char *const[]){activity, person, "participant"}, 3, enrolment));
    device_records(office, "enrolment", enrolment, (struct words[]){{"removed", NULL, 0}, {NULL, NULL, 0}});
    device_syncs(office);
    device_syncs(south);
    device_syncs(north);
    ck_assert_ptr_nonnull(device_row(south, "person", person));
    ck_assert_ptr_null(device_row(north, "enrolment", enrolment));
    device_records(office, "enrolment", enrolment, (struct words[]){{"removed", NULL, 1}, {NULL, NULL, 0}});
    device_syncs(office);
    device_syncs(south);
    ck_assert_ptr_null(device_row(south, "person", person));
    device_syncs(north);
    ck_assert_ptr_nonnull(device_row(north, "person", person));
    device_destroy(north);
    device_destroy(south);
    device_destroy(office);
    field_destroy(world);
}
END_TEST

START_TEST(all_that_hangs_on_an_activity_moves_with_it)
{
    struct field_world *world = field_create(9);
    struct field_device *north = device_enrolled(world, "north", "RS-BUJ", bujanovac);
    struct field_device *south = device_enrolled(world, "south", "RS-PRE", (const char *const[]){"*/RS-PRE", NULL});
    const char *activity = records_activity(north, "TT", "RS-BUJ");
    const char *session = records_session(north, activity, "TT-1");
    const char *person = records_person(north, "Amina", NULL);
    const char *mark = marks(north, session, person, "present");

    device_syncs(north);
    device_syncs(south);
    ck_assert_ptr_null(device_row(south, "attendance", mark));
    device_records(north, "activity", activity, (struct words[]){{"municipality", "RS-PRE", 0}, {NULL, NULL, 0}});
    device_syncs(north);
    device_syncs(south);
    ck_assert_str_eq(device_reads(south, "attendance", mark, "status"), "present");
    ck_assert_ptr_nonnull(device_row(south, "person", person));
    ck_assert_ptr_null(device_row(north, "attendance", mark));
    device_destroy(north);
    device_destroy(south);
    field_destroy(world);
}
END_TEST

START_TEST(a_mark_that_comes_before_its_session_finds_its_place_later)
{
    struct field_world *world = field_create(10);
    struct field_device *north = device_enrolled(world, "north", "RS-BUJ", bujanovac);
    struct field_device *south = device_enrolled(world, "south", "RS-PRE", (const char *const[]){"*/RS-PRE", NULL});
    const char *session = records_session(south, records_activity(south, "TT", "RS-PRE"), "TT-1");
    const char *person = records_person(north, "Amina", "RS-BUJ");
    const char *mark = marks(north, session, person, "present");

    device_syncs(north); /* the session is not here yet: the mark stays where it was made */
    ck_assert_ptr_nonnull(device_row(north, "attendance", mark));
    device_syncs(south);
    ck_assert_str_eq(device_reads(south, "attendance", mark, "status"), "present");
    ck_assert_ptr_nonnull(device_row(south, "person", person));
    device_syncs(north);
    ck_assert_ptr_null(device_row(north, "attendance", mark));
    device_destroy(north);
    device_destroy(south);
    field_destroy(world);
}
END_TEST

static void regrant(struct field_world *world, const char *name, const char *const *grants)
{
    struct arena arena = {0};
    struct grant parsed[8];
    size_t count = 0;
    struct error err = {0};

    for (; grants[count] != NULL; count++)
        field_must(grant_parse(&arena, grants[count], &parsed[count], &err), &err);
    field_must(server_device_scope(world->server, name, parsed, count, &err), &err);
    arena_clear(&arena);
}

START_TEST(new_grants_bring_their_rows_and_lost_ones_take_them_away_page_by_page)
{
    struct field_world *world = field_create(11);
    struct field_device *tablet = device_enrolled(world, "tablet", "RS-BUJ", bujanovac);
    struct field_device *office = device_enrolled(world, "office", "", everything);
    char name[32];

    for (int i = 0; i < 120; i++) {
        snprintf(name, sizeof name, "Person %d", i);
        records_person(office, name, i % 2 == 0 ? "RS-BUJ" : "RS-PRE");
    }
    device_syncs(office);
    device_syncs(tablet);
    size_t before = tablet->row_count;
    tablet->room = 4096;
    regrant(world, "tablet", both);
    device_syncs(tablet);
    ck_assert_uint_eq(tablet->row_count, before + 60);
    ck_assert_uint_eq(tablet->told_rows, 60);
    regrant(world, "tablet", (const char *const[]){"*/RS-PRE", NULL});
    device_syncs(tablet);
    ck_assert_ptr_null(device_row(tablet, "municipality", "RS-BUJ"));
    ck_assert_uint_eq(tablet->told_rows, 0);
    /* To everything and back. */
    regrant(world, "tablet", everything);
    device_syncs(tablet);
    ck_assert_uint_eq(tablet->row_count, office->row_count);
    regrant(world, "tablet", bujanovac);
    device_syncs(tablet);
    ck_assert_uint_eq(tablet->row_count, before);
    device_destroy(tablet);
    device_destroy(office);
    field_destroy(world);
}
END_TEST

START_TEST(grants_that_change_while_they_are_being_filled_start_anew)
{
    struct field_world *world = field_create(12);
    struct field_device *tablet = device_enrolled(world, "tablet", "RS-BUJ", bujanovac);
    struct field_device *office = device_enrolled(world, "office", "", everything);

    for (int i = 0; i < 900; i++)
        records_person(office, "A person with a name that is long enough to fill a page soon", i % 2 == 0 ? "RS-BUJ" : "RS-PRE");
    device_syncs(office);
    device_syncs(tablet);
    tablet->room = 4096;
    regrant(world, "tablet", both);
    device_exchanges(tablet, false);
    ck_assert(tablet->reply.more);
    ck_assert_uint_ne(tablet->cursor.fill, 0);
    regrant(world, "tablet", everything);
    device_syncs(tablet);
    ck_assert_uint_eq(tablet->row_count, office->row_count);
    device_destroy(tablet);
    device_destroy(office);
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

START_TEST(a_device_of_another_scope_is_never_shown_what_is_not_its_own)
{
    struct field_world *world = field_create(14);
    struct field_device *north = device_enrolled(world, "north", "RS-BUJ", bujanovac);
    struct field_device *none = device_enrolled(world, "none", "", (const char *const[]){NULL});

    records_activity(north, "TT", "RS-BUJ");
    records_person(north, "Amina", "RS-BUJ");
    device_syncs(north);
    device_syncs(none);
    ck_assert_uint_eq(none->row_count, 0);
    device_destroy(north);
    device_destroy(none);
    field_destroy(world);
}
END_TEST

/* --- a storm ----------------------------------------------------------------------------------------------------------- */

static uint32_t draw(struct field_world *world, uint32_t below)
{
    uint32_t drawn;

    field_fill(world, &drawn, sizeof drawn);
    return drawn % below;
}

static void storm_step(struct field_world *world, struct field_device **devices, size_t count)
{
    static const char *const municipalities[] = {"RS-BUJ", "RS-PRE", "RS-MED"};
    static const char *const statuses[] = {"present", "late", "absent", "excused"};
    struct field_device *device = devices[draw(world, (uint32_t)count)];
    const struct held_row *one = device->row_count > 0 ? device->rows[draw(world, (uint32_t)device->row_count)] : NULL;
    const struct held_row *other = device->row_count > 0 ? device->rows[draw(world, (uint32_t)device->row_count)] : NULL;
    const char *municipality = municipalities[draw(world, 3)];

    world->now_ms += draw(world, 4000);
    switch (draw(world, 12)) {
    case 0:
        records_activity(device, "A", municipality);
        break;
    case 1:
        if (one != NULL && strcmp(one->entity, "activity") == 0)
            records_session(device, one->id, "S");
        break;
    case 2:
        records_person(device, "P", draw(world, 3) == 0 ? NULL : municipality);
        break;
    case 3:
    case 4:
    case 5:
    case 6:
        if (one != NULL && other != NULL && strcmp(one->entity, "session") == 0 && strcmp(other->entity, "person") == 0)
            marks(device, one->id, other->id, statuses[draw(world, 4)]);
        break;
    case 7:
        if (one != NULL && (strcmp(one->entity, "activity") == 0 || strcmp(one->entity, "person") == 0))
            device_records(device, one->entity, one->id, (struct words[]){{"municipality", municipality, 0}, {NULL, NULL, 0}});
        break;
    case 8:
        if (one != NULL && strcmp(one->entity, "device") != 0)
            device_records(device, one->entity, one->id, (struct words[]){{"removed", NULL, (int64_t)draw(world, 2)}, {NULL, NULL, 0}});
        break;
    case 9:
        device->clock_ms = draw(world, 4) == 0 ? (int64_t)draw(world, 400000000) : 0;
        break;
    case 10:
        device_exchanges(device, true);
        break;
    default:
        device->room = draw(world, 2) == 0 ? 4096 : 0;
        device_exchanges(device, false);
        break;
    }
}

static void storm(uint64_t seed)
{
    struct field_world *world = field_create(seed);
    struct field_device *devices[5];
    const char *const *grants[] = {bujanovac, both, everything, (const char *const[]){"lnob/RS-MED", NULL},
                                   (const char *const[]){"*/RS-PRE", NULL}};
    char name[16];

    for (size_t i = 0; i < 5; i++) {
        snprintf(name, sizeof name, "device-%zu", i);
        devices[i] = device_enrolled(world, name, i == 2 ? "" : "RS-BUJ", grants[i]);
    }
    for (int step = 0; step < 1500; step++) {
        storm_step(world, devices, 5);
        if (step % 400 == 399)
            regrant(world, "device-1", grants[draw(world, 5)]);
    }
    world->now_ms += DAY_MS * 30;
    for (int round = 0; round < 3; round++)
        for (size_t i = 0; i < 5; i++) {
            devices[i]->clock_ms = 0;
            for (int k = 0; k < 200 && (k == 0 || devices[i]->reply.more || devices[i]->received_seq < devices[i]->seq); k++)
                device_exchanges(devices[i], false);
        }
    for (size_t i = 0; i < 5; i++) {
        device_syncs(devices[i]); /* the sums meet */
        device_destroy(devices[i]);
    }
    uint64_t findings = 0;
    struct error err = {0};
    field_must(server_verify(world->server, NULL, NULL, NULL, &findings, &err), &err);
    ck_assert_uint_eq(findings, 0);
    field_destroy(world);
}

START_TEST(after_any_storm_the_sums_meet_and_the_ledger_verifies)
{
    for (uint64_t seed = 100; seed < 106; seed++)
        storm(seed);
}
END_TEST

SUITE("server_app_exchange", what_one_device_records_another_holds, what_a_device_pushed_does_not_come_back_to_it,
      what_two_wrote_comes_back_to_both, a_lost_answer_is_asked_for_again_and_changes_nothing, a_quarantined_change_holds_up_nothing,
      an_entity_of_tomorrow_is_kept_and_shown_to_those_who_see_all, a_clock_in_9999_is_clamped_and_its_order_kept,
      a_person_comes_into_a_scope_by_use_and_leaves_when_the_use_ends, all_that_hangs_on_an_activity_moves_with_it,
      a_mark_that_comes_before_its_session_finds_its_place_later, new_grants_bring_their_rows_and_lost_ones_take_them_away_page_by_page,
      grants_that_change_while_they_are_being_filled_start_anew, a_revoked_device_is_heard_but_shown_nothing,
      a_device_of_another_scope_is_never_shown_what_is_not_its_own, after_any_storm_the_sums_meet_and_the_ledger_verifies)
