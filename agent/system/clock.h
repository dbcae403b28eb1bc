// SPDX-License-Identifier: Apache-2.0
/* The clock port, by the operating system.
 *
 * Here:      wall time, and a time for waiting that runs on in sleep and never goes back.
 * Not here:  deciding anything by it.
 */
#ifndef AGENT_SYSTEM_CLOCK_H
#define AGENT_SYSTEM_CLOCK_H

#include "protocol/port.h"

struct clock_port clock_system(void);

#endif
