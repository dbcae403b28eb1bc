// SPDX-License-Identifier: Apache-2.0
/* Who holds the tablet, its lock, PINs.
 *
 * Not here:  the list to choose from (staff.c).
 *
 * Settings   holder: a person's id. locked: "1". lock-after: minutes. pin:PERSON: Argon2id of the PIN. pin-wrong:PERSON: "COUNT UNTIL", how
 * many wrong ones in a row and the uptime before which no other is looked at. A try is counted before it is looked at, so that nobody gains
 * one by killing the program in between.
 */
#include "agent/app/holder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/secret.h"

#define SETTING_HOLDER     "holder"
#define SETTING_LOCKED     "locked"
#define SETTING_LOCK_AFTER "lock-after"
enum { NAME_SIZE = STORE_SETTING_NAME_BYTES_MAX + 1, TEXT_SIZE = STORE_SETTING_BYTES_MAX + 1 };

static void name_for(const char *what, const char *person, char ret[NAME_SIZE])
{
    snprintf(ret, NAME_SIZE, "%s:%s", what, person);
}

bool holder_has_pin(struct store *store, const char *person, bool *ret, struct error *err)
{
    char name[NAME_SIZE];
    char hash[TEXT_SIZE];
    bool done;

    *ret = false;
    if (person[0] == '\0')
        return true;
    name_for("pin", person, name);
    done = store_setting(store, name, hash, err);
    *ret = hash[0] != '\0';
    return done;
}

bool holder_author(struct store *store, char ret[ROW_ID_SIZE], struct error *err)
{
    char text[TEXT_SIZE];
    bool done = store_setting(store, SETTING_HOLDER, text, err);

    snprintf(ret, ROW_ID_SIZE, "%.*s", ROW_ID_SIZE - 1, text);
    return done;
}

bool holder_is_locked(struct store *store, struct error *err)
{
    char text[TEXT_SIZE];

    return store_setting(store, SETTING_LOCKED, text, err) && text[0] != '\0';
}

bool holder_read(struct store *store, struct holder *ret, struct error *err)
{
    char minutes[TEXT_SIZE];
    char locked[TEXT_SIZE];

    *ret = (struct holder){0};
    if (!holder_author(store, ret->person, err) || !store_setting(store, SETTING_LOCKED, locked, err) ||
        !store_setting(store, SETTING_LOCK_AFTER, minutes, err) || !holder_has_pin(store, ret->person, &ret->pin, err))
        return false;
    ret->locked = locked[0] != '\0';
    ret->after_minutes = minutes[0] == '\0' ? LOCK_AFTER_MINUTES_USUAL : strtoll(minutes, NULL, 10);
    return true;
}

bool holder_set_after_minutes(struct store *store, int64_t minutes, struct error *err)
{
    char text[24];

    if (minutes < 0 || minutes > LOCK_AFTER_MINUTES_MAX)
        return error_set(err, ERROR_INVALID, "Choose another number; 0 never locks.",
                         "to lock after %lld minutes is not possible; 0 to %d are", (long long)minutes, LOCK_AFTER_MINUTES_MAX);
    snprintf(text, sizeof text, "%lld", (long long)minutes);
    return store_set_setting(store, SETTING_LOCK_AFTER, text, err);
}

/* --- PINs --------------------------------------------------------------------------------------------------------------------------- */

int64_t holder_pin_wait_ms(uint64_t wrong)
{
    int64_t wait = 1000;

    if (wrong < PIN_FREE_TRIES)
        return 0;
    for (uint64_t i = PIN_FREE_TRIES; i < wrong && wait < PIN_WAIT_MS_MAX; i++)
        wait *= 2;
    return wait < PIN_WAIT_MS_MAX ? wait : PIN_WAIT_MS_MAX;
}

static bool pin_is_allowed(const char *pin, struct error *err)
{
    size_t size = strlen(pin);

    return (size >= PIN_DIGITS_MIN && size <= PIN_DIGITS_MAX && strspn(pin, "0123456789") == size) ||
           error_set(err, ERROR_INVALID, "Choose other digits.", "a PIN has %d to %d digits and nothing else", PIN_DIGITS_MIN,
                     PIN_DIGITS_MAX);
}

static bool set_tries(struct store *store, const char *name, uint64_t wrong, int64_t until_ms, struct error *err)
{
    char text[TEXT_SIZE];

    snprintf(text, sizeof text, "%llu %lld", (unsigned long long)wrong, (long long)until_ms);
    return store_set_setting(store, name, text, err);
}

/* Refuses a try that comes too soon; else counts it as a wrong one. ret_before: what was counted until then. The uptime begins anew at a
 * restart of the machine: what was to be waited until may then be days ahead, and the whole wait is told to begin now instead. */
static bool count_try(struct store *store, const char *name, const struct clock_port *clock, char ret_before[TEXT_SIZE], struct error *err)
{
    int64_t now = clock->uptime_ms(clock->self);
    char *rest = ret_before;
    int64_t until, left, wait;
    uint64_t wrong;

    if (!store_setting(store, name, ret_before, err))
        return false;
    wrong = strtoull(ret_before, &rest, 10);
    until = strtoll(rest, NULL, 10);
    wait = holder_pin_wait_ms(wrong);
    if (wait > 0 && until > now + wait && !set_tries(store, name, wrong, now + wait, err))
        return false;
    left = until > now + wait ? wait : until - now;
    if (left > 0)
        return error_set(err, ERROR_RETRY, "Wait, then try again.", "the PIN was wrong %llu times; the next try is possible in %lld s",
                         (unsigned long long)wrong, (long long)(left + 999) / 1000);
    wrong++;
    return set_tries(store, name, wrong, now + holder_pin_wait_ms(wrong), err);
}

/* True at once for one without a PIN. */
static bool pin_opens(struct store *store, const struct clock_port *clock, const char *person, const char *pin, struct error *err)
{
    char name[NAME_SIZE];
    char tries[NAME_SIZE];
    char hash[TEXT_SIZE];
    char before[TEXT_SIZE];
    bool matches;

    name_for("pin", person, name);
    name_for("pin-wrong", person, tries);
    if (person[0] == '\0')
        return true;
    if (!store_setting(store, name, hash, err))
        return false;
    if (hash[0] == '\0')
        return true;
    if (pin == NULL || pin[0] == '\0')
        return error_set(err, ERROR_REFUSED, "Type it.", "the PIN is needed");
    if (!count_try(store, tries, clock, before, err))
        return false;
    if (!password_matches(pin, hash, &matches, err)) {
        struct error ignored = {0}; /* then it counts after all */

        store_set_setting(store, tries, before, &ignored);
        return false;
    }
    if (!matches)
        return error_set(err, ERROR_REFUSED, "Try again, or let somebody else who has a PIN open it.", "this was not the PIN");
    return store_set_setting(store, tries, "", err);
}

bool holder_forget_pin(struct store *store, const char *person, struct error *err)
{
    char name[NAME_SIZE];
    char tries[NAME_SIZE];

    name_for("pin", person, name);
    name_for("pin-wrong", person, tries);
    return store_set_setting(store, tries, "", err) && store_set_setting(store, name, "", err);
}

bool holder_set_pin(struct store *store, const struct clock_port *clock, const struct chance_port *chance, const char *pin, const char *old,
                    struct error *err)
{
    uint8_t salt[PASSWORD_SALT_SIZE];
    char hash[PASSWORD_HASH_SIZE];
    char person[ROW_ID_SIZE];
    char name[NAME_SIZE];

    if (!holder_author(store, person, err))
        return false;
    if (person[0] == '\0')
        return error_set(err, ERROR_INVALID, "Choose who holds the tablet first.",
                         "a PIN belongs to whoever holds the tablet, and nobody does");
    if (pin[0] != '\0' && !pin_is_allowed(pin, err))
        return false;
    if (!pin_opens(store, clock, person, old, err))
        return false;
    if (pin[0] == '\0')
        return holder_forget_pin(store, person, err);
    chance->fill(chance->self, salt, sizeof salt);
    name_for("pin", person, name);
    return password_hash(pin, salt, hash, err) && store_set_setting(store, name, hash, err);
}

/* --- holding and locking ------------------------------------------------------------------------------------------------------------ */

bool holder_begin(struct store *store, struct error *err)
{
    struct holder holder;

    if (!holder_read(store, &holder, err))
        return false;
    return holder.locked || !holder.pin || holder_lock(store, err);
}

bool holder_lock(struct store *store, struct error *err)
{
    return holder_is_locked(store, err) || (err->kind == ERROR_NONE && store_set_setting(store, SETTING_LOCKED, "1", err));
}

bool holder_lock_if_idle(struct store *store, int64_t last_use_uptime_ms, int64_t now_uptime_ms, struct error *err)
{
    struct holder holder;

    if (!holder_read(store, &holder, err))
        return false;
    if (holder.locked || holder.after_minutes == 0 || holder.person[0] == '\0' ||
        now_uptime_ms - last_use_uptime_ms < holder.after_minutes * 60 * 1000)
        return true;
    return holder_lock(store, err);
}

static bool set_holder(struct store *store, const char *person, struct error *err)
{
    char was[ROW_ID_SIZE];

    return holder_author(store, was, err) && (strcmp(was, person) == 0 || store_set_setting(store, SETTING_HOLDER, person, err));
}

/* Their id; "" for nobody. */
static bool find_person(struct store *store, const char *typed, char ret[ROW_ID_SIZE], struct error *err)
{
    ret[0] = '\0';
    return typed[0] == '\0' || names_find_row(store, "person", typed, ret, err);
}

/* Who is to open it. Behind a PIN only ids are taken: nobody is looked up who has none, so a locked tablet does not tell who is here. */
static bool find_opener(struct store *store, const struct holder *holder, const char *typed, char ret[ROW_ID_SIZE], struct error *err)
{
    if (!holder->locked || !holder->pin)
        return find_person(store, typed, ret, err);
    snprintf(ret, ROW_ID_SIZE, "%s", strlen(typed) < ROW_ID_SIZE ? typed : "");
    return true;
}

bool holder_set(struct store *store, const struct clock_port *clock, const char *person, const char *pin, struct error *err)
{
    char id[ROW_ID_SIZE];
    char was[ROW_ID_SIZE];

    if (!find_person(store, person, id, err) || !holder_author(store, was, err))
        return false;
    return (strcmp(id, was) == 0 || pin_opens(store, clock, id, pin, err)) && set_holder(store, id, err);
}

bool holder_unlock(struct store *store, const struct clock_port *clock, const char *person, const char *pin, struct error *err)
{
    struct holder holder;
    char id[ROW_ID_SIZE];
    bool their_pin;

    if (!holder_read(store, &holder, err) || !find_opener(store, &holder, person == NULL ? holder.person : person, id, err) ||
        !holder_has_pin(store, id, &their_pin, err))
        return false;
    if (!holder.locked)
        return holder_set(store, clock, id, pin, err);
    if (holder.pin && !their_pin)
        return error_set(err, ERROR_REFUSED, "Let whoever locked it open it, or somebody else who has a PIN here.",
                         "the tablet was locked by somebody with a PIN");
    return pin_opens(store, clock, id, pin, err) && set_holder(store, id, err) && store_set_setting(store, SETTING_LOCKED, "", err);
}
