// SPDX-License-Identifier: Apache-2.0
/* Walk-ins: person, enrolment and mark are one step, there whole or not at all.
 *
 * Not here:  on two tablets (tests/stories/door.c).
 */
#define _GNU_SOURCE
#include "agent/app/enrolment.h"
#include "agent/app/walk_in.h"
#include "tests/unit/hall.h"
#include "tests/unit/suite.h"

struct door {
    struct hall hall;
    char person[ROW_ID_SIZE];
    const char *wrong;
};

static bool admits(struct door *door, const char *known, const struct edit_value *values, size_t count, const char *status)
{
    struct hall *hall = &door->hall;
    const struct walk_in walk_in = {.session = hall->session,
                                    .person = known,
                                    .values = values,
                                    .value_count = count,
                                    .status = status,
                                    .author = "",
                                    .ret_wrong = &door->wrong};

    hall->device.now_ms += 1000;
    door->wrong = NULL;
    error_clear(&hall->device.err);
    return walk_in_write(hall->device.store, &walk_in, &hall->device.ports.clock, door->person, &hall->told, &hall->device.err);
}

static bool admits_new(struct door *door, const char *name)
{
    const struct edit_value values[] = {{"full_name", name}, {"sex", "F"}, {"municipality", "RS-BUJ"}, {"phone", "+381 63 1"}};

    return admits(door, NULL, values, 4, "present");
}

static uint64_t rows_of(struct hall *hall, const char *entity)
{
    const struct store_query query = {.entity = entity};
    uint64_t count = 0;

    ck_assert(store_count(hall->device.store, &query, &count, &hall->device.err));
    return count;
}

static void undoes(struct hall *hall, const char *name)
{
    uint64_t changes, kept;
    char told[64];

    ck_assert_msg(store_undo(hall->device.store, "", told, &changes, &kept, &hall->device.err), "%s", hall->device.err.cause);
    ck_assert_str_eq(told, name);
    ck_assert_uint_eq(kept, 0);
}

START_TEST(somebody_new_is_on_the_roster_and_present)
{
    struct door door;
    struct hall *hall = &door.hall;
    const struct roster_person *person;

    hall_opens(hall, 1);
    const uint64_t before = device_counts(&hall->device).waiting;
    ck_assert_msg(admits_new(&door, "  Ђорђе Петровић "), "%s", hall->device.err.cause);
    ck_assert_uint_eq(device_counts(&hall->device).waiting, before + 3);
    person = hall_person(hall, door.person);
    ck_assert_ptr_nonnull(person);
    ck_assert_str_eq(person->name, "Ђорђе Петровић");
    ck_assert_str_eq(person->role, "participant");
    ck_assert_str_eq(person->status, "present");
    ck_assert_str_eq(person->municipality, "Bujanovac");
    ck_assert_str_eq(hall->told.person, person->ref);
    ck_assert_uint_eq(hall_session(hall).counts.enrolled, 1);
    ck_assert_uint_eq(hall_session(hall).counts.walk_ins, 0); /* enrolled by that very step */
    hall_closes(hall);
}
END_TEST

/* "W", four characters of the log, the number of the change: what `person add` would have called them. */
/* What is typed in a hurry is taken and asked about, not refused. */
START_TEST(who_tells_no_place_is_of_the_place_of_the_activity)
{
    const struct edit_value untold[] = {{"full_name", "Nova"}}, none[] = {{"full_name", "Nova"}, {"municipality", ""}};
    struct door door;
    struct hall *hall = &door.hall;

    hall_opens(hall, 22);
    ck_assert_msg(admits(&door, NULL, untold, 1, "present"), "%s", hall->device.err.cause);
    ck_assert_str_eq(hall_person(hall, door.person)->municipality, "Bujanovac");
    ck_assert_msg(admits(&door, NULL, none, 2, "present"), "%s", hall->device.err.cause); /* said to be none */
    ck_assert_str_eq(hall_person(hall, door.person)->municipality, "");
    const struct draft gone = DRAFT("municipality", "RS-BUJ", NUMBER(FIELD_REMOVED, 1));
    device_writes(&hall->device, &gone, 1, NULL);
    ck_assert_msg(admits(&door, NULL, untold, 1, "present"), "%s", hall->device.err.cause); /* never in the way of recording */
    hall_closes(hall);
}
END_TEST

START_TEST(odd_values_are_taken_and_told)
{
    const struct edit_value odd[] = {{"full_name", "Nova"}, {"phone", "abc 1234"}, {"email", "no address"}, {"birth_year", "2080"}};
    const struct edit_value fine[] = {{"full_name", "Nova"}, {"phone", "12345"}, {"email", "a@b"}, {"birth_year", "2025"}, {"sex", ""}};
    struct door door;
    struct hall *hall = &door.hall;

    hall_opens(hall, 21);
    ck_assert_msg(admits(&door, NULL, odd, 4, "present"), "%s", hall->device.err.cause);
    ck_assert_uint_eq(hall->told.note_count, 3);
    ck_assert_str_eq(hall->told.notes[0], "the phone number has fewer than 5 digits");
    ck_assert_str_eq(hall->told.notes[1], "the e-mail address has no @ in it");
    ck_assert_str_eq(hall->told.notes[2], "the year of birth is still to come");
    ck_assert_msg(admits(&door, NULL, fine, 5, "present"), "%s", hall->device.err.cause);
    ck_assert_uint_eq(hall->told.note_count, 0);
    hall_closes(hall);
}
END_TEST

START_TEST(the_reference_is_the_tail_of_the_id)
{
    struct door door;
    struct hall *hall = &door.hall;

    hall_opens(hall, 2);
    ck_assert(admits_new(&door, "Ana"));
    const char *dash = strchr(door.person, '-');
    ck_assert_str_eq(hall_person(hall, door.person)->ref, arena_format(&hall->device.arena, "W%.4s%s", dash - 4, dash));
    hall_closes(hall);
}
END_TEST

START_TEST(taking_it_back_leaves_nothing_standing)
{
    struct door door;
    struct hall *hall = &door.hall;

    hall_opens(hall, 3);
    ck_assert(admits_new(&door, "Ana"));
    undoes(hall, arena_format(&hall->device.arena, "walk-in %s present at TT-1-1", hall->told.person));
    ck_assert_ptr_null(hall_person(hall, door.person));
    ck_assert_uint_eq(rows_of(hall, "person") + rows_of(hall, "enrolment") + rows_of(hall, "attendance"), 0);
    ck_assert_uint_eq(hall_session(hall).counts.enrolled + hall_session(hall).counts.present, 0);
    hall_closes(hall);
}
END_TEST

START_TEST(somebody_known_is_enrolled_and_marked)
{
    struct door door;
    struct hall *hall = &door.hall;

    hall_opens(hall, 4);
    const char *known = hall_knows(hall, "P1", "Ana Anić", NULL);
    ck_assert_msg(admits(&door, "P1", NULL, 0, "late"), "%s", hall->device.err.cause);
    ck_assert_str_eq(door.person, known);
    ck_assert_str_eq(hall_person(hall, known)->status, "late");
    ck_assert_str_eq(hall_person(hall, known)->role, "participant");
    undoes(hall, "walk-in P1 late at TT-1-1");
    ck_assert_ptr_null(hall_person(hall, known));
    ck_assert_uint_eq(rows_of(hall, "person"), 1); /* the person was there before */
    hall_closes(hall);
}
END_TEST

START_TEST(somebody_enrolled_in_any_role_stays_as_they_are)
{
    struct door door;
    struct hall *hall = &door.hall;

    hall_opens(hall, 5);
    const char *trainer = hall_knows(hall, "T1", "Mirjana", "trainer");
    ck_assert(admits(&door, trainer, NULL, 0, "present"));
    ck_assert_str_eq(hall_person(hall, trainer)->role, "trainer");
    ck_assert_uint_eq(rows_of(hall, "enrolment"), 1);
    hall_closes(hall);
}
END_TEST

START_TEST(an_enrolment_that_was_removed_comes_back)
{
    struct door door;
    struct hall *hall = &door.hall;

    hall_opens(hall, 6);
    const char *person = hall_knows(hall, "P1", "Ana", "participant");
    const struct draft removal =
        DRAFT("enrolment", arena_format(&hall->device.arena, "%s:%s:participant", hall->activity, person), NUMBER(FIELD_REMOVED, 1));
    device_writes(&hall->device, &removal, 1, NULL);
    ck_assert_ptr_null(hall_person(hall, person));
    ck_assert(admits(&door, person, NULL, 0, "present"));
    ck_assert(hall_person(hall, person)->enrolled);
    hall_closes(hall);
}
END_TEST

START_TEST(what_is_wrong_is_named_and_nothing_is_recorded)
{
    struct door door;
    struct hall *hall = &door.hall;
    static const struct {
        struct edit_value value;
        const char *wrong;
    } cases[] = {{{"birth_year", "1899"}, "birth_year"},
                 {{"sex", "K"}, "sex"},
                 {{"municipality", "RS-XXX"}, "municipality"},
                 {{"full_name", ""}, "full_name"}};

    hall_opens(hall, 7);
    const uint64_t before = device_counts(&hall->device).waiting;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct edit_value values[] = {{"full_name", "Tajna Osoba"}, cases[i].value};

        ck_assert(!admits(&door, NULL, values, 2, "present"));
        ck_assert_str_eq(door.wrong, cases[i].wrong);
        ck_assert_ptr_null(strstr(hall->device.err.cause, "Tajna"));
    }
    const struct edit_value values[] = {{"full_name", "Ana"}};
    ck_assert(!admits(&door, NULL, values, 1, "asleep"));
    ck_assert_ptr_null(door.wrong);
    ck_assert(!admits(&door, "P99", NULL, 0, "present"));
    ck_assert_int_eq(hall->device.err.kind, ERROR_NOT_FOUND);
    ck_assert_uint_eq(device_counts(&hall->device).waiting, before);
    hall_closes(hall);
}
END_TEST

START_TEST(odd_names_walk_in_like_any_other)
{
    static const char *const naughty[] = {"<img src=x onerror=alert(1)>", "'; DROP TABLE person; --", "=cmd()", "%s%s%n", "😀\u202e", "@0"};
    struct door door;
    struct hall *hall = &door.hall;

    hall_opens(hall, 8);
    for (size_t i = 0; i < sizeof naughty / sizeof naughty[0]; i++) {
        ck_assert_msg(admits_new(&door, naughty[i]), "%s", hall->device.err.cause);
        ck_assert_str_eq(hall_person(hall, door.person)->name, naughty[i]);
    }
    ck_assert(!admits_new(&door, ""));
    ck_assert(!admits_new(&door, "two\x01lines"));
    ck_assert(!admits_new(&door, "\xff\xfe"));
    hall_closes(hall);
}
END_TEST

START_TEST(twenty_walk_ins_have_twenty_references)
{
    struct door door;
    struct hall *hall = &door.hall;
    struct roster roster;

    hall_opens(hall, 9);
    for (int i = 0; i < 20; i++) {
        ck_assert(admits_new(&door, "Ista Osoba"));
        if (i % 7 == 6)
            undoes(hall, arena_format(&hall->device.arena, "walk-in %s present at TT-1-1", hall->told.person));
    }
    roster = hall_roster(hall);
    ck_assert_uint_eq(roster.count, 18);
    for (size_t i = 0; i < roster.count; i++)
        for (size_t j = 0; j < i; j++)
            ck_assert_str_ne(roster.people[i].ref, roster.people[j].ref);
    hall_closes(hall);
}
END_TEST

/* One rule for whoever is there, at the door and in a report of a webinar. */
START_TEST(whoever_is_there_is_enrolled_unless_in_some_role_already)
{
    struct hall hall;
    struct draft draft;
    struct error err = {0};

    hall_opens(&hall, 21);
    const char *guest = hall_knows(&hall, "P1", "Ana", NULL), *trainer = hall_knows(&hall, "T1", "Mirjana", "trainer");
    struct arena *arena = &hall.device.arena;
    ck_assert(enrolment_draft(hall.device.store, arena, hall.activity, trainer, &draft, &err) && draft.entity == NULL);
    ck_assert(enrolment_draft(hall.device.store, arena, hall.activity, guest, &draft, &err) && draft.entity != NULL);
    device_writes(&hall.device, &draft, 1, NULL);
    ck_assert(enrolment_draft(hall.device.store, arena, hall.activity, guest, &draft, &err) && draft.entity == NULL);
    ck_assert(enrolment_draft(hall.device.store, arena, hall.activity, "@0", &draft, &err));
    ck_assert_str_eq(draft.row, arena_format(arena, "%s:@0:participant", hall.activity));
    hall_closes(&hall);
}
END_TEST

SUITE("walk-ins", somebody_new_is_on_the_roster_and_present, the_reference_is_the_tail_of_the_id, taking_it_back_leaves_nothing_standing,
      somebody_known_is_enrolled_and_marked, somebody_enrolled_in_any_role_stays_as_they_are, an_enrolment_that_was_removed_comes_back,
      what_is_wrong_is_named_and_nothing_is_recorded, odd_names_walk_in_like_any_other, twenty_walk_ins_have_twenty_references,
      odd_values_are_taken_and_told, whoever_is_there_is_enrolled_unless_in_some_role_already,
      who_tells_no_place_is_of_the_place_of_the_activity)
