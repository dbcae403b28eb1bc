// SPDX-License-Identifier: Apache-2.0
/* The command batch: many commands, one start.
 *
 * Not here:  parting words (words.c).
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "agent/cli/call.h"
#include "agent/cli/words.h"

enum { LINE_BYTES_MAX = 64 * 1024, LINE_WORDS_MAX = 128 };

static bool line_is_refused(const char *const *words, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (strncmp(words[i], "--home", 6) == 0)
            return !error_set(err, ERROR_USAGE, "Give it to batch itself.", "--home stood in a line of a batch");
        if (strcmp(words[i], "run") == 0 || strcmp(words[i], "batch") == 0)
            return i == 0 && !error_set(err, ERROR_USAGE, "Call it on its own.", "%s stood in a line of a batch", words[i]);
    }
    return false;
}

static int line_do(struct call *call, const char *line)
{
    struct arena arena = {0};
    struct error err = {0};
    const char **words;
    size_t count = 0;
    int exit_code = 0;

    if (!words_split(&arena, line, LINE_WORDS_MAX, &words, &count, &err) || line_is_refused(words, count, &err)) {
        call_tell_error(call, &err);
        exit_code = error_exit_code(err.kind);
    } else if (count > 0) {
        exit_code = agent_do(call->agent, count, words, call->out, call->err);
    }
    arena_clear(&arena);
    return exit_code;
}

bool command_batch(struct call *call, struct error *err)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    bool done = true;

    while (done && (size = getline(&line, &room, stdin)) > 0) {
        int exit_code;

        if (size > LINE_BYTES_MAX || memchr(line, '\0', (size_t)size) != NULL) {
            done = error_set(err, ERROR_LIMIT, "Give shorter lines of text.", "a line of the batch had %zd bytes, or a NUL", size);
            break;
        }
        exit_code = line_do(call, line);
        fprintf(call->out, "= %d\n", exit_code);
        fflush(call->err);
        done = fflush(call->out) == 0 || error_set(err, ERROR_STORAGE, "Let the reader read.", "the answer could not be printed");
    }
    free(line);
    return done;
}
