// SPDX-License-Identifier: Apache-2.0
/* What the files of the app share: the server, its facts, its counters.
 *
 * Here:      struct server; reading and writing sealed facts; words for no memory.
 * Not here:  anything another folder may see (server.h).
 */
#ifndef SERVER_APP_SERVER_INTERNAL_H
#define SERVER_APP_SERVER_INTERNAL_H

#include <stdatomic.h>

#include "protocol/keys.h"
#include "protocol/secret.h"
#include "protocol/server_session.h"
#include "server-stub/app/custody.h"
#include "server-stub/app/place_cache.h"
#include "server-stub/app/server.h"
#include "server-stub/ledger/ledger.h"

enum { EPOCHS_MAX = 4096 };

/* An epoch began at a position; what was given out later by an older epoch is not believed. */
struct epoch {
    uint64_t epoch, began;
};

/* What the association is, read once: it changes only by init and restored, with no server running. */
struct facts {
    uint8_t secret[SIGN_SECRET_SIZE], public_key[SIGN_PUBLIC_SIZE];
    uint8_t digest_key[DIGEST_KEY_SIZE];
    uint8_t seal_key[SECRET_KEY_SIZE];
    uint64_t own_log; /* the server's own: what it records itself travels like everything else */
    uint8_t own_secret[SIGN_SECRET_SIZE];
    struct epoch epochs[EPOCHS_MAX];
    size_t epoch_count; /* at least 1; the last is now's */
};

struct counters {
    atomic_uint_fast64_t exchanges, refused, retried, bad, enrolments, reply_bytes, request_bytes;
    atomic_uint_fast64_t changes, segments, rows, quarantined, conflicts, position, devices;
};

struct server {
    struct ledger *ledger;
    struct server_ports ports;
    struct facts facts;
    uint64_t hash_seed;
    struct place_cache places; /* touched only inside a writing work */
    struct counters counters;
};

bool app_no_memory(struct error *err);
int64_t server_now_ms(const struct server *server);

/* What the ledger holds, for /metrics: read in a work, shown when that is durable. */
struct gauges {
    struct ledger_totals totals;
    uint64_t rows;
};
bool gauges_read(struct server *server, struct ledger_work *work, struct gauges *ret, struct error *err);
void gauges_show(struct server *server, const struct gauges *gauges);

/* facts.c */
bool facts_make(struct ledger *ledger, struct ledger_work *work, const struct server_ports *ports, const char *name, struct facts *ret,
                struct error *err);
uint64_t facts_epoch(const struct server_ports *ports); /* a fresh nonce */
bool facts_read(struct ledger *ledger, struct ledger_work *work, struct facts *ret, struct error *err);
bool facts_write_epochs(struct ledger *ledger, struct ledger_work *work, const struct facts *facts, struct error *err);
/* Calls each with the name of every fact whose seal does not fit. */
bool facts_check(struct ledger *ledger, struct ledger_work *work, const struct facts *facts, void (*each)(void *context, const char *name),
                 void *context, struct error *err);

/* seal.c: a sum over a record's cells, keyed by the server's secret: a hand in the file cannot make one. */
void seal_log(const struct facts *facts, struct ledger_log *log);
void seal_device(const struct facts *facts, struct ledger_device *device);
void seal_scope(const struct facts *facts, struct ledger_scope *scope);
void seal_code(const struct facts *facts, struct ledger_code *code);
void seal_user(const struct facts *facts, struct ledger_user *user);

/* exchange.c */
void exchange_custody(struct server *server, struct ledger_work *work, struct arena *arena, int64_t now_ms, struct custody *ret);

/* fleet.c */
bool grants_read(struct arena *arena, const char *text, const struct grant **ret, size_t *ret_count, struct error *err);
/* The standing of a log with its device's grants. *ret_log (may be NULL): the record itself. */
bool fleet_standing(struct server *server, struct ledger_work *work, struct arena *arena, uint64_t log, struct log_standing *ret,
                    struct ledger_log *ret_log, struct error *err);
/* Ties a log to its device: a standing of its own, and a row of entity device in the server's own log. Fills known_since_ms, unless it is
 * known already. */
bool fleet_add_log(struct server *server, struct ledger_work *work, struct arena *arena, struct ledger_log *log, struct error *err);

#endif
