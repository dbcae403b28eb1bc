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
#ifdef __GLIBC__ /* which <stdlib.h> says */
#include <malloc.h>
#endif
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

/* glibc's rules of keeping memory are made for programs that take the same again at once. Here a push of thousands of people takes blocks
 * of many MiB, and hours may pass until the next: after the first such block was given back, all later ones would come out of a heap that
 * only grows, and a heap for every thread. Setting any of these switches that growing off. */
static void give_memory_back(void)
{
#ifdef __GLIBC__
    enum { LARGE_BYTES = 128 * 1024, HEAPS_MAX = 2 };
    mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
    mallopt(M_TRIM_THRESHOLD, LARGE_BYTES);
    mallopt(M_ARENA_MAX, HEAPS_MAX);
#endif
}

int main(int argc, char **argv)
{
    const struct cli_ports ports = {
        .server = {.clock = {wall_ms, uptime_ms, NULL}, .chance = {fill, NULL}},
        .ledger_open = ledger_open,
    };
    size_t seed = 0;
    give_memory_back(); /* before the first thread */
    umask(077);
    fill(NULL, &seed, sizeof seed);
    json_object_seed(seed | 1); /* strangers' keys must not be made to collide; 0 would send jansson to /dev/urandom on its own */
    return cli_run(argc, (const char *const *)argv, &ports);
}
