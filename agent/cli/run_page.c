// SPDX-License-Identifier: Apache-2.0
/* The tablet's page within `teren run`: what it may ask of the loop.
 *
 * Not here:  serving it (agent/page), the loop (run.c).
 */
#include "agent/app/holder.h"
#include "agent/cli/run.h"
#include "agent/page/token.h"

static void page_changed(void *self)
{
    struct runner *runner = self;

    schedule_changed(&runner->schedule, runner_now_ms(runner));
}

static void page_wants_sync(void *self)
{
    struct runner *runner = self;

    runner->sync_wanted = runner->sync == NULL;
}

static bool page_is_syncing(void *self)
{
    const struct runner *runner = self;

    return runner->sync != NULL || runner->sync_wanted;
}

static bool begin(struct runner *runner, struct error *err)
{
    char token[GUARD_TOKEN_SIZE + 1];
    int port_before = launcher_port(runner->agent.home);

    if (!holder_begin(runner->agent.store, err))
        return false;
    launcher_token(runner->agent.home, &runner->world.chance, token);
    if (!serve_start(&runner->page_world, runner->page_port, token, &runner->serve, err))
        return false;
    /* A page that was left open goes on asking the old port, which may be another user's by now: what it sends there opens nothing here. */
    if (port_before != 0 && port_before != serve_port(runner->serve)) {
        launcher_new_token(&runner->world.chance, token);
        serve_change_token(runner->serve, token);
    }
    return launcher_write(runner->agent.home, serve_port(runner->serve), token, err);
}

bool runner_page(struct runner *runner, struct error *err)
{
    struct error why = {0};

    runner->page_world = (struct page_world){.store = runner->agent.store,
                                             .clock = runner->world.clock,
                                             .chance = runner->world.chance,
                                             .home = runner->agent.home,
                                             .agent = AGENT_NAME,
                                             .changed = page_changed,
                                             .sync_now = page_wants_sync,
                                             .is_syncing = page_is_syncing,
                                             .self = runner};
    if (runner->with_page && begin(runner, &why))
        return true;
    launcher_remove(runner->agent.home); /* it would lead nowhere, or to another program that took the port */
    serve_stop(runner->serve);
    runner->serve = NULL;
    if (!runner->with_page)
        return true;
    runner->with_page = false;
    if (runner->page_port != SERVE_PORT_PREFERRED)
        return error_set(err, why.kind, why.remedy, "%s", why.cause);
    error_set(&runner->page_error, why.kind, why.remedy, "the page could not be served: %s", why.cause);
    return true;
}
