// SPDX-License-Identifier: Apache-2.0
/* What a session does when two sides do not hold the same, and when a server would empty a device.
 *
 * Here:      repairs by bucket, the mass-drop fuse, with toys for store, ledger and network.
 * Not here:  the other stories (protocol_session.c).
 */
#include "protocol/drop_fuse.h"
#include "protocol/repair.h"
#include "tests/unit/suite.h"
#include "tests/unit/toy_world.h"

START_TEST(rows_that_went_astray_are_mended_by_buckets)
{
    const char *amina;
    struct toy_row *stray;
    struct session_outcome outcome;

    two_devices();
    amina = toy_write(&north, NULL, "full_name", "Amina");
    for (int i = 0; i < 60; i++)
        toy_write(&north, NULL, "full_name", "Besim");
    ck_same_rows();
    stray = toy_row_made(&south, "person", "0000000000ABC-1"); /* a row too many, */
    stray->row.regs = south.rows[3].row.regs;
    stray->row.reg_count = south.rows[3].row.reg_count;
    toy_drop(&south, 5);                                                /* a row too few, */
    toy_row(&south, "person", amina)->row.regs[0].live[0].stamp.time--; /* a wrong stamp */
    outcome = toy_sync(&world, &south);
    ck_delivered(outcome);
    ck_assert_uint_eq(outcome.repairs, 1);
    ck_assert_uint_gt(outcome.repaired_rows, 1);
    ck_assert_uint_lt(outcome.repaired_rows, 10); /* and not all that there is */
    ck_same_rows();
    toy_world_clear(&world);
}
END_TEST

START_TEST(a_repair_that_does_not_fit_comes_in_parts)
{
    struct session_outcome outcome;

    two_devices();
    for (int i = 0; i < 60; i++)
        toy_write(&north, NULL, "full_name", "Besim");
    ck_same_rows();
    for (size_t i = 0; i < 30; i++)
        toy_drop(&south, i);
    world.ledger.bucket_rows_max = 7;
    outcome = toy_sync(&world, &south);
    ck_delivered(outcome);
    ck_assert_uint_gt(outcome.rounds, 5);
    ck_same_rows();
    toy_world_clear(&world);
}
END_TEST

START_TEST(digests_that_never_meet_end_the_session)
{
    struct session_outcome outcome;

    two_devices();
    toy_write(&north, NULL, "full_name", "Amina");
    memset(north.standing.digest_key, 8, DIGEST_KEY_SIZE); /* counts in another way, for ever */
    outcome = toy_sync(&world, &north);
    ck_assert(!outcome.complete && !outcome.verified);
    ck_assert_int_eq(outcome.error.kind, ERROR_RESYNC);
    ck_assert_uint_eq(outcome.repairs, SESSION_REPAIRS_MAX);
    ck_assert_uint_eq(north.standing.last_seq, 1); /* but it is delivered */
    toy_world_clear(&world);
}
END_TEST

/* 100 rows; so many of them leave the scope. */
static struct session_outcome sync_after_drops(size_t drops, bool told_by_grants)
{
    two_devices();
    for (int i = 0; i < 100; i++)
        toy_write(&north, NULL, "full_name", "Amina");
    ck_same_rows();
    for (size_t i = 0; i < drops; i++) {
        world.ledger.rows[i].hidden = true;
        world.ledger.rows[i].position = ++world.ledger.position;
    }
    world.ledger.scope += told_by_grants;
    return toy_sync(&world, &south);
}

START_TEST(fifty_drops_are_believed_at_once_and_fifty_one_are_checked)
{
    struct session_outcome outcome = sync_after_drops(DROP_FUSE_ROWS, false);

    ck_delivered(outcome);
    ck_assert_uint_eq(outcome.rounds, 1);
    ck_assert_uint_eq(south.row_count, 50);
    toy_world_clear(&world);

    outcome = sync_after_drops(DROP_FUSE_ROWS + 1, false);
    ck_delivered(outcome); /* the buckets add up to the digest that came with the page */
    ck_assert_uint_eq(outcome.rounds, 3);
    ck_assert_uint_eq(outcome.dropped_rows, DROP_FUSE_ROWS + 1);
    ck_assert_uint_eq(south.row_count, 49);
    toy_world_clear(&world);
}
END_TEST

START_TEST(a_lost_place_is_dropped_when_the_grants_say_so)
{
    struct session_outcome outcome = sync_after_drops(90, true);

    ck_delivered(outcome);
    ck_assert_uint_eq(south.row_count, 10);
    toy_world_clear(&world);
}
END_TEST

static void ledger_starts_to_lie(struct toy_world *it)
{
    it->ledger.lie = (struct digest){1, 0};
}

START_TEST(a_server_that_cannot_confirm_its_drops_drops_nothing)
{
    struct session_outcome outcome;

    outcome = sync_after_drops(DROP_FUSE_ROWS, false); /* sets the stage */
    ck_delivered(outcome);
    toy_world_clear(&world);
    two_devices();
    for (int i = 0; i < 100; i++)
        toy_write(&north, NULL, "full_name", "Amina");
    ck_same_rows();
    for (size_t i = 0; i < 90; i++) {
        world.ledger.rows[i].hidden = true;
        world.ledger.rows[i].position = ++world.ledger.position;
    }
    world.between = ledger_starts_to_lie;
    outcome = toy_sync(&world, &south);
    ck_assert_int_eq(outcome.error.kind, ERROR_RESYNC);
    ck_assert_uint_eq(south.row_count, 100);
    ck_assert_uint_eq(outcome.dropped_rows, 0);
    toy_world_clear(&world);
}
END_TEST

START_TEST(a_restored_server_does_not_empty_a_device)
{
    struct session_outcome outcome;

    two_devices();
    for (int i = 0; i < 100; i++)
        toy_write(&north, NULL, "full_name", "Amina");
    ck_same_rows();
    /* The restored ledger knows the devices, and no row. */
    world.ledger.row_count = 0;
    world.ledger.position = 0;
    world.ledger.epoch = 78;
    toy_log(&world.ledger, 11)->segment_count = 0;
    toy_log(&world.ledger, 11)->standing.last_seq = 0;
    memset(toy_log(&world.ledger, 11)->standing.last_head, 0, HASH_SIZE);
    outcome = toy_sync(&world, &south);
    ck_assert_int_eq(outcome.error.kind, ERROR_RESYNC);
    ck_assert_uint_eq(south.row_count, 100);
    ck_same_rows(); /* once north has refilled it */
    ck_assert_uint_eq(south.row_count, 100);
    toy_world_clear(&world);
}
END_TEST

START_TEST(a_mass_is_more_than_fifty_and_more_than_a_fifth)
{
    ck_assert(!drop_fuse_is_mass(DROP_FUSE_ROWS, 60));
    ck_assert(drop_fuse_is_mass(DROP_FUSE_ROWS + 1, 60));
    ck_assert(!drop_fuse_is_mass(200, 1000)); /* 20 per cent */
    ck_assert(drop_fuse_is_mass(201, 1000));
    ck_assert(!drop_fuse_is_mass(201, UINT64_MAX));
}
END_TEST

START_TEST(a_new_epoch_drops_many_rows_only_with_new_grants)
{
    struct drop_fuse fuse = {0};
    struct reply reply = {.cursor = {.epoch = 2}};
    struct error err = {0};

    ck_assert_int_eq(drop_fuse_check(&fuse, &reply, 60, 100, 1, &err), DROP_FUSE_STOP);
    ck_assert_int_eq(err.kind, ERROR_RESYNC);
    reply.grant_count = 1;
    ck_assert_int_eq(drop_fuse_check(&fuse, &reply, 60, 100, 1, &err), DROP_FUSE_ASK);
}
END_TEST

START_TEST(who_asks_for_more_drops_when_asked_again_is_not_believed)
{
    const struct digest buckets[BUCKETS] = {{0}};
    struct reply reply = {.cursor = {.epoch = 1}, .more = true, .buckets = buckets};
    struct error err = {0};

    for (uint64_t more = 0; more <= DROP_FUSE_ROWS + 1; more += DROP_FUSE_ROWS) {
        struct drop_fuse fuse = {0};
        ck_assert_int_eq(drop_fuse_check(&fuse, &reply, 60, 100, 1, &err), DROP_FUSE_ASK);
        ck_assert(drop_fuse_hear(&fuse, &reply, &err));
        ck_assert_int_eq(drop_fuse_check(&fuse, &reply, 60 + more, 200, 1, &err), DROP_FUSE_HOLDS);
        ck_assert_int_eq(drop_fuse_check(&fuse, &reply, 60, 100, 1, &err), DROP_FUSE_ASK); /* was good for one page */
        ck_assert(drop_fuse_hear(&fuse, &reply, &err));
        ck_assert_int_eq(drop_fuse_check(&fuse, &reply, 60 + DROP_FUSE_ROWS + 1, 200, 1, &err), DROP_FUSE_STOP);
        error_clear(&err);
    }
}
END_TEST

START_TEST(three_repairs_may_begin_and_not_a_fourth)
{
    struct repair repair = {0};
    struct reply reply = {.rows = 10, .digest = {1, 1}};
    struct error err = {0};

    for (int i = 0; i < SESSION_REPAIRS_MAX; i++)
        ck_assert(repair_begin(&repair, 10, &reply, &err));
    ck_assert(!repair_begin(&repair, 10, &reply, &err));
    ck_assert_int_eq(err.kind, ERROR_RESYNC);
}
END_TEST

START_TEST(a_repair_asks_for_few_buckets_when_they_are_full)
{
    struct digest theirs[BUCKETS];
    struct repair repair = {0};

    memset(theirs, 1, sizeof theirs);
    repair_compare(&repair, theirs);
    ck_assert_uint_eq(repair.differing_count, BUCKETS);
    ck_assert(repair_next(&repair, 100));
    ck_assert_uint_eq(repair.asked, BUCKETS);
    ck_assert(repair_next(&repair, 256 * 1023));
    ck_assert_uint_eq(repair.asked, 2);
    ck_assert(repair_next(&repair, UINT64_MAX));
    ck_assert_uint_eq(repair.asked, 1);
    ck_assert(!repair_advance(&repair, 2));
    ck_assert(!repair_advance(&repair, 0));
    ck_assert(repair_advance(&repair, 1));
    repair.at = BUCKETS;
    ck_assert(!repair_next(&repair, 100));
}
END_TEST

SUITE("session repair", rows_that_went_astray_are_mended_by_buckets, a_repair_that_does_not_fit_comes_in_parts,
      digests_that_never_meet_end_the_session, fifty_drops_are_believed_at_once_and_fifty_one_are_checked,
      a_lost_place_is_dropped_when_the_grants_say_so, a_server_that_cannot_confirm_its_drops_drops_nothing,
      a_restored_server_does_not_empty_a_device, a_mass_is_more_than_fifty_and_more_than_a_fifth,
      a_new_epoch_drops_many_rows_only_with_new_grants, who_asks_for_more_drops_when_asked_again_is_not_believed,
      three_repairs_may_begin_and_not_a_fourth, a_repair_asks_for_few_buckets_when_they_are_full)
