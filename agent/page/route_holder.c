// SPDX-License-Identifier: Apache-2.0
/* Routes: staff, holder, lock, unlock, pin.
 *
 * Not here:  what they do (agent/app/holder.h), refusing what is locked (answer.c).
 */
#include "agent/app/holder.h"
#include "agent/page/call.h"

/* While it is locked, whoever wants to open it chooses from the staff; nobody else's name is told. */
static bool run_staff(struct page_call *call, struct error *err)
{
    struct staff staff;
    bool locked = holder_is_locked(call->world->store, err);

    if (err->kind != ERROR_NONE || !holder_staff(call->world->store, call->arena, !locked, &staff, err))
        return false;
    json_open(&call->out, NULL, '{');
    json_open(&call->out, "people", '[');
    for (size_t i = 0; i < staff.count; i++) {
        json_open(&call->out, NULL, '{');
        json_put_text(&call->out, "id", staff.people[i].id);
        json_put_text(&call->out, "ref", staff.people[i].ref);
        json_put_text(&call->out, "name", staff.people[i].name);
        json_put_text(&call->out, "role", staff.people[i].role);
        json_put_bool(&call->out, "pin", staff.people[i].pin);
        json_shut(&call->out, '}');
    }
    json_shut(&call->out, ']');
    json_put_bool(&call->out, "more", staff.more);
    json_shut(&call->out, '}');
    return true;
}

static bool run_holder(struct page_call *call, struct error *err)
{
    const char *person, *pin;

    return page_text_needed(call, "person", &person, err) && page_text(call, "pin", &pin, err) &&
           holder_set(call->world->store, &call->world->clock, person, pin, err) && page_put_state(call, err);
}

static bool run_lock(struct page_call *call, struct error *err)
{
    return holder_lock(call->world->store, err) && page_put_state(call, err);
}

static bool run_unlock(struct page_call *call, struct error *err)
{
    const char *person, *pin;

    return page_text(call, "person", &person, err) && page_text(call, "pin", &pin, err) &&
           holder_unlock(call->world->store, &call->world->clock, person, pin, err) && page_put_state(call, err);
}

static bool run_pin(struct page_call *call, struct error *err)
{
    const char *pin, *old;

    return page_text_needed(call, "pin", &pin, err) && page_text(call, "old", &old, err) &&
           holder_set_pin(call->world->store, &call->world->clock, &call->world->chance, pin, old, err) && page_put_state(call, err);
}

static const struct page_member staff_answer[] = {{"people", "list", "at most 200, by name; while it is locked, staff alone"},
                                                  {"people[].id", "text", "row id of the person"},
                                                  {"people[].ref", "text", "reference"},
                                                  {"people[].name", "text", "full name"},
                                                  {"people[].role", "text", "a role other than participant; empty: nobody has one"},
                                                  {"people[].pin", "boolean", "has a PIN on this tablet"},
                                                  {"more", "boolean", "there are more; unlocked, /api/people/find finds them"},
                                                  {NULL, NULL, NULL}};
static const struct page_member holder_request[] = {
    {"person", "text", "id or reference; empty: nobody"}, {"pin", "text?", "theirs, if they have one"}, {NULL, NULL, NULL}};
static const struct page_member unlock_request[] = {
    {"person", "text?", "who takes it; missing: whoever holds it"}, {"pin", "text?", "theirs, if they have one"}, {NULL, NULL, NULL}};
static const struct page_member pin_request[] = {
    {"pin", "text", "4 to 12 digits; empty: none any more"}, {"old", "text?", "the one until now, if there is one"}, {NULL, NULL, NULL}};

#define JSON PAGE_JSON_BYTES_MAX, "application/json"

const struct page_route page_routes_holder[] = {
    {"GET", "/api/staff", 0, 0, NULL, run_staff, "who may be holding the tablet", NULL, NULL, staff_answer},
    {"POST", "/api/holder", PAGE_UNLOCKED, JSON, run_holder, "hands the tablet over: author of all that is recorded from now on", NULL,
     holder_request, page_state_members},
    {"POST", "/api/lock", 0, JSON, run_lock, "locks the tablet against curious eyes", NULL, NULL, page_state_members},
    {"POST", "/api/unlock", 0, JSON, run_unlock, "opens it again, for whoever holds it or somebody who takes it over", NULL, unlock_request,
     page_state_members},
    {"POST", "/api/pin", PAGE_UNLOCKED, JSON, run_pin, "gives whoever holds the tablet a PIN, or takes it away", NULL, pin_request,
     page_state_members},
    {NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL},
};
