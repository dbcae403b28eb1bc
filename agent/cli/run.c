// SPDX-License-Identifier: Apache-2.0
/* The command run: one loop over the kernel's news, the other commands, the courier and the timers.
 *
 * Here:      when a session starts, its steps, its end; signals; telling the service manager.
 * Not here:  the waiting times (protocol/schedule.h), the session's steps (agent/sync/drive.h), commands (run_serve.c).
 */
#define _GNU_SOURCE
#include "agent/cli/run.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "agent/app/status.h"
#include "agent/system/link.h"
#include "agent/system/local.h"
#include "agent/system/notify.h"

enum { SLEEP_MS_MAX = 3600 * 1000 };

int64_t runner_now_ms(const struct runner *runner)
{
    return runner->agent.world->clock.uptime_ms(runner->agent.world->clock.self);
}

static uint64_t random_of(const struct runner *runner)
{
    uint64_t random = 0;

    runner->agent.world->chance.fill(runner->agent.world->chance.self, &random, sizeof random);
    return random;
}

static void tell_manager(struct runner *runner)
{
    struct status status;
    struct error err = {0};
    char text[256];

    if (!status_read(runner->agent.store, &runner->agent.world->clock, true, &status, &err))
        return;
    if (!status.identity.enrolled)
        snprintf(text, sizeof text, "STATUS=Recording; not enrolled yet.");
    else if (status.counts.waiting == 0)
        snprintf(text, sizeof text, "STATUS=Everything is delivered.");
    else
        snprintf(text, sizeof text, "STATUS=%llu changes wait to be delivered.", (unsigned long long)status.counts.waiting);
    notify_send(text);
}

/* What the last process left: how often it failed, and when it would have tried again. */
static void schedule_load(struct runner *runner)
{
    struct store_sync_state state = {0};
    struct store_counts counts;
    struct error err = {0};
    int64_t wait_ms = 0;

    if (store_sync_state(runner->agent.store, &state, &err))
        wait_ms = state.next_attempt_ms - runner->agent.world->clock.wall_ms(runner->agent.world->clock.self);
    /* The wall may have jumped meanwhile: it never makes us wait longer than the longest backoff. */
    wait_ms = wait_ms < 0 ? 0 : wait_ms > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : wait_ms;
    runner->schedule = (struct schedule){.failures = state.failures, .next_attempt_ms = runner_now_ms(runner) + wait_ms};
    /* Recorded before this process began, or while a session was past its last question: nobody else would say so. */
    if (store_counts(runner->agent.store, &counts, &err) && counts.waiting > 0)
        schedule_changed(&runner->schedule, runner_now_ms(runner));
}

static bool is_enrolled(struct runner *runner)
{
    struct store_identity identity;
    struct error err = {0};

    return store_identity(runner->agent.store, &identity, &err) && identity.enrolled;
}

static void session_end(struct runner *runner)
{
    struct session_outcome outcome = {0};
    struct error err = {0};

    courier_traffic(runner->courier, &runner->wire_sent, &runner->wire_received);
    courier_stop(runner->courier);
    runner->courier = NULL;
    if (sync_end(runner->sync, &outcome, &err) && !outcome.complete)
        err = outcome.error;
    sync_destroy(runner->sync);
    runner->sync = NULL;
    schedule_load(runner); /* sync_end has written when to try next */
    if (outcome.complete && outcome.rounds > 0)
        runner->agent.introduced = true;
    runner_answer_waiters(runner, &outcome, &err);
    tell_manager(runner);
    malloc_trim(0); /* a long session's memory goes back: this program is to be small while it waits */
}

/* Hands the session's request to the courier, or ends the session when it has none. */
static void session_step(struct runner *runner)
{
    while (runner->sync != NULL) {
        struct error why = {0};

        if (!sync_wants_exchange(runner->sync)) {
            session_end(runner);
            return;
        }
        if (courier_send(runner->courier, sync_url(runner->sync), SYNC_PATH, sync_request(runner->sync), &why))
            return;
        sync_failed(runner->sync, &why, 0);
    }
}

static void session_begin(struct runner *runner)
{
    struct sync_options options = {
        .clock = runner->agent.world->clock, .chance = runner->agent.world->chance, .agent = runner->agent.introduced ? "" : AGENT_NAME};
    struct session_outcome none = {0};
    struct error why = {0};

    runner->sync_wanted = false;
    if (runner_courier(runner, &runner->courier, &why) && sync_begin(runner->agent.store, &options, &runner->sync, &why)) {
        session_step(runner);
    } else {
        courier_stop(runner->courier);
        runner->courier = NULL;
        schedule_failed(&runner->schedule, runner_now_ms(runner), 0, random_of(runner));
        runner_answer_waiters(runner, &none, &why);
    }
}

static void courier_came(struct runner *runner)
{
    struct bytes reply = {0};
    struct error why = {0};
    int64_t retry_after_ms = 0;

    switch (courier_read(runner->courier, &reply, &retry_after_ms, &why)) {
    case COURIER_WAITING:
        return;
    case COURIER_ANSWERED:
        sync_answered(runner->sync, bytes_span(&reply));
        break;
    case COURIER_FAILED:
        sync_failed(runner->sync, &why, retry_after_ms);
        break;
    }
    bytes_clear(&reply);
    if (sync_wants_exchange(runner->sync))
        runner_tell_waiters(runner, sync_rounds(runner->sync));
    session_step(runner);
}

/* After an I/O error nothing of the store is believed until it was opened again: that is done here, where nobody is in the middle of
 * anything, and the page and the commands go on. While the disk fails it is tried again and again, more and more rarely. */
static void reopen_if_broken(struct runner *runner)
{
    struct error err = {0};

    if (!store_is_broken(runner->agent.store) || runner_now_ms(runner) < runner->reopen_ms)
        return;
    if (runner->sync != NULL) {
        error_set(&err, ERROR_STORAGE, "Check that the disk is healthy and not full, and that the folder is yours, then try again.",
                  "the store %s had an I/O error and must be opened again", runner->agent.home);
        sync_failed(runner->sync, &err, 0);
        session_end(runner);
        error_clear(&err);
    }
    if (store_reopen(runner->agent.store, &err)) {
        runner->reopen_ms = runner->reopen_wait_ms = 0;
        schedule_load(runner);
        tell_manager(runner);
        return;
    }
    runner->reopen_wait_ms = runner->reopen_wait_ms == 0 ? REOPEN_WAIT_MS_MIN : 2 * runner->reopen_wait_ms;
    if (runner->reopen_wait_ms > REOPEN_WAIT_MS_MAX)
        runner->reopen_wait_ms = REOPEN_WAIT_MS_MAX;
    runner->reopen_ms = runner_now_ms(runner) + runner->reopen_wait_ms;
    notify_send("STATUS=The disk fails: nothing can be recorded.");
}

static void link_came(struct runner *runner)
{
    struct store_sync_state state = {0};
    struct error err = {0};

    if (link_read(runner->link) && store_sync_state(runner->agent.store, &state, &err))
        schedule_link_up(&runner->schedule, runner_now_ms(runner), state.spread_ms, random_of(runner));
}

static int sleep_ms(const struct runner *runner)
{
    int64_t until_ms = store_is_broken(runner->agent.store) && runner->reopen_ms < runner->schedule.next_attempt_ms
                           ? runner->reopen_ms
                           : runner->schedule.next_attempt_ms;
    int64_t wait_ms = until_ms - runner_now_ms(runner);
    int page_ms = serve_wait_ms(runner->serve);

    if (runner->sync != NULL)
        return page_ms; /* the courier has its own time-outs */
    wait_ms = wait_ms < 0 ? 0 : wait_ms > SLEEP_MS_MAX ? SLEEP_MS_MAX : wait_ms;
    return page_ms >= 0 && page_ms < wait_ms ? page_ms : (int)wait_ms;
}

static bool loop(struct runner *runner, struct error *err)
{
    while (!runner->stopping) {
        reopen_if_broken(runner);
        struct pollfd files[] = {
            {.fd = runner->signals, .events = POLLIN},
            {.fd = runner->listener, .events = POLLIN},
            {.fd = runner->link, .events = POLLIN},
            {.fd = runner->courier == NULL ? -1 : courier_descriptor(runner->courier), .events = POLLIN},
            {.fd = serve_descriptor(runner->serve), .events = POLLIN},
        };

        if (runner->sync == NULL && (runner->sync_wanted || runner_now_ms(runner) >= runner->schedule.next_attempt_ms)) {
            if (is_enrolled(runner) || runner->sync_wanted)
                session_begin(runner);
            else
                runner->schedule.next_attempt_ms = runner_now_ms(runner) + SLEEP_MS_MAX;
            continue;
        }
        if (poll(files, sizeof files / sizeof files[0], sleep_ms(runner)) < 0 && errno != EINTR)
            return error_set(err, ERROR_STORAGE, "Start it again.", "cannot wait for news: %s", strerror(errno));
        runner->stopping = (files[0].revents & POLLIN) != 0;
        if (files[3].revents != 0 && runner->sync != NULL)
            courier_came(runner);
        if ((files[2].revents & POLLIN) != 0)
            link_came(runner);
        if ((files[1].revents & POLLIN) != 0)
            runner_serve(runner);
        serve_go_on(runner->serve);
    }
    return true;
}

static bool runner_start(struct runner *runner, struct error *err)
{
    sigset_t stops;

    sigemptyset(&stops);
    sigaddset(&stops, SIGTERM);
    sigaddset(&stops, SIGINT);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &stops, NULL) != 0 || (runner->signals = signalfd(-1, &stops, SFD_CLOEXEC | SFD_NONBLOCK)) < 0)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "cannot listen for signals: %s", strerror(errno));
    /* The store first: who holds it is the one who serves. A command that is just at work is waited for: at boot nobody starts us again. */
    for (int tries = 0; tries < STORE_TRIES_MAX; tries++) {
        if (local_is_served(runner->agent.home))
            return error_set(err, ERROR_BUSY, "Use it, or stop it first.", "`teren run` is running already for %s", runner->agent.home);
        error_clear(err);
        if (agent_open(&runner->agent, err))
            break;
        if (err->kind != ERROR_BUSY)
            return false;
        poll(NULL, 0, STORE_TRY_WAIT_MS);
    }
    /* The page before the socket: who finds the socket finds the page served, too (`teren open`). */
    if (runner->agent.store == NULL || !runner_page(runner, err) || (runner->listener = local_listen(runner->agent.home, err)) < 0)
        return false;
    runner->link = link_open();
    schedule_load(runner);
    return true;
}

static void runner_stop(struct runner *runner)
{
    struct session_outcome none = {0};
    struct error why = {0};

    notify_send("STOPPING=1");
    serve_stop(runner->serve);
    error_set(&why, ERROR_INTERRUPTED, "Call it again.", "`teren run` was asked to stop");
    runner_answer_waiters(runner, &none, &why);
    courier_stop(runner->courier);
    sync_destroy(runner->sync);
    if (runner->listener >= 0) {
        close(runner->listener);
        local_unlink(runner->agent.home);
    }
    if (runner->link >= 0)
        close(runner->link);
    if (runner->signals >= 0)
        close(runner->signals);
    agent_close(&runner->agent);
}

/* --port N and --no-page. */
static bool page_options(const struct call *call, struct runner *runner, struct error *err)
{
    const char *typed = options_value(&call->options, "port");
    char *end = NULL;
    long port = typed == NULL ? SERVE_PORT_PREFERRED : strtol(typed, &end, 10);

    runner->with_page = !options_has(&call->options, "no-page");
    runner->page_port = (int)port;
    if (typed != NULL && (end == typed || *end != '\0' || port < 0 || port > UINT16_MAX))
        return error_set(err, ERROR_USAGE, "Give a number from 0 to 65535; 0: any free port.", "%s is no port", typed);
    return typed == NULL || runner->with_page ||
           error_set(err, ERROR_USAGE, "Leave one of them out.", "--port and --no-page exclude each other");
}

bool command_run(struct call *call, struct error *err)
{
    struct runner runner = {
        .agent = *call->agent, .outer = call->agent->world, .world = *call->agent->world, .signals = -1, .link = -1, .listener = -1};
    bool done;

    if (call->agent->serving || call->agent->store != NULL)
        return error_set(err, ERROR_USAGE, "Call it on its own.", "run was asked for within another command");
    if (!page_options(call, &runner, err))
        return false;
    runner.world.transport = runner_road;
    runner.world.self = &runner;
    runner.agent.world = &runner.world;
    runner.agent.serving = true;
    done = runner_start(&runner, err);
    if (done) {
        notify_send("READY=1");
        tell_manager(&runner);
        fprintf(call->out, say(call->words, "Ready in %s. Stop it with SIGTERM.\n"), call->agent->home);
        if (runner.with_page)
            fprintf(call->out, say(call->words, "The page is at http://127.0.0.1:%d; `teren open` opens it.\n"), serve_port(runner.serve));
        fflush(call->out);
        if (runner.page_error.kind != ERROR_NONE)
            call_tell_error(call, &runner.page_error);
        done = loop(&runner, err);
    }
    runner_stop(&runner);
    return done;
}
