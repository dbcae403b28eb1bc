// SPDX-License-Identifier: Apache-2.0
/* Any bytes as people: comparing ends, is the same from both sides and the same by an index; somebody is sure only with a name.
 *
 * Here:      the target. A line is a person; its fields are parted by '|': name, organisation, phone, e-mail, municipality, year.
 * Not here:  the rules (protocol/match_*.c).
 */
#include <string.h>

#include "protocol/arena.h"
#include "protocol/match.h"
#include "tests/fuzz/fuzz.h"

enum { PEOPLE = 8, FIELDS = 6 };

/* Cuts the next text off at `mark`; "" when there is none. */
static const char *cut(char **at, char mark)
{
    char *text = *at, *end = strchr(text, mark);

    if (end == NULL) {
        *at = text + strlen(text);
        return text;
    }
    *end = '\0';
    *at = end + 1;
    return text;
}

static size_t people_of(char *text, struct match_person *ret)
{
    size_t count = 0;

    for (; *text != '\0' && count < PEOPLE; count++) {
        char *line = (char *)cut(&text, '\n');

        ret[count].id = "";
        ret[count].name = cut(&line, '|');
        ret[count].organisation = cut(&line, '|');
        ret[count].phone = cut(&line, '|');
        ret[count].email = cut(&line, '|');
        ret[count].municipality = cut(&line, '|');
        ret[count].birth_year = (int64_t)strtoll(line, NULL, 10);
    }
    return count;
}

static void compare(const struct match_person *people, size_t count, unsigned scores[PEOPLE][PEOPLE])
{
    for (size_t a = 0; a < count; a++)
        for (size_t b = 0; b < count; b++) {
            struct match one = match_two(&people[a], &people[b]), other = match_two(&people[b], &people[a]);

            fuzz_require(one.score == other.score && one.reasons == other.reasons && one.score <= MATCH_SCORE_MAX);
            fuzz_require(one.score < MATCH_LIKELY || people[a].name[0] != '\0');
            scores[a][b] = one.score;
        }
}

struct told {
    unsigned (*scores)[PEOPLE];
    bool pairs[PEOPLE][PEOPLE];
};

static bool tell(void *context, size_t a, size_t b, unsigned score, unsigned reasons)
{
    struct told *told = context;

    fuzz_require(a < b && score == told->scores[a][b] && score >= MATCH_LIKELY && reasons != 0 && !told->pairs[a][b]);
    told->pairs[a][b] = true;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    char *text = arena_text_n(&arena, (const char *)data, size);
    struct match_person people[PEOPLE] = {{0}};
    size_t count = text == NULL ? 0 : people_of(text, people);
    unsigned scores[PEOPLE][PEOPLE] = {{0}};
    struct told told = {.scores = scores};
    struct match_index *index = match_index_create();

    fuzz_require(index != NULL);
    compare(people, count, scores);
    for (size_t i = 0; i < count; i++)
        fuzz_require(match_index_add(index, &people[i]));
    fuzz_require(match_pairs(index, MATCH_LIKELY, tell, &told));
    for (size_t i = 0; i < count; i++) {
        struct match found[PEOPLE];
        size_t met = match_find(index, &people[i], 1, found, PEOPLE);

        for (size_t k = 0; k < met; k++) {
            fuzz_require(found[k].index < count && found[k].score == scores[i][found[k].index]);
            fuzz_require(k == 0 || found[k].score <= found[k - 1].score);
        }
    }
    match_index_destroy(index);
    arena_clear(&arena);
    return 0;
}
