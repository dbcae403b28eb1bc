// SPDX-License-Identifier: Apache-2.0
/* One command on its way: what cli.c, the commands and `teren run` share.
 *
 * Here:      the agent of one home, one call, the table of commands.
 * Not here:  anything for others: they include cli.h.
 */
#ifndef AGENT_CLI_CALL_H
#define AGENT_CLI_CALL_H

#include <stdio.h>

#include "agent/cli/cli.h"
#include "agent/cli/sheet.h"
#include "agent/store/store.h"
#include "protocol/catalogue.h"
#include "protocol/options.h"

#define AGENT_NAME "teren " TEREN_VERSION

struct agent {
    const struct cli_world *world;
    const char *home;
    const char *folder;  /* where this process was started: relative paths begin there */
    const struct catalogue *words; /* the language of whoever started it */
    struct store *store; /* NULL until a command needs it */
    bool serving;        /* this process is `teren run` */
    bool introduced;     /* the server was told our version in this process */
};

struct command;
struct call {
    struct agent *agent;
    const struct command *command;
    struct options options;
    struct arena *arena; /* lives as long as the call */
    FILE *out, *err;
    const char *folder; /* relative paths start here */
    const char *author; /* a person's row id, "" unknown */
    const struct catalogue *words; /* what people read goes through say(); with --json it is English */
    bool json;
    int exit_code; /* what the program ends with when the command went well */
    struct sheet *lines; /* with --json: wrong lines, told beside the error; NULL: none */
};

enum command_flags {
    COMMAND_STORE = 1,  /* works on the open store; goes to `teren run` when that holds it */
    COMMAND_WRITES = 2, /* may record something: sync soon */
    COMMAND_ALONE = 4,  /* not within a batch or `teren run` */
};
struct command {
    struct command_text text; /* first: the shared parser reads it */
    unsigned flags;
    bool (*run)(struct call *call, struct error *err);
    const struct entity *entity; /* of "person add" and the like; else NULL */
};

/* All commands, those of the entities included. Made once per process. */
struct command_table {
    const struct command *rows;
    size_t count;
};
const struct command_table *command_table(void); /* NULL: no memory */
extern const struct program_text cli_program;

/* Finds command and options in argv (what follows the program's name; --home and the like may stand before the command). With *ret_help the
 * command is not to be run but explained. */
bool call_parse(struct call *call, size_t argc, const char *const *argv, bool *ret_help, struct error *err);
/* Prints help, or runs the command and prints its error; gives the exit code. The store must be open if the command needs it. */
int call_perform(struct call *call, bool help);
/* Parses and performs; opens the store or asks `teren run` as needed. */
int agent_do(struct agent *agent, size_t argc, const char *const *argv, FILE *out, FILE *err);
bool agent_open(struct agent *agent, struct error *err);
/* How often it is tried, and how long is waited between tries, while another command is at work: 2 to 7 s (the store itself waits 250 ms
 * where SQLite lets it). An import of 50,000 lines takes 3 s. */
enum { STORE_TRIES_MAX = 20, STORE_TRY_WAIT_MS = 100 };
void agent_close(struct agent *agent);
const char *agent_store_path(const struct agent *agent, struct arena *arena);
/* The CA file that `enrol --ca` left in the home folder; NULL when there is none. */
const char *agent_ca_file(const struct agent *agent, struct arena *arena);
void call_tell_error(const struct call *call, const struct error *err);

/* The commands, a file each (or a few that belong together). */
bool command_init(struct call *call, struct error *err);
bool command_enrol(struct call *call, struct error *err);
bool command_import(struct call *call, struct error *err);
bool command_import_webinar(struct call *call, struct error *err);
bool command_add(struct call *call, struct error *err);
bool command_list(struct call *call, struct error *err);
bool command_show(struct call *call, struct error *err);
bool command_edit(struct call *call, struct error *err);
bool command_remove(struct call *call, struct error *err);
bool command_mark(struct call *call, struct error *err);
bool command_unmark(struct call *call, struct error *err);
bool command_undo(struct call *call, struct error *err);
bool command_holder(struct call *call, struct error *err);
bool command_sync(struct call *call, struct error *err);
bool command_run(struct call *call, struct error *err);
bool command_open(struct call *call, struct error *err);
bool command_status(struct call *call, struct error *err);
bool command_conflicts(struct call *call, struct error *err);
bool command_conflicts_settle(struct call *call, struct error *err);
bool command_attendance_list(struct call *call, struct error *err);
bool command_report(struct call *call, struct error *err);
bool command_duplicates(struct call *call, struct error *err);
bool command_person_similar(struct call *call, struct error *err);
bool command_export(struct call *call, struct error *err);
bool command_bundle_export(struct call *call, struct error *err);
bool command_bundle_import(struct call *call, struct error *err);
bool command_verify(struct call *call, struct error *err);
bool command_doctor(struct call *call, struct error *err);
bool command_mend(struct call *call, struct error *err);
bool command_batch(struct call *call, struct error *err);
bool command_help(struct call *call, struct error *err);
bool command_version(struct call *call, struct error *err);

/* How a sync went, in words or JSON; err gets why it did not end well. Shared by `sync` and `run`. */
bool sync_tell(struct call *call, const struct session_outcome *outcome, uint64_t wire_sent, uint64_t wire_received, struct error *err);

#endif
