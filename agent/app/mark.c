// SPDX-License-Identifier: Apache-2.0
/* Marking attendance.
 *
 * Not here:  who is enrolled. A walk-in is marked like anybody: accept, then route.
 */
#include "agent/app/mark.h"

#include <stdio.h>

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
 * when no earlier mark is known here: another device may have told some that this one has not heard of. The moment is its stamp's. */
static bool earlier_statement_ends(const struct row *row, const struct mark *mark, const struct clock_port *clock, struct arena *arena,
                                   struct draft *draft, struct draft_field *fields)
{
    char now[MOMENT_TEXT_SIZE];

    if (mark->minutes == NULL)
        fields[draft->field_count++] = (struct draft_field){"minutes", value_none()};
    if (row == NULL)
        return true;
    if (mark->at == NULL && row_value(row, "at").kind != VALUE_NONE) {
        moment_text(clock->wall_ms(clock->self), now);
        fields[draft->field_count++] = (struct draft_field){"at", value_text(arena_text(arena, now))};
    }
    if (row_is_removed(row))
        fields[draft->field_count++] = (struct draft_field){FIELD_REMOVED, value_integer(0)};
    return true;
}

bool mark_write(struct store *store, const struct mark *mark, const struct clock_port *clock, struct error *err)
{
    bool done = false;
    const struct entity *entity = entity_find("attendance");
    const char *const words[] = {mark->session, mark->person};
    struct arena arena = {0};
    const struct row *row = NULL;
    struct draft_field fields[8];
    char id[ROW_ID_SIZE];
    char step[64];
    struct draft draft = {.entity = "attendance", .row = id, .fields = fields, .assert_all = true};

    snprintf(step, sizeof step, "mark %.40s", mark->status);
    if (!names_resolve(store, entity, words, 2, false, id, err) || !store_row(store, &arena, "attendance", id, &row, err) ||
        !field_add(store, &arena, entity, "status", mark->status, &draft, fields, err) ||
        !field_add(store, &arena, entity, "minutes", mark->minutes, &draft, fields, err) ||
        !field_add(store, &arena, entity, "mode", mark->mode, &draft, fields, err) ||
        !field_add(store, &arena, entity, "at", mark->at, &draft, fields, err) ||
        !field_add(store, &arena, entity, "note", mark->note, &draft, fields, err) ||
        !earlier_statement_ends(row, mark, clock, &arena, &draft, fields))
        goto out;
    if (fields[0].value.kind == VALUE_NONE) {
        error_set(err, ERROR_INVALID, "Say present, late, absent or excused.", "the status was empty");
        goto out;
    }
    done = store_write(store, &draft, 1, mark->author, step, NULL, NULL, err);
out:
    arena_clear(&arena);
    return done;
}
