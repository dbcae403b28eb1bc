// SPDX-License-Identifier: Apache-2.0
/* The sessions of a day, and what comes and what was: where somebody with a tablet in hand is.
 *
 * Here:      which sessions to show, what each is called, its counts.
 * Not here:  who is on them (roster.h), figures over all (report.h).
 * Cost       follows the sessions shown, not the ledger: 98 sessions of 1,976 marks take a few milliseconds, and so do 100,000 marks.
 */
#ifndef AGENT_APP_DAY_H
#define AGENT_APP_DAY_H

#include "agent/store/store.h"

enum { DAY_OTHERS_MAX = 20, DAY_TODAY_MAX = 500 };

struct day_session {
    const char *id, *code, *title, *date, *starts_at, *mode; /* "" not told */
    int64_t minutes;                                         /* -1 not told */
    struct {
        const char *id, *code, *title, *kind;
    } activity;
    const char *municipality, *municipality_cyrillic; /* its name; "" not told */
    struct store_session_counts counts;
};
struct day_sessions {
    struct day_session *items;
    size_t count;
};
struct day {
    struct day_sessions today, coming, past; /* by time; past: the latest first. One without a date is still to come */
    uint64_t activities;                     /* that are here, whenever they are */
};
/* date YYYY-MM-DD; in the arena. Removed sessions, and sessions of removed activities, are left out. */
bool day_read(struct store *store, struct arena *arena, const char *date, struct day *ret, struct error *err);
/* All of one activity, by time. */
bool day_of_activity(struct store *store, struct arena *arena, const char *activity, struct day_sessions *ret, struct error *err);
/* One, by id or code, removed or not, with its walk-ins counted. ERROR_NOT_FOUND. */
bool day_session(struct store *store, struct arena *arena, const char *typed, struct day_session *ret, struct error *err);

/* Everybody enrolled and not marked. */
uint64_t day_unmarked(const struct store_session_counts *counts);

#endif
