// SPDX-License-Identifier: Apache-2.0
/* Many devices at once, and one device twice at once.
 *
 * Here:      exchanges from several threads; what they may not do to each other. Worth running under the thread sanitizer.
 * Not here:  what an exchange does (server_app_exchange.c).
 */
#define _GNU_SOURCE
#include <pthread.h>

#include "server_records.h"
#include "suite.h"

enum { THREADS = 4, PUSHES = 12, PEOPLE = 20 };
static const char *const everything[] = {"*", NULL};

struct pusher {
    struct field_device *device;
    unsigned answered;
};

/* Everything is recorded and sealed beforehand: a push is an exchange and nothing else. */
static void prepare(struct field_device *device)
{
    for (int push = 0; push < PUSHES; push++) {
        for (int i = 0; i < PEOPLE; i++)
            records_person(device, "Somebody", "RS-BUJ");
        device_seals(device);
    }
}

static void *push_one_by_one(void *context)
{
    struct pusher *pusher = context;
    struct field_device *device = pusher->device;

    for (int push = 0; push < PUSHES; push++) {
        struct request request;
        struct bytes packed = {0}, reply = {0};
        struct error err = {0};
        device_request(device, &request);
        request.segment_count = request.segment_count > 0 ? 1 : 0;
        request.waiting = device->seq - device->received_seq;
        field_must(request_pack(&packed, &request, device->secret, &err), &err);
        field_must(server_exchange(device->world->server, bytes_span(&packed), &reply, &err), &err);
        char *copy = arena_text_n(&device->arena, (const char *)reply.data, reply.size);
        field_must(reply_open(&device->arena, (struct span){(const uint8_t *)copy, reply.size}, bytes_span(&packed),
                              device->world->server_public, &device->reply, &err),
                   &err);
        device_applies(device);
        pusher->answered += device->reply.kind == REPLY_OK ? 1 : 0;
        bytes_clear(&packed);
        bytes_clear(&reply);
    }
    return NULL;
}

START_TEST(many_devices_push_at_once)
{
    struct field_world *world = field_create(1);
    struct pusher pushers[THREADS] = {{0}};
    pthread_t threads[THREADS];
    struct server_counters counters;
    char name[16];
    uint64_t findings = 0;
    struct error err = {0};

    for (int i = 0; i < THREADS; i++) {
        snprintf(name, sizeof name, "tablet-%d", i);
        pushers[i].device = device_enrolled(world, name, "RS-BUJ", everything);
        prepare(pushers[i].device);
    }
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, push_one_by_one, &pushers[i]), 0);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    server_counters(world->server, &counters);
    ck_assert_uint_eq(counters.changes, THREADS + THREADS * PUSHES * PEOPLE);
    for (int i = 0; i < THREADS; i++) {
        ck_assert_uint_eq(pushers[i].answered, PUSHES);
        device_syncs(pushers[i].device);
        ck_assert_uint_eq(pushers[i].device->row_count, THREADS + THREADS * PUSHES * PEOPLE);
    }
    field_must(server_verify(world->server, NULL, NULL, NULL, &findings, &err), &err);
    ck_assert_uint_eq(findings, 0);
    for (int i = 0; i < THREADS; i++)
        device_destroy(pushers[i].device);
    field_destroy(world);
}
END_TEST

struct twice {
    struct server *server;
    struct bytes request, reply;
    struct error err;
    bool done;
};

static void *send_once(void *context)
{
    struct twice *twice = context;

    twice->done = server_exchange(twice->server, bytes_span(&twice->request), &twice->reply, &twice->err);
    return NULL;
}

START_TEST(one_device_that_asks_twice_at_once_is_taken_once)
{
    for (uint64_t seed = 2; seed < 22; seed++) {
        struct field_world *world = field_create(seed);
        struct field_device *tablet = device_enrolled(world, "tablet", "RS-BUJ", everything);
        struct twice requests[THREADS];
        pthread_t threads[THREADS];
        struct server_counters counters;
        struct error err = {0};

        for (int i = 0; i < PEOPLE; i++)
            records_person(tablet, "Somebody", "RS-BUJ");
        memset(requests, 0, sizeof requests);
        for (int i = 0; i < THREADS; i++) { /* the same push, asked again because an answer was slow */
            struct request request;
            device_request(tablet, &request);
            field_must(request_pack(&requests[i].request, &request, tablet->secret, &err), &err);
            requests[i].server = world->server;
        }
        for (int i = 0; i < THREADS; i++)
            ck_assert_int_eq(pthread_create(&threads[i], NULL, send_once, &requests[i]), 0);
        for (int i = 0; i < THREADS; i++) {
            ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
            field_must(requests[i].done, &requests[i].err);
            bytes_clear(&requests[i].request);
            bytes_clear(&requests[i].reply);
        }
        server_counters(world->server, &counters);
        ck_assert_uint_eq(counters.changes, 1 + PEOPLE);
        device_destroy(tablet);
        field_destroy(world);
    }
}
END_TEST

SUITE("server_app_threads", many_devices_push_at_once, one_device_that_asks_twice_at_once_is_taken_once)
