// SPDX-License-Identifier: Apache-2.0
/* The server's data folder and files: found, made, held, written whole or not at all.
 *
 * Not here:  commands (tests/end-to-end/server_commands.sh).
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server-stub/cli/cli.h"
#include "server-stub/cli/files.h"
#include "server-stub/cli/print.h"
#include "tests/unit/suite.h"

static void make_scene(char folder[40])
{
    strcpy(folder, "/tmp/teren-files-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void end_scene(const char *folder)
{
    char command[80];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}

START_TEST(the_folder_is_the_one_given_else_that_of_the_environment)
{
    static char folder[CLI_PATH_SIZE], ledger[CLI_PATH_SIZE];
    struct error err = {0};
    setenv("TEREN_SERVER_DATA", "/from/environment", 1);
    ck_assert(folder_find("/given", folder, ledger, &err));
    ck_assert_str_eq(folder, "/given");
    ck_assert_str_eq(ledger, "/given/ledger.db");
    ck_assert(folder_find(NULL, folder, ledger, &err));
    ck_assert_str_eq(folder, "/from/environment");
    ck_assert(!folder_find("", folder, ledger, &err));
    ck_assert_int_eq(err.kind, ERROR_USAGE);
}
END_TEST

START_TEST(a_path_is_taken_up_to_its_bound)
{
    static char folder[CLI_PATH_SIZE], ledger[CLI_PATH_SIZE], given[CLI_PATH_SIZE + 1];
    const size_t most = CLI_PATH_SIZE - 1 - strlen("/ledger.db");
    struct error err = {0};
    memset(given, 'a', sizeof given);
    given[0] = '/';
    given[most] = '\0';
    ck_assert_msg(folder_find(given, folder, ledger, &err), "%s", err.cause);
    given[most] = 'a';
    given[most + 1] = '\0';
    ck_assert(!folder_find(given, folder, ledger, &err));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
}
END_TEST

START_TEST(a_folder_is_made_with_all_above_it_and_only_for_its_owner)
{
    char scene[40], path[80];
    struct stat info;
    struct error err = {0};
    make_scene(scene);
    snprintf(path, sizeof path, "%s/a/b/c", scene);
    ck_assert_msg(folder_make(path, &err), "%s", err.cause);
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_uint_eq(info.st_mode & 0777, 0700);
    ck_assert(folder_make(path, &err));
    end_scene(scene);
}
END_TEST

START_TEST(a_folder_is_held_by_one_server_at_a_time)
{
    char scene[40];
    struct error err = {0};
    int first, second;
    make_scene(scene);
    first = folder_hold(scene, &err);
    ck_assert_int_ge(first, 0);
    ck_assert_int_eq(folder_hold(scene, &err), -1);
    ck_assert_int_eq(err.kind, ERROR_BUSY);
    close(first);
    error_clear(&err);
    second = folder_hold(scene, &err);
    ck_assert_msg(second >= 0, "%s", err.cause);
    close(second);
    ck_assert_int_eq(folder_hold("/nowhere/at/all", &err), -1);
    ck_assert_int_eq(err.kind, ERROR_NOT_FOUND);
    end_scene(scene);
}
END_TEST

START_TEST(a_file_is_written_whole_for_its_owner_alone_and_read_back_up_to_its_bound)
{
    static const char text[] = "0123456789";
    char scene[40], path[80], part[96];
    struct bytes back = {0};
    struct stat info;
    struct error err = {0};
    make_scene(scene);
    snprintf(path, sizeof path, "%s/reply", scene);
    snprintf(part, sizeof part, "%s.part", path);
    ck_assert_msg(file_write(path, (struct span){(const uint8_t *)text, 10}, &err), "%s", err.cause);
    ck_assert(file_write(path, (struct span){(const uint8_t *)text, 10}, &err));
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_uint_eq(info.st_mode & 0777, 0600);
    ck_assert(!file_exists(part));
    ck_assert_msg(file_read(path, 10, &back, &err), "%s", err.cause);
    ck_assert_uint_eq(back.size, 10);
    ck_assert_int_eq(memcmp(back.data, text, 10), 0);
    bytes_clear(&back);
    ck_assert(!file_read(path, 9, &back, &err));
    ck_assert_int_eq(err.kind, ERROR_LIMIT);
    error_clear(&err);
    ck_assert(!file_read(part, 9, &back, &err));
    ck_assert_int_eq(err.kind, ERROR_NOT_FOUND);
    end_scene(scene);
}
END_TEST

START_TEST(a_copy_is_the_same_and_a_failed_one_leaves_nothing)
{
    char scene[40], from[80], to[80], nowhere[96];
    struct bytes back = {0}, content = {0};
    struct error err = {0};
    make_scene(scene);
    snprintf(from, sizeof from, "%s/from", scene);
    snprintf(to, sizeof to, "%s/to", scene);
    snprintf(nowhere, sizeof nowhere, "%s/none/to", scene);
    for (unsigned i = 0; i < 200000; i++)
        bytes_append_u8(&content, (uint8_t)(i * 7));
    ck_assert(file_write(from, bytes_span(&content), &err));
    ck_assert_msg(file_copy(from, to, &err), "%s", err.cause);
    ck_assert(file_read(to, content.size, &back, &err));
    ck_assert_int_eq(memcmp(back.data, content.data, content.size), 0);
    ck_assert(!file_copy(from, nowhere, &err));
    error_clear(&err);
    unlink(to);
    ck_assert(!file_copy(nowhere, to, &err));
    ck_assert_int_eq(err.kind, ERROR_NOT_FOUND);
    ck_assert(!file_exists(to));
    bytes_clear(&back);
    bytes_clear(&content);
    end_scene(scene);
}
END_TEST

START_TEST(a_link_in_the_data_folder_is_not_followed)
{
    char scene[40], link[80], target[80];
    struct error err = {0};
    make_scene(scene);
    snprintf(link, sizeof link, "%s/serve.lock", scene);
    snprintf(target, sizeof target, "%s/elsewhere", scene);
    ck_assert_int_eq(symlink(target, link), 0);
    ck_assert_int_eq(folder_hold(scene, &err), -1);
    ck_assert(!file_exists(target));
    end_scene(scene);
}
END_TEST

START_TEST(a_moment_is_told_in_utc_and_none_is_never)
{
    char text[PRINT_TIME_SIZE];
    ck_assert_str_eq(print_time(0, text), "never");
    ck_assert_str_eq(print_time(1700000000000, text), "2023-11-14T22:13:20Z");
}
END_TEST

START_TEST(every_command_has_words_a_summary_and_a_function)
{
    for (size_t i = 0; i < cli_command_count; i++) {
        const struct command *command = &cli_commands[i];
        ck_assert_ptr_nonnull(command->run);
        ck_assert_ptr_nonnull(command->text.words);
        ck_assert_uint_gt(strlen(command->text.summary), 5);
        ck_assert_uint_le(command->text.words_min, command->text.words_max);
        ck_assert((command->text.words_max > 0) == (command->text.words[0] != '\0'));
        for (size_t k = i + 1; k < cli_command_count; k++)
            ck_assert_str_ne(command->text.name, cli_commands[k].text.name);
    }
}
END_TEST

SUITE("server files", the_folder_is_the_one_given_else_that_of_the_environment, a_path_is_taken_up_to_its_bound,
      a_folder_is_made_with_all_above_it_and_only_for_its_owner, a_folder_is_held_by_one_server_at_a_time,
      a_file_is_written_whole_for_its_owner_alone_and_read_back_up_to_its_bound, a_copy_is_the_same_and_a_failed_one_leaves_nothing,
      a_link_in_the_data_folder_is_not_followed, a_moment_is_told_in_utc_and_none_is_never,
      every_command_has_words_a_summary_and_a_function)
