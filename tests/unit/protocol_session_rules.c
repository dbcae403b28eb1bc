// SPDX-License-Identifier: Apache-2.0
/* Does a log follow on? The server's rules, one by one.
 *
 * Here:      scripted pushes against server_session and log_walk.
 * Not here:  who is heard and what is answered (protocol_session_server.c), stories of both halves (protocol_session.c).
 */
#include "protocol/log_walk.h"
#include "tests/unit/suite.h"
#include "tests/unit/toy_requests.h"

static struct toy_device before;

START_TEST(segments_that_follow_on_are_taken)
{
    stage();
    ck_assert_int_eq(pushed(0, 0, 2), REPLY_OK);
    ck_assert_uint_eq(receipted(), 4);
    ck_assert_int_eq(pushed(2, 2, 1), REPLY_OK);
    ck_assert_uint_eq(receipted(), 6);
    leave();
}
END_TEST

START_TEST(segments_that_are_here_already_are_receipted_again)
{
    stage();
    pushed(0, 0, 3);
    ck_assert_int_eq(pushed(0, 0, 2), REPLY_OK); /* the answer was lost, the batch halved */
    ck_assert_uint_eq(receipted(), 6);
    ck_assert_uint_eq(toy_log(&world.ledger, 11)->segment_count, 3);
    ck_assert_int_eq(pushed(0, 0, 4), REPLY_OK);
    ck_assert_uint_eq(receipted(), 8);
    ck_assert_uint_eq(toy_log(&world.ledger, 11)->segment_count, 4);
    leave();
}
END_TEST

START_TEST(one_segment_twice_in_one_request_is_taken_once)
{
    struct request request;
    struct span segments[2];

    stage();
    request = request_after(0);
    segments[0] = segments[1] = north.segments[0].sealed;
    request.segments = segments;
    request.segment_count = 2;
    ck_assert_int_eq(answered(&request), REPLY_OK);
    ck_assert_uint_eq(receipted(), 2);
    ck_assert_uint_eq(toy_log(&world.ledger, 11)->segment_count, 1);
    leave();
}
END_TEST

START_TEST(a_gap_is_told_and_what_came_before_it_is_kept)
{
    struct request request;
    struct span segments[2];

    stage();
    ck_assert_int_eq(pushed(0, 1, 1), REPLY_BEHIND);
    ck_assert_uint_eq(heard.last_seq, 0);
    ck_assert_uint_eq(receipted(), 0);
    request = request_after(0);
    segments[0] = north.segments[0].sealed;
    segments[1] = north.segments[2].sealed;
    request.segments = segments;
    request.segment_count = 2;
    ck_assert_int_eq(answered(&request), REPLY_BEHIND);
    ck_assert_uint_eq(heard.last_seq, 2);
    ck_assert_uint_eq(receipted(), 2);
    leave();
}
END_TEST

START_TEST(a_device_that_believes_more_is_told_where_to_go_on)
{
    struct request request;

    stage();
    pushed(0, 0, 1);
    request = request_after(3);
    ck_assert_int_eq(answered(&request), REPLY_BEHIND);
    ck_assert_uint_eq(heard.last_seq, 2);
    ck_assert_mem_eq(heard.last_head, north.segments[0].head, HASH_SIZE);
    leave();
}
END_TEST

START_TEST(another_head_at_a_known_seq_is_a_fork)
{
    struct request request;

    stage();
    pushed(0, 0, 2);
    toy_log(&world.ledger, 11)->standing.safe_seq = 2;

    request = request_after(2); /* at the end */
    request.last_head[0] ^= 1;
    ck_assert_int_eq(answered(&request), REPLY_FORK);
    ck_assert_uint_eq(heard.last_seq, 2); /* what the backup held is in both pasts */
    ck_assert_mem_eq(heard.last_head, north.segments[0].head, HASH_SIZE);

    request = request_after(1); /* within */
    request.last_head[0] ^= 1;
    ck_assert_int_eq(answered(&request), REPLY_FORK);

    toy_log(&world.ledger, 11)->standing.safe_seq = 4;
    request = request_after(1);
    request.last_head[0] ^= 1;
    ck_assert_int_eq(answered(&request), REPLY_FORK);
    ck_assert_uint_eq(heard.last_seq, 0); /* the device never heard of what the backup holds */
    leave();
}
END_TEST

START_TEST(sealed_segments_never_change_so_another_cut_is_a_fork)
{
    struct request request;

    stage();
    pushed(0, 0, 2); /* two of two: 1-2, 3-4 */
    north.segment_count = 0;
    north.changes_per_segment = 3;
    toy_seal(&north); /* now 1-3, 4-6, 7-8 */

    ck_assert_int_eq(pushed(0, 0, 1), REPLY_FORK); /* ends within */
    ck_assert_uint_eq(heard.last_seq, 0);
    request = request_after(0);
    request.segments = &north.segments[1].sealed; /* lies across the end */
    request.segment_count = 1;
    ck_assert_int_eq(answered(&request), REPLY_FORK);
    ck_assert_uint_eq(toy_log(&world.ledger, 11)->segment_count, 2);
    leave();
}
END_TEST

START_TEST(a_segment_that_hangs_on_another_head_is_a_fork)
{
    stage();
    pushed(0, 0, 1);
    before = north;
    north.changes[0].time++; /* another past */
    north.segment_count = 0;
    toy_seal(&north);
    memcpy(north.segments[0].head, before.segments[0].head, HASH_SIZE);
    ck_assert_int_eq(pushed(1, 1, 1), REPLY_FORK);
    ck_assert_uint_eq(heard.last_seq, 2); /* up to there the device is right */
    leave();
}
END_TEST

START_TEST(a_counter_that_steps_back_is_a_fork_but_not_in_a_bundle)
{
    struct request request;

    stage();
    pushed(0, 0, 4);
    request = request_after(4);
    ck_assert_int_eq(answered(&request), REPLY_OK);
    ck_assert_int_eq(answered(&request), REPLY_OK); /* the same again is answered again */
    request.counter--;
    ck_assert_int_eq(answered(&request), REPLY_FORK);
    ck_assert_uint_eq(heard.last_seq, 8);
    request.kind = MESSAGE_BUNDLE;
    ck_assert_int_eq(answered(&request), REPLY_OK);
    leave();
}
END_TEST

START_TEST(a_device_that_knows_of_less_lost_its_past_but_a_bundle_is_old_by_nature)
{
    struct request request;

    stage();
    pushed(0, 0, 4);
    request = request_after(2);
    request.waiting = 3; /* 4 and 3: it speaks of 7, and 8 are here */
    ck_assert_int_eq(answered(&request), REPLY_FORK);
    ck_assert_uint_eq(heard.last_seq, 4);
    request.waiting = 4;
    ck_assert_int_eq(answered(&request), REPLY_OK);
    request.waiting = UINT64_MAX;
    ck_assert_int_eq(answered(&request), REPLY_OK);
    request.waiting = 3;
    request.kind = MESSAGE_BUNDLE;
    ck_assert_int_eq(answered(&request), REPLY_OK);
    ck_assert_uint_eq(receipted(), 8);
    leave();
}
END_TEST

START_TEST(a_damaged_segment_is_named_and_those_before_it_are_kept)
{
    stage();
    ((uint8_t *)(uintptr_t)north.segments[1].sealed.data)[north.segments[1].sealed.size - 70] ^= 1;
    ck_assert_int_eq(pushed(0, 0, 3), REPLY_CORRUPT);
    ck_assert_uint_eq(receipted(), 2);
    ck_assert_ptr_nonnull(strstr(heard.reason, "begin with change 3 did not verify"));
    ck_assert_uint_eq(heard.page.size, 0);
    leave();
}
END_TEST

START_TEST(another_log_s_segment_is_refused)
{
    stage();
    toy_write(&south, NULL, "full_name", "Besim");
    toy_seal(&south);
    north.segments[1] = south.segments[0];
    ck_assert_int_eq(pushed(0, 0, 2), REPLY_CORRUPT);
    ck_assert_uint_eq(receipted(), 2);
    ck_assert_ptr_nonnull(strstr(heard.reason, "another log"));
    leave();
}
END_TEST

/* The device's log after a fork: only its old log can vouch for it. */
static enum reply_kind introduced_by(uint64_t old, uint64_t signer, uint64_t fresh)
{
    struct introduction introduction = {.old = old, .fresh = fresh};
    struct bytes packed = {0};
    uint8_t unused[SIGN_PUBLIC_SIZE], secret[SIGN_SECRET_SIZE];
    struct request request = request_after(0);
    struct error err = {0};
    enum reply_kind kind;

    toy_keys(signer, unused, secret);
    toy_keys(44, introduction.fresh_public, north.standing.secret);
    ck_assert(introduction_sign(&packed, &introduction, secret, &err));
    request.log = 44;
    request.introduction = bytes_span(&packed);
    kind = answered(&request);
    bytes_clear(&packed);
    return kind;
}

START_TEST(a_fresh_log_is_taken_on_its_old_one_s_word_alone)
{
    stage();
    ck_assert_int_eq(introduced_by(55, 55, 44), REPLY_REFUSED); /* nobody knows the one that vouches */
    ck_assert_int_eq(introduced_by(22, 11, 44), REPLY_REFUSED); /* signed by another */
    ck_assert_int_eq(introduced_by(11, 11, 45), REPLY_REFUSED); /* for another log than the request's */
    toy_log(&world.ledger, 11)->standing.revoked = true;
    ck_assert_int_eq(introduced_by(11, 11, 44), REPLY_REFUSED);
    ck_assert_ptr_null(toy_log(&world.ledger, 44));
    toy_log(&world.ledger, 11)->standing.revoked = false;
    ck_assert_int_eq(introduced_by(11, 11, 44), REPLY_OK);
    ck_assert_ptr_nonnull(toy_log(&world.ledger, 44));
    ck_assert_int_eq(introduced_by(11, 11, 44), REPLY_OK); /* the answer was lost */
    ck_assert_uint_eq(world.ledger.log_count, 3);
    leave();
}
END_TEST

/* How many of the segments after the first, which is held, one request brings in when so much was opened before them. */
static size_t taken_after(enum message_kind kind, size_t count, size_t opened, size_t *ret_opened)
{
    struct log_standing standing = toy_log(&world.ledger, 11)->standing;
    struct request request = request_after(0);
    struct span segments[TOY_SEGMENTS];
    struct arena arena = {0};
    struct log_walk walk;
    struct error err = {0};

    for (size_t i = 0; i < count; i++)
        segments[i] = north.segments[i].sealed;
    request.kind = kind;
    request.segments = segments;
    request.segment_count = count;
    ck_assert_int_eq(log_walk_start(&walk, &arena, &request, &standing, &err), WALK_ASK);
    walk.opened_from = arena.used_bytes - opened;
    ck_assert_int_eq(log_walk_head(&walk, true, north.segments[0].head, &err), WALK_DONE);
    ck_assert_int_eq(walk.verdict, REPLY_OK);
    *ret_opened = arena.used_bytes - walk.opened_from;
    arena_clear(&arena);
    return walk.taken_count;
}

START_TEST(so_much_is_opened_at_once_and_the_rest_comes_again)
{
    size_t one, all;

    stage();
    pushed(0, 0, 1);
    ck_assert_uint_eq(taken_after(MESSAGE_SYNC, 2, 0, &one), 1);
    ck_assert_uint_eq(taken_after(MESSAGE_SYNC, 4, 0, &all), 3);
    ck_assert_uint_eq(taken_after(MESSAGE_SYNC, 4, EXCHANGE_OPENED_BYTES_MAX - one - 1, &all), 2);
    ck_assert_uint_eq(taken_after(MESSAGE_SYNC, 4, EXCHANGE_OPENED_BYTES_MAX - one, &all), 1);
    ck_assert_uint_eq(taken_after(MESSAGE_SYNC, 4, 2 * EXCHANGE_OPENED_BYTES_MAX, &all), 1); /* one always comes in */
    ck_assert_uint_eq(taken_after(MESSAGE_BUNDLE, 4, 2 * EXCHANGE_OPENED_BYTES_MAX, &all), 3);
    leave();
}
END_TEST

SUITE("session rules", segments_that_follow_on_are_taken, segments_that_are_here_already_are_receipted_again,
      one_segment_twice_in_one_request_is_taken_once, a_gap_is_told_and_what_came_before_it_is_kept,
      a_device_that_believes_more_is_told_where_to_go_on, another_head_at_a_known_seq_is_a_fork,
      sealed_segments_never_change_so_another_cut_is_a_fork, a_segment_that_hangs_on_another_head_is_a_fork,
      a_counter_that_steps_back_is_a_fork_but_not_in_a_bundle, a_device_that_knows_of_less_lost_its_past_but_a_bundle_is_old_by_nature,
      a_damaged_segment_is_named_and_those_before_it_are_kept, another_log_s_segment_is_refused,
      a_fresh_log_is_taken_on_its_old_one_s_word_alone, so_much_is_opened_at_once_and_the_rest_comes_again)
