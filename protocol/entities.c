// SPDX-License-Identifier: Apache-2.0
/* What is recorded, field by field, and which values a field allows.
 *
 * Here:      the table; checking and parsing one value; the id that a key gives.
 * Not here:  storing, showing, counting.
 */
#include "protocol/entities.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/catalogue.h"
#include "protocol/stamp.h"
#include "protocol/text.h"

#define ROW(name, flags, entity, label, help)                                                                                              \
    {                                                                                                                                      \
        name, label, FIELD_ROW, flags, entity, 0, 0, help                                                                                  \
    }
#define TEXT(name, flags, label, help)                                                                                                     \
    {                                                                                                                                      \
        name, label, FIELD_TEXT, flags, NULL, 0, 0, help                                                                                   \
    }
#define CHOICE(name, flags, words, label, help)                                                                                            \
    {                                                                                                                                      \
        name, label, FIELD_CHOICE, flags, words, 0, 0, help                                                                                \
    }
#define NUMBER(name, flags, low, high, label, help)                                                                                        \
    {                                                                                                                                      \
        name, label, FIELD_INTEGER, flags, NULL, low, high, help                                                                           \
    }
#define OF_TYPE(name, type, flags, label, help)                                                                                            \
    {                                                                                                                                      \
        name, label, type, flags, NULL, 0, 0, help                                                                                         \
    }

#define MODES "in_person online hybrid"
enum { KEY_CODE = FIELD_KEY | FIELD_REQUIRED | FIELD_CODE, KEY_PART = FIELD_KEY | FIELD_REQUIRED, MINUTES_OF_A_DAY = 24 * 60 };

static const struct field programme_fields[] = {
    TEXT("code", KEY_CODE, N_("Code"), N_("short code of the programme, such as lnob")),
    TEXT("name", FIELD_TITLE, N_("Name"), N_("name of the programme")),
    TEXT("donor", 0, N_("Donor"), N_("who pays")),
    TEXT("contract_no", 0, N_("Contract number"), N_("number of the contract, as lists must show it")),
};
static const struct field municipality_fields[] = {
    TEXT("code", KEY_CODE, N_("Code"), N_("code of the municipality, such as RS-BUJ")),
    TEXT("name", FIELD_TITLE, N_("Name"), N_("name in Latin script")),
    TEXT("name_cyrillic", 0, N_("Name in Cyrillic"), N_("name in Cyrillic script")),
    TEXT("country", 0, N_("Country"), N_("two-letter code of the country")),
    NUMBER("tablets", 0, 0, 100000, N_("Tablets"), N_("tablets handed out there")),
};
static const struct field organisation_fields[] = {
    TEXT("code", FIELD_CODE, N_("Code"), N_("short code of the organisation")),
    TEXT("name", FIELD_REQUIRED | FIELD_TITLE, N_("Name"), N_("name of the organisation")),
    TEXT("kind", 0, N_("Kind"), N_("what it is: school, municipality, association")),
    ROW("municipality", 0, "municipality", N_("Municipality"), N_("where it is")),
    TEXT("address", 0, N_("Address"), N_("street and place")),
};
static const struct field device_fields[] = {
    TEXT("log", KEY_PART, N_("Log"), N_("id of the change log that the device writes")),
    TEXT("name", FIELD_REQUIRED | FIELD_TITLE, N_("Name"), N_("name of the device, such as tablet-rs-buj-1")),
    ROW("municipality", 0, "municipality", N_("Municipality"), N_("where it was handed out")),
    TEXT("holder", FIELD_PERSONAL, N_("Holder"), N_("who holds it")),
    TEXT("kind", 0, N_("Kind"), N_("what it is: tablet, laptop")),
};
static const struct field activity_fields[] = {
    TEXT("code", FIELD_CODE, N_("Code"), N_("code of the activity, such as TT-RS-BUJ")),
    ROW("programme", FIELD_REQUIRED, "programme", N_("Programme"), N_("programme that pays for it")),
    TEXT("kind", 0, N_("Kind"), N_("what it is, one word: teacher_training, webinar, cluster")),
    TEXT("title", FIELD_TITLE, N_("Title"), N_("title, as lists show it")),
    ROW("municipality", 0, "municipality", N_("Municipality"), N_("municipality it is for")),
    OF_TYPE("starts_on", FIELD_DATE, 0, N_("First day"), N_("first day, YYYY-MM-DD")),
    OF_TYPE("ends_on", FIELD_DATE, 0, N_("Last day"), N_("last day, YYYY-MM-DD")),
    CHOICE("mode", 0, MODES, N_("How it is held"), N_("how it is held")),
    NUMBER("min_minutes_pct", 0, 0, 100, N_("Needed to complete, in per cent"),
           N_("per cent of the minutes one must attend to have completed it")),
    NUMBER("planned_participants", 0, 0, 1000000, N_("Planned participants"), N_("how many were planned")),
};
static const struct field session_fields[] = {
    TEXT("code", FIELD_CODE, N_("Code"), N_("code of the session, such as TT-RS-BUJ-1")),
    ROW("activity", FIELD_REQUIRED, "activity", N_("Activity"), N_("activity it belongs to")),
    TEXT("title", FIELD_TITLE, N_("Title"), N_("title of this sitting")),
    OF_TYPE("date", FIELD_DATE, 0, N_("Day"), N_("day, YYYY-MM-DD")),
    OF_TYPE("starts_at", FIELD_TIME, 0, N_("Start"), N_("start, HH:MM, local time")),
    NUMBER("minutes", 0, 0, MINUTES_OF_A_DAY, N_("Length in minutes"), N_("length in minutes")),
    CHOICE("mode", 0, MODES, N_("How it is held"), N_("how it is held")),
    TEXT("evidence", FIELD_QUIET, N_("Evidence"), N_("fingerprint (SHA-256) of the webinar report that marks were taken from")),
};
static const struct field person_fields[] = {
    TEXT("ref", FIELD_CODE, N_("Reference"), N_("reference of the person, such as P0042")),
    TEXT("full_name", FIELD_REQUIRED | FIELD_TITLE | FIELD_PERSONAL, N_("Full name"),
         N_("first and last name, in the script the person writes it")),
    CHOICE("sex", FIELD_PERSONAL, "F M other undisclosed", N_("Sex"), N_("sex, as the person states it")),
    NUMBER("birth_year", FIELD_PERSONAL, 1900, 2100, N_("Year of birth"), N_("year of birth")),
    TEXT("organisation", FIELD_PERSONAL, N_("Organisation"), N_("where the person works, in words")),
    TEXT("position", FIELD_PERSONAL, N_("Position"), N_("what the person does there")),
    ROW("municipality", FIELD_PERSONAL, "municipality", N_("Municipality"), N_("home municipality")),
    TEXT("phone", FIELD_PERSONAL, N_("Phone"), N_("telephone number")),
    TEXT("email", FIELD_PERSONAL, N_("E-mail"), N_("e-mail address")),
};
static const struct field enrolment_fields[] = {
    ROW("activity", KEY_PART, "activity", N_("Activity"), N_("activity")),
    ROW("person", KEY_PART, "person", N_("Person"), N_("person")),
    CHOICE("role", KEY_PART, "participant trainer speaker organiser observer interpreter", N_("Role"), N_("what the person does in it")),
};
static const struct field attendance_fields[] = {
    ROW("session", KEY_PART, "session", N_("Session"), N_("session")),
    ROW("person", KEY_PART, "person", N_("Person"), N_("person")),
    CHOICE("status", FIELD_REQUIRED, "present late absent excused", N_("Status"), N_("present and late attend; absent and excused do not")),
    NUMBER("minutes", 0, 0, MINUTES_OF_A_DAY, N_("Minutes"), N_("minutes attended; without them the length of the session")),
    CHOICE("mode", 0, MODES, N_("How the person took part"), N_("how the person took part")),
    OF_TYPE("at", FIELD_MOMENT, FIELD_QUIET, N_("Observed at"), N_("when it was observed, RFC 3339")),
    TEXT("note", FIELD_PERSONAL, N_("Note"), N_("a note")),
    TEXT("signature", FIELD_QUIET | FIELD_PERSONAL, N_("Signature"), N_("the signature, as strokes")),
    NUMBER("seconds", FIELD_QUIET, 0, 59, N_("Seconds"), N_("seconds beyond the minutes, as a report counted them")),
};
static const struct field conflict_fields[] = {
    TEXT("entity", FIELD_REQUIRED, N_("Kind of row"), N_("entity of the row")),
    TEXT("row", FIELD_REQUIRED, N_("Row"), N_("id of the row")),
    TEXT("field", FIELD_REQUIRED | FIELD_TITLE, N_("Field"), N_("field that has two values")),
    TEXT("value", FIELD_PERSONAL, N_("Value"), N_("the value that stands")),
    TEXT("other", FIELD_PERSONAL, N_("Other value"), N_("the other value")),
};
static const struct field person_link_fields[] = {
    ROW("person", KEY_PART, "person", N_("Person"), N_("person")),
    ROW("also", KEY_PART, "person", N_("The other row"), N_("the other row")),
    CHOICE("verdict", FIELD_REQUIRED, "same different", N_("Verdict"), N_("whether both rows are one person")),
};
static const struct field field_definition_fields[] = {
    TEXT("entity", KEY_PART, N_("Kind of row"), N_("entity that gets the field")),
    TEXT("name", KEY_PART, N_("Name"), N_("name of the field: a-z, 0-9 and _")),
    CHOICE("type", 0, "text integer choice date time moment row flag", N_("Type"), N_("what it holds")),
    TEXT("label", FIELD_TITLE, N_("Label"), N_("what people read beside it")),
    TEXT("choices", 0, N_("Choices"), N_("words of a choice, one space between")),
};

#define ENTITY(name, plural, label, labels, naming, flags)                                                                                 \
    {                                                                                                                                      \
#name, plural, label, labels, naming, flags, name##_fields, sizeof name##_fields / sizeof name##_fields[0]                         \
    }

/* The order is part of the wire format's dictionary: it only ever grows at the end. */
const struct entity entities[] = {
    ENTITY(programme, "programmes", N_("Programme"), N_("Programmes"), NAMED_BY_KEY, ENTITY_SHARED | ENTITY_EDITED),
    ENTITY(municipality, "municipalities", N_("Municipality"), N_("Municipalities"), NAMED_BY_KEY,
           ENTITY_SHARED | ENTITY_EDITED | ENTITY_IMPORTED),
    ENTITY(organisation, "organisations", N_("Organisation"), N_("Organisations"), NAMED_BY_CHANGE, ENTITY_SHARED | ENTITY_EDITED),
    ENTITY(device, "devices", N_("Device"), N_("Devices"), NAMED_BY_KEY, ENTITY_SERVER),
    ENTITY(activity, "activities", N_("Activity"), N_("Activities"), NAMED_BY_CHANGE, ENTITY_EDITED | ENTITY_IMPORTED),
    ENTITY(session, "sessions", N_("Session"), N_("Sessions"), NAMED_BY_CHANGE, ENTITY_EDITED | ENTITY_IMPORTED),
    ENTITY(person, "people", N_("Person"), N_("People"), NAMED_BY_CHANGE, ENTITY_EDITED | ENTITY_IMPORTED),
    ENTITY(enrolment, "enrolments", N_("Enrolment"), N_("Enrolments"), NAMED_BY_KEY, ENTITY_EDITED | ENTITY_IMPORTED),
    ENTITY(attendance, "attendance", N_("Mark"), N_("Marks"), NAMED_BY_KEY, 0),
    ENTITY(conflict, "conflicts", N_("Conflict"), N_("Conflicts"), NAMED_BY_CHANGE, ENTITY_DERIVED),
    ENTITY(person_link, "person_links", N_("Twice-written person"), N_("Twice-written people"), NAMED_BY_KEY, ENTITY_EDITED),
    ENTITY(field_definition, "field_definitions", N_("Own field"), N_("Own fields"), NAMED_BY_KEY, ENTITY_SHARED | ENTITY_EDITED),
};
const size_t entity_count = sizeof entities / sizeof entities[0];

static const struct field removed_field =
    OF_TYPE(FIELD_REMOVED, FIELD_FLAG, 0, N_("Removed"), N_("1 when the row is deleted; can be undone"));

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

/* "First day: must be a date YYYY-MM-DD", and the value at fault unless it is personal. */
static bool refuse(const struct field *field, struct value value, const char *rule, struct error *err)
{
    const char *remedy = N_("Correct the value and try again.");

    if ((field->flags & FIELD_PERSONAL) != 0 || value.kind == VALUE_NONE)
        return error_set(err, ERROR_INVALID, remedy, "%s: must be %s", field->label, rule);
    if (value.kind == VALUE_INTEGER)
        return error_set(err, ERROR_INVALID, remedy, "%s: must be %s, but was %lld", field->label, rule, (long long)value.integer);
    return error_set(err, ERROR_INVALID, remedy, "%s: must be %s, but was \"%.60s\"", field->label, rule, value.text);
}

static bool refuse_choice(const struct field *field, const char *word, struct error *err)
{
    const char *remedy = N_("Correct the value and try again.");

    return (field->flags & FIELD_PERSONAL) != 0
               ? error_set(err, ERROR_INVALID, remedy, "%s: must be one of %s", field->label, field->choices)
               : error_set(err, ERROR_INVALID, remedy, "%s: must be one of %s, but was \"%.60s\"", field->label, field->choices, word);
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

static bool text_field_allows(const struct field *field, struct value value, struct error *err)
{
    const char *text = value.text;

    switch (field->type) {
    case FIELD_CHOICE:
        return word_is_among(text, field->choices) || refuse_choice(field, text, err);
    case FIELD_DATE:
        return date_is_valid(text) || refuse(field, value, N_("a date YYYY-MM-DD"), err);
    case FIELD_TIME:
        return time_is_valid(text) || refuse(field, value, N_("a time HH:MM"), err);
    case FIELD_MOMENT: {
        int64_t ms;

        return moment_parse(text, &ms) || refuse(field, value, N_("a moment such as 2026-08-14T09:00:00+02:00"), err);
    }
    case FIELD_ROW:
        return row_id_is_valid(text) || refuse(field, value, N_("the code of a row"), err);
    case FIELD_TEXT:
        if (!text_is_allowed(text, strlen(text)))
            return refuse(field, value_none(), N_("text of at most 4096 bytes without control characters"), err);
        if ((field->flags & FIELD_KEY) != 0 && !is_key_part(text))
            return refuse(field, value, N_("1 to 64 of the characters 0-9 A-Z a-z _ - ."), err);
        if ((field->flags & FIELD_CODE) != 0 && !is_code(text))
            return refuse(field, value, N_("one word of at most 64 bytes"), err);
        return true;
    case FIELD_INTEGER:
    case FIELD_FLAG:
        break;
    }
    return refuse(field, value, N_("a whole number"), err);
}

static bool integer_field_allows(const struct field *field, struct value value, struct error *err)
{
    if (field->type == FIELD_FLAG)
        return value.integer == 0 || value.integer == 1 || refuse(field, value, N_("0 or 1"), err);
    if (field->type != FIELD_INTEGER)
        return refuse(field, value, N_("text"), err);
    if (value.integer < field->min || value.integer > field->max) {
        /* the bounds are small by nature: minutes, years, per cents, heads */
        return (field->flags & FIELD_PERSONAL) != 0
                   ? error_set(err, ERROR_INVALID, "Correct the value and try again.", "%s: must be %lld to %lld", field->label,
                               (long long)field->min, (long long)field->max)
                   : error_set(err, ERROR_INVALID, "Correct the value and try again.", "%s: must be %lld to %lld, but was %lld",
                               field->label, (long long)field->min, (long long)field->max, (long long)value.integer);
    }
    return true;
}

bool field_allows(const struct entity *entity, const struct field *field, struct value value, struct error *err)
{
    if (entity == NULL || field == NULL)
        return true; /* of a newer peer: kept verbatim */
    switch (value.kind) {
    case VALUE_TEXT:
        return text_field_allows(field, value, err);
    case VALUE_INTEGER:
        return integer_field_allows(field, value, err);
    case VALUE_NONE:
        break;
    }
    return (field->flags & FIELD_KEY) == 0 ||
           error_set(err, ERROR_INVALID, "Give it a value.", "%s: is part of the key and cannot be empty", field->label);
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
    const char *clean;
    struct value value;
    int64_t integer;

    if (!text_clean(arena, field->label, text, strlen(text), &clean, err))
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
            return error_set(err, ERROR_INVALID, "Give every part of the key.", "%s: is part of the key and was missing",
                             entity->fields[i].label);
        parts[count++] = values[i].text;
    }
    return row_id_of_key(parts, count, ret) ||
           error_set(err, ERROR_INVALID, "Use shorter codes.", "the key of a row of %s could not be made into an id", entity->name);
}
