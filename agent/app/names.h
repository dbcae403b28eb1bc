// SPDX-License-Identifier: Apache-2.0
/* What people call things: between row ids and human codes.
 *
 * Here:      a row's code, a value as people read it, the row that typed words mean.
 * Not here:  looking up by code (agent/store).
 */
#ifndef AGENT_APP_NAMES_H
#define AGENT_APP_NAMES_H

#include "agent/store/store.h"

enum { KEY_PARTS_MAX = 8, STEP_NAME_SIZE = 64 };

/* "person link" for person_link: how people read an entity's or a list's name. */
const char *names_in_words(const char *name, char ret[NAME_BYTES_MAX + 1]);
/* What `teren undo` will call a step, cut to size between characters. Codes only: nothing personal. */
void names_step(char ret[STEP_NAME_SIZE], const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The id for one typed word: an id or a code. A code may be typed in any case and script, as long as it means one row only.
 * ERROR_NOT_FOUND with what is close to it, ERROR_INVALID when two rows bear it. */
bool names_find_row(struct store *store, const char *entity, const char *typed, char ret[ROW_ID_SIZE], struct error *err);

/* How many key fields the entity's rows are named by; 0 for rows named by a change. */
size_t names_key_count(const struct entity *entity);
/* The row's human code; key parts as codes joined by ':'; the id itself when there is nothing better. NULL: no memory. */
const char *names_of_row(struct store *store, struct arena *arena, const char *entity, const char *id);
/* What stands in a field, key fields included (they live in the row's id). */
struct value names_field(struct arena *arena, const struct entity *entity, const struct row *row, const struct field *field);
/* A value as people read it: rows by their codes, numbers in digits, "" for none. NULL: no memory. */
const char *names_of_value(struct store *store, struct arena *arena, const struct field *field, struct value value);
/* The id for typed words: one word (id or code, key parts may be joined by ':'), or one word per key part. ERROR_NOT_FOUND, ERROR_USAGE.
 * With must_exist a row of that key must be there. */
bool names_resolve(struct store *store, const struct entity *entity, const char *const *words, size_t count, bool must_exist,
                   char ret[ROW_ID_SIZE], struct error *err);
/* What a person typed for a field, rows resolved, checked. */
bool names_parse(struct store *store, struct arena *arena, const struct entity *entity, const struct field *field, const char *text,
                 struct value *ret, struct error *err);

#endif
