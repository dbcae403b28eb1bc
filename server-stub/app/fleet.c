// SPDX-License-Identifier: Apache-2.0
/* Devices: their names, grants, logs; what the server itself records about them.
 *
 * Here:      standing of a log, grants as text, device rows, listing, revoking, changing grants.
 * Not here:  codes and enrolling (enrol.c).
 */
#include <stdlib.h>
#include <string.h>

#include "server-stub/app/fleet.h"

/* --- grants ------------------------------------------------------------------------------------------------------------ */

bool grants_read(struct arena *arena, const char *text, const struct grant **ret, size_t *ret_count, struct error *err)
{
    struct grant *grants = arena_take_many(arena, GRANTS_MAX, sizeof *grants);
    char *copy = arena_text(arena, text);
    size_t count = 0;

    if (grants == NULL || copy == NULL)
        return app_no_memory(err);
    while (*copy != '\0' && count < GRANTS_MAX) {
        char *end = strchr(copy, '\n');
        if (end != NULL)
            *end = '\0';
        if (!grant_parse(arena, copy, &grants[count++], err))
            return false;
        copy = end != NULL ? end + 1 : copy + strlen(copy);
    }
    *ret = grants;
    *ret_count = count;
    return true;
}

const char *grants_write(struct arena *arena, const struct grant *grants, size_t count, struct error *err)
{
    struct bytes text = {0};
    char *copy = NULL;

    if (count > GRANTS_MAX) {
        error_set(err, ERROR_LIMIT, "Grant a whole municipality or programme instead.", "%zu grants were given, %d are allowed", count,
                  GRANTS_MAX);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        const char *one = grant_text(arena, grants[i]);
        if (one == NULL)
            break;
        if (i > 0)
            bytes_append_u8(&text, '\n');
        bytes_append(&text, one, strlen(one));
    }
    if (!text.failed)
        copy = arena_text_n(arena, text.size > 0 ? (const char *)text.data : "", text.size);
    bytes_clear(&text);
    if (copy == NULL)
        app_no_memory(err);
    return copy;
}

/* --- standing ---------------------------------------------------------------------------------------------------------- */

static void standing_of_log(const struct server *server, const struct ledger_log *log, struct log_standing *ret)
{
    memset(ret, 0, sizeof *ret);
    ret->known = true;
    memcpy(ret->public_key, log->public_key, sizeof ret->public_key);
    ret->counter = log->counter;
    ret->last_seq = log->last_seq;
    memcpy(ret->last_head, log->last_head, sizeof ret->last_head);
    ret->last_time = log->last_time;
    ret->safe_seq = log->safe_seq;
    ret->epoch = server->facts.epochs[server->facts.epoch_count - 1].epoch;
}

bool fleet_standing(struct server *server, struct ledger_work *work, struct arena *arena, uint64_t log, struct log_standing *ret,
                    struct ledger_log *ret_log, struct error *err)
{
    struct ledger *ledger = server->ledger;
    struct ledger_log record;
    struct ledger_device device;
    struct ledger_scope scope;
    bool found = false;

    memset(ret, 0, sizeof *ret);
    if (!ledger->log_get(work, arena, log, &record, &found, err))
        return false;
    /* Nobody speaks for the server's own log, even with its key. */
    if (!found || record.device[0] == '\0')
        return true;
    standing_of_log(server, &record, ret);
    if (ret_log != NULL)
        *ret_log = record;
    if (!ledger->device_get(work, arena, record.device, &device, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_CORRUPT, "Run: teren-server verify", "the device of a known log was missing");
    ret->revoked = device.revoked;
    ret->scope = device.scope_version;
    if (!ledger->scope_get(work, arena, device.name, device.scope_version, &scope, &found, err))
        return false;
    /* Denied unless granted: without a record of grants there are none. */
    if (found && !grants_read(arena, scope.grants, &ret->grants, &ret->grant_count, err))
        return false;
    for (size_t i = 0; i < ret->grant_count; i++)
        ret->whole = ret->whole || grant_is_everything(ret->grants[i]);
    return true;
}

/* --- what the server records itself ------------------------------------------------------------------------------------ */

static bool own_segment(struct server *server, struct arena *arena, const struct ledger_log *own, const struct change *change,
                        struct segment *ret, struct error *err)
{
    uint8_t seed[SEED_SIZE], head[HASH_SIZE];
    struct bytes sealed = {0};
    size_t count = 0;
    bool done = false;

    server->ports.chance.fill(server->ports.chance.self, seed, sizeof seed);
    if (!segment_seal(change, 1, SEGMENT_BODY_BYTES_MAX, own->last_head, seed, server->facts.own_secret, &sealed, &count, head, err))
        goto out;
    char *copy = arena_text_n(arena, (const char *)sealed.data, sealed.size);
    if (copy == NULL) {
        app_no_memory(err);
        goto out;
    }
    done = segment_open(arena, (struct span){(const uint8_t *)copy, sealed.size}, own->public_key, ret, err);
out:
    bytes_clear(&sealed);
    return done;
}

/* A change of the server's own log takes the same way as everybody's: sealed, kept, applied, fed. */
static bool record_device(struct server *server, struct ledger_work *work, struct arena *arena, uint64_t log,
                          const struct ledger_device *device, int64_t now_ms, struct error *err)
{
    struct ledger *ledger = server->ledger;
    char row[LOG_TEXT_SIZE];
    struct change_field fields[3];
    struct change change = {.entity = "device", .row = row, .author = "", .fields = fields};
    struct ledger_log own;
    struct segment segment;
    struct custody custody;
    bool found = false;

    if (!ledger->log_get(work, arena, server->facts.own_log, &own, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_CORRUPT, "Run: teren-server verify", "the server's own log was missing");
    log_text(log, row);
    memset(fields, 0, sizeof fields);
    if (device->kind[0] != '\0')
        fields[change.field_count++] = (struct change_field){.name = "kind", .value = value_text(device->kind)};
    if (device->municipality[0] != '\0')
        fields[change.field_count++] = (struct change_field){.name = "municipality", .value = value_text(device->municipality)};
    fields[change.field_count++] = (struct change_field){.name = "name", .value = value_text(device->name)};
    change.log = own.log;
    change.seq = own.last_seq + 1;
    change.time = stamp_tick(own.last_time, now_ms);
    if (!own_segment(server, arena, &own, &change, &segment, err))
        return false;
    exchange_custody(server, work, arena, now_ms, &custody);
    if (!custody_begin(&custody, err) || !custody_take(&custody, &own, &segment, 1, err))
        return false;
    seal_log(&server->facts, &own);
    return ledger->log_put(work, &own, err);
}

bool fleet_add_log(struct server *server, struct ledger_work *work, struct arena *arena, struct ledger_log *log, struct error *err)
{
    struct ledger *ledger = server->ledger;
    struct ledger_device device;
    bool found = false;
    int64_t now_ms = server_now_ms(server);

    if (!ledger->device_get(work, arena, log->device, &device, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_NOT_FOUND, "List devices with: teren-server device list", "there is no device of that name");
    if (log->known_since_ms == 0)
        log->known_since_ms = now_ms;
    seal_log(&server->facts, log);
    return ledger->log_put(work, log, err) && record_device(server, work, arena, log->log, &device, now_ms, err);
}

/* --- administering ----------------------------------------------------------------------------------------------------- */

typedef bool device_edit(struct server *server, struct ledger_work *work, struct arena *arena, struct ledger_device *device,
                         const void *context, struct error *err);

static bool edit_device(struct server *server, const char *name, device_edit *edit, const void *context, struct error *err)
{
    struct ledger *ledger = server->ledger;
    struct arena arena = {0};
    struct ledger_work *work = NULL;
    struct ledger_device device;
    bool found = false, done = false;

    if (!ledger->begin(ledger, LEDGER_WRITE, &work, err) || !ledger->device_get(work, &arena, name, &device, &found, err))
        goto out;
    if (!found) {
        error_set(err, ERROR_NOT_FOUND, "List devices with: teren-server device list", "there is no device \"%.64s\"", name);
        goto out;
    }
    if (!edit(server, work, &arena, &device, context, err))
        goto out;
    seal_device(&server->facts, &device);
    if (!ledger->device_put(work, &device, err))
        goto out;
    done = ledger->commit(work, err);
    work = NULL;
out:
    ledger->rollback(work);
    arena_clear(&arena);
    return done;
}

static bool set_revoked(struct server *server, struct ledger_work *work, struct arena *arena, struct ledger_device *device,
                        const void *context, struct error *err)
{
    const bool *revoked = context;

    (void)work, (void)arena, (void)err;
    if (device->revoked && !*revoked)
        atomic_fetch_add(&server->counters.devices, 1);
    else if (!device->revoked && *revoked)
        atomic_fetch_sub(&server->counters.devices, 1);
    device->revoked = *revoked;
    return true;
}

bool server_device_revoke(struct server *server, const char *name, bool revoked, struct error *err)
{
    return edit_device(server, name, set_revoked, &revoked, err);
}

bool fleet_set_grants(struct server *server, struct ledger_work *work, struct arena *arena, struct ledger_device *device,
                      const char *grants, struct error *err)
{
    struct ledger_scope scope = {.device = device->name, .version = device->scope_version, .grants = grants};
    struct ledger_scope now;
    bool found = false;

    if (!server->ledger->scope_get(work, arena, device->name, device->scope_version, &now, &found, err))
        return false;
    if (found && strcmp(now.grants, grants) == 0)
        return true; /* nothing changes: nothing to fill */
    scope.version = ++device->scope_version;
    seal_scope(&server->facts, &scope);
    return server->ledger->scope_put(work, &scope, err);
}

static bool set_grants(struct server *server, struct ledger_work *work, struct arena *arena, struct ledger_device *device,
                       const void *context, struct error *err)
{
    return fleet_set_grants(server, work, arena, device, context, err);
}

bool server_device_scope(struct server *server, const char *name, const struct grant *grants, size_t grant_count, struct error *err)
{
    struct arena arena = {0};
    const char *text = grants_write(&arena, grants, grant_count, err);
    bool done = text != NULL && edit_device(server, name, set_grants, text, err);

    arena_clear(&arena);
    return done;
}

/* --- listing ----------------------------------------------------------------------------------------------------------- */

struct listing {
    struct server *server;
    struct ledger_work *work;
    struct arena arena;
    const char *only;
    bool (*each)(void *context, const struct server_device *device);
    void *context;
    struct error *err;
    bool failed;
    struct server_device device;
};

/* A device's newest log speaks for it; what was received and quarantined is of all of them. */
static bool list_log(void *context, const struct ledger_log *log)
{
    struct listing *listing = context;
    struct server_device *device = &listing->device;

    device->logs++;
    device->enrolled = true;
    device->quarantined += log->quarantined;
    device->received_seq += log->last_seq;
    if (device->log != 0 && log->last_contact_ms < device->last_contact_ms)
        return true;
    device->log = log->log;
    device->waiting = log->waiting;
    device->last_contact_ms = log->last_contact_ms;
    device->clock_error_ms = log->clock_error_ms;
    device->agent = arena_text(&listing->arena, log->agent);
    listing->failed = device->agent == NULL;
    return !listing->failed;
}

static bool list_device(void *context, const struct ledger_device *found)
{
    struct listing *listing = context;
    struct ledger *ledger = listing->server->ledger;
    struct ledger_scope scope;
    bool has_scope = false, go_on = true;

    if (listing->only != NULL && strcmp(listing->only, found->name) != 0)
        return true;
    listing->device = (struct server_device){
        .name = found->name,
        .municipality = found->municipality,
        .agent = "",
        .revoked = found->revoked,
        .scope_version = found->scope_version,
    };
    listing->failed =
        !ledger->logs_each(listing->work, found->name, list_log, listing, listing->err) || listing->failed ||
        !ledger->scope_get(listing->work, &listing->arena, found->name, found->scope_version, &scope, &has_scope, listing->err) ||
        (has_scope && !grants_read(&listing->arena, scope.grants, &listing->device.grants, &listing->device.grant_count, listing->err));
    if (!listing->failed)
        go_on = listing->each(listing->context, &listing->device);
    arena_clear(&listing->arena);
    return !listing->failed && go_on;
}

bool server_device_each(struct server *server, const char *name_or_null, bool (*each)(void *context, const struct server_device *device),
                        void *context, struct error *err)
{
    struct listing listing = {.server = server, .only = name_or_null, .each = each, .context = context, .err = err};
    bool done;

    if (!server->ledger->begin(server->ledger, LEDGER_READ, &listing.work, err))
        return false;
    done = server->ledger->devices_each(listing.work, list_device, &listing, err) && !listing.failed;
    server->ledger->rollback(listing.work);
    return done;
}
