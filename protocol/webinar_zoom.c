// SPDX-License-Identifier: Apache-2.0
/* Participants of a Zoom meeting: two tables, unique users, and the flat list of meetings with details.
 *
 * Here:      the three shapes, with and without the table about the meeting; the waiting room.
 * Not here:  the report of webinar attendees (webinar_zoom_webinar.c).
 * Shape      [meeting: ..., start, end, ... in any order]; name, e-mail, join, leave, minutes, guest, maybe consent, maybe waiting room.
 *            Unique users: name, e-mail, minutes, guest. Details: the meeting and the person on one line, minutes twice.
 */
#include "protocol/webinar_table.h"

#include <string.h>

/* A line of somebody who joined: the span has minutes behind it. */
static bool join_span(const struct line *line, size_t from, size_t *ret_column)
{
    for (; line_span(line, from, ret_column); from = *ret_column + 1) {
        if (cell_is_number(line_cell(line, *ret_column + 2)))
            return true;
    }
    return false;
}

/* A line of names for columns: no moments, addresses or numbers. */
static bool is_heading(const struct line *line)
{
    struct webinar_moment moment;

    for (size_t i = 0; i < line->count; i++) {
        if (cell_is_email(line->cells[i]) || cell_is_number(line->cells[i]) || line_moment(line, i, &moment))
            return false;
    }
    return line->count >= 3;
}

/* Where the table of people has its heading: behind the table of the meeting, or on the first line; the count of lines for neither. */
static size_t people_heading(const struct grid *grid)
{
    size_t span;

    if (grid->count == 0 || !is_heading(&grid->lines[0]))
        return grid->count;
    if (grid->count > 2 && is_heading(&grid->lines[2]) && line_span(&grid->lines[1], 0, &span))
        return 2;
    return 0;
}

/* "Name (Original Name), User Email, Total Duration (Minutes)": the brackets stand in every version. */
static bool is_unique_heading(const struct line *line)
{
    return strchr(line_cell(line, 0), '(') != NULL && strchr(line_cell(line, 2), '(') != NULL && line->count >= 3 && line->count <= 5;
}

static bool is_zoom(const struct grid *grid)
{
    const size_t heading = people_heading(grid);
    size_t span = 0;

    if (heading + 1 >= grid->count)
        return false;
    return (join_span(&grid->lines[heading + 1], 1, &span) && (span == 1 || span == 2)) ||
           (is_unique_heading(&grid->lines[heading]) && cell_is_number(line_cell(&grid->lines[heading + 1], 2)));
}

static void take_meeting(struct webinar_reading *reading)
{
    const struct line *line = &reading->grid.lines[1];
    struct webinar_moment moment;
    size_t span;

    if (!line_span(line, 0, &span))
        return;
    if (line_moment(line, span, &moment))
        reading_began(reading, &moment);
    if (line_moment(line, span + 1, &moment))
        reading_ended(reading, &moment);
    /* the topic stands first, or behind the meeting's number */
    const bool number_first = *line->cells[0] != '\0' && line->cells[0][strspn(line->cells[0], "0123456789 -")] == '\0';
    reading->topic = line_cell(line, number_first ? 1 : 0);
}

/* The column that says who was in the waiting room, by its heading; SIZE_MAX: none. */
static size_t waiting_column(const struct line *heading, size_t from)
{
    static const char *const words[] = {"aiting",  "ekaonic", "ekanje", "čekaon",  "чекаон", "Чекаон", "чекална",
                                        "Чекална", "pritje",  "Warte",  "attente", "espera", "attesa"};

    for (size_t i = from; i < heading->count; i++) {
        for (size_t word = 0; word < sizeof words / sizeof words[0]; word++) {
            if (strstr(heading->cells[i], words[word]) != NULL)
                return i;
        }
    }
    return SIZE_MAX;
}

static bool says_yes(const char *cell)
{
    static const char *const no[] = {"", "No", "no", "N", "Ne", "ne", "Не", "не", "Jo", "jo", "Nein", "Non", "false", "False", "-", "--"};

    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) {
        if (strcmp(cell, no[i]) == 0)
            return false;
    }
    return true;
}

/* Name and e-mail stand before the span, or before the minutes. */
static uint32_t take_person(struct webinar_reading *reading, const struct line *line, size_t name, size_t before, struct error *err)
{
    const char *email = before > name + 1 ? line_cell(line, before - 1) : "";
    const char *text = line_cell(line, name);

    return reading_person(reading, *text == '\0' ? email : text, email, "", line->number, err);
}

static bool take_unique(struct webinar_reading *reading, size_t first, struct error *err)
{
    reading->format = WEBINAR_ZOOM_UNIQUE;
    for (size_t i = first; i < reading->grid.count; i++) {
        const struct line *line = &reading->grid.lines[i];
        struct raw_person *person;
        uint32_t number;
        int64_t told_ms;

        if (!cell_is_number(line_cell(line, 2)) || !webinar_duration_parse(line_cell(line, 2), &told_ms))
            continue;
        number = take_person(reading, line, 0, 2, err);
        if (number == NAMES_NONE)
            return false;
        person = reading_person_at(reading, number);
        person->told_ms = (person->told_ms > 0 ? person->told_ms : 0) + told_ms;
        if (reading->has_began) {
            person->since = reading->began;
            person->has_since = true;
        }
    }
    return true;
}

/* One line of somebody who joined: name in this column, e-mail maybe behind it, the span at `span`. */
static bool take_join(struct webinar_reading *reading, const struct line *line, size_t name, size_t span, size_t waiting, struct error *err)
{
    struct webinar_moment from, to;
    const uint32_t person = take_person(reading, line, name, span, err);

    if (person == NAMES_NONE || !line_moment(line, span, &from) || !line_moment(line, span + 1, &to))
        return false;
    if (waiting != SIZE_MAX && says_yes(line_cell(line, waiting))) {
        reading_person_at(reading, person)->waited = true;
        return true;
    }
    return reading_join(reading, person, &from, &to, line->number, err);
}

static bool take_zoom(struct webinar_reading *reading, struct error *err)
{
    const size_t heading = people_heading(&reading->grid);
    size_t span, waiting;

    if (heading == 2)
        take_meeting(reading);
    if (!join_span(&reading->grid.lines[heading + 1], 1, &span))
        return take_unique(reading, heading + 1, err);
    reading->format = WEBINAR_ZOOM;
    waiting = waiting_column(&reading->grid.lines[heading], span + 3);
    for (size_t i = heading + 1; i < reading->grid.count; i++) {
        const struct line *line = &reading->grid.lines[i];

        if (join_span(line, 1, &span) && (*line->cells[0] != '\0' || *line->cells[1] != '\0') &&
            !take_join(reading, line, 0, span, waiting, err))
            return false;
    }
    return true;
}

/* --- meetings with details ---------------------------------------------------------------------------------------------- */

/* The two spans of a line: the meeting's and the person's. */
static bool two_spans(const struct line *line, size_t *ret_meeting, size_t *ret_person)
{
    return join_span(line, 0, ret_meeting) && join_span(line, *ret_meeting + 3, ret_person) && *ret_person > *ret_meeting + 4;
}

static bool is_details(const struct grid *grid)
{
    size_t meeting, person;

    return grid->count > 1 && two_spans(&grid->lines[1], &meeting, &person);
}

static bool take_details(struct webinar_reading *reading, struct error *err)
{
    const struct grid *grid = &reading->grid;
    size_t meeting = 0, person = 0, waiting;
    struct webinar_moment moment;
    bool has_email;

    reading->format = WEBINAR_ZOOM_DETAILS;
    two_spans(&grid->lines[1], &meeting, &person);
    /* before the join: name and e-mail, or a name alone; a number of participants may stand before them */
    has_email = person >= 2 && grid_email_column(grid, 1, grid->count, person - 1, person) != SIZE_MAX;
    has_email = has_email || (person >= meeting + 6 && *line_cell(&grid->lines[1], person - 1) == '\0');
    reading->topic = line_cell(&grid->lines[1], 0);
    waiting = waiting_column(&grid->lines[0], person + 3);
    for (size_t i = 1; i < grid->count; i++) {
        const struct line *line = &grid->lines[i];
        const size_t name = person - 1 - has_email;

        if (!two_spans(line, &meeting, &person) || *line_cell(line, name) == '\0')
            continue;
        if (line_moment(line, meeting, &moment) && !reading->has_began)
            reading_began(reading, &moment);
        if (line_moment(line, meeting + 1, &moment))
            reading_ended(reading, &moment);
        if (!take_join(reading, line, name, person, waiting, err))
            return false;
    }
    return true;
}

/* clang-format off */
const struct webinar_reader webinar_reader_zoom = {is_zoom, take_zoom};
const struct webinar_reader webinar_reader_zoom_details = {is_details, take_details};
/* clang-format on */
