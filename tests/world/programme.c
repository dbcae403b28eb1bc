// SPDX-License-Identifier: Apache-2.0
/* The programme that every world begins with.
 *
 * Here:      a table of rows, recorded by the office in one step.
 * Not here:  anything that happens later.
 */
#include <stdio.h>
#include <string.h>

#include "tests/world/world_internal.h"

enum { CELLS = 4 };
struct planned {
    const char *entity, *code;
    const char *row; /* NULL: named by its change */
    struct draft_field fields[CELLS];
};

#define TEXT(field, value)                                                                                                                 \
    {                                                                                                                                      \
        field,                                                                                                                             \
        {                                                                                                                                  \
            VALUE_TEXT, 0, value                                                                                                           \
        }                                                                                                                                  \
    }
#define NUMBER(field, value)                                                                                                               \
    {                                                                                                                                      \
        field,                                                                                                                             \
        {                                                                                                                                  \
            VALUE_INTEGER, value, NULL                                                                                                     \
        }                                                                                                                                  \
    }

static const struct planned plan[] = {
    {"programme", "lnob", "lnob", {TEXT("name", "Leave no one behind")}},
    {"programme", "link", "link", {TEXT("name", "Learning clusters")}},
    {"municipality", "RS-BUJ", "RS-BUJ", {TEXT("country", "RS"), TEXT("name", "Bujanovac")}},
    {"municipality", "RS-BOS", "RS-BOS", {TEXT("country", "RS"), TEXT("name", "Bosilegrad")}},
    {"activity",
     "TT-BUJ",
     NULL,
     {TEXT("code", "TT-BUJ"), NUMBER("min_minutes_pct", 80), TEXT("municipality", "RS-BUJ"), TEXT("programme", "lnob")}},
    {"activity",
     "TT-BOS",
     NULL,
     {TEXT("code", "TT-BOS"), NUMBER("min_minutes_pct", 80), TEXT("municipality", "RS-BOS"), TEXT("programme", "lnob")}},
    {"activity",
     "LC-BOS",
     NULL,
     {TEXT("code", "LC-BOS"), NUMBER("min_minutes_pct", 50), TEXT("municipality", "RS-BOS"), TEXT("programme", "link")}},
    {"session", "TT-BUJ-1", NULL, {TEXT("activity", "@4"), TEXT("code", "TT-BUJ-1"), NUMBER("minutes", 90)}},
    {"session", "TT-BUJ-2", NULL, {TEXT("activity", "@4"), TEXT("code", "TT-BUJ-2"), NUMBER("minutes", 90)}},
    {"session", "TT-BOS-1", NULL, {TEXT("activity", "@5"), TEXT("code", "TT-BOS-1"), NUMBER("minutes", 90)}},
    {"session", "LC-BOS-1", NULL, {TEXT("activity", "@6"), TEXT("code", "LC-BOS-1"), NUMBER("minutes", 60)}},
    {"person", "amina", NULL, {TEXT("full_name", "Amina A"), TEXT("municipality", "RS-BUJ"), TEXT("ref", "amina"), TEXT("sex", "F")}},
    {"person", "boban", NULL, {TEXT("full_name", "Boban B"), TEXT("municipality", "RS-BUJ"), TEXT("ref", "boban"), TEXT("sex", "M")}},
    {"person", "ceca", NULL, {TEXT("full_name", "Ceca C"), TEXT("municipality", "RS-BUJ"), TEXT("ref", "ceca"), TEXT("sex", "F")}},
    {"person", "dule", NULL, {TEXT("full_name", "Dule D"), TEXT("municipality", "RS-BOS"), TEXT("ref", "dule"), TEXT("sex", "M")}},
    {"person", "edina", NULL, {TEXT("full_name", "Edina E"), TEXT("municipality", "RS-BOS"), TEXT("ref", "edina"), TEXT("sex", "F")}},
    {"enrolment", "", "@4:@11:participant", {{NULL, {VALUE_NONE, 0, NULL}}}},
    {"enrolment", "", "@4:@12:participant", {{NULL, {VALUE_NONE, 0, NULL}}}},
    {"enrolment", "", "@4:@13:participant", {{NULL, {VALUE_NONE, 0, NULL}}}},
    {"enrolment", "", "@5:@14:participant", {{NULL, {VALUE_NONE, 0, NULL}}}},
    {"enrolment", "", "@5:@15:participant", {{NULL, {VALUE_NONE, 0, NULL}}}},
};
enum { PLANNED = sizeof plan / sizeof *plan };

void programme_record(struct world *world, struct sim_device *office)
{
    struct draft drafts[PLANNED];
    char ids[PLANNED][ROW_ID_SIZE];
    struct error err = {0};

    for (size_t i = 0; i < PLANNED; i++) {
        size_t count = 0;
        while (count < CELLS && plan[i].fields[count].name != NULL)
            count++;
        drafts[i] = (struct draft){.entity = plan[i].entity, .row = plan[i].row, .fields = plan[i].fields, .field_count = count};
    }
    if (!store_write(office->store, drafts, PLANNED, "", "the programme", ids, NULL, &err))
        world_fails(world, "the programme was not recorded: %s", err.cause);
    for (size_t i = 0; i < PLANNED; i++) {
        if (plan[i].code[0] == '\0')
            continue;
        snprintf(world->codes[world->code_count].code, sizeof world->codes->code, "%s", plan[i].code);
        memcpy(world->codes[world->code_count++].id, ids[i], ROW_ID_SIZE);
    }
}
