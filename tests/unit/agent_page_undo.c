// SPDX-License-Identifier: Apache-2.0
/* Promises about taking back on the page: at a door only what was done at it, elsewhere nothing large without a question.
 *
 * Not here:  what taking back does (agent_store_write.c).
 */
#define _GNU_SOURCE
#include "agent/app/undo.h"
#include "tests/unit/page_door.h"
#include "tests/unit/store_server.h"

/* Thirteen taps on "undo" after eleven on the roster: the plan behind them stays. */
START_TEST(undo_at_a_door_ends_where_the_door_s_work_began)
{
    static const char nothing[] = "nothing more to undo here", here[] = "{\"session\":\"TT-1\"}";
    struct window page;
    json_t *json;

    page_at_door(&page, 31);
    desk_does(&page.desk, "session add TT-2 --activity TT --date 2022-03-21");
    page_is_refused(&page, "POST", "/api/undo", here, 404, nothing);
    json_decref(page_posts(&page, "/api/mark", "{\"session\":\"TT-1\",\"person\":\"P1\",\"status\":\"late\"}"));
    json_decref(page_posts(&page, "/api/walk-in", "{\"session\":\"TT-1\",\"full_name\":\"Nova\"}"));
    json = page_gets(&page, "/api/state");
    is_so(json, "undo.changes", 3);
    ck_assert(json_is_false(at(json, "undo.asks")));
    json_t *today = page_gets(&page, "/api/today?day=2022-03-20");
    ck_assert_str_eq(text_at(json, "undo.session"), text_at(today, "today.0.id"));
    json_decref(today);
    json_decref(json);
    page_is_refused(&page, "POST", "/api/undo", "{\"session\":\"TT-2\"}", 404, nothing);
    json_decref(page_posts(&page, "/api/undo", here));
    json_decref(page_posts(&page, "/api/undo", here));
    page_is_refused(&page, "POST", "/api/undo", here, 404, nothing);
    json = page_gets(&page, "/api/state");
    ck_assert(json_is_null(at(json, "undo.session")));
    ck_assert_str_eq(text_at(json, "undo.name"), "add session TT-2");
    json_decref(json);
    json_decref(page_posts(&page, "/api/undo", "{}")); /* elsewhere it is taken back */
    page_ends(&page);
}
END_TEST

/* A mark of this morning is not taken back in the evening, nor one that another holder of the tablet made. */
START_TEST(undo_at_a_door_leaves_old_work_and_that_of_others_alone)
{
    static const char here[] = "{\"session\":\"TT-1\"}", mark[] = "{\"session\":\"TT-1\",\"person\":\"P1\",\"status\":\"late\"}";
    const int64_t long_ago = UNDO_AT_DOOR_HOURS * INT64_C(3600000), second = 1000;
    struct window page;

    page_at_door(&page, 32);
    json_decref(page_posts(&page, "/api/mark", mark));
    page.desk.now_ms += long_ago + second;
    page_is_refused(&page, "POST", "/api/undo", here, 404, "nothing more");
    page.desk.now_ms -= 2 * second;
    json_decref(page_posts(&page, "/api/undo", here));
    json_decref(page_posts(&page, "/api/holder", "{\"person\":\"T1\"}"));
    json_decref(page_posts(&page, "/api/mark", mark));
    json_decref(page_posts(&page, "/api/holder", "{\"person\":\"P2\"}"));
    page_is_refused(&page, "POST", "/api/undo", here, 404, "nothing more");
    json_decref(page_posts(&page, "/api/holder", "{\"person\":\"T1\"}"));
    json_decref(page_posts(&page, "/api/undo", here));
    page_ends(&page);
}
END_TEST

static void imports(struct window *page, int first, int count)
{
    char text[2048] = "ref,full_name", body[4096];

    for (int i = 0; i < count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "\\nQ%d,Somebody", first + i);
    snprintf(body, sizeof body, "{\"name\":\"people.csv\",\"preview\":false,\"text\":\"%s\\n\"}", text);
    json_decref(page_posts(page, "/api/import", body));
}

START_TEST(an_import_asks_before_it_is_taken_back)
{
    struct window page;
    json_t *json;

    page_at_door(&page, 33);
    imports(&page, 0, 1);
    imports(&page, 100, UNDO_ASKS_CHANGES + 1);
    json = page_gets(&page, "/api/state");
    ck_assert(json_is_true(at(json, "undo.asks")));
    is_so(json, "undo.changes", UNDO_ASKS_CHANGES + 1);
    json_decref(json);
    page_is_refused(&page, "POST", "/api/undo", "{}", 422, "import of 21 rows, made 21 changes");
    page_is_refused(&page, "POST", "/api/undo", "{\"session\":\"TT-1\",\"sure\":true}", 404, "nothing more");
    desk_is_refused(&page.desk, "undo", ERROR_INVALID, "made 21 changes");
    desk_does(&page.desk, "undo --yes");
    page_is_refused(&page, "POST", "/api/undo", "{}", 422, "import of 1 row");                            /* however small it is */
    page_is_refused(&page, "POST", "/api/undo", "{\"sure\":true,\"step\":1}", 503, "recorded meanwhile"); /* another one was seen */
    json_decref(page_posts(&page, "/api/undo", "{\"sure\":true}"));
    json = page_gets(&page, "/api/state");
    ck_assert(json_is_false(at(json, "undo.asks")));
    json_decref(json);
    page_ends(&page);
}
END_TEST

SUITE("page: undo", undo_at_a_door_ends_where_the_door_s_work_began, undo_at_a_door_leaves_old_work_and_that_of_others_alone,
      an_import_asks_before_it_is_taken_back)
