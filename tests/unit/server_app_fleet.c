// SPDX-License-Identifier: Apache-2.0
/* Devices come, go and are told what they may see; people get passwords.
 *
 * Here:      codes, throttles, introductions, revocation, listing, users.
 * Not here:  what devices exchange (server_app_exchange.c).
 */
#define _GNU_SOURCE
#include "server_field.h"
#include "suite.h"

static const char *const bujanovac[] = {"*/RS-BUJ", NULL};

START_TEST(a_code_is_good_once_and_again_for_the_same_log)
{
    struct field_world *world = field_create(1);
    struct field_device *first = device_create(world), *second = device_create(world);
    struct enrol_reply reply;
    char code[CODE_TEXT_SIZE];

    device_code(world, "tablet", "RS-BUJ", bujanovac, code);
    ck_assert(device_enrols_with(first, code, "peer", &reply));
    ck_assert_int_eq(reply.kind, REPLY_OK);
    ck_assert_str_eq(reply.device, "tablet");
    ck_assert(device_enrols_with(second, code, "peer", &reply));
    ck_assert_int_eq(reply.kind, REPLY_REFUSED);
    world->now_ms += 2 * DAY_MS; /* the answer was lost, and the tablet lay in a drawer */
    ck_assert(device_enrols_with(first, code, "peer", &reply));
    ck_assert_int_eq(reply.kind, REPLY_OK);
    device_syncs(first);
    ck_assert_uint_eq(first->row_count, 1); /* its own device row */
    device_destroy(first);
    device_destroy(second);
    field_destroy(world);
}
END_TEST

START_TEST(a_fresh_code_ties_a_known_log_once_more)
{
    struct field_world *world = field_create(11);
    struct field_device *tablet = device_create(world), *thief = device_create(world), *other = device_create(world);
    struct enrol_reply reply;
    char lost[CODE_TEXT_SIZE], fresh[CODE_TEXT_SIZE], taken[CODE_TEXT_SIZE];
    struct server_counters before, after;
    struct error err = {0};
    uint64_t findings = 0;

    /* The answer was lost, and so was the paper with the code. */
    device_code(world, "tablet", "RS-BUJ", bujanovac, lost);
    ck_assert(device_enrols_with(tablet, lost, "peer", &reply));
    device_records(tablet, "person", NULL, (struct words[]){{"full_name", "Amina", 0}, {"municipality", "RS-BUJ", 0}, {NULL, NULL, 0}});
    device_syncs(tablet);
    server_counters(world->server, &before);
    device_code(world, "tablet", "RS-BUJ", bujanovac, fresh);
    /* Who has seen a log's number, and has a code, has not its key. */
    thief->log = tablet->log;
    ck_assert(device_enrols_with(thief, fresh, "peer", &reply));
    ck_assert_int_eq(reply.kind, REPLY_REFUSED);
    ck_assert(device_enrols_with(tablet, fresh, "peer", &reply));
    ck_assert_int_eq(reply.kind, REPLY_OK);
    ck_assert_str_eq(reply.device, "tablet");
    /* Its standing is the same: nothing is sent again, and what it records goes on. */
    device_records(tablet, "person", NULL, (struct words[]){{"full_name", "Bojan", 0}, {"municipality", "RS-BUJ", 0}, {NULL, NULL, 0}});
    device_syncs(tablet);
    server_counters(world->server, &after);
    ck_assert_uint_eq(after.changes, before.changes + 2); /* Bojan and the device's row */
    ck_assert_uint_eq(after.devices, 1);
    /* A fresh code is good once, for a known log too. */
    ck_assert(device_enrols_with(other, fresh, "peer", &reply));
    ck_assert_int_eq(reply.kind, REPLY_REFUSED);
    ck_assert(device_enrols_with(other, lost, "peer", &reply));
    ck_assert_int_eq(reply.kind, REPLY_REFUSED);
    /* And not for a device that was revoked. */
    device_code(world, "tablet", "RS-BUJ", bujanovac, taken);
    field_must(server_device_revoke(world->server, "tablet", true, &err), &err);
    ck_assert(device_enrols_with(tablet, taken, "peer", &reply));
    ck_assert_int_eq(reply.kind, REPLY_REFUSED);
    field_must(server_verify(world->server, NULL, NULL, NULL, &findings, &err), &err);
    ck_assert_uint_eq(findings, 0);
    device_destroy(tablet);
    device_destroy(thief);
    device_destroy(other);
    field_destroy(world);
}
END_TEST

static bool see_name(void *context, const struct server_device *device)
{
    if (device->enrolled)
        strcat(context, device->name);
    return true;
}

START_TEST(a_known_log_moves_to_the_name_of_its_fresh_code)
{
    static const char *const presevo[] = {"*/RS-PRE", NULL};
    struct field_world *world = field_create(12);
    struct field_device *tablet = device_create(world);
    struct enrol_reply reply;
    char wrong[CODE_TEXT_SIZE], right[CODE_TEXT_SIZE], names[200] = "";
    struct error err = {0};
    uint64_t findings = 0;

    device_code(world, "wrong", "RS-BUJ", bujanovac, wrong);
    device_code(world, "right", "RS-PRE", presevo, right);
    ck_assert(device_enrols_with(tablet, wrong, "peer", &reply));
    ck_assert(device_enrols_with(tablet, right, "peer", &reply));
    ck_assert_int_eq(reply.kind, REPLY_OK);
    ck_assert_str_eq(reply.device, "right");
    device_records(tablet, "person", NULL, (struct words[]){{"full_name", "Amina", 0}, {"municipality", "RS-PRE", 0}, {NULL, NULL, 0}});
    device_syncs(tablet);
    ck_assert_uint_eq(tablet->row_count, 2); /* Amina and the device's row, which is where the device is */
    field_must(server_device_each(world->server, NULL, see_name, names, &err), &err);
    ck_assert_str_eq(names, "right");
    field_must(server_verify(world->server, NULL, NULL, NULL, &findings, &err), &err);
    ck_assert_uint_eq(findings, 0);
    device_destroy(tablet);
    field_destroy(world);
}
END_TEST

START_TEST(a_code_is_good_until_its_time_and_not_a_moment_longer)
{
    struct field_world *world = field_create(2);
    struct field_device *early = device_create(world), *late = device_create(world);
    struct enrol_reply reply;
    char code[CODE_TEXT_SIZE], other[CODE_TEXT_SIZE];

    device_code(world, "tablet", "RS-BUJ", bujanovac, code);
    device_code(world, "other", "RS-BUJ", bujanovac, other);
    world->now_ms += DAY_MS - 1;
    ck_assert(device_enrols_with(early, code, "peer", &reply));
    ck_assert_int_eq(reply.kind, REPLY_OK);
    world->now_ms += 1;
    ck_assert(device_enrols_with(late, other, "peer", &reply));
    ck_assert_int_eq(reply.kind, REPLY_REFUSED);
    device_destroy(early);
    device_destroy(late);
    field_destroy(world);
}
END_TEST

START_TEST(whoever_guesses_waits_and_others_do_not)
{
    struct field_world *world = field_create(3);
    struct field_device *guesser = device_create(world), *honest = device_create(world);
    struct enrol_reply reply;
    char code[CODE_TEXT_SIZE], wrong[CODE_TEXT_SIZE];
    uint8_t guess[9] = {1};

    device_code(world, "tablet", "RS-BUJ", bujanovac, code);
    code_write(guess, world->server_public, wrong);
    for (int i = 0; i < 10; i++) {
        ck_assert(device_enrols_with(guesser, wrong, "bad", &reply));
        ck_assert_int_eq(reply.kind, REPLY_REFUSED);
    }
    ck_assert(device_enrols_with(guesser, wrong, "bad", &reply));
    ck_assert_int_eq(reply.kind, REPLY_RETRY);
    ck_assert(device_enrols_with(honest, code, "good", &reply));
    ck_assert_int_eq(reply.kind, REPLY_OK);
    world->now_ms += 31 * 1000;
    ck_assert(device_enrols_with(guesser, wrong, "bad", &reply));
    ck_assert_int_eq(reply.kind, REPLY_REFUSED);
    world->now_ms -= 10 * DAY_MS; /* a clock that goes back opens nothing */
    ck_assert(device_enrols_with(guesser, wrong, "bad", &reply));
    ck_assert_int_eq(reply.kind, REPLY_RETRY);
    device_destroy(guesser);
    device_destroy(honest);
    field_destroy(world);
}
END_TEST

START_TEST(many_peers_that_guess_together_wait_together)
{
    struct field_world *world = field_create(4);
    struct field_device *guesser = device_create(world);
    struct enrol_reply reply;
    char wrong[CODE_TEXT_SIZE], peer[32];
    uint8_t guess[9] = {1};

    code_write(guess, world->server_public, wrong);
    for (int i = 0; i < 200; i++) {
        snprintf(peer, sizeof peer, "peer-%d", i);
        ck_assert(device_enrols_with(guesser, wrong, peer, &reply));
        ck_assert_int_eq(reply.kind, REPLY_REFUSED);
    }
    ck_assert(device_enrols_with(guesser, wrong, "yet another", &reply));
    ck_assert_int_eq(reply.kind, REPLY_RETRY);
    device_destroy(guesser);
    field_destroy(world);
}
END_TEST

START_TEST(a_stranger_is_refused_and_learns_nothing)
{
    struct field_world *world = field_create(5);
    struct field_device *stranger = device_create(world);

    device_exchanges(stranger, false);
    ck_assert_int_eq(stranger->reply.kind, REPLY_REFUSED);
    ck_assert_uint_eq(stranger->reply.rows, 0);
    ck_assert_uint_eq(stranger->reply.page.size, 0);
    device_destroy(stranger);
    field_destroy(world);
}
END_TEST

START_TEST(garbage_is_no_request)
{
    struct field_world *world = field_create(6);
    struct bytes reply = {0};
    struct error err = {0};
    struct server_counters counters;

    ck_assert(!server_exchange(world->server, (struct span){(const uint8_t *)"GET /", 5}, &reply, &err));
    ck_assert_int_ne(err.kind, ERROR_NONE);
    server_counters(world->server, &counters);
    ck_assert_uint_eq(counters.bad, 1);
    bytes_clear(&reply);
    field_destroy(world);
}
END_TEST

struct seen_device {
    struct server_device device;
    unsigned count;
};

static bool see_device(void *context, const struct server_device *device)
{
    struct seen_device *seen = context;

    seen->device = *device;
    seen->count++;
    ck_assert_str_eq(device->name, "tablet");
    ck_assert_uint_eq(device->grant_count, 1);
    ck_assert_str_eq(device->grants[0].municipality, "RS-BUJ");
    return true;
}

START_TEST(a_fork_goes_on_under_the_word_of_the_old_log)
{
    struct field_world *world = field_create(7);
    struct field_device *old = device_enrolled(world, "tablet", "RS-BUJ", bujanovac);
    struct field_device *fresh = device_create(world);
    struct introduction introduction = {.old = old->log, .fresh = fresh->log};
    struct bytes word = {0}, packed = {0}, reply = {0};
    struct request request;
    struct error err = {0};
    struct seen_device seen = {0};

    device_records(old, "person", NULL, (struct words[]){{"full_name", "Amina", 0}, {"municipality", "RS-BUJ", 0}, {NULL, NULL, 0}});
    device_syncs(old);
    memcpy(fresh->digest_key, old->digest_key, DIGEST_KEY_SIZE);
    memcpy(introduction.fresh_public, fresh->public_key, SIGN_PUBLIC_SIZE);
    field_must(introduction_sign(&word, &introduction, old->secret, &err), &err);
    device_request(fresh, &request);
    request.introduction = bytes_span(&word);
    field_must(request_pack(&packed, &request, fresh->secret, &err), &err);
    field_must(server_exchange(world->server, bytes_span(&packed), &reply, &err), &err);
    device_syncs(fresh);
    ck_assert_uint_eq(fresh->row_count, 3); /* two device rows and Amina */
    field_must(server_device_each(world->server, NULL, see_device, &seen, &err), &err);
    ck_assert_uint_eq(seen.count, 1);
    ck_assert_uint_eq(seen.device.logs, 2);
    /* Revoking the device revokes both. */
    field_must(server_device_revoke(world->server, "tablet", true, &err), &err);
    device_exchanges(fresh, false);
    ck_assert_int_eq(fresh->reply.kind, REPLY_REFUSED);
    bytes_clear(&word);
    bytes_clear(&packed);
    bytes_clear(&reply);
    device_destroy(old);
    device_destroy(fresh);
    field_destroy(world);
}
END_TEST

START_TEST(what_people_name_wrongly_is_told_and_changes_nothing)
{
    struct field_world *world = field_create(8);
    struct grant grant = {"*", "RS-BUJ"};
    char code[CODE_TEXT_SIZE], longest[CODE_BYTES_MAX + 2];
    struct error err = {0};

    memset(longest, 'a', sizeof longest - 1);
    longest[CODE_BYTES_MAX + 1] = '\0';
    ck_assert(!server_device_code(world->server, longest, "", &grant, 1, DAY_MS, code, &err));
    ck_assert_int_eq(err.kind, ERROR_INVALID);
    error_clear(&err);
    longest[CODE_BYTES_MAX] = '\0';
    field_must(server_device_code(world->server, longest, "", &grant, 1, DAY_MS, code, &err), &err);
    ck_assert(!server_device_code(world->server, "tab let", "", &grant, 1, DAY_MS, code, &err));
    error_clear(&err);
    ck_assert(!server_device_code(world->server, "tablet", "", &grant, 1, 0, code, &err));
    error_clear(&err);
    ck_assert(!server_device_revoke(world->server, "nobody", true, &err));
    ck_assert_int_eq(err.kind, ERROR_NOT_FOUND);
    field_destroy(world);
}
END_TEST

static bool count_user(void *context, const char *name, const char *role)
{
    ck_assert_str_eq(name, "mira");
    ck_assert_str_eq(role, "coordinator");
    (*(unsigned *)context)++;
    return true;
}

START_TEST(a_password_is_long_and_kept_as_a_hash)
{
    struct field_world *world = field_create(9);
    struct error err = {0};
    char longest[PASSWORD_BYTES_MAX + 2];
    unsigned count = 0;

    memset(longest, 'p', sizeof longest - 1);
    longest[PASSWORD_BYTES_MAX + 1] = '\0';
    ck_assert(!server_user_add(world->server, "mira", "coordinator", "eleven char", &err));
    ck_assert_int_eq(err.kind, ERROR_INVALID);
    error_clear(&err);
    ck_assert(!server_user_add(world->server, "mira", "coordinator", longest, &err));
    error_clear(&err);
    longest[PASSWORD_BYTES_MAX] = '\0';
    field_must(server_user_add(world->server, "mira", "coordinator", longest, &err), &err);
    field_must(server_user_add(world->server, "mira", "coordinator", "twelve chars", &err), &err);
    ck_assert(!server_user_add(world->server, "mira", "king", "twelve chars", &err));
    error_clear(&err);
    field_must(server_user_each(world->server, count_user, &count, &err), &err);
    ck_assert_uint_eq(count, 1);
    field_destroy(world);
}
END_TEST

SUITE("server_app_fleet", a_code_is_good_once_and_again_for_the_same_log, a_fresh_code_ties_a_known_log_once_more,
      a_known_log_moves_to_the_name_of_its_fresh_code, a_code_is_good_until_its_time_and_not_a_moment_longer,
      whoever_guesses_waits_and_others_do_not, many_peers_that_guess_together_wait_together, a_stranger_is_refused_and_learns_nothing,
      garbage_is_no_request, a_fork_goes_on_under_the_word_of_the_old_log, what_people_name_wrongly_is_told_and_changes_nothing,
      a_password_is_long_and_kept_as_a_hash)
