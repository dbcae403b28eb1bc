// SPDX-License-Identifier: Apache-2.0
/* SQLite without memory, at every one of its allocations: an error, nothing half, and a store that goes on.
 *
 * Here:      opening, writing, sealing, applying and forking with the n-th allocation failing.
 * Not here:  our own allocations (the arena's are tested with it).
 */
#define _GNU_SOURCE
#include "tests/unit/store_server.h"
#include "tests/unit/suite.h"

#include <sqlite3.h>

static sqlite3_mem_methods real;
static uint64_t fail_at, count; /* 0: never */

static bool fails(void)
{
    return fail_at != 0 && ++count == fail_at;
}

static void *failing_malloc(int size)
{
    return fails() ? NULL : real.xMalloc(size);
}

static void *failing_realloc(void *old, int size)
{
    return fails() ? NULL : real.xRealloc(old, size);
}

static void arm(uint64_t at)
{
    fail_at = at;
    count = 0;
}

static void sqlite_uses_ours(void)
{
    sqlite3_mem_methods ours;

    ck_assert_int_eq(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real), SQLITE_OK);
    ours = real;
    ours.xMalloc = failing_malloc;
    ours.xRealloc = failing_realloc;
    ck_assert_int_eq(sqlite3_config(SQLITE_CONFIG_MALLOC, &ours), SQLITE_OK);
    /* Without its cache of small pieces every allocation is one of ours. */
    ck_assert_int_eq(sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0), SQLITE_OK);
}

typedef bool operation(struct device *device);

static bool write_two(struct device *device)
{
    const struct draft drafts[] = {DRAFT("person", NULL, TEXT("full_name", "Ana")),
                                   DRAFT("attendance", "0000000000009-1:@0", TEXT("status", "present"))};

    return store_write(device->store, drafts, 2, "", "step", NULL, NULL, &device->err);
}

static bool seal(struct device *device)
{
    const struct span *spans;
    size_t segments;

    return store_segments(device->store, &device->arena, 0, 65536, &spans, &segments, &device->err);
}

static bool hear_a_row(struct device *device)
{
    struct row row = {.entity = "person", .id = "000000000001D-1"};
    struct word word = {.reply = {.kind = REPLY_OK, .cursor = {.epoch = 7, .position = 1, .scope = 1}}};

    row_gets(&device->arena, &row, 77, 1000, "full_name", value_text("Mira"), false);
    word_adds_row(&word, &row, 1);
    return device_hears(device, &word);
}

static bool fork_all(struct device *device)
{
    const struct reply reply = {.kind = REPLY_FORK};

    return store_fork(device->store, &reply, &device->err);
}

/* Every n until the operation no longer meets it. A store that said MEMORY is as it was. */
static uint64_t fails_cleanly(operation *run)
{
    uint64_t failed = 0;

    for (uint64_t n = 1;; n++) {
        struct device device;

        device_starts(&device, 1);
        device_adds(&device, "Vera");
        device_reopens(&device); /* statements are prepared anew, under fire */
        const struct store_counts before = device_counts(&device);
        arm(n);
        const bool done = run(&device);
        const bool met = count >= n;
        arm(0);
        if (!done) {
            ck_assert_int_eq(device.err.kind, ERROR_MEMORY);
            ck_assert_uint_eq(device_counts(&device).waiting, before.waiting);
            ck_assert_uint_eq(device_counts(&device).rows, before.rows);
            failed++;
        }
        device_verifies(&device);
        error_clear(&device.err);
        ck_assert_msg(run(&device), "%s", device.err.cause);
        device_verifies(&device);
        device_reopens(&device);
        device_verifies(&device);
        device_ends(&device);
        if (!met)
            return failed;
    }
}

START_TEST(a_write_fails_cleanly)
{
    sqlite_uses_ours();
    ck_assert_uint_gt(fails_cleanly(write_two), 10);
}
END_TEST

START_TEST(sealing_fails_cleanly)
{
    sqlite_uses_ours();
    ck_assert_uint_gt(fails_cleanly(seal), 5);
}
END_TEST

START_TEST(applying_fails_cleanly)
{
    sqlite_uses_ours();
    ck_assert_uint_gt(fails_cleanly(hear_a_row), 5);
}
END_TEST

START_TEST(a_fork_fails_cleanly)
{
    sqlite_uses_ours();
    ck_assert_uint_gt(fails_cleanly(fork_all), 5);
}
END_TEST

START_TEST(opening_fails_cleanly)
{
    struct device device;
    uint64_t failed = 0;
    bool met = true;

    sqlite_uses_ours();
    device_starts(&device, 1);
    device_adds(&device, "Vera");
    const uint64_t log = device_log(&device);
    device_closes(&device);
    for (uint64_t n = 1; met; n++) {
        arm(n);
        const bool refused = device_cannot_open(&device, STORE_MUST_EXIST);
        met = count >= n;
        arm(0);
        if (refused) {
            ck_assert_int_eq(device.err.kind, ERROR_MEMORY);
            failed++;
            device_opens(&device, STORE_MUST_EXIST);
        }
        ck_assert_uint_eq(device_log(&device), log);
        device_closes(&device);
    }
    ck_assert_uint_gt(failed, 10);
    device_ends(&device);
}
END_TEST

SUITE("agent_store_memory", a_write_fails_cleanly, sealing_fails_cleanly, applying_fails_cleanly, a_fork_fails_cleanly,
      opening_fails_cleanly)
