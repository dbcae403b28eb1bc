// SPDX-License-Identifier: Apache-2.0
/* What a durable mark costs, beside the same rows in raw SQLite, in the same run.
 *
 * Here:      MARKS marks of people who are on the roster, one transaction and one fsync each: through store_write, and as bare
 *            statements (one row into a log table, one upsert into an attendance table) on a database opened the same way.
 * Not here:  a limit that fails a run: these machines are noisy. The ratio is printed beside its limit.
 * Order:     the two take turns in rounds, so that a slow moment hits both.
 */
#define _POSIX_C_SOURCE 200809L
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent/store/store.h"

enum { ROUNDS = 20, MARKS = 50 };

static int64_t wall_ms(void *self)
{
    struct timespec now;
    (void)self;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void chance(void *self, void *ret, size_t size)
{
    (void)self;
    randombytes_buf(ret, size);
}

static void stop(const char *what, const char *why)
{
    fprintf(stderr, "bench_mark: cannot %s: %s\n", what, why);
    exit(1);
}

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        stop(sql, sqlite3_errmsg(db));
}

struct raw {
    sqlite3 *db;
    sqlite3_stmt *log, *mark;
};

static struct raw raw_open(const char *path)
{
    struct raw raw = {0};
    if (sqlite3_open(path, &raw.db) != SQLITE_OK)
        stop("open the raw database", sqlite3_errmsg(raw.db));
    run(raw.db, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                "CREATE TABLE change_log (seq INTEGER PRIMARY KEY, row TEXT, body BLOB);"
                "CREATE TABLE attendance (id TEXT PRIMARY KEY, session TEXT, person TEXT, status TEXT, state BLOB)");
    if (sqlite3_prepare_v2(raw.db, "INSERT INTO change_log (row, body) VALUES (?1, ?2)", -1, &raw.log, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(raw.db,
                           "INSERT INTO attendance VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT(id) DO UPDATE SET status = ?4, state = ?5", -1,
                           &raw.mark, NULL) != SQLITE_OK)
        stop("prepare", sqlite3_errmsg(raw.db));
    return raw;
}

static void raw_mark(struct raw *raw, const char *session, const char *person, const char *status)
{
    char id[ROW_ID_SIZE];
    uint8_t blob[80] = {0};
    row_id_of_key((const char *const[]){session, person}, 2, id);
    run(raw->db, "BEGIN IMMEDIATE");
    sqlite3_bind_text(raw->log, 1, id, -1, SQLITE_STATIC);
    sqlite3_bind_blob(raw->log, 2, blob, sizeof blob, SQLITE_STATIC);
    sqlite3_bind_text(raw->mark, 1, id, -1, SQLITE_STATIC);
    sqlite3_bind_text(raw->mark, 2, session, -1, SQLITE_STATIC);
    sqlite3_bind_text(raw->mark, 3, person, -1, SQLITE_STATIC);
    sqlite3_bind_text(raw->mark, 4, status, -1, SQLITE_STATIC);
    sqlite3_bind_blob(raw->mark, 5, blob, sizeof blob, SQLITE_STATIC);
    if (sqlite3_step(raw->log) != SQLITE_DONE || sqlite3_step(raw->mark) != SQLITE_DONE)
        stop("insert", sqlite3_errmsg(raw->db));
    sqlite3_reset(raw->log);
    sqlite3_reset(raw->mark);
    run(raw->db, "COMMIT");
}

static void store_mark(struct store *store, const char *session, const char *person, const char *status)
{
    char id[ROW_ID_SIZE];
    struct error err = {0};
    row_id_of_key((const char *const[]){session, person}, 2, id);
    const struct draft_field fields[] = {{"status", value_text(status)}};
    const struct draft draft = {.entity = "attendance", .row = id, .fields = fields, .field_count = 1, .assert_all = true};
    if (!store_write(store, &draft, 1, "", "mark", NULL, NULL, &err))
        stop("mark", err.cause);
}

int main(void)
{
    char folder[] = "/tmp/teren-bench-XXXXXX", path[64], raw_path[64];
    const struct store_ports ports = {.clock = {.wall_ms = wall_ms, .uptime_ms = wall_ms}, .chance = {.fill = chance}, .machine = ""};
    struct store *store = NULL;
    struct error err = {0};
    char session[ROW_ID_SIZE], (*people)[ROW_ID_SIZE] = calloc(ROUNDS * MARKS, sizeof *people);
    double in_store = 0, in_raw = 0;

    if (sodium_init() < 0 || people == NULL || mkdtemp(folder) == NULL)
        stop("begin", "no memory or no /tmp");
    snprintf(path, sizeof path, "%s/teren.db", folder);
    snprintf(raw_path, sizeof raw_path, "%s/raw.db", folder);
    if (!store_open(path, STORE_CREATE, &ports, &store, &err))
        stop("open the store", err.cause);
    struct raw raw = raw_open(raw_path);

    const struct draft_field title[] = {{"title", value_text("Modul 1")}, {"minutes", value_integer(90)}};
    const struct draft make_session = {.entity = "session", .fields = title, .field_count = 2};
    if (!store_write(store, &make_session, 1, "", "session", &session, NULL, &err))
        stop("make a session", err.cause);
    for (int i = 0; i < ROUNDS * MARKS; i++) {
        const struct draft_field name[] = {{"full_name", value_text("Ana Anić")}};
        const struct draft person = {.entity = "person", .fields = name, .field_count = 1};
        if (!store_write(store, &person, 1, "", "person", &people[i], NULL, &err))
            stop("make a person", err.cause);
    }
    for (int round = 0; round < ROUNDS; round++) {
        double t0 = seconds();
        for (int i = 0; i < MARKS; i++)
            store_mark(store, session, people[round * MARKS + i], i % 7 ? "present" : "late");
        double t1 = seconds();
        for (int i = 0; i < MARKS; i++)
            raw_mark(&raw, session, people[round * MARKS + i], i % 7 ? "present" : "late");
        in_store += t1 - t0;
        in_raw += seconds() - t1;
    }
    printf("mark, durable            %8.3f ms   (%d marks)\n", in_store * 1000 / (ROUNDS * MARKS), ROUNDS * MARKS);
    printf("raw SQLite transaction   %8.3f ms   (log row and upsert, one fsync)\n", in_raw * 1000 / (ROUNDS * MARKS));
    printf("ratio                    %8.2f      (limit 2.00)\n", in_store / in_raw);

    store_close(store);
    sqlite3_finalize(raw.log);
    sqlite3_finalize(raw.mark);
    sqlite3_close(raw.db);
    free(people);
    char command[96];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) == 0 ? 0 : 1;
}
