// SPDX-License-Identifier: Apache-2.0
/* What must hold in a world, whatever happened.
 *
 * Here:      the invariants, asked of the server, the office and each store.
 * Not here:  the model of what users saw (model.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/world/world_internal.h"

/* Which facts' notes and walk-ins are there, in somebody's rows. */
struct found {
    struct world *world;
    const char *where;
    bool *is_live;    /* by fact: its note is live in a mark */
    bool *was_ahead;  /* by fact: ... with a stamp from after it was said */
    uint32_t *people; /* by fact: how many people bear it */
};

static bool find_person(void *context, const struct row *row)
{
    struct found *found = context;
    uint32_t fact = 0;
    if (fact_of_token(row_text(row, "ref"), &fact) && fact < found->world->fact_count)
        found->people[fact]++;
    return true;
}

static bool find_mark(void *context, const struct row *row)
{
    struct found *found = context;
    const struct reg *reg = row_reg(row, NOTE_FIELD);
    for (size_t i = 0; reg != NULL && i < reg->live_count; i++) {
        uint32_t fact = 0;
        if (reg->live[i].value.kind == VALUE_TEXT && fact_of_token(reg->live[i].value.text, &fact) && fact < found->world->fact_count) {
            found->is_live[fact] = true;
            found->was_ahead[fact] = stamp_ms(reg->live[i].stamp.time) > found->world->facts[fact].said_ms + STAMP_AHEAD_MS_MAX;
        }
    }
    return true;
}

/* A device that forks from a server that was set back may say again whatever no backup held. */
static bool may_come_back(const struct fact *fact)
{
    return fact->may_come_back || (fact->device->may_fork && fact->device->world->server_was_restored);
}

/* A fact that replaced this one for certain. */
static const struct fact *replacer_of(const struct world *world, uint32_t fact)
{
    for (uint32_t i = 0; i < world->fact_count; i++) {
        for (uint32_t k = 0; world->facts[i].is_certain && k < world->facts[i].parent_count; k++) {
            if (world->facts[i].parents[k] == fact)
                return &world->facts[i];
        }
    }
    return NULL;
}

/* A fact from ahead of time is clamped when it comes to the server. A server that was set back gets it again and clamps it again, later:
 * who had replaced it named its first stamp, and so the second stands beside the replacement. That is a conflict for a person to settle,
 * and the right one to have: the alternative is a base that reaches further than what its author saw, and that loses facts for good. The
 * stamp that stands in the end tells such a fact: it is later than the moment when the fact was said. */
static void check_replaced(const struct found *found, uint32_t fact)
{
    const struct world *world = found->world;
    const struct fact *replacer = replacer_of(world, fact);
    const bool clamped_anew = world->server_was_restored && found->was_ahead[fact];
    if (replacer != NULL && found->is_live[fact] && !clamped_anew && !may_come_back(&world->facts[fact]))
        world_fails(world, "I2: fact %u of %s was replaced by fact %u of %s, and %s still has it", fact, world->facts[fact].device->name,
                    (unsigned)(replacer - world->facts), replacer->device->name, found->where);
}

static void check_facts(struct found *found)
{
    struct world *world = found->world;
    bool *replaced = calloc(world->fact_count + 1, sizeof *replaced), *perhaps = calloc(world->fact_count + 1, sizeof *perhaps);
    if (replaced == NULL || perhaps == NULL)
        world_fails(world, "no memory to check");
    for (uint32_t i = 0; i < world->fact_count; i++) {
        perhaps[i] = perhaps[i] || world->facts[i].may_be_replaced;
        for (uint32_t k = 0; k < world->facts[i].parent_count; k++)
            (world->facts[i].is_certain ? replaced : perhaps)[world->facts[i].parents[k]] = true;
    }
    for (uint32_t i = 0; i < world->fact_count; i++) {
        const struct fact *fact = &world->facts[i];
        if (fact->is_certain && !replaced[i] && !perhaps[i] && !found->is_live[i])
            world_fails(world, "I1, I6: fact %u of %s was accepted, nobody replaced it, and %s does not have it", i, fact->device->name,
                        found->where);
        if (replaced[i])
            check_replaced(found, i);
        if (!fact->is_walk_in)
            continue;
        if (fact->is_certain && found->people[i] == 0)
            world_fails(world, "I1: walk-in %u of %s was accepted, and %s does not have it", i, fact->device->name, found->where);
        if (found->people[i] > 1 && !may_come_back(fact))
            world_fails(world, "I2: walk-in %u of %s is %u people on %s", i, fact->device->name, found->people[i], found->where);
        if ((found->people[i] > 0) != found->is_live[i] && !replaced[i] && !perhaps[i])
            world_fails(world, "I3: walk-in %u of %s came in part to %s", i, fact->device->name, found->where);
    }
    free(replaced);
    free(perhaps);
}

static void found_init(struct found *found, struct world *world, const char *where)
{
    *found = (struct found){.world = world, .where = where};
    found->is_live = calloc(world->fact_count + 1, sizeof *found->is_live);
    found->was_ahead = calloc(world->fact_count + 1, sizeof *found->was_ahead);
    found->people = calloc(world->fact_count + 1, sizeof *found->people);
    if (found->is_live == NULL || found->was_ahead == NULL || found->people == NULL)
        world_fails(world, "no memory to check");
}

static void found_clear(struct found *found)
{
    free(found->is_live);
    free(found->was_ahead);
    free(found->people);
}

static void check_server_facts(struct world *world)
{
    struct found found;
    struct error err = {0};
    found_init(&found, world, "the server");
    if (!server_each_row(world->server, "person", find_person, &found, &err) ||
        !server_each_row(world->server, "attendance", find_mark, &found, &err))
        world_fails(world, "the server's rows were not read: %s", err.cause);
    check_facts(&found);
    found_clear(&found);
}

static void check_store_facts(struct sim_device *device)
{
    const struct store_query people = {.entity = "person", .with_removed = true}, marks = {.entity = "attendance", .with_removed = true};
    struct found found;
    struct error err = {0};
    found_init(&found, device->world, device->name);
    if (!store_each(device->store, &people, find_person, &found, &err) || !store_each(device->store, &marks, find_mark, &found, &err))
        world_fails(device->world, "the rows of %s were not read: %s", device->name, err.cause);
    check_facts(&found);
    found_clear(&found);
}

/* --- the same rows, value by value ------------------------------------------------------------------------------------------ */

struct comparison {
    struct sim_device *device;
    uint64_t rows;
};

static bool compare_row(void *context, const struct row *row)
{
    struct comparison *comparison = context;
    struct sim_device *device = comparison->device;
    struct arena arena = {0};
    struct bytes theirs = {0}, ours = {0};
    const struct row *held = NULL;
    struct error err = {0};
    if (!store_row(device->store, &arena, row->entity, row->id, &held, &err) || held == NULL)
        world_fails(device->world, "I4: %s lacks row %s of %s: %s", device->name, row->id, row->entity, err.cause);
    if (!row_write(&theirs, row, false) || !row_write(&ours, held, false))
        world_fails(device->world, "no memory to compare");
    if (theirs.size != ours.size || memcmp(theirs.data, ours.data, ours.size) != 0)
        world_fails(device->world, "I4: %s holds another row %s of %s", device->name, row->id, row->entity);
    comparison->rows++;
    bytes_clear(&theirs);
    bytes_clear(&ours);
    arena_clear(&arena);
    return true;
}

/* Only of a device that is granted everything. */
static void check_same_rows(struct sim_device *device)
{
    struct comparison comparison = {.device = device};
    for (size_t i = 0; i < entity_count; i++) {
        struct error err = {0};
        if ((entities[i].flags & ENTITY_DERIVED) == 0 &&
            !server_each_row(device->world->server, entities[i].name, compare_row, &comparison, &err))
            world_fails(device->world, "the server's rows were not read: %s", err.cause);
    }
    const struct store_counts counts = device_counts(device);
    if (counts.rows < comparison.rows)
        world_fails(device->world, "I4: %s holds %llu rows and not %llu", device->name, (unsigned long long)counts.rows,
                    (unsigned long long)comparison.rows);
}

static void tell_finding(void *context, const char *finding)
{
    const struct sim_device *device = context;
    world_fails(device->world, "I7: %s does not verify: %s", device->name, finding);
}

static void tell_server_finding(void *context, const char *finding)
{
    world_fails(context, "I7: the ledger does not verify: %s", finding);
}

void check_device(struct sim_device *device, uint32_t fact)
{
    struct world *world = device->world;
    const struct fact *of = &world->facts[fact];
    struct arena arena = {0};
    bool live = false;
    if (of->row[0] == '\0')
        return;
    const struct row *row = device_row(device, &arena, "attendance", of->row);
    const struct reg *reg = row == NULL ? NULL : row_reg(row, NOTE_FIELD);
    for (size_t i = 0; reg != NULL && i < reg->live_count; i++) {
        uint32_t found = 0;
        live = live || (reg->live[i].value.kind == VALUE_TEXT && fact_of_token(reg->live[i].value.text, &found) && found == fact);
    }
    arena_clear(&arena);
    if (!live)
        world_fails(world, "I1: %s accepted fact %u and does not show it", device->name, fact);
}

void check_all(struct world *world)
{
    uint64_t findings = 0;
    struct error err = {0};
    check_server_facts(world);
    check_store_facts(world_office(world));
    check_same_rows(world_office(world));
    for (size_t i = 0; i < world->device_count; i++) {
        struct sim_device *device = world->devices[i];
        const struct store_counts counts = device_counts(device);
        if (!device->is_away && counts.waiting > 0)
            world_fails(world, "%s still has %llu changes waiting", device->name, (unsigned long long)counts.waiting);
        if (counts.quarantined > 0)
            world_fails(world, "%llu changes of %s were quarantined", (unsigned long long)counts.quarantined, device->name);
        if (!store_verify(device->store, tell_finding, device, &findings, &err) || findings > 0)
            world_fails(world, "%s was not verified: %s", device->name, err.cause);
    }
    if (!server_verify(world->server, tell_server_finding, NULL, world, &findings, &err) || findings > 0)
        world_fails(world, "the ledger was not verified: %s", err.cause);
}
