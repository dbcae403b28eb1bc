// SPDX-License-Identifier: Apache-2.0
/* The table of connections: deadlines, body budget, counters, under one lock that is never held across IO but shutdown(2).
 *
 * Here:      a list, walked once a second; at most HTTP_CONNECTIONS_MAX long.
 * Not here:  why a deadline is what it is (http.c sets them).
 */
#define _GNU_SOURCE
#include "server-stub/http/connections.h"

#include <stdlib.h>
#include <sys/socket.h>

bool connections_init(struct connections *connections)
{
    *connections = (struct connections){.first = NULL};
    return pthread_mutex_init(&connections->lock, NULL) == 0;
}

void connections_clear(struct connections *connections)
{
    while (connections->first != NULL)
        connections_remove(connections, connections->first);
    pthread_mutex_destroy(&connections->lock);
}

struct connection *connections_add(struct connections *connections, int fd, const struct sockaddr *peer, int64_t deadline_ms)
{
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL)
        return NULL;
    connection->fd = fd;
    connection->deadline_ms = deadline_ms;
    if (peer != NULL) {
        address_peer(peer, connection->peer);
        connection->from_loopback = address_is_loopback(peer);
    }
    pthread_mutex_lock(&connections->lock);
    connection->next = connections->first;
    if (connection->next != NULL)
        connection->next->previous = connection;
    connections->first = connection;
    connections->counters.connections++;
    pthread_mutex_unlock(&connections->lock);
    return connection;
}

void connections_remove(struct connections *connections, struct connection *connection)
{
    pthread_mutex_lock(&connections->lock);
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        connections->first = connection->next;
    if (connection->next != NULL)
        connection->next->previous = connection->previous;
    connections->counters.connections--;
    pthread_mutex_unlock(&connections->lock);
    free(connection);
}

void connections_set_deadline(struct connections *connections, struct connection *connection, int64_t deadline_ms)
{
    pthread_mutex_lock(&connections->lock);
    connection->deadline_ms = deadline_ms;
    pthread_mutex_unlock(&connections->lock);
}

size_t connections_cut(struct connections *connections, int64_t now_ms)
{
    size_t cut = 0;
    pthread_mutex_lock(&connections->lock);
    for (struct connection *at = connections->first; at != NULL; at = at->next)
        if (at->deadline_ms <= now_ms) {
            shutdown(at->fd, SHUT_RDWR); /* the library sees the end and closes; the fd stays its own */
            at->deadline_ms = INT64_MAX;
            cut++;
        }
    pthread_mutex_unlock(&connections->lock);
    return cut;
}

bool connections_take_bytes(struct connections *connections, size_t size)
{
    bool fits;
    pthread_mutex_lock(&connections->lock);
    fits = size <= HTTP_BODIES_BYTES_MAX - connections->body_bytes;
    if (fits)
        connections->body_bytes += size;
    pthread_mutex_unlock(&connections->lock);
    return fits;
}

void connections_give_bytes(struct connections *connections, size_t size)
{
    pthread_mutex_lock(&connections->lock);
    connections->body_bytes -= size;
    pthread_mutex_unlock(&connections->lock);
}

void connections_request_begins(struct connections *connections)
{
    pthread_mutex_lock(&connections->lock);
    connections->counters.active++;
    pthread_mutex_unlock(&connections->lock);
}

void connections_request_ends(struct connections *connections)
{
    pthread_mutex_lock(&connections->lock);
    connections->counters.active--;
    pthread_mutex_unlock(&connections->lock);
}

void connections_count_answer(struct connections *connections, unsigned status)
{
    pthread_mutex_lock(&connections->lock);
    connections->counters.answers[status / 100 < 6 ? status / 100 : 0]++;
    pthread_mutex_unlock(&connections->lock);
}

struct http_counters connections_counters(struct connections *connections)
{
    struct http_counters counters;
    pthread_mutex_lock(&connections->lock);
    counters = connections->counters;
    pthread_mutex_unlock(&connections->lock);
    return counters;
}

int64_t http_time_for(uint64_t size)
{
    return HTTP_BODY_MS_MAX + (int64_t)(size / HTTP_BODY_BYTES_PER_S_MIN) * 1000;
}
