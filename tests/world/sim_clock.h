// SPDX-License-Identifier: Apache-2.0
/* Virtual time: one true time for the world, and for each node a clock that may be wrong in every way that clocks are.
 *
 * Here:      the true time, offset, drift and jumps of a node's clock, the clock port over it.
 * Not here:  waiting (the world moves time).
 */
#ifndef TESTS_WORLD_SIM_CLOCK_H
#define TESTS_WORLD_SIM_CLOCK_H

#include "protocol/port.h"

struct sim_time {
    int64_t now_ms; /* true, since 1970 */
};
struct sim_clock {
    const struct sim_time *time;
    int64_t offset_ms; /* wall clock less the truth, at `since_ms` */
    int64_t drift_ppm; /* how much faster than the truth it runs */
    int64_t since_ms;  /* when the node booted */
};

struct sim_clock sim_clock_of(const struct sim_time *time);
void sim_clock_set(struct sim_clock *clock, int64_t wall_ms); /* somebody sets it, or its battery is empty */
struct clock_port sim_clock_port(struct sim_clock *clock);

#endif
