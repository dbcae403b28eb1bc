// SPDX-License-Identifier: Apache-2.0
/* The private Unix socket between `teren run` and the other commands.
 *
 * Not here:  what the words mean.
 */
#define _GNU_SOURCE
#include "agent/system/local.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "protocol/bytes.h"

enum { VERSION = 1, BACKLOG = 16, ANSWER_BYTES = 4, PROGRESS_BYTES = 8 };
static const char MAGIC[4] = {'T', 'R', 'N', 'L'};

/* A socket's path holds 107 bytes only, a home folder may be longer: the way goes over the open folder's number. */
static bool address_of(const char *home, int *ret_folder, struct sockaddr_un *ret)
{
    *ret_folder = open(home, O_PATH | O_DIRECTORY | O_CLOEXEC);
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (*ret_folder < 0)
        return false;
    snprintf(ret->sun_path, sizeof ret->sun_path, "/proc/self/fd/%d/teren.sock", *ret_folder);
    return true;
}

static int connect_home(const char *home)
{
    struct sockaddr_un address;
    int folder;
    int connection = -1;

    if (!address_of(home, &folder, &address))
        return -1;
    connection = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (connection >= 0 && connect(connection, (const struct sockaddr *)&address, sizeof address) != 0) {
        close(connection);
        connection = -1;
    }
    close(folder);
    return connection;
}

bool local_is_served(const char *home)
{
    int connection = connect_home(home);

    if (connection >= 0)
        close(connection);
    return connection >= 0;
}

int local_listen(const char *home, struct error *err)
{
    struct sockaddr_un address;
    int folder = -1;
    int listener = -1;
    bool done = false;

    if (local_is_served(home)) {
        error_set(err, ERROR_BUSY, "Use it, or stop it first.", "another `teren run` serves %s", home);
        return -1;
    }
    listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0 || !address_of(home, &folder, &address))
        goto out;
    unlinkat(folder, "teren.sock", 0); /* of a run that was killed */
    if (bind(listener, (const struct sockaddr *)&address, sizeof address) != 0 || listen(listener, BACKLOG) != 0)
        goto out;
    done = true;
out:
    if (!done)
        error_set(err, ERROR_STORAGE, "Check that the home folder is yours.", "cannot listen in %s: %s", home, strerror(errno));
    if (folder >= 0)
        close(folder);
    if (!done && listener >= 0) {
        close(listener);
        listener = -1;
    }
    return listener;
}

void local_unlink(const char *home)
{
    int folder = open(home, O_PATH | O_DIRECTORY | O_CLOEXEC);

    if (folder < 0)
        return;
    unlinkat(folder, "teren.sock", 0);
    close(folder);
}

int local_accept(int listener)
{
    struct ucred peer = {0};
    socklen_t size = sizeof peer;
    int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

    if (connection < 0)
        return -1;
    if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.uid != geteuid()) {
        close(connection);
        return -1;
    }
    return connection;
}

static bool wait_for(int connection, int wait_ms)
{
    struct pollfd one = {.fd = connection, .events = POLLIN};
    int ready;

    do
        ready = poll(&one, 1, wait_ms);
    while (ready < 0 && errno == EINTR);
    return ready > 0;
}

/* One message with its files; every file that came is either in files[] or closed. */
static ssize_t receive(int connection, void *buffer, size_t room, int files[2])
{
    union {
        char bytes[CMSG_SPACE(2 * sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct iovec part = {.iov_base = buffer, .iov_len = room};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t got;

    files[0] = files[1] = -1;
    do
        got = recvmsg(connection, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return -1;
    for (struct cmsghdr *head = CMSG_FIRSTHDR(&message); head != NULL; head = CMSG_NXTHDR(&message, head)) {
        size_t bytes = head->cmsg_len - CMSG_LEN(0);

        if (head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS)
            memcpy(files, CMSG_DATA(head), bytes > 2 * sizeof(int) ? 2 * sizeof(int) : bytes);
    }
    return (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 ? -1 : got;
}

static const char *take_text(struct arena *arena, struct reader *in)
{
    struct span text = reader_text(in);

    if (in->failed || (text.size > 0 && memchr(text.data, '\0', text.size) != NULL))
        return NULL;
    return arena_text_n(arena, text.size == 0 ? "" : (const char *)text.data, text.size);
}

static bool question_parse(struct arena *arena, struct span in, struct local_question *ret)
{
    struct reader at = reader_of(in.data, in.size);
    struct span magic = reader_span(&at, sizeof MAGIC);
    const char **words;
    uint64_t count;

    if (at.failed || memcmp(magic.data, MAGIC, sizeof MAGIC) != 0 || reader_u8(&at) != VERSION)
        return false;
    count = reader_varint(&at);
    if (at.failed || count > LOCAL_WORDS_MAX)
        return false;
    words = arena_take_many(arena, (size_t)count + 1, sizeof *words);
    ret->folder = take_text(arena, &at);
    for (size_t i = 0; words != NULL && i < count; i++)
        if ((words[i] = take_text(arena, &at)) == NULL)
            return false;
    ret->words = words;
    ret->word_count = (size_t)count;
    ret->language = reader_left(&at) == 0 ? "" : take_text(arena, &at);
    return words != NULL && ret->folder != NULL && ret->language != NULL && !at.failed && reader_left(&at) == 0;
}

bool local_read(int connection, struct arena *arena, struct local_question *ret, struct error *err)
{
    uint8_t *buffer = arena_take(arena, LOCAL_BYTES_MAX);
    int files[2] = {-1, -1};
    ssize_t got;

    if (buffer == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for a command");
    if (!wait_for(connection, LOCAL_ASK_MS_MAX))
        return error_set(err, ERROR_INTERRUPTED, "", "nothing was asked for %d ms", LOCAL_ASK_MS_MAX);
    got = receive(connection, buffer, LOCAL_BYTES_MAX, files);
    *ret = (struct local_question){.out = files[0], .err = files[1]};
    if (got > 0 && files[0] >= 0 && files[1] >= 0 && question_parse(arena, (struct span){buffer, (size_t)got}, ret))
        return true;
    for (int i = 0; i < 2; i++)
        if (files[i] >= 0)
            close(files[i]);
    ret->out = ret->err = -1;
    return error_set(err, ERROR_CORRUPT, "Use the same version of teren for both.", "a command came that cannot be read");
}

void local_answer(int connection, int exit_code)
{
    uint8_t code[ANSWER_BYTES] = {(uint8_t)exit_code, 0, 0, 0};

    if (send(connection, code, sizeof code, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        /* the asker went away: what it asked for is done all the same */
    }
    close(connection);
}

void local_progress(int connection, uint64_t count)
{
    uint8_t bytes[PROGRESS_BYTES];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(count >> (8 * i));
    if (send(connection, bytes, sizeof bytes, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        /* only a word on the way */
    }
}

/* Waits for the answer, passing on the words before it. */
static bool await_answer(int connection, const struct local_question *question, int *ret_exit_code)
{
    uint8_t bytes[PROGRESS_BYTES + 1] = {0};
    bool told = false;
    ssize_t got;

    for (;;) {
        wait_for(connection, -1);
        got = recv(connection, bytes, sizeof bytes, 0);
        if (got != PROGRESS_BYTES)
            break;
        uint64_t count = 0;
        for (size_t i = 0; i < PROGRESS_BYTES; i++)
            count |= (uint64_t)bytes[i] << (8 * i);
        if (question->progress != NULL && count > 0) {
            question->progress(question, count);
            told = true;
        }
    }
    if (told)
        question->progress(question, 0);
    *ret_exit_code = bytes[0];
    return got == ANSWER_BYTES;
}

static bool send_question(int connection, const struct local_question *question)
{
    union {
        char bytes[CMSG_SPACE(2 * sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    int files[2] = {question->out, question->err};
    struct bytes text = {0};
    struct iovec part;
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    bool done;

    bytes_append(&text, MAGIC, sizeof MAGIC);
    bytes_append_u8(&text, VERSION);
    bytes_append_varint(&text, question->word_count);
    bytes_append_text(&text, question->folder);
    for (size_t i = 0; i < question->word_count; i++)
        bytes_append_text(&text, question->words[i]);
    if (question->language != NULL && question->language[0] != '\0')
        bytes_append_text(&text, question->language);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof files);
    memcpy(CMSG_DATA(head), files, sizeof files);
    part = (struct iovec){.iov_base = text.data, .iov_len = text.size};
    done = !text.failed && text.size <= LOCAL_BYTES_MAX && question->word_count <= LOCAL_WORDS_MAX &&
           sendmsg(connection, &message, MSG_NOSIGNAL) == (ssize_t)text.size;
    bytes_clear(&text);
    return done;
}

static void copy_out(int from, int to)
{
    char buffer[16 * 1024];
    ssize_t got;

    lseek(from, 0, SEEK_SET);
    while ((got = read(from, buffer, sizeof buffer)) > 0)
        for (ssize_t put = 0; put < got;) {
            ssize_t step = write(to, buffer + put, (size_t)(got - put));

            if (step < 0 && errno == EINTR)
                continue;
            if (step <= 0)
                return;
            put += step;
        }
}

bool local_ask(const char *home, const struct local_question *question, int *ret_exit_code, struct error *err)
{
    bool done = false;
    struct local_question asked = *question;
    int connection = connect_home(home);

    if (connection < 0)
        return false;
    asked.out = memfd_create("out", MFD_CLOEXEC);
    asked.err = memfd_create("err", MFD_CLOEXEC);
    if (asked.out < 0 || asked.err < 0) {
        error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the answer: %s", strerror(errno));
        goto out;
    }
    if (!send_question(connection, &asked)) {
        error_set(err, ERROR_LIMIT, "Say it in fewer words.", "the command is longer than %d bytes or %d words", LOCAL_BYTES_MAX,
                  LOCAL_WORDS_MAX);
        goto out;
    }
    if (!await_answer(connection, question, ret_exit_code)) {
        error_set(err, ERROR_INTERRUPTED, "Ask again: what it had accepted is kept.", "`teren run` ended before it answered");
        goto out;
    }
    copy_out(asked.err, STDERR_FILENO);
    copy_out(asked.out, STDOUT_FILENO);
    done = true;
out:
    if (asked.out >= 0)
        close(asked.out);
    if (asked.err >= 0)
        close(asked.err);
    close(connection);
    return done;
}
