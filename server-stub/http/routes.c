// SPDX-License-Identifier: Apache-2.0
/* What each route does.
 *
 * Here:      the table; bytes in, an answer out.
 * Not here:  how bytes come and go (http.c).
 */
#include "server-stub/http/routes.h"

#include <string.h>

#include "protocol/limits.h"

enum { ENROL_BYTES_MAX = 4 * 1024, ROUTE_SYNC = 0, ROUTE_ENROL, ROUTE_HEALTHZ, ROUTE_METRICS };

static const char media_text[] = "text/plain; charset=utf-8";
static const char media_metrics[] = "text/plain; version=0.0.4";

const struct gate_route http_routes[HTTP_ROUTE_COUNT] = {
    [ROUTE_SYNC] = {"POST", "/v1/sync", MESSAGE_BYTES_MAX, MESSAGE_MEDIA_TYPE},
    [ROUTE_ENROL] = {"POST", "/v1/enrol", ENROL_BYTES_MAX, MESSAGE_MEDIA_TYPE},
    [ROUTE_HEALTHZ] = {"GET", "/healthz", 0, NULL},
    [ROUTE_METRICS] = {"GET", "/metrics", 0, NULL},
};

void http_refusal(unsigned status, const char *reason, const char *target, struct http_answer *ret)
{
    *ret = (struct http_answer){.status = status, .media_type = media_text};
    bytes_append(&ret->body, reason, strlen(reason));
    bytes_append(&ret->body, "\n", 1);
    if (status == GATE_METHOD && target != NULL)
        for (size_t i = 0; i < HTTP_ROUTE_COUNT; i++)
            if (strcmp(http_routes[i].path, target) == 0)
                ret->allow = http_routes[i].method;
}

/* What a failure of the app is in HTTP's words. A device never acts on the word of a status: anything but our magic is "not now" to it. */
static void refuse(const struct error *err, struct http_answer *ret)
{
    static const unsigned status_of[ERROR_KINDS] = {
        [ERROR_STORAGE] = 503, [ERROR_BUSY] = 503, [ERROR_MEMORY] = 503, [ERROR_RETRY] = 503, [ERROR_INTERRUPTED] = 503,
    };
    unsigned status = status_of[err->kind] != 0 ? status_of[err->kind] : 400;
    bytes_clear(&ret->body);
    http_refusal(status, err->cause[0] != '\0' ? err->cause : "the request was not understood", NULL, ret);
    if (status == 503)
        ret->retry_after_s = err->kind == ERROR_STORAGE ? HTTP_RETRY_AFTER_S : HTTP_RETRY_AFTER_BUSY_S;
}

static void answer_message(bool done, const struct error *err, struct http_answer *ret)
{
    if (!done) {
        refuse(err, ret);
        return;
    }
    ret->status = 200;
    ret->media_type = MESSAGE_MEDIA_TYPE;
}

static void run_sync(const struct http_call *call, struct http_answer *ret)
{
    struct error err = {0};
    bool done = server_exchange(call->server, call->body, &ret->body, &err);
    answer_message(done, &err, ret);
}

static void run_enrol(const struct http_call *call, struct http_answer *ret)
{
    struct error err = {0};
    bool done = server_enrol(call->server, call->body, call->peer, &ret->body, &err);
    answer_message(done, &err, ret);
}

static void run_healthz(const struct http_call *call, struct http_answer *ret)
{
    struct error err = {0};
    if (server_healthy(call->server, &err))
        http_refusal(200, "ok", NULL, ret);
    else
        http_refusal(503, "the ledger cannot be written now", NULL, ret);
}

static void run_metrics(const struct http_call *call, struct http_answer *ret)
{
    /* Figures about the fleet are the operator's. A collector elsewhere comes through a proxy or a tunnel on this machine. */
    if (!call->from_loopback) {
        http_refusal(404, "there is no such page", NULL, ret);
        return;
    }
    ret->status = 200;
    ret->media_type = media_metrics;
    http_metrics(&ret->body, call->server, &call->counters);
}

void http_route_run(size_t route, const struct http_call *call, struct http_answer *ret)
{
    static void (*const run[HTTP_ROUTE_COUNT])(const struct http_call *call, struct http_answer *ret) = {
        [ROUTE_SYNC] = run_sync,
        [ROUTE_ENROL] = run_enrol,
        [ROUTE_HEALTHZ] = run_healthz,
        [ROUTE_METRICS] = run_metrics,
    };
    *ret = (struct http_answer){.status = 500, .media_type = media_text};
    run[route](call, ret);
    if (ret->body.failed) {
        bytes_clear(&ret->body);
        http_refusal(503, "the server has no memory left", NULL, ret);
        ret->retry_after_s = HTTP_RETRY_AFTER_BUSY_S;
    }
}
