// SPDX-License-Identifier: Apache-2.0
/* Chance from a seed.
 *
 * Here:      splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
 * Not here:  anything unpredictable.
 */
#include "tests/world/sim_chance.h"

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

struct sim_chance sim_chance_of(uint64_t seed, uint64_t node)
{
    return (struct sim_chance){.state = mix(seed + UINT64_C(0x9e3779b97f4a7c15)) ^ mix(node * UINT64_C(0xd1342543de82ef95) + 1)};
}

uint64_t sim_chance_next(struct sim_chance *chance)
{
    chance->state += UINT64_C(0x9e3779b97f4a7c15);
    return mix(chance->state);
}

uint64_t sim_chance_below(struct sim_chance *chance, uint64_t bound)
{
    return bound == 0 ? 0 : sim_chance_next(chance) % bound;
}

bool sim_chance_percent(struct sim_chance *chance, unsigned percent)
{
    return sim_chance_below(chance, 100) < percent;
}

static void fill(void *self, void *ret, size_t size)
{
    uint8_t *bytes = ret;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)sim_chance_next(self);
}

struct chance_port sim_chance_port(struct sim_chance *chance)
{
    return (struct chance_port){.fill = fill, .self = chance};
}
