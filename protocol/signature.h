// SPDX-License-Identifier: Apache-2.0
/* A signature drawn with finger or pen: strokes of points, as one short text.
 *
 * Here:      strokes -> text (simplified until it fits), text -> strokes, strokes -> SVG path.
 * Not here:  drawing, the change it travels in.
 *
 * Shape   "S1" width height, then for each stroke the number of its points, the first point and the steps from point to point. Every number
 *         is zigzagged where it may be negative and written in digits of 5 bits, lowest first, a sixth bit saying that more follow; a
 *         digit is one of 64 printable characters that need no escape in JSON, CSV, SQL or HTML. One drawing has one text.
 * Simple  Points nearer to the line between those around them than a tolerance say nothing and are left out (Ramer 1972,
 *         Douglas and Peucker 1973). It begins at SIGNATURE_TOLERANCE_PCT and doubles until the text fits, so a scribble gets coarser
 *         instead of being refused. What was read from a text gives that very text again, once it is simple.
 * Rule    Personal data: never in an error or a log.
 */
#ifndef PROTOCOL_SIGNATURE_H
#define PROTOCOL_SIGNATURE_H

#include "protocol/arena.h"
#include "protocol/bytes.h"
#include "protocol/error.h"

enum {
    SIGNATURE_BYTES_MAX = 2048,
    SIGNATURE_SIDE_MAX = 1023,       /* of the box, in points of its own grid: a drawing in a larger one is made smaller */
    SIGNATURE_DRAWN_MAX = 32767,     /* side of the box as drawn */
    SIGNATURE_STROKES_MAX = 180,     /* so many fit when nothing but both ends is left of each */
    SIGNATURE_POINTS_MAX = 8192,     /* as drawn, all strokes together: two minutes at 60 points a second */
    SIGNATURE_TOLERANCE_PCT = 75,    /* hundredths of a point of the grid */
};

struct signature_point { int32_t x, y; };
struct signature_stroke { struct signature_point *points; size_t count; };
struct signature {
    int32_t width, height;           /* of the box; y grows downwards */
    struct signature_stroke *strokes;
    size_t stroke_count;
};

/* The text in the arena. Points outside the box are moved to its edge. ERROR_INVALID for a box or drawing that is none (no point at
 * all), ERROR_LIMIT over a bound. */
bool signature_text(struct arena *arena, const struct signature *signature, const char **ret, struct error *err);
/* Refuses what has another shape or breaks a bound: ERROR_CORRUPT, ERROR_NEWER for another version, ERROR_LIMIT. */
bool signature_read(struct arena *arena, const char *text, struct signature *ret, struct error *err);
/* "M1 2L3 4": for the attribute d of an SVG path in a view box of width and height. A dot is a line of no length: give it round caps.
 * NULL: no memory. */
const char *signature_path(struct arena *arena, const struct signature *signature);

#endif
