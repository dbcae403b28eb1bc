// SPDX-License-Identifier: Apache-2.0
/* Reports of Microsoft Teams with one row for each join: the numbered sections of today, the flat one of 2021.
 *
 * Here:      sections by their numbers, the true joins of section 3, what section 2 adds: e-mails, registrations.
 * Not here:  lists of joined and left (webinar_events.c).
 * Shape      "1. Summary" (key, value), "2. Participants" (name, first join, last leave, duration, e-mail, UPN, role, maybe the
 *            registration), "3. In-Meeting Activities" (name, join, leave, duration, e-mail, role), maybe "4. Meeting Engagement".
 *            2021: key and value, then name, join, leave, duration, e-mail, role, UPN. Words are translated, places are not.
 */
#include "protocol/webinar_table.h"

#include <string.h>

enum { SECTION_SUMMARY = 1, SECTION_PEOPLE = 2, SECTION_JOINS = 3, SECTIONS = 5 };

struct section {
    size_t first, end; /* lines, the heading left out; empty where it is not there */
};

/* "3. In-Meeting Activities": its number; 0 for another line. */
static int section_number(const struct line *line)
{
    const char *cell = line_cell(line, 0);

    return line->count == 1 && cell[0] >= '1' && cell[0] < '0' + SECTIONS && cell[1] == '.' && cell[2] != '\0' ? cell[0] - '0' : 0;
}

static void find_sections(const struct grid *grid, struct section ret[SECTIONS])
{
    int number = 0;

    for (size_t i = 0; i < grid->count; i++) {
        const int heading = section_number(&grid->lines[i]);

        if (heading > number) {
            ret[number].end = i;
            number = heading;
            ret[number].first = i + 1;
        }
    }
    ret[number].end = grid->count;
}

static bool is_sections(const struct grid *grid)
{
    struct section sections[SECTIONS] = {{0}};

    find_sections(grid, sections);
    return sections[SECTION_SUMMARY].first > 0 && sections[SECTION_PEOPLE].first > 0;
}

/* Key and value: the first value is the title, the first two moments are beginning and end. */
static void take_summary(struct webinar_reading *reading, size_t first, size_t end)
{
    struct webinar_moment moment;

    for (size_t i = first; i < end; i++) {
        const struct line *line = &reading->grid.lines[i];

        if (line_moment(line, 1, &moment) && !reading->has_began)
            reading_began(reading, &moment);
        else if (line_moment(line, 1, &moment) && !reading->has_ended)
            reading_ended(reading, &moment);
        else if (line->count == 2 && *reading->topic == '\0' && !cell_is_number(line->cells[1]))
            reading->topic = line->cells[1];
    }
}

/* The span of a line that a duration stands behind: first join and last leave, not the moment of registration. */
static bool counted_span(const struct line *line, size_t *ret_column, int64_t *ret_told_ms)
{
    for (size_t from = 1; line_span(line, from, ret_column); from = *ret_column + 1) {
        if (webinar_duration_parse(line_cell(line, *ret_column + 2), ret_told_ms))
            return true;
    }
    return false;
}

/* The e-mail address of a line of people: behind the span first, then wherever there is one (a registration). */
static const char *email_of(const struct line *line, size_t span)
{
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = pass == 0 ? span + 2 : 1; i < line->count; i++) {
            if (cell_is_email(line->cells[i]))
                return line->cells[i];
        }
    }
    return "";
}

/* Name to e-mail, as section 2 tells them; NULL where two people of one name have different ones. */
struct addresses {
    struct names names;
    const char **emails;
};

static bool take_addresses(struct webinar_reading *reading, const struct section *section, struct addresses *ret, struct error *err)
{
    ret->emails = arena_take_many(reading->arena, section->end - section->first + 1, sizeof *ret->emails);
    if (ret->emails == NULL)
        return reading_no_memory(err);
    for (size_t i = section->first; i < section->end; i++) {
        const struct line *line = &reading->grid.lines[i];
        const char *email;
        uint32_t number;
        size_t span;

        if (!line_span(line, 1, &span))
            continue;
        email = email_of(line, span);
        number = names_find(&ret->names, line->cells[0]);
        if (number == NAMES_NONE) {
            number = names_add(&ret->names, reading->arena, line->cells[0]);
            if (number == NAMES_NONE)
                return reading_no_memory(err);
            ret->emails[number] = email;
        } else if (ret->emails[number] != NULL && strcmp(ret->emails[number], email) != 0) {
            ret->emails[number] = NULL;
        }
    }
    return true;
}

static bool take_joins(struct webinar_reading *reading, const struct section *section, const struct addresses *addresses, struct error *err)
{
    for (size_t i = section->first; i < section->end; i++) {
        const struct line *line = &reading->grid.lines[i];
        struct webinar_moment from, to;
        const char *email;
        uint32_t person;
        size_t span;

        if (!line_span(line, 1, &span) || *line->cells[0] == '\0')
            continue;
        email = email_of(line, span);
        if (*email == '\0') {
            const uint32_t number = names_find(&addresses->names, line->cells[0]);

            email = number == NAMES_NONE || addresses->emails[number] == NULL ? "" : addresses->emails[number];
        }
        person = reading_person(reading, line->cells[0], email, line_cell(line, span + 4), line->number, err);
        if (person == NAMES_NONE || !line_moment(line, span, &from) || !line_moment(line, span + 1, &to) ||
            !reading_join(reading, person, &from, &to, line->number, err))
            return false;
    }
    return true;
}

/* Without section 3: how long, from the first join on. */
static bool take_durations(struct webinar_reading *reading, const struct section *section, struct error *err)
{
    for (size_t i = section->first; i < section->end; i++) {
        const struct line *line = &reading->grid.lines[i];
        struct raw_person *person;
        uint32_t number;
        int64_t told_ms;
        size_t span;

        if (!counted_span(line, &span, &told_ms) || *line->cells[0] == '\0')
            continue;
        number = reading_person(reading, line->cells[0], email_of(line, span), line_cell(line, span + 5), line->number, err);
        if (number == NAMES_NONE)
            return false;
        person = reading_person_at(reading, number);
        person->told_ms = (person->told_ms > 0 ? person->told_ms : 0) + told_ms;
        if (!person->has_since && line_moment(line, span, &person->since)) {
            person->has_since = true;
            webinar_dates_note(&reading->dates, &person->since);
        }
    }
    return true;
}

static bool take_sections(struct webinar_reading *reading, struct error *err)
{
    struct section sections[SECTIONS] = {{0}};
    struct addresses addresses = {{0}, NULL};
    bool done;

    reading->format = WEBINAR_TEAMS;
    find_sections(&reading->grid, sections);
    take_summary(reading, sections[SECTION_SUMMARY].first, sections[SECTION_SUMMARY].end);
    done = take_addresses(reading, &sections[SECTION_PEOPLE], &addresses, err) &&
           take_joins(reading, &sections[SECTION_JOINS], &addresses, err) &&
           (reading->joins.count > 0 || take_durations(reading, &sections[SECTION_PEOPLE], err));
    names_clear(&addresses.names);
    return done;
}

/* --- 2021 --------------------------------------------------------------------------------------------------------------- */

/* The first line with a span; the count of lines where there is none. */
static size_t first_join(const struct grid *grid, size_t *ret_column)
{
    size_t i = 0;

    while (i < grid->count && !line_span(&grid->lines[i], 0, ret_column))
        i++;
    return i;
}

static bool is_2021(const struct grid *grid)
{
    size_t column = 0;
    const size_t first = first_join(grid, &column);
    int64_t told_ms;

    return first > 0 && first < grid->count && column == 1 && webinar_duration_parse(line_cell(&grid->lines[first], 3), &told_ms);
}

static bool take_2021(struct webinar_reading *reading, struct error *err)
{
    const struct addresses nobody = {{0}, NULL};
    struct section joins = {.end = reading->grid.count};
    size_t column;

    reading->format = WEBINAR_TEAMS_2021;
    joins.first = first_join(&reading->grid, &column);
    take_summary(reading, 0, joins.first);
    return take_joins(reading, &joins, &nobody, err);
}

/* clang-format off */
const struct webinar_reader webinar_reader_teams = {is_sections, take_sections};
const struct webinar_reader webinar_reader_teams_2021 = {is_2021, take_2021};
/* clang-format on */
