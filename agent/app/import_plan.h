// SPDX-License-Identifier: Apache-2.0
/* What import.c, import_shape.c and import_codes.c share.
 *
 * Not here:  anything for others: they include import.h.
 */
#ifndef AGENT_APP_IMPORT_PLAN_H
#define AGENT_APP_IMPORT_PLAN_H

#include "agent/app/import.h"
#include "protocol/csv.h"

/* A file whose header was read: which field each column is. */
struct import_shape {
    const struct import_file *file;
    const struct entity *entity;
    const struct field *columns[CSV_CELLS_MAX]; /* NULL: the column `id` */
    size_t column_count;
    struct csv_reader reader; /* stands at the first line after the header */
};
/* Reads the header and finds the entity. ERROR_INVALID with what would be needed. */
bool import_shape_read(struct arena *arena, const struct import_file *file, struct import_shape *ret, struct error *err);

/* Codes met in this run: what a reference to them becomes. */
struct import_code {
    const char *entity, *code;
    const char *value; /* a row's id, or "@K": made by draft K of this run; NULL: looked up and not there */
    const char *file;  /* where the line stands that brought it; NULL: from the store */
    uint64_t line;
};
struct import_codes {
    struct import_code *slots;
    size_t room, count;
};
struct import_code *import_codes_find(const struct import_codes *codes, const char *entity, const char *code); /* NULL: not met */
bool import_codes_add(struct import_codes *codes, struct import_code code);                                    /* false: no memory */
void import_codes_clear(struct import_codes *codes);
/* The id of the one row in the store with this code, "" when there is none. */
bool import_stored_id(struct store *store, const struct entity *entity, const char *code, char ret[ROW_ID_SIZE], struct error *err);

#endif
