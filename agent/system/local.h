// SPDX-License-Identifier: Apache-2.0
/* The road between `teren run`, which holds the store, and the other commands of the same person: a private Unix socket.
 *
 * Here:      listen, ask, read what was asked, answer. A command's words, its folder and the two files it prints to travel.
 * Not here:  running the command (agent/cli).
 * Shape      SOCK_SEQPACKET in the home folder (0700). One question: "TRNL" | version u8 | count varint | folder text | words as texts
 *            | language text,
 *            with stdout and stderr as SCM_RIGHTS. Any number of words on how it goes: a count u64. One answer: exit code u32.
 * Why files: the asker hands over memory files and copies them to its own output at the end, so that nobody who stops reading can
 *            hold up recording.
 * Promise:   only the same user is heard (SO_PEERCRED); nothing over LOCAL_BYTES_MAX or LOCAL_WORDS_MAX is read.
 */
#ifndef AGENT_SYSTEM_LOCAL_H
#define AGENT_SYSTEM_LOCAL_H

#include <stdint.h>

#include "protocol/arena.h"
#include "protocol/error.h"

enum { LOCAL_BYTES_MAX = 64 * 1024, LOCAL_WORDS_MAX = 256, LOCAL_ASK_MS_MAX = 5000 };

struct local_question {
    const char *folder;       /* where the asker stands */
    const char *const *words; /* what follows the program's name */
    size_t word_count;
    const char *language; /* a tag that the answer is to be in; "" for English: then it does not travel, and older programs understand */
    int out, err; /* files to print to; the reader closes them */
    /* The asker's: called for each word on how it goes, with 0 after the last; NULL: not wanted. */
    void (*progress)(const struct local_question *question, uint64_t count);
};

/* A listening descriptor at home/teren.sock, or -1 with ERROR_BUSY when somebody listens there, ERROR_STORAGE. close() it. */
int local_listen(const char *home, struct error *err);
void local_unlink(const char *home);
/* A connection that waits, or -1 when none does or it is not ours. */
int local_accept(int listener);
/* Reads the question (waits at most LOCAL_ASK_MS_MAX); words live in the arena. */
bool local_read(int connection, struct arena *arena, struct local_question *ret, struct error *err);
void local_answer(int connection, int exit_code); /* and closes the connection */

/* True when somebody listens at home. */
bool local_is_served(const char *home);
/* Asks and waits for the end of the command. False when nobody listens (err untouched), or ERROR_INTERRUPTED when the answerer
 * went away. stdout and stderr of this process get what was printed. */
bool local_ask(const char *home, const struct local_question *question, int *ret_exit_code, struct error *err);
/* Tells the asker how far it is; it may have gone, or not listen now: then it hears the next one. */
void local_progress(int connection, uint64_t count);

#endif
