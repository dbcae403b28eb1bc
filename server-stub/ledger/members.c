// SPDX-License-Identifier: Apache-2.0
/* A row's memberships as bytes: in which places it is, and from which it went when.
 *
 * Here:      write and read.
 * Not here:  which places those are (server-stub/app).
 * Shape      per place, ascending: place * 2 + gone varint; when gone: position varint (else the row's own position stands for it).
 */
#include "server-stub/ledger/sqlite_internal.h"

bool members_write(struct bytes *out, uint64_t position, const struct ledger_member *members, size_t count)
{
    (void)position;
    for (size_t i = 0; i < count; i++) {
        bytes_append_varint(out, members[i].place * 2 + (members[i].gone ? 1 : 0));
        if (members[i].gone)
            bytes_append_varint(out, members[i].position);
    }
    return !out->failed;
}

bool members_read(struct arena *arena, struct span in, uint64_t position, const struct ledger_member **ret, size_t *ret_count)
{
    struct reader reader = reader_of(in.data, in.size);
    struct ledger_member *members;
    size_t count = 0;

    *ret = NULL;
    *ret_count = 0;
    if (in.size == 0)
        return true;
    members = arena_take_many(arena, in.size, sizeof *members); /* a member takes a byte at least */
    if (members == NULL)
        return false;
    while (reader_left(&reader) > 0 && !reader.failed) {
        uint64_t head = reader_varint(&reader);
        members[count].place = head / 2;
        members[count].gone = head % 2 == 1;
        members[count].position = members[count].gone ? reader_varint(&reader) : position;
        count++;
    }
    *ret = members;
    *ret_count = count;
    return !reader.failed;
}
