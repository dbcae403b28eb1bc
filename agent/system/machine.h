// SPDX-License-Identifier: Apache-2.0
/* What tells this machine from a clone of it.
 *
 * Here:      a word made from /etc/machine-id.
 * Not here:  what a clone means (agent/store starts a fresh log).
 */
#ifndef AGENT_SYSTEM_MACHINE_H
#define AGENT_SYSTEM_MACHINE_H

enum { MACHINE_TEXT_SIZE = 33 };

/* 32 hex digits that say nothing about the machine-id itself, or "" when it has none. */
void machine_text(char ret[MACHINE_TEXT_SIZE]);

#endif
