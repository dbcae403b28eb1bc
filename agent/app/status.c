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

void status_moment_words(int64_t moment_ms, int64_t now_ms, char ret[AGO_TEXT_SIZE])
{
    static const struct {
        int64_t below_s, unit_s;
        const char *one, *many;
    } units[] = {{90, 1, "second", "seconds"}, {90 * 60, 60, "minute", "minutes"}, {36 * 3600, 3600, "hour", "hours"}};
    int64_t distance_s = (moment_ms > now_ms ? moment_ms - now_ms : now_ms - moment_ms) / 1000;
    char moment[MOMENT_TEXT_SIZE];

    if (moment_ms == 0) {
        snprintf(ret, AGO_TEXT_SIZE, "never");
        return;
    }
    if (distance_s < 2) {
        snprintf(ret, AGO_TEXT_SIZE, moment_ms > now_ms ? "now" : "just now");
        return;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        long long count = (long long)(distance_s / units[i].unit_s);

        if (distance_s >= units[i].below_s)
            continue;
        snprintf(ret, AGO_TEXT_SIZE, moment_ms > now_ms ? "in %lld %s" : "%lld %s ago", count, count == 1 ? units[i].one : units[i].many);
        return;
    }
    moment_text(moment_ms, moment);
    snprintf(ret, AGO_TEXT_SIZE, "on %.10s %.5s UTC", moment, moment + 11);
}
