// SPDX-License-Identifier: Apache-2.0
/* A disk that fails for a while: nothing is believed, and the store is opened again where it stands.
 *
 * Here:      failed writes and fsyncs, opening again, a disk that goes on failing.
 * Not here:  full disks and folders that cannot be written (agent_store_open.c), power cuts (tests/world).
 */
#define _GNU_SOURCE
#include "tests/unit/store_fixture.h"
#include "tests/unit/suite.h"

#include <errno.h>
#include <sys/syscall.h>

/* How many of the next syncs fail. SQLite finds these two in here before those of the C library. */
static int failures;

int fdatasync(int file);
int fsync(int file);

static int sync_file(long call, int file)
{
    if (failures == 0)
        return (int)syscall(call, file);
    failures--;
    errno = EIO;
    return -1;
}

int fdatasync(int file)
{
    return sync_file(SYS_fdatasync, file);
}

int fsync(int file)
{
    return sync_file(SYS_fsync, file);
}

static void device_breaks(struct device *device)
{
    const struct draft draft = DRAFT("person", NULL, TEXT("full_name", "Mira"));

    failures = 1;
    error_clear(&device->err);
    ck_assert(!store_write(device->store, &draft, 1, "", "a step", NULL, NULL, &device->err));
    ck_assert_int_eq(device->err.kind, ERROR_STORAGE);
    ck_assert(store_is_broken(device->store));
    failures = 0;
}

START_TEST(after_a_failed_fsync_nothing_is_believed_until_it_is_opened_again)
{
    struct device device;
    struct store_counts counts;
    const char *ana;

    device_starts(&device, 1);
    ana = device_adds(&device, "Ana");
    device_breaks(&device);
    error_clear(&device.err);
    ck_assert(!store_counts(device.store, &counts, &device.err)); /* the disk is well again: it does not matter */
    ck_assert_int_eq(device.err.kind, ERROR_STORAGE);

    const uint64_t revision = store_revision(device.store);
    const struct store *before = device.store;
    error_clear(&device.err);
    ck_assert_msg(store_reopen(device.store, &device.err), "%s", device.err.cause);
    ck_assert(device.store == before && !store_is_broken(device.store));
    ck_assert_uint_gt(store_revision(device.store), revision);
    ck_assert_str_eq(device_reads(&device, "person", ana, "full_name"), "Ana");
    device_adds(&device, "Vesna");
    device_verifies(&device);
    const uint64_t rows = device_counts(&device).rows, log = device_log(&device);
    device_reopens(&device);
    ck_assert_uint_eq(device_counts(&device).rows, rows);
    ck_assert_uint_eq(device_log(&device), log);
    ck_assert_uint_eq(device_counts(&device).incidents, 0); /* it was nobody else's, and not restored */
    device_ends(&device);
}
END_TEST

/* What the failed fsync left in the system's memory may be torn on the disk: behind it nothing may be written. */
START_TEST(opened_again_the_log_that_was_not_synced_is_not_written_on)
{
    struct device device;
    struct stat wal;
    char path[120];

    device_starts(&device, 2);
    device_adds(&device, "Ana");
    device_breaks(&device);
    ck_assert(store_reopen(device.store, &device.err));
    snprintf(path, sizeof path, "%s-wal", device.path);
    ck_assert(stat(path, &wal) != 0 || wal.st_size == 0);
    device_ends(&device);
}
END_TEST

START_TEST(a_disk_that_goes_on_failing_leaves_it_shut_until_it_is_well)
{
    struct device device;
    struct store_identity identity;
    const struct draft draft = DRAFT("person", NULL, TEXT("full_name", "Vesna"));

    device_starts(&device, 3);
    device_adds(&device, "Ana");
    device_breaks(&device);
    for (int i = 0; i < 3; i++) {
        failures = 100;
        error_clear(&device.err);
        ck_assert(!store_reopen(device.store, &device.err));
        ck_assert_int_eq(device.err.kind, ERROR_STORAGE);
        failures = 0;
        ck_assert(store_is_broken(device.store));
        error_clear(&device.err);
        ck_assert(!store_write(device.store, &draft, 1, "", "a step", NULL, NULL, &device.err));
        ck_assert_int_eq(device.err.kind, ERROR_STORAGE);
        error_clear(&device.err);
        ck_assert(!store_identity(device.store, &identity, &device.err));
        ck_assert_int_eq(device.err.kind, ERROR_STORAGE);
    }
    error_clear(&device.err);
    ck_assert_msg(store_reopen(device.store, &device.err), "%s", device.err.cause);
    device_adds(&device, "Vesna");
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

SUITE("agent_store_broken", after_a_failed_fsync_nothing_is_believed_until_it_is_opened_again,
      opened_again_the_log_that_was_not_synced_is_not_written_on, a_disk_that_goes_on_failing_leaves_it_shut_until_it_is_well)
