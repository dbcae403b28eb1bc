// SPDX-License-Identifier: Apache-2.0
/* Any bytes as a catalogue: whatever is looked up is a text within it or the one asked for, and a sentence said in it fits its room.
 *
 * Here:      the target. The bytes are the catalogue; the first text of it, if it has one, is also said.
 * Not here:  the rules (protocol/mo.c, protocol/sentence.c).
 */
#include <string.h>

#include "protocol/catalogue.h"
#include "protocol/mo.h"
#include "tests/fuzz/fuzz.h"

static bool lies_within(struct span all, const char *text)
{
    const char *begin = (const char *)all.data;

    return text >= begin && text < begin + all.size && memchr(text, '\0', all.size - (size_t)(text - begin)) != NULL;
}

static void look_up(const struct catalogue *words, const char *asked)
{
    const char *said[] = {say(words, asked), say_in(words, "context", asked), say_many(words, asked, asked, 3)};
    char text[64];

    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
        fuzz_require(said[i] == asked || lies_within(words->mo, said[i]));
    say_sentence(words, asked, text, sizeof text);
    fuzz_require(memchr(text, '\0', sizeof text) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct catalogue words = {.language = "xx", .mo = {data, size}, .page = {data, size}};
    struct bytes json = {0};
    struct mo mo;

    look_up(&words, "the disk is full");
    look_up(&words, "cannot open /a/b: dance is no step, 3 rows came");
    if (mo_read(words.mo, &mo))
        for (uint32_t i = 0; i < mo.count && i < 8; i++) {
            struct mo_text original = mo_original(&mo, i);

            if (original.text != NULL && original.size < 4096)
                look_up(&words, original.text);
        }
    fuzz_require(catalogue_page_json(&words, &json));
    bytes_clear(&json);
    return 0;
}
