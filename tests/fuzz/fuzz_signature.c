// SPDX-License-Identifier: Apache-2.0
/* Any bytes as the text of a signature, and any bytes as a drawing: no read beyond an end, bounds hold, what was read is written again in a
 * form that stays as it is.
 *
 * Here:      the target.
 * Not here:  the rules (protocol/signature.c).
 */
#include <string.h>

#include "protocol/signature.h"
#include "tests/fuzz/fuzz.h"

/* Written, read and written once more, it is the same text. */
static void write_and_read(struct arena *arena, const struct signature *drawing)
{
    struct signature again;
    struct error err = {0};
    const char *text, *second;

    fuzz_require(signature_text(arena, drawing, &text, &err));
    fuzz_require(strlen(text) <= SIGNATURE_BYTES_MAX);
    fuzz_require(signature_read(arena, text, &again, &err));
    fuzz_require(signature_text(arena, &again, &second, &err));
    fuzz_require(strcmp(text, second) == 0);
    fuzz_require(again.width <= SIGNATURE_SIDE_MAX && again.height <= SIGNATURE_SIDE_MAX && again.stroke_count <= SIGNATURE_STROKES_MAX);
    for (size_t i = 0; i < again.stroke_count; i++)
        for (size_t j = 0; j < again.strokes[i].count; j++) {
            const struct signature_point point = again.strokes[i].points[j];

            fuzz_require(point.x >= 0 && point.y >= 0 && point.x <= again.width && point.y <= again.height);
        }
    fuzz_require(signature_path(arena, &again) != NULL);
}

static void as_text(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct signature drawing;
    struct error err = {0};
    const char *text = arena_text_n(&arena, (const char *)data, size);

    fuzz_require(text != NULL);
    if (signature_read(&arena, text, &drawing, &err))
        write_and_read(&arena, &drawing);
    else
        fuzz_require(err.kind == ERROR_CORRUPT || err.kind == ERROR_NEWER || err.kind == ERROR_LIMIT);
    arena_clear(&arena);
}

static int32_t take_side(struct reader *in)
{
    const int high = reader_u8(in);

    return (int16_t)(high << 8 | reader_u8(in));
}

/* Strokes out of bytes: 2 for width, 2 for height, then points of 2 and 2; a point 0,0 ends a stroke. */
static void as_drawing(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct reader in = reader_of(data, size);
    struct signature drawing = {.width = reader_u8(&in) * 128 + 1, .height = reader_u8(&in) * 128 + 1};
    struct signature_stroke strokes[SIGNATURE_STROKES_MAX] = {{0}};
    size_t room = size / 4 + 1, points = 0;
    struct error err = {0};
    const char *text;

    drawing.strokes = strokes;
    while (reader_left(&in) >= 4 && drawing.stroke_count < SIGNATURE_STROKES_MAX && points < SIGNATURE_POINTS_MAX) {
        struct signature_stroke *stroke = &strokes[drawing.stroke_count++];

        stroke->points = arena_take_many(&arena, room, sizeof *stroke->points);
        fuzz_require(stroke->points != NULL);
        while (reader_left(&in) >= 4 && points < SIGNATURE_POINTS_MAX) {
            const int32_t x = take_side(&in), y = take_side(&in);

            if (x == 0 && y == 0)
                break;
            stroke->points[stroke->count++] = (struct signature_point){x, y};
            points++;
        }
    }
    if (points > 0)
        write_and_read(&arena, &drawing);
    else
        fuzz_require(!signature_text(&arena, &drawing, &text, &err) && err.kind == ERROR_INVALID);
    arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    as_text(data, size);
    as_drawing(data, size);
    return 0;
}
