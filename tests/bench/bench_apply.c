// SPDX-License-Identifier: Apache-2.0
/* How many changes a second the server applies from segments, durably, receipts signed; beside a raw SQLite bulk insert of the same rows.
 *
 * Here:      DEVICES devices' marks, sealed beforehand, pushed through server_exchange by THREADS threads; then the rows that came of it,
 *            inserted into a table of the same columns and indexes, a transaction a segment, one prepared statement, opened the same way.
 * Not here:  a limit that fails a run: these machines are noisy. The figure is printed beside its goal.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "protocol/keys.h"
#include "protocol/message.h"
#include "protocol/sql.h"
#include "server-stub/app/server.h"
#include "server-stub/ledger/ledger.h"
#include "server-stub/ledger/sqlite.h"

enum { DEVICES = 8, THREADS = 2, SEGMENTS = 25, MARKS = 600, PEOPLE = 30, SESSIONS = 4, GOAL = 50000 };

static int64_t now_ms(void *self)
{
    struct timespec now;

    (void)self;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static double seconds(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void fill(void *self, void *ret, size_t size)
{
    (void)self;
    randombytes_buf(ret, size);
}

static void must(bool done, const struct error *err)
{
    if (done)
        return;
    fprintf(stderr, "bench_apply: %s %s\n", err->cause, err->remedy);
    exit(1);
}

struct device {
    uint64_t log, counter, seq, time;
    uint8_t public_key[SIGN_PUBLIC_SIZE], secret[SIGN_SECRET_SIZE], head[HASH_SIZE];
    struct bytes sealed[SEGMENTS + 1]; /* the first: people and sessions; then marks */
    uint64_t last_seq[SEGMENTS + 1];
    uint8_t heads[SEGMENTS + 1][HASH_SIZE];
    size_t count;
    struct cursor cursor;
    char municipality[16];
};

struct bench {
    struct server *server;
    struct server_ports ports;
    uint8_t server_public[SIGN_PUBLIC_SIZE];
    struct device devices[DEVICES];
    char folder[64], path[96], raw_path[96];
};

/* --- what is pushed ---------------------------------------------------------------------------------------------------- */

struct draft {
    struct arena arena;
    struct change *changes;
    size_t count;
};

static void add(struct device *device, struct draft *draft, const char *entity, const char *row, const struct change_field *fields,
                size_t count)
{
    struct change *change = &draft->changes[draft->count++];
    struct change_field *copy = arena_take_many(&draft->arena, count, sizeof *copy);
    char id[ROW_ID_SIZE];

    memcpy(copy, fields, count * sizeof *copy);
    device->seq++;
    device->time = stamp_tick(device->time, now_ms(NULL) - 3600 * 1000 + (int64_t)device->seq * 5);
    if (row == NULL)
        row_id_of_change(device->log, device->seq, id);
    *change = (struct change){.log = device->log, .seq = device->seq, .time = device->time, .entity = entity, .author = ""};
    change->row = arena_text(&draft->arena, row != NULL ? row : id);
    change->fields = copy;
    change->field_count = count;
}

static void seal(struct device *device, struct draft *draft)
{
    uint8_t seed[SEED_SIZE];
    struct error err = {0};
    size_t sealed = 0;
    uint8_t head[HASH_SIZE];

    fill(NULL, seed, sizeof seed);
    must(segment_seal(draft->changes, draft->count, SEGMENT_BODY_BYTES_MAX, device->head, seed, device->secret,
                      &device->sealed[device->count], &sealed, head, &err),
         &err);
    if (sealed != draft->count) {
        fprintf(stderr, "bench_apply: a segment took %zu of %zu changes\n", sealed, draft->count);
        exit(1);
    }
    memcpy(device->head, head, HASH_SIZE);
    memcpy(device->heads[device->count], head, HASH_SIZE);
    device->last_seq[device->count++] = device->seq;
    draft->count = 0;
}

static void prepare_device(struct bench *bench, struct device *device, size_t number)
{
    struct draft draft = {.changes = calloc(MARKS + 4096, sizeof(struct change))};
    static char people[DEVICES][PEOPLE][ROW_ID_SIZE], sessions[DEVICES][SEGMENTS * SESSIONS * 5 + 1][ROW_ID_SIZE];
    size_t session_count = (size_t)SEGMENTS * MARKS / PEOPLE;
    char activity[ROW_ID_SIZE], at[MOMENT_TEXT_SIZE], name[32];
    (void)bench;

    add(device, &draft, "activity", NULL,
        (struct change_field[]){{.name = "code", .value = value_text("TT")},
                                {.name = "municipality", .value = value_text(device->municipality)},
                                {.name = "programme", .value = value_text("lnob")}},
        3);
    row_id_of_change(device->log, device->seq, activity);
    for (size_t i = 0; i < session_count; i++) {
        add(device, &draft, "session", NULL,
            (struct change_field[]){{.name = "activity", .value = value_text(activity)}, {.name = "minutes", .value = value_integer(90)}},
            2);
        row_id_of_change(device->log, device->seq, sessions[number][i]);
    }
    for (size_t i = 0; i < PEOPLE; i++) {
        snprintf(name, sizeof name, "Person %zu", i);
        add(device, &draft, "person", NULL,
            (struct change_field[]){{.name = "full_name", .value = value_text(arena_text(&draft.arena, name))},
                                    {.name = "municipality", .value = value_text(device->municipality)}},
            2);
        row_id_of_change(device->log, device->seq, people[number][i]);
    }
    seal(device, &draft);
    for (size_t s = 0; s < SEGMENTS; s++) {
        for (size_t m = 0; m < MARKS; m++) {
            size_t which = s * MARKS + m;
            char row[ROW_ID_SIZE];
            row_id_of_key((const char *const[]){sessions[number][which / PEOPLE], people[number][which % PEOPLE]}, 2, row);
            moment_text(1700000000000 + (int64_t)which * 4000, at);
            add(device, &draft, "attendance", row,
                (struct change_field[]){{.name = "at", .value = value_text(arena_text(&draft.arena, at))},
                                        {.name = "status", .value = value_text(m % 9 == 0 ? "absent" : "present")}},
                2);
        }
        seal(device, &draft);
    }
    arena_clear(&draft.arena);
    free(draft.changes);
}

static void enrol(struct bench *bench, struct device *device, size_t number)
{
    char name[32], code[CODE_TEXT_SIZE], secret[CODE_SECRET_CHARS + 1], print[CODE_PRINT_CHARS + 1];
    uint8_t seed[KEY_SEED_SIZE];
    struct grant grant = {"*", device->municipality};
    struct error err = {0};
    struct bytes request = {0}, reply = {0};
    struct enrol_request asked = {.secret = secret, .agent = "bench", .device_kind = "tablet"};

    fill(NULL, seed, sizeof seed);
    keys_of_seed(seed, device->public_key, device->secret);
    fill(NULL, &device->log, sizeof device->log);
    snprintf(name, sizeof name, "tablet-%zu", number);
    snprintf(device->municipality, sizeof device->municipality, "RS-%03zu", number);
    must(server_device_code(bench->server, name, device->municipality, &grant, 1, 3600 * 1000, code, &err), &err);
    must(code_read(code, secret, print, &err), &err);
    asked.log = device->log;
    memcpy(asked.public_key, device->public_key, SIGN_PUBLIC_SIZE);
    must(enrol_request_pack(&request, &asked, device->secret, &err), &err);
    must(server_enrol(bench->server, bytes_span(&request), "bench", &reply, &err), &err);
    bytes_clear(&request);
    bytes_clear(&reply);
}

/* --- how much of it is alone ------------------------------------------------------------------------------------------- */

/* The ledger's own begin and commit, with a watch around what lies between: one thread at a time is there. */
static bool (*begin_of_ledger)(struct ledger *ledger, enum ledger_mode mode, struct ledger_work **ret, struct error *err);
static bool (*commit_of_ledger)(struct ledger_work *work, struct error *err);
static _Thread_local double locked_since;
static _Thread_local bool is_locked;
static double alone_cpu;

static bool watched_begin(struct ledger *ledger, enum ledger_mode mode, struct ledger_work **ret, struct error *err)
{
    bool done = begin_of_ledger(ledger, mode, ret, err);

    if (mode == LEDGER_WRITE) {
        is_locked = true;
        locked_since = seconds(CLOCK_THREAD_CPUTIME_ID);
    }
    return done;
}

static bool watched_commit(struct ledger_work *work, struct error *err)
{
    if (is_locked)
        alone_cpu += seconds(CLOCK_THREAD_CPUTIME_ID) - locked_since;
    is_locked = false;
    return commit_of_ledger(work, err);
}

/* --- pushing ----------------------------------------------------------------------------------------------------------- */

static void push(struct bench *bench, struct device *device, size_t segment)
{
    struct span sealed = bytes_span(&device->sealed[segment]);
    struct request request = {.kind = MESSAGE_SYNC, .log = device->log, .counter = ++device->counter, .agent = "", .room = 4096};
    struct bytes packed = {0}, reply = {0};
    struct arena arena = {0};
    struct reply opened;
    struct receipt receipt;
    struct error err = {0};

    request.segments = &sealed;
    request.segment_count = 1;
    request.now_ms = now_ms(NULL);
    request.cursor = device->cursor;
    if (segment > 0) {
        request.last_seq = device->last_seq[segment - 1];
        memcpy(request.last_head, device->heads[segment - 1], HASH_SIZE);
    }
    must(request_pack(&packed, &request, device->secret, &err), &err);
    must(server_exchange(bench->server, bytes_span(&packed), &reply, &err), &err);
    must(reply_open(&arena, bytes_span(&reply), bytes_span(&packed), bench->server_public, &opened, &err), &err);
    if (opened.kind != REPLY_OK || !receipt_open(&arena, opened.receipt, bench->server_public, &receipt, &err) ||
        receipt.seq != device->last_seq[segment] || receipt.verdict_count > 0) {
        fprintf(stderr, "bench_apply: segment %zu was answered by %d %s %s\n", segment, (int)opened.kind, opened.reason, err.cause);
        exit(1);
    }
    device->cursor = opened.cursor;
    arena_clear(&arena);
    bytes_clear(&packed);
    bytes_clear(&reply);
}

struct runner {
    struct bench *bench;
    size_t number;
    double cpu;
};

static void *run(void *context)
{
    struct runner *runner = context;

    for (size_t s = 1; s <= SEGMENTS; s++)
        for (size_t d = runner->number; d < DEVICES; d += THREADS)
            push(runner->bench, &runner->bench->devices[d], s);
    runner->cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
    return NULL;
}

static double push_all(struct bench *bench, double *ret_cpu)
{
    pthread_t threads[THREADS];
    struct runner runners[THREADS];
    double start = seconds(CLOCK_MONOTONIC);

    *ret_cpu = 0;
    for (size_t i = 0; i < THREADS; i++) {
        runners[i] = (struct runner){bench, i, 0};
        pthread_create(&threads[i], NULL, run, &runners[i]);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        *ret_cpu += runners[i].cpu;
    }
    return seconds(CLOCK_MONOTONIC) - start;
}

/* --- the same rows, raw ------------------------------------------------------------------------------------------------ */

static void raw_must(int code, sqlite3 *db)
{
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW)
        return;
    fprintf(stderr, "bench_apply: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static double raw_all(struct bench *bench)
{
    static const struct sql_column own[] = {
        {"feed_position", "INTEGER NOT NULL", ""}, {"feed_places", "BLOB NOT NULL", ""}, {NULL, NULL, NULL}};
    const struct entity *entity = entity_find("attendance");
    struct bytes text = {0};
    sqlite3 *db = NULL;
    sqlite3_stmt *from = NULL, *into = NULL;
    char attach[160];
    int columns;
    size_t count = 0;
    double start, spent = 0;

    raw_must(sqlite3_open(bench->raw_path, &db), db);
    raw_must(sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA mmap_size = 0; PRAGMA cache_size = -32768",
                          NULL, NULL, NULL),
             db);
    sqlite3_wal_autocheckpoint(db, 4000);
    sql_create(&text, SQL_SQLITE, entity, own);
    bytes_append_u8(&text, 0);
    raw_must(sqlite3_exec(db, (const char *)text.data, NULL, NULL, NULL), db);
    bytes_reset(&text);
    sql_upsert(&text, SQL_SQLITE, entity, own);
    bytes_append_u8(&text, 0);
    snprintf(attach, sizeof attach, "ATTACH '%s' AS source", bench->path);
    raw_must(sqlite3_exec(db, attach, NULL, NULL, NULL), db);
    raw_must(sqlite3_exec(db, "CREATE TEMP TABLE rows AS SELECT * FROM source.attendance ORDER BY feed_position; DETACH source", NULL, NULL,
                          NULL),
             db);
    raw_must(sqlite3_prepare_v2(db, "SELECT * FROM temp.rows", -1, &from, NULL), db);
    raw_must(sqlite3_prepare_v2(db, (const char *)text.data, -1, &into, NULL), db);
    columns = sqlite3_column_count(from);
    raw_must(sqlite3_step(from), db);
    for (size_t s = 0; s < (size_t)SEGMENTS * DEVICES; s++) {
        start = seconds(CLOCK_MONOTONIC);
        raw_must(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), db);
        for (size_t m = 0; m < MARKS; m++, count++) {
            for (int i = 0; i < columns; i++)
                raw_must(sqlite3_bind_value(into, i + 1, sqlite3_column_value(from, i)), db);
            raw_must(sqlite3_step(into), db);
            sqlite3_reset(into);
            sqlite3_step(from);
        }
        raw_must(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), db);
        spent += seconds(CLOCK_MONOTONIC) - start;
    }
    sqlite3_finalize(from);
    sqlite3_finalize(into);
    sqlite3_close(db);
    bytes_clear(&text);
    return spent;
}

int main(void)
{
    static struct bench bench;
    struct ledger *ledger = NULL;
    struct error err = {0};
    struct server_counters counters;
    char command[96];
    const double marks = (double)DEVICES * SEGMENTS * MARKS;
    double pushed, cpu, raw;

    bench.ports = (struct server_ports){.clock = {now_ms, now_ms, NULL}, .chance = {fill, NULL}};
    strcpy(bench.folder, "/tmp/teren-bench-XXXXXX");
    if (sodium_init() < 0 || mkdtemp(bench.folder) == NULL)
        return 1;
    snprintf(bench.path, sizeof bench.path, "%s/ledger.db", bench.folder);
    snprintf(bench.raw_path, sizeof bench.raw_path, "%s/raw.db", bench.folder);
    must(ledger_sqlite_open(bench.path, LEDGER_CREATE, NULL, &ledger, &err), &err);
    begin_of_ledger = ledger->begin;
    commit_of_ledger = ledger->commit;
    ledger->begin = watched_begin;
    ledger->commit = watched_commit;
    must(server_init(ledger, &bench.ports, "Bench", &err), &err);
    must(server_open(ledger, &bench.ports, &bench.server, &err), &err);
    server_public_key(bench.server, bench.server_public);
    for (size_t i = 0; i < DEVICES; i++) {
        enrol(&bench, &bench.devices[i], i);
        prepare_device(&bench, &bench.devices[i], i);
        push(&bench, &bench.devices[i], 0);
    }
    alone_cpu = 0;
    pushed = push_all(&bench, &cpu);
    server_counters(bench.server, &counters);
    server_close(bench.server);
    raw = raw_all(&bench);
    printf("server applies, %d threads, %d changes a segment, durable, receipts signed: %.0f changes/s (goal %d)\n", THREADS, MARKS,
           marks / pushed, GOAL);
    printf("  cpu %.1f us a change, of them %.1f alone under the lock; %.0f changes in %.2f s\n", cpu / marks * 1e6,
           alone_cpu / marks * 1e6, marks, pushed);
    printf("raw SQLite bulk insert of the same rows: %.0f rows/s\n", marks / raw);
    printf("  share: %.0f %%\n", 100 * raw / pushed);
    snprintf(command, sizeof command, "rm -rf %s", bench.folder);
    return system(command) == 0 && counters.quarantined == 0 ? 0 : 1;
}
