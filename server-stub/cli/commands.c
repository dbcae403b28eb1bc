// SPDX-License-Identifier: Apache-2.0
/* The table of commands: what `teren-server` can do, and what help and manual say about it.
 *
 * Here:      names, words, options, summaries.
 * Not here:  doing it: one file per command.
 */
#include "server-stub/cli/cli.h"

static const struct option_row common_options[] = {
    {"data", "DIR", "the data folder", false},
    {"json", NULL, "answer in JSON", false},
    {"help", NULL, "show this help", false},
    {NULL, NULL, NULL, false},
};

const struct program_text cli_program = {
    .name = "teren-server",
    .version = TEREN_VERSION,
    .summary = "the central endpoint of Teren",
    .description = "Devices record activities and attendance with no network and send their change logs here when they have one. The "
                   "server takes every "
                   "well-formed segment into custody, merges it field by field, and gives each device the rows of its scope.\n\n"
                   "Everything is in one data folder. Commands may be used beside a running `serve`. Run by root, a command acts as the "
                   "owner of the folder.",
    .common = common_options,
    .environment =
        "TEREN_SERVER_DATA names the data folder where --data does not. NOTIFY_SOCKET and WATCHDOG_USEC are those of sd_notify(3).",
    .files =
        "The data folder is /var/lib/teren-server for root and ~/.local/share/teren-server for others. It holds ledger.db with the files "
        "that SQLite keeps beside it; copy it with `teren-server backup` only.",
    .see_also = "teren(1)",
};

static const struct option_row init_options[] = {
    {"name", "NAME", "what the association is called", false},
    {"if-missing", NULL, "it is well when there is one already", false},
    {NULL, NULL, NULL, false},
};
static const struct option_row serve_options[] = {
    {"listen", "ADDR:PORT", "where to listen (127.0.0.1:8470); port 0 takes a free one", false},
    {"tls-cert", "FILE", "certificate chain, PEM", false},
    {"tls-key", "FILE", "its private key, PEM", false},
    {"behind-proxy", NULL, "a proxy that does TLS is in front: plain HTTP and any Host are meant", false},
    {"host", "HOST", "answer to this Host only, with the port if not the usual one; on loopback else only to its own names", true},
    {"verbose", NULL, "a line for every request", false},
    {NULL, NULL, NULL, false},
};
static const struct option_row code_options[] = {
    {"municipality", "CODE", "where the device is; also its scope when no --scope is given", false},
    {"scope", "GRANT", "what it may hold: RS-BUJ, lnob/RS-BUJ, lnob/*, or * for everything", true},
    {"valid-hours", "N", "how long the code may be used (24)", false},
    {NULL, NULL, NULL, false},
};
static const struct option_row revoke_options[] = {{"undo", NULL, "let it in again", false}, {NULL, NULL, NULL, false}};
static const struct option_row user_options[] = {{"role", "ROLE", "coordinator, auditor or administrator", false},
                                                 {NULL, NULL, NULL, false}};
static const struct option_row restore_options[] = {{"anyway", NULL, "even when verify finds something", false}, {NULL, NULL, NULL, false}};
static const struct option_row export_options[] = {{"with-removed", NULL, "removed rows too", false}, {NULL, NULL, NULL, false}};
static const struct option_row bundle_options[] = {{"reply", "FILE", "where the reply bundle goes", false}, {NULL, NULL, NULL, false}};
static const struct option_row help_options[] = {{"man", NULL, "the manual page, for man(1)", false}, {NULL, NULL, NULL, false}};

const struct command cli_commands[] = {
    {{"init", "", 0, 0, init_options, "make a new association in an empty data folder",
      "Makes the ledger with its own signing key. Devices are tied to this key when they enrol: keep backups.",
      "teren-server init --name \"Mreza nastavnika\""},
     NEEDS_FOLDER,
     command_init},
    {{"serve", "", 0, 0, serve_options, "answer devices until stopped",
      "Prints \"ready on URL\" when it listens. SIGTERM or SIGINT stops it: running requests are finished first. Personal data never "
      "travels in "
      "clear: an address other than loopback needs TLS, or --behind-proxy where a proxy does it. /healthz tells whether the ledger can be "
      "written; /metrics (Prometheus) answers loopback only.",
      "teren-server serve --listen 0.0.0.0:8470 --tls-cert cert.pem --tls-key key.pem"},
     NEEDS_FOLDER,
     command_serve},
    {{"device code", "NAME", 1, 1, code_options, "make a code that enrols one device once",
      "Type the code on the device: teren enrol URL CODE. Asking again for the same name gives a new code; the device keeps its name and "
      "history. Enrolling a device again with a fresh code is always well. A municipality that no list has is noted.",
      "teren-server device code tablet-rs-buj-1 --municipality RS-BUJ"},
     NEEDS_SERVER,
     command_device_code},
    {{"device list", "", 0, 0, NULL, "list devices with what they have sent and what waits on them", NULL, NULL},
     NEEDS_SERVER,
     command_device_list},
    {{"device show", "NAME", 1, 1, NULL, "show one device", NULL, "teren-server device show tablet-rs-buj-1"},
     NEEDS_SERVER,
     command_device_show},
    {{"device revoke", "NAME", 1, 1, revoke_options, "refuse a device from now on",
      "What it has sent stays. It keeps recording and keeps what it holds; it is told that a person is needed.",
      "teren-server device revoke tablet-rs-buj-1"},
     NEEDS_SERVER,
     command_device_revoke},
    {{"device scope", "NAME GRANT...", 2, 1 + GRANTS_MAX, NULL, "set what a device may hold",
      "The new grants replace the old ones; the difference travels with the next sync. What the device has not sent yet is taken all the "
      "same.",
      "teren-server device scope tablet-rs-buj-1 RS-BUJ lnob/RS-VRA"},
     NEEDS_SERVER,
     command_device_scope},
    {{"user add", "NAME", 1, 1, user_options, "add a person who may log in, or set a new password",
      "The password is asked for twice on a terminal, else read from the first line of standard input.",
      "teren-server user add milena --role coordinator"},
     NEEDS_SERVER,
     command_user_add},
    {{"user list", "", 0, 0, NULL, "list the people who may log in", NULL, NULL}, NEEDS_SERVER, command_user_list},
    {{"verify", "", 0, 0, NULL, "prove that the ledger is whole",
      "Walks ledger, chains, signatures, state, feed and digests, and replays the ledger into a fresh state to compare. Each finding is "
      "one line.",
      NULL},
     NEEDS_SERVER,
     command_verify},
    {{"backup", "FILE", 1, 1, NULL, "copy the ledger while it runs, and verify the copy",
      "The copy is proven as by `verify`; a damaged one is refused. Devices may forget what is in a verified backup, not before. FILE must "
      "not exist yet.",
      "teren-server backup /srv/backups/2024-05-02.db"},
     NEEDS_SERVER,
     command_backup},
    {{"restore", "FILE", 1, 1, restore_options, "make an empty data folder out of a backup",
      "The restored ledger gets a new epoch: devices notice and send again what the backup lacks.",
      "teren-server restore /srv/backups/2024-05-02.db"},
     NEEDS_FOLDER,
     command_restore},
    {{"export", "DIR", 1, 1, export_options, "write one CSV file per entity",
      "UTF-8 with a byte order mark, RFC 4180, cells that a spreadsheet would run are defused. Rows are named by their codes where they "
      "have one.",
      "teren-server export ./export"},
     NEEDS_SERVER,
     command_export},
    {{"bundle", "FILE", 1, 1, bundle_options, "take a bundle that came on a stick, and write its reply", NULL,
      "teren-server bundle tablet.teren --reply reply.teren"},
     NEEDS_SERVER,
     command_bundle},
    {{"help", "[COMMAND]", 0, 3, help_options, "tell about the commands", NULL, "teren-server help device code"},
     NEEDS_NOTHING,
     command_help},
    {{"version", "", 0, 0, NULL, "print the version", NULL, NULL}, NEEDS_NOTHING, command_version},
};
const size_t cli_command_count = sizeof cli_commands / sizeof cli_commands[0];
