// SPDX-License-Identifier: Apache-2.0
/* One column of a table as JSON: numbers, or values. The bricks that columns.c builds with.
 *
 * Here:      the writer (text and digits), the reader (JSON and digits), numbers, values.
 * Not here:  which columns a table has (columns.h), deflating (squeeze.h).
 *
 * Two texts  what a column is stands in the JSON text; long runs of numbers stand apart, as digits to base 36 of a fixed width and
 *            without any separator, in one string at the end of the JSON. Both are read in the same order as they were written.
 *
 * Numbers    5                                   all are 5
 *            [7,5,3]                             as they are
 *            {"w":2,"b":100,"x":4}               2 digits each, plus 100; after "zz" come 4 digits, plus 100. b 0 is left out, and x when
 *                                                there is no "zz"
 *            {"w":2,"b":100,"x":[-9]}            the same, but "zz" stands for the next of x
 *            {"s":10,"d":NUMBERS}                a running sum that starts from 10. s 0 is left out
 *            {"m":0,"n":2,"at":NUMBERS,"is":NUMBERS}   all are 0 but n of them: how many 0 stand before each, and what it is
 *            {"n":2,"of":NUMBERS,"pick":NUMBERS} from a table of n, by place
 * Values     "present", 5, null                  all are that
 *            ["a",5,null]                        as they are
 *            {"list":"|a|b"}                     texts; the first character parts them
 *            {"int":NUMBERS}                     integers
 *            {"from":"|a|b","pick":NUMBERS}      from a table (a list, or an array), by index
 *            {"seq":NUMBERS,"log":NUMBERS}       row ids LOG-SEQ; log 0 (or left out) is the table's own, others count `logs` from 1;
 *                                                seq 0 is the change that the value stands in
 *            {"text":"P","wide":4,"num":NUMBERS,"end":"x"}   texts: P0042x; wide and end are left out when 0 and ""
 *            {"moment":NUMBERS,"end":"+01:00"}   2021-12-06T09:01:14+01:00: the seconds from 1970-01-01T00:00:00 to it in its own zone
 *            {"part":1}                          that part of the row's id, counted from 0
 *            {"like":"full_name","as":VALUES}    texts in which $1 is the first word of that field's text (echo.h)
 *            {"parts":[VALUES,VALUES]}           row ids: these, joined by ':'
 */
#ifndef PROTOCOL_COLUMN_H
#define PROTOCOL_COLUMN_H

#include <jansson.h>

#include "protocol/arena.h"
#include "protocol/bytes.h"
#include "protocol/error.h"
#include "protocol/value.h"

enum {
    NUMBER_WIDTH_MAX = 12,                /* 36 to the 12th is below 2 to the 63rd */
    NUMBERS_READ_MAX = 2 * 1024 * 1024,   /* numbers that one text may unfold to: no honest segment or page comes near */
    ECHO_WORDS_MAX = 9,
};

/* What a writer or a reader knows about the rows of one kind while it is at their columns. */
struct column_rows {
    size_t count;
    const uint64_t *seqs;                 /* of the changes; NULL in a page */
    const char *const *parts[8];          /* parts of the row ids, when all have the same number of them, else part_count 0 */
    size_t part_count;
};

struct column_writer {
    struct bytes text, digits;
    struct arena arena;                   /* lives as long as the writer */
    struct arena scratch;                 /* cleared after each column */
    uint64_t log;                         /* the table's own; 0: none */
    uint64_t *logs;                       /* others, in the order they were met */
    size_t log_count, log_room;
    bool failed;                          /* no memory */
};

/* Some of a kind's rows have this field. */
struct column {
    const char *name;
    const struct value *values;
    const uint32_t *at;                   /* ascending: which of the kind's rows */
    size_t count;
    bool is_echo, is_source;              /* an echo's source is never an echo */
};

void column_writer_clear(struct column_writer *writer);
void column_put(struct column_writer *writer, const char *json);        /* as it stands */
void column_put_integer(struct column_writer *writer, int64_t integer);
void column_put_text(struct column_writer *writer, const char *text);   /* quoted and escaped */
void column_put_value(struct column_writer *writer, struct value value);
void *column_take(struct column_writer *writer, size_t count, size_t size);    /* scratch; NULL sets failed */
int64_t column_log_index(struct column_writer *writer, uint64_t log);   /* 0: the table's own */

/* The highest number of so many digits: it stands for "does not fit". */
uint64_t numbers_capacity(unsigned width);
void numbers_write(struct column_writer *writer, const int64_t *numbers, size_t count);
/* About how long that would be, deflated, in 1/8 bits. */
uint64_t numbers_cost(struct column_writer *writer, const int64_t *numbers, size_t count);

enum { COST_DIGIT = 42, COST_TEXT_BYTE = 40 };   /* 1/8 bits */

/* columns[which] of `count` columns of one kind; may mark echoes and sources. */
void values_write(struct column_writer *writer, struct column *columns, size_t count, size_t which, const struct column_rows *rows);

struct column_reader {
    struct arena *arena;                  /* what is read lives here */
    struct arena *scratch;
    const char *digits;
    size_t digits_left;
    size_t numbers_left;                  /* of NUMBERS_READ_MAX */
    size_t text_bytes_left;               /* that texts may unfold to */
    uint64_t log;
    const char *const *logs;              /* as texts; [0] is the table's own */
    const uint64_t *log_ids;
    size_t log_count;
    struct error *err;
};

bool column_refuse(struct column_reader *reader, const char *what);     /* ERROR_CORRUPT; false */
bool column_no_memory(struct column_reader *reader);
bool numbers_read(struct column_reader *reader, const json_t *json, size_t count, int64_t *ret);
/* For counts and indexes: every one in 0..max. In scratch; NULL on failure. */
int64_t *numbers_take(struct column_reader *reader, const json_t *json, size_t count, int64_t max);
/* `at` says in which of the rows each value stands. An echo is given as its templates; *ret_like names the source then. */
bool values_read(struct column_reader *reader, const json_t *json, const uint32_t *at, size_t count, const struct column_rows *rows,
                 struct value *ret, const char **ret_like);

#endif
