// SPDX-License-Identifier: Apache-2.0
/* Squeezing and opening, memory to memory, with bounds on what a stranger's bytes may open to.
 *
 * Here:      raw deflate (RFC 1951) with the preset dictionaries of dictionary.c.
 * Not here:  any format around it.
 */
#ifndef PROTOCOL_DEFLATE_H
#define PROTOCOL_DEFLATE_H

#include "protocol/bytes.h"
#include "protocol/error.h"

enum deflate_dictionary { DICTIONARY_NONE = 0, DICTIONARY_SEGMENT = 1, DICTIONARY_HEAD = 2, DICTIONARY_PAGE = 3 };

bool deflate_pack(struct span in, enum deflate_dictionary dictionary, struct bytes *out, struct error *err);   /* appends */
/* Opens into exactly raw_size bytes, at most raw_max and at most INFLATE_RATIO_MAX times in.size + 1 KiB (ERROR_LIMIT):
 * Z_STREAM_END with nothing left over, else ERROR_CORRUPT. Appends. */
bool deflate_open(struct span in, enum deflate_dictionary dictionary, size_t raw_size, size_t raw_max, struct bytes *out,
                  struct error *err);
struct span deflate_dictionary_text(enum deflate_dictionary dictionary);

#endif
