// SPDX-License-Identifier: Apache-2.0
/* The chance port, by the operating system.
 *
 * Here:      bytes nobody can guess.
 * Not here:  what they are for.
 */
#ifndef AGENT_SYSTEM_CHANCE_H
#define AGENT_SYSTEM_CHANCE_H

#include "protocol/port.h"

struct chance_port chance_system(void);

#endif
