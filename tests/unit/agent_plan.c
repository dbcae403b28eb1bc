// SPDX-License-Identifier: Apache-2.0
/* Promises of agent/app/plan.h.
 *
 * Here:      the programme's activities against the figures that another program computed; order; people of an activity.
 * Not here:  how people are counted (protocol_attendance.c).
 */
#define _GNU_SOURCE
#include "agent/app/plan.h"

#include "tests/unit/desk.h"
#include "tests/unit/programme.h"
#include "tests/unit/suite.h"

static const struct plan_activity *planned(const struct plan_activity *all, size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i].code, code) == 0)
            return &all[i];
    ck_abort_msg("the plan has no %s", code);
    return NULL;
}

/* expected/activities.csv merges those who are written down twice; so does the plan once the pairs are told. */
START_TEST(every_activity_has_the_figures_of_the_programme)
{
    struct desk desk;
    struct programme_table expected = programme_table("expected/activities.csv");
    const struct plan_activity *all = NULL;
    struct error err = {0};
    size_t count = 0;

    desk_starts(&desk, 1);
    desk_plays_programme(&desk);
    ck_assert_msg(plan_read(desk.agent.store, &desk.arena, &all, &count, &err), "%s", err.cause);
    ck_assert_uint_eq(count, expected.count);
    for (size_t i = 0; i < expected.count; i++) {
        const struct plan_activity *one = planned(all, count, programme_cell(&expected, i, "activity"));

        ck_assert_int_eq(one->planned, programme_number(&expected, i, "planned"));
        ck_assert_msg((long)one->enrolled == programme_number(&expected, i, "enrolled"), "%s", one->code);
        if (strcmp(one->kind, "webinar") != 0) /* its marks come out of a report, not from the field */
            ck_assert_msg((long)one->reached == programme_number(&expected, i, "reached"), "%s", one->code);
        ck_assert_uint_gt(one->sessions, 0);
    }
    programme_table_clear(&expected);
    desk_ends(&desk);
}
END_TEST

START_TEST(activities_stand_by_their_first_day_and_those_without_come_last)
{
    struct desk desk;
    const struct plan_activity *all = NULL;
    struct error err = {0};
    size_t count = 0;

    desk_starts(&desk, 2);
    desk_does(&desk, "init");
    desk_does(&desk, "programme add p --name Lasting");
    desk_does(&desk, "municipality add RS-BUJ --name Bujanovac --name-cyrillic Бујановац");
    desk_does(&desk, "activity add C --programme p");
    desk_does(&desk, "activity add B --programme p --starts-on 2022-03-20 --municipality RS-BUJ");
    desk_does(&desk, "activity add A --programme p --starts-on 2022-03-20");
    desk_does(&desk, "activity add D --programme p --starts-on 2021-01-01");
    desk_does(&desk, "activity add E --programme p --starts-on 2020-01-01");
    desk_does(&desk, "activity remove E");
    ck_assert_msg(plan_read(desk.agent.store, &desk.arena, &all, &count, &err), "%s", err.cause);
    ck_assert_uint_eq(count, 4);
    ck_assert_str_eq(all[0].code, "D");
    ck_assert_str_eq(all[1].code, "A");
    ck_assert_str_eq(all[2].code, "B");
    ck_assert_str_eq(all[3].code, "C");
    ck_assert_str_eq(all[2].programme_name, "Lasting");
    ck_assert_str_eq(all[2].municipality_name, "Bujanovac");
    ck_assert_str_eq(all[2].municipality_cyrillic, "Бујановац");
    ck_assert_str_eq(all[3].starts_on, "");
    ck_assert_int_eq(all[3].planned, -1);
    desk_ends(&desk);
}
END_TEST

START_TEST(people_of_an_activity_stand_by_name_in_any_script_with_all_their_roles)
{
    struct desk desk;
    const struct plan_person *people = NULL;
    struct error err = {0};
    char id[ROW_ID_SIZE];
    size_t count = 0;

    desk_starts(&desk, 3);
    desk_does(&desk, "init");
    desk_does(&desk, "programme add p");
    desk_does(&desk, "activity add A --programme p");
    desk_does(&desk, "activity add B --programme p");
    desk_does(&desk, "person add P1 --full-name Vesna");
    desk_does(&desk, "person add P2 --full-name Борис --organisation OŠ");
    desk_does(&desk, "person add P3 --full-name Ana");
    desk_does(&desk, "person add P4 --full-name Gone");
    for (int i = 1; i <= 4; i++)
        desk_does(&desk, arena_format(&desk.arena, "enrolment add A P%d participant", i));
    desk_does(&desk, "enrolment add A P2 trainer");
    desk_does(&desk, "enrolment add B P1 trainer");
    desk_does(&desk, "person remove P4");
    ck_assert(store_resolve(desk.agent.store, "activity", "A", id, &err));
    ck_assert_msg(plan_people(desk.agent.store, &desk.arena, id, &people, &count, &err), "%s", err.cause);
    ck_assert_uint_eq(count, 3);
    ck_assert_str_eq(people[0].ref, "P3");
    ck_assert_str_eq(people[1].ref, "P2");
    ck_assert_str_eq(people[1].organisation, "OŠ");
    ck_assert_uint_eq(people[1].role_count, 2);
    ck_assert_str_eq(people[1].roles[0], "participant");
    ck_assert_str_eq(people[1].roles[1], "trainer");
    ck_assert_str_eq(people[2].name, "Vesna");
    ck_assert_uint_eq(people[2].role_count, 1);
    desk_ends(&desk);
}
END_TEST

SUITE("plan", every_activity_has_the_figures_of_the_programme, activities_stand_by_their_first_day_and_those_without_come_last,
      people_of_an_activity_stand_by_name_in_any_script_with_all_their_roles)
