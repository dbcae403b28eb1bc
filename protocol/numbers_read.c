// SPDX-License-Identifier: Apache-2.0
/* Columns of numbers, read: every form of column.h, from anybody, within bounds.
 *
 * Here:      one form, one function.
 * Not here:  writing (numbers.c), what the numbers mean.
 */
#include "protocol/column.h"

static bool get_integer(const json_t *object, const char *key, int64_t otherwise, int64_t *ret)
{
    const json_t *found = json_object_get(object, key);

    *ret = found == NULL ? otherwise : json_integer_value(found);
    return found == NULL || json_is_integer(found);
}

/* a + b, when it is a number that we read. */
static bool add(int64_t a, int64_t b, int64_t *ret)
{
    if ((b > 0 && a > INT64_MAX - b) || (b < 0 && a < INT64_MIN - b))
        return false;
    *ret = a + b;
    return true;
}

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return digit >= 'a' && digit <= 'z' ? digit - 'a' + 10 : -1;
}

static bool read_digits(struct column_reader *reader, size_t width, uint64_t *ret)
{
    *ret = 0;
    if (width > reader->digits_left)
        return column_refuse(reader, "too few digits");
    reader->digits_left -= width;
    for (size_t i = 0; i < width; i++) {
        int digit = digit_value(*reader->digits++);

        if (digit < 0)
            return column_refuse(reader, "a digit that is none");
        *ret = *ret * 36 + (uint64_t)digit;
    }
    return true;
}

static bool get_width(const json_t *json, const char *key, int64_t least, size_t *ret)
{
    int64_t width;

    if (!get_integer(json, key, 0, &width) || width < least || width > NUMBER_WIDTH_MAX)
        return false;
    *ret = (size_t)width;
    return true;
}

static bool read_fixed(struct column_reader *reader, const json_t *json, size_t count, int64_t *ret)
{
    const json_t *odd = json_object_get(json, "x");
    size_t width, odd_width = 0, odd_at = 0;
    uint64_t capacity, number;
    int64_t base;

    if (!get_width(json, "w", 1, &width) || !get_integer(json, "b", 0, &base) ||
        (!json_is_array(odd) && !get_width(json, "x", 0, &odd_width)))
        return column_refuse(reader, "the form of its digits");
    capacity = numbers_capacity((unsigned)width);
    for (size_t i = 0; i < count; i++) {
        if (!read_digits(reader, width, &number))
            return false;
        if (number == capacity && odd_width == 0) {
            const json_t *item = json_array_get(odd, odd_at++);

            if (!json_is_integer(item))
                return column_refuse(reader, "the numbers that do not fit their digits");
            ret[i] = json_integer_value(item);
            continue;
        }
        if (number == capacity && !read_digits(reader, odd_width, &number))
            return false;
        if (!add(base, (int64_t)number, &ret[i]))
            return column_refuse(reader, "a number that is too large");
    }
    return odd_at == json_array_size(odd) || column_refuse(reader, "the numbers that do not fit their digits");
}

static bool read_sum(struct column_reader *reader, const json_t *json, size_t count, int64_t *ret)
{
    int64_t sum;

    if (!get_integer(json, "s", 0, &sum))
        return column_refuse(reader, "the start of a sum");
    if (!numbers_read(reader, json_object_get(json, "d"), count, ret))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!add(sum, ret[i], &sum))
            return column_refuse(reader, "a sum that is too large");
        ret[i] = sum;
    }
    return true;
}

static bool read_sparse(struct column_reader *reader, const json_t *json, size_t count, int64_t *ret)
{
    int64_t most, odd, *gaps, *values;
    size_t at = 0;

    if (!get_integer(json, "m", 0, &most) || !get_integer(json, "n", 0, &odd) || odd < 0 || (uint64_t)odd > count)
        return column_refuse(reader, "how many numbers differ");
    gaps = numbers_take(reader, json_object_get(json, "at"), (size_t)odd, (int64_t)count);
    values = gaps == NULL ? NULL : arena_take_many(reader->scratch, (size_t)odd, sizeof *values);
    if (values == NULL)
        return gaps == NULL ? false : column_no_memory(reader);
    if (!numbers_read(reader, json_object_get(json, "is"), (size_t)odd, values))
        return false;
    for (size_t i = 0; i < count; i++)
        ret[i] = most;
    for (size_t i = 0; i < (size_t)odd; i++) {
        at += (size_t)gaps[i];
        if (at >= count)
            return column_refuse(reader, "where numbers differ");
        ret[at++] = values[i];
    }
    return true;
}

static bool read_table(struct column_reader *reader, const json_t *json, size_t count, int64_t *ret)
{
    int64_t size, *table, *places;

    if (!get_integer(json, "n", 0, &size) || size < 1 || (uint64_t)size > count)
        return column_refuse(reader, "how many numbers a table has");
    table = arena_take_many(reader->scratch, (size_t)size, sizeof *table);
    if (table == NULL)
        return column_no_memory(reader);
    if (!numbers_read(reader, json_object_get(json, "of"), (size_t)size, table))
        return false;
    places = numbers_take(reader, json_object_get(json, "pick"), count, size - 1);
    for (size_t i = 0; places != NULL && i < count; i++)
        ret[i] = table[places[i]];
    return places != NULL;
}

bool numbers_read(struct column_reader *reader, const json_t *json, size_t count, int64_t *ret)
{
    if (count > reader->numbers_left)
        return error_set(reader->err, ERROR_LIMIT, "", "a text unfolded to more than %d numbers", NUMBERS_READ_MAX);
    reader->numbers_left -= count;
    if (json_is_integer(json)) {
        for (size_t i = 0; i < count; i++)
            ret[i] = json_integer_value(json);
        return true;
    }
    if (json_is_array(json) && json_array_size(json) == count) {
        for (size_t i = 0; i < count; i++) {
            const json_t *item = json_array_get(json, i);

            if (!json_is_integer(item))
                return column_refuse(reader, "an item that is no number");
            ret[i] = json_integer_value(item);
        }
        return true;
    }
    if (json_object_get(json, "w") != NULL)
        return read_fixed(reader, json, count, ret);
    if (json_object_get(json, "d") != NULL)
        return read_sum(reader, json, count, ret);
    if (json_object_get(json, "m") != NULL)
        return read_sparse(reader, json, count, ret);
    if (json_object_get(json, "of") != NULL)
        return read_table(reader, json, count, ret);
    return column_refuse(reader, "numbers of an unknown form");
}

int64_t *numbers_take(struct column_reader *reader, const json_t *json, size_t count, int64_t max)
{
    int64_t *numbers;

    if (count > reader->numbers_left) {
        error_set(reader->err, ERROR_LIMIT, "", "a text unfolded to more than %d numbers", NUMBERS_READ_MAX);
        return NULL;
    }
    numbers = arena_take_many(reader->scratch, count, sizeof *numbers);
    if (numbers == NULL) {
        column_no_memory(reader);
        return NULL;
    }
    if (!numbers_read(reader, json, count, numbers))
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] < 0 || numbers[i] > max) {
            column_refuse(reader, "a number out of bounds");
            return NULL;
        }
    }
    return numbers;
}
