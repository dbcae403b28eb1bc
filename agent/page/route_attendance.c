// SPDX-License-Identifier: Apache-2.0
/* Routes: roster, mark, sign, undo, walk-in, similar, conflicts.
 *
 * Not here:  what they do (agent/app).
 */
#include "agent/page/call.h"

const struct page_route page_routes_attendance[] = {
    {NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL},
};
