// SPDX-License-Identifier: Apache-2.0
/* A device's store in a folder of its own, with a clock and a chance that the test decides.
 *
 * Here:      opening, writing in few words, a look at a row, applying what a server would say.
 * Not here:  any promise (agent_store*.c).
 */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/store/store.h"
#include "protocol/keys.h"

struct device {
    char folder[64], path[96];
    int64_t now_ms;
    uint64_t random;
    struct store *store;
    struct store_ports ports;
    const char *machine;
    struct arena arena;         /* what a test looked at */
    struct error err;
};

static inline int64_t device_wall(void *self)
{
    return ((struct device *)self)->now_ms;
}

static inline void device_chance(void *self, void *ret, size_t size)
{
    struct device *device = self;

    for (size_t i = 0; i < size; i++) {
        device->random = device->random * 6364136223846793005u + 1442695040888963407u;
        ((uint8_t *)ret)[i] = (uint8_t)(device->random >> 56);
    }
}

#define DEVICE_NOW_MS INT64_C(1755158400000)

static inline void device_opens(struct device *device, enum store_mode mode)
{
    device->ports = (struct store_ports){
        .clock = {device_wall, device_wall, device}, .chance = {device_chance, device}, .machine = device->machine};
    error_clear(&device->err);
    ck_assert_msg(store_open(device->path, mode, &device->ports, &device->store, &device->err), "%s", device->err.cause);
}

static inline bool device_cannot_open(struct device *device, enum store_mode mode)
{
    device->ports = (struct store_ports){
        .clock = {device_wall, device_wall, device}, .chance = {device_chance, device}, .machine = device->machine};
    error_clear(&device->err);
    return !store_open(device->path, mode, &device->ports, &device->store, &device->err);
}

static inline void device_init(struct device *device, uint64_t seed)
{
    *device = (struct device){.now_ms = DEVICE_NOW_MS, .random = seed, .machine = "machine-1"};
    snprintf(device->folder, sizeof device->folder, "/tmp/teren-store-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(device->folder));
    snprintf(device->path, sizeof device->path, "%s/teren.db", device->folder);
}

static inline void device_starts(struct device *device, uint64_t seed)
{
    device_init(device, seed);
    device_opens(device, STORE_CREATE);
}

static inline void device_closes(struct device *device)
{
    store_close(device->store);
    device->store = NULL;
}

static inline void device_reopens(struct device *device)
{
    device_closes(device);
    device_opens(device, STORE_MUST_EXIST);
}

static inline void device_ends(struct device *device)
{
    DIR *folder;
    struct dirent *entry;

    device_closes(device);
    arena_clear(&device->arena);
    folder = opendir(device->folder);
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        char path[400];

        snprintf(path, sizeof path, "%s/%s", device->folder, entry->d_name);
        unlink(path);
    }
    if (folder != NULL)
        closedir(folder);
    rmdir(device->folder);
}

static inline void file_copy(const char *from, const char *to)
{
    static char bytes[1 << 16];
    FILE *in = fopen(from, "rb"), *out;
    size_t size;

    if (in == NULL)
        return;
    out = fopen(to, "wb");
    ck_assert_ptr_nonnull(out);
    while ((size = fread(bytes, 1, sizeof bytes, in)) > 0)
        ck_assert_uint_eq(fwrite(bytes, 1, size, out), size);
    fclose(in);
    ck_assert_int_eq(fclose(out), 0);
}

/* A closed store's files, as a backup or a clone has them. The copy is opened by whoever wants it. */
static inline void device_copies(const struct device *from, struct device *to, uint64_t seed, bool with_incarnation)
{
    char source[160], target[160];

    device_init(to, seed);
    to->now_ms = from->now_ms;
    file_copy(from->path, to->path);
    snprintf(source, sizeof source, "%s-wal", from->path);
    snprintf(target, sizeof target, "%s-wal", to->path);
    file_copy(source, target);
    snprintf(source, sizeof source, "%s-incarnation", from->path);
    snprintf(target, sizeof target, "%s-incarnation", to->path);
    if (with_incarnation)
        file_copy(source, target);
}

/* --- few words for writing ------------------------------------------------------------------------------------------------ */

#define FIELDS(...) ((const struct draft_field[]){__VA_ARGS__})
#define TEXT(field, text) ((struct draft_field){field, {VALUE_TEXT, 0, text}})
#define NUMBER(field, number) ((struct draft_field){field, {VALUE_INTEGER, number, NULL}})

static inline struct draft draft_of(const char *entity, const char *row, const struct draft_field *fields, size_t count, bool all)
{
    return (struct draft){.entity = entity, .row = row, .fields = fields, .field_count = count, .assert_all = all};
}
#define DRAFT(entity, row, ...) draft_of(entity, row, FIELDS(__VA_ARGS__), sizeof FIELDS(__VA_ARGS__) / sizeof(struct draft_field), false)

static inline uint64_t device_writes(struct device *device, const struct draft *drafts, size_t count, char (*ids)[ROW_ID_SIZE])
{
    uint64_t changes = 0;

    error_clear(&device->err);
    ck_assert_msg(store_write(device->store, drafts, count, "", "a step", ids, &changes, &device->err), "%s", device->err.cause);
    return changes;
}

static inline const char *device_adds(struct device *device, const char *name)
{
    const struct draft draft = DRAFT("person", NULL, TEXT("full_name", name), TEXT("sex", "F"));
    char ids[1][ROW_ID_SIZE];

    ck_assert_uint_eq(device_writes(device, &draft, 1, ids), 1);
    return arena_text(&device->arena, ids[0]);
}

static inline uint64_t device_marks(struct device *device, const char *session, const char *person, const char *status)
{
    char row[ROW_ID_SIZE];
    const struct draft_field fields[] = {TEXT("status", status)};

    snprintf(row, sizeof row, "%s:%s", session, person);
    const struct draft draft = draft_of("attendance", row, fields, 1, false);
    return device_writes(device, &draft, 1, NULL);
}

static inline const struct row *device_row(struct device *device, const char *entity, const char *id)
{
    const struct row *row = NULL;

    error_clear(&device->err);
    ck_assert_msg(store_row(device->store, &device->arena, entity, id, &row, &device->err), "%s", device->err.cause);
    return row;
}

static inline const char *device_reads(struct device *device, const char *entity, const char *id, const char *field)
{
    const struct row *row = device_row(device, entity, id);

    return row == NULL ? NULL : row_text(row, field);
}

static inline struct store_counts device_counts(struct device *device)
{
    struct store_counts counts;

    ck_assert_msg(store_counts(device->store, &counts, &device->err), "%s", device->err.cause);
    return counts;
}

static inline uint64_t device_log(struct device *device)
{
    struct store_identity identity;

    ck_assert_msg(store_identity(device->store, &identity, &device->err), "%s", device->err.cause);
    return identity.log;
}

static inline void tell_finding(void *context, const char *finding)
{
    (void)context;
    fprintf(stderr, "finding: %s\n", finding);
}

static inline void device_verifies(struct device *device)
{
    uint64_t findings = 1;

    error_clear(&device->err);
    ck_assert_msg(store_verify(device->store, tell_finding, NULL, &findings, &device->err), "%s", device->err.cause);
    ck_assert_uint_eq(findings, 0);
}

static inline void device_enrols(struct device *device)
{
    struct enrol_reply reply = {.kind = REPLY_OK, .device = "tablet-1", .epoch = 7, .now_ms = DEVICE_NOW_MS, .reason = ""};

    memset(reply.server_public, 3, sizeof reply.server_public);
    memset(reply.digest_key, 9, sizeof reply.digest_key);
    ck_assert_msg(store_enrolled(device->store, "http://127.0.0.1:8080", &reply, &device->err), "%s", device->err.cause);
}

static inline struct device_standing device_stands(struct device *device)
{
    struct device_standing standing;

    ck_assert_msg(store_standing(device->store, "test", &standing, &device->err), "%s", device->err.cause);
    return standing;
}

#endif
