// SPDX-License-Identifier: Apache-2.0
/* A device's store, as small as it can be and still keep its promises: for tests of the sessions alone.
 *
 * Here:      a change log, sealed segments, rows, a cursor; all in memory, so that a copy of the struct is a cloned tablet.
 * Not here:  the store (agent/store), the server (toy_ledger.h), the network (toy_world.h).
 */
#ifndef TESTS_UNIT_TOY_DEVICE_H
#define TESTS_UNIT_TOY_DEVICE_H

#include <check.h>
#include <string.h>

#include "protocol/device_session.h"
#include "protocol/keys.h"

enum { TOY_CHANGES = 512, TOY_SEGMENTS = 64, TOY_ROWS = 512 };

struct toy_segment {
    struct span sealed;
    uint64_t first, count;
    uint8_t head[HASH_SIZE];
    uint64_t last_time; /* in the ledger: the stamp of its last change */
};
struct toy_row {
    struct row row;
    uint64_t many;
};
struct toy_device {
    struct device_standing standing;   /* all but the numbers that are counted when asked for */
    struct change changes[TOY_CHANGES];
    size_t change_count;
    struct toy_segment segments[TOY_SEGMENTS];
    size_t segment_count;
    struct toy_row rows[TOY_ROWS];
    size_t row_count;
    uint64_t clock;
    size_t changes_per_segment;        /* so that a test says where segments are cut */
    uint64_t forgotten;                /* segments up to here are no longer kept */
    unsigned forks, applied;
};

static struct arena toy_arena;         /* everything lives as long as the test */

static inline void toy_keys(uint64_t log, uint8_t ret_public[SIGN_PUBLIC_SIZE], uint8_t ret_secret[SIGN_SECRET_SIZE])
{
    uint8_t seed[KEY_SEED_SIZE] = {0};

    memcpy(seed, &log, sizeof log);
    keys_of_seed(seed, ret_public, ret_secret);
}

static inline void toy_device_init(struct toy_device *device, uint64_t log, const uint8_t server_public[SIGN_PUBLIC_SIZE])
{
    uint8_t unused[SIGN_PUBLIC_SIZE];

    *device = (struct toy_device){.changes_per_segment = TOY_CHANGES};
    device->standing.log = log;
    device->standing.agent = "";
    device->standing.now_ms = INT64_C(1795000000000);
    memcpy(device->standing.server_public, server_public, SIGN_PUBLIC_SIZE);
    memset(device->standing.digest_key, 7, DIGEST_KEY_SIZE);
    toy_keys(log, unused, device->standing.secret);
}

static inline struct toy_row *toy_row(struct toy_device *device, const char *entity, const char *id)
{
    for (size_t i = 0; i < device->row_count; i++)
        if (strcmp(device->rows[i].row.id, id) == 0 && strcmp(device->rows[i].row.entity, entity) == 0)
            return &device->rows[i];
    return NULL;
}

static inline struct toy_row *toy_row_made(struct toy_device *device, const char *entity, const char *id)
{
    struct toy_row *row = toy_row(device, entity, id);

    if (row == NULL) {
        ck_assert_uint_lt(device->row_count, TOY_ROWS);
        row = &device->rows[device->row_count++];
        *row = (struct toy_row){.row = {.entity = arena_text(&toy_arena, entity), .id = arena_text(&toy_arena, id)}, .many = 1};
    }
    return row;
}

static inline void toy_project(struct toy_device *device, const struct change *change)
{
    bool moved;
    struct error err = {0};

    ck_assert(row_apply(&toy_arena, &toy_row_made(device, change->entity, change->row)->row, change, change->time, &moved, &err));
}

/* Somebody writes fields, ascending by name; id NULL makes a new row. Returns the row's id. */
static inline const char *toy_put(struct toy_device *device, const char *entity, const char *id, const struct change_field *fields,
                                  size_t count)
{
    char made[ROW_ID_SIZE];
    struct change_field *written = arena_take_many(&toy_arena, count, sizeof *written);
    struct change *change = &device->changes[device->change_count];
    uint64_t seq = device->change_count + 1;
    struct toy_row *row;

    ck_assert_uint_lt(device->change_count, TOY_CHANGES);
    row_id_of_change(device->standing.log, seq, made);
    row = toy_row_made(device, entity, id == NULL ? made : id);
    device->clock = stamp_tick(device->clock, device->standing.now_ms);
    for (size_t i = 0; i < count; i++) {
        written[i].name = fields[i].name;
        written[i].value = value_copy(&toy_arena, fields[i].value);
        ck_assert(row_bases(&toy_arena, &row->row, fields[i].name, device->standing.log, &written[i].bases, &written[i].base_count));
    }
    *change = (struct change){
        .log = device->standing.log,
        .seq = seq,
        .time = device->clock,
        .entity = row->row.entity,
        .row = row->row.id,
        .author = "",
        .fields = written,
        .field_count = count,
    };
    device->change_count++;
    toy_project(device, change);
    return row->row.id;
}

static inline const char *toy_write(struct toy_device *device, const char *id, const char *field, const char *text)
{
    struct change_field written = {.name = field, .value = value_text(text)};

    return toy_put(device, "person", id, &written, 1);
}

static inline const char *toy_reads(struct toy_device *device, const char *id, const char *field)
{
    struct toy_row *row = toy_row(device, "person", id);
    const char *text = row == NULL ? NULL : row_text(&row->row, field);

    return text == NULL ? "" : text;
}

/* --- what a session asks for ------------------------------------------------------------------------------------------- */

static inline struct device_standing toy_standing(struct toy_device *device)
{
    struct device_standing *standing = &device->standing;

    standing->counter++;
    standing->waiting = device->change_count - standing->last_seq;
    standing->rows = device->row_count;
    standing->digest = (struct digest){0};
    for (size_t i = 0; i < device->row_count; i++) {
        struct digest digest;
        ck_assert(digest_of_row(&device->rows[i].row, standing->digest_key, &digest));
        digest_add_times(&standing->digest, digest, device->rows[i].many);
    }
    return *standing;
}

static inline void toy_buckets(struct toy_device *device, struct digest ret[BUCKETS])
{
    memset(ret, 0, BUCKETS * sizeof *ret);
    for (size_t i = 0; i < device->row_count; i++) {
        const struct row *row = &device->rows[i].row;
        struct digest digest;
        ck_assert(digest_of_row(row, device->standing.digest_key, &digest));
        digest_add_times(&ret[digest_bucket(row->entity, row->id, device->standing.digest_key)], digest, device->rows[i].many);
    }
}

static inline void toy_seal(struct toy_device *device)
{
    uint64_t sealed = 0;
    uint8_t head[HASH_SIZE] = {0};

    if (device->segment_count > 0) {
        const struct toy_segment *last = &device->segments[device->segment_count - 1];
        sealed = last->first + last->count - 1;
        memcpy(head, last->head, HASH_SIZE);
    }
    while (sealed < device->change_count) {
        struct toy_segment *segment = &device->segments[device->segment_count];
        size_t count = device->change_count - sealed;
        uint8_t seed[SEED_SIZE] = {(uint8_t)device->standing.log, (uint8_t)sealed, (uint8_t)device->forks};
        struct bytes bytes = {0};
        struct error err = {0};

        ck_assert_uint_lt(device->segment_count, TOY_SEGMENTS);
        if (count > device->changes_per_segment)
            count = device->changes_per_segment;
        ck_assert_msg(segment_seal(device->changes + sealed, count, SEGMENT_BODY_BYTES_MAX, head, seed, device->standing.secret, &bytes,
                                   &count, segment->head, &err),
                      "%s", err.cause);
        segment->sealed = (struct span){(const uint8_t *)arena_text_n(&toy_arena, (const char *)bytes.data, bytes.size), bytes.size};
        bytes_clear(&bytes);
        segment->first = sealed + 1;
        segment->count = count;
        sealed += count;
        memcpy(head, segment->head, HASH_SIZE);
        device->segment_count++;
    }
}

static inline size_t toy_segments(struct toy_device *device, uint64_t after, uint32_t bytes_max, const struct span **ret)
{
    struct span *found = arena_take_many(&toy_arena, TOY_SEGMENTS, sizeof *found);
    size_t count = 0;
    size_t size = 0;

    toy_seal(device);
    for (size_t i = 0; i < device->segment_count; i++) {
        const struct toy_segment *segment = &device->segments[i];
        if (segment->first <= after || segment->first <= device->forgotten)
            continue;
        size += segment->sealed.size;
        if (count > 0 && size > bytes_max)
            break;
        found[count++] = segment->sealed;
    }
    *ret = found;
    return count;
}

static inline bool toy_is_in(uint8_t bucket, const uint8_t *buckets, size_t count)
{
    return memchr(buckets, bucket, count) != NULL;
}

static inline void toy_drop(struct toy_device *device, size_t index)
{
    device->rows[index] = device->rows[--device->row_count];
}

static inline void toy_apply(struct toy_device *device, const struct session_action *action)
{
    struct device_standing *standing = &device->standing;
    const struct page *page = action->page;

    device->applied++;
    standing->introduction = (struct span){0};
    if (action->receipt != NULL) {
        standing->last_seq = action->receipt->seq;
        memcpy(standing->last_head, action->receipt->head, HASH_SIZE);
        standing->safe_seq = action->receipt->safe_seq;
    }
    for (size_t i = device->row_count; action->replace_buckets && i > 0; i--) {
        const struct row *row = &device->rows[i - 1].row;
        if (toy_is_in((uint8_t)digest_bucket(row->entity, row->id, standing->digest_key), action->buckets, action->bucket_count))
            toy_drop(device, i - 1);
    }
    for (size_t i = 0; page != NULL && i < page->row_count; i++) {
        const struct page_row *from = &page->rows[i];
        struct toy_row *row = toy_row_made(device, from->row.entity, from->row.id);
        bool moved;
        struct error err = {0};
        row->row.regs = NULL;
        row->row.reg_count = 0;
        row->many = from->many;
        ck_assert(row_join(&toy_arena, &row->row, &from->row, &moved, &err));
    }
    for (size_t i = 0; page != NULL && i < page->key_count; i++) {
        struct toy_row *row = toy_row(device, page->keys[i].entity, page->keys[i].id);
        if (row != NULL && page->keys[i].many == 0)
            toy_drop(device, (size_t)(row - device->rows));
    }
    for (uint64_t seq = action->reply->last_seq; seq < device->change_count; seq++)
        toy_project(device, &device->changes[seq]);
    standing->cursor = action->reply->cursor;
}

/* A fresh log: what the server does not have of the old one is said again under new names. */
static inline void toy_fork(struct toy_device *device, const struct reply *reply)
{
    struct device_standing *standing = &device->standing;
    struct rename rename = {.old = standing->log, .fresh = standing->log + UINT64_C(1000003) * ++device->forks + standing->counter};
    struct introduction introduction = {.old = rename.old, .fresh = rename.fresh};
    struct bytes bytes = {0};
    struct error err = {0};
    bool touched;
    size_t kept = 0;

    rename.after = reply->last_seq;
    rename.after_time = rename.after == 0 ? 0 : device->changes[rename.after - 1].time;
    toy_keys(rename.fresh, introduction.fresh_public, (uint8_t[SIGN_SECRET_SIZE]){0});
    ck_assert(introduction_sign(&bytes, &introduction, standing->secret, &err));
    standing->introduction = (struct span){(const uint8_t *)arena_text_n(&toy_arena, (const char *)bytes.data, bytes.size), bytes.size};
    bytes_clear(&bytes);
    for (uint64_t seq = rename.after; seq < device->change_count; seq++) {
        struct change change = device->changes[seq];
        ck_assert(change_rename(&toy_arena, &change, &rename, &err));
        change.log = rename.fresh;
        change.seq = kept + 1;
        device->changes[kept++] = change;
    }
    for (size_t i = 0; i < device->row_count; i++)
        ck_assert(row_rename(&toy_arena, &device->rows[i].row, &rename, &touched, &err));
    device->change_count = kept;
    device->segment_count = 0;
    device->forgotten = 0;
    standing->log = rename.fresh;
    toy_keys(rename.fresh, introduction.fresh_public, standing->secret);
    standing->counter = 0;
    standing->last_seq = 0;
    standing->safe_seq = 0;
    memset(standing->last_head, 0, HASH_SIZE);
}

#endif
