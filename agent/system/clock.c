// SPDX-License-Identifier: Apache-2.0
/* The clock port, by the operating system: CLOCK_REALTIME for stamps, CLOCK_BOOTTIME for waiting.
 *
 * Not here:  timers; the loop of `teren run` waits in poll().
 */
#define _GNU_SOURCE
#include "agent/system/clock.h"

#include <time.h>

static int64_t clock_read_ms(clockid_t id)
{
    struct timespec now = {0};

    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t wall_ms(void *self)
{
    (void)self;
    return clock_read_ms(CLOCK_REALTIME);
}

/* BOOTTIME, not MONOTONIC: a tablet that slept through its waiting time has waited. */
static int64_t uptime_ms(void *self)
{
    (void)self;
    return clock_read_ms(CLOCK_BOOTTIME);
}

struct clock_port clock_system(void)
{
    return (struct clock_port){.wall_ms = wall_ms, .uptime_ms = uptime_ms, .self = NULL};
}
