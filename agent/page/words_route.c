// SPDX-License-Identifier: Apache-2.0
/* Words and folded letters, written as JSON.
 *
 * Not here:  what they are.
 */
#include "agent/page/words_route.h"

#include <string.h>

#include "protocol/json_text.h"
#include "protocol/text.h"

static bool hand_over(struct json_text *json, struct bytes *out, struct error *err)
{
    if (json->out.failed) {
        bytes_clear(&json->out);
        return error_set(err, ERROR_MEMORY, "Close other programs, then try again.", "no memory was left for the page's words");
    }
    *out = json->out;
    return true;
}

bool words_write(const struct catalogue *words, struct bytes *out, struct error *err)
{
    return catalogue_page_json(words, out) ||
           error_set(err, ERROR_MEMORY, "Close other programs, then try again.", "no memory was left for the page's words");
}

/* Latin with marks, combining marks, Cyrillic, more Latin with marks, the apostrophes that people and tablets type. */
static const struct {
    uint32_t first, last;
} fold_ranges[] = {{0x00C0, 0x024F}, {0x0300, 0x036F}, {0x0400, 0x04FF}, {0x1E00, 0x1EFF}, {0x2018, 0x2019}};

static void utf8_write(uint32_t code, char ret[4])
{
    size_t size = 0;

    if (code >= 0x800) {
        ret[size++] = (char)(0xE0 | code >> 12);
        ret[size++] = (char)(0x80 | (code >> 6 & 0x3F));
    } else {
        ret[size++] = (char)(0xC0 | code >> 6);
    }
    ret[size++] = (char)(0x80 | (code & 0x3F));
    ret[size] = '\0';
}

bool fold_write(struct bytes *out, struct error *err)
{
    struct json_text json = {0};
    struct arena arena = {0};

    json_open(&json, NULL, '{');
    for (size_t i = 0; i < sizeof fold_ranges / sizeof fold_ranges[0]; i++)
        for (uint32_t code = fold_ranges[i].first; code <= fold_ranges[i].last; code++) {
            char character[4];
            const char *folded;

            utf8_write(code, character);
            folded = text_fold(&arena, character);
            if (folded != NULL && strcmp(folded, character) != 0)
                json_put_text(&json, character, folded);
        }
    /* Pairs: what fold() has made of letters, for a second, looser look. */
    for (const struct text_loose *pair = text_loosened; pair->folded != NULL; pair++)
        json_put_text(&json, pair->folded, pair->loose);
    json_shut(&json, '}');
    arena_clear(&arena);
    return hand_over(&json, out, err);
}
