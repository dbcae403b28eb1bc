// SPDX-License-Identifier: Apache-2.0
/* Routes: state, settings, sync.
 *
 * Not here:  what they do (agent/app).
 */
#include <stdio.h>

#include "agent/app/status.h"
#include "agent/page/call.h"

static void put_sync(struct page_call *call, const struct status *status)
{
    struct error last = {.kind = status->sync.last_error_kind};

    json_open(&call->out, "sync", '{');
    json_put_integer(&call->out, "waiting", (int64_t)status->counts.waiting);
    json_put_integer(&call->out, "receipted", (int64_t)status->counts.receipted);
    json_put_moment(&call->out, "last_success", status->sync.last_success_ms);
    json_put_moment(&call->out, "verified", status->sync.last_verified_ms);
    json_put_bool(&call->out, "all_verified", status_is_verified(status));
    json_put_moment(&call->out, "next_attempt", status->sync.next_attempt_ms);
    json_put_bool(&call->out, "running", call->world->is_syncing != NULL && call->world->is_syncing(call->world->self));
    snprintf(last.cause, sizeof last.cause, "%s", status->sync.last_error);
    snprintf(last.remedy, sizeof last.remedy, "%s", status->sync.last_remedy);
    if (last.kind != ERROR_NONE)
        page_put_error(call, "error", &last);
    else
        json_put_text(&call->out, "error", NULL);
    json_shut(&call->out, '}');
}

static bool run_state(struct page_call *call, struct error *err)
{
    struct status status;

    if (!status_read(call->world->store, &call->world->clock, true, &status, err))
        return false;
    json_open(&call->out, NULL, '{');
    json_put_text(&call->out, "device", status.identity.device);
    json_put_bool(&call->out, "enrolled", status.identity.enrolled);
    json_put_text(&call->out, "agent", call->world->agent);
    json_put_moment(&call->out, "now", status.now_ms);
    json_put_text(&call->out, "language", call->words->language);
    json_put_text(&call->out, "holder", NULL);
    json_open(&call->out, "lock", '{');
    json_put_bool(&call->out, "locked", false);
    json_put_integer(&call->out, "after_minutes", 0);
    json_put_bool(&call->out, "pin", false);
    json_shut(&call->out, '}');
    json_put_integer(&call->out, "revision", (int64_t)store_revision(call->world->store));
    put_sync(call, &status);
    json_put_integer(&call->out, "conflicts", (int64_t)status.counts.conflicts);
    json_put_integer(&call->out, "quarantined", (int64_t)status.counts.quarantined);
    json_put_text(&call->out, "undo", NULL);
    json_shut(&call->out, '}');
    return true;
}

const struct page_route page_routes_state[] = {
    {"GET", "/api/state", 0, 0, NULL, run_state, "how this device stands", NULL, NULL, NULL},
    {NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL},
};
