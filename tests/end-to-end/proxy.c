// SPDX-License-Identifier: Apache-2.0
/* A road between a device and a server that counts what passes, and can be cut, flipped or taken over by a portal.
 *
 *     teren-proxy --to PORT [--listen PORT] [--count FILE] [--cut-up N] [--cut-down N] [--flip-down N] [--portal]
 *
 * Prints the port it listens on (loopback), then carries one connection after the other until it is killed.
 *   --listen PORT    the port to listen on (any free one)
 *   --count FILE     after every connection, FILE holds "UP DOWN CONNECTIONS": bytes so far, headers and all
 *   --cut-up N       drops a connection when N bytes went up (0 to 2^31); --cut-down N likewise down
 *   --flip-down N    turns one bit of the N-th byte that goes down
 *   --portal         answers everything itself, with status 200 and a page of HTML
 *
 * Not here:  knowing what is carried. It is TCP and bytes, so that it measures what a network would.
 */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct road {
    long to_port, listen_port, cut_up, cut_down, flip_down; /* -1: not asked for */
    const char *count_file;
    bool portal;
    uint64_t up, down, connections;
};

static const char portal_page[] = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 52\r\nConnection: close\r\n\r\n"
                                  "<html><body>Welcome! Accept the terms.</body></html>";

static int loopback_socket(long port, bool listening)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        return -1;
    int again = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &again, sizeof again);
    int failed = listening ? bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 64)
                           : connect(fd, (struct sockaddr *)&address, sizeof address);
    if (failed) {
        close(fd);
        return -1;
    }
    return fd;
}

static bool write_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t put = send(fd, data, size, MSG_NOSIGNAL);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        data += put;
        size -= (size_t)put;
    }
    return true;
}

static void note_counts(const struct road *road)
{
    if (road->count_file == NULL)
        return;
    char fresh[4096];
    snprintf(fresh, sizeof fresh, "%s.new", road->count_file);
    FILE *out = fopen(fresh, "w");
    if (out == NULL)
        return;
    fprintf(out, "%llu %llu %llu\n", (unsigned long long)road->up, (unsigned long long)road->down, (unsigned long long)road->connections);
    fclose(out);
    rename(fresh, road->count_file);
}

/* Carries what is there from one side to the other. False: that side has ended, or the road is cut here. */
static bool carry(int from, int to, uint64_t *passed, long cut, long flip)
{
    char buffer[16384];
    ssize_t got = recv(from, buffer, sizeof buffer, 0);
    if (got <= 0)
        return false;
    size_t size = (size_t)got;
    bool cut_here = cut >= 0 && *passed + size >= (uint64_t)cut;
    if (cut_here)
        size = (size_t)((uint64_t)cut - *passed);
    if (flip >= 0 && (uint64_t)flip >= *passed && (uint64_t)flip < *passed + size)
        buffer[(uint64_t)flip - *passed] ^= 0x10;
    *passed += size;
    return write_all(to, buffer, size) && !cut_here;
}

static void serve_portal(struct road *road, int client)
{
    char buffer[16384];
    ssize_t got = recv(client, buffer, sizeof buffer, 0);
    if (got > 0)
        road->up += (uint64_t)got;
    write_all(client, portal_page, sizeof portal_page - 1);
    road->down += sizeof portal_page - 1;
}

static void serve(struct road *road, int client)
{
    int server = loopback_socket(road->to_port, false);
    uint64_t up = 0, down = 0;
    while (server >= 0) {
        struct pollfd ends[2] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
        if (poll(ends, 2, 30000) <= 0)
            break;
        if ((ends[0].revents && !carry(client, server, &up, road->cut_up, -1)) ||
            (ends[1].revents && !carry(server, client, &down, road->cut_down, road->flip_down)))
            break;
    }
    if (server >= 0)
        close(server);
    road->up += up;
    road->down += down;
}

static bool read_words(struct road *road, int argc, char **argv)
{
    static const char *const names[] = {"--to", "--listen", "--cut-up", "--cut-down", "--flip-down"};
    long *const numbers[] = {&road->to_port, &road->listen_port, &road->cut_up, &road->cut_down, &road->flip_down};
    for (int i = 1; i < argc; i++) {
        size_t k = 0;
        while (k < 5 && strcmp(argv[i], names[k]) != 0)
            k++;
        if (strcmp(argv[i], "--portal") == 0)
            road->portal = true;
        else if (i + 1 < argc && strcmp(argv[i], "--count") == 0)
            road->count_file = argv[++i];
        else if (i + 1 < argc && k < 5)
            *numbers[k] = strtol(argv[++i], NULL, 10);
        else
            return false;
    }
    return road->portal || road->to_port > 0;
}

int main(int argc, char **argv)
{
    struct road road = {.to_port = -1, .listen_port = 0, .cut_up = -1, .cut_down = -1, .flip_down = -1};
    if (!read_words(&road, argc, argv)) {
        fprintf(stderr,
                "usage: teren-proxy --to PORT [--listen PORT] [--count FILE] [--cut-up N] [--cut-down N] [--flip-down N] [--portal]\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    int listening = loopback_socket(road.listen_port, true);
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    if (listening < 0 || getsockname(listening, (struct sockaddr *)&address, &size) != 0) {
        perror("teren-proxy: cannot listen on loopback");
        return 1;
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        int client = accept(listening, NULL, NULL);
        if (client < 0)
            continue;
        if (road.portal)
            serve_portal(&road, client);
        else
            serve(&road, client);
        road.connections++;
        note_counts(&road);
        close(client);
    }
}
