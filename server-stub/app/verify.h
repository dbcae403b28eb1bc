// SPDX-License-Identifier: Apache-2.0
/* What the two halves of verify share.
 *
 * Here:      struct verify.
 * Not here:  anything another folder may see (server.h).
 */
#ifndef SERVER_APP_VERIFY_H
#define SERVER_APP_VERIFY_H

#include "server-stub/app/server_internal.h"

struct verify {
    struct server *server;
    struct ledger *ledger;    /* the server's own, or a copy of it */
    struct ledger_work *work; /* one moment of it, for reading */
    struct ledger *scratch;
    struct ledger_work *scratch_work;
    struct place_cache places; /* of the scratch ledger */
    struct arena arena;
    struct ledger_quarantine *quarantined; /* ascending by (log, seq) */
    size_t quarantined_count, quarantined_room;
    struct ledger_totals stored_totals, totals; /* what the ledger says; what the replay came to */
    void (*each)(void *context, const char *finding);
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *context;
    uint64_t findings;
};

void verify_finding(struct verify *verify, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Proves `ledger`, the server's own or a copy of it, by the server's keys. */
bool verify_ledger(struct server *server, struct ledger *ledger, void (*each)(void *context, const char *finding),
                   void (*progress)(void *context, uint64_t done, uint64_t total), void *context, uint64_t *ret_findings,
                   struct error *err);

/* verify_state.c: rows, columns, memberships, feed, sums, standings: the ledger against the replay. */
bool verify_state(struct verify *verify, struct error *err);

#endif
