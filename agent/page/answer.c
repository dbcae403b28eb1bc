// SPDX-License-Identifier: Apache-2.0
/* Answers made of what routes write and of errors.
 *
 * Not here:  what routes do.
 */
#include "agent/page/answer.h"

#include "agent/app/holder.h"
#include "agent/page/kept.h"

static const char media_json[] = "application/json";

unsigned answer_status(enum error_kind kind)
{
    static const unsigned status_of[ERROR_KINDS] = {
        [ERROR_USAGE] = 400,   [ERROR_INVALID] = 422, [ERROR_NOT_FOUND] = 404, [ERROR_LIMIT] = 422,       [ERROR_CORRUPT] = 422,
        [ERROR_STORAGE] = 507, [ERROR_BUSY] = 503,    [ERROR_NEWER] = 422,     [ERROR_OFFLINE] = 503,     [ERROR_RETRY] = 429,
        [ERROR_REFUSED] = 403, [ERROR_MEMORY] = 503,  [ERROR_FORK] = 409,      [ERROR_INTERRUPTED] = 503, [ERROR_RESYNC] = 409,
    };

    return status_of[kind] != 0 ? status_of[kind] : 500;
}

void answer_error(const struct catalogue *words, unsigned status, const struct error *err, struct answer *ret)
{
    struct page_call call = {.words = words};

    bytes_clear(&ret->body);
    *ret = (struct answer){.status = status != 0 ? status : answer_status(err->kind), .media_type = media_json};
    json_open(&call.out, NULL, '{');
    page_put_error(&call, "error", err);
    json_shut(&call.out, '}');
    if (call.out.out.failed)
        bytes_clear(&call.out.out); /* the status says it all */
    ret->body = call.out.out;
}

static bool read_json(struct page_call *call, const struct page_route *route, struct error *err)
{
    if (route->media_type == NULL || route->body_bytes_max == 0)
        return true;
    call->json = json_read(call->body, route->body_bytes_max, "the page's request", err);
    if (call->json == NULL)
        return false;
    return json_is_object(call->json) || error_set(err, ERROR_INVALID, "Load the page again.", "the request was no JSON object");
}

/* True when the route may run: err untouched. False with an error: that of reading, or of the lock with *ret_locked. */
static bool is_open(const struct page_world *world, const struct question *question, bool *ret_locked, bool *ret_idle_still,
                    struct error *err)
{
    int64_t now_ms = world->clock.uptime_ms(world->clock.self);

    *ret_locked = false;
    *ret_idle_still = !holder_lock_if_idle(world->store, question->last_use_ms, now_ms, err);
    if (*ret_idle_still)
        return false;
    if ((question->route->flags & PAGE_UNLOCKED) == 0)
        return true;
    *ret_locked = holder_is_locked(world->store, err);
    if (*ret_locked)
        return error_set(err, ERROR_REFUSED, "Unlock it first.", "the tablet is locked");
    return err->kind == ERROR_NONE;
}

/* Nobody looks for people on a locked tablet. */
static void forget_when_locked(const struct page_world *world)
{
    struct error ignored = {0};

    if (holder_is_locked(world->store, &ignored))
        kept_forget();
}

void answer_run(const struct page_world *world, const struct question *question, struct answer *ret)
{
    const struct page_route *route = question->route;
    struct arena arena = {0};
    struct error err = {0};
    char author[ROW_ID_SIZE];
    struct page_call call = {
        .world = world, .arena = &arena, .words = question->words, .author = author, .query = question->query, .body = question->body};
    bool is_locked, is_idle_still;
    uint64_t before = store_revision(world->store);
    bool done = is_open(world, question, &is_locked, &is_idle_still, &err) && holder_author(world->store, author, &err) &&
                read_json(&call, route, &err) && route->run(&call, &err);
    bool is_whole = call.out.depth == 0 && call.out.out.size > 0 && !call.out.out.failed;

    *ret = (struct answer){.status = 200,
                           .media_type = media_json,
                           /* Also when what was recorded cannot be told; not when it was only looked at. */
                           .has_changed = (route->flags & PAGE_WRITES) != 0 && store_revision(world->store) != before};
    if (!done && err.kind == ERROR_NONE)
        error_set(&err, ERROR_MEMORY, "Close other programs, then try again.", "no memory was left for the answer");
    if (is_whole) {
        ret->body = call.out.out;
        ret->status = done ? 200 : answer_status(err.kind);
    } else {
        bool has_changed = ret->has_changed;

        bytes_clear(&call.out.out);
        error_set(&err, ERROR_MEMORY, "Close other programs, then try again.", "no memory was left for the answer");
        answer_error(question->words, is_locked ? ANSWER_LOCKED : 0, &err, ret);
        ret->has_changed = has_changed;
    }
    ret->is_idle_still = is_idle_still;
    forget_when_locked(world);
    json_decref(call.json);
    arena_clear(&arena);
}
