// SPDX-License-Identifier: Apache-2.0
/* A webinar report: which program wrote it, and what readers note about people while they read.
 *
 * Here:      the table of readers, the table of names of formats, people and joins as they are met, the bounds.
 * Not here:  the formats (one file for each family), what is made of it at the end (webinar_finish.c).
 */
#include "protocol/webinar.h"

#include <string.h>

#include "protocol/catalogue.h"
#include "protocol/webinar_table.h"

enum { FIRST_ROOM = 64 };

static const struct {
    const char *name, *label;
} formats[WEBINAR_FORMATS] = {
    [WEBINAR_TEAMS] = {"teams", N_("Microsoft Teams, attendance report")},
    [WEBINAR_TEAMS_2021] = {"teams-2021", N_("Microsoft Teams, attendance report of 2021")},
    [WEBINAR_TEAMS_LIST] = {"teams-list", N_("Microsoft Teams, attendance list")},
    [WEBINAR_TEAMS_LIVE] = {"teams-live", N_("Microsoft Teams, live event")},
    [WEBINAR_ZOOM] = {"zoom", N_("Zoom, participants")},
    [WEBINAR_ZOOM_UNIQUE] = {"zoom-unique", N_("Zoom, participants, unique users")},
    [WEBINAR_ZOOM_DETAILS] = {"zoom-details", N_("Zoom, meetings with details")},
    [WEBINAR_ZOOM_WEBINAR] = {"zoom-webinar", N_("Zoom, webinar attendees")},
    [WEBINAR_MEET] = {"meet", N_("Google Meet, attendance")},
};

/* What is told apart most surely comes first. */
static const struct webinar_reader *const readers[] = {
    &webinar_reader_teams_live, &webinar_reader_teams,      &webinar_reader_zoom_webinar, &webinar_reader_zoom_details,
    &webinar_reader_zoom,       &webinar_reader_teams_2021, &webinar_reader_teams_list,   &webinar_reader_meet,
};

const char *webinar_format_name(enum webinar_format format)
{
    return formats[format].name;
}

const char *webinar_format_label(enum webinar_format format)
{
    return formats[format].label;
}

bool reading_no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs.", "there was no memory for the report");
}

/* A zeroed item at the end; NULL without memory. */
static void *add(struct arena *arena, struct table_of *table, size_t size)
{
    if (table->count == table->room) {
        const size_t room = table->room == 0 ? FIRST_ROOM : table->room * 2;
        void *items = arena_grow(arena, table->items, table->count, room, size);

        if (items == NULL)
            return NULL;
        table->items = items;
        table->room = room;
    }
    return (char *)table->items + table->count++ * size;
}

struct raw_person *reading_person_at(struct webinar_reading *reading, uint32_t person)
{
    return (struct raw_person *)reading->people.items + person;
}

uint32_t reading_person(struct webinar_reading *reading, const char *name, const char *email, const char *role, uint64_t line,
                        struct error *err)
{
    const char *address = cell_is_email(email) ? email : "";
    const char *key = arena_format(reading->arena, "%s\n%s", name, address);
    uint32_t number = key == NULL ? NAMES_NONE : names_find(&reading->keys, key);
    struct raw_person *person;

    if (number != NAMES_NONE)
        return number;
    if (reading->people.count == WEBINAR_PEOPLE_MAX) {
        error_set(err, ERROR_LIMIT, "Give the report of one meeting.", "line %llu: there are more than %d people in the report",
                  (unsigned long long)line, WEBINAR_PEOPLE_MAX);
        return NAMES_NONE;
    }
    person = key == NULL ? NULL : add(reading->arena, &reading->people, sizeof *person);
    number = person == NULL ? NAMES_NONE : names_add(&reading->keys, reading->arena, key);
    if (number == NAMES_NONE) {
        reading_no_memory(err);
        return NAMES_NONE;
    }
    *person = (struct raw_person){.name = name, .email = address, .role = role, .told_ms = -1, .line = line};
    return number;
}

static bool has_room(const struct webinar_reading *reading, uint64_t line, struct error *err)
{
    return reading->joins.count + reading->events.count / 2 < WEBINAR_JOINS_MAX ||
           error_set(err, ERROR_LIMIT, "Give the report of one meeting.", "line %llu: there are more than %d joins in the report",
                     (unsigned long long)line, WEBINAR_JOINS_MAX);
}

bool reading_join(struct webinar_reading *reading, uint32_t person, const struct webinar_moment *from, const struct webinar_moment *to,
                  uint64_t line, struct error *err)
{
    struct raw_join *join;

    if (!has_room(reading, line, err))
        return false;
    join = add(reading->arena, &reading->joins, sizeof *join);
    if (join == NULL)
        return reading_no_memory(err);
    *join = (struct raw_join){.person = person, .from = *from, .to = *to, .line = line};
    webinar_dates_note(&reading->dates, from);
    webinar_dates_note(&reading->dates, to);
    return true;
}

bool reading_event(struct webinar_reading *reading, uint32_t person, const struct webinar_moment *at, const char *action, uint64_t line,
                   struct error *err)
{
    struct raw_event *event;

    if (!has_room(reading, line, err))
        return false;
    event = add(reading->arena, &reading->events, sizeof *event);
    if (event == NULL)
        return reading_no_memory(err);
    *event = (struct raw_event){.person = person, .at = *at, .action = action, .line = line};
    webinar_dates_note(&reading->dates, at);
    return true;
}

void reading_began(struct webinar_reading *reading, const struct webinar_moment *began)
{
    reading->began = *began;
    reading->has_began = true;
    webinar_dates_note(&reading->dates, began);
}

void reading_ended(struct webinar_reading *reading, const struct webinar_moment *ended)
{
    reading->ended = *ended;
    reading->has_ended = true;
    webinar_dates_note(&reading->dates, ended);
}

static bool take(struct webinar_reading *reading, struct error *err)
{
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) {
        if (readers[i]->is_its(&reading->grid))
            return readers[i]->take(reading, err);
    }
    return error_set(err, ERROR_INVALID, "Give the attendance report as Teams, Zoom or Google Meet export it, unchanged.",
                     "the file is no webinar report that is known here");
}

bool webinar_read(struct arena *arena, struct span file, const struct webinar_asked *asked, struct webinar_report *ret, struct error *err)
{
    struct webinar_reading reading = {.arena = arena, .asked = asked, .topic = ""};
    struct webinar_report report = {0};
    struct bytes text = {0};
    bool done = charset_is_text(file, err) && charset_to_utf8(file, &text, &report.charset, err) &&
                grid_read(arena, bytes_span(&text), &reading.grid, err) && take(&reading, err);

    if (done && reading.people.count == 0)
        done =
            error_set(err, ERROR_INVALID, "Give the report of a meeting that somebody came to.", "the report names nobody who was there");
    done = done && webinar_finish(&reading, &report, err);
    if (done)
        *ret = report;
    names_clear(&reading.keys);
    bytes_clear(&text);
    return done;
}
