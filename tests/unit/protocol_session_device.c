// SPDX-License-Identifier: Apache-2.0
/* The device's half of a session, rule by rule.
 *
 * Here:      scripted answers against device_session.
 * Not here:  the server's half (protocol_session_server.c), stories of both halves (protocol_session.c).
 */
#include "protocol/push.h"
#include "tests/unit/suite.h"
#include "tests/unit/toy_world.h"

static struct device_session *session;
static struct session_action action;
static struct bytes reply_bytes;

static void hear(struct session_event event)
{
    event.standing = toy_standing(&north);
    action = device_session_next(session, &event);
}

/* A session that has just sent its first request, with `changes` in it. */
static void sent(int changes)
{
    struct device_standing standing;

    two_devices();
    for (int i = 0; i < changes; i++)
        toy_write(&north, NULL, "full_name", "Amina");
    standing = toy_standing(&north);
    session = device_session_create();
    action = device_session_start(session, &standing);
    if (changes > 0) {
        struct session_event event = {.kind = EVENT_READ};
        ck_assert_int_eq(action.kind, SESSION_READ);
        event.segment_count = toy_segments(&north, action.after_seq, action.bytes_max, &event.segments);
        hear(event);
    }
    ck_assert_int_eq(action.kind, SESSION_SEND);
}

static struct request said(void)
{
    struct request request;
    struct error err = {0};

    ck_assert_msg(request_open(&toy_arena, action.request, toy_log(&world.ledger, 11)->standing.public_key, &request, &err), "%s",
                  err.cause);
    return request;
}

/* The server answers so. */
static void answer(struct reply reply)
{
    struct error err = {0};

    if (reply.reason == NULL)
        reply.reason = "";
    bytes_reset(&reply_bytes);
    ck_assert(reply_pack(&reply_bytes, &reply, action.request, world.ledger.secret, &err));
    hear((struct session_event){.kind = EVENT_REPLY, .reply = bytes_span(&reply_bytes)});
}

static struct span receipt_of(uint64_t log, uint64_t seq, const uint8_t head[HASH_SIZE])
{
    struct receipt receipt = {.log = log, .seq = seq};
    struct bytes signed_one = {0};
    struct span kept;
    struct error err = {0};

    memcpy(receipt.head, head, HASH_SIZE);
    ck_assert(receipt_sign(&signed_one, &receipt, world.ledger.secret, &err));
    kept = (struct span){(const uint8_t *)arena_text_n(&toy_arena, (const char *)signed_one.data, signed_one.size), signed_one.size};
    bytes_clear(&signed_one);
    return kept;
}

static void ck_ends_with(enum error_kind kind)
{
    const struct session_outcome *outcome = device_session_outcome(session);

    ck_assert_int_eq(action.kind, SESSION_FINISH);
    ck_assert(!outcome->complete && !outcome->verified);
    ck_assert_msg(outcome->error.kind == kind, "%s: %s", error_kind_name(outcome->error.kind), outcome->error.cause);
}

static void leave(void)
{
    device_session_destroy(session);
    bytes_clear(&reply_bytes);
    toy_world_clear(&world);
}

START_TEST(versions_that_do_not_meet_name_the_older_side)
{
    sent(0);
    answer((struct reply){.kind = REPLY_UPGRADE, .oldest = 0, .newest = 0});
    ck_ends_with(ERROR_NEWER);
    ck_assert_ptr_nonnull(strstr(device_session_outcome(session)->error.remedy, "the server"));
    leave();
    sent(0);
    answer((struct reply){.kind = REPLY_UPGRADE, .oldest = 2, .newest = 3});
    ck_ends_with(ERROR_NEWER);
    ck_assert_ptr_nonnull(strstr(device_session_outcome(session)->error.remedy, "this device"));
    leave();
}
END_TEST

START_TEST(a_server_that_asks_for_patience_gets_it)
{
    sent(1);
    answer((struct reply){.kind = REPLY_RETRY, .retry_ms = 12345, .spread_ms = 99});
    ck_ends_with(ERROR_RETRY);
    ck_assert_int_eq(device_session_outcome(session)->retry_after_ms, 12345);
    ck_assert_uint_eq(device_session_outcome(session)->spread_ms, 99);
    ck_assert_uint_eq(device_session_outcome(session)->batch_bytes, 32 * 1024);
    leave();
}
END_TEST

START_TEST(three_forks_and_not_a_fourth)
{
    sent(0);
    for (int i = 0; i < 3; i++) {
        answer((struct reply){.kind = REPLY_FORK});
        ck_assert_int_eq(action.kind, SESSION_FORK);
        toy_fork(&north, action.reply);
        toy_enrol(&world.ledger, 1, (uint8_t[SIGN_PUBLIC_SIZE]){0});
        hear((struct session_event){.kind = EVENT_FORKED});
        ck_assert_int_eq(action.kind, SESSION_SEND);
    }
    answer((struct reply){.kind = REPLY_FORK});
    ck_ends_with(ERROR_FORK);
    leave();
}
END_TEST

START_TEST(only_a_receipt_for_what_was_sent_counts)
{
    static const uint8_t other_head[HASH_SIZE] = {1};
    const uint8_t *head;

    for (int way = 0; way < 5; way++) {
        struct reply reply = {.kind = REPLY_OK, .last_seq = 2};
        sent(2);
        head = north.segments[0].head;
        memcpy(reply.last_head, way == 3 ? other_head : head, HASH_SIZE);
        if (way == 1)
            reply.receipt = receipt_of(22, 2, head); /* another log */
        if (way == 2)
            reply.receipt = receipt_of(11, 1, head); /* another end */
        if (way == 3)
            reply.receipt = receipt_of(11, 2, other_head); /* other changes */
        if (way == 4) {
            reply.last_seq = 3; /* more than there is */
            reply.receipt = receipt_of(11, 3, head);
        }
        answer(reply); /* way 0: no receipt at all */
        ck_ends_with(ERROR_CORRUPT);
        ck_assert_uint_eq(north.applied, 0);
        leave();
    }
}
END_TEST

START_TEST(the_agent_is_said_until_the_server_has_heard_it)
{
    struct device_standing standing;

    two_devices();
    north.standing.agent = "teren 0.1.0";
    standing = toy_standing(&north);
    session = device_session_create();
    action = device_session_start(session, &standing);
    ck_assert_str_eq(said().agent, "teren 0.1.0");
    answer((struct reply){.kind = REPLY_OK, .more = true, .cursor = {.epoch = 1, .position = 1}});
    ck_assert_int_eq(action.kind, SESSION_APPLY);
    toy_apply(&north, &action);
    hear((struct session_event){.kind = EVENT_APPLIED});
    ck_assert_str_eq(said().agent, "");
    leave();
}
END_TEST

START_TEST(a_batch_stays_between_four_kibibytes_and_one_mebibyte)
{
    static const struct {
        uint32_t learnt, used, halved, doubled, room;
    } cases[] = {
        {0, 65536, 32768, 131072, 0},
        {1, 4096, 4096, 8192, 16384},
        {4096, 4096, 4096, 8192, 16384},
        {8192, 8192, 4096, 16384, 32768},
        {1048576, 1048576, 524288, 1048576, 1048576},
        {UINT32_MAX, 1048576, 524288, 1048576, 1048576},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct push push = {.sent_seq = 1};
        push_set_batch(&push, cases[i].learnt);
        ck_assert_uint_eq(push.batch_bytes, cases[i].used);
        ck_assert_uint_eq(push_room(&push), cases[i].room);
        push_batch_halves(&push);
        ck_assert_uint_eq(push.batch_bytes, cases[i].halved);
        push_set_batch(&push, cases[i].learnt);
        push_batch_doubles(&push);
        ck_assert_uint_eq(push.batch_bytes, cases[i].doubled);
        push.sent_seq = 0; /* nothing was sent, so nothing was learnt */
        push_batch_halves(&push);
        ck_assert_uint_eq(push.batch_bytes, cases[i].doubled);
    }
}
END_TEST

START_TEST(one_request_takes_sixty_four_segments_and_leaves_the_sixty_fifth)
{
    struct span segments[MESSAGE_SEGMENTS_MAX + 1];
    struct push push = {0};
    struct error err = {0};
    size_t count = 0;

    two_devices();
    north.changes_per_segment = 1;
    for (int i = 0; i < TOY_SEGMENTS; i++)
        toy_write(&north, NULL, "full_name", "Amina");
    toy_seal(&north);
    for (size_t i = 0; i < MESSAGE_SEGMENTS_MAX; i++)
        segments[i] = north.segments[i].sealed;
    segments[MESSAGE_SEGMENTS_MAX] = north.segments[0].sealed;
    ck_assert(push_gather(&push, segments, MESSAGE_SEGMENTS_MAX + 1, 11, &count, &err));
    ck_assert_uint_eq(count, MESSAGE_SEGMENTS_MAX);
    ck_assert_uint_eq(push.sent_seq, MESSAGE_SEGMENTS_MAX);
    toy_world_clear(&world);
}
END_TEST

START_TEST(an_interrupted_session_learns_nothing_about_the_network)
{
    struct session_event event = {.kind = EVENT_FAILED};

    sent(1);
    error_set(&event.error, ERROR_INTERRUPTED, "", "asked to stop");
    hear(event);
    ck_ends_with(ERROR_INTERRUPTED);
    ck_assert_uint_eq(device_session_outcome(session)->batch_bytes, 64 * 1024);
    leave();
}
END_TEST

START_TEST(a_store_that_fails_stops_the_session)
{
    struct session_event event = {.kind = EVENT_FAILED};

    sent(0);
    answer((struct reply){.kind = REPLY_OK, .cursor = {.epoch = 1}});
    ck_assert_int_eq(action.kind, SESSION_APPLY);
    error_set(&event.error, ERROR_STORAGE, "Free some space.", "the disk was full");
    hear(event);
    ck_ends_with(ERROR_STORAGE);
    hear((struct session_event){.kind = EVENT_APPLIED}); /* and it stays ended */
    ck_ends_with(ERROR_STORAGE);
    leave();
}
END_TEST

START_TEST(an_event_out_of_turn_stops_the_session)
{
    sent(0);
    hear((struct session_event){.kind = EVENT_FORKED});
    ck_ends_with(ERROR_USAGE);
    leave();
}
END_TEST

START_TEST(a_log_that_gives_nothing_or_the_wrong_thing_stops_the_session)
{
    sent(0);
    leave();
    two_devices();
    toy_write(&north, NULL, "full_name", "Amina");
    for (int wrong = 0; wrong < 2; wrong++) {
        struct device_standing standing = toy_standing(&north);
        struct session_event event = {.kind = EVENT_READ};
        session = device_session_create();
        action = device_session_start(session, &standing);
        ck_assert_int_eq(action.kind, SESSION_READ);
        if (wrong) {
            toy_write(&south, NULL, "full_name", "Besim");
            event.segment_count = toy_segments(&south, 0, 1, &event.segments);
        }
        hear(event);
        ck_ends_with(ERROR_CORRUPT);
        device_session_destroy(session);
    }
    session = NULL;
    leave();
}
END_TEST

START_TEST(a_server_that_is_behind_where_it_is_not_is_left)
{
    sent(1);
    answer((struct reply){.kind = REPLY_BEHIND, .last_seq = 0});
    ck_ends_with(ERROR_RESYNC);
    leave();
}
END_TEST

START_TEST(a_repair_that_is_not_answered_ends_the_session)
{
    struct digest buckets[BUCKETS] = {{0}};

    for (uint32_t wrong = 0; wrong < 3; wrong++) {
        sent(0);
        answer((struct reply){.kind = REPLY_OK, .has_digest = true, .digest = {1, 1}, .rows = 1, .cursor = {.epoch = 1}});
        toy_apply(&north, &action);
        hear((struct session_event){.kind = EVENT_APPLIED});
        ck_assert_int_eq(action.kind, SESSION_BUCKETS);
        hear((struct session_event){.kind = EVENT_BUCKETS, .buckets = buckets});
        ck_assert_uint_eq(said().repair, 1);
        if (wrong > 0) {
            struct digest theirs[BUCKETS] = {{1, 1}};
            answer((struct reply){.kind = REPLY_OK, .buckets = theirs, .cursor = {.epoch = 1}});
            ck_assert_uint_eq(said().repair, 2);
            ck_assert_uint_eq(said().repair_bucket_count, 1);
        }
        answer((struct reply){.kind = REPLY_OK, .bucket_count = wrong == 2 ? 2 : 0, .cursor = {.epoch = 1}});
        ck_ends_with(ERROR_RESYNC);
        leave();
    }
}
END_TEST

START_TEST(a_clamp_sets_the_clock_back)
{
    sent(0);
    answer((struct reply){.kind = REPLY_OK, .clamped = true, .last_time = 77, .cursor = {.epoch = 1}});
    ck_assert_int_eq(action.kind, SESSION_APPLY);
    ck_assert(action.set_clock_back);
    ck_assert_uint_eq(action.reply->last_time, 77);
    leave();
}
END_TEST

/* The server always has one more row than there is time for. */
START_TEST(a_session_takes_ten_thousand_exchanges_and_not_one_more)
{
    struct reply reply = {.kind = REPLY_OK, .more = true, .cursor = {.epoch = 1}};
    uint64_t sends = 0;

    sent(0);
    while (action.kind != SESSION_FINISH) {
        if (action.kind == SESSION_SEND) {
            sends++;
            reply.cursor.position++;
            answer(reply);
        } else {
            north.standing.cursor = action.reply->cursor;
            hear((struct session_event){.kind = EVENT_APPLIED});
        }
    }
    ck_assert_uint_eq(sends, SESSION_ROUNDS_MAX);
    ck_ends_with(ERROR_RESYNC);
    leave();
}
END_TEST

SUITE("session device", versions_that_do_not_meet_name_the_older_side, a_server_that_asks_for_patience_gets_it,
      three_forks_and_not_a_fourth, only_a_receipt_for_what_was_sent_counts, the_agent_is_said_until_the_server_has_heard_it,
      a_batch_stays_between_four_kibibytes_and_one_mebibyte, one_request_takes_sixty_four_segments_and_leaves_the_sixty_fifth,
      an_interrupted_session_learns_nothing_about_the_network, a_store_that_fails_stops_the_session, an_event_out_of_turn_stops_the_session,
      a_log_that_gives_nothing_or_the_wrong_thing_stops_the_session, a_server_that_is_behind_where_it_is_not_is_left,
      a_repair_that_is_not_answered_ends_the_session, a_clamp_sets_the_clock_back, a_session_takes_ten_thousand_exchanges_and_not_one_more)
