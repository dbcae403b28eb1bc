// SPDX-License-Identifier: Apache-2.0
/* Verify: every cell of the ledger, proven or found out.
 *
 * Here:      the walk over facts, seals, segments, chains; the replay into a scratch ledger.
 * Not here:  comparing what the replay came to (verify_state.c).
 *
 * How        Facts and administrative records carry seals. Segments carry their authors' signatures, hang on each other per log, and hang
 *            together in the ledger's own chain. State, memberships, feed and sums follow from the segments alone: the segments are taken
 *            once more, by the same code, with the clock readings and the quarantine of then, and everything is compared.
 */
#include "server-stub/app/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void verify_finding(struct verify *verify, const char *format, ...)
{
    char text[400];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    verify->findings++;
    if (verify->each != NULL)
        verify->each(verify->context, text);
}

/* --- facts and seals --------------------------------------------------------------------------------------------------- */

static void page_finding(void *context, const char *finding)
{
    verify_finding(context, "database: %s", finding);
}

static void fact_finding(void *context, const char *name)
{
    verify_finding(context, "fact %s: its seal does not fit", name);
}

static bool log_seal(void *context, const struct ledger_log *log)
{
    struct verify *verify = context;
    struct ledger_log copy = *log;
    char text[LOG_TEXT_SIZE];

    seal_log(&verify->server->facts, &copy);
    log_text(log->log, text);
    if (memcmp(copy.seal, log->seal, SEAL_SIZE) != 0)
        verify_finding(verify, "log %s: its seal does not fit", text);
    return true;
}

static bool device_seal(void *context, const struct ledger_device *device)
{
    struct verify *verify = context;
    struct ledger_device copy = *device;

    seal_device(&verify->server->facts, &copy);
    if (memcmp(copy.seal, device->seal, SEAL_SIZE) != 0)
        verify_finding(verify, "device %s: its seal does not fit", device->name);
    return true;
}

static bool scope_seal(void *context, const struct ledger_scope *scope)
{
    struct verify *verify = context;
    struct ledger_scope copy = *scope;

    seal_scope(&verify->server->facts, &copy);
    if (memcmp(copy.seal, scope->seal, SEAL_SIZE) != 0)
        verify_finding(verify, "grants %llu of device %s: their seal does not fit", (unsigned long long)scope->version, scope->device);
    return true;
}

static bool code_seal(void *context, const struct ledger_code *code)
{
    struct verify *verify = context;
    struct ledger_code copy = *code;

    seal_code(&verify->server->facts, &copy);
    if (memcmp(copy.seal, code->seal, SEAL_SIZE) != 0)
        verify_finding(verify, "a code of device %s: its seal does not fit", code->device);
    return true;
}

static bool user_seal(void *context, const struct ledger_user *user)
{
    struct verify *verify = context;
    struct ledger_user copy = *user;

    seal_user(&verify->server->facts, &copy);
    if (memcmp(copy.seal, user->seal, SEAL_SIZE) != 0)
        verify_finding(verify, "user %s: its seal does not fit", user->name);
    return true;
}

static bool seals_check(struct verify *verify, struct error *err)
{
    struct ledger *ledger = verify->ledger;
    struct ledger_work *work = verify->work;
    uint64_t pages = 0;

    return ledger->check(work, page_finding, verify, &pages, err) &&
           facts_check(ledger, work, &verify->server->facts, fact_finding, verify, err) &&
           ledger->logs_each(work, NULL, log_seal, verify, err) && ledger->devices_each(work, device_seal, verify, err) &&
           ledger->scopes_each(work, scope_seal, verify, err) && ledger->codes_each(work, code_seal, verify, err) &&
           ledger->users_each(work, user_seal, verify, err);
}

/* --- replay ------------------------------------------------------------------------------------------------------------ */

struct batch {
    struct verify *verify;
    struct arena arena; /* of the segments of one exchange */
    uint64_t number, expected, log;
    int64_t received_ms;
    struct segment segments[MESSAGE_SEGMENTS_MAX];
    size_t count;
    uint8_t link[HASH_SIZE];
    struct error *err;
    bool failed;
};

static bool collect_quarantine(void *context, const struct ledger_quarantine *quarantined)
{
    struct verify *verify = context;

    if (verify->quarantined_count == verify->quarantined_room) {
        verify->quarantined_room = verify->quarantined_room * 2 + 64;
        verify->quarantined = arena_grow(&verify->arena, verify->quarantined, verify->quarantined_count, verify->quarantined_room,
                                         sizeof *verify->quarantined);
    }
    const char *reason = arena_text(&verify->arena, quarantined->reason);
    if (verify->quarantined == NULL || reason == NULL)
        return false;
    verify->quarantined[verify->quarantined_count] = *quarantined;
    verify->quarantined[verify->quarantined_count++].reason = reason;
    return true;
}

static int quarantine_order(const void *a, const void *b)
{
    const struct ledger_quarantine *x = a, *y = b;

    if (x->log != y->log)
        return x->log < y->log ? -1 : 1;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static size_t quarantined_in(const struct verify *verify, const struct ledger_segment *segment, const struct ledger_quarantine **ret)
{
    size_t first = 0, count = 0;

    while (first < verify->quarantined_count &&
           (verify->quarantined[first].log != segment->log || verify->quarantined[first].seq < segment->first_seq))
        first++;
    while (first + count < verify->quarantined_count && verify->quarantined[first + count].log == segment->log &&
           verify->quarantined[first + count].seq <= segment->last_seq)
        count++;
    *ret = verify->quarantined + first;
    return count;
}

/* One exchange as it was then, into the scratch ledger. */
static bool batch_take(struct batch *batch)
{
    struct verify *verify = batch->verify;
    struct ledger *scratch = verify->scratch;
    struct ledger_log log;
    bool found = false, done;
    struct custody custody = {
        .arena = &batch->arena,
        .ledger = scratch,
        .work = verify->scratch_work,
        .places = &verify->places,
        .digest_key = verify->server->facts.digest_key,
        .own_log = verify->server->facts.own_log,
        .now_ms = batch->received_ms,
        .hash_seed = verify->server->hash_seed,
        .recorded = verify->quarantined,
        .recorded_count = verify->quarantined_count,
        .replay = true,
    };

    if (batch->count == 0)
        return true;
    done = scratch->log_get(verify->scratch_work, &batch->arena, batch->log, &log, &found, batch->err);
    if (done && !found)
        log = (struct ledger_log){.log = batch->log, .device = "", .agent = ""};
    done = done && custody_begin(&custody, batch->err) && custody_take(&custody, &log, batch->segments, batch->count, batch->err) &&
           scratch->log_put(verify->scratch_work, &log, batch->err);
    verify->totals = custody.totals;
    batch->count = 0;
    arena_clear(&batch->arena);
    return done;
}

static void segment_check(struct batch *batch, const struct ledger_segment *stored, const struct segment *opened)
{
    struct verify *verify = batch->verify;
    unsigned long long number = (unsigned long long)stored->number;
    const struct ledger_quarantine *quarantined = NULL;
    size_t count = quarantined_in(verify, stored, &quarantined);
    struct ledger_log log;
    struct arena arena = {0};
    bool found = false;
    uint64_t last_seq = 0;
    uint8_t link[HASH_SIZE], head[HASH_SIZE] = {0};

    custody_link(batch->link, stored, quarantined, count, link);
    if (stored->number != batch->expected)
        verify_finding(verify, "segment %llu: number %llu was due", number, (unsigned long long)batch->expected);
    if (memcmp(link, stored->link, HASH_SIZE) != 0)
        verify_finding(verify, "segment %llu: it does not hang on the one before", number);
    memcpy(batch->link, stored->link, HASH_SIZE);
    if (opened->log != stored->log || opened->first_seq != stored->first_seq || opened->first_seq + opened->count - 1 != stored->last_seq ||
        memcmp(opened->head, stored->head, HASH_SIZE) != 0)
        verify_finding(verify, "segment %llu: it says something else than its record", number);
    /* What its log came to so far, this batch included. */
    if (batch->count > 0) {
        const struct segment *before = &batch->segments[batch->count - 1];
        last_seq = before->first_seq + before->count - 1;
        memcpy(head, before->head, HASH_SIZE);
    } else if (verify->scratch->log_get(verify->scratch_work, &arena, opened->log, &log, &found, NULL) && found) {
        last_seq = log.last_seq;
        memcpy(head, log.last_head, HASH_SIZE);
    }
    if (opened->first_seq != last_seq + 1 || memcmp(opened->previous, head, HASH_SIZE) != 0)
        verify_finding(verify, "segment %llu: it does not follow on in its log", number);
    arena_clear(&arena);
}

static bool replay_segment(void *context, const struct ledger_segment *stored)
{
    struct batch *batch = context;
    struct verify *verify = batch->verify;
    struct ledger_log author;
    struct segment *opened;
    struct error err = {0};
    bool found = false;

    batch->expected++;
    if ((batch->count > 0 && stored->batch != batch->number) || batch->count == MESSAGE_SEGMENTS_MAX) {
        batch->failed = !batch_take(batch);
        if (batch->failed)
            return false;
    }
    batch->number = stored->batch;
    batch->log = stored->log;
    batch->received_ms = stored->received_ms;
    opened = &batch->segments[batch->count];
    char *sealed = arena_text_n(&batch->arena, stored->sealed.size > 0 ? (const char *)stored->sealed.data : "", stored->sealed.size);
    batch->failed = sealed == NULL || !verify->ledger->log_get(verify->work, &batch->arena, stored->log, &author, &found, batch->err);
    if (batch->failed)
        return false;
    if (!found) {
        verify_finding(verify, "segment %llu: its log is not known", (unsigned long long)stored->number);
    } else if (!segment_open(&batch->arena, (struct span){(const uint8_t *)sealed, stored->sealed.size}, author.public_key, opened, &err)) {
        verify_finding(verify, "segment %llu: %s", (unsigned long long)stored->number, err.cause);
    } else {
        segment_check(batch, stored, opened);
        batch->count++;
    }
    if (verify->progress != NULL)
        verify->progress(verify->context, stored->number, verify->stored_totals.segments);
    return true;
}

static bool replay(struct verify *verify, struct error *err)
{
    struct ledger *ledger = verify->ledger;
    struct batch *batch = calloc(1, sizeof *batch);
    bool done = false;

    if (batch == NULL)
        return app_no_memory(err);
    batch->verify = verify;
    batch->err = err;
    if (!ledger->quarantine_each(verify->work, collect_quarantine, verify, err))
        goto out;
    /* The database orders logs as signed numbers. */
    if (verify->quarantined_count > 1)
        qsort(verify->quarantined, verify->quarantined_count, sizeof *verify->quarantined, quarantine_order);
    if (!ledger->segments_each(verify->work, 0, replay_segment, batch, err) || batch->failed || !batch_take(batch))
        goto out;
    if (batch->expected != verify->stored_totals.segments)
        verify_finding(verify, "%llu segments are there, %llu were taken", (unsigned long long)batch->expected,
                       (unsigned long long)verify->stored_totals.segments);
    if (memcmp(batch->link, verify->stored_totals.link, HASH_SIZE) != 0)
        verify_finding(verify, "the ledger's chain does not end where its totals say");
    done = true;
out:
    arena_clear(&batch->arena);
    free(batch);
    return done;
}

bool verify_ledger(struct server *server, struct ledger *ledger, void (*each)(void *context, const char *finding),
                   void (*progress)(void *context, uint64_t done, uint64_t total), void *context, uint64_t *ret_findings, struct error *err)
{
    struct verify verify = {.server = server, .ledger = ledger, .each = each, .progress = progress, .context = context};
    bool done = false;

    if (!ledger->begin(ledger, LEDGER_READ, &verify.work, err) || !ledger->open_scratch(ledger, &verify.scratch, err) ||
        !verify.scratch->begin(verify.scratch, LEDGER_WRITE, &verify.scratch_work, err))
        goto out;
    if (!ledger->totals_get(verify.work, &verify.stored_totals, err) || !seals_check(&verify, err) || !replay(&verify, err) ||
        !verify_state(&verify, err))
        goto out;
    *ret_findings = verify.findings;
    done = true;
out:
    if (verify.scratch != NULL) {
        verify.scratch->rollback(verify.scratch_work);
        verify.scratch->close(verify.scratch);
    }
    ledger->rollback(verify.work);
    place_cache_clear(&verify.places);
    arena_clear(&verify.arena);
    return done;
}

bool server_verify(struct server *server, void (*each)(void *context, const char *finding),
                   void (*progress)(void *context, uint64_t done, uint64_t total), void *context, uint64_t *ret_findings, struct error *err)
{
    return verify_ledger(server, server->ledger, each, progress, context, ret_findings, err);
}
