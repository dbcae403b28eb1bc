// SPDX-License-Identifier: Apache-2.0
/* What the central endpoint does, in the domain's words, whatever carries the requests.
 *
 * Here:      exchange, enrol, devices, grants, users, verify, backup, restore, export, counters for /metrics.
 * Not here:  HTTP (server-stub/http), the command line (server-stub/cli), SQL (server-stub/ledger).
 * Threads:   every function may be called from any thread; exchanges are decoded and verified in parallel and committed one at a time.
 * Promise:   a reply is given out only after its commit is durable (fsync).
 */
#ifndef SERVER_APP_SERVER_H
#define SERVER_APP_SERVER_H

#include "protocol/message.h"
#include "protocol/port.h"

struct server;
struct ledger;   /* server-stub/ledger/ledger.h: the port; main.c picks the adapter */

struct server_ports { struct clock_port clock; struct chance_port chance; };

/* Makes a new association in an empty ledger: epoch, signing key, digest key, the server's own log. */
bool server_init(struct ledger *ledger, const struct server_ports *ports, const char *name, struct error *err);
/* Takes the ledger over: server_close closes it. */
bool server_open(struct ledger *ledger, const struct server_ports *ports, struct server **ret, struct error *err);
void server_close(struct server *server);
void server_public_key(struct server *server, uint8_t ret[SIGN_PUBLIC_SIZE]);

/* One POST /v1/sync: appends the signed reply. False: the request was none (answer HTTP 400 with the cause). */
bool server_exchange(struct server *server, struct span request, struct bytes *ret_reply, struct error *err);
/* One POST /v1/enrol. `peer` is what rate limits count by (an address as text). */
bool server_enrol(struct server *server, struct span request, const char *peer, struct bytes *ret_reply, struct error *err);
/* A bundle file's bytes in, the reply bundle's bytes out. */
bool server_bundle(struct server *server, struct span bundle, struct bytes *ret_bundle, struct error *err);

/* Devices. A code is made for a device name; enrolling with it ties a log to the name. */
bool server_device_code(struct server *server, const char *device, const char *municipality, const struct grant *grants, size_t grant_count,
                        int64_t valid_ms, char ret_code[CODE_TEXT_SIZE], struct error *err);
struct server_device {
    const char *name, *municipality, *agent; bool revoked, enrolled;
    uint64_t log, received_seq, waiting, scope_version; int64_t last_contact_ms, clock_error_ms;
    const struct grant *grants; size_t grant_count; uint64_t quarantined, logs;
};
bool server_device_each(struct server *server, const char *name_or_null, bool (*each)(void *context, const struct server_device *device),
                        void *context, struct error *err);
bool server_device_revoke(struct server *server, const char *name, bool revoked, struct error *err);
bool server_device_scope(struct server *server, const char *name, const struct grant *grants, size_t grant_count, struct error *err);

enum { USER_NAME_BYTES_MAX = 64, PASSWORD_BYTES_MIN = 12, PASSWORD_BYTES_MAX = 256 };
bool server_user_add(struct server *server, const char *name, const char *role, const char *password, struct error *err);
bool server_user_each(struct server *server, bool (*each)(void *context, const char *name, const char *role), void *context,
                      struct error *err);

/* Walks ledger, chain, signatures, receipts, state, feed, digests; replays the ledger into a fresh state and compares. */
bool server_verify(struct server *server, void (*each)(void *context, const char *finding),
                   void (*progress)(void *context, uint64_t done, uint64_t total),
                   void *context, uint64_t *ret_findings, struct error *err);
/* Online copy to `path`, opened again and proven as server_verify does, then safe_seq moves on for every log in it. ERROR_CORRUPT: nothing
 * was made, nothing moved. `progress` runs twice: through the pages, then through the segments. */
bool server_backup(struct server *server, const char *path, void (*progress)(void *context, uint64_t done, uint64_t total),
                   void *context, struct error *err);
/* On a ledger just restored from a backup: a new epoch, so that devices refill what it lacks. */
bool server_restored(struct ledger *ledger, const struct server_ports *ports, struct error *err);
/* Rows of one entity as they stand, for export. */
bool server_each_row(struct server *server, const char *entity, bool (*each)(void *context, const struct row *row), void *context,
                     struct error *err);

struct server_counters {
    uint64_t exchanges, refused, retried, bad, changes, segments, rows, quarantined, devices, conflicts, position, enrolments;
    uint64_t reply_bytes, request_bytes, ledger_bytes;
};
void server_counters(struct server *server, struct server_counters *ret);
bool server_healthy(struct server *server, struct error *err);   /* the ledger answers and can be written */

#endif
