// SPDX-License-Identifier: Apache-2.0
/* The way in: from argv to a command, on our own store or through `teren run`.
 *
 * Here:      home folder, parsing, opening, errors on the screen, exit codes.
 * Not here:  what commands do (a file each), their table (commands.c).
 */
#define _GNU_SOURCE
#include "agent/cli/cli.h"

#include <limits.h>
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/app/holder.h"
#include "agent/cli/call.h"
#include "agent/system/files.h"
#include "agent/system/local.h"
#include "protocol/json_text.h"

enum { ARGUMENTS_MAX = LOCAL_WORDS_MAX };

/* Words before the command that belong to it all the same: `teren --home DIR status`. */
static size_t leading_options(size_t argc, const char *const *argv)
{
    size_t at = 0;

    while (at < argc && strncmp(argv[at], "--", 2) == 0 && argv[at][2] != '\0') {
        bool takes_value = strcmp(argv[at], "--home") == 0 || strcmp(argv[at], "--author") == 0;

        at += takes_value && at + 1 < argc ? 2 : 1;
    }
    return at;
}

static bool unknown_command(const char *word, int near, struct error *err)
{
    const struct command_table *table = command_table();

    if (near >= 0)
        return error_set(err, ERROR_USAGE, "See `teren help`.", "%s is no command; perhaps `%s` was meant", word,
                         table->rows[near].text.name);
    return error_set(err, ERROR_USAGE, "See `teren help`.", "%s is no command", word);
}

static bool command_by_name(struct call *call, const char *name)
{
    const struct command_table *table = command_table();

    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->rows[i].text.name, name) == 0)
            call->command = &table->rows[i];
    return call->command != NULL;
}

bool call_parse(struct call *call, size_t argc, const char *const *argv, bool *ret_help, struct error *err)
{
    const struct command_table *table = command_table();
    size_t leading = leading_options(argc, argv);
    const char **rest = arena_take_many(call->arena, argc + 1, sizeof *rest);
    size_t count = 0;
    size_t used = 0;
    int near = -1;
    int found;

    *ret_help = false;
    for (size_t i = 0; i < argc; i++)
        call->json |= strcmp(argv[i], "--json") == 0; /* so that a call that cannot be parsed fails in JSON, too */
    if (call->json)
        call->words = NULL; /* what programs read is the same in every language */
    if (table == NULL || rest == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the command line");
    if (leading == argc) { /* no command: say what there is */
        command_by_name(call, argc > 0 && strcmp(argv[0], "--version") == 0 ? "version" : "help");
        return true;
    }
    found = command_find(table->rows, table->count, sizeof *table->rows, argc - leading, argv + leading, &used, &near);
    if (found < 0)
        return unknown_command(argv[leading], near, err);
    call->command = &table->rows[found];
    for (size_t i = 0; i < leading; i++)
        rest[count++] = argv[i];
    for (size_t i = leading + used; i < argc; i++)
        rest[count++] = argv[i];
    if (!options_parse(call->arena, "teren", &call->command->text, cli_program.common, count, rest, &call->options, err))
        return false;
    *ret_help = options_has(&call->options, "help");
    return true;
}

void call_tell_error(const struct call *call, const struct error *err)
{
    struct json_text json = {0};
    char cause[SAID_BYTES], remedy[SAID_BYTES];

    if (!call->json) {
        say_error(call->words, err, cause, remedy);
        fprintf(call->err, "teren: %s.%s%s\n", cause, remedy[0] != '\0' ? " " : "", remedy);
        return;
    }
    json_open(&json, NULL, '{');
    json_open(&json, "error", '{');
    json_put_text(&json, "kind", error_kind_name(err->kind));
    json_put_text(&json, "cause", err->cause);
    json_put_text(&json, "remedy", err->remedy);
    json_shut(&json, '}');
    if (call->lines != NULL)
        sheet_json(call->lines, &json, "lines");
    json_shut(&json, '}');
    json_print(&json, call->out);
}

static bool author_resolve(struct call *call, struct error *err)
{
    const char *typed = options_value(&call->options, "author");
    char *id;

    call->author = "";
    if (call->agent->store == NULL)
        return true;
    id = arena_take(call->arena, ROW_ID_SIZE);
    if (id == NULL)
        return false;
    call->author = id;
    if (typed == NULL || typed[0] == '\0') /* not told: whoever holds the device */
        return holder_author(call->agent->store, id, err);
    return names_find_row(call->agent->store, "person", typed, id, err);
}

int call_perform(struct call *call, bool help)
{
    struct error err = {0};
    struct program_text program = cli_program;
    struct bytes text = {0};
    bool done;

    program.words = call->words;
    if (help) {
        done = help_command(&text, &program, &call->command->text) && fwrite(text.data, 1, text.size, call->out) == text.size;
        bytes_clear(&text);
    } else {
        done = author_resolve(call, &err) && call->command->run(call, &err);
    }
    /* An answer that the disk or the pipe did not take was not given. */
    if (fflush(call->out) != 0 && err.kind == ERROR_NONE)
        done = error_set(&err, ERROR_STORAGE, "Free some space, or let the reader read.", "the answer could not be printed");
    if (!done && err.kind == ERROR_NONE)
        error_set(&err, ERROR_MEMORY, "Close other programs.", "the answer could not be made");
    if (!done)
        call_tell_error(call, &err);
    fflush(call->out);
    fflush(call->err);
    return done ? call->exit_code : error_exit_code(err.kind);
}

const char *agent_store_path(const struct agent *agent, struct arena *arena)
{
    return arena_format(arena, "%s/teren.db", agent->home);
}

const char *agent_ca_file(const struct agent *agent, struct arena *arena)
{
    const char *path = arena_format(arena, "%s/ca.pem", agent->home);

    return path != NULL && files_exists(path) ? path : NULL;
}

bool agent_open(struct agent *agent, struct error *err)
{
    struct arena arena = {0};
    struct error why = {0};
    struct store_ports ports = {.clock = agent->world->clock, .chance = agent->world->chance, .machine = agent->world->machine};
    const char *path = agent_store_path(agent, &arena);
    bool done = agent->store != NULL;

    if (!done && path == NULL)
        done = error_set(err, ERROR_MEMORY, "Close other programs.", "no memory to open the store");
    else if (!done && !(done = store_open(path, STORE_MUST_EXIST, &ports, &agent->store, &why)))
        error_set(err, why.kind,
                  why.kind == ERROR_NOT_FOUND ? N_("Make one with `teren init`, or name another folder with --home.") : why.remedy, "%s",
                  why.cause);
    arena_clear(&arena);
    return done;
}

void agent_close(struct agent *agent)
{
    store_close(agent->store);
    agent->store = NULL;
}

/* What a `sync` that goes through `teren run` shows on a terminal: the same as one that does not. 0: it is over. */
static void show_exchanges(const struct local_question *question, uint64_t count)
{
    fprintf(stderr, "\r");
    if (count > 0)
        fprintf(stderr, say_many(catalogue_of(question->language), "syncing: %llu exchange ", "syncing: %llu exchanges ", count),
                (unsigned long long)count);
    else
        fprintf(stderr, "\033[K");
    fflush(stderr);
}

static bool ask_who_serves(struct agent *agent, size_t argc, const char *const *argv, int *ret_exit_code, struct error *err)
{
    struct local_question question = {.words = argv,
                                      .word_count = argc,
                                      .folder = agent->folder == NULL ? "/" : agent->folder,
                                      .language = agent->words == NULL ? "" : agent->words->language};
    bool asks_for_json = false;

    for (size_t i = 0; i < argc; i++)
        asks_for_json = asks_for_json || strcmp(argv[i], "--json") == 0;
    if (!asks_for_json && isatty(STDERR_FILENO) == 1)
        question.progress = show_exchanges;
    return local_ask(agent->home, &question, ret_exit_code, err);
}

/* Opens the store, or lets `teren run` do it all. *ret_elsewhere: done, *ret_exit_code is how. */
static bool reach_store(struct agent *agent, size_t argc, const char *const *argv, bool *ret_elsewhere, int *ret_exit_code,
                        struct error *err)
{
    struct error busy = {0};

    *ret_elsewhere = false;
    if (agent->store != NULL)
        return true;
    fflush(stdout); /* what is answered elsewhere goes past our own buffer */
    for (int tries = 0; tries < STORE_TRIES_MAX; tries++) {
        *ret_elsewhere = ask_who_serves(agent, argc, argv, ret_exit_code, err);
        if (*ret_elsewhere || err->kind != ERROR_NONE)
            return *ret_elsewhere;
        error_clear(&busy);
        if (agent_open(agent, &busy))
            return true;
        if (busy.kind != ERROR_BUSY)
            break;
        /* Another command is at work, or `teren run` took the store between the two looks: look again. */
        poll(NULL, 0, STORE_TRY_WAIT_MS);
    }
    return error_set(err, busy.kind, busy.remedy, "%s", busy.cause);
}

int agent_do(struct agent *agent, size_t argc, const char *const *argv, FILE *out, FILE *errors)
{
    struct arena arena = {0};
    struct error err = {0};
    struct call call = {
        .agent = agent, .arena = &arena, .out = out, .err = errors, .folder = agent->folder, .author = "", .words = agent->words};
    bool help = false;
    bool elsewhere = false;
    int exit_code = 0;

    if (!call_parse(&call, argc, argv, &help, &err) ||
        (!help && (call.command->flags & COMMAND_STORE) != 0 && !reach_store(agent, argc, argv, &elsewhere, &exit_code, &err))) {
        call_tell_error(&call, &err);
        fflush(out);
        fflush(errors);
        exit_code = error_exit_code(err.kind);
    } else if (!elsewhere) {
        exit_code = call_perform(&call, help);
    }
    arena_clear(&arena);
    return exit_code;
}

/* $TEREN_LANGUAGE, else what the system's programs would speak, found as gettext finds it. */
static const struct catalogue *language(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    const char *wanted = getenv("TEREN_LANGUAGE");
    const char *list = getenv("LANGUAGE");

    for (size_t i = 0; (wanted == NULL || wanted[0] == '\0') && i < sizeof names / sizeof names[0]; i++) {
        wanted = getenv(names[i]);
        /* The list of languages speaks only to those who want any but the plain "C". */
        if (wanted != NULL && wanted[0] != '\0' && wanted[0] != 'C' && list != NULL && list[0] != '\0')
            wanted = list;
    }
    return catalogue_of_locale(wanted == NULL ? "" : wanted);
}

/* --home, else $TEREN_HOME, else where the system keeps a person's data. NULL: nowhere. */
static const char *home_folder(struct arena *arena, const char *here, size_t argc, const char *const *argv)
{
    const char *home = NULL;
    const char *folder;

    for (size_t i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--home=", 7) == 0)
            home = argv[i] + 7;
        else if (strcmp(argv[i], "--home") == 0 && i + 1 < argc)
            home = argv[++i];
    }
    if (home == NULL && (folder = getenv("TEREN_HOME")) != NULL && folder[0] != '\0')
        home = folder;
    if (home == NULL && (folder = getenv("XDG_DATA_HOME")) != NULL && folder[0] == '/')
        home = arena_format(arena, "%s/teren", folder);
    if (home == NULL && (folder = getenv("HOME")) != NULL && folder[0] == '/')
        home = arena_format(arena, "%s/.local/share/teren", folder);
    if (home == NULL || home[0] == '\0')
        return NULL;
    return files_join(arena, here, home); /* absolute: `run` must not depend on where it was started */
}

int cli_main(const struct cli_world *world, int argc, const char *const *argv)
{
    struct arena arena = {0};
    struct agent agent = {.world = world};
    char here[PATH_MAX];
    size_t count = argc > 0 ? (size_t)argc - 1 : 0;
    struct error err = {0};
    int exit_code;

    agent.words = language();
    umask(077);
    setlocale(LC_CTYPE, "C.UTF-8"); /* for display widths; words and numbers are ours everywhere */
    agent.folder = getcwd(here, sizeof here);
    agent.home = home_folder(&arena, agent.folder, count, argv + 1);
    if (agent.home == NULL || count > ARGUMENTS_MAX) {
        error_set(&err, ERROR_USAGE, "Name a folder with --home DIR.",
                  agent.home == NULL ? N_("there is no home folder") : N_("there are too many words"));
        call_tell_error(&(struct call){.err = stderr, .words = agent.words}, &err);
        exit_code = error_exit_code(err.kind);
    } else {
        exit_code = agent_do(&agent, count, argv + 1, stdout, stderr);
    }
    agent_close(&agent);
    arena_clear(&arena);
    return exit_code;
}
