// SPDX-License-Identifier: Apache-2.0
/* The table, put together.
 *
 * Not here:  what handlers do.
 */
#include "agent/page/routes.h"

#include <stdio.h>
#include <string.h>

#include "agent/page/assets.h"
#include "agent/page/openapi.h"
#include "agent/page/words_route.h"

struct served {
    const struct page_route *api;
    const struct page_asset *asset;
    const struct catalogue *words;
    bool (*make)(struct bytes *out, struct error *err);
};

static const char media_json[] = "application/json";

static bool add(struct routes *routes, const char *method, const char *path, const struct served *served, struct error *err)
{
    struct gate_route *gate = &routes->gates[routes->count];

    if (path == NULL || routes->count == ROUTES_MAX)
        return error_set(err, ERROR_LIMIT, "Report this.", "the page has more than %d routes", ROUTES_MAX);
    *gate = (struct gate_route){.method = method, .path = path};
    if (served->api != NULL) {
        gate->body_bytes_max = served->api->body_bytes_max;
        gate->media_type = served->api->media_type;
    }
    routes->served[routes->count++] = *served;
    return true;
}

bool routes_make(struct arena *arena, struct routes *ret, struct error *err)
{
    bool ok = true;

    *ret = (struct routes){.gates = arena_take_many(arena, ROUTES_MAX, sizeof *ret->gates),
                           .served = arena_take_many(arena, ROUTES_MAX, sizeof *ret->served)};
    if (ret->gates == NULL || ret->served == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs, then try again.", "no memory was left for the page");
    for (const struct page_route *const *table = page_route_tables; *table != NULL; table++)
        for (const struct page_route *route = *table; ok && route->path != NULL; route++)
            ok = add(ret, route->method, route->path, &(struct served){.api = route}, err);
    for (size_t i = 0; ok && i < page_asset_count; i++)
        ok = add(ret, "GET", page_assets[i].path, &(struct served){.asset = &page_assets[i]}, err);
    for (size_t i = 0; ok && i < catalogue_count; i++)
        ok = add(ret, "GET", arena_format(arena, "/words/%s.json", catalogues[i].language), &(struct served){.words = &catalogues[i]}, err);
    return ok && add(ret, "GET", "/fold.json", &(struct served){.make = fold_write}, err) &&
           add(ret, "GET", "/openapi.json", &(struct served){.make = openapi_write}, err);
}

const struct page_route *routes_api(const struct routes *routes, size_t index)
{
    return routes->served[index].api;
}

bool routes_shell(const struct routes *routes, size_t index, struct span *ret_borrowed, struct bytes *ret_made, const char **ret_media_type,
                  struct error *err)
{
    const struct served *served = &routes->served[index];

    *ret_media_type = media_json;
    if (served->words != NULL)
        return words_write(served->words, ret_made, err);
    if (served->make != NULL)
        return served->make(ret_made, err);
    *ret_borrowed = (struct span){served->asset->data, served->asset->size};
    *ret_media_type = served->asset->media_type;
    return true;
}

void routes_allow(const struct routes *routes, const char *target, char *ret, size_t size)
{
    size_t path_size = strcspn(target, "?"), used = 0;

    ret[0] = '\0';
    for (size_t i = 0; i < routes->count && used < size; i++)
        if (strlen(routes->gates[i].path) == path_size && memcmp(routes->gates[i].path, target, path_size) == 0)
            used += (size_t)snprintf(ret + used, size - used, "%s%s%s", used > 0 ? ", " : "", routes->gates[i].method,
                                     strcmp(routes->gates[i].method, "GET") == 0 ? ", HEAD" : "");
}
