// SPDX-License-Identifier: Apache-2.0
/* Saying things.
 *
 * Here:      the few forms that all commands share.
 * Not here:  the commands.
 */
#define _GNU_SOURCE
#include "server-stub/cli/print.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

bool print_bytes(struct span bytes, struct error *err)
{
    if (fwrite(bytes.data, 1, bytes.size, stdout) == bytes.size)
        return true;
    return error_set(err, ERROR_STORAGE, "Look at where the output goes.", "the answer could not be written: %s", strerror(errno));
}

void print_json_text(const char *text)
{
    if (text == NULL) {
        fputs("null", stdout);
        return;
    }
    putchar('"');
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            printf("\\%c", *at);
        else if (*at < 0x20 || *at == 0x7F)
            printf("\\u%04x", *at);
        else
            putchar(*at);
    }
    putchar('"');
}

void print_error(const struct error *err)
{
    fprintf(stderr, "teren-server: %s%s%s\n", err->cause, err->remedy[0] != '\0' ? ". " : "", err->remedy);
}

void print_error_json(const struct error *err)
{
    printf("\"error\":{\"kind\":\"%s\",\"cause\":", error_kind_name(err->kind));
    print_json_text(err->cause);
    fputs(",\"remedy\":", stdout);
    print_json_text(err->remedy);
    putchar('}');
}

const char *print_time(int64_t ms, char ret[PRINT_TIME_SIZE])
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm parts;
    if (ms == 0 || gmtime_r(&seconds, &parts) == NULL || strftime(ret, PRINT_TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        strcpy(ret, "never");
    return ret;
}

void print_progress(bool terminal, const char *what, uint64_t done, uint64_t total)
{
    enum { WIDTH = 40 };
    char bar[WIDTH + 1];
    size_t filled = total == 0 ? WIDTH : (size_t)((double)done / (double)total * WIDTH);
    if (!terminal)
        return;
    filled = filled > WIDTH ? WIDTH : filled;
    memset(bar, '.', WIDTH);
    memset(bar, '#', filled);
    bar[WIDTH] = '\0';
    fprintf(stderr, "\r%s [%s] %3u%%", what, bar, (unsigned)(filled * 100 / WIDTH));
    if (done >= total)
        fputs("\r\033[K", stderr);
    fflush(stderr);
}
