// SPDX-License-Identifier: Apache-2.0
/* A session by bundle: the request goes out in a file, its reply comes back weeks later.
 *
 * Here:      what still counts of a reply that is old.
 * Not here:  the file's seal (protocol_bundle.c), sessions over a network (protocol_session.c).
 */
#include "tests/unit/suite.h"
#include "tests/unit/toy_world.h"

static struct bytes request_bytes, reply_bytes;
static struct device_session *session;
static struct session_action action;

static void exported(void)
{
    struct device_standing standing = toy_standing(&north);
    const struct span *segments;
    struct error err = {0};
    struct request request = {
        .kind = MESSAGE_BUNDLE,
        .log = standing.log,
        .counter = standing.counter,
        .cursor = standing.cursor,
        .last_seq = standing.last_seq,
        .agent = "",
        .room = PAGE_BODY_BYTES_MAX,
    };

    memcpy(request.last_head, standing.last_head, HASH_SIZE);
    request.segment_count = toy_segments(&north, standing.last_seq, 1024 * 1024, &segments);
    request.segments = segments;
    bytes_reset(&request_bytes);
    ck_assert(request_pack(&request_bytes, &request, standing.secret, &err));
}

static void carried(void)
{
    bytes_reset(&reply_bytes);
    ck_assert(toy_exchange(&world.ledger, bytes_span(&request_bytes), &reply_bytes));
}

static const struct session_outcome *imported(void)
{
    struct device_standing standing = toy_standing(&north);

    session = device_session_create();
    action = device_session_resume(session, &standing, bytes_span(&request_bytes));
    while (action.kind != SESSION_FINISH) {
        struct session_event event = {.kind = EVENT_REPLY, .reply = bytes_span(&reply_bytes)};
        if (action.kind == SESSION_APPLY) {
            event.kind = EVENT_APPLIED;
            toy_apply(&north, &action);
        } else if (action.kind == SESSION_FORK) {
            event.kind = EVENT_FORKED;
            toy_fork(&north, action.reply);
        }
        event.standing = toy_standing(&north);
        action = device_session_next(session, &event);
    }
    return device_session_outcome(session);
}

static void leave(void)
{
    device_session_destroy(session);
    bytes_clear(&request_bytes);
    bytes_clear(&reply_bytes);
    toy_world_clear(&world);
}

START_TEST(a_bundle_and_its_reply_do_what_a_sync_does)
{
    const struct session_outcome *outcome;

    two_devices();
    toy_write(&south, NULL, "full_name", "Besim");
    ck_syncs(&south);
    toy_write(&north, NULL, "full_name", "Amina");
    exported();
    carried();
    outcome = imported();
    ck_assert_msg(outcome->complete && outcome->verified, "%s", outcome->error.cause);
    ck_assert_uint_eq(outcome->rounds, 0);
    ck_assert_uint_eq(north.standing.last_seq, 1);
    ck_assert_uint_eq(north.row_count, 2);
    leave();
}
END_TEST

START_TEST(an_old_reply_takes_nothing_back)
{
    const char *besim;
    const struct session_outcome *outcome;

    two_devices();
    besim = toy_write(&south, NULL, "full_name", "Besim");
    ck_syncs(&south);
    toy_write(&north, NULL, "full_name", "Amina");
    exported();
    carried();
    toy_write(&south, besim, "full_name", "Besim B.");
    toy_write(&north, NULL, "full_name", "Ceca");
    ck_same_rows(); /* the network was back before the stick */
    outcome = imported();
    ck_assert_int_eq(outcome->error.kind, ERROR_NONE);
    ck_assert(!outcome->complete);
    ck_assert_uint_eq(north.standing.last_seq, 2);
    ck_assert_str_eq(toy_reads(&north, besim, "full_name"), "Besim B.");
    ck_same_rows();
    leave();
}
END_TEST

START_TEST(a_receipt_counts_even_when_its_page_does_not)
{
    const struct session_outcome *outcome;

    two_devices();
    toy_write(&north, NULL, "full_name", "Amina");
    exported();
    carried();
    north.standing.cursor.position = 0;
    north.standing.cursor.scope = 99; /* moved on in some other way */
    outcome = imported();
    ck_assert_int_eq(outcome->error.kind, ERROR_NONE);
    ck_assert_uint_eq(north.standing.last_seq, 1);
    ck_assert_uint_eq(north.standing.cursor.scope, 99);
    leave();
}
END_TEST

START_TEST(the_same_bundle_may_arrive_again_after_everything_else)
{
    two_devices();
    toy_write(&north, NULL, "full_name", "Amina");
    exported();
    ck_same_rows();
    toy_write(&north, NULL, "full_name", "Besim");
    ck_same_rows();
    carried();
    carried();
    ck_assert_uint_eq(toy_log(&world.ledger, 11)->segment_count, 2);
    ck_assert_int_eq(imported()->error.kind, ERROR_NONE);
    ck_assert_uint_eq(north.forks, 0);
    ck_same_rows();
    leave();
}
END_TEST

START_TEST(a_reply_for_another_log_is_refused)
{
    two_devices();
    toy_write(&north, NULL, "full_name", "Amina");
    exported();
    carried();
    north.standing.log++;
    ck_assert_int_eq(imported()->error.kind, ERROR_INVALID);
    ck_assert_uint_eq(north.applied, 0);
    leave();
}
END_TEST

START_TEST(a_reply_to_another_bundle_is_refused)
{
    two_devices();
    toy_write(&north, NULL, "full_name", "Amina");
    exported();
    carried();
    exported();
    ck_assert_int_eq(imported()->error.kind, ERROR_CORRUPT);
    ck_assert_uint_eq(north.applied, 0);
    leave();
}
END_TEST

SUITE("session bundle", a_bundle_and_its_reply_do_what_a_sync_does, an_old_reply_takes_nothing_back,
      a_receipt_counts_even_when_its_page_does_not, the_same_bundle_may_arrive_again_after_everything_else,
      a_reply_for_another_log_is_refused, a_reply_to_another_bundle_is_refused)
