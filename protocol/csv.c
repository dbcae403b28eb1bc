// SPDX-License-Identifier: Apache-2.0
/* CSV as RFC 4180 has it, in and out.
 *
 * Here:      taking records apart with their line numbers, putting cells together.
 * Not here:  what columns mean, which file it was.
 * Why        a torn record costs its own line and no more: the reader goes back to the line after the one it began on, so that one
 *            lost quote does not swallow the rest of a file, and all errors are told at once.
 */
#include "protocol/csv.h"

#include <string.h>

#include "protocol/catalogue.h"
#include "protocol/limits.h"
#include "protocol/text.h"

static const uint8_t byte_order_mark[] = {0xEF, 0xBB, 0xBF};

struct csv_reader csv_reader_of(struct span in)
{
    struct csv_reader reader = {.delimiter = ',', .line = 1};
    static const char delimiters[] = ",;\t";
    size_t counts[sizeof delimiters - 1] = {0};
    bool quoted = false;

    if (in.size >= sizeof byte_order_mark && memcmp(in.data, byte_order_mark, sizeof byte_order_mark) == 0)
        in = (struct span){in.data + sizeof byte_order_mark, in.size - sizeof byte_order_mark};
    reader.in = reader_of(in.data, in.size);
    for (const uint8_t *at = reader.in.at; at < reader.in.end && (quoted || (*at != '\n' && *at != '\r')); at++) {
        const char *found = *at == '\0' ? NULL : strchr(delimiters, *at);

        quoted = quoted != (*at == '"');
        if (!quoted && found != NULL)
            counts[found - delimiters]++;
    }
    for (size_t i = 1; i < sizeof counts / sizeof counts[0]; i++) {
        if (counts[i] > counts[strchr(delimiters, reader.delimiter) - delimiters])
            reader.delimiter = delimiters[i];
    }
    return reader;
}

/* Moves past one line end at `at`, if one is there; true when it was. */
static bool line_end(const uint8_t **at, const uint8_t *end)
{
    if (*at == end || (**at != '\r' && **at != '\n'))
        return false;
    if (**at == '\r' && end - *at > 1 && (*at)[1] == '\n')
        (*at)++;
    (*at)++;
    return true;
}

static void go_to_next_line(struct csv_reader *reader)
{
    while (reader->in.at < reader->in.end && *reader->in.at != '\r' && *reader->in.at != '\n')
        reader->in.at++;
    line_end(&reader->in.at, reader->in.end);
    reader->line++;
}

struct cell {
    const uint8_t *start, *end; /* without the outer quotes */
    bool has_doubled_quotes;
};

/* The quoted cell whose opening quote stands before *at; counts the lines it runs over. */
static const char *quoted_cell(const uint8_t **at, const uint8_t *end, char delimiter, uint64_t *lines, struct cell *ret)
{
    const uint8_t *here = *at;

    *ret = (struct cell){.start = here};
    for (;; here++) {
        if (here == end)
            return N_("a quote is not closed");
        if (*here == '"' && end - here > 1 && here[1] == '"') {
            ret->has_doubled_quotes = true;
            here++;
        } else if (*here == '"') {
            break;
        } else if (*here == '\n' || (*here == '\r' && (end - here == 1 || here[1] != '\n'))) {
            (*lines)++;
        }
        if (here - ret->start > 2 * TEXT_BYTES_MAX)
            break; /* longer than any cell may be, whatever follows: refused by its size */
    }
    ret->end = here;
    if (*here == '"')
        here++;
    *at = here;
    if (here < end && *here != (uint8_t)delimiter && *here != '\r' && *here != '\n' && ret->end - ret->start <= 2 * TEXT_BYTES_MAX)
        return N_("there is text after a closing quote");
    return NULL;
}

static void plain_cell(const uint8_t **at, const uint8_t *end, char delimiter, struct cell *ret)
{
    *ret = (struct cell){.start = *at};
    while (*at < end && **at != (uint8_t)delimiter && **at != '\r' && **at != '\n')
        (*at)++;
    ret->end = *at;
}

/* The cell's text in the arena; "" where two quotes stand for one. */
static char *cell_text(struct arena *arena, const struct cell *cell, size_t *ret_size)
{
    size_t size = (size_t)(cell->end - cell->start), to = 0;
    char *text = arena_text_n(arena, (const char *)cell->start, size);

    if (text != NULL && cell->has_doubled_quotes) {
        for (size_t from = 0; from < size; from++) {
            from += text[from] == '"';
            text[to++] = text[from];
        }
        size = to;
        text[size] = '\0';
    }
    *ret_size = size;
    return text;
}

static bool refuse_line(struct error *err, enum error_kind kind, uint64_t line, const char *what)
{
    return error_set(err, kind, "Correct this line and try again.", "line %llu: %s", (unsigned long long)line, what);
}

/* Takes one cell at *at; `lines` counts the line ends inside it. */
static bool take_cell(struct arena *arena, const struct csv_reader *reader, const uint8_t **at, uint64_t *lines, const char **ret,
                      struct error *err)
{
    const uint8_t *end = reader->in.end;
    const char *problem = NULL, *too_long = N_("a cell is longer than 4096 bytes");
    struct cell cell;
    size_t size;
    char *text;

    if (*at < end && **at == '"') {
        (*at)++;
        too_long = N_("a cell is longer than 4096 bytes, or its quote is not closed");
        problem = quoted_cell(at, end, reader->delimiter, lines, &cell);
    } else {
        plain_cell(at, end, reader->delimiter, &cell);
    }
    if (problem != NULL)
        return refuse_line(err, ERROR_INVALID, reader->line, problem);
    if (cell.end - cell.start > 2 * TEXT_BYTES_MAX)
        return refuse_line(err, ERROR_LIMIT, reader->line, too_long);
    text = cell_text(arena, &cell, &size);
    if (text == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "there was no memory for line %llu", (unsigned long long)reader->line);
    if (size > TEXT_BYTES_MAX)
        return refuse_line(err, ERROR_LIMIT, reader->line, too_long);
    if (memchr(text, '\0', size) != NULL)
        return refuse_line(err, ERROR_INVALID, reader->line, "there is a zero byte in a cell");
    if (!text_is_utf8(text, size))
        return refuse_line(err, ERROR_INVALID, reader->line, "a cell is not UTF-8");
    *ret = text;
    return true;
}

bool csv_read(struct arena *arena, struct csv_reader *reader, struct csv_record *ret, struct error *err)
{
    const char *cells[CSV_CELLS_MAX], **kept;
    const uint8_t *at, *end = reader->in.end;
    uint64_t lines = 0;
    size_t count = 0;

    while (line_end(&reader->in.at, end))
        reader->line++;
    at = reader->in.at;
    if (at == end)
        return false;
    for (;;) {
        if (count == CSV_CELLS_MAX) {
            refuse_line(err, ERROR_LIMIT, reader->line, "there are more than 256 cells");
            goto torn;
        }
        if (!take_cell(arena, reader, &at, &lines, &cells[count], err))
            goto torn;
        count++;
        if (at == end || *at != (uint8_t)reader->delimiter)
            break;
        at++;
    }
    line_end(&at, end);
    kept = arena_grow(arena, cells, count, count, sizeof *cells);
    if (kept == NULL) {
        error_set(err, ERROR_MEMORY, "Close other programs.", "there was no memory for line %llu", (unsigned long long)reader->line);
        goto torn;
    }
    *ret = (struct csv_record){.cells = kept, .count = count, .line = reader->line};
    reader->in.at = at;
    reader->line += lines + 1;
    return true;
torn:
    go_to_next_line(reader);
    return false;
}

bool csv_cell(struct bytes *out, const char *text, bool defuse, bool first)
{
    bool quote, is_formula;

    if (text == NULL)
        text = "";
    quote = strpbrk(text, ",\"\r\n") != NULL;
    is_formula = *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
    if (!first)
        bytes_append_u8(out, ',');
    if (quote)
        bytes_append_u8(out, '"');
    if (defuse && is_formula)
        bytes_append_u8(out, '\'');
    while (quote && *text != '\0') {
        size_t size = strcspn(text, "\"");

        bytes_append(out, text, size);
        text += size;
        if (*text == '"') {
            bytes_append(out, "\"\"", 2);
            text++;
        }
    }
    bytes_append(out, text, strlen(text));
    if (quote)
        bytes_append_u8(out, '"');
    return !out->failed;
}

bool csv_end(struct bytes *out)
{
    return bytes_append(out, "\r\n", 2);
}

bool csv_bom(struct bytes *out)
{
    return bytes_append(out, byte_order_mark, sizeof byte_order_mark);
}
