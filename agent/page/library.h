// SPDX-License-Identifier: Apache-2.0
/* libmicrohttpd, opened when the page is served.
 *
 * Here:      the calls that we make of it.
 * Not here:  making them (serve.c).
 * Why dlopen it brings GnuTLS and nine more libraries, of which loopback needs none: 9 ms and 3 MB at every start, measured. Only
 *            `teren run` serves the page, so only it pays, once.
 */
#ifndef AGENT_PAGE_LIBRARY_H
#define AGENT_PAGE_LIBRARY_H

#include <microhttpd.h>

#include "protocol/error.h"

struct library {
    struct MHD_Daemon *(*start_daemon)(unsigned int flags, uint16_t port, MHD_AcceptPolicyCallback accepts, void *accepts_context,
                                       MHD_AccessHandlerCallback handler, void *handler_context, ...);
    void (*stop_daemon)(struct MHD_Daemon *daemon);
    enum MHD_Result (*run)(struct MHD_Daemon *daemon);
    enum MHD_Result (*get_timeout)(struct MHD_Daemon *daemon, MHD_UNSIGNED_LONG_LONG *timeout);
    const union MHD_DaemonInfo *(*get_daemon_info)(struct MHD_Daemon *daemon, enum MHD_DaemonInfoType type, ...);
    const union MHD_ConnectionInfo *(*get_connection_info)(struct MHD_Connection *connection, enum MHD_ConnectionInfoType type, ...);
    int (*get_connection_values_n)(struct MHD_Connection *connection, enum MHD_ValueKind kind, MHD_KeyValueIteratorN iterator,
                                   void *context);
    struct MHD_Response *(*create_response_from_buffer)(size_t size, void *buffer, enum MHD_ResponseMemoryMode mode);
    enum MHD_Result (*add_response_header)(struct MHD_Response *response, const char *header, const char *content);
    enum MHD_Result (*queue_response)(struct MHD_Connection *connection, unsigned int status, struct MHD_Response *response);
    void (*destroy_response)(struct MHD_Response *response);
};

/* Once per process; it stays open: unloading TLS is a known way to crash at exit. ERROR_STORAGE where it is not installed. */
bool library_load(struct library *ret, struct error *err);

#endif
