// SPDX-License-Identifier: Apache-2.0
/* Promises of the store about disks that do not give back what they were given: what is read is true or is refused, and what is left can be
 * saved.
 *
 * Here:      flipped bits anywhere, files cut short, pages in each other's place; what goes on all the same; mending.
 * Not here:  power cuts (tests/stories/power.c), disks that are full.
 */
#define _GNU_SOURCE
#include "agent/app/mend.h"
#include "agent/store/guard.h"
#include "tests/unit/store_server.h"
#include "tests/unit/suite.h"

enum { FLIPS = 320, FLIPS_MENDED = 40, PEOPLE = 60, SESSIONS = 6, LOOKS = 64, TEXT_SIZE = 1 << 19 };

/* --- a small programme, part of it delivered, part of it waiting -------------------------------------------------------------------- */

static const char *people[PEOPLE], *sessions[SESSIONS];

static void marks(struct device *device, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        for (size_t j = 0; j < PEOPLE; j++)
            device_marks(device, sessions[i], people[j], (i + j) % 7 == 0 ? "late" : "present");
    }
}

static void programme_begin(struct device *device)
{
    char text[80], ids[1][ROW_ID_SIZE];

    device_starts(device, 4);
    device_enrols(device);
    for (size_t i = 0; i < SESSIONS; i++) {
        snprintf(text, sizeof text, "TT-%zu", i);
        const struct draft draft = DRAFT("session", NULL, TEXT("code", text), TEXT("date", "2021-12-13"), NUMBER("minutes", 90));
        device_writes(device, &draft, 1, ids);
        sessions[i] = arena_text(&device->arena, ids[0]);
    }
    for (size_t i = 0; i < PEOPLE; i++) {
        snprintf(text, sizeof text, "Ljubica Petrović %zu", i);
        people[i] = device_adds(device, text);
    }
    marks(device, 0, SESSIONS / 2);
    device_delivers(device);
    marks(device, SESSIONS / 2, SESSIONS);
    device_closes(device);
}

/* --- what a store says, look by look -------------------------------------------------------------------------------------------------- */

struct look {
    char *text;
    size_t size;
    bool done;
    struct error err;
};
static void say(struct look *look, const char *text)
{
    const size_t size = strlen(text);

    ck_assert_uint_lt(look->size + size + 2, TEXT_SIZE);
    memcpy(look->text + look->size, text, size);
    look->size += size;
    look->text[look->size++] = '\n';
    look->text[look->size] = '\0';
}

static void say_number(struct look *look, uint64_t number)
{
    char text[32];

    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    say(look, text);
}

static bool say_row(void *context, const struct row *row)
{
    say(context, row->id);
    for (size_t i = 0; i < row->reg_count; i++) {
        const struct value value = row_value(row, row->regs[i].field);

        say(context, row->regs[i].field);
        if (value.kind == VALUE_TEXT)
            say(context, value.text);
        else
            say_number(context, (uint64_t)value.integer);
    }
    return true;
}

static struct look *next(struct look *looks, size_t *count)
{
    ck_assert_uint_lt(*count, LOOKS);
    looks[*count].size = 0;
    looks[*count].text[0] = '\0';
    error_clear(&looks[*count].err);
    return &looks[(*count)++];
}

static void look_at_rows(struct store *store, struct look *look, const char *entity, const char *field, const char *value)
{
    const struct store_filter filter = {field, value_text(value)};
    const struct store_query query = {.entity = entity, .filters = &filter, .filter_count = field == NULL ? 0 : 1};

    look->done = store_each(store, &query, say_row, look, &look->err);
}

/* Every way of reading: whole lists, by an index, by a column, counts, codes, one row, facts. */
static size_t look_at_all(struct store *store, struct look *looks)
{
    size_t count = 0;
    struct arena arena = {0};

    for (size_t i = 0; i < entity_count; i++) {
        if ((entities[i].flags & ENTITY_DERIVED) == 0)
            look_at_rows(store, next(looks, &count), entities[i].name, NULL, NULL);
    }
    for (size_t i = 0; i < SESSIONS; i++)
        look_at_rows(store, next(looks, &count), "attendance", "session", sessions[i]);
    for (size_t i = 0; i < PEOPLE; i += 10)
        look_at_rows(store, next(looks, &count), "attendance", "person", people[i]);
    look_at_rows(store, next(looks, &count), "attendance", "status", "late");
    look_at_rows(store, next(looks, &count), "session", "code", "TT-3");
    for (size_t i = 0; i < 2; i++) {
        const struct store_query query = {.entity = i == 0 ? "person" : "attendance"};
        struct look *look = next(looks, &count);
        uint64_t number = 0;

        look->done = store_count(store, &query, &number, &look->err);
        say_number(look, number);
    }
    for (size_t i = 0; i < PEOPLE; i += 7) {
        struct look *look = next(looks, &count);
        const struct row *row = NULL;

        look->done = store_row(store, &arena, "person", people[i], &row, &look->err);
        if (look->done && row != NULL)
            say_row(look, row);
    }
    struct look *look = next(looks, &count);
    char id[ROW_ID_SIZE];
    look->done = store_resolve(store, "session", "TT-5", id, &look->err);
    if (look->done)
        say(look, id);
    look = next(looks, &count);
    struct store_counts counts = {0};
    look->done = store_counts(store, &counts, &look->err);
    say_number(look, counts.rows);
    say_number(look, counts.waiting);
    say_number(look, counts.conflicts);
    look = next(looks, &count);
    struct store_identity identity = {0};
    look->done = store_identity(store, &identity, &look->err);
    say(look, identity.device);
    say(look, identity.server_url);
    say_number(look, identity.log);
    arena_clear(&arena);
    return count;
}

static void looks_make(struct look *looks)
{
    for (size_t i = 0; i < LOOKS; i++) {
        looks[i] = (struct look){.text = malloc(TEXT_SIZE)};
        ck_assert_ptr_nonnull(looks[i].text);
    }
}

static void looks_end(struct look *looks)
{
    for (size_t i = 0; i < LOOKS; i++)
        free(looks[i].text);
}

/* --- hurting ------------------------------------------------------------------------------------------------------------------------- */

static uint64_t draw(uint64_t *random, uint64_t below)
{
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    return (*random >> 24) % below;
}

static size_t size_of(const char *path)
{
    struct stat about;

    ck_assert_int_eq(stat(path, &about), 0);
    return (size_t)about.st_size;
}

static void flip(const char *path, size_t byte, unsigned bit)
{
    FILE *file = fopen(path, "r+b");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fseek(file, (long)byte, SEEK_SET), 0);
    const int was = fgetc(file);
    ck_assert_int_eq(fseek(file, (long)byte, SEEK_SET), 0);
    ck_assert_int_eq(fputc(was ^ (1 << bit), file), was ^ (1 << bit));
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(a_flipped_bit_is_an_error_or_does_not_matter)
{
    static struct look was[LOOKS], is[LOOKS];
    struct device whole;
    uint64_t random = 17, refused = 0;
    size_t count;

    looks_make(was);
    looks_make(is);
    programme_begin(&whole);
    device_opens(&whole, STORE_MUST_EXIST);
    count = look_at_all(whole.store, was);
    device_closes(&whole);
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(was[i].done, "look %zu: %s", i, was[i].err.cause);
    for (unsigned round = 0; round < FLIPS; round++) {
        struct device hurt;
        const size_t byte = round < 100 ? round : (size_t)draw(&random, size_of(whole.path));
        const unsigned bit = (unsigned)draw(&random, 8);
        bool told = false;

        device_copies(&whole, &hurt, 2, true);
        flip(hurt.path, byte, bit);
        if (device_cannot_open(&hurt, STORE_MUST_EXIST)) {
            ck_assert_msg(hurt.err.kind == ERROR_CORRUPT, "byte %zu bit %u: %s", byte, bit, hurt.err.cause);
            told = true;
        } else {
            ck_assert_uint_eq(look_at_all(hurt.store, is), count);
            for (size_t i = 0; i < count; i++) {
                told = told || !is[i].done;
                if (is[i].done)
                    ck_assert_msg(strcmp(is[i].text, was[i].text) == 0, "byte %zu bit %u: look %zu is another", byte, bit, i);
                else
                    ck_assert_msg(is[i].err.kind == ERROR_CORRUPT, "byte %zu bit %u: %s", byte, bit, is[i].err.cause);
            }
        }
        refused += told;
        device_ends(&hurt);
    }
    ck_assert_uint_gt(refused, FLIPS / 2);
    device_ends(&whole);
    looks_end(was);
    looks_end(is);
}
END_TEST

START_TEST(two_pages_in_each_others_place_are_found)
{
    struct device device;
    uint8_t pages[2][GUARD_PAGE_SIZE];
    uint64_t findings = 0;
    FILE *file;

    programme_begin(&device);
    file = fopen(device.path, "r+b");
    ck_assert_ptr_nonnull(file);
    const long at[2] = {(long)size_of(device.path) - 2 * GUARD_PAGE_SIZE, (long)size_of(device.path) - GUARD_PAGE_SIZE};
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(fseek(file, at[i], SEEK_SET), 0);
        ck_assert_uint_eq(fread(pages[i], 1, GUARD_PAGE_SIZE, file), GUARD_PAGE_SIZE);
    }
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(fseek(file, at[i], SEEK_SET), 0);
        ck_assert_uint_eq(fwrite(pages[1 - i], 1, GUARD_PAGE_SIZE, file), GUARD_PAGE_SIZE);
    }
    ck_assert_int_eq(fclose(file), 0);
    device_opens(&device, STORE_MUST_EXIST);
    ck_assert(!store_verify(device.store, NULL, NULL, &findings, &device.err) || findings > 0);
    device_ends(&device);
}
END_TEST

/* What stands before a damaged change goes; then the change is named. Damage elsewhere holds up nothing. */
START_TEST(a_damaged_change_is_not_sent_and_what_stands_before_it_is)
{
    struct device whole;
    unsigned named = 0, after_some = 0;

    programme_begin(&whole);
    device_opens(&whole, STORE_MUST_EXIST);
    const uint64_t receipted = device_counts(&whole).receipted;
    device_closes(&whole);
    for (size_t page = 0; page < size_of(whole.path) / GUARD_PAGE_SIZE; page++) {
        struct device hurt;
        const struct span *spans = NULL;
        size_t count = 0;
        uint64_t seq;

        device_copies(&whole, &hurt, 2, true);
        flip(hurt.path, page * GUARD_PAGE_SIZE + 2000, 3);
        if (device_cannot_open(&hurt, STORE_MUST_EXIST)) {
            device_ends(&hurt);
            continue;
        }
        error_clear(&hurt.err);
        bool done = store_segments(hurt.store, &hurt.arena, receipted, 1 << 20, &spans, &count, &hurt.err);
        for (seq = receipted; done && count > 0;) {
            struct segment segment;
            size_t used;

            ck_assert(segment_peek(spans[count - 1], &segment, &used, &hurt.err));
            seq = segment.first_seq + segment.count - 1;
            done = store_segments(hurt.store, &hurt.arena, seq, 1 << 20, &spans, &count, &hurt.err);
        }
        if (!done) {
            ck_assert_msg(hurt.err.kind == ERROR_CORRUPT, "page %zu: %s", page, hurt.err.cause);
            if (strstr(hurt.err.cause, "of this device is damaged") != NULL) {
                unsigned long long told = 0;

                ck_assert_int_eq(sscanf(hurt.err.cause, "change %llu", &told), 1);
                ck_assert_uint_eq(told, seq + 1);
                ck_assert_ptr_nonnull(strstr(hurt.err.remedy, "teren mend"));
                named++;
                after_some += seq > receipted;
            }
        }
        device_ends(&hurt);
    }
    ck_assert_uint_gt(named, 0);
    ck_assert_uint_gt(after_some, 0);
    device_ends(&whole);
}
END_TEST

/* --- mending ------------------------------------------------------------------------------------------------------------------------- */

static void all_rows(struct store *store, struct look *look)
{
    for (size_t i = 0; i < entity_count; i++) {
        if ((entities[i].flags & ENTITY_DERIVED) == 0)
            look_at_rows(store, look, entities[i].name, NULL, NULL);
    }
}

struct same {
    struct device *whole;
    uint64_t rows;
};

/* What was saved is what was there. */
static bool is_as_it_was(void *context, const struct row *row)
{
    struct same *same = context;
    const struct row *was = device_row(same->whole, row->entity, row->id);

    ck_assert_ptr_nonnull(was);
    for (size_t i = 0; i < row->reg_count; i++)
        ck_assert_msg(value_equal(row_value(row, row->regs[i].field), row_value(was, row->regs[i].field)), "%s %s", row->id,
                      row->regs[i].field);
    same->rows++;
    return true;
}

static void mended_is_true(struct device *mended, struct device *whole, const struct store_mended *said)
{
    struct same same = {whole, 0};
    uint8_t head[HASH_SIZE] = {0};

    device_verifies(mended);
    for (size_t i = 0; i < entity_count; i++) {
        const struct store_query query = {.entity = entities[i].name};

        if ((entities[i].flags & ENTITY_DERIVED) == 0)
            ck_assert_msg(store_each(mended->store, &query, is_as_it_was, &same, &mended->err), "%s", mended->err.cause);
    }
    ck_assert_uint_eq(device_counts(mended).rows, same.rows);
    ck_assert_uint_ge(same.rows, said->rows);
    if (said->enrolled) {
        const struct device_standing standing = device_stands(mended);

        ck_assert_uint_gt(standing.introduction.size, 0);
        ck_assert_uint_eq(standing.last_seq, 0);
    }
    ck_assert_uint_eq(device_sends(mended, 0, 1 << 20, head), device_counts(mended).waiting);
}

/* True when there was something to save. The mended store is left open. */
static bool device_mends(struct device *hurt, struct store_mended *ret)
{
    char path[120];

    device_closes(hurt);
    hurt->ports =
        (struct store_ports){.clock = {device_wall, device_wall, hurt}, .chance = {device_chance, hurt}, .machine = hurt->machine};
    snprintf(path, sizeof path, "%s.m", hurt->path);
    error_clear(&hurt->err);
    if (!store_mend(hurt->path, path, &hurt->ports, ret, &hurt->err))
        return false;
    memcpy(hurt->path, path, strlen(path) + 1 > sizeof hurt->path ? sizeof hurt->path : strlen(path) + 1);
    device_opens(hurt, STORE_MUST_EXIST);
    return true;
}

START_TEST(mending_a_whole_store_keeps_everything)
{
    struct device whole, copy;
    struct store_mended said;

    programme_begin(&whole);
    device_copies(&whole, &copy, 2, true);
    device_opens(&whole, STORE_MUST_EXIST);
    ck_assert_msg(device_mends(&copy, &said), "%s", copy.err.cause);
    ck_assert_uint_eq(said.gaps, 0);
    ck_assert_uint_eq(said.rows, device_counts(&whole).rows);
    ck_assert_uint_eq(said.rows_lost, 0);
    ck_assert_uint_eq(said.changes, device_counts(&whole).waiting);
    ck_assert_uint_eq(said.changes_lost, 0);
    ck_assert_uint_eq(said.changes_from_rows, 0);
    ck_assert(said.enrolled);
    ck_assert_uint_eq(device_counts(&copy).waiting, device_counts(&whole).waiting);
    ck_assert_uint_eq(device_counts(&copy).conflicts, 0);
    mended_is_true(&copy, &whole, &said);
    device_ends(&copy);
    device_ends(&whole);
}
END_TEST

START_TEST(after_a_flipped_bit_all_that_can_be_read_is_saved)
{
    struct look was = {.text = malloc(TEXT_SIZE)}, is = {.text = malloc(TEXT_SIZE)};
    struct device whole;
    uint64_t random = 23;
    unsigned saved = 0, from_rows = 0;

    programme_begin(&whole);
    device_opens(&whole, STORE_MUST_EXIST);
    all_rows(whole.store, &was);
    for (unsigned round = 0; round < FLIPS_MENDED; round++) {
        struct device hurt;
        struct store_mended said;

        device_copies(&whole, &hurt, 2, true);
        flip(hurt.path, (size_t)draw(&random, size_of(whole.path)), (unsigned)draw(&random, 8));
        if (device_mends(&hurt, &said)) {
            mended_is_true(&hurt, &whole, &said);
            from_rows += said.changes_from_rows > 0;
            saved++;
            /* One page at most is gone: of the rows, or of the changes, which then stand in the rows. */
            if (said.rows_lost == 0 && device_counts(&hurt).rows == device_counts(&whole).rows) {
                is.size = 0;
                all_rows(hurt.store, &is);
                ck_assert_str_eq(is.text, was.text);
            }
        } else {
            ck_assert_msg(hurt.err.kind == ERROR_CORRUPT, "%s", hurt.err.cause);
        }
        device_ends(&hurt);
    }
    ck_assert_uint_gt(saved, FLIPS_MENDED / 2);
    ck_assert_uint_gt(from_rows, 0);
    device_ends(&whole);
    free(was.text);
    free(is.text);
}
END_TEST

START_TEST(a_file_cut_short_is_an_error_and_what_is_left_is_saved)
{
    struct device whole;
    unsigned mended = 0, saved = 0;

    programme_begin(&whole);
    device_opens(&whole, STORE_MUST_EXIST);
    const size_t pages = size_of(whole.path) / GUARD_PAGE_SIZE;
    for (size_t page = 0; page < pages; page++) {
        struct device hurt;
        struct store_mended said;

        device_copies(&whole, &hurt, 2, true);
        ck_assert_int_eq(truncate(hurt.path, (off_t)(page * GUARD_PAGE_SIZE)), 0);
        ck_assert(device_cannot_open(&hurt, STORE_MUST_EXIST));
        ck_assert_msg(hurt.err.kind == ERROR_CORRUPT, "%zu pages: %s", page, hurt.err.cause);
        ck_assert_str_ne(hurt.err.remedy, "");
        if (device_mends(&hurt, &said)) {
            mended_is_true(&hurt, &whole, &said);
            mended++;
            saved += device_counts(&hurt).waiting > 0; /* what waits was written last and lies at the end */
        } else {
            ck_assert_msg(hurt.err.kind == ERROR_CORRUPT, "%zu pages: %s", page, hurt.err.cause);
        }
        device_ends(&hurt);
    }
    ck_assert_uint_gt(mended, pages / 2);
    ck_assert_uint_gt(saved, pages / 8);
    device_ends(&whole);
}
END_TEST

/* --- files ---------------------------------------------------------------------------------------------------------------------------- */

START_TEST(the_mended_store_takes_the_damaged_ones_place)
{
    struct device device;
    struct mended mended;
    char words[MENDED_WORDS_SIZE];
    uint64_t waiting;

    programme_begin(&device);
    device_opens(&device, STORE_MUST_EXIST);
    waiting = device_counts(&device).waiting;
    device_closes(&device);
    error_clear(&device.err);
    ck_assert(!mend_store(device.path, &device.ports, &mended, &device.err));
    ck_assert_int_eq(device.err.kind, ERROR_INVALID); /* nothing is wrong with it */
    const size_t size = size_of(device.path);
    ck_assert_int_eq(truncate(device.path, (off_t)(size - GUARD_PAGE_SIZE)), 0);
    ck_assert(device_cannot_open(&device, STORE_MUST_EXIST));
    error_clear(&device.err);
    ck_assert_msg(mend_store(device.path, &device.ports, &mended, &device.err), "%s", device.err.cause);
    ck_assert_uint_eq(size_of(mended.kept), size - GUARD_PAGE_SIZE);
    mended_words(&mended, words);
    ck_assert_ptr_nonnull(strstr(words, mended.kept));
    device_opens(&device, STORE_MUST_EXIST);
    ck_assert_uint_le(device_counts(&device).waiting, waiting);
    ck_assert_uint_gt(device_counts(&device).waiting, 0);
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

START_TEST(an_empty_file_where_a_store_was_is_told_as_that)
{
    struct device device;

    programme_begin(&device);
    ck_assert_int_eq(truncate(device.path, 0), 0);
    ck_assert(device_cannot_open(&device, STORE_MUST_EXIST));
    ck_assert_int_eq(device.err.kind, ERROR_CORRUPT);
    ck_assert(device_cannot_open(&device, STORE_CREATE));
    ck_assert_int_eq(device.err.kind, ERROR_CORRUPT);
    device_ends(&device);
}
END_TEST

START_TEST(a_folder_of_somebody_elses_is_told_as_that)
{
    struct device device;
    struct store_ports ports;

    device_starts(&device, 1);
    device_closes(&device);
    ports = device.ports;
    if (getuid() == 0) { /* root may read all: be nobody for a moment */
        ck_assert_int_eq(seteuid(65534), 0);
    } else {
        ck_assert_int_eq(chmod(device.folder, 0), 0);
    }
    const bool opened = store_open(device.path, STORE_MUST_EXIST, &ports, &device.store, &device.err);
    if (getuid() == 0)
        ck_assert_int_eq(seteuid(0), 0);
    else
        ck_assert_int_eq(chmod(device.folder, 0700), 0);
    ck_assert(!opened);
    ck_assert_msg(device.err.kind == ERROR_STORAGE, "%s", device.err.cause);
    device_ends(&device);
}
END_TEST

SUITE("agent store damage", a_flipped_bit_is_an_error_or_does_not_matter, two_pages_in_each_others_place_are_found,
      a_damaged_change_is_not_sent_and_what_stands_before_it_is, mending_a_whole_store_keeps_everything,
      after_a_flipped_bit_all_that_can_be_read_is_saved, a_file_cut_short_is_an_error_and_what_is_left_is_saved,
      the_mended_store_takes_the_damaged_ones_place, an_empty_file_where_a_store_was_is_told_as_that,
      a_folder_of_somebody_elses_is_told_as_that)
