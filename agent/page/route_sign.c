// SPDX-License-Identifier: Apache-2.0
/* Routes: sign, signature.
 *
 * Not here:  what they do (agent/app/sign.h), the form of the text that is kept (protocol/signature.h).
 */
#include "agent/app/sign.h"
#include "agent/page/put.h"

enum { SIGN_JSON_BYTES_MAX = 256 * 1024 }; /* SIGNATURE_POINTS_MAX points of 14 characters are 112 KiB */

static bool not_drawn(struct error *err)
{
    return error_set(err, ERROR_INVALID, "Load the page again.", "the strokes were no lists of points [x,y] in whole numbers");
}

static bool read_point(const json_t *json, struct signature_point *ret, struct error *err)
{
    const json_t *x = json_array_get(json, 0), *y = json_array_get(json, 1);

    if (json_array_size(json) != 2 || !json_is_integer(x) || !json_is_integer(y))
        return not_drawn(err);
    /* What lies outside the box is moved to its edge; this keeps it within an int. */
    ret->x = (int32_t)(json_integer_value(x) < -1                        ? -1
                       : json_integer_value(x) > SIGNATURE_DRAWN_MAX + 1 ? SIGNATURE_DRAWN_MAX + 1
                                                                         : json_integer_value(x));
    ret->y = (int32_t)(json_integer_value(y) < -1                        ? -1
                       : json_integer_value(y) > SIGNATURE_DRAWN_MAX + 1 ? SIGNATURE_DRAWN_MAX + 1
                                                                         : json_integer_value(y));
    return true;
}

static bool read_stroke(struct page_call *call, const json_t *json, struct signature_stroke *ret, struct error *err)
{
    ret->count = json_array_size(json);
    ret->points = arena_take_many(call->arena, ret->count + 1, sizeof *ret->points);
    if (!json_is_array(json))
        return not_drawn(err);
    for (size_t i = 0; ret->points != NULL && i < ret->count; i++)
        if (!read_point(json_array_get(json, i), &ret->points[i], err))
            return false;
    return ret->points != NULL;
}

static bool read_drawing(struct page_call *call, struct signature *ret, struct error *err)
{
    const json_t *strokes = json_object_get(call->json, "strokes");
    int64_t width, height;

    if (!json_is_array(strokes))
        return not_drawn(err);
    if (!page_integer(call, "width", 0, SIGNATURE_DRAWN_MAX, 0, &width, err) ||
        !page_integer(call, "height", 0, SIGNATURE_DRAWN_MAX, 0, &height, err))
        return false;
    *ret = (struct signature){.width = (int32_t)width, .height = (int32_t)height, .stroke_count = json_array_size(strokes)};
    ret->strokes = arena_take_many(call->arena, ret->stroke_count + 1, sizeof *ret->strokes);
    for (size_t i = 0; ret->strokes != NULL && i < ret->stroke_count; i++)
        if (!read_stroke(call, json_array_get(strokes, i), &ret->strokes[i], err))
            return false;
    return ret->strokes != NULL;
}

static bool run_sign(struct page_call *call, struct error *err)
{
    struct signature drawing;
    struct sign sign = {.signature = &drawing, .author = call->author};
    struct mark_told told;

    return page_text_needed(call, "session", &sign.session, err) && page_text_needed(call, "person", &sign.person, err) &&
           read_drawing(call, &drawing, err) && sign_write(call->world->store, &sign, &call->world->clock, &told, err) &&
           page_put_recorded(call, sign.session, sign.person, &told, err);
}

static bool run_signature(struct page_call *call, struct error *err)
{
    struct signature drawing;
    const char *session, *person, *path;

    if (!page_query_needed(call, "session", &session, err) || !page_query_needed(call, "person", &person, err) ||
        !sign_read(call->world->store, call->arena, session, person, &drawing, err) ||
        (path = signature_path(call->arena, &drawing)) == NULL)
        return false;
    json_open(&call->out, NULL, '{');
    json_put_integer(&call->out, "width", drawing.width);
    json_put_integer(&call->out, "height", drawing.height);
    json_put_text(&call->out, "path", path);
    json_shut(&call->out, '}');
    return true;
}

static const struct page_member sign_request[] = {
    {"session", "text", "id or code"},
    {"person", "text", "id or reference"},
    {"width", "integer?", "of the box that was drawn in"},
    {"height", "integer?", "of the box; y grows downwards"},
    {"strokes", "list", "each a list of points [x,y] in whole numbers; none: takes the signature away"},
    {NULL, NULL, NULL}};
static const struct page_member signature_query[] = {
    {"session", "text", "id or code"}, {"person", "text", "id or reference"}, {NULL, NULL, NULL}};
static const struct page_member signature_answer[] = {{"width", "integer", "of the view box"},
                                                      {"height", "integer", "of the view box"},
                                                      {"path", "text", "the attribute d of an SVG path; draw it with round caps"},
                                                      {NULL, NULL, NULL}};

const struct page_route page_routes_sign[] = {
    {"POST", "/api/sign", PAGE_UNLOCKED | PAGE_WRITES, SIGN_JSON_BYTES_MAX, "application/json", run_sign,
     "signs for somebody's attendance; somebody unmarked is marked present by it", NULL, sign_request, page_recorded_answer},
    {"GET", "/api/signature", PAGE_UNLOCKED, 0, NULL, run_signature, "a signature, to be drawn", signature_query, NULL, signature_answer},
    {NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL},
};
