// SPDX-License-Identifier: Apache-2.0
/* Route: a list pasted or picked as a file, looked at first, then taken in.
 *
 * Not here:  the rules of importing (agent/app/import.h, the same that the command calls).
 */
#include <string.h>

#include "agent/app/import.h"
#include "agent/app/names.h"
#include "agent/page/route_plan.h"

#define END                                                                                                                                \
    {                                                                                                                                      \
        NULL, NULL, NULL                                                                                                                   \
    }

struct wrong_line {
    uint64_t line;
    struct error why;
};
struct changed_row {
    const struct entity *entity;
    const char *name;
    const char *fields[CHANGE_FIELDS_MAX];
    size_t count;
};
/* What the import tells on its way, kept until the answer is written. */
struct import_told {
    struct page_call *call;
    struct wrong_line *wrong;    /* IMPORT_ERRORS_TOLD_MAX */
    struct changed_row *changed; /* IMPORT_CHANGED_TOLD_MAX */
    size_t wrong_count, changed_count;
};

static void note_error(void *context, const char *file, uint64_t line, const struct error *why)
{
    struct import_told *told = context;

    (void)file; /* there is one */
    if (told->wrong_count < IMPORT_ERRORS_TOLD_MAX)
        told->wrong[told->wrong_count++] = (struct wrong_line){line, *why};
}

/* "P0042 Vesna Marković": the code alone says nothing to somebody who looks for a person. */
static const char *name_in_full(struct page_call *call, const struct entity *entity, const char *code)
{
    const struct field *title = entity_title_field(entity);
    const struct row *row = NULL;
    struct error ignored = {0}; /* then the code must do */
    char id[ROW_ID_SIZE];

    if (title == NULL || !names_find_row(call->world->store, entity->name, code, id, &ignored) ||
        !store_row(call->world->store, call->arena, entity->name, id, &row, &ignored) || row == NULL || row_text(row, title->name) == NULL)
        return arena_text(call->arena, code);
    return arena_format(call->arena, "%s %s", code, row_text(row, title->name));
}

static void note_changed(void *context, const struct entity *entity, const char *name, const char *const *fields, size_t count)
{
    struct import_told *told = context;
    struct changed_row *row;

    if (told->changed_count == IMPORT_CHANGED_TOLD_MAX)
        return;
    row = &told->changed[told->changed_count++];
    *row = (struct changed_row){.entity = entity, .name = name_in_full(told->call, entity, name)};
    for (size_t i = 0; i < count && i < CHANGE_FIELDS_MAX; i++) {
        const struct field *field = entity_field(entity, fields[i]);

        row->fields[row->count++] = field == NULL ? fields[i] : field->label;
    }
}

static void put_wrong(struct page_call *call, const struct wrong_line *wrong)
{
    char says[SAID_BYTES], remedy[SAID_BYTES];

    say_error(call->words, &wrong->why, says, remedy);
    json_open(&call->out, NULL, '{');
    json_put_integer(&call->out, "line", (int64_t)wrong->line);
    json_put_text(&call->out, "says", says);
    json_put_text(&call->out, "do", remedy);
    json_shut(&call->out, '}');
}

static void put_counts(struct page_call *call, const struct import_counts *counts)
{
    json_open(&call->out, NULL, '{');
    json_put_text(&call->out, "entity", counts->entity->name);
    json_put_text(&call->out, "label", say(call->words, counts->entity->labels));
    json_put_integer(&call->out, "fresh", (int64_t)counts->fresh);
    json_put_integer(&call->out, "changed", (int64_t)counts->changed);
    json_put_integer(&call->out, "same", (int64_t)counts->same);
    json_shut(&call->out, '}');
}

static void put_changed(struct page_call *call, const struct changed_row *row)
{
    json_open(&call->out, NULL, '{');
    json_put_text(&call->out, "entity", row->entity->name);
    json_put_text(&call->out, "name", row->name);
    json_open(&call->out, "fields", '[');
    for (size_t i = 0; i < row->count; i++)
        json_put_text(&call->out, NULL, say(call->words, row->fields[i]));
    json_shut(&call->out, ']');
    json_shut(&call->out, '}');
}

/* err: the refusal of the whole; NULL: none. */
static void put_report(const struct import_told *told, bool preview, const struct import_report *report, const struct error *err)
{
    struct page_call *call = told->call;
    struct json_text *out = &call->out;

    json_open(out, NULL, '{');
    json_put_bool(out, "preview", preview);
    json_put_integer(out, "changes", (int64_t)report->changes);
    json_put_integer(out, "error_count", (int64_t)report->errors);
    json_open(out, "counts", '[');
    for (size_t i = 0; i < report->count; i++)
        put_counts(call, &report->counts[i]);
    json_shut(out, ']');
    json_open(out, "changed", '[');
    for (size_t i = 0; i < told->changed_count; i++)
        put_changed(call, &told->changed[i]);
    json_shut(out, ']');
    json_open(out, "errors", '[');
    for (size_t i = 0; i < told->wrong_count; i++)
        put_wrong(call, &told->wrong[i]);
    json_shut(out, ']');
    if (err != NULL)
        page_put_error(call, "error", err);
    json_shut(out, '}');
}

bool route_import(struct page_call *call, struct error *err)
{
    struct import_told told = {.call = call,
                               .wrong = arena_take_many(call->arena, IMPORT_ERRORS_TOLD_MAX, sizeof *told.wrong),
                               .changed = arena_take_many(call->arena, IMPORT_CHANGED_TOLD_MAX, sizeof *told.changed)};
    struct import_options options = {.author = call->author, .each_error = note_error, .each_changed = note_changed, .context = &told};
    struct import_file file = {0};
    struct import_report report = {0};
    const char *text = NULL;
    bool done;

    if (told.wrong == NULL || told.changed == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs, then try again.", "no memory for the import");
    if (!page_text_needed(call, "name", &file.name, err) || !page_text_needed(call, "text", &text, err) ||
        !page_bool(call, "preview", false, &options.preview, err))
        return false;
    file.content = (struct span){(const uint8_t *)text, strlen(text)};
    if (file.content.size > IMPORT_TEXT_BYTES_MAX)
        return error_set(err, ERROR_LIMIT, "Import it in parts.", "the list is larger than %d MiB", IMPORT_TEXT_BYTES_MAX / 1024 / 1024);
    done = import_files(call->world->store, &file, 1, &options, &report, err);
    if (!done && report.errors == 0)
        return false; /* the list is not to blame */
    if (options.preview)
        done = true; /* wrong lines are what was asked for */
    put_report(&told, options.preview, &report, done ? NULL : err);
    return done;
}

const struct page_member import_request[] = {
    {"name", "text", "name of the file, such as people.csv: it helps where a header fits two lists"},
    {"text", "text", "the list as CSV or as a spreadsheet pastes it, with a header; lines end with LF"},
    {"preview", "boolean?", "only look"},
    END,
};
const struct page_member import_answer[] = {
    {"preview", "boolean", "nothing was changed"},
    {"changes", "integer", "recorded; 0 in a preview"},
    {"error_count", "integer", "lines that are wrong"},
    {"counts", "list", "what the lines are about"},
    {"counts[].entity", "text", "such as person"},
    {"counts[].label", "text", "such as People, in the page's language"},
    {"counts[].fresh", "integer", "rows that are not here yet"},
    {"counts[].changed", "integer", "rows that would say something else"},
    {"counts[].same", "integer", "rows that say so already"},
    {"changed", "list", "the first rows that would say something else"},
    {"changed[].entity", "text", "such as person"},
    {"changed[].name", "text", "the row's code and title"},
    {"changed[].fields", "list", "labels of the fields that change"},
    {"errors", "list", "the first lines that are wrong"},
    {"errors[].line", "integer", "from 1"},
    {"errors[].says", "text", "what is wrong, in the page's language"},
    {"errors[].do", "text", "what to do"},
    END,
};
