// SPDX-License-Identifier: Apache-2.0
/* `user add|list`.
 *
 * Here:      reading a password without showing it.
 * Not here:  what a good password is, how it is kept (server-stub/app).
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "server-stub/cli/cli.h"
#include "server-stub/cli/print.h"

enum { LINE_BYTES = PASSWORD_BYTES_MAX + 2 };

static bool read_line(char ret[LINE_BYTES], struct error *err)
{
    if (fgets(ret, LINE_BYTES, stdin) == NULL)
        return error_set(err, ERROR_USAGE, "Type it, or give it on standard input.", "no password was given");
    if (strchr(ret, '\n') == NULL && strlen(ret) == LINE_BYTES - 1)
        return error_set(err, ERROR_LIMIT, "Choose a shorter one.", "the password was longer than %d bytes", PASSWORD_BYTES_MAX);
    ret[strcspn(ret, "\r\n")] = '\0';
    return true;
}

static bool ask(const char *prompt, char ret[LINE_BYTES], struct error *err)
{
    struct termios before, quiet;
    bool done;
    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return read_line(ret, err); /* not a terminal: one line, no prompt */
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    fputs(prompt, stderr);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    done = read_line(ret, err);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputs("\n", stderr);
    return done;
}

bool command_user_add(struct cli *cli, struct error *err)
{
    const char *role = options_value(&cli->options, "role");
    char password[LINE_BYTES] = "", again[LINE_BYTES] = "";
    bool done = false;

    if (role == NULL)
        return error_set(err, ERROR_USAGE, "Give --role coordinator, auditor or administrator.", "no role was given for %s",
                         cli->options.words[0]);
    if (!ask("password: ", password, err))
        goto out;
    if (isatty(STDIN_FILENO) == 1) {
        if (!ask("again: ", again, err))
            goto out;
        if (strcmp(password, again) != 0) {
            error_set(err, ERROR_INVALID, "Type it twice the same.", "the two passwords differed");
            goto out;
        }
    }
    done = server_user_add(cli->server, cli->options.words[0], role, password, err);
    if (done && cli->json) {
        fputs("{\"user\":", stdout);
        print_json_text(cli->options.words[0]);
        fputs("}\n", stdout);
    } else if (done) {
        printf("%s may log in as %s\n", cli->options.words[0], role);
    }
out:
    explicit_bzero(password, sizeof password);
    explicit_bzero(again, sizeof again);
    return done;
}

struct listing {
    bool json;
    unsigned count;
};

static bool list_one(void *context, const char *name, const char *role)
{
    struct listing *listing = context;
    if (!listing->json) {
        printf("%-24s %s\n", name, role);
        return true;
    }
    fputs(listing->count++ > 0 ? ",{\"user\":" : "[{\"user\":", stdout);
    print_json_text(name);
    fputs(",\"role\":", stdout);
    print_json_text(role);
    fputs("}", stdout);
    return true;
}

bool command_user_list(struct cli *cli, struct error *err)
{
    struct listing listing = {.json = cli->json};
    if (!server_user_each(cli->server, list_one, &listing, err))
        return false;
    if (cli->json)
        puts(listing.count > 0 ? "]" : "[]");
    return true;
}
