// SPDX-License-Identifier: Apache-2.0
/* What a segment costs: bytes beside the same rows as plain JSON, deflated; changes a second to seal and to open.
 *
 * Here:      ninety marks, a training day, segments of 8,192 changes; all in memory.
 * Not here:  the store and the ledger around it; a limit that fails a run.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "protocol/columns.h"
#include "protocol/deflate.h"
#include "protocol/keys.h"
#include "protocol/segment.h"
#include "tests/unit/training_day.h"

enum { DAYS = 20, LONG_DAYS = 66, ROUNDS = 5 };

static uint8_t public_key[SIGN_PUBLIC_SIZE], secret_key[SIGN_SECRET_SIZE];
static const uint8_t seed[SEED_SIZE] = {1}, start[HASH_SIZE];

/* Of this process: what else runs on the machine does not count. */
static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void stop(const struct error *err)
{
    fprintf(stderr, "bench_segment: %s\n", err->cause);
    exit(1);
}

static void append_text(struct bytes *out, const char *text)
{
    bytes_append(out, text, strlen(text));
}

/* One object a change, as a program would send it that gives no thought to it. */
static void write_plain(struct bytes *out, const struct change *changes, size_t count)
{
    char text[64];

    for (size_t i = 0; i < count; i++) {
        append_text(out, i == 0 ? "[{\"entity\":\"" : ",{\"entity\":\"");
        append_text(out, changes[i].entity);
        append_text(out, "\",\"row\":\"");
        append_text(out, changes[i].row);
        snprintf(text, sizeof text, "\",\"at\":%lld", (long long)stamp_ms(changes[i].time));
        append_text(out, text);
        for (size_t j = 0; j < changes[i].field_count; j++) {
            const struct change_field *field = &changes[i].fields[j];

            if (field->value.kind == VALUE_NONE)
                continue;
            append_text(out, ",\"");
            append_text(out, field->name);
            if (field->value.kind == VALUE_INTEGER) {
                snprintf(text, sizeof text, "\":%lld", (long long)field->value.integer);
                append_text(out, text);
            } else {
                append_text(out, "\":\"");
                append_text(out, field->value.text);
                append_text(out, "\"");
            }
        }
        append_text(out, "}");
    }
    append_text(out, "]");
}

static size_t plain_size(const struct change *changes, size_t count)
{
    struct bytes plain = {0}, deflated = {0};
    struct error err = {0};
    size_t size;

    write_plain(&plain, changes, count);
    if (!deflate_pack(bytes_span(&plain), DICTIONARY_NONE, &deflated, &err))
        stop(&err);
    size = deflated.size;
    bytes_clear(&plain);
    bytes_clear(&deflated);
    return size;
}

static size_t seal(const struct change *changes, size_t count, struct bytes *out)
{
    uint8_t head[HASH_SIZE];
    struct error err = {0};
    size_t in;

    bytes_reset(out);
    if (!segment_seal(changes, count, SEGMENT_BODY_BYTES_MAX, start, seed, secret_key, out, &in, head, &err))
        stop(&err);
    return in;
}

static void tell_sizes(void)
{
    struct bytes sealed = {0};
    double marks = 0, marks_plain = 0, day_bytes = 0, day_plain = 0;

    for (uint64_t i = 1; i <= DAYS; i++) {
        struct day day;
        struct segment segment;
        struct error err = {0};
        size_t used;

        day_make(&day, i);
        seal(day.changes + DAY_CHANGES - DAY_MARKS, DAY_MARKS, &sealed);
        if (!segment_peek(bytes_span(&sealed), &segment, &used, &err))
            stop(&err);
        marks += segment.body_size;
        marks_plain += (double)plain_size(day.changes + DAY_CHANGES - DAY_MARKS, DAY_MARKS);
        seal(day.changes, DAY_CHANGES, &sealed);
        day_bytes += (double)sealed.size;
        day_plain += (double)plain_size(day.changes, DAY_CHANGES);
        day_end(&day);
    }
    printf("90 marks       deflated body %6.2f bytes a mark     plain JSON deflated %6.2f   (goal: at most 4)\n", marks / DAYS / DAY_MARKS,
           marks_plain / DAYS / DAY_MARKS);
    printf("training day   whole segment %6.2f bytes a change   plain JSON deflated %6.2f   (%.0f bytes in all)\n",
           day_bytes / DAYS / DAY_CHANGES, day_plain / DAYS / DAY_CHANGES, day_bytes / DAYS);
    bytes_clear(&sealed);
}

/* Many training days in one log: 8,184 changes, one segment. */
static void make_long(struct day *day)
{
    const char *people[DAY_PEOPLE], *sessions[DAY_SESSIONS];

    day_begin(day, 1);
    for (int n = 0; n < LONG_DAYS; n++) {
        const char *activity = day_activity(day);

        for (int i = 0; i < DAY_SESSIONS; i++)
            sessions[i] = day_session(day, activity, i);
        for (int i = 0; i < DAY_PEOPLE; i++)
            people[i] = day_person(day, (n * DAY_PEOPLE + i) % 9000);
        day_marks(day, sessions, DAY_SESSIONS, people, DAY_PEOPLE);
    }
}

static void tell_speed(void)
{
    struct day day;
    struct bytes sealed = {0}, scratch = {0};
    double sealing = 0, opening = 0, chaining = 0, begun;
    uint8_t head[HASH_SIZE] = {0};
    size_t in = 0;

    make_long(&day);
    for (int i = 0; i < ROUNDS; i++) {
        struct arena arena = {0};
        struct segment segment;
        struct error err = {0};

        begun = seconds();
        in = seal(day.changes, day.count, &sealed);
        sealing += seconds() - begun;
        begun = seconds();
        if (!segment_open(&arena, bytes_span(&sealed), public_key, &segment, &err))
            stop(&err);
        opening += seconds() - begun;
        arena_clear(&arena);
        begun = seconds();
        for (size_t j = 0; j < in; j++)
            chain_add(head, seed, &day.changes[j], &scratch);
        chaining += seconds() - begun;
    }
    printf("long log       %zu changes in %zu bytes, %.2f a change; plain JSON deflated %.2f\n", in, sealed.size,
           (double)sealed.size / (double)in, (double)plain_size(day.changes, in) / (double)in);
    printf("seal           %8.0f changes/s\n", (double)in * ROUNDS / sealing);
    printf("open           %8.0f changes/s   (of its time %.0f%% is the SHA-256 chain)\n", (double)in * ROUNDS / opening,
           100 * chaining / opening);
    bytes_clear(&sealed);
    bytes_clear(&scratch);
    day_end(&day);
}

int main(void)
{
    static const uint8_t key_seed[KEY_SEED_SIZE] = {1};

    keys_of_seed(key_seed, public_key, secret_key);
    tell_sizes();
    tell_speed();
    return 0;
}
