// SPDX-License-Identifier: Apache-2.0
/* The end of reading a webinar report: moments become milliseconds and joins come to their people.
 *
 * Here:      which of day and month comes first; joined and left to joins; durations to joins; who is left out.
 * Not here:  the formats; who two rows are (webinar_people.c).
 * Rule       The order: what was asked for; else a number over 12 says so; else the one in which the report is of the session's day;
 *            else the one in which the meeting ends within a day of its beginning; else capitals AM and PM, which Americans write. Where
 *            none of these speaks, or two dates contradict each other, a person is asked.
 */
#include <stdlib.h>
#include <string.h>

#include "protocol/catalogue.h"
#include "protocol/stamp.h"
#include "protocol/text.h"
#include "protocol/webinar_table.h"

static const int64_t DAY_MS = (int64_t)24 * 3600 * 1000;

/* Ascending by person and moment; what stands first in the file comes first. */
struct event_at {
    uint32_t person;
    int64_t at_ms;
    size_t place;
    const char *action;
};
struct finishing {
    struct webinar_reading *reading;
    struct webinar_report *report;
    enum webinar_order order;
    const char *day;        /* for moments that tell hours alone */
    struct interval *joins; /* in the order of raw joins, then of events */
    uint32_t *of;           /* whose */
    bool *open;             /* no end was told */
    size_t count;
    int64_t last_ms;
};

/* --- the order of day and month ------------------------------------------------------------------------------------------ */

/* Is the report of this day, give or take one (a meeting may be told by another clock), in this order? */
static bool is_of_day(const struct webinar_dates *dates, enum webinar_order order, const char *day)
{
    const struct webinar_moment midnight = {.ms_of_day = 0};
    int64_t day_ms, ms;

    return webinar_moment_ms(&dates->any, order, NULL, &ms) && webinar_moment_ms(&midnight, order, day, &day_ms) && ms >= day_ms - DAY_MS &&
           ms < day_ms + 2 * DAY_MS;
}

static bool is_one_meeting(const struct webinar_reading *reading, enum webinar_order order)
{
    int64_t began_ms, ended_ms;

    return !reading->has_began || !reading->has_ended ||
           (webinar_moment_ms(&reading->began, order, NULL, &began_ms) && webinar_moment_ms(&reading->ended, order, NULL, &ended_ms) &&
            ended_ms >= began_ms && ended_ms - began_ms <= DAY_MS);
}

static enum webinar_order order_of(const struct webinar_reading *reading, bool *ret_ask)
{
    const struct webinar_dates *dates = &reading->dates;
    const char *day = reading->asked->date;

    *ret_ask = false;
    if (reading->asked->order != WEBINAR_ORDER_UNKNOWN)
        return reading->asked->order;
    if (!dates->is_open)
        return WEBINAR_ORDER_UNKNOWN;
    if (dates->day_first != dates->month_first)
        return dates->day_first ? WEBINAR_DAY_FIRST : WEBINAR_MONTH_FIRST;
    if (day != NULL && is_of_day(dates, WEBINAR_DAY_FIRST, day) != is_of_day(dates, WEBINAR_MONTH_FIRST, day))
        return is_of_day(dates, WEBINAR_DAY_FIRST, day) ? WEBINAR_DAY_FIRST : WEBINAR_MONTH_FIRST;
    if (is_one_meeting(reading, WEBINAR_DAY_FIRST) != is_one_meeting(reading, WEBINAR_MONTH_FIRST))
        return is_one_meeting(reading, WEBINAR_DAY_FIRST) ? WEBINAR_DAY_FIRST : WEBINAR_MONTH_FIRST;
    if (dates->is_shouted)
        return WEBINAR_MONTH_FIRST;
    *ret_ask = true;
    return WEBINAR_DAY_FIRST;
}

static bool find_order(struct finishing *finishing, struct error *err)
{
    const struct webinar_dates *dates = &finishing->reading->dates;
    const char *remedy = N_("Export the report again and give that file.");

    finishing->order = order_of(finishing->reading, &finishing->report->ask_order);
    finishing->report->order = dates->is_open ? finishing->order : WEBINAR_ORDER_UNKNOWN;
    if (dates->day_first && dates->month_first)
        return error_set(err, ERROR_INVALID, remedy, "some dates of the report have the day first and some the month");
    if ((dates->day_first && finishing->order == WEBINAR_MONTH_FIRST) || (dates->month_first && finishing->order == WEBINAR_DAY_FIRST))
        return error_set(err, ERROR_INVALID, "Ask for the other order of day and month.",
                         "the dates of the report do not have the order that was asked for");
    return true;
}

/* --- joins --------------------------------------------------------------------------------------------------------------- */

static bool to_ms(struct finishing *finishing, const struct webinar_moment *moment, uint64_t line, int64_t *ret_ms, struct error *err)
{
    if (!moment->has_date && finishing->day == NULL)
        return error_set(err, ERROR_INVALID, "Give the session a date first.", "line %llu: the report tells hours and no day",
                         (unsigned long long)line);
    if (!webinar_moment_ms(moment, finishing->order, finishing->day, ret_ms))
        return error_set(err, ERROR_INVALID, "Export the report again and give that file.", "line %llu: there is no such day",
                         (unsigned long long)line);
    if (*ret_ms > finishing->last_ms)
        finishing->last_ms = *ret_ms;
    return true;
}

static bool add_join(struct finishing *finishing, uint32_t person, struct interval join, bool open)
{
    finishing->joins[finishing->count] = join;
    finishing->of[finishing->count] = person;
    finishing->open[finishing->count++] = open;
    return true;
}

static bool take_raw_joins(struct finishing *finishing, struct error *err)
{
    const struct raw_join *raw = finishing->reading->joins.items;

    for (size_t i = 0; i < finishing->reading->joins.count; i++) {
        struct interval join;

        if (!to_ms(finishing, &raw[i].from, raw[i].line, &join.from_ms, err) ||
            !to_ms(finishing, &raw[i].to, raw[i].line, &join.to_ms, err))
            return false;
        if (!raw[i].to.has_date && join.to_ms < join.from_ms)
            join.to_ms += DAY_MS; /* over midnight, told in hours alone */
        add_join(finishing, raw[i].person, join, /* open= */ false);
    }
    return true;
}

static int by_person_and_moment(const void *one, const void *other)
{
    const struct event_at *a = one, *b = other;

    if (a->person != b->person)
        return a->person < b->person ? -1 : 1;
    if (a->at_ms != b->at_ms)
        return a->at_ms < b->at_ms ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

/* Joined and left, person by person. Who joins twice without leaving was there all the while; who leaves without joining was not. */
static void pair_events(struct finishing *finishing, const struct event_at *events, size_t count)
{
    struct events_words words = {0};
    bool inside = false;
    int64_t since_ms = 0;

    for (size_t i = 0; i < count; i++)
        event_words(&words, events[i].action, i == 0 || events[i].person != events[i - 1].person);
    for (size_t i = 0; i < count; i++) {
        const bool leaves = event_leaves(&words, events[i].action), is_last = i + 1 == count || events[i + 1].person != events[i].person;

        if (!leaves && !inside)
            since_ms = events[i].at_ms;
        if (leaves && inside)
            add_join(finishing, events[i].person, (struct interval){since_ms, events[i].at_ms}, /* open= */ false);
        inside = !leaves;
        if (is_last && inside)
            add_join(finishing, events[i].person, (struct interval){since_ms, finishing->last_ms}, /* open= */ true);
        if (is_last)
            inside = false;
    }
}

static bool take_raw_events(struct finishing *finishing, struct error *err)
{
    const struct raw_event *raw = finishing->reading->events.items;
    const size_t count = finishing->reading->events.count;
    struct event_at *events = count == 0 ? NULL : arena_take_many(finishing->reading->arena, count, sizeof *events);

    if (count == 0)
        return true;
    if (events == NULL)
        return reading_no_memory(err);
    for (size_t i = 0; i < count; i++) {
        events[i] = (struct event_at){.person = raw[i].person, .place = i, .action = raw[i].action};
        if (!to_ms(finishing, &raw[i].at, raw[i].line, &events[i].at_ms, err))
            return false;
    }
    qsort(events, count, sizeof *events, by_person_and_moment);
    pair_events(finishing, events, count);
    return true;
}

/* How long, and no more: from the first moment that is known of the person; without one from 0 on. */
static bool take_durations(struct finishing *finishing, struct error *err)
{
    struct raw_person *people = finishing->reading->people.items;

    for (uint32_t i = 0; i < finishing->reading->people.count; i++) {
        struct interval join = {0, 0};

        if (people[i].told_ms < 0)
            continue;
        if (people[i].has_since && !to_ms(finishing, &people[i].since, people[i].line, &join.from_ms, err))
            return false;
        join.to_ms = join.from_ms + people[i].told_ms;
        finishing->report->only_durations = true;
        add_join(finishing, i, join, /* open= */ false);
    }
    return true;
}

static bool take_joins(struct finishing *finishing, struct error *err)
{
    const struct webinar_reading *reading = finishing->reading;
    const size_t room = reading->joins.count + reading->events.count + reading->people.count;

    finishing->joins = arena_take_many(reading->arena, room, sizeof *finishing->joins);
    finishing->of = arena_take_many(reading->arena, room, sizeof *finishing->of);
    finishing->open = arena_take_many(reading->arena, room, sizeof *finishing->open);
    if (finishing->joins == NULL || finishing->of == NULL || finishing->open == NULL)
        return reading_no_memory(err);
    return take_raw_joins(finishing, err) && take_raw_events(finishing, err) && take_durations(finishing, err);
}

/* --- people -------------------------------------------------------------------------------------------------------------- */

/* One text of the report, as we keep texts. */
static bool keep(struct arena *arena, const char *what, const char *text, const char **ret, struct error *err)
{
    return text_clean(arena, what, text == NULL ? "" : text, strlen(text == NULL ? "" : text), ret, err);
}

static bool leave_out(struct finishing *finishing, const char *name, enum webinar_why why)
{
    finishing->report->left_out[finishing->report->left_out_count++] = (struct webinar_left_out){name, why};
    return true;
}

static bool take_person(struct finishing *finishing, const struct raw_person *raw, struct interval *joins, size_t count, bool stayed,
                        struct error *err)
{
    struct arena *arena = finishing->reading->arena;
    struct webinar_report *report = finishing->report;
    struct webinar_person person = {.joins = joins, .join_count = count, .stayed = stayed, .line = raw->line};
    const bool is_zoom = report->format >= WEBINAR_ZOOM && report->format <= WEBINAR_ZOOM_WEBINAR;

    if (!keep(arena, N_("a name"), raw->name, &person.name, err) || !keep(arena, N_("an e-mail address"), raw->email, &person.email, err) ||
        !keep(arena, N_("a role"), raw->role, &person.role, err))
        return false;
    if (webinar_is_bot(arena, person.name))
        return leave_out(finishing, person.name, WEBINAR_BOT);
    if (count == 0)
        return !raw->waited || leave_out(finishing, person.name, WEBINAR_WAITING_ROOM);
    person.clean = webinar_clean_name(arena, person.name, is_zoom, &person.other);
    if (person.clean == NULL || person.other == NULL)
        return reading_no_memory(err);
    report->stayed_count += stayed;
    report->people[report->people_count++] = person;
    return true;
}

/* Gives each person the joins that are theirs: counted, then laid one behind the other. */
static bool take_people(struct finishing *finishing, struct error *err)
{
    struct arena *arena = finishing->reading->arena;
    const size_t people = finishing->reading->people.count;
    size_t *first = arena_take_many(arena, people + 2, sizeof *first);
    bool *stayed = arena_take_many(arena, people, sizeof *stayed);
    struct interval *sorted = arena_take_many(arena, finishing->count + 1, sizeof *sorted);

    finishing->report->people = arena_take_many(arena, people, sizeof *finishing->report->people);
    finishing->report->left_out = arena_take_many(arena, people, sizeof *finishing->report->left_out);
    if (first == NULL || stayed == NULL || sorted == NULL || finishing->report->people == NULL || finishing->report->left_out == NULL)
        return reading_no_memory(err);
    for (size_t i = 0; i < finishing->count; i++)
        first[finishing->of[i] + 2]++;
    for (size_t i = 2; i < people + 2; i++)
        first[i] += first[i - 1];
    for (size_t i = 0; i < finishing->count; i++) {
        sorted[first[finishing->of[i] + 1]++] = finishing->joins[i];
        stayed[finishing->of[i]] = stayed[finishing->of[i]] || finishing->open[i];
    }
    for (uint32_t i = 0; i < people; i++) {
        if (!take_person(finishing, reading_person_at(finishing->reading, i), sorted + first[i], first[i + 1] - first[i], stayed[i], err))
            return false;
    }
    return true;
}

/* What the report says about the meeting; else the first and last of the joins. */
static bool take_span(struct finishing *finishing, struct error *err)
{
    struct webinar_report *report = finishing->report;
    const struct webinar_reading *reading = finishing->reading;
    int64_t first_ms = finishing->count == 0 ? finishing->last_ms : INT64_MAX; /* nobody joined: they only left */

    for (size_t i = 0; i < finishing->count; i++)
        first_ms = finishing->joins[i].from_ms < first_ms ? finishing->joins[i].from_ms : first_ms;
    report->has_span = reading->dates.has_any || first_ms > DAY_MS;
    report->began_ms = first_ms;
    report->ended_ms = finishing->last_ms;
    if (reading->has_began && !to_ms(finishing, &reading->began, 1, &report->began_ms, err))
        return false;
    return !reading->has_ended || to_ms(finishing, &reading->ended, 1, &report->ended_ms, err);
}

bool webinar_finish(struct webinar_reading *reading, struct webinar_report *ret, struct error *err)
{
    struct finishing finishing = {.reading = reading, .report = ret, .day = reading->asked->date};

    ret->format = reading->format;
    ret->is_utc = reading->is_utc;
    if (!keep(reading->arena, N_("the topic"), reading->topic, &ret->topic, err) || !find_order(&finishing, err) ||
        !take_joins(&finishing, err) || !take_span(&finishing, err) || !take_people(&finishing, err))
        return false;
    if (!webinar_merge(reading->arena, ret))
        return reading_no_memory(err);
    return true;
}
