// SPDX-License-Identifier: Apache-2.0
/* One exchange: the server's half of the session, with the ledger doing what it asks.
 *
 * Here:      driving protocol/server_session, when the ledger is locked and when it is let go.
 * Not here:  what the session decides, what custody and feed do.
 *
 * Order      The request is verified, inflated and unpacked on what a reading work says of the log; only then is the ledger locked for
 *            writing, and what was said is read again. When it is not the same any more (two requests of one log at once), the session
 *            begins anew under the lock. So the costly part runs beside other exchanges, and nothing is decided on an old standing.
 *            The commit comes before the reply is packed: packing pages holds up nobody. A reply that then fails is a lost answer,
 *            which the protocol bears; nothing is ever told that was not durable before.
 */
#include <stdlib.h>
#include <string.h>

#include "server-stub/app/feed.h"
#include "server-stub/app/server_internal.h"

enum { LOOKED_MAX = 4, SPREAD_MS_MAX = 60 * 1000 };

struct looked { /* what the session was told of a log before the lock */
    uint64_t log;
    struct log_standing standing;
    struct ledger_log record;
};

struct exchange {
    struct server *server;
    struct arena *arena;
    int64_t now_ms;
    struct ledger_work *reading, *writing;
    struct looked looked[LOOKED_MAX];
    size_t looked_count;
    struct looked self; /* of the log that asks, under the lock */
    struct custody custody;
    bool custody_began, pushed, moved, committed, again;
    const struct request *request;
};

void exchange_custody(struct server *server, struct ledger_work *work, struct arena *arena, int64_t now_ms, struct custody *ret)
{
    *ret = (struct custody){
        .arena = arena,
        .ledger = server->ledger,
        .work = work,
        .places = &server->places,
        .digest_key = server->facts.digest_key,
        .own_log = server->facts.own_log,
        .now_ms = now_ms,
        .hash_seed = server->hash_seed,
    };
}

/* --- before and under the lock ----------------------------------------------------------------------------------------- */

static struct ledger_work *any_work(struct exchange *exchange, struct error *err)
{
    if (exchange->writing != NULL)
        return exchange->writing;
    if (exchange->reading == NULL && !exchange->server->ledger->begin(exchange->server->ledger, LEDGER_READ, &exchange->reading, err))
        return NULL;
    return exchange->reading;
}

static bool look_up(struct exchange *exchange, uint64_t log, struct log_standing *ret, struct error *err)
{
    struct ledger_work *work = any_work(exchange, err);
    struct looked looked = {.log = log};

    if (work == NULL || !fleet_standing(exchange->server, work, exchange->arena, log, &looked.standing, &looked.record, err))
        return false;
    if (exchange->looked_count == LOOKED_MAX)
        return error_set(err, ERROR_LIMIT, "", "an exchange asked for more than %d logs", LOOKED_MAX);
    exchange->looked[exchange->looked_count++] = looked;
    *ret = looked.standing;
    return true;
}

static bool is_same_standing(const struct looked *a, const struct looked *b)
{
    const struct log_standing *x = &a->standing, *y = &b->standing;

    return x->known == y->known && x->revoked == y->revoked && x->counter == y->counter && x->last_seq == y->last_seq &&
           x->safe_seq == y->safe_seq && x->scope == y->scope && memcmp(x->last_head, y->last_head, HASH_SIZE) == 0;
}

/* Locks the ledger. exchange->again: what the session was told is not so any more. */
static bool lock(struct exchange *exchange, uint64_t log, struct error *err)
{
    struct server *server = exchange->server;

    server->ledger->rollback(exchange->reading);
    exchange->reading = NULL;
    if (exchange->writing == NULL) {
        if (!server->ledger->begin(server->ledger, LEDGER_WRITE, &exchange->writing, err))
            return false;
        for (size_t i = 0; i < exchange->looked_count; i++) {
            struct looked now = {.log = exchange->looked[i].log};
            if (!fleet_standing(server, exchange->writing, exchange->arena, now.log, &now.standing, &now.record, err))
                return false;
            exchange->again = exchange->again || !is_same_standing(&now, &exchange->looked[i]);
            exchange->looked[i] = now;
        }
    }
    /* Once: what custody takes moves it on, and a later step must not fall back to what was looked up. */
    for (size_t i = 0; i < exchange->looked_count && exchange->self.log != log; i++)
        if (exchange->looked[i].log == log)
            exchange->self = exchange->looked[i];
    return true;
}

static bool begin_custody(struct exchange *exchange, struct error *err)
{
    if (exchange->custody_began)
        return true;
    exchange_custody(exchange->server, exchange->writing, exchange->arena, exchange->now_ms, &exchange->custody);
    exchange->custody_began = true;
    return custody_begin(&exchange->custody, err);
}

/* --- what the session asks for ----------------------------------------------------------------------------------------- */

static bool do_look_up(struct exchange *exchange, const struct server_action *action, struct server_event *ret, struct error *err)
{
    ret->kind = SERVER_EVENT_STANDING;
    return look_up(exchange, action->log, &ret->standing, err);
}

static bool do_introduce(struct exchange *exchange, const struct server_action *action, struct server_event *ret, struct error *err)
{
    const struct introduction *introduction = &action->introduction;
    struct ledger_log fresh = {.log = introduction->fresh, .agent = "", .introduced_by = introduction->old};
    const struct looked *old = NULL;

    for (size_t i = 0; i < exchange->looked_count; i++)
        if (exchange->looked[i].log == introduction->old)
            old = &exchange->looked[i];
    if (old == NULL || !old->standing.known)
        return error_set(err, ERROR_REFUSED, "", "a log was introduced by one that is not known");
    fresh.device = old->record.device;
    memcpy(fresh.public_key, introduction->fresh_public, sizeof fresh.public_key);
    if (!fleet_add_log(exchange->server, exchange->writing, exchange->arena, &fresh, err))
        return false;
    exchange->looked_count = 0;
    exchange->moved = true;
    ret->kind = SERVER_EVENT_STANDING;
    if (!look_up(exchange, fresh.log, &ret->standing, err))
        return false;
    exchange->self = exchange->looked[0];
    return true;
}

static bool do_head_at(struct exchange *exchange, const struct server_action *action, struct server_event *ret, struct error *err)
{
    struct ledger_work *work = any_work(exchange, err);

    ret->kind = SERVER_EVENT_HEAD;
    return work != NULL && exchange->server->ledger->head_at(work, action->log, action->seq, ret->head, &ret->has_head, err);
}

static bool do_time_at(struct exchange *exchange, const struct server_action *action, struct server_event *ret, struct error *err)
{
    struct ledger_work *work = any_work(exchange, err);

    ret->kind = SERVER_EVENT_TIME;
    for (size_t i = 0; i < exchange->looked_count; i++)
        if (exchange->looked[i].log == action->log)
            return work != NULL &&
                   custody_time_at(exchange->server->ledger, work, &exchange->looked[i].record, action->seq, &ret->time, err);
    return error_set(err, ERROR_USAGE, "", "the time of a change was asked for before its log");
}

/* Verdicts of everything after action->seq: of what came now, and of what came before when its answer was lost. */
static bool verdicts_of(struct exchange *exchange, const struct server_action *action, uint64_t taken_from, struct server_event *ret,
                        struct error *err)
{
    struct custody *custody = &exchange->custody;
    struct ledger_quarantine *earlier = NULL;
    size_t count = 0;
    struct verdict *verdicts;

    ret->verdicts = custody->verdicts;
    ret->verdict_count = custody->verdict_count;
    ret->clamped = custody->clamped > 0;
    if (action->seq >= taken_from)
        return true;
    if (!exchange->server->ledger->quarantine_after(exchange->writing, exchange->arena, action->log, action->seq, &earlier, &count,
                                                    &ret->clamped, err))
        return false;
    verdicts = arena_take_many(exchange->arena, count + custody->verdict_count + 1, sizeof *verdicts);
    if (verdicts == NULL)
        return app_no_memory(err);
    ret->verdict_count = 0;
    for (size_t i = 0; i < count && earlier[i].seq <= taken_from; i++)
        verdicts[ret->verdict_count++] = (struct verdict){earlier[i].seq, VERDICT_QUARANTINED};
    for (size_t i = 0; i < custody->verdict_count; i++)
        verdicts[ret->verdict_count++] = custody->verdicts[i];
    ret->verdicts = verdicts;
    return true;
}

struct retelling {
    struct exchange *exchange;
    struct error *err;
    size_t left, from; /* segments; bytes that were in the arena before */
    bool failed;
};

static bool retell_segment(void *context, const struct ledger_segment *stored)
{
    struct retelling *retelling = context;
    struct exchange *exchange = retelling->exchange;
    struct segment segment;
    char *sealed = arena_text_n(exchange->arena, (const char *)stored->sealed.data, stored->sealed.size);

    retelling->failed = sealed == NULL || !segment_open(exchange->arena, (struct span){(const uint8_t *)sealed, stored->sealed.size},
                                                        exchange->self.standing.public_key, &segment, retelling->err);
    for (uint64_t i = 0; !retelling->failed && i < segment.count; i++) {
        struct work_row *row = workset_row(&exchange->custody.set, segment.changes[i].entity, segment.changes[i].row);
        retelling->failed = row == NULL;
        if (row != NULL)
            row->touched = row->spoiled = true; /* the device is told what stands, whatever it thinks */
    }
    return !retelling->failed && --retelling->left > 0 && exchange->arena->used_bytes - retelling->from < EXCHANGE_OPENED_BYTES_MAX;
}

/* The answer to an earlier push was lost, and with it what was told of rows that the device may not hold, or holds otherwise. What lies
 * too far back is left to the sums. */
static bool retell(struct exchange *exchange, uint64_t after_seq, struct error *err)
{
    struct retelling retelling = {.exchange = exchange, .err = err, .left = MESSAGE_SEGMENTS_MAX, .from = exchange->arena->used_bytes};

    if (!exchange->server->ledger->segments_of_log(exchange->writing, exchange->self.log, after_seq, retell_segment, &retelling, err))
        return false;
    exchange->pushed = true;
    return retelling.failed ? app_no_memory(err) : workset_load(&exchange->custody.set, err);
}

static bool do_take(struct exchange *exchange, const struct server_action *action, struct server_event *ret, struct error *err)
{
    struct looked *self = &exchange->self;
    uint64_t taken_from = self->record.last_seq;

    ret->kind = SERVER_EVENT_TAKEN;
    if (!begin_custody(exchange, err) || (action->seq < taken_from && !retell(exchange, action->seq, err)))
        return false;
    if (action->segment_count > 0) {
        if (!custody_take(&exchange->custody, &self->record, action->segments, action->segment_count, err))
            return false;
        exchange->pushed = exchange->moved = true;
    }
    self->standing.last_seq = self->record.last_seq;
    self->standing.last_time = self->record.last_time;
    memcpy(self->standing.last_head, self->record.last_head, HASH_SIZE);
    ret->standing = self->standing;
    return verdicts_of(exchange, action, taken_from, ret, err);
}

/* What is noted of every exchange that verified, and then: durable. */
static bool commit(struct exchange *exchange, struct error *err)
{
    struct server *server = exchange->server;
    const struct request *request = exchange->request;
    struct ledger_log *record = &exchange->self.record;
    struct ledger_work *work = exchange->writing;
    struct gauges gauges;
    bool done;

    if (request != NULL && exchange->self.standing.known) {
        if (request->kind == MESSAGE_SYNC) {
            if (request->counter > record->counter)
                record->counter = request->counter;
            record->clock_error_ms = request->now_ms - exchange->now_ms;
        }
        record->waiting = request->waiting;
        record->last_contact_ms = exchange->now_ms;
        if (request->agent != NULL && request->agent[0] != '\0')
            record->agent = request->agent;
        seal_log(&server->facts, record);
        if (!server->ledger->log_put(work, record, err))
            return false;
    }
    if (exchange->moved && !gauges_read(server, work, &gauges, err))
        return false;
    exchange->writing = NULL;
    done = server->ledger->commit(work, err);
    exchange->committed = done;
    if (done && exchange->moved)
        gauges_show(server, &gauges);
    return done;
}

static struct feed_asked asked_of(struct exchange *exchange, const struct server_action *action)
{
    return (struct feed_asked){
        .standing = &exchange->self.standing,
        .device = exchange->self.record.device,
        .facts = &exchange->server->facts,
        .cursor = action->kind == SERVER_FEED ? action->cursor : action->request->cursor,
        .room = action->kind == SERVER_FEED ? action->room : PAGE_BODY_BYTES_MAX,
        .pushed = exchange->pushed && action->own_from > 0,
    };
}

static bool do_feed(struct exchange *exchange, const struct server_action *action, struct server_event *ret, struct error *err)
{
    struct feed_asked asked = asked_of(exchange, action);

    return begin_custody(exchange, err) && feed_page(&exchange->custody, &asked, ret, err) && commit(exchange, err);
}

static bool do_buckets(struct exchange *exchange, const struct server_action *action, struct server_event *ret, struct error *err)
{
    struct feed_asked asked = asked_of(exchange, action);

    return begin_custody(exchange, err) && feed_buckets(&exchange->custody, &asked, ret, err);
}

static bool do_bucket_rows(struct exchange *exchange, const struct server_action *action, struct server_event *ret, struct error *err)
{
    struct feed_asked asked = asked_of(exchange, action);

    return begin_custody(exchange, err) && feed_bucket_rows(&exchange->custody, &asked, action->buckets, action->bucket_count, ret, err);
}

static const struct {
    bool locks;
    bool (*perform)(struct exchange *exchange, const struct server_action *action, struct server_event *ret, struct error *err);
} performers[] = {
    [SERVER_LOOK_UP] = {false, do_look_up}, [SERVER_INTRODUCE] = {true, do_introduce},
    [SERVER_HEAD_AT] = {false, do_head_at}, [SERVER_TIME_AT] = {false, do_time_at},
    [SERVER_TAKE] = {true, do_take},        [SERVER_FEED] = {true, do_feed},
    [SERVER_BUCKETS] = {true, do_buckets},  [SERVER_BUCKET_ROWS] = {true, do_bucket_rows},
};

static void give_up(struct exchange *exchange)
{
    struct server *server = exchange->server;

    server->ledger->rollback(exchange->reading);
    server->ledger->rollback(exchange->writing);
    exchange->reading = exchange->writing = NULL;
}

static struct server_event perform(struct exchange *exchange, const struct server_action *action)
{
    struct server_event event = {0};
    struct error err = {0};

    exchange->request = action->request != NULL ? action->request : exchange->request;
    /* Asked again after the commit: a page that packed larger than it may. It comes again, smaller, with the next request. */
    if (exchange->committed)
        error_set(&err, ERROR_BUSY, "", "a page was larger than it may be");
    else if (!performers[action->kind].locks || lock(exchange, action->log, &err)) {
        if (exchange->again || performers[action->kind].perform(exchange, action, &event, &err))
            return event;
    }
    give_up(exchange);
    event = (struct server_event){.kind = SERVER_EVENT_FAILED, .error = err};
    return event;
}

/* --- drive ------------------------------------------------------------------------------------------------------------- */

static uint32_t spread_of(const struct server *server)
{
    uint64_t spread = atomic_load(&server->counters.devices) * 20; /* 500 devices behind one link: 10 s */

    return spread > SPREAD_MS_MAX ? SPREAD_MS_MAX : (uint32_t)spread;
}

/* Runs the session to its reply. exchange->again: run it once more, under the lock that is held now. */
static struct server_action run(struct exchange *exchange, struct span request, struct error *err)
{
    struct server *server = exchange->server;
    struct server_session *session = server_session_create(exchange->arena, server->facts.secret, exchange->now_ms, spread_of(server));
    struct server_action action = {.kind = SERVER_REPLY};

    exchange->looked_count = 0;
    exchange->self = (struct looked){0};
    exchange->request = NULL;
    exchange->again = false;
    if (session == NULL) {
        app_no_memory(err);
        return action;
    }
    action = server_session_start(session, request, err);
    while (action.kind != SERVER_REPLY) {
        struct server_event event = perform(exchange, &action);
        if (exchange->again)
            break;
        action = server_session_next(session, &event);
    }
    return action;
}

static void note(struct server *server, const struct server_action *action, struct span request)
{
    struct counters *counters = &server->counters;

    atomic_fetch_add(&counters->request_bytes, request.size);
    atomic_fetch_add(&counters->reply_bytes, action->reply.size);
    if (action->reply.size == 0) {
        atomic_fetch_add(&counters->bad, 1);
        return;
    }
    atomic_fetch_add(&counters->exchanges, 1);
    if (action->reply_kind == REPLY_REFUSED)
        atomic_fetch_add(&counters->refused, 1);
    if (action->reply_kind == REPLY_RETRY)
        atomic_fetch_add(&counters->retried, 1);
}

/* A verified request is noted even when nothing was asked of the ledger: its counter must not come twice. False: look again. */
static bool note_request(struct exchange *exchange, struct server_action *action, struct error *err)
{
    if (action->error != NULL || exchange->request == NULL || exchange->committed || action->reply.size == 0)
        return true;
    if (!lock(exchange, exchange->request->log, err))
        action->reply = (struct span){0};
    else if (exchange->again)
        return false;
    else if (!commit(exchange, err))
        action->reply = (struct span){0};
    return true;
}

/* Twice at most: what was looked up before the lock may be so no more, what is looked up under it is. */
static struct server_action run_to_reply(struct exchange *exchange, struct span request, struct error *failed, struct error *err)
{
    struct server_action action = run(exchange, request, err);

    if (exchange->again || !note_request(exchange, &action, failed)) {
        action = run(exchange, request, err);
        note_request(exchange, &action, failed);
    }
    return action;
}

bool server_exchange(struct server *server, struct span request, struct bytes *ret_reply, struct error *err)
{
    struct arena arena = {0};
    struct exchange exchange = {.server = server, .arena = &arena, .now_ms = server_now_ms(server)};
    struct error failed = {0};
    struct server_action action = run_to_reply(&exchange, request, &failed, err);

    give_up(&exchange);
    note(server, &action, request);
    bool done = action.reply.size > 0 && bytes_append(ret_reply, action.reply.data, action.reply.size);
    if (!done) {
        if (action.error != NULL && err != NULL && err->kind == ERROR_NONE)
            *err = *action.error;
        if (failed.kind != ERROR_NONE && err != NULL && err->kind == ERROR_NONE)
            *err = failed;
        error_set(err, ERROR_BUSY, "", "the request could not be answered now");
    }
    arena_clear(&arena);
    return done;
}
