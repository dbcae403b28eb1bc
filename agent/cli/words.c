// SPDX-License-Identifier: Apache-2.0
/* A line parted into words as a shell would.
 *
 * Not here:  variables, globs, commands: a name with a $ in it is a name.
 * Source     POSIX.1-2017, Shell Command Language, 2.2 Quoting.
 */
#include "agent/cli/words.h"

#include <string.h>

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* Copies one word to `to`; gives where the line goes on, NULL on an open quote. */
static const char *word_copy(const char *at, char *to)
{
    char quote = '\0';

    for (; *at != '\0' && (quote != '\0' || !is_blank(*at)); at++) {
        if (quote == '\0' && (*at == '\'' || *at == '"'))
            quote = *at;
        else if (*at == quote && quote != '\0')
            quote = '\0';
        else if (*at == '\\' && quote != '\'' && at[1] != '\0' && (quote == '\0' || at[1] == '"' || at[1] == '\\'))
            *to++ = *++at;
        else
            *to++ = *at;
    }
    *to = '\0';
    return quote == '\0' ? at : NULL;
}

bool words_split(struct arena *arena, const char *line, size_t words_max, const char ***ret, size_t *ret_count, struct error *err)
{
    const char **words = arena_take_many(arena, words_max + 1, sizeof *words);
    size_t count = 0;

    while (words != NULL) {
        char *word;

        while (is_blank(*line))
            line++;
        if (*line == '\0' || *line == '#')
            break;
        if (count == words_max)
            return error_set(err, ERROR_USAGE, "Part it into several lines.", "the line has more than %zu words", words_max);
        word = arena_take(arena, strlen(line) + 1);
        if (word == NULL) {
            words = NULL;
            break;
        }
        line = word_copy(line, word);
        if (line == NULL)
            return error_set(err, ERROR_USAGE, "Close it on the same line.", "the line has an open quote");
        words[count++] = word;
    }
    if (words == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the line");
    *ret = words;
    *ret_count = count;
    return true;
}
