// SPDX-License-Identifier: Apache-2.0
/* The mass-drop fuse: a pull that would empty a device is checked before it is believed.
 *
 * Here:      when it trips, what convinces it.
 * Not here:  asking the server (device_session.c), dropping (the store).
 *
 * It trips when a page drops more than DROP_FUSE_ROWS rows and more than DROP_FUSE_PERCENT of what the device holds. Then nothing of
 * that page is applied, and the server is asked a second way: for its digest per bucket, which it makes from the rows the device is
 * to hold and not from its feed. The drops are believed when
 *   the server names changed grants as the reason: then for the whole session;
 *   or the buckets add up to the very digest that came with the page: then for this page;
 *   or, when no digest came because there is more, the same page asked for again drops no more than it did: then for this page.
 * Never when the server's epoch is new and no grants changed: a server that was restored has forgotten rows and must be refilled.
 * The same holds for a repair: a server that holds far fewer rows than the device is not copied.
 */
#ifndef PROTOCOL_DROP_FUSE_H
#define PROTOCOL_DROP_FUSE_H

#include "protocol/message.h"

struct drop_fuse {
    bool asked;                     /* tripped, and the second answer is waited for or was convincing */
    bool open_for_page;             /* the next page may drop up to `drops` */
    bool open_for_session;
    uint64_t drops;
    bool has_digest;
    struct digest digest;           /* that came with the page that tripped it */
};

enum drop_fuse_verdict { DROP_FUSE_HOLDS, DROP_FUSE_ASK, DROP_FUSE_STOP };

bool drop_fuse_is_mass(uint64_t dropped, uint64_t held);
/* A page came: apply it (HOLDS), ask for buckets first (ASK), or stop with ERROR_RESYNC in err. */
enum drop_fuse_verdict drop_fuse_check(struct drop_fuse *fuse, const struct reply *reply, uint64_t drops, uint64_t held,
                                       uint64_t epoch_before, struct error *err);
/* The second answer came. False with ERROR_RESYNC: it did not convince. */
bool drop_fuse_hear(struct drop_fuse *fuse, const struct reply *reply, struct error *err);

#endif
