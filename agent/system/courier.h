// SPDX-License-Identifier: Apache-2.0
/* A child process that carries exchanges for `teren run` while the parent serves commands.
 *
 * Here:      start, hand over a request, poll for the answer, end.
 * Not here:  the exchange itself: the child uses the transport it was given.
 * Why a child, not a thread: libcurl and TLS keep some 7 MB once loaded; with the child they go.
 *            And a fault in them cannot reach the store.
 * Rule       one request at a time; the child holds none of the parent's files.
 */
#ifndef AGENT_SYSTEM_COURIER_H
#define AGENT_SYSTEM_COURIER_H

#include "agent/sync/transport.h"

struct courier;
/* What the child works with. */
struct courier_load {
    struct transport transport;
    void (*traffic)(void *self, uint64_t *ret_sent, uint64_t *ret_received); /* bytes on the wire so far; may be NULL */
    void *self;
};
/* Forks. The parent must have one thread only. */
bool courier_start(const struct courier_load *load, struct courier **ret, struct error *err);
void courier_traffic(const struct courier *courier, uint64_t *ret_sent, uint64_t *ret_received); /* by the answers read so far */
void courier_stop(struct courier *courier);            /* ends the child, whatever it does; NULL is fine */
int courier_descriptor(const struct courier *courier); /* readable when there is something of the answer */
bool courier_send(struct courier *courier, const char *url, const char *path, struct span request, struct error *err);

enum courier_state { COURIER_WAITING, COURIER_ANSWERED, COURIER_FAILED };
/* Reads what there is, without waiting. ANSWERED: *ret_reply is the caller's. FAILED: err and *ret_retry_after_ms. */
enum courier_state courier_read(struct courier *courier, struct bytes *ret_reply, int64_t *ret_retry_after_ms, struct error *err);

#endif
