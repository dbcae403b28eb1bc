// SPDX-License-Identifier: Apache-2.0
/* One error through all layers: what kind, what happened, what a person can do.
 *
 * Here:      the struct, the kinds, whether a kind mends itself, the exit code of a kind.
 * Not here:  printing (only programs print) and translating (the edges do).
 * Promise:   the first failure fills it, later ones leave it alone; no personal data is ever put in one.
 */
#ifndef PROTOCOL_ERROR_H
#define PROTOCOL_ERROR_H

#include <stdbool.h>

enum error_kind {
    ERROR_NONE = 0,
    ERROR_USAGE,     /* the call's words are off */
    ERROR_INVALID,   /* a value that the rules do not allow */
    ERROR_NOT_FOUND, /* no such row, file, device */
    ERROR_LIMIT,     /* over a bound of limits.h */
    ERROR_CORRUPT,   /* bytes that are not what they claim: wrong sum, hash, signature, page */
    ERROR_STORAGE,   /* disk full, read-only, I/O error */
    ERROR_BUSY,      /* somebody else holds the store */
    ERROR_NEWER,     /* made by a newer version of us: upgrade */
    ERROR_OFFLINE,   /* no route, DNS, portal, an answer that is not ours */
    ERROR_RETRY,     /* the server is there and asks for patience: 408 425 429 5xx, slow */
    ERROR_REFUSED,   /* revoked, or not known: a person is needed */
    ERROR_FORK,      /* this log's past differs from the server's */
    ERROR_RESYNC,    /* epoch, cursor or digest do not meet */
    ERROR_MEMORY,
    ERROR_INTERRUPTED, /* asked to stop */
    ERROR_KINDS
};

enum { ERROR_CAUSE_BYTES = 400, ERROR_REMEDY_BYTES = 240 };

struct error {
    enum error_kind kind;            /* ERROR_NONE until something failed */
    char cause[ERROR_CAUSE_BYTES];   /* past tense, one line, with the value at fault; "" = none */
    char remedy[ERROR_REMEDY_BYTES]; /* what a person can do; "" when it mends itself */
};

/* Fills err unless it already tells of an earlier failure. err may be NULL.
 * Control characters in what is printed become '?', so that one error stays one line.
 * Returns false, always, so: return error_set(err, ERROR_STORAGE, "Free some space.", "cannot ...: %s", ...); */
bool error_set(struct error *err, enum error_kind kind, const char *remedy, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

void error_clear(struct error *err);

/* "storage", "offline", ...: stable words for --json and logs. */
const char *error_kind_name(enum error_kind kind);

/* True when trying again later may help without a person (offline, retry, busy). */
bool error_mends_itself(enum error_kind kind);

/* The exit code of a program that ended with this kind; 0 for ERROR_NONE. Listed in the man page, from one table. */
int error_exit_code(enum error_kind kind);
/* What an exit code means, for help and man page. */
const char *error_kind_meaning(enum error_kind kind);

#endif
