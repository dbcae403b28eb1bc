// SPDX-License-Identifier: Apache-2.0
/* What people read, in their language: catalogues as gettext's msgfmt makes them, looked up in memory.
 *
 * Here:      the languages we speak and their plural rules, texts looked up, finished sentences and errors said again.
 * Not here:  choosing a language (the edges do), the translations (protocol/po/LANGUAGE.po), dates and numbers.
 * Why        glibc's gettext needs files on disk, installed locales and one language per process; a tablet has none of these for sure, and
 *            the page asks for its own language. The .po files, their tools and their format stay gettext's.
 * Owner      nothing is copied: what say() gives lies in the catalogue or is the text it was asked for.
 * A catalogue of NULL is English everywhere below.
 */
#ifndef PROTOCOL_CATALOGUE_H
#define PROTOCOL_CATALOGUE_H

#include "protocol/bytes.h"
#include "protocol/error.h"

struct catalogue {
    const char *language;       /* BCP 47: "en" "sr-Cyrl" "sr-Latn" "bs" "sq" "mk" */
    const char *name;           /* as its speakers write it: "Српски (ћирилица)" */
    const char *const *locales; /* of the environment: "sr@latin", "sr"; ended by NULL */
    struct span mo;             /* empty for English: what stands in the source is English */
    struct span page;           /* the texts of the tablet's page alone, in a catalogue of their own */
    unsigned (*form)(uint64_t n); /* which plural form goes with n; NULL: 0 for one, 1 for the others */
};
/* The languages we speak, English first. */
extern const struct catalogue catalogues[];
extern const size_t catalogue_count;

const struct catalogue *catalogue_of(const char *language); /* by BCP 47 tag, whatever its case; NULL: not spoken */
/* By LANGUAGE, LC_ALL, LC_MESSAGES or LANG as people set them ("sr_RS.UTF-8@latin", "bs:sr"), or by tag; the first one spoken, English when
 * none is. */
const struct catalogue *catalogue_of_locale(const char *locale);

/* The translation; the text itself where there is none. Never NULL for a text that is not. */
const char *say(const struct catalogue *catalogue, const char *text) __attribute__((format_arg(2)));
/* One of the plural forms for n; format them with n. */
const char *say_many(const struct catalogue *catalogue, const char *one, const char *many, uint64_t n)
    __attribute__((format_arg(2), format_arg(3)));
/* Same words, another meaning: msgctxt. */
const char *say_in(const struct catalogue *catalogue, const char *context, const char *text) __attribute__((format_arg(3)));
/* Marks a text in a table for xgettext; say() translates it where it is shown. */
#define N_(text) text

/* An English sentence that is finished already, said in the catalogue's language: the text of the catalogue it was printed with is found
 * again, and what was put in goes into the translation, where it may stand in another order. What was put in is translated, too, where the
 * catalogue has it (a label, the cause of another error), unless it stands in quotes: then it is what somebody typed.
 * So errors and notes stay plain text on their way up, and into the store. Unknown sentences come back as they are.
 * Gives ret, cut between characters at `size`. */
enum { SAID_BYTES = 1200 }; /* enough for any error, which in Cyrillic takes twice the bytes */
const char *say_sentence(const struct catalogue *catalogue, const char *sentence, char *ret, size_t size);
/* The cause of an error. Where the catalogue does not know it (what is wrong within a segment, say, is for those who mend programs, and is
 * not translated), the kind's meaning is said, and the cause as it is behind it. */
const char *say_cause(const struct catalogue *catalogue, enum error_kind kind, const char *cause, char ret[SAID_BYTES]);
/* Cause and remedy. */
void say_error(const struct catalogue *catalogue, const struct error *err, char ret_cause[SAID_BYTES], char ret_remedy[SAID_BYTES]);

/* {"language", "texts": {"msgid" or "context\u0004msgid": "text" or ["form", ...]}}: what the page needs to speak. */
bool catalogue_page_json(const struct catalogue *catalogue, struct bytes *out);

#endif
