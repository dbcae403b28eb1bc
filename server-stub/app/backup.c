// SPDX-License-Identifier: Apache-2.0
/* Backups, and going on from one.
 *
 * Here:      whether a copy holds what it should, what devices may forget then; a new epoch after a restore.
 * Not here:  copying pages (the ledger's adapter), proving (verify.c).
 */
#include <stdlib.h>
#include <string.h>

#include "server-stub/app/verify.h"

/* What a copy is found to hold: it is asked for before any device is told that it may forget. */
struct safe_log {
    uint64_t log, last_seq;
};
struct safe {
    struct server *server;
    struct safe_log *logs;
    size_t count, room;
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *context;
    struct error *err;
    bool failed;
};

static bool collect_log(void *context, const struct ledger_log *log)
{
    struct safe *safe = context;

    if (safe->count == safe->room) {
        struct safe_log *logs = realloc(safe->logs, (safe->room * 2 + 64) * sizeof *logs);
        if (logs == NULL) {
            safe->failed = !app_no_memory(safe->err);
            return false;
        }
        safe->logs = logs;
        safe->room = safe->room * 2 + 64;
    }
    struct safe_log *one = &safe->logs[safe->count++];
    one->log = log->log;
    one->last_seq = log->last_seq;
    return true;
}

struct first_finding {
    struct safe *safe;
    char text[160];
};

static void keep_first(void *context, const char *finding)
{
    struct first_finding *first = context;

    if (first->text[0] == '\0')
        strncpy(first->text, finding, sizeof first->text - 1);
}

static void pass_progress(void *context, uint64_t done, uint64_t total)
{
    struct safe *safe = context;

    if (safe->progress != NULL)
        safe->progress(safe->context, done, total);
}

static void pass_proof(void *context, uint64_t done, uint64_t total)
{
    const struct first_finding *first = context;

    pass_progress(first->safe, done, total);
}

/* A copy is good when all of it is proven, as `verify` does: pages, seals, signatures, both chains, what follows from them. Until then the
 * devices' own logs may be the only good ones. */
static bool accept_copy(void *context, struct ledger *copy, struct error *err)
{
    struct safe *safe = context;
    struct first_finding first = {.safe = safe};
    struct ledger_work *work = NULL;
    uint64_t findings = 0;
    bool done;

    if (!verify_ledger(safe->server, copy, keep_first, pass_proof, &first, &findings, err))
        return false;
    if (findings > 0)
        return error_set(err, ERROR_CORRUPT, "Run `teren-server verify`; keep the folder and older backups; look at both disks.",
                         "the copy is damaged, and no backup was made: %s", first.text);
    if (!copy->begin(copy, LEDGER_READ, &work, err))
        return false;
    done = copy->logs_each(work, NULL, collect_log, safe, err) && !safe->failed;
    copy->rollback(work);
    return done;
}

/* Only now, with the copy whole, durable and named, may devices forget what it holds. */
static bool move_safe(struct server *server, const struct safe *safe, struct error *err)
{
    struct ledger *ledger = server->ledger;
    struct ledger_work *work = NULL;
    struct arena arena = {0};
    bool done = ledger->begin(ledger, LEDGER_WRITE, &work, err);

    for (size_t i = 0; done && i < safe->count; i++) {
        struct ledger_log log;
        bool found = false;
        done = ledger->log_get(work, &arena, safe->logs[i].log, &log, &found, err);
        if (!done || !found || safe->logs[i].last_seq <= log.safe_seq)
            continue;
        log.safe_seq = safe->logs[i].last_seq;
        seal_log(&server->facts, &log);
        done = ledger->log_put(work, &log, err);
    }
    if (done) {
        done = ledger->commit(work, err);
        work = NULL;
    }
    ledger->rollback(work);
    arena_clear(&arena);
    return done;
}

bool server_backup(struct server *server, const char *path, void (*progress)(void *context, uint64_t done, uint64_t total), void *context,
                   struct error *err)
{
    struct safe safe = {.server = server, .progress = progress, .context = context, .err = err};
    bool done = server->ledger->backup(server->ledger, path, accept_copy, pass_progress, &safe, err) && move_safe(server, &safe, err);

    free(safe.logs);
    return done;
}

/* --- restored ---------------------------------------------------------------------------------------------------------- */

struct rescope {
    struct ledger *ledger;
    struct ledger_work *work;
    const struct facts *facts;
    struct ledger_device *devices;
    size_t count, room;
    struct arena arena;
    struct error *err;
    bool failed;
};

static bool collect_device(void *context, const struct ledger_device *device)
{
    struct rescope *rescope = context;

    if (rescope->count == rescope->room) {
        rescope->room = rescope->room * 2 + 64;
        rescope->devices = arena_grow(&rescope->arena, rescope->devices, rescope->count, rescope->room, sizeof *rescope->devices);
    }
    struct ledger_device copy = *device;
    copy.name = arena_text(&rescope->arena, device->name);
    copy.municipality = arena_text(&rescope->arena, device->municipality);
    copy.kind = arena_text(&rescope->arena, device->kind);
    rescope->failed = rescope->devices == NULL || copy.name == NULL || copy.municipality == NULL || copy.kind == NULL;
    if (!rescope->failed)
        rescope->devices[rescope->count++] = copy;
    return !rescope->failed || app_no_memory(rescope->err);
}

/* The lost time may have given a device grants under a version that would now be given again to others: versions jump ahead. */
static bool versions_jump(struct rescope *rescope, const struct server_ports *ports)
{
    uint16_t jump = 0;

    if (!rescope->ledger->devices_each(rescope->work, collect_device, rescope, rescope->err) || rescope->failed)
        return false;
    ports->chance.fill(ports->chance.self, &jump, sizeof jump);
    for (size_t i = 0; i < rescope->count; i++) {
        struct ledger_device *device = &rescope->devices[i];
        struct ledger_scope scope;
        bool found = false;
        if (!rescope->ledger->scope_get(rescope->work, &rescope->arena, device->name, device->scope_version, &scope, &found, rescope->err))
            return false;
        device->scope_version += (uint64_t)jump + 1;
        scope.version = device->scope_version;
        seal_scope(rescope->facts, &scope);
        seal_device(rescope->facts, device);
        if ((found && !rescope->ledger->scope_put(rescope->work, &scope, rescope->err)) ||
            !rescope->ledger->device_put(rescope->work, device, rescope->err))
            return false;
    }
    return true;
}

bool server_restored(struct ledger *ledger, const struct server_ports *ports, struct error *err)
{
    struct facts *facts = calloc(1, sizeof *facts);
    struct ledger_totals totals;
    struct rescope rescope = {.ledger = ledger, .facts = facts, .err = err};
    bool done = false;

    if (facts == NULL)
        return app_no_memory(err);
    if (!ledger->begin(ledger, LEDGER_WRITE, &rescope.work, err) || !facts_read(ledger, rescope.work, facts, err) ||
        !ledger->totals_get(rescope.work, &totals, err))
        goto out;
    if (facts->epoch_count == EPOCHS_MAX) {
        error_set(err, ERROR_LIMIT, "Export what it holds and make a new association.", "this ledger was restored %d times", EPOCHS_MAX);
        goto out;
    }
    facts->epochs[facts->epoch_count++] = (struct epoch){facts_epoch(ports), totals.position};
    if (!facts_write_epochs(ledger, rescope.work, facts, err) || !versions_jump(&rescope, ports))
        goto out;
    done = ledger->commit(rescope.work, err);
    rescope.work = NULL;
out:
    ledger->rollback(rescope.work);
    arena_clear(&rescope.arena);
    memset(facts, 0, sizeof *facts);
    free(facts);
    return done;
}
