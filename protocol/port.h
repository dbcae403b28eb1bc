// SPDX-License-Identifier: Apache-2.0
/* Clock and chance, handed in. main.c picks the real ones; a test picks the others.
 *
 * Here:      the two shapes that every program needs.
 * Not here:  any adapter. The transport's port stands in agent/sync, the ledger's in server-stub/ledger.
 */
#ifndef PROTOCOL_PORT_H
#define PROTOCOL_PORT_H

#include <stddef.h>
#include <stdint.h>

struct clock_port {
    int64_t (*wall_ms)(void *self);     /* since 1970-01-01 UTC; may jump */
    int64_t (*uptime_ms)(void *self);   /* never goes back, runs on in sleep; only for waiting */
    void *self;
};
struct chance_port {
    void (*fill)(void *self, void *ret, size_t size);   /* unpredictable in the field, seeded in the simulator */
    void *self;
};

#endif
