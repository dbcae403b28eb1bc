// SPDX-License-Identifier: Apache-2.0
/* SQL text made from the entity table.
 *
 * Here:      the texts, letter for letter, for both dialects; the value of a column.
 * Not here:  running them: the stores' tests do.
 */
#include "protocol/sql.h"

#include <string.h>

#include "tests/unit/suite.h"

static struct arena arena;
static const struct sql_column own[] = {
    {"position", "INTEGER NOT NULL", "BIGINT NOT NULL"}, {"many", "INTEGER", "INTEGER"}, {NULL, NULL, NULL}};

typedef bool maker(struct bytes *out, enum sql_dialect dialect, const struct entity *entity, const struct sql_column *own);

static const char *made(maker *make, enum sql_dialect dialect, const char *entity, const struct sql_column *columns)
{
    struct bytes out = {0};
    const char *text;

    ck_assert(make(&out, dialect, entity_find(entity), columns));
    text = arena_text_n(&arena, (const char *)out.data, out.size);
    bytes_clear(&out);
    return text;
}

START_TEST(a_table_holds_what_stands_and_the_state)
{
    ck_assert_str_eq(made(sql_create, SQL_SQLITE, "enrolment", own),
                     "CREATE TABLE IF NOT EXISTS \"enrolment\" (\"id\" TEXT NOT NULL PRIMARY KEY, \"activity\" TEXT, \"person\" TEXT, "
                     "\"role\" TEXT, \"removed\" INTEGER NOT NULL DEFAULT 0, \"state\" BLOB NOT NULL, \"position\" INTEGER NOT NULL, "
                     "\"many\" INTEGER) STRICT;\n"
                     "CREATE INDEX IF NOT EXISTS \"enrolment_by_person\" ON \"enrolment\" (\"person\");\n");
    ck_assert_str_eq(made(sql_create, SQL_POSTGRES, "municipality", NULL),
                     "CREATE TABLE IF NOT EXISTS \"municipality\" (\"id\" TEXT COLLATE \"C\" NOT NULL PRIMARY KEY, "
                     "\"code\" TEXT COLLATE \"C\", \"name\" TEXT COLLATE \"C\", \"name_cyrillic\" TEXT COLLATE \"C\", "
                     "\"country\" TEXT COLLATE \"C\", \"tablets\" BIGINT, \"removed\" BIGINT NOT NULL DEFAULT 0, "
                     "\"state\" BYTEA NOT NULL);\n");
    arena_clear(&arena);
}
END_TEST

START_TEST(what_people_look_up_is_indexed)
{
    const char *session = made(sql_create, SQL_SQLITE, "session", NULL);

    ck_assert_ptr_nonnull(strstr(session, "CREATE INDEX IF NOT EXISTS \"session_by_code\" ON \"session\" (\"code\");"));
    ck_assert_ptr_nonnull(strstr(session, "CREATE INDEX IF NOT EXISTS \"session_by_activity\" ON \"session\" (\"activity\");"));
    ck_assert_ptr_null(strstr(session, "by_title"));
    ck_assert_ptr_nonnull(strstr(made(sql_create, SQL_POSTGRES, "person", NULL), "\"person_by_ref\" ON \"person\" (\"ref\");"));
    ck_assert_ptr_null(strstr(made(sql_create, SQL_SQLITE, "programme", NULL), "INDEX")); /* the code is the id */
    arena_clear(&arena);
}
END_TEST

START_TEST(unknown_entities_share_one_table)
{
    ck_assert_str_eq(sql_table(NULL), "other");
    ck_assert_str_eq(sql_table(entity_find("person")), "person");
    ck_assert_str_eq(made(sql_create, SQL_SQLITE, NULL, own),
                     "CREATE TABLE IF NOT EXISTS \"other\" (\"entity\" TEXT NOT NULL, \"id\" TEXT NOT NULL, "
                     "\"removed\" INTEGER NOT NULL DEFAULT 0, \"state\" BLOB NOT NULL, \"position\" INTEGER NOT NULL, \"many\" INTEGER, "
                     "PRIMARY KEY (\"entity\", \"id\")) STRICT;\n");
    ck_assert_str_eq(made(sql_upsert, SQL_POSTGRES, NULL, own),
                     "INSERT INTO \"other\" (\"entity\", \"id\", \"removed\", \"state\", \"position\", \"many\") "
                     "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (\"entity\", \"id\") DO UPDATE SET \"removed\" = excluded.\"removed\", "
                     "\"state\" = excluded.\"state\", \"position\" = excluded.\"position\", \"many\" = excluded.\"many\"");
    ck_assert_str_eq(made(sql_select, SQL_SQLITE, NULL, own),
                     "SELECT \"state\", \"position\", \"many\" FROM \"other\" WHERE \"entity\" = ?1 AND \"id\" = ?2");
    arena_clear(&arena);
}
END_TEST

START_TEST(an_upsert_sets_all_but_the_key)
{
    ck_assert_str_eq(made(sql_upsert, SQL_SQLITE, "person_link", NULL),
                     "INSERT INTO \"person_link\" (\"id\", \"person\", \"also\", \"verdict\", \"removed\", \"state\") "
                     "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (\"id\") DO UPDATE SET \"person\" = excluded.\"person\", "
                     "\"also\" = excluded.\"also\", \"verdict\" = excluded.\"verdict\", \"removed\" = excluded.\"removed\", "
                     "\"state\" = excluded.\"state\"");
    ck_assert_str_eq(made(sql_select, SQL_POSTGRES, "person", own),
                     "SELECT \"state\", \"position\", \"many\" FROM \"person\" WHERE \"id\" = $1");
    ck_assert_str_eq(made(sql_select, SQL_SQLITE, "person", NULL), "SELECT \"state\" FROM \"person\" WHERE \"id\" = ?1");
    arena_clear(&arena);
}
END_TEST

START_TEST(a_field_can_be_added_later)
{
    const struct entity *session = entity_find("session");
    struct bytes out = {0};

    ck_assert(sql_add_field(&out, SQL_SQLITE, session, entity_field(session, "date")));
    ck_assert(sql_add_field(&out, SQL_POSTGRES, session, entity_field(session, "minutes")));
    bytes_append_u8(&out, 0);
    ck_assert_str_eq((const char *)out.data, "ALTER TABLE \"session\" ADD COLUMN \"date\" TEXT;\n"
                                             "ALTER TABLE \"session\" ADD COLUMN \"minutes\" BIGINT;\n");
    bytes_clear(&out);
}
END_TEST

START_TEST(a_quote_in_a_name_is_doubled)
{
    static const struct sql_column odd[] = {{"a\"b", "TEXT", "TEXT"}, {NULL, NULL, NULL}};

    ck_assert_ptr_nonnull(strstr(made(sql_select, SQL_SQLITE, "person", odd), "\"a\"\"b\""));
    arena_clear(&arena);
}
END_TEST

START_TEST(a_writer_without_memory_is_told)
{
    struct bytes out = {.failed = true};

    ck_assert(!sql_create(&out, SQL_SQLITE, &entities[0], NULL));
    ck_assert(!sql_add_field(&out, SQL_SQLITE, &entities[0], &entities[0].fields[1]));
    ck_assert(!sql_upsert(&out, SQL_SQLITE, &entities[0], NULL));
    ck_assert(!sql_select(&out, SQL_SQLITE, NULL, NULL));
}
END_TEST

/* What column `name` of a row with this id and this one field holds. */
static struct value column(const char *entity_name, const char *id, const char *name, struct value stands)
{
    const struct entity *entity = entity_find(entity_name);
    struct entry entry = {.stamp = {5, 1}, .value = stands};
    struct reg reg = {.field = name, .live = &entry, .live_count = 1};
    struct row row = {.entity = entity_name, .id = id, .regs = &reg, .reg_count = stands.kind == VALUE_NONE ? 0 : 1};

    return sql_column_value(&arena, &row, entity, entity_field(entity, name));
}

START_TEST(a_key_column_is_the_part_of_the_id)
{
    const char *id = "0000000000001-1:0000000000001-2:trainer";

    ck_assert_str_eq(column("enrolment", id, "activity", value_none()).text, "0000000000001-1");
    ck_assert_str_eq(column("enrolment", id, "person", value_none()).text, "0000000000001-2");
    ck_assert_str_eq(column("enrolment", id, "role", value_none()).text, "trainer");
    ck_assert_str_eq(column("municipality", "RS-BUJ", "code", value_none()).text, "RS-BUJ");
    ck_assert_str_eq(column("municipality", "RS-BUJ", "code", value_text("other")).text, "RS-BUJ");
    /* an id of another shape, from a peer that knows more: what stands is all there is */
    ck_assert_int_eq(column("enrolment", "a:b", "activity", value_none()).kind, VALUE_NONE);
    ck_assert_str_eq(column("enrolment", "a:b:c:d", "activity", value_text("x")).text, "x");
    arena_clear(&arena);
}
END_TEST

START_TEST(a_value_of_the_wrong_kind_stays_out_of_its_column)
{
    ck_assert_str_eq(column("session", "x-1", "title", value_text("Modul 1")).text, "Modul 1");
    ck_assert_int_eq(column("session", "x-1", "title", value_integer(1)).kind, VALUE_NONE);
    ck_assert_int_eq((int)column("session", "x-1", "minutes", value_integer(90)).integer, 90);
    ck_assert_int_eq(column("session", "x-1", "minutes", value_text("90")).kind, VALUE_NONE);
    ck_assert_int_eq((int)column("session", "x-1", "removed", value_integer(1)).integer, 1);
    ck_assert_int_eq(column("session", "x-1", "minutes", value_none()).kind, VALUE_NONE);
}
END_TEST

SUITE("sql", a_table_holds_what_stands_and_the_state, what_people_look_up_is_indexed, unknown_entities_share_one_table,
      an_upsert_sets_all_but_the_key, a_field_can_be_added_later, a_quote_in_a_name_is_doubled, a_writer_without_memory_is_told,
      a_key_column_is_the_part_of_the_id, a_value_of_the_wrong_kind_stays_out_of_its_column)
