// SPDX-License-Identifier: Apache-2.0
/* Promises of the page's routes for plan, rows, lists and imports.
 *
 * Here:      each route answers as its table says; a refusal names its field; words come in the page's language; bounds.
 * Not here:  what is counted (agent_plan.c), the rules of editing and importing (agent_app_*.c), who may ask (agent_page_serve.c).
 */
#define _GNU_SOURCE
#include "agent/page/route_plan.h"

#include "tests/unit/page_fixture.h"

static void page_has_training(struct window *page, uint64_t seed)
{
    static const char *const lines[] = {
        "programme add lnob --name 'Leave no one behind' --donor GIZ",
        "municipality add RS-BUJ --name Bujanovac --name-cyrillic Бујановац",
        "activity add TT --programme lnob --title Obuka --kind teacher_training --municipality RS-BUJ --starts-on 2022-03-20",
        "session add TT-1 --activity TT --date 2022-03-20 --starts-at 09:00 --minutes 60",
        "person add P1 --full-name Ana --sex F --municipality RS-BUJ",
        "enrolment add TT P1 participant",
        "mark TT-1 P1 present",
    };

    page_starts(page, seed);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        desk_does(&page->desk, lines[i]);
}

static const char *text_at(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));

    ck_assert_msg(text != NULL, "there is no text %s", key);
    return text;
}

/* A refusal that must be about this field. */
static void field_is_refused(struct window *page, const char *path, const char *body, const char *field, const char *says)
{
    struct page_reply reply = page_asks(page, "POST", path, "", body);

    ck_assert_msg(reply.status >= 400 && reply.status < 500, "%s: %u %s", body, reply.status, reply.body);
    ck_assert_msg(field == NULL || strcmp(text_at(reply.json, "field"), field) == 0, "%s: %s", body, reply.body);
    ck_assert_msg(strstr(text_at(json_object_get(reply.json, "error"), "says"), says) != NULL, "%s: %s", body, reply.body);
    json_decref(reply.json);
}

START_TEST(all_that_is_asked_is_answered_as_it_is_told)
{
    struct window page;
    json_t *json, *one;

    page_has_training(&page, 1);
    json_decref(page_gets(&page, "/api/schema"));
    json = page_gets(&page, "/api/plan");
    one = json_array_get(json_object_get(json, "activities"), 0);
    ck_assert_str_eq(text_at(one, "kind_label"), "Teacher training");
    ck_assert_str_eq(text_at(json_object_get(one, "programme"), "name"), "Leave no one behind");
    ck_assert_int_eq(json_integer_value(json_object_get(one, "reached")), 1);
    json_decref(json);
    json = page_gets(&page, "/api/activity?id=TT");
    ck_assert_str_eq(text_at(json_object_get(json, "activity"), "programme"), "lnob");
    ck_assert_uint_eq(json_array_size(json_object_get(json, "sessions")), 1);
    ck_assert_str_eq(text_at(json_array_get(json_object_get(json, "people"), 0), "name"), "Ana");
    json_decref(json);
    json = page_gets(&page, "/api/list?activity=TT&day=2022-03-20");
    ck_assert_uint_eq(json_array_size(json_object_get(json, "days")), 1);
    json_decref(json);
    json = page_gets(&page, "/api/row?entity=activity&id=TT");
    ck_assert_str_eq(text_at(json_object_get(json, "values"), "programme"), "lnob");
    ck_assert_str_eq(text_at(json_object_get(json, "values"), "ends_on"), "");
    json_decref(json);
    json = page_gets(&page, "/api/rows?entity=municipality");
    ck_assert_str_eq(text_at(json_array_get(json_object_get(json, "rows"), 0), "name"), "Bujanovac");
    json_decref(json);
    page_is_refused(&page, "GET", "/api/activity?id=TX", NULL, 404, "TX");
    page_is_refused(&page, "GET", "/api/list?activity=TT&day=2022-03-29", NULL, 404, "2022-03-29");
    page_is_refused(&page, "GET", "/api/rows?entity=person", NULL, 400, "programme, municipality and organisation");
    page_is_refused(&page, "GET", "/api/row?entity=attendance&id=X", NULL, 400, "attendance");
    page_ends(&page);
}
END_TEST

START_TEST(places_and_words_come_in_the_language_and_script_that_was_asked)
{
    struct window page;
    struct page_reply reply;

    page_has_training(&page, 2);
    reply = page_asks(&page, "GET", "/api/plan", "Teren-Language: sr-Cyrl\r\n", NULL);
    ck_assert_msg(strstr(reply.body, "Бујановац") != NULL, "%s", reply.body);
    json_decref(reply.json);
    reply = page_asks(&page, "GET", "/api/plan", "Teren-Language: sr-Latn\r\n", NULL);
    ck_assert_msg(strstr(reply.body, "Bujanovac") != NULL, "%s", reply.body);
    json_decref(reply.json);
    page_ends(&page);
}
END_TEST

START_TEST(a_row_is_added_changed_and_removed)
{
    struct window page;
    json_t *json;

    page_has_training(&page, 3);
    json =
        page_posts(&page, "/api/row/add", "{\"entity\":\"person\",\"values\":{\"full_name\":\"Бора\",\"birth_year\":1980,\"phone\":null}}");
    ck_assert_int_eq(text_at(json, "code")[0], 'W'); /* made here */
    ck_assert_uint_eq(json_array_size(json_object_get(json, "notes")), 0);
    json_decref(json);
    json = page_posts(&page, "/api/row/change", "{\"entity\":\"person\",\"id\":\"P1\",\"values\":{\"email\":\"nije imejl\"}}");
    ck_assert_uint_eq(json_array_size(json_object_get(json, "notes")), 1); /* odd, and taken */
    json_decref(json);
    desk_does(&page.desk, "undo");
    page.changed = 1;
    ck_assert_int_eq(page.changed, 1);
    json = page_posts(&page, "/api/row/add", "{\"entity\":\"activity\",\"values\":{\"programme\":\"lnob\",\"code\":\"\"}}");
    ck_assert_int_eq(text_at(json, "code")[0], 'A');
    json_decref(json);
    json_decref(page_posts(&page, "/api/row/add",
                           "{\"entity\":\"enrolment\",\"values\":{\"activity\":\"TT\",\"person\":\"P1\",\"role\":\"trainer\"}}"));
    json = page_posts(&page, "/api/row/change", "{\"entity\":\"person\",\"id\":\"P1\",\"values\":{\"position\":\"direktor\"}}");
    ck_assert_int_eq(json_integer_value(json_object_get(json, "changes")), 1);
    json_decref(json);
    json = page_posts(&page, "/api/row/change", "{\"entity\":\"person\",\"id\":\"P1\",\"values\":{\"position\":\"direktor\"}}");
    ck_assert_int_eq(json_integer_value(json_object_get(json, "changes")), 0);
    json_decref(json);
    json_decref(page_posts(&page, "/api/row/remove", "{\"entity\":\"enrolment\",\"id\":\"TT:P1:trainer\"}"));
    page_is_refused(&page, "POST", "/api/row/remove", "{\"entity\":\"enrolment\",\"id\":\"TT:P1:trainer\"}", 404, "not here any more");
    page_is_refused(&page, "POST", "/api/row/add", "{\"entity\":\"device\",\"values\":{}}", 400, "device");
    desk_does(&page.desk, "undo"); /* by page or by command: one past */
    ck_assert_ptr_nonnull(strstr(desk_does(&page.desk, "enrolment list"), "trainer"));
    page_ends(&page);
}
END_TEST

static const struct {
    const char *path, *body, *field, *says;
} wrong[] = {
    {"add", "{\"entity\":\"activity\",\"values\":{\"code\":\"N\",\"programme\":\"lnob\",\"starts_on\":\"sutra\"}}", "starts_on",
     "First day: must be a date"},
    {"add", "{\"entity\":\"activity\",\"values\":{\"code\":\"TT\",\"programme\":\"lnob\"}}", "code", "there already"},
    {"add", "{\"entity\":\"activity\",\"values\":{\"code\":\"N\",\"programme\":\"nobody\"}}", "programme", "nobody"},
    {"add", "{\"entity\":\"activity\",\"values\":{\"code\":\"N\",\"programme\":\"lnob\",\"min_minutes_pct\":101}}", "min_minutes_pct",
     "must be 0 to 100"},
    {"add", "{\"entity\":\"activity\",\"values\":{\"code\":\"a b\",\"programme\":\"lnob\"}}", "code", "one word"},
    {"add", "{\"entity\":\"person\",\"values\":{}}", "full_name", "Full name: was not told"},
    {"add", "{\"entity\":\"person\",\"values\":{\"full_name\":true}}", "full_name", "was no text"},
    {"add", "{\"entity\":\"person\",\"values\":{\"full_name\":\"Ana\",\"removed\":\"1\"}}", NULL, "removed"},
    {"add", "{\"entity\":\"person\",\"values\":{\"full_name\":\"Ana\",\"favourite\":\"blue\"}}", NULL, "favourite"},
    {"add", "{\"entity\":\"person\"}", NULL, "values"},
    {"add", "{\"entity\":\"enrolment\",\"values\":{\"activity\":\"TT\",\"person\":\"P1\",\"role\":\"boss\"}}", "role", "boss"},
    {"add", "{\"entity\":\"enrolment\",\"values\":{\"activity\":\"TT\",\"person\":\"P9\",\"role\":\"trainer\"}}", "person", "P9"},
    {"add", "{\"entity\":\"enrolment\",\"values\":{\"activity\":\"TT\",\"role\":\"trainer\"}}", "person", "Person: was not told"},
    {"add", "{\"entity\":\"municipality\",\"values\":{\"code\":\"RS BUJ\"}}", "code", "characters"},
    {"change", "{\"entity\":\"person\",\"id\":\"P1\",\"values\":{\"full_name\":\"\"}}", "full_name", "cannot be empty"},
    {"change", "{\"entity\":\"municipality\",\"id\":\"RS-BUJ\",\"values\":{\"code\":\"RS-XXX\"}}", "code", "never changes"},
    {"change", "{\"entity\":\"session\",\"id\":\"TT-1\",\"values\":{\"starts_at\":\"9\"}}", "starts_at", "must be a time"},
    {"change", "{\"entity\":\"person\",\"id\":\"P9\",\"values\":{\"position\":\"x\"}}", "", "P9"},
};

START_TEST(a_refusal_names_its_field_and_changes_nothing)
{
    struct window page;
    struct store_counts before;

    page_has_training(&page, 4);
    before = desk_counts(&page.desk);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        field_is_refused(&page, arena_format(&page.desk.arena, "/api/row/%s", wrong[i].path), wrong[i].body,
                         wrong[i].field != NULL && wrong[i].field[0] == '\0' ? NULL : wrong[i].field, wrong[i].says);
    ck_assert_uint_eq(desk_counts(&page.desk).waiting, before.waiting);
    ck_assert_int_eq(page.changed, 0);
    page_ends(&page);
}
END_TEST

START_TEST(a_pasted_list_is_looked_at_then_taken_in)
{
    static const char list[] = "ref\\tfull_name\\tbirth_year\\nP1\\tAna Marić\\t1980\\nP2\\tБора\\t1970\\n";
    struct window page;
    json_t *json, *counts;
    const char *body;

    page_has_training(&page, 5);
    body = arena_format(&page.desk.arena, "{\"name\":\"people.csv\",\"text\":\"%s\",\"preview\":true}", list);
    json = page_posts(&page, "/api/import", body);
    counts = json_array_get(json_object_get(json, "counts"), 0);
    ck_assert_str_eq(text_at(counts, "label"), "People");
    ck_assert_int_eq(json_integer_value(json_object_get(counts, "fresh")), 1);
    ck_assert_int_eq(json_integer_value(json_object_get(counts, "changed")), 1);
    counts = json_array_get(json_object_get(json, "changed"), 0);
    ck_assert_str_eq(text_at(counts, "name"), "P1 Ana");
    ck_assert_str_eq(json_string_value(json_array_get(json_object_get(counts, "fields"), 0)), "Full name");
    json_decref(json);
    ck_assert_int_eq(page.changed, 0); /* nothing to deliver */
    ck_assert_int_ne(desk_types(&page.desk, "person show P2"), 0);
    body = arena_format(&page.desk.arena, "{\"name\":\"people.csv\",\"text\":\"%s\"}", list);
    json = page_posts(&page, "/api/import", body);
    ck_assert_int_eq(json_integer_value(json_object_get(json, "changes")), 2);
    json_decref(json);
    json = page_posts(&page, "/api/import", body); /* twice changes nothing */
    ck_assert_int_eq(json_integer_value(json_object_get(json, "changes")), 0);
    json_decref(json);
    page_ends(&page);
}
END_TEST

START_TEST(wrong_lines_are_told_one_by_one_and_nothing_goes_in)
{
    static const char lines[] = "ref,full_name,birth_year\\nP7,Bora,1970\\nP8,Ana,12\\nP9,Iva\\n";
    struct window page;
    struct page_reply reply;
    json_t *json, *errors;

    page_has_training(&page, 6);
    json = page_posts(&page, "/api/import", arena_format(&page.desk.arena, "{\"name\":\"x\",\"preview\":true,\"text\":\"%s\"}", lines));
    errors = json_object_get(json, "errors");
    ck_assert_int_eq(json_integer_value(json_object_get(json, "error_count")), 2);
    ck_assert_uint_eq(json_array_size(errors), 2);
    ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(errors, 0), "line")), 3);
    ck_assert_ptr_nonnull(strstr(text_at(json_array_get(errors, 0), "says"), "Year of birth: must be 1900 to 2100"));
    ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(errors, 1), "line")), 4);
    json_decref(json);
    reply = page_asks(&page, "POST", "/api/import", "", arena_format(&page.desk.arena, "{\"name\":\"x\",\"text\":\"%s\"}", lines));
    ck_assert_uint_eq(reply.status, 422);
    ck_assert_uint_eq(json_array_size(json_object_get(reply.json, "errors")), 2);
    ck_assert_ptr_nonnull(strstr(text_at(json_object_get(reply.json, "error"), "says"), "nothing was imported"));
    json_decref(reply.json);
    ck_assert_int_ne(desk_types(&page.desk, "person show P7"), 0);
    reply = page_asks(&page, "POST", "/api/import", "", "{\"name\":\"x\",\"text\":\"good morning\",\"preview\":true}");
    ck_assert_uint_eq(reply.status, 200);
    ck_assert_uint_eq(json_array_size(json_object_get(reply.json, "errors")), 1);
    json_decref(reply.json);
    page_ends(&page);
}
END_TEST

/* Every byte of the text spelled as two: the request is as large as it may be, too. */
static const char *request_of_size(struct window *page, size_t size)
{
    static const char before[] = "{\"name\":\"people.csv\",\"preview\":true,\"text\":\"", header[] = "ref,full_name";
    struct bytes body = {0};
    const char *text;

    bytes_append(&body, before, sizeof before - 1);
    bytes_append(&body, header, sizeof header - 1);
    for (size_t i = sizeof header - 1; i < size; i++)
        bytes_append(&body, "\\n", 2);
    bytes_append(&body, "\"}", 2);
    ck_assert(!body.failed && body.size <= IMPORT_REQUEST_BYTES_MAX);
    text = arena_text_n(&page->desk.arena, (const char *)body.data, body.size);
    bytes_clear(&body);
    return text;
}

START_TEST(a_list_has_at_most_so_many_bytes)
{
    struct window page;

    page_has_training(&page, 7);
    json_decref(page_posts(&page, "/api/import", request_of_size(&page, IMPORT_TEXT_BYTES_MAX)));
    page_is_refused(&page, "POST", "/api/import", request_of_size(&page, IMPORT_TEXT_BYTES_MAX + 1), 422, "larger than 1 MiB");
    page_ends(&page);
}
END_TEST

START_TEST(what_is_no_bundle_is_told)
{
    struct window page;

    page_has_training(&page, 8);
    page_is_refused(&page, "POST", "/api/bundle/take", "{\"file\":\"!\"}", 422, "did not come whole");
    page_is_refused(&page, "POST", "/api/bundle/take", "{\"file\":\"VFNC\"}", 404, "no bundle of this device waits");
    page_is_refused(&page, "POST", "/api/bundle/make", "{}", 422, "not enrolled");
    page_ends(&page);
}
END_TEST

SUITE("page_plan", all_that_is_asked_is_answered_as_it_is_told, places_and_words_come_in_the_language_and_script_that_was_asked,
      a_row_is_added_changed_and_removed, a_refusal_names_its_field_and_changes_nothing, a_pasted_list_is_looked_at_then_taken_in,
      wrong_lines_are_told_one_by_one_and_nothing_goes_in, a_list_has_at_most_so_many_bytes, what_is_no_bundle_is_told)
