// SPDX-License-Identifier: Apache-2.0
/* Driving a device's session over its store.
 *
 * Not here:  any decision about what to send next: the session decides, this performs.
 */
#define _DEFAULT_SOURCE /* explicit_bzero */
#include "agent/sync/drive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/catalogue.h"
#include "protocol/schedule.h"

struct sync {
    struct store *store;
    struct sync_options options;
    struct store_identity identity;
    struct device_session *session;
    struct session_action action;
    struct arena arena; /* what one event borrows */
    struct digest buckets[BUCKETS];
    int64_t clock_error_ms;
    bool heard; /* an answer of the server verified */
    uint64_t rounds;
};

static struct session_event failed_event(const struct error *why, int64_t retry_after_ms)
{
    struct session_event event = {.kind = EVENT_FAILED, .error = *why, .retry_after_ms = retry_after_ms};

    return event;
}

static bool perform_read(struct sync *sync, struct session_event *event, struct error *err)
{
    event->kind = EVENT_READ;
    return store_segments(sync->store, &sync->arena, sync->action.after_seq, sync->action.bytes_max, &event->segments,
                          &event->segment_count, err) &&
           store_standing(sync->store, sync->options.agent, &event->standing, err);
}

static bool perform_apply(struct sync *sync, struct session_event *event, struct error *err)
{
    event->kind = EVENT_APPLIED;
    if (sync->action.reply != NULL) {
        sync->clock_error_ms = sync->options.clock.wall_ms(sync->options.clock.self) - sync->action.reply->now_ms;
        sync->heard = true;
    }
    return store_apply(sync->store, &sync->action, err) && store_standing(sync->store, sync->options.agent, &event->standing, err);
}

static bool perform_fork(struct sync *sync, struct session_event *event, struct error *err)
{
    event->kind = EVENT_FORKED;
    return store_fork(sync->store, sync->action.reply, err) && store_standing(sync->store, sync->options.agent, &event->standing, err);
}

static bool perform_buckets(struct sync *sync, struct session_event *event, struct error *err)
{
    event->kind = EVENT_BUCKETS;
    event->buckets = sync->buckets;
    return store_buckets(sync->store, sync->buckets, err);
}

/* Performs what the session asks of the store, until it wants the network or is done. */
static void perform(struct sync *sync)
{
    static bool (*const performers[])(struct sync *, struct session_event *, struct error *) = {
        [SESSION_READ] = perform_read,
        [SESSION_APPLY] = perform_apply,
        [SESSION_FORK] = perform_fork,
        [SESSION_BUCKETS] = perform_buckets,
    };

    while (sync->action.kind != SESSION_SEND && sync->action.kind != SESSION_FINISH) {
        struct session_event event = {0};
        struct error err = {0};

        if (!performers[sync->action.kind](sync, &event, &err))
            event = failed_event(&err, 0);
        sync->action = device_session_next(sync->session, &event);
        arena_clear(&sync->arena);
    }
}

bool sync_begin(struct store *store, const struct sync_options *options, struct sync **ret, struct error *err)
{
    bool done = false;
    struct device_standing standing;
    struct sync *sync = calloc(1, sizeof *sync);

    if (sync == NULL || (sync->session = device_session_create()) == NULL) {
        error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for a sync");
        goto out;
    }
    sync->store = store;
    sync->options = *options;
    if (!store_identity(store, &sync->identity, err))
        goto out;
    if (!sync->identity.enrolled) {
        error_set(err, ERROR_INVALID, "Ask your coordinator for a code, then: teren enrol URL CODE.", "this device is not enrolled yet");
        goto out;
    }
    if (!store_standing(store, options->agent, &standing, err))
        goto out;
    sync->action = device_session_start(sync->session, &standing);
    explicit_bzero(&standing, sizeof standing); /* it holds the secret key */
    perform(sync);
    *ret = sync;
    sync = NULL;
    done = true;
out:
    sync_destroy(sync);
    return done;
}

void sync_destroy(struct sync *sync)
{
    if (sync == NULL)
        return;
    device_session_destroy(sync->session);
    arena_clear(&sync->arena);
    free(sync);
}

bool sync_wants_exchange(const struct sync *sync)
{
    return sync->action.kind == SESSION_SEND;
}

struct span sync_request(const struct sync *sync)
{
    return sync->action.request;
}

const char *sync_url(const struct sync *sync)
{
    return sync->identity.server_url;
}

uint64_t sync_rounds(const struct sync *sync)
{
    return sync->rounds;
}

void sync_answered(struct sync *sync, struct span reply)
{
    struct session_event event = {.kind = EVENT_REPLY, .reply = reply};

    sync->rounds++;
    sync->action = device_session_next(sync->session, &event);
    perform(sync);
}

void sync_failed(struct sync *sync, const struct error *why, int64_t retry_after_ms)
{
    struct session_event event = failed_event(why, retry_after_ms);

    sync->action = device_session_next(sync->session, &event);
    perform(sync);
}

static void note_schedule(struct sync *sync, const struct session_outcome *outcome, struct store_sync_state *state)
{
    const struct clock_port *clock = &sync->options.clock;
    int64_t now_ms = clock->uptime_ms(clock->self);
    struct schedule schedule = {.failures = state->failures, .next_attempt_ms = now_ms};
    uint64_t random = 0;

    sync->options.chance.fill(sync->options.chance.self, &random, sizeof random);
    if (outcome->complete)
        schedule_succeeded(&schedule, now_ms, random);
    else
        schedule_failed(&schedule, now_ms, outcome->retry_after_ms, random);
    state->failures = schedule.failures;
    /* Kept by the wall, since uptime means nothing after a reboot; whoever reads it bounds the wait. */
    state->next_attempt_ms = clock->wall_ms(clock->self) + (schedule.next_attempt_ms - now_ms);
}

static bool nothing_waits(struct store *store)
{
    struct store_counts counts;
    struct error ignored = {0}; /* then the session's own words stand */

    return store_counts(store, &counts, &ignored) && counts.waiting == 0;
}

bool sync_end(struct sync *sync, struct session_outcome *ret, struct error *err)
{
    const struct session_outcome *outcome = device_session_outcome(sync->session);
    struct store_sync_state state = {0};
    int64_t now_ms = sync->options.clock.wall_ms(sync->options.clock.self);

    *ret = *outcome;
    if (!outcome->complete && outcome->error.kind == ERROR_REFUSED && nothing_waits(sync->store))
        snprintf(ret->error.remedy, sizeof ret->error.remedy,
                 N_("Keep recording and ask the coordinator; the server has everything recorded so far."));
    outcome = ret;
    if (!store_sync_state(sync->store, &state, err))
        return false;
    state.last_attempt_ms = now_ms;
    if (outcome->complete)
        state.last_success_ms = now_ms;
    if (outcome->verified)
        state.last_verified_ms = now_ms;
    if (outcome->batch_bytes != 0)
        state.batch_bytes = outcome->batch_bytes;
    if (outcome->spread_ms != 0)
        state.spread_ms = outcome->spread_ms;
    if (sync->heard)
        state.clock_error_ms = sync->clock_error_ms;
    state.last_error_kind = outcome->complete ? ERROR_NONE : outcome->error.kind;
    memset(state.last_error, 0, sizeof state.last_error);
    memset(state.last_remedy, 0, sizeof state.last_remedy);
    if (!outcome->complete) {
        memcpy(state.last_error, outcome->error.cause, sizeof state.last_error);
        memcpy(state.last_remedy, outcome->error.remedy, sizeof state.last_remedy);
    }
    note_schedule(sync, outcome, &state);
    return store_set_sync_state(sync->store, &state, err);
}

bool sync_once(struct store *store, const struct transport *transport, const struct sync_options *options, struct session_outcome *ret,
               struct error *err)
{
    bool done = false;
    struct sync *sync = NULL;

    if (!sync_begin(store, options, &sync, err))
        return false;
    while (sync_wants_exchange(sync)) {
        struct error why = {0};
        struct bytes reply = {0};
        int64_t retry_after_ms = 0;

        if (transport->exchange(transport->self, sync_url(sync), SYNC_PATH, sync_request(sync), &reply, &retry_after_ms, &why))
            sync_answered(sync, bytes_span(&reply));
        else
            sync_failed(sync, &why, retry_after_ms);
        bytes_clear(&reply);
    }
    done = sync_end(sync, ret, err);
    sync_destroy(sync);
    return done;
}
