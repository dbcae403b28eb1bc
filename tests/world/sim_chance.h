// SPDX-License-Identifier: Apache-2.0
/* Chance from a seed: the same seed gives the same world.
 *
 * Here:      a generator (splitmix64), the chance port over it, small draws.
 * Not here:  who draws what. Each node has its own generator, so that one more draw here does not shift all of the world.
 */
#ifndef TESTS_WORLD_SIM_CHANCE_H
#define TESTS_WORLD_SIM_CHANCE_H

#include <stdbool.h>

#include "protocol/port.h"

struct sim_chance {
    uint64_t state;
};

struct sim_chance sim_chance_of(uint64_t seed, uint64_t node);
uint64_t sim_chance_next(struct sim_chance *chance);
uint64_t sim_chance_below(struct sim_chance *chance, uint64_t bound); /* 0 .. bound - 1; 0 for bound 0 */
bool sim_chance_percent(struct sim_chance *chance, unsigned percent);
struct chance_port sim_chance_port(struct sim_chance *chance);

#endif
