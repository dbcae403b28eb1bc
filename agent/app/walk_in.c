// SPDX-License-Identifier: Apache-2.0
/* Walk-ins: three rows, one step.
 *
 * Not here:  the rules of a person (edit.c) and of a mark (mark.c): they are asked for drafts.
 */
#include "agent/app/walk_in.h"

#include <stdio.h>
#include <string.h>

#include "agent/app/enrolment.h"
#include "protocol/plausible.h"

enum { DRAFTS_MAX = 3 };

struct walking_in {
    struct store *store;
    struct arena arena;
    struct edit_drafted person;
    struct mark_made mark;
    struct draft drafts[DRAFTS_MAX];
    size_t count;
    bool fresh;
};

static const struct row *row_of(struct walking_in *in, const char *entity, const char *id)
{
    const struct row *row = NULL;
    struct error ignored = {0};

    return id != NULL && store_row(in->store, &in->arena, entity, id, &row, &ignored) && row != NULL && !row_is_removed(row) ? row : NULL;
}

/* Whoever comes to a door lives near it, unless they say otherwise: without a place they would be missing where people are counted by it.
 * NULL: none is known here. */
static const char *place_of_session(struct walking_in *in, const char *session)
{
    char id[ROW_ID_SIZE];
    struct error ignored = {0};
    const struct row *row = names_find_row(in->store, "session", session, id, &ignored) ? row_of(in, "session", id) : NULL;
    const char *place;

    row = row == NULL ? NULL : row_of(in, "activity", row_text(row, "activity"));
    place = row == NULL ? NULL : row_text(row, "municipality");
    return row_of(in, "municipality", place) == NULL ? NULL : place;
}

static bool is_told(const struct walk_in *walk_in, const char *field)
{
    for (size_t i = 0; i < walk_in->value_count; i++)
        if (strcmp(walk_in->values[i].field, field) == 0)
            return true;
    return false;
}

static bool add_person(struct walking_in *in, const struct walk_in *walk_in, struct error *err)
{
    struct edit_value values[CHANGE_FIELDS_MAX];
    size_t count = 0;
    const char *place = is_told(walk_in, "municipality") ? NULL : place_of_session(in, walk_in->session);
    struct edit edit = {.entity = entity_find("person"), .values = values, .author = walk_in->author, .ret_wrong = walk_in->ret_wrong};

    for (; count < walk_in->value_count && count < CHANGE_FIELDS_MAX - 1; count++)
        values[count] = walk_in->values[count];
    if (place != NULL)
        values[count++] = (struct edit_value){"municipality", place};
    edit.value_count = count;
    if (!edit_draft(in->store, &in->arena, &edit, 0, &in->person, err))
        return false;
    in->drafts[in->count++] = in->person.draft;
    return true;
}

static bool add_enrolment(struct walking_in *in, const char *session, const char *person, struct error *err)
{
    const struct row *row = NULL;
    const char *activity;

    if (!store_row(in->store, &in->arena, "session", session, &row, err))
        return false;
    activity = row == NULL ? NULL : row_text(row, "activity");
    if (activity == NULL)
        return true; /* nothing to be enrolled in is known here: what was seen is recorded all the same */
    if (!enrolment_draft(in->store, &in->arena, activity, person, &in->drafts[in->count], err))
        return false;
    in->count += in->drafts[in->count].entity != NULL;
    return true;
}

static bool add_mark(struct walking_in *in, const struct walk_in *walk_in, const struct clock_port *clock, struct error *err)
{
    const struct mark mark = {
        .session = walk_in->session, .person = in->fresh ? "@0" : walk_in->person, .status = walk_in->status, .author = walk_in->author};

    return mark_make(in->store, &in->arena, &mark, clock, &in->mark, err);
}

/* The code that the new person gets, or has typed. */
static const char *code_of_person(const struct walking_in *in)
{
    const char *code = entity_code_field(entity_find("person"))->name;

    for (size_t i = 0; i < in->person.draft.field_count; i++)
        if (strcmp(in->person.fields[i].name, code) == 0)
            return in->person.fields[i].value.text;
    return "";
}

/* Taken as it was said; whoever typed it is told. */
static void note_oddities(const struct walk_in *walk_in, const struct clock_port *clock, struct mark_told *told)
{
    const int64_t this_year = plausible_year(clock->wall_ms(clock->self));

    for (size_t i = 0; i < walk_in->value_count && told->note_count < MARK_NOTES_MAX; i++) {
        const char *odd = plausible_oddity(entity_find("person"), walk_in->values[i].field, walk_in->values[i].text, this_year);

        if (odd != NULL)
            snprintf(told->notes[told->note_count++], MARK_NOTE_BYTES, "%s", odd);
    }
}

bool walk_in_write(struct store *store, const struct walk_in *walk_in, const struct clock_port *clock, char ret_person[ROW_ID_SIZE],
                   struct mark_told *ret, struct error *err)
{
    struct walking_in in = {.store = store, .fresh = walk_in->person == NULL};
    char ids[DRAFTS_MAX][ROW_ID_SIZE] = {""};
    char step[STEP_NAME_SIZE];
    bool done = (!in.fresh || add_person(&in, walk_in, err)) && add_mark(&in, walk_in, clock, err) &&
                add_enrolment(&in, in.mark.session, in.mark.person, err);

    if (done) {
        if (in.fresh) {
            snprintf(in.mark.told.person, sizeof in.mark.told.person, "%s", code_of_person(&in));
            note_oddities(walk_in, clock, &in.mark.told);
        }
        in.drafts[in.count++] = in.mark.draft;
        names_step(step, "walk-in %s %s at %s", in.mark.told.person, in.mark.fields[0].value.text, in.mark.told.session);
        done = store_write(store, in.drafts, in.count, walk_in->author, step, ids, NULL, err);
    }
    if (done)
        snprintf(ret_person, ROW_ID_SIZE, "%s", in.fresh ? ids[0] : in.mark.person);
    *ret = in.mark.told;
    arena_clear(&in.arena);
    return done;
}
