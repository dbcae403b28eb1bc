// SPDX-License-Identifier: Apache-2.0
/* Routes: schema, rows, plan, import, list, bundle.
 *
 * Not here:  what they do (agent/app).
 */
#include "agent/page/call.h"

const struct page_route page_routes_plan[] = {
    {NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL},
};
