// SPDX-License-Identifier: Apache-2.0
/* The HTTP request gate: what a request must be before any route looks at it.
 *
 * Here:      the checks of gate.h, in its order.
 * Not here:  the HTTP library, what a route does, who is asking.
 * Why        a proxy in front and the library behind may read one odd request in two ways; what can be read in two ways is refused.
 */
#include "protocol/gate.h"

#include <string.h>

enum { LENGTH_DIGITS_MAX = 18, METHOD_BYTES_MAX = 16 };

struct gate {
    const struct gate_request *request;
    const char **reason;
};

static enum gate_verdict refuse(const struct gate *gate, enum gate_verdict verdict, const char *reason)
{
    *gate->reason = reason;
    return verdict;
}

static bool is_alphanumeric(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

static bool is_among(char byte, const char *bytes)
{
    return byte != '\0' && strchr(bytes, byte) != NULL;
}

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool same_word(const char *text, size_t size, const char *word)
{
    if (size != strlen(word))
        return false;
    for (size_t i = 0; i < size; i++) {
        if (lower(text[i]) != lower(word[i]))
            return false;
    }
    return true;
}

/* RFC 9110, 5.6.2 */
static bool is_token(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!is_alphanumeric(text[i]) && !is_among(text[i], "!#$%&'*+-.^_`|~"))
            return false;
    }
    return size > 0;
}

static bool is_header_value(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];

        if ((byte < 0x20 && byte != '\t') || byte == 0x7F)
            return false;
    }
    return true;
}

static enum gate_verdict check_headers(const struct gate *gate)
{
    size_t total = 0;

    if (gate->request->header_count > GATE_HEADERS_MAX)
        return refuse(gate, GATE_HEADERS_TOO_LARGE, "too many headers");
    for (size_t i = 0; i < gate->request->header_count; i++) {
        const struct gate_header *header = &gate->request->headers[i];

        if (header->name_size > GATE_HEADER_BYTES_MAX || header->value_size > GATE_HEADER_BYTES_MAX)
            return refuse(gate, GATE_HEADERS_TOO_LARGE, "headers too large");
        total += header->name_size + header->value_size;
        if (total > GATE_HEADER_BYTES_MAX)
            return refuse(gate, GATE_HEADERS_TOO_LARGE, "headers too large");
        if (!is_token(header->name, header->name_size))
            return refuse(gate, GATE_BAD_REQUEST, "a header's name has a byte that is not allowed");
        if (!is_header_value(header->value, header->value_size))
            return refuse(gate, GATE_BAD_REQUEST, "a header's value has a control character");
    }
    return GATE_PASS;
}

/* The size of the path at the front of the target; 0 when it is none that we take. */
static size_t path_size(const char *target, size_t size)
{
    size_t at = 0, segment = 0;

    if (size == 0 || target[0] != '/')
        return 0;
    for (at = 1; at < size && target[at] != '?'; at++) {
        if (target[at] != '/') {
            if (!is_alphanumeric(target[at]) && !is_among(target[at], "_.-"))
                return 0;
            segment++;
            continue;
        }
        if (segment == 0 || same_word(target + at - segment, segment, ".") || same_word(target + at - segment, segment, ".."))
            return 0;
        segment = 0;
    }
    if (same_word(target + at - segment, segment, ".") || same_word(target + at - segment, segment, ".."))
        return 0;
    return at;
}

static int hex_value(char digit)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = is_alphanumeric(digit) ? strchr(digits, lower(digit)) : NULL;

    return found == NULL ? -1 : (int)(found - digits);
}

static bool is_query(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        int high, low;

        if (is_alphanumeric(text[i]) || is_among(text[i], "_.~=&+*-"))
            continue;
        if (text[i] != '%' || size - i < 3)
            return false;
        high = hex_value(text[i + 1]);
        low = hex_value(text[i + 2]);
        if (high < 0 || low < 0 || high * 16 + low < 0x20 || high * 16 + low == 0x7F)
            return false;
        i += 2;
    }
    return true;
}

static enum gate_verdict check_target(const struct gate *gate, size_t *ret_path_size)
{
    const struct gate_request *request = gate->request;
    size_t size;

    if (request->target_size > GATE_TARGET_BYTES_MAX)
        return refuse(gate, GATE_BAD_REQUEST, "the path is too long");
    size = path_size(request->target, request->target_size);
    if (size == 0)
        return refuse(gate, GATE_BAD_REQUEST, "the path has a byte or a segment that is not allowed");
    if (size < request->target_size && !is_query(request->target + size + 1, request->target_size - size - 1))
        return refuse(gate, GATE_BAD_REQUEST, "the query has a byte that is not allowed");
    *ret_path_size = size;
    return GATE_PASS;
}

/* How many headers of this name there are; the last of them into *ret. */
static size_t header_find(const struct gate *gate, const char *name, const struct gate_header **ret)
{
    size_t count = 0;

    for (size_t i = 0; i < gate->request->header_count; i++) {
        const struct gate_header *header = &gate->request->headers[i];

        if (same_word(header->name, header->name_size, name)) {
            *ret = header;
            count++;
        }
    }
    return count;
}

static bool is_port(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
    }
    return size >= 1 && size <= 5;
}

/* name, IPv4 or [IPv6], each with an optional port */
static bool is_host(const char *text, size_t size)
{
    bool is_bracketed = size > 0 && text[0] == '[';
    size_t at = is_bracketed;

    while (at < size &&
           (is_bracketed ? hex_value(text[at]) >= 0 || is_among(text[at], ":.") : is_alphanumeric(text[at]) || is_among(text[at], ".-")))
        at++;
    if (at == (size_t)is_bracketed)
        return false;
    if (is_bracketed && (at == size || text[at++] != ']'))
        return false;
    return at == size || (text[at] == ':' && is_port(text + at + 1, size - at - 1));
}

/* "name:*" allows the name with any port, or none. */
static bool host_is_allowed(const char *host, size_t size, const char *allowed)
{
    static const char any_port[] = ":*";
    size_t name = strlen(allowed);

    if (name < sizeof any_port - 1 || strcmp(allowed + name - (sizeof any_port - 1), any_port) != 0)
        return same_word(host, size, allowed);
    name -= sizeof any_port - 1;
    if (size < name || (size > name && host[name] != ':'))
        return false;
    for (size_t i = 0; i < name; i++) {
        if (lower(host[i]) != lower(allowed[i]))
            return false;
    }
    return true;
}

static enum gate_verdict check_host(const struct gate *gate, const char *const *hosts)
{
    const struct gate_header *host = NULL;

    if (header_find(gate, "Host", &host) != 1)
        return refuse(gate, GATE_BAD_REQUEST, "there must be exactly one Host");
    if (!is_host(host->value, host->value_size))
        return refuse(gate, GATE_BAD_REQUEST, "the Host is malformed");
    if (hosts == NULL)
        return GATE_PASS;
    for (; *hosts != NULL; hosts++) {
        if (host_is_allowed(host->value, host->value_size, *hosts))
            return GATE_PASS;
    }
    return refuse(gate, GATE_MISDIRECTED, "the Host is not served here");
}

/* RFC 9112, 6.3: the framing that smuggling lives on. *ret_known: a length was given. */
static enum gate_verdict check_length(const struct gate *gate, uint64_t *ret_length, bool *ret_known)
{
    const struct gate_header *length = NULL, *coding = NULL;
    size_t count = header_find(gate, "Content-Length", &length);
    size_t codings = header_find(gate, "Transfer-Encoding", &coding);

    *ret_known = count == 1;
    *ret_length = 0;
    if (count > 1)
        return refuse(gate, GATE_BAD_REQUEST, "there must be at most one Content-Length");
    if (codings > 0 && count > 0)
        return refuse(gate, GATE_BAD_REQUEST, "Content-Length and Transfer-Encoding exclude each other");
    if (codings > 0)
        return refuse(gate, GATE_LENGTH_REQUIRED, "the body needs a Content-Length, not a Transfer-Encoding");
    if (count == 0)
        return GATE_PASS;
    for (size_t i = 0; i < length->value_size; i++) {
        if (length->value[i] < '0' || length->value[i] > '9')
            return refuse(gate, GATE_BAD_REQUEST, "the Content-Length is no number");
    }
    if (length->value_size == 0 || (length->value_size > 1 && length->value[0] == '0'))
        return refuse(gate, GATE_BAD_REQUEST, "the Content-Length is no number");
    if (length->value_size > LENGTH_DIGITS_MAX)
        return refuse(gate, GATE_TOO_LARGE, "the body is too large");
    for (size_t i = 0; i < length->value_size; i++)
        *ret_length = *ret_length * 10 + (uint64_t)(length->value[i] - '0');
    return GATE_PASS;
}

static enum gate_verdict find_route(const struct gate *gate, size_t size, const struct gate_route *routes, size_t route_count,
                                    size_t *ret_route)
{
    const struct gate_request *request = gate->request;
    const char *method = strcmp(request->method, "HEAD") == 0 ? "GET" : request->method;
    bool path_is_known = false;

    for (size_t i = 0; i < route_count; i++) {
        if (strlen(routes[i].path) != size || memcmp(routes[i].path, request->target, size) != 0)
            continue;
        path_is_known = true;
        if (strcmp(routes[i].method, method) == 0 || strcmp(routes[i].method, request->method) == 0) {
            *ret_route = i;
            return GATE_PASS;
        }
    }
    if (path_is_known)
        return refuse(gate, GATE_METHOD, "this method is not allowed here");
    return refuse(gate, GATE_NOT_FOUND, "there is nothing here");
}

static enum gate_verdict check_media_type(const struct gate *gate, const char *media_type)
{
    const struct gate_header *header = NULL;
    size_t count = header_find(gate, "Content-Type", &header);
    size_t size = 0;

    if (count > 1)
        return refuse(gate, GATE_BAD_REQUEST, "there must be at most one Content-Type");
    if (media_type == NULL)
        return GATE_PASS;
    if (count == 1) {
        while (size < header->value_size && !is_among(header->value[size], "; \t"))
            size++;
    }
    if (count == 0 || !same_word(header->value, size, media_type))
        return refuse(gate, GATE_MEDIA_TYPE, "the Content-Type is not what this path takes");
    return GATE_PASS;
}

static enum gate_verdict check_body(const struct gate *gate, const struct gate_route *route, uint64_t length, bool length_is_known)
{
    const char *method = gate->request->method;
    const struct gate_header *coding = NULL;

    if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 || strcmp(method, "DELETE") == 0)
        return length == 0 ? GATE_PASS : refuse(gate, GATE_BAD_REQUEST, "this method has no body");
    if (!length_is_known)
        return refuse(gate, GATE_LENGTH_REQUIRED, "the body needs a Content-Length");
    if (length > route->body_bytes_max)
        return refuse(gate, GATE_TOO_LARGE, "the body is too large");
    if (header_find(gate, "Content-Encoding", &coding) > 0)
        return refuse(gate, GATE_MEDIA_TYPE, "a Content-Encoding is not taken");
    return check_media_type(gate, route->media_type);
}

enum gate_verdict gate_check(const struct gate_request *request, const struct gate_route *routes, size_t route_count,
                             const char *const *hosts, size_t *ret_route, uint64_t *ret_body_bytes, const char **ret_reason)
{
    const struct gate gate = {request, ret_reason};
    enum gate_verdict verdict;
    size_t size = 0, route = 0;
    uint64_t length = 0;
    bool length_is_known = false;

    *ret_reason = "";
    if (!is_token(request->method, strlen(request->method)) || strlen(request->method) > METHOD_BYTES_MAX)
        return refuse(&gate, GATE_BAD_REQUEST, "the method is malformed");
    verdict = check_headers(&gate);
    if (verdict == GATE_PASS)
        verdict = check_target(&gate, &size);
    if (verdict == GATE_PASS)
        verdict = check_host(&gate, hosts);
    if (verdict == GATE_PASS)
        verdict = check_length(&gate, &length, &length_is_known);
    if (verdict == GATE_PASS)
        verdict = find_route(&gate, size, routes, route_count, &route);
    if (verdict == GATE_PASS)
        verdict = check_body(&gate, &routes[route], length, length_is_known);
    if (verdict == GATE_PASS) {
        *ret_route = route;
        *ret_body_bytes = length;
    }
    return verdict;
}
