// SPDX-License-Identifier: Apache-2.0
/* The feed: which rows a device is told of, from where its cursor stands.
 *
 * Here:      a page of what moved, of what a change of grants brings or takes, of what is in some buckets; the sums a device must come to.
 * Not here:  packing (protocol/page), what moved (custody.c).
 *
 * Own push   A row that only this very push moved, from a state that the device holds, is not sent back: the device has come to the
 *            same state by itself. It holds it when its position before was not beyond the cursor; nothing of it was clamped or put
 *            into quarantine.
 * Grants     A cursor of older grants is filled first: rows of places that came (up to the cursor's position; later ones come by
 *            themselves) and of places that went (whatever their position) are told, paged by cursor.fill; then the feed goes on.
 *            fill = (position + 1) * 256 + the low byte of the version that is being filled up to: grants that change again meanwhile are
 *            noticed, and everything is sent anew.
 */
#ifndef SERVER_APP_FEED_H
#define SERVER_APP_FEED_H

#include "protocol/page.h"
#include "protocol/server_session.h"
#include "server-stub/app/custody.h"
#include "server-stub/app/server_internal.h"

struct feed_asked {
    const struct log_standing *standing; /* with the grants of now */
    const char *device;
    const struct facts *facts;
    struct cursor cursor;
    uint32_t room;
    bool pushed; /* this exchange took something from this very device */
};

bool feed_page(struct custody *custody, const struct feed_asked *asked, struct server_event *ret, struct error *err);
bool feed_buckets(struct custody *custody, const struct feed_asked *asked, struct server_event *ret, struct error *err);
bool feed_bucket_rows(struct custody *custody, const struct feed_asked *asked, const uint8_t *buckets, size_t bucket_count,
                      struct server_event *ret, struct error *err);

#endif
