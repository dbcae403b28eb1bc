// SPDX-License-Identifier: Apache-2.0
/* Does a device's log follow on from what the server holds of it? The one place that says fork, behind or taken.
 *
 * Here:      the rules of the chain between two sides, told head by head.
 * Not here:  what is answered (server_session.c), applying changes, the ledger.
 *
 * D is what the device believes the server holds, S what it does hold. In this order:
 *   counter below the highest answered (not for a bundle)       fork: restored or cloned
 *   D > S                                                       behind: the server was restored; push again after S
 *   D <= S, another head at D                                   fork; the common past is what the server's backup held
 *   a segment that ends at or before S, same head there         here already: skipped
 *   ... another head, or no segment ends there                  fork; the common past ends with what did match
 *   a segment that lies across S or does not hang on its head   fork: sealed segments never change
 *   a segment that follows on and verifies                      to be taken; one that does not verify: corrupt, those before it are taken
 *   a gap                                                       behind, those before it are taken
 *   EXCHANGE_OPENED_BYTES_MAX are opened (not for a bundle)      those before it are taken, the rest comes again
 *   the device knows of fewer changes than S (not for a bundle) fork: it lost its past
 */
#ifndef PROTOCOL_LOG_WALK_H
#define PROTOCOL_LOG_WALK_H

#include "protocol/server_session.h"

enum walk_step {
    WALK_ASK,      /* tell me the head after `ask_seq`, if a segment ends there */
    WALK_DONE,     /* `verdict` stands */
    WALK_FAILED,   /* no memory: err says so */
};

enum walk_asked { WALK_AT_DEVICE, WALK_AT_BACKUP, WALK_AT_SEGMENT };

struct log_walk {
    enum reply_kind verdict;             /* OK, FORK, BEHIND, CORRUPT */
    const char *reason;                  /* of CORRUPT */
    uint64_t ask_seq;
    uint64_t common;                     /* up to here both logs are surely the same; meant for FORK */
    uint8_t common_head[HASH_SIZE];
    struct segment *taken;               /* opened, in order; none when the verdict is FORK */
    size_t taken_count;

    /* The rest is the walk's own. */
    struct arena *arena;
    size_t opened_from; /* what was in the arena before */
    const struct request *request;
    const struct log_standing *standing;
    enum walk_asked asked;
    size_t at;                           /* the segment that is looked at, and its header */
    struct segment segment;
    bool forked;
    uint64_t end;                        /* where the log ends with what is to be taken */
    uint8_t end_head[HASH_SIZE];
    uint64_t device_end;                 /* the last seq the device spoke of */
};

/* The request must have verified; it and the standing must outlive the walk. */
enum walk_step log_walk_start(struct log_walk *walk, struct arena *arena, const struct request *request,
                              const struct log_standing *standing, struct error *err);
/* The answer to WALK_ASK. */
enum walk_step log_walk_head(struct log_walk *walk, bool has_head, const uint8_t head[HASH_SIZE], struct error *err);

#endif
