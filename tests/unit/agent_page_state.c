// SPDX-License-Identifier: Apache-2.0
/* What the page learns about the device, the choices made there, the lock, and syncing when somebody asks.
 *
 * Not here:  handing over and PINs (agent_holder.c), the door (agent_page_serve.c).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/app/holder.h"
#include "tests/unit/page_fixture.h"

static json_int_t revision(struct window *page)
{
    json_t *state = page_gets(page, "/api/state");
    json_int_t seen = json_integer_value(json_object_get(state, "revision"));

    json_decref(state);
    return seen;
}

START_TEST(a_new_device_says_how_it_stands)
{
    struct window page;
    json_t *state, *lock, *sync;

    page_starts(&page, 1);
    state = page_gets(&page, "/api/state");
    lock = json_object_get(state, "lock");
    sync = json_object_get(state, "sync");
    ck_assert(json_is_false(json_object_get(state, "enrolled")));
    ck_assert_str_eq(json_string_value(json_object_get(state, "language")), "");
    ck_assert(json_is_null(json_object_get(state, "holder")) && json_is_null(json_object_get(state, "undo")));
    ck_assert(json_is_false(json_object_get(lock, "locked")) && json_is_false(json_object_get(lock, "pin")));
    ck_assert_int_eq(json_integer_value(json_object_get(sync, "waiting")), 0);
    ck_assert(json_is_false(json_object_get(sync, "running")) && json_is_null(json_object_get(sync, "error")));
    json_decref(state);
    page_ends(&page);
}
END_TEST

START_TEST(the_revision_moves_with_what_is_recorded_and_with_nothing_else)
{
    struct window page;
    json_int_t before, after;
    struct error err = {0};

    page_starts(&page, 2);
    before = revision(&page);
    ck_assert_int_eq(revision(&page), before); /* asking moves nothing */
    json_decref(page_posts(&page, "/api/settings", "{\"language\":\"sq\",\"lock_after_minutes\":7}"));
    ck_assert_int_eq(revision(&page), before);
    desk_does(&page.desk, "person add P1 --full-name Vesna");
    after = revision(&page);
    ck_assert_int_gt(after, before);
    desk_does(&page.desk, "undo");
    ck_assert_int_gt(revision(&page), after);
    after = revision(&page);
    /* A page that was open over a restart sees that it has to look again. */
    agent_close(&page.desk.agent);
    ck_assert(agent_open(&page.desk.agent, &err));
    page.world.store = page.desk.agent.store;
    ck_assert_int_ne(revision(&page), after);
    ck_assert_int_lt(revision(&page), (json_int_t)1 << 53); /* a number of JavaScript's */
    page_ends(&page);
}
END_TEST

START_TEST(what_waits_and_what_undo_would_take_back_are_told)
{
    struct window page;
    json_t *state;

    page_starts(&page, 3);
    desk_does(&page.desk, "person add P1 --full-name Vesna");
    state = page_gets(&page, "/api/state");
    ck_assert_int_gt(json_integer_value(json_object_get(json_object_get(state, "sync"), "waiting")), 0);
    ck_assert(json_is_false(json_object_get(json_object_get(state, "sync"), "all_verified")));
    ck_assert_ptr_nonnull(strstr(json_string_value(json_object_get(json_object_get(state, "undo"), "name")), "P1"));
    json_decref(state);
    page_ends(&page);
}
END_TEST

START_TEST(choices_are_kept_over_a_restart)
{
    struct window page;
    json_t *state;

    page_starts(&page, 4);
    json_decref(page_posts(&page, "/api/settings", "{\"language\":\"SR-cyrl\",\"lock_after_minutes\":240}"));
    serve_stop(page.serve);
    page_serves(&page);
    state = page_posts(&page, "/api/settings", "{}"); /* chooses nothing, changes nothing */
    ck_assert_str_eq(json_string_value(json_object_get(state, "language")), "sr-Cyrl");
    ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(state, "lock"), "after_minutes")), 240);
    json_decref(state);
    page_is_refused(&page, "POST", "/api/settings", "{\"lock_after_minutes\":241}", 422, "241");
    page_is_refused(&page, "POST", "/api/settings", "{\"language\":\"xx\"}", 422, "xx");
    page_is_refused(&page, "POST", "/api/settings", "{\"language\":\"sq\",\"lock_after_minutes\":-1}", 422, "-1");
    state = page_gets(&page, "/api/state");
    ck_assert_str_eq(json_string_value(json_object_get(state, "language")), "sr-Cyrl"); /* refused whole */
    json_decref(state);
    ck_assert_int_eq(page.changed, 0); /* nothing of it is delivered */
    page_ends(&page);
}
END_TEST

START_TEST(a_locked_tablet_tells_nothing_about_people)
{
    struct window page;
    struct error err = {0};
    struct page_reply reply;
    char person[ROW_ID_SIZE];
    json_t *state;

    page_starts(&page, 5);
    desk_does(&page.desk, "person add P1 --full-name Vesna");
    ck_assert(store_resolve(page.world.store, "person", "P1", person, &err));
    state = page_posts(&page, "/api/holder", arena_format(&page.desk.arena, "{\"person\":\"%s\"}", person));
    ck_assert_str_eq(json_string_value(json_object_get(json_object_get(state, "holder"), "name")), "Vesna");
    ck_assert_str_eq(json_string_value(json_object_get(json_object_get(state, "holder"), "ref")), "P1");
    json_decref(state);
    ck_assert_msg(holder_lock(page.world.store, &err), "%s", err.cause);
    reply = page_asks(&page, "GET", "/api/state", "", NULL);
    ck_assert_uint_eq(reply.status, 200);
    ck_assert_ptr_null(strstr(reply.body, "Vesna"));
    ck_assert_ptr_null(strstr(reply.body, person));
    ck_assert(json_is_true(json_object_get(json_object_get(reply.json, "lock"), "locked")));
    page_is_as_told(reply.json, page_state_members, "");
    json_decref(reply.json);
    for (const struct page_route *const *table = page_route_tables; *table != NULL; table++)
        for (const struct page_route *route = *table; route->path != NULL; route++)
            if ((route->flags & PAGE_UNLOCKED) != 0)
                page_is_refused(&page, route->method, route->path, route->media_type == NULL ? NULL : "{}", 423, "locked");
    page_ends(&page);
}
END_TEST

START_TEST(a_tablet_that_was_left_lying_is_locked_when_it_is_taken_up_again)
{
    struct window page;
    json_t *state;

    page_starts(&page, 6);
    desk_does(&page.desk, "person add P1 --full-name Vesna");
    json_decref(page_posts(&page, "/api/holder", "{\"person\":\"P1\"}"));
    json_decref(page_posts(&page, "/api/settings", "{\"lock_after_minutes\":5}"));
    page.desk.now_ms += 4 * 60 * 1000;
    state = page_gets(&page, "/api/state");
    ck_assert(json_is_false(json_object_get(json_object_get(state, "lock"), "locked")));
    json_decref(state);
    page.desk.now_ms += 6 * 60 * 1000; /* no page asked for anything */
    page_is_refused(&page, "POST", "/api/settings", "{}", 423, "locked");
    page_ends(&page);
}
END_TEST

/* SQLite finds this one before that of the C library. */
static bool disk_fails;

int fdatasync(int file)
{
    if (!disk_fails)
        return (int)syscall(SYS_fdatasync, file);
    errno = EIO;
    return -1;
}

/* A failing disk, which keeps the lock from being noted, must not open what was left lying. */
START_TEST(a_tablet_that_cannot_be_locked_tells_nothing_either)
{
    struct window page;
    struct error err = {0};

    page_starts(&page, 10);
    desk_does(&page.desk, "person add P1 --full-name Vesna");
    json_decref(page_posts(&page, "/api/holder", "{\"person\":\"P1\"}"));
    json_decref(page_posts(&page, "/api/settings", "{\"lock_after_minutes\":5}"));
    page.desk.now_ms += 6 * 60 * 1000;
    disk_fails = true;
    page_is_refused(&page, "GET", "/api/staff", NULL, 507, "I/O");
    ck_assert(store_is_broken(page.world.store));
    page_is_refused(&page, "GET", "/api/staff", NULL, 507, "I/O");
    disk_fails = false;
    ck_assert_msg(store_reopen(page.world.store, &err), "%s", err.cause); /* as the loop does */
    page_is_refused(&page, "POST", "/api/settings", "{}", 423, "locked");
    page_ends(&page);
}
END_TEST

START_TEST(syncing_starts_when_asked_and_only_once)
{
    struct window page;
    struct error err = {0};
    struct enrol_reply welcome = {.device = "tablet-7"};
    json_t *answer;

    page_starts(&page, 7);
    page_is_refused(&page, "POST", "/api/sync", "{}", 422, "not enrolled");
    ck_assert_int_eq(page.sync_asked, 0);
    ck_assert_msg(store_enrolled(page.world.store, "https://teren.example.org", &welcome, &err), "%s", err.cause);
    answer = page_posts(&page, "/api/sync", "{}");
    ck_assert(json_is_true(json_object_get(answer, "started")));
    json_decref(answer);
    ck_assert_int_eq(page.sync_asked, 1);
    page.is_syncing = true;
    answer = page_posts(&page, "/api/sync", "{}");
    ck_assert(json_is_false(json_object_get(answer, "started")));
    json_decref(answer);
    ck_assert_int_eq(page.sync_asked, 1);
    answer = page_gets(&page, "/api/state");
    ck_assert(json_is_true(json_object_get(json_object_get(answer, "sync"), "running")));
    ck_assert_str_eq(json_string_value(json_object_get(answer, "device")), "tablet-7");
    json_decref(answer);
    page_ends(&page);
}
END_TEST

START_TEST(why_the_last_session_failed_is_told)
{
    struct window page;
    struct store_sync_state sync = {
        .last_error_kind = ERROR_OFFLINE, .last_error = "there was no way to the server", .last_remedy = "Wait."};
    struct error err = {0};
    json_t *state, *told;

    page_starts(&page, 8);
    ck_assert(store_set_sync_state(page.world.store, &sync, &err));
    state = page_gets(&page, "/api/state");
    told = json_object_get(json_object_get(state, "sync"), "error");
    ck_assert_str_eq(json_string_value(json_object_get(told, "kind")), "offline");
    ck_assert_str_eq(json_string_value(json_object_get(told, "says")), "there was no way to the server");
    ck_assert_str_eq(json_string_value(json_object_get(told, "do")), "Wait.");
    json_decref(state);
    page_ends(&page);
}
END_TEST

SUITE("page state", a_new_device_says_how_it_stands, the_revision_moves_with_what_is_recorded_and_with_nothing_else,
      what_waits_and_what_undo_would_take_back_are_told, choices_are_kept_over_a_restart, a_locked_tablet_tells_nothing_about_people,
      a_tablet_that_was_left_lying_is_locked_when_it_is_taken_up_again, a_tablet_that_cannot_be_locked_tells_nothing_either,
      syncing_starts_when_asked_and_only_once, why_the_last_session_failed_is_told)
