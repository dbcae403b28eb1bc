// SPDX-License-Identifier: Apache-2.0
/* Enrolling: a one-time code ties a fresh log to a device. Bundles: the same exchange by a slow road.
 *
 * Here:      making codes, taking them, throttling those who guess.
 * Not here:  what a device may see (fleet.c).
 *
 * Codes      70 bits, kept as SHA-256, good once and for a time. The same code with the same log again gives the same answer: the first
 *            may have been lost. A fresh code ties a log that is known already once more, perhaps to another name: whatever went wrong
 *            before, a device never has to begin a new log. Only failures cost tokens, per peer and over all, so that a hall full of
 * tablets enrols unhindered.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/catalogue.h"
#include "server-stub/app/fleet.h"

enum {
    CODE_SECRET_SIZE = 9,
    PEER_TOKENS = 10,
    PEER_REFILL_MS = 30 * 1000, /* a guess every half minute */
    ALL_TOKENS = 200,
    ALL_REFILL_MS = 1000,
    TOKEN = 1000,
};

#define THROTTLE_ALL "*"

/* --- codes ------------------------------------------------------------------------------------------------------------- */

static bool name_is_allowed(const char *name, const char *what, bool may_be_empty, struct error *err)
{
    if ((name[0] == '\0' && may_be_empty) || (strlen(name) <= CODE_BYTES_MAX && strchr(name, ':') == NULL && row_id_is_valid(name)))
        return true;
    return error_set(err, ERROR_INVALID, "Use letters, digits, '-', '_' and '.', at most 64 of them.", "\"%.80s\" is no name for a %s",
                     name, what);
}

static void code_hash(const char *secret, uint8_t ret[CODE_HASH_SIZE])
{
    secret_hash((struct span){(const uint8_t *)secret, strlen(secret)}, ret);
}

/* The device that a code is for, made or brought up to date. */
static bool device_prepare(struct server *server, struct ledger_work *work, struct arena *arena, const char *name, const char *municipality,
                           const char *grants, struct error *err)
{
    struct ledger *ledger = server->ledger;
    struct ledger_device device;
    bool found = false;

    if (!ledger->device_get(work, arena, name, &device, &found, err))
        return false;
    if (found && device.revoked)
        return error_set(err, ERROR_REFUSED, "Use another name, or take the revocation back: teren-server device revoke --undo",
                         "device \"%.64s\" is revoked", name);
    if (!found)
        device = (struct ledger_device){.name = name, .municipality = "", .kind = ""};
    device.municipality = municipality;
    if (!fleet_set_grants(server, work, arena, &device, grants, err))
        return false;
    seal_device(&server->facts, &device);
    if (!found)
        atomic_fetch_add(&server->counters.devices, 1);
    return ledger->device_put(work, &device, err);
}

bool server_device_code(struct server *server, const char *device, const char *municipality, const struct grant *grants, size_t grant_count,
                        int64_t valid_ms, char ret_code[CODE_TEXT_SIZE], struct error *err)
{
    struct ledger *ledger = server->ledger;
    struct arena arena = {0};
    struct ledger_work *work = NULL;
    uint8_t secret[CODE_SECRET_SIZE];
    char text[CODE_TEXT_SIZE], typed[CODE_SECRET_CHARS + 1], print[CODE_PRINT_CHARS + 1];
    struct ledger_code code = {.device = device};
    const char *grants_text = NULL;
    bool done = false;

    if (!name_is_allowed(device, "device", false, err) || !name_is_allowed(municipality, "municipality", true, err))
        goto out;
    if (valid_ms <= 0) {
        error_set(err, ERROR_INVALID, "Give a time of an hour or more.", "a code cannot be valid for %lld ms", (long long)valid_ms);
        goto out;
    }
    server->ports.chance.fill(server->ports.chance.self, secret, sizeof secret);
    code_write(secret, server->facts.public_key, text);
    if (!code_read(text, typed, print, err) || (grants_text = grants_write(&arena, grants, grant_count, err)) == NULL)
        goto out;
    code_hash(typed, code.hash);
    code.made_ms = server_now_ms(server);
    code.expires_ms = code.made_ms + valid_ms;
    seal_code(&server->facts, &code);
    if (!ledger->begin(ledger, LEDGER_WRITE, &work, err) || !device_prepare(server, work, &arena, device, municipality, grants_text, err) ||
        !ledger->code_put(work, &code, err))
        goto out;
    done = ledger->commit(work, err);
    work = NULL;
    if (done)
        memcpy(ret_code, text, sizeof text);
out:
    ledger->rollback(work);
    arena_clear(&arena);
    return done;
}

/* --- throttle ---------------------------------------------------------------------------------------------------------- */

struct bucket {
    const char *name;
    int64_t tokens_max, refill_ms;
};

/* How many milli-tokens there are now. A clock that went back refills nothing and takes nothing. */
static bool tokens_now(struct ledger *ledger, struct ledger_work *work, const struct bucket *bucket, int64_t now_ms, int64_t *ret,
                       struct error *err)
{
    struct ledger_throttle throttle;
    bool found = false;
    int64_t max = bucket->tokens_max * TOKEN;

    *ret = max;
    if (!ledger->throttle_get(work, bucket->name, &throttle, &found, err))
        return false;
    if (!found)
        return true;
    int64_t passed = now_ms > throttle.at_ms ? now_ms - throttle.at_ms : 0;
    if (passed >= bucket->refill_ms * bucket->tokens_max)
        return true;
    *ret = throttle.tokens_milli + passed * TOKEN / bucket->refill_ms;
    if (*ret > max)
        *ret = max;
    return true;
}

static bool take_token(struct ledger *ledger, struct ledger_work *work, const struct bucket *bucket, int64_t now_ms, struct error *err)
{
    struct ledger_throttle throttle = {.name = bucket->name, .at_ms = now_ms};

    if (!tokens_now(ledger, work, bucket, now_ms, &throttle.tokens_milli, err))
        return false;
    throttle.tokens_milli -= throttle.tokens_milli >= TOKEN ? TOKEN : throttle.tokens_milli;
    return ledger->throttle_put(work, &throttle, err);
}

/* --- enrolling --------------------------------------------------------------------------------------------------------- */

struct enrolling {
    struct server *server;
    struct arena arena;
    struct ledger_work *work;
    int64_t now_ms;
    struct enrol_request request;
    struct enrol_reply reply;
    struct bucket buckets[2];
    bool writes, enrolled;
};

static bool refuse(struct enrolling *enrolling, const char *reason, struct error *err)
{
    struct ledger *ledger = enrolling->server->ledger;

    enrolling->reply.kind = REPLY_REFUSED;
    enrolling->reply.reason = reason;
    enrolling->writes = true;
    for (size_t i = 0; i < 2; i++)
        if (!take_token(ledger, enrolling->work, &enrolling->buckets[i], enrolling->now_ms, err))
            return false;
    /* Whoever has been quiet for so long has all tokens again. */
    return ledger->throttles_forget(enrolling->work, enrolling->now_ms - (int64_t)PEER_TOKENS * PEER_REFILL_MS, err);
}

static bool is_throttled(struct enrolling *enrolling, bool *ret, struct error *err)
{
    *ret = false;
    for (size_t i = 0; i < 2; i++) {
        int64_t tokens = 0;
        if (!tokens_now(enrolling->server->ledger, enrolling->work, &enrolling->buckets[i], enrolling->now_ms, &tokens, err))
            return false;
        *ret = *ret || tokens < TOKEN;
    }
    return true;
}

/* A log that comes under another name: what it was granted under the old one is no guide to what it holds, so its grants get a number that
 * it cannot have been told before. What it holds too much or too little, the sums find. */
static bool come_from(struct enrolling *enrolling, const char *old_name, struct ledger_device *device, struct error *err)
{
    struct server *server = enrolling->server;
    struct ledger_device old;
    struct ledger_scope scope;
    bool found = false;

    if (!server->ledger->device_get(enrolling->work, &enrolling->arena, old_name, &old, &found, err))
        return false;
    if (!found || old.scope_version < device->scope_version)
        return true;
    if (!server->ledger->scope_get(enrolling->work, &enrolling->arena, device->name, device->scope_version, &scope, &found, err))
        return false;
    device->scope_version = scope.version = old.scope_version + 1;
    if (!found)
        return true;
    seal_scope(&server->facts, &scope);
    return server->ledger->scope_put(enrolling->work, &scope, err);
}

/* `known`: the log's record, when it has come before; its standing stays, its name may become another. */
static bool tie(struct enrolling *enrolling, struct ledger_code *code, const struct ledger_log *known, struct error *err)
{
    struct server *server = enrolling->server;
    struct ledger *ledger = server->ledger;
    struct ledger_log log = {.log = enrolling->request.log, .last_seq = 0};
    struct ledger_device device;
    bool found = false;

    if (!ledger->device_get(enrolling->work, &enrolling->arena, code->device, &device, &found, err))
        return false;
    if (!found || device.revoked)
        return refuse(enrolling, N_("this device was revoked"), err);
    if (enrolling->request.device_kind != NULL && row_id_is_valid(enrolling->request.device_kind) &&
        strlen(enrolling->request.device_kind) <= CODE_BYTES_MAX)
        device.kind = enrolling->request.device_kind;
    if (known != NULL)
        log = *known;
    if (known != NULL && strcmp(known->device, code->device) != 0 && !come_from(enrolling, known->device, &device, err))
        return false;
    seal_device(&server->facts, &device);
    log.device = code->device;
    log.agent = enrolling->request.agent;
    memcpy(log.public_key, enrolling->request.public_key, sizeof log.public_key);
    code->used_by = log.log;
    code->used_ms = enrolling->now_ms;
    seal_code(&server->facts, code);
    enrolling->writes = true;
    enrolling->enrolled = true;
    return ledger->device_put(enrolling->work, &device, err) && ledger->code_put(enrolling->work, code, err) &&
           fleet_add_log(server, enrolling->work, &enrolling->arena, &log, err);
}

/* One reason for every code that will not do: whoever guesses learns nothing from it. */
static bool decide(struct enrolling *enrolling, struct error *err)
{
    static const char *const wrong =
        N_("this code is not valid, was used by another device, or is too old: ask for a new one");
    struct ledger *ledger = enrolling->server->ledger;
    struct ledger_code code;
    struct ledger_log log;
    uint8_t hash[CODE_HASH_SIZE];
    bool found = false, log_known = false;

    code_hash(enrolling->request.secret, hash);
    if (!ledger->code_get(enrolling->work, &enrolling->arena, hash, &code, &found, err) ||
        !ledger->log_get(enrolling->work, &enrolling->arena, enrolling->request.log, &log, &log_known, err))
        return false;
    if (!found)
        return refuse(enrolling, wrong, err);
    /* The request is signed by the key in it: only who holds the log's own key comes as that log. Nobody comes as the server's. */
    bool same_log = log_known && log.device[0] != '\0' && memcmp(log.public_key, enrolling->request.public_key, sizeof log.public_key) == 0;
    bool same_again = same_log && code.used_by == enrolling->request.log;
    if (!same_again && (code.used_by != 0 || code.expires_ms <= enrolling->now_ms))
        return refuse(enrolling, wrong, err);
    if (log_known && !same_log)
        return refuse(enrolling, N_("this log is known already, with another key: start a new one"), err);
    enrolling->reply.kind = REPLY_OK;
    enrolling->reply.device = code.device;
    return same_again || tie(enrolling, &code, same_log ? &log : NULL, err);
}

static bool enrol(struct enrolling *enrolling, struct error *err)
{
    struct ledger *ledger = enrolling->server->ledger;
    struct ledger_work *work;
    struct gauges gauges;
    bool throttled = false;

    if (!ledger->begin(ledger, LEDGER_WRITE, &enrolling->work, err) || !is_throttled(enrolling, &throttled, err))
        return false;
    if (throttled) {
        enrolling->reply.kind = REPLY_RETRY;
        enrolling->reply.reason = N_("too many wrong codes; wait a minute");
        return true;
    }
    if (!decide(enrolling, err))
        return false;
    if (!enrolling->writes)
        return true;
    work = enrolling->work;
    if (!gauges_read(enrolling->server, work, &gauges, err))
        return false;
    enrolling->work = NULL;
    if (!ledger->commit(work, err))
        return false;
    gauges_show(enrolling->server, &gauges);
    return true;
}

bool server_enrol(struct server *server, struct span request, const char *peer, struct bytes *ret_reply, struct error *err)
{
    char peer_name[80];
    struct enrolling enrolling = {
        .server = server,
        .now_ms = server_now_ms(server),
        .reply = {.device = "", .reason = ""},
        .buckets = {{peer_name, PEER_TOKENS, PEER_REFILL_MS}, {THROTTLE_ALL, ALL_TOKENS, ALL_REFILL_MS}},
    };
    bool done = false;

    snprintf(peer_name, sizeof peer_name, "peer %.64s", peer != NULL ? peer : "");
    memcpy(enrolling.reply.server_public, server->facts.public_key, SIGN_PUBLIC_SIZE);
    enrolling.reply.epoch = server->facts.epochs[server->facts.epoch_count - 1].epoch;
    enrolling.reply.now_ms = enrolling.now_ms;
    if (!enrol_request_open(&enrolling.arena, request, &enrolling.request, err) || !enrol(&enrolling, err))
        goto out;
    if (enrolling.reply.kind == REPLY_OK)
        memcpy(enrolling.reply.digest_key, server->facts.digest_key, DIGEST_KEY_SIZE);
    done = enrol_reply_pack(ret_reply, &enrolling.reply, request, server->facts.secret, err);
    if (done && enrolling.enrolled)
        atomic_fetch_add(&server->counters.enrolments, 1);
out:
    server->ledger->rollback(enrolling.work);
    arena_clear(&enrolling.arena);
    return done;
}

/* --- bundles ----------------------------------------------------------------------------------------------------------- */

bool server_bundle(struct server *server, struct span bundle, struct bytes *ret_bundle, struct error *err)
{
    struct bytes request = {0}, reply = {0};
    struct arena arena = {0};
    struct ledger_work *work = NULL;
    struct ledger_log log;
    enum message_kind kind;
    uint64_t from = 0;
    bool found = false, done = false;

    if (!bundle_open(&request, bundle, server->facts.secret, err) || !request_peek(bytes_span(&request), &from, &kind, err))
        goto out;
    if (kind != MESSAGE_BUNDLE) {
        error_set(err, ERROR_INVALID, "Export a bundle with: teren bundle export", "the file holds a request of another kind");
        goto out;
    }
    if (!server_exchange(server, bytes_span(&request), &reply, err) || !server->ledger->begin(server->ledger, LEDGER_READ, &work, err) ||
        !server->ledger->log_get(work, &arena, from, &log, &found, err))
        goto out;
    if (!found) {
        error_set(err, ERROR_REFUSED, "Enrol the device first.", "the bundle is of a log that is not known here");
        goto out;
    }
    done = bundle_seal(ret_bundle, bytes_span(&reply), log.public_key, err);
out:
    server->ledger->rollback(work);
    arena_clear(&arena);
    bytes_clear(&request);
    bytes_clear(&reply);
    return done;
}
