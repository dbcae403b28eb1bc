// SPDX-License-Identifier: Apache-2.0
/* Opening a store: what is refused, with which words, and that nothing is harmed by it.
 *
 * Here:      the opening recipe, second openers, newer and damaged stores, folders that cannot be written, the end of a process.
 * Not here:  restored and cloned stores (agent_store_fork.c).
 */
#define _GNU_SOURCE
#include "agent/store/guard.h"
#include "tests/unit/store_fixture.h"
#include "tests/unit/suite.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/wait.h>

START_TEST(a_store_is_made_once_and_opened_again)
{
    struct device device;
    struct stat about;

    device_starts(&device, 1);
    const uint64_t log = device_log(&device);
    ck_assert_uint_ne(log, 0);
    device_reopens(&device);
    ck_assert_uint_eq(device_log(&device), log);
    device_closes(&device);
    ck_assert(device_cannot_open(&device, STORE_CREATE));
    ck_assert_int_eq(device.err.kind, ERROR_INVALID);
    ck_assert_int_eq(stat(device.path, &about), 0);
    ck_assert_int_eq(about.st_mode & 0777, 0600);
    device_ends(&device);
}
END_TEST

START_TEST(a_folder_may_be_reached_by_a_link)
{
    struct device device;
    char link[96], path[96];

    device_starts(&device, 1);
    const uint64_t log = device_log(&device);
    device_adds(&device, "Ana");
    device_closes(&device);
    snprintf(path, sizeof path, "%s", device.path);
    snprintf(link, sizeof link, "%.60s-link", device.folder);
    ck_assert_int_eq(symlink(device.folder, link), 0);
    snprintf(device.path, sizeof device.path, "%.70s/teren.db", link);
    for (int i = 0; i < 2; i++) {
        device_opens(&device, STORE_MUST_EXIST);
        ck_assert_uint_eq(device_log(&device), log);
        device_adds(&device, "Mira");
        device_closes(&device);
    }
    snprintf(device.path, sizeof device.path, "%s", path);
    device_opens(&device, STORE_MUST_EXIST);
    ck_assert_uint_eq(device_log(&device), log);
    ck_assert_int_eq(unlink(link), 0);
    device_ends(&device);
}
END_TEST

START_TEST(a_store_that_is_not_there_is_not_found)
{
    struct device device;

    device_init(&device, 1);
    ck_assert(device_cannot_open(&device, STORE_MUST_EXIST));
    ck_assert_int_eq(device.err.kind, ERROR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(device.err.cause, device.path));
    ck_assert_ptr_nonnull(strstr(device.err.remedy, "teren init"));
    ck_assert_int_ne(access(device.path, F_OK), 0);
    device_ends(&device);
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_told)
{
    struct device device;

    device_init(&device, 1);
    snprintf(device.path, sizeof device.path, "%s/no/teren.db", device.folder);
    ck_assert(device_cannot_open(&device, STORE_CREATE));
    ck_assert_int_eq(device.err.kind, ERROR_STORAGE);
    ck_assert_ptr_nonnull(strstr(device.err.cause, device.path));
    ck_assert_str_ne(device.err.remedy, "");
    device_ends(&device);
}
END_TEST

/* Root may write anywhere, so somebody else tries. */
static int as_nobody(struct device *device, enum store_mode mode)
{
    const pid_t child = fork();
    int status = 0;

    if (child == 0) {
        if (getuid() == 0 && setuid(65534) != 0)
            _exit(100);
        if (!device_cannot_open(device, mode))
            _exit(101);
        _exit(device->err.remedy[0] != '\0' ? (int)device->err.kind : 102);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

START_TEST(a_read_only_folder_is_told)
{
    struct device device;

    device_init(&device, 1);
    ck_assert_int_eq(chmod(device.folder, 0555), 0);
    ck_assert_int_eq(as_nobody(&device, STORE_CREATE), ERROR_STORAGE);
    ck_assert_int_eq(chmod(device.folder, 0755), 0);
    device_opens(&device, STORE_CREATE);
    device_adds(&device, "Ana");
    device_closes(&device);
    /* There, readable by all, and not to be written. */
    ck_assert_int_eq(chmod(device.path, 0444), 0);
    ck_assert_int_eq(chmod(device.folder, 0555), 0);
    ck_assert_int_eq(as_nobody(&device, STORE_MUST_EXIST), ERROR_STORAGE);
    ck_assert_int_eq(chmod(device.folder, 0755), 0);
    device_ends(&device);
}
END_TEST

START_TEST(a_second_opener_is_told_that_it_is_busy)
{
    struct device device;
    struct store *second = NULL;
    struct error err = {0};

    device_starts(&device, 1);
    ck_assert(!store_open(device.path, STORE_MUST_EXIST, &device.ports, &second, &err));
    ck_assert_int_eq(err.kind, ERROR_BUSY);
    ck_assert_ptr_nonnull(strstr(err.cause, device.path));
    ck_assert_ptr_null(second);
    device_adds(&device, "Ana");
    device_ends(&device);
}
END_TEST

static void with_sqlite(const char *path, const char *vfs, const char *sql)
{
    sqlite3 *db = NULL;

    ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

/* As a program of ours would write, with sums. */
static void with_guard(const char *path, const char *sql)
{
    struct guard *guard = guard_create(NULL);

    ck_assert_ptr_nonnull(guard);
    char exclusive[160];

    snprintf(exclusive, sizeof exclusive, "PRAGMA locking_mode = EXCLUSIVE; %s", sql);
    with_sqlite(path, guard_name(guard), exclusive);
    guard_destroy(guard);
}

START_TEST(a_newer_store_is_refused_unchanged)
{
    struct device device;
    char sql[64];

    device_starts(&device, 1);
    device_closes(&device);
    snprintf(sql, sizeof sql, "PRAGMA user_version = %d", STORE_SCHEMA_VERSION + 1);
    with_guard(device.path, sql);
    ck_assert(device_cannot_open(&device, STORE_MUST_EXIST));
    ck_assert_int_eq(device.err.kind, ERROR_NEWER);
    ck_assert(device_cannot_open(&device, STORE_CREATE));
    ck_assert_int_eq(device.err.kind, ERROR_NEWER);
    snprintf(sql, sizeof sql, "PRAGMA user_version = %d", STORE_SCHEMA_VERSION);
    with_guard(device.path, sql);
    device_opens(&device, STORE_MUST_EXIST);
    device_ends(&device);
}
END_TEST

START_TEST(a_database_of_another_program_is_left_alone)
{
    struct device device;

    device_init(&device, 1);
    with_sqlite(device.path, NULL, "CREATE TABLE photos (id)");
    ck_assert(device_cannot_open(&device, STORE_CREATE));
    ck_assert_int_eq(device.err.kind, ERROR_INVALID);
    ck_assert(device_cannot_open(&device, STORE_MUST_EXIST));
    ck_assert_int_eq(device.err.kind, ERROR_INVALID);
    with_sqlite(device.path, NULL, "INSERT INTO photos VALUES (1)");
    device_ends(&device);
}
END_TEST

START_TEST(what_an_init_left_that_was_killed_can_be_made)
{
    struct device device;
    int file;

    device_init(&device, 1);
    file = open(device.path, O_CREAT | O_WRONLY, 0600);
    ck_assert_int_ge(file, 0);
    close(file);
    ck_assert(device_cannot_open(&device, STORE_MUST_EXIST));
    ck_assert_int_eq(device.err.kind, ERROR_NOT_FOUND);
    device_opens(&device, STORE_CREATE);
    device_ends(&device);
}
END_TEST

static void overwrite(const char *path, off_t at, size_t size)
{
    char noise[4096];
    const int file = open(path, O_WRONLY);

    memset(noise, 0x5a, sizeof noise);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(pwrite(file, noise, size, at), (ssize_t)size);
    close(file);
}

START_TEST(a_file_that_is_no_database_is_told_as_damaged)
{
    struct device device;

    device_starts(&device, 1);
    device_closes(&device);
    overwrite(device.path, 0, 100);
    ck_assert(device_cannot_open(&device, STORE_MUST_EXIST));
    ck_assert_int_eq(device.err.kind, ERROR_CORRUPT);
    ck_assert_ptr_nonnull(strstr(device.err.remedy, "teren mend"));
    device_ends(&device);
}
END_TEST

/* Each page in turn: an error or true rows, never wrong ones. */
START_TEST(a_damaged_page_is_an_error_or_does_not_matter)
{
    struct device whole;
    struct stat about;
    const char *ids[20];
    unsigned refused = 0;

    device_starts(&whole, 1);
    for (size_t i = 0; i < 20; i++)
        ids[i] = device_adds(&whole, "Ana");
    device_closes(&whole);
    ck_assert_int_eq(stat(whole.path, &about), 0);
    ck_assert_int_ge(about.st_size, 8 * 4096);
    for (off_t at = 0; at < about.st_size; at += 4096) {
        struct device hurt;
        uint64_t findings = 0;

        device_copies(&whole, &hurt, 2, true);
        overwrite(hurt.path, at, 4096);
        if (device_cannot_open(&hurt, STORE_MUST_EXIST)) {
            ck_assert_msg(hurt.err.kind == ERROR_CORRUPT, "page %lld: %s", (long long)at / 4096, hurt.err.cause);
            ck_assert_str_ne(hurt.err.remedy, "");
            refused++;
        } else {
            for (size_t i = 0; i < 20; i++) {
                const struct row *row = NULL;
                error_clear(&hurt.err);
                if (store_row(hurt.store, &hurt.arena, "person", ids[i], &row, &hurt.err) && row != NULL)
                    ck_assert_str_eq(row_text(row, "full_name"), "Ana");
            }
            error_clear(&hurt.err);
            ck_assert(!store_verify(hurt.store, NULL, NULL, &findings, &hurt.err) || findings > 0);
            refused++;
        }
        device_ends(&hurt);
    }
    ck_assert_uint_eq(refused, (unsigned)(about.st_size / 4096));
    device_ends(&whole);
}
END_TEST

/* After an end that was not in order the file is looked through, and a damaged page is found before anything reads it. */
START_TEST(after_an_unclean_end_the_store_is_checked)
{
    struct device device;
    pid_t child;
    int status;

    device_init(&device, 1);
    child = fork();
    if (child == 0) {
        device_opens(&device, STORE_CREATE);
        for (int i = 0; i < 50; i++)
            device_adds(&device, "Ana");
        raise(SIGKILL);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status));
    device_opens(&device, STORE_MUST_EXIST);
    ck_assert_uint_eq(device_counts(&device).waiting, 50);
    ck_assert_uint_eq(device_counts(&device).rows, 50);
    device_verifies(&device);
    device_reopens(&device);
    ck_assert_uint_eq(device_counts(&device).waiting, 50);
    device_ends(&device);
}
END_TEST

/* Whatever was being written when it died: every write that returned is there, and nothing half. */
START_TEST(a_process_killed_anywhere_leaves_a_store_that_opens)
{
    for (unsigned round = 0; round < 25; round++) {
        struct device device;
        int told[2], status;
        uint64_t count = 0;

        device_init(&device, round);
        device_opens(&device, STORE_CREATE);
        device_closes(&device);
        ck_assert_int_eq(pipe(told), 0);
        const pid_t child = fork();
        if (child == 0) {
            device_opens(&device, STORE_MUST_EXIST);
            for (uint64_t i = 1;; i++) {
                const struct draft drafts[] = {DRAFT("person", NULL, TEXT("full_name", "Ana")),
                                               DRAFT("attendance", "0000000000009-1:@0", TEXT("status", "present"))};
                device_writes(&device, drafts, 2, NULL);
                if (write(told[1], &i, sizeof i) != sizeof i)
                    _exit(1);
            }
        }
        close(told[1]);
        ck_assert_int_eq(read(told[0], &count, sizeof count), sizeof count);
        usleep(round * 700);
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        while (read(told[0], &count, sizeof count) == sizeof count)
            continue;
        close(told[0]);
        device_opens(&device, STORE_MUST_EXIST);
        ck_assert_uint_ge(device_counts(&device).waiting, 2 * count);
        ck_assert_uint_le(device_counts(&device).waiting, 2 * count + 2);
        ck_assert_uint_eq(device_counts(&device).waiting % 2, 0);
        device_verifies(&device);
        device_ends(&device);
    }
}
END_TEST

/* A disk of one megabyte, where the machine lets us have one. */
START_TEST(a_full_disk_is_told_and_nothing_is_lost)
{
    struct device device;
    struct draft drafts[200];
    uint64_t before;

    device_init(&device, 1);
    if (mount("tmpfs", device.folder, "tmpfs", 0, "size=1m") != 0) {
        rmdir(device.folder);
        return;
    }
    device_opens(&device, STORE_CREATE);
    const struct draft_field note[] = {TEXT("full_name", "Ana Petrovic of the long name that fills a disk sooner than one thinks")};
    for (size_t i = 0; i < 200; i++)
        drafts[i] = draft_of("person", NULL, note, 1, false);
    for (before = 0;; before += 200) {
        error_clear(&device.err);
        if (!store_write(device.store, drafts, 200, "", "fill", NULL, NULL, &device.err))
            break;
    }
    ck_assert_int_eq(device.err.kind, ERROR_STORAGE);
    ck_assert_ptr_nonnull(strstr(device.err.cause, "full"));
    ck_assert_ptr_nonnull(strstr(device.err.remedy, "space"));
    ck_assert_uint_gt(before, 0);
    ck_assert_uint_eq(device_counts(&device).waiting, before);
    device_reopens(&device);
    ck_assert_uint_eq(device_counts(&device).waiting, before);
    ck_assert_uint_eq(device_counts(&device).rows, before);
    device_verifies(&device);
    device_closes(&device);
    ck_assert_int_eq(umount2(device.folder, MNT_DETACH), 0);
    rmdir(device.folder);
    arena_clear(&device.arena);
}
END_TEST

SUITE("agent_store_open", a_store_is_made_once_and_opened_again, a_folder_may_be_reached_by_a_link, a_store_that_is_not_there_is_not_found,
      a_folder_that_is_not_there_is_told, a_read_only_folder_is_told, a_second_opener_is_told_that_it_is_busy,
      a_newer_store_is_refused_unchanged, a_database_of_another_program_is_left_alone, what_an_init_left_that_was_killed_can_be_made,
      a_file_that_is_no_database_is_told_as_damaged, a_damaged_page_is_an_error_or_does_not_matter,
      after_an_unclean_end_the_store_is_checked, a_process_killed_anywhere_leaves_a_store_that_opens,
      a_full_disk_is_told_and_nothing_is_lost)
