// SPDX-License-Identifier: Apache-2.0
/* Byte strings.
 *
 * Here:      what bytes.h promises, and what deflate.h promises of bytes that a stranger squeezed.
 * Not here:  what the bytes mean.
 */
#include "protocol/bytes.h"

#include <string.h>

#include "protocol/deflate.h"
#include "protocol/limits.h"
#include "tests/unit/suite.h"

START_TEST(what_is_written_is_read)
{
    struct bytes out = {0};
    struct reader in;
    struct span text;

    ck_assert(bytes_append_u8(&out, 200));
    ck_assert(bytes_append_u32(&out, 0x01020304));
    ck_assert(bytes_append_u64(&out, UINT64_C(0x0102030405060708)));
    ck_assert(bytes_append_text(&out, "Vesna"));
    ck_assert(bytes_append_text(&out, NULL));
    ck_assert_mem_eq(out.data, "\xC8\x04\x03\x02\x01\x08\x07\x06\x05\x04\x03\x02\x01\x05Vesna\0", 20);
    ck_assert_uint_eq(out.size, 20);

    in = reader_of(out.data, out.size);
    ck_assert_uint_eq(reader_u8(&in), 200);
    ck_assert_uint_eq(reader_u32(&in), 0x01020304);
    ck_assert_uint_eq(reader_u64(&in), UINT64_C(0x0102030405060708));
    text = reader_text(&in);
    ck_assert_uint_eq(text.size, 5);
    ck_assert_mem_eq(text.data, "Vesna", 5);
    ck_assert_uint_eq(reader_text(&in).size, 0);
    ck_assert_uint_eq(reader_left(&in), 0);
    ck_assert(!in.failed);
    bytes_clear(&out);
}
END_TEST

START_TEST(a_reader_never_reads_past_its_end)
{
    struct reader in = reader_of("\x01\x02\x03", 3);

    ck_assert_uint_eq(reader_u32(&in), 0);
    ck_assert(in.failed);
    ck_assert_uint_eq(reader_left(&in), 0);
    ck_assert_uint_eq(reader_u8(&in), 0); /* and stays failed, though a byte is there */
    ck_assert_uint_eq(reader_varint(&in), 0);
    ck_assert_uint_eq(reader_text(&in).size, 0);
    in = reader_of(NULL, 5);
    ck_assert_uint_eq(reader_left(&in), 0);
    ck_assert_uint_eq(reader_span(&in, 0).size, 0);
    ck_assert(!in.failed);
    reader_u8(&in);
    ck_assert(in.failed);
}
END_TEST

START_TEST(a_text_longer_than_what_is_left_fails)
{
    struct reader fits = reader_of("\x02"
                                   "ab",
                                   3);
    struct reader cut = reader_of("\x03"
                                  "ab",
                                  3);
    struct reader huge = reader_of("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 10);

    ck_assert_uint_eq(reader_text(&fits).size, 2);
    ck_assert(!fits.failed);
    ck_assert_uint_eq(reader_text(&cut).size, 0);
    ck_assert(cut.failed);
    ck_assert_uint_eq(reader_text(&huge).size, 0);
    ck_assert(huge.failed);
}
END_TEST

START_TEST(varints_have_one_form)
{
    static const uint64_t values[] = {0, 1, 127, 128, 16383, 16384, UINT32_MAX, UINT64_MAX >> 1, UINT64_MAX};
    static const struct {
        const char *raw;
        size_t size;
    } refused[] = {
        {"\x80\x00", 2},                                     /* 0 in two bytes */
        {"\xFF\x80\x00", 3},                                 /* 127 in three */
        {"\x80", 1},                                         /* cut */
        {"", 0},                                             /* nothing */
        {"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02", 10},    /* 2^64 */
        {"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x81\x00", 11} /* eleven bytes */
    };
    struct bytes out = {0};

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct reader in;

        bytes_reset(&out);
        bytes_append_varint(&out, values[i]);
        in = reader_of(out.data, out.size);
        ck_assert_uint_eq(reader_varint(&in), values[i]);
        ck_assert(!in.failed);
        ck_assert_uint_eq(reader_left(&in), 0);
    }
    ck_assert_uint_eq(out.size, 10);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct reader in = reader_of(refused[i].raw, refused[i].size);

        ck_assert_uint_eq(reader_varint(&in), 0);
        ck_assert(in.failed);
    }
    bytes_clear(&out);
}
END_TEST

START_TEST(a_writer_grows_and_keeps_what_it_has)
{
    struct bytes out = {0};
    uint8_t *extended;
    unsigned changed = 0;

    for (unsigned i = 0; i < 100000; i++)
        bytes_append_u8(&out, (uint8_t)i);
    for (unsigned i = 0; i < 100000; i++)
        changed += out.data[i] != (uint8_t)i;
    ck_assert(!out.failed);
    ck_assert_uint_eq(changed, 0);
    extended = bytes_extend(&out, 10);
    ck_assert_ptr_eq(extended, out.data + 100000);
    ck_assert_uint_eq(bytes_span(&out).size, 100010);
    bytes_clear(&out);
    ck_assert_ptr_null(out.data);
}
END_TEST

START_TEST(a_writer_without_memory_fails_and_stays_failed)
{
    struct bytes out = {0};

    ck_assert(bytes_append(&out, "abc", 3));
    ck_assert_ptr_null(bytes_extend(&out, SIZE_MAX - 1));
    ck_assert(out.failed);
    ck_assert(!bytes_append_u8(&out, 1));
    ck_assert(!bytes_append_text(&out, "x"));
    ck_assert_uint_eq(out.size, 3);
    bytes_reset(&out);
    ck_assert(bytes_append_u8(&out, 1));
    bytes_clear(&out);
}
END_TEST

START_TEST(hex_goes_both_ways)
{
    uint8_t raw[4];
    char text[9];

    hex_write("\x00\x9A\xff\x10", 4, text);
    ck_assert_str_eq(text, "009aff10");
    ck_assert(hex_read("009AfF10", raw, 4));
    ck_assert_mem_eq(raw, "\x00\x9A\xff\x10", 4);
    ck_assert(!hex_read("009aff1", raw, 4));
    ck_assert(!hex_read("009aff100", raw, 4));
    ck_assert(!hex_read("009aff1g", raw, 4));
    ck_assert(!hex_read("", raw, 4));
    ck_assert(hex_read("", raw, 0));
}
END_TEST

START_TEST(base32_goes_both_ways_for_every_length)
{
    uint8_t raw[20], back[20];
    char text[33];

    for (size_t size = 0; size <= sizeof raw; size++) {
        for (size_t i = 0; i < size; i++)
            raw[i] = (uint8_t)(i * 37 + 200);
        base32_write(raw, size, text);
        ck_assert_uint_eq(strlen(text), (size * 8 + 4) / 5);
        ck_assert(base32_read(text, back, size));
        ck_assert_mem_eq(raw, back, size);
        if (size > 0)
            ck_assert(!base32_read(text, back, size - 1));
        if (size < sizeof raw)
            ck_assert(!base32_read(text, back, size + 1));
    }
    base32_write("\xFF\xFF", 2, text);
    ck_assert_str_eq(text, "ZZZG");
}
END_TEST

START_TEST(base32_takes_what_people_mistype)
{
    uint8_t raw[5], other[5];

    ck_assert(base32_read("01ABCXYZ", raw, 5));
    ck_assert(base32_read("oi-abc xyz", other, 5));
    ck_assert_mem_eq(raw, other, 5);
    ck_assert(base32_read("OLABCXYZ", other, 5));
    ck_assert_mem_eq(raw, other, 5);
    ck_assert(!base32_read("01ABCUYZ", other, 5)); /* U is no digit */
    ck_assert(!base32_read("01ABC!YZ", other, 5));
    ck_assert(!base32_read("01ABC~YZ", other, 5));
    ck_assert(!base32_read("01ABCXYZ0", other, 5));
    ck_assert(!base32_read("ZZZZ", other, 2)); /* bits that the writer leaves zero */
}
END_TEST

START_TEST(squeezed_bytes_open_to_the_same)
{
    struct bytes raw = {0}, packed = {0}, opened = {0};
    struct error err = {0};

    for (unsigned size = 0; size < 3000; size += 271) {
        bytes_reset(&raw);
        bytes_reset(&packed);
        bytes_reset(&opened);
        for (unsigned i = 0; i < size; i++)
            bytes_append_u8(&raw, (uint8_t)(i * i >> 4));
        bytes_append_text(&packed, "before");
        bytes_append_text(&opened, "before");
        ck_assert(deflate_pack(bytes_span(&raw), DICTIONARY_NONE, &packed, &err));
        ck_assert(deflate_open((struct span){packed.data + 7, packed.size - 7}, DICTIONARY_NONE, size, 3000, &opened, &err));
        ck_assert_uint_eq(opened.size, size + 7);
        ck_assert(size == 0 || memcmp(opened.data + 7, raw.data, size) == 0);
    }
    bytes_clear(&raw);
    bytes_clear(&packed);
    bytes_clear(&opened);
}
END_TEST

static enum error_kind opening(struct span in, size_t raw_size, size_t raw_max)
{
    struct bytes out = {0};
    struct error err = {0};
    bool opened = deflate_open(in, DICTIONARY_NONE, raw_size, raw_max, &out, &err);

    ck_assert(opened == (err.kind == ERROR_NONE));
    ck_assert_uint_eq(out.size, opened ? raw_size : 0);
    bytes_clear(&out);
    return err.kind;
}

START_TEST(opening_gives_exactly_what_was_promised_or_nothing)
{
    struct bytes packed = {0};
    struct error err = {0};
    struct span in = {(const uint8_t *)"a session, a session, a session", 31};

    ck_assert(deflate_pack(in, DICTIONARY_NONE, &packed, &err));
    ck_assert_int_eq(opening(bytes_span(&packed), 31, 31), ERROR_NONE);
    ck_assert_int_eq(opening(bytes_span(&packed), 31, 30), ERROR_LIMIT);
    ck_assert_int_eq(opening(bytes_span(&packed), 30, 31), ERROR_CORRUPT);
    ck_assert_int_eq(opening(bytes_span(&packed), 32, 32), ERROR_CORRUPT);
    ck_assert_int_eq(opening((struct span){packed.data, packed.size - 1}, 31, 31), ERROR_CORRUPT);
    ck_assert_int_eq(opening((struct span){NULL, 0}, 0, 31), ERROR_CORRUPT);
    bytes_append_u8(&packed, 0); /* something left over */
    ck_assert_int_eq(opening(bytes_span(&packed), 31, 31), ERROR_CORRUPT);
    bytes_clear(&packed);
}
END_TEST

START_TEST(no_memory_is_told_and_spoils_nothing)
{
    struct bytes packed = {0}, full = {.failed = true};
    struct error err = {0};
    struct span in = {(const uint8_t *)"abc", 3};

    ck_assert(deflate_pack(in, DICTIONARY_NONE, &packed, &err));
    ck_assert(!deflate_pack(in, DICTIONARY_NONE, &full, &err));
    ck_assert_int_eq(err.kind, ERROR_MEMORY);
    error_clear(&err);
    ck_assert(!deflate_open(bytes_span(&packed), DICTIONARY_NONE, 3, 3, &full, &err));
    ck_assert_int_eq(err.kind, ERROR_MEMORY);
    ck_assert_uint_eq(full.size, 0);
    bytes_clear(&packed);
}
END_TEST

START_TEST(more_than_zlib_can_count_is_refused)
{
    struct bytes out = {0};
    struct error err = {0};

    ck_assert(!deflate_pack((struct span){(const uint8_t *)"x", SIZE_MAX}, DICTIONARY_NONE, &out, &err));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    ck_assert_int_eq(opening((struct span){(const uint8_t *)"x", SIZE_MAX}, 1, 1), ERROR_LIMIT);
    ck_assert_int_eq(opening((struct span){(const uint8_t *)"x", 1}, SIZE_MAX, SIZE_MAX), ERROR_LIMIT);
}
END_TEST

START_TEST(a_bomb_is_refused_before_it_is_opened)
{
    static uint8_t zeros[200000];
    struct bytes packed = {0};
    struct error err = {0};
    size_t most;

    ck_assert(deflate_pack((struct span){zeros, sizeof zeros}, DICTIONARY_NONE, &packed, &err));
    ck_assert_uint_lt(packed.size, 400);
    ck_assert_int_eq(opening(bytes_span(&packed), sizeof zeros, sizeof zeros), ERROR_LIMIT);
    most = packed.size * INFLATE_RATIO_MAX + 1024;
    ck_assert_int_eq(opening(bytes_span(&packed), most, sizeof zeros), ERROR_CORRUPT); /* believed, and found out */
    ck_assert_int_eq(opening(bytes_span(&packed), most + 1, sizeof zeros), ERROR_LIMIT);
    bytes_clear(&packed);
}
END_TEST

START_TEST(bytes_with_a_dictionary_do_not_open_without)
{
    struct span words = deflate_dictionary_text(DICTIONARY_HEAD);
    struct bytes packed = {0}, opened = {0};
    struct error err = {0};
    struct span in = {words.data, words.size < 200 ? words.size : 200};

    ck_assert_uint_gt(in.size, 0);
    ck_assert(deflate_pack(in, DICTIONARY_HEAD, &packed, &err));
    ck_assert_uint_lt(packed.size, in.size / 2);
    ck_assert(deflate_open(bytes_span(&packed), DICTIONARY_HEAD, in.size, in.size, &opened, &err));
    ck_assert_mem_eq(opened.data, in.data, in.size);
    ck_assert(!deflate_open(bytes_span(&packed), DICTIONARY_NONE, in.size, in.size, &opened, &err));
    ck_assert_int_eq(err.kind, ERROR_CORRUPT);
    bytes_clear(&packed);
    bytes_clear(&opened);
}
END_TEST

SUITE("bytes", what_is_written_is_read, a_reader_never_reads_past_its_end, a_text_longer_than_what_is_left_fails, varints_have_one_form,
      a_writer_grows_and_keeps_what_it_has, a_writer_without_memory_fails_and_stays_failed, hex_goes_both_ways,
      base32_goes_both_ways_for_every_length, base32_takes_what_people_mistype, squeezed_bytes_open_to_the_same,
      opening_gives_exactly_what_was_promised_or_nothing, no_memory_is_told_and_spoils_nothing, more_than_zlib_can_count_is_refused,
      a_bomb_is_refused_before_it_is_opened, bytes_with_a_dictionary_do_not_open_without)
