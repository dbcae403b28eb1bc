// SPDX-License-Identifier: Apache-2.0
/* What the page's two main views cost in a large store: a day and a roster, among 100,000 marks; and a roster of 2,000.
 *
 * Here:      processor time, the best and the median of RUNS.
 * Not here:  HTTP, drawing (page.mjs), a limit that fails a run: these machines are noisy.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent/app/day.h"
#include "agent/app/find.h"
#include "agent/app/roster.h"

enum { SESSIONS = 2000, PEOPLE = 50, MANY = 2000, DRAFTS = 1000, RUNS = 21 };

struct bench {
    char folder[64], path[96];
    struct store *store;
    uint64_t chance;
    struct arena arena;
    char activity[ROW_ID_SIZE], people[MANY][ROW_ID_SIZE], sessions[SESSIONS][ROW_ID_SIZE];
    struct draft drafts[DRAFTS];
    struct draft_field fields[DRAFTS][4];
    char ids[DRAFTS][ROW_ID_SIZE];
    size_t count;
};

static void must(bool done, const struct error *err)
{
    if (done)
        return;
    fprintf(stderr, "bench_day: %s %s\n", err->cause, err->remedy);
    exit(1);
}

static int64_t now_ms(void *self)
{
    struct timespec now;

    (void)self;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void fill(void *self, void *ret, size_t size)
{
    struct bench *bench = self;

    for (size_t i = 0; i < size; i++) {
        bench->chance = bench->chance * 6364136223846793005u + 1442695040888963407u;
        ((uint8_t *)ret)[i] = (uint8_t)(bench->chance >> 56);
    }
}

static double processor_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* --- a large store ---------------------------------------------------------------------------------------------------------------------
 */

static void flush(struct bench *bench, char (*ret_ids)[ROW_ID_SIZE])
{
    struct error err = {0};

    must(store_write(bench->store, bench->drafts, bench->count, "", "fill", bench->ids, NULL, &err), &err);
    if (ret_ids != NULL)
        memcpy(ret_ids, bench->ids, bench->count * ROW_ID_SIZE);
    bench->count = 0;
    arena_clear(&bench->arena);
}

static void draft(struct bench *bench, const char *entity, const char *row, size_t fields)
{
    bench->drafts[bench->count] =
        (struct draft){.entity = entity, .row = row, .fields = bench->fields[bench->count], .field_count = fields};
    bench->count++;
}

static struct draft_field text(const char *name, const char *value)
{
    return (struct draft_field){name, value_text(value)};
}

static void make_people(struct bench *bench)
{
    for (size_t i = 0; i < MANY; i++) {
        struct draft_field *fields = bench->fields[bench->count];

        fields[0] = text("full_name", arena_format(&bench->arena, "%s Petrović %zu", i % 2 == 0 ? "Ђорђе" : "Đorđe", (i * 7919) % MANY));
        fields[1] = text("ref", arena_format(&bench->arena, "P%04zu", i));
        fields[2] = text("organisation", "OŠ „Desanka Maksimović“");
        draft(bench, "person", NULL, 3);
        if (bench->count == DRAFTS)
            flush(bench, &bench->people[i + 1 - DRAFTS]);
    }
    for (size_t i = 0; i < MANY; i++) {
        bench->fields[bench->count][0] = (struct draft_field){FIELD_REMOVED, value_integer(0)};
        draft(bench, "enrolment", arena_format(&bench->arena, "%s:%s:participant", bench->activity, bench->people[i]), 1);
        if (bench->count == DRAFTS)
            flush(bench, NULL);
    }
}

static void make_sessions(struct bench *bench)
{
    for (size_t i = 0; i < SESSIONS; i++) {
        struct draft_field *fields = bench->fields[bench->count];

        fields[0] = text("code", arena_format(&bench->arena, "TT-%zu", i));
        fields[1] = text("activity", bench->activity);
        fields[2] = text("date", arena_format(&bench->arena, "2025-%02zu-%02zu", i % 12 + 1, i / 12 % 28 + 1));
        draft(bench, "session", NULL, 3);
        if (bench->count == DRAFTS)
            flush(bench, &bench->sessions[i + 1 - DRAFTS]);
    }
    for (size_t i = 0; i < (size_t)SESSIONS * PEOPLE; i++) {
        bench->fields[bench->count][0] = text("status", i % 5 == 0 ? "late" : "present");
        draft(bench, "attendance", arena_format(&bench->arena, "%s:%s", bench->sessions[i / PEOPLE], bench->people[i % MANY]), 1);
        if (bench->count == DRAFTS)
            flush(bench, NULL);
    }
}

static void bench_begin(struct bench *bench)
{
    const struct store_ports ports = {.clock = {now_ms, now_ms, NULL}, .chance = {fill, bench}, .machine = "bench"};
    struct error err = {0};

    snprintf(bench->folder, sizeof bench->folder, "/tmp/teren-bench-XXXXXX");
    if (mkdtemp(bench->folder) == NULL)
        exit(1);
    snprintf(bench->path, sizeof bench->path, "%s/teren.db", bench->folder);
    must(store_open(bench->path, STORE_CREATE, &ports, &bench->store, &err), &err);
    bench->fields[0][0] = text("code", "TT");
    draft(bench, "activity", NULL, 1);
    flush(bench, &bench->activity);
    make_people(bench);
    make_sessions(bench);
}

/* --- the views -------------------------------------------------------------------------------------------------------------------------
 */

static bool look_at_day(struct bench *bench, struct arena *arena, struct error *err)
{
    struct day day;

    return day_read(bench->store, arena, "2025-06-14", &day, err);
}

static bool look_at_roster(struct bench *bench, struct arena *arena, struct error *err)
{
    struct roster roster;

    return roster_read(bench->store, arena, bench->sessions[7], bench->activity, &roster, err);
}

static bool look_for_people(struct bench *bench, struct arena *arena, struct error *err)
{
    static struct find_names *kept;
    const struct found_person *people;
    size_t count;

    kept = kept == NULL ? find_names_create(FIND_KEPT_PEOPLE_MAX) : kept;
    return find_people(bench->store, kept, arena, "djordje 19", &people, &count, err);
}

static int compare(const void *a, const void *b)
{
    const double one = *(const double *)a, other = *(const double *)b;

    return (one > other) - (one < other);
}

static void tell(struct bench *bench, const char *what, bool (*look)(struct bench *bench, struct arena *arena, struct error *err))
{
    double times[RUNS];

    for (size_t i = 0; i < RUNS; i++) {
        struct arena arena = {0};
        struct error err = {0};
        const double began = processor_ms();

        must(look(bench, &arena, &err), &err);
        times[i] = processor_ms() - began;
        arena_clear(&arena);
    }
    qsort(times, RUNS, sizeof times[0], compare);
    printf("%-44s %6.1f ms, median %.1f ms\n", what, times[0], times[RUNS / 2]);
}

int main(void)
{
    static struct bench bench;
    const char *const files[] = {"", "-wal", "-incarnation"};

    bench_begin(&bench);
    tell(&bench, "a day among 2,000 sessions, 100,000 marks", look_at_day);
    tell(&bench, "a roster of 2,000", look_at_roster);
    tell(&bench, "finding people among 2,000", look_for_people);
    store_close(bench.store);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[128];

        snprintf(path, sizeof path, "%s%s", bench.path, files[i]);
        unlink(path);
    }
    rmdir(bench.folder);
    return 0;
}
