// SPDX-License-Identifier: Apache-2.0
/* The page over loopback: what is served to whom, and what strangers, slow senders and too much of anything meet.
 *
 * Not here:  the rules as such (agent_page_guard.c, protocol_gate.c), single routes (agent_page_state.c and others).
 */
#define _GNU_SOURCE
#include <string.h>

#include "tests/unit/page_fixture.h"

/* A request of these lines; each ends with CR LF, an empty one follows. "%d" is the port. */
static struct page_reply sends_lines(struct window *page, const char *lines)
{
    struct bytes request = {0};
    struct page_reply reply;
    char port[8];

    snprintf(port, sizeof port, "%d", serve_port(page->serve));
    for (; *lines != '\0'; lines++)
        if (*lines == '\n')
            bytes_append(&request, "\r\n", 2);
        else if (strncmp(lines, "PORT", 4) == 0)
            bytes_append(&request, port, strlen(port)), lines += 3;
        else if (strncmp(lines, "TOKEN", 5) == 0)
            bytes_append(&request, page->token, GUARD_TOKEN_SIZE), lines += 4;
        else
            bytes_append(&request, lines, 1);
    bytes_append(&request, "\r\n", 2);
    reply = page_raw(page, (const char *)request.data, request.size);
    bytes_clear(&request);
    json_decref(reply.json);
    reply.json = NULL;
    return reply;
}

static void has_every_header(const struct page_reply *reply)
{
    static const char *const headers[] = {
        "\r\nCache-Control: no-store",
        "\r\nContent-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: "
        "blob:; "
        "form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
        "\r\nX-Content-Type-Options: nosniff",
        "\r\nX-Frame-Options: DENY",
        "\r\nCross-Origin-Resource-Policy: same-origin",
        "\r\nCross-Origin-Opener-Policy: same-origin",
        "\r\nReferrer-Policy: no-referrer",
        "\r\nPermissions-Policy: ",
    };

    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        ck_assert_msg(strstr(reply->head, headers[i]) != NULL, "%s is missing: %s", headers[i], reply->head);
    ck_assert_msg(strcasestr(reply->head, "Access-Control") == NULL, "%s", reply->head);
    ck_assert_msg(strcasestr(reply->head, "Set-Cookie") == NULL, "%s", reply->head);
}

static void is_answered(struct window *page, const char *lines, unsigned status)
{
    struct page_reply reply = sends_lines(page, lines);

    ck_assert_msg(reply.status == status, "%s\nwas answered %s", lines, reply.head);
    has_every_header(&reply);
    ck_assert_msg(status == 200 || strstr(reply.body, page->token) == NULL, "%s", reply.body);
}

START_TEST(the_shell_is_for_whoever_opens_it_and_holds_nobodys_data)
{
    struct window page;
    struct page_reply reply;

    page_starts(&page, 1);
    reply = sends_lines(&page, "GET / HTTP/1.1\nHost: 127.0.0.1:PORT\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\n"
                               "Sec-Fetch-Dest: document\n");
    ck_assert_uint_eq(reply.status, 200);
    ck_assert(strstr(reply.head, "Content-Type: text/html; charset=utf-8") != NULL && strstr(reply.body, "<html") != NULL);
    has_every_header(&reply);
    is_answered(&page, "HEAD / HTTP/1.1\nHost: 127.0.0.1:PORT\n", 200);
    is_answered(&page, "GET /fold.json HTTP/1.1\nHost: 127.0.0.1:PORT\nSec-Fetch-Site: same-origin\n", 200);
    is_answered(&page, "GET /words/sr-Cyrl.json HTTP/1.1\nHost: 127.0.0.1:PORT\nSec-Fetch-Site: same-origin\n", 200);
    is_answered(&page, "GET /words/xx.json HTTP/1.1\nHost: 127.0.0.1:PORT\n", 404);
    is_answered(&page, "GET /index.htm HTTP/1.1\nHost: 127.0.0.1:PORT\n", 404);
    page_ends(&page);
}
END_TEST

START_TEST(the_token_opens_the_api_and_nothing_else_does)
{
    struct window page;

    page_starts(&page, 2);
    is_answered(&page, "GET /api/state HTTP/1.1\nHost: 127.0.0.1:PORT\nTeren-Token: TOKEN\n", 200);
    is_answered(&page, "GET /api/state HTTP/1.1\nHost: 127.0.0.1:PORT\n", 401);
    is_answered(&page, "GET /api/state HTTP/1.1\nHost: 127.0.0.1:PORT\nTeren-Token: TOKENx\n", 401);
    is_answered(&page, "GET /api/state?token=TOKEN HTTP/1.1\nHost: 127.0.0.1:PORT\n", 401);
    is_answered(&page, "GET /api/state HTTP/1.1\nHost: 127.0.0.1:PORT\nTeren-Token: TOKEN\nOrigin: http://evil.example\n", 403);
    is_answered(&page, "GET /api/state HTTP/1.1\nHost: 127.0.0.1:PORT\nTeren-Token: TOKEN\nSec-Fetch-Site: cross-site\n", 403);
    is_answered(&page,
                "POST /api/sync HTTP/1.1\nHost: 127.0.0.1:PORT\nTeren-Token: TOKEN\nContent-Type: application/json\nContent-Length: 0\n",
                403);
    /* A wrong token has slowed nobody down and shut nobody out. */
    is_answered(&page, "GET /api/state HTTP/1.1\nHost: 127.0.0.1:PORT\nTeren-Token: TOKEN\n", 200);
    page_ends(&page);
}
END_TEST

START_TEST(only_our_own_name_is_answered)
{
    struct window page;

    page_starts(&page, 3);
    is_answered(&page, "GET / HTTP/1.1\nHost: 127.0.0.1:PORT\nHost: 127.0.0.1:PORT\n", 400);
    is_answered(&page, "GET / HTTP/1.1\nHost: rebound.example:PORT\n", 421);
    is_answered(&page, "GET / HTTP/1.1\nHost: localhost:PORT\n", 421);
    is_answered(&page, "GET / HTTP/1.1\nHost: 127.0.0.1\n", 421);
    is_answered(&page, "GET / HTTP/1.1\nHost: 127.0.0.1:1\n", 421);
    is_answered(&page, "GET / HTTP/1.1\nHost: [::1]:PORT\n", 421);
    is_answered(&page, "GET / HTTP/1.1\nHost: 127.0.0.1:PORT.evil.example\n", 400);
    page_ends(&page);
}
END_TEST

START_TEST(methods_and_paths_are_those_of_the_table)
{
    struct window page;
    struct page_reply reply;

    page_starts(&page, 4);
    is_answered(&page, "OPTIONS /api/state HTTP/1.1\nHost: 127.0.0.1:PORT\nOrigin: http://evil.example\n", 405);
    is_answered(&page, "PUT /api/state HTTP/1.1\nHost: 127.0.0.1:PORT\nTeren-Token: TOKEN\nContent-Length: 0\n", 405);
    is_answered(&page, "DELETE /api/state HTTP/1.1\nHost: 127.0.0.1:PORT\nTeren-Token: TOKEN\n", 405);
    is_answered(&page, "GET /api/settings HTTP/1.1\nHost: 127.0.0.1:PORT\nTeren-Token: TOKEN\n", 405);
    reply = sends_lines(&page, "GET /api/settings HTTP/1.1\nHost: 127.0.0.1:PORT\nTeren-Token: TOKEN\n");
    ck_assert_msg(strstr(reply.head, "\r\nAllow: POST") != NULL, "%s", reply.head);
    is_answered(&page, "GET /api/none HTTP/1.1\nHost: 127.0.0.1:PORT\nTeren-Token: TOKEN\n", 404);
    is_answered(&page, "GET /api/state%00x HTTP/1.1\nHost: 127.0.0.1:PORT\nTeren-Token: TOKEN\n", 400);
    is_answered(&page, "GET /../etc/passwd HTTP/1.1\nHost: 127.0.0.1:PORT\n", 400);
    is_answered(&page, "GET //api/state HTTP/1.1\nHost: 127.0.0.1:PORT\n", 400);
    page_ends(&page);
}
END_TEST

START_TEST(a_head_cut_by_a_nul_is_refused)
{
    static const char request[] = "GET /fold.json HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Word: a\0b\r\n\r\n";
    struct window page;
    struct page_reply reply;

    page_starts(&page, 5);
    reply = page_raw(&page, request, sizeof request - 1);
    ck_assert_msg(reply.status == 400, "%s", reply.head); /* looked at before the Host, which is wrong as well and would be 421 */
    json_decref(reply.json);
    page_ends(&page);
}
END_TEST

START_TEST(a_body_over_its_routes_cap_is_refused_before_it_is_read)
{
    struct window page;
    int line;
    struct page_reply reply;
    const char *head;
    struct bytes body = {0};

    page_starts(&page, 6);
    /* As much as is allowed, white space for the most part. */
    ck_assert_ptr_nonnull(bytes_extend(&body, PAGE_JSON_BYTES_MAX + 1));
    memset(body.data, ' ', PAGE_JSON_BYTES_MAX);
    memcpy(body.data, "{}", 2);
    body.data[PAGE_JSON_BYTES_MAX] = '\0';
    reply = page_asks(&page, "POST", "/api/settings", "", (const char *)body.data);
    ck_assert_msg(reply.status == 200, "%u %s", reply.status, reply.body);
    json_decref(reply.json);
    bytes_clear(&body);

    line = page_dials(&page);
    head = arena_format(&page.desk.arena,
                        "POST /api/settings HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nSec-Fetch-Site: same-origin\r\nTeren-Token: %s\r\n"
                        "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n",
                        serve_port(page.serve), page.token, PAGE_JSON_BYTES_MAX + 1);
    page_sends(&page, line, head, strlen(head));
    reply = page_hears(&page, line, true); /* not one byte of the body was sent */
    ck_assert_msg(reply.status == 413, "%u %s", reply.status, reply.body);
    json_decref(reply.json);
    close(line);
    page_ends(&page);
}
END_TEST

/* The route that takes the largest bodies. */
static const struct page_route *widest_route(void)
{
    const struct page_route *widest = page_routes_state;

    for (const struct page_route *const *table = page_route_tables; *table != NULL; table++)
        for (const struct page_route *route = *table; route->path != NULL; route++)
            if (route->body_bytes_max > widest->body_bytes_max)
                widest = route;
    return widest;
}

/* Begins a request of so many bytes, and sends `sent` of them. */
static int begins_body(struct window *page, const char *path, size_t size, size_t sent)
{
    int line = page_dials(page);
    const char *head = arena_format(&page->desk.arena,
                                    "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nSec-Fetch-Site: same-origin\r\nTeren-Token: %s\r\n"
                                    "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
                                    path, serve_port(page->serve), page->token, size);
    char *body = malloc(sent);

    ck_assert_ptr_nonnull(body);
    memset(body, ' ', sent);
    page_sends(page, line, head, strlen(head));
    page_sends(page, line, body, sent);
    free(body);
    return line;
}

START_TEST(all_bodies_together_are_bounded)
{
    const struct page_route *route = widest_route();
    size_t holders = SERVE_BODIES_BYTES_MAX / route->body_bytes_max, left = SERVE_BODIES_BYTES_MAX % route->body_bytes_max;
    int lines[16];
    struct window page;
    struct page_reply reply;
    int line;

    page_starts(&page, 14);
    ck_assert_msg(holders >= 1 && holders < 16 && left > 1, "%s takes %u bytes", route->path, route->body_bytes_max);
    for (size_t i = 0; i < holders; i++)
        lines[i] = begins_body(&page, route->path, route->body_bytes_max, 1);
    line = begins_body(&page, route->path, left + 1, left + 1); /* one byte too many */
    reply = page_hears(&page, line, true);
    ck_assert_msg(reply.status == 503, "%u %s", reply.status, reply.body);
    json_decref(reply.json);
    close(line);
    line = begins_body(&page, route->path, left, left); /* just what is left: it is looked at, and is no JSON */
    reply = page_hears(&page, line, true);
    ck_assert_msg(reply.status == 422, "%u %s", reply.status, reply.body);
    json_decref(reply.json);
    close(line);
    json_decref(page_gets(&page, "/api/state")); /* who has no body is served all the while */
    for (size_t i = 0; i < holders; i++)
        close(lines[i]);
    json_decref(page_gets(&page, "/api/state"));
    line = begins_body(&page, route->path, route->body_bytes_max, route->body_bytes_max); /* what they held is free again */
    reply = page_hears(&page, line, true);
    ck_assert_msg(reply.status == 422, "%u %s", reply.status, reply.body);
    json_decref(reply.json);
    close(line);
    page_ends(&page);
}
END_TEST

START_TEST(a_body_is_one_json_object_of_our_media_type)
{
    struct window page;
    static const char head[] = "POST /api/settings HTTP/1.1\nHost: 127.0.0.1:PORT\nSec-Fetch-Site: same-origin\nTeren-Token: TOKEN\n";
    char lines[400];

    page_starts(&page, 7);
    page_is_refused(&page, "POST", "/api/settings", "[]", 422, "no JSON object");
    page_is_refused(&page, "POST", "/api/settings", "", 422, "");
    page_is_refused(&page, "POST", "/api/settings", "{\"language\":", 422, "");
    page_is_refused(&page, "POST", "/api/settings", "{\"language\":1}", 422, "language was no text");
    snprintf(lines, sizeof lines, "%sContent-Type: text/plain\nContent-Length: 0\n", head);
    is_answered(&page, lines, 415);
    snprintf(lines, sizeof lines, "%sContent-Type: application/json\n", head);
    is_answered(&page, lines, 411);
    snprintf(lines, sizeof lines, "%sContent-Type: application/json\nTransfer-Encoding: chunked\n", head);
    is_answered(&page, lines, 411);
    snprintf(lines, sizeof lines, "%sContent-Type: application/json\nContent-Length: 0\nTransfer-Encoding: chunked\n", head);
    is_answered(&page, lines, 400);
    page_ends(&page);
}
END_TEST

START_TEST(a_slow_sender_is_cut_at_the_deadline_and_no_sooner)
{
    struct window page;
    struct page_reply reply;
    const char *head;
    int slow, quick;

    page_starts(&page, 8);
    slow = page_dials(&page);
    head = arena_format(&page.desk.arena,
                        "POST /api/settings HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nSec-Fetch-Site: same-origin\r\nTeren-Token: %s\r\n"
                        "Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{",
                        serve_port(page.serve), page.token);
    page_sends(&page, slow, head, strlen(head));
    json_decref(page_gets(&page, "/api/state")); /* others are served meanwhile */
    page.desk.now_ms += SERVE_BODY_MS_MAX - 1000;
    page_sends(&page, slow, " ", 1);
    json_decref(page_gets(&page, "/api/state"));
    quick = page_dials(&page);
    page_sends(&page, slow, " ", 1); /* a byte now and then buys no time */
    page.desk.now_ms += 2000;
    reply = page_hears(&page, slow, true);
    ck_assert(reply.closed && reply.status == 0);
    json_decref(page_gets(&page, "/api/state"));
    /* Who connects and says nothing is cut, too. */
    page.desk.now_ms += SERVE_HEAD_MS_MAX;
    reply = page_hears(&page, quick, true);
    ck_assert(reply.closed && reply.status == 0);
    close(slow);
    close(quick);
    page_ends(&page);
}
END_TEST

START_TEST(a_line_serves_request_after_request_until_it_idles)
{
    struct window page;
    struct page_reply reply;
    const char *request;
    int line;

    page_starts(&page, 9);
    line = page_dials(&page);
    request = arena_format(&page.desk.arena,
                           "GET /api/state HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nTeren-Token: %s\r\n\r\n"
                           "GET /api/none HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nTeren-Token: %s\r\n\r\n",
                           serve_port(page.serve), page.token, serve_port(page.serve), page.token);
    page_sends(&page, line, request, strlen(request)); /* both before the first answer */
    reply = page_hears(&page, line, true);
    ck_assert_uint_eq(reply.status, 200);
    json_decref(reply.json);
    reply = page_hears(&page, line, true);
    ck_assert_uint_eq(reply.status, 404);
    json_decref(reply.json);
    close(line);
    page_ends(&page);
}
END_TEST

START_TEST(an_idle_line_is_closed)
{
    struct window page;
    struct page_reply reply;
    const char *request;
    int line;

    page_starts(&page, 10);
    line = page_dials(&page);
    request = arena_format(&page.desk.arena, "GET /fold.json HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", serve_port(page.serve));
    page_sends(&page, line, request, strlen(request));
    reply = page_hears(&page, line, true);
    ck_assert_uint_eq(reply.status, 200);
    json_decref(reply.json);
    page.desk.now_ms += SERVE_IDLE_MS_MAX - 1000;
    page_sends(&page, line, request, strlen(request));
    reply = page_hears(&page, line, true);
    ck_assert_uint_eq(reply.status, 200);
    json_decref(reply.json);
    page.desk.now_ms += SERVE_IDLE_MS_MAX + 1000;
    reply = page_hears(&page, line, true);
    ck_assert(reply.closed && reply.status == 0);
    close(line);
    page_ends(&page);
}
END_TEST

START_TEST(an_old_program_that_speaks_http_1_0_is_answered)
{
    struct window page;
    struct page_reply reply;

    page_starts(&page, 11);
    reply = sends_lines(&page, "GET /api/state HTTP/1.0\nHost: 127.0.0.1:PORT\nTeren-Token: TOKEN\n");
    ck_assert_msg(strncmp(reply.head, "HTTP/1.", 7) == 0 && strstr(reply.head, " 200 ") != NULL, "%s", reply.head);
    reply = sends_lines(&page, "GET /api/state HTTP/1.0\nTeren-Token: TOKEN\n"); /* no Host */
    ck_assert_msg(strstr(reply.head, " 400 ") != NULL, "%s", reply.head);
    page_ends(&page);
}
END_TEST

START_TEST(a_crowd_of_lines_is_bounded_and_the_next_one_waits_its_turn)
{
    struct window page;
    int lines[SERVE_CONNECTIONS_MAX + 4];

    page_starts(&page, 12);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        lines[i] = page_dials(&page);
        serve_go_on(page.serve);
    }
    page.desk.now_ms += SERVE_HEAD_MS_MAX + 1000; /* they said nothing: those that were taken go */
    serve_go_on(page.serve);
    json_decref(page_gets(&page, "/api/state"));
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        close(lines[i]);
    page_ends(&page);
}
END_TEST

/* Browsers keep lines open for the next request: six of them, with six lines each, must not shut out the seventh. */
START_TEST(lines_that_idle_make_room_for_the_next_one)
{
    struct window page;
    struct page_reply reply;
    const char *request;
    int lines[SERVE_CONNECTIONS_MAX + 4], busy;

    page_starts(&page, 15);
    request = arena_format(&page.desk.arena, "GET /api/state HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nTeren-Token: %s\r\n\r\n",
                           serve_port(page.serve), page.token);
    busy = begins_body(&page, "/api/settings", 2, 1);
    json_decref(page_gets(&page, "/api/state"));
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        page.desk.now_ms++;
        lines[i] = page_dials(&page);
        page_sends(&page, lines[i], request, strlen(request));
        reply = page_hears(&page, lines[i], true);
        ck_assert_uint_eq(reply.status, 200);
        json_decref(reply.json);
    }
    page_sends(&page, busy, " ", 1); /* who is in the middle of something is left alone */
    reply = page_hears(&page, busy, true);
    ck_assert_uint_eq(reply.status, 422);
    json_decref(reply.json);
    page_sends(&page, lines[SERVE_CONNECTIONS_MAX + 3], request, strlen(request)); /* the youngest stays */
    reply = page_hears(&page, lines[SERVE_CONNECTIONS_MAX + 3], true);
    ck_assert_uint_eq(reply.status, 200);
    json_decref(reply.json);
    reply = page_hears(&page, lines[0], true); /* the eldest went */
    ck_assert(reply.closed && reply.status == 0);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        close(lines[i]);
    close(busy);
    page_ends(&page);
}
END_TEST

START_TEST(errors_are_told_in_the_language_asked_for)
{
    struct window page;
    struct page_reply english, cyrillic, unknown;

    page_starts(&page, 13);
    english = page_asks(&page, "POST", "/api/settings", "Teren-Language: en\r\n", "{\"lock_after_minutes\":-1}");
    cyrillic = page_asks(&page, "POST", "/api/settings", "Teren-Language: sr-Cyrl\r\n", "{\"lock_after_minutes\":-1}");
    unknown = page_asks(&page, "POST", "/api/settings", "Teren-Language: xx\r\n", "{\"lock_after_minutes\":-1}");
    ck_assert_msg(english.status == 422 && cyrillic.status == 422 && unknown.status == 422, "%s", english.body);
    ck_assert_str_eq(english.body, unknown.body);
    json_decref(english.json);
    json_decref(cyrillic.json);
    json_decref(unknown.json);
    page_ends(&page);
}
END_TEST

SUITE("page serve", the_shell_is_for_whoever_opens_it_and_holds_nobodys_data, the_token_opens_the_api_and_nothing_else_does,
      only_our_own_name_is_answered, methods_and_paths_are_those_of_the_table, a_head_cut_by_a_nul_is_refused,
      a_body_over_its_routes_cap_is_refused_before_it_is_read, all_bodies_together_are_bounded, a_body_is_one_json_object_of_our_media_type,
      a_slow_sender_is_cut_at_the_deadline_and_no_sooner, a_line_serves_request_after_request_until_it_idles, an_idle_line_is_closed,
      an_old_program_that_speaks_http_1_0_is_answered, a_crowd_of_lines_is_bounded_and_the_next_one_waits_its_turn,
      lines_that_idle_make_room_for_the_next_one, errors_are_told_in_the_language_asked_for)
