// SPDX-License-Identifier: Apache-2.0
/* Routes: how this device stands, its settings, syncing now.
 *
 * Not here:  what they do (agent/app), who holds the tablet and its lock (route_attendance.c).
 */
#include <stdio.h>

#include "agent/app/holder.h"
#include "agent/app/names.h"
#include "agent/app/settings.h"
#include "agent/app/status.h"
#include "agent/app/undo.h"
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

static void put_undo(struct page_call *call, const struct undo_step *last)
{
    char said[SAID_BYTES];

    if (last == NULL) {
        json_put_text(&call->out, "undo", NULL);
        return;
    }
    json_open(&call->out, "undo", '{');
    json_put_text(&call->out, "name", say_sentence(call->words, last->step.name, said, sizeof said));
    json_put_integer(&call->out, "step", (int64_t)last->step.first);
    json_put_integer(&call->out, "changes", (int64_t)last->step.changes);
    json_put_text(&call->out, "session", last->session[0] == '\0' ? NULL : last->session);
    json_put_bool(&call->out, "asks", last->asks);
    json_shut(&call->out, '}');
}

/* A person who was removed meanwhile has no name here; the id stays the author. */
static bool put_holder(struct page_call *call, const struct holder *holder, struct error *err)
{
    struct store *store = call->world->store;
    const struct row *row = NULL;
    const char *name, *ref = "";

    if (holder->locked || holder->person[0] == '\0') {
        json_put_text(&call->out, "holder", NULL);
        return true;
    }
    if (!store_row(store, call->arena, "person", holder->person, &row, err))
        return false;
    if (row != NULL && (ref = names_of_row(store, call->arena, "person", holder->person)) == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs, then try again.", "no memory was left for the answer");
    name = row == NULL ? NULL : row_text(row, "full_name");
    json_open(&call->out, "holder", '{');
    json_put_text(&call->out, "id", holder->person);
    json_put_text(&call->out, "ref", ref);
    json_put_text(&call->out, "name", name == NULL ? "" : name);
    json_shut(&call->out, '}');
    return true;
}

bool page_put_state(struct page_call *call, struct error *err)
{
    struct store *store = call->world->store;
    const struct catalogue *chosen;
    struct status status;
    struct holder holder;
    struct undo_step last;
    bool can_undo;

    if (!status_read(store, &call->world->clock, true, &status, err) || !settings_language(store, &chosen, err) ||
        !undo_look(store, &last, &can_undo, err) || !holder_read(store, &holder, err))
        return false;
    json_open(&call->out, NULL, '{');
    json_put_text(&call->out, "device", status.identity.device);
    json_put_bool(&call->out, "enrolled", status.identity.enrolled);
    json_put_text(&call->out, "agent", call->world->agent);
    json_put_moment(&call->out, "now", status.now_ms);
    json_put_text(&call->out, "language", chosen == NULL ? "" : chosen->language);
    if (!put_holder(call, &holder, err))
        return false;
    json_open(&call->out, "lock", '{');
    json_put_bool(&call->out, "locked", holder.locked);
    json_put_integer(&call->out, "after_minutes", holder.after_minutes);
    json_put_bool(&call->out, "pin", holder.pin);
    json_shut(&call->out, '}');
    json_put_integer(&call->out, "revision", (int64_t)store_revision(store));
    put_sync(call, &status);
    json_put_integer(&call->out, "conflicts", (int64_t)status.counts.conflicts);
    json_put_integer(&call->out, "quarantined", (int64_t)status.counts.quarantined);
    put_undo(call, can_undo && !holder.locked ? &last : NULL);
    json_shut(&call->out, '}');
    return true;
}

/* Minutes and language are both looked at before either is kept. */
static bool run_settings(struct page_call *call, struct error *err)
{
    struct store *store = call->world->store;
    const char *language;
    int64_t minutes;

    if (!page_text(call, "language", &language, err) ||
        !page_integer(call, "lock_after_minutes", 0, LOCK_AFTER_MINUTES_MAX, -1, &minutes, err) ||
        (language != NULL && !settings_set_language(store, language, err)) ||
        (minutes >= 0 && !holder_set_after_minutes(store, minutes, err)))
        return false;
    return page_put_state(call, err);
}

static bool run_sync(struct page_call *call, struct error *err)
{
    const struct page_world *world = call->world;
    bool is_running = world->is_syncing(world->self);
    struct store_identity identity;

    if (!store_identity(world->store, &identity, err))
        return false;
    if (!identity.enrolled)
        return error_set(err, ERROR_INVALID, "Ask your coordinator for a code, then: teren enrol URL CODE.",
                         "this device is not enrolled yet");
    if (!is_running)
        world->sync_now(world->self);
    json_open(&call->out, NULL, '{');
    json_put_bool(&call->out, "started", !is_running);
    json_shut(&call->out, '}');
    return true;
}

const struct page_member page_state_members[] = {
    {"device", "text", "the name that the coordinator gave this device; \"\" before it is enrolled"},
    {"enrolled", "boolean", "whether it is tied to a server"},
    {"agent", "text", "the program and its version"},
    {"now", "text", "this device's clock"},
    {"language", "text", "the language chosen for this device; \"\" none was"},
    {"holder", "object?", "who holds the tablet: author of what is recorded; null: nobody, or it is locked"},
    {"holder.id", "text", "the person"},
    {"holder.ref", "text", "the person's code"},
    {"holder.name", "text", "the person's name"},
    {"lock", "object", "the lock against curious eyes"},
    {"lock.locked", "boolean", "nothing about people is told until it is unlocked"},
    {"lock.after_minutes", "integer", "it locks when idle for so long; 0: never"},
    {"lock.pin", "boolean", "a PIN is asked for"},
    {"revision", "integer", "moves with everything recorded here or fetched; another number means: what is shown may be old"},
    {"sync", "object", "delivery"},
    {"sync.waiting", "integer", "changes recorded here that the server has not confirmed"},
    {"sync.receipted", "integer", "changes that it has"},
    {"sync.last_success", "text?", "the last session that ended well"},
    {"sync.verified", "text?", "when both sides' sums were last found equal"},
    {"sync.all_verified", "boolean", "everything recorded here is at the server, and both sides' sums agree"},
    {"sync.next_attempt", "text?", "when it is tried next"},
    {"sync.running", "boolean", "a session runs, or is about to"},
    {"sync.error", "object?", "why the last session did not end well"},
    {"sync.error.kind", "text", "one word"},
    {"sync.error.says", "text", "what happened"},
    {"sync.error.do", "text", "what a person can do; \"\" when it mends itself"},
    {"conflicts", "integer", "fields that two people wrote differently without seeing each other's"},
    {"quarantined", "integer", "changes that the server put aside"},
    {"undo", "object?", "what undo would take back"},
    {"undo.name", "text", "the step"},
    {"undo.step", "integer", "its number, for undo"},
    {"undo.changes", "integer", "how many changes it made"},
    {"undo.session", "text?", "the session whose mark, walk-in or signature it is; null: it is something else"},
    {"undo.asks", "boolean", "an import, or many changes: taken back only by somebody who says to be sure"},
    {NULL, NULL, NULL},
};
static const struct page_member settings_request[] = {
    {"language", "text?", "one of the languages spoken: en sr-Cyrl sr-Latn bs sq mk"},
    {"lock_after_minutes", "integer?", "0 to 240; 0: never"},
    {NULL, NULL, NULL},
};
static const struct page_member sync_answer[] = {
    {"started", "boolean", "false: a session runs already"},
    {NULL, NULL, NULL},
};

const struct page_route page_routes_state[] = {
    {"GET", "/api/state", 0, 0, NULL, page_put_state, "how this device stands", NULL, NULL, page_state_members},
    {"POST", "/api/settings", PAGE_UNLOCKED, PAGE_JSON_BYTES_MAX, "application/json", run_settings, "choose for this device", NULL,
     settings_request, page_state_members},
    {"POST", "/api/sync", 0, PAGE_JSON_BYTES_MAX, "application/json", run_sync, "exchange with the server now", NULL, NULL, sync_answer},
    {NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL},
};
