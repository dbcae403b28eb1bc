// SPDX-License-Identifier: Apache-2.0
/* The examples of protocol/README.md, byte for byte.
 *
 *     protocol_examples            replays them: the bytes mean what the JSON beside them says, and the programs still make them
 *     protocol_examples --write    makes them anew
 *
 * Here:      four exchanges between one device and one server, made from fixed seeds, clocks and names.
 * Not here:  what the fields mean (protocol/README.md).
 *
 * Deflate may say the same in other bytes where another zlib is installed: then what is made is not compared, what is read still is.
 */
#define _POSIX_C_SOURCE 200809L

#include <sodium.h>
#include <zlib.h>

#include "tests/unit/describe.h"
#include "tests/unit/suite.h"
#include "tests/unit/toy_world.h"

#define MADE_WITH_ZLIB "1.2.13"
#define FOLDER         SOURCE_FOLDER "/protocol/examples/"

enum { NORTH_LOG = 0x5EED0001, SOUTH_LOG = 0x5EED0002, BYTES_PER_LINE = 48, FILE_BYTES_MAX = 64 * 1024 };

struct example {
    const char *name;
    json_t *(*describe)(struct span bytes);
    struct bytes bytes;
};
static struct example examples[] = {
    {"enrol.request", described_enrol_request, {0}}, {"enrol.reply", described_enrol_reply, {0}},
    {"sync.request", described_request, {0}},        {"sync.reply", described_reply, {0}},
    {"idle.request", described_request, {0}},        {"idle.reply", described_reply, {0}},
    {"fork.request", described_request, {0}},        {"fork.reply", described_reply, {0}},
    {"fresh.request", described_request, {0}},       {"fresh.reply", described_reply, {0}},
};
enum { EXAMPLES = sizeof examples / sizeof examples[0] };

static struct toy_device before;

/* --- making them ------------------------------------------------------------------------------------------------------- */

static void keep(const char *name, const struct bytes *bytes)
{
    for (size_t i = 0; i < EXAMPLES; i++)
        if (strcmp(examples[i].name, name) == 0) {
            bytes_reset(&examples[i].bytes);
            ck_assert(bytes_append(&examples[i].bytes, bytes->data, bytes->size));
            return;
        }
    ck_abort_msg("no example %s", name);
}

static void enrols(void)
{
    static const uint8_t code_secret[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    char code[CODE_TEXT_SIZE], secret[CODE_SECRET_CHARS + 1], print[CODE_PRINT_CHARS + 1];
    struct enrol_request request = {.log = NORTH_LOG, .agent = "teren 0.1.0", .device_kind = "tablet"};
    struct enrol_reply reply = {.kind = REPLY_OK, .device = "TAB-RS-BUJ-01", .epoch = world.ledger.epoch, .reason = ""};
    struct bytes asked = {0}, answered = {0};
    struct error err = {0};

    code_write(code_secret, world.ledger.public_key, code);
    ck_assert(code_read(code, secret, print, &err));
    request.secret = secret;
    memcpy(request.public_key, north.standing.secret + SIGN_SECRET_SIZE - SIGN_PUBLIC_SIZE, SIGN_PUBLIC_SIZE);
    ck_assert(enrol_request_pack(&asked, &request, north.standing.secret, &err));
    reply.now_ms = world.ledger.now_ms;
    memcpy(reply.server_public, world.ledger.public_key, SIGN_PUBLIC_SIZE);
    memcpy(reply.digest_key, world.ledger.digest_key, DIGEST_KEY_SIZE);
    ck_assert(enrol_reply_pack(&answered, &reply, bytes_span(&asked), world.ledger.secret, &err));
    keep("enrol.request", &asked);
    keep("enrol.reply", &answered);
    bytes_clear(&asked);
    bytes_clear(&answered);
}

/* A new person, a mark, and its correction. */
static void records(void)
{
    const struct change_field person[] = {{.name = "full_name", .value = value_text("Vesna Marković")},
                                          {.name = "municipality", .value = value_text("RS-BUJ")}};
    char key[ROW_ID_SIZE];
    const char *vesna = toy_put(&north, "person", NULL, person, 2);
    const char *const parts[] = {"00000000005NV-1", vesna};

    ck_assert(row_id_of_key(parts, 2, key));
    const struct change_field mark[] = {{.name = "person", .value = value_text(vesna)},
                                        {.name = "session", .value = value_text(parts[0])},
                                        {.name = "status", .value = value_text("absent")}};
    const struct change_field correction[] = {{.name = "minutes", .value = value_integer(75)},
                                              {.name = "status", .value = value_text("late")}};
    toy_put(&north, "attendance", key, mark, 3);
    north.standing.now_ms += 60000;
    toy_put(&north, "attendance", key, correction, 2);
}

static void keep_exchange(const char *request, const char *reply)
{
    keep(request, &world.last_request);
    keep(reply, &world.last_reply);
}

static void keep_fork(struct toy_world *it)
{
    if (it->exchanges == 1)
        keep_exchange("fork.request", "fork.reply");
    else
        keep_exchange("fresh.request", "fresh.reply");
}

/* Everything anew, the same every time. */
static void make_all(void)
{
    world = (struct toy_world){0};
    toy_ledger_init(&world.ledger);
    toy_device_joins(&world, &north, NORTH_LOG);
    toy_device_joins(&world, &south, SOUTH_LOG);
    world.ledger.scope = 1;
    enrols();

    toy_write(&south, NULL, "full_name", "Besim Krasniqi");
    ck_syncs(&south);
    records();
    north.standing.agent = "teren 0.1.0";
    ck_syncs(&north);
    keep_exchange("sync.request", "sync.reply");

    before = north;
    north.standing.agent = "";
    north.standing.now_ms += 3600000;
    world.ledger.now_ms += 3600000;
    ck_syncs(&north);
    keep_exchange("idle.request", "idle.reply");

    north = before; /* somebody restored the tablet from a copy, and goes on */
    north.standing.agent = "";
    toy_write(&north, NULL, "full_name", "Dragan Ilić");
    north.standing.counter -= 2; /* as it was before the idle request */
    world.exchanges = 0;
    world.between = keep_fork;
    ck_syncs(&north);
    toy_world_clear(&world);
}

/* --- files ------------------------------------------------------------------------------------------------------------- */

static const char *path_of(const struct example *example, const char *end)
{
    static char path[512];

    snprintf(path, sizeof path, FOLDER "%s.%s", example->name, end);
    return path;
}

static char *read_file(const char *path)
{
    static char text[FILE_BYTES_MAX];
    FILE *file = fopen(path, "rb");
    size_t size;

    ck_assert_msg(file != NULL, "no %s: run protocol_examples --write", path);
    size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = '\0';
    return text;
}

static void read_hex(const struct example *example, struct bytes *ret)
{
    const char *text = read_file(path_of(example, "hex"));
    char pair[3] = {0};
    uint8_t byte;

    for (; *text != '\0'; text++) {
        if (*text == '\n')
            continue;
        memcpy(pair, text++, 2);
        ck_assert(hex_read(pair, &byte, 1));
        bytes_append_u8(ret, byte);
    }
}

static const struct {
    const char *path;
    enum deflate_dictionary which;
} dictionaries[] = {{FOLDER "dictionary.segment.bin", DICTIONARY_SEGMENT}, {FOLDER "dictionary.head.bin", DICTIONARY_HEAD}};

static void write_dictionaries(void)
{
    for (size_t i = 0; i < sizeof dictionaries / sizeof dictionaries[0]; i++) {
        struct span text = deflate_dictionary_text(dictionaries[i].which);
        FILE *file = fopen(dictionaries[i].path, "wb");
        ck_assert(file != NULL && fwrite(text.data, 1, text.size, file) == text.size && fclose(file) == 0);
    }
}

static void write_one(const struct example *example)
{
    FILE *file = fopen(path_of(example, "hex"), "wb");
    json_t *json = example->describe(bytes_span(&example->bytes));

    if (file == NULL)
        abort();
    for (size_t i = 0; i < example->bytes.size; i++)
        fprintf(file, "%02x%s", example->bytes.data[i],
                i % BYTES_PER_LINE == BYTES_PER_LINE - 1 || i + 1 == example->bytes.size ? "\n" : "");
    fclose(file);
    file = fopen(path_of(example, "json"), "wb");
    if (file == NULL || json_dumpf(json, file, JSON_INDENT(2)) != 0)
        abort();
    fputc('\n', file);
    fclose(file);
    json_decref(json);
}

/* --- replaying them ---------------------------------------------------------------------------------------------------- */

START_TEST(the_bytes_of_each_example_mean_what_the_json_beside_them_says)
{
    for (size_t i = 0; i < EXAMPLES; i++) {
        struct bytes bytes = {0};
        json_t *found, *expected;

        read_hex(&examples[i], &bytes);
        found = examples[i].describe(bytes_span(&bytes));
        expected = json_loads(read_file(path_of(&examples[i], "json")), 0, NULL);
        ck_assert_msg(json_equal(found, expected), "%s", examples[i].name);
        json_decref(found);
        json_decref(expected);
        bytes_clear(&bytes);
    }
}
END_TEST

START_TEST(the_dictionaries_are_those_of_the_specification)
{
    for (size_t i = 0; i < sizeof dictionaries / sizeof dictionaries[0]; i++) {
        struct span text = deflate_dictionary_text(dictionaries[i].which);
        const char *written = read_file(dictionaries[i].path);
        ck_assert_uint_eq(strlen(written), text.size);
        ck_assert_mem_eq(written, text.data, text.size);
    }
}
END_TEST

START_TEST(the_programs_still_make_the_very_same_bytes)
{
    make_all();
    for (size_t i = 0; i < EXAMPLES; i++) {
        struct bytes bytes = {0};

        read_hex(&examples[i], &bytes);
        if (strcmp(zlibVersion(), MADE_WITH_ZLIB) == 0) {
            ck_assert_msg(bytes.size == examples[i].bytes.size, "%s: %zu bytes, not %zu", examples[i].name, examples[i].bytes.size,
                          bytes.size);
            ck_assert_mem_eq(bytes.data, examples[i].bytes.data, bytes.size);
        }
        bytes_clear(&bytes);
        bytes_clear(&examples[i].bytes);
    }
}
END_TEST

static void public_of(uint64_t log, uint8_t ret[SIGN_PUBLIC_SIZE])
{
    uint8_t secret[SIGN_SECRET_SIZE];

    toy_keys(log, ret, secret);
}

START_TEST(both_sides_open_what_the_examples_hold)
{
    struct bytes asked = {0}, answered = {0};
    uint8_t device_public[SIGN_PUBLIC_SIZE], server_public[SIGN_PUBLIC_SIZE];
    struct request request;
    struct reply reply;
    struct segment segment;
    struct receipt receipt;
    struct page page;
    struct error err = {0};

    public_of(NORTH_LOG, device_public);
    public_of(999, server_public);
    read_hex(&examples[2], &asked);
    read_hex(&examples[3], &answered);
    ck_assert_msg(request_open(&toy_arena, bytes_span(&asked), device_public, &request, &err), "%s", err.cause);
    ck_assert_uint_eq(request.segment_count, 1);
    ck_assert_msg(segment_open(&toy_arena, request.segments[0], device_public, &segment, &err), "%s", err.cause);
    ck_assert_uint_eq(segment.count, 3);
    ck_assert_str_eq(segment.changes[0].fields[0].value.text, "Vesna Marković");
    ck_assert_str_eq(segment.changes[2].fields[1].value.text, "late");
    ck_assert_msg(reply_open(&toy_arena, bytes_span(&answered), bytes_span(&asked), server_public, &reply, &err), "%s", err.cause);
    ck_assert_msg(receipt_open(&toy_arena, reply.receipt, server_public, &receipt, &err), "%s", err.cause);
    ck_assert_uint_eq(receipt.seq, 3);
    ck_assert_mem_eq(receipt.head, segment.head, HASH_SIZE);
    ck_assert_msg(page_open(&toy_arena, reply.page, &page, &err), "%s", err.cause);
    ck_assert_uint_eq(page.row_count, 1); /* Besim; what was pushed does not come back */
    bytes_clear(&asked);
    bytes_clear(&answered);
    arena_clear(&toy_arena);
}
END_TEST

START_TEST(all_are_written_anew)
{
    make_all();
    write_dictionaries();
    for (size_t i = 0; i < EXAMPLES; i++) {
        write_one(&examples[i]);
        bytes_clear(&examples[i].bytes);
    }
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const replay[] = {the_bytes_of_each_example_mean_what_the_json_beside_them_says,
                                   the_dictionaries_are_those_of_the_specification, the_programs_still_make_the_very_same_bytes,
                                   both_sides_open_what_the_examples_hold};
    const TTest *const write[] = {all_are_written_anew};

    if (argc > 1 && strcmp(argv[1], "--write") == 0)
        return suite_run("examples, anew", write, 1);
    return suite_run("examples", replay, sizeof replay / sizeof replay[0]);
}
