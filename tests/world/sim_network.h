// SPDX-License-Identifier: Apache-2.0
/* The road between a device and the server, with everything that happens on roads.
 *
 * Here:      the transport port over a function that answers; faults by chance or by order; what the road remembers.
 * Not here:  the server (it is handed in as a function), retrying.
 */
#ifndef TESTS_WORLD_SIM_NETWORK_H
#define TESTS_WORLD_SIM_NETWORK_H

#include "agent/sync/transport.h"
#include "tests/world/sim_chance.h"
#include "tests/world/sim_clock.h"

enum sim_fault {
    SIM_NO_FAULT,
    SIM_LOST_REQUEST,
    SIM_LOST_ANSWER,     /* the server did it, and nobody hears of it */
    SIM_DOUBLED_REQUEST, /* it comes twice; the second answer arrives */
    SIM_LATE_REQUEST,    /* an earlier request comes once more, before this one */
    SIM_STALE_ANSWER,    /* the answer to an earlier request */
    SIM_CUT_ANSWER,
    SIM_FLIPPED_ANSWER, /* one bit */
    SIM_FLIPPED_REQUEST,
    SIM_PORTAL, /* "please accept our terms", with status 200 */
    SIM_BUSY,   /* 503 with Retry-After */
    SIM_FAULTS
};
/* How likely each is, per cent of exchanges; their sum is at most 100. */
struct sim_weather {
    unsigned percent[SIM_FAULTS];
};

/* Who is at the other end: false and ERROR_* when there is no answer. */
struct sim_far_end {
    bool (*answer)(void *self, const char *path, struct span request, struct bytes *ret_reply, struct error *err);
    void *self;
};
struct sim_road {
    struct sim_far_end far_end;
    struct sim_chance chance;
    struct sim_weather weather;
    struct sim_time *time; /* an exchange takes time */
    bool is_cut;
    enum sim_fault next; /* the next exchange has this one, whatever the weather */
    struct bytes earlier_request, earlier_answer;
    char earlier_path[32];
    uint64_t exchanges, request_bytes, answer_bytes;
    uint64_t met[SIM_FAULTS]; /* how often each fault happened */
};

void sim_road_clear(struct sim_road *road);
struct transport sim_road_transport(struct sim_road *road);

#endif
