// SPDX-License-Identifier: Apache-2.0
/* Importing lists: CSV files of the programme's shapes, all or nothing.
 *
 * Here:      which entity a file is about (by its header), what each line would change, every error with file and line, one write.
 * Not here:  reading files from disk (agent/cli), CSV itself (protocol/csv.h), the fields (protocol/entities.h).
 * Rules      Files may come in any order: what is referred to goes in first. References are human codes, also of rows in the same run.
 *            An empty cell says nothing. Importing the same file twice changes nothing. A programme that activities name and nobody
 *            described yet is made. A column `id` (export writes it) finds the row, whatever its code says now; an id that is not
 *            here says nothing. Columns may bear the labels of fields in any of our languages, and a choice its label, as people have them
 *            in their spreadsheets. What export defused for spreadsheets goes in as it was.
 */
#ifndef AGENT_APP_IMPORT_H
#define AGENT_APP_IMPORT_H

#include "agent/store/store.h"

/* No entity has a field of this name: it is the row's own, as export writes it. */
#define IMPORT_ID_COLUMN "id"

enum {
    IMPORT_FILE_BYTES_MAX = 64 * 1024 * 1024,
    IMPORT_FILES_MAX = 64,
    IMPORT_ERRORS_TOLD_MAX = 100,
    IMPORT_CHANGED_TOLD_MAX = 20,
    IMPORT_LINES_MAX = 200000,
    IMPORT_PROGRESS_LINES = 1000
};

struct import_file {
    const char *name; /* as errors show it; its last part helps when a header fits two entities */
    struct span content;
};
struct import_counts {
    const struct entity *entity;
    uint64_t fresh, changed, same;
};
struct import_report {
    struct import_counts counts[32]; /* in the order of the entity table; only entities that were met */
    size_t count;
    uint64_t errors;  /* lines that are wrong */
    uint64_t changed; /* rows that are here and say something else */
    uint64_t changes; /* made; 0 in a preview */
};
struct import_options {
    bool preview; /* count, change nothing */
    const char *author;
    /* Every error, up to IMPORT_ERRORS_TOLD_MAX; line 0: the whole file. */
    void (*each_error)(void *context, const char *file, uint64_t line, const struct error *why);
    /* Every row that is here and would say something else, up to IMPORT_CHANGED_TOLD_MAX: what it is called, the fields that change. May be
     * NULL. */
    void (*each_changed)(void *context, const struct entity *entity, const char *name, const char *const *fields, size_t count);
    /* Every IMPORT_PROGRESS_LINES lines read; may be NULL. */
    void (*progress)(void *context, uint64_t lines);
    void *context;
};
/* False when a line is wrong (ERROR_INVALID; ret tells how many) and nothing was changed, or when the store failed. */
bool import_files(struct store *store, const struct import_file *files, size_t count, const struct import_options *options,
                  struct import_report *ret, struct error *err);

#endif
