// SPDX-License-Identifier: Apache-2.0
/* Other commands, served by `teren run`: same words, same output.
 *
 * Not here:  the loop (run.c), the socket (agent/system/local.h).
 */
#define _GNU_SOURCE
#include <malloc.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "agent/cli/run.h"
#include "agent/system/local.h"

bool runner_courier(struct runner *runner, struct courier **ret, struct error *err)
{
    const struct cli_world *outer = runner->outer;
    struct courier_load load = {.traffic = outer->traffic, .self = outer->self};
    struct arena arena = {0};
    bool done =
        outer->transport(outer->self, agent_ca_file(&runner->agent, &arena), &load.transport, err) && courier_start(&load, ret, err);

    arena_clear(&arena);
    return done;
}

/* Waits for the courier of one command. Nobody at the door waits with it: other commands are done meanwhile, from in here; one that would
 * wait here as well is told to come back. Nothing is half done while this runs: enrolling writes only after the answer. */
static enum courier_state await_courier(struct runner *runner, struct courier *courier, struct bytes *ret_reply,
                                        int64_t *ret_retry_after_ms, struct error *err)
{
    enum courier_state state = COURIER_WAITING;

    while (state == COURIER_WAITING) {
        struct pollfd files[] = {
            {.fd = courier_descriptor(courier), .events = POLLIN},
            {.fd = runner->listener, .events = POLLIN},
            {.fd = runner->signals, .events = POLLIN},
            {.fd = serve_descriptor(runner->serve), .events = POLLIN},
        };

        poll(files, sizeof files / sizeof files[0], serve_wait_ms(runner->serve));
        serve_go_on(runner->serve);
        if ((files[2].revents & POLLIN) != 0) { /* it stays readable: the loop sees it, too */
            error_set(err, ERROR_INTERRUPTED, "Call it again.", "`teren run` was asked to stop");
            return COURIER_FAILED;
        }
        if (files[0].revents != 0)
            state = courier_read(courier, ret_reply, ret_retry_after_ms, err);
        else if ((files[1].revents & POLLIN) != 0)
            runner_serve(runner);
    }
    return state;
}

static bool road_exchange(void *self, const char *url, const char *path, struct span request, struct bytes *ret_reply,
                          int64_t *ret_retry_after_ms, struct error *err)
{
    struct runner *runner = self;
    struct courier *courier = NULL;
    enum courier_state state = COURIER_FAILED;

    if (runner->on_the_road)
        return error_set(err, ERROR_BUSY, "Wait for its end, then try again.", "another command is asking the server just now");
    runner->on_the_road = true;
    if (runner_courier(runner, &courier, err) && courier_send(courier, url, path, request, err))
        state = await_courier(runner, courier, ret_reply, ret_retry_after_ms, err);
    courier_stop(courier);
    runner->on_the_road = false;
    return state == COURIER_ANSWERED;
}

bool runner_road(void *self, const char *ca_file, struct transport *ret, struct error *err)
{
    (void)ca_file;
    (void)err;
    *ret = (struct transport){.exchange = road_exchange, .self = self};
    return true;
}

/* A sync is not done in here: the loop does it, and whoever asked waits for its end. */
static void waiter_add(struct runner *runner, const struct call *call, int connection)
{
    struct error err = {0};

    if (runner->waiter_count == WAITERS_MAX) {
        error_set(&err, ERROR_BUSY, "Wait for them.", "%d others wait for this sync already", WAITERS_MAX);
        call_tell_error(call, &err);
        fclose(call->out);
        fclose(call->err);
        local_answer(connection, error_exit_code(err.kind));
        return;
    }
    runner->waiters[runner->waiter_count++] = (struct waiter){connection, call->out, call->err, call->words, call->json};
    runner->sync_wanted = runner->sync == NULL;
}

void runner_tell_waiters(const struct runner *runner, uint64_t exchanges)
{
    for (size_t i = 0; i < runner->waiter_count; i++)
        local_progress(runner->waiters[i].connection, exchanges);
}

void runner_answer_waiters(struct runner *runner, const struct session_outcome *outcome, const struct error *why)
{
    for (size_t i = 0; i < runner->waiter_count; i++) {
        struct waiter *waiter = &runner->waiters[i];
        struct call call = {.agent = &runner->agent, .out = waiter->out, .err = waiter->err, .words = waiter->words, .json = waiter->json};
        struct error err = *why;
        int exit_code = 0;

        if (err.kind != ERROR_NONE || !sync_tell(&call, outcome, runner->wire_sent, runner->wire_received, &err)) {
            call_tell_error(&call, &err);
            exit_code = error_exit_code(err.kind);
        }
        fclose(waiter->out);
        fclose(waiter->err);
        local_answer(waiter->connection, exit_code);
    }
    runner->waiter_count = 0;
}

static bool may_be_served(const struct call *call, struct error *err)
{
    return (call->command->flags & COMMAND_STORE) != 0 ||
           error_set(err, ERROR_USAGE, "Use the same version of teren for both.", "%s is not for `teren run`", call->command->text.name);
}

static void serve(struct runner *runner, struct arena *arena, const struct local_question *question, int connection)
{
    struct error err = {0};
    struct call call = {
        .agent = &runner->agent, .arena = arena, .folder = question->folder, .author = "", .words = catalogue_of(question->language)};
    bool help = false;
    int exit_code;

    call.out = fdopen(question->out, "w");
    call.err = fdopen(question->err, "w");
    if (call.out == NULL || call.err == NULL) {
        local_answer(connection, error_exit_code(ERROR_MEMORY));
        return;
    }
    if (!call_parse(&call, question->word_count, question->words, &help, &err) || (!help && !may_be_served(&call, &err))) {
        call_tell_error(&call, &err);
        exit_code = error_exit_code(err.kind);
    } else if (!help && call.command->run == command_sync) {
        waiter_add(runner, &call, connection);
        return;
    } else {
        exit_code = call_perform(&call, help);
        if ((call.command->flags & COMMAND_WRITES) != 0 && exit_code == 0)
            schedule_changed(&runner->schedule, runner_now_ms(runner));
    }
    fclose(call.out);
    fclose(call.err);
    local_answer(connection, exit_code);
}

void runner_serve(struct runner *runner)
{
    struct arena arena = {0};
    struct error err = {0};
    struct local_question question;
    int connection = local_accept(runner->listener);

    if (connection < 0)
        return;
    if (local_read(connection, &arena, &question, &err))
        serve(runner, &arena, &question, connection);
    else
        close(connection);
    arena_clear(&arena);
    malloc_trim(0);
}
