// SPDX-License-Identifier: Apache-2.0
/* A child process that carries exchanges for `teren run`.
 *
 * Not here:  retrying: a child that died is one failed exchange.
 *
 * Shape      both ways: u32 size, then so many bytes. Question: url text, path text, the request. Answer: done u8, retry after u64, bytes
 * sent u64 and received u64, error kind u8, cause text, remedy text, the reply. Both ends are the same program, forked: no version.
 */
#define _GNU_SOURCE
#include "agent/system/courier.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/arena.h"
#include "protocol/limits.h"

enum { FRAME_BYTES_MAX = MESSAGE_BYTES_MAX + 8192, READ_STEP_BYTES = 64 * 1024 };

struct courier {
    pid_t child;
    int socket;
    struct bytes coming;
    uint64_t sent, received;
};

static bool send_all(int socket, const void *data, size_t size)
{
    const uint8_t *at = data;

    while (size > 0) {
        ssize_t put = send(socket, at, size, MSG_NOSIGNAL);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        at += put;
        size -= (size_t)put;
    }
    return true;
}

static bool send_frame(int socket, struct bytes *frame)
{
    uint8_t size[4];

    if (frame->failed || frame->size > FRAME_BYTES_MAX)
        return false;
    for (size_t i = 0; i < sizeof size; i++)
        size[i] = (uint8_t)(frame->size >> (8 * i));
    return send_all(socket, size, sizeof size) && send_all(socket, frame->data, frame->size);
}

/* True when `coming` holds a whole frame; *ret is what is in it. *ret_bad: it can never become one. */
static bool frame_is_whole(const struct bytes *coming, struct span *ret, bool *ret_bad)
{
    struct reader at = reader_of(coming->data, coming->size);
    uint32_t size = coming->size < 4 ? 0 : reader_u32(&at);

    *ret_bad = size > FRAME_BYTES_MAX;
    if (coming->size < 4 || *ret_bad || reader_left(&at) < size)
        return false;
    *ret = reader_span(&at, size);
    return true;
}

static bool receive_step(int socket, struct bytes *coming, int flags, bool *ret_end)
{
    uint8_t buffer[READ_STEP_BYTES];
    ssize_t got = recv(socket, buffer, sizeof buffer, flags);

    *ret_end = false;
    if (got < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK))
        return false;
    if (got <= 0) {
        *ret_end = true;
        return false;
    }
    return bytes_append(coming, buffer, (size_t)got);
}

static bool carry_one(int socket, const struct courier_load *load, struct span question)
{
    const struct transport *transport = &load->transport;
    struct arena arena = {0};
    struct error err = {0};
    struct bytes reply = {0};
    struct bytes answer = {0};
    int64_t retry_after_ms = 0;
    uint64_t sent = 0;
    uint64_t received = 0;
    struct reader at = reader_of(question.data, question.size);
    struct span url = reader_text(&at);
    struct span path = reader_text(&at);
    const char *url_text = arena_text_n(&arena, (const char *)url.data, url.size);
    const char *path_text = arena_text_n(&arena, (const char *)path.data, path.size);
    struct span request = reader_span(&at, reader_left(&at));
    bool done = !at.failed && url_text != NULL && path_text != NULL &&
                transport->exchange(transport->self, url_text, path_text, request, &reply, &retry_after_ms, &err);

    if (load->traffic != NULL)
        load->traffic(load->self, &sent, &received);
    bytes_append_u8(&answer, done);
    bytes_append_u64(&answer, (uint64_t)retry_after_ms);
    bytes_append_u64(&answer, sent);
    bytes_append_u64(&answer, received);
    bytes_append_u8(&answer, (uint8_t)err.kind);
    bytes_append_text(&answer, err.cause);
    bytes_append_text(&answer, err.remedy);
    if (done)
        bytes_append(&answer, reply.data, reply.size);
    done = send_frame(socket, &answer);
    bytes_clear(&answer);
    bytes_clear(&reply);
    arena_clear(&arena);
    return done;
}

static void carry(int socket, const struct courier_load *load)
{
    struct bytes coming = {0};
    struct span question;
    bool bad = false;
    bool end = false;

    while (!end && !bad) {
        if (frame_is_whole(&coming, &question, &bad)) {
            if (!carry_one(socket, load, question))
                break;
            bytes_reset(&coming);
        } else if (!bad) {
            receive_step(socket, &coming, 0, &end);
        }
    }
    bytes_clear(&coming);
}

/* The child must hold neither the database nor the socket that commands come by. */
static void become_child(int socket)
{
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    if (socket != 3)
        dup2(socket, 3);
    close_range(4, ~0U, 0);
}

bool courier_start(const struct courier_load *load, struct courier **ret, struct error *err)
{
    bool done = false;
    int pair[2] = {-1, -1};
    struct courier *courier = calloc(1, sizeof *courier);

    if (courier == NULL || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        error_set(err, ERROR_MEMORY, "Close other programs.", "cannot prepare an exchange: %s", strerror(errno));
        goto out;
    }
    courier->child = fork();
    if (courier->child < 0) {
        error_set(err, ERROR_MEMORY, "Close other programs.", "cannot start an exchange: %s", strerror(errno));
        goto out;
    }
    if (courier->child == 0) {
        become_child(pair[1]);
        carry(3, load);
        _exit(0);
    }
    courier->socket = pair[0];
    pair[0] = -1;
    *ret = courier;
    courier = NULL;
    done = true;
out:
    for (int i = 0; i < 2; i++)
        if (pair[i] >= 0)
            close(pair[i]);
    free(courier);
    return done;
}

void courier_stop(struct courier *courier)
{
    if (courier == NULL)
        return;
    close(courier->socket);
    kill(courier->child, SIGKILL); /* it holds nothing that could be lost */
    while (waitpid(courier->child, NULL, 0) < 0 && errno == EINTR)
        continue;
    bytes_clear(&courier->coming);
    free(courier);
}

void courier_traffic(const struct courier *courier, uint64_t *ret_sent, uint64_t *ret_received)
{
    *ret_sent = courier->sent;
    *ret_received = courier->received;
}

int courier_descriptor(const struct courier *courier)
{
    return courier->socket;
}

bool courier_send(struct courier *courier, const char *url, const char *path, struct span request, struct error *err)
{
    struct bytes question = {0};
    bool done;

    bytes_append_text(&question, url);
    bytes_append_text(&question, path);
    bytes_append(&question, request.data, request.size);
    done = send_frame(courier->socket, &question);
    bytes_clear(&question);
    return done || error_set(err, ERROR_RETRY, "", "the exchange process took no request");
}

static enum courier_state answer_read(struct courier *courier, struct span answer, struct bytes *ret_reply, int64_t *ret_retry_after_ms,
                                      struct error *err)
{
    struct reader at = reader_of(answer.data, answer.size);
    bool done = reader_u8(&at) != 0;
    int64_t retry_after_ms = (int64_t)reader_u64(&at);
    uint64_t sent = reader_u64(&at);
    uint64_t received = reader_u64(&at);
    enum error_kind kind = (enum error_kind)reader_u8(&at);
    struct span cause = reader_text(&at);
    struct span remedy = reader_text(&at);
    struct span reply = reader_span(&at, reader_left(&at));
    char remedy_text[ERROR_REMEDY_BYTES] = "";

    *ret_retry_after_ms = retry_after_ms;
    courier->sent = sent;
    courier->received = received;
    if (!at.failed && done && bytes_append(ret_reply, reply.data, reply.size))
        return COURIER_ANSWERED;
    if (at.failed || done || kind == ERROR_NONE || kind >= ERROR_KINDS) {
        error_set(err, ERROR_RETRY, "", "the exchange process gave no whole answer");
        return COURIER_FAILED;
    }
    memcpy(remedy_text, remedy.data, remedy.size < sizeof remedy_text ? remedy.size : sizeof remedy_text - 1);
    error_set(err, kind, remedy_text, "%.*s", (int)cause.size, (const char *)cause.data);
    return COURIER_FAILED;
}

enum courier_state courier_read(struct courier *courier, struct bytes *ret_reply, int64_t *ret_retry_after_ms, struct error *err)
{
    struct span answer;
    bool bad = false;
    bool end = false;
    enum courier_state state = COURIER_WAITING;

    while (receive_step(courier->socket, &courier->coming, MSG_DONTWAIT, &end))
        continue;
    if (frame_is_whole(&courier->coming, &answer, &bad)) {
        state = answer_read(courier, answer, ret_reply, ret_retry_after_ms, err);
        bytes_clear(&courier->coming);
    } else if (end || bad) {
        error_set(err, ERROR_RETRY, "", "the exchange process ended without an answer");
        state = COURIER_FAILED;
    }
    return state;
}
