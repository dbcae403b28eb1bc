// SPDX-License-Identifier: Apache-2.0
/* What the routes share: typed getters, errors in the caller's language.
 *
 * Not here:  routes.
 */
#include "agent/page/call.h"

#include <string.h>

const struct page_route *const page_route_tables[] = {
    page_routes_state,  page_routes_attendance, page_routes_sign,
    page_routes_holder, page_routes_conflicts,  page_routes_similar,
    page_routes_plan,   page_routes_webinar,    NULL,
};

static int hex_of(char digit)
{
    static const char digits[] = "0123456789abcdef";
    char lower = (char)(digit >= 'A' && digit <= 'F' ? digit - 'A' + 'a' : digit);
    const char *found = lower == '\0' ? NULL : strchr(digits, lower);

    return found == NULL ? -1 : (int)(found - digits);
}

/* The gate has seen to it that every '%' is followed by two digits. */
static void decode(char *text)
{
    char *to = text;

    for (const char *at = text; *at != '\0'; at++) {
        int high = *at == '%' ? hex_of(at[1]) : -1;
        int low = high >= 0 ? hex_of(at[2]) : -1;

        *to++ = (char)(low >= 0 ? high * 16 + low : *at == '+' ? ' ' : *at);
        at += low >= 0 ? 2 : 0;
    }
    *to = '\0';
}

const char *page_query(struct page_call *call, const char *name)
{
    size_t name_size = strlen(name);

    for (const char *at = call->query; *at != '\0';) {
        size_t size = strcspn(at, "&");

        if (size > name_size && memcmp(at, name, name_size) == 0 && at[name_size] == '=') {
            char *value = arena_text_n(call->arena, at + name_size + 1, size - name_size - 1);

            if (value != NULL)
                decode(value);
            return value;
        }
        at += size + (at[size] == '&');
    }
    return NULL;
}

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
    return (*ret >= min && *ret <= max) || error_set(err, ERROR_INVALID, "Choose another number.", "%s was %lld; %lld to %lld are allowed",
                                                     name, (long long)*ret, (long long)min, (long long)max);
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
    char cause[SAID_BYTES], remedy[SAID_BYTES];

    say_error(call->words, err, cause, remedy);
    json_open(&call->out, key, '{');
    json_put_text(&call->out, "kind", error_kind_name(err->kind));
    json_put_text(&call->out, "says", cause);
    json_put_text(&call->out, "do", remedy);
    json_shut(&call->out, '}');
}
