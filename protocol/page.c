// SPDX-License-Identifier: Apache-2.0
/* A page of the feed: rows as columns, and back.
 *
 * Here:      a row's live values as changes (one per stamp), so that a page is a table of columns.h; bounds.
 * Not here:  the forms of columns.
 * How        rows come first: one after the other, each as its stamps ascending; then the keys, as changes without fields, log and time.
 */
#include "protocol/page.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/columns.h"
#include "protocol/deflate.h"
#include "protocol/squeeze.h"

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs.", "there was no memory for a page");
}

static bool refuse(const char *why, struct error *err)
{
    return error_set(err, ERROR_CORRUPT, "", "a page was refused: %s", why);
}

/* One live value, in its field. */
struct live {
    struct stamp stamp;
    const char *field;
    struct value value;
};

/* ---- packing ---- */

static int compare_by_stamp(const void *a, const void *b)
{
    const struct live *left = a, *right = b;
    int order = stamp_compare(left->stamp, right->stamp);

    return order != 0 ? order : strcmp(left->field, right->field);
}

struct packer {
    struct arena arena;
    struct change *changes;
    uint64_t *many;
    size_t count, room;
};

static struct change *add_change(struct packer *packer, const char *entity, const char *row, uint64_t many)
{
    if (packer->count == packer->room) {
        size_t room = packer->room == 0 ? 256 : 2 * packer->room;

        packer->changes = arena_grow(&packer->arena, packer->changes, packer->count, room, sizeof *packer->changes);
        packer->many = arena_grow(&packer->arena, packer->many, packer->count, room, sizeof *packer->many);
        packer->room = room;
        if (packer->changes == NULL || packer->many == NULL)
            return NULL;
    }
    packer->many[packer->count] = many;
    packer->changes[packer->count] = (struct change){.entity = entity, .row = row, .author = ""};
    return &packer->changes[packer->count++];
}

static bool add_row(struct packer *packer, const struct page_row *page_row)
{
    const struct row *row = &page_row->row;
    struct live *lives;
    size_t count = 0;

    for (size_t i = 0; i < row->reg_count; i++)
        count += row->regs[i].live_count;
    lives = arena_take_many(&packer->arena, count, sizeof *lives);
    if (lives == NULL)
        return false;
    count = 0;
    for (size_t i = 0; i < row->reg_count; i++) {
        for (size_t j = 0; j < row->regs[i].live_count; j++)
            lives[count++] = (struct live){row->regs[i].live[j].stamp, row->regs[i].field, row->regs[i].live[j].value};
    }
    qsort(lives, count, sizeof *lives, compare_by_stamp);
    for (size_t from = 0, to; from < count; from = to) {
        struct change *change = add_change(packer, row->entity, row->id, page_row->many);
        struct change_field *fields;

        for (to = from; to < count && to - from < CHANGE_FIELDS_MAX && stamp_compare(lives[to].stamp, lives[from].stamp) == 0;)
            to++;
        fields = arena_take_many(&packer->arena, to - from, sizeof *fields);
        if (change == NULL || fields == NULL)
            return false;
        for (size_t i = from; i < to; i++)
            fields[i - from] = (struct change_field){.name = lives[i].field, .value = lives[i].value};
        change->log = lives[from].stamp.log;
        change->time = lives[from].stamp.time;
        change->fields = fields;
        change->field_count = to - from;
    }
    return true;
}

static bool add_all(struct packer *packer, const struct page *page, struct error *err)
{
    if (page->row_count > PAGE_ROWS_MAX || page->key_count > PAGE_ROWS_MAX)
        return error_set(err, ERROR_LIMIT, "", "a page of %zu rows and %zu keys is more than %d", page->row_count, page->key_count,
                         PAGE_ROWS_MAX);
    for (size_t i = 0; i < page->row_count; i++) {
        if (page->rows[i].many == 0 || page->rows[i].many > INT64_MAX)
            return error_set(err, ERROR_INVALID, "", "a row of a page was in no place");
        if (!add_row(packer, &page->rows[i]))
            return no_memory(err);
    }
    for (size_t i = 0; i < page->key_count; i++) {
        if (page->keys[i].many > INT64_MAX || add_change(packer, page->keys[i].entity, page->keys[i].id, page->keys[i].many) == NULL)
            return no_memory(err);
    }
    return packer->count <= COLUMNS_COUNT_MAX ||
           error_set(err, ERROR_LIMIT, "", "a page of %zu stamps is more than %d", packer->count, COLUMNS_COUNT_MAX);
}

bool page_pack(struct bytes *out, const struct page *page, struct error *err)
{
    static const uint64_t no_many[1] = {0};
    struct packer packer = {0};
    struct bytes raw = {0}, body = {0};
    struct columns columns = {0};
    size_t digits;
    bool done = false;

    if (!add_all(&packer, page, err))
        goto out;
    columns.changes = packer.changes;
    columns.many = packer.many == NULL ? no_many : packer.many;
    columns.count = packer.count;
    if (!columns_write(&raw, &columns, &digits, err))
        goto out;
    if (raw.size > PAGE_RAW_BYTES_MAX) {
        error_set(err, ERROR_LIMIT, "", "a page of %zu raw bytes is more than %d", raw.size, PAGE_RAW_BYTES_MAX);
        goto out;
    }
    if (!squeeze(bytes_span(&raw), digits, DICTIONARY_PAGE, &body, err))
        goto out;
    if (body.size > PAGE_BODY_BYTES_MAX) {
        error_set(err, ERROR_LIMIT, "", "a page of %zu bytes is more than %d", body.size, PAGE_BODY_BYTES_MAX);
        goto out;
    }
    bytes_append_varint(out, raw.size);
    done = bytes_append(out, body.data, body.size) || no_memory(err);
out:
    bytes_clear(&raw);
    bytes_clear(&body);
    arena_clear(&packer.arena);
    return done;
}

/* ---- opening ---- */

static int compare_by_field(const void *a, const void *b)
{
    const struct live *left = a, *right = b;
    int order = strcmp(left->field, right->field);

    return order != 0 ? order : stamp_compare(left->stamp, right->stamp);
}

/* Registers from live values that are in order of field and stamp. */
static bool make_row(struct arena *arena, const struct live *lives, size_t count, struct row *row, struct error *err)
{
    struct entry *entries = arena_take_many(arena, count, sizeof *entries);
    size_t fields = 0;

    for (size_t i = 0; i < count; i++) {
        bool same = i > 0 && strcmp(lives[i].field, lives[i - 1].field) == 0;

        if (same && stamp_compare(lives[i - 1].stamp, lives[i].stamp) == 0)
            return refuse("a field had two values of one stamp", err);
        fields += !same;
    }
    if (fields > ROW_FIELDS_MAX)
        return error_set(err, ERROR_LIMIT, "", "a row of %zu fields is more than %d", fields, ROW_FIELDS_MAX);
    row->regs = arena_take_many(arena, fields, sizeof *row->regs);
    if (entries == NULL || row->regs == NULL)
        return no_memory(err);
    for (size_t i = 0; i < count; i++) {
        struct reg *reg;

        if (i == 0 || strcmp(lives[i].field, lives[i - 1].field) != 0)
            row->regs[row->reg_count++] = (struct reg){.field = lives[i].field, .live = &entries[i]};
        reg = &row->regs[row->reg_count - 1];
        if (reg->live_count == ROW_VALUES_MAX)
            return error_set(err, ERROR_LIMIT, "", "a field of more than %d values", ROW_VALUES_MAX);
        reg->live[reg->live_count++] = (struct entry){lives[i].stamp, lives[i].value};
    }
    return true;
}

/* A record is a change without log and seq of its own: lend it some for the check. */
static bool is_well_formed(const struct change *change, struct error *err)
{
    struct change lent = *change;

    lent.seq = 1;
    if (lent.field_count == 0)
        lent.log = 1;
    return change_is_well_formed(&lent, err);
}

/* The records from `from` on that are of one row; *ret_to: the first that is not. */
static bool open_row(struct arena *arena, const struct columns *columns, size_t from, struct page_row *ret, size_t *ret_to,
                     struct error *err)
{
    const struct change *first = &columns->changes[from];
    struct live *lives;
    size_t to = from, count = 0;

    while (to < columns->count && columns->changes[to].field_count > 0 && strcmp(columns->changes[to].row, first->row) == 0 &&
           strcmp(columns->changes[to].entity, first->entity) == 0) {
        if (columns->many[to] == 0 || columns->many[to] != columns->many[from])
            return refuse("a row was in no place, or in two minds about it", err);
        count += columns->changes[to++].field_count;
    }
    lives = arena_take_many(arena, count, sizeof *lives);
    if (lives == NULL)
        return no_memory(err);
    count = 0;
    for (size_t i = from; i < to; i++) {
        const struct change *change = &columns->changes[i];

        for (size_t j = 0; j < change->field_count; j++)
            lives[count++] = (struct live){{change->time, change->log}, change->fields[j].name, change->fields[j].value};
    }
    if (to - from > 1) /* one stamp is in order already */
        qsort(lives, count, sizeof *lives, compare_by_field);
    *ret = (struct page_row){.row = {.entity = first->entity, .id = first->row}, .many = columns->many[from]};
    *ret_to = to;
    return make_row(arena, lives, count, &ret->row, err);
}

static bool open_records(struct arena *arena, const struct columns *columns, struct page *page, struct error *err)
{
    struct page_row *rows = arena_take_many(arena, columns->count, sizeof *rows);
    struct page_key *keys = arena_take_many(arena, columns->count, sizeof *keys);
    size_t at = 0;

    if (rows == NULL || keys == NULL)
        return no_memory(err);
    for (size_t i = 0; i < columns->count; i++) {
        const struct change *change = &columns->changes[i];

        if (!is_well_formed(change, err))
            return false;
        if (change->author[0] != '\0' || (change->field_count == 0 && (change->time != 0 || change->log != 0)))
            return refuse("something stood where nothing may", err);
        for (size_t j = 0; j < change->field_count; j++) {
            if (change->fields[j].base_count > 0)
                return refuse("something stood where nothing may", err);
        }
    }
    while (at < columns->count && columns->changes[at].field_count > 0) {
        if (!open_row(arena, columns, at, &rows[page->row_count++], &at, err))
            return false;
    }
    for (; at < columns->count; at++) {
        const struct change *change = &columns->changes[at];

        if (change->field_count > 0)
            return refuse("a row came after the keys", err);
        keys[page->key_count++] = (struct page_key){change->entity, change->row, columns->many[at]};
    }
    if (page->row_count > PAGE_ROWS_MAX || page->key_count > PAGE_ROWS_MAX)
        return error_set(err, ERROR_LIMIT, "", "a page of %zu rows and %zu keys is more than %d", page->row_count, page->key_count,
                         PAGE_ROWS_MAX);
    page->rows = rows;
    page->keys = keys;
    return true;
}

bool page_open(struct arena *arena, struct span in, struct page *ret, struct error *err)
{
    struct reader reader = reader_of(in.data, in.size);
    uint64_t raw_size = reader_varint(&reader);
    struct bytes raw = {0};
    struct columns columns = {0};
    struct page page = {0};
    bool done;

    if (reader.failed)
        return refuse("it was cut", err);
    if (raw_size > PAGE_RAW_BYTES_MAX || reader_left(&reader) > PAGE_BODY_BYTES_MAX)
        return error_set(err, ERROR_LIMIT, "", "a page of %zu bytes, %llu raw, is more than %d and %d", reader_left(&reader),
                         (unsigned long long)raw_size, PAGE_BODY_BYTES_MAX, PAGE_RAW_BYTES_MAX);
    done = deflate_open((struct span){reader.at, reader_left(&reader)}, DICTIONARY_PAGE, (size_t)raw_size, PAGE_RAW_BYTES_MAX, &raw, err) &&
           columns_read(arena, bytes_span(&raw), PAGE_RAW_BYTES_MAX, 2 * (size_t)PAGE_RAW_BYTES_MAX, &columns, err) &&
           open_records(arena, &columns, &page, err);
    bytes_clear(&raw);
    if (done)
        *ret = page;
    return done;
}
