// SPDX-License-Identifier: Apache-2.0
/* The attendance list of an activity, as a donor wants it: who came, by day, with signatures.
 *
 * Here:      what stands on the list, read from the store; its JSON, for page and command.
 * Not here:  drawing and printing it (the page), a session's roster (roster.h).
 * Rules      One sheet a day. On it is everybody enrolled and everybody marked at a session of that day, once each; removed people, marks
 *            and sessions are left out. Who is marked but not enrolled counts as a participant. Totals are those of the one counting rule
 *            (protocol/attendance.h): participants who attended that day, each person once, whatever the number of rows.
 */
#ifndef AGENT_APP_ATTENDANCE_LIST_H
#define AGENT_APP_ATTENDANCE_LIST_H

#include "agent/app/names.h"
#include "protocol/attendance.h"
#include "protocol/catalogue.h"
#include "protocol/json_text.h"

/* All texts are "" when not told. */
struct list_session {
    const char *id, *code, *title, *date, *starts_at;
    int64_t minutes; /* 0: not told */
    bool online;
};
struct list_signature {
    int32_t width, height;
    const char *path; /* of an SVG; NULL: did not sign */
};
struct list_person {
    const char *id, *ref, *name, *organisation, *position, *contact, *sex; /* contact: telephone, else e-mail */
    const char *municipality, *municipality_cyrillic;
    const char *role;
    const char **statuses; /* a word per session of the day, "" not marked */
    int64_t minutes;       /* attended that day */
    struct list_signature signature; /* the first of the day */
};
struct list_day {
    const char *date;
    const struct list_session *sessions;
    size_t session_count;
    struct list_person *people; /* by name in any script */
    size_t person_count;
    uint64_t totals[SEX_GROUPS];
    uint64_t total;
    bool online; /* all its sessions are: the organiser declares instead of the participants signing */
};
struct attendance_list {
    const char *programme, *donor, *contract_no;
    const char *code, *title, *kind, *starts_on, *ends_on;
    const char *municipality, *municipality_cyrillic;
    const char **organisers, **trainers; /* names, by enrolment */
    size_t organiser_count, trainer_count;
    bool online; /* every day is */
    struct list_day *days;
    size_t day_count;
};

/* activity: its id. day: "YYYY-MM-DD" or NULL for all; ERROR_NOT_FOUND when the activity is not here or has no session that day. In the
 * arena. */
bool attendance_list_read(struct store *store, struct arena *arena, const char *activity, const char *day, struct attendance_list *ret,
                          struct error *err);
/* One object; places in the script of the language, the kind in its words. */
void attendance_list_put(struct json_text *json, struct arena *arena, const struct catalogue *words, const struct attendance_list *list);

#endif
