// SPDX-License-Identifier: Apache-2.0
/* From a command line to a command and back to an exit code.
 *
 * Here:      common options, opening what the command needs, one line for an error.
 * Not here:  the table (commands.c), the commands.
 */
#define _GNU_SOURCE
#include "server-stub/cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server-stub/cli/files.h"
#include "server-stub/cli/print.h"
#include "server-stub/ledger/ledger.h"

bool cli_open_server(struct cli *cli, struct error *err)
{
    struct ledger *ledger = NULL;
    if (!cli->ports->ledger_open(cli->ledger, CLI_LEDGER_EXISTING, &ledger, err))
        return false;
    return server_open(ledger, &cli->ports->server, &cli->server, err);
}

static bool find_command(int argc, const char *const *argv, const struct command **ret, size_t *ret_used, struct error *err)
{
    int near = -1;
    int found = command_find(cli_commands, cli_command_count, sizeof cli_commands[0], (size_t)argc, argv, ret_used, &near);
    if (found >= 0) {
        *ret = &cli_commands[found];
        return true;
    }
    if (argc == 0)
        return error_set(err, ERROR_USAGE, "See `teren-server help`.", "no command was given");
    if (near >= 0)
        return error_set(err, ERROR_USAGE, "See `teren-server help`.", "\"%.60s\" is no command; \"%s\" is near", argv[0],
                         cli_commands[near].text.name);
    return error_set(err, ERROR_USAGE, "See `teren-server help`.", "\"%.60s\" is no command", argv[0]);
}

static bool show_help(const struct command *command, struct error *err)
{
    struct bytes text = {0};
    bool done = help_command(&text, &cli_program, &command->text) && print_bytes(bytes_span(&text), err);
    bytes_clear(&text);
    return done;
}

static bool run_command(struct cli *cli, const struct command *command, struct error *err)
{
    bool done;
    if (command->needs != NEEDS_NOTHING && !folder_find(options_value(&cli->options, "data"), cli->data, cli->ledger, err))
        return false;
    if (command->needs == NEEDS_SERVER && (!folder_act_as_owner(cli->data, err) || !cli_open_server(cli, err)))
        return false;
    done = command->run(cli, err);
    server_close(cli->server);
    cli->server = NULL;
    return done;
}

static bool run_line(struct cli *cli, int argc, const char *const *argv, struct error *err)
{
    static const char *const words_for_help[] = {"help"}, *const words_for_version[] = {"version"};
    const struct command *command = NULL;
    size_t used = 0;

    if (argc == 1 && (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0))
        argv = words_for_help;
    else if (argc == 1 && strcmp(argv[0], "--version") == 0)
        argv = words_for_version;
    if (!find_command(argc, argv, &command, &used, err) || !options_parse(&cli->arena, cli_program.name, &command->text, cli_program.common,
                                                                          (size_t)argc - used, argv + used, &cli->options, err))
        return false;
    cli->json = options_has(&cli->options, "json");
    if (options_has(&cli->options, "help"))
        return show_help(command, err);
    return run_command(cli, command, err);
}

/* One JSON value on stdout, whatever happened. */
static void end_answer(const struct cli *cli, bool done, const struct error *err)
{
    if (!done && !cli->json)
        print_error(err);
    if (!cli->json || (done && !cli->object_open))
        return;
    if (!done) {
        putchar(cli->object_open ? ',' : '{');
        print_error_json(err);
    }
    puts("}");
}

int cli_run(int argc, const char *const *argv, const struct cli_ports *ports)
{
    struct error err = {0};
    struct cli cli = {.ports = ports, .terminal = isatty(STDERR_FILENO) == 1};
    bool done;

    for (int i = 1; i < argc; i++)
        cli.json = cli.json || strcmp(argv[i], "--json") == 0; /* so that a line that cannot be parsed fails in JSON, too */
    done = run_line(&cli, argc - 1, argv + 1, &err);
    end_answer(&cli, done, &err);
    if ((fflush(stdout) != 0 || ferror(stdout)) && done) {
        done = error_set(&err, ERROR_STORAGE, "Look at where the output goes.", "the answer could not be written: %s", strerror(errno));
        print_error(&err);
    }
    arena_clear(&cli.arena);
    return done ? 0 : error_exit_code(err.kind);
}
