// SPDX-License-Identifier: Apache-2.0
/* Routes and their members as OpenAPI.
 *
 * Not here:  what routes do.
 */
#include "agent/page/openapi.h"

#include "agent/page/call.h"

bool openapi_write(struct bytes *out, struct error *err)
{
    struct json_text json = {0};

    json_open(&json, NULL, '{');
    json_put_text(&json, "openapi", "3.1.0");
    json_shut(&json, '}');
    *out = json.out;
    return !json.out.failed || error_set(err, ERROR_MEMORY, "Close other programs.", "no memory was left for the description");
}
