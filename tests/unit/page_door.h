// SPDX-License-Identifier: Apache-2.0
/* A page at a door: one session, three people of its activity; looking into what it is told.
 *
 * Here:      making it, members of answers by their path.
 * Not here:  any promise (agent_page_attendance.c, agent_page_undo.c).
 */
#ifndef TESTS_UNIT_PAGE_DOOR_H
#define TESTS_UNIT_PAGE_DOOR_H

#include "tests/unit/page_fixture.h"

static inline void page_at_door(struct window *page, uint64_t seed)
{
    static const char *const lines[] = {
        "programme add lnob --name 'Leave no one behind'",
        "municipality add RS-BUJ --name Bujanovac --name-cyrillic Бујановац",
        "activity add TT --programme lnob --title Obuka --kind teacher_training --municipality RS-BUJ",
        "session add TT-1 --activity TT --date 2022-03-20 --starts-at 09:00 --minutes 60",
        "person add P1 --full-name 'Ана Анић' --sex F --municipality RS-BUJ",
        "person add P2 --full-name 'Bora Borić'",
        "person add T1 --full-name Mirjana",
        "enrolment add TT P1 participant",
        "enrolment add TT P2 participant",
        "enrolment add TT T1 trainer",
    };

    page_starts(page, seed);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        desk_does(&page->desk, lines[i]);
}

/* "counts.late" of an object. */
static inline const json_t *at(const json_t *json, const char *path)
{
    char name[64];

    for (size_t size; json != NULL && *path != '\0'; path += size + (path[size] == '.')) {
        size = strcspn(path, ".");
        snprintf(name, sizeof name, "%.*s", (int)size, path);
        json = json_is_array(json) ? json_array_get(json, strtoul(name, NULL, 10)) : json_object_get(json, name);
    }
    return json;
}

static inline const char *text_at(const json_t *json, const char *path)
{
    const char *text = json_string_value(at(json, path));

    ck_assert_msg(text != NULL, "there is no text %s", path);
    return text;
}

static inline void is_so(json_t *json, const char *path, int64_t number)
{
    ck_assert_msg(json_is_integer(at(json, path)), "%s is no number", path);
    ck_assert_msg(json_integer_value(at(json, path)) == number, "%s is %lld", path, (long long)json_integer_value(at(json, path)));
}

#endif
