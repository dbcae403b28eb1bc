// SPDX-License-Identifier: Apache-2.0
/* Marking attendance.
 *
 * Not here:  who is enrolled. A walk-in is marked like anybody: accept, then route.
 */
#include "agent/app/mark.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const int64_t DAY_MS = 24 * 3600 * 1000;

static bool field_add(struct store *store, struct arena *arena, const struct entity *entity, const char *name, const char *typed,
                      struct draft *draft, struct draft_field *fields, struct error *err)
{
    if (typed == NULL)
        return true;
    if (!names_parse(store, arena, entity, entity_field(entity, name), typed, &fields[draft->field_count].value, err))
        return false;
    fields[draft->field_count++].name = name;
    return true;
}

/* A mark is one statement: status, minutes and moment stand together or not at all. So minutes that were not told are said to be none, also
 * when no earlier mark is known here: another device may have told some that this one has not heard of. The moment is its stamp's. Seconds
 * beyond the minutes come of reports alone: they are ended only where they are known, which costs other marks nothing on the wire. */
static void earlier_statement_ends(const struct row *row, const struct mark *mark, const struct clock_port *clock, struct arena *arena,
                                   struct draft *draft, struct draft_field *fields)
{
    char now[MOMENT_TEXT_SIZE];

    if (mark->minutes == NULL)
        fields[draft->field_count++] = (struct draft_field){"minutes", value_none()};
    if (row == NULL)
        return;
    if (row_value(row, "seconds").kind != VALUE_NONE)
        fields[draft->field_count++] = (struct draft_field){"seconds", value_none()};
    if (mark->at == NULL && row_value(row, "at").kind != VALUE_NONE) {
        moment_text(clock->wall_ms(clock->self), now);
        fields[draft->field_count++] = (struct draft_field){"at", value_text(arena_text(arena, now))};
    }
    if (row_is_removed(row))
        fields[draft->field_count++] = (struct draft_field){FIELD_REMOVED, value_integer(0)};
}

static void note(struct mark_told *told, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void note(struct mark_told *told, const char *format, ...)
{
    va_list words;

    if (told->note_count == MARK_NOTES_MAX)
        return;
    va_start(words, format);
    vsnprintf(told->notes[told->note_count++], MARK_NOTE_BYTES, format, words);
    va_end(words);
}

static void note_minutes(struct mark_told *told, const struct row *session, struct value minutes)
{
    int64_t length = row_integer(session, "minutes", 0);

    if (minutes.kind == VALUE_INTEGER && length > 0 && minutes.integer > length)
        note(told, "%lld minutes are more than the session's %lld", (long long)minutes.integer, (long long)length);
}

/* The day's noon and a day and a half around it hold that day in every time zone. */
static void note_moment(struct mark_told *told, const struct row *session, struct value at, int64_t now_ms)
{
    const char *day = session == NULL ? NULL : row_text(session, "date");
    char noon[MOMENT_TEXT_SIZE];
    int64_t at_ms, noon_ms;

    if (at.kind != VALUE_TEXT || !moment_parse(at.text, &at_ms))
        return;
    if (day != NULL && snprintf(noon, sizeof noon, "%.10sT12:00:00Z", day) > 0 && moment_parse(noon, &noon_ms)) {
        if (at_ms > noon_ms + DAY_MS * 3 / 2 || at_ms < noon_ms - DAY_MS * 3 / 2)
            note(told, "the time told is not on the session's day, %.10s", day);
    } else if (at_ms > now_ms + DAY_MS) {
        note(told, "the time told is still to come, by this device's clock");
    }
}

static bool is_yet_to_be_made(const char *person)
{
    return person[0] == '@';
}

/* What is odd about the mark, and what people call the two that it is about. */
static bool look_around(struct store *store, struct arena *arena, int64_t now_ms, struct mark_made *made, struct error *err)
{
    struct mark_told *told = &made->told;
    const char *session_name, *person_name = "";
    const struct row *session = NULL;
    const struct row *person = NULL;

    if (!store_row(store, arena, "session", made->session, &session, err) ||
        (!is_yet_to_be_made(made->person) && !store_row(store, arena, "person", made->person, &person, err)))
        return false;
    session_name = names_of_row(store, arena, "session", made->session);
    if (!is_yet_to_be_made(made->person))
        person_name = names_of_row(store, arena, "person", made->person);
    if (session_name == NULL || person_name == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the mark");
    snprintf(told->session, sizeof told->session, "%s", session_name);
    snprintf(told->person, sizeof told->person, "%s", person_name);
    if (person != NULL && row_is_removed(person))
        note(told, "%.80s was removed here: the mark is kept, but reports leave it out", told->person);
    if (session != NULL && row_is_removed(session))
        note(told, "%.80s was removed here: the mark is kept, but reports leave it out", told->session);
    for (size_t i = 0; i < made->draft.field_count; i++) {
        if (strcmp(made->fields[i].name, "minutes") == 0 && session != NULL)
            note_minutes(told, session, made->fields[i].value);
        if (strcmp(made->fields[i].name, "at") == 0)
            note_moment(told, session, made->fields[i].value, now_ms);
    }
    return true;
}

/* Two words typed in one breath that cannot both be meant. */
static bool words_agree(const struct mark *mark, const struct draft *draft, struct error *err)
{
    const struct draft_field *status = &draft->fields[0];

    if (status->value.kind == VALUE_NONE)
        return error_set(err, ERROR_INVALID, "Say present, late, absent or excused.", "the status was empty");
    for (size_t i = 0; mark->minutes != NULL && i < draft->field_count; i++) {
        const struct draft_field *field = &draft->fields[i];

        if (strcmp(field->name, "minutes") == 0 && field->value.kind == VALUE_INTEGER && field->value.integer > 0 &&
            word_is_among(status->value.text, "absent excused"))
            return error_set(err, ERROR_USAGE, "Leave the minutes out, or say present or late.",
                             "%s and %lld minutes contradict each other", status->value.text, (long long)field->value.integer);
    }
    return true;
}

/* Which two it is about; the mark of both as it stands here. */
static bool find_pair(struct store *store, struct arena *arena, const struct mark *mark, struct mark_made *made, const struct row **ret,
                      struct error *err)
{
    const char *const words[] = {mark->session, mark->person};
    char id[ROW_ID_SIZE];
    char scratch[ROW_ID_SIZE];
    const char *parts[2];

    *ret = NULL;
    if (is_yet_to_be_made(mark->person)) {
        snprintf(made->person, sizeof made->person, "%s", mark->person);
        if (!names_find_row(store, "session", mark->session, made->session, err))
            return false;
        made->draft.row = arena_format(arena, "%s:%s", made->session, made->person);
    } else {
        if (!names_resolve(store, entity_find("attendance"), words, 2, false, id, err) ||
            !store_row(store, arena, "attendance", id, ret, err) || row_id_parts(id, scratch, parts, 2) != 2)
            return false;
        snprintf(made->session, sizeof made->session, "%s", parts[0]);
        snprintf(made->person, sizeof made->person, "%s", parts[1]);
        made->draft.row = arena_text(arena, id);
    }
    return made->draft.row != NULL || error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the mark");
}

bool mark_make(struct store *store, struct arena *arena, const struct mark *mark, const struct clock_port *clock, struct mark_made *ret,
               struct error *err)
{
    const struct entity *entity = entity_find("attendance");
    const struct row *row;

    *ret = (struct mark_made){.draft = {.entity = "attendance", .fields = ret->fields, .assert_all = true}};
    if (!find_pair(store, arena, mark, ret, &row, err) ||
        !field_add(store, arena, entity, "status", mark->status, &ret->draft, ret->fields, err) ||
        !field_add(store, arena, entity, "minutes", mark->minutes, &ret->draft, ret->fields, err) ||
        !field_add(store, arena, entity, "mode", mark->mode, &ret->draft, ret->fields, err) ||
        !field_add(store, arena, entity, "at", mark->at, &ret->draft, ret->fields, err) ||
        !field_add(store, arena, entity, "note", mark->note, &ret->draft, ret->fields, err) || !words_agree(mark, &ret->draft, err) ||
        !look_around(store, arena, clock->wall_ms(clock->self), ret, err))
        return false;
    earlier_statement_ends(row, mark, clock, arena, &ret->draft, ret->fields);
    return true;
}

bool mark_write(struct store *store, const struct mark *mark, const struct clock_port *clock, struct mark_told *ret, struct error *err)
{
    struct arena arena = {0};
    struct mark_made made;
    char step[STEP_NAME_SIZE];
    bool done = mark_make(store, &arena, mark, clock, &made, err);

    *ret = made.told;
    if (done) {
        names_step(step, "mark %s %s at %s", made.told.person, made.fields[0].value.text, made.told.session);
        done = store_write(store, &made.draft, 1, mark->author, step, NULL, NULL, err);
    }
    arena_clear(&arena);
    return done;
}

/* Only what stands is ended: a field that was never told costs nothing on the wire. */
static void everything_told_ends(const struct row *row, struct draft *draft, struct draft_field *fields)
{
    static const char *const told[] = {"note", "signature"};

    fields[draft->field_count++] = (struct draft_field){FIELD_REMOVED, value_integer(1)};
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
        if (row_value(row, told[i]).kind != VALUE_NONE)
            fields[draft->field_count++] = (struct draft_field){told[i], value_none()};
}

bool mark_remove(struct store *store, const char *session, const char *person, const char *author, struct mark_told *ret, struct error *err)
{
    const struct mark mark = {.session = session, .person = person};
    struct arena arena = {0};
    struct mark_made made = {.draft = {.entity = "attendance", .fields = made.fields}};
    const struct row *row = NULL;
    char step[STEP_NAME_SIZE];
    bool done = find_pair(store, &arena, &mark, &made, &row, err);

    if (done && (row == NULL || row_is_removed(row) || row_text(row, "status") == NULL))
        done = error_set(err, ERROR_NOT_FOUND, "Look at the roster again.", "there was no mark to take back");
    if (done) {
        everything_told_ends(row, &made.draft, made.fields);
        done = look_around(store, &arena, 0, &made, err);
    }
    *ret = made.told;
    if (done) {
        names_step(step, "take back the mark of %s at %s", made.told.person, made.told.session);
        done = store_write(store, &made.draft, 1, author, step, NULL, NULL, err);
    }
    arena_clear(&arena);
    return done;
}
