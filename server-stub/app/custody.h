// SPDX-License-Identifier: Apache-2.0
/* Custody: segments come in, are kept as they came, and what can be applied is applied.
 *
 * Here:      judging, merging with effective stamps, positions, placing, sums; writing it all in one work.
 * Not here:  whether a segment follows on (protocol/server_session), what the device is told (feed.c), committing.
 * Promise    every well-formed change is kept; one that cannot be applied is put into quarantine and holds up nothing.
 *            The same segments, clock readings and quarantine give the same state in any ledger: verify replays by this very code.
 */
#ifndef SERVER_APP_CUSTODY_H
#define SERVER_APP_CUSTODY_H

#include "protocol/digest.h"
#include "protocol/receipt.h"
#include "server-stub/app/place_cache.h"
#include "server-stub/app/workset.h"

enum { ROW_STATE_BYTES_MAX = 256 * 1024 }; /* a row must fit into a page, however badly it deflates */

struct place_delta {
    struct digest digest;
    int64_t rows;
    bool touched;
};

struct custody {
    /* Handed in. */
    struct arena *arena;
    struct ledger *ledger;
    struct ledger_work *work;
    struct place_cache *places;
    const uint8_t *digest_key;
    uint64_t own_log; /* the server's: may write what only a server may */
    int64_t now_ms;
    uint64_t hash_seed;
    const struct ledger_quarantine *recorded; /* replay: what was judged then, ascending by (log, seq); else NULL ... */
    size_t recorded_count;
    bool replay;

    /* Made. */
    struct workset set;
    struct ledger_totals totals; /* as they stand now */
    uint64_t position_before;    /* the last position before this exchange */
    struct verdict *verdicts;    /* ascending by seq */
    size_t verdict_count, verdict_room;
    uint64_t clamped;
    struct ledger_quarantine *quarantined;
    size_t quarantined_count, quarantined_room;
    struct work_row **moved; /* in the order of their positions */
    size_t moved_count, moved_room;
    struct work_row **queue; /* to be placed */
    size_t queue_count, queue_room;
    struct place_delta *deltas; /* by place id */
    size_t delta_count;
    struct error *err; /* of look-ups that go through callbacks */
};

/* Reads the totals and the places; call once, before anything else. */
bool custody_begin(struct custody *custody, struct error *err);
/* Takes segments of one log that follow on. *log is its record: last_seq, last_head, last_time, quarantined move on; the caller
 * stores it. */
bool custody_take(struct custody *custody, struct ledger_log *log, const struct segment *segments, size_t count, struct error *err);

/* By which time the log's change `seq`, with which a segment ends, was applied; for a device that forks there. Made again from what is
 * stored: of what came in one moment, so that it costs one push and not a log. Never too late; too early only when the clock of the server
 * was set back, which leaves a conflict and loses nothing. */
bool custody_time_at(const struct ledger *ledger, struct ledger_work *work, const struct ledger_log *log, uint64_t seq, uint64_t *ret,
                     struct error *err);

/* placing.c: puts every queued row, and those that hang on it, where it belongs, and gives positions to what moved. */
bool placing_run(struct custody *custody, struct error *err);
bool placing_queue(struct custody *custody, struct work_row *row, struct error *err);
bool custody_no_memory(struct error *err);

/* The link of the ledger's own chain for a segment; `quarantined` are those of its changes that were put there. */
void custody_link(const uint8_t previous[HASH_SIZE], const struct ledger_segment *segment, const struct ledger_quarantine *quarantined,
                  size_t quarantined_count, uint8_t ret[HASH_SIZE]);

#endif
