// SPDX-License-Identifier: Apache-2.0
/* The calls of libmicrohttpd, by their names.
 *
 * Not here:  why it is not linked (library.h).
 */
#define _GNU_SOURCE
#include "agent/page/library.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

bool library_load(struct library *ret, struct error *err)
{
    static const struct {
        const char *name;
        size_t offset;
    } rows[] = {
        {"MHD_start_daemon", offsetof(struct library, start_daemon)},
        {"MHD_stop_daemon", offsetof(struct library, stop_daemon)},
        {"MHD_run", offsetof(struct library, run)},
        {"MHD_get_timeout", offsetof(struct library, get_timeout)},
        {"MHD_get_daemon_info", offsetof(struct library, get_daemon_info)},
        {"MHD_get_connection_info", offsetof(struct library, get_connection_info)},
        {"MHD_get_connection_values_n", offsetof(struct library, get_connection_values_n)},
        {"MHD_create_response_from_buffer", offsetof(struct library, create_response_from_buffer)},
        {"MHD_add_response_header", offsetof(struct library, add_response_header)},
        {"MHD_queue_response", offsetof(struct library, queue_response)},
        {"MHD_destroy_response", offsetof(struct library, destroy_response)},
    };
    void *library = dlopen("libmicrohttpd.so.12", RTLD_NOW | RTLD_LOCAL);

    if (library == NULL)
        return error_set(err, ERROR_STORAGE, "Install libmicrohttpd12.", "libmicrohttpd could not be loaded: %s", dlerror());
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *symbol = dlsym(library, rows[i].name);

        if (symbol == NULL)
            return error_set(err, ERROR_STORAGE, "Install libmicrohttpd12.", "libmicrohttpd has no %s", rows[i].name);
        memcpy((char *)ret + rows[i].offset, &symbol, sizeof symbol);
    }
    return true;
}
