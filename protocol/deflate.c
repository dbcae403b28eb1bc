// SPDX-License-Identifier: Apache-2.0
/* Squeezing and opening, memory to memory.
 *
 * Here:      raw deflate by zlib, with a preset dictionary.
 * Not here:  the dictionaries' texts (dictionary.c), any format around it.
 */
#include "protocol/deflate.h"

#include <limits.h>
#include <zlib.h>

#include "protocol/limits.h"

enum { RAW_WINDOW_BITS = -15, LEVEL = 9, MEMORY_LEVEL = 9, RATIO_ALLOWANCE_BYTES = 1024 };

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs.", "there was no memory to compress or open");
}

static struct span preset(enum deflate_dictionary dictionary)
{
    return dictionary == DICTIONARY_NONE ? (struct span){0} : deflate_dictionary_text(dictionary);
}

bool deflate_pack(struct span in, enum deflate_dictionary dictionary, struct bytes *out, struct error *err)
{
    static const Bytef nothing[1] = {0};
    struct span words = preset(dictionary);
    z_stream stream = {0};
    size_t start = out->size, room;
    uint8_t *to;
    bool done = false;

    if (in.size > UINT_MAX / 2)
        return error_set(err, ERROR_LIMIT, "", "%zu bytes were too many to compress at once", in.size);
    if (deflateInit2(&stream, LEVEL, Z_DEFLATED, RAW_WINDOW_BITS, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
        return no_memory(err);
    if (words.size > 0 && deflateSetDictionary(&stream, words.data, (uInt)words.size) != Z_OK)
        goto out;
    room = deflateBound(&stream, (uLong)in.size);
    to = room > UINT_MAX ? NULL : bytes_extend(out, room);
    if (to == NULL)
        goto out;
    stream.next_in = (z_const Bytef *)(in.size == 0 ? nothing : in.data);
    stream.avail_in = (uInt)in.size;
    stream.next_out = to;
    stream.avail_out = (uInt)room;
    done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    out->size = done ? start + room - stream.avail_out : start;
out:
    deflateEnd(&stream);
    return done || no_memory(err);
}

/* Inflates all of `in` into exactly raw_size bytes at `to`. */
static bool inflate_exactly(struct span in, struct span words, uint8_t *to, size_t raw_size, struct error *err)
{
    z_stream stream = {0};
    bool done = false;
    int result;

    if (inflateInit2(&stream, RAW_WINDOW_BITS) != Z_OK)
        return no_memory(err);
    if (words.size > 0 && inflateSetDictionary(&stream, words.data, (uInt)words.size) != Z_OK) {
        no_memory(err);
        goto out;
    }
    stream.next_in = (z_const Bytef *)in.data;
    stream.avail_in = (uInt)in.size;
    stream.next_out = to;
    stream.avail_out = (uInt)raw_size;
    result = inflate(&stream, Z_FINISH);
    if (result == Z_MEM_ERROR)
        no_memory(err);
    else if (result != Z_STREAM_END || stream.avail_in != 0 || stream.avail_out != 0)
        error_set(err, ERROR_CORRUPT, "", "%zu compressed bytes did not open to the %zu that were promised", in.size, raw_size);
    else
        done = true;
out:
    inflateEnd(&stream);
    return done;
}

bool deflate_open(struct span in, enum deflate_dictionary dictionary, size_t raw_size, size_t raw_max, struct bytes *out, struct error *err)
{
    size_t start = out->size;
    uint8_t *to;

    if (raw_size > raw_max || raw_size > UINT_MAX || in.size > UINT_MAX)
        return error_set(err, ERROR_LIMIT, "", "%zu compressed bytes promised to open to %zu; %zu are allowed", in.size, raw_size, raw_max);
    if (raw_size > RATIO_ALLOWANCE_BYTES && (raw_size - RATIO_ALLOWANCE_BYTES + INFLATE_RATIO_MAX - 1) / INFLATE_RATIO_MAX > in.size)
        return error_set(err, ERROR_LIMIT, "", "%zu compressed bytes promised to open to %zu, more than %d times as many", in.size,
                         raw_size, INFLATE_RATIO_MAX);
    if (in.size == 0)
        return error_set(err, ERROR_CORRUPT, "", "compressed bytes were missing");
    to = bytes_extend(out, raw_size);
    if (to == NULL)
        return no_memory(err);
    if (!inflate_exactly(in, preset(dictionary), to, raw_size, err)) {
        out->size = start;
        return false;
    }
    return true;
}
