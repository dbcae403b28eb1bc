// SPDX-License-Identifier: Apache-2.0
/* The page's socket, its daemon, and their ends.
 *
 * Not here:  requests (serve.c).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/page/serve_internal.h"

enum { BACKLOG = 64 };

/* False with errno. Port 0: any free one. */
static bool listen_at(int port, int *ret_listener, int *ret_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int yes = 1, failure;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (listener < 0)
        return false;
    /* A restart finds the port again although connections of the last process are still fading; who listens keeps it all the same. */
    if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
        bind(listener, (const struct sockaddr *)&address, size) == 0 && listen(listener, BACKLOG) == 0 &&
        getsockname(listener, (struct sockaddr *)&address, &size) == 0) {
        *ret_listener = listener;
        *ret_port = ntohs(address.sin_port);
        return true;
    }
    failure = errno;
    close(listener);
    errno = failure;
    return false;
}

static bool find_port(struct serve *serve, int port, struct error *err)
{
    int wanted = port == SERVE_PORT_PREFERRED ? SERVE_PORT : port;
    bool found = listen_at(wanted, &serve->listener, &serve->port);

    if (!found && port == SERVE_PORT_PREFERRED && (errno == EADDRINUSE || errno == EACCES))
        found = listen_at(0, &serve->listener, &serve->port);
    if (found)
        return true;
    if (errno == EADDRINUSE)
        return error_set(err, ERROR_BUSY, "Stop the other program, or choose another port with --port (0: any free one).",
                         "port %d of 127.0.0.1 was taken by another program", wanted);
    return error_set(err, ERROR_STORAGE, "Choose another port with --port (0: any free one).", "127.0.0.1:%d could not be listened on: %s",
                     wanted, strerror(errno));
}

/* The library decodes targets unless it is told not to; the gate wants them raw. */
static size_t leave_as_it_is(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

static bool start_daemon(struct serve *serve, struct error *err)
{
    const union MHD_DaemonInfo *info = NULL;

    /* No Date header: it serves caches, and nothing here may be cached. */
    serve->daemon = serve->library.start_daemon(
        MHD_USE_EPOLL | MHD_USE_SUPPRESS_DATE_NO_CLOCK, 0, NULL, NULL, serve_request_goes_on, serve, MHD_OPTION_LISTEN_SOCKET,
        serve->listener, MHD_OPTION_CONNECTION_LIMIT, (unsigned)SERVE_CONNECTIONS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)SERVE_CONNECTION_BYTES, MHD_OPTION_CONNECTION_TIMEOUT, 0U, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_CONNECTION,
        serve_connection_changes, serve, MHD_OPTION_URI_LOG_CALLBACK, serve_request_begins, serve, MHD_OPTION_NOTIFY_COMPLETED,
        serve_request_ends, serve, MHD_OPTION_UNESCAPE_CALLBACK, leave_as_it_is, NULL, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_END);
    if (serve->daemon != NULL)
        info = serve->library.get_daemon_info(serve->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (info == NULL)
        return error_set(err, ERROR_STORAGE, "Look at the machine's limits for open files.", "the page's server could not be started");
    serve->descriptor = info->epoll_fd;
    serve->listener = -1; /* the daemon closes it */
    return true;
}

bool serve_start(const struct page_world *world, int port, const char *token, struct serve **ret, struct error *err)
{
    struct serve *serve = calloc(1, sizeof *serve);
    bool done = false;

    if (serve == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs, then try again.", "no memory was left for the page");
    serve->world = world;
    serve->last_use_ms = world->clock.uptime_ms(world->clock.self);
    serve->listener = -1;
    serve->descriptor = -1;
    snprintf(serve->token, sizeof serve->token, "%s", token);
    if (!library_load(&serve->library, err) || !routes_make(&serve->arena, &serve->routes, err) || !find_port(serve, port, err))
        goto out;
    snprintf(serve->host, sizeof serve->host, "127.0.0.1:%d", serve->port);
    snprintf(serve->origin, sizeof serve->origin, "http://%s", serve->host);
    if (!start_daemon(serve, err))
        goto out;
    *ret = serve;
    serve = NULL; /* given away */
    done = true;
out:
    serve_stop(serve);
    return done;
}

int serve_port(const struct serve *serve)
{
    return serve->port;
}

void serve_change_token(struct serve *serve, const char *token)
{
    snprintf(serve->token, sizeof serve->token, "%s", token);
}

int serve_descriptor(const struct serve *serve)
{
    return serve == NULL ? -1 : serve->descriptor;
}

void serve_stop(struct serve *serve)
{
    if (serve == NULL)
        return;
    if (serve->daemon != NULL)
        serve->library.stop_daemon(serve->daemon);
    if (serve->listener >= 0)
        close(serve->listener);
    arena_clear(&serve->arena);
    free(serve);
}
