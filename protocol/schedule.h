// SPDX-License-Identifier: Apache-2.0
/* When to sync next. There is no last attempt.
 *
 * Here:      backoff with full jitter, Retry-After as a floor, the spread after a link event, debouncing.
 * Not here:  timers and link events (agent/system), storing next_attempt_at (the store).
 */
#ifndef PROTOCOL_SCHEDULE_H
#define PROTOCOL_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

enum { BACKOFF_BASE_MS = 2000, BACKOFF_MAX_MS = 900 * 1000, LINK_DEBOUNCE_MS = 2000, IDLE_SYNC_MS = 900 * 1000, CHANGE_SYNC_MS = 1000,
       RETRY_AFTER_MS_MAX = 3600 * 1000 };   /* a mistyped Retry-After must not silence a device for a year */

/* Persisted; ms of a clock that never goes back and runs on in sleep, mapped to wall for show. {0}: due now. */
struct schedule { uint32_t failures; int64_t next_attempt_ms; };

/* random: 64 random bits. After the n-th failure in a row (from 0): rand(0, min(900, 2 * 2^n)) s, on top of retry_after_ms (so that those
 * who were given the same one do not come back together); after a success: the idle interval, jittered by 10 %. */
void schedule_failed(struct schedule *schedule, int64_t now_ms, int64_t retry_after_ms, uint64_t random);
void schedule_succeeded(struct schedule *schedule, int64_t now_ms, uint64_t random);
/* Soon: after the debounce and the spread; failures forgotten. What is due sooner stays. */
void schedule_link_up(struct schedule *schedule, int64_t now_ms, uint32_t spread_ms, uint64_t random);
/* Something was recorded: within CHANGE_SYNC_MS, so that it is delivered within two seconds, unless backing off. */
void schedule_changed(struct schedule *schedule, int64_t now_ms);

#endif
