// SPDX-License-Identifier: Apache-2.0
/* Any bytes as JSON: what is taken is written and taken again as the same, and holds only values that we know.
 *
 * Here:      the target.
 * Not here:  the rules (protocol/json.c).
 */
#include <string.h>

#include "protocol/json.h"
#include "protocol/limits.h"
#include "tests/fuzz/fuzz.h"

enum { SIZE_MAX_TAKEN = 64 * 1024 };

static void check_value(struct arena *arena, const json_t *json)
{
    struct value value;
    json_t *back;

    if (!json_to_value(arena, json, &value))
        return;
    back = json_of_value(value);
    fuzz_require(json_equal(json, back));
    json_decref(back);
}

static void check_tree(struct arena *arena, json_t *json, unsigned depth)
{
    const char *key;
    json_t *item;
    size_t index;

    fuzz_require(!json_is_real(json) && depth <= JSON_DEPTH_MAX);
    check_value(arena, json);
    if (json_is_array(json)) {
        json_array_foreach(json, index, item) check_tree(arena, item, depth + 1);
    } else if (json_is_object(json)) {
        json_object_foreach(json, key, item) check_tree(arena, item, depth + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0};
    json_t *json = json_read((struct span){data, size}, SIZE_MAX_TAKEN, "it", &err), *again;
    struct arena arena = {0};
    struct bytes out = {0};

    fuzz_require((json == NULL) == (err.kind != ERROR_NONE));
    if (json == NULL)
        return 0;
    check_tree(&arena, json, 0);
    fuzz_require(json_write(&out, json));
    again = json_read(bytes_span(&out), SIZE_MAX, "it", &err);
    fuzz_require(again != NULL && json_equal(json, again));
    json_decref(again);
    json_decref(json);
    bytes_clear(&out);
    arena_clear(&arena);
    return 0;
}
