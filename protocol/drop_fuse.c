// SPDX-License-Identifier: Apache-2.0
/* The mass-drop fuse: rules in drop_fuse.h.
 *
 * Here:      arithmetic and verdicts.
 * Not here:  asking, dropping.
 */
#include "protocol/drop_fuse.h"

#include "protocol/catalogue.h"

static const char remedy[] = N_("Nothing was dropped. Ask the coordinator whether this device lost its places.");

bool drop_fuse_is_mass(uint64_t dropped, uint64_t held)
{
    return dropped > DROP_FUSE_ROWS && dropped > held / 100 * DROP_FUSE_PERCENT + held % 100 * DROP_FUSE_PERCENT / 100;
}

enum drop_fuse_verdict drop_fuse_check(struct drop_fuse *fuse, const struct reply *reply, uint64_t drops, uint64_t held,
                                       uint64_t epoch_before, struct error *err)
{
    bool believed = fuse->open_for_session || (fuse->open_for_page && drops <= fuse->drops + DROP_FUSE_ROWS);
    bool was_open = fuse->open_for_page;

    fuse->open_for_page = false;
    if (believed || !drop_fuse_is_mass(drops, held))
        return DROP_FUSE_HOLDS;
    if (was_open) {
        error_set(err, ERROR_RESYNC, remedy, "the server asked to drop %llu of %llu rows, and more when asked again",
                  (unsigned long long)drops, (unsigned long long)held);
        return DROP_FUSE_STOP;
    }
    if (epoch_before != 0 && reply->cursor.epoch != epoch_before && reply->grant_count == 0) {
        error_set(err, ERROR_RESYNC, remedy, "a server that was restored asked to drop %llu of %llu rows", (unsigned long long)drops,
                  (unsigned long long)held);
        return DROP_FUSE_STOP;
    }
    *fuse = (struct drop_fuse){.asked = true, .drops = drops, .has_digest = reply->has_digest, .digest = reply->digest};
    return DROP_FUSE_ASK;
}

bool drop_fuse_hear(struct drop_fuse *fuse, const struct reply *reply, struct error *err)
{
    struct digest sum = {0};

    fuse->asked = false;
    fuse->open_for_session = reply->grant_count > 0;
    for (size_t i = 0; i < BUCKETS; i++)
        digest_add(&sum, reply->buckets[i]);
    fuse->open_for_page = !fuse->has_digest || digest_equal(sum, fuse->digest);
    if (fuse->open_for_session || fuse->open_for_page)
        return true;
    return error_set(err, ERROR_RESYNC, remedy, "the server asked to drop %llu rows and could not confirm it when asked again",
                     (unsigned long long)fuse->drops);
}
