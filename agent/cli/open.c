// SPDX-License-Identifier: Apache-2.0
/* The command open: the page in a browser, with `teren run` behind it.
 *
 * Here:      making sure that somebody serves the page; finding a browser.
 * Not here:  serving it (run.c), the launcher (agent/page/token.h).
 */
#define _GNU_SOURCE
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/cli/call.h"
#include "agent/page/token.h"
#include "agent/system/files.h"
#include "agent/system/local.h"
#include "agent/system/start.h"
#include "protocol/json_text.h"

/* `teren run` waits for another command to end (STORE_TRIES_MAX) and repairs what a power cut left before it serves; a browser's starter
 * says soon that it found none, and one that is the browser itself runs on. */
enum { SERVED_WAIT_MS_MAX = 30 * 1000, BROWSER_WAIT_MS_MAX = 3000, LOOK_WAIT_MS = 20, BROWSERS_MAX = 8 };

static enum error_kind kind_of_exit(int exit_code)
{
    for (int kind = ERROR_NONE + 1; kind < ERROR_KINDS; kind++)
        if (error_exit_code((enum error_kind)kind) == exit_code)
            return (enum error_kind)kind;
    return ERROR_STORAGE;
}

/* Starts `teren run` for this home and waits until it listens: it does so after it has begun to serve the page. */
static bool start_run(struct call *call, struct error *err)
{
    char program[PATH_MAX] = "";
    const char *const words[] = {program, "--home", call->agent->home, "run", NULL};
    struct started run = {.said = -1};
    ssize_t size = readlink("/proc/self/exe", program, sizeof program - 1);
    int exit_code = 0;
    bool done = false;

    if (size < 0)
        return error_set(err, ERROR_STORAGE, "Start `teren run` by hand.", "this program could not be found again");
    program[size] = '\0';
    if (!started_begin(words, &run, err))
        goto out;
    for (int waited_ms = 0; waited_ms < SERVED_WAIT_MS_MAX && !done; waited_ms += LOOK_WAIT_MS) {
        if (started_has_ended(&run, &exit_code)) {
            const char *said = started_words(&run, call->arena);

            error_set(err, kind_of_exit(exit_code), "", "`teren run` ended at once: %s", said == NULL ? "" : said);
            goto out;
        }
        done = local_is_served(call->agent->home);
        if (!done)
            poll(NULL, 0, LOOK_WAIT_MS);
    }
    if (!done)
        error_set(err, ERROR_BUSY, "Try again in a minute; `teren doctor` helps to say more.", "`teren run` was not ready after %d seconds",
                  SERVED_WAIT_MS_MAX / 1000);
out:
    started_forget(&run);
    return done;
}

/* file:///home/vesna/... with everything but plain characters as %XX. NULL: no memory. */
static const char *address_of(struct arena *arena, const char *path)
{
    char *address = arena_take(arena, strlen("file://") + 3 * strlen(path) + 1);
    char *to = address;

    if (address == NULL)
        return NULL;
    to += sprintf(to, "file://");
    for (; *path != '\0'; path++) {
        unsigned char byte = (unsigned char)*path;
        bool is_plain =
            (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || strchr("/-_.~", byte) != NULL;

        to += sprintf(to, is_plain ? "%c" : "%%%02X", byte);
    }
    return address;
}

/* True when this program took the address: it ended well, or runs on. *ret_is_there false: there is no such program. */
static bool browser_takes(const char *browser, const char *address, bool *ret_is_there)
{
    const char *const words[] = {browser, address, NULL};
    struct started started;
    struct error ignored = {0};
    int exit_code = 0;
    bool has_ended = false;

    *ret_is_there = started_begin(words, &started, &ignored);
    for (int waited_ms = 0; *ret_is_there && !has_ended && waited_ms < BROWSER_WAIT_MS_MAX; waited_ms += LOOK_WAIT_MS) {
        poll(NULL, 0, LOOK_WAIT_MS);
        has_ended = started_has_ended(&started, &exit_code);
    }
    started_forget(&started);
    return *ret_is_there && exit_code == 0;
}

/* $BROWSER as xdg-open and others read it (names parted by ':'), then what the system has. */
static bool open_browser(struct call *call, const char *path, struct error *err)
{
    const char *chosen = getenv("BROWSER");
    const char *address = address_of(call->arena, path);
    char *names = arena_format(call->arena, "%s%sxdg-open:sensible-browser", chosen == NULL ? "" : chosen,
                               chosen == NULL || chosen[0] == '\0' ? "" : ":");
    bool any = false;
    char *rest = names;

    if (address == NULL || names == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs, then try again.", "no memory was left to start a browser");
    for (char *name = strtok_r(names, ":", &rest); name != NULL; name = strtok_r(NULL, ":", &rest)) {
        bool is_there;

        if (browser_takes(name, address, &is_there))
            return true;
        any = any || is_there;
    }
    if (any)
        return error_set(err, ERROR_NOT_FOUND, "Open this file in a browser on this tablet.", "no browser took %s", path);
    return error_set(err, ERROR_NOT_FOUND, "Open the file that `teren open --print` names in any browser on this tablet.",
                     "there was neither $BROWSER nor xdg-open to open %s with", path);
}

bool command_open(struct call *call, struct error *err)
{
    const char *path = launcher_path(call->arena, call->agent->home);
    const char *store = agent_store_path(call->agent, call->arena);

    if (call->agent->serving || call->agent->store != NULL)
        return error_set(err, ERROR_USAGE, "Call it on its own.", "open was asked for within another command");
    if (path == NULL || store == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs, then try again.", "no memory was left to open the page");
    if (!files_exists(store))
        return error_set(err, ERROR_NOT_FOUND, "Make one with `teren init`, or name another folder with --home.", "there is no store at %s",
                         store);
    if (!local_is_served(call->agent->home) && !start_run(call, err))
        return false;
    if (launcher_port(call->agent->home) == 0)
        return error_set(err, ERROR_NOT_FOUND, "Stop it, then start it without --no-page: it says what is in the way.",
                         "the `teren run` that is there serves no page");
    if (options_has(&call->options, "print")) {
        struct json_text json = {0};

        if (!call->json)
            return fprintf(call->out, "%s\n", path) > 0;
        json_open(&json, NULL, '{');
        json_put_text(&json, "launcher", path);
        json_shut(&json, '}');
        return json_print(&json, call->out);
    }
    return open_browser(call, path, err);
}
