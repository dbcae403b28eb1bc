// SPDX-License-Identifier: Apache-2.0
/* Signatures: simplifying, packing, reading back.
 *
 * Not here:  whose they are.
 *
 * All sums are of whole numbers, so that a drawing gives the same text on every machine.
 */
#include "protocol/signature.h"

#include <stdio.h>
#include <string.h>

static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
static const char version[] = "S1";
enum { DIGIT_BITS = 5, DIGIT_MORE = 1 << DIGIT_BITS, NUMBER_MAX = 4 * SIGNATURE_SIDE_MAX, HUNDREDTHS = 100 };

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for a signature");
}

/* --- simplifying -------------------------------------------------------------------------------------------------------------------- */

/* How far p is from the line from a to b, in squared hundredths. */
static int64_t distance(struct signature_point p, struct signature_point a, struct signature_point b)
{
    const int64_t dx = b.x - a.x, dy = b.y - a.y, px = p.x - a.x, py = p.y - a.y;
    const int64_t length = dx * dx + dy * dy, along = px * dx + py * dy, across = px * dy - py * dx;
    const int64_t unit = (int64_t)HUNDREDTHS * HUNDREDTHS;

    if (length == 0 || along <= 0)
        return (px * px + py * py) * unit;
    if (along >= length)
        return ((p.x - b.x) * (int64_t)(p.x - b.x) + (p.y - b.y) * (int64_t)(p.y - b.y)) * unit;
    return across * across * unit / length; /* at most 2 * 1023^2, squared, times 10^4: fits */
}

struct stretch {
    size_t from, to;
    int64_t most; /* no point in it counts for more: it goes when what it hangs on goes */
};

/* For each point, the tolerance (squared) at which it is left out. Both ends stay at any. */
static bool weigh(struct arena *arena, const struct signature_stroke *stroke, int64_t *weights)
{
    struct stretch *stack = arena_take_many(arena, stroke->count + 1, sizeof *stack);
    size_t depth = 0;

    if (stack == NULL)
        return false;
    for (size_t i = 0; i < stroke->count; i++)
        weights[i] = INT64_MAX;
    stack[depth++] = (struct stretch){0, stroke->count - 1, INT64_MAX};
    while (depth > 0) {
        const struct stretch at = stack[--depth];
        size_t far = at.from;
        int64_t most = -1;

        for (size_t i = at.from + 1; i < at.to; i++) {
            const int64_t here = distance(stroke->points[i], stroke->points[at.from], stroke->points[at.to]);

            if (here > most) {
                most = here;
                far = i;
            }
        }
        if (far == at.from)
            continue;
        weights[far] = most < at.most ? most : at.most;
        stack[depth++] = (struct stretch){at.from, far, weights[far]};
        stack[depth++] = (struct stretch){far, at.to, weights[far]};
    }
    return true;
}

static bool same_point(struct signature_point a, struct signature_point b)
{
    return a.x == b.x && a.y == b.y;
}

/* What is left at a tolerance: points that weigh more, none of them twice in a row. */
static size_t thin_out(const struct signature_stroke *stroke, const int64_t *weights, int64_t tolerance, struct signature_point *ret)
{
    size_t count = 0;

    for (size_t i = 0; i < stroke->count; i++)
        if (weights[i] > tolerance && (count == 0 || !same_point(ret[count - 1], stroke->points[i])))
            ret[count++] = stroke->points[i];
    return count;
}

/* --- packing ------------------------------------------------------------------------------------------------------------------------ */

static void put_number(struct bytes *out, uint32_t number)
{
    while (number >= DIGIT_MORE) {
        bytes_append_u8(out, (uint8_t)digits[DIGIT_MORE | (number & (DIGIT_MORE - 1))]);
        number >>= DIGIT_BITS;
    }
    bytes_append_u8(out, (uint8_t)digits[number]);
}

static void put_step(struct bytes *out, int32_t step)
{
    put_number(out, step < 0 ? (uint32_t)(-step) * 2 - 1 : (uint32_t)step * 2);
}

static void put_stroke(struct bytes *out, const struct signature_point *points, size_t count)
{
    put_number(out, (uint32_t)count);
    put_number(out, (uint32_t)points[0].x);
    put_number(out, (uint32_t)points[0].y);
    for (size_t i = 1; i < count; i++) {
        put_step(out, points[i].x - points[i - 1].x);
        put_step(out, points[i].y - points[i - 1].y);
    }
}

struct drawing {
    int32_t width, height;
    struct signature_stroke *strokes;
    int64_t **weights;
    size_t count;
    struct signature_point *scratch; /* as many as the longest stroke has */
};

static bool pack(const struct drawing *drawing, int64_t tolerance, struct bytes *out)
{
    bytes_reset(out);
    bytes_append(out, version, strlen(version));
    put_number(out, (uint32_t)drawing->width);
    put_number(out, (uint32_t)drawing->height);
    for (size_t i = 0; i < drawing->count; i++)
        put_stroke(out, drawing->scratch, thin_out(&drawing->strokes[i], drawing->weights[i], tolerance, drawing->scratch));
    return !out->failed;
}

/* --- from the screen to the grid ------------------------------------------------------------------------------------------------------ */

static int32_t onto_grid(int32_t at, int32_t side, int32_t grid)
{
    const int64_t inside = at < 0 ? 0 : at > side ? side : at;

    return (int32_t)((inside * grid + side / 2) / side);
}

static bool bounds_hold(const struct signature *signature, size_t *ret_points, struct error *err)
{
    size_t points = 0;

    if (signature->width < 1 || signature->height < 1 || signature->width > SIGNATURE_DRAWN_MAX || signature->height > SIGNATURE_DRAWN_MAX)
        return error_set(err, ERROR_INVALID, "Load the page again.",
                         "a signature cannot be drawn in a box of %d by %d; 1 to %d are possible", (int)signature->width,
                         (int)signature->height, SIGNATURE_DRAWN_MAX);
    if (signature->stroke_count > SIGNATURE_STROKES_MAX)
        return error_set(err, ERROR_LIMIT, "Clear it and sign again, with fewer strokes.",
                         "the signature had %zu strokes; at most %d are possible", signature->stroke_count, SIGNATURE_STROKES_MAX);
    for (size_t i = 0; i < signature->stroke_count; i++) {
        if (signature->strokes[i].count > SIGNATURE_POINTS_MAX - points)
            return error_set(err, ERROR_LIMIT, "Clear it and sign again, a little shorter.", "the signature had more than %d points",
                             SIGNATURE_POINTS_MAX);
        points += signature->strokes[i].count;
    }
    *ret_points = points;
    return points > 0 || error_set(err, ERROR_INVALID, "Sign with a finger or a pen.", "the signature was empty");
}

/* On the grid, without the points that repeat the one before. */
static bool draw(struct arena *arena, const struct signature *signature, size_t points, struct drawing *ret)
{
    const int32_t longer = signature->width > signature->height ? signature->width : signature->height;
    const int32_t side = longer < SIGNATURE_SIDE_MAX ? longer : SIGNATURE_SIDE_MAX;

    ret->width = (int32_t)((int64_t)signature->width * side / longer);
    ret->height = (int32_t)((int64_t)signature->height * side / longer);
    ret->width += ret->width == 0;
    ret->height += ret->height == 0;
    ret->strokes = arena_take_many(arena, signature->stroke_count, sizeof *ret->strokes);
    ret->weights = arena_take_many(arena, signature->stroke_count, sizeof *ret->weights);
    ret->scratch = arena_take_many(arena, points, sizeof *ret->scratch);
    if (ret->strokes == NULL || ret->weights == NULL || ret->scratch == NULL)
        return false;
    for (size_t i = 0; i < signature->stroke_count; i++) {
        const struct signature_stroke *from = &signature->strokes[i];
        struct signature_stroke *to = &ret->strokes[ret->count];

        if (from->count == 0)
            continue;
        *to = (struct signature_stroke){.points = arena_take_many(arena, from->count, sizeof *to->points)};
        ret->weights[ret->count] = arena_take_many(arena, from->count, sizeof **ret->weights);
        if (to->points == NULL || ret->weights[ret->count] == NULL)
            return false;
        for (size_t j = 0; j < from->count; j++) {
            const struct signature_point point = {onto_grid(from->points[j].x, signature->width, ret->width),
                                                  onto_grid(from->points[j].y, signature->height, ret->height)};

            if (to->count == 0 || !same_point(to->points[to->count - 1], point))
                to->points[to->count++] = point;
        }
        if (!weigh(arena, to, ret->weights[ret->count]))
            return false;
        ret->count++;
    }
    return true;
}

bool signature_text(struct arena *arena, const struct signature *signature, const char **ret, struct error *err)
{
    struct drawing drawing = {0};
    struct arena scratch = {0};
    struct bytes out = {0};
    size_t points;
    int64_t tolerance = (int64_t)SIGNATURE_TOLERANCE_PCT * SIGNATURE_TOLERANCE_PCT;
    bool done = false;

    *ret = NULL;
    if (!bounds_hold(signature, &points, err))
        return false;
    if (draw(&scratch, signature, points, &drawing)) {
        /* Ends: where nothing but both ends is left of each stroke, it fits (SIGNATURE_STROKES_MAX). */
        while ((done = pack(&drawing, tolerance, &out)) && out.size > SIGNATURE_BYTES_MAX)
            tolerance *= 4; /* it is squared */
        *ret = done ? arena_text_n(arena, (const char *)out.data, out.size) : NULL;
    }
    bytes_clear(&out);
    arena_clear(&scratch);
    return *ret != NULL || no_memory(err);
}

/* --- reading back ------------------------------------------------------------------------------------------------------------------- */

struct text_reader {
    const char *at;
    bool failed;
};

/* The shortest form only, and no more than anything here can be. */
static uint32_t take_number(struct text_reader *in)
{
    uint32_t number = 0;
    unsigned shift = 0;

    for (; !in->failed; shift += DIGIT_BITS) {
        const char *digit = *in->at == '\0' ? NULL : strchr(digits, *in->at);
        const uint32_t value = digit == NULL ? 0 : (uint32_t)(digit - digits);

        number |= (value & (DIGIT_MORE - 1)) << shift;
        in->failed = digit == NULL || number > NUMBER_MAX || (value == 0 && shift > 0);
        in->at += !in->failed;
        if ((value & DIGIT_MORE) == 0)
            break;
        in->failed = in->failed || shift >= 2 * DIGIT_BITS;
    }
    return in->failed ? 0 : number;
}

static int32_t take_step(struct text_reader *in)
{
    const uint32_t number = take_number(in);

    return number % 2 == 0 ? (int32_t)(number / 2) : -(int32_t)(number / 2) - 1;
}

static bool is_inside(const struct signature *signature, struct signature_point point)
{
    return point.x >= 0 && point.y >= 0 && point.x <= signature->width && point.y <= signature->height;
}

/* A number of the text takes a character at least, so there is never room for more points than half of what is left of it. */
static bool take_stroke(struct arena *arena, struct text_reader *in, const struct signature *signature, struct signature_stroke *ret,
                        bool *ret_memory)
{
    const uint32_t count = take_number(in);

    if (in->failed || count == 0 || count > strlen(in->at) / 2)
        return false;
    *ret = (struct signature_stroke){.points = arena_take_many(arena, count, sizeof *ret->points), .count = count};
    *ret_memory = ret->points != NULL;
    for (uint32_t i = 0; *ret_memory && i < count; i++) {
        struct signature_point *point = &ret->points[i];

        if (i == 0) {
            point->x = (int32_t)take_number(in);
            point->y = (int32_t)take_number(in);
        } else {
            point->x = point[-1].x + take_step(in);
            point->y = point[-1].y + take_step(in);
        }
        if (in->failed || !is_inside(signature, *point) || (i > 0 && same_point(point[-1], *point)))
            return false;
    }
    return *ret_memory;
}

bool signature_read(struct arena *arena, const char *text, struct signature *ret, struct error *err)
{
    struct text_reader in = {0};
    bool memory = true, whole = true;

    *ret = (struct signature){0};
    if (strlen(text) > SIGNATURE_BYTES_MAX)
        return error_set(err, ERROR_LIMIT, "Let the person sign again.", "the text of a signature had %zu bytes; at most %d are allowed",
                         strlen(text), SIGNATURE_BYTES_MAX);
    if (text[0] != version[0] || text[1] != version[1])
        return error_set(err, text[0] == version[0] && text[1] > version[1] && text[1] <= '9' ? ERROR_NEWER : ERROR_CORRUPT,
                         "Install the newest version, or let the person sign again.", "a signature was in a form that is not known here");
    in.at = text + strlen(version);
    ret->width = (int32_t)take_number(&in);
    ret->height = (int32_t)take_number(&in);
    ret->strokes = arena_take_many(arena, SIGNATURE_STROKES_MAX, sizeof *ret->strokes);
    memory = ret->strokes != NULL;
    whole = !in.failed && ret->width >= 1 && ret->height >= 1 && ret->width <= SIGNATURE_SIDE_MAX && ret->height <= SIGNATURE_SIDE_MAX;
    while (memory && whole && *in.at != '\0') {
        whole = ret->stroke_count < SIGNATURE_STROKES_MAX && take_stroke(arena, &in, ret, &ret->strokes[ret->stroke_count], &memory);
        ret->stroke_count += whole;
    }
    if (!memory)
        return no_memory(err);
    return (whole && ret->stroke_count > 0) ||
           error_set(err, ERROR_CORRUPT, "Let the person sign again.", "the text of a signature was not readable");
}

/* --- showing ------------------------------------------------------------------------------------------------------------------------ */

const char *signature_path(struct arena *arena, const struct signature *signature)
{
    struct bytes out = {0};
    const char *path = NULL;

    for (size_t i = 0; i < signature->stroke_count; i++) {
        const struct signature_stroke *stroke = &signature->strokes[i];

        for (size_t j = 0; j < stroke->count; j++) {
            char text[32];
            const int size = snprintf(text, sizeof text, "%c%d %d", j == 0 ? 'M' : 'L', (int)stroke->points[j].x, (int)stroke->points[j].y);

            bytes_append(&out, text, (size_t)size);
            if (stroke->count == 1) { /* a dot */
                text[0] = 'L';
                bytes_append(&out, text, (size_t)size);
            }
        }
    }
    if (!out.failed)
        path = arena_text_n(arena, out.size == 0 ? "" : (const char *)out.data, out.size);
    bytes_clear(&out);
    return path;
}
