// SPDX-License-Identifier: Apache-2.0
/* CSV in and out.
 *
 * Here:      what csv.h promises.
 * Not here:  what columns mean.
 */
#include "protocol/csv.h"

#include <stdio.h>
#include <string.h>

#include "protocol/limits.h"
#include "tests/unit/suite.h"

static struct arena arena;

static struct csv_reader reader_of_text(const char *text)
{
    return csv_reader_of((struct span){(const uint8_t *)text, strlen(text)});
}

/* All of a file as one line: cells in [], records by their line, errors as !line. */
static const char *told(const char *text)
{
    struct csv_reader reader = reader_of_text(text);
    struct csv_record record;
    char *all = arena_text(&arena, "");

    for (;;) {
        struct error err = {0};
        unsigned long long line = 0;

        if (csv_read(&arena, &reader, &record, &err)) {
            all = arena_format(&arena, "%s%llu", all, (unsigned long long)record.line);
            for (size_t i = 0; i < record.count; i++)
                all = arena_format(&arena, "%s[%s]", all, record.cells[i]);
            continue;
        }
        if (err.kind == ERROR_NONE)
            return all;
        ck_assert_int_eq(err.kind, ERROR_INVALID);
        ck_assert_int_eq(sscanf(err.cause, "line %llu:", &line), 1);
        all = arena_format(&arena, "%s!%llu", all, line);
    }
}

START_TEST(records_are_taken_apart)
{
    ck_assert_str_eq(told("a,b,c\r\n1,2,3\r\n"), "1[a][b][c]2[1][2][3]");
    ck_assert_str_eq(told("a,b\n1,2"), "1[a][b]2[1][2]");
    ck_assert_str_eq(told("a,b\r1,2\r"), "1[a][b]2[1][2]");
    ck_assert_str_eq(told("a,,\n,\n"), "1[a][][]2[][]");
    ck_assert_str_eq(told(" a , b \n"), "1[ a ][ b ]");
    ck_assert_str_eq(told("a\n\n\r\nb\n\n"), "1[a]4[b]");
    ck_assert_str_eq(told(""), "");
    ck_assert_str_eq(told("\n\n"), "");
    ck_assert_str_eq(told("a,"), "1[a][]");
    ck_assert_str_eq(told("Ђорђе,ë\n"), "1[Ђорђе][ë]");
    arena_clear(&arena);
}
END_TEST

START_TEST(quotes_hold_what_would_else_part)
{
    ck_assert_str_eq(told("\"a,b\",\"c\"\"d\",\"\"\n"), "1[a,b][c\"d][]");
    ck_assert_str_eq(told("\"\"\"\",\"\"\"a\"\"\"\n"), "1[\"][\"a\"]");
    ck_assert_str_eq(told("\"a\nb\",c\nd,e\n"), "1[a\nb][c]3[d][e]");
    ck_assert_str_eq(told("\"a\r\nb\rc\n\"\r\nd\n"), "1[a\r\nb\rc\n]5[d]");
    ck_assert_str_eq(told("a\"b,c\"\n"), "1[a\"b][c\"]"); /* inside a plain cell a quote is itself */
    ck_assert_str_eq(told("\"a\""), "1[a]");
    arena_clear(&arena);
}
END_TEST

START_TEST(a_torn_line_costs_itself_and_no_more)
{
    ck_assert_str_eq(told("a,b\n1,\"2\n3,4\n5,6\n"), "1[a][b]!23[3][4]4[5][6]");
    ck_assert_str_eq(told("a,b\n\"1\"x,2\n3,4\n"), "1[a][b]!23[3][4]");
    ck_assert_str_eq(told("a,b\n1,\"2\n3,\"4\n5,6\n"), "1[a][b]!2!34[5][6]");
    ck_assert_str_eq(told("a,b\n1,\xFF\n3,4\n\xC3,5\n"), "1[a][b]!23[3][4]!4");
    ck_assert_str_eq(told("\""), "!1");
    ck_assert_str_eq(told("\"a\n\nb\n"), "!13[b]");
    ck_assert_str_eq(told("\"a\" ,b\n"), "!1");
    arena_clear(&arena);
}
END_TEST

START_TEST(a_zero_byte_is_refused)
{
    struct csv_reader reader = csv_reader_of((struct span){(const uint8_t *)"a,b\0c\n\"\0\"\nd\n", 12});
    struct csv_record record;
    struct error err = {0};

    ck_assert(!csv_read(&arena, &reader, &record, &err));
    ck_assert_str_eq(err.cause, "line 1: there is a zero byte in a cell");
    error_clear(&err);
    ck_assert(!csv_read(&arena, &reader, &record, &err));
    ck_assert_str_eq(err.cause, "line 2: there is a zero byte in a cell");
    error_clear(&err);
    ck_assert(csv_read(&arena, &reader, &record, &err));
    ck_assert_str_eq(record.cells[0], "d");
    arena_clear(&arena);
}
END_TEST

START_TEST(the_first_line_says_what_parts_cells)
{
    ck_assert_str_eq(told("a;b;c\n1,5;2;3\n"), "1[a][b][c]2[1,5][2][3]");
    ck_assert_str_eq(told("a\tb\n1;\t2,\n"), "1[a][b]2[1;][2,]");
    ck_assert_str_eq(told("a,b;c\n"), "1[a][b;c]");
    ck_assert_str_eq(told("\"a,a,a\";b\n"), "1[a,a,a][b]"); /* what is in quotes does not count */
    ck_assert_str_eq(told("a\n1,2\n"), "1[a]2[1][2]");
    arena_clear(&arena);
}
END_TEST

START_TEST(a_byte_order_mark_is_no_text)
{
    ck_assert_str_eq(told("\xEF\xBB\xBF"
                          "code,name\n"),
                     "1[code][name]");
    ck_assert_str_eq(told("\xEF\xBB\xBF"), "");
    ck_assert_str_eq(told("\xEF\xBB\xBF\"a\",b"), "1[a][b]");
    arena_clear(&arena);
}
END_TEST

/* How a cell of this size is read; whatever comes of it, the next line is read. */
static enum error_kind reading_cell_of(size_t size, bool quoted)
{
    struct bytes text = {0};
    struct csv_reader reader;
    struct csv_record record = {0};
    struct error err = {0};
    enum error_kind kind;

    bytes_append(&text, "x,\"", quoted ? 3 : 2);
    memset(bytes_extend(&text, size), 'a', size);
    bytes_append(&text, quoted ? "\"\nnext\n" : "\nnext\n", quoted ? 7 : 6);
    reader = csv_reader_of(bytes_span(&text));
    ck_assert_int_eq(csv_read(&arena, &reader, &record, &err), err.kind == ERROR_NONE);
    if (err.kind == ERROR_NONE)
        ck_assert_uint_eq(strlen(record.cells[1]), size);
    else
        ck_assert_str_eq(err.cause, quoted ? "line 1: a cell is longer than 4096 bytes, or its quote is not closed"
                                           : "line 1: a cell is longer than 4096 bytes");
    kind = err.kind;
    error_clear(&err);
    ck_assert(csv_read(&arena, &reader, &record, &err));
    ck_assert_str_eq(record.cells[0], "next");
    ck_assert_uint_eq(record.line, 2);
    bytes_clear(&text);
    arena_clear(&arena);
    return kind;
}

START_TEST(a_cell_has_at_most_so_many_bytes)
{
    static const size_t sizes[] = {TEXT_BYTES_MAX + 1, 2 * TEXT_BYTES_MAX, 2 * TEXT_BYTES_MAX + 1, 100000};

    for (int quoted = 0; quoted < 2; quoted++) {
        ck_assert_int_eq(reading_cell_of(TEXT_BYTES_MAX, quoted), ERROR_NONE);
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
            ck_assert_int_eq(reading_cell_of(sizes[i], quoted), ERROR_LIMIT);
    }
}
END_TEST

START_TEST(doubled_quotes_count_once)
{
    struct bytes text = {0};
    struct csv_reader reader;
    struct csv_record record;
    struct error err = {0};

    for (size_t quotes = TEXT_BYTES_MAX; quotes <= TEXT_BYTES_MAX + 1; quotes++) {
        bytes_reset(&text);
        memset(bytes_extend(&text, 2 * quotes + 2), '"', 2 * quotes + 2);
        reader = csv_reader_of(bytes_span(&text));
        ck_assert_int_eq(csv_read(&arena, &reader, &record, &err), quotes == TEXT_BYTES_MAX);
    }
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    bytes_clear(&text);
    arena_clear(&arena);
}
END_TEST

START_TEST(a_record_has_at_most_so_many_cells)
{
    struct bytes text = {0};
    struct csv_reader reader;
    struct csv_record record;
    struct error err = {0};

    for (size_t count = CSV_CELLS_MAX; count <= CSV_CELLS_MAX + 1; count++) {
        for (size_t i = 0; i < count; i++)
            csv_cell(&text, "a", false, i == 0);
        csv_end(&text);
    }
    reader = csv_reader_of(bytes_span(&text));
    ck_assert(csv_read(&arena, &reader, &record, &err));
    ck_assert_uint_eq(record.count, CSV_CELLS_MAX);
    ck_assert(!csv_read(&arena, &reader, &record, &err));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    ck_assert_str_eq(err.cause, "line 2: there are more than 256 cells");
    error_clear(&err);
    ck_assert(!csv_read(&arena, &reader, &record, &err));
    ck_assert_int_eq(err.kind, ERROR_NONE);
    bytes_clear(&text);
    arena_clear(&arena);
}
END_TEST

START_TEST(what_is_written_is_read)
{
    static const char *const cells[] = {"plain", "", "a,b", "say \"x\"", "two\r\nlines", " spaces ", "Ђорђе", "\"", "=1+1", "-"};
    struct bytes out = {0};
    struct csv_reader reader;
    struct csv_record record;
    struct error err = {0};

    csv_bom(&out);
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++)
        csv_cell(&out, cells[i], false, i == 0);
    csv_end(&out);
    reader = csv_reader_of(bytes_span(&out));
    ck_assert(csv_read(&arena, &reader, &record, &err));
    ck_assert_uint_eq(record.count, sizeof cells / sizeof cells[0]);
    for (size_t i = 0; i < record.count; i++)
        ck_assert_str_eq(record.cells[i], cells[i]);
    bytes_clear(&out);
    arena_clear(&arena);
}
END_TEST

static const char *written(const char *text, bool defuse)
{
    struct bytes out = {0};
    const char *copy;

    ck_assert(csv_cell(&out, text, defuse, true));
    copy = arena_text_n(&arena, (const char *)out.data, out.size);
    bytes_clear(&out);
    return copy;
}

START_TEST(quotes_are_written_where_they_are_needed)
{
    ck_assert_str_eq(written("a b;c", false), "a b;c");
    ck_assert_str_eq(written("a,b", false), "\"a,b\"");
    ck_assert_str_eq(written("a\"b\"", false), "\"a\"\"b\"\"\"");
    ck_assert_str_eq(written("a\nb", false), "\"a\nb\"");
    ck_assert_str_eq(written("a\rb", false), "\"a\rb\"");
    ck_assert_str_eq(written("", false), "");
    ck_assert_str_eq(written(NULL, true), "");
    arena_clear(&arena);
}
END_TEST

START_TEST(a_formula_is_defused)
{
    ck_assert_str_eq(written("=SUM(A1)", true), "'=SUM(A1)");
    ck_assert_str_eq(written("+381631574702", true), "'+381631574702");
    ck_assert_str_eq(written("-1", true), "'-1");
    ck_assert_str_eq(written("@x", true), "'@x");
    ck_assert_str_eq(written("\tx", true), "'\tx");
    ck_assert_str_eq(written("\rx", true), "\"'\rx\"");
    ck_assert_str_eq(written("=A1,\"x\"", true), "\"'=A1,\"\"x\"\"\"");
    ck_assert_str_eq(written("a=b", true), "a=b");
    ck_assert_str_eq(written("=1", false), "=1");
    arena_clear(&arena);
}
END_TEST

SUITE("csv", records_are_taken_apart, quotes_hold_what_would_else_part, a_torn_line_costs_itself_and_no_more, a_zero_byte_is_refused,
      the_first_line_says_what_parts_cells, a_byte_order_mark_is_no_text, a_cell_has_at_most_so_many_bytes, doubled_quotes_count_once,
      a_record_has_at_most_so_many_cells, what_is_written_is_read, quotes_are_written_where_they_are_needed, a_formula_is_defused)
