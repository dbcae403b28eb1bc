// SPDX-License-Identifier: Apache-2.0
/* A compiled catalogue as gettext's msgfmt writes it, read where it lies.
 *
 * Here:      its header, its two tables, the search for a text.
 * Not here:  languages, plural rules, sentences (catalogue.h).
 * Shape      | 0x950412de | revision | count | at originals | at translations | ..., u32 little-endian; a table is count times
 *            | length | offset |; every text ends with NUL, which its length does not count. Originals are sorted. "context\004text" has a
 *            context, "one\0many" plurals: then the translation holds the forms, NUL between them.
 * Promise:   whatever the bytes are, nothing outside of them is read; what is broken is not found.
 * Source     GNU gettext manual, "The Format of GNU MO Files". The table of hashes is left alone: the search is by halves.
 */
#ifndef PROTOCOL_MO_H
#define PROTOCOL_MO_H

#include "protocol/bytes.h"

#define MO_CONTEXT_END '\4'

struct mo {
    struct span all;
    uint32_t count, originals, translations;
};
struct mo_text {
    const char *text; /* ends with NUL; NULL: none */
    size_t size;      /* without the last NUL; NULs within it part plural forms */
};

bool mo_read(struct span all, struct mo *ret);                 /* false: no such file; *ret is an empty one then */
struct mo_text mo_original(const struct mo *mo, uint32_t at);  /* "" is the header's */
struct mo_text mo_translation(const struct mo *mo, uint32_t at);
struct mo_text mo_find(const struct mo *mo, const char *context, const char *text); /* the translation; context NULL: none */
/* One of the forms, from 0; NULL: there is none, or it is empty. */
const char *mo_form(struct mo_text forms, size_t form);

#endif
