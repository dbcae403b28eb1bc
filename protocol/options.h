// SPDX-License-Identifier: Apache-2.0
/* Words of a command line, read by a table: what both programs' commands share.
 *
 * Here:      options and words out of argv by a command's table; help text and manual page out of the same table.
 * Not here:  what a command does, printing, the environment. Pure text in, text out.
 *
 * Rules   --name VALUE, --name=VALUE, --flag; options stand before, after or between words; "--" ends them; "-" and negative
 *         numbers are words; -h is --help. An option given twice is an error unless its table says `many`.
 *         Every command also knows the program's common options (--help, --json, --data DIR, ...), handed in as a second table.
 * Errors  ERROR_USAGE with the word at fault and how to ask for help; an unknown option also names the nearest known one.
 */
#ifndef PROTOCOL_OPTIONS_H
#define PROTOCOL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/arena.h"
#include "protocol/bytes.h"
#include "protocol/catalogue.h"
#include "protocol/error.h"

struct option_row {
    const char *name;  /* without the dashes */
    const char *value; /* what it takes, as help shows it ("N", "DIR"); NULL: a flag */
    const char *help;  /* a few words */
    bool many;         /* may be given more than once */
};                     /* a table of them ends with {NULL} */

/* What one command is called with; the program's own table of commands holds one of these per row, beside its function. */
struct command_text {
    const char *name;  /* may have two words: "device code" */
    const char *words; /* "SESSION PERSON STATUS", "" = none */
    size_t words_min, words_max;
    const struct option_row *options; /* own options; NULL: none */
    const char *summary;              /* one line for the list of commands */
    const char *details;              /* paragraphs for --help and the manual; NULL: none */
    const char *example;              /* a line that can be typed; NULL: none */
};

struct option_given {
    const char *name, *value;
};
struct options {
    const char **words;
    size_t word_count;
    const struct option_given *given;
    size_t given_count; /* in order */
};

/* argv holds what follows the command's name. Texts point into argv; the arrays are in the arena. `program` is for the remedy only.
 * With --help among them, words are not counted. */
bool options_parse(struct arena *arena, const char *program, const struct command_text *command, const struct option_row *common,
                   size_t argc, const char *const *argv, struct options *ret, struct error *err);
bool options_has(const struct options *options, const char *name);
const char *options_value(const struct options *options, const char *name);                  /* the last one given; NULL: not given */
const char *options_value_at(const struct options *options, const char *name, size_t index); /* the index-th given; NULL: no more */
/* A whole number in min..max; `fallback` when not given. */
bool options_integer(const struct options *options, const char *name, long long min, long long max, long long fallback, long long *ret,
                     struct error *err);

/* The command that argv begins with, the longest name first ("device code" before "device"); *ret_used: words it took.
 * -1 when none; then `near` (may be NULL) gets the index of the closest name or -1. `size` is the distance from row to row, so that a
 * program may keep the text as the first member of its own rows. */
int command_find(const void *rows, size_t count, size_t size, size_t argc, const char *const *argv, size_t *ret_used, int *near);

struct program_text {
    const char *name, *version, *summary; /* "teren", "0.1.0", "record attendance offline, sync by itself" */
    const char *description;              /* paragraphs */
    const struct option_row *common;
    const char *environment, *files; /* paragraphs for the manual; NULL: none */
    const char *see_also;
    const struct catalogue *words; /* the language of help; NULL: English, in which the manual is, too */
};
/* Appends; the list of commands with their summaries. */
bool help_program(struct bytes *out, const struct program_text *program, const void *rows, size_t count, size_t size);
bool help_command(struct bytes *out, const struct program_text *program, const struct command_text *command);
/* The manual page (section 1) in man(7) form, exit codes from error.h included. */
bool help_manual(struct bytes *out, const struct program_text *program, const void *rows, size_t count, size_t size);

#endif
