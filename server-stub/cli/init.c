// SPDX-License-Identifier: Apache-2.0
/* `init`, `help`, `version`: what needs no server.
 *
 * Here:      making a data folder; telling about the program.
 * Not here:  what an association is made of (server-stub/app).
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server-stub/cli/cli.h"
#include "server-stub/cli/files.h"
#include "server-stub/cli/print.h"
#include "server-stub/ledger/ledger.h"

bool command_init(struct cli *cli, struct error *err)
{
    const char *name = options_value(&cli->options, "name");
    struct ledger *ledger = NULL;
    bool done;

    if (file_exists(cli->ledger) && options_has(&cli->options, "if-missing"))
        return true;
    if (file_exists(cli->ledger))
        return error_set(err, ERROR_INVALID, "Use it with `teren-server serve`, or name another folder with --data.",
                         "%s already holds an association", cli->data);
    if (!folder_make(cli->data, err) || !folder_act_as_owner(cli->data, err) ||
        !cli->ports->ledger_open(cli->ledger, CLI_LEDGER_NEW, &ledger, err))
        return false;
    done = server_init(ledger, &cli->ports->server, name != NULL ? name : "", err);
    ledger->close(ledger);
    if (!done)
        return false;
    if (cli->json) {
        fputs("{\"data\":", stdout);
        print_json_text(cli->data);
        fputs("}\n", stdout);
    } else {
        printf("made a new association in %s\nnext: teren-server serve, and teren-server device code NAME --municipality CODE\n",
               cli->data);
    }
    return true;
}

bool command_help(struct cli *cli, struct error *err)
{
    struct bytes text = {0};
    size_t used = 0;
    int found =
        command_find(cli_commands, cli_command_count, sizeof cli_commands[0], cli->options.word_count, cli->options.words, &used, NULL);
    bool done;

    if (options_has(&cli->options, "man"))
        done = help_manual(&text, &cli_program, cli_commands, cli_command_count, sizeof cli_commands[0]);
    else if (found >= 0)
        done = help_command(&text, &cli_program, &cli_commands[found].text);
    else if (cli->options.word_count > 0)
        return error_set(err, ERROR_USAGE, "See `teren-server help`.", "\"%.60s\" is no command", cli->options.words[0]);
    else
        done = help_program(&text, &cli_program, cli_commands, cli_command_count, sizeof cli_commands[0]);
    if (!done)
        error_set(err, ERROR_MEMORY, "Close other programs.", "no memory was left for the help");
    done = done && print_bytes(bytes_span(&text), err);
    bytes_clear(&text);
    return done;
}

bool command_version(struct cli *cli, struct error *err)
{
    (void)err;
    fputs(cli->json ? "{\"version\":\"" TEREN_VERSION "\"}\n" : "teren-server " TEREN_VERSION "\n", stdout);
    return true;
}
