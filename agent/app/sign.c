// SPDX-License-Identifier: Apache-2.0
/* Signatures of marks.
 *
 * Not here:  the field's text (protocol/signature.c).
 */
#include "agent/app/sign.h"

#include <stdio.h>
#include <string.h>

#include "protocol/catalogue.h"

static bool find_mark(struct store *store, struct arena *arena, const char *session, const char *person, char id[ROW_ID_SIZE],
                      const struct row **ret, struct error *err)
{
    const char *const words[] = {session, person};

    return names_resolve(store, entity_find("attendance"), words, 2, false, id, err) && store_row(store, arena, "attendance", id, ret, err);
}

static bool is_marked(const struct row *mark)
{
    return mark != NULL && !row_is_removed(mark) && row_text(mark, "status") != NULL;
}

static bool write_step(struct store *store, const struct draft *draft, bool signs, const struct mark_told *told, const char *author,
                       struct error *err)
{
    char step[STEP_NAME_SIZE];

    if (signs)
        names_step(step, "sign %s at %s", told->person, told->session);
    else
        names_step(step, "take away the signature of %s at %s", told->person, told->session);
    return store_write(store, draft, 1, author, step, NULL, NULL, err);
}

/* Somebody unmarked is marked by signing: one change says both. */
static bool mark_and_sign(struct store *store, struct arena *arena, const struct sign *sign, const char *text,
                          const struct clock_port *clock, struct mark_told *ret, struct error *err)
{
    const struct mark mark = {.session = sign->session, .person = sign->person, .status = "present", .author = sign->author};
    struct mark_made made;

    if (!mark_make(store, arena, &mark, clock, &made, err))
        return false;
    made.fields[made.draft.field_count++] = (struct draft_field){"signature", value_text(text)};
    *ret = made.told;
    return write_step(store, &made.draft, true, ret, sign->author, err);
}

static bool sign_mark(struct store *store, struct arena *arena, const struct sign *sign, const char *id, const struct row *mark,
                      const char *text, struct mark_told *ret, struct error *err)
{
    struct draft_field field = {"signature", value_text(text)};
    const struct draft draft = {.entity = "attendance", .row = id, .fields = &field, .field_count = 1};
    char scratch[ROW_ID_SIZE];
    const char *parts[2];
    const char *session, *person;

    if (row_id_parts(id, scratch, parts, 2) != 2 || (session = names_of_row(store, arena, "session", parts[0])) == NULL ||
        (person = names_of_row(store, arena, "person", parts[1])) == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for a signature");
    snprintf(ret->session, sizeof ret->session, "%s", session);
    snprintf(ret->person, sizeof ret->person, "%s", person);
    if (text != NULL && word_is_among(row_text(mark, "status"), "absent excused"))
        snprintf(ret->notes[ret->note_count++], MARK_NOTE_BYTES, N_("%.80s has signed, but is marked %s"), ret->person,
                 row_text(mark, "status"));
    return write_step(store, &draft, text != NULL, ret, sign->author, err);
}

bool sign_write(struct store *store, const struct sign *sign, const struct clock_port *clock, struct mark_told *ret, struct error *err)
{
    struct arena arena = {0};
    const struct row *mark = NULL;
    const char *text = NULL;
    char id[ROW_ID_SIZE];
    bool done;

    *ret = (struct mark_told){0};
    done = (sign->signature->stroke_count == 0 || signature_text(&arena, sign->signature, &text, err)) &&
           find_mark(store, &arena, sign->session, sign->person, id, &mark, err);
    if (done && text == NULL && (!is_marked(mark) || row_text(mark, "signature") == NULL))
        done = error_set(err, ERROR_NOT_FOUND, "Load the page again.", "there was no signature to take away");
    else if (done && is_marked(mark))
        done = sign_mark(store, &arena, sign, id, mark, text, ret, err);
    else if (done)
        done = mark_and_sign(store, &arena, sign, text, clock, ret, err);
    arena_clear(&arena);
    return done;
}

bool sign_read(struct store *store, struct arena *arena, const char *session, const char *person, struct signature *ret, struct error *err)
{
    const struct row *mark = NULL;
    const char *text;
    char id[ROW_ID_SIZE];

    *ret = (struct signature){0};
    if (!find_mark(store, arena, session, person, id, &mark, err))
        return false;
    text = is_marked(mark) ? row_text(mark, "signature") : NULL;
    if (text == NULL)
        return error_set(err, ERROR_NOT_FOUND, "Let the person sign.", "there is no signature of this person at this session");
    return signature_read(arena, text, ret, err);
}
