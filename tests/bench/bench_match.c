// SPDX-License-Identifier: Apache-2.0
/* What it costs to find who may be one person with somebody: in an index of a tablet's people, of an association's, and all pairs of both.
 *
 * Here:      made people, with names as unevenly common as names are; time of the process.
 * Not here:  whether what is found is right (tests/unit/protocol_match.c); a limit that fails a run.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "protocol/match.h"

enum { FIRST_NAMES = 300, LAST_NAMES = 5000, ASKED = 2000 };

static uint64_t state = 1;

static uint64_t draw(uint64_t below)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (state >> 33) % below;
}

/* The k-th name is about ten times rarer than the first when k is 100: a draw squared leans to the beginning. */
static uint64_t draw_name(uint64_t below)
{
    return draw(below) * draw(below) / below;
}

/* A number as syllables: another name for each. */
static void spell(uint64_t number, const char *end, char *ret)
{
    static const char *const syllables[] = {"ma", "ri", "sto", "ja", "vi", "le", "ko", "dra", "ni", "zo", "pe", "tro", "lju", "mi", "še"};
    size_t count = sizeof syllables / sizeof syllables[0], size = 0;

    for (number += count; number > 0; number /= count)
        size += (size_t)sprintf(ret + size, "%s", syllables[number % count]);
    strcpy(ret + size, end);
}

static struct match_person make(char texts[5][96])
{
    char first[48], last[48];

    spell(draw_name(FIRST_NAMES), "n", first);
    spell(draw_name(LAST_NAMES), "vić", last);
    snprintf(texts[0], 96, "%s %s", first, last);
    snprintf(texts[1], 96, "OŠ „Škola %u“", (unsigned)draw(2000));
    snprintf(texts[2], 96, "RS-%u", (unsigned)draw(200));
    snprintf(texts[3], 96, draw(3) == 0 ? "" : "+3816%07u", (unsigned)draw(9999999));
    snprintf(texts[4], 96, draw(2) == 0 ? "" : "p%u@skola.example", (unsigned)draw(100000000));
    return (struct match_person){.id = "",
                                 .name = texts[0],
                                 .organisation = texts[1],
                                 .municipality = texts[2],
                                 .phone = texts[3],
                                 .email = texts[4],
                                 .birth_year = draw(9) == 0 ? 0 : (int64_t)(1950 + draw(55))};
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool count_pair(void *context, size_t a, size_t b, unsigned score, unsigned reasons)
{
    size_t *count = context;

    (void)a, (void)b, (void)score, (void)reasons;
    (*count)++;
    return true;
}

static void measure(size_t people)
{
    struct match_index *index = match_index_create();
    char texts[5][96];
    double began = seconds(), worst = 0, sum = 0;
    size_t pairs = 0, met = 0;

    for (size_t i = 0; i < people; i++) {
        struct match_person person = make(texts);

        if (index == NULL || !match_index_add(index, &person))
            exit(1);
    }
    printf("%7zu people: %6.3f s to index", people, seconds() - began);
    for (int i = 0; i < ASKED; i++) {
        struct match_person person = make(texts);
        struct match found[5];
        double asked = seconds();

        met += match_find(index, &person, MATCH_LIKELY, found, 5);
        asked = seconds() - asked;
        sum += asked;
        worst = asked > worst ? asked : worst;
    }
    printf(", %.3f ms to find (at worst %.3f; %zu found)", sum * 1e3 / ASKED, worst * 1e3, met);
    began = seconds();
    if (!match_pairs(index, MATCH_LIKELY, count_pair, &pairs))
        exit(1);
    printf(", %.3f s for all pairs (%zu)\n", seconds() - began, pairs);
    match_index_destroy(index);
}

int main(void)
{
    measure(2000);
    measure(20000);
    measure(100000);
    return 0;
}
