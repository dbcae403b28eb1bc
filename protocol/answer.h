// SPDX-License-Identifier: Apache-2.0
/* A reply with all that is in it, opened, verified, and checked against itself and against what was sent.
 *
 * Here:      reply, receipt and page as one thing that is believed whole or not at all.
 * Not here:  what to do about it (device_session.c).
 */
#ifndef PROTOCOL_ANSWER_H
#define PROTOCOL_ANSWER_H

#include "protocol/push.h"

struct answer {
    struct arena arena;       /* owns what is below, until the next one is opened */
    struct bytes bytes;
    struct reply reply;
    struct receipt receipt;
    struct page page;
    bool has_receipt, has_page;
};

void answer_clear(struct answer *answer);
/* ERROR_OFFLINE (a portal), ERROR_CORRUPT, ERROR_LIMIT, ERROR_NEWER, ERROR_MEMORY. */
bool answer_open(struct answer *answer, struct span in, struct span request, const struct device_standing *standing,
                 const struct push *push, struct error *err);
uint64_t answer_drops(const struct answer *answer);         /* rows that the page wants dropped */
uint64_t answer_quarantined(const struct answer *answer);   /* verdicts of that kind */
/* A reply that came by bundle may be old: the page and the receipt that no longer fit are left out. */
void answer_leave_stale_out(struct answer *answer, const struct cursor *asked_from, const struct device_standing *standing);

#endif
