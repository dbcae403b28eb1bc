// SPDX-License-Identifier: Apache-2.0
/* Programs that outlive us: `teren run` in the background, a browser.
 *
 * Here:      starting one in a session of its own, asking how it goes.
 * Not here:  which one (agent/cli).
 */
#ifndef AGENT_SYSTEM_START_H
#define AGENT_SYSTEM_START_H

#include <sys/types.h>

#include "protocol/arena.h"
#include "protocol/error.h"

struct started {
    pid_t process;
    int said; /* a memory file with what it printed, both ways */
};
/* words[0] is the program (looked for in PATH unless it has a '/'), words end with NULL. It gets no input, prints into memory, and stands
 * in "/" and in a session of its own. ERROR_NOT_FOUND when there is no such program. started_forget() in any case. */
bool started_begin(const char *const *words, struct started *ret, struct error *err);
/* Has it ended? Then *ret_exit_code is how: 128 and more by a signal. */
bool started_has_ended(const struct started *started, int *ret_exit_code);
/* What it printed so far, at most 1 KiB, in one line. */
const char *started_words(const struct started *started, struct arena *arena);
void started_forget(struct started *started); /* it runs on */

#endif
