// SPDX-License-Identifier: Apache-2.0
/* The description of the API is whole and well-formed: every route once, every member of a known type.
 *
 * Not here:  whether answers are as described: page_gets() and page_posts() look at that wherever a test asks.
 */
#define _GNU_SOURCE
#include "agent/page/openapi.h"

#include <string.h>

#include "agent/page/routes.h"
#include "tests/unit/page_fixture.h"

static json_t *described(void)
{
    struct bytes out = {0};
    struct error err = {0};
    json_error_t problem;
    json_t *json;

    ck_assert_msg(openapi_write(&out, &err), "%s", err.cause);
    json = json_loadb((const char *)out.data, out.size, JSON_REJECT_DUPLICATES, &problem);
    ck_assert_msg(json != NULL, "%s at %d", problem.text, problem.position);
    bytes_clear(&out);
    return json;
}

START_TEST(every_route_is_described_once)
{
    json_t *json = described(), *paths = json_object_get(json, "paths");
    size_t count = 0;

    for (const struct page_route *const *table = page_route_tables; *table != NULL; table++)
        for (const struct page_route *route = *table; route->path != NULL; route++) {
            json_t *path = json_object_get(paths, route->path);
            json_t *operation = json_object_get(path, strcmp(route->method, "GET") == 0 ? "get" : "post");

            ck_assert_msg(json_object_size(path) == 1 && operation != NULL, "%s", route->path);
            ck_assert_msg(route->summary != NULL && route->summary[0] != '\0', "%s has no summary", route->path);
            count++;
        }
    ck_assert_uint_eq(json_object_size(paths), count);
    ck_assert_uint_gt(count, 2);
    json_decref(json);
}
END_TEST

static void members_are_well_formed(const struct page_route *route, const struct page_member *members)
{
    static const char *const types[] = {"text", "integer", "boolean", "list", "object"};

    for (const struct page_member *at = members; at != NULL && at->name != NULL; at++) {
        size_t size = strcspn(at->type, "?");
        bool is_known = at->type[size] == '\0' || strcmp(at->type + size, "?") == 0;
        const char *last = strrchr(at->name, '.');
        bool has_parent = last == NULL;
        bool is_type = false;

        for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
            is_type = is_type || (strlen(types[i]) == size && memcmp(types[i], at->type, size) == 0);
        ck_assert_msg(is_known && is_type, "%s: %s is of the unknown type %s", route->path, at->name, at->type);
        ck_assert_msg(at->help != NULL && at->help[0] != '\0', "%s: %s is not explained", route->path, at->name);
        for (const struct page_member *other = members; other->name != NULL; other++) {
            size_t parent = strlen(other->name);

            ck_assert_msg(other == at || strcmp(other->name, at->name) != 0, "%s: %s is there twice", route->path, at->name);
            if (last == NULL || strncmp(other->name, at->name, parent) != 0)
                continue;
            has_parent = has_parent || (at->name + parent == last && strncmp(other->type, "object", 6) == 0) ||
                         (at->name + parent + 2 == last && memcmp(at->name + parent, "[]", 2) == 0 && strncmp(other->type, "list", 4) == 0);
        }
        ck_assert_msg(has_parent, "%s: %s stands in nothing that is described", route->path, at->name);
    }
}

START_TEST(every_member_has_a_known_type_a_help_and_a_place)
{
    for (const struct page_route *const *table = page_route_tables; *table != NULL; table++)
        for (const struct page_route *route = *table; route->path != NULL; route++) {
            members_are_well_formed(route, route->query);
            members_are_well_formed(route, route->request);
            members_are_well_formed(route, route->answer);
            ck_assert_msg((strcmp(route->method, "POST") == 0) == (route->media_type != NULL), "%s", route->path);
            ck_assert_msg((route->flags & PAGE_WRITES) == 0 || strcmp(route->method, "POST") == 0, "%s: GET changes nothing", route->path);
        }
}
END_TEST

static void references_lead_somewhere(const json_t *at, const json_t *schemas)
{
    static const char front[] = "#/components/schemas/";
    const char *key;
    json_t *value;
    size_t index;

    json_array_foreach(at, index, value) references_lead_somewhere(value, schemas);
    json_object_foreach((json_t *)(uintptr_t)at, key, value)
    {
        if (strcmp(key, "$ref") == 0) {
            const char *reference = json_string_value(value);

            ck_assert_msg(strncmp(reference, front, strlen(front)) == 0 && json_object_get(schemas, reference + strlen(front)) != NULL,
                          "%s", reference);
        }
        references_lead_somewhere(value, schemas);
    }
}

START_TEST(every_reference_leads_to_a_schema)
{
    json_t *json = described();
    const json_t *schemas = json_object_get(json_object_get(json, "components"), "schemas");

    ck_assert_uint_gt(json_object_size(schemas), 4);
    references_lead_somewhere(json, schemas);
    json_decref(json);
}
END_TEST

START_TEST(the_routes_fit_in_their_table_and_none_more)
{
    struct arena arena = {0};
    struct routes routes;
    struct error err = {0};

    ck_assert_msg(routes_make(&arena, &routes, &err), "%s", err.cause);
    ck_assert_uint_le(routes.count, ROUTES_MAX);
    for (size_t i = 0; i < routes.count; i++)
        for (size_t k = 0; k < i; k++)
            ck_assert_msg(strcmp(routes.gates[i].path, routes.gates[k].path) != 0, "%s is there twice", routes.gates[i].path);
    arena_clear(&arena);
}
END_TEST

START_TEST(the_description_is_served_to_whoever_asks_from_here)
{
    struct window page;
    struct page_reply reply;

    page_starts(&page, 1);
    reply = page_asks(&page, "GET", "/openapi.json", "", NULL);
    ck_assert_uint_eq(reply.status, 200);
    ck_assert_str_eq(json_string_value(json_object_get(reply.json, "openapi")), "3.1.0");
    json_decref(reply.json);
    ck_assert_ptr_nonnull(strstr(desk_does(&page.desk, "help --openapi"), "\"openapi\":\"3.1.0\""));
    page_ends(&page);
}
END_TEST

SUITE("page openapi", every_route_is_described_once, every_member_has_a_known_type_a_help_and_a_place, every_reference_leads_to_a_schema,
      the_routes_fit_in_their_table_and_none_more, the_description_is_served_to_whoever_asks_from_here)
