// SPDX-License-Identifier: Apache-2.0
/* Small facts of one device: bounded, never a change, there again after a restart and in a mended store.
 *
 * Not here:  what they mean (agent_holder.c).
 */
#define _GNU_SOURCE
#include "tests/unit/store_fixture.h"
#include "tests/unit/suite.h"

START_TEST(settings_hold_to_their_bounds)
{
    struct device device;
    static char name[STORE_SETTING_NAME_BYTES_MAX + 2], text[STORE_SETTING_BYTES_MAX + 2], read[STORE_SETTING_BYTES_MAX + 1];

    device_starts(&device, 11);
    memset(name, 'n', sizeof name - 1);
    memset(text, 't', sizeof text - 1);
    ck_assert(!store_set_setting(device.store, name, "x", &device.err));
    ck_assert_int_eq(device.err.kind, ERROR_LIMIT);
    error_clear(&device.err);
    ck_assert(!store_set_setting(device.store, "name", text, &device.err));
    ck_assert_int_eq(device.err.kind, ERROR_LIMIT);
    error_clear(&device.err);
    ck_assert(!store_set_setting(device.store, "", "x", &device.err));
    error_clear(&device.err);
    name[STORE_SETTING_NAME_BYTES_MAX] = text[STORE_SETTING_BYTES_MAX] = '\0';
    ck_assert(store_set_setting(device.store, name, text, &device.err));
    device_reopens(&device);
    ck_assert(store_setting(device.store, name, read, &device.err));
    ck_assert_str_eq(read, text);
    ck_assert(store_set_setting(device.store, name, "", &device.err));
    ck_assert(store_setting(device.store, name, read, &device.err));
    ck_assert_str_eq(read, "");
    ck_assert_uint_eq(device_counts(&device).waiting, 0); /* nothing of it is a change */
    device_verifies(&device);
    device_ends(&device);
}
END_TEST

START_TEST(there_are_no_more_settings_than_are_kept)
{
    struct device device;
    char name[32], read[STORE_SETTING_BYTES_MAX + 1];

    device_starts(&device, 12);
    for (int i = 0; i < STORE_SETTINGS_MAX; i++) {
        snprintf(name, sizeof name, "pin:%d", i);
        ck_assert_msg(store_set_setting(device.store, name, "x", &device.err), "%d: %s", i, device.err.cause);
    }
    ck_assert(!store_set_setting(device.store, "pin:one-more", "x", &device.err));
    ck_assert_int_eq(device.err.kind, ERROR_LIMIT);
    error_clear(&device.err);
    ck_assert(store_set_setting(device.store, "locked", "1", &device.err)); /* whatever else there is: it can be locked and opened */
    ck_assert(store_set_setting(device.store, "pin-wrong:7", "1 0", &device.err));
    ck_assert(store_set_setting(device.store, "locked", "", &device.err) &&
              store_set_setting(device.store, "pin-wrong:7", "", &device.err));
    ck_assert(store_set_setting(device.store, "pin:7", "y", &device.err)); /* one that is there */
    ck_assert(store_set_setting(device.store, "pin:8", "", &device.err));
    ck_assert(store_set_setting(device.store, "pin:one-more", "x", &device.err));
    ck_assert(store_setting(device.store, "pin:7", read, &device.err));
    ck_assert_str_eq(read, "y");
    device_ends(&device);
}
END_TEST

START_TEST(settings_outlive_a_mended_store)
{
    struct device old, mended;
    struct store_mended said;
    char read[STORE_SETTING_BYTES_MAX + 1];

    device_starts(&old, 13);
    device_adds(&old, "Ana");
    ck_assert(store_set_setting(old.store, "holder", "someone", &old.err));
    device_closes(&old);
    device_init(&mended, 14);
    mended.ports = old.ports;
    ck_assert_msg(store_mend(old.path, mended.path, &mended.ports, &said, &mended.err), "%s", mended.err.cause);
    device_opens(&mended, STORE_MUST_EXIST);
    ck_assert(store_setting(mended.store, "holder", read, &mended.err));
    ck_assert_str_eq(read, "someone");
    device_ends(&mended);
    device_ends(&old);
}
END_TEST

SUITE("settings", settings_hold_to_their_bounds, there_are_no_more_settings_than_are_kept, settings_outlive_a_mended_store)
