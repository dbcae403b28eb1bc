// SPDX-License-Identifier: Apache-2.0
/* The launcher's text, written and read.
 *
 * Not here:  who may come with the token (guard.c).
 */
#define _GNU_SOURCE
#include "agent/page/token.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/system/files.h"

#define ADDRESS "http://127.0.0.1:"

/* Readable without a script: a browser that does not forward by itself shows a link. */
static const char launcher_text[] =
    "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Teren</title>\n"
    "<meta http-equiv=\"refresh\" content=\"0;url=%s%d/#%s\">\n"
    "<style>body { font: 1.25rem/1.5 sans-serif; margin: 2rem; } a { display: inline-block; padding: 1rem 2rem; }</style>\n"
    "<p><a href=\"%s%d/#%s\">Teren</a></p>\n</html>\n";

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const char *launcher_path(struct arena *arena, const char *home)
{
    return files_join(arena, home, "open.html");
}

/* base64url of 32 bytes: the last of the 43 digits holds four bits. */
void launcher_new_token(const struct chance_port *chance, char ret[GUARD_TOKEN_SIZE + 1])
{
    uint8_t random[GUARD_TOKEN_SIZE];

    chance->fill(chance->self, random, sizeof random);
    for (size_t i = 0; i < GUARD_TOKEN_SIZE; i++)
        ret[i] = digits[i + 1 < GUARD_TOKEN_SIZE ? random[i] & 63 : (random[i] & 15) << 2];
    ret[GUARD_TOKEN_SIZE] = '\0';
}

/* What the launcher at home says; NULL when there is none, it is not word for word what we write, or others may read it. */
static char *launcher_read(struct arena *arena, const char *home, int *ret_port, char ret_token[GUARD_TOKEN_SIZE + 1])
{
    const char *path = launcher_path(arena, home);
    struct error ignored = {0};
    struct bytes text = {0};
    struct stat facts;
    char *copy = NULL, *expected = NULL;
    const char *at;
    char *after = NULL;

    if (path != NULL && stat(path, &facts) == 0 && (facts.st_mode & 077) == 0 && files_read(path, LAUNCHER_BYTES_MAX, &text, &ignored))
        copy = arena_text_n(arena, (const char *)text.data, text.size);
    bytes_clear(&text);
    at = copy == NULL ? NULL : strstr(copy, ADDRESS);
    if (at == NULL)
        return NULL;
    at += strlen(ADDRESS);
    *ret_port = 0;
    for (after = copy + (at - copy); *after >= '0' && *after <= '9' && *ret_port <= UINT16_MAX; after++)
        *ret_port = *ret_port * 10 + (*after - '0');
    if (strncmp(after, "/#", 2) != 0 || strspn(after + 2, digits) != GUARD_TOKEN_SIZE || *ret_port < 1 || *ret_port > UINT16_MAX)
        return NULL;
    snprintf(ret_token, GUARD_TOKEN_SIZE + 1, "%s", after + 2);
    expected = arena_format(arena, launcher_text, ADDRESS, *ret_port, ret_token, ADDRESS, *ret_port, ret_token);
    return expected != NULL && strcmp(copy, expected) == 0 ? copy : NULL;
}

void launcher_token(const char *home, const struct chance_port *chance, char ret[GUARD_TOKEN_SIZE + 1])
{
    struct arena arena = {0};
    int port;

    if (launcher_read(&arena, home, &port, ret) == NULL)
        launcher_new_token(chance, ret);
    arena_clear(&arena);
}

int launcher_port(const char *home)
{
    struct arena arena = {0};
    char token[GUARD_TOKEN_SIZE + 1];
    int port = 0;
    bool is_ours = launcher_read(&arena, home, &port, token) != NULL;

    arena_clear(&arena);
    return is_ours ? port : 0;
}

void launcher_remove(const char *home)
{
    struct arena arena = {0};
    const char *path = launcher_path(&arena, home);

    if (path != NULL)
        unlink(path);
    arena_clear(&arena);
}

bool launcher_write(const char *home, int port, const char *token, struct error *err)
{
    struct arena arena = {0};
    const char *path = launcher_path(&arena, home);
    const char *text = arena_format(&arena, launcher_text, ADDRESS, port, token, ADDRESS, port, token);
    char kept[GUARD_TOKEN_SIZE + 1];
    int kept_port;
    bool done = false;

    /* Mostly it says so already; a full disk must not keep the page from being served then. */
    if (launcher_read(&arena, home, &kept_port, kept) != NULL && kept_port == port && strcmp(kept, token) == 0)
        done = true;
    else if (path == NULL || text == NULL)
        error_set(err, ERROR_MEMORY, "Close other programs, then try again.", "no memory was left for the page's launcher");
    else
        done = files_write(path, (struct span){(const uint8_t *)text, strlen(text)}, err);
    arena_clear(&arena);
    return done;
}
