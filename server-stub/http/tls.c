// SPDX-License-Identifier: Apache-2.0
/* Reading a certificate and its key.
 *
 * Here:      files into memory, with words for what may be wrong with them.
 * Not here:  checking that they belong together (the library does when it starts).
 */
#define _GNU_SOURCE
#include "server-stub/http/tls.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_pem(const char *path, const char *label, const char *what, char **ret, struct error *err)
{
    FILE *file = fopen(path, "re");
    char *text = NULL;
    size_t size;
    bool done = false;

    if (file == NULL)
        return error_set(err, ERROR_NOT_FOUND, "Check the path and that the server's user may read it.", "the %s %s could not be read: %s",
                         what, path, strerror(errno));
    text = calloc(1, TLS_FILE_BYTES_MAX + 2);
    if (text == NULL) {
        error_set(err, ERROR_MEMORY, "Close other programs.", "no memory was left for the %s", what);
        goto out;
    }
    size = fread(text, 1, TLS_FILE_BYTES_MAX + 1, file);
    if (ferror(file)) {
        error_set(err, ERROR_STORAGE, "Check the disk.", "the %s %s could not be read: %s", what, path, strerror(errno));
        goto out;
    }
    if (size > TLS_FILE_BYTES_MAX) {
        error_set(err, ERROR_LIMIT, "Give a PEM file.", "the %s %s was larger than %d bytes", what, path, TLS_FILE_BYTES_MAX);
        goto out;
    }
    if (strstr(text, "-----BEGIN ") == NULL || strstr(text, label) == NULL) {
        error_set(err, ERROR_INVALID, "Give a PEM file; convert others with `openssl`.", "the file %s held no %s in PEM form", path, what);
        goto out;
    }
    *ret = text;
    text = NULL; /* given away */
    done = true;
out:
    free(text);
    fclose(file);
    return done;
}

bool tls_files_read(struct tls_files *ret, const char *cert_path, const char *key_path, struct error *err)
{
    struct tls_files files = {NULL, NULL};
    if (cert_path == NULL || key_path == NULL)
        return error_set(err, ERROR_USAGE, "Give both --tls-cert and --tls-key.", "TLS was given only one of certificate and key");
    if (!read_pem(cert_path, "CERTIFICATE-----", "certificate", &files.cert, err) ||
        !read_pem(key_path, "PRIVATE KEY-----", "private key", &files.key, err)) {
        tls_files_clear(&files);
        return false;
    }
    *ret = files;
    return true;
}

void tls_files_clear(struct tls_files *files)
{
    if (files->key != NULL)
        explicit_bzero(files->key, strlen(files->key));
    free(files->key);
    free(files->cert);
    *files = (struct tls_files){NULL, NULL};
}
