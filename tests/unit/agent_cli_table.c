// SPDX-License-Identifier: Apache-2.0
/* The table of commands and what is made from it: help, manual, completion; errors in words and in JSON; words and widths.
 *
 * Not here:  the parser (protocol_options.c).
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <jansson.h>

#include "agent/cli/sheet.h"
#include "tests/unit/desk.h"
#include "tests/unit/suite.h"

START_TEST(every_command_explains_itself_and_each_of_its_options)
{
    const struct command_table *table = command_table();
    struct desk desk;

    desk_starts(&desk, 1);
    ck_assert_uint_gt(table->count, 20);
    for (size_t i = 0; i < table->count; i++) {
        const struct command_text *text = &table->rows[i].text;

        ck_assert_ptr_nonnull(table->rows[i].run);
        ck_assert_uint_le(text->words_min, text->words_max);
        ck_assert_uint_gt(strlen(text->summary), 3);
        ck_assert_uint_lt(strlen(text->summary), 90);
        desk_does(&desk, arena_format(&desk.arena, "%s --help", text->name));
        ck_assert_ptr_nonnull(strstr(desk.out, text->summary));
        for (const struct option_row *row = text->options; row != NULL && row->name != NULL; row++) {
            ck_assert_msg(strstr(desk.out, arena_format(&desk.arena, "--%s", row->name)) != NULL, "%s --%s", text->name, row->name);
            ck_assert_msg(row->help != NULL && strlen(row->help) > 3, "%s --%s says nothing", text->name, row->name);
        }
        for (size_t k = 0; k < i; k++)
            ck_assert_str_ne(table->rows[k].text.name, text->name);
        /* what writes works on the store; what stands alone does not go through the background */
        ck_assert((table->rows[i].flags & COMMAND_WRITES) == 0 || (table->rows[i].flags & COMMAND_STORE) != 0);
    }
    desk_ends(&desk);
}
END_TEST

START_TEST(no_option_of_a_command_hides_a_common_one)
{
    const struct command_table *table = command_table();

    for (size_t i = 0; i < table->count; i++)
        for (const struct option_row *row = table->rows[i].text.options; row != NULL && row->name != NULL; row++)
            for (const struct option_row *common = cli_program.common; common->name != NULL; common++)
                ck_assert_msg(strcmp(row->name, common->name) != 0, "%s --%s", table->rows[i].text.name, row->name);
}
END_TEST

START_TEST(every_edited_entity_has_its_five_commands_with_all_fields)
{
    struct desk desk;

    desk_starts(&desk, 2);
    for (size_t i = 0; i < entity_count; i++) {
        if ((entities[i].flags & ENTITY_EDITED) == 0)
            continue;
        desk_does(&desk, arena_format(&desk.arena, "%s add --help", entities[i].name));
        for (size_t k = 0; k < entities[i].field_count; k++)
            ck_assert_ptr_nonnull(strstr(desk.out, entities[i].fields[k].help));
        desk_does(&desk, arena_format(&desk.arena, "%s list --help", entities[i].name));
        desk_does(&desk, arena_format(&desk.arena, "%s show --help", entities[i].name));
        desk_does(&desk, arena_format(&desk.arena, "%s edit --help", entities[i].name));
        desk_does(&desk, arena_format(&desk.arena, "%s remove --help", entities[i].name));
    }
    desk_ends(&desk);
}
END_TEST

START_TEST(manual_and_completion_name_every_command)
{
    const struct command_table *table = command_table();
    struct desk desk;

    desk_starts(&desk, 3);
    desk_does(&desk, "help --man");
    ck_assert_int_eq(strncmp(strstr(desk.out, ".TH"), ".TH", 3), 0);
    for (size_t i = 0; i < table->count; i++)
        ck_assert_msg(strstr(desk.out, table->rows[i].text.name) != NULL, "%s", table->rows[i].text.name);
    for (int kind = ERROR_NONE + 1; kind < ERROR_KINDS; kind++) {
        const char *meaning = error_kind_meaning((enum error_kind)kind);

        /* up to the first dash: man(7) writes it in its own way */
        ck_assert_ptr_nonnull(strstr(desk.out, arena_text_n(&desk.arena, meaning, strcspn(meaning, "-"))));
    }
    desk_does(&desk, "help --completion");
    for (size_t i = 0; i < table->count; i++) {
        const char *space = strrchr(table->rows[i].text.name, ' ');

        ck_assert_ptr_nonnull(strstr(desk.out, space == NULL ? table->rows[i].text.name : space + 1));
    }
    desk_does(&desk, "help mark");
    ck_assert_ptr_nonnull(strstr(desk.out, "SESSION PERSON STATUS"));
    desk_does(&desk, "");
    ck_assert_ptr_nonnull(strstr(desk.out, "conflicts settle"));
    desk_does(&desk, "--version");
    ck_assert_ptr_nonnull(strstr(desk.out, TEREN_VERSION));
    desk_ends(&desk);
}
END_TEST

/* Every command that answers answers in JSON when asked: one object on one line. */
START_TEST(answers_in_json_are_json)
{
    static const char *const lines[] = {
        "status",
        "conflicts",
        "report",
        "report --by programme",
        "verify",
        "doctor",
        "version",
        "person list",
        "person show P1",
        "mark TT-1-1 P1 present",
        "undo",
        "enrolment list",
        "programme list",
        "organisation add --name School",
        "person edit P1 --sex M",
        "person remove P3",
        "municipality list",
        "session list",
        "activity show TT-1",
        "sync",
        "mark X Y Z",
        "nonsense",
        "mark --nonsense",
        "conflicts settle a b c d",
        "bundle export /nowhere/x",
    };
    struct desk desk;

    json_object_seed(7);
    desk_starts(&desk, 4);
    desk_has_programme(&desk);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        json_error_t why;
        json_t *answer;
        int exit_code = desk_types(&desk, arena_format(&desk.arena, "%s --json", lines[i]));

        ck_assert_str_eq(desk.err, "");
        answer = json_loads(desk.out, JSON_REJECT_DUPLICATES, &why);
        ck_assert_msg(answer != NULL, "%s: %s: %s", lines[i], why.text, desk.out);
        ck_assert_int_eq(json_object_get(answer, "error") != NULL, exit_code != 0);
        ck_assert_ptr_eq(strchr(desk.out, '\n'), desk.out + strlen(desk.out) - 1);
        json_decref(answer);
    }
    ck_assert_int_eq(desk_types(&desk, "mark X Y present --json"), error_exit_code(ERROR_NOT_FOUND));
    ck_assert_ptr_nonnull(
        strstr(desk.out, arena_format(&desk.arena, "{\"error\":{\"kind\":\"%s\",\"cause\":\"", error_kind_name(ERROR_NOT_FOUND))));
    desk_ends(&desk);
}
END_TEST

START_TEST(a_store_that_is_missing_or_there_already_is_told)
{
    struct desk desk;

    desk_starts(&desk, 5);
    desk_is_refused(&desk, "status", ERROR_NOT_FOUND, "teren init");
    desk_does(&desk, "init");
    desk_is_refused(&desk, "init", ERROR_INVALID, "already");
    agent_close(&desk.agent);
    desk_is_refused(&desk, "init", ERROR_INVALID, "already");
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "status"), "not enrolled"));
    desk_is_refused(&desk, "sync", ERROR_INVALID, "not enrolled");
    desk_is_refused(&desk, "bundle export /tmp/x", ERROR_INVALID, "not enrolled");
    desk_ends(&desk);
}
END_TEST

START_TEST(options_may_stand_before_the_command)
{
    struct desk desk;

    desk_starts(&desk, 6);
    desk_has_programme(&desk);
    ck_assert_int_eq(desk_does(&desk, "--json status")[0], '{');
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, "--author P1 mark TT-1-1 P2 present"), "P2 is present"));
    ck_assert_ptr_nonnull(strstr(desk_does(&desk, arena_format(&desk.arena, "--home %s status", desk.home)), "Waiting"));
    desk_is_refused(&desk, "marc TT-1-1 P2 present", ERROR_USAGE, "`mark`");
    desk_ends(&desk);
}
END_TEST

static const struct {
    const char *line;
    size_t count;
    const char *words[4];
} splits[] = {
    {"mark S P present", 4, {"mark", "S", "P", "present"}},
    {"  a\t'b c'  \"d \\\"e\\\" f\"\n", 3, {"a", "b c", "d \"e\" f"}},
    {"a\\ b '' $HOME # the rest", 3, {"a b", "", "$HOME"}},
    {"x'y z'w *", 2, {"xy zw", "*"}},
    {"\"back\\slash\" 'a\\'", 2, {"back\\slash", "a\\"}},
    {"# nothing", 0, {NULL}},
    {"", 0, {NULL}},
};

START_TEST(a_line_is_parted_as_a_shell_would)
{
    struct arena arena = {0};
    struct error err = {0};
    const char **words;
    size_t count;

    ck_assert(words_split(&arena, splits[_i].line, 8, &words, &count, &err));
    ck_assert_uint_eq(count, splits[_i].count);
    for (size_t i = 0; i < count; i++)
        ck_assert_str_eq(words[i], splits[_i].words[i]);
    arena_clear(&arena);
}
END_TEST

START_TEST(a_line_has_a_bound_and_closed_quotes)
{
    struct arena arena = {0};
    struct error err = {0};
    const char **words;
    size_t count;

    ck_assert(words_split(&arena, "a b c", 3, &words, &count, &err));
    ck_assert(!words_split(&arena, "a b c d", 3, &words, &count, &err));
    ck_assert_int_eq(err.kind, ERROR_USAGE);
    error_clear(&err);
    ck_assert(!words_split(&arena, "mark 'open", 3, &words, &count, &err));
    ck_assert_ptr_nonnull(strstr(err.cause, "open quote"));
    arena_clear(&arena);
}
END_TEST

START_TEST(columns_line_up_in_every_script)
{
    static const char *const columns[] = {"name", "n"};
    struct arena arena = {0};
    struct sheet sheet = sheet_of(&arena, columns, 2);
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    setlocale(LC_CTYPE, "C.UTF-8");
    ck_assert_uint_eq(text_width("Ђорђе"), 5);
    ck_assert_uint_eq(text_width("e\xcc\x81"), 1); /* a combining mark takes no column */
    ck_assert_uint_eq(text_width("\xff"), 1);
    sheet_add(&sheet, (struct value[]){value_text("Ђорђе"), value_integer(5)});
    sheet_add(&sheet, (struct value[]){value_text("a\nb\xc2\x9b"), value_integer(123)});
    ck_assert(sheet_print(&sheet, out));
    fclose(out);
    ck_assert_str_eq(text, "name     n\nЂорђе    5\na b?   123\n"); /* no line feed and no control reaches the terminal */
    free(text);
    arena_clear(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("commands");
    TCase *all = tcase_create("commands");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(all, every_command_explains_itself_and_each_of_its_options);
    tcase_add_test(all, no_option_of_a_command_hides_a_common_one);
    tcase_add_test(all, every_edited_entity_has_its_five_commands_with_all_fields);
    tcase_add_test(all, manual_and_completion_name_every_command);
    tcase_add_test(all, answers_in_json_are_json);
    tcase_add_test(all, a_store_that_is_missing_or_there_already_is_told);
    tcase_add_test(all, options_may_stand_before_the_command);
    tcase_add_loop_test(all, a_line_is_parted_as_a_shell_would, 0, sizeof splits / sizeof splits[0]);
    tcase_add_test(all, a_line_has_a_bound_and_closed_quotes);
    tcase_add_test(all, columns_line_up_in_every_script);
    suite_add_tcase(suite, all);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
