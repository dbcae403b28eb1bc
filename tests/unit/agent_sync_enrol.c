// SPDX-License-Identifier: Apache-2.0
/* Enrolling, and what a device that is enrolled says of its server: refusals, failed syncs, bundles.
 *
 * Here:      a server that the test plays.
 * Not here:  the road (agent_sync_road.c), whole syncs (tests/stories, tests/end-to-end).
 */
#define _GNU_SOURCE
#include "agent/sync/enrol.h"
#include "tests/unit/enrolling.h"
#include "tests/unit/suite.h"

START_TEST(a_code_ties_the_device_to_its_server)
{
    struct enrolling enrolling;
    struct desk *desk = &enrolling.desk;

    enrolling_starts(&enrolling, 1);
    desk_does(desk, arena_format(&desk->arena, "enrol https://teren.example.org/ %s --kind tablet", enrolling.code));
    ck_assert_ptr_nonnull(strstr(desk->out, "tablet-1"));
    ck_assert_ptr_nonnull(strstr(desk_does(desk, "status --json"), "\"server\":\"https://teren.example.org\""));
    desk_ends(desk);
}
END_TEST

START_TEST(a_false_server_is_refused_and_nothing_is_remembered)
{
    struct enrolling enrolling;
    struct desk *desk = &enrolling.desk;
    uint8_t key_seed[KEY_SEED_SIZE] = {99};

    enrolling_starts(&enrolling, 2);
    keys_of_seed(key_seed, enrolling.server_public, enrolling.server_secret); /* somebody in the middle */
    ck_assert_int_ne(desk_types(desk, arena_format(&desk->arena, "enrol https://teren.example.org %s --kind tablet", enrolling.code)), 0);
    ck_assert_ptr_nonnull(strstr(desk_does(desk, "status --json"), "\"enrolled\":false"));
    desk_ends(desk);
}
END_TEST

/* The server had answered before anybody saw the mistake: the same code, typed well, still counts. */
START_TEST(a_code_whose_end_was_mistyped_is_typed_again)
{
    struct enrolling enrolling;
    struct desk *desk = &enrolling.desk;
    char mistyped[CODE_TEXT_SIZE];
    size_t last = CODE_TEXT_SIZE - 2;

    enrolling_starts(&enrolling, 6);
    memcpy(mistyped, enrolling.code, sizeof mistyped);
    mistyped[last] = mistyped[last] == '7' ? '8' : '7';
    desk_is_refused(desk, arena_format(&desk->arena, "enrol https://teren.example.org %s --kind tablet", mistyped), ERROR_REFUSED,
                    "enrol again with the same code");
    ck_assert_ptr_nonnull(strstr(desk_does(desk, "status --json"), "\"enrolled\":false"));
    desk_does(desk, arena_format(&desk->arena, "enrol https://teren.example.org %s --kind tablet", enrolling.code));
    ck_assert_ptr_nonnull(strstr(desk_does(desk, "status --json"), "\"enrolled\":true"));
    desk_ends(desk);
}
END_TEST

/* What is on a device is of one association: another one's code is refused before a byte is sent. */
START_TEST(an_enrolled_device_stays_with_its_association)
{
    struct enrolling enrolling;
    struct desk *desk = &enrolling.desk;
    uint8_t key_seed[KEY_SEED_SIZE] = {77}, other_public[SIGN_PUBLIC_SIZE], other_secret[SIGN_SECRET_SIZE];
    const uint8_t code_secret[9] = {9};
    char other[CODE_TEXT_SIZE], fresh[CODE_TEXT_SIZE];

    enrolling_starts(&enrolling, 8);
    desk_does(desk, arena_format(&desk->arena, "enrol https://teren.example.org %s --kind tablet", enrolling.code));
    keys_of_seed(key_seed, other_public, other_secret);
    code_write(code_secret, other_public, other);
    code_write(code_secret, enrolling.server_public, fresh);
    desk->exchange = desk_bad_weather; /* it would tell */
    desk_is_refused(desk, arena_format(&desk->arena, "enrol https://other.example.org %s", other), ERROR_INVALID,
                    "this device is tablet-1 at https://teren.example.org already");
    desk->exchange = enrolling_exchange;
    desk_does(desk, arena_format(&desk->arena, "enrol https://teren.example.org %s --kind tablet", fresh)); /* a fresh code of its own */
    ck_assert_ptr_nonnull(strstr(desk_does(desk, "status --json"), "\"server\":\"https://teren.example.org\""));
    desk_ends(desk);
}
END_TEST

static bool refused_exchange(void *self, const char *url, const char *path, struct span request, struct bytes *ret_reply,
                             int64_t *ret_retry_after_ms, struct error *err)
{
    (void)self, (void)url, (void)path, (void)request, (void)ret_reply;
    *ret_retry_after_ms = 0;
    return error_set(err, ERROR_REFUSED, "Keep recording; make a bundle of what waits.", "this device was revoked");
}

START_TEST(a_refusal_with_nothing_left_to_send_asks_for_no_bundle)
{
    struct enrolling enrolling;
    struct desk *desk = &enrolling.desk;

    enrolling_starts(&enrolling, 7);
    desk_does(desk, arena_format(&desk->arena, "enrol https://teren.example.org %s --kind tablet", enrolling.code));
    desk->exchange = refused_exchange;
    desk_is_refused(desk, "sync", ERROR_REFUSED, "the server has everything recorded so far");
    ck_assert_ptr_null(strstr(desk_does(desk, "status"), "bundle"));
    ck_assert_ptr_null(strstr(desk_does(desk, "status"), "everything, verified"));
    desk_does(desk, "municipality add RS-BUJ");
    desk_is_refused(desk, "sync", ERROR_REFUSED, "make a bundle of what waits");
    ck_assert_ptr_nonnull(strstr(desk_does(desk, "status"), "make a bundle of what waits"));
    desk_ends(desk);
}
END_TEST

START_TEST(a_refused_code_is_told_with_the_servers_reason)
{
    struct enrolling enrolling;
    struct desk *desk = &enrolling.desk;

    enrolling_starts(&enrolling, 3);
    enrolling.kind = REPLY_REFUSED;
    desk_is_refused(desk, arena_format(&desk->arena, "enrol https://teren.example.org %s --kind tablet", enrolling.code), ERROR_REFUSED,
                    "used already");
    desk_is_refused(desk, "enrol https://teren.example.org SHORT --kind tablet", ERROR_INVALID, "");
    desk_is_refused(desk, arena_format(&desk->arena, "enrol http://teren.example.org %s", enrolling.code), ERROR_USAGE,
                    "not on this machine");
    desk_is_refused(desk, arena_format(&desk->arena, "enrol https://teren.example.org %s --ca /nowhere", enrolling.code), ERROR_NOT_FOUND,
                    "/nowhere");
    desk_file(desk, "no.pem", "hello");
    desk_is_refused(desk, arena_format(&desk->arena, "enrol https://teren.example.org %s --ca %s/no.pem", enrolling.code, desk->home),
                    ERROR_INVALID, "no certificate");
    ck_assert_ptr_nonnull(strstr(desk_does(desk, "status --json"), "\"enrolled\":false"));
    desk_ends(desk);
}
END_TEST

START_TEST(a_failed_sync_is_remembered_and_tried_again)
{
    struct enrolling enrolling;
    struct desk *desk = &enrolling.desk;

    enrolling_starts(&enrolling, 4);
    desk_does(desk, arena_format(&desk->arena, "enrol https://teren.example.org %s --kind tablet", enrolling.code));
    desk->exchange = desk_bad_weather;
    desk_does(desk, "municipality add RS-BUJ");
    desk_is_refused(desk, "sync", ERROR_OFFLINE, "no network in this test");
    desk_does(desk, "status --json");
    ck_assert_ptr_nonnull(strstr(desk->out, "\"waiting\":1,"));
    ck_assert_ptr_nonnull(strstr(desk->out, "\"why_not\":{\"kind\":\"offline\",\"cause\":\"there is no network in this test\""));
    ck_assert_ptr_nonnull(strstr(desk->out, "\"failures\":1,"));
    ck_assert_ptr_null(strstr(desk->out, "\"next_attempt\":null"));
    ck_assert_ptr_nonnull(strstr(desk->out, "\"last_success\":null"));
    ck_assert_ptr_nonnull(strstr(desk_does(desk, "status"), "Why not:    there is no network in this test."));
    ck_assert_ptr_nonnull(strstr(desk_does(desk, "doctor"), "there is no network in this test"));
    desk_ends(desk);
}
END_TEST

/* The way by a stick: sealed for the server alone, and an answer to nothing is no answer. */
START_TEST(a_bundle_is_sealed_to_the_server)
{
    struct enrolling enrolling;
    struct desk *desk = &enrolling.desk;
    struct bytes opened = {0};
    struct error err = {0};
    struct arena arena = {0};
    struct request request;
    struct store_identity identity;
    const char *bundle;

    enrolling_starts(&enrolling, 5);
    desk_does(desk, arena_format(&desk->arena, "enrol https://teren.example.org %s --kind tablet", enrolling.code));
    desk_does(desk, "municipality add RS-BUJ --name Bujanovac");
    desk_file(desk, "reply", "TSB");
    desk_is_refused(desk, arena_format(&desk->arena, "bundle import %s/reply", desk->home), ERROR_NOT_FOUND,
                    "no bundle of this device waits");
    desk_does(desk, arena_format(&desk->arena, "bundle export %s/out.teren --json", desk->home));
    ck_assert_ptr_nonnull(strstr(desk->out, "\"changes\":1,\"left\":0"));
    bundle = arena_format(&desk->arena, "%s/out.teren", desk->home);
    {
        struct bytes sealed = {0};

        ck_assert(files_read(bundle, MESSAGE_BYTES_MAX, &sealed, &err));
        ck_assert_ptr_null(memmem(sealed.data, sealed.size, "Bujanovac", 9));
        ck_assert_msg(bundle_open(&opened, bytes_span(&sealed), enrolling.server_secret, &err), "%s", err.cause);
        bytes_clear(&sealed);
    }
    ck_assert(store_identity(desk->agent.store, &identity, &err));
    ck_assert_msg(request_open(&arena, bytes_span(&opened), identity.public_key, &request, &err), "%s", err.cause);
    ck_assert_int_eq(request.kind, MESSAGE_BUNDLE);
    ck_assert_uint_eq(request.segment_count, 1);
    ck_assert_int_ne(desk_types(desk, arena_format(&desk->arena, "bundle import %s/reply", desk->home)), 0);     /* no bundle at all */
    ck_assert_int_ne(desk_types(desk, arena_format(&desk->arena, "bundle import %s/out.teren", desk->home)), 0); /* our own, not a reply */
    ck_assert_uint_eq(desk_counts(desk).waiting, 1);
    bytes_clear(&opened);
    arena_clear(&arena);
    desk_ends(desk);
}
END_TEST

SUITE("enrol", a_code_ties_the_device_to_its_server, a_false_server_is_refused_and_nothing_is_remembered,
      a_code_whose_end_was_mistyped_is_typed_again, an_enrolled_device_stays_with_its_association,
      a_refusal_with_nothing_left_to_send_asks_for_no_bundle, a_refused_code_is_told_with_the_servers_reason,
      a_failed_sync_is_remembered_and_tried_again, a_bundle_is_sealed_to_the_server)
