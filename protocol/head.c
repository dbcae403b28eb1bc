// SPDX-License-Identifier: Apache-2.0
/* The bytes between the pieces of a head.
 *
 * Here:      one walk over them.
 * Not here:  parsing.
 */
#include "protocol/head.h"

#include <stdint.h>
#include <string.h>

enum { LAST_BYTES = 3 }; /* what is sure to follow the last value: LF and an empty line, as NULs or as they came */

static bool may_stand_between(char byte)
{
    return byte == '\0' || byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n' || byte == ':';
}

/* True when something was cut away between `end` of one piece and `next`. */
static bool cut_between(const char *end, const char *next, size_t buffer_bytes)
{
    uintptr_t gap = (uintptr_t)next - (uintptr_t)end;
    if (gap > buffer_bytes) /* also when next lies before end: not one buffer */
        return false;
    for (uintptr_t i = 0; i < gap; i++)
        if (!may_stand_between(end[i]))
            return true;
    return false;
}

bool head_was_cut(const char *path, size_t target_size, const char *version, const struct gate_header *headers, size_t header_count,
                  size_t buffer_bytes)
{
    const char *end = version + strlen(version);
    if (cut_between(path + target_size, version, buffer_bytes))
        return true;
    for (size_t i = 0; i < header_count; i++) {
        if (cut_between(end, headers[i].name, buffer_bytes))
            return true;
        end = headers[i].name + headers[i].name_size;
        if (headers[i].value_size == 0)
            continue; /* an empty value may be a text of the library's own */
        if (cut_between(end, headers[i].value, buffer_bytes))
            return true;
        end = headers[i].value + headers[i].value_size;
    }
    return header_count > 0 && end != version + strlen(version) && cut_between(end, end + LAST_BYTES, buffer_bytes);
}
