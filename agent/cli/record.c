// SPDX-License-Identifier: Apache-2.0
/* Commands that record: mark, unmark, undo, conflicts, conflicts settle.
 *
 * Not here:  the rules (agent/app, protocol).
 */
#include <string.h>

#include "agent/app/conflicts.h"
#include "agent/app/mark.h"
#include "agent/app/undo.h"
#include "agent/cli/call.h"
#include "agent/cli/sheet.h"
#include "protocol/json_text.h"

/* In the middle of a sentence. */
static const char *status_said(const struct catalogue *words, const char *status)
{
    static const char *const statuses[] = {N_("present"), N_("late"), N_("absent"), N_("excused")};

    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        if (strcmp(status, statuses[i]) == 0)
            return say(words, statuses[i]);
    return status;
}

bool command_mark(struct call *call, struct error *err)
{
    struct mark mark = {
        .session = call->options.words[0],
        .person = call->options.words[1],
        .status = call->options.words[2],
        .minutes = options_value(&call->options, "minutes"),
        .at = options_value(&call->options, "at"),
        .mode = options_value(&call->options, "mode"),
        .note = options_value(&call->options, "note"),
        .author = call->author,
    };
    struct mark_told told;
    struct json_text json = {0};
    char note[SAID_BYTES];

    if (!mark_write(call->agent->store, &mark, &call->agent->world->clock, &told, err))
        return false;
    if (!call->json) {
        fprintf(call->out, say(call->words, "%s is %s at %s.\n"), told.person, status_said(call->words, mark.status), told.session);
        for (size_t i = 0; i < told.note_count; i++)
            fprintf(call->err, say(call->words, "teren: note: %s.\n"), say_sentence(call->words, told.notes[i], note, sizeof note));
        return true;
    }
    json_open(&json, NULL, '{');
    json_put_text(&json, "session", told.session);
    json_put_text(&json, "person", told.person);
    json_put_text(&json, "status", mark.status);
    json_open(&json, "notes", '[');
    for (size_t i = 0; i < told.note_count; i++)
        json_put_text(&json, NULL, told.notes[i]);
    json_shut(&json, ']');
    json_shut(&json, '}');
    return json_print(&json, call->out);
}

bool command_unmark(struct call *call, struct error *err)
{
    struct json_text json = {0};
    struct mark_told told;

    if (!mark_remove(call->agent->store, call->options.words[0], call->options.words[1], call->author, &told, err))
        return false;
    if (!call->json) {
        fprintf(call->out, say(call->words, "The mark of %s at %s was taken back.\n"), told.person, told.session);
        return true;
    }
    json_open(&json, NULL, '{');
    json_put_text(&json, "session", told.session);
    json_put_text(&json, "person", told.person);
    json_shut(&json, '}');
    return json_print(&json, call->out);
}

bool command_undo(struct call *call, struct error *err)
{
    const struct undo undo = {.author = call->author, .sure = options_has(&call->options, "yes")};
    struct json_text json = {0};
    struct undone undone;
    char said[SAID_BYTES];

    if (!undo_write(call->agent->store, &undo, &call->agent->world->clock, &undone, err))
        return false;
    if (call->json) {
        json_open(&json, NULL, '{');
        json_put_text(&json, "undone", undone.name);
        json_put_integer(&json, "changes", (int64_t)undone.changes);
        json_put_integer(&json, "kept", (int64_t)undone.kept);
        json_shut(&json, '}');
        return json_print(&json, call->out);
    }
    fprintf(call->out, say(call->words, "Took back: %s.\n"), say_sentence(call->words, undone.name, said, sizeof said));
    if (undone.kept > 0)
        fprintf(call->out,
                say_many(call->words, "%llu field was left alone: somebody changed it since.\n",
                         "%llu fields were left alone: somebody changed them since.\n", undone.kept),
                (unsigned long long)undone.kept);
    return true;
}

struct conflict_list {
    struct call *call;
    struct sheet sheet; /* for JSON */
    size_t count;
    struct error err;
};

static const char *said_by(struct call *call, struct stamp stamp, struct error *err)
{
    char device[CODE_BYTES_MAX + 1] = "";
    char moment[MOMENT_TEXT_SIZE];

    if (!store_device_name(call->agent->store, stamp.log, device, err))
        return "";
    moment_text(stamp_ms(stamp.time), moment);
    return arena_format(call->arena, "%s, %.10s %.5s UTC", device, moment, moment + 11);
}

/* "P0042 at TT-RS-BUJ-1" for a mark, "person P0042" for anything else. */
static const char *conflict_title(struct call *call, const struct store_conflict *conflict)
{
    struct store *store = call->agent->store;
    char scratch[ROW_ID_SIZE];
    char words[NAME_BYTES_MAX + 1];
    const char *parts[2];

    if (strcmp(conflict->entity, "attendance") == 0 && row_id_parts(conflict->row, scratch, parts, 2) == 2)
        return arena_format(call->arena, say(call->words, "%s at %s"), names_of_row(store, call->arena, "person", parts[1]),
                            names_of_row(store, call->arena, "session", parts[0]));
    return arena_format(call->arena, "%s %s", say(call->words, names_in_words(conflict->entity, words)),
                        names_of_row(store, call->arena, conflict->entity, conflict->row));
}

/* The values by what people call them, the one that stands first; equal ones once. */
static void conflict_words(struct conflict_list *list, const struct store_conflict *conflict)
{
    struct call *call = list->call;
    const struct field *field = entity_field(entity_find(conflict->entity), conflict->field);
    const struct entry *live = conflict->live;
    size_t width = 0;

    for (size_t i = 0; i < conflict->live_count; i++) {
        size_t one = text_width(names_of_value(call->agent->store, call->arena, field, live[i].value));

        width = one > width ? one : width;
    }
    fprintf(call->out, "%s%s, %s:\n", list->count++ == 0 ? "" : "\n", conflict_title(call, conflict), conflict->field);
    for (size_t i = conflict->live_count; i > 0; i--) {
        const char *value = names_of_value(call->agent->store, call->arena, field, live[i - 1].value);
        bool again = false;

        for (size_t k = i; k < conflict->live_count; k++)
            again = again || value_equal(live[k].value, live[i - 1].value);
        if (again)
            continue;
        value = value[0] == '\0' ? say(call->words, "(nothing)") : value;
        fputs("  ", call->out);
        sheet_text(call->out, value);
        fprintf(call->out, "%*s  ", text_width(value) < width ? (int)(width - text_width(value)) : 0, "");
        fprintf(call->out,
                i == conflict->live_count ? say(call->words, "said by %s; stands until somebody settles it\n")
                                          : say(call->words, "said by %s\n"),
                said_by(call, live[i - 1].stamp, &list->err));
    }
    fprintf(call->out, say(call->words, "  To settle: teren conflicts settle %s %s %s VALUE\n"), conflict->entity,
            names_of_row(call->agent->store, call->arena, conflict->entity, conflict->row), conflict->field);
}

static void conflict_cells(struct conflict_list *list, const struct store_conflict *conflict)
{
    struct call *call = list->call;
    const struct field *field = entity_field(entity_find(conflict->entity), conflict->field);
    const struct entry *stands = &conflict->live[conflict->live_count - 1];

    for (size_t i = conflict->live_count - 1; i > 0; i--) {
        const struct entry *other = &conflict->live[i - 1];
        struct value cells[] = {
            value_text(conflict->entity),
            value_text(names_of_row(call->agent->store, call->arena, conflict->entity, conflict->row)),
            value_text(conflict->field),
            value_text(names_of_value(call->agent->store, call->arena, field, stands->value)),
            value_text(said_by(call, stands->stamp, &list->err)),
            value_text(names_of_value(call->agent->store, call->arena, field, other->value)),
            value_text(said_by(call, other->stamp, &list->err)),
        };

        if (!value_equal(other->value, stands->value))
            sheet_add(&list->sheet, cells);
    }
}

static bool take_conflict(void *context, const struct store_conflict *conflict)
{
    struct conflict_list *list = context;

    if (list->call->json)
        conflict_cells(list, conflict);
    else
        conflict_words(list, conflict);
    return !list->sheet.failed && list->err.kind == ERROR_NONE;
}

bool command_conflicts(struct call *call, struct error *err)
{
    static const char *const keys[] = {"entity", "row", "field", "stands", "stands_by", "other", "other_by"};
    struct conflict_list list = {.call = call, .sheet = sheet_of(call->arena, keys, 7)};
    struct json_text json = {0};

    if (!store_conflicts(call->agent->store, take_conflict, &list, err))
        return false;
    if (list.err.kind != ERROR_NONE)
        return error_set(err, list.err.kind, list.err.remedy, "%s", list.err.cause);
    if (call->json) {
        json_open(&json, NULL, '{');
        sheet_json(&list.sheet, &json, "conflicts");
        json_shut(&json, '}');
        return json_print(&json, call->out);
    }
    if (list.count == 0)
        fprintf(call->out, "%s\n", say(call->words, "There are no conflicts."));
    else
        fprintf(call->out, "\n%s\n",
                say(call->words, "Both values are kept until then. Instead of VALUE: --keep for what stands, --other for the other one."));
    return true;
}

bool command_conflicts_settle(struct call *call, struct error *err)
{
    const char *const *words = call->options.words;
    const struct entity *entity = entity_find(words[0]);
    bool keep = options_has(&call->options, "keep");
    bool other = options_has(&call->options, "other");
    bool typed = call->options.word_count == 4;
    struct json_text json = {0};
    char id[ROW_ID_SIZE];

    if (entity == NULL)
        return error_set(err, ERROR_USAGE, "See `teren conflicts`.", "%s is no kind of row", words[0]);
    if (keep + other + typed != 1)
        return error_set(err, ERROR_USAGE, "Give one of VALUE, --keep and --other.", "it was not said how to settle");
    if (!names_resolve(call->agent->store, entity, &words[1], 1, true, id, err) ||
        !conflict_settle(call->agent->store, entity, id, words[2],
                         typed  ? SETTLE_VALUE
                         : keep ? SETTLE_KEEP
                                : SETTLE_OTHER,
                         typed ? words[3] : NULL, call->author, err))
        return false;
    if (!call->json) {
        fprintf(call->out, "%s\n", say(call->words, "Settled."));
        return true;
    }
    json_open(&json, NULL, '{');
    json_put_bool(&json, "settled", true);
    json_shut(&json, '}');
    return json_print(&json, call->out);
}
