// SPDX-License-Identifier: Apache-2.0
/* The launcher: home/open.html, a page that forwards a browser to where `teren run` serves, with the token in the address's fragment.
 *
 * Here:      the token, the file's text, reading it back.
 * Not here:  the server (serve.h), starting a browser (agent/cli/open.c).
 * Why a file a token among a browser's arguments would stand in the list of processes for everybody; a file of mode 0600 is read by its
 *            owner's browser alone. A fragment is sent to nobody, and the page wipes it from the address.
 */
#ifndef AGENT_PAGE_TOKEN_H
#define AGENT_PAGE_TOKEN_H

#include "agent/page/guard.h"
#include "protocol/arena.h"
#include "protocol/error.h"
#include "protocol/port.h"

enum { LAUNCHER_BYTES_MAX = 16 * 1024 };

/* home/open.html; NULL: no memory. */
const char *launcher_path(struct arena *arena, const char *home);
/* The token of the launcher that is there, as long as that is word for word ours and nobody else could read it; else a new one. */
void launcher_token(const char *home, const struct chance_port *chance, char ret[GUARD_TOKEN_SIZE + 1]);
void launcher_new_token(const struct chance_port *chance, char ret[GUARD_TOKEN_SIZE + 1]);
/* Whole or not at all, mode 0600; left alone where it says just this. port: where we serve. */
bool launcher_write(const char *home, int port, const char *token, struct error *err);
/* Takes it away: nothing is served. Its token goes with it. */
void launcher_remove(const char *home);
/* Where the launcher forwards to: the port, or 0 when there is none or it is not ours. */
int launcher_port(const char *home);

#endif
