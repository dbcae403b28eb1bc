// SPDX-License-Identifier: Apache-2.0
/* Seals: a keyed sum over the cells of a record, so that `verify` finds a hand in the file.
 *
 * Here:      which cells, in which order, of each record that nothing else vouches for.
 * Not here:  rows and segments: the chains, signatures and the replay vouch for those.
 */
#include "server-stub/app/server_internal.h"

static void seal(const struct facts *facts, struct bytes *cells, uint8_t ret[SEAL_SIZE])
{
    if (!cells->failed)
        secret_sum(facts->seal_key, bytes_span(cells), ret);
    bytes_clear(cells);
}

void seal_log(const struct facts *facts, struct ledger_log *log)
{
    struct bytes cells = {0};

    bytes_append_text(&cells, "log");
    bytes_append_u64(&cells, log->log);
    bytes_append_text(&cells, log->device);
    bytes_append(&cells, log->public_key, sizeof log->public_key);
    bytes_append_u64(&cells, log->counter);
    bytes_append_u64(&cells, log->last_seq);
    bytes_append_u64(&cells, log->last_time);
    bytes_append_u64(&cells, log->safe_seq);
    bytes_append_u64(&cells, log->waiting);
    bytes_append_u64(&cells, log->quarantined);
    bytes_append(&cells, log->last_head, sizeof log->last_head);
    bytes_append_text(&cells, log->agent);
    bytes_append_u64(&cells, (uint64_t)log->known_since_ms);
    bytes_append_u64(&cells, (uint64_t)log->last_contact_ms);
    bytes_append_u64(&cells, (uint64_t)log->clock_error_ms);
    bytes_append_u64(&cells, log->introduced_by);
    seal(facts, &cells, log->seal);
}

void seal_device(const struct facts *facts, struct ledger_device *device)
{
    struct bytes cells = {0};

    bytes_append_text(&cells, "device");
    bytes_append_text(&cells, device->name);
    bytes_append_text(&cells, device->municipality);
    bytes_append_text(&cells, device->kind);
    bytes_append_u8(&cells, device->revoked ? 1 : 0);
    bytes_append_u64(&cells, device->scope_version);
    seal(facts, &cells, device->seal);
}

void seal_scope(const struct facts *facts, struct ledger_scope *scope)
{
    struct bytes cells = {0};

    bytes_append_text(&cells, "scope");
    bytes_append_text(&cells, scope->device);
    bytes_append_u64(&cells, scope->version);
    bytes_append_text(&cells, scope->grants);
    seal(facts, &cells, scope->seal);
}

void seal_code(const struct facts *facts, struct ledger_code *code)
{
    struct bytes cells = {0};

    bytes_append_text(&cells, "code");
    bytes_append(&cells, code->hash, sizeof code->hash);
    bytes_append_text(&cells, code->device);
    bytes_append_u64(&cells, (uint64_t)code->made_ms);
    bytes_append_u64(&cells, (uint64_t)code->expires_ms);
    bytes_append_u64(&cells, (uint64_t)code->used_ms);
    bytes_append_u64(&cells, code->used_by);
    seal(facts, &cells, code->seal);
}

void seal_user(const struct facts *facts, struct ledger_user *user)
{
    struct bytes cells = {0};

    bytes_append_text(&cells, "user");
    bytes_append_text(&cells, user->name);
    bytes_append_text(&cells, user->role);
    bytes_append_text(&cells, user->password);
    seal(facts, &cells, user->seal);
}
