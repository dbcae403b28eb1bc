// SPDX-License-Identifier: Apache-2.0
/* The launcher: a file for its owner alone, the same key for as long as it is good.
 *
 * Not here:  what the key opens (agent_page_guard.c), opening it (agent_page_run.c).
 */
#define _GNU_SOURCE
#include "agent/page/token.h"

#include <string.h>
#include <sys/stat.h>

#include "tests/unit/page_fixture.h"

static unsigned mode_of(const struct window *page)
{
    struct stat facts;
    char path[128];

    snprintf(path, sizeof path, "%s/open.html", page->desk.home);
    ck_assert_int_eq(stat(path, &facts), 0);
    return facts.st_mode & 0777;
}

START_TEST(the_launcher_is_for_its_owner_alone_and_forwards_with_the_token)
{
    struct window page;
    const char *text, *link;

    page_starts(&page, 1);
    ck_assert_uint_eq(mode_of(&page), 0600);
    text = desk_reads_file(&page.desk, "open.html");
    link = arena_format(&page.desk.arena, "\"0;url=http://127.0.0.1:%d/#%s\"", serve_port(page.serve), page.token);
    ck_assert_msg(strstr(text, link) != NULL, "%s", text);
    link = arena_format(&page.desk.arena, "<a href=\"http://127.0.0.1:%d/#%s\">", serve_port(page.serve), page.token);
    ck_assert_msg(strstr(text, link) != NULL, "%s", text); /* for who does not want to be forwarded */
    ck_assert_msg(strstr(text, "<script") == NULL, "%s", text);
    ck_assert_int_eq(launcher_port(page.desk.home), serve_port(page.serve));
    ck_assert_uint_eq(strlen(page.token), GUARD_TOKEN_SIZE);
    page_ends(&page);
}
END_TEST

START_TEST(the_token_survives_restarts_and_moves_with_the_port)
{
    struct window page;
    char first[GUARD_TOKEN_SIZE + 1];

    page_starts(&page, 2);
    strcpy(first, page.token);
    for (int restarts = 0; restarts < 3; restarts++) {
        serve_stop(page.serve);
        page_serves(&page);
        ck_assert_str_eq(page.token, first);
        ck_assert_int_eq(launcher_port(page.desk.home), serve_port(page.serve));
    }
    json_decref(page_gets(&page, "/api/state"));
    page_ends(&page);
}
END_TEST

/* Writes another launcher, and starts again. */
static bool keeps_token_of(struct window *page, const char *text, mode_t mode)
{
    char path[128];
    struct error err = {0};
    char token[GUARD_TOKEN_SIZE + 1];

    snprintf(path, sizeof path, "%s/open.html", page->desk.home);
    ck_assert(files_write(path, (struct span){(const uint8_t *)text, strlen(text)}, &err));
    ck_assert_int_eq(chmod(path, mode), 0);
    launcher_token(page->desk.home, &page->desk.world.chance, token);
    ck_assert_uint_eq(strlen(token), GUARD_TOKEN_SIZE);
    ck_assert_uint_eq(strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), GUARD_TOKEN_SIZE);
    return strcmp(token, page->token) == 0;
}

START_TEST(a_launcher_that_is_not_ours_word_for_word_gets_a_new_token)
{
    struct window page;
    char *text, *at;

    page_starts(&page, 3);
    text = arena_text(&page.desk.arena, desk_reads_file(&page.desk, "open.html"));
    ck_assert(keeps_token_of(&page, text, 0600));
    ck_assert_msg(!keeps_token_of(&page, text, 0644), "others could read it");
    ck_assert(!keeps_token_of(&page, "", 0600));
    ck_assert(!keeps_token_of(&page, "<!doctype html>", 0600));
    ck_assert(!keeps_token_of(&page, arena_format(&page.desk.arena, "%s ", text), 0600));
    at = strchr(text, '#') + 1;
    at[0] = at[0] == 'A' ? 'B' : 'A'; /* once here, once not in the link */
    ck_assert(!keeps_token_of(&page, text, 0600));
    at[0] = '<';
    ck_assert(!keeps_token_of(&page, text, 0600));
    page_ends(&page);
}
END_TEST

START_TEST(a_launcher_that_is_right_already_is_left_alone)
{
    struct window page;
    struct stat before, after;
    struct error err = {0};
    const char *path;

    page_starts(&page, 8);
    path = arena_format(&page.desk.arena, "%s/open.html", page.desk.home);
    ck_assert_int_eq(stat(path, &before), 0);
    ck_assert(launcher_write(page.desk.home, serve_port(page.serve), page.token, &err));
    ck_assert_int_eq(stat(path, &after), 0);
    ck_assert_uint_eq(before.st_ino, after.st_ino); /* a new file would be another one: files_write() renames */
    ck_assert(launcher_write(page.desk.home, 1, page.token, &err));
    ck_assert_int_eq(launcher_port(page.desk.home), 1);
    page_ends(&page);
}
END_TEST

START_TEST(two_devices_have_two_tokens)
{
    struct window one, other;

    page_starts(&one, 4);
    page_starts(&other, 5);
    ck_assert_str_ne(one.token, other.token);
    page_ends(&one);
    page_ends(&other);
}
END_TEST

START_TEST(a_port_that_is_taken_is_told_and_the_usual_one_gives_way)
{
    struct window page;
    struct serve *serve = NULL, *usual = NULL;
    struct error err = {0};

    page_starts(&page, 6);
    ck_assert(!serve_start(&page.world, serve_port(page.serve), page.token, &serve, &err));
    ck_assert_int_eq(err.kind, ERROR_BUSY);
    ck_assert_msg(strstr(err.cause, "was taken") != NULL && strstr(err.remedy, "--port") != NULL, "%s %s", err.cause, err.remedy);
    error_clear(&err);
    /* Whoever has 47110, two of us find a place each. */
    ck_assert_msg(serve_start(&page.world, SERVE_PORT_PREFERRED, page.token, &serve, &err), "%s", err.cause);
    ck_assert_msg(serve_start(&page.world, SERVE_PORT_PREFERRED, page.token, &usual, &err), "%s", err.cause);
    ck_assert_int_ne(serve_port(serve), serve_port(usual));
    serve_stop(serve);
    serve_stop(usual);
    page_ends(&page);
}
END_TEST

START_TEST(a_stopped_page_leaves_nothing_open)
{
    struct window page;
    int before, after;

    page_starts(&page, 7);
    json_decref(page_gets(&page, "/api/state"));
    serve_stop(page.serve);
    before = dup(0);
    close(before);
    for (int i = 0; i < 5; i++) {
        page_serves(&page);
        json_decref(page_gets(&page, "/api/state"));
        serve_stop(page.serve);
    }
    after = dup(0);
    close(after);
    ck_assert_int_eq(before, after);
    page.serve = NULL;
    page_ends(&page);
}
END_TEST

SUITE("page token", the_launcher_is_for_its_owner_alone_and_forwards_with_the_token, the_token_survives_restarts_and_moves_with_the_port,
      a_launcher_that_is_not_ours_word_for_word_gets_a_new_token, a_launcher_that_is_right_already_is_left_alone,
      two_devices_have_two_tokens, a_port_that_is_taken_is_told_and_the_usual_one_gives_way, a_stopped_page_leaves_nothing_open)
