// SPDX-License-Identifier: Apache-2.0
/* Zoom's report of webinar attendees: sections of hosts, panelists and attendees.
 *
 * Here:      the sections; who joined; people who registered and did not come are left out (their moments are "--").
 * Not here:  participants of meetings (webinar_zoom.c).
 * Shape      a title, the webinar (topic, ..., start, minutes, ...), then sections: a heading alone on its line, names of columns, lines
 * of: attended, name, ..., e-mail, ..., [registration,] join, leave, minutes, guest, country. A line without a name is another join of the
 * one before.
 */
#include "protocol/webinar_table.h"

#include <string.h>

static bool joined(const struct line *line, size_t *ret_column)
{
    for (size_t from = 2; line_span(line, from, ret_column); from = *ret_column + 1) {
        if (*ret_column >= 2 && cell_is_number(line_cell(line, *ret_column + 2)))
            return true;
    }
    return false;
}

static bool is_webinar(const struct grid *grid)
{
    size_t headings = 0, column;

    if (grid->count < 4 || grid->lines[0].count != 1)
        return false;
    for (size_t i = 0; i < grid->count; i++) {
        headings += grid->lines[i].count == 1;
        if (headings >= 2 && joined(&grid->lines[i], &column))
            return true;
    }
    return false;
}

/* "Topic, number, start, minutes, ...": the first line with a moment that minutes follow. */
static void take_webinar(struct webinar_reading *reading, const struct line *line)
{
    struct webinar_moment moment;

    for (size_t i = 1; i + 1 < line->count && !reading->has_began; i++) {
        if (line_moment(line, i, &moment) && cell_is_number(line->cells[i + 1])) {
            reading_began(reading, &moment);
            reading->topic = line->cells[0];
        }
    }
}

static const char *first_email(const struct line *line, size_t end)
{
    for (size_t i = 2; i < end; i++) {
        if (cell_is_email(line_cell(line, i)))
            return line->cells[i];
    }
    return "";
}

static bool take_webinar_report(struct webinar_reading *reading, struct error *err)
{
    const char *section = "";
    uint32_t person = NAMES_NONE;

    reading->format = WEBINAR_ZOOM_WEBINAR;
    for (size_t i = 0; i < reading->grid.count; i++) {
        const struct line *line = &reading->grid.lines[i];
        struct webinar_moment from, to;
        size_t span;

        if (line->count == 1) {
            section = line->cells[0];
            person = NAMES_NONE;
        } else if (joined(line, &span)) {
            const char *email = first_email(line, span), *name = *line->cells[1] == '\0' ? email : line->cells[1];

            if (*name != '\0') {
                person = reading_person(reading, name, email, section, line->number, err);
                if (person == NAMES_NONE)
                    return false;
            }
            if (person != NAMES_NONE && line_moment(line, span, &from) && line_moment(line, span + 1, &to) &&
                !reading_join(reading, person, &from, &to, line->number, err))
                return false;
        } else {
            take_webinar(reading, line);
            person = NAMES_NONE;
        }
    }
    return true;
}

/* clang-format off */
const struct webinar_reader webinar_reader_zoom_webinar = {is_webinar, take_webinar_report};
/* clang-format on */
