// SPDX-License-Identifier: Apache-2.0
/* The preset dictionaries: words that both sides know before the first byte, so that a short text deflates well.
 *
 * Here:      the texts, version DICTIONARY_VERSION. They are part of the format: a byte changed here is a new version.
 * Not here:  deflating with them (deflate.c).
 * Rule       what is used most stands last: nearer is cheaper.
 */
#include "protocol/deflate.h"

static const char segment_words[] = "{}";
static const char head_words[] =
    "teren-server,\"e\":\"the server could not do it now\",\"e\":\"the segment that should begin with change did not verify"
    "does not hang on the one before\",\"e\":\"this log is not known here\"\",\"e\":\"this device was revoked\"}"
    "\",\"RS-\",\"BA-\",\"XK-\",\"MK-\",\"AL-\"],[\"*\",\"*\"]],\"b\":[0,1,2,3,4,5,6,7,8,9,],\"x\":2,\"b\":[\"x\":1}"
    ",\"f\":,\"y\":30000,\"t\":,\"r\":1048576,\"r\":524288,\"r\":131072,\"r\":65536,\"z\":,\"w\":1,\"g\":[[\"*\",\"*\"]]}"
    ",\"m\":1,\"v\":30000},\"a\":\"teren 0.1.0\"}{\"q\":1,\"z\":1,\"p\":1,\"s\":1,\"n\":17,\"n\":18,\"o\":{\"c\":1,\"q\":1,\"p\":1,\"s\":1,\"n\":1";

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
