// SPDX-License-Identifier: Apache-2.0
/* Text that people wrote: is it allowed, and in which one form do we keep it.
 *
 * Here:      UTF-8 check, NFC, bounds, control characters, trimming, case- and script-blind folding for search.
 * Not here:  matching people (another file's work), translating.
 * Source     UTF-8: RFC 3629; NFC: Unicode Annex 15, by utf8proc.
 */
#ifndef PROTOCOL_TEXT_H
#define PROTOCOL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/arena.h"
#include "protocol/error.h"

bool text_is_utf8(const char *text, size_t size);
/* UTF-8, no C0 control but TAB and LF, no DEL, no NUL, at most TEXT_BYTES_MAX bytes: what may be in a value on the wire. */
bool text_is_allowed(const char *text, size_t size);
/* What a person typed, as we keep it: UTF-8 checked, NFC, outer white space off. `what` names the field in the error.
 * The value itself is personal data more often than not and is never put in the error; its length and first bad byte are. */
bool text_clean(struct arena *arena, const char *what, const char *text, size_t size, const char **ret, struct error *err);
/* For search: lower case, Latin, no diacritics: "Ђорђе", "Đorđe" and "djordje" give the same.
 * NULL: not UTF-8, or no memory. */
const char *text_fold(struct arena *arena, const char *text);

/* Letters that one hears alike and passports write otherwise, in a folded text: "dj" of Đurđa for a bare d, "gj" and "xh". Two texts that
 * are not the same folded may be the same loosened. */
struct text_loose { const char *folded, *loose; };
extern const struct text_loose text_loosened[];   /* ended by {NULL} */
void text_loosen(char *folded);                   /* in place: it never grows */

#endif
