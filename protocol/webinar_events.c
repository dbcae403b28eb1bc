// SPDX-License-Identifier: Apache-2.0
/* Reports of Microsoft Teams that tell joining and leaving apart: the attendance list, the live event.
 *
 * Here:      the lines of both; which word means leaving.
 * Not here:  pairing joined with left (webinar_finish.c: that needs moments in order).
 * Shape      list: name, action, moment; a heading of three. Live event: session, participant, name, user agent, moment in UTC, action,
 * role.
 */
#include "protocol/webinar_table.h"

#include <string.h>

enum { LIST_CELLS = 3, LIVE_NAME = 2, LIVE_MOMENT = 4, LIVE_ACTION = 5, LIVE_ROLE = 6, LIVE_CELLS_MIN = 6 };

static bool is_list_line(const struct line *line)
{
    struct webinar_moment moment;

    return line->count == LIST_CELLS && line_moment(line, 2, &moment) && !line_moment(line, 1, &moment) && *line->cells[0] != '\0' &&
           *line->cells[1] != '\0' && strpbrk(line->cells[1], "0123456789@") == NULL;
}

static bool is_list(const struct grid *grid)
{
    return (grid->count > 1 && is_list_line(&grid->lines[1])) || (grid->count > 0 && is_list_line(&grid->lines[0]));
}

static bool take_list(struct webinar_reading *reading, struct error *err)
{
    reading->format = WEBINAR_TEAMS_LIST;
    for (size_t i = 0; i < reading->grid.count; i++) {
        const struct line *line = &reading->grid.lines[i];
        struct webinar_moment at;
        uint32_t person;

        if (!is_list_line(line) || !line_moment(line, 2, &at))
            continue;
        person = reading_person(reading, line->cells[0], "", "", line->number, err);
        if (person == NAMES_NONE || !reading_event(reading, person, &at, line->cells[1], line->number, err))
            return false;
    }
    return true;
}

static bool is_live_line(const struct line *line)
{
    struct webinar_moment moment;
    size_t span;

    return line->count >= LIVE_CELLS_MIN && line_moment(line, LIVE_MOMENT, &moment) && !line_span(line, 0, &span) &&
           *line->cells[LIVE_ACTION] != '\0' && strpbrk(line->cells[LIVE_ACTION], "0123456789@") == NULL;
}

static bool is_live(const struct grid *grid)
{
    return grid->count > 1 && is_live_line(&grid->lines[1]);
}

static bool take_live(struct webinar_reading *reading, struct error *err)
{
    reading->format = WEBINAR_TEAMS_LIVE;
    reading->is_utc = true;
    for (size_t i = 0; i < reading->grid.count; i++) {
        const struct line *line = &reading->grid.lines[i];
        struct webinar_moment at;
        uint32_t person;

        if (!is_live_line(line) || *line->cells[LIVE_NAME] == '\0' || !line_moment(line, LIVE_MOMENT, &at))
            continue;
        person = reading_person(reading, line->cells[LIVE_NAME], line->cells[LIVE_NAME], line_cell(line, LIVE_ROLE), line->number, err);
        if (person == NAMES_NONE || !reading_event(reading, person, &at, line->cells[LIVE_ACTION], line->number, err))
            return false;
    }
    return true;
}

/* --- the words ---------------------------------------------------------------------------------------------------------- */

/* How such words begin, in the languages that we know of. */
static bool begins_with_one_of(const char *word, const char *const *beginnings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strncmp(word, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    }
    return false;
}

enum meaning { MEANS_UNKNOWN, MEANS_JOINING, MEANS_LEAVING };

static enum meaning meaning_of(const char *action)
{
    static const char *const leaving[] = {"Left",          "left",     "Leave",  "leave",    "Napusti", "Izaš",
                                          "Напусти",       "Изаш",     "Largua", "U largua", "Doli",    "Verlassen",
                                          "Hat verlassen", "A quitté", "Saiu",   "Salió",    "Abbandon"};
    static const char *const joining[] = {"Join",      "join",        "Pridruži",  "Придружи",  "Ušao",    "Ушао",
                                          "U bashkua", "Beigetreten", "A rejoint", "Ingressou", "Se unió", "Entrou"};

    if (begins_with_one_of(action, leaving, sizeof leaving / sizeof leaving[0]))
        return MEANS_LEAVING;
    return begins_with_one_of(action, joining, sizeof joining / sizeof joining[0]) ? MEANS_JOINING : MEANS_UNKNOWN;
}

bool event_leaves(const struct events_words *words, const char *action)
{
    const enum meaning meaning = meaning_of(action);

    return meaning == MEANS_LEAVING || (meaning == MEANS_UNKNOWN && words->leaving != NULL && strcmp(words->leaving, action) == 0);
}

/* Of the words that are not known and that nobody begins with, the one that stands most often. */
void event_words(struct events_words *words, const char *action, bool is_first)
{
    if (meaning_of(action) != MEANS_UNKNOWN)
        return;
    for (size_t i = 0; i < EVENT_WORDS_MAX; i++) {
        if (words->actions[i].word == NULL)
            words->actions[i].word = action;
        if (strcmp(words->actions[i].word, action) == 0) {
            words->actions[i].begins = words->actions[i].begins || is_first;
            words->actions[i].count++;
            break;
        }
    }
    size_t most = 0;

    words->leaving = NULL;
    for (size_t i = 0; i < EVENT_WORDS_MAX && words->actions[i].word != NULL; i++) {
        if (!words->actions[i].begins && words->actions[i].count > most) {
            most = words->actions[i].count;
            words->leaving = words->actions[i].word;
        }
    }
}

/* clang-format off */
const struct webinar_reader webinar_reader_teams_list = {is_list, take_list};
const struct webinar_reader webinar_reader_teams_live = {is_live, take_live};
/* clang-format on */
