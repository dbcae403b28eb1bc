// SPDX-License-Identifier: Apache-2.0
/* Route: the attendance list of an activity.
 *
 * Not here:  what stands on it, its JSON (agent/app/attendance_list.h).
 */
#include "agent/app/attendance_list.h"
#include "agent/page/route_plan.h"

#define END                                                                                                                                \
    {                                                                                                                                      \
        NULL, NULL, NULL                                                                                                                   \
    }

bool route_list(struct page_call *call, struct error *err)
{
    const char *day = page_query(call, "day");
    struct attendance_list list;
    char id[ROW_ID_SIZE];

    if (day != NULL && day[0] == '\0')
        day = NULL;
    if (!route_activity_of(call, "activity", id, err) || !attendance_list_read(call->world->store, call->arena, id, day, &list, err))
        return false;
    attendance_list_put(&call->out, call->arena, call->words, &list);
    return true;
}

const struct page_member list_query[] = {
    {"activity", "text", "id or code of the activity"},
    {"day", "text?", "YYYY-MM-DD: only this day"},
    END,
};
const struct page_member list_answer[] = {
    {"programme", "object", "who pays"},
    {"programme.name", "text", "its name, or its code"},
    {"programme.donor", "text", "the donor"},
    {"programme.contract_no", "text", "number of the contract"},
    {"activity", "object", "what the list is of"},
    {"activity.code", "text", "its code"},
    {"activity.title", "text", "its title"},
    {"activity.kind", "text", "one word"},
    {"activity.kind_label", "text", "the kind in the page's language"},
    {"activity.starts_on", "text", "first day"},
    {"activity.ends_on", "text", "last day"},
    {"municipality", "text", "name, in the script of the page's language"},
    {"organisers", "list", "names of those enrolled as organisers"},
    {"trainers", "list", "names of those enrolled as trainers"},
    {"online", "boolean", "every day is online"},
    {"days", "list", "one sheet each"},
    {"days[].date", "text", "YYYY-MM-DD; empty: sessions without a day"},
    {"days[].online", "boolean", "all its sessions are online: the organiser declares, nobody signs"},
    {"days[].sessions", "list", "its sessions by time"},
    {"days[].sessions[].code", "text", "code of the session"},
    {"days[].sessions[].title", "text", "its title"},
    {"days[].sessions[].starts_at", "text", "HH:MM"},
    {"days[].sessions[].minutes", "integer", "its length; 0: not told"},
    {"days[].people", "list", "everybody enrolled and everybody marked that day, by name"},
    {"days[].people[].ref", "text", "reference"},
    {"days[].people[].name", "text", "full name"},
    {"days[].people[].organisation", "text", "where the person works"},
    {"days[].people[].position", "text", "what the person does there"},
    {"days[].people[].municipality", "text", "home municipality"},
    {"days[].people[].contact", "text", "telephone, else e-mail"},
    {"days[].people[].role", "text", "a word such as participant"},
    {"days[].people[].sex", "text", "F, M, other, undisclosed; empty: not told"},
    {"days[].people[].statuses", "list", "a word for each session; empty: not marked"},
    {"days[].people[].minutes", "integer", "attended that day"},
    {"days[].people[].signature", "object?", "drawn that day"},
    {"days[].people[].signature.width", "integer", "of the view box"},
    {"days[].people[].signature.height", "integer", "of the view box"},
    {"days[].people[].signature.path", "text", "of an SVG"},
    {"days[].totals", "object", "participants who attended that day, each person once"},
    {"days[].totals.F", "integer", "women"},
    {"days[].totals.M", "integer", "men"},
    {"days[].totals.other", "integer", "other"},
    {"days[].totals.unknown", "integer", "not told"},
    {"days[].totals.total", "integer", "all"},
    END,
};
