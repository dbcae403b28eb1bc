// SPDX-License-Identifier: Apache-2.0
/* The chance port, by the operating system: getrandom(2).
 *
 * Not here:  a generator of our own.
 */
#define _GNU_SOURCE
#include "agent/system/chance.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

static void fill(void *self, void *ret, size_t size)
{
    unsigned char *at = ret;

    (void)self;
    while (size > 0) {
        ssize_t got = getrandom(at, size, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            abort(); /* keys from a device without chance would be worse than no program */
        at += got;
        size -= (size_t)got;
    }
}

struct chance_port chance_system(void)
{
    return (struct chance_port){.fill = fill, .self = NULL};
}
