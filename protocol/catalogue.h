// SPDX-License-Identifier: Apache-2.0
/* What people read, in their language: catalogues as gettext's msgfmt makes them, looked up in memory.
 *
 * Here:      the .mo format, plural rules of the languages we speak, errors put together again in another language.
 * Not here:  choosing a language (the edges do), the translations (protocol/po/LANGUAGE.po), dates and numbers.
 * Why        glibc's gettext needs files on disk, installed locales and one language per process; a tablet has none of these for sure, and
 *            the page asks for its own language. The .po files, their tools and their format stay gettext's.
 * Source     GNU gettext manual, "The Format of GNU MO Files".
 */
#ifndef PROTOCOL_CATALOGUE_H
#define PROTOCOL_CATALOGUE_H

#include "protocol/bytes.h"
#include "protocol/error.h"

struct catalogue {
    const char *language;      /* BCP 47: "en" "sr-Cyrl" "sr-Latn" "bs" "sq" "mk" */
    const char *name;          /* as its speakers write it: "Српски (ћирилица)" */
    const char *const *locales; /* of the environment: "sr_RS", "sr"; ended by NULL */
    struct span mo;            /* empty for English: what stands in the source is English */
};
/* The languages we speak, English first. catalogues_made.c is generated from protocol/po at build time. */
extern const struct catalogue catalogues[];
extern const size_t catalogue_count;

const struct catalogue *catalogue_of(const char *language);           /* by BCP 47 tag, whatever its case; NULL: not spoken */
/* By LANGUAGE, LC_ALL, LC_MESSAGES or LANG as people set them ("sr_RS.UTF-8@latin"); English when not spoken. */
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

/* Cause and remedy in the catalogue's language, from what error_set kept. */
void say_error(const struct catalogue *catalogue, const struct error *err, char ret_cause[ERROR_CAUSE_BYTES],
               char ret_remedy[ERROR_REMEDY_BYTES]);

#endif
