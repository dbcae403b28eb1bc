// SPDX-License-Identifier: Apache-2.0
/* Routes: state, today, settings, holder, lock, sync.
 *
 * Not here:  what they do (agent/app).
 */
#include "agent/page/call.h"

const struct page_route page_routes_state[] = {
    {NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL},
};
