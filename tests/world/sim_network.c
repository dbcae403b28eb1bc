// SPDX-License-Identifier: Apache-2.0
/* A simulated road.
 *
 * Here:      one function per fault, in a table.
 * Not here:  what is said on the road.
 */
#include "tests/world/sim_network.h"

#include <stdio.h>
#include <string.h>

enum { EXCHANGE_MS_MIN = 40, EXCHANGE_MS_SPREAD = 1500, BUSY_RETRY_MS = 30000 };

static bool offline(struct error *err)
{
    return error_set(err, ERROR_OFFLINE, "", "the server was not reached");
}

static bool far_end(struct sim_road *road, const char *path, struct span request, struct bytes *ret_reply, struct error *err)
{
    return road->far_end.answer(road->far_end.self, path, request, ret_reply, err);
}

static bool lost_request(struct sim_road *road, const char *path, struct span request, struct bytes *ret_reply, struct error *err)
{
    (void)road, (void)path, (void)request, (void)ret_reply;
    return offline(err);
}

static bool lost_answer(struct sim_road *road, const char *path, struct span request, struct bytes *ret_reply, struct error *err)
{
    struct bytes unheard = {0};
    struct error ignored = {0};
    (void)ret_reply;
    far_end(road, path, request, &unheard, &ignored);
    bytes_clear(&unheard);
    return offline(err);
}

static bool doubled_request(struct sim_road *road, const char *path, struct span request, struct bytes *ret_reply, struct error *err)
{
    struct bytes first = {0};
    struct error ignored = {0};
    far_end(road, path, request, &first, &ignored);
    bytes_clear(&first);
    return far_end(road, path, request, ret_reply, err);
}

static bool late_request(struct sim_road *road, const char *path, struct span request, struct bytes *ret_reply, struct error *err)
{
    struct bytes unheard = {0};
    struct error ignored = {0};
    if (road->earlier_request.size > 0)
        far_end(road, road->earlier_path, bytes_span(&road->earlier_request), &unheard, &ignored);
    bytes_clear(&unheard);
    return far_end(road, path, request, ret_reply, err);
}

static bool stale_answer(struct sim_road *road, const char *path, struct span request, struct bytes *ret_reply, struct error *err)
{
    struct bytes unheard = {0};
    struct error ignored = {0};
    far_end(road, path, request, &unheard, &ignored);
    bytes_clear(&unheard);
    return road->earlier_answer.size > 0 ? bytes_append(ret_reply, road->earlier_answer.data, road->earlier_answer.size) : offline(err);
}

static bool cut_answer(struct sim_road *road, const char *path, struct span request, struct bytes *ret_reply, struct error *err)
{
    if (!far_end(road, path, request, ret_reply, err))
        return false;
    ret_reply->size = (size_t)sim_chance_below(&road->chance, ret_reply->size);
    return true;
}

static void flip(struct sim_road *road, struct bytes *bytes)
{
    if (bytes->size > 0)
        bytes->data[sim_chance_below(&road->chance, bytes->size)] ^= (uint8_t)(1u << sim_chance_below(&road->chance, 8));
}

static bool flipped_answer(struct sim_road *road, const char *path, struct span request, struct bytes *ret_reply, struct error *err)
{
    const bool done = far_end(road, path, request, ret_reply, err);
    if (done)
        flip(road, ret_reply);
    return done;
}

static bool flipped_request(struct sim_road *road, const char *path, struct span request, struct bytes *ret_reply, struct error *err)
{
    struct bytes altered = {0};
    bytes_append(&altered, request.data, request.size);
    flip(road, &altered);
    const bool done = far_end(road, path, bytes_span(&altered), ret_reply, err);
    bytes_clear(&altered);
    return done;
}

static bool portal(struct sim_road *road, const char *path, struct span request, struct bytes *ret_reply, struct error *err)
{
    static const char page[] = "<html><body>Welcome to Caf\xc3\xa9 Free WiFi. Please accept our terms.</body></html>";
    (void)road, (void)path, (void)request, (void)err;
    return bytes_append(ret_reply, page, sizeof page - 1);
}

static bool busy(struct sim_road *road, const char *path, struct span request, struct bytes *ret_reply, struct error *err)
{
    (void)road, (void)path, (void)request, (void)ret_reply;
    return error_set(err, ERROR_RETRY, "", "the server asked for patience (503)");
}

typedef bool performer(struct sim_road *road, const char *path, struct span request, struct bytes *ret_reply, struct error *err);
static performer *const performers[SIM_FAULTS] = {
    [SIM_NO_FAULT] = far_end,
    [SIM_LOST_REQUEST] = lost_request,
    [SIM_LOST_ANSWER] = lost_answer,
    [SIM_DOUBLED_REQUEST] = doubled_request,
    [SIM_LATE_REQUEST] = late_request,
    [SIM_STALE_ANSWER] = stale_answer,
    [SIM_CUT_ANSWER] = cut_answer,
    [SIM_FLIPPED_ANSWER] = flipped_answer,
    [SIM_FLIPPED_REQUEST] = flipped_request,
    [SIM_PORTAL] = portal,
    [SIM_BUSY] = busy,
};

static enum sim_fault draw(struct sim_road *road)
{
    const enum sim_fault ordered = road->next;
    uint64_t point = sim_chance_below(&road->chance, 100);
    road->next = SIM_NO_FAULT;
    if (ordered != SIM_NO_FAULT)
        return ordered;
    for (int fault = 1; fault < SIM_FAULTS; fault++) {
        if (point < road->weather.percent[fault])
            return (enum sim_fault)fault;
        point -= road->weather.percent[fault];
    }
    return SIM_NO_FAULT;
}

static void remember(struct bytes *to, const void *data, size_t size)
{
    bytes_reset(to);
    bytes_append(to, data, size);
}

static bool exchange(void *self, const char *url, const char *path, struct span request, struct bytes *ret_reply,
                     int64_t *ret_retry_after_ms, struct error *err)
{
    struct sim_road *road = self;
    const size_t before = ret_reply->size;
    (void)url;
    road->time->now_ms += EXCHANGE_MS_MIN + (int64_t)sim_chance_below(&road->chance, EXCHANGE_MS_SPREAD);
    *ret_retry_after_ms = 0;
    if (road->is_cut)
        return offline(err);
    const enum sim_fault fault = draw(road);
    road->met[fault]++;
    road->exchanges++;
    road->request_bytes += request.size;
    if (fault == SIM_BUSY)
        *ret_retry_after_ms = BUSY_RETRY_MS;
    const bool done = performers[fault](road, path, request, ret_reply, err);
    road->answer_bytes += ret_reply->size - before;
    /* What is remembered is old on purpose: not of the exchange just before, but of some earlier one. */
    if (road->earlier_request.size == 0 || sim_chance_percent(&road->chance, 30)) {
        remember(&road->earlier_request, request.data, request.size);
        remember(&road->earlier_answer, ret_reply->size > before ? ret_reply->data + before : (const uint8_t *)"",
                 done ? ret_reply->size - before : 0);
        snprintf(road->earlier_path, sizeof road->earlier_path, "%s", path);
    }
    return done;
}

void sim_road_clear(struct sim_road *road)
{
    bytes_clear(&road->earlier_request);
    bytes_clear(&road->earlier_answer);
}

struct transport sim_road_transport(struct sim_road *road)
{
    return (struct transport){.exchange = exchange, .self = road};
}
