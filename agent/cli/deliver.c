// SPDX-License-Identifier: Apache-2.0
/* Commands that deliver, and tell about it: sync, bundle export, bundle import, status.
 *
 * Not here:  the background (run.c).
 */
#define _GNU_SOURCE
#include <string.h>
#include <unistd.h>

#include "agent/app/bundles.h"
#include "agent/app/status.h"
#include "agent/cli/call.h"
#include "agent/system/files.h"
#include "agent/system/local.h"
#include "protocol/json_text.h"

bool sync_tell(struct call *call, const struct session_outcome *outcome, uint64_t wire_sent, uint64_t wire_received, struct error *err)
{
    struct json_text json = {0};
    char sent[SAID_BYTES], came[SAID_BYTES];

    if (!outcome->complete) {
        error_set(err, outcome->error.kind == ERROR_NONE ? ERROR_RETRY : outcome->error.kind, outcome->error.remedy, "%s",
                  outcome->error.kind == ERROR_NONE ? N_("the sync did not come to its end") : outcome->error.cause);
        return false;
    }
    if (call->json) {
        json_open(&json, NULL, '{');
        json_put_bool(&json, "complete", outcome->complete);
        json_put_bool(&json, "verified", outcome->verified);
        json_put_integer(&json, "rounds", (int64_t)outcome->rounds);
        json_put_integer(&json, "sent_changes", (int64_t)outcome->sent_changes);
        json_put_integer(&json, "received_rows", (int64_t)outcome->received_rows);
        json_put_integer(&json, "dropped_rows", (int64_t)outcome->dropped_rows);
        json_put_integer(&json, "repaired_rows", (int64_t)outcome->repaired_rows);
        json_put_integer(&json, "forks", (int64_t)outcome->forks);
        json_put_integer(&json, "quarantined", (int64_t)outcome->quarantined);
        json_put_integer(&json, "sent_bytes", (int64_t)outcome->sent_bytes);
        json_put_integer(&json, "received_bytes", (int64_t)outcome->received_bytes);
        json_put_integer(&json, "wire_sent_bytes", (int64_t)wire_sent);
        json_put_integer(&json, "wire_received_bytes", (int64_t)wire_received);
        json_shut(&json, '}');
        return json_print(&json, call->out);
    }
    snprintf(sent, sizeof sent, say_many(call->words, "%llu change delivered", "%llu changes delivered", outcome->sent_changes),
             (unsigned long long)outcome->sent_changes);
    snprintf(came, sizeof came, say_many(call->words, "%llu row came", "%llu rows came", outcome->received_rows),
             (unsigned long long)outcome->received_rows);
    fprintf(call->out, "%s, %s. %s\n", sent, came,
            outcome->verified ? say(call->words, "Delivered and verified.") : say(call->words, "Delivered; not verified yet."));
    if (outcome->forks > 0)
        fprintf(call->out, "%s\n",
                say(call->words, "The server knew another past of this device (a restored or cloned one): it goes on under a new log, with "
                                 "every edit."));
    if (outcome->quarantined > 0)
        fprintf(call->out,
                say_many(call->words, "%llu change is in quarantine: tell your coordinator.\n",
                         "%llu changes are in quarantine: tell your coordinator.\n", outcome->quarantined),
                (unsigned long long)outcome->quarantined);
    return true;
}

static struct sync_options sync_options_of(struct agent *agent)
{
    return (struct sync_options){
        .clock = agent->world->clock, .chance = agent->world->chance, .agent = agent->introduced ? "" : AGENT_NAME};
}

bool command_sync(struct call *call, struct error *err)
{
    struct agent *agent = call->agent;
    const struct cli_world *world = agent->world;
    struct sync_options options = sync_options_of(agent);
    struct session_outcome outcome = {0};
    struct transport road;
    struct sync *sync = NULL;
    uint64_t sent_before, received_before, sent, received;
    bool progress = !call->json && isatty(fileno(call->err)) == 1;
    bool done;

    if (!world->transport(world->self, agent_ca_file(agent, call->arena), &road, err) || !sync_begin(agent->store, &options, &sync, err))
        return false;
    world->traffic(world->self, &sent_before, &received_before);
    while (sync_wants_exchange(sync)) {
        struct error why = {0};
        struct bytes reply = {0};
        int64_t retry_after_ms = 0;

        if (progress && sync_rounds(sync) > 0) {
            fprintf(call->err, "\r");
            fprintf(call->err, say_many(call->words, "syncing: %llu exchange ", "syncing: %llu exchanges ", sync_rounds(sync)),
                    (unsigned long long)sync_rounds(sync));
        }
        if (road.exchange(road.self, sync_url(sync), SYNC_PATH, sync_request(sync), &reply, &retry_after_ms, &why))
            sync_answered(sync, bytes_span(&reply));
        else
            sync_failed(sync, &why, retry_after_ms);
        bytes_clear(&reply);
    }
    if (progress && sync_rounds(sync) > 1)
        fprintf(call->err, "\r\033[K");
    world->traffic(world->self, &sent, &received);
    agent->introduced |= sync_rounds(sync) > 0;
    done = sync_end(sync, &outcome, err) && sync_tell(call, &outcome, sent - sent_before, received - received_before, err);
    sync_destroy(sync);
    return done;
}

bool command_bundle_export(struct call *call, struct error *err)
{
    struct sync_options options = sync_options_of(call->agent);
    struct bundles bundles = {.store = call->agent->store, .home = call->agent->home, .options = &options};
    struct bundle_told told = {0};
    struct bytes bundle = {0};
    struct json_text json = {0};
    const char *path = files_join(call->arena, call->folder, call->options.words[0]);
    bool done = path != NULL && bundles_make(&bundles, &bundle, &told, err) && files_write(path, bytes_span(&bundle), err);

    if (done && call->json) {
        json_open(&json, NULL, '{');
        json_put_text(&json, "file", call->options.words[0]);
        json_put_integer(&json, "bytes", (int64_t)bundle.size);
        json_put_integer(&json, "changes", (int64_t)told.changes);
        json_put_integer(&json, "left", (int64_t)told.left);
        json_shut(&json, '}');
        done = json_print(&json, call->out);
    } else if (done) {
        fprintf(call->out,
                say_many(call->words, "%llu change is sealed into %s. Hand it to the server, and bring its answer back.\n",
                         "%llu changes are sealed into %s. Hand it to the server, and bring its answer back.\n", told.changes),
                (unsigned long long)told.changes, call->options.words[0]);
        if (told.left > 0)
            fprintf(call->out,
                    say_many(call->words, "%llu more waits for the next bundle.\n", "%llu more wait for the next bundle.\n", told.left),
                    (unsigned long long)told.left);
    }
    bytes_clear(&bundle);
    return done;
}

bool command_bundle_import(struct call *call, struct error *err)
{
    struct sync_options options = sync_options_of(call->agent);
    struct bundles bundles = {.store = call->agent->store, .home = call->agent->home, .options = &options};
    bool preview = options_has(&call->options, "preview");
    struct bundle_taken taken = {0};
    struct bytes bundle = {0};
    struct json_text json = {0};
    const char *path = files_join(call->arena, call->folder, call->options.words[0]);
    bool done = path != NULL && files_read(path, BUNDLE_BYTES_MAX, &bundle, err) &&
                bundles_take(&bundles, bytes_span(&bundle), preview, &taken, err);

    if (done && call->json) {
        json_open(&json, NULL, '{');
        json_put_bool(&json, "preview", preview);
        json_put_bool(&json, "complete", taken.complete);
        json_put_bool(&json, "verified", taken.verified);
        json_put_integer(&json, "delivered", (int64_t)taken.receipted);
        json_put_integer(&json, "rows", (int64_t)taken.rows);
        json_put_integer(&json, "dropped", (int64_t)taken.dropped);
        json_shut(&json, '}');
        done = json_print(&json, call->out);
    } else if (done) {
        fprintf(call->out, "%s\n", bundles_say(call->arena, call->words, &taken, preview));
    }
    bytes_clear(&bundle);
    return done;
}

static bool status_json(struct call *call, const struct status *status)
{
    struct json_text json = {0};
    char log[LOG_TEXT_SIZE];

    log_text(status->identity.log, log);
    json_open(&json, NULL, '{');
    json_put_text(&json, "device", status->identity.enrolled ? status->identity.device : NULL);
    json_put_text(&json, "log", log);
    json_put_text(&json, "server", status->identity.enrolled ? status->identity.server_url : NULL);
    json_put_bool(&json, "enrolled", status->identity.enrolled);
    json_put_bool(&json, "running", status->running);
    json_put_integer(&json, "waiting", (int64_t)status->counts.waiting);
    json_put_integer(&json, "receipted", (int64_t)status->counts.receipted);
    json_put_integer(&json, "safe", (int64_t)status->counts.safe);
    json_put_integer(&json, "rows", (int64_t)status->counts.rows);
    json_put_integer(&json, "conflicts", (int64_t)status->counts.conflicts);
    json_put_integer(&json, "quarantined", (int64_t)status->counts.quarantined);
    json_put_integer(&json, "incidents", (int64_t)status->counts.incidents);
    json_put_integer(&json, "forks", (int64_t)status->identity.forks);
    json_put_bool(&json, "verified", status_is_verified(status));
    json_put_moment(&json, "last_attempt", status->sync.last_attempt_ms);
    json_put_moment(&json, "last_success", status->sync.last_success_ms);
    json_put_moment(&json, "last_verified", status->sync.last_verified_ms);
    json_put_moment(&json, "next_attempt", status->sync.next_attempt_ms);
    json_put_integer(&json, "failures", status->sync.failures);
    json_put_integer(&json, "clock_error_ms", status->sync.clock_error_ms);
    if (status->sync.last_error_kind == ERROR_NONE) {
        json_put_text(&json, "why_not", NULL);
    } else {
        json_open(&json, "why_not", '{');
        json_put_text(&json, "kind", error_kind_name(status->sync.last_error_kind));
        json_put_text(&json, "cause", status->sync.last_error);
        json_put_text(&json, "remedy", status->sync.last_remedy);
        json_shut(&json, '}');
    }
    json_shut(&json, '}');
    return json_print(&json, call->out);
}

/* "Waiting:    " and its like: all as wide as the widest in the language. */
static void status_label(struct call *call, const char *label)
{
    const char *const labels[] = {N_("Device:"),  N_("Waiting:"),   N_("Delivered:"),  N_("Last try:"), N_("Next:"),
                                  N_("Why not:"), N_("Conflicts:"), N_("Quarantine:"), N_("Incidents:")};
    size_t most = 0;

    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        size_t width = text_width(say(call->words, labels[i]));

        most = width > most ? width : most;
    }
    fprintf(call->out, "%s%*s", say(call->words, label), (int)(most + 1 - text_width(say(call->words, label))), "");
}

static void status_next(struct call *call, const struct status *status)
{
    char words[AGO_TEXT_SIZE];

    if (!status->identity.enrolled)
        return;
    status_label(call, "Next:");
    status_moment_words(call->words, status->sync.next_attempt_ms, status->now_ms, words);
    fprintf(call->out, "%s\n",
            !status->running ? say(call->words, "when you run `teren sync` (nothing runs in the background)")
            : status->sync.next_attempt_ms <= status->now_ms ? say(call->words, "now")
                                                             : words);
}

static void status_delivered(struct call *call, const struct status *status)
{
    char words[AGO_TEXT_SIZE];

    status_label(call, "Delivered:");
    status_moment_words(call->words, status->sync.last_verified_ms, status->now_ms, words);
    if (status_is_verified(status))
        fprintf(call->out, say(call->words, "everything, verified %s\n"), words);
    else if (status->counts.waiting == 0 && status->counts.receipted > 0)
        fprintf(call->out, say(call->words, "everything has a receipt, but is not verified yet; last verified %s\n"), words);
    else
        fprintf(call->out, say(call->words, "last verified %s\n"), words);
}

/* What calls for somebody: printed only when there is something. */
static void status_troubles(struct call *call, const struct status *status)
{
    const struct store_counts *counts = &status->counts;
    char cause[SAID_BYTES], remedy[SAID_BYTES];

    if (status->sync.last_error_kind != ERROR_NONE) {
        say_cause(call->words, status->sync.last_error_kind, status->sync.last_error, cause);
        say_sentence(call->words, status->sync.last_remedy, remedy, sizeof remedy);
        status_label(call, "Why not:");
        fprintf(call->out, "%s.%s%s\n", cause, remedy[0] != '\0' ? " " : "", remedy);
    }
    if (counts->conflicts > 0) {
        status_label(call, "Conflicts:");
        fprintf(call->out, say(call->words, "%llu; see `teren conflicts`\n"), (unsigned long long)counts->conflicts);
    }
    if (counts->quarantined > 0) {
        status_label(call, "Quarantine:");
        fprintf(call->out,
                say_many(call->words, "%llu change the server keeps but could not apply; tell your coordinator\n",
                         "%llu changes the server keeps but could not apply; tell your coordinator\n", counts->quarantined),
                (unsigned long long)counts->quarantined);
    }
    if (counts->incidents > 0) {
        status_label(call, "Incidents:");
        fprintf(call->out,
                say_many(call->words, "%llu difference was found and repaired\n", "%llu differences were found and repaired\n",
                         counts->incidents),
                (unsigned long long)counts->incidents);
    }
}

static bool status_words(struct call *call, const struct status *status)
{
    char words[AGO_TEXT_SIZE];
    uint64_t waiting = status->counts.waiting;

    status_label(call, "Device:");
    if (status->identity.enrolled)
        fprintf(call->out, say(call->words, "%s, with %s\n"), status->identity.device, status->identity.server_url);
    else
        fprintf(call->out, "%s\n",
                say(call->words, "not enrolled yet; it records all the same. Ask your coordinator for a code: teren enrol URL CODE"));
    status_label(call, "Waiting:");
    if (waiting == 0)
        fprintf(call->out, "%s\n", say(call->words, "nothing"));
    else
        fprintf(call->out, say_many(call->words, "%llu change\n", "%llu changes\n", waiting), (unsigned long long)waiting);
    status_delivered(call, status);
    status_label(call, "Last try:");
    status_moment_words(call->words, status->sync.last_attempt_ms, status->now_ms, words);
    fprintf(call->out, "%s\n", words);
    status_next(call, status);
    status_troubles(call, status);
    return true;
}

bool command_status(struct call *call, struct error *err)
{
    struct status status;

    if (!status_read(call->agent->store, &call->agent->world->clock, call->agent->serving, &status, err))
        return false;
    return call->json ? status_json(call, &status) : status_words(call, &status);
}
