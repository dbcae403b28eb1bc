// SPDX-License-Identifier: Apache-2.0
/* Promises of agent/app/bundles.h: an answer is looked at before it is taken in, and files that are not the answer are told apart.
 *
 * Here:      what looking tells, that it changes nothing, every wrong file.
 * Not here:  the seal (protocol_bundle.c), bundles to a whole server (tests/stories, tests/end-to-end).
 */
#define _GNU_SOURCE
#include "agent/app/bundles.h"

#include "protocol/keys.h"
#include "tests/unit/enrolling.h"
#include "tests/unit/suite.h"

/* A tablet, and what a server would answer to its bundle. */
struct carrying {
    struct enrolling enrolling;
    struct sync_options options;
    struct bundles bundles;
    struct bytes bundle, answer;
    struct error err;
};

static void carrying_starts(struct carrying *carrying, uint64_t seed)
{
    struct desk *desk = &carrying->enrolling.desk;

    *carrying = (struct carrying){.answer = {0}};
    enrolling_starts(&carrying->enrolling, seed);
    desk_does(desk, arena_format(&desk->arena, "enrol https://teren.example.org %s --kind tablet", carrying->enrolling.code));
    desk_does(desk, "municipality add RS-BUJ --name Bujanovac");
    desk_does(desk, "municipality add RS-PRE --name Preševo");
    carrying->options = (struct sync_options){.clock = desk->world.clock, .chance = desk->world.chance, .agent = AGENT_NAME};
    carrying->bundles = (struct bundles){.store = desk->agent.store, .home = desk->home, .options = &carrying->options};
}

static void carrying_ends(struct carrying *carrying)
{
    bytes_clear(&carrying->bundle);
    bytes_clear(&carrying->answer);
    desk_ends(&carrying->enrolling.desk);
}

static uint64_t makes_bundle(struct carrying *carrying)
{
    struct bundle_told told = {0};

    bytes_clear(&carrying->bundle);
    error_clear(&carrying->err);
    ck_assert_msg(bundles_make(&carrying->bundles, &carrying->bundle, &told, &carrying->err), "%s", carrying->err.cause);
    return told.changes;
}

/* All of the bundle's changes receipted; another device's row comes, a row of ours is not ours to hold any more. */
static void server_answers(struct carrying *carrying, enum reply_kind kind)
{
    struct error *err = &carrying->err;
    struct arena arena = {0};
    struct bytes message = {0}, receipt_bytes = {0}, page_bytes = {0}, packed = {0};
    struct store_identity identity;
    struct request request;
    struct segment segment;
    struct receipt receipt;
    struct entry name = {{stamp_time_of_ms(DEVICE_NOW_MS), 77}, value_text("Medveđa")};
    struct reg reg = {.field = "name", .live = &name, .live_count = 1};
    struct page_row row = {{"municipality", "RS-MED", &reg, 1}, 1};
    struct page_key key = {"municipality", "RS-PRE", 0};
    struct page page = {.rows = &row, .row_count = 1, .keys = &key, .key_count = 1};
    struct reply reply = {.kind = kind, .now_ms = DEVICE_NOW_MS, .cursor = {7, 5, 1, 0}, .reason = ""};
    const uint8_t *secret = carrying->enrolling.server_secret;

    error_clear(err);
    ck_assert(store_identity(carrying->bundles.store, &identity, err));
    ck_assert(bundle_open(&message, bytes_span(&carrying->bundle), secret, err));
    ck_assert(request_open(&arena, bytes_span(&message), identity.public_key, &request, err));
    ck_assert_uint_eq(request.segment_count, 1);
    ck_assert(segment_open(&arena, request.segments[0], identity.public_key, &segment, err));
    receipt = (struct receipt){.log = identity.log, .seq = segment.first_seq + segment.count - 1};
    memcpy(receipt.head, segment.head, HASH_SIZE);
    reply.last_seq = kind == REPLY_FORK ? 0 : receipt.seq;
    if (kind != REPLY_FORK)
        memcpy(reply.last_head, segment.head, HASH_SIZE);
    ck_assert(receipt_sign(&receipt_bytes, &receipt, secret, err) && page_pack(&page_bytes, &page, err));
    if (kind == REPLY_OK) {
        reply.receipt = bytes_span(&receipt_bytes);
        reply.page = bytes_span(&page_bytes);
    }
    ck_assert_msg(reply_pack(&packed, &reply, bytes_span(&message), secret, err), "%s", err->cause);
    bytes_clear(&carrying->answer);
    ck_assert(bundle_seal(&carrying->answer, bytes_span(&packed), identity.public_key, err));
    bytes_clear(&message);
    bytes_clear(&receipt_bytes);
    bytes_clear(&page_bytes);
    bytes_clear(&packed);
    arena_clear(&arena);
}

static struct bundle_taken takes(struct carrying *carrying, bool preview)
{
    struct bundle_taken taken;

    error_clear(&carrying->err);
    ck_assert_msg(bundles_take(&carrying->bundles, bytes_span(&carrying->answer), preview, &taken, &carrying->err), "%s",
                  carrying->err.cause);
    return taken;
}

/* This file is refused, with preview and without, in the same words, and nothing changes. */
static void file_is_refused(struct carrying *carrying, struct span file, enum error_kind kind, const char *says)
{
    uint64_t revision = store_revision(carrying->bundles.store);

    for (int preview = 0; preview < 2; preview++) {
        struct bundle_taken taken;

        error_clear(&carrying->err);
        ck_assert(!bundles_take(&carrying->bundles, file, preview == 1, &taken, &carrying->err));
        ck_assert_msg(carrying->err.kind == kind && strstr(carrying->err.cause, says) != NULL, "%s", carrying->err.cause);
        ck_assert_uint_gt(strlen(carrying->err.remedy), 0);
    }
    ck_assert_uint_eq(store_revision(carrying->bundles.store), revision);
}

START_TEST(looking_tells_what_taking_does_and_changes_nothing)
{
    struct carrying carrying;
    struct desk *desk = &carrying.enrolling.desk;
    struct bundle_taken seen, done;
    struct device_standing before, after;
    uint64_t revision;

    carrying_starts(&carrying, 1);
    ck_assert_uint_eq(makes_bundle(&carrying), 2);
    server_answers(&carrying, REPLY_OK);
    revision = store_revision(carrying.bundles.store);
    ck_assert(store_standing_seen(carrying.bundles.store, AGENT_NAME, &before, &carrying.err));
    seen = takes(&carrying, true);
    ck_assert_uint_eq(seen.receipted, 2);
    ck_assert_uint_eq(seen.rows, 1);
    ck_assert_uint_eq(seen.dropped, 1);
    ck_assert(!seen.late && !seen.fork && !seen.complete);
    ck_assert(store_standing_seen(carrying.bundles.store, AGENT_NAME, &after, &carrying.err));
    ck_assert_uint_eq(after.counter, before.counter);
    ck_assert_uint_eq(after.waiting, 2);
    ck_assert_uint_eq(store_revision(carrying.bundles.store), revision);
    ck_assert_int_ne(desk_types(desk, "municipality show RS-MED"), 0);

    done = takes(&carrying, false);
    ck_assert_uint_eq(done.receipted, seen.receipted);
    ck_assert_uint_eq(done.rows, seen.rows);
    ck_assert_uint_eq(done.dropped, seen.dropped);
    ck_assert(done.complete);
    ck_assert_uint_eq(desk_counts(desk).waiting, 0);
    ck_assert_ptr_nonnull(strstr(desk_does(desk, "municipality show RS-MED"), "Medveđa"));
    ck_assert_int_ne(desk_types(desk, "municipality show RS-PRE"), 0);

    /* Once more: all of it is known by now. */
    seen = takes(&carrying, true);
    ck_assert(seen.late);
    ck_assert_uint_eq(seen.receipted + seen.rows + seen.dropped, 0);
    carrying_ends(&carrying);
}
END_TEST

START_TEST(it_is_told_in_sentences)
{
    struct carrying carrying;
    struct desk *desk = &carrying.enrolling.desk;
    const char *file;

    carrying_starts(&carrying, 2);
    makes_bundle(&carrying);
    server_answers(&carrying, REPLY_OK);
    file = arena_format(&desk->arena, "%s/answer.teren", desk->home);
    ck_assert(files_write(file, bytes_span(&carrying.answer), &carrying.err));
    desk_does(desk, arena_format(&desk->arena, "bundle import %s --preview", file));
    ck_assert_str_eq(desk->out,
                     "The server holds 2 more changes of this device. New or changed rows: 1. Rows this device no longer keeps: 1.\n");
    desk_does(desk, arena_format(&desk->arena, "bundle import %s --preview --json", file));
    ck_assert_str_eq(desk->out, "{\"preview\":true,\"complete\":false,\"verified\":false,\"delivered\":2,\"rows\":1,\"dropped\":1}\n");
    desk_does(desk, arena_format(&desk->arena, "bundle import %s", file));
    ck_assert_ptr_nonnull(strstr(desk->out, "The server holds 2 more changes of this device."));
    ck_assert_ptr_nonnull(strstr(desk->out, "Nothing waits."));
    desk_does(desk, arena_format(&desk->arena, "bundle import %s", file));
    ck_assert_ptr_nonnull(strstr(desk->out, "This device has synced since"));
    carrying_ends(&carrying);
}
END_TEST

START_TEST(a_fork_is_told_before_it_is_made)
{
    struct carrying carrying;
    struct store_identity before, after;

    carrying_starts(&carrying, 3);
    makes_bundle(&carrying);
    server_answers(&carrying, REPLY_FORK);
    ck_assert(store_identity(carrying.bundles.store, &before, &carrying.err));
    ck_assert(takes(&carrying, true).fork);
    ck_assert(store_identity(carrying.bundles.store, &after, &carrying.err));
    ck_assert_uint_eq(after.log, before.log);
    ck_assert(takes(&carrying, false).fork);
    ck_assert(store_identity(carrying.bundles.store, &after, &carrying.err));
    ck_assert_uint_ne(after.log, before.log);
    ck_assert_uint_eq(desk_counts(&carrying.enrolling.desk).waiting, 2);
    carrying_ends(&carrying);
}
END_TEST

START_TEST(files_that_are_not_the_answer_are_told_apart)
{
    static const char note[200] = "Dragi kolega, evo spiska.";
    struct carrying carrying;
    struct bytes other = {0};
    struct bundle_taken taken;
    uint8_t seed[KEY_SEED_SIZE] = {9}, public_key[SIGN_PUBLIC_SIZE], secret[SIGN_SECRET_SIZE];

    carrying_starts(&carrying, 4);
    ck_assert(!bundles_take(&carrying.bundles, (struct span){(const uint8_t *)note, sizeof note}, true, &taken, &carrying.err));
    ck_assert_int_eq(carrying.err.kind, ERROR_NOT_FOUND); /* nothing waits for an answer */
    makes_bundle(&carrying);
    server_answers(&carrying, REPLY_OK);
    file_is_refused(&carrying, (struct span){NULL, 0}, ERROR_INVALID, "no bundle");
    file_is_refused(&carrying, (struct span){(const uint8_t *)note, sizeof note - 1}, ERROR_INVALID, "no bundle");
    file_is_refused(&carrying, bytes_span(&carrying.bundle), ERROR_INVALID, "that this device made");
    keys_of_seed(seed, public_key, secret);
    ck_assert(bundle_seal(&other, (struct span){(const uint8_t *)note, sizeof note}, public_key, &carrying.err));
    file_is_refused(&carrying, bytes_span(&other), ERROR_CORRUPT, "for another device, or was damaged");
    file_is_refused(&carrying, (struct span){carrying.answer.data, carrying.answer.size - 1}, ERROR_CORRUPT, "was damaged");
    file_is_refused(&carrying, (struct span){carrying.answer.data, 4}, ERROR_CORRUPT, "was damaged");
    carrying.answer.data[3]++;
    file_is_refused(&carrying, bytes_span(&carrying.answer), ERROR_NEWER, "version");
    carrying.answer.data[3]--;
    takes(&carrying, false);
    bytes_clear(&other);
    carrying_ends(&carrying);
}
END_TEST

START_TEST(the_answer_to_an_earlier_bundle_is_refused)
{
    struct carrying carrying;
    struct desk *desk = &carrying.enrolling.desk;

    carrying_starts(&carrying, 5);
    makes_bundle(&carrying);
    server_answers(&carrying, REPLY_OK);
    desk_does(desk, "municipality add RS-MED");
    makes_bundle(&carrying);
    file_is_refused(&carrying, bytes_span(&carrying.answer), ERROR_INVALID, "not the answer to the last bundle");
    ck_assert_uint_eq(desk_counts(desk).waiting, 3);
    carrying_ends(&carrying);
}
END_TEST

SUITE("bundle", looking_tells_what_taking_does_and_changes_nothing, it_is_told_in_sentences, a_fork_is_told_before_it_is_made,
      files_that_are_not_the_answer_are_told_apart, the_answer_to_an_earlier_bundle_is_refused)
