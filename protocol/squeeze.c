// SPDX-License-Identifier: Apache-2.0
/* Squeezing a text whose tail is digits.
 *
 * Here:      the ways, by zlib.
 * Not here:  dictionaries (dictionary.c), opening (deflate.c).
 */
#include "protocol/squeeze.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

#include "protocol/limits.h"

enum { RAW_WINDOW_BITS = -15, LEVEL = 9, MEMORY_LEVEL = 9, RATIO_ALLOWANCE_BYTES = 1024, SMALL_BYTES = 32 * 1024 };

/* How the words and the digits are looked at. */
struct way {
    int words, digits;
};

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs.", "there was no memory to compress");
}

static bool deflate_part(z_stream *stream, const uint8_t *data, size_t size, int flush)
{
    static const Bytef nothing[1] = {0};
    int result;

    stream->next_in = (z_const Bytef *)(size == 0 ? nothing : data);
    stream->avail_in = (uInt)size;
    result = deflate(stream, flush);
    return flush == Z_FINISH ? result == Z_STREAM_END : result == Z_OK || result == Z_BUF_ERROR;
}

static bool deflate_way(struct span in, size_t digits, struct span words, struct way way, struct bytes *out)
{
    z_stream stream = {0};
    size_t start = out->size, room;
    bool done = false;

    if (deflateInit2(&stream, LEVEL, Z_DEFLATED, RAW_WINDOW_BITS, MEMORY_LEVEL, way.words) != Z_OK)
        return false;
    if (words.size > 0 && deflateSetDictionary(&stream, words.data, (uInt)words.size) != Z_OK)
        goto out;
    room = deflateBound(&stream, (uLong)in.size) + 64; /* a block more than zlib reckons with */
    stream.next_out = room > UINT_MAX ? NULL : bytes_extend(out, room);
    stream.avail_out = (uInt)room;
    if (stream.next_out == NULL)
        goto out;
    if (way.words != way.digits) {
        if (!deflate_part(&stream, in.data, digits, Z_NO_FLUSH) || deflateParams(&stream, LEVEL, way.digits) != Z_OK)
            goto out;
        done = deflate_part(&stream, in.data + digits, in.size - digits, Z_FINISH);
    } else {
        done = deflate_part(&stream, in.data, in.size, Z_FINISH);
    }
    out->size = start + room - stream.avail_out;
out:
    deflateEnd(&stream);
    return done;
}

static bool is_below_ratio(size_t raw_size, size_t size)
{
    return raw_size <= RATIO_ALLOWANCE_BYTES || (raw_size - RATIO_ALLOWANCE_BYTES + INFLATE_RATIO_MAX - 1) / INFLATE_RATIO_MAX <= size;
}

bool squeeze(struct span in, size_t digits, enum deflate_dictionary dictionary, struct bytes *out, struct error *err)
{
    /* The last is only for texts that would open like a bomb: without matches nothing is smaller than an eighth. */
    static const struct way ways[] = {{Z_DEFAULT_STRATEGY, Z_FILTERED},
                                      {Z_DEFAULT_STRATEGY, Z_DEFAULT_STRATEGY},
                                      {Z_FILTERED, Z_FILTERED},
                                      {Z_HUFFMAN_ONLY, Z_HUFFMAN_ONLY}};
    enum { WAYS = sizeof ways / sizeof ways[0] };
    struct span words = deflate_dictionary_text(dictionary);
    struct bytes best = {0}, next = {0};
    bool found = false, done = false;

    if (in.size > UINT_MAX / 2)
        return error_set(err, ERROR_LIMIT, "", "%zu bytes were too many to compress at once", in.size);
    for (size_t i = 0; i < WAYS && !(found && (i == WAYS - 1 || in.size > SMALL_BYTES)); i++) {
        bytes_reset(&next);
        if (!deflate_way(in, digits, words, ways[i], &next))
            goto out;
        if (is_below_ratio(in.size, next.size) && (!found || next.size < best.size)) {
            struct bytes swap = best;

            best = next;
            next = swap;
            found = true;
        }
    }
    done = found && bytes_append(out, best.data, best.size);
out:
    bytes_clear(&best);
    bytes_clear(&next);
    return done || no_memory(err);
}
