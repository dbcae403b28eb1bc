// SPDX-License-Identifier: Apache-2.0
/* The road to the server: what counts as an answer, what as bad weather; the kernel's news of a way out.
 *
 * Here:      libcurl's adapter against small servers that a child of the test plays; the courier; the rules for addresses.
 * Not here:  the session's own rules (protocol_device_session), whole syncs (tests/stories, tests/end-to-end).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "agent/system/courier.h"
#include "agent/system/http.h"
#include "agent/system/link.h"
#include "tests/unit/desk.h"
#include "tests/unit/suite.h"

#define OURS "HTTP/1.1 200 OK\r\nContent-Type: " MESSAGE_MEDIA_TYPE "\r\n"

/* A server that gives every connection this answer (then zeros up to `more` bytes), and what it was asked. */
struct stub {
    pid_t child;
    int asked; /* read end: the requests */
    char url[64];
};

static void stub_serves(int listener, int asked, const char *answer, size_t more)
{
    for (;;) {
        static char buffer[65536];
        int connection = accept(listener, NULL, NULL);
        ssize_t got = recv(connection, buffer, sizeof buffer, 0);

        if (got > 0 && write(asked, buffer, (size_t)got) < 0)
            _exit(1);
        send(connection, answer, strlen(answer), MSG_NOSIGNAL);
        memset(buffer, 0, sizeof buffer);
        for (size_t sent = 0; sent < more; sent += sizeof buffer)
            if (send(connection, buffer, more - sent < sizeof buffer ? more - sent : sizeof buffer, MSG_NOSIGNAL) < 0)
                break;
        shutdown(connection, SHUT_RDWR);
        close(connection);
    }
}

static struct stub stub_starts(const char *answer, size_t more)
{
    struct stub stub;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int pipes[2];
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert(listener >= 0 && pipe(pipes) == 0);
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, size), 0);
    ck_assert_int_eq(listen(listener, 4), 0);
    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    stub.child = fork();
    ck_assert_int_ge(stub.child, 0);
    if (stub.child == 0)
        stub_serves(listener, pipes[1], answer, more);
    close(listener);
    close(pipes[1]);
    stub.asked = pipes[0];
    snprintf(stub.url, sizeof stub.url, "http://127.0.0.1:%d", ntohs(address.sin_port));
    return stub;
}

static void stub_ends(struct stub *stub)
{
    kill(stub->child, SIGKILL);
    waitpid(stub->child, NULL, 0);
    close(stub->asked);
}

static const struct {
    const char *answer;
    size_t more;
    enum error_kind kind; /* ERROR_NONE: it may be ours */
    int64_t retry_after_ms;
} answers[] = {
    {OURS "Content-Length: 5\r\n\r\nTSA12", 0, ERROR_NONE, 0},
    {"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", 0, ERROR_OFFLINE, 0}, /* a portal */
    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nTSA12", 0, ERROR_OFFLINE, 0},
    {"HTTP/1.1 200 OK\r\nContent-Type: " MESSAGE_MEDIA_TYPE "2\r\nContent-Length: 5\r\n\r\nTSA12", 0, ERROR_OFFLINE, 0},
    {"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 0, ERROR_OFFLINE, 0},
    {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 0, ERROR_OFFLINE, 0},
    {"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", 0, ERROR_OFFLINE, 0},
    {"HTTP/1.1 408 x\r\nContent-Length: 0\r\n\r\n", 0, ERROR_RETRY, 0},
    {"HTTP/1.1 425 x\r\nContent-Length: 0\r\n\r\n", 0, ERROR_RETRY, 0},
    {"HTTP/1.1 429 x\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n", 0, ERROR_RETRY, 7000},
    {"HTTP/1.1 500 x\r\nContent-Length: 0\r\n\r\n", 0, ERROR_RETRY, 0},
    {"HTTP/1.1 503 x\r\nRetry-After: 999999999\r\nContent-Length: 0\r\n\r\n", 0, ERROR_RETRY, 24 * 3600 * 1000},
    {OURS "Content-Length: 100\r\n\r\nTSA12", 0, ERROR_RETRY, 0}, /* cut short */
    {"", 0, ERROR_RETRY, 0},
    {OURS "\r\n", MESSAGE_BYTES_MAX, ERROR_NONE, 0},
    {OURS "\r\n", MESSAGE_BYTES_MAX + 1, ERROR_OFFLINE, 0},
};

START_TEST(only_an_answer_that_may_be_ours_is_one)
{
    struct stub stub = stub_starts(answers[_i].answer, answers[_i].more);
    struct http *http = http_create(NULL);
    struct transport road = http_transport(http);
    struct bytes reply = {0};
    struct error err = {0};
    int64_t retry_after_ms = 0;
    bool came = road.exchange(road.self, stub.url, "/v1/sync", (struct span){(const uint8_t *)"TSQ", 3}, &reply, &retry_after_ms, &err);

    ck_assert_msg(came == (answers[_i].kind == ERROR_NONE), "%s", err.cause);
    ck_assert_int_eq(err.kind, answers[_i].kind);
    ck_assert_int_eq(retry_after_ms, answers[_i].retry_after_ms);
    ck_assert_uint_eq(reply.size, !came ? 0 : answers[_i].more > 0 ? answers[_i].more : 5);
    bytes_clear(&reply);
    http_destroy(http);
    stub_ends(&stub);
}
END_TEST

/* Every byte counts, and proxies must find nothing to alter. */
START_TEST(a_request_says_no_more_than_it_must)
{
    struct stub stub = stub_starts(answers[0].answer, 0);
    struct http *http = http_create(NULL);
    struct transport road = http_transport(http);
    struct bytes reply = {0};
    struct error err = {0};
    int64_t retry_after_ms;
    char asked[1024] = "";
    char expected[256];

    ck_assert(road.exchange(road.self, stub.url, "/v1/sync", (struct span){(const uint8_t *)"TSQ", 3}, &reply, &retry_after_ms, &err));
    ck_assert_int_gt(read(stub.asked, asked, sizeof asked - 1), 0);
    snprintf(expected, sizeof expected,
             "POST /v1/sync HTTP/1.1\r\nHost: %s\r\nContent-Type: " MESSAGE_MEDIA_TYPE "\r\nContent-Length: 3\r\n\r\nTSQ", stub.url + 7);
    ck_assert_str_eq(asked, expected);
    ck_assert_uint_eq(http_traffic(http).sent, strlen(expected));
    ck_assert_uint_eq(http_traffic(http).received, strlen(answers[0].answer));
    bytes_clear(&reply);
    http_destroy(http);
    stub_ends(&stub);
}
END_TEST

START_TEST(plain_http_goes_to_this_machine_only)
{
    static const char *const good[] = {"https://teren.example.org", "https://teren.example.org:8470",
                                       "http://127.0.0.1:8470",     "http://localhost",
                                       "http://[::1]:80",           "HTTPS://x"};
    static const char *const bad[] = {"http://teren.example.org",
                                      "http://127.0.0.1.example.org",
                                      "http://localhost.example.org:80",
                                      "ftp://127.0.0.1",
                                      "teren.example.org",
                                      "https://",
                                      "http://[::2]",
                                      "https://a@b",
                                      "https://a b",
                                      "http://127.0.0.1@evil",
                                      "https://x?y",
                                      ""};

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        ck_assert_msg(http_url_is_allowed(good[i], NULL), "%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!http_url_is_allowed(bad[i], NULL), "%s", bad[i]);
}
END_TEST

/* What `teren run` does: the same exchange in a child, which also tells why it failed. */
START_TEST(a_courier_brings_answers_and_failures)
{
    struct stub stub = stub_starts(answers[_i].answer, answers[_i].more);
    struct http *http = http_create(NULL);
    struct courier_load load = {.transport = http_transport(http)};
    struct courier *courier = NULL;
    struct bytes reply = {0};
    struct error err = {0};
    int64_t retry_after_ms = 0;
    enum courier_state state = COURIER_WAITING;

    ck_assert(courier_start(&load, &courier, &err));
    ck_assert(courier_send(courier, stub.url, "/v1/sync", (struct span){(const uint8_t *)"TSQ", 3}, &err));
    while (state == COURIER_WAITING)
        state = courier_read(courier, &reply, &retry_after_ms, &err);
    ck_assert_int_eq(state, answers[_i].kind == ERROR_NONE ? COURIER_ANSWERED : COURIER_FAILED);
    ck_assert_int_eq(err.kind, answers[_i].kind);
    ck_assert_int_eq(retry_after_ms, answers[_i].retry_after_ms);
    ck_assert_uint_eq(reply.size, state != COURIER_ANSWERED ? 0 : answers[_i].more > 0 ? answers[_i].more : 5);
    courier_stop(courier);
    bytes_clear(&reply);
    http_destroy(http);
    stub_ends(&stub);
}
END_TEST

static bool dies(void *self, const char *url, const char *path, struct span request, struct bytes *ret_reply, int64_t *ret_retry_after_ms,
                 struct error *err)
{
    (void)self, (void)url, (void)path, (void)request, (void)ret_reply, (void)ret_retry_after_ms, (void)err;
    _exit(3);
}

START_TEST(a_courier_that_dies_is_one_failed_exchange)
{
    struct courier_load load = {.transport = {dies, NULL}};
    struct courier *courier = NULL;
    struct bytes reply = {0};
    struct error err = {0};
    int64_t retry_after_ms = 0;
    enum courier_state state = COURIER_WAITING;

    ck_assert(courier_start(&load, &courier, &err));
    ck_assert(courier_send(courier, "http://127.0.0.1", "/v1/sync", (struct span){(const uint8_t *)"TSQ", 3}, &err));
    while (state == COURIER_WAITING)
        state = courier_read(courier, &reply, &retry_after_ms, &err);
    ck_assert_int_eq(state, COURIER_FAILED);
    ck_assert_int_eq(err.kind, ERROR_RETRY);
    courier_stop(courier);
}
END_TEST

/* News of an address may be a way out; so may not be a loopback that comes up. Needs a network of its own to make news in. */
START_TEST(news_of_an_address_wakes)
{
    struct ifreq loopback = {.ifr_name = "lo"};
    struct pollfd one = {.events = POLLIN};
    bool way_out = false;
    int link, any;

    if (unshare(CLONE_NEWNET) != 0) {
        ck_assert_int_eq(errno, EPERM); /* not allowed here */
        return;
    }
    link = link_open();
    any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ck_assert(link >= 0 && any >= 0);
    ck_assert(!link_read(link));
    loopback.ifr_flags = IFF_UP;
    ck_assert_int_eq(ioctl(any, SIOCSIFFLAGS, &loopback), 0);
    one.fd = link;
    while (!way_out && poll(&one, 1, 10000) > 0)
        way_out = link_read(link);
    ck_assert(way_out);
    close(any);
    close(link);
}
END_TEST

/* As Linux 6.1 sent them in a network namespace (`ip link set d0 up`, `ip addr add 10.1.1.1/24 dev d0`, ...); of the link's attributes only
 * the name is left. */
#define NEWS_LINK_RUNNING                                                                                                                  \
    "2800000010000000000000000000000000000100030000004310010000000000070003006430000"                                                      \
    "0"
#define NEWS_LINK_NO_CARRIER "28000000100000000000000000000000000001000200000003100000010000000700030064310000"
#define NEWS_LINK_DOWN       "28000000100000000000000000000000000001000300000002100000010000000700030064300000"
#define NEWS_LOOPBACK_UP     "2800000010000000000000000000000000000403010000004900010001000000070003006c6f0000"
#define NEWS_ADDRESS                                                                                                                       \
    "4c000000140000007a12026bf84500000218800003000000080001000a010101080002000a010101070003006430000008000800800000001400060"              \
    "0ffffffffffffffffd1640900d1640900"
#define NEWS_ROUTE                                                                                                                         \
    "3c00000018000006000000000000000002200000ff02fe020000000008000f00ff000000080001000a010101080007000a0101010800040003000000"
#define NEWS_ADDRESS_GONE                                                                                                                  \
    "500000001500000000000000000000000a40c0fd0300000014000100fe80000000000000bc63e2fffe0942f014000600ffffffffffffffff9e6409009e6"          \
    "4090008000800c000000005000b0003000000"
#define NEWS_ROUTE_GONE                                                                                                                    \
    "3c00000019000006000000000000000002200000ff02fe020000000008000f00ff000000080001000a010101080007000a0101010800040003000000"

static const struct {
    const char *hex;
    bool way_out;
} news[] = {
    {NEWS_LINK_RUNNING, true},
    {NEWS_ADDRESS, true},
    {NEWS_ROUTE, true},
    {NEWS_LINK_NO_CARRIER, false},
    {NEWS_LINK_DOWN, false},
    {NEWS_ADDRESS_GONE, false},
    {NEWS_ROUTE_GONE, false},
    {NEWS_LINK_DOWN NEWS_ADDRESS_GONE NEWS_LINK_RUNNING, true}, /* several in one */
    {NEWS_LINK_DOWN NEWS_ROUTE_GONE, false},
    {"", false},
    {"ffffffff14000000000000000000000000000000", false}, /* longer than what came */
    {"0000000014000000000000000000000000000000", false}, /* no end of these */
};

static size_t bytes_of_hex(const char *hex, uint8_t *ret, size_t room)
{
    size_t size = strlen(hex) / 2;

    ck_assert_uint_le(size, room);
    for (size_t i = 0; i < size; i++) {
        unsigned byte;

        ck_assert_int_eq(sscanf(hex + 2 * i, "%2x", &byte), 1);
        ret[i] = (uint8_t)byte;
    }
    return size;
}

START_TEST(the_kernels_news_are_told_apart)
{
    uint8_t bytes[512];
    size_t size = bytes_of_hex(news[_i].hex, bytes, sizeof bytes);
    int pair[2];

    ck_assert_int_eq(link_news(bytes, size), news[_i].way_out);
    for (size_t cut = 0; cut < size && cut < 16; cut++) /* less than one header is no news */
        ck_assert(!link_news(bytes, cut));
    /* the same by a descriptor, all that waits at once */
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair), 0);
    if (size > 0)
        ck_assert_int_eq(send(pair[0], bytes, size, 0), (int)size);
    ck_assert_int_eq(link_read(pair[1]), news[_i].way_out);
    ck_assert(!link_read(pair[1]));
    close(pair[0]);
    close(pair[1]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("road");
    TCase *all = tcase_create("road");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(all, only_an_answer_that_may_be_ours_is_one, 0, sizeof answers / sizeof answers[0]);
    tcase_add_test(all, a_request_says_no_more_than_it_must);
    tcase_add_test(all, plain_http_goes_to_this_machine_only);
    tcase_add_loop_test(all, a_courier_brings_answers_and_failures, 0, sizeof answers / sizeof answers[0]);
    tcase_add_test(all, news_of_an_address_wakes);
    tcase_add_loop_test(all, the_kernels_news_are_told_apart, 0, sizeof news / sizeof news[0]);
    tcase_add_test(all, a_courier_that_dies_is_one_failed_exchange);
    suite_add_tcase(suite, all);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
