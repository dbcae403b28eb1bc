// SPDX-License-Identifier: Apache-2.0
/* The program `teren`, handed its world.
 *
 * Here:      what main.c gives, and the way in.
 * Not here:  choosing adapters: main.c does; a test gives others.
 */
#ifndef AGENT_CLI_CLI_H
#define AGENT_CLI_CLI_H

#include "agent/sync/transport.h"
#include "protocol/port.h"

struct cli_world {
    struct clock_port clock;
    struct chance_port chance;
    const char *machine; /* what tells this machine from a clone; "" unknown */
    /* The road to the server. ca_file: whom to trust instead of the system's list, NULL: the system's. Made at the first call. */
    bool (*transport)(void *self, const char *ca_file, struct transport *ret, struct error *err);
    /* Bytes on the wire so far, both ways. */
    void (*traffic)(void *self, uint64_t *ret_sent, uint64_t *ret_received);
    void *self;
};

/* Does what argv says; gives the exit code (protocol/error.h). Prints to stdout and stderr. */
int cli_main(const struct cli_world *world, int argc, const char *const *argv);

#endif
