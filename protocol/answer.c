// SPDX-License-Identifier: Apache-2.0
/* A reply with all that is in it.
 *
 * Here:      opening it as a whole.
 * Not here:  what to do about it.
 */
#include "protocol/answer.h"

#include <string.h>

#include "protocol/drop_fuse.h"

void answer_clear(struct answer *answer)
{
    arena_clear(&answer->arena);
    bytes_clear(&answer->bytes);
}

static bool is_wrong(struct error *err, const char *what)
{
    return error_set(err, ERROR_CORRUPT, "Try again; if it keeps happening, tell the coordinator.", "the server contradicted itself: %s",
                     what);
}

static bool open_receipt(struct answer *answer, const struct device_standing *standing, const struct push *push, struct error *err)
{
    const struct receipt *receipt = &answer->receipt;

    if (answer->reply.receipt.size == 0)
        return true;
    if (!receipt_open(&answer->arena, answer->reply.receipt, standing->server_public, &answer->receipt, err))
        return false;
    if (receipt->log != standing->log)
        return is_wrong(err, "its receipt is for another log");
    if (receipt->seq != answer->reply.last_seq || memcmp(receipt->head, answer->reply.last_head, HASH_SIZE) != 0)
        return is_wrong(err, "its receipt is for another end of the log");
    if (push->sent_seq > 0 && push->sent_seq == receipt->seq && memcmp(push->sent_head, receipt->head, HASH_SIZE) != 0)
        return is_wrong(err, "its receipt is for other changes than those that were sent");
    answer->has_receipt = true;
    return true;
}

bool answer_open(struct answer *answer, struct span in, struct span request, const struct device_standing *standing,
                 const struct push *push, struct error *err)
{
    const struct reply *reply = &answer->reply;

    arena_clear(&answer->arena);
    bytes_reset(&answer->bytes);
    answer->has_receipt = false;
    answer->has_page = false;
    if (!bytes_append(&answer->bytes, in.data, in.size))
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for a reply of %zu bytes", in.size);
    if (!reply_open(&answer->arena, bytes_span(&answer->bytes), request, standing->server_public, &answer->reply, err) ||
        !open_receipt(answer, standing, push, err))
        return false;
    if (reply->kind == REPLY_OK && reply->last_seq > push->held_seq && !answer->has_receipt)
        return is_wrong(err, "it holds more of the log and gave no receipt");
    if (reply->kind == REPLY_OK && reply->last_seq > standing->last_seq + standing->waiting)
        return is_wrong(err, "it holds more of the log than there is");
    if (reply->page.size > 0) {
        if (!page_open(&answer->arena, reply->page, &answer->page, err))
            return false;
        answer->has_page = true;
    }
    return true;
}

uint64_t answer_drops(const struct answer *answer)
{
    uint64_t drops = 0;

    for (size_t i = 0; answer->has_page && i < answer->page.key_count; i++)
        drops += answer->page.keys[i].many == 0;
    return drops;
}

uint64_t answer_quarantined(const struct answer *answer)
{
    uint64_t quarantined = 0;

    for (size_t i = 0; answer->has_receipt && i < answer->receipt.verdict_count; i++)
        quarantined += answer->receipt.verdicts[i].kind == VERDICT_QUARANTINED;
    return quarantined;
}

void answer_leave_stale_out(struct answer *answer, const struct cursor *asked_from, const struct device_standing *standing)
{
    const struct cursor *now = &standing->cursor;
    bool same = now->epoch == asked_from->epoch && now->position == asked_from->position && now->scope == asked_from->scope &&
                now->fill == asked_from->fill;

    if (answer->has_receipt && answer->receipt.seq <= standing->last_seq)
        answer->has_receipt = false;
    if (same && !drop_fuse_is_mass(answer_drops(answer), standing->rows))
        return;
    answer->has_page = false;
    answer->reply.cursor = *now;
    answer->reply.more = true;
    answer->reply.has_digest = false;
}
