// SPDX-License-Identifier: Apache-2.0
/* teren-server: the central endpoint.
 *
 * Here:      the real adapters, picked: the OS's clock and chance, the SQLite ledger. Nobody else may choose.
 * Not here:  everything else.
 */
#define _GNU_SOURCE
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>

#include "server-stub/cli/cli.h"
#include "server-stub/ledger/sqlite.h"

static int64_t clock_ms(clockid_t clock)
{
    struct timespec now = {.tv_sec = 0};
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t wall_ms(void *self)
{
    (void)self;
    return clock_ms(CLOCK_REALTIME);
}

static int64_t uptime_ms(void *self)
{
    (void)self;
    return clock_ms(CLOCK_BOOTTIME);
}

/* No key may ever be made of anything else: without chance the program ends. */
static void fill(void *self, void *ret, size_t size)
{
    unsigned char *at = ret;
    (void)self;
    while (size > 0) {
        ssize_t got = getrandom(at, size, 0);
        if (got < 0) {
            fputs("teren-server: the system gave no random bytes\n", stderr);
            abort();
        }
        at += got;
        size -= (size_t)got;
    }
}

static bool ledger_open(const char *path, enum cli_ledger how, struct ledger **ret, struct error *err)
{
    return ledger_sqlite_open(path, how == CLI_LEDGER_NEW ? LEDGER_CREATE : LEDGER_MUST_EXIST, NULL, ret, err);
}

int main(int argc, char **argv)
{
    const struct cli_ports ports = {
        .server = {.clock = {wall_ms, uptime_ms, NULL}, .chance = {fill, NULL}},
        .ledger_open = ledger_open,
    };
    size_t seed = 0;
    umask(077);
    fill(NULL, &seed, sizeof seed);
    json_object_seed(seed | 1); /* strangers' keys must not be made to collide; 0 would send jansson to /dev/urandom on its own */
    return cli_run(argc, (const char *const *)argv, &ports);
}
