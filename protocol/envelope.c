// SPDX-License-Identifier: Apache-2.0
/* What all messages share: a small JSON head, deflated, and a list of parts.
 *
 * Here:      writing and reading heads, their keys, the parts.
 * Not here:  which keys there are, signatures (message.c).
 */
#include "protocol/envelope.h"

#include "protocol/catalogue.h"
#include "protocol/deflate.h"

static const char remedy_again[] = N_("Try again; if it keeps happening, tell the coordinator.");

bool envelope_no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for a message");
}

bool envelope_is_broken(struct error *err, const char *what)
{
    return error_set(err, ERROR_CORRUPT, remedy_again, "message did not verify: %s", what);
}

bool envelope_is_within_bounds(size_t size, struct error *err)
{
    if (size > MESSAGE_BYTES_MAX)
        return error_set(err, ERROR_LIMIT, remedy_again, "a message of %zu bytes is larger than %d", size, MESSAGE_BYTES_MAX);
    return true;
}

bool envelope_version_meets(uint8_t version, bool says_upgrade, struct error *err)
{
    if (version != PROTOCOL_VERSION && !says_upgrade)
        return error_set(err, ERROR_NEWER, "Upgrade the older side.", "the reply was of version %d, this device speaks %d", version,
                         PROTOCOL_VERSION);
    return true;
}

/* --- heads ------------------------------------------------------------------------------------------------------------- */

bool head_put(json_t *head, const char *key, uint64_t number)
{
    return number == 0 || json_object_set_new(head, key, json_integer((json_int_t)number)) == 0;
}

bool head_put_text(json_t *head, const char *key, const char *text)
{
    return text == NULL || text[0] == '\0' || json_object_set_new(head, key, json_string(text)) == 0;
}

bool head_get(const json_t *head, const char *key, uint64_t max, uint64_t *ret)
{
    const json_t *found = json_object_get(head, key);

    *ret = 0;
    if (found == NULL)
        return true;
    if (!json_is_integer(found))
        return false;
    *ret = (uint64_t)json_integer_value(found);
    return *ret <= max;
}

bool head_get_u32(const json_t *head, const char *key, uint32_t *ret)
{
    uint64_t number;
    bool good = head_get(head, key, UINT32_MAX, &number);

    *ret = good ? (uint32_t)number : 0;
    return good;
}

bool head_get_moment(const json_t *head, const char *key, int64_t *ret)
{
    uint64_t number;
    bool good = head_get(head, key, UINT64_MAX, &number);

    *ret = good ? (int64_t)number : 0;
    return good;
}

bool head_get_text(struct arena *arena, const json_t *head, const char *key, size_t size_max, const char **ret)
{
    const json_t *found = json_object_get(head, key);

    *ret = "";
    if (found == NULL)
        return true;
    if (!json_is_string(found) || json_string_length(found) > size_max)
        return false;
    *ret = arena_text(arena, json_string_value(found));
    return *ret != NULL;
}

bool head_write(struct bytes *out, const json_t *head, struct error *err)
{
    bool done = false;
    struct bytes raw = {0};
    struct bytes deflated = {0};

    if (!json_write(&raw, head)) {
        envelope_no_memory(err);
        goto out;
    }
    if (raw.size > MESSAGE_HEAD_RAW_BYTES_MAX) {
        error_set(err, ERROR_LIMIT, "", "the head of a message would be %zu bytes, more than %d", raw.size, MESSAGE_HEAD_RAW_BYTES_MAX);
        goto out;
    }
    if (!deflate_pack(bytes_span(&raw), DICTIONARY_HEAD, &deflated, err))
        goto out;
    bytes_append_varint(out, raw.size);
    bytes_append_varint(out, deflated.size);
    if (!bytes_append(out, deflated.data, deflated.size)) {
        envelope_no_memory(err);
        goto out;
    }
    done = true;
out:
    bytes_clear(&raw);
    bytes_clear(&deflated);
    return done;
}

json_t *head_read(struct reader *in, struct error *err)
{
    json_t *head = NULL;
    struct bytes raw = {0};
    uint64_t raw_size = reader_varint(in);
    uint64_t size = reader_varint(in);
    struct span deflated;

    if (in->failed || size > reader_left(in)) {
        envelope_is_broken(err, "its head ended early");
        goto out;
    }
    if (raw_size > MESSAGE_HEAD_RAW_BYTES_MAX) {
        error_set(err, ERROR_LIMIT, remedy_again, "the head of a message claimed %llu bytes, more than %d", (unsigned long long)raw_size,
                  MESSAGE_HEAD_RAW_BYTES_MAX);
        goto out;
    }
    deflated = reader_span(in, (size_t)size);
    if (!deflate_open(deflated, DICTIONARY_HEAD, (size_t)raw_size, MESSAGE_HEAD_RAW_BYTES_MAX, &raw, err))
        goto out;
    head = json_read(bytes_span(&raw), MESSAGE_HEAD_RAW_BYTES_MAX, "message head", err);
    if (head != NULL && !json_is_object(head)) {
        envelope_is_broken(err, "its head is no object");
        json_decref(head);
        head = NULL;
    }
out:
    bytes_clear(&raw);
    return head;
}

/* --- parts ------------------------------------------------------------------------------------------------------------- */

void parts_write(struct bytes *out, const struct span *parts, size_t count)
{
    while (count > 0 && parts[count - 1].size == 0)
        count--;
    bytes_append_varint(out, count);
    for (size_t i = 0; i < count; i++) {
        bytes_append_varint(out, parts[i].size);
        bytes_append(out, parts[i].data, parts[i].size);
    }
}

bool parts_read(struct reader *in, struct span *parts, size_t room, size_t *ret_count, struct error *err)
{
    uint64_t count = reader_varint(in);

    if (!in->failed && count > room)
        return error_set(err, ERROR_LIMIT, remedy_again, "a message had %llu parts, more than %zu", (unsigned long long)count, room);
    for (uint64_t i = 0; i < count && !in->failed; i++) {
        uint64_t size = reader_varint(in);
        if (size > reader_left(in))
            return envelope_is_broken(err, "a part ended early");
        parts[i] = reader_span(in, (size_t)size);
    }
    if (in->failed)
        return envelope_is_broken(err, "its parts ended early");
    if (reader_left(in) != 0)
        return envelope_is_broken(err, "bytes were left over");
    *ret_count = (size_t)count;
    return true;
}
