// SPDX-License-Identifier: Apache-2.0
/* A server's ledger, as small as it can be and still keep its promises: for tests of the sessions alone.
 *
 * Here:      logs, their segments, rows with positions, one scope for all; a copy of the struct is a backup.
 * Not here:  the ledger (server-stub), scopes as they are (protocol/scope.h).
 */
#ifndef TESTS_UNIT_TOY_LEDGER_H
#define TESTS_UNIT_TOY_LEDGER_H

#include "protocol/server_session.h"
#include "tests/unit/toy_device.h"

enum { TOY_LOGS = 8, TOY_FED = TOY_ROWS };

struct toy_log {
    struct log_standing standing;
    uint64_t log;
    struct toy_segment segments[TOY_SEGMENTS];
    size_t segment_count;
};
struct toy_ledger_row {
    struct row row;
    uint64_t position;
    uint64_t log, seq;             /* of the change that moved it last */
    uint64_t others_position;      /* when another log moved it last */
    bool hidden;                   /* left the scope */
};
struct toy_ledger {
    uint8_t public_key[SIGN_PUBLIC_SIZE], secret[SIGN_SECRET_SIZE], digest_key[DIGEST_KEY_SIZE];
    struct toy_log logs[TOY_LOGS];
    size_t log_count;
    struct toy_ledger_row rows[TOY_ROWS];
    size_t row_count;
    uint64_t position, epoch, restored_at, scope;
    size_t rows_per_page;
    int64_t now_ms;
    /* Faults */
    bool stuck;                    /* always says that there is more */
    struct digest lie;             /* added to every bucket 0: two ways to count that do not meet */
    bool fails;                    /* the disk is full */
    size_t bucket_rows_max;        /* more do not fit into a page; 0: no bound */
};

static inline void toy_ledger_init(struct toy_ledger *ledger)
{
    *ledger = (struct toy_ledger){.epoch = 77, .rows_per_page = 1000, .now_ms = INT64_C(1795000000000)};
    toy_keys(999, ledger->public_key, ledger->secret);
    memset(ledger->digest_key, 7, DIGEST_KEY_SIZE);
}

static inline struct toy_log *toy_log(struct toy_ledger *ledger, uint64_t log)
{
    for (size_t i = 0; i < ledger->log_count; i++)
        if (ledger->logs[i].log == log)
            return &ledger->logs[i];
    return NULL;
}

static inline void toy_enrol(struct toy_ledger *ledger, uint64_t log, const uint8_t public_key[SIGN_PUBLIC_SIZE])
{
    struct toy_log *made = &ledger->logs[ledger->log_count++];

    ck_assert_uint_le(ledger->log_count, TOY_LOGS);
    *made = (struct toy_log){.log = log, .standing = {.known = true, .whole = true}};
    memcpy(made->standing.public_key, public_key, SIGN_PUBLIC_SIZE);
}

static inline struct log_standing toy_log_standing(struct toy_ledger *ledger, uint64_t log)
{
    static const struct grant all = {"*", "*"};
    struct toy_log *found = toy_log(ledger, log);
    struct log_standing standing = {0};

    if (found != NULL) {
        standing = found->standing;
        standing.scope = ledger->scope;
        standing.grants = &all;
        standing.grant_count = 1;
        standing.epoch = ledger->epoch;
    }
    return standing;
}

static inline struct toy_ledger_row *toy_ledger_row(struct toy_ledger *ledger, const char *entity, const char *id)
{
    struct toy_ledger_row *row;

    for (size_t i = 0; i < ledger->row_count; i++)
        if (strcmp(ledger->rows[i].row.id, id) == 0 && strcmp(ledger->rows[i].row.entity, entity) == 0)
            return &ledger->rows[i];
    ck_assert_uint_lt(ledger->row_count, TOY_ROWS);
    row = &ledger->rows[ledger->row_count++];
    *row = (struct toy_ledger_row){.row = {.entity = arena_text(&toy_arena, entity), .id = arena_text(&toy_arena, id)}};
    return row;
}

/* A name that no rule allows is kept as evidence and not applied. */
static inline bool toy_is_bad(const struct change *change)
{
    return change->fields[0].value.kind == VALUE_TEXT && strcmp(change->fields[0].value.text, "bad") == 0;
}

static inline void toy_take(struct toy_ledger *ledger, const struct server_action *action, struct server_event *event)
{
    struct toy_log *log = toy_log(ledger, action->log);
    struct verdict *verdicts = arena_take_many(&toy_arena, TOY_CHANGES, sizeof *verdicts);

    for (size_t i = 0; i < action->segment_count; i++) {
        const struct segment *segment = &action->segments[i];
        struct toy_segment *kept = &log->segments[log->segment_count++];
        ck_assert_uint_le(log->segment_count, TOY_SEGMENTS);
        kept->first = segment->first_seq;
        kept->count = segment->count;
        memcpy(kept->head, segment->head, HASH_SIZE);
        for (size_t j = 0; j < segment->count; j++) {
            const struct change *change = &segment->changes[j];
            struct toy_ledger_row *row;
            bool moved;
            struct error err = {0};
            if (toy_is_bad(change)) {
                verdicts[event->verdict_count++] = (struct verdict){change->seq, VERDICT_QUARANTINED};
                continue;
            }
            row = toy_ledger_row(ledger, change->entity, change->row);
            ck_assert(row_apply(&toy_arena, &row->row, change, change->time, &moved, &err));
            if (row->log != change->log)
                row->others_position = row->position;
            row->log = change->log;
            row->seq = change->seq;
            row->position = ++ledger->position;
            log->standing.last_time = change->time;
        }
        kept->last_time = log->standing.last_time;
        log->standing.last_seq = segment->first_seq + segment->count - 1;
        memcpy(log->standing.last_head, segment->head, HASH_SIZE);
    }
    event->kind = SERVER_EVENT_TAKEN;
    event->verdicts = verdicts;
    event->standing = toy_log_standing(ledger, action->log);
}

static inline void toy_digests(struct toy_ledger *ledger, struct digest ret_buckets[BUCKETS], struct digest *ret_sum, uint64_t *ret_rows)
{
    memset(ret_buckets, 0, BUCKETS * sizeof *ret_buckets);
    *ret_sum = (struct digest){0};
    *ret_rows = 0;
    for (size_t i = 0; i < ledger->row_count; i++) {
        const struct toy_ledger_row *row = &ledger->rows[i];
        struct digest digest;
        if (row->hidden)
            continue;
        ck_assert(digest_of_row(&row->row, ledger->digest_key, &digest));
        digest_add(&ret_buckets[digest_bucket(row->row.entity, row->row.id, ledger->digest_key)], digest);
        digest_add(ret_sum, digest);
        ++*ret_rows;
    }
    digest_add(&ret_buckets[0], ledger->lie);
}

/* Moved by this very push alone: the device knows. */
static inline bool toy_is_echo(const struct toy_ledger_row *row, const struct server_action *action, uint64_t position)
{
    return action->own_from > 0 && row->log == action->log && row->seq >= action->own_from && row->others_position <= position;
}

static inline void toy_feed(struct toy_ledger *ledger, const struct server_action *action, struct server_event *event)
{
    struct page_row *rows = arena_take_many(&toy_arena, TOY_FED, sizeof *rows);
    struct page_key *keys = arena_take_many(&toy_arena, TOY_FED, sizeof *keys);
    struct digest *buckets = arena_take_many(&toy_arena, BUCKETS, sizeof *buckets);
    uint64_t from = action->cursor.position;
    uint64_t at;

    event->kind = SERVER_EVENT_FED;
    if (action->cursor.epoch != 0 && action->cursor.epoch != ledger->epoch && from > ledger->restored_at)
        from = ledger->restored_at;
    at = from;
    for (uint64_t position = from + 1; position <= ledger->position; position++) {
        for (size_t i = 0; i < ledger->row_count; i++) {
            const struct toy_ledger_row *row = &ledger->rows[i];
            if (row->position != position || (!row->hidden && toy_is_echo(row, action, from)))
                continue;
            if (row->hidden)
                keys[event->page.key_count++] = (struct page_key){row->row.entity, row->row.id, 0};
            else
                rows[event->page.row_count++] = (struct page_row){row->row, 1};
        }
        at = position;
        if (event->page.row_count + event->page.key_count >= ledger->rows_per_page)
            break;
    }
    event->page.rows = rows;
    event->page.keys = keys;
    event->cursor = (struct cursor){.epoch = ledger->epoch, .position = at, .scope = ledger->scope};
    event->more = at < ledger->position || ledger->stuck;
    event->has_digest = true;
    toy_digests(ledger, buckets, &event->digest, &event->rows);
}

static inline void toy_bucket_rows(struct toy_ledger *ledger, const struct server_action *action, struct server_event *event)
{
    struct page_row *rows = arena_take_many(&toy_arena, PAGE_ROWS_MAX + 1, sizeof *rows);

    event->kind = SERVER_EVENT_FED;
    for (size_t i = 0; i < ledger->row_count; i++) {
        const struct row *row = &ledger->rows[i].row;
        if (!ledger->rows[i].hidden &&
            toy_is_in((uint8_t)digest_bucket(row->entity, row->id, ledger->digest_key), action->buckets, action->bucket_count))
            rows[event->page.row_count++] = (struct page_row){*row, 1};
    }
    if (ledger->bucket_rows_max > 0 && event->page.row_count > ledger->bucket_rows_max)
        while (event->page.row_count <= PAGE_ROWS_MAX) {
            rows[event->page.row_count] = rows[0]; /* so many that no page takes them */
            event->page.row_count++;
        }
    event->page.rows = rows;
}

static inline void toy_head_at(struct toy_ledger *ledger, const struct server_action *action, struct server_event *event)
{
    const struct toy_log *log = toy_log(ledger, action->log);

    event->kind = SERVER_EVENT_HEAD;
    for (size_t i = 0; log != NULL && i < log->segment_count; i++)
        if (log->segments[i].first + log->segments[i].count - 1 == action->seq) {
            event->has_head = true;
            memcpy(event->head, log->segments[i].head, HASH_SIZE);
        }
}

static inline void toy_time_at(struct toy_ledger *ledger, const struct server_action *action, struct server_event *event)
{
    const struct toy_log *log = toy_log(ledger, action->log);

    event->kind = SERVER_EVENT_TIME;
    for (size_t i = 0; log != NULL && i < log->segment_count; i++)
        if (log->segments[i].first + log->segments[i].count - 1 == action->seq)
            event->time = log->segments[i].last_time;
}

static inline struct server_event toy_perform(struct toy_ledger *ledger, const struct server_action *action)
{
    struct server_event event = {.kind = SERVER_EVENT_STANDING};
    struct digest *buckets = arena_take_many(&toy_arena, BUCKETS, sizeof *buckets);
    struct digest sum;

    switch (action->kind) {
    case SERVER_INTRODUCE:
        toy_enrol(ledger, action->introduction.fresh, action->introduction.fresh_public);
        event.standing = toy_log_standing(ledger, action->introduction.fresh);
        break;
    case SERVER_LOOK_UP:
        event.standing = toy_log_standing(ledger, action->log);
        break;
    case SERVER_HEAD_AT:
        toy_head_at(ledger, action, &event);
        break;
    case SERVER_TIME_AT:
        toy_time_at(ledger, action, &event);
        break;
    case SERVER_TAKE:
        toy_take(ledger, action, &event);
        break;
    case SERVER_FEED:
        toy_feed(ledger, action, &event);
        break;
    case SERVER_BUCKETS:
        event.kind = SERVER_EVENT_BUCKETS;
        toy_digests(ledger, buckets, &sum, &event.rows);
        event.buckets = buckets;
        break;
    case SERVER_BUCKET_ROWS:
        toy_bucket_rows(ledger, action, &event);
        break;
    case SERVER_REPLY:
        break;
    }
    if (ledger->fails && action->kind == SERVER_TAKE) {
        event = (struct server_event){.kind = SERVER_EVENT_FAILED};
        error_set(&event.error, ERROR_STORAGE, "Free some space.", "the disk was full");
    }
    return event;
}

/* One exchange, in one transaction. False: HTTP 400. */
static inline bool toy_exchange(struct toy_ledger *ledger, struct span request, struct bytes *ret_reply)
{
    static struct toy_ledger working;
    struct error err = {0};
    struct server_session *session = server_session_create(&toy_arena, ledger->secret, ledger->now_ms, 0);
    struct server_action action = server_session_start(session, request, &err);

    working = *ledger;
    for (unsigned steps = 0; action.kind != SERVER_REPLY; steps++) {
        struct server_event event = toy_perform(&working, &action);
        ck_assert_uint_lt(steps, 1000);
        action = server_session_next(session, &event);
    }
    if (action.error == NULL) {
        struct toy_log *log = action.request == NULL ? NULL : toy_log(&working, action.request->log);
        if (log != NULL && log->standing.counter < action.request->counter)
            log->standing.counter = action.request->counter;
        *ledger = working;
    }
    return action.reply.size > 0 && bytes_append(ret_reply, action.reply.data, action.reply.size);
}

#endif
