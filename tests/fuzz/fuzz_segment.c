// SPDX-License-Identifier: Apache-2.0
/* Any bytes as a segment, and any JSON as its columns: it ends, and changes that come out go in again and come out the same.
 *
 * Here:      the target. An input that begins with "TSG" is a segment; else "COUNT\n" and the JSON of a body of so many changes.
 * Not here:  the rules (protocol/columns.h, protocol/segment.h).
 * Why        behind a signature and a chain no fuzzer would get anywhere: the columns are read without them.
 */
#include <string.h>

#include "protocol/columns.h"
#include "protocol/segment.h"
#include "tests/fuzz/fuzz.h"

enum { LOG = 5, FIRST_SEQ = 100 };

static void peek(struct span in)
{
    struct segment segment;
    struct arena arena = {0};
    struct error err = {0};
    static const uint8_t public_key[SIGN_PUBLIC_SIZE] = {1};
    const char *json;
    size_t used;

    if (segment_peek(in, &segment, &used, &err))
        fuzz_require(used <= in.size && segment.count > 0 && segment.body.size == segment.body_size);
    else
        fuzz_require(err.kind != ERROR_NONE);
    error_clear(&err);
    fuzz_require(segment_json(&arena, in, &json, &err) == (err.kind == ERROR_NONE));
    error_clear(&err);
    fuzz_require(!segment_open(&arena, in, public_key, &segment, &err) && err.kind != ERROR_NONE);
    arena_clear(&arena);
}

static bool all_well_formed(const struct columns *columns)
{
    struct error err = {0};

    for (size_t i = 0; i < columns->count; i++) {
        if (!change_is_well_formed(&columns->changes[i], &err))
            return false;
    }
    return true;
}

static void write_and_read(struct arena *arena, const struct columns *columns)
{
    struct columns again = {.log = LOG, .first_seq = FIRST_SEQ, .count = columns->count};
    struct bytes json = {0}, before = {0}, after = {0};
    struct error err = {0};
    size_t digits;

    fuzz_require(columns_write(&json, columns, &digits, &err) && digits <= json.size);
    if (!columns_read(arena, bytes_span(&json), SIZE_MAX, SEGMENT_CANONICAL_BYTES_MAX, &again, &err)) {
        fuzz_require(err.kind == ERROR_LIMIT); /* near the bounds another form may be over them */
        again.count = 0;
    }
    for (size_t i = 0; i < again.count; i++) {
        bytes_reset(&before);
        bytes_reset(&after);
        fuzz_require(change_write(&before, &columns->changes[i]) && change_write(&after, &again.changes[i]));
        fuzz_require(before.size == after.size && memcmp(before.data, after.data, before.size) == 0);
        fuzz_require(again.changes[i].log == LOG && again.changes[i].seq == FIRST_SEQ + i);
    }
    bytes_clear(&json);
    bytes_clear(&before);
    bytes_clear(&after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct columns columns = {.log = LOG, .first_seq = FIRST_SEQ};
    struct arena arena = {0};
    struct error err = {0};

    if (size >= 3 && memcmp(data, "TSG", 3) == 0) {
        peek((struct span){data, size});
        return 0;
    }
    for (; size > 0 && *data >= '0' && *data <= '9' && columns.count <= SEGMENT_CHANGES_MAX; data++, size--)
        columns.count = 10 * columns.count + (size_t)(*data - '0');
    if (columns.count == 0 || columns.count > SEGMENT_CHANGES_MAX || size == 0)
        return 0;
    if (columns_read(&arena, (struct span){data + 1, size - 1}, SEGMENT_RAW_BYTES_MAX, SEGMENT_CANONICAL_BYTES_MAX, &columns, &err)) {
        if (all_well_formed(&columns))
            write_and_read(&arena, &columns);
    } else {
        fuzz_require(err.kind == ERROR_CORRUPT || err.kind == ERROR_LIMIT);
    }
    arena_clear(&arena);
    return 0;
}
