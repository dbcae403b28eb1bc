// SPDX-License-Identifier: Apache-2.0
/* What serve.c and serve_start.c share.
 *
 * Here:      the struct, the callbacks.
 * Not here:  anything for others (serve.h).
 */
#ifndef AGENT_PAGE_SERVE_INTERNAL_H
#define AGENT_PAGE_SERVE_INTERNAL_H

#include "agent/page/guard.h"
#include "agent/page/library.h"
#include "agent/page/lines.h"
#include "agent/page/routes.h"
#include "agent/page/serve.h"

_Static_assert((int)LINES_MAX > (int)SERVE_CONNECTIONS_MAX, "every connection has its line");

struct serve {
    const struct page_world *world;
    struct library library;
    struct MHD_Daemon *daemon;
    struct arena arena; /* the routes */
    struct routes routes;
    struct lines lines;
    size_t body_bytes;   /* taken of the budget */
    int64_t last_use_ms; /* uptime, of the last question to the API */
    bool wants_trim;
    int listener, descriptor, port;
    char host[32];   /* "127.0.0.1:47110" */
    char origin[40]; /* "http://127.0.0.1:47110" */
    char token[GUARD_TOKEN_SIZE + 1];
};

void serve_connection_changes(void *context, struct MHD_Connection *connection, void **socket_context,
                              enum MHD_ConnectionNotificationCode code);
void *serve_request_begins(void *context, const char *target, struct MHD_Connection *connection);
void serve_request_ends(void *context, struct MHD_Connection *connection, void **request, enum MHD_RequestTerminationCode how);
enum MHD_Result serve_request_goes_on(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                                      const char *version, const char *upload_data, size_t *upload_data_size, void **request);

#endif
