// SPDX-License-Identifier: Apache-2.0
/* A change: its canonical bytes and its validity.
 *
 * Here:      writing and reading canonical bytes, well-formed (every side keeps it), applicable (the entity table allows it).
 * Not here:  packing many (columns.c), what stands after it (row.c).
 */
#include "protocol/change.h"

#include <string.h>

#include "protocol/text.h"

static bool is_name(const char *name)
{
    size_t size = 0;

    if (name == NULL)
        return false;
    for (; name[size] != '\0'; size++) {
        char byte = name[size];

        if (size == NAME_BYTES_MAX || !((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_'))
            return false;
    }
    return size > 0;
}

static bool refuse(const struct change *change, const char *rule, struct error *err)
{
    return error_set(err, ERROR_CORRUPT, "", "change %llu was not well-formed: %s", (unsigned long long)change->seq, rule);
}

static size_t varint_size(uint64_t value)
{
    size_t size = 1;

    for (; value >= 0x80; value >>= 7)
        size++;
    return size;
}

static size_t text_size(const char *text)
{
    size_t size = strlen(text);

    return varint_size(size) + size;
}

/* Checks one field and adds its canonical size. */
static bool field_is_well_formed(const struct change *change, const struct change_field *field, size_t *size, struct error *err)
{
    if (!is_name(field->name))
        return refuse(change, "the name of a field", err);
    *size += text_size(field->name) + 1 + varint_size(field->base_count);
    switch (field->value.kind) {
    case VALUE_NONE:
        break;
    case VALUE_INTEGER:
        *size += varint_size((uint64_t)field->value.integer << 1 ^ (field->value.integer < 0 ? UINT64_MAX : 0));
        break;
    case VALUE_TEXT:
        if (field->value.text == NULL || !text_is_allowed(field->value.text, strlen(field->value.text)))
            return refuse(change, "a text that is too long, no UTF-8, or has control characters", err);
        *size += text_size(field->value.text);
        break;
    default:
        return refuse(change, "a value of an unknown kind", err);
    }
    if (field->base_count > CHANGE_BASES_MAX)
        return refuse(change, "too many bases", err);
    for (size_t i = 0; i < field->base_count; i++) {
        if (field->bases[i].log == 0 || (i > 0 && stamp_compare(field->bases[i - 1], field->bases[i]) >= 0))
            return refuse(change, "bases out of order", err);
        *size += varint_size(field->bases[i].time) + sizeof(uint64_t);
    }
    return true;
}

bool change_is_well_formed(const struct change *change, struct error *err)
{
    size_t size;

    if (change->log == 0 || change->seq == 0)
        return refuse(change, "no log or no seq", err);
    if (!is_name(change->entity))
        return refuse(change, "the name of its entity", err);
    if (!row_id_is_valid(change->row))
        return refuse(change, "the id of its row", err);
    if (change->author == NULL ||
        (*change->author != '\0' && (strlen(change->author) > AUTHOR_BYTES_MAX || !row_id_is_valid(change->author))))
        return refuse(change, "its author", err);
    if (change->field_count > CHANGE_FIELDS_MAX)
        return refuse(change, "too many fields", err);
    size = text_size(change->entity) + text_size(change->row) + text_size(change->author) + varint_size(change->time) +
           varint_size(change->field_count);
    for (size_t i = 0; i < change->field_count; i++) {
        if (!field_is_well_formed(change, &change->fields[i], &size, err))
            return false;
        if (i > 0 && strcmp(change->fields[i - 1].name, change->fields[i].name) >= 0)
            return refuse(change, "fields out of order", err);
    }
    return size <= CHANGE_BYTES_MAX || refuse(change, "too many bytes", err);
}

static bool quarantine(const struct change *change, const char *rule, struct error *err)
{
    return error_set(err, ERROR_INVALID, "", "change %llu of %s %s", (unsigned long long)change->seq, change->entity, rule);
}

/* The id of a row that is named by its key says the key again: both must agree. */
static bool key_is_applicable(const struct change *change, const struct entity *entity, struct error *err)
{
    enum { PARTS_MAX = 8 };
    char scratch[ROW_ID_SIZE];
    const char *parts[PARTS_MAX];
    size_t count = row_id_parts(change->row, scratch, parts, PARTS_MAX);
    size_t key = 0;

    for (size_t i = 0; i < entity->field_count; i++) {
        const struct field *field = &entity->fields[i];

        if ((field->flags & FIELD_KEY) == 0)
            continue;
        if (key >= count)
            return quarantine(change, "names a row by too few parts", err);
        if (!field_allows(entity, field, value_text(parts[key]), err))
            return false;
        for (size_t j = 0; j < change->field_count; j++) {
            if (strcmp(change->fields[j].name, field->name) == 0 && !value_equal(change->fields[j].value, value_text(parts[key])))
                return quarantine(change, "has a key that differs from its row's name", err);
        }
        key++;
    }
    return key == count || quarantine(change, "names a row by too many parts", err);
}

static bool row_is_applicable(const struct change *change, const struct entity *entity, struct error *err)
{
    uint64_t log, seq;

    if (entity->naming == NAMED_BY_KEY)
        return key_is_applicable(change, entity, err);
    if (!row_id_parse(change->row, &log, &seq))
        return quarantine(change, "names a row that no change can have made", err);
    if (log == change->log && seq > change->seq)
        return quarantine(change, "names a row that was not made yet", err);
    return true;
}

bool change_is_applicable(const struct change *change, bool by_server, struct error *err)
{
    const struct entity *entity = entity_find(change->entity);

    if (entity == NULL)
        return true;
    if ((entity->flags & ENTITY_DERIVED) != 0)
        return quarantine(change, "is of a kind that is never recorded", err);
    if ((entity->flags & ENTITY_SERVER) != 0 && !by_server)
        return quarantine(change, "is of a kind that only the server records", err);
    if (!row_is_applicable(change, entity, err))
        return false;
    for (size_t i = 0; i < change->field_count; i++) {
        if (!field_allows(entity, entity_field(entity, change->fields[i].name), change->fields[i].value, err))
            return false;
    }
    return true;
}

bool change_write(struct bytes *out, const struct change *change)
{
    bytes_append_text(out, change->entity);
    bytes_append_text(out, change->row);
    bytes_append_text(out, change->author);
    bytes_append_varint(out, change->time);
    bytes_append_varint(out, change->field_count);
    for (size_t i = 0; i < change->field_count; i++) {
        const struct change_field *field = &change->fields[i];

        bytes_append_text(out, field->name);
        value_write(out, field->value);
        bytes_append_varint(out, field->base_count);
        for (size_t j = 0; j < field->base_count; j++) {
            bytes_append_varint(out, field->bases[j].time);
            bytes_append_u64(out, field->bases[j].log);
        }
    }
    return !out->failed;
}

/* NULL: no memory. A text with a NUL inside becomes a shorter one; what follows then does not meet the chain, so it is refused here. */
static const char *read_text(struct arena *arena, struct reader *in)
{
    struct span span = reader_text(in);

    if (span.size > 0 && memchr(span.data, 0, span.size) != NULL)
        in->failed = true;
    return arena_text_n(arena, (const char *)span.data, span.size);
}

enum read_result { READ_FINE, READ_BAD, READ_NO_MEMORY };

static enum read_result read_field(struct arena *arena, struct reader *in, struct change_field *ret)
{
    uint64_t count;
    struct stamp *bases;

    ret->name = read_text(arena, in);
    if (ret->name == NULL)
        return READ_NO_MEMORY;
    if (!value_read(arena, in, &ret->value))
        return READ_BAD;
    count = reader_varint(in);
    if (in->failed || count > CHANGE_BASES_MAX)
        return READ_BAD;
    if (count == 0)
        return READ_FINE;
    bases = arena_take_many(arena, (size_t)count, sizeof *bases);
    if (bases == NULL)
        return READ_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        bases[i].time = reader_varint(in);
        bases[i].log = reader_u64(in);
    }
    ret->bases = bases;
    ret->base_count = (size_t)count;
    return in->failed ? READ_BAD : READ_FINE;
}

static enum read_result read_change(struct arena *arena, struct reader *in, struct change *ret)
{
    struct change_field *fields;
    uint64_t count;

    ret->entity = read_text(arena, in);
    ret->row = read_text(arena, in);
    ret->author = read_text(arena, in);
    ret->time = reader_varint(in);
    count = reader_varint(in);
    if (ret->entity == NULL || ret->row == NULL || ret->author == NULL)
        return READ_NO_MEMORY;
    if (in->failed || count > CHANGE_FIELDS_MAX)
        return READ_BAD;
    fields = arena_take_many(arena, (size_t)count, sizeof *fields);
    if (fields == NULL)
        return READ_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        enum read_result result = read_field(arena, in, &fields[i]);

        if (result != READ_FINE)
            return result;
    }
    ret->fields = fields;
    ret->field_count = (size_t)count;
    return READ_FINE;
}

bool change_read(struct arena *arena, struct reader *in, uint64_t log, uint64_t seq, struct change *ret, struct error *err)
{
    struct change change = {.log = log, .seq = seq};

    switch (read_change(arena, in, &change)) {
    case READ_NO_MEMORY:
        return error_set(err, ERROR_MEMORY, "Close other programs.", "there was no memory for change %llu", (unsigned long long)seq);
    case READ_BAD:
        return error_set(err, ERROR_CORRUPT, "", "the bytes of change %llu were not those of a change", (unsigned long long)seq);
    case READ_FINE:
        break;
    }
    if (!change_is_well_formed(&change, err))
        return false;
    *ret = change;
    return true;
}
