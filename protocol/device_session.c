// SPDX-License-Identifier: Apache-2.0
/* The device's half of a session, as a state machine.
 *
 * Here:      in which order to read, send and apply; when to go on, to repair, to fork, to stop.
 * Not here:  the mass-drop fuse's rules (drop_fuse.c), the bytes (request.c, reply.c), any IO.
 * Promise:   nothing is forgotten without a verified receipt; nothing changes on an answer that does not verify; it ends.
 */
#include "protocol/device_session.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/answer.h"
#include "protocol/catalogue.h"
#include "protocol/drop_fuse.h"
#include "protocol/repair.h"

enum {
    STALLS_MAX = 3, /* exchanges without progress */
    FORKS_MAX = 3,
};

/* What the request in hand is for. */
enum purpose { FOR_SYNC, FOR_BUCKETS, FOR_ROWS, FOR_FUSE };

struct device_session {
    struct session_outcome outcome;
    struct device_standing standing;
    enum session_action_kind awaited; /* what was asked of the shell last */
    enum purpose purpose;
    bool by_bundle; /* one reply, nothing is sent */
    bool agent_said;
    struct push push;
    struct bytes request;
    struct cursor asked_from; /* the cursor in the request */
    struct answer answer;     /* in hand */
    unsigned stalls;
    struct drop_fuse fuse;
    struct repair repair;
    struct error stop; /* to finish with once what came is applied */
};

struct device_session *device_session_create(void)
{
    return calloc(1, sizeof(struct device_session));
}

void device_session_destroy(struct device_session *session)
{
    if (session == NULL)
        return;
    bytes_clear(&session->request);
    answer_clear(&session->answer);
    sodium_memzero(&session->standing, sizeof session->standing);
    free(session);
}

const struct session_outcome *device_session_outcome(const struct device_session *session)
{
    return &session->outcome;
}

/* --- ends -------------------------------------------------------------------------------------------------------------- */

static struct session_action act(struct device_session *session, enum session_action_kind kind)
{
    session->awaited = kind;
    return (struct session_action){.kind = kind};
}

static struct session_action finish(struct device_session *session, const struct error *error)
{
    if (error != NULL)
        session->outcome.error = *error;
    session->outcome.batch_bytes = session->push.batch_bytes;
    return act(session, SESSION_FINISH);
}

static struct session_action finish_with(struct device_session *session, enum error_kind kind, const char *remedy, const char *cause)
{
    struct error error = {0};

    error_set(&error, kind, remedy, "%s", cause);
    return finish(session, &error);
}

static struct session_action finish_complete(struct device_session *session, bool verified)
{
    session->outcome.complete = true;
    session->outcome.verified = verified;
    return finish(session, NULL);
}

/* --- requests ---------------------------------------------------------------------------------------------------------- */

static struct session_action send(struct device_session *session, enum purpose purpose, const struct span *segments, size_t segment_count)
{
    static const unsigned repair_of[] = {[FOR_SYNC] = 0, [FOR_BUCKETS] = 1, [FOR_ROWS] = 2, [FOR_FUSE] = 1};
    const struct device_standing *standing = &session->standing;
    struct error err = {0};
    struct session_action action;
    struct request request = {
        .kind = MESSAGE_SYNC,
        .log = standing->log,
        .counter = standing->counter,
        .cursor = standing->cursor,
        .last_seq = session->push.held_seq,
        .safe_seq = standing->safe_seq,
        .waiting = push_left(&session->push, standing),
        .now_ms = standing->now_ms,
        .room = push_room(&session->push),
        .agent = session->agent_said ? "" : standing->agent,
        .repair = repair_of[purpose],
        .introduction = standing->introduction,
        .segments = segments,
        .segment_count = segment_count,
    };

    if (session->outcome.rounds >= SESSION_ROUNDS_MAX)
        return finish_with(session, ERROR_RESYNC, "Sync again.", "the session took more exchanges than any can need");
    memcpy(request.last_head, session->push.held_head, HASH_SIZE);
    if (purpose == FOR_ROWS) {
        request.repair_buckets = session->repair.differing + session->repair.at;
        request.repair_bucket_count = session->repair.asked;
    }
    bytes_reset(&session->request);
    if (!request_pack(&session->request, &request, standing->secret, &err))
        return finish(session, &err);
    session->purpose = purpose;
    session->asked_from = standing->cursor;
    session->outcome.rounds++;
    session->outcome.sent_bytes += session->request.size;
    action = act(session, SESSION_SEND);
    action.request = bytes_span(&session->request);
    return action;
}

static struct session_action send_without_segments(struct device_session *session, enum purpose purpose)
{
    session->push.sent_seq = 0;
    return send(session, purpose, NULL, 0);
}

/* One more exchange: first what waits. */
static struct session_action exchange(struct device_session *session)
{
    struct session_action action;

    if (session->by_bundle)
        return finish(session, NULL);
    if (push_waiting(&session->push, &session->standing) == 0)
        return send_without_segments(session, FOR_SYNC);
    action = act(session, SESSION_READ);
    action.after_seq = session->push.held_seq;
    action.bytes_max = session->push.batch_bytes;
    return action;
}

static struct session_action fork_log(struct device_session *session)
{
    struct session_action action;

    if (++session->outcome.forks > FORKS_MAX)
        return finish_with(session, ERROR_FORK, "Ask the coordinator; every edit is still on this device.",
                           "the server would not take this device's log, nor three fresh ones");
    action = act(session, SESSION_FORK);
    action.reply = &session->answer.reply;
    return action;
}

static struct session_action on_read(struct device_session *session, const struct session_event *event)
{
    struct error err = {0};
    size_t count = 0;

    session->standing = event->standing;
    if (push_gather(&session->push, event->segments, event->segment_count, session->standing.log, &count, &err)) {
        if (count > 0 || push_waiting(&session->push, &session->standing) == 0)
            return send(session, FOR_SYNC, event->segments, count);
        error_set(&err, ERROR_CORRUPT, "Run `teren verify`.", "the change log gave nothing after change %llu",
                  (unsigned long long)session->push.held_seq);
    }
    /* The server asks for what we no longer keep: all that we do keep goes on under a fresh log. */
    return session->push.was_behind && err.kind == ERROR_CORRUPT ? fork_log(session) : finish(session, &err);
}

/* --- replies ----------------------------------------------------------------------------------------------------------- */

static struct session_action apply(struct device_session *session)
{
    struct session_action action = act(session, SESSION_APPLY);

    action.reply = &session->answer.reply;
    action.receipt = session->answer.has_receipt ? &session->answer.receipt : NULL;
    action.page = session->answer.has_page ? &session->answer.page : NULL;
    action.set_clock_back = session->answer.reply.clamped;
    if (session->purpose == FOR_ROWS) {
        action.replace_buckets = true;
        action.buckets = session->repair.differing + session->repair.at;
        action.bucket_count = session->answer.reply.bucket_count;
        session->outcome.repaired_rows += session->answer.has_page ? session->answer.page.row_count : 0;
    } else if (session->answer.has_page) {
        session->outcome.received_rows += session->answer.page.row_count;
        session->outcome.dropped_rows += answer_drops(&session->answer);
    }
    session->outcome.quarantined += answer_quarantined(&session->answer);
    return action;
}

static bool is_progress(const struct device_session *session)
{
    const struct cursor *before = &session->asked_from;
    const struct cursor *after = &session->answer.reply.cursor;

    return session->answer.reply.last_seq != session->push.held_seq || before->epoch != after->epoch ||
           before->position != after->position || before->scope != after->scope || before->fill != after->fill;
}

static struct session_action on_synced(struct device_session *session)
{
    struct error err = {0};

    session->push.was_behind = false;
    if (session->answer.has_page) {
        switch (drop_fuse_check(&session->fuse, &session->answer.reply, answer_drops(&session->answer), session->standing.rows,
                                session->asked_from.epoch, &err)) {
        case DROP_FUSE_HOLDS:
            break;
        case DROP_FUSE_ASK:
            return send_without_segments(session, FOR_FUSE);
        case DROP_FUSE_STOP:
            return finish(session, &err);
        }
    }
    session->stalls = is_progress(session) ? 0 : session->stalls + 1;
    session->outcome.sent_changes += push_hear(&session->push, &session->answer.reply);
    return apply(session);
}

/* --- repair ------------------------------------------------------------------------------------------------------------ */

static struct session_action repair(struct device_session *session)
{
    struct error err = {0};

    if (!repair_begin(&session->repair, session->standing.rows, &session->answer.reply, &err))
        return finish(session, &err);
    session->outcome.repairs++;
    return act(session, SESSION_BUCKETS);
}

static struct session_action repair_rows(struct device_session *session)
{
    uint64_t here = session->standing.rows;
    uint64_t there = session->answer.reply.rows;

    if (repair_next(&session->repair, here > there ? here : there))
        return send_without_segments(session, FOR_ROWS);
    return exchange(session);
}

static struct session_action on_buckets(struct device_session *session, const struct session_event *event)
{
    memcpy(session->repair.own, event->buckets, sizeof session->repair.own);
    return send_without_segments(session, FOR_BUCKETS);
}

/* --- events ------------------------------------------------------------------------------------------------------------ */

static struct session_action on_told(struct device_session *session)
{
    struct error err = {0};

    switch (session->purpose) {
    case FOR_SYNC:
        return on_synced(session);
    case FOR_ROWS:
        if (session->answer.reply.bucket_count == 0 || session->answer.reply.bucket_count > session->repair.asked)
            return finish_with(session, ERROR_RESYNC, "Tell the coordinator.", "the server did not send the rows it was asked for");
        return apply(session);
    case FOR_BUCKETS:
    case FOR_FUSE:
        break;
    }
    if (session->answer.reply.buckets == NULL)
        return finish_with(session, ERROR_RESYNC, "Tell the coordinator.", "the server did not tell its digests when asked");
    if (session->purpose == FOR_FUSE)
        return drop_fuse_hear(&session->fuse, &session->answer.reply, &err) ? exchange(session) : finish(session, &err);
    repair_compare(&session->repair, session->answer.reply.buckets);
    return repair_rows(session);
}

/* The server lost some of our log: it says how far it reaches, and we go on from there. */
static struct session_action on_behind(struct device_session *session)
{
    if (session->by_bundle || session->answer.reply.last_seq >= session->push.held_seq)
        return finish_with(session, ERROR_RESYNC, "Sync over a network.", "the server lacks changes that it had receipted");
    return push_hear_behind(&session->push, &session->answer.reply) ? exchange(session) : fork_log(session);
}

/* The server took what it could and says no: the receipt is kept, then the session ends. */
static struct session_action stop_with(struct device_session *session, enum error_kind kind, const char *remedy, const char *what)
{
    const char *reason = session->answer.reply.reason;

    error_clear(&session->stop);
    error_set(&session->stop, kind, remedy, "%s%s%s", what, reason[0] == '\0' ? "" : ": ", reason);
    if (!session->answer.has_receipt)
        return finish(session, &session->stop);
    session->answer.has_page = false;
    session->outcome.sent_changes += push_hear(&session->push, &session->answer.reply);
    return apply(session);
}

static struct session_action on_retry(struct device_session *session)
{
    push_batch_halves(&session->push);
    session->outcome.retry_after_ms = session->answer.reply.retry_ms;
    return finish_with(session, ERROR_RETRY, "", "the server asked to come again later");
}

static struct session_action on_upgrade(struct device_session *session)
{
    struct error error = {0};
    bool server_is_old = session->answer.reply.newest < PROTOCOL_VERSION;

    error_set(&error, ERROR_NEWER,
              server_is_old ? N_("Ask the coordinator to upgrade the server.") : N_("Upgrade this device; it goes on recording."),
              "the server speaks versions %d to %d, this device %d", session->answer.reply.oldest, session->answer.reply.newest,
              PROTOCOL_VERSION);
    return finish(session, &error);
}

static struct session_action on_reply(struct device_session *session, const struct session_event *event)
{
    struct error err = {0};

    session->outcome.received_bytes += event->reply.size;
    if (!answer_open(&session->answer, event->reply, bytes_span(&session->request), &session->standing, &session->push, &err)) {
        if (err.kind != ERROR_OFFLINE)
            push_batch_halves(&session->push);
        return finish(session, &err);
    }
    session->agent_said = true;
    session->outcome.spread_ms = session->answer.reply.spread_ms;
    if (session->by_bundle)
        answer_leave_stale_out(&session->answer, &session->asked_from, &session->standing);
    switch (session->answer.reply.kind) {
    case REPLY_OK:
        if (session->answer.reply.last_seq < session->push.sent_seq)
            push_batch_halves(&session->push); /* more than the server takes at once: the rest goes again */
        else
            push_batch_doubles(&session->push);
        return on_told(session);
    case REPLY_FORK:
        return fork_log(session);
    case REPLY_BEHIND:
        return on_behind(session);
    case REPLY_RETRY:
        return on_retry(session);
    case REPLY_UPGRADE:
        return on_upgrade(session);
    case REPLY_REFUSED:
        return stop_with(session, ERROR_REFUSED, "Keep recording; make a bundle of what waits and ask the coordinator.",
                         "the server refused this device");
    case REPLY_CORRUPT:
        return stop_with(session, ERROR_CORRUPT, "Run `teren verify`; what is damaged stays on this device.",
                         "the server found a damaged segment");
    }
    return finish_with(session, ERROR_CORRUPT, "", "the server's reply is of no known kind");
}

static struct session_action on_failed(struct device_session *session, const struct session_event *event)
{
    if (session->awaited == SESSION_SEND) {
        session->outcome.retry_after_ms = event->retry_after_ms;
        if (event->error.kind != ERROR_INTERRUPTED)
            push_batch_halves(&session->push);
    }
    return finish(session, &event->error);
}

static struct session_action on_applied(struct device_session *session, const struct session_event *event)
{
    const struct reply *reply = &session->answer.reply;

    session->standing = event->standing;
    if (session->stop.kind != ERROR_NONE)
        return finish(session, &session->stop);
    if (session->purpose == FOR_ROWS) {
        repair_advance(&session->repair, reply->bucket_count);
        return repair_rows(session);
    }
    if (reply->more || push_waiting(&session->push, &session->standing) > 0) {
        if (session->stalls >= STALLS_MAX)
            return finish_with(session, ERROR_RESYNC, "Tell the coordinator; what was recorded stays on this device.",
                               "the server said that there is more and gave nothing, several times");
        return exchange(session);
    }
    if (!reply->has_digest)
        return finish_complete(session, false);
    if (digest_equal(reply->digest, session->standing.digest))
        return finish_complete(session, true);
    return session->by_bundle ? finish_complete(session, false) : repair(session);
}

static struct session_action on_forked(struct device_session *session, const struct session_event *event)
{
    session->standing = event->standing;
    push_stand(&session->push, &session->standing);
    session->stalls = 0;
    return exchange(session);
}

static void begin(struct device_session *session, const struct device_standing *standing)
{
    session->outcome = (struct session_outcome){0};
    session->by_bundle = false;
    session->agent_said = false;
    session->fuse = (struct drop_fuse){0};
    session->repair = (struct repair){0};
    error_clear(&session->stop);
    session->stalls = 0;
    session->standing = *standing;
    push_stand(&session->push, standing);
    push_set_batch(&session->push, standing->batch_bytes);
}

struct session_action device_session_start(struct device_session *session, const struct device_standing *standing)
{
    begin(session, standing);
    return exchange(session);
}

struct session_action device_session_resume(struct device_session *session, const struct device_standing *standing, struct span request)
{
    struct session_action action;
    struct request said;
    struct error err = {0};

    begin(session, standing);
    session->by_bundle = true;
    bytes_reset(&session->request);
    /* The public key is the second half of the secret one. */
    if (!request_open(&session->answer.arena, request, standing->secret + SIGN_SECRET_SIZE - SIGN_PUBLIC_SIZE, &said, &err))
        return finish(session, &err);
    if (said.log != standing->log)
        return finish_with(session, ERROR_INVALID, "Export a new bundle.",
                           "the bundle was made by a log that this device no longer writes");
    if (!bytes_append(&session->request, request.data, request.size))
        return finish_with(session, ERROR_MEMORY, "Close other programs.", "no memory for a request");
    session->purpose = FOR_SYNC;
    session->asked_from = said.cursor;
    action = act(session, SESSION_SEND);
    action.request = bytes_span(&session->request);
    return action;
}

struct session_action device_session_next(struct device_session *session, const struct session_event *event)
{
    static const struct {
        enum session_event_kind event;
        struct session_action (*on)(struct device_session *session, const struct session_event *event);
    } steps[] = {
        [SESSION_READ] = {EVENT_READ, on_read},          [SESSION_SEND] = {EVENT_REPLY, on_reply},
        [SESSION_APPLY] = {EVENT_APPLIED, on_applied},   [SESSION_FORK] = {EVENT_FORKED, on_forked},
        [SESSION_BUCKETS] = {EVENT_BUCKETS, on_buckets},
    };

    if (session->awaited == SESSION_FINISH)
        return act(session, SESSION_FINISH);
    if (event->kind == EVENT_FAILED)
        return on_failed(session, event);
    if (event->kind != steps[session->awaited].event)
        return finish_with(session, ERROR_USAGE, "", "an event came that the session did not ask for");
    return steps[session->awaited].on(session, event);
}
