// SPDX-License-Identifier: Apache-2.0
/* The attendance list of an activity, in a terminal or as JSON.
 *
 * Not here:  what stands on it (agent/app/attendance_list.h); printing it on paper (the page does).
 */
#include <string.h>

#include "agent/app/attendance_list.h"
#include "agent/cli/call.h"
#include "agent/cli/sheet.h"
#include "protocol/labels.h"

static const char *const list_columns[] = {N_("Name"),   N_("Organisation"), N_("Municipality"), N_("Role"),
                                           N_("Status"), N_("Minutes"),      N_("Signature")};

/* "Present, Late": a word for each session of the day. */
static const char *statuses_words(struct call *call, const struct list_day *day, const struct list_person *person)
{
    const char *all = "";

    for (size_t i = 0; i < day->session_count && all != NULL; i++)
        all = arena_format(call->arena, "%s%s%s", all, i == 0 ? "" : ", ",
                           person->statuses[i][0] == '\0' ? "-" : say(call->words, label_of_choice(person->statuses[i])));
    return all;
}

static bool day_print(struct call *call, const struct list_day *day)
{
    struct sheet sheet = sheet_of(call->arena, list_columns, sizeof list_columns / sizeof list_columns[0]);

    sheet.words = call->words;
    for (size_t i = 0; i < day->person_count; i++) {
        const struct list_person *person = &day->people[i];
        struct value cells[] = {
            value_text(person->name),
            value_text(person->organisation),
            value_text(label_in_script(call->words, person->municipality, person->municipality_cyrillic)),
            value_text(say(call->words, label_of_choice(person->role))),
            value_text(statuses_words(call, day, person)),
            value_integer(person->minutes),
            value_text(person->signature.path == NULL ? "" : say(call->words, N_("signed"))),
        };
        sheet_add(&sheet, cells);
    }
    fprintf(call->out, "\n%s", day->date);
    for (size_t i = 0; i < day->session_count; i++)
        fprintf(call->out, "  %s %s", day->sessions[i].code, day->sessions[i].starts_at);
    fputc('\n', call->out);
    if (!sheet_print(&sheet, call->out))
        return false;
    fprintf(call->out, say(call->words, "Participants who attended: %llu; women %llu, men %llu.\n"), (unsigned long long)day->total,
            (unsigned long long)day->totals[SEX_FEMALE], (unsigned long long)day->totals[SEX_MALE]);
    return true;
}

static bool list_print(struct call *call, const struct attendance_list *list)
{
    bool done = true;

    fprintf(call->out, "%s  ", list->code);
    sheet_text(call->out, list->title);
    fputc('\n', call->out);
    for (size_t i = 0; i < list->day_count && done; i++)
        done = day_print(call, &list->days[i]);
    return done;
}

bool command_attendance_list(struct call *call, struct error *err)
{
    struct json_text json = {0};
    struct attendance_list list;
    char id[ROW_ID_SIZE];

    if (!names_find_row(call->agent->store, "activity", call->options.words[0], id, err) ||
        !attendance_list_read(call->agent->store, call->arena, id, options_value(&call->options, "day"), &list, err))
        return false;
    if (!call->json)
        return list_print(call, &list);
    attendance_list_put(&json, call->arena, call->words, &list);
    return json_print(&json, call->out);
}
