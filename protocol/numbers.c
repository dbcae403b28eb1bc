// SPDX-License-Identifier: Apache-2.0
/* Columns of numbers, written: the shortest of a few forms.
 *
 * Here:      choosing by an estimate of the deflated length, writing.
 * Not here:  reading (numbers_read.c), what the numbers mean.
 * Why base 36: three digits hold 46 s in ms, one holds a class of 30 people; deflate gives digits that are equally likely about
 *            5.2 bits each, next to nothing lost.
 */
#include "protocol/column.h"

#include <stdlib.h>
#include <string.h>

enum {
    COST_KEY = 8 * 16, /* a key of an object that the dictionary knows */
    COST_RUN = 8 * 16, /* a match that repeats what stands before */
    PLAIN_COUNT_MAX = 6,
};

enum form { FORM_SAME, FORM_PLAIN, FORM_FIXED, FORM_SUM, FORM_SPARSE, FORM_TABLE };

struct plan {
    enum form form;
    uint64_t cost;
    const int64_t *numbers;
    size_t count;
    int64_t base;       /* FIXED: what is added; SUM: the start; SPARSE: the value of most; SAME: the value */
    unsigned width;     /* FIXED */
    size_t odd_count;   /* FIXED: how many do not fit; SPARSE: how many differ; TABLE: how many there are */
    unsigned odd_width; /* FIXED: digits of those, 0 when one of them is below base and all stand in the text */
    struct plan *inner; /* SUM: of the steps; SPARSE: of the gaps; TABLE: of the different numbers, ascending */
    struct plan *other; /* SPARSE: of the values; TABLE: of the places */
};

uint64_t numbers_capacity(unsigned width)
{
    uint64_t capacity = 1;

    for (unsigned i = 0; i < width; i++)
        capacity *= 36;
    return capacity - 1; /* the highest stands for "does not fit" */
}

static uint64_t integer_cost(int64_t number)
{
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    uint64_t cost = number < 0 ? 2 * COST_TEXT_BYTE : COST_TEXT_BYTE;

    for (; rest >= 10; rest /= 10)
        cost += COST_TEXT_BYTE;
    return cost;
}

static bool is_inside(int64_t number, int64_t base, uint64_t capacity)
{
    return number >= base && (uint64_t)number - (uint64_t)base < capacity;
}

static int compare_numbers(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

/* The window of so many numbers wide that holds most. */
static int64_t best_base(const int64_t *sorted, size_t count, uint64_t capacity, size_t *ret_covered)
{
    size_t best = 0, from = 0;

    *ret_covered = 0;
    for (size_t to = 0; to < count; to++) {
        while (!is_inside(sorted[to], sorted[from], capacity))
            from++;
        if (to - from + 1 > *ret_covered) {
            *ret_covered = to - from + 1;
            best = from;
        }
    }
    if (sorted[best] > 0 && is_inside(sorted[best + *ret_covered - 1], 0, capacity))
        return 0;
    return sorted[best];
}

/* How many digits hold number - base; 0 when none do. */
static unsigned width_of(int64_t number, int64_t base)
{
    unsigned width = 1;

    while (width <= NUMBER_WIDTH_MAX && !is_inside(number, base, numbers_capacity(width)))
        width++;
    return width <= NUMBER_WIDTH_MAX ? width : 0;
}

/* What the numbers outside of base and width cost, either way to write them. */
static void plan_odd(struct plan *plan)
{
    uint64_t capacity = numbers_capacity(plan->width), as_text = COST_KEY, as_digits = COST_KEY / 2;
    bool all_above = true;

    for (size_t i = 0; i < plan->count; i++) {
        if (is_inside(plan->numbers[i], plan->base, capacity))
            continue;
        plan->odd_count++;
        as_text += COST_TEXT_BYTE + integer_cost(plan->numbers[i]);
        if (all_above) {
            unsigned width = width_of(plan->numbers[i], plan->base);

            all_above = width > 0;
            plan->odd_width = width > plan->odd_width ? width : plan->odd_width;
        }
    }
    as_digits += (uint64_t)COST_DIGIT * plan->odd_width * plan->odd_count;
    if (!all_above || as_text < as_digits)
        plan->odd_width = 0;
    if (plan->odd_count > 0)
        plan->cost += plan->odd_width > 0 ? as_digits : as_text;
}

static void plan_width(struct plan *plan, const int64_t *numbers, size_t count, int64_t base, unsigned width)
{
    struct plan next = {.form = FORM_FIXED, .numbers = numbers, .count = count, .base = base, .width = width};
    uint64_t digits = (uint64_t)COST_DIGIT * width;
    size_t run = 0;

    next.cost = COST_KEY + (base == 0 ? 0 : COST_KEY / 2 + integer_cost(base));
    for (size_t i = 0; i < count; i++) {
        run = i > 0 && numbers[i] == numbers[i - 1] ? run + 1 : 1;
        if (run * digits <= digits + COST_RUN)
            next.cost += digits;
    }
    plan_odd(&next);
    if (next.cost < plan->cost)
        *plan = next;
}

static void plan_fixed(struct plan *plan, const int64_t *numbers, const int64_t *sorted, size_t count)
{
    uint64_t cost = 2 * COST_TEXT_BYTE;

    for (size_t i = 0; i < count; i++)
        cost += COST_TEXT_BYTE + integer_cost(numbers[i]);
    *plan = (struct plan){.form = FORM_PLAIN, .cost = cost, .numbers = numbers, .count = count};
    for (unsigned width = 1; width <= NUMBER_WIDTH_MAX; width++) {
        size_t covered;
        int64_t base = best_base(sorted, count, numbers_capacity(width), &covered);

        if (covered >= count / 2)
            plan_width(plan, numbers, count, base, width);
        if (covered == count)
            break;
    }
}

static struct plan *plan_of(struct column_writer *writer, const int64_t *numbers, size_t count, unsigned depth);

static int64_t most_common(const int64_t *sorted, size_t count, size_t *ret_times)
{
    int64_t best = sorted[0];
    size_t run = 0;

    *ret_times = 0;
    for (size_t i = 0; i < count; i++) {
        run = i > 0 && sorted[i] == sorted[i - 1] ? run + 1 : 1;
        if (run > *ret_times) {
            *ret_times = run;
            best = sorted[i];
        }
    }
    return best;
}

static void try_sparse(struct column_writer *writer, struct plan *plan, const int64_t *numbers, const int64_t *sorted, size_t count)
{
    size_t times, odd = 0, last = 0;
    int64_t most = most_common(sorted, count, &times);
    int64_t *gaps, *values;
    struct plan *at, *is;
    uint64_t cost;

    if (times < count / 2)
        return;
    gaps = column_take(writer, count - times, sizeof *gaps);
    values = column_take(writer, count - times, sizeof *values);
    if (gaps == NULL || values == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] == most)
            continue;
        gaps[odd] = (int64_t)(i - last);
        values[odd++] = numbers[i];
        last = i + 1;
    }
    at = plan_of(writer, gaps, odd, 0);
    is = plan_of(writer, values, odd, 0);
    if (at == NULL || is == NULL)
        return;
    cost = 2 * COST_KEY + integer_cost(most) + integer_cost((int64_t)odd) + at->cost + is->cost;
    if (cost < plan->cost)
        *plan = (struct plan){.form = FORM_SPARSE,
                              .cost = cost,
                              .numbers = numbers,
                              .count = count,
                              .base = most,
                              .odd_count = odd,
                              .inner = at,
                              .other = is};
}

/* Few different numbers that lie far apart: each once, and then by its place. */
static void try_table(struct column_writer *writer, struct plan *plan, const int64_t *numbers, const int64_t *sorted, size_t count)
{
    int64_t *different = column_take(writer, count, sizeof *different), *places = column_take(writer, count, sizeof *places);
    struct plan *of, *pick;
    size_t times = 0;
    uint64_t cost;

    if (different == NULL || places == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || sorted[i] != sorted[i - 1])
            different[times++] = sorted[i];
    }
    if (times > count / 2)
        return;
    for (size_t i = 0; i < count; i++) {
        const int64_t *found = bsearch(&numbers[i], different, times, sizeof *different, compare_numbers);

        places[i] = found - different;
    }
    of = plan_of(writer, different, times, 2);
    pick = plan_of(writer, places, count, 0);
    if (of == NULL || pick == NULL)
        return;
    cost = 2 * COST_KEY + integer_cost((int64_t)times) + of->cost + pick->cost;
    if (cost < plan->cost)
        *plan = (struct plan){
            .form = FORM_TABLE, .cost = cost, .numbers = numbers, .count = count, .odd_count = times, .inner = of, .other = pick};
}

/* a - b, when it is a number that we write. */
static bool subtract(int64_t a, int64_t b, int64_t *ret)
{
    if ((b > 0 && a < INT64_MIN + b) || (b < 0 && a > INT64_MAX + b))
        return false;
    *ret = a - b;
    return true;
}

static void try_sum(struct column_writer *writer, struct plan *plan, const int64_t *numbers, size_t count, unsigned depth)
{
    int64_t *steps = column_take(writer, count, sizeof *steps);
    struct plan *inner;
    int64_t start;
    uint64_t cost;

    if (steps == NULL)
        return;
    for (size_t i = 1; i < count; i++) {
        if (!subtract(numbers[i], numbers[i - 1], &steps[i]))
            return;
    }
    steps[0] = steps[1]; /* any would do: the start makes up for it */
    if (!subtract(numbers[0], steps[0], &start))
        return;
    inner = plan_of(writer, steps, count, depth - 1);
    if (inner == NULL)
        return;
    cost = COST_KEY + (start == 0 ? 0 : integer_cost(start)) + inner->cost;
    if (cost < plan->cost)
        *plan = (struct plan){.form = FORM_SUM, .cost = cost, .numbers = numbers, .count = count, .base = start, .inner = inner};
}

/* depth 0: as they stand; 1: also all but a few the same; 2: also as a running sum or from a table. NULL: no memory. */
static struct plan *plan_of(struct column_writer *writer, const int64_t *numbers, size_t count, unsigned depth)
{
    struct plan *plan = column_take(writer, 1, sizeof *plan);
    size_t same = 0;
    int64_t *sorted;

    if (plan == NULL)
        return NULL;
    while (same < count && numbers[same] == numbers[0])
        same++;
    if (same == count) {
        int64_t value = count == 0 ? 0 : numbers[0];

        *plan = (struct plan){.form = FORM_SAME, .cost = integer_cost(value), .numbers = numbers, .count = count, .base = value};
        return plan;
    }
    sorted = column_take(writer, count, sizeof *sorted);
    if (sorted == NULL)
        return NULL;
    memcpy(sorted, numbers, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_numbers);
    plan_fixed(plan, numbers, sorted, count);
    if (depth >= 1 && count > PLAIN_COUNT_MAX)
        try_sparse(writer, plan, numbers, sorted, count);
    if (depth >= 2 && count > PLAIN_COUNT_MAX && plan->width > 1)
        try_table(writer, plan, numbers, sorted, count);
    if (depth >= 2 && count > 1)
        try_sum(writer, plan, numbers, count, depth);
    return writer->failed ? NULL : plan;
}

static void put_key(struct column_writer *writer, const char *key, int64_t value)
{
    column_put(writer, key);
    column_put_integer(writer, value);
}

static void put_digits(struct column_writer *writer, uint64_t number, unsigned width)
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    uint8_t *to = bytes_extend(&writer->digits, width);

    for (unsigned i = width; to != NULL && i > 0; i--) {
        to[i - 1] = (uint8_t)digits[number % 36];
        number /= 36;
    }
}

static void write_fixed(struct column_writer *writer, const struct plan *plan)
{
    uint64_t capacity = numbers_capacity(plan->width);
    const char *before = ",\"x\":[";

    put_key(writer, "{\"w\":", plan->width);
    if (plan->base != 0)
        put_key(writer, ",\"b\":", plan->base);
    if (plan->odd_width > 0)
        put_key(writer, ",\"x\":", plan->odd_width);
    for (size_t i = 0; i < plan->count; i++) {
        bool inside = is_inside(plan->numbers[i], plan->base, capacity);
        uint64_t above = (uint64_t)plan->numbers[i] - (uint64_t)plan->base;

        put_digits(writer, inside ? above : capacity, plan->width);
        if (inside)
            continue;
        if (plan->odd_width > 0) {
            put_digits(writer, above, plan->odd_width);
        } else {
            put_key(writer, before, plan->numbers[i]);
            before = ",";
        }
    }
    column_put(writer, plan->odd_count > 0 && plan->odd_width == 0 ? "]}" : "}");
}

static void write_plan(struct column_writer *writer, const struct plan *plan)
{
    switch (plan->form) {
    case FORM_SAME:
        column_put_integer(writer, plan->base);
        break;
    case FORM_PLAIN:
        for (size_t i = 0; i < plan->count; i++)
            put_key(writer, i == 0 ? "[" : ",", plan->numbers[i]);
        column_put(writer, "]");
        break;
    case FORM_FIXED:
        write_fixed(writer, plan);
        break;
    case FORM_SUM:
        column_put(writer, "{");
        if (plan->base != 0) {
            put_key(writer, "\"s\":", plan->base);
            column_put(writer, ",");
        }
        column_put(writer, "\"d\":");
        write_plan(writer, plan->inner);
        column_put(writer, "}");
        break;
    case FORM_TABLE:
        put_key(writer, "{\"n\":", (int64_t)plan->odd_count);
        column_put(writer, ",\"of\":");
        write_plan(writer, plan->inner);
        column_put(writer, ",\"pick\":");
        write_plan(writer, plan->other);
        column_put(writer, "}");
        break;
    case FORM_SPARSE:
        put_key(writer, "{\"m\":", plan->base);
        put_key(writer, ",\"n\":", (int64_t)plan->odd_count);
        column_put(writer, ",\"at\":");
        write_plan(writer, plan->inner);
        column_put(writer, ",\"is\":");
        write_plan(writer, plan->other);
        column_put(writer, "}");
        break;
    }
}

void numbers_write(struct column_writer *writer, const int64_t *numbers, size_t count)
{
    const struct plan *plan = plan_of(writer, numbers, count, 2);

    if (plan != NULL)
        write_plan(writer, plan);
}

uint64_t numbers_cost(struct column_writer *writer, const int64_t *numbers, size_t count)
{
    const struct plan *plan = plan_of(writer, numbers, count, 2);

    return plan == NULL ? 0 : plan->cost;
}
