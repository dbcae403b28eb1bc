// SPDX-License-Identifier: Apache-2.0
/* Squeezing a text whose tail is digits: the best of a few ways to deflate it.
 *
 * Here:      trying, choosing, keeping below INFLATE_RATIO_MAX.
 * Not here:  opening (deflate.h: whatever way was taken, it is raw deflate).
 * Why        words want long matches and digits want none: a block each, with its own code, saves a tenth of a small segment.
 */
#ifndef PROTOCOL_SQUEEZE_H
#define PROTOCOL_SQUEEZE_H

#include "protocol/deflate.h"

/* Appends. The digits begin at `digits` (<= in.size). Never smaller than a reader takes for so many bytes. */
bool squeeze(struct span in, size_t digits, enum deflate_dictionary dictionary, struct bytes *out, struct error *err);

#endif
