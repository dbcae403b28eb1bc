// SPDX-License-Identifier: Apache-2.0
/* Matching people in whole programmes: of those written down twice at least 95 % are proposed, and at least 98 % of what is proposed is
 * right.
 *
 * Here:      tests/programme; other programmes made from seeds, with names and slips it does not have.
 * Not here:  the rules one by one (protocol_match.c).
 */
#define _POSIX_C_SOURCE 200809L

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/csv.h"
#include "protocol/match.h"
#include "tests/unit/suite.h"

enum { PEOPLE_MAX = 2000, PAIRS_MAX = 200, FILE_BYTES_MAX = 1 << 20, SEEDS = 40 };

/* One programme: its people, who of them are one, and what was proposed. */
static struct arena arena;
static struct match_person people[PEOPLE_MAX];
static size_t people_count;
static const char *pairs[PAIRS_MAX][2];
static size_t pair_count, found, wrong;

static struct csv_reader reader_of_file(const char *folder, const char *name)
{
    char path[400];
    char *text = arena_take(&arena, FILE_BYTES_MAX);
    FILE *file;
    size_t size;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    size = fread(text, 1, FILE_BYTES_MAX, file);
    ck_assert_uint_lt(size, FILE_BYTES_MAX);
    fclose(file);
    return csv_reader_of((struct span){(const uint8_t *)text, size});
}

static void read_programme(const char *folder)
{
    struct csv_reader reader = reader_of_file(folder, "people.csv");
    struct csv_record record = {0};
    struct error err = {0};

    people_count = pair_count = found = wrong = 0;
    ck_assert(csv_read(&arena, &reader, &record, &err));
    ck_assert_str_eq(record.cells[1], "full_name");
    while (csv_read(&arena, &reader, &record, &err)) {
        ck_assert_uint_lt(people_count, PEOPLE_MAX);
        people[people_count++] = (struct match_person){.id = record.cells[0],
                                                       .name = record.cells[1],
                                                       .birth_year = strtoll(record.cells[3], NULL, 10),
                                                       .organisation = record.cells[4],
                                                       .municipality = record.cells[6],
                                                       .phone = record.cells[7],
                                                       .email = record.cells[8]};
    }
    reader = reader_of_file(folder, "expected/duplicates.csv");
    ck_assert(csv_read(&arena, &reader, &record, &err));
    ck_assert_str_eq(record.cells[1], "also");
    while (csv_read(&arena, &reader, &record, &err)) {
        ck_assert_uint_lt(pair_count, PAIRS_MAX);
        pairs[pair_count][0] = record.cells[0];
        pairs[pair_count++][1] = record.cells[1];
    }
    ck_assert_int_eq(err.kind, ERROR_NONE);
}

static bool judge(void *context, size_t a, size_t b, unsigned score, unsigned reasons)
{
    bool right = false;

    (void)context;
    for (size_t i = 0; i < pair_count && !right; i++)
        right = (strcmp(pairs[i][0], people[a].id) == 0 && strcmp(pairs[i][1], people[b].id) == 0) ||
                (strcmp(pairs[i][1], people[a].id) == 0 && strcmp(pairs[i][0], people[b].id) == 0);
    found += right;
    wrong += !right;
    if (!right)
        printf("not one person: %s %s, score %u, reasons %u\n", people[a].id, people[b].id, score, reasons);
    return true;
}

static struct match_index *index_programme(void)
{
    struct match_index *index = match_index_create();

    for (size_t i = 0; i < people_count; i++)
        ck_assert(match_index_add(index, &people[i]));
    return index;
}

static void propose(void)
{
    struct match_index *index = index_programme();

    ck_assert(match_pairs(index, MATCH_LIKELY, judge, NULL));
    match_index_destroy(index);
}

START_TEST(the_programme_has_forty_pairs_and_its_namesakes_are_left_alone)
{
    read_programme(SOURCE_FOLDER "/tests/programme");
    propose();
    ck_assert_uint_eq(people_count, 844);
    ck_assert_uint_eq(pair_count, 40);
    ck_assert_uint_ge(found * 100, pair_count * 95);
    ck_assert_uint_ge(found * 100, (found + wrong) * 98);
    arena_clear(&arena);
}
END_TEST

/* Slips and spellings by ear are in these, and namesakes in one school. */
START_TEST(other_programmes_are_matched_as_well)
{
    char folder[] = "/tmp/teren-match-XXXXXX", command[600];
    size_t all = 0, all_found = 0, all_wrong = 0;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    for (int seed = 1; seed <= SEEDS; seed++) {
        snprintf(command, sizeof command, SOURCE_FOLDER "/tests/programme/generate %d %s", seed, folder);
        ck_assert_int_eq(system(command), 0);
        read_programme(folder);
        propose();
        all += pair_count;
        all_found += found;
        all_wrong += wrong;
        arena_clear(&arena);
    }
    snprintf(command, sizeof command, "rm -r %s", folder);
    ck_assert_int_eq(system(command), 0);
    printf("%d programmes: %zu pairs, %zu found, %zu wrong\n", SEEDS, all, all_found, all_wrong);
    ck_assert_uint_gt(all, 5 * SEEDS);
    ck_assert_uint_ge(all_found * 100, all * 95);
    ck_assert_uint_ge(all_found * 100, (all_found + all_wrong) * 98);
}
END_TEST

START_TEST(two_people_have_one_score_whichever_is_asked_first)
{
    read_programme(SOURCE_FOLDER "/tests/programme");
    for (size_t a = 190; a < 260; a++)
        for (size_t b = 0; b < a; b++) {
            struct match one = match_two(&people[a], &people[b]), other = match_two(&people[b], &people[a]);

            ck_assert_msg(one.score == other.score && one.reasons == other.reasons, "%s %s", people[a].id, people[b].id);
        }
    arena_clear(&arena);
}
END_TEST

struct chosen {
    size_t count, a[PAIRS_MAX], b[PAIRS_MAX];
};

static bool note(void *context, size_t a, size_t b, unsigned score, unsigned reasons)
{
    struct chosen *chosen = context;

    (void)score, (void)reasons;
    ck_assert_uint_lt(chosen->count, PAIRS_MAX);
    chosen->a[chosen->count] = a;
    chosen->b[chosen->count++] = b;
    return true;
}

START_TEST(the_index_misses_no_pair_that_comparing_all_with_all_would_propose)
{
    struct match_index *index;
    struct chosen chosen = {0};
    size_t met = 0;

    read_programme(SOURCE_FOLDER "/tests/programme");
    people_count = 250; /* 31,125 pairs, the duplicates among them */
    index = index_programme();
    ck_assert(match_pairs(index, MATCH_LIKELY, note, &chosen));
    for (size_t b = 0; b < people_count; b++)
        for (size_t a = 0; a < b; a++) {
            bool proposed = false;

            for (size_t i = 0; i < chosen.count && !proposed; i++)
                proposed = chosen.a[i] == a && chosen.b[i] == b;
            ck_assert_msg(proposed == (match_two(&people[a], &people[b]).score >= MATCH_LIKELY), "%s %s", people[a].id, people[b].id);
            met += proposed;
        }
    ck_assert_uint_ge(met, 38);
    match_index_destroy(index);
    arena_clear(&arena);
}
END_TEST

START_TEST(the_same_people_give_the_same_pairs_in_the_same_order)
{
    struct chosen once = {0}, again = {0};
    struct match_index *index;

    read_programme(SOURCE_FOLDER "/tests/programme");
    index = index_programme();
    ck_assert(match_pairs(index, MATCH_LIKELY, note, &once));
    match_index_destroy(index);
    index = index_programme();
    ck_assert(match_pairs(index, MATCH_LIKELY, note, &again));
    match_index_destroy(index);
    ck_assert_uint_eq(once.count, again.count);
    ck_assert(memcmp(&once, &again, sizeof once) == 0);
    arena_clear(&arena);
}
END_TEST

SUITE("match in programmes", the_programme_has_forty_pairs_and_its_namesakes_are_left_alone, other_programmes_are_matched_as_well,
      two_people_have_one_score_whichever_is_asked_first, the_index_misses_no_pair_that_comparing_all_with_all_would_propose,
      the_same_people_give_the_same_pairs_in_the_same_order)
