// SPDX-License-Identifier: Apache-2.0
/* JSON of what several routes answer with.
 *
 * Not here:  routes.
 */
#include "agent/page/put.h"

#include "agent/app/names.h"
#include "protocol/labels.h"

void page_put_told(struct page_call *call, const char *key, int64_t number)
{
    if (number < 0)
        json_put_text(&call->out, key, NULL);
    else
        json_put_integer(&call->out, key, number);
}

void page_put_session(struct page_call *call, const char *key, const struct day_session *session)
{
    const struct store_session_counts *counts = &session->counts;
    uint64_t attended = counts->present + counts->late;
    struct json_text *out = &call->out;

    json_open(out, key, '{');
    json_put_text(out, "id", session->id);
    json_put_text(out, "code", session->code);
    json_put_text(out, "title", session->title);
    json_put_text(out, "date", session->date);
    json_put_text(out, "starts_at", session->starts_at);
    page_put_told(call, "minutes", session->minutes);
    json_put_text(out, "mode", session->mode);
    json_open(out, "activity", '{');
    json_put_text(out, "id", session->activity.id);
    json_put_text(out, "code", session->activity.code);
    json_put_text(out, "title", session->activity.title);
    json_put_text(out, "kind", session->activity.kind);
    json_shut(out, '}');
    json_put_text(out, "municipality", label_in_script(call->words, session->municipality, session->municipality_cyrillic));
    json_put_integer(out, "enrolled", (int64_t)counts->enrolled);
    json_put_integer(out, "attended", (int64_t)attended);
    json_put_integer(out, "marked", (int64_t)(attended + counts->absent + counts->excused));
    json_shut(out, '}');
}

void page_put_counts(struct page_call *call, const char *key, const struct store_session_counts *counts)
{
    struct json_text *out = &call->out;

    json_open(out, key, '{');
    json_put_integer(out, "enrolled", (int64_t)counts->enrolled);
    json_put_integer(out, "present", (int64_t)counts->present);
    json_put_integer(out, "late", (int64_t)counts->late);
    json_put_integer(out, "absent", (int64_t)counts->absent);
    json_put_integer(out, "excused", (int64_t)counts->excused);
    json_put_integer(out, "unmarked", (int64_t)day_unmarked(counts));
    json_put_integer(out, "walk_ins", (int64_t)counts->walk_ins);
    json_shut(out, '}');
}

void page_put_said(struct page_call *call, const char *key, const struct said *said,
                   const char *(*label)(struct page_call *call, const void *of, const char *value), const void *of)
{
    struct json_text *out = &call->out;

    json_open(out, key, '[');
    for (size_t i = 0; i < said->count; i++) {
        json_open(out, NULL, '{');
        json_put_text(out, "value", said->values[i].value);
        if (label != NULL)
            json_put_text(out, "label", label(call, of, said->values[i].value));
        json_put_text(out, "device", said->values[i].device);
        json_put_text(out, "author", said->values[i].author);
        json_put_moment(out, "at", said->values[i].at_ms);
        json_put_bool(out, "stands", said->values[i].stands);
        json_shut(out, '}');
    }
    json_shut(out, ']');
}

static void put_conflicts(struct page_call *call, const struct roster_person *person)
{
    if (person->conflict_count == 0) {
        json_put_text(&call->out, "conflict", NULL);
        return;
    }
    json_open(&call->out, "conflict", '[');
    for (size_t i = 0; i < person->conflict_count; i++) {
        json_open(&call->out, NULL, '{');
        json_put_text(&call->out, "entity", person->conflicts[i].entity);
        json_put_text(&call->out, "row", person->conflicts[i].row);
        json_put_text(&call->out, "field", person->conflicts[i].field);
        page_put_said(call, "values", &person->conflicts[i], NULL, NULL);
        json_shut(&call->out, '}');
    }
    json_shut(&call->out, ']');
}

void page_put_roster_person(struct page_call *call, const char *key, const struct roster_person *person)
{
    struct json_text *out = &call->out;

    json_open(out, key, '{');
    json_put_text(out, "id", person->id);
    json_put_text(out, "ref", person->ref);
    json_put_text(out, "name", person->name);
    json_put_text(out, "organisation", person->organisation);
    json_put_text(out, "position", person->position);
    json_put_text(out, "municipality", label_in_script(call->words, person->municipality, person->municipality_cyrillic));
    json_put_text(out, "sex", person->sex);
    json_put_text(out, "role", person->role);
    json_put_bool(out, "enrolled", person->enrolled);
    json_put_text(out, "status", person->status);
    page_put_told(call, "minutes", person->minutes);
    json_put_moment(out, "at", person->at_ms);
    json_put_text(out, "note", person->note);
    json_put_bool(out, "signed", person->is_signed);
    put_conflicts(call, person);
    json_shut(out, '}');
}

void page_put_sentences(struct page_call *call, const char *key, const char *const *sentences, size_t count)
{
    char said[SAID_BYTES];

    json_open(&call->out, key, '[');
    for (size_t i = 0; i < count; i++)
        json_put_text(&call->out, NULL, say_sentence(call->words, sentences[i], said, sizeof said));
    json_shut(&call->out, ']');
}

bool page_query_needed(struct page_call *call, const char *name, const char **ret, struct error *err)
{
    *ret = page_query(call, name);
    return *ret != NULL || error_set(err, ERROR_INVALID, "Load the page again.", "%s was not told", name);
}

bool page_put_recorded(struct page_call *call, const char *typed_session, const char *typed_person, const struct mark_told *told,
                       struct error *err)
{
    struct store *store = call->world->store;
    const char *notes[MARK_NOTES_MAX];
    struct day_session session;
    struct roster_person person;
    char id[ROW_ID_SIZE];

    if (!day_session(store, call->arena, typed_session, &session, err) || !names_find_row(store, "person", typed_person, id, err) ||
        !roster_read_person(store, call->arena, session.id, session.activity.id, id, &person, err))
        return false;
    for (size_t i = 0; i < told->note_count; i++)
        notes[i] = told->notes[i];
    json_open(&call->out, NULL, '{');
    page_put_roster_person(call, "person", &person);
    page_put_counts(call, "counts", &session.counts);
    page_put_sentences(call, "notes", notes, told->note_count);
    json_shut(&call->out, '}');
    return true;
}

const struct page_member page_recorded_answer[] = {{"person", "object", "as they stand on the roster now"},
                                                   PAGE_ROSTER_PERSON_MEMBERS("person."),
                                                   {"counts", "object", "how many are what"},
                                                   PAGE_COUNTS_MEMBERS("counts."),
                                                   {"notes", "list", "sentences: what is odd about it; it was recorded all the same"},
                                                   {NULL, NULL, NULL}};
