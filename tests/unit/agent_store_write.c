// SPDX-License-Identifier: Apache-2.0
/* Writing and reading on a device that never met a server: changes, steps back, references, codes, queries.
 *
 * Here:      what a draft becomes, what is left out, undo, filters, resolving; the sums over a thousand writes.
 * Not here:  what others wrote (agent_store_sync.c), opening (agent_store_open.c).
 */
#define _GNU_SOURCE
#include "tests/unit/store_fixture.h"
#include "tests/unit/suite.h"

START_TEST(what_is_written_stands_after_opening_again)
{
    struct device device;

    device_starts(&device, 1);
    const char *ana = device_adds(&device, "Ана Петровић");
    device_reopens(&device);
    ck_assert_str_eq(device_reads(&device, "person", ana, "full_name"), "Ана Петровић");
    ck_assert_ptr_null(device_row(&device, "person", "0000000000001-1"));
    ck_assert_uint_eq(device_counts(&device).waiting, 1);
    ck_assert_uint_eq(device_counts(&device).rows, 1);
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

START_TEST(only_what_is_new_becomes_a_change)
{
    struct device device;

    device_starts(&device, 1);
    const char *ana = device_adds(&device, "Ana");
    const struct draft same = DRAFT("person", ana, TEXT("full_name", "Ana"));
    ck_assert_uint_eq(device_writes(&device, &same, 1, NULL), 0);
    struct draft asserted = same;
    asserted.assert_all = true;
    ck_assert_uint_eq(device_writes(&device, &asserted, 1, NULL), 1);
    const struct draft other = DRAFT("person", ana, TEXT("full_name", "Ana"), TEXT("position", "teacher"));
    ck_assert_uint_eq(device_writes(&device, &other, 1, NULL), 1);
    ck_assert_uint_eq(device_counts(&device).waiting, 3);
    const struct draft emptied = DRAFT("person", ana, {"position", {VALUE_NONE, 0, NULL}}, {"phone", {VALUE_NONE, 0, NULL}});
    ck_assert_uint_eq(device_writes(&device, &emptied, 1, NULL), 1);
    ck_assert_ptr_null(device_reads(&device, "person", ana, "position"));
    ck_assert_ptr_null(row_reg(device_row(&device, "person", ana), "phone"));
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

/* A walk-in: the person, the enrolment and the mark in one step; each names what the step made before. */
START_TEST(drafts_refer_to_rows_made_before_them)
{
    struct device device;
    char ids[4][ROW_ID_SIZE], expected[ROW_ID_SIZE * 2];

    device_starts(&device, 1);
    const struct draft drafts[] = {
        DRAFT("activity", NULL, TEXT("code", "TT-1"), TEXT("title", "Training")),
        DRAFT("session", NULL, TEXT("code", "TT-1-1"), TEXT("activity", "@0")),
        DRAFT("person", NULL, TEXT("full_name", "Ana")),
        DRAFT("attendance", "@1:@2", TEXT("status", "present")),
    };
    ck_assert_uint_eq(device_writes(&device, drafts, 4, ids), 4);
    ck_assert_str_eq(device_reads(&device, "session", ids[1], "activity"), ids[0]);
    snprintf(expected, sizeof expected, "%s:%s", ids[1], ids[2]);
    ck_assert_str_eq(ids[3], expected);
    ck_assert_str_eq(device_reads(&device, "attendance", expected, "status"), "present");
    device_verifies(&device);

    const struct draft ahead[] = {DRAFT("session", NULL, TEXT("code", "X"), TEXT("activity", "@1")), drafts[0]};
    ck_assert(!store_write(device.store, ahead, 2, "", "", NULL, NULL, &device.err));
    ck_assert_int_eq(device.err.kind, ERROR_INVALID);
    ck_assert_uint_eq(device_counts(&device).waiting, 4);
    device_ends(&device);
}
END_TEST

START_TEST(a_row_named_by_its_key_is_made_from_its_fields)
{
    struct device device;
    char ids[1][ROW_ID_SIZE];

    device_starts(&device, 1);
    const struct draft enrolment =
        DRAFT("enrolment", NULL, TEXT("role", "participant"), TEXT("person", "0000000000009-2"), TEXT("activity", "0000000000009-1"));
    ck_assert_uint_eq(device_writes(&device, &enrolment, 1, ids), 1);
    ck_assert_str_eq(ids[0], "0000000000009-1:0000000000009-2:participant");
    const struct row *row = device_row(&device, "enrolment", ids[0]);
    ck_assert_ptr_nonnull(row);
    ck_assert_uint_eq(row->reg_count, 1);
    ck_assert(!row_is_removed(row));
    ck_assert_uint_eq(device_writes(&device, &enrolment, 1, ids), 0);
    /* Removed and enrolled again: it is there again. */
    const struct draft removal = DRAFT("enrolment", ids[0], NUMBER("removed", 1));
    ck_assert_uint_eq(device_writes(&device, &removal, 1, NULL), 1);
    ck_assert(row_is_removed(device_row(&device, "enrolment", ids[0])));
    ck_assert_uint_eq(device_writes(&device, &enrolment, 1, NULL), 1);
    ck_assert(!row_is_removed(device_row(&device, "enrolment", ids[0])));
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

START_TEST(a_wrong_value_stops_the_whole_step)
{
    struct device device;

    device_starts(&device, 1);
    const struct draft drafts[] = {DRAFT("person", NULL, TEXT("full_name", "Ana")),
                                   DRAFT("attendance", "0000000000009-1:@0", TEXT("status", "sleeping"))};
    ck_assert(!store_write(device.store, drafts, 2, "", "", NULL, NULL, &device.err));
    ck_assert_int_eq(device.err.kind, ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(device.err.cause, "sleeping"));
    ck_assert_uint_eq(device_counts(&device).waiting, 0);
    ck_assert_uint_eq(device_counts(&device).rows, 0);
    const struct draft derived = DRAFT("device", NULL, TEXT("log", "0000000000009"), TEXT("name", "mine"));
    error_clear(&device.err);
    ck_assert(!store_write(device.store, &derived, 1, "", "", NULL, NULL, &device.err));
    ck_assert_int_eq(device.err.kind, ERROR_INVALID);
    device_adds(&device, "Ana");
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

START_TEST(stamps_grow_whatever_the_clock_does)
{
    struct device device;
    uint64_t last = 0;

    device_starts(&device, 1);
    const char *ana = device_adds(&device, "Ana");
    const int64_t clocks[] = {DEVICE_NOW_MS, 0, -5, DEVICE_NOW_MS * 2, 1000, DEVICE_NOW_MS};
    for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
        char position[20];
        device.now_ms = clocks[i];
        if (i % 2 == 0)
            device_reopens(&device);
        snprintf(position, sizeof position, "position %zu", i);
        const struct draft draft = DRAFT("person", ana, TEXT("position", position));
        ck_assert_uint_eq(device_writes(&device, &draft, 1, NULL), 1);
        const uint64_t time = row_stamp(device_row(&device, "person", ana), "position").time;
        ck_assert_uint_gt(time, last);
        ck_assert_str_eq(device_reads(&device, "person", ana, "position"), position);
        last = time;
    }
    device_ends(&device);
}
END_TEST

/* --- steps back -------------------------------------------------------------------------------------------------------------- */

static void device_undoes(struct device *device, const char *name, uint64_t changes, uint64_t kept)
{
    char told[64];
    uint64_t made = 99, left = 99;

    error_clear(&device->err);
    ck_assert_msg(store_undo(device->store, "", told, &made, &left, &device->err), "%s", device->err.cause);
    ck_assert_str_eq(told, name);
    ck_assert_uint_eq(made, changes);
    ck_assert_uint_eq(left, kept);
}

static void device_cannot_undo(struct device *device)
{
    char told[64];
    uint64_t made, left;

    error_clear(&device->err);
    ck_assert(!store_undo(device->store, "", told, &made, &left, &device->err));
    ck_assert_int_eq(device->err.kind, ERROR_NOT_FOUND);
}

START_TEST(undo_takes_back_step_by_step)
{
    struct device device;

    device_starts(&device, 1);
    device_cannot_undo(&device);
    const char *ana = device_adds(&device, "Ana");
    const struct draft married = DRAFT("person", ana, TEXT("full_name", "Ana Jovanovic"), TEXT("phone", "1"));
    ck_assert(store_write(device.store, &married, 1, "", "edit a person", NULL, NULL, &device.err));
    const struct draft moved[] = {DRAFT("person", ana, TEXT("phone", "2")), DRAFT("person", ana, TEXT("phone", "3"))};
    ck_assert(store_write(device.store, moved, 2, "", "two at once", NULL, NULL, &device.err));

    device_undoes(&device, "two at once", 2, 0);
    ck_assert_str_eq(device_reads(&device, "person", ana, "phone"), "1");
    device_reopens(&device);
    device_undoes(&device, "edit a person", 1, 0);
    ck_assert_str_eq(device_reads(&device, "person", ana, "full_name"), "Ana");
    ck_assert_ptr_null(device_reads(&device, "person", ana, "phone"));
    /* Something new in between, taken back first. */
    const struct draft more = DRAFT("person", ana, TEXT("position", "teacher"));
    ck_assert(store_write(device.store, &more, 1, "", "more", NULL, NULL, &device.err));
    device_undoes(&device, "more", 1, 0);
    device_undoes(&device, "a step", 1, 0);
    ck_assert(row_is_removed(device_row(&device, "person", ana)));
    device_cannot_undo(&device);
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

START_TEST(a_mark_that_was_taken_back_can_be_made_again)
{
    struct device device;
    char row[ROW_ID_SIZE];

    device_starts(&device, 1);
    const char *ana = device_adds(&device, "Ana");
    snprintf(row, sizeof row, "0000000000009-1:%s", ana);
    device_marks(&device, "0000000000009-1", ana, "present");
    device_undoes(&device, "a step", 1, 0);
    ck_assert(row_is_removed(device_row(&device, "attendance", row)));
    ck_assert_uint_eq(device_marks(&device, "0000000000009-1", ana, "present"), 1);
    ck_assert(!row_is_removed(device_row(&device, "attendance", row)));
    device_undoes(&device, "a step", 1, 0);
    ck_assert(row_is_removed(device_row(&device, "attendance", row)));
    device_ends(&device);
}
END_TEST

/* --- reading ------------------------------------------------------------------------------------------------------------------ */

struct listing {
    char text[400];
    size_t stop_at, count;
};

static bool list(void *context, const struct row *row)
{
    struct listing *listing = context;
    const size_t size = strlen(listing->text);

    snprintf(listing->text + size, sizeof listing->text - size, "%s ", row_text(row, "full_name"));
    return ++listing->count != listing->stop_at;
}

static const char *device_lists(struct device *device, const struct store_query *query, struct listing *listing)
{
    error_clear(&device->err);
    ck_assert_msg(store_each(device->store, query, list, listing, &device->err), "%s", device->err.cause);
    return listing->text;
}

START_TEST(queries_filter_order_and_stop)
{
    struct device device;
    uint64_t count;
    const char *const names[] = {"Vera", "Ana", "Mira", "Bojan"};

    device_starts(&device, 1);
    for (size_t i = 0; i < 4; i++) {
        const struct draft draft =
            DRAFT("person", NULL, TEXT("full_name", names[i]), TEXT("sex", i == 3 ? "M" : "F"), NUMBER("birth_year", 1980 + (int64_t)i));
        device_writes(&device, &draft, 1, NULL);
    }
    const struct draft gone = DRAFT("person", NULL, TEXT("full_name", "Zora"), TEXT("sex", "F"), NUMBER("removed", 1));
    device_writes(&device, &gone, 1, NULL);

    const struct store_filter women = {"sex", {VALUE_TEXT, 0, "F"}}, year = {"birth_year", {VALUE_INTEGER, 1981, NULL}};
    const struct store_filter nobody = {"phone", {VALUE_NONE, 0, NULL}};
    struct store_query query = {.entity = "person", .order_by = "full_name"};
    ck_assert_str_eq(device_lists(&device, &query, &(struct listing){0}), "Ana Bojan Mira Vera ");
    ck_assert_str_eq(device_lists(&device, &query, &(struct listing){.stop_at = 2}), "Ana Bojan ");
    query.filters = &women;
    query.filter_count = 1;
    query.limit = 2;
    ck_assert_str_eq(device_lists(&device, &query, &(struct listing){0}), "Ana Mira ");
    query.with_removed = true;
    query.limit = 0;
    ck_assert_str_eq(device_lists(&device, &query, &(struct listing){0}), "Ana Mira Vera Zora ");
    ck_assert(store_count(device.store, &query, &count, &device.err));
    ck_assert_uint_eq(count, 4);
    query.filters = &year;
    ck_assert_str_eq(device_lists(&device, &query, &(struct listing){0}), "Ana ");
    query.filters = &nobody;
    ck_assert(store_count(device.store, &query, &count, &device.err));
    ck_assert_uint_eq(count, 5);
    device_ends(&device);
}
END_TEST

START_TEST(a_name_that_is_no_field_never_becomes_sql)
{
    struct device device;
    struct listing listing = {0};
    const struct store_filter bad = {"id\" OR 1 --", {VALUE_TEXT, 0, "x"}};
    const struct store_query filtered = {.entity = "person", .filters = &bad, .filter_count = 1};
    const struct store_query ordered = {.entity = "person", .order_by = "1; DROP TABLE person"};
    const struct store_query unknown = {.entity = "spaceship\"; --"};

    device_starts(&device, 1);
    device_adds(&device, "Ana");
    ck_assert(!store_each(device.store, &filtered, list, &listing, &device.err));
    ck_assert_int_eq(device.err.kind, ERROR_INVALID);
    error_clear(&device.err);
    ck_assert(!store_each(device.store, &ordered, list, &listing, &device.err));
    ck_assert_int_eq(device.err.kind, ERROR_INVALID);
    ck_assert_str_eq(device_lists(&device, &unknown, &listing), "");
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

START_TEST(codes_and_ids_are_resolved_and_near_ones_named)
{
    struct device device;
    char ids[4][ROW_ID_SIZE], found[ROW_ID_SIZE];

    device_starts(&device, 1);
    const struct draft drafts[] = {
        DRAFT("person", NULL, TEXT("ref", "P0042"), TEXT("full_name", "Ana Secret")),
        DRAFT("person", NULL, TEXT("ref", "P0077"), TEXT("full_name", "Mira Secret")),
        DRAFT("person", NULL, TEXT("ref", "P0077"), TEXT("full_name", "Vera Secret")),
        DRAFT("municipality", NULL, TEXT("code", "RS-BUJ"), TEXT("name", "Bujanovac")),
    };
    device_writes(&device, drafts, 4, ids);
    ck_assert(store_resolve(device.store, "person", "P0042", found, &device.err));
    ck_assert_str_eq(found, ids[0]);
    ck_assert(store_resolve(device.store, "person", ids[1], found, &device.err));
    ck_assert_str_eq(found, ids[1]);
    ck_assert(store_resolve(device.store, "municipality", "RS-BUJ", found, &device.err));
    ck_assert_str_eq(found, "RS-BUJ");

    ck_assert(!store_resolve(device.store, "person", "P0077", found, &device.err));
    ck_assert_int_eq(device.err.kind, ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(device.err.cause, ids[1]));
    ck_assert_ptr_nonnull(strstr(device.err.cause, ids[2]));
    error_clear(&device.err);
    ck_assert(!store_resolve(device.store, "person", "p0043", found, &device.err));
    ck_assert_int_eq(device.err.kind, ERROR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(device.err.cause, "p0043"));
    ck_assert_ptr_nonnull(strstr(device.err.cause, "P0042"));
    ck_assert_ptr_null(strstr(device.err.cause, "Secret"));
    error_clear(&device.err);
    ck_assert(!store_resolve(device.store, "municipality", "RS-BUI", found, &device.err));
    ck_assert_ptr_nonnull(strstr(device.err.cause, "RS-BUJ"));

    /* One of two is removed: the code means the other. Both removed: they can still be brought back, by their ids. */
    const struct draft removal = DRAFT("person", ids[1], NUMBER("removed", 1));
    device_writes(&device, &removal, 1, NULL);
    error_clear(&device.err);
    ck_assert_msg(store_resolve(device.store, "person", "P0077", found, &device.err), "%s", device.err.cause);
    ck_assert_str_eq(found, ids[2]);
    device_ends(&device);
}
END_TEST

START_TEST(unknown_entities_are_kept_beside_the_known)
{
    struct device device;
    char ids[1][ROW_ID_SIZE];
    struct listing listing = {0};
    const struct store_query query = {.entity = "vehicle"};

    device_starts(&device, 1);
    const struct draft draft = DRAFT("vehicle", NULL, TEXT("full_name", "bus"), NUMBER("seats", 9));
    device_writes(&device, &draft, 1, ids);
    device_reopens(&device);
    ck_assert_int_eq(row_integer(device_row(&device, "vehicle", ids[0]), "seats", 0), 9);
    ck_assert_str_eq(device_lists(&device, &query, &listing), "bus ");
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

/* A fixed storm of writes, edits, removals and steps back; then everything kept is recomputed. */
START_TEST(after_a_thousand_writes_the_sums_are_those_of_the_rows)
{
    struct device device;
    const char *ids[50];
    size_t count = 0;
    uint64_t state = 5;

    device_starts(&device, 1);
    device_enrols(&device);
    for (size_t i = 0; i < 1000; i++) {
        char text[40];

        state = state * 6364136223846793005u + 1442695040888963407u;
        const unsigned dice = (unsigned)(state >> 60);
        const char *some = count == 0 ? NULL : ids[(state >> 20) % count];
        snprintf(text, sizeof text, "name %zu", i);
        if (count < 50 && (count == 0 || dice < 3)) {
            ids[count++] = device_adds(&device, text);
        } else if (dice < 8) {
            const struct draft draft = DRAFT("person", some, TEXT("full_name", text), NUMBER("removed", dice == 7));
            device_writes(&device, &draft, 1, NULL);
        } else if (dice < 14) {
            device_marks(&device, "0000000000009-1", some, dice < 11 ? "present" : "late");
        } else {
            char name[64];
            uint64_t changes, kept;
            error_clear(&device.err);
            store_undo(device.store, "", name, &changes, &kept, &device.err);
        }
        if (i % 250 == 0) {
            device_verifies(&device);
            device_reopens(&device);
        }
    }
    device_verifies(&device);
    ck_assert_uint_ge(device_counts(&device).rows, 50);
    device_ends(&device);
}
END_TEST

SUITE("agent_store_write", what_is_written_stands_after_opening_again, only_what_is_new_becomes_a_change,
      drafts_refer_to_rows_made_before_them, a_row_named_by_its_key_is_made_from_its_fields, a_wrong_value_stops_the_whole_step,
      stamps_grow_whatever_the_clock_does, undo_takes_back_step_by_step, a_mark_that_was_taken_back_can_be_made_again,
      queries_filter_order_and_stop, a_name_that_is_no_field_never_becomes_sql, codes_and_ids_are_resolved_and_near_ones_named,
      unknown_entities_are_kept_beside_the_known, after_a_thousand_writes_the_sums_are_those_of_the_rows)
