// SPDX-License-Identifier: Apache-2.0
/* What a server would say to a store, said by the test: receipts, rows, drops. Nothing is stored; the test knows what is held.
 *
 * Here:      taking segments, the reply, rows written by others.
 * Not here:  any promise.
 */
#ifndef TESTS_UNIT_STORE_SERVER_H
#define TESTS_UNIT_STORE_SERVER_H

#include "tests/unit/store_fixture.h"

/* The server's word about one log, and what comes with it. */
struct word {
    struct reply reply;
    struct receipt receipt;
    bool has_receipt, replace_buckets;
    uint8_t buckets[BUCKETS];
    size_t bucket_count;
    struct page_row rows[64];
    struct page_key keys[64];
    struct page page;
};

/* Everything that is sealed after `after`, opened and verified: how many changes, and the head after the last. */
static inline uint64_t device_sends(struct device *device, uint64_t after, uint32_t bytes_max, uint8_t ret_head[HASH_SIZE])
{
    const struct span *spans = NULL;
    struct store_identity identity;
    uint64_t last = after;
    size_t count = 0;

    error_clear(&device->err);
    ck_assert(store_identity(device->store, &identity, &device->err));
    ck_assert_msg(store_segments(device->store, &device->arena, after, bytes_max, &spans, &count, &device->err), "%s", device->err.cause);
    for (size_t i = 0; i < count; i++) {
        struct segment segment;

        ck_assert_msg(segment_open(&device->arena, spans[i], identity.public_key, &segment, &device->err), "%s", device->err.cause);
        ck_assert_uint_eq(segment.log, identity.log);
        if (i > 0) {
            ck_assert_uint_eq(segment.first_seq, last + 1);
            ck_assert_mem_eq(segment.previous, ret_head, HASH_SIZE);
        }
        last = segment.first_seq + segment.count - 1;
        memcpy(ret_head, segment.head, HASH_SIZE);
    }
    return last;
}

/* "I hold your log up to seq", receipted. */
static inline struct word word_holding(struct device *device, uint64_t seq, const uint8_t head[HASH_SIZE])
{
    struct word word = {
        .reply = {.kind = REPLY_OK, .now_ms = device->now_ms, .cursor = {.epoch = 7, .position = 1, .scope = 1}, .last_seq = seq},
        .receipt = {.log = device_log(device), .seq = seq},
        .has_receipt = true,
    };

    memcpy(word.reply.last_head, head, HASH_SIZE);
    memcpy(word.receipt.head, head, HASH_SIZE);
    return word;
}

static inline void word_adds_row(struct word *word, const struct row *row, uint64_t many)
{
    word->rows[word->page.row_count++] = (struct page_row){.row = *row, .many = many};
}

static inline void word_adds_key(struct word *word, const char *entity, const char *id, uint64_t many)
{
    word->keys[word->page.key_count++] = (struct page_key){.entity = entity, .id = id, .many = many};
}

static inline bool device_hears(struct device *device, struct word *word)
{
    const struct session_action action = {
        .kind = SESSION_APPLY,
        .reply = &word->reply,
        .receipt = word->has_receipt ? &word->receipt : NULL,
        .page = word->page.row_count + word->page.key_count > 0 ? &word->page : NULL,
        .replace_buckets = word->replace_buckets,
        .buckets = word->buckets,
        .bucket_count = word->bucket_count,
        .set_clock_back = word->reply.clamped,
    };

    word->page.rows = word->rows;
    word->page.keys = word->keys;
    error_clear(&device->err);
    return store_apply(device->store, &action, &device->err);
}

static inline void device_takes(struct device *device, struct word *word)
{
    ck_assert_msg(device_hears(device, word), "%s", device->err.cause);
}

/* Sends all, is receipted all. */
static inline uint64_t device_delivers(struct device *device)
{
    uint8_t head[HASH_SIZE] = {0};
    const struct device_standing standing = device_stands(device);

    memcpy(head, standing.last_head, HASH_SIZE);
    const uint64_t last = device_sends(device, standing.last_seq, 1 << 20, head);
    struct word word = word_holding(device, last, head);
    device_takes(device, &word);
    return last;
}

/* A row as others have it: one value of one field more. base: it has seen what stands. */
static inline void row_gets(struct arena *arena, struct row *row, uint64_t log, uint64_t time, const char *name, struct value value,
                            bool has_seen)
{
    struct change_field field = {.name = name, .value = value};
    struct change change = {
        .log = log, .seq = 1, .time = time, .entity = row->entity, .row = row->id, .author = "", .fields = &field, .field_count = 1};
    struct error err = {0};
    bool moved;

    if (has_seen)
        ck_assert(row_bases(arena, row, name, log, &field.bases, &field.base_count));
    ck_assert_msg(row_apply(arena, row, &change, time, &moved, &err), "%s", err.cause);
}

#endif
