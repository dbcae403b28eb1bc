// SPDX-License-Identifier: Apache-2.0
/* Any bytes as a page, and any JSON as its rows: it ends, and rows that come out go in again and come out the same.
 *
 * Here:      the target. An input that begins with '{' is the JSON of a page; anything else is a page as it travels.
 * Not here:  the rules (protocol/page.h).
 */
#include <string.h>

#include "protocol/deflate.h"
#include "protocol/page.h"
#include "tests/fuzz/fuzz.h"

static void same_rows(const struct page *a, const struct page *b)
{
    struct bytes before = {0}, after = {0};

    fuzz_require(a->row_count == b->row_count && a->key_count == b->key_count);
    for (size_t i = 0; i < a->row_count; i++) {
        bytes_reset(&before);
        bytes_reset(&after);
        fuzz_require(row_write(&before, &a->rows[i].row, false) && row_write(&after, &b->rows[i].row, false));
        fuzz_require(before.size == after.size && (before.size == 0 || memcmp(before.data, after.data, before.size) == 0));
        fuzz_require(a->rows[i].many == b->rows[i].many && strcmp(a->rows[i].row.id, b->rows[i].row.id) == 0);
        fuzz_require(strcmp(a->rows[i].row.entity, b->rows[i].row.entity) == 0);
    }
    for (size_t i = 0; i < a->key_count; i++) {
        fuzz_require(strcmp(a->keys[i].entity, b->keys[i].entity) == 0 && strcmp(a->keys[i].id, b->keys[i].id) == 0);
        fuzz_require(a->keys[i].many == b->keys[i].many);
    }
    bytes_clear(&before);
    bytes_clear(&after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct bytes packed = {0}, again = {0};
    struct page page, read;
    struct error err = {0};

    if (size > 0 && *data == '{') {
        bytes_append_varint(&packed, size);
        if (!deflate_pack((struct span){data, size}, DICTIONARY_PAGE, &packed, &err))
            goto out;
    } else {
        bytes_append(&packed, data, size);
    }
    if (!page_open(&arena, bytes_span(&packed), &page, &err)) {
        fuzz_require(err.kind == ERROR_CORRUPT || err.kind == ERROR_LIMIT);
        goto out;
    }
    if (!page_pack(&again, &page, &err) || !page_open(&arena, bytes_span(&again), &read, &err))
        fuzz_require(err.kind == ERROR_LIMIT); /* near the bounds another form may be over them */
    else
        same_rows(&page, &read);
out:
    bytes_clear(&packed);
    bytes_clear(&again);
    arena_clear(&arena);
    return 0;
}
