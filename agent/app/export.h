// SPDX-License-Identifier: Apache-2.0
/* Export: what stands, as CSV files that a spreadsheet opens.
 *
 * Here:      marks.csv, conflicts.csv, activities.csv (figures), and rows/ENTITY.csv for every entity, which can be imported again.
 * Not here:  counting (report.h).
 * Rules      UTF-8 with BOM, CRLF, cells that a spreadsheet would run are defused; `plain`: no BOM, LF, cells as they are, for programs.
 *            Each file is written whole or not at all.
 */
#ifndef AGENT_APP_EXPORT_H
#define AGENT_APP_EXPORT_H

#include "agent/store/store.h"

struct export_options {
    const char *folder;
    bool plain;
    void (*each_file)(void *context, const char *path, uint64_t rows); /* may be NULL */
    void *context;
};
bool export_write(struct store *store, const struct export_options *options, struct error *err);

#endif
