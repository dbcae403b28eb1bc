// SPDX-License-Identifier: Apache-2.0
/* Who is connected, until when, and how much memory their bodies take.
 *
 * Here:      a table of connections with absolute deadlines; the budget of body bytes; counters.
 * Not here:  libmicrohttpd, requests' contents.
 * Why        the library's time-out starts again at every byte: one byte in 29 seconds would hold a connection for ever.
 * Threads    every function may be called from any thread.
 */
#ifndef HTTP_CONNECTIONS_H
#define HTTP_CONNECTIONS_H

#include <pthread.h>
#include <stddef.h>

#include "server-stub/http/http.h"
#include "server-stub/http/listen.h"

struct connection {
    struct connection *previous, *next;
    int fd;
    int64_t deadline_ms; /* uptime */
    char peer[LISTEN_TEXT_SIZE];
    bool from_loopback;
};
struct connections {
    pthread_mutex_t lock;
    struct connection *first;
    struct http_counters counters;
    size_t body_bytes;
};

bool connections_init(struct connections *connections);
void connections_clear(struct connections *connections);
/* NULL: no memory. Ended by connections_remove(), which must come before fd is closed: a deadline must not hit another's fd. */
struct connection *connections_add(struct connections *connections, int fd, const struct sockaddr *peer, int64_t deadline_ms);
void connections_remove(struct connections *connections, struct connection *connection);
void connections_set_deadline(struct connections *connections, struct connection *connection, int64_t deadline_ms);
/* Shuts down what is past its deadline; how many that were. */
size_t connections_cut(struct connections *connections, int64_t now_ms);
/* False: over HTTP_BODIES_BYTES_MAX, nothing was taken. */
bool connections_take_bytes(struct connections *connections, size_t size);
void connections_give_bytes(struct connections *connections, size_t size);
void connections_request_begins(struct connections *connections);
void connections_request_ends(struct connections *connections);
void connections_count_answer(struct connections *connections, unsigned status);
struct http_counters connections_counters(struct connections *connections);
/* How long `size` bytes may take in one direction. */
int64_t http_time_for(uint64_t size);

#endif
