// SPDX-License-Identifier: Apache-2.0
/* Finding people by a few letters.
 *
 * Not here:  who is like whom (protocol_match.c).
 */
#define _GNU_SOURCE
#include "agent/app/find.h"
#include "tests/unit/hall.h"
#include "tests/unit/suite.h"

static struct find_names *kept;

static const char *found(struct hall *hall, const char *text)
{
    const struct found_person *people;
    const char *all = "";
    size_t count;

    error_clear(&hall->device.err);
    if (kept == NULL)
        kept = find_names_create(FIND_KEPT_PEOPLE_MAX);
    if (!find_people(hall->device.store, kept, &hall->device.arena, text, &people, &count, &hall->device.err))
        return error_kind_name(hall->device.err.kind);
    for (size_t i = 0; i < count; i++)
        all = arena_format(&hall->device.arena, "%s%s%s", all, i == 0 ? "" : " ", people[i].ref);
    return all;
}

START_TEST(people_are_found_whatever_the_script)
{
    struct hall hall;
    struct arena *arena = &hall.device.arena;

    hall_opens(&hall, 16);
    hall_knows(&hall, "P1", "Ђорђе Петровић", NULL);
    hall_knows(&hall, "P2", "Đorđe Marković", NULL);
    hall_knows(&hall, "P3", "Çelik Aga", NULL);
    hall_knows(&hall, "P4", "Ana Nadjordjević", NULL);
    ck_assert_str_eq(found(&hall, "djordje"), "P2 P1 P4");
    ck_assert_str_eq(found(&hall, "djord"), "P2 P1 P4");
    ck_assert_str_eq(found(&hall, "ПЕТР Ђор"), "P1");
    ck_assert_str_eq(found(&hall, "celik"), "P3");
    ck_assert_str_eq(found(&hall, "dorde"), "P4 P2 P1"); /* without its mark, as a keyboard without Đ has it */
    ck_assert_str_eq(found(&hall, "gjorgje petr"), "P1");
    ck_assert_str_eq(found(&hall, "p4"), "P4");
    ck_assert_str_eq(found(&hall, ""), "");
    ck_assert_str_eq(found(&hall, "nobody"), "");
    for (int i = 0; i < FOUND_PEOPLE_MAX + 1; i++)
        hall_knows(&hall, arena_format(arena, "M%02d", i), arena_format(arena, "Mila %02d", FOUND_PEOPLE_MAX - i), NULL);
    ck_assert_uint_eq(strlen(found(&hall, "mila")), FOUND_PEOPLE_MAX * 4 - 1);
    ck_assert(strncmp(found(&hall, "mila"), "M20 M19 ", 8) == 0);
    char longest[FIND_BYTES_MAX + 2];
    memset(longest, 'x', sizeof longest);
    longest[FIND_BYTES_MAX + 1] = '\0';
    ck_assert_str_eq(found(&hall, longest), "invalid");
    longest[FIND_BYTES_MAX] = '\0';
    ck_assert_str_eq(found(&hall, longest), "");
    find_names_destroy(kept);
    kept = NULL;
    hall_closes(&hall);
}
END_TEST

/* A letter fits nearly everybody on a large device. */
START_TEST(who_is_not_shown_takes_no_memory)
{
    struct hall hall;
    struct arena *arena = &hall.device.arena;
    size_t before, taken;

    hall_opens(&hall, 17);
    for (int i = 0; i < 100; i++) /* ids are read as texts: from here on they have three digits, and stand in the order they were made in */
        hall_knows(&hall, arena_format(arena, "A%02d", i), "Ana", NULL);
    for (int i = 0; i < FOUND_PEOPLE_MAX; i++)
        hall_knows(&hall, arena_format(arena, "M%02d", i), arena_format(arena, "Mila %02d", i), NULL);
    before = arena->used_bytes;
    ck_assert(strncmp(found(&hall, "mil"), "M00 M01 ", 8) == 0);
    taken = arena->used_bytes - before;
    for (int i = FOUND_PEOPLE_MAX; i < 2 * FOUND_PEOPLE_MAX; i++)
        hall_knows(&hall, arena_format(arena, "M%02d", i), arena_format(arena, "Mila %02d", i), NULL);
    before = arena->used_bytes;
    ck_assert(strncmp(found(&hall, "mil"), "M00 M01 ", 8) == 0);
    ck_assert_uint_eq(arena->used_bytes - before, taken);
    find_names_destroy(kept);
    kept = NULL;
    hall_closes(&hall);
}
END_TEST

START_TEST(whoever_changed_since_the_last_question_is_found_as_they_are_now)
{
    struct hall hall;

    hall_opens(&hall, 18);
    const char *ana = hall_knows(&hall, "P1", "Ana", "participant");
    ck_assert_str_eq(found(&hall, "an"), "P1");
    hall_marks(&hall, ana, "present");
    ck_assert_str_eq(found(&hall, "an"), "P1");
    hall_knows(&hall, "P2", "Anja", NULL);
    ck_assert_str_eq(found(&hall, "an"), "P1 P2");
    const struct draft edit = DRAFT("person", ana, TEXT("full_name", "Zana")), removal = DRAFT("person", ana, NUMBER(FIELD_REMOVED, 1));
    device_writes(&hall.device, &edit, 1, NULL);
    ck_assert_str_eq(found(&hall, "an"), "P2 P1");
    device_writes(&hall.device, &removal, 1, NULL);
    ck_assert_str_eq(found(&hall, "an"), "P2");
    find_names_destroy(kept);
    kept = NULL;
    hall_closes(&hall);
}
END_TEST

START_TEST(of_more_people_than_are_kept_all_are_found)
{
    enum { KEPT = 3 };
    struct hall hall;

    hall_opens(&hall, 19);
    kept = find_names_create(KEPT);
    for (int i = 0; i < KEPT; i++)
        hall_knows(&hall, arena_format(&hall.device.arena, "P%d", i), arena_format(&hall.device.arena, "Ana %d", KEPT - i), NULL);
    ck_assert_str_eq(found(&hall, "ana"), "P2 P1 P0");
    hall_knows(&hall, "P3", "Ana 0", NULL);
    ck_assert_str_eq(found(&hall, "ana"), "P3 P2 P1 P0");
    hall_knows(&hall, "P4", "Ana 9", NULL);
    ck_assert_str_eq(found(&hall, "ana"), "P3 P2 P1 P0 P4");
    find_names_destroy(kept);
    kept = NULL;
    hall_closes(&hall);
}
END_TEST

SUITE("finding people", people_are_found_whatever_the_script, who_is_not_shown_takes_no_memory,
      whoever_changed_since_the_last_question_is_found_as_they_are_now, of_more_people_than_are_kept_all_are_found)
