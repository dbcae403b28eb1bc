// SPDX-License-Identifier: Apache-2.0
/* Taking the last step back.
 *
 * Not here:  what stood before (agent/store/undo.c).
 */
#include "agent/app/undo.h"

#include <stdio.h>
#include <string.h>

static const int64_t HOUR_MS = 3600 * 1000;

struct about {
    char session[ROW_ID_SIZE];
    bool is_more; /* than what is recorded at a door */
};

/* Persons and enrolments come with a walk-in; a step at the door has a mark, and marks of one session alone. */
static bool look_at_change(void *context, const struct change *change)
{
    struct about *about = context;
    char scratch[ROW_ID_SIZE];
    const char *parts[2];

    if (strcmp(change->entity, "attendance") == 0 && row_id_parts(change->row, scratch, parts, 2) == 2) {
        about->is_more = about->session[0] != '\0' && strcmp(about->session, parts[0]) != 0;
        snprintf(about->session, sizeof about->session, "%s", parts[0]);
    } else {
        about->is_more = strcmp(change->entity, "person") != 0 && strcmp(change->entity, "enrolment") != 0;
    }
    return !about->is_more;
}

static bool begins(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0;
}

/* Whoever settled a conflict has seen both values, and what was seen cannot be unseen: a step back would be one more value, not the
 * question again. The other value is chosen by saying it. */
static bool settled_a_conflict(const struct store_step *step)
{
    return begins(step->name, "settle ");
}

bool undo_look(struct store *store, struct undo_step *ret, bool *ret_found, struct error *err)
{
    struct about about = {0};

    *ret = (struct undo_step){0};
    if (!store_undoable(store, &ret->step, ret_found, err))
        return false;
    /* The step's name is the one thing kept of what made it. */
    if (*ret_found && settled_a_conflict(&ret->step)) {
        *ret_found = false;
        return true;
    }
    ret->asks = ret->step.changes > UNDO_ASKS_CHANGES || begins(ret->step.name, "import of ");
    if (!*ret_found || ret->asks || begins(ret->step.name, "webinar report "))
        return true;
    if (!store_step_each(store, &ret->step, look_at_change, &about, err))
        return false;
    if (!about.is_more)
        snprintf(ret->session, sizeof ret->session, "%s", about.session);
    return true;
}

static bool is_of_door(const struct undo_step *last, const char *session, const char *author, int64_t now_ms)
{
    return strcmp(last->session, session) == 0 && now_ms - last->step.at_ms <= UNDO_AT_DOOR_HOURS * HOUR_MS &&
           (last->step.author[0] == '\0' || strcmp(last->step.author, author == NULL ? "" : author) == 0);
}

static bool may_be_undone(struct store *store, const struct undo *undo, const struct clock_port *clock, struct error *err)
{
    struct undo_step last;
    char session[ROW_ID_SIZE];
    bool found;

    if (!undo_look(store, &last, &found, err))
        return false;
    if (undo->session != NULL) {
        if (!names_find_row(store, "session", undo->session, session, err))
            return false;
        return (found && is_of_door(&last, session, undo->author, clock->wall_ms(clock->self))) ||
               error_set(err, ERROR_NOT_FOUND, "Correct the mark itself.", "there is nothing more to undo here");
    }
    if (!found && settled_a_conflict(&last.step))
        return error_set(err, ERROR_INVALID, "Choose the other value where it stands: mark or edit it again.",
                         "the last step settled a conflict and is not taken back");
    if (found && undo->step != 0 && undo->step != last.step.first)
        return error_set(err, ERROR_BUSY, "Look what it is now, then try again.", "something else was recorded meanwhile");
    return !last.asks || undo->sure ||
           error_set(err, ERROR_INVALID, "If all of it shall go, say that you are sure; in a command: --yes.",
                     "the last step, %s, made %llu changes", last.step.name, (unsigned long long)last.step.changes);
}

bool undo_write(struct store *store, const struct undo *undo, const struct clock_port *clock, struct undone *ret, struct error *err)
{
    *ret = (struct undone){0};
    return may_be_undone(store, undo, clock, err) && store_undo(store, undo->author, ret->name, &ret->changes, &ret->kept, err);
}
