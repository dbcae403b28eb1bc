// SPDX-License-Identifier: Apache-2.0
/* Who holds the tablet: author of what is recorded, a lock against curious eyes, PINs that are not tried out.
 *
 * Not here:  what a locked tablet refuses to tell (agent_page_*.c).
 */
#define _GNU_SOURCE
#include "agent/app/holder.h"
#include "agent/cli/call.h"
#include "tests/unit/desk.h"
#include "tests/unit/hall.h"
#include "tests/unit/suite.h"

#include <sodium.h>

/* The library's function, found in here before there, so that it can fail as it does without memory. */
static bool no_memory_to_hash;
int crypto_pwhash(unsigned char *out, unsigned long long size, const char *password, unsigned long long password_size,
                  const unsigned char *salt, unsigned long long passes, size_t memory, int algorithm)
{
    return no_memory_to_hash ? -1 : crypto_pwhash_argon2id(out, size, password, password_size, salt, passes, memory, algorithm);
}

static struct clock_port *clock_of(struct hall *hall)
{
    return &hall->device.ports.clock;
}

static struct holder stands(struct hall *hall)
{
    struct holder holder;

    error_clear(&hall->device.err);
    ck_assert_msg(holder_read(hall->device.store, &holder, &hall->device.err), "%s", hall->device.err.cause);
    ck_assert_int_eq(holder_is_locked(hall->device.store, &hall->device.err), holder.locked);
    return holder;
}

static void takes(struct hall *hall, const char *person)
{
    ck_assert_msg(holder_set(hall->device.store, clock_of(hall), person, NULL, &hall->device.err), "%s", hall->device.err.cause);
}

static void chooses_pin(struct hall *hall, const char *pin, const char *old)
{
    ck_assert_msg(holder_set_pin(hall->device.store, clock_of(hall), &hall->device.ports.chance, pin, old, &hall->device.err), "%s",
                  hall->device.err.cause);
}

/* ERROR_NONE: it is open. */
static enum error_kind unlocks(struct hall *hall, const char *person, const char *pin)
{
    error_clear(&hall->device.err);
    return holder_unlock(hall->device.store, clock_of(hall), person, pin, &hall->device.err) ? ERROR_NONE : hall->device.err.kind;
}

START_TEST(whoever_holds_the_tablet_is_the_author)
{
    struct hall hall;
    char author[ROW_ID_SIZE];

    hall_opens(&hall, 1);
    const char *mirjana = hall_knows(&hall, "T1", "Mirjana", "trainer");
    ck_assert(holder_author(hall.device.store, author, &hall.device.err));
    ck_assert_str_eq(author, "");
    takes(&hall, "t1"); /* as people type it */
    ck_assert(holder_author(hall.device.store, author, &hall.device.err));
    ck_assert_str_eq(author, mirjana);
    device_reopens(&hall.device);
    ck_assert_str_eq(stands(&hall).person, mirjana);
    takes(&hall, "");
    ck_assert_str_eq(stands(&hall).person, "");
    ck_assert(!holder_set(hall.device.store, clock_of(&hall), "nobody", NULL, &hall.device.err));
    ck_assert_int_eq(hall.device.err.kind, ERROR_NOT_FOUND);
    hall_closes(&hall);
}
END_TEST

/* One rule for page and commands. */
START_TEST(a_command_records_for_whoever_holds_the_tablet)
{
    struct desk desk;
    struct error err = {0};
    struct clock_port *clock = &desk.world.clock;
    char mirjana[ROW_ID_SIZE], author[AUTHOR_BYTES_MAX + 1];
    struct arena arena = {0};
    const struct row *row = NULL;
    char session[ROW_ID_SIZE], person[ROW_ID_SIZE];
    const char *id;

    desk_starts(&desk, 2);
    desk_has_programme(&desk);
    ck_assert(store_resolve(desk.agent.store, "person", "P3", mirjana, &err));
    ck_assert(store_resolve(desk.agent.store, "person", "P1", person, &err));
    ck_assert(store_resolve(desk.agent.store, "session", "TT-1-1", session, &err));
    id = arena_format(&arena, "%s:%s", session, person);
    ck_assert(holder_set(desk.agent.store, clock, "P3", NULL, &err));
    desk_does(&desk, "mark TT-1-1 P1 present");
    ck_assert(store_row(desk.agent.store, &arena, "attendance", id, &row, &err));
    ck_assert(store_author_of(desk.agent.store, "attendance", id, row_stamp(row, "status"), author, &err));
    ck_assert_str_eq(author, mirjana);
    desk_does(&desk, "mark TT-1-1 P1 late --author P2");
    ck_assert(store_row(desk.agent.store, &arena, "attendance", id, &row, &err));
    ck_assert(store_author_of(desk.agent.store, "attendance", id, row_stamp(row, "status"), author, &err));
    ck_assert_str_ne(author, mirjana);
    arena_clear(&arena);
    desk_ends(&desk);
}
END_TEST

/* The way back in for a teacher who forgot the PIN: whoever may type commands may read the store as well. */
START_TEST(a_forgotten_pin_is_taken_away_by_a_command)
{
    struct desk desk;
    struct error err = {0};

    desk_starts(&desk, 15);
    desk_has_programme(&desk);
    ck_assert_str_eq(desk_does(&desk, "holder"), "Nobody holds this device.\n");
    desk_is_refused(&desk, "holder --forget-pin", ERROR_USAGE, "nobody");
    ck_assert_str_eq(desk_does(&desk, "holder p3"), "P3 holds this device.\n");
    ck_assert(holder_set_pin(desk.agent.store, &desk.world.clock, &desk.world.chance, "1234", NULL, &err));
    desk_does(&desk, "holder P1");
    desk_is_refused(&desk, "holder P3", ERROR_REFUSED, "PIN");
    ck_assert(holder_set(desk.agent.store, &desk.world.clock, "P3", "1234", &err));
    ck_assert(holder_lock(desk.agent.store, &err));
    ck_assert_str_eq(desk_does(&desk, "holder --json"), "{\"holder\":\"P3\",\"locked\":true,\"pin\":true}\n");
    ck_assert_str_eq(desk_does(&desk, "holder --forget-pin"), "P3 holds this device.\n");
    ck_assert(!holder_is_locked(desk.agent.store, &err));
    ck_assert_str_eq(desk_does(&desk, "holder ''"), "Nobody holds this device.\n");
    desk_ends(&desk);
}
END_TEST

START_TEST(a_lock_without_a_pin_is_opened_by_whoever_takes_it)
{
    struct hall hall;

    hall_opens(&hall, 3);
    const char *mirjana = hall_knows(&hall, "T1", "Mirjana", "trainer"), *zoran = hall_knows(&hall, "T2", "Zoran", "trainer");
    takes(&hall, mirjana);
    ck_assert(!stands(&hall).locked);
    ck_assert(holder_lock(hall.device.store, &hall.device.err));
    ck_assert(stands(&hall).locked);
    ck_assert_int_eq(unlocks(&hall, NULL, NULL), ERROR_NONE);
    ck_assert_str_eq(stands(&hall).person, mirjana);
    ck_assert(holder_lock(hall.device.store, &hall.device.err));
    ck_assert_int_eq(unlocks(&hall, zoran, NULL), ERROR_NONE);
    ck_assert_str_eq(stands(&hall).person, zoran);
    ck_assert(!stands(&hall).locked);
    hall_closes(&hall);
}
END_TEST

START_TEST(a_pin_has_four_to_twelve_digits)
{
    static const char *const wrong[] = {"123", "1234567890123", "12a4", "12 4", "-123", "١٢٣٤"};
    struct hall hall;

    hall_opens(&hall, 4);
    ck_assert(!holder_set_pin(hall.device.store, clock_of(&hall), &hall.device.ports.chance, "1234", NULL, &hall.device.err));
    ck_assert_int_eq(hall.device.err.kind, ERROR_INVALID); /* nobody holds it */
    takes(&hall, hall_knows(&hall, "T1", "Mirjana", "trainer"));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        error_clear(&hall.device.err);
        ck_assert(!holder_set_pin(hall.device.store, clock_of(&hall), &hall.device.ports.chance, wrong[i], NULL, &hall.device.err));
        ck_assert_int_eq(hall.device.err.kind, ERROR_INVALID);
        ck_assert_ptr_null(strstr(hall.device.err.cause, wrong[i]));
    }
    ck_assert(!stands(&hall).pin);
    chooses_pin(&hall, "1234", NULL);
    ck_assert(stands(&hall).pin);
    chooses_pin(&hall, "123456789012", "1234");
    ck_assert(
        !holder_set_pin(hall.device.store, clock_of(&hall), &hall.device.ports.chance, "", "1234", &hall.device.err)); /* the old one */
    chooses_pin(&hall, "", "123456789012");
    ck_assert(!stands(&hall).pin);
    hall_closes(&hall);
}
END_TEST

START_TEST(a_pin_opens_for_those_who_have_one)
{
    struct hall hall;

    hall_opens(&hall, 5);
    const char *mirjana = hall_knows(&hall, "T1", "Mirjana", "trainer"), *zoran = hall_knows(&hall, "T2", "Zoran", "trainer");
    takes(&hall, zoran);
    chooses_pin(&hall, "5555", NULL);
    takes(&hall, mirjana);
    chooses_pin(&hall, "1234", NULL);
    ck_assert(holder_lock(hall.device.store, &hall.device.err));
    ck_assert_int_eq(unlocks(&hall, NULL, NULL), ERROR_REFUSED);
    ck_assert_int_eq(unlocks(&hall, NULL, "5555"), ERROR_REFUSED); /* another's */
    ck_assert_int_eq(unlocks(&hall, "", NULL), ERROR_REFUSED);
    ck_assert_int_eq(unlocks(&hall, hall_knows(&hall, "P1", "Ana", "participant"), NULL), ERROR_REFUSED); /* has none */
    ck_assert_int_eq(unlocks(&hall, "P1", "1234"), ERROR_REFUSED);
    ck_assert_int_eq(unlocks(&hall, "P0042", "1234"), ERROR_REFUSED); /* is not here, which a locked tablet does not tell */
    ck_assert(stands(&hall).locked);
    ck_assert_int_eq(unlocks(&hall, NULL, "1234"), ERROR_NONE);
    ck_assert(holder_lock(hall.device.store, &hall.device.err));
    ck_assert_int_eq(unlocks(&hall, zoran, "5555"), ERROR_NONE);
    ck_assert_str_eq(stands(&hall).person, zoran);
    /* Nobody takes another's name without the PIN, locked or not. */
    ck_assert(!holder_set(hall.device.store, clock_of(&hall), mirjana, NULL, &hall.device.err));
    ck_assert_int_eq(hall.device.err.kind, ERROR_REFUSED);
    ck_assert_str_eq(stands(&hall).person, zoran);
    hall_closes(&hall);
}
END_TEST

START_TEST(wrong_pins_are_slowed_down_also_across_a_restart)
{
    struct hall hall;

    hall_opens(&hall, 6);
    takes(&hall, hall_knows(&hall, "T1", "Mirjana", "trainer"));
    chooses_pin(&hall, "1234", NULL);
    ck_assert(holder_lock(hall.device.store, &hall.device.err));
    for (int i = 0; i < PIN_FREE_TRIES; i++)
        ck_assert_int_eq(unlocks(&hall, NULL, "9999"), ERROR_REFUSED);
    ck_assert_int_eq(unlocks(&hall, NULL, "1234"), ERROR_RETRY); /* not even the right one */
    device_reopens(&hall.device);
    ck_assert_int_eq(unlocks(&hall, NULL, "1234"), ERROR_RETRY);
    hall.device.now_ms += holder_pin_wait_ms(PIN_FREE_TRIES) - 1;
    ck_assert_int_eq(unlocks(&hall, NULL, "9999"), ERROR_RETRY);
    hall.device.now_ms += 1;
    ck_assert_int_eq(unlocks(&hall, NULL, "9999"), ERROR_REFUSED);
    hall.device.now_ms += holder_pin_wait_ms(PIN_FREE_TRIES);
    ck_assert_int_eq(unlocks(&hall, NULL, "1234"), ERROR_RETRY); /* the wait has grown */
    hall.device.now_ms += holder_pin_wait_ms(PIN_FREE_TRIES + 1);
    ck_assert_int_eq(unlocks(&hall, NULL, "1234"), ERROR_NONE);
    /* The right one clears the slate. */
    ck_assert(holder_lock(hall.device.store, &hall.device.err));
    for (int i = 0; i < PIN_FREE_TRIES - 1; i++)
        ck_assert_int_eq(unlocks(&hall, NULL, "9999"), ERROR_REFUSED);
    ck_assert_int_eq(unlocks(&hall, NULL, "1234"), ERROR_NONE);
    hall_closes(&hall);
}
END_TEST

/* The hash of a PIN takes 64 MiB, which a small tablet may not have beside a browser. */
START_TEST(a_pin_that_could_not_be_looked_at_is_no_wrong_one)
{
    struct hall hall;

    hall_opens(&hall, 18);
    takes(&hall, hall_knows(&hall, "T1", "Mirjana", "trainer"));
    chooses_pin(&hall, "1234", NULL);
    ck_assert(holder_lock(hall.device.store, &hall.device.err));
    ck_assert_int_eq(unlocks(&hall, NULL, "9999"), ERROR_REFUSED);
    no_memory_to_hash = true;
    for (int i = 0; i < PIN_FREE_TRIES; i++)
        ck_assert_int_eq(unlocks(&hall, NULL, "1234"), ERROR_MEMORY);
    no_memory_to_hash = false;
    for (int i = 1; i < PIN_FREE_TRIES - 1; i++)
        ck_assert_int_eq(unlocks(&hall, NULL, "9999"), ERROR_REFUSED);
    ck_assert_int_eq(unlocks(&hall, NULL, "1234"), ERROR_NONE); /* without a wait: the slate is as it was */
    hall_closes(&hall);
}
END_TEST

/* The uptime begins anew: whoever switched the tablet off waits the whole wait again, and no more. */
START_TEST(a_restart_of_the_machine_neither_skips_nor_prolongs_the_wait)
{
    struct hall hall;

    hall_opens(&hall, 7);
    takes(&hall, hall_knows(&hall, "T1", "Mirjana", "trainer"));
    chooses_pin(&hall, "1234", NULL);
    for (int i = 0; i < PIN_FREE_TRIES; i++) {
        ck_assert(holder_lock(hall.device.store, &hall.device.err));
        ck_assert_int_eq(unlocks(&hall, NULL, "9999"), ERROR_REFUSED);
    }
    hall.device.now_ms = 10; /* of both clocks in this test */
    ck_assert_int_eq(unlocks(&hall, NULL, "1234"), ERROR_RETRY);
    hall.device.now_ms += holder_pin_wait_ms(PIN_FREE_TRIES) - 1;
    ck_assert_int_eq(unlocks(&hall, NULL, "1234"), ERROR_RETRY);
    hall.device.now_ms += 1; /* long before the uptime is again what it was */
    ck_assert_int_eq(unlocks(&hall, NULL, "1234"), ERROR_NONE);
    hall_closes(&hall);
}
END_TEST

START_TEST(the_wait_grows_to_five_minutes_and_no_further)
{
    ck_assert_int_eq(holder_pin_wait_ms(0), 0);
    ck_assert_int_eq(holder_pin_wait_ms(PIN_FREE_TRIES - 1), 0);
    ck_assert_int_eq(holder_pin_wait_ms(PIN_FREE_TRIES), 1000);
    ck_assert_int_eq(holder_pin_wait_ms(PIN_FREE_TRIES + 1), 2000);
    ck_assert_int_eq(holder_pin_wait_ms(PIN_FREE_TRIES + 8), 256000);
    ck_assert_int_eq(holder_pin_wait_ms(PIN_FREE_TRIES + 9), PIN_WAIT_MS_MAX);
    ck_assert_int_eq(holder_pin_wait_ms(UINT64_MAX), PIN_WAIT_MS_MAX);
}
END_TEST

START_TEST(a_tablet_with_a_pin_begins_locked)
{
    struct hall hall;

    hall_opens(&hall, 8);
    takes(&hall, hall_knows(&hall, "T1", "Mirjana", "trainer"));
    ck_assert(holder_begin(hall.device.store, &hall.device.err));
    ck_assert(!stands(&hall).locked);
    chooses_pin(&hall, "1234", NULL);
    ck_assert(holder_begin(hall.device.store, &hall.device.err));
    ck_assert(stands(&hall).locked);
    ck_assert(holder_forget_pin(hall.device.store, stands(&hall).person, &hall.device.err));
    ck_assert(holder_begin(hall.device.store, &hall.device.err));
    ck_assert(stands(&hall).locked); /* it was: it stays so */
    ck_assert_int_eq(unlocks(&hall, NULL, NULL), ERROR_NONE);
    hall_closes(&hall);
}
END_TEST

START_TEST(an_idle_tablet_locks_when_it_is_time)
{
    struct hall hall;
    const int64_t minute = 60 * 1000;

    hall_opens(&hall, 9);
    ck_assert_int_eq(stands(&hall).after_minutes, LOCK_AFTER_MINUTES_USUAL);
    ck_assert(holder_lock_if_idle(hall.device.store, 0, 1000 * minute, &hall.device.err));
    ck_assert(!stands(&hall).locked); /* nobody holds it: there is nobody to lock it for */
    takes(&hall, hall_knows(&hall, "T1", "Mirjana", "trainer"));
    ck_assert(holder_lock_if_idle(hall.device.store, 7, 7 + 5 * minute - 1, &hall.device.err));
    ck_assert(!stands(&hall).locked);
    ck_assert(holder_lock_if_idle(hall.device.store, 7, 7 + 5 * minute, &hall.device.err));
    ck_assert(stands(&hall).locked);
    ck_assert_int_eq(unlocks(&hall, NULL, NULL), ERROR_NONE);
    ck_assert(holder_set_after_minutes(hall.device.store, 0, &hall.device.err));
    ck_assert(holder_lock_if_idle(hall.device.store, 0, 100000 * minute, &hall.device.err));
    ck_assert(!stands(&hall).locked);
    ck_assert(holder_set_after_minutes(hall.device.store, LOCK_AFTER_MINUTES_MAX, &hall.device.err));
    ck_assert_int_eq(stands(&hall).after_minutes, LOCK_AFTER_MINUTES_MAX);
    ck_assert(!holder_set_after_minutes(hall.device.store, LOCK_AFTER_MINUTES_MAX + 1, &hall.device.err));
    error_clear(&hall.device.err);
    ck_assert(!holder_set_after_minutes(hall.device.store, -1, &hall.device.err));
    hall_closes(&hall);
}
END_TEST

/* --- whom to choose from ------------------------------------------------------------------------------------------------------------- */

static const char *staff(struct hall *hall, bool or_everybody)
{
    struct staff staff;
    const char *all = "";

    ck_assert(holder_staff(hall->device.store, &hall->device.arena, or_everybody, &staff, &hall->device.err));
    for (size_t i = 0; i < staff.count; i++)
        all = arena_format(&hall->device.arena, "%s%s%s/%s%s", all, i == 0 ? "" : " ", staff.people[i].ref, staff.people[i].role,
                           staff.people[i].pin ? "*" : "");
    return all;
}

START_TEST(staff_are_those_with_a_role)
{
    struct hall hall;

    hall_opens(&hall, 10);
    hall_knows(&hall, "P2", "Бора", "participant");
    hall_knows(&hall, "P1", "Ana", "participant");
    ck_assert_str_eq(staff(&hall, true), "P1/ P2/"); /* no staff yet: anybody may hold it */
    ck_assert_str_eq(staff(&hall, false), "");
    const char *zoran = hall_knows(&hall, "T2", "Zoran", "organiser");
    hall_enrols(&hall, zoran, "trainer");
    hall_enrols(&hall, zoran, "participant");
    takes(&hall, hall_knows(&hall, "T1", "Мирјана", "speaker"));
    chooses_pin(&hall, "1234", NULL);
    ck_assert_str_eq(staff(&hall, true), "T1/speaker* T2/trainer");
    const struct draft removal = DRAFT("person", zoran, NUMBER(FIELD_REMOVED, 1));
    device_writes(&hall.device, &removal, 1, NULL);
    ck_assert_str_eq(staff(&hall, true), "T1/speaker*");
    hall_closes(&hall);
}
END_TEST

/* Many more people, all with this role or with none, in one step. */
static void hall_knows_many(struct hall *hall, int from, int to, const char *role)
{
    static struct draft drafts[2 * (STAFF_MAX + 2)];
    static struct draft_field fields[2 * (STAFF_MAX + 2)][3];
    size_t count = 0;

    for (int i = from; i < to; i++) {
        struct draft_field *person = fields[count], *enrolment = fields[count + 1];
        const char *here = arena_format(&hall->device.arena, "@%zu", count);

        person[0] = TEXT("ref", arena_format(&hall->device.arena, "R%03d", i));
        person[1] = TEXT("full_name", arena_format(&hall->device.arena, "Name %03d", i));
        drafts[count++] = draft_of("person", NULL, person, 2, false);
        enrolment[0] = TEXT("activity", hall->activity);
        enrolment[1] = TEXT("person", here);
        enrolment[2] = TEXT("role", role);
        if (role != NULL)
            drafts[count++] = draft_of("enrolment", NULL, enrolment, 3, false);
    }
    device_writes(&hall->device, drafts, count, NULL);
}

START_TEST(no_more_staff_are_told_than_can_be_chosen_from)
{
    struct hall hall;
    struct staff told;

    hall_opens(&hall, 16);
    hall_knows_many(&hall, 0, STAFF_MAX, NULL);
    ck_assert(holder_staff(hall.device.store, &hall.device.arena, true, &told, &hall.device.err));
    ck_assert(told.count == STAFF_MAX && !told.more);
    hall_knows_many(&hall, STAFF_MAX, STAFF_MAX + 1, NULL);
    ck_assert(holder_staff(hall.device.store, &hall.device.arena, true, &told, &hall.device.err));
    ck_assert(told.count == STAFF_MAX && told.more);
    ck_assert_str_eq(told.people[0].ref, "R000");
    ck_assert(holder_staff(hall.device.store, &hall.device.arena, false, &told, &hall.device.err));
    ck_assert(told.count == 0 && !told.more);
    hall_closes(&hall);
}
END_TEST

START_TEST(of_too_many_staff_those_with_a_pin_are_told_first)
{
    struct hall hall;
    struct staff told;

    hall_opens(&hall, 17);
    hall_knows_many(&hall, 0, STAFF_MAX, "trainer");
    ck_assert(holder_staff(hall.device.store, &hall.device.arena, false, &told, &hall.device.err));
    ck_assert(told.count == STAFF_MAX && !told.more);
    takes(&hall, hall_knows(&hall, "Z1", "Zoran", "trainer"));
    chooses_pin(&hall, "1234", NULL);
    ck_assert(holder_staff(hall.device.store, &hall.device.arena, false, &told, &hall.device.err));
    ck_assert(told.count == STAFF_MAX && told.more);
    ck_assert_str_eq(told.people[0].ref, "R000");
    ck_assert_str_eq(told.people[STAFF_MAX - 1].ref, "Z1"); /* or nobody could open it */
    hall_closes(&hall);
}
END_TEST

SUITE("holder", whoever_holds_the_tablet_is_the_author, a_command_records_for_whoever_holds_the_tablet,
      a_forgotten_pin_is_taken_away_by_a_command, a_lock_without_a_pin_is_opened_by_whoever_takes_it, a_pin_has_four_to_twelve_digits,
      a_pin_opens_for_those_who_have_one, wrong_pins_are_slowed_down_also_across_a_restart,
      a_restart_of_the_machine_neither_skips_nor_prolongs_the_wait, the_wait_grows_to_five_minutes_and_no_further,
      a_tablet_with_a_pin_begins_locked, an_idle_tablet_locks_when_it_is_time, staff_are_those_with_a_role,
      no_more_staff_are_told_than_can_be_chosen_from, of_too_many_staff_those_with_a_pin_are_told_first,
      a_pin_that_could_not_be_looked_at_is_no_wrong_one)
