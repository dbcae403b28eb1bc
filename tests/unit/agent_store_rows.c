// SPDX-License-Identifier: Apache-2.0
/* Pages: rows of others, what waits here on top of them, and what leaves this device's scope.
 *
 * Here:      merging, conflicts, steps back among others, drops, how many places a row is in, a clock that falls back.
 * Not here:  sealing and receipts (agent_store_sync.c), forks (agent_store_fork.c).
 */
#define _GNU_SOURCE
#include "tests/unit/store_server.h"
#include "tests/unit/suite.h"

enum { OTHER_LOG = 77 };

static uint64_t time_at(int64_t after_ms)
{
    return stamp_time_of_ms(DEVICE_NOW_MS + after_ms);
}

static struct value text(const char *value)
{
    return value_text(value);
}

/* --- rows ------------------------------------------------------------------------------------------------------------------------ */

START_TEST(rows_of_others_come_and_what_waits_stays_on_top)
{
    struct device device;
    uint8_t head[HASH_SIZE];

    device_starts(&device, 1);
    device_enrols(&device);
    struct row row = {.entity = "person", .id = "000000000001D-1"};
    row_gets(&device.arena, &row, OTHER_LOG, time_at(-9000), "full_name", text("Ana"), false);
    row_gets(&device.arena, &row, OTHER_LOG, time_at(-9000), "phone", text("1"), false);
    struct word word = word_holding(&device, 0, (const uint8_t[HASH_SIZE]){0});
    word_adds_row(&word, &row, 1);
    device_takes(&device, &word);
    ck_assert_str_eq(device_reads(&device, "person", row.id, "full_name"), "Ana");

    /* Two own edits: the server has the first when it answers, somebody else has written a third field meanwhile. */
    const struct draft first = DRAFT("person", row.id, TEXT("phone", "2"));
    const struct draft second = DRAFT("person", row.id, TEXT("phone", "3"));
    device_writes(&device, &first, 1, NULL);
    ck_assert_uint_eq(device_sends(&device, 0, 65536, head), 1);
    device_writes(&device, &second, 1, NULL);
    const struct stamp own = row_stamp(device_row(&device, "person", row.id), "phone");
    row_gets(&device.arena, &row, device_log(&device), own.time - 1, "phone", text("2"), true);
    row_gets(&device.arena, &row, OTHER_LOG, time_at(500), "position", text("teacher"), true);
    word = word_holding(&device, 1, head);
    word_adds_row(&word, &row, 2);
    device_takes(&device, &word);
    ck_assert_str_eq(device_reads(&device, "person", row.id, "phone"), "3");
    ck_assert_str_eq(device_reads(&device, "person", row.id, "position"), "teacher");
    ck_assert_uint_eq(row_reg(device_row(&device, "person", row.id), "phone")->live_count, 1);
    ck_assert_uint_eq(device_counts(&device).waiting, 1);
    ck_assert_uint_eq(store_conflict_count(device.store), 0);
    device_verifies(&device);

    /* Their next stamps are seen: ours come after them. */
    const struct draft third = DRAFT("person", row.id, TEXT("position", "director"));
    device_writes(&device, &third, 1, NULL);
    ck_assert_str_eq(device_reads(&device, "person", row.id, "position"), "director");
    ck_assert_uint_gt(row_stamp(device_row(&device, "person", row.id), "position").time, time_at(500));
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

static bool note_conflict(void *context, const struct store_conflict *conflict)
{
    char *told = context;

    snprintf(told, 200, "%s %s %s: %s, %s", conflict->entity, conflict->row, conflict->field, conflict->live[0].value.text,
             conflict->live[conflict->live_count - 1].value.text);
    return true;
}

START_TEST(two_values_are_a_conflict_until_somebody_has_seen_both)
{
    struct device device;
    char told[200] = "", expected[200];
    struct arena *arena;

    device_starts(&device, 1);
    arena = &device.arena;
    const char *ana = device_adds(&device, "Ana");
    device_delivers(&device);
    const struct draft own = DRAFT("person", ana, TEXT("phone", "own"));
    device_writes(&device, &own, 1, NULL);

    /* Another device wrote the same field and had not seen ours. */
    struct row theirs = *device_row(&device, "person", ana);
    struct row served = {.entity = "person", .id = ana};
    row_gets(arena, &served, device_log(&device), row_stamp(&theirs, "full_name").time, "full_name", text("Ana"), false);
    row_gets(arena, &served, OTHER_LOG, time_at(60000), "phone", text("theirs"), false);
    const struct device_standing standing = device_stands(&device);
    struct word word = word_holding(&device, 1, standing.last_head);
    word_adds_row(&word, &served, 1);
    device_takes(&device, &word);
    ck_assert_uint_eq(store_conflict_count(device.store), 1);
    ck_assert(store_conflicts(device.store, note_conflict, told, &device.err));
    snprintf(expected, sizeof expected, "person %s phone: own, theirs", ana);
    ck_assert_str_eq(told, expected);
    device_verifies(&device);
    device_reopens(&device);
    ck_assert_uint_eq(store_conflict_count(device.store), 1);

    /* Saying the value that stands already settles it, because it names both. */
    const struct draft settled = DRAFT("person", ana, TEXT("phone", "theirs"));
    ck_assert_uint_eq(device_writes(&device, &settled, 1, NULL), 1);
    ck_assert_uint_eq(store_conflict_count(device.store), 0);
    ck_assert_uint_eq(row_reg(device_row(&device, "person", ana), "phone")->live_count, 1);
    told[0] = '\0';
    ck_assert(store_conflicts(device.store, note_conflict, told, &device.err));
    ck_assert_str_eq(told, "");
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

START_TEST(undo_leaves_alone_what_others_wrote_since)
{
    struct device device;
    char name[64];
    uint64_t changes, kept;

    device_starts(&device, 1);
    const char *ana = device_adds(&device, "Ana");
    const struct draft edit = DRAFT("person", ana, TEXT("phone", "1"), TEXT("position", "teacher"));
    device_writes(&device, &edit, 1, NULL);
    device_delivers(&device);
    struct row row = *device_row(&device, "person", ana);
    row_gets(&device.arena, &row, OTHER_LOG, time_at(1000), "phone", text("2"), true);
    const struct device_standing standing = device_stands(&device);
    struct word word = word_holding(&device, 2, standing.last_head);
    word_adds_row(&word, &row, 1);
    device_takes(&device, &word);
    ck_assert(store_undo(device.store, "", name, &changes, &kept, &device.err));
    ck_assert_uint_eq(changes, 1);
    ck_assert_uint_eq(kept, 1);
    ck_assert_str_eq(device_reads(&device, "person", ana, "phone"), "2");
    ck_assert_ptr_null(device_reads(&device, "person", ana, "position"));
    /* The row itself has another's words in it: it is not removed. */
    ck_assert(store_undo(device.store, "", name, &changes, &kept, &device.err));
    ck_assert_uint_eq(changes, 0);
    ck_assert_uint_eq(kept, 2);
    ck_assert(!row_is_removed(device_row(&device, "person", ana)));
    ck_assert(!store_undo(device.store, "", name, &changes, &kept, &device.err));
    ck_assert_int_eq(device.err.kind, ERROR_NOT_FOUND);
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

/* --- scope ------------------------------------------------------------------------------------------------------------------------ */

START_TEST(a_row_out_of_scope_goes_once_its_changes_are_delivered)
{
    struct device device;
    uint8_t head[HASH_SIZE];

    device_starts(&device, 1);
    device_enrols(&device);
    const char *ana = device_adds(&device, "Ana"), *mira = device_adds(&device, "Mira");
    const uint64_t seq = device_delivers(&device);
    const struct draft edit = DRAFT("person", ana, TEXT("phone", "1"));
    device_writes(&device, &edit, 1, NULL);
    const struct device_standing standing = device_stands(&device);
    struct word word = word_holding(&device, seq, standing.last_head);
    word_adds_key(&word, "person", ana, 0);
    word_adds_key(&word, "person", mira, 0);
    word_adds_key(&word, "person", "000000000001D-9", 0); /* never held: nothing happens */
    device_takes(&device, &word);
    ck_assert_ptr_null(device_row(&device, "person", mira));
    ck_assert_str_eq(device_reads(&device, "person", ana, "phone"), "1");
    ck_assert_uint_eq(device_counts(&device).rows, 0); /* ana is not counted any more, only waited for */
    ck_assert_uint_eq(device_counts(&device).waiting, 1);
    device_verifies(&device);

    ck_assert_uint_eq(device_sends(&device, seq, 65536, head), seq + 1);
    word = word_holding(&device, seq + 1, head);
    word_adds_key(&word, "person", ana, 0);
    device_takes(&device, &word);
    ck_assert_ptr_null(device_row(&device, "person", ana));
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

START_TEST(many_is_what_the_server_says_and_one_when_it_says_nothing)
{
    struct device device;
    uint8_t head[HASH_SIZE];

    device_starts(&device, 1);
    device_enrols(&device);
    const char *ana = device_adds(&device, "Ana");
    const uint64_t seq = device_delivers(&device);
    const struct digest once = device_stands(&device).digest;
    struct word word = word_holding(&device, seq, device_stands(&device).last_head);
    word_adds_key(&word, "person", ana, 3);
    device_takes(&device, &word);
    struct digest thrice = {0, 0};
    digest_add_times(&thrice, once, 3);
    ck_assert(digest_equal(device_stands(&device).digest, thrice));
    ck_assert_uint_eq(device_counts(&device).rows, 1);
    /* Pushed again and not named: it is in one place now. */
    const struct draft edit = DRAFT("person", ana, TEXT("phone", "1"));
    device_writes(&device, &edit, 1, NULL);
    ck_assert_uint_eq(device_sends(&device, seq, 65536, head), seq + 1);
    word = word_holding(&device, seq + 1, head);
    device_takes(&device, &word);
    struct digest expected = {0, 0};
    ck_assert(digest_of_row(device_row(&device, "person", ana), device_stands(&device).digest_key, &expected));
    ck_assert(digest_equal(device_stands(&device).digest, expected));
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

/* --- the clock -------------------------------------------------------------------------------------------------------------- */

START_TEST(a_clock_ahead_of_time_falls_back_when_nothing_waits)
{
    struct device device;
    uint8_t head[HASH_SIZE];
    const int64_t years = INT64_C(10) * 365 * 24 * 3600 * 1000;

    device_starts(&device, 1);
    device.now_ms += years;
    const char *ana = device_adds(&device, "Ana");
    device.now_ms -= years;
    const char *mira = device_adds(&device, "Mira");
    const uint64_t ahead = row_stamp(device_row(&device, "person", mira), "full_name").time;
    ck_assert_uint_gt(ahead, stamp_time_of_ms(DEVICE_NOW_MS + years - 1));

    ck_assert_uint_eq(device_sends(&device, 0, 65536, head), 2);
    struct word word = word_holding(&device, 2, head);
    word.reply.clamped = true;
    word.reply.last_time = time_at(60000) + 1;
    struct row row = {.entity = "person", .id = ana};
    row_gets(&device.arena, &row, device_log(&device), time_at(60000), "full_name", text("Ana"), false);
    word_adds_row(&word, &row, 1);
    const struct draft late = DRAFT("person", mira, TEXT("phone", "1"));
    device_writes(&device, &late, 1, NULL);
    device_takes(&device, &word);
    /* One change waits: the clock stays ahead of it. */
    const struct draft later = DRAFT("person", mira, TEXT("phone", "2"));
    device_writes(&device, &later, 1, NULL);
    ck_assert_str_eq(device_reads(&device, "person", mira, "phone"), "2");
    ck_assert_uint_gt(row_stamp(device_row(&device, "person", mira), "phone").time, ahead);

    ck_assert_uint_eq(device_sends(&device, 2, 65536, head), 4);
    word = word_holding(&device, 4, head);
    word.reply.clamped = true;
    word.reply.last_time = time_at(60000) + 3;
    device_takes(&device, &word);
    const char *vera = device_adds(&device, "Vera");
    ck_assert_uint_lt(row_stamp(device_row(&device, "person", vera), "full_name").time, time_at(61000));
    /* The row that still shows a stamp ahead of time is written over all the same. */
    const struct draft last = DRAFT("person", mira, TEXT("phone", "3"));
    device_writes(&device, &last, 1, NULL);
    ck_assert_str_eq(device_reads(&device, "person", mira, "phone"), "3");
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

/* What is kept of people is made anew when one of them moves, and not for every mark. */
START_TEST(a_revision_of_an_entity_moves_with_its_rows_alone)
{
    struct device device;

    device_starts(&device, 31);
    const char *ana = device_adds(&device, "Ana");
    uint64_t people = store_revision_of(device.store, "person"), marks = store_revision_of(device.store, "attendance");
    const struct draft edit = DRAFT("person", ana, TEXT("full_name", "Ana Anić"));

    device_marks(&device, "s", ana, "present");
    ck_assert_uint_eq(store_revision_of(device.store, "person"), people);
    ck_assert_uint_ne(store_revision_of(device.store, "attendance"), marks);
    device_writes(&device, &edit, 1, NULL);
    ck_assert_uint_ne(store_revision_of(device.store, "person"), people);
    people = store_revision_of(device.store, "person");
    device_writes(&device, &edit, 1, NULL); /* which says nothing new */
    ck_assert_uint_eq(store_revision_of(device.store, "person"), people);
    device.now_ms += 1000;
    device_reopens(&device);
    ck_assert_uint_ne(store_revision_of(device.store, "person"), people);
    device_ends(&device);
}
END_TEST

SUITE("agent_store_rows", rows_of_others_come_and_what_waits_stays_on_top, two_values_are_a_conflict_until_somebody_has_seen_both,
      undo_leaves_alone_what_others_wrote_since, a_row_out_of_scope_goes_once_its_changes_are_delivered,
      many_is_what_the_server_says_and_one_when_it_says_nothing, a_clock_ahead_of_time_falls_back_when_nothing_waits,
      a_revision_of_an_entity_moves_with_its_rows_alone)
