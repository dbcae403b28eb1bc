// SPDX-License-Identifier: Apache-2.0
/* What tests of the merge say: a fresh row, a change applied, a mark written with or without having seen what is there.
 *
 * Here:      words that more than one test program uses.
 * Not here:  any promise.
 */
#ifndef TESTS_UNIT_MERGE_WORDS_H
#define TESTS_UNIT_MERGE_WORDS_H

#include <check.h>

#include "protocol/row.h"

static struct row fresh_row(void)
{
    return (struct row){.entity = "attendance", .id = "s:p"};
}

static void apply(struct arena *arena, struct row *row, const struct change *change)
{
    bool moved = false;
    struct error err = {0};
    ck_assert_msg(row_apply(arena, row, change, change->time, &moved, &err), "%s", err.cause);
}

static struct change mark(uint64_t log, uint64_t time, struct change_field *field, const char *name, struct value value)
{
    *field = (struct change_field){.name = name, .value = value, .bases = field->bases, .base_count = field->base_count};
    return (struct change){
        .log = log, .seq = 1, .time = time, .entity = "attendance", .row = "s:p", .author = "", .fields = field, .field_count = 1};
}

static void writes(struct arena *arena, struct row *row, uint64_t log, uint64_t time, const char *name, const char *word, bool has_seen)
{
    struct change_field field = {0};
    if (has_seen)
        ck_assert(row_bases(arena, row, name, log, &field.bases, &field.base_count));
    const struct change change = mark(log, time, &field, name, value_text(word));
    apply(arena, row, &change);
}

#endif
