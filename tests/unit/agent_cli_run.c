// SPDX-License-Identifier: Apache-2.0
/* `teren run` and the commands beside it: the real program, forked; same words, same output, whoever holds the store.
 *
 * Not here:  syncing with a server (tests/end-to-end).
 */
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "agent/system/local.h"
#include "tests/unit/desk.h"
#include "tests/unit/suite.h"

struct shell {
    char folder[64], home[96], program[256];
    struct arena arena;
    pid_t run;
};

static void shell_starts(struct shell *shell)
{
    const char *folder = getenv("TEREN_BIN");

    *shell = (struct shell){0};
    snprintf(shell->program, sizeof shell->program, "%s/agent/teren", folder == NULL ? BINARY_FOLDER : folder);
    ck_assert_msg(access(shell->program, X_OK) == 0, "build the target teren first: %s", shell->program);
    snprintf(shell->folder, sizeof shell->folder, "/tmp/teren-shell-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(shell->folder));
    snprintf(shell->home, sizeof shell->home, "%s/home", shell->folder);
}

/* Runs a line by /bin/sh with `teren` as $T; gives what it printed, both ways, and its exit code on the last line. */
static const char *shell_says(struct shell *shell, const char *line)
{
    struct bytes said = {0};
    char buffer[4096];
    size_t got;
    const char *text;
    FILE *pipe = popen(arena_format(&shell->arena, "cd %s; export TEREN_HOME=%s; T=%s; { %s; } 2>&1; echo \"exit $?\"", shell->folder,
                                    shell->home, shell->program, line),
                       "r");

    ck_assert_ptr_nonnull(pipe);
    while ((got = fread(buffer, 1, sizeof buffer, pipe)) > 0)
        bytes_append(&said, buffer, got);
    pclose(pipe);
    text = arena_text_n(&shell->arena, (const char *)said.data, said.size);
    bytes_clear(&said);
    return text;
}

static void shell_ends(struct shell *shell)
{
    if (shell->run > 0) {
        kill(shell->run, SIGKILL);
        waitpid(shell->run, NULL, 0);
    }
    desk_remove_folder(shell->folder);
    arena_clear(&shell->arena);
}

/* Starts `teren run` and waits until it says that it is ready. */
static void shell_runs(struct shell *shell)
{
    int pipes[2];
    char said[256];

    ck_assert_int_eq(pipe(pipes), 0);
    shell->run = fork();
    ck_assert_int_ge(shell->run, 0);
    if (shell->run == 0) {
        dup2(pipes[1], STDOUT_FILENO);
        execl(shell->program, "teren", "--home", shell->home, "run", (char *)NULL);
        _exit(127);
    }
    close(pipes[1]);
    ck_assert_int_gt(read(pipes[0], said, sizeof said), 0);
    ck_assert_int_eq(strncmp(said, "Ready", 5), 0);
    close(pipes[0]);
}

static int shell_stops(struct shell *shell, int signal_number)
{
    int status = 0;

    kill(shell->run, signal_number);
    waitpid(shell->run, &status, 0);
    shell->run = 0;
    return status;
}

static void shell_has_programme(struct shell *shell)
{
    ck_assert_ptr_nonnull(
        strstr(shell_says(shell, "$T init && $T municipality add RS-BUJ --name Bujanovac && $T programme add lnob && "
                                 "$T activity add TT-1 --programme lnob && $T session add TT-1-1 --activity TT-1 --minutes 90 && "
                                 "$T person add P1 --full-name 'Ana Anić' && $T person add P2 --full-name 'Бора'"),
               "exit 0"));
}

/* What is asked, with and without somebody in the background. Nothing in the answers depends on the time. */
static const char *const questions[] = {
    "$T person list",
    "$T person list --json",
    "$T person show P1 --json",
    "$T session list",
    "$T conflicts",
    "$T report TT-1 --json",
    "$T verify",
    "$T mark TT-1-1 P1 asleep",
    "$T mark NOPE P1 present --json",
    "$T undo --nonsense",
    "$T person show P9",
    "$T mark TT-1-1 'P2' present --note \"a 'quoted' note\"",
    "$T enrolment add TT-1 P1 participant; $T enrolment list; $T undo; $T enrolment list",
    "printf 'mark TT-1-1 P1 present\\nperson list\\nmark X P1 present\\n\\n\"open\\nundo\\nrun\\n' | $T batch",
    "printf 'ref,full_name\\nP1,Ana Anić\\n' > people.csv; $T import people.csv; $T import ./people.csv --preview",
    "printf 'ref,full_name\\nP7,Ana\\n,Bora\\n' > people.csv; $T import people.csv",
    "$T export out --plain; cat out/activities.csv out/rows/people.csv",
    "$T sync",
    "$T bundle export b.teren",
    "$T import nothing.csv; $T export people.csv/no",
    "$T help | head -3",
    "$T mark --help",
};

START_TEST(the_answer_is_the_same_whoever_holds_the_store)
{
    struct shell shell;
    const char *alone;
    const char *beside;

    shell_starts(&shell);
    shell_has_programme(&shell);
    /* the same store twice: ids stand in the answers */
    ck_assert_ptr_nonnull(strstr(shell_says(&shell, "cp -a home kept"), "exit 0"));
    alone = shell_says(&shell, questions[_i]);
    ck_assert_ptr_nonnull(strstr(shell_says(&shell, "rm -r home out people.csv 2>/dev/null; mv kept home"), "exit 0"));
    shell_runs(&shell);
    beside = shell_says(&shell, questions[_i]);
    ck_assert_str_eq(beside, alone);
    ck_assert_int_eq(shell_stops(&shell, SIGTERM), 0);
    shell_ends(&shell);
}
END_TEST

START_TEST(one_run_per_home)
{
    struct shell shell;

    shell_starts(&shell);
    shell_has_programme(&shell);
    shell_runs(&shell);
    ck_assert_ptr_nonnull(strstr(shell_says(&shell, "$T run"), arena_format(&shell.arena, "exit %d", error_exit_code(ERROR_BUSY))));
    ck_assert_ptr_nonnull(strstr(shell_says(&shell, "$T run"), "`teren run` is running already"));
    ck_assert_ptr_nonnull(strstr(shell_says(&shell, "$T status --json"), "\"running\":true"));
    ck_assert_int_eq(shell_stops(&shell, SIGINT), 0);
    ck_assert_ptr_nonnull(strstr(shell_says(&shell, "$T status --json"), "\"running\":false"));
    shell_ends(&shell);
}
END_TEST

START_TEST(a_closed_terminal_does_not_end_it)
{
    struct shell shell;

    shell_starts(&shell);
    shell_has_programme(&shell);
    shell_runs(&shell);
    kill(shell.run, SIGHUP);
    ck_assert_ptr_nonnull(strstr(shell_says(&shell, "$T status --json"), "\"running\":true"));
    ck_assert_int_eq(shell_stops(&shell, SIGTERM), 0);
    shell_ends(&shell);
}
END_TEST

/* Killed, it leaves a socket that nobody listens at and a store that opens with all that was accepted. */
START_TEST(a_killed_run_leaves_everything_it_accepted)
{
    struct shell shell;

    shell_starts(&shell);
    shell_has_programme(&shell);
    shell_runs(&shell);
    ck_assert_ptr_nonnull(strstr(shell_says(&shell, "$T mark TT-1-1 P1 present"), "exit 0"));
    ck_assert(WIFSIGNALED(shell_stops(&shell, SIGKILL)));
    ck_assert_ptr_nonnull(strstr(shell_says(&shell, "$T report TT-1 --json"), "\"reached\":1"));
    ck_assert_ptr_nonnull(strstr(shell_says(&shell, "$T verify"), "exit 0"));
    shell_runs(&shell); /* and another one takes over */
    ck_assert_ptr_nonnull(strstr(shell_says(&shell, "$T status --json"), "\"running\":true"));
    shell_ends(&shell);
}
END_TEST

START_TEST(a_home_deep_down_has_a_socket_too)
{
    struct shell shell;
    struct error err = {0};
    char deep[300];

    shell_starts(&shell);
    snprintf(deep, sizeof deep, "%s/%0100d/%0100d", shell.folder, 1, 2); /* a socket's path holds 107 bytes */
    ck_assert(files_make_folder(deep, &err));
    int listener = local_listen(deep, &err);
    ck_assert_msg(listener >= 0, "%s", err.cause);
    ck_assert(local_is_served(deep));
    ck_assert_int_lt(local_listen(deep, &err), 0);
    ck_assert_int_eq(err.kind, ERROR_BUSY);
    close(listener);
    ck_assert(!local_is_served(deep));
    local_unlink(deep);
    shell_ends(&shell);
}
END_TEST

/* The service manager is told when commands are served, and when it ends. */
START_TEST(the_service_manager_is_told)
{
    struct shell shell;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    char told[256] = "";

    shell_starts(&shell);
    shell_has_programme(&shell);
    snprintf(address.sun_path, sizeof address.sun_path, "%s/notify", shell.folder);
    ck_assert_int_eq(bind(manager, (struct sockaddr *)&address, sizeof address), 0);
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    shell_runs(&shell);
    ck_assert_int_gt(recv(manager, told, sizeof told - 1, 0), 0);
    ck_assert_str_eq(told, "READY=1");
    memset(told, 0, sizeof told);
    ck_assert_int_gt(recv(manager, told, sizeof told - 1, 0), 0);
    ck_assert_str_eq(told, "STATUS=Recording; not enrolled yet.");
    ck_assert_int_eq(shell_stops(&shell, SIGTERM), 0);
    memset(told, 0, sizeof told);
    ck_assert_int_gt(recv(manager, told, sizeof told - 1, 0), 0);
    ck_assert_str_eq(told, "STOPPING=1");
    unsetenv("NOTIFY_SOCKET");
    close(manager);
    shell_ends(&shell);
}
END_TEST

/* --- what comes by the socket ------------------------------------------------------------------------------------------------ */

struct line {
    char home[64];
    int listener;
    struct arena arena;
};

static void line_opens(struct line *line)
{
    struct error err = {0};

    *line = (struct line){0};
    snprintf(line->home, sizeof line->home, "/tmp/teren-line-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(line->home));
    line->listener = local_listen(line->home, &err);
    ck_assert_msg(line->listener >= 0, "%s", err.cause);
}

static void line_closes(struct line *line)
{
    close(line->listener);
    desk_remove_folder(line->home);
    arena_clear(&line->arena);
}

/* A child asks so many words of so many bytes in all; true when the question was read here. */
static bool line_carries(struct line *line, size_t words, size_t bytes)
{
    struct local_question question;
    struct error err = {0};
    struct pollfd one = {.fd = line->listener, .events = POLLIN};
    bool came = false;
    int status = 0;
    pid_t asker = fork();

    if (asker == 0) {
        static const char *list[LOCAL_WORDS_MAX + 2];
        char *first = malloc(bytes + 1);
        int exit_code = 0;

        memset(first, 'x', bytes);
        first[bytes] = '\0';
        for (size_t i = 0; i < words; i++)
            list[i] = i == 0 ? first : "";
        question = (struct local_question){.folder = "/", .words = list, .word_count = words};
        _exit(local_ask(line->home, &question, &exit_code, &err) && exit_code == 5 ? 0 : err.kind == ERROR_LIMIT ? 2 : 1);
    }
    ck_assert_int_gt(poll(&one, 1, 10000), 0);
    int connection = local_accept(line->listener);
    ck_assert_int_ge(connection, 0);
    if (local_read(connection, &line->arena, &question, &err)) {
        came = true;
        ck_assert_uint_eq(question.word_count, words);
        ck_assert_uint_eq(strlen(question.words[0]), bytes);
        close(question.out);
        close(question.err);
        local_answer(connection, 5);
    } else {
        close(connection);
    }
    waitpid(asker, &status, 0);
    ck_assert_int_eq(WEXITSTATUS(status), came ? 0 : 2);
    return came;
}

START_TEST(a_question_has_bounds)
{
    struct line line;
    /* "TRNL", version, count, folder, the first word's length as a varint of three bytes */
    size_t around = 4 + 1 + 1 + 2 + 3;

    line_opens(&line);
    ck_assert(line_carries(&line, LOCAL_WORDS_MAX, 10));
    ck_assert(!line_carries(&line, LOCAL_WORDS_MAX + 1, 10));
    ck_assert(line_carries(&line, 1, LOCAL_BYTES_MAX - around));
    ck_assert(!line_carries(&line, 1, LOCAL_BYTES_MAX - around + 1));
    line_closes(&line);
}
END_TEST

static uint64_t heard[8];
static size_t heard_count;

static void hear(const struct local_question *question, uint64_t count)
{
    (void)question;
    ck_assert_uint_lt(heard_count, sizeof heard / sizeof heard[0]);
    heard[heard_count++] = count;
}

/* Whoever waits for a sync hears how it goes, and then how it ended. */
START_TEST(words_on_the_way_come_before_the_answer)
{
    struct line line;
    struct error err = {0};
    int status = 0;

    line_opens(&line);
    pid_t server = fork();
    ck_assert_int_ge(server, 0);
    if (server == 0) {
        struct pollfd one = {.fd = line.listener, .events = POLLIN};
        struct local_question question;

        poll(&one, 1, 10000);
        int connection = local_accept(line.listener);

        if (!local_read(connection, &line.arena, &question, &err) || strcmp(question.language, "sq") != 0)
            _exit(1);
        local_progress(connection, 1);
        local_progress(connection, UINT64_MAX - 1);
        local_answer(connection, 7);
        _exit(0);
    }
    static const char *const words[] = {"sync"};
    const struct local_question question = {.folder = "/", .words = words, .word_count = 1, .language = "sq", .progress = hear};
    int exit_code = 0;

    heard_count = 0;
    ck_assert_msg(local_ask(line.home, &question, &exit_code, &err), "%s", err.cause);
    ck_assert_int_eq(exit_code, 7);
    ck_assert_uint_eq(heard_count, 3);
    ck_assert_uint_eq(heard[0], 1);
    ck_assert_uint_eq(heard[1], UINT64_MAX - 1);
    ck_assert_uint_eq(heard[2], 0); /* it is over */
    waitpid(server, &status, 0);
    ck_assert_int_eq(status, 0);
    line_closes(&line);
}
END_TEST

START_TEST(nonsense_by_the_socket_is_refused)
{
    static const char *const nonsense[] = {"", "hello", "TRNL", "TRNL\x01\x05", "TRNL\x02\x00\x00", "TRNL\x01\xff\xff\xff\xff\x0f"};

    for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++) {
        struct line line;
        struct local_question question;
        struct error err = {0};
        int pair[2];

        line_opens(&line);
        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
        ck_assert_int_eq(send(pair[0], nonsense[i], strlen(nonsense[i]), 0), (int)strlen(nonsense[i]));
        ck_assert(!local_read(pair[1], &line.arena, &question, &err));
        ck_assert_int_eq(err.kind, ERROR_CORRUPT);
        close(pair[0]);
        close(pair[1]);
        line_closes(&line);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("run");
    TCase *all = tcase_create("run");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(all, the_answer_is_the_same_whoever_holds_the_store, 0, sizeof questions / sizeof questions[0]);
    tcase_add_test(all, one_run_per_home);
    tcase_add_test(all, a_closed_terminal_does_not_end_it);
    tcase_add_test(all, a_killed_run_leaves_everything_it_accepted);
    tcase_add_test(all, a_home_deep_down_has_a_socket_too);
    tcase_add_test(all, the_service_manager_is_told);
    tcase_add_test(all, a_question_has_bounds);
    tcase_add_test(all, words_on_the_way_come_before_the_answer);
    tcase_add_test(all, nonsense_by_the_socket_is_refused);
    suite_add_tcase(suite, all);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
