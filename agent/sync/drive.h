// SPDX-License-Identifier: Apache-2.0
/* Driving a device's session over its store: all the storing that the session asks for, and none of the sending.
 *
 * Here:      stepwise (for a loop that serves others meanwhile) and blocking (for a command, and for the simulator); what `status` is
 *            to remember of it.
 * Not here:  the rules (protocol/device_session.h), the road (transport.h), the clock and chance (handed in).
 *
 *     sync_begin(store, &options, &sync, err);
 *     while (sync_wants_exchange(sync)) { send sync_request(sync); sync_answered(sync, reply) or sync_failed(sync, &why, ms); }
 *     outcome = sync_end(sync, err); sync_destroy(sync);
 *
 * Promise:   no transaction is open while the network is waited for; between steps the store may be read and written.
 */
#ifndef AGENT_SYNC_DRIVE_H
#define AGENT_SYNC_DRIVE_H

#include "agent/store/store.h"
#include "agent/sync/transport.h"

#define SYNC_PATH "/v1/sync"

struct sync_options {
    struct clock_port clock;
    struct chance_port chance;
    const char *agent; /* "teren 0.1.0"; "" when the server was told in this process already */
};

struct sync;
/* ERROR_INVALID when the device is not enrolled. */
bool sync_begin(struct store *store, const struct sync_options *options, struct sync **ret, struct error *err);
void sync_destroy(struct sync *sync); /* NULL is fine; a session that is dropped half-way loses nothing */
bool sync_wants_exchange(const struct sync *sync);
struct span sync_request(const struct sync *sync); /* valid until the next step */
const char *sync_url(const struct sync *sync);
uint64_t sync_rounds(const struct sync *sync); /* exchanges so far, for a progress line */
void sync_answered(struct sync *sync, struct span reply);
void sync_failed(struct sync *sync, const struct error *why, int64_t retry_after_ms);
/* Writes down how it went (store_sync_state) and gives the outcome. False: that could not be written. */
bool sync_end(struct sync *sync, struct session_outcome *ret, struct error *err);

/* The whole of it, waiting for the network. True when a session took place, whatever its outcome: ask ret->complete and ret->error. */
bool sync_once(struct store *store, const struct transport *transport, const struct sync_options *options, struct session_outcome *ret,
               struct error *err);

#endif
