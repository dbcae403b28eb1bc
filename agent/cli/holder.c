// SPDX-License-Identifier: Apache-2.0
/* The command holder: who holds this device, and the way back in for somebody who forgot a PIN.
 *
 * Not here:  the rules (agent/app/holder.h).
 */
#include "agent/app/holder.h"
#include "agent/cli/call.h"
#include "protocol/json_text.h"

/* Whoever may type here may read the store as well: a PIN is no secret from them (see holder.h). */
static bool open_again(struct store *store, const struct clock_port *clock, const char *person, struct error *err)
{
    struct holder holder;

    if (person[0] == '\0')
        return error_set(err, ERROR_USAGE, "Name the person.", "nobody holds this device");
    if (!holder_forget_pin(store, person, err) || !holder_read(store, &holder, err))
        return false;
    return !holder.locked || holder.pin || holder_unlock(store, clock, NULL, NULL, err);
}

static bool tell(struct call *call, const struct holder *holder)
{
    const char *name = holder->person[0] == '\0' ? "" : names_of_row(call->agent->store, call->arena, "person", holder->person);
    struct json_text json = {0};

    if (name == NULL)
        return false;
    if (call->json) {
        json_open(&json, NULL, '{');
        json_put_text(&json, "holder", name);
        json_put_bool(&json, "locked", holder->locked);
        json_put_bool(&json, "pin", holder->pin);
        json_shut(&json, '}');
        return json_print(&json, call->out);
    }
    if (name[0] == '\0')
        fputs(say(call->words, "Nobody holds this device.\n"), call->out);
    else
        fprintf(call->out, say(call->words, "%s holds this device.\n"), name);
    if (holder->locked)
        fputs(say(call->words, "Its page is locked.\n"), call->out);
    return true;
}

bool command_holder(struct call *call, struct error *err)
{
    struct store *store = call->agent->store;
    const struct clock_port *clock = &call->agent->world->clock;
    bool forget = options_has(&call->options, "forget-pin");
    const char *typed = call->options.word_count > 0 ? call->options.words[0] : NULL;
    char person[ROW_ID_SIZE] = "";
    struct holder holder;

    if (typed != NULL && typed[0] != '\0' && !names_find_row(store, "person", typed, person, err))
        return false;
    if (forget && typed == NULL && !holder_author(store, person, err))
        return false;
    if ((forget && !open_again(store, clock, person, err)) || (!forget && typed != NULL && !holder_set(store, clock, person, NULL, err)))
        return false;
    return holder_read(store, &holder, err) && tell(call, &holder);
}
