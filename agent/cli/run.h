// SPDX-License-Identifier: Apache-2.0
/* What run.c and run_serve.c share: the daemon's state.
 *
 * Not here:  anything for others.
 */
#ifndef AGENT_CLI_RUN_H
#define AGENT_CLI_RUN_H

#include "agent/cli/call.h"
#include "agent/page/serve.h"
#include "agent/sync/drive.h"
#include "agent/system/courier.h"
#include "protocol/schedule.h"

enum {
    WAITERS_MAX = 16,
    REOPEN_WAIT_MS_MIN = 1000, /* between two tries to open a broken store again: twice as long each time */
    REOPEN_WAIT_MS_MAX = 60 * 1000,
};

/* A `teren sync` that waits for the session's end. */
struct waiter {
    int connection;
    FILE *out, *err;
    const struct catalogue *words;
    bool json;
};

struct runner {
    struct agent agent; /* its world goes through the courier */
    struct cli_world world;
    const struct cli_world *outer;
    int signals, link, listener;
    struct courier *courier;           /* while a session runs */
    uint64_t wire_sent, wire_received; /* of the last session */
    struct sync *sync;                 /* NULL between sessions */
    struct schedule schedule;          /* on the uptime clock */
    struct page_world page_world;
    struct serve *serve; /* the tablet's page; NULL with --no-page */
    bool with_page;
    int page_port; /* as serve_start() takes it */
    struct error page_error; /* why there is no page */
    bool stopping;
    int64_t reopen_ms, reopen_wait_ms; /* a broken store: when it is opened again (uptime), and what was waited for that */
    bool on_the_road; /* a command (enrol) waits for its own exchange; others are served meanwhile */
    bool sync_wanted; /* somebody asked for a session now */
    struct waiter waiters[WAITERS_MAX];
    size_t waiter_count;
};

int64_t runner_now_ms(const struct runner *runner); /* uptime */
/* Begins to serve the page, and writes where into the launcher; with --no-page takes the launcher away. False when a port that somebody
 * asked for could not be had. Whatever else keeps the page away goes into page_error, and `run` delivers without it. */
bool runner_page(struct runner *runner, struct error *err);
/* Takes one local command off the listener and does it. */
void runner_serve(struct runner *runner);
/* Tells everybody who waits for a sync how many exchanges there were. */
void runner_tell_waiters(const struct runner *runner, uint64_t exchanges);
/* Answers everybody who waits for a sync. */
void runner_answer_waiters(struct runner *runner, const struct session_outcome *outcome, const struct error *why);
/* Starts a courier with the real road. */
bool runner_courier(struct runner *runner, struct courier **ret, struct error *err);
/* A transport that carries each exchange by a courier of its own: for commands within `run` that talk to the server (enrol). */
bool runner_road(void *self, const char *ca_file, struct transport *ret, struct error *err);

#endif
