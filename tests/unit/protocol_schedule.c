// SPDX-License-Identifier: Apache-2.0
/* When to sync next.
 *
 * Here:      what schedule.h promises.
 * Not here:  timers.
 */
#include "protocol/schedule.h"

#include "tests/unit/suite.h"

static const int64_t now = 1000000;

START_TEST(waits_double_up_to_a_quarter_of_an_hour)
{
    struct schedule schedule = {0};
    int64_t window_ms = BACKOFF_BASE_MS;

    for (int failure = 0; failure < 40; failure++) {
        struct schedule soonest = schedule, latest = schedule;

        schedule_failed(&soonest, now, 0, 0);
        ck_assert_int_eq(soonest.next_attempt_ms, now); /* full jitter: from nothing ... */
        schedule_failed(&latest, now, 0, (uint64_t)window_ms);
        ck_assert_int_eq(latest.next_attempt_ms, now + window_ms); /* ... to all of the window */
        schedule_failed(&schedule, now, 0, (uint64_t)window_ms + 1);
        ck_assert_int_eq(schedule.next_attempt_ms, now); /* and never more */
        window_ms = window_ms * 2 < BACKOFF_MAX_MS ? window_ms * 2 : BACKOFF_MAX_MS;
    }
    ck_assert_int_eq(window_ms, BACKOFF_MAX_MS);
    ck_assert_uint_eq(schedule.failures, 40);
}
END_TEST

START_TEST(there_is_no_last_attempt)
{
    struct schedule schedule = {.failures = UINT32_MAX};

    schedule_failed(&schedule, now, 0, UINT64_MAX);
    ck_assert_uint_eq(schedule.failures, UINT32_MAX);
    ck_assert_int_le(schedule.next_attempt_ms, now + BACKOFF_MAX_MS);
}
END_TEST

START_TEST(retry_after_is_a_floor_that_does_not_gather_a_herd)
{
    struct schedule schedule = {0};

    schedule_failed(&schedule, now, 60000, 0);
    ck_assert_int_eq(schedule.next_attempt_ms, now + 60000);
    schedule = (struct schedule){0};
    schedule_failed(&schedule, now, 60000, 1234);
    ck_assert_int_eq(schedule.next_attempt_ms, now + 61234);
    schedule = (struct schedule){0};
    schedule_failed(&schedule, now, RETRY_AFTER_MS_MAX, 0);
    ck_assert_int_eq(schedule.next_attempt_ms, now + RETRY_AFTER_MS_MAX);
    schedule = (struct schedule){0};
    schedule_failed(&schedule, now, RETRY_AFTER_MS_MAX + 1, 0);
    ck_assert_int_eq(schedule.next_attempt_ms, now + RETRY_AFTER_MS_MAX);
    schedule = (struct schedule){0};
    schedule_failed(&schedule, now, -5, 0);
    ck_assert_int_eq(schedule.next_attempt_ms, now);
}
END_TEST

START_TEST(after_a_success_comes_the_idle_interval)
{
    struct schedule schedule = {.failures = 9};

    schedule_succeeded(&schedule, now, 0);
    ck_assert_uint_eq(schedule.failures, 0);
    ck_assert_int_eq(schedule.next_attempt_ms, now + IDLE_SYNC_MS * 9 / 10);
    schedule_succeeded(&schedule, now, IDLE_SYNC_MS / 5);
    ck_assert_int_eq(schedule.next_attempt_ms, now + IDLE_SYNC_MS * 11 / 10);
    for (uint64_t random = 1; random != 0; random <<= 1) {
        schedule_succeeded(&schedule, now, random - 1);
        ck_assert_int_ge(schedule.next_attempt_ms, now + IDLE_SYNC_MS * 9 / 10);
        ck_assert_int_le(schedule.next_attempt_ms, now + IDLE_SYNC_MS * 11 / 10);
    }
}
END_TEST

START_TEST(a_link_that_came_up_is_tried_soon)
{
    struct schedule schedule = {.failures = 12, .next_attempt_ms = now + BACKOFF_MAX_MS};

    schedule_link_up(&schedule, now, 30000, 30000);
    ck_assert_uint_eq(schedule.failures, 0);
    ck_assert_int_eq(schedule.next_attempt_ms, now + LINK_DEBOUNCE_MS + 30000);
    schedule.next_attempt_ms = now + BACKOFF_MAX_MS;
    schedule_link_up(&schedule, now, 30000, 30001);
    ck_assert_int_eq(schedule.next_attempt_ms, now + LINK_DEBOUNCE_MS);
    schedule.next_attempt_ms = now - 5; /* overdue: the link still gets its time to settle */
    schedule_link_up(&schedule, now, 0, UINT64_MAX);
    ck_assert_int_eq(schedule.next_attempt_ms, now + LINK_DEBOUNCE_MS);
}
END_TEST

START_TEST(a_link_that_flaps_cannot_put_an_attempt_off_for_ever)
{
    struct schedule schedule = {.next_attempt_ms = now + BACKOFF_MAX_MS};

    for (int64_t later = now; later < now + LINK_DEBOUNCE_MS; later += 100)
        schedule_link_up(&schedule, later, 0, 0);
    ck_assert_int_eq(schedule.next_attempt_ms, now + LINK_DEBOUNCE_MS);
}
END_TEST

START_TEST(what_was_recorded_is_sent_soon_unless_it_backs_off)
{
    struct schedule schedule = {.next_attempt_ms = now + IDLE_SYNC_MS};

    ck_assert_int_le(CHANGE_SYNC_MS, 1000); /* so that a slow network, too, has it within two seconds */
    schedule_changed(&schedule, now);
    ck_assert_int_eq(schedule.next_attempt_ms, now + CHANGE_SYNC_MS);
    schedule_changed(&schedule, now + CHANGE_SYNC_MS - 1); /* a busy day does not put it off */
    ck_assert_int_eq(schedule.next_attempt_ms, now + CHANGE_SYNC_MS);
    schedule = (struct schedule){.failures = 1, .next_attempt_ms = now + 60000};
    schedule_changed(&schedule, now);
    ck_assert_int_eq(schedule.next_attempt_ms, now + 60000);
}
END_TEST

START_TEST(the_end_of_time_does_not_wrap)
{
    struct schedule schedule = {0};

    schedule_failed(&schedule, INT64_MAX - 1, RETRY_AFTER_MS_MAX, UINT64_MAX);
    ck_assert_int_eq(schedule.next_attempt_ms, INT64_MAX);
    schedule_succeeded(&schedule, INT64_MAX - 1, 0);
    ck_assert_int_eq(schedule.next_attempt_ms, INT64_MAX);
}
END_TEST

SUITE("schedule", waits_double_up_to_a_quarter_of_an_hour, there_is_no_last_attempt, retry_after_is_a_floor_that_does_not_gather_a_herd,
      after_a_success_comes_the_idle_interval, a_link_that_came_up_is_tried_soon, a_link_that_flaps_cannot_put_an_attempt_off_for_ever,
      what_was_recorded_is_sent_soon_unless_it_backs_off, the_end_of_time_does_not_wrap)
