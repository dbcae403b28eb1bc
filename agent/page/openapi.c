// SPDX-License-Identifier: Apache-2.0
/* Routes and their members as OpenAPI.
 *
 * Not here:  what routes do.
 */
#include "agent/page/openapi.h"

#include <stdio.h>
#include <string.h>

#include "agent/page/call.h"

enum { OPERATION_NAME_SIZE = 96, PATH_SIZE = 128 };

static const char media_json[] = "application/json";

/* "people[].conflict[].field" under "people[]." is a child of "conflict"; the child itself has neither '.' nor '['. */
static const char *child_of(const struct page_member *member, const char *prefix)
{
    size_t size = strlen(prefix);

    return strncmp(member->name, prefix, size) == 0 && strpbrk(member->name + size, ".[") == NULL ? member->name + size : NULL;
}

static bool has_below(const struct page_member *members, const char *prefix)
{
    for (; members->name != NULL; members++)
        if (strncmp(members->name, prefix, strlen(prefix)) == 0)
            return true;
    return false;
}

static bool is_optional(const struct page_member *member)
{
    return member->type[strlen(member->type) - 1] == '?';
}

static const char *type_word(const struct page_member *member)
{
    static const struct {
        const char *ours, *theirs;
    } rows[] = {{"text", "string"}, {"integer", "integer"}, {"boolean", "boolean"}, {"list", "array"}, {"object", "object"}};
    size_t size = strcspn(member->type, "?");

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strlen(rows[i].ours) == size && memcmp(rows[i].ours, member->type, size) == 0)
            return rows[i].theirs;
    return member->type; /* a test finds it */
}

static void put_type(struct json_text *json, const struct page_member *member)
{
    if (!is_optional(member)) {
        json_put_text(json, "type", type_word(member));
        return;
    }
    json_open(json, "type", '[');
    json_put_text(json, NULL, type_word(member));
    json_put_text(json, NULL, "null");
    json_shut(json, ']');
}

/* What stands under `prefix`, as the words of an object's schema. Recursion ends: each level is one level of the names in a table. */
static void put_object(struct json_text *json, const struct page_member *members, const char *prefix)
{
    char below[PATH_SIZE];

    json_open(json, "properties", '{');
    for (const struct page_member *at = members; at->name != NULL; at++) {
        const char *child = child_of(at, prefix);

        if (child == NULL)
            continue;
        json_open(json, child, '{');
        put_type(json, at);
        json_put_text(json, "description", at->help);
        snprintf(below, sizeof below, "%s.", at->name);
        if (has_below(members, below))
            put_object(json, members, below);
        snprintf(below, sizeof below, "%s[].", at->name);
        if (has_below(members, below)) {
            json_open(json, "items", '{');
            json_put_text(json, "type", "object");
            put_object(json, members, below);
            json_shut(json, '}');
        }
        json_shut(json, '}');
    }
    json_shut(json, '}');
    json_open(json, "required", '[');
    for (const struct page_member *at = members; at->name != NULL; at++)
        if (child_of(at, prefix) != NULL && !is_optional(at))
            json_put_text(json, NULL, child_of(at, prefix));
    json_shut(json, ']');
}

/* "POST /api/row/add" is post_row_add. */
static void operation_name(const struct page_route *route, char ret[OPERATION_NAME_SIZE])
{
    const char *path = strncmp(route->path, "/api/", 5) == 0 ? route->path + 5 : route->path;

    snprintf(ret, OPERATION_NAME_SIZE, "%s_%s", strcmp(route->method, "GET") == 0 ? "get" : "post", path);
    for (char *at = ret; *at != '\0'; at++)
        *at = (char)(*at == '/' || *at == '-' ? '_' : *at);
}

static void put_reference(struct json_text *json, const char *operation, const char *part)
{
    char reference[OPERATION_NAME_SIZE + 48];

    snprintf(reference, sizeof reference, "#/components/schemas/%s%s%s", operation, part[0] == '\0' ? "" : "_", part);
    json_open(json, "content", '{');
    json_open(json, media_json, '{');
    json_open(json, "schema", '{');
    json_put_text(json, "$ref", reference);
    json_shut(json, '}');
    json_shut(json, '}');
    json_shut(json, '}');
}

static void put_query(struct json_text *json, const struct page_member *members)
{
    json_open(json, "parameters", '[');
    for (; members != NULL && members->name != NULL; members++) {
        json_open(json, NULL, '{');
        json_put_text(json, "name", members->name);
        json_put_text(json, "in", "query");
        json_put_bool(json, "required", !is_optional(members));
        json_put_text(json, "description", members->help);
        json_open(json, "schema", '{');
        json_put_text(json, "type", type_word(members));
        json_shut(json, '}');
        json_shut(json, '}');
    }
    json_shut(json, ']');
}

static void put_answer(struct json_text *json, const char *status, const char *what, const char *operation, const char *part)
{
    json_open(json, status, '{');
    json_put_text(json, "description", what);
    if (operation != NULL)
        put_reference(json, operation, part);
    json_shut(json, '}');
}

static void put_route(struct json_text *json, const struct page_route *route)
{
    char operation[OPERATION_NAME_SIZE];

    operation_name(route, operation);
    json_open(json, strcmp(route->method, "GET") == 0 ? "get" : "post", '{');
    json_put_text(json, "operationId", operation);
    json_put_text(json, "summary", route->summary);
    put_query(json, route->query);
    if (route->media_type != NULL) {
        json_open(json, "requestBody", '{');
        json_put_bool(json, "required", true);
        json_put_text(json, "description", "an object, {} at least");
        put_reference(json, route->request != NULL ? operation : "nothing", route->request != NULL ? "request" : "");
        json_shut(json, '}');
    }
    json_open(json, "responses", '{');
    put_answer(json, "200", "done", route->answer != NULL ? operation : "nothing", route->answer != NULL ? "answer" : "");
    put_answer(json, "401", "no token, or not that of this device", "failure", "");
    if ((route->flags & PAGE_UNLOCKED) != 0)
        put_answer(json, "423", "the tablet is locked", "failure", "");
    put_answer(json, "default", "not done; nothing was recorded", "failure", "");
    json_shut(json, '}');
    json_shut(json, '}');
}

static void put_schema(struct json_text *json, const char *name, const char *part, const struct page_member *members)
{
    char key[OPERATION_NAME_SIZE + 16];

    if (members == NULL)
        return;
    snprintf(key, sizeof key, "%s%s%s", name, part[0] == '\0' ? "" : "_", part);
    json_open(json, key, '{');
    json_put_text(json, "type", "object");
    put_object(json, members, "");
    json_shut(json, '}');
}

static void put_schemas(struct json_text *json)
{
    static const struct page_member nothing[] = {{NULL, NULL, NULL}};
    static const struct page_member failure[] = {
        {"error", "object", "why not"},
        {"error.kind", "text", "one stable word: invalid, not_found, refused, storage, ..."},
        {"error.says", "text", "what happened, in the language asked for"},
        {"error.do", "text", "what a person can do; empty when it mends itself"},
        {NULL, NULL, NULL},
    };

    json_open(json, "schemas", '{');
    put_schema(json, "nothing", "", nothing);
    put_schema(json, "failure", "", failure);
    for (const struct page_route *const *table = page_route_tables; *table != NULL; table++)
        for (const struct page_route *route = *table; route->path != NULL; route++) {
            char operation[OPERATION_NAME_SIZE];

            operation_name(route, operation);
            put_schema(json, operation, "request", route->request);
            put_schema(json, operation, "answer", route->answer);
        }
    json_shut(json, '}');
}

/* One method to a path: a test holds it. */
static void put_paths(struct json_text *json)
{
    json_open(json, "paths", '{');
    for (const struct page_route *const *table = page_route_tables; *table != NULL; table++)
        for (const struct page_route *route = *table; route->path != NULL; route++) {
            json_open(json, route->path, '{');
            put_route(json, route);
            json_shut(json, '}');
        }
    json_shut(json, '}');
}

static void put_head(struct json_text *json)
{
    json_put_text(json, "openapi", "3.1.0");
    json_open(json, "info", '{');
    json_put_text(json, "title", "Teren, the tablet's page");
    json_put_text(json, "version", TEREN_VERSION);
    json_put_text(json, "description",
                  "What the page asks the agent on the same tablet, on 127.0.0.1 alone. Moments are RFC 3339, UTC. Every "
                  "POST must say Origin: http://127.0.0.1:PORT. Teren-Language names the language of sentences.");
    json_shut(json, '}');
    json_open(json, "security", '[');
    json_open(json, NULL, '{');
    json_open(json, "token", '[');
    json_shut(json, ']');
    json_shut(json, '}');
    json_shut(json, ']');
}

static void put_components(struct json_text *json)
{
    json_open(json, "components", '{');
    json_open(json, "securitySchemes", '{');
    json_open(json, "token", '{');
    json_put_text(json, "type", "apiKey");
    json_put_text(json, "in", "header");
    json_put_text(json, "name", "Teren-Token");
    json_put_text(json, "description", "43 characters, from open.html in the home folder");
    json_shut(json, '}');
    json_shut(json, '}');
    put_schemas(json);
    json_shut(json, '}');
}

bool openapi_write(struct bytes *out, struct error *err)
{
    struct json_text json = {0};

    json_open(&json, NULL, '{');
    put_head(&json);
    put_paths(&json);
    put_components(&json);
    json_shut(&json, '}');
    if (json.out.failed) {
        bytes_clear(&json.out);
        return error_set(err, ERROR_MEMORY, "Close other programs, then try again.", "no memory was left for the description");
    }
    *out = json.out;
    return true;
}
