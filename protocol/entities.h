// SPDX-License-Identifier: Apache-2.0
/* What is recorded, field by field: the one table that stores, commands, imports, exports, SQL and docs are made from.
 *
 * Here:      entities and their fields; is a value allowed; the id a row gets from its key.
 * Not here:  storing, showing, counting. Nothing else in session, segment, merge or sync knows an entity by name
 *            (scope.c and attendance.c do: their rules are about activities and people).
 * Promise:   a new field is one row here. Unknown entities and fields of newer peers are not in this table and are kept verbatim.
 */
#ifndef PROTOCOL_ENTITIES_H
#define PROTOCOL_ENTITIES_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/error.h"
#include "protocol/id.h"
#include "protocol/value.h"

enum field_type {
    FIELD_TEXT,     /* text_is_allowed */
    FIELD_INTEGER,  /* min..max */
    FIELD_CHOICE,   /* one of `choices` */
    FIELD_DATE,     /* YYYY-MM-DD */
    FIELD_TIME,     /* HH:MM */
    FIELD_MOMENT,   /* RFC 3339 with offset, kept as written */
    FIELD_ROW,      /* the id of a row of entity `refers`; it may not be here yet */
    FIELD_FLAG,     /* 0 or 1 */
};

enum field_flags {
    FIELD_KEY = 1,        /* part of the natural key, in order; never changes */
    FIELD_REQUIRED = 2,   /* a new row cannot do without (asked of people; never a reason to refuse on the wire) */
    FIELD_CODE = 4,       /* the human code, accepted wherever an id is */
    FIELD_PERSONAL = 8,   /* erased with the person; never in a log or an error */
    FIELD_QUIET = 16,     /* two values are no conflict: the later stands (a time of observation) */
    FIELD_TITLE = 32,     /* what a person calls the row by */
};

struct field {
    const char *name;      /* also the CSV column, the JSON key, the SQL column and the --option (with '-' for '_') */
    const char *label;     /* what people read beside it: "Full name"; marked for translation */
    enum field_type type;
    unsigned flags;
    const char *choices;   /* FIELD_CHOICE: words with one space between; FIELD_ROW: the entity it refers to; else NULL */
    int64_t min, max;      /* FIELD_INTEGER */
    const char *help;      /* a few words for --help, docs and forms; marked for translation */
};

enum entity_naming { NAMED_BY_CHANGE, NAMED_BY_KEY };
enum entity_flags {
    ENTITY_SHARED = 1,     /* in every scope (reference rows without personal data) */
    ENTITY_DERIVED = 2,    /* made from the state by each side, never in a change: conflict */
    ENTITY_SERVER = 4,     /* only the server's own log may write it: device */
    ENTITY_EDITED = 8,     /* has add/list/show/edit/remove commands */
    ENTITY_IMPORTED = 16,  /* has a CSV shape: file `plural`.csv */
};

struct entity {
    const char *name;      /* "person" */
    const char *plural;    /* "people": CSV file */
    const char *label, *labels; /* "Person", "People": what people read; marked for translation */
    enum entity_naming naming;
    unsigned flags;
    const struct field *fields;
    size_t field_count;
};

/* programme, municipality, organisation, device, activity, session, person, enrolment, attendance, conflict, person_link,
 * field_definition, in an order in which what is referred to stands before what refers to it. The order is part of the
 * wire format's dictionary and only ever grows at the end. */
extern const struct entity entities[];
extern const size_t entity_count;

/* Every entity also has the implicit field "removed" (FIELD_FLAG): deletion is a field, undoable, remembered. */
#define FIELD_REMOVED "removed"

const struct entity *entity_find(const char *name);              /* NULL when unknown */
const struct entity *entity_find_plural(const char *plural);
const struct field *entity_field(const struct entity *entity, const char *name);  /* knows "removed"; NULL when unknown */
const struct field *entity_code_field(const struct entity *entity);               /* NULL when it has none */
const struct field *entity_title_field(const struct entity *entity);              /* falls back to the code field, may be NULL */
/* "entity/name" pairs known here may be checked; an unknown field passes anything that is a value. */
bool field_allows(const struct entity *entity, const struct field *field, struct value value, struct error *err);
/* The same word test that choices use: is `word` one of the space-separated `words`. */
bool word_is_among(const char *word, const char *words);
/* The text a person typed for this field, cleaned (text_clean) and made a value; "" is VALUE_NONE. Checked by field_allows.
 * FIELD_ROW takes the text as an id already resolved. */
bool field_parse(struct arena *arena, const struct entity *entity, const struct field *field, const char *text, struct value *ret,
                 struct error *err);
/* The id of a NAMED_BY_KEY row from its key values in field order. `values[i]` belongs to fields[i] (only keys are read). */
bool entity_key_id(const struct entity *entity, const struct value *values, char ret[ROW_ID_SIZE], struct error *err);

#endif
