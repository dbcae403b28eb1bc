// SPDX-License-Identifier: Apache-2.0
/* What the routes share: typed getters, errors in the caller's language.
 *
 * Not here:  routes.
 */
#include "agent/page/call.h"

#include <string.h>

bool page_text(struct page_call *call, const char *name, const char **ret, struct error *err)
{
    const json_t *member = json_object_get(call->json, name);

    *ret = json_string_value(member);
    return member == NULL || json_is_null(member) || json_is_string(member) ||
           error_set(err, ERROR_INVALID, "Load the page again.", "%s was no text", name);
}

bool page_text_needed(struct page_call *call, const char *name, const char **ret, struct error *err)
{
    if (!page_text(call, name, ret, err))
        return false;
    return *ret != NULL || error_set(err, ERROR_INVALID, "Load the page again.", "%s was not told", name);
}

bool page_integer(struct page_call *call, const char *name, int64_t min, int64_t max, int64_t fallback, int64_t *ret, struct error *err)
{
    const json_t *member = json_object_get(call->json, name);

    *ret = fallback;
    if (member == NULL || json_is_null(member))
        return true;
    *ret = json_integer_value(member);
    if (!json_is_integer(member))
        return error_set(err, ERROR_INVALID, "Load the page again.", "%s was no whole number", name);
    return (*ret >= min && *ret <= max) ||
           error_set(err, ERROR_INVALID, "Choose another number.", "%s was %lld; %lld to %lld are allowed", name, (long long)*ret,
                     (long long)min, (long long)max);
}

bool page_bool(struct page_call *call, const char *name, bool fallback, bool *ret, struct error *err)
{
    const json_t *member = json_object_get(call->json, name);

    *ret = member == NULL || json_is_null(member) ? fallback : json_is_true(member);
    return member == NULL || json_is_null(member) || json_is_boolean(member) ||
           error_set(err, ERROR_INVALID, "Load the page again.", "%s was neither true nor false", name);
}

void page_put_error(struct page_call *call, const char *key, const struct error *err)
{
    char cause[ERROR_CAUSE_BYTES], remedy[ERROR_REMEDY_BYTES];

    say_error(call->words, err, cause, remedy);
    json_open(&call->out, key, '{');
    json_put_text(&call->out, "kind", error_kind_name(err->kind));
    json_put_text(&call->out, "says", cause);
    json_put_text(&call->out, "do", remedy);
    json_shut(&call->out, '}');
}
