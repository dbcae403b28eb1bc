// SPDX-License-Identifier: Apache-2.0
/* The server's half of one exchange, as a state machine.
 *
 * Here:      who asks, in which order the ledger is asked, what is answered.
 * Not here:  whether a log follows on (log_walk.c), the ledger, HTTP, what a change does to a row.
 * Promise:   nothing is taken without the log's valid key; nothing is shown to a stranger or to a revoked device; what a known log
 *            captured is taken into custody, whatever became of its scope.
 */
#include "protocol/server_session.h"

#include <string.h>

#include "protocol/catalogue.h"
#include "protocol/log_walk.h"

enum step { STEP_STANDING, STEP_OLD_STANDING, STEP_HEAD, STEP_TIME, STEP_TAKEN, STEP_FED, STEP_BUCKETS, STEP_ROWS, STEP_DONE };
enum { RETRY_MS = 30 * 1000, RETRY_BUSY_MS = 1000, ROOM_BYTES_MIN = 4096 };

struct server_session {
    struct arena *arena;
    uint8_t secret[SIGN_SECRET_SIZE];
    uint32_t spread_ms;
    enum step step;
    struct span bytes;
    uint64_t log;
    struct request request;
    bool verified;
    struct log_standing standing;

    struct introduction introduction;
    struct log_walk walk;
    size_t bucket_count; /* of the asked ones, how many are being answered */
    uint32_t room;
    struct reply reply;
    struct error error;
};

static struct server_action ask_feed(struct server_session *session);

struct server_session *server_session_create(struct arena *arena, const uint8_t secret[SIGN_SECRET_SIZE], int64_t now_ms,
                                             uint32_t spread_ms)
{
    struct server_session *session = arena_take(arena, sizeof *session);

    if (session == NULL)
        return NULL;
    session->arena = arena;
    memcpy(session->secret, secret, SIGN_SECRET_SIZE);
    session->spread_ms = spread_ms;
    session->reply.now_ms = now_ms;
    session->reply.reason = "";
    return session;
}

/* --- answers ----------------------------------------------------------------------------------------------------------- */

static struct server_action ask(struct server_session *session, enum server_action_kind kind, enum step step)
{
    session->step = step;
    return (struct server_action){
        .kind = kind,
        .log = session->log,
        .request = session->verified ? &session->request : NULL,
        .reply_kind = session->reply.kind,
    };
}

/* No answer at all: it was not a request, or there is no memory for one. */
static struct server_action give_up(struct server_session *session)
{
    struct server_action action = ask(session, SERVER_REPLY, STEP_DONE);

    action.error = &session->error;
    return action;
}

static bool keep(struct server_session *session, struct bytes *from, struct span *ret)
{
    char *copy = arena_text_n(session->arena, (const char *)from->data, from->size);

    if (copy == NULL)
        return error_set(&session->error, ERROR_MEMORY, "", "no memory for a reply");
    *ret = (struct span){(const uint8_t *)copy, from->size};
    return true;
}

static struct server_action answer(struct server_session *session, enum reply_kind kind, const char *reason)
{
    struct server_action action;
    struct bytes packed = {0};
    struct span reply = {0};
    bool failed = session->error.kind != ERROR_NONE;
    bool packed_well;

    session->reply.kind = kind;
    session->reply.reason = reason;
    packed_well = reply_pack(&packed, &session->reply, session->bytes, session->secret, &session->error) && keep(session, &packed, &reply);
    bytes_clear(&packed);
    if (!packed_well)
        return give_up(session);
    action = ask(session, SERVER_REPLY, STEP_DONE);
    action.reply = reply;
    action.error = failed ? &session->error : NULL;
    return action;
}

/* Nothing is committed and nothing is told but to come again. */
static struct server_action answer_retry(struct server_session *session)
{
    session->reply = (struct reply){
        .now_ms = session->reply.now_ms,
        .cursor = session->request.cursor,
        .last_seq = session->request.last_seq,
        .retry_ms = session->error.kind == ERROR_BUSY ? RETRY_BUSY_MS : RETRY_MS,
        .spread_ms = session->spread_ms,
    };
    memcpy(session->reply.last_head, session->request.last_head, HASH_SIZE);
    return answer(session, REPLY_RETRY, N_("the server could not do it now"));
}

/* With the time of the common point: what the device says again must replace what it replaced, and nothing that a twin said since. */
static struct server_action answer_fork(struct server_session *session, uint64_t common_time)
{
    session->reply.last_seq = session->walk.common;
    memcpy(session->reply.last_head, session->walk.common_head, HASH_SIZE);
    session->reply.clamped = session->walk.common > 0;
    session->reply.last_time = common_time;
    return answer(session, REPLY_FORK, "");
}

static struct server_action on_time(struct server_session *session, const struct server_event *event)
{
    return answer_fork(session, event->time);
}

static struct server_action fork_log(struct server_session *session)
{
    struct server_action action;

    if (session->standing.revoked)
        return answer(session, REPLY_REFUSED, N_("this device was revoked"));
    if (session->walk.common == 0)
        return answer_fork(session, 0);
    if (session->walk.common == session->standing.last_seq)
        return answer_fork(session, session->standing.last_time);
    action = ask(session, SERVER_TIME_AT, STEP_TIME);
    action.seq = session->walk.common;
    return action;
}

/* --- what is taken ----------------------------------------------------------------------------------------------------- */

/* The server's word that it holds the log, whenever it knows more than the device does. */
static bool add_receipt(struct server_session *session, const struct verdict *verdicts, size_t count)
{
    struct log_standing *standing = &session->standing;
    struct receipt receipt = {.log = session->log, .seq = standing->last_seq, .safe_seq = standing->safe_seq};
    struct verdict *told = arena_take_many(session->arena, VERDICTS_MAX, sizeof *told);
    struct bytes packed = {0};
    bool done;

    if (standing->last_seq <= session->request.last_seq && standing->safe_seq <= session->request.safe_seq)
        return true;
    if (told == NULL)
        return error_set(&session->error, ERROR_MEMORY, "", "no memory for a receipt");
    /* When there are more than fit, those that a person must see go first: all others are told by `clamped` and by the rows. */
    for (size_t i = 0; i < count; i++)
        if ((verdicts[i].kind == VERDICT_QUARANTINED || count <= VERDICTS_MAX) && receipt.verdict_count < VERDICTS_MAX)
            told[receipt.verdict_count++] = verdicts[i];
    receipt.verdicts = told;
    memcpy(receipt.head, standing->last_head, HASH_SIZE);
    done = receipt_sign(&packed, &receipt, session->secret, &session->error) && keep(session, &packed, &session->reply.receipt);
    bytes_clear(&packed);
    return done;
}

/* After custody: what this device may see. */
static struct server_action go_on(struct server_session *session)
{
    const struct request *request = &session->request;
    struct server_action action;

    if (session->standing.revoked)
        return answer(session, REPLY_REFUSED, N_("this device was revoked"));
    if (session->walk.verdict == REPLY_CORRUPT)
        return answer(session, REPLY_CORRUPT, session->walk.reason);
    if (session->walk.verdict == REPLY_BEHIND)
        return answer(session, REPLY_BEHIND, "");
    if (request->cursor.scope != session->standing.scope && session->standing.grant_count <= GRANTS_MAX) {
        session->reply.grants = session->standing.grants;
        session->reply.grant_count = session->standing.grant_count;
    }
    if (request->repair == 1)
        return ask(session, SERVER_BUCKETS, STEP_BUCKETS);
    if (request->repair == 2 && request->repair_bucket_count > 0) {
        session->bucket_count = request->repair_bucket_count;
        action = ask(session, SERVER_BUCKET_ROWS, STEP_ROWS);
        action.buckets = request->repair_buckets;
        action.bucket_count = session->bucket_count;
        return action;
    }
    return ask_feed(session);
}

static struct server_action on_taken(struct server_session *session, const struct server_event *event)
{
    session->standing = event->standing;
    session->reply.last_seq = event->standing.last_seq;
    memcpy(session->reply.last_head, event->standing.last_head, HASH_SIZE);
    session->reply.clamped = event->clamped;
    session->reply.last_time = event->clamped ? event->standing.last_time : 0;
    if (!add_receipt(session, event->verdicts, event->verdict_count))
        return answer_retry(session);
    return go_on(session);
}

static struct server_action take(struct server_session *session)
{
    struct server_action action;

    if (session->walk.taken_count == 0 && session->standing.last_seq <= session->request.last_seq) {
        if (!add_receipt(session, NULL, 0))
            return answer_retry(session);
        return go_on(session);
    }
    action = ask(session, SERVER_TAKE, STEP_TAKEN);
    action.seq = session->request.last_seq;
    action.segments = session->walk.taken;
    action.segment_count = session->walk.taken_count;
    return action;
}

/* --- whose log it is --------------------------------------------------------------------------------------------------- */

static struct server_action on_walk(struct server_session *session, enum walk_step step)
{
    struct server_action action;

    if (step == WALK_FAILED)
        return answer_retry(session);
    if (step == WALK_DONE)
        return session->walk.verdict == REPLY_FORK ? fork_log(session) : take(session);
    action = ask(session, SERVER_HEAD_AT, STEP_HEAD);
    action.seq = session->walk.ask_seq;
    return action;
}

static struct server_action on_head(struct server_session *session, const struct server_event *event)
{
    return on_walk(session, log_walk_head(&session->walk, event->has_head, event->head, &session->error));
}

static struct server_action answer_unknown(struct server_session *session)
{
    return answer(session, REPLY_REFUSED, N_("this log is not known here"));
}

/* A log that nobody knows may be the fresh one of a device that forked: then its old log vouches for it. */
static struct server_action ask_who_introduces(struct server_session *session)
{
    struct span introduction;
    struct error err = {0};
    struct server_action action;

    if (session->introduction.fresh != 0 || !request_peek_introduction(session->bytes, &introduction, &err) || introduction.size == 0 ||
        !introduction_open(introduction, NULL, &session->introduction, &err) || session->introduction.fresh != session->log)
        return answer_unknown(session);
    action = ask(session, SERVER_LOOK_UP, STEP_OLD_STANDING);
    action.log = session->introduction.old;
    return action;
}

static struct server_action on_old_standing(struct server_session *session, const struct server_event *event)
{
    struct span introduction;
    struct error err = {0};
    struct server_action action;

    if (!event->standing.known || event->standing.revoked || !request_peek_introduction(session->bytes, &introduction, &err) ||
        !introduction_open(introduction, event->standing.public_key, &session->introduction, &err))
        return answer_unknown(session);
    if (!request_open(session->arena, session->bytes, session->introduction.fresh_public, &session->request, &session->error))
        return give_up(session);
    action = ask(session, SERVER_INTRODUCE, STEP_STANDING);
    action.introduction = session->introduction;
    return action;
}

static struct server_action on_standing(struct server_session *session, const struct server_event *event)
{
    struct request *request = &session->request;
    const struct log_standing *standing = &session->standing;

    session->standing = event->standing;
    if (!standing->known)
        return ask_who_introduces(session);
    if (!request_open(session->arena, session->bytes, standing->public_key, request, &session->error))
        return give_up(session);
    session->verified = true;
    session->reply.cursor = request->cursor;
    session->reply.spread_ms = session->spread_ms;
    session->reply.last_seq = standing->last_seq;
    memcpy(session->reply.last_head, standing->last_head, HASH_SIZE);
    return on_walk(session, log_walk_start(&session->walk, session->arena, request, standing, &session->error));
}

/* --- what is shown ----------------------------------------------------------------------------------------------------- */

static struct server_action ask_feed(struct server_session *session)
{
    const struct request *request = &session->request;
    struct server_action action = ask(session, SERVER_FEED, STEP_FED);

    if (session->room == 0) {
        session->room = request->room == 0 ? ROOM_BYTES_DEFAULT : request->room;
        if (session->room > PAGE_BODY_BYTES_MAX)
            session->room = PAGE_BODY_BYTES_MAX;
        if (session->room < ROOM_BYTES_MIN)
            session->room = ROOM_BYTES_MIN;
    }
    action.cursor = request->cursor;
    action.room = session->room;
    action.own_from = session->standing.last_seq > request->last_seq ? request->last_seq + 1 : 0;
    return action;
}

/* False with ERROR_LIMIT when it does not fit into a page. */
static bool add_page(struct server_session *session, const struct page *page, struct error *err)
{
    struct bytes packed = {0};
    bool done = true;

    session->reply.page = (struct span){0};
    if (page->row_count > 0 || page->key_count > 0) {
        done = page_pack(&packed, page, err) && keep(session, &packed, &session->reply.page);
        bytes_clear(&packed);
    }
    return done;
}

static struct server_action on_fed(struct server_session *session, const struct server_event *event)
{
    struct error err = {0};

    if (!add_page(session, &event->page, &err)) {
        if (err.kind == ERROR_LIMIT && session->room > ROOM_BYTES_MIN) {
            session->room /= 2; /* packed larger than the ledger thought */
            return ask_feed(session);
        }
        session->error = err;
        return answer_retry(session);
    }
    session->reply.cursor = event->cursor;
    session->reply.more = event->more;
    session->reply.has_digest = event->has_digest && !event->more;
    session->reply.digest = event->digest;
    session->reply.rows = session->reply.has_digest ? event->rows : 0;
    return answer(session, REPLY_OK, "");
}

static struct server_action on_buckets(struct server_session *session, const struct server_event *event)
{
    struct digest sum = {0};

    for (size_t i = 0; i < BUCKETS; i++)
        digest_add(&sum, event->buckets[i]);
    session->reply.buckets = event->buckets;
    session->reply.digest = sum;
    session->reply.has_digest = true;
    session->reply.rows = event->rows;
    return answer(session, REPLY_OK, "");
}

static struct server_action on_rows(struct server_session *session, const struct server_event *event)
{
    struct error err = {0};

    if (!add_page(session, &event->page, &err)) {
        if (err.kind == ERROR_LIMIT && session->bucket_count > 1) {
            struct server_action action = ask(session, SERVER_BUCKET_ROWS, STEP_ROWS);
            session->bucket_count /= 2;
            action.buckets = session->request.repair_buckets;
            action.bucket_count = session->bucket_count;
            return action;
        }
        session->error = err;
        return answer_retry(session);
    }
    session->reply.bucket_count = (uint32_t)session->bucket_count;
    return answer(session, REPLY_OK, "");
}

/* --- drive ------------------------------------------------------------------------------------------------------------- */

struct server_action server_session_start(struct server_session *session, struct span request, struct error *err)
{
    enum message_kind kind;

    session->bytes = request;
    if (!request_peek(request, &session->log, &kind, &session->error)) {
        if (session->error.kind == ERROR_NEWER) {
            error_clear(&session->error);
            session->reply.oldest = PROTOCOL_VERSION;
            session->reply.newest = PROTOCOL_VERSION;
            return answer(session, REPLY_UPGRADE, "");
        }
        if (err != NULL)
            *err = session->error;
        return give_up(session);
    }
    return ask(session, SERVER_LOOK_UP, STEP_STANDING);
}

struct server_action server_session_next(struct server_session *session, const struct server_event *event)
{
    static const struct {
        enum server_event_kind event;
        struct server_action (*on)(struct server_session *session, const struct server_event *event);
    } steps[] = {
        [STEP_STANDING] = {SERVER_EVENT_STANDING, on_standing},
        [STEP_OLD_STANDING] = {SERVER_EVENT_STANDING, on_old_standing},
        [STEP_HEAD] = {SERVER_EVENT_HEAD, on_head},
        [STEP_TIME] = {SERVER_EVENT_TIME, on_time},
        [STEP_TAKEN] = {SERVER_EVENT_TAKEN, on_taken},
        [STEP_FED] = {SERVER_EVENT_FED, on_fed},
        [STEP_BUCKETS] = {SERVER_EVENT_BUCKETS, on_buckets},
        [STEP_ROWS] = {SERVER_EVENT_FED, on_rows},
    };

    if (session->step == STEP_DONE || (event->kind != SERVER_EVENT_FAILED && event->kind != steps[session->step].event)) {
        error_set(&session->error, ERROR_USAGE, "", "event %d came at step %d of an exchange", (int)event->kind, (int)session->step);
        return session->verified ? answer_retry(session) : give_up(session);
    }
    if (event->kind == SERVER_EVENT_FAILED) {
        session->error = event->error;
        if (session->error.kind == ERROR_NONE)
            error_set(&session->error, ERROR_STORAGE, "", "the ledger failed without a word");
        return answer_retry(session);
    }
    return steps[session->step].on(session, event);
}
