// SPDX-License-Identifier: Apache-2.0
/* Telling the service manager how we are (sd_notify), by hand: one datagram, no library.
 *
 * Here:      the datagram.
 * Not here:  what is told, and when (agent/cli/run.c).
 * Source     systemd, sd_notify(3), "Standalone Implementations".
 */
#ifndef AGENT_SYSTEM_NOTIFY_H
#define AGENT_SYSTEM_NOTIFY_H

/* "READY=1", "STATUS=...", several joined by line feeds. Does nothing where no manager asked for it. */
void notify_send(const char *text);

#endif
