// SPDX-License-Identifier: Apache-2.0
/* The checks of guard.h, in its order.
 *
 * Not here:  sockets, answers.
 */
#include "agent/page/guard.h"

#include <string.h>
#include <strings.h>

#include "protocol/catalogue.h"
#include "protocol/secret.h"

static size_t header_count(const struct gate_request *request, const char *name, const struct gate_header **ret)
{
    size_t count = 0;

    *ret = NULL;
    for (size_t i = 0; i < request->header_count; i++) {
        const struct gate_header *header = &request->headers[i];

        if (header->name_size == strlen(name) && strncasecmp(header->name, name, header->name_size) == 0) {
            *ret = header;
            count++;
        }
    }
    return count;
}

const struct gate_header *guard_header(const struct gate_request *request, const char *name)
{
    const struct gate_header *header;

    return header_count(request, name, &header) == 1 ? header : NULL;
}

static bool value_is(const struct gate_header *header, const char *value)
{
    return header != NULL && header->value_size == strlen(value) && memcmp(header->value, value, header->value_size) == 0;
}

static enum guard_verdict refuse(enum guard_verdict verdict, const char *reason, const char **ret_reason)
{
    *ret_reason = reason;
    return verdict;
}

static bool opens_a_document(const struct gate_request *request)
{
    return value_is(guard_header(request, "Sec-Fetch-Mode"), "navigate") && value_is(guard_header(request, "Sec-Fetch-Dest"), "document");
}

static bool token_is(const struct gate_header *header, const char *token)
{
    return header->value_size == strlen(token) &&
           secret_is_same((struct span){(const uint8_t *)header->value, header->value_size}, (const uint8_t *)token);
}

enum guard_verdict guard_check(const struct gate_request *request, enum guard_door door, const char *origin, const char *token,
                               const char **ret_reason)
{
    const struct gate_header *from, *site, *shown;
    size_t origins = header_count(request, "Origin", &from);
    size_t sites = header_count(request, "Sec-Fetch-Site", &site);
    bool reads = strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0;
    bool comes_from_us = value_is(site, "same-origin");

    *ret_reason = "";
    if (origins > 1 || sites > 1)
        return refuse(GUARD_FOREIGN, N_("the request says twice where it comes from"), ret_reason);
    if (origins == 1 && !value_is(from, origin))
        return refuse(GUARD_FOREIGN, N_("another page may not ask here"), ret_reason);
    if (sites == 1 && !comes_from_us && (door == GUARD_API || !(value_is(site, "none") || opens_a_document(request))))
        return refuse(GUARD_FOREIGN, N_("another site may not ask here"), ret_reason);
    if (!reads && origins == 0 && !comes_from_us)
        return refuse(GUARD_FOREIGN, N_("the request does not say where it comes from"), ret_reason);
    if (door == GUARD_SHELL)
        return GUARD_PASS;
    if (header_count(request, "Teren-Token", &shown) != 1)
        return refuse(GUARD_NO_TOKEN, N_("the request has no token"), ret_reason);
    if (!token_is(shown, token))
        return refuse(GUARD_NO_TOKEN, N_("the token is not that of this device"), ret_reason);
    return GUARD_PASS;
}
