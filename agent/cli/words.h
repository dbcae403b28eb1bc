// SPDX-License-Identifier: Apache-2.0
/* A line parted into words as a shell would, with nothing expanded.
 *
 * Here:      blanks, 'single' and "double" quotes, backslash; # begins a comment.
 * Not here:  what the words mean.
 */
#ifndef AGENT_CLI_WORDS_H
#define AGENT_CLI_WORDS_H

#include "protocol/arena.h"
#include "protocol/error.h"

/* The words are in the arena. ERROR_USAGE: an open quote, or more than words_max words. */
bool words_split(struct arena *arena, const char *line, size_t words_max, const char ***ret, size_t *ret_count, struct error *err);

#endif
