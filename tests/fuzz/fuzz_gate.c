// SPDX-License-Identifier: Apache-2.0
/* Any bytes as a request: first line "METHOD TARGET", then one header a line. What passes has one reading.
 *
 * Here:      the target; what a second, simpler reader sees in a request that passed.
 * Not here:  the rules (protocol/gate.c).
 */
#include <string.h>
#include <strings.h>

#include "protocol/gate.h"
#include "tests/fuzz/fuzz.h"

enum { LINES_MAX = GATE_HEADERS_MAX + 8, METHOD_SIZE = 32, BODY_MAX = 4096 };

static const struct gate_route routes[] = {
    {"GET", "/healthz", 0, NULL},
    {"GET", "/", 0, NULL},
    {"POST", "/v1/sync", BODY_MAX, "application/vnd.teren.sync"},
    {"POST", "/v1/enrol", 64, NULL},
};
static const char *const hosts[] = {"localhost:8080", NULL};

static size_t count_named(const struct gate_request *request, const char *name)
{
    size_t count = 0;

    for (size_t i = 0; i < request->header_count; i++)
        count += request->headers[i].name_size == strlen(name) && strncasecmp(request->headers[i].name, name, strlen(name)) == 0;
    return count;
}

static void check_passed(const struct gate_request *request, size_t route, uint64_t length)
{
    size_t path_size = strlen(routes[route].path);

    fuzz_require(route < sizeof routes / sizeof routes[0] && length <= routes[route].body_bytes_max);
    fuzz_require(request->target_size >= path_size && memcmp(request->target, routes[route].path, path_size) == 0);
    fuzz_require(request->target_size == path_size || request->target[path_size] == '?');
    fuzz_require(memchr(request->target, '\0', request->target_size) == NULL);
    fuzz_require(count_named(request, "Host") == 1);
    fuzz_require(count_named(request, "Content-Length") <= 1);
    fuzz_require(count_named(request, "Transfer-Encoding") == 0);
    for (size_t i = 0; i < request->header_count; i++) {
        fuzz_require(memchr(request->headers[i].value, '\0', request->headers[i].value_size) == NULL);
        fuzz_require(memchr(request->headers[i].value, '\r', request->headers[i].value_size) == NULL);
    }
}

static void check(const struct gate_request *request, const char *const *allowed)
{
    size_t route = SIZE_MAX;
    uint64_t length = UINT64_MAX;
    const char *reason = NULL;
    enum gate_verdict verdict = gate_check(request, routes, sizeof routes / sizeof routes[0], allowed, &route, &length, &reason);

    fuzz_require(reason != NULL && (verdict == GATE_PASS) == (*reason == '\0'));
    if (verdict == GATE_PASS)
        check_passed(request, route, length);
    else
        fuzz_require(verdict >= 400 && verdict < 500 && route == SIZE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *at = (const char *)data, *end = at + size;
    struct gate_header headers[LINES_MAX];
    struct gate_request request = {.headers = headers, .target = ""};
    char method[METHOD_SIZE] = "";

    for (size_t lines = 0; at < end && lines <= LINES_MAX; lines++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        const char *line_end = stop == NULL ? end : stop;
        const char *middle = memchr(at, lines == 0 ? ' ' : ':', (size_t)(line_end - at));

        if (middle == NULL)
            middle = line_end;
        if (lines == 0) {
            size_t method_size = (size_t)(middle - at);

            memcpy(method, at, method_size < METHOD_SIZE ? method_size : METHOD_SIZE - 1);
            request.target = middle < line_end ? middle + 1 : line_end;
            request.target_size = (size_t)(line_end - request.target);
        } else {
            const char *value = middle < line_end ? middle + 1 : line_end;

            headers[request.header_count++] = (struct gate_header){at, (size_t)(middle - at), value, (size_t)(line_end - value)};
        }
        at = stop == NULL ? end : stop + 1;
    }
    request.method = method;
    check(&request, hosts);
    check(&request, NULL);
    return 0;
}
