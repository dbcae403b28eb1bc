// SPDX-License-Identifier: Apache-2.0
/* fork and exec, with the failure of exec told back.
 *
 * Not here:  what is started.
 */
#define _GNU_SOURCE
#include "agent/system/start.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_SIZE = 1024 };

/* In the child; never returns. */
static void become(const char *const *words, int said, int failure)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    sigset_t none;
    int why;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    if (nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 && dup2(said, STDOUT_FILENO) >= 0 && dup2(said, STDERR_FILENO) >= 0 &&
        chdir("/") == 0)
        execvp(words[0], (char *const *)(uintptr_t)words);
    why = errno;
    (void)!write(failure, &why, sizeof why);
    _exit(127);
}

bool started_begin(const char *const *words, struct started *ret, struct error *err)
{
    int failure[2] = {-1, -1};
    int why = 0;

    *ret = (struct started){.process = -1, .said = memfd_create("said", MFD_CLOEXEC)};
    if (ret->said < 0 || pipe2(failure, O_CLOEXEC) != 0 || (ret->process = fork()) < 0) {
        error_set(err, ERROR_MEMORY, "Close other programs, then try again.", "%s could not be started: %s", words[0], strerror(errno));
        close(failure[0]);
        close(failure[1]);
        return false;
    }
    if (ret->process == 0)
        become(words, ret->said, failure[1]);
    close(failure[1]);
    if (read(failure[0], &why, sizeof why) != (ssize_t)sizeof why)
        why = 0;
    close(failure[0]);
    if (why == 0)
        return true;
    waitpid(ret->process, NULL, 0);
    ret->process = -1;
    return error_set(err, why == ENOENT ? ERROR_NOT_FOUND : ERROR_STORAGE, "Install it, or have somebody look at it.",
                     "%s could not be started: %s", words[0], strerror(why));
}

bool started_has_ended(const struct started *started, int *ret_exit_code)
{
    int status = 0;

    if (started->process < 0 || waitpid(started->process, &status, WNOHANG) != started->process)
        return false;
    *ret_exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
}

const char *started_words(const struct started *started, struct arena *arena)
{
    char words[WORDS_SIZE + 1];
    ssize_t size = pread(started->said, words, WORDS_SIZE, 0);

    if (size < 0)
        size = 0;
    while (size > 0 && (words[size - 1] == '\n' || words[size - 1] == ' '))
        size--;
    words[size] = '\0';
    for (char *at = words; *at != '\0'; at++)
        if (*at == '\n')
            *at = ' ';
    return arena_text(arena, words);
}

void started_forget(struct started *started)
{
    if (started->said >= 0)
        close(started->said);
    started->said = -1;
}
