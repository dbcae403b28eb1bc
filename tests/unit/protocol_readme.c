// SPDX-License-Identifier: Apache-2.0
/* The specification says what the headers say.
 *
 * Here:      comparing protocol/README.md with the names and values in protocol/limits.h and with the forms in protocol/column.h.
 * Not here:  the limits' own tests, which stand with what they bound.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "protocol/limits.h"
#include "tests/unit/suite.h"

#define LIMIT(name)                                                                                                                        \
    {                                                                                                                                      \
#name, name                                                                                                                        \
    }

static const struct {
    const char *name;
    long value;
} limits[] = {
    LIMIT(PROTOCOL_VERSION),
    LIMIT(TEXT_BYTES_MAX),
    LIMIT(NAME_BYTES_MAX),
    LIMIT(ROW_ID_BYTES_MAX),
    LIMIT(CODE_BYTES_MAX),
    LIMIT(AUTHOR_BYTES_MAX),
    LIMIT(CHANGE_FIELDS_MAX),
    LIMIT(CHANGE_BASES_MAX),
    LIMIT(CHANGE_BYTES_MAX),
    LIMIT(ROW_FIELDS_MAX),
    LIMIT(ROW_VALUES_MAX),
    LIMIT(SEGMENT_BODY_BYTES_MAX),
    LIMIT(SEGMENT_RAW_BYTES_MAX),
    LIMIT(SEGMENT_CHANGES_MAX),
    LIMIT(SEGMENT_CANONICAL_BYTES_MAX),
    LIMIT(INFLATE_RATIO_MAX),
    LIMIT(JSON_DEPTH_MAX),
    LIMIT(MESSAGE_BYTES_MAX),
    LIMIT(MESSAGE_HEAD_RAW_BYTES_MAX),
    LIMIT(MESSAGE_SEGMENTS_MAX),
    LIMIT(EXCHANGE_OPENED_BYTES_MAX),
    LIMIT(PAGE_BODY_BYTES_MAX),
    LIMIT(PAGE_RAW_BYTES_MAX),
    LIMIT(PAGE_ROWS_MAX),
    LIMIT(VERDICTS_MAX),
    LIMIT(GRANTS_MAX),
    LIMIT(BUCKETS),
    LIMIT(STAMP_AHEAD_MS_MAX),
    LIMIT(SESSION_ROUNDS_MAX),
    LIMIT(SESSION_REPAIRS_MAX),
    LIMIT(DROP_FUSE_ROWS),
    LIMIT(DROP_FUSE_PERCENT),
};
enum { LIMITS = sizeof limits / sizeof limits[0], FILE_BYTES_MAX = 256 * 1024 };

static char *read_file(const char *path)
{
    static char text[FILE_BYTES_MAX];
    FILE *file = fopen(path, "rb");
    size_t size;

    ck_assert_msg(file != NULL, "no %s", path);
    size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = '\0';
    return text;
}

START_TEST(the_table_says_each_limit)
{
    const char *readme = read_file(SOURCE_FOLDER "/protocol/README.md");

    for (size_t i = 0; i < LIMITS; i++) {
        char row[128];
        snprintf(row, sizeof row, "| `%s` | %ld |", limits[i].name, limits[i].value);
        ck_assert_msg(strstr(readme, row) != NULL, "protocol/README.md does not say: %s", row);
    }
}
END_TEST

START_TEST(no_limit_is_missing_from_the_table)
{
    char *header = read_file(SOURCE_FOLDER "/protocol/limits.h");
    size_t found = 0;

    for (char *line = strtok(header, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        char name[64];
        bool known = false;
        if (sscanf(line, " %63[A-Z_] =", name) != 1 || strstr(line, " = ") == NULL)
            continue;
        for (size_t i = 0; i < LIMITS; i++)
            known = known || strcmp(limits[i].name, name) == 0;
        ck_assert_msg(known, "%s stands in limits.h; give it a row in protocol/README.md and here", name);
        found++;
    }
    ck_assert_uint_eq(found, LIMITS);
}
END_TEST

/* The end of an object that begins here. */
static const char *object_end(const char *at)
{
    int depth = 0;

    do {
        depth += (*at == '{') - (*at == '}');
        at++;
    } while (depth > 0 && *at != '\0');
    return at;
}

START_TEST(each_form_of_a_column_is_in_the_specification)
{
    static char header[FILE_BYTES_MAX];
    const char *readme;
    size_t found = 0;

    snprintf(header, sizeof header, "%s", read_file(SOURCE_FOLDER "/protocol/column.h"));
    readme = read_file(SOURCE_FOLDER "/protocol/README.md");
    for (const char *at = strstr(header, "  {\""); at != NULL; at = strstr(at, "  {\"")) {
        const char *end = object_end(at + 2);
        char form[128] = "`";
        size_t size = 1;
        for (const char *from = at + 2; from < end && size < sizeof form - 4; from++) {
            if (*from == '|')
                form[size++] = '\\'; /* as a table of Markdown wants it */
            form[size++] = *from;
        }
        form[size++] = '`';
        form[size] = '\0';
        ck_assert_msg(strstr(readme, form) != NULL, "protocol/README.md does not say: %s", form);
        found++;
        at = end;
    }
    ck_assert_uint_gt(found, 10);
}
END_TEST

SUITE("readme", each_form_of_a_column_is_in_the_specification, the_table_says_each_limit, no_limit_is_missing_from_the_table)
