// SPDX-License-Identifier: Apache-2.0
/* CSV as RFC 4180 has it, in and out.
 *
 * Here:      reading records with line numbers, writing cells (defused when asked), the UTF-8 BOM.
 * Not here:  what columns mean.
 * Bounds     CSV_CELLS_MAX cells a record, TEXT_BYTES_MAX bytes a cell (longer: ERROR_LIMIT with the line).
 */
#ifndef PROTOCOL_CSV_H
#define PROTOCOL_CSV_H

#include "protocol/arena.h"
#include "protocol/bytes.h"
#include "protocol/error.h"

enum { CSV_CELLS_MAX = 256 };

struct csv_reader { struct reader in; char delimiter; uint64_t line; };   /* line: of the next record, from 1 */
struct csv_record { const char **cells; size_t count; uint64_t line; };

/* Skips a BOM; takes ',' ';' or TAB as delimiter, whichever the first line has most. */
struct csv_reader csv_reader_of(struct span in);
/* One record, cells as they stand, "" undoubled; empty lines are passed over, a line ends with CR LF, LF or CR.
 * False at the end (err untouched), or on a torn record: an open quote, text after a closing quote, a NUL, not UTF-8 (err
 * ERROR_INVALID with the line), or one over a bound (ERROR_LIMIT likewise). After an error the reader stands at the line after the
 * one the record began on, so all errors of a file can be told at once. */
bool csv_read(struct arena *arena, struct csv_reader *reader, struct csv_record *ret, struct error *err);

/* Cells that a spreadsheet would run as a formula (= + - @ TAB CR first) get a leading ' when defuse is set. Quotes where RFC 4180 asks. */
bool csv_cell(struct bytes *out, const char *text, bool defuse, bool first);
bool csv_end(struct bytes *out);          /* CRLF */
bool csv_bom(struct bytes *out);

#endif
