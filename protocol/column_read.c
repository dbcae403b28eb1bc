// SPDX-License-Identifier: Apache-2.0
/* Columns of values, read: every form of column.h, from anybody, within bounds.
 *
 * Here:      one form, one function.
 * Not here:  whether a value may stand in its field (change_is_well_formed does that once all is together).
 */
#include <stdio.h>
#include <string.h>

#include "protocol/column.h"
#include "protocol/id.h"
#include "protocol/limits.h"
#include "protocol/stamp.h"

static bool spend_text(struct column_reader *reader, size_t size)
{
    if (size > reader->text_bytes_left)
        return error_set(reader->err, ERROR_LIMIT, "", "columns unfolded to more text than is allowed");
    reader->text_bytes_left -= size;
    return true;
}

/* A text of its own in the arena, not yet checked; NULL on failure. */
static char *take_text(struct column_reader *reader, const char *text, size_t size)
{
    char *copy = spend_text(reader, size + 1) ? arena_text_n(reader->arena, text, size) : NULL;

    if (copy == NULL)
        column_no_memory(reader);
    return copy;
}

static bool read_scalar(struct column_reader *reader, const json_t *json, struct value *ret)
{
    *ret = value_none();
    if (json_is_null(json))
        return true;
    if (json_is_integer(json)) {
        *ret = value_integer(json_integer_value(json));
        return true;
    }
    if (!json_is_string(json))
        return column_refuse(reader, "an item that is no value");
    *ret = value_text(take_text(reader, json_string_value(json), json_string_length(json)));
    return ret->kind == VALUE_TEXT;
}

/* "|a|b" has two texts. */
static size_t list_count(const json_t *list)
{
    const char *text = json_string_value(list);
    size_t count = 0;

    for (const char *at = text; *at != '\0'; at++)
        count += *at == *text;
    return count;
}

static bool read_list(struct column_reader *reader, const json_t *list, size_t count, struct value *ret)
{
    char *copy, separator;

    if (!json_is_string(list) || list_count(list) != count)
        return column_refuse(reader, "a list of another length");
    if (count == 0)
        return true;
    copy = take_text(reader, json_string_value(list), json_string_length(list));
    if (copy == NULL)
        return false;
    separator = *copy;
    for (size_t i = 0; i < count; i++) {
        char *end;

        *copy = '\0'; /* ends the text before */
        ret[i] = value_text(copy + 1);
        end = strchr(copy + 1, separator);
        copy = end;
    }
    return true;
}

static bool read_array(struct column_reader *reader, const json_t *array, size_t count, struct value *ret)
{
    if (json_array_size(array) != count)
        return column_refuse(reader, "an array of another length");
    for (size_t i = 0; i < count; i++) {
        if (!read_scalar(reader, json_array_get(array, i), &ret[i]))
            return false;
    }
    return true;
}

static bool read_table(struct column_reader *reader, const json_t *json, size_t count, struct value *ret)
{
    const json_t *from = json_object_get(json, "from");
    size_t table_count = json_is_string(from) ? list_count(from) : json_array_size(from);
    struct value *table = arena_take_many(reader->scratch, table_count, sizeof *table);
    int64_t *picks;

    if (table == NULL)
        return column_no_memory(reader);
    if (table_count == 0)
        return column_refuse(reader, "a table without values");
    if (json_is_string(from) ? !read_list(reader, from, table_count, table) : !read_array(reader, from, table_count, table))
        return false;
    picks = numbers_take(reader, json_object_get(json, "pick"), count, (int64_t)table_count - 1);
    for (size_t i = 0; picks != NULL && i < count; i++)
        ret[i] = table[picks[i]];
    return picks != NULL;
}

static bool read_integers(struct column_reader *reader, const json_t *json, size_t count, struct value *ret)
{
    int64_t *numbers = arena_take_many(reader->scratch, count, sizeof *numbers);

    if (numbers == NULL)
        return column_no_memory(reader);
    if (!numbers_read(reader, json_object_get(json, "int"), count, numbers))
        return false;
    for (size_t i = 0; i < count; i++)
        ret[i] = value_integer(numbers[i]);
    return true;
}

/* LOG-SEQ, with the log's text already made: 13 characters, dash, decimal. */
static size_t id_write(const char *log, uint64_t seq, char ret[ROW_ID_SIZE])
{
    char digits[24];
    size_t count = 0, size = LOG_TEXT_SIZE;

    memcpy(ret, log, LOG_TEXT_SIZE - 1);
    ret[LOG_TEXT_SIZE - 1] = '-';
    do {
        digits[count++] = (char)('0' + seq % 10);
        seq /= 10;
    } while (seq > 0);
    while (count > 0)
        ret[size++] = digits[--count];
    ret[size] = '\0';
    return size;
}

static bool read_ids(struct column_reader *reader, const json_t *json, const uint32_t *at, size_t count, const struct column_rows *rows,
                     struct value *ret)
{
    const json_t *log = json_object_get(json, "log");
    int64_t *seqs = numbers_take(reader, json_object_get(json, "seq"), count, INT64_MAX);
    int64_t *logs = NULL;

    if (seqs == NULL)
        return false;
    if (log != NULL) {
        logs = numbers_take(reader, log, count, (int64_t)reader->log_count - 1);
        if (logs == NULL)
            return false;
    }
    for (size_t i = 0; i < count; i++) {
        size_t which = logs == NULL ? 0 : (size_t)logs[i];
        uint64_t seq = (uint64_t)seqs[i];
        char id[ROW_ID_SIZE];

        if (seq == 0 && which == 0 && rows->seqs != NULL)
            seq = rows->seqs[at[i]];
        if (seq == 0 || reader->logs[which] == NULL)
            return column_refuse(reader, "a row id without a log or a seq");
        ret[i] = value_text(take_text(reader, id, id_write(reader->logs[which], seq, id)));
        if (ret[i].kind == VALUE_NONE)
            return false;
    }
    return true;
}

static bool read_numbered(struct column_reader *reader, const json_t *json, size_t count, struct value *ret)
{
    const json_t *before = json_object_get(json, "text"), *after = json_object_get(json, "end"), *wide = json_object_get(json, "wide");
    json_int_t width = wide == NULL ? 0 : json_integer_value(wide);
    int64_t *numbers = numbers_take(reader, json_object_get(json, "num"), count, INT64_MAX);
    size_t before_size, after_size;

    if (numbers == NULL)
        return false;
    if (!json_is_string(before) || (after != NULL && !json_is_string(after)) || width < 0 || width > 18)
        return column_refuse(reader, "the form of numbered texts");
    before_size = json_string_length(before);
    after_size = after == NULL ? 0 : json_string_length(after);
    for (size_t i = 0; i < count; i++) {
        char digits[32];
        size_t size = (size_t)snprintf(digits, sizeof digits, "%0*lld", (int)width, (long long)numbers[i]);
        size_t all = before_size + size + after_size;
        char *text = spend_text(reader, all + 1) ? arena_take(reader->arena, all + 1) : NULL;

        if (text == NULL)
            return column_no_memory(reader);
        memcpy(text, json_string_value(before), before_size);
        memcpy(text + before_size, digits, size);
        if (after_size > 0)
            memcpy(text + before_size + size, json_string_value(after), after_size);
        ret[i] = value_text(text);
    }
    return true;
}

static bool read_moments(struct column_reader *reader, const json_t *json, size_t count, struct value *ret)
{
    enum { SECONDS_SIZE = 19 };
    static const int64_t seconds_max = 253402300799; /* 9999-12-31T23:59:59 */
    const json_t *end = json_object_get(json, "end");
    int64_t *seconds = numbers_take(reader, json_object_get(json, "moment"), count, seconds_max);
    size_t end_size = json_string_length(end);

    if (seconds == NULL)
        return false;
    if (!json_is_string(end))
        return column_refuse(reader, "the end of moments");
    for (size_t i = 0; i < count; i++) {
        char moment[MOMENT_TEXT_SIZE];
        char *text = spend_text(reader, SECONDS_SIZE + end_size + 1) ? arena_take(reader->arena, SECONDS_SIZE + end_size + 1) : NULL;

        if (text == NULL)
            return column_no_memory(reader);
        moment_text(seconds[i] * 1000, moment);
        memcpy(text, moment, SECONDS_SIZE);
        memcpy(text + SECONDS_SIZE, json_string_value(end), end_size);
        ret[i] = value_text(text);
    }
    return true;
}

static bool read_part(struct column_reader *reader, const json_t *json, const uint32_t *at, size_t count, const struct column_rows *rows,
                      struct value *ret)
{
    const json_t *part = json_object_get(json, "part");

    if (!json_is_integer(part) || json_integer_value(part) < 0 || (size_t)json_integer_value(part) >= rows->part_count)
        return column_refuse(reader, "a part that the row's id does not have");
    for (size_t i = 0; i < count; i++)
        ret[i] = value_text(rows->parts[json_integer_value(part)][at[i]]);
    return true;
}

static bool read_object(struct column_reader *reader, const json_t *json, const uint32_t *at, size_t count, const struct column_rows *rows,
                        struct value *ret)
{
    if (json_object_get(json, "list") != NULL)
        return read_list(reader, json_object_get(json, "list"), count, ret);
    if (json_object_get(json, "int") != NULL)
        return read_integers(reader, json, count, ret);
    if (json_object_get(json, "from") != NULL)
        return read_table(reader, json, count, ret);
    if (json_object_get(json, "seq") != NULL)
        return read_ids(reader, json, at, count, rows, ret);
    if (json_object_get(json, "text") != NULL)
        return read_numbered(reader, json, count, ret);
    if (json_object_get(json, "moment") != NULL)
        return read_moments(reader, json, count, ret);
    if (json_object_get(json, "part") != NULL)
        return read_part(reader, json, at, count, rows, ret);
    return column_refuse(reader, "a column of an unknown form");
}

bool values_read(struct column_reader *reader, const json_t *json, const uint32_t *at, size_t count, const struct column_rows *rows,
                 struct value *ret, const char **ret_like)
{
    const json_t *like = json_object_get(json, "like");

    *ret_like = NULL;
    if (like != NULL) {
        *ret_like = json_string_value(like);
        json = json_object_get(json, "as");
        if (*ret_like == NULL || json_object_get(json, "like") != NULL)
            return column_refuse(reader, "an echo of nothing");
    }
    if (json == NULL)
        return column_refuse(reader, "a column that is missing");
    if (json_is_array(json))
        return read_array(reader, json, count, ret);
    if (json_is_object(json))
        return read_object(reader, json, at, count, rows, ret);
    if (count == 0)
        return true;
    if (!read_scalar(reader, json, &ret[0]))
        return false;
    for (size_t i = 1; i < count; i++)
        ret[i] = ret[0];
    return true;
}
