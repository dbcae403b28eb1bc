// SPDX-License-Identifier: Apache-2.0
/* The model: what users saw accepted, and what may rightly be gone or stand twice since.
 *
 * Here:      facts, which fact replaced which, what a lost disk takes along.
 * Not here:  asking whether the world agrees (check.c).
 *
 * A fact is a mark with a note that nothing else has, so it is known by its text wherever it lies, whatever ids and stamps a fork gave it.
 */
#include "tests/world/world_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fact_token(uint32_t fact, char ret[TOKEN_SIZE])
{
    snprintf(ret, TOKEN_SIZE, "fact-%u", fact);
}

bool fact_of_token(const char *token, uint32_t *ret)
{
    unsigned fact = 0;
    if (token == NULL || sscanf(token, "fact-%u", &fact) != 1)
        return false;
    *ret = fact;
    return true;
}

struct fact *model_add(struct sim_device *device)
{
    struct world *world = device->world;
    if (world->fact_count == FACTS_MAX)
        world_fails(world, "more than %d facts", FACTS_MAX);
    struct fact *fact = &world->facts[world->fact_count++];
    *fact = (struct fact){.device = device, .said_ms = world->time.now_ms};
    return fact;
}

static void learn_parent(struct fact *fact, uint32_t parent)
{
    if (fact->parent_count < PARENTS_MAX)
        fact->parents[fact->parent_count++] = parent;
}

/* A log replaces its own earlier values, even where a lost scope has hidden them from it. */
static void learn_own_past(struct fact *fact)
{
    struct world *world = fact->device->world;
    for (struct fact *past = fact; past-- > world->facts;) {
        if (past->device != fact->device || past->is_orphan || strcmp(past->row, fact->row) != 0)
            continue;
        learn_parent(fact, (uint32_t)(past - world->facts));
        if (past->is_certain)
            return;
    }
}

/* A clone may still write under the log of its original, so it may replace what both made before, hidden or not. */
static void learn_inherited_past(const struct fact *fact)
{
    const struct world *world = fact->device->world;
    uint32_t upto = world->fact_count;
    for (const struct sim_device *heir = fact->device; heir->original != NULL; heir = heir->original) {
        upto = heir->facts_at_clone < upto ? heir->facts_at_clone : upto;
        for (uint32_t i = 0; i < upto; i++) {
            struct fact *past = &fact->device->world->facts[i];
            past->may_be_replaced = past->may_be_replaced || (past->device == heir->original && strcmp(past->row, fact->row) == 0);
        }
    }
}

void model_learns_parents(struct sim_device *device, struct fact *fact, const char *id)
{
    struct arena arena = {0};
    const struct row *row = device_row(device, &arena, "attendance", id);
    const struct reg *reg = row == NULL ? NULL : row_reg(row, NOTE_FIELD);
    for (size_t i = 0; reg != NULL && i < reg->live_count; i++) {
        uint32_t parent = 0;
        if (reg->live[i].value.kind == VALUE_TEXT && fact_of_token(reg->live[i].value.text, &parent))
            learn_parent(fact, parent);
    }
    arena_clear(&arena);
    learn_own_past(fact);
    learn_inherited_past(fact);
}

void model_delivered(struct sim_device *device)
{
    struct world *world = device->world;
    for (uint32_t i = 0; i < world->fact_count; i++) {
        if (world->facts[i].device == device && !world->facts[i].is_orphan)
            world->facts[i].is_delivered = true;
    }
}

void model_restored(struct sim_device *device)
{
    struct world *world = device->world;
    for (uint32_t i = 0; i < world->fact_count; i++) {
        struct fact *fact = &world->facts[i];
        if (fact->device != device)
            continue;
        fact->may_come_back = true; /* whatever waited in the backup is said again */
        if (i >= device->facts_at_backup) {
            fact->is_orphan = true;
            fact->is_certain = fact->is_certain && fact->is_delivered;
        }
    }
}

void model_cloned(struct sim_device *device)
{
    struct world *world = device->world;
    for (uint32_t i = 0; i < world->fact_count; i++) {
        if (world->facts[i].device == device && !world->facts[i].is_delivered)
            world->facts[i].may_come_back = true;
    }
}

/* What only the server held, since its device's disk is gone, may have come after the backup. */
void model_server_restored(struct world *world)
{
    for (uint32_t i = 0; i < world->fact_count; i++) {
        world->facts[i].is_delivered = false;
        if (world->facts[i].is_orphan)
            world->facts[i].is_certain = false;
    }
}
