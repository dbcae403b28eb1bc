// SPDX-License-Identifier: Apache-2.0
/* A sum over rows that two sides compare to know, and not to hope, that they hold the same.
 *
 * Here:      hash of a row, adding and subtracting, the bucket of a row.
 * Not here:  keeping the sums (the stores), repairing (the sessions).
 *
 * Shape   row hash = sum over the live entries of SipHash-2-4-128(key, entity text | row text | field text | time u64 | log u64),
 *         as 128-bit little-endian integers mod 2^128. Values are named by their stamps.
 *         bucket = first byte of SipHash-2-4-64(key, entity text | row text).
 *         What a device holds = sum over its rows of row hash times `many`: how many of its granted places the row is in.
 */
#ifndef PROTOCOL_DIGEST_H
#define PROTOCOL_DIGEST_H

#include "protocol/row.h"

enum { DIGEST_KEY_SIZE = 16, DIGEST_TEXT_SIZE = 33 };
struct digest { uint64_t low, high; };

void digest_add(struct digest *sum, struct digest other);
void digest_subtract(struct digest *sum, struct digest other);
void digest_add_times(struct digest *sum, struct digest other, uint64_t times);
bool digest_equal(struct digest a, struct digest b);
void digest_text(struct digest digest, char ret[DIGEST_TEXT_SIZE]);   /* 32 hex digits, high first */
bool digest_parse(const char *text, struct digest *ret);
/* False: a name or id over its bound. */
bool digest_of_row(const struct row *row, const uint8_t key[DIGEST_KEY_SIZE], struct digest *ret);
unsigned digest_bucket(const char *entity, const char *row, const uint8_t key[DIGEST_KEY_SIZE]);     /* 0..BUCKETS-1 */

#endif
