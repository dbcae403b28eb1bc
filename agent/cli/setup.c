// SPDX-License-Identifier: Apache-2.0
/* Commands that set a device up: init, enrol, import.
 *
 * Not here:  what a list may hold (agent/app/import.h), what enrolment proves (agent/sync/enrol.h).
 */
#define _GNU_SOURCE
#include <string.h>
#include <unistd.h>

#include "agent/app/import.h"
#include "agent/app/names.h"
#include "agent/cli/call.h"
#include "agent/cli/sheet.h"
#include "agent/sync/enrol.h"
#include "agent/system/files.h"
#include "agent/system/http.h"
#include "protocol/json_text.h"

enum { CA_FILE_BYTES_MAX = 1024 * 1024 };

bool command_init(struct call *call, struct error *err)
{
    struct agent *agent = call->agent;
    struct store_ports ports = {.clock = agent->world->clock, .chance = agent->world->chance, .machine = agent->world->machine};
    struct store_identity identity;
    struct json_text json = {0};
    char log[LOG_TEXT_SIZE];
    const char *path = agent_store_path(agent, call->arena);

    if (path == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the store");
    if (agent->store != NULL)
        return error_set(err, ERROR_INVALID, "Use it, or name another folder with --home.", "there is a store at %s already", path);
    if (!files_make_folder(agent->home, err) || !store_open(path, STORE_CREATE, &ports, &agent->store, err) ||
        !store_identity(agent->store, &identity, err))
        return false;
    log_text(identity.log, log);
    if (!call->json) {
        fprintf(call->out,
                say(call->words, "This device is ready to record, in %s.\n"
                                 "To deliver, ask your coordinator for a code: teren enrol URL CODE\n"),
                agent->home);
        return true;
    }
    json_open(&json, NULL, '{');
    json_put_text(&json, "home", agent->home);
    json_put_text(&json, "log", log);
    json_shut(&json, '}');
    return json_print(&json, call->out);
}

/* The authority is kept in the home folder: a stick that brought it may go. */
static bool keep_ca(struct call *call, const char *typed, struct error *err)
{
    struct bytes content = {0};
    const char *from = files_join(call->arena, call->folder, typed);
    const char *to = arena_format(call->arena, "%s/ca.pem", call->agent->home);
    bool done = from != NULL && to != NULL && files_read(from, CA_FILE_BYTES_MAX, &content, err);

    if (done && (content.size == 0 || memmem(content.data, content.size, "-----BEGIN CERTIFICATE-----", 27) == NULL))
        done = error_set(err, ERROR_INVALID, "Give a PEM file of the authority's certificate.", "%s holds no certificate", typed);
    done = done && files_write(to, bytes_span(&content), err);
    bytes_clear(&content);
    return done;
}

bool command_enrol(struct call *call, struct error *err)
{
    const char *ca = options_value(&call->options, "ca");
    const char *kind = options_value(&call->options, "kind");
    struct enrol_options options = {
        .url = call->options.words[0], .code = call->options.words[1], .agent = AGENT_NAME, .device_kind = kind == NULL ? "" : kind};
    const struct cli_world *world = call->agent->world;
    struct transport transport;
    struct json_text json = {0};
    char device[CODE_BYTES_MAX + 1];

    if (!http_url_is_allowed(options.url, err) || (ca != NULL && !keep_ca(call, ca, err)) ||
        !world->transport(world->self, agent_ca_file(call->agent, call->arena), &transport, err) ||
        !sync_enrol(call->agent->store, &transport, &options, device, err))
        return false;
    if (!call->json) {
        fprintf(call->out, say(call->words, "This device is now %s. It syncs with %s.\n"), device, options.url);
        return true;
    }
    json_open(&json, NULL, '{');
    json_put_text(&json, "device", device);
    json_put_text(&json, "server", options.url);
    json_shut(&json, '}');
    return json_print(&json, call->out);
}

/* Files named, and the lists in folders named. */
struct import_input {
    struct import_file files[IMPORT_FILES_MAX];
    struct bytes contents[IMPORT_FILES_MAX];
    size_t count;
};

static bool input_add(struct call *call, struct import_input *input, const char *shown, struct error *err)
{
    const char *path = files_join(call->arena, call->folder, shown);

    if (input->count == IMPORT_FILES_MAX)
        return error_set(err, ERROR_LIMIT, "Import in parts.", "there are more than %d files", IMPORT_FILES_MAX);
    if (path == NULL || !files_read(path, IMPORT_FILE_BYTES_MAX, &input->contents[input->count], err))
        return false;
    input->files[input->count] = (struct import_file){.name = shown, .content = bytes_span(&input->contents[input->count])};
    input->count++;
    return true;
}

static bool input_add_folder(struct call *call, struct import_input *input, const char *shown, struct error *err)
{
    size_t before = input->count;

    for (size_t i = 0; i < entity_count; i++) {
        const char *name = arena_format(call->arena, "%s%s%s.csv", shown, shown[strlen(shown) - 1] == '/' ? "" : "/", entities[i].plural);
        const char *path = name == NULL ? NULL : files_join(call->arena, call->folder, name);

        if ((entities[i].flags & ENTITY_EDITED) != 0 && path != NULL && files_exists(path) && !input_add(call, input, name, err))
            return false;
    }
    return input->count > before || error_set(err, ERROR_NOT_FOUND, "Name the lists people.csv, activities.csv, sessions.csv and so on.",
                                              "%s holds no list that can be imported", shown);
}

/* What an import tells besides its counts. */
struct import_tale {
    struct call *call;
    struct sheet lines;   /* wrong ones, for JSON */
    struct sheet changed; /* rows that would change */
};

static void tell_line(void *context, const char *file, uint64_t line, const struct error *why)
{
    struct import_tale *tale = context;
    struct value cells[] = {value_text(file), value_integer((int64_t)line), value_text(why->cause), value_text(why->remedy)};
    char cause[SAID_BYTES], remedy[SAID_BYTES];

    sheet_add(&tale->lines, cells);
    say_error(tale->call->words, why, cause, remedy);
    if (!tale->call->json)
        fprintf(tale->call->err, "%s:%llu: %s.%s%s\n", file, (unsigned long long)line, cause, remedy[0] != '\0' ? " " : "", remedy);
}

/* Codes and field names only: which rows, and what of them; the values stay where they are. */
static void tell_changed(void *context, const struct entity *entity, const char *name, const char *const *fields, size_t count)
{
    struct import_tale *tale = context;
    const char *all = "";
    char words[NAME_BYTES_MAX + 1];

    for (size_t i = 0; i < count && all != NULL; i++)
        all = arena_format(tale->call->arena, "%s%s%s", all, i == 0 ? "" : ", ", fields[i]);
    struct value cells[] = {value_text(say(tale->call->words, names_in_words(entity->name, words))), value_text(name), value_text(all)};
    sheet_add(&tale->changed, cells);
}

static void tell_progress(void *context, uint64_t lines)
{
    const struct import_tale *tale = context;

    fprintf(tale->call->err, "\r");
    fprintf(tale->call->err, say_many(tale->call->words, "importing: %llu line read ", "importing: %llu lines read ", lines),
            (unsigned long long)lines);
}

static bool tell_import(struct import_tale *tale, const struct import_report *report, bool preview)
{
    struct call *call = tale->call;
    static const char *const columns[] = {N_("list"), N_("new"), N_("changed"), N_("same")};
    struct sheet sheet = sheet_of(call->arena, columns, 4);
    struct json_text json = {0};

    sheet.words = tale->changed.words = call->words;

    for (size_t i = 0; i < report->count; i++) {
        const struct import_counts *counts = &report->counts[i];
        struct value cells[] = {value_text(say(call->words, counts->entity->plural)), value_integer((int64_t)counts->fresh),
                                value_integer((int64_t)counts->changed), value_integer((int64_t)counts->same)};

        sheet_add(&sheet, cells);
    }
    if (call->json) {
        json_open(&json, NULL, '{');
        json_put_bool(&json, "preview", preview);
        json_put_integer(&json, "changes", (int64_t)report->changes);
        sheet_json(&sheet, &json, "lists");
        if (preview)
            sheet_json(&tale->changed, &json, "would_change");
        json_shut(&json, '}');
        return json_print(&json, call->out);
    }
    if (!sheet_print(&sheet, call->out))
        return false;
    if (preview && tale->changed.row_count > 0) {
        fprintf(call->out, "\n%s\n", say(call->words, "Would be overwritten here:"));
        if (!sheet_print(&tale->changed, call->out))
            return false;
        if (report->changed > tale->changed.row_count)
            fprintf(call->out, say(call->words, "... and %llu more.\n"), (unsigned long long)(report->changed - tale->changed.row_count));
        fprintf(call->out, "\n");
    }
    if (preview)
        fprintf(call->out, "%s\n", say(call->words, "Nothing was changed: this was a preview."));
    else
        fprintf(call->out, say_many(call->words, "%llu change recorded.\n", "%llu changes recorded.\n", report->changes),
                (unsigned long long)report->changes);
    return true;
}

bool command_import(struct call *call, struct error *err)
{
    static const char *const line_columns[] = {"file", "line", "cause", "remedy"};
    static const char *const changed_columns[] = {N_("list"), N_("row"), N_("fields")};
    struct import_input *input = arena_take(call->arena, sizeof *input);
    struct import_tale *tale = arena_take(call->arena, sizeof *tale);
    struct import_report report = {0};
    struct import_options options = {.preview = options_has(&call->options, "preview"),
                                     .author = call->author,
                                     .each_error = tell_line,
                                     .each_changed = tell_changed,
                                     .context = tale};
    bool done = input != NULL && tale != NULL;
    bool progress = !call->json && isatty(fileno(call->err)) == 1;

    if (done)
        *tale = (struct import_tale){
            .call = call, .lines = sheet_of(call->arena, line_columns, 4), .changed = sheet_of(call->arena, changed_columns, 3)};
    for (size_t i = 0; done && i < call->options.word_count; i++) {
        const char *word = call->options.words[i];
        const char *path = files_join(call->arena, call->folder, word);

        done = path != NULL &&
               (files_is_folder(path) && word[0] != '\0' ? input_add_folder(call, input, word, err) : input_add(call, input, word, err));
    }
    options.progress = progress ? tell_progress : NULL;
    done = done && import_files(call->agent->store, input->files, input->count, &options, &report, err);
    if (progress)
        fprintf(call->err, "\r\033[K");
    done = done && tell_import(tale, &report, options.preview);
    if (!done && tale != NULL && tale->lines.row_count > 0)
        call->lines = &tale->lines;
    for (size_t i = 0; input != NULL && i < input->count; i++)
        bytes_clear(&input->contents[i]);
    return done;
}
