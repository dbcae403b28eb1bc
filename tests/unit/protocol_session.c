// SPDX-License-Identifier: Apache-2.0
/* A session, both halves against each other: what a device and a server may count on, whatever happened to either.
 *
 * Here:      stories with toys for store, ledger and network.
 * Not here:  single rules of each half (protocol_session_rules.c), repairs and drops (protocol_session_repair.c), the real store and ledger
 * (tests/stories).
 */
#include "tests/unit/suite.h"
#include "tests/unit/toy_world.h"

static struct toy_device before;

START_TEST(what_one_records_the_other_reads)
{
    const char *amina;
    struct session_outcome outcome;

    two_devices();
    amina = toy_write(&north, NULL, "full_name", "Amina");
    outcome = toy_sync(&world, &north);
    ck_delivered(outcome);
    ck_assert_uint_eq(outcome.rounds, 1); /* one round trip for one segment */
    ck_assert_uint_eq(outcome.sent_changes, 1);
    outcome = toy_sync(&world, &south);
    ck_delivered(outcome);
    ck_assert_uint_eq(outcome.received_rows, 1);
    ck_assert_str_eq(toy_reads(&south, amina, "full_name"), "Amina");
    toy_world_clear(&world);
}
END_TEST

START_TEST(nothing_to_say_is_one_small_exchange)
{
    struct session_outcome outcome;

    two_devices();
    toy_write(&north, NULL, "full_name", "Amina");
    ck_syncs(&north);
    outcome = toy_sync(&world, &north);
    ck_delivered(outcome);
    ck_assert_uint_eq(outcome.rounds, 1);
    ck_assert_uint_le(outcome.sent_bytes + outcome.received_bytes, 330);
    toy_world_clear(&world);
}
END_TEST

START_TEST(three_segments_go_up_in_as_many_batches_as_they_need)
{
    struct session_outcome outcome;

    two_devices();
    north.changes_per_segment = 40;
    north.standing.batch_bytes = 1; /* learnt the hard way: the smallest is 4 KiB */
    for (int i = 0; i < 120; i++)
        toy_write(&north, NULL, "full_name", "Amina");
    outcome = toy_sync(&world, &north);
    ck_delivered(outcome);
    ck_assert_uint_eq(outcome.sent_changes, 120);
    ck_assert_uint_eq(north.segment_count, 3);
    ck_assert_uint_gt(outcome.batch_bytes, 4096); /* grows with success */
    ck_assert_uint_eq(toy_log(&world.ledger, 11)->standing.last_seq, 120);
    toy_world_clear(&world);
}
END_TEST

START_TEST(a_long_feed_comes_in_pages)
{
    struct session_outcome outcome;

    two_devices();
    for (int i = 0; i < 100; i++)
        toy_write(&north, NULL, "full_name", "Amina");
    ck_syncs(&north);
    world.ledger.rows_per_page = 30;
    outcome = toy_sync(&world, &south);
    ck_delivered(outcome);
    ck_assert_uint_eq(outcome.rounds, 4);
    ck_assert_uint_eq(south.row_count, 100);
    toy_world_clear(&world);
}
END_TEST

START_TEST(an_answer_lost_after_the_commit_costs_nothing)
{
    struct session_outcome outcome;

    two_devices();
    toy_write(&north, NULL, "full_name", "Amina");
    toy_write(&north, NULL, "full_name", "bad");
    world.weather[0] = LOST;
    outcome = toy_sync(&world, &north);
    ck_assert(!outcome.complete);
    ck_assert_int_eq(outcome.error.kind, ERROR_OFFLINE);
    ck_assert_int_eq(outcome.retry_after_ms, 5);
    ck_assert_uint_eq(north.standing.last_seq, 0); /* nothing is forgotten without a receipt */
    ck_assert_uint_lt(outcome.batch_bytes, 64 * 1024);
    toy_write(&north, NULL, "full_name", "Besim");
    outcome = toy_sync(&world, &north);
    ck_delivered(outcome);
    ck_assert_uint_eq(outcome.forks, 0);
    ck_assert_uint_eq(toy_log(&world.ledger, 11)->segment_count, 2); /* what was here already was not taken twice */
    ck_same_rows();
    toy_world_clear(&world);
}
END_TEST

START_TEST(an_answer_that_does_not_verify_changes_nothing)
{
    static const struct {
        enum weather weather;
        enum error_kind kind;
    } cases[] = {{PORTAL, ERROR_OFFLINE}, {STALE, ERROR_CORRUPT}, {FLIPPED, ERROR_CORRUPT}, {CUT, ERROR_CORRUPT}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct session_outcome outcome;
        two_devices();
        toy_write(&south, NULL, "full_name", "Besim");
        ck_syncs(&south); /* so that there is something stale */
        toy_write(&north, NULL, "full_name", "Amina");
        world.weather[1] = cases[i].weather;
        outcome = toy_sync(&world, &north);
        ck_assert_int_eq(outcome.error.kind, cases[i].kind);
        ck_assert_uint_eq(north.applied, 0);
        ck_assert_uint_eq(north.standing.last_seq, 0);
        ck_same_rows();
        toy_world_clear(&world);
    }
}
END_TEST

START_TEST(a_conflict_reaches_both)
{
    const char *amina;

    two_devices();
    amina = toy_write(&north, NULL, "full_name", "Amina");
    ck_same_rows();
    toy_write(&north, amina, "phone", "1");
    toy_write(&south, amina, "phone", "2");
    ck_same_rows();
    ck_assert_uint_eq(row_conflict_count(&toy_row(&north, "person", amina)->row), 1);
    toy_write(&south, amina, "phone", "3");
    ck_same_rows();
    ck_assert_uint_eq(row_conflict_count(&toy_row(&north, "person", amina)->row), 0);
    ck_assert_str_eq(toy_reads(&north, amina, "phone"), "3");
    toy_world_clear(&world);
}
END_TEST

/* A tablet is restored from an old backup, and goes on. */
START_TEST(a_restored_tablet_starts_a_new_log_and_keeps_every_edit)
{
    const char *amina, *ceca;
    struct session_outcome outcome;

    two_devices();
    amina = toy_write(&north, NULL, "full_name", "Amina");
    ck_syncs(&north);
    before = north;
    toy_write(&north, amina, "phone", "lost on the tablet, not on the server");
    toy_write(&north, NULL, "full_name", "Besim");
    ck_syncs(&north);

    north = before;
    ceca = toy_write(&north, NULL, "full_name", "Ceca"); /* bears the very id that Besim has on the server */
    (void)ceca;
    outcome = toy_sync(&world, &north);
    ck_delivered(outcome);
    ck_assert_uint_eq(outcome.forks, 1);
    ck_assert_uint_eq(north.row_count, 3); /* its own old rows came back through the feed */
    ck_assert_str_eq(toy_reads(&north, amina, "phone"), "lost on the tablet, not on the server");
    ck_same_rows();
    toy_world_clear(&world);
}
END_TEST

START_TEST(a_restored_tablet_with_nothing_new_forks_too)
{
    struct session_outcome outcome;

    two_devices();
    toy_write(&north, NULL, "full_name", "Amina");
    ck_syncs(&north);
    before = north;
    toy_write(&north, NULL, "full_name", "Besim");
    ck_syncs(&north);
    north = before;
    outcome = toy_sync(&world, &north);
    ck_delivered(outcome);
    ck_assert_uint_eq(outcome.forks, 1);
    ck_assert_uint_eq(north.row_count, 2);
    toy_world_clear(&world);
}
END_TEST

START_TEST(both_halves_of_a_cloned_tablet_go_on)
{
    static struct toy_device clone;

    two_devices();
    toy_write(&north, NULL, "full_name", "Amina");
    ck_syncs(&north);
    clone = north;
    toy_write(&north, NULL, "full_name", "Besim");
    toy_write(&clone, NULL, "full_name", "Ceca");
    ck_syncs(&north);
    ck_delivered(toy_sync(&world, &clone));
    ck_assert_uint_eq(clone.forks, 1);
    toy_write(&clone, NULL, "full_name", "Dragan");
    ck_delivered(toy_sync(&world, &clone));
    ck_same_rows();
    ck_assert_uint_eq(north.row_count, 4);
    toy_world_clear(&world);
}
END_TEST

START_TEST(a_server_restored_from_a_backup_is_refilled)
{
    static struct toy_ledger backup;
    struct session_outcome outcome;

    two_devices();
    north.changes_per_segment = 1;
    toy_write(&north, NULL, "full_name", "Amina");
    ck_same_rows();
    backup = world.ledger;
    toy_write(&north, NULL, "full_name", "Besim");
    toy_write(&north, NULL, "full_name", "Ceca");
    toy_write(&south, NULL, "full_name", "Dragan");
    ck_same_rows();

    backup.restored_at = backup.position;
    backup.epoch = 78;
    world.ledger = backup;
    outcome = toy_sync(&world, &north);
    ck_assert_uint_eq(outcome.forks, 0);
    ck_assert_uint_eq(toy_log(&world.ledger, 11)->standing.last_seq, 3);
    ck_same_rows();
    ck_assert_uint_eq(south.row_count, 4);
    toy_world_clear(&world);
}
END_TEST

START_TEST(what_cannot_be_refilled_goes_on_under_a_fresh_log)
{
    static struct toy_ledger backup;
    struct session_outcome outcome;

    two_devices();
    north.changes_per_segment = 1;
    toy_write(&north, NULL, "full_name", "Amina");
    ck_syncs(&north);
    backup = world.ledger;
    toy_write(&north, NULL, "full_name", "Besim");
    ck_syncs(&north);
    toy_write(&north, NULL, "full_name", "Ceca");
    ck_syncs(&north);
    backup.epoch = 78;
    backup.restored_at = backup.position;
    world.ledger = backup;
    north.forgotten = 2; /* a verified backup was said to hold it, and is gone as well */
    outcome = toy_sync(&world, &north);
    ck_delivered(outcome);
    ck_assert_uint_eq(outcome.forks, 1);
    ck_same_rows();
    toy_world_clear(&world);
}
END_TEST

START_TEST(a_quarantined_change_holds_nobody_up)
{
    const char *amina;
    struct session_outcome outcome;

    two_devices();
    amina = toy_write(&north, NULL, "full_name", "Amina");
    toy_write(&north, amina, "phone", "bad");
    toy_write(&north, NULL, "full_name", "Besim");
    outcome = toy_sync(&world, &north);
    ck_delivered(outcome); /* after a repair took the change's effect back */
    ck_assert_uint_eq(outcome.quarantined, 1);
    ck_assert_str_eq(toy_reads(&north, amina, "phone"), "");
    ck_same_rows();
    toy_world_clear(&world);
}
END_TEST

START_TEST(a_revoked_device_delivers_and_is_shown_nothing)
{
    struct session_outcome outcome;

    two_devices();
    toy_write(&south, NULL, "full_name", "Besim");
    ck_syncs(&south);
    toy_write(&north, NULL, "full_name", "Amina");
    toy_log(&world.ledger, 11)->standing.revoked = true;
    outcome = toy_sync(&world, &north);
    ck_assert(!outcome.complete);
    ck_assert_int_eq(outcome.error.kind, ERROR_REFUSED);
    ck_assert_uint_eq(north.standing.last_seq, 1); /* receipted all the same */
    ck_assert_uint_eq(north.row_count, 1);
    ck_syncs(&south);
    ck_assert_uint_eq(south.row_count, 2);
    toy_world_clear(&world);
}
END_TEST

START_TEST(a_stranger_is_refused_and_delivers_nothing)
{
    struct session_outcome outcome;

    two_devices();
    toy_device_init(&north, 33, world.ledger.public_key);
    toy_write(&north, NULL, "full_name", "Amina");
    outcome = toy_sync(&world, &north);
    ck_assert_int_eq(outcome.error.kind, ERROR_REFUSED);
    ck_assert_uint_eq(world.ledger.row_count, 0);
    ck_assert_uint_eq(north.standing.last_seq, 0);
    toy_world_clear(&world);
}
END_TEST

START_TEST(a_server_that_promises_more_for_ever_is_left)
{
    struct session_outcome outcome;

    two_devices();
    world.ledger.stuck = true;
    outcome = toy_sync(&world, &north);
    ck_assert(!outcome.complete);
    ck_assert_int_eq(outcome.error.kind, ERROR_RESYNC);
    ck_assert_uint_le(outcome.rounds, 5);
    toy_world_clear(&world);
}
END_TEST

START_TEST(a_server_whose_disk_is_full_takes_nothing_and_says_so)
{
    struct session_outcome outcome;

    two_devices();
    toy_write(&north, NULL, "full_name", "Amina");
    world.ledger.fails = true;
    outcome = toy_sync(&world, &north);
    ck_assert_int_eq(outcome.error.kind, ERROR_RETRY);
    ck_assert_int_gt(outcome.retry_after_ms, 0);
    ck_assert_uint_eq(north.standing.last_seq, 0);
    world.ledger.fails = false;
    ck_same_rows();
    toy_world_clear(&world);
}
END_TEST

static void somebody_records_meanwhile(struct toy_world *it)
{
    if (it->exchanges < 4)
        toy_write(it->other, NULL, "full_name", "Meanwhile");
}

START_TEST(what_is_recorded_during_a_session_goes_up_in_it)
{
    struct session_outcome outcome;

    two_devices();
    toy_write(&north, NULL, "full_name", "Amina");
    world.other = &north;
    world.between = somebody_records_meanwhile;
    outcome = toy_sync(&world, &north);
    ck_delivered(outcome);
    ck_assert_uint_eq(outcome.sent_changes, 4);
    world.between = NULL;
    ck_same_rows();
    toy_world_clear(&world);
}
END_TEST

SUITE("session", what_one_records_the_other_reads, nothing_to_say_is_one_small_exchange,
      three_segments_go_up_in_as_many_batches_as_they_need, a_long_feed_comes_in_pages, an_answer_lost_after_the_commit_costs_nothing,
      an_answer_that_does_not_verify_changes_nothing, a_conflict_reaches_both, a_restored_tablet_starts_a_new_log_and_keeps_every_edit,
      a_restored_tablet_with_nothing_new_forks_too, both_halves_of_a_cloned_tablet_go_on, a_server_restored_from_a_backup_is_refilled,
      what_cannot_be_refilled_goes_on_under_a_fresh_log, a_quarantined_change_holds_nobody_up,
      a_revoked_device_delivers_and_is_shown_nothing, a_stranger_is_refused_and_delivers_nothing,
      a_server_that_promises_more_for_ever_is_left, a_server_whose_disk_is_full_takes_nothing_and_says_so,
      what_is_recorded_during_a_session_goes_up_in_it)
