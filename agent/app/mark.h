// SPDX-License-Identifier: Apache-2.0
/* Marking attendance: the one thing that must always work.
 *
 * Here:      one mark, as one undoable step or as part of a longer one; what is odd about it, as notes.
 * Not here:  counting marks (report.h).
 */
#ifndef AGENT_APP_MARK_H
#define AGENT_APP_MARK_H

#include "agent/app/names.h"

enum { MARK_NOTES_MAX = 8, MARK_NOTE_BYTES = 256, MARK_FIELDS_MAX = 8 };

struct mark {
    const char *session, *person;           /* codes or ids */
    const char *status;                     /* present late absent excused */
    const char *minutes, *at, *mode, *note; /* as typed; NULL: not told */
    const char *author;
};
struct mark_told {
    char session[ROW_ID_SIZE], person[ROW_ID_SIZE]; /* as people call them */
    char notes[MARK_NOTES_MAX][MARK_NOTE_BYTES];    /* a sentence each; the mark was recorded all the same */
    size_t note_count;
};
/* A mark is a whole statement: what was said before about status and minutes no longer holds, and it counts as an assertion even when
 * it says what stood already ("I, too, say so"). What was seen in the field is never refused: a removed person, more minutes than the
 * session has, a moment far from its day are noted. ERROR_USAGE only for words that contradict each other. */
bool mark_write(struct store *store, const struct mark *mark, const struct clock_port *clock, struct mark_told *ret, struct error *err);

/* Takes a mark back, as one undoable step: nothing was said of that person at that session. Its note and signature go with it, so that a
 * later mark of the same two begins with nothing. ERROR_NOT_FOUND when there is no mark. */
bool mark_remove(struct store *store, const char *session, const char *person, const char *author, struct mark_told *ret,
                 struct error *err);

/* A mark ready to be written, for steps that say more: a walk-in, a signature. */
struct mark_made {
    char session[ROW_ID_SIZE], person[ROW_ID_SIZE]; /* ids; person may be "@K", made by draft K of the step */
    struct draft draft;
    struct draft_field fields[MARK_FIELDS_MAX]; /* of the draft; room is left for one more */
    struct mark_told told;
};
/* person "@K": somebody whom the same step makes, told.person is then the caller's to fill. *ret must not move: its draft points into
 * it. */
bool mark_make(struct store *store, struct arena *arena, const struct mark *mark, const struct clock_port *clock, struct mark_made *ret,
               struct error *err);

#endif
