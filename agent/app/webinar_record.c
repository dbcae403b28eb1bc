// SPDX-License-Identifier: Apache-2.0
/* Recording a webinar's report: one undoable step.
 *
 * Here:      decisions to people, people to drafts: new people, addresses, enrolments, marks, the report's fingerprint.
 * Not here:  who they are (webinar_match.c).
 */
#include <stdio.h>
#include <string.h>

#include "agent/app/edit.h"
#include "agent/app/enrolment.h"
#include "agent/app/webinar_internal.h"
#include "protocol/names.h"

enum { MARK_FIELDS = 6, FRESH_FIELDS = 2 };

/* One person to be marked: the rows of the report that are theirs. */
struct attendee {
    const char *id;    /* "@K" for somebody new */
    const char *email; /* to be filled in; "" none */
    size_t first_row;
    struct interval *joins;
    size_t join_count, join_room;
    int64_t seconds;
    struct edit_drafted *fresh;
};
struct recording {
    struct store *store;
    struct arena *arena;
    const struct webinar_preview *preview;
    const char *author;
    int64_t now_ms;
    const struct webinar_decision **of; /* the decision for each row, NULL none */
    struct attendee *attendees;
    size_t attendee_count;
    struct names ids; /* ids to places in attendees */
    struct draft *drafts;
    size_t draft_count;
    struct webinar_done done;
};

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory to record the report");
}

/* --- decisions to people -------------------------------------------------------------------------------------------------- */

static bool take_decisions(struct recording *recording, const struct webinar_decision *decisions, size_t count, struct error *err)
{
    const size_t rows = recording->preview->row_count;

    recording->of = arena_take_many(recording->arena, rows + 1, sizeof(void *));
    recording->attendees = arena_take_many(recording->arena, rows + 1, sizeof *recording->attendees);
    recording->drafts = arena_take_many(recording->arena, 4 * rows + 1, sizeof *recording->drafts);
    if (recording->of == NULL || recording->attendees == NULL || recording->drafts == NULL)
        return no_memory(err);
    for (size_t i = 0; i < count; i++) {
        if (decisions[i].key < 1 || decisions[i].key > rows)
            return error_set(err, ERROR_INVALID, "Look at the report again and decide anew.",
                             "the decision %zu is about no row of the report", i + 1);
        recording->of[decisions[i].key - 1] = &decisions[i];
    }
    return true;
}

/* The one whom this row is: their id, NULL for nobody. */
static bool decided(struct recording *recording, size_t row, const char **ret_id, bool *ret_fresh, struct error *err)
{
    const struct webinar_decision *decision = recording->of[row];
    const struct webinar_row *told = &recording->preview->rows[row];
    char id[ROW_ID_SIZE];

    *ret_id = NULL;
    *ret_fresh = false;
    if (decision == NULL) {
        *ret_id = told->sure ? told->candidates[0].id : NULL;
    } else if (decision->verdict == WEBINAR_FRESH) {
        *ret_fresh = true;
    } else if (decision->verdict == WEBINAR_IS) {
        if (!names_find_row(recording->store, "person", decision->person, id, err))
            return false;
        *ret_id = arena_text(recording->arena, id);
        if (*ret_id == NULL)
            return no_memory(err);
    }
    return true;
}

/* Another row of somebody who is there already adds its joins. */
static bool add_joins(struct recording *recording, struct attendee *attendee, const struct webinar_person *person, struct error *err)
{
    const size_t count = attendee->join_count + person->join_count;

    if (count > attendee->join_room) {
        attendee->join_room = 2 * count;
        attendee->joins = arena_grow(recording->arena, attendee->joins, attendee->join_count, attendee->join_room, sizeof *attendee->joins);
        if (attendee->joins == NULL)
            return no_memory(err);
    }
    memcpy(attendee->joins + attendee->join_count, person->joins, person->join_count * sizeof *person->joins);
    attendee->join_count = count;
    return true;
}

static bool add_attendee(struct recording *recording, size_t row, const char *id, struct error *err)
{
    const struct webinar_person *person = recording->preview->rows[row].person;
    uint32_t number = id == NULL ? NAMES_NONE : names_find(&recording->ids, id);
    const char *key = id == NULL ? arena_format(recording->arena, "\n%zu", row) : id; /* no id has a line feed */
    struct attendee *attendee;

    if (number == NAMES_NONE) {
        number = key == NULL ? NAMES_NONE : names_add(&recording->ids, recording->arena, key);
        if (number == NAMES_NONE)
            return no_memory(err);
        recording->attendees[recording->attendee_count++] = (struct attendee){.id = id, .email = "", .first_row = row};
    }
    attendee = &recording->attendees[number];
    if (*attendee->email == '\0')
        attendee->email = person->email;
    return add_joins(recording, attendee, person, err);
}

static bool take_people(struct recording *recording, struct error *err)
{
    for (size_t i = 0; i < recording->preview->row_count; i++) {
        const char *id;
        bool fresh;

        if (!decided(recording, i, &id, &fresh, err))
            return false;
        if (id == NULL && !fresh)
            recording->done.left++;
        else if (!add_attendee(recording, i, id, err))
            return false;
    }
    for (size_t i = 0; i < recording->attendee_count; i++) {
        struct attendee *attendee = &recording->attendees[i];

        attendee->seconds = intervals_seconds(attendee->joins, attendee->join_count, recording->preview->window);
    }
    return true;
}

/* --- people to drafts ----------------------------------------------------------------------------------------------------- */

static struct draft *add_draft(struct recording *recording, const char *entity, const char *row, size_t fields, struct draft_field **ret)
{
    *ret = arena_take_many(recording->arena, fields, sizeof **ret);
    if (*ret == NULL || row == NULL)
        return NULL;
    recording->drafts[recording->draft_count] = (struct draft){.entity = entity, .row = row, .fields = *ret};
    return &recording->drafts[recording->draft_count++];
}

static void put(struct draft *draft, struct draft_field *fields, const char *name, struct value value)
{
    fields[draft->field_count++] = (struct draft_field){name, value};
}

/* New people come first: their made-up codes count on from the changes that are here. */
static bool add_fresh(struct recording *recording, struct error *err)
{
    for (size_t i = 0; i < recording->attendee_count; i++) {
        struct attendee *attendee = &recording->attendees[i];
        const struct webinar_person *person = recording->preview->rows[attendee->first_row].person;
        const struct edit_value values[FRESH_FIELDS] = {{"full_name", person->clean}, {"email", attendee->email}};
        const struct edit edit = {
            .entity = entity_find("person"), .values = values, .value_count = FRESH_FIELDS, .author = recording->author};

        if (attendee->id != NULL)
            continue;
        attendee->fresh = arena_take(recording->arena, sizeof *attendee->fresh);
        attendee->id = arena_format(recording->arena, "@%zu", recording->draft_count);
        if (attendee->fresh == NULL || attendee->id == NULL)
            return no_memory(err);
        if (!edit_draft(recording->store, recording->arena, &edit, recording->draft_count, attendee->fresh, err))
            return false;
        recording->drafts[recording->draft_count++] = attendee->fresh->draft;
        recording->done.fresh++;
    }
    return true;
}

/* An address that was not known: the next report finds the person by it. */
static bool add_email(struct recording *recording, const struct attendee *attendee, struct error *err)
{
    const struct row *row = NULL;
    struct draft_field *fields;
    struct draft *draft;

    if (attendee->fresh != NULL || *attendee->email == '\0')
        return true;
    if (!store_row(recording->store, recording->arena, "person", attendee->id, &row, err))
        return false;
    if (row == NULL || row_is_removed(row) || row_value(row, "email").kind != VALUE_NONE)
        return true;
    draft = add_draft(recording, "person", attendee->id, 1, &fields);
    if (draft == NULL)
        return no_memory(err);
    put(draft, fields, "email", value_text(attendee->email));
    return true;
}

static bool add_enrolment(struct recording *recording, const struct attendee *attendee, struct error *err)
{
    const char *activity = recording->preview->session.activity.id;
    struct draft *draft = &recording->drafts[recording->draft_count];

    if (*activity == '\0')
        return true;
    if (!enrolment_draft(recording->store, recording->arena, activity, attendee->id, draft, err))
        return false;
    recording->draft_count += draft->entity != NULL;
    return true;
}

/* The whole mark anew where anything of it is different; what it said of a moment no longer holds then. */
static bool add_mark(struct recording *recording, const struct attendee *attendee, struct error *err)
{
    const char *id = arena_format(recording->arena, "%s:%s", recording->preview->session.id, attendee->id);
    enum webinar_recorded standing = WEBINAR_NOT_RECORDED;
    const struct row *row = NULL;
    struct draft_field *fields;
    struct draft *draft;
    char now[MOMENT_TEXT_SIZE];

    if (id == NULL)
        return no_memory(err);
    if (attendee->fresh == NULL && (!store_row(recording->store, recording->arena, "attendance", id, &row, err) ||
                                    !webinar_standing(recording->store, recording->arena, recording->preview->session.id, attendee->id,
                                                      attendee->seconds, &standing, err)))
        return false;
    if (standing == WEBINAR_RECORDED_SAME) {
        recording->done.same++;
        return true;
    }
    draft = add_draft(recording, "attendance", id, MARK_FIELDS, &fields);
    if (draft == NULL)
        return no_memory(err);
    put(draft, fields, "status", value_text("present"));
    put(draft, fields, "minutes", value_integer(attendee->seconds / 60));
    put(draft, fields, "seconds", value_integer(attendee->seconds % 60));
    put(draft, fields, "mode", value_text("online"));
    if (row != NULL && row_value(row, "at").kind != VALUE_NONE) {
        moment_text(recording->now_ms, now);
        put(draft, fields, "at", value_text(arena_text(recording->arena, now)));
    }
    recording->done.recorded++;
    return true;
}

static bool add_drafts(struct recording *recording, struct error *err)
{
    struct draft_field *fields;
    struct draft *draft;

    if (!add_fresh(recording, err))
        return false;
    for (size_t i = 0; i < recording->attendee_count; i++) {
        const struct attendee *attendee = &recording->attendees[i];

        if (!add_email(recording, attendee, err) || !add_enrolment(recording, attendee, err) || !add_mark(recording, attendee, err))
            return false;
    }
    if (recording->done.recorded == 0)
        return true; /* no mark comes from this report: what stands was taken from the one before */
    draft = add_draft(recording, "session", recording->preview->session.id, 1, &fields);
    if (draft == NULL)
        return no_memory(err);
    put(draft, fields, "evidence", value_text(recording->preview->fingerprint));
    return true;
}

bool webinar_record(struct store *store, struct arena *arena, const struct webinar_preview *preview,
                    const struct webinar_decision *decisions, size_t count, const char *author, int64_t now_ms, struct webinar_done *ret,
                    struct error *err)
{
    struct recording recording = {.store = store, .arena = arena, .preview = preview, .author = author, .now_ms = now_ms};
    char step[STEP_NAME_SIZE];
    bool done;

    if (preview->report.ask_order)
        return error_set(err, ERROR_INVALID, "Say whether the day or the month stands first.",
                         "the dates of the report can be read in two ways");
    done = take_decisions(&recording, decisions, count, err) && take_people(&recording, err) && add_drafts(&recording, err);
    if (done && recording.draft_count > 0) {
        names_step(step, "webinar report at %s", preview->session.code);
        done = store_write(store, recording.drafts, recording.draft_count, author, step, NULL, &recording.done.changes, err);
    }
    if (done)
        *ret = recording.done;
    names_clear(&recording.ids);
    return done;
}
