// SPDX-License-Identifier: Apache-2.0
/* Finding and mending what differs, bucket by bucket, after two digests did not meet.
 *
 * Here:      which buckets differ, how many to ask for at once, when to stop.
 * Not here:  asking and applying (device_session.c, the stores), the digest (digest.h).
 */
#ifndef PROTOCOL_REPAIR_H
#define PROTOCOL_REPAIR_H

#include "protocol/message.h"

struct repair {
    unsigned count;                  /* repairs begun in this session */
    struct digest own[BUCKETS];
    uint8_t differing[BUCKETS];      /* ascending */
    size_t differing_count;
    size_t at, asked;                /* differing[at .. at + asked) are asked for */
};

/* May another repair begin? False with ERROR_RESYNC: too many, or the server lacks so much that it must not be copied. */
bool repair_begin(struct repair *repair, uint64_t rows_here, const struct reply *reply, struct error *err);
void repair_compare(struct repair *repair, const struct digest theirs[BUCKETS]);
/* Moves `asked` to the next buckets, few enough for a page; false when none is left. */
bool repair_next(struct repair *repair, uint64_t rows);
/* The server answered for the first `count` of those asked for. False: that cannot be. */
bool repair_advance(struct repair *repair, uint32_t count);

#endif
