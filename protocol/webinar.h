// SPDX-License-Identifier: Apache-2.0
/* What a meeting program says about who was there: its report, read into one shape whoever wrote it.
 *
 * Here:      one report in, people with their intervals out; which of day and month comes first; bots and waiting rooms left out; rows of
 *            one person put together.
 * Not here:  who these people are (match.h), the session they are counted for (agent/app/webinar.h), reading files.
 * Shape      Teams: meeting report with numbered sections (webinars add columns), report of 2021, attendance list (joined, left), live
 *            event. Zoom: participants in two tables (also unique users, waiting room), meeting list with details, webinar attendees.
 *            Google Meet. Programs translate their headers: columns are known by where they stand and what their values look like.
 * Units      Moments are milliseconds since 1970 as if the report's wall clock were UTC; `is_utc` where the report says that it is.
 * Bounds     WEBINAR_FILE_BYTES_MAX, WEBINAR_LINES_MAX, WEBINAR_PEOPLE_MAX, WEBINAR_JOINS_MAX.
 * Errors     name lines, never people.
 */
#ifndef PROTOCOL_WEBINAR_H
#define PROTOCOL_WEBINAR_H

#include "protocol/arena.h"
#include "protocol/charset.h"
#include "protocol/error.h"
#include "protocol/intervals.h"

enum {
    WEBINAR_FILE_BYTES_MAX = CHARSET_FILE_BYTES_MAX,
    WEBINAR_LINES_MAX = 120000,  /* two lines for a join where joining and leaving are told apart, and some to spare */
    WEBINAR_PEOPLE_MAX = 5000,
    WEBINAR_JOINS_MAX = 50000,
};

enum webinar_format {
    WEBINAR_TEAMS,
    WEBINAR_TEAMS_2021,
    WEBINAR_TEAMS_LIST,
    WEBINAR_TEAMS_LIVE,
    WEBINAR_ZOOM,
    WEBINAR_ZOOM_UNIQUE,
    WEBINAR_ZOOM_DETAILS,
    WEBINAR_ZOOM_WEBINAR,
    WEBINAR_MEET,
    WEBINAR_FORMATS
};
enum webinar_order { WEBINAR_ORDER_UNKNOWN, WEBINAR_DAY_FIRST, WEBINAR_MONTH_FIRST };
enum webinar_why { WEBINAR_BOT, WEBINAR_WAITING_ROOM };

struct webinar_person {
    const char *name;             /* as written */
    const char *clean, *other;    /* without what the program put behind it; the name before a renaming, "" none */
    const char *email, *role;     /* "" not told */
    struct interval *joins;
    size_t join_count;
    bool stayed;                  /* no end was told for the last join: it is the report's last moment */
    uint64_t line;                /* where the person is met first */
};
struct webinar_left_out { const char *name; enum webinar_why why; };

struct webinar_report {
    enum webinar_format format;
    enum charset charset;
    const char *topic;            /* "" not told */
    bool has_span;                /* began_ms and ended_ms were told, or are the first and last of the joins */
    int64_t began_ms, ended_ms;
    bool is_utc;
    struct webinar_person *people;
    size_t people_count;
    struct webinar_left_out *left_out;
    size_t left_out_count;
    enum webinar_order order;     /* of day and month; unknown where no date leaves it open */
    bool ask_order;               /* nothing told which: what is given here is a guess that a person must confirm */
    bool only_durations;          /* no joins were told, only how long: counted from the first moment known */
    size_t stayed_count;          /* people whose end was not told */
    size_t merged;                /* rows that were put together with those of the same person */
};
struct webinar_asked {
    enum webinar_order order;     /* WEBINAR_ORDER_UNKNOWN: find out */
    const char *date;             /* the session's day, YYYY-MM-DD: helps to find out; NULL unknown */
};

/* "teams", "zoom-details", ...: stable words; and what people call it. */
const char *webinar_format_name(enum webinar_format format);
const char *webinar_format_label(enum webinar_format format);

/* Everything in ret lives in the arena. ERROR_INVALID: no report that is known, a torn line, dates that fit neither order or not the one
 * asked for. ERROR_LIMIT over a bound. */
bool webinar_read(struct arena *arena, struct span file, const struct webinar_asked *asked, struct webinar_report *ret, struct error *err);

#endif
