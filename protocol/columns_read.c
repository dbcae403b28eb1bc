// SPDX-License-Identifier: Apache-2.0
/* Changes as columns, read.
 *
 * Here:      putting changes together again from columns of strangers, within bounds.
 * Not here:  the form of a column (numbers.c, column_read.c), writing (columns.c).
 */
#include <string.h>

#include "protocol/columns.h"
#include "protocol/id.h"
#include "protocol/json.h"
#include "protocol/kind_read.h"

/* ---- stamps, logs, authors ---- */

static bool read_logs(struct column_reader *reader, const json_t *logs, uint64_t own)
{
    size_t count = json_array_size(logs) + 1;
    const char **texts = arena_take_many(reader->scratch, count, sizeof *texts);
    uint64_t *ids = arena_take_many(reader->scratch, count, sizeof *ids);

    if (texts == NULL || ids == NULL)
        return column_no_memory(reader);
    if (logs != NULL && !json_is_array(logs))
        return column_refuse(reader, "its logs");
    for (size_t i = 0; i < count; i++) {
        char *text = NULL;

        ids[i] = own;
        if (i > 0 && !log_from_text(json_string_value(json_array_get(logs, i - 1)), &ids[i]))
            return column_refuse(reader, "a log that is none");
        if (ids[i] != 0) {
            text = column_reader_take(reader, LOG_TEXT_SIZE, 1);
            if (text == NULL)
                return false;
            log_text(ids[i], text);
        }
        texts[i] = text;
    }
    reader->log = own;
    reader->logs = texts;
    reader->log_ids = ids;
    reader->log_count = count;
    return true;
}

static bool read_times(struct column_reader *reader, const json_t *root, struct change *changes, size_t count, bool is_page)
{
    const json_t *tick_json = json_object_get(root, "tick");
    int64_t *ms = numbers_take(reader, json_object_get(root, "ms"), count, STAMP_MS_MAX);
    int64_t *tick = ms == NULL ? NULL : column_reader_take(reader, count, sizeof *tick);
    int64_t *log;

    if (tick == NULL || (tick_json != NULL && !numbers_read(reader, tick_json, count, tick)))
        return false;
    log = is_page ? numbers_take(reader, json_object_get(root, "log"), count, (int64_t)reader->log_count - 1) : NULL;
    if (is_page && log == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        int64_t expected = 0;

        changes[i].log = log == NULL ? reader->log : reader->log_ids[log[i]];
        if (i > 0 && ms[i] == ms[i - 1] && changes[i].log == changes[i - 1].log)
            expected = (int64_t)((changes[i - 1].time + 1) & STAMP_TICK_MAX);
        if (tick[i] < -expected || tick[i] > STAMP_TICK_MAX - expected)
            return column_refuse(reader, "the counter of a stamp");
        changes[i].time = (uint64_t)ms[i] << STAMP_TICK_BITS | (uint64_t)(expected + tick[i]);
    }
    return true;
}

static bool read_authors(struct column_reader *reader, const json_t *json, struct change *changes, size_t count)
{
    struct column_rows rows = {.count = count};
    const char **authors = json == NULL ? NULL : texts_read(reader, json, count, &rows);

    if (json != NULL && authors == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        changes[i].author = authors == NULL ? "" : authors[i];
    return true;
}

static bool read_kinds(struct column_reader *reader, const json_t *root, const int64_t *kind_of, struct change *changes, size_t count,
                       bool is_page)
{
    const json_t *kinds = json_object_get(root, "kinds");
    struct kind_reader *readers = column_reader_take(reader, json_array_size(kinds), sizeof *readers);

    if (readers == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        readers[kind_of == NULL ? 0 : kind_of[i]].count++;
    for (size_t i = 0; i < json_array_size(kinds); i++) {
        readers[i].members = column_reader_take(reader, readers[i].count, sizeof *readers[i].members);
        if (readers[i].members == NULL)
            return false;
        if (readers[i].count == 0)
            return column_refuse(reader, "a kind without changes");
        readers[i].count = 0;
    }
    for (size_t i = 0; i < count; i++) {
        struct kind_reader *kind = &readers[kind_of == NULL ? 0 : kind_of[i]];

        kind->members[kind->count++] = (uint32_t)i;
    }
    for (size_t i = 0; i < json_array_size(kinds); i++) {
        readers[i].reader = reader;
        readers[i].json = json_array_get(kinds, i);
        if (!kind_read(&readers[i], changes, is_page))
            return false;
    }
    return true;
}

static bool read_many(struct column_reader *reader, const json_t *json, size_t count, const uint64_t **ret)
{
    int64_t *many = json == NULL ? NULL : numbers_take(reader, json, count, INT64_MAX);
    uint64_t *all = arena_take_many(reader->arena, count, sizeof *all);

    if (all == NULL)
        return column_no_memory(reader);
    for (size_t i = 0; i < count; i++)
        all[i] = many == NULL ? 1 : (uint64_t)many[i];
    *ret = all;
    return json == NULL || many != NULL;
}

static bool read_table(struct column_reader *reader, const json_t *root, struct columns *columns)
{
    bool is_page = columns->first_seq == 0;
    size_t kind_count = json_array_size(json_object_get(root, "kinds"));
    const json_t *kind = json_object_get(root, "kind"), *digits = json_object_get(root, "digits");
    struct change *changes = arena_take_many(reader->arena, columns->count, sizeof *changes);
    int64_t *kind_of = NULL;

    if (changes == NULL)
        return column_no_memory(reader);
    for (size_t i = 0; i < columns->count && !is_page; i++)
        changes[i].seq = columns->first_seq + i;
    if ((kind_count == 0 && columns->count > 0) || (kind == NULL && kind_count > 1) || (digits != NULL && !json_is_string(digits)))
        return column_refuse(reader, "its kinds or digits");
    reader->digits = json_string_value(digits);
    reader->digits_left = json_string_length(digits);
    if (!read_logs(reader, json_object_get(root, "logs"), columns->log))
        return false;
    if (kind != NULL) {
        kind_of = numbers_take(reader, kind, columns->count, (int64_t)kind_count - 1);
        if (kind_of == NULL)
            return false;
    }
    columns->changes = changes;
    return read_times(reader, root, changes, columns->count, is_page) &&
           (!is_page || read_many(reader, json_object_get(root, "many"), columns->count, &columns->many)) &&
           read_authors(reader, json_object_get(root, "author"), changes, columns->count) &&
           read_kinds(reader, root, kind_of, changes, columns->count, is_page) &&
           (reader->digits_left == 0 || column_refuse(reader, "digits that nobody reads"));
}

/* An empty object is three bytes of text and two hundred of memory: counted before the text is parsed. */
static bool has_few_objects(struct span text, struct error *err)
{
    size_t count = 0;
    bool quoted = false;

    for (size_t i = 0; i < text.size; i++) {
        if (quoted && text.data[i] == '\\')
            i++;
        else if (text.data[i] == '"')
            quoted = !quoted;
        else if (!quoted && text.data[i] == '{')
            count++;
    }
    return count <= COLUMNS_OBJECTS_MAX ||
           error_set(err, ERROR_LIMIT, "", "a table of columns had %zu objects, more than %d", count, COLUMNS_OBJECTS_MAX);
}

bool columns_read(struct arena *arena, struct span text, size_t json_max, size_t text_max, struct columns *columns, struct error *err)
{
    struct arena scratch = {0};
    struct column_reader reader = {
        .arena = arena, .scratch = &scratch, .numbers_left = NUMBERS_READ_MAX, .text_bytes_left = text_max, .err = err};
    json_t *root = has_few_objects(text, err) ? json_read(text, json_max, "a table of columns", err) : NULL;
    const json_t *n = json_object_get(root, "n");
    bool done = false;

    if (root == NULL)
        goto out;
    if (columns->first_seq == 0) {
        if (!json_is_integer(n) || json_integer_value(n) < 0 || json_integer_value(n) > COLUMNS_COUNT_MAX) {
            column_refuse(&reader, "how many changes there are");
            goto out;
        }
        columns->count = (size_t)json_integer_value(n);
    }
    done = read_table(&reader, root, columns);
out:
    json_decref(root);
    arena_clear(&scratch);
    return done;
}
