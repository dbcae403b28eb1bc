// SPDX-License-Identifier: Apache-2.0
/* Reading rows: one, or those that a filter finds.
 *
 * Here:      store_row, store_each, store_count; SQL made from a query, with names from the entity table only and values bound.
 * Not here:  what people type for a row (resolve.c), reports.
 */
#include "agent/store/store_internal.h"

#include <stdio.h>
#include <string.h>

bool store_row(struct store *store, struct arena *arena, const char *entity, const char *id, const struct row **ret, struct error *err)
{
    struct row *row = arena_take(arena, sizeof *row);
    bool exists;
    uint64_t many;

    *ret = NULL;
    if (row == NULL)
        return store_no_memory(err);
    if (!held_read_row(store, arena, entity, id, row, &exists, &many, err))
        return false;
    if (exists)
        *ret = row;
    return true;
}

static void put(struct bytes *out, const char *text)
{
    bytes_append(out, text, strlen(text));
}

/* A column of the entity's table: a known field or "removed". Anything else is refused, so no text of a caller ever becomes SQL. */
static bool put_column(struct bytes *out, const struct entity *entity, const char *name, struct error *err)
{
    const struct field *field = entity_field(entity, name);

    if (field == NULL)
        return error_set(err, ERROR_INVALID, "Use a field of the entity.", "%.48s has no field \"%.48s\"",
                         entity == NULL ? "an unknown entity" : entity->name, name);
    put(out, "\"");
    put(out, field->name);
    put(out, "\"");
    return true;
}

static void put_parameter(struct bytes *out, const char *before, int position, const char *after)
{
    char text[32];

    snprintf(text, sizeof text, "%s?%d%s", before, position, after);
    put(out, text);
}

/* Ids that begin with the first part of a key stand side by side: no other index leads to them (protocol/sql.c). */
static bool leads_the_id(const struct entity *entity, const char *name, struct value value)
{
    size_t keys = 0;
    bool first = false;

    for (size_t i = 0; entity != NULL && entity->naming == NAMED_BY_KEY && i < entity->field_count; i++) {
        if ((entity->fields[i].flags & FIELD_KEY) == 0)
            continue;
        first = first || (keys == 0 && strcmp(entity->fields[i].name, name) == 0);
        keys++;
    }
    return first && keys > 1 && value.kind == VALUE_TEXT;
}

static bool put_filter(struct bytes *out, const struct entity *entity, const struct store_filter *filter, int *position, struct error *err)
{
    if (!put_column(out, entity, filter->field, err))
        return false;
    if (filter->equals.kind == VALUE_NONE) {
        put(out, " IS NULL");
        return true;
    }
    put_parameter(out, " = ", *position, "");
    if (leads_the_id(entity, filter->field, filter->equals)) {
        put_parameter(out, " AND id >= ", *position, " || ':'");
        put_parameter(out, " AND id < ", *position, " || ';'");
    }
    (*position)++;
    return true;
}

static bool put_range(struct bytes *out, const struct entity *entity, const struct store_query *query, const char *joint, int *position,
                      struct error *err)
{
    const struct value bounds[] = {query->range.least, query->range.below};

    for (size_t i = 0; i < 2; i++) {
        if (bounds[i].kind == VALUE_NONE)
            continue;
        put(out, joint);
        joint = " AND ";
        if (!put_column(out, entity, query->range.field, err))
            return false;
        put_parameter(out, i == 0 ? " >= " : " < ", (*position)++, "");
    }
    return true;
}

static bool put_where(struct bytes *out, const struct store_query *query, const struct entity *entity, struct error *err)
{
    const char *joint = " WHERE ";
    int position = 1;

    if (entity == NULL) {
        put_parameter(out, " WHERE entity = ", position++, "");
        joint = " AND ";
    }
    if (!query->with_removed) {
        put(out, joint);
        put(out, "removed = 0");
        joint = " AND ";
    }
    for (size_t i = 0; i < query->filter_count; i++) {
        put(out, joint);
        joint = " AND ";
        if (!put_filter(out, entity, &query->filters[i], &position, err))
            return false;
    }
    return query->range.field == NULL || put_range(out, entity, query, joint, &position, err);
}

static void bind_all(sqlite3_stmt *stmt, const struct store_query *query, bool limited)
{
    int position = 1;

    if (table_entity(query->entity) == NULL)
        sqlite3_bind_text(stmt, position++, query->entity, -1, SQLITE_STATIC);
    for (size_t i = 0; i < query->filter_count; i++) {
        if (query->filters[i].equals.kind != VALUE_NONE)
            statement_bind_value(stmt, position++, query->filters[i].equals);
    }
    if (query->range.field != NULL && query->range.least.kind != VALUE_NONE)
        statement_bind_value(stmt, position++, query->range.least);
    if (query->range.field != NULL && query->range.below.kind != VALUE_NONE)
        statement_bind_value(stmt, position++, query->range.below);
    if (limited)
        sqlite3_bind_int64(stmt, position, (sqlite3_int64)query->limit);
}

/* "SELECT what FROM table WHERE ...", prepared and bound. The values are borrowed while it runs. */
static bool query_prepare(struct store *store, const char *what, const struct store_query *query, bool ordered, sqlite3_stmt **ret,
                          struct error *err)
{
    const struct entity *entity = table_entity(query->entity);
    struct bytes sql = {0};
    bool done = false;

    put(&sql, what);
    put(&sql, " FROM \"");
    put(&sql, sql_table(entity));
    put(&sql, "\"");
    if (!put_where(&sql, query, entity, err))
        goto out;
    if (ordered && query->order_by != NULL) {
        put(&sql, " ORDER BY ");
        if (!put_column(&sql, entity, query->order_by, err))
            goto out;
        put(&sql, query->descending ? " DESC, id DESC" : ", id");
    } else if (ordered) {
        put(&sql, query->descending ? " ORDER BY id DESC" : " ORDER BY id");
    }
    if (ordered && query->limit > 0)
        put(&sql, " LIMIT ?");
    if (!bytes_append_u8(&sql, 0)) {
        store_no_memory(err);
        goto out;
    }
    if (!statement_prepare(store, (const char *)sql.data, false, ret, err))
        goto out;
    bind_all(*ret, query, ordered && query->limit > 0);
    done = true;
out:
    bytes_clear(&sql);
    return done;
}

bool store_each(struct store *store, const struct store_query *query, bool (*each)(void *context, const struct row *row), void *context,
                struct error *err)
{
    const struct entity *entity = table_entity(query->entity);
    const char *name = entity == NULL ? query->entity : entity->name;
    sqlite3_stmt *stmt = NULL;
    enum step step = STEP_FAILED;
    struct arena arena = {0};
    bool more = true;

    if (query_prepare(store, "SELECT id, state", query, true, &stmt, err)) {
        while (more && (step = statement_step(store, stmt, "read the rows", err)) == STEP_ROW) {
            struct row row;
            const char *id = arena_text(&arena, (const char *)sqlite3_column_text(stmt, 0));

            if (id == NULL || !row_read(&arena, statement_span(stmt, 1), name, id, &row, err)) {
                store_no_memory(err);
                step = STEP_FAILED;
                break;
            }
            more = each(context, &row);
            arena_clear(&arena);
        }
    }
    sqlite3_finalize(stmt);
    arena_clear(&arena);
    return step != STEP_FAILED;
}

bool store_count(struct store *store, const struct store_query *query, uint64_t *ret, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool done =
        query_prepare(store, "SELECT count(*)", query, false, &stmt, err) && statement_step(store, stmt, "count rows", err) == STEP_ROW;

    if (done)
        *ret = statement_number(stmt, 0);
    sqlite3_finalize(stmt);
    return done;
}
