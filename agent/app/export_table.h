// SPDX-License-Identifier: Apache-2.0
/* What export.c and export_marks.c share: one CSV table on its way to a file.
 *
 * Not here:  anything for others: they include export.h.
 */
#ifndef AGENT_APP_EXPORT_TABLE_H
#define AGENT_APP_EXPORT_TABLE_H

#include "agent/app/export.h"
#include "protocol/csv.h"

struct export_table {
    struct store *store;
    const struct export_options *options;
    struct bytes out;
    uint64_t rows;
};
bool export_begin(struct export_table *table, const char *const *columns, size_t count); /* BOM and header */
bool export_cells(struct export_table *table, const char *const *cells, size_t count);
bool export_fill_marks(struct export_table *table, struct error *err);
bool export_fill_minutes(struct export_table *table, struct error *err); /* of marks that reports counted to the second */
bool export_fill_conflicts(struct export_table *table, struct error *err);

#endif
