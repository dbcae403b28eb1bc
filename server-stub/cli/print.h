// SPDX-License-Identifier: Apache-2.0
/* What commands say on stdout and stderr.
 *
 * Here:      text, JSON text, one line for an error, a progress bar.
 * Not here:  what is said.
 */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include "protocol/bytes.h"
#include "protocol/error.h"

bool print_bytes(struct span bytes, struct error *err);
/* "\"text\"", escaped as JSON asks; NULL is null. */
void print_json_text(const char *text);
/* One line on stderr: what happened, then what a person can do. */
void print_error(const struct error *err);
/* "error":{"kind":..,"cause":..,"remedy":..} on stdout, as `teren --json` has it. */
void print_error_json(const struct error *err);
/* 1970-01-01T00:00:00Z, or "never" for 0. */
enum { PRINT_TIME_SIZE = 24 };
const char *print_time(int64_t ms, char ret[PRINT_TIME_SIZE]);
/* Draws over itself on stderr. Ends its line when done == total. Nothing when `terminal` is false. */
void print_progress(bool terminal, const char *what, uint64_t done, uint64_t total);

#endif
