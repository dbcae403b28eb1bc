// SPDX-License-Identifier: Apache-2.0
/* The attendance list as JSON: one writer for page and command.
 *
 * Not here:  what stands on it.
 */
#include "agent/app/attendance_list.h"
#include "protocol/labels.h"

static void put_names(struct json_text *json, const char *key, const char *const *names, size_t count)
{
    json_open(json, key, '[');
    for (size_t i = 0; i < count; i++)
        json_put_text(json, NULL, names[i]);
    json_shut(json, ']');
}

static void put_person(struct json_text *json, const struct catalogue *words, const struct list_day *day, const struct list_person *person)
{
    json_open(json, NULL, '{');
    json_put_text(json, "ref", person->ref);
    json_put_text(json, "name", person->name);
    json_put_text(json, "organisation", person->organisation);
    json_put_text(json, "position", person->position);
    json_put_text(json, "municipality", label_in_script(words, person->municipality, person->municipality_cyrillic));
    json_put_text(json, "contact", person->contact);
    json_put_text(json, "role", person->role);
    json_put_text(json, "sex", person->sex);
    put_names(json, "statuses", person->statuses, day->session_count);
    json_put_integer(json, "minutes", person->minutes);
    if (person->signature.path == NULL) {
        json_put_text(json, "signature", NULL);
    } else {
        json_open(json, "signature", '{');
        json_put_integer(json, "width", person->signature.width);
        json_put_integer(json, "height", person->signature.height);
        json_put_text(json, "path", person->signature.path);
        json_shut(json, '}');
    }
    json_shut(json, '}');
}

static void put_day(struct json_text *json, const struct catalogue *words, const struct list_day *day)
{
    json_open(json, NULL, '{');
    json_put_text(json, "date", day->date);
    json_put_bool(json, "online", day->online);
    json_open(json, "sessions", '[');
    for (size_t i = 0; i < day->session_count; i++) {
        json_open(json, NULL, '{');
        json_put_text(json, "code", day->sessions[i].code);
        json_put_text(json, "title", day->sessions[i].title);
        json_put_text(json, "starts_at", day->sessions[i].starts_at);
        json_put_integer(json, "minutes", day->sessions[i].minutes);
        json_shut(json, '}');
    }
    json_shut(json, ']');
    json_open(json, "people", '[');
    for (size_t i = 0; i < day->person_count; i++)
        put_person(json, words, day, &day->people[i]);
    json_shut(json, ']');
    json_open(json, "totals", '{');
    json_put_integer(json, "F", (int64_t)day->totals[SEX_FEMALE]);
    json_put_integer(json, "M", (int64_t)day->totals[SEX_MALE]);
    json_put_integer(json, "other", (int64_t)day->totals[SEX_OTHER]);
    json_put_integer(json, "unknown", (int64_t)day->totals[SEX_UNKNOWN]);
    json_put_integer(json, "total", (int64_t)day->total);
    json_shut(json, '}');
    json_shut(json, '}');
}

void attendance_list_put(struct json_text *json, struct arena *arena, const struct catalogue *words, const struct attendance_list *list)
{
    json_open(json, NULL, '{');
    json_open(json, "programme", '{');
    json_put_text(json, "name", list->programme);
    json_put_text(json, "donor", list->donor);
    json_put_text(json, "contract_no", list->contract_no);
    json_shut(json, '}');
    json_open(json, "activity", '{');
    json_put_text(json, "code", list->code);
    json_put_text(json, "title", list->title);
    json_put_text(json, "kind", list->kind);
    json_put_text(json, "kind_label", label_of_kind(arena, words, list->kind));
    json_put_text(json, "starts_on", list->starts_on);
    json_put_text(json, "ends_on", list->ends_on);
    json_shut(json, '}');
    json_put_text(json, "municipality", label_in_script(words, list->municipality, list->municipality_cyrillic));
    put_names(json, "organisers", list->organisers, list->organiser_count);
    put_names(json, "trainers", list->trainers, list->trainer_count);
    json_put_bool(json, "online", list->online);
    json_open(json, "days", '[');
    for (size_t i = 0; i < list->day_count; i++)
        put_day(json, words, &list->days[i]);
    json_shut(json, ']');
    json_shut(json, '}');
}
