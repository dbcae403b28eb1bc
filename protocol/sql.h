// SPDX-License-Identifier: Apache-2.0
/* SQL text made from the entity table: what both databases must agree on.
 *
 * Here:      DDL of the entity tables and the upsert of a row, per dialect; the order of its parameters.
 * Not here:  running it, and every statement that is one store's own.
 *
 * A table per entity, named as the entity: id (key) | one column per field of the table, what stands, for queries and reports |
 * removed | state (row_write's bytes: authoritative) | the owner's own columns, given as `own`. Unknown entities share the table "other",
 * whose key is (entity, id). Columns of the entity table are added by migration when they are missing.
 */
#ifndef PROTOCOL_SQL_H
#define PROTOCOL_SQL_H

#include "protocol/bytes.h"
#include "protocol/entities.h"
#include "protocol/row.h"

enum sql_dialect { SQL_SQLITE, SQL_POSTGRES };
struct sql_column { const char *name, *type_sqlite, *type_postgres; };   /* ends with {NULL} */

/* "CREATE TABLE IF NOT EXISTS ..." and its indexes (FIELD_ROW columns that are not the first key part, FIELD_CODE), one text.
 * entity NULL: "other". */
bool sql_create(struct bytes *out, enum sql_dialect dialect, const struct entity *entity, const struct sql_column *own);
/* "ALTER TABLE x ADD COLUMN f ..." for one field. A migration adds what is missing first, then runs sql_create for the indexes. */
bool sql_add_field(struct bytes *out, enum sql_dialect dialect, const struct entity *entity, const struct field *field);
/* Upsert with positional parameters: [entity if other,] id, fields in order, removed, state, own in order. */
bool sql_upsert(struct bytes *out, enum sql_dialect dialect, const struct entity *entity, const struct sql_column *own);
/* "SELECT state, own... FROM x WHERE [entity = ? AND] id = ?". */
bool sql_select(struct bytes *out, enum sql_dialect dialect, const struct entity *entity, const struct sql_column *own);
/* The value of a column as it stands in the row (row_value, checked by type: a wrong kind gives none, the state keeps it).
 * A key field of a NAMED_BY_KEY row is never in a change: its column is the part of the id (in the arena;
 * none means there was no memory). */
struct value sql_column_value(struct arena *arena, const struct row *row, const struct entity *entity, const struct field *field);
/* The table's name: the entity's, or "other". */
const char *sql_table(const struct entity *entity);

#endif
