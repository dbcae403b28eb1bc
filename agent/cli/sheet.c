// SPDX-License-Identifier: Apache-2.0
/* A table of an answer.
 *
 * Not here:  cutting what is long: a name that ends in dots cannot be typed again.
 */
#define _GNU_SOURCE
#include "agent/cli/sheet.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { GAP = 2 };

struct sheet sheet_of(struct arena *arena, const char *const *columns, size_t count)
{
    return (struct sheet){.arena = arena, .columns = columns, .column_count = count};
}

void sheet_add(struct sheet *sheet, const struct value *cells)
{
    if (sheet->row_count == sheet->row_room) {
        size_t room = sheet->row_room == 0 ? 32 : sheet->row_room * 2;
        struct value *more =
            arena_grow(sheet->arena, sheet->cells, sheet->row_count * sheet->column_count, room * sheet->column_count, sizeof *more);

        if (more == NULL) {
            sheet->failed = true;
            return;
        }
        sheet->cells = more;
        sheet->row_room = room;
    }
    for (size_t i = 0; i < sheet->column_count; i++) {
        struct value copy = value_copy(sheet->arena, cells[i]);

        sheet->failed |= cells[i].kind == VALUE_TEXT && copy.text == NULL;
        sheet->cells[sheet->row_count * sheet->column_count + i] = copy;
    }
    sheet->row_count++;
}

/* The next character; what a terminal must not get (controls, broken bytes) becomes '?' of width 1. */
static size_t next_character(const char *text, mbstate_t *state, size_t *ret_width, bool *ret_shown)
{
    wchar_t character;
    size_t size = mbrtowc(&character, text, strlen(text), state);
    int width = size == (size_t)-1 || size == (size_t)-2 ? -1 : wcwidth(character);

    if (size == (size_t)-1 || size == (size_t)-2) {
        *state = (mbstate_t){0};
        size = 1;
    }
    *ret_shown = width >= 0;
    *ret_width = width < 0 ? 1 : (size_t)width;
    return size;
}

size_t text_width(const char *text)
{
    mbstate_t state = {0};
    size_t sum = 0;

    while (*text != '\0') {
        size_t width;
        bool shown;

        text += next_character(text, &state, &width, &shown);
        sum += width;
    }
    return sum;
}

void sheet_text(FILE *out, const char *text)
{
    mbstate_t state = {0};

    while (*text != '\0') {
        size_t width;
        bool shown;
        size_t size = next_character(text, &state, &width, &shown);

        if (shown)
            fwrite(text, 1, size, out);
        else
            fputc(*text == '\n' || *text == '\t' ? ' ' : '?', out);
        text += size;
    }
}

static const char *cell_text(struct value value, char digits[24])
{
    if (value.kind == VALUE_INTEGER)
        snprintf(digits, 24, "%lld", (long long)value.integer);
    return value.kind == VALUE_INTEGER ? digits : value.kind == VALUE_TEXT ? value.text : "";
}

static void print_cell(FILE *out, const char *text, size_t width, bool to_the_right, bool last)
{
    int gap = (int)(width - text_width(text));

    if (to_the_right)
        fprintf(out, "%*s", gap, "");
    sheet_text(out, text);
    if (!last)
        fprintf(out, "%*s", (to_the_right ? 0 : gap) + GAP, "");
}

bool sheet_print(const struct sheet *sheet, FILE *out)
{
    char digits[24];
    size_t *widths = calloc(sheet->column_count + 1, sizeof *widths);

    if (widths == NULL || sheet->failed) {
        free(widths);
        return false;
    }
    for (size_t c = 0; c < sheet->column_count; c++) {
        widths[c] = text_width(say(sheet->words, sheet->columns[c]));
        for (size_t r = 0; r < sheet->row_count; r++) {
            size_t width = text_width(cell_text(sheet->cells[r * sheet->column_count + c], digits));

            widths[c] = width > widths[c] ? width : widths[c];
        }
    }
    for (size_t r = 0; r <= sheet->row_count; r++) {
        for (size_t c = 0; c < sheet->column_count; c++) {
            struct value cell = r == 0 ? value_text(say(sheet->words, sheet->columns[c])) : sheet->cells[(r - 1) * sheet->column_count + c];
            bool number = sheet->row_count > 0 && sheet->cells[c].kind == VALUE_INTEGER;

            print_cell(out, cell_text(cell, digits), widths[c], number, c + 1 == sheet->column_count);
        }
        fputc('\n', out);
    }
    free(widths);
    return true;
}

void sheet_json(const struct sheet *sheet, struct json_text *json, const char *key)
{
    json_open(json, key, '[');
    for (size_t r = 0; r < sheet->row_count; r++) {
        json_open(json, NULL, '{');
        for (size_t c = 0; c < sheet->column_count; c++)
            json_put_value(json, sheet->columns[c], sheet->cells[r * sheet->column_count + c]);
        json_shut(json, '}');
    }
    json_shut(json, ']');
}

bool json_print(struct json_text *json, FILE *out)
{
    bool done;

    bytes_append_u8(&json->out, '\n');
    done = !json->out.failed && fwrite(json->out.data, 1, json->out.size, out) == json->out.size;
    bytes_clear(&json->out);
    *json = (struct json_text){0};
    return done;
}
