// SPDX-License-Identifier: Apache-2.0
/* `verify`, `backup`, `restore`, `bundle`: keeping what was given into custody.
 *
 * Here:      findings and progress shown; a data folder made out of a backup.
 * Not here:  what is checked (server-stub/app), how a database is copied (server-stub/ledger).
 * Order      restore works on "ledger.db.restoring" and gives it its name at the very end: killed before, the folder is still empty to
 *            everybody else and the command can be run again.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server-stub/cli/cli.h"
#include "server-stub/cli/files.h"
#include "server-stub/cli/print.h"
#include "server-stub/ledger/ledger.h"

enum { BUNDLE_BYTES_MAX = MESSAGE_BYTES_MAX + 4096 };

struct watch {
    const struct cli *cli;
    const char *what;
    uint64_t findings;
};

static void show_finding(void *context, const char *finding)
{
    struct watch *watch = context;
    if (!watch->cli->json) {
        printf("%s\n", finding);
    } else {
        fputs(watch->findings > 0 ? ",\n" : "", stdout);
        print_json_text(finding);
    }
    watch->findings++;
}

static void show_progress(void *context, uint64_t done, uint64_t total)
{
    const struct watch *watch = context;
    print_progress(watch->cli->terminal, watch->what, done, total);
}

/* Two rounds: pages, then the proof. */
static void show_backup(void *context, uint64_t done, uint64_t total)
{
    struct watch *watch = context;
    show_progress(context, done, total);
    if (done >= total)
        watch->what = "verifying the copy";
}

static bool run_verify(struct cli *cli, struct error *err)
{
    struct watch watch = {.cli = cli, .what = "verifying"};
    uint64_t findings = 0;
    bool done;

    fputs(cli->json ? "{\"findings\":[" : "", stdout);
    cli->object_open = cli->json;
    done = server_verify(cli->server, show_finding, show_progress, &watch, &findings, err);
    if (cli->json)
        printf("],\"whole\":%s", done && findings == 0 ? "true" : "false");
    if (done && findings > 0)
        return error_set(err, ERROR_CORRUPT, "Keep this folder as it is, and restore the latest backup into another.",
                         "verify found %" PRIu64 " things that are not as they were written", findings);
    return done;
}

bool command_verify(struct cli *cli, struct error *err)
{
    struct server_counters counters = {0};
    if (!run_verify(cli, err))
        return false;
    server_counters(cli->server, &counters);
    if (!cli->json)
        printf("all is well: %" PRIu64 " segments, %" PRIu64 " changes, %" PRIu64 " rows\n", counters.segments, counters.changes,
               counters.rows);
    return true;
}

bool command_backup(struct cli *cli, struct error *err)
{
    struct watch watch = {.cli = cli, .what = "copying"};
    const char *path = cli->options.words[0];
    struct stat info = {.st_size = 0};

    if (file_exists(path))
        return error_set(err, ERROR_INVALID, "Choose another name, or move it away: a backup never replaces one.", "%s is there already",
                         path);
    if (!server_backup(cli->server, path, show_backup, &watch, err))
        return false;
    stat(path, &info);
    if (cli->json) {
        fputs("{\"backup\":", stdout);
        print_json_text(path);
        printf(",\"bytes\":%lld,\"verified\":true}\n", (long long)info.st_size);
    } else {
        printf("%s: %lld bytes, verified\n", path, (long long)info.st_size);
    }
    return true;
}

static bool make_whole_again(struct cli *cli, const char *path, struct error *err)
{
    struct ledger *ledger = NULL;
    struct error found = {0};
    bool done;

    if (!cli->ports->ledger_open(path, CLI_LEDGER_EXISTING, &ledger, err))
        return false;
    done = server_restored(ledger, &cli->ports->server, err);
    if (!done) {
        ledger->close(ledger);
        return false;
    }
    if (!server_open(ledger, &cli->ports->server, &cli->server, err))
        return false;
    done = run_verify(cli, &found);
    server_close(cli->server);
    cli->server = NULL;
    if (done || options_has(&cli->options, "anyway"))
        return true;
    return error_set(err, found.kind, "Try an older backup, or --anyway to use this one as it is.", "the backup was not restored: %s",
                     found.cause);
}

bool command_restore(struct cli *cli, struct error *err)
{
    static const char *const beside[] = {"", "-wal", "-shm", "-lock", ".part"};
    const char *working = arena_format(&cli->arena, "%s.restoring", cli->ledger);
    bool done = false;

    if (working == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory was left to restore");
    if (file_exists(cli->ledger))
        return error_set(err, ERROR_INVALID, "Name an empty folder with --data; nothing is ever restored over a ledger.",
                         "%s already holds a ledger", cli->data);
    if (!folder_make(cli->data, err) || !folder_act_as_owner(cli->data, err) || !file_copy(cli->options.words[0], working, err))
        goto out;
    if (!make_whole_again(cli, working, err))
        goto out;
    if (file_exists(arena_format(&cli->arena, "%s-wal", working)) &&
        !error_set(err, ERROR_STORAGE, "Try again.", "the restored ledger could not be closed cleanly"))
        goto out;
    if (rename(working, cli->ledger) != 0) {
        error_set(err, ERROR_STORAGE, "Check who may write there.", "%s could not be named: %s", cli->ledger, strerror(errno));
        goto out;
    }
    if (!cli->json)
        printf("restored into %s with a new epoch: devices will send again what the backup lacks\n", cli->data);
    done = true;
out:
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
        const char *path = arena_format(&cli->arena, "%s%s", working, beside[i]);
        if (path != NULL)
            unlink(path);
    }
    return done;
}

bool command_bundle(struct cli *cli, struct error *err)
{
    const char *to = options_value(&cli->options, "reply");
    struct bytes bundle = {0}, reply = {0};
    bool done = false;

    if (to == NULL)
        return error_set(err, ERROR_USAGE, "Give --reply FILE: without its receipts the device must keep everything.",
                         "no place was given for the reply to %s", cli->options.words[0]);
    if (!file_read(cli->options.words[0], BUNDLE_BYTES_MAX, &bundle, err) ||
        !server_bundle(cli->server, bytes_span(&bundle), &reply, err) || !file_write(to, bytes_span(&reply), err))
        goto out;
    if (cli->json) {
        fputs("{\"reply\":", stdout);
        print_json_text(to);
        fputs("}\n", stdout);
    } else {
        printf("taken; the reply is in %s: carry it back to the device\n", to);
    }
    done = true;
out:
    bytes_clear(&bundle);
    bytes_clear(&reply);
    return done;
}
