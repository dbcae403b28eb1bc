// SPDX-License-Identifier: Apache-2.0
/* A browser at a tablet's page: real HTTP over loopback, asked and served by one thread, on the test's clock.
 *
 * Here:      a desk whose page is served, asking, whether an answer is as its table says.
 * Not here:  any promise (agent_page_*.c).
 */
#ifndef TESTS_UNIT_PAGE_FIXTURE_H
#define TESTS_UNIT_PAGE_FIXTURE_H

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/page/serve.h"
#include "agent/page/token.h"
#include "tests/unit/desk.h"
#include "tests/unit/suite.h"

enum { PAGE_PATIENCE_MS = 20 * 1000 }; /* for a slow machine; nothing waits so long when all is well */

struct window {
    struct desk desk;
    struct page_world world;
    struct serve *serve;
    char token[GUARD_TOKEN_SIZE + 1];
    int changed, sync_asked; /* how often the loop was told */
    bool is_syncing;
};
struct page_reply {
    unsigned status; /* 0: the connection was closed without an answer */
    const char *head, *body;
    bool closed;  /* by the other side, as far as was read */
    json_t *json; /* NULL: the body is none */
};

static inline void page_heard_change(void *self)
{
    ((struct window *)self)->changed++;
}

static inline void page_heard_sync(void *self)
{
    ((struct window *)self)->sync_asked++;
}

static inline bool page_says_syncing(void *self)
{
    return ((const struct window *)self)->is_syncing;
}

static inline void page_serves(struct window *page)
{
    struct error err = {0};

    launcher_token(page->desk.home, &page->desk.world.chance, page->token);
    ck_assert_msg(serve_start(&page->world, 0, page->token, &page->serve, &err), "%s", err.cause);
    ck_assert_msg(launcher_write(page->desk.home, serve_port(page->serve), page->token, &err), "%s", err.cause);
}

/* An empty device, its page served. */
static inline void page_starts(struct window *page, uint64_t seed)
{
    struct error err = {0};

    *page = (struct window){.serve = NULL};
    desk_starts(&page->desk, seed);
    desk_does(&page->desk, "init");
    ck_assert_msg(agent_open(&page->desk.agent, &err), "%s", err.cause);
    page->world = (struct page_world){.store = page->desk.agent.store,
                                      .clock = page->desk.world.clock,
                                      .chance = page->desk.world.chance,
                                      .home = page->desk.home,
                                      .agent = AGENT_NAME,
                                      .changed = page_heard_change,
                                      .sync_now = page_heard_sync,
                                      .is_syncing = page_says_syncing,
                                      .self = page};
    page_serves(page);
}

static inline void page_ends(struct window *page)
{
    serve_stop(page->serve);
    desk_ends(&page->desk);
}

static inline int page_dials(const struct window *page)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)serve_port(page->serve)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int line = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert(line >= 0 && connect(line, (const struct sockaddr *)&address, sizeof address) == 0);
    return line;
}

/* Lets the page do what there is to do until `line` has something to read (POLLIN) or takes more (POLLOUT). */
static inline void page_turns(struct window *page, int line, short events)
{
    for (int turns = 0;; turns++) {
        int wait_ms = serve_wait_ms(page->serve);
        struct pollfd files[] = {{.fd = line, .events = events}, {.fd = serve_descriptor(page->serve), .events = POLLIN}};

        ck_assert_msg(turns < 100 * 1000, "the page did not answer");
        ck_assert_msg(poll(files, 2, wait_ms < 0 ? PAGE_PATIENCE_MS : wait_ms) > 0 || wait_ms >= 0, "nothing came for %d ms",
                      PAGE_PATIENCE_MS);
        if ((files[0].revents & (events | POLLHUP | POLLERR)) != 0)
            return;
        serve_go_on(page->serve);
    }
}

static inline void page_sends(struct window *page, int line, const void *data, size_t size)
{
    size_t sent = 0;

    while (sent < size) {
        ssize_t step = send(line, (const char *)data + sent, size - sent, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (step < 0 && errno != EAGAIN)
            return; /* the other side has closed: what it said before is read by page_hears() */
        sent += step > 0 ? (size_t)step : 0;
        if (step < 0)
            page_turns(page, line, POLLOUT);
        serve_go_on(page->serve);
    }
}

/* Size of the whole answer at the front of `text`; 0 while it is not there. */
static inline size_t page_answer_size(const char *text, bool has_body)
{
    const char *end = strstr(text, "\r\n\r\n");
    const char *length = end == NULL ? NULL : strstr(text, "Content-Length: ");

    if (end == NULL)
        return 0;
    return (size_t)(end + 4 - text) + (has_body && length != NULL && length < end ? strtoul(length + 16, NULL, 10) : 0);
}

/* One answer off the line; what follows it is left there. */
static inline struct page_reply page_hears(struct window *page, int line, bool has_body)
{
    struct page_reply reply = {.status = 0, .head = "", .body = ""};
    struct bytes read = {0};
    json_error_t ignored;
    size_t size = 0;
    char byte;

    while (size == 0 || read.size - 1 < size) {
        ssize_t got = recv(line, &byte, 1, MSG_DONTWAIT);

        if (got < 0 && errno == EAGAIN) {
            page_turns(page, line, POLLIN);
            continue;
        }
        if (got <= 0) {
            reply.closed = true;
            break;
        }
        read.size -= read.size > 0;
        bytes_append(&read, &byte, 1);
        bytes_append(&read, "", 1);
        size = size != 0 || byte != '\n' ? size : page_answer_size((const char *)read.data, has_body);
    }
    if (read.size > 0) {
        char *text = arena_text_n(&page->desk.arena, (const char *)read.data, read.size - 1);
        char *end = strstr(text, "\r\n\r\n");

        sscanf(text, "HTTP/1.1 %u", &reply.status);
        reply.head = text;
        if (end != NULL) {
            *end = '\0';
            reply.body = end + 4;
        }
        reply.json = json_loads(reply.body, 0, &ignored);
    }
    bytes_clear(&read);
    return reply;
}

/* A whole request as it is on the wire; a connection of its own. */
static inline struct page_reply page_raw(struct window *page, const char *request, size_t size)
{
    int line = page_dials(page);
    struct page_reply reply;

    page_sends(page, line, request, size);
    reply = page_hears(page, line, strncmp(request, "HEAD", 4) != 0);
    close(line);
    serve_go_on(page->serve);
    return reply;
}

/* A request as our own page makes it, with more header lines ("Name: value\r\n"...); body NULL: none. */
static inline struct page_reply page_asks(struct window *page, const char *method, const char *path, const char *more, const char *body)
{
    int port = serve_port(page->serve);
    const char *request =
        arena_format(&page->desk.arena, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nSec-Fetch-Site: same-origin\r\nTeren-Token: %s\r\n%s",
                     method, path, port, page->token, more);

    if (body == NULL)
        request = arena_format(&page->desk.arena, "%s\r\n", request);
    else
        request = arena_format(&page->desk.arena,
                               "%sOrigin: http://127.0.0.1:%d\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", request,
                               port, strlen(body), body);
    return page_raw(page, request, strlen(request));
}

static inline const struct page_route *page_route_of(const char *method, const char *path)
{
    size_t size = strcspn(path, "?");

    for (const struct page_route *const *table = page_route_tables; *table != NULL; table++)
        for (const struct page_route *route = *table; route->path != NULL; route++)
            if (strcmp(route->method, method) == 0 && strlen(route->path) == size && memcmp(route->path, path, size) == 0)
                return route;
    ck_abort_msg("there is no route %s %s", method, path);
    return NULL;
}

/* --- is an answer what its table says? ----------------------------------------------------------------------------------------- */

static inline bool page_type_is(const json_t *value, const char *type)
{
    size_t size = strcspn(type, "?");
    bool may_be_null = type[size] == '?';

    if (json_is_null(value))
        return may_be_null;
    if (strncmp(type, "text", size) == 0)
        return json_is_string(value);
    if (strncmp(type, "integer", size) == 0)
        return json_is_integer(value);
    if (strncmp(type, "boolean", size) == 0)
        return json_is_boolean(value);
    if (strncmp(type, "list", size) == 0)
        return json_is_array(value);
    return strncmp(type, "object", size) == 0 && json_is_object(value);
}

static inline bool page_has_members(const struct page_member *members, const char *prefix)
{
    for (; members->name != NULL; members++)
        if (strncmp(members->name, prefix, strlen(prefix)) == 0)
            return true;
    return false;
}

/* Every member of the object is in the table, and every member of the table that may not be missing is in the object. An object or a list
 * whose members the table does not name may hold anything. */
static inline void page_is_as_told(const json_t *object, const struct page_member *members, const char *prefix)
{
    size_t prefix_size = strlen(prefix), index;
    const char *key;
    json_t *value, *item;
    char path[160];

    ck_assert_msg(json_is_object(object), "%s is no object", prefix);
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        const struct page_member *member = members;

        snprintf(path, sizeof path, "%s%s", prefix, key);
        while (member->name != NULL && strcmp(member->name, path) != 0)
            member++;
        ck_assert_msg(member->name != NULL, "the answer has %s, which its table does not name", path);
        ck_assert_msg(page_type_is(value, member->type), "%s is not %s", path, member->type);
        snprintf(path, sizeof path, "%s%s.", prefix, key);
        if (json_is_object(value) && page_has_members(members, path))
            page_is_as_told(value, members, path);
        snprintf(path, sizeof path, "%s%s[].", prefix, key);
        if (json_is_array(value) && page_has_members(members, path))
            json_array_foreach(value, index, item) page_is_as_told(item, members, path);
    }
    for (; members->name != NULL; members++) {
        const char *rest = members->name + prefix_size;

        if (strncmp(members->name, prefix, prefix_size) == 0 && strpbrk(rest, ".[") == NULL &&
            members->type[strlen(members->type) - 1] != '?')
            ck_assert_msg(json_object_get(object, rest) != NULL, "the answer has no %s", members->name);
    }
}

/* Asks for what must go well; the answer is as the route's table says. It is the caller's: json_decref(). */
static inline json_t *page_gets(struct window *page, const char *path)
{
    struct page_reply reply = page_asks(page, "GET", path, "", NULL);

    ck_assert_msg(reply.status == 200, "GET %s: %u %s", path, reply.status, reply.body);
    ck_assert_msg(reply.json != NULL, "GET %s answered no JSON: %s", path, reply.body);
    page_is_as_told(reply.json, page_route_of("GET", path)->answer, "");
    return reply.json;
}

static inline json_t *page_posts(struct window *page, const char *path, const char *body)
{
    struct page_reply reply = page_asks(page, "POST", path, "", body);

    ck_assert_msg(reply.status == 200, "POST %s: %u %s", path, reply.status, reply.body);
    ck_assert_msg(reply.json != NULL, "POST %s answered no JSON: %s", path, reply.body);
    page_is_as_told(reply.json, page_route_of("POST", path)->answer, "");
    return reply.json;
}

/* Asks for what must fail with this status, and a person is told what happened. */
static inline void page_is_refused(struct window *page, const char *method, const char *path, const char *body, unsigned status,
                                   const char *says)
{
    struct page_reply reply = page_asks(page, method, path, "", body);
    const char *said = json_string_value(json_object_get(json_object_get(reply.json, "error"), "says"));

    ck_assert_msg(reply.status == status, "%s %s: %u %s", method, path, reply.status, reply.body);
    ck_assert_msg(said != NULL && strstr(said, says) != NULL, "%s %s said: %s", method, path, reply.body);
    json_decref(reply.json);
}

#endif
