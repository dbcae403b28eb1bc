// SPDX-License-Identifier: Apache-2.0
/* Text files of other programs, brought to UTF-8.
 *
 * Here:      the marks at the beginning, the guess without one, the tables of two code pages.
 * Not here:  what the text means.
 */
#include "protocol/charset.h"

#include <string.h>

#include "protocol/catalogue.h"
#include "protocol/text.h"

enum {
    LOOKED_AT_MAX = 1024, /* bytes: what is no text shows it there */
    POINT_BAD = 0xFFFD,
    SNIFF_BYTES = 16 * 1024, /* enough of a file to tell UTF-16 by */
    ZEROS_PERCENT_MIN = 10,  /* blanks, digits and line ends are at least so much of any list, in any script */
};

/* clang-format off */
static const uint16_t cp1250[128] = {
    0x20AC, 0xFFFD, 0x201A, 0xFFFD, 0x201E, 0x2026, 0x2020, 0x2021, 0xFFFD, 0x2030, 0x0160, 0x2039, 0x015A, 0x0164, 0x017D, 0x0179,
    0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0xFFFD, 0x2122, 0x0161, 0x203A, 0x015B, 0x0165, 0x017E, 0x017A,
    0x00A0, 0x02C7, 0x02D8, 0x0141, 0x00A4, 0x0104, 0x00A6, 0x00A7, 0x00A8, 0x00A9, 0x015E, 0x00AB, 0x00AC, 0x00AD, 0x00AE, 0x017B,
    0x00B0, 0x00B1, 0x02DB, 0x0142, 0x00B4, 0x00B5, 0x00B6, 0x00B7, 0x00B8, 0x0105, 0x015F, 0x00BB, 0x013D, 0x02DD, 0x013E, 0x017C,
    0x0154, 0x00C1, 0x00C2, 0x0102, 0x00C4, 0x0139, 0x0106, 0x00C7, 0x010C, 0x00C9, 0x0118, 0x00CB, 0x011A, 0x00CD, 0x00CE, 0x010E,
    0x0110, 0x0143, 0x0147, 0x00D3, 0x00D4, 0x0150, 0x00D6, 0x00D7, 0x0158, 0x016E, 0x00DA, 0x0170, 0x00DC, 0x00DD, 0x0162, 0x00DF,
    0x0155, 0x00E1, 0x00E2, 0x0103, 0x00E4, 0x013A, 0x0107, 0x00E7, 0x010D, 0x00E9, 0x0119, 0x00EB, 0x011B, 0x00ED, 0x00EE, 0x010F,
    0x0111, 0x0144, 0x0148, 0x00F3, 0x00F4, 0x0151, 0x00F6, 0x00F7, 0x0159, 0x016F, 0x00FA, 0x0171, 0x00FC, 0x00FD, 0x0163, 0x02D9,
};
static const uint16_t cp1251[128] = {
    0x0402, 0x0403, 0x201A, 0x0453, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x0409, 0x2039, 0x040A, 0x040C, 0x040B, 0x040F,
    0x0452, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0xFFFD, 0x2122, 0x0459, 0x203A, 0x045A, 0x045C, 0x045B, 0x045F,
    0x00A0, 0x040E, 0x045E, 0x0408, 0x00A4, 0x0490, 0x00A6, 0x00A7, 0x0401, 0x00A9, 0x0404, 0x00AB, 0x00AC, 0x00AD, 0x00AE, 0x0407,
    0x00B0, 0x00B1, 0x0406, 0x0456, 0x0491, 0x00B5, 0x00B6, 0x00B7, 0x0451, 0x2116, 0x0454, 0x00BB, 0x0458, 0x0405, 0x0455, 0x0457,
    0x0410, 0x0411, 0x0412, 0x0413, 0x0414, 0x0415, 0x0416, 0x0417, 0x0418, 0x0419, 0x041A, 0x041B, 0x041C, 0x041D, 0x041E, 0x041F,
    0x0420, 0x0421, 0x0422, 0x0423, 0x0424, 0x0425, 0x0426, 0x0427, 0x0428, 0x0429, 0x042A, 0x042B, 0x042C, 0x042D, 0x042E, 0x042F,
    0x0430, 0x0431, 0x0432, 0x0433, 0x0434, 0x0435, 0x0436, 0x0437, 0x0438, 0x0439, 0x043A, 0x043B, 0x043C, 0x043D, 0x043E, 0x043F,
    0x0440, 0x0441, 0x0442, 0x0443, 0x0444, 0x0445, 0x0446, 0x0447, 0x0448, 0x0449, 0x044A, 0x044B, 0x044C, 0x044D, 0x044E, 0x044F,
};
/* clang-format on */

static const char *const names[CHARSETS] = {
    [CHARSET_UTF8] = "UTF-8",          [CHARSET_UTF16LE] = "UTF-16LE",    [CHARSET_UTF16BE] = "UTF-16BE",
    [CHARSET_CP1250] = "windows-1250", [CHARSET_CP1251] = "windows-1251",
};

const char *charset_name(enum charset charset)
{
    return names[charset];
}

/* The size of the byte order mark, and whose it is; 0 for none. */
static size_t mark_size(struct span in, enum charset *ret)
{
    static const struct {
        const char *bytes;
        size_t size;
        enum charset charset;
    } marks[] = {{"\xEF\xBB\xBF", 3, CHARSET_UTF8}, {"\xFF\xFE", 2, CHARSET_UTF16LE}, {"\xFE\xFF", 2, CHARSET_UTF16BE}};

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (in.size >= marks[i].size && memcmp(in.data, marks[i].bytes, marks[i].size) == 0) {
            *ret = marks[i].charset;
            return marks[i].size;
        }
    }
    return 0;
}

/* UTF-16 without a mark: zero bytes in plenty, and nearly all on one side of the pairs. */
static bool is_bare_utf16(struct span in, enum charset *ret)
{
    size_t size = (in.size < SNIFF_BYTES ? in.size : SNIFF_BYTES) & ~(size_t)1, zeros[2] = {0};

    for (size_t i = 0; i < size; i++)
        zeros[i % 2] += in.data[i] == 0;
    *ret = zeros[1] > zeros[0] ? CHARSET_UTF16LE : CHARSET_UTF16BE;
    const size_t many = zeros[1] > zeros[0] ? zeros[1] : zeros[0], few = zeros[0] + zeros[1] - many;
    return many > 0 && many * 100 >= size / 2 * ZEROS_PERCENT_MIN && few * 10 <= many;
}

static bool is_latin_letter(uint8_t byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

/* A letter in the upper half of cp1251; nearly all of them are letters in cp1250, too. */
static bool is_high_letter(uint8_t byte)
{
    return byte >= 0x80 && cp1251[byte - 0x80] >= 0x0400 && cp1251[byte - 0x80] < 0x0500;
}

static enum charset code_page_of(struct span in)
{
    size_t alone = 0, together = 0;

    for (size_t i = 0; i < in.size; i++) {
        const uint8_t before = i == 0 ? 0 : in.data[i - 1], after = i + 1 == in.size ? 0 : in.data[i + 1];

        if (!is_high_letter(in.data[i]))
            continue;
        alone += is_latin_letter(before) || is_latin_letter(after);
        together += is_high_letter(before) || is_high_letter(after);
    }
    return together > alone ? CHARSET_CP1251 : CHARSET_CP1250;
}

enum charset charset_of(struct span in)
{
    enum charset charset = CHARSET_UTF8;

    if (mark_size(in, &charset) > 0 || is_bare_utf16(in, &charset))
        return charset;
    return text_is_utf8((const char *)in.data, in.size) ? CHARSET_UTF8 : code_page_of(in);
}

static void put_point(struct bytes *out, uint32_t point)
{
    if (point < 0x80) {
        bytes_append_u8(out, (uint8_t)point);
    } else if (point < 0x800) {
        bytes_append_u8(out, (uint8_t)(0xC0 | point >> 6));
        bytes_append_u8(out, (uint8_t)(0x80 | (point & 0x3F)));
    } else if (point < 0x10000) {
        bytes_append_u8(out, (uint8_t)(0xE0 | point >> 12));
        bytes_append_u8(out, (uint8_t)(0x80 | (point >> 6 & 0x3F)));
        bytes_append_u8(out, (uint8_t)(0x80 | (point & 0x3F)));
    } else {
        bytes_append_u8(out, (uint8_t)(0xF0 | point >> 18));
        bytes_append_u8(out, (uint8_t)(0x80 | (point >> 12 & 0x3F)));
        bytes_append_u8(out, (uint8_t)(0x80 | (point >> 6 & 0x3F)));
        bytes_append_u8(out, (uint8_t)(0x80 | (point & 0x3F)));
    }
}

static void put_utf16(struct bytes *out, struct span in, bool big)
{
    for (size_t i = 0; i + 1 < in.size; i += 2) {
        uint32_t unit = (uint32_t)in.data[i + !big] << 8 | in.data[i + big];

        if (unit >= 0xD800 && unit < 0xDC00 && i + 3 < in.size) {
            const uint32_t low = (uint32_t)in.data[i + 2 + !big] << 8 | in.data[i + 2 + big];

            if (low >= 0xDC00 && low < 0xE000) {
                put_point(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
                i += 2;
                continue;
            }
        }
        put_point(out, unit >= 0xD800 && unit < 0xE000 ? POINT_BAD : unit);
    }
    if (in.size % 2 == 1)
        put_point(out, POINT_BAD);
}

static void put_code_page(struct bytes *out, struct span in, const uint16_t *page)
{
    for (size_t i = 0; i < in.size; i++)
        put_point(out, in.data[i] < 0x80 ? in.data[i] : page[in.data[i] - 0x80]);
}

/* After a mark that says UTF-8, whatever is not is no character. */
static void put_utf8(struct bytes *out, struct span in)
{
    const char *text = (const char *)in.data;

    if (text_is_utf8(text, in.size)) {
        bytes_append(out, in.data, in.size);
        return;
    }
    for (size_t i = 0, size; i < in.size; i += size) {
        for (size = 1; size < 4 && i + size < in.size && (in.data[i + size] & 0xC0) == 0x80; size++)
            continue;
        if (!text_is_utf8(text + i, size)) {
            size = 1;
            put_point(out, in.data[i] < 0x80 ? in.data[i] : POINT_BAD);
        } else {
            bytes_append(out, in.data + i, size);
        }
    }
}

bool charset_to_utf8(struct span in, struct bytes *out, enum charset *ret, struct error *err)
{
    enum charset charset = charset_of(in), marked;
    const size_t mark = mark_size(in, &marked);

    if (in.size > CHARSET_FILE_BYTES_MAX)
        return error_set(err, ERROR_LIMIT, "Give a smaller file.", "the file has %zu bytes; %d are allowed", in.size,
                         CHARSET_FILE_BYTES_MAX);
    in = (struct span){mark == 0 ? in.data : in.data + mark, in.size - mark};
    if (charset == CHARSET_UTF16LE || charset == CHARSET_UTF16BE)
        put_utf16(out, in, charset == CHARSET_UTF16BE);
    else if (charset == CHARSET_UTF8)
        put_utf8(out, in);
    else
        put_code_page(out, in, charset == CHARSET_CP1250 ? cp1250 : cp1251);
    if (out->failed)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "there was no memory for the file's text");
    *ret = charset;
    return true;
}

/* --- no text at all ------------------------------------------------------------------------------------------------------------ */

/* What people give by mistake, by its first bytes. Pictures also as a browser reads them that takes them for text: U+FFFD for what is
 * none. */
static const struct {
    const char *bytes, *what, *remedy;
} others[] = {
    {"PK\x03\x04", N_("a workbook or an archive"), N_("Open it in a spreadsheet, save it as CSV, and give that file.")},
    {"\xD0\xCF\x11\xE0", N_("an old workbook"), N_("Open it in a spreadsheet, save it as CSV, and give that file.")},
    {"%PDF", N_("a PDF"), N_("Export the report as CSV and give that file.")},
    {"<", N_("a web page"), N_("Download the report itself, as CSV, and give that file.")},
    {"\x89PNG", N_("a picture"), N_("Download the report itself, as CSV, and give that file.")},
    {"\xEF\xBF\xBDPNG", N_("a picture"), N_("Download the report itself, as CSV, and give that file.")},
    {"\xFF\xD8\xFF", N_("a picture"), N_("Download the report itself, as CSV, and give that file.")},
};

bool charset_is_text(struct span file, struct error *err)
{
    const size_t looked_at = file.size < LOOKED_AT_MAX ? file.size : LOOKED_AT_MAX;
    enum charset charset;

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const size_t size = strlen(others[i].bytes);

        if (file.size >= size && memcmp(file.data, others[i].bytes, size) == 0)
            return error_set(err, ERROR_INVALID, others[i].remedy, "the file is no text but %s", others[i].what);
    }
    charset = looked_at == 0 ? CHARSET_UTF8 : charset_of(file);
    return charset == CHARSET_UTF16LE || charset == CHARSET_UTF16BE || looked_at == 0 || memchr(file.data, 0, looked_at) == NULL ||
           error_set(err, ERROR_INVALID, "Give the list or the report as CSV.", "the file is no text");
}
