// SPDX-License-Identifier: Apache-2.0
/* The server as a whole: making an association, opening it, closing it, its counters.
 *
 * Here:      what lives as long as the program.
 * Not here:  exchanges (exchange.c), devices (fleet.c, enrol.c), users (users.c), upkeep (verify.c, backup.c).
 */
#include <stdlib.h>
#include <string.h>

#include "server-stub/app/server_internal.h"

bool app_no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs, or give the machine more memory.", "no memory was left for the server");
}

int64_t server_now_ms(const struct server *server)
{
    return server->ports.clock.wall_ms(server->ports.clock.self);
}

bool server_init(struct ledger *ledger, const struct server_ports *ports, const char *name, struct error *err)
{
    struct facts *facts = calloc(1, sizeof *facts);
    struct ledger_work *work = NULL;
    struct ledger_totals totals = {0};
    struct ledger_log own = {.device = "", .agent = ""};
    bool done = false;

    if (facts == NULL)
        return app_no_memory(err);
    if (!ledger->begin(ledger, LEDGER_WRITE, &work, err) || !facts_make(ledger, work, ports, name != NULL ? name : "", facts, err))
        goto out;
    own.log = facts->own_log;
    memcpy(own.public_key, facts->own_secret + SIGN_SECRET_SIZE - SIGN_PUBLIC_SIZE, SIGN_PUBLIC_SIZE);
    own.known_since_ms = ports->clock.wall_ms(ports->clock.self);
    seal_log(facts, &own);
    if (!ledger->log_put(work, &own, err) || !ledger->totals_put(work, &totals, err))
        goto out;
    done = ledger->commit(work, err);
    work = NULL;
out:
    ledger->rollback(work);
    memset(facts, 0, sizeof *facts);
    free(facts);
    return done;
}

struct device_count {
    uint64_t devices;
};

static bool count_device(void *context, const struct ledger_device *device)
{
    struct device_count *count = context;

    count->devices += device->revoked ? 0 : 1;
    return true;
}

bool gauges_read(struct server *server, struct ledger_work *work, struct gauges *ret, struct error *err)
{
    struct ledger_place everything = {.id = PLACE_EVERYTHING};

    if (!server->ledger->totals_get(work, &ret->totals, err) || !server->ledger->places_sums(work, &everything, 1, err))
        return false;
    ret->rows = everything.rows;
    return true;
}

void gauges_show(struct server *server, const struct gauges *gauges)
{
    struct counters *counters = &server->counters;

    atomic_store(&counters->changes, gauges->totals.changes);
    atomic_store(&counters->segments, gauges->totals.segments);
    atomic_store(&counters->quarantined, gauges->totals.quarantined);
    atomic_store(&counters->conflicts, gauges->totals.conflicts);
    atomic_store(&counters->position, gauges->totals.position);
    atomic_store(&counters->rows, gauges->rows);
}

/* Gauges begin with what the ledger holds; from then on each commit moves them. */
static bool counters_read(struct server *server, struct ledger_work *work, struct error *err)
{
    struct gauges gauges;
    struct device_count count = {0};

    if (!gauges_read(server, work, &gauges, err) || !server->ledger->devices_each(work, count_device, &count, err))
        return false;
    gauges_show(server, &gauges);
    atomic_store(&server->counters.devices, count.devices);
    return true;
}

bool server_open(struct ledger *ledger, const struct server_ports *ports, struct server **ret, struct error *err)
{
    struct server *server = calloc(1, sizeof *server);
    struct ledger_work *work = NULL;
    bool done = false;

    if (server == NULL) {
        ledger->close(ledger);
        return app_no_memory(err);
    }
    server->ledger = ledger;
    server->ports = *ports;
    ports->chance.fill(ports->chance.self, &server->hash_seed, sizeof server->hash_seed);
    if (!ledger->begin(ledger, LEDGER_READ, &work, err) || !facts_read(ledger, work, &server->facts, err) ||
        !counters_read(server, work, err))
        goto out;
    *ret = server;
    server = NULL;
    done = true;
out:
    ledger->rollback(work);
    server_close(server);
    return done;
}

void server_close(struct server *server)
{
    if (server == NULL)
        return;
    server->ledger->close(server->ledger);
    place_cache_clear(&server->places);
    memset(&server->facts, 0, sizeof server->facts);
    free(server);
}

void server_public_key(struct server *server, uint8_t ret[SIGN_PUBLIC_SIZE])
{
    memcpy(ret, server->facts.public_key, SIGN_PUBLIC_SIZE);
}

void server_counters(struct server *server, struct server_counters *ret)
{
    struct counters *counters = &server->counters;

    *ret = (struct server_counters){
        .exchanges = atomic_load(&counters->exchanges),
        .refused = atomic_load(&counters->refused),
        .retried = atomic_load(&counters->retried),
        .bad = atomic_load(&counters->bad),
        .changes = atomic_load(&counters->changes),
        .segments = atomic_load(&counters->segments),
        .rows = atomic_load(&counters->rows),
        .quarantined = atomic_load(&counters->quarantined),
        .devices = atomic_load(&counters->devices),
        .conflicts = atomic_load(&counters->conflicts),
        .position = atomic_load(&counters->position),
        .enrolments = atomic_load(&counters->enrolments),
        .reply_bytes = atomic_load(&counters->reply_bytes),
        .request_bytes = atomic_load(&counters->request_bytes),
        .ledger_bytes = server->ledger->size_bytes(server->ledger),
    };
}

bool server_healthy(struct server *server, struct error *err)
{
    struct ledger_work *work = NULL;
    struct ledger_totals totals;
    bool done;

    /* A writing work, given up again: the ledger answers, is not closed after an I/O error, and can be locked for writing. */
    if (!server->ledger->begin(server->ledger, LEDGER_WRITE, &work, err))
        return false;
    done = server->ledger->totals_get(work, &totals, err);
    server->ledger->rollback(work);
    return done;
}

/* --- export ------------------------------------------------------------------------------------------------------------ */

struct row_walk {
    bool (*each)(void *context, const struct row *row);
    void *context;
    struct arena arena;
    struct error *err;
    bool failed;
};

static bool show_row(void *context, const struct ledger_row *stored)
{
    struct row_walk *walk = context;
    struct row row;
    bool go_on = false;

    walk->failed = !row_read(&walk->arena, stored->state, stored->entity, stored->id, &row, walk->err);
    if (!walk->failed)
        go_on = walk->each(walk->context, &row);
    arena_clear(&walk->arena);
    return go_on;
}

bool server_each_row(struct server *server, const char *entity, bool (*each)(void *context, const struct row *row), void *context,
                     struct error *err)
{
    struct row_walk walk = {.each = each, .context = context, .err = err};
    struct ledger_work *work = NULL;
    bool done;

    if (!server->ledger->begin(server->ledger, LEDGER_READ, &work, err))
        return false;
    done = server->ledger->rows_each(work, entity, show_row, &walk, err) && !walk.failed;
    server->ledger->rollback(work);
    return done;
}
