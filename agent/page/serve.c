// SPDX-License-Identifier: Apache-2.0
/* libmicrohttpd's callbacks: from a connection to a route and back.
 *
 * Here:      headers to gate and guard, body bytes into memory, the answer out.
 * Not here:  answers as such (answer.c), the listening socket and the daemon's life (serve_start.c), deadlines as such (lines.c).
 */
#define _GNU_SOURCE
#include "agent/page/serve_internal.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "agent/page/answer.h"
#include "agent/page/guard.h"
#include "protocol/head.h"

/* One request, from its first line to its end. */
struct incoming {
    char *target; /* raw, as on the request line */
    bool head_seen, overloaded;
    size_t route;
    const struct catalogue *words; /* asked for; NULL: none */
    uint64_t body_bytes;           /* as declared */
    size_t taken_bytes;            /* of the budget */
    struct bytes body;
};

static const struct {
    const char *name, *value;
} answer_headers[] = {
    {"Cache-Control", "no-store"},
    {"Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; "
                                "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Referrer-Policy", "no-referrer"},
    {"Permissions-Policy",
     "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), "
     "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), usb=(), "
     "screen-wake-lock=(), xr-spatial-tracking=()"},
};

static int64_t now_ms(const struct serve *serve)
{
    return serve->world->clock.uptime_ms(serve->world->clock.self);
}

void serve_connection_changes(void *context, struct MHD_Connection *connection, void **socket_context,
                              enum MHD_ConnectionNotificationCode code)
{
    struct serve *serve = context;

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *fd = serve->library.get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

        *socket_context = fd == NULL ? NULL : lines_add(&serve->lines, fd->connect_fd, now_ms(serve), now_ms(serve) + SERVE_HEAD_MS_MAX);
        lines_make_room(&serve->lines, SERVE_CONNECTIONS_KEPT, *socket_context);
    } else {
        lines_remove(*socket_context);
        *socket_context = NULL;
    }
}

static struct line *line_of(const struct serve *serve, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = serve->library.get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info == NULL ? NULL : info->socket_context;
}

static void set_deadline(struct serve *serve, struct MHD_Connection *connection, int64_t in_ms)
{
    struct line *line = line_of(serve, connection);

    if (line == NULL)
        return;
    line->deadline_ms = now_ms(serve) + in_ms;
    line->idle_since_ms = LINE_IS_BUSY;
}

static void set_idle(struct serve *serve, struct MHD_Connection *connection)
{
    struct line *line = line_of(serve, connection);

    set_deadline(serve, connection, SERVE_IDLE_MS_MAX);
    if (line != NULL)
        line->idle_since_ms = now_ms(serve);
}

/* Called with the request line, before the library decodes or cuts anything. NULL: no memory; the request is then refused. */
void *serve_request_begins(void *context, const char *target, struct MHD_Connection *connection)
{
    struct incoming *incoming = calloc(1, sizeof *incoming);

    if (incoming == NULL)
        return NULL;
    incoming->target = strdup(target);
    set_deadline(context, connection, SERVE_HEAD_MS_MAX);
    return incoming;
}

void serve_request_ends(void *context, struct MHD_Connection *connection, void **request, enum MHD_RequestTerminationCode how)
{
    struct serve *serve = context;
    struct incoming *incoming = *request;

    (void)how;
    if (incoming == NULL)
        return;
    set_idle(serve, connection);
    serve->body_bytes -= incoming->taken_bytes;
    serve->wants_trim = serve->wants_trim || incoming->body.room > SERVE_TRIM_BYTES;
    bytes_clear(&incoming->body);
    free(incoming->target);
    free(incoming);
    *request = NULL;
}

struct header_list {
    struct gate_header headers[GATE_HEADERS_MAX + 1];
    size_t count;
};

static enum MHD_Result collect_header(void *context, enum MHD_ValueKind kind, const char *name, size_t name_size, const char *value,
                                      size_t value_size)
{
    struct header_list *list = context;

    (void)kind;
    if (list->count > GATE_HEADERS_MAX)
        return MHD_NO;
    list->headers[list->count++] = (struct gate_header){name, name_size, value != NULL ? value : "", value != NULL ? value_size : 0};
    return MHD_YES;
}

static bool add_headers(const struct library *library, struct MHD_Response *response, const struct answer *answer, const char *allow)
{
    for (size_t i = 0; i < sizeof answer_headers / sizeof answer_headers[0]; i++)
        if (library->add_response_header(response, answer_headers[i].name, answer_headers[i].value) != MHD_YES)
            return false;
    return library->add_response_header(response, "Content-Type", answer->media_type) == MHD_YES &&
           (allow[0] == '\0' || library->add_response_header(response, "Allow", allow) == MHD_YES);
}

/* Gives the answer to the library; the body goes with it. */
static enum MHD_Result send_answer(struct serve *serve, struct MHD_Connection *connection, struct answer *answer, const char *allow)
{
    const struct library *library = &serve->library;
    bool is_made = answer->body.data != NULL;
    size_t size = is_made ? answer->body.size : answer->borrowed.size;
    /* The library promises not to write to a persistent buffer. */
    void *data = is_made ? answer->body.data : (void *)(uintptr_t)answer->borrowed.data;
    struct MHD_Response *response =
        library->create_response_from_buffer(size, data, is_made ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
    enum MHD_Result result = MHD_NO;

    if (response == NULL) {
        bytes_clear(&answer->body);
        return MHD_NO; /* no memory: the connection closes, the page comes again */
    }
    answer->body = (struct bytes){0}; /* the response's now */
    if (add_headers(library, response, answer, allow)) {
        set_deadline(serve, connection, SERVE_BODY_MS_MAX);
        result = library->queue_response(connection, answer->status, response);
    }
    library->destroy_response(response);
    serve->wants_trim = serve->wants_trim || (is_made && size > SERVE_TRIM_BYTES);
    return result;
}

static enum MHD_Result refuse(struct serve *serve, struct MHD_Connection *connection, const struct incoming *incoming, unsigned status,
                              const char *reason)
{
    struct error err = {0};
    struct answer answer = {0};
    char allow[32] = "";

    if (status == GATE_METHOD)
        routes_allow(&serve->routes, incoming->target, allow, sizeof allow);
    error_set(&err,
              status == GUARD_NO_TOKEN || status == GUARD_FOREIGN ? ERROR_REFUSED
              : status >= 500                                     ? ERROR_MEMORY
                                                                  : ERROR_USAGE,
              status == GUARD_NO_TOKEN ? N_("Open the page from its icon again, or with `teren open`.") : "", "%s", reason);
    answer_error(incoming != NULL && incoming->words != NULL ? incoming->words : catalogue_of("en"), status, &err, &answer);
    return send_answer(serve, connection, &answer, allow);
}

static const struct catalogue *words_asked(const struct gate_request *request)
{
    const struct gate_header *header = guard_header(request, "Teren-Language");
    char language[16];

    if (header == NULL || header->value_size >= sizeof language)
        return NULL;
    memcpy(language, header->value, header->value_size);
    language[header->value_size] = '\0';
    return catalogue_of(language);
}

/* The head is here: through gate and guard, or out. */
static enum MHD_Result take_head(struct serve *serve, struct MHD_Connection *connection, struct incoming *incoming, const char *method,
                                 const char *path, const char *version)
{
    struct header_list list = {.count = 0};
    const char *reason = N_("the request could not be understood");
    const char *hosts[] = {serve->host, NULL};
    struct gate_request request;
    enum gate_verdict verdict;
    enum guard_verdict guard;

    serve->library.get_connection_values_n(connection, MHD_HEADER_KIND, collect_header, &list);
    if (incoming->target == NULL)
        return refuse(serve, connection, incoming, 503, N_("no memory was left"));
    if (list.count > GATE_HEADERS_MAX)
        return refuse(serve, connection, incoming, GATE_HEADERS_TOO_LARGE, "the request had too many headers");
    if (head_was_cut(path, strlen(incoming->target), version, list.headers, list.count, SERVE_CONNECTION_BYTES))
        return refuse(serve, connection, incoming, GATE_BAD_REQUEST, "the head had a NUL or a line end that is not allowed");
    request = (struct gate_request){method, incoming->target, strlen(incoming->target), list.headers, list.count};
    incoming->words = words_asked(&request);
    verdict = gate_check(&request, serve->routes.gates, serve->routes.count, hosts, &incoming->route, &incoming->body_bytes, &reason);
    if (verdict != GATE_PASS)
        return refuse(serve, connection, incoming, (unsigned)verdict, reason);
    guard = guard_check(&request, routes_api(&serve->routes, incoming->route) != NULL ? GUARD_API : GUARD_SHELL, serve->origin,
                        serve->token, &reason);
    if (guard != GUARD_PASS)
        return refuse(serve, connection, incoming, (unsigned)guard, reason);
    incoming->head_seen = true;
    set_deadline(serve, connection, SERVE_BODY_MS_MAX);
    return MHD_YES;
}

/* Never more than declared, never more than the budget. What does not fit is read and dropped, then answered with 503. */
static enum MHD_Result take_body(struct serve *serve, struct incoming *incoming, const char *data, size_t *size)
{
    if (incoming->taken_bytes == 0 && !incoming->overloaded) {
        incoming->overloaded = incoming->body_bytes > SERVE_BODIES_BYTES_MAX - serve->body_bytes;
        incoming->taken_bytes = incoming->overloaded ? 0 : (size_t)incoming->body_bytes;
        serve->body_bytes += incoming->taken_bytes;
    }
    if (!incoming->overloaded && *size > incoming->body_bytes - incoming->body.size)
        return MHD_NO;
    if (!incoming->overloaded)
        incoming->overloaded = !bytes_append(&incoming->body, data, *size);
    if (incoming->overloaded)
        bytes_clear(&incoming->body);
    *size = 0;
    return MHD_YES;
}

static enum MHD_Result run_route(struct serve *serve, struct MHD_Connection *connection, struct incoming *incoming)
{
    const struct page_route *route = routes_api(&serve->routes, incoming->route);
    const char *query = strchr(incoming->target, '?');
    const struct catalogue *words = incoming->words != NULL ? incoming->words : catalogue_of("en");
    struct answer answer = {.status = 200};
    struct error err = {0};

    if (route != NULL)
        answer_run(serve->world,
                   &(struct question){.route = route,
                                      .words = words,
                                      .query = query == NULL ? "" : query + 1,
                                      .body = bytes_span(&incoming->body),
                                      .last_use_ms = serve->last_use_ms},
                   &answer);
    else if (!routes_shell(&serve->routes, incoming->route, &answer.borrowed, &answer.body, &answer.media_type, &err))
        answer_error(words, 0, &err, &answer);
    if (route != NULL && !answer.is_idle_still)
        serve->last_use_ms = now_ms(serve);
    if (answer.has_changed && serve->world->changed != NULL)
        serve->world->changed(serve->world->self);
    return send_answer(serve, connection, &answer, "");
}

enum MHD_Result serve_request_goes_on(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                                      const char *version, const char *upload_data, size_t *upload_data_size, void **request)
{
    struct serve *serve = context;
    struct incoming *incoming = *request;

    if (incoming == NULL)
        return refuse(serve, connection, NULL, 503, N_("no memory was left"));
    if (!incoming->head_seen)
        return take_head(serve, connection, incoming, method, url, version);
    if (*upload_data_size > 0)
        return take_body(serve, incoming, upload_data, upload_data_size);
    if (incoming->overloaded)
        return refuse(serve, connection, incoming, 503, N_("too much is being received at this moment"));
    return run_route(serve, connection, incoming);
}

int serve_wait_ms(struct serve *serve)
{
    MHD_UNSIGNED_LONG_LONG library_ms = 0;
    int64_t next_ms, wait_ms;

    if (serve == NULL)
        return -1;
    if (serve->library.get_timeout(serve->daemon, &library_ms) == MHD_YES && library_ms == 0)
        return 0;
    next_ms = lines_next_ms(&serve->lines);
    if (next_ms == LINE_NO_DEADLINE)
        return -1;
    wait_ms = next_ms - now_ms(serve);
    return wait_ms < 0 ? 0 : wait_ms > INT32_MAX ? INT32_MAX : (int)wait_ms;
}

void serve_go_on(struct serve *serve)
{
    if (serve == NULL)
        return;
    lines_cut(&serve->lines, now_ms(serve));
    serve->library.run(serve->daemon);
    if (serve->wants_trim)
        malloc_trim(0); /* this program is to be small while it waits */
    serve->wants_trim = false;
}
