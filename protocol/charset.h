// SPDX-License-Identifier: Apache-2.0
/* Text files of other programs, brought to UTF-8.
 *
 * Here:      which character set a file is in, and its text as UTF-8 without a byte order mark.
 * Not here:  what the text means; what a text of ours may hold (text.h).
 * Rule       A byte order mark decides. Without one: UTF-16 where zero bytes stand at every other place, UTF-8 where all of it is
 *            UTF-8, else the code page that offices of the region used: cp1250 (Latin) or cp1251 (Cyrillic), by how its letters stand:
 *            Cyrillic words are runs of high bytes, Latin words hold single ones.
 * Source     Unicode 3.9 (UTF-16); unicode.org/Public/MAPPINGS/VENDORS/MICSFT/WINDOWS (CP1250.TXT, CP1251.TXT).
 */
#ifndef PROTOCOL_CHARSET_H
#define PROTOCOL_CHARSET_H

#include "protocol/bytes.h"
#include "protocol/error.h"

enum { CHARSET_FILE_BYTES_MAX = 4 * 1024 * 1024 };

enum charset { CHARSET_UTF8, CHARSET_UTF16LE, CHARSET_UTF16BE, CHARSET_CP1250, CHARSET_CP1251, CHARSETS };

/* "UTF-8", "UTF-16LE", ...: stable words. */
const char *charset_name(enum charset charset);
enum charset charset_of(struct span in);
/* ERROR_INVALID when it is no text but, by its first bytes, a workbook, a PDF, a picture, a web page: says what, and what to give. */
bool charset_is_text(struct span file, struct error *err);
/* Adds the text to `out`. What is no character (half a pair, a byte that the code page does not know) becomes U+FFFD, one for each.
 * ERROR_LIMIT over CHARSET_FILE_BYTES_MAX, ERROR_MEMORY. */
bool charset_to_utf8(struct span in, struct bytes *out, enum charset *ret, struct error *err);

#endif
