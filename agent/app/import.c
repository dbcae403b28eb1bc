// SPDX-License-Identifier: Apache-2.0
/* Importing lists: every line becomes a draft, or an error; then one write, or none.
 *
 * Not here:  headers (import_shape.c), the table of codes (import_codes.c).
 */
#include "agent/app/import.h"

#include <stdlib.h>
#include <string.h>

#include "agent/app/import_plan.h"
#include "agent/app/names.h"
#include "protocol/catalogue.h"
#include "protocol/labels.h"

struct plan {
    struct store *store;
    const struct import_options *options;
    struct import_report *report;
    struct arena arena;   /* lives as long as the import: the drafts point into it */
    struct arena scratch; /* of one line: 50,000 lines are not kept as text, as cells and as values */
    struct import_codes codes;
    const char *last[CSV_CELLS_MAX]; /* the text last kept of each column */
    struct draft *drafts;
    size_t draft_count, draft_room;
    uint64_t lines, told; /* told: errors, of which a line may have many */
};

/* One line on its way to a draft. */
struct line {
    const struct import_shape *shape;
    const struct csv_record *record;
    struct value values[CSV_CELLS_MAX]; /* by column; in the scratch, references in the arena */
    const char *id;                     /* of the row that the column `id` names and that is here; NULL: none */
};

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Import in parts.", "no memory for the import");
}

static void tell_more(struct plan *plan, const char *file, uint64_t line, const struct error *why)
{
    if (plan->told++ < IMPORT_ERRORS_TOLD_MAX && plan->options->each_error != NULL)
        plan->options->each_error(plan->options->context, file, line, why);
}

static void tell(struct plan *plan, const char *file, uint64_t line, const struct error *why)
{
    plan->report->errors++;
    tell_more(plan, file, line, why);
}

static struct import_counts *counts_of(struct plan *plan, const struct entity *entity)
{
    struct import_report *report = plan->report;

    for (size_t i = 0; i < report->count; i++)
        if (report->counts[i].entity == entity)
            return &report->counts[i];
    report->counts[report->count] = (struct import_counts){.entity = entity};
    return &report->counts[report->count++];
}

static struct draft *draft_add(struct plan *plan)
{
    if (plan->draft_count == plan->draft_room) {
        size_t room = plan->draft_room == 0 ? 256 : plan->draft_room * 2;
        struct draft *more = realloc(plan->drafts, room * sizeof *more);

        if (more == NULL)
            return NULL;
        plan->drafts = more;
        plan->draft_room = room;
    }
    plan->drafts[plan->draft_count] = (struct draft){0};
    return &plan->drafts[plan->draft_count++];
}

/* A programme that activities name and nobody described yet. */
static bool programme_make(struct plan *plan, struct import_code *code, struct error *err)
{
    struct draft_field *field = arena_take(&plan->arena, sizeof *field);
    struct draft *draft = draft_add(plan);

    if (field == NULL || draft == NULL)
        return no_memory(err);
    *field = (struct draft_field){FIELD_REMOVED, value_integer(0)};
    *draft = (struct draft){.entity = code->entity, .row = code->code, .fields = field, .field_count = 1};
    counts_of(plan, entity_find(code->entity))->fresh++;
    code->value = code->code;
    return true;
}

/* What a reference becomes: the row's id, or "@K" for a row of this run. */
static bool reference(struct plan *plan, const struct entity *refers, const char *typed, struct value *ret, struct error *err)
{
    struct import_code *met = import_codes_find(&plan->codes, refers->name, typed);
    char id[ROW_ID_SIZE];

    if (met == NULL) {
        struct import_code fresh = {.entity = refers->name, .code = arena_text(&plan->arena, typed)};

        if (!import_stored_id(plan->store, refers, typed, id, err))
            return false;
        fresh.value = id[0] == '\0' ? NULL : arena_text(&plan->arena, id);
        if (fresh.code == NULL || (fresh.value == NULL && id[0] != '\0'))
            return no_memory(err);
        if (fresh.value == NULL && strcmp(refers->name, "programme") == 0 &&
            (!field_allows(refers, entity_code_field(refers), value_text(fresh.code), err) || !programme_make(plan, &fresh, err)))
            return false;
        if (!import_codes_add(&plan->codes, fresh))
            return no_memory(err);
        met = import_codes_find(&plan->codes, refers->name, typed);
    }
    if (met->value == NULL) /* perhaps an id; if not, the store knows what is close to it */
        return store_resolve(plan->store, refers->name, typed, id, err) && (*ret = value_text(arena_text(&plan->arena, id)), true);
    *ret = value_text(met->value);
    return true;
}

/* What export put a ' before, so that no spreadsheet runs it, is meant without. */
static const char *undefused(const char *cell)
{
    return cell[0] == '\'' && cell[1] != '\0' && strchr("=+-@\t\r", cell[1]) != NULL ? cell + 1 : cell;
}

/* The word of a choice that is written as its label in one of our languages; NULL: it is not. A list has few of them, many times over: each
 * is looked for once, and kept beside the codes (no entity has the name of a choice's field). */
static const char *choice_word(struct plan *plan, const struct field *field, const char *cell)
{
    const struct import_code *met;
    struct import_code fresh = {.entity = field->name};

    if (field->type != FIELD_CHOICE || cell[0] == '\0' || word_is_among(cell, field->choices))
        return NULL;
    if ((met = import_codes_find(&plan->codes, field->name, cell)) != NULL)
        return met->value;
    fresh.code = arena_text(&plan->arena, cell);
    fresh.value = arena_text(&plan->arena, choice_of_label(&plan->scratch, field, cell));
    return fresh.code != NULL && import_codes_add(&plan->codes, fresh) ? fresh.value : NULL;
}

static bool cell_parse(struct plan *plan, const struct entity *entity, const struct field *field, const char *cell, struct value *ret,
                       struct error *err)
{
    struct value cleaned;
    const char *word = choice_word(plan, field, cell);

    if (!field_parse(&plan->scratch, entity, field, word != NULL ? word : undefused(cell), &cleaned, err))
        return field->type == FIELD_CHOICE && labels_refuse(&plan->scratch, field, err);
    *ret = cleaned;
    if (field->type != FIELD_ROW || cleaned.kind != VALUE_TEXT)
        return true;
    return reference(plan, entity_find(field->choices), cleaned.text, ret, err);
}

/* Rows named by their key have their id in other columns; of those the id says nothing new. */
static bool line_id(struct plan *plan, struct line *line, const char *cell, struct error *err)
{
    const struct entity *entity = line->shape->entity;
    const struct row *row = NULL;

    if (entity->naming == NAMED_BY_KEY || !row_id_is_valid(cell))
        return true;
    if (!store_row(plan->store, &plan->scratch, entity->name, cell, &row, err))
        return false;
    line->id = row == NULL ? NULL : arena_text(&plan->arena, row->id);
    return row == NULL || line->id != NULL || no_memory(err);
}

static bool is_of_the_line(const struct error *why)
{
    return why->kind != ERROR_MEMORY && why->kind != ERROR_STORAGE && why->kind != ERROR_CORRUPT;
}

static bool cell_take(struct plan *plan, struct line *line, size_t i, struct error *err)
{
    const struct field *field = line->shape->columns[i];

    if (!cell_parse(plan, line->shape->entity, field, line->record->cells[i], &line->values[i], err))
        return false;
    return line->values[i].kind != VALUE_NONE || line->id != NULL || (field->flags & (FIELD_REQUIRED | FIELD_KEY | FIELD_CODE)) == 0 ||
           error_set(err, ERROR_INVALID, "Fill it in.", "%s: is empty", field->label);
}

/* Whoever mends a line mends all of it at once: every cell that is wrong is told, the last one by the caller. */
static bool line_parse(struct plan *plan, struct line *line, struct error *err)
{
    const struct import_shape *shape = line->shape;
    const struct csv_record *record = line->record;

    if (record->count != shape->column_count)
        return error_set(err, ERROR_INVALID, "Mend the line: a cell or a quote is missing, or one too many.",
                         "the line has %zu cells, the header has %zu", record->count, shape->column_count);
    for (size_t i = 0; i < record->count; i++)
        if (shape->columns[i] == NULL && !line_id(plan, line, record->cells[i], err))
            return false;
    for (size_t i = 0; i < record->count; i++) {
        struct error why = {0};

        if (shape->columns[i] == NULL || cell_take(plan, line, i, &why))
            continue;
        if (err->kind != ERROR_NONE)
            tell_more(plan, shape->file->name, record->line, err);
        *err = why;
        if (!is_of_the_line(&why))
            return false;
    }
    return err->kind == ERROR_NONE;
}

/* What the line's row is called in this run: its code, or its key parts joined; without either the id that found it. NULL: no memory. */
static const char *line_code(struct plan *plan, const struct line *line)
{
    const char *code = NULL;
    const struct entity *entity = line->shape->entity;

    for (size_t k = 0; k < entity->field_count; k++) {
        const struct field *field = &entity->fields[k];

        if ((field->flags & (entity->naming == NAMED_BY_KEY ? FIELD_KEY : FIELD_CODE)) == 0)
            continue;
        for (size_t i = 0; i < line->shape->column_count; i++) {
            if (line->shape->columns[i] != field || line->values[i].kind != VALUE_TEXT)
                continue;
            code = code == NULL ? line->values[i].text : arena_format(&plan->scratch, "%s:%s", code, line->values[i].text);
            if (code == NULL)
                return NULL;
        }
    }
    return arena_text(&plan->arena, code == NULL ? line->id : code);
}

static bool value_stands(struct plan *plan, const struct entity *entity, const struct row *row, const struct field *field,
                         struct value value)
{
    const struct reg *reg = row_reg(row, field->name);

    return (field->flags & FIELD_KEY) != 0 ||
           (value_equal(names_field(&plan->scratch, entity, row, field), value) && (reg == NULL || !reg_is_in_conflict(entity->name, reg)));
}

/* A copy that lasts. Lists repeat themselves downwards (a school, a day, a position): neighbours share theirs. */
static const char *kept_text(struct plan *plan, size_t column, const char *text)
{
    const char **last = &plan->last[column];

    if (*last == NULL || strcmp(*last, text) != 0)
        *last = arena_text(&plan->arena, text);
    return *last;
}

/* What the line says anew, kept for as long as the import lasts. */
static bool line_fields(struct plan *plan, const struct line *line, const struct row *row, struct draft_field **ret, size_t *ret_count,
                        struct error *err)
{
    const struct import_shape *shape = line->shape;
    struct draft_field said[CSV_CELLS_MAX + 1];
    size_t count = 0;

    for (size_t i = 0; i < shape->column_count; i++) {
        const struct field *field = shape->columns[i];
        struct value value = line->values[i];

        if (field == NULL || value.kind == VALUE_NONE || (field->flags & FIELD_KEY) != 0 ||
            (row != NULL && value_stands(plan, shape->entity, row, field, value)))
            continue;
        if (field->type != FIELD_ROW && value.kind == VALUE_TEXT && (value.text = kept_text(plan, i, value.text)) == NULL)
            return no_memory(err);
        said[count++] = (struct draft_field){field->name, value};
    }
    if (row == NULL && shape->entity->naming == NAMED_BY_KEY)
        said[count++] = (struct draft_field){FIELD_REMOVED, value_integer(0)}; /* its key is all that some rows have to say */
    *ret = arena_grow(&plan->arena, said, count, count == 0 ? 1 : count, sizeof *said);
    *ret_count = count;
    return *ret != NULL || no_memory(err);
}

static bool tell_changed(struct plan *plan, const struct entity *entity, const char *id, const struct draft_field *fields, size_t count,
                         struct error *err)
{
    const char *names[CSV_CELLS_MAX + 1];
    const char *name;

    if (plan->report->changed++ >= IMPORT_CHANGED_TOLD_MAX || plan->options->each_changed == NULL)
        return true;
    name = names_of_row(plan->store, &plan->scratch, entity->name, id);
    if (name == NULL)
        return no_memory(err);
    for (size_t i = 0; i < count; i++)
        names[i] = fields[i].name;
    plan->options->each_changed(plan->options->context, entity, name, names, count);
    return true;
}

/* The line's draft; none when all it says stands already. */
static bool line_draft(struct plan *plan, const struct line *line, const char *code, const char *id, struct error *err)
{
    const struct entity *entity = line->shape->entity;
    struct import_counts *counts = counts_of(plan, entity);
    const struct row *row = NULL;
    struct draft_field *fields = NULL;
    struct draft *draft;
    size_t count = 0;

    if (id != NULL && !store_row(plan->store, &plan->scratch, entity->name, id, &row, err))
        return false;
    if (!line_fields(plan, line, row, &fields, &count, err))
        return false;
    if (row != NULL && count == 0) {
        counts->same++;
        return true;
    }
    if (row == NULL)
        counts->fresh++;
    else
        counts->changed++;
    if (row != NULL && !tell_changed(plan, entity, id, fields, count, err))
        return false;
    if ((draft = draft_add(plan)) == NULL)
        return no_memory(err);
    *draft = (struct draft){.entity = entity->name,
                            .row = id != NULL                       ? id
                                   : entity->naming == NAMED_BY_KEY ? code
                                                                    : NULL,
                            .fields = fields,
                            .field_count = count};
    return true;
}

/* Notes where this line's row was met, by one of its names. ERROR_INVALID when another line was about it already. */
static bool name_take(struct plan *plan, struct import_code fresh, struct error *err)
{
    struct import_code *met = import_codes_find(&plan->codes, fresh.entity, fresh.code);

    if (met == NULL)
        return import_codes_add(&plan->codes, fresh) || no_memory(err);
    *met = fresh; /* a reference asked before the line came: only within one entity */
    return true;
}

static bool name_is_free(struct plan *plan, const struct entity *entity, const char *name, struct error *err)
{
    const struct import_code *met = import_codes_find(&plan->codes, entity->name, name);
    char words[NAME_BYTES_MAX + 1];

    return met == NULL || met->file == NULL ||
           error_set(err, ERROR_INVALID, "Keep one of the two lines.", "this %s stands on line %llu of %.80s already",
                     names_in_words(entity->name, words), (unsigned long long)met->line, met->file);
}

static bool line_take(struct plan *plan, struct line *line, struct error *err)
{
    const struct entity *entity = line->shape->entity;
    struct import_code fresh = {.entity = entity->name, .file = line->shape->file->name, .line = line->record->line};
    char id[ROW_ID_SIZE];
    size_t index;

    if (!line_parse(plan, line, err))
        return false;
    index = plan->draft_count; /* a programme may have been made on the way */
    fresh.code = line_code(plan, line);
    if (fresh.code == NULL)
        return no_memory(err);
    if (!name_is_free(plan, entity, fresh.code, err) || (line->id != NULL && !name_is_free(plan, entity, line->id, err)) ||
        !import_stored_id(plan->store, entity, fresh.code, id, err))
        return false;
    if (line->id != NULL && id[0] != '\0' && strcmp(id, line->id) != 0)
        return error_set(err, ERROR_INVALID, "Mend one of them.", "the id and the code %.64s belong to two different rows", fresh.code);
    if (line->id != NULL)
        fresh.value = line->id;
    else if (id[0] != '\0' && (fresh.value = arena_text(&plan->arena, id)) == NULL)
        return no_memory(err);
    if (!line_draft(plan, line, fresh.code, fresh.value, err))
        return false;
    if (fresh.value == NULL)
        fresh.value = entity->naming == NAMED_BY_KEY ? fresh.code : arena_format(&plan->arena, "@%zu", index);
    if (fresh.value == NULL)
        return no_memory(err);
    if (!name_take(plan, fresh, err))
        return false;
    fresh.code = line->id; /* it may be referred to by this name, too */
    return fresh.code == NULL || name_take(plan, fresh, err);
}

/* False only when going on makes no sense; wrong lines are told and counted. */
static bool file_take(struct plan *plan, struct import_shape *shape, struct error *err)
{
    struct line *line = arena_take(&plan->arena, sizeof *line);

    if (line == NULL)
        return no_memory(err);
    for (;;) {
        struct csv_record record = {0};
        struct error why = {0};
        uint64_t number = shape->reader.line;

        arena_clear(&plan->scratch);
        if (!csv_read(&plan->scratch, &shape->reader, &record, &why)) {
            if (why.kind == ERROR_NONE)
                return true;
            tell(plan, shape->file->name, number, &why);
            continue;
        }
        if (++plan->lines > IMPORT_LINES_MAX)
            return error_set(err, ERROR_LIMIT, "Import in parts.", "there are more than %d lines", IMPORT_LINES_MAX);
        if (plan->options->progress != NULL && plan->lines % IMPORT_PROGRESS_LINES == 0)
            plan->options->progress(plan->options->context, plan->lines);
        if (record.count == 1 && record.cells[0][0] == '\0')
            continue; /* an empty line */
        *line = (struct line){.shape = shape, .record = &record};
        if (line_take(plan, line, &why))
            continue;
        if (!is_of_the_line(&why))
            return error_set(err, why.kind, why.remedy, "%s", why.cause);
        tell(plan, shape->file->name, record.line, &why);
    }
}

static bool shapes_read(struct plan *plan, const struct import_file *files, size_t count, struct import_shape *shapes, struct error *err)
{
    size_t known = 0;

    if (count > IMPORT_FILES_MAX)
        return error_set(err, ERROR_LIMIT, "Import in parts.", "there are more than %d files", IMPORT_FILES_MAX);
    for (size_t i = 0; i < count; i++) {
        struct error why = {0};

        if (import_shape_read(&plan->arena, &files[i], &shapes[known], &why))
            known++;
        else
            tell(plan, files[i].name, 1, &why);
    }
    return true;
}

static bool plan_write(struct plan *plan, struct error *err)
{
    char step[STEP_NAME_SIZE];

    if (plan->report->errors > 0)
        return error_set(err, ERROR_INVALID, "Mend them and import again: importing twice changes nothing.",
                         plan->report->errors == 1 ? N_("%llu line could not be taken, so nothing was imported")
                                                   : N_("%llu lines could not be taken, so nothing was imported"),
                         (unsigned long long)plan->report->errors);
    if (plan->options->preview || plan->draft_count == 0)
        return true;
    names_step(step, plan->draft_count == 1 ? N_("import of %zu row") : N_("import of %zu rows"), plan->draft_count);
    return store_write(plan->store, plan->drafts, plan->draft_count, plan->options->author, step, NULL, &plan->report->changes, err);
}

bool import_files(struct store *store, const struct import_file *files, size_t count, const struct import_options *options,
                  struct import_report *ret, struct error *err)
{
    bool done = false;
    struct plan plan = {.store = store, .options = options, .report = ret};
    struct import_shape *shapes = arena_take_many(&plan.arena, count + 1, sizeof *shapes);

    *ret = (struct import_report){0};
    if (shapes == NULL) {
        no_memory(err);
        goto out;
    }
    if (!shapes_read(&plan, files, count, shapes, err))
        goto out;
    /* The entity table's order: what is referred to stands before what refers to it. */
    for (size_t e = 0; e < entity_count; e++)
        for (size_t i = 0; i < count; i++)
            if (shapes[i].entity == &entities[e] && !file_take(&plan, &shapes[i], err))
                goto out;
    arena_clear(&plan.scratch);
    done = plan_write(&plan, err);
out:
    free(plan.drafts);
    import_codes_clear(&plan.codes);
    arena_clear(&plan.scratch);
    arena_clear(&plan.arena);
    return done;
}
