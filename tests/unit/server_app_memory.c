// SPDX-License-Identifier: Apache-2.0
/* A known device sends what is valid and made to hurt: few bytes that unfold to much. The server's memory stays bounded, and all of it is
 * taken in the end.
 *
 * Here:      segments at their bounds; how far the process grew while one request was answered.
 * Not here:  what is not valid (protocol tests, fuzzing).
 * How        the kernel's own mark of the highest resident size, set back before and read after the request.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <malloc.h>

#include "server_field.h"
#include "suite.h"

enum { GROWTH_BYTES_MAX = 100 * 1024 * 1024, SEGMENTS = 16 };

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEMORY_IS_COUNTED false /* a sanitizer keeps what was freed */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MEMORY_IS_COUNTED false
#endif
#endif
#ifndef MEMORY_IS_COUNTED
#define MEMORY_IS_COUNTED true
#endif

static const char *const bujanovac[] = {"*/RS-BUJ", NULL};

static size_t status_bytes(const char *name)
{
    FILE *status = fopen("/proc/self/status", "re");
    char line[200];
    size_t kib = 0;

    ck_assert_ptr_nonnull(status);
    while (fgets(line, sizeof line, status) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            kib = strtoul(line + strlen(name) + 1, NULL, 10);
    fclose(status);
    ck_assert_uint_gt(kib, 0);
    return kib * 1024;
}

static void forget_highest(void)
{
    int file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);

    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, "5", 1), 1);
    close(file);
}

/* --- shapes ------------------------------------------------------------------------------------------------------------ */

struct hostile {
    struct arena arena;
    uint64_t log, seq, time;
    size_t changes, fields, text_bytes; /* per segment; per change; per field */
    bool one_row;
};

static struct change *hostile_changes(struct hostile *hostile)
{
    struct change *changes = arena_take_many(&hostile->arena, hostile->changes, sizeof *changes);

    for (size_t i = 0; i < hostile->changes; i++) {
        struct change_field *fields = arena_take_many(&hostile->arena, hostile->fields, sizeof *fields);
        char *text = arena_take(&hostile->arena, hostile->text_bytes + 1);
        char row[ROW_ID_SIZE];
        struct error err = {0};
        memset(text, 'a' + (int)(hostile->seq % 26), hostile->text_bytes);
        for (size_t f = 0; f < hostile->fields; f++) {
            fields[f].name = arena_format(&hostile->arena, "f%02zu", f);
            fields[f].value = value_text(text);
        }
        hostile->seq++;
        hostile->time = stamp_tick(hostile->time, 1700000000000);
        row_id_of_change(hostile->log, hostile->one_row ? 1 : hostile->seq, row);
        changes[i] = (struct change){.log = hostile->log, .seq = hostile->seq, .time = hostile->time, .entity = "person", .author = ""};
        changes[i].row = arena_text(&hostile->arena, row);
        changes[i].fields = fields;
        changes[i].field_count = hostile->fields;
        field_must(change_is_well_formed(&changes[i], &err), &err);
    }
    return changes;
}

static void device_seals_hostile(struct field_device *device, struct hostile *hostile)
{
    for (int s = 0; s < SEGMENTS; s++) {
        const struct change *changes = hostile_changes(hostile);
        struct bytes sealed = {0};
        uint8_t seed[SEED_SIZE] = {(uint8_t)s}, head[HASH_SIZE];
        size_t count = 0;
        struct error err = {0};
        field_must(segment_seal(changes, hostile->changes, SEGMENT_BODY_BYTES_MAX, device->sealed_head, seed, device->secret, &sealed,
                                &count, head, &err),
                   &err);
        ck_assert_uint_eq(count, hostile->changes);
        memcpy(device->sealed_head, head, HASH_SIZE);
        device->seq = device->sealed_seq = changes[count - 1].seq;
        device->segment_last[device->segment_count] = device->seq;
        device->segments[device->segment_count++] =
            (struct span){(const uint8_t *)arena_text_n(&device->arena, (const char *)sealed.data, sealed.size), sealed.size};
        bytes_clear(&sealed);
        arena_clear(&hostile->arena);
    }
}

/* One exchange, whose page is not looked at. */
static void device_pushes(struct field_device *device)
{
    struct request request;
    struct bytes packed = {0}, reply = {0};
    struct error err = {0};
    size_t first = 0;

    while (device->segment_last[first] <= device->received_seq)
        first++;
    device_request(device, &request);
    request.segments = device->segments + first;
    request.segment_count = device->segment_count - first;
    request.waiting = 0;
    field_must(request_pack(&packed, &request, device->secret, &err), &err);
    field_must(server_exchange(device->world->server, bytes_span(&packed), &reply, &err), &err);
    field_must(reply_open(&device->arena, bytes_span(&reply), bytes_span(&packed), device->world->server_public, &device->reply, &err),
               &err);
    ck_assert_msg(device->reply.kind == REPLY_OK, "%s", device->reply.reason);
    ck_assert_uint_gt(device->reply.last_seq, device->received_seq);
    device->received_seq = device->reply.last_seq;
    memcpy(device->received_head, device->reply.last_head, HASH_SIZE);
    bytes_clear(&packed);
    bytes_clear(&reply);
}

/* Pushes until all is taken; the largest growth of one exchange. */
static size_t growth_of(struct hostile hostile, unsigned *ret_exchanges)
{
    struct field_world *world = field_create(77);
    struct field_device *device = device_enrolled(world, "tablet", "RS-BUJ", bujanovac);
    size_t growth = 0;

    hostile.log = device->log;
    device_seals_hostile(device, &hostile);
    *ret_exchanges = 0;
    while (device->received_seq < device->seq) {
        malloc_trim(0);
        size_t before = status_bytes("VmRSS");
        forget_highest();
        device_pushes(device);
        size_t highest = status_bytes("VmHWM");
        if (highest > before && highest - before > growth)
            growth = highest - before;
        ck_assert_uint_lt(++*ret_exchanges, 200);
    }
    device_destroy(device);
    field_destroy(world);
    return growth;
}

static const struct {
    const char *title;
    struct hostile hostile;
} shapes[] = {
    {"many small changes", {.changes = SEGMENT_CHANGES_MAX, .fields = 1, .text_bytes = 1}},
    {"many fields", {.changes = 1024, .fields = CHANGE_FIELDS_MAX, .text_bytes = 1}},
    {"as many fields as go in", {.changes = 4000, .fields = CHANGE_FIELDS_MAX, .text_bytes = 1}},
    {"long texts", {.changes = 28, .fields = 9, .text_bytes = TEXT_BYTES_MAX}},
    {"one row, over and over", {.changes = SEGMENT_CHANGES_MAX, .fields = 1, .text_bytes = 1, .one_row = true}},
};

START_TEST(sixteen_valid_segments_never_take_more_than_their_share_of_memory)
{
    unsigned exchanges = 0;
    size_t growth = growth_of(shapes[_i].hostile, &exchanges);

    printf("%s: %zu KiB, %u exchanges\n", shapes[_i].title, growth / 1024, exchanges);
    ck_assert_uint_ge(exchanges, 1);
    ck_assert_msg(!MEMORY_IS_COUNTED || growth <= GROWTH_BYTES_MAX, "%s: the server grew by %zu KiB", shapes[_i].title, growth / 1024);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("server_app_memory");
    TCase *cases = tcase_create("memory");

    tcase_add_loop_test(cases, sixteen_valid_segments_never_take_more_than_their_share_of_memory, 0, sizeof shapes / sizeof shapes[0]);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
