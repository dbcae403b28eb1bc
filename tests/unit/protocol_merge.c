// SPDX-License-Identifier: Apache-2.0
/* The merge, held against what it must mean: a value is live exactly when nobody wrote the field who had seen it.
 *
 * Here:      histories of devices that see each other through a server, from a seed; orders, groupings, repetitions; bounds.
 * Not here:  a row's bytes and getters (protocol_row.c), renaming (protocol_rename.c).
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/row.h"
#include "tests/unit/merge_words.h"

enum { HISTORIES = 10000, CHANGES_MAX = 12, LOGS_MAX = 5, FIELDS = 3, ORDERS = 4 };

/* --- a seeded generator (splitmix64) ------------------------------------------------------------------------------------- */

static uint64_t next(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static size_t below(uint64_t *state, size_t bound)
{
    return (size_t)(next(state) % bound);
}

/* --- a history ----------------------------------------------------------------------------------------------------------- */

static const char *const field_names[FIELDS] = {"at", "minutes", "status"}; /* `at` is quiet */
static const char *const words[] = {"present", "absent", "late"};

struct made {
    struct change change;
    struct change_field fields[FIELDS];
    uint32_t known; /* which changes of the history its author had seen, itself included */
};
struct history {
    struct arena arena;
    struct made made[CHANGES_MAX];
    size_t count;
};
struct device {
    struct row row;
    uint32_t known;
    uint64_t log, seq, last;
    int64_t wall_ms;
};

static void device_writes(struct history *history, struct device *device, uint64_t *chance)
{
    struct made *made = &history->made[history->count];
    size_t count = 0;
    device->last = stamp_tick(device->last, device->wall_ms + (int64_t)below(chance, 100000) - 50000);
    for (size_t i = 0; i < FIELDS; i++) {
        if (below(chance, 2) == 0 && !(i == FIELDS - 1 && count == 0))
            continue;
        struct change_field *field = &made->fields[count++];
        field->name = field_names[i];
        field->value = i == 1 ? value_integer((int64_t)below(chance, 3)) : value_text(words[below(chance, 3)]);
        ck_assert(row_bases(&history->arena, &device->row, field->name, device->log, &field->bases, &field->base_count));
    }
    made->change = (struct change){.log = device->log,
                                   .seq = ++device->seq,
                                   .time = device->last,
                                   .entity = "attendance",
                                   .row = "s:p",
                                   .author = "",
                                   .fields = made->fields,
                                   .field_count = count};
    apply(&history->arena, &device->row, &made->change);
    device->known |= 1u << history->count;
    made->known = device->known;
    history->count++;
}

/* What a device does when it pulls: the server's row replaces its own, without `seen`; then its unsent changes are applied again. */
static void device_pulls(struct history *history, struct device *device, const struct row *server, uint32_t server_known)
{
    struct bytes bytes = {0};
    struct error err = {0};
    ck_assert(row_write(&bytes, server, /* with_seen= */ false));
    ck_assert(row_read(&history->arena, bytes_span(&bytes), "attendance", "s:p", &device->row, &err));
    bytes_clear(&bytes);
    for (size_t i = 0; i < history->count; i++) {
        if (history->made[i].change.log == device->log && (server_known & (1u << i)) == 0)
            apply(&history->arena, &device->row, &history->made[i].change);
    }
    const struct stamp latest = row_latest_stamp(&device->row);
    if (latest.time > device->last)
        device->last = latest.time;
    device->known |= server_known;
}

static void history_make(struct history *history, uint64_t *chance)
{
    struct device devices[LOGS_MAX];
    struct row server = fresh_row();
    uint32_t server_known = 0;
    const size_t device_count = 2 + below(chance, LOGS_MAX - 1), change_count = 1 + below(chance, CHANGES_MAX);

    memset(history, 0, sizeof *history);
    for (size_t i = 0; i < device_count; i++) {
        devices[i] = (struct device){.row = fresh_row(), .log = next(chance) | 1};
        devices[i].wall_ms = (int64_t)1700000000000 + (below(chance, 3) == 0 ? (int64_t)below(chance, 1000000000000) - 500000000000 : 0);
    }
    while (history->count < change_count) {
        struct device *device = &devices[below(chance, device_count)];
        switch (below(chance, 3)) {
        case 0:
            device_writes(history, device, chance);
            break;
        case 1: /* push some, in order */
            for (size_t i = 0; i < history->count && below(chance, 4) > 0; i++) {
                if (history->made[i].change.log == device->log && (server_known & (1u << i)) == 0) {
                    apply(&history->arena, &server, &history->made[i].change);
                    server_known |= 1u << i;
                }
            }
            break;
        default:
            device_pulls(history, device, &server, server_known);
            break;
        }
    }
}

/* --- what it must come to ------------------------------------------------------------------------------------------------ */

static const struct change_field *write_of(const struct made *made, const char *name)
{
    for (size_t i = 0; i < made->change.field_count; i++) {
        if (strcmp(made->change.fields[i].name, name) == 0)
            return &made->change.fields[i];
    }
    return NULL;
}

/* Live means: no other write of the field by somebody who had seen this one. Nothing of row.h is asked. */
static bool must_live(const struct history *history, size_t index, const char *name)
{
    for (size_t i = 0; i < history->count; i++) {
        if (i != index && (history->made[i].known & (1u << index)) != 0 && write_of(&history->made[i], name) != NULL)
            return false;
    }
    return write_of(&history->made[index], name) != NULL;
}

static void check_meaning(const struct history *history, const struct row *row, uint64_t seed)
{
    size_t conflicts = 0;
    for (size_t f = 0; f < FIELDS; f++) {
        const struct reg *reg = row_reg(row, field_names[f]);
        const struct value *first = NULL;
        size_t live = 0;
        bool differ = false;
        for (size_t i = 0; i < history->count; i++) {
            if (!must_live(history, i, field_names[f]))
                continue;
            const struct made *made = &history->made[i];
            const struct value *value = &write_of(made, field_names[f])->value;
            bool found = false;
            for (size_t k = 0; reg != NULL && k < reg->live_count; k++)
                found = found || (reg->live[k].stamp.log == made->change.log && reg->live[k].stamp.time == made->change.time &&
                                  value_equal(reg->live[k].value, *value));
            ck_assert_msg(found, "seed %llu: a value that nobody has seen was lost", (unsigned long long)seed);
            differ = differ || (first != NULL && !value_equal(*first, *value));
            first = first == NULL ? value : first;
            live++;
        }
        ck_assert_msg(live == (reg == NULL ? 0 : reg->live_count), "seed %llu: a value that was replaced lives on",
                      (unsigned long long)seed);
        const bool quiet = strcmp(field_names[f], "at") == 0;
        if (reg != NULL)
            ck_assert_msg(reg_is_in_conflict("attendance", reg) == (differ && !quiet), "seed %llu: conflict", (unsigned long long)seed);
        conflicts += differ && !quiet;
    }
    ck_assert_uint_eq(row_conflict_count(row), conflicts);
}

static void check_same(const struct row *a, const struct row *b, const char *what, uint64_t seed)
{
    struct bytes left = {0}, right = {0};
    ck_assert(row_write(&left, a, /* with_seen= */ true));
    ck_assert(row_write(&right, b, /* with_seen= */ true));
    ck_assert_msg(left.size == right.size && memcmp(left.data, right.data, left.size) == 0, "seed %llu: %s came to another row",
                  (unsigned long long)seed, what);
    bytes_clear(&left);
    bytes_clear(&right);
}

static void shuffle(size_t *order, size_t count, uint64_t *chance)
{
    for (size_t i = count; i > 1; i--) {
        const size_t k = below(chance, i), swapped = order[i - 1];
        order[i - 1] = order[k];
        order[k] = swapped;
    }
}

/* Any order that keeps each log's own. */
static void shuffle_logs(const struct history *history, size_t *order, uint64_t *chance)
{
    shuffle(order, history->count, chance);
    for (size_t i = 0; i < history->count; i++) {
        for (size_t k = i + 1; k < history->count; k++) {
            const struct change *a = &history->made[order[i]].change, *b = &history->made[order[k]].change;
            if (a->log == b->log && a->seq > b->seq) {
                const size_t swapped = order[i];
                order[i] = order[k];
                order[k] = swapped;
            }
        }
    }
}

/* One row per change, then joined two by two, whichever two. */
static void join_in_groups(struct history *history, struct row *ret, uint64_t *chance)
{
    struct row rows[CHANGES_MAX];
    size_t count = history->count;
    struct error err = {0};
    for (size_t i = 0; i < count; i++) {
        rows[i] = fresh_row();
        apply(&history->arena, &rows[i], &history->made[i].change);
    }
    while (count > 1) {
        bool moved = false;
        const size_t into = below(chance, count);
        size_t from = below(chance, count - 1);
        from += from >= into;
        ck_assert(row_join(&history->arena, &rows[into], &rows[from], &moved, &err));
        if (below(chance, 8) != 0) /* now and then the same one once more */
            rows[from] = rows[--count];
    }
    *ret = rows[0];
}

START_TEST(any_order_any_grouping_any_repetition_comes_to_the_same_row_and_the_right_one)
{
    for (uint64_t seed = 1; seed <= HISTORIES; seed++) {
        static struct history history;
        uint64_t chance = seed;
        struct row first = fresh_row(), row;
        size_t order[CHANGES_MAX];

        history_make(&history, &chance);
        for (size_t i = 0; i < history.count; i++) {
            apply(&history.arena, &first, &history.made[i].change);
            order[i] = i;
        }
        check_meaning(&history, &first, seed);
        for (int turn = 0; turn < ORDERS; turn++) {
            row = fresh_row();
            if (turn % 2 == 0)
                shuffle_logs(&history, order, &chance);
            else
                shuffle(order, history.count, &chance);
            for (size_t i = 0; i < history.count; i++)
                apply(&history.arena, &row, &history.made[order[i]].change);
            check_same(&first, &row, "another order", seed);
        }
        const struct reg *before = row.regs;
        for (size_t i = 0; i < history.count; i++) {
            bool moved = true;
            struct error err = {0};
            ck_assert(row_apply(&history.arena, &row, &history.made[i].change, history.made[i].change.time, &moved, &err));
            ck_assert(!moved);
        }
        ck_assert_msg(row.regs == before, "seed %llu: applied again, something was different", (unsigned long long)seed);
        join_in_groups(&history, &row, &chance);
        check_same(&first, &row, "another grouping", seed);
        arena_clear(&history.arena);
    }
}
END_TEST

/* --- single promises ----------------------------------------------------------------------------------------------------- */

START_TEST(a_conflict_is_open_until_somebody_who_saw_both_decides)
{
    struct arena arena = {0};
    struct row row = fresh_row();
    writes(&arena, &row, 1, 10, "status", "present", false);
    writes(&arena, &row, 2, 11, "status", "absent", false);
    ck_assert_uint_eq(row_conflict_count(&row), 1);
    ck_assert_str_eq(row_text(&row, "status"), "absent");
    writes(&arena, &row, 1, 12, "status", "late", false); /* the first again, still without having seen the second */
    ck_assert_uint_eq(row_conflict_count(&row), 1);
    ck_assert_str_eq(row_text(&row, "status"), "late");
    writes(&arena, &row, 3, 13, "status", "absent", true);
    ck_assert_uint_eq(row_conflict_count(&row), 0);
    ck_assert_uint_eq(row_reg(&row, "status")->live_count, 1);
    arena_clear(&arena);
}
END_TEST

START_TEST(the_later_stamp_stands_and_a_tie_is_broken_by_the_log)
{
    struct arena arena = {0};
    struct row row = fresh_row();
    writes(&arena, &row, 9, 10, "status", "late", false);
    writes(&arena, &row, 3, 10, "status", "present", false);
    ck_assert_str_eq(row_text(&row, "status"), "late");
    ck_assert_uint_eq(row_stamp(&row, "status").log, 9);
    arena_clear(&arena);
}
END_TEST

START_TEST(equal_values_are_no_conflict_and_a_quiet_field_never_is)
{
    struct arena arena = {0};
    struct row row = fresh_row();
    writes(&arena, &row, 1, 10, "status", "present", false);
    writes(&arena, &row, 2, 11, "status", "present", false);
    writes(&arena, &row, 1, 12, "at", "2024-05-02T09:00:00Z", false);
    writes(&arena, &row, 2, 13, "at", "2024-05-02T09:01:00Z", false);
    ck_assert_uint_eq(row_reg(&row, "status")->live_count, 2);
    ck_assert_uint_eq(row_reg(&row, "at")->live_count, 2);
    ck_assert_uint_eq(row_conflict_count(&row), 0);
    arena_clear(&arena);
}
END_TEST

START_TEST(what_replaced_it_may_come_before_it)
{
    struct arena arena = {0};
    struct row row = fresh_row();
    struct stamp seen = {.time = 10, .log = 1};
    struct change_field field = {.bases = &seen, .base_count = 1};
    const struct change settle = mark(2, 20, &field, "status", value_text("late"));
    apply(&arena, &row, &settle);
    writes(&arena, &row, 1, 10, "status", "absent", false);
    ck_assert_uint_eq(row_reg(&row, "status")->live_count, 1);
    ck_assert_str_eq(row_text(&row, "status"), "late");
    arena_clear(&arena);
}
END_TEST

START_TEST(a_change_cannot_replace_itself_by_naming_its_own_log)
{
    struct arena arena = {0};
    struct row row = fresh_row();
    struct stamp own = {.time = 99, .log = 1};
    struct change_field field = {.bases = &own, .base_count = 1};
    const struct change change = mark(1, 20, &field, "status", value_text("late"));
    apply(&arena, &row, &change);
    ck_assert_str_eq(row_text(&row, "status"), "late");
    arena_clear(&arena);
}
END_TEST

START_TEST(a_base_from_the_future_silences_nobody)
{
    struct arena arena = {0};
    struct row row = fresh_row();
    struct stamp future = {.time = UINT64_MAX, .log = 2};
    struct change_field field = {.bases = &future, .base_count = 1};
    const struct change change = mark(1, 20, &field, "status", value_text("late"));
    apply(&arena, &row, &change);
    writes(&arena, &row, 2, 20, "status", "present", false); /* at most as late: what it could have seen */
    ck_assert_uint_eq(row_reg(&row, "status")->live_count, 1);
    writes(&arena, &row, 2, 21, "status", "absent", false);
    ck_assert_uint_eq(row_conflict_count(&row), 1);
    ck_assert_str_eq(row_text(&row, "status"), "absent");
    arena_clear(&arena);
}
END_TEST

START_TEST(a_copy_of_the_row_taken_before_stays_as_it_was)
{
    struct arena arena = {0};
    struct row row = fresh_row();
    writes(&arena, &row, 1, 10, "status", "present", false);
    const struct row before = row;
    writes(&arena, &row, 1, 11, "status", "absent", false);
    ck_assert_str_eq(row_text(&before, "status"), "present");
    ck_assert_str_eq(row_text(&row, "status"), "absent");
    arena_clear(&arena);
}
END_TEST

START_TEST(texts_do_not_hang_on_the_change_that_brought_them)
{
    struct arena arena = {0};
    struct row row = fresh_row();
    char word[] = "present", name[] = "status";
    writes(&arena, &row, 1, 10, name, word, false);
    memset(word, 'x', sizeof word - 1);
    memset(name, 'x', sizeof name - 1);
    ck_assert_str_eq(row_text(&row, "status"), "present");
    arena_clear(&arena);
}
END_TEST

START_TEST(memory_of_what_was_replaced_is_told_by_regs_even_when_nothing_moved)
{
    struct arena arena = {0};
    struct row row = fresh_row();
    bool moved = true;
    struct error err = {0};
    struct stamp first = {.time = 10, .log = 1}, second = {.time = 20, .log = 2};
    struct change_field settled = {.bases = &second, .base_count = 1}, lost = {.bases = &first, .base_count = 1};
    const struct change last = mark(3, 30, &settled, "status", value_text("late"));
    const struct change middle = mark(2, 20, &lost, "status", value_text("absent"));
    apply(&arena, &row, &last);
    const struct reg *before = row.regs;
    ck_assert(row_apply(&arena, &row, &middle, 20, &moved, &err));
    ck_assert(!moved);
    ck_assert_ptr_ne(row.regs, before);
    writes(&arena, &row, 1, 10, "status", "present", false);
    ck_assert_uint_eq(row_conflict_count(&row), 0);
    arena_clear(&arena);
}
END_TEST

START_TEST(bases_named_in_any_order_count_the_same)
{
    struct arena arena = {0};
    struct row one = fresh_row(), other = fresh_row();
    struct stamp ascending[] = {{10, 3}, {11, 1}, {12, 3}, {13, 2}}, mixed[] = {{12, 3}, {13, 2}, {10, 3}, {11, 1}};
    struct change_field field = {.bases = ascending, .base_count = 4};
    struct change change = mark(7, 20, &field, "status", value_text("late"));
    apply(&arena, &one, &change);
    field.bases = mixed;
    apply(&arena, &other, &change);
    check_same(&one, &other, "another order of bases", 0);
    ck_assert_uint_eq(row_reg(&one, "status")->seen_count, 3);
    arena_clear(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("merge");
    TCase *meaning = tcase_create("meaning");
    tcase_add_test(meaning, any_order_any_grouping_any_repetition_comes_to_the_same_row_and_the_right_one);
    tcase_add_test(meaning, a_conflict_is_open_until_somebody_who_saw_both_decides);
    tcase_add_test(meaning, the_later_stamp_stands_and_a_tie_is_broken_by_the_log);
    tcase_add_test(meaning, equal_values_are_no_conflict_and_a_quiet_field_never_is);
    tcase_add_test(meaning, what_replaced_it_may_come_before_it);
    tcase_add_test(meaning, a_change_cannot_replace_itself_by_naming_its_own_log);
    tcase_add_test(meaning, a_base_from_the_future_silences_nobody);
    tcase_add_test(meaning, a_copy_of_the_row_taken_before_stays_as_it_was);
    tcase_add_test(meaning, texts_do_not_hang_on_the_change_that_brought_them);
    tcase_add_test(meaning, memory_of_what_was_replaced_is_told_by_regs_even_when_nothing_moved);
    tcase_add_test(meaning, bases_named_in_any_order_count_the_same);
    suite_add_tcase(suite, meaning);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
