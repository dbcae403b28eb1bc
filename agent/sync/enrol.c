// SPDX-License-Identifier: Apache-2.0
/* Enrolment, the device's side.
 *
 * Not here:  the bytes (protocol/message.h).
 */
#define _DEFAULT_SOURCE /* explicit_bzero */
#include "agent/sync/enrol.h"

#include <stdio.h>
#include <string.h>

#include "protocol/catalogue.h"

static bool reply_is_welcome(const struct enrol_reply *reply, struct error *err)
{
    switch (reply->kind) {
    case REPLY_OK:
        return true;
    case REPLY_RETRY:
        return error_set(err, ERROR_RETRY, "Wait a minute, then enrol again.", "the server asked for patience");
    case REPLY_UPGRADE:
        return error_set(err, ERROR_NEWER, "Upgrade teren.", "the server speaks another version of the protocol");
    default:
        return error_set(err, ERROR_REFUSED, "Ask your coordinator for a fresh code.", "%s%s%s", N_("the server refused the code"),
                         reply->reason[0] != '\0' ? ": " : "", reply->reason);
    }
}

bool sync_enrol(struct store *store, const struct transport *transport, const struct enrol_options *options,
                char ret_device[CODE_BYTES_MAX + 1], struct error *err)
{
    bool done = false;
    struct arena arena = {0};
    struct bytes request = {0};
    struct bytes answer = {0};
    struct store_identity identity;
    struct enrol_request asked;
    struct enrol_reply reply;
    struct error why = {0};
    int64_t retry_after_ms = 0;
    uint8_t secret_key[SIGN_SECRET_SIZE];
    char code_secret[CODE_SECRET_CHARS + 1];
    char code_print[CODE_PRINT_CHARS + 1];
    char url[sizeof identity.server_url];
    size_t url_size = strlen(options->url);

    while (url_size > 0 && options->url[url_size - 1] == '/')
        url_size--;
    if (url_size >= sizeof url)
        return error_set(err, ERROR_LIMIT, "Use a shorter address.", "the server's address has %zu bytes", url_size);
    memcpy(url, options->url, url_size);
    url[url_size] = '\0';
    if (!code_read(options->code, code_secret, code_print, err) || !store_identity(store, &identity, err) ||
        !store_secret(store, secret_key, err))
        goto out;
    /* What this device holds is of one association: it must not be sent to another. An address may move, a key does not. */
    if (identity.enrolled && !code_matches_server(code_print, identity.server_public)) {
        error_set(err, ERROR_INVALID, "Check the code's last six characters. For another association name another folder with --home.",
                  "this device is %s at %s already, and the code is not of that server", identity.device, identity.server_url);
        goto out;
    }
    asked =
        (struct enrol_request){.log = identity.log, .secret = code_secret, .agent = options->agent, .device_kind = options->device_kind};
    memcpy(asked.public_key, identity.public_key, sizeof asked.public_key);
    if (!enrol_request_pack(&request, &asked, secret_key, err) ||
        !transport->exchange(transport->self, url, ENROL_PATH, bytes_span(&request), &answer, &retry_after_ms, err))
        goto out;
    if (!enrol_reply_open(&arena, bytes_span(&answer), bytes_span(&request), code_print, &reply, &why)) {
        /* Most often its last characters were mistyped. The server has tied this log to the code by then, and gives the same answer again.
         */
        error_set(err, why.kind,
                  why.kind == ERROR_REFUSED
                      ? N_("Check the address and the last six characters of the code, then enrol again with the same "
                           "code: it stays good for this device.")
                      : why.remedy,
                  "%s", why.cause);
        goto out;
    }
    if (!reply_is_welcome(&reply, err) || !store_enrolled(store, url, &reply, err))
        goto out;
    snprintf(ret_device, CODE_BYTES_MAX + 1, "%s", reply.device);
    done = true;
out:
    explicit_bzero(secret_key, sizeof secret_key);
    bytes_clear(&request);
    bytes_clear(&answer);
    arena_clear(&arena);
    return done;
}
