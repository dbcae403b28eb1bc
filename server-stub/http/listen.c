// SPDX-License-Identifier: Apache-2.0
/* Addresses and the listening socket.
 *
 * Here:      parse, bind, describe.
 * Not here:  what comes in over it.
 */
#define _GNU_SOURCE
#include "server-stub/http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool not_an_address(const char *text, struct error *err)
{
    return error_set(err, ERROR_USAGE, "Give an address and a port, such as 127.0.0.1:8470 or [::1]:8470; port 0 takes a free one.",
                     "--listen was given \"%.80s\", which is no ADDR:PORT", text);
}

/* Splits at the last ':'; a bracketed IPv6 address loses its brackets. */
static bool split_address(const char *text, char ret_host[LISTEN_TEXT_SIZE], const char **ret_port)
{
    const char *colon = strrchr(text, ':');
    const char *host = text;
    size_t size;

    if (colon == NULL || colon == text || colon[1] == '\0')
        return false;
    size = (size_t)(colon - text);
    if (text[0] == '[') {
        if (colon[-1] != ']')
            return false;
        host++;
        size -= 2;
    } else if (memchr(text, ':', size) != NULL) {
        return false;
    }
    if (size == 0 || size >= LISTEN_TEXT_SIZE)
        return false;
    memcpy(ret_host, host, size);
    ret_host[size] = '\0';
    *ret_port = colon + 1;
    return true;
}

bool listen_parse(const char *text, struct listen_address *ret, struct error *err)
{
    char host[LISTEN_TEXT_SIZE];
    const char *port = NULL;
    struct addrinfo *found = NULL;
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM};

    if (!split_address(text, host, &port))
        return not_an_address(text, err);
    for (const char *at = port; *at != '\0'; at++)
        if (*at < '0' || *at > '9' || at - port > 4)
            return not_an_address(text, err);
    if (atoi(port) > 65535)
        return not_an_address(text, err);
    if (getaddrinfo(strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, port, &hints, &found) != 0)
        return not_an_address(text, err);
    *ret = (struct listen_address){.size = found->ai_addrlen};
    memcpy(&ret->address, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return true;
}

static void describe(const struct sockaddr *address, socklen_t size, char ret[LISTEN_TEXT_SIZE])
{
    char host[LISTEN_TEXT_SIZE - 10] = "?", port[8] = "?";
    getnameinfo(address, size, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(ret, LISTEN_TEXT_SIZE, address->sa_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

bool listen_open(const struct listen_address *address, int *ret_fd, char ret_text[LISTEN_TEXT_SIZE], struct error *err)
{
    struct listen_address bound = {.size = sizeof bound.address};
    int on = 1;
    int fd = socket(address->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool done = false;

    describe((const struct sockaddr *)&address->address, address->size, ret_text);
    if (fd < 0) {
        error_set(err, ERROR_STORAGE, "Look at the machine's limits for open files.", "a socket for %s could not be made: %s", ret_text,
                  strerror(errno));
        goto out;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (const struct sockaddr *)&address->address, address->size) != 0 || listen(fd, LISTEN_BACKLOG) != 0) {
        error_set(err, errno == EADDRINUSE ? ERROR_BUSY : ERROR_INVALID,
                  errno == EADDRINUSE ? "Stop what listens there, or choose another port with --listen."
                                      : "Choose an address of this machine, and a port above 1023 unless you are root.",
                  "%s could not be listened on: %s", ret_text, strerror(errno));
        goto out;
    }
    if (getsockname(fd, (struct sockaddr *)&bound.address, &bound.size) == 0)
        describe((const struct sockaddr *)&bound.address, bound.size, ret_text);
    *ret_fd = fd;
    fd = -1; /* given away */
    done = true;
out:
    if (fd >= 0)
        close(fd);
    return done;
}

/* An IPv4 address that came in over an IPv6 socket is still an IPv4 address. */
static bool mapped_v4(const struct sockaddr *address, struct in_addr *ret)
{
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)address;
    if (address->sa_family != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
        return false;
    memcpy(ret, &six->sin6_addr.s6_addr[12], sizeof *ret);
    return true;
}

bool address_is_loopback(const struct sockaddr *address)
{
    struct in_addr four;
    if (address->sa_family == AF_INET)
        four = ((const struct sockaddr_in *)(const void *)address)->sin_addr;
    else if (!mapped_v4(address, &four))
        return address->sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
    return (ntohl(four.s_addr) >> 24) == 127;
}

void address_peer(const struct sockaddr *address, char ret[LISTEN_TEXT_SIZE])
{
    struct in_addr four;
    strcpy(ret, "unknown");
    if (address->sa_family == AF_INET) {
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr, ret, LISTEN_TEXT_SIZE);
    } else if (mapped_v4(address, &four)) {
        inet_ntop(AF_INET, &four, ret, LISTEN_TEXT_SIZE);
    } else if (address->sa_family == AF_INET6) {
        struct in6_addr half = ((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
        memset(&half.s6_addr[8], 0, 8);
        inet_ntop(AF_INET6, &half, ret, LISTEN_TEXT_SIZE);
    }
}
