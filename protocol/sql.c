// SPDX-License-Identifier: Apache-2.0
/* SQL text made from the entity table: what both databases must agree on.
 *
 * Here:      DDL, upsert and select of entity tables, per dialect.
 * Not here:  running it.
 *
 * Names are always quoted: "at", "date", "name" and "values" are words in one SQL or another.
 * Tables keep SQLite's rowid. Without it the state's bytes would lie in the tree of text ids and every index would repeat the id:
 * 100,000 upserts of people and marks took 4.2 s instead of 2.2 s, look-ups by id 10 to 40 % longer (SQLite 3.40.1, WAL, 2,000 rows
 * a transaction), for no smaller file.
 * PostgreSQL compares text by its bytes (COLLATE "C"), as SQLite does, so that both give rows in one order.
 */
#include "protocol/sql.h"

#include <stdio.h>
#include <string.h>

static void put(struct bytes *out, const char *text)
{
    bytes_append(out, text, strlen(text));
}

static void put_name(struct bytes *out, const char *name)
{
    bytes_append_u8(out, '"');
    for (; *name != '\0'; name++) {
        if (*name == '"')
            bytes_append_u8(out, '"');
        bytes_append_u8(out, (uint8_t)*name);
    }
    bytes_append_u8(out, '"');
}

static void put_parameter(struct bytes *out, enum sql_dialect dialect, unsigned number)
{
    char text[16];

    snprintf(text, sizeof text, "%c%u", dialect == SQL_POSTGRES ? '$' : '?', number);
    put(out, text);
}

static const char *text_type(enum sql_dialect dialect)
{
    return dialect == SQL_POSTGRES ? "TEXT COLLATE \"C\"" : "TEXT";
}

static const char *integer_type(enum sql_dialect dialect)
{
    return dialect == SQL_POSTGRES ? "BIGINT" : "INTEGER";
}

static bool field_is_integer(const struct field *field)
{
    return field->type == FIELD_INTEGER || field->type == FIELD_FLAG;
}

static const char *field_type(enum sql_dialect dialect, const struct field *field)
{
    return field_is_integer(field) ? integer_type(dialect) : text_type(dialect);
}

static size_t field_count(const struct entity *entity)
{
    return entity == NULL ? 0 : entity->field_count;
}

const char *sql_table(const struct entity *entity)
{
    return entity == NULL ? "other" : entity->name;
}

/* Does a query look rows up by this column? Not so for a key of one part, which is the id, nor for the first part of a key: ids that
 * begin with it stand side by side. */
static bool is_indexed(const struct entity *entity, const struct field *field)
{
    const struct field *first_key = NULL;

    for (size_t i = 0; i < entity->field_count && first_key == NULL; i++) {
        if ((entity->fields[i].flags & FIELD_KEY) != 0)
            first_key = &entity->fields[i];
    }
    return field != first_key && (field->type == FIELD_ROW || (field->flags & FIELD_CODE) != 0);
}

static void put_indexes(struct bytes *out, const struct entity *entity)
{
    for (size_t i = 0; i < field_count(entity); i++) {
        char name[2 * NAME_BYTES_MAX + 8];

        if (!is_indexed(entity, &entity->fields[i]))
            continue;
        snprintf(name, sizeof name, "%s_by_%s", entity->name, entity->fields[i].name);
        put(out, "CREATE INDEX IF NOT EXISTS ");
        put_name(out, name);
        put(out, " ON ");
        put_name(out, entity->name);
        put(out, " (");
        put_name(out, entity->fields[i].name);
        put(out, ");\n");
    }
}

bool sql_create(struct bytes *out, enum sql_dialect dialect, const struct entity *entity, const struct sql_column *own)
{
    put(out, "CREATE TABLE IF NOT EXISTS ");
    put_name(out, sql_table(entity));
    put(out, " (");
    if (entity == NULL) {
        put(out, "\"entity\" ");
        put(out, text_type(dialect));
        put(out, " NOT NULL, ");
    }
    put(out, "\"id\" ");
    put(out, text_type(dialect));
    put(out, entity == NULL ? " NOT NULL" : " NOT NULL PRIMARY KEY");
    for (size_t i = 0; i < field_count(entity); i++) {
        put(out, ", ");
        put_name(out, entity->fields[i].name);
        put(out, " ");
        put(out, field_type(dialect, &entity->fields[i]));
    }
    put(out, ", \"" FIELD_REMOVED "\" ");
    put(out, integer_type(dialect));
    put(out, dialect == SQL_POSTGRES ? " NOT NULL DEFAULT 0, \"state\" BYTEA NOT NULL" : " NOT NULL DEFAULT 0, \"state\" BLOB NOT NULL");
    for (; own != NULL && own->name != NULL; own++) {
        put(out, ", ");
        put_name(out, own->name);
        put(out, " ");
        put(out, dialect == SQL_POSTGRES ? own->type_postgres : own->type_sqlite);
    }
    if (entity == NULL)
        put(out, ", PRIMARY KEY (\"entity\", \"id\")");
    put(out, dialect == SQL_POSTGRES ? ");\n" : ") STRICT;\n");
    put_indexes(out, entity);
    return !out->failed;
}

bool sql_add_field(struct bytes *out, enum sql_dialect dialect, const struct entity *entity, const struct field *field)
{
    put(out, "ALTER TABLE ");
    put_name(out, sql_table(entity));
    put(out, " ADD COLUMN ");
    put_name(out, field->name);
    put(out, " ");
    put(out, field_type(dialect, field));
    put(out, ";\n");
    return !out->failed;
}

/* One column of an upsert: in the list of names, in the list of parameters, or in what a second write sets. */
enum list { LIST_NAMES, LIST_PARAMETERS, LIST_SET };

static void put_column(struct bytes *out, enum sql_dialect dialect, enum list list, const char *name, unsigned *number)
{
    if ((*number)++ > 0)
        put(out, ", ");
    if (list == LIST_PARAMETERS) {
        put_parameter(out, dialect, *number);
        return;
    }
    put_name(out, name);
    if (list == LIST_SET) {
        put(out, " = excluded.");
        put_name(out, name);
    }
}

static void put_columns(struct bytes *out, enum sql_dialect dialect, enum list list, const struct entity *entity,
                        const struct sql_column *own)
{
    unsigned number = 0;

    if (list != LIST_SET && entity == NULL)
        put_column(out, dialect, list, "entity", &number);
    if (list != LIST_SET)
        put_column(out, dialect, list, "id", &number);
    for (size_t i = 0; i < field_count(entity); i++)
        put_column(out, dialect, list, entity->fields[i].name, &number);
    put_column(out, dialect, list, FIELD_REMOVED, &number);
    put_column(out, dialect, list, "state", &number);
    for (; own != NULL && own->name != NULL; own++)
        put_column(out, dialect, list, own->name, &number);
}

bool sql_upsert(struct bytes *out, enum sql_dialect dialect, const struct entity *entity, const struct sql_column *own)
{
    put(out, "INSERT INTO ");
    put_name(out, sql_table(entity));
    put(out, " (");
    put_columns(out, dialect, LIST_NAMES, entity, own);
    put(out, ") VALUES (");
    put_columns(out, dialect, LIST_PARAMETERS, entity, own);
    put(out, entity == NULL ? ") ON CONFLICT (\"entity\", \"id\") DO UPDATE SET " : ") ON CONFLICT (\"id\") DO UPDATE SET ");
    put_columns(out, dialect, LIST_SET, entity, own);
    return !out->failed;
}

bool sql_select(struct bytes *out, enum sql_dialect dialect, const struct entity *entity, const struct sql_column *own)
{
    unsigned number = 0;

    put(out, "SELECT \"state\"");
    for (; own != NULL && own->name != NULL; own++) {
        put(out, ", ");
        put_name(out, own->name);
    }
    put(out, " FROM ");
    put_name(out, sql_table(entity));
    put(out, " WHERE ");
    if (entity == NULL) {
        put(out, "\"entity\" = ");
        put_parameter(out, dialect, ++number);
        put(out, " AND ");
    }
    put(out, "\"id\" = ");
    put_parameter(out, dialect, ++number);
    return !out->failed;
}

/* The part of the id that belongs to a key field: *ret_start and *ret_size. False when the id has another number of parts. */
static bool key_part(const char *id, const struct entity *entity, const struct field *field, const char **ret_start, size_t *ret_size)
{
    const char *at = id;

    for (size_t i = 0; i < entity->field_count; i++) {
        if ((entity->fields[i].flags & FIELD_KEY) == 0)
            continue;
        if (at == NULL)
            return false;
        if (&entity->fields[i] == field) {
            *ret_start = at;
            *ret_size = strcspn(at, ":");
        }
        at = strchr(at, ':');
        if (at != NULL)
            at++;
    }
    return at == NULL;
}

struct value sql_column_value(struct arena *arena, const struct row *row, const struct entity *entity, const struct field *field)
{
    struct value value = row_value(row, field->name);
    const char *part = NULL;
    size_t size = 0;

    if ((field->flags & FIELD_KEY) != 0 && key_part(row->id, entity, field, &part, &size))
        return value_text(part[size] == '\0' ? part : arena_text_n(arena, part, size));
    return value.kind == (field_is_integer(field) ? VALUE_INTEGER : VALUE_TEXT) ? value : value_none();
}
