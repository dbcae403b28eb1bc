// SPDX-License-Identifier: Apache-2.0
/* Where the server listens: the address as typed, the socket, who is on the other end.
 *
 * Here:      "ADDR:PORT" read, the listening socket opened, a peer's address as text.
 * Not here:  HTTP, TLS.
 */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include <stdbool.h>
#include <sys/socket.h>

#include "protocol/error.h"

enum { LISTEN_TEXT_SIZE = 64, LISTEN_BACKLOG = 256 };

struct listen_address {
    struct sockaddr_storage address;
    socklen_t size;
};

/* "127.0.0.1:8470", "[::1]:8470", "localhost:0", "0.0.0.0:80". Names are not looked up: what listens where must not hang on a resolver. */
bool listen_parse(const char *text, struct listen_address *ret, struct error *err);
/* On success the caller owns *ret_fd (close it); ret_text is the address it got, with the port that 0 became. */
bool listen_open(const struct listen_address *address, int *ret_fd, char ret_text[LISTEN_TEXT_SIZE], struct error *err);
bool address_is_loopback(const struct sockaddr *address);
/* What rate limits count by: an IPv4 address, or the first half of an IPv6 one (whoever has one of these has all of the other half). */
void address_peer(const struct sockaddr *address, char ret[LISTEN_TEXT_SIZE]);

#endif
