// SPDX-License-Identifier: Apache-2.0
/* A field for the server's tests: one association, and devices that hold just enough to be devices.
 *
 * Here:      a server in a folder of its own, a clock and chance that obey, devices that record, push, pull, and sum what they hold.
 * Not here:  the device's own store and session (agent/); only their rules, as short as they can be said.
 */
#ifndef TESTS_UNIT_SERVER_FIELD_H
#define TESTS_UNIT_SERVER_FIELD_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/keys.h"
#include "protocol/message.h"
#include "server-stub/app/server.h"
#include "server-stub/ledger/ledger.h"
#include "server-stub/ledger/sqlite.h"

#define DAY_MS (24 * 3600 * 1000LL)

struct field_world {
    char folder[64], path[96];
    int64_t now_ms;
    uint64_t chance;
    struct server_ports ports;
    struct server *server;
    uint8_t server_public[SIGN_PUBLIC_SIZE];
};

struct held_row {
    char entity[NAME_BYTES_MAX + 1], id[ROW_ID_SIZE];
    struct row row;
    uint64_t many;
};
struct field_device {
    struct field_world *world;
    struct arena arena;
    uint64_t log;
    uint8_t public_key[SIGN_PUBLIC_SIZE], secret[SIGN_SECRET_SIZE], digest_key[DIGEST_KEY_SIZE];
    int64_t clock_ms; /* ahead of the world's */
    uint64_t last_time, seq, sealed_seq, counter;
    uint8_t sealed_head[HASH_SIZE];
    struct change changes[4096];
    struct span segments[1024];
    uint64_t segment_last[1024];
    size_t change_count, segment_count;
    uint64_t received_seq, safe_seq;
    uint8_t received_head[HASH_SIZE];
    struct cursor cursor;
    struct held_row *rows[8192];
    size_t row_count;
    uint32_t room;
    /* Of the last answer. */
    struct reply reply;
    struct receipt receipt;
    struct page page;
    uint64_t told_rows, told_keys;
};

static inline void field_fill(void *self, void *ret, size_t size)
{
    struct field_world *world = self;
    uint8_t *at = ret;

    for (size_t i = 0; i < size; i++) {
        world->chance = world->chance * 6364136223846793005u + 1442695040888963407u;
        at[i] = (uint8_t)(world->chance >> 56);
    }
}

static inline int64_t field_now(void *self)
{
    return ((struct field_world *)self)->now_ms;
}

static inline void field_must(bool done, const struct error *err)
{
    ck_assert_msg(done, "%s: %s (%s)", error_kind_name(err->kind), err->cause, err->remedy);
}

static inline void field_open(struct field_world *world)
{
    struct ledger *ledger = NULL;
    struct error err = {0};

    field_must(ledger_sqlite_open(world->path, LEDGER_MUST_EXIST, NULL, &ledger, &err), &err);
    field_must(server_open(ledger, &world->ports, &world->server, &err), &err);
    server_public_key(world->server, world->server_public);
}

static inline struct field_world *field_create(uint64_t seed)
{
    struct field_world *world = calloc(1, sizeof *world);
    struct ledger *ledger = NULL;
    struct error err = {0};

    ck_assert_ptr_nonnull(world);
    strcpy(world->folder, "/tmp/teren-server-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(world->folder));
    snprintf(world->path, sizeof world->path, "%s/ledger.db", world->folder);
    world->now_ms = 1700000000000;
    world->chance = seed * 2654435761u + 1;
    world->ports = (struct server_ports){.clock = {field_now, field_now, world}, .chance = {field_fill, world}};
    field_must(ledger_sqlite_open(world->path, LEDGER_CREATE, NULL, &ledger, &err), &err);
    field_must(server_init(ledger, &world->ports, "Test", &err), &err);
    ledger->close(ledger);
    field_open(world);
    return world;
}

static inline void field_close(struct field_world *world)
{
    server_close(world->server);
    world->server = NULL;
}

static inline void field_destroy(struct field_world *world)
{
    char command[128];

    field_close(world);
    snprintf(command, sizeof command, "rm -rf %s", world->folder);
    ck_assert_int_eq(system(command), 0);
    free(world);
}

/* --- devices ----------------------------------------------------------------------------------------------------------- */

static inline struct field_device *device_create(struct field_world *world)
{
    struct field_device *device = calloc(1, sizeof *device);
    uint8_t seed[KEY_SEED_SIZE];

    ck_assert_ptr_nonnull(device);
    device->world = world;
    field_fill(world, seed, sizeof seed);
    keys_of_seed(seed, device->public_key, device->secret);
    while (device->log == 0)
        field_fill(world, &device->log, sizeof device->log);
    return device;
}

static inline void device_destroy(struct field_device *device)
{
    for (size_t i = 0; i < device->row_count; i++)
        free(device->rows[i]);
    arena_clear(&device->arena);
    free(device);
}

static inline void device_code(struct field_world *world, const char *name, const char *municipality, const char *const *grants,
                               char ret[CODE_TEXT_SIZE])
{
    struct arena arena = {0};
    struct grant parsed[16];
    size_t count = 0;
    struct error err = {0};

    for (; grants[count] != NULL; count++)
        field_must(grant_parse(&arena, grants[count], &parsed[count], &err), &err);
    field_must(server_device_code(world->server, name, municipality, parsed, count, DAY_MS, ret, &err), &err);
    arena_clear(&arena);
}

/* The answer to an enrolment; false when the server said nothing. */
static inline bool device_enrols_with(struct field_device *device, const char *code, const char *peer, struct enrol_reply *ret)
{
    struct bytes request = {0}, reply = {0};
    char secret[CODE_SECRET_CHARS + 1], print[CODE_PRINT_CHARS + 1];
    struct enrol_request asked = {.log = device->log, .secret = secret, .agent = "test 1", .device_kind = "tablet"};
    struct error err = {0};
    bool done;

    memcpy(asked.public_key, device->public_key, SIGN_PUBLIC_SIZE);
    field_must(code_read(code, secret, print, &err), &err);
    field_must(enrol_request_pack(&request, &asked, device->secret, &err), &err);
    done = server_enrol(device->world->server, bytes_span(&request), peer, &reply, &err) &&
           enrol_reply_open(&device->arena, bytes_span(&reply), bytes_span(&request), print, ret, &err);
    if (done && ret->kind == REPLY_OK)
        memcpy(device->digest_key, ret->digest_key, DIGEST_KEY_SIZE);
    bytes_clear(&request);
    bytes_clear(&reply);
    return done;
}

static inline struct field_device *device_enrolled(struct field_world *world, const char *name, const char *municipality,
                                                   const char *const *grants)
{
    struct field_device *device = device_create(world);
    char code[CODE_TEXT_SIZE];
    struct enrol_reply reply;

    device_code(world, name, municipality, grants, code);
    ck_assert(device_enrols_with(device, code, "peer", &reply));
    ck_assert_int_eq(reply.kind, REPLY_OK);
    return device;
}

static inline struct held_row *device_row(struct field_device *device, const char *entity, const char *id)
{
    for (size_t i = 0; i < device->row_count; i++)
        if (strcmp(device->rows[i]->id, id) == 0 && strcmp(device->rows[i]->entity, entity) == 0)
            return device->rows[i];
    return NULL;
}

static inline struct held_row *device_row_add(struct field_device *device, const char *entity, const char *id)
{
    struct held_row *held = device_row(device, entity, id);

    if (held != NULL)
        return held;
    ck_assert_uint_lt(device->row_count, sizeof device->rows / sizeof device->rows[0]);
    held = calloc(1, sizeof *held);
    snprintf(held->entity, sizeof held->entity, "%s", entity);
    snprintf(held->id, sizeof held->id, "%s", id);
    held->row.entity = held->entity;
    held->row.id = held->id;
    held->many = 1;
    device->rows[device->row_count++] = held;
    return held;
}

static inline void device_row_drop(struct field_device *device, const char *entity, const char *id)
{
    for (size_t i = 0; i < device->row_count; i++)
        if (strcmp(device->rows[i]->id, id) == 0 && strcmp(device->rows[i]->entity, entity) == 0) {
            free(device->rows[i]);
            device->rows[i] = device->rows[--device->row_count];
            return;
        }
}

struct words {
    const char *name, *text;
    int64_t integer;
};

/* Records a change: words end with {NULL}; text NULL: the integer. row NULL: a new row. Returns its id. */
static inline const char *device_records(struct field_device *device, const char *entity, const char *row, const struct words *words)
{
    struct change *change = &device->changes[device->change_count++];
    struct change_field *fields = arena_take_many(&device->arena, 32, sizeof *fields);
    char id[ROW_ID_SIZE];
    struct error err = {0};
    bool moved = false;

    ck_assert_uint_le(device->change_count, sizeof device->changes / sizeof device->changes[0]);
    device->seq++;
    if (row == NULL)
        row_id_of_change(device->log, device->seq, id);
    device->last_time = stamp_tick(device->last_time, device->world->now_ms + device->clock_ms);
    *change = (struct change){.log = device->log, .seq = device->seq, .time = device->last_time, .author = "", .fields = fields};
    change->entity = arena_text(&device->arena, entity);
    change->row = arena_text(&device->arena, row != NULL ? row : id);
    struct held_row *held = device_row_add(device, change->entity, change->row);
    for (; words->name != NULL; words++) {
        struct change_field *field = &fields[change->field_count++];
        field->name = words->name;
        field->value = words->text != NULL ? value_text(words->text) : value_integer(words->integer);
        field->value = value_copy(&device->arena, field->value);
        ck_assert(row_bases(&device->arena, &held->row, field->name, device->log, &field->bases, &field->base_count));
    }
    field_must(change_is_well_formed(change, &err), &err);
    field_must(row_apply(&device->arena, &held->row, change, change->time, &moved, &err), &err);
    return change->row;
}

/* Seals all that is recorded into one segment (or more). */
static inline void device_seals(struct field_device *device)
{
    while (device->sealed_seq < device->seq) {
        struct bytes sealed = {0};
        uint8_t seed[SEED_SIZE], head[HASH_SIZE];
        size_t count = 0;
        struct error err = {0};
        field_fill(device->world, seed, sizeof seed);
        field_must(segment_seal(device->changes + device->sealed_seq, device->seq - device->sealed_seq, SEGMENT_BODY_BYTES_MAX,
                                device->sealed_head, seed, device->secret, &sealed, &count, head, &err),
                   &err);
        device->sealed_seq += count;
        memcpy(device->sealed_head, head, HASH_SIZE);
        char *copy = arena_text_n(&device->arena, (const char *)sealed.data, sealed.size);
        device->segment_last[device->segment_count] = device->sealed_seq;
        device->segments[device->segment_count++] = (struct span){(const uint8_t *)copy, sealed.size};
        bytes_clear(&sealed);
    }
}

static inline void device_request(struct field_device *device, struct request *ret)
{
    size_t first = 0;

    device_seals(device);
    while (first < device->segment_count && device->segment_last[first] <= device->received_seq)
        first++;
    *ret = (struct request){
        .kind = MESSAGE_SYNC,
        .log = device->log,
        .counter = ++device->counter,
        .cursor = device->cursor,
        .last_seq = device->received_seq,
        .safe_seq = device->safe_seq,
        .now_ms = device->world->now_ms + device->clock_ms,
        .room = device->room != 0 ? device->room : 64 * 1024,
        .agent = "",
        .segments = device->segments + first,
        .segment_count = device->segment_count - first,
    };
    memcpy(ret->last_head, device->received_head, HASH_SIZE);
    if (ret->segment_count > 8) {
        ret->segment_count = 8;
        ret->waiting = device->seq - device->segment_last[first + 7];
    }
}

static inline void device_applies_page(struct field_device *device)
{
    struct error err = {0};
    bool moved = false;

    for (size_t i = 0; i < device->page.row_count; i++) {
        const struct page_row *told = &device->page.rows[i];
        struct held_row *held = device_row_add(device, told->row.entity, told->row.id);
        held->row = told->row;
        held->row.entity = held->entity;
        held->row.id = held->id;
        held->many = told->many;
        for (uint64_t seq = device->reply.last_seq; seq < device->seq; seq++) { /* unsent changes on top */
            const struct change *change = &device->changes[seq];
            if (strcmp(change->row, held->id) == 0 && strcmp(change->entity, held->entity) == 0)
                field_must(row_apply(&device->arena, &held->row, change, change->time, &moved, &err), &err);
        }
    }
    for (size_t i = 0; i < device->page.key_count; i++) {
        const struct page_key *key = &device->page.keys[i];
        struct held_row *held = device_row(device, key->entity, key->id);
        if (key->many == 0)
            device_row_drop(device, key->entity, key->id);
        else if (held != NULL)
            held->many = key->many;
    }
}

static inline void device_applies(struct field_device *device)
{
    struct error err = {0};

    memset(&device->receipt, 0, sizeof device->receipt);
    memset(&device->page, 0, sizeof device->page);
    if (device->reply.receipt.size > 0) {
        field_must(receipt_open(&device->arena, device->reply.receipt, device->world->server_public, &device->receipt, &err), &err);
        device->received_seq = device->receipt.seq;
        device->safe_seq = device->receipt.safe_seq;
        memcpy(device->received_head, device->receipt.head, HASH_SIZE);
    }
    if (device->reply.page.size > 0)
        field_must(page_open(&device->arena, device->reply.page, &device->page, &err), &err);
    device->told_rows += device->page.row_count;
    device->told_keys += device->page.key_count;
    device_applies_page(device);
    if (device->reply.kind == REPLY_OK) {
        device->cursor = device->reply.cursor;
        if (device->reply.clamped)
            device->last_time = device->reply.last_time;
    }
}

/* One exchange. lost: the answer never comes home. */
static inline void device_exchanges(struct field_device *device, bool lost)
{
    struct request request;
    struct bytes packed = {0}, reply = {0};
    struct error err = {0};

    device_request(device, &request);
    field_must(request_pack(&packed, &request, device->secret, &err), &err);
    field_must(server_exchange(device->world->server, bytes_span(&packed), &reply, &err), &err);
    if (!lost) {
        char *copy = arena_text_n(&device->arena, (const char *)reply.data, reply.size);
        field_must(reply_open(&device->arena, (struct span){(const uint8_t *)copy, reply.size}, bytes_span(&packed),
                              device->world->server_public, &device->reply, &err),
                   &err);
        device_applies(device);
    }
    bytes_clear(&packed);
    bytes_clear(&reply);
}

static inline struct digest device_digest(const struct field_device *device)
{
    struct digest sum = {0}, one;

    for (size_t i = 0; i < device->row_count; i++) {
        ck_assert(digest_of_row(&device->rows[i]->row, device->digest_key, &one));
        digest_add_times(&sum, one, device->rows[i]->many);
    }
    return sum;
}

/* Until neither side has more; then the sums must meet. */
static inline void device_syncs(struct field_device *device)
{
    device->told_rows = device->told_keys = 0;
    for (unsigned rounds = 0;; rounds++) {
        ck_assert_uint_lt(rounds, 500);
        device_exchanges(device, false);
        ck_assert_msg(device->reply.kind == REPLY_OK, "reply %d: %s", (int)device->reply.kind, device->reply.reason);
        if (!device->reply.more && device->received_seq == device->seq)
            break;
    }
    ck_assert(device->reply.has_digest);
    ck_assert_uint_eq(device->reply.rows, device->row_count);
    ck_assert_msg(digest_equal(device->reply.digest, device_digest(device)), "the sums do not meet");
}

static inline const char *device_reads(const struct field_device *device, const char *entity, const char *id, const char *name)
{
    const struct held_row *held = device_row((struct field_device *)device, entity, id);
    const char *text = held != NULL ? row_text(&held->row, name) : NULL;

    return text != NULL ? text : "";
}

#endif
