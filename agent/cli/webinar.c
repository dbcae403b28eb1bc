// SPDX-License-Identifier: Apache-2.0
/* The command import-webinar: who was in a meeting, out of its report.
 *
 * Not here:  the rules (agent/app/webinar.h), reading reports (protocol/webinar.h).
 */
#include <string.h>

#include "agent/app/similar.h"
#include "agent/app/webinar.h"
#include "agent/cli/call.h"
#include "agent/system/files.h"
#include "protocol/csv.h"

enum { DECISIONS_FILE_BYTES_MAX = 1024 * 1024 };

/* What was decided on the command line and in the file of --decide. */
struct deciding {
    struct call *call;
    const struct webinar_preview *preview;
    struct webinar_decision *decisions;
    bool *is_decided; /* of each row */
    size_t count;
};

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the report");
}

/* --- decisions ------------------------------------------------------------------------------------------------------------ */

/* One line of --decide: the number of a row, then fresh, leave, or a person's code or id. */
static bool take_line(struct deciding *deciding, const struct csv_record *record, struct error *err)
{
    const char *number = record->cells[0], *person = record->count > 1 ? record->cells[1] : "";
    const size_t size = strlen(number);
    size_t key = 0;

    for (size_t i = 0; i < size && size <= 6 && strspn(number, "0123456789") == size; i++)
        key = key * 10 + (size_t)(number[i] - '0');
    if (key == 0 || key > deciding->preview->row_count || deciding->is_decided[key - 1] || *person == '\0')
        return error_set(err, ERROR_INVALID, "Give each number that --preview shows once, with a person's code, fresh or leave.",
                         "line %llu of the decisions was off", (unsigned long long)record->line);
    deciding->is_decided[key - 1] = true;
    deciding->decisions[deciding->count++] = (struct webinar_decision){
        .key = key,
        .verdict = strcmp(person, "fresh") == 0   ? WEBINAR_FRESH
                   : strcmp(person, "leave") == 0 ? WEBINAR_LEAVE
                                                  : WEBINAR_IS,
        .person = arena_text(deciding->call->arena, person),
    };
    return true;
}

static bool read_decisions(struct deciding *deciding, const char *name, struct error *err)
{
    const char *path = files_join(deciding->call->arena, deciding->call->folder, name);
    struct bytes content = {0};
    struct csv_record record;
    bool done = path != NULL && files_read(path, DECISIONS_FILE_BYTES_MAX, &content, err), is_head = true;
    struct csv_reader reader = csv_reader_of(bytes_span(&content));

    while (done && csv_read(deciding->call->arena, &reader, &record, err)) {
        const bool is_title = is_head && strcmp(record.cells[0], "key") == 0;

        is_head = false;
        done = is_title || take_line(deciding, &record, err);
    }
    bytes_clear(&content);
    return done && (err == NULL || err->kind == ERROR_NONE);
}

/* Whoever is not decided and not sure: as the options say, else it is an error and nothing is recorded. */
static bool decide_rest(struct deciding *deciding, struct error *err)
{
    const bool fresh = options_has(&deciding->call->options, "fresh-unmatched");
    const bool leave = options_has(&deciding->call->options, "leave-unmatched");
    size_t open = 0;

    for (size_t i = 0; i < deciding->preview->row_count; i++) {
        const struct webinar_row *row = &deciding->preview->rows[i];

        if (row->sure || deciding->is_decided[i])
            continue;
        if ((fresh && row->candidate_count == 0) || leave)
            deciding->decisions[deciding->count++] =
                (struct webinar_decision){.key = i + 1, .verdict = fresh && row->candidate_count == 0 ? WEBINAR_FRESH : WEBINAR_LEAVE};
        else
            open++;
    }
    return open == 0 ||
           error_set(err, ERROR_INVALID, "Look with --preview, then give --decide FILE, --fresh-unmatched or --leave-unmatched.",
                     "of %zu people in the report it is not sure for %zu who they are; nothing was recorded", deciding->preview->row_count,
                     open);
}

static bool decide(struct deciding *deciding, struct error *err)
{
    const char *file = options_value(&deciding->call->options, "decide");

    deciding->decisions = arena_take_many(deciding->call->arena, deciding->preview->row_count + 1, sizeof *deciding->decisions);
    deciding->is_decided = arena_take_many(deciding->call->arena, deciding->preview->row_count + 1, sizeof *deciding->is_decided);
    if (deciding->decisions == NULL || deciding->is_decided == NULL)
        return no_memory(err);
    return (file == NULL || read_decisions(deciding, file, err)) && decide_rest(deciding, err);
}

/* --- telling -------------------------------------------------------------------------------------------------------------- */

static const char *reasons_in_words(const struct call *call, unsigned reasons)
{
    const char *sentences[SIMILAR_REASONS_MAX], *all = "";
    const size_t count = similar_reasons(reasons, sentences);

    for (size_t i = 0; i < count && all != NULL; i++)
        all = arena_format(call->arena, "%s%s%s", all, i == 0 ? "" : ", ", say(call->words, sentences[i]));
    return all;
}

static void add_row(struct sheet *sheet, const struct call *call, const struct webinar_row *row, size_t key)
{
    const struct webinar_candidate *best = row->candidate_count == 0 ? NULL : &row->candidates[0];
    struct value cells[] = {
        value_integer((int64_t)key),
        value_text(row->person->name),
        value_text(arena_format(call->arena, "%lld:%02lld", (long long)row->seconds / 60, (long long)row->seconds % 60)),
        value_text(best == NULL ? "" : best->ref),
        value_text(best == NULL ? "" : best->name),
        value_text(best == NULL ? say(call->words, "nobody here is alike")
                   : !row->sure ? arena_format(call->arena, say(call->words, "not sure: %s"), reasons_in_words(call, best->reasons))
                                : reasons_in_words(call, best->reasons)),
    };

    sheet_add(sheet, cells);
}

static bool tell_people(struct call *call, const struct webinar_preview *preview)
{
    static const char *const columns[] = {N_("no."), N_("name in the report"), N_("min:sec"), N_("person"), N_("name here"), N_("why")};
    struct sheet sheet = sheet_of(call->arena, columns, sizeof columns / sizeof columns[0]);
    char said[SAID_BYTES];

    sheet.words = call->words;
    fprintf(call->out, "%s, %s%s%s\n", say(call->words, webinar_format_label(preview->report.format)),
            charset_name(preview->report.charset), *preview->report.topic == '\0' ? "" : ": ", preview->report.topic);
    for (size_t i = 0; i < preview->row_count; i++)
        add_row(&sheet, call, &preview->rows[i], i + 1);
    if (!sheet_print(&sheet, call->out))
        return false;
    for (size_t i = 0; i < preview->report.left_out_count; i++) {
        const struct webinar_left_out *one = &preview->report.left_out[i];

        fprintf(call->out,
                one->why == WEBINAR_BOT ? say(call->words, "left out, takes notes and is nobody: %s\n")
                                        : say(call->words, "left out, was never let in from the waiting room: %s\n"),
                one->name);
    }
    for (size_t i = 0; i < preview->outside_count; i++)
        fprintf(call->out, say(call->words, "left out, was there before or after the session only: %s\n"), preview->outside[i]->name);
    for (size_t i = 0; i < preview->warning_count; i++)
        fprintf(call->err, say(call->words, "teren: note: %s.\n"), say_sentence(call->words, preview->warnings[i], said, sizeof said));
    if (preview->report.ask_order)
        fprintf(call->err, "%s\n", say(call->words, "teren: note: 03/04 may be March or April: say --order dmy or --order mdy."));
    return true;
}

static bool tell(struct call *call, const struct webinar_preview *preview, const struct webinar_done *done)
{
    struct json_text json = {0};

    if (!call->json && !tell_people(call, preview))
        return false;
    if (call->json) {
        json_open(&json, NULL, '{');
        json_put_bool(&json, "preview", done == NULL);
        json_put_text(&json, "session", preview->session.code);
        webinar_put(&json, call->words, preview);
        if (done != NULL)
            webinar_put_done(&json, done);
        json_shut(&json, '}');
        return json_print(&json, call->out);
    }
    if (done == NULL) {
        fprintf(call->out, "%s\n", say(call->words, "Nothing was changed: this was a preview."));
        return true;
    }
    fprintf(call->out, say(call->words, "Recorded at %s: %llu. As recorded before: %llu. New people: %llu. Left out: %llu.\n"),
            preview->session.code, (unsigned long long)done->recorded, (unsigned long long)done->same, (unsigned long long)done->fresh,
            (unsigned long long)done->left);
    return true;
}

/* --- the command ---------------------------------------------------------------------------------------------------------- */

static bool read_words(struct call *call, struct webinar_ask *ask, struct error *err)
{
    const char *order = options_value(&call->options, "order");
    long long shift = 0;

    if (!options_integer(&call->options, "shift", -WEBINAR_SHIFT_MINUTES_MAX, WEBINAR_SHIFT_MINUTES_MAX, 0, &shift, err))
        return false;
    ask->session = call->options.words[0];
    ask->has_shift = options_has(&call->options, "shift");
    ask->shift_minutes = shift;
    return webinar_order_parse(order == NULL ? "" : order, &ask->order, err);
}

static bool record(struct call *call, const struct webinar_preview *preview, struct error *err)
{
    const struct clock_port *clock = &call->agent->world->clock;
    struct deciding deciding = {.call = call, .preview = preview};
    struct webinar_done done;

    if (preview->row_count == 0 && !preview->report.ask_order)
        return error_set(err, ERROR_INVALID, "Look with --preview, then say --shift, or name another session.",
                         "nobody in the report was there during the session");
    return decide(&deciding, err) &&
           webinar_record(call->agent->store, call->arena, preview, deciding.decisions, deciding.count, call->author,
                          clock->wall_ms(clock->self), &done, err) &&
           tell(call, preview, &done);
}

bool command_import_webinar(struct call *call, struct error *err)
{
    const char *path = files_join(call->arena, call->folder, call->options.words[1]);
    struct webinar_preview preview;
    struct webinar_ask ask = {0};
    struct bytes file = {0};
    bool done = read_words(call, &ask, err) && (path != NULL || no_memory(err)) && files_read(path, WEBINAR_FILE_BYTES_MAX, &file, err);

    ask.file = bytes_span(&file);
    done = done && webinar_preview(call->agent->store, call->arena, &ask, &preview, err) &&
           (options_has(&call->options, "preview") ? tell(call, &preview, NULL) : record(call, &preview, err));
    bytes_clear(&file);
    return done;
}
