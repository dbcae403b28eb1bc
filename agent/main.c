// SPDX-License-Identifier: Apache-2.0
/* teren: the one place that names real adapters: the system's clock and chance, libcurl.
 *
 * Not here:  anything else.
 */
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#include "agent/cli/cli.h"
#include "agent/system/chance.h"
#include "agent/system/clock.h"
#include "agent/system/http.h"
#include "agent/system/machine.h"

struct road {
    struct http *http;
};

static bool road_open(void *self, const char *ca_file, struct transport *ret, struct error *err)
{
    struct road *road = self;

    if (road->http == NULL)
        road->http = http_create(ca_file);
    if (road->http == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the network");
    *ret = http_transport(road->http);
    return true;
}

static void road_traffic(void *self, uint64_t *ret_sent, uint64_t *ret_received)
{
    const struct road *road = self;
    struct http_traffic traffic = {0};

    if (road->http != NULL)
        traffic = http_traffic(road->http);
    *ret_sent = traffic.sent;
    *ret_received = traffic.received;
}

int main(int argc, char **argv)
{
    struct road road = {0};
    char machine[MACHINE_TEXT_SIZE];
    struct cli_world world = {.clock = clock_system(),
                              .chance = chance_system(),
                              .machine = machine,
                              .transport = road_open,
                              .traffic = road_traffic,
                              .self = &road};
    size_t seed = 0;
    int exit_code;

    world.chance.fill(world.chance.self, &seed, sizeof seed);
    json_object_seed(seed | 1); /* 0 would send jansson to /dev/urandom on its own */
    machine_text(machine);
    exit_code = cli_main(&world, argc, (const char *const *)argv);
    http_destroy(road.http);
    return exit_code;
}
