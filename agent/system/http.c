// SPDX-License-Identifier: Apache-2.0
/* The transport port over HTTP(S), by libcurl.
 *
 * Not here:  trusting an answer: that it is 200 and of our type only makes it worth verifying.
 */
#define _GNU_SOURCE
#include "agent/system/http.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "protocol/limits.h"
#include "protocol/message.h"

enum { CONNECT_MS_MAX = 20 * 1000, SLOW_BYTES_A_SECOND = 8, SLOW_SECONDS_MAX = 60, RETRY_AFTER_S_MAX = 24 * 3600 };

/* What we need of libcurl, opened when needed (why: http.h). */
struct curl_calls {
    void *library;
    CURLcode (*global_init)(long flags);
    CURL *(*easy_init)(void);
    CURLcode (*easy_setopt)(CURL *handle, CURLoption option, ...);
    CURLcode (*easy_perform)(CURL *handle);
    CURLcode (*easy_getinfo)(CURL *handle, CURLINFO info, ...);
    void (*easy_cleanup)(CURL *handle);
    const char *(*easy_strerror)(CURLcode code);
    struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
    void (*slist_free_all)(struct curl_slist *list);
};

struct http {
    struct curl_calls curl;
    CURL *handle; /* kept between exchanges: the connection stays open */
    struct curl_slist *headers;
    char ca_file[PATH_MAX];
    char failure[CURL_ERROR_SIZE];
    struct http_traffic traffic;
};

struct http *http_create(const char *ca_file)
{
    struct http *http = calloc(1, sizeof *http);

    if (http != NULL && ca_file != NULL)
        snprintf(http->ca_file, sizeof http->ca_file, "%s", ca_file);
    return http;
}

void http_destroy(struct http *http)
{
    if (http == NULL)
        return;
    if (http->handle != NULL)
        http->curl.easy_cleanup(http->handle);
    if (http->headers != NULL)
        http->curl.slist_free_all(http->headers);
    free(http); /* the library stays: unloading TLS is a known way to crash at exit */
}

struct http_traffic http_traffic(const struct http *http)
{
    return http->traffic;
}

static bool is_loopback(const char *host, size_t size)
{
    static const char *const hosts[] = {"127.0.0.1", "localhost", "[::1]"};

    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++)
        if (strlen(hosts[i]) == size && strncasecmp(host, hosts[i], size) == 0)
            return true;
    return false;
}

bool http_url_is_allowed(const char *url, struct error *err)
{
    static const char plain[] = "http://";
    static const char safe[] = "https://";

    if (strpbrk(url, " \t\r\n@?#") != NULL)
        return error_set(err, ERROR_USAGE, "Give it as https://NAME or https://NAME:PORT.",
                         "the server's address %s has a character too many", url);
    if (strncasecmp(url, safe, strlen(safe)) == 0 && url[strlen(safe)] != '\0')
        return true;
    if (strncasecmp(url, plain, strlen(plain)) != 0)
        return error_set(err, ERROR_USAGE, "Give it as https://NAME or https://NAME:PORT.", "%s is not a server's address", url);
    url += strlen(plain);
    if (is_loopback(url, url[0] == '[' ? strcspn(url, "]/") + (strchr(url, ']') != NULL) : strcspn(url, ":/")))
        return true;
    return error_set(err, ERROR_USAGE, "Use https://; plain http:// is for this machine only.", "http://%s is not on this machine", url);
}

static bool calls_load(struct curl_calls *calls, struct error *err)
{
    static const struct {
        const char *name;
        size_t offset;
    } rows[] = {
        {"curl_global_init", offsetof(struct curl_calls, global_init)},
        {"curl_easy_init", offsetof(struct curl_calls, easy_init)},
        {"curl_easy_setopt", offsetof(struct curl_calls, easy_setopt)},
        {"curl_easy_perform", offsetof(struct curl_calls, easy_perform)},
        {"curl_easy_getinfo", offsetof(struct curl_calls, easy_getinfo)},
        {"curl_easy_cleanup", offsetof(struct curl_calls, easy_cleanup)},
        {"curl_easy_strerror", offsetof(struct curl_calls, easy_strerror)},
        {"curl_slist_append", offsetof(struct curl_calls, slist_append)},
        {"curl_slist_free_all", offsetof(struct curl_calls, slist_free_all)},
    };

    if (calls->library != NULL)
        return true;
    calls->library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (calls->library == NULL)
        return error_set(err, ERROR_STORAGE, "Install libcurl4.", "cannot load libcurl: %s", dlerror());
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *symbol = dlsym(calls->library, rows[i].name);

        if (symbol == NULL)
            return error_set(err, ERROR_STORAGE, "Install libcurl4 7.85 or newer.", "libcurl has no %s", rows[i].name);
        memcpy((char *)calls + rows[i].offset, &symbol, sizeof symbol);
    }
    if (calls->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "libcurl did not start");
    return true;
}

static size_t take_body(char *data, size_t size, size_t count, void *context)
{
    struct bytes *body = context;

    /* The cap: whatever a stranger sends, we hold no more than a message. A short count makes curl stop. */
    if (body->size + size * count > MESSAGE_BYTES_MAX || !bytes_append(body, data, size * count))
        return 0;
    return size * count;
}

/* What really goes over the wire, piece by piece: curl's own sums count a small body twice. */
static int count_traffic(CURL *handle, curl_infotype type, char *data, size_t size, void *context)
{
    struct http *http = context;

    (void)handle, (void)data;
    if (type == CURLINFO_HEADER_OUT || type == CURLINFO_DATA_OUT)
        http->traffic.sent += size;
    else if (type == CURLINFO_HEADER_IN || type == CURLINFO_DATA_IN)
        http->traffic.received += size;
    return 0;
}

static bool set_headers(struct http *http)
{
    /* An empty value leaves a header out: every byte of an idle sync counts, and proxies must find nothing to alter. */
    static const char *const headers[] = {("Content-Type: " MESSAGE_MEDIA_TYPE), "Accept:", "Expect:", "User-Agent:"};

    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        struct curl_slist *longer = http->curl.slist_append(http->headers, headers[i]);

        if (longer == NULL)
            return false;
        http->headers = longer;
    }
    return true;
}

/* All that holds for every exchange. */
static bool set_rules(struct http *http)
{
    struct curl_calls *curl = &http->curl;
    CURL *handle = http->handle;
    bool good = set_headers(http);

    good = good && curl->easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK;
    good = good && curl->easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK;
    good = good && curl->easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK;
    good = good && curl->easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK;
    good = good && curl->easy_setopt(handle, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
    good = good && curl->easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS_MAX) == CURLE_OK;
    /* No total time-out: 40 kbit/s is slow and fine; a stalled line is not. */
    good = good && curl->easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES_A_SECOND) == CURLE_OK;
    good = good && curl->easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS_MAX) == CURLE_OK;
    good = good && curl->easy_setopt(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK;
    good = good && curl->easy_setopt(handle, CURLOPT_HTTPHEADER, http->headers) == CURLE_OK;
    good = good && curl->easy_setopt(handle, CURLOPT_ERRORBUFFER, http->failure) == CURLE_OK;
    good = good && curl->easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK;
    good = good && curl->easy_setopt(handle, CURLOPT_POST, 1L) == CURLE_OK;
    good = good && curl->easy_setopt(handle, CURLOPT_VERBOSE, 1L) == CURLE_OK; /* nothing is printed: it makes curl call the counter */
    good = good && curl->easy_setopt(handle, CURLOPT_DEBUGFUNCTION, count_traffic) == CURLE_OK;
    good = good && curl->easy_setopt(handle, CURLOPT_DEBUGDATA, http) == CURLE_OK;
    if (http->ca_file[0] != '\0') {
        good = good && curl->easy_setopt(handle, CURLOPT_CAINFO, http->ca_file) == CURLE_OK;
        good = good && curl->easy_setopt(handle, CURLOPT_CAPATH, NULL) == CURLE_OK;
    }
    return good;
}

static bool start(struct http *http, struct error *err)
{
    if (http->handle != NULL)
        return true;
    if (!calls_load(&http->curl, err))
        return false;
    http->handle = http->curl.easy_init();
    if (http->handle == NULL || !set_rules(http)) {
        if (http->handle != NULL)
            http->curl.easy_cleanup(http->handle);
        http->handle = NULL;
        return error_set(err, ERROR_MEMORY, "Close other programs.", "libcurl took no settings");
    }
    return true;
}

/* What libcurl says on an ordinary day without a network, for translators: a sentence is found again whoever made it. */
#define CURL_SAYS                                                                                                                          \
    N_("Could not resolve host: %s")                                                                                                       \
    N_("Failed to connect to %s port %s after %s ms: Couldn't connect to server")                                                          \
    N_("Failed to connect to %s port %s: %s")                                                                                              \
    N_("Connection timed out after %s milliseconds")                                                                                       \
    N_("Operation timed out after %s milliseconds with %s bytes received")                                                                 \
    N_("Operation timed out after %s milliseconds with %s out of %s bytes received")                                                       \
    N_("Recv failure: %s")                                                                                                                 \
    N_("Send failure: %s")                                                                                                                 \
    N_("Empty reply from server")                                                                                                          \
    N_("Connection refused")                                                                                                               \
    N_("Connection reset by peer")                                                                                                         \
    N_("Connection timed out")                                                                                                             \
    N_("Network is unreachable")                                                                                                           \
    N_("No route to host")                                                                                                                 \
    N_("SSL certificate problem: %s")

/* curl's own failure: is it the weather, or does it take a person? */
static bool failed_on_the_way(struct http *http, CURLcode code, struct error *err)
{
    const char *why = http->failure[0] != '\0' ? http->failure : http->curl.easy_strerror(code);

    switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        return error_set(err, ERROR_OFFLINE,
                         "Check the device's date, then the server's certificate; give its authority with `teren enrol --ca FILE`.",
                         "the server's certificate was not trusted: %s", why);
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
        return error_set(err, ERROR_RETRY, "", "the connection broke off: %s", why);
    case CURLE_WRITE_ERROR:
        return error_set(err, ERROR_OFFLINE, "", "the answer was longer than %d bytes: not our server's", MESSAGE_BYTES_MAX);
    case CURLE_OUT_OF_MEMORY:
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory to exchange");
    default:
        return error_set(err, ERROR_OFFLINE, "", "the server was not reached: %s", why);
    }
}

static bool answer_is_ours(struct http *http, int64_t *ret_retry_after_ms, struct error *err)
{
    static const size_t type_size = sizeof MESSAGE_MEDIA_TYPE - 1;
    long status = 0;
    const char *type = NULL;
    curl_off_t retry_after = 0;

    http->curl.easy_getinfo(http->handle, CURLINFO_RESPONSE_CODE, &status);
    http->curl.easy_getinfo(http->handle, CURLINFO_CONTENT_TYPE, &type);
    http->curl.easy_getinfo(http->handle, CURLINFO_RETRY_AFTER, &retry_after);
    if (status == 408 || status == 425 || status == 429 || (status >= 500 && status <= 599)) {
        *ret_retry_after_ms = (int64_t)(retry_after < 0 ? 0 : retry_after > RETRY_AFTER_S_MAX ? RETRY_AFTER_S_MAX : retry_after) * 1000;
        return error_set(err, ERROR_RETRY, "", "the server asked for patience (HTTP %ld)", status);
    }
    if (status == 200 && type != NULL && strncasecmp(type, MESSAGE_MEDIA_TYPE, type_size) == 0 &&
        (type[type_size] == '\0' || type[type_size] == ';' || type[type_size] == ' '))
        return true;
    return error_set(err, ERROR_OFFLINE, "If this network asks for a sign-in, open it in a browser once.",
                     "something that is not our server answered (HTTP %ld, %.60s)", status, type == NULL ? "no type" : type);
}

static bool exchange(void *self, const char *url, const char *path, struct span request, struct bytes *ret_reply,
                     int64_t *ret_retry_after_ms, struct error *err)
{
    struct http *http = self;
    bool done = false;
    struct bytes body = {0};
    char address[1024];
    CURLcode code;

    *ret_retry_after_ms = 0;
    if (!http_url_is_allowed(url, err) || !start(http, err))
        return false;
    if (snprintf(address, sizeof address, "%s%s", url, path) >= (int)sizeof address)
        return error_set(err, ERROR_LIMIT, "Use a shorter address.", "the server's address has %zu bytes", strlen(url));
    http->failure[0] = '\0';
    if (http->curl.easy_setopt(http->handle, CURLOPT_URL, address) != CURLE_OK ||
        http->curl.easy_setopt(http->handle, CURLOPT_POSTFIELDS, request.data) != CURLE_OK ||
        http->curl.easy_setopt(http->handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request.size) != CURLE_OK ||
        http->curl.easy_setopt(http->handle, CURLOPT_WRITEDATA, &body) != CURLE_OK) {
        error_set(err, ERROR_MEMORY, "Close other programs.", "libcurl took no settings");
        goto out;
    }
    code = http->curl.easy_perform(http->handle);
    http->traffic.exchanges++;
    if (code != CURLE_OK) {
        failed_on_the_way(http, code, err);
        goto out;
    }
    if (!answer_is_ours(http, ret_retry_after_ms, err))
        goto out;
    *ret_reply = body;
    body = (struct bytes){0};
    done = true;
out:
    bytes_clear(&body);
    return done;
}

struct transport http_transport(struct http *http)
{
    return (struct transport){.exchange = exchange, .self = http};
}
