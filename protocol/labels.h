// SPDX-License-Identifier: Apache-2.0
/* Words for people where what is recorded has words for programs.
 *
 * Here:      the words of choices, the kinds of activity that are well known.
 * Not here:  the labels of fields and entities (protocol/entities.c), translating (protocol/catalogue.h).
 */
#ifndef PROTOCOL_LABELS_H
#define PROTOCOL_LABELS_H

#include "protocol/arena.h"
#include "protocol/catalogue.h"
#include "protocol/entities.h"

struct word_label {
    const char *word, *label; /* "in_person", "In person"; marked for translation */
};
/* Kinds of activity are free words: these have a label of their own. Ended by {NULL}. */
extern const struct word_label activity_kinds[];

/* The label of a word of a choice; the word itself where there is none. Not translated yet. */
const char *label_of_choice(const char *word);
/* The word of this choice that is labelled so in any of our languages, whatever case and script; in the arena. NULL: none. */
const char *choice_of_label(struct arena *arena, const struct field *field, const char *typed);
/* A value that is no word of this choice: the words are told by their labels, as a form would show them. Always false. */
bool labels_refuse(struct arena *arena, const struct field *field, struct error *err);
/* A kind of activity in this language; one that is not well known with blanks for '_'. "" for NULL. NULL: no memory. */
const char *label_of_kind(struct arena *arena, const struct catalogue *catalogue, const char *kind);

/* A place's name in the script that is read in this language, as far as it is known in it. NULL is as good as ""; no catalogue is
 * English. */
const char *label_in_script(const struct catalogue *catalogue, const char *latin, const char *cyrillic);

#endif
