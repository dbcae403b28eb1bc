// SPDX-License-Identifier: Apache-2.0
/* The HTTP request gate.
 *
 * Here:      what gate.h promises: every rule kept, and every rule broken.
 * Not here:  the HTTP library.
 */
#include "protocol/gate.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/suite.h"

enum { BODY_MAX = 1000 };
static const struct gate_route routes[] = {
    {"GET", "/healthz", 0, NULL},
    {"POST", "/v1/sync", BODY_MAX, "application/vnd.teren.sync"},
    {"POST", "/v1/anything", BODY_MAX, NULL},
    {"GET", "/v1/anything", 0, NULL},
    {"GET", "/", 0, NULL},
};
static const char *const hosts[] = {"127.0.0.1:8080", "localhost:8080", "[::1]:8080", NULL};

/* A request as it would stand on the wire: "METHOD TARGET" and header lines. Everything is copied, so that a sanitizer sees
 * each byte read too far. */
struct letter {
    struct gate_header headers[GATE_HEADERS_MAX + 2];
    size_t header_count;
    size_t route;
    uint64_t length;
    const char *reason;
};

static enum gate_verdict asked_of(struct letter *letter, const char *const *allowed, const char *method, const char *target,
                                  size_t target_size)
{
    char *exact = malloc(target_size + (target_size == 0));
    enum gate_verdict verdict;
    struct gate_request request = {method, exact, target_size, letter->headers, letter->header_count};

    memcpy(exact, target, target_size);
    letter->route = 99;
    letter->length = 99;
    letter->reason = NULL;
    verdict = gate_check(&request, routes, sizeof routes / sizeof routes[0], allowed, &letter->route, &letter->length, &letter->reason);
    ck_assert_ptr_nonnull(letter->reason);
    ck_assert_int_eq(verdict == GATE_PASS, *letter->reason == '\0');
    ck_assert_int_eq(verdict == GATE_PASS, letter->route != 99);
    free(exact);
    return verdict;
}

static void add_sized(struct letter *letter, const char *name, const char *value, size_t value_size)
{
    letter->headers[letter->header_count++] = (struct gate_header){name, strlen(name), value, value_size};
}

static void add(struct letter *letter, const char *name, const char *value)
{
    add_sized(letter, name, value, strlen(value));
}

static enum gate_verdict asked(struct letter *letter, const char *method, const char *target)
{
    return asked_of(letter, hosts, method, target, strlen(target));
}

static enum gate_verdict getting(const char *target)
{
    struct letter letter = {0};

    add(&letter, "Host", "localhost:8080");
    return asked(&letter, "GET", target);
}

/* A proper POST, and one header more. */
static enum gate_verdict posting_with(const char *name, const char *value)
{
    struct letter letter = {0};

    add(&letter, "Host", "localhost:8080");
    add(&letter, "Content-Type", "application/vnd.teren.sync");
    add(&letter, "Content-Length", "10");
    add(&letter, name, value);
    return asked(&letter, "POST", "/v1/sync");
}

START_TEST(a_proper_request_passes)
{
    struct letter letter = {0};

    add(&letter, "Host", "127.0.0.1:8080");
    ck_assert_int_eq(asked(&letter, "GET", "/healthz"), GATE_PASS);
    ck_assert_uint_eq(letter.route, 0);
    ck_assert_uint_eq(letter.length, 0);
    ck_assert_int_eq(asked(&letter, "HEAD", "/healthz"), GATE_PASS);
    ck_assert_uint_eq(letter.route, 0);
    ck_assert_int_eq(asked(&letter, "GET", "/v1/anything"), GATE_PASS);
    ck_assert_uint_eq(letter.route, 3);
    ck_assert_int_eq(asked(&letter, "GET", "/"), GATE_PASS);
    add(&letter, "content-length", "10");
    add(&letter, "CONTENT-TYPE", "Application/VND.teren.sync; v=1");
    add(&letter, "Accept", "\x80 any\tthing");
    ck_assert_int_eq(asked(&letter, "POST", "/v1/sync"), GATE_PASS);
    ck_assert_uint_eq(letter.route, 1);
    ck_assert_uint_eq(letter.length, 10);
    ck_assert_int_eq(asked(&letter, "POST", "/v1/anything"), GATE_PASS);
    ck_assert_uint_eq(letter.route, 2);
}
END_TEST

START_TEST(there_is_exactly_one_host_and_it_is_ours)
{
    struct letter letter = {0};

    ck_assert_int_eq(asked(&letter, "GET", "/healthz"), GATE_BAD_REQUEST);
    add(&letter, "hOST", "LOCALHOST:8080");
    ck_assert_int_eq(asked(&letter, "GET", "/healthz"), GATE_PASS);
    add(&letter, "Host", "localhost:8080");
    ck_assert_int_eq(asked(&letter, "GET", "/healthz"), GATE_BAD_REQUEST);
}
END_TEST

static enum gate_verdict hosted_by(const char *host, const char *const *allowed)
{
    struct letter letter = {0};

    add(&letter, "Host", host);
    return asked_of(&letter, allowed, "GET", "/healthz", 8);
}

START_TEST(another_host_is_misdirected_and_a_malformed_one_is_bad)
{
    static const char *const others[] = {"evil.example", "localhost", "localhost:80", "localhost.evil.example:8080", "[::1]"};
    static const char *const malformed[] = {"",        "localhost:8080.evil.example",
                                            "a b",     "a/b",
                                            "a@b",     "a:",
                                            "a:b",     "a:123456",
                                            ":80",     "[::1",
                                            "[]",      "[::1]x",
                                            "[g::]",   "a\tb",
                                            "é",       "a,b",
                                            "a:80:80", "[::1]:",
                                            "a_b",     "*",
                                            "a?b"};
    static const char *const well_formed[] = {"server.example", "server.example:443", "10.0.0.1", "[2001:DB8::1]", "[::ffff:1.2.3.4]:1"};

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        ck_assert_msg(hosted_by(others[i], hosts) == GATE_MISDIRECTED, "%s", others[i]);
    }
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        ck_assert_msg(hosted_by(malformed[i], hosts) == GATE_BAD_REQUEST, "%s", malformed[i]);
        ck_assert_msg(hosted_by(malformed[i], NULL) == GATE_BAD_REQUEST, "%s", malformed[i]);
    }
    for (size_t i = 0; i < sizeof well_formed / sizeof well_formed[0]; i++)
        ck_assert_msg(hosted_by(well_formed[i], NULL) == GATE_PASS, "%s", well_formed[i]);
}
END_TEST

START_TEST(a_name_with_a_star_is_that_name_with_any_port)
{
    static const char *const any_port[] = {"localhost:*", "[::1]:*", NULL};
    static const char *const passes[] = {"localhost", "LocalHost:1", "localhost:65535", "[::1]", "[::1]:8080"};
    static const char *const others[] = {"localhos", "localhost.evil.example", "localhosts:80", "evil.example", "127.0.0.1", "[::11]",
                                         "[::]"};

    for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++)
        ck_assert_msg(hosted_by(passes[i], any_port) == GATE_PASS, "%s", passes[i]);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        ck_assert_msg(hosted_by(others[i], any_port) == GATE_MISDIRECTED, "%s", others[i]);
    ck_assert_int_eq(hosted_by("localhost:", any_port), GATE_BAD_REQUEST);
}
END_TEST

START_TEST(a_path_has_one_reading)
{
    static const char *const bad[] = {
        "",
        "healthz",
        "*",
        "http://localhost:8080/healthz",
        "//healthz",
        "/a//b",
        "/./healthz",
        "/a/../b",
        "/..",
        "/.",
        "/a/..",
        "/a/.",
        "/%68ealthz",
        "/healthz%00",
        "/a\\b",
        "/healthz#x",
        "/a b",
        "/a;b",
        "/a\tb",
        "/\x80",
        "/healthz?a?b",
        "/a:b",
        "/healthz?a#b",
        "/healthz? ",
        "/healthz?%",
        "/healthz?%4",
        "/healthz?%zz",
        "/healthz?%00",
        "/healthz?%0d%0a",
        "/healthz?%7F",
        "/healthz?a\"b",
        "/healthz?<x>",
        "/healthz?a/b",
        "/a/./b",
        "/../healthz",
    };
    static const char *const good[] = {"/healthz", "/healthz?", "/healthz?a=b&c=%C3%A9~+*-_.", "/healthz?%41"};
    static const char *const unknown[] = {"/healthz/", "/Healthz", "/health", "/healthzz", "/...", "/.a", "/a..b", "/v1", "/v1/sync/x"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(getting(bad[i]) == GATE_BAD_REQUEST, "%s", bad[i]);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        ck_assert_msg(getting(good[i]) == GATE_PASS, "%s", good[i]);
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        ck_assert_msg(getting(unknown[i]) == GATE_NOT_FOUND, "%s", unknown[i]);
}
END_TEST

START_TEST(every_byte_of_a_path_is_on_the_list_or_refused)
{
    struct letter letter = {0};

    add(&letter, "Host", "localhost:8080");
    for (int byte = 0; byte < 256; byte++) {
        char target[] = {'/', 'a', (char)byte, 'b'};
        bool allowed =
            byte != 0 && byte < 128 && strchr("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz/_.-?", byte) != NULL;

        ck_assert_int_eq(asked_of(&letter, hosts, "GET", target, 4), allowed ? GATE_NOT_FOUND : GATE_BAD_REQUEST);
    }
}
END_TEST

START_TEST(a_target_has_at_most_so_many_bytes)
{
    char target[GATE_TARGET_BYTES_MAX + 2] = "/healthz?";
    struct letter letter = {0};

    memset(target + 9, 'a', sizeof target - 9);
    add(&letter, "Host", "localhost:8080");
    ck_assert_int_eq(asked_of(&letter, hosts, "GET", target, GATE_TARGET_BYTES_MAX), GATE_PASS);
    ck_assert_int_eq(asked_of(&letter, hosts, "GET", target, GATE_TARGET_BYTES_MAX + 1), GATE_BAD_REQUEST);
}
END_TEST

START_TEST(a_method_stands_on_its_route)
{
    struct letter letter = {0};

    add(&letter, "Host", "localhost:8080");
    add(&letter, "Content-Length", "0");
    ck_assert_int_eq(asked(&letter, "POST", "/healthz"), GATE_METHOD);
    ck_assert_int_eq(asked(&letter, "get", "/healthz"), GATE_METHOD);
    ck_assert_int_eq(asked(&letter, "GET", "/v1/sync"), GATE_METHOD);
    ck_assert_int_eq(asked(&letter, "HEAD", "/v1/sync"), GATE_METHOD);
    ck_assert_int_eq(asked(&letter, "DELETE", "/v1/sync"), GATE_METHOD);
    ck_assert_int_eq(asked(&letter, "POST", "/nowhere"), GATE_NOT_FOUND);
    ck_assert_int_eq(asked(&letter, "", "/healthz"), GATE_BAD_REQUEST);
    ck_assert_int_eq(asked(&letter, "G T", "/healthz"), GATE_BAD_REQUEST);
    ck_assert_int_eq(asked(&letter, "ABCDEFGHIJKLMNOP", "/healthz"), GATE_METHOD);
    ck_assert_int_eq(asked(&letter, "ABCDEFGHIJKLMNOPQ", "/healthz"), GATE_BAD_REQUEST);
}
END_TEST

static enum gate_verdict posting_length(const char *length)
{
    struct letter letter = {0};

    add(&letter, "Host", "localhost:8080");
    add(&letter, "Content-Length", length);
    return asked(&letter, "POST", "/v1/anything");
}

START_TEST(a_length_is_a_number_with_one_form)
{
    static const char *const bad[] = {"", "+5", "-5", "5 ", " 5", "5,5", "5, 5", "0x5", "5.0", "05", "00", "1e2", "5\t", "\xD9\xA5"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(posting_length(bad[i]) == GATE_BAD_REQUEST, "%s", bad[i]);
    ck_assert_int_eq(posting_length("0"), GATE_PASS);
    ck_assert_int_eq(posting_length("1000"), GATE_PASS);
    ck_assert_int_eq(posting_length("1001"), GATE_TOO_LARGE);
    ck_assert_int_eq(posting_length("999999999999999999"), GATE_TOO_LARGE);
    ck_assert_int_eq(posting_length("1000000000000000000"), GATE_TOO_LARGE);
    ck_assert_int_eq(posting_length("18446744073709551621"), GATE_TOO_LARGE); /* 5, had it wrapped */
}
END_TEST

START_TEST(the_framing_has_one_reading)
{
    ck_assert_int_eq(posting_with("X-Other", "1"), GATE_PASS);
    ck_assert_int_eq(posting_with("Content-Length", "11"), GATE_BAD_REQUEST);
    ck_assert_int_eq(posting_with("content-length", "10"), GATE_BAD_REQUEST); /* even when equal */
    ck_assert_int_eq(posting_with("Transfer-Encoding", "chunked"), GATE_BAD_REQUEST);
    ck_assert_int_eq(posting_with("transfer-encoding", "identity"), GATE_BAD_REQUEST);
    ck_assert_int_eq(posting_with("Transfer-Encoding", ""), GATE_BAD_REQUEST);
    ck_assert_int_eq(posting_with("Content-Length ", "10"), GATE_BAD_REQUEST);
    ck_assert_int_eq(posting_with("Content-Type", "application/vnd.teren.sync"), GATE_BAD_REQUEST);
}
END_TEST

START_TEST(a_body_says_its_length)
{
    struct letter letter = {0};

    add(&letter, "Host", "localhost:8080");
    ck_assert_int_eq(asked(&letter, "POST", "/v1/anything"), GATE_LENGTH_REQUIRED);
    add(&letter, "Transfer-Encoding", "chunked");
    ck_assert_int_eq(asked(&letter, "POST", "/v1/anything"), GATE_LENGTH_REQUIRED);
    ck_assert_int_eq(asked(&letter, "GET", "/healthz"), GATE_LENGTH_REQUIRED);
}
END_TEST

START_TEST(what_only_asks_has_no_body)
{
    struct letter letter = {0};

    add(&letter, "Host", "localhost:8080");
    add(&letter, "Content-Length", "0");
    ck_assert_int_eq(asked(&letter, "GET", "/healthz"), GATE_PASS);
    letter.headers[1].value = "1";
    ck_assert_int_eq(asked(&letter, "GET", "/healthz"), GATE_BAD_REQUEST);
    ck_assert_int_eq(asked(&letter, "HEAD", "/healthz"), GATE_BAD_REQUEST);
}
END_TEST

START_TEST(a_body_is_what_the_route_takes)
{
    static const char *const others[] = {"text/html", "application/vnd.teren.sync2",      "application/vnd.teren", "",
                                         ";",         "application/x-www-form-urlencoded"};

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct letter letter = {0};

        add(&letter, "Host", "localhost:8080");
        add(&letter, "Content-Length", "1");
        ck_assert_int_eq(asked(&letter, "POST", "/v1/sync"), GATE_MEDIA_TYPE);
        add(&letter, "Content-Type", others[i]);
        ck_assert_int_eq(asked(&letter, "POST", "/v1/sync"), GATE_MEDIA_TYPE);
    }
    ck_assert_int_eq(posting_with("Content-Encoding", "gzip"), GATE_MEDIA_TYPE);
}
END_TEST

START_TEST(headers_are_tokens_and_lines)
{
    static const char *const names[] = {"", "a b", "a:b", "a(b)", "Ho\tst", "é", "a\x01", "a\"b", "a/b", "a,b"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert_msg(posting_with(names[i], "x") == GATE_BAD_REQUEST, "%s", names[i]);
    for (int byte = 0; byte < 256; byte++) {
        char value[] = {'a', (char)byte, 'b'};
        struct letter letter = {0};
        bool allowed = byte == '\t' || (byte >= 0x20 && byte != 0x7F);

        add(&letter, "Host", "localhost:8080");
        add_sized(&letter, "X-Other", value, 3);
        ck_assert_int_eq(asked(&letter, "GET", "/healthz"), allowed ? GATE_PASS : GATE_BAD_REQUEST);
    }
}
END_TEST

START_TEST(headers_are_bounded_in_number_and_size)
{
    static char large[GATE_HEADER_BYTES_MAX + 1];
    struct letter letter = {0};

    add(&letter, "Host", "localhost:8080"); /* 18 bytes */
    while (letter.header_count < GATE_HEADERS_MAX)
        add(&letter, "A", "");
    ck_assert_int_eq(asked(&letter, "GET", "/healthz"), GATE_PASS);
    add(&letter, "A", "");
    ck_assert_int_eq(asked(&letter, "GET", "/healthz"), GATE_HEADERS_TOO_LARGE);

    memset(large, 'a', sizeof large);
    letter.header_count = 1;
    add_sized(&letter, "A", large, GATE_HEADER_BYTES_MAX - 18 - 1);
    ck_assert_int_eq(asked(&letter, "GET", "/healthz"), GATE_PASS);
    letter.headers[1].value_size++;
    ck_assert_int_eq(asked(&letter, "GET", "/healthz"), GATE_HEADERS_TOO_LARGE);
    letter.headers[1].value_size = GATE_HEADER_BYTES_MAX + 1;
    ck_assert_int_eq(asked(&letter, "GET", "/healthz"), GATE_HEADERS_TOO_LARGE);
}
END_TEST

SUITE("gate", a_proper_request_passes, there_is_exactly_one_host_and_it_is_ours, another_host_is_misdirected_and_a_malformed_one_is_bad,
      a_name_with_a_star_is_that_name_with_any_port, a_path_has_one_reading, every_byte_of_a_path_is_on_the_list_or_refused,
      a_target_has_at_most_so_many_bytes, a_method_stands_on_its_route, a_length_is_a_number_with_one_form, the_framing_has_one_reading,
      a_body_says_its_length, what_only_asks_has_no_body, a_body_is_what_the_route_takes, headers_are_tokens_and_lines,
      headers_are_bounded_in_number_and_size)
