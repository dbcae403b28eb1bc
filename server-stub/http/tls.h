// SPDX-License-Identifier: Apache-2.0
/* Certificate and key, read from PEM files.
 *
 * Here:      reading them whole, a first look at what they are, wiping the key afterwards; which TLS is spoken.
 * Not here:  TLS itself (GnuTLS, inside libmicrohttpd).
 */
#ifndef HTTP_TLS_H
#define HTTP_TLS_H

#include <stdbool.h>

#include "protocol/error.h"

enum { TLS_FILE_BYTES_MAX = 256 * 1024 };
/* TLS 1.2 and 1.3 with forward secrecy; GnuTLS's own words. */
#define TLS_PRIORITIES "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA"

struct tls_files {
    char *cert, *key; /* NUL-terminated PEM; NULL: no TLS */
};

/* ERROR_USAGE when one path is missing, ERROR_NOT_FOUND, ERROR_INVALID (no PEM of that kind), ERROR_LIMIT. */
bool tls_files_read(struct tls_files *ret, const char *cert_path, const char *key_path, struct error *err);
void tls_files_clear(struct tls_files *files);

#endif
