// SPDX-License-Identifier: Apache-2.0
/* The preset dictionaries: words that both sides know before the first byte, so that a short text deflates well.
 *
 * Here:      the texts, version DICTIONARY_VERSION. They are part of the format: a byte changed here is a new version.
 * Not here:  deflating with them (deflate.c).
 * Rule       what is used most stands last: nearer is cheaper.
 */
#include "protocol/deflate.h"

static const char segment_words[] = "{}";
static const char head_words[] = "{}";

struct span deflate_dictionary_text(enum deflate_dictionary dictionary)
{
    switch (dictionary) {
    case DICTIONARY_SEGMENT:
    case DICTIONARY_PAGE:
        return (struct span){(const uint8_t *)segment_words, sizeof segment_words - 1};
    case DICTIONARY_HEAD:
        return (struct span){(const uint8_t *)head_words, sizeof head_words - 1};
    case DICTIONARY_NONE:
        break;
    }
    return (struct span){0};
}
