// SPDX-License-Identifier: Apache-2.0
/* The plan: rows and counts put side by side.
 *
 * Not here:  counting (report.h).
 */
#include "agent/app/plan.h"

#include <stdlib.h>
#include <string.h>

#include "agent/app/report.h"
#include "protocol/text.h"

static const char *copy_or_blank(struct arena *arena, const char *text)
{
    return text == NULL ? "" : arena_text(arena, text);
}

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the plan");
}

static bool sessions_count(struct store *store, const char *activity, uint64_t *ret, struct error *err)
{
    struct store_filter filter = {.field = "activity", .equals = value_text(activity)};
    struct store_query query = {.entity = "session", .filters = &filter, .filter_count = 1};

    return store_count(store, &query, ret, err);
}

/* What is told of the activity itself. */
static bool activity_fill(struct store *store, struct arena *arena, const char *id, struct plan_activity *ret, struct error *err)
{
    const struct row *row = NULL;
    const struct row *programme = NULL;
    const struct row *municipality = NULL;
    struct arena scratch = {0};
    bool done = store_row(store, &scratch, "activity", id, &row, err) && row != NULL;

    if (done && row_text(row, "programme") != NULL)
        done = store_row(store, &scratch, "programme", row_text(row, "programme"), &programme, err);
    if (done && row_text(row, "municipality") != NULL)
        done = store_row(store, &scratch, "municipality", row_text(row, "municipality"), &municipality, err);
    if (done)
        *ret = (struct plan_activity){
            .id = arena_text(arena, id),
            .code = copy_or_blank(arena, row_text(row, "code")),
            .title = copy_or_blank(arena, row_text(row, "title")),
            .kind = copy_or_blank(arena, row_text(row, "kind")),
            .mode = copy_or_blank(arena, row_text(row, "mode")),
            .programme = copy_or_blank(arena, row_text(row, "programme")),
            .programme_name = copy_or_blank(arena, programme == NULL ? NULL : row_text(programme, "name")),
            .municipality = copy_or_blank(arena, row_text(row, "municipality")),
            .municipality_name = copy_or_blank(arena, municipality == NULL ? NULL : row_text(municipality, "name")),
            .municipality_cyrillic = copy_or_blank(arena, municipality == NULL ? NULL : row_text(municipality, "name_cyrillic")),
            .starts_on = copy_or_blank(arena, row_text(row, "starts_on")),
            .ends_on = copy_or_blank(arena, row_text(row, "ends_on")),
            .planned = row_integer(row, "planned_participants", -1),
        };
    arena_clear(&scratch);
    if (!done)
        return false;
    if (ret->programme_name != NULL && ret->programme_name[0] == '\0')
        ret->programme_name = ret->programme;
    if (ret->municipality_name != NULL && ret->municipality_name[0] == '\0')
        ret->municipality_name = ret->municipality;
    return (ret->id != NULL && ret->code != NULL && ret->title != NULL && ret->programme_name != NULL &&
            ret->municipality_cyrillic != NULL) ||
           no_memory(err);
}

static int compare_activities(const void *a, const void *b)
{
    const struct plan_activity *left = a;
    const struct plan_activity *right = b;
    int order = (left->starts_on[0] == '\0') - (right->starts_on[0] == '\0');

    if (order == 0)
        order = strcmp(left->starts_on, right->starts_on);
    return order != 0 ? order : strcmp(left->code, right->code);
}

bool plan_read(struct store *store, struct arena *arena, const struct plan_activity **ret, size_t *ret_count, struct error *err)
{
    bool done = false;
    struct report *report = NULL;
    struct plan_activity *all;
    size_t count;

    if (!report_create(store, &report, err))
        return false;
    count = report_activity_count(report);
    all = arena_take_many(arena, count + 1, sizeof *all);
    if (all == NULL) {
        no_memory(err);
        goto out;
    }
    for (size_t i = 0; i < count; i++) {
        struct tally tally;

        if (!activity_fill(store, arena, report_activity(report, i)->id, &all[i], err) ||
            !sessions_count(store, all[i].id, &all[i].sessions, err))
            goto out;
        if (!report_tally(report, i, NULL, &tally)) {
            no_memory(err);
            goto out;
        }
        all[i].enrolled = tally.enrolled;
        all[i].reached = tally.reached;
    }
    if (count > 1)
        qsort(all, count, sizeof *all, compare_activities);
    *ret = all;
    *ret_count = count;
    done = true;
out:
    report_destroy(report);
    return done;
}

struct people_read {
    struct store *store;
    struct arena *arena;
    struct plan_person *people;
    size_t count, room;
    struct error *err;
    bool failed;
};

/* The person's entry, made when she is met first; NULL: she was removed, is not here, or it failed. */
static struct plan_person *person_of(struct people_read *read, const char *id)
{
    const struct row *row = NULL;
    struct arena scratch = {0};
    struct plan_person *one = NULL;

    if (read->count > 0 && strcmp(read->people[read->count - 1].id, id) == 0) /* enrolments come by id: roles of one stand side by side */
        return &read->people[read->count - 1];
    if (!store_row(read->store, &scratch, "person", id, &row, read->err)) {
        read->failed = true;
    } else if (row != NULL && !row_is_removed(row)) {
        if (read->count == read->room) {
            size_t room = read->room == 0 ? 64 : read->room * 2;
            struct plan_person *more = arena_grow(read->arena, read->people, read->count, room, sizeof *more);

            read->people = more;
            read->room = more == NULL ? 0 : room;
        }
        one = read->people == NULL ? NULL : &read->people[read->count++];
        read->failed |= one == NULL;
        if (one != NULL)
            *one = (struct plan_person){.id = arena_text(read->arena, id),
                                        .ref = copy_or_blank(read->arena, row_text(row, "ref")),
                                        .name = copy_or_blank(read->arena, row_text(row, "full_name")),
                                        .organisation = copy_or_blank(read->arena, row_text(row, "organisation"))};
        read->failed |= one != NULL && (one->id == NULL || one->ref == NULL || one->name == NULL || one->organisation == NULL);
    }
    arena_clear(&scratch);
    return read->failed ? NULL : one;
}

static bool take_enrolment(void *context, const struct row *row)
{
    struct people_read *read = context;
    char scratch[ROW_ID_SIZE];
    const char *parts[3];
    struct plan_person *person;

    if (row_id_parts(row->id, scratch, parts, 3) != 3)
        return true;
    person = person_of(read, parts[1]);
    if (person != NULL && person->role_count < PLAN_ROLES_MAX) {
        person->roles[person->role_count++] = arena_text(read->arena, parts[2]);
        read->failed |= person->roles[person->role_count - 1] == NULL;
    }
    return !read->failed;
}

struct sorted_person {
    const char *folded;
    struct plan_person person;
};

static int compare_people(const void *a, const void *b)
{
    const struct sorted_person *left = a;
    const struct sorted_person *right = b;
    int order = strcmp(left->folded, right->folded);

    return order != 0 ? order : strcmp(left->person.id, right->person.id);
}

/* By name in any script: Cyrillic and Latin names stand among each other. */
static bool people_sort(struct plan_person *people, size_t count)
{
    struct arena scratch = {0};
    struct sorted_person *sorted = arena_take_many(&scratch, count + 1, sizeof *sorted);

    for (size_t i = 0; sorted != NULL && i < count; i++) {
        sorted[i] = (struct sorted_person){text_fold(&scratch, people[i].name), people[i]};
        if (sorted[i].folded == NULL)
            sorted[i].folded = people[i].name;
    }
    if (sorted != NULL && count > 1)
        qsort(sorted, count, sizeof *sorted, compare_people);
    for (size_t i = 0; sorted != NULL && i < count; i++)
        people[i] = sorted[i].person;
    arena_clear(&scratch);
    return sorted != NULL;
}

bool plan_people(struct store *store, struct arena *arena, const char *activity, const struct plan_person **ret, size_t *ret_count,
                 struct error *err)
{
    struct people_read read = {.store = store, .arena = arena, .err = err};
    struct store_filter filter = {.field = "activity", .equals = value_text(activity)};
    struct store_query query = {.entity = "enrolment", .filters = &filter, .filter_count = 1};

    if (!store_each(store, &query, take_enrolment, &read, err))
        return false;
    if (read.failed || !people_sort(read.people, read.count))
        return no_memory(err);
    *ret = read.people;
    *ret_count = read.count;
    return true;
}
