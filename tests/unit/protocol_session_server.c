// SPDX-License-Identifier: Apache-2.0
/* The server's half of a session: who is heard, what the ledger is asked, what is answered.
 *
 * Here:      scripted exchanges against server_session.
 * Not here:  whether a log follows on (protocol_session_rules.c), stories of both halves (protocol_session.c).
 */
#include "tests/unit/suite.h"
#include "tests/unit/toy_requests.h"

START_TEST(a_forged_signature_is_no_request)
{
    struct request request;
    struct error err = {0};

    stage();
    request = request_after(0);
    ck_assert(request_pack(&request_bytes, &request, south.standing.secret, &err));
    ck_assert(!toy_exchange(&world.ledger, bytes_span(&request_bytes), &reply_bytes));
    ck_assert_uint_eq(reply_bytes.size, 0);
    ck_assert_uint_eq(toy_log(&world.ledger, 11)->standing.counter, 0); /* nothing was noted */
    leave();
}
END_TEST

START_TEST(what_is_no_request_is_said_to_be_none)
{
    struct error err = {0};
    struct server_session *session;
    struct server_action action;

    stage();
    session = server_session_create(&toy_arena, world.ledger.secret, 0, 0);
    action = server_session_start(session, (struct span){(const uint8_t *)"GET / HTTP/1.1", 14}, &err);
    ck_assert_int_eq(action.kind, SERVER_REPLY);
    ck_assert_uint_eq(action.reply.size, 0);
    ck_assert_int_eq(err.kind, ERROR_CORRUPT);
    leave();
}
END_TEST

START_TEST(a_request_of_the_future_is_told_what_is_spoken_here)
{
    struct request request;
    struct error err = {0};

    stage();
    request = request_after(0);
    ck_assert(request_pack(&request_bytes, &request, north.standing.secret, &err));
    request_bytes.data[3] = 2;
    ck_assert(toy_exchange(&world.ledger, bytes_span(&request_bytes), &reply_bytes));
    ck_assert(reply_open(&toy_arena, bytes_span(&reply_bytes), bytes_span(&request_bytes), world.ledger.public_key, &heard, &err));
    ck_assert_int_eq(heard.kind, REPLY_UPGRADE);
    ck_assert_uint_eq(heard.oldest, PROTOCOL_VERSION);
    ck_assert_uint_eq(heard.newest, PROTOCOL_VERSION);
    leave();
}
END_TEST

START_TEST(a_receipt_comes_only_when_there_is_news)
{
    struct request request;

    stage();
    pushed(0, 0, 4);
    request = request_after(4);
    ck_assert_int_eq(answered(&request), REPLY_OK);
    ck_assert_uint_eq(heard.receipt.size, 0);
    toy_log(&world.ledger, 11)->standing.safe_seq = 6;
    ck_assert_int_eq(answered(&request), REPLY_OK);
    ck_assert_uint_gt(heard.receipt.size, 0);
    request.safe_seq = 6;
    ck_assert_int_eq(answered(&request), REPLY_OK);
    ck_assert_uint_eq(heard.receipt.size, 0);
    leave();
}
END_TEST

START_TEST(grants_travel_when_they_changed)
{
    struct request request;

    stage();
    request = request_after(0);
    ck_assert_int_eq(answered(&request), REPLY_OK);
    ck_assert_uint_eq(heard.grant_count, 0);
    world.ledger.scope = 5;
    ck_assert_int_eq(answered(&request), REPLY_OK);
    ck_assert_uint_eq(heard.grant_count, 1);
    leave();
}
END_TEST

static struct server_session *session;

/* Up to the action of this kind, with the toy ledger answering. */
static struct server_action ledger_is_asked(const struct request *request, enum server_action_kind kind)
{
    struct error err = {0};
    struct server_action action;

    bytes_reset(&request_bytes);
    ck_assert(request_pack(&request_bytes, request, north.standing.secret, &err));
    session = server_session_create(&toy_arena, world.ledger.secret, 0, 0);
    action = server_session_start(session, bytes_span(&request_bytes), &err);
    while (action.kind != kind && action.kind != SERVER_REPLY) {
        struct server_event event = toy_perform(&world.ledger, &action);
        action = server_session_next(session, &event);
    }
    ck_assert_int_eq(action.kind, kind);
    return action;
}

START_TEST(the_room_of_a_page_has_a_default_a_least_and_a_most)
{
    static const struct {
        uint32_t asked, given;
    } cases[] = {{0, ROOM_BYTES_DEFAULT},
                 {1, 4096},
                 {100000, 100000},
                 {PAGE_BODY_BYTES_MAX, PAGE_BODY_BYTES_MAX},
                 {PAGE_BODY_BYTES_MAX + 1, PAGE_BODY_BYTES_MAX}};

    stage();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct request request = request_after(0);
        request.room = cases[i].asked;
        ck_assert_uint_eq(ledger_is_asked(&request, SERVER_FEED).room, cases[i].given);
    }
    leave();
}
END_TEST

START_TEST(the_ledger_is_told_which_changes_are_the_device_s_own)
{
    struct request request;
    struct server_action action;

    stage();
    request = request_after(0);
    ck_assert_uint_eq(ledger_is_asked(&request, SERVER_FEED).own_from, 0);
    pushed(0, 0, 2);
    request = request_after(1);
    action = ledger_is_asked(&request, SERVER_TAKE); /* an answer was lost: its verdicts are asked for again */
    ck_assert_uint_eq(action.segment_count, 0);
    ck_assert_uint_eq(action.seq, 2);
    ck_assert_uint_eq(ledger_is_asked(&request, SERVER_FEED).own_from, 3);
    leave();
}
END_TEST

START_TEST(a_page_that_came_out_too_large_is_asked_for_again_with_less_room)
{
    struct request request;
    struct server_action action;
    struct server_event event = {.kind = SERVER_EVENT_FED};
    struct page_key *keys;

    stage();
    request = request_after(0);
    action = ledger_is_asked(&request, SERVER_FEED);
    keys = arena_take_many(&toy_arena, PAGE_ROWS_MAX + 1, sizeof *keys);
    for (size_t i = 0; i <= PAGE_ROWS_MAX; i++)
        keys[i] = (struct page_key){"person", "0000000000ABC-1", 0};
    event.page.keys = keys;
    event.page.key_count = PAGE_ROWS_MAX + 1;
    for (uint32_t room = ROOM_BYTES_DEFAULT; room > 4096; room /= 2) {
        ck_assert_int_eq(action.kind, SERVER_FEED);
        ck_assert_uint_eq(action.room, room);
        action = server_session_next(session, &event);
    }
    action = server_session_next(session, &event); /* a ledger that never learns */
    ck_assert_int_eq(action.kind, SERVER_REPLY);
    ck_assert_int_eq(action.reply_kind, REPLY_RETRY);
    ck_assert_ptr_nonnull(action.error);
    leave();
}
END_TEST

START_TEST(more_verdicts_than_a_receipt_holds_keep_those_that_a_person_must_see)
{
    struct request request;
    struct server_action action;
    struct server_event event;
    struct verdict *verdicts;
    struct receipt receipt;
    struct error err = {0};

    for (size_t extra = 0; extra < 2; extra++) {
        stage();
        request = request_after(0);
        request.segments = &north.segments[0].sealed;
        request.segment_count = 1;
        action = ledger_is_asked(&request, SERVER_TAKE);
        event = toy_perform(&world.ledger, &action);
        verdicts = arena_take_many(&toy_arena, VERDICTS_MAX + 1, sizeof *verdicts);
        for (size_t i = 0; i < VERDICTS_MAX + extra; i++)
            verdicts[i] = (struct verdict){i + 1, i == 7 || i == VERDICTS_MAX ? VERDICT_QUARANTINED : VERDICT_CLAMPED};
        event.verdicts = verdicts;
        event.verdict_count = VERDICTS_MAX + extra;
        event.clamped = true;
        event.standing.last_seq = VERDICTS_MAX + 1; /* as if so many changes had come */
        action = server_session_next(session, &event);
        event = toy_perform(&world.ledger, &action);
        action = server_session_next(session, &event);
        ck_assert(reply_open(&toy_arena, action.reply, bytes_span(&request_bytes), world.ledger.public_key, &heard, &err));
        ck_assert(heard.clamped);
        ck_assert(receipt_open(&toy_arena, heard.receipt, world.ledger.public_key, &receipt, &err));
        ck_assert_uint_eq(receipt.verdict_count, extra == 0 ? VERDICTS_MAX : 2);
        leave();
    }
}
END_TEST

START_TEST(an_event_out_of_turn_commits_nothing)
{
    struct request request;
    struct server_action action;
    struct server_event event = {.kind = SERVER_EVENT_BUCKETS};

    stage();
    request = request_after(0);
    ledger_is_asked(&request, SERVER_FEED);
    action = server_session_next(session, &event);
    ck_assert_int_eq(action.kind, SERVER_REPLY);
    ck_assert_int_eq(action.reply_kind, REPLY_RETRY);
    ck_assert_int_eq(action.error->kind, ERROR_USAGE);
    leave();
}
END_TEST

SUITE("session server", a_forged_signature_is_no_request, what_is_no_request_is_said_to_be_none,
      a_request_of_the_future_is_told_what_is_spoken_here, a_receipt_comes_only_when_there_is_news, grants_travel_when_they_changed,
      the_room_of_a_page_has_a_default_a_least_and_a_most, the_ledger_is_told_which_changes_are_the_device_s_own,
      a_page_that_came_out_too_large_is_asked_for_again_with_less_room,
      more_verdicts_than_a_receipt_holds_keep_those_that_a_person_must_see, an_event_out_of_turn_commits_nothing)
