// SPDX-License-Identifier: Apache-2.0
/* The ledger stays true: verify, backup, restore, a killed server.
 *
 * Here:      every cell of every table edited one at a time; copies; epochs; SIGKILL in the middle of exchanges.
 * Not here:  exchanges themselves (server_app_exchange.c).
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include "server_field.h"
#include "suite.h"

static const char *const everything[] = {"*", NULL};
static const char *const bujanovac[] = {"*/RS-BUJ", NULL};

/* A small association with a bit of everything: two devices, uses in two places, a conflict, quarantine, a clamp, a use that ended. */
static struct field_world *furnished(uint64_t seed)
{
    struct field_world *world = field_create(seed);
    struct field_device *north = device_enrolled(world, "north", "RS-BUJ", bujanovac);
    struct field_device *office = device_enrolled(world, "office", "", everything);
    struct error err = {0};
    char id[ROW_ID_SIZE];
    const char *activity =
        device_records(office, "activity", NULL,
                       (struct words[]){{"code", "TT", 0}, {"municipality", "RS-PRE", 0}, {"programme", "lnob", 0}, {NULL, NULL, 0}});
    const char *session =
        device_records(office, "session", NULL, (struct words[]){{"activity", activity, 0}, {"minutes", NULL, 90}, {NULL, NULL, 0}});
    const char *amina =
        device_records(north, "person", NULL, (struct words[]){{"full_name", "Amina", 0}, {"municipality", "RS-BUJ", 0}, {NULL, NULL, 0}});

    device_syncs(north);
    device_syncs(office);
    row_id_of_key((const char *const[]){session, amina}, 2, id);
    device_records(office, "attendance", id, (struct words[]){{"status", "present", 0}, {NULL, NULL, 0}});
    world->now_ms += 1000;
    device_records(north, "attendance", id, (struct words[]){{"status", "absent", 0}, {NULL, NULL, 0}});
    device_records(north, "vehicle", NULL, (struct words[]){{"plate", "BU-001", 0}, {NULL, NULL, 0}});
    device_records(north, "attendance", id, (struct words[]){{"status", "sleeping", 0}, {NULL, NULL, 0}});
    device_syncs(office);
    north->clock_ms = 10 * DAY_MS;
    device_records(north, "person", amina, (struct words[]){{"phone", "+381", 0}, {NULL, NULL, 0}});
    for (int i = 0; i < 3; i++)
        device_exchanges(north, false);
    row_id_of_key((const char *const[]){activity, amina, "trainer"}, 3, id);
    device_records(office, "enrolment", id, (struct words[]){{"removed", NULL, 0}, {NULL, NULL, 0}});
    device_syncs(office);
    device_records(office, "activity", activity, (struct words[]){{"municipality", "RS-MED", 0}, {NULL, NULL, 0}});
    device_syncs(office);
    field_must(server_user_add(world->server, "mira", "coordinator", "twelve chars", &err), &err);
    device_destroy(north);
    device_destroy(office);
    return world;
}

static uint64_t findings_of(struct field_world *world)
{
    uint64_t findings = 0;
    struct error err = {0};

    if (!server_verify(world->server, NULL, NULL, NULL, &findings, &err))
        return UINT64_MAX; /* it could not even be read: found out */
    return findings;
}

START_TEST(an_untouched_ledger_has_no_findings)
{
    struct field_world *world = furnished(1);

    ck_assert_uint_eq(findings_of(world), 0);
    field_close(world);
    field_open(world);
    ck_assert_uint_eq(findings_of(world), 0);
    field_destroy(world);
}
END_TEST

/* --- tampering --------------------------------------------------------------------------------------------------------- */

static sqlite3 *hand_in_the_file(struct field_world *world)
{
    sqlite3 *db = NULL;

    ck_assert_int_eq(sqlite3_open(world->path, &db), SQLITE_OK);
    return db;
}

static void run(sqlite3 *db, const char *sql)
{
    char *why = NULL;

    ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, &why) == SQLITE_OK, "%s: %s", sql, why);
}

struct table {
    char name[64], columns[24][64], types[24][16];
    size_t column_count;
};

/* The table again from its copy, with one cell of one row edited (row 0: none). False when the table does not allow it. */
static bool write_edited(sqlite3 *db, const struct table *table, size_t column, int row)
{
    char sql[4000], *at = sql;
    char *end = sql + sizeof sql;
    bool done;

    at += snprintf(at, (size_t)(end - at), "BEGIN; DELETE FROM \"%s\"; INSERT INTO \"%s\" SELECT ", table->name, table->name);
    for (size_t i = 0; i < table->column_count; i++) {
        const char *name = table->columns[i];
        at += snprintf(at, (size_t)(end - at), "%s", i > 0 ? ", " : "");
        if (i != column || row == 0)
            at += snprintf(at, (size_t)(end - at), "\"%s\"", name);
        else if (strcmp(table->types[i], "INTEGER") == 0)
            at += snprintf(at, (size_t)(end - at), "CASE WHEN rowid = %d THEN coalesce(\"%s\", 0) + 1 ELSE \"%s\" END", row, name, name);
        else if (strcmp(table->types[i], "BLOB") == 0)
            at += snprintf(at, (size_t)(end - at),
                           "CASE WHEN rowid = %d THEN CASE WHEN substr(\"%s\", 1, 1) = x'07' THEN cast(x'08' || substr(\"%s\", 2) AS BLOB)"
                           " ELSE cast(x'07' || substr(\"%s\", 2) AS BLOB) END ELSE \"%s\" END",
                           row, name, name, name, name);
        else
            at +=
                snprintf(at, (size_t)(end - at), "CASE WHEN rowid = %d THEN coalesce(\"%s\", '') || 'x' ELSE \"%s\" END", row, name, name);
    }
    snprintf(at, (size_t)(end - at), " FROM kept ORDER BY rowid; COMMIT");
    done = sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
    if (!done)
        run(db, "ROLLBACK");
    return done;
}

static unsigned tamper(struct field_world *world, sqlite3 *db, const struct table *table)
{
    char sql[200];
    unsigned edits = 0;
    sqlite3_stmt *count = NULL;
    int rows;

    snprintf(sql, sizeof sql, "CREATE TABLE kept AS SELECT * FROM \"%s\"", table->name);
    run(db, sql);
    ck_assert_int_eq(sqlite3_prepare_v2(db, "SELECT count(*) FROM kept", -1, &count, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(count), SQLITE_ROW);
    rows = sqlite3_column_int(count, 0);
    sqlite3_finalize(count);
    for (size_t column = 0; column < table->column_count; column++)
        for (int row = 1; row <= rows; row++) {
            if (!write_edited(db, table, column, row))
                continue;
            ck_assert_msg(findings_of(world) > 0, "an edit of %s.%s in row %d was not found", table->name, table->columns[column], row);
            edits++;
        }
    ck_assert(write_edited(db, table, 0, 0));
    run(db, "DROP TABLE kept");
    return edits;
}

/* Throttles count the guesses of the last minutes: nothing follows from them. */
static size_t read_tables(sqlite3 *db, struct table *tables, size_t room)
{
    sqlite3_stmt *columns = NULL;
    size_t count = 0;

    ck_assert_int_eq(sqlite3_prepare_v2(db,
                                        "SELECT t.name, c.name, c.type FROM pragma_table_list t, pragma_table_info(t.name) c"
                                        " WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite%'"
                                        " AND t.name <> 'ledger_throttle' ORDER BY t.name, c.cid",
                                        -1, &columns, NULL),
                     SQLITE_OK);
    while (sqlite3_step(columns) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(columns, 0);
        if (count == 0 || strcmp(tables[count - 1].name, name) != 0) {
            ck_assert_uint_lt(count, room);
            snprintf(tables[count++].name, sizeof tables[0].name, "%s", name);
        }
        struct table *table = &tables[count - 1];
        snprintf(table->columns[table->column_count], sizeof table->columns[0], "%s", (const char *)sqlite3_column_text(columns, 1));
        snprintf(table->types[table->column_count++], sizeof table->types[0], "%s", (const char *)sqlite3_column_text(columns, 2));
    }
    sqlite3_finalize(columns);
    return count;
}

START_TEST(every_edit_of_a_single_cell_is_found)
{
    static struct table tables[64];
    struct field_world *world = furnished(2);
    sqlite3 *db = hand_in_the_file(world);
    size_t count = read_tables(db, tables, 64);
    unsigned edits = 0;

    ck_assert_uint_eq(findings_of(world), 0);
    for (size_t i = 0; i < count; i++)
        edits += tamper(world, db, &tables[i]);
    ck_assert_uint_gt(edits, 300);
    ck_assert_uint_eq(findings_of(world), 0);
    sqlite3_close(db);
    field_destroy(world);
}
END_TEST

START_TEST(a_row_that_vanishes_is_missed)
{
    static const char *const tables[] = {"ledger_segment", "ledger_quarantine", "ledger_log", "ledger_feed",  "ledger_place",
                                         "ledger_shape",   "attendance",        "person",     "ledger_totals"};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        struct field_world *world = furnished(3);
        sqlite3 *db = hand_in_the_file(world);
        char sql[200];

        if (strcmp(tables[i], "ledger_feed") == 0)
            snprintf(sql, sizeof sql, "DELETE FROM ledger_feed WHERE place_position = (SELECT max(place_position) FROM ledger_feed)");
        else if (strcmp(tables[i], "ledger_quarantine") == 0 || strcmp(tables[i], "ledger_shape") == 0)
            snprintf(sql, sizeof sql, "DELETE FROM %s", tables[i]);
        else
            snprintf(sql, sizeof sql, "DELETE FROM %s WHERE rowid = (SELECT max(rowid) FROM %s)", tables[i], tables[i]);
        run(db, sql);
        ck_assert_int_gt(sqlite3_changes(db), 0);
        sqlite3_close(db);
        ck_assert_msg(findings_of(world) > 0, "a row of %s vanished unnoticed", tables[i]);
        field_destroy(world);
    }
}
END_TEST

/* --- backup and restore ------------------------------------------------------------------------------------------------ */

START_TEST(a_backup_moves_what_devices_may_forget)
{
    struct field_world *world = field_create(4);
    struct field_device *north = device_enrolled(world, "north", "RS-BUJ", bujanovac);
    char path[120];
    struct error err = {0};

    device_records(north, "person", NULL, (struct words[]){{"full_name", "Amina", 0}, {NULL, NULL, 0}});
    device_syncs(north);
    ck_assert_uint_eq(north->safe_seq, 0);
    snprintf(path, sizeof path, "%s/copy.db", world->folder);
    field_must(server_backup(world->server, path, NULL, NULL, &err), &err);
    device_records(north, "person", NULL, (struct words[]){{"full_name", "Bojan", 0}, {NULL, NULL, 0}});
    device_syncs(north);
    ck_assert_uint_eq(north->safe_seq, 1);
    ck_assert(!server_backup(world->server, path, NULL, NULL, &err)); /* never over an older one */
    ck_assert_int_eq(err.kind, ERROR_INVALID);
    error_clear(&err);
    ck_assert(!server_backup(world->server, "/nowhere/copy.db", NULL, NULL, &err));
    ck_assert_int_eq(err.kind, ERROR_STORAGE);
    device_destroy(north);
    field_destroy(world);
}
END_TEST

struct rounds {
    unsigned count;
    uint64_t last_total;
};

static void count_rounds(void *context, uint64_t done, uint64_t total)
{
    struct rounds *rounds = context;

    ck_assert_uint_le(done, total);
    rounds->count += done == total ? 1 : 0;
    rounds->last_total = total;
}

static uint64_t safe_of(struct field_world *world, uint64_t log)
{
    sqlite3 *db = hand_in_the_file(world);
    sqlite3_stmt *safe = NULL;

    ck_assert_int_eq(sqlite3_prepare_v2(db, "SELECT safe_seq FROM ledger_log WHERE log = ?", -1, &safe, NULL), SQLITE_OK);
    sqlite3_bind_int64(safe, 1, (sqlite3_int64)log);
    ck_assert_int_eq(sqlite3_step(safe), SQLITE_ROW);
    uint64_t seq = (uint64_t)sqlite3_column_int64(safe, 0);
    sqlite3_finalize(safe);
    sqlite3_close(db);
    return seq;
}

/* While the only whole copy of a change may be on a device, nothing tells the device that it may forget it. */
START_TEST(a_damaged_ledger_is_not_backed_up_and_devices_keep_what_they_have)
{
    static const char *const damage[][2] = {
        {"UPDATE ledger_segment SET sealed = cast(substr(sealed, 1, 60) || x'5A' || substr(sealed, 62) AS BLOB) WHERE number = 2",
         "a segment's bytes"},
        {"UPDATE ledger_segment SET received_ms = received_ms + 1 WHERE number = 2", "what the ledger noted beside it"},
        {"DELETE FROM ledger_segment WHERE number = 2", "a segment that is gone"},
        {"UPDATE person SET full_name = 'Amira'", "a row's column"},
        {"UPDATE ledger_log SET safe_seq = 1", "a standing"},
    };
    for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
        struct field_world *world = field_create(60);
        struct field_device *north = device_enrolled(world, "north", "RS-BUJ", bujanovac);
        char path[120], part[140];
        struct error err = {0};
        sqlite3 *db;

        device_records(north, "person", NULL, (struct words[]){{"full_name", "Amina", 0}, {NULL, NULL, 0}});
        device_syncs(north);
        device_records(north, "person", NULL, (struct words[]){{"full_name", "Bojan", 0}, {NULL, NULL, 0}});
        device_syncs(north);
        db = hand_in_the_file(world);
        run(db, damage[i][0]);
        sqlite3_close(db);
        uint64_t safe = safe_of(world, north->log);
        snprintf(path, sizeof path, "%s/copy.db", world->folder);
        snprintf(part, sizeof part, "%s-part", path);
        ck_assert_msg(!server_backup(world->server, path, NULL, NULL, &err), "%s was backed up", damage[i][1]);
        ck_assert_msg(err.kind == ERROR_CORRUPT, "%s: %s", damage[i][1], err.cause);
        ck_assert_int_ne(access(path, F_OK), 0);
        ck_assert_int_ne(access(part, F_OK), 0);
        ck_assert_uint_eq(safe_of(world, north->log), safe);
        device_destroy(north);
        field_destroy(world);
    }
}
END_TEST

START_TEST(a_backup_tells_how_far_it_came_twice_pages_then_segments)
{
    struct field_world *world = furnished(61);
    struct server_counters counters;
    struct rounds rounds = {0};
    struct error err = {0};
    char path[120];

    server_counters(world->server, &counters);
    snprintf(path, sizeof path, "%s/copy.db", world->folder);
    field_must(server_backup(world->server, path, count_rounds, &rounds, &err), &err);
    ck_assert_uint_eq(rounds.count, 2);
    ck_assert_uint_eq(rounds.last_total, counters.segments);
    field_destroy(world);
}
END_TEST

static void restore(struct field_world *world, const char *copy)
{
    struct ledger *ledger = NULL;
    struct error err = {0};
    char command[600];

    field_close(world);
    snprintf(command, sizeof command, "rm -f %s %s-wal %s-shm && cp %s %s", world->path, world->path, world->path, copy, world->path);
    ck_assert_int_eq(system(command), 0);
    field_must(ledger_sqlite_open(world->path, LEDGER_MUST_EXIST, NULL, &ledger, &err), &err);
    field_must(server_restored(ledger, &world->ports, &err), &err);
    ledger->close(ledger);
    field_open(world);
}

START_TEST(a_restored_server_is_refilled_by_its_devices)
{
    struct field_world *world = field_create(5);
    struct field_device *north = device_enrolled(world, "north", "RS-BUJ", bujanovac);
    struct field_device *south = device_enrolled(world, "south", "RS-BUJ", bujanovac);
    char path[120];
    struct error err = {0};

    device_records(north, "person", NULL, (struct words[]){{"full_name", "Amina", 0}, {"municipality", "RS-BUJ", 0}, {NULL, NULL, 0}});
    device_syncs(north);
    device_syncs(south);
    snprintf(path, sizeof path, "%s/copy.db", world->folder);
    field_must(server_backup(world->server, path, NULL, NULL, &err), &err);
    const char *bojan =
        device_records(north, "person", NULL, (struct words[]){{"full_name", "Bojan", 0}, {"municipality", "RS-BUJ", 0}, {NULL, NULL, 0}});
    device_syncs(north);
    device_syncs(south);
    uint64_t epoch = north->cursor.epoch;
    restore(world, path);
    /* The device believes that two changes were received: it is told that it was not so, and sends again. */
    device_exchanges(north, false);
    ck_assert_int_eq(north->reply.kind, REPLY_BEHIND);
    ck_assert_uint_eq(north->reply.last_seq, 1);
    north->received_seq = north->reply.last_seq;
    memcpy(north->received_head, north->reply.last_head, HASH_SIZE);
    device_syncs(north);
    ck_assert_uint_ne(north->cursor.epoch, epoch);
    device_syncs(south);
    ck_assert_str_eq(device_reads(south, "person", bojan, "full_name"), "Bojan");
    ck_assert_uint_eq(findings_of(world), 0);
    device_destroy(north);
    device_destroy(south);
    field_destroy(world);
}
END_TEST

/* --- killed ------------------------------------------------------------------------------------------------------------ */

/* A child serves pushes and tells, by a pipe, each seq that it receipted; it is killed at some moment. Nothing it told may be missing. */
START_TEST(a_killed_server_has_all_that_it_receipted)
{
    for (unsigned run_number = 0; run_number < 8; run_number++) {
        struct field_world *world = field_create(50 + run_number);
        struct field_device *north = device_enrolled(world, "north", "RS-BUJ", bujanovac);
        uint64_t told = 0, seq;
        int ends[2];

        field_close(world);
        ck_assert_int_eq(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0) {
            close(ends[0]);
            field_open(world);
            for (;;) {
                device_records(north, "person", NULL, (struct words[]){{"full_name", "Somebody", 0}, {NULL, NULL, 0}});
                device_exchanges(north, false);
                if (write(ends[1], &north->receipt.seq, sizeof seq) != sizeof seq)
                    _exit(0);
            }
        }
        close(ends[1]);
        for (unsigned heard = 0; heard < 3 + run_number * 2 && read(ends[0], &seq, sizeof seq) == sizeof seq; heard++)
            told = seq;
        kill(child, SIGKILL);
        while (read(ends[0], &seq, sizeof seq) == sizeof seq)
            told = seq;
        ck_assert_int_eq(waitpid(child, NULL, 0), child);
        close(ends[0]);
        field_open(world);
        device_exchanges(north, false); /* as it was before the child: last_seq 0; a counter that went back */
        ck_assert_uint_ge(told, 3);
        struct server_counters counters;
        server_counters(world->server, &counters);
        ck_assert_uint_ge(counters.changes, told + 1); /* and the device's own row */
        ck_assert_uint_eq(findings_of(world), 0);
        device_destroy(north);
        field_destroy(world);
    }
}
END_TEST

SUITE("server_app_upkeep", an_untouched_ledger_has_no_findings, every_edit_of_a_single_cell_is_found, a_row_that_vanishes_is_missed,
      a_backup_moves_what_devices_may_forget, a_damaged_ledger_is_not_backed_up_and_devices_keep_what_they_have,
      a_backup_tells_how_far_it_came_twice_pages_then_segments, a_restored_server_is_refilled_by_its_devices,
      a_killed_server_has_all_that_it_receipted)
