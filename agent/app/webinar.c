// SPDX-License-Identifier: Apache-2.0
/* A webinar's report beside one session: the window, the clock, who was there inside it.
 *
 * Here:      the preview but for the matching.
 * Not here:  who they are (webinar_match.c), recording (webinar_record.c).
 */
#include "agent/app/webinar.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agent/app/webinar_internal.h"
#include "protocol/catalogue.h"
#include "protocol/secret.h"

static const int64_t MINUTE_MS = 60 * 1000, DAY_MS = (int64_t)24 * 3600 * 1000;

static void warn(struct webinar_preview *preview, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void warn(struct webinar_preview *preview, const char *format, ...)
{
    va_list words;

    if (preview->warning_count == WEBINAR_WARNINGS_MAX)
        return;
    va_start(words, format);
    vsnprintf(preview->warnings[preview->warning_count++], WEBINAR_WARNING_BYTES, format, words);
    va_end(words);
}

void webinar_wall(int64_t ms, char ret[WEBINAR_WALL_SIZE])
{
    char text[MOMENT_TEXT_SIZE];

    moment_text(ms, text);
    snprintf(ret, WEBINAR_WALL_SIZE, "%.19s", text);
}

bool webinar_order_parse(const char *word, enum webinar_order *ret, struct error *err)
{
    static const struct {
        const char *word;
        enum webinar_order order;
    } orders[] = {{"", WEBINAR_ORDER_UNKNOWN}, {"dmy", WEBINAR_DAY_FIRST}, {"mdy", WEBINAR_MONTH_FIRST}};

    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        if (strcmp(orders[i].word, word) == 0) {
            *ret = orders[i].order;
            return true;
        }
    }
    return error_set(err, ERROR_INVALID, "Say dmy or mdy.", "the order \"%.20s\" is not known", word);
}

/* --- clocks --------------------------------------------------------------------------------------------------------------- */

/* The last Sunday of a month of 31 days, 01:00 UTC: when summer time begins (March) and ends (October). Directive 2000/84/EC, which the
 * whole region follows. */
static int64_t last_sunday(int year, int month)
{
    char text[MOMENT_TEXT_SIZE];
    int64_t ms = 0;

    snprintf(text, sizeof text, "%04d-%02d-31T01:00:00Z", year, month);
    if (!moment_parse(text, &ms))
        return 0;
    const int64_t weekday = (ms / DAY_MS + 4) % 7; /* 1970-01-01 was a Thursday; 0 is Sunday */
    return ms - weekday * DAY_MS;
}

static int64_t central_european_shift(int64_t utc_ms)
{
    char text[MOMENT_TEXT_SIZE];
    int year = 1970;

    moment_text(utc_ms, text);
    sscanf(text, "%4d", &year);
    return utc_ms >= last_sunday(year, 3) && utc_ms < last_sunday(year, 10) ? 120 : 60;
}

static void find_shift(struct webinar_preview *preview, const struct webinar_ask *ask)
{
    preview->shift_minutes = ask->shift_minutes;
    if (ask->has_shift || !preview->report.is_utc)
        return;
    preview->shift_minutes = central_european_shift(preview->report.began_ms);
    warn(preview, N_("the report tells the time in UTC: it was moved to Central European time, by %lld minutes"),
         (long long)preview->shift_minutes);
}

/* Everything the report tells, by the session's clock. */
static void move_clock(struct webinar_preview *preview)
{
    struct webinar_report *report = &preview->report;
    int64_t by_ms = preview->shift_minutes * MINUTE_MS;

    if (report->only_durations && !report->has_span)
        by_ms = preview->window.from_ms; /* nothing was told but how long */
    report->began_ms += by_ms;
    report->ended_ms += by_ms;
    for (size_t i = 0; i < report->people_count; i++) {
        for (size_t k = 0; k < report->people[i].join_count; k++) {
            report->people[i].joins[k].from_ms += by_ms;
            report->people[i].joins[k].to_ms += by_ms;
        }
    }
}

/* --- the window ------------------------------------------------------------------------------------------------------------- */

/* The session's time; false where it has no start or no length: then all of the meeting counts. */
static bool scheduled(const struct day_session *session, struct interval *ret)
{
    char text[MOMENT_TEXT_SIZE];

    if (*session->starts_at == '\0' || session->minutes <= 0)
        return false;
    snprintf(text, sizeof text, "%.10sT%.5s:00Z", session->date, session->starts_at);
    if (!moment_parse(text, &ret->from_ms))
        return false;
    ret->to_ms = ret->from_ms + session->minutes * MINUTE_MS;
    return true;
}

/* All of the meeting, and in any case all of everybody's joins. */
static struct interval whole_meeting(const struct webinar_report *report)
{
    struct interval all = {report->began_ms, report->ended_ms};

    for (size_t i = 0; i < report->people_count; i++) {
        for (size_t k = 0; k < report->people[i].join_count; k++) {
            const struct interval *join = &report->people[i].joins[k];

            all.from_ms = join->from_ms < all.from_ms ? join->from_ms : all.from_ms;
            all.to_ms = join->to_ms > all.to_ms ? join->to_ms : all.to_ms;
        }
    }
    return all;
}

/* Whose end was not told is taken to have stayed until the session's. */
static void let_stay(struct webinar_preview *preview)
{
    for (size_t i = 0; i < preview->report.people_count; i++) {
        struct webinar_person *person = &preview->report.people[i];
        struct interval *last = person->joins;

        if (!person->stayed)
            continue;
        for (size_t k = 1; k < person->join_count; k++) {
            if (person->joins[k].to_ms > last->to_ms)
                last = &person->joins[k];
        }
        if (last->to_ms < preview->window.to_ms && last->from_ms < preview->window.to_ms)
            last->to_ms = preview->window.to_ms;
    }
}

/* --- who was there ----------------------------------------------------------------------------------------------------------- */

static bool take_rows(struct webinar_preview *preview, struct arena *arena, struct error *err)
{
    const size_t count = preview->report.people_count;

    preview->rows = arena_take_many(arena, count + 1, sizeof *preview->rows);
    preview->outside = arena_take_many(arena, count + 1, sizeof *preview->outside);
    if (preview->rows == NULL || preview->outside == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the report");
    for (size_t i = 0; i < count; i++) {
        const struct webinar_person *person = &preview->report.people[i];
        struct webinar_row row = {.person = person};

        row.seconds = intervals_seconds(person->joins, person->join_count, preview->window);
        row.first_ms = person->joins[0].from_ms;
        row.last_ms = person->joins[0].to_ms;
        for (size_t k = 1; k < person->join_count; k++)
            row.last_ms = person->joins[k].to_ms > row.last_ms ? person->joins[k].to_ms : row.last_ms;
        if (row.seconds == 0)
            preview->outside[preview->outside_count++] = person;
        else
            preview->rows[preview->row_count++] = row;
    }
    return true;
}

/* "21.10.2021 08:45", as people of the region write it. */
static void wall_in_words(int64_t ms, char ret[WEBINAR_WALL_SIZE])
{
    char text[MOMENT_TEXT_SIZE];

    moment_text(ms, text);
    snprintf(ret, WEBINAR_WALL_SIZE, "%.2s.%.2s.%.4s %.5s", text + 8, text + 5, text, text + 11);
}

static void warn_of_oddities(struct webinar_preview *preview, bool is_scheduled)
{
    const struct webinar_report *report = &preview->report;
    char began[WEBINAR_WALL_SIZE], from[WEBINAR_WALL_SIZE];

    if (!is_scheduled)
        warn(preview, N_("the session has no start or no length: all of the meeting was counted"));
    if (report->only_durations)
        warn(preview,
             N_("the report tells only how long people were there: it was counted from the beginning, late comers cannot be told"));
    if (report->stayed_count > 0)
        warn(preview, N_("the report tells no end for some: they were counted until the end of the session (people: %zu)"),
             report->stayed_count);
    if (preview->row_count == 0) {
        wall_in_words(report->began_ms, began);
        wall_in_words(preview->window.from_ms, from);
        warn(preview,
             N_("nobody was there during the session: the meeting began at %s, the session at %s; it may be another meeting, or another "
                "clock"),
             began, from);
    }
}

static void fingerprint(struct span file, char ret[FINGERPRINT_SIZE])
{
    uint8_t hash[HASH_SIZE];

    secret_hash(file, hash);
    hex_write(hash, sizeof hash, ret);
}

bool webinar_preview(struct store *store, struct arena *arena, const struct webinar_ask *ask, struct webinar_preview *ret,
                     struct error *err)
{
    struct webinar_asked asked = {.order = ask->order};
    bool is_scheduled;

    *ret = (struct webinar_preview){.row_count = 0};
    if (ask->has_shift && (ask->shift_minutes < -WEBINAR_SHIFT_MINUTES_MAX || ask->shift_minutes > WEBINAR_SHIFT_MINUTES_MAX))
        return error_set(err, ERROR_INVALID, "Give a shift of at most a day.", "the shift was %lld minutes; %d are allowed",
                         (long long)ask->shift_minutes, WEBINAR_SHIFT_MINUTES_MAX);
    if (!day_session(store, arena, ask->session, &ret->session, err))
        return false;
    if (*ret->session.date == '\0')
        return error_set(err, ERROR_INVALID, "Give the session a date first.", "the session %s has no date", ret->session.code);
    asked.date = ret->session.date;
    fingerprint(ask->file, ret->fingerprint);
    if (!webinar_read(arena, ask->file, &asked, &ret->report, err))
        return false;
    is_scheduled = scheduled(&ret->session, &ret->window);
    find_shift(ret, ask);
    move_clock(ret);
    if (!is_scheduled)
        ret->window = whole_meeting(&ret->report);
    let_stay(ret);
    if (!take_rows(ret, arena, err))
        return false;
    warn_of_oddities(ret, is_scheduled);
    return webinar_match(store, arena, ret, err);
}
