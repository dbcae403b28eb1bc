// SPDX-License-Identifier: Apache-2.0
/* The attendance report of Google Meet.
 *
 * Here:      its one table.
 * Not here:  whose day it is: cells may tell hours alone, then it is the session's (webinar_finish.c).
 * Shape      first name, last name, e-mail, duration, joined, exited.
 */
#include "protocol/webinar_table.h"

#include <string.h>

enum { MEET_EMAIL = 2, MEET_DURATION = 3, MEET_JOINED = 4, MEET_EXITED = 5, MEET_CELLS = 6 };

static bool is_meet_line(const struct line *line)
{
    struct webinar_moment moment;
    const char *email = line_cell(line, MEET_EMAIL);
    int64_t told_ms;

    return line->count >= MEET_CELLS && (*email == '\0' || cell_is_email(email)) &&
           webinar_duration_parse(line->cells[MEET_DURATION], &told_ms) && webinar_moment_parse(line->cells[MEET_JOINED], &moment) &&
           webinar_moment_parse(line->cells[MEET_EXITED], &moment);
}

static bool is_meet(const struct grid *grid)
{
    return grid->count > 1 && is_meet_line(&grid->lines[1]);
}

static bool take_meet(struct webinar_reading *reading, struct error *err)
{
    reading->format = WEBINAR_MEET;
    for (size_t i = 1; i < reading->grid.count; i++) {
        const struct line *line = &reading->grid.lines[i];
        struct webinar_moment from, to;
        const char *name;
        uint32_t person;

        if (!is_meet_line(line) || !webinar_moment_parse(line->cells[MEET_JOINED], &from) ||
            !webinar_moment_parse(line->cells[MEET_EXITED], &to))
            continue;
        name = arena_format(reading->arena, "%s%s%s", line->cells[0], *line->cells[0] != '\0' && *line->cells[1] != '\0' ? " " : "",
                            line->cells[1]);
        if (name == NULL)
            return reading_no_memory(err);
        person = reading_person(reading, *name == '\0' ? line->cells[MEET_EMAIL] : name, line->cells[MEET_EMAIL], "", line->number, err);
        if (person == NAMES_NONE || !reading_join(reading, person, &from, &to, line->number, err))
            return false;
    }
    return true;
}

/* clang-format off */
const struct webinar_reader webinar_reader_meet = {is_meet, take_meet};
/* clang-format on */
