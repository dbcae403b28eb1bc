// SPDX-License-Identifier: Apache-2.0
/* How this device stands.
 *
 * Not here:  guessing what the server holds: only receipts say so.
 */
#include "agent/app/status.h"

#include <stdio.h>

bool status_read(struct store *store, const struct clock_port *clock, bool running, struct status *ret, struct error *err)
{
    *ret = (struct status){.now_ms = clock->wall_ms(clock->self), .running = running};
    return store_identity(store, &ret->identity, err) && store_counts(store, &ret->counts, err) && store_sync_state(store, &ret->sync, err);
}

bool status_is_verified(const struct status *status)
{
    /* An attempt that failed later may have brought a receipt before it did: what it delivered nobody has verified. */
    return status->counts.waiting == 0 && status->sync.last_verified_ms != 0 &&
           status->sync.last_verified_ms >= status->sync.last_success_ms && status->sync.last_error_kind == ERROR_NONE;
}

static void distance_words(const struct catalogue *words, bool is_to_come, char unit, long long n, char ret[AGO_TEXT_SIZE])
{
    uint64_t count = (uint64_t)n;

    switch (unit) {
    case 's':
        snprintf(ret, AGO_TEXT_SIZE,
                 is_to_come ? say_many(words, "in %lld second", "in %lld seconds", count)
                            : say_many(words, "%lld second ago", "%lld seconds ago", count),
                 n);
        break;
    case 'm':
        snprintf(ret, AGO_TEXT_SIZE,
                 is_to_come ? say_many(words, "in %lld minute", "in %lld minutes", count)
                            : say_many(words, "%lld minute ago", "%lld minutes ago", count),
                 n);
        break;
    default:
        snprintf(ret, AGO_TEXT_SIZE,
                 is_to_come ? say_many(words, "in %lld hour", "in %lld hours", count)
                            : say_many(words, "%lld hour ago", "%lld hours ago", count),
                 n);
        break;
    }
}

void status_moment_words(const struct catalogue *words, int64_t moment_ms, int64_t now_ms, char ret[AGO_TEXT_SIZE])
{
    static const struct {
        int64_t below_s, unit_s;
        char unit;
    } units[] = {{90, 1, 's'}, {90 * 60, 60, 'm'}, {36 * 3600, 3600, 'h'}};
    int64_t distance_s = (moment_ms > now_ms ? moment_ms - now_ms : now_ms - moment_ms) / 1000;
    char moment[MOMENT_TEXT_SIZE];

    if (moment_ms == 0) {
        snprintf(ret, AGO_TEXT_SIZE, "%s", say(words, "never"));
        return;
    }
    if (distance_s < 2) {
        snprintf(ret, AGO_TEXT_SIZE, "%s", moment_ms > now_ms ? say(words, "now") : say(words, "just now"));
        return;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (distance_s < units[i].below_s) {
            distance_words(words, moment_ms > now_ms, units[i].unit, (long long)(distance_s / units[i].unit_s), ret);
            return;
        }
    moment_text(moment_ms, moment);
    snprintf(ret, AGO_TEXT_SIZE, say(words, "on %.10s %.5s UTC"), moment, moment + 11);
}
