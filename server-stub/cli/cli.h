// SPDX-License-Identifier: Apache-2.0
/* The program `teren-server`: commands from one table.
 *
 * Here:      what a command is given, the table, running one command line.
 * Not here:  the domain (server-stub/app), HTTP (server-stub/http), which database (main.c).
 * Several processes: commands work on the ledger beside a running `serve`; they need no road to it. The ledger lets one process write at a
 *            time and nobody else make a checkpoint meanwhile (server-stub/ledger/sqlite.h), and the app keeps nothing in memory that
 * another process could change.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "protocol/options.h"
#include "server-stub/app/server.h"

enum cli_ledger { CLI_LEDGER_EXISTING, CLI_LEDGER_NEW };

struct cli_ports {
    struct server_ports server;
    /* The ledger at `path`; main.c knows which kind. */
    bool (*ledger_open)(const char *path, enum cli_ledger how, struct ledger **ret, struct error *err);
};

enum { CLI_PATH_SIZE = 4096 };

struct cli {
    const struct cli_ports *ports;
    struct options options;
    struct arena arena;         /* lives as long as the command */
    char data[CLI_PATH_SIZE];   /* the data folder */
    char ledger[CLI_PATH_SIZE]; /* the ledger in it */
    struct server *server;      /* open when the command asked for it */
    bool json;
    bool object_open; /* an answer in JSON has begun and is ended by cli_run, with the error in it when there is one */
    bool terminal; /* stderr is one: progress may be drawn */
};

enum command_needs { NEEDS_NOTHING, NEEDS_FOLDER, NEEDS_SERVER };
struct command {
    struct command_text text; /* first: the table is walked by protocol/options.h */
    enum command_needs needs;
    bool (*run)(struct cli *cli, struct error *err);
};
extern const struct command cli_commands[];
extern const size_t cli_command_count;
extern const struct program_text cli_program;

/* Runs one command line; the exit code. */
int cli_run(int argc, const char *const *argv, const struct cli_ports *ports);

/* Opens the ledger and the server on it; cli_run does so for NEEDS_SERVER. */
bool cli_open_server(struct cli *cli, struct error *err);

bool command_init(struct cli *cli, struct error *err);
bool command_serve(struct cli *cli, struct error *err);
bool command_device_code(struct cli *cli, struct error *err);
bool command_device_list(struct cli *cli, struct error *err);
bool command_device_show(struct cli *cli, struct error *err);
bool command_device_revoke(struct cli *cli, struct error *err);
bool command_device_scope(struct cli *cli, struct error *err);
bool command_user_add(struct cli *cli, struct error *err);
bool command_user_list(struct cli *cli, struct error *err);
bool command_verify(struct cli *cli, struct error *err);
bool command_backup(struct cli *cli, struct error *err);
bool command_restore(struct cli *cli, struct error *err);
bool command_export(struct cli *cli, struct error *err);
bool command_bundle(struct cli *cli, struct error *err);
bool command_help(struct cli *cli, struct error *err);
bool command_version(struct cli *cli, struct error *err);

#endif
