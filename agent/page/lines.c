// SPDX-License-Identifier: Apache-2.0
/* The table of connections.
 *
 * Not here:  why a deadline is what it is.
 */
#include "agent/page/lines.h"

#include <sys/socket.h>

struct line *lines_add(struct lines *lines, int fd, int64_t deadline_ms)
{
    for (size_t i = 0; i < LINES_MAX; i++)
        if (!lines->lines[i].is_used) {
            lines->lines[i] = (struct line){.is_used = true, .fd = fd, .deadline_ms = deadline_ms};
            return &lines->lines[i];
        }
    return NULL;
}

void lines_remove(struct line *line)
{
    if (line != NULL)
        line->is_used = false;
}

size_t lines_cut(struct lines *lines, int64_t now_ms)
{
    size_t cut = 0;

    for (size_t i = 0; i < LINES_MAX; i++) {
        struct line *line = &lines->lines[i];

        if (!line->is_used || line->deadline_ms > now_ms)
            continue;
        shutdown(line->fd, SHUT_RDWR); /* the library sees the end and closes; the fd stays its own */
        line->deadline_ms = LINE_NO_DEADLINE;
        cut++;
    }
    return cut;
}

int64_t lines_next_ms(const struct lines *lines)
{
    int64_t next = LINE_NO_DEADLINE;

    for (size_t i = 0; i < LINES_MAX; i++)
        if (lines->lines[i].is_used && lines->lines[i].deadline_ms < next)
            next = lines->lines[i].deadline_ms;
    return next;
}
