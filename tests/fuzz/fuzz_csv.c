// SPDX-License-Identifier: Apache-2.0
/* Any bytes as a CSV file: it ends, errors name their line, and what was read is read again from what is written of it.
 *
 * Here:      the target.
 * Not here:  the rules (protocol/csv.c).
 */
#include <string.h>

#include "protocol/csv.h"
#include "protocol/limits.h"
#include "protocol/text.h"
#include "tests/fuzz/fuzz.h"

static void write_and_read(struct arena *arena, const struct csv_record *record)
{
    struct bytes out = {0};
    struct csv_reader reader;
    struct csv_record again = {0};
    struct error err = {0};

    csv_bom(&out);
    for (size_t i = 0; i < record->count; i++)
        csv_cell(&out, record->cells[i], false, i == 0);
    fuzz_require(csv_end(&out));
    reader = csv_reader_of(bytes_span(&out));
    reader.delimiter = ',';
    if (record->count > 1 || *record->cells[0] != '\0') { /* a lone empty cell is an empty line */
        fuzz_require(csv_read(arena, &reader, &again, &err));
        fuzz_require(again.count == record->count);
        for (size_t i = 0; i < record->count; i++)
            fuzz_require(strcmp(record->cells[i], again.cells[i]) == 0);
    }
    fuzz_require(!csv_read(arena, &reader, &again, &err) && err.kind == ERROR_NONE);
    bytes_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct csv_reader reader = csv_reader_of((struct span){data, size});
    struct arena arena = {0};
    uint64_t line = 0;

    for (;;) {
        struct csv_record record = {0};
        struct error err = {0};
        bool took = csv_read(&arena, &reader, &record, &err);

        if (took) {
            fuzz_require(record.count >= 1 && record.count <= CSV_CELLS_MAX && record.line > line);
            line = record.line;
            for (size_t i = 0; i < record.count; i++)
                fuzz_require(strlen(record.cells[i]) <= TEXT_BYTES_MAX && text_is_utf8(record.cells[i], strlen(record.cells[i])));
            write_and_read(&arena, &record);
        }
        fuzz_require(!took || err.kind == ERROR_NONE);
        if (!took && err.kind == ERROR_NONE)
            break;
        fuzz_require(reader.line > line && reader.line <= size + 1);
    }
    arena_clear(&arena);
    return 0;
}
