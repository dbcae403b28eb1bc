// SPDX-License-Identifier: Apache-2.0
/* Help and manual page out of a program's table of commands, so that neither can tell anything else than the program does.
 *
 * Here:      text for people (plain) and for man(1) (roff).
 * Not here:  reading a command line (options.c), printing.
 */
#include <stdio.h>
#include <string.h>

#include "protocol/options.h"

enum { SUMMARY_COLUMN = 30 };

static const struct command_text *text_at(const void *rows, size_t index, size_t size)
{
    return (const struct command_text *)(const void *)((const char *)rows + index * size);
}

static void put(struct bytes *out, const char *text)
{
    bytes_append(out, text, strlen(text));
}

/* What tables hold is English, and put together of words here and there: "list people", "how it is held: in_person online hybrid". */
static void put_said(struct bytes *out, const struct program_text *program, const char *sentence)
{
    char text[SAID_BYTES];

    put(out, say_sentence(program->words, sentence, text, sizeof text));
}

static void put_all(struct bytes *out, const char *const *texts)
{
    for (; *texts != NULL; texts++)
        put(out, *texts);
}

static void put_padding(struct bytes *out, size_t used, size_t column)
{
    do
        put(out, " ");
    while (++used < column);
}

/* "--valid-hours N": returns how many bytes that was. */
static size_t put_option(struct bytes *out, const struct option_row *row)
{
    size_t before = out->size;
    put_all(out, (const char *const[]){"--", row->name, row->value != NULL ? " " : "", row->value != NULL ? row->value : "", NULL});
    return out->size - before;
}

static void put_options(struct bytes *out, const struct program_text *program, const char *heading, const struct option_row *rows)
{
    if (rows == NULL || rows->name == NULL)
        return;
    put_all(out, (const char *const[]){"\n", heading, "\n", NULL});
    for (; rows->name != NULL; rows++) {
        put(out, "  ");
        put_padding(out, 2 + put_option(out, rows), SUMMARY_COLUMN);
        put_said(out, program, rows->help);
        put_all(out, (const char *const[]){rows->many ? " " : "", rows->many ? say(program->words, "(may be repeated)") : "", "\n", NULL});
    }
}

static void put_usage(struct bytes *out, const struct program_text *program, const struct command_text *command)
{
    put_all(out, (const char *const[]){program->name, " ", command->name, command->words[0] != '\0' ? " " : "", command->words,
                                       command->options != NULL && command->options->name != NULL ? " [options]" : "", NULL});
}

bool help_program(struct bytes *out, const struct program_text *program, const void *rows, size_t count, size_t size)
{
    put_all(out, (const char *const[]){program->name, " ", program->version, ": ", say(program->words, program->summary), "\n\n",
                                       say(program->words, "Commands:"), "\n", NULL});
    for (size_t i = 0; i < count; i++) {
        const struct command_text *command = text_at(rows, i, size);
        put_all(out, (const char *const[]){"  ", command->name, NULL});
        put_padding(out, 2 + strlen(command->name), SUMMARY_COLUMN);
        put_said(out, program, command->summary);
        put(out, "\n");
    }
    put_options(out, program, say(program->words, "Options of every command:"), program->common);
    put_all(out, (const char *const[]){"\n`", program->name, " COMMAND --help` ", say(program->words, "tells more about one of them."),
                                       "\n", NULL});
    return !out->failed;
}

bool help_command(struct bytes *out, const struct program_text *program, const struct command_text *command)
{
    put_all(out, (const char *const[]){say(program->words, "usage:"), " ", NULL});
    put_usage(out, program, command);
    put(out, "\n\n");
    put_said(out, program, command->summary);
    put(out, "\n");
    if (command->details != NULL)
        put_all(out, (const char *const[]){"\n", say(program->words, command->details), "\n", NULL});
    put_options(out, program, say(program->words, "Options:"), command->options);
    put_options(out, program, say(program->words, "Options of every command:"), program->common);
    if (command->example != NULL)
        put_all(out, (const char *const[]){"\n", say(program->words, "Example:"), "\n  ", command->example, "\n", NULL});
    return !out->failed;
}

/* Roff: a backslash and a leading dot or apostrophe would be commands, a bare '-' would become a hyphen that nobody can paste. */
static void put_roff(struct bytes *out, const char *text)
{
    bool at_start = out->size == 0 || out->data[out->size - 1] == '\n';
    for (; *text != '\0'; text++) {
        if (at_start && (*text == '.' || *text == '\''))
            put(out, "\\&");
        if (*text == '\n' && text[1] == '\n') {
            put(out, "\n.PP\n");
            text++;
            at_start = true;
            continue;
        }
        if (*text == '\\')
            put(out, "\\e");
        else if (*text == '-')
            put(out, "\\-");
        else
            bytes_append(out, text, 1);
        at_start = *text == '\n';
    }
}

static void put_section(struct bytes *out, const char *name, const char *text)
{
    if (text == NULL)
        return;
    put_all(out, (const char *const[]){".SH ", name, "\n", NULL});
    put_roff(out, text);
    put(out, "\n");
}

static void put_roff_options(struct bytes *out, const struct option_row *rows)
{
    for (; rows != NULL && rows->name != NULL; rows++) {
        put(out, ".TP\n.B ");
        put_roff(out, "--");
        put_roff(out, rows->name);
        if (rows->value != NULL)
            put_all(out, (const char *const[]){" \\fI", rows->value, "\\fR", NULL});
        put(out, "\n");
        put_roff(out, rows->help);
        put(out, rows->many ? " (may be repeated)\n" : "\n");
    }
}

static void put_roff_command(struct bytes *out, const struct program_text *program, const struct command_text *command)
{
    put(out, ".SS \"");
    put_usage(out, program, command);
    put(out, "\"\n");
    put_roff(out, command->summary);
    put(out, ".\n");
    if (command->details != NULL) {
        put(out, ".PP\n");
        put_roff(out, command->details);
        put(out, "\n");
    }
    put_roff_options(out, command->options);
    if (command->example != NULL) {
        put(out, ".PP\n.EX\n");
        put_roff(out, command->example);
        put(out, "\n.EE\n");
    }
}

bool help_manual(struct bytes *out, const struct program_text *program, const void *rows, size_t count, size_t size)
{
    char title[64] = "";
    for (size_t i = 0; i + 1 < sizeof title && program->name[i] != '\0'; i++)
        title[i] = program->name[i] >= 'a' && program->name[i] <= 'z' ? (char)(program->name[i] - 'a' + 'A') : program->name[i];
    put_all(out, (const char *const[]){".TH ", title, " 1 \"\" \"", program->name, " ", program->version, "\"\n.SH NAME\n", NULL});
    put_roff(out, program->name);
    put(out, " \\- ");
    put_roff(out, program->summary);
    put(out, "\n.SH SYNOPSIS\n.B ");
    put_roff(out, program->name);
    put(out, "\n\\fICOMMAND\\fR [\\fIWORDS\\fR] [\\fIOPTIONS\\fR]\n");
    put_section(out, "DESCRIPTION", program->description);
    put(out, ".SH OPTIONS OF EVERY COMMAND\n");
    put_roff_options(out, program->common);
    put(out, ".SH COMMANDS\n");
    for (size_t i = 0; i < count; i++)
        put_roff_command(out, program, text_at(rows, i, size));
    put(out, ".SH EXIT STATUS\n");
    for (int kind = 0; kind < ERROR_KINDS; kind++) {
        char code[16];
        snprintf(code, sizeof code, "%d", error_exit_code((enum error_kind)kind));
        put_all(out, (const char *const[]){".TP\n.B ", code, "\n", NULL});
        put_roff(out, error_kind_meaning((enum error_kind)kind));
        put(out, "\n");
    }
    put_section(out, "ENVIRONMENT", program->environment);
    put_section(out, "FILES", program->files);
    put_section(out, "SEE ALSO", program->see_also);
    return !out->failed;
}
