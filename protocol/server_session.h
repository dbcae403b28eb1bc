// SPDX-License-Identifier: Apache-2.0
/* The server's half of one exchange, as a state machine: told what the ledger said, it answers what to do next.
 *
 * Here:      who is it, does its log follow on, what is taken, what is answered.
 * Not here:  the ledger (server-stub), HTTP. No IO, no clock, no chance.
 *
 * One exchange is one transaction: LOOK_UP .. REPLY all happen inside it, and REPLY is sent only after its commit.
 */
#ifndef PROTOCOL_SERVER_SESSION_H
#define PROTOCOL_SERVER_SESSION_H

#include "protocol/message.h"

/* What the ledger knows of a log. */
struct log_standing {
    bool known, revoked;
    bool whole;                       /* device granted everything */
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    uint64_t counter;                 /* the highest that was answered */
    uint64_t last_seq; uint8_t last_head[HASH_SIZE]; uint64_t last_time;
    uint64_t safe_seq;
    uint64_t scope;                   /* version of its grants */
    const struct grant *grants; size_t grant_count;
    uint64_t epoch;                   /* the ledger's */
};

enum server_action_kind {
    SERVER_LOOK_UP,     /* tell me the standing of `log` */
    SERVER_INTRODUCE,   /* `introduction` verified: tie its fresh log and key to the device of its old log, counter 0, last_seq 0, then tell
                           me the fresh log's STANDING. Comes after a LOOK_UP of the fresh log (unknown) and of the old one (known, not
                           revoked). */
    SERVER_HEAD_AT,     /* tell me the chain's head of `log` after `seq`, if a segment ends there */
    SERVER_TIME_AT,     /* tell me by which time you know change `seq` of `log`; a segment ends there */
    SERVER_TAKE,        /* store these opened segments (they follow on; none when an earlier answer was lost), apply or quarantine each
                           change; tell me the verdicts of all changes after `seq` and the new standing */
    SERVER_FEED,        /* read the feed for this device from `cursor`, at most about `room` bytes packed; rows moved by this log's changes
                           from `own_from` on and by nobody else since `cursor` need not travel: name them as keys only where many != 1 */
    SERVER_BUCKETS,     /* tell me the digest per bucket of all the device is to hold */
    SERVER_BUCKET_ROWS, /* all rows the device is to hold in `buckets` (asked again with fewer when they do not fit) */
    SERVER_REPLY,       /* commit (note counter if higher, clock error, agent if said, waiting), then send `reply` */
};
struct server_action {
    enum server_action_kind kind;
    uint64_t log, seq;
    struct introduction introduction;                       /* SERVER_INTRODUCE */
    const struct segment *segments; size_t segment_count;   /* SERVER_TAKE */
    struct cursor cursor; uint32_t room; uint64_t own_from; /* SERVER_FEED; own_from 0: this device pushed nothing new */
    const struct request *request;                          /* once it verified; a REPLY without one: note nothing */
    const uint8_t *buckets; size_t bucket_count;            /* SERVER_BUCKET_ROWS */
    struct span reply;                                      /* SERVER_REPLY: in the arena; empty: answer HTTP 400 */
    enum reply_kind reply_kind;                             /* SERVER_REPLY: for the counters */
    const struct error *error;                              /* SERVER_REPLY: set when nothing may be committed, and why; else NULL */
};
enum server_event_kind {
    SERVER_EVENT_STANDING, SERVER_EVENT_HEAD, SERVER_EVENT_TIME, SERVER_EVENT_TAKEN, SERVER_EVENT_FED, SERVER_EVENT_BUCKETS,
    SERVER_EVENT_FAILED,
};
/* What it points to must live until SERVER_REPLY was given out. */
struct server_event {
    enum server_event_kind kind;
    struct log_standing standing;                        /* STANDING, TAKEN */
    bool has_head; uint8_t head[HASH_SIZE];              /* HEAD */
    uint64_t time;                                       /* TIME: effective, never later than it truly is */
    const struct verdict *verdicts; size_t verdict_count; bool clamped;   /* TAKEN */
    struct page page; struct cursor cursor; bool more;   /* FED (feed or bucket rows) */
    struct digest digest; uint64_t rows; bool has_digest;   /* FED (feed); rows: BUCKETS too, 0 when not known */
    const struct digest *buckets;                        /* BUCKETS */
    struct error error;                                  /* FAILED: the reply becomes RETRY and nothing is committed */
};

struct server_session;
/* The arena holds all that the session makes; now_ms is the server's clock; secret signs. NULL: no memory. */
struct server_session *server_session_create(struct arena *arena, const uint8_t secret[SIGN_SECRET_SIZE], int64_t now_ms,
                                             uint32_t spread_ms);
/* ERROR_* in err and kind SERVER_REPLY with an empty reply when the request is not even one (HTTP 400). */
struct server_action server_session_start(struct server_session *session, struct span request, struct error *err);
struct server_action server_session_next(struct server_session *session, const struct server_event *event);

#endif
