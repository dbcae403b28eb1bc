// SPDX-License-Identifier: Apache-2.0
/* `serve`: the life of the server process.
 *
 * Here:      signals, the service manager, the log, start and stop in order.
 * Not here:  HTTP (server-stub/http), the domain (server-stub/app).
 * Signals    are blocked before the first thread is made and waited for here: no handler ever runs beside other code.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "server-stub/cli/cli.h"
#include "server-stub/cli/files.h"
#include "server-stub/cli/print.h"
#include "server-stub/http/http.h"

enum { STOP_WAIT_MS = 10 * 1000, LOG_LINES_PER_S_MAX = 50, HOSTS_MAX = 16 };
#define LISTEN_DEFAULT "127.0.0.1:8470"

/* Lines of stderr; more than LOG_LINES_PER_S_MAX in one second are counted, not written: a stranger must not fill the disk. */
struct log {
    pthread_mutex_t lock;
    struct clock_port clock;
    int64_t second;
    unsigned written, left_out;
};

static void log_write(void *context, const char *line)
{
    struct log *log = context;
    char time[PRINT_TIME_SIZE];
    int64_t now_ms = log->clock.wall_ms(log->clock.self);

    pthread_mutex_lock(&log->lock);
    if (now_ms / 1000 != log->second) {
        if (log->left_out > 0)
            fprintf(stderr, "%s lines left out count=%u\n", print_time(now_ms, time), log->left_out);
        log->second = now_ms / 1000;
        log->written = log->left_out = 0;
    }
    if (log->written++ < LOG_LINES_PER_S_MAX)
        fprintf(stderr, "%s %s\n", print_time(now_ms, time), line);
    else
        log->left_out++;
    pthread_mutex_unlock(&log->lock);
}

/* sd_notify(3) by hand: one datagram. A manager that does not listen is nobody's error. */
static void tell_manager(const char *text)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t length = path == NULL ? 0 : strlen(path);
    int out;

    if (length < 2 || length >= sizeof to.sun_path || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(to.sun_path, path, length);
    if (path[0] == '@')
        to.sun_path[0] = '\0'; /* the abstract name space */
    out = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (out < 0)
        return;
    sendto(out, text, strlen(text), MSG_NOSIGNAL, (const struct sockaddr *)&to,
           (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
    close(out);
}

static void block_signals(sigset_t *ret)
{
    sigemptyset(ret);
    sigaddset(ret, SIGTERM);
    sigaddset(ret, SIGINT);
    sigaddset(ret, SIGHUP);
    pthread_sigmask(SIG_BLOCK, ret, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* A device that was asked to come again was told so in a signed reply, which HTTP cannot see; whoever runs the server must see it. */
static void tell_of_retries(struct cli *cli, struct log *log, uint64_t *known)
{
    struct server_counters counters = {0};
    struct error err = {0};
    char line[ERROR_CAUSE_BYTES + 80];

    server_counters(cli->server, &counters);
    if (counters.retried == *known)
        return;
    if (server_healthy(cli->server, &err))
        snprintf(line, sizeof line, "exchanges were asked to come again count=%llu", (unsigned long long)(counters.retried - *known));
    else
        snprintf(line, sizeof line, "exchanges were asked to come again count=%llu: %s", (unsigned long long)(counters.retried - *known),
                 err.cause);
    *known = counters.retried;
    log_write(log, line);
}

/* Until somebody asks to stop: once a second the deadlines are looked at; half as often as the manager wants it, it is told that the
 * ledger can still be written. */
static void serve_until_stopped(struct cli *cli, struct http_server *http, const sigset_t *signals, struct log *log)
{
    const struct timespec second = {.tv_sec = 1};
    const char *watchdog = getenv("WATCHDOG_USEC");
    int64_t every_ms = watchdog != NULL ? strtoll(watchdog, NULL, 10) / 2000 : 0;
    int64_t next_ms = 0;
    uint64_t retried = 0;
    int got;

    while ((got = sigtimedwait(signals, NULL, &second)) < 0 || got == SIGHUP) {
        int64_t now_ms = log->clock.uptime_ms(log->clock.self);
        struct error err = {0};
        http_server_tick(http);
        tell_of_retries(cli, log, &retried);
        if (every_ms > 0 && now_ms >= next_ms) {
            next_ms = now_ms + every_ms;
            if (server_healthy(cli->server, &err))
                tell_manager("WATCHDOG=1");
            else
                log_write(log, err.cause);
        }
    }
}

bool command_serve(struct cli *cli, struct error *err)
{
    struct log log = {.lock = PTHREAD_MUTEX_INITIALIZER, .clock = cli->ports->server.clock};
    const char *hosts[HOSTS_MAX + 1] = {NULL};
    const char *listen = options_value(&cli->options, "listen");
    struct http_options options = {
        .listen = listen != NULL ? listen : LISTEN_DEFAULT,
        .tls_cert = options_value(&cli->options, "tls-cert"),
        .tls_key = options_value(&cli->options, "tls-key"),
        .behind_proxy = options_has(&cli->options, "behind-proxy"),
        .verbose = options_has(&cli->options, "verbose"),
        .log = log_write,
        .log_context = &log,
        .clock = log.clock,
    };
    struct http_server *http = NULL;
    sigset_t signals;
    bool done = false;
    int hold;

    for (size_t i = 0; i < HOSTS_MAX && (hosts[i] = options_value_at(&cli->options, "host", i)) != NULL; i++)
        options.hosts = hosts;
    if (!folder_act_as_owner(cli->data, err) || (hold = folder_hold(cli->data, err)) < 0)
        return false;
    block_signals(&signals);
    if (!cli_open_server(cli, err) || !http_server_start(cli->server, &options, &http, err))
        goto out;
    printf("ready on %s\n", http_server_url(http));
    fflush(stdout);
    tell_manager("READY=1");
    serve_until_stopped(cli, http, &signals, &log);
    tell_manager("STOPPING=1");
    log_write(&log, "stopping");
    done = true;
out:
    http_server_stop(http, STOP_WAIT_MS);
    server_close(cli->server);
    cli->server = NULL;
    close(hold);
    return done;
}
