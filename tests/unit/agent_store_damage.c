// SPDX-License-Identifier: Apache-2.0
/* Promises of the store about disks that do not give back what they were given: what is read is true or is refused, and what can be done
 * without it is done.
 *
 * Here:      flipped bits anywhere, pages in each other's place, damaged changes, empty files, folders of others.
 * Not here:  saving what is left (agent_store_mend.c), power cuts (tests/stories/power.c), disks that are full.
 */
#define _GNU_SOURCE
#include "tests/unit/store_programme.h"
#include "tests/unit/suite.h"

enum { FLIPS = 320 };

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
      a_damaged_change_is_not_sent_and_what_stands_before_it_is, an_empty_file_where_a_store_was_is_told_as_that,
      a_folder_of_somebody_elses_is_told_as_that)
