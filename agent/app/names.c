// SPDX-License-Identifier: Apache-2.0
/* What people call things: between row ids and human codes.
 *
 * Not here:  guessing. A code that two rows bear is told, never chosen between.
 */
#include "agent/app/names.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "protocol/catalogue.h"
#include "protocol/sql.h"
#include "protocol/text.h"

size_t names_key_count(const struct entity *entity)
{
    size_t count = 0;

    for (size_t i = 0; entity->naming == NAMED_BY_KEY && i < entity->field_count; i++)
        count += (entity->fields[i].flags & FIELD_KEY) != 0;
    return count;
}

/* The nouns of sentences, for translators; people of newer programs may know more. */
static const char *const nouns[] = {
    N_("programme"), N_("programmes"),  N_("municipality"), N_("municipalities"),   N_("organisation"),      N_("organisations"),
    N_("device"),    N_("devices"),     N_("activity"),     N_("activities"),       N_("session"),           N_("sessions"),
    N_("person"),    N_("people"),      N_("enrolment"),    N_("enrolments"),       N_("attendance"),        N_("conflict"),
    N_("conflicts"), N_("person link"), N_("person links"), N_("field definition"), N_("field definitions"),
};

const char *names_in_words(const char *name, char ret[NAME_BYTES_MAX + 1])
{
    size_t size = 0;

    for (; name[size] != '\0' && size < NAME_BYTES_MAX; size++)
        ret[size] = (char)(name[size] == '_' ? ' ' : name[size]);
    ret[size] = '\0';
    for (size_t i = 0; i < sizeof nouns / sizeof nouns[0]; i++)
        if (strcmp(ret, nouns[i]) == 0)
            return nouns[i];
    return ret;
}

void names_step(char ret[STEP_NAME_SIZE], const char *format, ...)
{
    va_list words;
    size_t size;

    va_start(words, format);
    vsnprintf(ret, STEP_NAME_SIZE, format, words);
    va_end(words);
    size = strlen(ret);
    while (!text_is_utf8(ret, size))
        ret[--size] = '\0';
}

/* Rows whose code is the typed one but for case and script: "tt-1" and "ТТ-1" mean TT-1. */
struct folded_search {
    const struct field *code;
    const char *folded;
    struct arena scratch;
    size_t count;
    char id[ROW_ID_SIZE];
};

static bool take_folded(void *context, const struct row *row)
{
    struct folded_search *search = context;
    const char *code = row_text(row, search->code->name);
    const char *folded = text_fold(&search->scratch, code == NULL ? row->id : code); /* a key entity's code is its id */

    if (folded != NULL && strcmp(folded, search->folded) == 0 && search->count++ == 0)
        memcpy(search->id, row->id, strlen(row->id) + 1);
    arena_clear(&search->scratch);
    return search->count < 2;
}

bool names_find_row(struct store *store, const char *entity, const char *typed, char ret[ROW_ID_SIZE], struct error *err)
{
    struct folded_search search = {.code = entity_code_field(entity_find(entity))};
    struct store_query query = {.entity = entity};
    struct arena arena = {0};
    struct error why = {0};
    bool found = store_resolve(store, entity, typed, ret, &why);

    if (!found && why.kind == ERROR_NOT_FOUND && search.code != NULL && (search.folded = text_fold(&arena, typed)) != NULL &&
        search.folded[0] != '\0') {
        found = store_each(store, &query, take_folded, &search, err) && search.count == 1;
        if (found)
            memcpy(ret, search.id, sizeof search.id);
    }
    arena_clear(&arena);
    return found || error_set(err, why.kind, why.remedy, "%s", why.cause);
}

static const struct field *key_field(const struct entity *entity, size_t index)
{
    for (size_t i = 0; i < entity->field_count; i++)
        if ((entity->fields[i].flags & FIELD_KEY) != 0 && index-- == 0)
            return &entity->fields[i];
    return NULL;
}

/* The code field's text of one row, or its id. */
static const char *code_of(struct store *store, struct arena *arena, const struct entity *entity, const char *id)
{
    const struct field *code = entity_code_field(entity);
    const struct row *row = NULL;
    struct arena scratch = {0};
    const char *name = id;
    struct error ignored = {0}; /* a row that cannot be read is called by its id */

    if (code != NULL && entity->naming == NAMED_BY_CHANGE && store_row(store, &scratch, entity->name, id, &row, &ignored) && row != NULL &&
        row_text(row, code->name) != NULL)
        name = row_text(row, code->name);
    name = arena_text(arena, name);
    arena_clear(&scratch);
    return name;
}

const char *names_of_row(struct store *store, struct arena *arena, const char *entity_name, const char *id)
{
    const struct entity *entity = entity_find(entity_name);
    char scratch[ROW_ID_SIZE];
    const char *parts[KEY_PARTS_MAX];
    const char *name = NULL;
    size_t count;

    if (entity == NULL || names_key_count(entity) == 0)
        return entity == NULL ? arena_text(arena, id) : code_of(store, arena, entity, id);
    count = row_id_parts(id, scratch, parts, KEY_PARTS_MAX);
    if (count != names_key_count(entity))
        return arena_text(arena, id);
    for (size_t i = 0; i < count; i++) {
        const struct field *field = key_field(entity, i);
        const char *part = names_of_value(store, arena, field, value_text(parts[i]));

        name = part == NULL ? NULL : name == NULL ? part : arena_format(arena, "%s:%s", name, part);
        if (name == NULL)
            return NULL;
    }
    return name;
}

struct value names_field(struct arena *arena, const struct entity *entity, const struct row *row, const struct field *field)
{
    return sql_column_value(arena, row, entity, field);
}

const char *names_of_value(struct store *store, struct arena *arena, const struct field *field, struct value value)
{
    const struct entity *refers = field != NULL && field->type == FIELD_ROW ? entity_find(field->choices) : NULL;

    if (value.kind == VALUE_INTEGER)
        return arena_format(arena, "%lld", (long long)value.integer);
    if (value.kind == VALUE_NONE)
        return "";
    return refers != NULL ? code_of(store, arena, refers, value.text) : arena_text(arena, value.text);
}

static bool row_must_exist(struct store *store, const struct entity *entity, const char *id, const char *typed, struct error *err)
{
    struct arena arena = {0};
    const struct row *row = NULL;
    char words[NAME_BYTES_MAX + 1];
    bool found = store_row(store, &arena, entity->name, id, &row, err);

    if (found && row == NULL)
        found = error_set(err, ERROR_NOT_FOUND, "List what is there with `teren ENTITY list`.", "no %s is called %s",
                          names_in_words(entity->name, words), typed);
    arena_clear(&arena);
    return found;
}

static bool resolve_key(struct store *store, const struct entity *entity, const char *const *words, size_t count, bool must_exist,
                        char ret[ROW_ID_SIZE], struct error *err)
{
    char ids[KEY_PARTS_MAX][ROW_ID_SIZE];
    const char *parts[KEY_PARTS_MAX];

    for (size_t i = 0; i < count; i++) {
        const struct field *field = key_field(entity, i);

        parts[i] = words[i];
        if (field->type == FIELD_ROW) {
            if (!names_find_row(store, field->choices, words[i], ids[i], err))
                return false;
            parts[i] = ids[i];
        } else if (!field_allows(entity, field, value_text(words[i]), err)) {
            return false;
        }
    }
    if (!row_id_of_key(parts, count, ret))
        return error_set(err, ERROR_INVALID, "Use 0-9 A-Z a-z _ - . only.", "%s cannot be named by \"%.60s\"", entity->name, words[0]);
    return !must_exist || row_must_exist(store, entity, ret, words[0], err);
}

bool names_resolve(struct store *store, const struct entity *entity, const char *const *words, size_t count, bool must_exist,
                   char ret[ROW_ID_SIZE], struct error *err)
{
    size_t keys = names_key_count(entity);
    char scratch[ROW_ID_SIZE];
    const char *parts[KEY_PARTS_MAX];

    if (count == 1 && (keys == 0 || (keys == 1 && must_exist && entity_code_field(entity) != NULL)))
        return names_find_row(store, entity->name, words[0], ret, err);
    if (keys > 0 && count == keys && keys <= KEY_PARTS_MAX)
        return resolve_key(store, entity, words, count, must_exist, ret, err);
    if (keys > 1 && count == 1 && row_id_parts(words[0], scratch, parts, KEY_PARTS_MAX) == keys)
        return resolve_key(store, entity, parts, keys, must_exist, ret, err);
    return error_set(err, ERROR_USAGE, "Join the parts by ':' or give them as words of their own.",
                     count == 1 ? N_("%s is not named by %zu word") : N_("%s is not named by %zu words"), entity->name, count);
}

bool names_parse(struct store *store, struct arena *arena, const struct entity *entity, const struct field *field, const char *text,
                 struct value *ret, struct error *err)
{
    char id[ROW_ID_SIZE];

    if (field->type == FIELD_ROW && text[0] != '\0') {
        if (!names_find_row(store, field->choices, text, id, err))
            return false;
        text = id;
    }
    return field_parse(arena, entity, field, text, ret, err);
}
