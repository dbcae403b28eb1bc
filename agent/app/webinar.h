// SPDX-License-Identifier: Apache-2.0
/* A webinar's report and one session: who was there for how long, and recording it.
 *
 * Here:      the report clipped to the session, its people matched with those known here, and one undoable step that records them.
 * Not here:  reading reports (protocol/webinar.h), how alike two people are (protocol/match.h), showing.
 * Rules      Only what lies in the session's time counts, overlaps once. A session without a start or a length: all of the meeting.
 *            The report's clock is taken for the session's, moved by `shift_minutes`. Reports in UTC are moved to Central European time
 *            (the region's: +60, in summer +120) unless a shift is told.
 *            People enrolled in the activity are looked at first, then everybody here. A match is sure when the e-mail address is that of
 *            one person enrolled and the name nobody else's, or when the whole name is that of one person enrolled (in any script or
 *            order) and no address speaks against it. Whatever is not sure, a person decides.
 *            Recording says present, online, minutes and seconds; nobody is marked absent for not being in a report. Whoever is not
 *            enrolled is enrolled as a participant. Where a person has no e-mail address and the report has one, it is filled in: so the
 *            next report finds them. The same report again changes nothing.
 *            The report's fingerprint (SHA-256) goes into the session's field `evidence`: the log that auditors verify then says which
 *            file the marks came from, once, beside their authors, and without a word about anybody.
 */
#ifndef AGENT_APP_WEBINAR_H
#define AGENT_APP_WEBINAR_H

#include "agent/app/day.h"
#include "protocol/catalogue.h"
#include "protocol/json_text.h"
#include "protocol/webinar.h"

enum {
    WEBINAR_CANDIDATES_MAX = 3,
    WEBINAR_WARNINGS_MAX = 8,
    WEBINAR_WARNING_BYTES = 256,
    WEBINAR_SHIFT_MINUTES_MAX = 24 * 60,
    WEBINAR_WALL_SIZE = 20, /* "2026-08-12T10:00:00": of the session's clock, no zone */
    FINGERPRINT_SIZE = 65,  /* of SHA-256 in hex */
};

struct webinar_ask {
    const char *session;      /* code or id */
    struct span file;
    enum webinar_order order; /* WEBINAR_ORDER_UNKNOWN: find out */
    bool has_shift;
    int64_t shift_minutes;    /* added to the report's clock */
};
struct webinar_candidate {
    const char *id, *ref, *name, *organisation;
    unsigned score, reasons;  /* of protocol/match.h */
    bool enrolled;
};
enum webinar_recorded { WEBINAR_NOT_RECORDED, WEBINAR_RECORDED_SAME, WEBINAR_RECORDED_OTHER };
struct webinar_row {
    const struct webinar_person *person;
    int64_t seconds;          /* inside the session */
    int64_t first_ms, last_ms; /* of the session's clock, not clipped */
    struct webinar_candidate candidates[WEBINAR_CANDIDATES_MAX]; /* the best first */
    size_t candidate_count;
    bool sure;                /* candidates[0] may be taken without asking */
    enum webinar_recorded recorded; /* what stands for candidates[0] where it is sure */
};
struct webinar_preview {
    struct webinar_report report;
    struct day_session session;
    struct interval window;   /* what is counted, of the session's clock */
    int64_t shift_minutes;    /* as it was used */
    char fingerprint[FINGERPRINT_SIZE];
    struct webinar_row *rows; /* who was there inside the session, in the report's order: the key of a row is its place here, from 1 */
    size_t row_count;
    const struct webinar_person **outside; /* who was there, but not during the session */
    size_t outside_count;
    char warnings[WEBINAR_WARNINGS_MAX][WEBINAR_WARNING_BYTES]; /* a sentence each */
    size_t warning_count;
};
/* Everything in the arena. ERROR_INVALID also where the session has no date. */
bool webinar_preview(struct store *store, struct arena *arena, const struct webinar_ask *ask, struct webinar_preview *ret,
                     struct error *err);

/* "dmy", "mdy" or "": ERROR_INVALID for another word. */
bool webinar_order_parse(const char *word, enum webinar_order *ret, struct error *err);
/* The moment as the session's clock shows it. */
void webinar_wall(int64_t ms, char ret[WEBINAR_WALL_SIZE]);

enum webinar_verdict { WEBINAR_LEAVE, WEBINAR_IS, WEBINAR_FRESH };
struct webinar_decision {
    size_t key;
    enum webinar_verdict verdict;
    const char *person;       /* WEBINAR_IS: id or code */
};
struct webinar_done {
    uint64_t recorded, same, fresh, left; /* people: marked now, marked so before, new ones among the recorded, left out by decision */
    uint64_t changes;
};
/* One decision for each row; a row without one is taken where it is sure and left where it is not. Two rows may be one person: their joins
 * count together. ERROR_INVALID, and nothing recorded, where the order of day and month is still to be asked for. */
bool webinar_record(struct store *store, struct arena *arena, const struct webinar_preview *preview,
                    const struct webinar_decision *decisions, size_t count, const char *author, int64_t now_ms,
                    struct webinar_done *ret, struct error *err);

/* Members of an open object: the report beside its session, but for the session; what recording did. */
void webinar_put(struct json_text *json, const struct catalogue *words, const struct webinar_preview *preview);
void webinar_put_done(struct json_text *json, const struct webinar_done *done);

#endif
