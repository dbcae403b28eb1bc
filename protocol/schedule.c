// SPDX-License-Identifier: Apache-2.0
/* When to sync next. There is no last attempt.
 *
 * Here:      the arithmetic of waiting.
 * Not here:  timers, link events, storing.
 */
#include "protocol/schedule.h"

enum { BACKOFF_DOUBLINGS_MAX = 16 };

/* 0..most, both included. The bias of the remainder is below 2^-40. */
static int64_t spread(uint64_t random, int64_t most)
{
    return most <= 0 ? 0 : (int64_t)(random % ((uint64_t)most + 1));
}

static int64_t later(int64_t now_ms, int64_t wait_ms)
{
    return now_ms > INT64_MAX - wait_ms ? INT64_MAX : now_ms + wait_ms;
}

void schedule_failed(struct schedule *schedule, int64_t now_ms, int64_t retry_after_ms, uint64_t random)
{
    uint32_t doublings = schedule->failures < BACKOFF_DOUBLINGS_MAX ? schedule->failures : BACKOFF_DOUBLINGS_MAX;
    int64_t window_ms = (int64_t)BACKOFF_BASE_MS << doublings;

    if (window_ms > BACKOFF_MAX_MS)
        window_ms = BACKOFF_MAX_MS;
    if (retry_after_ms < 0)
        retry_after_ms = 0;
    if (retry_after_ms > RETRY_AFTER_MS_MAX)
        retry_after_ms = RETRY_AFTER_MS_MAX;
    schedule->failures += schedule->failures < UINT32_MAX;
    schedule->next_attempt_ms = later(now_ms, retry_after_ms + spread(random, window_ms));
}

void schedule_succeeded(struct schedule *schedule, int64_t now_ms, uint64_t random)
{
    schedule->failures = 0;
    schedule->next_attempt_ms = later(now_ms, IDLE_SYNC_MS - IDLE_SYNC_MS / 10 + spread(random, IDLE_SYNC_MS / 5));
}

void schedule_link_up(struct schedule *schedule, int64_t now_ms, uint32_t spread_ms, uint64_t random)
{
    int64_t soon_ms = later(now_ms, LINK_DEBOUNCE_MS + spread(random, spread_ms));

    schedule->failures = 0;
    /* an attempt that is due sooner stays: else a link that flaps faster than the debounce would put it off for ever */
    if (schedule->next_attempt_ms <= now_ms || schedule->next_attempt_ms > soon_ms)
        schedule->next_attempt_ms = soon_ms;
}

void schedule_changed(struct schedule *schedule, int64_t now_ms)
{
    int64_t soon_ms = later(now_ms, CHANGE_SYNC_MS);

    if (schedule->failures == 0 && schedule->next_attempt_ms > soon_ms)
        schedule->next_attempt_ms = soon_ms;
}
