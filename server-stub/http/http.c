// SPDX-License-Identifier: Apache-2.0
/* libmicrohttpd's callbacks: from a connection to a route and back.
 *
 * Here:      start and stop; headers to the gate, body bytes into memory, the answer out.
 * Not here:  deadlines and budgets as such (connections.c), routes (routes.c), addresses (listen.c), certificates (tls.c).
 * Threads    a pool, two to a core: while one waits for the disk the other decodes. Each thread drives its own share of connections.
 */
#define _GNU_SOURCE
#include "server-stub/http/http.h"

#include <microhttpd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "protocol/head.h"
#include "server-stub/http/connections.h"
#include "server-stub/http/listen.h"
#include "server-stub/http/routes.h"
#include "server-stub/http/tls.h"

enum { HEADERS_MAX = 64, POOL_THREADS_MAX = 32, URL_SIZE = 96, LIBRARY_WORD_SIZE = 160, STOP_POLL_MS = 20, BODY_STEP_BYTES = 64 * 1024 };

struct http_server {
    struct MHD_Daemon *daemon;
    struct server *server;
    struct http_options options;
    struct connections connections;
    struct tls_files tls;
    int listen_fd;
    char url[URL_SIZE];
    char own_host[LISTEN_TEXT_SIZE];      /* the address listened on, with any port */
    const char *own_hosts[5];             /* this and loopback's names */
    char library_word[LIBRARY_WORD_SIZE]; /* the last thing the library said while it started */
    bool started;
};

/* One request, from its first line to its end. */
struct incoming {
    char *target; /* raw, as on the request line */
    bool head_seen, counted, overloaded;
    size_t route;
    uint64_t body_bytes; /* as declared */
    uint64_t received_bytes;
    size_t taken_bytes; /* of the budget */
    struct bytes body;
    int64_t began_ms;
    unsigned status;
};

static int64_t now_ms(const struct http_server *http)
{
    return http->options.clock.uptime_ms(http->options.clock.self);
}

static void log_line(const struct http_server *http, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void log_line(const struct http_server *http, const char *format, ...)
{
    char line[400];
    va_list arguments;
    if (http->options.log == NULL)
        return;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    http->options.log(http->options.log_context, line);
}

static void library_says(void *context, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));

/* While starting, its last words become the cause of a failure. Later they tell of strangers' noise and are let go. */
static void library_says(void *context, const char *format, va_list arguments)
{
    struct http_server *http = context;
    if (http->started)
        return;
    vsnprintf(http->library_word, sizeof http->library_word, format, arguments);
    http->library_word[strcspn(http->library_word, "\n")] = '\0';
}

static void connection_changes(void *context, struct MHD_Connection *connection, void **socket_context,
                               enum MHD_ConnectionNotificationCode code)
{
    struct http_server *http = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        const union MHD_ConnectionInfo *peer = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
        *socket_context = connections_add(&http->connections, fd != NULL ? fd->connect_fd : -1, peer != NULL ? peer->client_addr : NULL,
                                          now_ms(http) + HTTP_HEAD_MS_MAX);
    } else if (*socket_context != NULL) {
        connections_remove(&http->connections, *socket_context);
        *socket_context = NULL;
    }
}

static struct connection *connection_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info != NULL ? info->socket_context : NULL;
}

static void set_deadline(struct http_server *http, struct MHD_Connection *connection, int64_t in_ms)
{
    struct connection *entry = connection_of(connection);
    if (entry != NULL)
        connections_set_deadline(&http->connections, entry, now_ms(http) + in_ms);
}

/* Called with the request line, before the library decodes or cuts anything. NULL: no memory; the request is then refused. */
static void *request_begins(void *context, const char *target, struct MHD_Connection *connection)
{
    struct http_server *http = context;
    struct incoming *incoming = calloc(1, sizeof *incoming);
    if (incoming == NULL)
        return NULL;
    incoming->target = strdup(target);
    incoming->began_ms = now_ms(http);
    incoming->counted = true;
    connections_request_begins(&http->connections);
    set_deadline(http, connection, HTTP_HEAD_MS_MAX);
    return incoming;
}

static void request_ends(void *context, struct MHD_Connection *connection, void **request, enum MHD_RequestTerminationCode how)
{
    struct http_server *http = context;
    struct incoming *incoming = *request;
    if (incoming == NULL)
        return;
    if (how != MHD_REQUEST_TERMINATED_COMPLETED_OK && incoming->head_seen)
        log_line(http, "request cut path=%s ms=%lld", http_routes[incoming->route].path, (long long)(now_ms(http) - incoming->began_ms));
    set_deadline(http, connection, HTTP_IDLE_S * 1000 + HTTP_HEAD_MS_MAX);
    connections_give_bytes(&http->connections, incoming->taken_bytes);
    connections_request_ends(&http->connections);
    bytes_clear(&incoming->body);
    free(incoming->target);
    free(incoming);
    *request = NULL;
}

struct header_list {
    struct gate_header headers[HEADERS_MAX + 1];
    size_t count;
};

static enum MHD_Result collect_header(void *context, enum MHD_ValueKind kind, const char *name, size_t name_size, const char *value,
                                      size_t value_size)
{
    struct header_list *list = context;
    (void)kind;
    if (list->count > HEADERS_MAX)
        return MHD_NO;
    list->headers[list->count++] = (struct gate_header){name, name_size, value != NULL ? value : "", value != NULL ? value_size : 0};
    return MHD_YES;
}

/* Gives the answer to the library; the body goes with it. */
static enum MHD_Result send_answer(struct http_server *http, struct MHD_Connection *connection, struct incoming *incoming,
                                   struct http_answer *answer)
{
    char retry_after[16];
    enum MHD_Result result = MHD_NO;
    size_t size = answer->body.size;
    struct MHD_Response *response = MHD_create_response_from_buffer(size, answer->body.data, MHD_RESPMEM_MUST_FREE);
    if (response == NULL) {
        bytes_clear(&answer->body);
        return MHD_NO; /* no memory: the connection closes, the device comes again */
    }
    answer->body = (struct bytes){0}; /* the response's now */
    snprintf(retry_after, sizeof retry_after, "%u", answer->retry_after_s);
    if (MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->media_type) == MHD_YES &&
        MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store") == MHD_YES &&
        MHD_add_response_header(response, "X-Content-Type-Options", "nosniff") == MHD_YES &&
        (answer->allow == NULL || MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, answer->allow) == MHD_YES) &&
        (answer->retry_after_s == 0 || MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, retry_after) == MHD_YES)) {
        set_deadline(http, connection, http_time_for(size));
        result = MHD_queue_response(connection, answer->status, response);
    }
    MHD_destroy_response(response);
    connections_count_answer(&http->connections, answer->status);
    if (http->options.verbose || answer->status >= 400)
        log_line(http, "answered status=%u path=%s in=%zu out=%zu ms=%lld", answer->status,
                 incoming != NULL && incoming->head_seen ? http_routes[incoming->route].path : "-",
                 incoming != NULL ? incoming->body.size : 0, size, (long long)(incoming != NULL ? now_ms(http) - incoming->began_ms : 0));
    return result;
}

static enum MHD_Result send_refusal(struct http_server *http, struct MHD_Connection *connection, struct incoming *incoming, unsigned status,
                                    const char *reason)
{
    struct http_answer answer;
    http_refusal(status, reason, incoming != NULL ? incoming->target : NULL, &answer);
    if (status == 503)
        answer.retry_after_s = HTTP_RETRY_AFTER_BUSY_S;
    return send_answer(http, connection, incoming, &answer);
}

/* The head is here: through the gate or out. */
static enum MHD_Result take_head(struct http_server *http, struct MHD_Connection *connection, struct incoming *incoming, const char *method,
                                 const char *path, const char *version)
{
    struct header_list list = {.count = 0};
    const char *reason = "the request could not be understood";
    struct gate_request request;
    enum gate_verdict verdict;

    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, collect_header, &list);
    if (list.count > HEADERS_MAX)
        return send_refusal(http, connection, incoming, GATE_HEADERS_TOO_LARGE, "the request had too many headers");
    if (incoming->target == NULL)
        return send_refusal(http, connection, incoming, 503, "the server has no memory left");
    if (head_was_cut(path, strlen(incoming->target), version, list.headers, list.count, HTTP_CONNECTION_BYTES))
        return send_refusal(http, connection, incoming, GATE_BAD_REQUEST, "the head had a NUL or a line end that is not allowed");
    request = (struct gate_request){method, incoming->target, strlen(incoming->target), list.headers, list.count};
    verdict = gate_check(&request, http_routes, HTTP_ROUTE_COUNT, http->options.hosts, &incoming->route, &incoming->body_bytes, &reason);
    if (verdict != GATE_PASS)
        return send_refusal(http, connection, incoming, (unsigned)verdict, reason);
    incoming->head_seen = true;
    set_deadline(http, connection, http_time_for(incoming->body_bytes));
    return MHD_YES;
}

/* Memory is asked for as bytes come, not as they are promised: a slow sender of a large body holds what it has sent. */
static bool body_fits(struct http_server *http, struct incoming *incoming, size_t size)
{
    size_t wanted = (size + BODY_STEP_BYTES - 1) / BODY_STEP_BYTES * BODY_STEP_BYTES;
    if (wanted <= incoming->taken_bytes)
        return true;
    if (!connections_take_bytes(&http->connections, wanted - incoming->taken_bytes))
        return false;
    incoming->taken_bytes = wanted;
    return true;
}

/* Never more than declared, never more than the budget. What does not fit is read and dropped, then answered with 503. */
static enum MHD_Result take_body(struct http_server *http, struct incoming *incoming, const char *data, size_t *size)
{
    incoming->received_bytes += *size;
    if (incoming->received_bytes > incoming->body_bytes)
        return MHD_NO;
    if (!incoming->overloaded)
        incoming->overloaded = !body_fits(http, incoming, incoming->body.size + *size) || !bytes_append(&incoming->body, data, *size);
    if (incoming->overloaded)
        bytes_clear(&incoming->body);
    *size = 0;
    return MHD_YES;
}

static enum MHD_Result run_route(struct http_server *http, struct MHD_Connection *connection, struct incoming *incoming)
{
    const struct connection *entry = connection_of(connection);
    struct http_answer answer;
    struct http_call call = {
        .server = http->server,
        .body = bytes_span(&incoming->body),
        .peer = entry != NULL ? entry->peer : "unknown",
        .from_loopback = entry != NULL && entry->from_loopback,
        .counters = connections_counters(&http->connections),
    };
    set_deadline(http, connection, INT32_MAX); /* our own work is not the peer's delay */
    http_route_run(incoming->route, &call, &answer);
    return send_answer(http, connection, incoming, &answer);
}

static enum MHD_Result request_goes_on(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                                       const char *version, const char *upload_data, size_t *upload_data_size, void **request)
{
    struct http_server *http = context;
    struct incoming *incoming = *request;
    if (incoming == NULL)
        return send_refusal(http, connection, NULL, 503, "the server has no memory left");
    if (!incoming->head_seen)
        return take_head(http, connection, incoming, method, url, version);
    if (*upload_data_size > 0)
        return take_body(http, incoming, upload_data, upload_data_size);
    if (incoming->overloaded)
        return send_refusal(http, connection, incoming, 503, "the server is receiving too much at this moment");
    return run_route(http, connection, incoming);
}

/* The library decodes targets unless it is told not to; the gate wants them raw. */
static size_t leave_as_it_is(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

static unsigned pool_threads(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    long threads = cores > 0 ? 2 * cores : 2;
    return threads > POOL_THREADS_MAX ? POOL_THREADS_MAX : (unsigned)threads;
}

/* Room for every connection, the ledger's files and a few more; a soft limit of 1024 would be met in a herd. */
static void raise_open_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < HTTP_CONNECTIONS_MAX + 256) {
        limit.rlim_cur = limit.rlim_max < HTTP_CONNECTIONS_MAX + 256 ? limit.rlim_max : HTTP_CONNECTIONS_MAX + 256;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static bool start_daemon(struct http_server *http, bool ipv6, struct error *err)
{
    /* No Date header: it serves caches, and nothing here may be cached; the signed reply carries the server's clock. 37 bytes an answer. */
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_ERROR_LOG | MHD_USE_SUPPRESS_DATE_NO_CLOCK;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_KEY, 0, http->tls.key},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, http->tls.cert},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)(const void *)TLS_PRIORITIES},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};

    if (http->tls.key != NULL)
        flags |= MHD_USE_TLS;
    if (ipv6)
        flags |= MHD_USE_IPv6;
    http->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, request_goes_on, http, MHD_OPTION_EXTERNAL_LOGGER, library_says, http, MHD_OPTION_LISTEN_SOCKET,
        http->listen_fd, MHD_OPTION_THREAD_POOL_SIZE, pool_threads(), MHD_OPTION_THREAD_STACK_SIZE, (size_t)HTTP_STACK_BYTES,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        (unsigned)HTTP_CONNECTIONS_PER_PEER_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_CONNECTION_BYTES,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_IDLE_S, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_CONNECTION,
        connection_changes, http, MHD_OPTION_URI_LOG_CALLBACK, request_begins, http, MHD_OPTION_NOTIFY_COMPLETED, request_ends, http,
        MHD_OPTION_UNESCAPE_CALLBACK, leave_as_it_is, NULL, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_ARRAY,
        http->tls.key != NULL ? tls : none, MHD_OPTION_END);
    if (http->daemon == NULL && http->tls.key != NULL)
        return error_set(err, ERROR_INVALID, "Check that certificate and key belong together: PEM, the key without a password.",
                         "TLS could not be started with %s and %s: %s", http->options.tls_cert, http->options.tls_key, http->library_word);
    if (http->daemon == NULL)
        return error_set(err, ERROR_STORAGE, "Look at the machine's limits for threads and open files.",
                         "the HTTP server could not be started: %s", http->library_word);
    http->started = true;
    return true;
}

static bool may_listen_in_clear(const struct http_options *options, const struct listen_address *address, struct error *err)
{
    if (options->tls_cert != NULL || options->behind_proxy || address_is_loopback((const struct sockaddr *)&address->address))
        return true;
    return error_set(err, ERROR_USAGE, "Give --tls-cert and --tls-key, or --behind-proxy where a proxy on this network does TLS.",
                     "--listen %s would carry personal data over the network in clear", options->listen);
}

/* Plain HTTP on loopback is for this machine alone: a page in a browser on it that makes its own name point to 127.0.0.1 must not read
 * /metrics, so only loopback's own names are answered, whatever the port (tunnels have their own). A proxy in front may pass on the name
 * that it was asked by, and over TLS such a page has no certificate. */
static void default_hosts(struct http_server *http, const struct listen_address *address, const char *bound)
{
    size_t name = (size_t)(strrchr(bound, ':') - bound);

    if (http->options.hosts != NULL || http->options.behind_proxy || http->options.tls_cert != NULL ||
        !address_is_loopback((const struct sockaddr *)&address->address))
        return;
    snprintf(http->own_host, sizeof http->own_host, "%.*s:*", (int)name, bound);
    http->own_hosts[0] = "localhost:*";
    http->own_hosts[1] = "127.0.0.1:*";
    http->own_hosts[2] = "[::1]:*";
    http->own_hosts[3] = http->own_host;
    http->options.hosts = http->own_hosts;
}

bool http_server_start(struct server *server, const struct http_options *options, struct http_server **ret, struct error *err)
{
    struct listen_address address;
    char bound[LISTEN_TEXT_SIZE];
    struct http_server *http = calloc(1, sizeof *http);
    bool done = false;

    if (http == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory was left for the HTTP server");
    http->server = server;
    http->options = *options;
    http->listen_fd = -1;
    if (!connections_init(&http->connections)) {
        free(http);
        return error_set(err, ERROR_MEMORY, "Close other programs.", "a lock could not be made");
    }
    if (!listen_parse(options->listen, &address, err) || !may_listen_in_clear(options, &address, err))
        goto out;
    if (options->tls_cert != NULL && !tls_files_read(&http->tls, options->tls_cert, options->tls_key, err))
        goto out;
    raise_open_files();
    if (!listen_open(&address, &http->listen_fd, bound, err))
        goto out;
    default_hosts(http, &address, bound);
    if (!start_daemon(http, address.address.ss_family == AF_INET6, err))
        goto out;
    snprintf(http->url, sizeof http->url, "%s://%s", http->tls.key != NULL ? "https" : "http", bound);

    *ret = http;
    http = NULL; /* given away */
    done = true;
out:
    http_server_stop(http, 0);
    return done;
}

const char *http_server_url(const struct http_server *http)
{
    return http->url;
}

void http_server_tick(struct http_server *http)
{
    size_t cut = connections_cut(&http->connections, now_ms(http));
    if (cut > 0)
        log_line(http, "connections past their deadline were cut count=%zu", cut);
}

void http_server_stop(struct http_server *http, int64_t wait_ms)
{
    const struct timespec pause = {.tv_nsec = STOP_POLL_MS * 1000000L};
    int64_t until;

    if (http == NULL)
        return;
    if (http->daemon != NULL) {
        until = now_ms(http) + wait_ms;
        MHD_quiesce_daemon(http->daemon);
        while (connections_counters(&http->connections).active > 0 && now_ms(http) < until)
            nanosleep(&pause, NULL);
        MHD_stop_daemon(http->daemon);
    }
    if (http->listen_fd >= 0)
        close(http->listen_fd);
    connections_clear(&http->connections);
    tls_files_clear(&http->tls);
    free(http);
}
