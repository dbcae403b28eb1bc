// SPDX-License-Identifier: Apache-2.0
/* Bundles: a sync in a file.
 *
 * Not here:  files; what a reply means is said once in protocol/device_session.h, and a bundle is its simplest case: one request, one
 * reply, no repair. What a bundle cannot mend, the next sync over a network does.
 */
#define _DEFAULT_SOURCE /* explicit_bzero */
#include "agent/sync/bundle.h"

#include <string.h>

enum { BUNDLE_SEGMENT_BYTES_MAX = MESSAGE_BYTES_MAX - MESSAGE_HEAD_RAW_BYTES_MAX - 4096 };

static bool stands_enrolled(struct store *store, struct store_identity *ret, struct error *err)
{
    if (!store_identity(store, ret, err))
        return false;
    return ret->enrolled ||
           error_set(err, ERROR_INVALID, "Ask your coordinator for a code, then: teren enrol URL CODE.", "this device is not enrolled yet");
}

static struct request request_of(const struct device_standing *standing, const struct span *segments, size_t count)
{
    struct request request = {
        .kind = MESSAGE_BUNDLE,
        .log = standing->log,
        .counter = standing->counter,
        .cursor = standing->cursor,
        .last_seq = standing->last_seq,
        .safe_seq = standing->safe_seq,
        .now_ms = standing->now_ms,
        .room = PAGE_BODY_BYTES_MAX,
        .agent = standing->agent,
        .introduction = standing->introduction,
        .segments = segments,
        .segment_count = count,
    };

    memcpy(request.last_head, standing->last_head, sizeof request.last_head);
    return request;
}

bool sync_bundle_export(struct store *store, const struct sync_options *options, struct bytes *ret_bundle, struct bytes *ret_request,
                        struct bundle_told *ret, struct error *err)
{
    bool done = false;
    struct arena arena = {0};
    struct store_identity identity;
    struct device_standing standing = {0};
    struct bytes packed = {0};
    struct bytes sealed = {0};
    const struct span *segments = NULL;
    size_t count = 0;
    uint64_t changes = 0;
    struct request request;

    if (!stands_enrolled(store, &identity, err) || !store_standing(store, options->agent, &standing, err) ||
        !store_segments(store, &arena, standing.last_seq, BUNDLE_SEGMENT_BYTES_MAX, &segments, &count, err))
        goto out;
    if (count > MESSAGE_SEGMENTS_MAX)
        count = MESSAGE_SEGMENTS_MAX;
    for (size_t i = 0; i < count; i++) {
        struct segment segment;
        size_t used;

        if (!segment_peek(segments[i], &segment, &used, err))
            goto out;
        changes += segment.count;
    }
    request = request_of(&standing, segments, count);
    request.waiting = standing.waiting > changes ? standing.waiting - changes : 0;
    if (!request_pack(&packed, &request, standing.secret, err) || !bundle_seal(&sealed, bytes_span(&packed), identity.server_public, err))
        goto out;
    *ret = (struct bundle_told){.changes = changes, .left = request.waiting};
    *ret_bundle = sealed;
    *ret_request = packed;
    sealed = packed = (struct bytes){0};
    done = true;
out:
    explicit_bzero(&standing, sizeof standing);
    bytes_clear(&packed);
    bytes_clear(&sealed);
    arena_clear(&arena);
    return done;
}

static bool reply_is_usable(const struct reply *reply, struct error *err)
{
    switch (reply->kind) {
    case REPLY_OK:
    case REPLY_BEHIND:
    case REPLY_FORK:
        return true;
    case REPLY_REFUSED:
        return error_set(err, ERROR_REFUSED, "Ask your coordinator. Nothing is lost: go on recording.",
                         "the server refused this device%s%s", reply->reason[0] != '\0' ? ": " : "", reply->reason);
    case REPLY_UPGRADE:
        return error_set(err, ERROR_NEWER, "Upgrade the older side.", "this program and the server speak different versions");
    case REPLY_CORRUPT:
        return error_set(err, ERROR_CORRUPT, "Run `teren verify`, then export again.", "the server found a damaged segment in the bundle");
    default:
        return error_set(err, ERROR_RETRY, "Hand the bundle in again.", "the server asked for patience");
    }
}

static bool reply_apply(struct store *store, struct arena *arena, const struct reply *reply, const struct device_standing *standing,
                        struct error *err)
{
    struct receipt receipt;
    struct page page;
    struct session_action action = {.kind = SESSION_APPLY, .reply = reply, .set_clock_back = reply->clamped};

    if (reply->kind == REPLY_FORK)
        return store_fork(store, reply, err);
    if (reply->receipt.size > 0) {
        if (!receipt_open(arena, reply->receipt, standing->server_public, &receipt, err))
            return false;
        if (receipt.log != standing->log)
            return error_set(err, ERROR_CORRUPT, "Use the reply that was made for this device.", "the bundle's receipt is for another log");
        action.receipt = &receipt;
    }
    if (reply->page.size > 0) {
        if (!page_open(arena, reply->page, &page, err))
            return false;
        action.page = &page;
    }
    return store_apply(store, &action, err);
}

/* The device synced by another road since the bundle was made. Then the answer's rows are old news: only its receipt is of use, and the
 * cursor stays where it is. */
static bool reply_is_late(const struct request *asked, const struct device_standing *standing)
{
    return asked->last_seq != standing->last_seq || asked->cursor.epoch != standing->cursor.epoch ||
           asked->cursor.position != standing->cursor.position || asked->cursor.scope != standing->cursor.scope ||
           asked->cursor.fill != standing->cursor.fill;
}

static bool reply_make_late(struct reply *reply, const struct device_standing *standing, struct error *err)
{
    if (reply->kind == REPLY_FORK)
        return error_set(err, ERROR_RESYNC, "Export a new bundle, or sync.", "this answer is older than what the device knows");
    reply->cursor = standing->cursor;
    reply->page = (struct span){0};
    reply->has_digest = reply->clamped = false;
    return true;
}

bool sync_bundle_import(struct store *store, const struct sync_options *options, struct span bundle, struct span request,
                        struct session_outcome *ret, struct error *err)
{
    bool done = false;
    struct arena arena = {0};
    struct store_identity identity;
    struct store_sync_state state;
    struct device_standing standing = {0};
    struct device_standing after = {0};
    struct bytes opened = {0};
    struct request asked;
    struct reply reply;
    bool late = false;
    int64_t now_ms = options->clock.wall_ms(options->clock.self);

    *ret = (struct session_outcome){0};
    if (!stands_enrolled(store, &identity, err) || !store_standing(store, options->agent, &standing, err) ||
        !bundle_open(&opened, bundle, standing.secret, err) ||
        !reply_open(&arena, bytes_span(&opened), request, standing.server_public, &reply, err) || !reply_is_usable(&reply, err) ||
        !request_open(&arena, request, identity.public_key, &asked, err) ||
        ((late = reply_is_late(&asked, &standing)) && !reply_make_late(&reply, &standing, err)) ||
        !reply_apply(store, &arena, &reply, &standing, err) || !store_standing(store, options->agent, &after, err) ||
        !store_sync_state(store, &state, err))
        goto out;
    ret->rounds = 1;
    ret->forks = reply.kind == REPLY_FORK;
    ret->sent_bytes = request.size;
    ret->received_bytes = bundle.size;
    ret->sent_changes = standing.waiting > after.waiting ? standing.waiting - after.waiting : 0;
    ret->complete = after.waiting == 0 && !reply.more && reply.kind == REPLY_OK;
    ret->verified = ret->complete && reply.has_digest && digest_equal(reply.digest, after.digest);
    if (!late)
        state.last_attempt_ms = state.last_success_ms = now_ms;
    if (ret->verified)
        state.last_verified_ms = now_ms;
    done = store_set_sync_state(store, &state, err);
out:
    explicit_bzero(&standing, sizeof standing);
    memset(&after, 0, sizeof after);
    bytes_clear(&opened);
    arena_clear(&arena);
    return done;
}
