// SPDX-License-Identifier: Apache-2.0
/* A report's cells, and what the values in them look like.
 *
 * Here:      delimiter, lines, cells without the marks that programs strew in; spans, e-mail columns.
 * Not here:  what a format means.
 */
#include "protocol/webinar_table.h"

#include <string.h>

#include "protocol/csv.h"

enum { SNIFF_LINES = 200, LINES_FIRST = 256 };

/* The one of tab ; , that stands most in the first lines. In doubt the tab: names and dates hold commas. */
static char delimiter_of(struct span text)
{
    static const char delimiters[] = "\t;,";
    size_t counts[sizeof delimiters - 1] = {0}, best = 0, lines = 0;
    bool quoted = false;

    for (size_t i = 0; i < text.size && lines < SNIFF_LINES; i++) {
        const char c = (char)text.data[i];
        const char *found = c == '\0' || quoted ? NULL : strchr(delimiters, c);

        lines += c == '\n';
        quoted = c != '\n' && quoted != (c == '"'); /* a lost quote costs its line */
        if (found != NULL)
            counts[found - delimiters]++;
    }
    for (size_t i = 1; i < sizeof counts / sizeof counts[0]; i++) {
        if (counts[i] > counts[best])
            best = i;
    }
    return delimiters[best];
}

/* Blanks of any width as ' ', marks of direction and other things nobody sees left out, no control characters. In place. */
static void cell_tidy(char *cell)
{
    static const struct {
        const char *bytes;
        const char *as;
    } odd[] = {
        {"\xC2\xA0", " "},    {"\xE2\x80\xAF", " "}, {"\xE2\x80\x89", " "}, {"\xE2\x80\x8B", ""},
        {"\xE2\x80\x8E", ""}, {"\xE2\x80\x8F", ""},  {"\xE2\x80\xAA", ""},  {"\xE2\x80\xAB", ""},
        {"\xE2\x80\xAC", ""}, {"\xE2\x80\xAD", ""},  {"\xE2\x80\xAE", ""},  {"\xEF\xBB\xBF", ""},
    };
    char *to = cell;

    for (const char *from = cell; *from != '\0';) {
        size_t step = 1;
        const char *as = NULL;

        for (size_t i = 0; i < sizeof odd / sizeof odd[0] && (unsigned char)*from >= 0x80; i++) {
            if (strncmp(from, odd[i].bytes, strlen(odd[i].bytes)) == 0) {
                step = strlen(odd[i].bytes);
                as = odd[i].as;
                break;
            }
        }
        if (as == NULL)
            *to++ = (unsigned char)*from < 0x20 || *from == 0x7F ? ' ' : *from;
        else if (*as != '\0')
            *to++ = *as;
        from += step;
    }
    while (to > cell && to[-1] == ' ')
        to--;
    *to = '\0';
    memmove(cell, cell + strspn(cell, " "), strlen(cell + strspn(cell, " ")) + 1);
}

static bool grid_add(struct arena *arena, struct grid *grid, const struct csv_record *record, struct error *err)
{
    struct line line = {.number = record->line};
    size_t count = record->count;

    if (grid->count == WEBINAR_LINES_MAX)
        return error_set(err, ERROR_LIMIT, "Give the report of one meeting.", "the report has more than %d lines", WEBINAR_LINES_MAX);
    if (grid->count == grid->room) {
        grid->room = grid->room == 0 ? LINES_FIRST : grid->room * 2;
        grid->lines = arena_grow(arena, grid->lines, grid->count, grid->room, sizeof *grid->lines);
        if (grid->lines == NULL)
            return reading_no_memory(err);
    }
    while (count > 0 && *record->cells[count - 1] == '\0')
        count--;
    if (count > 0) {
        line.cells = arena_take_many(arena, count, sizeof *line.cells);
        if (line.cells == NULL)
            return reading_no_memory(err);
    }
    for (; line.count < count; line.count++) {
        char *copy = *record->cells[line.count] == '\0' ? NULL : arena_text(arena, record->cells[line.count]);

        if (copy == NULL && *record->cells[line.count] != '\0')
            return reading_no_memory(err);
        if (copy != NULL)
            cell_tidy(copy);
        line.cells[line.count] = copy == NULL ? "" : copy;
    }
    while (line.count > 0 && *line.cells[line.count - 1] == '\0')
        line.count--;
    grid->lines[grid->count++] = line;
    return true;
}

bool grid_read(struct arena *arena, struct span text, struct grid *ret, struct error *err)
{
    struct csv_reader reader = csv_reader_of(text);
    struct csv_record record;
    struct arena scratch = {0};
    bool done = true;

    *ret = (struct grid){.delimiter = delimiter_of(text)};
    reader.delimiter = ret->delimiter;
    while (done) {
        struct error torn = {0};

        if (!csv_read(&scratch, &reader, &record, &torn)) {
            done = torn.kind == ERROR_NONE || error_set(err, torn.kind, "Export the report again and give that file.", "%s", torn.cause);
            break;
        }
        done = grid_add(arena, ret, &record, err);
        arena_clear(&scratch);
    }
    arena_clear(&scratch);
    return done;
}

const char *line_cell(const struct line *line, size_t column)
{
    return column < line->count ? line->cells[column] : "";
}

bool line_moment(const struct line *line, size_t column, struct webinar_moment *ret)
{
    return webinar_moment_parse(line_cell(line, column), ret) && ret->has_date;
}

bool line_span(const struct line *line, size_t from, size_t *ret_column)
{
    struct webinar_moment moment;
    bool before = false;

    for (size_t i = from; i < line->count; i++) {
        const bool is = line_moment(line, i, &moment);

        if (is && before) {
            *ret_column = i - 1;
            return true;
        }
        before = is;
    }
    return false;
}

bool cell_is_email(const char *cell)
{
    const char *at = strchr(cell, '@');

    return at != NULL && at > cell && at[1] != '\0' && strchr(cell, ' ') == NULL;
}

bool cell_is_number(const char *cell)
{
    const size_t size = strlen(cell);

    return size > 0 && size <= 6 && strspn(cell, "0123456789") == size;
}

size_t grid_email_column(const struct grid *grid, size_t first_line, size_t end_line, size_t from, size_t to)
{
    for (size_t column = from; column < to; column++) {
        size_t emails = 0, others = 0;

        for (size_t i = first_line; i < end_line && i < grid->count; i++) {
            const char *cell = line_cell(&grid->lines[i], column);

            if (cell_is_email(cell))
                emails++;
            else if (*cell != '\0' && cell[strspn(cell, "-")] != '\0')
                others++;
        }
        if (emails > 0 && others <= emails) /* a header, a phone number in place of an address */
            return column;
    }
    return SIZE_MAX;
}
