// SPDX-License-Identifier: Apache-2.0
/* A receipt: the server's signed word that it holds a log's changes up to a seq. Only this lets a device forget.
 *
 * Here:      sign, verify, read.
 * Not here:  what the device does with it (the store keeps the latest per log).
 *
 * Shape   "TSR" | version u8 | log u64 | seq varint | head 32 | safe seq varint | verdict count varint |
 *         per verdict: seq varint, kind u8 | Ed25519 signature 64
 *         head is the chain's head after seq; everything up to `safe seq` is also in a verified backup.
 */
#ifndef PROTOCOL_RECEIPT_H
#define PROTOCOL_RECEIPT_H

#include "protocol/segment.h"

enum verdict_kind { VERDICT_QUARANTINED = 1, VERDICT_CLAMPED = 2 };   /* nothing said = applied */
struct verdict { uint64_t seq; enum verdict_kind kind; };
struct receipt {
    uint64_t log, seq, safe_seq;
    uint8_t head[HASH_SIZE];
    const struct verdict *verdicts;   /* of the changes receipted anew, ascending */
    size_t verdict_count;
};

bool receipt_sign(struct bytes *out, const struct receipt *receipt, const uint8_t secret[SIGN_SECRET_SIZE], struct error *err);
bool receipt_open(struct arena *arena, struct span in, const uint8_t server_public[SIGN_PUBLIC_SIZE], struct receipt *ret,
                  struct error *err);

#endif
