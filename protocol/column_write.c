// SPDX-License-Identifier: Apache-2.0
/* Columns of values, written: the shortest of a few forms.
 *
 * Here:      which form a column takes, by an estimate of its deflated length.
 * Not here:  what an entity or a field means: no form looks at a name.
 */
#include <string.h>

#include "protocol/column.h"
#include "protocol/echo.h"
#include "protocol/id.h"
#include "protocol/limits.h"
#include "protocol/picks.h"
#include "protocol/stamp.h"

enum {
    COST_FORM = 8 * 24,   /* the words around a form */
    COST_REPEAT = 8 * 22, /* a text that stands before: a match */
    SAMPLE_COUNT = 16,
    NUMBERED_COUNT_MIN = 3,
    NUMBERED_DIGITS_MAX = 18,
    ECHO_COUNT_MIN = 4,
};

static bool all_are(const struct value *values, size_t count, enum value_kind kind)
{
    for (size_t i = 0; i < count; i++) {
        if (values[i].kind != kind)
            return false;
    }
    return true;
}

/* ---- row ids ---- */

struct ids {
    int64_t *seqs, *logs;
    bool others; /* some are of other logs */
};

/* An id of this log that the change made itself is 0; but only when there is such a one, so that columns of references stay even. */
static void ids_own(struct ids *ids, const uint32_t *at, size_t count, const struct column_rows *rows)
{
    for (size_t i = 0; rows->seqs != NULL && i < count; i++) {
        if (ids->logs[i] == 0 && (uint64_t)ids->seqs[i] == rows->seqs[at[i]])
            ids->seqs[i] = 0;
    }
}

static bool ids_of(struct column_writer *writer, const struct value *values, const uint32_t *at, size_t count,
                   const struct column_rows *rows, struct ids *ret)
{
    uint64_t log, seq;

    for (size_t i = 0; i < count; i++) {
        if (strlen(values[i].text) < LOG_TEXT_SIZE + 1 || !row_id_parse(values[i].text, &log, &seq) || seq > INT64_MAX)
            return false;
    }
    ret->seqs = column_take(writer, count, sizeof *ret->seqs);
    ret->logs = column_take(writer, count, sizeof *ret->logs);
    ret->others = false;
    if (ret->seqs == NULL || ret->logs == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        row_id_parse(values[i].text, &log, &seq);
        ret->seqs[i] = (int64_t)seq;
        ret->logs[i] = column_log_index(writer, log);
        ret->others = ret->others || ret->logs[i] != 0;
    }
    ids_own(ret, at, count, rows);
    return true;
}

static void ids_write(struct column_writer *writer, const struct ids *ids, size_t count)
{
    column_put(writer, "{\"seq\":");
    numbers_write(writer, ids->seqs, count);
    if (ids->others) {
        column_put(writer, ",\"log\":");
        numbers_write(writer, ids->logs, count);
    }
    column_put(writer, "}");
}

/* Which part of the row's id all values say again; part_count when none. */
static size_t part_of(const struct value *values, const uint32_t *at, size_t count, const struct column_rows *rows)
{
    for (size_t part = 0; part < rows->part_count; part++) {
        size_t same = 0;

        while (same < count && strcmp(values[same].text, rows->parts[part][at[same]]) == 0)
            same++;
        if (same == count)
            return part;
    }
    return rows->part_count;
}

/* ---- numbered texts ---- */

struct numbered {
    char before[TEXT_BYTES_MAX + 1], after[TEXT_BYTES_MAX + 1];
    size_t wide;
    int64_t *numbers;
};

static size_t digits_at(const char *text)
{
    return strspn(text, "0123456789");
}

/* What all texts begin with, less the digits at its end: they belong to the number when not all are the same length. */
static size_t common_start(const struct value *values, size_t count)
{
    size_t size = strlen(values[0].text);

    for (size_t i = 1; i < count; i++) {
        size_t same = 0;

        while (same < size && values[i].text[same] == values[0].text[same])
            same++;
        size = same;
    }
    return size;
}

/* The number of one text, and how its digits are written; false when it has none there. */
static bool number_at(const char *text, size_t start, const char *after, size_t *ret_digits, int64_t *ret)
{
    const char *digits = text + start;

    *ret_digits = digits_at(digits);
    *ret = 0;
    if (*ret_digits == 0 || *ret_digits > NUMBERED_DIGITS_MAX || strcmp(digits + *ret_digits, after) != 0)
        return false;
    for (size_t i = 0; i < *ret_digits; i++)
        *ret = *ret * 10 + (digits[i] - '0');
    return true;
}

static bool numbered_at(struct column_writer *writer, const struct value *values, size_t count, size_t start, struct numbered *ret)
{
    size_t wide, digits = digits_at(values[0].text + start);
    bool even = true, plain = true;

    if (start > TEXT_BYTES_MAX || strlen(values[0].text) > TEXT_BYTES_MAX)
        return false;
    memcpy(ret->before, values[0].text, start);
    ret->before[start] = '\0';
    memcpy(ret->after, values[0].text + start + digits, strlen(values[0].text + start + digits) + 1);
    wide = digits;
    for (size_t i = 0; i < count; i++) {
        int64_t number;

        if (strncmp(values[i].text, ret->before, start) != 0 || !number_at(values[i].text, start, ret->after, &digits, &number))
            return false;
        even = even && digits == wide;
        plain = plain && (digits == 1 || values[i].text[start] != '0');
        if (!even && !plain)
            return false;
    }
    ret->wide = plain ? 0 : wide;
    ret->numbers = column_take(writer, count, sizeof *ret->numbers);
    for (size_t i = 0; ret->numbers != NULL && i < count; i++)
        number_at(values[i].text, start, ret->after, &digits, &ret->numbers[i]);
    return ret->numbers != NULL;
}

/* Tries the number to start where the texts begin to differ, and where the digits around that place begin. */
static bool numbered_of(struct column_writer *writer, const struct value *values, size_t count, struct numbered *ret)
{
    size_t start = common_start(values, count), first = start;

    if (count < NUMBERED_COUNT_MIN)
        return false;
    while (first > 0 && values[0].text[first - 1] >= '0' && values[0].text[first - 1] <= '9')
        first--;
    return numbered_at(writer, values, count, start, ret) || (first < start && numbered_at(writer, values, count, first, ret));
}

static uint64_t text_cost(const char *text)
{
    return (strlen(text) + 1) * COST_TEXT_BYTE;
}

static void numbered_write(struct column_writer *writer, const struct numbered *numbered, size_t count)
{
    column_put(writer, "{\"text\":");
    column_put_text(writer, numbered->before);
    if (numbered->wide > 0) {
        column_put(writer, ",\"wide\":");
        column_put_integer(writer, (int64_t)numbered->wide);
    }
    column_put(writer, ",\"num\":");
    numbers_write(writer, numbered->numbers, count);
    if (numbered->after[0] != '\0') {
        column_put(writer, ",\"end\":");
        column_put_text(writer, numbered->after);
    }
    column_put(writer, "}");
}

/* ---- moments ---- */

enum { MOMENT_SECONDS_SIZE = 19 }; /* 2021-12-06T09:01:14, and then what says the zone */

/* Seconds since 1970 as if all were UTC; false when one is none, or has another end than the first. */
static bool moments_of(struct column_writer *writer, const struct value *values, size_t count, int64_t **ret)
{
    const char *end;

    if (strlen(values[0].text) < MOMENT_SECONDS_SIZE)
        return false;
    end = values[0].text + MOMENT_SECONDS_SIZE;
    *ret = column_take(writer, count, sizeof **ret);
    for (size_t i = 0; i < count && !writer->failed; i++) {
        char utc[MOMENT_TEXT_SIZE] = {0}, again[MOMENT_TEXT_SIZE];
        int64_t ms;

        if (strlen(values[i].text) < MOMENT_SECONDS_SIZE || strcmp(values[i].text + MOMENT_SECONDS_SIZE, end) != 0)
            return false;
        memcpy(utc, values[i].text, MOMENT_SECONDS_SIZE);
        utc[MOMENT_SECONDS_SIZE] = 'Z';
        if (!moment_parse(utc, &ms) || ms < 0)
            return false;
        moment_text(ms, again);
        if (memcmp(again, utc, MOMENT_SECONDS_SIZE) != 0)
            return false;
        (*ret)[i] = ms / 1000;
    }
    return !writer->failed;
}

static void moments_write(struct column_writer *writer, const int64_t *seconds, size_t count, const char *end)
{
    column_put(writer, "{\"moment\":");
    numbers_write(writer, seconds, count);
    column_put(writer, ",\"end\":");
    column_put_text(writer, end);
    column_put(writer, "}");
}

/* ---- lists and tables ---- */

static void list_write(struct column_writer *writer, const struct value *const *values, size_t count)
{
    static const char separators[] = "|;~^`";
    const char *separator = separators;
    bool texts = count > 1;

    for (size_t i = 0; i < count && texts; i++)
        texts = values[i]->kind == VALUE_TEXT;
    for (size_t i = 0; i < count && texts && *separator != '\0'; i++) {
        if (strchr(values[i]->text, *separator) != NULL) {
            separator++;
            i = SIZE_MAX; /* from the start */
        }
    }
    if (!texts || *separator == '\0') {
        for (size_t i = 0; i < count; i++) {
            column_put(writer, i == 0 ? "[" : ",");
            column_put_value(writer, *values[i]);
        }
        column_put(writer, "]");
        return;
    }
    column_put(writer, "\"");
    for (size_t i = 0; i < count; i++) {
        size_t quote;

        bytes_append(&writer->text, separator, 1);
        quote = writer->text.size;
        column_put_text(writer, values[i]->text);
        if (writer->text.failed)
            return;
        memmove(writer->text.data + quote, writer->text.data + quote + 1, writer->text.size - quote - 2);
        writer->text.size -= 2; /* without its quotes */
    }
    column_put(writer, "\"");
}

static uint64_t list_cost(const struct picks *picks)
{
    uint64_t cost = COST_FORM;

    for (size_t i = 0; i < picks->count; i++) {
        const struct value *value = picks->values[i];
        uint64_t own = value->kind == VALUE_TEXT ? text_cost(value->text) : 4 * COST_TEXT_BYTE;

        cost += own + (picks->times[i] - 1) * (own < COST_REPEAT ? own : COST_REPEAT);
    }
    return cost;
}

static uint64_t table_cost(struct column_writer *writer, const struct picks *picks, size_t count)
{
    uint64_t cost = 2 * (uint64_t)COST_FORM + numbers_cost(writer, picks->index, count);

    for (size_t i = 0; i < picks->count; i++)
        cost += picks->values[i]->kind == VALUE_TEXT ? text_cost(picks->values[i]->text) : 4 * COST_TEXT_BYTE;
    return cost;
}

static void list_or_table_write(struct column_writer *writer, const struct value *values, size_t count, const struct picks *picks,
                                uint64_t cost_of_list)
{
    const struct value **all;

    if (table_cost(writer, picks, count) < cost_of_list) {
        column_put(writer, "{\"from\":");
        list_write(writer, picks->values, picks->count);
        column_put(writer, ",\"pick\":");
        numbers_write(writer, picks->index, count);
        column_put(writer, "}");
        return;
    }
    all = column_take(writer, count, sizeof *all);
    if (all == NULL)
        return;
    for (size_t i = 0; i < count; i++)
        all[i] = &values[i];
    if (count > 1 && all_are(values, count, VALUE_TEXT)) {
        size_t start = writer->text.size;

        column_put(writer, "{\"list\":");
        list_write(writer, all, count);
        if (!writer->text.failed && writer->text.data[start + 8] == '"') {
            column_put(writer, "}");
            return;
        }
        writer->text.size = start; /* every separator is in some text */
    }
    list_write(writer, all, count);
}

/* ---- all forms ---- */

/* The forms that only texts have; false when none of them is shorter than a list or a table. */
static bool texts_write(struct column_writer *writer, const struct value *values, const uint32_t *at, size_t count,
                        const struct column_rows *rows, const struct picks *picks)
{
    size_t part = part_of(values, at, count, rows);
    struct numbered *numbered;
    int64_t *seconds;
    struct ids ids;

    if (part < rows->part_count) {
        column_put(writer, "{\"part\":");
        column_put_integer(writer, (int64_t)part);
        column_put(writer, "}");
        return true;
    }
    if (ids_of(writer, values, at, count, rows, &ids)) {
        ids_write(writer, &ids, count);
        return true;
    }
    if (moments_of(writer, values, count, &seconds)) {
        moments_write(writer, seconds, count, values[0].text + MOMENT_SECONDS_SIZE);
        return true;
    }
    numbered = column_take(writer, 1, sizeof *numbered);
    if (numbered != NULL && numbered_of(writer, values, count, numbered)) {
        uint64_t cost =
            COST_FORM + text_cost(numbered->before) + text_cost(numbered->after) + numbers_cost(writer, numbered->numbers, count);

        if (cost < list_cost(picks) && cost < table_cost(writer, picks, count)) {
            numbered_write(writer, numbered, count);
            return true;
        }
    }
    return false;
}

/* A column of values that is no echo. */
static void plain_write(struct column_writer *writer, const struct value *values, const uint32_t *at, size_t count,
                        const struct column_rows *rows)
{
    struct picks picks;
    struct ids ids;

    if (!picks_of(writer, values, count, &picks))
        return;
    if (picks.count == 1) {
        if (values[0].kind == VALUE_TEXT && ids_of(writer, values, at, count, rows, &ids))
            ids_write(writer, &ids, count);
        else
            column_put_value(writer, values[0]);
        return;
    }
    if (all_are(values, count, VALUE_INTEGER)) {
        int64_t *numbers = column_take(writer, count, sizeof *numbers);

        for (size_t i = 0; numbers != NULL && i < count; i++)
            numbers[i] = values[i].integer;
        column_put(writer, "{\"int\":");
        if (numbers != NULL)
            numbers_write(writer, numbers, count);
        column_put(writer, "}");
        return;
    }
    if (!all_are(values, count, VALUE_TEXT) || !texts_write(writer, values, at, count, rows, &picks))
        list_or_table_write(writer, values, count, &picks, list_cost(&picks));
}

/* The source's text beside each value; NULL where the row has none. */
static const char **texts_beside(struct column_writer *writer, const struct column *column, const struct column *source)
{
    const char **texts = column_take(writer, column->count, sizeof *texts);
    size_t j = 0;

    for (size_t i = 0; texts != NULL && i < column->count; i++) {
        while (j < source->count && source->at[j] < column->at[i])
            j++;
        if (j < source->count && source->at[j] == column->at[i] && source->values[j].kind == VALUE_TEXT)
            texts[i] = source->values[j].text;
    }
    return texts;
}

/* The column as templates of the source, when most of a sample echo; else NULL. */
static struct value *templates_of(struct column_writer *writer, const struct column *column, const char *const *beside)
{
    struct value *templates = column_take(writer, column->count, sizeof *templates);
    struct echo_words *words = column_take(writer, 1, sizeof *words);
    size_t echoes = 0;

    for (size_t i = 0; templates != NULL && words != NULL && i < column->count; i++) {
        const char *text = column->values[i].text;

        if (strchr(text, '$') != NULL)
            return NULL;
        echo_words_of(beside[i], words);
        templates[i] = value_text(echo_template(&writer->scratch, text, words));
        if (templates[i].kind == VALUE_NONE) {
            writer->failed = true;
            return NULL;
        }
        echoes += strcmp(templates[i].text, text) != 0;
        if (i + 1 == SAMPLE_COUNT && echoes < SAMPLE_COUNT / 2)
            return NULL;
    }
    return echoes >= column->count / 2 ? templates : NULL;
}

/* Writes the column as an echo of another when that is shorter. */
static bool echo_write(struct column_writer *writer, struct column *columns, size_t count, size_t which, const struct column_rows *rows)
{
    struct column *column = &columns[which];
    struct picks own, of_templates;
    struct value *best = NULL;
    size_t best_source = 0;
    uint64_t best_cost;

    if (column->is_source || column->count < ECHO_COUNT_MIN || !all_are(column->values, column->count, VALUE_TEXT) ||
        !picks_of(writer, column->values, column->count, &own) || own.count < column->count / 2)
        return false;
    best_cost = list_cost(&own);
    for (size_t i = 0; i < count && !writer->failed; i++) {
        const char **beside;
        struct value *templates;

        if (i == which || columns[i].is_echo || columns[i].count < column->count / 2)
            continue;
        beside = texts_beside(writer, column, &columns[i]);
        templates = beside == NULL ? NULL : templates_of(writer, column, beside);
        if (templates == NULL || !picks_of(writer, templates, column->count, &of_templates))
            continue;
        if (2 * list_cost(&of_templates) < best_cost) {
            best_cost = 2 * list_cost(&of_templates);
            best_source = i;
            best = templates;
        }
    }
    if (best == NULL)
        return false;
    column->is_echo = true;
    columns[best_source].is_source = true;
    column_put(writer, "{\"like\":");
    column_put_text(writer, columns[best_source].name);
    column_put(writer, ",\"as\":");
    plain_write(writer, best, column->at, column->count, rows);
    column_put(writer, "}");
    return true;
}

void values_write(struct column_writer *writer, struct column *columns, size_t count, size_t which, const struct column_rows *rows)
{
    const struct column *column = &columns[which];

    if (!echo_write(writer, columns, count, which, rows))
        plain_write(writer, column->values, column->at, column->count, rows);
    arena_clear(&writer->scratch);
}
