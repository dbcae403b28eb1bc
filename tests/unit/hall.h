// SPDX-License-Identifier: Apache-2.0
/* A school hall: one session of one activity, some people enrolled, a device to mark them with.
 *
 * Here:      making it, marking, the roster as it stands.
 * Not here:  any promise (agent_roster.c, agent_walk_in.c, agent_holder.c).
 */
#ifndef TESTS_UNIT_HALL_H
#define TESTS_UNIT_HALL_H

#include "agent/app/day.h"
#include "agent/app/mark.h"
#include "agent/app/roster.h"
#include "tests/unit/store_server.h"

struct hall {
    struct device device;
    char activity[ROW_ID_SIZE], session[ROW_ID_SIZE];
    const char *author;
    struct mark_told told; /* of the last mark */
};

static inline void hall_row(struct hall *hall, const struct draft *draft, char ret[ROW_ID_SIZE])
{
    char ids[1][ROW_ID_SIZE];

    device_writes(&hall->device, draft, 1, ids);
    if (ret != NULL)
        memcpy(ret, ids[0], ROW_ID_SIZE);
}

static inline void hall_opens(struct hall *hall, uint64_t seed)
{
    *hall = (struct hall){.author = ""};
    device_starts(&hall->device, seed);
    device_enrols(&hall->device);
    const struct draft place = DRAFT("municipality", "RS-BUJ", TEXT("name", "Bujanovac"), TEXT("name_cyrillic", "Бујановац"));
    hall_row(hall, &place, NULL);
    const struct draft activity = DRAFT("activity", NULL, TEXT("code", "TT-1"), TEXT("title", "Trening"), TEXT("municipality", "RS-BUJ"));
    hall_row(hall, &activity, hall->activity);
    const struct draft session = DRAFT("session", NULL, TEXT("code", "TT-1-1"), TEXT("activity", hall->activity),
                                       TEXT("date", "2025-08-14"), TEXT("starts_at", "09:00"), NUMBER("minutes", 90));
    hall_row(hall, &session, hall->session);
}

static inline void hall_enrols(struct hall *hall, const char *person, const char *role)
{
    const struct draft draft = DRAFT("enrolment", NULL, TEXT("activity", hall->activity), TEXT("person", person), TEXT("role", role),
                                     NUMBER(FIELD_REMOVED, 0));

    hall_row(hall, &draft, NULL);
}

/* Somebody new; enrolled when there is a role. */
static inline const char *hall_knows(struct hall *hall, const char *ref, const char *name, const char *role)
{
    char id[ROW_ID_SIZE];
    const struct draft draft = DRAFT("person", NULL, TEXT("ref", ref), TEXT("full_name", name), TEXT("municipality", "RS-BUJ"));

    hall_row(hall, &draft, id);
    if (role != NULL)
        hall_enrols(hall, id, role);
    return arena_text(&hall->device.arena, id);
}

static inline void hall_marks(struct hall *hall, const char *person, const char *status)
{
    const struct clock_port *clock = &hall->device.ports.clock;
    const struct mark mark = {.session = hall->session, .person = person, .status = status, .author = hall->author};
    struct error err = {0};

    hall->device.now_ms += 1000;
    ck_assert_msg(mark_write(hall->device.store, &mark, clock, &hall->told, &err), "%s", err.cause);
}

static inline struct roster hall_roster(struct hall *hall)
{
    struct roster roster;
    struct error err = {0};

    ck_assert_msg(roster_read(hall->device.store, &hall->device.arena, hall->session, hall->activity, &roster, &err), "%s", err.cause);
    return roster;
}

static inline struct day_session hall_session(struct hall *hall)
{
    struct day_session session;
    struct error err = {0};

    ck_assert_msg(day_session(hall->device.store, &hall->device.arena, hall->session, &session, &err), "%s", err.cause);
    return session;
}

/* NULL: not on the roster. What one person's own reading says must be what the whole roster says. */
static inline const struct roster_person *hall_person(struct hall *hall, const char *id)
{
    struct roster roster = hall_roster(hall);
    struct roster_person one;
    struct error err = {0};
    bool alone = roster_read_person(hall->device.store, &hall->device.arena, hall->session, hall->activity, id, &one, &err);

    for (size_t i = 0; i < roster.count; i++) {
        if (strcmp(roster.people[i].id, id) != 0)
            continue;
        ck_assert(alone);
        ck_assert_str_eq(one.name, roster.people[i].name);
        ck_assert_str_eq(one.status, roster.people[i].status);
        ck_assert_str_eq(one.role, roster.people[i].role);
        ck_assert_uint_eq(one.conflict_count, roster.people[i].conflict_count);
        return &roster.people[i];
    }
    ck_assert(!alone);
    ck_assert_int_eq(err.kind, ERROR_NOT_FOUND);
    return NULL;
}

/* What the server sends after another tablet wrote one field of a row, without having seen ours. */
static inline void hall_hears(struct hall *hall, const char *entity, const char *id, const char *field, struct value value, uint64_t log,
                              int64_t at_ms)
{
    struct device *device = &hall->device;
    const struct row *here = device_row(device, entity, id);
    struct row row = here != NULL ? *here : (struct row){.entity = entity, .id = id};
    const uint64_t seq = device_delivers(device);

    row_gets(&device->arena, &row, log, stamp_time_of_ms(at_ms), field, value, false);
    struct word word = word_holding(device, seq, device_stands(device).last_head);
    word_adds_row(&word, &row, 1);
    device_takes(device, &word);
}

static inline void hall_closes(struct hall *hall)
{
    device_verifies(&hall->device);
    device_ends(&hall->device);
}

#endif
