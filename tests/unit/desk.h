// SPDX-License-Identifier: Apache-2.0
/* Somebody at a device: types commands, reads what is printed. Clock, chance and network are the test's.
 *
 * Here:      a home folder of its own, typing, files for importing, what stands.
 * Not here:  any promise (agent_app_*.c, agent_cli_*.c, agent_sync_*.c).
 */
#ifndef TESTS_UNIT_DESK_H
#define TESTS_UNIT_DESK_H

#include <locale.h>

#include "agent/cli/call.h"
#include "agent/cli/words.h"
#include "agent/system/files.h"
#include "tests/unit/store_fixture.h"

struct desk {
    char home[80];
    struct cli_world world;
    struct agent agent;
    int64_t now_ms;
    uint64_t random;
    char *out, *err; /* of the last command */
    struct arena arena;
    /* What the network does: fails with this, unless an exchange is set. */
    struct error weather;
    bool (*exchange)(void *self, const char *url, const char *path, struct span request, struct bytes *ret_reply,
                     int64_t *ret_retry_after_ms, struct error *err);
};

static inline int64_t desk_clock(void *self)
{
    return ((struct desk *)self)->now_ms++;
}

static inline void desk_chance(void *self, void *ret, size_t size)
{
    struct desk *desk = self;

    for (size_t i = 0; i < size; i++) {
        desk->random = desk->random * 6364136223846793005u + 1442695040888963407u;
        ((uint8_t *)ret)[i] = (uint8_t)(desk->random >> 56);
    }
}

static inline bool desk_bad_weather(void *self, const char *url, const char *path, struct span request, struct bytes *ret_reply,
                                    int64_t *ret_retry_after_ms, struct error *err)
{
    const struct desk *desk = self;

    (void)url, (void)path, (void)request, (void)ret_reply;
    *ret_retry_after_ms = 0;
    return error_set(err, desk->weather.kind, desk->weather.remedy, "%s", desk->weather.cause);
}

static inline bool desk_transport(void *self, const char *ca_file, struct transport *ret, struct error *err)
{
    struct desk *desk = self;

    (void)ca_file, (void)err;
    *ret = (struct transport){desk->exchange, desk};
    return true;
}

static inline void desk_traffic(void *self, uint64_t *ret_sent, uint64_t *ret_received)
{
    (void)self;
    *ret_sent = *ret_received = 0;
}

static inline void desk_starts(struct desk *desk, uint64_t seed)
{
    *desk = (struct desk){.now_ms = DEVICE_NOW_MS, .random = seed, .exchange = desk_bad_weather};
    setlocale(LC_CTYPE, "C.UTF-8"); /* as cli_main does */
    snprintf(desk->home, sizeof desk->home, "/tmp/teren-desk-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(desk->home));
    desk->world = (struct cli_world){.clock = {desk_clock, desk_clock, desk},
                                     .chance = {desk_chance, desk},
                                     .machine = "machine-1",
                                     .transport = desk_transport,
                                     .traffic = desk_traffic,
                                     .self = desk};
    desk->agent = (struct agent){.world = &desk->world, .home = desk->home};
    error_set(&desk->weather, ERROR_OFFLINE, "", "there is no network in this test");
}

/* Types one line; gives the exit code. */
static inline int desk_types(struct desk *desk, const char *line)
{
    struct error err = {0};
    const char **words;
    size_t count;
    size_t out_size, err_size;
    FILE *out, *errors;
    int exit_code;

    free(desk->out);
    free(desk->err);
    out = open_memstream(&desk->out, &out_size);
    errors = open_memstream(&desk->err, &err_size);
    ck_assert(out != NULL && errors != NULL);
    ck_assert_msg(words_split(&desk->arena, line, 128, &words, &count, &err), "%s", err.cause);
    exit_code = agent_do(&desk->agent, count, words, out, errors);
    fclose(out);
    fclose(errors);
    return exit_code;
}

/* Types a line that must go well; gives what was printed. */
static inline const char *desk_does(struct desk *desk, const char *line)
{
    int exit_code = desk_types(desk, line);

    ck_assert_msg(exit_code == 0, "`%s` ended with %d: %s%s", line, exit_code, desk->err, desk->out);
    return desk->out;
}

/* Types a line that must fail with this kind, saying this. */
static inline void desk_is_refused(struct desk *desk, const char *line, enum error_kind kind, const char *cause)
{
    int exit_code = desk_types(desk, line);

    ck_assert_msg(exit_code == error_exit_code(kind), "`%s` ended with %d: %s", line, exit_code, desk->err);
    ck_assert_msg(strstr(desk->err, cause) != NULL, "`%s` said: %s", line, desk->err);
    ck_assert_msg(desk->out[0] == '\0', "`%s` printed: %s", line, desk->out);
}

static inline const char *desk_file(struct desk *desk, const char *name, const char *content)
{
    const char *path = arena_format(&desk->arena, "%s/%s", desk->home, name);
    struct error err = {0};

    ck_assert_msg(files_write(path, (struct span){(const uint8_t *)content, strlen(content)}, &err), "%s", err.cause);
    return path;
}

static inline const char *desk_reads_file(struct desk *desk, const char *name)
{
    const char *path = arena_format(&desk->arena, "%s/%s", desk->home, name);
    struct bytes content = {0};
    struct error err = {0};
    const char *text;

    ck_assert_msg(files_read(path, 1 << 24, &content, &err), "%s", err.cause);
    text = arena_text_n(&desk->arena, content.size == 0 ? "" : (const char *)content.data, content.size);
    bytes_clear(&content);
    return text;
}

static inline struct store_counts desk_counts(struct desk *desk)
{
    struct store_counts counts;
    struct error err = {0};

    ck_assert_msg(store_counts(desk->agent.store, &counts, &err), "%s", err.cause);
    return counts;
}

static inline void desk_remove_folder(const char *path)
{
    struct arena arena = {0};
    const char *const *names = NULL;
    struct error err = {0};

    if (files_list(&arena, path, &names, &err))
        for (; *names != NULL; names++) {
            const char *one = arena_format(&arena, "%s/%s", path, *names);

            if (files_is_folder(one))
                desk_remove_folder(one);
            else
                unlink(one);
        }
    rmdir(path);
    arena_clear(&arena);
}

static inline void desk_ends(struct desk *desk)
{
    agent_close(&desk->agent);
    desk_remove_folder(desk->home);
    free(desk->out);
    free(desk->err);
    arena_clear(&desk->arena);
}

/* Writes other bytes of the same length over the last place where these stand in the closed store. */
static inline void desk_breaks_a_row(struct desk *desk, const char *from, const char *to)
{
    const char *path = agent_store_path(&desk->agent, &desk->arena);
    struct bytes content = {0};
    struct error err = {0};
    uint8_t *at, *last = NULL;
    int file;

    agent_close(&desk->agent);
    ck_assert(files_read(path, 1 << 24, &content, &err));
    for (at = content.data; (at = memmem(at, content.size - (size_t)(at - content.data), from, strlen(from))) != NULL; at++)
        last = at;
    ck_assert_ptr_nonnull(last);
    file = open(path, O_WRONLY | O_CLOEXEC);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(pwrite(file, to, strlen(to), (off_t)(last - content.data)), (int)strlen(to));
    close(file);
    bytes_clear(&content);
}

/* A small programme to work on: one municipality, one activity of two sessions, three people, two of them enrolled. */
static inline void desk_has_programme(struct desk *desk)
{
    desk_does(desk, "init");
    desk_does(desk, "municipality add RS-BUJ --name Bujanovac");
    desk_does(desk, "programme add lnob --name 'Leave no one behind'");
    desk_does(
        desk,
        "activity add TT-1 --programme lnob --municipality RS-BUJ --starts-on 2022-03-20 --min-minutes-pct 80 --planned-participants 3");
    desk_does(desk, "session add TT-1-1 --activity TT-1 --date 2022-03-20 --minutes 90");
    desk_does(desk, "session add TT-1-2 --activity TT-1 --date 2022-03-21 --minutes 90");
    desk_does(desk, "person add P1 --full-name 'Ana Anić' --sex F --birth-year 1980 --municipality RS-BUJ");
    desk_does(desk, "person add P2 --full-name 'Бора Борић' --sex M --birth-year 1999 --municipality RS-BUJ");
    desk_does(desk, "person add P3 --full-name '=Vesna' --sex F --birth-year 1960 --municipality RS-BUJ --phone +38163");
    desk_does(desk, "enrolment add TT-1 P1 participant");
    desk_does(desk, "enrolment add TT-1 P2 participant");
}

#endif
