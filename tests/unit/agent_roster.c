// SPDX-License-Identifier: Apache-2.0
/* The day and the roster: what the page shows is what was recorded, whoever recorded it.
 *
 * Not here:  the page (agent_page_*.c), SQL of other queries (agent_store_rows.c).
 */
#define _GNU_SOURCE
#include <time.h>

#include "agent/app/conflicts.h"
#include "agent/app/sign.h"
#include "agent/app/undo.h"
#include "tests/unit/hall.h"
#include "tests/unit/suite.h"

START_TEST(everybody_enrolled_is_there_once_and_by_name)
{
    struct hall hall;
    struct roster roster;

    hall_opens(&hall, 1);
    const char *zoran = hall_knows(&hall, "P1", "Zoran Zorić", "participant");
    const char *celik = hall_knows(&hall, "P2", "Çelik Aga", "participant");
    const char *djordje = hall_knows(&hall, "P3", "Ђорђе Петровић", "trainer");
    hall_enrols(&hall, djordje, "participant");
    hall_knows(&hall, "P4", "Not Enrolled", NULL);

    roster = hall_roster(&hall);
    ck_assert_uint_eq(roster.count, 3);
    ck_assert_str_eq(roster.people[0].id, celik);
    ck_assert_str_eq(roster.people[1].id, djordje); /* between C and Z, whatever the script */
    ck_assert_str_eq(roster.people[2].id, zoran);
    ck_assert_str_eq(roster.people[1].role, "participant"); /* of two roles the one that counts */
    ck_assert_str_eq(roster.people[1].ref, "P3");
    ck_assert_str_eq(roster.people[1].municipality, "Bujanovac");
    ck_assert_str_eq(roster.people[1].municipality_cyrillic, "Бујановац");
    for (size_t i = 0; i < roster.count; i++) {
        ck_assert(roster.people[i].enrolled);
        ck_assert_str_eq(roster.people[i].status, "");
        ck_assert_int_eq(roster.people[i].minutes, -1);
        ck_assert_int_eq(roster.people[i].at_ms, 0);
    }
    ck_assert_uint_eq(hall_session(&hall).counts.enrolled, 3);
    hall_closes(&hall);
}
END_TEST

START_TEST(counts_say_who_came_and_who_is_missing)
{
    struct hall hall;
    struct day_session session;
    static const char *const words[] = {"present", "late", "absent", "excused", "present"};
    const char *people[6];

    hall_opens(&hall, 2);
    for (size_t i = 0; i < 6; i++)
        people[i] = hall_knows(&hall, arena_format(&hall.device.arena, "P%zu", i), "Ime Prezime", "participant");
    for (size_t i = 0; i < 5; i++)
        hall_marks(&hall, people[i], words[i]);
    hall_marks(&hall, hall_knows(&hall, "P9", "Walks In", NULL), "late");

    session = hall_session(&hall);
    ck_assert_uint_eq(session.counts.enrolled, 6);
    ck_assert_uint_eq(session.counts.present, 2);
    ck_assert_uint_eq(session.counts.late, 2);
    ck_assert_uint_eq(session.counts.absent, 1);
    ck_assert_uint_eq(session.counts.excused, 1);
    ck_assert_uint_eq(session.counts.walk_ins, 1);
    ck_assert_uint_eq(day_unmarked(&session.counts), 1);
    ck_assert_str_eq(session.activity.code, "TT-1");
    ck_assert_str_eq(session.municipality, "Bujanovac");
    ck_assert_int_eq(session.minutes, 90);
    hall_closes(&hall);
}
END_TEST

START_TEST(a_walk_in_shows_and_is_not_enrolled)
{
    struct hall hall;

    hall_opens(&hall, 3);
    const char *person = hall_knows(&hall, "P1", "Walks In", NULL);
    ck_assert_ptr_null(hall_person(&hall, person));
    hall_marks(&hall, person, "present");
    ck_assert(!hall_person(&hall, person)->enrolled);
    ck_assert_str_eq(hall_person(&hall, person)->role, "");
    ck_assert_str_eq(hall_person(&hall, person)->status, "present");
    hall_closes(&hall);
}
END_TEST

START_TEST(who_was_removed_does_not_show_unless_marked)
{
    struct hall hall;
    uint64_t changes, kept;
    char name[64];

    hall_opens(&hall, 4);
    const char *gone = hall_knows(&hall, "P1", "Gone Away", "participant"), *marked = hall_knows(&hall, "P2", "Gone Later", "participant");
    hall_marks(&hall, marked, "present");
    const struct draft drafts[] = {DRAFT("person", gone, NUMBER(FIELD_REMOVED, 1)), DRAFT("person", marked, NUMBER(FIELD_REMOVED, 1))};
    device_writes(&hall.device, drafts, 2, NULL);
    ck_assert_ptr_null(hall_person(&hall, gone));
    ck_assert_ptr_nonnull(hall_person(&hall, marked));
    ck_assert(!hall_person(&hall, marked)->enrolled);
    ck_assert_uint_eq(hall_session(&hall).counts.enrolled, 0);
    ck_assert_uint_eq(hall_session(&hall).counts.walk_ins, 1);
    ck_assert(store_undo(hall.device.store, "", name, &changes, &kept, &hall.device.err));
    ck_assert_ptr_nonnull(hall_person(&hall, gone));
    ck_assert(hall_person(&hall, marked)->enrolled);
    hall_closes(&hall);
}
END_TEST

START_TEST(a_mark_that_was_taken_back_is_no_mark)
{
    struct hall hall;
    uint64_t changes, kept;
    char name[64];
    bool found;

    struct store_step step;

    hall_opens(&hall, 5);
    const char *person = hall_knows(&hall, "P1", "Ana Anić", "participant");
    hall_marks(&hall, person, "late");
    ck_assert(store_undoable(hall.device.store, &step, &found, &hall.device.err));
    ck_assert(found);
    ck_assert_str_eq(step.name, "mark P1 late at TT-1-1");
    ck_assert_uint_eq(step.changes, 1);
    ck_assert_int_eq(step.at_ms, hall.device.now_ms);
    ck_assert(store_undo(hall.device.store, "", name, &changes, &kept, &hall.device.err));
    ck_assert_str_eq(hall_person(&hall, person)->status, "");
    ck_assert_uint_eq(hall_session(&hall).counts.late, 0);
    hall_closes(&hall);
}
END_TEST

START_TEST(what_undo_would_take_back_is_told_without_doing_it)
{
    struct device device;
    struct store_step step;
    bool found;

    device_starts(&device, 6);
    ck_assert(store_undoable(device.store, &step, &found, &device.err));
    ck_assert(!found);
    ck_assert_str_eq(step.name, "");
    device_adds(&device, "Ana");
    for (size_t i = 0; i < 2; i++) {
        ck_assert(store_undoable(device.store, &step, &found, &device.err));
        ck_assert(found);
        ck_assert_str_eq(step.name, "a step");
    }
    ck_assert_uint_eq(device_counts(&device).waiting, 1);
    device_ends(&device);
}
END_TEST

/* The other tablet's name comes with the list of devices; its holder's does not: only changes carry it, and those stay where they were
 * made. */
START_TEST(two_tablets_who_disagree_show_both_values_until_somebody_settles)
{
    struct hall hall;
    char other[LOG_TEXT_SIZE];
    const uint64_t log = 0x1234567890abcdef;
    struct said *all;
    const struct undo undo = {.author = ""};
    struct undone undone;
    size_t count;

    hall_opens(&hall, 7);
    const char *person = hall_knows(&hall, "P1", "Amina", "participant");
    hall.author = hall_knows(&hall, "T1", "Mirjana Petrović", "trainer");
    hall_marks(&hall, person, "present");
    const int64_t at_ms = hall.device.now_ms;
    const char *row = arena_format(&hall.device.arena, "%s:%s", hall.session, person);
    log_text(log, other);
    hall_hears(&hall, "device", other, "name", value_text("tablet-2"), 77, at_ms);
    hall_hears(&hall, "attendance", row, "status", value_text("absent"), log, at_ms + 5000);

    const struct roster_person *amina = hall_person(&hall, person);
    ck_assert_str_eq(amina->status, "absent");
    ck_assert_uint_eq(amina->conflict_count, 1);
    ck_assert_str_eq(amina->conflicts[0].field, "status");
    ck_assert_str_eq(amina->conflicts[0].entity, "attendance");
    ck_assert_str_eq(amina->conflicts[0].row, row);
    ck_assert_uint_eq(amina->conflicts[0].count, 2);
    const struct said_value *stands = &amina->conflicts[0].values[0], *ours = &amina->conflicts[0].values[1];
    ck_assert(stands->stands && !ours->stands);
    ck_assert_str_eq(stands->value, "absent");
    ck_assert_str_eq(stands->device, "tablet-2");
    ck_assert_str_eq(stands->author, "");
    ck_assert_int_eq(stands->at_ms, at_ms + 5000);
    ck_assert_str_eq(ours->value, "present");
    ck_assert_str_eq(ours->author, "Mirjana Petrović");
    ck_assert_int_eq(ours->at_ms, at_ms);

    ck_assert(conflicts_read(hall.device.store, &hall.device.arena, &all, &count, &hall.device.err));
    ck_assert_uint_eq(count, 1);
    hall.device.now_ms += 60000;
    ck_assert_msg(
        conflict_settle(hall.device.store, entity_find("attendance"), row, "status", SETTLE_OTHER, NULL, hall.author, &hall.device.err),
        "%s", hall.device.err.cause);
    ck_assert_uint_eq(hall_person(&hall, person)->conflict_count, 0);
    ck_assert_str_eq(hall_person(&hall, person)->status, "present");
    ck_assert(conflicts_read(hall.device.store, &hall.device.arena, &all, &count, &hall.device.err));
    ck_assert_uint_eq(count, 0);
    ck_assert(!undo_write(hall.device.store, &undo, &hall.device.ports.clock, &undone, &hall.device.err));
    ck_assert_int_eq(hall.device.err.kind, ERROR_INVALID); /* what was settled is not taken back */
    ck_assert_str_eq(hall_person(&hall, person)->status, "present");
    hall_closes(&hall);
}
END_TEST

/* --- signing ------------------------------------------------------------------------------------------------------------------------- */

static struct signature_point curve[] = {{10, 10}, {40, 60}, {90, 20}, {140, 80}};
static struct signature_stroke one_stroke = {curve, 4};
static const struct signature drawing = {.width = 300, .height = 100, .strokes = &one_stroke, .stroke_count = 1};
static const struct signature nothing = {.width = 300, .height = 100};

static bool signs(struct hall *hall, const char *person, const struct signature *signature)
{
    const struct sign sign = {.session = hall->session, .person = person, .signature = signature, .author = hall->author};

    hall->device.now_ms += 1000;
    error_clear(&hall->device.err);
    return sign_write(hall->device.store, &sign, &hall->device.ports.clock, &hall->told, &hall->device.err);
}

START_TEST(signing_marks_whoever_is_unmarked_in_one_step)
{
    struct hall hall;
    struct signature read;
    uint64_t changes, kept;
    char name[64];

    hall_opens(&hall, 8);
    const char *person = hall_knows(&hall, "P1", "Ana Anić", "participant");
    ck_assert_msg(signs(&hall, person, &drawing), "%s", hall.device.err.cause);
    ck_assert_str_eq(hall_person(&hall, person)->status, "present");
    ck_assert(hall_person(&hall, person)->is_signed);
    ck_assert(sign_read(hall.device.store, &hall.device.arena, hall.session, person, &read, &hall.device.err));
    ck_assert_str_eq(signature_path(&hall.device.arena, &read), "M10 10L40 60L90 20L140 80");
    ck_assert(store_undo(hall.device.store, "", name, &changes, &kept, &hall.device.err));
    ck_assert_str_eq(name, "sign P1 at TT-1-1");
    ck_assert_str_eq(hall_person(&hall, person)->status, "");
    ck_assert(!hall_person(&hall, person)->is_signed);
    ck_assert(!sign_read(hall.device.store, &hall.device.arena, hall.session, person, &read, &hall.device.err));
    ck_assert_int_eq(hall.device.err.kind, ERROR_NOT_FOUND);
    hall_closes(&hall);
}
END_TEST

START_TEST(signing_leaves_a_mark_alone_and_tells_what_is_odd)
{
    struct hall hall;

    hall_opens(&hall, 9);
    const char *late = hall_knows(&hall, "P1", "Ana Anić", "participant"), *away = hall_knows(&hall, "P2", "Bora Borić", "participant");
    hall_marks(&hall, late, "late");
    hall_marks(&hall, away, "absent");
    ck_assert(signs(&hall, late, &drawing));
    ck_assert_uint_eq(hall.told.note_count, 0);
    ck_assert_str_eq(hall_person(&hall, late)->status, "late");
    ck_assert(signs(&hall, away, &drawing));
    ck_assert_str_eq(hall.told.notes[0], "P2 has signed, but is marked absent");
    ck_assert_str_eq(hall_person(&hall, away)->status, "absent");
    /* A later mark leaves the signature where it is. */
    hall_marks(&hall, away, "present");
    ck_assert(hall_person(&hall, away)->is_signed);
    hall_closes(&hall);
}
END_TEST

START_TEST(a_signature_is_taken_away_by_an_empty_one)
{
    struct hall hall;

    hall_opens(&hall, 10);
    const char *person = hall_knows(&hall, "P1", "Ana Anić", "participant");
    ck_assert(!signs(&hall, person, &nothing));
    ck_assert_int_eq(hall.device.err.kind, ERROR_NOT_FOUND);
    ck_assert(signs(&hall, person, &drawing));
    ck_assert(signs(&hall, person, &nothing));
    ck_assert(!hall_person(&hall, person)->is_signed);
    ck_assert_str_eq(hall_person(&hall, person)->status, "present");
    ck_assert(!signs(&hall, person, &nothing));
    hall_closes(&hall);
}
END_TEST

/* --- the day -------------------------------------------------------------------------------------------------------------------------- */

static const char *add_session(struct hall *hall, const char *code, const char *activity, const char *date, const char *starts_at)
{
    char id[ROW_ID_SIZE];
    const struct draft draft = DRAFT("session", NULL, TEXT("code", code), TEXT("activity", activity), TEXT("starts_at", starts_at));
    const struct draft dated =
        DRAFT("session", NULL, TEXT("code", code), TEXT("activity", activity), TEXT("starts_at", starts_at), TEXT("date", date));

    hall_row(hall, date == NULL ? &draft : &dated, id);
    return arena_text(&hall->device.arena, id);
}

static const char *codes_of(struct arena *arena, const struct day_sessions *sessions)
{
    const char *all = "";

    for (size_t i = 0; i < sessions->count; i++)
        all = arena_format(arena, "%s%s%s", all, i == 0 ? "" : " ", sessions->items[i].code);
    return all;
}

START_TEST(a_day_shows_its_sessions_first_then_what_comes_and_what_was)
{
    struct hall hall;
    struct arena *arena = &hall.device.arena;
    struct day day;

    hall_opens(&hall, 11);
    add_session(&hall, "AFTERNOON", hall.activity, "2025-08-14", "14:00");
    add_session(&hall, "TOMORROW", hall.activity, "2025-08-15", "09:00");
    add_session(&hall, "LATER", hall.activity, "2026-01-01", "09:00");
    add_session(&hall, "SOME-DAY", hall.activity, NULL, "09:00");
    add_session(&hall, "YESTERDAY-EARLY", hall.activity, "2025-08-13", "08:00");
    add_session(&hall, "YESTERDAY", hall.activity, "2025-08-13", "12:00");
    add_session(&hall, "LONG-AGO", hall.activity, "2020-02-29", "09:00");
    const char *removed = add_session(&hall, "REMOVED", hall.activity, "2025-08-14", "10:00");
    char other[ROW_ID_SIZE];
    const struct draft activity = DRAFT("activity", NULL, TEXT("code", "TT-2"));
    hall_row(&hall, &activity, other);
    add_session(&hall, "OF-A-REMOVED-ACTIVITY", other, "2025-08-14", "11:00");
    const struct draft drafts[] = {DRAFT("session", removed, NUMBER(FIELD_REMOVED, 1)), DRAFT("activity", other, NUMBER(FIELD_REMOVED, 1))};
    device_writes(&hall.device, drafts, 2, NULL);
    hall_marks(&hall, hall_knows(&hall, "P1", "Ana", "participant"), "late");

    ck_assert_msg(day_read(hall.device.store, arena, "2025-08-14", &day, &hall.device.err), "%s", hall.device.err.cause);
    ck_assert_str_eq(codes_of(arena, &day.today), "TT-1-1 AFTERNOON");
    ck_assert_str_eq(codes_of(arena, &day.coming), "TOMORROW LATER SOME-DAY");
    ck_assert_str_eq(codes_of(arena, &day.past), "YESTERDAY YESTERDAY-EARLY LONG-AGO");
    ck_assert_uint_eq(day.activities, 1);
    ck_assert_uint_eq(day.today.items[0].counts.late, 1);
    ck_assert_uint_eq(day.today.items[0].counts.enrolled, 1);
    ck_assert_uint_eq(day.today.items[1].counts.late, 0);
    ck_assert_uint_eq(day.today.items[1].counts.enrolled, 1);
    ck_assert(!day_read(hall.device.store, arena, "2025-02-30", &day, &hall.device.err));
    ck_assert_int_eq(hall.device.err.kind, ERROR_INVALID);
    hall_closes(&hall);
}
END_TEST

START_TEST(a_day_shows_twenty_of_what_comes_and_of_what_was)
{
    struct hall hall;
    struct arena *arena = &hall.device.arena;
    struct day day;

    hall_opens(&hall, 12);
    for (int i = 0; i < DAY_OTHERS_MAX + 1; i++) {
        add_session(&hall, arena_format(arena, "C%02d", i), hall.activity, arena_format(arena, "2025-09-%02d", i + 1), "09:00");
        add_session(&hall, arena_format(arena, "P%02d", i), hall.activity, arena_format(arena, "2025-07-%02d", i + 1), "09:00");
    }
    add_session(&hall, "SOME-DAY", hall.activity, NULL, "09:00");
    ck_assert(day_read(hall.device.store, arena, "2025-08-14", &day, &hall.device.err));
    ck_assert_uint_eq(day.coming.count, DAY_OTHERS_MAX);
    ck_assert_uint_eq(day.past.count, DAY_OTHERS_MAX);
    ck_assert_str_eq(day.coming.items[0].code, "C00");
    ck_assert_str_eq(day.coming.items[DAY_OTHERS_MAX - 1].code, "C19");
    ck_assert_str_eq(day.past.items[0].code, "P20");
    ck_assert_str_eq(day.past.items[DAY_OTHERS_MAX - 1].code, "P01");
    hall_closes(&hall);
}
END_TEST

/* --- many, and odd ones --------------------------------------------------------------------------------------------------------------- */

enum { MANY = 2000, AT_ONCE = 100 };

/* A hundred people, enrolled, every other one marked: in one step. */
static void fill(struct hall *hall, size_t first)
{
    struct arena *arena = &hall->device.arena;
    struct draft drafts[3 * AT_ONCE];
    struct draft_field fields[3 * AT_ONCE][3];
    size_t count = 0;

    for (size_t i = first; i < first + AT_ONCE; i++) {
        const size_t person = count;
        const char *name = arena_format(arena, "%s Petrović %zu", i % 2 == 0 ? "Ђорђе" : "Đorđe", (i * 7919) % MANY);

        fields[count][0] = TEXT("full_name", name);
        fields[count][1] = TEXT("organisation", "OŠ Desanka");
        fields[count][2] = TEXT("municipality", "RS-BUJ");
        drafts[count] = draft_of("person", NULL, fields[count], 3, false);
        fields[++count][0] = NUMBER(FIELD_REMOVED, 0);
        drafts[count] = draft_of("enrolment", arena_format(arena, "%s:@%zu:participant", hall->activity, person), fields[count], 1, false);
        fields[++count][0] = TEXT("status", "present");
        drafts[count] = draft_of("attendance", arena_format(arena, "%s:@%zu", hall->session, person), fields[count], 1, false);
        count += i % 2 == 0;
    }
    device_writes(&hall->device, drafts, count, NULL);
}

START_TEST(a_roster_of_two_thousand_is_read_whole)
{
    struct hall hall;
    struct roster roster;
    struct timespec began, ended;

    hall_opens(&hall, 13);
    for (size_t i = 0; i < MANY; i += AT_ONCE)
        fill(&hall, i);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &began);
    roster = hall_roster(&hall);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ended);
    printf("a roster of %d in %.1f ms of processor time\n", MANY,
           (double)(ended.tv_sec - began.tv_sec) * 1e3 + (double)(ended.tv_nsec - began.tv_nsec) / 1e6);
    ck_assert_uint_eq(roster.count, MANY);
    for (size_t i = 1; i < roster.count; i++)
        ck_assert_int_le(strcmp(roster.people[i - 1].folded, roster.people[i].folded), 0);
    ck_assert_uint_eq(hall_session(&hall).counts.present, MANY / 2);
    ck_assert_uint_eq(hall_session(&hall).counts.enrolled, MANY);
    device_ends(&hall.device);
}
END_TEST

static const char *const naughty[] = {
    "<script>alert(1)</script>", "Robert'); DROP TABLE person;--", "=1+1", "%s%n", "😀 \u202e", "ДЖ \u0301", "\"", "..", "@0", ":"};

START_TEST(odd_names_are_names)
{
    struct hall hall;
    struct roster roster;

    hall_opens(&hall, 14);
    for (size_t i = 0; i < sizeof naughty / sizeof naughty[0]; i++) {
        const char *person = hall_knows(&hall, arena_format(&hall.device.arena, "P%zu", i), naughty[i], "participant");

        hall_marks(&hall, person, "present");
        ck_assert_str_eq(hall_person(&hall, person)->name, naughty[i]);
    }
    roster = hall_roster(&hall);
    ck_assert_uint_eq(roster.count, sizeof naughty / sizeof naughty[0]);
    hall_closes(&hall);
}
END_TEST

START_TEST(odd_words_find_no_session_and_no_person)
{
    struct hall hall;
    struct day_session session;
    struct roster_person person;
    struct error err = {0};

    hall_opens(&hall, 15);
    hall_marks(&hall, hall_knows(&hall, "P1", "Ana", "participant"), "present");
    for (size_t i = 0; i < sizeof naughty / sizeof naughty[0]; i++) {
        ck_assert(!day_session(hall.device.store, &hall.device.arena, naughty[i], &session, &err));
        ck_assert_int_eq(err.kind, ERROR_NOT_FOUND);
        error_clear(&err);
        ck_assert(!roster_read_person(hall.device.store, &hall.device.arena, hall.session, hall.activity, naughty[i], &person, &err));
        ck_assert_int_eq(err.kind, ERROR_NOT_FOUND);
        error_clear(&err);
    }
    hall_closes(&hall);
}
END_TEST

SUITE("day and roster", everybody_enrolled_is_there_once_and_by_name, counts_say_who_came_and_who_is_missing,
      a_walk_in_shows_and_is_not_enrolled, who_was_removed_does_not_show_unless_marked, a_mark_that_was_taken_back_is_no_mark,
      what_undo_would_take_back_is_told_without_doing_it, two_tablets_who_disagree_show_both_values_until_somebody_settles,
      signing_marks_whoever_is_unmarked_in_one_step, signing_leaves_a_mark_alone_and_tells_what_is_odd,
      a_signature_is_taken_away_by_an_empty_one, a_day_shows_its_sessions_first_then_what_comes_and_what_was,
      a_day_shows_twenty_of_what_comes_and_of_what_was, a_roster_of_two_thousand_is_read_whole, odd_names_are_names,
      odd_words_find_no_session_and_no_person)
