// SPDX-License-Identifier: Apache-2.0
/* Telling the service manager how we are (sd_notify), by hand.
 *
 * Not here:  what is told. A manager that does not listen is nobody's error.
 */
#define _GNU_SOURCE
#include "agent/system/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void notify_send(const char *text)
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
    if (sendto(out, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT, (const struct sockaddr *)&to,
               (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)) < 0) {
        /* nothing to do: the manager's own time-out speaks */
    }
    close(out);
}
