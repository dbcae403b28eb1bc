// SPDX-License-Identifier: Apache-2.0
/* The device's half of a session, as a state machine: told what happened, it answers what to do next.
 *
 * Here:      push the log, pull the state, loop until neither side has more; fork, restored server, lost scope, repair, bundles.
 * Not here:  reading the log, sending, applying (agent/sync drives; the store and the transport do). No IO, no clock, no chance.
 *
 *     action = device_session_start(&session, &standing);
 *     while (action.kind != SESSION_FINISH) { event = perform(action); action = device_session_next(&session, &event); }
 *
 * Promise: nothing is forgotten without a verified receipt; nothing changes on an answer that does not verify.
 */
#ifndef PROTOCOL_DEVICE_SESSION_H
#define PROTOCOL_DEVICE_SESSION_H

#include "protocol/message.h"

/* What the store knows at the start, and again after each step that changed it. */
struct device_standing {
    uint64_t log;
    uint8_t secret[SIGN_SECRET_SIZE], server_public[SIGN_PUBLIC_SIZE], digest_key[DIGEST_KEY_SIZE];
    uint64_t counter;              /* of the next request; the store has already moved it on, durably */
    struct cursor cursor;
    uint64_t last_seq;             /* receipted */
    uint8_t last_head[HASH_SIZE];
    uint64_t safe_seq;             /* in a verified backup, by the latest receipt; 0 when not known */
    uint64_t waiting;              /* changes after last_seq */
    uint64_t rows;                 /* rows held from the server's feed or made here */
    struct digest digest;          /* over all rows held */
    int64_t now_ms;
    uint32_t batch_bytes;          /* learnt: how much to send at once; 64 KiB at first */
    const char *agent;
    struct span introduction;      /* goes into every request; empty once a verified backup holds something of this log */
};

enum session_action_kind {
    SESSION_READ,      /* seal what waits and give me segments after `after_seq` (below last_seq when the server lost some), at most
                          `bytes_max` together, at least one if there is one */
    SESSION_SEND,      /* send `request`, wait for the answer */
    SESSION_APPLY,     /* in one transaction: the receipt, the page, the cursor, the clock; then tell the new standing */
    SESSION_FORK,      /* start a new log, keep every edit after reply->last_seq (rename), then tell the new standing */
    SESSION_BUCKETS,   /* tell me your digest per bucket (BUCKETS of them) */
    SESSION_FINISH,
};
struct session_action {
    enum session_action_kind kind;
    uint64_t after_seq; uint32_t bytes_max;
    struct span request;               /* owned by the session, until the next call */
    const struct reply *reply;         /* SESSION_APPLY, SESSION_FORK: what the server said; owned likewise */
    const struct receipt *receipt;     /* SESSION_APPLY: verified, names this log; NULL when none came */
    const struct page *page;           /* SESSION_APPLY: NULL when none came */
    bool replace_buckets;              /* SESSION_APPLY: the page is all there is in `buckets`: what it does not name is dropped,
                                          unsent changes kept; page NULL: there is nothing in them */
    const uint8_t *buckets; size_t bucket_count;
    bool set_clock_back;               /* SESSION_APPLY: our stamps were ahead: the log's clock falls back to reply->last_time */
};

enum session_event_kind { EVENT_READ, EVENT_REPLY, EVENT_FAILED, EVENT_APPLIED, EVENT_FORKED, EVENT_BUCKETS };
struct session_event {
    enum session_event_kind kind;
    const struct span *segments; size_t segment_count;   /* EVENT_READ: borrowed until the next call */
    struct span reply;                                   /* EVENT_REPLY */
    struct error error;                                  /* EVENT_FAILED: of SEND (offline, retry) or of anything else */
    int64_t retry_after_ms;                              /* EVENT_FAILED: what the server asked for, else 0 */
    struct device_standing standing;                     /* EVENT_READ, EVENT_APPLIED, EVENT_FORKED */
    const struct digest *buckets;                        /* EVENT_BUCKETS */
};

struct session_outcome {
    bool complete;            /* neither side has more */
    bool verified;            /* and the digests are equal: "delivered and verified" */
    struct error error;       /* why it stopped, when it did not complete */
    int64_t retry_after_ms;
    uint64_t rounds, sent_changes, sent_bytes, received_bytes, received_rows, dropped_rows, repaired_rows;
    uint64_t repairs, forks, quarantined;
    uint32_t batch_bytes;     /* to remember for next time: doubled on success (<= 1 MiB), halved on failure (>= 4 KiB) */
    uint32_t spread_ms;
};

struct device_session;
struct device_session *device_session_create(void);                 /* NULL: no memory */
void device_session_destroy(struct device_session *session);
struct session_action device_session_start(struct device_session *session, const struct device_standing *standing);
struct session_action device_session_next(struct device_session *session, const struct session_event *event);
/* By bundle: the request went out in a file long ago, now its reply came back. The next event is EVENT_REPLY; nothing is sent. A page
 * that was made for another cursor than the store's is left aside, the receipt counts all the same. */
struct session_action device_session_resume(struct device_session *session, const struct device_standing *standing, struct span request);
const struct session_outcome *device_session_outcome(const struct device_session *session);

#endif
