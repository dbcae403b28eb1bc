// SPDX-License-Identifier: Apache-2.0
/* Routes: a bundle made for a stick, the answer to it looked at and taken in.
 *
 * Not here:  what a bundle does (agent/app/bundles.h, the same that the commands call).
 */
#include <string.h>

#include "agent/app/bundles.h"
#include "agent/page/route_plan.h"
#include "protocol/base64.h"
#include "protocol/stamp.h"

#define END                                                                                                                                \
    {                                                                                                                                      \
        NULL, NULL, NULL                                                                                                                   \
    }

/* "tablet-1-20260814-0915.teren": which device, and when, for whoever carries several. */
static const char *file_name(struct page_call *call, struct error *err)
{
    struct store_identity identity;
    char moment[MOMENT_TEXT_SIZE], log[LOG_TEXT_SIZE];
    const char *name;

    if (!store_identity(call->world->store, &identity, err))
        return NULL;
    log_text(identity.log, log);
    moment_text(call->world->clock.wall_ms(call->world->clock.self), moment);
    name = arena_format(call->arena, "%s-%.4s%.2s%.2s-%.2s%.2s.teren", identity.device[0] == '\0' ? log : identity.device, moment,
                        moment + 5, moment + 8, moment + 11, moment + 14);
    if (name == NULL)
        error_set(err, ERROR_MEMORY, "Close other programs, then try again.", "no memory for the bundle");
    return name;
}

static struct sync_options options_of(const struct page_call *call)
{
    return (struct sync_options){.clock = call->world->clock, .chance = call->world->chance, .agent = call->world->agent};
}

bool route_bundle_make(struct page_call *call, struct error *err)
{
    struct sync_options options = options_of(call);
    struct bundles bundles = {.store = call->world->store, .home = call->world->home, .options = &options};
    struct bundle_told told = {0};
    struct bytes bundle = {0};
    const char *name = file_name(call, err);
    const char *file;

    if (name == NULL || !bundles_make(&bundles, &bundle, &told, err))
        return false;
    file = base64_text(call->arena, bytes_span(&bundle));
    bytes_clear(&bundle);
    if (file == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs, then try again.", "no memory for the bundle");
    json_open(&call->out, NULL, '{');
    json_put_text(&call->out, "name", name);
    json_put_integer(&call->out, "changes", (int64_t)told.changes);
    json_put_integer(&call->out, "left", (int64_t)told.left);
    json_put_text(&call->out, "file", file);
    json_shut(&call->out, '}');
    return true;
}

const struct page_member bundle_make_answer[] = {
    {"name", "text", "a name for the file: device and moment"},
    {"changes", "integer", "sealed into it"},
    {"left", "integer", "changes that did not fit: make another one when this was answered"},
    {"file", "text", "the file in base64; only the server can open it"},
    END,
};

bool route_bundle_take(struct page_call *call, struct error *err)
{
    struct sync_options options = options_of(call);
    struct bundles bundles = {.store = call->world->store, .home = call->world->home, .options = &options};
    struct bundle_taken taken = {0};
    struct span file;
    const char *text, *says;
    bool preview;

    if (!page_text_needed(call, "file", &text, err) || !page_bool(call, "preview", false, &preview, err))
        return false;
    if (!base64_read(call->arena, text, &file))
        return error_set(err, ERROR_INVALID, "Choose the file again.", "the file did not come whole from the page");
    if (file.size > BUNDLE_BYTES_MAX)
        return error_set(err, ERROR_LIMIT, "Choose the file that the server answered with.", "this file is larger than any bundle");
    if (!bundles_take(&bundles, file, preview, &taken, err))
        return false;
    says = bundles_say(call->arena, call->words, &taken, preview);
    json_open(&call->out, NULL, '{');
    json_put_bool(&call->out, "preview", preview);
    json_put_integer(&call->out, "receipted", (int64_t)taken.receipted);
    json_put_integer(&call->out, "rows", (int64_t)taken.rows);
    json_put_integer(&call->out, "dropped", (int64_t)taken.dropped);
    json_put_text(&call->out, "says", says);
    json_shut(&call->out, '}');
    return says != NULL;
}

const struct page_member bundle_take_request[] = {
    {"file", "text", "the server's answer in base64"},
    {"preview", "boolean?", "only look"},
    END,
};
const struct page_member bundle_take_answer[] = {
    {"preview", "boolean", "nothing was changed"},        {"receipted", "integer", "changes of this device that the server now holds"},
    {"rows", "integer", "new or changed rows in it"},     {"dropped", "integer", "rows this device is not to hold any more"},
    {"says", "text", "all of it in the page's language"}, END,
};
