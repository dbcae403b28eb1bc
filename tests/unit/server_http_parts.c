// SPDX-License-Identifier: Apache-2.0
/* The parts of the HTTP room that need no server: addresses, deadlines, budgets, certificates, cut heads.
 *
 * Not here:  requests over a socket (server_http_requests.c).
 */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server-stub/http/connections.h"
#include "protocol/head.h"
#include "server-stub/http/listen.h"
#include "server-stub/http/tls.h"
#include "tests/unit/suite.h"

START_TEST(an_address_with_a_port_is_understood)
{
    static const char *const good[] = {"127.0.0.1:8470", "127.0.0.1:0", "[::1]:8470", "localhost:1", "0.0.0.0:65535", "[::]:80"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct listen_address address;
        struct error err = {0};
        ck_assert_msg(listen_parse(good[i], &address, &err), "%s: %s", good[i], err.cause);
    }
}
END_TEST

START_TEST(anything_else_is_told_with_the_words_at_fault)
{
    static const char *const bad[] = {"",          "8470",          ":8470",        "127.0.0.1:",     "127.0.0.1:65536", "127.0.0.1:-1",
                                      "::1:8470",  "[::1]",         "[::1:80",      "example.org:80", "127.0.0.1:80:80", "127.0.0.1:080000",
                                      "127.0.0.1", "127.0.0.1:x80", "300.0.0.1:80", "localhost:http"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct listen_address address;
        struct error err = {0};
        ck_assert_msg(!listen_parse(bad[i], &address, &err), "%s was taken", bad[i]);
        ck_assert_int_eq(err.kind, ERROR_USAGE);
        ck_assert_ptr_nonnull(strstr(err.cause, bad[i]));
    }
}
END_TEST

START_TEST(port_zero_takes_a_free_one_and_says_which)
{
    struct listen_address address;
    struct error err = {0};
    char text[LISTEN_TEXT_SIZE], again[LISTEN_TEXT_SIZE];
    int fd = -1, second = -1;
    ck_assert(listen_parse("127.0.0.1:0", &address, &err));
    ck_assert_msg(listen_open(&address, &fd, text, &err), "%s", err.cause);
    ck_assert(strncmp(text, "127.0.0.1:", 10) == 0 && strcmp(text, "127.0.0.1:0") != 0);
    ck_assert(listen_parse(text, &address, &err));
    ck_assert_msg(!listen_open(&address, &second, again, &err), "one port was taken twice");
    ck_assert_int_eq(err.kind, ERROR_BUSY);
    close(fd);
}
END_TEST

START_TEST(loopback_is_known_in_both_families)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    four.sin_addr.s_addr = htonl(0x7F000001);
    ck_assert(address_is_loopback((struct sockaddr *)&four));
    four.sin_addr.s_addr = htonl(0x7FFFFFFF);
    ck_assert(address_is_loopback((struct sockaddr *)&four));
    four.sin_addr.s_addr = htonl(0x80000000);
    ck_assert(!address_is_loopback((struct sockaddr *)&four));
    ck_assert(address_is_loopback((struct sockaddr *)&six));
    memcpy(&six.sin6_addr, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x7f\0\0\1", 16);
    ck_assert(address_is_loopback((struct sockaddr *)&six));
    memcpy(&six.sin6_addr, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\0\0\1", 16);
    ck_assert(!address_is_loopback((struct sockaddr *)&six));
}
END_TEST

START_TEST(who_owns_half_an_ipv6_address_owns_all_of_it)
{
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    char one[LISTEN_TEXT_SIZE], other[LISTEN_TEXT_SIZE];
    memcpy(&six.sin6_addr, "\x20\x01\x0d\xb8\0\1\0\2\1\2\3\4\5\6\7\x8", 16);
    address_peer((struct sockaddr *)&six, one);
    six.sin6_addr.s6_addr[15] = 99;
    address_peer((struct sockaddr *)&six, other);
    ck_assert_str_eq(one, other);
    six.sin6_addr.s6_addr[7] = 99;
    address_peer((struct sockaddr *)&six, other);
    ck_assert_str_ne(one, other);
}
END_TEST

START_TEST(a_connection_is_cut_at_its_deadline_and_not_before)
{
    struct connections connections;
    struct connection *connection;
    int pair[2];
    char byte;
    ck_assert(connections_init(&connections));
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    connection = connections_add(&connections, pair[0], NULL, 1000);
    ck_assert_ptr_nonnull(connection);
    ck_assert_uint_eq(connections_counters(&connections).connections, 1);
    ck_assert_uint_eq(connections_cut(&connections, 999), 0);
    connections_set_deadline(&connections, connection, 2000);
    ck_assert_uint_eq(connections_cut(&connections, 1999), 0);
    ck_assert_int_eq(recv(pair[1], &byte, 1, MSG_DONTWAIT), -1);
    ck_assert_uint_eq(connections_cut(&connections, 2000), 1);
    ck_assert_int_eq(recv(pair[1], &byte, 1, MSG_DONTWAIT), 0);
    ck_assert_uint_eq(connections_cut(&connections, 9999), 0);
    connections_remove(&connections, connection);
    ck_assert_uint_eq(connections_counters(&connections).connections, 0);
    connections_clear(&connections);
    close(pair[0]);
    close(pair[1]);
}
END_TEST

START_TEST(bodies_fit_up_to_the_budget_and_not_a_byte_more)
{
    struct connections connections;
    ck_assert(connections_init(&connections));
    ck_assert(connections_take_bytes(&connections, HTTP_BODIES_BYTES_MAX));
    ck_assert(!connections_take_bytes(&connections, 1));
    connections_give_bytes(&connections, 1);
    ck_assert(connections_take_bytes(&connections, 1));
    ck_assert(!connections_take_bytes(&connections, 1));
    connections_give_bytes(&connections, HTTP_BODIES_BYTES_MAX);
    ck_assert(!connections_take_bytes(&connections, (size_t)HTTP_BODIES_BYTES_MAX + 1));
    connections_clear(&connections);
}
END_TEST

START_TEST(a_slow_but_honest_line_has_the_time_it_needs)
{
    /* 64 KiB at 40 kbit/s take 13 s, the largest message 14 minutes. */
    ck_assert_int_ge(http_time_for(64 * 1024), 13 * 1000);
    ck_assert_int_ge(http_time_for(4 * 1024 * 1024), 14 * 60 * 1000);
    ck_assert_int_eq(http_time_for(0), HTTP_BODY_MS_MAX);
}
END_TEST

/* A head as the library leaves it: one buffer, NUL over whatever ended a piece. */
static bool cut(char *buffer, size_t name_at, size_t name_size, size_t value_at, size_t value_size)
{
    struct gate_header header = {buffer + name_at, name_size, buffer + value_at, value_size};
    return head_was_cut(buffer, strlen(buffer), buffer + 9, &header, 1, HTTP_CONNECTION_BYTES);
}

START_TEST(a_head_that_a_nul_cut_short_is_noticed)
{
    char whole[] = "/healthz\0HTTP/1.1\0\0Host\0 a\0\0\0\0";
    char in_value[] = "/healthz\0HTTP/1.1\0\0Host\0 a\0b\0\0\0";
    char in_name[] = "/healthz\0HTTP/1.1\0\0Ho\0t:\0a\0\0\0\0";
    char in_target[] = "/hea\0thz\0HTTP/1.1\0\0Host\0 a\0\0\0\0";
    ck_assert(!cut(whole, 19, 4, 25, 1));
    ck_assert(cut(in_value, 19, 4, 25, 1));
    ck_assert(cut(in_name, 19, 2, 25, 1));
    ck_assert(cut(in_target, 19, 4, 25, 1));
}
END_TEST

static const char *write_temporary(char path[32], const char *text)
{
    FILE *file;
    int fd;
    strcpy(path, "/tmp/teren-tls-XXXXXX");
    fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    file = fdopen(fd, "w");
    fputs(text, file);
    fclose(file);
    return path;
}

START_TEST(a_certificate_that_is_none_is_told_by_its_path)
{
    struct tls_files files = {NULL, NULL};
    struct error err = {0};
    char path[32], key[32];
    ck_assert(!tls_files_read(&files, "/nowhere/cert.pem", "/nowhere/key.pem", &err));
    ck_assert_int_eq(err.kind, ERROR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(err.cause, "/nowhere/cert.pem"));
    error_clear(&err);
    ck_assert(!tls_files_read(&files, "/nowhere/cert.pem", NULL, &err));
    ck_assert_int_eq(err.kind, ERROR_USAGE);
    error_clear(&err);
    write_temporary(path, "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n");
    ck_assert(!tls_files_read(&files, path, path, &err));
    ck_assert_int_eq(err.kind, ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(err.cause, path));
    error_clear(&err);
    write_temporary(key, "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n");
    ck_assert(tls_files_read(&files, key, path, &err));
    ck_assert_ptr_nonnull(strstr(files.cert, "CERTIFICATE"));
    tls_files_clear(&files);
    ck_assert_ptr_null(files.key);
    unlink(path);
    unlink(key);
}
END_TEST

SUITE("http parts", an_address_with_a_port_is_understood, anything_else_is_told_with_the_words_at_fault,
      port_zero_takes_a_free_one_and_says_which, loopback_is_known_in_both_families, who_owns_half_an_ipv6_address_owns_all_of_it,
      a_connection_is_cut_at_its_deadline_and_not_before, bodies_fit_up_to_the_budget_and_not_a_byte_more,
      a_slow_but_honest_line_has_the_time_it_needs, a_head_that_a_nul_cut_short_is_noticed, a_certificate_that_is_none_is_told_by_its_path)
