// SPDX-License-Identifier: Apache-2.0
/* Promises of the page's routes at the door: each answers as its table says, records one step for whoever holds the tablet, and refuses in
 * a sentence.
 *
 * Not here:  what is recorded (agent_roster.c, agent_walk_in.c, agent_holder.c), who may ask (agent_page_serve.c).
 */
#define _GNU_SOURCE
#include "agent/app/holder.h"
#include "protocol/signature.h"
#include "tests/unit/page_door.h"
#include "tests/unit/store_server.h"

START_TEST(a_day_and_a_roster_are_told)
{
    struct window page;
    json_t *json;

    page_at_door(&page, 1);
    json = page_gets(&page, "/api/today?day=2022-03-20");
    ck_assert_str_eq(text_at(json, "today.0.code"), "TT-1");
    ck_assert_str_eq(text_at(json, "today.0.municipality"), "Bujanovac");
    ck_assert_str_eq(text_at(json, "today.0.activity.title"), "Obuka");
    is_so(json, "today.0.enrolled", 3);
    is_so(json, "activities", 1);
    json_decref(json);
    json_decref(page_gets(&page, "/api/today")); /* of some day */
    json = page_gets(&page, "/api/roster?session=TT-1");
    ck_assert_uint_eq(json_array_size(at(json, "people")), 3);
    ck_assert_str_eq(text_at(json, "people.0.name"), "Ана Анић");
    ck_assert_str_eq(text_at(json, "people.2.role"), "trainer");
    ck_assert(json_is_null(at(json, "people.0.minutes")) && json_is_null(at(json, "people.0.at")) &&
              json_is_null(at(json, "people.0.conflict")));
    is_so(json, "counts.unmarked", 3);
    json_decref(json);
    page_is_refused(&page, "GET", "/api/today?day=yesterday", NULL, 422, "yesterday");
    page_is_refused(&page, "GET", "/api/roster?session=TT-9", NULL, 404, "TT-9");
    page_is_refused(&page, "GET", "/api/roster", NULL, 422, "session");
    page_ends(&page);
}
END_TEST

START_TEST(a_place_is_named_in_the_script_that_is_read)
{
    struct window page;
    struct page_reply reply;

    page_at_door(&page, 2);
    reply = page_asks(&page, "GET", "/api/today?day=2022-03-20", "Teren-Language: sr-Cyrl\r\n", NULL);
    ck_assert_str_eq(text_at(reply.json, "today.0.municipality"), "Бујановац");
    json_decref(reply.json);
    reply = page_asks(&page, "GET", "/api/today?day=2022-03-20", "Teren-Language: bs\r\n", NULL);
    ck_assert_str_eq(text_at(reply.json, "today.0.municipality"), "Bujanovac");
    json_decref(reply.json);
    page_ends(&page);
}
END_TEST

START_TEST(a_mark_is_taken_back_and_undo_brings_it_again)
{
    static const char tap[] = "{\"session\":\"TT-1\",\"person\":\"P1\",\"status\":\"late\",\"minutes\":30,\"note\":\"bus\"}";
    static const char back[] = "{\"session\":\"TT-1\",\"person\":\"P1\"}";
    struct window page;
    json_t *json;

    page_at_door(&page, 21);
    page_is_refused(&page, "POST", "/api/unmark", back, 404, "no mark to take back");
    json_decref(page_posts(&page, "/api/mark", tap));
    json_decref(page_posts(&page, "/api/sign",
                           "{\"session\":\"TT-1\",\"person\":\"P1\",\"width\":100,\"height\":50,\"strokes\":[[[1,1],[90,40]]]}"));
    json = page_posts(&page, "/api/unmark", back);
    is_so(json, "counts.late", 0);
    is_so(json, "counts.unmarked", 3);
    json_decref(json);
    page_is_refused(&page, "POST", "/api/unmark", back, 404, "no mark to take back");
    json_decref(page_posts(&page, "/api/undo", "{\"session\":\"TT-1\"}")); /* a step of that door like any other */
    json = page_gets(&page, "/api/roster?session=TT-1");
    ck_assert_str_eq(text_at(json, "people.0.status"), "late");
    ck_assert_str_eq(text_at(json, "people.0.note"), "bus");
    is_so(json, "people.0.minutes", 30);
    ck_assert(json_is_true(at(json, "people.0.signed")));
    json_decref(json);
    json_decref(page_posts(&page, "/api/unmark", back));
    json = page_posts(&page, "/api/mark", "{\"session\":\"TT-1\",\"person\":\"P1\",\"status\":\"present\"}");
    ck_assert_str_eq(text_at(json, "person.note"), ""); /* nothing of the mark that was wrong is left */
    ck_assert(json_is_false(at(json, "person.signed")));
    json_decref(json);
    page_is_refused(&page, "POST", "/api/unmark", "{\"session\":\"TT-1\",\"person\":\"P9\"}", 404, "P9");
    page_ends(&page);
}
END_TEST

START_TEST(a_tap_is_answered_with_how_it_stands_now)
{
    struct window page;
    json_t *json;

    page_at_door(&page, 3);
    json = page_posts(&page, "/api/mark", "{\"session\":\"TT-1\",\"person\":\"P1\",\"status\":\"late\",\"minutes\":90,\"note\":\"bus\"}");
    ck_assert_str_eq(text_at(json, "person.status"), "late");
    ck_assert_str_eq(text_at(json, "person.note"), "bus");
    is_so(json, "person.minutes", 90);
    is_so(json, "counts.late", 1);
    ck_assert_ptr_nonnull(strstr(text_at(json, "notes.0"), "90 minutes")); /* more than the session has: noted, recorded */
    json_decref(json);
    ck_assert_int_eq(page.changed, 1);
    json = page_posts(&page, "/api/undo", "{}");
    ck_assert_str_eq(text_at(json, "name"), "mark P1 late at TT-1");
    is_so(json, "kept", 0);
    json_decref(json);
    json = page_gets(&page, "/api/roster?session=TT-1");
    ck_assert_str_eq(text_at(json, "people.0.status"), "");
    json_decref(json);
    page_ends(&page);
}
END_TEST

START_TEST(a_mark_that_makes_no_sense_is_refused_and_nothing_is_recorded)
{
    static const struct {
        const char *body, *says;
        unsigned status;
    } cases[] = {
        {"{\"session\":\"TT-1\",\"person\":\"P1\",\"status\":\"asleep\"}", "asleep", 422},
        {"{\"session\":\"TT-1\",\"person\":\"P1\",\"status\":\"\"}", "status", 422},
        {"{\"session\":\"TT-1\",\"person\":\"P1\"}", "status", 422},
        {"{\"session\":\"TT-1\",\"person\":\"P9\",\"status\":\"late\"}", "P9", 404},
        {"{\"session\":\"TT-1\",\"person\":\"P1\",\"status\":\"late\",\"minutes\":1441}", "1441", 422},
        {"{\"session\":\"TT-1\",\"person\":\"P1\",\"status\":\"late\",\"minutes\":-1}", "-1", 422},
        {"{\"session\":\"TT-1\",\"person\":\"P1\",\"status\":\"late\",\"minutes\":\"9\"}", "minutes", 422},
        {"{\"session\":\"TT-1\",\"person\":\"P1\",\"status\":\"absent\",\"minutes\":9}", "contradict", 400},
        {"{\"session\":7,\"person\":\"P1\",\"status\":\"late\"}", "session", 422},
    };
    struct window page;

    page_at_door(&page, 4);
    const uint64_t before = desk_counts(&page.desk).waiting;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        page_is_refused(&page, "POST", "/api/mark", cases[i].body, cases[i].status, cases[i].says);
    ck_assert_uint_eq(desk_counts(&page.desk).waiting, before);
    ck_assert_int_eq(page.changed, 0);
    page_ends(&page);
}
END_TEST

START_TEST(a_walk_in_is_one_step_and_a_wrong_field_is_named)
{
    struct window page;
    struct page_reply reply;
    json_t *json;

    page_at_door(&page, 5);
    json = page_posts(&page, "/api/walk-in", "{\"session\":\"TT-1\",\"full_name\":\"<b>Ђорђе</b>\",\"birth_year\":1980,\"phone\":\"063\"}");
    ck_assert_str_eq(text_at(json, "person.name"), "<b>Ђорђе</b>");
    ck_assert_str_eq(text_at(json, "person.status"), "present");
    is_so(json, "counts.enrolled", 4);
    json_decref(json);
    json_decref(page_posts(&page, "/api/undo", "{}"));
    json = page_gets(&page, "/api/roster?session=TT-1");
    is_so(json, "counts.enrolled", 3);
    json_decref(json);
    json = page_posts(&page, "/api/walk-in", "{\"session\":\"TT-1\",\"person\":\"P1\",\"status\":\"late\"}");
    ck_assert_str_eq(text_at(json, "person.status"), "late");
    json_decref(json);
    reply = page_asks(&page, "POST", "/api/walk-in", "", "{\"session\":\"TT-1\",\"full_name\":\"Ana\",\"birth_year\":80}");
    ck_assert_uint_eq(reply.status, 422);
    ck_assert_str_eq(text_at(reply.json, "field"), "birth_year");
    json_decref(reply.json);
    page_is_refused(&page, "POST", "/api/walk-in", "{\"session\":\"TT-1\"}", 400, "needed");
    page_ends(&page);
}
END_TEST

START_TEST(a_signature_is_taken_shown_and_taken_away)
{
    struct window page;
    json_t *json;
    static const char signs[] =
        "{\"session\":\"TT-1\",\"person\":\"P1\",\"width\":300,\"height\":100,\"strokes\":[[[1,2],[30,40],[60,2]],[[70,70]]]}";
    static const char *const wrong[] = {
        "{\"session\":\"TT-1\",\"person\":\"P1\",\"width\":300,\"height\":100}",
        "{\"session\":\"TT-1\",\"person\":\"P1\",\"width\":300,\"height\":100,\"strokes\":[7]}",
        "{\"session\":\"TT-1\",\"person\":\"P1\",\"width\":300,\"height\":100,\"strokes\":[[[1]]]}",
        "{\"session\":\"TT-1\",\"person\":\"P1\",\"width\":300,\"height\":100,\"strokes\":[[[1,\"2\"]]]}",
        "{\"session\":\"TT-1\",\"person\":\"P1\",\"width\":0,\"height\":100,\"strokes\":[[[1,2]]]}",
        "{\"session\":\"TT-1\",\"person\":\"P1\",\"width\":32768,\"height\":100,\"strokes\":[[[1,2]]]}",
        "{\"session\":\"TT-1\",\"person\":\"P1\",\"width\":10,\"height\":100,\"strokes\":[[]]}",
    };

    page_at_door(&page, 6);
    page_is_refused(&page, "GET", "/api/signature?session=TT-1&person=P1", NULL, 404, "no signature");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        page_is_refused(&page, "POST", "/api/sign", wrong[i], 422, "");
    json = page_posts(&page, "/api/sign", signs);
    ck_assert(json_is_true(at(json, "person.signed")));
    ck_assert_str_eq(text_at(json, "person.status"), "present");
    json_decref(json);
    json = page_gets(&page, "/api/signature?session=TT-1&person=P1");
    is_so(json, "width", 300);
    ck_assert_str_eq(text_at(json, "path"), "M1 2L30 40L60 2M70 70L70 70");
    json_decref(json);
    json = page_posts(&page, "/api/sign", "{\"session\":\"TT-1\",\"person\":\"P1\",\"strokes\":[]}");
    ck_assert(json_is_false(at(json, "person.signed")));
    json_decref(json);
    page_ends(&page);
}
END_TEST

/* As many points as a drawing may have fit into a request. */
START_TEST(the_longest_drawing_fits_into_a_request)
{
    struct window page;
    struct bytes body = {0};
    char point[32];

    page_at_door(&page, 7);
    for (int more = 0; more < 2; more++) {
        bytes_reset(&body);
        const char *head = "{\"session\":\"TT-1\",\"person\":\"P1\",\"width\":32767,\"height\":32767,\"strokes\":[[";
        bytes_append(&body, head, strlen(head));
        for (int i = 0; i < SIGNATURE_POINTS_MAX + more; i++) {
            snprintf(point, sizeof point, "%s[%d,%d]", i == 0 ? "" : ",", 10000 + i * 7 % 20000, 10000 + i * 13 % 20000);
            bytes_append(&body, point, strlen(point));
        }
        bytes_append(&body, "]]}", 4);
        if (more == 0)
            json_decref(page_posts(&page, "/api/sign", (const char *)body.data));
        else
            page_is_refused(&page, "POST", "/api/sign", (const char *)body.data, 422, "points");
    }
    bytes_clear(&body);
    page_ends(&page);
}
END_TEST

START_TEST(what_is_recorded_bears_the_name_of_whoever_holds_the_tablet)
{
    struct window page;
    struct store *store;
    struct arena arena = {0};
    const struct row *row = NULL;
    struct error err = {0};
    char author[AUTHOR_BYTES_MAX + 1], holder[ROW_ID_SIZE], session[ROW_ID_SIZE], person[ROW_ID_SIZE];
    json_t *json;

    page_at_door(&page, 8);
    store = page.desk.agent.store;
    json = page_gets(&page, "/api/staff");
    ck_assert_uint_eq(json_array_size(at(json, "people")), 1);
    ck_assert_str_eq(text_at(json, "people.0.ref"), "T1");
    json_decref(json);
    json = page_posts(&page, "/api/holder", "{\"person\":\"T1\"}");
    ck_assert_str_eq(text_at(json, "holder.name"), "Mirjana");
    json_decref(json);
    json_decref(page_posts(&page, "/api/mark", "{\"session\":\"TT-1\",\"person\":\"P1\",\"status\":\"late\"}"));
    ck_assert(holder_author(store, holder, &err) && store_resolve(store, "session", "TT-1", session, &err) &&
              store_resolve(store, "person", "P1", person, &err));
    const char *id = arena_format(&arena, "%s:%s", session, person);
    ck_assert(store_row(store, &arena, "attendance", id, &row, &err));
    ck_assert(store_author_of(store, "attendance", id, row_stamp(row, "status"), author, &err));
    ck_assert_str_eq(author, holder);
    arena_clear(&arena);
    page_ends(&page);
}
END_TEST

START_TEST(a_locked_tablet_tells_nothing_until_it_is_opened)
{
    struct window page;
    json_t *json;

    page_at_door(&page, 9);
    json_decref(page_posts(&page, "/api/holder", "{\"person\":\"T1\"}"));
    json_decref(page_posts(&page, "/api/pin", "{\"pin\":\"1234\"}"));
    json = page_posts(&page, "/api/lock", "{}");
    ck_assert(json_is_true(at(json, "lock.locked")) && json_is_null(at(json, "holder")));
    json_decref(json);
    for (const struct page_route *const *table = page_route_tables; *table != NULL; table++)
        for (const struct page_route *route = *table; route->method != NULL; route++) {
            struct page_reply reply;

            if ((route->flags & PAGE_UNLOCKED) == 0)
                continue;
            reply = page_asks(&page, route->method, route->path, "", strcmp(route->method, "POST") == 0 ? "{}" : NULL);
            ck_assert_msg(reply.status == 423, "%s %s: %u", route->method, route->path, reply.status);
            json_decref(reply.json);
        }
    json = page_gets(&page, "/api/staff"); /* to choose who opens it */
    ck_assert_uint_eq(json_array_size(at(json, "people")), 1);
    json_decref(json);
    page_is_refused(&page, "POST", "/api/unlock", "{}", 403, "PIN");
    page_is_refused(&page, "POST", "/api/unlock", "{\"person\":\"P1\"}", 403, "PIN");
    page_is_refused(&page, "POST", "/api/unlock", "{\"pin\":\"9999\"}", 403, "PIN");
    page_is_refused(&page, "POST", "/api/unlock", "{\"pin\":1234}", 422, "pin");
    json = page_posts(&page, "/api/unlock", "{\"pin\":\"1234\"}");
    ck_assert_str_eq(text_at(json, "holder.ref"), "T1");
    json_decref(json);
    page_is_refused(&page, "POST", "/api/pin", "{\"pin\":\"\",\"old\":\"0000\"}", 403, "PIN");
    json = page_posts(&page, "/api/pin", "{\"pin\":\"\",\"old\":\"1234\"}");
    ck_assert(json_is_false(at(json, "lock.pin")));
    json_decref(json);
    page_ends(&page);
}
END_TEST

/* Says of a mark what another tablet said without having seen ours. */
static void another_tablet_marks(struct window *page, const char *id, const char *status)
{
    struct device device = {.store = page->desk.agent.store, .now_ms = page->desk.now_ms};

    device_enrols(&device);
    struct row row = *device_row(&device, "attendance", id);
    const uint64_t seq = device_delivers(&device);
    row_gets(&device.arena, &row, 77, stamp_time_of_ms(page->desk.now_ms + 5000), "status", value_text(status), false);
    struct word word = word_holding(&device, seq, device_stands(&device).last_head);
    word_adds_row(&word, &row, 1);
    device_takes(&device, &word);
    arena_clear(&device.arena);
}

static const char *settling(struct window *page, const char *entity, const char *row, const char *how)
{
    return arena_format(&page->desk.arena, "{\"entity\":\"%s\",\"row\":\"%s\",\"field\":\"status\",\"how\":\"%s\"}", entity, row, how);
}

START_TEST(a_conflict_shows_both_values_and_is_settled_with_one_tap)
{
    struct window page;
    struct error err = {0};
    char session[ROW_ID_SIZE], person[ROW_ID_SIZE];
    json_t *json;

    page_at_door(&page, 10);
    json_decref(page_posts(&page, "/api/mark", "{\"session\":\"TT-1\",\"person\":\"P1\",\"status\":\"present\"}"));
    ck_assert(store_resolve(page.desk.agent.store, "session", "TT-1", session, &err));
    ck_assert(store_resolve(page.desk.agent.store, "person", "P1", person, &err));
    const char *id = arena_format(&page.desk.arena, "%s:%s", session, person);
    another_tablet_marks(&page, id, "absent");

    json = page_gets(&page, "/api/roster?session=TT-1");
    ck_assert_str_eq(text_at(json, "people.0.conflict.0.row"), id);
    ck_assert_uint_eq(json_array_size(at(json, "people.0.conflict.0.values")), 2);
    json_decref(json);
    json = page_gets(&page, "/api/conflicts");
    ck_assert_str_eq(text_at(json, "conflicts.0.what"), "Ана Анић at TT-1");
    ck_assert_str_eq(text_at(json, "conflicts.0.values.0.value"), "absent");
    ck_assert_str_eq(text_at(json, "conflicts.0.values.0.label"), "Absent");
    ck_assert(json_is_true(at(json, "conflicts.0.values.0.stands")));
    ck_assert_str_eq(text_at(json, "conflicts.0.values.1.value"), "present");
    json_decref(json);

    page_is_refused(&page, "POST", "/api/conflicts/settle", settling(&page, "teapot", id, "keep"), 422, "teapot");
    page_is_refused(&page, "POST", "/api/conflicts/settle", settling(&page, "attendance", id, "toss"), 422, "settle");
    page_is_refused(&page, "POST", "/api/conflicts/settle", settling(&page, "attendance", id, "value"), 422, "value");
    json = page_posts(&page, "/api/conflicts/settle", settling(&page, "attendance", id, "other"));
    is_so(json, "conflicts", 0);
    json_decref(json);
    page_is_refused(&page, "POST", "/api/conflicts/settle", settling(&page, "attendance", id, "keep"), 404, "conflict");
    json = page_gets(&page, "/api/roster?session=TT-1");
    ck_assert_str_eq(text_at(json, "people.0.status"), "present");
    json_decref(json);
    page_ends(&page);
}
END_TEST

START_TEST(people_are_found_by_a_few_letters)
{
    struct window page;
    json_t *json;

    page_at_door(&page, 11);
    json = page_posts(&page, "/api/people/find", "{\"text\":\"anic\"}");
    ck_assert_uint_eq(json_array_size(at(json, "people")), 1);
    ck_assert_str_eq(text_at(json, "people.0.ref"), "P1");
    ck_assert_str_eq(text_at(json, "people.0.municipality"), "Bujanovac");
    json_decref(json);
    page_is_refused(&page, "POST", "/api/people/find", "{}", 422, "text");
    ck_assert_int_eq(page.changed, 0);
    page_ends(&page);
}
END_TEST

SUITE("page: the door", a_day_and_a_roster_are_told, a_place_is_named_in_the_script_that_is_read,
      a_mark_is_taken_back_and_undo_brings_it_again, a_tap_is_answered_with_how_it_stands_now,
      a_mark_that_makes_no_sense_is_refused_and_nothing_is_recorded, a_walk_in_is_one_step_and_a_wrong_field_is_named,
      a_signature_is_taken_shown_and_taken_away, the_longest_drawing_fits_into_a_request,
      what_is_recorded_bears_the_name_of_whoever_holds_the_tablet, a_locked_tablet_tells_nothing_until_it_is_opened,
      a_conflict_shows_both_values_and_is_settled_with_one_tap, people_are_found_by_a_few_letters)
