// SPDX-License-Identifier: Apache-2.0
/* A command line is read by its table, and help tells what the table tells.
 *
 * Not here:  the commands of either program.
 */
#include <stdlib.h>
#include <string.h>

#include "protocol/options.h"
#include "tests/unit/suite.h"

static const struct option_row common[] = {
    {"json", NULL, "answer in JSON", false}, {"help", NULL, "show help", false}, {NULL, NULL, NULL, false}};
static const struct option_row mark_options[] = {{"minutes", "N", "minutes attended", false},
                                                 {"tag", "WORD", "a tag", true},
                                                 {"dry", NULL, "change nothing", false},
                                                 {NULL, NULL, NULL, false}};
static const struct command_text commands[] = {
    {"device", "", 0, 0, NULL, "devices", NULL, NULL},
    {"device code", "NAME", 1, 1, NULL, "make a code", NULL, NULL},
    {"mark", "SESSION PERSON", 2, 3, mark_options, "record attendance", "Marking twice is a correction.\n\n.It is kept.", "mark A B"},
};
static const struct program_text program = {"teren",    "1.2", "records", "Records things.", common, NULL, "The home folder.",
                                            "other(1)", NULL};

static bool parse(struct arena *arena, size_t argc, const char *const *argv, struct options *options, struct error *err)
{
    return options_parse(arena, "teren", &commands[2], common, argc, argv, options, err);
}

START_TEST(options_stand_before_after_and_between_words)
{
    const char *argv[] = {"--dry", "S1", "--minutes", "45", "P1", "--tag=a", "--json", "--tag", "b"};
    struct arena arena = {0};
    struct options options;
    struct error err = {0};
    long long minutes;
    ck_assert_msg(parse(&arena, 9, argv, &options, &err), "%s", err.cause);
    ck_assert_uint_eq(options.word_count, 2);
    ck_assert_str_eq(options.words[1], "P1");
    ck_assert(options_has(&options, "dry") && options_has(&options, "json") && !options_has(&options, "help"));
    ck_assert_str_eq(options_value_at(&options, "tag", 0), "a");
    ck_assert_str_eq(options_value(&options, "tag"), "b");
    ck_assert_ptr_null(options_value_at(&options, "tag", 2));
    ck_assert(options_integer(&options, "minutes", 0, 45, 7, &minutes, &err) && minutes == 45);
    ck_assert(!options_integer(&options, "minutes", 0, 44, 7, &minutes, &err));
    arena_clear(&arena);
}
END_TEST

START_TEST(two_dashes_end_options_and_negative_numbers_are_words)
{
    const char *argv[] = {"-5", "--", "--dry"};
    struct arena arena = {0};
    struct options options;
    struct error err = {0};
    ck_assert_msg(parse(&arena, 3, argv, &options, &err), "%s", err.cause);
    ck_assert_str_eq(options.words[0], "-5");
    ck_assert_str_eq(options.words[1], "--dry");
    ck_assert(!options_has(&options, "dry"));
    arena_clear(&arena);
}
END_TEST

START_TEST(what_is_off_is_named_and_the_nearest_is_offered)
{
    static const struct {
        size_t argc;
        const char *argv[5], *says;
    } off[] = {
        {3, {"a", "b", "--minuts"}, "--minutes is near"},
        {3, {"a", "b", "-x"}, "-x"},
        {3, {"a", "b", "--minutes"}, "without its N"},
        {3, {"a", "b", "--dry=1"}, "takes none"},
        {4, {"a", "b", "--dry", "--dry"}, "twice"},
        {1, {"a"}, "given 1 of the words"},
        {4, {"a", "b", "c", "d"}, "\"d\""},
    };
    for (size_t i = 0; i < sizeof off / sizeof off[0]; i++) {
        struct arena arena = {0};
        struct options options;
        struct error err = {0};
        ck_assert(!parse(&arena, off[i].argc, off[i].argv, &options, &err));
        ck_assert_int_eq(err.kind, ERROR_USAGE);
        ck_assert_msg(strstr(err.cause, off[i].says) != NULL, "%s", err.cause);
        ck_assert_ptr_nonnull(strstr(err.remedy, "teren mark --help"));
        arena_clear(&arena);
    }
}
END_TEST

START_TEST(words_are_taken_up_to_their_bound)
{
    const char *argv[] = {"a", "b", "c", "d"};
    struct arena arena = {0};
    struct options options;
    struct error err = {0};
    ck_assert(parse(&arena, 3, argv, &options, &err));
    ck_assert(!parse(&arena, 4, argv, &options, &err));
    arena_clear(&arena);
}
END_TEST

START_TEST(numbers_are_whole_and_within_bounds)
{
    static const char *const bad[] = {"", " 1", "1 ", "1.5", "0x1", "+1", "--", "99999999999999999999", "11", "-1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct option_given given = {"n", bad[i]};
        struct options options = {NULL, 0, &given, 1};
        struct error err = {0};
        long long number;
        ck_assert_msg(!options_integer(&options, "n", 0, 10, 5, &number, &err), "%s was taken", bad[i]);
    }
    {
        struct options none = {NULL, 0, NULL, 0};
        struct error err = {0};
        long long number;
        ck_assert(options_integer(&none, "n", 0, 10, 5, &number, &err) && number == 5);
    }
}
END_TEST

START_TEST(the_longest_name_is_the_command)
{
    const char *code[] = {"device", "code", "x"}, *list[] = {"device", "x"}, *typo[] = {"makr"}, *far[] = {"nothing"};
    size_t used;
    int near;
    ck_assert_int_eq(command_find(commands, 3, sizeof commands[0], 3, code, &used, &near), 1);
    ck_assert_uint_eq(used, 2);
    ck_assert_int_eq(command_find(commands, 3, sizeof commands[0], 2, list, &used, &near), 0);
    ck_assert_uint_eq(used, 1);
    ck_assert_int_eq(command_find(commands, 3, sizeof commands[0], 1, typo, &used, &near), -1);
    ck_assert_int_eq(near, 2);
    ck_assert_int_eq(command_find(commands, 3, sizeof commands[0], 1, far, &used, &near), -1);
    ck_assert_int_eq(near, -1);
    ck_assert_int_eq(command_find(commands, 3, sizeof commands[0], 0, far, &used, &near), -1);
}
END_TEST

static char *text_of(struct bytes *bytes)
{
    bytes_append_u8(bytes, 0);
    return (char *)bytes->data;
}

START_TEST(help_and_manual_tell_all_that_the_table_tells)
{
    struct bytes help = {0}, one = {0}, manual = {0};
    ck_assert(help_program(&help, &program, commands, 3, sizeof commands[0]));
    ck_assert(help_command(&one, &program, &commands[2]));
    ck_assert(help_manual(&manual, &program, commands, 3, sizeof commands[0]));
    for (size_t i = 0; i < 3; i++) {
        ck_assert_ptr_nonnull(strstr(text_of(&help), commands[i].name));
        ck_assert_ptr_nonnull(strstr(text_of(&manual), commands[i].name));
    }
    ck_assert_ptr_nonnull(strstr(text_of(&one), "--minutes N"));
    ck_assert_ptr_nonnull(strstr(text_of(&one), "may be repeated"));
    ck_assert_ptr_nonnull(strstr(text_of(&one), "--json"));
    ck_assert_ptr_nonnull(strstr(text_of(&manual), "\\-\\-minutes \\fIN\\fR"));
    ck_assert_ptr_nonnull(strstr(text_of(&manual), ".SH EXIT STATUS"));
    ck_assert_ptr_nonnull(strstr(text_of(&manual), ".SH FILES"));
    bytes_clear(&help);
    bytes_clear(&one);
    bytes_clear(&manual);
}
END_TEST

START_TEST(a_manual_line_that_begins_with_a_dot_stays_text)
{
    struct bytes manual = {0};
    ck_assert(help_manual(&manual, &program, commands, 3, sizeof commands[0]));
    ck_assert_ptr_nonnull(strstr(text_of(&manual), "\\&.It is kept."));
    bytes_clear(&manual);
}
END_TEST

SUITE("options", options_stand_before_after_and_between_words, two_dashes_end_options_and_negative_numbers_are_words,
      what_is_off_is_named_and_the_nearest_is_offered, words_are_taken_up_to_their_bound, numbers_are_whole_and_within_bounds,
      the_longest_name_is_the_command, help_and_manual_tell_all_that_the_table_tells, a_manual_line_that_begins_with_a_dot_stays_text)
