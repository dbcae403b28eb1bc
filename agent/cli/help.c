// SPDX-License-Identifier: Apache-2.0
/* The commands help and version.
 *
 * Not here:  the texts (commands.c), their form (protocol/help.c).
 */
#include <string.h>

#include "agent/cli/call.h"
#include "agent/page/openapi.h"
#include "protocol/json_text.h"

/* Second words of a two-word command, after its first. */
static void completion_of_group(FILE *out, const struct command_table *table, const char *group, size_t size)
{
    fprintf(out, "    %.*s) words='", (int)size, group);
    for (size_t i = 0; i < table->count; i++) {
        const char *name = table->rows[i].text.name;

        if (strncmp(name, group, size) == 0 && name[size] == ' ')
            fprintf(out, "%s ", name + size + 1);
    }
    fprintf(out, "' ;;\n");
}

/* True when no row before this one begins with the same word (and goes on, when only groups are asked for). */
static bool is_first_of_group(const struct command_table *table, size_t index, size_t size, bool groups_only)
{
    for (size_t i = 0; i < index; i++)
        if (strncmp(table->rows[i].text.name, table->rows[index].text.name, size) == 0 &&
            (table->rows[i].text.name[size] == ' ' || (!groups_only && table->rows[i].text.name[size] == '\0')))
            return false;
    return true;
}

static void completion(FILE *out)
{
    const struct command_table *table = command_table();

    fprintf(out, "# bash completion for teren: made by `teren help --completion`.\n_teren()\n{\n    local words=''\n"
                 "    case \"${COMP_WORDS[1]}\" in\n");
    for (size_t i = 0; i < table->count; i++) {
        const char *name = table->rows[i].text.name;
        const char *space = strchr(name, ' ');

        if (space != NULL && is_first_of_group(table, i, (size_t)(space - name), true))
            completion_of_group(out, table, name, (size_t)(space - name));
    }
    fprintf(out, "    esac\n    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        words='");
    for (size_t i = 0; i < table->count; i++) {
        const char *name = table->rows[i].text.name;
        size_t size = strcspn(name, " ");

        if (is_first_of_group(table, i, size, false))
            fprintf(out, "%.*s ", (int)size, name);
    }
    fprintf(out, "'\n    fi\n    COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
                 "    [ \"$COMP_CWORD\" -gt 1 ] && [ -z \"$words\" ] && COMPREPLY=($(compgen -f -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
                 "    return 0\n}\ncomplete -F _teren teren\n");
}

bool command_help(struct call *call, struct error *err)
{
    const struct command_table *table = command_table();
    struct program_text program = cli_program;
    struct bytes text = {0};
    size_t used = 0;
    int found = -1;
    bool done;

    program.words = call->words;
    if (options_has(&call->options, "completion")) {
        completion(call->out);
        return true;
    }
    if (call->options.word_count > 0) {
        found = command_find(table->rows, table->count, sizeof *table->rows, call->options.word_count, call->options.words, &used, NULL);
        if (found < 0)
            return error_set(err, ERROR_USAGE, "See `teren help`.", "%s is no command", call->options.words[0]);
    }
    if (found >= 0)
        done = help_command(&text, &program, &table->rows[found].text);
    else if (options_has(&call->options, "openapi"))
        done = openapi_write(&text, err);
    else if (options_has(&call->options, "man"))
        done = help_manual(&text, &program, table->rows, table->count, sizeof *table->rows);
    else
        done = help_program(&text, &program, table->rows, table->count, sizeof *table->rows);
    done = done && fwrite(text.data, 1, text.size, call->out) == text.size;
    bytes_clear(&text);
    return done;
}

bool command_version(struct call *call, struct error *err)
{
    struct json_text json = {0};

    (void)err;
    if (!call->json) {
        fprintf(call->out, "teren %s, protocol %d\n", TEREN_VERSION, PROTOCOL_VERSION);
        return true;
    }
    json_open(&json, NULL, '{');
    json_put_text(&json, "version", TEREN_VERSION);
    json_put_integer(&json, "protocol", PROTOCOL_VERSION);
    json_shut(&json, '}');
    return json_print(&json, call->out);
}
