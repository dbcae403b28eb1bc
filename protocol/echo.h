// SPDX-License-Identifier: Apache-2.0
/* Texts that echo the words of another text: "vesna.markovic@skola.example" beside "Vesna Marković" is "$1.$2@skola.example".
 *
 * Here:      the words of a text, finding them in another, putting them back.
 * Not here:  which column echoes which (column_write.c tries).
 * Why        a person's address mostly says the name again; as templates, such a column costs a byte a row.
 *
 * Shape   words: the first ECHO_WORDS_MAX runs of letters and digits, lower case, in ASCII, by the fixed table in echo.c: it is part of
 *         the format, so it never follows a newer Unicode. Letters that are not in the table end a word.
 *         $1 to $9 stand for words; a text that has a '$' of its own is never a template.
 */
#ifndef PROTOCOL_ECHO_H
#define PROTOCOL_ECHO_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/column.h"

enum { ECHO_BYTES_MAX = 512 };   /* of all words of one text; what is longer is cut there */

struct echo_words {
    char bytes[ECHO_BYTES_MAX];
    const char *words[ECHO_WORDS_MAX];
    size_t sizes[ECHO_WORDS_MAX];
    size_t count;
};

void echo_words_of(const char *text, struct echo_words *ret);   /* NULL: no words */
/* The template of a text; the text itself when it echoes nothing. NULL: no memory. */
const char *echo_template(struct arena *arena, const char *text, const struct echo_words *words);
/* The size of what a template gives; SIZE_MAX when it names a word that is not there. */
size_t echo_size(const char *template_text, const struct echo_words *words);
void echo_fill(const char *template_text, const struct echo_words *words, char *ret);   /* ret has echo_size bytes; no NUL is added */

#endif
