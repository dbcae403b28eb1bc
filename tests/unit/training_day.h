// SPDX-License-Identifier: Apache-2.0
/* A training day as a device's log has it: one activity, three sessions, thirty new people, ninety marks. Tests and benchmarks share it.
 *
 * Here:      making its changes from a seed; names, phones and addresses as the region writes them, all invented.
 * Not here:  what is asserted about it.
 */
#ifndef TESTS_UNIT_TRAINING_DAY_H
#define TESTS_UNIT_TRAINING_DAY_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/change.h"

enum { DAY_SESSIONS = 3, DAY_PEOPLE = 30, DAY_MARKS = DAY_SESSIONS * DAY_PEOPLE, DAY_CHANGES = 1 + DAY_SESSIONS + DAY_PEOPLE + DAY_MARKS };
#define DAY_LOG UINT64_C(0x5A17C3D2E4B60F91)

struct day {
    struct arena arena;
    uint64_t log, seq, random;
    int64_t ms;
    struct change *changes;
    size_t count, room;
};

static inline uint64_t day_random(struct day *day, uint64_t below)
{
    day->random ^= day->random << 13;
    day->random ^= day->random >> 7;
    day->random ^= day->random << 17;
    return (day->random >> 16) % below;
}

static inline void day_begin(struct day *day, uint64_t seed)
{
    *day = (struct day){.log = DAY_LOG, .seq = 1, .random = seed * 2654435761U + 88172645463325252U, .ms = 1639382400123};
    for (int i = 0; i < 8; i++)
        day_random(day, 2);
    day->ms += (int64_t)day_random(day, 86400000);
}

static inline void day_end(struct day *day)
{
    free(day->changes);
    arena_clear(&day->arena);
    *day = (struct day){0};
}

/* Fields are given in any order of names that is ascending; NULL row: made by this change. Returns the row's id. */
static inline const char *day_add(struct day *day, const char *entity, const char *row, const struct change_field *fields, size_t count)
{
    struct change_field *copy = arena_take_many(&day->arena, count, sizeof *copy);
    char own[ROW_ID_SIZE];

    if (day->count == day->room) {
        day->room = day->room == 0 ? 256 : 2 * day->room;
        day->changes = realloc(day->changes, day->room * sizeof *day->changes);
    }
    if (copy == NULL || day->changes == NULL)
        abort();
    if (count > 0)
        memcpy(copy, fields, count * sizeof *copy);
    row_id_of_change(day->log, day->seq, own);
    if (row == NULL)
        row = arena_text(&day->arena, own);
    day->changes[day->count++] = (struct change){.log = day->log,
                                                 .seq = day->seq++,
                                                 .time = stamp_time_of_ms(day->ms),
                                                 .entity = entity,
                                                 .row = row,
                                                 .author = "",
                                                 .fields = copy,
                                                 .field_count = count};
    return row;
}

#define DAY_TEXT(name, text)                                                                                                               \
    {                                                                                                                                      \
        name, {VALUE_TEXT, 0, text}, NULL, 0                                                                                               \
    }
#define DAY_INTEGER(name, integer)                                                                                                         \
    {                                                                                                                                      \
        name, {VALUE_INTEGER, integer, NULL}, NULL, 0                                                                                      \
    }

static inline const char *day_activity(struct day *day)
{
    const struct change_field fields[] = {
        DAY_TEXT("code", "TT-RS-VRB"),
        DAY_TEXT("ends_on", "2021-12-14"),
        DAY_TEXT("kind", "teacher_training"),
        DAY_INTEGER("min_minutes_pct", 80),
        DAY_TEXT("mode", "in_person"),
        DAY_TEXT("municipality", "RS-VRB"),
        DAY_INTEGER("planned_participants", 30),
        DAY_TEXT("programme", "lnob"),
        DAY_TEXT("starts_on", "2021-12-13"),
        DAY_TEXT("title", "Obuka nastavnika za rad sa decom iz osetljivih grupa i podršku porodici – Vrnjačka Banja"),
    };

    day->ms += 60000 + (int64_t)day_random(day, 120000);
    return day_add(day, "activity", NULL, fields, sizeof fields / sizeof fields[0]);
}

static inline const char *day_session(struct day *day, const char *activity, int number)
{
    static const char *const starts[] = {"09:00", "11:00", "13:30"};
    const struct change_field fields[] = {
        DAY_TEXT("activity", activity),
        DAY_TEXT("code", arena_format(&day->arena, "TT-RS-VRB-%d", number + 1)),
        DAY_TEXT("date", "2021-12-13"),
        DAY_INTEGER("minutes", 90),
        DAY_TEXT("mode", "in_person"),
        DAY_TEXT("starts_at", starts[number % 3]),
        DAY_TEXT("title", arena_format(&day->arena, "Modul %d", number + 1)),
    };

    day->ms += 20000 + (int64_t)day_random(day, 40000);
    return day_add(day, "session", NULL, fields, sizeof fields / sizeof fields[0]);
}

struct day_name {
    const char *latin, *cyrillic, *plain;
    bool female;
};

static const struct day_name day_firsts[] = {
    {"Vesna", "Весна", "vesna", true},       {"Nikola", "Никола", "nikola", false},   {"Đurđa", "Ђурђа", "djurdja", true},
    {"Ljubiša", "Љубиша", "ljubisa", false}, {"Tatjana", "Татјана", "tatjana", true}, {"Živana", "Живана", "zivana", true},
    {"Emina", "Емина", "emina", true},       {"Dušan", "Душан", "dusan", false},      {"Snežana", "Снежана", "snezana", true},
    {"Časlav", "Часлав", "caslav", false},   {"Biljana", "Биљана", "biljana", true},  {"Radovan", "Радован", "radovan", false},
    {"Mirela", "Мирела", "mirela", true},    {"Haris", "Харис", "haris", false},      {"Svetlana", "Светлана", "svetlana", true},
    {"Goran", "Горан", "goran", false},      {"Jasmina", "Јасмина", "jasmina", true}, {"Besim", "Бесим", "besim", false},
};
static const struct day_name day_lasts[] = {
    {"Kovačević", "Ковачевић", "kovacevic", false},
    {"Đukić", "Ђукић", "djukic", false},
    {"Hadžimuratović", "Хаџимуратовић", "hadzimuratovic", false},
    {"Šarčević", "Шарчевић", "sarcevic", false},
    {"Todorović", "Тодоровић", "todorovic", false},
    {"Petrovski", "Петровски", "petrovski", false},
    {"Ljubičić", "Љубичић", "ljubicic", false},
    {"Veličković", "Величковић", "velickovic", false},
    {"Bajrami", "Бајрами", "bajrami", false},
    {"Stojiljković", "Стојиљковић", "stojiljkovic", false},
    {"Mlađenović", "Млађеновић", "mladjenovic", false},
    {"Njegovan", "Његован", "njegovan", false},
    {"Zukić", "Зукић", "zukic", false},
    {"Rakočević", "Ракочевић", "rakocevic", false},
    {"Simić", "Симић", "simic", false},
    {"Arsenijević", "Арсенијевић", "arsenijevic", false},
};

/* All fields are filled. One in four writes in Cyrillic, one in six has an address that does not say the name. */
static inline const char *day_person(struct day *day, int number)
{
    static const char *const organisations[] = {"OŠ „Popinski borci“", "Gimnazija „Vrnjačka Banja“", "Tehnička škola „Mihailo Pupin“"};
    static const char *const positions[] = {"nastavnik", "nastavnica", "učitelj", "učiteljica", "pedagog", "psiholog", "direktor"};
    static const char *const domains[] = {"gmail.com", "skola.example", "opstina.example"};
    const struct day_name *first = &day_firsts[day_random(day, sizeof day_firsts / sizeof day_firsts[0])];
    const struct day_name *last = &day_lasts[day_random(day, sizeof day_lasts / sizeof day_lasts[0])];
    bool cyrillic = day_random(day, 4) == 0;
    const char *domain = domains[day_random(day, 3)];
    const char *email = day_random(day, 6) == 0
                            ? arena_format(&day->arena, "%.1s%s%d@%s", last->plain, "ucitelj", (int)day_random(day, 90) + 10, domain)
                            : arena_format(&day->arena, "%s.%s@%s", first->plain, last->plain, domain);
    const struct change_field fields[] = {
        DAY_INTEGER("birth_year", (int64_t)(1955 + day_random(day, 45))),
        DAY_TEXT("email", email),
        DAY_TEXT("full_name",
                 arena_format(&day->arena, "%s %s", cyrillic ? first->cyrillic : first->latin, cyrillic ? last->cyrillic : last->latin)),
        DAY_TEXT("municipality", "RS-VRB"),
        DAY_TEXT("organisation", organisations[day_random(day, 3)]),
        DAY_TEXT("phone", arena_format(&day->arena, "+3816%d%07d", (int)day_random(day, 10), (int)day_random(day, 10000000))),
        DAY_TEXT("position", positions[day_random(day, 7)]),
        DAY_TEXT("ref", arena_format(&day->arena, "P%04d", 211 + number)),
        DAY_TEXT("sex", first->female ? "F" : "M"),
    };

    day->ms += 15000 + (int64_t)day_random(day, 45000);
    return day_add(day, "person", NULL, fields, sizeof fields / sizeof fields[0]);
}

static inline void day_mark(struct day *day, const char *session, const char *person)
{
    static const char *const others[] = {"late", "late", "absent", "excused"};
    const char *status = day_random(day, 100) < 86 ? "present" : others[day_random(day, 4)];
    const struct change_field fields[] = {{.name = "minutes"}, DAY_TEXT("status", status)}; /* as the agent says that none were told */

    day->ms += 3000 + (int64_t)day_random(day, 37001);
    day_add(day, "attendance", arena_format(&day->arena, "%s:%s", session, person), fields, 2);
}

/* Everybody at every session, each time in another order. */
static inline void day_marks(struct day *day, const char *const *sessions, size_t session_count, const char **people, size_t people_count)
{
    for (size_t i = 0; i < session_count; i++) {
        for (size_t j = people_count; j > 1; j--) {
            size_t other = (size_t)day_random(day, j);
            const char *swap = people[j - 1];

            people[j - 1] = people[other];
            people[other] = swap;
        }
        for (size_t j = 0; j < people_count; j++)
            day_mark(day, sessions[i], people[j]);
        if (i + 1 < session_count)
            day->ms += 4800000 + (int64_t)day_random(day, 1800000);
    }
}

/* The day's changes; the marks are the last DAY_MARKS of them. */
static inline void day_make(struct day *day, uint64_t seed)
{
    const char *sessions[DAY_SESSIONS], *people[DAY_PEOPLE];
    const char *activity;

    day_begin(day, seed);
    activity = day_activity(day);
    for (int i = 0; i < DAY_SESSIONS; i++)
        sessions[i] = day_session(day, activity, i);
    for (int i = 0; i < DAY_PEOPLE; i++)
        people[i] = day_person(day, i);
    day_marks(day, sessions, DAY_SESSIONS, people, DAY_PEOPLE);
}

#endif
