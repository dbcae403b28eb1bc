// SPDX-License-Identifier: Apache-2.0
/* Who is connected to the page, and until when.
 *
 * Here:      a table of connections with absolute deadlines; who goes when there are too many.
 * Not here:  libmicrohttpd, requests; how long what may take (serve.h).
 * Why        the library's time-out starts again at every byte: one byte in 29 seconds would hold a connection for ever.
 */
#ifndef AGENT_PAGE_LINES_H
#define AGENT_PAGE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINES_MAX = 64 };
#define LINE_NO_DEADLINE INT64_MAX
#define LINE_IS_BUSY     INT64_MAX

struct line {
    bool is_used;
    int fd;
    int64_t deadline_ms; /* uptime */
    int64_t idle_since_ms; /* LINE_IS_BUSY: in the middle of a request */
};
struct lines {
    struct line lines[LINES_MAX];
}; /* {0} is an empty one */

/* NULL: no place. Idle from now on. Ended by lines_remove(), which must come before fd is closed: a deadline must not hit another's fd. */
struct line *lines_add(struct lines *lines, int fd, int64_t now_ms, int64_t deadline_ms);
void lines_remove(struct line *line); /* NULL is fine */
/* Shuts down what is past its deadline; how many that were. */
size_t lines_cut(struct lines *lines, int64_t now_ms);
/* Shuts down those that have idled longest until at most `most` are left, as far as there are any; never `newest`, never one whose next
 * request has come already. */
void lines_make_room(struct lines *lines, size_t most, const struct line *newest);
int64_t lines_next_ms(const struct lines *lines); /* the earliest deadline; LINE_NO_DEADLINE: none */

#endif
