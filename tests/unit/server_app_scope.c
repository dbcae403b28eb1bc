// SPDX-License-Identifier: Apache-2.0
/* Who is shown what: rows that come into a place, leave it, and grants that change.
 *
 * Here:      scope as devices live through it, and storms of everything at once.
 * Not here:  custody (server_app_exchange.c), the rule of places (protocol_scope.c).
 */
#define _GNU_SOURCE
#include "server_records.h"
#include "suite.h"

static const char *const everything[] = {"*", NULL};
static const char *const bujanovac[] = {"*/RS-BUJ", NULL};
static const char *const both[] = {"*/RS-BUJ", "*/RS-PRE", NULL};

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

SUITE("server_app_scope", a_person_comes_into_a_scope_by_use_and_leaves_when_the_use_ends, all_that_hangs_on_an_activity_moves_with_it,
      a_mark_that_comes_before_its_session_finds_its_place_later, new_grants_bring_their_rows_and_lost_ones_take_them_away_page_by_page,
      grants_that_change_while_they_are_being_filled_start_anew, a_device_of_another_scope_is_never_shown_what_is_not_its_own,
      after_any_storm_the_sums_meet_and_the_ledger_verifies)
