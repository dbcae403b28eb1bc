// SPDX-License-Identifier: Apache-2.0
/* Text that people wrote: what is allowed, the one form we keep, the one form we search by.
 *
 * Here:      UTF-8, controls, bounds, NFC, trimming, folding.
 * Not here:  matching people, translating.
 */
#include "protocol/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "protocol/bytes.h"
#include "protocol/limits.h"

/* Size of the well-formed sequence at `at` (RFC 3629: shortest form, no surrogates, nothing over U+10FFFF); 0 for none. */
static size_t sequence_size(const uint8_t *at, size_t left)
{
    uint8_t low = 0x80, high = 0xBF;
    size_t size;

    if (at[0] < 0x80)
        return 1;
    size = at[0] < 0xC2 ? 0 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : at[0] < 0xF5 ? 4 : 0;
    if (size == 0 || size > left)
        return 0;
    if (at[0] == 0xE0)
        low = 0xA0;
    if (at[0] == 0xED)
        high = 0x9F;
    if (at[0] == 0xF0)
        low = 0x90;
    if (at[0] == 0xF4)
        high = 0x8F;
    if (at[1] < low || at[1] > high)
        return 0;
    for (size_t i = 2; i < size; i++) {
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    }
    return size;
}

static bool is_forbidden_control(uint8_t byte)
{
    return (byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7F;
}

/* How many leading bytes are UTF-8 and, where `controls` is false, no forbidden control. */
static size_t good_size(const char *text, size_t size, bool controls)
{
    const uint8_t *at = (const uint8_t *)text;
    size_t done = 0;

    while (done < size) {
        size_t step;

        if (!controls && is_forbidden_control(at[done]))
            break;
        step = sequence_size(at + done, size - done);
        if (step == 0)
            break;
        done += step;
    }
    return done;
}

bool text_is_utf8(const char *text, size_t size)
{
    return good_size(text, size, true) == size;
}

bool text_is_allowed(const char *text, size_t size)
{
    return size <= TEXT_BYTES_MAX && good_size(text, size, false) == size;
}

/* White space of any script, and the marks that word processors leave at the ends (byte order mark, zero width space). */
static bool is_blank(utf8proc_int32_t point)
{
    return point == '\t' || point == '\n' || point == '\r' || point == 0xFEFF || point == 0x200B ||
           utf8proc_category(point) == UTF8PROC_CATEGORY_ZS;
}

static void trim(const char **text, size_t *size)
{
    const uint8_t *start = (const uint8_t *)*text;
    size_t from = 0, to = 0;
    bool begun = false;

    for (size_t at = 0; at < *size;) {
        utf8proc_int32_t point;
        utf8proc_ssize_t step = utf8proc_iterate(start + at, (utf8proc_ssize_t)(*size - at), &point);

        if (step <= 0)
            break; /* cannot be: it was checked */
        if (!is_blank(point)) {
            if (!begun)
                from = at;
            begun = true;
            to = at + (size_t)step;
        }
        at += (size_t)step;
    }
    *text += from;
    *size = to - from;
}

static bool is_ascii(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)text[i] >= 0x80)
            return false;
    }
    return true;
}

/* A copy with line ends as LF: what people paste from other systems has CR LF. */
static char *copy_with_line_feeds(struct arena *arena, const char *text, size_t *size)
{
    char *copy = arena_text_n(arena, text, *size);
    size_t to = 0;

    if (copy == NULL)
        return NULL;
    for (size_t from = 0; from < *size; from++) {
        if (copy[from] != '\r')
            copy[to++] = copy[from];
        else if (from + 1 == *size || copy[from + 1] != '\n')
            copy[to++] = '\n';
    }
    copy[to] = '\0';
    *size = to;
    return copy;
}

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs.", "there was no memory for a text");
}

static bool compose(struct arena *arena, const char **text, size_t *size, struct error *err)
{
    utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t length;

    if (is_ascii(*text, *size))
        return true;
    length = utf8proc_map((const utf8proc_uint8_t *)*text, (utf8proc_ssize_t)*size, &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (length < 0)
        return no_memory(err);
    *text = arena_text_n(arena, (const char *)composed, (size_t)length);
    *size = (size_t)length;
    free(composed);
    return *text != NULL || no_memory(err);
}

bool text_clean(struct arena *arena, const char *what, const char *text, size_t size, const char **ret, struct error *err)
{
    const char *clean;
    size_t good;

    /* a text that NFC and trimming could still bring under the bound is at most so long; beyond that we do not even look */
    if (size > 4 * (size_t)TEXT_BYTES_MAX)
        return error_set(err, ERROR_LIMIT, "Shorten it.", "%s was %zu bytes long; %d are allowed", what, size, TEXT_BYTES_MAX);
    good = good_size(text, size, true);
    if (good < size)
        return error_set(err, ERROR_INVALID, "Save the text as UTF-8 and try again.", "%s was not UTF-8: byte %zu of %zu is 0x%02X", what,
                         good + 1, size, (unsigned char)text[good]);
    clean = copy_with_line_feeds(arena, text, &size);
    if (clean == NULL)
        return no_memory(err);
    trim(&clean, &size);
    good = good_size(clean, size, false);
    if (good < size)
        return error_set(err, ERROR_INVALID, "Remove the control character.", "%s has a control character 0x%02X", what,
                         (unsigned char)clean[good]);
    if (!compose(arena, &clean, &size, err))
        return false;
    if (size > TEXT_BYTES_MAX)
        return error_set(err, ERROR_LIMIT, "Shorten it.", "%s was %zu bytes long; %d are allowed", what, size, TEXT_BYTES_MAX);
    *ret = arena_text_n(arena, clean, size);
    return *ret != NULL || no_memory(err);
}

struct fold_row {
    utf8proc_int32_t point;
    const char *latin;
};

/* Letters that Unicode does not take apart, as the Latin letters that the same name is written with. Serbian and Macedonian first:
 * one sound, one fold, so that Đorđe, Ђорђе and djordje meet, and Ѓ and Ќ meet the Đ and Ć that the neighbours write.
 * Ascending by point. */
static const struct fold_row folds[] = {
    {0x00DF, "ss"}, {0x00E6, "ae"}, {0x00F0, "d"},  {0x00F8, "o"},  {0x00FE, "th"}, {0x0111, "dj"}, {0x0131, "i"},  {0x0142, "l"},
    {0x0153, "oe"}, {0x0430, "a"},  {0x0431, "b"},  {0x0432, "v"},  {0x0433, "g"},  {0x0434, "d"},  {0x0435, "e"},  {0x0436, "z"},
    {0x0437, "z"},  {0x0438, "i"},  {0x0439, "j"},  {0x043A, "k"},  {0x043B, "l"},  {0x043C, "m"},  {0x043D, "n"},  {0x043E, "o"},
    {0x043F, "p"},  {0x0440, "r"},  {0x0441, "s"},  {0x0442, "t"},  {0x0443, "u"},  {0x0444, "f"},  {0x0445, "h"},  {0x0446, "c"},
    {0x0447, "c"},  {0x0448, "s"},  {0x0449, "st"}, {0x044A, "a"},  {0x044B, "i"},  {0x044C, "j"},  {0x044D, "e"},  {0x044E, "ju"},
    {0x044F, "ja"}, {0x0452, "dj"}, {0x0453, "dj"}, {0x0455, "dz"}, {0x0456, "i"},  {0x0458, "j"},  {0x0459, "lj"}, {0x045A, "nj"},
    {0x045B, "c"},  {0x045C, "c"},  {0x045F, "dz"}, {0x2018, "'"},  {0x2019, "'"},
};

static int fold_order(const void *key, const void *row)
{
    utf8proc_int32_t point = *(const utf8proc_int32_t *)key;
    utf8proc_int32_t other = ((const struct fold_row *)row)->point;

    return point < other ? -1 : point > other;
}

/* Puts one code point, taken apart and without marks where the table does not know it. */
static void fold_point(struct bytes *out, utf8proc_int32_t point, bool apart)
{
    const struct fold_row *row = bsearch(&point, folds, sizeof folds / sizeof folds[0], sizeof folds[0], fold_order);
    utf8proc_int32_t parts[32];
    utf8proc_uint8_t raw[4];
    utf8proc_ssize_t count;
    int boundary = 0;

    if (row != NULL) {
        bytes_append(out, row->latin, strlen(row->latin));
    } else if (is_blank(point)) {
        if (out->size > 0 && out->data[out->size - 1] != ' ')
            bytes_append_u8(out, ' ');
    } else if (point < 0x80 || apart) {
        bytes_append(out, raw, (size_t)utf8proc_encode_char(point, raw));
    } else {
        count = utf8proc_decompose_char(point, parts, 32, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK,
                                        &boundary);
        for (utf8proc_ssize_t i = 0; i < count && i < 32; i++)
            fold_point(out, parts[i], true);
    }
}

const char *text_fold(struct arena *arena, const char *text)
{
    utf8proc_uint8_t *lower = NULL;
    utf8proc_ssize_t length;
    struct bytes out = {0};
    const char *folded = NULL;

    /* composed first: ѓ ќ й are letters of their own, not г к и with a mark */
    length = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)strlen(text), &lower,
                          UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
    if (length < 0)
        goto out;
    for (utf8proc_ssize_t at = 0; at < length;) {
        utf8proc_int32_t point;
        utf8proc_ssize_t step = utf8proc_iterate(lower + at, length - at, &point);

        if (step <= 0)
            break;
        fold_point(&out, point, false);
        at += step;
    }
    if (out.size > 0 && out.data[out.size - 1] == ' ')
        out.size--;
    if (!out.failed)
        folded = arena_text_n(arena, (const char *)out.data, out.size);
out:
    bytes_clear(&out);
    free(lower);
    return folded;
}

const struct text_loose text_loosened[] = {{"dj", "d"}, {"gj", "d"}, {"xh", "dz"}, {NULL, NULL}};

void text_loosen(char *folded)
{
    char *to = folded;

    while (*folded != '\0') {
        const struct text_loose *pair = text_loosened;

        while (pair->folded != NULL && strncmp(folded, pair->folded, strlen(pair->folded)) != 0)
            pair++;
        if (pair->folded == NULL) {
            *to++ = *folded++;
        } else {
            memcpy(to, pair->loose, strlen(pair->loose));
            to += strlen(pair->loose);
            folded += strlen(pair->folded);
        }
    }
    *to = '\0';
}
