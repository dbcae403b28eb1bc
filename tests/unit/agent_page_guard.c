// SPDX-License-Identifier: Apache-2.0
/* Who may talk to the page.
 *
 * Not here:  sockets (agent_page_serve.c).
 */
#include "agent/page/guard.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/suite.h"

#define ORIGIN "http://127.0.0.1:47110"
#define TOKEN  "0123456789012345678901234567890123456789abc"

/* Header lines "Name: value", parted by line feeds. */
static enum guard_verdict says(enum guard_door door, const char *method, const char *lines)
{
    struct gate_header headers[16];
    struct gate_request request = {.method = method, .target = "/", .target_size = 1, .headers = headers};
    const char *reason;
    enum guard_verdict verdict;

    while (*lines != '\0') {
        const char *colon = strstr(lines, ": ");
        size_t size = strcspn(lines, "\n");

        ck_assert(colon != NULL && request.header_count < 16);
        headers[request.header_count++] =
            (struct gate_header){lines, (size_t)(colon - lines), colon + 2, (size_t)(lines + size - colon - 2)};
        lines += size + (lines[size] == '\n');
    }
    verdict = guard_check(&request, door, ORIGIN, TOKEN, &reason);
    ck_assert_int_eq(verdict == GUARD_PASS, reason[0] == '\0');
    return verdict;
}

START_TEST(our_own_page_comes_through_with_its_token)
{
    ck_assert_int_eq(says(GUARD_API, "GET", "Sec-Fetch-Site: same-origin\nTeren-Token: " TOKEN), GUARD_PASS);
    ck_assert_int_eq(says(GUARD_API, "POST", "Sec-Fetch-Site: same-origin\nOrigin: " ORIGIN "\nTeren-Token: " TOKEN), GUARD_PASS);
    /* An older browser says its origin alone, or its fetch metadata alone. */
    ck_assert_int_eq(says(GUARD_API, "POST", "Origin: " ORIGIN "\nteren-token: " TOKEN), GUARD_PASS);
    ck_assert_int_eq(says(GUARD_API, "POST", "Sec-Fetch-Site: same-origin\nTeren-Token: " TOKEN), GUARD_PASS);
    /* A program of this person reads without either. */
    ck_assert_int_eq(says(GUARD_API, "GET", "Teren-Token: " TOKEN), GUARD_PASS);
}
END_TEST

START_TEST(nobody_comes_through_without_the_token)
{
    static const char *const wrong[] = {
        "",
        "Teren-Token: ",
        "Teren-Token: 0123456789012345678901234567890123456789ab",
        "Teren-Token: 0123456789012345678901234567890123456789abd",
        "Teren-Token: 0123456789012345678901234567890123456789abcd",
        "Teren-Token: 1123456789012345678901234567890123456789abc",
        ("Teren-Token: " TOKEN "\nTeren-Token: " TOKEN),
        ("Cookie: Teren-Token=" TOKEN),
    };

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        ck_assert_msg(says(GUARD_API, "GET", wrong[i]) == GUARD_NO_TOKEN, "%s", wrong[i]);
}
END_TEST

START_TEST(another_site_is_refused_even_with_the_token)
{
    static const char *const foreign[] = {
        "Origin: http://evil.example",
        "Origin: null",
        "Origin: http://127.0.0.1:47111",
        "Origin: http://127.0.0.1",
        "Origin: http://localhost:47110",
        "Origin: https://127.0.0.1:47110",
        ("Origin: " ORIGIN "/"),
        ("Origin: " ORIGIN "\nOrigin: " ORIGIN),
        ("Origin: " ORIGIN "\nOrigin: http://evil.example"),
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Sec-Fetch-Site: none",
        "Sec-Fetch-Site: Same-Origin",
        "Sec-Fetch-Site: same-origin\nSec-Fetch-Site: same-origin",
        "Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document",
        ("Sec-Fetch-Site: cross-site\nOrigin: " ORIGIN),
        "Origin: http://evil.example\nSec-Fetch-Site: same-origin",
    };

    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        char lines[512];

        snprintf(lines, sizeof lines, "%s\nTeren-Token: " TOKEN, foreign[i]);
        ck_assert_msg(says(GUARD_API, "GET", lines) == GUARD_FOREIGN, "%s", foreign[i]);
        ck_assert_msg(says(GUARD_API, "POST", lines) == GUARD_FOREIGN, "%s", foreign[i]);
    }
}
END_TEST

START_TEST(writing_needs_to_say_where_it_comes_from)
{
    ck_assert_int_eq(says(GUARD_API, "POST", "Teren-Token: " TOKEN), GUARD_FOREIGN);
    ck_assert_int_eq(says(GUARD_SHELL, "POST", ""), GUARD_FOREIGN);
    ck_assert_int_eq(says(GUARD_API, "HEAD", "Teren-Token: " TOKEN), GUARD_PASS);
}
END_TEST

START_TEST(the_shell_opens_from_a_link_but_not_within_another_page)
{
    ck_assert_int_eq(says(GUARD_SHELL, "GET", ""), GUARD_PASS);
    ck_assert_int_eq(says(GUARD_SHELL, "GET", "Sec-Fetch-Site: same-origin"), GUARD_PASS);
    ck_assert_int_eq(says(GUARD_SHELL, "GET", "Sec-Fetch-Site: none\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document"), GUARD_PASS);
    ck_assert_int_eq(says(GUARD_SHELL, "GET", "Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document"),
                     GUARD_PASS);
    ck_assert_int_eq(says(GUARD_SHELL, "GET", "Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: iframe"),
                     GUARD_FOREIGN);
    ck_assert_int_eq(says(GUARD_SHELL, "GET", "Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: no-cors\nSec-Fetch-Dest: script"),
                     GUARD_FOREIGN);
    ck_assert_int_eq(says(GUARD_SHELL, "GET", "Sec-Fetch-Site: same-site\nSec-Fetch-Mode: no-cors\nSec-Fetch-Dest: image"), GUARD_FOREIGN);
    ck_assert_int_eq(says(GUARD_SHELL, "GET", "Sec-Fetch-Site: cross-site"), GUARD_FOREIGN);
    ck_assert_int_eq(says(GUARD_SHELL, "GET", "Origin: http://evil.example"), GUARD_FOREIGN);
}
END_TEST

SUITE("page guard", our_own_page_comes_through_with_its_token, nobody_comes_through_without_the_token,
      another_site_is_refused_even_with_the_token, writing_needs_to_say_where_it_comes_from,
      the_shell_opens_from_a_link_but_not_within_another_page)
