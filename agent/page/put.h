// SPDX-License-Identifier: Apache-2.0
/* What several routes answer with: a session, the counts of one, somebody on a roster.
 *
 * Here:      their JSON, and the same as rows for the tables of members.
 * Not here:  reading them (agent/app).
 */
#ifndef AGENT_PAGE_PUT_H
#define AGENT_PAGE_PUT_H

#include "agent/app/day.h"
#include "agent/app/mark.h"
#include "agent/app/roster.h"
#include "agent/page/call.h"

void page_put_session(struct page_call *call, const char *key, const struct day_session *session);
void page_put_counts(struct page_call *call, const char *key, const struct store_session_counts *counts);
void page_put_roster_person(struct page_call *call, const char *key, const struct roster_person *person);
/* {"value", "device", "author", "at", "stands"} of each; label: what people call a value, NULL leaves it out. */
void page_put_said(struct page_call *call, const char *key, const struct said *said,
                   const char *(*label)(struct page_call *call, const void *of, const char *value), const void *of);
/* Sentences, in the caller's language. */
void page_put_sentences(struct page_call *call, const char *key, const char *const *sentences, size_t count);
/* What a tap is answered with: the person and the counts as they stand now, and what is odd about it. */
bool page_put_recorded(struct page_call *call, const char *session, const char *person, const struct mark_told *told, struct error *err);
extern const struct page_member page_recorded_answer[];
bool page_query_needed(struct page_call *call, const char *name, const char **ret, struct error *err);
/* A number; null for -1. */
void page_put_told(struct page_call *call, const char *key, int64_t number);

/* Members, for the tables of routes: at "session." or "today[].". */
#define PAGE_SESSION_MEMBERS(at)                                                                                                           \
    {at "id", "text", "row id of the session"}, {at "code", "text", "its code"}, {at "title", "text", "its title"},                       \
        {at "date", "text", "day, YYYY-MM-DD; empty when not told"}, {at "starts_at", "text", "HH:MM; empty when not told"},               \
        {at "minutes", "integer?", "its length"}, {at "mode", "text", "in_person, online, hybrid or empty"},                               \
        {at "activity", "object", "the activity it belongs to"}, {at "activity.id", "text", "row id"},                                     \
        {at "activity.code", "text", "its code"}, {at "activity.title", "text", "its title"}, {at "activity.kind", "text", "what it is"},  \
        {at "municipality", "text", "name of the activity's municipality"}, {at "enrolled", "integer", "people enrolled"},                 \
        {at "attended", "integer", "marked present or late"}, {at "marked", "integer", "marked with any status"}
#define PAGE_COUNTS_MEMBERS(at)                                                                                                            \
    {at "enrolled", "integer", "people enrolled"}, {at "present", "integer", "marked present"}, {at "late", "integer", "marked late"},     \
        {at "absent", "integer", "marked absent"}, {at "excused", "integer", "marked excused"},                                            \
        {at "unmarked", "integer", "enrolled and not marked"}, {at "walk_ins", "integer", "marked and not enrolled"}
#define PAGE_ROSTER_PERSON_MEMBERS(at)                                                                                                     \
    {at "id", "text", "row id of the person"}, {at "ref", "text", "reference"}, {at "name", "text", "full name"},                          \
        {at "organisation", "text", "where the person works"}, {at "position", "text", "what the person does there"},                      \
        {at "municipality", "text", "name of the home municipality"}, {at "sex", "text", "F, M, other, undisclosed or empty"},             \
        {at "role", "text", "role in the activity; empty when not enrolled"},                                                              \
        {at "enrolled", "boolean", "is enrolled in the activity"},                                                                         \
        {at "status", "text", "present, late, absent, excused; empty: unmarked"}, {at "minutes", "integer?", "minutes attended, if told"}, \
        {at "at", "text?", "when it was observed, RFC 3339"}, {at "note", "text", "a note"},                                               \
        {at "signed", "boolean", "a signature is there"},                                                                                  \
        {at "conflict", "list?", "fields that were said differently and not settled; null for none"},                                      \
        {at "conflict[].entity", "text", "always attendance"}, {at "conflict[].row", "text", "row id of the mark"},                        \
        {at "conflict[].field", "text", "name of the field"}, {at "conflict[].values", "list", "what stands first"},                       \
        {at "conflict[].values[].value", "text", "as recorded"}, {at "conflict[].values[].device", "text", "which device said it"},        \
        {at "conflict[].values[].author", "text", "who held it, if known here"},                                                           \
        {at "conflict[].values[].at", "text?", "when, RFC 3339"}, {at "conflict[].values[].stands", "boolean", "counts until it is settled"}

#endif
