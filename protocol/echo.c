// SPDX-License-Identifier: Apache-2.0
/* Texts that echo the words of another text.
 *
 * Here:      the fixed table of letters, words, templates.
 * Not here:  folding for search (text.c), which may follow Unicode; this may not.
 */
#include "protocol/echo.h"

#include <stdint.h>
#include <string.h>

enum { WORD_BYTES_MIN = 2 };

/* Serbian, Bosnian and Macedonian Cyrillic in the order of Unicode from U+0400, capitals and small ones alike; "" is no letter. */
static const char *const cyrillic[] = {
    "",  "",  "dj", "gj", "",  "dz", "",  "",  "j", "lj", "nj", "c", "kj", "",  "",   "dz", /* U+0400 */
    "a", "b", "v",  "g",  "d", "e",  "z", "z", "i", "j",  "k",  "l", "m",  "n", "o",  "p",  /* U+0410 */
    "r", "s", "t",  "u",  "f", "h",  "c", "c", "s", "s",  "",   "",  "",   "e", "ju", "ja", /* U+0420 */
};

struct letter {
    uint16_t capital, small;
    char latin[3];
};
static const struct letter letters[] = {
    {0xC0, 0xE0, "a"},   {0xC1, 0xE1, "a"},    {0xC2, 0xE2, "a"},   {0xC4, 0xE4, "a"},   {0xC7, 0xE7, "c"}, {0xC8, 0xE8, "e"},
    {0xC9, 0xE9, "e"},   {0xCA, 0xEA, "e"},    {0xCB, 0xEB, "e"},   {0xCD, 0xED, "i"},   {0xCE, 0xEE, "i"}, {0xD1, 0xF1, "n"},
    {0xD3, 0xF3, "o"},   {0xD4, 0xF4, "o"},    {0xD6, 0xF6, "o"},   {0xDA, 0xFA, "u"},   {0xDC, 0xFC, "u"}, {0x106, 0x107, "c"},
    {0x10C, 0x10D, "c"}, {0x110, 0x111, "dj"}, {0x160, 0x161, "s"}, {0x17D, 0x17E, "z"},
};

/* One character of checked UTF-8; *ret_point 0 when it has more than two bytes. */
static size_t character(const char *text, unsigned *ret_point)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t size = at[0] < 0x80 ? 1 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : 4;

    for (size_t i = 1; i < size; i++) {
        if (at[i] == '\0')
            size = i; /* never in checked text */
    }
    *ret_point = size == 1 ? at[0] : size == 2 ? (at[0] & 0x1FU) << 6 | (at[1] & 0x3FU) : 0;
    return size;
}

/* "" when it is no letter or digit of the table. */
static const char *latin_of(unsigned point, char ascii[2])
{
    if (point >= 'A' && point <= 'Z')
        point += 'a' - 'A';
    ascii[0] = (char)point;
    ascii[1] = '\0';
    if ((point >= 'a' && point <= 'z') || (point >= '0' && point <= '9'))
        return ascii;
    if (point >= 0x400 && point < 0x460)
        return cyrillic[point < 0x430 ? point - 0x400 : point < 0x450 ? point - 0x420 : point - 0x450];
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        if (letters[i].capital == point || letters[i].small == point)
            return letters[i].latin;
    }
    return "";
}

void echo_words_of(const char *text, struct echo_words *ret)
{
    size_t used = 0, start = 0;

    ret->count = 0;
    while (text != NULL && ret->count < ECHO_WORDS_MAX) {
        unsigned point;
        char ascii[2];
        size_t step = *text == '\0' ? 0 : character(text, &point);
        const char *latin = step == 0 ? "" : latin_of(point, ascii);
        size_t size = strlen(latin);

        if (size > 0 && used + size <= sizeof ret->bytes) {
            memcpy(ret->bytes + used, latin, size);
            used += size;
        } else if (used > start) {
            ret->words[ret->count] = ret->bytes + start;
            ret->sizes[ret->count++] = used - start;
            start = used;
        }
        if (step == 0)
            break;
        text += step;
    }
}

/* The longest word that stands here; the count when none does. */
static size_t word_at(const char *text, const struct echo_words *words)
{
    size_t best = words->count, best_size = WORD_BYTES_MIN - 1;

    for (size_t i = 0; i < words->count; i++) {
        if (words->sizes[i] > best_size && strncmp(text, words->words[i], words->sizes[i]) == 0) {
            best = i;
            best_size = words->sizes[i];
        }
    }
    return best;
}

const char *echo_template(struct arena *arena, const char *text, const struct echo_words *words)
{
    char *made = arena_text(arena, text); /* never longer: a word has at least two bytes */
    size_t size = 0;

    while (made != NULL && *text != '\0') {
        size_t word = word_at(text, words);

        if (word < words->count) {
            made[size++] = '$';
            made[size++] = (char)('1' + word);
            text += words->sizes[word];
        } else {
            made[size++] = *text++;
        }
    }
    if (made != NULL)
        made[size] = '\0';
    return made;
}

size_t echo_size(const char *template_text, const struct echo_words *words)
{
    size_t size = 0;

    for (const char *at = template_text; *at != '\0'; at++) {
        if (*at != '$') {
            size++;
            continue;
        }
        at++;
        if (*at < '1' || *at > '9' || (size_t)(*at - '1') >= words->count)
            return SIZE_MAX;
        size += words->sizes[*at - '1'];
    }
    return size;
}

void echo_fill(const char *template_text, const struct echo_words *words, char *ret)
{
    for (const char *at = template_text; *at != '\0'; at++) {
        if (*at != '$') {
            *ret++ = *at;
            continue;
        }
        at++;
        memcpy(ret, words->words[*at - '1'], words->sizes[*at - '1']);
        ret += words->sizes[*at - '1'];
    }
}
