// SPDX-License-Identifier: Apache-2.0
/* Renaming after a fork: nothing that was recorded is lost, and the new log does not come into conflict with its own past.
 *
 * Here:      ids in rows, keys and values; stamps; bases; the same row by renaming it and by renaming its changes.
 * Not here:  finding out that a log has forked (sessions), storing the renamed (the agent's store).
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "protocol/row.h"

enum { OLD = 11, FRESH = 99, OTHER = 7, AFTER = 3, AFTER_TIME = 30 };
static const struct rename forked = {.old = OLD, .fresh = FRESH, .after = AFTER, .after_time = AFTER_TIME};
static struct arena arena;

static void teardown(void)
{
    arena_clear(&arena);
}

static const char *id_of(uint64_t log, uint64_t seq)
{
    char id[ROW_ID_SIZE];
    row_id_of_change(log, seq, id);
    return arena_text(&arena, id);
}

static const char *key_of(const char *one, const char *other)
{
    char id[ROW_ID_SIZE];
    ck_assert(row_id_of_key((const char *const[]){one, other}, 2, id));
    return arena_text(&arena, id);
}

static struct change change_of(uint64_t log, uint64_t seq, uint64_t time, const char *row, struct change_field *field)
{
    return (struct change){
        .log = log, .seq = seq, .time = time, .entity = "attendance", .row = row, .author = "", .fields = field, .field_count = 1};
}

static void apply(struct row *row, const struct change *change)
{
    bool moved = false;
    struct error err = {0};
    ck_assert_msg(row_apply(&arena, row, change, change->time, &moved, &err), "%s", err.cause);
}

static void renames(struct change *change)
{
    struct error err = {0};
    ck_assert_msg(change_rename(&arena, change, &forked, &err), "%s", err.cause);
}

START_TEST(ids_made_after_the_fork_are_renamed_alone_in_keys_and_as_values)
{
    struct change_field field = {.name = "activity", .value = value_text(id_of(OLD, 5))};
    struct change change = change_of(OLD, 6, 60, id_of(OLD, 6), &field);
    change.author = id_of(OLD, 4);
    renames(&change);
    ck_assert_uint_eq(change.log, FRESH);
    ck_assert_uint_eq(change.seq, 3);
    ck_assert_str_eq(change.row, id_of(FRESH, 3));
    ck_assert_str_eq(change.author, id_of(FRESH, 1));
    ck_assert_str_eq(change.fields[0].value.text, id_of(FRESH, 2));
    change = change_of(OLD, 7, 70, key_of(id_of(OLD, 3), id_of(OLD, 4)), &field);
    renames(&change);
    ck_assert_str_eq(change.row, key_of(id_of(OLD, 3), id_of(FRESH, 1)));
}
END_TEST

START_TEST(what_both_timelines_share_and_what_others_made_keeps_its_name)
{
    struct change_field field = {.name = "activity", .value = value_text(id_of(OLD, AFTER))};
    struct change change = change_of(OLD, 6, 60, id_of(OTHER, 6), &field);
    renames(&change);
    ck_assert_str_eq(change.row, id_of(OTHER, 6));
    ck_assert_str_eq(change.fields[0].value.text, id_of(OLD, AFTER));
}
END_TEST

START_TEST(text_that_only_looks_a_little_like_an_id_is_left_alone)
{
    char sentence[64];
    snprintf(sentence, sizeof sentence, "see %.30s", id_of(OLD, 5));
    const char *const texts[] = {sentence, "", "-", "a-b", "0123-5"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct change_field field = {.name = "note", .value = value_text(texts[i])};
        struct change change = change_of(OLD, 6, 60, "a:b", &field);
        renames(&change);
        ck_assert_str_eq(change.fields[0].value.text, texts[i]);
    }
}
END_TEST

START_TEST(a_renamed_change_names_its_own_past_as_a_base)
{
    struct stamp bases[] = {{20, OTHER}, {40, OTHER + 1}};
    struct change_field field = {.name = "status", .value = value_text("late"), .bases = bases, .base_count = 2};
    struct change change = change_of(OLD, 6, 60, "a:b", &field);
    renames(&change);
    ck_assert_uint_eq(change.fields[0].base_count, 3);
    ck_assert_uint_eq(change.fields[0].bases[1].log, OLD);
    ck_assert_uint_eq(change.fields[0].bases[1].time, AFTER_TIME);
    ck_assert_uint_eq(change.fields[0].bases[2].time, 40);
}
END_TEST

START_TEST(bases_stay_within_64_when_64_others_are_live)
{
    static struct stamp bases[CHANGE_BASES_MAX];
    for (size_t i = 0; i < CHANGE_BASES_MAX; i++)
        bases[i] = (struct stamp){.time = 100 + i, .log = 1000 + i};
    for (size_t count = CHANGE_BASES_MAX - 1; count <= CHANGE_BASES_MAX; count++) {
        struct change_field field = {.name = "status", .value = value_text("late"), .bases = bases, .base_count = count};
        struct change change = change_of(OLD, 6, 600, "a:b", &field);
        renames(&change);
        ck_assert_uint_eq(change.fields[0].base_count, CHANGE_BASES_MAX);
    }
}
END_TEST

START_TEST(a_log_that_forks_at_its_beginning_has_no_past_to_name)
{
    const struct rename whole = {.old = OLD, .fresh = FRESH, .after = 0, .after_time = 0};
    struct change_field field = {.name = "status", .value = value_text("late")};
    struct change change = change_of(OLD, 1, 60, id_of(OLD, 1), &field);
    struct error err = {0};
    ck_assert(change_rename(&arena, &change, &whole, &err));
    ck_assert_uint_eq(change.fields[0].base_count, 0);
    ck_assert_str_eq(change.row, id_of(FRESH, 1));
}
END_TEST

START_TEST(a_row_that_the_fork_does_not_concern_is_not_touched)
{
    struct change_field field = {.name = "status", .value = value_text("late")};
    const struct change change = change_of(OLD, 2, 20, "a:b", &field);
    struct row row = {.entity = "attendance", .id = "a:b"};
    bool touched = true;
    struct error err = {0};
    apply(&row, &change);
    const struct reg *before = row.regs;
    ck_assert(row_rename(&arena, &row, &forked, &touched, &err));
    ck_assert(!touched);
    ck_assert_ptr_eq(row.regs, before);
}
END_TEST

START_TEST(the_new_log_is_in_no_conflict_with_its_own_past)
{
    struct row row = {.entity = "attendance", .id = "a:b"};
    struct change_field first = {.name = "status", .value = value_text("absent")}, second = {.name = "status", .value = value_text("late")};
    const struct change shared = change_of(OLD, 3, AFTER_TIME, "a:b", &first);
    struct change later = change_of(OLD, 4, 40, "a:b", &second);
    renames(&later);
    apply(&row, &shared);
    apply(&row, &later);
    ck_assert_uint_eq(row_reg(&row, "status")->live_count, 1);
    ck_assert_str_eq(row_text(&row, "status"), "late");
}
END_TEST

START_TEST(the_lost_timeline_and_the_new_log_are_in_conflict)
{
    struct row row = {.entity = "attendance", .id = "a:b"};
    struct change_field first = {.name = "status", .value = value_text("absent")}, second = {.name = "status", .value = value_text("late")};
    const struct change clone = change_of(OLD, 4, 35, "a:b", &first);
    struct change ours = change_of(OLD, 4, 40, "a:b", &second);
    renames(&ours);
    apply(&row, &clone);
    apply(&row, &ours);
    ck_assert_uint_eq(row_conflict_count(&row), 1);
}
END_TEST

static uint64_t next(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

START_TEST(renaming_the_row_and_renaming_its_changes_come_to_the_same)
{
    static const char *const names[] = {"at", "minutes", "status"};
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        uint64_t chance = seed, seq = 0;
        const char *id = key_of(id_of(OLD, 2 + next(&chance) % 4), id_of(OTHER, 1));
        struct row whole = {.entity = "attendance", .id = id}, parts = whole;
        bool touched = false, is_renamed = false;
        struct error err = {0};
        struct bytes left = {0}, right = {0};
        for (uint64_t time = 10; time <= 60; time += 10) {
            struct change_field field = {.name = names[next(&chance) % 3], .value = value_text(id_of(OLD, next(&chance) % 6 + 1))};
            const bool ours = next(&chance) % 3 != 0 || time > AFTER_TIME; /* others cannot have seen what was not sent */
            ck_assert(row_bases(&arena, &whole, field.name, ours ? OLD : OTHER, &field.bases, &field.base_count));
            struct change change = change_of(ours ? OLD : OTHER, ours ? ++seq : time, time, id, &field);
            if (ours && time > AFTER_TIME)
                change.seq = AFTER + (time - AFTER_TIME) / 10;
            apply(&whole, &change);
            renames(&change);
            is_renamed = is_renamed || change.log == FRESH;
            parts.id = change.row;
            apply(&parts, &change);
        }
        ck_assert(row_rename(&arena, &whole, &forked, &touched, &err));
        ck_assert(touched && is_renamed);
        ck_assert_str_eq(whole.id, parts.id);
        ck_assert(row_write(&left, &whole, true) && row_write(&right, &parts, true));
        ck_assert_msg(left.size == right.size && memcmp(left.data, right.data, left.size) == 0, "seed %llu", (unsigned long long)seed);
        bytes_clear(&left);
        bytes_clear(&right);
        arena_clear(&arena);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rename");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, NULL, teardown);
    tcase_add_test(all, ids_made_after_the_fork_are_renamed_alone_in_keys_and_as_values);
    tcase_add_test(all, what_both_timelines_share_and_what_others_made_keeps_its_name);
    tcase_add_test(all, text_that_only_looks_a_little_like_an_id_is_left_alone);
    tcase_add_test(all, a_renamed_change_names_its_own_past_as_a_base);
    tcase_add_test(all, bases_stay_within_64_when_64_others_are_live);
    tcase_add_test(all, a_log_that_forks_at_its_beginning_has_no_past_to_name);
    tcase_add_test(all, a_row_that_the_fork_does_not_concern_is_not_touched);
    tcase_add_test(all, the_new_log_is_in_no_conflict_with_its_own_past);
    tcase_add_test(all, the_lost_timeline_and_the_new_log_are_in_conflict);
    tcase_add_test(all, renaming_the_row_and_renaming_its_changes_come_to_the_same);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
