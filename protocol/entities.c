// SPDX-License-Identifier: Apache-2.0
/* What is recorded, field by field, and which values a field allows.
 *
 * Here:      the table; checking and parsing one value; the id that a key gives.
 * Not here:  storing, showing, counting.
 */
#include "protocol/entities.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/stamp.h"
#include "protocol/text.h"

#define ROW(name, flags, entity, help)                                                                                                     \
    {                                                                                                                                      \
        name, FIELD_ROW, flags, entity, 0, 0, help                                                                                         \
    }
#define TEXT(name, flags, help)                                                                                                            \
    {                                                                                                                                      \
        name, FIELD_TEXT, flags, NULL, 0, 0, help                                                                                          \
    }
#define CHOICE(name, flags, words, help)                                                                                                   \
    {                                                                                                                                      \
        name, FIELD_CHOICE, flags, words, 0, 0, help                                                                                       \
    }
#define NUMBER(name, flags, low, high, help)                                                                                               \
    {                                                                                                                                      \
        name, FIELD_INTEGER, flags, NULL, low, high, help                                                                                  \
    }
#define OF_TYPE(name, type, flags, help)                                                                                                   \
    {                                                                                                                                      \
        name, type, flags, NULL, 0, 0, help                                                                                                \
    }

#define MODES "in_person online hybrid"
enum { KEY_CODE = FIELD_KEY | FIELD_REQUIRED | FIELD_CODE, KEY_PART = FIELD_KEY | FIELD_REQUIRED, MINUTES_OF_A_DAY = 24 * 60 };

static const struct field programme_fields[] = {
    TEXT("code", KEY_CODE, "short code of the programme, such as lnob"),
    TEXT("name", FIELD_TITLE, "name of the programme"),
    TEXT("donor", 0, "who pays"),
    TEXT("contract_no", 0, "number of the contract, as lists must show it"),
};
static const struct field municipality_fields[] = {
    TEXT("code", KEY_CODE, "code of the municipality, such as RS-BUJ"),
    TEXT("name", FIELD_TITLE, "name in Latin script"),
    TEXT("name_cyrillic", 0, "name in Cyrillic script"),
    TEXT("country", 0, "two-letter code of the country"),
    NUMBER("tablets", 0, 0, 100000, "tablets handed out there"),
};
static const struct field organisation_fields[] = {
    TEXT("code", FIELD_CODE, "short code of the organisation"),
    TEXT("name", FIELD_REQUIRED | FIELD_TITLE, "name of the organisation"),
    TEXT("kind", 0, "what it is: school, municipality, association"),
    ROW("municipality", 0, "municipality", "where it is"),
    TEXT("address", 0, "street and place"),
};
static const struct field device_fields[] = {
    TEXT("log", KEY_PART, "id of the change log that the device writes"),
    TEXT("name", FIELD_REQUIRED | FIELD_TITLE, "name of the device, such as tablet-rs-buj-1"),
    ROW("municipality", 0, "municipality", "where it was handed out"),
    TEXT("holder", FIELD_PERSONAL, "who holds it"),
    TEXT("kind", 0, "what it is: tablet, laptop"),
};
static const struct field activity_fields[] = {
    TEXT("code", FIELD_REQUIRED | FIELD_CODE, "code of the activity, such as TT-RS-BUJ"),
    ROW("programme", FIELD_REQUIRED, "programme", "programme that pays for it"),
    TEXT("kind", 0, "what it is, one word: teacher_training, webinar, cluster"),
    TEXT("title", FIELD_TITLE, "title, as lists show it"),
    ROW("municipality", 0, "municipality", "municipality it is for"),
    OF_TYPE("starts_on", FIELD_DATE, 0, "first day, YYYY-MM-DD"),
    OF_TYPE("ends_on", FIELD_DATE, 0, "last day, YYYY-MM-DD"),
    CHOICE("mode", 0, MODES, "how it is held"),
    NUMBER("min_minutes_pct", 0, 0, 100, "per cent of the minutes one must attend to have completed it"),
    NUMBER("planned_participants", 0, 0, 1000000, "how many were planned"),
};
static const struct field session_fields[] = {
    TEXT("code", FIELD_REQUIRED | FIELD_CODE, "code of the session, such as TT-RS-BUJ-1"),
    ROW("activity", FIELD_REQUIRED, "activity", "activity it belongs to"),
    TEXT("title", FIELD_TITLE, "title of this sitting"),
    OF_TYPE("date", FIELD_DATE, 0, "day, YYYY-MM-DD"),
    OF_TYPE("starts_at", FIELD_TIME, 0, "start, HH:MM, local time"),
    NUMBER("minutes", 0, 0, MINUTES_OF_A_DAY, "length in minutes"),
    CHOICE("mode", 0, MODES, "how it is held"),
};
static const struct field person_fields[] = {
    TEXT("ref", FIELD_CODE, "reference of the person, such as P0042"),
    TEXT("full_name", FIELD_REQUIRED | FIELD_TITLE | FIELD_PERSONAL, "first and last name, in the script the person writes it"),
    CHOICE("sex", FIELD_PERSONAL, "F M other undisclosed", "sex, as the person states it"),
    NUMBER("birth_year", FIELD_PERSONAL, 1900, 2100, "year of birth"),
    TEXT("organisation", FIELD_PERSONAL, "where the person works, in words"),
    TEXT("position", FIELD_PERSONAL, "what the person does there"),
    ROW("municipality", FIELD_PERSONAL, "municipality", "home municipality"),
    TEXT("phone", FIELD_PERSONAL, "telephone number"),
    TEXT("email", FIELD_PERSONAL, "e-mail address"),
};
static const struct field enrolment_fields[] = {
    ROW("activity", KEY_PART, "activity", "activity"),
    ROW("person", KEY_PART, "person", "person"),
    CHOICE("role", KEY_PART, "participant trainer speaker organiser observer interpreter", "what the person does in it"),
};
static const struct field attendance_fields[] = {
    ROW("session", KEY_PART, "session", "session"),
    ROW("person", KEY_PART, "person", "person"),
    CHOICE("status", FIELD_REQUIRED, "present late absent excused", "present and late attend; absent and excused do not"),
    NUMBER("minutes", 0, 0, MINUTES_OF_A_DAY, "minutes attended; without them the length of the session"),
    CHOICE("mode", 0, MODES, "how the person took part"),
    OF_TYPE("at", FIELD_MOMENT, FIELD_QUIET, "when it was observed, RFC 3339"),
    TEXT("note", FIELD_PERSONAL, "a note"),
    TEXT("signature", FIELD_QUIET | FIELD_PERSONAL, "the signature, as strokes"),
};
static const struct field conflict_fields[] = {
    TEXT("entity", FIELD_REQUIRED, "entity of the row"),
    TEXT("row", FIELD_REQUIRED, "id of the row"),
    TEXT("field", FIELD_REQUIRED | FIELD_TITLE, "field that has two values"),
    TEXT("value", FIELD_PERSONAL, "the value that stands"),
    TEXT("other", FIELD_PERSONAL, "the other value"),
};
static const struct field person_link_fields[] = {
    ROW("person", KEY_PART, "person", "person"),
    ROW("also", KEY_PART, "person", "the other row"),
    CHOICE("verdict", FIELD_REQUIRED, "same different", "whether both rows are one person"),
};
static const struct field field_definition_fields[] = {
    TEXT("entity", KEY_PART, "entity that gets the field"),
    TEXT("name", KEY_PART, "name of the field: a-z, 0-9 and _"),
    CHOICE("type", 0, "text integer choice date time moment row flag", "what it holds"),
    TEXT("label", FIELD_TITLE, "what people read beside it"),
    TEXT("choices", 0, "words of a choice, one space between"),
};

#define ENTITY(name, plural, naming, flags)                                                                                                \
    {                                                                                                                                      \
#name, plural, naming, flags, name##_fields, sizeof name##_fields / sizeof name##_fields[0]                                        \
    }

/* The order is part of the wire format's dictionary: it only ever grows at the end. */
const struct entity entities[] = {
    ENTITY(programme, "programmes", NAMED_BY_KEY, ENTITY_SHARED | ENTITY_EDITED),
    ENTITY(municipality, "municipalities", NAMED_BY_KEY, ENTITY_SHARED | ENTITY_EDITED | ENTITY_IMPORTED),
    ENTITY(organisation, "organisations", NAMED_BY_CHANGE, ENTITY_SHARED | ENTITY_EDITED),
    ENTITY(device, "devices", NAMED_BY_KEY, ENTITY_SERVER),
    ENTITY(activity, "activities", NAMED_BY_CHANGE, ENTITY_EDITED | ENTITY_IMPORTED),
    ENTITY(session, "sessions", NAMED_BY_CHANGE, ENTITY_EDITED | ENTITY_IMPORTED),
    ENTITY(person, "people", NAMED_BY_CHANGE, ENTITY_EDITED | ENTITY_IMPORTED),
    ENTITY(enrolment, "enrolments", NAMED_BY_KEY, ENTITY_EDITED | ENTITY_IMPORTED),
    ENTITY(attendance, "attendance", NAMED_BY_KEY, 0),
    ENTITY(conflict, "conflicts", NAMED_BY_CHANGE, ENTITY_DERIVED),
    ENTITY(person_link, "person_links", NAMED_BY_KEY, ENTITY_EDITED),
    ENTITY(field_definition, "field_definitions", NAMED_BY_KEY, ENTITY_SHARED | ENTITY_EDITED),
};
const size_t entity_count = sizeof entities / sizeof entities[0];

static const struct field removed_field = OF_TYPE(FIELD_REMOVED, FIELD_FLAG, 0, "1 when the row is deleted; can be undone");

const struct entity *entity_find(const char *name)
{
    for (size_t i = 0; name != NULL && i < entity_count; i++) {
        if (strcmp(entities[i].name, name) == 0)
            return &entities[i];
    }
    return NULL;
}

const struct entity *entity_find_plural(const char *plural)
{
    for (size_t i = 0; plural != NULL && i < entity_count; i++) {
        if (strcmp(entities[i].plural, plural) == 0)
            return &entities[i];
    }
    return NULL;
}

const struct field *entity_field(const struct entity *entity, const char *name)
{
    if (entity == NULL || name == NULL)
        return NULL;
    for (size_t i = 0; i < entity->field_count; i++) {
        if (strcmp(entity->fields[i].name, name) == 0)
            return &entity->fields[i];
    }
    return strcmp(name, FIELD_REMOVED) == 0 ? &removed_field : NULL;
}

static const struct field *field_with(const struct entity *entity, unsigned flag)
{
    for (size_t i = 0; entity != NULL && i < entity->field_count; i++) {
        if ((entity->fields[i].flags & flag) != 0)
            return &entity->fields[i];
    }
    return NULL;
}

const struct field *entity_code_field(const struct entity *entity)
{
    return field_with(entity, FIELD_CODE);
}

const struct field *entity_title_field(const struct entity *entity)
{
    const struct field *title = field_with(entity, FIELD_TITLE);

    return title != NULL ? title : entity_code_field(entity);
}

bool word_is_among(const char *word, const char *words)
{
    size_t size;

    if (word == NULL || words == NULL || *word == '\0' || strchr(word, ' ') != NULL)
        return false;
    size = strlen(word);
    for (const char *at = words; at != NULL; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (strncmp(at, word, size) == 0 && (at[size] == ' ' || at[size] == '\0'))
            return true;
    }
    return false;
}

/* "attendance.status", and the value at fault unless it is personal. */
static bool refuse(const struct entity *entity, const struct field *field, struct value value, const char *rule, struct error *err)
{
    const char *remedy = "Correct the value and try again.";

    if ((field->flags & FIELD_PERSONAL) != 0 || value.kind == VALUE_NONE)
        return error_set(err, ERROR_INVALID, remedy, "%s.%s %s", entity->name, field->name, rule);
    if (value.kind == VALUE_INTEGER)
        return error_set(err, ERROR_INVALID, remedy, "%s.%s %s, but was %lld", entity->name, field->name, rule, (long long)value.integer);
    return error_set(err, ERROR_INVALID, remedy, "%s.%s %s, but was \"%.60s\"", entity->name, field->name, rule, value.text);
}

/* A code is one word on one line: it is typed, printed on lists, and given where an id may be given. */
static bool is_code(const char *text)
{
    size_t size = strlen(text);

    return size > 0 && size <= CODE_BYTES_MAX && strpbrk(text, " \t\n") == NULL;
}

static bool is_key_part(const char *text)
{
    const char *parts[] = {text};
    char id[ROW_ID_SIZE];

    return row_id_of_key(parts, 1, id) && strlen(id) <= CODE_BYTES_MAX;
}

static bool text_field_allows(const struct entity *entity, const struct field *field, struct value value, struct error *err)
{
    const char *text = value.text;

    switch (field->type) {
    case FIELD_CHOICE:
        if (!word_is_among(text, field->choices)) {
            char rule[120];

            snprintf(rule, sizeof rule, "must be one of: %s", field->choices);
            return refuse(entity, field, value, rule, err);
        }
        return true;
    case FIELD_DATE:
        return date_is_valid(text) || refuse(entity, field, value, "must be a date YYYY-MM-DD", err);
    case FIELD_TIME:
        return time_is_valid(text) || refuse(entity, field, value, "must be a time HH:MM", err);
    case FIELD_MOMENT: {
        int64_t ms;

        return moment_parse(text, &ms) || refuse(entity, field, value, "must be a moment such as 2026-08-14T09:00:00+02:00", err);
    }
    case FIELD_ROW:
        return row_id_is_valid(text) || refuse(entity, field, value, "must name a row", err);
    case FIELD_TEXT:
        if (!text_is_allowed(text, strlen(text)))
            return refuse(entity, field, value_none(), "must be text of at most 4096 bytes without control characters", err);
        if ((field->flags & FIELD_KEY) != 0 && !is_key_part(text))
            return refuse(entity, field, value, "must be 1 to 64 of the characters 0-9 A-Z a-z _ - .", err);
        if ((field->flags & FIELD_CODE) != 0 && !is_code(text))
            return refuse(entity, field, value, "must be one word of at most 64 bytes", err);
        return true;
    case FIELD_INTEGER:
    case FIELD_FLAG:
        break;
    }
    return refuse(entity, field, value, "must be a whole number", err);
}

static bool integer_field_allows(const struct entity *entity, const struct field *field, struct value value, struct error *err)
{
    if (field->type == FIELD_FLAG)
        return value.integer == 0 || value.integer == 1 || refuse(entity, field, value, "must be 0 or 1", err);
    if (field->type != FIELD_INTEGER)
        return refuse(entity, field, value, "must be text", err);
    if (value.integer < field->min || value.integer > field->max) {
        /* the bounds are small by nature: minutes, years, per cents, heads */
        return (field->flags & FIELD_PERSONAL) != 0
                   ? error_set(err, ERROR_INVALID, "Correct the value and try again.", "%s.%s must be %lld to %lld", entity->name,
                               field->name, (long long)field->min, (long long)field->max)
                   : error_set(err, ERROR_INVALID, "Correct the value and try again.", "%s.%s must be %lld to %lld, but was %lld",
                               entity->name, field->name, (long long)field->min, (long long)field->max, (long long)value.integer);
    }
    return true;
}

bool field_allows(const struct entity *entity, const struct field *field, struct value value, struct error *err)
{
    if (entity == NULL || field == NULL)
        return true; /* of a newer peer: kept verbatim */
    switch (value.kind) {
    case VALUE_TEXT:
        return text_field_allows(entity, field, value, err);
    case VALUE_INTEGER:
        return integer_field_allows(entity, field, value, err);
    case VALUE_NONE:
        break;
    }
    return (field->flags & FIELD_KEY) == 0 || refuse(entity, field, value, "is part of the key and cannot be empty", err);
}

/* A whole number in decimal digits, all of the text. */
static bool integer_parse(const char *text, int64_t *ret)
{
    const char *digits = text + (*text == '-');
    size_t size = strlen(digits);

    if (size == 0 || size > 18 || strspn(digits, "0123456789") != size)
        return false;
    *ret = strtoll(text, NULL, 10);
    return true;
}

bool field_parse(struct arena *arena, const struct entity *entity, const struct field *field, const char *text, struct value *ret,
                 struct error *err)
{
    char what[2 * NAME_BYTES_MAX + 2];
    const char *clean;
    struct value value;
    int64_t integer;

    snprintf(what, sizeof what, "%s.%s", entity->name, field->name);
    if (!text_clean(arena, what, text, strlen(text), &clean, err))
        return false;
    value = *clean == '\0' ? value_none() : value_text(clean);
    if (value.kind == VALUE_TEXT && (field->type == FIELD_INTEGER || field->type == FIELD_FLAG) && integer_parse(clean, &integer))
        value = value_integer(integer);
    if (!field_allows(entity, field, value, err))
        return false;
    *ret = value;
    return true;
}

bool entity_key_id(const struct entity *entity, const struct value *values, char ret[ROW_ID_SIZE], struct error *err)
{
    enum { PARTS_MAX = 8 };
    const char *parts[PARTS_MAX];
    size_t count = 0;

    for (size_t i = 0; i < entity->field_count; i++) {
        if ((entity->fields[i].flags & FIELD_KEY) == 0)
            continue;
        if (count == PARTS_MAX || values[i].kind != VALUE_TEXT || !field_allows(entity, &entity->fields[i], values[i], err))
            return error_set(err, ERROR_INVALID, "Give every part of the key.", "%s.%s is part of the key and was missing", entity->name,
                             entity->fields[i].name);
        parts[count++] = values[i].text;
    }
    return row_id_of_key(parts, count, ret) ||
           error_set(err, ERROR_INVALID, "Use shorter codes.", "the key of a row of %s could not be made into an id", entity->name);
}
