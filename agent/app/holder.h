// SPDX-License-Identifier: Apache-2.0
/* Who holds the tablet, and whether it is locked.
 *
 * Here:      the holder (author of all that is recorded meanwhile), the list to choose from, the lock, a PIN for each who wants one.
 * Not here:  refusing what may not be seen while locked (agent/page), the idle timer of a page that is open (its own work).
 * Rule       Local facts of this device: nothing of it syncs.
 * Honestly   A PIN keeps curious eyes off a tablet that lies on a table. It does not protect one that was stolen: whoever has the disk
 *            has the store, and four digits are soon tried. Wrong tries are slowed down so that they are not tried on the page.
 */
#ifndef AGENT_APP_HOLDER_H
#define AGENT_APP_HOLDER_H

#include "agent/app/names.h"

enum {
    PIN_DIGITS_MIN = 4,
    PIN_DIGITS_MAX = 12,
    PIN_FREE_TRIES = 3,                    /* wrong ones in a row before the first wait */
    PIN_WAIT_MS_MAX = 5 * 60 * 1000,
    LOCK_AFTER_MINUTES_MAX = 240,
    LOCK_AFTER_MINUTES_USUAL = 5,
};

struct holder {
    char person[ROW_ID_SIZE];  /* "" nobody */
    bool locked, pin;          /* pin: whoever holds it has one */
    int64_t after_minutes;     /* lock when idle that long; 0: never */
};
bool holder_read(struct store *store, struct holder *ret, struct error *err);
/* False when it cannot be read, too, and then err tells: ask `err->kind`. */
bool holder_is_locked(struct store *store, struct error *err);
/* The author of what is recorded now; "" nobody. */
bool holder_author(struct store *store, char ret[ROW_ID_SIZE], struct error *err);

/* `teren run` begins: locked when the holder has a PIN, or when it was locked. */
bool holder_begin(struct store *store, struct error *err);
/* No page asked for anything, not even for the state, since last_use: locks when that is long enough. */
bool holder_lock_if_idle(struct store *store, int64_t last_use_uptime_ms, int64_t now_uptime_ms, struct error *err);
bool holder_lock(struct store *store, struct error *err);
/* person NULL: the one who holds it. While a holder with a PIN locked it, only people with a PIN open it, each with their own, and person
 * is a row id.
 * ERROR_REFUSED: a wrong PIN; ERROR_RETRY: too soon after wrong ones. */
bool holder_unlock(struct store *store, const struct clock_port *clock, const char *person, const char *pin, struct error *err);
/* Hands the tablet over; person "": nobody holds it. One who has a PIN is asked for it. */
bool holder_set(struct store *store, const struct clock_port *clock, const char *person, const char *pin, struct error *err);
/* The holder's PIN; "" takes it away. `old` is asked for when there is one. */
bool holder_set_pin(struct store *store, const struct clock_port *clock, const struct chance_port *chance, const char *pin,
                    const char *old, struct error *err);
bool holder_has_pin(struct store *store, const char *person, bool *ret, struct error *err);
/* For one who forgot it, by whoever may use this machine's command line. */
bool holder_forget_pin(struct store *store, const char *person, struct error *err);
/* How long one waits after so many wrong PINs in a row. */
int64_t holder_pin_wait_ms(uint64_t wrong);
bool holder_set_after_minutes(struct store *store, int64_t minutes, struct error *err);

struct staff_person {
    const char *id, *ref, *name, *role; /* role "": none known */
    bool pin;
};
enum { STAFF_MAX = 200 }; /* people to choose from; others are found by name (find.h) */
struct staff {
    const struct staff_person *people; /* by name */
    size_t count;
    bool more; /* than are here */
};
/* People with another role than participant in anything; when there are none and `or_everybody`: everybody. Each once. Of too many those
 * who have a PIN, then the first by name. In the arena. */
bool holder_staff(struct store *store, struct arena *arena, bool or_everybody, struct staff *ret, struct error *err);

#endif
