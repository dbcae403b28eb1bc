// SPDX-License-Identifier: Apache-2.0
/* The table of connections.
 *
 * Not here:  why a deadline is what it is.
 */
#include "agent/page/lines.h"

#include <sys/socket.h>

struct line *lines_add(struct lines *lines, int fd, int64_t now_ms, int64_t deadline_ms)
{
    for (size_t i = 0; i < LINES_MAX; i++)
        if (!lines->lines[i].is_used) {
            lines->lines[i] = (struct line){.is_used = true, .fd = fd, .deadline_ms = deadline_ms, .idle_since_ms = now_ms};
            return &lines->lines[i];
        }
    return NULL;
}

void lines_remove(struct line *line)
{
    if (line != NULL)
        line->is_used = false;
}

static void shut(struct line *line)
{
    shutdown(line->fd, SHUT_RDWR); /* the library sees the end and closes; the fd stays its own */
    line->deadline_ms = LINE_NO_DEADLINE;
    line->idle_since_ms = LINE_IS_BUSY;
}

size_t lines_cut(struct lines *lines, int64_t now_ms)
{
    size_t cut = 0;

    for (size_t i = 0; i < LINES_MAX; i++) {
        struct line *line = &lines->lines[i];

        if (!line->is_used || line->deadline_ms > now_ms)
            continue;
        shut(line);
        cut++;
    }
    return cut;
}

static bool has_spoken(const struct line *line)
{
    char byte;

    return recv(line->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

void lines_make_room(struct lines *lines, size_t most, const struct line *newest)
{
    size_t open = 0;

    for (size_t i = 0; i < LINES_MAX; i++) /* one that was shut has no deadline any more */
        open += lines->lines[i].is_used && lines->lines[i].deadline_ms != LINE_NO_DEADLINE;
    for (; open > most; open--) {
        struct line *eldest = NULL;

        for (size_t i = 0; i < LINES_MAX; i++) {
            struct line *line = &lines->lines[i];

            if (line->is_used && line != newest && line->idle_since_ms != LINE_IS_BUSY &&
                (eldest == NULL || line->idle_since_ms < eldest->idle_since_ms) && !has_spoken(line))
                eldest = line;
        }
        if (eldest == NULL)
            return;
        shut(eldest);
    }
}

int64_t lines_next_ms(const struct lines *lines)
{
    int64_t next = LINE_NO_DEADLINE;

    for (size_t i = 0; i < LINES_MAX; i++)
        if (lines->lines[i].is_used && lines->lines[i].deadline_ms < next)
            next = lines->lines[i].deadline_ms;
    return next;
}
