// SPDX-License-Identifier: Apache-2.0
/* Virtual time.
 *
 * Here:      the arithmetic of wrong clocks.
 * Not here:  the real clock.
 */
#include "tests/world/sim_clock.h"

enum { PPM = 1000000 };

struct sim_clock sim_clock_of(const struct sim_time *time)
{
    return (struct sim_clock){.time = time, .since_ms = time->now_ms};
}

static int64_t wall(const struct sim_clock *clock)
{
    const int64_t passed_ms = clock->time->now_ms - clock->since_ms;
    return clock->time->now_ms + clock->offset_ms + passed_ms * clock->drift_ppm / PPM;
}

void sim_clock_set(struct sim_clock *clock, int64_t wall_ms)
{
    clock->offset_ms += wall_ms - wall(clock);
}

static int64_t wall_ms(void *self)
{
    return wall(self);
}

static int64_t uptime_ms(void *self)
{
    const struct sim_clock *clock = self;
    return clock->time->now_ms - clock->since_ms;
}

struct clock_port sim_clock_port(struct sim_clock *clock)
{
    return (struct clock_port){.wall_ms = wall_ms, .uptime_ms = uptime_ms, .self = clock};
}
