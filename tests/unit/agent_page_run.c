// SPDX-License-Identifier: Apache-2.0
/* The page of the real program: `teren run` serves it whatever else it does, `teren open` brings it up.
 *
 * Not here:  what it serves (agent_page_*.c), other commands beside `run` (agent_cli_run.c).
 */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/unit/page_fixture.h"

enum { PATIENCE_S = 60, DELIVERED_WITHIN_MS = 20 * 1000 /* two seconds are promised; a slow machine is no failure */ };

/* A tablet, the program that runs on it, and a server that takes calls and never answers. */
struct tablet {
    struct desk desk;
    char program[256], token[GUARD_TOKEN_SIZE + 1];
    int silent, silent_port, port;
    pid_t run;
};

static void tablet_has_silent_server(struct tablet *tablet)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;

    tablet->silent = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert(bind(tablet->silent, (const struct sockaddr *)&address, size) == 0 && listen(tablet->silent, 8) == 0);
    ck_assert_int_eq(getsockname(tablet->silent, (struct sockaddr *)&address, &size), 0);
    tablet->silent_port = ntohs(address.sin_port);
}

static void tablet_starts(struct tablet *tablet, uint64_t seed, bool enrolled)
{
    const char *folder = getenv("TEREN_BIN");
    struct enrol_reply welcome = {.device = "tablet-7"};
    struct error err = {0};

    *tablet = (struct tablet){.silent = -1};
    snprintf(tablet->program, sizeof tablet->program, "%s/agent/teren", folder == NULL ? BINARY_FOLDER : folder);
    ck_assert_msg(access(tablet->program, X_OK) == 0, "build the target teren first: %s", tablet->program);
    desk_starts(&tablet->desk, seed);
    desk_does(&tablet->desk, "init");
    tablet_has_silent_server(tablet);
    ck_assert(agent_open(&tablet->desk.agent, &err));
    if (enrolled)
        ck_assert_msg(store_enrolled(tablet->desk.agent.store,
                                     arena_format(&tablet->desk.arena, "http://127.0.0.1:%d", tablet->silent_port), &welcome, &err),
                      "%s", err.cause);
    agent_close(&tablet->desk.agent);
}

/* What the launcher says now. */
static void tablet_reads_launcher(struct tablet *tablet)
{
    const char *text = desk_reads_file(&tablet->desk, "open.html");
    const char *token = strchr(strstr(text, "http://"), '#');

    tablet->port = launcher_port(tablet->desk.home);
    ck_assert_int_gt(tablet->port, 0);
    snprintf(tablet->token, sizeof tablet->token, "%.43s", token + 1);
}

/* Starts `teren run` with one more word or two and waits until it says that it is ready. */
static const char *tablet_runs(struct tablet *tablet, const char *option, const char *value)
{
    int pipes[2];
    char *said = arena_take(&tablet->desk.arena, 1024);

    ck_assert_int_eq(pipe(pipes), 0);
    tablet->run = fork();
    ck_assert_int_ge(tablet->run, 0);
    if (tablet->run == 0) {
        dup2(pipes[1], STDOUT_FILENO);
        execl(tablet->program, "teren", "--home", tablet->desk.home, "run", option, value, (char *)NULL);
        _exit(127);
    }
    close(pipes[1]);
    ck_assert_int_gt(read(pipes[0], said, 1023), 0);
    ck_assert_int_eq(strncmp(said, "Ready", 5), 0);
    close(pipes[0]);
    return said;
}

static void tablet_stops(struct tablet *tablet)
{
    int status = 0;

    kill(tablet->run, SIGTERM);
    ck_assert_int_eq(waitpid(tablet->run, &status, 0), tablet->run);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%d", status);
    tablet->run = 0;
}

static void tablet_ends(struct tablet *tablet)
{
    close(tablet->silent);
    desk_ends(&tablet->desk);
}

/* One request, one answer; the test fails when none comes. */
static const char *tablet_answers(struct tablet *tablet, const char *method, const char *path, const char *body)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)tablet->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = PATIENCE_S};
    int line = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const char *request =
        arena_format(&tablet->desk.arena,
                     "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\nTeren-Token: %s\r\nOrigin: http://127.0.0.1:%d\r\n"
                     "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                     method, path, tablet->port, tablet->token, tablet->port, strlen(body), body);
    struct bytes answer = {0};
    const char *text;
    char buffer[4096];
    ssize_t got;

    ck_assert_int_eq(connect(line, (const struct sockaddr *)&address, sizeof address), 0);
    setsockopt(line, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ck_assert_int_eq(send(line, request, strlen(request), MSG_NOSIGNAL), (ssize_t)strlen(request));
    while ((got = recv(line, buffer, sizeof buffer, 0)) > 0)
        bytes_append(&answer, buffer, (size_t)got);
    ck_assert_msg(got == 0, "%s %s was not answered", method, path);
    text = arena_text_n(&tablet->desk.arena, (const char *)answer.data, answer.size);
    bytes_clear(&answer);
    close(line);
    return text;
}

/* Waits for a call of the tablet at the silent server; gives the line, which stays unanswered. */
static int silent_server_is_called(const struct tablet *tablet)
{
    struct pollfd file = {.fd = tablet->silent, .events = POLLIN};

    ck_assert_msg(poll(&file, 1, DELIVERED_WITHIN_MS) == 1, "the tablet did not call");
    return accept(tablet->silent, NULL, NULL);
}

START_TEST(run_serves_the_page_and_says_where_but_not_the_token)
{
    struct tablet tablet;
    const char *said;
    char first[GUARD_TOKEN_SIZE + 1];

    tablet_starts(&tablet, 1, false);
    said = tablet_runs(&tablet, "--port", "0");
    tablet_reads_launcher(&tablet);
    ck_assert_msg(strstr(said, arena_format(&tablet.desk.arena, "http://127.0.0.1:%d", tablet.port)) != NULL, "%s", said);
    ck_assert_msg(strstr(said, tablet.token) == NULL, "%s", said);
    ck_assert_ptr_nonnull(strstr(tablet_answers(&tablet, "GET", "/", ""), " 200 "));
    ck_assert_ptr_nonnull(strstr(tablet_answers(&tablet, "GET", "/api/state", ""), "\"enrolled\":false"));
    strcpy(first, tablet.token);
    kill(tablet.run, SIGKILL); /* a page that is open finds the same token after a crash */
    waitpid(tablet.run, NULL, 0);
    tablet_runs(&tablet, "--port", arena_format(&tablet.desk.arena, "%d", tablet.port));
    tablet_reads_launcher(&tablet);
    ck_assert_str_eq(tablet.token, first);
    ck_assert_ptr_nonnull(strstr(tablet_answers(&tablet, "GET", "/api/state", ""), " 200 "));
    tablet_stops(&tablet);
    tablet_ends(&tablet);
}
END_TEST

/* Whoever has the old port now may hear the old token from a page that was left open. */
START_TEST(on_another_port_the_token_is_another)
{
    struct tablet tablet;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char first[GUARD_TOKEN_SIZE + 1];
    int other = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1, port;

    tablet_starts(&tablet, 10, false);
    tablet_runs(&tablet, "--port", "0");
    tablet_reads_launcher(&tablet);
    strcpy(first, tablet.token);
    port = tablet.port;
    kill(tablet.run, SIGKILL); /* which leaves the launcher behind */
    waitpid(tablet.run, NULL, 0);
    address.sin_port = htons((uint16_t)port);
    setsockopt(other, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    ck_assert(bind(other, (const struct sockaddr *)&address, sizeof address) == 0 && listen(other, 1) == 0);
    tablet_runs(&tablet, "--port", "0");
    tablet_reads_launcher(&tablet);
    ck_assert_int_ne(tablet.port, port);
    ck_assert_str_ne(tablet.token, first);
    ck_assert_ptr_nonnull(strstr(tablet_answers(&tablet, "GET", "/api/state", ""), " 200 "));
    strcpy(tablet.token, first);
    ck_assert_ptr_nonnull(strstr(tablet_answers(&tablet, "GET", "/api/state", ""), " 401 "));
    tablet_stops(&tablet);
    close(other);
    tablet_ends(&tablet);
}
END_TEST

START_TEST(the_page_is_served_while_a_session_waits_for_the_server)
{
    struct tablet tablet;
    int call;

    tablet_starts(&tablet, 2, true);
    tablet_runs(&tablet, "--port", "0");
    tablet_reads_launcher(&tablet);
    call = silent_server_is_called(&tablet); /* it tries at once; nobody answers */
    ck_assert_ptr_nonnull(strstr(tablet_answers(&tablet, "GET", "/api/state", ""), "\"running\":true"));
    ck_assert_ptr_nonnull(strstr(tablet_answers(&tablet, "POST", "/api/sync", "{}"), "{\"started\":false}"));
    close(call);
    tablet_stops(&tablet);
    tablet_ends(&tablet);
}
END_TEST

START_TEST(what_the_page_records_is_delivered_soon)
{
    struct tablet tablet;
    int64_t now_ms = (int64_t)time(NULL) * 1000;
    /* All is well, and the next session is far off. */
    struct store_sync_state sync = {.last_attempt_ms = now_ms, .last_success_ms = now_ms, .next_attempt_ms = now_ms + 10 * 60 * 1000};
    struct error err = {0};
    const char *answer;

    tablet_starts(&tablet, 3, true);
    ck_assert(agent_open(&tablet.desk.agent, &err) && store_set_sync_state(tablet.desk.agent.store, &sync, &err));
    agent_close(&tablet.desk.agent);
    tablet_runs(&tablet, "--port", "0");
    tablet_reads_launcher(&tablet);
    ck_assert_ptr_nonnull(strstr(tablet_answers(&tablet, "GET", "/api/state", ""), "\"running\":false"));
    answer = tablet_answers(&tablet, "POST", "/api/row/add", "{\"entity\":\"programme\",\"values\":{\"code\":\"lnob\",\"name\":\"LNOB\"}}");
    ck_assert_msg(strstr(answer, " 200 ") != NULL, "%s", answer);
    close(silent_server_is_called(&tablet));
    tablet_stops(&tablet);
    tablet_ends(&tablet);
}
END_TEST

START_TEST(a_person_who_asks_starts_a_session_at_once)
{
    struct tablet tablet;
    int64_t now_ms = (int64_t)time(NULL) * 1000;
    struct store_sync_state sync = {.last_attempt_ms = now_ms, .next_attempt_ms = now_ms + 10 * 60 * 1000, .failures = 9};
    struct error err = {0};

    tablet_starts(&tablet, 7, true);
    ck_assert(agent_open(&tablet.desk.agent, &err) && store_set_sync_state(tablet.desk.agent.store, &sync, &err));
    agent_close(&tablet.desk.agent);
    tablet_runs(&tablet, "--port", "0");
    tablet_reads_launcher(&tablet);
    ck_assert_ptr_nonnull(strstr(tablet_answers(&tablet, "POST", "/api/sync", "{}"), "{\"started\":true}"));
    close(silent_server_is_called(&tablet));
    tablet_stops(&tablet);
    tablet_ends(&tablet);
}
END_TEST

START_TEST(the_page_is_served_while_another_command_waits_for_the_server)
{
    struct tablet tablet;
    FILE *enrolling;
    int call;

    tablet_starts(&tablet, 8, false);
    tablet_runs(&tablet, "--port", "0");
    tablet_reads_launcher(&tablet);
    enrolling = popen(arena_format(&tablet.desk.arena, "%s --home %s enrol http://127.0.0.1:%d 7K3M-9QRT-2V5X-8Y1A-BCDE 2>&1",
                                   tablet.program, tablet.desk.home, tablet.silent_port),
                      "r");
    ck_assert_ptr_nonnull(enrolling);
    call = silent_server_is_called(&tablet);
    ck_assert_ptr_nonnull(strstr(tablet_answers(&tablet, "GET", "/api/state", ""), "\"enrolled\":false"));
    close(call);
    ck_assert_int_ne(pclose(enrolling), 0);
    tablet_stops(&tablet);
    tablet_ends(&tablet);
}
END_TEST

START_TEST(without_a_page_there_is_no_launcher_and_no_port)
{
    struct tablet tablet;

    tablet_starts(&tablet, 4, false);
    tablet_runs(&tablet, "--port", "0");
    tablet_stops(&tablet);
    ck_assert_int_gt(launcher_port(tablet.desk.home), 0);
    tablet_runs(&tablet, "--no-page", NULL);
    ck_assert_int_eq(launcher_port(tablet.desk.home), 0);
    desk_is_refused(&tablet.desk, "open", ERROR_NOT_FOUND, "serves no page");
    tablet_stops(&tablet);
    desk_is_refused(&tablet.desk, "run --no-page --port 1", ERROR_USAGE, "exclude each other");
    desk_is_refused(&tablet.desk, "run --port 65536", ERROR_USAGE, "65536 is no port");
    desk_is_refused(&tablet.desk, "run --port -1", ERROR_USAGE, "-1 is no port");
    desk_is_refused(&tablet.desk, "run --port 80x", ERROR_USAGE, "80x is no port");
    tablet_ends(&tablet);
}
END_TEST

/* Who listens in this home. */
static pid_t served_by(const struct tablet *tablet)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct ucred who;
    socklen_t size = sizeof who;
    int line = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s/teren.sock", tablet->desk.home);
    ck_assert_int_eq(connect(line, (const struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(getsockopt(line, SOL_SOCKET, SO_PEERCRED, &who, &size), 0);
    close(line);
    return who.pid;
}

/* Runs `teren open` as a person does; gives what it printed, both ways, and its exit code. */
static const char *tablet_opens(struct tablet *tablet, const char *environment, const char *words)
{
    char *said = arena_take(&tablet->desk.arena, 2048);
    FILE *pipe = popen(arena_format(&tablet->desk.arena, "PATH=/nowhere %s %s --home %s open %s 2>&1; echo \"exit $?\"", environment,
                                    tablet->program, tablet->desk.home, words),
                       "r");

    ck_assert_ptr_nonnull(pipe);
    ck_assert_uint_gt(fread(said, 1, 2047, pipe), 0);
    pclose(pipe);
    return said;
}

START_TEST(what_keeps_the_page_away_keeps_nothing_from_being_delivered)
{
    struct tablet tablet;
    const char *path;

    tablet_starts(&tablet, 9, true);
    path = arena_format(&tablet.desk.arena, "%s/open.html", tablet.desk.home);
    ck_assert(mkdir(path, 0700) == 0 && mkdir(arena_format(&tablet.desk.arena, "%s/in-the-way", path), 0700) == 0);
    tablet_runs(&tablet, NULL, NULL);
    close(silent_server_is_called(&tablet));
    ck_assert_ptr_nonnull(strstr(tablet_opens(&tablet, "", "--print"), "serves no page"));
    tablet_stops(&tablet);
    ck_assert_int_eq(rmdir(arena_format(&tablet.desk.arena, "%s/in-the-way", path)) + rmdir(path), 0);
    tablet_ends(&tablet);
}
END_TEST

START_TEST(open_starts_run_once_and_hands_the_launcher_to_a_browser)
{
    struct tablet tablet;
    const char *browser, *said, *seen;
    pid_t first;

    tablet_starts(&tablet, 5, false);
    browser = desk_file(&tablet.desk, "browser", "#!/bin/sh\necho \"$1\" >\"${0%/*}/seen\"\n");
    ck_assert_int_eq(chmod(browser, 0700), 0);
    said = tablet_opens(&tablet, "", "--print");
    ck_assert_str_eq(said, arena_format(&tablet.desk.arena, "%s/open.html\nexit 0\n", tablet.desk.home));
    first = served_by(&tablet);
    tablet_reads_launcher(&tablet);
    ck_assert_ptr_nonnull(strstr(tablet_answers(&tablet, "GET", "/api/state", ""), " 200 "));

    said = tablet_opens(&tablet, arena_format(&tablet.desk.arena, "BROWSER=/no/browser:%s", browser), "");
    ck_assert_str_eq(said, "exit 0\n");
    seen = desk_reads_file(&tablet.desk, "seen");
    ck_assert_str_eq(seen, arena_format(&tablet.desk.arena, "file://%s/open.html\n", tablet.desk.home));
    ck_assert_int_eq(served_by(&tablet), first); /* the same one */

    said = tablet_opens(&tablet, "BROWSER=/no/browser", "");
    ck_assert_msg(strstr(said, "neither $BROWSER nor xdg-open") != NULL && strstr(said, "exit 4") != NULL, "%s", said);
    kill(first, SIGTERM);
    tablet_ends(&tablet);
}
END_TEST

START_TEST(open_tells_why_run_could_not_start)
{
    struct tablet tablet;
    const char *said;

    tablet_starts(&tablet, 6, false);
    desk_file(&tablet.desk, "teren.db", "this is no store, but a letter to somebody");
    said = tablet_opens(&tablet, "", "--print");
    ck_assert_msg(strstr(said, "`teren run` ended at once: teren: ") != NULL && strstr(said, "exit 0") == NULL, "%s", said);
    ck_assert_int_eq(unlink(arena_format(&tablet.desk.arena, "%s/teren.db", tablet.desk.home)), 0);
    said = tablet_opens(&tablet, "", "");
    ck_assert_msg(strstr(said, "teren init") != NULL && strstr(said, "exit 4") != NULL, "%s", said);
    tablet_ends(&tablet);
}
END_TEST

SUITE("page run", run_serves_the_page_and_says_where_but_not_the_token, on_another_port_the_token_is_another,
      the_page_is_served_while_a_session_waits_for_the_server, what_the_page_records_is_delivered_soon,
      a_person_who_asks_starts_a_session_at_once, the_page_is_served_while_another_command_waits_for_the_server,
      without_a_page_there_is_no_launcher_and_no_port, what_keeps_the_page_away_keeps_nothing_from_being_delivered,
      open_starts_run_once_and_hands_the_launcher_to_a_browser, open_tells_why_run_could_not_start)
