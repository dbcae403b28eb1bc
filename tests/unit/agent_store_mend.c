// SPDX-License-Identifier: Apache-2.0
/* Promises of mending: all that can be read of a damaged store is in the mended one, nothing else is, and what waits can be sent.
 *
 * Here:      whole stores, flipped bits, files cut at every page; the files taking each other's place.
 * Not here:  finding damage (agent_store_damage.c).
 */
#define _GNU_SOURCE
#include "agent/app/mend.h"
#include "tests/unit/store_programme.h"
#include "tests/unit/suite.h"

enum { FLIPS = 40 };

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
    for (unsigned round = 0; round < FLIPS; round++) {
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
    ck_assert_uint_gt(saved, FLIPS / 2);
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
    mended_words(NULL, &mended, words);
    ck_assert_ptr_nonnull(strstr(words, mended.kept));
    device_opens(&device, STORE_MUST_EXIST);
    ck_assert_uint_le(device_counts(&device).waiting, waiting);
    ck_assert_uint_gt(device_counts(&device).waiting, 0);
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

SUITE("agent store mend", mending_a_whole_store_keeps_everything, after_a_flipped_bit_all_that_can_be_read_is_saved,
      a_file_cut_short_is_an_error_and_what_is_left_is_saved, the_mended_store_takes_the_damaged_ones_place)
