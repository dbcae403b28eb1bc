// SPDX-License-Identifier: Apache-2.0
/* What people do on a device of a world: mark, admit, look.
 *
 * Here:      steps through the real store, told to the model.
 * Not here:  the page and the commands, which make the same steps.
 */
#include <stdio.h>
#include <string.h>

#include "tests/world/world_internal.h"

static const char *const statuses[] = {"present", "late", "absent", "excused"};
enum { STATUSES = sizeof statuses / sizeof *statuses };

/* The row of a mark: of the programme's people by code, of others by id. */
static void mark_id(const struct world *world, const char *session, const char *person, char ret[ROW_ID_SIZE])
{
    const char *const parts[] = {world_id(world, session), world_id(world, person)};
    if (!row_id_of_key(parts, 2, ret))
        world_fails(world, "no mark can be made of %s and %s", session, person);
}

/* One step. After a power cut the device is up again; whether the step lived is then not known, and false is returned. */
static bool writes(struct sim_device *device, const struct draft *drafts, size_t count)
{
    struct error err = {0};
    const bool done = store_write(device->store, drafts, count, "", "a step", NULL, NULL, &err);
    if (sim_disk_is_cut(device->disk))
        device_recovers(device);
    world_notes(device->world, done ? "wrote" : "did not write", device->name, device->world->fact_count);
    if (device->clock.offset_ms != 0)
        world_notes(device->world, "had its clock off by", device->name, (uint64_t)device->clock.offset_ms);
    return done;
}

bool device_marks(struct sim_device *device, const char *session, const char *person, const char *status)
{
    char id[ROW_ID_SIZE];
    const struct draft_field field = {.name = "status", .value = value_text(status)};
    const struct draft draft = {.entity = "attendance", .row = id, .fields = &field, .field_count = 1, .assert_all = true};
    mark_id(device->world, session, person, id);
    return writes(device, &draft, 1);
}

/* A step that was not accepted may be there all the same, whole, when the disk failed on the way: what it replaced is then replaced
 * perhaps. */
static void settle_fact(struct sim_device *device, struct fact *fact, bool done)
{
    fact->is_certain = done;
    if (done)
        check_device(device, (uint32_t)(fact - device->world->facts));
}

bool device_notes(struct sim_device *device, const char *session, const char *person)
{
    struct world *world = device->world;
    char token[TOKEN_SIZE];
    struct fact *fact = model_add(device);
    fact_token((uint32_t)(fact - world->facts), token);
    mark_id(world, session, person, fact->row);
    model_learns_parents(device, fact, fact->row);
    const struct draft_field fields[] = {{NOTE_FIELD, value_text(token)},
                                         {"status", value_text(statuses[sim_chance_below(&world->chance, STATUSES)])}};
    const struct draft draft = {.entity = "attendance", .row = fact->row, .fields = fields, .field_count = 2, .assert_all = true};
    const bool done = writes(device, &draft, 1);
    settle_fact(device, fact, done);
    return done;
}

bool device_admits(struct sim_device *device, const char *activity, const char *session, const char *municipality)
{
    struct world *world = device->world;
    char token[TOKEN_SIZE], enrolment[ROW_ID_SIZE], mark[ROW_ID_SIZE];
    struct fact *fact = model_add(device);
    fact->is_walk_in = true;
    fact_token((uint32_t)(fact - world->facts), token);
    snprintf(enrolment, sizeof enrolment, "%.60s:@0:participant", world_id(world, activity));
    snprintf(mark, sizeof mark, "%.60s:@0", world_id(world, session));
    const struct draft_field person[] = {
        {"full_name", value_text("Walk In")}, {"ref", value_text(token)}, {"municipality", value_text(municipality)}};
    const struct draft_field fields[] = {{NOTE_FIELD, value_text(token)}, {"status", value_text("present")}};
    const struct draft drafts[] = {
        {.entity = "person", .fields = person, .field_count = municipality == NULL ? 2 : 3},
        {.entity = "enrolment", .row = enrolment},
        {.entity = "attendance", .row = mark, .fields = fields, .field_count = 2, .assert_all = true},
    };
    const bool done = writes(device, drafts, 3);
    settle_fact(device, fact, done);
    return done;
}

const char *device_reads(struct sim_device *device, const char *session, const char *person)
{
    static char status[16];
    char id[ROW_ID_SIZE];
    struct arena arena = {0};
    mark_id(device->world, session, person, id);
    const struct row *row = device_row(device, &arena, "attendance", id);
    const char *text = row == NULL || row_is_removed(row) ? NULL : row_text(row, "status");
    snprintf(status, sizeof status, "%s", text == NULL ? "" : text);
    arena_clear(&arena);
    return status;
}

bool device_has(struct sim_device *device, const char *entity, const char *code)
{
    struct arena arena = {0};
    const bool there = device_row(device, &arena, entity, world_id(device->world, code)) != NULL;
    arena_clear(&arena);
    return there;
}
