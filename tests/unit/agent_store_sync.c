// SPDX-License-Identifier: Apache-2.0
/* Sealing, receipts, repair: what a store makes of a server's word, and what it never forgets on the way.
 *
 * Here:      segments, receipts, digests and repair, a restored server, facts about syncing.
 * Not here:  rows that come (agent_store_rows.c), forks (agent_store_fork.c), the session's decisions (protocol_device_session*.c).
 */
#define _GNU_SOURCE
#include "tests/unit/store_server.h"
#include "tests/unit/suite.h"

/* --- sealing ------------------------------------------------------------------------------------------------------------------ */

START_TEST(the_same_bytes_come_however_often_asked)
{
    struct device device;
    const struct span *first, *again;
    size_t first_count, again_count;

    device_starts(&device, 1);
    for (int i = 0; i < 20; i++)
        device_adds(&device, "Ana");
    ck_assert(store_segments(device.store, &device.arena, 0, 65536, &first, &first_count, &device.err));
    ck_assert_uint_eq(first_count, 1);
    device_adds(&device, "Mira");
    device_reopens(&device);
    ck_assert(store_segments(device.store, &device.arena, 0, 65536, &again, &again_count, &device.err));
    ck_assert_uint_eq(again_count, 2);
    ck_assert_uint_eq(first[0].size, again[0].size);
    ck_assert_mem_eq(first[0].data, again[0].data, first[0].size);
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

START_TEST(nothing_to_seal_gives_no_segment)
{
    struct device device;
    const struct span *spans;
    size_t count = 9;

    device_starts(&device, 1);
    ck_assert(store_segments(device.store, &device.arena, 0, 65536, &spans, &count, &device.err));
    ck_assert_uint_eq(count, 0);
    device_adds(&device, "Ana");
    device_delivers(&device);
    ck_assert(store_segments(device.store, &device.arena, 1, 65536, &spans, &count, &device.err));
    ck_assert_uint_eq(count, 0);
    device_ends(&device);
}
END_TEST

/* Names that deflate badly, so that a few thousand changes make many segments. */
static void device_writes_much(struct device *device, size_t changes)
{
    enum { AT_ONCE = 500 };
    static struct draft drafts[AT_ONCE];
    static struct draft_field fields[AT_ONCE];
    static char names[AT_ONCE][120];

    for (size_t done = 0; done < changes; done += AT_ONCE) {
        for (size_t i = 0; i < AT_ONCE; i++) {
            uint8_t noise[50];
            device_chance(device, noise, sizeof noise);
            hex_write(noise, sizeof noise, names[i]);
            fields[i] = TEXT("full_name", names[i]);
            drafts[i] = draft_of("person", NULL, &fields[i], 1, false);
        }
        device_writes(device, drafts, AT_ONCE, NULL);
    }
}

START_TEST(a_batch_is_as_large_as_asked_and_never_empty)
{
    struct device device;
    const struct span *spans;
    size_t count;
    uint8_t head[HASH_SIZE];
    const uint32_t sizes[] = {1, 4096, 65536, 200000};

    device_starts(&device, 1);
    device_writes_much(&device, 6000);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t bytes = 0;
        const uint64_t after = i == 0 ? 0 : device_sends(&device, 0, 1 << 24, head);
        if (after == 6000)
            break;
        ck_assert(store_segments(device.store, &device.arena, after, sizes[i], &spans, &count, &device.err));
        ck_assert_uint_ge(count, 1);
        for (size_t k = 0; k < count; k++)
            bytes += spans[k].size;
        ck_assert(count == 1 || bytes <= sizes[i]);
    }
    ck_assert_uint_eq(device_sends(&device, 0, 1 << 24, head), 6000);
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

/* --- receipts ------------------------------------------------------------------------------------------------------------------ */

START_TEST(only_a_receipt_lets_changes_go)
{
    struct device device;
    uint8_t head[HASH_SIZE];

    device_starts(&device, 1);
    device_enrols(&device);
    device_adds(&device, "Ana");
    device_adds(&device, "Mira");
    ck_assert_uint_eq(device_sends(&device, 0, 65536, head), 2);
    struct word word = word_holding(&device, 2, head);
    word.has_receipt = false;
    device_takes(&device, &word);
    ck_assert_uint_eq(device_counts(&device).waiting, 2);
    word.has_receipt = true;
    device_takes(&device, &word);
    ck_assert_uint_eq(device_counts(&device).waiting, 0);
    const struct device_standing standing = device_stands(&device);
    ck_assert_uint_eq(standing.last_seq, 2);
    ck_assert_mem_eq(standing.last_head, head, HASH_SIZE);
    ck_assert_uint_eq(standing.cursor.epoch, 7);
    device_takes(&device, &word); /* twice: nothing changes */
    ck_assert_uint_eq(device_counts(&device).waiting, 0);
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

START_TEST(a_receipt_that_is_not_ours_changes_nothing)
{
    struct device device;
    uint8_t head[HASH_SIZE];

    device_starts(&device, 1);
    device_adds(&device, "Ana");
    ck_assert_uint_eq(device_sends(&device, 0, 65536, head), 1);
    struct word word = word_holding(&device, 1, head);
    word.receipt.log++;
    ck_assert(!device_hears(&device, &word));
    ck_assert_int_eq(device.err.kind, ERROR_CORRUPT);
    word = word_holding(&device, 1, head);
    word.receipt.head[5] ^= 1;
    ck_assert(!device_hears(&device, &word));
    ck_assert_int_eq(device.err.kind, ERROR_FORK);
    word = word_holding(&device, 2, head);
    ck_assert(!device_hears(&device, &word));
    ck_assert_int_eq(device.err.kind, ERROR_FORK);
    ck_assert_uint_eq(device_counts(&device).waiting, 1);
    ck_assert_uint_eq(device_stands(&device).cursor.epoch, 0);
    device_ends(&device);
}
END_TEST

START_TEST(a_quarantined_change_is_kept_and_told)
{
    struct device device;
    uint8_t head[HASH_SIZE];
    const struct verdict verdicts[] = {{1, VERDICT_QUARANTINED}, {2, VERDICT_CLAMPED}};

    device_starts(&device, 1);
    device_adds(&device, "Ana");
    device_adds(&device, "Mira");
    ck_assert_uint_eq(device_sends(&device, 0, 65536, head), 2);
    struct word word = word_holding(&device, 2, head);
    word.receipt.verdicts = verdicts;
    word.receipt.verdict_count = 2;
    device_takes(&device, &word);
    device_takes(&device, &word);
    ck_assert_uint_eq(device_counts(&device).quarantined, 1);
    ck_assert_uint_eq(device_counts(&device).waiting, 0);
    device_ends(&device);
}
END_TEST

/* What a verified backup holds is forgotten here, but for what undo may want; what is left still verifies and goes on. */
START_TEST(what_is_safe_is_forgotten_and_the_chain_goes_on)
{
    struct device device;
    uint8_t head[HASH_SIZE];
    uint64_t seq = 0;

    device_starts(&device, 1);
    for (int round = 0; round < 5; round++) {
        device_writes_much(&device, 500);
        seq = device_sends(&device, seq, 1 << 20, head);
        struct word word = word_holding(&device, seq, head);
        word.receipt.safe_seq = seq;
        device_takes(&device, &word);
        device_verifies(&device);
    }
    ck_assert_uint_eq(seq, 2500);
    ck_assert_uint_eq(device_stands(&device).safe_seq, 2500);
    ck_assert_uint_eq(device_counts(&device).rows, 2500);
    const struct span *spans;
    size_t count = 9;
    ck_assert(store_segments(device.store, &device.arena, 0, 1 << 20, &spans, &count, &device.err));
    ck_assert_uint_eq(count, 0); /* not kept: nothing that follows on */
    device_adds(&device, "Ana");
    ck_assert_uint_eq(device_sends(&device, 2500, 1 << 20, head), 2501);
    char name[64];
    uint64_t changes, kept;
    ck_assert(store_undo(device.store, "", name, &changes, &kept, &device.err));
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

/* --- repair and what lasts ------------------------------------------------------------------------------------------------------ */

START_TEST(buckets_add_up_to_the_digest_and_repair_drops_strangers)
{
    struct device device;
    struct digest buckets[BUCKETS], sum = {0, 0};
    struct store_sync_state state;

    device_starts(&device, 1);
    device_enrols(&device);
    const char *ids[30];
    for (size_t i = 0; i < 30; i++)
        ids[i] = device_adds(&device, "Ana");
    const uint64_t seq = device_delivers(&device);
    ck_assert(store_buckets(device.store, buckets, &device.err));
    for (size_t i = 0; i < BUCKETS; i++)
        digest_add(&sum, buckets[i]);
    ck_assert(digest_equal(sum, device_stands(&device).digest));

    /* The server has only the first of these thirty in its buckets; the last was edited since and waits. */
    const struct draft edit = DRAFT("person", ids[29], TEXT("phone", "1"));
    device_writes(&device, &edit, 1, NULL);
    struct word word = word_holding(&device, seq, device_stands(&device).last_head);
    for (size_t i = 0; i < BUCKETS; i++)
        word.buckets[i] = (uint8_t)i;
    word.bucket_count = BUCKETS;
    word.replace_buckets = true;
    word.reply.now_ms = device.now_ms + 1500;
    word_adds_row(&word, device_row(&device, "person", ids[0]), 1);
    device_takes(&device, &word);
    ck_assert_uint_eq(device_counts(&device).rows, 2);
    ck_assert_ptr_nonnull(device_row(&device, "person", ids[0]));
    ck_assert_ptr_nonnull(device_row(&device, "person", ids[29]));
    ck_assert_uint_eq(device_counts(&device).incidents, 1);
    ck_assert(store_sync_state(device.store, &state, &device.err));
    ck_assert_int_eq(state.clock_error_ms, -1500);
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

START_TEST(a_restored_server_is_told_again)
{
    struct device device;
    uint8_t early[HASH_SIZE], late[HASH_SIZE];

    device_starts(&device, 1);
    device_enrols(&device);
    device_adds(&device, "Ana");
    device_delivers(&device);
    memcpy(early, device_stands(&device).last_head, HASH_SIZE);
    device_adds(&device, "Mira");
    device_delivers(&device);
    memcpy(late, device_stands(&device).last_head, HASH_SIZE);
    struct word word = word_holding(&device, 1, early);
    word.reply.cursor.epoch = 8;
    word.has_receipt = false;
    device_takes(&device, &word);
    ck_assert_uint_eq(device_counts(&device).waiting, 1);
    ck_assert_uint_eq(device_counts(&device).incidents, 1);
    uint8_t head[HASH_SIZE];
    ck_assert_uint_eq(device_sends(&device, 1, 65536, head), 2);
    ck_assert_mem_eq(head, late, HASH_SIZE); /* the same bytes as then */
    device_delivers(&device);
    ck_assert_uint_eq(device_counts(&device).waiting, 0);
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

START_TEST(facts_about_syncing_last)
{
    struct device device;
    struct store_sync_state state, again;

    device_starts(&device, 1);
    ck_assert(store_sync_state(device.store, &state, &device.err));
    ck_assert_uint_eq(state.batch_bytes, 65536);
    state = (struct store_sync_state){.last_attempt_ms = 1,
                                      .last_success_ms = 2,
                                      .last_verified_ms = 3,
                                      .next_attempt_ms = 4,
                                      .failures = 5,
                                      .batch_bytes = 8192,
                                      .spread_ms = 7,
                                      .last_error_kind = ERROR_OFFLINE,
                                      .last_error = "no route",
                                      .last_remedy = "wait",
                                      .clock_error_ms = -8};
    ck_assert(store_set_sync_state(device.store, &state, &device.err));
    const uint64_t counter = device_stands(&device).counter;
    device_reopens(&device);
    ck_assert(store_sync_state(device.store, &again, &device.err));
    ck_assert_int_eq(again.last_attempt_ms, 1);
    ck_assert_int_eq(again.next_attempt_ms, 4);
    ck_assert_uint_eq(again.failures, 5);
    ck_assert_uint_eq(again.batch_bytes, 8192);
    ck_assert_int_eq(again.last_error_kind, ERROR_OFFLINE);
    ck_assert_str_eq(again.last_error, "no route");
    ck_assert_int_eq(again.clock_error_ms, -8);
    ck_assert_uint_gt(device_stands(&device).counter, counter);
    device_ends(&device);
}
END_TEST

SUITE("agent_store_sync", the_same_bytes_come_however_often_asked, nothing_to_seal_gives_no_segment,
      a_batch_is_as_large_as_asked_and_never_empty, only_a_receipt_lets_changes_go, a_receipt_that_is_not_ours_changes_nothing,
      a_quarantined_change_is_kept_and_told, what_is_safe_is_forgotten_and_the_chain_goes_on,
      buckets_add_up_to_the_digest_and_repair_drops_strangers, a_restored_server_is_told_again, facts_about_syncing_last)
