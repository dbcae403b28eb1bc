// SPDX-License-Identifier: Apache-2.0
/* Bundles: a sync in a file, for a USB stick or an e-mail.
 *
 * Here:      make the sealed file's bytes from what waits; take the reply bundle in.
 * Not here:  files (agent/app), the seal (protocol/message.h).
 * Promise:   nothing on the device changes by exporting, except that what waited is now sealed. Importing a reply twice changes nothing.
 *
 * A reply is bound to its request, so the request's bytes must be kept until the reply comes (by the caller, in the home folder).
 */
#ifndef AGENT_SYNC_BUNDLE_H
#define AGENT_SYNC_BUNDLE_H

#include "agent/sync/drive.h"

struct bundle_told {
    uint64_t changes; /* sealed into this bundle */
    uint64_t left;    /* changes that did not fit: make another one when this was answered */
};
/* *ret_bundle goes into the file, *ret_request is to be kept; both are the caller's. */
bool sync_bundle_export(struct store *store, const struct sync_options *options, struct bytes *ret_bundle, struct bytes *ret_request,
                        struct bundle_told *ret, struct error *err);
/* The server's answer to `request`. */
bool sync_bundle_import(struct store *store, const struct sync_options *options, struct span bundle, struct span request,
                        struct session_outcome *ret, struct error *err);
/* What importing would do. */
struct bundle_look {
    uint64_t receipted; /* changes of this device that the server now holds for sure */
    uint64_t rows;      /* that it brings, new or as they now stand */
    uint64_t dropped;   /* that this device is not to hold any more */
    bool fork;          /* the server knows another past of this device: it would go on under a new log */
    bool late;          /* the device synced by another road since: only the receipt counts */
};
/* Opens and checks all that importing would open and check, and changes nothing. Refuses what it would refuse: other files
 * (ERROR_INVALID), this device's own bundle, bundles for other devices (ERROR_CORRUPT), the answer to another bundle than the last. */
bool sync_bundle_look(struct store *store, const struct sync_options *options, struct span bundle, struct span request,
                      struct bundle_look *ret, struct error *err);

#endif
