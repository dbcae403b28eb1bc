// SPDX-License-Identifier: Apache-2.0
/* Requests over a real socket: what is no request never reaches a route, and what is one is answered as the contract says.
 *
 * Not here:  what is in a sync (server_app tests), TLS (tests/end-to-end), parts that need no socket (server_http_parts.c).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "server-stub/app/server.h"
#include "server-stub/http/http.h"
#include "server-stub/http/listen.h"
#include "server-stub/ledger/ledger.h"
#include "server-stub/ledger/sqlite.h"
#include "tests/unit/suite.h"

enum { ANSWER_BYTES = 64 * 1024 };
#define SYNC_TYPE "Content-Type: application/vnd.teren.sync\r\n"

static int64_t wall_ms(void *self)
{
    (void)self;
    return 1700000000000;
}

/* Time stands still until a test moves it. */
static int64_t uptime_ms(void *self)
{
    return __atomic_load_n((int64_t *)self, __ATOMIC_SEQ_CST);
}

static void fill(void *self, void *ret, size_t size)
{
    unsigned char *at = ret;
    (void)self;
    for (size_t i = 0; i < size; i++)
        at[i] = (unsigned char)(i * 37 + 11);
}

struct scene {
    char folder[32], ledger[64];
    int64_t uptime;
    unsigned lines;
    char last_line[400];
    pthread_mutex_t lock;
    struct server *server;
    struct http_server *http;
    struct sockaddr_in address;
};

static void note_line(void *context, const char *line)
{
    struct scene *scene = context;
    pthread_mutex_lock(&scene->lock);
    scene->lines++;
    snprintf(scene->last_line, sizeof scene->last_line, "%s", line);
    pthread_mutex_unlock(&scene->lock);
}

static struct http_options options_of(struct scene *scene)
{
    return (struct http_options){
        .listen = "127.0.0.1:0", .verbose = true, .log = note_line, .log_context = scene, .clock = {wall_ms, uptime_ms, &scene->uptime}};
}

static const char *const letters[] = {"a", NULL}; /* the Host of most requests here */

static void open_scene(struct scene *scene, const char *const *hosts)
{
    struct server_ports ports = {.clock = {wall_ms, uptime_ms, &scene->uptime}, .chance = {fill, NULL}};
    struct http_options options;
    struct ledger *ledger = NULL;
    struct error err = {0};
    struct listen_address address;

    memset(scene, 0, sizeof *scene);
    pthread_mutex_init(&scene->lock, NULL);
    strcpy(scene->folder, "/tmp/teren-http-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(scene->folder));
    snprintf(scene->ledger, sizeof scene->ledger, "%s/ledger.db", scene->folder);
    ck_assert_msg(ledger_sqlite_open(scene->ledger, LEDGER_CREATE, NULL, &ledger, &err), "%s", err.cause);
    ck_assert_msg(server_init(ledger, &ports, "test", &err), "%s", err.cause);
    ck_assert_msg(server_open(ledger, &ports, &scene->server, &err), "%s", err.cause);
    options = options_of(scene);
    options.hosts = hosts;
    ck_assert_msg(http_server_start(scene->server, &options, &scene->http, &err), "%s", err.cause);
    ck_assert(listen_parse(http_server_url(scene->http) + strlen("http://"), &address, &err));
    memcpy(&scene->address, &address.address, sizeof scene->address);
}

static void close_scene(struct scene *scene)
{
    char command[96];
    http_server_stop(scene->http, 0);
    server_close(scene->server);
    snprintf(command, sizeof command, "rm -rf %s", scene->folder);
    ck_assert_int_eq(system(command), 0);
}

static int dial(const struct scene *scene)
{
    const struct timeval wait = {.tv_sec = 30};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(connect(fd, (const struct sockaddr *)&scene->address, sizeof scene->address), 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    return fd;
}

static void say(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
        if (sent < 0)
            return; /* cut off: the answer tells */
        data += sent;
        size -= (size_t)sent;
    }
}

/* Reads one answer, head and body; its status, 0 when there was none. */
static int hear(int fd, char ret[ANSWER_BYTES])
{
    size_t have = 0;
    int status = 0;
    ret[0] = '\0';
    for (;;) {
        const char *body = strstr(ret, "\r\n\r\n"), *length = strcasestr(ret, "\r\nContent-Length:");
        ssize_t got;
        if (body != NULL && length != NULL && length < body && have >= (size_t)(body + 4 - ret) + strtoul(length + 17, NULL, 10))
            break;
        got = recv(fd, ret + have, ANSWER_BYTES - 1 - have, 0);
        if (got <= 0)
            break;
        have += (size_t)got;
        ret[have] = '\0';
    }
    sscanf(ret, "HTTP/1.1 %d", &status);
    return status;
}

static int ask(const struct scene *scene, const char *request, size_t size, char ret[ANSWER_BYTES])
{
    int fd = dial(scene), status;
    say(fd, request, size);
    status = hear(fd, ret);
    close(fd);
    return status;
}

/* What the library would let through, and what it would not: each is refused before any route, with one line of text. */
static const struct {
    const char *title, *request;
    size_t size;
    int status;
} refused[] = {
#define CASE(title, text, status)                                                                                                          \
    {                                                                                                                                      \
        title, text, sizeof text - 1, status                                                                                               \
    }
    CASE("two Hosts", "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    CASE("no Host", "GET /healthz HTTP/1.1\r\n\r\n", 400),
    CASE("%00 in the path", "GET /healthz%00b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    CASE("NUL in the path", "GET /healthz\0b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    CASE("NUL in the Host", "GET /healthz HTTP/1.1\r\nHost: a\0b\r\n\r\n", 400),
    CASE("NUL in another header", "GET /healthz HTTP/1.1\r\nX: a\0b\r\nHost: a\r\n\r\n", 400),
    CASE("another site's target", "GET http://b/healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    CASE("two lengths", "POST /v1/sync HTTP/1.1\r\nHost: a\r\n" SYNC_TYPE "Content-Length: 3\r\nContent-Length: 4\r\n\r\nTSQx", 400),
    CASE("a length and chunks",
         "POST /v1/sync HTTP/1.1\r\nHost: a\r\n" SYNC_TYPE "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nTSQ\r\n0\r\n\r\n",
         400),
    CASE("chunks only", "POST /v1/sync HTTP/1.1\r\nHost: a\r\n" SYNC_TYPE "Transfer-Encoding: chunked\r\n\r\n3\r\nTSQ\r\n0\r\n\r\n", 411),
    CASE("no length", "POST /v1/sync HTTP/1.1\r\nHost: a\r\n" SYNC_TYPE "\r\n", 411),
    CASE("one byte too many", "POST /v1/sync HTTP/1.1\r\nHost: a\r\n" SYNC_TYPE "Content-Length: 4194305\r\n\r\n", 413),
    CASE("an enrolment too large", "POST /v1/enrol HTTP/1.1\r\nHost: a\r\n" SYNC_TYPE "Content-Length: 4097\r\n\r\n", 413),
    CASE("another media type", "POST /v1/sync HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nTSQ", 415),
    CASE("no such path", "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n", 404),
    CASE("another method", "GET /v1/sync HTTP/1.1\r\nHost: a\r\n\r\n", 405),
    CASE("a sync that is none", "POST /v1/sync HTTP/1.1\r\nHost: a\r\n" SYNC_TYPE "Content-Length: 6\r\n\r\nTSQabc", 400),
    CASE("an enrolment that is none", "POST /v1/enrol HTTP/1.1\r\nHost: a\r\n" SYNC_TYPE "Content-Length: 6\r\n\r\nTSEabc", 400),
};

START_TEST(what_is_no_request_is_refused_before_any_route)
{
    static char answer[ANSWER_BYTES];
    struct scene scene;
    struct server_counters before = {0}, after = {0};
    open_scene(&scene, letters);
    server_counters(scene.server, &before);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        int status = ask(&scene, refused[i].request, refused[i].size, answer);
        ck_assert_msg(status == refused[i].status, "%s: %d, not %d: %s", refused[i].title, status, refused[i].status, answer);
    }
    server_counters(scene.server, &after);
    ck_assert_uint_eq(before.exchanges, after.exchanges);
    close_scene(&scene);
}
END_TEST

START_TEST(every_answer_of_ours_forbids_keeping_and_guessing)
{
    static char answer[ANSWER_BYTES];
    static const char *const requests[] = {"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n",
                                           "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"};
    struct scene scene;
    open_scene(&scene, letters);
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        ck_assert_int_ne(ask(&scene, requests[i], strlen(requests[i]), answer), 0);
        ck_assert_ptr_nonnull(strstr(answer, "\r\nCache-Control: no-store\r\n"));
        ck_assert_ptr_nonnull(strstr(answer, "\r\nX-Content-Type-Options: nosniff\r\n"));
        ck_assert_ptr_null(strstr(answer, "\r\nDate:"));
        ck_assert_ptr_null(strstr(answer, "\r\nServer:"));
    }
    ck_assert_int_eq(ask(&scene, requests[0], strlen(requests[0]), answer), 200);
    ck_assert_msg(strstr(answer, "\r\n\r\n") - answer < 180, "the head of an answer grew: %s", answer);
    close_scene(&scene);
}
END_TEST

START_TEST(a_wrong_method_is_told_the_right_one)
{
    static char answer[ANSWER_BYTES];
    static const char request[] = "PUT /v1/sync HTTP/1.1\r\nHost: a\r\n\r\n";
    struct scene scene;
    open_scene(&scene, letters);
    ck_assert_int_eq(ask(&scene, request, sizeof request - 1, answer), 405);
    ck_assert_ptr_nonnull(strstr(answer, "\r\nAllow: POST\r\n"));
    close_scene(&scene);
}
END_TEST

START_TEST(metrics_count_and_name_nobody)
{
    static char answer[ANSWER_BYTES];
    static const char request[] = "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n";
    struct scene scene;
    struct error err = {0};
    char code[CODE_TEXT_SIZE];
    struct grant grant = {"*", "ZZ-1"};
    open_scene(&scene, letters);
    ck_assert_msg(server_device_code(scene.server, "tablet-of-milena", "ZZ-1", &grant, 1, 1000, code, &err), "%s", err.cause);
    ck_assert_int_eq(ask(&scene, request, sizeof request - 1, answer), 200);
    ck_assert_ptr_nonnull(strstr(answer, "\nteren_exchanges_total 0\n"));
    ck_assert_ptr_nonnull(strstr(answer, "# TYPE teren_http_connections gauge\n"));
    ck_assert_ptr_null(strstr(answer, "milena"));
    close_scene(&scene);
}
END_TEST

START_TEST(only_named_hosts_are_answered_when_some_are_named)
{
    static char answer[ANSWER_BYTES];
    static const char *const hosts[] = {"teren.example.org", NULL};
    static const char right[] = "GET /healthz HTTP/1.1\r\nHost: teren.example.org\r\n\r\n";
    static const char wrong[] = "GET /healthz HTTP/1.1\r\nHost: evil.example.org\r\n\r\n";
    struct scene scene;
    open_scene(&scene, hosts);
    ck_assert_int_eq(ask(&scene, right, sizeof right - 1, answer), 200);
    ck_assert_int_eq(ask(&scene, wrong, sizeof wrong - 1, answer), 421);
    close_scene(&scene);
}
END_TEST

START_TEST(on_loopback_only_its_own_names_are_answered_unless_a_proxy_is_in_front)
{
    static char answer[ANSWER_BYTES];
    static const char *const ours[] = {"localhost", "LOCALHOST:8470", "127.0.0.1:1", "[::1]:8470"};
    static const char *const others[] = {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8470", "10.0.0.1"};
    char request[200];
    struct scene scene;
    struct http_options options;
    struct error err = {0};
    struct listen_address address;

    open_scene(&scene, NULL);
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        snprintf(request, sizeof request, "GET /metrics HTTP/1.1\r\nHost: %s\r\n\r\n", ours[i]);
        ck_assert_int_eq(ask(&scene, request, strlen(request), answer), 200);
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        snprintf(request, sizeof request, "GET /metrics HTTP/1.1\r\nHost: %s\r\n\r\n", others[i]);
        ck_assert_int_eq(ask(&scene, request, strlen(request), answer), 421);
    }
    http_server_stop(scene.http, 0);
    scene.http = NULL;
    options = options_of(&scene);
    options.behind_proxy = true;
    ck_assert_msg(http_server_start(scene.server, &options, &scene.http, &err), "%s", err.cause);
    ck_assert(listen_parse(http_server_url(scene.http) + strlen("http://"), &address, &err));
    memcpy(&scene.address, &address.address, sizeof scene.address);
    snprintf(request, sizeof request, "GET /healthz HTTP/1.1\r\nHost: teren.example.org\r\n\r\n");
    ck_assert_int_eq(ask(&scene, request, strlen(request), answer), 200);
    close_scene(&scene);
}
END_TEST

START_TEST(headers_are_taken_up_to_their_bound)
{
    static char answer[ANSWER_BYTES];
    char request[4096];
    struct scene scene;
    open_scene(&scene, letters);
    for (int more = 0; more < 2; more++) {
        size_t size = (size_t)snprintf(request, sizeof request, "GET /healthz HTTP/1.1\r\nHost: a\r\n");
        for (int i = 0; i < 63 + more; i++)
            size += (size_t)snprintf(request + size, sizeof request - size, "X%d: y\r\n", i);
        size += (size_t)snprintf(request + size, sizeof request - size, "\r\n");
        ck_assert_int_eq(ask(&scene, request, size, answer), more == 0 ? 200 : 431);
    }
    close_scene(&scene);
}
END_TEST

START_TEST(a_connection_serves_one_request_after_the_other)
{
    static char answer[ANSWER_BYTES];
    static const char request[] = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
    struct scene scene;
    int fd;
    open_scene(&scene, letters);
    fd = dial(&scene);
    for (int i = 0; i < 3; i++) {
        say(fd, request, sizeof request - 1);
        ck_assert_int_eq(hear(fd, answer), 200);
    }
    close(fd);
    close_scene(&scene);
}
END_TEST

START_TEST(who_drips_is_cut_at_the_deadline_however_busy)
{
    static char answer[ANSWER_BYTES];
    static const char metrics[] = "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n";
    static const char head[] = "POST /v1/sync HTTP/1.1\r\nHost: a\r\n" SYNC_TYPE "Content-Length: 100\r\n\r\nTSQ";
    struct scene scene;
    int fd;
    open_scene(&scene, letters);
    fd = dial(&scene);
    say(fd, head, sizeof head - 1);
    /* The server has taken the head when it counts a request; then the time for a body of 100 bytes passes. */
    for (int i = 0; i < 1000 && strstr(answer, "\nteren_http_requests_active 2\n") == NULL; i++)
        ask(&scene, metrics, sizeof metrics - 1, answer);
    ck_assert_ptr_nonnull(strstr(answer, "\nteren_http_requests_active 2\n"));
    http_server_tick(scene.http);
    ck_assert_int_eq(recv(fd, answer, 1, MSG_DONTWAIT), -1);
    __atomic_store_n(&scene.uptime, HTTP_BODY_MS_MAX, __ATOMIC_SEQ_CST);
    http_server_tick(scene.http);
    ck_assert_int_le(recv(fd, answer, 1, 0), 0);
    close(fd);
    close_scene(&scene);
}
END_TEST

START_TEST(a_log_line_tells_neither_address_nor_body)
{
    static char answer[ANSWER_BYTES];
    static const char request[] = "POST /v1/sync HTTP/1.1\r\nHost: a\r\n" SYNC_TYPE "Content-Length: 6\r\n\r\nTSQxyz";
    struct scene scene;
    open_scene(&scene, letters);
    ask(&scene, request, sizeof request - 1, answer);
    http_server_stop(scene.http, 0);
    scene.http = NULL;
    ck_assert_uint_eq(scene.lines, 1);
    ck_assert_ptr_nonnull(strstr(scene.last_line, "status=400 path=/v1/sync in=6"));
    ck_assert_ptr_null(strstr(scene.last_line, "127.0.0.1"));
    ck_assert_ptr_null(strstr(scene.last_line, "xyz"));
    close_scene(&scene);
}
END_TEST

START_TEST(personal_data_never_travels_in_clear)
{
    struct scene scene;
    struct http_options options;
    struct http_server *http = NULL;
    struct error err = {0};
    open_scene(&scene, letters);
    options = options_of(&scene);
    options.listen = "0.0.0.0:0";
    ck_assert(!http_server_start(scene.server, &options, &http, &err));
    ck_assert_int_eq(err.kind, ERROR_USAGE);
    error_clear(&err);
    options.behind_proxy = true;
    ck_assert_msg(http_server_start(scene.server, &options, &http, &err), "%s", err.cause);
    http_server_stop(http, 0);
    close_scene(&scene);
}
END_TEST

SUITE("http", what_is_no_request_is_refused_before_any_route, every_answer_of_ours_forbids_keeping_and_guessing,
      a_wrong_method_is_told_the_right_one, metrics_count_and_name_nobody, only_named_hosts_are_answered_when_some_are_named,
      on_loopback_only_its_own_names_are_answered_unless_a_proxy_is_in_front, headers_are_taken_up_to_their_bound,
      a_connection_serves_one_request_after_the_other, who_drips_is_cut_at_the_deadline_however_busy,
      a_log_line_tells_neither_address_nor_body, personal_data_never_travels_in_clear)
