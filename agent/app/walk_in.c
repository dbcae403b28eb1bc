// SPDX-License-Identifier: Apache-2.0
/* Walk-ins: three rows, one step.
 *
 * Not here:  the rules of a person (edit.c) and of a mark (mark.c): they are asked for drafts.
 */
#include "agent/app/walk_in.h"

#include <stdio.h>
#include <string.h>

#include "protocol/plausible.h"

enum { DRAFTS_MAX = 3 };

struct walking_in {
    struct store *store;
    struct arena arena;
    struct edit_drafted person;
    struct mark_made mark;
    struct draft_field back; /* of an enrolment that was removed, or is new: all that it has to say */
    struct draft drafts[DRAFTS_MAX];
    size_t count;
    bool fresh;
};

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the walk-in");
}

static bool add_person(struct walking_in *in, const struct walk_in *walk_in, struct error *err)
{
    const struct edit edit = {.entity = entity_find("person"),
                              .values = walk_in->values,
                              .value_count = walk_in->value_count,
                              .author = walk_in->author,
                              .ret_wrong = walk_in->ret_wrong};

    if (!edit_draft(in->store, &in->arena, &edit, 0, &in->person, err))
        return false;
    in->drafts[in->count++] = in->person.draft;
    return true;
}

static bool found_one(void *context, const struct row *row)
{
    (void)row;
    *(bool *)context = true;
    return false;
}

/* Is the person in the activity in any role? Then nothing is added: a trainer who is marked stays a trainer. */
static bool is_enrolled(struct store *store, const char *activity, const char *person, bool *ret, struct error *err)
{
    const struct store_filter filters[] = {{.field = "activity", .equals = value_text(activity)},
                                           {.field = "person", .equals = value_text(person)}};
    const struct store_query query = {.entity = "enrolment", .filters = filters, .filter_count = 2, .limit = 1};

    *ret = false;
    return store_each(store, &query, found_one, ret, err);
}

static bool add_enrolment(struct walking_in *in, const char *session, const char *person, struct error *err)
{
    const struct row *row = NULL;
    const char *activity, *id;
    bool enrolled = false;

    if (!store_row(in->store, &in->arena, "session", session, &row, err))
        return false;
    activity = row == NULL ? NULL : row_text(row, "activity");
    if (activity == NULL)
        return true; /* nothing to be enrolled in is known here: what was seen is recorded all the same */
    if (!in->fresh && !is_enrolled(in->store, activity, person, &enrolled, err))
        return false;
    if (enrolled)
        return true;
    id = arena_format(&in->arena, "%s:%s:participant", activity, person);
    in->back = (struct draft_field){FIELD_REMOVED, value_integer(0)};
    in->drafts[in->count++] = (struct draft){.entity = "enrolment", .row = id, .fields = &in->back, .field_count = 1};
    return id != NULL || no_memory(err);
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
