// SPDX-License-Identifier: Apache-2.0
/* Forks: cloned tablets, restored backups, a server that holds another past. Every edit is kept, under a name of its own.
 *
 * Here:      renaming, the common point, introductions, the incarnation file.
 * Not here:  how the server notices (protocol_server_session*.c), two devices living on (tests/stories).
 */
#define _GNU_SOURCE
#include "tests/unit/store_server.h"
#include "tests/unit/suite.h"

static void device_forks(struct device *device, uint64_t last_seq, const uint8_t head[HASH_SIZE])
{
    struct reply reply = {.kind = REPLY_FORK, .last_seq = last_seq};

    memcpy(reply.last_head, head, HASH_SIZE);
    error_clear(&device->err);
    ck_assert_msg(store_fork(device->store, &reply, &device->err), "%s", device->err.cause);
}

static uint64_t forks(struct device *device)
{
    struct store_identity identity;

    ck_assert(store_identity(device->store, &identity, &device->err));
    return identity.forks;
}

/* The introduction that the standing brings is signed by the old log, for the fresh one and its key. */
static void is_introduced_by(struct device *device, uint64_t old, const uint8_t old_public[SIGN_PUBLIC_SIZE])
{
    const struct device_standing standing = device_stands(device);
    struct introduction introduction;
    struct store_identity identity;

    ck_assert(store_identity(device->store, &identity, &device->err));
    ck_assert_uint_eq(standing.introduction.size, INTRODUCTION_SIZE);
    ck_assert_msg(introduction_open(standing.introduction, old_public, &introduction, &device->err), "%s", device->err.cause);
    ck_assert_uint_eq(introduction.old, old);
    ck_assert_uint_eq(introduction.fresh, identity.log);
    ck_assert_mem_eq(introduction.fresh_public, identity.public_key, SIGN_PUBLIC_SIZE);
}

struct past {
    uint64_t log, seq;
    uint8_t public_key[SIGN_PUBLIC_SIZE], head[HASH_SIZE];
    const char *activity, *session, *ana;
};

/* Enrolled; an activity, a session and Ana are delivered. */
static struct past device_with_a_past(struct device *device, uint64_t seed)
{
    struct past past = {0};
    struct store_identity identity;
    char ids[3][ROW_ID_SIZE];

    device_starts(device, seed);
    device_enrols(device);
    const struct draft drafts[] = {DRAFT("activity", NULL, TEXT("code", "TT-1")),
                                   DRAFT("session", NULL, TEXT("code", "TT-1-1"), TEXT("activity", "@0")),
                                   DRAFT("person", NULL, TEXT("full_name", "Ana"))};
    device_writes(device, drafts, 3, ids);
    past.activity = arena_text(&device->arena, ids[0]);
    past.session = arena_text(&device->arena, ids[1]);
    past.ana = arena_text(&device->arena, ids[2]);
    past.seq = device_delivers(device);
    memcpy(past.head, device_stands(device).last_head, HASH_SIZE);
    ck_assert(store_identity(device->store, &identity, &device->err));
    past.log = identity.log;
    memcpy(past.public_key, identity.public_key, SIGN_PUBLIC_SIZE);
    return past;
}

/* Steps back go on across the fork, with what stood before under its new name. */
static void takes_steps_back(struct device *device, const struct past *past, const char *mark)
{
    char name[64];
    uint64_t changes, kept;

    ck_assert(store_undo(device->store, "", name, &changes, &kept, &device->err));
    ck_assert_str_eq(name, "edits");
    ck_assert_uint_eq(kept, 0);
    ck_assert_str_eq(device_reads(device, "session", past->session, "activity"), past->activity);
    ck_assert(store_undo(device->store, "", name, &changes, &kept, &device->err));
    ck_assert(row_is_removed(device_row(device, "attendance", mark)));
    ck_assert(store_undo(device->store, "", name, &changes, &kept, &device->err));
    ck_assert(row_is_removed(device_row(device, "person", past->ana)));
}

/* Ids as rows' names, as parts of keys and as values; stamps; what stood before; the author. */
START_TEST(a_fork_renames_all_that_was_not_delivered)
{
    struct device device;
    const struct past past = device_with_a_past(&device, 1);
    char ids[4][ROW_ID_SIZE], fresh[4][ROW_ID_SIZE], author[ROW_ID_SIZE];
    uint8_t head[HASH_SIZE];
    uint64_t changes;

    const struct draft drafts[] = {
        DRAFT("session", NULL, TEXT("code", "TT-1-2"), TEXT("activity", past.activity)),
        DRAFT("person", NULL, TEXT("full_name", "Mira")),
        DRAFT("attendance", "@0:@1", TEXT("status", "present")),
        DRAFT("person_link", "@1:0000000000009-3", TEXT("verdict", "same")),
    };
    device_writes(&device, drafts, 4, ids);
    const struct draft edits[] = {DRAFT("person", past.ana, TEXT("phone", "1")), DRAFT("session", past.session, TEXT("activity", ids[1])),
                                  DRAFT("session", past.session, TEXT("activity", past.activity)),
                                  DRAFT("person", ids[1], TEXT("phone", "2"))};
    ck_assert(store_write(device.store, edits, 4, ids[1], "edits", NULL, &changes, &device.err));
    ck_assert_uint_eq(device_sends(&device, past.seq, 65536, head), past.seq + 8);

    device_forks(&device, past.seq, past.head);
    const uint64_t log = device_log(&device);
    ck_assert_uint_ne(log, past.log);
    ck_assert_uint_eq(forks(&device), 1);
    row_id_of_change(log, 1, fresh[0]);
    row_id_of_change(log, 2, fresh[1]);
    row_id_of_change(log, 2, author);
    ck_assert(row_id_of_key((const char *const[]){fresh[0], fresh[1]}, 2, fresh[2]));
    ck_assert(row_id_of_key((const char *const[]){fresh[1], "0000000000009-3"}, 2, fresh[3]));
    for (size_t i = 0; i < 4; i++) {
        ck_assert_ptr_null(device_row(&device, drafts[i].entity, ids[i]));
        ck_assert_ptr_nonnull(device_row(&device, drafts[i].entity, fresh[i]));
    }
    ck_assert_str_eq(device_reads(&device, "session", fresh[0], "activity"), past.activity);
    ck_assert_str_eq(device_reads(&device, "attendance", fresh[2], "status"), "present");
    ck_assert_str_eq(device_reads(&device, "person", fresh[1], "phone"), "2");
    ck_assert_str_eq(device_reads(&device, "person", past.ana, "phone"), "1");
    ck_assert_str_eq(device_reads(&device, "person", past.ana, "full_name"), "Ana");
    ck_assert_uint_eq(row_stamp(device_row(&device, "person", past.ana), "phone").log, log);
    ck_assert_uint_eq(row_stamp(device_row(&device, "person", past.ana), "full_name").log, past.log);
    ck_assert_uint_eq(device_counts(&device).waiting, 8);
    ck_assert_uint_eq(device_counts(&device).incidents, 1);
    device_verifies(&device);

    /* The fresh log's segments say it under the new names, and verify. */
    ck_assert_uint_eq(device_sends(&device, 0, 65536, head), 8);
    const struct span *spans;
    size_t count;
    struct segment segment;
    struct store_identity identity;
    ck_assert(store_identity(device.store, &identity, &device.err));
    ck_assert(store_segments(device.store, &device.arena, 0, 65536, &spans, &count, &device.err));
    ck_assert(segment_open(&device.arena, spans[0], identity.public_key, &segment, &device.err));
    ck_assert_str_eq(segment.changes[2].row, fresh[2]);
    ck_assert_str_eq(segment.changes[4].author, author);
    ck_assert_str_eq(segment.changes[5].fields[0].value.text, fresh[1]);
    /* Ana's phone was empty and her session's activity was ours: the fresh log names what it replaces. */
    ck_assert_uint_eq(segment.changes[6].fields[0].base_count, 1);
    ck_assert_uint_eq(segment.changes[6].fields[0].bases[0].log, past.log);
    device_verifies(&device);

    takes_steps_back(&device, &past, fresh[2]);
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

START_TEST(the_old_log_vouches_for_the_fresh_one_until_a_backup_knows_it)
{
    struct device device;
    const struct past past = device_with_a_past(&device, 1);
    uint8_t secret[SIGN_SECRET_SIZE];

    ck_assert_uint_eq(device_stands(&device).introduction.size, 0);
    device_adds(&device, "Mira");
    device_forks(&device, past.seq, past.head);
    is_introduced_by(&device, past.log, past.public_key);
    device_reopens(&device);
    is_introduced_by(&device, past.log, past.public_key);
    /* A second fork before that: still the log that the server knows. */
    device_forks(&device, 0, (const uint8_t[HASH_SIZE]){0});
    is_introduced_by(&device, past.log, past.public_key);
    ck_assert_uint_eq(forks(&device), 2);
    ck_assert_uint_eq(device_counts(&device).waiting, 1);
    const uint64_t last = device_delivers(&device);
    /* A server that is set back to its last backup does not know the fresh log any more. */
    is_introduced_by(&device, past.log, past.public_key);
    struct word word = word_holding(&device, last, device_stands(&device).last_head);
    word.receipt.safe_seq = last;
    device_takes(&device, &word);
    ck_assert_uint_eq(device_stands(&device).introduction.size, 0);
    ck_assert(store_secret(device.store, secret, &device.err));
    device_verifies(&device);
    device_reopens(&device);
    ck_assert_uint_eq(device_stands(&device).introduction.size, 0);
    device_ends(&device);
}
END_TEST

START_TEST(rows_that_both_timelines_know_are_merged_after_a_fork)
{
    struct device device;
    const struct past past = device_with_a_past(&device, 1);

    const struct draft edit = DRAFT("person", past.ana, TEXT("full_name", "Ana Petrovic"));
    device_writes(&device, &edit, 1, NULL);
    device_forks(&device, past.seq, past.head);
    /* The server sends Ana as it knows her: our old log wrote her name, and its lost timeline her phone. */
    struct row ana = {.entity = "person", .id = past.ana};
    const uint64_t time = row_stamp(device_row(&device, "person", past.ana), "sex").time;
    row_gets(&device.arena, &ana, past.log, stamp_time_of_ms(DEVICE_NOW_MS) - 5, "full_name", value_text("Ana"), false);
    row_gets(&device.arena, &ana, past.log, stamp_time_of_ms(DEVICE_NOW_MS) + 900, "phone", value_text("lost"), false);
    (void)time;
    struct word word = word_holding(&device, 0, (const uint8_t[HASH_SIZE]){0});
    word.has_receipt = false;
    word_adds_row(&word, &ana, 1);
    device_takes(&device, &word);
    ck_assert_str_eq(device_reads(&device, "person", past.ana, "full_name"), "Ana Petrovic");
    ck_assert_str_eq(device_reads(&device, "person", past.ana, "phone"), "lost");
    ck_assert_uint_eq(store_conflict_count(device.store), 0);
    ck_assert_uint_eq(device_counts(&device).waiting, 1);
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

/* The server holds a segment of ours that it could never receipt (the answer was lost with the tablet): it is not said twice. */
START_TEST(what_the_server_holds_of_our_own_segments_is_not_said_again)
{
    struct device device;
    const struct past past = device_with_a_past(&device, 1);
    uint8_t head[HASH_SIZE];

    const char *mira = device_adds(&device, "Mira");
    ck_assert_uint_eq(device_sends(&device, past.seq, 65536, head), past.seq + 1);
    device_adds(&device, "Vera");
    device_forks(&device, past.seq + 1, head);
    ck_assert_uint_eq(device_counts(&device).waiting, 1);
    ck_assert_ptr_nonnull(device_row(&device, "person", mira));
    device_verifies(&device);
    device_delivers(&device);
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

START_TEST(a_server_with_another_past_gets_all_that_is_not_in_its_backup)
{
    struct device device;
    const struct past past = device_with_a_past(&device, 1);
    uint8_t head[HASH_SIZE];

    device_adds(&device, "Mira");
    ck_assert_uint_eq(device_sends(&device, past.seq, 65536, head), past.seq + 1);
    struct word word = word_holding(&device, past.seq + 1, head);
    word.receipt.safe_seq = past.seq;
    device_takes(&device, &word);
    ck_assert_uint_eq(device_counts(&device).waiting, 0);
    head[0] ^= 1;
    device_forks(&device, past.seq, head); /* less than it receipted, and not what we have there */
    ck_assert_uint_eq(device_counts(&device).waiting, 1);
    ck_assert_uint_eq(device_counts(&device).rows, 4);
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

/* --- copies --------------------------------------------------------------------------------------------------------------------- */

START_TEST(a_copy_on_another_machine_starts_a_fresh_log)
{
    struct device device, twin;
    const struct past past = device_with_a_past(&device, 1);

    const char *mira = device_adds(&device, "Mira");
    device_closes(&device);
    device_copies(&device, &twin, 2, true);
    twin.machine = "machine-2";
    device_opens(&device, STORE_MUST_EXIST);
    device_opens(&twin, STORE_MUST_EXIST);
    ck_assert_uint_eq(device_log(&device), past.log);
    ck_assert_uint_ne(device_log(&twin), past.log);
    ck_assert_uint_eq(forks(&device), 0);
    ck_assert_uint_eq(forks(&twin), 1);
    is_introduced_by(&twin, past.log, past.public_key);
    /* Mira waited on both: here under her old name, there under a new one. Ana is the same. */
    ck_assert_ptr_nonnull(device_row(&device, "person", mira));
    ck_assert_ptr_null(device_row(&twin, "person", mira));
    ck_assert_ptr_nonnull(device_row(&twin, "person", past.ana));
    ck_assert_uint_eq(device_counts(&twin).waiting, 1);
    device_verifies(&twin);
    const uint64_t log = device_log(&twin);
    device_reopens(&twin);
    ck_assert_uint_eq(device_log(&twin), log);
    device_adds(&twin, "Vera");
    device_delivers(&twin);
    device_verifies(&twin);
    device_ends(&twin);
    device_ends(&device);
}
END_TEST

START_TEST(a_store_older_than_its_incarnation_starts_a_fresh_log)
{
    struct device device, backup;
    const struct past past = device_with_a_past(&device, 1);

    device_closes(&device);
    device_copies(&device, &backup, 2, true);
    for (int i = 0; i < 3; i++) {
        device_opens(&device, STORE_MUST_EXIST);
        device_adds(&device, "Mira");
        device_closes(&device);
    }
    file_copy(backup.path, device.path);
    device_opens(&device, STORE_MUST_EXIST);
    ck_assert_uint_ne(device_log(&device), past.log);
    ck_assert_uint_eq(device_counts(&device).waiting, 0);
    is_introduced_by(&device, past.log, past.public_key);
    device_verifies(&device);
    const uint64_t log = device_log(&device);
    device_reopens(&device);
    ck_assert_uint_eq(device_log(&device), log);
    device_ends(&backup);
    device_ends(&device);
}
END_TEST

START_TEST(a_store_without_its_incarnation_starts_a_fresh_log)
{
    struct device device, copy;
    const struct past past = device_with_a_past(&device, 1);

    device_closes(&device);
    device_copies(&device, &copy, 2, false);
    device_opens(&copy, STORE_MUST_EXIST);
    ck_assert_uint_ne(device_log(&copy), past.log);
    device_ends(&copy);
    device_ends(&device);
}
END_TEST

static void incarnation_becomes(const struct device *device, const void *bytes, size_t size)
{
    char path[160];
    FILE *file;

    snprintf(path, sizeof path, "%s-incarnation", device->path);
    file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
}

/* A power cut may leave it old, torn or empty: none of these is a restored store. */
START_TEST(an_old_or_torn_incarnation_is_of_no_interest)
{
    struct device device;
    char path[160], old[64];

    device_starts(&device, 1);
    const uint64_t log = device_log(&device);
    device_adds(&device, "Ana");
    device_closes(&device);
    snprintf(path, sizeof path, "%s-incarnation", device.path);
    FILE *file = fopen(path, "rb");
    const size_t size = fread(old, 1, sizeof old, file);
    fclose(file);
    ck_assert_uint_eq(size, 48);
    for (int i = 0; i < 2; i++) {
        device_opens(&device, STORE_MUST_EXIST);
        device_adds(&device, "Ana");
        device_closes(&device);
    }
    incarnation_becomes(&device, old, size);
    device_opens(&device, STORE_MUST_EXIST);
    ck_assert_uint_eq(device_log(&device), log);
    device_closes(&device);
    old[20] ^= 1;
    incarnation_becomes(&device, old, size);
    device_opens(&device, STORE_MUST_EXIST);
    ck_assert_uint_eq(device_log(&device), log);
    device_closes(&device);
    incarnation_becomes(&device, old, 0);
    device_opens(&device, STORE_MUST_EXIST);
    ck_assert_uint_eq(device_log(&device), log);
    device_ends(&device);
}
END_TEST

START_TEST(a_machine_that_is_not_told_is_learnt_and_not_feared)
{
    struct device device;

    device_init(&device, 1);
    device.machine = "";
    device_opens(&device, STORE_CREATE);
    device_adds(&device, "Ana");
    const uint64_t log = device_log(&device);
    device.machine = "machine-9";
    device_reopens(&device);
    ck_assert_uint_eq(device_log(&device), log);
    device.machine = "";
    device_reopens(&device);
    ck_assert_uint_eq(device_log(&device), log);
    device.machine = "machine-8";
    device_reopens(&device);
    ck_assert_uint_ne(device_log(&device), log);
    ck_assert_uint_eq(device_counts(&device).waiting, 1);
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

/* Looking does not count as living on: opening to read leaves both counters alone. */
START_TEST(opening_to_read_writes_nothing)
{
    struct device device;
    struct stat before, after;

    device_starts(&device, 1);
    device_adds(&device, "Ana");
    device_closes(&device);
    ck_assert_int_eq(stat(device.path, &before), 0);
    for (int i = 0; i < 3; i++) {
        device_opens(&device, STORE_MUST_EXIST);
        ck_assert_uint_eq(device_counts(&device).rows, 1);
        device_closes(&device);
    }
    ck_assert_int_eq(stat(device.path, &after), 0);
    ck_assert_int_eq(before.st_mtim.tv_sec, after.st_mtim.tv_sec);
    ck_assert_int_eq(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    device_ends(&device);
}
END_TEST

SUITE("agent_store_fork", a_fork_renames_all_that_was_not_delivered, the_old_log_vouches_for_the_fresh_one_until_a_backup_knows_it,
      rows_that_both_timelines_know_are_merged_after_a_fork, what_the_server_holds_of_our_own_segments_is_not_said_again,
      a_server_with_another_past_gets_all_that_is_not_in_its_backup, a_copy_on_another_machine_starts_a_fresh_log,
      a_store_older_than_its_incarnation_starts_a_fresh_log, a_store_without_its_incarnation_starts_a_fresh_log,
      an_old_or_torn_incarnation_is_of_no_interest, a_machine_that_is_not_told_is_learnt_and_not_feared, opening_to_read_writes_nothing)
