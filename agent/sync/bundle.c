// SPDX-License-Identifier: Apache-2.0
/* Bundles: a sync in a file.
 *
 * Not here:  files; what a reply means is said once in protocol/device_session.h, and a bundle is its simplest case: one request, one
 * reply, no repair. What a bundle cannot mend, the next sync over a network does.
 */
#define _DEFAULT_SOURCE /* explicit_bzero */
#include "agent/sync/bundle.h"
#include "protocol/catalogue.h"

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
        return error_set(err, ERROR_REFUSED, "Ask your coordinator. Nothing is lost: go on recording.", "%s%s%s",
                         N_("the server refused this device"), reply->reason[0] != '\0' ? ": " : "", reply->reason);
    case REPLY_UPGRADE:
        return error_set(err, ERROR_NEWER, "Upgrade the older side.", "this program and the server speak different versions");
    case REPLY_CORRUPT:
        return error_set(err, ERROR_CORRUPT, "Run `teren verify`, then export again.", "the server found a damaged segment in the bundle");
    default:
        return error_set(err, ERROR_RETRY, "Hand the bundle in again.", "the server asked for patience");
    }
}

/* Receipt and page of a reply, opened; *ret_action points into the arena and the reply. */
static bool reply_unfold(struct arena *arena, const struct reply *reply, const struct device_standing *standing,
                         struct session_action *ret_action, struct error *err)
{
    struct receipt *receipt = arena_take(arena, sizeof *receipt);
    struct page *page = arena_take(arena, sizeof *page);

    *ret_action = (struct session_action){.kind = SESSION_APPLY, .reply = reply, .set_clock_back = reply->clamped};
    if (receipt == NULL || page == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the bundle");
    if (reply->kind == REPLY_FORK)
        return true; /* only where the pasts part is of use */
    if (reply->receipt.size > 0) {
        if (!receipt_open(arena, reply->receipt, standing->server_public, receipt, err))
            return false;
        if (receipt->log != standing->log)
            return error_set(err, ERROR_CORRUPT, "Use the reply that was made for this device.", "the bundle's receipt is for another log");
        ret_action->receipt = receipt;
    }
    if (reply->page.size > 0) {
        if (!page_open(arena, reply->page, page, err))
            return false;
        ret_action->page = page;
    }
    return true;
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

/* A file that a person chose: most of those that cannot be opened are simply not the one. */
static bool file_open(struct span file, struct span request, const struct device_standing *standing, struct bytes *ret, struct error *err)
{
    struct bytes own = {0};
    struct error why = {0};
    bool is_own;

    if (!bundle_is_one(file))
        return error_set(err, ERROR_INVALID, "Choose the file that the server answered with.", "this file is no bundle");
    if (bundle_open(ret, file, standing->secret, &why))
        return true;
    /* The same message gives the same file. */
    is_own =
        bundle_seal(&own, request, standing->server_public, NULL) && own.size == file.size && memcmp(own.data, file.data, own.size) == 0;
    bytes_clear(&own);
    if (is_own)
        return error_set(err, ERROR_INVALID, "Hand it in at the server and bring back the file that it answers with.",
                         "this is the bundle that this device made, not the answer to it");
    if (why.kind != ERROR_CORRUPT)
        return error_set(err, why.kind, why.remedy, "%s", why.cause);
    return error_set(err, ERROR_CORRUPT, "Choose the answer that was made for this device, or copy it again.",
                     "this bundle is for another device, or was damaged on the way");
}

/* An answer that was taken for what it is. */
struct answer {
    struct arena arena;
    struct bytes opened;
    struct store_identity identity;
    struct device_standing standing;
    struct request asked;
    struct reply reply;
    bool late;
    struct session_action action;
};

static bool answer_read(struct span bundle, struct span request, struct answer *ret, struct error *err)
{
    struct error why = {0};

    if (!file_open(bundle, request, &ret->standing, &ret->opened, err))
        return false;
    /* It is sealed to us, so a server made it; its signature binds it to one request. */
    if (!reply_open(&ret->arena, bytes_span(&ret->opened), request, ret->standing.server_public, &ret->reply, &why))
        return why.kind == ERROR_CORRUPT ? error_set(err, ERROR_INVALID, "Use the answer to the last bundle, or make a new one.",
                                                     "this is not the answer to the last bundle that this device made")
                                         : error_set(err, why.kind, why.remedy, "%s", why.cause);
    if (!reply_is_usable(&ret->reply, err) || !request_open(&ret->arena, request, ret->identity.public_key, &ret->asked, err))
        return false;
    ret->late = reply_is_late(&ret->asked, &ret->standing);
    return (!ret->late || reply_make_late(&ret->reply, &ret->standing, err)) &&
           reply_unfold(&ret->arena, &ret->reply, &ret->standing, &ret->action, err);
}

static void answer_clear(struct answer *answer)
{
    explicit_bzero(&answer->standing, sizeof answer->standing);
    bytes_clear(&answer->opened);
    arena_clear(&answer->arena);
}

bool sync_bundle_look(struct store *store, const struct sync_options *options, struct span bundle, struct span request,
                      struct bundle_look *ret, struct error *err)
{
    struct answer answer = {0};
    const struct receipt *receipt;
    const struct page *page;
    bool done = stands_enrolled(store, &answer.identity, err) && store_standing_seen(store, options->agent, &answer.standing, err) &&
                answer_read(bundle, request, &answer, err);

    *ret = (struct bundle_look){0};
    if (done) {
        receipt = answer.action.receipt;
        page = answer.action.page;
        ret->fork = answer.reply.kind == REPLY_FORK;
        ret->late = answer.late;
        if (receipt != NULL && receipt->seq > answer.standing.last_seq)
            ret->receipted = receipt->seq - answer.standing.last_seq;
        ret->rows = page == NULL ? 0 : page->row_count;
        for (size_t i = 0; page != NULL && i < page->key_count; i++)
            ret->dropped += page->keys[i].many == 0;
    }
    answer_clear(&answer);
    return done;
}

bool sync_bundle_import(struct store *store, const struct sync_options *options, struct span bundle, struct span request,
                        struct session_outcome *ret, struct error *err)
{
    bool done = false;
    struct answer answer = {0};
    struct store_sync_state state;
    struct device_standing after = {0};
    const struct page *page;
    int64_t now_ms = options->clock.wall_ms(options->clock.self);

    *ret = (struct session_outcome){0};
    if (!stands_enrolled(store, &answer.identity, err) || !store_standing(store, options->agent, &answer.standing, err) ||
        !answer_read(bundle, request, &answer, err) ||
        !(answer.reply.kind == REPLY_FORK ? store_fork(store, &answer.reply, err) : store_apply(store, &answer.action, err)) ||
        !store_standing(store, options->agent, &after, err) || !store_sync_state(store, &state, err))
        goto out;
    page = answer.action.page;
    ret->rounds = 1;
    ret->forks = answer.reply.kind == REPLY_FORK;
    ret->sent_bytes = request.size;
    ret->received_bytes = bundle.size;
    ret->sent_changes = answer.standing.waiting > after.waiting ? answer.standing.waiting - after.waiting : 0;
    ret->received_rows = page == NULL ? 0 : page->row_count;
    for (size_t i = 0; page != NULL && i < page->key_count; i++)
        ret->dropped_rows += page->keys[i].many == 0;
    ret->complete = after.waiting == 0 && !answer.reply.more && answer.reply.kind == REPLY_OK;
    ret->verified = ret->complete && answer.reply.has_digest && digest_equal(answer.reply.digest, after.digest);
    if (!answer.late)
        state.last_attempt_ms = state.last_success_ms = now_ms;
    if (ret->verified)
        state.last_verified_ms = now_ms;
    done = store_set_sync_state(store, &state, err);
out:
    answer_clear(&answer);
    explicit_bzero(&after, sizeof after);
    return done;
}
