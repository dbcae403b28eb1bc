// SPDX-License-Identifier: Apache-2.0
/* A table of an answer: gathered once, shown as aligned columns or as JSON.
 *
 * Here:      columns, rows, display width; a JSON answer on its way out.
 * Not here:  what is in it.
 */
#ifndef AGENT_CLI_SHEET_H
#define AGENT_CLI_SHEET_H

#include <stdio.h>

#include "protocol/arena.h"
#include "protocol/catalogue.h"
#include "protocol/json_text.h"

struct sheet {
    struct arena *arena;
    const char *const *columns; /* names, also the JSON keys */
    size_t column_count;
    struct value *cells;
    size_t row_count, row_room;
    const struct catalogue *words; /* the language of what people see: the columns' names; JSON keeps them as they are */
    bool failed;
};

struct sheet sheet_of(struct arena *arena, const char *const *columns, size_t count);
void sheet_add(struct sheet *sheet, const struct value *cells); /* column_count of them; copied */
/* Numbers to the right, text to the left, by display width; one line a row. */
bool sheet_print(const struct sheet *sheet, FILE *out);
/* A list of objects under `key`. */
void sheet_json(const struct sheet *sheet, struct json_text *json, const char *key);
/* Prints it with a line feed and clears it. False: no memory, or the file took no more. */
bool json_print(struct json_text *json, FILE *out);
/* Text as a terminal may get it: controls and broken bytes become '?', a line feed a blank. */
void sheet_text(FILE *out, const char *text);
/* Columns that a terminal needs to show this text, which may be no UTF-8. */
size_t text_width(const char *text);

#endif
