// SPDX-License-Identifier: Apache-2.0
/* What every column needs of a writer and a reader.
 *
 * Here:      JSON text by hand (fast, one form), scratch memory, the table of logs, the reader's refusals.
 * Not here:  the forms of columns (numbers.c, column_write.c, column_read.c).
 */
#include "protocol/column.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void column_writer_clear(struct column_writer *writer)
{
    bytes_clear(&writer->text);
    bytes_clear(&writer->digits);
    arena_clear(&writer->arena);
    arena_clear(&writer->scratch);
    *writer = (struct column_writer){0};
}

void column_put(struct column_writer *writer, const char *json)
{
    bytes_append(&writer->text, json, strlen(json));
}

void column_put_integer(struct column_writer *writer, int64_t integer)
{
    char text[32];

    snprintf(text, sizeof text, "%" PRId64, integer);
    column_put(writer, text);
}

void column_put_text(struct column_writer *writer, const char *text)
{
    const char *start = text;

    column_put(writer, "\"");
    for (;; text++) {
        bool escaped = *text == '"' || *text == '\\' || *text == '\t' || *text == '\n';

        if (*text != '\0' && !escaped)
            continue;
        bytes_append(&writer->text, start, (size_t)(text - start));
        if (*text == '\0')
            break;
        column_put(writer, *text == '"' ? "\\\"" : *text == '\\' ? "\\\\" : *text == '\t' ? "\\t" : "\\n");
        start = text + 1;
    }
    column_put(writer, "\"");
}

void column_put_value(struct column_writer *writer, struct value value)
{
    switch (value.kind) {
    case VALUE_NONE:
        column_put(writer, "null");
        break;
    case VALUE_INTEGER:
        column_put_integer(writer, value.integer);
        break;
    case VALUE_TEXT:
        column_put_text(writer, value.text);
        break;
    }
}

void *column_take(struct column_writer *writer, size_t count, size_t size)
{
    void *taken = writer->failed ? NULL : arena_take_many(&writer->scratch, count, size);

    if (taken == NULL)
        writer->failed = true;
    return taken;
}

int64_t column_log_index(struct column_writer *writer, uint64_t log)
{
    if (log == writer->log)
        return 0;
    for (size_t i = writer->log_count; i > 0; i--) {
        if (writer->logs[i - 1] == log)
            return (int64_t)i;
    }
    if (writer->log_count == writer->log_room) {
        size_t room = writer->log_room == 0 ? 16 : 2 * writer->log_room;
        uint64_t *logs = arena_grow(&writer->arena, writer->logs, writer->log_count, room, sizeof *logs);

        if (logs == NULL) {
            writer->failed = true;
            return 0;
        }
        writer->logs = logs;
        writer->log_room = room;
    }
    writer->logs[writer->log_count++] = log;
    return (int64_t)writer->log_count;
}

bool column_refuse(struct column_reader *reader, const char *what)
{
    return error_set(reader->err, ERROR_CORRUPT, "", "columns did not fit together: %s", what);
}

bool column_no_memory(struct column_reader *reader)
{
    return error_set(reader->err, ERROR_MEMORY, "Close other programs.", "there was no memory for columns");
}
