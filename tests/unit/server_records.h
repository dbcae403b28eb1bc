// SPDX-License-Identifier: Apache-2.0
/* Words for what devices record in the server's tests.
 *
 * Here:      an activity, a session, a person, a mark.
 * Not here:  devices (server_field.h).
 */
#ifndef TESTS_UNIT_SERVER_RECORDS_H
#define TESTS_UNIT_SERVER_RECORDS_H

#include "server_field.h"

static inline const char *records_activity(struct field_device *device, const char *code, const char *municipality)
{
    return device_records(
        device, "activity", NULL,
        (struct words[]){{"code", code, 0}, {"municipality", municipality, 0}, {"programme", "lnob", 0}, {NULL, NULL, 0}});
}

static inline const char *records_session(struct field_device *device, const char *activity, const char *code)
{
    return device_records(device, "session", NULL,
                          (struct words[]){{"activity", activity, 0}, {"code", code, 0}, {"minutes", NULL, 90}, {NULL, NULL, 0}});
}

static inline const char *records_person(struct field_device *device, const char *name, const char *municipality)
{
    if (municipality == NULL)
        return device_records(device, "person", NULL, (struct words[]){{"full_name", name, 0}, {NULL, NULL, 0}});
    return device_records(device, "person", NULL,
                          (struct words[]){{"full_name", name, 0}, {"municipality", municipality, 0}, {NULL, NULL, 0}});
}

static inline const char *marks(struct field_device *device, const char *session, const char *person, const char *status)
{
    char id[ROW_ID_SIZE];

    ck_assert(row_id_of_key((const char *const[]){session, person}, 2, id));
    return device_records(device, "attendance", id, (struct words[]){{"status", status, 0}, {NULL, NULL, 0}});
}

#endif
