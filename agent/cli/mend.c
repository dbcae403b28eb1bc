// SPDX-License-Identifier: Apache-2.0
/* `teren mend`: what can be read of a damaged store, made a whole one.
 *
 * Here:      calling it without opening the store first, telling what came of it.
 * Not here:  how (agent/app/mend.h).
 */
#include "agent/app/mend.h"

#include "agent/cli/call.h"
#include "protocol/json_text.h"

bool command_mend(struct call *call, struct error *err)
{
    const struct cli_world *world = call->agent->world;
    const struct store_ports ports = {.clock = world->clock, .chance = world->chance, .machine = world->machine};
    const char *path = agent_store_path(call->agent, call->arena);
    struct json_text json = {0};
    struct mended mended;
    char words[MENDED_WORDS_SIZE];

    if (path == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory to mend the store");
    if (!mend_store(path, &ports, &mended, err))
        return false;
    mended_words(call->words, &mended, words);
    if (!call->json)
        return fputs(words, call->out) >= 0;
    json_open(&json, NULL, '{');
    json_put_integer(&json, "rows", (int64_t)mended.store.rows);
    json_put_integer(&json, "rows_missing", (int64_t)mended.store.rows_lost);
    json_put_integer(&json, "changes", (int64_t)mended.store.changes);
    json_put_integer(&json, "changes_not_readable", (int64_t)mended.store.changes_lost);
    json_put_integer(&json, "changes_from_rows", (int64_t)mended.store.changes_from_rows);
    json_put_text(&json, "damaged", mended.kept);
    json_shut(&json, '}');
    return json_print(&json, call->out);
}
