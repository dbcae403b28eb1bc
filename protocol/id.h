// SPDX-License-Identifier: Apache-2.0
/* Names of logs and rows.
 *
 * Here:      a log's id as text and back, a row's id made from a change or from its natural key.
 * Not here:  making a log's id (chance does) or looking rows up (the stores do).
 *
 * Shape   log id: 64 bits, never 0; as text 13 characters of Crockford base32, most significant bit first.
 *         row named by the change that made it: "0123456789ABC-17" (log, dash, seq in decimal).
 *         row named by its key: the parts joined by ':', e.g. "<session id>:<person id>".
 *         Allowed bytes in an id: 0-9 A-Z a-z _ - . and ':' between parts; at most ROW_ID_BYTES_MAX.
 */
#ifndef PROTOCOL_ID_H
#define PROTOCOL_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/limits.h"

enum { LOG_TEXT_SIZE = 14, ROW_ID_SIZE = ROW_ID_BYTES_MAX + 1 };

void log_text(uint64_t log, char ret[LOG_TEXT_SIZE]);
bool log_from_text(const char *text, uint64_t *ret_log);     /* also lower case; false for 0 and for anything else */

/* "LOG-SEQ" into ret (ROW_ID_SIZE bytes). */
void row_id_of_change(uint64_t log, uint64_t seq, char ret[ROW_ID_SIZE]);
/* True when id has the form that row_id_of_change makes. */
bool row_id_parse(const char *id, uint64_t *ret_log, uint64_t *ret_seq);
/* Joins key parts with ':'; false when a part is empty, has a ':' or a byte that is not allowed, or it grows too long. */
bool row_id_of_key(const char *const *parts, size_t count, char ret[ROW_ID_SIZE]);
/* Splits at ':'; the parts point into `scratch` (ROW_ID_SIZE bytes). Returns how many, 0 when over `room` or malformed. */
size_t row_id_parts(const char *id, char scratch[ROW_ID_SIZE], const char **ret_parts, size_t room);
bool row_id_is_valid(const char *id);

#endif
