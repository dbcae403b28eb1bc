// SPDX-License-Identifier: Apache-2.0
/* The API, described by itself.
 *
 * Here:      an OpenAPI document out of the tables of routes.
 * Not here:  the tables (route_*.c).
 * Source     OpenAPI Specification 3.1.0.
 */
#ifndef AGENT_PAGE_OPENAPI_H
#define AGENT_PAGE_OPENAPI_H

#include "protocol/bytes.h"
#include "protocol/error.h"

bool openapi_write(struct bytes *out, struct error *err);

#endif
