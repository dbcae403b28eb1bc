// SPDX-License-Identifier: Apache-2.0
/* Reading a command line by its command's table.
 *
 * Here:      options, words, finding the command, the nearest known name for a typo.
 * Not here:  help text (help.c), what a command does.
 */
#include "protocol/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { NEAR_WORD_BYTES = 40, NEAR_DISTANCE_MAX = 2 };

/* Edit distance of two short words; anything longer is far. */
static size_t word_distance(const char *a, const char *b)
{
    size_t row[NEAR_WORD_BYTES + 1];
    size_t a_size = strlen(a), b_size = strlen(b);
    if (a_size > NEAR_WORD_BYTES || b_size > NEAR_WORD_BYTES)
        return NEAR_WORD_BYTES;
    for (size_t j = 0; j <= b_size; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            size_t above = row[j];
            size_t best = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            if (above + 1 < best)
                best = above + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
            diagonal = above;
        }
    }
    return row[b_size];
}

static const struct option_row *find_in(const struct option_row *rows, const char *name, size_t name_size)
{
    for (; rows != NULL && rows->name != NULL; rows++)
        if (strlen(rows->name) == name_size && memcmp(rows->name, name, name_size) == 0)
            return rows;
    return NULL;
}

static const char *nearest_option(const struct option_row *own, const struct option_row *common, const char *name)
{
    const struct option_row *tables[] = {own, common};
    const char *best = NULL;
    size_t best_distance = NEAR_DISTANCE_MAX + 1;
    for (size_t t = 0; t < 2; t++)
        for (const struct option_row *row = tables[t]; row != NULL && row->name != NULL; row++) {
            size_t distance = word_distance(name, row->name);
            if (distance < best_distance) {
                best = row->name;
                best_distance = distance;
            }
        }
    return best;
}

static bool looks_like_option(const char *word)
{
    if (word[0] != '-' || word[1] == '\0')
        return false;
    return !((word[1] >= '0' && word[1] <= '9') || word[1] == '.');
}

/* What one parse works on; counts live in *ret. */
struct parse {
    const struct command_text *command;
    const struct option_row *common;
    size_t argc;
    const char *const *argv;
    struct options *ret;
    struct option_given *given;
    char remedy[ERROR_REMEDY_BYTES];
};

static bool unknown_option(const struct parse *parse, const char *word, struct error *err)
{
    const char *name = word + (strncmp(word, "--", 2) == 0 ? 2 : 1);
    const char *near = nearest_option(parse->command->options, parse->common, name);
    if (near != NULL)
        return error_set(err, ERROR_USAGE, parse->remedy, "%s was given %s, which it does not know; --%s is near", parse->command->name,
                         word, near);
    return error_set(err, ERROR_USAGE, parse->remedy, "%s was given %s, which it does not know", parse->command->name, word);
}

/* Takes the option at *at, and its value, which may be the next word. */
static bool take_option(struct parse *parse, size_t *at, struct error *err)
{
    const char *word = parse->argv[*at];
    const char *name = strcmp(word, "-h") == 0 ? "help" : word + 2;
    const char *equals = strchr(name, '=');
    size_t name_size = equals != NULL ? (size_t)(equals - name) : strlen(name);
    const struct option_row *row;

    if (strcmp(word, "-h") != 0 && strncmp(word, "--", 2) != 0)
        return unknown_option(parse, word, err);
    row = find_in(parse->command->options, name, name_size);
    if (row == NULL)
        row = find_in(parse->common, name, name_size);
    if (row == NULL)
        return unknown_option(parse, word, err);
    if (row->value == NULL && equals != NULL)
        return error_set(err, ERROR_USAGE, parse->remedy, "--%s was given a value, but takes none", row->name);
    if (row->value != NULL && equals == NULL && *at + 1 >= parse->argc)
        return error_set(err, ERROR_USAGE, parse->remedy, "--%s was given without its %s", row->name, row->value);
    if (!row->many && options_has(parse->ret, row->name))
        return error_set(err, ERROR_USAGE, parse->remedy, "--%s was given twice", row->name);
    parse->given[parse->ret->given_count].name = row->name;
    if (row->value != NULL)
        parse->given[parse->ret->given_count].value = equals != NULL ? equals + 1 : parse->argv[++*at];
    parse->ret->given_count++;
    return true;
}

bool options_parse(struct arena *arena, const char *program, const struct command_text *command, const struct option_row *common,
                   size_t argc, const char *const *argv, struct options *ret, struct error *err)
{
    struct parse parse = {.command = command, .common = common, .argc = argc, .argv = argv, .ret = ret};
    const char **words = arena_take_many(arena, argc + 1, sizeof *words);
    const char *remedy = arena_format(arena, N_("See `%s %s --help`."), program, command->name);
    bool only_words = false;

    parse.given = arena_take_many(arena, argc + 1, sizeof *parse.given);
    if (words == NULL || parse.given == NULL || remedy == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory was left for the command line");
    strncpy(parse.remedy, remedy, sizeof parse.remedy - 1);
    *ret = (struct options){.words = words, .given = parse.given};
    for (size_t at = 0; at < argc; at++) {
        if (!only_words && strcmp(argv[at], "--") == 0)
            only_words = true;
        else if (only_words || !looks_like_option(argv[at]))
            words[ret->word_count++] = argv[at];
        else if (!take_option(&parse, &at, err))
            return false;
    }
    if (options_has(ret, "help"))
        return true;
    if (ret->word_count < command->words_min)
        return error_set(err, ERROR_USAGE, parse.remedy, "%s was given %zu of the words it needs: %s", command->name, ret->word_count,
                         command->words);
    if (ret->word_count > command->words_max)
        return error_set(err, ERROR_USAGE, parse.remedy, "%s was given \"%s\", one word too many", command->name,
                         words[command->words_max]);
    return true;
}

bool options_has(const struct options *options, const char *name)
{
    for (size_t i = 0; i < options->given_count; i++)
        if (strcmp(options->given[i].name, name) == 0)
            return true;
    return false;
}

const char *options_value(const struct options *options, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < options->given_count; i++)
        if (strcmp(options->given[i].name, name) == 0)
            value = options->given[i].value;
    return value;
}

const char *options_value_at(const struct options *options, const char *name, size_t index)
{
    for (size_t i = 0; i < options->given_count; i++)
        if (strcmp(options->given[i].name, name) == 0 && index-- == 0)
            return options->given[i].value;
    return NULL;
}

bool options_integer(const struct options *options, const char *name, long long min, long long max, long long fallback, long long *ret,
                     struct error *err)
{
    const char *text = options_value(options, name);
    char *end = NULL;
    long long value;
    bool digits;

    if (text == NULL) {
        *ret = fallback;
        return true;
    }
    digits = (text[0] >= '0' && text[0] <= '9') || (text[0] == '-' && text[1] >= '0' && text[1] <= '9');
    errno = 0;
    value = strtoll(text, &end, 10);
    if (!digits || *end != '\0' || errno != 0 || value < min || value > max)
        return error_set(err, ERROR_USAGE, "Give a whole number within these bounds.",
                         "--%s was given \"%s\", not a number from %lld to %lld", name, text, min, max);
    *ret = value;
    return true;
}

static const struct command_text *text_at(const void *rows, size_t index, size_t size)
{
    return (const struct command_text *)(const void *)((const char *)rows + index * size);
}

/* How many words of argv spell this name; 0: another command. */
static size_t words_that_match(const char *name, size_t argc, const char *const *argv)
{
    size_t used = 0;
    while (*name != '\0') {
        size_t size = strcspn(name, " ");
        if (used >= argc || strlen(argv[used]) != size || memcmp(argv[used], name, size) != 0)
            return 0;
        used++;
        name += size;
        name += *name == ' ';
    }
    return used;
}

int command_find(const void *rows, size_t count, size_t size, size_t argc, const char *const *argv, size_t *ret_used, int *near)
{
    int found = -1;
    size_t best_distance = NEAR_DISTANCE_MAX + 1;

    *ret_used = 0;
    if (near != NULL)
        *near = -1;
    for (size_t i = 0; i < count; i++) {
        size_t used = words_that_match(text_at(rows, i, size)->name, argc, argv);
        if (used > *ret_used) {
            *ret_used = used;
            found = (int)i;
        }
    }
    for (size_t i = 0; found < 0 && near != NULL && argc > 0 && i < count; i++) {
        char first[NEAR_WORD_BYTES + 1] = "";
        size_t distance;
        strncpy(first, text_at(rows, i, size)->name, NEAR_WORD_BYTES);
        first[strcspn(first, " ")] = '\0';
        distance = word_distance(argv[0], first);
        if (distance < best_distance) {
            *near = (int)i;
            best_distance = distance;
        }
    }
    return found;
}
