// SPDX-License-Identifier: Apache-2.0
/* Figures: rows out of the store into the counter, in the order that the counter asks for.
 *
 * Not here:  what counts as reached or completed (protocol/attendance.c).
 */
#include "agent/app/report.h"

#include <stdlib.h>
#include <string.h>

#include "agent/app/names.h"

struct report {
    struct arena arena;
    struct count *count;
    struct report_activity *activities;
    size_t activity_count, activity_room;
    bool failed;
};

static const char *text_or(const char *text, const char *otherwise)
{
    return text == NULL ? otherwise : text;
}

static bool take_activity(void *context, const struct row *row)
{
    struct report *report = context;
    struct report_activity *one;
    const char *starts_on = row_text(row, "starts_on");

    if (report->activity_count == report->activity_room) {
        size_t room = report->activity_room == 0 ? 64 : report->activity_room * 2;

        one = arena_grow(&report->arena, report->activities, report->activity_count, room, sizeof *one);
        if (one == NULL)
            return !(report->failed = true);
        report->activities = one;
        report->activity_room = room;
    }
    one = &report->activities[report->activity_count++];
    *one = (struct report_activity){
        .id = arena_text(&report->arena, row->id),
        .code = arena_text(&report->arena, text_or(row_text(row, "code"), row->id)),
        .title = arena_text(&report->arena, text_or(row_text(row, "title"), "")),
        .programme = arena_text(&report->arena, text_or(row_text(row, "programme"), "")),
        .municipality = arena_text(&report->arena, text_or(row_text(row, "municipality"), "")),
        .made = row_stamp(row, "code"),
    };
    report->failed |= one->id == NULL || one->code == NULL || one->title == NULL || one->programme == NULL || one->municipality == NULL;
    return !report->failed && count_activity(report->count, row->id, row_integer(row, "min_minutes_pct", 0),
                                             row_integer(row, "planned_participants", 0), starts_on == NULL ? 0 : atoi(starts_on));
}

static bool take_session(void *context, const struct row *row)
{
    const struct report *report = context;

    return count_session(report->count, row->id, text_or(row_text(row, "activity"), ""), row_integer(row, "minutes", 0));
}

static bool take_person(void *context, const struct row *row)
{
    const struct report *report = context;

    return count_person(report->count, row->id, text_or(row_text(row, "sex"), ""), row_integer(row, "birth_year", 0),
                        text_or(row_text(row, "municipality"), ""));
}

static bool take_link(void *context, const struct row *row)
{
    const struct report *report = context;
    char scratch[ROW_ID_SIZE];
    const char *parts[2];

    if (strcmp(text_or(row_text(row, "verdict"), ""), "same") != 0 || row_id_parts(row->id, scratch, parts, 2) != 2)
        return true;
    return count_link(report->count, parts[0], parts[1]);
}

static bool take_enrolment(void *context, const struct row *row)
{
    const struct report *report = context;
    char scratch[ROW_ID_SIZE];
    const char *parts[3];

    return row_id_parts(row->id, scratch, parts, 3) != 3 || count_enrolment(report->count, parts[0], parts[1], parts[2]);
}

static bool take_mark(void *context, const struct row *row)
{
    const struct report *report = context;
    char scratch[ROW_ID_SIZE];
    const char *parts[2];

    return row_id_parts(row->id, scratch, parts, 2) != 2 ||
           count_mark_exactly(report->count, parts[0], parts[1], text_or(row_text(row, "status"), ""), row_integer(row, "minutes", -1),
                              row_integer(row, "seconds", 0));
}

/* In the order they were made; several devices' activities mix by time. */
static int compare_activities(const void *a, const void *b)
{
    const struct report_activity *left = a;
    const struct report_activity *right = b;
    int order = stamp_compare(left->made, right->made);

    return order != 0 ? order : strcmp(left->code, right->code);
}

bool report_create(struct store *store, struct report **ret, struct error *err)
{
    static const struct {
        const char *entity;
        bool (*take)(void *context, const struct row *row);
    } steps[] = {
        {"activity", take_activity}, {"session", take_session},     {"person", take_person},
        {"person_link", take_link},  {"enrolment", take_enrolment}, {"attendance", take_mark},
    };
    bool done = false;
    struct report *report = calloc(1, sizeof *report);

    if (report == NULL || (report->count = count_create()) == NULL) {
        error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the figures");
        goto out;
    }
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct store_query query = {.entity = steps[i].entity};

        if (!store_each(store, &query, steps[i].take, report, err))
            goto out;
    }
    if (report->failed || count_failed(report->count)) {
        error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the figures");
        goto out;
    }
    if (report->activity_count > 1)
        qsort(report->activities, report->activity_count, sizeof *report->activities, compare_activities);
    *ret = report;
    report = NULL;
    done = true;
out:
    report_destroy(report);
    return done;
}

void report_destroy(struct report *report)
{
    if (report == NULL)
        return;
    count_destroy(report->count);
    arena_clear(&report->arena);
    free(report);
}

size_t report_activity_count(const struct report *report)
{
    return report->activity_count;
}

const struct report_activity *report_activity(const struct report *report, size_t index)
{
    return &report->activities[index];
}

static const char *role_of(const char *role)
{
    return role == NULL ? "participant" : strcmp(role, "all") == 0 ? NULL : role;
}

bool report_tally(const struct report *report, size_t index, const char *role, struct tally *ret)
{
    return count_tally_activity(report->count, report->activities[index].id, role_of(role), ret);
}

bool report_tally_programme(const struct report *report, const char *programme, const char *role, struct tally *ret, struct error *err)
{
    const char **ids = calloc(report->activity_count + 1, sizeof *ids);
    size_t count = 0;
    bool done;

    if (ids == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the figures");
    for (size_t i = 0; i < report->activity_count; i++)
        if (programme == NULL || strcmp(report->activities[i].programme, programme) == 0)
            ids[count++] = report->activities[i].id;
    done = count_tally_set(report->count, ids, count, role_of(role), ret);
    free(ids);
    return done || error_set(err, ERROR_MEMORY, "Close other programs.", "the figures could not be counted");
}

uint64_t tally_reached_of_sex(const struct tally *tally, enum sex_group sex)
{
    uint64_t sum = 0;

    for (int age = 0; age < AGE_GROUPS; age++)
        sum += tally->reached_by[sex][age];
    return sum;
}

uint64_t tally_reached_of_age(const struct tally *tally, enum age_group age)
{
    uint64_t sum = 0;

    for (int sex = 0; sex < SEX_GROUPS; sex++)
        sum += tally->reached_by[sex][age];
    return sum;
}
