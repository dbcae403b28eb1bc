// SPDX-License-Identifier: Apache-2.0
/* Devices, their grants, codes, the people who may look, and throttles, in SQLite.
 *
 * Here:      the part of the port that people administer.
 * Not here:  what is allowed (server-stub/app).
 */
#include <string.h>

#include "server-stub/ledger/sqlite_internal.h"

static bool device_of_columns(sqlite3_stmt *statement, struct ledger_device *ret)
{
    memset(ret, 0, sizeof *ret);
    ret->name = column_text(statement, 0);
    ret->municipality = column_text(statement, 1);
    ret->kind = column_text(statement, 2);
    ret->revoked = sqlite3_column_int(statement, 3) != 0;
    ret->scope_version = column_u64(statement, 4);
    return column_copy(statement, 5, ret->seal, sizeof ret->seal);
}

static bool device_get(struct ledger_work *work, struct arena *arena, const char *name, struct ledger_device *ret, bool *ret_found,
                       struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_DEVICE_GET];
    bool done;

    bind_text(statement, 1, name);
    done = step_row(work, statement, ret_found, "read a device", err);
    if (done && *ret_found) {
        device_of_columns(statement, ret);
        ret->name = arena_text(arena, ret->name);
        ret->municipality = arena_text(arena, ret->municipality);
        ret->kind = arena_text(arena, ret->kind);
        done = (ret->name != NULL && ret->municipality != NULL && ret->kind != NULL) || no_memory(err);
    }
    sqlite3_reset(statement);
    return done;
}

static bool device_put(struct ledger_work *work, const struct ledger_device *device, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_DEVICE_PUT];

    bind_text(statement, 1, device->name);
    bind_text(statement, 2, device->municipality);
    bind_text(statement, 3, device->kind);
    sqlite3_bind_int(statement, 4, device->revoked ? 1 : 0);
    bind_u64(statement, 5, device->scope_version);
    bind_blob(statement, 6, device->seal, sizeof device->seal);
    return step_done(work, statement, "write a device", err);
}

static bool devices_each(struct ledger_work *work, bool (*each)(void *context, const struct ledger_device *device), void *context,
                         struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_DEVICES_EACH];
    struct ledger_device device;
    bool row = true, done = true;

    while (done && row) {
        done = step_row(work, statement, &row, "read the devices", err);
        if (!done || !row)
            break;
        device_of_columns(statement, &device);
        row = each(context, &device);
    }
    sqlite3_reset(statement);
    return done;
}

static void scope_of_columns(sqlite3_stmt *statement, struct ledger_scope *ret)
{
    memset(ret, 0, sizeof *ret);
    ret->device = column_text(statement, 0);
    ret->version = column_u64(statement, 1);
    ret->grants = column_text(statement, 2);
    column_copy(statement, 3, ret->seal, sizeof ret->seal);
}

static bool scope_get(struct ledger_work *work, struct arena *arena, const char *device, uint64_t version, struct ledger_scope *ret,
                      bool *ret_found, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_SCOPE_GET];
    bool done;

    bind_text(statement, 1, device);
    bind_u64(statement, 2, version);
    done = step_row(work, statement, ret_found, "read a device's grants", err);
    if (done && *ret_found) {
        scope_of_columns(statement, ret);
        ret->device = arena_text(arena, ret->device);
        ret->grants = arena_text(arena, ret->grants);
        done = (ret->device != NULL && ret->grants != NULL) || no_memory(err);
    }
    sqlite3_reset(statement);
    return done;
}

static bool scope_put(struct ledger_work *work, const struct ledger_scope *scope, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_SCOPE_PUT];

    bind_text(statement, 1, scope->device);
    bind_u64(statement, 2, scope->version);
    bind_text(statement, 3, scope->grants);
    bind_blob(statement, 4, scope->seal, sizeof scope->seal);
    return step_done(work, statement, "write a device's grants", err);
}

static bool scopes_each(struct ledger_work *work, bool (*each)(void *context, const struct ledger_scope *scope), void *context,
                        struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_SCOPES_EACH];
    struct ledger_scope scope;
    bool row = true, done = true;

    while (done && row) {
        done = step_row(work, statement, &row, "read the grants", err);
        if (!done || !row)
            break;
        scope_of_columns(statement, &scope);
        row = each(context, &scope);
    }
    sqlite3_reset(statement);
    return done;
}

/* --- codes ------------------------------------------------------------------------------------------------------------- */

static void code_of_columns(sqlite3_stmt *statement, struct ledger_code *ret)
{
    memset(ret, 0, sizeof *ret);
    column_copy(statement, 0, ret->hash, sizeof ret->hash);
    ret->device = column_text(statement, 1);
    ret->made_ms = sqlite3_column_int64(statement, 2);
    ret->expires_ms = sqlite3_column_int64(statement, 3);
    ret->used_ms = sqlite3_column_int64(statement, 4);
    ret->used_by = column_u64(statement, 5);
    column_copy(statement, 6, ret->seal, sizeof ret->seal);
}

static bool code_get(struct ledger_work *work, struct arena *arena, const uint8_t hash[CODE_HASH_SIZE], struct ledger_code *ret,
                     bool *ret_found, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_CODE_GET];
    bool done;

    bind_blob(statement, 1, hash, CODE_HASH_SIZE);
    done = step_row(work, statement, ret_found, "read a code", err);
    if (done && *ret_found) {
        code_of_columns(statement, ret);
        ret->device = arena_text(arena, ret->device);
        done = ret->device != NULL || no_memory(err);
    }
    sqlite3_reset(statement);
    return done;
}

static bool code_put(struct ledger_work *work, const struct ledger_code *code, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_CODE_PUT];

    bind_blob(statement, 1, code->hash, sizeof code->hash);
    bind_text(statement, 2, code->device);
    sqlite3_bind_int64(statement, 3, code->made_ms);
    sqlite3_bind_int64(statement, 4, code->expires_ms);
    sqlite3_bind_int64(statement, 5, code->used_ms);
    bind_u64(statement, 6, code->used_by);
    bind_blob(statement, 7, code->seal, sizeof code->seal);
    return step_done(work, statement, "write a code", err);
}

static bool codes_each(struct ledger_work *work, bool (*each)(void *context, const struct ledger_code *code), void *context,
                       struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_CODES_EACH];
    struct ledger_code code;
    bool row = true, done = true;

    while (done && row) {
        done = step_row(work, statement, &row, "read the codes", err);
        if (!done || !row)
            break;
        code_of_columns(statement, &code);
        row = each(context, &code);
    }
    sqlite3_reset(statement);
    return done;
}

/* --- people and throttles ---------------------------------------------------------------------------------------------- */

static bool user_put(struct ledger_work *work, const struct ledger_user *user, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_USER_PUT];

    bind_text(statement, 1, user->name);
    bind_text(statement, 2, user->role);
    bind_text(statement, 3, user->password);
    bind_blob(statement, 4, user->seal, sizeof user->seal);
    return step_done(work, statement, "write a user", err);
}

static bool users_each(struct ledger_work *work, bool (*each)(void *context, const struct ledger_user *user), void *context,
                       struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_USERS_EACH];
    bool row = true, done = true;

    while (done && row) {
        struct ledger_user user;
        done = step_row(work, statement, &row, "read the users", err);
        if (!done || !row)
            break;
        user.name = column_text(statement, 0);
        user.role = column_text(statement, 1);
        user.password = column_text(statement, 2);
        column_copy(statement, 3, user.seal, sizeof user.seal);
        row = each(context, &user);
    }
    sqlite3_reset(statement);
    return done;
}

static bool throttle_get(struct ledger_work *work, const char *name, struct ledger_throttle *ret, bool *ret_found, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_THROTTLE_GET];
    bool done;

    bind_text(statement, 1, name);
    done = step_row(work, statement, ret_found, "read a throttle", err);
    if (done && *ret_found) {
        ret->name = name;
        ret->tokens_milli = sqlite3_column_int64(statement, 0);
        ret->at_ms = sqlite3_column_int64(statement, 1);
    }
    sqlite3_reset(statement);
    return done;
}

static bool throttle_put(struct ledger_work *work, const struct ledger_throttle *throttle, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_THROTTLE_PUT];

    bind_text(statement, 1, throttle->name);
    sqlite3_bind_int64(statement, 2, throttle->tokens_milli);
    sqlite3_bind_int64(statement, 3, throttle->at_ms);
    return step_done(work, statement, "write a throttle", err);
}

static bool throttles_forget(struct ledger_work *work, int64_t before_ms, struct error *err)
{
    sqlite3_stmt *statement = work->statements[STATEMENT_THROTTLES_FORGET];

    sqlite3_bind_int64(statement, 1, before_ms);
    return step_done(work, statement, "forget old throttles", err);
}

void sqlite_fleet_fill(struct ledger *port)
{
    port->device_get = device_get;
    port->device_put = device_put;
    port->devices_each = devices_each;
    port->scope_get = scope_get;
    port->scope_put = scope_put;
    port->scopes_each = scopes_each;
    port->code_get = code_get;
    port->code_put = code_put;
    port->codes_each = codes_each;
    port->user_put = user_put;
    port->users_each = users_each;
    port->throttle_get = throttle_get;
    port->throttle_put = throttle_put;
    port->throttles_forget = throttles_forget;
}
