// SPDX-License-Identifier: Apache-2.0
/* From what a person typed to the id of a row; from a log to the name of its device.
 *
 * Here:      ids, human codes, what is close to a code that nobody bears.
 * Not here:  names of people: they are matched elsewhere and never put in an error.
 */
#include "agent/store/store_internal.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { CLOSE_CODES = 3, CLOSE_DISTANCE = 2 };

struct codes {
    char ids[2][ROW_ID_SIZE];
    size_t count;
};

static bool note_code(void *context, const struct row *row)
{
    struct codes *codes = context;

    if (codes->count < 2)
        snprintf(codes->ids[codes->count], ROW_ID_SIZE, "%s", row->id);
    return ++codes->count < 3;
}

static unsigned lesser(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* How many characters to change, add or leave out, upper and lower case being one. Codes are short and ASCII. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[CODE_BYTES_MAX + 1];
    const size_t a_size = strlen(a), b_size = strlen(b);

    if (a_size > CODE_BYTES_MAX || b_size > CODE_BYTES_MAX)
        return CLOSE_DISTANCE + 1;
    for (unsigned j = 0; j <= b_size; j++)
        row[j] = j;
    for (unsigned i = 1; i <= a_size; i++) {
        unsigned diagonal = row[0];

        row[0] = i;
        for (unsigned j = 1; j <= b_size; j++) {
            const unsigned above = row[j];
            const bool same = toupper((unsigned char)a[i - 1]) == toupper((unsigned char)b[j - 1]);

            row[j] = lesser(lesser(above, row[j - 1]) + 1, diagonal + !same);
            diagonal = above;
        }
    }
    return row[b_size];
}

struct close {
    const char *typed, *field;
    char text[CLOSE_CODES * (CODE_BYTES_MAX + 2) + 1];
    size_t count;
};

static bool note_close(void *context, const struct row *row)
{
    struct close *close = context;
    const char *code = row_text(row, close->field);
    const size_t size = strlen(close->text);

    if (code == NULL)
        code = row->id; /* an entity named by its code says it there */
    if (distance(code, close->typed) <= CLOSE_DISTANCE) {
        snprintf(close->text + size, sizeof close->text - size, "%s%s", close->count == 0 ? "" : ", ", code);
        close->count++;
    }
    return close->count < CLOSE_CODES;
}

static bool find_by_code(struct store *store, const char *entity, const char *field, const char *typed, struct codes *ret,
                         struct error *err)
{
    const struct store_filter filter = {field, value_text(typed)};
    struct store_query query = {.entity = entity, .filters = &filter, .filter_count = 1, .limit = 3};

    *ret = (struct codes){.count = 0};
    if (!store_each(store, &query, note_code, ret, err) || ret->count > 0)
        return ret->count > 0 || err == NULL || err->kind == ERROR_NONE;
    /* Removed rows keep their codes, so that they can be brought back by them; they only come second. */
    query.with_removed = true;
    return store_each(store, &query, note_code, ret, err);
}

static bool nothing_found(struct store *store, const char *entity, const char *field, const char *typed, struct error *err)
{
    struct close close = {.typed = typed, .field = field};
    const struct store_query query = {.entity = entity};

    if (field != NULL && !store_each(store, &query, note_close, &close, err))
        return false;
    if (close.count > 0)
        return error_set(err, ERROR_NOT_FOUND, "Check the code.", "there was no %.48s \"%.80s\"; close to it: %s", entity, typed,
                         close.text);
    return error_set(err, ERROR_NOT_FOUND, "Check the code, or list what there is.", "there was no %.48s \"%.80s\"", entity, typed);
}

bool store_resolve(struct store *store, const char *entity, const char *typed, char ret[ROW_ID_SIZE], struct error *err)
{
    const struct entity *known = table_entity(entity);
    const struct field *code = entity_code_field(known);
    struct arena arena = {0};
    struct codes codes;
    struct row row;
    bool exists = false, done = false;
    uint64_t many;

    if (row_id_is_valid(typed) && !held_read_row(store, &arena, entity, typed, &row, &exists, &many, err))
        goto out;
    if (exists) {
        snprintf(ret, ROW_ID_SIZE, "%s", typed);
        done = true;
        goto out;
    }
    codes.count = 0;
    if (code != NULL && !find_by_code(store, entity, code->name, typed, &codes, err))
        goto out;
    if (codes.count == 0) {
        nothing_found(store, entity, code == NULL ? NULL : code->name, typed, err);
    } else if (codes.count > 1) {
        error_set(err, ERROR_INVALID, "Give the id, or change one of the codes.", "two rows of %.48s bear the code \"%.80s\": %s and %s",
                  entity, typed, codes.ids[0], codes.ids[1]);
    } else {
        memcpy(ret, codes.ids[0], ROW_ID_SIZE);
        done = true;
    }
out:
    arena_clear(&arena);
    return done;
}

bool store_device_name(struct store *store, uint64_t log, char ret[CODE_BYTES_MAX + 1], struct error *err)
{
    struct arena arena = {0};
    struct row row;
    char text[LOG_TEXT_SIZE];
    bool exists, done;
    uint64_t many;

    log_text(log, text);
    done = held_read_row(store, &arena, "device", text, &row, &exists, &many, err);
    if (done) {
        const char *name = exists ? row_text(&row, "name") : NULL;

        snprintf(ret, CODE_BYTES_MAX + 1, "%s", name == NULL ? text : name);
    }
    arena_clear(&arena);
    return done;
}
