// SPDX-License-Identifier: Apache-2.0
/* Signatures: a drawing becomes a short text and comes back; what is no signature is refused.
 *
 * Not here:  any bytes at all (tests/fuzz/fuzz_signature.c), signing (agent_sign.c).
 */
#include <string.h>

#include "protocol/limits.h"
#include "protocol/signature.h"
#include "tests/unit/suite.h"

/* A hand that writes: loops that move to the right. */
static struct signature handwriting(struct arena *arena, size_t strokes, size_t points)
{
    struct signature drawing = {.width = 600, .height = 200, .stroke_count = strokes};

    drawing.strokes = arena_take_many(arena, strokes, sizeof *drawing.strokes);
    for (size_t i = 0; i < strokes; i++) {
        struct signature_stroke *stroke = &drawing.strokes[i];

        stroke->points = arena_take_many(arena, points, sizeof *stroke->points);
        stroke->count = points;
        for (size_t j = 0; j < points; j++) {
            const int32_t wave = (int32_t)(j % 24), up = wave < 12 ? wave : 24 - wave;

            stroke->points[j].x = (int32_t)(20 + 560 * (i * points + j) / (strokes * points)) + (wave - 12) / 3;
            stroke->points[j].y = 40 + up * up;
        }
    }
    return drawing;
}

static const char *text_of(struct arena *arena, const struct signature *drawing)
{
    struct error err = {0};
    const char *text = NULL;

    ck_assert_msg(signature_text(arena, drawing, &text, &err), "%s", err.cause);
    ck_assert_uint_le(strlen(text), SIGNATURE_BYTES_MAX);
    return text;
}

static struct signature drawing_of(struct arena *arena, const char *text)
{
    struct signature drawing;
    struct error err = {0};

    ck_assert_msg(signature_read(arena, text, &drawing, &err), "%s: %s", text, err.cause);
    return drawing;
}

static enum error_kind refusal_of(const char *text)
{
    struct arena arena = {0};
    struct signature drawing;
    struct error err = {0};
    bool done = signature_read(&arena, text, &drawing, &err);

    ck_assert_msg(!done, "%s was taken", text);
    ck_assert_ptr_null(strlen(text) > 6 ? strstr(err.cause, text) : NULL); /* a signature is personal */
    arena_clear(&arena);
    return err.kind;
}

START_TEST(a_signature_takes_a_few_hundred_bytes)
{
    struct arena arena = {0};
    struct signature drawing = handwriting(&arena, 3, 80);
    const char *text = text_of(&arena, &drawing);

    ck_assert_uint_lt(strlen(text), 700);
    ck_assert_uint_eq(strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"), strlen(text));
    ck_assert_uint_le(strlen(text), TEXT_BYTES_MAX);
    arena_clear(&arena);
}
END_TEST

/* No point of the drawing is further from what is kept than the tolerance: here, from the nearest kept point's two lines. */
static double distance_to(const struct signature_stroke *stroke, struct signature_point p)
{
    double best = 1e9;

    for (size_t i = 0; i + 1 < stroke->count; i++) {
        const double ax = stroke->points[i].x, ay = stroke->points[i].y;
        const double dx = stroke->points[i + 1].x - ax, dy = stroke->points[i + 1].y - ay;
        double t = ((p.x - ax) * dx + (p.y - ay) * dy) / (dx * dx + dy * dy);

        t = t < 0 ? 0 : t > 1 ? 1 : t;
        const double ex = p.x - ax - t * dx, ey = p.y - ay - t * dy, here = ex * ex + ey * ey;
        best = here < best ? here : best;
    }
    return best;
}

START_TEST(what_is_kept_stays_near_what_was_drawn)
{
    struct arena arena = {0};
    struct signature drawing = handwriting(&arena, 2, 60);
    struct signature kept = drawing_of(&arena, text_of(&arena, &drawing));

    ck_assert_int_eq(kept.width, 600);
    ck_assert_int_eq(kept.height, 200);
    ck_assert_uint_eq(kept.stroke_count, 2);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_uint_lt(kept.strokes[i].count, 60);
        for (size_t j = 0; j < 60; j++)
            ck_assert_double_le(distance_to(&kept.strokes[i], drawing.strokes[i].points[j]), 0.75 * 0.75 + 1e-9);
    }
    arena_clear(&arena);
}
END_TEST

START_TEST(what_was_read_gives_the_same_text_again)
{
    struct arena arena = {0};
    struct signature drawing = handwriting(&arena, 4, 50);
    const char *text = text_of(&arena, &drawing);
    struct signature again = drawing_of(&arena, text);

    ck_assert_str_eq(text_of(&arena, &again), text);
    arena_clear(&arena);
}
END_TEST

START_TEST(one_drawing_has_one_text)
{
    struct arena arena = {0};
    struct signature_point points[] = {{1, 2}, {1, 2}, {10, 2}, {5, 2}, {20, 2}, {20, 30}};
    struct signature_stroke strokes[] = {{points, 6}, {NULL, 0}, {points + 2, 1}};
    struct signature drawing = {.width = 100, .height = 40, .strokes = strokes, .stroke_count = 3};

    /* 100 = 3 * 32 + 4, 40 = 32 + 8; the points on the way are left out, the stroke without a point is none. */
    ck_assert_str_eq(text_of(&arena, &drawing), "S1a3e1312c100u11A2");
    ck_assert_str_eq(signature_path(&arena, &(struct signature){.width = 100, .height = 40, .strokes = strokes + 2, .stroke_count = 1}),
                     "M10 2L10 2");
    arena_clear(&arena);
}
END_TEST

START_TEST(a_box_larger_than_the_grid_is_made_smaller)
{
    struct arena arena = {0};
    struct signature_point points[] = {{-50, -50}, {SIGNATURE_DRAWN_MAX, 100000}};
    struct signature_stroke stroke = {points, 2};
    struct signature drawing = {.width = SIGNATURE_DRAWN_MAX, .height = 2, .strokes = &stroke, .stroke_count = 1};
    struct signature kept = drawing_of(&arena, text_of(&arena, &drawing));

    ck_assert_int_eq(kept.width, SIGNATURE_SIDE_MAX);
    ck_assert_int_eq(kept.height, 1); /* never none */
    ck_assert_str_eq(signature_path(&arena, &kept), "M0 0L1023 1");
    drawing = (struct signature){.width = SIGNATURE_SIDE_MAX, .height = SIGNATURE_SIDE_MAX, .strokes = &stroke, .stroke_count = 1};
    kept = drawing_of(&arena, text_of(&arena, &drawing));
    ck_assert_int_eq(kept.width, SIGNATURE_SIDE_MAX);
    drawing.width++;
    kept = drawing_of(&arena, text_of(&arena, &drawing));
    ck_assert_int_eq(kept.width, SIGNATURE_SIDE_MAX);
    ck_assert_int_eq(kept.height, SIGNATURE_SIDE_MAX - 1);
    arena_clear(&arena);
}
END_TEST

/* Chance, the same each time. */
static uint32_t roll(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

START_TEST(a_scribble_gets_coarser_until_it_fits)
{
    struct arena arena = {0};
    struct signature drawing = {.width = 1000, .height = 400, .stroke_count = SIGNATURE_STROKES_MAX};
    const size_t each = SIGNATURE_POINTS_MAX / SIGNATURE_STROKES_MAX;
    uint32_t chance = 7;

    drawing.strokes = arena_take_many(&arena, SIGNATURE_STROKES_MAX, sizeof *drawing.strokes);
    for (size_t i = 0; i < SIGNATURE_STROKES_MAX; i++) {
        drawing.strokes[i].points = arena_take_many(&arena, each, sizeof(struct signature_point));
        drawing.strokes[i].count = each;
        for (size_t j = 0; j < each; j++)
            drawing.strokes[i].points[j] = (struct signature_point){(int32_t)(roll(&chance) % 1001), (int32_t)(roll(&chance) % 401)};
    }
    const char *text = text_of(&arena, &drawing);
    struct signature kept = drawing_of(&arena, text);

    ck_assert_uint_gt(strlen(text), SIGNATURE_BYTES_MAX / 2);
    ck_assert_uint_eq(kept.stroke_count, SIGNATURE_STROKES_MAX); /* every stroke is still there */
    ck_assert_str_eq(text_of(&arena, &kept), text);
    arena_clear(&arena);
}
END_TEST

static bool is_taken(const struct signature *drawing, enum error_kind *ret)
{
    struct arena arena = {0};
    struct error err = {0};
    const char *text;
    bool done = signature_text(&arena, drawing, &text, &err);

    *ret = err.kind;
    arena_clear(&arena);
    return done;
}

START_TEST(bounds_of_a_drawing_hold)
{
    static struct signature_point points[SIGNATURE_POINTS_MAX + 1];
    struct signature_stroke strokes[SIGNATURE_STROKES_MAX + 1];
    struct signature drawing = {.width = 10, .height = 10, .strokes = strokes, .stroke_count = 1};
    enum error_kind kind;

    for (size_t i = 0; i <= SIGNATURE_STROKES_MAX; i++)
        strokes[i] = (struct signature_stroke){points, 1};
    drawing.stroke_count = SIGNATURE_STROKES_MAX;
    ck_assert(is_taken(&drawing, &kind));
    drawing.stroke_count++;
    ck_assert(!is_taken(&drawing, &kind));
    ck_assert_int_eq(kind, ERROR_LIMIT);

    drawing.stroke_count = 1;
    strokes[0].count = SIGNATURE_POINTS_MAX;
    ck_assert(is_taken(&drawing, &kind));
    strokes[0].count++;
    ck_assert(!is_taken(&drawing, &kind));
    ck_assert_int_eq(kind, ERROR_LIMIT);
    strokes[0].count = 0;
    ck_assert(!is_taken(&drawing, &kind)); /* empty */
    ck_assert_int_eq(kind, ERROR_INVALID);

    strokes[0].count = 1;
    drawing.width = SIGNATURE_DRAWN_MAX;
    ck_assert(is_taken(&drawing, &kind));
    drawing.width++;
    ck_assert(!is_taken(&drawing, &kind));
    drawing.width = 0;
    ck_assert(!is_taken(&drawing, &kind));
    ck_assert_int_eq(kind, ERROR_INVALID);
}
END_TEST

START_TEST(texts_that_are_no_signature_are_refused)
{
    char longer[SIGNATURE_BYTES_MAX + 2];

    ck_assert_int_eq(refusal_of(""), ERROR_CORRUPT);
    ck_assert_int_eq(refusal_of("S"), ERROR_CORRUPT);
    ck_assert_int_eq(refusal_of("S1"), ERROR_CORRUPT);
    ck_assert_int_eq(refusal_of("S1AA"), ERROR_CORRUPT); /* no stroke */
    ck_assert_int_eq(refusal_of("S2AA111"), ERROR_NEWER);
    ck_assert_int_eq(refusal_of("S0AA111"), ERROR_CORRUPT);
    ck_assert_int_eq(refusal_of("S10A111"), ERROR_CORRUPT);   /* no width */
    ck_assert_int_eq(refusal_of("S1AA011"), ERROR_CORRUPT);   /* a stroke without a point */
    ck_assert_int_eq(refusal_of("S1AA1B1"), ERROR_CORRUPT);   /* outside the box */
    ck_assert_int_eq(refusal_of("S1AA21100"), ERROR_CORRUPT); /* a step of no length */
    ck_assert_int_eq(refusal_of("S1AA2111"), ERROR_CORRUPT);  /* ends early */
    ck_assert_int_eq(refusal_of("S1AA21132"), ERROR_CORRUPT); /* a step out of the box */
    ck_assert_int_eq(refusal_of("S1AA1g011"), ERROR_CORRUPT); /* a number with a zero too many */
    ck_assert_int_eq(refusal_of("S1AA1 11"), ERROR_CORRUPT);
    ck_assert_int_eq(refusal_of("S1AA____1"), ERROR_CORRUPT); /* a number without an end */
    ck_assert_int_eq(refusal_of("S1AAx3"), ERROR_CORRUPT);    /* more points than letters */
    memset(longer, '1', sizeof longer);
    memcpy(longer, "S1", 2);
    longer[SIGNATURE_BYTES_MAX + 1] = '\0';
    ck_assert_int_eq(refusal_of(longer), ERROR_LIMIT);
    longer[SIGNATURE_BYTES_MAX] = '\0'; /* of a length that is allowed: it is its shape that is off */
    ck_assert_int_eq(refusal_of(longer), ERROR_CORRUPT);
}
END_TEST

/* "S1AA" and so many dots at 1,1. */
START_TEST(as_many_strokes_are_read_as_are_written)
{
    struct arena arena = {0};
    struct bytes text = {0};
    struct signature drawing;
    struct error err = {0};

    bytes_append(&text, "S1AA", 4);
    for (size_t i = 0; i < SIGNATURE_STROKES_MAX; i++)
        bytes_append(&text, "111", 3);
    ck_assert(signature_read(&arena, arena_text_n(&arena, (const char *)text.data, text.size), &drawing, &err));
    ck_assert_uint_eq(drawing.stroke_count, SIGNATURE_STROKES_MAX);
    bytes_append(&text, "111", 3);
    ck_assert(!signature_read(&arena, arena_text_n(&arena, (const char *)text.data, text.size), &drawing, &err));
    bytes_clear(&text);
    arena_clear(&arena);
}
END_TEST

SUITE("signatures", a_signature_takes_a_few_hundred_bytes, what_is_kept_stays_near_what_was_drawn, what_was_read_gives_the_same_text_again,
      one_drawing_has_one_text, a_box_larger_than_the_grid_is_made_smaller, a_scribble_gets_coarser_until_it_fits, bounds_of_a_drawing_hold,
      texts_that_are_no_signature_are_refused, as_many_strokes_are_read_as_are_written)
