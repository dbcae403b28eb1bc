// SPDX-License-Identifier: Apache-2.0
/* A small programme in a store, part of it delivered and part of it waiting; every way of looking at it; ways of hurting its file.
 *
 * Here:      making it, telling all that it says as text, flipping a bit.
 * Not here:  any promise (agent_store_damage.c, agent_store_mend.c).
 */
#ifndef TESTS_UNIT_STORE_PROGRAMME_H
#define TESTS_UNIT_STORE_PROGRAMME_H

#include "agent/store/guard.h"
#include "tests/unit/store_server.h"

enum { PEOPLE = 60, SESSIONS = 6, LOOKS = 64, TEXT_SIZE = 1 << 19 };

/* --- a small programme, part of it delivered, part of it waiting -------------------------------------------------------------------- */

static const char *people[PEOPLE], *sessions[SESSIONS];

static inline void marks(struct device *device, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        for (size_t j = 0; j < PEOPLE; j++)
            device_marks(device, sessions[i], people[j], (i + j) % 7 == 0 ? "late" : "present");
    }
}

static inline void programme_begin(struct device *device)
{
    char text[80], ids[1][ROW_ID_SIZE];

    device_starts(device, 4);
    device_enrols(device);
    for (size_t i = 0; i < SESSIONS; i++) {
        snprintf(text, sizeof text, "TT-%zu", i);
        const struct draft draft = DRAFT("session", NULL, TEXT("code", text), TEXT("date", "2021-12-13"), NUMBER("minutes", 90));
        device_writes(device, &draft, 1, ids);
        sessions[i] = arena_text(&device->arena, ids[0]);
    }
    for (size_t i = 0; i < PEOPLE; i++) {
        snprintf(text, sizeof text, "Ljubica Petrović %zu", i);
        people[i] = device_adds(device, text);
    }
    marks(device, 0, SESSIONS / 2);
    device_delivers(device);
    marks(device, SESSIONS / 2, SESSIONS);
    device_closes(device);
}

/* --- what a store says, look by look -------------------------------------------------------------------------------------------------- */

struct look {
    char *text;
    size_t size;
    bool done;
    struct error err;
};
static inline void tell(struct look *look, const char *text)
{
    const size_t size = strlen(text);

    ck_assert_uint_lt(look->size + size + 2, TEXT_SIZE);
    memcpy(look->text + look->size, text, size);
    look->size += size;
    look->text[look->size++] = '\n';
    look->text[look->size] = '\0';
}

static inline void say_number(struct look *look, uint64_t number)
{
    char text[32];

    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    tell(look, text);
}

static inline bool say_row(void *context, const struct row *row)
{
    tell(context, row->id);
    for (size_t i = 0; i < row->reg_count; i++) {
        const struct value value = row_value(row, row->regs[i].field);

        tell(context, row->regs[i].field);
        if (value.kind == VALUE_TEXT)
            tell(context, value.text);
        else
            say_number(context, (uint64_t)value.integer);
    }
    return true;
}

static inline struct look *next(struct look *looks, size_t *count)
{
    ck_assert_uint_lt(*count, LOOKS);
    looks[*count].size = 0;
    looks[*count].text[0] = '\0';
    error_clear(&looks[*count].err);
    return &looks[(*count)++];
}

static inline void look_at_rows(struct store *store, struct look *look, const char *entity, const char *field, const char *value)
{
    const struct store_filter filter = {field, value_text(value)};
    const struct store_query query = {.entity = entity, .filters = &filter, .filter_count = field == NULL ? 0 : 1};

    look->done = store_each(store, &query, say_row, look, &look->err);
}

/* Every way of reading: whole lists, by an index, by a column, counts, codes, one row, facts. */
static inline size_t look_at_all(struct store *store, struct look *looks)
{
    size_t count = 0;
    struct arena arena = {0};

    for (size_t i = 0; i < entity_count; i++) {
        if ((entities[i].flags & ENTITY_DERIVED) == 0)
            look_at_rows(store, next(looks, &count), entities[i].name, NULL, NULL);
    }
    for (size_t i = 0; i < SESSIONS; i++)
        look_at_rows(store, next(looks, &count), "attendance", "session", sessions[i]);
    for (size_t i = 0; i < PEOPLE; i += 10)
        look_at_rows(store, next(looks, &count), "attendance", "person", people[i]);
    look_at_rows(store, next(looks, &count), "attendance", "status", "late");
    look_at_rows(store, next(looks, &count), "session", "code", "TT-3");
    for (size_t i = 0; i < 2; i++) {
        const struct store_query query = {.entity = i == 0 ? "person" : "attendance"};
        struct look *look = next(looks, &count);
        uint64_t number = 0;

        look->done = store_count(store, &query, &number, &look->err);
        say_number(look, number);
    }
    for (size_t i = 0; i < PEOPLE; i += 7) {
        struct look *look = next(looks, &count);
        const struct row *row = NULL;

        look->done = store_row(store, &arena, "person", people[i], &row, &look->err);
        if (look->done && row != NULL)
            say_row(look, row);
    }
    struct look *look = next(looks, &count);
    char id[ROW_ID_SIZE];
    look->done = store_resolve(store, "session", "TT-5", id, &look->err);
    if (look->done)
        tell(look, id);
    look = next(looks, &count);
    struct store_counts counts = {0};
    look->done = store_counts(store, &counts, &look->err);
    say_number(look, counts.rows);
    say_number(look, counts.waiting);
    say_number(look, counts.conflicts);
    look = next(looks, &count);
    struct store_identity identity = {0};
    look->done = store_identity(store, &identity, &look->err);
    tell(look, identity.device);
    tell(look, identity.server_url);
    say_number(look, identity.log);
    arena_clear(&arena);
    return count;
}

static inline void looks_make(struct look *looks)
{
    for (size_t i = 0; i < LOOKS; i++) {
        looks[i] = (struct look){.text = malloc(TEXT_SIZE)};
        ck_assert_ptr_nonnull(looks[i].text);
    }
}

static inline void looks_end(struct look *looks)
{
    for (size_t i = 0; i < LOOKS; i++)
        free(looks[i].text);
}

/* --- hurting ------------------------------------------------------------------------------------------------------------------------- */

static inline uint64_t draw(uint64_t *random, uint64_t below)
{
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    return (*random >> 24) % below;
}

static inline size_t size_of(const char *path)
{
    struct stat about;

    ck_assert_int_eq(stat(path, &about), 0);
    return (size_t)about.st_size;
}

static inline void flip(const char *path, size_t byte, unsigned bit)
{
    FILE *file = fopen(path, "r+b");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fseek(file, (long)byte, SEEK_SET), 0);
    const int was = fgetc(file);
    ck_assert_int_eq(fseek(file, (long)byte, SEEK_SET), 0);
    ck_assert_int_eq(fputc(was ^ (1 << bit), file), was ^ (1 << bit));
    ck_assert_int_eq(fclose(file), 0);
}

#endif
