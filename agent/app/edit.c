// SPDX-License-Identifier: Apache-2.0
/* Adding, editing and removing one row, whatever its entity.
 *
 * Not here:  the rules of a field (protocol/entities.c).
 */
#include "agent/app/edit.h"

#include <string.h>

static const char *typed_value(const struct edit *edit, const char *field)
{
    for (size_t i = edit->value_count; i > 0; i--)
        if (strcmp(edit->values[i - 1].field, field) == 0)
            return edit->values[i - 1].text;
    return NULL;
}

/* Notes which field it was that could not be taken. Always false. */
static bool is_wrong(const struct edit *edit, const struct field *field)
{
    if (edit->ret_wrong != NULL)
        *edit->ret_wrong = field->name;
    return false;
}

/* The draft's fields out of what was typed; key fields are left out: the row's id says them. */
static bool fields_parse(struct store *store, struct arena *arena, const struct edit *edit, struct draft_field *fields, size_t *count,
                         struct error *err)
{
    for (size_t i = 0; i < edit->entity->field_count; i++) {
        const struct field *field = &edit->entity->fields[i];
        const char *typed = typed_value(edit, field->name);

        if (typed == NULL || (field->flags & FIELD_KEY) != 0)
            continue;
        if (!names_parse(store, arena, edit->entity, field, typed, &fields[*count].value, err))
            return is_wrong(edit, field);
        fields[(*count)++].name = field->name;
    }
    return true;
}

static bool required_are_told(const struct edit *edit, struct error *err)
{
    for (size_t i = 0; i < edit->entity->field_count; i++) {
        const struct field *field = &edit->entity->fields[i];
        const char *typed = typed_value(edit, field->name);

        if ((field->flags & FIELD_REQUIRED) == 0 || (typed != NULL && typed[0] != '\0'))
            continue;
        error_set(err, ERROR_USAGE, "Give it a value.", "%s: was not told, but is needed", field->label);
        return is_wrong(edit, field);
    }
    return true;
}

static bool code_is_free(struct store *store, const struct edit *edit, struct error *err)
{
    const struct field *code = entity_code_field(edit->entity);
    const char *typed = code == NULL ? NULL : typed_value(edit, code->name);
    struct store_filter filter = {.field = code == NULL ? NULL : code->name, .equals = value_text(typed)};
    struct store_query query = {.entity = edit->entity->name, .filters = &filter, .filter_count = 1};
    uint64_t count = 0;

    if (typed == NULL || typed[0] == '\0' || edit->entity->naming == NAMED_BY_KEY)
        return true;
    if (!store_count(store, &query, &count, err))
        return false;
    if (count == 0)
        return true;
    error_set(err, ERROR_INVALID, "Choose another one, or edit the row that has it.", "%s: %s is there already", code->label, typed);
    return is_wrong(edit, code);
}

/* A row or a word that cannot be part of a key is the fault of one field: parse them one by one to tell which. */
static bool key_parts_are_right(struct store *store, struct arena *arena, const struct edit *edit, struct error *err)
{
    for (size_t i = 0; i < edit->entity->field_count; i++) {
        const struct field *field = &edit->entity->fields[i];
        struct value ignored;

        if ((field->flags & FIELD_KEY) != 0 &&
            !names_parse(store, arena, edit->entity, field, typed_value(edit, field->name), &ignored, err))
            return is_wrong(edit, field);
    }
    return true;
}

static bool key_id(struct store *store, const struct edit *edit, char ret[ROW_ID_SIZE], struct error *err)
{
    const char *words[KEY_PARTS_MAX];
    size_t count = 0;

    for (size_t i = 0; i < edit->entity->field_count && count < KEY_PARTS_MAX; i++)
        if ((edit->entity->fields[i].flags & FIELD_KEY) != 0)
            words[count++] = typed_value(edit, edit->entity->fields[i].name);
    return names_resolve(store, edit->entity, words, count, false, ret, err);
}

static bool key_is_free(struct store *store, struct arena *arena, const struct edit *edit, const char *id, struct error *err)
{
    const struct row *row = NULL;

    if (!store_row(store, arena, edit->entity->name, id, &row, err))
        return false;
    return row == NULL || row_is_removed(row) ||
           error_set(err, ERROR_INVALID, "Edit it instead.", "this is there already: %s", edit->entity->label);
}

/* A code for a row that got none: somebody who walks in has no reference, and lists with ids in them cannot be read. A letter for the
 * kind ("W" for who walks in, "A" for an activity), the last four characters of this log's id and the number of the change to come, which
 * are the tail of the id that the row is about to get. No number comes twice on one device, and two devices share one only when 20 random
 * bits and the number agree; even then the store names both rows and guesses nothing. Short enough to be said across a hall, and made with
 * no network. */
static bool code_make(struct store *store, struct arena *arena, const struct edit *edit, uint64_t ahead, struct draft_field *ret,
                      struct error *err)
{
    enum { LOG_CHARACTERS = 4 };
    struct store_identity identity;
    struct store_counts counts;
    char log[LOG_TEXT_SIZE], letter;
    const char *code;

    if (!store_identity(store, &identity, err) || !store_counts(store, &counts, err))
        return false;
    log_text(identity.log, log);
    letter = strcmp(edit->entity->name, "person") == 0 ? 'W' : (char)(edit->entity->name[0] - 'a' + 'A');
    code = arena_format(arena, "%c%s-%llu", letter, log + strlen(log) - LOG_CHARACTERS,
                        (unsigned long long)(counts.receipted + counts.waiting + ahead + 1));
    *ret = (struct draft_field){entity_code_field(edit->entity)->name, value_text(code)};
    return code != NULL || error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for a code");
}

static bool wants_code(const struct edit *edit)
{
    const struct field *code = entity_code_field(edit->entity);
    const char *typed = code == NULL ? NULL : typed_value(edit, code->name);

    return code != NULL && edit->entity->naming == NAMED_BY_CHANGE && (typed == NULL || typed[0] == '\0');
}

enum step_verb { STEP_ADD, STEP_EDIT, STEP_REMOVE };

/* "add person P0042", for undo. */
static void step_name(struct store *store, const struct edit *edit, enum step_verb verb, const char *id, const char *code,
                      char ret[STEP_NAME_SIZE])
{
    struct arena arena = {0};
    char words[NAME_BYTES_MAX + 1];
    const char *name = id == NULL ? code : names_of_row(store, &arena, edit->entity->name, id);
    const char *kind = names_in_words(edit->entity->name, words);

    if (name == NULL && id != NULL)
        name = id; /* no memory for a better one */
    if (name == NULL)
        names_step(ret, "add %s", kind); /* nothing but a new row has neither */
    else if (verb == STEP_ADD)
        names_step(ret, "add %s %s", kind, name);
    else if (verb == STEP_EDIT)
        names_step(ret, "edit %s %s", kind, name);
    else
        names_step(ret, "remove %s %s", kind, name);
    arena_clear(&arena);
}

/* "add person P0042": the code that the row is about to get, or what its key says. */
static void add_step_name(struct store *store, const struct edit *edit, const struct draft *draft, char ret[STEP_NAME_SIZE])
{
    const struct field *code = entity_code_field(edit->entity);

    step_name(store, edit, STEP_ADD, draft->row, NULL, ret);
    for (size_t i = 0; draft->row == NULL && code != NULL && i < draft->field_count; i++)
        if (strcmp(draft->fields[i].name, code->name) == 0)
            step_name(store, edit, STEP_ADD, NULL, draft->fields[i].value.text, ret);
}

bool edit_draft(struct store *store, struct arena *arena, const struct edit *edit, uint64_t ahead, struct edit_drafted *ret,
                struct error *err)
{
    const struct field *code = entity_code_field(edit->entity);
    bool by_key = edit->entity->naming == NAMED_BY_KEY;
    struct draft *draft = &ret->draft;

    *draft = (struct draft){.entity = edit->entity->name, .fields = ret->fields};
    if (!required_are_told(edit, err) || !code_is_free(store, edit, err) ||
        (by_key && (!key_parts_are_right(store, arena, edit, err) || !key_id(store, edit, ret->id, err) ||
                    !key_is_free(store, arena, edit, ret->id, err))) ||
        !fields_parse(store, arena, edit, ret->fields, &draft->field_count, err))
        return false;
    if (wants_code(edit)) {
        size_t at = 0;

        while (at < draft->field_count && strcmp(ret->fields[at].name, code->name) != 0)
            at++; /* typed, but empty */
        draft->field_count += at == draft->field_count;
        if (!code_make(store, arena, edit, ahead, &ret->fields[at], err))
            return false;
    }
    if (by_key) {
        draft->row = ret->id;
        /* Its key is all that some rows have to say; and a removed row comes back. */
        ret->fields[draft->field_count++] = (struct draft_field){FIELD_REMOVED, value_integer(0)};
    }
    return true;
}

bool edit_add(struct store *store, const struct edit *edit, char ret_id[ROW_ID_SIZE], struct error *err)
{
    struct arena arena = {0};
    struct edit_drafted drafted;
    char step[STEP_NAME_SIZE];
    bool done = edit_draft(store, &arena, edit, 0, &drafted, err);

    if (done) {
        add_step_name(store, edit, &drafted.draft, step);
        done = store_write(store, &drafted.draft, 1, edit->author, step, (char(*)[ROW_ID_SIZE])ret_id, NULL, err);
    }
    arena_clear(&arena);
    return done;
}

/* Is there a code that would be taken away? Lists, labels and conversations go by it. */
static bool has_code(struct store *store, const struct edit *edit, const struct field *field, const char *id, struct error *err)
{
    const struct row *row = NULL;
    struct arena arena = {0};
    bool has = (field->flags & FIELD_CODE) != 0 && store_row(store, &arena, edit->entity->name, id, &row, err) && row != NULL &&
               row_text(row, field->name) != NULL;

    arena_clear(&arena);
    return has;
}

static bool field_may_change(struct store *store, const struct edit *edit, const struct field *field, const char *id, const char *typed,
                             struct error *err)
{
    if ((field->flags & FIELD_KEY) != 0)
        return error_set(err, ERROR_INVALID, "Remove the row and add another.", "%s: is what the row is named by and never changes",
                         field->label);
    if (typed[0] == '\0' && ((field->flags & FIELD_REQUIRED) != 0 || has_code(store, edit, field, id, err)))
        return error_set(err, ERROR_INVALID, "Give it a value.", "%s: cannot be empty", field->label);
    return true;
}

bool edit_change(struct store *store, const struct edit *edit, const char *id, uint64_t *ret_changes, struct error *err)
{
    bool done = false;
    struct arena arena = {0};
    char step[STEP_NAME_SIZE];
    struct draft_field fields[CHANGE_FIELDS_MAX];
    struct draft draft = {.entity = edit->entity->name, .row = id, .fields = fields};

    step_name(store, edit, STEP_EDIT, id, NULL, step);
    for (size_t i = 0; i < edit->value_count; i++) {
        const struct field *field = entity_field(edit->entity, edit->values[i].field);

        if (field != NULL && !field_may_change(store, edit, field, id, edit->values[i].text, err))
            return is_wrong(edit, field);
    }
    if (fields_parse(store, &arena, edit, fields, &draft.field_count, err)) {
        if (draft.field_count == 0)
            error_set(err, ERROR_USAGE, "Give what changes as options; --help lists them.", "nothing was said to change");
        else
            done = store_write(store, &draft, 1, edit->author, step, NULL, ret_changes, err);
    }
    arena_clear(&arena);
    return done;
}

bool edit_remove(struct store *store, const struct edit *edit, const char *id, uint64_t *ret_changes, struct error *err)
{
    char step[STEP_NAME_SIZE];
    struct draft_field removed = {FIELD_REMOVED, value_integer(1)};
    struct draft draft = {.entity = edit->entity->name, .row = id, .fields = &removed, .field_count = 1};

    step_name(store, edit, STEP_REMOVE, id, NULL, step);
    return store_write(store, &draft, 1, edit->author, step, NULL, ret_changes, err);
}
