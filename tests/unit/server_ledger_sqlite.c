// SPDX-License-Identifier: Apache-2.0
/* The ledger in SQLite: opening, works, the feed, what a bad disk says.
 *
 * Here:      the port's promises as this adapter keeps them.
 * Not here:  what the server does with it (server_app_*.c).
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "server_field.h"
#include "suite.h"

struct place_on_disk {
    char folder[64], path[96];
};

static struct place_on_disk disk_make(void)
{
    struct place_on_disk disk;

    strcpy(disk.folder, "/tmp/teren-ledger-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(disk.folder));
    snprintf(disk.path, sizeof disk.path, "%s/ledger.db", disk.folder);
    return disk;
}

static void disk_clear(const struct place_on_disk *disk)
{
    char command[128];

    snprintf(command, sizeof command, "rm -rf %s", disk->folder);
    ck_assert_int_eq(system(command), 0);
}

static struct ledger *made(const struct place_on_disk *disk)
{
    struct ledger *ledger = NULL;
    struct error err = {0};

    field_must(ledger_sqlite_open(disk->path, LEDGER_CREATE, NULL, &ledger, &err), &err);
    return ledger;
}

static enum error_kind kind_of_open(const char *path, enum ledger_open_mode mode)
{
    struct ledger *ledger = NULL;
    struct error err = {0};

    if (ledger_sqlite_open(path, mode, NULL, &ledger, &err)) {
        ledger->close(ledger);
        return ERROR_NONE;
    }
    ck_assert_str_ne(err.cause, "");
    ck_assert_str_ne(err.remedy, "");
    return err.kind;
}

START_TEST(opening_says_what_is_wrong)
{
    struct place_on_disk disk = disk_make();
    sqlite3 *db = NULL;
    FILE *file;

    ck_assert_int_eq(kind_of_open(disk.path, LEDGER_MUST_EXIST), ERROR_NOT_FOUND);
    ck_assert_int_eq(kind_of_open("/nowhere/ledger.db", LEDGER_CREATE), ERROR_STORAGE);
    ck_assert_int_eq(kind_of_open(disk.path, LEDGER_CREATE), ERROR_NONE);
    ck_assert_int_eq(kind_of_open(disk.path, LEDGER_CREATE), ERROR_INVALID);
    ck_assert_int_eq(kind_of_open(disk.path, LEDGER_MUST_EXIST), ERROR_NONE);
    ck_assert_int_eq(sqlite3_open(disk.path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, "PRAGMA user_version = 2", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    ck_assert_int_eq(kind_of_open(disk.path, LEDGER_MUST_EXIST), ERROR_NEWER);
    file = fopen(disk.path, "w");
    for (int i = 0; i < 9000; i++)
        fputs("no database", file);
    fclose(file);
    ck_assert_int_eq(kind_of_open(disk.path, LEDGER_MUST_EXIST), ERROR_CORRUPT);
    disk_clear(&disk);
}
END_TEST

START_TEST(nobody_else_may_read_the_ledger)
{
    struct place_on_disk disk = disk_make();
    struct ledger *ledger;
    struct stat about;

    umask(0);
    ledger = made(&disk);
    ck_assert_int_eq(stat(disk.path, &about), 0);
    ck_assert_int_eq(about.st_mode & 0777, 0600);
    ledger->close(ledger);
    disk_clear(&disk);
}
END_TEST

static void put(struct ledger *ledger, struct ledger_work *work, const char *name, const char *value)
{
    struct error err = {0};

    field_must(ledger->meta_put(work, name, (struct span){(const uint8_t *)value, strlen(value)}, &err), &err);
}

static bool has(struct ledger *ledger, struct ledger_work *work, const char *name)
{
    struct arena arena = {0};
    struct span value = {0};
    struct error err = {0};

    field_must(ledger->meta_get(work, &arena, name, &value, &err), &err);
    arena_clear(&arena);
    return value.size > 0;
}

START_TEST(a_work_is_all_or_nothing_and_readers_see_one_moment)
{
    struct place_on_disk disk = disk_make();
    struct ledger *ledger = made(&disk);
    struct ledger_work *writing = NULL, *reading = NULL;
    struct error err = {0};

    field_must(ledger->begin(ledger, LEDGER_WRITE, &writing, &err), &err);
    put(ledger, writing, "given up", "1");
    ledger->rollback(writing);
    field_must(ledger->begin(ledger, LEDGER_READ, &reading, &err), &err);
    ck_assert(!has(ledger, reading, "given up"));
    field_must(ledger->begin(ledger, LEDGER_WRITE, &writing, &err), &err);
    put(ledger, writing, "kept", "1");
    field_must(ledger->commit(writing, &err), &err);
    ck_assert(!has(ledger, reading, "kept")); /* still the moment it began to look */
    ledger->rollback(reading);
    field_must(ledger->begin(ledger, LEDGER_READ, &reading, &err), &err);
    ck_assert(has(ledger, reading, "kept"));
    ledger->rollback(reading);
    ledger->close(ledger);
    disk_clear(&disk);
}
END_TEST

START_TEST(without_readers_everything_goes_through_the_writer)
{
    struct place_on_disk disk = disk_make();
    struct ledger_sqlite_options options = {.vfs = "unix", .readers = 0};
    struct ledger *ledger = NULL;
    struct ledger_work *work = NULL;
    struct error err = {0};
    char shared[120];

    field_must(ledger_sqlite_open(disk.path, LEDGER_CREATE, &options, &ledger, &err), &err);
    field_must(ledger->begin(ledger, LEDGER_WRITE, &work, &err), &err);
    put(ledger, work, "kept", "1");
    field_must(ledger->commit(work, &err), &err);
    field_must(ledger->begin(ledger, LEDGER_READ, &work, &err), &err);
    ck_assert(has(ledger, work, "kept"));
    ledger->rollback(work);
    snprintf(shared, sizeof shared, "%s-shm", disk.path);
    ck_assert_int_ne(access(shared, F_OK), 0); /* a simulated disk need not know shared memory */
    ledger->close(ledger);
    disk_clear(&disk);
}
END_TEST

enum { WRITERS = 4, WRITES = 25 };

/* Adds one to the position, WRITES times. */
static void count_up(const char *path)
{
    struct ledger *ledger = NULL;
    struct ledger_work *work = NULL;
    struct ledger_totals totals;
    struct error err = {0};

    field_must(ledger_sqlite_open(path, LEDGER_MUST_EXIST, NULL, &ledger, &err), &err);
    for (int i = 0; i < WRITES; i++) {
        field_must(ledger->begin(ledger, LEDGER_WRITE, &work, &err), &err);
        field_must(ledger->totals_get(work, &totals, &err), &err);
        totals.position++;
        field_must(ledger->totals_put(work, &totals, &err), &err);
        field_must(ledger->commit(work, &err), &err);
    }
    ledger->close(ledger);
}

START_TEST(programs_that_write_beside_each_other_lose_nothing)
{
    struct place_on_disk disk = disk_make();
    struct ledger *ledger = made(&disk);
    struct ledger_work *work = NULL;
    struct ledger_totals totals;
    struct error err = {0};
    int status;

    ledger->close(ledger);
    for (int i = 0; i < WRITERS; i++)
        if (fork() == 0) {
            count_up(disk.path);
            _exit(0);
        }
    for (int i = 0; i < WRITERS; i++) {
        ck_assert_int_gt(wait(&status), 0);
        ck_assert_int_eq(status, 0);
    }
    field_must(ledger_sqlite_open(disk.path, LEDGER_MUST_EXIST, NULL, &ledger, &err), &err);
    field_must(ledger->begin(ledger, LEDGER_READ, &work, &err), &err);
    field_must(ledger->totals_get(work, &totals, &err), &err);
    ck_assert_uint_eq(totals.position, WRITERS * WRITES);
    ledger->rollback(work);
    ledger->close(ledger);
    disk_clear(&disk);
}
END_TEST

static bool row_put(struct ledger *ledger, struct ledger_work *work, const char *id, uint64_t position, const struct ledger_member *members,
                    size_t count, const struct ledger_row *before)
{
    struct row row = {.entity = "person", .id = id};
    struct ledger_row stored = {.entity = "person", .id = id, .position = position, .members = members, .member_count = count};
    struct error err = {0};

    stored.row = &row;
    stored.before = before;
    stored.state = (struct span){(const uint8_t *)"s", 1};
    return ledger->rows_store(work, &stored, 1, &err);
}

START_TEST(the_feed_of_several_places_is_one_order_cut_where_it_is_whole)
{
    struct place_on_disk disk = disk_make();
    struct ledger *ledger = made(&disk);
    struct ledger_work *work = NULL;
    struct ledger_feed_entry *entries = NULL;
    const uint64_t places[] = {3, 7};
    size_t count = 0;
    uint64_t through = 0;
    struct arena arena = {0};
    struct error err = {0};

    field_must(ledger->begin(ledger, LEDGER_WRITE, &work, &err), &err);
    for (uint64_t i = 1; i <= 20; i++) {
        struct ledger_member member = {i % 4 == 0 ? 7 : 3, i, false};
        char id[32];
        snprintf(id, sizeof id, "row-%u", (unsigned)i);
        ck_assert(row_put(ledger, work, id, i, &member, 1, NULL));
    }
    field_must(ledger->feed_read(work, &arena, places, 2, 0, 20, 4, &entries, &count, &through, &err), &err);
    /* Four of place 3 end at position 5: what place 7 has later is not whole yet. */
    ck_assert_uint_eq(through, 5);
    ck_assert_uint_eq(count, 5);
    for (size_t i = 0; i < count; i++)
        ck_assert_uint_eq(entries[i].position, i + 1);
    field_must(ledger->feed_read(work, &arena, places, 2, 5, 20, 100, &entries, &count, &through, &err), &err);
    ck_assert_uint_eq(through, 20);
    ck_assert_uint_eq(count, 15);
    ck_assert_str_eq(entries[14].entity, "person");
    ck_assert_str_eq(entries[14].id, "row-20");
    ledger->rollback(work);
    arena_clear(&arena);
    ledger->close(ledger);
    disk_clear(&disk);
}
END_TEST

START_TEST(a_row_moves_in_the_feed_and_leaves_word_where_it_was)
{
    struct place_on_disk disk = disk_make();
    struct ledger *ledger = made(&disk);
    struct ledger_work *work = NULL;
    struct ledger_feed_entry *entries = NULL;
    struct ledger_row loaded = {.entity = "person", .id = "one"};
    const uint64_t places[] = {0, 3, 7};
    size_t count = 0;
    uint64_t through = 0;
    struct arena arena = {0};
    struct error err = {0};

    field_must(ledger->begin(ledger, LEDGER_WRITE, &work, &err), &err);
    ck_assert(row_put(ledger, work, "one", 1, (const struct ledger_member[]){{3, 1, false}}, 1, NULL));
    field_must(ledger->rows_load(work, &arena, &loaded, 1, &err), &err);
    ck_assert(loaded.found);
    ck_assert_uint_eq(loaded.member_count, 1);
    ck_assert(row_put(ledger, work, "one", 2, (const struct ledger_member[]){{3, 2, true}, {7, 2, false}}, 2, &loaded));
    field_must(ledger->feed_read(work, &arena, places, 3, 0, 9, 9, &entries, &count, &through, &err), &err);
    ck_assert_uint_eq(count, 3);
    ck_assert(entries[1].place == 3 && entries[1].gone && entries[2].place == 7 && !entries[2].gone);
    field_must(ledger->rows_load(work, &arena, &loaded, 1, &err), &err);
    ck_assert(loaded.member_count == 2 && loaded.members[0].gone && loaded.members[0].position == 2 && loaded.members[1].position == 2);
    ledger->rollback(work);
    arena_clear(&arena);
    ledger->close(ledger);
    disk_clear(&disk);
}
END_TEST

/* A limit on the size of files stands for a full disk: writing past it fails, and the signal that says so is ignored. */
START_TEST(a_full_disk_is_told_and_what_was_there_stays)
{
    struct place_on_disk disk = disk_make();
    struct ledger *ledger = made(&disk);
    struct ledger_work *work = NULL;
    struct error err = {0};
    struct rlimit limit = {2 << 20, RLIM_INFINITY};
    static char much[4 << 20];

    field_must(ledger->begin(ledger, LEDGER_WRITE, &work, &err), &err);
    put(ledger, work, "kept", "1");
    field_must(ledger->commit(work, &err), &err);
    memset(much, 'x', sizeof much - 1);
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    field_must(ledger->begin(ledger, LEDGER_WRITE, &work, &err), &err);
    if (ledger->meta_put(work, "much", (struct span){(const uint8_t *)much, sizeof much - 1}, &err))
        ck_assert(!ledger->commit(work, &err));
    else
        ledger->rollback(work);
    ck_assert_int_eq(err.kind, ERROR_STORAGE);
    ck_assert_str_ne(err.remedy, "");
    limit.rlim_cur = RLIM_INFINITY;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    field_must(ledger->begin(ledger, LEDGER_READ, &work, &err), &err);
    ck_assert(has(ledger, work, "kept") && !has(ledger, work, "much"));
    ledger->rollback(work);
    ledger->close(ledger);
    disk_clear(&disk);
}
END_TEST

SUITE("server_ledger_sqlite", opening_says_what_is_wrong, nobody_else_may_read_the_ledger,
      a_work_is_all_or_nothing_and_readers_see_one_moment, without_readers_everything_goes_through_the_writer,
      programs_that_write_beside_each_other_lose_nothing, the_feed_of_several_places_is_one_order_cut_where_it_is_whole,
      a_row_moves_in_the_feed_and_leaves_word_where_it_was, a_full_disk_is_told_and_what_was_there_stays)
