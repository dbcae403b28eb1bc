// SPDX-License-Identifier: Apache-2.0
/* The inside of reading a webinar report: the table of cells, what readers note, and the table of readers.
 *
 * Here:      what webinar*.c share.
 * Not here:  anything that other files may include: they want webinar.h.
 */
#ifndef PROTOCOL_WEBINAR_TABLE_H
#define PROTOCOL_WEBINAR_TABLE_H

#include "protocol/names.h"
#include "protocol/webinar.h"
#include "protocol/webinar_moment.h"

struct line {
    const char **cells;    /* white space and marks off; empty ones at the end left out */
    size_t count;
    uint64_t number;
};
struct grid { struct line *lines; size_t count, room; char delimiter; };

/* Takes the text apart; the delimiter is the one of tab ; , that stands most in the first lines. */
bool grid_read(struct arena *arena, struct span text, struct grid *ret, struct error *err);
const char *line_cell(const struct line *line, size_t column);   /* "" beyond its end */
/* Two cells beside each other with a date and time each: somebody came and went. `from`: the first column to look at. */
bool line_span(const struct line *line, size_t from, size_t *ret_column);
bool line_moment(const struct line *line, size_t column, struct webinar_moment *ret);
bool cell_is_email(const char *cell);
bool cell_is_number(const char *cell);
/* The first column from `from` on that has an e-mail address in some of the lines, and in the others nothing or a dash. SIZE_MAX: none. */
size_t grid_email_column(const struct grid *grid, size_t first_line, size_t end_line, size_t from, size_t to);

struct raw_person {
    const char *name, *email, *role;
    int64_t told_ms;            /* how long, where no joins are told; -1: not told */
    struct webinar_moment since;
    bool has_since, waited;     /* waited: was in the waiting room */
    uint64_t line;
};
struct raw_join {
    uint32_t person;
    struct webinar_moment from, to;
    uint64_t line;
};
struct raw_event {
    uint32_t person;
    struct webinar_moment at;
    const char *action;         /* the word; which one means leaving is found at the end */
    uint64_t line;
};
struct table_of { void *items; size_t count, room; };

struct webinar_reading {
    struct arena *arena;
    struct grid grid;
    const struct webinar_asked *asked;
    struct names keys;          /* name and e-mail to number of the person */
    struct table_of people, joins, events;
    struct webinar_dates dates;
    struct webinar_moment began, ended;
    bool has_began, has_ended, is_utc;
    const char *topic;
    enum webinar_format format;
};

/* Who says so: a number, NAMES_NONE on failure (err is set). */
uint32_t reading_person(struct webinar_reading *reading, const char *name, const char *email, const char *role, uint64_t line,
                        struct error *err);
struct raw_person *reading_person_at(struct webinar_reading *reading, uint32_t person);
bool reading_join(struct webinar_reading *reading, uint32_t person, const struct webinar_moment *from, const struct webinar_moment *to,
                  uint64_t line, struct error *err);
bool reading_event(struct webinar_reading *reading, uint32_t person, const struct webinar_moment *at, const char *action, uint64_t line,
                   struct error *err);
void reading_began(struct webinar_reading *reading, const struct webinar_moment *began);
void reading_ended(struct webinar_reading *reading, const struct webinar_moment *ended);
bool reading_no_memory(struct error *err);

/* A reader looks whether the grid is of its kind, and if so takes it. */
struct webinar_reader {
    bool (*is_its)(const struct grid *grid);
    bool (*take)(struct webinar_reading *reading, struct error *err);
};
extern const struct webinar_reader webinar_reader_teams;         /* webinar_teams.c: numbered sections */
extern const struct webinar_reader webinar_reader_teams_2021;    /* webinar_teams.c */
extern const struct webinar_reader webinar_reader_teams_list;    /* webinar_events.c */
extern const struct webinar_reader webinar_reader_teams_live;    /* webinar_events.c */
extern const struct webinar_reader webinar_reader_zoom;          /* webinar_zoom.c: two tables, unique users */
extern const struct webinar_reader webinar_reader_zoom_details;  /* webinar_zoom.c */
extern const struct webinar_reader webinar_reader_zoom_webinar;  /* webinar_zoom_webinar.c */
extern const struct webinar_reader webinar_reader_meet;          /* webinar_meet.c */

/* webinar_events.c: which word means leaving. First every event is told of, in order of person and moment; then one may ask. */
enum { EVENT_WORDS_MAX = 8 };
struct events_words {
    struct { const char *word; size_t count; bool begins; } actions[EVENT_WORDS_MAX];
    const char *leaving;
};
void event_words(struct events_words *words, const char *action, bool is_first);
bool event_leaves(const struct events_words *words, const char *action);

/* webinar_finish.c: moments to milliseconds, joins to their people, order of dates, bots out. */
bool webinar_finish(struct webinar_reading *reading, struct webinar_report *ret, struct error *err);
/* webinar_names.c */
const char *webinar_clean_name(struct arena *arena, const char *name, bool has_other, const char **ret_other);
bool webinar_is_bot(struct arena *arena, const char *name);
/* webinar_people.c: rows of one person become one. False: no memory. */
bool webinar_merge(struct arena *arena, struct webinar_report *report);

#endif
